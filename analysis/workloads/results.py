"""Results on workloads: what chips are worth at work, how far the roofline errs, what it costs, how many match."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis.chips.results import BASELINE, prices_on, resolved_chips
from analysis.chips.specs import named
from analysis.facts.arguments import Count, Positive
from analysis.facts.record import Record, result, shared
from analysis.workloads import calibration, cases, costs, roofline, throughput, transformer
from analysis.workloads.roofline import BYTES, MODEL

CHIPS = ("h20-96gb", "h100-sxm", "h200-sxm", "h800-sxm", "a800-sxm-80gb", "rtx-6000d", "b30a")
REFERENCE = "h200-sxm"
Precision = Literal[*BYTES]
_HOURS_A_YEAR = 8766
_PAIRS = [("h200-sxm", "h100-sxm"), ("h20-96gb", "h100-sxm")]
_FORMS = {"purchase": "card", "rental": "rental_hour"}


@shared
def _calibration_cases(record: Record) -> tuple[pd.DataFrame, pd.Series]:
    """Benchmark rows that factors can be fitted to, with their times; and how many others there are, by reason."""
    models = record.table("models")
    rows, excluded = cases.cases(record.table("benchmarks"), models)
    points = {chip: ends["point"] for chip, ends in _rates(record).items()}
    timed = calibration.full_rate_times(rows, transformer.profiles(models), points)
    without_times = timed[timed["reason"] != ""].groupby("reason", sort=False).size()
    reasons = excluded.groupby("reason", sort=False)["rows"].sum().add(without_times, fill_value=0)
    return timed[timed["reason"] == ""].reset_index(drop=True), reasons.sort_values(ascending=False)


@shared
def _rates(record: Record) -> dict[str, dict[str, dict]]:
    return throughput.chip_rates(resolved_chips(record).resolved)


@shared
def _factors(record: Record) -> roofline.Factors:
    return calibration.fitted_factors(_calibration_cases(record)[0])


@shared
def _held_out(record: Record) -> pd.DataFrame:
    return calibration.leave_one_source_out(_calibration_cases(record)[0])


@result
def workload_fit(record: Record) -> pd.DataFrame:
    """How far the roofline errs on sources that it was not fitted to: by source, as ratios, and what is left out.

    Returns
    -------
    frame : ``kind`` (source, all, chip, ratio, factor or left out), ``name, cases, median_error_share,
        median_absolute_error_share, value, source_id``; errors as shares of what was measured.

    Examples
    --------
    >>> frame = Record().workload_fit()
    >>> frame.loc[frame["kind"] == "factor", "name"].tolist()
    ['compute', 'memory', 'layer', 'layer_of_many']
    """
    usable, reasons = _calibration_cases(record)
    held_out = _held_out(record)
    groups = [("source", name, part) for name, part in held_out.groupby("source_id", sort=False)]
    groups += [("all", "all sources", held_out)]
    groups += [("chip", name, part) for name, part in held_out.groupby("chip_id", sort=False)]
    groups += [("ratio", " over ".join(pair), calibration.ratios(held_out, *pair)) for pair in _PAIRS]
    rows = [_errors(*group) for group in groups if len(group[-1])]
    if usable["source_id"].nunique() > 1:
        rows += [{"kind": "factor", "name": name, "value": value} for name, value in vars(_factors(record)).items()]
    rows += [{"kind": "left out", "name": reason, "cases": count} for reason, count in reasons.items()]
    columns = ["kind", "name", "cases", "median_error_share", "median_absolute_error_share", "value", "source_id"]
    return pd.DataFrame(rows, columns=columns)


def _errors(kind: str, name: str, part: pd.DataFrame) -> dict:
    errors = part["error_share"]
    ids = "|".join(sorted(set(part["source_id"])))
    median = {"median_error_share": errors.median(), "median_absolute_error_share": errors.abs().median()}
    return {"kind": kind, "name": name, "cases": len(part), **median, "source_id": ids}


@result
def workload_measured(record: Record) -> pd.DataFrame:
    """Each measurement beside what the roofline says of it, with factors fitted without its source.

    Returns
    -------
    frame : a row a measurement; ``measured, predicted`` in tokens a second over all its chips, ``error_share``.

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
    chips : chip ids.

    Returns
    -------
    frame : a row a chip and phase: see `analysis.workloads.throughput.throughput` and `against`.

    Raises
    ------
    ParameterError : a model or chip that does not exist, more tokens than the model takes.

    Examples
    --------
    >>> frame = Record().workload_throughput(chips="h100-sxm")
    >>> frame.loc[frame["phase"] == "decode", "ratio"].tolist()
    [1.0]
    """
    return _at_work(record, model, precision, sequences, prompt, output, count, chips).copy()


@result
def cost_per_token(
    record: Record,
    *,
    model: str = MODEL,
    sequences: Count = 64,
    prompt: Count = 2048,
    output: Count = 512,
    chips: tuple[str, ...] = CHIPS,
    price_basis: Literal[*_FORMS] = "purchase",
    years: Positive = 4.0,
) -> pd.DataFrame:
    """Dollars a million tokens on eight chips in FP8: purchase price over some years and power, or an hour's rent.

    Parameters
    ----------
    model, sequences, prompt, output, chips : as in `workload_throughput`.
    price_basis : a card bought, or rented by the hour.
    years : over which a bought card is paid off, working without a pause.

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
    frame = _at_work(record, model, "fp8", sequences, prompt, output, 8, chips)
    shown = list(dict.fromkeys(frame["chip_id"]))
    if price_basis == "rental":
        power, hours = costs.power_in_rent(shown), 1.0
    else:
        power = costs.hourly_power(shown, resolved_chips(record).resolved, record.table("power"))
        hours = years * _HOURS_A_YEAR
    return costs.usd_per_million_tokens(frame, _prices(record, price_basis, shown), power, hours)


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
    chips: tuple[str, ...] = CHIPS,
) -> pd.DataFrame:
    """How many of each chip do the work of one H200 server, in prefill, decode and training, and what they cost.

    Parameters
    ----------
    model, precision, sequences, prompt, output, chips : as in `workload_throughput`.
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
    compared = (*chips, REFERENCE) if chips else chips
    frame = _at_work(record, model, precision, sequences, prompt, output, count, compared)
    clusters = throughput.chips_matching(frame, REFERENCE, count, _prices(record, "purchase", frame["chip_id"]))
    return clusters[clusters["chip_id"].isin(chips)].reset_index(drop=True)


@shared
def _at_work(
    record: Record,
    model: str,
    precision: str,
    sequences: int,
    prompt: int,
    output: int,
    count: int,
    chips: tuple[str, ...],
) -> pd.DataFrame:
    """The throughput of chips, and as multiples of the baseline, which need not be among them."""
    load = roofline.load_for(record.whole("models"), model, precision, sequences, prompt, output, count)
    models, usable = record.table("models"), _calibration_cases(record)[0]
    shown = named(chips, BASELINE, resolved_chips(record).products)[0]
    if usable.empty or model not in set(models["model_id"]):
        return throughput.against(throughput.nothing(), BASELINE)
    rates = {chip: _rates(record).get(chip, throughput.UNKNOWN) for chip in dict.fromkeys([*shown, BASELINE])}
    shape = models.set_index("model_id").at[model, "source_id"]
    ids = "|".join(dict.fromkeys([*sorted(usable["source_id"]), *shape.split("|")]))
    profile = transformer.profiles(models).loc[model]
    frame = throughput.throughput(profile, rates, load, _factors(record), _utilisation(record), ids)
    frame = throughput.against(frame, BASELINE)
    return frame[frame["chip_id"].isin(shown)].reset_index(drop=True)


def _utilisation(record: Record) -> tuple[float, float]:
    """Least and most model FLOPs utilisation measured in training; NaN where none is on record."""
    rows = record.table("benchmarks")
    rows = rows[rows["metric"].str.startswith("model FLOPs utilisation") & rows["is_measured"]]
    return float(rows["value"].min()), float(rows["value"].max())


def _prices(record: Record, basis: str, chips: Sequence[str]) -> pd.DataFrame:
    """What each chip costs in dollars, a card or an hour, with the best grade among its sources."""
    return prices_on(record, tuple(chips), _FORMS[basis]).drop(columns=["on", "market"])
