"""`benchmarks/measure_gpu.py` on a stand-in for PyTorch: its rows are rows of kernels.csv that the model can read."""

import csv
import io
import sys
from types import SimpleNamespace

import pytest

from analysis.facts import load
from analysis.workloads import kernels
from benchmarks import measure_gpu
from tests.workloads.test_kernels import CHIPS


class Event:
    """Every call takes two milliseconds."""

    def __init__(self, **_):
        pass

    def record(self):
        pass

    def elapsed_time(self, _):
        return 2.0


@pytest.fixture
def rows(monkeypatch, capsys):
    """What is printed where each piece of work is of a known size and takes two milliseconds."""
    cuda = SimpleNamespace(
        is_available=lambda: True,
        get_device_name=lambda: "NVIDIA H20",
        get_device_capability=lambda: (9, 0),
        synchronize=lambda: None,
        empty_cache=lambda: None,
        Event=Event,
    )
    torch = SimpleNamespace(
        cuda=cuda, manual_seed=lambda _: None, __version__="9.9", version=SimpleNamespace(cuda="99.9")
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(measure_gpu, "copy", lambda torch, gib: (lambda: None, 2 * gib * 2**30))
    monkeypatch.setattr(measure_gpu, "product", lambda torch, of, rows, side: (lambda: None, 2 * rows * side**2))
    monkeypatch.setattr(measure_gpu, "attention", lambda torch, tokens: (lambda: None, 8192 * tokens**2))

    def printed(*options: str) -> list[dict[str, str]]:
        monkeypatch.setattr(sys, "argv", ["measure_gpu.py", "--product", "h20-96gb", "--header", *options])
        measure_gpu.main()
        return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    return printed


def test_rows_by_hand(rows):
    """2 x 64 x 8192 x 8192 operations in two milliseconds are 4.3 TFLOPS; 2 GiB are 1,073.7 GB/s."""
    printed = rows("--rows", "64", "--copy-gib", "1", "--prompts", "4096")
    assert [row["kernel"] for row in printed] == ["memory_copy", "gemm", "gemm", "gemm", "attention_prefill"]
    assert [row["precision"] for row in printed] == ["", "bf16", "fp8", "int8", "bf16"]
    assert [row["achieved"] for row in printed] == ["1073.7", "4.3", "4.3", "4.3", "68.7"]
    assert {row["software"] for row in printed} == {"PyTorch 9.9, CUDA 99.9"}


def test_rows_have_the_columns_of_the_table_and_the_model_reads_them(rows, data_copy, load_from):
    printed = rows()
    path = data_copy.folder / "kernels.csv"
    with open(path, encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    assert list(printed[0]) == columns
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(row | {"source_id": "infersim-2025", "published_on": "2025-09-28"} for row in printed)
    load_from(data_copy.folder)
    frame, others = kernels.measured(load.table("kernels"), CHIPS)
    assert len(frame) == 7 + 7 + 3  # BF16 and FP8 by rows, three prompts
    assert others["rows"].sum() == len(printed) - len(frame)


def test_what_fails_gets_a_line_and_no_row(rows, monkeypatch):
    def missing(*_):
        raise RuntimeError("no kernel image")

    monkeypatch.setattr(measure_gpu, "attention", missing)
    assert "attention_prefill" not in {row["kernel"] for row in rows("--rows", "16")}
