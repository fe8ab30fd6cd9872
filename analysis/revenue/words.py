"""Words for China revenue."""

import re
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import pandas as pd

from analysis.pages.asked import Number, origin, say, together
from analysis.pages.formats import UNKNOWN, count, day, listing, money, plain, share, span, whole
from analysis.pages.style import formatted, joined, readers
from analysis.revenue.exposure import CONDITIONS
from analysis.revenue.h20 import SAME

ITEMS = {
    "h20_revenue": "H20 revenue",
    "h20_unshipped": "H20 that could not be shipped",
    "h20_charge_estimate": "charge announced",
    "h20_charge": "charge booked",
    "guidance_h20_loss": "H20 missing from the outlook",
    "h20_reserve_release": "reserve released",
    "h20_potential_revenue": "H20 possible beyond the outlook",
    "h20_revenue_licensed": "licensed H20 revenue, whole year",
    "us_government_revenue_share": "US government share of licensed sales",
    "dc_hopper_shipments_china": "data-center Hopper shipments to China",
    "h200_licensed_revenue": "licensed H200 revenue",
    "h200_import_tariff": "tariff on H200 entering the US",
    "h200_charge": "H200 charge booked",
}
CURRENCIES = {"musd": "USD", "mcny": "CNY"}


def amounts(frame: pd.DataFrame) -> tuple[str, str]:
    """The amount column of a frame, and its currency."""
    column = next(name for name in ("revenue_musd", "revenue_mcny") if name in frame)
    return column, CURRENCIES[column.removeprefix("revenue_")]


def periods(frame: pd.DataFrame, grain: str) -> pd.DataFrame:
    """China revenue for readers by ``year`` or ``quarter``: a row a period and basis."""
    column, currency = amounts(frame)
    frame = frame[frame["grain"] == grain]
    low, high = (column.replace("revenue", end) for end in ("low", "high"))
    columns = {
        "period": ("fiscal_period", period),
        "by": ("geography_basis", BY.get),
        "ended": "period_end",
        f"{currency} million": lambda row: span(getattr(row, low), getattr(row, column), getattr(row, high), whole),
        "share of total": "share_of_total",
        "on the year": "growth_on_year",
        "on the quarter": "growth_on_quarter",
        "stated by": _stated_by,
    }
    if grain == "year":
        del columns["on the quarter"]
    formulas = {
        "share of total": lambda row: (
            f"{whole(row[column])} ÷ {whole(row['total_musd'])}, China over total"
            if currency == "USD"
            else "China over total, both in dollars"
        ),
        "on the year": partial(_growth, column, "growth_on_year", "the year before"),
        "on the quarter": partial(_growth, column, "growth_on_quarter", "the quarter before"),
    }
    shown = readers(frame, columns, {head: make for head, make in formulas.items() if head in columns})
    return formatted(shown.iloc[::-1], ["share of total", "on the year", "on the quarter"], share)


def _growth(column: str, growth: str, base: str, row: Mapping) -> str:
    """How growth is worked out: this amount over that of the base, less one."""
    if pd.isna(row[growth]):
        return ""
    return f"{whole(row[column])} ÷ {whole(row[column] / (1 + row[growth]))} − 1, over {base} on the same definition"


BY = {"billing": "billing address", "headquarters": "headquarters"}


def period(name: str) -> str:
    """A fiscal period as readers write it: ``fiscal 2026``, ``FY2027 Q2``, ``nine months of fiscal 2025``."""
    year, part = name[2:6], name[6:]
    if not part:
        return f"fiscal {year}"
    return f"nine months of fiscal {year}" if part == "_9M" else f"FY{year} {part}"


def _stated_by(row: NamedTuple) -> str:
    return f"{row.basis}, {row.grade}"


def _amount(row: NamedTuple) -> str:
    form, point = (share, row.share) if getattr(row, "unit", "") == "share" else (money, row.amount_musd)
    return span(row.low, point, row.high, form)


def apart(frame: pd.DataFrame) -> pd.DataFrame:
    """The two bases side by side for readers."""
    amounts = {"billing": "billing_musd", "headquarters": "headquarters_musd", "gap": "gap_musd"}
    shares = {"share, billing": "billing_share", "share, headquarters": "headquarters_share"}
    formulas = {
        "gap": lambda row: f"{whole(row['headquarters_musd'])} − {whole(row['billing_musd'])}",
        **{
            f"share, {basis}": lambda row, basis=basis: f"{whole(row[f'{basis}_musd'])} ÷ total revenue of the period"
            for basis in ("billing", "headquarters")
        },
    }
    shown = readers(frame, {"period": ("fiscal_period", period)} | amounts | shares, formulas)
    return formatted(formatted(shown, amounts, whole), shares, share)


def finding(china: pd.DataFrame, account: pd.DataFrame, due: pd.DataFrame, today: str) -> list[str]:
    """China's share of the newest full year beside the year before, the newest quarter, and what the rule cost.

    Parameters
    ----------
    china : from `analysis.revenue.china.china_revenue` or `in_currency`.
    account : from `analysis.revenue.h20.account`.
    due : from `analysis.revenue.due.outstanding`.
    today : the day of the record.
    """
    if china.empty:
        return ["No China revenue is known by this day in the periods asked for", cost(account)]
    bases = set(china["geography_basis"])
    basis = "headquarters" if "headquarters" in bases else "billing"
    rows = china[china["geography_basis"] == basis]
    years, quarters = (rows[rows["grain"] == grain].to_dict("records") for grain in ("year", "quarter"))
    parts = [_headline(years or quarters, basis), _newest(quarters, basis), cost(account), outstanding(due, today)]
    if missing := {"billing", "headquarters"} - bases:
        parts.append(f"This selection holds nothing by {listing(BY[name] for name in sorted(missing))}.")
    if china[amounts(china)[0]].isna().any():
        parts.append("An amount is unknown where the exchange rate of a month of its period is not recorded.")
    return [part for part in parts if part]


def _headline(rows: list[dict], basis: str) -> str:
    newest, before = rows[-1], next((row for row in rows[:-1][::-1] if len(row["fiscal_period"]) == 6), None)
    slots = {"share": part_of_total(newest), "period": period(newest["fiscal_period"]), "basis": BY[basis]}
    if before is not None and pd.notna(before["share_of_total"]) and pd.notna(newest["share_of_total"]):
        slots |= {"before": part_of_total(before), "earlier": period(before["fiscal_period"])}
        return say("China brought in {share} of NVIDIA's revenue in {period}, after {before} in {earlier}", **slots)
    if pd.notna(newest["share_of_total"]):
        return say("China brought in {share} of NVIDIA's revenue in {period}, by {basis}", **slots)
    return say("China brought in {amount} in {period}; its share is unknown", amount=amount(newest), **slots)


def _newest(quarters: list[dict], basis: str) -> str:
    if not quarters:
        return ""
    row = quarters[-1]
    slots = {
        "amount": amount(row),
        "share": part_of_total(row),
        "when": f"{pd.Timestamp(row['period_end']):%B %Y}",
        "by": BY[basis],
    }
    if pd.isna(row["share_of_total"]):
        return say("In the quarter to {when} it was {amount}, by {by}.", **slots)
    return say("In the quarter to {when} it was {amount}, {share} of the total, by {by}.", **slots)


def amount(row: Mapping) -> Number:
    """China's revenue of a period in money, which opens its source."""
    column = next(name for name in ("revenue_musd", "revenue_mcny") if name in row)
    what = f"China including Hong Kong, {period(row['fiscal_period'])}, by {BY[row['geography_basis']]}"
    return Number(money(row[column], CURRENCIES[column.removeprefix("revenue_")]), what, origin(row))


def part_of_total(row: Mapping) -> Number:
    """China's share of revenue in a period, which opens how it is worked out."""
    what = f"of NVIDIA's revenue, {period(row['fiscal_period'])}, by {BY[row['geography_basis']]}"
    formula = "China over total revenue"
    if "revenue_musd" in row and pd.notna(row["share_of_total"]):
        formula = f"{whole(row['revenue_musd'])} ÷ {whole(row['total_musd'])}, China over total, USD million"
    return Number(share(row["share_of_total"]), what, origin(row, formula=formula, basis="derived"))


def splice(frame: pd.DataFrame) -> str:
    """Why one basis must not be continued by the other, from the years in which both are known."""
    years = frame[frame["fiscal_period"].str.len() == 6]
    if years.empty:
        return "By this day no year is known on both bases, so nothing can be said of the gap between them."
    row = years.iloc[-1]
    return (
        f"In {period(row['fiscal_period'])} the same sales are {share(row['billing_share'])} of revenue by billing "
        f"address and {share(row['headquarters_share'])} by headquarters. The gap of {money(row['gap_musd'])} is a "
        "change of definition: do not join the two lines."
    )


def place_of(item: str, geography: str) -> str:
    """Where a sale of H20 went, in the words that follow its name; nothing of China."""
    if geography == "Outside China":
        return " outside China"
    return " (no place named)" if (item, geography) == ("h20_revenue", "Total") else ""


def cost(frame: pd.DataFrame) -> str:
    """What the licence rule of April 2025 cost, in up to three named amounts that do not add up.

    Parameters
    ----------
    frame : from `analysis.revenue.h20.account`.
    """
    rows = frame[frame["not_added_because"] != SAME]
    told = []
    for template, items in _COSTS:
        found = rows[rows["item"].isin(items)]
        order = [item for item in items if (found["item"] == item).any()]
        if order:
            row = found[found["item"] == order[0]].iloc[0].to_dict()
            told.append(say(template, amount=line(row), period=period(row["fiscal_period"])))
    if not told:
        return "By this day nothing had been published on what the licence rule would cost."
    end = "" if len(told) == 1 else " These are different things and do not add up."
    return say("The licence rule of April 2025 cost NVIDIA {parts}.{end}", parts=_listed(told), end=end)


_COSTS = (  # a template, and the items that fill it, the booked before the announced
    ("a charge of {amount}", ("h20_charge", "h20_charge_estimate")),
    ("{amount} of H20 that it could not ship in {period}", ("h20_unshipped",)),
    ("{amount} missing from its outlook for {period}", ("guidance_h20_loss",)),
)


def line(row: Mapping) -> Number:
    """A line of the account in money, which opens its source."""
    text = span(row["low"], row["amount_musd"], row["high"], money)
    name = ITEMS.get(row["item"], f"sum of {row['account']}")
    return Number(text, f"{name}{place_of(row['item'], row['geography'])}, {row['fiscal_period']}", origin(row))


def _listed(parts: list[str]) -> str:
    """Phrases as a list that keeps their numbers: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else together([together(parts[:-1], ", "), parts[-1]], " and ")


def reconciled(frame: pd.DataFrame) -> pd.DataFrame:
    """The reconciliation for readers: how many tables of each basis were tested, and those that miss."""
    tested = frame[frame["is_test"] & frame["residual_musd"].notna()]
    rows = []
    for basis, part in frame.groupby("geography_basis", sort=False):
        of_basis = tested[tested["geography_basis"] == basis]
        off = of_basis[of_basis["residual_musd"] != 0]
        misses = [f"{row.fiscal_period} by {whole(row.residual_musd)}" for row in off.itertuples()]
        rows.append(
            {
                "basis": basis,
                "tables with all lines": len(part),
                "of which a test": len(of_basis),
                "residual 0": int((of_basis["residual_musd"] == 0).sum()),
                "off": listing(misses),
                "first": part["fiscal_period"].iloc[0],
                "last": part["fiscal_period"].iloc[-1],
            }
        )
    columns = ["basis", "tables with all lines", "of which a test", "residual 0", "off", "first", "last"]
    counted = "tables in the filings, counted; residual: the sum of all lines − total revenue"
    formulas = dict.fromkeys(columns, lambda _: counted)
    return readers(pd.DataFrame(rows, columns=columns), {name: name for name in columns}, formulas)


def account(frame: pd.DataFrame) -> pd.DataFrame:
    """The H20 account for readers: a row a line, totals below what they add up."""
    return readers(
        frame,
        {
            "account": "account",
            "line": lambda row: (
                (ITEMS | {"total": "sum of the lines above"})[row.item] + place_of(row.item, row.geography)
            ),
            "period": "fiscal_period",
            "amount": _amount,
            "in a sum": _in_a_sum,
            "known on": "known_on",
            "stated by": _stated_by,
            "source": ("source_id", joined),
        },
    )


def _in_a_sum(row: NamedTuple) -> str:
    why_not = f"no: {row.not_added_because}" if row.not_added_because else ""
    return {1: "added", -1: "taken off"}.get(row.sign, why_not)


def losses(frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts quoted as the loss on H20, for readers."""
    names = {"measures": "measures", "said by": "said_by", "about": "about", "known on": "known_on"}
    return readers(frame, {"amount": _amount, **names, "source": "source_id"})


def ledger(frame: pd.DataFrame) -> pd.DataFrame:
    """Changes of definition for readers, each with what it moves."""
    return readers(
        frame,
        {
            "kind": "kind",
            "period": "fiscal_period",
            "what": ("what", lambda text: re.sub(r"\bnon gaap\b", "non-GAAP", re.sub(r"\bacie\b", "ACIE", text))),
            **{column: partial(_moved, column) for column in ("before", "after", "difference")},
            "unit": ("unit", {"musd": "USD million", "share": "", "percentage points": "percentage points"}.get),
            "sources": lambda row: ", ".join(dict.fromkeys([row.source_before, row.source_after])),
        },
    )


def _moved(column: str, row: NamedTuple) -> str:
    value = getattr(row, column)
    return UNKNOWN if pd.isna(value) else {"musd": whole, "share": share, "percentage points": _points}[row.unit](value)


def _points(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


OUTLOOKS = {
    "guidance_revenue": "total revenue",
    "guidance_gross_margin": "gross margin",
    "h20_charge_estimate": "charge on H20",
    "guidance_h20_loss": "H20 missing from the outlook",
    "h20_potential_revenue": "H20 possible beyond the outlook",
    "china_share_of_data_center_revenue": "China's share of data-center revenue",
    "h20_revenue": "H20 revenue",
    "h20_revenue_loss": "revenue lost on H20",
    "china_revenue_consensus": "China revenue",
}


def outlooks(frame: pd.DataFrame) -> pd.DataFrame:
    """What NVIDIA expected of a period beside what was reported, for readers."""
    return readers(
        frame, {head: column for head, column in _OUTLOOK.items() if head not in ("by", "said as", "against")}
    )


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates that met an outcome, for readers."""
    columns = {head: column for head, column in _OUTLOOK.items() if head != "in range"}
    return readers(frame[frame["error"].notna()], columns)


def _figure(row: NamedTuple, *cells: float) -> str:
    return span(*cells, money if row.unit == "musd" else share)


_OUTLOOK = {
    "by": "estimator",
    "of": ("metric", lambda name: OUTLOOKS.get(name, name.replace("_", " "))),
    "period": "fiscal_period",
    "said as": "when",
    "expected": lambda row: _figure(row, row.low, row.value, row.high),
    "reported": lambda row: _figure(row, float("nan"), row.outcome, float("nan")),
    "against": "outcome_is",
    "error": ("error_share", lambda error: "" if pd.isna(error) else share(error)),
    "in range": ("is_inside", lambda inside: {True: "yes", False: "no"}.get(inside, "")),
    "days ahead": ("days_before", lambda days: "" if pd.isna(days) else f"{days:.0f}"),
    "remark": lambda row: f"not scored: {row.why_not_scored}" if row.why_not_scored else row.note,
    "source": "source_id",
}


def guidance(frame: pd.DataFrame) -> str:
    """How NVIDIA's own revenue outlooks came out."""
    rows = frame[(frame["metric"] == "guidance_revenue") & frame["error_share"].notna()]
    if rows.empty:
        return "By this day no revenue outlook on record has met its outcome."
    inside = int(rows["is_inside"].eq(True).sum())
    bias = rows["error_share"].mean()
    side = "below" if bias < 0 else "above"
    lay = "it lay" if len(rows) == 1 else "on average they lay"
    return (
        f"NVIDIA has given {count(len(rows), 'revenue outlook')} whose outcome is known. {inside or 'None'} of them "
        f"held the outcome inside the stated range; {lay} {share(abs(bias))} {side} what was reported."
    )


def estimators(frame: pd.DataFrame) -> str:
    """How many estimators could be scored, forecasts apart from what was published later."""
    if frame.empty:
        return "By this day no estimate of China revenue is on record."
    scored = frame[frame["scored"] > 0]
    ranked = int(frame["rank"].notna().sum())
    named = listing(f"{row.estimator} ({count(row.scored, row.when)})" for row in scored.itertuples())
    met = f"figures scored: {named}" if len(scored) else "none yet"
    tail = "None has enough forecasts for a rank." if not ranked else f"{count(ranked, 'of them')} can be ranked."
    figures = count(int(frame["figures"].sum()), "figure")
    return (
        f"{figures} by named estimators are on record, and few name a fiscal period and something that a filing later "
        f"gave of the same place and basis. Those that do, {met}. What was published once the outcome was known is no "
        f"forecast and is never ranked. {tail}"
    )


def conditions() -> str:
    """The conditions of the conditional bounds, a line each."""
    lines = [f"- **{_HEADS[name]}**: {CONDITIONS[name]}." for name in CONDITIONS if name]
    return "Each condition is added alone; whether it holds is not known.\n\n" + "\n".join(lines)


_HEADS = {"stated": "if stated", "gaming": "if gaming", "data center": "if data center"}


def exposure(frame: pd.DataFrame) -> pd.DataFrame:
    """What China revenue can consist of, for readers: certain bounds, and beside them those under each condition."""
    key = ["fiscal_period", "part"]
    cells = frame.assign(bounds=[_bounds(row) for row in frame.itertuples()])
    under = cells.pivot(index=key, columns="condition", values="bounds")
    certain = frame[frame["condition"] == ""]
    ids = frame.groupby(key)["source_id"].agg("|".join)
    place = pd.MultiIndex.from_frame(certain[key])
    shown = readers(
        certain,
        {
            "quarter": "fiscal_period",
            "part": "part",
            "China, USD million": lambda row: _between(row.china_low_musd, row.china_high_musd),
            "can be, USD million": lambda row: _between(row.low_musd, row.high_musd),
            "share of China": _share_of_china,
            "stated as sold to China": ("stated_musd", lambda value: "" if pd.isna(value) else whole(value)),
        },
    )
    names = {head: name for name, head in _HEADS.items() if name in under}
    shown = shown.assign(**{head: under[name].reindex(place).to_numpy() for head, name in names.items()})
    joined_ids = ids.reindex(place).map(lambda cell: joined("|".join(dict.fromkeys(cell.split("|")))))
    return shown.assign(source=joined_ids.to_numpy())


def _bounds(row: NamedTuple) -> str:
    if pd.isna(row.low_musd):
        return UNKNOWN
    return f"{_between(row.low_musd, row.high_musd)} ({_share_of_china(row)})"


def _share_of_china(row: NamedTuple) -> str:
    low, high = share(row.low_share), share(row.high_share)
    return low if low == high else f"{low} to {high}"


def _between(low: float, high: float) -> str:
    return whole(low) if low == high else f"{whole(low)} to {whole(high)}"


def definitions(frame: pd.DataFrame) -> pd.DataFrame:
    """What the lines of the geographic table mean, in the words of the filings, for readers."""
    return readers(
        frame,
        {
            "term": "term",
            "in the words of the filing": lambda row: (
                f"\N{LEFT DOUBLE QUOTATION MARK}{row.words}\N{RIGHT DOUBLE QUOTATION MARK}"
            ),
            "what follows": "follows",
            "where": "locator",
            "source": "source_id",
        },
    )


def outstanding(frame: pd.DataFrame, today: str) -> str:
    """Which results are due and not recorded, and when they were expected.

    Parameters
    ----------
    frame : from `analysis.revenue.due.outstanding`.
    today : the day of the record.

    Returns
    -------
    said : a sentence a quarter; empty where every quarter that has ended is recorded.
    """
    lines = []
    for name, rows in frame.groupby("fiscal_period", sort=False):
        days = [day(row.due_on) for row in rows.dropna(subset="due_on").itertuples()]
        slots = {"period": period(name), "end": day(rows["period_end"].iloc[0]), "today": day(today)}
        days = list(dict.fromkeys(days))
        template = _EXPECTED[min(len(days), 2)]
        lines.append(say(template, days=listing(days), **slots))
    return together(lines)


_EXPECTED = (
    "We have no results for {period}, which ended on {end}; no day for them is announced.",
    "We have no results for {period}, which ended on {end}; they were expected on {days}.",
    "We have no results for {period}, which ended on {end}; calendars name {days}, and NVIDIA none.",
)


def reliability(frame: pd.DataFrame) -> pd.DataFrame:
    """How often grades B and C were contradicted by grade A, for readers."""
    columns = {
        "grade": "grade",
        "table": "table",
        "figures compared": "figures",
        "documents": "documents",
        "contradicted": "contradicted",
        "rate, 90% interval": lambda row: f"{share(row.rate)} ({share(row.rate_low)} to {share(row.rate_high)})",
        "outside a stated range": lambda row: f"{row.outside_range} of {row.with_range}",
        "off by more than 5%": "far_off",
        "median error": "median_error",
        "largest error": "largest_error",
    }
    counted = (
        "counted over every figure of the grade for which grade A states the same quantity, period and basis; "
        "the interval is the exact one of Clopper and Pearson"
    )
    shown = readers(frame, columns, dict.fromkeys(columns, lambda _: counted))
    return formatted(shown, ["median error", "largest error"], share)


def contradicted(frame: pd.DataFrame) -> pd.DataFrame:
    """The figures that were contradicted, for readers.

    Parameters
    ----------
    frame : from `analysis.revenue.reliability.compared`.
    """
    rows = frame[frame["is_contradicted"].astype(bool)].sort_values(["table", "error_share"], ascending=[True, False])
    columns = {
        "table": "table",
        "about": "about",
        "grade": "grade",
        "said": lambda row: _printed(row.low, row.value, row.high, row.unit),
        "by grade A": lambda row: _printed(row.low_a, row.value_a, row.high_a, row.unit),
        "error": "error_share",
        "source": "source_id",
        "source of grade A": "source_id_a",
    }
    return formatted(readers(rows, columns), ["error"], share)


def _printed(low: float, point: float, high: float, unit: str) -> str:
    return span(low, point, high, {"musd": money, "share": share}.get(unit, plain))


def worth(frame: pd.DataFrame) -> str:
    """What a grade is worth, in a sentence a grade.

    Parameters
    ----------
    frame : from `analysis.revenue.reliability.reliability`.
    """
    rows = frame[frame["table"] == "all"]
    if rows.empty:
        return "By this day no figure of grade B or C can be held against one of grade A."
    lines = [
        f"- **Grade {row.grade}**: {row.contradicted} of {count(row.figures, 'figure')} out of "
        f"{count(row.documents, 'document')} contradicted, {share(row.rate)}; {row.outside_range} of {row.with_range} "
        f"that state a range lie outside it; {row.far_off} off by more than 5%; the median error is "
        f"{share(row.median_error)}."
        for row in rows.itertuples()
    ]
    return "\n".join(lines)
