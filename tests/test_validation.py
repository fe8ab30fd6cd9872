"""How the dated rules agree with what happened, over the cases that are evidence, and what simpler rules miss."""

import pytest

from analysis import load
from analysis.validation import agreement

SIMPLER = ["October 2022 at every date", "October 2023 at every date", "TPP of 4,800 alone", "always a licence"]


@pytest.fixture(scope="module")
def compared(control_chips, control_law):
    cases = load.table("control_cases")
    chosen = control_chips["chip_id"].isin(cases["product"]) | (control_chips["family"] == "a100")
    return agreement(cases, control_chips[chosen], *control_law)


@pytest.fixture(scope="module")
def independent(compared):
    return compared[compared["evidence"] == "independent"]


def test_the_dated_rules_meet_all_independent_cases(independent):
    assert (independent["dated rules"].sum(), len(independent)) == (15, 15)


@pytest.mark.parametrize("rules", SIMPLER)
def test_each_simpler_rule_meets_fewer(independent, rules):
    assert 0 < independent[rules].sum() < 15


def test_no_other_way_is_compared(compared):
    assert list(compared.columns[-5:]) == ["dated rules", *SIMPLER]


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
