"""The days on which the law turns, by hand."""

import pandas as pd

from analysis.controls.law import turning_days

RULES = pd.DataFrame(
    [
        ("rule", "2022-10-07", "2023-11-16"),
        ("rule", "2023-11-17", ""),
        ("pending", "2024-01-01", ""),
        ("pending", "", "2024-02-28"),
        ("policy", "2025-12-31", "2025-12-31"),
        ("practice", "", ""),
    ],
    columns=["status", "effective_on", "superseded_on"],
)


def test_a_rule_turns_the_law_on_its_first_day_and_on_the_day_after_its_last():
    # the rule of 2022 ends on 2023-11-16 and the next begins the day after: one day; 2024 is a leap year
    assert turning_days(RULES, "2026-01-01") == [
        *("2022-10-07", "2023-11-17", "2024-02-29", "2025-12-31", "2026-01-01"),
    ]


def test_the_last_day_counts_and_the_next_does_not():
    assert turning_days(RULES, "2025-12-31")[-1] == "2025-12-31"
    assert turning_days(RULES, "2025-12-30")[-1] == "2024-02-29"
    assert turning_days(RULES, "2022-10-06") == []
