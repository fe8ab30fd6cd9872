"""The order of the rows in a file says nothing: with the rows of every table shuffled, results keep their rows."""

import re

import pandas as pd
import pytest

from analysis import catalogue
from analysis.results import Record
from tests.records import record

CHEAP = {"draws": 1024}


class Shuffled(Record):
    """The record with the rows of every table in an order of chance."""

    seed = 1

    def table(self, name: str) -> pd.DataFrame:
        return super().table(name).sample(frac=1, random_state=self.seed, ignore_index=True)

    def whole(self, name: str) -> pd.DataFrame:
        return super().whole(name).sample(frac=1, random_state=self.seed, ignore_index=True)


@pytest.fixture(scope="module")
def shuffled() -> Record:
    return Shuffled()


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows sorted by what their cells say, words before numbers.

    The conditions of a rule are listed as its text lists them, which the order of its rows says: they count as a set.
    """
    if "conditions" in frame:
        sets = frame["conditions"].map(lambda cell: "; ".join(sorted(re.split("[;:,] ", cell))))
        frame = pd.DataFrame(frame).assign(conditions=sets)
    texts = pd.DataFrame(frame).map(lambda cell: f"{cell:.6g}" if isinstance(cell, float) else str(cell))
    columns = sorted(texts, key=lambda column: pd.api.types.is_float_dtype(frame[column]))
    return pd.DataFrame(frame).loc[texts.sort_values(columns).index].reset_index(drop=True)


def test_the_rows_are_in_another_order(shuffled):
    assert shuffled.table("revenue")["source_id"].tolist() != record().table("revenue")["source_id"].tolist()


@pytest.mark.parametrize("name", catalogue.results())
def test_the_order_of_rows_changes_no_result(shuffled, name):
    """A fit over rows in another order moves in its last digits, and with it the small difference of near figures."""
    asked = {option: given for option, given in CHEAP.items() if option in catalogue.results()[name].parameters}
    found, expected = (in_order(one.get(name, asked)) for one in (shuffled, record()))
    pd.testing.assert_frame_equal(found, expected, rtol=1e-6, atol=1e-6)
