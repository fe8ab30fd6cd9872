"""Reruns of the suite's notebooks against other ways to run them, results alone, memory, and the report.

    .venv/bin/python benchmarks/sweep.py notebooks [--names 04 08] [--days 4] [--rounds 3] [--ploomber PYTHON]
    .venv/bin/python benchmarks/sweep.py results [--runs 1000 10000]
    .venv/bin/python benchmarks/sweep.py report [--rounds 3]
    .venv/bin/python benchmarks/sweep.py kills [--times 20]

Prints tables for benchmarks/README.md, each with the load that the machine had. The ways are interleaved, round by
round, so that a busy machine slows all of them. ``--ploomber`` is the Python of an environment of its own with
requirements.lock and ploomber-engine. Memory is the peak PSS of all processes of a way. Linux only.
"""

import argparse
import itertools
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from analysis import catalogue
from analysis.facts import load, paths
from analysis.runner.choose import choose
from analysis.runner.warm import ENVIRONMENT

JOBS = 2
EVERY = 0.2  # seconds between two looks at the memory
RESULT = """results: [break_even]
grid: {of: ["cost:h200-as-licensed:h200-sxm:bandwidth"], vary: [fee]}
sample: {points: %d, method: random, over: {goal: [0.5, 1.5]}}
"""
PLOOMBER = """
import sys
from ploomber_engine import execute_notebook
execute_notebook(sys.argv[1], sys.argv[2], parameters={"as_of": sys.argv[3]}, progress_bar=False, verbose=False)
"""
Job = tuple[Path, str]  # a notebook and the day of its record


def family(process: int) -> list[int]:
    """A process and all that it has started, as far as they still run."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    except OSError:
        return []
    return [process, *(one for child in children for one in family(int(child)))]


def pss(process: int) -> float:
    """Megabytes of a process, what it shares divided among those that share it."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def measured(command: list[str], cwd: Path = paths.ROOT, **environment: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a command with all that it starts."""
    begun, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(
        command, cwd=cwd, env=os.environ | ENVIRONMENT | environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None:
        peak = max(peak, sum(map(pss, family(process.pid))))
        time.sleep(EVERY)
    assert process.returncode == 0, process.stderr.read()
    return time.perf_counter() - begun, peak


def added(parts: Iterator[tuple[float, float]]) -> tuple[float, float]:
    """Seconds of all, and the highest peak."""
    seconds, peaks = zip(*parts, strict=True)
    return sum(seconds), max(peaks)


def papermill_loop(jobs: list[Job], folder: Path) -> tuple[float, float]:
    """Papermill's command line, one run after the other."""
    tool = str(Path(sys.executable).with_name("papermill"))
    return added(
        measured([tool, str(path), str(folder / "out.ipynb"), "-p", "as_of", day, "--no-progress-bar"])
        for path, day in jobs
    )


def itself(part: str, jobs: list[Job], folder: Path) -> tuple[float, float]:
    """A way that is a part of this file, in a process of its own so that its memory can be measured."""
    listed = [f"{path}@{day}" for path, day in jobs]
    return measured([sys.executable, __file__, "--out", str(folder), part, *listed])


def _papermill(job: str, out: str) -> None:
    import papermill

    path, _, day = job.partition("@")
    where = f"{out}/{Path(path).stem}-{day}.ipynb"
    papermill.execute_notebook(path, where, {"as_of": day}, progress_bar=False, log_output=False, cwd=paths.ROOT)


def pool(jobs: list[str], out: str) -> None:
    """A process pool over papermill's API."""
    with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as executor:
        list(executor.map(_papermill, jobs, itertools.repeat(out)))


def _cells(job: str) -> None:
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    path, _, day = job.partition("@")
    shell = InteractiveShell.instance()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and cell.source.strip():
            with capture_output():
                shell.run_cell(cell.source).raise_error()
            if "parameters" in cell.metadata.get("tags", []):
                shell.user_ns["as_of"] = day


def cells(jobs: list[str]) -> None:
    """The cells alone: each notebook in a fork of a process that has imported everything, without a kernel."""
    from importlib import import_module

    for name in catalogue.preparation():
        import_module(name.partition(":")[0])
    with get_context("fork").Pool(JOBS, maxtasksperchild=1) as workers:
        workers.map(_cells, jobs, chunksize=1)


def ploomber(python: str) -> Callable[[list[Job], Path], tuple[float, float]]:
    """Ploomber-engine, one run after the other, each in a new process as its command line has it."""

    def run(jobs: list[Job], folder: Path) -> tuple[float, float]:
        return added(
            measured([python, "-c", PLOOMBER, str(path), str(folder / "out.ipynb"), day]) for path, day in jobs
        )

    return run


def sweep(jobs: list[Job], folder: Path) -> tuple[float, float]:
    """Our sweep of these notebooks over these days."""
    names, days = ({part[at] for part in jobs} for at in (0, 1))
    asked = f"notebooks: {sorted(path.stem for path in names)}\ngrid: {{as_of: {sorted(days)}}}\n"
    return _swept(asked, folder)


def _swept(grid: str, folder: Path) -> tuple[float, float]:
    path = folder / "grid.yml"
    path.write_text(grid, encoding="utf-8")
    return measured(_command(path, folder / "out"))


def _command(grid: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "analysis", "sweep", str(grid), "--jobs", str(JOBS), "--out", str(out)]


def machine() -> str:
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"load at the start {os.getloadavg()[0]:.1f}"
    )


def notebooks(options: argparse.Namespace) -> None:
    """Print the rate of each way."""
    paths_of = choose(options.names)
    days = [f"{load.last_day() - pd.Timedelta(days=at):%Y-%m-%d}" for at in range(options.days * options.rounds)]
    ways: dict[str, Callable[[list[Job], Path], tuple[float, float]]] = {
        "papermill command line in a loop": papermill_loop,
        "process pool over papermill's API": lambda jobs, folder: itself("pool", jobs, folder),
        "sweep": sweep,
        "the cells alone": lambda jobs, folder: itself("cells", jobs, folder),
    }
    if options.ploomber:
        ways["ploomber-engine"] = ploomber(options.ploomber)
    took: dict[str, list[float]] = {name: [] for name in ways}
    peaks: dict[str, list[float]] = {name: [] for name in ways}
    order = random.Random(0)
    for at in range(options.rounds):
        part = days[at * options.days : (at + 1) * options.days]
        jobs = [(path, day) for path in paths_of for day in part]
        for name in order.sample(list(ways), len(ways)):
            with tempfile.TemporaryDirectory() as folder:
                seconds, peak = ways[name](jobs, Path(folder))
            took[name].append(seconds)
            peaks[name].append(peak)
            print(f"round {at + 1}: {name}: {seconds:.1f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    runs = len(paths_of) * len(days)
    print("| way | runs | seconds | runs a second | times the loop | peak PSS, MB |\n|---|---|---|---|---|---|")
    loop = sum(took["papermill command line in a loop"])
    for name, parts in took.items():
        seconds, peak = sum(parts), max(peaks[name])
        print(f"| {name} | {runs} | {seconds:.1f} | {runs / seconds:.2f} | {loop / seconds:.1f} | {peak:.0f} |")


def results(options: argparse.Namespace) -> None:
    """Print rate and memory of a named result alone."""
    print("| runs | seconds | runs a second | peak PSS, MB |\n|---|---|---|---|")
    for runs in options.runs:
        with tempfile.TemporaryDirectory() as folder:
            seconds, peak = _swept(RESULT % runs, Path(folder))
        print(f"| {runs:,} | {seconds:.1f} | {runs / seconds:.0f} | {peak:.0f} |", flush=True)


def report(options: argparse.Namespace) -> None:
    """Print what all pages take, by our report and by two command lines in a loop."""
    tools = {name: str(Path(sys.executable).with_name(name)) for name in ("papermill", "jupyter")}

    def loop(folder: Path) -> tuple[float, float]:
        commands = []
        for path in choose([]):
            commands.append([tools["papermill"], str(path), str(folder / path.name), "--no-progress-bar"])
            commands.append([tools["jupyter"], "nbconvert", "--to", "html", str(folder / path.name)])
        return added(map(measured, commands))

    def ours(folder: Path, **environment: str) -> tuple[float, float]:
        command = [sys.executable, "-m", "analysis", "report", "--jobs", str(JOBS), "--out", str(folder / "pages")]
        return measured(command, **environment)

    ways = {"report": ours, "papermill and nbconvert command lines in a loop": loop}
    if options.cold:
        ways["report, nothing compiled yet"] = lambda folder: ours(folder, PYTHONPYCACHEPREFIX=str(folder / "pyc"))
    print("| way | round | seconds | peak PSS, MB |\n|---|---|---|---|")
    for at in range(options.rounds):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                seconds, peak = way(Path(folder))
            print(f"| {name} | {at + 1} | {seconds:.1f} | {peak:.0f} |", flush=True)


def kills(options: argparse.Namespace) -> None:
    """Kill a sweep at random moments, go on each time, and hold its table against that of one left alone."""
    with tempfile.TemporaryDirectory() as place:
        grid, alone, killed = Path(place) / "grid.yml", Path(place) / "alone", Path(place) / "killed"
        grid.write_text(RESULT % options.runs[0], encoding="utf-8")
        seconds, _ = measured(_command(grid, alone))
        moments, times = random.Random(1), 0
        for _ in range(options.times):
            process = subprocess.Popen(_command(grid, killed), cwd=paths.ROOT, stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(0.2, 0.8) * seconds)
            times += process.poll() is None
            process.kill()
            process.wait()
        measured(_command(grid, killed))
        tables = [
            duckdb.sql(f"SELECT * FROM read_parquet('{folder}/break_even.parquet')").df() for folder in (alone, killed)
        ]
    same = "the same table" if tables[0].equals(tables[1]) else "ANOTHER TABLE"
    print(f"{times} of {options.times} moments found it running; at the end {same}, {len(tables[1]):,} rows.")


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["notebooks", "results", "report", "kills", "pool", "cells"])
    parser.add_argument("jobs", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--out", default="", help=argparse.SUPPRESS)
    parser.add_argument("--names", nargs="+", default=[])
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ploomber", default="")
    parser.add_argument("--runs", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    if options.part == "pool":
        pool(options.jobs, options.out)
    elif options.part == "cells":
        cells(options.jobs)
    else:
        print(f"{machine()}\n", flush=True)
        {"notebooks": notebooks, "results": results, "report": report, "kills": kills}[options.part](options)


if __name__ == "__main__":
    main()
