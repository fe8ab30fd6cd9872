"""Results that are due: quarters that have ended and of which nothing is on record."""

import pandas as pd

_COLUMNS = ["fiscal_period", "period_end", "due_on", "basis", "grade", "source_id", "known_on", "note"]


def outstanding(periods: pd.DataFrame, revenue: pd.DataFrame, due: pd.DataFrame, day: str) -> pd.DataFrame:
    """Quarters of NVIDIA's that ended by a day without total revenue on record, and when it was expected.

    Parameters
    ----------
    periods, revenue, due : the tables ``fiscal_periods``, ``revenue`` and ``results_due``.
    day : ``YYYY-MM-DD``.

    Returns
    -------
    frame : ``fiscal_period, period_end, due_on, basis, grade, source_id, known_on, note``; a row a day that was
        told, in its order. A quarter of which no day was told has one row without it.
    """
    quarters = periods[(periods["company"] == "NVIDIA") & periods["fiscal_period"].str.contains("Q")]
    is_total = (revenue["company"] == "NVIDIA") & (revenue["metric"] == "revenue") & (revenue["geography"] == "Total")
    first = revenue.loc[is_total, "period_end"].min()
    is_over = (quarters["period_end"] <= day) & (quarters["period_end"] >= first)
    missing = quarters[is_over & ~quarters["fiscal_period"].isin(revenue.loc[is_total, "fiscal_period"])]
    expected = due.loc[due["company"] == "NVIDIA", [name for name in _COLUMNS if name != "period_end"]]
    frame = missing[["fiscal_period", "period_end"]].merge(expected, on="fiscal_period", how="left")
    return frame.sort_values(["period_end", "due_on", "source_id"], ignore_index=True)[_COLUMNS]
