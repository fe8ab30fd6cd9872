"""What several test files share: a copy of the data that may be spoiled, and the research hand-over where it lies."""

import csv
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analysis.chips.results import resolved_chips
from analysis.controls import inputs
from analysis.controls.possible import QUANTITIES
from analysis.facts import load, paths
from analysis.results import Record

SHARED = paths.ROOT.parent / "shared"

# kernels that nbval starts find the package where no set-up has put it on their path (a conda environment)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(paths.ROOT), os.environ.get("PYTHONPATH")]))


@dataclass
class DataCopy:
    """A copy of ``data/``, edited by line and column."""

    folder: Path

    def rows(self, table: str) -> list[list[str]]:
        with (self.folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def write(self, table: str, rows: list[list[str]]) -> None:
        with (self.folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def find(self, table: str, **cells: str) -> int:
        """The first line of the file that holds these cells."""
        header, *rows = self.rows(table)
        wanted = [(header.index(column), value) for column, value in cells.items()]
        return next(n for n, row in enumerate(rows, start=2) if all(row[at] == value for at, value in wanted))

    def put(self, table: str, line: int, column: str, value: str) -> None:
        rows = self.rows(table)
        rows[line - 1][rows[0].index(column)] = value
        self.write(table, rows)

    def keep(self, table: str, test) -> None:
        """Only the rows, given as dictionaries, that pass the test."""
        header, *rows = self.rows(table)
        self.write(table, [header, *(row for row in rows if test(dict(zip(header, row, strict=True))))])


@pytest.fixture
def data_copy(tmp_path) -> DataCopy:
    return DataCopy(shutil.copytree(paths.DATA, tmp_path / "data"))


@pytest.fixture
def load_from(monkeypatch):
    """Point `analysis.facts.load` at another folder for the length of a test."""

    return lambda folder: monkeypatch.setattr(load, "DATA", folder)


@pytest.fixture(scope="session")
def research() -> Path:
    """The research hand-over; the tests that need it are skipped where it is absent."""
    folder = SHARED / "research"
    if not folder.is_dir():
        pytest.skip("the research hand-over (shared/research beside the repository) is not here")
    return folder


@pytest.fixture(scope="session")
def control_chips() -> pd.DataFrame:
    """What the control rules look at, for every chip of the record: resolved once."""
    resolved, _, products = resolved_chips(Record())
    return inputs.inputs(resolved, products)


@pytest.fixture(scope="session")
def control_law() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``control_rules`` and ``control_thresholds``."""
    return load.table("control_rules"), load.table("control_thresholds")


@pytest.fixture(scope="session")
def made_chips():
    """Hand-made American chips in the form of `control_inputs.inputs`, by names of their own, one a dictionary.

    A quantity is a number, a pair (low, high) or None for unknown; what is not given is small and for datacenters. The
    last row is an A100, the level of the letter of August 2022.
    """
    small = {"tpp": 100, "applicable_die_area_mm2": 1000, "dram_bandwidth": 0, "io_bandwidth": 0, "is_datacenter": 1}
    level = {"tpp": 4992, "applicable_die_area_mm2": 826, "dram_bandwidth": 2039, "io_bandwidth": 600}

    def row(name: str, family: str, given: dict) -> dict:
        cells = {"chip_id": name, "name": name, "family": family, "maker": "NVIDIA", "maker_country": "US"}
        for quantity in QUANTITIES:
            value = (small | given)[quantity]
            low, high = value if isinstance(value, tuple) else (value, value)
            cells |= {f"{quantity}_low": low, f"{quantity}_high": high}
        return cells | {"inputs_basis": "made"}

    def make(*given: dict) -> pd.DataFrame:
        rows = [row(f"made-{n}", "made", chip) for n, chip in enumerate(given)]
        frame = pd.DataFrame([*rows, row("level", "a100", level)])
        ends = [f"{quantity}_{end}" for quantity in QUANTITIES for end in ("low", "high")]
        return frame.astype(dict.fromkeys(ends, float))

    return make
