"""The order of the rows in a file of ``data/`` says nothing: no result hangs on it."""

import pandas as pd
import pytest

from analysis.results import Record
from tests.records import record

SHUFFLED = {"chip_specs", "products", "benchmarks", "models", "prices", "claims"}
RESULTS = ["chip_comparison", "equivalence", "conflicts", "workload_fit", "workload_measured", "workload_throughput"]
RESULTS += ["cost_per_token", "cluster_equivalents", "claims", "claim_readings", "claim_collisions"]
RESULTS += ["article_scorecard"]


class Shuffled(Record):
    """The record with the rows of some tables in another order."""

    def table(self, name: str) -> pd.DataFrame:
        return shuffled(name, super().table(name))

    def whole(self, name: str) -> pd.DataFrame:
        return shuffled(name, super().whole(name))


def shuffled(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sample(frac=1, random_state=7) if name in SHUFFLED else rows


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by all their cells, numbers by their first digits."""
    texts = frame.map(lambda cell: f"{cell:.4g}" if isinstance(cell, float) else str(cell)).reset_index(drop=True)
    return pd.DataFrame(frame).iloc[texts.sort_values(list(texts)).index].reset_index(drop=True)


@pytest.fixture(scope="module")
def mixed() -> Record:
    return Shuffled()


def test_the_rows_are_in_another_order(mixed):
    for name in SHUFFLED:
        assert mixed.table(name).index.tolist() != record().table(name).index.tolist()


@pytest.mark.parametrize("name", RESULTS)
def test_no_result_hangs_on_the_order_of_rows(mixed, name):
    """Errors are shares of what was measured: the fit over rows in another order moves them in the last digits."""
    pd.testing.assert_frame_equal(in_order(mixed.get(name)), in_order(record().get(name)), rtol=1e-6, atol=1e-6)
