"""Errors say everything at once, and name the near miss."""

import pytest

from analysis.facts.errors import AnalysisError, DataError, Fault, ParameterError, did_you_mean

KNOWN = ["as_of", "chips", "baseline"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("asof", "Did you mean 'as_of'? "),
        ("chip", "Did you mean 'chips'? "),
        ("base_line", "Did you mean 'baseline'? "),
        ("currency", ""),
        ("", ""),
    ],
)
def test_near_miss(name, hint):
    assert did_you_mean(name, KNOWN) == hint


def test_nothing_is_near_where_nothing_is_known():
    assert did_you_mean("as_of", []) == ""


def test_any_iterable_of_names_will_do():
    assert did_you_mean("chip", (name for name in KNOWN)) == "Did you mean 'chips'? "


def test_fault_is_where_what_and_remedy():
    assert str(Fault("data/a.csv line 4, b", "'x' is not a number.", "Use digits.")) == (
        "data/a.csv line 4, b: 'x' is not a number. Use digits."
    )
    assert str(Fault("data/a.csv", "is missing.")) == "data/a.csv: is missing."


def test_every_fault_is_shown_in_order():
    faults = (Fault("b", "second."), "a sentence.", Fault("a", "third.", "Mend it."))
    error = DataError(*faults)
    assert error.faults == faults
    assert str(error) == "b: second.\na sentence.\na: third. Mend it."


def test_what_can_be_caught():
    assert issubclass(DataError, AnalysisError)
    assert issubclass(ParameterError, AnalysisError)
    assert issubclass(ParameterError, ValueError)


def test_a_fault_knows_the_line_that_it_names():
    assert Fault("data/revenue.csv line 41, unit", "is wrong.").line == 41
    assert Fault("data/revenue.csv", "the file is missing.").line == 0
