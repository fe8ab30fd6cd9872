"""What a chip is worth at work: tokens a second in prefill, decode and training, how many chips match.

The rates of a chip without a datasheet are ranges, and so is what follows from them: the low end takes the low rate and
the low bandwidth, the high end the high ones. Training takes the part of the dense BF16 rate that measured runs reached
(model FLOPs utilisation) and six operations for each parameter that a token passes (Kaplan et al., 2020).
"""

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd

from analysis.chips.specs import ABOUT, spread
from analysis.workloads import roofline, transformer
from analysis.workloads.roofline import BYTES, Factors, Load

NO_OVERHEAD = "decode without overhead"  # the roofline alone: launches and waiting are hidden
PHASES = ["prefill", "decode", NO_OVERHEAD, "training"]
ENDS = ["low", "point", "high"]
RATIOS = ["ratio", "ratio_low", "ratio_high"]
_SPECS = {"bandwidth": "memory_bandwidth_gb_s", "capacity": "memory_capacity_gb", "link": "interconnect_gb_s"}
_TRAINING = "bf16"
_NO_RATES = {"rates": {}, "bandwidth": np.nan, "capacity": np.nan, "link": np.nan}
UNKNOWN = dict.fromkeys(ENDS, _NO_RATES)  # a chip of which nothing is on record by the day


def chip_rates(resolved: pd.DataFrame) -> dict[str, dict[str, dict]]:
    """Rates, bandwidth, capacity and links of every chip at the low end, the point and the high end on record.

    Parameters
    ----------
    resolved : from `analysis.chips.specs.resolve`. Dense rates only.

    Returns
    -------
    chips : by chip id and end: ``rates`` by precision (operations a second; only those on record), ``bandwidth, link``
        (bytes a second), ``capacity`` (bytes); NaN where unknown.
    """
    by_spec = spread(resolved).rename(columns={"value": "point"}).set_index(ABOUT)
    return {chip: {end: _rates(rows[end]) for end in ENDS} for chip, rows in by_spec.groupby("product")}


def _rates(values: pd.Series) -> dict:
    rates = {name: 1e12 * values.get(("throughput_tops", name, "dense"), np.nan) for name in BYTES}
    others = {name: 1e9 * values.get((spec, "", ""), np.nan) for name, spec in _SPECS.items()}
    return {"rates": {name: rate for name, rate in rates.items() if rate > 0}, **others}


def throughput(
    model: pd.Series,
    chips: dict[str, dict],
    load: Load,
    factors: Factors,
    utilisation: tuple[float, float],
    source_id: str = "",
) -> pd.DataFrame:
    """Tokens a second and chip of each chip in each phase.

    Parameters
    ----------
    model : a row of `analysis.workloads.transformer.profiles`.
    chips : from `chip_rates`, those to show.
    load : what is run; ``batch`` sequences over all chips.
    factors : from `analysis.workloads.calibration.fitted_factors`.
    utilisation : least and most model FLOPs utilisation in training, of the dense BF16 rate.
    source_id : of the measurements and the shape that all rows rest on.

    Returns
    -------
    frame : ``chip_id, phase`` of `PHASES`, ``low, point, high`` (tokens a second and chip; NaN where unknown),
        ``bound_by`` (compute, memory or overhead, by the point), ``sequences`` that fit the memory, ``turning_batch``
        (sequences from which on decode is compute-bound), ``source_id, why`` (empty, or why there is no figure).
    """
    rows = []
    for chip_id, ends in chips.items():
        why = _obstacle(model, ends, load)
        for phase in PHASES:
            reason = "" if phase == "training" and _TRAINING in ends["high"]["rates"] else why
            rates = _phase_rates(phase, model, ends, load, factors, utilisation) if not reason else {}
            rows.append({"chip_id": chip_id, "phase": phase, **rates, "source_id": source_id, "why": reason})
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["chip_id", "phase", *ENDS, "bound_by", "sequences", "turning_batch", "source_id", "why"]


def nothing() -> pd.DataFrame:
    """What `throughput` returns where no model or no measurement is on record by the day."""
    return pd.DataFrame(columns=_COLUMNS).astype(dict.fromkeys([*ENDS, "sequences", "turning_batch"], float))


def against(frame: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Add how many of a baseline chip one chip is worth, phase by phase.

    Parameters
    ----------
    frame : from `throughput`, the baseline among its chips.

    Returns
    -------
    frame : the same with ``ratio, ratio_low, ratio_high``; NaN where unknown. The ends of two ranges cross, but in
        training both chips reach the same part of their rates, and so low meets low and high meets high.
    """
    base = frame[frame["chip_id"] == baseline].set_index("phase")[ENDS].add_suffix("_base")
    both = frame.join(base, on="phase")
    same = pd.concat([both["low"] / both["low_base"], both["high"] / both["high_base"]], axis=1)
    is_training = both["phase"] == "training"
    low = (both["low"] / both["high_base"]).mask(is_training, same.min(axis=1, skipna=False))
    high = (both["high"] / both["low_base"]).mask(is_training, same.max(axis=1))
    ratios = frame.assign(ratio=both["point"] / both["point_base"], ratio_low=low, ratio_high=high)
    ratios.loc[(ratios["chip_id"] == baseline) & ratios["high"].notna(), RATIOS] = 1.0
    return ratios


def _obstacle(model: pd.Series, ends: dict[str, dict], load: Load) -> str:
    chip = ends["high"]
    if load.weights not in chip["rates"]:
        return f"no dense {load.weights.upper()} rate on record"
    if not chip["bandwidth"] > 0 or not chip["capacity"] > 0:
        return "no memory bandwidth or capacity on record"
    if load.chips > 1 and not chip["link"] > 0:
        return "no rate of the links between the chips on record"
    sequences = np.floor(roofline.sequences_held(model, chip, load))
    if 1 <= sequences < load.batch:
        return f"the memory of {load.chips} holds {sequences:,.0f} of the {load.batch:,.0f} sequences"
    if sequences < 1:
        needed = roofline.chips_needed(model, chip, load)
        return f"does not fit {load.chips} of them; {needed} hold it" if needed else "does not fit any number tried"
    return ""


def _phase_rates(
    phase: str, model: pd.Series, ends: dict, load: Load, factors: Factors, utilisation: tuple[float, float]
) -> dict:
    """One phase of one chip at each end of its rates."""
    if phase == "training":
        work = 6 * transformer.active_parameters(model) + 3 * model["causal"] * load.prompt / 2
        reached = dict(zip(ENDS, (utilisation[0], np.nan, utilisation[1]), strict=True))
        rates = {end: reached[end] * ends[end]["rates"].get(_TRAINING, np.nan) / work for end in ENDS}
        return rates | {"bound_by": "compute"}
    if phase == NO_OVERHEAD:
        factors = replace(factors, layer=0.0, layer_of_many=0.0)
    rates = {end: _tokens_per_second(phase, model, ends[end], load, factors) for end in ENDS}
    best = ends["point"] if not np.isnan(rates["point"]) else ends["high"]
    compute, memory = roofline.decode(model, best, load)
    longest = {"compute": compute / factors.compute, "memory": memory / factors.memory}
    longest["overhead"] = roofline.overhead(model["layers"], load.chips, factors)
    bound = "compute" if phase == "prefill" else max(longest, key=longest.get)
    sequences = np.floor(roofline.sequences_held(model, best, load))
    return rates | {"bound_by": bound, "sequences": sequences, "turning_batch": ridge_batch(model, best, load, factors)}


def _tokens_per_second(phase: str, model: pd.Series, chip: dict, load: Load, factors: Factors) -> float:
    """Tokens a second and chip; NaN where a rate has no such end."""
    if load.weights not in chip["rates"] or np.isnan(chip["bandwidth"]) or (load.chips > 1 and not chip["link"] > 0):
        return np.nan
    if phase == "prefill":
        seconds = roofline.prefill(model, chip, load) / factors.compute
        return load.prompt / (seconds + roofline.exchange(model, chip, load, load.prompt)) / load.chips
    times = np.array([*roofline.decode(model, chip, load), roofline.exchange(model, chip, load, load.batch)])
    return (
        load.batch
        / float(roofline.decode_step(times[:, None], [model["layers"]], [load.chips], factors)[0])
        / load.chips
    )


def ridge_batch(model: pd.Series, chip: dict, load: Load, factors: Factors, most: int = 1 << 16) -> float:
    """The smallest batch, by doubling and halving, past the ridge point: compute-bound decode; NaN beyond ``most``."""

    def is_compute_bound(batch: int) -> bool:
        compute, memory = roofline.decode(model, chip, replace(load, batch=batch))
        return compute / factors.compute >= memory / factors.memory

    if not is_compute_bound(most):
        return np.nan
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_compute_bound(middle) else (middle, high)
    return float(high)


def chips_matching(frame: pd.DataFrame, reference: str, count: int, prices: pd.DataFrame) -> pd.DataFrame:
    """How many of each chip do the work of some of a reference chip, and what they cost.

    Parameters
    ----------
    frame : from `throughput`.
    reference, count : the chips to match.
    prices : ``chip_id, low_usd, high_usd, price_source_id, price_grade`` of a card.

    Returns
    -------
    frame : ``phase, chip_id, needed_low, needed_high`` (whole chips; NaN where unknown), ``cost_low_usd,
        cost_high_usd, price_source_id, price_grade, source_id, why``. Chips are taken to add up; what a larger
        group loses in its links is not in it.
    """
    both = against(frame, reference).merge(prices, on="chip_id", how="left")
    for end, other in (("low", "high"), ("high", "low")):
        chips = (count / both[f"ratio_{other}"]).map(lambda number: ceil(number - 1e-9), na_action="ignore")
        both[f"needed_{end}"] = chips.astype(float)
        both[f"cost_{end}_usd"] = both[f"needed_{end}"] * both[f"{end}_usd"]
    columns = ["phase", "chip_id", "needed_low", "needed_high", "cost_low_usd", "cost_high_usd"]
    return both[[*columns, "price_source_id", "price_grade", "source_id", "why"]].reset_index(drop=True)
