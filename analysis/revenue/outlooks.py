"""Outlooks and estimates, held against what the filings said later: error, bias, coverage, and how long before."""

from typing import NamedTuple

import pandas as pd

from analysis.facts.interval import ends
from analysis.revenue.china import CHINA, accounts

ENOUGH = 5  # scored figures below which an estimator is not ranked: a mean of fewer says little

_TOTAL, _CHINA = "total revenue", "China revenue"
# what an outlook or estimate is held against; empty: nothing that could be observed
_OUTCOMES = {
    "guidance_revenue": _TOTAL,
    "h20_charge_estimate": "h20_charge",
    "h20_potential_revenue": "h20_revenue",
    "guidance_gross_margin": "gross_margin_gaap_stated",
    "china_share_of_data_center_revenue": "china_share_of_data_center_revenue",
    "h20_revenue": "h20_revenue",
    "h20_revenue_forecast": "h20_revenue",
    "h20_revenue_loss": "h20_unshipped",
    "china_revenue_consensus": _CHINA,
}
_COUNTED = {"h20_revenue": "sales as reported", "h20_unshipped": "what the company said it could not ship"}


class _Outcome(NamedTuple):
    """What was reported: a figure, its range, its sources, what it is, and on how many bases it is reported."""

    outcome: float = float("nan")
    outcome_low: float = float("nan")
    outcome_high: float = float("nan")
    outcome_source: str = ""
    outcome_is: str = ""
    bases: int = 0


def scored(said: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
    """Each figure said of a fiscal period beside what was reported of it.

    Parameters
    ----------
    said : ``guidance`` or ``revenue_estimates``, with a column ``estimator``.
    revenue : the table of that name.

    Returns
    -------
    frame : ``estimator, metric, fiscal_period, said_on, value, low, high, unit, outcome, outcome_low, outcome_high,
        outcome_source, outcome_is`` (China revenue with its basis), ``error`` (middle less outcome, in the unit),
        ``error_share`` (of the outcome), ``is_inside`` (the outcome lies in the range; NaN without a range or outcome),
        ``days_before`` (the end of the period), ``why_not_scored, source_id, note``.
    """
    rows = said.reset_index(drop=True)
    lines = accounts(revenue, "revenue", *_OUTCOMES.values())
    found = [_outcome(row.metric, row.fiscal_period, lines) for row in rows.itertuples()]
    outcomes = pd.DataFrame(found, columns=_Outcome._fields, index=rows.index)
    rows = pd.concat([rows, outcomes.astype(dict.fromkeys(_Outcome._fields[:3], float))], axis=1)
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    error = middle - rows["outcome"]
    has_range = rows["low"].notna() & rows["high"].notna() & rows["outcome"].notna()
    is_inside = (rows["low"] <= rows["outcome"]) & (rows["outcome"] <= rows["high"])
    frame = rows.assign(
        said_on=rows["known_on"].dt.strftime("%Y-%m-%d"),
        error=error,
        error_share=error / rows["outcome"].where(rows["outcome"] != 0),
        is_inside=is_inside.astype(object).where(has_range, None),
        days_before=(pd.to_datetime(rows["period_end"]) - rows["known_on"]).dt.days,
        why_not_scored=[
            _why_not(outcome, *cells) for outcome, *cells in zip(found, rows["fiscal_period"], middle, strict=True)
        ],
    )
    columns = ["estimator", "metric", "fiscal_period", "said_on", "value", "low", "high", "unit"]
    columns += [*_Outcome._fields[:-1], "error", "error_share", "is_inside", "days_before", "why_not_scored"]
    columns += ["source_id", "note"]
    order = ["period_end", "said_on", "estimator", "metric"]
    return frame.sort_values(order, kind="stable", ignore_index=True)[columns]


def _why_not(outcome: _Outcome, period: str, middle: float) -> str:
    if not outcome.outcome_is:
        return "no filing gives an outcome: a sale not made, an order, a count, a market"
    if not period:
        return "names no fiscal period"
    if outcome.bases > 1:
        return "ambiguous: reported on two bases, and the estimate names none"
    if pd.isna(outcome.outcome):
        return "no outcome is reported by this day"
    return "a bound without a middle" if pd.isna(middle) else ""


def _outcome(metric: str, period: str, lines: pd.DataFrame) -> _Outcome:
    """What the accounts say of a metric and period; no figure where none is reported, or one on each of two bases."""
    name = _OUTCOMES.get(metric)
    if name is None:
        return _Outcome()
    is_revenue = name in (_TOTAL, _CHINA)
    rows = lines[(lines["metric"] == ("revenue" if is_revenue else name)) & (lines["fiscal_period"] == period)]
    if is_revenue:
        rows = rows[rows["geography"] == (CHINA if name == _CHINA else "Total")]
    bases = rows["geography_basis"].unique()
    if name == _CHINA and len(bases) == 1:
        name = f"{name} by {bases[0]}"
    outcome_is = _COUNTED.get(name, name)
    if rows.empty or len(bases) > 1:
        return _Outcome(outcome_is=outcome_is, bases=len(bases))
    # sold in China and outside it are parts of one quantity; of every other there is one line
    bounds = ends(rows) if rows[["low", "high"]].notna().any(axis=None) else rows[["low", "high"]]
    low, high = bounds.sum(skipna=False)
    source = "|".join(dict.fromkeys(rows["source_id"]))
    return _Outcome(rows["value"].sum(skipna=False), low, high, source, outcome_is, len(bases))


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
