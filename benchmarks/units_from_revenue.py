"""Time `units_from_revenue` against a plain loop over squigglepy draws, at equal inputs and numbers of draws.

    .venv/bin/python benchmarks/units_from_revenue.py                the suite alone, a million draws
    .venv/bin/python benchmarks/units_from_revenue.py --loop 2000    and the loop; needs `pip install squigglepy`

The world is made: 16 quarters, 7 chips, a price range a chip and year. The loop draws as notebooks on chip counts do:
for every draw one price a chip, then quarter by quarter revenue times share over price. Both are asked for as many
draws as ``--loop`` says when they are compared; the median of every quarter and chip is held against the other's.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from analysis.shipments.from_revenue import units_from_revenue

CHIPS = [f"chip-{n}" for n in range(7)]
LEVEL = 0.9


def world() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Made inputs: 16 quarters of 13 weeks from 2022 on, seven chips that share a third of compute revenue."""
    starts = pd.date_range("2022-01-31", periods=16, freq="91D")
    names = [f"Q{n:02d}" for n in range(16)]
    revenue = pd.DataFrame(
        {
            "fiscal_period": names,
            "period_start": starts.strftime("%Y-%m-%d"),
            "period_end": (starts + pd.Timedelta(days=90)).strftime("%Y-%m-%d"),
            "compute_revenue_musd": np.linspace(3000, 48000, 16),
        }
    )
    pairs = pd.MultiIndex.from_product([names, CHIPS], names=["fiscal_period", "chip_id"]).to_frame(index=False)
    shares = pairs.assign(revenue_share=0.05)
    years = range(2022, 2027)
    prices = pd.DataFrame(
        [(chip, year, 9000 + 500 * n, 14000 + 800 * n, LEVEL) for n, chip in enumerate(CHIPS) for year in years],
        columns=["chip_id", "year", "low_usd", "high_usd", "interval_level"],
    )
    return revenue, shares, prices


def loop(revenue: pd.DataFrame, shares: pd.DataFrame, prices: pd.DataFrame, draws: int) -> pd.Series:
    """Median units by quarter and chip, draw by draw with squigglepy."""
    import squigglepy as sq

    ranges = prices.drop_duplicates("chip_id").set_index("chip_id")
    price_of = {
        chip: sq.lognorm(row["low_usd"], row["high_usd"], credibility=int(100 * LEVEL))
        for chip, row in ranges.iterrows()
    }
    share_of = shares.set_index(["fiscal_period", "chip_id"])["revenue_share"].to_dict()
    units: dict[tuple[str, str], list[float]] = {key: [] for key in share_of}
    for _ in range(draws):
        price = {chip: sq.sample(distribution) for chip, distribution in price_of.items()}
        for quarter, musd in zip(revenue["fiscal_period"], revenue["compute_revenue_musd"], strict=True):
            for chip in price:
                units[quarter, chip].append(musd * 1e6 * share_of[quarter, chip] / price[chip])
    return pd.Series({key: float(np.median(values)) for key, values in units.items()})


def timed(function, *arguments, **options):
    start = time.perf_counter()
    return function(*arguments, **options), time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1_000_000, help="for the suite alone (a million)")
    parser.add_argument("--loop", type=int, default=0, metavar="DRAWS", help="compare with the loop at so many draws")
    asked = parser.parse_args()
    inputs = world()
    _, seconds = timed(units_from_revenue, *inputs, draws=asked.draws, price_correlation=0.5, hardware_share=(0.9, 1.0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{asked.draws:,} draws, 16 quarters, 7 chips: {seconds:.2f} s, {peak:.2f} GiB at most")
    if asked.loop:
        try:
            import squigglepy as sq
        except ImportError:
            sys.exit("The comparison needs squigglepy: pip install squigglepy")
        sq.set_seed(0)
        slow, slow_seconds = timed(loop, *inputs, asked.loop)
        fast, fast_seconds = timed(units_from_revenue, *inputs, draws=asked.loop)
        medians = fast.set_index(["fiscal_period", "chip_id"])["p50"]
        apart = (medians / slow.reindex(medians.index) - 1).abs().max()
        print(
            f"{asked.loop:,} draws: loop {slow_seconds:.2f} s, suite {fast_seconds:.4f} s, "
            f"{slow_seconds / fast_seconds:,.0f} times; medians at most {apart:.2%} apart"
        )


if __name__ == "__main__":
    main()
