"""Generated hostile inputs for every reader: a fault or a result, never a traceback, never more than ten seconds.

A hundred of each belong to `make test`; `pytest -m slow tests/test_hostile.py` makes the long run. The seed
of an input is its reader and number, so that ``one(reader, number, folder)`` makes it again.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
import pytest

from analysis.claims.results import read_ledger
from analysis.controls.hypothetical import COLUMNS, read_specs
from analysis.counts import epoch, positions
from analysis.facts import arguments, load, paths
from analysis.facts.check import examine
from analysis.facts.errors import AnalysisError
from analysis.facts.schema import TABLES
from analysis.facts.tables import read_any
from analysis.results import Record
from analysis.revenue.filings.inline_xbrl import read as read_filing
from analysis.revenue.filings.nvidia import CONCEPTS, statements
from analysis.runner import notebook
from analysis.runner.index import check_index
from analysis.runner.parameters import declared
from tests.revenue.filings.made import TOTAL, filing, geography

SHORT, LONG, SECONDS = 100, 12_000, 10
TOKENS = [
    *(
        "",
        "0",
        "-1",
        "1e999",
        "-1e999",
        "1e308",
        "nan",
        "inf",
        "9" * 5000,
        "٣",
        "１２",
        "1_0",
        "0x1",
        "1,2",
        "1..2",
        "..",
        "-",
    ),
    *("0000", "9999-12-31", "2025-02-30", "2025-Q5", "2025-13", "0000-01-01", "FY0000", "FY2026Q9", "20250101", "null"),
    *(
        "=1+1",
        " =HYPERLINK(1)",
        "＝1",
        "<script>",
        "</td>",
        "a|b",
        "|",
        "\x00",
        "\u202e",
        "\ufeff",
        "\ud7ff",
        "é",
        "中国",
    ),
    *('"', "'", "\\", "\n", "\r", "\t", ",", ";", ":", "[", "{", "*a", "&a", "!!x", "? ", "- ", "#", "%", "@", "`"),
    *("[" * 2000, "{a: " * 500, "x" * 10_000, "true", "yes", "no", "~", "h20-96gb", "NVIDIA", "units", "H100"),
]


def mutated(content: str, draw: random.Random) -> bytes:
    """The content with one to four things wrong with it."""
    for _ in range(draw.randrange(1, 5)):
        lines = content.split("\n")
        at = draw.randrange(len(lines))
        kind = draw.randrange(7)
        if kind == 0:
            lines[at : at + 1] = [lines[at]] * draw.randrange(2, 4)
        elif kind == 1:
            del lines[at]
        elif kind == 2 and "," in lines[at]:
            parts = lines[at].split(",")
            parts[draw.randrange(len(parts))] = draw.choice(TOKENS)
            lines[at] = ",".join(parts)
        elif kind == 3:
            lines[at], other = lines[draw.randrange(len(lines))], lines[at]
            lines.append(other)
        content = "\n".join(lines)
        place = draw.randrange(len(content) + 1)
        if kind == 4:
            content = content[:place]
        elif kind >= 5:
            content = content[:place] + draw.choice(TOKENS) + content[place + draw.randrange(12) :]
    raw = content.encode("utf-8", "surrogatepass")
    if draw.random() < 0.05:
        place = draw.randrange(len(raw) + 1)
        raw = raw[:place] + draw.randbytes(draw.randrange(1, 5)) + raw[place:]
    return raw


def first(name: str, rows: int = 6) -> str:
    return "\n".join((paths.DATA / name).read_text(encoding="utf-8").split("\n")[:rows])


def tables(folder: Path, draw: random.Random) -> None:
    name = draw.choice(list(TABLES))
    (folder / f"{name}.csv").write_bytes(mutated(first(f"{name}.csv"), draw))
    frame, faults = examine(name, folder)
    if not faults:
        numbers = frame[TABLES[name].numbers()].to_numpy(dtype=float)
        assert not np.isinf(numbers).any()


def views(folder: Path, draw: random.Random) -> None:
    path = draw.choice(sorted((paths.DATA / "positions").glob("*.yml")))
    (folder / "a.yml").write_bytes(mutated(path.read_text(encoding="utf-8"), draw))
    known_on = load.table("sources").set_index("source_id")["known_on"]
    found = positions.table(positions.read(folder, known_on), known_on, swap={})
    assert not np.isinf(found["computed"].astype(float)).any()


def specs(folder: Path, draw: random.Random) -> None:
    content = ",".join(COLUMNS) + "\na,NVIDIA,2368,814,4000,900,1\nb,NVIDIA,1..2,800,,600,0\n"
    (folder / "s.csv").write_bytes(mutated(content, draw))
    read_specs(folder / "s.csv", {"NVIDIA": "US"})


def ledgers(folder: Path, draw: random.Random) -> None:
    (folder / "l.csv").write_bytes(mutated(first("claims.csv"), draw))
    read_ledger(folder / "l.csv")


DOWNLOAD = """chip manufacturer,start date,end date,5th percentile,median,95th percentile
NVIDIA,2024-01-01,2024-03-31,1,2,3
NVIDIA,2024-04-01,2024-06-30,4,5,6
"""


def downloads(folder: Path, draw: random.Random) -> None:
    (folder / "d.csv").write_bytes(mutated(DOWNLOAD, draw))
    frame, faults = read_any(folder / "d.csv", "d.csv")
    if not faults:
        epoch.read(frame.reset_index(drop=True))


PAGE = filing([*TOTAL, *geography()])


def filings(folder: Path, draw: random.Random) -> None:
    (folder / "f.htm").write_bytes(mutated(PAGE, draw))
    statements(read_filing(folder / "f.htm", CONCEPTS), load.table("fiscal_periods"))


NOTEBOOK = sorted(paths.NOTEBOOKS.glob("*.ipynb"))[0].read_text(encoding="utf-8")
SMALL = nbformat.writes(nbformat.v4.new_notebook(cells=nbformat.reads(NOTEBOOK, 4).cells[:3])) if NOTEBOOK else ""


def notebooks(folder: Path, draw: random.Random) -> None:
    (folder / "n.ipynb").write_bytes(mutated(SMALL, draw))
    declared(notebook.read(folder / "n.ipynb"))


def kept(folder: Path, draw: random.Random) -> None:
    (folder / "manifest.json").write_bytes(mutated('{"01": {"parameters": {"as_of": "2025-04-17"}},\n "02": {}}', draw))
    check_index(folder)


def parameters(folder: Path, draw: random.Random) -> None:
    result = draw.choice([Record.units_by_quarter, Record.positions, Record.control_status, Record.equivalence])
    kinds = arguments.kinds(result)
    text = lambda: mutated(draw.choice(TOKENS) + "=" + draw.choice(TOKENS), draw).decode("utf-8", "replace")  # noqa: E731
    arguments.values(result, {draw.choice(list(kinds)): text() for _ in range(2)})


READERS: list[Callable[[Path, random.Random], None]] = [
    *(tables, views, specs, ledgers, downloads, filings, notebooks, kept, parameters)
]


def one(reader: Callable[[Path, random.Random], None], number: int, folder: Path) -> None:
    """The input of a number: refused in words, or read."""
    begun = time.process_time()  # of this process alone: others on the machine are no hang of ours
    try:
        reader(folder, random.Random(f"{reader.__name__} {number}"))
    except AnalysisError as refused:
        told = str(refused)
        assert told
        assert len(told) < 100_000
    except Exception as error:
        raise AssertionError(f"{reader.__name__} {number}: {type(error).__name__}: {error}") from error
    assert time.process_time() - begun < SECONDS, f"{reader.__name__} {number}"


@pytest.mark.parametrize("reader", READERS)
def test_a_hundred_inputs_each(reader, tmp_path):
    for number in range(SHORT):
        one(reader, number, tmp_path)


@pytest.mark.parametrize(
    ("reader", "number"),
    [(filings, 110), (tables, 128), (tables, 379), (tables, 1102), (tables, 2169), (notebooks, 1044)],
)
def test_what_the_long_run_found_is_mended(reader, number, tmp_path):
    one(reader, number, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_a_hundred_thousand_inputs(reader, tmp_path):
    for number in range(LONG):
        one(reader, number, tmp_path)
