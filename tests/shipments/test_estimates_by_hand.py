"""The estimate by quarter, by year and beside counts, of four draws and two chips, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.shipments import estimates
from analysis.shipments.count_error import CountError
from analysis.shipments.estimates import Estimate
from analysis.shipments.priors import Prior

NAN = float("nan")
LAST, FIRST = ("FY2025Q4", "2024-10-28", "2025-01-26"), ("FY2026Q1", "2025-01-27", "2025-04-27")  # 91 days each
WEIGHTS = np.array([0.6, 0.2, 0.1, 0.1])
ERRORS = CountError({"count": np.full(4, 0.1), "forecast": np.full(4, 0.3)}, {"a": np.zeros(4), "b": np.zeros(4)})


def cells(*rows: tuple) -> pd.DataFrame:
    columns = ["product", "fiscal_period", "period_start", "period_end", "split", "source_id", "why"]
    frame = pd.DataFrame([(product, *quarter, *rest) for product, quarter, *rest in rows], columns=columns)
    frame = frame.assign(revenue_from="h20_revenue", low_musd=91.0, high_musd=910.0)
    return frame.assign(low_usd=frame["fiscal_period"].map({"FY2025Q4": 10.0, "FY2026Q1": 8.0}), high_usd=16.0)


def counts(*rows: tuple) -> pd.DataFrame:
    """Published counts: of which chip, days, buyer, evidence, document, unit."""
    columns = ["product", "period_start", "period_end", "buyer", "evidence", "source_id", "unit"]
    frame = pd.DataFrame(rows, columns=columns).assign(stage="shipped", estimator="e", voice="v", grade="B", locator="")
    return frame.assign(low=NAN, central=5.0, high=NAN, evidence_why="because", known_on=pd.Timestamp("2025-05-01"))


@pytest.fixture
def posterior() -> Estimate:
    """Chip a in both quarters, chip b in the first of them, out of one revenue; b's second is unknown."""
    known = cells(("a", LAST, "s", "r", ""), ("a", FIRST, "", "r", ""), ("b", LAST, "s", "q", ""))
    every = pd.concat([known, cells(("b", FIRST, "", "q", "no price"))], ignore_index=True)
    units = np.array([[100.0, 200, 300, 400], [182, 91, 91, 91], [10, 10, 10, 10]])
    heard = counts(
        ("a", *FIRST[1:], "all", "equal", "c", "units"),
        ("a", *LAST[1:], "all", "equal", "d", "units"),
        ("a", *LAST[1:], "all", "equal", "e", "units"),
    ).assign(prior_p=[0.4, 0.5, 0.001], is_melded=[True, True, False])
    heard["outcome"] = ["melded", "melded", "in conflict with the prior"]
    return Estimate(every, Prior(known, units, {}), heard, WEIGHTS, ERRORS)


PERCENTILES = ["prior_p5", "prior_p50", "prior_p95", "p5", "p50", "p95"]


def test_quarters(posterior):
    """Each percentile is a draw: of 100 to 400 alike the first, second and last; with 0.6 on 100 it is the middle."""
    found = estimates.by_quarter(posterior).set_index(["product", "fiscal_period"])
    assert found.loc[("a", "FY2025Q4"), PERCENTILES].tolist() == [100, 200, 400, 100, 100, 400]
    assert found.loc[("a", "FY2026Q1"), PERCENTILES].tolist() == [91, 91, 182, 91, 182, 182]
    assert found.loc[("b", "FY2025Q4"), PERCENTILES].tolist() == [10] * 6
    assert found.loc[("b", "FY2026Q1"), PERCENTILES].isna().all()
    assert found.index.tolist() == list(zip("aabb", ["FY2025Q4", "FY2026Q1"] * 2, strict=True))


def test_the_sources_of_a_quarter_are_its_own_and_of_the_counts_that_moved_it(posterior):
    """A count of a over the quarter in which both are out of one revenue moves b too, if it is melded."""
    found = estimates.by_quarter(posterior)["source_id"].tolist()
    assert found == ["r|d", "r|c", "q|d", "q"]


def test_the_voices_of_a_quarter_are_those_of_the_counts_melded_over_it_from_the_first_to_the_last_day(posterior):
    """The count d of the first quarter says v, one of its last day w, and e, which is not melded, nothing."""
    on_the_last_day = posterior.counts.iloc[1:2].assign(period_start=LAST[2], source_id="g", voice="w")
    heard = pd.concat([posterior.counts, on_the_last_day], ignore_index=True)
    found = estimates.by_quarter(Estimate(posterior.cells, posterior.prior, heard, WEIGHTS, ERRORS))
    assert found["counts"].tolist() == ["v|w", "v", "v|w", ""]
    assert found["source_id"].tolist() == ["r|d|g", "r|c", "q|d|g", "q"]
    assert found["draws"].tolist() == [4] * 4


def test_an_estimate_of_nothing_has_its_quarters_all_the_same(posterior):
    nothing = Prior(posterior.prior.cells.iloc[:0], np.zeros((0, 4)), {})
    found = estimates.by_quarter(Estimate(posterior.cells, nothing, posterior.counts.iloc[:0], WEIGHTS, ERRORS))
    assert found[PERCENTILES].isna().all(axis=None)
    assert len(found) == 4


PERIODS = pd.DataFrame(
    [
        ("FY2024", "2023-01-30", "2024-01-28"),
        ("FY2025", "2024-01-29", "2025-01-26"),
        ("FY2026", "2025-01-27", "2026-01-25"),
    ],
    columns=["fiscal_period", "period_start", "period_end"],
)


def test_years(posterior):
    """65 of the 91 days of the fourth quarter lie in 2024, 26 in 2025."""
    found = estimates.by_year(posterior, PERIODS).set_index(["year", "product"])
    assert found.index.tolist() == [
        *(("FY2025", product) for product in ("a", "b", "all")),
        ("FY2026", "a"),
        *((year, product) for year in ("2024", "2025") for product in ("a", "b", "all")),
    ]
    assert found.loc[("FY2025", "all"), PERCENTILES].tolist() == [110, 210, 410, 110, 110, 410]
    of_2024 = [100 * 65 / 91, 200 * 65 / 91, 400 * 65 / 91]
    assert found.loc[("2024", "a"), PERCENTILES[:3]].tolist() == pytest.approx(of_2024)
    of_2025 = sorted([100 * 26 / 91 + 182, 200 * 26 / 91 + 91, 300 * 26 / 91 + 91, 400 * 26 / 91 + 91])
    assert found.loc[("2025", "a"), PERCENTILES[:3]].tolist() == pytest.approx([of_2025[at] for at in (0, 1, 3)])
    assert found["products"].tolist() == ["a", "b", "a|b", "a", *["a", "b", "a|b"] * 2]
    assert found["effective_draws"].tolist() == pytest.approx([1 / (0.36 + 0.04 + 0.01 + 0.01)] * 10)
    assert found["year_is"].tolist() == ["fiscal"] * 4 + ["calendar"] * 6
    assert found.loc[("FY2025", "a"), ["year_start", "year_end"]].tolist() == ["2024-01-29", "2025-01-26"]
    assert found.loc[("2024", "a"), ["year_start", "year_end"]].tolist() == ["2024-01-01", "2024-12-31"]


def test_what_is_not_in_a_year(posterior):
    found = estimates.by_year(posterior, PERIODS).set_index(["year", "product"])["unknown"]
    after = "after 2025-04-27"
    assert found[["FY2025", "2024"]].tolist() == [""] * 6
    assert found[("FY2026", "a")] == found[("2025", "a")] == f"a {after}"
    assert found[("2025", "b")] == f"b FY2026Q1|b {after}"
    assert found[("2025", "all")] == f"b FY2026Q1|a {after}|b {after}"


def test_the_sum_of_all_chips_says_that_a_chip_of_which_nothing_is_known_is_not_in_it(posterior):
    every = pd.concat([posterior.cells, cells(("c", LAST, "", "", "no revenue"))], ignore_index=True)
    with_c = Estimate(every, posterior.prior, posterior.counts, WEIGHTS, ERRORS)
    found = estimates.by_year(with_c, PERIODS).set_index(["year", "product"])["unknown"]
    assert found["FY2025"].to_dict() == {"a": "", "b": "", "all": "c FY2025Q4"}


def test_the_sources_of_a_year_are_those_of_its_quarters_and_counts(posterior):
    found = estimates.by_year(posterior, PERIODS).set_index(["year", "product"])["source_id"]
    assert found[("FY2025", "a")] == "r|d"
    assert found[("FY2025", "b")] == "q|d"
    assert found[("FY2025", "all")] == "r|q|d"
    assert found[("FY2026", "a")] == "r|c"
    assert found[("2025", "a")] == "r|c|d"


def test_what_a_year_is_worked_out_from(posterior):
    """A revenue of 91 to 910 a quarter, 65 of whose 91 days lie in 2024 and 26 in 2025, which has the next quarter."""
    found = estimates.by_year(posterior, PERIODS).set_index(["year", "product"])[estimates.INPUTS]
    assert found.loc[("2024", "a")].tolist() == ["h20_revenue", 65.0, 650.0, 10.0, 16.0, "v", 4]
    assert found.loc[("2025", "a")].tolist() == ["h20_revenue", 26.0 + 91, 260.0 + 910, 8.0, 16.0, "v", 4]
    several = found.loc[("2024", "all")]
    assert several[["low_musd", "high_musd", "low_usd", "high_usd"]].isna().all(), "a and b share a revenue"


def test_quarters_without_sales_add_no_revenue(posterior):
    none = posterior.prior.cells.assign(
        revenue_from="none_sold", low_musd=0.0, high_musd=0.0, low_usd=NAN, high_usd=NAN
    )
    nothing = Estimate(posterior.cells, Prior(none, posterior.prior.units, {}), posterior.counts, WEIGHTS, ERRORS)
    found = estimates.inputs(nothing, ["a"], *LAST[1:])
    assert (found["revenue_from"], found["high_musd"], found["draws"]) == ("none_sold", 0.0, 4)
    assert np.isnan(found["low_usd"])


def test_a_quarter_of_little_revenue_beside_one_without_is_the_one_that_counts(posterior):
    """Of half a million dollars in one quarter and none in the next, the price is that of the first."""
    known = posterior.prior.cells.assign(high_musd=[0.5, 0.0, 0.0], low_usd=[10.0, NAN, NAN])
    little = Estimate(posterior.cells, Prior(known, posterior.prior.units, {}), posterior.counts, WEIGHTS, ERRORS)
    found = estimates.inputs(little, ["a"], LAST[1], FIRST[2])
    assert (found["high_musd"], found["low_usd"], found["revenue_from"]) == (0.5, 10.0, "h20_revenue")


def test_counts_beside_the_estimate_of_their_days(posterior):
    published = counts(
        ("a", *FIRST[1:], "all", "equal", "c", "units"),
        ("a", *LAST[1:], "all", "equal", "e", "units"),
        ("a", *LAST[1:], "all", "repeat", "f", "units"),
        ("a", *LAST[1:], "someone", "repeat", "g", "units"),
        ("a", *LAST[1:], "all", "none", "h", "units"),
        ("a", *LAST[1:], "all", "accounts", "k", "units"),
        ("a", *LAST[1:], "all", "prior", "m", "units"),
        ("b", *FIRST[1:], "all", "at_most", "n", "units"),
        ("a", "2024-10-01", LAST[2], "all", "at_least", "o", "units"),
        ("a", *LAST[1:], "all", "equal", "p", "musd"),
        ("z", *LAST[1:], "all", "equal", "q", "units"),
    )
    found = estimates.beside(posterior, published).set_index("source_id")
    assert found.index.tolist() == list("cefghkmno")
    assert found["outcome"].to_dict() == {
        "c": "melded",
        "e": "in conflict with the prior",
        "f": "repeats another",
        "g": "repeats another",
        "h": "counts something else",
        "k": "made of the same accounts",
        "m": "the estimate starts from it",
        "n": "no quarter of it is known",
        "o": "no quarter of it is known",
    }
    assert found.loc["c", ["p5", "p50", "p95"]].tolist() == [91, 182, 182]
    for document in "efkm":
        assert found.loc[document, ["p5", "p50", "p95"]].tolist() == [100, 100, 400]
    assert found.loc[list("ghno"), ["p5", "p50", "p95"]].isna().all(axis=None)
    assert found["prior_p"].fillna(-1).tolist() == [0.4, 0.001, *[-1] * 7]
    assert set(found["why"]) == {"because"}
    assert found.loc[list("cefk"), "estimate_source_id"].tolist() == ["r|c", "r|d", "r|d", "r|d"]
    told = ["revenue_from", "counts", "estimate_source_id"]
    assert found.loc["c", told].tolist() == ["h20_revenue", "v", "r|c"]
    assert (found.loc[list("ghno"), told] == "").all(axis=None)
    assert list(estimates.beside(posterior, published)) == estimates._BESIDE


def test_counts_of_chips_without_a_known_quarter_are_set_aside(posterior):
    published = counts(("z", *LAST[1:], "all", "equal", "q", "units"), ("b", *LAST[1:], "all", "equal", "t", "units"))
    found = estimates.estimate(posterior.cells, posterior.prior, published.assign(central=10.0), ERRORS)
    assert found.counts["source_id"].tolist() == ["t"]
    assert found.weights.tolist() == pytest.approx([0.25] * 4)  # every draw of b is ten: the count tells them not apart


def test_an_error_that_all_counts_share_is_one_of_the_counts_and_not_of_the_units(posterior):
    """Ten were sold in every draw; counts that are all too high by a factor of two say twenty, and not five."""
    errors = CountError(ERRORS.spread, {"a": np.zeros(4), "b": np.full(4, np.log(2))})
    for central, chance in ((20.0, 1.0), (5.0, 0.0)):
        published = counts(("b", *LAST[1:], "all", "equal", "t", "units")).assign(central=central)
        found = estimates.estimate(posterior.cells, posterior.prior, published, errors)
        assert found.counts["prior_p"].tolist() == pytest.approx([chance], abs=1e-6)


def test_a_count_that_bears_on_a_chip_and_has_no_figure_is_refused(posterior):
    published = counts(("a", *LAST[1:], "all", "equal", "t", "units")).assign(central=NAN)
    with pytest.raises(ParameterError, match="says equal and gives no such figure"):
        estimates.estimate(posterior.cells, posterior.prior, published, ERRORS)
