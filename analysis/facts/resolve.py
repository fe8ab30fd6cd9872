"""The working value out of conflicting rows: chosen by a stated order, in the open.

Order of preference, written here and nowhere else: the more direct ``basis`` (official before reported before
derived before estimated before assumed), then the better ``grade`` of the source, then the newest, then the
alphabet. A judgement call in ``data/choices.csv`` overrules the order and is shown where it does.
"""

import numpy as np
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
    across = _across_sources(ordered, by)
    picked = ordered.iloc[across.pop("first")].assign(picked_by="order", reason="")
    columns = [*by, *[name for name in PICKED if name in picked], "picked_by", "reason"]
    picked, across = picked[columns].reset_index(drop=True), across.reset_index(drop=True)
    if choices is not None and len(choices):
        picked = _overruled(picked, ordered, by, choices)
    is_reported = (picked["basis"] == "reported") & picked["grade"].isin(["A", "B"])
    is_firm = across.pop("has_official") | (is_reported & across.pop("agree"))
    return pd.concat([picked, across.assign(is_firm=is_firm)], axis=1)


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
    """What all sources of a group say together, in the order of the groups; ``first``: the place of its first row."""
    group = rows.groupby(by, dropna=False).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    span = ends(rows).iloc[order]
    low, high = (span[end].to_numpy(float) for end in ("low", "high"))
    basis, grade = (rows[name].iloc[order].to_numpy() for name in ("basis", "grade"))
    documents = pd.factorize(rows["source_id"].iloc[order])[0]
    pairs = np.unique(np.stack([group[order], documents]), axis=1)[0]
    is_graded = np.isin(grade, ["A", "B"])
    graded = [np.where(is_graded, end, np.nan) for end in (low, high)]
    return pd.DataFrame(
        {
            "first": order[starts],
            "range_low": _each(np.fmin, low, starts),
            "range_high": _each(np.fmax, high, starts),
            "sources": np.bincount(pairs, minlength=len(starts)).astype("int64"),
            "has_official": _each(np.logical_or, basis == "official", starts),
            "is_conflict": _is_conflict(low, high, starts),
            "agree": _each(np.logical_or, is_graded, starts) & ~_is_conflict(*graded, starts),
        }
    )


def _is_conflict(low: np.ndarray, high: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Whether the highest lower end of a group lies over its lowest upper one by more than a rounding."""
    highest_low, lowest_high = _each(np.fmax, low, starts), _each(np.fmin, high, starts)
    return highest_low > lowest_high + np.abs(lowest_high) * ROUNDING


def _each(what: np.ufunc, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return what.reduceat(values, starts) if len(values) else values


def _overruled(picked: pd.DataFrame, rows: pd.DataFrame, by: list[str], choices: pd.DataFrame) -> pd.DataFrame:
    """What was picked, with the rows that judgement calls take: a point as it stands, a range as one without a point.

    Parameters
    ----------
    rows : in the order of preference.
    """
    calls = dict(zip(_keys(choices, by), choices.to_dict("records"), strict=True))
    rows = rows[rows[by[0]].isin(choices[by[0]])]
    hits: dict[tuple, list[int]] = {}
    for at, (key, source) in enumerate(zip(_keys(rows, by), rows["source_id"], strict=True)):
        if key in calls and source in calls[key]["source_ids"].split("|"):
            hits.setdefault(key, []).append(at)
    if not hits:
        return picked
    span, chosen = ends(rows), rows.iloc[[places[0] for places in hits.values()]].reset_index(drop=True)
    chosen = chosen.assign(picked_by="choice", reason=[calls[key]["reason"] for key in hits])[picked.columns]
    for row, (key, places) in enumerate(hits.items()):
        if calls[key]["take"] == "range":
            ids = "|".join(dict.fromkeys(rows["source_id"].iloc[places]))
            ends_of = span["low"].iloc[places].min(), span["high"].iloc[places].max()
            chosen.loc[row, ["value", "low", "high", "source_id"]] = [float("nan"), *ends_of, ids]
    takes = {key: len(picked) + row for row, key in enumerate(hits)}
    order = [takes.get(key, at) for at, key in enumerate(_keys(picked, by))]
    return pd.concat([picked, chosen], ignore_index=True).iloc[order].reset_index(drop=True)


def _keys(rows: pd.DataFrame, by: list[str]) -> list[tuple]:
    return list(zip(*(rows[name] for name in by), strict=True))
