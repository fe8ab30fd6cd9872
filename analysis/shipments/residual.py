"""A chip's revenue as what is left of China's: revenue with the chip less what China buys without it.

Where NVIDIA says what a chip brought in (nothing among it), the rest of China's revenue in that quarter is known. Those
quarters tell what the rest may have been in the quarters of which nothing is said: its logarithm is normal around an
unknown level with an unknown spread, both drawn from what the known quarters leave (`analysis.shipments.hierarchy`),
and it is no more than all of China's revenue, nor so little that the chip would exceed China's data-center revenue. The
method is that of subtracting the counterfactual; each basis of geography is a series of its own, and is subtracted from
itself alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.facts.fiscal import grain
from analysis.facts.resolve import resolve
from analysis.revenue.china import CHINA
from analysis.shipments import hierarchy

REMAINDER = "remainder_of_china_revenue"
BASES = ("billing", "headquarters")
_COLUMNS = ["geography_basis", "fiscal_period", "china_musd", "is_shared_out", "source_id"]


def china(revenue: pd.DataFrame) -> pd.DataFrame:
    """China's revenue by basis and fiscal quarter.

    Where a basis states the first half of a year only, it is shared out as the other basis shares it: an assumption.

    Parameters
    ----------
    revenue : the table of that name.

    Returns
    -------
    frame : ``geography_basis, fiscal_period, china_musd, is_shared_out, source_id``.
    """
    rows = revenue[
        (revenue["company"] == "NVIDIA") & (revenue["geography"] == CHINA) & (revenue["metric"] == "revenue")
    ]
    rows = rows[rows["geography_basis"].isin(BASES) & rows["value"].notna()]
    stated = resolve(rows, by=["geography_basis", "fiscal_period"])
    stated = stated.assign(china_musd=stated["value"], is_shared_out=False)
    values = stated.set_index(["geography_basis", "fiscal_period"])
    shared = []
    for (basis, half), row in values.iterrows():
        names = [f"{half[:6]}Q{number}" for number in (1, 2)]
        other = BASES[1 - BASES.index(basis)]
        if not half.endswith("H1") or any((basis, name) in values.index for name in names):
            continue
        if all((other, name) in values.index for name in names):
            profile = values.loc[[(other, name) for name in names], "china_musd"]
            ids = "|".join(dict.fromkeys([row["source_id"], *values.loc[profile.index, "source_id"]]))
            shared += [
                [basis, name, row["china_musd"] * part, True, ids]
                for name, part in zip(names, profile / profile.sum(), strict=True)
            ]
    frame = pd.concat([stated[_COLUMNS], pd.DataFrame(shared, columns=_COLUMNS)] if shared else [stated[_COLUMNS]])
    return frame[frame["fiscal_period"].map(grain) == "quarter"].reset_index(drop=True)


def remainders(cells: pd.DataFrame, china: pd.DataFrame) -> pd.DataFrame:
    """What China bought beside each chip whose revenue is a remainder, in the quarters in which that is stated.

    Parameters
    ----------
    cells : from `analysis.shipments.cells.cells`; those with a stated revenue and no reason why not.
    china : from `china`.

    Returns
    -------
    frame : ``product, geography_basis, fiscal_period, remainder_musd, source_id``; a chip as large as China's revenue
        leaves none and has no row.
    """
    chips = cells.loc[cells["revenue_from"] == REMAINDER, "product"].unique()
    stated = cells[cells["product"].isin(chips) & (cells["revenue_from"] != REMAINDER) & (cells["why"] == "")]
    rows = stated.merge(china, on="fiscal_period", suffixes=("", "_china"))
    rows["remainder_musd"] = (rows["china_musd"] - (rows["low_musd"] + rows["high_musd"]) / 2).astype(float)
    rows["source_id"] = [f"{row.source_id}|{row.source_id_china}" for row in rows.itertuples()]
    rows = rows[(rows["remainder_musd"] > 0) & ~rows["is_shared_out"]]
    columns = ["product", "geography_basis", "fiscal_period", "remainder_musd", "source_id"]
    return rows[columns].sort_values(columns[:3], ignore_index=True)


def usable(cells: pd.DataFrame, china: pd.DataFrame) -> dict[str, dict[str, pd.DataFrame]]:
    """China's revenue in the quarters of each chip whose revenue is a remainder, by the bases that can be used.

    A basis can be used if it gives every quarter that is asked of it, and some quarter in which the rest is known.

    Parameters
    ----------
    cells, china : as in `remainders`.

    Returns
    -------
    quarters : by product and basis: ``fiscal_period, china_musd, is_shared_out``, in the order of the cells.
    """
    observed = set(remainders(cells, china)[["product", "geography_basis"]].itertuples(index=False, name=None))
    by_product: dict[str, dict[str, pd.DataFrame]] = {}
    for product, rows in cells[(cells["revenue_from"] == REMAINDER) & (cells["why"] == "")].groupby(
        "product", sort=False
    ):
        for basis in BASES:
            stated = rows[["fiscal_period"]].merge(china[china["geography_basis"] == basis], on="fiscal_period")
            if len(stated) == len(rows) and (product, basis) in observed:
                by_product.setdefault(product, {})[basis] = stated
    return by_product


@dataclass(frozen=True)
class Remainder:
    """Draws of one chip's revenue by one basis.

    Parameters
    ----------
    revenue : fiscal quarters x draws, in USD million, by quarter.
    level : what China buys beside the chip in a quarter, the middle of its distribution, in USD million a draw.
    """

    revenue: dict[str, np.ndarray]
    level: np.ndarray


def draws(quarters: pd.DataFrame, remainder: np.ndarray, uniforms: dict[str, np.ndarray]) -> Remainder:
    """Draws of the revenue of a chip in quarters of which only China's revenue is known.

    Parameters
    ----------
    quarters : ``fiscal_period, china_musd, cap_musd``: the most the chip may have brought in (China's data-center
        revenue), infinite where nothing bounds it.
    remainder : what China bought beside the chip in other quarters, in USD million; at least one.
    uniforms : by quarter, and ``location`` and ``spread``: one value a draw.
    """
    low = np.log(np.maximum(quarters["china_musd"] - quarters["cap_musd"], 1.0))
    high = np.log(quarters["china_musd"])
    windows = list(zip(low, high, strict=True))
    location, spread = hierarchy.draw(np.log(remainder), windows, (uniforms["spread"], uniforms["location"]))
    revenue = {}
    for name, total, (least, most) in zip(quarters["fiscal_period"], quarters["china_musd"], windows, strict=True):
        revenue[name] = total - np.exp(hierarchy.between(least, most, location, spread, uniforms[name]))
    return Remainder(revenue, np.exp(location))
