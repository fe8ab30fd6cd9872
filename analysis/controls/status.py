"""Which chips may be sold to China on a day, under which rule, and how close to the line each is.

The law is data: thresholds, operators and dates come from ``control_rules`` and ``control_thresholds``. What is not
known of a chip is a set of possible values; the logic runs over representative points of that set, and a result is the
set of what the points give. Between the thresholds of the rules nothing changes, so a point on each threshold and one
in each gap represent every possible value exactly.

An analyst's model of the destination China, not legal advice: who buys, and what for, is named as a condition.
"""

import re
from collections.abc import Mapping

import pandas as pd

from analysis.controls.headroom import ratios
from analysis.controls.law import law_on, readings, turning_days
from analysis.controls.possible import COMPUTED, representative_points
from analysis.controls.treatment import TREATMENTS, treated


def _settling(points: pd.DataFrame) -> pd.DataFrame:
    """Which open quantities, and which unsettled rules, can change the treatment: by chip, one boolean column each.

    A quantity can where, all else equal, another value of it leaves other treatments possible. Of TPP everything else
    but the density that moves with it is held, of I/O bandwidth everything but the memory that its sum is held against.
    """
    is_open = points.groupby("chip_id")["treatment"].transform("nunique") > 1
    cells = points.loc[is_open, [*_SETTLING, "chip_id", "reading"]].fillna(-1.0)
    cells = cells.assign(treatment=2 ** points["treatment"].map(TREATMENTS.index)).drop_duplicates()
    apart = {"tpp": "performance_density", "io_bandwidth": "dram_bandwidth"}
    open_to = {}
    for quantity in [*_SETTLING, "reading"]:
        rest = [name for name in ["chip_id", *_SETTLING, "reading"] if name not in (quantity, apart.get(quantity))]
        distinct = cells[[*rest, quantity, "treatment"]].drop_duplicates()
        possible = distinct.groupby([*rest, quantity])["treatment"].sum()
        open_to[quantity] = possible.groupby(rest).nunique().gt(1).groupby("chip_id").any()
    return pd.DataFrame(open_to).reindex(points["chip_id"].unique(), fill_value=False)


def with_public_ends(rules: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """The rules with only those ends that were known by a day: come by then, or set by a rule published by then."""
    day_after = pd.to_datetime(rules["superseded_on"].replace("", None)) + pd.Timedelta(days=1)
    is_followed = day_after.dt.strftime("%Y-%m-%d").isin(set(rules["effective_on"]))
    is_public = (rules["superseded_on"] <= as_of) | is_followed
    return rules.assign(superseded_on=rules["superseded_on"].where(is_public, ""))


def possible_treatments(chips: pd.DataFrame, law: pd.DataFrame) -> pd.Series:
    """The treatments that are possible for each chip, joined by ``|`` in the order of `TREATMENTS`, by chip id."""
    possible = _treated(chips, law)[["chip_id", "treatment"]].drop_duplicates()
    ordered = possible.sort_values("treatment", key=lambda names: names.map(TREATMENTS.index), kind="stable")
    return ordered.groupby("chip_id", sort=False)["treatment"].agg("|".join)


def _treated(chips: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """Every point of every chip, treated by each reading of the law, numbered in ``reading``."""
    points = representative_points(chips, law)
    by_reading = [treated(points, read).assign(reading=at) for at, read in enumerate(readings(law))]
    return pd.concat(by_reading, ignore_index=True)


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


def classified(chips: pd.DataFrame, law: pd.DataFrame, *, on: str) -> pd.DataFrame:
    """As `classify`, by the law of the day (`analysis.controls.law.law_on`)."""
    points = _treated(chips, law)
    varied = _settling(points)
    unsettled = law.loc[law["status"].eq("unsettled") & law["concerns"].eq("chip"), "rule_id"].unique()
    varied = varied.rename(columns={"reading": "rule " + " or ".join(unsettled)})
    lines = ratios(points, law[law["concerns"] == "chip"]).groupby("chip_id")
    margins = {chip: rows.to_dict("records") for chip, rows in lines}
    outcomes = points.drop_duplicates(["chip_id", *_OUTCOME]).groupby("chip_id", sort=False)
    of_law = _OfLaw(law)
    rows = [
        {"chip_id": chip, "on": on} | _status(part, of_law, varied.loc[chip], margins.get(chip, []))
        for chip, part in outcomes
    ]
    frame = pd.DataFrame(rows).merge(chips[["chip_id", "inputs_basis"]], on="chip_id")
    return chips[["chip_id"]].merge(frame, on="chip_id", how="left")


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
    return stretches(chips, {day: law_on(rules, thresholds, day, levels) for day in days}, until=until)


def stretches(chips: pd.DataFrame, laws: Mapping[str, pd.DataFrame], *, until: str) -> pd.DataFrame:
    """As `timeline`, by the law of each day on which it turns (`analysis.controls.law.law_on`)."""
    columns = ["chip_id", "from_on", "treatment", "possible_treatments", "control_class", "rule_id"]
    if not laws:
        return pd.DataFrame(columns=[*columns[:2], "to_on", *columns[2:]])
    by_day = [_told_of(chips, law).assign(from_on=day)[columns] for day, law in laws.items()]
    frame = pd.concat(by_day, ignore_index=True).sort_values(["chip_id", "from_on"], kind="stable")
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


def _told_of(chips: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """The treatment of each chip by the law of a day, without what would settle it or how near a line is."""
    outcomes = _treated(chips, law).drop_duplicates(["chip_id", *_OUTCOME]).groupby("chip_id", sort=False)
    return pd.DataFrame([{"chip_id": chip} | _told(_possible(part)) for chip, part in outcomes])


_OUTCOME = ["treatment", "control_class", "licence_policy", "rule_id", "section_232"]
_SETTLING = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "is_datacenter"]


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


# what no rule of the record states, and what those of the record are about
_ASIDE = {"buyer": "entity list", "use": "military end use", "foundry": "", "import": ""}


def _status(points: pd.DataFrame, law: _OfLaw, varied: pd.Series, margins: list[dict]) -> dict[str, object]:
    """What one chip's points give, and what would settle it where they differ."""
    possible = _possible(points)
    told, treatments, rules = _told(possible), possible["treatment"], possible["rule_id"]
    rule = rules[0] if len(rules) == 1 else ""
    # what is free, or free after notice, is so because the letters do not reach it
    decides = {*rules} | ({"R6-NUM"} if {"allowed", "nac_notice"} & set(treatments) else set())
    settling = list(varied.index[varied]) if len(treatments) > 1 else []
    around = law.around(points["family"].iloc[0]) if law.paragraphs else ["no rule in force is recorded"]
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


def _possible(points: pd.DataFrame) -> dict[str, list[str]]:
    """What the points of one chip give, each value once; treatments in the order of `TREATMENTS`."""
    possible = {column: list(dict.fromkeys(points[column])) for column in _OUTCOME}
    return possible | {"treatment": sorted(possible["treatment"], key=TREATMENTS.index)}


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
