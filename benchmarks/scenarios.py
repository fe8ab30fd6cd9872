"""Time a million draws of a policy over its eight quarters.

    .venv/bin/python benchmarks/scenarios.py

Drawn are revenue, gross profit, the payment to the government and compute delivered. Beside the wall clock stands the
time of the processor, which a busy machine does not lengthen.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from analysis.results import Record
from analysis.scenarios import draws
from analysis.scenarios.results import assembled

OUTCOMES = ("revenue", "profit", "government", "compute")


def main() -> None:
    """Print the seconds of the fastest of three runs for each policy."""
    record = Record()
    for policy in ("h200-as-licensed", "b30a-half-price", "status-quo"):
        made = assembled(record, policy)
        took = []
        for _ in range(3):
            wall, cpu = time.perf_counter(), time.process_time()
            draws.drawn(made, 1_000_000, 0, OUTCOMES)
            took.append((time.perf_counter() - wall, time.process_time() - cpu))
        wall, cpu = min(took)
        print(f"{policy}: {len(made.varying)} inputs, {wall:.2f} s by the clock, {cpu:.2f} s of the processor")


if __name__ == "__main__":
    main()
