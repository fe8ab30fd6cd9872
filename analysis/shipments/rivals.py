"""Who bought the chips, as far as counts by buyer go; and what Chinese makers are said to have made."""

import pandas as pd

from analysis.shipments import melding
from analysis.shipments.estimates import ALL, COUNTED, Estimate

WHOLE = "whole line"
_ENDS = ["low", "central", "high"]


def buyers(published: pd.DataFrame, posterior: Estimate) -> pd.DataFrame:
    """Counts of single buyers in China beside the estimate of all buyers.

    Parameters
    ----------
    published : from `analysis.counts.published.estimates`.

    Returns
    -------
    frame : ``buyer, product`` (what the count says it counts), ``period_start, period_end, low, central, high,
        estimator, voice``, ``relabelled_from`` (the product under which the same voice had the same count before),
        ``share_low, share_high`` (of the estimate of the same product and days, by its 95th and its 5th percentile; NaN
        where the product is not estimated, the count is a relabelled one, or it conflicts with the prior:
        ``is_conflict``), ``p5, p95`` of that estimate, ``grade, source_id, locator, known_on, note``.
    """
    rows = published[(published["stage"] == "shipped") & (published["designer"] == "NVIDIA")]
    rows = rows[(rows["destination"] == "China") & (rows["buyer"] != ALL) & (rows["unit"] == COUNTED)]
    rows = rows.sort_values(["period_start", "buyer", "product"], ignore_index=True)
    by = ["voice", "buyer", *_ENDS, "period_start"]
    by_day = rows.sort_values("known_on", kind="stable")
    first = by_day.groupby(by, dropna=False, sort=False)["product"].transform("first").reindex(rows.index)
    rows["relabelled_from"] = first.mask(first == rows["product"], "")
    conflicts = (
        posterior.counts.loc[~posterior.counts["is_melded"], ["product", "source_id", "buyer"]]
        .apply(tuple, axis=1)
        .tolist()
    )
    rows["is_conflict"] = [(row.product, row.source_id, row.buyer) in conflicts for row in rows.itertuples()]
    shares = [_share(row, posterior) for row in rows.itertuples()]
    rows = rows.join(pd.DataFrame(shares, columns=["share_low", "share_high", "p5", "p95"], index=rows.index))
    return rows[_BUYERS]


_BUYERS = [
    "buyer",
    "product",
    "period_start",
    "period_end",
    *_ENDS,
    "estimator",
    "voice",
    "relabelled_from",
    "is_conflict",
]
_BUYERS += ["share_low", "share_high", "p5", "p95", "grade", "source_id", "locator", "known_on", "note"]


def _share(row: tuple, posterior: Estimate) -> tuple[float, ...]:
    units, covered = melding.over(posterior.prior, [row.product], row.period_start, row.period_end)
    low, _, high = melding.percentiles(units, posterior.weights)
    if covered < melding.COVERED or row.relabelled_from or row.is_conflict or not low > 0:
        return (float("nan"),) * 4
    counts = [count for count in (row.low, row.central, row.high) if count == count]
    return min(counts) / high, max(counts) / low, low, high


def domestic(published: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Counts of the chips of Chinese makers, and how far those of one maker, year and kind lie apart.

    Parameters
    ----------
    published : from `analysis.counts.published.estimates`.
    products : the table of that name.

    Returns
    -------
    frame : ``designer, product``, ``kind`` (whole line, dies, or the one model), ``year`` (empty where the count is not
        about a calendar year), ``period_start, period_end, stage, low, central, high, unit, estimator, voice``;
        ``most_at_least`` (the highest number that a count of the same maker, year and kind says there are at least),
        ``least_at_most`` (the lowest that one says there are at most), ``apart`` (their ratio: above one, the counts
        cannot all be right) and ``voices`` behind them; ``grade, source_id, locator, known_on, note``. Whole lines,
        models and dies are never compared, orders are compared with nothing, and a plan stands beside what was made:
        ``stage`` says which.
    """
    registry = products.set_index("product")
    maker = published["product"].map(registry["maker_country"].where(registry["maker"] != "several"))
    rows = published[(maker == "CN") & published["unit"].isin([COUNTED, "dies"])].reset_index(drop=True)
    is_year = rows["period_start"].str[4:].eq("-01-01") & rows["period_end"].str[4:].eq("-12-31")
    same = is_year & (rows["period_start"].str[:4] == rows["period_end"].str[:4])
    aggregate = rows["product"].map(registry["level"]) == "aggregate"
    kind = rows["product"].where(~aggregate, WHOLE).where(rows["unit"] != "dies", "dies")
    kind = kind.where(~rows["product"].isin(_PARTS), rows["product"])
    rows = rows.assign(kind=kind, year=rows["period_start"].str[:4].where(same, ""))
    made = rows[(rows["year"] != "") & ~rows["stage"].isin(["ordered", "requested"])]
    least = made["low"].fillna(made["central"]).fillna(0.0)
    most = made["high"].fillna(made["central"]).fillna(float("inf"))
    groups = made.assign(least=least, most=most).groupby(["designer", "year", "kind"], as_index=False)
    spread = groups.agg(most_at_least=("least", "max"), least_at_most=("most", "min"), voices=("voice", "nunique"))
    rows = rows.merge(spread, on=["designer", "year", "kind"], how="left")
    rows["apart"] = (rows["most_at_least"] / rows["least_at_most"]).where(rows["voices"] > 1)
    return rows.sort_values(["designer", "kind", "year", "known_on"], ignore_index=True)[_DOMESTIC]


_PARTS = ["cambricon-siyuan-590-690"]  # an aggregate of two models of a longer line
_DOMESTIC = ["designer", "product", "kind", "year", "period_start", "period_end", "stage", *_ENDS, "unit", "estimator"]
_DOMESTIC += [
    "voice",
    "most_at_least",
    "least_at_most",
    "apart",
    "voices",
    "grade",
    "source_id",
    "locator",
    "known_on",
    "note",
]
