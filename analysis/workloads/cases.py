"""Which benchmark rows the roofline can be held against, and what each of them ran; why the others are left out."""

import re

import pandas as pd

from analysis.workloads.roofline import BYTES, Load

FORMS = ["offline", "one stream", "concurrent", "decode a chip", "prefill a node"]
_OFFLINE = re.compile(r"offline max load, ISL/OSL (\d+)/(\d+)")
_STREAM = re.compile(r"batch 1, input (\d+), output (\d+)")
_CONCURRENT = re.compile(r"(?:concurrency )?(\d+), (\d+) in / (\d+) out|1K in / 1K out, concurrency (\d+)")
_EXPERTS = re.compile(r"batch (\d+), EP(\d+)")
_PREFILL = re.compile(r"prefill, (\d+)-token inputs")
# a family or a system that is not told apart stands for the module that such servers hold
STANDS_FOR = {"h100": "h100-sxm", "h200": "h200-sxm", "h800": "h800-sxm"}
_SERVER = 8  # chips of one server; beyond it, experts are taken to be split
COLUMNS = ["case", "product", "chip_id", "model_id", "form", "weights", "cache_bytes", "prompt", "output", "batch"]
COLUMNS += ["chips", "layout", "measured", "source_id", "known_on"]


def cases(benchmarks: pd.DataFrame, models: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that apply, and the others with the reason.

    Parameters
    ----------
    benchmarks, models : the tables of those names.

    Returns
    -------
    cases : `COLUMNS`. ``form`` of `FORMS`; ``batch`` sequences at a time over all chips (NaN: as many as fit);
        ``measured`` in tokens a second over all chips: output tokens, prompt tokens too in one stream, prompt tokens
        alone in a prefill.
    others : ``source_id, model, scenario, precision, rows, reason``, one row a kind.
    """
    told = models.set_index("model_id")["benchmark_names"].str.split("|").explode()
    known = {name: model_id for model_id, name in told.items() if name}
    rows, others = [], []
    for case, row in enumerate(benchmarks.itertuples()):
        reason = _reason(row, known)
        found = None if reason else _parsed(row)
        if found is None:
            others.append((row.source_id, row.model, row.scenario, row.precision, reason or _NO_FORM))
            continue
        chip = STANDS_FOR.get(row.product, row.product)
        rows.append(
            {"case": case, "product": row.product, "chip_id": chip, "model_id": known[row.model]}
            | {"weights": row.precision.lower(), "chips": row.chip_count, "known_on": row.known_on}
            | {"source_id": row.source_id, **found}
        )
    left = pd.DataFrame(others, columns=["source_id", "model", "scenario", "precision", "reason"])
    counted = left.groupby(list(left.columns), sort=False, dropna=False).size().rename("rows").reset_index()
    return pd.DataFrame(rows, columns=COLUMNS), counted


_NO_FORM = "its batch or its lengths are not stated"


def _reason(row: tuple, known: dict[str, str]) -> str:
    """Why a row does not apply whatever it ran; empty where it may."""
    if not row.is_measured:
        return "modelled, not measured"
    if row.workload != "inference":
        return "no inference"
    if row.unit != "tokens/s":
        return "no rate of tokens"
    if row.model not in known:
        return "no shape of the model on record"
    if row.precision.lower() not in BYTES:
        return "weights in a mixed or integer format, whose kernels are others"
    if "OSS" in row.model:
        return "windowed attention and weights of four bits: not the shape that the roofline assumes"
    if "untuned" in row.note:
        return "early, untuned software by its own note"
    return "several tokens a step are predicted" if "MTP" in row.scenario else ""


def _parsed(row: tuple) -> dict | None:
    """What a row ran, from the words of its scenario; None where they do not say enough."""
    cache = 1.0 if "TensorRT" in row.system and row.precision == "fp8" else 2.0
    is_spread = row.chip_count > _SERVER or re.search(r"DEP|EP\d", f"{row.system} {row.scenario}")
    layout = "expert" if is_spread else "tensor"
    common = {"cache_bytes": cache, "layout": layout, "batch": float("nan"), "measured": row.value}
    each = row.chip_count if "per GPU" in row.metric else 1
    if match := _OFFLINE.fullmatch(row.scenario):
        prompt, output = map(float, match.groups())
        return common | {"form": "offline", "prompt": prompt, "output": output, "measured": row.value * each}
    if match := _STREAM.fullmatch(row.scenario):
        prompt, output = map(float, match.groups())
        return common | {"form": "one stream", "prompt": prompt, "output": output, "batch": 1.0}
    if match := _CONCURRENT.fullmatch(row.scenario):
        batch, prompt, output, other = match.groups()
        lengths = {"prompt": float(prompt or 1024), "output": float(output or 1024), "batch": float(batch or other)}
        share = 0.5 if "total throughput" in row.metric else 1.0  # as many prompt as output tokens
        return common | lengths | {"form": "concurrent", "measured": row.value * each * share}
    if (match := _EXPERTS.fullmatch(row.scenario)) and "decode" in row.metric:
        batch = float(match[1]) * row.chip_count
        lengths = {"prompt": 4096.0, "output": 1536.0, "batch": batch}  # of the same report
        return common | lengths | {"form": "decode a chip", "measured": row.value * row.chip_count}
    if (match := _PREFILL.match(row.scenario)) and "node" in row.metric:
        nodes = row.chip_count / 8
        lengths = {"prompt": float(match[1]), "output": 0.0}
        return common | lengths | {"form": "prefill a node", "measured": row.value * nodes}
    return None


def load_of(row: pd.Series, batch: float) -> Load:
    """What a case ran, with the batch that it had or that fits."""
    return Load(
        row["weights"], row["cache_bytes"], row["prompt"], row["output"], batch, int(row["chips"]), row["layout"]
    )
