"""Published scenarios out of their assumptions, what the others lack, and the solver behind both."""

import pytest

from analysis.facts.errors import ParameterError
from analysis.scenarios.solve import EVERY, NONE, solve
from tests.records import record

BY_HAND = {
    "ifp-b30a-over-h20": 12.67,  # 7,500 x 4 over 296 x 8
    "s09-epoch-stock": 2_000_000,  # 660,000 over 0.33
    "s10-bernstein-2025": 37_000,  # 39.5 - 16.8 + 10.5 + 2.8 + 1.0 + 1.5 - 1.5
    "s11-bernstein-2028": 0.932,  # 82 of 88
    "s12-morgan-stanley-2025": 1_965_600,  # 7,000 x 12 x 78 x 0.3
    "s13-jpmorgan-charge": 15_714,  # 5.5bn over 35 percent
    "s14a-munster-price": 0.1765,
    "s14b-munster-margin": 0.6035,
    "s15-itif-decoupling": 13_860,
    "s16a-okx-wafers": 23_636,
    "s16b-okx-cowos": 46_429,
}
FIT = {
    "s01-ifp-b30a-none": 222_258,  # 6.89 million over 31
    "s02-ifp-b30a-middle": (6_890_000 - 4 * 222_300) / 5,
    "s03-ifp-b30a-worst": (6_890_000 - 222_300) / 2,
    "s04-ifp-hopper-none": 140_612,
    "s05-ifp-hopper-exports": (6_890_000 - 1.2 * 222_300) / 2.2,
    "s07-grunewald-cap": 0.23,
    "s17-cfr-huawei": 800_000 * 12_032 / 0.045,
}


def published(**asked):
    return record().published_scenarios(**asked).set_index("position")


def test_those_with_public_assumptions_come_out_within_their_rounding():
    found = published()
    known = found[found["lacks"] == ""]
    assert known["computed"].to_dict() == pytest.approx(BY_HAND, rel=5e-4)
    assert known["is_reproduced"].all()


def test_the_others_say_what_is_missing_and_which_value_would_fit():
    found = published()
    lacking = found[found["lacks"] != ""]
    assert lacking["is_reproduced"].isna().all()
    assert lacking["would_fit"].dropna().to_dict() == pytest.approx(FIT, rel=1e-4)
    assert set(lacking.index) - set(FIT) == {"s06-grunewald-2026", "s08-cnas-2024"}
    assert found.loc["s06-grunewald-2026", "lacks"] == "what proxies make abroad"  # three routes exceed the total


def test_a_swapped_assumption_moves_what_rests_on_it_and_nothing_else():
    found = published(swap={"yield_share": 0.4})
    assert found.loc["s12-morgan-stanley-2025", "computed_swapped"] == pytest.approx(2_620_800)  # 1,965,600 x 4/3
    assert found["swapped"].ne("").sum() == 1


def test_solve_finds_the_least_root_and_says_where_there_is_none():
    assert solve(lambda x: x * x, 4, 0, 10).value == pytest.approx(2)
    assert solve(lambda x: x * x, 4, -10, 10).value == pytest.approx(-2)
    assert (solve(lambda x: x + 1, 0, 0, 10).why, solve(lambda _: 3.0, 3, 0, 1).why) == (NONE, EVERY)
    assert solve(lambda x: x, 0, 0, 1).value == 0
    assert solve(lambda _: float("nan"), 3, 0, 1).why == "an input that it needs is unknown"


def test_the_fee_at_which_an_h200_is_no_better_than_an_ascend_910c():
    costs = record().scenario_costs(policies="h200-as-licensed", draws=4096)
    row = costs[(costs["measure"] == "bandwidth") & (costs["against"] == "domestic")].iloc[0]
    found = record().break_even().iloc[0]
    assert 1 / (1 - found["value"]) == pytest.approx(row["rival_p50"] / row["p50"], rel=0.005)  # passed on in full
    assert found["at_low"] < 1 < found["at_high"]
    by_compute = record().break_even(of="cost:h200-as-licensed:h200-sxm:compute", vary="fee").iloc[0]
    assert by_compute["why"] == NONE  # an H200 is the dearer one without any fee


def test_the_fp4_rate_at_which_a_b30a_is_twelve_times_an_h20():
    found = record().break_even(of="position:ifp-b30a-over-h20", vary="b30a_fp4_tops").iloc[0]
    assert found["value"] == pytest.approx(12 * 2368 / 4)


def test_the_price_at_which_caijings_twenty_billion_comes_true():
    years = record().units_by_year()
    units = years.loc[(years["product"] == "h20") & (years["year"] == "2025"), "p50"].iloc[0]
    asked = {"of": "units:h20:2025", "vary": "price", "goal": 20_000}
    assert record().break_even(**asked, low=5_000, high=60_000).iloc[0]["value"] == pytest.approx(2e10 / units)
    assert record().break_even(**asked).iloc[0]["why"] == NONE  # no price that was quoted


def test_a_goal_of_a_policy_is_reached_at_the_value_found():
    asked = {"of": "policy:h200-as-licensed:revenue", "vary": "h200-sxm: gate", "goal": 10_000}
    found = record().break_even(**asked).iloc[0]
    assert 0 < found["value"] < 1
    again = record().break_even(**asked, low=0.0, high=found["value"]).iloc[0]
    assert again["at_high"] == pytest.approx(10_000, rel=1e-6)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"of": "nothing"}, "of: 'nothing' is nothing that can break even."),
        ({"of": "position:nobody", "vary": "x"}, "of: there is no view 'nobody'."),
        (
            {"of": "position:caijing-h20-2025", "vary": "quarter"},
            "vary: 'quarter' is no input here.",
        ),
        ({"vary": "fees"}, "vary: 'fees' is no input here. Did you mean 'fee'?"),
        ({"of": "policy:ban:revenue", "vary": "smuggled"}, "goal: policy:ban:revenue has no headline of its own."),
        ({"of": "policy:ban:profits", "vary": "smuggled"}, "of: 'profits' is none of"),
        ({"of": "units:l20:2025", "vary": "price"}, "of: no units of 'l20' in '2025' are estimated."),
        ({"low": 0.9, "high": 0.1}, "low: 0.9 is not below high 0.1."),
    ],
)
def test_what_cannot_be_solved_is_refused(asked, told):
    with pytest.raises(ParameterError) as refused:
        record().break_even(**asked)
    assert told in str(refused.value)


def test_what_china_lets_in_decides():
    found = record().scenario_sensitivity(draws=1024)
    assert found["first"].sum() <= 1.02
    assert (found["total"] >= found["first"] - 0.02).all()
    assert found["variable"].iloc[0] == "h200-sxm: gate"


@pytest.mark.parametrize(
    ("draws", "told"),
    [
        (1000, r"draws: 1000 is no power of two\. Write 1024\."),
        (1 << 17, r"draws: 131072 are more than 65,536\. Write 4096\."),
    ],
)
def test_draws_that_indices_cannot_be_had_from_are_refused(draws, told):
    with pytest.raises(ParameterError, match=told):
        record().scenario_sensitivity(draws=draws)


def test_a_map_rises_with_the_gate():
    found = record().scenario_map(across="h200-sxm: gate", up="h200-sxm: price", steps=3, draws=256)
    rising = found.pivot(index="up", columns="across", values="p50")
    assert (rising.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
    with pytest.raises(ParameterError, match="does not vary here"):
        record().scenario_map(across="h200-sxm: fee")
