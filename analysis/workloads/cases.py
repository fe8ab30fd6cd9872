"""Which benchmark rows the roofline can be held against, and what each of them ran; why the others are left out."""

import re

import pandas as pd

from analysis.workloads.kernels import STANDS_FOR, TILE
from analysis.workloads.roofline import BYTES, SERVER, Load

FORMS = ["offline", "one stream", "concurrent", "served", "decode a chip", "prefill a node"]
_OFFLINE = re.compile(r"offline max load, ISL/OSL (\d+)/(\d+)")
_STREAM = re.compile(r"batch 1, input (\d+), output (\d+)")
_CONCURRENT = re.compile(r"(?:concurrency )?(\d+), (\d+) in / (\d+) out|1K in / 1K out, concurrency (\d+)")
_EXPERTS = re.compile(r"batch (\d+), EP(\d+)")
_PREFILL = re.compile(r"prefill, (\d+)-token inputs")
SWAPPED = 16.0  # rows of a tile where software swaps the operands of a product of few rows, so that they stand across
_LENGTHS = re.compile(r"in=(\d+)(?: \(default\))?[,;](?: out=(\d+))?")
_A_CHIP = re.compile(r"batch=(\d+)(?: per GPU)?")
_SWAPPING = {"HGX H20 node(s), SGLang 0.5.2"}  # as its operator tells of these runs (lmsys-ant-h20-2025)
COLUMNS = ["case", "product", "chip_id", "model_id", "form", "weights", "cache_bytes", "prompt", "output", "batch"]
COLUMNS += ["chips", "layout", "tile", "measured", "source_id", "known_on", "locator"]


def cases(benchmarks: pd.DataFrame, models: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that apply, and the others with the reason.

    Parameters
    ----------
    benchmarks, models : the tables of those names.

    Returns
    -------
    cases : `COLUMNS`. ``form`` of `FORMS`; ``batch`` sequences at a time over all chips (NaN: as many as the memory
        holds); ``measured`` in tokens a second over all chips: output tokens, prompt tokens too in one stream, prompt
        tokens alone in a prefill; ``locator``: where in the document, and what ran in its words.
    others : ``source_id, model, scenario, precision, rows, reason``, one row a kind.
    """
    aliases = models.set_index("model_id")["benchmark_names"].str.split("|").explode()
    model_ids = {alias: model_id for model_id, alias in aliases.items() if alias}
    rows, others = [], []
    for case, row in enumerate(benchmarks.itertuples()):
        reason = _exclusion(row, model_ids)
        run = None if reason else _run(row)
        if run and run["layout"] == "tensor" and row.chip_count > SERVER:
            reason, run = "matrices split over several servers", None
        if run is None:
            others.append((row.source_id, row.model, row.scenario, row.precision, reason or _NO_FORM))
            continue
        chip = STANDS_FOR.get(row.product, row.product)
        rows.append(
            {"case": case, "product": row.product, "chip_id": chip, "model_id": model_ids[row.model]}
            | {"weights": row.precision.lower(), "chips": row.chip_count, "known_on": row.known_on}
            | {"source_id": row.source_id, "locator": "; ".join(filter(None, [row.locator, row.scenario])), **run}
        )
    excluded = pd.DataFrame(others, columns=["source_id", "model", "scenario", "precision", "reason"])
    counted = excluded.groupby(list(excluded.columns), sort=False, dropna=False).size().rename("rows").reset_index()
    return pd.DataFrame(rows, columns=COLUMNS), counted


_NO_FORM = "its batch or its lengths are not stated"


def _exclusion(row: tuple, model_ids: dict[str, str]) -> str:
    """Why a row does not apply whatever it ran; empty where it may."""
    reasons = {
        "modelled, not measured": not row.is_measured,
        "no inference": row.workload != "inference",
        "no rate of tokens": row.unit != "tokens/s",
        "no shape of the model on record": row.model not in model_ids,
        "weights in a mixed or integer format, whose kernels are others": row.precision.lower() not in BYTES,
        "windowed attention and weights of four bits: not the shape that the roofline assumes": "OSS" in row.model,
        "early, untuned software by its own note": "untuned" in row.note,
        "several tokens a step are predicted": "MTP" in row.scenario,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _run(row: tuple) -> dict | None:
    """What a row ran, from the words of its scenario; None where they do not say enough."""
    chips, scale = row.chip_count, row.chip_count if "per GPU" in row.metric else 1
    if match := _OFFLINE.fullmatch(row.scenario):
        form, lengths = "offline", (*match.groups(), "nan")
    elif match := _STREAM.fullmatch(row.scenario):
        form, lengths, scale = "one stream", (*match.groups(), 1), 1
    elif match := _CONCURRENT.fullmatch(row.scenario):
        batch, prompt, output, other = match.groups()
        form, lengths = "concurrent", (prompt or 1024, output or 1024, batch or other)
        scale *= 0.5 if "total throughput" in row.metric else 1.0  # as many prompt as output tokens
    elif (match := _EXPERTS.fullmatch(row.scenario)) and "decode" in row.metric:
        form, lengths, scale = "decode a chip", (4096, 1536, int(match[1]) * chips), chips  # lengths of the same report
    elif (match := _PREFILL.match(row.scenario)) and "node" in row.metric:
        form, lengths, scale = "prefill a node", (match[1], 0, "nan"), chips / SERVER
    elif (match := _LENGTHS.search(row.scenario)) and "parallelism of the baseline not printed" not in row.scenario:
        prompt, output = float(match[1]), float(match[2] or 0)
        each, concurrent = _A_CHIP.search(row.scenario), re.search(r"concurrency (\d+)", row.scenario)
        scale = chips if "per GPU" in row.metric else 1
        if row.scenario.startswith("prefill") and "throughput" in row.metric:
            form, lengths = "prefill a node", (prompt, 0, "nan")
        elif row.scenario.startswith("decode") and each and output and "throughput" in row.metric:
            form, lengths = "decode a chip", (prompt, output, int(each[1]) * chips)
        elif concurrent and row.metric == "output throughput":
            form, lengths = "concurrent", (prompt, output, concurrent[1])
        elif "all requests at once" in row.scenario and chips == 1:  # of several, the layout is not stated
            form, lengths, scale = "served", (prompt, output, "nan"), output / (prompt + output)
        else:
            return None
    else:
        return None
    is_spread = re.search(r"EP\d|expert parallel|PD disaggregation", f"{row.system} {row.scenario}")
    # NVIDIA's own quantized checkpoints (Model Optimizer), of FP4 weights too, keep the cache in FP8
    cache = 1.0 if "TensorRT" in row.system and row.precision in ("fp8", "fp4") else 2.0
    return dict(zip(("prompt", "output", "batch"), map(float, lengths), strict=True)) | {
        "form": form,
        "measured": row.value * scale,
        "cache_bytes": cache,
        "layout": "expert" if is_spread else "tensor",
        "tile": SWAPPED if row.system in _SWAPPING else TILE,
    }


def load_of(row: dict, batch: float) -> Load:
    """What a case ran, with the batch that it had or that the memory holds."""
    lengths = row["prompt"], row["output"], batch
    return Load(row["weights"], row["cache_bytes"], *lengths, int(row["chips"]), row["layout"], row["tile"])
