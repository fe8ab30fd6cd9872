"""What the rules in force make of a chip whose every quantity is a number: class, licence policy, treatment."""

import numpy as np

from analysis.controls.law import Conditions, Rules
from analysis.controls.possible import COMPUTED, Points

TREATMENTS = [
    *("allowed", "nac_notice", "case_by_case", "licence_required", "presumption_of_denial", "licensed_with_share"),
    "unknown",
]
Step = tuple[np.ndarray, str, str, str, str]  # where, rule; class, policy, treatment (empty: as before)
_DENIED = ("presumption of denial", "presumption_of_denial")
_NAC = ("licence exception NAC", "nac_notice")
_LETTER = ("company letter", "licence_required")


def treated(points: Points, rules: Rules) -> Points:
    """What a reading of the law makes of each point; later steps outrank earlier ones.

    Parameters
    ----------
    points : from `analysis.controls.possible.representative_points`: ``family, maker, maker_country`` and the
        quantities.
    rules : one of `analysis.controls.law.Law.readings`.

    Returns
    -------
    points : ``control_class, licence_policy, treatment`` (of `TREATMENTS`), ``rule_id`` of the rule that sets the
        treatment, and ``section_232``.
    """
    law, size = Conditions(rules, points), len(points["chip_id"])
    first = {"control_class": "none", "licence_policy": "none", "treatment": "allowed", "rule_id": ""}
    told = {column: np.full(size, value, dtype=object) for column, value in first.items()}
    for where, rule, *outcome in _steps(law):
        if rule and rule not in law:
            continue
        for column, value in zip(("control_class", "licence_policy", "treatment"), outcome, strict=True):
            if value:
                told[column][where] = value
        if outcome[-1]:
            told["rule_id"][where] = rule
    return told | {"section_232": np.where(_is_taxed(law), "25 percent unless exempt", "none").astype(object)}


def _steps(law: Conditions) -> list[Step]:
    """The product rules are about exports: what China makes is reached by guidance alone."""
    is_export = law.points["maker_country"] != "CN"
    is_a_datacenter = _is_a_datacenter(law)
    steps = [*_on_the_list(law, is_a_datacenter), *_letters_and_licences(law, is_a_datacenter)]
    return [
        *((where & is_export, *rest) for where, *rest in steps),
        (~is_export, "", "not applicable", "not an export", "unknown"),
        (law.named("R12-GP10"), "R12-GP10", "", "guidance on General Prohibition 10", "licence_required"),
    ]


def _is_a_datacenter(law: Conditions) -> np.ndarray:
    """Datacenter items of 3A090.a, and those that the letter of October 2023 put under it at once."""
    is_a = law.holds("R2-3A090.a.1") | law.holds("R2-3A090.a.2")
    is_a &= ~law.holds("R2-NOTE2") & (law.points["is_datacenter"] == 1)
    return is_a | law.holds("R2E-IMMEDIATE")


def _on_the_list(law: Conditions, is_a_datacenter: np.ndarray) -> list[Step]:
    """ECCN 3A090 as it stood: October 2022, its accelerated successor, October 2023, and the review policy of 2026."""
    note_2 = law.holds("R2-NOTE2")
    steps: list[Step] = [
        (law.holds(rule) & ~note_2, rule, "3A090.b", *_NAC) for rule in ("R2-3A090.b.1", "R2-3A090.b.2")
    ]
    for rule in ("R2-3A090.a.2", "R2-3A090.a.1"):
        is_a, is_datacenter = law.holds(rule) & ~note_2, law.points["is_datacenter"] == 1
        steps += [(is_a & ~is_datacenter, rule, "3A090.a", *_NAC), (is_a & is_datacenter, rule, "3A090.a", *_DENIED)]
    is_reviewed = is_a_datacenter & law.holds("R9-CASEBYCASE")
    announced = is_a_datacenter & law.named("R8-H200")
    return [
        *steps,
        (law.holds("R1-3A090"), "R1-3A090", "3A090", *_DENIED),
        (law.holds("R2E-IMMEDIATE"), "R2E-IMMEDIATE", "3A090.a", *_DENIED),
        (announced, "R8-H200", "", "presumption of denial; licences with 25 percent announced", ""),
        (is_a_datacenter, "R9-DENY", "", *_DENIED),
        (is_reviewed, "R9-CASEBYCASE", "", "case by case", "case_by_case"),
    ]


def _letters_and_licences(law: Conditions, is_a_datacenter: np.ndarray) -> list[Step]:
    """Letters, which reach what the list leaves free or lets go on notice, and licences granted by name."""
    is_free = ~is_a_datacenter
    is_h20 = (law.points["family"] == "h20") & law.reaches("R6-NVIDIA")
    return [
        (law.holds("R0-LETTER-CATCHALL"), "R0-LETTER-CATCHALL", "", *_LETTER),
        (law.named("R0-LETTER-NAMED"), "R0-LETTER-NAMED", "", *_LETTER),
        (is_free & law.holds("R6-NUM"), "R6-NUM", "", *_LETTER),
        (is_free & (is_h20 | law.holds("R6-NVIDIA")), "R6-NVIDIA", "", *_LETTER),
        (is_free & law.named("R6-AMD"), "R6-AMD", "", *_LETTER),
        (law.named("R7-LICENCES"), "R7-LICENCES", "", "licences granted", "case_by_case"),
        (law.named("R7-H20"), "R7-H20", "", "licences with a share", "licensed_with_share"),
    ]


_BANDS = ("R10-BAND1", "R10-BAND2")


def _is_taxed(law: Conditions) -> np.ndarray:
    """Whether import into the United States, for inspection before re-export, falls into a Section 232 band."""
    return law.holds(_BANDS[0]) | law.holds(_BANDS[1])


def _rules_run() -> frozenset[str]:
    """The rules that `treated` looks at, in force or not, read off its own steps."""
    law = Conditions({}, dict.fromkeys(["family", "maker", "maker_country", *COMPUTED], np.empty(0)))
    return frozenset({rule for _, rule, *_ in _steps(law)} - {""} | {"R2-NOTE2", *_BANDS})


RULES_RUN = _rules_run()
