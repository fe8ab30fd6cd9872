"""What NVIDIA's 10-K and 10-Q say of revenue, gross profit and inventory, in the terms of ``data/revenue.csv``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pandas as pd

from analysis.facts.errors import Fault, FilingError
from analysis.facts.fiscal import name_of
from analysis.revenue.filings import CIK
from analysis.revenue.filings.basis import bases_of
from analysis.revenue.filings.inline_xbrl import Document, Fact

FORMS = {"10-K": "10k", "10-Q": "10q"}
MILLION = Decimal(10) ** 6
CHINA = "China (including Hong Kong)"

_GEOGRAPHY, _PRODUCT = "srt:StatementGeographicalAxis", "srt:ProductOrServiceAxis"
_NATURE = "us-gaap:NatureOfExpenseAxis"
# members as NVIDIA has used them: Europe and other Asia Pacific through fiscal 2020, Singapore since fiscal 2024
_PLACES = {
    "country:US": "United States",
    "country:SG": "Singapore",
    "country:TW": "Taiwan",
    "nvda:ChinaIncludingHongKongMember": CHINA,
    "nvda:OtherAsiaPacificMember": "Other Asia Pacific",
    "srt:EuropeMember": "Europe",
    "nvda:OtherCountriesMember": "Other",
    "nvda:AllOtherCountriesNotSeparatelyDisclosedMember": "Other",
}
_PRODUCTS = {
    "nvda:DataCenterMember": "data_center_revenue",
    "nvda:ComputeMember": "compute_revenue",
    "nvda:NetworkingMember": "networking_revenue",
    "nvda:HyperscaleMember": "hyperscale_revenue",
    "nvda:AICloudsIndustrialEnterpriseMember": "acie_revenue",
    "nvda:EdgeComputingMember": "edge_computing_revenue",
}
_LEFT_OUT = {f"nvda:{name}Member" for name in ("Gaming", "ProfessionalVisualization", "Automotive", "OEMAndOther")}
_PROVISIONS = "nvda:InventoryPurchaseObligationsInExcessOfProjectionsMember"
# the geographic table went by contracts with customers through fiscal 2022, the statement of income by revenues
_REVENUE = ("us-gaap:Revenues", "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax")
_TOTALS = dict.fromkeys(_REVENUE, ("revenue", "")) | {
    "us-gaap:CostOfRevenue": ("cost_of_revenue", ""),
    "us-gaap:GrossProfit": ("gross_profit", ""),
    "us-gaap:InventoryWriteDown": ("inventory_provisions", "inventory"),
}
CONCEPTS = frozenset(_TOTALS)
PERIOD = ["fiscal_period", "period_start", "period_end"]


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
    """What a filing is, what it reports, which fiscal periods it is the first to have, and what stands in it unread."""

    form: str
    period: str
    period_end: str
    statements: Sequence[Statement]
    unread: Sequence[str]
    new_periods: pd.DataFrame

    @property
    def source_id(self) -> str:
        """``nvda-10q-fy2026q2``."""
        return f"nvda-{FORMS[self.form]}-{self.period.lower()}"

    @property
    def geography_basis(self) -> str:
        """``billing``, ``headquarters``, both where its tables differ, or nothing where no table is tagged."""
        bases = dict.fromkeys(one.geography_basis for one in self.statements if one.geography_basis)
        return " and ".join(bases)


def statements(document: Document, calendar: pd.DataFrame) -> Filing:
    """Revenue by place and product, totals, gross profit and provisions of one filing.

    Parameters
    ----------
    document : from `analysis.revenue.filings.inline_xbrl.read`.
    calendar : the table ``fiscal_periods``.

    Raises
    ------
    FilingError : another company or form; a geographic table whose basis is not named, or named twice; a place that is
        not known; a period that is none of the calendar and not the filing's own; one fact with two values; lines of a
        geographic table that do not add up to total revenue. All of a kind at once.
    """
    form, period, end = _about(document.about, calendar)
    new = _new_periods(period, end, document.facts, calendar)
    calendar = pd.concat([calendar[PERIOD], new[PERIOD]], ignore_index=True)
    facts, unread = _reported(document.facts, calendar)
    bases = bases_of(document, [fact for fact in facts if _GEOGRAPHY in dict(fact.context.members)])
    rows = [_statement(fact, bases.get(fact, ""), calendar) for fact in _consistent(facts, bases)]
    _adds_up(rows)
    return Filing(form, period, end, rows, unread, new)


def _about(about: Mapping[str, str], calendar: pd.DataFrame) -> tuple[str, str, str]:
    """Form, fiscal period and last day of a filing of NVIDIA's."""
    company, form = about.get("dei:EntityCentralIndexKey", ""), about.get("dei:DocumentType", "")
    if company.zfill(10) != CIK:
        who = about.get("dei:EntityRegistrantName") or "a company that it does not name"
        raise FilingError(Fault("the filing", f"is of {who} (CIK {company or 'none'}), not of NVIDIA (CIK {CIK})."))
    if form not in FORMS:
        raise FilingError(Fault("the filing", f"is a form {form or 'of no name'}.", f"{' and '.join(FORMS)} are read."))
    end = _day(about.get("dei:DocumentPeriodEndDate", ""))
    closing = calendar[calendar["period_end"] == end]["fiscal_period"]
    names = [name for name in closing if ("Q" in name) == (form == "10-Q")]
    return form, names[0] if names else _period_as_filed(about, form, end, calendar), end


def _period_as_filed(about: Mapping[str, str], form: str, end: str, calendar: pd.DataFrame) -> str:
    """The name that a filing gives to a period that the calendar lacks."""
    year, part = about.get("dei:DocumentFiscalYearFocus", ""), about.get("dei:DocumentFiscalPeriodFocus", "")
    name = f"FY{year}" if part == "FY" else f"FY{year}{part}"
    is_name = re.fullmatch(r"FY[0-9]{4}" if form == "10-K" else r"FY[0-9]{4}Q[1-3]", name)
    day = re.fullmatch(r"([0-9]{4})-([0-9]{2})-[0-9]{2}", end)
    # a fiscal year ends on the last Sunday of January and is named after it
    fits = day and is_name and int(year) == int(day[1]) + (int(day[2]) > 2)
    if not fits or name in set(calendar["fiscal_period"]):
        stored = calendar.set_index("fiscal_period")["period_end"].get(name)
        what = f"is for a period that ends on {end or 'no day'} and calls it {name}"
        what += f", which ends on {stored} in data/fiscal_periods.csv." if stored else ", no quarter or year of ours."
        raise FilingError(Fault("the filing", what, "Put its quarter or year into data/fiscal_periods.csv first."))
    return name


def _new_periods(period: str, end: str, facts: Iterable[Fact], calendar: pd.DataFrame) -> pd.DataFrame:
    """The filing's own quarter or year as rows of ``fiscal_periods`` where the calendar lacks it.

    The first day is that of the shortest total revenue up to the last day; with a year comes its last quarter, where
    the calendar has the three before.
    """
    columns = [*PERIOD, "weeks", "basis", "locator", "note"]
    if period in set(calendar["fiscal_period"]):
        return pd.DataFrame(columns=columns)
    totals = [one for one in facts if one.concept in _REVENUE and not one.context.members and one.context.end == end]
    spans = {one.context.start: one for one in totals if one.context.start < end}
    days = {start: (date.fromisoformat(end) - date.fromisoformat(start)).days + 1 for start in spans}
    wanted = {91, 98} if "Q" in period else {364, 371}
    starts = [start for start, length in days.items() if length in wanted]
    if not starts:
        what = (
            f"is for {period}, which data/fiscal_periods.csv lacks, and has no total revenue of 13 or 52 weeks for it."
        )
        raise FilingError(Fault("the filing", what, "Put its quarter or year into data/fiscal_periods.csv first."))
    start = starts[0]
    locator = f"period of the us-gaap:Revenues fact, context {spans[start].context_id}"
    rows = [(period, start, end, days[start] // 7, "official", locator, "")]
    third = calendar[calendar["fiscal_period"] == f"{period}Q3"]["period_end"]
    if "Q" not in period and len(third) and f"{period}Q4" not in set(calendar["fiscal_period"]):
        opens = date.fromisoformat(third.iloc[0]) + timedelta(days=1)
        weeks = ((date.fromisoformat(end) - opens).days + 1) // 7
        note = "computed: the year less its first three quarters"
        rows.append((f"{period}Q4", opens.isoformat(), end, weeks, "derived", locator, note))
    return pd.DataFrame(rows, columns=columns)


def _day(printed: str) -> str:
    """``January 26, 2025`` as ISO text; what is no day stays as it is."""
    try:
        return f"{datetime.strptime(' '.join(printed.replace(',', ' ').split()), '%B %d %Y'):%Y-%m-%d}"
    except ValueError:
        return printed


def _reported(facts: Iterable[Fact], calendar: pd.DataFrame) -> tuple[list[Fact], list[str]]:
    """The facts that are rows of accounts; and of the revenue that is not, its members, and years before ours."""
    reported, unread, faults = [], {}, {}
    opening = calendar["period_start"].min()
    for fact in facts:
        members, context = dict(fact.context.members), fact.context
        is_revenue = fact.concept in _REVENUE and len(members) == 1
        is_kind = not members or (fact.concept == "us-gaap:CostOfRevenue" and members == {_NATURE: _PROVISIONS})
        if context.start == context.end or not (is_kind or is_revenue):
            continue
        place, product = members.get(_GEOGRAPHY), members.get(_PRODUCT)
        if is_revenue and not place and product not in _PRODUCTS:
            unread |= {product: None} if product and product not in _LEFT_OUT else {}
        elif context.end < opening:
            unread[f"{context.start} to {context.end}, before the first period of data/fiscal_periods.csv"] = None
        elif place and place not in _PLACES:
            remedy = "Say in analysis/revenue/filings/nvidia.py what it is."
            faults[place] = Fault(f"the filing, line {fact.line}", f"{place} is no place that is known.", remedy)
        else:
            reported.append(fact)
    if faults:
        raise FilingError(*faults.values())
    return reported, list(unread)


def _consistent(facts: Iterable[Fact], bases: Mapping[Fact, str]) -> list[Fact]:
    """Each fact once, at its finest; figures of one fact may differ by no more than their rounding.

    XBRL International, "Handling Duplicate Facts in XBRL and Inline XBRL" (2025-01-14): consistent duplicates. Revenues
    and revenue from contracts with customers are one fact here, and the tables of two bases are two.
    """
    finest: dict[tuple, Fact] = {}
    faults = []
    for fact in facts:
        key = (*_TOTALS[fact.concept], fact.context, bases.get(fact))
        other = finest.setdefault(key, fact)
        apart = abs(other.value - fact.value)
        if (apart and apart >= other.rounding + fact.rounding) or other.unit != fact.unit:
            both = " and ".join(f"{one.value:,f} {one.unit} on line {one.line}" for one in (other, fact))
            where = f"{fact.concept} in context {fact.context_id}"
            remedy = "The filing contradicts itself, or a table is tagged without its dimension. Read it."
            faults.append(Fault(where, f"is {both}.", remedy))
        elif fact.rounding < other.rounding:
            finest[key] = fact
    if faults:
        raise FilingError(*faults)
    return list(finest.values())


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
    tables: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if row.geography_basis:
            tables.setdefault((row.fiscal_period, row.geography_basis), []).append(row.value)
    faults = []
    for (period, _), lines in tables.items():
        total = totals.get(period)
        if total is None or abs(sum(lines) - total) > len(lines) / 2:
            stated = "not stated" if total is None else f"{total:,.0f}"
            what = f"adds up to {sum(lines):,.0f}, total revenue is {stated}."
            faults.append(Fault(f"the geographic table of {period}", what, "A line is missing or misread."))
    if faults:
        raise FilingError(*faults)
