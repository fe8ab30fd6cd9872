"""The H20 account: what was sold, written down, released and expected, and which of these lines add up.

Sales, write-downs and sales not made are different quantities. Each line belongs to one account; only lines of one
account that are parts of the same quantity are added, and every other line says why it is not.
"""

import pandas as pd

from analysis.facts.interval import ends
from analysis.revenue.china import licensed_chips, preferred
from analysis.revenue.outlooks import statements

OUTSIDE, TOTAL = "Outside China", "Total"
SAME = "the same line by another source"
# account, sign in its sum (0: not added), and why it is not
_SOLD = "H20 sold in China"
_LINES = {
    "h20_revenue": (_SOLD, 1, ""),
    "h20_unshipped": ("sales not made", 0, "revenue, not a cost"),
    "h20_charge_estimate": ("charge announced", 0, "the booked charge replaces it"),
    "h20_charge": ("charge", 1, ""),
    "guidance_h20_loss": ("sales not made", 0, "an outlook, not an outcome"),
    "h20_reserve_release": ("charge", -1, ""),
    "h20_potential_revenue": ("sales not made", 0, "possible, and not in the outlook"),
    "h20_revenue_licensed": ("of which licensed", 0, "inside the quarters above"),
    "us_government_revenue_share": ("conditions", 0, "a share, not an amount"),
    "dc_hopper_shipments_china": ("cross-check", 0, "another name for the sales of the same quarter"),
    "h200_licensed_revenue": ("H200 sold in China", 1, ""),
    "h200_import_tariff": ("conditions", 0, "a share, not an amount"),
    "h200_charge": ("H200 charge", 1, ""),
}
_PLACELESS = ["H20 sold, no place named", 0, "sales to China are above"]
_ORDER = [
    *(_SOLD, "of which licensed", _PLACELESS[0], "H20 sold outside China", "sales not made"),
    *("charge announced", "charge", "conditions", "H200 sold in China", "H200 charge", "cross-check"),
]
_LOSSES = {
    "h20_charge": "stock and purchase commitments written down",
    "h20_charge_estimate": "the same before it was booked, as an upper bound",
    "guidance_h20_loss": "H20 sales missing from the outlook of one quarter",
    "h20_lost_sales": "sales walked away from, without a period",
    "h20_revenue_loss": "revenue lost, by an analyst's estimate",
    "h20_orders": "orders held up, not sales",
    "h20_revenue_forecast": "what H20 was thought to bring in a year",
}


_COLUMNS = [
    "account",
    "item",
    "geography",
    "fiscal_period",
    "period_end",
    "amount_musd",
    "share",
    "low",
    "high",
    "unit",
]
_COLUMNS += ["sign", "is_total", "not_added_because", "is_outlook", "basis", "grade", "source_id", "known_on", "note"]


def account(revenue: pd.DataFrame, guidance: pd.DataFrame) -> pd.DataFrame:
    """Every line of the H20 and H200 account, and the totals of those that add up.

    Parameters
    ----------
    revenue, guidance : the tables of those names.

    Returns
    -------
    frame : ``account, item, geography, fiscal_period, period_end, amount_musd, share, low, high, unit, sign`` (1, -1:
        added with that sign; 0: not), ``is_total, not_added_because, is_outlook, basis, grade, source_id, known_on,
        note``. The total of an account stands below its lines; it is a range where a line is one.
    """
    lines = licensed_chips(revenue, guidance)
    outside = lines["geography"] == OUTSIDE
    entries = pd.DataFrame([_LINES[item] for item in lines["item"]], columns=["account", "sign", "not_added_because"])
    entries = entries.astype({"sign": int})
    entries.loc[(outside & lines["item"].eq("h20_revenue")).to_numpy(), "account"] = "H20 sold outside China"
    entries.loc[(lines["item"].eq("h20_revenue") & lines["geography"].eq(TOTAL)).to_numpy()] = _PLACELESS
    periods = {item: set(lines.loc[lines["item"] == item, "fiscal_period"]) for item in set(lines["item"])}
    is_hopper = lines["item"].eq("dc_hopper_shipments_china")
    is_h20 = is_hopper & lines["fiscal_period"].isin(periods.get("h20_revenue", set()))
    entries.loc[is_h20.to_numpy()] = [_SOLD, 1, ""]  # the only Hopper that was sold to China then
    is_only = is_hopper & ~is_h20 & ~lines["fiscal_period"].isin(periods.get("h200_licensed_revenue", set()))
    entries.loc[is_only.to_numpy()] = ["H200 sold in China", 1, ""]  # no other line says it for that quarter
    is_repeated = _is_repeated(lines, entries)
    entries.loc[is_repeated.to_numpy(), ["sign", "not_added_because"]] = [0, SAME]
    lines = pd.concat([entries, lines], axis=1).assign(is_total=False)
    accounts = [(name, lines[lines["account"] == name]) for name in _ORDER]
    parts = [part for name, rows in accounts for part in (rows, _total(name, rows))]
    return pd.concat([lines.iloc[:0], *parts], ignore_index=True)[_COLUMNS].astype({"sign": int, "is_total": bool})


def _is_repeated(lines: pd.DataFrame, entries: pd.DataFrame) -> pd.Series:
    """Lines that another source says with more weight: of one account, quantity and period.

    Within an account a line is one whatever place a source names with it; conditions are not lines.
    """
    hopper = lines["item"].replace({"dc_hopper_shipments_china": "h20_revenue"})
    what = hopper.where(entries["account"].eq(_SOLD).to_numpy(), lines["item"])
    is_line = entries["account"].ne("conditions").to_numpy()
    rows = lines[is_line].assign(what=what[is_line], account=entries.loc[is_line, "account"])
    kept = preferred(rows.rename(columns={"amount_musd": "value"}), ["account", "what", "fiscal_period"])
    return pd.Series(is_line, index=lines.index) & ~lines.index.isin(kept)


def _total(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The sum of an account, where more than one of its lines adds; bounds stay bounds."""
    added = rows[rows["sign"] != 0]
    if len(added) < 2:
        return rows.iloc[:0]
    bounds, is_plus = ends(added.rename(columns={"amount_musd": "value"})), added["sign"] > 0
    low = bounds["low"].where(is_plus, -bounds["high"]).sum(skipna=False)
    high = bounds["high"].where(is_plus, -bounds["low"]).sum(skipna=False)
    total = added.iloc[[-1]].assign(item="total", is_total=True, sign=0, not_added_because="", note=_made_of(added))
    return total.assign(
        account=name,
        geography=added["geography"].iloc[0] if added["geography"].nunique() == 1 else "",
        source_id="|".join(dict.fromkeys(added["source_id"])),
        grade=added["grade"].max(),
        is_outlook=bool(added["is_outlook"].any()),
        amount_musd=low if low == high else float("nan"),
        low=float("nan") if low == high else low,
        high=float("nan") if low == high else high,
        basis="derived",
        fiscal_period=" to ".join(dict.fromkeys([added["fiscal_period"].iloc[0], added["fiscal_period"].iloc[-1]])),
        known_on=added["known_on"].max(),
    )


def _made_of(added: pd.DataFrame) -> str:
    """``4,500 (FY2026Q1) − 180 (FY2026Q2)``: the arithmetic of a total."""
    bounds = ends(added.rename(columns={"amount_musd": "value"}))
    ranges = [" to ".join(dict.fromkeys(f"{end:,.15g}" for end in row)) for row in bounds[["low", "high"]].to_numpy()]
    terms = [
        f"{_SIGNS[sign]} {figure} ({period})"
        for sign, figure, period in zip(added["sign"], ranges, added["fiscal_period"], strict=True)
    ]
    return " ".join(terms).removeprefix("+ ")


_SIGNS = {1: "+", -1: "\N{MINUS SIGN}"}


def quoted_losses(revenue: pd.DataFrame, guidance: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Every amount that is quoted as NVIDIA's loss on H20, and what it measures.

    Parameters
    ----------
    revenue, guidance, estimates : the tables ``revenue``, ``guidance`` and ``revenue_estimates``.

    Returns
    -------
    frame : by amount: ``amount_musd, low, high, metric, measures, said_by, about`` (fiscal period, or the day it was
        said where it names none), ``basis, grade, source_id, locator, known_on, note``.
    """
    company = [
        frame.assign(said_by="NVIDIA", about=frame["fiscal_period"]) for frame in (revenue, statements(guidance))
    ]
    about = estimates["fiscal_period"].where(estimates["fiscal_period"] != "", "said " + estimates["said_on"])
    others = estimates.assign(said_by=estimates["estimator"], about=about)
    rows = pd.concat([*company, others], ignore_index=True)
    rows = rows[rows["metric"].isin(list(_LOSSES)) & (rows["company"] == "NVIDIA")]
    rows = rows.rename(columns={"value": "amount_musd"}).assign(measures=rows["metric"].map(_LOSSES))
    rank = rows["amount_musd"].fillna(rows["high"]).fillna(rows["low"])
    columns = ["amount_musd", "low", "high", "metric", "measures", "said_by", "about"]
    columns += ["basis", "grade", "source_id", "locator", "known_on", "note"]
    return rows.assign(rank=rank).sort_values(["rank", "known_on", "source_id"], ignore_index=True)[columns]
