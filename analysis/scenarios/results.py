"""Results on scenarios: what a policy would be worth, which input decides, where it breaks even."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.chips.results import equivalence, prices_on
from analysis.counts import positions
from analysis.facts.arguments import Bounds, Draws, Positive, Seed, Share
from analysis.facts.errors import DataError, ParameterError, did_you_mean
from analysis.facts.record import Record, result, shared
from analysis.scenarios import costs, inputs, model, runs, sensitivity, solve
from analysis.scenarios import draws as drawing
from analysis.scenarios.inputs import MEASURES, Shape
from analysis.shipments.results import units_by_year
from analysis.workloads.results import workload_throughput

DOMESTIC, SMUGGLED = "ascend-910c", "h200-sxm"
Outcome = Literal[*drawing.OUTCOMES]
_MOST_FOR_INDICES = 1 << 16  # the model is run some twenty times as often, and all runs are held at once
_SPECS = {"compute": ("throughput_tops", "bf16"), "bandwidth": ("memory_bandwidth_gb_s", "")}
_AT_WORK = ("prefill", "decode")


@result
def scenario_outcomes(
    record: Record,
    *,
    policies: tuple[str, ...] = (),
    run: Path | None = None,
    card_price: Positive | None = None,
    let_in: Share | None = None,
    fee: Annotated[float, Bounds(0, 0.95)] | None = None,
    draws: Draws = 65536,
    seed: Seed = 0,
) -> pd.DataFrame:
    """What sales of NVIDIA's chips to China would be worth under a policy, by quarter and by year.

    Parameters
    ----------
    policies : names of files of ``data/runs/``; empty: all.
    run : a file of the reader's own, instead.
    card_price : of every chip that the policy lets be sold, in USD, in place of what is drawn.
    let_in : the part of the demand that China lets in, in place of what is drawn.
    fee : the government's share or tariff, in place of the policy's.
    draws : how often every input is drawn.
    seed : of the draws: the same seed gives the same bytes.

    Returns
    -------
    frame : a row a policy, outcome and period, ``mean, p5, p50, p95`` in ``unit``; NaN where a chip's worth is unknown:
        see `analysis.scenarios.draws.summary`; ``source_id`` of all inputs.

    Raises
    ------
    ParameterError : a policy that does not exist, a chip without a price, a cost or a demand.
    DataError : every fault of the run files.

    Examples
    --------
    >>> frame = Record().scenario_outcomes(policies="ban", draws=64)
    >>> frame.loc[frame["outcome"] == "revenue", "p95"].max()
    np.float64(0.0)
    """
    frames = []
    given = {"price": card_price, "gate": let_in, "fee": fee}
    for made in _ready(record, policies, run):
        made = drawing.held(made, {name: value for name, value in given.items() if value is not None})
        frame = drawing.summary(made.policy, drawing.drawn(made, draws, seed))
        frames.append(frame.assign(unit=frame["outcome"].map(UNITS), source_id=_joined(*made.source_ids.values())))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_OUTCOME_COLUMNS)


_OUTCOME_COLUMNS = ["policy", "outcome", "period", "period_is", "mean", "p5", "p50", "p95", "unit", "source_id"]


@result
def scenario_costs(
    record: Record, *, policies: tuple[str, ...] = (), run: Path | None = None, draws: Draws = 16384, seed: Seed = 0
) -> pd.DataFrame:
    """What an H100's work costs a Chinese buyer under a policy, beside the best domestic chip and smuggled cards.

    Parameters
    ----------
    policies, run, draws, seed : as in `scenario_outcomes`.

    Returns
    -------
    frame : a row a policy, chip, measure and rival, in dollars: see `analysis.scenarios.costs.per_work`;
        ``rival_chip``, ``source_id``.

    Raises
    ------
    ParameterError, DataError : as `scenario_outcomes`.

    Examples
    --------
    >>> frame = Record().scenario_costs(policies="h200-as-licensed", draws=64)
    >>> set(frame["against"]) == {"domestic", "smuggled"}
    True
    """
    facts, ids = chip_facts(record, (DOMESTIC, SMUGGLED))
    rows = inputs.by_chip(record.table("scenario_ranges"), "")
    premium = {"premium": inputs.shapes_of(rows)["grey_premium"]} if "grey_premium" in rows else {}
    rivals = {"domestic": facts[DOMESTIC], "smuggled": facts[SMUGGLED] | premium}
    frames = [pd.DataFrame(columns=[*costs.COLUMNS, "rival_chip", "source_id"])]
    for made in _ready(record, policies, run):
        frame = costs.per_work(made, rivals, draws, seed)
        chips = frame["against"].map({"domestic": DOMESTIC, "smuggled": SMUGGLED})
        keys = zip(frame["chip"], chips, frame["measure"], strict=True)
        sources = [
            _joined(
                made.source_ids.get(f"{chip}: price"),
                made.source_ids.get(f"{chip}: {measure}"),
                ids.get(f"{other}: price"),
                ids.get(f"{other}: {measure}"),
            )
            for chip, other, measure in keys
        ]
        frames.append(frame.assign(rival_chip=chips, source_id=sources))
    return pd.concat(frames[len(frames) > 1 :], ignore_index=True)


@result
def scenario_sensitivity(
    record: Record,
    *,
    policy: str = "h200-as-licensed",
    outcome: Outcome = "revenue",
    run: Path | None = None,
    draws: Draws = 4096,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Which input decides what a policy would be worth over all its quarters: Sobol indices, first order and total.

    Parameters
    ----------
    policy, run : one policy.
    outcome : what is asked about.
    draws : a power of two up to 65,536; the model is run as often as there are varying inputs and twice more.
    seed : of the draws.

    Returns
    -------
    frame : a row a varying input: see `analysis.scenarios.sensitivity.indices`; ``about, unit, basis, source_id``.

    Raises
    ------
    ParameterError, DataError : as `scenario_outcomes`; a number of draws that is no power of two or more than 65,536.

    Examples
    --------
    >>> frame = Record().scenario_sensitivity(draws=256)
    >>> frame["first"].is_monotonic_decreasing
    True
    """
    if draws > _MOST_FOR_INDICES:
        raise ParameterError(f"draws: {draws} are more than {_MOST_FOR_INDICES:,}. Write 4096.")
    if draws & (draws - 1):
        raise ParameterError(f"draws: {draws} is no power of two. Write {1 << draws.bit_length()}.")
    made = _one(record, policy, run) or drawing.NOTHING
    frame = sensitivity.indices(made, outcome, draws, seed)
    what = [inputs.INPUTS[name.rpartition(": ")[2]] for name in frame["variable"]]
    told = {"about": [one.about for one in what], "unit": [one.unit for one in what]}
    told |= {"basis": frame["variable"].map(made.bases.get), "source_id": frame["variable"].map(made.source_ids.get)}
    return frame.assign(policy=policy, outcome=outcome, **told)


@result
def scenario_map(
    record: Record,
    *,
    policy: str = "h200-as-licensed",
    outcome: Outcome = "revenue",
    across: str = "",
    up: str = "",
    steps: Annotated[int, Bounds(2, 25)] = 7,
    run: Path | None = None,
    draws: Draws = 2048,
    seed: Seed = 0,
) -> pd.DataFrame:
    """What a policy would be worth for pairs of values of two inputs, the others drawn.

    Parameters
    ----------
    policy, outcome, run, draws, seed : as in `scenario_sensitivity`.
    across, up : variables as `scenario_terms` names them; empty: the two with the largest first-order indices.
    steps : values of each.

    Returns
    -------
    frame : a row a pair: see `analysis.scenarios.sensitivity.grid`; ``policy, outcome, across_variable, up_variable``,
        ``source_id`` of the two inputs.

    Raises
    ------
    ParameterError, DataError : as `scenario_outcomes`; a variable that is none or that does not vary.

    Examples
    --------
    >>> len(Record().scenario_map(steps=2, draws=64))
    4
    """
    made = _one(record, policy, run)
    if made is None:
        return pd.DataFrame(columns=_MAP_COLUMNS)
    first = scenario_sensitivity(record, policy=policy, outcome=outcome, run=run, draws=1024)["variable"].tolist()
    if not first and not (across and up):  # the outcome is unknown
        return pd.DataFrame(columns=_MAP_COLUMNS)
    pair = [across or next((one for one in first if one != up), ""), ""]
    pair[1] = up or next((one for one in first if one != pair[0]), "")
    for name, one in zip(("across", "up"), pair, strict=True):
        if one not in made.varying:
            hint = did_you_mean(one, made.varying)
            raise ParameterError(
                f"{name}: {one!r} does not vary here. {hint}What does: {', '.join(made.varying) or 'none'}."
            )
    frame = sensitivity.grid(made, outcome, *pair, steps, draws, seed)
    told = {"across_variable": pair[0], "up_variable": pair[1], "source_id": _joined(*map(made.source_ids.get, pair))}
    return frame.assign(policy=policy, outcome=outcome, **told)


_MAP_COLUMNS = ["across", "up", "p50", "policy", "outcome", "across_variable", "up_variable", "source_id"]


@result
def published_scenarios(record: Record, *, swap: dict[str, float] | None = None) -> pd.DataFrame:
    """Published scenarios computed again from their assumptions; what each lacks, and which value of it would fit.

    Parameters
    ----------
    swap : another value of one assumption, in its unit, as in `positions`.

    Returns
    -------
    frame : a row a scenario: see `analysis.counts.positions.table`; ``lacks`` (empty where all assumptions are public),
        ``lacks_unit``, ``would_fit`` (the value with which the headline comes out; NaN where none in the span does),
        ``looked_low, looked_high``.

    Raises
    ------
    ParameterError : an assumption that no scenario has, a value that is not above 0.
    DataError : every fault of the files.

    Examples
    --------
    >>> frame = Record().published_scenarios().set_index("position")
    >>> round(frame.loc["s01-ifp-b30a-none", "would_fit"], -2)
    np.float64(222300.0)
    """
    views = _scenario_views(record)
    usable = record.table("sources").set_index("source_id")["known_on"]
    frame = positions.table(views, usable, swap=swap or {})
    rows = []
    for view in map(views.get, frame["position"]):
        name = next(iter(view["missing"]), "")
        if not name:
            rows.append(("" if view["assumptions"] else "every input", "", *[float("nan")] * 3))
            continue
        missing = view["missing"][name]
        known = positions.values_of(view)
        goal = view["headline"].get("value", view["headline"].get("low"))
        found = solve.solve(partial(_with, view, known, name), goal, *_ends(missing))
        rows.append((missing["about"], missing["unit"], found.value, *_ends(missing)))
    return frame.assign(**dict(zip(_LACKS, zip(*rows, strict=True) if rows else [[]] * 5, strict=True)))


_LACKS = ("lacks", "lacks_unit", "would_fit", "looked_low", "looked_high")


def _with(view: dict, known: dict[str, float], name: str, value: float) -> float:
    """What a view comes to with one of its figures replaced."""
    return positions.computed(view, known | {name: value})


def _ends(missing: Mapping[str, float]) -> tuple[float, float]:
    return missing["low"], missing["high"]


def _scenario_views(record: Record) -> dict[str, dict]:
    return positions.read(record.folder / "positions" / "scenarios", _known_on(record))


def _known_on(record: Record) -> pd.Series:
    return record.documents.set_index("source_id")["known_on"]


@result
def break_even(
    record: Record,
    *,
    of: str = "cost:h200-as-licensed:h200-sxm:bandwidth",
    vary: str = "fee",
    goal: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> pd.DataFrame:
    """The price, volume, share, fee or rate at which a view, a threshold or a goal just holds; or that there is none.

    Parameters
    ----------
    of : what has to come out. ``position:ID``: a published view (goal: its headline). ``policy:NAME:OUTCOME``: the
        median of an outcome over all quarters. ``cost:POLICY:CHIP:MEASURE``: what an H100's work costs the buyer, with
        the fee passed on in full, over that of the best domestic chip (goal: 1). ``units:PRODUCT:YEAR``: revenue in USD
        million of the units sold, at a price.
    vary : the assumption, the variable of the policy (as `scenario_terms` names it), the input of the chip, or price.
    goal : what has to be reached; by default as above.
    low, high : between which it is looked for; by default what a share may be, or a tenth to ten times of what it is.

    Returns
    -------
    frame : one row: ``of, vary, goal, value`` (NaN where there is none), ``low, high, at_low, at_high`` (what is
        reached at the ends), ``now`` (the value on record) and ``reached_now``, ``why`` (empty, or why there is none),
        ``source_id``.

    Raises
    ------
    ParameterError : a target or an input that does not exist, no goal where one is needed, a low not below high.

    Examples
    --------
    >>> Record().break_even(of="position:ifp-b30a-over-h20", vary="b30a_fp4_tops")["value"].round().tolist()
    [7104.0]
    """
    found = _target(record, of, vary)
    wanted = found.goal if goal is None else goal
    problems = [] if wanted is not None else [f"goal: {of} has no headline of its own. Say what has to be reached."]
    least = found.low if low is None else low
    most = found.high if high is None else high
    if not least < most:
        problems.append(f"low: {least:g} is not below high {most:g}. Swap or widen them.")
    if problems:
        raise ParameterError(*problems)
    answer = solve.solve(found.reached, wanted, least, most)
    row = {"of": of, "vary": vary, "goal": wanted, "value": answer.value, "low": least, "high": most}
    row |= {"at_low": answer.at_low, "at_high": answer.at_high, "now": found.now}
    row |= {"reached_now": found.reached(found.now) if found.now == found.now else float("nan"), "why": answer.why}
    return pd.DataFrame([row | {"source_id": found.source_id}])


class _Target(NamedTuple):
    """What has to come out: a function of one number, its goal, where the number is looked for, and what it is now."""

    reached: Callable[[float], float]
    goal: float | None
    low: float
    high: float
    now: float
    source_id: str


_UNKNOWN = _Target(lambda _: float("nan"), float("nan"), 0.0, 1.0, float("nan"), "")


def _target(record: Record, of: str, vary: str) -> _Target:
    kind, *rest = of.split(":")
    if kind not in _KINDS or len(rest) != _KINDS[kind][1]:
        forms = ", ".join(form for _, _, form in _KINDS.values())
        raise ParameterError(f"of: {of!r} is nothing that can break even. {did_you_mean(kind, _KINDS)}Write {forms}.")
    return _KINDS[kind][0](record, *rest, vary)


def _varied(vary: str, known: Collection[str]) -> None:
    if vary not in known:
        raise ParameterError(
            f"vary: {vary!r} is no input here. {did_you_mean(vary, known)}They are: {', '.join(known)}."
        )


def _around(now: float, name: str) -> tuple[float, float]:
    bounds = inputs.INPUTS[name].bounds if name in inputs.INPUTS else inputs.COUNT
    if bounds.high <= 1 and bounds.low >= 0:
        return bounds.low, bounds.high
    return tuple(sorted((0.1 * now, 10 * now))) if now else (0.0, 1.0)


def _of_position(record: Record, name: str, vary: str) -> _Target:
    views = positions.read(record.folder / "positions", _known_on(record)) | _scenario_views(record)
    if name not in views:
        raise ParameterError(f"of: there is no view {name!r}. {did_you_mean(name, views)}They are: {', '.join(views)}.")
    view = views[name]
    ids = [view["headline"]["source_id"], *(cell["source_id"] for cell in view["assumptions"].values())]
    values = positions.values_of(view)
    _varied(vary, [*values, *view["missing"]])
    missing = view["missing"].get(vary)
    ends = _ends(missing) if missing else _around(values[vary], "")
    if not record.has(*ids):
        return _UNKNOWN
    goal = view["headline"].get("value", view["headline"].get("low"))
    now = float("nan") if missing else values[vary]
    return _Target(partial(_with, view, values, vary), goal, *ends, now, _joined(*ids))


def _of_policy(record: Record, policy: str, outcome: str, vary: str) -> _Target:
    made = _one(record, policy)
    if outcome not in drawing.OUTCOMES:
        raise ParameterError(f"of: {outcome!r} is none of {', '.join(drawing.OUTCOMES)}.")
    if made is None:
        return _UNKNOWN
    _varied(vary, list(made.shapes))
    shares = drawing.points(made, _DRAWS_TO_SOLVE, 0)
    at = drawing.values(made, shares)

    def reached(value: float) -> float:
        found = drawing.outcomes(made, at | {vary: value}, len(shares), (outcome,))[outcome]
        return float(np.median(found.sum(axis=1)))

    now = made.shapes[vary].middle
    ids = _joined(*made.source_ids.values())
    return _Target(reached, None, *_around(now, vary.rpartition(": ")[2]), now, ids)


def _of_cost(record: Record, policy: str, chip: str, measure: str, vary: str) -> _Target:
    made = _one(record, policy)
    if made is None:
        return _UNKNOWN
    problems = [f"of: {policy} sells no {chip!r}."] * (chip not in made.policy.terms)
    problems += [f"of: {measure!r} is none of {', '.join(MEASURES)}."] * (measure not in MEASURES)
    if problems:
        raise ParameterError(*problems)
    given = {name: made.shapes[key].middle for name, key in made.keys[chip].items()} | {"passed_on": 1.0}
    _varied(vary, list(given))
    facts, ids = chip_facts(record, (DOMESTIC,))
    rival = {name: one.middle for name, one in facts[DOMESTIC].items()}
    theirs = rival.get("price", float("nan")) / rival.get(measure, float("nan"))

    def reached(value: float) -> float:
        at = given | {vary: value}
        return float(model.prices(at, made.policy.fee_on[chip])[0] / at[measure] / theirs)

    keys = [made.source_ids.get(made.keys[chip][name]) for name in ("price", measure)]
    ids = _joined(*keys, ids.get(f"{DOMESTIC}: price"), ids.get(f"{DOMESTIC}: {measure}"))
    return _Target(reached, 1.0, *_around(given[vary], vary), given[vary], ids)


def _of_units(record: Record, product: str, year: str, vary: str) -> _Target:
    _varied(vary, ["price"])
    years = units_by_year(record)
    rows = years[(years["product"] == product) & (years["year"] == year)]
    if rows.empty and product in set(record.whole("unit_priors")["product"]):
        return _UNKNOWN
    if rows.empty:
        known = ", ".join(f"{row.product}/{row.year}" for row in years.itertuples()) or "none"
        raise ParameterError(f"of: no units of {product!r} in {year!r} are estimated. Known are {known}.")
    variants = record.table("unit_priors").set_index("product")["variant"]
    quoted = prices_on(record, (variants[[product]].iloc[0],)).iloc[0]
    units, ends = rows["p50"].iloc[0], (float(quoted["low_usd"]), float(quoted["high_usd"]))
    ids = _joined(rows["source_id"].iloc[0], quoted["price_source_id"])
    return _Target(lambda at: units * at / 1e6, None, *ends, (ends[0] * ends[1]) ** 0.5, ids)


_DRAWS_TO_SOLVE = 4096
_KINDS = {
    "position": (_of_position, 1, "position:ID"),
    "policy": (_of_policy, 2, "policy:NAME:OUTCOME"),
    "cost": (_of_cost, 3, "cost:POLICY:CHIP:MEASURE"),
    "units": (_of_units, 2, "units:PRODUCT:YEAR"),
}


UNITS = (
    {"units": "units"}
    | dict.fromkeys([*drawing.MONEY, "cost"], "musd")
    | dict.fromkeys([*MEASURES, "smuggled"], "h100e")
)


@result
def scenario_policies(record: Record) -> pd.DataFrame:
    """The policies on file: what each says, which chips it lets be sold, and when.

    Returns
    -------
    frame : ``policy, says, chips`` (joined by ``|``), ``first_quarter, last_quarter, note, source_id``.

    Raises
    ------
    DataError : every fault of the files.

    Examples
    --------
    >>> Record().scenario_policies().set_index("policy").loc["ban", "chips"]
    ''
    """
    rows = [
        (name, one.says, "|".join(one.terms), one.periods[0], one.periods[-1], one.note, "|".join(one.source_ids))
        for name, one in policies_on_file(record).items()
        if _is_public(record, one)
    ]
    columns = ["policy", "says", "chips", "first_quarter", "last_quarter", "note", "source_id"]
    return pd.DataFrame(rows, columns=columns)


@result
def scenario_terms(record: Record, *, policies: tuple[str, ...] = (), run: Path | None = None) -> pd.DataFrame:
    """Every input of a policy: from where to where it is drawn, how, and what says so.

    Parameters
    ----------
    policies, run : as in `scenario_outcomes`.

    Returns
    -------
    frame : ``policy, variable, input, about, low, central, high, zero_share, shape, unit, basis, source_id``; an input
        that no cap or fee of the policy uses is left out.

    Raises
    ------
    ParameterError, DataError : as `scenario_outcomes`.

    Examples
    --------
    >>> frame = Record().scenario_terms(policies="h200-as-licensed")
    >>> frame.loc[frame["variable"] == "h200-sxm: fee", "central"].tolist()
    [0.25]
    """
    rows = []
    for made in _ready(record, policies, run):
        for variable, one in made.shapes.items():
            what = inputs.INPUTS[variable.rpartition(": ")[2]]
            if (one.is_point and one.middle in (what.default, 0.0)) or one.middle != one.middle:
                continue
            ends = [one.low, one.central, one.high, one.zero, one.kind, what.unit]
            rows.append(
                (made.policy.name, variable, what.about, *ends, made.bases[variable], made.source_ids[variable])
            )
    columns = [
        "policy",
        "variable",
        "about",
        "low",
        "central",
        "high",
        "zero_share",
        "shape",
        "unit",
        "basis",
        "source_id",
    ]
    return pd.DataFrame(rows, columns=columns)


@shared
def policies_on_file(record: Record, run: Path | None = None) -> dict[str, runs.Policy]:
    """Every policy of ``data/runs/``, or the one of a file, by name."""
    if run is not None and not run.is_file():
        raise ParameterError(f"run: there is no file {run}.")
    paths = tuple(sorted((record.folder / "runs").glob("*.yml"))) if run is None else (run,)
    sources = set(record.whole("sources")["source_id"])
    return runs.read(paths, chips=list(record.names.index), sources=sources)


def _is_public(record: Record, policy: runs.Policy) -> bool:
    return record.has(*policy.source_ids)


def _ready(record: Record, policies: tuple[str, ...], run: Path | None) -> list[drawing.Setup]:
    """The policies named, or all, without those on file of which an input or a document is not on record by the day."""
    made = [assembled(record, name, run) for name in _named(record, policies, run)]
    return [one for one in made if one is not None]


def _one(record: Record, policy: str, run: Path | None = None) -> drawing.Setup | None:
    """One policy; None where it is on file and lacks something by the day."""
    return next(iter(_ready(record, (policy,), run)), None)


@shared
def assembled(record: Record, policy: str, run: Path | None = None) -> drawing.Setup | None:
    """A policy with a shape for each input of its chips; None where one on file lacks something by the day.

    Raises
    ------
    ParameterError : a file of the reader's own has a chip of which the record lacks a price, a cost or another input.
    """
    chosen = policies_on_file(record, run)[policy]
    if not _is_public(record, chosen):
        return None
    ranges = record.table("scenario_ranges")
    faults = [
        f"data/scenario_ranges.csv, {row['input']} {row['product']}: {words}"
        for row in ranges.to_dict("records")
        for words in inputs.faults(row["input"], inputs.of(row), row["unit"])
    ]
    if faults:
        raise DataError(*faults)
    facts, ids = chip_facts(record, tuple(chosen.terms))
    try:
        return drawing.setup(chosen, ranges, facts, ids)
    except ParameterError:
        if run is not None:
            raise
    return None


@shared
def chip_facts(record: Record, chips: tuple[str, ...]) -> tuple[Mapping[str, Mapping[str, Shape]], Mapping[str, str]]:
    """What the record knows of chips: a shape of the price and of the worth by each measure, and their documents."""
    found: dict[str, dict[str, Shape]] = {chip: {} for chip in chips}
    ids: dict[str, str] = {}
    if not chips:
        return found, ids
    for row in prices_on(record, chips).itertuples():
        if row.low_usd == row.low_usd:
            found[row.chip_id]["price"] = inputs.shape("lognormal", row.low_usd, float("nan"), row.high_usd)
            ids[f"{row.chip_id}: price"] = row.price_source_id
    rated = equivalence(record, chips=chips)
    for measure, (spec, precision) in _SPECS.items():
        for row in rated[(rated["spec"] == spec) & (rated["precision"] == precision)].itertuples():
            if row.chip_id in found and row.ratio_low == row.ratio_low:
                found[row.chip_id][measure] = inputs.shape("uniform", row.ratio_low, float("nan"), row.ratio_high)
                ids[f"{row.chip_id}: {measure}"] = row.source_id
    for row in workload_throughput(record, precision="bf16", chips=chips).itertuples():
        if row.phase in _AT_WORK and row.ratio_low == row.ratio_low:
            found[row.chip_id][row.phase] = inputs.shape("lognormal", row.ratio_low, float("nan"), row.ratio_high)
            ids[f"{row.chip_id}: {row.phase}"] = row.source_id
    return found, ids


def _named(record: Record, policies: tuple[str, ...], run: Path | None) -> list[str]:
    known = policies_on_file(record, run)
    unknown = [name for name in policies if name not in known]
    if unknown:
        listed = ", ".join(known)
        raise ParameterError(
            *(f"policies: there is no {n!r}. {did_you_mean(n, known)}There are: {listed}." for n in unknown)
        )
    return list(policies or known)


def _joined(*texts: str | None) -> str:
    """The ids of several cells, each once."""
    return "|".join(dict.fromkeys(part for text in texts if text for part in text.split("|") if part))
