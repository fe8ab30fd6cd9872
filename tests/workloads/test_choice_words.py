"""Which chip is said to be best follows the ends of its figures."""

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import words

NAMES = pd.Series({"a": "A", "b": "B", "c": "C"})
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
    rows = words.best(worth, bought, prices(), NAMES).splitlines()
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


def test_nothing_known_is_said():
    assert words.best(speeds(), prices(), prices(), NAMES) == "By this day nothing can be compared."
