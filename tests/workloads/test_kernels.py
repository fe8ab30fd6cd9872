"""Fractions that kernels reach: rows of the table by hand, what the fit finds, and what it says of chips not seen."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from analysis.facts import load
from analysis.workloads import kernels
from analysis.workloads.results import _measurements
from tests.records import record

CHIPS = {
    "h20-96gb": {"rates": {"fp8": 296e12, "bf16": 148e12}, "bandwidth": 4e12, "multiprocessors": 78, "link": 900e9}
}
ROW = dict.fromkeys(load.table("kernels").columns, np.nan)
ROW |= {"product": "h20-96gb", "precision": "fp8", "unit": "tops", "source_id": "s", "attention": ""}
PRODUCT = ROW | {"kernel": "gemm", "rows": 16.0, "depth": 1536.0, "width": 24576.0, "achieved": 49.5}
EXPERTS = {"rows": 512.0, "depth": 5120.0, "width": 3328.0, "experts_on_chip": 160.0, "experts_per_token": 6.0}
GROUPED = ROW | {"kernel": "grouped_gemm", "achieved": 74.9} | EXPERTS
HEADS = {"heads": 32.0, "kv_heads": 8.0, "head_width": 128.0, "sequences": 128.0, "queries": 1.0, "context": 8192.0}
GROUPS = ROW | {"kernel": "attention_decode", "attention": "grouped", "precision": "bf16", "achieved": 2835.2} | HEADS
LATENT = GROUPS | {"attention": "latent", "heads": 128.0, "kv_heads": 1.0, "achieved": 107.7}


def measured(row: dict) -> pd.Series:
    frame, others = kernels.measured(pd.DataFrame([row]), CHIPS)
    assert others.empty
    return frame.iloc[0]


def test_a_product_by_hand():
    """16 rows cost 64: 2 x 64 x 1536 x 24576 operations at 296 trillion; 38 MB of weights, 0.8 MB in and out."""
    row = measured(PRODUCT)
    assert row["arithmetic_s"] == pytest.approx(16.32e-6, rel=1e-3)
    assert row["memory_s"] == pytest.approx((1536 * 24576 + 16 * 1536 + 16 * 24576 * 2) / 4e12)
    assert row["measured_s"] == pytest.approx(24.42e-6, rel=2e-3), "the time that the source prints, in microseconds"
    assert row["per_multiprocessor"] == pytest.approx(296 / 78)


def test_experts_by_hand():
    """3,072 tokens over 160 experts reach all of them, a tile each: the source prints 1,397.73 microseconds."""
    row = measured(GROUPED)
    assert row["arithmetic_s"] == pytest.approx(160 * 64 * 2 * 5120 * 3328 / 296e12, rel=1e-6)
    assert row["measured_s"] == pytest.approx(1397.73e-6, rel=2e-3)


def test_decode_attention_by_hand():
    """Four query heads share a cache and fill a quarter of 16 rows; two bytes of keys and of values are read."""
    row = measured(GROUPS | {"unit": "gb/s"})
    tokens = 128 * 8192
    assert row["arithmetic_s"] == pytest.approx(4 * tokens * 4 * 32 * 128 / 148e12)
    assert row["memory_s"] == pytest.approx(tokens * 2 * 2 * 8 * 128 / 4e12)
    assert row["measured_s"] == pytest.approx(1514.86e-6, rel=1e-3)


def test_latent_attention_by_hand():
    """128 heads fill two tiles; each does 576 products and 512 sums for a token; the source prints 2,711.245."""
    row = measured(LATENT)
    assert row["arithmetic_s"] == pytest.approx(128 * 8192 * 128 * 2 * (576 + 512) / 148e12)
    assert row["measured_s"] == pytest.approx(2711.245e-6, rel=2e-3)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kernel": "memory_copy"}, "a copy"),
        ({"kernel": "all_reduce"}, "a rate of links"),
        ({"precision": "int8"}, "integers"),
        ({"product": "h100-sxm"}, "no dense rate"),
        ({"rows": np.nan}, "shape"),
    ],
)
def test_a_row_that_bears_on_nothing_says_why(changed, reason):
    frame, others = kernels.measured(pd.DataFrame([PRODUCT | changed]), CHIPS)
    assert frame.empty
    assert reason in others["reason"].iloc[0]
    assert others["rows"].tolist() == [1]


def test_every_row_of_the_table_is_a_kernel_or_has_a_reason():
    data, points = load.table("kernels"), {}
    frame, others = kernels.measured(data, points | CHIPS)
    assert len(frame) + others["rows"].sum() == len(data) == 414


@pytest.mark.parametrize(
    ("heads", "is_latent", "expected"), [(4, False, 4), (16, False, 1), (32, False, 2), (16, True, 4)]
)
def test_padding_of_heads(heads, is_latent, expected):
    assert kernels.padding(heads, is_latent) == expected


def test_the_smooth_maximum_runs_from_the_sum_to_the_longer():
    assert kernels.smooth_maximum(3.0, 4.0, 1.0) == pytest.approx(7)
    assert kernels.smooth_maximum(3.0, 4.0, 2.0) == pytest.approx(5)
    assert kernels.smooth_maximum(3.0, 4.0, 200.0) == pytest.approx(4)


@pytest.fixture(scope="module")
def data():
    return _measurements(record())


@pytest.fixture(scope="module")
def fitted(data):
    return kernels.fitted(data.kernels, data.links)


def test_fractions_fall_where_a_multiprocessor_does_more(fitted):
    alike = fitted.compute("gemm", np.array([1.9, 3.8, 7.5, 15.0]), ["unseen"] * 4)
    assert (np.diff(alike) < 0).all()
    assert 0.85 < alike[0] < 1


def test_large_products_reach_what_is_measured(fitted):
    """The medians of the table: H20 0.93 in FP8 and 0.96 in BF16, H100 0.63 to 0.70 and 0.78.

    One fraction for rows of all sizes lies a little under those of the largest.
    """
    for chip, x, said in [
        ("h20-96gb", 3.8, 0.93),
        ("h20-96gb", 1.9, 0.96),
        ("h100-sxm", 7.5, 0.78),
        ("h100-sxm", 15, 0.65),
    ]:
        assert fitted.compute("gemm", np.array([x]), [chip])[0] == pytest.approx(said, abs=0.065)


def test_a_chip_that_was_not_measured_has_the_line_alone(data, fitted):
    unseen = kernels.fitted(data.kernels[data.kernels["chip_id"] != "h20-96gb"], data.links)
    assert "h20-96gb" not in unseen.deviation
    assert unseen.compute("gemm", np.array([3.8]), ["h20-96gb"])[0] == pytest.approx(0.87, abs=0.08)


def test_the_fit_finds_the_line_that_made_the_data(data):
    """Times made of a line of 0.9 and 0.7 a logarithm and of two thirds of the bandwidth."""
    frame = data.kernels[data.kernels["kernel"].isin(["gemm", "grouped_gemm"])]
    fraction = 1 / (1 + np.exp(-(2.2 - 0.7 * np.log(frame["per_multiprocessor"]))))
    seconds = kernels.smooth_maximum(frame["arithmetic_s"] / fraction, frame["memory_s"] / 0.8, 3.0) + 5e-6
    found = kernels.fitted(frame.assign(measured_s=seconds), data.links)
    assert found.slope == pytest.approx(0.7, abs=0.05)
    assert logit(found.compute("gemm", np.array([1.0]), ["unseen"])[0]) == pytest.approx(2.2, abs=0.1)
    assert found.memory["gemm"] == pytest.approx(0.8, abs=0.02)


def test_what_links_reach_by_hand():
    """351 of 450 GB/s on the H100 (0.78), 353 on the H200 (0.78), 153 and 158 of 200 on the H800: 0.78."""
    link, network = kernels.link_medians(_measurements(record()).links)
    assert link == pytest.approx(0.78, abs=0.01)
    assert network == pytest.approx(47e9)  # of 39 to 58 GB/s over the network, both kinds of kernel
