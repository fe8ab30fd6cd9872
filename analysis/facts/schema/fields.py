"""How a table of ``data/`` is declared: one class a table, one line a column."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

GRADES = ["A", "B", "C"]
BASES = ["official", "reported", "derived", "estimated", "assumed"]
PRECISIONS = ["fp4", "fp6", "fp8", "int8", "fp16", "bf16", "tf32", "fp32", "fp64", "fp64_tensor"]
BIT_LENGTHS_ONLY = ["4bit", "8bit", "16bit"]
GEOGRAPHY_BASES = ["billing", "headquarters"]
LEVELS = ["variant", "family", "die", "aggregate"]
STAGES = [
    *("shipped", "sold", "ordered", "requested", "licensed", "produced", "planned", "forecast", "stock"),
    *("smuggled", "seized_or_charged", "lost", "share", "market_size", "other"),
]
CHECKS = [
    *("lookup", "ratio", "change", "cut", "share", "remainder", "count", "duration", "implied", "attribution"),
    *("outcome", "date", "period", "order", "threshold", "rank", "occurs", "absent", "word"),
]
EVIDENCE = ["equal", "at_most", "at_least", "repeat", "accounts", "prior", "none"]
REVENUE_FROM = [
    *("part_of_china_data_center", "h20_revenue", "h200_licensed_revenue", "dc_hopper_shipments_china"),
    *("none_sold", "unknown"),
]

_PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?|\d{4}-Q[1-4]")
_PERIOD = re.compile(r"(FY)?\d{4}(Q[1-4]|H[12]|_9M)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def is_partial_date(cell: str) -> bool:
    """Whether the cell is a year, a year and quarter, a year and month, or a day that exists."""
    return bool(_PARTIAL_DATE.fullmatch(cell)) and (len(cell) < 10 or _is_day(cell))


def days(partial: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day that a partial date can mean: a day, ``2025-04``, ``2025-Q1`` or ``2025``."""
    frequency = {4: "Y", 7: "Q" if "Q" in partial else "M", 10: "D"}[len(partial)]
    period = pd.Period(partial.replace("-Q", "Q"), freq=frequency)
    return period.start_time.normalize(), period.end_time.normalize()


def _cells(test, rule: str, remedy: str, *, empty_passes: bool = True) -> pa.Check:
    """A check of single cells; its ``error`` carries the rule and the remedy that a fault will print."""

    def passes(cells: pd.Series) -> pd.Series:
        """Each different cell is tested once."""
        return cells.isin([cell for cell in cells.unique() if (empty_passes and cell == "") or test(cell)])

    return pa.Check(passes, error=f"{rule}|{remedy}")


DAY = _cells(_is_day, "is not a day like 2026-01-25.", "Write year-month-day; leave it empty if unknown.")
PARTIAL = _cells(is_partial_date, "is not a date like 2026-01-25, 2026-01 or 2026.", "Give as much as the source does.")
PERIOD = _cells(_PERIOD.fullmatch, "is not like 'FY2026Q3', 'FY2026' or '2025Q4'.", "Write the year in four digits.")
SLUG = _cells(_SLUG.fullmatch, "is not a lower-case name of letters, digits and hyphens.", "Write it like 'h100-sxm'.")
FILLED = _cells(bool, "is empty.", "Every row needs it.", empty_passes=False)


def one_of(values: list[str]) -> pa.Check:
    """Only these values, or nothing."""
    return _cells(values.__contains__, f"is not one of {', '.join(values)}.", "Use one of these.")


def some_of(values: list[str]) -> pa.Check:
    """Only these values; an empty cell is a fault too."""
    return _cells(values.__contains__, f"is not one of {', '.join(values)}.", "Use one of these.", empty_passes=False)


def text(meaning: str, *checks: pa.Check):
    """A column of words."""
    return pa.Field(description=meaning, metadata={"checks": checks})


def number(meaning: str, *, unit: str = "as `unit` says", low: float | None = None):
    """A column of numbers, empty where the source gives none; never below ``low``."""
    bounds = [] if low is None else [pa.Check.ge(low, error=f"is below {low:g}.|Check sign and unit.")]
    return pa.Field(description=meaning, nullable=True, coerce=True, metadata={"checks": bounds, "unit": unit})


def count(meaning: str, *, unit: str):
    """A column of whole numbers above zero, never empty."""
    bounds = [
        pa.Check.gt(0, error="is not above 0.|Check it."),
        pa.Check(lambda cells: cells % 1 == 0, error="is not a whole number.|Check it."),
    ]
    return pa.Field(description=meaning, coerce=True, metadata={"checks": bounds, "unit": unit})


class Table(pa.DataFrameModel):
    """What all tables share."""


class Facts(Table):
    """A table of facts: every row ends in these four columns."""

    basis: Series[str] = text(
        "official: the maker or regulator itself; reported; derived: arithmetic, named in the note; "
        "estimated: by a named estimator; assumed: ours, explained",
        some_of(BASES),
    )
    source_id: Series[str] = text("the document, as in sources.csv", FILLED)
    locator: Series[str] = text("where in the document")
    note: Series[str] = text("arithmetic of a derived row, doubts, what the figure covers")


class DatedFacts(Facts):
    """Facts whose own day of publication may differ from that of the source (a snapshot, a derived row)."""

    published_on: Series[str] = text("the day this figure became public; empty: that of its source", PARTIAL)


@dataclass(frozen=True)
class Declared:
    """A declared table: its name, what it is, its columns (in file order) and what makes a row unique."""

    name: str
    title: str
    model: type[Table]
    key: list[str]
    quantity: str = ""  # the column that names what is measured, held against quantities.csv
    points: list[str] = field(default_factory=list)  # low, point and high columns

    @property
    def columns(self) -> list[str]:
        """Column names in file order: a table's own, then ``published_on``, then the four of `Facts`."""
        names = list(self.model.to_schema().columns)
        last = ["published_on"] if issubclass(self.model, DatedFacts) else []
        last += list(Facts.to_schema().columns) if self.has_sources else []
        return [name for name in names if name not in last] + last

    @property
    def has_sources(self) -> bool:
        """Whether every row cites a source."""
        return issubclass(self.model, Facts)

    def meaning(self, column: str) -> str:
        """What the column holds."""
        return self.model.to_schema().columns[column].description

    def unit(self, column: str) -> str:
        """Unit of a column of numbers, empty for words."""
        return (self.model.to_schema().columns[column].metadata or {}).get("unit", "")

    def rules(self, column: str) -> list[str]:
        """The rules a cell is held to, as a fault prints them."""
        checks = (self.model.to_schema().columns[column].metadata or {}).get("checks", ())
        return [check.error.split("|")[0] for check in checks]

    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema, with the checks that `text`, `number` and `count` left in the metadata."""
        schema = deepcopy(self.model.to_schema())  # pandera keeps one for all callers
        for column in schema.columns.values():
            column.checks = list((column.metadata or {}).get("checks", ()))
        return schema

    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return self._of_type(pd.api.types.is_numeric_dtype)

    def counts(self) -> list[str]:
        """The columns that hold whole numbers, which are never empty."""
        return self._of_type(pd.api.types.is_integer_dtype)

    def _of_type(self, is_type: Callable[[object], bool]) -> list[str]:
        dtypes = {name: column.dtype.type for name, column in self.model.to_schema().columns.items()}
        return [name for name in self.columns if is_type(dtypes[name])]


TABLES: dict[str, Declared] = {}


def table(name: str, title: str, *, key: str, quantity: str = "", points: str = ""):
    """Declare the table ``data/<name>.csv``; ``key`` and ``points`` are column names separated by spaces."""

    def declare(model: type[Table]) -> type[Table]:
        TABLES[name] = Declared(name, title, model, key.split(), quantity, points.split())
        return model

    return declare
