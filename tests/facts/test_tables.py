"""Reading CSV: every fault names its file and line, and no cell is guessed."""

import math
from pathlib import Path

import pandas as pd
import pytest

from analysis.facts.schema import TABLES
from analysis.facts.tables import as_numbers, numeric, read, read_any, read_file

UNITS = TABLES["units"]
HEADER = "unit,canonical_unit,factor\n"


@pytest.fixture
def written(tmp_path):
    def read_back(content: str | bytes) -> tuple[pd.DataFrame, list[str]]:
        path = tmp_path / "units.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        frame, faults = read(UNITS, tmp_path)
        return frame, [str(fault) for fault in faults]

    return read_back


def test_good_file_is_text_by_line_number(written):
    frame, faults = written(HEADER + "GB,gb,1\npercent,share,0.01\n")
    assert faults == []
    assert list(frame.index) == [2, 3]
    assert frame.loc[3].tolist() == ["percent", "share", "0.01"]


def test_cells_keep_commas_and_words_that_look_missing(written):
    frame, faults = written(HEADER + '"a, b",NA,\n')
    assert faults == []
    assert frame.loc[2].tolist() == ["a, b", "NA", ""]


def test_missing_file(tmp_path):
    frame, faults = read(UNITS, tmp_path)
    assert [str(fault) for fault in faults] == ["data/units.csv: the file is missing. Restore it from version control."]
    assert frame.empty
    assert list(frame.columns) == UNITS.columns


def test_not_utf8(written):
    _, faults = written(HEADER.encode() + b"mm\xb2,mm2,1\n")
    (fault,) = faults
    assert fault.startswith("data/units.csv: cannot be read as UTF-8 CSV: 'utf-8' codec can't decode byte 0xb2")
    assert fault.endswith("Save it as UTF-8 CSV.")


def test_open_quote(written):
    _, (fault,) = written(HEADER + '"GB,gb,1\n')
    assert fault.startswith("data/units.csv: cannot be read as UTF-8 CSV: ")


def test_missing_and_unknown_columns_are_told_together(written):
    _, faults = written("unit,factr,colour\nGB,1,red\n")
    assert faults == [
        "data/units.csv line 1: column 'canonical_unit' is missing. The columns are: unit, canonical_unit, factor.",
        "data/units.csv line 1: column 'factor' is missing. The columns are: unit, canonical_unit, factor.",
        "data/units.csv line 1: column 'factr' is not declared. Did you mean 'factor'? Rename or remove it.",
        "data/units.csv line 1: column 'colour' is not declared. Rename or remove it.",
    ]


def test_a_column_that_occurs_twice(written):
    _, faults = written("unit,canonical_unit,factor,unit\nGB,gb,1,TB\n")
    assert faults == ["data/units.csv line 1: column 'unit' occurs more than once. Keep one of them."]


def test_empty_file_lacks_every_column(written):
    _, faults = written("")
    assert [fault.split("'")[1] for fault in faults] == UNITS.columns


def test_columns_out_of_order(written):
    _, faults = written("canonical_unit,unit,factor\ngb,GB,1\n")
    assert faults == [
        "data/units.csv line 1: the columns are out of order. The order is: unit, canonical_unit, factor."
    ]


def test_ragged_lines_are_named_and_the_others_read(written):
    frame, faults = written(HEADER + "GB,gb,1\nTB,tb\n\nW,w,1,2\nMB,mb,1\n")
    assert faults == [
        "data/units.csv line 3: has 2 cells, the header has 3. Quote commas.",
        "data/units.csv line 4: has 0 cells, the header has 3. Quote commas.",
        "data/units.csv line 5: has 4 cells, the header has 3. Quote commas.",
    ]
    assert list(frame.index) == [2, 6]


def test_words_among_numbers_are_faults_and_empty_cells_are_not(written):
    text, _ = written(HEADER + "GB,gb,1\nTB,tb,n/a\nMB,mb,\n")
    frame, faults = numeric(UNITS, text)
    assert [str(fault) for fault in faults] == ["data/units.csv line 3, factor: 'n/a' is not a number. Use digits."]
    assert frame["factor"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("cell", "number"), [("12", 12.0), ("-0.5", -0.5), ("+3", 3.0), ("1e3", 1000.0), ("2.5E-2", 0.025), ("007", 7.0)]
)
def test_plain_numbers(cell, number):
    assert as_numbers(pd.Series([cell])).tolist() == [number]


@pytest.mark.parametrize("cell", ["", "n/a", "nan", "inf", "1,5", "1 000", " 1", "1.", ".5", "1e", "0x1f", "1_000"])
def test_anything_else_is_no_number(cell):
    assert math.isnan(as_numbers(pd.Series([cell])).iloc[0])


@pytest.mark.parametrize(
    ("path", "why"),
    [("/dev/zero", "it is no plain file"), (".", "it is no plain file"), ("none.csv", "the file is missing")],
)
def test_what_is_no_file_is_not_read(path, why):
    for frame, faults in (read_file(Path(path), "f", ["a"], optional=()), read_any(Path(path), "f")):
        assert frame.empty
        assert why in str(*faults)


def test_a_column_that_stands_twice_is_named_once(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,b,x,x\n1,2,3,4,5\n", encoding="utf-8")
    _, faults = read_file(path, "t.csv", ["a", "b"], optional=())
    assert [fault.problem for fault in faults] == [
        "column 'x' is not declared.",
        "column 'b' occurs more than once.",
        "column 'x' occurs more than once.",
    ]
    _, faults = read_any(path, "t.csv")
    assert [fault.problem for fault in faults] == [
        "column 'b' occurs more than once.",
        "column 'x' occurs more than once.",
    ]
