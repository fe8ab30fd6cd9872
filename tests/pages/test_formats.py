"""Number formats, on values made by hand."""

import pandas as pd
import pytest

from analysis.pages import formats

NAN = float("nan")
# what each format makes of a number
WRITTEN = {
    formats.money: [
        *((3985, "USD 3.99bn"), (4600, "USD 4.6bn"), (8000, "USD 8bn"), (1000, "USD 1bn"), (999.6, "USD 1bn")),
        *((650, "USD 650m"), (0.4, "USD 0.4m"), (0, "USD 0"), (-4500, "USD −4.5bn"), (-40, "USD −40m")),
        *((216_000, "USD 216bn"), (NAN, "unknown")),
    ],
    formats.share: [
        *((0.131, "13.1%"), (-0.025, "−2.5%"), (0.00449, "0.4%"), (-0.0002, "0.0%"), (0, "0.0%"), (1.5, "150.0%")),
        *((0.1005, "10.1%"), (NAN, "unknown")),
    ],
    formats.ratio: [
        *((0.1496, "0.15"), (1.194, "1.19"), (0, "0.00"), (9.994, "9.99"), (12.66, "12.7"), (NAN, "unknown")),
        *((9.996, "10.0"), (10.0, "10.0")),  # one form across ten
    ],
    formats.plain: [
        *((296, "296"), (2250, "2,250"), (33.45, "33.45"), (0.1496, "0.15"), (3958.0, "3,958")),
        *((123456.7, "123,457"), (0, "0"), (-5.25, "−5.25"), (NAN, "unknown")),
    ],
    formats.whole: [(17_108, "17,108"), (0.5, "1"), (-3, "−3"), (-0.4, "0"), (0, "0"), (NAN, "unknown")],
    # an estimate has three digits, and ties go up
    formats.rounded: [
        *((821_180.0, "821,000"), (1_030_786.4, "1,030,000"), (894.4, "894"), (6.2, "6"), (0.0, "0"), (-0.3, "0")),
        *((12_350.0, "12,400"), (12_250.0, "12,300"), (2_345_000.0, "2,350,000"), (2.5, "3"), (-12_250.0, "−12,300")),
        *((999.5, "1,000"), (99_950.0, "100,000"), (NAN, "unknown")),
    ],
    formats.units: [
        *((230_000, "230,000"), (1e6, "1 million"), (1.5e6, "1.5 million"), (0, "0"), (NAN, "unknown")),
    ],
    formats.day: [
        *(("2025-04-17", "2025-04-17"), (pd.Timestamp("2025-04-17 13:00"), "2025-04-17")),
        *((pd.NaT, "unknown"), ("", "unknown")),
    ],
}


@pytest.mark.parametrize(("form", "value", "text"), [(form, *case) for form in WRITTEN for case in WRITTEN[form]])
def test_a_number_has_one_form(form, value, text):
    assert form(value) == text


def test_money_names_its_currency():
    assert formats.money(28_600, "CNY") == "CNY 28.6bn"


@pytest.mark.parametrize(
    ("number", "noun", "plural", "text"),
    [
        (1, "source", "", "1 source"),
        (3, "source", "", "3 sources"),
        (0, "source", "", "0 sources"),
        (2, "entry", "entries", "2 entries"),
        (1200, "row", "", "1,200 rows"),
    ],
)
def test_count(number, noun, plural, text):
    assert formats.count(number, noun, plural) == text


@pytest.mark.parametrize(
    ("low", "point", "high", "text"),
    [
        (NAN, 296, NAN, "296"),
        (2250, NAN, 2500, "2,250 to 2,500"),
        (1100, 1398, 1700, "1,398 (1,100 to 1,700)"),
        (NAN, NAN, 5500, "up to 5,500"),
        (1e6, NAN, NAN, "over 1,000,000"),
        (NAN, NAN, NAN, "unknown"),
        (5, NAN, 5, "5"),
        (4999.9, 5000, 5000.1, "5,000"),
        (NAN, 2000, 5000, "2,000 (up to 5,000)"),
        (100, 140, NAN, "140 (over 100)"),
        (0, 0, 0, "0"),
    ],
)
def test_span(low, point, high, text):
    assert formats.span(low, point, high) == text


def test_span_takes_the_form_it_is_given():
    assert formats.span(NAN, NAN, 5500, formats.money) == "up to USD 5.5bn"
    assert formats.span(0.1, NAN, 0.2, formats.share) == "10.0% to 20.0%"


@pytest.mark.parametrize(
    ("items", "text"), [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (iter("abc"), "a, b and c")]
)
def test_listing(items, text):
    assert formats.listing(items) == text
