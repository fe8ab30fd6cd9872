"""What there is: the named results and the raw tables, read from their declarations without importing them.

Every function under ``@result`` in the ``results.py`` of a subject is a named result; every class under
``@data_table`` in ``facts/schema/`` is a raw table.
"""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.facts.errors import ParameterError, did_you_mean

SUBJECTS = ("chips", "controls", "workloads", "revenue", "shipments", "counts", "claims", "scenarios", "headlines")
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """A result or a raw table: what it is, in one line, and what it may be asked beyond day and struck sources."""

    name: str
    about: str
    module: str = ""  # of a result
    parameters: tuple[str, ...] = ()

    @property
    def is_result(self) -> bool:
        """Whether it is worked out, rather than a file of ``data/``."""
        return bool(self.module)


@cache
def entries() -> dict[str, Entry]:
    """Every result, then every raw table of ``data/`` (``data.NAME`` where a result has the same name), by name."""
    results = {entry.name: entry for folder in SUBJECTS for entry in _results(folder)}
    raw = (_PACKAGE / "facts" / "schema").glob("*.py")
    tables = {entry.name: entry for path in sorted(raw) for entry in _tables(path)}
    return results | {f"data.{name}" if name in results else name: entry for name, entry in tables.items()}


def preparation(*, is_shared: bool = True) -> list[str]:
    """What a parent of warm kernels does first: it imports what notebooks import, and works out what they share.

    Parameters
    ----------
    is_shared : whether some of them run on the record of today, with nothing struck: without them nothing is shared.
    """
    parts = itertools.product(SUBJECTS, ("results", "words", "figures"))
    modules = [f"analysis.{folder}.{part}" for folder, part in parts if (_PACKAGE / folder / f"{part}.py").exists()]
    return [*modules, "analysis.results:prepare"] if is_shared else modules


def results() -> dict[str, Entry]:
    """The named results alone."""
    return {name: entry for name, entry in entries().items() if entry.is_result}


def find(name: str) -> Entry:
    """The result or raw table of a name; ``data.NAME`` is always the raw table.

    Raises
    ------
    ParameterError : there is none, with the near miss.
    """
    every = entries()
    if name in every:
        return every[name]
    raw = every.get(name.removeprefix("data."))
    if name.startswith("data.") and raw and not raw.is_result:
        return raw
    raise ParameterError(f"There is no table {name!r}. {did_you_mean(name, every)}Run `table` alone to list them.")


def _results(folder: str) -> Iterator[Entry]:
    for node in _parsed(_PACKAGE / folder / "results.py"):
        if isinstance(node, ast.FunctionDef) and "result" in map(ast.unparse, node.decorator_list):
            options = tuple(option.arg for option in node.args.kwonlyargs)
            yield Entry(node.name, _first_line(node), f"analysis.{folder}.results", options)


def _tables(path: Path) -> Iterator[Entry]:
    for node in _parsed(path):
        for call in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "data_table":
                name, title = (ast.literal_eval(argument) for argument in call.args)
                yield Entry(name, f"Raw: {title}")


def _parsed(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text(encoding="utf-8")).body


def _first_line(node: ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]
