"""Time the strike of every document behind every headline, and of one.

    .venv/bin/python benchmarks/impact.py [DRAWS] [JOBS]

Beside the wall clock stands the time of the processors, which a busy machine lengthens less.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from analysis.results import Record

DRAWS, JOBS = 131_072, 2


def main() -> None:
    """Print the seconds of both, and how many documents move a headline."""
    given = [int(text) for text in sys.argv[1:]]
    draws, jobs = [*given, *(DRAWS, JOBS)[len(given) :]]
    record = Record()
    for source in ("nvda-10k-fy2026", ""):
        wall, cpu = time.perf_counter(), sum(os.times()[:4])
        found = record.impact(source=source, draws=draws, jobs=jobs)
        wall, cpu = time.perf_counter() - wall, sum(os.times()[:4]) - cpu
        told = f"{found['source_id'].nunique()} documents, {len(found)} rows"
        print(f"{source or 'all'}: {told}, {wall:.1f} s by the clock, {cpu:.1f} s of the processors", flush=True)


if __name__ == "__main__":
    main()
