"""The record with every named result as a method, and a table of what there is."""

from collections.abc import Mapping
from importlib import import_module
from types import MethodType
from typing import Self

import pandas as pd

from analysis import catalogue
from analysis.facts import load
from analysis.facts import record as base
from analysis.facts.arguments import kinds, refuse_unknown


class Record(base.Record):
    """What could be known by a day, without the sources that are struck; every named result is a method.

    Parameters
    ----------
    as_of : only what was published by this day (a date, or text like ``"2025-04-17"``); None: all that is recorded.
    without : ids of sources to strike, with every row that rests on them.

    Raises
    ------
    ParameterError : a day on which nothing was known or can be known yet, source ids that do not exist.
    DataError : a table breaks its declaration.

    Examples
    --------
    >>> record = Record(as_of="2025-04-17", without=["article-002"])
    >>> record.day
    '2025-04-17'
    >>> record.table("revenue")["known_on"].max() <= pd.Timestamp("2025-04-17")
    True
    """

    @classmethod
    def for_notebook(cls, variables: dict[str, object]) -> Self:
        """The record that a notebook asks for, after all its parameters have been checked at once.

        Parameters
        ----------
        variables : ``globals()`` of the notebook. What its parameters cell annotates is checked and turned into values
            of those types in place, whatever cell, command line or papermill has set it.

        Raises
        ------
        ParameterError : every parameter that cannot be used, all at once.
        """
        from analysis import parameters

        variables |= parameters.checked(variables)
        made = cls(variables.get("as_of"), variables.get("without", ()))
        for state, record in _prepared:
            if (record.as_of, record.without, state) == (made.as_of, made.without, load.state()):
                made.take_over(record)
        return made

    def get(self, name: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """A result or a raw table by its name, as ``analysis table`` gives it.

        Parameters
        ----------
        name : see `tables`.
        parameters : of the result, as values or as text.

        Raises
        ------
        ParameterError : unknown table or parameters, or values that cannot be used, all at once.
        """
        entry, parameters = catalogue.find(name), parameters or {}
        refuse_unknown(parameters, entry.parameters, of=name)
        return getattr(self, name)(**parameters) if entry.is_result else self.table(entry.name)


_prepared: list[tuple[tuple, Record]] = []
SHARED = ("equivalence", "workload_fit", "units_by_year", "claims")  # they ask for chips, fit, estimate and audit


def prepare() -> None:
    """Work out what notebooks share at their defaults, for those that run in this process or in forks of it."""
    record = Record(load.last_day().date())
    for name in SHARED:
        record.get(name)
    _prepared[:] = [(load.state(), record)]


class _Named:
    """A named result as a method: its module is imported when it is asked for."""

    def __init__(self, entry: catalogue.Entry) -> None:
        self.entry = entry

    def __get__(self, record: Record | None, owner: type) -> object:
        function = getattr(import_module(self.entry.module), self.entry.name)
        return function if record is None else MethodType(function, record)


for _entry in catalogue.results().values():
    setattr(Record, _entry.name, _Named(_entry))


def tables() -> pd.DataFrame:
    """What there is, one line each: the named results, then the raw tables of ``data/``.

    Returns
    -------
    frame : by name, ``about`` (what it is) and ``parameters`` (what it may be asked).

    Examples
    --------
    >>> tables().loc["equivalence", "parameters"]
    'chips, baseline'
    """
    rows = {name: (entry.about, ", ".join(entry.parameters)) for name, entry in catalogue.entries().items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["about", "parameters"]).rename_axis("name")


def parameter(name: str) -> object:
    """The annotation of a parameter, as the first result that has it declares it; None where none does."""
    for entry in catalogue.results().values():
        if name in entry.parameters:
            return kinds(getattr(import_module(entry.module), entry.name))[name]
    return None
