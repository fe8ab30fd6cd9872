"""Which chips may be sold to China on a day, under which rule, and how close to the line each is.

The law is data: thresholds, operators and dates come from ``control_rules`` and ``control_thresholds``. What is not
known of a chip is a set of possible values; the logic runs over representative points of that set, and a result is the
set of what the points give. Between the thresholds of the rules nothing changes, so a point on each threshold and one
in each gap represent every possible value exactly.

An analyst's model of the destination China, not legal advice: who buys, and what for, is named as a condition.
"""

import pandas as pd

from analysis.headroom import ratios
from analysis.law import holds, law_on, named
from analysis.possible import COMPUTED, representative_points

TREATMENTS = [
    *("allowed", "nac_notice", "case_by_case", "licence_required", "presumption_of_denial", "licensed_with_share"),
    "unknown",
]


def _settling(points: pd.DataFrame) -> pd.DataFrame:
    """Which open quantities can change the treatment: by chip, one boolean column each."""
    varied = points.groupby("chip_id", sort=False)[_SETTLING].nunique() > 1
    for quantity in ("dram_bandwidth", "io_bandwidth", "is_datacenter"):  # density moves with TPP, these alone
        rest = ["chip_id", *(name for name in _SETTLING if name != quantity)]
        differs = points.groupby(rest, dropna=False)["treatment"].nunique() > 1
        varied[quantity] &= differs.groupby("chip_id").any()
    return varied


def as_known(rules: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """The rules with only those ends that were known by a day: come by then, or set by a rule published by then."""
    day_after = pd.to_datetime(rules["superseded_on"].replace("", None)) + pd.Timedelta(days=1)
    is_followed = day_after.dt.strftime("%Y-%m-%d").isin(set(rules["effective_on"]))
    is_known = (rules["superseded_on"] <= as_of) | is_followed
    return rules.assign(superseded_on=rules["superseded_on"].where(is_known, ""))


def classify(chips: pd.DataFrame, rules: pd.DataFrame, thresholds: pd.DataFrame, *, on: str) -> pd.DataFrame:
    """Control class, licence policy and treatment of each chip for China on a day.

    Parameters
    ----------
    chips : from `analysis.control_inputs.inputs`, or hypothetical chips with the same columns.
    rules, thresholds : the tables ``control_rules`` and ``control_thresholds``.
    on : the day, ISO text.

    Returns
    -------
    frame : one row a chip: ``chip_id, on, rule_id, paragraph, control_class, licence_policy, treatment`` (one of
        `TREATMENTS`; unknown where several are possible), ``possible_treatments`` and ``possible_classes`` (joined by
        ``|``), ``settled_by`` (the quantities whose unknown or range leaves it open), ``binding_quantity, headroom``
        (value over threshold), ``binding_value, binding_threshold``, ``section_232, rests_on_press, conditions``,
        ``inputs_basis``.
    """
    law = law_on(rules, thresholds, on)
    found = _treated(representative_points(chips, law), law, _reference(chips))
    found["section_232"] = _tariff(found, law)
    varied = _settling(found)
    margins = dict(iter(ratios(found, law).groupby("chip_id")))
    outcomes = found.drop_duplicates(["chip_id", *_OUTCOME]).groupby("chip_id", sort=False)
    rows = [
        {"chip_id": chip, "on": on} | _status(part, law, varied.loc[chip], margins.get(chip)) for chip, part in outcomes
    ]
    told = pd.DataFrame(rows).merge(chips[["chip_id", "inputs_basis"]], on="chip_id")
    return chips[["chip_id"]].merge(told, on="chip_id", how="left")


def timeline(chips: pd.DataFrame, rules: pd.DataFrame, thresholds: pd.DataFrame, *, until: str) -> pd.DataFrame:
    """The treatment of each chip from the first recorded rule to a day, one row a stretch without a change.

    Returns
    -------
    frame : ``chip_id, from_on, to_on`` (last day, ISO text), ``treatment, possible_treatments,
        control_class, rule_id``.
    """
    starts = rules.loc[rules["status"] != "pending", "effective_on"]
    after = pd.to_datetime(rules.loc[rules["superseded_on"] != "", "superseded_on"]) + pd.Timedelta(days=1)
    days = sorted({day for day in [*starts, *after.dt.strftime("%Y-%m-%d")] if day and day <= until})
    columns = ["chip_id", "from_on", "treatment", "possible_treatments", "control_class", "rule_id"]
    if not days:
        return pd.DataFrame(columns=[*columns[:2], "to_on", *columns[2:]])
    stands = [classify(chips, rules, thresholds, on=day).assign(from_on=day)[columns] for day in days]
    frame = pd.concat(stands, ignore_index=True).sort_values(["chip_id", "from_on"], kind="stable")
    before = frame.groupby("chip_id")[["treatment", "possible_treatments", "rule_id"]].shift()
    frame = frame[(frame[before.columns] != before).any(axis=1)]
    next_start = pd.to_datetime(frame.groupby("chip_id")["from_on"].shift(-1)) - pd.Timedelta(days=1)
    frame.insert(2, "to_on", next_start.dt.strftime("%Y-%m-%d").fillna(until))
    return frame.reset_index(drop=True)


def _reference(chips: pd.DataFrame) -> dict[str, float]:
    """The A100 level that the letter of August 2022 names without a number: the lowest of the A100 cards known."""
    a100 = chips[chips["family"] == "a100"] if "family" in chips else chips.iloc[:0]
    return {quantity: a100[f"{quantity}_low"].min() for quantity in ("tpp", "io_bandwidth")}


Step = tuple[pd.Series, str, str, str, str]  # where, rule, class (empty: as before), policy, treatment
_DENIED = ("presumption of denial", "presumption_of_denial")
_NAC = ("licence exception NAC", "nac_notice")
_LETTER = ("company letter", "licence_required")


def _treated(points: pd.DataFrame, law: pd.DataFrame, level: dict[str, float]) -> pd.DataFrame:
    """Each point with class, policy, treatment and the rule it comes from; later steps outrank earlier ones."""
    points = points.assign(control_class="none", licence_policy="none", treatment="allowed", rule_id="")
    is_export = points["maker_country"] != "CN"
    current = {"", *law["rule_id"]}
    for where, rule, control_class, policy, treatment in [
        *_on_the_list(points, law),
        *_letters_and_licences(points, law, level),
        (~is_export, "", "not applicable", "not an export", "unknown"),
        (named(law, "R12-GP10", points), "R12-GP10", "", "guidance on General Prohibition 10", "licence_required"),
    ]:
        where = where & (rule in current) & (is_export | (rule in ("", "R12-GP10")))
        points.loc[where, ["licence_policy", "treatment", "rule_id"]] = [policy, treatment, rule]
        if control_class:
            points.loc[where, "control_class"] = control_class
    return points


def _is_a_datacenter(points: pd.DataFrame, law: pd.DataFrame) -> pd.Series:
    """Datacenter items of 3A090.a, and those that the letter of October 2023 put under it at once."""
    is_a = holds(law, "R2-3A090.a.1", points) | holds(law, "R2-3A090.a.2", points)
    is_a &= ~holds(law, "R2-NOTE2", points) & (points["is_datacenter"] == 1)
    return is_a | holds(law, "R2E-IMMEDIATE", points)


def _on_the_list(points: pd.DataFrame, law: pd.DataFrame) -> list[Step]:
    """ECCN 3A090 as it stood: October 2022, its accelerated successor, October 2023, and the review policy of 2026."""
    note_2 = holds(law, "R2-NOTE2", points)
    steps: list[Step] = [
        (holds(law, rule, points) & ~note_2, rule, "3A090.b", *_NAC) for rule in ("R2-3A090.b.1", "R2-3A090.b.2")
    ]
    for rule in ("R2-3A090.a.2", "R2-3A090.a.1"):
        is_a, is_datacenter = holds(law, rule, points) & ~note_2, points["is_datacenter"] == 1
        steps += [(is_a & ~is_datacenter, rule, "3A090.a", *_NAC), (is_a & is_datacenter, rule, "3A090.a", *_DENIED)]
    is_a_datacenter = _is_a_datacenter(points, law)
    is_reviewed = is_a_datacenter & holds(law, "R9-CASEBYCASE", points)
    return [
        *steps,
        (holds(law, "R1-3A090", points), "R1-3A090", "3A090", *_DENIED),
        (holds(law, "R2E-IMMEDIATE", points), "R2E-IMMEDIATE", "3A090.a", *_DENIED),
        (is_a_datacenter, "R9-DENY", "", *_DENIED),
        (is_reviewed, "R9-CASEBYCASE", "", "case by case", "case_by_case"),
    ]


def _letters_and_licences(points: pd.DataFrame, law: pd.DataFrame, level: dict[str, float]) -> list[Step]:
    """Letters, which reach what the list leaves free or lets go on notice, and licences granted by name."""
    is_nvidia, is_free = points["maker"] == "NVIDIA", ~_is_a_datacenter(points, law)
    catch_all = holds(law, "R0-LETTER-CATCHALL", points, level)
    granted = named(law, "R7-H20", points)
    return [
        (is_nvidia & catch_all, "R0-LETTER-CATCHALL", "", *_LETTER),
        (is_nvidia & named(law, "R0-LETTER-NAMED", points), "R0-LETTER-NAMED", "", *_LETTER),
        (is_free & holds(law, "R6-NUM", points), "R6-NUM", "", *_LETTER),
        (is_free & (points["family"] == "h20"), "R6-NVIDIA", "", *_LETTER),
        (is_free & named(law, "R6-AMD", points), "R6-AMD", "", *_LETTER),
        (granted, "R7-H20", "", "licences with a share", "licensed_with_share"),
    ]


_OUTCOME = ["treatment", "control_class", "licence_policy", "rule_id", "section_232"]
_SETTLING = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "is_datacenter"]
_OUTSIDE = "buyer and use: entity list, military end use, headquarters in D:5 or Macau, supercomputers"


def _status(
    points: pd.DataFrame, law: pd.DataFrame, varied: pd.Series, margins: pd.DataFrame | None
) -> dict[str, object]:
    """What one chip's points give, and what would settle it where they differ."""
    treatments = sorted(set(points["treatment"]), key=TREATMENTS.index)
    rules = set(points["rule_id"])
    rule = next(iter(rules)) if len(rules) == 1 else ""
    of_rule = law[law["rule_id"] == rule]
    near = _nearest(margins, rule)
    # what is free, or free after notice, is so because the letters do not reach it
    decides = rules | ({"R6-NUM"} if {"allowed", "nac_notice"} & set(treatments) else set())
    return {
        "rule_id": rule or ("several" if len(rules) > 1 else ""),
        "paragraph": of_rule["paragraph"].iloc[0] if len(of_rule) else "",
        "control_class": _one(points["control_class"]),
        "licence_policy": _one(points["licence_policy"]),
        "treatment": _one(points["treatment"]),
        "possible_treatments": "|".join(treatments),
        "possible_classes": "|".join(sorted(set(points["control_class"]))),
        "settled_by": ", ".join(varied.index[varied]) if len(treatments) > 1 else "",
        **near,
        "section_232": _one(points["section_232"]),
        "rests_on_press": bool(law.loc[law["rule_id"].isin(decides), "basis"].eq("reported").any()),
        "conditions": "; ".join([*_conditions(of_rule), _OUTSIDE] if len(law) else ["no rule in force is recorded"]),
    }


def _one(values: pd.Series) -> str:
    """The value if all points agree on it, else ``unknown``."""
    return values.iloc[0] if values.nunique() == 1 else "unknown"


def _tariff(points: pd.DataFrame, law: pd.DataFrame) -> pd.Series:
    """Whether import into the United States, for inspection before re-export, falls into a Section 232 band."""
    hit = holds(law, "R10-BAND1", points) | holds(law, "R10-BAND2", points)
    return hit.map({True: "25 percent unless exempt", False: "none"})


def _conditions(of_rule: pd.DataFrame) -> list[str]:
    """What the rule asks beyond the chip itself: listed, not assumed."""
    outside = of_rule[~of_rule["quantity"].isin([*COMPUTED, "product_name"])]
    plain = {("eq", "1"): "{}", ("eq", "0"): "not {}", ("le", "0.5"): "{} at most half"}
    return [
        plain.get((row.operator, row.threshold), f"{{}} {row.operator} {row.threshold}").format(
            row.quantity.replace("_", " ")
        )
        for row in outside.itertuples()
    ]


_NUMBERS_OF = {"R9-DENY": "R9-CASEBYCASE"}  # what is denied for failing the conditions of another rule


def _nearest(rows: pd.DataFrame | None, rule: str) -> dict[str, object]:
    """The quantity that decides, its value and the line; for a free chip, of the rule that comes closest."""
    nothing = {"binding_quantity": "", "headroom": float("nan")}
    nothing |= {"binding_value": float("nan"), "binding_threshold": float("nan")}
    if rows is None:
        return nothing
    own = rows[rows["rule_id"] == _NUMBERS_OF.get(rule, rule)]
    if rule and own.empty:
        return nothing | {"binding_quantity": "named by the rule"}
    rows = own if rule else rows[rows["headroom"] < 1]  # a rule met but not applied (Note 2) is not the line
    if rows.empty:
        return nothing
    best = rows.sort_values("headroom", kind="stable").iloc[-1]
    return {
        "binding_quantity": best["quantity"],
        "headroom": float(best["headroom"]),
        "binding_value": float(best["value"]),
        "binding_threshold": float(best["threshold"]),
    }
