"""Other processes to work in, each with the package imported; none outlives its parent."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from analysis.runner import warm


def pool(many: int, preload: str) -> ProcessPoolExecutor:
    """A pool of so many processes, for whoever shuts it down.

    Parameters
    ----------
    preload : the module that they need, imported once and shared.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([preload])
    return ProcessPoolExecutor(many, mp_context=context, initializer=_begin, initargs=(warm.address(),))


@contextmanager
def processes(many: int, preload: str) -> Iterator[Executor]:
    """A `pool`, for a block; what leaves the block by an exception kills its processes."""
    before = set(multiprocessing.active_children())
    executor = pool(many, preload)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - before:
            worker.kill()
        raise
    executor.shutdown()


def _begin(kernels: str) -> None:
    """In a new worker: Ctrl-C is the parent's matter, and a worker whose parent is gone goes too.

    Parameters
    ----------
    kernels : where the warm parent of kernels listens; empty: none is there.
    """
    warm.begin(kernels)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
