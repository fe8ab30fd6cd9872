"""Writing that a reader never catches half done."""

import fcntl
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` in one step: whoever opens it sees the old file or the new one."""
    replace_bytes(path, text.encode("utf-8"))


def replace_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` in one step: whoever opens it sees the old file or the new one.

    Raises
    ------
    OSError : the disk does not take it; ``filename`` is that of ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:  # which of several files it was, and not the name of its draft
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):  # a read-only disk has no draft to remove
            draft.unlink(missing_ok=True)


def try_out(folder: Path) -> None:
    """Make a folder and write a file into it that does not stay: `OSError` now, and not after minutes of work."""
    replace_bytes(folder / ".writable", b"")
    (folder / ".writable").unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for what is read, changed and written back: another run that wants the same waits for its turn."""
    held = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a share of another machine may know no locks
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _sweep(path: Path) -> None:
    """Remove the drafts of ``path`` that killed runs have left: those of processes that are no more."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
        process = draft.name.split(".")[-2]
        if process.isdigit() and not _is_running(int(process)):
            draft.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        is_running = False
    except OSError:  # another user's
        is_running = True
    else:
        is_running = True
    return is_running
