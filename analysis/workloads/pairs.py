"""Two chips at the same work: what was measured of one over the other, beside what the model says of it.

A ratio of two chips leaves out most of what software does to both, and is what a comparison of chips needs. What is
said of a pair comes from a model that has seen neither side of it.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.workloads import calibration
from analysis.workloads.calibration import Model
from analysis.workloads.kernels import STANDS_FOR, Fractions, kernel_seconds

SAME = ["source_id", "model_id", "form", "weights", "prompt", "output", "chips", "layout"]  # of a pair of runs
SIZES = {"1 to 16": 16, "17 to 64": 64, "65 to 512": 512, "over 512": np.inf}  # rows, sequences or tokens
VIDEO = "HunyuanVideo 13B"
COLUMNS = ["what", "latent", "size", "baseline", "cases", "measured_ratio", "predicted_low", "predicted_ratio"]
COLUMNS += ["predicted_high", "error_share", "source_id"]
ModelWithout = Callable[..., Model | None]  # by the sources that it has not seen; None where nothing can be fitted


def of_runs(frame: pd.DataFrame) -> pd.DataFrame:
    """One chip over another wherever a source ran the same on both: measured and predicted.

    Parameters
    ----------
    frame : from `analysis.workloads.calibration.held_out`.

    Returns
    -------
    frame : ``chip_id, baseline, measured_ratio, predicted_ratio, error_share`` beside `SAME`; each pair stands once, by
        the order of the names of its chips.
    """
    means = frame.groupby([*SAME, "chip_id"], as_index=False)[["measured", "predicted"]].mean()
    both = means.merge(means.rename(columns={"chip_id": "baseline"}), on=SAME, suffixes=("", "_base"))
    both = both[both["chip_id"] > both["baseline"]].reset_index(drop=True)
    ratios = {f"{side}_ratio": both[side] / both[f"{side}_base"] for side in ("measured", "predicted")}
    return _with_errors(both[[*SAME, "chip_id", "baseline"]].assign(**ratios))


def of_operators(
    runs: pd.DataFrame, model_without: ModelWithout, chip: str, baselines: tuple[str, ...]
) -> pd.DataFrame:
    """Prefill of a chip beside that of others, by other operators, of equal prompts through models of one shape.

    Parameters
    ----------
    runs : of `analysis.workloads.calibration.Measurements`, with ``shape``, which is equal where models have the same.

    Returns
    -------
    frame : as `of_runs`, of a chip each, ``measured`` of the one beside it; ``source_id`` names both.
    """
    alone, rows = runs[runs["form"] == "prefill a node"], []
    for baseline in baselines:
        sides = (alone[alone["chip_id"] == name] for name in (chip, baseline))
        for one, other in _crossed(*sides, on=["shape", "weights", "prompt"]):
            model = model_without(one["source_id"], other["source_id"])
            if model:
                both = pd.DataFrame([one, other])
                a_chip = [side / both["chips"] for side in (both["measured"], calibration.predicted(both, model))]
                ratios = dict(zip(["measured_ratio", "predicted_ratio"], [s[0] / s[1] for s in a_chip], strict=True))
                ids = {"source_id": f"{one['source_id']}|{other['source_id']}", "baseline": baseline}
                ids["locator"] = "; ".join(dict.fromkeys([one["locator"], other["locator"]]))
                rows.append(one | ratios | ids)
    columns = [*SAME, "chip_id", "baseline", "measured", "measured_ratio", "predicted_ratio", "locator"]
    return _with_errors(pd.DataFrame(rows, columns=columns))


def _crossed(one: pd.DataFrame, other: pd.DataFrame, on: list[str]) -> list[tuple[dict, dict]]:
    """Every row of the one with every row of the other that agrees with it."""
    rows = [part.to_dict("records") for part in (one, other)]
    return [(a, b) for a in rows[0] for b in rows[1] if all(a[name] == b[name] for name in on)]


def of_kernels(
    kernels: pd.DataFrame, model_without: ModelWithout, chip: str, baselines: tuple[str, ...]
) -> pd.DataFrame:
    """A chip over others wherever a source measured the same kernel on both.

    Parameters
    ----------
    kernels : from `analysis.workloads.kernels.measured`.

    Returns
    -------
    frame : ``source_id, kernel, size, work, baseline, measured_ratio, predicted_ratio``: of speeds, so that more is
        faster.
    """
    by, parts = ["source_id", "kernel", "size", "work"], []
    for source, rows in kernels[kernels["work"] != ""].groupby("source_id"):
        found = [name for name in baselines if {chip, name} <= {*rows["chip_id"]}]
        model = model_without(source) if found else None
        if model:
            timed = rows.assign(predicted_s=kernel_seconds(rows, model.fractions)).groupby([*by, "chip_id"])
            seconds = (
                timed[["measured_s", "predicted_s"]].mean().rename(columns=lambda name: name.replace("_s", "_ratio"))
            )
            own = seconds.xs(chip, level="chip_id")
            parts += [(seconds.xs(name, level="chip_id") / own).dropna().assign(baseline=name) for name in found]
    columns = [*by, "baseline", "measured_ratio", "predicted_ratio"]
    return pd.concat(parts).reset_index()[columns] if parts else pd.DataFrame(columns=columns)


def of_videos(
    benchmarks: pd.DataFrame, rates: dict[str, dict], fractions: Fractions, chip: str, baseline: str
) -> pd.DataFrame:
    """A chip over another on a diffusion transformer, between its matrix products alone and its attention alone.

    Parameters
    ----------
    benchmarks : the table of that name.
    rates : of both chips, at the point of `analysis.workloads.throughput.chip_rates`.
    """
    rows = benchmarks[(benchmarks["model"] == VIDEO) & (benchmarks["metric"] == "latency")]
    by = ["source_id", "scenario", "chip_count"]
    sides = [rows[rows["product"].replace(STANDS_FOR) == name].set_index(by)["value"] for name in (baseline, chip)]
    found = (sides[0] / sides[1]).dropna().rename("measured_ratio").reset_index()
    speeds = []
    for name in (chip, baseline):
        rate = rates[name]["rates"]["bf16"]
        each = np.array([rate / 1e12 / rates[name]["multiprocessors"]])
        kinds = ("gemm", "attention_prefill")
        speeds.append(rate * np.array([fractions.compute(kind, each, np.array([name]))[0] for kind in kinds]))
    ends = speeds[0] / speeds[1]
    size = found["chip_count"].map("{:.0f} of each".format)
    found = found.assign(predicted_low=ends.min(), predicted_high=ends.max(), size=size, baseline=baseline)
    return found.groupby(["size", "baseline"], as_index=False).agg(
        {"measured_ratio": "median", "predicted_low": "first", "predicted_high": "first", "source_id": "first"}
        | {"scenario": "size"}
    )


def side_by_side(of_kernels: pd.DataFrame, of_operators: pd.DataFrame, of_videos: pd.DataFrame) -> pd.DataFrame:
    """All three as rows of one table, `COLUMNS`; of kernels the medians by kind, size and baseline."""
    bins = [0, *SIZES.values()]
    of_kernels = of_kernels.assign(
        what=of_kernels["kernel"],
        latent=of_kernels["work"].str.contains("latent").astype(bool),
        size=pd.cut(of_kernels["size"].astype(float), bins, labels=list(SIZES)).astype(str),
    )
    of_kernels = of_kernels.sort_values(["what", "latent", "baseline"], ascending=[False, True, True], kind="stable")
    groups = of_kernels.groupby(["what", "latent", "size", "baseline"], sort=False)
    medians = groups[["measured_ratio", "predicted_ratio"]].median()
    ids = groups["source_id"].agg(lambda each: "|".join(sorted(set(each))))
    medians = medians.assign(cases=groups.size(), source_id=ids).reset_index()
    prompts = of_operators["prompt"].map("{:,.0f}".format)
    prefill = of_operators.assign(what="prefill", latent=True, size=prompts, cases=1)
    videos = of_videos.rename(columns={"scenario": "cases"}).assign(what="video", latent=False)
    frame = pd.concat([part for part in (medians, prefill, videos) if len(part)] or [medians], ignore_index=True)
    frame = frame.reindex(columns=COLUMNS)
    low, high = (frame[end].fillna(frame["predicted_ratio"]) for end in ("predicted_low", "predicted_high"))
    return frame.assign(error_share=frame["measured_ratio"].clip(low, high) / frame["measured_ratio"] - 1)


def _with_errors(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(error_share=frame["predicted_ratio"] / frame["measured_ratio"] - 1)
