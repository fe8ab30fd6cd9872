"""Evidence on a claim: what the rows of ``data/`` that an address names say, as statements with their sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from analysis.chips.specs import labelled, spread
from analysis.claims.addresses import Address, Term, holds_numbers, terms
from analysis.facts.resolve import ROUNDING
from analysis.facts.schema import TABLES
from analysis.facts.tables import as_numbers

NAN = float("nan")
Facts = Mapping[str, pd.DataFrame]
_SINGLE = {"events": "value", "control_thresholds": "threshold"}  # tables whose figure is one column
# What names a row in a sentence, table by table.
_NAMED_BY = {
    "revenue": "metric geography fiscal_period geography_basis",
    "guidance": "metric fiscal_period",
    "revenue_estimates": "estimator metric said_on",
    "prices": "item market priced_on",
    "shipment_estimates": "as_printed quantity buyer period_start period_end",
    "events": "event happened_on",
    "chip_specs": "label",
    "control_rules": "rule_id",
    "control_thresholds": "rule_id quantity",
    "market_facts": "subject quantity scope period_start",
    "claims": "claim_id",
    "fiscal_periods": "fiscal_period",
    "units_by_year": "product year",
    "units_by_quarter": "product fiscal_period",
    "h100_equivalents": "product measure fiscal_period",
    "equivalence": "chip_id label",
    "china_revenue": "geography_basis fiscal_period",
    "control_inputs": "name",
    "control_status": "chip_id treatment",
}


@dataclass(frozen=True)
class Statement:
    """What one row, or arithmetic on several, says.

    ``low`` and ``high`` are equal for a point; an open end is NaN. ``text`` holds a word or a partial date instead.
    ``printed``: half of the last digit that the figure is printed with. ``period``: what time it is about.
    """

    low: float
    high: float
    unit: str
    label: str
    source_id: str
    grade: str = "A"
    basis: str = "official"
    text: str = ""
    printed: float = 0.0
    period: str = ""


def gathered(expression: str, facts: Facts, *, except_from: str = "") -> list[Statement]:
    """What an expression says: every row's statement, or one sum where it has several terms.

    Parameters
    ----------
    expression : see `analysis.claims.addresses`.
    facts : tables by name as `analysis.facts.load.table` gives them; ``chip_specs`` as resolved working values.
    except_from : a source that may not speak, the article whose claim it is.
    """
    parts = [_statements(term, facts, except_from) for term in terms(expression)]
    if len(parts) == 1:
        return parts[0]
    return [] if any(not part for part in parts) else [added([span(part) for part in parts])]


def _statements(term: Term, facts: Facts, except_from: str) -> list[Statement]:
    if term.address is None:
        number = as_numbers(pd.Series([term.literal])).iloc[0] * term.factor
        return [Statement(number, number, "", term.literal, "", text=term.literal)]
    rows = term.address.rows(facts, except_from="" if term.address.table == "claims" else except_from)
    statements = of_rows(rows, term.address, _factors(facts))
    return statements if term.factor == 1 else [scaled(statement, term.factor) for statement in statements]


def _factors(facts: Facts) -> dict[str, float]:
    """What figures printed in each unit were multiplied by."""
    units = facts.get("units", pd.DataFrame({"unit": [], "factor": []}))
    return dict(zip(units["unit"], units["factor"], strict=True))


def of_rows(
    rows: pd.DataFrame, address: Address, factors: Mapping[str, float] = MappingProxyType({})
) -> list[Statement]:
    """A statement a row: the column that the address asks for, or the figure of the row.

    ``factors``: what a unit as printed was multiplied by, so that a figure is held to the digits it was printed with.
    """
    ends = zip(*(column.tolist() for column in _figures(rows, address)), strict=True)
    words = rows[address.column] if address.column else rows.get("text", pd.Series("", rows.index))
    if pd.api.types.is_datetime64_any_dtype(words):
        words = words.dt.strftime("%Y-%m-%d")
    labels = _joined(rows, _NAMED_BY.get(address.table, "source_id").split(), " ")
    periods = _joined(rows, ["period_start", "period_end"], "/")
    columns = (_cells(rows, name) for name in ("unit", "unit_printed", "source_id", "grade", "basis"))
    statements = []
    for (low, point, high), word, label, period, unit, printed, source_id, grade, basis in zip(
        ends, words.tolist(), labels, periods, *columns, strict=True
    ):
        is_point = point == point
        statements.append(
            Statement(
                point if is_point else low,
                point if is_point else high,
                unit=unit,
                label=label,
                source_id=source_id,
                grade=grade,
                basis=basis,
                text=str(word),
                printed=half_digit(point, factors.get(printed, 1.0)),
                period=period,
            )
        )
    return statements


def _cells(rows: pd.DataFrame, name: str) -> list[str]:
    """The cells of a column as text; empty ones where there is no such column."""
    return rows[name].astype(str).tolist() if name in rows else [""] * len(rows)


def _joined(rows: pd.DataFrame, names: list[str], sign: str) -> list[str]:
    """What the columns that there are say, row by row, without the empty cells."""
    columns = [_cells(rows, name) for name in names if name in rows]
    return [sign.join(filter(None, cells)) for cells in zip(*columns, strict=True)] if columns else [""] * len(rows)


def _figures(rows: pd.DataFrame, address: Address) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Low, point and high of each row, NaN where there is none."""
    empty = pd.Series(NAN, rows.index)
    if address.column:
        column = rows[address.column]
        low, high = (as_numbers(rows.get(f"{address.column}_{end}", empty)) for end in ("low", "high"))
        return low, column.astype(float) if holds_numbers(column) else empty, high
    if address.table in _SINGLE:
        return empty, as_numbers(rows[_SINGLE[address.table]]), empty
    declared = TABLES.get(address.table)
    names = (declared and declared.points) or ["low", "value", "high"]
    return tuple(as_numbers(rows[name]) if name in rows else empty for name in names)


def half_digit(number: float, factor: float = 1.0) -> float:
    """Half of the last digit that a number is printed with: 0.05 for 17.1, 0.5 for 96.

    Zeros at the end of a whole number may be no digits (3,340 for 3.34 trillion): they leave room for as much as two
    figures may differ and still be roundings of one another. ``factor``: what the printed number was multiplied by;
    5,500 million printed as 5.5 billion is good to 50.
    """
    if number != number:
        return 0.0
    whole, _, decimals = f"{number / factor:.12f}".rstrip("0").partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals else 0
    half = 0.5 * 10.0 ** -len(decimals) * factor
    return max(half, min(half * 10.0**zeros, ROUNDING * abs(number)))


def scaled(statement: Statement, factor: float, unit: str = "") -> Statement:
    """The statement times a number; below zero its ends change places. ``unit``: the new one, if it has another."""
    low, high = statement.low * factor, statement.high * factor
    low, high = (low, high) if factor > 0 else (high, low)
    label = statement.label if unit else f"{factor:g} x {statement.label}"
    printed = statement.printed * abs(factor)
    multiple = joined([statement], low, high, unit or statement.unit, label, printed=printed)
    return replace(multiple, basis=statement.basis) if unit else multiple


def in_unit(statement: Statement, unit: str) -> Statement:
    """The statement in whole units of a currency, where it is in millions of it and the claim is not."""
    return scaled(statement, 1e6, unit) if unit and statement.unit == f"m{unit}" else statement


def added(parts: list[Statement]) -> Statement:
    """The sum of statements, from the least to the most it can be."""
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    label = " + ".join(part.label for part in parts)
    return joined(parts, low, high, parts[0].unit, label, printed=sum(part.printed for part in parts))


def span(parts: list[Statement]) -> Statement:
    """All statements as one, from the least to the most that any says."""
    if len(parts) == 1:
        return parts[0]
    ends = [end for part in parts for end in (part.low, part.high) if end == end]
    low, high = (min(ends), max(ends)) if ends else (NAN, NAN)
    return joined(parts, low, high, parts[0].unit, parts[0].label, printed=max(part.printed for part in parts))


def joined(
    parts: list[Statement], low: float, high: float, unit: str, label: str, *, printed: float = 0.0, text: str = ""
) -> Statement:
    """A statement made of others: it rests on all their sources, and is as good as the weakest."""
    real = [part for part in parts if part.source_id] or parts
    return Statement(
        low,
        high,
        unit,
        label,
        united(part.source_id for part in parts),
        grade=max(part.grade for part in real),
        basis="official" if all(part.basis == "official" for part in real) else "derived",
        text=text,
        printed=printed,
        period=parts[0].period,
    )


def united(ids: Iterable[str]) -> str:
    """All the sources that cells name, each once, joined as in a cell."""
    return "|".join(dict.fromkeys(source for cell in ids for source in cell.split("|") if source))


def quotient(one: Statement, other: Statement) -> tuple[float, float]:
    """Least and most of a ratio of two positive figures, [a/d, b/c]; NaN over nothing."""
    return one.low / (other.high or NAN), one.high / (other.low or NAN)


def change(one: Statement, other: Statement) -> tuple[float, float]:
    """Growth from the second to the first."""
    low, high = quotient(one, other)
    return low - 1, high - 1


def cut(one: Statement, other: Statement) -> tuple[float, float]:
    """How much less the first is than the second."""
    low, high = quotient(one, other)
    return 1 - high, 1 - low


def difference(one: Statement, other: Statement) -> tuple[float, float]:
    """The first less the second."""
    return one.low - other.high, one.high - other.low


def product(one: Statement, other: Statement) -> tuple[float, float]:
    """The first times the second, both above zero."""
    return one.low * other.low, one.high * other.high


COMBINED = {"ratio": quotient, "share": quotient, "over": quotient, "times": product}  # what a check makes of two sides
COMBINED |= {"change": change, "cut": cut, "remainder": difference}


def addressable(
    tables: Mapping[str, pd.DataFrame], resolved: pd.DataFrame, specs: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Tables by name as addresses ask for them.

    Parameters
    ----------
    tables : the tables of facts, with ``units, products, quantities``, as of a day.
    resolved : working values of chips from `analysis.chips.specs.working`; they stand for ``chip_specs``.
    specs : the raw table ``chip_specs``: the grade of a working value that spans sources is that of its weakest.
    """
    named = tables["products"].set_index("product")["name"]
    chips = labelled(spread(resolved), tables["quantities"])
    chips["label"] = chips["product"].map(named).fillna(chips["product"]) + " " + chips["label"]
    grades = specs.drop_duplicates("source_id").set_index("source_id")["grade"]
    chips["grade"] = [max(grades.get(one, "C") for one in ids.split("|")) for ids in chips["source_id"]]
    return {**tables, "chip_specs": chips, "claims": in_canonical(tables["claims"], tables["units"])}


def in_canonical(ledger: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """A ledger whose ``value`` is a number in canonical units, with the printed text beside it as ``date``."""
    factor = ledger["unit_printed"].map(units.set_index("unit")["factor"]).fillna(1.0).astype(float)
    numbers = as_numbers(ledger["value"])
    return ledger.assign(date=ledger["value"].where(ledger["unit"] == "date", ""), value=numbers * factor)
