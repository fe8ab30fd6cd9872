"""Results on scenarios: what a policy would be worth, which input decides, where it breaks even."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd

from analysis.chips.results import equivalence, prices_on
from analysis.facts.arguments import Bounds
from analysis.facts.errors import DataError, ParameterError, did_you_mean
from analysis.facts.record import Record, result, shared
from analysis.scenarios import costs, inputs, runs, sensitivity
from analysis.scenarios import draws as drawing
from analysis.scenarios.inputs import MEASURES, Shape
from analysis.workloads.results import workload_throughput

DOMESTIC, SMUGGLED = "ascend-910c", "h200-sxm"
Draws = Annotated[int, Bounds(low=2, high=1 << 21)]
Seed = Annotated[int, Bounds(low=0, high=2**32 - 1)]
Outcome = Literal[*drawing.OUTCOMES]
Power = Annotated[int, Bounds(low=2, high=1 << 16)]
_SPECS = {"compute": ("throughput_tops", "bf16"), "bandwidth": ("memory_bandwidth_gb_s", "")}
_AT_WORK = ("prefill", "decode")


@result
def scenario_outcomes(
    record: Record,
    *,
    policies: tuple[str, ...] = (),
    run: Path | None = None,
    draws: Draws = 65536,
    seed: Seed = 0,
) -> pd.DataFrame:
    """What sales of NVIDIA's chips to China would be worth under a policy, by quarter and by year.

    Parameters
    ----------
    policies : names of files of ``data/runs/``; empty: all.
    run : a file of the reader's own, instead.
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
    for name in _named(record, policies, run):
        made = assembled(record, name, run)
        frame = drawing.summary(made.policy, drawing.drawn(made, draws, seed))
        frames.append(frame.assign(unit=frame["outcome"].map(UNITS), source_id=_joined(*made.source_ids.values())))
    return pd.concat(frames, ignore_index=True)


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
    frames = [pd.DataFrame()]
    for name in _named(record, policies, run):
        made = assembled(record, name, run)
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
    return pd.concat(frames, ignore_index=True)


@result
def scenario_sensitivity(
    record: Record,
    *,
    policy: str = "h200-as-licensed",
    outcome: Outcome = "revenue",
    run: Path | None = None,
    draws: Power = 4096,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Which input decides what a policy would be worth over all its quarters: Sobol indices, first order and total.

    Parameters
    ----------
    policy, run : one policy.
    outcome : what is asked about.
    draws : a power of two; the model is run as often as there are varying inputs and twice more.
    seed : of the draws.

    Returns
    -------
    frame : a row a varying input: see `analysis.scenarios.sensitivity.indices`; ``about, unit, basis, source_id``.

    Raises
    ------
    ParameterError, DataError : as `scenario_outcomes`; a number of draws that is no power of two.

    Examples
    --------
    >>> frame = Record().scenario_sensitivity(draws=256)
    >>> frame["first"].is_monotonic_decreasing
    True
    """
    if draws & (draws - 1):
        raise ParameterError(f"draws: {draws} is no power of two. Write {1 << draws.bit_length()}.")
    _named(record, (policy,), run)
    made = assembled(record, policy, run)
    frame = sensitivity.indices(made, outcome, draws, seed)
    what = [inputs.INPUTS[name.rpartition(": ")[2]] for name in frame["variable"]]
    told = {"about": [one.about for one in what], "unit": [one.unit for one in what]}
    told |= {"basis": frame["variable"].map(made.bases), "source_id": frame["variable"].map(made.source_ids)}
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
    frame : ``policy, outcome, across_variable, up_variable``; a row a pair: see `analysis.scenarios.sensitivity.grid`.

    Raises
    ------
    ParameterError, DataError : as `scenario_outcomes`; a variable that is none or that does not vary.

    Examples
    --------
    >>> len(Record().scenario_map(steps=2, draws=64))
    4
    """
    _named(record, (policy,), run)
    made = assembled(record, policy, run)
    first = scenario_sensitivity(record, policy=policy, outcome=outcome, run=run, draws=1024)["variable"].tolist()
    pair = [across or next((one for one in first if one != up), ""), ""]
    pair[1] = up or next((one for one in first if one != pair[0]), "")
    for name, one in zip(("across", "up"), pair, strict=True):
        if one not in made.varying:
            hint = did_you_mean(one, made.varying)
            raise ParameterError(
                f"{name}: {one!r} does not vary here. {hint}What does: {', '.join(made.varying) or 'none'}."
            )
    frame = sensitivity.grid(made, outcome, *pair, steps, draws, seed)
    return frame.assign(policy=policy, outcome=outcome, across_variable=pair[0], up_variable=pair[1])


UNITS = (
    {"units": "units"}
    | dict.fromkeys([*drawing.MONEY, "cost"], "musd")
    | dict.fromkeys([*MEASURES, "smuggled"], "h100e")
)


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
    for name in _named(record, policies, run):
        made = assembled(record, name, run)
        for variable, one in made.shapes.items():
            what = inputs.INPUTS[variable.rpartition(": ")[2]]
            if (one.is_point and one.middle in (what.default, 0.0)) or one.middle != one.middle:
                continue
            ends = [one.low, one.central, one.high, one.zero, one.kind, what.unit]
            rows.append((name, variable, what.about, *ends, made.bases[variable], made.source_ids[variable]))
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


@shared
def assembled(record: Record, policy: str, run: Path | None = None) -> drawing.Setup:
    """A policy with a shape for each input of its chips."""
    chosen = policies_on_file(record, run)[policy]
    ranges = record.table("scenario_ranges")
    faults = [
        f"data/scenario_ranges.csv, {row['input']} {row['product']}: {words}"
        for row in ranges.to_dict("records")
        for words in inputs.faults(row["input"], inputs.of(row), row["unit"])
    ]
    if faults:
        raise DataError(*faults)
    facts, ids = chip_facts(record, tuple(chosen.terms))
    return drawing.setup(chosen, ranges, facts, ids)


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
