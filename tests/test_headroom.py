"""How close chips were drawn to the lines, and the largest chip that stays under them, by hand."""

import math

import pytest

from analysis import control_results, controls
from analysis.errors import ParameterError
from analysis.headroom import largest, margins
from analysis.law import law_on

DESIGNED = ["h20-96gb", "l20", "rtx-5090d", "rtx-4090d", "rtx-5090d-v2", "mi325x"]


@pytest.fixture(scope="module")
def law(control_law):
    return lambda on: law_on(*control_law, on)


@pytest.fixture(scope="module")
def margin(control_chips, law):
    chosen = control_chips[control_chips["chip_id"].isin(DESIGNED)]

    def row(chip: str, rule: str, on: str = "2024-02-15"):
        return margins(chosen, law(on)).set_index(["chip_id", "rule_id"]).loc[(chip, rule)]

    return row


@pytest.mark.parametrize(
    ("chip", "rule", "quantity", "value", "threshold"),
    [
        ("h20-96gb", "R2-3A090.b.1", "tpp", 2368, 2400),
        ("h20-96gb", "R2-3A090.b.2", "performance_density", 2368 / 814, 3.2),
        ("l20", "R2-3A090.b.2", "performance_density", 3.14, 3.2),
        ("rtx-5090d", "R2-3A090.a.1", "tpp", 4750, 4800),
        ("rtx-4090d", "R2-3A090.a.1", "tpp", 4707, 4800),
    ],
)
def test_chips_for_china_stand_just_under_a_line(margin, chip, rule, quantity, value, threshold):
    found = margin(chip, rule)
    assert (found["quantity"], found["threshold"]) == (quantity, threshold)
    assert found["value"] == pytest.approx(value, rel=0.005)  # the record prints 239.0 or 240, 588.3 or 588.4
    assert found["headroom"] == found["value"] / threshold < 1


def test_the_h20_to_the_last_digit(margin):
    assert margin("h20-96gb", "R2-3A090.b.1")["headroom"] == pytest.approx(0.98667, abs=5e-6)
    assert margin("h20-96gb", "R2-3A090.b.2")["value"] == pytest.approx(2.909, abs=5e-4)


def test_the_memory_of_the_rtx_5090d_v2_and_the_mi325x(margin):
    letters = margin("rtx-5090d-v2", "R6-NUM", "2025-09-01")
    assert (letters["quantity"], letters["value"], letters["threshold"]) == ("dram_bandwidth", 1344, 1400)
    lid = margin("mi325x", "R9-CASEBYCASE", "2026-02-01")
    assert (lid["quantity"], lid["threshold"]) == ("tpp", 21000)
    assert lid["headroom"] == pytest.approx(0.996, abs=5e-4)


def test_an_unknown_quantity_has_no_headroom(made_chips, law):
    found = margins(made_chips({"tpp": 2000, "applicable_die_area_mm2": None}), law("2024-02-15"))
    assert set(found.loc[found["chip_id"] == "made-0", "rule_id"]) == {"R2-3A090.a.1"}


@pytest.mark.parametrize(
    ("area", "tpp", "rule"),
    [
        (400, 1600, "R2-3A090.b.2"),  # density 4 at 1,600: the floor of a.2 and b.2
        (600, 1920, "R2-3A090.b.2"),  # 3.2 x 600
        (800, 2400, "R2-3A090.b.1"),  # 3.2 x 800 is 2,560, past the floor of b.1
        (1600, 2560, "R2-3A090.b.1"),  # 1.6 x 1,600
        (3000, 4800, "R2-3A090.a.1"),  # 1.6 x 3,000: where a.1 begins
        (10000, 4800, "R2-3A090.a.1"),
    ],
)
def test_the_largest_legal_chip_by_hand(law, status_of, area, tpp, rule):
    found = largest(law("2024-02-15"), [area]).iloc[0]
    assert (found["largest_tpp"], found["rule_id"]) == (pytest.approx(tpp), rule)
    below, at = status_of(area, found["largest_tpp"] - 0.01), status_of(area, found["largest_tpp"] + 0.01)
    assert (below, at) == ("none", "3A090.a" if rule == "R2-3A090.a.1" else "3A090.b")


@pytest.fixture(scope="module")
def status_of(made_chips, control_law):
    def control_class(area: float, tpp: float) -> str:
        chips = made_chips({"tpp": tpp, "applicable_die_area_mm2": area})
        return controls.classify(chips, *control_law, on="2024-02-15")["control_class"].iloc[0]

    return control_class


def test_tpp_alone_did_not_bind_before_october_2023(law):
    found = largest(law("2023-06-01"), [400.0, 3000.0])
    assert list(found["largest_tpp"]) == [math.inf, math.inf]
    assert list(found["rule_id"]) == ["", ""]


@pytest.mark.parametrize(
    ("on", "bandwidths"),
    [
        ("2024-02-15", None),
        ("2025-04-08", None),
        ("2025-04-09", [1400, 1100, 1700]),
        ("2026-02-01", [1400, 1100, 1700]),
    ],
)
def test_bandwidths_bind_from_the_letters_of_april_2025(law, on, bandwidths):
    found = largest(law(on), [800.0])[["dram_bandwidth_below", "io_bandwidth_below", "sum_below"]].iloc[0]
    assert found.isna().all() if bandwidths is None else list(found) == bandwidths


@pytest.mark.parametrize("areas", [["400", "x"], ["0"], ["-5"], []])
def test_an_area_is_above_nothing(areas):
    with pytest.raises(ParameterError) as refused:
        control_results.largest_legal_chip(on="2024-02-15", areas=areas)
    assert str(refused.value) == f"areas: {', '.join(areas)} are not all areas above 0 mm2. Write 400,600,800."
