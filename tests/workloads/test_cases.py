"""Which benchmark rows the roofline is held against, and what each ran."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts import load
from analysis.workloads import cases

MODELS = pd.DataFrame({"model_id": ["llama"], "benchmark_names": ["Llama 70B|Llama-70B"]})
ROW = {"product": "h100", "chip_count": 8, "system": "TensorRT-LLM", "workload": "inference", "model": "Llama 70B"}
ROW |= {"scenario": "offline max load, ISL/OSL 128/2048", "precision": "fp8", "metric": "output token throughput"}
ROW |= {"value": 100.0, "unit": "tokens/s", "is_measured": True, "source_id": "s", "locator": "p. 2", "note": ""}
ROW |= {"known_on": pd.Timestamp("2025-01-01")}


CONCURRENT = "1K in / 1K out, concurrency 32"


def read(**changed) -> tuple[pd.DataFrame, pd.DataFrame]:
    return cases.cases(pd.DataFrame([ROW | changed]), MODELS)


def test_every_row_is_a_case_or_excluded_with_a_reason():
    benchmarks = load.table("benchmarks")
    usable, excluded = cases.cases(benchmarks, load.table("models"))
    assert len(benchmarks) == 663
    assert len(usable) + excluded["rows"].sum() == len(benchmarks)
    assert usable["case"].is_unique
    assert (excluded["reason"] != "").all()
    assert usable["measured"].notna().all()


def test_a_case_says_where_in_its_document_it_is_and_what_ran():
    assert read()[0].at[0, "locator"] == "p. 2; offline max load, ISL/OSL 128/2048"
    assert read(locator="")[0].at[0, "locator"] == "offline max load, ISL/OSL 128/2048"


@pytest.mark.parametrize(
    ("scenario", "changed", "expected"),
    [
        (ROW["scenario"], {}, ["offline", 128, 2048, np.nan, 100]),
        (ROW["scenario"], {"metric": "throughput per GPU"}, ["offline", 128, 2048, np.nan, 800]),
        ("batch 1, input 6144, output 2048", {}, ["one stream", 6144, 2048, 1, 100]),
        ("concurrency 64, 1024 in / 512 out", {}, ["concurrent", 1024, 512, 64, 100]),
        (CONCURRENT, {}, ["concurrent", 1024, 1024, 32, 100]),
        # half of what eight chips take in and write
        (CONCURRENT, {"metric": "total throughput per GPU"}, ["concurrent", 1024, 1024, 32, 400]),
        ("batch 32, EP8", {"metric": "decode throughput per GPU"}, ["decode a chip", 4096, 1536, 256, 800]),
        (
            "prefill, 4096-token inputs",
            {"metric": "input throughput per node", "chip_count": 32, "system": "SGLang, EP32"},
            ["prefill a node", 4096, 0, np.nan, 400],
        ),
    ],
)
def test_what_a_row_ran(scenario, changed, expected):
    usable, excluded = read(scenario=scenario, **changed)
    assert excluded.empty
    run = usable.iloc[0]
    assert run[["form", "chip_id", "model_id"]].tolist() == [expected[0], "h100-sxm", "llama"]
    numbers = run[["prompt", "output", "batch", "measured"]].tolist()
    assert numbers == pytest.approx(expected[1:], nan_ok=True)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"is_measured": False}, "modelled"),
        ({"workload": "training"}, "no inference"),
        ({"unit": "queries/s"}, "no rate of tokens"),
        ({"model": "Another"}, "no shape"),
        ({"precision": "int4"}, "mixed or integer"),
        ({"note": "untuned preview"}, "untuned"),
        ({"scenario": f"{CONCURRENT}, MTP"}, "several tokens"),
        ({"scenario": "server"}, "not stated"),
        ({"scenario": f"{ROW['scenario']} and more"}, "not stated"),
    ],
)
def test_a_row_that_does_not_apply_says_why(changed, reason):
    usable, excluded = read(**changed)
    assert usable.empty
    assert excluded["rows"].tolist() == [1]
    assert reason in excluded["reason"].iloc[0]


LENGTHS = "in=4096, out=2048 (defaults)"


@pytest.mark.parametrize(
    ("scenario", "metric", "expected"),
    [
        (
            "prefill; in=4096 (default); batch=16384 tokens",
            "prefill throughput per GPU",
            ["prefill a node", 4096, 0, 800],
        ),
        (f"decode; {LENGTHS}; batch=100 per GPU", "decode throughput per GPU", ["decode a chip", 4096, 2048, 800]),
        ("mixed; in=1000, out=500; concurrency 64", "output throughput", ["concurrent", 1000, 500, 100]),
    ],
)
def test_what_a_row_in_words_ran(scenario, metric, expected):
    run = read(scenario=scenario, metric=metric)[0].iloc[0]
    assert run[["form", "prompt", "output", "measured"]].tolist() == expected
    batches = {"decode a chip": 800, "concurrent": 64}
    assert run["batch"] == pytest.approx(batches.get(expected[0], np.nan), nan_ok=True)


def test_a_server_under_unlimited_requests_counts_its_output_alone():
    scenario = "mixed, mostly prefill; in=900, out=100; all requests at once (unlimited concurrency); TP1"
    run = read(scenario=scenario, metric="total throughput, input and output", chip_count=1)[0].iloc[0]
    assert run[["form", "measured"]].tolist() == ["served", 10]
    assert read(scenario=scenario, metric="total throughput, input and output")[0].empty, "its layout is not stated"


def test_experts_are_split_where_the_row_says_so_and_matrices_in_one_server_alone():
    layouts = [read(**changed)[0]["layout"].iloc[0] for changed in ({}, {"system": "SGLang, EP16", "chip_count": 16})]
    assert layouts == ["tensor", "expert"]
    usable, excluded = read(chip_count=16)
    assert usable.empty
    assert excluded["reason"].tolist() == ["matrices split over several servers"]


def test_swapped_operands_cost_a_smaller_tile():
    assert read()[0]["tile"].tolist() == [64]
    assert read(system="HGX H20 node(s), SGLang 0.5.2")[0]["tile"].tolist() == [16]
