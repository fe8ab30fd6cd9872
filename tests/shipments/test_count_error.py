"""How far counts err: past errors by hand, the parts of an error, and refusals."""

from math import log

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.shipments import count_error
from tests.records import record

DRAWS = 1 << 14
NAN = float("nan")
COLUMNS = ["kind", "low", "central", "high", "outcome_low", "outcome_central", "outcome_high"]


def past(*rows: tuple) -> pd.DataFrame:
    return count_error.past(pd.DataFrame(rows, columns=COLUMNS))


def test_past_errors_by_hand():
    """142,000 expected, 116,000 counted; up to 200,000 against 812,000; 600,000 to 800,000 against at most 700,000."""
    frame = past(
        ("forecast", NAN, 142.0, NAN, NAN, 116.0, NAN),
        ("forecast", NAN, NAN, 200.0, NAN, 812.0, NAN),
        ("count", 600.0, NAN, 800.0, NAN, NAN, 700.0),
    )
    assert frame["low_error"].tolist() == pytest.approx([log(142 / 116), -np.inf, log(600 / 700)])
    assert frame["high_error"].tolist() == pytest.approx([log(142 / 116), log(200 / 812), np.inf])


def drawn(table: pd.DataFrame, factor: float | None = None) -> count_error.CountError:
    return count_error.draw(table, ["h20", "h800"], factor=factor, draws=DRAWS, seed=0)


NOTHING = pd.DataFrame([], columns=COLUMNS).astype(dict.fromkeys(COLUMNS[1:], float))


def test_a_factor_holds_nine_times_in_ten():
    assert count_error.spread_of(1.5) == pytest.approx(log(1.5) / 1.6448536)
    assert count_error.factor_of(count_error.spread_of(2.0)) == pytest.approx(2.0)


def test_own_and_common_error_are_the_whole():
    """Variances add up: the whole, and the rounding of what is printed."""
    errors = drawn(NOTHING, factor=1.5)
    own, common = errors.spread["count"], errors.common["h20"]
    whole = (own**2).mean() + common.var()
    assert whole == pytest.approx(count_error.spread_of(1.5) ** 2 + count_error.ROUNDING**2, rel=0.02)
    assert common.mean() == pytest.approx(0, abs=0.005)
    assert np.corrcoef(common, errors.common["h800"])[0, 1] == pytest.approx(0, abs=0.02)


def test_forecasts_err_as_past_forecasts_did():
    table = pd.DataFrame([("forecast", NAN, 400.0, NAN, NAN, 100.0, NAN)] * 8, columns=COLUMNS)
    errors = drawn(table)
    assert np.median(errors.spread["forecast"]) == pytest.approx(log(4), rel=0.25)
    assert np.median(errors.spread["forecast"]) > 3 * np.median(errors.spread["count"])
    assert errors.of("h20", "forecast")[1] is errors.spread["forecast"]
    assert errors.of("h20", "shipped")[1] is errors.spread["count"]


def test_without_a_shared_error():
    alone = drawn(NOTHING).without_common()
    assert not alone.common["h20"].any()


@pytest.mark.parametrize("factor", [1.0, 0.5, float("inf"), float("nan")])
def test_a_factor_that_is_none(factor):
    with pytest.raises(ParameterError, match=r"evidence_factor: .* is not a number above 1\. Write 1\.5\."):
        drawn(NOTHING, factor=factor)


def test_the_record_of_errors_tells_counts_from_forecasts():
    frame = count_error.past(record().table("count_errors"))
    assert set(frame["kind"]) == {"count", "forecast"}
    assert (frame["low_error"] <= frame["high_error"]).all()
    sources = set(record().whole("sources")["source_id"])
    assert set(frame["outcome_source_id"]) <= sources
