"""Time the strike of every document behind every headline, and of one.

    .venv/bin/python benchmarks/impact.py [DRAWS]

Beside the wall clock stands the time of the processor, which a busy machine does not lengthen.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from analysis.results import Record

DRAWS = 131_072


def main() -> None:
    """Print the seconds of both, and how many documents move a headline."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    record = Record()
    for source in ("nvda-10k-fy2026", ""):
        wall, cpu = time.perf_counter(), time.process_time()
        found = record.impact(source=source, draws=draws)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        told = f"{found['source_id'].nunique()} documents, {len(found)} rows"
        print(f"{source or 'all'}: {told}, {wall:.1f} s by the clock, {cpu:.1f} s of the processor", flush=True)


if __name__ == "__main__":
    main()
