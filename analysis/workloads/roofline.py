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
from analysis.workloads import kernels, transformer
from analysis.workloads.kernels import TILE
from analysis.workloads.transformer import Shape

BYTES = {"fp4": 0.5, "fp8": 1.0, "int8": 1.0, "bf16": 2.0, "fp16": 2.0}
MEMORY_USED = 0.9  # of what the weights leave, as serving software reserves it for the cache by default
PASS = 8192.0  # tokens of a prefill pass where prompts share one: max_num_tokens of TensorRT-LLM's LLM API by default
SERVER = 8  # chips of one server
GROUPS = 4  # servers that a token is sent to at most in a prefill (DeepSeek-AI, "DeepSeek-V3", 2024, section 2.1.2)
KERNELS = ["dense", "expert", "attention"]
MODEL = "llama-3-3-70b"  # the default workload
LAYOUTS = ["tensor", "expert"]  # all weights split over the chips; experts split, attention on every chip by itself


@dataclass(frozen=True)
class Factors:
    """What is left over when kernels are known: how many times as long passes take, and seconds a layer and pass."""

    prefill: float
    decode: float
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
    tile: float = TILE  # rows that the smallest matrix product costs


def load_for(
    models: pd.DataFrame,
    model: str,
    precision: str = "fp8",
    sequences: int = 64,
    prompt: int = 2048,
    output: int = 512,
    count: int = 8,
    layout: str = "tensor",
) -> Load:
    """The workload that a model runs.

    Parameters
    ----------
    models : the table of that name; the default model may be missing in it, as it is on an early day.
    precision : of the weights, of `BYTES`.
    sequences : at a time, over all chips.
    prompt, output : tokens of each.
    count : chips.
    layout : of `LAYOUTS`.

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
    return Load(precision, cache, float(prompt), float(output), float(sequences), count, layout)


def sequences_held(model: Shape, chip: dict[str, float], load: Load) -> float:
    """How many sequences of prompt and half the output fit the memory beside the weights; below one: it does not fit.

    Parameters
    ----------
    model : a row of `analysis.workloads.transformer.profiles`, by column.
    chip : ``rates`` by precision (operations a second), ``bandwidth`` (bytes a second), ``capacity`` (bytes), ``link``
        (bytes a second in both directions together; NaN: none on record).
    """
    room = load.chips * chip["capacity"] - _parameters_held(model, load) * BYTES[load.weights]
    token = model["cache"] * load.cache_bytes * _cache_copies(model, load)
    return MEMORY_USED * room / (token * (load.prompt + load.output / 2))


def parts(load: Load) -> str:
    """What of a model's shape is split over the chips, a chip at least one each."""
    return "experts" if load.layout == "expert" else "heads"


def chips_needed(model: Shape, chip: dict[str, float], load: Load) -> int:
    """The fewest chips, by doubling, whose memory holds weights and one sequence; 0: more than it can be split on."""
    chips = 1
    while chips <= model[parts(load)]:
        if sequences_held(model, chip, replace(load, chips=chips)) >= 1:
            return chips
        chips *= 2
    return 0


def decode(model: Shape, chip: dict[str, float], load: Load) -> np.ndarray:
    """Seconds of the kernels of one decode step at the full dense rate and at the full bandwidth, on each chip.

    Rows are padded to tiles: those of a dense product are the sequences, those of an expert the tokens that come to
    it, those of attention the query heads that share a cache.

    Returns
    -------
    times : `KERNELS` x 2: seconds of arithmetic and of memory traffic, of all sequences and layers.
    """
    own = load.batch / load.chips if load.layout == "expert" else load.batch  # sequences whose dense layers a chip runs
    split = 1 if load.layout == "expert" else load.chips
    context = load.prompt + load.output / 2
    products = _products(model, chip, load, own / load.batch)
    heads = max(1.0, model["heads"] / max(model["kv_heads"], split))
    padding = kernels.padding(heads, is_latent=bool(model["is_latent"]))
    attention = own * model["attention"] * context * padding / split
    read = own * context * model["cache"] * load.cache_bytes * _cache_copies(model, load) / split
    rate = chip["rates"].get("bf16", chip["rates"][load.weights])
    return np.array([*products, [attention / rate, read / chip["bandwidth"]]])


def prefill(model: Shape, chip: dict[str, float], load: Load) -> np.ndarray:
    """Seconds of the kernels of one prompt, as `decode` gives them; causal attention looks at half of it on average.

    Prompts share a pass of `PASS` tokens, but a single stream has its passes to itself.
    """
    tokens = load.prompt if load.batch == 1 else max(load.prompt, PASS)
    spread = 1 / load.chips if load.layout == "expert" else 1.0
    # where experts are split, each chip runs passes of its own, and prompts are done at all of them together
    whole = replace(load, batch=tokens / spread)
    products = np.array(_products(model, chip, whole, spread)) * load.prompt / tokens * spread
    rate = chip["rates"].get("bf16", chip["rates"][load.weights])
    attention = load.prompt**2 / 2 * model["causal"] / rate / load.chips
    return np.array([*products, [attention, 0.0]])


def _products(model: Shape, chip: dict, load: Load, own: float) -> list[list[float]]:
    """Times of the dense and of the expert products of ``load.batch`` tokens, of which a chip runs a share densely."""
    split, tokens = (1 if load.layout == "expert" else load.chips), load.batch * own
    dense, rate = (model["shared"] + model["head"]) / split, chip["rates"][load.weights]
    hit = transformer.experts_read(model["experts"], model["experts_per_token"], load.batch)
    rows = load.batch * model["experts_per_token"] / hit if hit else 0.0
    experts = model["expert"] * hit / load.chips
    # tokens come to an expert by chance: the last tile is half full on average
    sizes = [(dense, max(tokens, load.tile)), (experts, max(rows + (load.tile - 1) / 2, load.tile))]
    return [[2 * part * padded / rate, part * BYTES[load.weights] / chip["bandwidth"]] for part, padded in sizes]


def exchange(model: Shape, chip: dict[str, float], load: Load, tokens: float, copies: float) -> np.ndarray:
    """Seconds in which chips exchange the activations of tokens of one pass, over their links and over the network.

    Split matrices need two ring all-reduces a layer, each of which moves 2 (n - 1) / n of an activation in two bytes
    (Patarasu and Yuan, "Bandwidth Optimal All-reduce Algorithms", JPDC 69, 2009; Shoeybi et al., "Megatron-LM", 2019);
    split experts send each token to its experts in one byte and bring it back in two, over the network where they
    stand in more than one server.

    Parameters
    ----------
    tokens : of all chips together.
    copies : servers or chips that a token is sent to.

    Returns
    -------
    seconds : 2, at the full rate of the links in one direction, and at one byte a second of each chip's network.
    """
    if load.chips == 1:
        return np.zeros(2)
    if load.layout == "tensor":
        moved = tokens * 2 * 2 * (load.chips - 1) / load.chips * model["hidden"] * 2 * model["layers"]
        return np.array([moved / (chip["link"] / 2), 0.0])
    moved = tokens / load.chips * copies * model["hidden"] * 3 * model["expert_layers"]
    return np.array([0.0, moved]) if load.chips > SERVER else np.array([moved / (chip["link"] / 2), 0.0])


@dataclass(frozen=True)
class Pass:
    """A prefill of one prompt or a decode step: times of its kernels and exchanges at full rates.

    ``kernels``: `KERNELS` x 2, seconds of arithmetic and memory; ``exchange``: 2, over links and over the network;
    ``per_multiprocessor``: tera-operations a second of products and of attention; ``prompt`` tokens; ``kind`` of its
    attention.
    """

    kernels: np.ndarray
    exchange: np.ndarray
    per_multiprocessor: tuple[float, float]
    prompt: float
    kind: str


def prompt_pass(model: Shape, chip: dict, load: Load) -> Pass:
    """The prefill of one prompt."""
    reached, servers = min(model["experts_per_token"], load.chips), np.ceil(load.chips / SERVER)
    copies = min(reached, servers, GROUPS) if servers > 1 else reached
    exchanged = exchange(model, chip, load, load.prompt, copies)
    return Pass(prefill(model, chip, load), exchanged, _each(chip, load), load.prompt, "attention_prefill")


def step_pass(model: Shape, chip: dict, load: Load) -> Pass:
    """A decode step of all sequences."""
    exchanged = exchange(model, chip, load, load.batch, min(model["experts_per_token"], load.chips))
    return Pass(decode(model, chip, load), exchanged, _each(chip, load), load.prompt, "attention_decode")


def _each(chip: dict, load: Load) -> tuple[float, float]:
    """Tera-operations a second of each multiprocessor, in products and in attention."""
    rate = chip["rates"][load.weights]
    return tuple(number / 1e12 / chip["multiprocessors"] for number in (rate, chip["rates"].get("bf16", rate)))


def pass_seconds(several: list[Pass], chips: np.ndarray, fractions: kernels.Fractions) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of the kernels and of the exchanges of some passes, of one kind, on the chips of those ids."""
    times = np.array([one.kernels for one in several])
    each = np.array([one.per_multiprocessor for one in several])
    kind = several[0].kind
    seconds = sum(fractions.seconds("gemm", times[:, n], each[:, 0], chips) for n in (0, 1))
    attention = times[:, 2]
    if kind == "attention_prefill":
        prompt = np.array([one.prompt for one in several])
        attention = attention * ((prompt + fractions.ramp) / prompt)[:, None]
    seconds = seconds + fractions.seconds(kind, attention, each[:, 1], chips)
    exchanged = np.array([one.exchange for one in several])
    return seconds, exchanged[:, 0] / fractions.link + exchanged[:, 1] / fractions.network


def overhead(layers: np.ndarray, chips: np.ndarray, factors: Factors) -> np.ndarray:
    """Seconds of a pass that no rate shortens; one a case, or one number for one."""
    return layers * (factors.layer + factors.layer_of_many * (np.asarray(chips) > 1))


def _parameters_held(model: Shape, load: Load) -> float:
    """Parameters held on all chips together: attention stands on every chip where only experts are split."""
    copies = load.chips if load.layout == "expert" else 1
    replicated = model["shared"] + model["head"]
    return model["total"] + (copies - 1) * replicated


def _cache_copies(model: Shape, load: Load) -> float:
    """How often the cache of a token stands on the chips: heads split no further than there are."""
    return 1.0 if load.layout == "expert" else max(1.0, load.chips / model["kv_heads"])
