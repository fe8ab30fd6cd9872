"""What does a disk, a signal or another run leave behind? Each command killed, interrupted and starved, for real.

All happens in a copy of the tree. A command is killed (`kill -9`) at ten moments of its run, and before, in the middle
of and after each file that it writes; it is interrupted at six moments from the first millisecond; it runs twice at
once, on a full and on a read-only disk, without a home, without a network and into closed pipes. Whatever happens, no
file may be half of one, the tables and notebooks must be those of before or those of after, the next run must give what
an undisturbed one gives, and no draft may be left by it. Full disks and the network need root: they are left out
without.

    .venv/bin/python benchmarks/faults.py
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.revenue.filings.made import TOTAL, fact, filing  # noqa: E402

NOTEBOOK = "08_published_counts"
COMMANDS = {
    "report": ["report", NOTEBOOK, "--out", "out"],
    "refresh": ["refresh", NOTEBOOK],
    "ingest": ["ingest", "made.htm", "--accept"],
    "audit": ["audit", "ledger.csv", "--out", "out"],
}
KILLS, INTERRUPTS = 10, (0.001, 0.05, 0.15, 0.3, 0.6, 2.0)

# read by every Python that starts in the copy: ends this one at the n-th file that it puts in place
PATCH = """
import os, signal
if os.environ.get("FAULT_AT") and os.environ.get("FAULT_OF") == str(os.getppid()):
    nth, moment = os.environ["FAULT_AT"].split()
    real, count = os.replace, [0]
    def replace(source, target):
        count[0] += 1
        if count[0] == int(nth):
            if moment == "half":
                with open(source, "r+b") as file:
                    file.truncate(os.path.getsize(source) // 2)
            if moment == "after":
                real(source, target)
            os.kill(os.getpid(), signal.SIGKILL)
        real(source, target)
    os.replace = replace
"""


class Copy:
    """A copy of the tree in which a command may do what it wants."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("analysis", "data", "notebooks"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("README.md", "pyproject.toml", "requirements.lock"):
            shutil.copy(ROOT / name, folder / name)
        shutil.copytree(ROOT / ".github", folder / ".github")
        (folder / "sitecustomize.py").write_text(PATCH)
        costs = fact("12,890", concept="us-gaap:CostOfRevenue")
        (folder / "made.htm").write_text(filing([*TOTAL, costs]), encoding="utf-8")
        claims = (folder / "data" / "claims.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / "ledger.csv").write_text("".join(claims[:6]), encoding="utf-8")
        stored = folder / "notebooks" / f"{NOTEBOOK}.ipynb"
        notebook = json.loads(stored.read_text(encoding="utf-8"))
        next(cell for cell in notebook["cells"] if cell.get("outputs"))["outputs"] = []  # so that refresh has to write
        stored.write_text(json.dumps(notebook), encoding="utf-8")
        self.before = self.files()

    def start(self, command: list[str], **options) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": str(self.folder), "FAULT_OF": str(os.getpid()), "MPLBACKEND": "agg"}
        given = {"cwd": self.folder, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        given |= {"env": environment | options.pop("env", {}), "preexec_fn": _listen}
        return subprocess.Popen([sys.executable, "-m", "analysis", *command], **given | options)

    def run(self, command: list[str], **options) -> tuple[int, str]:
        """Exit status and what was said on standard error."""
        process = self.start(command, **options)
        told = process.communicate(timeout=300)[1]
        return process.returncode, told or ""

    def files(self) -> dict[str, bytes]:
        """What a command may write, by name."""
        places = [self.folder / name for name in ("data", "notebooks", "out", "README.md")]
        found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in sorted(found) if path.is_file()}

    def reset(self) -> None:
        """All as it was before any command ran."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        for name in set(self.files()) - set(self.before):
            (self.folder / name).unlink()
        for name, content in self.before.items():
            if (self.folder / name).read_bytes() != content:
                (self.folder / name).write_bytes(content)


def _listen() -> None:
    """Take Ctrl-C as from a terminal, also where a shell in the background has told its children to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _drafts(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if name.endswith(".partial")]


def _settled(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without drafts, and without what tells how long a run took."""
    return {name: body for name, body in files.items() if not name.endswith((".partial", "run-times.js", ".writable"))}


def left(copy: Copy, after: dict[str, bytes]) -> list[str]:
    """What is neither as before nor as after an undisturbed run."""
    found = _settled(copy.files())
    wrong = [name for name, body in found.items() if body not in (copy.before.get(name), after.get(name))]
    return wrong + [f"{name} is gone" for name in set(copy.before) - set(found)]


def healed(copy: Copy, command: list[str], after: dict[str, bytes]) -> list[str]:
    """What the next run of a command does not give as an undisturbed one does, and drafts that it leaves.

    Where nothing at all is left of the disturbed run, the next one is like any other, and is not made.
    """
    if copy.files() == copy.before:
        return []
    status, told = copy.run(command)
    files = copy.files()
    different = [name for name in set(after) | set(_settled(files)) if after.get(name) != files.get(name)]
    return [f"status {status}: {told[-200:]}"] * bool(status) + different + _drafts(files)


def tell(name: str, fault: str, tries: int, wrong: list[str]) -> None:
    print(f"{name:8} {fault:52} {tries:3} tries: {wrong or 'nothing lost'}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commands", nargs="*", help=f"of {', '.join(COMMANDS)} (all)")
    options = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "copy")
        for name in options.commands or COMMANDS:
            wrong += _try(copy, name)
    return int(bool(wrong))


def _try(copy: Copy, name: str) -> list[str]:
    command, found = COMMANDS[name], []

    def trial(fault: str, tries: int, wrong: list[str]) -> None:
        tell(name, fault, tries, wrong)
        found.extend(wrong)

    copy.reset()
    copy.run(command)  # compiles what is imported
    copy.reset()
    begun = time.perf_counter()
    status, told = copy.run(command)
    length, after = time.perf_counter() - begun, _settled(copy.files())
    print(f"{name:8} undisturbed: status {status}, {length:.1f} s, said {told.splitlines()[-1:]}")

    wrong = []
    for moment in range(KILLS):
        copy.reset()
        process = copy.start(command)
        time.sleep(length * (moment + 0.5) / KILLS)
        process.kill()
        process.communicate()
        wrong += left(copy, after) + healed(copy, command, after)
    trial("kill -9 at ten moments", KILLS, wrong)

    wrong, tries = [], 0
    for moment in ("before", "half", "after"):
        for nth in range(1, 20):
            copy.reset()
            status, _ = copy.run(command, env={"FAULT_AT": f"{nth} {moment}"})
            if status != -signal.SIGKILL:
                break
            tries += 1
            wrong += left(copy, after) + healed(copy, command, after)
    trial("kill -9 before, in and after each file put in place", tries, wrong)

    wrong = []
    for moment in INTERRUPTS:
        copy.reset()
        process = copy.start(command)
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=300)
        lines = told.splitlines()
        has_begun = "analysis" in told or "Stopped." in told  # before that, Python itself is starting
        if has_begun and ("Traceback" in told or process.returncode not in (0, 130)):
            wrong.append(f"after {moment} s: status {process.returncode}, {lines[-3:]}")
        wrong += left(copy, after) + healed(copy, command, after)
    trial("Ctrl-C at six moments", len(INTERRUPTS), wrong)

    copy.reset()
    both = [copy.start(command) for _ in range(2)]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in both]
    wrong = [f"status {status}: {told[-200:]}" for told, status in ends if status]
    trial("two at once", 2, wrong + left(copy, after) + healed(copy, command, after))

    copy.reset()
    homeless = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"}
    status, told = copy.run(command, env=homeless)
    wrong = [f"status {status}: {told[-300:]}"] * bool(status)
    trial("no home", 1, wrong + [name for name in after if copy.files().get(name) != after[name]])

    for stream in ("stdout", "stderr"):
        copy.reset()
        reader, writer = os.pipe()
        os.close(reader)
        status, told = copy.run(command, **{stream: writer})
        os.close(writer)
        wrong = [f"status {status}, {told[-300:]}"] * ("Traceback" in told or status not in (0, 1))
        trial(
            f"closed pipe under {stream} (status {status})", 1, wrong + left(copy, after) + healed(copy, command, after)
        )

    if os.geteuid() == 0:
        found += _on_other_disks(copy, name, after)
    return found


def _on_other_disks(copy: Copy, name: str, after: dict[str, bytes]) -> list[str]:
    """A disk that is full, one that may not be written, and no network."""
    command, found = COMMANDS[name], []
    for fault in ("full disk", "read-only disk"):
        copy.reset()
        place = copy.folder / {"refresh": "notebooks", "ingest": "data"}.get(name, "out")
        if "--out" in command:
            place.mkdir()
        size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        with tempfile.TemporaryDirectory() as aside:
            shutil.copytree(place, Path(aside) / "kept")
            room = 4096 * (size // 4096 + len(list(place.rglob("*"))) + 3)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", place], check=True)
            try:
                shutil.copytree(Path(aside) / "kept", place, dirs_exist_ok=True)
                if fault == "full disk":
                    _fill(place / "filler")
                else:
                    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
                status, told = copy.run(command)
                lines = told.splitlines()
                wrong = [f"status {status}: {lines[-3:]}"] * ("Traceback" in told or status not in (1, 2))
                wrong += [one for one in left(copy, after) if not one.endswith("filler")] + _drafts(copy.files())
            finally:
                subprocess.run(["umount", place], check=True)
        tell(name, f"{fault}: {lines[-1] if lines else ''}"[:100], 1, wrong)
        found += wrong
    copy.reset()
    done = subprocess.run(
        [*_OFFLINE, sys.executable, "-m", "analysis", *command],
        cwd=copy.folder,
        env=os.environ | {"PYTHONPATH": str(copy.folder), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [f"status {done.returncode}: {done.stderr[-300:]}"] * bool(done.returncode)
    wrong += [name for name in after if copy.files().get(name) != after[name]]
    tell(name, "no network", 1, wrong)
    return found + wrong


# a machine that reaches nothing but itself, which kernels are asked through
_OFFLINE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def _fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"0" * 4096):
                pass
        except OSError:
            pass


if __name__ == "__main__":
    sys.exit(main())
