"""The quotient of two ranges: it encloses every quotient of points, and no more."""

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.interval import ends, quotient

POSITIVE = st.floats(min_value=1e-6, max_value=1e6)
NOTHING = float("nan")


def figure(value=NOTHING, low=NOTHING, high=NOTHING) -> pd.DataFrame:
    return pd.DataFrame({"value": [value], "low": [low], "high": [high]}, dtype=float)


@st.composite
def range_with_point(draw):
    low, point, high = sorted(draw(st.tuples(POSITIVE, POSITIVE, POSITIVE)))
    return low, point, high


@given(range_with_point(), range_with_point())
def test_quotient_encloses_every_quotient_of_points_and_reaches_both_ends(top, bottom):
    (a, x, b), (c, y, d) = top, bottom
    ratio = quotient(figure(low=a, high=b), figure(low=c, high=d)).iloc[0]
    assert ratio["low"] <= x / y <= ratio["high"]
    assert (ratio["low"], ratio["high"]) == (a / d, b / c)


@given(POSITIVE, POSITIVE)
def test_points_divide_as_numbers_do(x, y):
    ratio = quotient(figure(x), figure(y)).iloc[0]
    assert ratio["value"] == ratio["low"] == ratio["high"] == x / y


def test_worked_by_hand():
    # 10 to 12 thousand dollars against 20 to 30 thousand: 10/30 to 12/20
    ratio = quotient(figure(low=10_000, high=12_000), figure(low=20_000, high=30_000)).iloc[0]
    assert math.isclose(ratio["low"], 1 / 3)
    assert math.isclose(ratio["high"], 0.6)
    assert math.isnan(ratio["value"])  # no point is made of two ranges


def test_range_over_point():
    ratio = quotient(figure(low=2250, high=2500), figure(2000)).iloc[0]
    assert (ratio["low"], ratio["high"]) == (1.125, 1.25)


def test_nothing_below_and_zero_below_give_nothing():
    for bottom in (figure(), figure(0), figure(low=0, high=0)):
        assert quotient(figure(5), bottom).isna().all(axis=None)
    assert quotient(figure(), figure(5)).isna().all(axis=None)


def test_a_link_of_zero_is_a_ratio_of_zero():
    assert quotient(figure(0), figure(900)).iloc[0].tolist() == [0, 0, 0]


def test_a_point_stands_for_both_ends_only_where_no_range_is_given():
    assert ends(figure(1398, 1100, 1700)).iloc[0].tolist() == [1100, 1700]
    assert ends(figure(1398)).iloc[0].tolist() == [1398, 1398]
    assert ends(figure(high=5500)).iloc[0].isna().tolist() == [True, False]  # "up to" has no lower end
