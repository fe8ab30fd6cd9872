"""Units from revenue: the closed form, correlation, sums, calendar, the same bytes, and every refusal."""

import os
import subprocess
import sys
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.shipments.from_revenue import units_from_revenue

DRAWS = 1 << 17
QUARTERS = [
    ("FY2025Q1", "2024-01-29", "2024-04-28", 19392.0),
    ("FY2025Q2", "2024-04-29", "2024-07-28", 22604.0),
    ("FY2025Q4", "2024-10-28", "2025-01-26", 32556.0),
    ("FY2026Q1", "2025-01-27", "2025-04-27", 34155.0),
]


def revenue(*rows: tuple) -> pd.DataFrame:
    columns = ["fiscal_period", "period_start", "period_end", "compute_revenue_musd"]
    return pd.DataFrame(rows or QUARTERS, columns=columns)


def shares(**by_chip: float) -> pd.DataFrame:
    """The same share of every quarter."""
    rows = [(name, chip, share) for name, *_ in QUARTERS for chip, share in (by_chip or {"h20": 0.12}).items()]
    return pd.DataFrame(rows, columns=["fiscal_period", "chip_id", "revenue_share"])


def prices(*rows: tuple) -> pd.DataFrame:
    default = [("h20", 2024, 12000, 13000, 0.9), ("h20", 2025, 10000, 12000, 0.9)]
    return pd.DataFrame(rows or default, columns=["chip_id", "year", "low_usd", "high_usd", "interval_level"])


def two_chips() -> pd.DataFrame:
    rows = [(chip, year, 9000, 16000, 0.9) for chip in ("h20", "h800") for year in (2024, 2025)]
    return prices(*rows)


def by_hand(level: float, share: float = 0.12, musd: float = 19392.0) -> float:
    """The quantile of revenue over a lognormal price between 12,000 and 13,000 at 90 percent."""
    middle, spread = sqrt(12000 * 13000), log(13000 / 12000) / (2 * NormalDist().inv_cdf(0.95))
    return share * musd * 1e6 / middle * exp(spread * NormalDist().inv_cdf(level))


def test_one_chip_is_the_lognormal_quotient():
    found = units_from_revenue(revenue(), shares(), prices(), draws=DRAWS, seed=7).iloc[0]
    for name, level in (("p5", 0.05), ("p50", 0.50), ("p95", 0.95)):
        assert found[name] == pytest.approx(by_hand(level), rel=0.005)


def test_the_ends_of_a_price_range_are_the_ends_of_the_units():
    """At the stated level: 0.12 x 19,392 million over 13,000 and over 12,000."""
    found = units_from_revenue(revenue(), shares(), prices(), draws=DRAWS, seed=7).iloc[0]
    assert (found["p5"], found["p95"]) == (
        pytest.approx(0.12 * 19392e6 / 13000, rel=0.005),
        pytest.approx(0.12 * 19392e6 / 12000, rel=0.005),
    )


def test_one_price_is_carried_through_the_quarters_with_the_drift_of_the_middle():
    _, draws = units_from_revenue(revenue(), shares(), prices(), draws=1000, keep_draws=True)
    first, last = draws.of("FY2025Q1", "h20"), draws.of("FY2026Q1", "h20")
    drift = sqrt(12000 * 13000) / sqrt(10000 * 12000)
    np.testing.assert_allclose(last / first, 34155 / 19392 * drift)


def test_a_quarter_takes_the_year_of_its_middle_day():
    """2024-10-28 to 2025-01-26: its middle is in December 2024."""
    _, draws = units_from_revenue(revenue(), shares(), prices(), draws=1000, keep_draws=True)
    np.testing.assert_allclose(draws.of("FY2025Q4", "h20") / draws.of("FY2025Q1", "h20"), 32556 / 19392)


def test_a_hardware_share_scales_and_widens():
    whole = units_from_revenue(revenue(), shares(), prices(), draws=DRAWS)
    half = units_from_revenue(revenue(), shares(), prices(), draws=DRAWS, hardware_share=0.5)
    np.testing.assert_allclose(half[["p5", "p50", "p95"]], whole[["p5", "p50", "p95"]] / 2)
    spread = units_from_revenue(revenue(), shares(), prices(), draws=DRAWS, hardware_share=(0.5, 1.0)).iloc[0]
    assert spread["p50"] == pytest.approx(0.75 * by_hand(0.5), rel=0.01)
    assert spread["p95"] / spread["p5"] > whole["p95"].iloc[0] / whole["p5"].iloc[0]


@pytest.mark.parametrize("asked", [-0.6, 0.0, 0.5, 0.9, 1.0])
def test_prices_correlate_by_rank_as_asked(asked):
    _, draws = units_from_revenue(
        revenue(), shares(h20=0.1, h800=0.1), two_chips(), price_correlation=asked, draws=DRAWS, keep_draws=True
    )
    ranks = [pd.Series(draws.of("FY2025Q1", chip)).rank() for chip in ("h20", "h800")]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(asked, abs=0.01)


def test_sums_over_chips_follow_theory():
    """Variance of a sum of two equal lognormals: 2 v (1 + r), with r from the correlation of their logs."""
    rank, spread = 0.5, log(16000 / 9000) / (2 * NormalDist().inv_cdf(0.95))
    _, draws = units_from_revenue(
        revenue(), shares(h20=0.1, h800=0.1), two_chips(), price_correlation=rank, draws=DRAWS, keep_draws=True
    )
    one, both = draws.of("FY2025Q1", "h20"), draws.total("FY2025Q1")
    of_logs = 2 * np.sin(np.pi * rank / 6)
    expected = 1 + (exp(of_logs * spread**2) - 1) / (exp(spread**2) - 1)
    assert both.var() / (2 * one.var()) == pytest.approx(expected, rel=0.02)
    assert both.mean() == pytest.approx(2 * one.mean(), rel=0.01)


def test_years_and_calendar_quarters_keep_the_draws():
    quarters = revenue()
    _, draws = units_from_revenue(quarters, shares(), prices(), draws=2000, keep_draws=True)
    years = draws.by(pd.Series({name: name[:6] for name in quarters["fiscal_period"]}))
    total = sum(draws.of(name, "h20") for name in ("FY2025Q1", "FY2025Q2", "FY2025Q4"))
    np.testing.assert_allclose(years.of("FY2025", "h20"), total)
    calendar = draws.to_calendar(quarters)
    # 2024-01-29 to 2024-04-28: 63 of its 91 days lie in the first quarter of 2024
    np.testing.assert_allclose(calendar.of("2024Q1", "h20"), draws.of("FY2025Q1", "h20") * 63 / 91)
    everything = sum(draws.of(name, "h20") for name in quarters["fiscal_period"])
    np.testing.assert_allclose(sum(calendar.of(name, "h20") for name in calendar.weights.index), everything)


def test_a_chip_that_sold_nothing_of_a_quarter_has_no_units_in_it():
    some = shares(h20=0.1, h800=0.1).query("not (chip_id == 'h800' and fiscal_period == 'FY2026Q1')")
    rows = [row for row in two_chips().itertuples(index=False) if (row.chip_id, row.year) != ("h800", 2025)]
    found = units_from_revenue(revenue(), some, prices(*rows), draws=100).set_index(["fiscal_period", "chip_id"])
    assert found.loc[("FY2026Q1", "h800")].tolist() == [0, 0, 0]


def test_a_chip_with_a_price_and_no_share_of_a_quarter_has_no_units_in_it():
    some = shares(h20=0.1, h800=0.1).query("not (chip_id == 'h800' and fiscal_period == 'FY2026Q1')")
    found = units_from_revenue(revenue(), some, two_chips(), draws=100).set_index(["fiscal_period", "chip_id"])
    assert found.loc[("FY2026Q1", "h800")].tolist() == [0, 0, 0]


def test_prices_move_apart_where_no_correlation_is_asked_for():
    _, draws = units_from_revenue(revenue(), shares(h20=0.1, h800=0.1), two_chips(), draws=DRAWS, keep_draws=True)
    ranks = [pd.Series(draws.of("FY2025Q1", chip)).rank() for chip in ("h20", "h800")]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(0, abs=0.01)


def test_the_totals_of_one_chip_are_its_units():
    summary, draws = units_from_revenue(revenue(), shares(), prices(), draws=1000, keep_draws=True)
    totals = draws.totals()
    assert list(totals) == ["p5", "p50", "p95", "fiscal_period"]
    for name in totals:
        assert totals[name].tolist() == (summary[name].tolist() if name[0] == "f" else pytest.approx(summary[name]))


def test_a_quarter_may_be_a_single_day():
    day = revenue(("FY2025Q1", "2024-04-28", "2024-04-28", 1.0))
    assert len(units_from_revenue(day, shares().iloc[:1], prices(), draws=10)) == 1


def test_a_range_of_one_price_is_no_range():
    found = units_from_revenue(
        revenue(QUARTERS[0]), shares().iloc[:1], prices(("h20", 2024, 12000, 12000, 0.9)), draws=10
    )
    assert found.iloc[0][["p5", "p50", "p95"]].tolist() == pytest.approx([0.12 * 19392e6 / 12000] * 3)


def test_the_same_seed_gives_the_same_bytes_on_one_core_or_two():
    program = """
import hashlib, sys
sys.path.insert(0, "tests/shipments")
from test_from_revenue import prices, revenue, shares, two_chips
from analysis.shipments.from_revenue import units_from_revenue
asked = {"price_correlation": 0.5, "hardware_share": (0.8, 1.0), "seed": 3, "keep_draws": True}
_, draws = units_from_revenue(revenue(), shares(h20=0.1, h800=0.1), two_chips(), **asked)
print(hashlib.sha256(draws.total("FY2025Q1").tobytes()).hexdigest())
"""
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), cores),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for cores in ("1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


NOT_A_CORRELATION = pd.DataFrame(
    [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], index=["a", "b", "c"], columns=["a", "b", "c"]
)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"shares": shares(h20=0.7, h800=0.4)}, "shares, FY2025Q1: sum to 1.1, past 1. Lower them."),
        ({"shares": shares(h20=-0.1)}, "shares, FY2025Q1 h20: revenue_share -0.1 is not between 0 and 1."),
        ({"shares": pd.concat([shares(h20=0.1), shares(h20=0.2)])}, "shares, FY2025Q1 h20: stands twice."),
        ({"revenue": revenue().iloc[:0]}, "revenue: holds no quarter. Give at least one."),
        ({"shares": shares().iloc[:0]}, "shares: names no chip."),
        ({"shares": shares().replace("FY2025Q2", "FY2020Q2")}, "shares, FY2020Q2 h20: is a quarter without revenue."),
        ({"shares": shares(h100=0.1)}, "shares, FY2025Q1 h100: has no price for 2024. Add it."),
        ({"prices": prices(("h20", 2024, 13000, 12000, 0.9))}, "prices, h20 2024: 13000 to 12000 is no range above 0"),
        ({"prices": prices(("h20", 2024, 0, 12000, 0.9))}, "prices, h20 2024: 0 to 12000 is no range above 0"),
        ({"prices": prices(("h20", 2024, 1, 2, 1.0))}, "prices, h20 2024: interval_level 1.0 is not between 0 and 1."),
        ({"prices": prices(*[("h20", 2024, 1, 2, 0.9)] * 2)}, "prices, h20 2024: stands twice."),
        (
            {"revenue": revenue(*QUARTERS[:1], ("late", "2024-04-28", "2024-07-28", 1.0))},
            "revenue, late: overlaps FY2025Q1",
        ),
        ({"revenue": revenue(("q", "2024-04-28", "2024-01-28", 1.0))}, "revenue, q: ends before it starts."),
        ({"revenue": revenue(("q", "2024-01-28", "2024-04-28", -1.0))}, "revenue, q: compute_revenue_musd -1.0 is not"),
        ({"hardware_share": (0.9, 0.5)}, "hardware_share: 0.9 to 0.5 is no range above 0 and up to 1."),
        ({"hardware_share": 0.0}, "hardware_share: 0.0 to 0.0 is no range above 0 and up to 1."),
        ({"hardware_share": (0.7, 0.8, 0.9)}, "hardware_share: 0.7 to 0.8 to 0.9 is no range above 0 and up to 1."),
        ({"draws": 0}, "draws: 0 is no whole number above 0. Write 131072."),
        ({"draws": 10**12}, "draws: 1000000000000 are more than 2,097,152. Write 131072."),
        ({"seed": -1}, "seed: -1 is no whole number from 0 to 4,294,967,295. Write 0."),
        ({"seed": 2**32}, "seed: 4294967296 is no whole number from 0 to 4,294,967,295. Write 0."),
        ({"seed": 0.5}, "seed: 0.5 is no whole number from 0 to 4,294,967,295. Write 0."),
        ({"price_correlation": 1.5, "shares": shares(h20=0.1, h800=0.1)}, "price_correlation: is no correlation"),
        ({"price_correlation": NOT_A_CORRELATION}, "price_correlation: does not name the chips of shares"),
        (
            {"price_correlation": NOT_A_CORRELATION, "shares": shares(a=0.1, b=0.1, c=0.1)},
            "price_correlation: is not positive semi-definite: its least eigenvalue is",
        ),
    ],
)
def test_refusals(asked, told):
    given = {"revenue": revenue(), "shares": shares(), "prices": prices()} | asked
    frames = [given.pop(name) for name in ("revenue", "shares", "prices")]
    with pytest.raises(ParameterError) as refused:
        units_from_revenue(*frames, **given)
    assert told in str(refused.value)


def test_every_problem_at_once():
    with pytest.raises(ParameterError) as refused:
        units_from_revenue(revenue(), shares(h20=1.2), prices(("h20", 2024, 2, 1, 2.0)), draws=-1, hardware_share=2.0)
    assert len(refused.value.faults) == 4 + 4 + 2 + 2
