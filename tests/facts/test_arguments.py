"""Values of parameters by annotation: text and values of Python's, and what is refused in which words."""

import math
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts.arguments import Bounds, Count, Positive, Share, kinds, value, values, written
from analysis.facts.errors import ParameterError

Range = Annotated[tuple[float, float], Bounds(above=0, high=1)]


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        (str, " h20 ", "h20"),
        (int, "-3", -3),
        (int, np.int64(8), 8),
        (float, "1e3", 1000.0),
        (float, ".5", 0.5),
        (float, 2, 2.0),
        (bool, "Yes", True),
        (bool, "false", False),
        (date, "2025-04-17", date(2025, 4, 17)),
        (date, datetime(2025, 4, 17, 12), date(2025, 4, 17)),
        (date, pd.Timestamp("2025-04-17"), date(2025, 4, 17)),
        (date | None, "", None),
        (date | None, "none", None),
        (date | None, None, None),
        (Path | None, "chips.csv", Path("chips.csv")),
        (Literal["USD", "CNY"], "CNY", "CNY"),
        (tuple[str, ...], "h20-96gb", ("h20-96gb",)),
        (tuple[str, ...], "h20-96gb, b30a,", ("h20-96gb", "b30a")),
        (list[str], ["a", "b"], ["a", "b"]),
        (list[str], "a", ["a"]),
        (tuple[float, ...], 800, (800.0,)),
        (Range, "0.7,0.9", (0.7, 0.9)),
        (Range, 0.8, (0.8, 0.8)),
        (Range, (0.5, 1), (0.5, 1.0)),
        (dict[str, float], "price=10000", {"price": 10000.0}),
        (dict[str, float], {"price": 1}, {"price": 1.0}),
        (dict[str, float] | None, {}, {}),
    ],
)
def test_text_and_values_become_values(kind, told, expected):
    found = value(told, kind, where="p")
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "told", "words"),
    [
        (str, 5, "p: 5 is not text. Put it in quotes."),
        (int, "1.5", "p: '1.5' is not a whole number. Write it like 8."),
        (int, True, "p: True is not a whole number. Write it like 8."),
        (int, "٣", "p: '٣' is not a whole number. Write it like 8."),
        (int, "9" * 5000, "p: '" + "9" * 199 + "... (5,002 characters) is not a whole number. Write it like 8."),
        (int, [10**5000], "p: a list that is too long to print is not a whole number. Write it like 8."),
        (float, "nan", "p: 'nan' is not a number. Write it like 0.25."),
        (float, math.inf, "p: inf is not a number. Write it like 0.25."),
        (float, "1e999", "p: '1e999' is not a number. Write it like 0.25."),
        (float, "５", "p: '５' is not a number. Write it like 0.25."),
        (float, None, "p: None is not a number. Write it like 0.25."),
        (bool, "maybe", "p: 'maybe' is neither yes nor no."),
        (bool, 1, "p: 1 is neither yes nor no."),
        (date, "2025-02-30", "p: '2025-02-30' is not a day. Write it as year-month-day, 2025-04-17."),
        (date, "20250417", "p: '20250417' is not a day. Write it as year-month-day, 2025-04-17."),
        (date, 20250417, "p: 20250417 is not a day. Write it as year-month-day, 2025-04-17."),
        (Literal["USD", "CNY"], "USDD", "p: 'USDD' is not one of USD, CNY. Did you mean 'USD'?"),
        (Literal["USD", "CNY"], ["USD"], "p: ['USD'] is not one of USD, CNY."),
        (tuple[str, ...], {"a": 1}, "p: {'a': 1} is not a list. Write it like a,b."),
        (tuple[str, ...], [1], "p: 1 is not text. Put it in quotes."),
        (Range, "0.9,0.7", "p: '0.9,0.7' is neither a number nor a low and a high one. Write it like 0.7,0.9."),
        (Range, "", "p: '' is neither a number nor a low and a high one. Write it like 0.7,0.9."),
        (Range, "0.7,1.2", "p: 1.2 is not above 0 and at most 1."),
        (Count, 0, "p: 0 is not at least 1."),
        (Positive, "0", "p: 0.0 is not above 0."),
        (Share, -0.1, "p: -0.1 is not at least 0 and at most 1."),
        (dict[str, float], 5, "p: 5 is not names and numbers. Write it like price=10000."),
        (dict[str, float], "price", "p: '' is not a number. Write it like 0.25."),
    ],
)
def test_what_is_refused_and_how(kind, told, words):
    with pytest.raises(ParameterError) as refused:
        value(told, kind, where="p")
    assert str(refused.value) == words


KINDS = [str, int, float, bool, date, date | None, Path, tuple[str, ...], list[str], Range, Count, dict[str, float]]
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=4), st.dates()
)


@given(
    st.sampled_from(KINDS), st.one_of(ANYTHING, st.lists(ANYTHING, max_size=3), st.dictionaries(st.text(), ANYTHING))
)
def test_whatever_is_given_is_taken_or_refused(kind, told):
    with suppress(ParameterError):  # any other error is a failure
        value(told, kind, where="p")


def function(record, *, chips: tuple[str, ...] = (), years: Positive = 4.0) -> Callable:
    """A result by hand."""


def test_all_that_is_wrong_is_said_at_once_and_the_rest_is_not_run():
    with pytest.raises(ParameterError) as refused:
        values(function, {"chip": "h20", "years": 0, "chips": 3.5})
    assert str(refused.value).splitlines() == [
        "function has no parameter 'chip'. Did you mean 'chips'? It has: chips, years.",
        "years: 0.0 is not above 0.",
        "chips: 3.5 is not text. Put it in quotes.",
    ]
    assert values(function, {"chips": "a,b"}) == {"chips": ("a", "b")}
    assert list(kinds(function)) == ["chips", "years"]


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ([], "none"),
        ("", "none"),
        (None, "none"),
        (True, "yes"),
        (["a", "b"], "a, b"),
        ({"price": 10000.0}, "price=10000"),
        ({}, "none"),
        (0, "0"),
    ],
)
def test_values_as_a_reader_would_write_them(told, text):
    assert written(told) == text
