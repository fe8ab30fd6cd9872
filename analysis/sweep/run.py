"""Give out the runs of a sweep, take in what comes back, and lose nothing on the way.

One path for processes of this machine and for Dask: executors of `concurrent.futures`. A batch takes about a second. A
batch whose worker died is tried again run by run, one at a time, so that the run which kills its worker is known.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from analysis import catalogue
from analysis.facts.errors import Fault, ParameterError
from analysis.runner import warm
from analysis.runner.processes import pool
from analysis.sweep import work
from analysis.sweep.grid import OF_THE_RECORD, Run, stamp
from analysis.sweep.store import Store
from analysis.sweep.work import Done, OtherVersionError

Progress = Callable[[int, int, int], None]  # runs done, runs in all, runs that failed
BATCH_SECONDS, MOST_IN_A_BATCH = 1.0, 200
_WAITING = 2  # batches given out for each worker
_GRACE = 10.0  # seconds that what has begun has after an interruption


@dataclass(frozen=True)
class Swept:
    """How a sweep ended: runs in all, those done before it began, how many have which status, and the files.

    ``lost`` says why a scheduler elsewhere could not go on; empty where it did.
    """

    runs: int
    before: int
    counts: dict[str, int]
    stopped: bool
    files: dict[str, Path]
    lost: str = ""


class LostError(Exception):
    """A scheduler elsewhere that is gone, or whose workers are."""


def sweep(
    runs: Sequence[Run],
    out: Path,
    *,
    jobs: int = 2,
    dask: str = "",
    limit: float = 600.0,
    pages: str = "",
    progress: Progress = lambda done, runs, failed: None,
) -> Swept:
    """Carry out what is missing of some runs and gather the results of all of them.

    Parameters
    ----------
    runs : from `analysis.sweep.grid.read`.
    out : the folder of the results; what is there of the same data, code and parameters is kept.
    jobs : worker processes of this machine.
    dask : the address of a scheduler, or ``local``; empty: processes of this machine.
    limit : seconds that one run may take, in processes of this machine.
    pages : where the page of each notebook run is written, see `analysis.sweep.work.work`; empty: nowhere.

    Raises
    ------
    ParameterError : the folder is held by another sweep, or Dask cannot be reached.
    OtherVersionError : a worker elsewhere has other data or other code.
    """
    store = Store(out)
    try:
        done = store.done()
        missing = [run for run in runs if run.key not in done]
        before, failed, stopped, lost = len(runs) - len(missing), 0, False, ""
        progress(before, len(runs), 0)
        taken = before
        call = _Call(stamp(), pages, limit)
        kernels = [] if dask else [run for run in missing if run.is_notebook]
        is_shared = any(not {*OF_THE_RECORD} & {*run.parameters} for run in kernels)
        first = catalogue.preparation(is_shared=is_shared)
        try:
            with warm.parent(first, many=len(kernels)), _workers(dask, jobs) as start:
                for batch in _carried_out(missing, start, call, limit=limit, workers=jobs):
                    store.add(batch)
                    taken += len(batch.runs)
                    failed += sum(row["status"] == "failed" for row in batch.runs)
                    progress(taken, len(runs), failed)
        except KeyboardInterrupt:
            stopped = True
        except LostError as error:
            lost = str(error)
        files, counts = store.gather(run.key for run in runs)
        return Swept(len(runs), before, counts, stopped, files, lost)
    finally:
        store.close()


@dataclass(frozen=True)
class _Call:
    """What every batch is given besides its runs."""

    mark: str
    pages: str
    limit: float | None = None

    def __call__(self, runs: Sequence[Run]) -> Done:
        return work.work(runs, self.mark, self.pages, self.limit)


@dataclass(frozen=True)
class _Given:
    """A batch that was given out, when, and whether it is tried a second time, alone."""

    runs: Sequence[Run]
    since: float
    is_alone: bool = False


def _carried_out(
    runs: Sequence[Run], start: Callable[[], Executor], call: _Call, *, limit: float, workers: int
) -> Iterator[Done]:
    """The batches as they are finished; after an interruption those under way, and then the interruption."""
    left, suspects, size = deque(runs), deque(), 1
    given: dict[Future, _Given] = {}
    executor, is_broken = start(), False
    try:
        while left or suspects or given:
            if _is_gone(executor):
                raise LostError("the scheduler is gone")
            if is_broken and not given:
                executor.shutdown(wait=False)
                executor, is_broken = start(), False
            while left and not is_broken and not suspects and len(given) < _WAITING * workers:
                batch = [left.popleft() for _ in range(min(size, len(left)))]
                try:
                    given[executor.submit(call, batch)] = _Given(batch, monotonic())
                except BrokenExecutor:  # a worker died since
                    left.extendleft(reversed(batch))
                    is_broken = True
            if suspects and not given:
                alone = [suspects.popleft()]
                given[executor.submit(call, alone)] = _Given(alone, monotonic(), is_alone=True)
            finished, _ = wait(given, timeout=1.0, return_when=FIRST_COMPLETED)
            if not finished and any(_is_late(each, limit) for each in given.values()):
                _kill(executor, limit)
            for future in finished:
                batch = given.pop(future)
                try:
                    done = future.result()
                except OtherVersionError:
                    raise
                except CancelledError:  # by a client that has lost its scheduler
                    left.extend(batch.runs)
                    continue
                except Exception as error:  # a worker that died takes its batch along, and those beside it
                    is_broken |= isinstance(error, BrokenExecutor)
                    if batch.is_alone:
                        died = f"its worker died, or it took longer than {limit:g} s, twice"
                        why = died if isinstance(error, BrokenExecutor) else f"{type(error).__name__}: {error}"
                        yield Done([work.row(batch.runs[0], "failed", why)])
                    else:
                        suspects.extend(batch.runs)
                    continue
                seconds = sum(row["seconds"] for row in done.runs)
                if not batch.is_alone:
                    size = max(1, min(MOST_IN_A_BATCH, int(len(batch.runs) * BATCH_SECONDS / max(seconds, 1e-3))))
                yield done
    except KeyboardInterrupt:  # what has begun is finished and kept, unless it takes too long
        begun = [future for future in given if not future.cancel()]
        for future in wait(begun, timeout=_GRACE).done:
            with suppress(Exception):
                yield future.result()
        raise
    finally:
        if not _is_gone(executor):
            for future in given:
                future.cancel()
            executor.shutdown(wait=False)


def _is_late(batch: _Given, limit: float) -> bool:
    """Whether a batch has had its time; one that is not alone may have waited for another."""
    allowed = limit if batch.is_alone else limit * len(batch.runs) * _WAITING
    return monotonic() - batch.since > allowed


def _is_gone(executor: Executor) -> bool:
    """Whether an executor of Dask's has lost its scheduler: what it had given out is lost with it."""
    client = getattr(executor, "_client", None)
    return client is not None and client.status != "running"


def _kill(executor: Executor, limit: float) -> None:
    """End the processes of a pool whose work does not end; what is elsewhere cannot be ended from here."""
    if hasattr(executor, "_client"):
        raise LostError(f"its workers have finished nothing in the time that runs have (--limit {limit:g})")
    for process in list((getattr(executor, "_processes", None) or {}).values()):
        process.kill()


@contextmanager
def _workers(dask: str, jobs: int) -> Iterator[Callable[[], Executor]]:
    """How to start an executor: of processes of this machine, or of Dask's."""
    if not dask:

        def start() -> Executor:
            executor = pool(jobs, work.__name__)
            executor.submit(stamp).result()  # what it takes to start is not the time of a run
            return executor

        yield start
        return
    from distributed import Client, LocalCluster

    for name in list(logging.root.manager.loggerDict):  # what these have to say is said here, in a line
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        cluster = (
            LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) if dask == "local" else dask
        )
        client = Client(cluster, timeout=20)
    except (OSError, ValueError) as error:
        remedy = "Start one: dask scheduler; then, for each worker: dask worker ADDRESS --nthreads 1."
        raise ParameterError(Fault("dask", f"there is no scheduler at {dask!r} ({error}).", remedy)) from None
    with client:
        yield lambda: client.get_executor(pure=False, retries=1)
    if dask == "local":
        cluster.close()
