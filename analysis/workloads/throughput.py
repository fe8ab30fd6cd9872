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
from analysis.workloads.calibration import Model
from analysis.workloads.roofline import BYTES, Load
from analysis.workloads.transformer import Shape

NO_OVERHEAD = "decode without overhead"  # the roofline alone: launches and waiting are hidden
PHASES = ["prefill", "decode", NO_OVERHEAD, "training"]
ENDS = ["low", "point", "high"]
RATIOS = ["ratio", "ratio_low", "ratio_high"]
_SPECS = {"bandwidth": "memory_bandwidth_gb_s", "capacity": "memory_capacity_gb", "link": "interconnect_gb_s"}
_SCALES = {"multiprocessors": ("sm_count", 1.0)} | {name: (spec, 1e9) for name, spec in _SPECS.items()}
_TRAINING = "bf16"
_NO_RATES = {"rates": {}} | dict.fromkeys(_SCALES, np.nan)
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
    rows, values = spread(resolved).rename(columns={"value": "point"}), {}
    for chip, *about, low, point, high in zip(*(rows[name] for name in ("product", *ABOUT, *ENDS)), strict=True):
        ends = values.setdefault(chip, {end: {} for end in ENDS})
        for end, value in zip(ENDS, (low, point, high), strict=True):
            ends[end][tuple(about)] = value
    return {chip: {end: _rates(values[chip][end]) for end in ENDS} for chip in sorted(values)}


def _rates(values: dict[tuple, float]) -> dict:
    rates = {name: 1e12 * values.get(("throughput_tops", name, "dense"), np.nan) for name in BYTES}
    others = {name: scale * values.get((spec, "", ""), np.nan) for name, (spec, scale) in _SCALES.items()}
    return {"rates": {name: rate for name, rate in rates.items() if rate > 0}, **others}


def throughput(
    model: Shape,
    chips: dict[str, dict],
    load: Load,
    fitted: Model,
    utilisation: dict[str, tuple[float, float]],
    source_id: str = "",
) -> pd.DataFrame:
    """Tokens a second and chip of each chip in each phase.

    Parameters
    ----------
    model : a row of `analysis.workloads.transformer.profiles`, by column.
    chips : from `chip_rates`, those to show.
    load : what is run; ``batch`` sequences over all chips.
    fitted : from `analysis.workloads.calibration.fitted`.
    utilisation : least and most model FLOPs utilisation in training, of the dense BF16 rate, by chip id; under "" of
        all chips together, for those without a measurement of their own.
    source_id : of the measurements and the shape that all rows rest on.

    Returns
    -------
    frame : ``chip_id, phase`` of `PHASES`, ``low, point, high`` (tokens a second and chip; NaN where unknown),
        ``bound_by`` (compute, memory or overhead, by the point), ``sequences`` that fit the memory, ``turning_batch``
        (sequences from which on arithmetic takes a step longer than memory), ``utilisation`` (of training, in words),
        ``source_id, why`` (empty, or why there is no figure).
    """
    rows = []
    for chip_id, ends in chips.items():
        why = obstacle(model, ends, load)
        reached = utilisation.get(chip_id, utilisation[""])
        for phase in PHASES:
            reason = "" if phase == "training" and _TRAINING in ends["high"]["rates"] else why
            rates = _phase_rates(phase, model, ends, load, fitted, reached, chip_id) if not reason else {}
            rows.append({"chip_id": chip_id, "phase": phase, **rates, "source_id": source_id, "why": reason})
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["chip_id", "phase", *ENDS, "bound_by", "sequences", "turning_batch", "utilisation", "source_id", "why"]


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
        training, chips whose multiprocessors do as much reach the same part of their rates: low meets low, high high.
    """
    base = frame[frame["chip_id"] == baseline].set_index("phase")[[*ENDS, "utilisation"]].add_suffix("_base")
    both = frame.join(base, on="phase")
    same = pd.concat([both["low"] / both["low_base"], both["high"] / both["high_base"]], axis=1)
    is_training = both["utilisation"].notna() & (both["utilisation"] == both["utilisation_base"])
    low = (both["low"] / both["high_base"]).mask(is_training, same.min(axis=1, skipna=False))
    high = (both["high"] / both["low_base"]).mask(is_training, same.max(axis=1))
    ratios = frame.assign(ratio=both["point"] / both["point_base"], ratio_low=low, ratio_high=high)
    ratios.loc[(ratios["chip_id"] == baseline) & ratios["high"].notna(), RATIOS] = 1.0
    return ratios


def widened(frame: pd.DataFrame, errors: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """The same with the ends of rates and ratios moved by what predictions were off on sources held out.

    Parameters
    ----------
    frame : from `against`.
    errors : from `analysis.workloads.calibration.error_ranges`. The decode without overhead takes those of decode;
        the range of training is that of measured runs already.
    """
    by_phase = frame["phase"].replace({NO_OVERHEAD: "decode"}).map(errors)
    frame, is_base = frame.copy(), frame["ratio"].eq(1.0) & frame["ratio_low"].eq(1.0) & frame["ratio_high"].eq(1.0)
    for end, place in (("low", 0), ("high", 1)):
        frame[end] *= [pair[place] if isinstance(pair, tuple) else 1.0 for pair in by_phase]
        moved = frame[f"ratio_{end}"] * errors["ratio"][place]
        frame[f"ratio_{end}"] = moved.where(by_phase.notna() & ~is_base, frame[f"ratio_{end}"])
    return frame


def best_known(ends: dict[str, dict], load: Load) -> dict:
    """The point of a chip's rates, or the high end where the point is not on record."""
    return ends["point"] if _is_known(ends["point"], load) else ends["high"]


def _is_known(chip: dict, load: Load) -> bool:
    known = load.weights in chip["rates"] and chip["bandwidth"] > 0 and chip["multiprocessors"] > 0
    return known and (load.chips == 1 or chip["link"] > 0)


def obstacle(model: Shape, ends: dict[str, dict], load: Load) -> str:
    """Why a chip cannot run a load, or why nothing can be said of it; empty where it can."""
    chip = ends["high"]
    if load.weights not in chip["rates"]:
        return f"no dense {load.weights.upper()} rate on record"
    if not chip["multiprocessors"] > 0:
        return "no number of multiprocessors on record"
    if load.layout == "expert" and not model["experts"]:
        return "a model without experts has none to split"
    split = model[roofline.parts(load)]
    if load.chips > split:
        what = "experts" if load.layout == "expert" else "attention heads"
        return f"{load.chips:,} chips split no more than the {split:.0f} {what}"
    if load.layout == "tensor" and model["heads"] % load.chips:
        return f"{load.chips} chips do not divide the {model['heads']:.0f} attention heads"
    if not chip["bandwidth"] > 0 or not chip["capacity"] > 0:
        return "no memory bandwidth or capacity on record"
    if load.chips > 1 and not chip["link"] > 0:
        return "no rate of the links between the chips on record"
    sequences = np.floor(roofline.sequences_held(model, chip, load))
    if 1 <= sequences < load.batch:
        return f"the memory of {load.chips} holds {sequences:,.0f} of the {load.batch:,.0f} sequences"
    if sequences < 1:
        needed = roofline.chips_needed(model, chip, load)
        return (
            f"does not fit {load.chips} of them; {needed} hold it"
            if needed
            else "does not fit as many as it can be split on"
        )
    return ""


def _phase_rates(
    phase: str,
    model: Shape,
    ends: dict,
    load: Load,
    fitted: Model,
    utilisation: tuple[float, float],
    chip_id: str,
) -> dict:
    """One phase of one chip at each end of its rates."""
    if phase == "training":
        work = 6 * transformer.active_parameters(model) + 3 * model["causal"] * load.prompt / 2
        reached = dict(zip(ENDS, (utilisation[0], np.nan, utilisation[1]), strict=True))
        rates = {end: reached[end] * ends[end]["rates"].get(_TRAINING, np.nan) / work for end in ENDS}
        return rates | {"bound_by": "compute", "utilisation": f"{utilisation[0]:g} to {utilisation[1]:g}"}
    rates = {end: float(at[0]) for end, at in _at_ends(phase, model, ends, [load], fitted, chip_id).items()}
    best = best_known(ends, load)
    sequences = np.floor(roofline.sequences_held(model, best, load))
    bound = "compute" if phase == "prefill" else _bound(phase, model, best, load, fitted, chip_id)
    known = {"bound_by": bound, "sequences": sequences}
    if phase == "decode":
        known["turning_batch"] = turning_batches(model, best, load, fitted, chip_id, max(sequences, 1.0))["all"]
    return rates | known


def seconds_a_token(
    phase: str, model: Shape, chip: dict, loads: list[Load], fitted: Model, chip_id: str = ""
) -> np.ndarray:
    """Seconds of a chip for a token of a prompt (prefill) or of an answer (decode) under each of some loads.

    Parameters
    ----------
    model : a row of `analysis.workloads.transformer.profiles`, by column.
    chip : one end of `chip_rates`.
    loads : which differ in their batch and lengths alone.
    fitted : from `analysis.workloads.calibration.fitted`.
    chip_id : whose deviation counts; of a chip without measured kernels, none does.

    Returns
    -------
    seconds : one a load; NaN where a rate has no such end.
    """
    if not loads or not _is_known(chip, loads[0]):
        return np.full(len(loads), np.nan)
    one, count = roofline.prompt_pass if phase == "prefill" else roofline.step_pass, loads[0].chips
    passes, chips = [one(model, chip, load) for load in loads], np.full(len(loads), chip_id)
    kernels, exchanged = roofline.pass_seconds(passes, chips, fitted.fractions)
    if phase == "prefill":
        tokens = np.array([load.prompt for load in loads])
        return (kernels * fitted.factors.prefill + exchanged) * count / tokens
    extra = 0.0 if phase == NO_OVERHEAD else roofline.overhead(model["layers"], count, fitted.factors)
    batches = np.array([load.batch for load in loads])
    return (kernels * fitted.factors.decode + exchanged + extra) * count / batches


def _at_ends(
    phase: str, model: Shape, ends: dict, loads: list[Load], fitted: Model, chip_id: str
) -> dict[str, np.ndarray]:
    """Tokens a second and chip under each load at each of `ENDS`; what has no range is worked out once."""
    seconds = {"point": seconds_a_token(phase, model, ends["point"], loads, fitted, chip_id)}
    for end in ("low", "high"):
        same = ends[end] == ends["point"]
        seconds[end] = seconds["point"] if same else seconds_a_token(phase, model, ends[end], loads, fitted, chip_id)
    return {end: 1 / seconds[end] for end in ENDS}


def _parts(model: Shape, chip: dict, load: Load, fitted: Model, chip_id: str) -> np.ndarray:
    """Seconds of arithmetic and of memory traffic of each kernel of a decode step, at the fractions that it reaches."""
    step, fractions = roofline.step_pass(model, chip, load), fitted.fractions
    kinds, each = ["gemm", "gemm", step.kind], [step.per_multiprocessor[n] for n in (0, 0, 1)]
    compute = [fractions.compute(kind, np.array([x]), [chip_id])[0] for kind, x in zip(kinds, each, strict=True)]
    return step.kernels / np.column_stack([compute, [fractions.memory[kind] for kind in kinds]])


def _bound(phase: str, model: Shape, chip: dict, load: Load, fitted: Model, chip_id: str) -> str:
    compute, memory = _parts(model, chip, load, fitted, chip_id).sum(axis=0)
    extra = 0.0 if phase == NO_OVERHEAD else roofline.overhead(model["layers"], load.chips, fitted.factors)
    longest = {"compute": compute, "memory": memory, "overhead": extra}
    return max(longest, key=longest.get)


def turning_batches(
    model: Shape, chip: dict, load: Load, fitted: Model, chip_id: str = "", most: float = 1 << 16
) -> dict[str, float]:
    """The smallest batch, from one up, at which arithmetic takes a kernel longer than memory; NaN up to ``most``.

    Few rows cost a tile, so that a chip with little arithmetic may be bound by it from one sequence on. Both of
    attention grow with the batch: it is bound by the same at every one.

    Returns
    -------
    batches : by kernel of `analysis.workloads.roofline.KERNELS`, NaN too where the model has none; and of all together
        under ``all``.
    """
    batches = np.unique(np.round(np.geomspace(1, most, 60)))
    parts = np.array([_parts(model, chip, replace(load, batch=float(n)), fitted, chip_id) for n in batches])
    parts = np.concatenate([parts, parts.sum(axis=1, keepdims=True)], axis=1)
    longer = (parts[..., 0] >= parts[..., 1]) & (parts[..., 0] > 0)
    first = [float(batches[turns.argmax()]) if turns.any() else np.nan for turns in longer.T]
    return dict(zip([*roofline.KERNELS, "all"], first, strict=True))


def curve(model: Shape, ends: dict, load: Load, fitted: Model, chip_id: str, phase: str) -> pd.DataFrame:
    """Tokens a second and chip over the batch (decode) or over the length of the prompt (prefill).

    Returns
    -------
    frame : ``at`` (sequences, or tokens of a prompt, by powers of two), ``low, point, high`` as in `throughput`,
        ``why`` (empty, or why there is no figure); up to what the memory holds, or up to 131,072 tokens.
    """
    if phase == "prefill":
        at = [2.0**power for power in range(7, 18)]
        loads = [replace(load, prompt=prompt, batch=2.0) for prompt in at]
    else:
        most = np.fmax(roofline.sequences_held(model, ends["high"], load), 1.0)
        at = [2.0**power for power in range(17) if 2.0**power <= most]
        loads = [replace(load, batch=batch) for batch in at]
    whys = [obstacle(model, ends, replace(one, batch=1.0)) for one in loads]
    open_to = np.array([why == "" for why in whys])
    rates = dict.fromkeys(ENDS, np.nan)
    if open_to.any():
        found = _at_ends(phase, model, ends, loads, fitted, chip_id)
        rates = {end: np.where(open_to, found[end], np.nan) for end in ENDS}
    return pd.DataFrame({"at": at, **rates, "why": pd.Series(whys, dtype=str)})


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
