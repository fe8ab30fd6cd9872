"""Load tables of ``data/`` as they could be known on a day, in canonical units, with their sources joined.

Two clocks run through every table: the period a fact is about, and ``known_on``, the day it became public.
"""

from collections.abc import Callable, Collection
from datetime import date
from functools import wraps

import pandas as pd

from analysis.facts.arguments import value
from analysis.facts.check import examine
from analysis.facts.errors import DataError, ParameterError, did_you_mean
from analysis.facts.paths import DATA
from analysis.facts.schema import TABLES, days

SOURCE_COLUMNS = ["grade", "source_publisher", "source_title", "source_url"]
_FLAGS = {"yes": True, "no": False}


def table(name: str, *, as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """One table as it could be known on a day.

    Parameters
    ----------
    name : a table of ``data/`` (see ``data/README.md``).
    as_of : only what was published by this day, ``YYYY-MM-DD``; None: all that is recorded.
    without : source ids to strike, with every row that rests on them.

    Returns
    -------
    frame : one row a fact. Numbers in canonical units (``unit`` says which); ``is_`` columns boolean; for
        tables of facts also ``known_on`` (datetime64) and the source's `SOURCE_COLUMNS`.

    Raises
    ------
    ParameterError : unknown table, unusable ``as_of``, or source ids that do not exist.
    DataError : the file breaks its declaration; all its faults at once.
    """
    if name not in TABLES:
        raise ParameterError(
            f"There is no table {name!r}. {did_you_mean(name, TABLES)}The tables are: {', '.join(TABLES)}."
        )
    until = check(as_of, without)
    if name == "sources":
        return _cut(_dated_sources(), until, without)
    if not TABLES[name].has_sources:
        return _flags(_read(name)).reset_index(drop=True)
    return _cut(_facts(name), until, without)


def check(as_of: str | None, without: Collection[str]) -> pd.Timestamp | None:
    """The day as a timestamp; `ParameterError` if it cannot be used, or if a source to strike does not exist."""
    until = None if as_of is None else day(as_of)
    recorded = _read("sources")["source_id"]
    unknown = [source for source in without if source not in set(recorded)] if len(without) else []
    if unknown:
        raise ParameterError(
            *(f"without: there is no source {s!r}. {did_you_mean(s, recorded)}See table sources." for s in unknown)
        )
    return until


def day(as_of: str) -> pd.Timestamp:
    """The day as a timestamp; `ParameterError` if it is no day, or one on which nothing could be known."""
    until = past_day(as_of)
    first_source = _dated_sources()["known_on"].min()
    first = first_source if until >= first_source else span()[0]
    if until < first:
        raise ParameterError(
            f"as_of: {as_of} is before the first recorded fact, which was published on {first:%Y-%m-%d}. "
            "Choose a later day."
        )
    return until


def past_day(text: str, *, name: str = "as_of") -> pd.Timestamp:
    """A day up to the last recorded one; `ParameterError` in the name of the parameter otherwise."""
    moment, last = pd.Timestamp(value(text, date, where=name)), last_day()
    if moment > last:
        raise ParameterError(
            f"{name}: {text} is after {last:%Y-%m-%d}, the last day on which facts were recorded: what will "
            "be known then cannot be said. Choose that day or an earlier one."
        )
    return moment


def _kept(work: Callable) -> Callable:
    """Keep what is made of the files of ``data/`` until one of them changes."""
    kept: dict[tuple, tuple] = {}

    @wraps(work)
    def fresh(*names: str):
        read = {*names, "sources", "units"} if names else TABLES
        stamp = tuple((name, *_stamp(name)) for name in sorted(read))
        if kept.get(names, ("",))[0] != stamp:
            kept[names] = (stamp, work(*names))
        return kept[names][1]

    return fresh


def state() -> tuple:
    """What changes when any file of ``data/`` is written."""
    return tuple(_stamp(name) for name in TABLES)


def _stamp(name: str) -> tuple:
    """What changes when a file of ``data/`` is written."""
    path = DATA / f"{name}.csv"
    status = path.stat() if path.exists() else None
    return (path, status and status.st_mtime_ns, status and status.st_size)


@_kept
def span() -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day on which a recorded fact was public, and last day on which facts were recorded."""
    facts = [_facts(name)["known_on"].min() for name, declared in TABLES.items() if declared.has_sources]
    return min(facts), last_day()


def last_day() -> pd.Timestamp:
    """The last day on which facts were recorded."""
    return _last_of("sources")


@_kept
def _last_of(name: str) -> pd.Timestamp:
    return pd.to_datetime(_read(name)["recorded_on"]).max()


@_kept
def _read(name: str) -> pd.DataFrame:
    """The file as declared, its index the line numbers; checked once, and again when it changes."""
    frame, faults = examine(name, DATA)
    if faults:
        raise DataError(*faults)
    return frame


@_kept
def _dated_sources() -> pd.DataFrame:
    frame = _read("sources")
    return frame.assign(known_on=_public_on(frame["published_on"], frame["recorded_on"]))


@_kept
def _facts(name: str) -> pd.DataFrame:
    frame = _flags(canonical(_read(name)))
    sources = _read("sources").set_index("source_id").add_prefix("source_")
    sources = sources.rename(columns={"source_grade": "grade", "source_recorded_on": "recorded_on"})
    joined = frame.join(sources[["source_published_on", "recorded_on", *SOURCE_COLUMNS]], on="source_id")
    if joined["grade"].isna().any():
        unknown = joined.loc[joined["grade"].isna(), "source_id"].unique()
        raise DataError(f"data/{name}.csv cites sources that data/sources.csv lacks: {', '.join(unknown)}.")
    published = joined.pop("source_published_on")
    if "published_on" in joined:
        declared = joined.pop("published_on")
        published = declared.where(declared != "", published)
    joined["known_on"] = _public_on(published, joined.pop("recorded_on"))
    return joined.reset_index(drop=True)


def _public_on(published: pd.Series, recorded: pd.Series) -> pd.Series:
    """The last day a partial date can mean; where there is no date, the day of recording."""
    dates = published.where(published != "", recorded)
    return dates.map({date: _last_day(date) for date in dates.unique()}).astype("datetime64[s]")


def _last_day(partial: str) -> pd.Timestamp:
    """``2025-09`` to 2025-09-30, ``2025`` to 2025-12-31: a fact counts as known once it surely was."""
    return days(partial)[1].as_unit("s")


def stored(name: str) -> pd.DataFrame:
    """One table of ``data/`` as its file has it, its index the line numbers."""
    return _read(name).copy()


def canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Convert the columns of figures to the canonical unit; ``unit_printed`` keeps the source's."""
    if "unit" not in frame:
        return frame
    units = _read("units").set_index("unit")
    factor = frame["unit"].map(units["factor"]).astype(float)
    divisor = (1 / factor).round()  # 41 / 100 is 0.41, 41 x 0.01 is not quite
    figures = [c for c in ("low", "value", "central", "high", "rate") if c in frame]
    frame = frame.assign(
        unit_printed=frame["unit"], unit=frame["unit"].map(units["canonical_unit"]).fillna(frame["unit"])
    )
    for column in figures:
        if pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = (frame[column] * factor).where(~(factor < 1), frame[column] / divisor).fillna(frame[column])
    return frame


def _flags(frame: pd.DataFrame) -> pd.DataFrame:
    flags = [column for column in frame if column.startswith("is_")]
    return frame.assign(**{column: frame[column].map(_FLAGS).astype(bool) for column in flags})


def _cut(frame: pd.DataFrame, until: pd.Timestamp | None, without: Collection[str]) -> pd.DataFrame:
    keep = ~frame["source_id"].isin(list(without))
    if until is not None:
        keep &= frame["known_on"] <= until
    return frame[keep].reset_index(drop=True)
