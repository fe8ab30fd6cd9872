"""Work that does harm, where worker processes can import it."""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sweep import work
from analysis.sweep.grid import Run
from analysis.sweep.work import Done


@dataclass(frozen=True)
class Deadly:
    """Work of which one run ends its process and one does not end."""

    dies: int = -1
    hangs: int = -1

    def __call__(self, runs: Sequence[Run]) -> Done:
        for run in runs:
            if run.place == self.dies:
                os.kill(os.getpid(), signal.SIGKILL)
            if run.place == self.hangs:
                time.sleep(60)
        return Done([work.row(run, "done", "") for run in runs])
