"""What units can be before anyone's count is heard: revenue as far as accounts bound it, over what a card costs.

A cell is one product in one fiscal quarter. Its revenue is a figure of the accounts, or an unknown part of China's
data-center revenue: then every split of that revenue among the chips sold and everything else counts alike (a flat
Dirichlet distribution), drawn once a fiscal year, and so is the place of China's revenue between its bounds. A price
keeps its place in the range from year to year. Only what is drawn once for many quarters keeps their sum honest: draws
of their own would average out what nobody knows.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import china_data_center
from analysis.china_revenue import CHINA
from analysis.fiscal import grain
from analysis.unit_inputs import middle_years
from analysis.units import units_from_revenue

PART = "part_of_china_data_center"
UNKNOWN = "unknown"
CELLS = ["product", "variant", "fiscal_period", "period_start", "period_end", "revenue_from", "scope"]
CELLS += ["low_musd", "high_musd", "year", "low_usd", "high_usd", "why", "source_id"]


@dataclass(frozen=True)
class Prior:
    """Draws of the cells that are known, and what they were drawn from.

    Parameters
    ----------
    cells : one row a known cell, as from `cells`.
    units : cells x draws, in units.
    inputs : what was drawn, by its name for readers; one value a draw.
    """

    cells: pd.DataFrame
    units: np.ndarray
    inputs: dict[str, np.ndarray]


def cells(priors: pd.DataFrame, accounts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a product and fiscal quarter: the bounds of its revenue and of the price of a card.

    Parameters
    ----------
    priors : the table ``unit_priors``.
    accounts : the tables ``revenue, guidance, fiscal_periods, prices`` by name.

    Returns
    -------
    frame : `CELLS`, chips in the order of their first quarter. ``low_musd, high_musd`` and ``low_usd, high_usd`` are
        NaN where not known, and then ``why`` says so. ``scope``: what the figure of the accounts covers; ``year``: the
        calendar year that holds the middle day.
    """
    calendar = accounts["fiscal_periods"]
    quarters = calendar[calendar["fiscal_period"].map(grain) == "quarter"]
    rows = [
        row | {"fiscal_period": name}
        for row in priors.to_dict("records")
        for name in quarters["fiscal_period"]
        if row["first_period"] <= name <= row["last_period"]
    ]
    frame = pd.DataFrame(rows, columns=[*priors.columns, "fiscal_period"])
    frame = frame.merge(quarters[["fiscal_period", "period_start", "period_end"]], on="fiscal_period", how="left")
    frame = frame.merge(_revenue(accounts), on=["revenue_from", "fiscal_period"], how="left")
    frame["year"] = middle_years(frame) if len(frame) else pd.Series(dtype=int)
    frame = frame.merge(price_ranges(accounts["prices"]), on=["product", "year"], how="left")
    own = frame["price_low_usd"].notna()
    frame["low_usd"] = frame["price_low_usd"].where(own, frame["low_usd"])
    frame["high_usd"] = frame["price_high_usd"].where(own, frame["high_usd"])
    ids = frame["source_id"] + "|" + frame["revenue_source_id"].fillna("") + "|" + frame["price_source_id"].fillna("")
    frame["source_id"] = ["|".join(dict.fromkeys(filter(None, joined.split("|")))) for joined in ids]
    frame["scope"], frame["why"] = frame["scope"].fillna(""), _why(frame)
    since = frame.groupby("product")["period_start"].transform("min")
    return frame.assign(since=since).sort_values(["since", "product", "period_start"], ignore_index=True)[CELLS]


def _why(frame: pd.DataFrame) -> list[str]:
    """Why a cell is unknown; empty where it is known."""
    return [
        row.note
        if row.revenue_from == UNKNOWN
        else "its revenue is not known by this day"
        if pd.isna(row.low_musd)
        else "no price of a card in that year is known by this day"
        if pd.isna(row.low_usd)
        else ""
        for row in frame.itertuples()
    ]


def _revenue(accounts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Bounds of revenue by ``revenue_from`` and ``fiscal_period``."""
    bounds = china_data_center.quarters(accounts["revenue"], accounts["guidance"], accounts["fiscal_periods"])
    told = accounts["revenue"]
    told = told[(told["company"] == "NVIDIA") & (told["geography"] == CHINA)]
    told = told.drop_duplicates(["metric", "fiscal_period"]).rename(columns={"metric": "revenue_from"})
    told = told.assign(low_musd=told["low"].fillna(told["value"]), high_musd=told["high"].fillna(told["value"]))
    frame = pd.concat(
        [bounds.assign(revenue_from=PART), told[["revenue_from", "scope", *bounds.columns]]], ignore_index=True
    )
    return frame.rename(columns={"source_id": "revenue_source_id"})


def price_ranges(prices: pd.DataFrame) -> pd.DataFrame:
    """What a card cost in China in dollars: the span of each calendar year.

    Parameters
    ----------
    prices : the table of that name. Reported prices come before an estimator's; prices that divide one quoted number
        by another, assumptions, and the grey market do not count.

    Returns
    -------
    frame : ``product, year, low_usd, high_usd, price_source_id``.
    """
    rows = prices[(prices["form"] == "card") & (prices["market"] == "China") & (prices["unit"] == "usd per unit")]
    rows = rows[rows["basis"].isin(["reported", "estimated"])]
    ends = rows[["low", "central", "high"]].astype(float)
    rows = rows.assign(year=rows["priced_on"].str[:4].astype(int), low_usd=ends.min(axis=1), high_usd=ends.max(axis=1))
    reported = rows["basis"] == "reported"
    rows = rows[reported | ~reported.groupby([rows["product"], rows["year"]]).transform("any")]
    return rows.groupby(["product", "year"], as_index=False).agg(
        low_usd=("low_usd", "min"),
        high_usd=("high_usd", "max"),
        price_source_id=("source_id", lambda ids: "|".join(dict.fromkeys(ids))),
    )


def draw(frame: pd.DataFrame, *, level: float, hardware_share: tuple[float, float], draws: int, seed: int) -> Prior:
    """Draws of the units of every known cell.

    Parameters
    ----------
    frame : from `cells`.
    level : which central interval the span of prices is taken for; no source says.
    hardware_share, draws, seed : as in `analysis.units.units_from_revenue`.

    Raises
    ------
    ParameterError : as there.
    """
    known = frame[frame["why"] == ""].reset_index(drop=True)
    if known.empty:
        return Prior(known, np.empty((0, draws)), {})
    per_musd, prices = _per_musd(known, level, hardware_share, draws, seed)
    rng = np.random.default_rng([seed, 1])
    revenue, drawn = np.empty_like(per_musd), {}
    for (source, year), rows in known.groupby(["revenue_from", known["fiscal_period"].str[:6]], sort=False):
        place = rng.uniform(size=draws)
        spread = (rows["high_musd"] - rows["low_musd"]).to_numpy()
        revenue[rows.index] = rows["low_musd"].to_numpy()[:, None] + spread[:, None] * place
        if spread.any():
            drawn[f"{_SPAN[source == PART]}, {year}"] = place
        if source == PART:
            chips = list(dict.fromkeys(rows["product"]))
            parts = rng.dirichlet(np.ones(len(chips) + 1), size=draws).T[: len(chips)]
            revenue[rows.index] *= parts[[chips.index(product) for product in rows["product"]]]
            drawn |= {f"{chip}'s part of it, {year}": part for chip, part in zip(chips, parts, strict=True)}
            by_chip = [revenue[rows.index[rows["product"] == chip]].sum(axis=0) for chip in chips]
            drawn |= {f"revenue of the {chip}, {year}": total for chip, total in zip(chips, by_chip, strict=True)}
    return Prior(known, revenue * per_musd, drawn | prices)


_SPAN = {True: "China's data-center revenue", False: "revenue between its bounds"}


def _per_musd(
    known: pd.DataFrame, level: float, hardware_share: tuple[float, float], draws: int, seed: int
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Units that a million dollars buys in each cell, and the price of each chip by its place in its range.

    A chip in a year is a chip of its own, in step with itself in other years and independent of other chips, so that
    each year keeps the spread of its own range.
    """
    chips = known["product"] + " in " + known["year"].astype(str)
    prices = known.assign(chip_id=chips, interval_level=level).drop_duplicates("chip_id")
    families = dict(zip(prices["chip_id"], prices["product"], strict=True))
    in_step = pd.DataFrame({a: {b: float(families[a] == families[b]) for b in families} for a in families})
    quarters = known.drop_duplicates("fiscal_period")[["fiscal_period", "period_start", "period_end"]]
    counts = chips.groupby(known["fiscal_period"]).nunique()
    _, kept = units_from_revenue(
        quarters.assign(compute_revenue_musd=quarters["fiscal_period"].map(counts).astype(float)),
        known[["fiscal_period"]].assign(chip_id=chips, revenue_share=1 / known["fiscal_period"].map(counts)),
        prices[["chip_id", "year", "low_usd", "high_usd", "interval_level"]],
        hardware_share=hardware_share,
        price_correlation=in_step,
        draws=draws,
        seed=seed,
        keep_draws=True,
    )
    units = np.array([kept.of(*cell) for cell in zip(known["fiscal_period"], chips, strict=True)])
    firsts = known.drop_duplicates("product").index
    return units, {f"price of the {known.at[at, 'product']}": units[at] for at in firsts}
