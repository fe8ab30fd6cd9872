"""How the dated rules agree with what happened, and how simpler rules would have done."""

import numpy as np
import pandas as pd

from analysis.controls import classify
from analysis.law import in_force


def agreement(cases: pd.DataFrame, chips: pd.DataFrame, rules: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """Each case beside what the dated rules say, and what simpler rules would have said.

    Parameters
    ----------
    cases : the table ``control_cases``; cases of chips without a product are left out of the comparison, not of the
        frame.
    chips, rules, thresholds : as for `classify`.

    Returns
    -------
    frame : the cases with one boolean column (NaN where untestable) for ``dated rules`` and for each simpler rule.
    """
    fixed = {"October 2022 at every date": "2023-06-01", "October 2023 at every date": "2024-02-15"}
    ways = {"dated rules": lambda day: classify(chips, rules, thresholds, on=day)}
    always = {name: classify(chips, rules, thresholds, on=day) for name, day in fixed.items()}
    ways |= {name: lambda _, frame=frame: frame for name, frame in always.items()}
    by_tpp = np.where(chips["tpp_low"] >= 4800, "licence_required", "allowed")
    ways["TPP of 4,800 alone"] = lambda _: chips[["chip_id"]].assign(possible_treatments=by_tpp)
    ways["always a licence"] = lambda _: chips[["chip_id"]].assign(possible_treatments="licence_required")
    standing = {day: tuple(in_force(rules, day)["rule_id"]) for day in cases["on"]}
    frame = cases.copy()
    for name, way in ways.items():
        first_day = {law: day for day, law in reversed(standing.items())}
        by_law = {law: way(day).set_index("chip_id")["possible_treatments"] for law, day in first_day.items()}
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
