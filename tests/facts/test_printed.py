"""CSV, JSON and Markdown say the same of every cell of every result."""

import csv
import io
import json
import math
import random
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import catalogue, cli
from analysis.facts.cells import inert
from analysis.facts.printed import NO_LIMIT, as_csv, as_json, as_markdown
from tests.records import record

INF, NAN = math.inf, math.nan
DAY = pd.Timestamp("2025-04-17")


def rows_of_csv(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def rows_of_markdown(text: str) -> list[list[str]]:
    split = [line[1:-1].replace("\\|", "\0").split("|") for line in text.splitlines()]
    cells = [[cell.strip().replace("\0", "|").replace("&lt;", "<") for cell in row] for row in split]
    return [cells[0], *cells[2:]]


def same(told: str, said: object) -> bool:
    """Whether a cell of CSV or Markdown says what JSON says."""
    if isinstance(said, float):
        return math.isclose(float(told), said, rel_tol=1e-14)
    return told == ("" if said is None else str(said))


def is_told(said: object, cell: object) -> bool:
    """Whether JSON says what a frame holds: ``null`` where it is unknown and nowhere else."""
    if pd.isna(cell):
        return said is None
    if isinstance(cell, pd.Timestamp):
        return said == f"{cell:%Y-%m-%d}"
    if isinstance(cell, float):
        return said == "no limit" if math.isinf(cell) else math.isclose(said, cell, rel_tol=1e-14)
    return said == cell and isinstance(said, bool) == isinstance(cell, bool | np.bool_)


def agree(frame: pd.DataFrame) -> None:
    as_rows, as_values = rows_of_csv(as_csv(frame)), json.loads(as_json(frame))
    head, *drawn = rows_of_markdown(as_markdown(frame))
    assert head == list(frame.columns)
    assert len(as_rows) == len(as_values) == len(drawn) == len(frame)
    cells = zip(*(frame[column].tolist() for column in head), strict=True) if head else iter([()] * len(frame))
    for told, said, shown, held in zip(as_rows, as_values, drawn, cells, strict=True):
        assert list(told) == list(said) == head
        assert all(is_told(said[column], cell) for column, cell in zip(head, held, strict=True)), (said, held)
        for column, mark in zip(head, shown, strict=True):
            assert same(told[column], inert(said[column])), (column, told[column], said[column])
            assert same(mark, " ".join(said[column].split()) if isinstance(said[column], str) else said[column])


CHEAP = {"draws": 1024, "source": "nvda-10k-fy2026"}  # few draws, and the strike of one document
OFTEN_EMPTY = {"revision_headlines", "revision_cells"}  # where no revision is named


@pytest.mark.parametrize("name", list(catalogue.entries()))
def test_every_result_says_the_same_in_every_format_and_on_the_command_line(name, monkeypatch, capsys):
    asked = {one: CHEAP[one] for one in CHEAP if one in catalogue.entries()[name].parameters}
    frame = record().get(name, asked)
    assert len(frame) or name in OFTEN_EMPTY
    agree(frame)
    monkeypatch.setattr(cli, "_record", lambda given: SimpleNamespace(get=lambda *given: frame))
    assert cli.main(["table", name]) == 0
    assert capsys.readouterr().out == as_csv(frame)


CELLS = {
    "number": [0.1, -0.0, 1 / 3, 1e15, 1e-15, 12345678.9, NAN, INF],
    "whole": [0, -1, 10**15],
    "day": [DAY, pd.NaT],
    "flag": [True, False],
    "answer": [True, False, None],
    "words": ["", "a, b", 'say "x"', "a|b", "00123", "1e5", "a < b", "中国", "no limit", "nan", " x"],
}


@pytest.mark.parametrize("seed", range(100))
def test_made_up_frames_say_the_same_in_every_format(seed):
    draw = random.Random(seed)
    length = draw.randrange(0, 6)
    agree(pd.DataFrame({kind: [draw.choice(cells) for _ in range(length)] for kind, cells in CELLS.items()}))


def test_no_limit_is_said_and_unknown_is_not():
    frame = pd.DataFrame({"a": [INF, NAN, 1.5], "on": [DAY, pd.NaT, DAY]})
    assert as_csv(frame) == f"a,on\n{NO_LIMIT},2025-04-17\n,\n1.5,2025-04-17\n"
    assert json.loads(as_json(frame)) == [
        {"a": "no limit", "on": "2025-04-17"},
        {"a": None, "on": None},
        {"a": 1.5, "on": "2025-04-17"},
    ]
    assert as_markdown(frame).splitlines()[2:] == [
        "| no limit | 2025-04-17 |",
        "|          |            |",
        "| 1.5      | 2025-04-17 |",
    ]


def test_the_frontier_says_where_there_is_no_limit():
    rows = json.loads(as_json(record().control_frontier()))
    assert any(row["largest_tpp"] == "no limit" for row in rows)
    assert all(row["dram_bandwidth_below"] is None for row in rows if row["largest_tpp"] == 0)
