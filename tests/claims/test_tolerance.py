"""How near a record comes to a claim: each qualifier at its edge, just inside and just outside."""

import pandas as pd
import pytest

from analysis.claims.evidence import NAN, Statement
from analysis.claims.tolerance import agreement, agreement_of_days, canonical, claimed, days
from analysis.facts import load

INF = float("inf")
TOLERANCES = pd.DataFrame(
    [
        ("exact", 0.0, 0.0, NAN, NAN),
        ("about", 0.125, 1.0, NAN, NAN),
        ("over", NAN, NAN, 1.5, NAN),
        ("at_least", NAN, NAN, 1.5, NAN),
        ("at_most", NAN, NAN, 1.5, NAN),
        ("range", NAN, NAN, NAN, 0.2),
    ],
    columns=["qualifier", "within_share", "within_months", "misleads_beyond", "near_share"],
).set_index("qualifier")


def says(qualifier: str, value: str = "", low: float = NAN, high: float = NAN, factor: float = 1.0, **options):
    row = {"qualifier": qualifier, "value": value, "low": low, "high": high, "unit": "x"}
    return claimed(row, TOLERANCES, factor, **options)


def record(low: float, high: float | None = None, printed: float = 0.0) -> Statement:
    return Statement(low, low if high is None else high, "x", "record", "s", printed=printed)


def test_the_stored_tolerances_are_those_worked_with_here():
    stored = load.table("claim_tolerances").set_index("qualifier")[TOLERANCES.columns]
    pd.testing.assert_frame_equal(stored, TOLERANCES)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        # half of the last digit printed
        ("17.1", 17.05, 17.15),
        ("135.58", 135.575, 135.585),
        ("3.51", 3.505, 3.515),
        ("96", 95.5, 96.5),
        # zeros at the end may be none, but never more than half a percent: 5 of 3340; 1,500 of 300,000, not 50,000
        ("3340", 3335, 3345),
        ("300000", 298500, 301500),
        ("100", 99.5, 100.5),  # half a percent, not 50
        ("-25", -25.5, -24.5),
        ("0", -0.5, 0.5),
    ],
)
def test_an_exact_figure_is_good_to_half_its_last_digit(value, low, high):
    asked = says("exact", value)
    assert (asked.low, asked.high) == pytest.approx((low, high))
    assert asked.value == float(value)


@pytest.mark.parametrize(
    ("qualifier", "value", "low", "high"),
    [
        ("about", "100", 87.5, 112.5),  # an eighth either way
        ("about", "-8", -9, -7),
        ("over", "25", 25, INF),
        ("at_least", "13", 13, INF),
        ("at_most", "15", -INF, 15),
    ],
)
def test_other_words_allow_their_own(qualifier, value, low, high):
    asked = says(qualifier, value)
    assert (asked.low, asked.high) == pytest.approx((low, high))


def test_no_word_means_exact():
    assert says("", "96") == says("exact", "96")


def test_a_claim_in_billions_is_held_in_millions():
    asked = says("exact", "17.1", factor=1000)
    assert (asked.low, asked.high) == pytest.approx((17050, 17150))
    assert agreement(asked, record(17108, printed=0.5)) == "agrees"
    assert agreement(asked, record(17160, printed=0.5)) == "above"
    asked = says("about", "12", factor=1000)
    assert (asked.low, asked.high) == pytest.approx((10500, 13500))


def test_a_bound_said_by_somebody_is_read_as_the_number():
    asked = says("at_most", "15", ignore_bound=True)
    assert (asked.low, asked.high) == pytest.approx((14.5, 15.5))
    about = says("about", "100", ignore_bound=True)  # about stays about
    assert (about.low, about.high) == pytest.approx((87.5, 112.5))
    span = says("range", low=4, high=5, ignore_bound=True)
    assert (span.low, span.high) == (4, 5)


EDGES = {
    ("exact", "17.1"): {17.049: "below", 17.05: "agrees", 17.15: "agrees", 17.151: "above"},
    ("exact", "3340"): {3334.9: "below", 3335: "agrees", 3345: "agrees", 3345.1: "above"},
    ("about", "100"): {87.49: "below", 87.5: "agrees", 112.5: "agrees", 112.51: "above"},
    # one and a half times a bound misleads
    ("over", "25"): {24.9: "below", 25: "agrees", 26: "agrees", 37.5: "agrees", 37.6: "loose", 40: "loose"},
    ("at_least", "25"): {24.9: "below", 25: "agrees", 40: "loose"},
    ("at_most", "15"): {15.1: "above", 15: "agrees", 10: "agrees", 9.9: "loose"},
}


@pytest.mark.parametrize("words", EDGES, ids=" ".join)
def test_a_figure_at_the_edges_of_each_word(words):
    assert {figure: agreement(says(*words), record(figure)) for figure in EDGES[words]} == EDGES[words]


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [
        (700, 900, "agrees"),  # overlaps
        (800, 900, "agrees"),  # touches
        (640, 660, "agrees"),  # lies within
        (500, 1000, "agrees"),  # holds it
        (801, 900, "near"),
        (960, 960, "near"),  # a fifth above 800
        (961, 961, "above"),
        (480, 480, "near"),  # a fifth below 600
        (479, 479, "below"),
    ],
)
def test_a_range_fits_where_it_overlaps_and_is_near_within_a_fifth(low, high, status):
    assert agreement(says("range", low=600, high=800), record(low, high)) == status


def test_the_record_is_held_to_its_own_digits():
    assert agreement(says("exact", "17.1"), record(17, printed=0.5)) == "agrees"  # 17 may be 17.1
    assert agreement(says("exact", "17.1"), record(17, printed=0.0)) == "below"
    assert agreement(says("exact", "96"), record(97, printed=0.5)) == "agrees"  # 96.5 to both
    assert agreement(says("exact", "96"), record(97, printed=0.4)) == "above"
    assert agreement(says("over", "25"), record(24.9, printed=0.1)) == "agrees"


@pytest.mark.parametrize(
    ("qualifier", "value", "low", "high", "status"),
    [
        ("about", "196", 200, NAN, "bound"),  # over 200: the number, as a bound
        ("about", "196", NAN, 200, "bound"),  # up to 200
        ("about", "196", 50, NAN, "open"),  # over 50 says nothing of 196
        ("about", "196", NAN, 900, "open"),
        ("about", "196", 300, NAN, "above"),
        ("about", "196", NAN, 100, "below"),
        ("over", "25", 30, NAN, "agrees"),  # over 30 is over 25
        ("over", "25", 20, NAN, "open"),  # over 20 may be over 25 or not
        ("over", "25", NAN, 20, "below"),
        ("at_most", "15", NAN, 12, "agrees"),
        ("at_most", "15", NAN, 20, "open"),
        ("at_most", "15", 20, NAN, "above"),
        ("exact", "96", NAN, NAN, "open"),
    ],
)
def test_a_record_that_is_open_on_one_side(qualifier, value, low, high, status):
    assert agreement(says(qualifier, value), Statement(low, high, "x", "record", "s")) == status


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("usd per unit", "usd"), ("cny per unit", "cny"), ("share", "ratio"), ("date", ""), ("count", ""), ("gb", "gb")],
)
def test_units_that_measure_one_thing(unit, expected):
    assert canonical(unit) == expected


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-04-09", "2025-04-09", "2025-04-09"),
    ],
)
def test_the_days_that_a_partial_date_can_mean(partial, first, last):
    assert days(partial) == (pd.Timestamp(first), pd.Timestamp(last))


DAYS = {
    ("exact", "2025-04-09"): {"2025-04-09": "agrees", "2025-04-10": "off", "2025-04": "open"},
    # a record that is coarser than the claim and holds it says no more
    ("exact", "2025-04"): {"2025-04-01": "agrees", "2025-04-30": "agrees", "2025-05-01": "off", "2025-04": "agrees"}
    | {"2025": "open", "2025-Q2": "open", "2024": "off"},
    ("exact", "2025-Q1"): {"2025-03": "agrees", "2025-04": "off"},
    ("exact", "2025"): {"2025-Q4": "agrees", "2026-01-01": "off"},
    # about December 2023: November 2023 to January 2024
    ("about", "2023-12"): {"2023-11-01": "agrees", "2023-10-31": "off", "2024-01-31": "agrees", "2024-02-01": "off"}
    | {"2024-01": "agrees", "2023-Q4": "open", "2024-Q2": "off"},
    ("about", "2025-04-09"): {"2025-05-09": "agrees", "2025-05-10": "off", "2025-03-09": "agrees"},
}


@pytest.mark.parametrize("words", DAYS, ids=" ".join)
def test_days_are_compared_at_the_grain_of_the_claim(words):
    qualifier, day = words
    assert {fact: agreement_of_days(day, qualifier, fact, 1.0) for fact in DAYS[words]} == DAYS[words]


@pytest.mark.parametrize(
    ("qualifier", "value", "record"),
    [("over", "-20", -10.0), ("over", "0", 5.0), ("at_most", "-10", -20.0), ("at_least", "-50", -10.0)],
)
def test_below_zero_no_bound_misleads(qualifier, value, record):
    """A multiple of a bound at or below zero says nothing of how far beyond it a record lies."""
    claim = {"qualifier": qualifier, "low": NAN, "value": value, "high": NAN, "unit": "gb"}
    assert agreement(claimed(claim, TOLERANCES, 1.0), Statement(record, record, "gb", "a", "s")) == "agrees"


def test_a_zero_that_is_printed_is_a_digit():
    """4.0 TB/s is good to half a tenth: 3.95 to 4.05."""
    claim = {"qualifier": "exact", "low": NAN, "value": "4.0", "high": NAN, "unit": "gb/s"}
    asked = claimed(claim, TOLERANCES, 1000.0)
    assert (asked.low, asked.high) == (3950.0, 4050.0)


@pytest.mark.parametrize(("qualifier", "low", "high"), [("at_most", 14.5, 15.5), ("over", 14.5, 15.5)])
def test_what_somebody_is_said_to_have_said_is_read_as_the_number(qualifier, low, high):
    claim = {"qualifier": qualifier, "value": "15", "low": None, "high": None, "unit": "units"}
    rules = pd.DataFrame({"within_share": 0.1, "misleads_beyond": 2.0, "near_share": 0.1}, index=["at_most", "over"])
    found = claimed(claim, rules, 1.0, ignore_bound=True)
    assert (found.low, found.high) == (low, high)  # half a unit of the last printed place either way
    bound = claimed(claim, rules, 1.0)
    assert (bound.low, bound.high) == ((-float("inf"), 15) if qualifier == "at_most" else (15, float("inf")))
