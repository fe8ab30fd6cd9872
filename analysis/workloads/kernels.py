"""How fast kernels run on chips: fractions of the peak rates, from measured kernels by partial pooling over chips.

A kernel takes neither the time of its arithmetic nor that of its memory traffic in full, but a smooth maximum of both
(``SHARPNESS``), each at a fraction of the chip's peak: the roofline of Williams, Waterman and Patterson (CACM 52, 2009)
with its ridge rounded. What sets the fraction of the arithmetic apart between chips is the tensor arithmetic that each
streaming multiprocessor has to be fed with: the logit of the fraction falls with its logarithm, by one slope for all
kernels, and a chip departs from that line by a deviation drawn to zero by a prior (Gelman and Hill, "Data Analysis
Using Regression and Multilevel/Hierarchical Models", 2007, chapter 12). A chip never measured has no deviation.

Matrix instructions work on whole tiles of rows: the warpgroup instruction of Hopper on 64 (PTX ISA, wgmma.mma_async,
shapes m64nNk); a product of fewer rows costs as much.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import expit

# a family or a system that is not told apart stands for the module that such servers hold
STANDS_FOR = {"h100": "h100-sxm", "h200": "h200-sxm", "h800": "h800-sxm"}
TILE = 64.0
KINDS = ["gemm", "attention_prefill", "attention_decode"]  # a grouped product is a product
DEVIATION = 0.7  # prior standard deviation of a chip's deviation, in logits: about 12 points at a fraction of 0.79
SLOPE = 0.8  # prior mean and standard deviation of the slope
NOISE = 0.15  # standard deviation of the logarithm of a measured time
_PRECISIONS = ["bf16", "fp16", "fp8"]
_OTHER = {
    "all_reduce": "a rate of links",
    "all_to_all": "a rate of links",
    "memory_copy": "a copy, not a kernel of a model",
    "other": "a kernel that no model here has",
}


@dataclass(frozen=True)
class Fractions:
    """What kernels reach of a chip's peaks, and what links reach.

    ``level`` by kind of kernel: the logit of the part of the dense rate that is reached where a multiprocessor does one
    tera-operation a second; ``slope``: how it falls with the logarithm of that number; ``memory`` by kind: the part of
    the bandwidth; ``sharpness`` by kind: of the maximum of both; ``ramp``: tokens of a prompt at which attention
    reaches half of its part; ``launch`` by kind: seconds that no rate shortens; ``deviation`` by chip id, in logits;
    ``link``: part of the links' rate in one direction; ``network``: bytes a second between servers, of each chip.
    """

    level: dict[str, float]
    slope: float
    memory: dict[str, float]
    sharpness: dict[str, float]
    ramp: float
    launch: dict[str, float]
    deviation: dict[str, float]
    link: float
    network: float

    def compute(self, kind: str, per_multiprocessor: np.ndarray, chips: np.ndarray) -> np.ndarray:
        """Part of the dense rate, by tera-operations a second of each multiprocessor, and by chip id."""
        deviation = np.array([self.deviation.get(chip, 0.0) for chip in chips])
        return expit(self.level[kind] - self.slope * np.log(per_multiprocessor) + deviation)

    def told(self) -> dict[str, float]:
        """Those that are alike for all chips and above zero, by one name each."""
        by_kind = {"memory": self.memory, "sharpness": self.sharpness, "launch": self.launch}
        named = {f"{name} {key}": value for name, each in by_kind.items() for key, value in each.items()}
        rest = {"slope": self.slope, "ramp": self.ramp, "link": self.link, "network": self.network}
        return named | rest

    def seconds(self, kind: str, times: np.ndarray, per_multiprocessor: np.ndarray, chips: np.ndarray) -> np.ndarray:
        """Seconds of kernels from ``times`` at full rates, kernels x 2 (arithmetic, memory)."""
        arithmetic = times[:, 0] / self.compute(kind, per_multiprocessor, chips)
        return smooth_maximum(arithmetic, times[:, 1] / self.memory[kind], self.sharpness[kind])


def kernel_seconds(frame: pd.DataFrame, fractions: Fractions) -> np.ndarray:
    """Seconds that the fractions give to kernels of `measured`."""
    seconds = np.empty(len(frame))
    for kind in KINDS:
        part = frame["kind"].eq(kind).to_numpy()
        rows = frame[part]
        times = rows[["arithmetic_s", "memory_s"]].to_numpy()
        if kind == "attention_prefill":
            times = times * (1 + fractions.ramp / rows[["context"]].to_numpy())
        seconds[part] = fractions.seconds(
            kind, times, rows["per_multiprocessor"].to_numpy(), rows["chip_id"].to_numpy()
        )
        seconds[part] += 0.0 if kind == "attention_prefill" else fractions.launch[kind]
    return seconds


def smooth_maximum(first: np.ndarray, second: np.ndarray, sharpness: float) -> np.ndarray:
    """The p-norm of two times: their sum at 1, the longer of them as ``sharpness`` grows without end."""
    longer = np.maximum(first, second)
    share = np.minimum(first, second) / np.where(longer > 0, longer, 1.0)
    return longer * (1 + share**sharpness) ** (1 / sharpness)


def measured(kernels: pd.DataFrame, chips: dict[str, dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Kernels whose fractions can be learnt, with their times at full rates; and the others with the reason.

    Parameters
    ----------
    kernels : the table of that name.
    chips : by chip id ``rates``, ``bandwidth`` and ``multiprocessors``, as `analysis.workloads.throughput.chip_rates`
        gives the points.

    Returns
    -------
    frame : ``kind`` of `KINDS``, ``kernel, chip_id, source_id``; ``work`` (what it computes, in words, equal where two
        chips ran the same; empty where the source does not say all), ``size`` (rows, or sequences); ``arithmetic_s,
        memory_s`` at full rates, rows padded; ``per_multiprocessor`` (tera-operations a second), ``context`` (tokens of
        a prompt), ``measured_s``.
    others : ``reason, rows``.
    """
    rows, reasons = [], []
    for row in kernels.itertuples():
        chip_id = STANDS_FOR.get(row.product, row.product)
        chip = chips.get(chip_id, {"rates": {}, "multiprocessors": np.nan})
        reason = _reason(row, chip)
        reasons.append(reason)
        if not reason:
            rows.append({"kernel": row.kernel, "chip_id": chip_id, "source_id": row.source_id} | _times(row, chip))
            rows[-1]["work"] = "|".join(str(getattr(row, name)) for name in _WORK) if _is_whole(row) else ""
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    others = pd.Series([reason for reason in reasons if reason], dtype=str).value_counts(sort=False)
    return frame, others.rename_axis("reason").rename("rows").reset_index()


_COLUMNS = ["kernel", "chip_id", "source_id", "work", "kind", "size", "arithmetic_s", "memory_s"]
_COLUMNS += ["per_multiprocessor", "context", "measured_s"]
_WORK = ["rows", "depth", "width", "experts", "experts_on_chip", "experts_per_token", "attention", "heads", "kv_heads"]
_WORK += ["head_width", "sequences", "queries", "context", "is_causal", "precision", "software"]


def _is_whole(row: tuple) -> bool:
    """Whether its shape is stated in full, and is no median over matrices."""
    return "gemm" not in row.kernel or row.depth > 0


def _reason(row: tuple, chip: dict) -> str:
    reasons = {
        _OTHER.get(row.kernel, ""): row.kernel in _OTHER,
        "integers, or no precision stated": row.precision not in _PRECISIONS,
        "no dense rate of the chip on record at that precision": row.precision not in chip["rates"],
        "no number of multiprocessors on record": not chip["multiprocessors"] > 0,
        "its shape is not stated": np.isnan(row.context if "attention" in row.kernel else row.rows),
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _times(row: tuple, chip: dict) -> dict:
    """Times at full rates of a kernel of the table, and the time that its rate comes to."""
    size = 1.0 if row.precision == "fp8" else 2.0
    shape = {"gemm": _product, "grouped_gemm": _grouped, "attention_decode": _decode, "attention_prefill": _prefill}
    kind = "gemm" if "gemm" in row.kernel else row.kernel
    operations, padded, moved = shape[row.kernel](row, size)
    rate = chip["rates"][row.precision]
    work = operations if row.unit == "tops" else moved
    return {
        "kind": kind,
        "size": row.rows if kind == "gemm" else row.sequences if kind == "attention_decode" else row.context,
        "arithmetic_s": padded / rate,
        "memory_s": moved / chip["bandwidth"],
        "per_multiprocessor": rate / 1e12 / chip["multiprocessors"],
        "context": row.context,
        "measured_s": work / (row.achieved * (1e12 if row.unit == "tops" else 1e9)),
    }


_LARGE = 8192.0  # stands for sides of a matrix that a source gives as "4096 or more"


def _product(row: tuple, size: float) -> tuple[float, float, float]:
    """Operations, operations of padded rows, and bytes of a matrix product."""
    depth, width = (side if side > 0 else _LARGE for side in (row.depth, row.width))
    moved = depth * width * size + row.rows * (depth * size + width * 2)
    return 2 * row.rows * depth * width, 2 * np.ceil(row.rows / TILE) * TILE * depth * width, moved


def _grouped(row: tuple, size: float) -> tuple[float, float, float]:
    """The same of the experts on a chip, to which tokens come by chance."""
    pairs = row.rows * row.experts_per_token
    hit = row.experts_on_chip * (1 - (1 - 1 / row.experts_on_chip) ** pairs)
    padded = hit * np.ceil(pairs / hit / TILE) * TILE
    moved = hit * row.depth * row.width * size + pairs * (row.depth * size + row.width * 2)
    return 2 * pairs * row.depth * row.width, 2 * padded * row.depth * row.width, moved


def _decode(row: tuple, _: float) -> tuple[float, float, float]:
    """The same of attention over a cache of two bytes a number: latent of 512 and 64, or keys and values."""
    tokens = row.sequences * row.context
    is_latent = row.attention == "latent"
    heads = row.queries * row.heads / row.kv_heads
    operations = tokens * row.queries * row.heads * (2 * (576 + 512) if is_latent else 4 * row.head_width)
    moved = tokens * 2 * (576 if is_latent else 2 * row.kv_heads * row.head_width)
    return operations, operations * padding(heads, is_latent), moved


def _prefill(*_: object) -> tuple[float, float, float]:
    """Attention inside a prompt is bound by arithmetic alone."""
    return 1.0, 1.0, 0.0


def padding(heads: float, is_latent: bool) -> float:
    """How much longer the arithmetic of decode attention takes as ``heads`` that share a cache fill no tile.

    Latent heads fill tiles of 64 rows (FlashMLA), grouped ones tiles of 16 where they fit one (FlashInfer,
    FA2DetermineCtaTileQ).
    """
    tile = 16.0 if not is_latent and heads <= 16 else TILE
    return np.ceil(heads / tile) * tile / heads


def fitted(frame: pd.DataFrame, links: pd.DataFrame) -> Fractions:
    """The fractions that bring the logarithms of times nearest to the measured, with priors on chips and slope.

    A program's measurements of one kind on one chip weigh as the root of their number; far ones count by their distance
    and not by its square (soft L1; Triggs et al., "Bundle Adjustment", 2000, section 4.3).

    Parameters
    ----------
    frame : from `measured`.
    links : from `link_rates`.
    """
    chips = sorted(set(frame["chip_id"]))
    chip, kind = (frame[name].map({key: n for n, key in enumerate(of)}).to_numpy() for name, of in _groups(chips))
    arithmetic, memory = frame["arithmetic_s"].to_numpy(), frame["memory_s"].to_numpy()
    logs, measured_s = np.log(frame["per_multiprocessor"].to_numpy()), np.log(frame["measured_s"].to_numpy())
    context = frame["context"].fillna(1.0).to_numpy()
    is_prompt = frame["kind"].eq("attention_prefill").to_numpy()
    many = frame.groupby(["source_id", "chip_id", "kernel"])["measured_s"].transform("size").to_numpy()
    weights = many**-0.25 / NOISE

    def parts(values: np.ndarray) -> tuple:
        level, bytes_, sharp, launch = values[:3], values[4:7], values[7:10], values[10:13]  # by kind, as in `_START`
        return level, values[3], expit(bytes_), 1 + np.exp(sharp), np.exp(launch), np.exp(values[13]), values[14:]

    def residuals(values: np.ndarray) -> np.ndarray:
        level, slope, bytes_, sharp, launch, ramp, deviation = parts(values)
        fraction = expit(level[kind] - slope * logs + deviation[chip])
        fraction = np.where(is_prompt, fraction * context / (context + ramp), fraction)
        seconds = smooth_maximum(arithmetic / fraction, memory / bytes_[kind], sharp[kind])
        seconds = seconds + np.where(is_prompt, 0.0, launch[kind])
        off = weights * (np.log(seconds) - measured_s)
        robust = np.sign(off) * np.sqrt(2 * (np.sqrt(1 + off**2) - 1))
        return np.concatenate([robust, deviation / DEVIATION, [(slope - SLOPE) / SLOPE], (values[:14] - _START) / 3])

    start = np.concatenate([_START, np.zeros(len(chips))])
    level, slope, bytes_, sharp, launch, ramp, deviation = parts(
        least_squares(residuals, start, method="lm", ftol=1e-6, xtol=1e-6).x
    )
    by_kind = [dict(zip(KINDS, map(float, values), strict=True)) for values in (level, bytes_, sharp, launch)]
    return Fractions(
        by_kind[0],
        float(slope),
        *by_kind[1:3],
        float(ramp),
        by_kind[3],
        dict(zip(chips, map(float, deviation), strict=True)),
        *link_medians(links),
    )


# levels; slope; memory in logits; sharpness less one, launch and ramp in logarithms
_START = np.array([2.5, 2.0, 1.7, SLOPE, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, *np.log([6e-6, 6e-6, 2e-5]), np.log(400.0)])


def _groups(chips: list[str]) -> list[tuple[str, list[str]]]:
    return [("chip_id", chips), ("kind", KINDS)]


def link_rates(kernels: pd.DataFrame, chips: dict[str, dict]) -> pd.DataFrame:
    """What measured exchanges reach: ``source_id, chip_id``, ``link_part`` of one direction, or ``network`` bytes a
    second; reductions inside a switch, which move less, are not among them.
    """
    frame = kernels[kernels["kernel"].isin(["all_reduce", "all_to_all"]) & ~kernels["shape"].str.contains("SHARP")]
    frame = frame.assign(chip_id=frame["product"].replace(STANDS_FOR), rate=frame["achieved"] * 1e9)
    link = frame["chip_id"].map({chip: values["link"] / 2 for chip, values in chips.items()})
    is_near = (frame["chips"] <= 8) & ((frame["kernel"] == "all_reduce") | (frame["rows"] > 1000))
    frame = frame.assign(link_part=(frame["rate"] / link).where(is_near))
    return frame.assign(network=frame["rate"].where(frame["chips"] > 8))[
        ["source_id", "chip_id", "link_part", "network"]
    ]


def link_medians(links: pd.DataFrame) -> tuple[float, float]:
    """The median part of the links' rate, and the median of the network's bytes a second."""
    return float(links["link_part"].median()), float(links["network"].median())
