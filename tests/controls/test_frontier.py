"""The largest chip that a regime leaves free: the bounds by hand, and held against the treatment of chips."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.controls import status as controls
from analysis.controls.frontier import LEVELS, frontier
from analysis.controls.law import law_on
from analysis.facts.errors import ParameterError
from tests.records import record

OCT_2022, OCT_2023, LETTERS, JAN_2026 = "2023-06-01", "2024-02-15", "2025-06-01", "2026-02-01"


@pytest.fixture(scope="module")
def bound(control_law, control_chips):
    """The frontier of one day, area and I/O bandwidth."""

    def row(on: str, area: float = 800.0, link: float = 64.0, treatment: str = "allowed"):
        return frontier({on: law_on(*control_law, on, control_chips)}, [area], [link], [treatment]).iloc[0]

    return row


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
def test_october_2023_by_hand(bound, area, tpp, rule):
    found = bound(OCT_2023, area)
    assert (found["largest_tpp"], found["rule_id"]) == (pytest.approx(tpp), rule)
    assert found["dram_bandwidth_below"] == math.inf


@pytest.mark.parametrize(
    ("on", "link", "tpp"),
    [
        ("2022-09-10", 599, math.inf),
        ("2022-09-10", 600, 4988),  # the A100: 624 TOPS at 8 bit, 623.5 at least
        (OCT_2022, 599, math.inf),
        (OCT_2022, 600, 4800),
        (OCT_2023, 599, 2400),
        (OCT_2023, 600, 2400),
    ],
)
def test_a_line_of_io_bandwidth_binds_those_that_reach_it(bound, on, link, tpp):
    assert bound(on, link=link)["largest_tpp"] == tpp


@pytest.mark.parametrize(
    ("link", "tpp", "memory"),
    [
        (64, 2400, 1400),
        (300, 2400, 1400),  # 300 + 1,400 is 1,700
        (400, 2400, 1300),
        (899, 2400, 801),
        (900, 0, None),  # the interconnect of the H20 itself
        (1100, 0, None),
    ],
)
def test_the_letters_of_april_2025_by_hand(bound, link, tpp, memory):
    found = bound(LETTERS, link=link)
    assert found["largest_tpp"] == tpp
    assert math.isnan(found["dram_bandwidth_below"]) if memory is None else found["dram_bandwidth_below"] == memory


@pytest.mark.parametrize(
    ("on", "treatment", "tpp", "memory"),
    [
        (OCT_2023, "nac_notice", 4736, math.inf),  # 5.92 x 800
        (JAN_2026, "case_by_case", 21000, 6500),
        (JAN_2026, "allowed", 2400, 1400),
    ],
)
def test_what_notice_and_review_let_through(bound, on, treatment, tpp, memory):
    found = bound(on, treatment=treatment)
    assert (found["largest_tpp"], found["dram_bandwidth_below"]) == (pytest.approx(tpp), memory)


@given(
    on=st.sampled_from(["2022-09-10", OCT_2022, "2023-11-01", OCT_2023, LETTERS, JAN_2026]),
    treatment=st.sampled_from(LEVELS),
    area=st.sampled_from([100.0, 400.0, 777.0, 1600.0, 5000.0]),
    link=st.sampled_from([64.0, 599.0, 600.0, 900.0, 1200.0]),
)
@settings(max_examples=25, deadline=None)
def test_a_chip_just_under_the_frontier_passes_and_one_on_it_does_not(
    bound, made_chips, control_law, control_chips, on, treatment, area, link
):
    found = bound(on, area, link, treatment)
    tpp = found["largest_tpp"]
    if not 0 < tpp < math.inf:
        return
    chip = {"applicable_die_area_mm2": area, "io_bandwidth": link}
    chips = made_chips(chip | {"tpp": tpp - 0.01}, chip | {"tpp": tpp + 0.01})
    status = controls.classify(chips, *control_law, on=on, levels=control_chips)["treatment"]
    passes = status.isin(LEVELS[: LEVELS.index(treatment) + 1])
    assert list(passes.iloc[:2]) == [True, False]


def test_a_regime_that_moves_no_bound_is_left_out():
    found = record().largest_legal_chip(areas=["800"])
    starts = ["2022-08-26", "2022-10-07", "2023-10-23", "2023-11-17", "2025-04-09"]
    assert list(dict.fromkeys(found["from_on"])) == starts
    reviewed = record().largest_legal_chip(areas=["800"], treatment="case_by_case")
    assert list(dict.fromkeys(reviewed["from_on"])) == [*starts, "2026-01-15"]


def test_a_day_asked_about_stands_alone():
    assert set(record().largest_legal_chip(on="2024-02-15")["from_on"]) == {"2024-02-15"}
    assert record().largest_legal_chip(on="2022-08-01")["largest_tpp"].eq(math.inf).all()


@pytest.mark.parametrize(
    ("areas", "text"),
    [
        (["400", "x"], "areas: 'x' is not a number. Write it like 0.25."),
        ([0], "areas: 0.0 is not above 0."),
        ("-5", "areas: -5.0 is not above 0."),
        ([], "areas: no size is named. Write it like 400,600,800."),
        ([math.nan], "areas: nan is not a number. Write it like 0.25."),
        (["inf"], "areas: 'inf' is not a number. Write it like 0.25."),
    ],
)
def test_an_area_is_above_nothing(areas, text):
    with pytest.raises(ParameterError) as refused:
        record().largest_legal_chip(on="2024-02-15", areas=areas)
    assert str(refused.value) == text


def test_only_what_an_exporter_may_hope_for_has_a_frontier():
    with pytest.raises(ParameterError, match="treatment: 'denied' is not one of allowed, nac_notice, case_by_case"):
        record().largest_legal_chip(treatment="denied")
