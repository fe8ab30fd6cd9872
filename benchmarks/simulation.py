"""What Dask's scheduler takes for very many tasks, and on paper what 100,000 reruns on 100 workers would take.

    .venv/bin/python benchmarks/simulation.py [--tasks 100000] [--singles 100000] [--sleep 0.001]

The first table is measured on loopback, with two workers: tasks one by one in a window, as a user of Dask might give
them out, and tasks in batches through the code that gives out the runs of a sweep. The second is worked out of these
and of what is given: seconds and bytes of a run (from a sweep that was measured), bytes of code and data.
"""

import argparse
import logging
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from distributed import Client, LocalCluster

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from analysis.facts import paths
from analysis.sweep.grid import Run
from analysis.sweep.run import MOST_IN_A_BATCH, _carried_out
from analysis.sweep.work import Done, row

WORKERS = 2
WINDOW = 200  # tasks given out at a time, one by one


@dataclass(frozen=True)
class Sleep:
    """Work that does nothing for a while, and gives back what a run gives."""

    seconds: float

    def __call__(self, runs: Sequence[Run]) -> Done:
        done = Done()
        for run in runs:
            begun = time.perf_counter()
            if self.seconds:
                time.sleep(self.seconds)
            done.runs.append(row(run, "done", "", 1, time.perf_counter() - begun))
        done.rows["x"] = [pd.DataFrame({"value": 1.0, "run": [run.key for run in runs], "row": 0})]
        return done


def used() -> float:
    """Seconds of processor of this process, which is the scheduler too."""
    return sum(os.times()[:2])


def singles(client: Client, tasks: int, sleep: float) -> None:
    """Tasks one by one, no more than a window at a time."""
    given, left = set(), tasks
    executor = client.get_executor(pure=False)
    while left or given:
        while left and len(given) < WINDOW:
            given.add(executor.submit(time.sleep, sleep))
            left -= 1
        given = wait(given, return_when=FIRST_COMPLETED).not_done


def batches(client: Client, tasks: int, sleep: float) -> int:
    """Runs through the code of a sweep; how many came back."""
    runs = (Run(place, "x", False, {}, f"{place:016}") for place in range(tasks))
    start = lambda: client.get_executor(pure=False, retries=1)  # noqa: E731
    return sum(len(done.runs) for done in _carried_out(list(runs), start, Sleep(sleep), limit=600, workers=WORKERS))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--singles", type=int, default=100_000)
    parser.add_argument("--sleep", type=float, default=0.001)
    parser.add_argument("--run-seconds", type=float, default=1.0, help="of a run, measured")
    parser.add_argument("--run-bytes", type=float, default=2_000, help="of its rows in Parquet, measured")
    parser.add_argument("--hour", type=float, default=0.05, help="dollars an hour of a processor, assumed")
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load at the start {os.getloadavg()[0]:.1f}\n")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    each: list[float] = []
    print("| tasks | how | seconds | scheduler and client, s of processor | ms a task |\n|---|---|---|---|---|")
    cluster = LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster) as client:
        for tasks, sleep, how, work in (
            (options.singles, 0.0, "one by one, no-op", singles),
            (options.tasks, 0.0, "in batches, no-op", batches),
            (options.tasks, options.sleep, f"in batches, sleep of {options.sleep:g} s", batches),
        ):
            begun, before = time.perf_counter(), used()
            found = work(client, tasks, sleep)
            assert found in (None, tasks), found
            seconds, load = time.perf_counter() - begun, used() - before
            print(f"| {tasks:,} | {how} | {seconds:.1f} | {load:.1f} | {1000 * load / tasks:.3f} |", flush=True)
            each.append(load / tasks)
    paper(options, each[0])  # a batch is a task to the scheduler


def paper(options: argparse.Namespace, each: float) -> None:
    """What 100,000 runs on 100 workers would take; ``each``: seconds of scheduler and client for a task."""
    runs, workers = 100_000, 100
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, check=True, text=True)
    files = [paths.ROOT / name for name in tracked.stdout.split("\0") if name.startswith(("analysis/", "data/"))]
    shipped = sum(file.stat().st_size for file in files)
    batch = max(1, min(MOST_IN_A_BATCH, int(1 / options.run_seconds)))
    asked = len(pickle.dumps([Run(0, "units_by_year", False, {"draws": 4096}, "0" * 16)] * batch))
    rows = [
        ("work of all workers, hours of processor", runs * options.run_seconds / 3600),
        ("time, if none waits, minutes", runs * options.run_seconds / workers / 60),
        ("batches a second that the scheduler sees", workers / max(options.run_seconds * batch, 1e-9)),
        ("share of a processor that scheduler and client take", each * workers / (options.run_seconds * batch)),
        ("code and data shipped to all workers, MB", shipped * workers / 1e6),
        ("asked of the workers, MB", asked * runs / batch / 1e6),
        ("results, MB", runs * options.run_bytes / 1e6),
        (f"cost at {options.hour:g} dollars an hour of a processor", runs * options.run_seconds / 3600 * options.hour),
    ]
    print(
        f"\n{runs:,} runs of {options.run_seconds:g} s on {workers} workers, on paper:\n\n| what | value |\n|---|---|"
    )
    for what, value in rows:
        print(f"| {what} | {value:,.3g} |")


if __name__ == "__main__":
    main()
