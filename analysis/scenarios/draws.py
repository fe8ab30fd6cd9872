"""A policy with all its inputs: what varies, draws of it, and what comes of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.facts.errors import Fault, ParameterError
from analysis.facts.sobol import sobol
from analysis.scenarios import inputs, model
from analysis.scenarios.inputs import INPUTS, MEASURES, Shape
from analysis.scenarios.runs import Policy

COUNTRY = ("smuggled", "b300e_in_h100e", "displacement")  # of no chip
MONEY = {"revenue": "NVIDIA's revenue", "profit": "NVIDIA's gross profit", "government": "payment to the US government"}
SMUGGLED = "smuggled"
OUTCOMES = ("units", *MONEY, "cost", *MEASURES, SMUGGLED)
_CLOSED = "gate_closed"  # becomes a part of the gate
_CHUNK = 1 << 12  # draws worked out at once: their arrays stay in the processor's cache


@dataclass(frozen=True)
class Setup:
    """A policy with a shape for every input of every chip.

    Parameters
    ----------
    keys : by chip and input, the name of the variable that stands for it: chips share those of all chips.
    shapes, source_ids, bases : of every variable.
    """

    policy: Policy
    keys: Mapping[str, Mapping[str, str]]
    shapes: Mapping[str, Shape]
    source_ids: Mapping[str, str]
    bases: Mapping[str, str]

    @property
    def varying(self) -> list[str]:
        """The variables that are not points, in their order."""
        return [name for name, one in self.shapes.items() if not one.is_point]

    @cached_property
    def fixed(self) -> dict[str, float]:
        """The value of every other variable."""
        return {name: one.middle for name, one in self.shapes.items() if one.is_point}


NOTHING = Setup(Policy("", "", "", model.BASE_YEAR, 1, {}, {}, ()), {"": {}}, {}, {}, {})


def setup(
    policy: Policy, ranges: pd.DataFrame, chip_facts: Mapping[str, Mapping[str, Shape]], ids: Mapping[str, str]
) -> Setup:
    """Put a policy, the table of ranges and what the record knows of its chips together.

    Parameters
    ----------
    ranges : the table ``scenario_ranges``.
    chip_facts : shapes of ``price`` and of each measure, by chip; the policy may set others.
    ids : source ids of ``chip: price`` and the like, by variable.

    Raises
    ------
    ParameterError : an input for which neither the policy nor the record says anything: no price, no demand, no cost.
    """
    keys, shapes, sources, bases, lacking = {}, {}, {}, {}, []
    country = inputs.by_chip(ranges, "")
    for chip in [*policy.terms, ""]:
        rows = inputs.by_chip(ranges, chip) if chip else country
        known = inputs.shapes_of(rows) | chip_facts.get(chip, {}) | policy.terms.get(chip, {})
        keys[chip] = {}
        for name, declared in INPUTS.items():
            if (name in COUNTRY) == bool(chip) or name == _CLOSED:
                continue
            own = chip and (name not in rows or rows[name]["product"] or name in policy.terms[chip])
            key = f"{chip}: {name}" if own else name
            if name not in known and declared.default is None:
                lacking.append(
                    Fault(
                        policy.name,
                        f"{chip} has no {declared.about} on record.",
                        f"Set {name} under chips, {chip}, sets.",
                    )
                )
                continue
            keys[chip][name] = key
            shapes[key] = known.get(name, Shape("point", *[declared.default] * 3))
            is_set = name in policy.terms.get(chip, {})
            row = None if is_set or name in chip_facts.get(chip, {}) else rows.get(name)
            sources[key] = (
                "|".join(policy.source_ids) if is_set else ids.get(key, "") if row is None else row["source_id"]
            )
            bases[key] = "set by the policy" if is_set else "derived" if row is None else row["basis"]
        if chip and "gate" in keys[chip]:
            closed = known[_CLOSED].middle if _CLOSED in known else 0.0
            shapes[keys[chip]["gate"]] = replace(shapes[keys[chip]["gate"]], zero=closed)
    if lacking:
        raise ParameterError(*dict.fromkeys(lacking))
    return Setup(policy, keys, shapes, sources, bases)


def held(made: Setup, given: Mapping[str, float]) -> Setup:
    """A setup in which some inputs are the same number for every chip; no document stands behind them."""
    keys = {key: given[name] for by_name in made.keys.values() for name, key in by_name.items() if name in given}
    return replace(
        made,
        shapes={**made.shapes, **{key: Shape("point", *[value] * 3) for key, value in keys.items()}},
        source_ids={**made.source_ids, **dict.fromkeys(keys, "")},
        bases={**made.bases, **dict.fromkeys(keys, "assumed")},
    )


def points(made: Setup, draws: int, seed: int) -> np.ndarray:
    """A point of the unit cube for each draw, one column a varying input: (draws, inputs)."""
    return sobol(max(len(made.varying), 1), draws, seed)


def values(made: Setup, shares: np.ndarray, only: Collection[str] = OUTCOMES) -> dict[str, np.ndarray | float]:
    """The variables of a setup at points of the unit cube: an array over draws, or a number if it does not vary.

    Parameters
    ----------
    only : which of `OUTCOMES` are asked for; worth by measures and smuggling that bear on none of them is left out.
    """
    unasked = {name for name in MEASURES if name not in only} | (set() if SMUGGLED in only else {*COUNTRY})
    unasked -= {"compute"} if SMUGGLED in only else set()
    drawn = {
        name: made.shapes[name].ppf(shares[:, at])
        for at, name in enumerate(made.varying)
        if name.rpartition(": ")[2] not in unasked
    }
    return made.fixed | drawn


def outcomes(
    made: Setup, at: Mapping[str, np.ndarray | float], draws: int, only: Collection[str] = OUTCOMES
) -> dict[str, np.ndarray]:
    """What comes of a policy, by draw and quarter.

    Parameters
    ----------
    at : from `values`.
    only : which of `OUTCOMES`.

    Returns
    -------
    arrays : (draws, quarters): ``units``; ``revenue, profit, government, cost`` in millions of dollars; ``compute,
        bandwidth, prefill, decode`` and ``smuggled`` in H100s. NaN where a chip's worth by a measure is unknown.
    """
    needed = {*only} | ({"compute", "wanted"} if SMUGGLED in only else set())
    made_of, policy = dict.fromkeys(needed, 0.0), made.policy
    for chip in policy.terms:
        given = {name: at[key] for name, key in made.keys[chip].items() if key in at}
        sold = model.sales(given, fee_on=policy.fee_on[chip], first_year=policy.first_year, quarters=policy.quarters)
        made_of = {name: so_far + sold.of(name) for name, so_far in made_of.items()}
    wide = (draws, policy.quarters)
    made_of = {name: np.ascontiguousarray(np.broadcast_to(part, wide)) for name, part in made_of.items()}
    if SMUGGLED in only:
        country = {name: at[key] for name, key in made.keys[""].items()}
        made_of[SMUGGLED] = made_of[SMUGGLED] + model.smuggled(country, made_of["compute"], made_of["wanted"])
    return {name: made_of[name] for name in only}


def drawn(made: Setup, draws: int, seed: int, only: Collection[str] = OUTCOMES) -> dict[str, np.ndarray]:
    """`outcomes` of so many draws, in single precision, worked out some thousand at once."""
    shares = points(made, draws, seed)
    found = {name: np.empty((draws, made.policy.quarters), np.float32) for name in only}
    for start in range(0, draws, _CHUNK):
        part = shares[start : start + _CHUNK]
        for name, block in outcomes(made, values(made, part, only), len(part), only).items():
            found[name][start : start + len(part)] = block
    return found


def summary(policy: Policy, found: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Percentiles of every outcome by quarter and by year.

    Returns
    -------
    frame : ``policy, outcome, period, period_is`` (quarter or year), ``mean, p5, p50, p95``.
    """
    rows = []
    years = [int(period[:4]) for period in policy.periods]
    for name, array in found.items():
        blocks = {period: ("quarter", array[:, at]) for at, period in enumerate(policy.periods)}
        for year in dict.fromkeys(years):
            blocks[str(year)] = ("year", array[:, [at for at, one in enumerate(years) if one == year]].sum(axis=1))
        for period, (kind, block) in blocks.items():
            spread = np.quantile(block, [0.05, 0.5, 0.95]) if not np.isnan(block).any() else [np.nan] * 3
            rows.append((policy.name, name, period, kind, float(block.mean()), *map(float, spread)))
    return pd.DataFrame(rows, columns=["policy", "outcome", "period", "period_is", "mean", "p5", "p50", "p95"])
