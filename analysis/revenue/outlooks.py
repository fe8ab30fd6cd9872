"""Outlooks and estimates, held against what the filings said later: error, bias, coverage, and how long before."""

import pandas as pd

from analysis.revenue.china import CHINA, geographies, totals

ENOUGH = 5  # scored figures below which an estimator is not ranked: a mean of fewer says little

# what an outlook or estimate is held against; empty: nothing that could be observed
_OUTCOMES = {
    "guidance_revenue": "total revenue",
    "h20_charge_estimate": "h20_charge",
    "h20_potential_revenue": "h20_revenue",
    "guidance_gross_margin": "gross_margin_gaap_stated",
    "china_share_of_data_center_revenue": "china_share_of_data_center_revenue",
    "h20_revenue": "h20_revenue",
    "h20_revenue_forecast": "h20_revenue",
    "h20_revenue_loss": "h20_unshipped",
    "china_revenue_consensus": "China revenue",
}
_COUNTED = {"h20_revenue": "sales as reported", "h20_unshipped": "what the company said it could not ship"}


def scored(said: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
    """Each figure said of a fiscal period beside what was reported of it.

    Parameters
    ----------
    said : ``guidance`` or ``revenue_estimates``, with a column ``estimator``.
    revenue : the table of that name.

    Returns
    -------
    frame : ``estimator, metric, fiscal_period, said_on, value, low, high, unit, outcome, outcome_low, outcome_high,
        outcome_is, outcome_source, error`` (middle less outcome, in the unit), ``error_share`` (of the outcome),
        ``is_inside`` (the outcome lies in the range; NaN without a range or outcome), ``days_before`` (the end of the
        period), ``why_not_scored, source_id, note``.
    """
    rows = said.reset_index(drop=True)
    found = [_outcome(row.metric, row.fiscal_period, revenue) for row in rows.itertuples()]
    outcome = pd.DataFrame(
        found, columns=["outcome", "outcome_low", "outcome_high", "outcome_source"], index=rows.index
    )
    rows = pd.concat([rows, outcome.astype(dict.fromkeys(outcome.columns[:3], float))], axis=1)
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    error = middle - rows["outcome"]
    has_range = rows["low"].notna() & rows["high"].notna() & rows["outcome"].notna()
    is_inside = (rows["low"] <= rows["outcome"]) & (rows["outcome"] <= rows["high"])
    names = rows["metric"].map(_OUTCOMES)
    frame = rows.assign(
        said_on=rows["known_on"].dt.strftime("%Y-%m-%d"),
        outcome_is=[_COUNTED.get(name, name) if isinstance(name, str) else "" for name in names],
        error=error,
        error_share=error / rows["outcome"].where(rows["outcome"] != 0),
        is_inside=is_inside.astype(object).where(has_range, None),
        days_before=(pd.to_datetime(rows["period_end"]) - rows["known_on"]).dt.days,
        why_not_scored=[
            _why_not(*cells) for cells in zip(names, rows["fiscal_period"], middle, rows["outcome"], strict=True)
        ],
    )
    columns = ["estimator", "metric", "fiscal_period", "said_on", "value", "low", "high", "unit", *outcome.columns]
    columns += ["outcome_is", "error", "error_share", "is_inside", "days_before", "why_not_scored", "source_id", "note"]
    order = ["period_end", "said_on", "estimator", "metric"]
    return frame.sort_values(order, kind="stable", ignore_index=True)[columns]


def _why_not(name: object, period: str, middle: float, outcome: float) -> str:
    if pd.isna(name):
        return "no filing gives an outcome: a sale not made, an order, a count, a market"
    if not period:
        return "names no fiscal period"
    if pd.isna(outcome):
        return "no outcome is reported by this day"
    return "a bound without a middle" if pd.isna(middle) else ""


def _outcome(metric: str, period: str, revenue: pd.DataFrame) -> tuple:
    """Reported value, its range, and the source; NaN where none is reported."""
    name, nothing = _OUTCOMES.get(metric), (float("nan"), float("nan"), float("nan"), "")
    if name is None:
        return nothing
    own = revenue[(revenue["company"] == "NVIDIA") & (revenue["fiscal_period"] == period)]
    if name == "total revenue":
        value = totals(geographies(own)).get(period, float("nan")) if len(own) else float("nan")
        rows = own[(own["metric"] == "revenue") & (own["geography"] == "Total")]
    elif name == "China revenue":
        rows = own[(own["metric"] == "revenue") & (own["geography"] == CHINA)]
        value = rows["value"].iloc[-1] if len(rows) else float("nan")
    else:
        rows = own[own["metric"] == name]
        value = rows["value"].sum(min_count=1) if name == "h20_revenue" else rows["value"].mean()
    if rows.empty:
        return nothing
    return value, rows["low"].min(), rows["high"].max(), "|".join(dict.fromkeys(rows["source_id"]))


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    """By estimator and metric: how many figures, how many scored, bias, mean absolute error, coverage.

    Parameters
    ----------
    frame : from `scored`.

    Returns
    -------
    frame : ``estimator, metric, figures, scored, bias_share`` (mean error over outcome), ``mean_absolute_error_share,
        ranges, coverage`` (share of ranges that hold the outcome), ``median_days_before, rank`` (among estimators of a
        metric with `ENOUGH` scored figures; NaN otherwise), ``verdict``.
    """
    rows = []
    for (estimator, metric), part in frame.groupby(["estimator", "metric"], sort=True):
        good = part[(part["why_not_scored"] == "") & part["error_share"].notna()]
        ranges = part["is_inside"].dropna()
        rows.append(
            {
                "estimator": estimator,
                "metric": metric,
                "figures": len(part),
                "scored": len(good),
                "bias_share": good["error_share"].mean(),
                "mean_absolute_error_share": good["error_share"].abs().mean(),
                "ranges": len(ranges),
                "coverage": ranges.astype(float).mean(),
                "median_days_before": good["days_before"].median(),
            }
        )
    table = pd.DataFrame(rows, columns=_SCORES)
    enough = table["scored"] >= ENOUGH
    table["rank"] = table["mean_absolute_error_share"].where(enough).groupby(table["metric"]).rank()
    alone = enough & (enough.groupby(table["metric"]).transform("sum") < 2)
    table["verdict"] = "ranked"
    table.loc[alone, "verdict"] = "no other to rank it against"
    table.loc[~enough, "verdict"] = f"too few to rank: fewer than {ENOUGH} scored"
    table.loc[table["scored"] == 0, "verdict"] = "nothing to score"
    return table.assign(rank=table["rank"].where(table["verdict"] == "ranked"))


_SCORES = ["estimator", "metric", "figures", "scored", "bias_share", "mean_absolute_error_share"]
_SCORES += ["ranges", "coverage", "median_days_before"]
