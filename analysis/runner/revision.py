"""A revision of the project out of git, in a folder of its own, and what its notebooks showed."""

import difflib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.facts import paths
from analysis.facts.errors import Fault, ParameterError
from analysis.runner import notebook
from analysis.runner.digests import digest

PARTS = ("data", "analysis", "notebooks")


@contextmanager
def unpacked(revision: str, *, parameter: str = "revision") -> Iterator[Path]:
    """The `PARTS` of the project at a revision, in a folder that is gone after the block.

    Parameters
    ----------
    revision : a tag, branch or commit of the clone that this is run in.

    Raises
    ------
    ParameterError : this is no clone or git is not there, no such revision, or one without ``data/``.
    """
    top = _git(parameter, "rev-parse", "--show-toplevel").decode().strip()
    if not top or Path(top).resolve() != paths.ROOT.resolve():
        raise ParameterError(Fault(parameter, "the project is here without its history.", _CLONE))
    commit = _git(parameter, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode()
    if not commit:
        raise ParameterError(Fault(parameter, f"there is no revision {revision!r}.", "See git tag and git log."))
    there = set(_git(parameter, "ls-tree", "--name-only", commit.strip()).decode().split())
    if "data" not in there:
        raise ParameterError(Fault(parameter, f"{revision!r} has no data/.", "Choose a later one."))
    archive = _git(parameter, "archive", "--format=tar", commit.strip(), *(part for part in PARTS if part in there))
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


_CLONE = "Run it in a clone of the project: git clone, then python -m analysis diff --from REVISION."


def _git(parameter: str, *words: str) -> bytes:
    """What git says; nothing where it finds no such thing."""
    try:
        done = subprocess.run(["git", "-C", str(paths.ROOT), *words], capture_output=True, check=False)
    except OSError:
        raise ParameterError(Fault(parameter, "git is not installed.", _CLONE)) from None
    return done.stdout if done.returncode == 0 else b""


def changed_tables(then: Path) -> list[str]:
    """The tables that differ from those of an unpacked revision, or are in one of the two alone."""
    names = sorted({path.name for folder in (then / "data", paths.DATA) for path in folder.glob("*.csv")})
    return [name for name in names if digest(then / "data" / name) != digest(paths.DATA / name)]


def is_code_changed(then: Path) -> bool:
    """Whether a module differs from that of an unpacked revision, or is in one of the two alone."""
    here, there = (
        {path.relative_to(root): digest(path) for path in sorted((root / "analysis").rglob("*.py"))}
        for root in (paths.ROOT, then)
    )
    return here != there


def cells(then: Path) -> list[dict]:
    """Every code cell whose stored output differs from that at an unpacked revision.

    Cells are paired by their source; those of changed source in their order.

    Returns
    -------
    rows : ``notebook, cell`` (counted from 1 among the code cells of today, or of then where it is gone), ``then, now``
        (the first line that differs, empty where there is none), ``lines`` (how many differ), ``is_same_source``.
    """
    folders = then / "notebooks", paths.NOTEBOOKS
    names = sorted({path.name for folder in folders for path in folder.glob("*.ipynb")})
    return [row for name in names for row in _cells(name, *(folder / name for folder in folders))]


def _cells(name: str, then: Path, now: Path) -> Iterator[dict]:
    before, after = ([_Cell(cell) for cell in _code(path)] for path in (then, now))
    sources = [one.source for one in before], [one.source for one in after]
    for _, a, b, c, d in difflib.SequenceMatcher(None, *sources, autojunk=False).get_opcodes():
        for at in range(max(b - a, d - c)):
            old = before[a + at] if a + at < b else _Cell({})
            new = after[c + at] if c + at < d else _Cell({})
            lines = [line for line in difflib.ndiff(old.lines, new.lines) if line[:1] in "-+"]
            if lines:
                number = 1 + (c + at if c + at < d else a + at)
                first = {sign: next((line[2:] for line in lines if line[0] == sign), "") for sign in "-+"}
                row = {"notebook": name.removesuffix(".ipynb"), "cell": number, "then": first["-"], "now": first["+"]}
                yield row | {"lines": len(lines), "is_same_source": old.source == new.source}


def _code(path: Path) -> list[dict]:
    return [cell for cell in notebook.read(path).cells if cell.cell_type == "code"] if path.exists() else []


class _Cell:
    """The source of a code cell, and the lines of its output as plain text."""

    def __init__(self, cell: dict) -> None:
        self.source = cell.get("source", "")
        shown = [one.get("data", {}).get("text/plain", one.get("text", "")) for one in cell.get("outputs", [])]
        self.lines = [line for text in shown for line in text.splitlines()]
