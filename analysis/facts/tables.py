"""Read the CSV files of ``data/`` line by line, so that every fault can name its line."""

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from analysis.facts import cells, limits, saved
from analysis.facts.arguments import shown
from analysis.facts.errors import Fault, did_you_mean
from analysis.facts.paths import DATA
from analysis.facts.schema import Declared


def read(declared: Declared, folder: Path = DATA) -> tuple[pd.DataFrame, list[Fault]]:
    """Read one table as text.

    Returns
    -------
    frame : one row a line of the file, all cells text; the index is the line number in the file.
    faults : what keeps the file from being read (missing, not UTF-8, wrong columns, ragged lines).
    """
    path = folder / f"{declared.name}.csv"
    return read_file(path, f"data/{path.name}", declared.columns)


def read_file(
    path: Path,
    where: str,
    columns: list[str],
    *,
    optional: Collection[str] | None = None,
    took: list[str] | None = None,
) -> tuple[pd.DataFrame, list[Fault]]:
    """Read any CSV file in the form of a table; what `read` returns.

    ``where``: how faults name the file. ``optional``: columns that it may lack, which are then empty. A file for which
    these are named, even if there is none, is a user's own: it may have its columns in any order and be saved as people
    save tables (see `analysis.facts.saved`). ``took``: gets what was taken for granted, in words.
    """
    empty = pd.DataFrame(columns=columns, dtype=str)
    is_user_file = optional is not None
    lines, faults = _saved(path, where, columns, took) if is_user_file else _lines(path, where)
    if faults:
        return empty, faults
    header = lines[0][1] if lines else []
    wanted = [name for name in columns if name in header or name not in (optional or ())]
    if is_user_file:
        wanted.sort(key=lambda name: header.index(name) if name in header else len(header))
    faults = list(_header_faults(where, header, wanted, lines[0][0] if lines else 1))
    if faults:
        return empty, faults
    frame, faults = _frame(lines, where)
    return frame.reindex(columns=columns, fill_value=""), faults


def read_any(path: Path, where: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Read a user's CSV file whatever its columns are; else as `read_file`."""
    lines, faults = _saved(path, where, [], None)
    header = lines[0][1] if lines else []
    faults += [] if header or faults else [Fault(where, "holds no line.", "Give a table with its header.")]
    faults += _twice(where, header, lines[0][0] if lines else 1)
    if faults:
        return pd.DataFrame(), faults
    frame, faults = _frame(lines, where)
    return frame, faults + word_faults(frame, where)


def _saved(
    path: Path, where: str, columns: list[str], took: list[str] | None
) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """The lines of a user's file with their numbers, or what keeps it from being read."""
    if not path.exists():
        return [], [Fault(where, "the file is missing.", "Name a file that is there.")]
    try:
        text, encoding = saved.text_of(path)
        lines, separator = saved.lines_of(text, columns)
    except (saved.UnreadableError, csv.Error) as error:
        return [], [Fault(where, f"cannot be read as a table: {error}.", "Save it as UTF-8 CSV.")]
    words = [f"as {encoding}"] * bool(encoding) + [f"separated by {separator}"] * bool(separator)
    if took is not None and words:
        took.append(f"{where}: read {' and '.join(words)}.")
    return lines, []


def _lines(path: Path, where: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """The lines of a table of ``data/`` with their numbers, or what keeps it from being read."""
    if not path.exists():
        return [], [Fault(where, "the file is missing.", "Restore it from version control.")]
    try:
        if not path.is_file():
            raise OSError("it is no plain file")
        if path.stat().st_size > saved.LARGEST:
            raise OSError(f"it is larger than {saved.LARGEST >> 20} MB")
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file, strict=True)
            return [(reader.line_num, cells) for cells in reader], []
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        why = getattr(error, "strerror", None) or error
        return [], [Fault(where, f"cannot be read as UTF-8 CSV: {why}.", "Save it as UTF-8 CSV.")]


def _frame(lines: list[tuple[int, list[str]]], where: str) -> tuple[pd.DataFrame, list[Fault]]:
    """The lines below the header that have its length, as text; the others are faults."""
    header = lines[0][1]
    ragged = [(line, cells) for line, cells in lines[1:] if len(cells) != len(header)]
    faults = [
        Fault(f"{where} line {line}", f"has {len(cells)} cells, the header has {len(header)}.", "Quote commas.")
        for line, cells in ragged
    ]
    good = [(line, cells) for line, cells in lines[1:] if len(cells) == len(header)]
    index = pd.Index([line for line, _ in good], name="line", dtype=int)
    frame = pd.DataFrame([cells for _, cells in good], columns=header, index=index, dtype=str)
    return frame, faults


def _header_faults(where: str, header: list[str], columns: list[str], line: int = 1) -> Iterator[Fault]:
    for name in [c for c in columns if c not in header]:
        yield Fault(f"{where} line {line}", f"column {name!r} is missing.", f"The columns are: {', '.join(columns)}.")
    for name in [c for c in dict.fromkeys(header) if c not in columns]:
        yield Fault(
            f"{where} line {line}", f"column {name!r} is not declared.", f"{meant(name, columns)}Rename or remove it."
        )
    yield from _twice(where, header, line)
    if sorted(header) == sorted(columns) and header != columns:
        yield Fault(f"{where} line {line}", "the columns are out of order.", f"The order is: {', '.join(columns)}.")


def _twice(where: str, header: list[str], line: int = 1) -> Iterator[Fault]:
    for name in [c for c in dict.fromkeys(header) if header.count(c) > 1]:
        yield Fault(f"{where} line {line}", f"column {name!r} occurs more than once.", "Keep one of them.")


# Words that say the same in the names of columns; units say nothing of what is measured.
_ALIKE = {"memory": "dram", "hbm": "dram", "vram": "dram", "interconnect": "io", "nvlink": "io", "link": "io"}
_ALIKE |= {"performance": "tpp", "chip": "chip_id", "vendor": "maker", "datacentre": "datacenter", "name": "chip_id"}
_UNITS = {"gb", "s", "gbps", "tb", "tbps", "mm2", "is", "of", "usd"}


def meant(name: str, columns: Collection[str]) -> str:
    """The hint for the name of a column: the one that measures the same, else a slip of the pen; never another."""
    words = _words(name)
    alike = {column: len(words & _words(column)) / len(words | _words(column) or {""}) for column in columns}
    best = max(alike, key=alike.get, default="")
    if best and alike[best] > 0.5:
        return f"Did you mean {best!r}? "
    near = [column for column in columns if len(column.split("_")) == len(name.split("_"))]
    close = [c for c in near if all(map(_is_slip, name.split("_"), c.split("_")))]
    return f"Did you mean {close[0]!r}? " if close else ""


def _is_slip(word: str, other: str) -> bool:
    return word == other or bool(did_you_mean(word, [other]))


def _words(name: str) -> set[str]:
    return {_ALIKE.get(word, word) for word in name.casefold().split("_")} - _UNITS


def numeric(declared: Declared, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Turn the columns of numbers into numbers; an empty cell becomes NaN, any other word a fault."""
    frame, faults = frame.copy(), []
    for column in declared.numbers():
        cells = frame[column]
        frame[column] = as_numbers(cells)
        for line in cells.index[frame[column].isna() & (cells != "")]:
            faults.append(cell_fault(declared, line, column, cells[line], "is not a number.|Use digits."))
        for line in cells.index[cells == ""] if column in declared.counts() else ():
            faults.append(cell_fault(declared, line, column, "", "is empty.|Every row needs it."))
    return frame, faults


def as_numbers(cells: pd.Series) -> pd.Series:
    """The numbers among the cells; NaN for what is not written as a plain number, or is none that a figure can be."""
    if pd.api.types.is_numeric_dtype(cells):
        return cells
    numbers = cells.where(cells.str.fullmatch(limits.NUMBER)).astype(float)
    sizes = numbers.abs()
    return numbers.where((sizes == 0) | sizes.between(limits.SMALLEST, limits.LARGEST))


def word_faults(frame: pd.DataFrame, where: str) -> list[Fault]:
    """The cells of a user's table, as text by line, that are no plain words."""
    return [
        Fault(f"{where} line {line}, {column}", f"{shown(cell)} {words.partition('|')[0]}", words.partition("|")[2])
        for column in frame
        for line, cell in frame[column].items()
        if (words := cells.fault(cell))
    ]


def cell_fault(declared: Declared, line: int, column: str, value: object, words: str) -> Fault:
    """A fault of one cell; ``words`` is the rule and the remedy with a bar between them."""
    rule, _, remedy = words.partition("|")
    return Fault(f"data/{declared.name}.csv line {line}, {column}", f"{shown(written(value))} {rule}", remedy)


def written(value: object) -> str:
    """A cell as it stands in the file: numbers without the zeros of a float, nothing as nothing."""
    if not isinstance(value, float):
        return str(value)
    return "" if value != value else f"{value:.15g}"
