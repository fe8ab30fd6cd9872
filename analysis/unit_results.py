"""Results on units: how many chips were sold in China, what drives the estimate, what they are worth, which law."""

import re
from collections.abc import Collection

import pandas as pd

from analysis import (
    china_data_center,
    load,
    rivals,
    shipments,
    unit_cells,
    unit_drivers,
    unit_estimates,
    unit_legality,
    unit_meaning,
    unit_priors,
)
from analysis.chip_results import BASELINE, equivalence
from analysis.control_results import control_timeline
from analysis.errors import ParameterError, did_you_mean
from analysis.unit_estimates import Estimate
from analysis.workload_results import workload_throughput

_ACCOUNTS = ("revenue", "guidance", "fiscal_periods", "prices")
_DEFAULTS = {"interval_level": "0.9", "hardware_share": "1", "evidence_factor": "1.5", "draws": "131072", "seed": "0"}
_ASKED = {"retirement": "0.1", **_DEFAULTS}


def units_by_quarter(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    interval_level: str = _DEFAULTS["interval_level"],
    hardware_share: str = _DEFAULTS["hardware_share"],
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """Chips sold in China by fiscal quarter, before and after published counts are heard; what is unknown, and why."""
    asked = {"interval_level": interval_level, "hardware_share": hardware_share, "evidence_factor": evidence_factor}
    return unit_estimates.by_quarter(_estimate(as_of, without, asked | {"draws": draws, "seed": seed}))


def units_by_year(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    interval_level: str = _DEFAULTS["interval_level"],
    hardware_share: str = _DEFAULTS["hardware_share"],
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """Chips sold in China by fiscal and by calendar year, with the quarters that are not in the sum."""
    asked = {"interval_level": interval_level, "hardware_share": hardware_share, "evidence_factor": evidence_factor}
    found = _estimate(as_of, without, asked | {"draws": draws, "seed": seed})
    return unit_estimates.by_year(found, load.table("fiscal_periods", as_of=as_of, without=without))


def unit_evidence(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    product: str = "",
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """Every published count of the estimated chips beside the estimate, and what came of it: melded, in conflict."""
    if product:
        _estimated(product)
    found = _estimate(as_of, without, {"evidence_factor": evidence_factor, "draws": draws, "seed": seed})
    frame = unit_estimates.beside(found, _published(as_of, without))
    return frame[frame["product"] == product].reset_index(drop=True) if product else frame


def units_drivers(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    product: str = "h20",
    year: str = "2024",
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """What moves the units of a chip in a year (2024, FY2025): prior, each voice left out, error of counts, inputs."""
    _estimated(product)
    found = _estimate(as_of, without, {"evidence_factor": evidence_factor, "draws": draws, "seed": seed})
    if not re.fullmatch(r"(FY)?\d{4}", year):
        raise ParameterError(f"year: {year!r} is no year. Write 2024 or FY2025.")
    years = unit_estimates.by_year(found, load.table("fiscal_periods", as_of=as_of, without=without))
    own = years[(years["product"] == product) & (years["year"] == year)]
    if own.empty:
        return unit_drivers.none()
    return unit_drivers.drivers(found, product, *own.iloc[0][["year_start", "year_end"]])


def h100_equivalents(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    retirement: str = "0",
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """Chips sold and standing, in H100s by several measures and at work; ``retirement=0.1``: a tenth goes a year."""
    asked = {"evidence_factor": evidence_factor, "draws": draws, "seed": seed, "retirement": retirement}
    rate = _numbers(asked)["retirement"]
    found = _estimate(as_of, without, {name: text for name, text in asked.items() if name != "retirement"})
    variants = dict(zip(found.cells["product"], found.cells["variant"], strict=True))
    chips = list(variants.values()) or [BASELINE]
    worth = equivalence(as_of, without, chips=chips)
    ratios = unit_meaning.ratios(worth, variants)
    at_work = workload_throughput(as_of, without, precision="bf16", chips=chips)  # the one format that all of them have
    ratios = pd.concat([ratios, unit_meaning.ratios_at_work(at_work, variants)], ignore_index=True)
    return unit_meaning.equivalents(found, ratios, retirement=rate)


def legality_at_shipment(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """Units by quarter under the treatment in force: free, licensed, prohibited without a licence, or unknown."""
    asked = {"evidence_factor": evidence_factor, "draws": draws, "seed": seed}
    frame = unit_estimates.by_quarter(_estimate(as_of, without, asked))
    chips = list(dict.fromkeys(frame["variant"]))
    return unit_legality.legality(frame, control_timeline(as_of, without, chip=chips or BASELINE))


def buyer_shares(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    evidence_factor: str = _DEFAULTS["evidence_factor"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """What single buyers are said to have received, beside the estimate of all; counts that changed their label."""
    found = _estimate(as_of, without, {"evidence_factor": evidence_factor, "draws": draws, "seed": seed})
    return rivals.buyers(_published(as_of, without), found)


def domestic_chips(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Chips of Chinese makers by year and estimator, and how far the estimators lie apart."""
    return rivals.domestic(_published(as_of, without), load.table("products"))


def _published(as_of: str | None, without: Collection[str]) -> pd.DataFrame:
    names = ("shipment_estimates", "revenue_estimates")
    return shipments.estimates(*(load.table(name, as_of=as_of, without=without) for name in names))


def _estimate(as_of: str | None, without: Collection[str], asked: dict[str, str]) -> Estimate:
    numbers = _numbers(_DEFAULTS | asked)
    accounts = {name: load.table(name, as_of=as_of, without=without) for name in _ACCOUNTS}
    bounds = china_data_center.quarters(*(accounts[name] for name in ("revenue", "guidance", "fiscal_periods")))
    cells = unit_cells.cells(load.table("unit_priors", as_of=as_of), accounts, bounds, struck=list(without))
    options = {name: numbers[name] for name in ("hardware_share", "draws", "seed")}
    prior = unit_priors.draw(cells, bounds, level=numbers["interval_level"], **options)
    return unit_estimates.estimate(cells, prior, _published(as_of, without), factor=numbers["evidence_factor"])


def _numbers(asked: dict[str, str]) -> dict:
    """The parameters as numbers; a hardware share of two is a range.

    Raises
    ------
    ParameterError : every one that is none.
    """
    numbers, problems = {}, []
    for name, text in asked.items():
        try:
            if name == "hardware_share":
                ends = [float(end) for end in text.split(" to ")]
                numbers[name] = (ends[0], ends[-1])
            else:
                numbers[name] = int(text) if name in ("draws", "seed") else float(text)
        except ValueError:
            problems.append(f"{name}: {text!r} is no number. Write it like {_ASKED[name]}.")
    if problems:
        raise ParameterError(*problems)
    return numbers


def _estimated(product: str) -> None:
    """Refuse a product that does not exist; one that is not estimated has no rows."""
    known = load.table("products")["product"]
    if product not in set(known):
        hint = did_you_mean(product, known)
        raise ParameterError(f"product: there is no {product!r}. {hint}See table unit_priors for those estimated.")
