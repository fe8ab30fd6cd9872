"""Other processes to work in, each with the package imported; none outlives its parent."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from analysis.runner import warm


@contextmanager
def processes(many: int, preload: str) -> Iterator[Executor]:
    """A pool of so many processes; what leaves the block by an exception kills them.

    Parameters
    ----------
    preload : the module that they need, imported once and shared.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([preload])
    before = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(many, mp_context=context, initializer=begin, initargs=(warm.address(),))
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - before:
            worker.kill()
        raise
    executor.shutdown()


def begin(kernels: str = "") -> None:
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
