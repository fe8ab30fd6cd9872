"""The order of the rows of a file is no fact: no result on units or counts may hang on it."""

import pandas as pd
import pytest

from analysis.results import Record
from tests.records import record

SHUFFLED = ["shipment_estimates", "revenue_estimates", "prices", "unit_priors"]


class Shuffled(Record):
    """The record with the rows of some tables in an order of chance."""

    seed = 0

    def table(self, name: str) -> pd.DataFrame:
        return self._in_other_order(name, super().table(name))

    def whole(self, name: str) -> pd.DataFrame:
        return self._in_other_order(name, super().whole(name))

    def _in_other_order(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sample(frac=1, random_state=self.seed, ignore_index=True) if name in SHUFFLED else frame


class ShuffledAgain(Shuffled):
    seed = 1


DRAWN = ["units_by_quarter", "units_by_year", "unit_evidence", "units_drivers", "h100_equivalents"]
DRAWN += ["legality_at_shipment", "buyer_shares"]
RESULTS = {name: {"draws": 1024} for name in DRAWN}
RESULTS |= {name: {} for name in ("domestic_chips", "shipment_estimates", "positions")}


@pytest.fixture(scope="module", params=[Shuffled, ShuffledAgain])
def shuffled(request) -> Record:
    return request.param()


@pytest.mark.parametrize("name", RESULTS)
def test_the_order_of_rows_changes_no_result(shuffled, name):
    expected, found = (pd.DataFrame(of.get(name, RESULTS[name])) for of in (record(), shuffled))
    pd.testing.assert_frame_equal(in_order(found), in_order(expected), check_exact=True)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), key=lambda column: column.astype(str), ignore_index=True)
