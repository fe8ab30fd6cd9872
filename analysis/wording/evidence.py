"""Words for published counts beside the estimate: what came of each, and why they differ."""

import re

import pandas as pd

from analysis.wording.counts import INTERVAL, pair
from analysis.wording.formats import count, listing, share, span, units
from analysis.wording.shipments import STAGES, months


def beside(frame: pd.DataFrame) -> pd.DataFrame:
    """Published counts of a chip beside the estimate of the same days, for readers; what is melded first."""
    order = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    rows = frame.sort_values("outcome", key=lambda outcomes: outcomes.map(order), kind="stable")
    return pd.DataFrame(
        {
            "who": rows["estimator"] + rows["buyer"].map(lambda buyer: "" if buyer == "all" else f", of {buyer}"),
            "count": [span(row.low, row.central, row.high, units) for row in rows.itertuples()],
            "stage, period": [
                f"{STAGES[row.stage]}, {months(row.period_start, row.period_end)}" for row in rows.itertuples()
            ],
            f"estimate, {INTERVAL}": ["" if pd.isna(row.p50) else pair(row.p5, row.p95) for row in rows.itertuples()],
            "what came of it, and why they differ": rows["outcome"] + ": " + rows["why"],
            "goes back to": rows["voice"],
            "source": rows["source_id"],
        }
    )


OUTCOMES = ["melded", "in conflict with the prior", "made of the same accounts", "repeats another"]


def compared(frame: pd.DataFrame, moved: pd.DataFrame, name: str) -> str:
    """What came of the published counts of one chip, in sentences.

    Parameters
    ----------
    frame : from `analysis.unit_estimates.beside`, of one product.
    moved : from `analysis.unit_drivers.drivers`, of the same.
    name : the name a reader knows.
    """
    heard = frame[frame["outcome"] == MELDED]
    votes, others = heard["voice"].nunique(), frame.loc[frame["outcome"] != MELDED, "outcome"].value_counts(sort=False)
    first = f"Of {count(len(frame), 'published count')} of **{name}**, {len(heard)} from {count(votes, 'voice')} "
    first += f"{'is' if len(heard) == 1 else 'are'} melded"
    rest = listing(f"{number} {OTHERS[outcome]}" for outcome, number in others.items())
    first += f"; the others: {rest}." if len(others) else "."
    lines = [first if len(frame) else f"By this day no count of **{name}** had been published."]
    lines += [_clash(row) for row in frame[frame["outcome"] == CONFLICT].itertuples()]
    linked = [row.name for row in moved.itertuples(index=False) if row.kind == "without" and " on the " in row.name]
    if linked:
        lines.append(f"Counts of chips that share its open revenue move it as well: {listing(linked)}.")
    points = heard[heard["evidence"] == "equal"].groupby(["period_start", "period_end"])
    lines += [_apart(rows) for _, rows in points if len(rows) > 1]
    outside = frame[(frame["outcome"] != CONFLICT) & (_ends(frame, "min") > frame["p95"])]
    outside = pd.concat([outside, frame[(frame["outcome"] != CONFLICT) & (_ends(frame, "max") < frame["p5"])]])
    outside = outside.drop_duplicates(["voice", "period_start", "period_end"])
    lines += [f"Outside the estimate of their days lie {listing(_told(row) for row in outside.itertuples())}."] * (
        len(outside) > 0
    )
    return "\n\n".join(lines)


MELDED, CONFLICT = "melded", "in conflict with the prior"
OTHERS = {
    CONFLICT: CONFLICT,
    "made of the same accounts": "made of the same accounts",
    "repeats another": "repeating another",
    "the estimate starts from it": "that the estimate starts from",
    "counts something else": "of something else",
    "no quarter of it is known": "of quarters that are not known",
    "too few of its days are known": "of days too few of which are known",
}


def _ends(frame: pd.DataFrame, which: str) -> pd.Series:
    """The lowest or the highest number of each count; a bound is open on its other side."""
    ends = frame[["low", "central", "high"]].agg(which, axis=1)
    is_bound = frame["evidence"].isin(["at_most"] if which == "min" else ["at_least"])
    return ends.mask(is_bound)


def _told(row: tuple) -> str:
    counted = f"{span(row.low, row.central, row.high, units)} in {months(row.period_start, row.period_end)}"
    return f"{_who(row.estimator)} ({counted}; the estimate is {pair(row.p5, row.p95)})"


def _clash(row: tuple) -> str:
    counted = f"{span(row.low, row.central, row.high, units)} in {months(row.period_start, row.period_end)}"
    return (
        f"The count of {_who(row.estimator)} ({counted}) stands in conflict with accounts and prices: before it is "
        f"heard, a count so far out has a chance of {share(row.prior_p)}. It is shown, not melded."
    )


def _who(estimator: str) -> str:
    """``not stated (Asia Times)`` is a count that the text in brackets prints without a source."""
    inside = re.fullmatch(r"not stated \((.+)\)", estimator)
    return inside[1] if inside else estimator


def _apart(rows: pd.DataFrame) -> str:
    """How far the counts of the same days lie apart, and where the estimate stands."""
    ends, first = rows[["low", "central", "high"]], rows.iloc[0]
    period, least, most = months(first["period_start"], first["period_end"]), ends.min(axis=None), ends.max(axis=None)
    return (
        f"For {period} the voices reach from {units(least)} to {units(most)}, and none says how far it may err. The "
        f"estimate for the same days is {pair(first['p5'], first['p95'])}: each voice is heard once, and each may be "
        "off by the factor asked."
    )
