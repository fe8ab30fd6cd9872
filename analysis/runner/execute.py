"""Run one notebook in a fresh kernel, through papermill, and say exactly where it failed if it did."""

import logging
import os
import re
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import LocalProvisioner
from nbclient.exceptions import DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill import PapermillExecutionError, execute_notebook
from traitlets import default

from analysis.facts import paths
from analysis.runner import warm
from analysis.runner.notebook import read

# What papermill logs as an error it also raises, and what is raised the reader sees once, from us.
logging.getLogger("papermill").setLevel(logging.CRITICAL)
DEAD = "DeadKernelError"  # the ``ename`` of a kernel that nobody here has killed
_IN_CELL = re.compile(r"Cell In\[(\d+)\], line (\d+)")


@dataclass(eq=False)
class CellError(Exception):
    """A cell that failed: ``number`` is its In[number] after Run All in JupyterLab."""

    notebook: str
    parameters: Mapping[str, object]
    number: int
    source: str
    line: int | None
    ename: str
    evalue: str
    traceback: str
    stderr: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"{self.notebook}, cell {self.number}{line}: {self.ename}: {self.evalue}"


def execute(
    path: Path,
    parameters: Mapping[str, object],
    *,
    on_cell: Callable[[int, int], None] | None = None,
    limit: float | None = None,
    stills: bool = True,
) -> NotebookNode:
    """Return the executed notebook; the file at ``path`` is only read.

    ``on_cell`` is called with (code cells done, code cells in all) as they finish. After ``limit`` seconds, counted
    over all cells, the kernel is killed with all that it has started. Without ``stills`` figures are drawn for a page
    alone, which takes half as long: a notebook to be stored or opened needs the PNG too.

    Raises
    ------
    CellError
        When a cell raises, or the kernel dies in it or is killed.
    """
    clock = _Clock(limit)
    notebook = read(path)
    watch = _Watch(total=sum(_counts(cell) for cell in notebook.cells), on_cell=on_cell)
    try:
        return execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            cwd=paths.ROOT,
            kernel_manager_class=type("_Timed", (_Kernel,), {"clock": clock, "stills": stills}),
            coalesce_streams=True,
            shutdown_kernel="immediate",
            on_cell_execute=watch.begin,
            on_cell_executed=watch.end,
        )
    except PapermillExecutionError as error:
        raised = (error.ename, error.evalue, "\n".join(error.traceback))
    except DeadKernelError:
        why = f"It ran for more than {limit:g} s." if clock.is_over else "The kernel died, perhaps for want of memory."
        raised = ("TimeoutError" if clock.is_over else DEAD, why, "")
    except KeyboardInterrupt:
        # The task that waited for the killed kernel would otherwise be mourned with a traceback.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        raise
    finally:
        clock.stop()
    raise watch.failure(path.stem, parameters, *raised)


@dataclass
class _Clock:
    """Kills the kernel of a run that takes too long: papermill's own limit is one for each cell."""

    limit: float | None
    is_over: bool = False
    timer: Timer | None = None

    def start(self, kernel: LocalProvisioner) -> None:
        if self.limit is not None:
            self.timer = Timer(self.limit, self._end, [kernel])
            self.timer.daemon = True
            self.timer.start()

    def stop(self) -> None:
        if self.timer:
            self.timer.cancel()

    def _end(self, kernel: LocalProvisioner) -> None:
        self.is_over = True
        with suppress(ProcessLookupError):  # it has just ended
            os.killpg(kernel.pgid or kernel.pid, signal.SIGKILL)


class _Kernel(AsyncKernelManager):
    """A kernel on this very interpreter, whatever a user has installed under the kernel name python3."""

    clock: _Clock
    stills: bool = True

    async def start_kernel(self, **options: object) -> None:
        """Start it, and its clock."""
        await super().start_kernel(**options)
        self.clock.start(self.provisioner)

    # Unencrypted, a kernel warns on the reader's terminal, and rightly: others on the machine could listen.
    @default("transport_encryption")
    def _encrypt(self) -> str:
        return "auto"

    @property
    def kernel_spec(self) -> KernelSpec:
        about = get_kernel_dict()
        environment = warm.ENVIRONMENT | ({} if self.stills else {"ANALYSIS_STILLS": "no"})
        return KernelSpec(**about | {"env": environment, "metadata": about.get("metadata", {}) | warm.offer()})


def _counts(cell: NotebookNode) -> bool:
    injected = "injected-parameters" in cell.metadata.get("tags", [])
    return cell.cell_type == "code" and bool(cell.source.strip()) and not injected


@dataclass
class _Watch:
    """Follows the cells of one run: papermill's own errors forget a cell's position and its stderr."""

    total: int
    on_cell: Callable[[int, int], None] | None
    number: int = 0
    injected: int = 0
    cell: NotebookNode = field(default_factory=NotebookNode)

    def begin(self, cell: NotebookNode, cell_index: int) -> None:
        self.cell = cell
        self.number += _counts(cell)
        self.injected += not _counts(cell)

    def end(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        if self.on_cell and _counts(cell) and execute_reply["content"]["status"] == "ok":
            self.on_cell(self.number, self.total)

    def failure(
        self, name: str, parameters: Mapping[str, object], ename: str, evalue: str, traceback: str
    ) -> CellError:
        trace = strip_ansi(traceback)
        place = _IN_CELL.search(trace)
        # The injected cell shifts every In[n]; a reader who opens the notebook counts without it.
        trace = _IN_CELL.sub(lambda match: f"cell {int(match[1]) - self.injected}, line {match[2]}", trace)
        streams = (output for output in self.cell.outputs if output.get("name") == "stderr")
        stderr = strip_ansi("".join(output.text for output in streams))
        line = int(place[2]) if place else None
        return CellError(name, parameters, self.number, self.cell.source, line, ename, evalue, trace, stderr)
