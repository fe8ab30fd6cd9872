"""China's part of NVIDIA's data-center revenue, quarter by quarter, as far as the company's own statements bound it.

The company states the part of a year as a whole percentage or in words, of a few quarters in words, of others not at
all. Those others get what the year leaves, in proportion to their data-center revenue: that profile within the year is
an assumption of ours, their sum is not.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.facts.resolve import resolve

METRIC = "china_share_of_data_center_revenue"
_ROUNDING = 0.005  # a part printed as a whole percentage is known to half a point
_COLUMNS = ["fiscal_period", "low_musd", "high_musd", "year_low_musd", "year_high_musd", "rest_share", "source_id"]


def quarters(revenue: pd.DataFrame, guidance: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Least and most of China's data-center revenue in each quarter that a statement bounds.

    Parameters
    ----------
    revenue, guidance, periods : the tables ``revenue``, ``guidance`` and ``fiscal_periods``. An outlook of the share
        stands for a quarter that has no statement afterwards.

    Returns
    -------
    frame : ``fiscal_period, low_musd, high_musd, year_low_musd, year_high_musd, rest_share`` (of what the year leaves;
        NaN for a stated quarter), ``source_id``, in the order of time. A quarter is missing where neither it nor its
        year is stated, or a data-center revenue is not known.
    """
    stated, total = _stated(revenue, guidance), _totals(revenue)
    rows = []
    for year in (name for name in periods["fiscal_period"] if "Q" not in name):
        names = [name for name in (f"{year}Q{number}" for number in (1, 2, 3, 4)) if name in total.index]
        bounded = [_bounds(name, stated, total) for name in names if name in stated.index]
        rest = [name for name in names if name not in stated.index]
        rows += bounded
        if year in stated.index and year in total.index and len(names) == 4 and rest:
            rows += _rest(_bounds(year, stated, total), bounded, total.loc[rest, "value"])
    return pd.DataFrame(rows, columns=_COLUMNS).sort_values("fiscal_period", ignore_index=True)


def draws(bounds: pd.DataFrame, place: Callable[[str], np.ndarray]) -> dict[str, np.ndarray]:
    """China's data-center revenue of each quarter, draw by draw, so that a year's quarters add up to the year.

    Parameters
    ----------
    bounds : from `quarters`.
    place : where between its bounds a quarter or year lies, from 0 to 1, by its name.

    Returns
    -------
    draws : by fiscal period, in USD million; nothing below zero.
    """
    drawn = {}
    for row in bounds[bounds["rest_share"].isna()].itertuples():
        drawn[row.fiscal_period] = row.low_musd + (row.high_musd - row.low_musd) * place(row.fiscal_period)
    for row in bounds[bounds["rest_share"].notna()].itertuples():
        year = row.fiscal_period[:6]
        whole = row.year_low_musd + (row.year_high_musd - row.year_low_musd) * place(year)
        stated = sum(
            drawn[name] for name in bounds.loc[bounds["rest_share"].isna(), "fiscal_period"] if name[:6] == year
        )
        drawn[row.fiscal_period] = np.maximum(whole - stated, 0.0) * row.rest_share
    return drawn


def _stated(revenue: pd.DataFrame, guidance: pd.DataFrame) -> pd.DataFrame:
    """Bounds of the share by period: what is said afterwards before what was expected."""
    afterwards, before = (_picked(frame, METRIC) for frame in (revenue, guidance))
    rows = pd.concat([afterwards, before[~before.index.isin(afterwards.index)]])
    low, high = rows["low"].fillna(rows["value"] - _ROUNDING), rows["high"].fillna(rows["value"] + _ROUNDING)
    return pd.DataFrame({"low": low, "high": high, "source_id": rows["source_id"]})


def _totals(revenue: pd.DataFrame) -> pd.DataFrame:
    return _picked(revenue[revenue["geography"] == "Total"], "data_center_revenue")[["value", "source_id"]]


def _picked(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Working value of one of NVIDIA's figures by fiscal period."""
    rows = rows[(rows["company"] == "NVIDIA") & (rows["metric"] == metric)]
    return resolve(rows, by=["fiscal_period"]).set_index("fiscal_period")


def _bounds(name: str, stated: pd.DataFrame, total: pd.DataFrame) -> dict:
    share, whole = stated.loc[name], total.loc[name]
    return {
        "fiscal_period": name,
        "low_musd": share["low"] * whole["value"],
        "high_musd": share["high"] * whole["value"],
        "source_id": "|".join(dict.fromkeys([share["source_id"], whole["source_id"]])),
    }


def _rest(year: dict, bounded: list[dict], total: pd.Series) -> list[dict]:
    """What a year leaves for the quarters without a statement: least and most that any of its draws gives them."""
    low = max(0.0, year["low_musd"] - sum(row["high_musd"] for row in bounded))
    high = max(0.0, year["high_musd"] - sum(row["low_musd"] for row in bounded))
    ids = "|".join(dict.fromkeys("|".join([year["source_id"], *(row["source_id"] for row in bounded)]).split("|")))
    whole = {"year_low_musd": year["low_musd"], "year_high_musd": year["high_musd"], "source_id": ids}
    return [
        {"fiscal_period": name, "low_musd": low * part, "high_musd": high * part, "rest_share": part} | whole
        for name, part in (total / total.sum()).items()
    ]
