"""Sweeps: grids and their faults, what is kept on disk, interruptions, workers that die, and Dask."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from analysis.facts import paths
from analysis.facts.errors import ParameterError
from analysis.results import Record
from analysis.sweep import run as running
from analysis.sweep import work
from analysis.sweep.grid import Run, read, stamp
from analysis.sweep.run import sweep
from analysis.sweep.store import Store
from analysis.sweep.work import Done, OtherVersionError
from tests.sweep.deadly import Deadly

GRID = """
results: [china_revenue]
grid: {basis: [billing, headquarters], currency: [USD, CNY]}
"""


@pytest.fixture
def grid(tmp_path):
    def write(text: str) -> list[Run]:
        path = tmp_path / "grid.yml"
        path.write_text(text, encoding="utf-8")
        return read(path)

    return write


@pytest.fixture
def here(monkeypatch):
    """Workers that are threads of this process: nothing has to start."""

    @contextmanager
    def workers(dask, jobs):
        yield lambda: ThreadPoolExecutor(1)

    monkeypatch.setattr(running, "_workers", workers)


def table(path) -> pd.DataFrame:
    with duckdb.connect() as link:
        return link.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()


# The grid


def test_each_value_goes_with_each_and_a_list_with_all(grid):
    runs = grid("""
results: [units_by_year, units_by_quarter]
grid: {draws: [64, 128], seed: [1, 2, 3]}
list: [{evidence_factor: 1.5}, {evidence_factor: 3, hardware_share: 0.7}]
""")
    assert len(runs) == 2 * 2 * 3 * 2
    assert runs[0].parameters == {"draws": 64, "seed": 1, "evidence_factor": 1.5}
    assert runs[1].parameters == {"draws": 64, "seed": 1, "evidence_factor": 3, "hardware_share": 0.7}
    assert [run.place for run in runs] == list(range(24))
    assert len({run.key for run in runs}) == 24


@pytest.mark.parametrize("method", ["sobol", "random"])
def test_a_sample_lies_between_its_ends_and_is_the_same_again(grid, method):
    text = f"""
results: [units_by_year]
sample: {{method: {method}, points: 100, seed: 7, over: {{evidence_factor: [1.2, 4.0], draws: [64, 128]}}}}
"""
    first, again = grid(text), grid(text)
    assert [run.parameters for run in first] == [run.parameters for run in again]
    factors = pd.Series([run.parameters["evidence_factor"] for run in first])
    assert factors.between(1.2, 4.0).all()
    assert factors.nunique() == 100
    assert {type(run.parameters["draws"]) for run in first} == {int}
    if method == "sobol":  # the first 64 points of a sequence in base 2 hold one in each of 64 equal parts
        assert len(set(((factors[:64] - 1.2) / 2.8 * 64).astype(int))) == 64


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("results: []", ["names neither results nor notebooks"]),
        ("result: [china_revenue]", ["'result'"]),
        ("results: [china_revnue]", ["Did you mean 'china_revenue'?"]),
        (
            "results: [china_revenue]\ngrid: {bassis: [billing], currency: [EUR]}",
            ["no parameter 'bassis'. Did you mean 'basis'?", "currency: 'EUR' is not one of USD, CNY."],
        ),
        ("results: [china_revenue]\ngrid: {as_of: ['2025-13-01']}", ["as_of: '2025-13-01'"]),
        ("results: [china_revenue]\ngrid: {as_of: ['1990-01-01']}", ["1990-01-01"]),
        ("results: [china_revenue]\ngrid: {without: [[nvda-10k-fy1925]]}", ["nvda-10k-fy1925"]),
        ("results: [china_revenue]\ngrid: {basis: []}", ["grid: basis"]),
        ("results: [china_revenue]\ngrid: {basis: [billing]}\nlist: [{basis: billing}]", ["'basis' stands in two"]),
        ("results: [units_by_year]\nsample: {points: 4, over: {evidence_factor: [3, 2]}}", ["3 is not below 2"]),
        ("results: [units_by_year]\nsample: {points: 0, over: {evidence_factor: [2, 3]}}", ["points"]),
        ("results: [data.revenue]", ["is a raw table"]),
        ("notebooks: [04_china_revenue]\ngrid: {basis: [shipping]}", ["'shipping'"]),
        ("results: [china_revenue, china_revenue]", ["stands twice"]),
        (
            "results: [units_by_year]\nsample: {points: 1000000, over: {draws: [1, 9]}}\ngrid: {seed: [1, 2]}",
            ["asks for 2,000,000 runs"],
        ),
        ("a: [", ["cannot be read"]),
    ],
)
def test_every_fault_of_a_grid_is_told_before_the_first_run(grid, text, faults):
    with pytest.raises(ParameterError) as refused:
        grid(text)
    told = [str(fault) for fault in refused.value.faults]
    assert all(fault.startswith("grid.yml") for fault in told)
    assert len(told) == len(faults)
    assert all(any(words in fault for fault in told) for words in faults)


# What is kept


def test_the_table_holds_what_the_results_give(grid, here, tmp_path):
    runs = grid(GRID)
    found = sweep(runs, tmp_path / "out")
    assert (found.runs, found.before, found.counts, found.stopped) == (4, 0, {"done": 4}, False)
    listed = table(found.files["runs"])
    assert listed["place"].tolist() == [0, 1, 2, 3]
    assert json.loads(listed["parameters"][3]) == {"basis": "headquarters", "currency": "CNY"}
    rows = table(found.files["china_revenue"])
    assert rows["run"].drop_duplicates().tolist() == [run.key for run in runs]
    for run in runs:
        expected = Record().china_revenue(**run.parameters)
        mine = rows[rows["run"] == run.key]
        assert mine["fiscal_period"].tolist() == expected["fiscal_period"].tolist()
        column = "revenue_musd" if run.parameters["currency"] == "USD" else "revenue_mcny"
        pd.testing.assert_series_equal(
            mine[column].reset_index(drop=True), expected[column].reset_index(drop=True), check_dtype=False
        )


def test_a_second_sweep_does_what_is_missing_and_no_more(grid, here, tmp_path, monkeypatch):
    out = tmp_path / "out"
    sweep(grid(GRID), out)
    carried_out = []
    whole = work.work
    monkeypatch.setattr(work, "work", lambda runs, *more: carried_out.extend(runs) or whole(runs, *more))
    found = sweep(grid(GRID.replace("[USD, CNY]", "[USD]") + "list: [{first_period: FY2025}, {}]"), out)
    assert found.before == 2
    assert [run.parameters for run in carried_out] == [
        {"basis": basis, "currency": "USD", "first_period": "FY2025"} for basis in ("billing", "headquarters")
    ]
    assert len(table(found.files["runs"])) == 4  # those of this grid, and none of the first


def test_a_run_that_is_refused_is_told_beside_the_others(grid, here, tmp_path):
    runs = grid("results: [china_revenue]\nlist: [{first_period: FY2026, last_period: FY2024}, {first_period: FY2026}]")
    found = sweep(runs, tmp_path / "out")
    assert found.counts == {"done": 1, "refused": 1}
    told = table(found.files["runs"]).set_index("place")
    assert "FY2024" in told.loc[0, "message"]
    assert told.loc[1, "status"] == "done"


def test_an_interruption_keeps_what_is_finished_and_goes_on_from_there(grid, here, tmp_path):
    runs, out = grid(GRID), tmp_path / "out"

    def stop(done, runs, failed):
        if done == 2:
            raise KeyboardInterrupt

    found = sweep(runs, out, progress=stop)
    assert found.stopped
    assert 2 <= found.counts["done"] < 4
    after = sweep(runs, out)
    assert (after.before, after.counts) == (found.counts["done"], {"done": 4})
    whole = sweep(runs, tmp_path / "other")
    pd.testing.assert_frame_equal(table(after.files["china_revenue"]), table(whole.files["china_revenue"]))


def test_what_a_killed_sweep_left_half_is_removed(grid, here, tmp_path):
    runs, out = grid(GRID), tmp_path / "out"
    whole = table(sweep(runs, out).files["china_revenue"])
    store = Store(out)
    store._write(whole.drop(columns="place"), store.parts / "china_revenue" / "00000099.parquet")  # no file of runs
    (store.parts / "runs" / ".00000099.parquet.partial").write_bytes(b"PAR1 torn")
    store.close()
    again = sweep(runs, out)
    assert again.before == 4
    pd.testing.assert_frame_equal(table(again.files["china_revenue"]), whole)
    assert not list((out / "parts").rglob("*99*"))


def test_a_run_that_two_workers_did_counts_once(tmp_path, grid):
    run, store = grid(GRID)[0], Store(tmp_path / "out")
    for seconds in (1.0, 2.0):
        frame = pd.DataFrame({"value": [seconds, 5.0], "run": run.key, "row": [0, 1]})
        store.add(Done([work.row(run, "done", "", 2, seconds)], {"china_revenue": [frame]}))
    files, counts = store.gather([run.key])
    store.close()
    assert counts == {"done": 1}
    assert table(files["china_revenue"])["value"].tolist() == [2.0, 5.0]


def test_columns_that_a_batch_lacks_or_has_as_text_are_gathered(tmp_path, grid):
    runs, store = grid(GRID)[:2], Store(tmp_path / "out")
    for run, cells in zip(runs, ({"a": [1], "b": [None]}, {"a": [0.5], "b": ["x"], "c": [True]}), strict=True):
        frame = pd.DataFrame(cells | {"run": run.key, "row": [0]})
        store.add(Done([work.row(run, "done", "", 1)], {"china_revenue": [frame]}))
    rows = table(store.gather(run.key for run in runs)[0]["china_revenue"])
    store.close()
    assert rows["a"].tolist() == [1.0, 0.5]
    assert rows["b"].isna().tolist() == [True, False]
    assert rows["c"].isna().tolist() == [True, False]


def test_one_sweep_at_a_time_writes_into_a_folder(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(ParameterError, match=f"another sweep writes here \\(process {os.getpid()} on "):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_a_folder_of_another_format_is_refused(tmp_path):
    (tmp_path / "sweep.json").write_text('{"format": 0}', encoding="utf-8")
    with pytest.raises(ParameterError, match="format 0"):
        Store(tmp_path)
    assert not list(tmp_path.glob("parts/*"))


# Workers


def test_a_worker_of_another_version_is_refused(grid):
    with pytest.raises(OtherVersionError, match="other data or other code"):
        work.work(grid(GRID)[:1], "another")


@pytest.mark.parametrize("trouble", [{"dies": 3}, {"hangs": 3}], ids=["a worker dies", "a run does not end"])
def test_the_run_that_ends_its_worker_is_told_and_no_other_is_lost(trouble):
    runs = [Run(place, "china_revenue", False, {}, f"{place:02}") for place in range(12)]
    with running._workers("", 2) as start:
        batches = list(running._carried_out(runs, start, Deadly(**trouble), limit=4, workers=2))
    found = {row["place"]: row["status"] for batch in batches for row in batch.runs}
    assert found == {place: "failed" if place == 3 else "done" for place in range(12)}


def test_a_killed_sweep_goes_on_to_the_same_table(tmp_path, grid, here):
    """The command is killed when its first batches are on disk; what a second one gathers is what one alone does."""
    path = tmp_path / "many.yml"
    path.write_text(GRID + "list: [{first_period: FY2019}, {first_period: FY2020}, {first_period: FY2021}]\n", "utf-8")
    command = [sys.executable, "-m", "analysis", "sweep", str(path), "--jobs", "1"]
    out = tmp_path / "out"
    running_one = subprocess.Popen([*command, "--out", str(out)], cwd=paths.ROOT, stderr=subprocess.DEVNULL)
    while running_one.poll() is None and len(list(out.glob("parts/runs/*.parquet"))) < 2:
        time.sleep(0.02)
    running_one.kill()
    running_one.wait()
    runs = read(path)
    after, whole = sweep(runs, out), sweep(runs, tmp_path / "other")
    assert after.before >= 2
    assert after.counts == whole.counts == {"done": 12}
    pd.testing.assert_frame_equal(table(after.files["china_revenue"]), table(whole.files["china_revenue"]))


class Elsewhere(ThreadPoolExecutor):
    """As Dask's executor is when its scheduler is gone after two batches."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given, self._client = 0, SimpleNamespace(status="running")

    def submit(self, *call):
        if self.given == 2:
            self._client.status = "connecting"
            future = Future()
            future.cancel()
            return future
        self.given += 1
        return super().submit(*call)


def test_a_scheduler_that_is_gone_is_told_and_nothing_finished_is_lost(tmp_path, grid, monkeypatch):
    @contextmanager
    def workers(dask, jobs):
        yield Elsewhere if dask else lambda: ThreadPoolExecutor(1)

    monkeypatch.setattr(running, "_workers", workers)
    monkeypatch.setattr(running, "MOST_IN_A_BATCH", 1)
    runs, out = grid(GRID), tmp_path / "out"
    found = sweep(runs, out, dask="tcp://127.0.0.1:1")
    assert (found.lost, found.stopped) == ("the scheduler is gone", False)
    assert found.counts in ({"done": 1}, {"done": 2})  # what was under way is lost with it
    after = sweep(runs, out)
    assert (after.before, after.counts, after.lost) == (found.counts["done"], {"done": 4}, "")


@pytest.mark.slow
def test_a_scheduler_that_is_killed_ends_the_command(tmp_path):
    cli, about = "distributed.cli.dask_", tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    told = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(about)]
    with subprocess.Popen([sys.executable, "-m", f"{cli}scheduler", *told], **quiet) as scheduler:
        while not about.exists() or not about.read_text():
            time.sleep(0.1)
        address, path, out = json.loads(about.read_text())["address"], tmp_path / "grid.yml", tmp_path / "out"
        told = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "5"]
        path.write_text(GRID + "list: [" + ", ".join(f"{{first_period: FY{year}}}" for year in range(2018, 2027)) + "]")
        command = [sys.executable, "-m", "analysis", "sweep", str(path), "--dask", address, "--out", str(out)]
        with (
            subprocess.Popen([sys.executable, "-m", f"{cli}worker", address, *told], cwd=paths.ROOT, **quiet) as worker,
            subprocess.Popen(command, cwd=paths.ROOT, stderr=subprocess.PIPE, text=True) as asked,
        ):
            while asked.poll() is None and not list(out.glob("parts/runs/*.parquet")):
                time.sleep(0.05)
            scheduler.kill()
            _, said = asked.communicate(timeout=120)
            worker.kill()
    assert asked.returncode == 1
    assert said.splitlines()[-1].startswith("dask: the scheduler is gone.")
    assert "Traceback" not in said
    assert list(out.glob("runs.parquet"))


def test_a_full_disk_leaves_what_was_finished_and_no_piece(tmp_path, grid):
    runs, store = grid(GRID)[:2], Store(tmp_path / "out")
    store.add(Done([work.row(runs[0], "done", "", 0)]))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, before[1]))
    try:
        with pytest.raises(OSError, match="cannot be written"):
            store.add(Done([work.row(runs[1], "done", "", 0)]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in (tmp_path / "out" / "parts" / "runs").iterdir()] == ["00000000.parquet"]
    assert store.done() == {runs[0].key}
    store.close()


@pytest.mark.slow
def test_a_sweep_that_is_killed_twenty_times_comes_to_the_same_table(tmp_path, here):
    path, out = tmp_path / "many.yml", tmp_path / "out"
    path.write_text(GRID + "list: [" + ", ".join(f"{{first_period: FY{year}}}" for year in range(2018, 2027)) + "]")
    command = [sys.executable, "-m", "analysis", "sweep", str(path), "--jobs", "1", "--out"]
    begun = time.monotonic()
    subprocess.run([*command, str(tmp_path / "first")], cwd=paths.ROOT, check=False, capture_output=True)
    whole, moments, found = time.monotonic() - begun, random.Random(1), 0
    for _ in range(20):
        one = subprocess.Popen([*command, str(out)], cwd=paths.ROOT, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0, whole))
        found += one.poll() is None
        one.kill()
        one.wait()
    assert found
    runs = read(path)
    after, alone = sweep(runs, out), sweep(runs, tmp_path / "first")
    assert sum(after.counts.values()) == len(runs) == 36
    assert after.counts == alone.counts
    pd.testing.assert_frame_equal(table(after.files["china_revenue"]), table(alone.files["china_revenue"]))
    clocks = ["seconds"]
    one, other = (table(each.files["runs"]).drop(columns=clocks) for each in (after, alone))
    pd.testing.assert_frame_equal(one, other)


def test_dask_gives_the_same_table_though_a_worker_is_killed(tmp_path, grid, here):
    distributed = pytest.importorskip("distributed")
    runs = grid(GRID)
    whole = sweep(runs, tmp_path / "here")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        client = distributed.Client(cluster)
        victim, killed = next(iter(cluster.workers.values())), []
        start, call = lambda: client.get_executor(pure=False), running._Call(stamp(), "")
        store = Store(tmp_path / "there")
        for batch in running._carried_out(runs, start, call, limit=60, workers=2):
            if victim.status.name == "running" and not killed:
                killed.append(victim.pid)
                os.kill(victim.pid, signal.SIGKILL)
            store.add(batch)
        files, counts = store.gather(run.key for run in runs)
        store.close()
        client.close()
    assert killed
    assert counts == {"done": 4}
    pd.testing.assert_frame_equal(table(files["china_revenue"]), table(whole.files["china_revenue"]))


def test_pages_go_to_a_folder_or_an_address(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    work._put(str(tmp_path / "pages" / "key.html"), "é")
    assert (tmp_path / "pages" / "key.html").read_text(encoding="utf-8") == "é"
    work._put("memory://sweep/pages/key.html", "é")
    assert fsspec.filesystem("memory").cat("/sweep/pages/key.html") == "é".encode()
