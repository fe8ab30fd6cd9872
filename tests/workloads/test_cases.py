"""Which benchmark rows the roofline is held against, and what each ran."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts import load
from analysis.workloads import cases

MODELS = pd.DataFrame({"model_id": ["llama"], "benchmark_names": ["Llama 70B|Llama-70B"]})
ROW = {"product": "h100", "chip_count": 8, "system": "TensorRT-LLM", "workload": "inference", "model": "Llama 70B"}
ROW |= {"scenario": "offline max load, ISL/OSL 128/2048", "precision": "fp8", "metric": "output token throughput"}
ROW |= {"value": 100.0, "unit": "tokens/s", "is_measured": True, "source_id": "s", "note": ""}
ROW |= {"known_on": pd.Timestamp("2025-01-01")}


def read(**changed) -> tuple[pd.DataFrame, pd.DataFrame]:
    return cases.cases(pd.DataFrame([ROW | changed]), MODELS)


def test_every_row_is_a_case_or_left_out_with_a_reason():
    benchmarks = load.table("benchmarks")
    found, left = cases.cases(benchmarks, load.table("models"))
    assert len(benchmarks) == 528
    assert len(found) + left["rows"].sum() == len(benchmarks)
    assert found["case"].is_unique
    assert (left["reason"] != "").all()
    assert found["measured"].notna().all()


@pytest.mark.parametrize(
    ("changed", "form", "prompt", "output", "batch", "measured"),
    [
        ({}, "offline", 128, 2048, np.nan, 100),
        ({"metric": "throughput per GPU"}, "offline", 128, 2048, np.nan, 800),
        ({"scenario": "batch 1, input 6144, output 2048"}, "one stream", 6144, 2048, 1, 100),
        ({"scenario": "concurrency 64, 1024 in / 512 out"}, "concurrent", 1024, 512, 64, 100),
        ({"scenario": "1K in / 1K out, concurrency 32"}, "concurrent", 1024, 1024, 32, 100),
        (
            {"scenario": "1K in / 1K out, concurrency 32", "metric": "total throughput per GPU"},
            "concurrent",
            1024,
            1024,
            32,
            400,  # half of what eight chips take in and write
        ),
        ({"scenario": "batch 32, EP8", "metric": "decode throughput per GPU"}, "decode a chip", 4096, 1536, 256, 800),
        (
            {"scenario": "prefill, 4096-token inputs", "metric": "input throughput per node", "chip_count": 32},
            "prefill a node",
            4096,
            0,
            np.nan,
            400,
        ),
    ],
)
def test_what_a_row_ran(changed, form, prompt, output, batch, measured):
    found, left = read(**changed)
    assert left.empty
    row = found.iloc[0]
    assert (row["form"], row["chip_id"], row["model_id"]) == (form, "h100-sxm", "llama")
    assert [row["prompt"], row["output"], row["batch"], row["measured"]] == pytest.approx(
        [prompt, output, batch, measured], nan_ok=True
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"is_measured": False}, "modelled"),
        ({"workload": "training"}, "no inference"),
        ({"unit": "queries/s"}, "no rate of tokens"),
        ({"model": "Another"}, "no shape"),
        ({"precision": "int4"}, "mixed or integer"),
        ({"note": "untuned preview"}, "untuned"),
        ({"scenario": "1K in / 1K out, concurrency 32, MTP"}, "several tokens"),
        ({"scenario": "server"}, "not stated"),
        ({"scenario": "offline max load, ISL/OSL 128/2048 and more"}, "not stated"),
    ],
)
def test_a_row_that_does_not_apply_says_why(changed, reason):
    found, left = read(**changed)
    assert found.empty
    assert left["rows"].tolist() == [1]
    assert reason in left["reason"].iloc[0]


def test_experts_are_split_beyond_a_server_or_where_the_row_says_so():
    layouts = [read(**changed)[0]["layout"].iloc[0] for changed in ({}, {"chip_count": 16}, {"system": "SGLang, EP16"})]
    assert layouts == ["tensor", "expert", "expert"]
