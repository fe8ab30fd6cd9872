"""The register of disputed figures: who says what, and whether it matters."""

import pandas as pd
import pytest

from analysis.chips import disputes
from analysis.chips.specs import BY
from analysis.facts.resolve import resolve
from tests.records import record

NOTHING = float("nan")
LINES = pd.DataFrame({"quantity": ["tpp", "tpp", "dram_bandwidth"], "threshold": ["2400", "4800", "1400"]})


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return record().conflicts().set_index(BY_CHIP)


BY_CHIP = ["chip_id", *BY[1:]]


def said(product, precision, value, source, *, spec="throughput_tops", sparsity="dense"):
    row = {"product": product, "spec": spec, "precision": precision, "sparsity": sparsity, "value": value}
    row |= {"low": NOTHING, "high": NOTHING, "unit": "tops", "basis": "reported", "grade": "B", "source_id": source}
    return row | {"locator": "", "known_on": pd.Timestamp("2025-01-01")}


def registered(*rows, baseline="base") -> pd.DataFrame:
    statements = pd.DataFrame(rows)
    return disputes.register(resolve(statements, by=BY), statements, LINES, baseline)


def test_bandwidth_of_the_rtx_6000d_matters(register):
    # chips/NOTES.md, conflict 5: 1,100 to 1,700 GB/s, on both sides of the 1,400 of the April 2025 letters
    row = register.loc[("rtx-6000d", "memory_bandwidth_gb_s", "", "")]
    assert (row["range_low"], row["range_high"], row["takes"]) == (1100, 1700, 1398)
    assert "crosses dram_bandwidth 1,400" in row["matters"]
    assert row["picked_by"] == "choice"
    assert row["why"] != ""


@pytest.mark.parametrize(("precision", "low", "high"), [("fp8", 293, 296), ("bf16", 147, 148)])
def test_rate_of_the_h20_is_disputed_and_does_not_matter(register, precision, low, high):
    # 293 x 8 = 2,344 and 296 x 8 = 2,368 both lie below 2,400
    row = register.loc[("h20-96gb", "throughput_tops", precision, "dense")]
    assert (row["range_low"], row["range_high"], row["takes"]) == (low, high, high)
    assert row["matters"] == "no"
    assert f"{low}: nvidia-tensorrt-llm-cluster-info" in row["says"]


def test_who_says_what_runs_from_the_smallest_to_the_largest(register):
    says = register.loc[("rtx-6000d", "memory_bandwidth_gb_s", "", ""), "says"]
    figures = [float(part.split(":")[0].split("–")[0]) for part in says.split("; ")]
    assert figures == sorted(figures)
    assert {1100, 1398, 1541, 1570, 1700} <= set(figures)  # chips/NOTES.md, conflict 5


def test_a_rate_that_sets_the_tpp_matters_where_it_crosses_a_line():
    frame = registered(said("chip", "fp8", 290, "a"), said("chip", "fp8", 310, "b"))  # TPP 2,320 to 2,480
    assert frame["matters"].tolist() == ["yes: crosses tpp 2,400"]


def test_a_rate_that_does_not_set_the_tpp_does_not_matter():
    rows = [said("chip", "fp8", 290, "a"), said("chip", "fp8", 310, "b"), said("chip", "fp4", 1000, "a")]  # TPP 4,000
    assert registered(*rows)["matters"].tolist() == ["no"]


def test_a_rate_matters_as_far_as_it_lifts_the_tpp():
    # FP8 alone would cross both lines; BF16 at 160 x 16 = 2,560 is above the first already
    rows = [said("chip", "fp8", 290, "a"), said("chip", "fp8", 610, "b"), said("chip", "bf16", 160, "a")]
    assert registered(*rows)["matters"].tolist() == ["yes: crosses tpp 4,800"]


def test_reaching_a_line_is_crossing_it():
    frame = registered(said("chip", "fp8", 295, "a"), said("chip", "fp8", 300, "b"))  # 300 x 8 = 2,400
    assert frame["matters"].tolist() == ["yes: crosses tpp 2,400"]


def test_sparse_rates_do_not_count():
    rows = [said("chip", "fp8", 290, "a", sparsity="sparse"), said("chip", "fp8", 310, "b", sparsity="sparse")]
    assert registered(*rows)["matters"].tolist() == ["no"]


def test_which_chip_is_ahead_matters():
    def memory(product, value, source):
        return said(product, "", value, source, spec="memory_capacity_gb", sparsity="")

    frame = registered(memory("chip", 70, "a"), memory("chip", 90, "b"), memory("base", 80, "a"))
    assert frame["matters"].tolist() == ["yes: decides which is ahead of the baseline"]
    frame = registered(memory("chip", 70, "a"), memory("chip", 75, "b"), memory("base", 80, "a"))
    assert frame["matters"].tolist() == ["no"]


def test_agreement_is_no_dispute():
    frame = registered(said("chip", "fp8", 989, "a"), said("chip", "fp8", 990, "b"))
    assert frame.empty


def test_order_is_told_where_no_choice_was_made():
    frame = registered(said("chip", "fp8", 290, "a"), said("chip", "fp8", 310, "b"))
    assert frame.loc[0, ["takes", "picked_by", "why"]].tolist() == [290, "order", "order: reported, grade B"]
    assert frame.loc[0, "says"] == "290: a; 310: b"
    assert frame.loc[0, "sources"] == 2


def test_register_can_be_cut_to_chips_and_to_what_is_compared(register):
    frame = record().conflicts(chips=["h20-96gb"])
    assert set(frame["chip_id"]) == {"h20-96gb"}
    assert len(frame) == (register.index.get_level_values("chip_id") == "h20-96gb").sum()
    shown = disputes.compared(record().conflicts(chips=["h100-sxm"]))
    assert "nvlink_domain_size" not in set(shown["spec"])
    assert "price_usd" in set(shown["spec"])
