"""Arithmetic of ranges: the ends that a quotient can reach, no more and no less."""

import pandas as pd


def ends(frame: pd.DataFrame) -> pd.DataFrame:
    """``low`` and ``high`` of each row, a point standing for both ends where no range is given.

    Parameters
    ----------
    frame : numeric ``value, low, high``, NaN where not given.
    """
    return pd.DataFrame({"low": frame["low"].fillna(frame["value"]), "high": frame["high"].fillna(frame["value"])})


def quotient(numerator: pd.DataFrame, denominator: pd.DataFrame) -> pd.DataFrame:
    """Ratio of two columns of positive figures, row by row.

    Parameters
    ----------
    numerator, denominator : numeric ``value, low, high`` on the same index; NaN where not given.

    Returns
    -------
    frame : ``value`` (NaN where either has no point), ``low`` and ``high``: the smallest and the largest
        ratio that the ranges allow, [a, b] / [c, d] = [a/d, b/c] for c > 0 (Moore, Interval Analysis, 1966).
    """
    top, bottom = ends(numerator), ends(denominator)
    bottom = bottom.where(bottom > 0)
    return pd.DataFrame(
        {
            "value": numerator["value"] / denominator["value"].where(denominator["value"] > 0),
            "low": top["low"] / bottom["high"],
            "high": top["high"] / bottom["low"],
        }
    )
