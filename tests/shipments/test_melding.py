"""Published counts melded with a prior: closed forms, voices, conflicts, and every refusal."""

from math import exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.shipments import melding
from analysis.shipments.count_error import CountError, spread_of
from analysis.shipments.priors import Prior

DRAWS = 1 << 17
Z95 = NormalDist().inv_cdf(0.95)
MIDDLE, SPREAD = log(500_000), 0.6  # of the lognormal prior
ERROR = spread_of(1.5)


def errors(factor: float = 1.5, common: float = 0.0) -> CountError:
    """Errors of one size, with a shared error of a given spread."""
    shared = common * np.random.default_rng(6).standard_normal(DRAWS)
    own = np.full(DRAWS, spread_of(factor))
    return CountError({"count": own, "forecast": 3 * own}, {"h20": shared, "h200": shared})


@pytest.fixture(scope="module")
def prior() -> Prior:
    """One chip in one quarter, lognormal; another chip in the next quarter, always 1,000."""
    cells = pd.DataFrame(
        {
            "product": ["h20", "h200"],
            "fiscal_period": ["FY2025Q1", "FY2025Q2"],
            "period_start": ["2024-01-29", "2024-04-29"],
            "period_end": ["2024-04-28", "2024-07-28"],
        }
    )
    normal = np.random.default_rng(5).standard_normal(DRAWS)
    return Prior(cells, np.array([np.exp(MIDDLE + SPREAD * normal), np.full(DRAWS, 1000.0)]), {})


def counts(*rows: tuple, product: str = "h20") -> pd.DataFrame:
    """Counts as from `melding.evidence`: voice, at least, at most; of the first quarter."""
    frame = pd.DataFrame(rows, columns=["voice", "at_least", "at_most"])
    days = {"period_start": "2024-01-29", "period_end": "2024-04-28"}
    return frame.assign(product=product, source_id=frame["voice"], evidence="equal", stage="shipped", **days)


def melded(prior: Prior, *rows: tuple, factor: float = 1.5) -> list[float]:
    weights = melding.weights(prior, melding.judged(prior, counts(*rows), errors(factor)), errors(factor))
    return melding.percentiles(prior.units[0], weights)


def lognormal(middle: float, spread: float) -> list[float]:
    return [exp(middle + spread * z) for z in (-Z95, 0, Z95)]


def conjugate(*figures: float) -> list[float]:
    """The posterior of a lognormal prior and counts with lognormal errors: precisions add up."""
    precision = 1 / SPREAD**2 + len(figures) / ERROR**2
    middle = (MIDDLE / SPREAD**2 + sum(map(log, figures)) / ERROR**2) / precision
    return lognormal(middle, 1 / sqrt(precision))


def test_one_count_gives_the_closed_form(prior):
    assert melded(prior, ("a", 800_000, 800_000)) == pytest.approx(conjugate(800_000), rel=0.01)


def test_two_voices_are_worth_two_counts(prior):
    found = melded(prior, ("a", 800_000, 800_000), ("b", 600_000, 600_000))
    assert found == pytest.approx(conjugate(800_000, 600_000), rel=0.01)


def test_an_error_that_voices_share_is_not_averaged_out(prior):
    """Two voices that agree: with a shared error of spread c the precision of both is at most 1 / c squared."""
    rows = counts(("a", 800_000, 800_000), ("b", 800_000, 800_000))
    common = 0.4
    shared = errors(common=common)
    weights = melding.weights(prior, melding.judged(prior, rows, shared), shared)
    precision = 1 / SPREAD**2 + 1 / (common**2 + ERROR**2 / 2)
    middle = (MIDDLE / SPREAD**2 + log(800_000) / (common**2 + ERROR**2 / 2)) / precision
    assert melding.percentiles(prior.units[0], weights) == pytest.approx(lognormal(middle, precision**-0.5), rel=0.015)


def test_a_forecast_weighs_less_than_a_count(prior):
    """Three times the spread: a ninth of the precision."""
    rows = counts(("a", 800_000, 800_000)).assign(stage="forecast")
    weights = melding.weights(prior, melding.judged(prior, rows, errors()), errors())
    precision = 1 / SPREAD**2 + 1 / (9 * ERROR**2)
    middle = (MIDDLE / SPREAD**2 + log(800_000) / (9 * ERROR**2)) / precision
    assert melding.percentiles(prior.units[0], weights) == pytest.approx(lognormal(middle, precision**-0.5), rel=0.01)


def test_a_voice_that_repeats_itself_is_heard_once(prior):
    once = melded(prior, ("a", 800_000, 800_000))
    assert melded(prior, *[("a", 800_000, 800_000)] * 7) == pytest.approx(once, rel=1e-9)


def test_numbers_of_one_voice_share_its_vote(prior):
    """Two numbers of a voice stand for one at their geometric mean."""
    found = melded(prior, ("a", 1_000_000, 1_000_000), ("a", 640_000, 640_000))
    assert found == pytest.approx(conjugate(800_000), rel=0.01)


def test_numbers_of_a_voice_about_two_years_are_two_votes(prior):
    rows = counts(("a", 800_000, 800_000), ("a", 600_000, 600_000))
    later = rows.assign(period_start=["2024-01-29", "2023-01-29"])
    judged = melding.judged(prior, rows, errors())
    apart = melding.weights(prior, judged.assign(voice=["a", "b"]), errors())
    one = judged.assign(period_start=later["period_start"], is_melded=True)
    assert melding.effective_size(apart) < melding.effective_size(melding.weights(prior, judged, errors()))
    assert len(one.groupby(["voice", one["period_start"].str[:4]])) == 2


def test_no_count_leaves_the_prior(prior):
    assert melded(prior) == pytest.approx(lognormal(MIDDLE, SPREAD), rel=0.01)


def test_a_bound_far_away_says_nothing_and_a_near_one_cuts(prior):
    free = melded(prior)
    assert melded(prior, ("a", 0, 1e9)) == pytest.approx(free, rel=1e-6)
    assert melded(prior, ("a", 1.0, inf)) == pytest.approx(free, rel=1e-6)
    below, above = melded(prior, ("a", 0, 500_000)), melded(prior, ("a", 500_000, inf))
    assert below[1] < free[1] < above[1]


def test_a_bound_is_the_probability_that_the_erring_count_keeps_it():
    units = np.array([400_000.0, 500_000.0, 800_000.0])
    expected = [log(NormalDist().cdf(log(500_000 / unit) / ERROR)) for unit in units]
    np.testing.assert_allclose(melding.log_likelihood(units, 0, 500_000, ERROR), expected)
    at_least = [log(NormalDist().cdf(log(unit / 500_000) / ERROR)) for unit in units]
    np.testing.assert_allclose(melding.log_likelihood(units, 500_000, inf, ERROR), at_least)


def test_a_range_is_the_probability_of_falling_inside():
    """Both tails and the middle, where the plain difference of two probabilities would lose its digits."""
    units = np.array([1_000.0, 300_000.0, 600_000.0, 700_000.0, 800_000.0, 2_000_000.0, 1e9])
    found = melding.log_likelihood(units, 600_000, 800_000, ERROR)
    normal = NormalDist()
    for unit, value in zip(units[1:-1], found[1:-1], strict=True):
        inside = normal.cdf(log(800_000 / unit) / ERROR) - normal.cdf(log(600_000 / unit) / ERROR)
        assert value == pytest.approx(log(inside), rel=1e-6)
    assert np.isfinite(found).all()
    assert (found[[0, -1]] < -100).all()


def test_a_range_has_no_chance_over_nothing_sold_nor_without_a_width():
    assert melding.log_likelihood(np.zeros(1), 600_000, 800_000, ERROR).tolist() == [-inf]
    assert melding.log_likelihood(np.full(1, 7e5), 600_000, np.nextafter(600_000, inf), ERROR).tolist() == [-inf]


def test_a_range_makes_no_middle(prior):
    """600,000 to 800,000 holds more than its middle alone would: it is wider than a point."""
    low, _, high = melded(prior, ("a", 600_000, 800_000))
    point = melded(prior, ("a", sqrt(600_000 * 800_000), sqrt(600_000 * 800_000)))
    assert high / low > point[2] / point[0]


def test_a_chip_that_sold_nothing_has_no_chance_of_a_count(prior):
    nothing = Prior(prior.cells, prior.units * 0, {})
    found = melding.judged(nothing, counts(("a", 800_000, 800_000), ("b", 0, 750_000), ("c", 5, inf)), errors())
    assert found["outcome"].tolist() == ["in conflict with the prior", "melded", "in conflict with the prior"]
    assert melding.percentiles(nothing.units[0], melding.weights(nothing, found, errors())) == [0, 0, 0]


@pytest.mark.parametrize("figure", [150_000, 500_000, 1_500_000])
def test_the_chance_of_a_count_is_that_of_prior_and_error_together(prior, figure):
    below = NormalDist(MIDDLE, sqrt(SPREAD**2 + ERROR**2)).cdf(log(figure))
    row = melding.judged(prior, counts(("a", figure, figure)), errors()).iloc[0]
    assert row["prior_p"] == pytest.approx(2 * min(below, 1 - below), abs=0.005)
    one_sided = melding.judged(prior, counts(("a", figure, inf)), errors()).iloc[0]["prior_p"]
    assert one_sided == pytest.approx(1 - below, abs=0.005)


def test_a_conflict_is_shown_and_not_melded(prior):
    rows = melding.judged(prior, counts(("far", 9_000_000, 9_000_000), ("near", 800_000, 800_000)), errors())
    assert rows["outcome"].tolist() == ["in conflict with the prior", "melded"]
    found = melding.percentiles(prior.units[0], melding.weights(prior, rows, errors()))
    assert found == pytest.approx(conjugate(800_000), rel=0.01)


def test_a_count_over_days_that_are_hardly_known_is_not_melded(prior):
    three = [("a", 800_000, 800_000), ("b", 800_000, inf), ("c", 0, 800_000)]
    rows = counts(*three).assign(period_start="2023-12-01", period_end="2024-04-28")
    few = "too few of its days are known"
    assert melding.judged(prior, rows, errors())["outcome"].tolist() == [few, few, "melded"], (
        "a ceiling holds for a part"
    )
    rows = counts(*three).assign(period_start="2022-01-01", period_end="2022-12-31")
    assert melding.judged(prior, rows, errors())["outcome"].tolist() == [few] * 3


def test_ninety_nine_of_a_hundred_days_are_enough(prior):
    """A quarter of 99 days from 1 January 2024, which was a leap year, ends on 8 April."""
    cells = prior.cells.assign(period_start=["2024-01-01", "2024-04-29"], period_end=["2024-04-08", "2024-07-28"])
    rows = counts(("a", 800_000, 800_000)).assign(period_start="2024-01-01", period_end="2024-04-09")
    found = melding.judged(Prior(cells, prior.units, {}), rows, errors()).iloc[0]
    assert (found["days_known"], found["outcome"]) == (0.99, "melded")


def test_a_count_of_some_days_is_held_against_the_units_of_those_days(prior):
    """2024-02-26 to 2024-04-28 are the last 63 of the quarter's 91 days."""
    rows = counts(("a", 800_000 * 63 / 91, 800_000 * 63 / 91)).assign(period_start="2024-02-26")
    judged = melding.judged(prior, rows, errors())
    found = melding.percentiles(prior.units[0], melding.weights(prior, judged, errors()))
    assert found == pytest.approx(conjugate(800_000), rel=0.01)
    expected = [value * 63 / 91 for value in lognormal(MIDDLE, SPREAD)]
    assert judged.loc[0, ["prior_p5", "prior_p50", "prior_p95"]].tolist() == pytest.approx(expected, rel=0.01)


def test_days_share_a_quarter_in_proportion(prior):
    """2024-01-29 to 2024-03-31 are 63 of the quarter's 91 days; the two chips add up over both quarters."""
    units, known = melding.over(prior, ["h20"], "2024-01-01", "2024-03-31")
    np.testing.assert_allclose(units, prior.units[0] * 63 / 91)
    assert known == pytest.approx(63 / 91)  # of the 91 days from 1 January
    both, known = melding.over(prior, ["h20", "h200"], "2024-01-29", "2024-07-28")
    np.testing.assert_allclose(both, prior.units[0] + 1000)
    assert known == 1


def test_weighted_percentiles_are_those_of_draws_repeated():
    values, times = np.array([3.0, 1.0, 2.0, 9.0]), np.array([10, 1, 60, 29])
    repeated = sorted(np.repeat(values, times))
    assert melding.percentiles(values, times / times.sum()) == [repeated[4], repeated[49], repeated[94]]


def test_effective_draws():
    assert melding.effective_size(np.full(1000, 1 / 1000)) == pytest.approx(1000)
    assert melding.effective_size(np.array([1.0, 0, 0])) == pytest.approx(1)
    assert melding.effective_size(np.array([0.5, 0.5, 0, 0])) == pytest.approx(2)


def published(**cells: object) -> pd.DataFrame:
    row = {"product": "h20", "low": np.nan, "central": np.nan, "high": np.nan, "unit": "units", "evidence": "equal"}
    return pd.DataFrame([row | cells])


@pytest.mark.parametrize(
    ("cells", "ends"),
    [
        ({}, (0, inf)),
        ({"central": 5.0}, (5, 5)),
        ({"low": 4.0, "central": 5.0, "high": 7.0}, (5, 5)),
        ({"low": 4.0, "high": 7.0}, (4, 7)),
        ({"evidence": "at_most", "high": 7.0}, (0, 7)),
        ({"evidence": "at_most", "central": 5.0}, (0, 5)),
        ({"evidence": "at_least", "low": 4.0}, (4, inf)),
        ({"evidence": "at_least", "central": 5.0}, (5, inf)),
    ],
)
def test_counts_as_they_are_printed(cells, ends):
    row = melding.evidence(published(**cells)).iloc[0]
    assert (row["at_least"], row["at_most"]) == ends


def test_money_and_what_is_no_evidence_are_not_heard():
    for cells in ({"unit": "musd"}, {"evidence": "none"}, {"evidence": "repeat"}, {"evidence": "prior"}):
        assert melding.evidence(published(central=5.0, **cells)).empty


def test_evidence_keeps_the_columns_and_numbers_its_rows():
    rows = pd.concat([published(central=5.0, unit="musd"), published(central=6.0)])
    found = melding.evidence(rows)
    assert found.index.tolist() == [0]
    assert list(found) == [*rows, "at_least", "at_most"]


def test_no_voice_bears_on_a_chip_by_its_price_and_by_its_count():
    quoted = pd.DataFrame(
        [("h20-96gb", "a"), ("h20-96gb", "b"), ("b30a", "a"), ("b30a", "c")], columns=["product", "voice"]
    )
    counted = pd.DataFrame([("h20", "a"), ("b30a", "c")], columns=["product", "voice"])
    products = pd.DataFrame([("h20-96gb", "h20"), ("h20", ""), ("b30a", "")], columns=["product", "family"])
    found = melding.not_counted(quoted, counted, products)
    assert found.to_numpy().tolist() == [["h20-96gb", "b"], ["b30a", "a"]]


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        (
            counts(("a", 5, 5), product="b30a"),
            "evidence, b30a of a (2024-01-29 to 2024-04-28): is a count of a chip without a prior. "
            "Add it to data/unit_priors.csv, or write none.",
        ),
        (
            counts(("a", 0, inf)),
            "evidence, h20 of a (2024-01-29 to 2024-04-28): says equal and gives no such figure. "
            "Correct evidence or the figure.",
        ),
        (counts(("a", 0, 0)), "says equal and gives no such figure."),
    ],
)
def test_refusals(prior, rows, refusal):
    with pytest.raises(ParameterError) as refused:
        melding.judged(prior, rows, errors())
    assert refusal in str(refused.value)
