"""How long chips take for prefill and decode, from their rates: the roofline of a transformer on several chips.

A step takes the longer of its arithmetic at the dense rate and its memory traffic at the memory bandwidth, each at a
fraction that real software reaches (Williams, Waterman and Patterson, "Roofline: An Insightful Visual Performance
Model", CACM 52, 2009), and a time for each layer that no rate shortens: launches, and where there are several chips,
waiting for one another. Several chips also exchange activations over their links, at the links' full rate in one
direction. The fractions are fitted in `analysis.workloads.calibration`; here stand the times at full rates.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.workloads import transformer

BYTES = {"fp4": 0.5, "fp8": 1.0, "int8": 1.0, "bf16": 2.0, "fp16": 2.0}
MEMORY_USED = 0.9  # of what the weights leave, as serving software reserves it for the cache by default
MODEL = "llama-3-3-70b"  # the default workload
LAYOUTS = ["tensor", "expert"]  # all weights split over the chips; experts split, attention on every chip by itself


@dataclass(frozen=True)
class Factors:
    """What software reaches: fractions of the dense rate and of the memory bandwidth, and seconds a layer and step."""

    compute: float
    memory: float
    layer: float
    layer_of_many: float


@dataclass(frozen=True)
class Load:
    """A workload: precision of weights and cache, context, sequences at a time (over all chips), chips, layout."""

    weights: str
    cache_bytes: float
    prompt: float
    output: float
    batch: float
    chips: int
    layout: str = "tensor"


def load_for(
    models: pd.DataFrame,
    model: str,
    precision: str = "fp8",
    sequences: int = 64,
    prompt: int = 2048,
    output: int = 512,
    count: int = 8,
) -> Load:
    """The workload that a model runs.

    Parameters
    ----------
    models : the table of that name; the default model may be missing in it, as it is on an early day.
    precision : of the weights, of `BYTES`.
    sequences : at a time, over all chips.
    prompt, output : tokens of each.
    count : chips.

    Raises
    ------
    ParameterError : a model that does not exist, more tokens than it takes.
    """
    longest = models.set_index("model_id")["context"].get(model)
    if longest is None and model != MODEL:
        hint = did_you_mean(model, models["model_id"])
        raise ParameterError(f"model: there is no {model!r}. {hint}They are: {', '.join(models['model_id'])}.")
    if longest is not None and prompt + output > longest:
        raise ParameterError(f"prompt: {prompt + output:,} with the output are past the {longest:,.0f} of {model}.")
    cache = 1.0 if BYTES[precision] <= 1 else 2.0
    return Load(precision, cache, float(prompt), float(output), float(sequences), count)


def sequences_held(model: pd.Series, chip: dict[str, float], load: Load) -> float:
    """How many sequences of prompt and half the output fit the memory beside the weights; below one: it does not fit.

    Parameters
    ----------
    model : a row of `analysis.workloads.transformer.profiles`.
    chip : ``rates`` by precision (operations a second), ``bandwidth`` (bytes a second), ``capacity`` (bytes), ``link``
        (bytes a second in both directions together; NaN: none on record).
    """
    room = load.chips * chip["capacity"] - _parameters_held(model, load) * BYTES[load.weights]
    token = model["cache"] * load.cache_bytes * _cache_copies(model, load)
    return MEMORY_USED * room / (token * (load.prompt + load.output / 2))


def chips_needed(model: pd.Series, chip: dict[str, float], load: Load, most: int = 4096) -> int:
    """The fewest chips, by doubling, whose memory holds the weights and one sequence; 0 if ``most`` do not."""
    chips = 1
    while chips <= most:
        if sequences_held(model, chip, replace(load, chips=chips)) >= 1:
            return chips
        chips *= 2
    return 0


def decode(model: pd.Series, chip: dict[str, float], load: Load) -> tuple[float, float]:
    """Seconds of one decode step at the full dense rate and at the full bandwidth, for all sequences at once."""
    context = load.prompt + load.output / 2
    experts = transformer.experts_read(model["experts"], model["experts_per_token"], load.batch)
    arithmetic = load.batch * 2 * transformer.active_parameters(model) / chip["rates"][load.weights]
    arithmetic += load.batch * model["attention"] * context / chip["rates"].get("bf16", chip["rates"][load.weights])
    copies = load.chips if load.layout == "expert" else 1
    read = (copies * (model["shared"] + model["head"]) + model["expert"] * experts) * BYTES[load.weights]
    read += load.batch * context * model["cache"] * load.cache_bytes * _cache_copies(model, load)
    return arithmetic / load.chips, read / (load.chips * chip["bandwidth"])


def prefill(model: pd.Series, chip: dict[str, float], load: Load) -> float:
    """Seconds of one prompt at the full dense rate; causal attention looks at half the prompt on average."""
    passed = model["shared"] + model["expert"] * model["experts_per_token"]
    arithmetic = load.prompt * 2 * passed / chip["rates"][load.weights]
    arithmetic += load.prompt**2 / 2 * model["causal"] / chip["rates"].get("bf16", chip["rates"][load.weights])
    return arithmetic / load.chips


def exchange(model: pd.Series, chip: dict[str, float], load: Load, tokens: float) -> float:
    """Seconds in which chips exchange the activations of tokens of one pass, at the full rate of their links.

    Split matrices need two ring all-reduces a layer, each of which moves 2 (n - 1) / n of an activation in two bytes
    (Patarasu and Yuan, "Bandwidth Optimal All-reduce Algorithms", JPDC 69, 2009; Shoeybi et al., "Megatron-LM", 2019);
    split experts send each token to its experts in one byte and bring it back in two.
    """
    if load.chips == 1:
        return 0.0
    if load.layout == "expert":
        moved = model["experts_per_token"] * model["hidden"] * 3 * model["expert_layers"] / load.chips
    else:
        moved = 2 * 2 * (load.chips - 1) / load.chips * model["hidden"] * 2 * model["layers"]
    return tokens * moved / (chip["link"] / 2)


def decode_step(times: np.ndarray, layers: np.ndarray, chips: np.ndarray, factors: Factors) -> np.ndarray:
    """Seconds of a decode step: the longer of its compute and memory time, its links and its overhead.

    Parameters
    ----------
    times : seconds of arithmetic, memory and links at full rates, 3 x cases.
    layers, chips : one a case.
    """
    longer = np.maximum(times[0] / factors.compute, times[1] / factors.memory)
    return longer + times[2] + overhead(layers, chips, factors)


def overhead(layers: np.ndarray, chips: np.ndarray, factors: Factors) -> np.ndarray:
    """Seconds of a decode step that no rate shortens; one a case, or one number for one."""
    return layers * (factors.layer + factors.layer_of_many * (np.asarray(chips) > 1))


def _parameters_held(model: pd.Series, load: Load) -> float:
    """Parameters held on all chips together: attention stands on every chip where only experts are split."""
    copies = load.chips if load.layout == "expert" else 1
    replicated = model["shared"] + model["head"]
    return model["total"] + (copies - 1) * replicated


def _cache_copies(model: pd.Series, load: Load) -> float:
    """How often the cache of a token stands on the chips: heads split no further than there are."""
    return 1.0 if load.layout == "expert" else max(1.0, load.chips / model["kv_heads"])
