"""Arithmetic as text: what it comes to, and what it refuses."""

import pytest

from analysis.facts.arithmetic import ArithmeticTextError, names, value


def test_names_in_their_order_and_the_value():
    text = "(us - d * x) / (china + x)"
    assert names(text) == ["us", "d", "x", "china"]
    assert value(text, {"us": 100, "d": 0.5, "x": 20, "china": 10}) == 3  # (100 - 10) / 30


@pytest.mark.parametrize(("text", "worth"), [("-2 ** 2 + 5", 1), ("max(1, 2, 3) / min(4, 2)", 1.5), ("sqrt(9)", 3)])
def test_signs_powers_and_functions(text, worth):
    assert value(text, {}) == worth


@pytest.mark.parametrize(
    "text",
    ["a +", "__import__('os')", "a.b", "a[0]", "1 if a else 2", "True", "'x'", "b", "a / 0", "9 ** 9 ** 9", "1" * 600],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ArithmeticTextError):
        value(text, {"a": 1.0})
