"""How the dated rules agree with what happened, and how simpler rules would have done."""

import numpy as np
import pandas as pd

from analysis.controls import possible_treatments
from analysis.law import in_force, law_on

_FIXED = {"October 2022 at every date": "2023-06-01", "October 2023 at every date": "2024-02-15"}


def agreement(
    cases: pd.DataFrame,
    record: pd.DataFrame,
    sparse: pd.DataFrame,
    rules: pd.DataFrame,
    thresholds: pd.DataFrame,
) -> pd.DataFrame:
    """Each case beside what the dated rules say, and what simpler rules would have said.

    Parameters
    ----------
    cases : the table ``control_cases``; cases of chips without a product are left out of the comparison, not of the
        frame.
    record : all chips, as for `classify`, which the letters draw their lines at.
    sparse : the same with sparse rates taken for dense ones, where a sparse rate is printed.
    rules, thresholds : as for `classify`.

    Returns
    -------
    frame : the cases with one boolean column (NaN where untestable) for ``dated rules`` and for each simpler rule.
    """
    chips, sparse = (frame[frame["chip_id"].isin(cases["product"])] for frame in (record, sparse))
    laws = {day: law_on(rules, thresholds, day, record) for day in {*cases["on"], *_FIXED.values()}}
    by_tpp = pd.Series(np.where(chips["tpp_low"] >= 4800, "licence_required", "allowed"), chips["chip_id"])
    always = pd.Series("licence_required", chips["chip_id"])
    fixed = {name: possible_treatments(chips, laws[day]) for name, day in _FIXED.items()}
    ways = {
        "dated rules": lambda day: possible_treatments(chips, laws[day]),
        **{name: lambda _, found=found: found for name, found in fixed.items()},
        "TPP of 4,800 alone": lambda _: by_tpp,
        "dated rules on sparse rates": lambda day: possible_treatments(sparse, laws[day]),
        "always a licence": lambda _: always,
    }
    standing = {day: tuple(in_force(rules, day)["rule_id"]) for day in cases["on"]}
    frame = cases.copy()
    for name, way in ways.items():
        first_day = {law: day for day, law in reversed(standing.items())}
        by_law = {law: way(day) for law, day in first_day.items()}
        frame[name] = [
            _meets(row.expected, by_law[standing[row.on]].get(row.product)) if row.evidence != "untestable" else None
            for row in cases.itertuples()
        ]
    return frame


_MEANS = {"licence_denial": "presumption_of_denial", "licence_case_by_case": "case_by_case"}


def _meets(expected: str, possible: str | None) -> bool | None:
    """Whether every possible treatment meets an expectation; None for tariffs and for chips not on record."""
    if possible is None or "tariff" in expected:
        return None
    treatments = set(possible.split("|"))
    if expected == "licence_required":
        return not treatments & {"allowed", "unknown"}
    return treatments == {_MEANS.get(expected, expected)}
