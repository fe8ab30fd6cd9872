"""Two values are alike only if nothing in them differs; what is unknown is alike."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from analysis.facts.alike import alike

NAN = float("nan")


@dataclass
class Kept:
    """A value with something nested in it."""

    rows: pd.DataFrame
    ends: dict


def kept(**ends: float) -> Kept:
    return Kept(pd.DataFrame({"name": ["a", "b"], "of": [np.array([1.0, NAN]), None]}), ends)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (kept(low=1.0, high=NAN), kept(low=1.0, high=NAN), True),
        (kept(low=1.0), kept(low=2.0), False),
        (kept(low=1.0, high=2.0), kept(high=2.0, low=1.0), False),  # another order
        (np.array([1.0, NAN]), np.array([1.0, NAN]), True),
        (np.array([1, 2]), np.array([1.0, 2.0]), False),
        (pd.Series([1.0], name="a"), pd.Series([1.0], name="b"), False),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}, index=[5]), False),
        ((1, (NAN, "x")), (1, (NAN, "x")), True),
        ([1], (1,), False),
        (1, True, False),
        (object(), object(), False),
    ],
)
def test_alike(one, other, same):
    assert alike(one, other) is same
