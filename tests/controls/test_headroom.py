"""How close chips were drawn to the lines, by hand."""

import pytest

from analysis.controls.headroom import margins
from analysis.controls.law import law_on
from analysis.facts.errors import ParameterError
from tests.records import record

DESIGNED = ["h20-96gb", "l20", "rtx-5090d", "rtx-4090d", "rtx-5090d-v2", "mi325x"]


@pytest.fixture(scope="module")
def law(control_law, control_chips):
    return lambda on: law_on(*control_law, on, control_chips)


@pytest.fixture(scope="module")
def margin(control_chips, law):
    chosen = control_chips[control_chips["chip_id"].isin(DESIGNED)]

    def row(chip: str, rule: str, on: str = "2024-02-15"):
        return margins(chosen, law(on)).set_index(["chip_id", "rule_id"]).loc[(chip, rule)]

    return row


@pytest.mark.parametrize(
    ("chip", "rule", "quantity", "low", "high", "threshold"),
    [
        # FP8 296 and TF32 74, half a unit in the last place either way
        ("h20-96gb", "R2-3A090.b.1", "tpp", 295.5 * 8, 74.5 * 32, 2400),
        ("h20-96gb", "R2-3A090.b.2", "performance_density", 295.5 * 8 / 814, 74.5 * 32 / 814, 3.2),
        # TF32 60 is 59.5 to 60.5: 1,904 to 1,936 over 609 mm2
        ("l20", "R2-3A090.b.2", "performance_density", 59.5 * 32 / 609, 60.5 * 32 / 609, 3.2),
        ("rtx-5090d", "R2-3A090.a.1", "tpp", 1187.45 * 4, 1187.55 * 4, 4800),
        ("rtx-4090d", "R2-3A090.a.1", "tpp", 588.25 * 8, 588.35 * 8, 4800),
    ],
)
def test_chips_for_china_stand_just_under_a_line(margin, chip, rule, quantity, low, high, threshold):
    found = margin(chip, rule)
    assert (found["quantity"], found["threshold"]) == (quantity, threshold)
    assert (found["value_low"], found["value"]) == pytest.approx((low, high))
    assert found["headroom"] == found["value"] / threshold < 1
    assert found["headroom_low"] == found["value_low"] / threshold


def test_a_quantity_of_a_million_is_known(lines):
    assert lines("2024-02-15", tpp=2e6)["R2-3A090.a.1"] == ("tpp", 2e6, 4800)


def test_a_quantity_known_from_below_alone_is_no_line(lines):
    assert "R2-3A090.a.1" not in lines("2024-02-15", tpp=(4032, float("inf")))


def test_a_letter_has_no_line_for_makers_it_did_not_go_to(made_chips, law):
    chips = made_chips({"dram_bandwidth": 1000}, {"dram_bandwidth": 1000}, {"dram_bandwidth": 1000})
    chips = chips.assign(maker=["NVIDIA", "AMD", "Biren", "NVIDIA"])
    found = margins(chips, law("2025-06-01")).groupby("chip_id")["rule_id"].agg(set)
    letters = {chip: {rule for rule in rules if rule.startswith("R6")} for chip, rules in found.items()}
    assert letters["made-0"] == {"R6-NVIDIA", "R6-NUM"}
    assert letters["made-1"] == {"R6-NUM"}  # to Intel, NVIDIA and AMD alike, as the press has it
    assert letters["made-2"] == set()


def test_the_memory_of_the_rtx_5090d_v2_and_the_mi325x(margin):
    letters = margin("rtx-5090d-v2", "R6-NUM", "2025-09-01")
    assert (letters["quantity"], letters["value"], letters["threshold"]) == ("dram_bandwidth", 1344, 1400)
    lid = margin("mi325x", "R9-CASEBYCASE", "2026-02-01")
    assert (lid["quantity"], lid["threshold"]) == ("tpp", 21000)
    assert lid["headroom"] == pytest.approx(0.996, abs=5e-4)


@pytest.fixture
def lines(made_chips, law):
    """Quantity, value and threshold by rule, for one made chip on a day."""

    def of(on: str, **chip: object) -> dict[str, tuple]:
        found = margins(made_chips(chip), law(on))
        rows = found[found["chip_id"] == "made-0"].set_index("rule_id")
        assert (rows["headroom"] == rows["value"] / rows["threshold"]).all()
        return {rule: tuple(row) for rule, row in rows[["quantity", "value", "threshold"]].T.items()}

    return of


@pytest.mark.parametrize(
    ("tpp", "rules"),
    [
        (1500, {"R2-3A090.a.1": 4800, "R2-3A090.a.2": 1600, "R2-3A090.b.1": 2400, "R2-3A090.b.2": 1600}),
        (2000, {"R2-3A090.a.1": 4800, "R2-3A090.b.1": 2400}),  # a.2 and b.2 may fail by density alone
        (3000, {"R2-3A090.a.1": 4800}),
    ],
)
def test_where_all_must_hold_an_unknown_quantity_leaves_only_what_is_known_to_fail(lines, tpp, rules):
    found = lines("2024-02-15", tpp=tpp, applicable_die_area_mm2=None)
    assert found == {rule: ("tpp", tpp, threshold) for rule, threshold in rules.items()}


@pytest.mark.parametrize(
    ("chip", "nvidia", "press"),
    [
        ({"dram_bandwidth": 1792}, ("dram_bandwidth", 1792, 4000), ("dram_bandwidth", 1792, 1400)),
        ({"dram_bandwidth": 700}, ("dram_bandwidth", 700, 4000), ("dram_bandwidth", 700, 1400)),
        ({"dram_bandwidth": None, "io_bandwidth": 990}, ("io_bandwidth", 990, 900), ("io_bandwidth", 990, 1100)),
    ],
)
def test_where_any_suffices_the_closest_known_quantity_is_a_line(lines, chip, nvidia, press):
    found = lines("2025-06-01", **{"io_bandwidth": None} | chip)
    assert (found["R6-NVIDIA"], found["R6-NUM"]) == (nvidia, press)


def test_what_china_makes_has_no_line(made_chips, law):
    chips = made_chips({"tpp": 2000}).assign(maker_country=["CN", "US"])
    assert set(margins(chips, law("2024-02-15"))["chip_id"]) == {"level"}


def test_of_which_nothing_is_known_there_is_no_line(lines):
    assert lines("2025-06-01", tpp=None, dram_bandwidth=None, io_bandwidth=None) == {}


def test_a_lid_that_is_known_to_be_passed_is_a_line_whatever_the_rest(lines):
    assert lines("2026-02-01", tpp=42000, dram_bandwidth=None)["R9-CASEBYCASE"] == ("tpp", 42000, 21000)


def test_a_rule_for_datacenters_has_no_line_for_other_chips(made_chips, law):
    found = margins(made_chips({"tpp": 4750, "is_datacenter": 0}, {"tpp": 4750}), law("2023-11-01"))
    assert set(found.loc[found["rule_id"] == "R2E-IMMEDIATE", "chip_id"]) == {"made-1", "level"}


def test_the_letter_of_2022_draws_its_line_at_the_a100(made_chips, law):
    found = margins(made_chips({"tpp": 2496, "io_bandwidth": 600}), law("2022-09-10")).set_index(["chip_id", "rule_id"])
    line = found.loc[("made-0", "R0-LETTER-CATCHALL")]
    assert (line["quantity"], line["threshold"]) == ("tpp", 623.5 * 8)  # INT8 624, at least
    assert line["headroom"] == 2496 / 4988


@pytest.mark.parametrize(
    ("chip", "quantity", "value", "threshold"),
    [
        ("h20-96gb", "tpp", 74.5 * 32, 2400),
        ("l20", "performance_density", 60.5 * 32 / 609, 3.2),
        ("rtx-4090d", "tpp", 4707, 4800),
        ("rtx-5090d", "tpp", 4750, 4800),
        ("rtx-5090d-v2", "dram_bandwidth", 1344, 1400),
        ("rtx-6000d", "dram_bandwidth", 1398, 1400),
    ],
)
def test_the_lines_that_chips_for_china_stay_under(chip, quantity, value, threshold):
    found = record().design_margins(chip=chip).set_index("quantity")
    line = found.loc[[quantity]].iloc[0]
    assert (line["value"], line["threshold"]) == (pytest.approx(value, rel=0.005), threshold)


def test_only_lines_that_are_near_and_only_exports():
    found = record().design_margins(within="0.02")
    assert found["headroom"].between(0.98, 1, inclusive="neither").all()
    assert not record().design_margins(chip="metax-c500-oam", within="0.5").size


@pytest.mark.parametrize(
    ("within", "text"),
    [
        (0, "within: 0.0 is not above 0 and at most 1."),
        ("-1", "within: -1.0 is not above 0 and at most 1."),
        ("a tenth", "within: 'a tenth' is not a number. Write it like 0.25."),
        ("inf", "within: 'inf' is not a number. Write it like 0.25."),
    ],
)
def test_a_distance_is_above_nothing(within, text):
    with pytest.raises(ParameterError) as refused:
        record().design_margins(within=within)
    assert str(refused.value) == text
