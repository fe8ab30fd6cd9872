"""The named result tables: what ``analysis table`` prints, and what sweeps and exports are made of.

Each result is a function of what it may be asked, with a default for everything. ``as_of`` and ``without`` come
first and mean the same everywhere: the day by which a fact must have been public, and the sources struck.
"""

import inspect
from collections.abc import Callable, Collection

import pandas as pd

from analysis import load
from analysis.chip_results import BASELINE, CORE, chip_comparison, conflicts, equivalence
from analysis.claim_results import article_scorecard, claim_collisions, claim_readings, claims
from analysis.control_results import (
    control_agreement,
    control_frontier,
    control_inputs,
    control_status,
    control_timeline,
    design_margins,
    headroom,
    largest_legal_chip,
    rules_in_force,
)
from analysis.errors import ParameterError, did_you_mean
from analysis.revenue_results import (
    china_exposure,
    china_revenue,
    definition_ledger,
    estimator_scores,
    guidance_outcome,
    h20_account,
    licensed_chips,
    quoted_losses,
    reconciliation,
)
from analysis.schema import TABLES
from analysis.shipment_results import positions, shipment_estimates
from analysis.unit_results import (
    buyer_shares,
    domestic_chips,
    h100_equivalents,
    legality_at_shipment,
    unit_evidence,
    units_by_quarter,
    units_by_year,
    units_drivers,
)
from analysis.workload_results import (
    cluster_equivalents,
    cost_per_token,
    workload_fit,
    workload_measured,
    workload_throughput,
)

Result = Callable[..., pd.DataFrame]
__all__ = ["BASELINE", "CORE", "RESULTS", "names", "parameters", "table"]


RESULTS: dict[str, Result] = {
    function.__name__: function
    for function in (
        chip_comparison,
        equivalence,
        conflicts,
        china_revenue,
        reconciliation,
        licensed_chips,
        h20_account,
        quoted_losses,
        definition_ledger,
        guidance_outcome,
        estimator_scores,
        china_exposure,
        shipment_estimates,
        units_by_quarter,
        units_by_year,
        unit_evidence,
        units_drivers,
        h100_equivalents,
        legality_at_shipment,
        buyer_shares,
        domestic_chips,
        positions,
        workload_throughput,
        workload_fit,
        workload_measured,
        cost_per_token,
        cluster_equivalents,
        control_status,
        control_inputs,
        headroom,
        design_margins,
        control_timeline,
        largest_legal_chip,
        control_frontier,
        rules_in_force,
        control_agreement,
        claims,
        claim_readings,
        claim_collisions,
        article_scorecard,
    )
}


def names() -> dict[str, str]:
    """Every table that can be asked for, with what it is: the results, then the raw tables of ``data/``."""
    told = {name: inspect.getdoc(function).splitlines()[0] for name, function in RESULTS.items()}
    raw = {name if name not in told else f"data.{name}": declared.title for name, declared in TABLES.items()}
    return told | {name: f"Raw: {title}" for name, title in raw.items()}


def parameters(name: str) -> dict[str, object]:
    """What a table may be asked beyond ``as_of`` and ``without``: parameter and default."""
    if name not in RESULTS:
        return {}
    options = inspect.signature(RESULTS[name]).parameters.values()
    return {option.name: option.default for option in options if option.kind is option.KEYWORD_ONLY}


def table(name: str, *, as_of: str | None = None, without: Collection[str] = (), **asked: object) -> pd.DataFrame:
    """One named table.

    Parameters
    ----------
    name : a result, or a raw table of ``data/`` (``data.NAME`` where a result has the same name).
    as_of, without : as in `analysis.load.table`.
    asked : what `parameters` lists for the table.

    Raises
    ------
    ParameterError : unknown table or parameter, with the near miss named, or a value that cannot be used.
    """
    known = names()
    if name not in known and not (name.startswith("data.") and name[5:] in TABLES):
        raise ParameterError(f"There is no table {name!r}. {did_you_mean(name, known)}Run `table` alone to list them.")
    options = parameters(name)
    unknown = [option for option in asked if option not in options]
    if unknown:
        has = ", ".join(["as_of", "without", *options])
        raise ParameterError(
            *(
                f"{name} has no parameter {option!r}. {did_you_mean(option, options)}It has: {has}."
                for option in unknown
            )
        )
    if name in RESULTS:
        return RESULTS[name](as_of, without, **asked)
    raw = name.removeprefix("data.")
    return load.table(raw, as_of=as_of, without=without)
