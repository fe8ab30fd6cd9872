"""A set-valued result holds the answer of every value that is possible."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.controls import status as controls
from analysis.controls.possible import FAR, represent

DAYS = ["2022-09-10", "2023-06-01", "2023-11-01", "2024-02-15", "2025-06-01", "2026-02-01"]
VALUES = {
    "tpp": st.one_of(st.sampled_from([1600, 2400, 4800, 21000]), st.floats(0, 30000)),
    "applicable_die_area_mm2": st.one_of(st.sampled_from([400, 814, 1600, 2900]), st.floats(50, 10000)),
    "dram_bandwidth": st.one_of(st.sampled_from([1400, 4500, 6500]), st.floats(0, 8000)),
    "io_bandwidth": st.one_of(st.sampled_from([300, 600, 1100]), st.floats(0, 2000)),
    "is_datacenter": st.sampled_from([0, 1]),
}
CHIPS = st.fixed_dictionaries(VALUES)
NUMBERS = [name for name in VALUES if name != "is_datacenter"]


@pytest.fixture(scope="module")
def status(made_chips, control_law):
    def rows(*chips: dict, on: str):
        return controls.classify(made_chips(*chips), *control_law, on=on).iloc[: len(chips)]

    return rows


def holds_all(found) -> bool:
    """Whether the first row, a set, holds the treatment of each of the others."""
    return set(found["treatment"].iloc[1:]) <= set(found["possible_treatments"].iloc[0].split("|"))


@pytest.mark.parametrize("unknown", [(name,) for name in VALUES] + [("dram_bandwidth", "io_bandwidth")])
@given(on=st.sampled_from(DAYS), chip=CHIPS, data=st.data())
@settings(max_examples=10, deadline=None)
def test_what_is_unknown_may_be_anything(status, on, unknown, chip, data):
    nothing = dict.fromkeys(unknown, float("nan"))
    drawn = [chip | {name: data.draw(VALUES[name]) for name in unknown} for _ in range(4)]
    assert holds_all(status(chip | nothing, *drawn, on=on))


@pytest.mark.parametrize("ranged", NUMBERS)
@given(on=st.sampled_from(DAYS), chip=CHIPS, data=st.data())
@settings(max_examples=10, deadline=None)
def test_a_range_may_be_anything_in_it(status, on, ranged, chip, data):
    low, *inside, high = sorted(data.draw(st.lists(VALUES[ranged], min_size=4, max_size=6)))
    assert holds_all(status(chip | {ranged: (low, high)}, *(chip | {ranged: value} for value in inside), on=on))


def test_the_lines_of_density_cut_a_range_of_tpp_too(status):
    """At 2,900 mm2 density reaches 1.6 at 4,640: between there and 4,800 lies 3A090.b.1, inside one gap of TPP."""
    chip = {"applicable_die_area_mm2": 2900}
    found = status(chip | {"tpp": (2450, 4900)}, chip | {"tpp": 4700}, on="2024-02-15")
    assert found["treatment"].iloc[1] == "nac_notice"
    assert found["possible_treatments"].iloc[0] == "allowed|nac_notice|presumption_of_denial"


def test_a_range_from_bound_to_bound_reaches_the_band_between(status):
    chip = {"dram_bandwidth": 4800, "tpp": (14000, 17500)}
    assert status(chip, on="2026-02-01")["section_232"].iloc[0] == "unknown"  # strict bounds: the ends are outside


def test_an_unknown_area_leaves_b_or_nothing(status):
    found = status({"tpp": 2368, "applicable_die_area_mm2": None}, on="2024-02-15").iloc[0]
    assert (found["treatment"], found["settled_by"]) == ("unknown", "performance_density")
    assert found["possible_classes"] == "3A090.a|3A090.b|none"
    low = status({"tpp": 1599, "applicable_die_area_mm2": None}, on="2024-02-15").iloc[0]
    assert (low["treatment"], low["settled_by"]) == ("allowed", "")


def test_what_is_known_to_be_far_from_a_line_settles_nothing(status):
    found = status({"tpp": 5000, "dram_bandwidth": None, "io_bandwidth": None}, on="2024-02-15").iloc[0]
    assert (found["treatment"], found["settled_by"]) == ("presumption_of_denial", "")


def test_a_chip_of_which_nothing_is_known_may_be_anything(status):
    found = status(dict.fromkeys(VALUES), on="2024-02-15").iloc[0]
    assert found["possible_treatments"] == "allowed|nac_notice|presumption_of_denial"
    assert found["settled_by"] == "tpp, performance_density, is_datacenter"


@pytest.mark.parametrize(
    ("low", "high", "cuts", "points"),
    [
        (5, 5, [1, 9], [5]),
        (5, 5, [5], [5]),
        (2, 8, [5], [2, 3.5, 5, 6.5, 8]),
        (2, 8, [2, 8], [2, 5, 8]),
        (float("nan"), float("nan"), [10], [0, 5, 10, FAR]),  # what is beyond the last cut is as good as infinite
        (3, float("nan"), [10], [3, 6.5, 10, FAR]),
        (3, FAR, [10], [3, 6.5, 10, FAR]),
    ],
)
def test_points_stand_for_the_ends_the_cuts_and_the_gaps(low, high, cuts, points):
    assert represent(low, high, cuts) == points
