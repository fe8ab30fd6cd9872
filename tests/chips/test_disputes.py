"""The register of disputed figures: who says what, and whether it matters."""

import pandas as pd
import pytest

from analysis.chips import disputes
from analysis.chips.specs import BY
from analysis.facts.resolve import resolve
from tests.records import record

NAN = float("nan")
LINES = pd.DataFrame({"quantity": ["tpp", "tpp", "dram_bandwidth"], "threshold": ["2400", "4800", "1400"]})
BY_CHIP = ["chip_id", *BY[1:]]


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return record().conflicts().set_index(BY_CHIP)


def rate(precision, value, source, *, sparsity="dense", product="chip", spec="throughput_tops"):
    row = {"product": product, "spec": spec, "precision": precision, "sparsity": sparsity, "value": value}
    row |= {"low": NAN, "high": NAN, "unit": "tops", "basis": "reported", "grade": "B", "source_id": source}
    return row | {"locator": "", "known_on": pd.Timestamp("2025-01-01")}


def memory(value, source, product="chip"):
    return rate("", value, source, sparsity="", product=product, spec="memory_capacity_gb")


def registered(*rows, baseline="base") -> pd.DataFrame:
    statements = pd.DataFrame(rows)
    return disputes.register(resolve(statements, by=BY), statements, LINES, baseline)


def test_bandwidth_of_the_rtx_6000d_matters(register):
    # chips/NOTES.md, conflict 5: 1,100 to 1,700 GB/s, on both sides of the 1,400 of the April 2025 letters
    row = register.loc[("rtx-6000d", "memory_bandwidth_gb_s", "", "")]
    assert row[["range_low", "range_high", "takes", "picked_by"]].tolist() == [1100, 1700, 1398, "choice"]
    assert "crosses dram_bandwidth 1,400" in row["matters"]
    assert row["why"] != ""
    figures = [float(part.split(":")[0].split("–")[0].replace(",", "")) for part in row["says"].split("; ")]
    assert figures == sorted(figures), "who says what runs from the smallest to the largest"
    assert {1100, 1398, 1541, 1570, 1700} <= set(figures)


@pytest.mark.parametrize(("precision", "low", "high"), [("fp8", 293, 296), ("bf16", 147, 148)])
def test_rate_of_the_h20_is_disputed_and_does_not_matter(register, precision, low, high):
    # 293 x 8 = 2,344 and 296 x 8 = 2,368 both lie below 2,400
    row = register.loc[("h20-96gb", "throughput_tops", precision, "dense")]
    assert row[["range_low", "range_high", "takes", "matters"]].tolist() == [low, high, high, "no"]
    assert f"{low}: nvidia-tensorrt-llm-cluster-info" in row["says"]


SPARSE = {"sparsity": "sparse"}
BASE = memory(80, "a", "base")


@pytest.mark.parametrize(
    ("rows", "matters"),
    [
        # TPP 2,320 to 2,480
        ([rate("fp8", 290, "a"), rate("fp8", 310, "b")], "yes: crosses tpp 2,400"),
        # reaching a line is crossing it: 300 x 8 = 2,400
        ([rate("fp8", 295, "a"), rate("fp8", 300, "b")], "yes: crosses tpp 2,400"),
        # FP4 sets a TPP of 4,000, whatever FP8 is
        ([rate("fp8", 290, "a"), rate("fp8", 310, "b"), rate("fp4", 1000, "a")], "no"),
        # FP8 alone would cross both lines; BF16 at 160 x 16 = 2,560 is above the first already
        ([rate("fp8", 290, "a"), rate("fp8", 610, "b"), rate("bf16", 160, "a")], "yes: crosses tpp 4,800"),
        ([rate("fp8", 290, "a", **SPARSE), rate("fp8", 310, "b", **SPARSE)], "no"),
        ([memory(70, "a"), memory(90, "b"), BASE], "yes: decides which is ahead of the baseline"),
        ([memory(70, "a"), memory(75, "b"), BASE], "no"),
    ],
)
def test_a_dispute_matters_where_it_crosses_a_line_or_decides_which_is_ahead(rows, matters):
    assert registered(*rows)["matters"].tolist() == [matters]


def test_agreement_is_no_dispute():
    assert registered(rate("fp8", 989, "a"), rate("fp8", 990, "b")).empty


def test_the_order_of_preference_is_named_where_no_choice_was_made():
    row = registered(rate("fp8", 290, "a"), rate("fp8", 310, "b")).loc[0]
    assert row[["takes", "picked_by", "why"]].tolist() == [290, "order", "order: reported, grade B"]
    assert row[["says", "sources"]].tolist() == ["290: a; 310: b", 2]


def test_register_can_be_cut_to_chips_and_to_what_is_compared(register):
    frame = record().conflicts(chips=["h20-96gb"])
    assert set(frame["chip_id"]) == {"h20-96gb"}
    assert len(frame) == (register.index.get_level_values("chip_id") == "h20-96gb").sum()
    shown = disputes.compared(record().conflicts(chips=["h100-sxm"]))
    assert "nvlink_domain_size" not in set(shown["spec"])
    assert "throughput_tops" in set(shown["spec"])


def derived(*rows) -> pd.DataFrame:
    statements = pd.DataFrame(rows)
    lines = pd.concat([LINES, pd.DataFrame({"quantity": ["performance_density"], "threshold": ["3.2"]})])
    return disputes.derived(resolve(statements, by=BY), statements, lines)


def test_what_follows_from_disputed_rates_is_disputed_and_matters_across_a_line():
    # 290 x 8 = 2,320 and 310 x 8 = 2,480; over 750 mm2 3.09 and 3.31
    area = rate("", 750, "c", spec="die_area_mm2", sparsity="")
    frame = derived(rate("fp8", 290, "a"), rate("fp8", 310, "b"), area).set_index("spec")
    assert list(frame.index) == ["tpp", "performance_density"]
    assert frame.loc["tpp", ["range_low", "range_high", "says"]].tolist() == [2320, 2480, "2320: a; 2480: b"]
    assert frame["matters"].tolist() == ["yes: crosses tpp 2,400", "yes: crosses performance_density 3.2"]
    assert frame.loc["performance_density", "says"] == "3.09: a; 3.31: b"


def test_a_vector_rate_above_all_tensor_rates_disputes_the_tpp():
    frame = derived(rate("fp8", 290, "a"), rate("fp32", 80, "b"))  # 2,320, and 80 x 32 = 2,560
    assert frame[["spec", "range_low", "range_high"]].values.tolist() == [["tpp", 2320, 2560]]
    assert frame["matters"].tolist() == ["yes: crosses tpp 2,400"]


def test_tpp_is_not_disputed_where_another_precision_settles_it_or_only_a_bound_is_known():
    settled = rate("fp8", 290, "a"), rate("fp8", 310, "b"), rate("bf16", 155, "a")  # 2,480
    assert derived(*settled, rate("fp32", 20, "a", product="other"), rate("fp32", 30, "b", product="other")).empty


def test_the_tpp_of_the_rtx_6000d_is_disputed_across_two_lines(register):
    # soar2026-sm120-hardware, 593 x 4; techpowerup-rightnow-db, 97.04 x 32; both over 750 mm2
    tpp, density = (register.loc[("rtx-6000d", spec, "", "")] for spec in ("tpp", "performance_density"))
    assert (tpp["range_low"], tpp["range_high"]) == (593 * 4, pytest.approx(97.04 * 32))
    assert (density["range_low"], density["range_high"]) == pytest.approx((2372 / 750, 3105.28 / 750))
    assert (tpp["matters"], density["matters"]) == (
        "yes: crosses tpp 2,400",
        "yes: crosses performance_density 3.2",
    )
    assert "techpowerup-rightnow-db" in tpp["says"]
    assert "soar2026-sm120-hardware" in tpp["says"]
