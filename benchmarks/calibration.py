"""Do the intervals of the estimate hold what they say? Simulation-based calibration on synthetic worlds.

A world is one draw of everything the estimate draws: revenue, price, the size of the errors of counts, and the error
that all voices share. Its voices print counts: each count of the record that is melded is put at the true number of
its chip and days, off by the shared error of the world and an error of its own, a forecast by more; a range keeps its
width, a bound says at most or at least as it falls. The estimate of each world is made as that of the record, with
conflicts set aside, and the world's truth is looked for in its 90 percent intervals (Talts, Betancourt, Simpson,
Vehtari and Gelman, "Validating Bayesian Inference Algorithms with Simulation-Based Calibration", 2018).

    .venv/bin/python benchmarks/calibration.py --worlds 500
"""

import argparse
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from analysis.results import Record
from analysis.shipments import melding
from analysis.shipments.estimates import Estimate
from analysis.shipments.results import estimated

TARGETS = {
    "H20 in 2024": ("h20", "2024-01-01", "2024-12-31"),
    "H20 in fiscal 2025": ("h20", "2024-01-29", "2025-01-26"),
    "H20 in fiscal 2026": ("h20", "2025-01-27", "2026-01-25"),
    "H800 in fiscal 2024": ("h800", "2023-01-30", "2024-01-28"),
    "A800 in fiscal 2024": ("a800", "2023-01-30", "2024-01-28"),
}


def printed(posterior: Estimate, rows: pd.DataFrame, world: int, rng: np.random.Generator) -> pd.DataFrame:
    """The counts that the voices of the record would print in a world."""
    ends = []
    for row in rows.itertuples():
        units, _ = melding.over(posterior.prior, [row.product], row.period_start, row.period_end)
        common, spread = posterior.errors.of(row.product, row.stage)
        count = units[world] * np.exp(common[world] + spread[world] * rng.standard_normal())
        if row.at_least == 0 or row.at_most == np.inf:  # a bound: the count falls below it or not
            bound = row.at_most if row.at_least == 0 else row.at_least
            ends.append((0.0, bound) if count <= bound else (bound, np.inf))
        else:  # a grid of ranges of the width of the record, in which the count falls somewhere
            width = np.log(row.at_most / row.at_least) if row.at_most > row.at_least else 0.0
            start = np.exp(np.floor(np.log(count) / width) * width) if width else count
            ends.append((start, start * np.exp(width)) if width else (count, count))
    return rows.assign(at_least=[low for low, _ in ends], at_most=[high for _, high in ends])


def main() -> None:
    """Print the coverage of each target and how evenly the ranks of the truth lie."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--draws", type=int, default=1 << 15)
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    posterior = estimated(Record(), None, options.draws, options.seed)
    rows = posterior.counts[posterior.counts["is_melded"]]
    rows = rows.drop(columns=[*rows.columns[rows.columns.get_loc("prior_p5") :]]).reset_index(drop=True)
    rng = np.random.default_rng(options.seed)
    worlds = rng.choice(options.draws, options.worlds, replace=False)
    hits, ranks, conflicts, sizes = dict.fromkeys(TARGETS, 0), {name: [] for name in TARGETS}, 0, []
    for world in worlds:
        counts = melding.judged(posterior.prior, printed(posterior, rows, world, rng), posterior.errors)
        conflicts += (~counts["is_melded"]).any()
        weights = melding.weights(posterior.prior, counts, posterior.errors)
        sizes.append(melding.effective_size(weights))
        for name, (product, start, end) in TARGETS.items():
            units, _ = melding.over(posterior.prior, [product], start, end)
            low, _, high = melding.percentiles(units, weights)
            hits[name] += low <= units[world] <= high
            ranks[name].append(weights[units < units[world]].sum())
    voices = rows["voice"].nunique()
    print(f"{options.worlds} worlds, {options.draws:,} draws, {len(rows)} counts of {voices} voices")
    print(f"worlds with a count set aside as a conflict: {conflicts / options.worlds:.1%}")
    print(f"effective draws: median {np.median(sizes):,.0f}, least {min(sizes):,.0f}")
    for name, count in hits.items():
        error = sqrt(0.9 * 0.1 / options.worlds)
        bins = np.histogram(ranks[name], bins=10, range=(0, 1))[0]
        print(
            f"{name}: truth inside the 90 percent interval in {count / options.worlds:.1%} "
            f"(standard error {error:.1%}); ranks even by chi-squared p = {chisquare(bins).pvalue:.2f}"
        )


if __name__ == "__main__":
    main()
