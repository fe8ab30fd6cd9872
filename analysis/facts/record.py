"""The record: what could be known by a day, without the sources that are struck."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, Self

import pandas as pd

from analysis.facts import arguments, load, sources
from analysis.facts.errors import Fault, ParameterError

_MOST_KEPT = 8  # of one piece of shared work, with different arguments
_ANYTHING = "* any table"  # what was read of a record of another day is not followed


class Record:
    """The tables as they could be known by a day; `analysis.Record` adds the named results.

    A record reads each table once, and works out once what several results share: it is a snapshot, and sees no edit of
    ``data/`` that comes after it. Make a new one to see those.

    Parameters
    ----------
    as_of : only what was published by this day (a date, or text like ``"2025-04-17"``); None: all that is recorded.
    without : ids of sources to strike, with every row that rests on them.

    Raises
    ------
    ParameterError : a day on which nothing was known or can be known yet, source ids that do not exist.
    DataError : a table breaks its declaration.
    """

    def __init__(self, as_of: str | date | None = None, without: str | Collection[str] = ()) -> None:
        day = arguments.value(as_of, date | None, where="as_of")
        self.as_of: str | None = None if day is None else day.isoformat()
        self.without: tuple[str, ...] = tuple(dict.fromkeys(arguments.value(without, tuple[str, ...], where="without")))
        load.check(self.as_of, self.without)
        self._kept: dict[object, OrderedDict[object, Any]] = {}
        self._reads: dict[tuple, frozenset[str]] = {}  # of each piece of work, the tables that it read
        self._open: list[set[str]] = []  # what the pieces of work in progress have read so far

    def __repr__(self) -> str:
        struck = f", without={list(self.without)}" if self.without else ""
        return f"Record(as_of={self.day!r}{struck})"

    @property
    def day(self) -> str:
        """The day that the record stands for, ``YYYY-MM-DD``: the last recorded one where none was asked for."""
        return self.as_of or f"{load.last_day():%Y-%m-%d}"

    @property
    def folder(self) -> Path:
        """The folder of the tables."""
        return load.DATA

    def at(self, as_of: str | None, without: Collection[str] | None = None) -> Self:
        """The record of another day, kept: with the same sources struck, or with those given."""
        given = (as_of, self.without if without is None else tuple(without))
        if given == (self.as_of, self.without):
            return self
        self._note({_ANYTHING} if without is None else set())
        return self._once("at", type(self), given)

    def struck(self, *sources: str) -> Self:
        """This record without some sources more. Whatever rests on no table that names them is taken over."""
        named = {
            name: frame[~frame["source_id"].isin(sources)].reset_index(drop=True)
            for (name,), frame in self._kept.get("table", {}).items()
            if "source_id" in frame and frame["source_id"].isin(sources).any()
        }
        return self.with_tables(named, without=sources)

    def with_tables(self, tables: Mapping[str, pd.DataFrame], without: Collection[str] = ()) -> Self:
        """The record of the same day in which some tables are others. Whatever rests on none of them is taken over.

        Parameters
        ----------
        tables : as `table` gives them, by name.
        without : sources to strike besides; these tables are not cut by them.
        """
        made = type(self)(self.as_of, (*self.without, *without))
        changed = {_ANYTHING, *tables, *map(_of_source, without)}
        made._reads = {work: reads for work, reads in self._reads.items() if not reads & changed}
        for work, kept in self._kept.items():
            made._kept[work] = OrderedDict((key, one) for key, one in kept.items() if (work, key) in made._reads)
        made._kept.setdefault("table", OrderedDict()).update({(name,): frame for name, frame in tables.items()})
        made._reads |= {("table", (name,)): frozenset({name}) for name in tables}
        return made

    def take_over(self, other: "Record") -> None:
        """Take over what a record of the same day and struck sources has read and worked out."""
        self._kept = {work: OrderedDict(kept) for work, kept in other._kept.items()}
        self._reads = dict(other._reads)

    def read_by(self, work: Callable, *given: object) -> frozenset[str]:
        """The tables that a piece of shared work read."""
        work(self, *given)
        return frozenset(name for name in self._reads[work.__wrapped__, given] if name.isidentifier())

    def has(self, *sources: str) -> bool:
        """Whether sources are all public by the day, and none of them struck."""
        self._note(set(map(_of_source, sources)))
        read = lambda: load.table("sources", as_of=self.as_of, without=self.without)  # noqa: E731
        return {*sources} <= {*self._once("sources", read, ())["source_id"]}

    def table(self, name: str) -> pd.DataFrame:
        """One table of ``data/`` as it could be known by the day: see `analysis.facts.load.table`."""
        read = lambda name: load.table(name, as_of=self.as_of, without=self.without)  # noqa: E731
        return self._once("table", read, (name,)).copy()

    def whole(self, name: str) -> pd.DataFrame:
        """One table of ``data/`` whatever the day, with no source struck."""
        return self._once("whole", load.table, (name,)).copy()

    @property
    def documents(self) -> pd.DataFrame:
        """All documents that are recorded, whatever the day: the table ``sources``."""
        return self.whole("sources")

    @property
    def names(self) -> pd.Series:
        """What readers call each product, by its id."""
        return self.whole("products").set_index("product")["name"]

    def sources(self, *rows: pd.DataFrame | pd.Series) -> pd.DataFrame:
        """The documents behind frames or single rows of ours, best grade first.

        Returns
        -------
        frame : ``grade, source, published_on, source_id, url, rows``: see `analysis.facts.sources.cited`.
        """
        return sources.cited(sources.together(*rows), self.documents)

    def explain(self, value: pd.DataFrame | pd.Series) -> str:
        """What a row or a frame of ours rests on, in one line: basis, documents with their grades, the place in them.

        Parameters
        ----------
        value : a row or a frame of any result or table, with its columns of sources.

        Raises
        ------
        ParameterError : it is neither.
        """
        if not isinstance(value, pd.DataFrame | pd.Series):
            raise ParameterError(
                Fault("explain", f"{arguments.shown(value)} is no row.", "Give a row or a frame of a result.")
            )
        found = self.sources(value)
        listed = [f"{row.source} ({row.published_on or 'undated'}, grade {row.grade})" for row in found.itertuples()]
        row = value if isinstance(value, pd.Series) else value.iloc[0] if len(value) == 1 else pd.Series(dtype=object)
        basis, place = (str(row.get(name) or "") for name in ("basis", "locator"))
        told = "; ".join(listed) or "no document: it is worked out here, or unknown"
        return (f"{basis}: " if basis else "") + told + (f"; at {place}" if place else "")

    def _once(self, work: object, function: Callable, inputs: tuple, most: int = _MOST_KEPT) -> Any:
        kept = self._kept.setdefault(work, OrderedDict())
        if inputs not in kept:
            self._open.append({inputs[0]} if work == "table" else {_ANYTHING} if work in ("at", "sources") else set())
            try:
                kept[inputs] = function(*inputs)
            finally:
                self._reads[work, inputs] = frozenset(self._open.pop())
            if work not in ("table", "whole") and len(kept) > most:
                kept.popitem(last=False)
        kept.move_to_end(inputs)
        if work not in ("at", "sources"):
            self._note(self._reads[work, inputs])
        return kept[inputs]

    def _note(self, read: Collection[str]) -> None:
        """Remember what the work in progress has read."""
        for reads in self._open[-1:]:
            reads.update(read)


def _of_source(source: str) -> str:
    return f"source {source}"


def shared(work: Callable, most: int = _MOST_KEPT) -> Callable:
    """Work out once a record what several results need. What comes back is kept: do not change it in place.

    The first argument of ``work`` is the record; the others are hashable. A default that is left out and one that is
    given are the same.

    Parameters
    ----------
    most : with how many different arguments it is kept.
    """
    defaults = tuple(parameter.default for parameter in signature(work).parameters.values())[1:]

    @wraps(work)
    def once(record: Record, *given: object) -> Any:
        inputs = given + defaults[len(given) :]
        return record._once(work, lambda *each: work(record, *each), inputs, most)

    return once


class Result(pd.DataFrame):
    """A result as a frame that shows itself well: captioned, what is missing as unknown, no index.

    What is derived from it is a plain frame.
    """

    _metadata = ("about",)
    _MOST_ROWS = 60

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def _repr_html_(self) -> str:
        days = dict.fromkeys(self.select_dtypes("datetime"), "{:%Y-%m-%d}")
        rows = pd.DataFrame(self.head(self._MOST_ROWS))
        more = f"; the first {self._MOST_ROWS} shown" if len(self) > self._MOST_ROWS else ""
        styler = rows.style.format(days, na_rep="unknown", thousands=",", precision=4, escape="html")
        styler = styler.set_uuid("result").set_caption(f"{self.about} ({len(self):,} rows{more})")
        return styler.hide(axis="index").to_html()


def result(function: Callable) -> Callable:
    """Declare a named result: a function of a record and of keyword parameters, which returns a frame.

    What is given is turned into values of the annotations first (see `analysis.facts.arguments`), so that
    ``chips="h20-96gb"`` is one chip and a day may be a date or text.
    """

    @wraps(function)
    def named(record: Record, **given: object) -> Result:
        frame = Result(function(record, **arguments.values(function, given)))
        frame.about = (function.__doc__ or function.__name__).strip().splitlines()[0]
        return frame

    return named
