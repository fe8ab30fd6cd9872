"""Which chips may be sold to China on a day: history, each line from both sides, and what never happens."""

import csv
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.controls import results, words
from analysis.controls import status as controls
from analysis.controls.law import in_force, law_on
from analysis.controls.treatment import RULES_RUN
from analysis.facts import load
from analysis.facts.errors import ParameterError
from analysis.facts.paths import DATA
from analysis.parameters import faults
from tests.records import record

with (DATA / "control_cases.csv").open(newline="", encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))
TESTABLE = [case for case in CASES if case["evidence"] != "untestable"]
ANY_LICENCE = {"nac_notice", "case_by_case", "licence_required", "presumption_of_denial", "licensed_with_share"}
MEETS = {
    "allowed": {"allowed"},
    "licence_required": ANY_LICENCE,
    "licence_case_by_case": {"case_by_case"},
    "licence_denial": {"presumption_of_denial"},
    "licensed_with_share": {"licensed_with_share"},
}
TARIFF = {"tariff_25": "25 percent unless exempt", "no_tariff": "none"}

# one day in each regime
LETTER, OCT_2022, AT_ONCE, OCT_2023 = "2022-09-10", "2023-06-01", "2023-11-01", "2024-02-15"
LETTERS, SHARE, JAN_2026 = "2025-06-01", "2025-10-01", "2026-02-01"
REGIMES = [LETTER, OCT_2022, AT_ONCE, OCT_2023, LETTERS, SHARE, JAN_2026]

FREE, NAC, LICENCE = "allowed", "nac_notice", "licence_required"
CASE, DENIAL = "case_by_case", "presumption_of_denial"


@pytest.fixture(scope="module")
def classify(control_chips, control_law):
    """The row of one chip of the record on one day."""

    def row(chip: str, on: str) -> pd.Series:
        chosen = control_chips[control_chips["chip_id"] == chip]
        return controls.classify(chosen, *control_law, on=on, levels=control_chips).iloc[0]

    return row


@pytest.fixture(scope="module")
def status(made_chips, control_law, control_chips):
    """The rows of hand-made chips on one day, in the order given."""

    def rows(*chips: dict, on: str) -> pd.DataFrame:
        made = made_chips(*chips).iloc[: len(chips)]
        return controls.classify(made, *control_law, on=on, levels=control_chips)

    return rows


# history


@pytest.mark.parametrize("case", TESTABLE, ids=lambda case: f"{case['product']} {case['on']} {case['expected']}")
def test_history(classify, case):
    found = classify(case["product"], case["on"])
    if case["expected"] in TARIFF:
        assert found["section_232"] == TARIFF[case["expected"]]
    else:
        assert set(found["possible_treatments"].split("|")) <= MEETS[case["expected"]]


def test_three_cases_cannot_be_tested():
    untestable = [case["as_printed"] for case in CASES if case["evidence"] == "untestable"]
    assert untestable == ["MI309", "RTX Pro 6000D", "Gaudi (China variants)"]
    assert (len(TESTABLE), len(CASES)) == (39, 42)


@pytest.mark.parametrize(
    ("chip", "on", "treatment"),
    [
        ("h20-96gb", "2024-02-15", FREE),
        ("h20-96gb", "2025-04-08", FREE),
        ("h20-96gb", "2025-04-09", LICENCE),
        ("h20-96gb", "2025-04-20", LICENCE),
        # udn-ft-h20-licences-2025-08-10, npr-15-percent-2025-08-11: an assurance in July, licences and share in August
        ("h20-96gb", "2025-07-14", LICENCE),
        ("h20-96gb", "2025-07-20", LICENCE),
        ("h20-96gb", "2025-08-07", LICENCE),
        ("h20-96gb", "2025-08-08", CASE),
        ("h20-96gb", "2025-08-11", "licensed_with_share"),
        ("mi308x", "2025-08-11", "licensed_with_share"),
        # nvda-8k-2023-10-24-quoted lists the A800; 4,990 of 4,800 by rule
        ("a800-pcie-40gb", "2023-10-22", FREE),
        ("a800-pcie-40gb", "2023-10-23", DENIAL),
        ("a800-pcie-40gb", "2024-01-01", DENIAL),
        ("h800-sxm", "2023-06-01", FREE),
        ("h800-sxm", "2023-10-22", FREE),
        ("h800-sxm", "2023-10-23", DENIAL),
        ("h800-sxm", "2023-11-01", DENIAL),
        ("l40s", "2023-11-16", DENIAL),
        ("l40", "2023-11-16", FREE),
        ("l40", "2023-11-17", NAC),
        ("rtx-4090", "2023-11-16", FREE),
        ("rtx-4090", "2023-11-17", NAC),
        ("h200-sxm", "2025-06-01", DENIAL),
        ("h200-sxm", "2026-01-14", DENIAL),
        ("h200-sxm", "2026-01-15", CASE),
        ("h200-sxm", "2026-02-01", CASE),
        ("b30a", "2026-02-01", DENIAL),
    ],
)
def test_a_chip_on_a_day(classify, chip, on, treatment):
    assert classify(chip, on)["treatment"] == treatment


def test_the_h20_was_drawn_just_under_the_line(classify):
    found = classify("h20-96gb", OCT_2023)
    assert (found["control_class"], found["licence_policy"], found["rule_id"]) == ("none", "none", "")
    assert found["binding_quantity"] == "tpp"
    assert (found["headroom_low"], found["headroom"]) == pytest.approx((2364 / 2400, 2384 / 2400))


BINDING = ["binding_quantity", "binding_value", "binding_threshold"]


@pytest.mark.parametrize(
    ("chip", "possible", "line"),
    [
        # memory and links of the letters: 1,792 reaches 1,400 whatever the links are
        ("rtx-pro-6000-workstation", "case_by_case|licence_required", ("dram_bandwidth", 1792, 1400)),
        # case by case under 742.6 if for datacenters, else caught by the letters
        ("h800-pcie", "case_by_case|licence_required", ("dram_bandwidth", 2000, 1400)),
        ("rtx-pro-6000-server", "case_by_case|licence_required", ("dram_bandwidth", 1792, 1400)),
        ("h100-nvl", "case_by_case|licence_required", ("dram_bandwidth", 3940, 1400)),
        # 3A090.b by FP32, 97.04 x 32 / 750 mm2, if that counts and it is for datacenters, else free
        ("rtx-6000d", "allowed|nac_notice", ("performance_density", pytest.approx(97.045 * 32 / 750), 3.2)),
        # twice the 4,000 of the letter, and 28,000 of 21,000 of 742.6
        ("b100", "licence_required|presumption_of_denial", ("dram_bandwidth", 8000, 4000)),
    ],
)
def test_where_several_rules_are_possible_what_decides_is_a_line_that_the_chip_reaches(classify, chip, possible, line):
    found = classify(chip, JAN_2026)
    assert (found["rule_id"], found["possible_treatments"]) == ("several", possible)
    assert tuple(found[BINDING]) == line
    assert found["headroom"] == found["binding_value"] / found["binding_threshold"] > 1


@pytest.mark.parametrize(
    ("on", "chip", "settled_by", "line"),
    [
        # 4.14 / 3.2 is 1.29 and 1,500 / 1,400 is 1.07, but the memory alone is open
        (
            LETTERS,
            {"tpp": 3105, "applicable_die_area_mm2": 750, "dram_bandwidth": (1300, 1500)},
            "dram_bandwidth",
            ("dram_bandwidth", 1500, 1400),
        ),
        # 2,500 / 2,400 is 1.04; 2.5 / 1.6 is further past its line, and b.1 needs both
        (OCT_2023, {"tpp": (2250, 2500)}, "tpp", ("tpp", 2500, 2400)),
        # free, or caught by links that nobody knows: no number decides
        (LETTERS, {"dram_bandwidth": 1000, "io_bandwidth": None}, "io_bandwidth", ("unknown", None, None)),
        # 4,000 reaches the letter that names the H20, and any links leave it so
        (LETTERS, {"dram_bandwidth": 4000, "io_bandwidth": None}, "", ("dram_bandwidth", 4000, 4000)),
        # 22,000 / 21,000 is the one line between review and denial
        (JAN_2026, {"tpp": (20000, 22000)}, "tpp", ("tpp", 22000, 21000)),
        # 3A090.b at every TPP of the range, and free by no density: neither can change anything
        (OCT_2023, {"tpp": (2450, 2500)}, "", ("tpp", 2500, 2400)),
        # b.2 begins at 3.2 a mm2, 640 mm2 at a TPP of 2,048: the die area alone is open
        (
            OCT_2023,
            {"tpp": 2048, "applicable_die_area_mm2": (600, 700)},
            "performance_density",
            ("performance_density", 2048 / 600, 3.2),
        ),
    ],
)
def test_what_decides_is_the_line_on_which_an_open_question_turns(status, on, chip, settled_by, line):
    found = status(chip, on=on).iloc[0]
    assert found["settled_by"] == settled_by
    assert [None if value != value else value for value in found[BINDING]] == list(line)


def test_a_free_chip_is_measured_by_the_closest_line_that_it_is_under(status):
    noted = {"tpp": 4000, "applicable_die_area_mm2": 100, "is_datacenter": 0}
    found = status({"tpp": 1500}, noted, on=OCT_2023)[BINDING].to_numpy().tolist()
    assert found[0] == ["tpp", 1500, 2400]  # b.1: 0.63 of its TPP; a.2 and b.2 are further, by a density of 1.5
    assert found[1] == ["tpp", 4000, 4800]  # Note 2 frees it from a.2 and b.2, whose lines it is over


def test_the_letter_to_nvidia_is_not_a_control_class(classify):
    found = classify("h20-96gb", "2025-04-20")
    told = (found["control_class"], found["licence_policy"], found["rule_id"])
    assert told == ("none", "company letter", "R6-NVIDIA")
    licensed = classify("h20-96gb", SHARE)
    told = (licensed["control_class"], licensed["licence_policy"], licensed["rule_id"])
    assert told == ("none", "licences with a share", "R7-H20")


def test_case_by_case_lists_what_the_chip_itself_does_not_settle(classify):
    found = classify("h200-sxm", JAN_2026)
    told = (found["control_class"], found["licence_policy"], found["rule_id"])
    assert told == ("3A090.a", "case by case", "R9-CASEBYCASE")
    assert found["conditions"].split("; ") == [
        "exported from US",
        "commercially available in US at publication",
        "certified sufficient US supply",
        "certified no foundry capacity diversion",
        "china macau tpp share of us shipments at most half",
        "consignee kyc and remote access screening",
        "independent US lab test",
        "not prohibited end use or user",
        "buyer: entity list, R2-HQ",
        "use: military end use, R1-SUPERCOMP",
        "foundry: R5-PRESUME, R5-OVERCOME-a, R5-OVERCOME-b",
        "import: R11-CHINA",
    ]


def test_the_denial_of_the_b30a_says_that_it_rests_on_estimates(classify):
    found = classify("b30a", JAN_2026)
    assert (found["rule_id"], found["binding_quantity"]) == ("R9-DENY", "tpp")
    assert "tpp estimated" in found["inputs_basis"]
    assert "dram_bandwidth estimated" in found["inputs_basis"]
    assert found["headroom"] > 1


def test_the_rtx_6000d_says_which_inputs_are_only_reported_and_which_fact_would_settle_it(classify):
    found = classify("rtx-6000d", JAN_2026)
    for quantity in ("tpp", "applicable_die_area_mm2", "dram_bandwidth"):
        assert f"{quantity} reported" in found["inputs_basis"]
    assert "is_datacenter unknown" in found["inputs_basis"]
    assert (found["treatment"], found["settled_by"]) == ("unknown", "tpp, is_datacenter")
    assert (found["possible_treatments"], found["possible_classes"]) == ("allowed|nac_notice", "3A090.b|none")
    assert "tpp reported (C, disputed)" in found["inputs_basis"]


def test_a_part_whose_tensor_rates_are_not_known_dense_is_a_set(classify, status):
    """TPP of 4,032 at least by FP32: free, 3A090.b or 3A090.a, and TPP would settle it."""
    found = status({"tpp": (4032, float("inf")), "applicable_die_area_mm2": 750}, on=OCT_2023).iloc[0]
    assert found["possible_classes"] == "3A090.a|3A090.b"
    found = status({"tpp": (624, float("inf")), "applicable_die_area_mm2": 826}, on=OCT_2023).iloc[0]
    assert (found["possible_classes"], found["settled_by"]) == ("3A090.a|3A090.b|none", "tpp")
    assert classify("rtx-pro-6000-workstation", OCT_2023)["control_class"] == "3A090.a"


def test_a_rule_of_which_it_is_not_settled_that_it_is_in_force_leaves_both_possible(made_chips, control_law):
    rules, thresholds = control_law
    open_to = rules["rule_id"].eq("R6-NUM")
    rules = rules.assign(status=rules["status"].mask(open_to, "unsettled"))
    made = made_chips({"dram_bandwidth": 1500}, {"dram_bandwidth": 1300}).iloc[:2]
    found = controls.classify(made, rules, thresholds, on=LETTERS, levels=made_chips())
    assert list(found["possible_treatments"]) == [f"{FREE}|{LICENCE}", FREE]
    assert list(found["settled_by"]) == ["rule R6-NUM", ""]
    stretches = controls.timeline(made.iloc[:1], rules, thresholds, until=LETTERS, levels=made_chips())
    assert list(stretches["possible_treatments"]) == [FREE, f"{FREE}|{LICENCE}"]


def test_each_chip_has_its_stretches_in_the_order_of_days_each_to_the_day_before_the_next(made_chips, control_law):
    """A TPP of 4,800 alone: from 2023-10-23 by the letter to NVIDIA (its 8-K of the day after), then by the rule."""
    made = made_chips({"tpp": 5000}, {"tpp": 100})
    found = controls.timeline(made.iloc[:2], *control_law, until="2024-02-15", levels=made)
    columns = ["chip_id", "from_on", "to_on", "treatment", "possible_treatments", "control_class", "rule_id"]
    assert list(found) == columns
    told = found[["chip_id", "from_on", "to_on", "treatment"]].to_numpy().tolist()
    assert told == [
        ["made-0", "2022-08-26", "2023-10-22", FREE],
        ["made-0", "2023-10-23", "2023-11-16", DENIAL],
        ["made-0", "2023-11-17", "2024-02-15", DENIAL],
        ["made-1", "2022-08-26", "2024-02-15", FREE],
    ]


def test_neighbouring_stretches_of_the_same_treatment_are_one_with_every_rule_and_document_once():
    columns = ["chip_id", "from_on", "to_on", "treatment", "possible_treatments"]
    columns += ["rule", "source_id", "locator", "basis"]
    both = f"{FREE}|{LICENCE}"
    rows = [
        ("x", "2022-01-01", "2022-12-31", FREE, FREE, "", "", "", ""),
        ("x", "2023-01-01", "2023-06-30", LICENCE, LICENCE, "a letter", "law", "p. 1", "official"),
        ("x", "2023-07-01", "2023-12-31", LICENCE, LICENCE, "a rule", "order", "p. 2", "reported"),
        ("x", "2024-01-01", "2024-12-31", "unknown", both, "a rule", "order", "p. 2", "official"),
        ("y", "2022-01-01", "2024-12-31", "unknown", both, "", "", "", ""),
    ]
    found = controls.runs(pd.DataFrame(rows, columns=columns))
    assert list(found) == [*columns[:5], "rule", "source_id", "locator", "basis"]
    one = ("x", "2023-01-01", "2023-12-31", LICENCE, LICENCE, "a letter; a rule", "law|order", "p. 1; p. 2", "official")
    assert list(found.itertuples(index=False, name=None)) == [rows[0], one, rows[3], rows[4]]


def test_the_treatments_that_are_possible_by_chip_from_the_freest_on(made_chips, control_law):
    """At 2,900 mm2 density reaches 1.6 at 4,640: between there and 4,800 lies 3A090.b.1."""
    made = made_chips({"tpp": (2450, 4900), "applicable_die_area_mm2": 2900}, {"tpp": 100})
    found = controls.possible_treatments(made.iloc[:2], law_on(*control_law, OCT_2023, made))
    assert found.to_dict() == {"made-0": f"{FREE}|{NAC}|{DENIAL}", "made-1": FREE}


def test_the_affiliates_rule_is_shown_as_stayed_and_afterwards_as_not_settled():
    """90 FR 50857, in the words of squirepb-affiliates-rule-2025-11: through 2026-11-09, absent a future extension."""
    held = {}
    for on in ("2025-10-15", "2026-06-01", "2026-11-09", "2026-11-10"):
        found = record().rules_in_force(on=on).set_index("rule_id")
        held[on] = {rule: found.loc[rule, "status"] for rule in found.index if rule.startswith("R13")}
    assert held == {
        "2025-10-15": {"R13-50PCT": "rule"},
        "2026-06-01": {"R13-STAY": "rule"},
        "2026-11-09": {"R13-STAY": "rule"},
        "2026-11-10": {"R13-AGAIN": "unsettled"},
    }
    assert "absent a future extension" in found.loc["R13-AGAIN", "open_question"]
    told = words.open_questions(found.reset_index())
    assert told.splitlines()[2].startswith("- Affiliates rule: after the stay, from 10 November 2026: the stay ended")
    assert "Affiliates rule: after the stay (not settled)" in set(words.register(found, applied=False)["rule"])


def test_letters_reach_the_makers_they_went_to(made_chips, control_law, control_chips):
    """theoutpost-mi308-2025-04-16: the MI308's letter went to AMD; nvda-8k-2025-04-15: the H20's went to NVIDIA."""
    made = (
        made_chips({}, {}, {}, {})
        .iloc[:4]
        .assign(family=["mi308", "mi308", "h20", "h20"], maker=["AMD", "NVIDIA", "NVIDIA", "AMD"])
    )
    found = controls.classify(made, *control_law, on=LETTERS, levels=control_chips)
    assert list(found["rule_id"]) == ["R6-AMD", "", "R6-NVIDIA", ""]


@pytest.mark.parametrize(("on", "rule"), [(AT_ONCE, "R2E-IMMEDIATE"), (LETTER, "R0-LETTER-CATCHALL")])
def test_letters_to_nvidia_leave_other_makers_free(made_chips, control_law, control_chips, on, rule):
    chip = {"tpp": 6000, "io_bandwidth": 700 if on == LETTER else 100}  # links of 600 are controlled by list in 2023
    made = made_chips(chip, chip).iloc[:2]
    made["maker"] = ["NVIDIA", "AMD"]
    found = controls.classify(made, *control_law, on=on, levels=control_chips)
    assert list(found["rule_id"]) == [rule, ""]


def test_an_imagined_chip_has_a_maker_and_may_be_no_datacenter_chip():
    slow, dense = {"tpp": 100, "io_bandwidth_gb_s": 1000}, {"tpp": 4000, "die_area_mm2": 500}
    of_june = record("2025-06-30")
    asked = [slow, slow | {"maker": "AMD"}, dense | {"maker": "AMD"}, dense | {"maker": "AMD", "is_datacenter": False}]
    found = [of_june.imagined_timeline(memory_bandwidth_gb_s=100, **chip).iloc[-1] for chip in asked]
    # 1,000 GB/s of the H20's 900 for NVIDIA alone; a density of 8 unless Note 2 frees it
    treated = [(row["rule_id"], row["treatment"]) for row in found]
    assert treated[:2] == [("R6-NVIDIA", LICENCE), ("", FREE)]
    assert (treated[2][1], found[3]["possible_treatments"]) == (DENIAL, f"{FREE}|{LICENCE}")  # its links are unknown
    with pytest.raises(ParameterError, match=r"maker: there is no maker 'NVIDA'\. Did you mean 'NVIDIA'\?"):
        record().imagined_timeline(maker="NVIDA")


def test_results_that_rest_on_the_press_say_so(classify):
    assert classify("rtx-5090d", LETTERS)["rests_on_press"]
    assert not classify("h100-sxm", OCT_2023)["rests_on_press"]
    assert not classify("rtx-5090d", OCT_2023)["rests_on_press"]


def test_a_chip_free_by_the_reported_letters_rests_on_the_press(classify):
    found = classify("rtx-5090d-v2", LETTERS)
    assert (found["treatment"], found["binding_quantity"]) == (FREE, "tpp")  # 4,750 of 4,800, 1,344 of 1,400
    assert found["rests_on_press"], "it is free only because 1,344 GB/s is under the 1,400 that the press reports"


def test_the_letter_reaches_by_its_own_words_what_matches_the_h20(made_chips, control_law, control_chips):
    """NVIDIA's filing names the H20 and any circuit that reaches its bandwidths; the press's numbers are for others."""
    made = made_chips({"io_bandwidth": 1000}, {"io_bandwidth": 1000}).iloc[:2]
    made.loc[1, "maker"] = "AMD"
    found = controls.classify(made, *control_law, on=LETTERS, levels=control_chips)
    assert list(found["rule_id"]) == ["R6-NVIDIA", ""]
    assert list(found["rests_on_press"]) == [False, True]
    made["io_bandwidth_low"] = made["io_bandwidth_high"] = 1100.0
    found = controls.classify(made, *control_law, on=LETTERS, levels=control_chips)
    assert list(found["rule_id"]) == ["R6-NVIDIA", "R6-NUM"]


def test_an_announcement_is_a_policy_and_changes_no_treatment(classify):
    """Between 8 December 2025 and the rule of January 2026 the H200 was promised licences and still denied by rule."""
    before, announced = classify("h200-sxm", "2025-12-07"), classify("h200-sxm", "2026-01-01")
    by_rule = ("3A090.a", DENIAL, "R2-3A090.a.1")
    for told in (before, announced):
        assert (told["control_class"], told["treatment"], told["rule_id"]) == by_rule
    assert before["licence_policy"] == "presumption of denial"
    assert announced["licence_policy"] == "presumption of denial; licences with 25 percent announced"
    assert classify("h100-sxm", "2026-01-01")["licence_policy"] == "presumption of denial"


def test_the_tariff_says_that_its_bands_are_reported(classify):
    assert classify("h200-sxm", JAN_2026)["section_232_rests_on_press"]
    assert not classify("h200-sxm", LETTERS)["section_232_rests_on_press"]


def test_a_cap_is_a_condition_of_the_chips_it_is_reported_for(classify):
    conditions = classify("h200-sxm", "2026-11-22")["conditions"].split("; ")
    assert "buyer: entity list, R2-HQ, R11-CAP, R13-AGAIN (not settled)" in conditions
    assert "R11-CAP" not in classify("h100-sxm", "2026-11-22")["conditions"]


def test_what_china_makes_is_no_export(classify):
    before, after = classify("ascend-910b", "2025-05-12"), classify("ascend-910b", "2025-05-13")
    assert (before["treatment"], before["control_class"]) == ("unknown", "not applicable")
    assert (after["treatment"], after["control_class"], after["rule_id"]) == (LICENCE, "not applicable", "R12-GP10")


# each line of the rules, from just below to just above

R2, R2B, R2A = "3A090", "3A090.b", "3A090.a"


@pytest.mark.parametrize(
    ("on", "rule", "chip", "control_class", "treatment"),
    [
        (OCT_2022, "", {"tpp": 4799.99, "io_bandwidth": 600}, "none", FREE),
        (OCT_2022, "R1-3A090", {"tpp": 4800, "io_bandwidth": 600}, "3A090", DENIAL),
        (OCT_2022, "R1-3A090", {"tpp": 4800.01, "io_bandwidth": 600.01}, "3A090", DENIAL),
        (OCT_2022, "", {"tpp": 4800, "io_bandwidth": 599.99}, "none", FREE),
        (AT_ONCE, "", {"tpp": 4799.99}, "none", FREE),
        (AT_ONCE, "R2E-IMMEDIATE", {"tpp": 4800}, R2A, DENIAL),
        (AT_ONCE, "", {"tpp": 4800, "is_datacenter": 0}, "none", FREE),
        (OCT_2023, "", {"tpp": 4799.99, "applicable_die_area_mm2": 10000}, "none", FREE),
        (OCT_2023, "R2-3A090.a.1", {"tpp": 4800, "applicable_die_area_mm2": 10000}, R2A, DENIAL),
        (OCT_2023, "R2-3A090.a.1", {"tpp": 4800.01, "applicable_die_area_mm2": 10000}, R2A, DENIAL),
        (OCT_2023, "", {"tpp": 1599.99, "applicable_die_area_mm2": 100}, "none", FREE),
        (OCT_2023, "R2-3A090.a.2", {"tpp": 1600, "applicable_die_area_mm2": 100}, R2A, DENIAL),
        (OCT_2023, "R2-3A090.b.2", {"tpp": 2959.99, "applicable_die_area_mm2": 500}, R2B, NAC),
        (OCT_2023, "R2-3A090.a.2", {"tpp": 2960, "applicable_die_area_mm2": 500}, R2A, DENIAL),
        (OCT_2023, "R2-3A090.a.2", {"tpp": 2960.01, "applicable_die_area_mm2": 500}, R2A, DENIAL),
        (OCT_2023, "", {"tpp": 2399.99, "applicable_die_area_mm2": 1000}, "none", FREE),
        (OCT_2023, "R2-3A090.b.1", {"tpp": 2400, "applicable_die_area_mm2": 1000}, R2B, NAC),
        (OCT_2023, "", {"tpp": 3199.99, "applicable_die_area_mm2": 2000}, "none", FREE),
        (OCT_2023, "R2-3A090.b.1", {"tpp": 3200, "applicable_die_area_mm2": 2000}, R2B, NAC),
        (OCT_2023, "R2-3A090.b.1", {"tpp": 3200.01, "applicable_die_area_mm2": 2000}, R2B, NAC),
        (OCT_2023, "", {"tpp": 1599.99, "applicable_die_area_mm2": 400}, "none", FREE),
        (OCT_2023, "R2-3A090.b.2", {"tpp": 1600, "applicable_die_area_mm2": 400}, R2B, NAC),
        (OCT_2023, "", {"tpp": 2239.99, "applicable_die_area_mm2": 700}, "none", FREE),
        (OCT_2023, "R2-3A090.b.2", {"tpp": 2240, "applicable_die_area_mm2": 700}, R2B, NAC),
        (OCT_2023, "", {"tpp": 4799.99, "applicable_die_area_mm2": 100, "is_datacenter": 0}, "none", FREE),  # Note 2
        (OCT_2023, "R2-3A090.a.1", {"tpp": 4800, "applicable_die_area_mm2": 10000, "is_datacenter": 0}, R2A, NAC),
        # over the lines of both paragraphs, by a density of 10: the first that the list names is told
        (OCT_2023, "R2-3A090.a.1", {"tpp": 5000, "applicable_die_area_mm2": 500}, R2A, DENIAL),
        # over a.2 by a density of 6, and freed by Note 2 below 4,800 where it is for no datacenter
        (OCT_2023, "", {"tpp": 2400, "applicable_die_area_mm2": 400, "is_datacenter": 0}, "none", FREE),
        (OCT_2023, "R2-3A090.a.2", {"tpp": 2400, "applicable_die_area_mm2": 400}, R2A, DENIAL),
        ("2025-04-08", "", {"dram_bandwidth": 1400}, "none", FREE),
        (LETTERS, "", {"dram_bandwidth": 1399.99}, "none", FREE),
        (LETTERS, "R6-NUM", {"dram_bandwidth": 1400}, "none", LICENCE),
        (LETTERS, "R6-NUM", {"dram_bandwidth": 1400.01}, "none", LICENCE),
        (LETTERS, "", {"dram_bandwidth": 1000, "io_bandwidth": 699.99}, "none", FREE),
        (LETTERS, "R6-NUM", {"dram_bandwidth": 1000, "io_bandwidth": 700}, "none", LICENCE),
        (LETTERS, "R6-NVIDIA", {"io_bandwidth": 900}, "none", LICENCE),  # the interconnect of the H20
        (LETTERS, "", {"io_bandwidth": 899.99}, "none", FREE),
        (LETTERS, "R6-NUM", {"dram_bandwidth": 3999.99}, "none", LICENCE),
        (LETTERS, "R6-NVIDIA", {"dram_bandwidth": 4000}, "none", LICENCE),  # its memory
        ("2022-09-10", "", {"tpp": 4987.99, "io_bandwidth": 600}, "none", FREE),  # INT8 624 of the A100, 623.5 at least
        ("2022-09-10", "R0-LETTER-CATCHALL", {"tpp": 4988, "io_bandwidth": 600}, "none", LICENCE),
        (JAN_2026, "R9-CASEBYCASE", {"tpp": 20999.99, "dram_bandwidth": 6499.99}, R2A, CASE),
        (JAN_2026, "R9-DENY", {"tpp": 21000, "dram_bandwidth": 6499.99}, R2A, DENIAL),
        (JAN_2026, "R9-DENY", {"tpp": 20999.99, "dram_bandwidth": 6500}, R2A, DENIAL),
        (JAN_2026, "R9-DENY", {"tpp": 21000.01, "dram_bandwidth": 6500.01}, R2A, DENIAL),
    ],
)
def test_boundary(status, on, rule, chip, control_class, treatment):
    found = status(chip, on=on).iloc[0]
    assert (found["rule_id"], found["control_class"], found["treatment"]) == (rule, control_class, treatment)


@pytest.mark.parametrize(
    ("tpp", "dram", "tariff"),
    [
        (14000, 4750, False),
        (14000.01, 4750, True),
        (17499.99, 4750, True),
        (17500, 4750, False),
        (15000, 4500, False),
        (15000, 4500.01, True),
        (15000, 4999.99, True),
        (15000, 5000, False),
        (20800, 6000, False),
        (20800.01, 6000, True),
        (21099.99, 6000, True),
        (21100, 6000, False),
        (21000, 5800, False),
        (21000, 5800.01, True),
        (21000, 6199.99, True),
        (21000, 6200, False),
    ],
)
def test_the_bands_of_the_tariff_are_strict(status, tpp, dram, tariff):
    chip = {"tpp": tpp, "dram_bandwidth": dram}
    assert status(chip, on="2026-01-16")["section_232"].iloc[0] == TARIFF["tariff_25" if tariff else "no_tariff"]
    assert status(chip, on="2026-01-14")["section_232"].iloc[0] == "none"


# A licence under a company letter and a licence decided case by case are of one rank: a chip that reaches 3A090.a
# leaves the letters of April 2025 for 742.6(b)(10)(iii), and neither text says which is the easier licence.
RANK = {FREE: 0, NAC: 1, LICENCE: 2, CASE: 2, DENIAL: 3}
AREAS = st.sampled_from([100, 400, 700, 814, 1600, 2900, 10000])
TPPS = st.one_of(st.sampled_from([1600, 2400, 4800, 21000]), st.floats(0, 30000))
BANDWIDTHS = st.one_of(st.sampled_from([600, 700, 1100, 1400, 1700, 6500]), st.floats(0, 8000))
LADDERS = {"tpp": TPPS, "dram_bandwidth": BANDWIDTHS, "io_bandwidth": BANDWIDTHS}


KINDS = st.sampled_from([0, 1])


@pytest.mark.parametrize("on", REGIMES)
@given(data=st.data(), chip=st.fixed_dictionaries(LADDERS | {"applicable_die_area_mm2": AREAS, "is_datacenter": KINDS}))
@settings(max_examples=6, deadline=None)
def test_more_of_a_rate_never_makes_a_chip_freer(status, on, data, chip):
    steps = {raised: sorted(data.draw(st.lists(LADDERS[raised], min_size=4, max_size=4))) for raised in LADDERS}
    found = status(*(chip | {raised: value} for raised in LADDERS for value in steps[raised]), on=on)
    ranks = found["treatment"].map(RANK).to_numpy().reshape(len(LADDERS), 4)
    assert (ranks[:, 1:] >= ranks[:, :-1]).all()


@pytest.mark.parametrize("on", REGIMES)
@given(chip=st.fixed_dictionaries(LADDERS | {"is_datacenter": KINDS}), areas=st.lists(AREAS, min_size=4))
@settings(max_examples=4, deadline=None)
def test_more_area_never_makes_a_chip_less_free(status, on, chip, areas):
    found = status(*(chip | {"applicable_die_area_mm2": area} for area in sorted(areas)), on=on)
    assert found["treatment"].map(RANK).is_monotonic_decreasing


def test_a_tariff_is_not_monotonic(status):
    """The Annex names bands, not floors: a chip above a band pays nothing, so it is left out of the properties."""
    found = status(*({"tpp": tpp, "dram_bandwidth": 4800} for tpp in (13000, 15000, 18000)), on=JAN_2026)
    assert list(found["section_232"]) == ["none", "25 percent unless exempt", "none"]


# days, and what was known


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"destination": "Russia"}, "destination: 'Russia' is not one of China."),
        ({"on": "2024-2-1"}, "on: '2024-2-1' is not a day. Write it as year-month-day, 2025-04-17."),
        ({"on": "2024-02-30"}, "on: '2024-02-30' is not a day. Write it as year-month-day, 2025-04-17."),
        ({"chip": "H21"}, "chip: 'H21' is no chip on record. See table products."),
    ],
)
def test_what_cannot_be_asked(asked, text):
    with pytest.raises(ParameterError) as refused:
        record().control_status(**{"chip": "h20"} | asked)
    assert str(refused.value) == text


def test_the_future_is_not_known():
    with pytest.raises(ParameterError, match=r"on: 2031-01-01 is after .*, the last day on which facts were recorded"):
        record().control_status(chip="h20", on="2031-01-01")


def test_before_the_first_letter_no_rule_is_recorded_and_the_result_says_so(classify):
    found = classify("h100-sxm", "2022-08-25")
    assert (found["treatment"], found["conditions"]) == (FREE, "no rule in force is recorded")
    assert classify("h100-sxm", "2022-08-26")["rule_id"] == "R0-LETTER-NAMED"


def test_results_by_name_hold_only_what_was_asked_for():
    found = record().control_status(chip="H20", on="2025-04-20")
    assert list(found["chip_id"]) == ["h20-96gb", "h20-141gb"]
    columns = "chip_id on rule_id paragraph control_class licence_policy treatment possible_treatments"
    columns += " binding_quantity headroom inputs_basis conditions"
    assert set(columns.split()) <= set(found.columns)


@pytest.mark.parametrize("as_of", ["2022-09-10", "2023-06-01", "2024-02-15", "2025-06-01", "2026-02-01", "2026-11-22"])
def test_a_rule_published_later_never_appears(as_of, control_law):
    rules, thresholds = control_law
    known = pd.Timestamp(as_of)
    early, conditions, _ = results._law(record(as_of))
    assert set(early["rule_id"]) == set(rules.loc[rules["known_on"] <= known, "rule_id"])
    assert set(conditions["rule_id"]) <= set(thresholds.loc[thresholds["known_on"] <= known, "rule_id"])


def test_in_june_2023_nobody_knew_the_rule_of_october(control_chips):
    rules, thresholds, day = results._law(record("2023-06-01"), date.fromisoformat("2024-02-15"))
    law = law_on(rules, thresholds, day, control_chips)
    assert not law.rows["rule_id"].str.startswith(("R2", "R6", "R9")).any()


def test_nor_that_the_rule_then_in_force_would_end(control_chips):
    """The end of a rule is a fact too: known once it has come, or once the rule that follows it is published."""
    rules, thresholds, day = results._law(record("2023-06-01"), date.fromisoformat("2024-02-15"))
    assert "R1-3A090" in set(law_on(rules, thresholds, day, control_chips).rows["rule_id"])
    rules, thresholds, day = results._law(record("2023-12-01"), date.fromisoformat("2024-02-15"))
    assert "R1-3A090" not in set(law_on(rules, thresholds, day, control_chips).rows["rule_id"])


@pytest.mark.parametrize(
    ("as_of", "end"),
    [("2023-01-01", ""), ("2023-06-30", "2023-06-30"), ("2024-01-01", "2023-06-30")],
    ids=["to come", "on its last day", "over"],
)
@pytest.mark.parametrize("follower", ["2023-07-01", ""], ids=["followed", "not followed"])
def test_the_end_of_a_rule_is_known_once_it_has_come_or_another_follows_it(as_of, end, follower):
    rules = pd.DataFrame(
        {"rule_id": ["r", "s"], "effective_on": ["2022-01-01", follower], "superseded_on": ["2023-06-30", ""]}
    )
    expected = "2023-06-30" if follower else end
    assert controls.with_public_ends(rules, as_of)["superseded_on"].tolist() == [expected, ""]


def test_the_share_of_revenue_was_not_known_in_july():
    assert set(record("2025-07-20").control_status(chip="h20-96gb")["treatment"]) == {LICENCE}
    assert set(record("2025-07-20").control_status(chip="h20-96gb")["rule_id"]) == {"R6-NVIDIA"}


@pytest.mark.parametrize("on", [*REGIMES, "2026-11-22"])
def test_bills_are_left_out_unless_asked_for(control_law, control_chips, on):
    rules, thresholds = control_law
    assert not in_force(rules, on)["rule_id"].str.startswith("P-").any()
    assert not law_on(rules, thresholds, on, control_chips).rows["rule_id"].str.startswith("P-").any()
    asked = in_force(rules, on, pending=True)["rule_id"]
    assert asked[asked.str.startswith("P-")].size == 7


def test_a_rule_holds_on_its_first_and_its_last_day(control_law):
    rules, _ = control_law
    held = [
        "R1-3A090" in set(in_force(rules, on)["rule_id"])
        for on in ("2022-10-06", "2022-10-07", "2023-11-16", "2023-11-17")
    ]
    assert held == [False, True, True, False]


def test_the_register_holds_every_rule_in_force_and_says_which_are_run(control_law):
    found = record().rules_in_force(on="2026-02-01").set_index("rule_id")
    assert list(found.index) == list(in_force(control_law[0], "2026-02-01")["rule_id"])
    assert {"R2-3A090.b.1", "R2-NOTE2", "R6-NVIDIA", "R9-CASEBYCASE", "R10-BAND1"} <= set(found.index[found["is_run"]])
    assert {"R2-HQ", "R3-HBM", "R5-PRESUME", "R1-SUPERCOMP", "R4-NONENF"} <= set(found.index[~found["is_run"]])
    assert found.loc["R2-3A090.a.2", "conditions"] == "tpp ge 1600 tops x bit; performance_density ge 5.92 tpp/mm2"


def test_every_rule_about_the_chip_is_run_once_it_has_a_date(control_law):
    rules = control_law[0]
    about = rules[(rules["concerns"] == "chip") & (rules["effective_on"] != "")]["rule_id"]
    tariff = rules[rules["concerns"].eq("tariff") & rules["rule_id"].str.contains("BAND")]["rule_id"]
    assert {*about, *tariff} == RULES_RUN


def test_pending_bills_are_shown_when_asked_for():
    found = record().rules_in_force(pending="yes")
    bills = found[found["status"] == "pending"]
    assert (len(bills), bills["is_run"].any()) == (7, False)
    assert not record().rules_in_force()["status"].eq("pending").any()
    with pytest.raises(ParameterError, match="pending: 'maybe' is neither yes nor no"):
        record().rules_in_force(pending="maybe")


def test_the_rule_of_october_2023_was_public_before_it_took_effect():
    known = results._law(record("2023-10-26"), date.fromisoformat("2023-10-26"))[0]
    assert "R2-3A090.a.1" in set(known["rule_id"])
    assert "R2-3A090.a.1" not in set(results._law(record("2023-10-24"), date.fromisoformat("2023-10-24"))[0]["rule_id"])


def test_an_imagined_chip_has_figures_above_nothing():
    with pytest.raises(ParameterError) as refused:
        record().imagined_timeline(tpp=-5, die_area_mm2=-800, memory_bandwidth_gb_s="fast")
    assert str(refused.value).splitlines() == [
        "tpp: -5.0 is not at least 0.",
        "die_area_mm2: -800.0 is not at least 0.",
        "memory_bandwidth_gb_s: 'fast' is not a number. Write it like 0.25.",
    ]


ON_LATE = (
    "on: 2031-01-01 is after 2026-11-24, the last day on which facts were recorded: what will be known then cannot "
)
ON_LATE += "be said. Choose that day or an earlier one."


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (
            {"tpp": -1.0, "die_area_mm2": -800.0, "memory_bandwidth_gb_s": float("inf"), "on": "2031-01-01"},
            [
                "tpp: -1.0 is not at least 0.",
                "die_area_mm2: -800.0 is not at least 0.",
                "memory_bandwidth_gb_s: inf is not a number. Write it like 0.25.",
                f"on: 2031-01-01 is after {load.last_day():%Y-%m-%d}, the last day on which facts were recorded",
            ],
        ),
        (
            {"tpp": float("nan"), "die_area_mm2": None, "memory_bandwidth_gb_s": True, "on": "2026-02-30"},
            [
                "tpp: nan is not a number. Write it like 0.25.",
                "die_area_mm2: None is not a number. Write it like 0.25.",
                "memory_bandwidth_gb_s: True is not a number. Write it like 0.25.",
                "on: '2026-02-30' is not a day. Write it as year-month-day, 2025-04-17.",
            ],
        ),
        ({"tpp": 0.0, "die_area_mm2": 0.0, "memory_bandwidth_gb_s": 0.0, "on": ""}, []),  # all unknown
    ],
)
def test_the_page_refuses_an_imagined_chip_with_every_wrong_figure_at_once(given, problems):
    assert [str(fault).partition(": what will be known")[0] for fault in faults(given)] == problems
