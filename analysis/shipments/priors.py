"""What units can be before published counts: revenue as far as accounts bound it, over what a card costs.

A cell is one product in one fiscal quarter. Its revenue is one of three: a figure of the accounts (drawn evenly within
its range, where it has one); what is left of China's revenue once that of the quarters without the chip is taken away
(`analysis.shipments.residual`), by the one basis of geography or the other, each with the same chance; or an unknown
part of China's data-center revenue, where no such quarter exists: then every split among the chips sold and everything
else counts alike (a flat Dirichlet distribution), drawn once for the quarters of a fiscal year in which the same chips
were sold, and so is the place of China's revenue between its bounds. A price keeps its place in its range from year to
year. Only what is drawn once for many quarters keeps their sum honest: draws of their own would average out what nobody
knows. A figure that is only a ceiling is not drawn: it bounds the units.

The uniform draws are quasi-random (scrambled Sobol points), which steadies the percentiles of weighted draws.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.facts.errors import Fault, ParameterError
from analysis.facts.sobol import sobol
from analysis.revenue import data_center
from analysis.shipments import residual
from analysis.shipments.from_revenue import setting_faults, unit_draws
from analysis.shipments.residual import BASES, REMAINDER

POOLED, FLAT = "pooled", "flat"
METHODS = [POOLED, *BASES, FLAT]  # by which a remainder is drawn; pooled: either basis with the same chance


@dataclass(frozen=True)
class Prior:
    """Draws of the cells that are known, and what they were drawn from.

    Parameters
    ----------
    cells : one row a known cell, as from `cells`.
    units : cells x draws, in units.
    inputs : what was drawn, by its name for readers; one value a draw.
    rests : the part that no chip has in each open split, by its name; one value a draw.
    bases : of each chip whose revenue is a remainder: the basis of each draw, as its place in `BASES`.
    """

    cells: pd.DataFrame
    units: np.ndarray
    inputs: dict[str, np.ndarray]
    rests: dict[str, np.ndarray] = field(default_factory=dict)
    bases: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def is_sold(self) -> np.ndarray:
        """Of each cell whether some are known to have been sold."""
        return self.units.any(axis=1)

    def within(self, products: Collection[str], start: str, end: str) -> list[dict]:
        """The cells of some products that lie, in whole or in part, between two days, row by row."""
        return [
            row
            for row in self._rows
            if row["product"] in products and row["period_start"] <= end and row["period_end"] >= start
        ]

    @cached_property
    def _rows(self) -> list[dict]:
        return self.cells.assign(is_sold=self.is_sold).to_dict("records")

    @cached_property
    def spans(self) -> list[tuple[str, str, int, int]]:
        """Of each cell: product, fiscal quarter, and its first and last day as numbers."""
        columns = (self.cells[name] for name in ("product", "fiscal_period", "period_start", "period_end"))
        day = lambda text: date.fromisoformat(text).toordinal()  # noqa: E731
        return [(name, period, day(first), day(last)) for name, period, first, last in zip(*columns, strict=True)]

    @cached_property
    def links(self) -> dict[str, list[str]]:
        """Each product, and those that share an open split of revenue with it: a count of one moves the others."""
        cells = list(zip(self.cells["product"], self.cells["split"], strict=True))
        links = {}
        for product in dict.fromkeys(self.cells["product"]):
            splits = {split for name, split in cells if name == product} - {""}
            links[product] = list(dict.fromkeys([product, *(name for name, split in cells if split in splits)]))
        return links


@dataclass(frozen=True)
class Revenue:
    """Draws of the revenue of every known cell in which something was sold, whatever a card costs.

    Parameters
    ----------
    cells, inputs, rests, bases : as in `Prior`.
    musd : by the row of ``cells``, a value a draw, in USD million.
    """

    cells: pd.DataFrame
    musd: dict[int, np.ndarray]
    inputs: dict[str, np.ndarray]
    rests: dict[str, np.ndarray]
    bases: dict[str, np.ndarray]


def units(revenue: Revenue, *, level: float, hardware_share: tuple[float, float], draws: int, seed: int) -> Prior:
    """Draws of the units of every known cell.

    Parameters
    ----------
    level : which central interval the span of prices is taken for; no source of a reported price says.
    hardware_share, draws, seed : as in `analysis.shipments.from_revenue.unit_draws`; draws and seed those of the
        revenue.

    Raises
    ------
    ParameterError : as there.
    """
    if not 0 < level < 1:
        raise ParameterError(Fault("prices", f"interval_level {level} is not between 0 and 1.", "Write 0.9."))
    cells = revenue.cells
    units, prices = np.zeros((len(cells), max(draws, 1))), {}
    if revenue.musd:
        per_musd, prices = _per_musd(cells.loc[list(revenue.musd)], level, hardware_share, draws, seed)
        for (at, musd), bought in zip(revenue.musd.items(), per_musd, strict=True):
            units[at] = musd * bought
    return Prior(cells, units, revenue.inputs | prices, revenue.rests, revenue.bases)


def revenue(
    frame: pd.DataFrame, bounds: pd.DataFrame, china: pd.DataFrame, *, draws: int, seed: int, method: str = POOLED
) -> Revenue:
    """Draws of the revenue of every known cell.

    Parameters
    ----------
    frame, bounds, china : from `cells`, and what that was made of.
    draws, seed : as in `units`.
    method : one of `METHODS`; ``flat``: a remainder is drawn as an open split of China's data-center revenue; a basis
        must be usable (`analysis.shipments.residual.usable`).

    Raises
    ------
    ParameterError : as `units`.
    """
    is_remainder = frame["revenue_from"] == REMAINDER
    frame = frame.assign(split=frame["split"].mask(is_remainder & (method != FLAT), ""))
    unbounded = is_remainder & (method == FLAT) & ~frame["fiscal_period"].isin(bounds["fiscal_period"])
    cells = frame[(frame["why"] == "") & ~unbounded].reset_index(drop=True)
    sold = cells[cells["high_musd"] > 0]
    if sold.empty:
        return Revenue(cells, {}, {}, {}, {})
    if faults := setting_faults((1.0, 1.0), draws, seed):
        raise ParameterError(*faults)
    splits = sold[sold["split"] != ""]
    remainders = sold[(sold["revenue_from"] == REMAINDER) & (sold["split"] == "")]
    ranges = sold[(sold["split"] == "") & (sold["revenue_from"] != REMAINDER)]
    uniforms = _uniforms([*_split_names(splits, bounds), *_remainder_names(remainders), *_names(ranges)], draws, seed)
    musd, parts, inputs = {}, {}, {}
    china_data_center = data_center.draws(_open_years(splits, bounds), uniforms.__getitem__)
    for split, rows in splits.groupby("split", sort=False):
        chips = list(dict.fromkeys(rows["product"]))
        drawn = _parts([uniforms[f"{split}|{name}"] for name in [*chips, ""]])
        parts[split] = dict(zip([*chips, ""], drawn, strict=True))
        for row in rows.itertuples():
            musd[row.Index] = china_data_center[row.fiscal_period] * parts[split][row.product]
        inputs |= _split_inputs(rows, musd, china_data_center, parts[split])
    bases = {}
    observed, usable = residual.remainders(cells, china), residual.usable(cells, china)
    for product, rows in remainders.groupby("product", sort=False):
        quarters = usable[product] if method == POOLED else {method: usable[product][method]}
        others = observed[observed["product"] == product]
        drawn, bases[product], levels = _remainder(rows, quarters, others, bounds, uniforms)
        musd |= drawn
        inputs |= _remainder_inputs(rows, drawn, bases[product], levels)
    for row in ranges.itertuples():
        span = row.high_musd - row.low_musd
        musd[row.Index] = row.low_musd + span * (uniforms[_name(row)] if span else 0.0)
    rests = {split: by_chip[""] for split, by_chip in parts.items()}
    return Revenue(cells, {at: musd[at] for at in sold.index}, inputs, rests, bases)


def _name(row: tuple) -> str:
    return f"{row.product}|{row.fiscal_period}"


def _names(rows: pd.DataFrame) -> list[str]:
    return [_name(row) for row in rows.itertuples() if row.low_musd < row.high_musd]


def _split_names(splits: pd.DataFrame, bounds: pd.DataFrame) -> list[str]:
    """What is drawn for open splits: China's revenue by year and quarter, the part of each chip and of the rest."""
    years = list(splits["fiscal_period"].str[:6])
    names = [*years, *_open_years(splits, bounds)["fiscal_period"]]
    for split, rows in splits.groupby("split", sort=False):
        names += [f"{split}|{name}" for name in [*rows["product"].unique(), ""]]
    return names


def _open_years(splits: pd.DataFrame, bounds: pd.DataFrame) -> pd.DataFrame:
    return bounds[bounds["fiscal_period"].str[:6].isin(set(splits["fiscal_period"].str[:6]))]


def _remainder_names(remainders: pd.DataFrame) -> list[str]:
    chips = remainders["product"].unique()
    drawn = [f"{chip}|{what}" for chip in chips for what in ("basis", "spread", "location")]
    return [*drawn, *(_name(row) for row in remainders.itertuples())]


def _uniforms(names: list[str], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Draws between 0 and 1 by name."""
    names = list(dict.fromkeys(names))
    if not names:
        return {}
    return dict(zip(names, sobol(len(names), draws, [seed, 1]).T.clip(1e-12, 1.0), strict=True))


def _parts(uniforms: list[np.ndarray]) -> np.ndarray:
    """Parts that add up to one, every split alike: exponential draws over their sum."""
    exponential = -np.log(np.array(uniforms))
    total = np.zeros_like(exponential[0])
    for row in exponential:  # one after the other: the same bytes on any machine
        total += row
    return exponential / np.where(total > 0, total, 1.0)


def _remainder(
    rows: pd.DataFrame,
    quarters: dict[str, pd.DataFrame],
    observed: pd.DataFrame,
    bounds: pd.DataFrame,
    uniforms: dict[str, np.ndarray],
) -> tuple[dict[int, np.ndarray], np.ndarray, dict[str, np.ndarray]]:
    """Revenue of one chip by cell, the basis of each draw, and what China buys beside it by basis."""
    product, caps = rows["product"].iloc[0], bounds.set_index("fiscal_period")["high_musd"]
    uniform = {name.split("|")[1]: values for name, values in uniforms.items() if name.startswith(f"{product}|")}
    by_basis = {}
    for basis, stated in quarters.items():
        capped = stated.assign(cap_musd=stated["fiscal_period"].map(caps).fillna(np.inf))
        others = observed.loc[observed["geography_basis"] == basis, "remainder_musd"]
        by_basis[basis] = residual.draws(capped, others.to_numpy(), uniform)
    places = np.minimum((uniform["basis"] * len(by_basis)).astype(int), len(by_basis) - 1)
    revenue = {
        row.Index: np.choose(places, [drawn.revenue[row.fiscal_period] for drawn in by_basis.values()])
        for row in rows.itertuples()
    }
    bases = np.array([BASES.index(basis) for basis in by_basis])[places]
    return revenue, bases, {basis: drawn.level for basis, drawn in by_basis.items()}


def _split_inputs(
    rows: pd.DataFrame, revenue: dict[int, np.ndarray], china: dict[str, np.ndarray], parts: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What the open revenue of a split was drawn from, by fiscal year and chip."""
    periods = list(dict.fromkeys(rows["fiscal_period"]))
    label = periods[0][:6] if len(periods) > 1 else periods[0]
    inputs = {f"China's data-center revenue, {label}": sum(china[period] for period in periods)}
    for chip, quarters in rows.groupby("product", sort=False):
        inputs[f"{chip}'s part of it, {label}"] = parts[chip]
        inputs[f"revenue of the {chip}, {label}"] = sum(revenue[place] for place in quarters.index)
    return inputs


def _remainder_inputs(
    rows: pd.DataFrame, revenue: dict[int, np.ndarray], bases: np.ndarray, levels: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What a remainder was drawn from: the basis, what China buys beside the chip, and the revenue itself."""
    chip, inputs = rows["product"].iloc[0], {}
    if len(levels) > 1:
        inputs[f"basis of geography, for the {chip}"] = bases.astype(float)
    level = np.choose(bases, [levels.get(name, np.zeros(len(bases))) for name in BASES])
    inputs[f"what China buys beside the {chip} in a quarter"] = level
    for year, quarters in rows.groupby(rows["fiscal_period"].str[:6], sort=False):
        inputs[f"revenue of the {chip}, {year}"] = sum(revenue[place] for place in quarters.index)
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
    price_draws = unit_draws(
        quarters.assign(compute_revenue_musd=quarters["fiscal_period"].map(counts).astype(float)),
        cells[["fiscal_period"]].assign(chip_id=chips, revenue_share=1 / cells["fiscal_period"].map(counts)),
        prices[["chip_id", "year", "low_usd", "high_usd", "interval_level"]],
        hardware_share=hardware_share,
        price_correlation=in_step,
        draws=draws,
        seed=seed,
    )
    units = np.array([price_draws.of(*cell) for cell in zip(cells["fiscal_period"], chips, strict=True)])
    products = list(cells["product"])
    return units, {f"price of the {name}": units[products.index(name)] for name in dict.fromkeys(products)}
