"""The record: what could be known by a day, without the sources that are struck."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cached_property, partial, wraps
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from analysis.facts import arguments, load, sources
from analysis.facts.alike import alike
from analysis.facts.errors import Fault, ParameterError

_MOST_KEPT = 8  # of one piece of shared work, with different arguments
_ALL = 1 << 30
_Asked = tuple[Callable, tuple]  # a piece of shared work and its arguments but the record


def shared(work: Callable, most: int = _MOST_KEPT) -> Callable:
    """Work out once a record what several results need. What comes back is kept: do not change it in place.

    The first argument of ``work`` is the record; the others are hashable. A default that is left out and one that is
    given are the same. What is worked out may hang on nothing but the arguments, the day of the record and what is read
    of it: a record of other rows takes over what read the same.

    Parameters
    ----------
    most : with how many different arguments it is kept.
    """
    defaults = tuple(parameter.default for parameter in signature(work).parameters.values())[1:]

    @wraps(work)
    def once(record: "Record", *given: object) -> Any:
        inputs = given + defaults[len(given) :]
        return record._once(once, inputs, most)

    return once


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
        self._as_of: str | None = None if day is None else day.isoformat()
        self.without: tuple[str, ...] = tuple(dict.fromkeys(arguments.value(without, tuple[str, ...], where="without")))
        load.check(self._as_of, self.without)
        self._kept: dict[Callable, OrderedDict[tuple, Any]] = {}
        self._asked: dict[_Asked, list[_Asked]] = {}  # of each piece of work, what it asked for, in its order
        self._open: list[dict[_Asked, None]] = []  # what the pieces of work in progress have asked for so far
        self._former: Self | None = None  # the record that this one has been made of
        self._is_part = False  # whether its tables are the former record's, without what is struck
        self._tables: Mapping[str, pd.DataFrame] = {}  # but for those that are others
        self._same: dict[_Asked, bool] = {}  # whether something is what it was in the former record

    def __repr__(self) -> str:
        struck = f", without={list(self.without)}" if self.without else ""
        return f"Record(as_of={self.day!r}{struck})"

    @property
    def as_of(self) -> str | None:
        """The day that was asked for, ``YYYY-MM-DD``; None where none was."""
        return self._known_by()

    @partial(shared, most=_ALL)
    def _known_by(self) -> str | None:
        return self._as_of

    @property
    def day(self) -> str:
        """The day that the record stands for, ``YYYY-MM-DD``: the last recorded one where none was asked for."""
        return self.as_of or f"{load.last_day():%Y-%m-%d}"

    @property
    def folder(self) -> Path:
        """The folder of the tables."""
        return load.DATA

    def at(self, as_of: str | None, without: Collection[str] | None = None) -> Self:
        """The record of another day, kept: with the same sources struck, or with those given.

        What read the same as here is taken over: see `with_tables`.
        """
        strikes = self.without if without is None else tuple(without)
        if (as_of, strikes) == (self._as_of, self.without):
            return self
        if strikes == self.without:
            return self._of(as_of, strikes)
        self._open.append({})  # what is read of a record of other strikes is no reading of this one
        try:
            return self._of(as_of, strikes)
        finally:
            self._open.pop()

    @shared
    def _of(self, as_of: str | None, without: tuple[str, ...]) -> Self:
        made = type(self)(as_of, without)
        made._former = self
        return made

    def struck(self, *sources: str) -> Self:
        """This record without some sources more. Whatever read nothing that rests on them is taken over."""
        return self.with_tables({}, without=sources)

    def with_tables(self, tables: Mapping[str, pd.DataFrame], without: Collection[str] = ()) -> Self:
        """The record of the same day in which some tables are others. What read the same as here is taken over.

        A piece of shared work is taken over if each thing that it asked for is what it was: a table with the same rows,
        or other shared work that comes to the same (a "verifying trace": Mokhov, Mitchell and Peyton Jones, "Build
        Systems a la Carte", 2018).

        Parameters
        ----------
        tables : as `table` gives them, by name.
        without : sources to strike besides; these tables are not cut by them.
        """
        made = type(self)(self._as_of, (*self.without, *without))
        made._former, made._tables, made._is_part = self, tables, True
        return made

    def take_over(self, other: "Record") -> None:
        """Take over what a record of the same day and struck sources has read and worked out."""
        self._kept = {work: OrderedDict(kept) for work, kept in other._kept.items()}
        self._asked = {asked: list(found) for asked, found in other._asked.items()}

    def read_by(self, work: Callable, *given: object) -> frozenset[str]:
        """The tables that a piece of shared work read, and whatever it asked for."""
        work(self, *given)
        reached, left = set(), [(work, given)]
        while left:
            asked = left.pop()
            if asked not in reached:
                reached.add(asked)
                left += self._asked.get(asked, [])
        return frozenset(inputs[0] for one, inputs in reached if one is Record._table)

    def has(self, *sources: str) -> bool:
        """Whether sources are all public by the day, and none of them struck."""
        return self._has(sources)

    @partial(shared, most=_ALL)
    def _has(self, sources: tuple[str, ...]) -> bool:
        return self._public.issuperset(sources)

    @cached_property
    def _public(self) -> frozenset[str]:
        return frozenset(load.table("sources", as_of=self._as_of, without=self.without)["source_id"])

    def table(self, name: str) -> pd.DataFrame:
        """One table of ``data/`` as it could be known by the day: see `analysis.facts.load.table`."""
        return self._table(name).copy(deep=False)  # pandas copies what is written to

    @partial(shared, most=_ALL)
    def _table(self, name: str) -> pd.DataFrame:
        if name in self._tables:
            return self._tables[name]
        if not self._is_part:
            return load.table(name, as_of=self._as_of, without=self.without)
        frame = self._former._table(name)
        gone = frame["source_id"].isin(self.without) if "source_id" in frame else pd.Series(dtype=bool)
        return frame[~gone].reset_index(drop=True) if gone.any() else frame

    def whole(self, name: str) -> pd.DataFrame:
        """One table of ``data/`` whatever the day, with no source struck."""
        return self._whole(name).copy(deep=False)

    @partial(shared, most=_ALL)
    def _whole(self, name: str) -> pd.DataFrame:
        return self._former._whole(name) if self._former else load.table(name)

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

    def _once(self, work: Callable, inputs: tuple, most: int) -> Any:
        kept, asked = self._kept.setdefault(work, OrderedDict()), (work, inputs)
        if inputs not in kept:
            self._open.append({})
            try:
                is_here = self._former is not None and inputs in self._former._kept.get(work, ())
                if is_here and self._asks_for_the_same(asked):
                    kept[inputs] = self._former._kept[work][inputs]
                    self._asked[asked] = self._former._asked[asked]
                else:
                    self._open[-1].clear()
                    kept[inputs] = work.__wrapped__(self, *inputs)
                    self._asked[asked] = list(self._open[-1])
            finally:
                self._open.pop()
            if len(kept) > most:
                kept.popitem(last=False)
        kept.move_to_end(inputs)
        for open_work in self._open[-1:]:
            open_work[asked] = None
        return kept[inputs]

    def _asks_for_the_same(self, asked: _Asked) -> bool:
        """Whether all that work asked for in the former record is the same here; not of what asked for nothing."""
        before = self._former._asked.get(asked)
        return bool(before) and all(map(self._is_same, before))

    def _is_same(self, asked: _Asked) -> bool:
        if asked not in self._same:
            work, inputs = asked
            self._same[asked] = self._asks_for_the_same(asked)
            if not self._same[asked] and inputs in self._former._kept.get(work, ()):
                self._same[asked] = alike(work(self, *inputs), self._former._kept[work][inputs])
        return self._same[asked]


class Result(pd.DataFrame):
    """A result as a frame that shows itself well: captioned, what is missing as unknown, no index.

    What is derived from it is a plain frame.
    """

    _metadata: ClassVar[list[str]] = ["about"]
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
