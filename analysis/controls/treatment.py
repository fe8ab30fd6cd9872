"""What the rules in force make of a chip whose every quantity is a number: class, licence policy, treatment."""

import pandas as pd

from analysis.controls.law import holds, named, reaches
from analysis.controls.possible import COMPUTED

TREATMENTS = [
    *("allowed", "nac_notice", "case_by_case", "licence_required", "presumption_of_denial", "licensed_with_share"),
    "unknown",
]
_CONDITION = ["rule_id", "quantity", "operator", "threshold", "at", "combine", "addressees"]
Step = tuple[pd.Series, str, str, str, str]  # where, rule; class, policy, treatment (empty: as before)
_DENIED = ("presumption of denial", "presumption_of_denial")
_NAC = ("licence exception NAC", "nac_notice")
_LETTER = ("company letter", "licence_required")


def treated(points: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """Each point with what the law makes of it; later steps outrank earlier ones.

    Parameters
    ----------
    points : from `analysis.controls.possible.representative_points`: ``family, maker, maker_country`` and the
        quantities.
    law : from `analysis.controls.law.law_on`.

    Returns
    -------
    frame : the points with ``control_class, licence_policy, treatment`` (of `TREATMENTS`), ``rule_id`` of the rule that
        sets the treatment, and ``section_232``.
    """
    points = points.assign(control_class="none", licence_policy="none", treatment="allowed", rule_id="")
    law = law.loc[law["rule_id"].isin(RULES_RUN), _CONDITION]  # looked up for each rule, and the rest is words
    current = {"", *law["rule_id"]}
    for where, rule, *outcome in _steps(points, law):
        if rule not in current:
            continue
        for column, value in zip(("control_class", "licence_policy", "treatment"), outcome, strict=True):
            if value:
                points.loc[where, column] = value
        if outcome[-1]:
            points.loc[where, "rule_id"] = rule
    return points.assign(section_232=_tariff(points, law))


def _steps(points: pd.DataFrame, law: pd.DataFrame) -> list[Step]:
    """The product rules are about exports: what China makes is reached by guidance alone."""
    is_export = points["maker_country"] != "CN"
    is_a_datacenter = _is_a_datacenter(points, law)
    steps = [*_on_the_list(points, law, is_a_datacenter), *_letters_and_licences(points, law, is_a_datacenter)]
    return [
        *((where & is_export, *rest) for where, *rest in steps),
        (~is_export, "", "not applicable", "not an export", "unknown"),
        (named(law, "R12-GP10", points), "R12-GP10", "", "guidance on General Prohibition 10", "licence_required"),
    ]


def _is_a_datacenter(points: pd.DataFrame, law: pd.DataFrame) -> pd.Series:
    """Datacenter items of 3A090.a, and those that the letter of October 2023 put under it at once."""
    is_a = holds(law, "R2-3A090.a.1", points) | holds(law, "R2-3A090.a.2", points)
    is_a &= ~holds(law, "R2-NOTE2", points) & (points["is_datacenter"] == 1)
    return is_a | holds(law, "R2E-IMMEDIATE", points)


def _on_the_list(points: pd.DataFrame, law: pd.DataFrame, is_a_datacenter: pd.Series) -> list[Step]:
    """ECCN 3A090 as it stood: October 2022, its accelerated successor, October 2023, and the review policy of 2026."""
    note_2 = holds(law, "R2-NOTE2", points)
    steps: list[Step] = [
        (holds(law, rule, points) & ~note_2, rule, "3A090.b", *_NAC) for rule in ("R2-3A090.b.1", "R2-3A090.b.2")
    ]
    for rule in ("R2-3A090.a.2", "R2-3A090.a.1"):
        is_a, is_datacenter = holds(law, rule, points) & ~note_2, points["is_datacenter"] == 1
        steps += [(is_a & ~is_datacenter, rule, "3A090.a", *_NAC), (is_a & is_datacenter, rule, "3A090.a", *_DENIED)]
    is_reviewed = is_a_datacenter & holds(law, "R9-CASEBYCASE", points)
    announced = is_a_datacenter & named(law, "R8-H200", points)
    return [
        *steps,
        (holds(law, "R1-3A090", points), "R1-3A090", "3A090", *_DENIED),
        (holds(law, "R2E-IMMEDIATE", points), "R2E-IMMEDIATE", "3A090.a", *_DENIED),
        (announced, "R8-H200", "", "presumption of denial; licences with 25 percent announced", ""),
        (is_a_datacenter, "R9-DENY", "", *_DENIED),
        (is_reviewed, "R9-CASEBYCASE", "", "case by case", "case_by_case"),
    ]


def _letters_and_licences(points: pd.DataFrame, law: pd.DataFrame, is_a_datacenter: pd.Series) -> list[Step]:
    """Letters, which reach what the list leaves free or lets go on notice, and licences granted by name."""
    is_free = ~is_a_datacenter
    is_h20 = points["family"].eq("h20") & reaches(law, "R6-NVIDIA", points)
    return [
        (holds(law, "R0-LETTER-CATCHALL", points), "R0-LETTER-CATCHALL", "", *_LETTER),
        (named(law, "R0-LETTER-NAMED", points), "R0-LETTER-NAMED", "", *_LETTER),
        (is_free & holds(law, "R6-NUM", points), "R6-NUM", "", *_LETTER),
        (is_free & (is_h20 | holds(law, "R6-NVIDIA", points)), "R6-NVIDIA", "", *_LETTER),
        (is_free & named(law, "R6-AMD", points), "R6-AMD", "", *_LETTER),
        (named(law, "R7-LICENCES", points), "R7-LICENCES", "", "licences granted", "case_by_case"),
        (named(law, "R7-H20", points), "R7-H20", "", "licences with a share", "licensed_with_share"),
    ]


_BANDS = ("R10-BAND1", "R10-BAND2")


def _tariff(points: pd.DataFrame, law: pd.DataFrame) -> pd.Series:
    """Whether import into the United States, for inspection before re-export, falls into a Section 232 band."""
    hit = holds(law, _BANDS[0], points) | holds(law, _BANDS[1], points)
    return hit.map({True: "25 percent unless exempt", False: "none"})


def _rules_run() -> frozenset[str]:
    """The rules that `treated` looks at, in force or not, read off its own steps."""
    points = pd.DataFrame(columns=["family", "maker", "maker_country", *COMPUTED])
    law = pd.DataFrame(columns=_CONDITION)
    return frozenset({rule for _, rule, *_ in _steps(points, law)} - {""} | {"R2-NOTE2", *_BANDS})


RULES_RUN = _rules_run()
