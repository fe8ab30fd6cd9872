"""Results on units: how many chips were sold in China, what drives the estimate, what they are worth, which law."""

import re
from functools import partial
from typing import Annotated

import pandas as pd

from analysis.chips.results import BASELINE, equivalence, price_quotations
from analysis.controls.results import control_timeline
from analysis.counts.results import published_counts
from analysis.facts import names
from analysis.facts.arguments import Bounds, Draws, Seed, Share
from analysis.facts.errors import ParameterError
from analysis.facts.record import Record, result, shared
from analysis.revenue import data_center
from analysis.revenue.china import CHINA
from analysis.shipments import (
    cells,
    count_error,
    drivers,
    equivalents,
    estimates,
    legality,
    melding,
    priors,
    residual,
    rivals,
)
from analysis.shipments.estimates import Estimate
from analysis.workloads.results import workload_throughput

Level = Annotated[float, Bounds(above=0, high=0.999)]
Hardware = Annotated[tuple[float, float], Bounds(above=0, high=1)]
Factor = Annotated[float, Bounds(above=1, high=100)]


@result
def units_by_quarter(
    record: Record,
    *,
    interval_level: Level = 0.9,
    hardware_share: Hardware = (1.0, 1.0),
    evidence_factor: Factor | None = None,
    draws: Draws = 131072,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Chips sold in China by fiscal quarter, before and after published counts are melded; what is unknown, and why.

    Parameters
    ----------
    interval_level : of the price ranges: how often the price of a card lies inside its range.
    hardware_share : the part of an open revenue that is chips: a number, or a low and a high one.
    evidence_factor : a published count after the fact is right within this factor, up or down, nine times in ten;
        where none is given, it is drawn from how far past counts were off.
    draws : of the prior.
    seed : of the draws: the same seed gives the same bytes.

    Returns
    -------
    frame : a row a chip and quarter, in units: see `analysis.shipments.estimates.by_quarter`.

    Raises
    ------
    ParameterError : a number outside its bounds.

    Examples
    --------
    >>> frame = Record().units_by_quarter(draws=1024)
    >>> (frame["p5"].dropna() <= frame["p95"].dropna()).all()
    np.True_
    """
    return estimates.by_quarter(estimated(record, evidence_factor, draws, seed, interval_level, hardware_share))


@result
def units_by_year(
    record: Record,
    *,
    product: str = "",
    year: str = "",
    interval_level: Level = 0.9,
    hardware_share: Hardware = (1.0, 1.0),
    evidence_factor: Factor | None = None,
    draws: Draws = 131072,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Chips sold in China by fiscal and by calendar year, with the quarters that are not in the sum.

    Parameters
    ----------
    product : one chip; empty: each, and all together.
    year : calendar (``2024``) or fiscal (``FY2025``); empty: each.
    interval_level, hardware_share, evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a chip and year, in units: see `analysis.shipments.estimates.by_year`.

    Raises
    ------
    ParameterError : a product that does not exist, a year that is none, a number outside its bounds.

    Examples
    --------
    >>> set(Record().units_by_year(draws=1024)["year_is"]) == {"calendar", "fiscal"}
    True
    """
    only = (named(record, product),) if product else ()
    years = (_year(year),) if year else ()
    posterior = estimated(record, evidence_factor, draws, seed, interval_level, hardware_share)
    return estimates.by_year(posterior, record.table("fiscal_periods"), only, years)


@result
def unit_evidence(
    record: Record, *, product: str = "", evidence_factor: Factor | None = None, draws: Draws = 131072, seed: Seed = 0
) -> pd.DataFrame:
    """Every published count of the estimated chips beside the estimate, and what came of it: melded, in conflict.

    Parameters
    ----------
    product : one chip; empty: all that are estimated.
    evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a count, in units: see `analysis.shipments.estimates.beside`.

    Raises
    ------
    ParameterError : a product that does not exist, a number outside its bounds.

    Examples
    --------
    >>> set(Record().unit_evidence(product="h20", draws=1024)["product"])
    {'h20'}
    """
    product = named(record, product) if product else ""
    posterior = estimated(record, evidence_factor, draws, seed)
    frame = estimates.beside(posterior, published_counts(record))
    return frame[frame["product"] == product].reset_index(drop=True) if product else frame


@result
def units_drivers(
    record: Record,
    *,
    product: str = "h20",
    year: str = "2024",
    evidence_factor: Factor | None = None,
    draws: Draws = 131072,
    seed: Seed = 0,
) -> pd.DataFrame:
    """What moves the units of a chip in a year: prior, each voice left out, error of counts, inputs.

    Parameters
    ----------
    product : an estimated chip.
    year : calendar (``2024``) or fiscal (``FY2025``).
    evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a case, in units: see `analysis.shipments.drivers.drivers`; no row where the year is not estimated.

    Raises
    ------
    ParameterError : a product that does not exist, a year that is none, a number outside its bounds.

    Examples
    --------
    >>> Record().units_drivers(draws=1024)["kind"].tolist()[:2]
    ['prior', 'estimate']
    """
    product, year = named(record, product), _year(year)
    posterior = estimated(record, evidence_factor, draws, seed)
    others = by_other_methods(record, evidence_factor, draws, seed)
    rows = estimates.by_year(posterior, record.table("fiscal_periods"), (product,), (year,))
    if rows.empty:
        return drivers.none()
    return drivers.drivers(posterior, others, product, *rows.iloc[0][["year_start", "year_end"]])


@result
def units_envelope(
    record: Record, *, evidence_factor: Factor | None = None, draws: Draws = 131072, seed: Seed = 0
) -> pd.DataFrame:
    """Chips sold in China by year under each method that an expert might prefer: where all of them reach.

    Parameters
    ----------
    evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a chip, year and method, in units: see `analysis.shipments.drivers.envelope`.

    Raises
    ------
    ParameterError : a number outside its bounds.

    Examples
    --------
    >>> frame = Record().units_envelope(draws=1024)
    >>> {"estimate", "billing", "headquarters"} <= set(frame["method"])
    True
    """
    posterior = estimated(record, evidence_factor, draws, seed)
    others = by_other_methods(record, evidence_factor, draws, seed)
    return drivers.envelope(posterior, others, record.table("fiscal_periods"))


@result
def h100_equivalents(
    record: Record,
    *,
    retirement: Share = 0.0,
    evidence_factor: Factor | None = None,
    draws: Draws = 131072,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Chips sold and standing, in H100s by several measures and at work.

    Parameters
    ----------
    retirement : the part of the stock that is retired each year: 0.1 is a tenth.
    evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a chip, quarter and measure: see `analysis.shipments.equivalents.equivalents`.

    Raises
    ------
    ParameterError : a number outside its bounds.

    Examples
    --------
    >>> frame = Record().h100_equivalents(draws=1024)
    >>> {"units", "compute", "bandwidth"} <= set(frame["measure"])
    True
    """
    posterior = estimated(record, evidence_factor, draws, seed)
    variants = dict(zip(posterior.cells["product"], posterior.cells["variant"], strict=True))
    chips = tuple(variants.values()) or (BASELINE,)
    ratios = equivalents.ratios(equivalence(record, chips=chips), variants)
    at_work = workload_throughput(record, precision="bf16", chips=chips)  # the one format that all of them have
    ratios = pd.concat([ratios, equivalents.ratios_at_work(at_work, variants)], ignore_index=True)
    return equivalents.equivalents(posterior, ratios, retirement=retirement)


@result
def legality_at_shipment(
    record: Record, *, evidence_factor: Factor | None = None, draws: Draws = 131072, seed: Seed = 0
) -> pd.DataFrame:
    """Units by quarter under the treatment in force: not controlled, licensed, prohibited or unknown.

    Parameters
    ----------
    evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a chip and quarter: see `analysis.shipments.legality.legality`.

    Raises
    ------
    ParameterError : a number outside its bounds.

    Examples
    --------
    >>> "not controlled" in set(Record().legality_at_shipment(draws=1024)["counts_as"])
    True
    """
    frame = estimates.by_quarter(estimated(record, evidence_factor, draws, seed))
    chips = list(dict.fromkeys(frame["variant"])) or [BASELINE]
    return legality.legality(frame, control_timeline(record, chip=chips))


@result
def buyer_shares(
    record: Record, *, evidence_factor: Factor | None = None, draws: Draws = 131072, seed: Seed = 0
) -> pd.DataFrame:
    """What single buyers are said to have received, beside the estimate of all; counts that changed their label.

    Parameters
    ----------
    evidence_factor, draws, seed : as in `units_by_quarter`.

    Returns
    -------
    frame : a row a count: see `analysis.shipments.rivals.buyers`.

    Raises
    ------
    ParameterError : a number outside its bounds.

    Examples
    --------
    >>> "ByteDance" in set(Record().buyer_shares(draws=1024)["buyer"])
    True
    """
    return rivals.buyers(published_counts(record), estimated(record, evidence_factor, draws, seed))


@result
def domestic_chips(record: Record) -> pd.DataFrame:
    """Chips of Chinese makers by year and estimator, and how far the estimators lie apart.

    Returns
    -------
    frame : a row a maker, year and estimator: see `analysis.shipments.rivals.domestic`.

    Examples
    --------
    >>> "Huawei" in set(Record().domestic_chips()["designer"])
    True
    """
    return rivals.domestic(published_counts(record), record.whole("products"))


def _year(text: str) -> str:
    if not re.fullmatch(r"(FY)?[0-9]{4}", text):
        raise ParameterError(f"year: {text!r} is no year. Write 2024 or FY2025.")
    return text


def by_other_methods(record: Record, evidence_factor: float | None, draws: int, seed: int) -> dict[str, Estimate]:
    """The estimate by each method that takes other draws, by its name."""
    options = {
        "every part of China's data-center revenue alike": (priors.FLAT, False),
        "prices of the maker alone": (priors.POOLED, True),
    }
    return {
        name: estimated(record, evidence_factor, draws, seed, 0.9, (1.0, 1.0), *option)
        for name, option in options.items()
    }


@shared
def estimated(
    record: Record,
    evidence_factor: float | None,
    draws: int,
    seed: int,
    interval_level: float = 0.9,
    hardware_share: tuple[float, float] = (1.0, 1.0),
    method: str = priors.POOLED,
    maker_alone: bool = False,
) -> Estimate:
    """The estimate of all chips and quarters; parameters as in `units_by_quarter`, the method as in `priors.draw`.

    Where ``maker_alone``, prices that distributors and server makers ask do not count.
    """
    rows, prior = _prior(record, draws, seed, interval_level, hardware_share, method, maker_alone)
    chips = tuple(dict.fromkeys(prior.cells["product"]))
    errors = count_error.draw(record.table("count_errors"), chips, factor=evidence_factor, draws=draws, seed=seed)
    return estimates.estimate(rows, prior, _counted(record, chips), errors)


@shared
def _counted(record: Record, chips: tuple[str, ...]) -> pd.DataFrame:
    """The published counts that bear on units of some chips."""
    published = published_counts(record)
    bears = published["evidence"].isin(melding.USED) & published["product"].isin(chips)
    return published[bears].reset_index(drop=True)


@shared
def _prior(
    record: Record,
    draws: int,
    seed: int,
    level: float,
    hardware_share: tuple[float, float],
    method: str,
    maker_alone: bool,
) -> tuple[pd.DataFrame, priors.Prior]:
    """What accounts and prices alone say, whose cells and draws do not hang on how far counts err."""
    rows, drawn = _revenue(record, draws, seed, method, maker_alone)
    return rows, priors.units(drawn, level=level, hardware_share=hardware_share, draws=draws, seed=seed)


@partial(shared, most=1)  # as large as the prior: kept while its prices are varied
def _revenue(
    record: Record, draws: int, seed: int, method: str, maker_alone: bool
) -> tuple[pd.DataFrame, priors.Revenue]:
    """The cells of the estimate, and what accounts alone say of their revenue."""
    rows, bounds, china = _cells(record, maker_alone)
    return rows, priors.revenue(rows, bounds, china, draws=draws, seed=seed, method=method)


@shared
def _cells(record: Record, maker_alone: bool) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The cells of the estimate, the bounds of China's data-center revenue and China's revenue, which they rest on."""
    record.table("unit_priors")  # what is struck of it makes cells unknown
    bounds, revenue = _accounts(record)
    accounts = {"revenue": revenue, "fiscal_periods": record.table("fiscal_periods")}
    accounts["products"] = record.whole("products")
    rows = cells.cells(_starts(record), accounts, bounds, _quoted(record, maker_alone), struck=list(record.without))
    return rows, bounds, residual.china(revenue)


@shared
def _accounts(record: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The bounds of China's data-center revenue, and what NVIDIA's accounts say of China."""
    revenue = record.table("revenue")
    bounds = data_center.quarters(revenue, record.table("guidance"), record.table("fiscal_periods"))
    of_china = (revenue["company"] == "NVIDIA") & (revenue["geography"] == CHINA)
    return bounds, revenue[of_china].reset_index(drop=True)


@shared
def _quoted(record: Record, maker_alone: bool) -> pd.DataFrame:
    """The quotations of the chips that are estimated, without those of voices that count the chip."""
    products, quoted = record.whole("products"), price_quotations(record)
    families = products.set_index("product")["family"]
    chips = set(_starts(record)["priced_as"])
    related = {*chips, *families[families.isin(chips)].index, *families.reindex(list(chips)).dropna()} - {""}
    quoted = quoted[quoted["product"].isin(related)]
    quoted = melding.not_counted(quoted, melding.evidence(published_counts(record)), products)
    return quoted[quoted["stage"].eq("maker") | (not maker_alone)].reset_index(drop=True)


def _starts(record: Record) -> pd.DataFrame:
    """What the estimate starts from, whatever is struck."""
    return record.at(record.as_of, without=()).table("unit_priors")


def named(record: Record, product: str, *, parameter: str = "product") -> str:
    """The product that a name means; one that is not estimated has no rows.

    Raises
    ------
    ParameterError : no such product is recorded.
    """
    return names.product(product, record.whole("products"), parameter=parameter)
