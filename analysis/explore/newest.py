"""Work in a thread of its own, of which only the newest counts: nothing waits in a row behind what nobody wants."""

from collections.abc import Callable
from threading import Condition, Thread

IsStale = Callable[[], bool]
Work = Callable[[IsStale], None]


class Newest:
    """Do one piece of work at a time; of those that come meanwhile do the last alone.

    A piece of work is told by a function whether a newer one has come, and gives way where it sees fit. It must not
    raise: nobody would hear of it.
    """

    def __init__(self) -> None:
        self._turn = Condition()
        self._wanted: Work | None = None
        self._is_busy = False

    def do(self, work: Work) -> None:
        """Ask for a piece of work, and return at once."""
        with self._turn:
            self._wanted = work
            if not self._is_busy:
                self._is_busy = True
                Thread(target=self._until_done, name="explorer", daemon=True).start()

    def settled(self, seconds: float | None = None) -> bool:
        """Wait until nothing is left to do; False where that takes longer."""
        with self._turn:
            return self._turn.wait_for(lambda: not self._is_busy, seconds)

    def _until_done(self) -> None:
        while True:
            with self._turn:
                work, self._wanted = self._wanted, None
                if work is None:
                    self._is_busy = False
                    self._turn.notify_all()
                    return
            work(lambda: self._wanted is not None)
