"""What is asked of the inputs of an estimate of units: every problem, with its row."""

from itertools import pairwise

import pandas as pd

from analysis.facts.errors import Fault


def input_faults(revenue: pd.DataFrame, shares: pd.DataFrame, prices: pd.DataFrame) -> list[Fault]:
    """What is wrong with the frames of `analysis.shipments.from_revenue.units_from_revenue`; empty if nothing is."""
    faults = [*_revenue_faults(revenue), *_share_faults(shares, revenue), *_price_faults(prices)]
    return faults or _missing_prices(revenue, shares, prices)


def middle_years(revenue: pd.DataFrame) -> pd.Series:
    """The calendar year that holds the middle day of each quarter."""
    start, end = (pd.to_datetime(revenue[column]) for column in ("period_start", "period_end"))
    return (start + (end - start) / 2).dt.year


def _revenue_faults(revenue: pd.DataFrame) -> list[Fault]:
    rows = revenue.sort_values("period_start").to_dict("records")
    faults = [Fault("revenue", "holds no quarter.", "Give at least one.")] if not rows else []
    for row in rows:
        if not 0 <= row["compute_revenue_musd"] < float("inf"):
            what = f"compute_revenue_musd {row['compute_revenue_musd']} is not a number from 0 up."
            faults.append(Fault(f"revenue, {row['fiscal_period']}", what))
        if row["period_start"] > row["period_end"]:
            faults.append(Fault(f"revenue, {row['fiscal_period']}", "ends before it starts."))
    for before, after in pairwise(rows):
        if after["period_start"] <= before["period_end"]:
            what = f"overlaps {before['fiscal_period']}, which ends on {before['period_end']}."
            faults.append(Fault(f"revenue, {after['fiscal_period']}", what, "Give each day once."))
    return faults


def _share_faults(shares: pd.DataFrame, revenue: pd.DataFrame) -> list[Fault]:
    faults = [] if len(shares) else [Fault("shares", "names no chip.", "Give at least one row.")]
    known = set(revenue["fiscal_period"])
    for row in shares.itertuples():
        where = f"shares, {row.fiscal_period} {row.chip_id}"
        if row.fiscal_period not in known:
            faults.append(Fault(where, "is a quarter without revenue."))
        if not 0 <= row.revenue_share <= 1:
            faults.append(Fault(where, f"revenue_share {row.revenue_share} is not between 0 and 1."))
    for row in shares[shares.duplicated(["fiscal_period", "chip_id"])].itertuples():
        faults.append(Fault(f"shares, {row.fiscal_period} {row.chip_id}", "stands twice."))
    for period, total in shares.groupby("fiscal_period", sort=False)["revenue_share"].sum().items():
        if total > 1 + 1e-9:
            faults.append(Fault(f"shares, {period}", f"sum to {total:.6g}, past 1.", "Lower them."))
    return faults


def _price_faults(prices: pd.DataFrame) -> list[Fault]:
    faults = []
    for row in prices.itertuples():
        where = f"prices, {row.chip_id} {row.year}"
        if not 0 < row.low_usd <= row.high_usd < float("inf"):
            faults.append(Fault(where, f"{row.low_usd} to {row.high_usd} is no range above 0 from low to high."))
        if not 0 < row.interval_level < 1:
            faults.append(Fault(where, f"interval_level {row.interval_level} is not between 0 and 1.", "Write 0.9."))
    for row in prices[prices.duplicated(["chip_id", "year"])].itertuples():
        faults.append(Fault(f"prices, {row.chip_id} {row.year}", "stands twice."))
    return faults


def _missing_prices(revenue: pd.DataFrame, shares: pd.DataFrame, prices: pd.DataFrame) -> list[Fault]:
    years = dict(zip(revenue["fiscal_period"], middle_years(revenue), strict=True))
    priced = set(zip(prices["chip_id"], prices["year"], strict=True))
    return [
        Fault(f"shares, {row.fiscal_period} {row.chip_id}", f"has no price for {years[row.fiscal_period]}.", "Add it.")
        for row in shares.itertuples()
        if row.revenue_share > 0 and (row.chip_id, years[row.fiscal_period]) not in priced
    ]


def setting_faults(span: tuple[float, float], draws: int) -> list[Fault]:
    """What is wrong with the hardware share and the number of draws."""
    faults = []
    if not 0 < span[0] <= span[1] <= 1:
        faults.append(Fault("hardware_share", f"{span[0]} to {span[1]} is no range above 0 and up to 1."))
    if not isinstance(draws, int) or draws < 1:
        faults.append(Fault("draws", f"{draws} is no whole number above 0.", "Write 131072."))
    return faults
