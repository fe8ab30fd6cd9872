"""Words for China revenue."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import pandas as pd

from analysis.facts import fiscal
from analysis.pages.asked import Number, Origin, origin, say, together
from analysis.pages.formats import UNKNOWN, count, day, listing, money, share, span, whole
from analysis.pages.style import readers
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


BY = {"billing": "billing address", "headquarters": "headquarters"}


def period(name: str) -> str:
    """A fiscal period as readers write it: ``fiscal 2026``, ``FY2027 Q2``, ``nine months of fiscal 2025``."""
    year, part = name[2:6], name[6:]
    if not part:
        return f"fiscal {year}"
    return f"nine months of fiscal {year}" if part == "_9M" else f"FY{year} {part}"


def month(row: Mapping) -> str:
    """The month in which a period ended: July 2026."""
    return f"{pd.Timestamp(row['period_end']):%B %Y}"


def amount(row: Mapping) -> Number:
    """China's revenue of a period in money, which opens its source."""
    column, currency = _column(row)
    return Number(money(row[column], currency), _of_china(row), _revenue_origin(row))


def million(row: Mapping) -> Number:
    """China's revenue of a period in millions, with the range of its rounding, which opens its source."""
    column, currency = _column(row)
    low, high = (row[column.replace("revenue", end)] for end in ("low", "high"))
    return Number(span(low, row[column], high, whole), f"{currency} million, {_of_china(row)}", _revenue_origin(row))


def part_of_total(row: Mapping) -> Number:
    """China's share of revenue in a period, which opens how it is worked out."""
    what = f"of NVIDIA's revenue, {period(row['fiscal_period'])}, by {BY[row['geography_basis']]}"
    formula = f"{whole(_dollars(row, 'revenue'))} ÷ {whole(_dollars(row, 'total'))}, China over total, USD million"
    return Number(share(row["share_of_total"]), what, _derived(row, "total", formula))


def growth(row: Mapping) -> Number | str:
    """The growth of China's revenue on the year before, which opens how it is worked out; ``no base`` without one."""
    if pd.isna(row["growth_on_year"]):
        return "no base"
    what = f"on the year before, {_of_china(row)}"
    before = period(fiscal.year_before(row["fiscal_period"]))
    formula = (
        f"{whole(_dollars(row, 'revenue'))} ÷ {whole(_dollars(row, 'year_before'))} − 1, over {before}, USD million"
    )
    return Number(signed(row["growth_on_year"]), what, _derived(row, "year_before", formula))


def _of_china(row: Mapping) -> str:
    return f"China including Hong Kong, {period(row['fiscal_period'])}, by {BY[row['geography_basis']]}"


def _column(row: Mapping) -> tuple[str, str]:
    column = next(name for name in ("revenue_musd", "revenue_mcny") if name in row)
    return column, CURRENCIES[column.removeprefix("revenue_")]


def _dollars(row: Mapping, name: str) -> float:
    return row[f"{name}_musd"] if f"{name}_musd" in row else row[f"{name}_mcny"] / row["cny_per_usd"]


def _revenue_origin(row: Mapping) -> Origin:
    """What an amount of China's revenue rests on; in yuan, how it is worked out from dollars."""
    own = {name: cell for name, cell in row.items() if name not in ("total_source_id", "year_before_source_id")}
    if "cny_per_usd" not in row:
        return origin(own)
    formula = (
        f"{whole(_dollars(row, 'revenue'))} USD million × {row['cny_per_usd']:.4f} CNY per USD, mean of the period"
    )
    return origin(own, basis="derived", formula=formula)


def _derived(row: Mapping, other: str, formula: str) -> Origin:
    """What is worked out from China's revenue and another figure rests on."""
    ids = [row["source_id"], row.get(f"{other}_source_id", "")]
    sources = tuple(dict.fromkeys(each for text in ids for each in text.split("|") if each))
    return Origin(sources, row.get("locator", ""), "derived", formula)


def signed(value: float) -> str:
    """A share of one with its sign: +97.7%."""
    return f"{'+' if value > 0 else ''}{share(value)}"


def _asked(make: Callable[[Mapping], Number | str], row: NamedTuple) -> Number | str:
    """A cell of a reader's table by a function of a mapping."""
    return make(row._asdict())


def periods(frame: pd.DataFrame, grain: str) -> pd.DataFrame:
    """China revenue for readers by ``year`` or ``quarter``: a row a period and definition, the newest first.

    Parameters
    ----------
    frame : from `analysis.revenue.china.china_revenue` or `in_currency`, traced to its locators.
    """
    _, currency = amounts(frame)
    columns = {
        "period": ("fiscal_period", period),
        "by": ("geography_basis", BY.get),
        "ended": "period_end",
        f"{currency} million": partial(_asked, million),
        "share of revenue": partial(_asked, part_of_total),
        "on the year": partial(_asked, growth),
        "basis": _stated_by,
    }
    return readers(frame[frame["grain"] == grain].iloc[::-1], columns)


def _stated_by(row: NamedTuple) -> str:
    return f"{row.grade} {row.basis}"


def apart(frame: pd.DataFrame, china: pd.DataFrame) -> pd.DataFrame:
    """The two definitions side by side for readers, by fiscal quarter and year.

    Parameters
    ----------
    frame : from `analysis.revenue.china.bases_apart`.
    china : from `analysis.revenue.china.china_revenue`, in dollars.
    """
    rows = {(row["geography_basis"], row["fiscal_period"]): row for row in china.to_dict("records")}

    def of(basis: str, make: Callable[[Mapping], Number]) -> Callable[[NamedTuple], Number]:
        return lambda row: make(rows[basis, row.fiscal_period])

    columns = {
        "period": ("fiscal_period", period),
        "billing": of("billing", million),
        "headquarters": of("headquarters", million),
        "gap": partial(_asked, gap),
        "share, billing": of("billing", part_of_total),
        "share, headquarters": of("headquarters", part_of_total),
    }
    is_plain = [fiscal.grain(name) in ("quarter", "year") for name in frame["fiscal_period"]]
    return readers(frame.loc[is_plain], columns)


def gap(row: Mapping, form: Callable[[float], str] = whole) -> Number:
    """How far the definitions lie apart in a period, which opens how it is worked out."""
    formula = f"{whole(row['headquarters_musd'])} − {whole(row['billing_musd'])}, USD million"
    what = f"by headquarters less by billing address, {period(row['fiscal_period'])}"
    return Number(form(row["gap_musd"]), what, origin(row, basis="derived", formula=formula))


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
    newest = rows[-1]
    earlier = fiscal.year_before(newest["fiscal_period"])
    before = next((row for row in rows if row["fiscal_period"] == earlier), None)
    slots = {"share": part_of_total(newest), "period": period(newest["fiscal_period"]), "basis": BY[basis]}
    if pd.isna(newest["share_of_total"]):
        return say("China brought in {amount} in {period}; its share is unknown", amount=amount(newest), **slots)
    if before is not None and pd.notna(before["share_of_total"]):
        slots |= {"before": part_of_total(before), "earlier": period(earlier)}
        return say("China brought in {share} of NVIDIA's revenue in {period}, after {before} in {earlier}", **slots)
    return say("China brought in {share} of NVIDIA's revenue in {period}, by {basis}", **slots)


def _newest(quarters: list[dict], basis: str) -> str:
    if not quarters:
        return ""
    row = quarters[-1]
    slots = {"amount": amount(row), "share": part_of_total(row), "when": month(row), "by": BY[basis]}
    if pd.isna(row["share_of_total"]):
        return say("In the quarter to {when} it was {amount}, by {by}.", **slots)
    return say("In the quarter to {when} it was {amount}, {share} of the total, by {by}.", **slots)


def splice(frame: pd.DataFrame, china: pd.DataFrame) -> str:
    """Why one definition must not be continued by the other, from the newest year in which both are known.

    Parameters
    ----------
    frame, china : as in `apart`.
    """
    years = frame[frame["fiscal_period"].str.len() == 6]
    if years.empty:
        return "By this day no year is known on both definitions, so nothing can be said of the gap between them."
    row = years.iloc[-1].to_dict()
    of = china[china["fiscal_period"] == row["fiscal_period"]].set_index("geography_basis", drop=False)
    return say(
        "In {period} the same sales are {billing} of revenue by billing address and {headquarters} by headquarters. "
        "The gap of {gap} is a change of definition. Do not join the two lines.",
        period=period(row["fiscal_period"]),
        billing=part_of_total(of.loc["billing"].to_dict()),
        headquarters=part_of_total(of.loc["headquarters"].to_dict()),
        gap=gap(row, money),
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


def line(row: Mapping, form: Callable[[float], str] = money) -> Number:
    """A line of the account in money, or with ``form`` `whole` in millions, which opens its source."""
    text = span(row["low"], row["amount_musd"], row["high"], form)
    unit = "USD million, " if form is whole else ""
    what = f"{unit}{line_of(row)}, {spell(row['fiscal_period'])}"
    if row["item"] == "total":
        return Number(text, what, origin(row, formula=row["note"], note="", basis="derived"))
    return Number(text, what, origin(row))


def line_of(row: Mapping) -> str:
    """What a line of the account is: ``H20 revenue outside China``, ``sum: charge``."""
    if row["item"] == "total":
        return f"sum: {row['account']}"
    return ITEMS.get(row["item"], row["item"]) + place_of(row["item"], row["geography"])


def spell(name: str) -> str:
    """A fiscal period or a span of them: ``FY2026Q1 to FY2026Q4`` to ``FY2026 Q1 to FY2026 Q4``."""
    return " to ".join(period(part) for part in name.split(" to "))


def stated_once(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines of the account that are amounts, each once.

    Parameters
    ----------
    frame : from `analysis.revenue.h20.account`.
    """
    is_line = (frame["unit"] == "musd") & (frame["not_added_because"] != SAME) & (frame["account"] != "cross-check")
    return frame[is_line].reset_index(drop=True)


def costs(frame: pd.DataFrame) -> pd.DataFrame:
    """The three amounts that are quoted as the cost of the licence rule, for readers, and what each of them is.

    Parameters
    ----------
    frame : from `analysis.revenue.h20.account`.
    """
    rows = frame[frame["item"].isin(list(_MEANS)) & (frame["not_added_because"] != SAME)]
    rows = rows.assign(rank=rows["item"].map(list(_MEANS).index)).sort_values("rank", kind="stable")
    columns = {
        "amount quoted": ("item", ITEMS.get),
        "period": ("fiscal_period", period),
        "USD million": partial(_asked, partial(line, form=whole)),
        "what it is": ("item", _MEANS.get),
    }
    return readers(rows, columns)


_MEANS = {
    "h20_charge_estimate": "The most that NVIDIA said it would write down",
    "h20_charge": "Stock and purchase commitments written down: a cost",
    "h20_unshipped": "Orders that NVIDIA could not fill: revenue, not a cost",
    "guidance_h20_loss": "Sales that NVIDIA did not expect to make. A lost sale cannot be audited",
}


def _listed(parts: list[str]) -> str:
    """Phrases as a list that keeps their numbers: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else together([together(parts[:-1], ", "), parts[-1]], " and ")


def reconciled(frame: pd.DataFrame) -> pd.DataFrame:
    """The reconciliation for readers: how many tables of each definition can be tested, and those that miss."""
    tested = frame[frame["is_test"] & frame["residual_musd"].notna()]
    rows = []
    for basis, part in frame.groupby("geography_basis", sort=False):
        of_basis = tested[tested["geography_basis"] == basis]
        off = of_basis[of_basis["residual_musd"] != 0]
        misses = [f"{period(row.fiscal_period)} by {whole(row.residual_musd)}" for row in off.itertuples()]
        rows.append(
            {
                "by": BY[basis],
                "tables with all lines": len(part),
                "of which can be tested": len(of_basis),
                "add up": int((of_basis["residual_musd"] == 0).sum()),
                "do not": listing(misses),
                "first": period(part["fiscal_period"].iloc[0]),
                "last": period(part["fiscal_period"].iloc[-1]),
            }
        )
    columns = ["by", "tables with all lines", "of which can be tested", "add up", "do not", "first", "last"]
    counted = "tables in the filings, counted; a table adds up where its lines − total revenue is 0"
    formulas = dict.fromkeys(columns, lambda _: counted)
    return readers(pd.DataFrame(rows, columns=columns), {name: name for name in columns}, formulas)


def account(frame: pd.DataFrame) -> pd.DataFrame:
    """The H20 account for readers: a row a line, totals below what they add up.

    Parameters
    ----------
    frame : from `analysis.revenue.h20.account`.
    """
    columns = {
        "account": "account",
        "line": lambda row: "sum of the lines above" if row.is_total else line_of(row._asdict()),
        "period": ("fiscal_period", spell),
        "USD million": partial(_asked, partial(line, form=whole)),
        "in a sum": _in_a_sum,
        "basis": _stated_by,
    }
    return readers(stated_once(frame), columns)


def _in_a_sum(row: NamedTuple) -> str:
    why_not = f"no: {row.not_added_because}" if row.not_added_because else ""
    return {1: "added", -1: "taken off"}.get(row.sign, why_not)


def losses(frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts that others than NVIDIA quote as the loss on H20, for readers.

    Parameters
    ----------
    frame : from `analysis.revenue.h20.quoted_losses`.
    """
    columns = {
        "said by": "said_by",
        "about": lambda row: period(row.about) if row.about.startswith("FY") else row.about,
        "USD million": lambda row: Number(
            span(row.low, row.amount_musd, row.high, whole),
            f"USD million, {row.measures}, by {row.said_by}",
            origin(row._asdict()),
        ),
        "measures": "measures",
    }
    return readers(frame[frame["said_by"] != "NVIDIA"], columns)


def ledger(frame: pd.DataFrame) -> pd.DataFrame:
    """Changes of definition for readers, each with what it moves; the gap of the definitions has a table of its own.

    Parameters
    ----------
    frame : from `analysis.revenue.definitions.ledger`.
    """
    columns = {
        "kind": ("kind", KINDS.get),
        "period": ("fiscal_period", period),
        "what": ("what", _readable),
        **{name: partial(_moved, name) for name in ("before", "after")},
        "unit": ("unit", {"musd": "USD million", "share": "share", "percentage points": "percentage points"}.get),
    }
    return readers(frame[frame["kind"] != "basis"], columns)


KINDS = {"calendar": "long quarter", "splice": "joined definitions", "line": "split line", "recast": "recast figure"}


def _readable(text: str) -> str:
    return re.sub(r"\bnon gaap\b", "non-GAAP", re.sub(r"\bacie\b", "ACIE", text))


def _moved(name: str, row: NamedTuple) -> Number | str:
    """A figure before or after a change of definition, which opens what it rests on."""
    value = getattr(row, name)
    if pd.isna(value):
        return UNKNOWN
    formula = ""
    if row.kind == "splice":
        definition = {"before": "billing address", "after": "headquarters"}[name]
        formula = f"China's share by headquarters − its share the year before by {definition}"
    if row.kind == "calendar" and name == "after":
        formula = f"{whole(row.before)} × 13 ÷ {re.search('([0-9]+) weeks', row.what)[1]} weeks"
    form = {"musd": whole, "share": share, "percentage points": _points}[row.unit]
    what = f"{name}: {_readable(row.what)}, {period(row.fiscal_period)}"
    rests = Origin((getattr(row, f"source_{name}"),), basis="derived" if formula else "", formula=formula)
    return Number(form(value), what, rests)


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
    """NVIDIA's revenue outlooks beside what it reported, for readers.

    Parameters
    ----------
    frame : from `analysis.revenue.outlooks.scored`.
    """
    columns = {"period": ("fiscal_period", period), "said on": "said_on", **_COMPARED, "in range": _inside}
    return readers(frame[frame["metric"] == "guidance_revenue"], columns)


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates whose outcome is known, for readers.

    Parameters
    ----------
    frame : from `analysis.revenue.outlooks.scored`.
    """
    columns = {
        "by": "estimator",
        "of": ("metric", lambda name: OUTLOOKS.get(name, name.replace("_", " "))),
        "period": ("fiscal_period", period),
        "said as": "when",
        **_COMPARED,
    }
    return readers(frame[frame["error"].notna()], columns)


def expected(row: Mapping) -> Number:
    """What was said of a period, in millions or as a share, which opens its source."""
    name = OUTLOOKS.get(row["metric"], row["metric"])
    what = f"{_unit(row)}{name}, {period(row['fiscal_period'])}, as {row['estimator']} put it"
    own = {name: cell for name, cell in row.items() if name != "outcome_source"}
    return Number(span(row["low"], row["value"], row["high"], _form(row)), what, origin(own))


def outcome(row: Mapping) -> Number | str:
    """What was reported, which opens its source; words where it is not known."""
    if pd.isna(row["outcome"]):
        return "not reported yet"
    what = f"{_unit(row)}{row['outcome_is']}, {period(row['fiscal_period'])}, as reported"
    return Number(_form(row)(row["outcome"]), what, Origin(tuple(row["outcome_source"].split("|")), basis="official"))


def error(row: Mapping) -> Number | str:
    """How far what was said lay from what was reported, which opens how it is worked out; empty without both."""
    if pd.isna(row["error_share"]):
        return ""
    form = _form(row)
    middle = row["outcome"] * (1 + row["error_share"])
    formula = f"{form(middle)} ÷ {form(row['outcome'])} − 1"
    what = f"error of {row['estimator']}, {OUTLOOKS.get(row['metric'], row['metric'])}, {period(row['fiscal_period'])}"
    return Number(signed(row["error_share"]), what, origin(row, formula=formula, basis="derived", others="", note=""))


def _form(row: Mapping) -> Callable[[float], str]:
    return whole if row["unit"] == "musd" else share


def _unit(row: Mapping) -> str:
    return "USD million, " if row["unit"] == "musd" else ""


def _inside(row: NamedTuple) -> str:
    return {True: "yes", False: "no"}.get(row.is_inside, "")


_COMPARED = {
    "expected": partial(_asked, expected),
    "reported": partial(_asked, outcome),
    "error": partial(_asked, error),
}


def guidance(frame: pd.DataFrame) -> str:
    """How NVIDIA's own revenue outlooks came out.

    Parameters
    ----------
    frame : from `analysis.revenue.outlooks.scored`.
    """
    rows = frame[(frame["metric"] == "guidance_revenue") & frame["error_share"].notna()]
    if rows.empty:
        return "By this day the outcome of no revenue outlook is known."
    bias, inside = rows["error_share"].mean(), int(rows["is_inside"].eq(True).sum())
    too_low = int((rows["error_share"] < 0).sum())
    errors = " + ".join(f"({signed(each)})" for each in rows["error_share"])
    mean = Origin(tuple(dict.fromkeys(rows["source_id"])), "", "derived", f"({errors}) ÷ {len(rows)}")
    return say(
        "NVIDIA's revenue outlook was too low {times} out of {all}; on average it lay {bias} {side} what was "
        "reported. {inside} of the outcomes fell inside the stated range.",
        times=_counted(count(too_low, "time"), "outlooks below the outcome"),
        all=_counted(str(len(rows)), "outlooks whose outcome is known"),
        bias=Number(share(abs(bias)), "mean error of NVIDIA's revenue outlooks", mean),
        side="below" if bias < 0 else "above",
        inside=_counted(str(inside or "None"), "outcomes inside the range of the outlook"),
    )


def _counted(text: str, what: str) -> Number:
    return Number(text, what, Origin(formula="counted over the table of NVIDIA's revenue outlooks", basis="derived"))


def estimators(frame: pd.DataFrame) -> str:
    """How many estimators could be scored, forecasts apart from what was published later.

    Parameters
    ----------
    frame : from `analysis.revenue.outlooks.scores`.
    """
    if frame.empty:
        return "By this day no estimate of China revenue is known."
    scored = frame[frame["scored"] > 0]
    ranked = int(frame["rank"].notna().sum())
    named = listing(f"{row.estimator} ({count(row.scored, row.when)})" for row in scored.itertuples())
    return say(
        "Others published {figures} on China's revenue or the H20. Few name a fiscal period and a quantity that a "
        "filing later gave: {named}. What came out after the outcome is no forecast and has no rank. {tail}",
        figures=count(int(frame["figures"].sum()), "figure"),
        named=named,
        tail="None has enough forecasts for a rank." if not ranked else f"{count(ranked, 'of them')} can be ranked.",
    )


def conditions() -> str:
    """The conditions of the conditional bounds, a line each."""
    lines = [f"- **{_HEADS[name]}**: {CONDITIONS[name]}." for name in CONDITIONS if name]
    return "Each condition is added alone. We do not know whether it holds.\n\n" + "\n".join(lines)


_HEADS = {"": "certain", "stated": "if stated", "gaming": "if gaming", "data center": "if data center"}


def exposure(frame: pd.DataFrame) -> pd.DataFrame:
    """What China's revenue of the newest quarter can consist of, for readers: certain bounds, and under each condition.

    Parameters
    ----------
    frame : from `analysis.revenue.exposure.exposure`.
    """
    newest = frame[frame["fiscal_period"] == frame["fiscal_period"].iloc[-1]] if len(frame) else frame
    rows = {(row["part"], row["condition"]): row for row in newest.to_dict("records")}

    def under(condition: str) -> Callable[[NamedTuple], Number | str]:
        return lambda row: _bounds(rows[row.part, condition])

    columns = {"part": "part"} | {head: under(name) for name, head in _HEADS.items()}
    return readers(newest[newest["condition"] == ""], columns)


def of_compute(frame: pd.DataFrame) -> str:
    """What is certain of data-center compute in the newest quarter, in a sentence.

    Parameters
    ----------
    frame : from `analysis.revenue.exposure.exposure`.
    """
    rows = frame[(frame["condition"] == "") & (frame["part"] == "data-center compute")]
    if rows.empty:
        return "By this day no quarter of China's revenue by headquarters is known."
    row = rows.iloc[-1].to_dict()
    template = "In {period} data-center compute was {share} of China's revenue by headquarters: no more is certain."
    told = Number(_share_of_china(row), _BOUNDS.format(**row), _bounds(row).origin)
    return say(template, period=period(row["fiscal_period"]), share=told)


_BOUNDS = "{part} in China's revenue of {fiscal_period}, by headquarters"


def _bounds(row: Mapping) -> Number | str:
    if pd.isna(row["low_musd"]):
        return UNKNOWN
    text = f"{_between(row['low_musd'], row['high_musd'])} ({_share_of_china(row)})"
    formula = row["arithmetic"].replace(" x ", " × ").replace(" / ", " ÷ ")
    return Number(text, "USD million, " + _BOUNDS.format(**row), origin(row, basis="derived", formula=formula))


def _share_of_china(row: Mapping) -> str:
    low, high = share(row["low_share"]), share(row["high_share"])
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
    """How often grades B and C were contradicted by grade A, over all tables, for readers.

    Parameters
    ----------
    frame : from `analysis.revenue.reliability.reliability`.
    """
    columns = {
        "grade": "grade",
        "figures compared": "figures",
        "documents": "documents",
        "contradicted": "contradicted",
        "rate, 90% interval": lambda row: f"{share(row.rate)} ({share(row.rate_low)} to {share(row.rate_high)})",
        "off by more than 5%": "far_off",
        "median error": ("median_error", share),
        "largest error": ("largest_error", share),
    }
    counted = "counted over every figure of the grade for which grade A states the same quantity, period and basis"
    formulas = dict.fromkeys(columns, lambda _: counted)
    formulas["rate, 90% interval"] = lambda row: (
        f"{row['contradicted']} ÷ {row['figures']}; the exact interval of Clopper and Pearson"
    )
    return readers(frame[frame["table"] == "all"], columns, formulas)
