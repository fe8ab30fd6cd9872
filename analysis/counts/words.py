"""Words for who says how many."""

import pandas as pd

from analysis.facts.schema import fields
from analysis.pages.formats import UNKNOWN, count, listing, money, plain, share, span, units
from analysis.pages.style import formatted, joined, readers

STAGES = {stage: stage.replace("_", " ") for stage in fields.STAGES}
STAGES |= {"requested": "asked for", "stock": "in stock"}
FORMS = {"units": units, "musd": money, "mcny": lambda value: money(value, "CNY"), "share": share}


_STAGE = ("stage", STAGES.get)
_ENDS = {"lowest": "low", "highest": "high"}


def figure(row) -> str:
    """One published number with its range or bound, in its own unit, and whether it is that of the period before."""
    text = span(row.low, row.central, row.high, FORMS.get(row.unit, plain))
    return text + ("" if row.unit in FORMS else f" {row.unit}") + (", unchanged" if row.is_frozen else "")


def period(start: str, end: str) -> str:
    """``2024``, ``2025-01-01 to 2025-04-15`` or a single day."""
    if start[5:] == "01-01" and end[5:] == "12-31" and start[:4] == end[:4]:
        return start[:4]
    if not start and not end:
        return UNKNOWN
    return start if start == end or not end else f"until {end}" if not start else f"{start} to {end}"


def months(start: str, end: str) -> str:
    """The period to the month: ``2024``, ``Jan to Apr 2024``, ``Oct 2024 to Jan 2025``, ``Aug 2025``."""
    if period(start, end) in (UNKNOWN, start[:4]):
        return period(start, end)
    first, last = (f"{pd.Timestamp(moment):%b %Y}" if moment else "" for moment in (start, end or start))
    if not first:
        return f"until {last}"
    if first == last:
        return first
    return f"{first[:3] if first[4:] == last[4:] else first} to {last}"


def estimates(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Published counts for readers: a row a number; the product is named where there are several."""
    columns = {"product": ("product", names.get)} if frame["product"].nunique() > 1 else {}
    columns |= {
        "stage": _STAGE,
        "period": lambda row: months(row.period_start, row.period_end),
        "number": figure,
        "who": "estimator",
        "buyer, place": lambda row: f"{row.buyer}, {row.destination}",
        "goes back to": "voice",
        "known on": "known_on",
        "grade": "grade",
        "source": "source_id",
    }
    return readers(frame, columns)


def voices(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers, documents and independent origins for readers."""
    columns = {"stage": _STAGE, "numbers": "numbers", "documents": "documents", "independent origins": "voices"}
    return formatted(readers(frame, columns | _ENDS), _ENDS, units)


def answer(frame: pd.DataFrame, name: str) -> str:
    """How many numbers there are for a product, from how many origins, and how far they lie apart.

    Parameters
    ----------
    frame : from `analysis.counts.published.voices`, for one product.
    name : the name a reader knows.
    """
    if frame.empty:
        return f"By this day no count of **{name}** had been published."
    bullets = [
        f"- **{STAGES[row.stage]}**: {count(row.numbers, 'number')} from {count(row.voices, 'independent origin')}, "
        f"{span(row.low, float('nan'), row.high, units)}"
        for row in frame.itertuples()
    ]
    return (
        f"What is published of **{name}** in units, stage by stage:\n\n{chr(10).join(bullets)}\n\nThe numbers of one "
        "stage can be about different periods and buyers, so their span is no estimate; numbers of different stages "
        "are different things and never add up."
    )


def chain(frame: pd.DataFrame) -> pd.DataFrame:
    """Who quotes whom: the origins that several documents repeat, for readers."""
    rows = frame.groupby("voice").agg(
        numbers=("voice", "size"),
        documents=("source_id", "nunique"),
        who=("estimator", lambda names: listing(dict.fromkeys(names))),
        copies=("quotes", lambda chains: "; ".join(dict.fromkeys(filter(None, chains)))),
    )
    rows = rows.sort_values(["documents", "numbers"], ascending=False, kind="stable").reset_index()
    columns = {"origin": "voice", "numbers": "numbers", "documents": "documents", "as named in the documents": "who"}
    return readers(rows, columns | {"copies (copy <- original)": "copies"})


def positions(frame: pd.DataFrame) -> pd.DataFrame:
    """Published views computed again, for readers; with one assumption swapped where that was asked."""
    columns = {
        "who": "holder",
        "says": "says",
        "headline": lambda row: _headline(row.headline, row.unit, row.headline_low),
        "its arithmetic": "arithmetic",
        "comes to": lambda row: _headline(row.computed, row.unit),
        "reproduced": ("is_reproduced", lambda cell: {True: "yes", False: "no"}.get(cell, "cannot be tried")),
        "swapped": "swapped",
        "then": lambda row: _headline(row.computed_swapped, row.unit) if row.swapped else "",
        "remark": "note",
        "sources": ("source_id", joined),
    }
    return readers(frame, columns)


def _headline(value: float, unit: str, low: float = float("nan")) -> str:
    forms = {"USD million": money, "USD per unit": lambda usd: f"USD {usd:,.0f} a card", "units": units, "share": share}
    return span(low if value != value else float("nan"), value, float("nan"), forms[unit])


def overview(frame: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """All products with unit counts for readers, single chips before families and aggregates."""
    rows = frame.join(products.set_index("product")[["name", "maker", "level"]], on="product")
    rows = rows.assign(is_aggregate=rows["level"] == "aggregate")
    rows = rows.sort_values(["is_aggregate", "maker", "name"], kind="stable")
    columns = {"product": "name", "maker": "maker", "stage": _STAGE, "numbers": "numbers"}
    return formatted(readers(rows, columns | {"independent origins": "voices"} | _ENDS), _ENDS, units)
