"""Results on workloads: what chips are worth at work, how well the model of it fits, what it costs, how many match."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis import load, prices, roofline, transformer, workload_cases, workload_costs, workloads
from analysis import workload_fit as fitting
from analysis.chip_results import BASELINE, resolved_chips
from analysis.chip_specs import named
from analysis.errors import ParameterError
from analysis.roofline import DEFAULTS

CHIPS = ("h20-96gb", "h100-sxm", "h200-sxm", "h800-sxm", "a800-sxm-80gb", "rtx-6000d", "b30a")
REFERENCE = "h200-sxm"
_HOURS_A_YEAR = 8766
_PAIRS = [("h200-sxm", "h100-sxm"), ("h20-96gb", "h100-sxm")]
_FORMS = {"purchase": ("card", "usd per unit"), "rental": ("rental_hour", "usd per hour")}


def workload_fit(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """How far the roofline errs on sources that it was not fitted to: by source, as ratios, and what is left out."""
    usable, reasons = _cases(as_of, without)
    held = fitting.held_out(usable)
    rows = [_errors("source", name, part) for name, part in held.groupby("source_id", sort=False)]
    rows += [_errors("all", "all sources", held)] if len(held) else []
    rows += [_errors("chip", name, part) for name, part in held.groupby("chip_id", sort=False)]
    for pair in _PAIRS:
        ratios = fitting.ratios(held, *pair)
        rows += [_errors("ratio", " over ".join(pair), ratios)] if len(ratios) else []
    if usable["source_id"].nunique() > 1:
        factors = vars(fitting.fit(usable))
        rows += [{"kind": "factor", "name": name, "value": value} for name, value in factors.items()]
    rows += [{"kind": "left out", "name": reason, "cases": count} for reason, count in reasons.items()]
    columns = ["kind", "name", "cases", "median_error_share", "median_absolute_error_share", "value", "source_id"]
    return pd.DataFrame(rows, columns=columns)


def _errors(kind: str, name: str, part: pd.DataFrame) -> dict:
    errors = part["error_share"]
    ids = "|".join(dict.fromkeys(part["source_id"]))
    median = {"median_error_share": errors.median(), "median_absolute_error_share": errors.abs().median()}
    return {"kind": kind, "name": name, "cases": len(part), **median, "source_id": ids}


def workload_measured(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Each measurement beside what the roofline says of it, with factors fitted without its source."""
    held = fitting.held_out(_cases(as_of, without)[0])
    columns = [*workload_cases.COLUMNS[1:], "predicted", "error_share"]
    return held.reindex(columns=columns)


def workload_throughput(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    model: str = DEFAULTS["model"],
    precision: str = DEFAULTS["precision"],
    batch: str = DEFAULTS["batch"],
    count: str = DEFAULTS["count"],
    chips: Collection[str] = CHIPS,
) -> pd.DataFrame:
    """Tokens a second and chip in prefill, decode, training; ``batch``: sequences over all chips x prompt+output."""
    return _throughput(as_of, without, chips, model=model, precision=precision, batch=batch, count=count)


def cost_per_token(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    model: str = DEFAULTS["model"],
    batch: str = DEFAULTS["batch"],
    chips: Collection[str] = CHIPS,
    price_basis: str = "purchase",
    years: str = "4",
) -> pd.DataFrame:
    """Dollars a million tokens on eight chips in FP8: purchase price over some years and power, or an hour's rent."""
    if price_basis not in _FORMS:
        raise ParameterError(f"price_basis: {price_basis!r} is not one of {', '.join(_FORMS)}.")
    frame = _throughput(as_of, without, chips, model=model, batch=batch)
    hours, shown = _number("years", years) * _HOURS_A_YEAR, list(dict.fromkeys(frame["chip_id"]))
    told = _prices(as_of, without, price_basis, shown)
    if price_basis == "rental":
        return workload_costs.cost(frame, told, workload_costs.within_rent(shown), 1.0)
    facts = load.table("power", as_of=as_of, without=without)
    power = workload_costs.hourly_power(shown, resolved_chips(as_of, without)[0], facts)
    return workload_costs.cost(frame, told, power, hours)


def cluster_equivalents(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    model: str = DEFAULTS["model"],
    precision: str = DEFAULTS["precision"],
    batch: str = DEFAULTS["batch"],
    count: str = DEFAULTS["count"],
    chips: Collection[str] = CHIPS,
) -> pd.DataFrame:
    """How many of each chip do the work of one H200 server, in prefill, decode and training, and what they cost."""
    asked = {"model": model, "precision": precision, "batch": batch, "count": count}
    frame = _throughput(as_of, without, [*chips, REFERENCE] if chips else chips, **asked)
    found = workloads.matching(frame, REFERENCE, int(count), _prices(as_of, without, "purchase", frame["chip_id"]))
    return found[found["chip_id"].isin(list(chips))].reset_index(drop=True)


def _cases(as_of: str | None, without: Collection[str]) -> tuple[pd.DataFrame, pd.Series]:
    """Benchmark rows that factors can be fitted to, with their times; and how many others there are, by reason."""
    benchmarks, models = (load.table(name, as_of=as_of, without=without) for name in ("benchmarks", "models"))
    cases, left = workload_cases.cases(benchmarks, models)
    ends = workloads.chip_rates(resolved_chips(as_of, without)[0])
    points = {chip: rates["point"] for chip, rates in ends.items()}
    found = fitting.features(cases, transformer.costs(models), points)
    own = found[found["reason"] != ""].groupby("reason", sort=False).size()
    reasons = left.groupby("reason", sort=False)["rows"].sum().add(own, fill_value=0).sort_values(ascending=False)
    return found[found["reason"] == ""].reset_index(drop=True), reasons


def _throughput(as_of: str | None, without: Collection[str], chips: Collection[str], **named_so: str) -> pd.DataFrame:
    """Of the chips asked for, and as multiples of the baseline, which need not be among them."""
    asked, model = roofline.asked(load.table("models"), **named_so), named_so["model"]
    models = load.table("models", as_of=as_of, without=without)
    usable, resolved = _cases(as_of, without)[0], resolved_chips(as_of, without)
    shown = named(chips, BASELINE, resolved[2])[0]
    if usable.empty or model not in set(models["model_id"]):
        return workloads.against(workloads.nothing(), BASELINE)
    known = workloads.chip_rates(resolved[0])
    rates = {chip: known.get(chip, workloads.UNKNOWN) for chip in dict.fromkeys([*shown, BASELINE])}
    part = _utilisation(as_of, without)
    shape = models.set_index("model_id").at[model, "source_id"]
    ids = "|".join(dict.fromkeys([*usable["source_id"], *shape.split("|")]))
    costs = transformer.costs(models).loc[model]
    frame = workloads.throughput(costs, rates, asked, fitting.fit(usable), part, ids)
    frame = workloads.against(frame, BASELINE)
    return frame[frame["chip_id"].isin(shown)].reset_index(drop=True)


def _utilisation(as_of: str | None, without: Collection[str]) -> tuple[float, float]:
    """Least and most model FLOPs utilisation measured in training; NaN where none is on record."""
    rows = load.table("benchmarks", as_of=as_of, without=without)
    rows = rows[rows["metric"].str.startswith("model FLOPs utilisation") & rows["is_measured"]]
    return float(rows["value"].min()), float(rows["value"].max())


def _prices(as_of: str | None, without: Collection[str], basis: str, chips: Collection[str]) -> pd.DataFrame:
    """What each chip costs in dollars, a card or an hour, with the best grade among its sources."""
    families = load.table("products").set_index("product")["family"]
    told = load.table("prices", as_of=as_of, without=without)
    found = prices.newest(told, {chip: families[chip] for chip in dict.fromkeys(chips)}, *_FORMS[basis])
    grades = told.set_index("source_id")["grade"].to_dict()
    return found.assign(
        price_grade=[min(map(grades.get, ids.split("|"))) if ids else "" for ids in found["price_source_id"]]
    )


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not 0 < number < np.inf:
        raise ParameterError(f"{name}: {text!r} is no number above 0. Write 4.")
    return number
