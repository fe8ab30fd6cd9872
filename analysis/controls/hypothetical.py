"""Chips that do not exist: read their specifications from a CSV file, as the rules look at them."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.controls.inputs import named_maker
from analysis.controls.possible import QUANTITIES
from analysis.facts import saved
from analysis.facts.arguments import value
from analysis.facts.errors import Fault, ParameterError, did_you_mean
from analysis.facts.tables import read_file, word_faults

COLUMNS = {
    "chip_id": "a name for the chip",
    "maker": "who designs it, as in products.csv: letters reach only the makers they went to",
    "tpp": "total processing performance: the largest dense rate in TOPS x bit length",
    "applicable_die_area_mm2": "area of all logic dies on non-planar nodes, mm2",
    "dram_bandwidth_gb_s": "total DRAM bandwidth, GB/s",
    "io_bandwidth_gb_s": "aggregate bidirectional transfer rate over all I/O except to memory, GB/s",
    "is_datacenter": "1: designed or marketed for datacenters, 0: not",
}


def read_specs(path: Path, makers: Mapping[str, str]) -> pd.DataFrame:
    """Hypothetical chips in the form of `analysis.controls.inputs.inputs`.

    Parameters
    ----------
    path : a CSV file with the columns `COLUMNS`; an empty cell is an unknown quantity, ``low..high`` a range.
    makers : the country of each maker that a chip may have, from `analysis.controls.inputs.maker_countries`.

    Raises
    ------
    ParameterError : every fault of the file at once: line, column, value, rule, what to do.
    """
    text, faults = read_file(path, path.name, list(COLUMNS), optional=())
    if text.empty:
        raise ParameterError(*faults or [Fault(path.name, "holds no chip.", f"The columns are: {', '.join(COLUMNS)}.")])
    faults += word_faults(text[["chip_id", "maker"]], path.name)
    rows = text.apply(lambda cells: cells.str.strip())
    figures = [name for name in COLUMNS if name not in ("chip_id", "maker")]
    rows = rows.assign(**{name: rows[name].map(saved.number) for name in figures})
    places = [f"{path.name} line {line}" for line in rows.index]
    chips = [_chip(row, where, makers, faults) for row, where in zip(rows.to_dict("records"), places, strict=True)]
    faults += _namesakes(chips, places)
    if faults:
        raise ParameterError(*faults)
    return pd.DataFrame(chips)


def _namesakes(chips: list[dict], places: list[str]) -> list[Fault]:
    """Chips of a name that an earlier line has: the results are told apart by it."""
    first: dict[str, str] = {}
    faults = []
    for chip, where in zip(chips, places, strict=True):
        name = chip["chip_id"]
        earlier = first.setdefault(name, where)
        if name and earlier != where:
            line = earlier.rsplit(" ", 1)[-1]
            faults.append(
                Fault(f"{where}, chip_id", f"{name!r} is the name of line {line} too.", "Give each chip its own.")
            )
    return faults


def _chip(row: dict[str, str], where: str, makers: Mapping[str, str], faults: list[Fault]) -> dict[str, object]:
    """The chip of a line; what is wrong with its cells is added to the faults."""
    chip: dict[str, object] = {"chip_id": row["chip_id"], "name": row["chip_id"], "family": ""}
    maker = named_maker(row["maker"], makers)
    chip |= {"maker": maker, "maker_country": makers.get(maker, ""), "inputs_basis": "hypothetical"}
    if not chip["chip_id"]:
        faults.append(Fault(f"{where}, chip_id", "'' is empty.", "Name the chip."))
    if not maker:
        near = did_you_mean(row["maker"], makers)
        faults.append(Fault(f"{where}, maker", f"{row['maker']!r} is no maker of products.csv.", f"{near}{_MAKERS}"))
    for quantity in QUANTITIES:
        column = quantity + ("_gb_s" if quantity.endswith("bandwidth") else "")
        cell, at = row[column], f"{where}, {column}"
        chip[f"{quantity}_low"], chip[f"{quantity}_high"] = _range(cell, at, faults)
        if quantity == "is_datacenter" and cell not in ("", "0", "1"):
            faults.append(Fault(at, f"{cell!r} is neither 0 nor 1.", "Leave it empty if unknown."))
    return chip


_MAKERS = "Letters reach only the makers they went to: name one that the table products has."


def _range(cell: str, where: str, faults: list[Fault]) -> tuple[float, float]:
    """A number for both ends, ``low..high``, or two NaN for an empty cell."""
    unknown = float("nan"), float("nan")
    if not cell:
        return unknown
    try:
        numbers = [value(part, float, where=where) for part in cell.split("..")]
    except ParameterError:
        faults.append(Fault(where, f"{cell!r} is not a number or a range like 2250..2500.", "Use digits."))
        return unknown
    low, high = numbers[0], numbers[-1]
    if len(numbers) > 2 or low > high:
        faults.append(Fault(where, f"{cell!r} is not a range from low to high.", "Write it like 2250..2500."))
    if where.endswith("mm2") and low <= 0:
        faults.append(Fault(where, f"{cell!r} is not above zero.", "Empty: unknown."))
    elif low < 0:
        faults.append(Fault(where, f"{cell!r} is below zero.", "Empty: unknown."))
    return low, high
