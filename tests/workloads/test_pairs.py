"""Two chips at the same work: what is set side by side, by hand, and that neither side was seen."""

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import pairs
from analysis.workloads.calibration import Model
from analysis.workloads.results import _measurements
from tests.records import record
from tests.workloads.test_calibration import CASE, TRUE_FACTORS
from tests.workloads.test_roofline import HALF

SAME = {"source_id": "s", "model_id": "m", "form": "offline", "weights": "fp8", "layout": "tensor", "output": 1}
MODEL = Model(HALF, TRUE_FACTORS)


def test_ratios_compare_like_with_like():
    """300 over 200, where the model says 240 over 200; what ran on another number of chips has no other side."""
    rows = [("new", 1, 300.0, 240.0), ("an-old", 1, 200.0, 200.0), ("new", 2, 999.0, 1.0)]
    frame = pd.DataFrame(rows, columns=["chip_id", "chips", "measured", "predicted"]).assign(prompt=1, **SAME)
    both = pairs.of_runs(frame)
    assert both[["chip_id", "baseline"]].to_numpy().tolist() == [["new", "an-old"]]
    ratios = both[["measured_ratio", "predicted_ratio", "error_share"]]
    assert ratios.to_numpy() == pytest.approx(np.array([[1.5, 1.2, -0.2]]))


def test_prefills_of_two_operators_are_compared_a_chip_each():
    """100 a second on 8 against 800 on 32: 12.5 against 25; the same times, on 8 and on 32, say 4."""
    shared = CASE | {"form": "prefill a node", "model_id": "m", "weights": "fp8", "shape": "x", "layout": "tensor"}
    shared |= {"locator": "p. 1"}
    rows = [
        shared | {"chip_id": "h20", "source_id": "a", "measured": 100.0},
        shared | {"chip_id": "h100", "source_id": "b", "measured": 800.0, "chips": 32},
        shared | {"chip_id": "h100", "source_id": "c", "measured": 800.0, "prompt": 50.0},
        shared | {"chip_id": "h100", "source_id": "d", "measured": 800.0, "shape": "y"},
    ]
    asked = []
    both = pairs.of_operators(
        pd.DataFrame(rows), lambda *sources: asked.append(sources) or MODEL, "h20", ("h100", "h800")
    )
    assert asked == [("a", "b")], "neither side is seen"
    assert both[["measured_ratio", "predicted_ratio", "error_share"]].iloc[0].tolist() == pytest.approx([0.5, 4, 7])
    assert both[["source_id", "locator"]].to_numpy().tolist() == [["a|b", "p. 1"]]
    assert pairs.of_operators(pd.DataFrame(rows), lambda *_: None, "h20", ("h100",)).empty


KERNEL = {
    "kernel": "gemm",
    "kind": "gemm",
    "source_id": "s",
    "size": 32.0,
    "context": np.nan,
    "per_multiprocessor": 1.0,
}


def test_kernels_are_compared_by_their_speeds():
    """Half the rate of 1 and of 3 s of arithmetic takes 2 and 6 s: a third; measured 4 and 8 s: half."""
    rows = [("h20", "w", 8.0, 3.0), ("h100", "w", 4.0, 1.0), ("h100", "v", 1.0, 1.0), ("h800", "", 1.0, 1.0)]
    frame = pd.DataFrame(rows, columns=["chip_id", "work", "measured_s", "arithmetic_s"]).assign(memory_s=0.0, **KERNEL)
    both = pairs.of_kernels(frame, lambda _: MODEL, "h20", ("h100", "h800"))
    assert both[["work", "baseline"]].to_numpy().tolist() == [["w", "h100"]]
    assert both[["measured_ratio", "predicted_ratio"]].to_numpy() == pytest.approx(np.array([[0.5, 1 / 3]]), rel=1e-3)


def test_a_video_lies_between_its_products_and_its_attention():
    """A tenth of the rate at the same fractions is a tenth; 100 s against 400 s is a quarter."""
    rows = [("h20", 400.0), ("h100", 100.0), ("l20", 1.0)]
    frame = pd.DataFrame(rows, columns=["product", "value"])
    frame = frame.assign(model=pairs.VIDEO, metric="latency", source_id="s", scenario="one size", chip_count=1)
    chip = {"rates": {"bf16": 1e12}, "multiprocessors": 1.0}
    rates = {"h20": chip, "h100-sxm": chip | {"rates": {"bf16": 1e13}, "multiprocessors": 10.0}}
    both = pairs.of_videos(frame, rates, HALF, "h20", "h100-sxm").iloc[0]
    assert both[["measured_ratio", "predicted_low", "predicted_high"]].tolist() == pytest.approx([0.25, 0.1, 0.1])
    assert both["size"] == "1 of each"


def test_the_table_has_all_three_and_the_error_beyond_a_range():
    frame = record().workload_pairs()
    assert set(frame["what"]) == {"gemm", "attention_decode", "prefill", "video"}
    video = frame[frame["what"] == "video"].iloc[0]
    assert video["error_share"] == pytest.approx(video["predicted_high"] / video["measured_ratio"] - 1)
    prefill = frame[(frame["what"] == "prefill") & (frame["baseline"] == "h100-sxm")].iloc[0]
    assert prefill["measured_ratio"] == pytest.approx(16500 / 50302, abs=1e-4), "LMSYS, tokens a second a node"
    assert prefill["predicted_ratio"] == pytest.approx(16500 / 50302, rel=0.2), "without either source"
    latent = frame[frame["latent"] & (frame["what"] == "attention_decode") & (frame["size"] == "65 to 512")].iloc[0]
    assert 1 / latent["measured_ratio"] == pytest.approx(4.6, abs=0.3), "4.4 to 4.9 times as long on the H20"


def test_kernels_of_one_shape_alone_are_pairs():
    """A median over matrices that differ from chip to chip is not the same work."""
    kernels = _measurements(record()).kernels
    medians = record().table("kernels")["shape"].str.contains("median").sum()
    assert (kernels["work"] == "").sum() >= medians > 0
