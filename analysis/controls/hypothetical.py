"""Chips that do not exist: read their specifications from a CSV file, as the rules look at them."""

import csv
from math import isfinite
from pathlib import Path

import pandas as pd

from analysis.controls.possible import QUANTITIES
from analysis.facts.errors import Fault, ParameterError, did_you_mean

COLUMNS = {
    "chip_id": "a name for the chip",
    "tpp": "total processing performance: the largest dense rate in TOPS x bit length",
    "applicable_die_area_mm2": "area of all logic dies on non-planar nodes, mm2",
    "dram_bandwidth_gb_s": "total DRAM bandwidth, GB/s",
    "io_bandwidth_gb_s": "aggregate bidirectional transfer rate over all I/O except to memory, GB/s",
    "is_datacenter": "1: designed or marketed for datacenters, 0: not",
}


def read_specs(path: Path) -> pd.DataFrame:
    """Hypothetical chips in the form of `analysis.controls.inputs.inputs`.

    Parameters
    ----------
    path : a CSV file with the columns `COLUMNS`; an empty cell is an unknown quantity, ``low..high`` a range. The maker
        is taken as NVIDIA, whom the letters of 2022 and 2025 reach.

    Raises
    ------
    ParameterError : every fault of the file at once: line, column, value, rule, what to do.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *lines = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ParameterError(Fault(str(path), f"cannot be read: {error}.", "Give a UTF-8 CSV file.")) from error
    faults = [
        Fault(
            f"{path.name} line 1",
            f"column {name!r} is missing.",
            f"It holds {COLUMNS[name]}; leave cells empty if unknown.",
        )
        for name in COLUMNS
        if name not in header
    ]
    faults += [
        Fault(f"{path.name} line 1", f"column {name!r} is not known.", did_you_mean(str(name), COLUMNS) + "Remove it.")
        for name in header
        if name not in COLUMNS
    ]
    if not lines:
        faults = [Fault(path.name, "holds no chip.", f"The columns are: {', '.join(COLUMNS)}.")]
    if faults:
        raise ParameterError(*faults)
    rows = [(f"{path.name} line {line}", cells) for line, cells in enumerate(lines, start=2) if cells]
    faults += [
        Fault(where, f"{len(cells)} cells stand under {len(header)} columns.", "Leave a cell empty if it is unknown.")
        for where, cells in rows
        if len(cells) != len(header)
    ]
    if faults:
        raise ParameterError(*faults)
    chips = [_chip(dict(zip(header, cells, strict=True)), where, faults) for where, cells in rows]
    faults += _namesakes(chips, [where for where, _ in rows])
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


def _chip(row: dict[str, str], where: str, faults: list[Fault]) -> dict[str, object]:
    chip: dict[str, object] = {"chip_id": row["chip_id"].strip(), "name": row["chip_id"].strip(), "family": ""}
    chip |= {"maker": "NVIDIA", "maker_country": "US", "inputs_basis": "hypothetical"}
    if not chip["chip_id"]:
        faults.append(Fault(f"{where}, chip_id", "'' is empty.", "Name the chip."))
    for quantity in QUANTITIES:
        column = quantity + ("_gb_s" if quantity.endswith("bandwidth") else "")
        chip[f"{quantity}_low"], chip[f"{quantity}_high"] = _range(row[column] or "", f"{where}, {column}", faults)
        if quantity == "is_datacenter" and (row[column] or "").strip() not in ("", "0", "1"):
            faults.append(
                Fault(f"{where}, {column}", f"{row[column]!r} is neither 0 nor 1.", "Leave it empty if unknown.")
            )
    return chip


def _range(cell: str, where: str, faults: list[Fault]) -> tuple[float, float]:
    """A number for both ends, ``low..high``, or two NaN for an empty cell."""
    parts = [part.strip() for part in cell.split("..")] if cell.strip() else []
    try:
        numbers = [float(part) for part in parts]
        if not all(map(isfinite, numbers)):
            raise ValueError
    except ValueError:
        faults.append(Fault(where, f"{cell!r} is not a number or a range like 2250..2500.", "Use digits."))
        return float("nan"), float("nan")
    if not numbers:
        return float("nan"), float("nan")
    low, high = numbers[0], numbers[-1]
    if len(numbers) > 2 or low > high:
        faults.append(Fault(where, f"{cell!r} is not a range from low to high.", "Write it like 2250..2500."))
    if where.endswith("mm2") and low <= 0:
        faults.append(Fault(where, f"{cell!r} is not above zero.", "Empty: unknown."))
    elif low < 0:
        faults.append(Fault(where, f"{cell!r} is below zero.", "Empty: unknown."))
    return low, high
