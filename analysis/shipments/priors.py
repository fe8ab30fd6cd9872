"""What units can be before anyone's count is heard: revenue as far as accounts bound it, over what a card costs.

A cell is one product in one fiscal quarter. Its revenue is a figure of the accounts, or an unknown part of China's
data-center revenue: then every split of that revenue among the chips sold and everything else counts alike (a flat
Dirichlet distribution), drawn once for the quarters of a fiscal year in which the same chips were sold, and so is the
place of China's revenue between its bounds. A price keeps its place in the range from year to year. Only what is drawn
once for many quarters keeps their sum honest: draws of their own would average out what nobody knows. The profile over
the quarters of a year is therefore an assumption. A figure that is only a ceiling is not drawn: it bounds the units.

The uniform draws are quasi-random (scrambled Sobol points), which steadies the percentiles of weighted draws.
"""

from dataclasses import dataclass, field
from math import ceil, log2

import numpy as np
import pandas as pd
from scipy.stats import qmc

from analysis.revenue import data_center
from analysis.shipments.from_revenue import units_from_revenue


@dataclass(frozen=True)
class Prior:
    """Draws of the cells that are known, and what they were drawn from.

    Parameters
    ----------
    cells : one row a known cell, as from `cells`.
    units : cells x draws, in units.
    inputs : what was drawn, by its name for readers; one value a draw.
    rests : the part that no chip has in each open split, by its name; one value a draw.
    """

    cells: pd.DataFrame
    units: np.ndarray
    inputs: dict[str, np.ndarray]
    rests: dict[str, np.ndarray] = field(default_factory=dict)

    def linked(self, product: str) -> list[str]:
        """The product, and those that share an open split of revenue with it: a count of one moves the others."""
        splits = set(self.cells.loc[self.cells["product"] == product, "split"]) - {""}
        others = self.cells.loc[self.cells["split"].isin(splits), "product"]
        return list(dict.fromkeys([product, *others]))


def draw(
    frame: pd.DataFrame,
    bounds: pd.DataFrame,
    *,
    level: float,
    hardware_share: tuple[float, float],
    draws: int,
    seed: int,
) -> Prior:
    """Draws of the units of every known cell.

    Parameters
    ----------
    frame, bounds : from `cells`, and what that was made of.
    level : which central interval the span of prices is taken for; no source of a reported price says.
    hardware_share, draws, seed : as in `analysis.shipments.from_revenue.units_from_revenue`.

    Raises
    ------
    ParameterError : as there.
    """
    cells = frame[frame["why"] == ""].reset_index(drop=True)
    sold = cells[cells["high_musd"] > 0]
    units = np.zeros((len(cells), max(draws, 1)))
    if sold.empty:
        return Prior(cells, units, {})
    per_musd, prices = _per_musd(sold.reset_index(drop=True), level, hardware_share, draws, seed)
    open_years = sold.loc[sold["split"] != "", "fiscal_period"].str[:6]
    years = [*open_years, *(name for name in bounds["fiscal_period"] if name[:6] in set(open_years))]
    chips = {split: list(dict.fromkeys(rows["product"])) for split, rows in sold.groupby("split") if split}
    uniforms = _uniforms(
        [*years, *(f"{split}|{n}" for split, names in chips.items() for n in [*names, ""])], draws, seed
    )
    china = data_center.draws(bounds[bounds["fiscal_period"].str[:6].isin(years)], uniforms.__getitem__)
    parts = {split: _parts([uniforms[f"{split}|{name}"] for name in [*names, ""]]) for split, names in chips.items()}
    for row, bought in zip(sold.itertuples(), per_musd, strict=True):
        revenue = row.high_musd
        if row.split:
            revenue = china[row.fiscal_period] * parts[row.split][chips[row.split].index(row.product)]
        units[row.Index] = revenue * bought
    rests = {split: split_parts[-1] for split, split_parts in parts.items()}
    return Prior(cells, units, _inputs(sold, units, per_musd, china, parts) | prices, rests)


def _uniforms(names: list[str], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Draws between 0 and 1 by name: the first of a scrambled Sobol sequence of two to some power."""
    names = list(dict.fromkeys(names))
    if not names:
        return {}
    points = qmc.Sobol(len(names), scramble=True, rng=np.random.default_rng([seed, 1])).random_base2(ceil(log2(draws)))
    return dict(zip(names, points[:draws].T.clip(1e-12, 1.0), strict=True))


def _parts(uniforms: list[np.ndarray]) -> np.ndarray:
    """Parts that add up to one, every split alike: exponential draws over their sum."""
    exponential = -np.log(np.array(uniforms))
    total = np.zeros_like(exponential[0])
    for row in exponential:  # one after the other: the same bytes on any machine
        total += row
    return exponential / np.where(total > 0, total, 1.0)


def _inputs(
    sold: pd.DataFrame, units: np.ndarray, per_musd: np.ndarray, china: dict[str, np.ndarray], parts: dict
) -> dict[str, np.ndarray]:
    """What the open revenue was drawn from, by fiscal year and chip."""
    inputs = {}
    rows = sold.assign(place=range(len(sold)))
    for split, cells in rows[rows["split"] != ""].groupby("split", sort=False):
        periods = list(dict.fromkeys(cells["fiscal_period"]))
        label = split[:6] if len(periods) > 1 else periods[0]
        inputs[f"China's data-center revenue, {label}"] = sum(china[period] for period in periods)
        for part, (chip, quarters) in zip(parts[split], cells.groupby("product", sort=False), strict=False):
            inputs[f"{chip}'s part of it, {label}"] = part
            spent = (units[row.Index] / per_musd[row.place] for row in quarters.itertuples())
            inputs[f"revenue of the {chip}, {label}"] = sum(spent)
    return inputs


def _per_musd(
    cells: pd.DataFrame, level: float, hardware_share: tuple[float, float], draws: int, seed: int
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Units that a million dollars buys in each cell, and the price of each chip by its place in its range.

    A chip in a year is a chip of its own, in step with itself in other years and independent of other chips, so that
    each year keeps the spread of its own range.
    """
    chips = cells["product"] + " in " + cells["year"].astype(str)
    prices = cells.assign(chip_id=chips, interval_level=level).drop_duplicates("chip_id")
    families = dict(zip(prices["chip_id"], prices["product"], strict=True))
    in_step = pd.DataFrame({a: {b: float(families[a] == families[b]) for b in families} for a in families})
    quarters = cells.drop_duplicates("fiscal_period")[["fiscal_period", "period_start", "period_end"]]
    counts = chips.groupby(cells["fiscal_period"]).nunique()
    _, price_draws = units_from_revenue(
        quarters.assign(compute_revenue_musd=quarters["fiscal_period"].map(counts).astype(float)),
        cells[["fiscal_period"]].assign(chip_id=chips, revenue_share=1 / cells["fiscal_period"].map(counts)),
        prices[["chip_id", "year", "low_usd", "high_usd", "interval_level"]],
        hardware_share=hardware_share,
        price_correlation=in_step,
        draws=draws,
        seed=seed,
        keep_draws=True,
    )
    units = np.array([price_draws.of(*cell) for cell in zip(cells["fiscal_period"], chips, strict=True)])
    firsts = cells.drop_duplicates("product").index
    return units, {f"price of the {cells.at[at, 'product']}": units[at] for at in firsts}
