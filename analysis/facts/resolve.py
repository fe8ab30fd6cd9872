"""The working value out of conflicting rows: chosen by a stated order, in the open.

Order of preference, written here and nowhere else: the more direct ``basis`` (official before reported before
derived before estimated before assumed), then the better ``grade`` of the source, then the newest, then the
alphabet. A judgement call in ``data/choices.csv`` overrules the order and is shown where it does.
"""

import pandas as pd

from analysis.facts.interval import ends
from analysis.facts.schema import BASES, GRADES

ROUNDING = 0.005  # figures this close (989, 989.5 and 990 TFLOP/s) are roundings of one another, no conflict

PICKED = ["value", "low", "high", "text", "unit", "basis", "grade", "source_id", "known_on"]


def resolve(rows: pd.DataFrame, *, by: list[str], choices: pd.DataFrame | None = None) -> pd.DataFrame:
    """One working value a group, beside what all its sources say.

    Parameters
    ----------
    rows : facts as loaded, with numeric ``value, low, high`` (NaN: not given); an optional ``text`` column
        holds words; rows whose ``is_usable`` is False are passed over.
    by : the columns that say which rows are about the same thing.
    choices : judgement calls with the columns ``by``, ``take``, ``source_ids``, ``reason``. One whose sources
        are not among the rows (not yet published, or struck) is passed over, and the order decides.

    Returns
    -------
    frame : ``by``; `PICKED`; ``picked_by`` (order or choice); ``reason``; ``range_low, range_high`` over all
        usable rows; ``sources`` (how many documents); ``is_conflict``: no one value fits every source;
        ``is_firm``: the maker has given a figure, or sources of grade A or B report one and agree on it.
    """
    usable = rows[rows["is_usable"]] if "is_usable" in rows else rows
    ordered = _in_order(usable)
    picked = ordered.drop_duplicates(by).assign(picked_by="order", reason="")
    if choices is not None and len(choices):
        picked = _overrule(picked, _chosen(ordered, by, choices), by)
    columns = [*by, *[name for name in PICKED if name in picked], "picked_by", "reason"]
    frame = picked[columns].merge(_across_sources(ordered, by), on=by, validate="one_to_one")
    is_reported = (frame["basis"] == "reported") & frame["grade"].isin(["A", "B"])
    graded = _across_sources(ordered[ordered["grade"].isin(["A", "B"])], by)[[*by, "is_conflict"]]
    agree = frame[by].merge(graded, on=by, how="left")["is_conflict"].eq(False)
    frame["is_firm"] = frame.pop("has_official") | (is_reported & agree.to_numpy())
    return frame.sort_values(by, ignore_index=True)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows sorted by preference, the best first."""
    keys = pd.DataFrame(
        {
            "basis": rows["basis"].map(BASES.index),
            "grade": rows["grade"].map(GRADES.index),
            "age": -rows["known_on"].astype("int64"),
            "source_id": rows["source_id"],
            "locator": rows["locator"],
        }
    )
    return rows.loc[keys.sort_values(list(keys)).index]


def _across_sources(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """What all sources of a group say together."""
    ranges = ends(rows).add_prefix("range_")
    groups = rows.assign(**ranges, is_official=rows["basis"] == "official").groupby(by, dropna=False)
    summary = groups.agg(
        range_low=("range_low", "min"),
        range_high=("range_high", "max"),
        sources=("source_id", "nunique"),
        highest_low=("range_low", "max"),
        lowest_high=("range_high", "min"),
        has_official=("is_official", "any"),
    )
    margin = summary["lowest_high"].abs() * ROUNDING
    summary["is_conflict"] = summary.pop("highest_low") > summary.pop("lowest_high") + margin
    return summary.reset_index()


def _chosen(rows: pd.DataFrame, by: list[str], choices: pd.DataFrame) -> pd.DataFrame:
    """The rows that judgement calls take: a point as it stands, a range as one row without a point."""
    calls = choices.assign(source_id=choices["source_ids"].str.split("|")).explode("source_id")
    calls = calls[[*by, "source_id", "take", "reason"]]
    hits = rows.merge(calls, on=[*by, "source_id"])
    first = hits.drop_duplicates(by).set_index(by)
    is_range = first["take"] == "range"
    named = lambda ids: "|".join(dict.fromkeys(ids))  # noqa: E731
    spans = hits.assign(**ends(hits)).groupby(by, sort=False).agg({"low": "min", "high": "max", "source_id": named})
    first.loc[is_range, ["low", "high", "source_id"]] = spans[is_range]
    first.loc[is_range, "value"] = float("nan")
    return first.assign(picked_by="choice").reset_index()


def _overrule(picked: pd.DataFrame, chosen: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    overruled = picked.set_index(by).index.isin(chosen.set_index(by).index)
    return pd.concat([picked[~overruled], chosen[picked.columns]])
