"""Work in a thread of its own, of which only the newest counts: nothing waits in a row behind what nobody wants."""

import atexit
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from threading import Condition, Thread

Work = Callable[[], None]
_MOST_SECONDS = 5  # that the end of Python waits
_is_stale: ContextVar[Callable[[], bool]] = ContextVar("is_stale", default=lambda: False)


class SupersededError(Exception):
    """Something newer is wanted than what is being worked on."""


def give_way() -> None:
    """Stop here if something newer is wanted: to be called between the steps of longer work.

    Raises
    ------
    SupersededError : it is; `Newest` takes the newer work then.
    """
    if _is_stale.get()():
        raise SupersededError


class Newest:
    """Do one piece of work at a time; of those that come meanwhile do the last alone.

    A piece of work gives way where it sees fit (`give_way`). It must raise nothing else: nobody would hear of it.
    """

    def __init__(self) -> None:
        self._turn = Condition()
        self._wanted: Work | None = None
        self._later: Iterator[Work] = iter(())
        self._quiet = 0.0
        self._is_busy = self._is_running = False
        atexit.register(self.end)

    def do(self, work: Work, later: Iterable[Work] = (), after: float = 0.2) -> None:
        """Ask for a piece of work, and return at once.

        Parameters
        ----------
        later : what to do after it, one by one, as long as nothing else is asked for; nobody waits for that.
        after : how many seconds nothing must have been asked for, before the first of these is begun.
        """
        with self._turn:
            self._wanted, self._later, self._quiet, self._is_busy = work, iter(later), after, True
            self._turn.notify_all()
            if not self._is_running:
                self._is_running = True
                Thread(target=self._until_done, name="explorer", daemon=True).start()

    def settled(self, seconds: float | None = None) -> bool:
        """Wait until nothing that was asked for is left to do; False where that takes longer."""
        with self._turn:
            return self._turn.wait_for(lambda: not self._is_busy, seconds)

    def end(self) -> None:
        """Take up nothing more, and wait until the present work gives way: Python cannot end under a thread in C++."""
        with self._turn:
            self._wanted, self._later = _nothing, iter(())
            self._turn.notify_all()
            self._turn.wait_for(lambda: not self._is_running, _MOST_SECONDS)

    def _until_done(self) -> None:
        _is_stale.set(lambda: self._wanted is not None)
        while work := self._next():
            with suppress(SupersededError):
                work()

    def _next(self) -> Work | None:
        with self._turn:
            work, self._wanted = self._wanted, None
            if work is None:
                self._is_busy = False
                self._turn.notify_all()
                quiet, self._quiet = self._quiet, 0.0
                self._turn.wait_for(lambda: self._wanted is not None, quiet)
                work, self._wanted = self._wanted or next(self._later, None), None
            self._is_running = work is not None
            self._turn.notify_all()
            return work


def _nothing() -> None:
    """What is done at the end."""
