"""How the dated rules agree with what happened, over the cases that are evidence, and what simpler rules miss."""

import pytest

from analysis.chips.results import resolved_chips
from analysis.controls.inputs import inputs
from analysis.controls.validation import agreement
from analysis.facts import load
from tests.records import record

SPARSE = "dated rules on sparse rates"
SIMPLER = [
    *("October 2022 at every date", "October 2023 at every date", "TPP of 4,800 alone", SPARSE, "always a licence"),
]


@pytest.fixture(scope="module")
def compared(control_chips, control_law):
    resolved, _, products = resolved_chips(record())
    sparse = inputs(resolved, products, ["dense", "sparse"])
    return agreement(load.table("control_cases"), control_chips, sparse, *control_law)


@pytest.fixture(scope="module")
def independent(compared):
    return compared[compared["evidence"] == "independent"]


def test_the_dated_rules_meet_all_independent_cases(independent):
    assert (independent["dated rules"].sum(), len(independent)) == (15, 15)


@pytest.mark.parametrize("rules", [rules for rules in SIMPLER if rules != SPARSE])
def test_each_simpler_rule_meets_fewer(independent, rules):
    assert 0 < independent[rules].sum() < 15


def test_sparse_rates_would_not_show_in_the_independent_cases_but_in_the_rest(compared, independent):
    """H20 at 296 TFLOP/s sparse FP8... its 2,368 would double to 4,736: over 2,400 of b.1, with a density of 5.8."""
    assert independent[SPARSE].sum() == 15
    h20 = compared[(compared["product"] == "h20-96gb") & (compared["on"] == "2024-02-15")]
    assert not h20[SPARSE].any()
    assert compared[SPARSE].sum() < compared["dated rules"].sum()


def test_no_other_way_is_compared(compared):
    assert list(compared.columns[-6:]) == ["dated rules", *SIMPLER]


def test_the_dated_rules_meet_the_rest_as_well_which_proves_less(compared):
    judged = compared.loc[compared["evidence"] != "independent", "dated rules"].dropna()
    assert (judged.sum(), len(judged)) == (21, 21)


def test_what_cannot_be_compared_is_kept_and_left_open(compared):
    left_open = compared["dated rules"].isna()
    assert len(compared) == 42
    assert list(compared.loc[left_open, "evidence"]).count("untestable") == 3
    rest = compared.loc[left_open & (compared["evidence"] != "untestable"), "expected"]
    assert sorted(rest) == ["no_tariff", "tariff_25", "tariff_25"]
    assert compared.loc[left_open, SIMPLER].isna().all(axis=None)
