"""What a chip may be where it is not known: points that stand for every possible value.

Between the thresholds of the rules nothing changes. A point on each threshold, one in each gap and the ends of a range
therefore represent every value of the range exactly, and an unknown quantity is the range from zero to beyond them all.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

import numpy as np
import pandas as pd

QUANTITIES = ["tpp", "applicable_die_area_mm2", "dram_bandwidth", "io_bandwidth", "is_datacenter"]
COMPUTED = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "dram_plus_io_bandwidth", "is_datacenter"]
FAR = float("inf")  # beyond every threshold
Points = Mapping[str, np.ndarray]  # a column an array; all of one length, chip after chip
_NAMES = ["chip_id", "family", "maker", "maker_country"]


def representative_points(chips: pd.DataFrame, cuts: Mapping[str, list[float]]) -> Points:
    """Representative points of what each chip may be, with the chip's names.

    Parameters
    ----------
    chips : from `analysis.controls.inputs.inputs`.
    cuts : where the law draws its lines: `analysis.controls.law.Law.cuts`.

    Returns
    -------
    points : ``chip_id, family, maker, maker_country`` and `COMPUTED`.
    """
    needed = [*_NAMES, *(f"{quantity}_{end}" for quantity in QUANTITIES for end in ("low", "high"))]
    rows = [point for chip in chips[needed].to_dict("records") for point in _points_of(chip, cuts)]
    order = [*_NAMES, "tpp", "performance_density", "io_bandwidth", "dram_bandwidth", "is_datacenter"]
    columns = zip(order, list(zip(*rows, strict=True)) or [()] * len(order), strict=True)
    points = {name: np.array(cells, dtype=object if name in _NAMES else float) for name, cells in columns}
    return points | {"dram_plus_io_bandwidth": points["dram_bandwidth"] + points["io_bandwidth"]}


def spans(points: Points) -> dict[object, slice]:
    """Where the points of each chip lie, by its id."""
    ids = points["chip_id"]
    starts = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1), len(ids)] if len(ids) else []
    return {ids[start]: slice(start, end) for start, end in pairwise(starts)}


def _points_of(chip: dict, cuts: Mapping[str, list[float]]) -> Iterator[tuple]:
    names = tuple(chip[key] for key in _NAMES)
    if chip["maker_country"] == "CN":  # the product rules are about exports: what it can do changes nothing
        yield (*names, chip["tpp_high"], float("nan"), float("nan"), float("nan"), 1.0)
        return
    is_stated = not np.isnan(chip["is_datacenter_low"])
    datacenter = [chip["is_datacenter_low"]] if is_stated else [0.0, 1.0]
    links = represent(chip["io_bandwidth_low"], chip["io_bandwidth_high"], cuts["io_bandwidth"])
    # over a known area the lines of density are lines of TPP as well
    areas = [chip[f"applicable_die_area_mm2_{end}"] for end in ("low", "high")]
    lines_of_tpp = {*cuts["tpp"], *(line * area for line in cuts["performance_density"] for area in areas if area > 0)}
    for tpp in represent(chip["tpp_low"], chip["tpp_high"], sorted(lines_of_tpp)):
        for density, io in product(_densities(tpp, chip, cuts["performance_density"]), links):
            # a sum can cross its line where neither part crosses its own
            sums = [line - io for line in cuts["dram_plus_io_bandwidth"] if line > io]
            lines = sorted({*cuts["dram_bandwidth"], *sums})
            for dram in represent(chip["dram_bandwidth_low"], chip["dram_bandwidth_high"], lines):
                yield from ((*names, tpp, density, io, dram, kind) for kind in datacenter)


def _densities(tpp: float, chip: dict, cuts: list[float]) -> list[float]:
    """TPP over a known area, or every density that the area leaves possible."""
    low, high = chip["applicable_die_area_mm2_low"], chip["applicable_die_area_mm2_high"]
    return represent(tpp / high, tpp / low, cuts) if low > 0 else represent(float("nan"), float("nan"), cuts)


def represent(low: float, high: float, cuts: list[float]) -> list[float]:
    """The ends, every cut inside, and a point in each gap between them; an unknown end is zero or `FAR`."""
    low, high = 0.0 if np.isnan(low) else low, FAR if np.isnan(high) else high
    inside = [cut for cut in cuts if low < cut < high]
    marks = sorted({low, high, *inside})
    return sorted({*marks, *((a + b) / 2 for a, b in pairwise(marks))})
