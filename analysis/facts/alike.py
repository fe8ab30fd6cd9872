"""Whether two values that have been worked out are the same."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same in type, order and every figure; unknown figures (NaN) are alike.

    Frames, arrays, dataclasses and what is nested in mappings and sequences are looked into; of anything else its own
    ``==`` decides, so that what has none is the same only as itself.
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame):
        same = one.index.equals(other.index) and one.columns.equals(other.columns)
        return same and all(alike(one.iloc[:, at], other.iloc[:, at]) for at in range(one.shape[1]))
    if isinstance(one, pd.Series):
        if one.dtype == object and one.dtype == other.dtype:
            return one.index.equals(other.index) and alike([*one], [*other])
        return one.equals(other) and one.name == other.name
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    if isinstance(one, Mapping):
        return alike([*one], [*other]) and all(alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if is_dataclass(one):
        return all(alike(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return bool(one == other) or (one != one and other != other)
