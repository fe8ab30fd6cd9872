"""Which chips may be sold to China on a day, under which rule, and how close to the line each is.

The law is data: thresholds, operators and dates come from ``control_rules`` and ``control_thresholds``. What is not
known of a chip is a set of possible values; the logic runs over representative points of that set, and a result is the
set of what the points give. Between the thresholds of the rules nothing changes, so a point on each threshold and one
in each gap represent every possible value exactly.

An analyst's model of the destination China, not legal advice: who buys, and what for, is named as a condition.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import chain

import numpy as np
import pandas as pd

from analysis.controls.headroom import ratios
from analysis.controls.law import Law, law_on, laws_on, turning_days
from analysis.controls.possible import COMPUTED, Points, representative_points, spans
from analysis.controls.treatment import TREATMENTS, treated


def _settling(points: Points, by_reading: list[Points], chips: Collection[str]) -> dict[str, list[str]]:
    """Which open quantities, and which unsettled rules (``reading``), can change the treatment of some chips.

    A quantity can where, all else equal, another value of it leaves other treatments possible. Of TPP everything else
    but the density that moves with it is held, of I/O bandwidth everything but the memory that its sum is held against.
    """
    parts = {chip: part for chip, part in spans(points).items() if chip in chips}
    if not parts:
        return {}
    at = np.concatenate([np.arange(part.start, part.stop) for part in parts.values()])
    sizes, times = [part.stop - part.start for part in parts.values()], len(by_reading)
    codes = {"chip": np.arange(len(parts)).repeat(sizes)}
    codes |= {quantity: np.unique(points[quantity][at], return_inverse=True)[1] for quantity in _SETTLING[:-1]}
    codes = {name: np.tile(column, times) for name, column in codes.items()}
    codes["reading"] = np.arange(times).repeat(len(at))
    bits = np.array([_BITS[treatment] for told in by_reading for treatment in told["treatment"][at]])
    found: dict[str, list[str]] = {chip: [] for chip in parts}
    for quantity in _SETTLING:
        aside = (quantity, _APART.get(quantity))
        cell = np.zeros(len(bits), dtype=np.int64)  # all else, then the quantity
        for name in (*(name for name in codes if name not in aside), quantity):
            cell = cell * (codes[name].max() + 1) + codes[name]
        cells, first, cell_of = np.unique(cell, return_index=True, return_inverse=True)
        possible = np.zeros(len(cells), dtype=int)
        np.bitwise_or.at(possible, cell_of, bits)
        all_else = cells // (codes[quantity].max() + 1)
        differs = (all_else[1:] == all_else[:-1]) & (possible[1:] != possible[:-1])
        for place in np.unique(codes["chip"][first[1:][differs]]):
            found[[*parts][place]].append(quantity)
    return found


def with_public_ends(rules: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """The rules with only those ends that were known by a day: come by then, or set by a rule published by then."""
    day_after = pd.to_datetime(rules["superseded_on"].replace("", None)) + pd.Timedelta(days=1)
    is_followed = day_after.dt.strftime("%Y-%m-%d").isin(set(rules["effective_on"]))
    is_public = (rules["superseded_on"] <= as_of) | is_followed
    return rules.assign(superseded_on=rules["superseded_on"].where(is_public, ""))


def possible_treatments(chips: pd.DataFrame, law: Law) -> pd.Series:
    """The treatments that are possible for each chip, joined by ``|`` in the order of `TREATMENTS`, by chip id."""
    told = {chip: "|".join(possible["treatment"]) for chip, possible in _possible(*_treated(chips, law)).items()}
    return pd.Series(told, dtype=object)


def _treated(chips: pd.DataFrame, law: Law) -> tuple[Points, list[Points]]:
    """Every point of every chip, and what each reading of the law makes of it."""
    points = representative_points(chips, law.cuts)
    return points, [treated(points, reading) for reading in law.readings]


def classify(
    chips: pd.DataFrame,
    rules: pd.DataFrame,
    thresholds: pd.DataFrame,
    *,
    on: str,
    levels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Control class, licence policy and treatment of each chip for China on a day.

    Parameters
    ----------
    chips : from `analysis.controls.inputs.inputs`, or hypothetical chips with the same columns.
    rules, thresholds : the tables ``control_rules`` and ``control_thresholds``.
    on : the day, ISO text.
    levels : the chips at which letters draw their lines (A100, H20), in the form of `chips`; by default among these.

    Returns
    -------
    frame : one row a chip: ``chip_id, on, rule_id, paragraph, control_class, licence_policy, treatment`` (one of
        `TREATMENTS`; unknown where several are possible), ``possible_treatments`` and ``possible_classes`` (joined by
        ``|``), ``settled_by`` (the quantities, and the unsettled rules, that can change the treatment),
        ``binding_quantity, headroom`` (highest value over threshold), ``headroom_low`` (lowest), ``binding_value,
        binding_value_low, binding_threshold`` (of the rule; where several are possible, of one whose line the chip
        reaches; unknown if it is known to reach none), ``binding_rule_id`` (whose line it is; empty without one),
        ``section_232, rests_on_press`` (the treatment),
        ``section_232_rests_on_press, conditions, inputs_basis``.
    """
    return classified(chips, law_on(rules, thresholds, on, chips if levels is None else levels), on=on)


def classified(chips: pd.DataFrame, law: Law, *, on: str) -> pd.DataFrame:
    """As `classify`, by the law of the day (`analysis.controls.law.law_on`)."""
    points, by_reading = _treated(chips, law)
    margins: dict[str, list[dict]] = {}
    for line in ratios(points, law.about_chips):
        margins.setdefault(line["chip_id"], []).append(line)
    possible, of_law = _possible(points, by_reading), _of_law(law)
    settling_of = _settling(points, by_reading, {chip for chip, may in possible.items() if len(may["treatment"]) > 1})
    unsettled = {"reading": "rule " + " or ".join(law.unsettled)}
    rows = []
    for chip, family, basis in zip(chips["chip_id"], chips["family"], chips["inputs_basis"], strict=True):
        settling = [unsettled.get(name, name) for name in settling_of.get(chip, [])]
        found = _status(possible[chip], of_law, family, settling, margins.get(chip, []))
        rows.append({"chip_id": chip, "on": on} | found | {"inputs_basis": basis})
    return pd.DataFrame(rows)


def timeline(
    chips: pd.DataFrame,
    rules: pd.DataFrame,
    thresholds: pd.DataFrame,
    *,
    until: str,
    levels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The treatment of each chip from the first recorded rule to a day, one row a stretch without a change.

    Returns
    -------
    frame : ``chip_id, from_on, to_on`` (last day, ISO text), ``treatment, possible_treatments,
        control_class, rule_id``.
    """
    days, levels = turning_days(rules[rules["concerns"] == "chip"], until), chips if levels is None else levels
    return stretches(chips, laws_on(rules, thresholds, days, levels), until=until)


def stretches(chips: pd.DataFrame, laws: Mapping[str, Law], *, until: str) -> pd.DataFrame:
    """As `timeline`, by the law of each day on which it turns (`analysis.controls.law.law_on`)."""
    columns = ["chip_id", "from_on", "treatment", "possible_treatments", "control_class", "rule_id"]
    if not laws:
        return pd.DataFrame(columns=[*columns[:2], "to_on", *columns[2:]])
    rows = [
        {"chip_id": chip, "from_on": day} | _told(possible)
        for day, law in laws.items()
        for chip, possible in _possible(*_treated(chips, law)).items()
    ]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["chip_id", "from_on"], kind="stable")
    before = frame.groupby("chip_id")[["treatment", "possible_treatments", "rule_id"]].shift()
    frame = frame[(frame[before.columns] != before).any(axis=1)]
    next_start = pd.to_datetime(frame.groupby("chip_id")["from_on"].shift(-1)) - pd.Timedelta(days=1)
    frame.insert(2, "to_on", next_start.dt.strftime("%Y-%m-%d").fillna(until))
    return frame.reset_index(drop=True)


def runs(frame: pd.DataFrame) -> pd.DataFrame:
    """Neighbouring stretches of a chip with the same possible treatments as one.

    Parameters
    ----------
    frame : from `timeline`, with ``rule, source_id, locator`` of the rules that decide.

    Returns
    -------
    frame : ``chip_id, from_on, to_on, treatment, possible_treatments, rule, source_id, locator, basis``; rules and
        places joined by ``; ``, documents by ``|``.
    """
    keys = frame[["chip_id", "possible_treatments"]]
    at = (keys != keys.shift()).any(axis=1).cumsum()
    first = dict.fromkeys(("chip_id", "from_on", "treatment", "possible_treatments", "basis"), "first")
    joined = {"rule": "; ", "source_id": "|", "locator": "; "}
    each = {name: lambda cells, by=by: by.join(dict.fromkeys(filter(None, cells))) for name, by in joined.items()}
    rows = frame.groupby(at, sort=False).agg(first | {"to_on": "last"} | each).reset_index(drop=True)
    return rows[["chip_id", "from_on", "to_on", "treatment", "possible_treatments", *joined, "basis"]]


_OUTCOME = ["treatment", "control_class", "licence_policy", "rule_id", "section_232"]
_SETTLING = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "is_datacenter", "reading"]


_APART = {"tpp": "performance_density", "io_bandwidth": "dram_bandwidth"}
_BITS = {treatment: 1 << place for place, treatment in enumerate(TREATMENTS)}


class _OfLaw:
    """What the law of a day says of each of its rules, looked up once for all chips."""

    def __init__(self, law: pd.DataFrame) -> None:
        first = law.drop_duplicates("rule_id").set_index("rule_id")
        self.paragraphs = first["paragraph"].to_dict()
        self.conditions = _conditions(law)
        self.reported = set(law.loc[law["basis"] == "reported", "rule_id"])
        self.tariffs = set(law.loc[law["concerns"] == "tariff", "rule_id"])
        aside = law[law["concerns"].isin(_ASIDE)].drop_duplicates("rule_id")
        self.aside = list(aside[["concerns", "rule_id", "applies_to", "status"]].itertuples(index=False, name=None))

    def around(self, family: str) -> list[str]:
        """Rules in force about something other than the chip, and practices reported for chips of its name."""
        concerned = re.compile(rf"\b{re.escape(family)}\b", re.IGNORECASE)
        names = {concern: [unlisted] if unlisted else [] for concern, unlisted in _ASIDE.items()}
        for concern, rule, applies_to, status in self.aside:
            if status != "practice" or (family and concerned.search(applies_to)):
                names[concern].append(rule + (" (not settled)" if status == "unsettled" else ""))
        return [f"{concern}: {', '.join(of_concern)}" for concern, of_concern in names.items() if of_concern]


@lru_cache(maxsize=64)  # days on which the law turns
def _of_law(law: Law) -> _OfLaw:
    return _OfLaw(law.rows)


# what no rule of the record states, and what those of the record are about
_ASIDE = {"buyer": "entity list", "use": "military end use", "foundry": "", "import": ""}


def _status(
    possible: dict[str, list[str]], law: _OfLaw, family: str, settling: list[str], margins: list[dict]
) -> dict[str, object]:
    """What one chip's points give, and what would settle it where they differ."""
    told, treatments, rules = _told(possible), possible["treatment"], possible["rule_id"]
    rule = rules[0] if len(rules) == 1 else ""
    # what is free, or free after notice, is so because the letters do not reach it
    decides = {*rules} | ({"R6-NUM"} if {"allowed", "nac_notice"} & set(treatments) else set())
    around = law.around(family) if law.paragraphs else ["no rule in force is recorded"]
    return {
        "rule_id": told["rule_id"],
        "paragraph": law.paragraphs.get(rule, ""),
        "control_class": told["control_class"],
        "licence_policy": _one(possible["licence_policy"]),
        "treatment": told["treatment"],
        "possible_treatments": told["possible_treatments"],
        "possible_classes": "|".join(sorted(possible["control_class"])),
        "settled_by": ", ".join(settling),
        **_nearest(margins, rules, set(settling)),
        "section_232": _one(possible["section_232"]),
        "rests_on_press": bool(decides & law.reported),
        "section_232_rests_on_press": bool(law.tariffs & law.reported),
        "conditions": "; ".join([*law.conditions.get(rule, []), *around]),
    }


def _possible(points: Points, by_reading: list[Points]) -> dict[str, dict[str, list[str]]]:
    """What the points of each chip give, each value once; treatments in the order of `TREATMENTS`."""
    found = {}
    for chip, part in spans(points).items():
        of_chip = {name: list(dict.fromkeys(chain(*(told[name][part] for told in by_reading)))) for name in _OUTCOME}
        found[chip] = of_chip | {"treatment": sorted(of_chip["treatment"], key=TREATMENTS.index)}
    return found


def _told(possible: dict[str, list[str]]) -> dict[str, str]:
    """The treatment, class and rule that a chip has by what its points give."""
    rules = possible["rule_id"]
    return {
        "treatment": _one(possible["treatment"]),
        "possible_treatments": "|".join(possible["treatment"]),
        "control_class": _one(possible["control_class"]),
        "rule_id": rules[0] if len(rules) == 1 else "several",
    }


def _one(values: list[str]) -> str:
    """The value if all points agree on it, else ``unknown``."""
    return values[0] if len(values) == 1 else "unknown"


def _conditions(law: pd.DataFrame) -> dict[str, list[str]]:
    """What each rule asks beyond the chip itself: listed, not assumed."""
    outside = law[~law["quantity"].isin([*COMPUTED, "product_name"])]
    plain = {("eq", "1"): "{}", ("eq", "0"): "not {}", ("le", "0.5"): "{} at most half"}
    conditions: dict[str, list[str]] = {}
    for rule, quantity, operator, at in zip(
        *(outside[column] for column in ("rule_id", "quantity", "operator", "threshold")), strict=True
    ):
        form = plain.get((operator, at), f"{{}} {operator} {at}")
        conditions.setdefault(rule, []).append(form.format(quantity.replace("_", " ")))
    return conditions


_NUMBERS_OF = {"R9-DENY": "R9-CASEBYCASE"}  # what is denied for failing the conditions of another rule


def _nearest(lines: list[dict], rules: list[str], open_to: set[str]) -> dict[str, object]:
    """The quantity that decides, its value and the line; ``open_to``: the quantities that would settle the treatment.

    Of a rule that decides alone it is the rule's own line, of a free chip that of the rule which comes closest. Where
    several rules are possible it is a line of theirs that the chip reaches: one of an open quantity, if there is one.
    """
    of_rules = {_NUMBERS_OF.get(rule, rule) for rule in rules}
    of_possible = [line for line in lines if line["rule_id"] in of_rules]
    if len(rules) > 1:
        reached = [line for line in of_possible if line["headroom"] >= 1]
        candidates, otherwise = [line for line in reached if line["quantity"] in open_to] or reached, "unknown"
    elif rules[0]:
        candidates, otherwise = of_possible, "named by the rule"
    else:  # a rule met but not applied (Note 2) is not the line of a free chip
        candidates, otherwise = [line for line in lines if line["headroom"] < 1], ""
    if not candidates:
        return {"binding_quantity": otherwise} | dict.fromkeys(_BINDING, float("nan")) | {"binding_rule_id": ""}
    best = max(reversed(candidates), key=lambda line: line["headroom"])
    return {"binding_quantity": best["quantity"]} | {name: best[column] for name, column in _BINDING.items()}


_BINDING = {
    "headroom": "headroom",
    "headroom_low": "headroom_low",
    "binding_value": "value",
    "binding_value_low": "value_low",
    "binding_threshold": "threshold",
    "binding_rule_id": "rule_id",
}
