"""Words for export controls: treatments, lines and rules as readers know them, and what the page says of them."""

import re
from collections.abc import Callable, Iterable
from math import ceil

import pandas as pd

from analysis.controls.status import runs
from analysis.facts.tables import as_numbers
from analysis.pages.asked import Number, Origin, Origins, Said, origin, say
from analysis.pages.formats import UNKNOWN, capital, listing, plain, share, span
from analysis.pages.style import readers

TREATMENTS = {
    "allowed": "not controlled",
    "nac_notice": "notice under exception NAC",
    "case_by_case": "case-by-case review",
    "licensed_with_share": "licences granted",
    "licence_required": "licence required",
    "presumption_of_denial": "presumption of denial",
    "unknown": UNKNOWN,
}
STRICTNESS = {"allowed": 0, "nac_notice": 1, "case_by_case": 2, "licensed_with_share": 2}
STRICTNESS |= {"licence_required": 3, "presumption_of_denial": 4}
NO_EXPORT = "not a US export"
QUANTITIES = {
    "tpp": "TPP",
    "performance_density": "performance density",
    "dram_bandwidth": "memory bandwidth",
    "io_bandwidth": "I/O bandwidth",
    "dram_plus_io_bandwidth": "memory plus I/O bandwidth",
    "is_datacenter": "whether it is a data-center part",
    "applicable_die_area_mm2": "die area",
}
UNITS = dict.fromkeys(("dram_bandwidth", "io_bandwidth", "dram_plus_io_bandwidth"), "GB/s")
UNITS |= {"tpp": "TPP", "performance_density": "TPP/mm²"}


def possible(joined: str) -> str:
    """The treatments that a chip may have, as a reader's words."""
    return NO_EXPORT if joined == "unknown" else _either(TREATMENTS[part] for part in joined.split("|"))


def _either(items: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *head, last = items
    return f"{', '.join(head)} or {last}" if head else last


def strictness(joined: str) -> float:
    """0 (not controlled) to 4 (presumption of denial); NaN where several treatments are possible or none applies."""
    return STRICTNESS.get(joined, float("nan"))


def called(chips: Iterable[str], products: pd.DataFrame) -> pd.Series:
    """What the page calls each product: a variant that is the only one of its family here goes by the family's name.

    Parameters
    ----------
    chips : the chip ids of the page.
    products : the table of that name.
    """
    names = products.set_index("product")["name"]
    families = products.set_index("product")["family"].reindex(list(chips)).dropna()
    alone = families[~families.duplicated(keep=False) & families.isin(names.index)]
    return pd.concat([names.drop(alone.index), alone.map(names)])


def day(iso: str) -> str:
    """A day as prose has it: 15 January 2026."""
    moment = pd.Timestamp(iso)
    return f"{moment.day} {moment:%B %Y}"


def short_day(iso: str) -> str:
    """A day as a table has it, which no line breaks: 15 Jan 2026."""
    moment = pd.Timestamp(iso)
    return f"{moment.day} {moment:%b %Y}".replace(" ", "\N{NO-BREAK SPACE}")


# What the page says


def finding(status: pd.DataFrame, history: pd.DataFrame, names: pd.Series) -> list[str]:
    """How many chips need no licence and how near a line they are; then the others, a sentence a treatment.

    Parameters
    ----------
    status : the result ``control_status``.
    history : the result ``control_timeline`` of the same chips.
    """
    on = status["on"].iloc[0]
    if status["conditions"].eq(NO_RULE).all():
        first = say("No US rule on chips for China was in force on {day}", day=day(on))
        return [first, "Each of the chips asked for could be sold without a licence."]
    groups = dict(list(by_strictness(status).groupby("possible_treatments", sort=False)))
    stretches = runs(history)
    told = {joined: _group(joined, rows, stretches, names, on) for joined, rows in groups.items()}
    if len(status) == 1:
        return [_without_stop(*told.values())]
    headline = _headline(status, names)
    rest = {joined: sentence for joined, sentence in told.items() if joined != "allowed"}
    free = groups.get("allowed")
    if free is None or len(free) in (1, len(status)):
        return [headline, *rest.values()]
    return [headline, say("They are the {chips}.", chips=_named(free, names)), *rest.values()]


NO_RULE = "no rule in force is recorded"

_HEADLINES = {
    ("some", "near"): "{free} of the {all} chips need no licence for China, and each stops within {gap} of a line",
    ("some", "far"): "{free} of the {all} chips need no licence for China; the {nearest} stops {gap} under a line",
    ("some", ""): "{free} of the {all} chips need no licence for China",
    ("all", "near"): "{every} chips may go to China without a licence, and each stops within {gap} of a line",
    ("all", "far"): "{every} chips may go to China without a licence; the {nearest} stops {gap} under a line",
    ("all", ""): "{every} chips may go to China without a licence",
    ("one", "near"): "Of the {all} chips only the {nearest} needs no licence for China; it stops {gap} under a line",
    ("one", "far"): "Of the {all} chips only the {nearest} needs no licence for China; it stops {gap} under a line",
    ("one", ""): "Of the {all} chips only the {nearest} needs no licence for China",
    ("open", ""): "For none of the {all} chips is it settled that it needs no licence for China",
    ("none", ""): "Each of the {all} chips needs a licence or notice for China",
    ("mixed", ""): "None of the {all} chips is a US export that needs no licence",
    ("no export", ""): "None of the {all} chips is a US export",
}
_NEAR = 0.1  # of the line: what a headline calls near


def _headline(status: pd.DataFrame, names: pd.Series) -> Said:
    free = status[status["treatment"] == "allowed"]
    if free.empty:
        is_open = status["possible_treatments"].str.contains("allowed")
        is_export = status["possible_treatments"] != "unknown"
        kind = "none" if is_export.all() else "mixed" if is_export.any() else "no export"
        kind = "open" if is_open.any() else kind
        return say(_HEADLINES[kind, ""], all=spelled(len(status)))
    kind = "one" if len(free) == 1 else "all" if len(free) == len(status) else "some"
    nearest = free.sort_values("headroom", ascending=False, kind="stable").iloc[0].to_dict()
    widest = below(free["headroom_low"].min())
    is_near = free["headroom"].notna().all() and widest <= _NEAR
    how = "near" if is_near else "far" if free["headroom"].notna().any() else ""
    if how == "near" and kind != "one":
        furthest = free.sort_values("headroom_low", kind="stable").iloc[0].to_dict()
        gap = _gap(furthest, names, share(ceil(round(widest * 1000, 6)) / 1000), at="binding_value_low")
    else:
        between = span(below(nearest["headroom"]), float("nan"), below(nearest["headroom_low"]), share)
        gap = _gap(nearest, names, between, at="binding_value")
    counted = f"counted over the {len(status)} chips asked for: {_named(free, names)}"
    number = Number(spelled(len(free)).capitalize(), "chips that need no licence", Origin(formula=counted))
    every = "Both" if len(status) == 2 else f"All {spelled(len(status))}"
    slots = {"free": number, "all": spelled(len(status)), "every": every, "gap": gap}
    return say(_HEADLINES[kind, how], **slots, nearest=_name(nearest, names))


def below(part: float) -> float:
    """How far a value stops under a line of which it is a part: 0.0355 for 0.9645, without the noise of the sum."""
    return round(1 - part, 9)


def _gap(row: dict, names: pd.Series, text: str, at: str) -> Number:
    """How far a chip stops under the line that comes closest, by one end of its value or by both."""
    if pd.isna(row["headroom"]):
        return Number(text, "", Origin())
    about = f"under the line of {_quantity(row['binding_quantity'])}, {_name(row, names)}: {row['line_rule']}"
    value = plain(row[at]) if at.endswith("low") else f"({_between(row)})"
    formula = f"1 − {value} ÷ {plain(row['binding_threshold'])} {UNITS[row['binding_quantity']]}"
    worked = Origin(_ids(row, "value", "line"), row["line_locator"], "derived", formula)
    return Number(text, about, worked)


# one chip, several chips; with the day since when, and without it
_SENTENCES = {
    "allowed": ("The {chips} is not controlled.", "The {chips} are not controlled."),
    "nac_notice": (
        "The {chips} needs notice under licence exception NAC.",
        "The {chips} need notice under licence exception NAC.",
    ),
    "case_by_case": ("The {chips} is reviewed case by case.", "The {chips} are reviewed case by case."),
    "licensed_with_share": ("Licences for the {chips} are granted.", "Licences for the {chips} are granted."),
    "licence_required": ("The {chips} needs a licence.", "The {chips} need a licence."),
    "presumption_of_denial": (
        "The {chips} faces a presumption of denial.",
        "The {chips} face a presumption of denial.",
    ),
    "unknown": (
        "The {chips} is made in China and is no US export.",
        "The {chips} are made in China and are no US exports.",
    ),
}
_SINCE = {
    "case_by_case": (
        "The {chips} has been reviewed case by case since {since}.",
        "The {chips} have been reviewed case by case since {since}.",
    ),
    "licensed_with_share": (
        "Licences for the {chips} have been granted since {since} for a share of the revenue.",
        "Licences for the {chips} have been granted since {since} for a share of the revenue.",
    ),
    "licence_required": (
        "The {chips} has needed a licence since {since}.",
        "The {chips} have needed a licence since {since}.",
    ),
}
_OPEN = (
    "The status of the {chips} is open: {possible}, depending on {settling}.",
    "The status of the {chips} is open: {possible}, depending on {settling}.",
)


def _group(joined: str, rows: pd.DataFrame, stretches: pd.DataFrame, names: pd.Series, on: str) -> Said:
    """The sentence on the chips of one treatment."""
    at, slots = int(len(rows) > 1), {"chips": _named(rows, names)}
    if joined not in TREATMENTS:
        settling = dict.fromkeys(part for each in rows["settled_by"] for part in each.split(", ") if part)
        return say(_OPEN[at], **slots, possible=possible(joined), settling=listing(map(_quantity, settling)))
    here = stretches[stretches["chip_id"].isin(rows["chip_id"])]
    here = here[(here["from_on"] <= on) & (here["to_on"] >= on)]
    if joined in _SINCE and here["from_on"].nunique() == 1:
        row = here.iloc[0].to_dict()
        since = Number(day(row["from_on"]), f"first day: {row['rule']}", origin(row))
        return say(_SINCE[joined][at], **slots, since=since)
    return say(_SENTENCES[joined][at], **slots)


def _without_stop(sentence: Said) -> Said:
    """A sentence as a headline, which ends without a full stop."""
    *parts, last = sentence.parts
    return Said([*parts, last.removesuffix(".") if isinstance(last, str) else last])


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def spelled(number: int) -> str:
    """A number up to twelve as a word, a larger one in digits."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _order(joined: str) -> float:
    """Treatments from the freest; what is not settled stands after the freest of what is possible."""
    parts = [STRICTNESS.get(part, 5) for part in joined.split("|")]
    return min(parts) + 0.5 * (len(parts) > 1)


def by_strictness(status: pd.DataFrame) -> pd.DataFrame:
    """The chips of ``control_status``, the freest first."""
    return status.sort_values("possible_treatments", key=lambda each: each.map(_order), kind="stable")


def _named(rows: pd.DataFrame, names: pd.Series) -> str:
    return listing(names.get(chip, chip) for chip in rows["chip_id"])


def _name(row: dict, names: pd.Series) -> str:
    return names.get(row["chip_id"], row["chip_id"])


# Numbers that can be asked


def _ids(row: dict, *of: str) -> tuple[str, ...]:
    ids = [each for name in of for each in row[f"{name}_source_id"].split("|") if each]
    return tuple(dict.fromkeys(ids))


def _between(row: dict, form: Callable[[float], str] = plain, low: str = "binding_value_low") -> str:
    return span(row[low], float("nan"), row[low.removesuffix("_low")], form)


def _of_line(row: dict) -> str:
    unit = UNITS[row["binding_quantity"]]
    return f"{_between(row)} ÷ {plain(row['binding_threshold'])} {unit}"


def line_value(row: dict, names: pd.Series) -> Number:
    """The value of the quantity that decides, with what it rests on.

    Parameters
    ----------
    row : of ``control_status``, as a mapping.
    """
    quantity = row["binding_quantity"]
    about = f"{_quantity(quantity)}{_unit(quantity)}, {_name(row, names)}"
    note = "Each printed rate counts within half of its last digit." if row["value_formula"] else ""
    basis, formula, others = (row[f"value_{name}"] for name in ("basis", "formula", "others"))
    found = Origin(_ids(row, "value"), row["value_locator"], basis, formula, others, note if "TOPS" in formula else "")
    return Number(_between(row), about, found)


def line(row: dict) -> Number:
    """The threshold that a value is held against, with its rule."""
    quantity, rests = row["binding_quantity"], Origin(_ids(row, "line"), row["line_locator"], row["line_basis"])
    about = f"{_quantity(quantity)}{_unit(quantity)}, threshold: {row['line_rule']}"
    return Number(plain(row["binding_threshold"]), about, rests)


def line_share(row: dict, names: pd.Series) -> Number:
    """The value over its threshold, with both."""
    about = f"of the line of {_quantity(row['binding_quantity'])}, {_name(row, names)}: {row['line_rule']}"
    rests = Origin(_ids(row, "value", "line"), row["line_locator"], "derived", _of_line(row))
    return Number(_between(row, share, "headroom_low"), about, rests)


def no_line(row: dict) -> str:
    """Why no line is drawn for a chip."""
    reasons = {"named by the rule": "named by the rule: no line", "unknown": "which line is unknown"}
    return reasons.get(row["binding_quantity"], "no rule looks at its numbers")


def treatment(row: dict, names: pd.Series) -> Number:
    """How a chip is treated in a run of days, with the rules that say so.

    Parameters
    ----------
    row : of `analysis.controls.status.runs`, as a mapping.
    """
    about = f"for the {_name(row, names)} from {day(row['from_on'])} to {day(row['to_on'])}"
    if row["source_id"]:
        return Number(capital(possible(row["possible_treatments"])), f"{about}: {row['rule']}", origin(row))
    is_open = "|" in row["possible_treatments"]
    why = "what is unknown of the chip leaves several rules possible" if is_open else "no condition in force holds"
    return Number(capital(possible(row["possible_treatments"])), about, Origin(formula=why))


# Tables


def _quantity(name: str) -> str:
    return "whether an unsettled rule is in force" if name.startswith("rule ") else QUANTITIES.get(name, name)


def _unit(quantity: str) -> str:
    return "" if quantity == "tpp" else f", {UNITS[quantity]}"


def _chips(names: pd.Series) -> tuple[str, Callable]:
    """The column of chips by the names that readers know; a hypothetical chip has none but its id."""
    return "chip_id", lambda chip: names.get(chip, chip)


def status(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What decides for each chip, for readers: a row a chip, the freest first."""
    columns = {
        "chip": _chips(names),
        "treatment": ("possible_treatments", possible),
        "entry on the control list": ("possible_classes", lambda classes: classes.replace("|", " or ")),
        "decided by": lambda row: row.rule or (f"open: {_settling(row.settled_by)}" if row.settled_by else NO_RULE_MET),
        "thresholds from the press": ("rests_on_press", {True: "yes", False: "no"}.get),
    }
    return readers(by_strictness(frame), columns)


NO_RULE_MET = "no rule that it reaches"


def _settling(joined: str) -> str:
    return listing(_quantity(name) for name in joined.split(", ")) if joined else ""


def other_lines(frame: pd.DataFrame, decided: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Lines that a chip stays under by little and that are not the one of the figure, for readers.

    Parameters
    ----------
    frame : the result ``design_margins``.
    decided : the result ``control_status``, whose lines are left out.
    """
    keys = ["chip_id", "binding_rule_id", "binding_quantity"]
    shown = set(decided[keys].itertuples(index=False, name=None))
    is_shown = [key in shown for key in frame[["chip_id", "rule_id", "quantity"]].itertuples(index=False, name=None)]
    lines = frame[~pd.Series(is_shown, index=frame.index, dtype=bool)]
    same = {"quantity": "binding_quantity", "value": "binding_value", "value_low": "binding_value_low"}
    same |= {"threshold": "binding_threshold", "source_id": "line_source_id", "locator": "line_locator"}
    rows = lines.rename(columns=same | {"basis": "line_basis"}).assign(line_rule=lines["rule"])
    records = rows.to_dict("records")
    numbers = {
        "value": [line_value(row, names) for row in records],
        "line": [line(row) for row in records],
        "percent of the line": [line_share(row, names) for row in records],
    }
    columns = {
        "chip": _chips(names),
        "by": ("binding_quantity", lambda quantity: _quantity(quantity) + _unit(quantity)),
        **dict(zip(numbers, numbers, strict=True)),
        "rule": "rule",
        "in force from": ("effective_on", short_day),
    }
    texts = {head: [number.text.replace("%", "") for number in column] for head, column in numbers.items()}
    told = readers(rows.assign(**texts), columns)
    at = {head: zip(rows.index, column, strict=True) for head, column in numbers.items()}
    cells = {(label, head): number.origin for head, column in at.items() for label, number in column}
    told.attrs["origins"] = Origins({}, cells)
    return told


def stretches(frame: pd.DataFrame) -> pd.DataFrame:
    """The treatment of one chip over time, for readers.

    Parameters
    ----------
    frame : the result ``imagined_timeline``.
    """
    columns = {
        "from": ("from_on", short_day),
        "to": ("to_on", short_day),
        "treatment": ("possible_treatments", possible),
        "decided by": lambda row: row.rule or ("open" if "|" in row.possible_treatments else NO_RULE_MET),
    }
    return readers(runs(frame), columns)


def hypothetical(
    *, tpp: float, die_area_mm2: float, memory_bandwidth_gb_s: float, is_datacenter: bool, maker: str
) -> str:
    """What the chip of the parameters is, as the caption of its table; parameters as in ``imagined_timeline``."""
    figures = {"TPP": tpp, "mm²": die_area_mm2, "GB/s of memory bandwidth": memory_bandwidth_gb_s}
    known = listing(f"{plain(value, 6)} {unit}" for unit, value in figures.items() if value)
    kind = "data-center chip" if is_datacenter else "chip not designed for data centers"
    return f"A {kind} of {maker} with {known}, regime by regime" if any(figures.values()) else f"A {kind} of {maker}"


def left_open(*, tpp: float, die_area_mm2: float, memory_bandwidth_gb_s: float, io_bandwidth_gb_s: float) -> list[str]:
    """What of the chip of the parameters is unknown, as a sentence; parameters as in ``imagined_timeline``."""
    figures = {"TPP": tpp, "die area": die_area_mm2, "memory bandwidth": memory_bandwidth_gb_s}
    unknown = [name for name, value in (figures | {"I/O bandwidth": io_bandwidth_gb_s}).items() if not value]
    verb = "stand" if len(unknown) > 1 else "stands"
    told = f"Its {listing(unknown)} {verb} at 0, which means unknown: a panel that needs this cannot show the chip."
    return [told] if unknown else []


def open_questions(frame: pd.DataFrame) -> str:
    """The rules of which it is not settled whether they are in force, each with the reason."""
    rows = frame[frame["status"] == "unsettled"]
    if rows.empty:
        return "Each of these rules is in force beyond doubt."
    bullets = [f"- {row.name}, from {day(row.effective_on)}: {row.open_question}." for row in rows.itertuples()]
    return "It is not settled whether these are in force:\n\n" + "\n".join(bullets)


def register(frame: pd.DataFrame, *, applied: bool) -> pd.DataFrame:
    """The rules in force for readers, with what each asks.

    Parameters
    ----------
    frame : the result ``rules_in_force``.
    applied : those that are applied to each chip, or the others with what they are about.
    """
    columns = {
        "rule": lambda row: row.name + (" (not settled)" if row.status == "unsettled" else ""),
        "about": "concerns",
        "asks": lambda row: asks(row.conditions, row.addressees, row.combine),
        "outcome": ("outcome", lambda text: text.replace("for RS", "(regional stability)").replace("NOT ", "not ")),
        "in force from": ("effective_on", lambda iso: short_day(iso) if iso else "a bill, not law"),
        "document": lambda row: ", ".join(filter(None, [row.source_id, row.locator])),
    }
    if applied:
        del columns["about"]
    return readers(frame[frame["is_run"] == applied], columns)


_ASKED = QUANTITIES | {
    "tops_times_bit_length_aggregated": "TPP",
    "peak_performance": "TPP",
    "aggregate_bidirectional_transfer_rate": "I/O bandwidth",
    "chip_to_chip_io": "chip-to-chip I/O bandwidth",
    "memory_or_interconnect_or_combination": "memory bandwidth, interconnect or both together",
    "memory_bandwidth_density": "memory bandwidth for each mm²",
    "aggregated_transistor_count": "transistors",
    "product_name": "products",
    "designed_or_marketed_for_datacenter": "designed or marketed for data centers",
    "contains_3A090_ic": "contains a chip of 3A090",
    "contains_ic_meeting": "contains a chip of",
    "incorporates_ic_meeting": "contains a chip of",
    "party_hq_in_D5_or_Macau": "a party with its headquarters in a D:5 country or Macau",
    "exported_from_US": "exported from the United States",
    "commercially_available_in_US_at_publication": "on sale in the United States when the rule was published",
    "certified_sufficient_US_supply": "US supply certified as sufficient",
    "certified_no_foundry_capacity_diversion": "certified that no foundry capacity is diverted",
    "china_macau_tpp_share_of_us_shipments": "TPP shipped to China and Macau as a share of US shipments",
    "consignee_kyc_and_remote_access_screening": "buyers and remote users screened",
    "independent_US_lab_test": "tested by an independent US laboratory",
    "prohibited_end_use_or_user": "a prohibited use or user",
    "any_R9_condition_failed": "any condition of the case-by-case review fails",
    "presumed_3A090a_datacenter": "presumed to be a data-center part of 3A090.a",
    "attested_tpp_pd_below_3A090a": "TPP and density attested to lie below 3A090.a",
    "foreign_direct_product": "a foreign direct product",
    "units_per_customer": "chips for each customer",
    "owned_by_listed_parties": "owned by listed parties",
    "fp64_pflops": "FP64 performance",
    "fp32_pflops": "FP32 performance",
    "authorised_activity": "activities",
    "review_policy": "licence review",
    "destination_group": "destinations",
    "use_exempt": "an exempt use",
}
_HOW = {"ge": "at least ", "gt": "above ", "le": "at most ", "lt": "below "}
_CONDITION = re.compile(r"(\S+) (ge|gt|le|lt|eq|in) (\S+)(.*)", re.DOTALL)


def asks(conditions: str, addressees: str = "", combine: str = "all") -> str:
    """The conditions of a rule in words: ``TPP at least 4,800; memory bandwidth below 6,500 GB/s``.

    Parameters
    ----------
    addressees : the makers that a letter went to, joined by ``|``.
    combine : whether all of the conditions must hold, or any.
    """
    makers = [f"made by {_either(addressees.split('|'))}"] if addressees else []
    between = {"all": "; ", "any": ", or "}[combine]
    return "; ".join([*makers, between.join(_asked(part) for part in conditions.split("; "))])


def _asked(condition: str) -> str:
    match = _CONDITION.fullmatch(condition)
    if not match:
        return condition.replace("_", " ")
    name, operator, threshold, rest = match.groups()
    label = _ASKED.get(name, name.replace("_", " "))
    if operator == "eq" and threshold in ("0", "1") and not rest:
        return label if threshold == "1" else f"not {label}"
    number = as_numbers(pd.Series([threshold])).iloc[0]
    if number != number or operator in ("eq", "in"):
        said = (threshold + rest).replace("|", ", ").replace("_", " ")
        return f"{label} {_HOW[operator]}that of the {threshold}" if operator in _HOW else f"{label}: {said}"
    unit = rest.strip()
    unit = "" if label == "TPP" else f" {_CONDITION_UNITS.get(unit, unit)}"
    return f"{label} {_HOW[operator]}{plain(number, 6)}{unit.rstrip()}"


_CONDITION_UNITS = {"tpp/mm2": "TPP/mm²", "gb/s/mm2": "GB/s/mm²", "gb/s": "GB/s", "pflops": "PFLOPS"}


# Agreement with what happened


def _ways(frame: pd.DataFrame) -> list[str]:
    return list(frame.columns[frame.columns.get_loc("known_on") + 1 :])


def _met(frame: pd.DataFrame, way: str, *, independent: bool) -> tuple[int, int]:
    """Cases met by a set of rules, and cases tested."""
    tested = frame[frame[way].notna()]
    tested = tested[tested["evidence"] == "independent"] if independent else tested
    return int(tested[way].eq(True).sum()), len(tested)


def agreement(frame: pd.DataFrame) -> pd.DataFrame:
    """How many cases each set of rules gets right: the independent ones, and all that can be tested."""
    right = {head: [_met(frame, way, independent=each)[0] for way in _ways(frame)] for head, each in _HEADS.items()}
    told = pd.DataFrame({"rules": _ways(frame)} | right)
    found = Origin(formula="cases in which every treatment that these rules leave possible is the reported one")
    told.attrs["origins"] = Origins(dict.fromkeys(told.index, found))
    return told


_HEADS = {"independent cases right": True, "all testable cases right": False}


def tested(frame: pd.DataFrame) -> str:
    """What the table of `agreement` is counted over."""
    way = "dated rules"
    independent, every = (_met(frame, way, independent=each)[1] for each in (True, False))
    return f"Of {independent:,} independent cases and {every:,} that can be tested."


def agrees(frame: pd.DataFrame) -> str:
    """Whether the dated rules agree with what happened, and what a single rule would have got right."""
    met, tested = _met(frame, "dated rules", independent=True)
    if not tested:
        return "No independent case is known by this day."
    fixed, _ = _met(frame, "October 2023 at every date", independent=True)
    documents = frame.loc[frame["evidence"] == "independent", "source_id"]
    counted = Origin(tuple(dict.fromkeys(documents)), formula=f"{met} of the {tested} independent cases")
    return say(
        "With the specifications known by this day, the dated rules match {met} of {tested} independent cases for "
        "certain. The rule of October 2023, applied to every date, matches {fixed}.",
        met=Number(f"{met:,}", "independent cases that the dated rules match", counted),
        tested=Number(f"{tested:,}", "independent cases: reported sales, filings and lists", counted),
        fixed=Number(f"{fixed:,}", "independent cases that the rule of October 2023 alone matches", counted),
    )


_EVIDENCE = {
    "rule_text_example": "an example in the rule text",
    "tracker_label": "a public tracker of the rules",
    "estimated_specs": "estimated specifications",
    "fitted_scope": "a scope that we fitted to the case",
    "date_gated_by_name": "a rule that names the chip",
    "hard_coded_by_name": "a rule that names the chip",
}


def untested(frame: pd.DataFrame) -> str:
    """Which cases cannot be tested, and why only the independent ones are evidence."""
    untestable = frame.loc[frame["evidence"] == "untestable", "as_printed"]
    others = frame.loc[~frame["evidence"].isin(["independent", "untestable"]), "evidence"]
    rests = listing(dict.fromkeys(_EVIDENCE.get(each, each.replace("_", " ")) for each in others))
    missing = "We can test every case that is known. " if untestable.empty else ""
    missing = missing or f"We have no specifications to test {listing(untestable)}. "
    if others.empty:
        return missing.strip()
    return f"{missing}Cases that are not independent prove little: they rest on {rests}."
