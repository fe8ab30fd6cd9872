"""What a cell of a table may be: rules with the words that refuse a cell, and what partial dates mean."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.facts import limits

_PARTIAL_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?|-Q[1-4])?")
_PERIOD = re.compile(r"(FY)?(?P<year>[0-9]{4})(Q[1-4]|H[12]|_9M)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_partial_date(cell: str) -> bool:
    """Whether the cell is a year, a year and quarter, a year and month, or a day that `limits` allows."""
    day = cell if len(cell) == 10 else f"{cell[:4]}-01-01"
    return bool(_PARTIAL_DATE.fullmatch(cell)) and limits.day(day) is not None


def _is_period(cell: str) -> bool:
    match = _PERIOD.fullmatch(cell)
    return match is not None and is_partial_date(match["year"])


def _is_past(cell: str) -> bool:
    if not is_partial_date(cell):
        return True  # another rule refuses it
    month = 3 * int(cell[-1]) - 2 if "Q" in cell else int(cell[5:7] or 1)
    return limits.is_past(date(int(cell[:4]), month, int(cell[8:] or 1)))


def days(partial: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day that a partial date can mean: a day, ``2025-04``, ``2025-Q1`` or ``2025``."""
    frequency = {4: "Y", 7: "Q" if "Q" in partial else "M", 10: "D"}[len(partial)]
    period = pd.Period(partial.replace("-Q", "Q"), freq=frequency)
    return period.start_time.normalize(), period.end_time.normalize()


@dataclass(frozen=True)
class Rule:
    """What a cell must be: a test, the words with which a fault refuses it, and what to do."""

    holds: Callable[[object], object]
    words: str
    remedy: str

    def broken(self, cells: pd.Series) -> pd.Index:
        """Where cells break the rule; each different cell is tested once."""
        return cells.index[cells.isin([cell for cell in cells.dropna().unique() if not self.holds(cell)])]


def _cells(test: Callable[[str], object], words: str, remedy: str, *, empty_passes: bool = True) -> Rule:
    return Rule(lambda cell: (empty_passes and cell == "") or test(cell), words, remedy)


DAY = _cells(limits.day, "is not a day like 2026-01-25.", "Write year-month-day; leave it empty if unknown.")
PARTIAL = _cells(is_partial_date, "is not a date like 2026-01-25, 2026-01 or 2026.", "Give as much as the source does.")
PERIOD = _cells(_is_period, "is not like 'FY2026Q3', 'FY2026' or '2025Q4'.", "Write the year in four digits.")
PAST = _cells(_is_past, "is not past.", "Nothing is published or recorded before its day: correct it.")
SLUG = _cells(_SLUG.fullmatch, "is not a lower-case name of letters, digits and hyphens.", "Write it like 'h100-sxm'.")
FILLED = _cells(bool, "is empty.", "Every row needs it.", empty_passes=False)


def one_of(values: list[str]) -> Rule:
    """Only these values, or nothing."""
    return _cells(values.__contains__, f"is not one of {', '.join(values)}.", "Use one of these.")


def some_of(values: list[str]) -> Rule:
    """Only these values; an empty cell is a fault too."""
    return _cells(values.__contains__, f"is not one of {', '.join(values)}.", "Use one of these.", empty_passes=False)
