"""The factors of the roofline fitted to measurements by least squares, and its errors by leave-one-source-out."""

from dataclasses import astuple

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from analysis.workloads import roofline
from analysis.workloads.cases import FORMS, load_of
from analysis.workloads.roofline import Factors

START = Factors(compute=0.6, memory=0.6, layer=1e-5, layer_of_many=1e-5)
_LOW, _HIGH = (0.02, 0.05, 1e-8, 1e-8), (1.0, 1.0, 2e-3, 2e-3)
TIMES = ["prefill_s", "prefill_link_s", "decode_compute_s", "decode_memory_s", "decode_link_s", "layers"]


def full_rate_times(cases: pd.DataFrame, profiles: pd.DataFrame, chips: dict[str, dict]) -> pd.DataFrame:
    """Times at full rates of each case, and the batch that it had or that the memory holds.

    Parameters
    ----------
    cases : from `analysis.workloads.cases.cases`.
    profiles : from `analysis.workloads.transformer.profiles`.
    chips : rates, bandwidth and capacity of each chip id, as `analysis.workloads.roofline.sequences_held` takes them.

    Returns
    -------
    frame : the cases with `TIMES` and ``reason`` (empty, or why no time can be given).
    """
    rows = []
    for _, case in cases.iterrows():
        model, chip = profiles.loc[case["model_id"]], chips.get(case["chip_id"])
        reason, batch, times = _reason(case, chip), case["batch"], {}
        if not reason:
            if np.isnan(batch):
                batch = max(1.0, np.floor(roofline.sequences_held(model, chip, load_of(case, 1.0))))
            load = load_of(case, batch)
            if case["form"] == "offline" and roofline.sequences_held(model, chip, load) < 1:
                reason = "by its shape the model does not fit"
            links = [roofline.exchange(model, chip, load, tokens) for tokens in (load.prompt, batch)]
            decode = roofline.decode(model, chip, load)
            values = [roofline.prefill(model, chip, load), links[0], *decode, links[1], model["layers"]]
            times = dict(zip(TIMES, values, strict=True))
        rows.append(dict(case) | times | {"batch": batch, "reason": reason})
    return pd.DataFrame(rows, columns=[*cases.columns, *TIMES, "reason"])


def _reason(case: pd.Series, chip: dict | None) -> str:
    if chip is not None and case["chips"] > 1 and not chip["link"] > 0:
        return "no rate of the links between the chips on record"
    if chip is None or case["weights"] not in chip["rates"]:
        return "no dense rate of the chip on record at that precision"
    return ""


def predicted(frame: pd.DataFrame, factors: Factors) -> np.ndarray:
    """Tokens a second of each case, in the sense in which it was measured."""
    times = frame[["decode_compute_s", "decode_memory_s", "decode_link_s"]].to_numpy().T
    step = roofline.decode_step(times, frame["layers"].to_numpy(), frame["chips"].to_numpy(), factors)
    prompt = frame["prefill_s"].to_numpy() / factors.compute + frame["prefill_link_s"].to_numpy()
    batch, output = frame["batch"].fillna(1.0).to_numpy(), frame["output"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        steady = output / (prompt + output * step / batch)  # a new prompt for each sequence that ends
        stream = (frame["prompt"] + output) / (prompt + output * step)
    rates = [steady, stream, steady, batch / step, frame["prompt"].to_numpy() / prompt]
    return np.select([frame["form"] == form for form in FORMS], rates)


def fitted_factors(frame: pd.DataFrame) -> Factors:
    """The factors that bring the logarithms of rates nearest to the measured, each source weighing the same."""
    weights = 1 / np.sqrt(frame.groupby("source_id")["measured"].transform("size").to_numpy())
    measured = np.log(frame["measured"].to_numpy())

    def residuals(logs: np.ndarray) -> np.ndarray:
        return weights * (np.log(predicted(frame, Factors(*np.exp(logs)))) - measured)

    solution = least_squares(residuals, np.log(astuple(START)), bounds=(np.log(_LOW), np.log(_HIGH)))
    return Factors(*np.exp(solution.x))


def leave_one_source_out(frame: pd.DataFrame) -> pd.DataFrame:
    """Each case as predicted by factors that were fitted without its source.

    Returns
    -------
    frame : the cases with ``predicted`` and ``error_share`` (predicted over measured, less one), and the factors used;
        none where there is one source only.
    """
    parts = []
    for source in dict.fromkeys(frame["source_id"]):
        is_held_out = frame["source_id"] == source
        if is_held_out.all():
            continue
        factors, held_out = fitted_factors(frame[~is_held_out]), frame[is_held_out]
        rate = predicted(held_out, factors)
        parts.append(held_out.assign(predicted=rate, error_share=rate / held_out["measured"] - 1, **vars(factors)))
    return pd.concat(parts, ignore_index=True) if parts else frame.iloc[:0].assign(predicted=0.0, error_share=0.0)


def ratios(frame: pd.DataFrame, chip: str, baseline: str) -> pd.DataFrame:
    """One chip over another where everything else was the same: measured and predicted.

    Parameters
    ----------
    frame : from `leave_one_source_out`.

    Returns
    -------
    frame : ``source_id, model_id, prompt, output, chips, measured_ratio, predicted_ratio, error_share``.
    """
    by = ["source_id", "model_id", "form", "weights", "prompt", "output", "chips", "layout"]
    sides = [frame[frame["chip_id"] == name].groupby(by)[["measured", "predicted"]].mean() for name in (chip, baseline)]
    both = (sides[0] / sides[1]).dropna(how="all").add_suffix("_ratio").reset_index()
    return both.assign(error_share=both["predicted_ratio"] / both["measured_ratio"] - 1)
