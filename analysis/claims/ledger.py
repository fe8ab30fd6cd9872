"""A ledger of claims held against what an audit needs: units, figures, checks and words, row by row."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.claims.addresses import Term, terms
from analysis.claims.addresses import faults as address_faults
from analysis.claims.checks import KINDS
from analysis.claims.evidence import Facts
from analysis.claims.tolerance import canonical
from analysis.claims.verdicts import meanings
from analysis.facts import cells, names
from analysis.facts.errors import Fault, did_you_mean
from analysis.facts.schema import is_partial_date
from analysis.facts.tables import as_numbers, written

_TIMES = {"days", "weeks", "months", "years"}
_OF_ONE = {"ratio", "change", "cut", "share"}
_OF_FIGURES = {*_OF_ONE, "lookup", "attribution", "remainder", "implied", "threshold", "rank", "place"}
_ABOUT_CHIPS = {"spec", "performance_ratio"}


def faults(ledger: pd.DataFrame, facts: Facts, units: pd.DataFrame, entities: set[str]) -> Iterator[tuple[int, Fault]]:
    """Everything that keeps claims from being audited, with the line of each; the other claims can be.

    Parameters
    ----------
    ledger : as `analysis.facts.tables.numeric` gives it, its index the line numbers.
    facts : tables by name, all that is recorded.
    units : the table of that name.
    entities : names of companies, chips and others that are recorded.
    """
    canonical_units = dict(zip(units["unit"], units["canonical_unit"], strict=True))
    for line, row in ledger.iterrows():
        claim = row.to_dict()
        for column, problem in _claim_faults(claim, canonical_units, entities, facts):
            rule, _, remedy = problem.partition("|")
            yield line, Fault(f"line {line}, {column}", f"{written(claim[column])!r} {rule}", remedy)


def _claim_faults(claim: dict, units: dict, entities: set[str], facts: Facts) -> Iterator[tuple[str, str]]:
    yield from _word_faults(claim)
    if claim["unit"] and claim["unit"] not in units:
        yield "unit", f"is no unit that is known.|{did_you_mean(claim['unit'], units)}See data/units.csv."
    elif claim["checkable"] in ("numeric", "date"):
        yield from _figure_faults(claim)
    if claim["topic"] in _ABOUT_CHIPS and not _is_named(claim["subject"], entities, facts["products"]):
        yield "subject", f"is no chip on record.|{names.hint(claim['subject'], facts['products'])}See table products."
    if claim["check"]:
        yield from _check_faults(claim, units, facts)


def _is_named(subject: str, entities: set[str], products: pd.DataFrame) -> bool:
    """Whether a subject is a chip on record, or tells of one or of a company that is."""
    return bool(names.found(subject, products)) or any(name in subject for name in entities)


def _word_faults(claim: dict) -> Iterator[tuple[str, str]]:
    """Cells that a spreadsheet would run, a browser would draw, or nobody would see."""
    for column, cell in claim.items():
        is_figure = column in ("low", "high") or (column == "value" and claim["checkable"] in ("numeric", "date"))
        if isinstance(cell, str) and not is_figure and (words := cells.fault(cell)):
            yield column, words


def _figure_faults(claim: dict) -> Iterator[tuple[str, str]]:
    value = claim["value"]
    if claim["checkable"] == "date":
        if not is_partial_date(value):
            yield "value", "is no date.|Write it like 2025-04-09, 2025-04, 2025-Q1 or 2025."
    elif claim["qualifier"] == "range":
        if "" in (written(claim["low"]), written(claim["high"])):
            yield "qualifier", "needs both ends.|Give low and high."
    elif not np.isfinite(as_numbers(pd.Series([value])).item()):
        yield "value", "is no number.|Write digits, or a range with low and high."


def _check_faults(claim: dict, units: dict, facts: Facts) -> Iterator[tuple[str, str]]:
    kind = KINDS.get(claim["check"])
    if kind is None:
        yield "check", f"is no kind of check.|{did_you_mean(claim['check'], KINDS)}One of {', '.join(KINDS)}."
        return
    if not claim["fact"]:
        yield "fact", "is empty, and the claim has a check.|Name the rows that settle it."
    if kind.needs and not claim["against"]:
        yield "against", f"is empty, and {claim['check']} needs it: {kind.needs}.|Name the rows."
    if claim["how"] not in kind.hows and claim["check"] != "word":
        yield "how", f"is nothing that {claim['check']} can be told.|One of {', '.join(filter(None, kind.hows))}."
    faulty = False
    sides = {"fact": [claim["fact"]], "against": [claim["against"]], "other": meanings(claim["other"])}
    for column, texts in sides.items():
        for text in filter(None, texts):
            for problem in address_faults(text, facts):
                faulty = True
                yield column, problem
    if not faulty and claim["fact"]:
        if claim["check"] in _OF_FIGURES:
            yield from _mixed(sides, facts)
        if not claim["unit"] or claim["unit"] in units:
            yield from _unit_faults(claim, units, facts)
        yield from _kind_faults(claim, facts)


def _unit_faults(claim: dict, units: dict, facts: Facts) -> Iterator[tuple[str, str]]:
    """Whether a check gives what the unit of the claim measures."""
    unit, kind = canonical(units.get(claim["unit"], "")), claim["check"]
    if claim["checkable"] == "date":
        if KINDS[kind].judged_as == "figure":
            yield "check", "gives a figure, and the claim is a date.|Use date, period or order."
    elif kind == "date":
        yield "check", "gives a day, and the claim is none.|Use lookup, or write the claim's unit as date."
    elif kind in _OF_ONE and claim["checkable"] == "numeric" and unit != "ratio":
        yield "unit", f"does not fit {kind}, which gives a ratio or a share.|Use percent or ratio, or another check."
    elif kind == "duration" and claim["unit"] not in _TIMES:
        yield "unit", f"is no time, and duration gives one.|One of {', '.join(sorted(_TIMES))}."
    elif kind in ("lookup", "outcome") and claim["checkable"] == "numeric":
        yield from _same_unit(claim, unit, facts)


def _kind_faults(claim: dict, facts: Facts) -> Iterator[tuple[str, str]]:
    """Whether the rows of a check are of the kind that it works on: one list, days, periods."""
    kind, parts = claim["check"], terms(claim["fact"])
    if kind == "count" and (len(parts) > 1 or parts[0].address is None):
        yield "fact", "is no single list, and count needs one.|Name rows of one table."
    if kind == "period":
        frames = [part.address.rows(facts) for part in parts if part.address]
        if not frames or not {"period_start", "period_end"} <= set(frames[0]):
            yield "fact", "has no first and last day, and period needs them.|Name rows of fiscal_periods."
        if claim["checkable"] != "date":
            yield "check", "compares periods, and the claim is none.|Write the claim's unit as date."
    if kind in ("date", "order", "duration"):
        sides = ("fact", "other") if kind == "date" else ("fact", "against", "other")
        for column in sides:
            if not all(_gives_days(part, facts) for text in meanings(claim[column]) for part in terms(text)):
                yield column, f"gives no days, and {kind} needs them.|Name a column of days: events.happened_on: ..."


def _mixed(sides: dict[str, list[str]], facts: Facts) -> Iterator[tuple[str, str]]:
    """Sides whose rows measure several things: no one figure is meant."""
    for column, texts in sides.items():
        for term in (term for text in filter(None, texts) for term in terms(text)):
            if term.address is None or term.address.column:
                continue
            rows = term.address.rows(facts)
            units = sorted({canonical(unit).removeprefix("m") for unit in rows.get("unit", [])} - {""})
            if len(units) > 1:
                by = next((name for name in ("spec", "quantity", "metric") if name in rows), "")
                remedy = f"Add {by}={rows[by].iloc[0]}, or another." if by else "Name fewer rows."
                yield column, f"names rows in {', '.join(units)}, which are of several things.|{remedy}"


def _gives_days(term: Term, facts: Facts) -> bool:
    """Whether a term is a day, or names a column of days."""
    if term.address is None:
        return is_partial_date(term.literal)
    cells = term.address.rows(facts).get(term.address.column, pd.Series([""]))
    return pd.api.types.is_datetime64_any_dtype(cells) or all(map(is_partial_date, cells.astype(str)))


def _same_unit(claim: dict, unit: str, facts: Facts) -> Iterator[tuple[str, str]]:
    (first, *_) = terms(claim["fact"])
    if first.address is None or first.address.column:
        return
    recorded = set(first.address.rows(facts).get("unit", pd.Series(dtype=str)))
    other = {one for one in recorded if canonical(one).removeprefix("m") != unit and canonical(one) != unit}
    # TOPS and TPP are taken for one another in print; the audit says so
    if (
        recorded
        and other == recorded
        and not (unit == "tops" and any("TPP" in one or "bit" in one for one in recorded))
    ):
        yield "unit", f"does not fit the rows of the check, which are in {', '.join(sorted(other))}.|Correct either."
