"""Policies as files of ``data/runs/``: which chips may be sold, at which price and fee, under which caps, and when.

A file holds ``says, first_quarter, last_quarter, chips, source_ids, note``. Under each chip stand ``fee_on``
(price or cost) and, under ``sets``, the inputs that the policy sets with their units: ``{value: 0.25, unit: share}``,
``{low: 0, high: 0.3, unit: share}`` (every value between alike) or all three (a triangle). Every other input is as
``scenario_ranges`` has it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from analysis.facts import shapes
from analysis.facts.errors import DataError, Fault, did_you_mean
from analysis.scenarios import inputs
from analysis.scenarios.inputs import Shape

_QUARTER = re.compile(r"(20[0-9]{2})Q([1-4])")
_NAN = float("nan")
MOST_QUARTERS = 20


class Term(shapes.Shape):
    """What a policy sets an input to."""

    value: shapes.Number | None = None
    low: shapes.Number | None = None
    high: shapes.Number | None = None
    unit: shapes.Text


class Chip(shapes.Shape):
    """What a policy says of one chip."""

    fee_on: Literal["price", "cost"] = "price"
    sets: dict[shapes.Text, Term] = Field(default_factory=dict)


class Run(shapes.Shape):
    """A file of ``data/runs/``."""

    says: shapes.Text
    first_quarter: shapes.Text
    last_quarter: shapes.Text
    chips: dict[shapes.Text, Chip]
    source_ids: list[shapes.Text] = Field(default_factory=list)
    note: shapes.Text


@dataclass(frozen=True)
class Policy:
    """A policy: when it holds, and by chip what its fee is taken on and which inputs it sets."""

    name: str
    says: str
    note: str
    first_year: int
    quarters: int
    fee_on: dict[str, str]
    terms: dict[str, dict[str, Shape]]
    source_ids: tuple[str, ...]

    @property
    def periods(self) -> list[str]:
        """Its quarters, 2027Q1 and so on."""
        return [f"{self.first_year + at // 4}Q{at % 4 + 1}" for at in range(self.quarters)]


def read(paths: Collection[Path], *, chips: Collection[str], sources: Collection[str]) -> dict[str, Policy]:
    """Every policy by the name of its file.

    Parameters
    ----------
    chips, sources : ids that exist.

    Raises
    ------
    DataError : every fault of every file: unknown or missing keys, inputs that are none, wrong units, shares above one,
        caps below zero, quarters in the wrong order, chips or sources that do not exist.
    """
    found, faults = {}, []
    for path in paths:
        try:
            given = shapes.read_yaml(path)
            run, words = shapes.held(Run, given)
        except shapes.UnreadableError as error:
            run, words = None, [f"cannot be read: {error}."]
        words = words or [*_chip_faults(run, chips), *_quarter_faults(run), *_source_faults(run, sources)]
        faults += [Fault(path.name, text) for text in words]
        if not words:
            found[path.stem] = _policy(path.stem, run)
    if faults:
        raise DataError(*faults)
    return found


def _chip_faults(run: Run, chips: Collection[str]) -> Iterator[str]:
    for chip, said in run.chips.items():
        if chip not in chips:
            yield f"there is no chip {chip!r}. {did_you_mean(chip, chips)}See table products."
        for name, term in said.sets.items():
            if term.value is None and (term.low is None or term.high is None):
                yield f"{chip}: {name}: has neither a value nor both ends. Give one."
            else:
                yield from (f"{chip}: {words}" for words in inputs.faults(name, _shape(term), term.unit))


def _quarter_faults(run: Run) -> Iterator[str]:
    matches = {}
    for key in ("first_quarter", "last_quarter"):
        text = getattr(run, key)
        matches[key] = _QUARTER.fullmatch(text)
        if matches[key] is None:
            yield f"{key}: {text!r} is no quarter. Write it like 2027Q1."
    if all(matches.values()):
        if _length(run) < 1:
            yield f"first_quarter: {run.first_quarter} is after last_quarter {run.last_quarter}. Swap them."
        elif not run.first_quarter.endswith("Q1"):
            yield f"first_quarter: {run.first_quarter} is not the first of its year: caps are by year. Begin with Q1."
        elif _length(run) > MOST_QUARTERS:
            yield f"last_quarter: {run.last_quarter} is more than {MOST_QUARTERS} quarters on. Choose an earlier one."


def _source_faults(run: Run, sources: Collection[str]) -> Iterator[str]:
    for source in run.source_ids:
        if source not in sources:
            yield f"source_ids: {source!r} is not in data/sources.csv. {did_you_mean(source, sources)}".rstrip()


def _length(run: Run) -> int:
    (first, at), (last, to) = (
        map(int, _QUARTER.fullmatch(text).groups()) for text in (run.first_quarter, run.last_quarter)
    )
    return 4 * (last - first) + to - at + 1


def _shape(term: Term) -> Shape:
    low, high, value = ((_NAN if part is None else part) for part in (term.low, term.high, term.value))
    is_range = low == low and high == high
    return inputs.shape("point" if not is_range else "uniform" if value != value else "triangular", low, value, high)


def _policy(name: str, run: Run) -> Policy:
    terms = {chip: {key: _shape(term) for key, term in said.sets.items()} for chip, said in run.chips.items()}
    fee_on = {chip: said.fee_on for chip, said in run.chips.items()}
    first_year = int(run.first_quarter[:4])
    return Policy(name, run.says, run.note, first_year, _length(run), fee_on, terms, tuple(run.source_ids))
