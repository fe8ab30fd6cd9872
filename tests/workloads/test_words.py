"""Sentences on workloads follow the figures."""

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import words as wording

NAMES = pd.Series({"h100-sxm": "H100", "h20": "H20", "new": "New"})
RATES = pd.DataFrame(
    [
        ("h100-sxm", "decode", 1.0, 1.0),
        ("h100-sxm", "training", 1.0, 1.0),
        ("h20", "decode", 0.75, 0.9),
        ("h20", "training", 0.25, 0.25),
        ("new", "decode", np.nan, 0.5),
        ("new", "training", np.nan, np.nan),
    ],
    columns=["chip_id", "phase", "ratio_low", "ratio_high"],
).assign(source_id="s")


def test_what_a_chip_is_worth_is_told_with_its_ends():
    told = wording.answer(RATES, NAMES, "h100-sxm").splitlines()
    assert told[0] == "Beside one H100, one chip is worth:"
    assert told[2:] == [
        "- **H20**: 0.75 to 0.90 in decode and 0.25 in training",
        "- **New**: up to 0.50 in decode and unknown in training",
    ]


@pytest.mark.parametrize(("errors", "side"), [([-0.1, -0.3, -0.2], "too little"), ([0.1, 0.3, 0.2], "too much")])
def test_agreement_takes_its_side_from_the_errors(errors, side):
    told = wording.agreement(pd.DataFrame({"error_share": errors}))
    assert "off by 10.0% to 30.0%, 20.0% in the median" in told
    assert told.endswith(f"it says {side}.")


def test_factors_are_told_in_their_units():
    values = {"compute": 0.5, "memory": 0.75, "layer": 2e-5, "layer_of_many": 3e-6}
    frame = pd.DataFrame({"kind": "factor", "name": list(values), "value": list(values.values())})
    told = wording.factors(frame)
    assert "50.0% of the dense rate and 75.0% of the memory bandwidth" in told
    assert "20 microseconds" in told
    assert "3 more" in told
    assert "too few" in wording.factors(frame.iloc[:0])


def test_nothing_known_is_said():
    assert "By this day no measurement" in wording.answer(RATES.iloc[:0], NAMES, "h100-sxm")
    assert "By this day no measurement" in wording.agreement(pd.DataFrame({"error_share": []}))


def test_cards_that_match_are_told_with_what_is_known_of_them():
    rows = [
        ("h20", "decode", 14.0, 20.0, 280.0, 8000.0, "p|q", "C", ""),
        ("h20", "training", 9.0, np.nan, 90.0, np.nan, "p|q", "C", ""),
    ]
    rows += [("new", phase, *[np.nan] * 4, "", "", "no rate") for phase in ("decode", "training")]
    columns = [
        "chip_id",
        "phase",
        "needed_low",
        "needed_high",
        "cost_low_usd",
        "cost_high_usd",
        "price_source_id",
        "price_grade",
        "why",
    ]
    told = wording.clusters(pd.DataFrame(rows, columns=columns), NAMES).set_index("chip")
    assert told.loc["H20", "decode"] == "14 to 20, for USD 280 to 8,000"
    assert told.loc["H20", "training"] == "at least 9, for USD at least 90"
    assert told.loc["H20", "price from"] == "p, q (grade C alone)"
    assert told.loc["New", ["decode", "because"]].tolist() == ["unknown", "no rate"]


def costs(*rows: tuple) -> pd.DataFrame:
    """Rows of chip, phase, price, power and total a million tokens."""
    names = [f"{part}{end}_usd_per_million" for part in ("", "power_", "total_") for end in ("low", "high")]
    frame = pd.DataFrame(rows, columns=["chip_id", "phase", *names])
    return frame.assign(low_usd=10_000.0, high_usd=12_000.0, price_source_id="p", price_grade="B", why="")


def test_dollars_a_million_tokens_are_told_by_chip_with_their_power():
    told = wording.costs(
        costs(
            ("h20", "decode", 0.5, 1.0, 0.1, 0.2, 0.6, 1.2),
            ("h20", "prefill", 0.5, 1.0, np.nan, np.nan, np.nan, np.nan),
            ("h20", "training", 0.5, 1.0, 0.0, 0.0, 0.5, 1.0),
            ("h20", "decode without overhead", *[np.nan] * 6),
        ),
        NAMES,
    ).iloc[0]
    assert told["decode"] == "0.600 to 1.200, of it power 0.100 to 0.200"
    assert told["prefill"] == "0.500 to 1.000 without power"
    assert told["training"] == "0.500 to 1.000"
    assert told["decode without overhead"] == "unknown"
    assert (told["price, USD"], told["price from"]) == ("10,000 to 12,000", "p")


# Which chip is said to be best follows the ends of its figures

LETTERS = pd.Series({"a": "A", "b": "B", "c": "C"})
NOTHING = (np.nan, np.nan)


def speeds(**ends: tuple) -> pd.DataFrame:
    """Tokens a second in decode."""
    rows = [(chip, "decode", low, high) for chip, (low, high) in ends.items()]
    frame = pd.DataFrame(rows, columns=["chip_id", "phase", "low", "high"])
    return frame.assign(ratio_low=np.nan, ratio_high=np.nan)


def prices(**ends: tuple) -> pd.DataFrame:
    """Dollars a million tokens in decode: price alone, then both ends of the total."""
    rows = [(chip, "decode", *row) for chip, row in ends.items()]
    columns = ["low_usd_per_million", "total_low_usd_per_million", "total_high_usd_per_million"]
    return pd.DataFrame(rows, columns=["chip_id", "phase", *columns]).assign(work_low_usd=np.nan, work_high_usd=np.nan)


ALL = {"a": (1.0, 1.5, 2.0), "b": (2.5, 3.0, 4.0)}


def line(worth: pd.DataFrame, bought: pd.DataFrame, phase: str = "decode") -> list[str]:
    rows = wording.best(worth, bought, prices(), LETTERS).splitlines()
    first = rows.index(f"- **{phase}**") + 1
    return [row.removeprefix("    - ") for row in rows[first : first + 3]]


@pytest.mark.parametrize(
    ("worth", "says"),
    [
        ({"a": (10, 20), "b": (21, 30), "c": NOTHING}, "from B (no figure for C)"),
        ({"a": (10, 20), "b": (15, 30)}, "cannot be told between A and B"),
        ({"a": (20, 20), "b": (20.05, 20.05), "c": (1, 1)}, "from A and B alike"),
        ({"a": (20, 20), "b": (np.nan, 30)}, "cannot be told between A and B"),
        ({"a": (20, 20), "b": (np.nan, 15)}, "from A"),
        ({"a": NOTHING}, "from no chip with a figure"),
    ],
)
def test_the_fastest_chip_is_named_where_it_can_be_told(worth, says):
    assert line(speeds(**worth), prices(**ALL))[0] == f"the most tokens a second {says}"


@pytest.mark.parametrize(
    ("bought", "says"),
    [
        (ALL, "from A"),
        (ALL | {"c": (1.9, np.nan, np.nan)}, "cannot be told between A and C"),
        (ALL | {"c": (2.1, np.nan, np.nan)}, "from A"),
        (ALL | {"c": (np.nan, np.nan, np.nan)}, "from A (no figure for C)"),
    ],
)
def test_a_chip_without_its_power_costs_its_price_at_least(bought, says):
    """What A costs in all, two dollars at most, stands against the price alone of C."""
    told = line(speeds(a=(1, 1)), prices(**bought))
    assert told[1:] == [f"the cheapest token bought {says}", "the cheapest token rented from no chip with a figure"]


def test_training_is_compared_at_the_same_part_of_the_rates():
    """The ends overlap for the part of its rate that training reaches alone; the ratios do not."""
    worth = speeds(a=(10, 15), b=(12, 18)).assign(phase="training", ratio_low=[1.0, 1.2], ratio_high=[1.0, 1.2])
    bought = prices(**ALL).assign(phase="training", work_low_usd=[5.0, 3.0], work_high_usd=[6.0, 4.0])
    assert line(worth, bought, "training")[:2] == [
        "the most tokens a second from B",
        "the cheapest token bought from B",
    ]


def test_nothing_to_compare_is_said():
    assert wording.best(speeds(), prices(), prices(), LETTERS) == "By this day nothing can be compared."
