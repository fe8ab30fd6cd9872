"""Addresses of facts: how a check of a claim says, in cells and not in code, which rows of ``data/`` settle it.

``revenue: metric=revenue; fiscal_period=FY2024`` names the rows of a table that meet every condition;
``events.happened_on: event~summons`` their days. A condition is ``column=value`` (several values with ``|``),
``column!=value``, ``column~words`` (contains, in any case), or ``<``, ``>``, ``<=``, ``>=`` for numbers and days.
Terms are summed: ``revenue: ... + revenue: ...``, ``0.5 * chip_specs: ...``. A number or a day stands for itself. Some
results are addressed like tables: see `analysis.claims.worked`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from analysis.claims.worked import apart
from analysis.facts import names
from analysis.facts.errors import did_you_mean
from analysis.facts.tables import as_numbers

_CONDITION = re.compile(r"(?P<column>\w+)\s*(?P<operator><=|>=|!=|=|~|<|>)\s*(?P<value>.*)")
_ADDRESS = re.compile(r"(?P<table>[a-z0-9_]+)(\.(?P<column>[a-z0-9_]+))?\s*:\s*(?P<conditions>.*)", re.S)
_MEMBERS = ("product", "chip_id", "subject", "company", "fiscal_period", "year", "period_start")
_LITERAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?|[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_FACTOR = re.compile(r"(?P<factor>[0-9]{1,15}(\.[0-9]{1,15})?) \* (?P<rest>.*)", re.S)
_JOINT = re.compile(r" ([+-]) (?=(?:[0-9]+(?:\.[0-9]+)? \* )?[a-z0-9_]+(?:\.[a-z0-9_]+)?\s*:)")


def holds_numbers(cells: pd.Series) -> bool:
    """Whether a column is compared, and read, as numbers."""
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)


@dataclass(frozen=True)
class Condition:
    """What a cell must be."""

    column: str
    operator: str
    value: str

    def met(self, cells: pd.Series) -> pd.Series:
        """Which cells meet it; numbers are compared as numbers, everything else as text."""
        is_number = holds_numbers(cells)
        words = cells if cells.dtype == "str" else cells.astype(str)
        if self.operator == "~":
            return words.str.contains(self.value, case=False, regex=False)
        if self.operator in ("=", "!="):
            values = self.value.split("|")
            same = cells.isin([float(v) for v in values]) if is_number else words.isin(values)
            return same if self.operator == "=" else ~same
        compared, bound = (cells, float(self.value)) if is_number else (words, self.value)
        return {"<": compared < bound, ">": compared > bound, "<=": compared <= bound, ">=": compared >= bound}[
            self.operator
        ]


@dataclass(frozen=True)
class Address:
    """Rows of a table, and the column that is read; an empty column means the figure of the row."""

    table: str
    column: str
    conditions: tuple[Condition, ...]

    def rows(self, facts: Mapping[str, pd.DataFrame], *, except_from: str = "") -> pd.DataFrame:
        """The rows that meet every condition, without those of a source that may not speak."""
        frame = apart(facts, self.table, except_from) if except_from else facts[self.table]
        met = np.ones(len(frame), dtype=bool)
        for condition in (named(one, facts, frame) for one in self.conditions):
            met[met] = condition.met(frame[condition.column][met]).to_numpy(dtype=bool)
        return frame[met]

    def absent(self, facts: Mapping[str, pd.DataFrame], *, except_from: str = "") -> list[str]:
        """The members that it names, each by itself (``product=a|b``), of which it finds no row."""
        rows = self.rows(facts, except_from=except_from)
        listed = [c for c in self.conditions if c.column in _MEMBERS and c.operator == "=" and "|" in c.value]
        parts = [(value, replace(c, value=value)) for c in listed for value in c.value.split("|")]
        return [value for value, c in parts if not named(c, facts, rows).met(rows[c.column]).any()]

    def wanted(self, column: str) -> str:
        """The value that a condition asks of a column, empty where it asks none."""
        return next((c.value for c in self.conditions if c.column == column and c.operator == "="), "")


@dataclass(frozen=True)
class Term:
    """An address, or a number or day that stands for itself, with its factor."""

    factor: float
    address: Address | None
    literal: str = ""


@cache
def terms(text: str) -> tuple[Term, ...]:
    """The terms of an expression.

    Raises
    ------
    ValueError : says what is wrong, as a rule and a remedy with a bar between them.
    """
    parts = _JOINT.split(text.strip())
    signs = [1.0, *(1.0 if sign == "+" else -1.0 for sign in parts[1::2])]
    return tuple(_term(part.strip(), sign) for part, sign in zip(parts[::2], signs, strict=True))


def _term(text: str, sign: float) -> Term:
    if _LITERAL.fullmatch(text):
        return Term(sign, None, text)
    scaled = _FACTOR.fullmatch(text)
    if scaled:
        return Term(sign * float(scaled["factor"]), _address(scaled["rest"]))
    return Term(sign, _address(text))


def _address(text: str) -> Address:
    parsed = _ADDRESS.fullmatch(text.strip())
    if not parsed:
        raise ValueError(f"{text!r} is no address.|Write table: column=value; column=value.")
    parts = [part.strip() for part in parsed["conditions"].split(";") if part.strip()]
    conditions = [(part, _CONDITION.fullmatch(part)) for part in parts]
    wrong = [part for part, match in conditions if not match]
    if wrong or not parts:
        words = f"{wrong[0]!r} is no condition." if wrong else "an address without a condition names a whole table."
        raise ValueError(f"{words}|Write column=value.")
    return Address(
        parsed["table"],
        parsed["column"] or "",
        tuple(Condition(match["column"], match["operator"], match["value"].strip()) for _, match in conditions),
    )


def named(condition: Condition, facts: Mapping[str, pd.DataFrame], rows: pd.DataFrame) -> Condition:
    """A condition on a chip, with the ids of the names that it asks for (see `analysis.facts.names`).

    Parameters
    ----------
    rows : what the condition is on; a name that they have is left as it is.
    """
    if condition.column not in ("product", "products", "chip_id") or condition.operator not in ("=", "!="):
        return condition
    known, products = set(rows.get(condition.column, ())), facts.get("products")
    ids = [name if name in known else _product(name, products) for name in condition.value.split("|")]
    return replace(condition, value="|".join(ids))


def _product(name: str, products: pd.DataFrame | None) -> str:
    if products is None or name in set(products["product"]):
        return name
    return names.found(name, products) or name


def faults(text: str, facts: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """What is wrong with an expression, as rules and remedies with a bar between them; nothing if it can be read.

    A table or column that does not exist is a fault, and so is a value that no row of the column has, unless it is a
    declared quantity or product: a slip of the pen would otherwise read as a fact that is not on record.
    """
    try:
        parts = terms(text)
    except ValueError as error:
        yield str(error)
        return
    for address in (term.address for term in parts if term.address):
        if address.table not in facts:
            hint = did_you_mean(address.table, facts)
            yield f"names table {address.table!r}, which there is not.|{hint}There are: {', '.join(facts)}."
            continue
        frame = facts[address.table]
        if "source_id" not in frame:
            yield f"names table {address.table!r}, whose rows have no source.|Name a table of facts."
            continue
        for column in [address.column or "source_id", *(c.column for c in address.conditions)]:
            if column not in frame:
                yield f"names column {column!r}, which {address.table} lacks.|{did_you_mean(column, frame)}Correct it."
        yield from _value_faults(address, frame, facts)


def _declared(table: str, column: str, facts: Mapping[str, pd.DataFrame]) -> set[str]:
    """Names that are declared although no row has them yet: quantities and products."""
    if column == "product" and "products" in facts:
        return set(facts["products"]["product"])
    quantities = facts.get("quantities", pd.DataFrame({"table": [], "quantity": []}))
    is_quantity = column in ("quantity", "metric", "spec")
    return set(quantities.loc[quantities["table"] == table, "quantity"]) if is_quantity else set()


def _value_faults(address: Address, frame: pd.DataFrame, facts: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    for condition in (named(one, facts, frame) for one in address.conditions):
        if condition.operator == "~" or condition.column not in frame:
            continue
        cells = frame[condition.column]
        if holds_numbers(cells):
            if as_numbers(pd.Series(condition.value.split("|"))).isna().any():
                yield f"asks {condition.column}{condition.operator}{condition.value}, which is no number.|Use digits."
            continue
        if condition.operator != "=":
            continue
        allowed = {*cells.astype(str), *_declared(address.table, condition.column, facts)}
        for value in condition.value.split("|"):
            if value not in allowed:
                hint = did_you_mean(value, sorted(allowed))
                yield f"asks {condition.column}={value}, which no row of {address.table} has.|{hint}Correct it."
