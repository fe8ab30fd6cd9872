"""Results on workloads: what chips are worth at work, how well the model of it fits, what it costs, how many match."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis.chips import prices
from analysis.chips.results import BASELINE, resolved_chips
from analysis.chips.specs import named
from analysis.facts.arguments import Count, Positive
from analysis.facts.record import Record, result, shared
from analysis.workloads import cases, costs, fit, roofline, throughput, transformer
from analysis.workloads.roofline import BYTES, MODEL, Load

CHIPS = ("h20-96gb", "h100-sxm", "h200-sxm", "h800-sxm", "a800-sxm-80gb", "rtx-6000d", "b30a")
REFERENCE = "h200-sxm"
Precision = Literal[*BYTES]
_HOURS_A_YEAR = 8766
_PAIRS = [("h200-sxm", "h100-sxm"), ("h20-96gb", "h100-sxm")]
_FORMS = {"purchase": ("card", "usd per unit"), "rental": ("rental_hour", "usd per hour")}


@shared
def _cases(record: Record) -> tuple[pd.DataFrame, pd.Series]:
    """Benchmark rows that factors can be fitted to, with their times; and how many others there are, by reason."""
    models = record.table("models")
    rows, left = cases.cases(record.table("benchmarks"), models)
    ends = throughput.chip_rates(resolved_chips(record).resolved)
    points = {chip: rates["point"] for chip, rates in ends.items()}
    found = fit.features(rows, transformer.costs(models), points)
    without_times = found[found["reason"] != ""].groupby("reason", sort=False).size()
    reasons = left.groupby("reason", sort=False)["rows"].sum().add(without_times, fill_value=0)
    usable = found[found["reason"] == ""].reset_index(drop=True)
    return usable, reasons.sort_values(ascending=False)


@shared
def _factors(record: Record) -> roofline.Factors:
    return fit.fit(_cases(record)[0])


@shared
def _held_out(record: Record) -> pd.DataFrame:
    return fit.held_out(_cases(record)[0])


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
    usable, reasons = _cases(record)
    held = _held_out(record)
    rows = [_errors("source", name, part) for name, part in held.groupby("source_id", sort=False)]
    rows += [_errors("all", "all sources", held)] if len(held) else []
    rows += [_errors("chip", name, part) for name, part in held.groupby("chip_id", sort=False)]
    for pair in _PAIRS:
        ratios = fit.ratios(held, *pair)
        rows += [_errors("ratio", " over ".join(pair), ratios)] if len(ratios) else []
    if usable["source_id"].nunique() > 1:
        factors = vars(_factors(record))
        rows += [{"kind": "factor", "name": name, "value": value} for name, value in factors.items()]
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
    load = roofline.load_for(
        record.whole("models"),
        model,
        precision=precision,
        sequences=sequences,
        prompt=prompt,
        output=output,
        count=count,
    )
    return _throughput(record, model, load, chips)


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
    frame : a row a chip and phase: see `analysis.workloads.costs.cost`.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> rented = Record().cost_per_token(price_basis="rental", chips="h100-sxm")
    >>> rented["power_high_usd_per_million"].eq(0).all()
    np.True_
    """
    lengths = {"sequences": sequences, "prompt": prompt, "output": output}
    load = roofline.load_for(record.whole("models"), model, precision="fp8", count=8, **lengths)
    frame = _throughput(record, model, load, chips)
    shown = list(dict.fromkeys(frame["chip_id"]))
    price = _prices(record, price_basis, shown)
    if price_basis == "rental":
        return costs.cost(frame, price, costs.within_rent(shown), 1.0)
    power = costs.hourly_power(shown, resolved_chips(record).resolved, record.table("power"))
    return costs.cost(frame, price, power, years * _HOURS_A_YEAR)


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
    frame : a row a chip and phase; whole chips, dollars: see `analysis.workloads.throughput.matching`.

    Raises
    ------
    ParameterError : as `workload_throughput`.

    Examples
    --------
    >>> frame = Record().cluster_equivalents(chips="h200-sxm")
    >>> set(frame["needed_high"])
    {8.0}
    """
    lengths = {"sequences": sequences, "prompt": prompt, "output": output}
    load = roofline.load_for(record.whole("models"), model, precision=precision, count=count, **lengths)
    frame = _throughput(record, model, load, (*chips, REFERENCE) if chips else chips)
    found = throughput.matching(frame, REFERENCE, count, _prices(record, "purchase", frame["chip_id"]))
    return found[found["chip_id"].isin(chips)].reset_index(drop=True)


def _throughput(record: Record, model: str, load: Load, chips: tuple[str, ...]) -> pd.DataFrame:
    """Of the chips asked for, and as multiples of the baseline, which need not be among them."""
    models, usable = record.table("models"), _cases(record)[0]
    resolved, _, products = resolved_chips(record)
    shown = named(chips, BASELINE, products)[0]
    if usable.empty or model not in set(models["model_id"]):
        return throughput.against(throughput.nothing(), BASELINE)
    known = throughput.chip_rates(resolved)
    rates = {chip: known.get(chip, throughput.UNKNOWN) for chip in dict.fromkeys([*shown, BASELINE])}
    shape = models.set_index("model_id").at[model, "source_id"]
    ids = "|".join(dict.fromkeys([*sorted(usable["source_id"]), *shape.split("|")]))
    shape_costs = transformer.costs(models).loc[model]
    frame = throughput.throughput(shape_costs, rates, load, _factors(record), _utilisation(record), ids)
    frame = throughput.against(frame, BASELINE)
    return frame[frame["chip_id"].isin(shown)].reset_index(drop=True)


def _utilisation(record: Record) -> tuple[float, float]:
    """Least and most model FLOPs utilisation measured in training; NaN where none is on record."""
    rows = record.table("benchmarks")
    rows = rows[rows["metric"].str.startswith("model FLOPs utilisation") & rows["is_measured"]]
    return float(rows["value"].min()), float(rows["value"].max())


def _prices(record: Record, basis: str, chips: Sequence[str]) -> pd.DataFrame:
    """What each chip costs in dollars, a card or an hour, with the best grade among its sources."""
    families = record.whole("products").set_index("product")["family"]
    rows = record.table("prices")
    found = prices.newest(rows, {chip: families[chip] for chip in dict.fromkeys(chips)}, *_FORMS[basis])
    grades = rows.set_index("source_id")["grade"].to_dict()
    return found.assign(
        price_grade=[min(map(grades.get, ids.split("|"))) if ids else "" for ids in found["price_source_id"]]
    )
