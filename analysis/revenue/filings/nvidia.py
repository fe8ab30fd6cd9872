"""What NVIDIA's 10-K and 10-Q say of revenue, gross profit and inventory, in the terms of ``data/revenue.csv``."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas as pd

from analysis.facts.errors import Fault, FilingError
from analysis.facts.fiscal import name_of
from analysis.revenue.filings.inline_xbrl import Document, Fact

CIK = "0001045810"
FORMS = {"10-K": "10k", "10-Q": "10q"}
MILLION = Decimal(10) ** 6
CHINA = "China (including Hong Kong)"
BILLING, HEADQUARTERS = "billing", "headquarters"

_GEOGRAPHY, _PRODUCT = "srt:StatementGeographicalAxis", "srt:ProductOrServiceAxis"
_NATURE = "us-gaap:NatureOfExpenseAxis"
_PLACES = {
    "country:US": "United States",
    "country:SG": "Singapore",
    "country:TW": "Taiwan",
    "nvda:ChinaIncludingHongKongMember": CHINA,
    "nvda:OtherCountriesMember": "Other",
    "nvda:AllOtherCountriesNotSeparatelyDisclosedMember": "Other",
}
_PRODUCTS = {
    "nvda:DataCenterMember": "data_center_revenue",
    "nvda:ComputeMember": "compute_revenue",
    "nvda:NetworkingMember": "networking_revenue",
}
_LEFT_OUT = {f"nvda:{name}Member" for name in ("Gaming", "ProfessionalVisualization", "Automotive", "OEMAndOther")}
_PROVISIONS = "nvda:InventoryPurchaseObligationsInExcessOfProjectionsMember"
_TOTALS = {
    "us-gaap:Revenues": ("revenue", ""),
    "us-gaap:CostOfRevenue": ("cost_of_revenue", ""),
    "us-gaap:GrossProfit": ("gross_profit", ""),
    "us-gaap:InventoryWriteDown": ("inventory_provisions", "inventory"),
}
CONCEPTS = frozenset(_TOTALS)
# the sentence above the geographic table: through fiscal 2026 Q2, and since then
_OPENING = r"(?:Revenue by geographic area is|Geographic Revenue) based upon[^.:(]{0,60}"
_SAYS = {
    BILLING: re.compile(_OPENING + "billing location", re.IGNORECASE),
    HEADQUARTERS: re.compile(_OPENING + "headquarters", re.IGNORECASE),
}


@dataclass(frozen=True)
class Statement:
    """One row of accounts as the filing has it; amounts in USD million, ``low, high`` where it is rounded coarser."""

    metric: str
    geography: str
    geography_basis: str
    scope: str
    fiscal_period: str
    period_start: str
    period_end: str
    value: float
    low: float | None
    high: float | None
    locator: str
    unit: str = "USD million"

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one statement from another, whoever makes it."""
        return (self.metric, self.geography, self.geography_basis, self.scope, self.fiscal_period)


@dataclass(frozen=True)
class Filing:
    """What a filing is, what it says, and what stands in it unread."""

    form: str
    period: str
    period_end: str
    geography_basis: str
    statements: Sequence[Statement]
    unread: Sequence[str]

    @property
    def source_id(self) -> str:
        """``nvda-10q-fy2026q2``."""
        return f"nvda-{FORMS[self.form]}-{self.period.lower()}"


def statements(document: Document, calendar: pd.DataFrame) -> Filing:
    """Revenue by place and product, totals, gross profit and provisions of one filing.

    Parameters
    ----------
    document : from `analysis.revenue.filings.inline_xbrl.read`.
    calendar : the table ``fiscal_periods``.

    Raises
    ------
    FilingError : another company or form; no sentence that tells the basis of the geographic table, or two; a place
        that is not known; a period that is none of the calendar; one fact with two values; lines of a geographic table
        that do not add up to total revenue. All of a kind at once.
    """
    form, period, end = _about(document, calendar)
    wanted, unread = _wanted(document.facts)
    basis = _basis(document.words) if any(_GEOGRAPHY in dict(fact.context.members) for fact in wanted) else ""
    rows = [_statement(fact, basis, calendar) for fact in _one_each(wanted)]
    _adds_up(rows)
    return Filing(form, period, end, basis, rows, unread)


def _about(document: Document, calendar: pd.DataFrame) -> tuple[str, str, str]:
    """Form, fiscal period and last day of a filing of NVIDIA's."""
    told = document.about
    company, form = told.get("dei:EntityCentralIndexKey", ""), told.get("dei:DocumentType", "")
    faults = []
    if company.zfill(10) != CIK:
        who = told.get("dei:EntityRegistrantName") or "a company that it does not name"
        what = f"is of {who} (CIK {company or 'none'}), not of NVIDIA."
        faults.append(Fault("the filing", what, f"CIK {CIK} is read."))
    if form not in FORMS:
        faults.append(Fault("the filing", f"is a form {form or 'of no name'}.", f"{' and '.join(FORMS)} are read."))
    end = _day(told.get("dei:DocumentPeriodEndDate", ""))
    quarters = calendar[calendar["period_end"] == end]["fiscal_period"]
    names = [name for name in quarters if ("Q" in name) == (form == "10-Q")]
    if form in FORMS and not names:
        what = f"is for a period that ends on {end or 'no day'}."
        faults.append(Fault("the filing", what, "Add its quarter or year to data/fiscal_periods.csv first."))
    if faults:
        raise FilingError(*faults)
    return form, names[0], end


def _day(printed: str) -> str:
    """``January 26, 2025`` as ISO text; what is no day stays as it is."""
    try:
        return f"{datetime.strptime(' '.join(printed.split()), '%B %d, %Y'):%Y-%m-%d}"
    except ValueError:
        return printed


def _wanted(facts: Iterable[Fact]) -> tuple[list[Fact], list[str]]:
    """The facts that are rows of accounts; and of the revenue that is not, what members it belongs to."""
    wanted, unread, faults = [], {}, []
    for fact in facts:
        members = dict(fact.context.members)
        if fact.concept not in _TOTALS or fact.context.start == fact.context.end:
            continue
        if not members or (fact.concept == "us-gaap:CostOfRevenue" and members == {_NATURE: _PROVISIONS}):
            wanted.append(fact)
        elif fact.concept != "us-gaap:Revenues" or len(members) != 1:
            continue
        elif set(members) == {_GEOGRAPHY} and members[_GEOGRAPHY] not in _PLACES:
            what = f"{members[_GEOGRAPHY]} is no place that is known."
            faults.append(
                Fault(f"the filing, line {fact.line}", what, "Say in analysis/revenue/filings/nvidia.py what it is.")
            )
        elif members.get(_GEOGRAPHY) or members.get(_PRODUCT) in _PRODUCTS:
            wanted.append(fact)
        elif _PRODUCT in members and members[_PRODUCT] not in _LEFT_OUT:
            unread[members[_PRODUCT]] = None
    if faults:
        raise FilingError(*dict.fromkeys(faults))
    return wanted, list(unread)


def _basis(words: str) -> str:
    """Whether the geographic table goes by billing location or by headquarters, from the filing's own sentence."""
    said = [basis for basis, sentence in _SAYS.items() if sentence.search(words)]
    if len(said) != 1:
        both = "both billing location and headquarters" if said else "neither billing location nor headquarters"
        what = f"names {both} as the basis of its geographic table."
        raise FilingError(Fault("the filing", what, "Read it; nothing is guessed here."))
    return said[0]


def _one_each(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once, at its finest; figures of one fact may differ by no more than their rounding.

    XBRL International, "Handling Duplicate Facts in XBRL and Inline XBRL" (2025-01-14): consistent duplicates.
    """
    best: dict[tuple, Fact] = {}
    faults = []
    for fact in facts:
        key = (fact.concept, fact.context)
        other = best.setdefault(key, fact)
        apart = abs(other.value - fact.value)
        if (apart and apart >= other.rounding + fact.rounding) or other.unit != fact.unit:
            both = " and ".join(f"{one.value:,f} {one.unit} on line {one.line}" for one in (other, fact))
            where = f"{fact.concept} in context {fact.context_id}"
            faults.append(Fault(where, f"is {both}.", "The filing contradicts itself."))
        elif fact.rounding < other.rounding:
            best[key] = fact
    if faults:
        raise FilingError(*faults)
    return list(best.values())


def _statement(fact: Fact, basis: str, calendar: pd.DataFrame) -> Statement:
    members = dict(fact.context.members)
    metric, scope = _TOTALS[fact.concept]
    if fact.unit != "iso4217:USD":
        where = f"{fact.concept}, line {fact.line}"
        raise FilingError(Fault(where, f"is in {fact.unit or 'no unit'}.", "USD is read."))
    if _NATURE in members:
        metric, scope = "inventory_provisions", "excess purchase obligations"
    place = _PLACES[members[_GEOGRAPHY]] if _GEOGRAPHY in members else "Total"
    period = name_of(fact.context.start, fact.context.end, calendar)
    if not period:
        what = f"runs from {fact.context.start} to {fact.context.end}, no fiscal period of data/fiscal_periods.csv."
        raise FilingError(Fault(f"{fact.concept}, line {fact.line}", what, "Add the period there first."))
    is_coarse = fact.rounding > MILLION / 2
    return Statement(
        metric=_PRODUCTS.get(members.get(_PRODUCT, ""), metric),
        geography=place,
        geography_basis=basis if place != "Total" else "",
        scope=scope,
        fiscal_period=period,
        period_start=fact.context.start,
        period_end=fact.context.end,
        value=float(fact.value / MILLION),
        low=float((fact.value - fact.rounding) / MILLION) if is_coarse else None,
        high=float((fact.value + fact.rounding) / MILLION) if is_coarse else None,
        locator=f"{fact.concept}, {', '.join(members.values()) or 'no member'}, context {fact.context_id}",
    )


def _adds_up(rows: Sequence[Statement]) -> None:
    """Hold the lines of each geographic table against total revenue; a million a line may be lost in rounding."""
    totals = {row.fiscal_period: row.value for row in rows if row.metric == "revenue" and row.geography == "Total"}
    faults = []
    for period in dict.fromkeys(row.fiscal_period for row in rows if row.geography_basis):
        lines = [row.value for row in rows if row.geography_basis and row.fiscal_period == period]
        total = totals.get(period)
        if total is None or abs(sum(lines) - total) > len(lines) / 2:
            what = (
                f"adds up to {sum(lines):,.0f}, total revenue is {'not stated' if total is None else f'{total:,.0f}'}."
            )
            faults.append(Fault(f"the geographic table of {period}", what, "A line is missing or misread."))
    if faults:
        raise FilingError(*faults)
