"""Words for the estimate of units: the finding, tables for readers, and what the cards of the numbers say."""

import re
from collections.abc import Callable, Mapping

import pandas as pd

from analysis.controls.words import TREATMENTS
from analysis.counts.published import at_stage, counting
from analysis.counts.words import STAGES, VOICES, estimates, months, who
from analysis.pages.asked import Number, Origin, origin, say, together
from analysis.pages.formats import UNKNOWN, capital, count, listing, money, plain, rounded, share, span, units
from analysis.pages.style import readers
from analysis.shipments.drivers import NO_COMMON

INTERVAL = "median (90% interval)"
KINDS = {
    "prior": "before any published count",
    "estimate": "the estimate",
    "without": "without {}",
    "error": "counts within a factor of {}",
    "basis": "revenue by {} alone",
    "method": "{}",
    "split": "other products weigh {} in the split",
}
CASES = {
    NO_COMMON: "counts share no error",
    "every part of China's data-center revenue alike": "any split of China's revenue alike",
    "prices of the maker alone": "NVIDIA's own prices alone",
    "billing": "billing address",
    "headquarters": "headquarters",
}
INPUTS = {
    r"revenue of the (\S+), (.+)": "the {}'s revenue in {}",
    r"price of the (\S+)": "the price of one {}",
    r"what China buys beside the (\S+) in a quarter": "what else China buys beside the {}",
    r"(\S+)'s part of it, (.+)": "the {}'s share of revenue in {}",
    r"basis of geography, for the (\S+)": "the basis of China's revenue",
}
REVENUE = {
    "part_of_china_data_center": "an unknown part of China's data-center revenue, {between}",
    "remainder_of_china_revenue": "China's revenue less what else China buys, {between}",
    "none_sold": "none: nothing was sold",
}
STATED = "{between}, stated by NVIDIA"
WORKED = "revenue ÷ price of a card, {draws} draws{weighted}. Revenue: {revenue}. Price: {price} a card."
FEW = 1000  # effective draws, below which the ends of an interval are rough


# What a number of the estimate is worked out from


def worked(row: Mapping, names: pd.Series, *, counted: bool = True) -> str:
    """How an interval of units comes about, with its inputs.

    Parameters
    ----------
    row : with the columns of `analysis.shipments.estimates.inputs`, and ``products`` where they are several.
    counted : whether published counts weigh the draws.
    """
    several = str(row.get("products", "")).split("|")
    if len(several) > 1:
        return f"the sum of {listing(_name(one, names) for one in several)}, draw by draw"
    if not row["revenue_from"]:
        return ""
    between = _dollars(row["low_musd"], row["high_musd"])
    if not row["high_musd"] > 0:
        return "none: NVIDIA states no sales of the chip, or it was not on sale"
    told = [REVENUE.get(part, STATED).format(between=between) for part in row["revenue_from"].split("|")]
    voices = [VOICES.get(voice, voice) for voice in filter(None, row["counts"].split("|"))] if counted else []
    return WORKED.format(
        draws=f"{row['draws']:,.0f}",
        weighted=f", weighted by the counts of {listing(voices)}" if voices else "",
        revenue=" or ".join(dict.fromkeys(told)),
        price=f"USD {pair(row['low_usd'], row['high_usd'])}",
    )


def unweighted(row: Mapping, names: pd.Series) -> str:
    """The same before published counts are used."""
    return worked(row, names, counted=False)


def _dollars(low: float, high: float) -> str:
    """``USD 1.51bn to 5.95bn``."""
    first, last = (money(end) for end in (low, high))
    return first if first == last else f"{first} to {last.removeprefix('USD ')}"


def pair(low: float, high: float) -> str:
    """``383,000 to 460,000``, or one figure where both ends read alike."""
    first, last = rounded(low), rounded(high)
    return first if first == last else f"{first} to {last}"


def interval(row: tuple) -> str:
    """``722,000 (473,000 to 1,010,000)``."""
    return span(row.p5, row.p50, row.p95, rounded)


def _name(product: str, names: pd.Series) -> str:
    return "all of these" if product == "all" else names.get(product, product)


def _title(names: pd.Series) -> Callable[[str], str]:
    return lambda product: _name(product, names)


def named(text: str, names: pd.Series) -> str:
    """An input as a reader knows it: ``revenue of the h20, FY2025`` to ``the H20's revenue in fiscal 2025``."""
    for pattern, template in INPUTS.items():
        found = re.fullmatch(pattern, text)
        if found:
            return template.format(*(_name(fiscal(part), names) for part in found.groups()))
    return fiscal(text)


def fiscal(text: str) -> str:
    """``FY2025`` as ``fiscal 2025``; a calendar year as it is."""
    return re.sub(r"FY(\d{4})\b", r"fiscal \1", text)


def about(chip: str, year: str) -> str:
    """``H20 sold in China in fiscal 2025``."""
    return f"{chip} sold in China in {fiscal(year)}"


def quarter(row: Mapping) -> str:
    """``the quarter to July 2026``."""
    return f"the quarter to {pd.Timestamp(row['period_end']):%B %Y}"


# The finding

SOLD = "NVIDIA sold about {median} {chip} in China in {year}, between {low} and {high}"
MOST = "NVIDIA sold at most {most} {chip} in China in {quarter}"
NONE = "NVIDIA sold no {chip} in China in {year}"
UNSAID = "How many {chip} NVIDIA sold in China in {year} is unknown"
NOTHING = "By this day no revenue was known from which {chip} sales in China in {year} could be estimated"
RANGE = "That is the 90% interval, under the stated assumptions."
ONE_INPUT = "It is not sharper because nobody knows {first} ({one} of the variance)."
TWO_INPUTS = "It is not sharper because nobody knows {first} ({one} of the variance) or {second} ({two})."
COUNTED = "{counts} from {voices} move the median by {change} and {narrow} the range by {part}."
LENT = "Counts of chips that share its revenue move the median by {change} and {narrow} the range by {part}."
UNCOUNTED = "No published count of the {chip} tells more than the accounts do."
REACH = "Over all methods that we tried, the intervals reach from {low} to {high}."
NOT_IN_IT = "Not in it, because unknown: {unknown}."
ROUGH = "The draws are worth only {size} independent ones, so that the ends are rough."
ESTIMATED = "Years with an estimate: {years}."
WHY = "{quarter}: {why}."


def finding(
    years: pd.DataFrame,
    envelope: pd.DataFrame,
    quarters: pd.DataFrame,
    drivers: pd.DataFrame,
    evidence: pd.DataFrame,
    names: pd.Series,
    *,
    chip: str,
    year: str,
) -> list[str]:
    """How many of one chip were sold in one year, how sure that is, and why it is not surer.

    Parameters
    ----------
    years, envelope, quarters, drivers, evidence : the results ``units_by_year``, ``units_envelope``,
        ``units_by_quarter``, ``units_drivers`` (of chip and year) and ``unit_evidence`` (of the chip).
    chip, year : which; a calendar (2024) or a fiscal year (FY2025).
    """
    found = years[(years["product"] == chip) & (years["year"] == year)].to_dict("records")
    first = sold(years, quarters, names, chip=chip, year=year)
    if not found:
        return first
    row = found[0]
    more = [_why_wide(drivers, names), _counted_in(drivers, evidence, _name(chip, names))]
    more += [_reach(envelope, row, names), _not_in_it(row, names)]
    more += [say(ROUGH, size=rounded(row["effective_draws"]))] if row["effective_draws"] < FEW else []
    return [*first, *filter(None, more)]


def sold(years: pd.DataFrame, quarters: pd.DataFrame, names: pd.Series, *, chip: str, year: str) -> list[str]:
    """How many of one chip were sold in one year, or why that is unknown; parameters as in `finding`."""
    found = years[(years["product"] == chip) & (years["year"] == year)].to_dict("records")
    if not found:
        return _not_estimated(years, quarters, names, chip=chip, year=year)
    told = about(_name(chip, names), year)
    ends = {
        end: Number(
            about_two(found[0][column]), f"{told}, {what}: {rounded(found[0][column])}", _estimate(found[0], names)
        )
        for end, column, what in _ENDS
    }
    return [say(SOLD, chip=_name(chip, names), year=fiscal(year), **ends), RANGE]


_ENDS = [("low", "p5", "5th percentile"), ("median", "p50", "median"), ("high", "p95", "95th percentile")]


def about_two(value: float) -> str:
    """Rounded for prose, to two digits: 720,000; 1 million."""
    return units(round(value, 2 - len(str(int(abs(value)))))) if value >= 1 else rounded(value)


def _estimate(row: Mapping, names: pd.Series) -> Origin:
    return origin(row, formula=worked(row, names), basis="estimated", note=PERCENTILES)


PERCENTILES = "The interval runs from the 5th to the 95th percentile of the draws."


def _why_wide(drivers: pd.DataFrame, names: pd.Series) -> str:
    """The inputs that most of the variance hangs on."""
    rows = drivers[(drivers["kind"] == "input") & ~drivers["name"].str.contains("part of it", regex=False)]
    rows = rows.head(2).to_dict("records")
    numbers = [
        Number(share(row["variance_share"], 0), f"of the variance: {named(row['name'], names)}", explained(row, names))
        for row in rows
    ]
    parts = [named(row["name"], names) for row in rows]
    if len(rows) < 2 or rows[1]["variance_share"] < _LEAST:
        return say(ONE_INPUT, first=parts[0], one=numbers[0]) if rows else ""
    return say(TWO_INPUTS, first=parts[0], one=numbers[0], second=parts[1], two=numbers[1])


_LEAST = 0.1  # part of the variance from which a second input is named


def explained(row: Mapping, names: pd.Series) -> Origin:
    """What a share of the variance rests on."""
    formula = f"first-order sensitivity index of {named(row['name'], names)}: variance of the mean units in 20 classes "
    formula += "of the input ÷ variance of the units"
    return origin(row, formula=formula, basis="derived", note=worked(row, names))


def _counted_in(drivers: pd.DataFrame, evidence: pd.DataFrame, chip: str) -> str:
    """How far published counts move the median and the range."""
    melded = evidence[evidence["outcome"] == MELDED]
    cases = {case["kind"]: case for case in drivers.to_dict("records") if case["kind"] in ("prior", "estimate")}
    if len(cases) < 2 or not cases["estimate"]["counts"]:
        return say(UNCOUNTED, chip=chip)
    before, after = cases["prior"], cases["estimate"]
    wide, wider = after["p95"] - after["p5"], before["p95"] - before["p5"]
    change = f"{rounded(after['p50'])} ÷ {rounded(before['p50'])} − 1"
    part = (
        f"1 − ({rounded(after['p95'])} − {rounded(after['p5'])}) ÷ ({rounded(before['p95'])} − {rounded(before['p5'])})"
    )
    cited = tuple(dict.fromkeys("|".join(melded["source_id"]).split("|")))
    counts = Origin(cited, formula=f"counts of the {chip} that enter the estimate")
    return say(
        COUNTED if len(melded) else LENT,
        counts=Number(count(len(melded), "published count"), "that enter the estimate", counts),
        voices=Number(count(melded["voice"].nunique(), "independent source"), "behind them", counts),
        change=Number(_signed(after["p50"] / before["p50"] - 1), "change of the median", origin(after, formula=change)),
        narrow="narrow" if wide <= wider else "widen",
        part=Number(
            share(abs(1 - wide / wider), 0), "change of the width of the interval", origin(after, formula=part)
        ),
    )


def _signed(change: float) -> str:
    text = share(change, 0)
    return text if text.startswith("−") or text == "0%" else f"+{text}"


def reach(envelope: pd.DataFrame) -> pd.DataFrame:
    """From where to where the intervals of every method reach, by product and year, and how many methods they are."""
    found = envelope.groupby(["product", "year"], as_index=False)
    return found.agg(reach_low=("p5", "min"), reach_high=("p95", "max"), methods=("method", "nunique"))


def _reach(envelope: pd.DataFrame, row: Mapping, names: pd.Series) -> str:
    rows = reach(envelope)
    rows = rows[(rows["product"] == row["product"]) & (rows["year"] == row["year"])].to_dict("records")
    if not rows:
        return ""
    found = origin(row, formula=_over_methods(rows[0]), basis="derived", note=worked(row, names))
    ends = {"low": rows[0]["reach_low"], "high": rows[0]["reach_high"]}
    return say(
        REACH,
        **{end: Number(about_two(value), f"over all methods: {rounded(value)}", found) for end, value in ends.items()},
    )


def _over_methods(row: Mapping) -> str:
    return f"lowest 5th and highest 95th percentile of {row['methods']:.0f} methods"


def _not_in_it(row: Mapping, names: pd.Series) -> str:
    return say(NOT_IN_IT, unknown=missing(row["unknown"], names)) if row["unknown"] else ""


def _not_estimated(years: pd.DataFrame, quarters: pd.DataFrame, names: pd.Series, *, chip: str, year: str) -> list[str]:
    """What can be said of a year without an estimate, and which years have one."""
    about = (quarters["period_start"].str[:4] <= year) & (quarters["period_end"].str[:4] >= year)
    about = quarters["fiscal_period"].str[:6] == year if year.startswith("FY") else about
    rows = quarters[(quarters["product"] == chip) & about]
    slots = {"chip": _name(chip, names), "year": fiscal(year)}
    known = years[(years["product"] == chip) & (years["year_is"] == "calendar")]["year"]
    more = [say(ESTIMATED, years=listing(known))] if len(known) else []
    told = rows[rows["why"] != ""]
    more = [say(WHY, quarter=capital(quarter(row)), why=row["why"]) for row in told.to_dict("records")] + more
    for row in rows[rows["most"].notna()].to_dict("records"):
        return [say(MOST, most=ceiling(row, names), quarter=quarter(row), **slots), *more]
    is_whole = len(rows) > 0 and _covers(rows, year)
    template = UNSAID if len(told) else NONE if is_whole else NOTHING
    return [say(template, **slots), *dict.fromkeys(more)]


def _covers(rows: pd.DataFrame, year: str) -> bool:
    """Whether quarters hold every day of a calendar year, or all four of a fiscal one."""
    if year.startswith("FY"):
        return len(rows) == 4
    return rows["period_start"].min() <= f"{year}-01-01" and rows["period_end"].max() >= f"{year}-12-31"


def ceiling(row: Mapping, names: pd.Series) -> Number:
    """The most that the accounts allow, which opens what it is worked out from."""
    formula = f"{_dollars(row['high_musd'], row['high_musd'])} ÷ USD {rounded(row['low_usd'])} a card"
    about = f"{_name(row['product'], names)} at most, {row['fiscal_period']}"
    return Number(rounded(row["most"]), about, origin(row, formula=formula, basis="derived"))


def missing(unknown: str, names: pd.Series) -> str:
    """``H20 FY2026Q4 and RTX 6000D FY2026Q3, FY2026Q4, after 2026-07-26``."""
    by_product: dict[str, list[str]] = {}
    for cell in filter(None, unknown.split("|")):
        product, _, period = cell.partition(" ")
        by_product.setdefault(names.get(product, product), []).append(period)
    return listing(f"{name} {', '.join(periods)}" for name, periods in by_product.items()) if by_product else ""


# Tables


def by_year(frame: pd.DataFrame, envelope: pd.DataFrame, kind: str, names: pd.Series) -> pd.DataFrame:
    """Units by year for readers.

    Parameters
    ----------
    frame, envelope : from `analysis.shipments.estimates.by_year` and `analysis.shipments.drivers.envelope`.
    kind : ``fiscal`` or ``calendar``.
    names : the name of each product.
    """
    frame = frame[frame["year_is"] == kind].merge(reach(envelope), on=["product", "year"], how="left")
    columns = {
        "year": "year",
        "chip": ("product", _title(names)),
        INTERVAL: interval,
        "before any count": lambda row: span(row.prior_p5, row.prior_p50, row.prior_p95, rounded),
        "over all methods": lambda row: "" if pd.isna(row.reach_low) else pair(row.reach_low, row.reach_high),
        "not in it": ("unknown", lambda unknown: missing(unknown, names)),
    }
    formulas = {
        INTERVAL: lambda row: worked(row, names),
        "before any count": lambda row: unweighted(row, names),
        "over all methods": _over_methods,
    }
    return readers(frame, columns, formulas)


def by_quarter(frame: pd.DataFrame, law: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What goes in and what comes out, by quarter, with the law in force; quarters with sales alone.

    Parameters
    ----------
    frame, law : the results ``units_by_quarter`` and ``legality_at_shipment``.
    """
    frame = frame[(frame["p95"] > 0) | frame["most"].notna()]
    told = ["treatment_first_day", "treatment_last_day", "changed_on", "days_first", "counts_as"]
    told = law[["product", "fiscal_period", *told]].assign(law_why=law["why"])
    frame = frame.merge(told, on=["product", "fiscal_period"], how="left")
    columns = {
        "chip": ("product", _title(names)),
        "quarter": "fiscal_period",
        "revenue, USD million": lambda row: pair(row.low_musd, row.high_musd),
        "price of a card, USD": lambda row: pair(row.low_usd, row.high_usd),
        f"chips, {INTERVAL}": lambda row: f"up to {rounded(row.most)}" if row.most == row.most else interval(row),
        "law when sold": law_when_sold,
    }
    formulas = {
        "revenue, USD million": _from_accounts,
        "price of a card, USD": lambda row: PRICED,
        f"chips, {INTERVAL}": lambda row: (
            ceiling(row, names).origin.formula if row["most"] == row["most"] else worked(row, names)
        ),
    }
    return readers(frame, columns, formulas)


PRICED = "90% interval of the prices asked or reported for the card in China within a year, or the range of the source"


def _from_accounts(row: Mapping) -> str:
    between = _dollars(row["low_musd"], row["high_musd"])
    return REVENUE.get(row["revenue_from"], STATED).format(between=between)


def law_when_sold(row: tuple) -> str:
    """What the chips were sold under; where the law changed inside the quarter, why it is known or both treatments."""
    if not row.changed_on:
        return row.counts_as
    return f"{UNKNOWN}: {treatment(row)}" if row.counts_as == UNKNOWN else f"{row.counts_as}: {row.law_why}"


def treatment(row: tuple) -> str:
    """``not controlled``, or ``not controlled until 2023-10-23 (92.3% of the days), then presumption of denial``."""
    first, last = TREATMENTS.get(row.treatment_first_day, UNKNOWN), TREATMENTS.get(row.treatment_last_day, UNKNOWN)
    if first == last:
        return first
    changed = row.changed_on.partition("|")[0]
    return f"{first} until {changed} ({share(row.days_first, 0)} of the days), then {last}"


def gaps(quarters: pd.DataFrame, evidence: pd.DataFrame, names: pd.Series) -> str:
    """The quarters without an estimate, with the reason; bounds where there are any.

    Parameters
    ----------
    quarters, evidence : the results ``units_by_quarter`` and ``unit_evidence``.
    """
    open_rows = quarters[(quarters["why"] != "") & quarters["most"].isna()]
    reasons = open_rows.groupby(["product", "why"], sort=False)["fiscal_period"].agg(", ".join).reset_index()
    lines = [
        say(UNKNOWN_QUARTERS, chip=_name(row.product, names), quarters=row.fiscal_period, why=capital(row.why))
        for row in reasons.itertuples()
    ]
    lines += [
        say(CEILING, chip=_name(row["product"], names), quarter=row["fiscal_period"], most=ceiling(row, names))
        for row in quarters[quarters["most"].notna()].to_dict("records")
    ]
    lines += [
        say(
            FLOOR,
            chip=_name(row["product"], names),
            days=_days(row),
            who=who(row["estimator"]),
            buyer=_buyers(row["buyer"]),
            least=_said(row, units(min(row[end] for end in ("low", "central", "high") if row[end] == row[end]))),
        )
        for row in evidence[evidence["evidence"].eq("at_least") & evidence["outcome"].eq(FEW_DAYS)].to_dict("records")
    ]
    none = quarters[(quarters["p95"] == 0)].groupby("product", sort=False)["fiscal_period"].agg(", ".join)
    lines += [
        say(NO_SALES, chips="; ".join(f"{_name(product, names)} in {when}" for product, when in none.items()))
    ] * bool(len(none))
    return together(lines, "\n") if lines else "No quarter is known in which any of these chips was sold."


UNKNOWN_QUARTERS = "- **{chip}, {quarters}:** unknown. {why}."
CEILING = "- **{chip}, {quarter}:** at most {most}. The accounts give no more than an upper bound."
FLOOR = "- **{chip}, {days}:** at least {least} to {buyer}, according to {who}. The accounts do not cover these days."
NO_SALES = "- **None sold:** {chips}."


def _published(row: Mapping) -> Number:
    """A published count of chips, which opens its document."""
    return _said(row, span(row["low"], row["central"], row["high"], units))


def _said(row: Mapping, text: str) -> Number:
    return Number(text, f"{_days(row)}, {who(row['estimator'])}", origin(row, note=row["why"], basis=""))


def _days(row: Mapping) -> str:
    """The period of a count, to the month."""
    return months(row["period_start"], row["period_end"])


def _buyers(buyer: str) -> str:
    return listing(buyer.replace(" and others", "+others").split("+"))


# What came of the published counts

MELDED, CONFLICT, FEW_DAYS = "melded", "in conflict with the prior", "too few of its days are known"
OUTCOMES = {
    MELDED: "used",
    CONFLICT: "in conflict",
    "made of the same accounts": "same accounts",
    "repeats another": "a repeat",
    "the estimate starts from it": "starting point",
    "counts something else": "no sale",
    "no quarter of it is known": "no known quarter",
    FEW_DAYS: "too few known days",
}
USED = "Of {counts} of the {chip}, {melded} from {voices} enter the estimate."
UNUSED = "Of {counts} of the {chip}, none enters the estimate."
OTHERS = "The others: {others}."
UNPUBLISHED = "By this day nobody had published a count of the {chip}."
LINKED = "Counts of chips that share its open revenue move it as well: {names}."
CLASH = (
    "The count of {who} for {days}, {counted}, conflicts with accounts and prices: these give a count so far out a "
    "chance of {chance}. We show it and do not use it."
)
SAME_DAYS = "For {days} the counts reach from {least} to {most}, and none of them states its error."
OUTSIDE = "Outside our interval of the same days: {counts}."
OUTSIDE_ONE = "{who} for {days}, {counted}"


def compared(frame: pd.DataFrame, moved: pd.DataFrame, name: str) -> str:
    """What came of the published counts of one chip, in sentences.

    Parameters
    ----------
    frame : the result ``unit_evidence``, of one product.
    moved : the result ``units_drivers``, of the same.
    name : the name a reader knows.
    """
    if frame.empty:
        return say(UNPUBLISHED, chip=name)
    melded = frame[frame["outcome"] == MELDED]
    every = Number(count(len(frame), "published count"), f"of the {name}", _rows(frame))
    used = {
        "melded": Number(str(len(melded)), "counts that enter the estimate", _rows(melded)),
        "voices": Number(count(melded["voice"].nunique(), "independent source"), "behind them", _rows(melded)),
    }
    lines = [say(USED if len(melded) else UNUSED, counts=every, chip=name, **used)]
    rest = frame[frame["outcome"] != MELDED]
    kinds = [f"{number} {_SHORT[outcome]}" for outcome, number in rest["outcome"].value_counts(sort=False).items()]
    lines += [say(OTHERS, others=listing(kinds))] if kinds else []
    lines += [_clash(row) for row in frame[frame["outcome"] == CONFLICT].to_dict("records")]
    linked = [row.name for row in moved.itertuples(index=False) if row.kind == "without" and " on the " in row.name]
    lines += [say(LINKED, names=listing(map(voice, linked)))] if linked else []
    points = melded[melded["evidence"] == "equal"].groupby(["period_start", "period_end"])
    lines += [_apart(rows) for _, rows in points if len(rows) > 1]
    beyond = frame[(frame["outcome"] != CONFLICT) & is_outside(frame)]
    beyond = beyond.drop_duplicates(["voice", "period_start", "period_end"]).to_dict("records")
    if beyond:
        told = [
            say(OUTSIDE_ONE, who=VOICES.get(row["voice"], row["voice"]), days=_days(row), counted=_published(row))
            for row in beyond
        ]
        lines.append(say(OUTSIDE, counts=together(told, "; ")))
    return together(lines)


_SHORT = {
    CONFLICT: "in conflict with the accounts",
    "made of the same accounts": "made of the same accounts",
    "repeats another": "repeating another",
    "the estimate starts from it": "from which the estimate starts",
    "counts something else": "of stock, orders, plans or forecasts",
    "no quarter of it is known": "of quarters that are unknown",
    FEW_DAYS: "of days too few of which are known",
}


def _rows(frame: pd.DataFrame) -> Origin:
    """What a number of rows rests on."""
    cited = tuple(dict.fromkeys(filter(None, "|".join(frame["source_id"]).split("|"))))
    return Origin(cited, formula=f"counted over the table of published counts: {len(frame)} rows")


def voice(text: str) -> str:
    """``omdia on the h800`` as ``Omdia on the H800``."""
    first, _, rest = text.partition(" on the ")
    return VOICES.get(first, first) + (f" on the {rest.upper()}" if rest else "")


def is_outside(frame: pd.DataFrame) -> pd.Series:
    """Whether a count lies wholly outside our interval of the same days; a bound reaches to its open side."""
    ends = frame[["low", "central", "high"]]
    least = ends.min(axis=1).mask(frame["evidence"] == "at_most")
    most = ends.max(axis=1).mask((frame["evidence"] == "at_least") | ends[["central", "high"]].isna().all(axis=1))
    return (least > frame["p95"]) | (most < frame["p5"])


def _clash(row: Mapping) -> str:
    chance = Number(share(row["prior_p"]), "prior predictive probability", origin(row, formula=JUDGED))
    return say(CLASH, who=who(row["estimator"]), days=_days(row), counted=_published(row), chance=chance)


JUDGED = "part of the draws, each with an error of a published count, that lie as far out as the count"


def _apart(rows: pd.DataFrame) -> str:
    """How far the counts of the same days lie apart."""
    ends, first = rows[["low", "central", "high"]], rows.iloc[0]
    found = _rows(rows)
    least, most = (Number(units(end), "of the counts", found) for end in (ends.min(axis=None), ends.max(axis=None)))
    return say(SAME_DAYS, days=_days(first), least=least, most=most)


def case(kind: str, name: str) -> str:
    """What was done otherwise, in a few words."""
    known = CASES.get(name, voice(name))
    return known if name == NO_COMMON else KINDS[kind].format(known)


MEASURES = {
    "units": "chips",
    "compute": "dense BF16 compute",
    "bandwidth": "memory bandwidth",
    "memory": "memory capacity",
    "prefill": "prefill",
    "decode": "decode",
    "decode without overhead": "decode, no overhead",
}


def smuggled(published: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Published numbers of smuggled chips, for readers.

    Parameters
    ----------
    published : from `analysis.counts.published.estimates`.
    """
    return estimates(
        counting(at_stage(published, "smuggled"), "units"), names, without=("stage", "told by", "buyer or holder")
    )


def buyers(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Counts of single buyers for readers; a count under a new label is an upper bound at best."""
    part = "part of our estimate, %"
    columns = {
        "buyer": ("buyer", _buyers),
        "period": lambda row: months(row.period_start, row.period_end),
        "counted as": lambda row: _label(row, names),
        "chips": lambda row: span(row.low, row.central, row.high, units),
        part: _part,
        "source": ("voice", lambda voice: VOICES.get(voice, voice)),
    }
    return readers(frame, columns, {part: _part_formula})


def _part(row: tuple) -> str:
    """The part of the estimate that a buyer's count is."""
    if row.is_conflict:
        return "in conflict"
    if pd.isna(row.share_low):
        return UNKNOWN
    return pair(100 * row.share_low, 100 * row.share_high)


def _label(row: tuple, names: pd.Series) -> str:
    """What a count counts; and what it counted when it was first published, where that was something else."""
    label = _name(row.product, names)
    return f"{label}, was {_name(row.relabelled_from, names)}" if row.relabelled_from else label


def _part_formula(row: Mapping) -> str:
    if pd.isna(row["share_low"]):
        return ""
    counts = [number for number in (row["low"], row["central"], row["high"]) if number == number]
    return f"{units(min(counts))} ÷ {rounded(row['p95'])} to {units(max(counts))} ÷ {rounded(row['p5'])}"


def domestic(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Chips of Chinese makers by year and source, for readers."""
    columns = {
        "chip": lambda row: f"{row.designer} {_name(row.product, names).removeprefix(row.designer).strip()}",
        "period": lambda row: months(row.period_start, row.period_end),
        "stage": ("stage", STAGES.get),
        "number": lambda row: span(row.low, row.central, row.high, units),
        "source": ("voice", lambda voice: VOICES.get(voice, voice)),
    }
    return readers(frame, columns)


APART = "- {maker}, {kind} in {year}: {voices} are a factor of {apart} apart, at least {least} against at most {most}."
KINDS_MADE = {"whole line": "all models"}
AGREED = "No two counts of the same maker, year and kind rule one another out."


def apart(frame: pd.DataFrame, names: pd.Series) -> str:
    """The counts of Chinese makers that cannot all be right, widest first.

    Parameters
    ----------
    frame : the result ``domestic_chips``.
    """
    groups = ["designer", "kind", "year"]
    rows = frame[frame["apart"] > 1].groupby(groups, sort=False).agg(
        apart=("apart", "first"), voices=("voices", "first"), least=("most_at_least", "first"),
        most=("least_at_most", "first"), source_id=("source_id", lambda ids: "|".join(dict.fromkeys(ids))),
    )  # fmt: skip
    rows = rows.sort_values("apart", ascending=False, kind="stable").reset_index()
    lines = [_group(row, names) for row in rows.to_dict("records")]
    return together(lines, "\n") if lines else AGREED


def _group(row: Mapping, names: pd.Series) -> str:
    formula = f"{units(row['least'])} ÷ {units(row['most'])}"
    found = {
        "maker": row["designer"],
        "kind": names.get(row["kind"], KINDS_MADE.get(row["kind"], row["kind"])),
        "year": row["year"],
    }
    numbers = {
        "voices": count(int(row["voices"]), "source"),
        "apart": plain(row["apart"], 2),
        "least": units(row["least"]),
        "most": units(row["most"]),
    }
    told = {
        name: Number(
            text, f"{found['maker']}, {found['kind']}, {row['year']}", origin(row, formula=formula, basis="derived")
        )
        for name, text in numbers.items()
    }
    return say(APART, **found, **told)
