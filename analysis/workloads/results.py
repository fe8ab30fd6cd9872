"""Results on workloads: what chips are worth at work, how far the roofline errs, what it costs, how many match."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.chips.results import BASELINE, named, price_quotations, prices_on, resolved_chips
from analysis.facts.arguments import Count, Part, Positive
from analysis.facts.record import Record, result, shared
from analysis.workloads import best, calibration, cases, costs, kernels, pairs, roofline, throughput, transformer
from analysis.workloads.roofline import BYTES, LAYOUTS, MODEL

CHIPS = ("h20-96gb", "h100-sxm", "h200-sxm", "h800-sxm", "a800-sxm-80gb", "rtx-6000d", "b30a")
REFERENCE = "h200-sxm"
CHIP, BESIDE = "h20-96gb", ("h100-sxm", "h800-sxm")  # that were measured side by side
FAMILIES = {
    "dense": (MODEL, 8, "tensor"),
    "mixture of experts": ("qwen3-235b-a22b", 8, "tensor"),
    "latent attention": ("deepseek-r1", 16, "expert"),
}  # a model of each family, on as many chips and in the layout in which it was measured
_CURVE_NUMBERS = ["at", *throughput.ENDS, *throughput.RATIOS]
_CURVES = ["phase", "chip_id", *_CURVE_NUMBERS, "why", "source_id"]
_ENDS = ["point", "low", "high"]
POINTS = ["family", "model_id", "phase", "chip_id", "at", "form", "count", "layout", "prompt", "output", "measured"]
POINTS += ["baseline", "is_measured", "ratio", "source_id", "locator"]
Precision = Literal[*BYTES]
Layout = Literal[*LAYOUTS]
_HOURS_A_YEAR = 8766
BASES = {"purchase": "bought by the card", "server": "bought by the server", "rental": "rented"}
_FORMS = {"purchase": "card", "server": "server", "rental": "rental_hour"}


@shared
def _cases(record: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    return cases.cases(record.table("benchmarks"), record.table("models"))


@shared
def _measurements(record: Record) -> calibration.Measurements:
    """Runs and kernels that something can be fitted to, with their times."""
    return _timed(record)[0]


@shared
def _measured_rates(record: Record) -> dict[str, dict]:
    """Rates of the chips that somebody measured."""
    products = {*record.table("benchmarks")["product"], *record.table("kernels")["product"]}
    measured = products | {kernels.STANDS_FOR.get(name, name) for name in products}
    return {chip: ends["point"] for chip, ends in _rates(record).items() if chip in measured}


@shared
def _timed(record: Record) -> tuple[calibration.Measurements, pd.Series]:
    """`_measurements`, and how many others there are, by reason."""
    models, kernel_rows, (rows, excluded) = record.table("models"), record.table("kernels"), _cases(record)
    points = _measured_rates(record)
    timed = calibration.full_rate_times(rows, transformer.profiles(models), points)
    without_times = timed[timed["reason"] != ""].groupby("reason", sort=False).size()
    reasons = excluded.groupby("reason", sort=False)["rows"].sum().add(without_times, fill_value=0)
    measured, other = kernels.measured(kernel_rows, points)
    reasons = reasons.add(other.set_index("reason")["rows"].rename(lambda reason: f"kernels: {reason}"), fill_value=0)
    links = kernels.link_rates(kernel_rows, points)
    runs = timed[timed["reason"] == ""].reset_index(drop=True)
    return calibration.Measurements(runs, measured, links), reasons.sort_values(ascending=False)


def _families(record: Record) -> dict[str, tuple[str, int, str]]:
    """The model of each family that is known by the day, its count of chips and its layout."""
    known = set(record.table("models")["model_id"])
    return {family: stands for family, stands in FAMILIES.items() if stands[0] in known}


@shared
def _rates(record: Record) -> dict[str, dict[str, dict]]:
    return throughput.chip_rates(resolved_chips(record).resolved)


@shared
def _fitted(record: Record) -> calibration.Model | None:
    """None where no run, or no kernel, is on record by the day."""
    data = _measurements(record)
    return calibration.fitted(data) if data.can_be_fitted else None


@shared
def _without(record: Record, column: Literal["source_id", "chip_id"], *values: str) -> calibration.Model | None:
    """The model fitted without some sources, or a chip; kernels are fitted anew only where some are gone."""
    data, whole = _measurements(record), _fitted(record)
    others = data.without(column, *values)
    if not others.can_be_fitted:
        return None
    is_known = whole and len(others.kernels) == len(data.kernels) and len(others.links) == len(data.links)
    return calibration.fitted(others, whole.fractions if is_known else None)


@shared
def _held_out(record: Record, column: Literal["source_id", "chip_id"] = "source_id") -> pd.DataFrame:
    return calibration.held_out(_measurements(record), column, lambda value: _without(record, column, value))


@shared
def _of_operators(record: Record) -> pd.DataFrame:
    profiles = transformer.profiles(record.table("models"))
    shapes = {model: str(shape.tolist()) for model, shape in profiles.iterrows()}
    runs = _measurements(record).runs
    return pairs.of_operators(runs.assign(shape=runs["model_id"].map(shapes)), _unseen(record), CHIP, BESIDE)


@shared
def _pairs(record: Record) -> pd.DataFrame:
    """Every pair of chips that ran the same, and the prefills of different operators that can be set side by side."""
    return pd.concat([pairs.of_runs(_held_out(record)), _of_operators(record)], ignore_index=True)


def _unseen(record: Record) -> pairs.ModelWithout:
    return lambda *sources: _without(record, "source_id", *sources)


@result
def workload_pairs(record: Record) -> pd.DataFrame:
    """H20 over H100 and H800 at the same work: measured beside what the model says that has not seen the measurement.

    Returns
    -------
    frame : a row a kind of work. ``what`` (a kernel; prefill: of one prompt length by two operators; video: a
        diffusion transformer), ``latent`` (attention of that kind), ``size`` (group of rows of a product or of
        sequences, tokens of a prompt, chips), ``baseline, cases, measured_ratio`` (speed over speed, the median of the
        cases), ``predicted_low, predicted_ratio, predicted_high`` (of a video its matrix products alone and its
        attention alone, without a point), ``error_share`` (0 within a range), ``source_id``.

    Examples
    --------
    >>> frame = Record().workload_pairs()
    >>> sorted(set(frame["baseline"]))
    ['h100-sxm', 'h800-sxm']
    """
    fitted = _fitted(record)
    if fitted is None:
        return pd.DataFrame(columns=pairs.COLUMNS)
    points = {chip: _rates(record)[chip]["point"] for chip in (CHIP, BASELINE)}
    videos = pairs.of_videos(record.table("benchmarks"), points, fitted.fractions, CHIP, BASELINE)
    of_kernels = pairs.of_kernels(_measurements(record).kernels, _unseen(record), CHIP, BESIDE)
    return pairs.side_by_side(of_kernels, _of_operators(record), videos)


@result
def workload_fit(record: Record) -> pd.DataFrame:
    """How far the model errs on sources and chips that it has not seen; what it learnt; and what is left out.

    Returns
    -------
    frame : ``kind`` (source, form, chip, all, all chips, ratio, factor, kernel or left out), ``name, cases,
        median_error_share, median_absolute_error_share, value, source_id``; errors as shares of what was measured. A
        chip is predicted by a model without its kernels and runs, all others by one without those of the source;
        ``inside_share``: how many of the rates lie in the range of nine in ten that the other sources leave.

    Examples
    --------
    >>> frame = Record().workload_fit()
    >>> frame.loc[frame["kind"] == "factor", "name"].tolist()
    ['prefill', 'decode', 'layer', 'layer_of_many']
    """
    reasons, unseen, without = _timed(record)[1], _held_out(record), _held_out(record, "chip_id")
    unseen = unseen.assign(inside=calibration.inside(unseen, _pairs(record)))
    groups = [("source", name, part) for name, part in unseen.groupby("source_id", sort=False)]
    groups += [("form", name, part) for name, part in unseen.groupby("form", sort=False)]
    groups += [("all", "all sources", unseen)]
    groups += [("chip", name, part) for name, part in without.groupby("chip_id", sort=False)]
    groups += [("all chips", "all chips", without)]
    groups += [("ratio", " over ".join(names), part) for names, part in _pairs(record).groupby(["chip_id", "baseline"])]
    rows, model = [_errors(*group) for group in groups if len(group[-1])], _fitted(record)
    if model:
        rows += [{"kind": "factor", "name": name, "value": value} for name, value in vars(model.factors).items()]
        rows += [{"kind": "kernel", "name": name, "value": value} for name, value in model.fractions.told().items()]
    rows += [{"kind": "left out", "name": reason, "cases": count} for reason, count in reasons.items()]
    columns = ["kind", "name", "cases", "median_error_share", "median_absolute_error_share", "inside_share", "value"]
    return pd.DataFrame(rows, columns=[*columns, "source_id"])


def _errors(kind: str, name: str, part: pd.DataFrame) -> dict:
    errors = part["error_share"]
    ids = "|".join(sorted(set(part["source_id"])))
    median = {"median_error_share": errors.median(), "median_absolute_error_share": errors.abs().median()}
    inside = part["inside"].mean() if "inside" in part else np.nan
    return {"kind": kind, "name": name, "cases": len(part), **median, "inside_share": inside, "source_id": ids}


@result
def workload_measured(record: Record) -> pd.DataFrame:
    """Each measurement beside what the roofline says of it, with factors fitted without its source.

    Returns
    -------
    frame : a row a measurement; ``measured, predicted`` in tokens a second over all its chips, ``error_share``;
        ``locator``: where in the document.

    Examples
    --------
    >>> frame = Record().workload_measured()
    >>> (frame["predicted"] / frame["measured"] - 1 - frame["error_share"]).abs().max() < 1e-12
    np.True_
    """
    return _held_out(record).reindex(columns=[*cases.COLUMNS[1:], "predicted", "error_share"])


@result
def workload_throughput(
    record: Record,
    *,
    model: str = MODEL,
    precision: Precision = "fp8",
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    count: Count = 8,
    layout: Layout = "tensor",
    chips: tuple[str, ...] = CHIPS,
) -> pd.DataFrame:
    """Tokens a second and chip in prefill, decode and training, and as multiples of the H100.

    Parameters
    ----------
    model : a model id; ``record.table("models")`` lists them.
    precision : format of the weights.
    sequences : at a time, over all chips.
    prompt, output : tokens of each sequence.
    count : chips that share the model.
    layout : tensor: all matrices split over the chips; expert: experts split, all else on every chip for its own
        sequences.
    chips : chip ids.

    Returns
    -------
    frame : a row a chip and phase, with a range that held nine in ten measured rates of sources held out: see
        `analysis.workloads.throughput.throughput` and `against`.

    Raises
    ------
    ParameterError : a model or chip that does not exist, more tokens than the model takes.

    Examples
    --------
    >>> frame = Record().workload_throughput(chips="h100-sxm")
    >>> frame.loc[frame["phase"] == "decode", "ratio"].tolist()
    [1.0]
    """
    return _at_work(record, model, precision, sequences, prompt, output, count, chips, layout).copy()


@result
def workload_curves(
    record: Record,
    *,
    model: str = MODEL,
    precision: Precision = "fp8",
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    count: Count = 8,
    layout: Layout = "tensor",
    chips: tuple[str, ...] = CHIPS,
) -> pd.DataFrame:
    """Tokens a second and chip over the batch in decode and over the prompt in prefill, and as multiples of the H100.

    Parameters
    ----------
    model, precision, sequences, prompt, output, count, layout, chips : as in `workload_throughput`; decode runs from
        one sequence to as many as the memory holds, prefill from 128 to 131,072 tokens or what the model takes.

    Returns
    -------
    frame : ``phase, chip_id, at`` (sequences or tokens), ``low, point, high``, ``ratio, ratio_low, ratio_high`` to the
        H100 by the rates of the chip alone, without the errors of the model (NaN where either is unknown or does not
        fit), ``why`` (empty, or why the chip has no rate), ``source_id``.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> frame = Record().workload_curves(chips="h20-96gb")
    >>> sorted(set(frame["phase"]))
    ['decode', 'prefill']
    """
    job = _job(record, model, precision, sequences, prompt, output, count, chips, layout)
    if job is None:
        return pd.DataFrame(columns=_CURVES).astype(dict.fromkeys(_CURVE_NUMBERS, float))
    parts = [
        throughput.curve(job.shape, ends, job.load, _fitted(record), chip, phase).assign(phase=phase, chip_id=chip)
        for chip, ends in job.rates.items()
        for phase in ("prefill", "decode")
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[(frame["phase"] == "decode") | (frame["at"] <= job.longest)]
    base = frame[frame["chip_id"] == BASELINE].set_index(["phase", "at"])["point"].rename("base")
    frame = frame.join(base, on=["phase", "at"])
    ratios = {name: frame[end] / frame["base"] for name, end in zip(throughput.RATIOS, _ENDS, strict=True)}
    frame = frame.assign(**ratios, source_id=job.source_id)
    return frame.loc[frame["chip_id"].isin(job.shown), _CURVES].reset_index(drop=True)


@result
def workload_families(
    record: Record,
    *,
    precision: Precision = "fp8",
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    chips: tuple[str, ...] = CHIPS,
) -> pd.DataFrame:
    """Worth over the batch and over the prompt by family: a dense model, one with experts, one with latent attention.

    Parameters
    ----------
    precision, sequences, prompt, output, chips : as in `workload_throughput`. Each family stands for itself with one
        model, on as many chips and in the layout in which it was measured.

    Returns
    -------
    frame : as `workload_curves`, with ``family, model_id, count, layout`` before it.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> list(dict.fromkeys(Record().workload_families(chips="h20-96gb")["family"]))
    ['dense', 'mixture of experts', 'latent attention']
    """
    first = ["family", "model_id", "count", "layout"]
    parts = [pd.DataFrame(columns=[*first, *_CURVES]).astype(dict.fromkeys(_CURVE_NUMBERS, float))]
    for family, (model, count, layout) in _families(record).items():
        run = {"precision": precision, "sequences": sequences, "prompt": prompt, "output": output, "chips": chips}
        lines = pd.DataFrame(workload_curves(record, model=model, count=count, layout=layout, **run))
        parts.append(lines.assign(family=family, model_id=model, count=count, layout=layout))
    return pd.concat(parts[1:] or parts, ignore_index=True)


@result
def turning_batches(
    record: Record,
    *,
    precision: Precision = "fp8",
    prompt: Count = 2048,
    output: Count = 512,
    chips: tuple[str, ...] = CHIPS,
) -> pd.DataFrame:
    """From which batch on arithmetic takes a kernel of decode longer than memory, by family of models.

    Parameters
    ----------
    precision, prompt, output, chips : as in `workload_families`.

    Returns
    -------
    frame : a row a family, chip and kernel. ``family, model_id, chip_id, kernel`` (dense, expert, attention, all),
        ``batch`` (1: arithmetic at every batch; NaN: memory at every batch that fits, or see ``why``), ``sequences``
        that fit, ``why`` (empty, or why nothing can be said), ``source_id``.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> frame = Record().turning_batches(chips="h20-96gb").set_index(["family", "kernel"])
    >>> frame.at[("dense", "attention"), "batch"]
    np.float64(nan)
    """
    rows = []
    for family, (model, count, layout) in _families(record).items():
        job = _job(record, model, precision, 1, prompt, output, count, chips, layout)
        for chip in job.shown if job else []:
            ends = job.rates[chip]
            why = throughput.obstacle(job.shape, ends, job.load)
            best = throughput.best_known(ends, job.load)
            held, found = np.nan, dict.fromkeys([*roofline.KERNELS, "all"], np.nan)
            if not why:
                held = np.floor(roofline.sequences_held(job.shape, best, job.load))
                found = throughput.turning_batches(job.shape, best, job.load, _fitted(record), chip, max(held, 1.0))
            known = {"family": family, "model_id": model, "chip_id": chip, "sequences": held, "why": why}
            rows += [known | {"kernel": name, "batch": at, "source_id": job.source_id} for name, at in found.items()]
    columns = ["family", "model_id", "chip_id", "kernel", "batch", "sequences", "why", "source_id"]
    return pd.DataFrame(rows, columns=columns)


@result
def workload_points(record: Record, *, chips: tuple[str, ...] = CHIPS) -> pd.DataFrame:
    """Measured runs as multiples of as many H100 at the same work, by family of models, phase and batch or prompt.

    Where the same source measured the H100 too, its rate is the base; else what the model says of the H100 that has not
    seen the source.

    Parameters
    ----------
    chips : chip ids.

    Returns
    -------
    frame : a row a run of a stated batch in which one phase takes most of the time; ``family, model_id, phase, chip_id,
        at`` (sequences at a time, or tokens of a prompt), ``form, count, layout, prompt, output, measured, baseline``
        (tokens a second over all chips), ``is_measured`` (the base too), ``ratio, source_id, locator``. Runs
        that as many H100 could not hold are not there.

    Examples
    --------
    >>> frame = Record().workload_points(chips="h20-96gb")
    >>> sorted(set(frame["phase"]))
    ['decode', 'prefill']
    """
    shown = named(record, chips)[0]
    frame = _points(record)
    return frame[frame["chip_id"].isin(shown)].reset_index(drop=True)


@shared
def _points(record: Record) -> pd.DataFrame:
    runs, shapes = _held_out(record), transformer.profiles(record.table("models"))
    runs = runs.assign(phase=runs["form"].map(calibration.PHASE_OF_FORM))
    is_decode = (runs["form"] != "offline") & (runs["prompt"] <= runs["output"])
    is_one_phase = runs["form"].isin(["prefill a node", "decode a chip"]) | is_decode
    runs = runs[runs["phase"].notna() & is_one_phase & (runs["chip_id"] != BASELINE)]
    keys = [*pairs.SAME, "chip_id"]
    beside = _pairs(record).query("baseline == @BASELINE").set_index(keys)["measured_ratio"].to_dict()
    ratios = np.array([beside.get(key, np.nan) for key in runs[keys].itertuples(index=False, name=None)], dtype=float)
    base = (runs["measured"] / ratios).fillna(_as_baseline(record, runs, shapes))
    runs = runs.assign(is_measured=~np.isnan(ratios), baseline=base)
    operators = _of_operators(record).query("baseline == @BASELINE").assign(phase="prefill", is_measured=True)
    operators["baseline"] = operators["measured"] / operators["measured_ratio"]
    frame = pd.concat([runs, operators], ignore_index=True)
    families = {model: transformer.family(shape) for model, shape in shapes.iterrows()}
    at = frame["prompt"].where(frame["phase"] == "prefill", frame["batch"])
    frame = frame.assign(family=frame["model_id"].map(families), at=at, ratio=frame["measured"] / frame["baseline"])
    return frame.rename(columns={"chips": "count"}).loc[frame["ratio"].notna(), POINTS].reset_index(drop=True)


def _as_baseline(record: Record, runs: pd.DataFrame, shapes: pd.DataFrame) -> pd.Series:
    """What the model says of as many baseline chips at the work of runs whose source it has not seen; NaN: no room."""
    chips = {chip: ends["point"] for chip, ends in _rates(record).items()}
    twins = _cases(record)[0].set_index("case", drop=False).reindex(runs["case"]).assign(chip_id=BASELINE)
    twins = calibration.full_rate_times(twins, shapes, chips).set_index(runs.index)
    has_room = [
        roofline.sequences_held(shapes.loc[case["model_id"]], chips[BASELINE], cases.load_of(case, case["batch"]))
        >= np.nan_to_num(case["batch"], nan=1.0)
        for case in twins.to_dict("records")
    ]
    twins = twins[(twins["reason"] == "") & np.array(has_room, dtype=bool)]
    said = [
        pd.Series(calibration.predicted(part, _without(record, "source_id", source)), index=part.index)
        for source, part in twins.groupby("source_id")
    ]
    return pd.concat(said) if said else pd.Series(dtype=float)


@result
def kernel_fractions(record: Record, *, chips: tuple[str, ...] = CHIPS) -> pd.DataFrame:
    """What kernels reach of the peak rates of chips, as the model has learnt it from measured kernels.

    Parameters
    ----------
    chips : chip ids.

    Returns
    -------
    frame : ``chip_id, kernel`` (kind of kernel), ``precision, per_multiprocessor`` (tera-operations a second),
        ``fraction`` of the dense rate in a large kernel, ``measured`` (rows on record of the chip and kind; 0: the
        fraction is that of chips whose multiprocessors do as much), ``why`` (empty, or why there is none),
        ``source_id``.

    Examples
    --------
    >>> frame = Record().kernel_fractions(chips="h20-96gb")
    >>> frame["fraction"].between(0, 1).all()
    np.True_
    """
    fitted, data, rows = _fitted(record), _measurements(record), []
    ids = "|".join(sorted(set(data.kernels["source_id"])))
    for chip in named(record, chips)[0]:
        point, high = (_rates(record).get(chip, throughput.UNKNOWN)[end] for end in ("point", "high"))
        for kind, precision in _SHOWN_KERNELS:
            rate = point["rates"].get(precision) or high["rates"].get(precision)
            number = high["multiprocessors"]
            own = data.kernels[(data.kernels["chip_id"] == chip) & (data.kernels["kind"] == kind)]
            row = {"chip_id": chip, "kernel": kind, "precision": precision, "measured": len(own), "source_id": ids}
            if fitted and rate and number > 0:
                each = rate / 1e12 / number
                fraction = float(fitted.fractions.compute(kind, np.array([each]), [chip])[0])
                row |= {"per_multiprocessor": each, "fraction": fraction, "why": ""}
            else:
                row |= {"why": "no kernel on record" if not fitted else "no rate or no multiprocessors on record"}
            rows.append(row)
    columns = ["chip_id", "kernel", "precision", "per_multiprocessor", "fraction", "measured", "why", "source_id"]
    return pd.DataFrame(rows, columns=columns)


_SHOWN_KERNELS = [("gemm", "bf16"), ("gemm", "fp8"), ("attention_prefill", "bf16"), ("attention_decode", "bf16")]


@result
def cost_per_token(
    record: Record,
    *,
    model: str = MODEL,
    precision: Precision = "fp8",
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    count: Count = 8,
    layout: Layout = "tensor",
    chips: tuple[str, ...] = CHIPS,
    price_basis: Literal[*_FORMS] = "purchase",
    years: Positive = 4.0,
    busy: Part = 1.0,
) -> pd.DataFrame:
    """Dollars a million tokens: purchase price over some years and power, or an hour's rent.

    Parameters
    ----------
    model, precision, sequences, prompt, output, count, layout, chips : as in `workload_throughput`.
    price_basis : a card bought, its part of a server of eight bought whole, or an hour of it rented.
    years : over which what was bought is paid off.
    busy : part of the hours that it works; it draws its board power in those alone. What the host of a server draws is
        not on record and not in it.

    Returns
    -------
    frame : a row a chip and phase: see `analysis.workloads.costs.usd_per_million_tokens`.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> rented = Record().cost_per_token(price_basis="rental", chips="h100-sxm")
    >>> rented["power_high_usd_per_million"].eq(0).all()
    np.True_
    """
    frame = _at_work(record, model, precision, sequences, prompt, output, count, chips, layout)
    shown = list(dict.fromkeys(frame["chip_id"]))
    if price_basis == "rental":
        power, hours = costs.power_in_rent(shown), busy
    else:
        power = costs.hourly_power(shown, resolved_chips(record).resolved, record.table("power"))
        hours = years * _HOURS_A_YEAR * busy
    return costs.usd_per_million_tokens(frame, _prices(record, price_basis, shown), power, hours)


@result
def best_chips(
    record: Record,
    *,
    model: str = MODEL,
    precision: Precision = "fp8",
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    count: Count = 8,
    layout: Layout = "tensor",
    chips: tuple[str, ...] = CHIPS,
    years: Positive = 4.0,
    busy: Part = 1.0,
) -> pd.DataFrame:
    """Which chip is first at which job, by speed and by cost, with the chance that it is.

    Parameters
    ----------
    model, precision, sequences, prompt, output, count, layout, chips : as in `workload_throughput`.
    years, busy : as in `cost_per_token`.

    Returns
    -------
    frame : a row a phase, measure and chip: see `analysis.workloads.best.ranked`.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> Record().best_chips(chips="h20-96gb")["place"].isin(["first", "unknown"]).all()
    np.True_
    """
    run = {"model": model, "precision": precision, "sequences": sequences, "prompt": prompt, "output": output}
    run |= {"count": count, "layout": layout, "chips": chips}
    prices = {
        f"the cheapest token {bought}": cost_per_token(record, **run, price_basis=basis, years=years, busy=busy)
        for basis, bought in BASES.items()
    }
    return best.ranked(workload_throughput(record, **run), prices)


@result
def rents(record: Record, *, chips: tuple[str, ...] = CHIPS) -> pd.DataFrame:
    """What an hour of each chip was quoted at, by half-year: percentiles over offers, and not their extremes.

    Parameters
    ----------
    chips : chip ids.

    Returns
    -------
    frame : see `analysis.workloads.costs.rents`; no row where nothing was quoted.

    Examples
    --------
    >>> frame = Record().rents(chips="h100-sxm")
    >>> (frame["low_usd"] <= frame["median_usd"]).all()
    np.True_
    """
    products = resolved_chips(record).products
    families = products[products["family"] != ""].set_index("product")["family"].to_dict()
    return costs.rents(price_quotations(record), families, named(record, chips)[0])


@result
def cluster_equivalents(
    record: Record,
    *,
    model: str = MODEL,
    precision: Precision = "fp8",
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    count: Count = 8,
    layout: Layout = "tensor",
    chips: tuple[str, ...] = CHIPS,
) -> pd.DataFrame:
    """How many of each chip do the work of one H200 server, in prefill, decode and training, and what they cost.

    Parameters
    ----------
    model, precision, sequences, prompt, output, layout, chips : as in `workload_throughput`.
    count : H200 to match.

    Returns
    -------
    frame : a row a chip and phase; whole chips, dollars: see `analysis.workloads.throughput.chips_matching`.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> frame = Record().cluster_equivalents(chips="h200-sxm")
    >>> set(frame["needed_high"])
    {8.0}
    """
    compared = tuple(dict.fromkeys([*chips, REFERENCE])) if chips else chips
    frame = _at_work(record, model, precision, sequences, prompt, output, count, compared, layout)
    clusters = throughput.chips_matching(frame, REFERENCE, count, _prices(record, "purchase", frame["chip_id"]))
    return clusters[clusters["chip_id"].isin(chips)].reset_index(drop=True)


@dataclass(frozen=True)
class _Job:
    """What is run, on what: the load, the shape and longest context of the model, chips shown, rates, source ids."""

    load: roofline.Load
    shape: transformer.Shape
    longest: float
    shown: list[str]
    rates: dict[str, dict[str, dict]]
    source_id: str


@shared
def _job(
    record: Record,
    model: str,
    precision: str,
    sequences: int,
    prompt: int,
    output: int,
    count: int,
    chips: tuple[str, ...],
    layout: Layout,
) -> _Job | None:
    """None where, by the day, nothing is on record that the model could be fitted to, or the model is not."""
    load = roofline.load_for(record.whole("models"), model, precision, sequences, prompt, output, count, layout)
    models, data = record.table("models").set_index("model_id"), _measurements(record)
    shown = named(record, chips)[0]
    if _fitted(record) is None or model not in models.index:
        return None
    rates = {chip: _rates(record).get(chip, throughput.UNKNOWN) for chip in dict.fromkeys([*shown, BASELINE])}
    used = sorted({*data.runs["source_id"], *data.kernels["source_id"], *data.links["source_id"]})
    ids = "|".join(dict.fromkeys([*used, *models.at[model, "source_id"].split("|")]))
    shape = transformer.profiles(models.loc[[model]].reset_index()).loc[model].to_dict()
    return _Job(load, shape, models.at[model, "context"], shown, rates, ids)


@shared
def _at_work(record: Record, *run: object) -> pd.DataFrame:
    """The throughput of the chips of a `_job`, and as multiples of the baseline, which need not be among them."""
    job = _job(record, *run)
    if job is None:
        return throughput.against(throughput.nothing(), BASELINE)
    frame = throughput.throughput(job.shape, job.rates, job.load, _fitted(record), _utilisation(record), job.source_id)
    errors = calibration.error_ranges(_held_out(record), _pairs(record))
    frame = throughput.widened(throughput.against(frame, BASELINE), errors)
    return frame[frame["chip_id"].isin(job.shown)].reset_index(drop=True)


@shared
def _utilisation(record: Record) -> dict[str, tuple[float, float]]:
    """Least and most model FLOPs utilisation in training by chip, and under "" of all; NaN where none is on record.

    Chips whose multiprocessors do as much tensor arithmetic share their measurements: what training reaches of the rate
    hangs on how hard a multiprocessor is to feed (`analysis.workloads.kernels`).
    """
    rows = record.table("benchmarks")
    rows = rows[rows["metric"].str.startswith("model FLOPs utilisation") & rows["is_measured"]]
    values = rows["value"].where(rows["value"] <= 1, rows["value"] / 100)
    each = {chip: _per_multiprocessor(ends["point"]) for chip, ends in _rates(record).items()}
    measured = rows["product"].replace(kernels.STANDS_FOR).map(each)
    ranges = {"": (float(values.min()), float(values.max()))}
    for chip, number in each.items():
        own = values[measured == number]
        if len(own):
            ranges[chip] = float(own.min()), float(own.max())
    return ranges


def _per_multiprocessor(chip: dict) -> float:
    return round(chip["rates"].get("bf16", float("nan")) / 1e12 / chip["multiprocessors"], 1)


def _prices(record: Record, basis: str, chips: Sequence[str]) -> pd.DataFrame:
    """What each chip costs in dollars, a card or an hour, with the best grade among its sources."""
    return prices_on(record, tuple(chips), _FORMS[basis]).drop(columns=["on", "market"])
