"""What kernels leave over of a measured run, fitted by least squares; and errors on sources and chips held out.

The fractions of kernels come from measured kernels (`analysis.workloads.kernels`); runs fit only what is left: how much
longer a prefill and a decode step take than their kernels (schedulers, norms, sampling), and a time of each layer and
step that no rate shortens.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import stdtrit

from analysis.workloads import kernels, roofline
from analysis.workloads.cases import FORMS, load_of
from analysis.workloads.kernels import Fractions
from analysis.workloads.roofline import Factors

START = Factors(prefill=1.3, decode=1.2, layer=2e-5, layer_of_many=1e-5)
_LOW, _HIGH = (1.0, 1.0, 1e-7, 1e-7), (4.0, 4.0, 1e-3, 1e-3)


@dataclass(frozen=True)
class Measurements:
    """Runs from end to end and kernels, each with its times at full rates, and what links reach."""

    runs: pd.DataFrame
    kernels: pd.DataFrame
    links: pd.DataFrame

    @property
    def can_be_fitted(self) -> bool:
        """Whether there are runs that fit factors, kernels, and rates of links and of networks."""
        has_runs = not (self.runs["form"] == "served").all()
        return has_runs and len(self.kernels) > 0 and not self.links[["link_part", "network"]].isna().all().any()

    def without(self, column: str, *values: str) -> "Measurements":
        """The same without sources or a chip; what links reach is no property of one chip, and stays without it."""
        runs, measured, links = (part[~part[column].isin(values)] for part in (self.runs, self.kernels, self.links))
        return Measurements(runs, measured, self.links if column == "chip_id" else links)


@dataclass(frozen=True)
class Model:
    """All that is fitted: to kernels, and to runs."""

    fractions: Fractions
    factors: Factors


def full_rate_times(cases: pd.DataFrame, profiles: pd.DataFrame, chips: dict[str, dict]) -> pd.DataFrame:
    """Times at full rates of each case, and the batch that it had or that the memory holds.

    Parameters
    ----------
    cases : from `analysis.workloads.cases.cases`.
    profiles : from `analysis.workloads.transformer.profiles`.
    chips : rates, bandwidth and capacity of each chip id, as `analysis.workloads.roofline.sequences_held` takes them.

    Returns
    -------
    frame : the cases with ``times`` (`analysis.workloads.roofline.Pass` of prefill and decode) and ``reason`` (empty,
        or why no time can be given).
    """
    rows, shapes = [], profiles.to_dict("index")
    for case in cases.to_dict("records"):
        model, chip = shapes[case["model_id"]], chips.get(case["chip_id"])
        reason, batch, times = _reason(case, chip), case["batch"], None
        if not reason:
            if np.isnan(batch):
                batch = max(1.0, np.floor(roofline.sequences_held(model, chip, load_of(case, 1.0))))
                batch = min(batch, MOST_AT_ONCE)
            load = load_of(case, batch)
            if case["form"] == "offline" and roofline.sequences_held(model, chip, load) < 1:
                reason = "by its shape the model does not fit"
            times = roofline.prompt_pass(model, chip, load), roofline.step_pass(model, chip, load)
        rows.append(case | {"times": times, "layers": model["layers"], "batch": batch, "reason": reason})
    return pd.DataFrame(rows, columns=[*cases.columns, "times", "layers", "reason"])


MOST_AT_ONCE = 2048.0  # sequences at a time: max_batch_size of TensorRT-LLM's LLM API by default


def _reason(case: dict, chip: dict | None) -> str:
    if chip is not None and case["chips"] > 1 and not chip["link"] > 0:
        return "no rate of the links between the chips on record"
    if chip is None or case["weights"] not in chip["rates"]:
        return "no dense rate of the chip on record at that precision"
    return "" if chip["multiprocessors"] > 0 else "no number of multiprocessors on record"


def predicted(frame: pd.DataFrame, model: Model) -> np.ndarray:
    """Tokens a second of each case, in the sense in which it was measured."""
    times = list(frame["times"])
    prompt, step = _pass_seconds(frame, times, model, 0), _pass_seconds(frame, times, model, 1)
    return _rates(_columns(frame), model.factors, prompt, step)


def _pass_seconds(frame: pd.DataFrame, times: list, model: Model, which: int) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of kernels and of exchanges of the prefill (0) or of the decode step (1) of each case."""
    chips = frame["chip_id"].to_numpy()
    return roofline.pass_seconds([pair[which] for pair in times], chips, model.fractions)


_RUN = ["form", "layers", "chips", "batch", "prompt", "output"]


def _rates(run: dict[str, np.ndarray], factors: Factors, prompt: tuple, step: tuple) -> np.ndarray:
    """Tokens a second from the columns `_RUN` of the cases and from their seconds."""
    extra = roofline.overhead(run["layers"], run["chips"], factors)
    prompts = prompt[0] * factors.prefill + prompt[1]
    steps = step[0] * factors.decode + step[1] + extra
    batch, output = np.where(np.isnan(run["batch"]), 1.0, run["batch"]), run["output"]
    with np.errstate(divide="ignore", invalid="ignore"):
        steady = output / (prompts + output * steps / batch)  # a new prompt for each sequence that ends
        stream = (run["prompt"] + output) / (prompts + output * steps)
    rates = {"one stream": stream, "decode a chip": batch / steps, "prefill a node": run["prompt"] / prompts}
    return np.select([run["form"] == form for form in FORMS], [rates.get(form, steady) for form in FORMS])


def _columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: frame[name].to_numpy(object if name == "form" else float) for name in _RUN}


def fitted(data: Measurements, fractions: Fractions | None = None) -> Model:
    """Fractions of kernels, then the factors that bring the logarithms of rates nearest to the measured.

    Runs of a server under unlimited requests have its scheduler and its clients in them: they are judged, and not
    fitted. Each source weighs as the root of its number of rows; far ones count by their distance, not by its square.

    Parameters
    ----------
    fractions : of kernels, where they are known already.
    """
    frame = data.runs[data.runs["form"] != "served"]
    fractions = fractions or kernels.fitted(data.kernels, data.links)
    weights = frame.groupby("source_id")["measured"].transform("size").to_numpy() ** -0.25
    measured = np.log(frame["measured"].to_numpy())
    times, started = list(frame["times"]), Model(fractions, START)
    prompt, step = (_pass_seconds(frame, times, started, which) for which in (0, 1))
    run = _columns(frame)

    def residuals(logs: np.ndarray) -> np.ndarray:
        return weights * (np.log(_rates(run, Factors(*np.exp(logs)), prompt, step)) - measured)

    bounds = (np.log(_LOW), np.log(_HIGH))
    solution = least_squares(residuals, np.log(astuple(START)), bounds=bounds, loss="soft_l1", f_scale=0.2)
    return Model(fractions, Factors(*map(float, np.exp(solution.x))))


def held_out(data: Measurements, column: str, model_without: Callable[[str], Model | None]) -> pd.DataFrame:
    """Each run as predicted by a model that has seen neither runs nor kernels of its source, or of its chip.

    Parameters
    ----------
    column : ``source_id`` or ``chip_id``.
    model_without : the model fitted without one value of it; None where nothing can be fitted.

    Returns
    -------
    frame : the runs with ``predicted`` and ``error_share`` (predicted over measured, less one); none where there is one
        source, or one chip, only.
    """
    parts = []
    for value, part in data.runs.groupby(column, sort=False):
        model = model_without(value)
        if model:
            rate = predicted(part, model)
            parts.append(part.assign(predicted=rate, error_share=rate / part["measured"] - 1))
    return pd.concat(parts, ignore_index=True) if parts else data.runs.iloc[:0].assign(predicted=0.0, error_share=0.0)


PHASE_OF_FORM = {"prefill a node": "prefill"} | dict.fromkeys(
    ["one stream", "concurrent", "offline", "decode a chip"], "decode"
)


def error_ranges(frame: pd.DataFrame, both: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """What a predicted rate is multiplied by for the ends of a range that holds nine in ten of a new source's rates.

    Errors are taken as lognormal and the sources as drawn from all there might be: the spread is that between and
    within sources, each weighing the same, and the quantile that of Student's t by the number of sources (Gelman and
    Hill, 2007, chapter 12, on the prediction for a new group).

    Parameters
    ----------
    frame, both : from `held_out`, and from `analysis.workloads.pairs.of_runs` with others to it.

    Returns
    -------
    ranges : by phase, and under ``ratio`` for one chip over another at the same work, whose errors might as well be
        turned round and have no mean; holding one; NaN with fewer than two sources.
    """
    phases = frame["form"].map(PHASE_OF_FORM)
    ranges = {phase: _ends(frame[phases == phase]) for phase in ("prefill", "decode")}
    return ranges | {"ratio": _ends(both, mean=0.0)}


def _ends(part: pd.DataFrame, mean: float | None = None) -> tuple[float, float]:
    logs = -np.log1p(part["error_share"].astype(float))
    by_source = logs.groupby(part["source_id"])
    freedom = by_source.ngroups - (mean is None)
    if by_source.ngroups < 2:
        return np.nan, np.nan
    middle = by_source.mean().mean() if mean is None else mean
    squares = ((logs - middle) ** 2).groupby(part["source_id"]).mean()
    new = 1 / by_source.ngroups if mean is None else 0.0  # the mean itself is known no better
    reach = stdtrit(freedom, 0.95) * np.sqrt(squares.sum() / freedom * (1 + new))
    return min(float(np.exp(middle - reach)), 1.0), max(float(np.exp(middle + reach)), 1.0)


def inside(frame: pd.DataFrame, both: pd.DataFrame) -> pd.Series:
    """Whether each measured rate lies in the range that the other sources leave to it; NaN where they leave none.

    Parameters
    ----------
    frame, both : as in `error_ranges`.
    """
    found = pd.Series(np.nan, index=frame.index)
    for source, part in frame.groupby("source_id"):
        ranges = error_ranges(frame[frame["source_id"] != source], both[both["source_id"] != source])
        phases = part["form"].map(PHASE_OF_FORM).fillna("decode")
        low, high = (phases.map({phase: pair[end] for phase, pair in ranges.items()}) for end in (0, 1))
        off = 1 / (1 + part["error_share"])
        found[part.index] = ((low <= off) & (off <= high)).astype(float).where(low.notna())
    return found
