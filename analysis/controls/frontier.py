"""The largest chip that the rules of a day leave free: TPP and memory bandwidth, over die area and I/O bandwidth."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import pandas as pd

from analysis.controls.law import CONDITION, Law
from analysis.controls.possible import COMPUTED, QUANTITIES, representative_points
from analysis.controls.treatment import TREATMENTS, treated

LEVELS = TREATMENTS[:3]  # what an exporter may hope for, from the freest
COLUMNS = ["from_on", "applicable_die_area_mm2", "io_bandwidth_gb_s", "treatment", "largest_tpp", "rule_id"]
COLUMNS += ["dram_bandwidth_below"]


def frontier(
    laws: dict[str, Law],
    areas: Sequence[float],
    links: Sequence[float],
    treatments: Sequence[str],
    maker: str = "NVIDIA",
) -> pd.DataFrame:
    """The largest TPP of a datacenter chip that an American maker might export, and the memory bandwidth beside it.

    The chips of a grid of all possible TPP and memory bandwidths, as far as the lines of the law tell them apart, are
    treated as any chip is; the largest that comes out free enough is the frontier.

    Parameters
    ----------
    laws : by day, in order, from `analysis.controls.law.law_on`; a day that moves no bound is left out of the result.
    areas : logic die areas in mm2, above zero.
    links : I/O bandwidths in GB/s.
    treatments : of `LEVELS`: the chip may be treated so, or freer.
    maker : whose chip it is; letters reach only the makers they went to.

    Returns
    -------
    frame : one row a treatment, day, area and I/O bandwidth, with the columns `COLUMNS`: ``largest_tpp`` is itself not
        allowed (0: no chip is, infinite: no limit); ``rule_id`` is met there; ``dram_bandwidth_below`` in GB/s goes
        with a chip just under it (infinite: no limit, NaN: no chip).
    """
    moves: dict[str, list[pd.DataFrame]] = {treatment: [] for treatment in treatments}
    for day, law in laws.items():
        rows = law.rows.loc[law.rows["quantity"].isin(COMPUTED), _CONDITIONS]
        conditions = tuple(rows.itertuples(index=False, name=None))
        for treatment, earlier in moves.items():
            bounds = _bounds(conditions, tuple(areas), tuple(links), maker, treatment).assign(from_on=day)
            if not earlier or not bounds[_BOUNDS].equals(earlier[-1][_BOUNDS]):
                earlier.append(bounds)
    frames = [bounds for of_treatment in moves.values() for bounds in of_treatment]
    return pd.concat(frames, ignore_index=True)[COLUMNS] if frames else pd.DataFrame(columns=COLUMNS)


_BOUNDS = ["largest_tpp", "dram_bandwidth_below"]
_CONDITIONS = [*CONDITION, "concerns", "status"]
_REGIMES = 64  # kept: the same law binds on many days, and for whoever asks


@lru_cache(maxsize=3 * _REGIMES)
def _bounds(
    conditions: tuple[tuple, ...], areas: tuple[float, ...], links: tuple[float, ...], maker: str, treatment: str
) -> pd.DataFrame:
    """The bounds of one law, kept: do not change them in place. A cell is an area and an I/O bandwidth."""
    points = _points(conditions, areas, links, maker)
    points = points.assign(is_free=points["treatment"].isin(LEVELS[: LEVELS.index(treatment) + 1]))
    cells = points[["cell", "area", "io_bandwidth"]].drop_duplicates().set_index("cell")
    slow = points[points["dram_bandwidth"] == 0]
    top = slow[slow["is_free"]].groupby("cell")["tpp"].max().reindex(cells.index)
    above = slow[~(slow["tpp"] <= slow["cell"].map(top))].groupby("cell")[["tpp", "rule_id"]].first()
    fast = points[(points["tpp"] == points["cell"].map(top)) & ~points["is_free"]]
    memory = fast.groupby("cell")["dram_bandwidth"].min().reindex(cells.index, fill_value=float("inf"))
    rows = {
        "applicable_die_area_mm2": cells["area"],
        "io_bandwidth_gb_s": cells["io_bandwidth"],
        "treatment": treatment,
        "largest_tpp": above["tpp"].reindex(cells.index, fill_value=float("inf")).where(top.notna(), 0.0),
        "rule_id": above["rule_id"].reindex(cells.index, fill_value=""),
        "dram_bandwidth_below": memory.where(top.notna()),
    }
    return pd.DataFrame(rows).reset_index(drop=True)


@lru_cache(maxsize=_REGIMES)
def _points(
    conditions: tuple[tuple, ...], areas: tuple[float, ...], links: tuple[float, ...], maker: str
) -> pd.DataFrame:
    """Every chip that the lines of a law tell apart, of each area and I/O bandwidth, treated: a cell of the grid."""
    law = Law(pd.DataFrame(conditions, columns=_CONDITIONS))
    cells = pd.DataFrame(list(product(areas, links)), columns=["area", "io_bandwidth"])
    names = {"family": "", "maker": maker, "maker_country": "US"}
    fixed = {"applicable_die_area_mm2": cells["area"], "io_bandwidth": cells["io_bandwidth"], "is_datacenter": 1.0}
    spans = {f"{name}_{end}": fixed.get(name, float("nan")) for name in QUANTITIES for end in ("low", "high")}
    points = representative_points(cells.assign(chip_id=cells.index, **names, **spans), law.cuts)
    frame = pd.DataFrame({"cell": points["chip_id"].astype(int), **points, **treated(points, law.readings[0])})
    return frame.assign(area=frame["cell"].map(cells["area"]))
