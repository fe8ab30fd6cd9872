"""NVIDIA's revenue with China, on the two bases it was reported on, and what H20 and H200 brought and cost.

The bases are never one series: every function groups by ``geography_basis`` before it compares two periods.
"""

from collections.abc import Callable

import pandas as pd

from analysis.facts import fiscal
from analysis.facts.errors import ParameterError
from analysis.facts.resolve import resolve

CHINA = "China (including Hong Kong)"
SINGAPORE, BOTH = "Singapore", "Other (Singapore inside)"
BASES = ["billing", "headquarters"]
CURRENCIES = ["USD", "CNY"]
_LINE = ["geography_basis", "geography", "fiscal_period", "period_start", "period_end"]

# what the filings and calls say of the two licensed chips; in the order of the story
ITEMS = [
    *("h20_revenue", "h20_unshipped", "h20_charge_estimate", "h20_charge", "guidance_h20_loss"),
    *("h20_reserve_release", "h20_potential_revenue", "h20_revenue_licensed", "us_government_revenue_share"),
    *("dc_hopper_shipments_china", "h200_licensed_revenue", "h200_import_tariff", "h200_charge"),
]


def geographies(revenue: pd.DataFrame) -> pd.DataFrame:
    """Working value of every line of the geographic tables, and of total revenue (``geography_basis`` empty).

    Older tables hold Singapore inside Other: the split lines are taken where both are known, else the sum of the two.
    """
    lines = accounts(revenue, "revenue")
    about = ["geography_basis", "fiscal_period"]
    of = {name: lines.loc[lines["geography"] == name, about].apply(tuple, axis=1) for name in (SINGAPORE, BOTH)}
    key = lines[about].apply(tuple, axis=1)
    is_extra = (lines["geography"] == BOTH) & key.isin(of[SINGAPORE])
    is_extra |= (lines["geography"] == "Other") & key.isin(of[BOTH]) & ~key.isin(of[SINGAPORE])
    return lines[~is_extra].reset_index(drop=True)


def accounts(revenue: pd.DataFrame, *metrics: str) -> pd.DataFrame:
    """Working value of each line of NVIDIA's accounts, by metric, place, basis and period.

    Parameters
    ----------
    revenue : the table of that name.
    metrics : those wanted.

    Returns
    -------
    frame : ``metric``, the columns of a line, and what `analysis.facts.resolve.resolve` picks for it.
    """
    rows = revenue[(revenue["company"] == "NVIDIA") & revenue["metric"].isin(metrics)]
    return resolve(rows, by=["metric", *_LINE])


def preferred(rows: pd.DataFrame, by: list[str]) -> pd.Index:
    """Labels of the rows that `analysis.facts.resolve.resolve` would take, one a group.

    Parameters
    ----------
    rows : facts as loaded, or lines of `accounts`; a locator is not needed.
    by : the columns that say which rows are about the same thing.
    """
    ordered = rows.assign(text=rows.index, locator=rows.get("locator", rows.get("scope", "")))
    return pd.Index(resolve(ordered, by=by)["text"]) if len(rows) else rows.index


def totals(lines: pd.DataFrame) -> pd.Series:
    """Total revenue by fiscal period; a half or nine months without a figure is the sum of its quarters."""
    stated = lines[lines["geography_basis"] == ""].set_index("fiscal_period")["value"]
    periods = lines["fiscal_period"].drop_duplicates()
    quarters = periods.map(fiscal.quarters)
    sums = [stated.reindex(names).sum(skipna=False) if names else float("nan") for names in quarters]
    return stated.reindex(periods).fillna(pd.Series(sums, index=periods, dtype=float))


def total_sources(lines: pd.DataFrame) -> pd.Series:
    """The documents of `totals`, by fiscal period, joined by ``|``."""
    stated = lines[lines["geography_basis"] == ""].set_index("fiscal_period")["source_id"]
    periods = lines["fiscal_period"].drop_duplicates()
    names = [[period] if period in stated.index else fiscal.quarters(period) for period in periods]
    ids = ["|".join(dict.fromkeys(stated.reindex(parts).dropna())) for parts in names]
    return pd.Series(ids, index=periods, dtype=object)


def china_revenue(revenue: pd.DataFrame, basis: str = "both") -> pd.DataFrame:
    """China revenue by fiscal period, each basis a series of its own.

    Parameters
    ----------
    revenue : the table ``revenue``.
    basis : ``billing``, ``headquarters`` or ``both`` (one below the other, never mixed).

    Returns
    -------
    frame : ``geography_basis, fiscal_period, grain, period_start, period_end, revenue_musd`` (``low_musd,
        high_musd`` where the figure is rounded), ``total_musd, share_of_total, growth_on_year,
        growth_on_quarter`` (shares of 1; NaN where the earlier figure is unknown on the same basis),
        ``year_before_musd``, then ``basis, grade, source_id, known_on``, and the documents of the total and of the
        year before: ``total_source_id, year_before_source_id``.
    """
    if basis not in [*BASES, "both"]:
        raise ParameterError(f"basis: {basis!r} is not one of billing, headquarters, both.")
    lines = geographies(revenue)
    china = lines[(lines["geography"] == CHINA) & (lines["geography_basis"].isin(BASES))]
    if basis != "both":
        china = china[china["geography_basis"] == basis]
    total, of_total = totals(lines), total_sources(lines)
    year, quarter = (_earlier(china, before) for before in (fiscal.year_before, fiscal.quarter_before))
    frame = china.assign(
        grain=china["fiscal_period"].map(fiscal.grain),
        total_musd=china["fiscal_period"].map(total),
        growth_on_year=(china["value"] / year["value"] - 1).astype(float),
        growth_on_quarter=(china["value"] / quarter["value"] - 1).astype(float),
        year_before_musd=year["value"].astype(float),
        total_source_id=china["fiscal_period"].map(of_total),
        year_before_source_id=year["source_id"].fillna(""),
    )
    frame["share_of_total"] = frame["value"] / frame["total_musd"]
    frame = frame.rename(columns={"value": "revenue_musd", "low": "low_musd", "high": "high_musd"})
    columns = ["geography_basis", "fiscal_period", "grain", "period_start", "period_end"]
    columns += ["revenue_musd", "low_musd", "high_musd", "total_musd", "share_of_total"]
    columns += ["growth_on_year", "growth_on_quarter", "year_before_musd", "basis", "grade", "source_id", "known_on"]
    columns += ["total_source_id", "year_before_source_id"]
    return frame.sort_values(["geography_basis", "period_end", "period_start"], ignore_index=True)[columns]


def _earlier(china: pd.DataFrame, before: Callable[[str], str]) -> pd.DataFrame:
    """``value, source_id`` of the period that ``before`` names, on the same basis only."""
    known = china.set_index(["geography_basis", "fiscal_period"])[["value", "source_id"]]
    earlier = pd.MultiIndex.from_arrays([china["geography_basis"], china["fiscal_period"].map(before)])
    return known.reindex(earlier).set_index(china.index)


def in_currency(frame: pd.DataFrame, rates: pd.DataFrame, currency: str) -> pd.DataFrame:
    """China revenue in yuan, at the day-weighted mean of the monthly averages over each fiscal period.

    Parameters
    ----------
    frame : from `china_revenue`.
    rates : the table ``exchange_rates``.
    currency : ``USD`` (returned as it is) or ``CNY``.

    Returns
    -------
    frame : amounts as ``_mcny`` instead of ``_musd``, the rate as ``cny_per_usd`` and its documents as
        ``rate_source_id``; NaN where a month of the period has no rate.
    """
    if currency not in CURRENCIES:
        raise ParameterError(f"currency: {currency!r} is not one of {', '.join(CURRENCIES)}.")
    if currency == "USD":
        return frame
    monthly = rates[(rates["pair"] == "USD/CNY") & (rates["grain"] == "month")]
    spans = zip(frame["period_start"], frame["period_end"], strict=True)
    rate = pd.Series([fiscal.average_over(*span, monthly) for span in spans], index=frame.index, dtype=float)
    amounts = [column for column in frame if column.endswith("_musd")]
    of_rate = "|".join(dict.fromkeys(monthly["source_id"]))
    frame = frame.assign(**{column: frame[column] * rate for column in amounts}, cny_per_usd=rate)
    frame = frame.assign(rate_source_id=rate.notna().map({True: of_rate, False: ""}))
    return frame.rename(columns={column: column.replace("_musd", "_mcny") for column in amounts})


def licensed_chips(revenue: pd.DataFrame, guidance: pd.DataFrame) -> pd.DataFrame:
    """What H20 and H200 brought in and cost, item by item, as the company and its outlooks put it.

    Parameters
    ----------
    revenue, guidance : the tables of those names.

    Returns
    -------
    frame : one row a statement, in the order of the periods: ``item, geography, scope, fiscal_period,
        period_start, period_end, amount_musd`` (or ``share``), ``low, high`` (same unit), ``unit, is_outlook,
        basis, grade, source_id, known_on, note``. Items are different quantities and do not add up.
    """
    rows = pd.concat([revenue.assign(is_outlook=False), guidance.assign(is_outlook=True)], ignore_index=True)
    rows = rows[(rows["company"] == "NVIDIA") & rows["metric"].isin(ITEMS)]
    rank = rows["metric"].map(ITEMS.index)
    order = ["period_end", "rank", "known_on", "source_id", "geography", "scope"]
    rows = rows.assign(rank=rank).sort_values(order, ignore_index=True)
    is_share = rows["unit"] == "share"
    rows["amount_musd"] = rows["value"].where(~is_share).astype(float)
    rows["share"] = rows["value"].where(is_share).astype(float)
    columns = ["item", "geography", "scope", "fiscal_period", "period_start", "period_end", "amount_musd", "share"]
    columns += ["low", "high", "unit", "is_outlook", "basis", "grade", "source_id", "known_on", "note"]
    return rows.rename(columns={"metric": "item"})[columns]


def reconciliation(revenue: pd.DataFrame) -> pd.DataFrame:
    """Whether the lines of each geographic table add up to total revenue.

    Returns
    -------
    frame : ``geography_basis, fiscal_period, lines, sum_musd, total_musd, residual_musd, is_test`` (False
        where a line is itself the remainder, so that the sum could not fail), in the order of the periods.
    """
    lines = geographies(revenue)
    total = totals(lines)
    parts = lines[lines["geography_basis"] != ""]
    row = [*_LINE, "source_id", "known_on"]
    is_remainder = parts.set_index(row).index.isin(revenue[revenue["is_remainder"]].set_index(row).index)
    groups = parts.assign(is_remainder=is_remainder).groupby(
        ["geography_basis", "fiscal_period", "period_start", "period_end"], sort=False
    )
    frame = groups.agg(
        lines=("geography", "nunique"),
        sum_musd=("value", "sum"),
        is_test=("is_remainder", lambda r: not r.any()),
    ).reset_index()
    frame = frame[frame["lines"] > 1].sort_values(["geography_basis", "period_end", "period_start"])
    frame["total_musd"] = frame["fiscal_period"].map(total)
    frame["residual_musd"] = frame["sum_musd"] - frame["total_musd"]
    columns = ["lines", "sum_musd", "total_musd", "residual_musd", "is_test"]
    return frame[["geography_basis", "fiscal_period", *columns]].reset_index(drop=True)


def bases_apart(frame: pd.DataFrame) -> pd.DataFrame:
    """The periods that both bases cover, side by side, and the gap between them.

    Parameters
    ----------
    frame : from `china_revenue` with both bases.

    Returns
    -------
    frame : ``fiscal_period, billing_musd, headquarters_musd, gap_musd, billing_share, headquarters_share``,
        ``billing_source_id, headquarters_source_id``.
    """
    keys = ["fiscal_period", "period_end", "period_start"]
    named = {"revenue_musd": "musd", "share_of_total": "share", "source_id": "source_id"}
    known = frame.dropna(subset=["revenue_musd", "share_of_total"])
    billing, headquarters = (
        known.loc[known["geography_basis"] == basis, [*keys, *named]].rename(
            columns={column: f"{basis}_{name}" for column, name in named.items()}
        )
        for basis in BASES
    )
    both = billing.merge(headquarters, on=keys)
    both = both.sort_values(["period_end", "period_start"], ascending=[True, False], ignore_index=True)
    both["gap_musd"] = both["headquarters_musd"] - both["billing_musd"]
    columns = ["billing_musd", "headquarters_musd", "gap_musd", "billing_share", "headquarters_share"]
    return both[["fiscal_period", *columns, "billing_source_id", "headquarters_source_id"]]
