"""What each chip can do, what it gave up against a baseline, and who disagrees."""

import re
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from analysis.facts import names
from analysis.facts import resolve as resolution
from analysis.facts.errors import ParameterError
from analysis.facts.interval import ends, quotient
from analysis.facts.schema.fields import BIT_LENGTHS_ONLY
from analysis.facts.tables import as_numbers

BY = ["product", "spec", "precision", "sparsity"]
ABOUT = ["spec", "precision", "sparsity"]

# The specifications that a comparison shows, in the order a reader expects them. Throughput is dense.
COMPARED = [
    *[("throughput_tops", precision, "dense") for precision in ("fp4", "fp8", "int8", "bf16", "tf32", "fp32", "fp64")],
    *[(spec, "", "") for spec in ("memory_capacity_gb", "memory_bandwidth_gb_s", "interconnect_gb_s", "pcie_gb_s")],
    *[(spec, "", "") for spec in ("tdp_w", "die_area_mm2", "transistors_billion", "sm_count")],
]
# Rates beside those of the tensor units for machine learning: they bound TPP from below and never give it.
VECTOR = ["fp32", "fp64", "fp64_tensor"]
EQUIVALENCE = [
    *[("throughput_tops", "fp8", "dense"), ("throughput_tops", "bf16", "dense")],
    *[(spec, "", "") for spec in ("memory_bandwidth_gb_s", "memory_capacity_gb", "interconnect_gb_s")],
    ("tdp_w", "", ""),
]


def resolve(rows: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Working values of every chip and spec.

    Parameters
    ----------
    rows : from `statements`.
    choices : the table of that name.

    Returns
    -------
    frame : one row for each product, spec, precision and sparsity, as `analysis.facts.resolve.resolve` gives them.
    """
    return resolution.resolve(rows, by=BY, choices=choices)


def statements(specs: pd.DataFrame, products: pd.DataFrame, quantities: pd.DataFrame) -> pd.DataFrame:
    """Every usable figure about every chip: ``value`` a number, ``text`` what is not one.

    A family's figure is added to its variants where one serves them all (a die).
    """
    wide = quantities.loc[(quantities["table"] == "chip_specs") & quantities["is_family_wide"], "quantity"]
    is_member = (products["level"] == "variant") & (products["product"] != products["family"])
    shared = specs[specs["spec"].isin(wide)].rename(columns={"product": "family"})
    shared = shared.merge(products.loc[is_member, ["product", "family"]], on="family").drop(columns="family")
    rows = pd.concat([specs, shared], ignore_index=True)
    rows = rows[rows["is_usable"]]
    numbers = as_numbers(rows["value"])
    return rows.assign(text=rows["value"].where(numbers.isna(), ""), value=numbers)


def labelled(frame: pd.DataFrame, quantities: pd.DataFrame) -> pd.DataFrame:
    """Add ``label``, what a reader calls each specification: ``dense FP8``, ``memory bandwidth``.

    Parameters
    ----------
    frame : any frame with ``spec, precision, sparsity``.
    quantities : the table of that name, whose labels these are.
    """
    labels = quantities[quantities["table"] == "chip_specs"].set_index("quantity")["label"]
    rate = (frame["sparsity"] + " " + frame["precision"].str.upper()).str.strip()
    is_rate = frame["spec"] == "throughput_tops"
    return frame.assign(label=frame["spec"].map(labels).fillna(frame["spec"]).where(~is_rate, rate))


def named(chips: Collection[str], baseline: str, products: pd.DataFrame) -> tuple[list[str], str]:
    """Chip ids in the order given, and the baseline, all on record.

    Parameters
    ----------
    chips, baseline : chips by any of their names (see `analysis.facts.names`).

    Raises
    ------
    ParameterError : every name that is no one chip, and why.
    """
    if not chips:
        raise ParameterError("chips: no chip is named. Name at least one chip id; see table products.")
    ids, problems = [], []
    for parameter, name in [*(("chips", chip) for chip in chips), ("baseline", baseline)]:
        try:
            ids.append(names.chip(name, products, parameter=parameter))
        except ParameterError as error:
            problems += error.faults
    if problems:
        raise ParameterError(*problems)
    *named_chips, base = ids
    return list(dict.fromkeys(named_chips)), base


def compare(resolved: pd.DataFrame, chips: Sequence[str], baseline: str) -> pd.DataFrame:
    """Chips side by side, and as ratios to a baseline.

    Parameters
    ----------
    resolved : from `resolve`.
    chips, baseline : chip ids.

    Returns
    -------
    frame : one row a chip and specification of `COMPARED`, in that order, unknown ones included (``value``,
        ``low`` and ``high`` NaN, ``sources`` 0). ``low, high``: the working range, or what all sources span
        where the figure is not firm. ``ratio, ratio_low, ratio_high``: to the baseline.
    """
    return _against(resolved, chips, baseline, COMPARED)


def equivalence(resolved: pd.DataFrame, chips: Sequence[str], baseline: str) -> pd.DataFrame:
    """How many baseline chips one chip is worth, by each measure of `EQUIVALENCE`; columns as `compare`."""
    return _against(resolved, chips, baseline, EQUIVALENCE)


def _against(resolved: pd.DataFrame, chips: Sequence[str], baseline: str, measures: list[tuple]) -> pd.DataFrame:
    rows = pd.DataFrame([(chip, *m) for m in measures for chip in chips], columns=BY)
    frame = rows.merge(spread(resolved), on=BY, how="left")
    of_baseline = spread(resolved[resolved["product"] == baseline]).drop(columns="product")
    base = rows[ABOUT].merge(of_baseline, on=ABOUT, how="left")
    ratio = quotient(frame, base)
    ratio[(frame["product"] == baseline) & ratio["low"].notna()] = 1.0  # a range over itself is one all the same
    columns = ["value", "low", "high", "unit", "basis", "grade", "source_id", "picked_by"]
    frame = frame[[*BY, *columns, "is_conflict", "is_firm", "sources"]].assign(
        sources=frame["sources"].fillna(0).astype(int),
        is_conflict=frame["is_conflict"].eq(True),
        is_firm=frame["is_firm"].eq(True),
        baseline=baseline,
        baseline_value=base["value"],
        base_low=base["low"],
        base_high=base["high"],
        baseline_source_id=base["source_id"],
        ratio=ratio["value"],
        ratio_low=ratio["low"],
        ratio_high=ratio["high"],
    )
    return frame.rename(columns={"product": "chip_id"})


def spread(resolved: pd.DataFrame) -> pd.DataFrame:
    """Widen the working range to what all sources span, where the figure is not firm."""
    span, is_firm = ends(resolved), resolved["is_firm"]
    low = span["low"].where(is_firm, np.fmin(span["low"], resolved["range_low"]))
    high = span["high"].where(is_firm, np.fmax(span["high"], resolved["range_high"]))
    return resolved.assign(low=low, high=high)


def undecided(resolved: pd.DataFrame) -> pd.DataFrame:
    """``low, high`` of each row: the working range, or that of all sources where they conflict and nobody has chosen.

    Parameters
    ----------
    resolved : from `resolve`.
    """
    is_open = resolved["is_conflict"] & (resolved["picked_by"] != "choice")
    span = ends(resolved)
    return span.where(~is_open, resolved[["range_low", "range_high"]].set_axis(["low", "high"], axis=1))


def half_step(printed: pd.Series) -> pd.Series:
    """Half a unit in the last place that a figure prints: 0.5 for 60, 0.05 for 59.8."""
    decimals = [len(repr(float(figure)).partition(".")[2].removesuffix("0")) for figure in printed]
    return pd.Series([0.5 * 10.0**-places for places in decimals], index=printed.index)


def processing_performance(
    resolved: pd.DataFrame, sparsities: Collection[str] = ("dense",), *, rounds: bool = True
) -> pd.DataFrame:
    """Total processing performance (TPP) of each chip, as a range.

    TPP is 2 x MacTOPS, the rate of the data sheet, x the bit length of the inputs, aggregated over all processing
    units, at the highest rate claimed and for dense matrices (ECCN 3A090, technical notes 1 to 3, 88 FR 73458). Each
    rate may be off by half a unit in the last place printed, so TPP lies between the largest lower and the largest
    upper end over all precisions. Rates of vector units (`VECTOR`) bound it from below and never give it: without a
    dense rate of the tensor units the upper end is infinite; beside a smaller one the range reaches from one to the
    other.

    Parameters
    ----------
    resolved : from `resolve`.
    sparsities : the rates that count; the rule counts dense ones alone.
    rounds : whether rates carry the rounding of their last place.

    Returns
    -------
    frame : one row a product with a rate: ``product, low, high`` in TOPS x bit, ``basis, grade`` of the rate that sets
        it, ``is_bound`` (only from below), ``is_conflict``: the rates that set it are disputed, or those of the vector
        units exceed those of the tensor units; ``set_by``: the precisions of the rates at its ends, joined by ``|``.
    """
    rates = resolved[(resolved["spec"] == "throughput_tops") & resolved["sparsity"].isin(sparsities)]
    rates = _named_formats(rates)
    bits, span = rates["precision"].map(bit_length), undecided(rates)
    is_point = rounds & rates["low"].isna() & rates["high"].isna()  # a stated range says itself how far it reaches
    low = (span["low"] - half_step(span["low"]).where(is_point, 0.0)) * bits
    high = (span["high"] + half_step(span["high"]).where(is_point, 0.0)) * bits
    rates = rates.assign(low=low, high=high, is_vector=rates["precision"].isin(VECTOR)).dropna(subset=["low", "high"])
    of_chips: dict[str, list[dict]] = {}
    for rate in rates.to_dict("records"):
        of_chips.setdefault(rate["product"], []).append(rate)
    rows = [{"product": product} | _performance(of_chip) for product, of_chip in of_chips.items()]
    columns = ["product", "low", "high", "basis", "grade", "is_bound", "is_conflict", "set_by"]
    return pd.DataFrame(rows, columns=columns)


def _named_formats(rates: pd.DataFrame) -> pd.DataFrame:
    """Without rates of a bit length alone (``8bit``) where the chip has one of a format of that length."""
    key = pd.MultiIndex.from_arrays([rates["product"], rates["precision"].map(bit_length)])
    is_bare = rates["precision"].isin(BIT_LENGTHS_ONLY)
    return rates[~is_bare | ~key.isin(key[~is_bare])]


def _performance(rates: list[dict]) -> dict[str, object]:
    tensor, vector = ([rate for rate in rates if rate["is_vector"] is is_vector] for is_vector in (False, True))
    sets_it = tensor or vector
    lowest, highest, top = _last(sets_it, "low"), _last(rates, "high"), _last(sets_it, "high")
    low = lowest["low"]
    exceeds = bool(tensor and vector) and _last(vector, "low")["low"] > top["high"] * (1 + resolution.ROUNDING)
    return {
        "low": low,
        "high": highest["high"] if tensor else float("inf"),
        "basis": top["basis"],
        "grade": top["grade"],
        "is_bound": not tensor,
        "is_conflict": exceeds or any(rate["is_conflict"] and rate["high"] >= low for rate in sets_it),
        "set_by": "|".join(dict.fromkeys(rate["precision"] for rate in (lowest, highest))),
    }


def _last(rates: list[dict], end: str) -> dict:
    """The rate with the largest lower or upper end, the last of equal ones."""
    return max(reversed(rates), key=lambda rate: rate[end])


def bit_length(precision: str) -> float:
    """Bits of an operation's inputs by the name of the format (``fp8`` 8, ``tf32`` 32); NaN without one.

    TPP counts the largest bit length among the inputs (15 CFR 774 Supp. 1, ECCN 3A090, technical note 2).
    """
    digits = re.search(r"\d+", precision)
    return float(digits.group()) if digits else float("nan")
