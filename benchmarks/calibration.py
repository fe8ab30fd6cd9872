"""Do the intervals of the estimate hold what they say? Simulation-based calibration on synthetic worlds.

A world is one draw of the prior of the record, and counts that its voices would print in it: each count of the record
that is melded is put at the true number of its chip and days, off by the lognormal error that the estimate assumes; a
range keeps its width, a bound says at most or at least as it falls. The estimate of each world is made as that of the
record, with conflicts set aside, and the world's truth is looked for in its 90 percent intervals (Talts, Betancourt,
Simpson, Vehtari and Gelman, "Validating Bayesian Inference Algorithms with Simulation-Based Calibration", 2018).

    .venv/bin/python benchmarks/calibration.py --worlds 500
"""

import argparse
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from analysis.counts import published
from analysis.facts import load
from analysis.revenue import data_center
from analysis.shipments import cells as unit_cells
from analysis.shipments import melding, priors
from analysis.shipments.priors import Prior

FACTOR = 1.5
TARGETS = {
    "H20 in 2024": ("h20", "2024-01-01", "2024-12-31"),
    "H20 in fiscal 2025": ("h20", "2024-01-29", "2025-01-26"),
    "H800 in fiscal 2024": ("h800", "2023-01-30", "2024-01-28"),
    "A800 in fiscal 2024": ("a800", "2023-01-30", "2024-01-28"),
}


def printed(prior: Prior, rows: pd.DataFrame, world: int, rng: np.random.Generator) -> pd.DataFrame:
    """The counts that the voices of the record would print in a world."""
    spread = melding.error_spread(FACTOR)
    ends = []
    for row in rows.itertuples():
        units, _ = melding.over(prior, [row.product], row.period_start, row.period_end)
        count = units[world] * np.exp(spread * rng.standard_normal())
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
    asked = parser.parse_args()
    accounts = {name: load.table(name) for name in ("revenue", "guidance", "fiscal_periods", "prices")}
    bounds = data_center.quarters(*(accounts[name] for name in ("revenue", "guidance", "fiscal_periods")))
    cells = unit_cells.cells(load.table("unit_priors"), accounts, bounds, struck=[])
    options = {"level": 0.9, "hardware_share": (1.0, 1.0), "draws": asked.draws, "seed": asked.seed}
    prior = priors.draw(cells, bounds, **options)
    counted = published.estimates(load.table("shipment_estimates"), load.table("revenue_estimates"))
    rows = melding.judged(prior, melding.evidence(counted), FACTOR)
    rows = rows[rows["is_melded"]].drop(columns=[*rows.columns[rows.columns.get_loc("prior_p5") :]])
    rng = np.random.default_rng(asked.seed)
    worlds = rng.choice(asked.draws, asked.worlds, replace=False)
    hits, ranks, conflicts, sizes = dict.fromkeys(TARGETS, 0), {name: [] for name in TARGETS}, 0, []
    for world in worlds:
        counts = melding.judged(prior, printed(prior, rows.reset_index(drop=True), world, rng), FACTOR)
        conflicts += (~counts["is_melded"]).any()
        weights = melding.weights(prior, counts, FACTOR)
        sizes.append(melding.effective_size(weights))
        for name, (product, start, end) in TARGETS.items():
            units, _ = melding.over(prior, [product], start, end)
            low, _, high = melding.percentiles(units, weights)
            hits[name] += low <= units[world] <= high
            ranks[name].append(weights[units < units[world]].sum())
    print(f"{asked.worlds} worlds, {asked.draws:,} draws, {len(rows)} counts of {rows['voice'].nunique()} voices")
    print(f"worlds with a count set aside as a conflict: {conflicts / asked.worlds:.1%}")
    print(f"effective draws: median {np.median(sizes):,.0f}, least {min(sizes):,.0f}")
    for name, count in hits.items():
        error = sqrt(0.9 * 0.1 / asked.worlds)
        bins = np.histogram(ranks[name], bins=10, range=(0, 1))[0]
        print(
            f"{name}: truth inside the 90 percent interval in {count / asked.worlds:.1%} (standard error {error:.1%}); "
            f"ranks even by chi-squared p = {chisquare(bins).pvalue:.2f}"
        )


if __name__ == "__main__":
    main()
