"""How the dated rules agree with what happened, and how simpler rules would have done."""

import numpy as np
import pandas as pd

from analysis.controls.law import law_on, laws_on
from analysis.controls.status import possible_treatments

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
    law_of = laws_on(rules, thresholds, cases["on"], record)
    laws = set(law_of.values())
    fixed = {name: possible_treatments(chips, law_on(rules, thresholds, day, record)) for name, day in _FIXED.items()}
    by_tpp = pd.Series(np.where(chips["tpp_low"] >= 4800, "licence_required", "allowed"), chips["chip_id"])
    ways = {
        "dated rules": {law: possible_treatments(chips, law) for law in laws},
        **{name: dict.fromkeys(laws, treatments) for name, treatments in fixed.items()},
        "TPP of 4,800 alone": dict.fromkeys(laws, by_tpp),
        "dated rules on sparse rates": {law: possible_treatments(sparse, law) for law in laws},
        "always a licence": dict.fromkeys(laws, pd.Series("licence_required", chips["chip_id"])),
    }
    frame = cases.copy()
    for name, treatments in ways.items():
        frame[name] = [
            None if row.evidence == "untestable" else _meets(row.expected, treatments[law_of[row.on]].get(row.product))
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
