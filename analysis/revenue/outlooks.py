"""Outlooks and estimates, held against what the filings said later: error, bias, coverage, and how long before."""

import pandas as pd

from analysis.facts.interval import ends
from analysis.revenue.china import CHINA, accounts, preferred

ENOUGH = 5  # scored figures below which an estimator is not ranked: a mean of fewer says little
OUTSIDE, TOTAL = "Outside China", "Total"
FORECAST, NOWCAST, HINDCAST = "forecast", "nowcast", "hindcast"

# what a figure is held against: the metric of the accounts; a metric that is not here has no outcome
_OUTCOMES = {
    "guidance_revenue": "revenue",
    "h20_charge_estimate": "h20_charge",
    "guidance_gross_margin": "gross_margin_gaap_stated",
    "china_share_of_data_center_revenue": "china_share_of_data_center_revenue",
    "h20_revenue": "h20_revenue",
    "h20_revenue_forecast": "h20_revenue",
    "h20_revenue_loss": "h20_unshipped",
    "china_revenue_consensus": "revenue",
}
_NO_OUTCOME = {"h20_potential_revenue": "an outlook under a condition, which was not expected to come about"}
_UNOBSERVED = "no filing gives an outcome: a sale not made, an order, a count, a market"
_BY_PLACE = {"revenue", "h20_revenue"}  # what one place brought says nothing of another
_LABELS = {"h20_revenue": "H20 sales", "h20_unshipped": "what the company said it could not ship"}
_OUTCOME = ["outcome", "outcome_low", "outcome_high", "outcome_source", "outcome_is", "outcome_on", "why"]
_COLUMNS = ["estimator", "metric", "geography", "fiscal_period", "said_on", "when", "value", "low", "high", "unit"]
_COLUMNS += [*_OUTCOME[:-2], "error", "error_share", "is_inside", "days_before", "why_not_scored", "source_id", "note"]


def scored(figures: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
    """Each figure said of a fiscal period beside what was reported of the same quantity, place, basis and period.

    Parameters
    ----------
    figures : ``guidance`` or ``revenue_estimates``, with a column ``estimator``.
    revenue : the table of that name.

    Returns
    -------
    frame : ``estimator, metric, geography, fiscal_period, said_on, when`` (`FORECAST`: published by the last day of the
        period; `NOWCAST`: after it and before the outcome; `HINDCAST`: once the outcome was public; empty: no period or
        no outcome), ``value, low, high, unit, outcome, outcome_low, outcome_high, outcome_source, outcome_is`` (with
        place and basis), ``error`` (middle less outcome, in the unit), ``error_share`` (of the outcome), ``is_inside``
        (the outcome lies in the range; NaN without a range or outcome), ``days_before`` (the end of the period),
        ``why_not_scored, source_id, note``.
    """
    rows = figures.reset_index(drop=True)
    lines = accounts(revenue, *_OUTCOMES.values())
    outcomes = [_outcome(row, lines) for row in rows.to_dict("records")]
    outcome = pd.DataFrame(outcomes, columns=_OUTCOME, index=rows.index)
    outcome = outcome.astype({**dict.fromkeys(_OUTCOME[:3], float), "outcome_on": "datetime64[ns]"})
    rows = pd.concat([rows, outcome], axis=1)
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    error = middle - rows["outcome"]
    has_range = rows["low"].notna() & rows["high"].notna() & rows["outcome"].notna()
    is_inside = (rows["low"] <= rows["outcome"]) & (rows["outcome"] <= rows["high"])
    no_middle = rows["outcome"].notna() & middle.isna()
    frame = rows.assign(
        said_on=rows["known_on"].dt.strftime("%Y-%m-%d"),
        when=_when(rows),
        error=error,
        error_share=error / rows["outcome"].where(rows["outcome"] != 0),
        is_inside=is_inside.astype(object).where(has_range, None),
        days_before=(pd.to_datetime(rows["period_end"]) - rows["known_on"]).dt.days,
        why_not_scored=rows["why"].mask(no_middle, "a bound without a middle"),
    )
    order = ["period_end", "said_on", "estimator", "metric"]
    return frame.sort_values(order, kind="stable", ignore_index=True)[_COLUMNS]


def _when(rows: pd.DataFrame) -> pd.Series:
    """Whether a figure could still be a forecast on the day it was published."""
    by_the_end = rows["known_on"] <= pd.to_datetime(rows["period_end"])
    before_the_outcome = rows["known_on"] < rows["outcome_on"]
    when = pd.Series(HINDCAST, index=rows.index).mask(before_the_outcome, NOWCAST).mask(by_the_end, FORECAST)
    return when.where(rows["outcome"].notna(), "")


def _outcome(figure: dict, lines: pd.DataFrame) -> dict:
    """What the accounts say of the same thing, or why nothing can be held against it."""
    metric = _OUTCOMES.get(figure["metric"])
    if metric is None:
        return {"outcome_is": "", "why": _NO_OUTCOME.get(figure["metric"], _UNOBSERVED)}
    label = _LABELS.get(metric, metric.replace("_", " "))
    if not figure["fiscal_period"]:
        return {"outcome_is": label, "why": "names no fiscal period"}
    rows = lines[(lines["metric"] == metric) & (lines["fiscal_period"] == figure["fiscal_period"])]
    if metric in _BY_PLACE:
        label = f"{label}, {'all places' if figure['geography'] == TOTAL else figure['geography']}"
        rows = _of_place(rows, figure["geography"])
    if metric == "revenue" and figure["geography"] != TOTAL:
        basis = figure.get("geography_basis", "")
        if not basis:
            return {"outcome_is": label, "why": "names no basis, billing or headquarters, of China revenue"}
        label = f"{label} by {basis}"
        rows = rows[rows["geography_basis"] == basis]
    if metric not in _BY_PLACE:
        rows = rows[rows.index.isin(preferred(rows, ["metric", "fiscal_period"]))]
    if rows.empty or rows["value"].isna().all():
        return {"outcome_is": label, "why": "no outcome is reported by this day"}
    bounds = ends(rows) if rows[["low", "high"]].notna().any(axis=None) else rows[["low", "high"]]
    low, high = bounds.sum(skipna=False)
    return {
        "outcome": rows["value"].sum(skipna=False),
        "outcome_low": low,
        "outcome_high": high,
        "outcome_source": "|".join(dict.fromkeys(rows["source_id"])),
        "outcome_is": label,
        "outcome_on": rows["known_on"].max(),
        "why": "",
    }


def _of_place(rows: pd.DataFrame, place: str) -> pd.DataFrame:
    """The line of a place; of the whole, where it has no line, those of its two parts."""
    line = rows[rows["geography"] == place]
    parts = rows[rows["geography"].isin([CHINA, OUTSIDE])]
    return parts if line.empty and place == TOTAL and parts["geography"].nunique() == 2 else line


def statements(guidance: pd.DataFrame) -> pd.DataFrame:
    """Outlooks, each once: of documents that give the same figures for the same period, the one preferred.

    Parameters
    ----------
    guidance : the table of that name.
    """
    if guidance.empty:
        return guidance
    figures = guidance[["value", "low", "high"]].map("{:g}".format).agg(" ".join, axis=1)
    kept = preferred(guidance.assign(figures=figures), ["company", "metric", "fiscal_period", "figures"])
    return guidance[guidance.index.isin(kept)]


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    """By estimator, metric and when it was said: figures, how many were scored, bias, mean absolute error, coverage.

    Parameters
    ----------
    frame : from `scored`.

    Returns
    -------
    frame : ``estimator, metric, when, figures, scored, bias_share`` (mean error over outcome),
        ``mean_absolute_error_share, ranges, coverage`` (share of ranges that hold the outcome), ``median_days_before,
        rank`` (among estimators of a metric with `ENOUGH` forecasts scored; NaN otherwise; nothing else is ranked),
        ``verdict``.
    """
    rows = []
    for (estimator, metric, when), part in frame.groupby(["estimator", "metric", "when"], sort=True):
        good = part[(part["why_not_scored"] == "") & part["error_share"].notna()]
        ranges = part["is_inside"].dropna()
        rows.append(
            {
                "estimator": estimator,
                "metric": metric,
                "when": when,
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
    is_forecast = table["when"] == FORECAST
    enough = is_forecast & (table["scored"] >= ENOUGH)
    table["rank"] = table["mean_absolute_error_share"].where(enough).groupby(table["metric"]).rank()
    alone = enough & (enough.groupby(table["metric"]).transform("sum") < 2)
    table["verdict"] = "ranked"
    table.loc[alone, "verdict"] = "no other to rank it against"
    table.loc[~enough, "verdict"] = f"too few to rank: fewer than {ENOUGH} scored"
    table.loc[~is_forecast, "verdict"] = "no forecast: published after the period had ended"
    table.loc[table["scored"] == 0, "verdict"] = "nothing to score"
    return table.assign(rank=table["rank"].where(table["verdict"] == "ranked"))


_SCORES = ["estimator", "metric", "when", "figures", "scored", "bias_share", "mean_absolute_error_share"]
_SCORES += ["ranges", "coverage", "median_days_before"]
