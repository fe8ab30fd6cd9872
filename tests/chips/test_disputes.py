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
    figures = [float(part.split(":")[0].split("–")[0]) for part in row["says"].split("; ")]
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
    assert "price_usd" in set(shown["spec"])
