"""Kernels that start warm: forked from a parent that has imported what notebooks import.

The parent is a process of its own with one thread, which has started no kernel and opened no socket of ZeroMQ; a fork
of anything else could stand still for ever. Each kernel is a real one, with a process group, signals and a connection
file of its own, and is killed when the one who asked for it is gone, as is the parent. Where no parent is running, or
it does not answer, jupyter_client starts a kernel as ever. Linux only: elsewhere libraries do not survive a fork.
"""

import array
import contextlib
import ctypes
import gc
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from types import MappingProxyType

from analysis.facts import paths
from analysis.runner.digests import inputs

# Of every kernel. Read here and not at the start of a kernel: papermill has changed the working directory by then.
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join(filter(None, [str(paths.ROOT), os.environ.get("PYTHONPATH")])),
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "ANALYSIS_DATA": str(paths.DATA.resolve()),
}
NAME = "analysis-warm"
MODULE = "ipykernel_launcher"
_ALLOWED = {"jemalloc_bg_thd"}  # the thread of pyarrow's allocator, which holds no lock of ours
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
_address, _made_of = "", {}


def begin(address: str) -> None:
    """Take the kernels of this process from a warm parent; an empty address: from none."""
    global _address, _made_of
    _address, _made_of = address, inputs() if address else {}


def address() -> str:
    """Where the warm parent listens; empty where there is none, or code, data or libraries are others than it has."""
    return _address if _address and inputs() == _made_of else ""


@contextlib.contextmanager
def parent(
    prepare: Sequence[str], many: int = 2, environment: Mapping[str, str] = MappingProxyType(ENVIRONMENT)
) -> Iterator[str]:
    """Start a warm parent, and end it with all its kernels.

    Parameters
    ----------
    prepare : modules that it imports. For ``module:function`` a fork of it calls the function, and takes over as the
        parent of further kernels when that has ended: what they share is worked out once, and nobody waits for it.
    many : kernels to come; a parent is not worth its start for one.
    environment : variables that every kernel has.

    Returns
    -------
    address : where it listens, also for processes that get it by `begin`. Empty where there is none.
    """
    if sys.platform != "linux" or many < 2:
        yield ""
        return
    before = address()
    with tempfile.TemporaryDirectory(prefix="warm-") as folder, socket.socket(socket.AF_UNIX) as listener:
        place = str(Path(folder) / "s")
        listener.bind(place)
        listener.listen(64)
        ours, theirs = socket.socketpair()
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        inherited = {name: text for name, text in os.environ.items() if name != "JPY_PARENT_PID"}
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(listener.fileno()), str(theirs.fileno()), _later(place), *prepare],
            env=inherited | dict(environment) | single,
            pass_fds=(listener.fileno(), theirs.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for who asked for the kernels
        )
        theirs.close()
        listener.close()
        begin(place)
        try:
            yield place
        finally:
            begin(before)
            ours.close()
            process.wait()


class Kernel:
    """A forked kernel as its manager sees it, with the methods of `subprocess.Popen` that a provisioner uses.

    Raises
    ------
    OSError : there is no parent, or none that answers.
    """

    stdin = stdout = stderr = None

    def __init__(self, place: str, arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
        self._link = socket.socket(socket.AF_UNIX)
        self._status: int | None = None
        try:
            if not place:
                raise ConnectionError("No parent is there.")
            try:
                self._link.connect(_later(place))
            except OSError:  # it is not there before its work is done
                self._link.connect(place)
            asked = {"arguments": list(arguments), "environment": dict(environment), "folder": folder}
            self._link.sendall(json.dumps(asked).encode() + b"\n")
            self._told = self._link.makefile("rb")
            told = self._told.readline()
            if not told:
                raise ConnectionError("The parent of the kernels is gone.")
        except OSError:
            self._link.close()
            raise
        self.pid = int(told)

    def poll(self) -> int | None:
        """The exit status; None while it runs."""
        if self._status is None and select.select([self._link], [], [], 0)[0]:
            self._status = int(self._told.readline() or -signal.SIGKILL)  # the parent is gone, and all with it
            self._told.close()
            self._link.close()
        return self._status

    def wait(self) -> int:
        """The exit status, once there is one."""
        if self._status is None:
            select.select([self._link], [], [])
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _later(place: str) -> str:
    """Where the parent listens that has worked out what kernels share."""
    return f"{place}2"


def offer() -> dict[str, object]:
    """What the specification of a kernel says so that it starts warm; nothing where no parent is running."""
    if not _address:
        return {}
    from jupyter_client.provisioning import KernelProvisionerFactory

    where = EntryPoint(NAME, "analysis.runner.provisioner:Warm", KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.instance().provisioners[NAME] = where
    return {"kernel_provisioner": {"provisioner_name": NAME}}


def _serve(listener: socket.socket, owner: socket.socket) -> None:
    """Fork a kernel for each who asks, tell how it ended, and end it when who asked is gone."""
    woken, wake = socket.socketpair()
    for end in (woken, wake):
        end.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    kernels: dict[socket.socket, int] = {}  # by connection, the process; 0 where nothing is asked yet
    while True:
        ready, _, _ = select.select([owner, woken, listener, *kernels], [], [])
        if owner in ready:
            break
        for link in [link for link in ready if link in kernels]:
            asked = _line(link) if not kernels[link] else b""
            if asked:
                kernels[link] = _forked(json.loads(asked), [listener, owner, woken, wake, *kernels])
                link.sendall(f"{kernels[link]}\n".encode())
            else:  # whoever asked is gone
                _end(kernels.pop(link))
                link.close()
        if listener in ready:
            kernels[listener.accept()[0]] = 0
        if woken in ready:
            woken.recv(4096)
        for process, status in _ended():
            for link in [link for link, of in kernels.items() if of == process]:
                with contextlib.suppress(OSError):
                    link.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
                link.close()
                del kernels[link]
    for process in kernels.values():
        _end(process)


def _line(link: socket.socket) -> bytes:
    """What somebody asks for, whole; nothing where they are gone."""
    with contextlib.suppress(OSError), link.makefile("rb") as told:
        return told.readline()
    return b""


def _end(process: int) -> None:
    if process:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)


def _ended() -> Iterator[tuple[int, int]]:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def _forked(asked: Mapping, links: Sequence[socket.socket]) -> int:
    process = os.fork()
    if process:
        with contextlib.suppress(OSError):  # the child does the same: whoever comes first
            os.setpgid(process, process)
        return process
    status = 1
    try:
        _become(asked, links)
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        os._exit(status)  # what the parent has registered for its end is not for its children


def _become(asked: Mapping, links: Sequence[socket.socket]) -> None:
    """In the child: forget the parent, and be a kernel."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for link in links:
        link.close()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.environ.pop("JPY_PARENT_PID", None)  # the parent looks after it
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(array.array("I", os.urandom(16)).tolist())
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", 20)  # what it has when a kernel imports it
    sys.modules.pop("matplotlib_inline.backend_inline", None)  # joins the shell that is there when it is imported
    sys.argv = [MODULE, *asked["arguments"]]
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(asked["arguments"])


def _threads() -> set[str]:
    """The names of the threads of this process, beside its first."""
    tasks = [task for task in Path("/proc/self/task").iterdir() if int(task.name) != os.getpid()]
    return {(task / "comm").read_text(encoding="utf-8").strip() for task in tasks}


def _main(listening: int, owned: int, later: str, prepare: Sequence[str]) -> int:
    listener, owner = socket.socket(fileno=listening), socket.socket(fileno=owned)
    names = [name.partition(":")[::2] for name in prepare]
    found = [import_module(name) for name in ("ipykernel.kernelapp", "ipykernel.ipkernel", *dict(names))]
    if any(function for _, function in names) and not os.fork():
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        listener.close()
        for module, (_, function) in zip(found[2:], names, strict=True):
            if function:
                getattr(module, function)()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{later}.draft")
        listener.listen(64)
        os.rename(f"{later}.draft", later)
    if _threads() - _ALLOWED:
        return 1  # who asks gets no answer, and starts kernels as ever
    gc.collect()
    gc.freeze()
    _serve(listener, owner)
    return 0


if __name__ == "__main__":
    os._exit(_main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]))  # and wait for no thread
