"""What the estimate of units starts from, cell by cell: a product in a fiscal quarter, its revenue and its price."""

import pandas as pd

from analysis.chips import prices
from analysis.facts import interval
from analysis.facts.fiscal import grain
from analysis.facts.resolve import resolve
from analysis.revenue.china import CHINA
from analysis.shipments import residual
from analysis.shipments.from_revenue import middle_years
from analysis.shipments.residual import REMAINDER

PART = "part_of_china_data_center"
NONE = "none_sold"
UNKNOWN = "unknown"
WITHIN_DAYS = 366  # a price further off than a year from the middle of a year says nothing of it
CELLS = ["product", "variant", "fiscal_period", "period_start", "period_end", "revenue_from", "scope"]
CELLS += ["low_musd", "high_musd", "year", "low_usd", "high_usd", "most", "split", "why", "source_id"]


def cells(
    priors: pd.DataFrame,
    accounts: dict[str, pd.DataFrame],
    bounds: pd.DataFrame,
    quoted: pd.DataFrame,
    *,
    struck: list[str],
) -> pd.DataFrame:
    """One row a product and fiscal quarter: the bounds of its revenue and of the price of a card.

    Parameters
    ----------
    priors : the table ``unit_priors``.
    accounts : the tables ``revenue, fiscal_periods, products`` by name.
    bounds : from `analysis.revenue.data_center.quarters`.
    quoted : from `analysis.chips.prices.quotations`, without those that may not be used.
    struck : sources that may not be used; a cell that rests on one is unknown.

    Returns
    -------
    frame : `CELLS`, chips in the order of their first quarter. ``low_musd, high_musd`` and ``low_usd, high_usd`` are
        NaN where not known. ``why``: why the units are not known, else empty; ``most``: their ceiling where the
        accounts give no more than that. ``scope``: what the figure of the accounts covers; ``year``: the calendar year
        that holds the middle day; ``split``: the open split of revenue that the cell has a part in.
    """
    calendar = accounts["fiscal_periods"]
    quarters = calendar[calendar["fiscal_period"].map(grain) == "quarter"]
    rows = [
        row | {"fiscal_period": name}
        for row in priors.to_dict("records")
        for name in quarters["fiscal_period"]
        if row["first_period"] <= name <= row["last_period"]
    ]
    frame = pd.DataFrame(rows, columns=[*priors.columns, "fiscal_period"])
    frame = frame.merge(quarters[["fiscal_period", "period_start", "period_end"]], on="fiscal_period", how="left")
    china = residual.china(accounts["revenue"])
    frame = frame.merge(_revenue(accounts["revenue"], bounds, china), on=["revenue_from", "fiscal_period"], how="left")
    frame["year"] = middle_years(frame) if len(frame) else pd.Series(dtype=int)
    families = accounts["products"].set_index("product")["family"]
    frame = _priced(frame, quoted, families[families != ""].to_dict())
    frame["why"] = [_why(row, struck) for row in frame.itertuples()]
    is_open = frame["revenue_from"].eq(REMAINDER) & frame["why"].eq("")
    is_alone = is_open & ~frame["product"].isin(residual.usable(frame, china))
    frame["why"] = frame["why"].mask(is_alone, "no quarter in which its revenue is stated is known by this day")
    beside = residual.remainders(frame, china).groupby("product")["source_id"].agg("|".join)
    for at in frame.index[is_open & ~is_alone]:
        ids = f"{frame.at[at, 'source_id']}|{beside[frame.at[at, 'product']]}"
        frame.at[at, "source_id"] = "|".join(dict.fromkeys(ids.split("|")))
    only_most = frame["why"].eq(_CEILING)
    frame["most"] = (frame["high_musd"] * 1e6 / frame["low_usd"]).where(only_most)
    frame["split"] = _splits(frame)
    since = frame.groupby("product")["period_start"].transform("min")
    frame = frame.assign(since=since, scope=frame["scope"].fillna(""))
    return frame.sort_values(["since", "product", "period_start"], ignore_index=True)[CELLS]


_CEILING = "the accounts give no more than a ceiling"


def _why(row: tuple, struck: list[str]) -> str:
    """Why the units of a cell are not known; empty where they are."""
    if row.source_id.split("|")[0] in struck:
        return "what it rests on is struck"
    if row.revenue_from == UNKNOWN:
        return row.note
    if pd.isna(row.low_musd):
        return "its revenue is not known by this day"
    if row.high_musd > 0 and pd.isna(row.low_usd):
        return "no price of a card within a year of its middle is known by this day"
    is_open = row.revenue_from in (PART, REMAINDER) or pd.notna(row.value)
    return _CEILING if not is_open and row.low_musd == 0 < row.high_musd else ""


def _splits(frame: pd.DataFrame) -> list[str]:
    """A name for each open split: the fiscal year and the chips that were sold in the quarter."""
    parts = frame[frame["revenue_from"].isin([PART, REMAINDER]) & (frame["why"] == "")]
    together = parts.groupby("fiscal_period")["product"].agg(lambda names: " ".join(sorted(names)))
    return [
        f"{row.fiscal_period[:6]} {together[row.fiscal_period]}" if row.Index in parts.index else ""
        for row in frame.itertuples()
    ]


def _revenue(revenue: pd.DataFrame, bounds: pd.DataFrame, china: pd.DataFrame) -> pd.DataFrame:
    """Bounds of revenue by ``revenue_from`` and ``fiscal_period``; of several statements, the one preferred.

    The bounds of a remainder are those of any basis, and of China's data-center revenue.
    """
    columns = ["revenue_from", "fiscal_period", "low_musd", "high_musd", "source_id"]
    remainder = china.groupby("fiscal_period", as_index=False).agg(
        high_musd=("china_musd", "max"), source_id=("source_id", lambda ids: "|".join(dict.fromkeys(ids)))
    )
    remainder = remainder.merge(
        bounds[["fiscal_period", "high_musd"]], on="fiscal_period", suffixes=("", "_cap"), how="left"
    )
    remainder["high_musd"] = remainder[["high_musd", "high_musd_cap"]].min(axis=1)
    remainder = remainder.assign(revenue_from=REMAINDER, low_musd=0.0)
    rows = revenue[(revenue["company"] == "NVIDIA") & (revenue["geography"] == CHINA)]
    rows = rows.rename(columns={"metric": "revenue_from", "scope": "text"})
    stated = resolve(rows, by=["revenue_from", "fiscal_period"]).rename(columns={"text": "scope"})
    stated[["low_musd", "high_musd"]] = interval.ends(stated)
    frame = pd.concat(
        [bounds.assign(revenue_from=PART)[columns], remainder[columns], stated[[*columns, "value", "scope"]]]
    )
    return frame.rename(columns={"source_id": "revenue_source_id"})


def _priced(frame: pd.DataFrame, quoted: pd.DataFrame, families: dict[str, str]) -> pd.DataFrame:
    """Prices by the middle of the year, or those that the row of the prior gives; nothing sold needs none."""
    chip_days = pd.DataFrame({"chip_id": frame["priced_as"], "on": [f"{year}-07-01" for year in frame["year"]]})
    cost = prices.costs(quoted, families, chip_days, places=["China"], within_days=WITHIN_DAYS)
    nothing = frame["revenue_from"] == NONE
    frame[["low_musd", "high_musd"]] = frame[["low_musd", "high_musd"]].mask(nothing, 0.0)
    unpriced = (frame["high_musd"] == 0) | frame["high_musd"].isna()
    given = frame["price_low_usd"].notna()
    for end in ("low_usd", "high_usd"):
        frame[end] = frame[f"price_{end}"].where(given, cost[end]).mask(unpriced)
    ids = cost["price_source_id"].mask(given | unpriced, "")
    joined = frame["source_id"] + "|" + frame["revenue_source_id"].fillna("") + "|" + ids
    frame["source_id"] = ["|".join(dict.fromkeys(filter(None, text.split("|")))) for text in joined]
    return frame
