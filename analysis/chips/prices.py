"""What cards and hours cost: which prices on record count, and what they span."""

from collections.abc import Collection

import pandas as pd

_QUOTED = ["reported", "estimated"]  # neither one quoted number over another nor an assumption
_PRICES = ["low_usd", "high_usd", "price_source_id"]


def quoted(prices: pd.DataFrame, form: str, unit: str, markets: Collection[str]) -> pd.DataFrame:
    """Rows of the table of prices that somebody quoted, with the calendar ``year``; the grey market is none of them.

    Parameters
    ----------
    prices : the table of that name.
    form, unit, markets : as in that table, the unit as loaded.
    """
    rows = prices[(prices["form"] == form) & (prices["unit"] == unit) & prices["market"].isin(list(markets))]
    rows = rows[rows["basis"].isin(_QUOTED)]
    return rows.assign(year=rows["priced_on"].str[:4].astype(int))


def spans(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The span of each group of prices; where one is reported, an estimator's do not count.

    Returns
    -------
    frame : the columns ``by``, ``low_usd, high_usd, price_source_id`` (in alphabetical order).
    """
    is_reported = rows["basis"] == "reported"
    rows = rows[is_reported | ~is_reported.groupby([rows[name] for name in by]).transform("any").astype(bool)]
    ends = rows[["low", "central", "high"]].astype(float)
    rows = rows.assign(low_usd=ends.min(axis=1), high_usd=ends.max(axis=1))
    return rows.groupby(by, as_index=False).agg(
        low_usd=("low_usd", "min"),
        high_usd=("high_usd", "max"),
        price_source_id=("source_id", lambda ids: "|".join(sorted(set(ids)))),
    )


def newest(prices: pd.DataFrame, families: dict[str, str], form: str, unit: str) -> pd.DataFrame:
    """What each chip costs: the span of the newest year on record, in China where there is one.

    Parameters
    ----------
    families : the family of each chip to price; a price of the family stands for it too.

    Returns
    -------
    frame : ``chip_id``, in the order given, ``low_usd, high_usd`` (NaN where unknown), ``price_source_id``.
    """
    rows, by_chip = quoted(prices, form, unit, ["China", "global"]), [pd.DataFrame(columns=["chip_id", *_PRICES])]
    for chip, family in families.items():
        offers = rows[rows["product"].isin([chip, family])]
        offers = offers[offers["market"] == "China"] if (offers["market"] == "China").any() else offers
        by_chip.append(spans(offers[offers["year"] == offers["year"].max()].assign(chip_id=chip), ["chip_id"]))
    frames = [frame for frame in by_chip if len(frame)] or by_chip[:1]
    priced = pd.concat(frames).set_index("chip_id").reindex(pd.Index(families, name="chip_id")).reset_index()
    return priced.fillna({"price_source_id": ""}).astype({"low_usd": float, "high_usd": float, "price_source_id": str})
