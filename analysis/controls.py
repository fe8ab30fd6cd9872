"""Which chips may be sold to China on a day, under which rule, and how close to the line each is.

The law is data: thresholds, operators and dates come from ``control_rules`` and ``control_thresholds``. What is not
known of a chip is a set of possible values; the logic runs over representative points of that set, and a result is the
set of what the points give. Between the thresholds of the rules nothing changes, so a point on each threshold and one
in each gap represent every possible value exactly.

An analyst's model of the destination China, not legal advice: who buys, and what for, is named as a condition.
"""

import numpy as np
import pandas as pd

from analysis.headroom import ratios
from analysis.possible import COMPUTED, representative_points
from analysis.tables import as_numbers

TREATMENTS = [
    *("allowed", "nac_notice", "case_by_case", "licence_required", "presumption_of_denial", "licensed_with_share"),
    "unknown",
]

# the name a rule gives to a quantity, and the one it has here
_SAME = {
    "tops_times_bit_length_aggregated": "tpp",
    "aggregate_bidirectional_transfer_rate": "io_bandwidth",
    "designed_or_marketed_for_datacenter": "is_datacenter",
    "peak_performance": "tpp",
    "chip_to_chip_io": "io_bandwidth",
}
_COMPARE = {"ge": np.greater_equal, "gt": np.greater, "le": np.less_equal, "lt": np.less, "eq": np.equal}


def in_force(rules: pd.DataFrame, on: str, *, pending: bool = False) -> pd.DataFrame:
    """The rules in force on a day (ISO text); with ``pending``, bills that are not law as well."""
    dated = (rules["effective_on"] != "") & (rules["effective_on"] <= on)
    dated &= (rules["superseded_on"] == "") | (rules["superseded_on"] >= on)
    return rules[dated | (rules["status"].eq("pending") & pending)].reset_index(drop=True)


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
    varied = found.groupby("chip_id", sort=False)[_SETTLING].nunique() > 1
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


def law_on(rules: pd.DataFrame, thresholds: pd.DataFrame, on: str) -> pd.DataFrame:
    """The conditions in force on the day, each with the dates and the standing of its rule."""
    current = in_force(rules, on)[["rule_id", "regime", "combine", "status", "effective_on"]]
    law = thresholds.merge(current, on="rule_id", how="inner")
    quantity = law["quantity"].map(_SAME).fillna(law["quantity"])
    return law.assign(quantity=quantity, at=as_numbers(law["threshold"]))


def _reference(chips: pd.DataFrame) -> dict[str, float]:
    """The A100 level that the letter of August 2022 names without a number: the lowest of the A100 cards known."""
    a100 = chips[chips["family"] == "a100"] if "family" in chips else chips.iloc[:0]
    return {quantity: a100[f"{quantity}_low"].min() for quantity in ("tpp", "io_bandwidth")}


def _holds(law: pd.DataFrame, rule: str, points: pd.DataFrame, level: dict[str, float] | None = None) -> pd.Series:
    """Where the conditions of a rule that a chip itself can meet are met; False where the rule is not in force."""
    rows = law[(law["rule_id"] == rule) & law["quantity"].isin(COMPUTED)]
    if rows.empty:
        return pd.Series(False, index=points.index)
    met = [
        _COMPARE[row.operator](points[row.quantity], row.at if level is None else level[row.quantity])
        for row in rows.itertuples()
    ]
    together = np.logical_and if rows["combine"].iloc[0] == "all" else np.logical_or
    return pd.Series(together.reduce(met), index=points.index)


def _named(law: pd.DataFrame, rule: str, points: pd.DataFrame) -> pd.Series:
    """Where a rule names the chip: ``H20`` is the family h20, ``MI308`` the mi308x."""
    rows = law[(law["rule_id"] == rule) & (law["quantity"] == "product_name")]
    names = {name.lower().replace(" ", "-") for cell in rows["threshold"] for name in cell.split("|")}
    return points["family"].isin(names) | points["family"].str.removesuffix("x").isin(names)


def _treated(points: pd.DataFrame, law: pd.DataFrame, level: dict[str, float]) -> pd.DataFrame:
    """Each point with class, policy, treatment and the rule it comes from; later steps outrank earlier ones."""
    points = points.assign(control_class="none", licence_policy="none", treatment="allowed", rule_id="")
    is_us = points["maker_country"] != "CN"
    is_datacenter = points["is_datacenter"] == 1

    def settle(where: pd.Series, rule: str, control_class: str | None, policy: str, treatment: str) -> None:
        where = where & (law["rule_id"] == rule).any()
        points.loc[where, ["licence_policy", "treatment", "rule_id"]] = [policy, treatment, rule]
        if control_class is not None:
            points.loc[where, "control_class"] = control_class

    note_2 = _holds(law, "R2-NOTE2", points)
    for rule in ("R2-3A090.b.1", "R2-3A090.b.2"):
        is_b = _holds(law, rule, points) & ~note_2 & is_us
        settle(is_b, rule, "3A090.b", "licence exception NAC", "nac_notice")
    for rule in ("R2-3A090.a.2", "R2-3A090.a.1"):
        is_a = _holds(law, rule, points) & ~note_2 & is_us
        settle(is_a & ~is_datacenter, rule, "3A090.a", "licence exception NAC", "nac_notice")
        settle(is_a & is_datacenter, rule, "3A090.a", "presumption of denial", "presumption_of_denial")
    letters = is_us & (points["maker"] == "NVIDIA")
    catch_all = _holds(law, "R0-LETTER-CATCHALL", points, level)
    settle(letters & catch_all, "R0-LETTER-CATCHALL", None, "company letter", "licence_required")
    settle(
        letters & _named(law, "R0-LETTER-NAMED", points), "R0-LETTER-NAMED", None, "company letter", "licence_required"
    )
    settle(
        _holds(law, "R1-3A090", points) & is_us, "R1-3A090", "3A090", "presumption of denial", "presumption_of_denial"
    )
    at_once = _holds(law, "R2E-IMMEDIATE", points) & is_us
    settle(at_once, "R2E-IMMEDIATE", "3A090.a", "presumption of denial", "presumption_of_denial")
    is_a_dc = (points["control_class"] == "3A090.a") & is_datacenter
    settle(is_a_dc, "R9-DENY", None, "presumption of denial", "presumption_of_denial")
    settle(is_a_dc & _holds(law, "R9-CASEBYCASE", points), "R9-CASEBYCASE", None, "case by case", "case_by_case")
    is_free = ~is_a_dc & is_us
    settle(is_free & _holds(law, "R6-NUM", points), "R6-NUM", None, "company letter", "licence_required")
    settle(is_free & (points["family"] == "h20"), "R6-NVIDIA", None, "company letter", "licence_required")
    settle(is_free & _named(law, "R6-AMD", points), "R6-AMD", None, "company letter", "licence_required")
    settle(is_us & _named(law, "R7-H20", points), "R7-H20", None, "licences with a share", "licensed_with_share")
    points.loc[~is_us, ["control_class", "licence_policy", "treatment"]] = [
        "not applicable",
        "not an export",
        "unknown",
    ]
    settle(_named(law, "R12-GP10", points), "R12-GP10", None, "guidance on General Prohibition 10", "licence_required")
    return points


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
        "rests_on_press": bool(law.loc[law["rule_id"].isin(rules), "basis"].eq("reported").any()),
        "conditions": "; ".join([*_conditions(of_rule), _OUTSIDE] if len(law) else ["no rule in force is recorded"]),
    }


def _one(values: pd.Series) -> str:
    """The value if all points agree on it, else ``unknown``."""
    return values.iloc[0] if values.nunique() == 1 else "unknown"


def _tariff(points: pd.DataFrame, law: pd.DataFrame) -> pd.Series:
    """Whether import into the United States, for inspection before re-export, falls into a Section 232 band."""
    hit = _holds(law, "R10-BAND1", points) | _holds(law, "R10-BAND2", points)
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
