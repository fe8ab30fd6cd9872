"""What drives an estimate of units: its inputs, each voice, how far counts err, and the method of the prior."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.shipments import melding
from analysis.shipments.count_error import COUNT, CountError, spread_of
from analysis.shipments.estimates import ALL, INPUTS, Estimate, by_year, inputs, sources
from analysis.shipments.melding import PERCENTILES
from analysis.shipments.residual import BASES

CLASSES = 20  # of equal weight, over the values of an input
SPLITS = (0.7, 2.0)  # weight of everything else in an open split of revenue, where one chip counts as one
FORECASTS = "forecasts"
FACTORS = (1.25, 1.5, 2.0)  # within which counts after the fact are right nine times in ten, one as good as another
NO_COMMON = "no error is shared"
VISIBLE = 0.01  # least part of the variance that an input is listed for


def first_order(output: np.ndarray, given: np.ndarray, weights: np.ndarray) -> float:
    """Part of the variance of an output that goes away once an input is known: the first-order sensitivity index.

    Estimated from given draws by classes of the input (Plischke, Borgonovo and Smith, "Global sensitivity measures from
    given data", European Journal of Operational Research 226, 2013). Between inputs that hang together, as they do once
    counts have been melded, indices need not add up to one.

    Parameters
    ----------
    output, given, weights : one value a draw; weights add up to one.
    """
    order = np.argsort(given, kind="stable")
    weight, value = weights[order], output[order]
    classes = np.minimum((np.cumsum(weight) * CLASSES).astype(int), CLASSES - 1)
    mass = np.bincount(classes, weight, CLASSES)
    means = np.bincount(classes, weight * value, CLASSES) / np.where(mass > 0, mass, 1)
    mean = (weights * output).sum()
    variance = (weights * (output - mean) ** 2).sum()
    return float((mass * (means - mean) ** 2).sum() / variance) if variance > 0 else 0.0


def drivers(posterior: Estimate, others: Mapping[str, Estimate], product: str, start: str, end: str) -> pd.DataFrame:
    """What moves the units of a product between two days.

    Parameters
    ----------
    posterior : the estimate.
    others : estimates of the same by other methods, by the name of the method.
    product, start, end : which chip, first and last day.

    Returns
    -------
    frame : ``kind, name, p5, p50, p95, change_share`` (of the median, against the estimate), ``prior_variance_share,
        variance_share`` (of kind ``input``, from `first_order`; inputs under one hundredth in both are left out),
        ``effective_draws``. Kinds: ``prior`` (no count melded), ``estimate``, ``without`` a voice (that of another chip
        which shares an open split of revenue names it) or without forecasts, ``error`` (a factor within which every
        count after the fact is right, or no error shared by voices), ``basis`` (of geography, from which alone the
        remainder of China's revenue is taken), ``method`` (each of ``others``), ``split`` (everything else in an open
        split weighs less or more than a chip), ``input``. The columns of `analysis.shipments.estimates.inputs` and
        ``source_id`` are those of the estimate, the same in every row.
    """
    units, _ = melding.over(posterior.prior, [product], start, end)
    flat = np.full(len(units), 1 / len(units))
    cases = [("prior", "before any count", flat), ("estimate", "all voices", posterior.weights)]
    cases += _without(posterior, product)
    cases += [("error", f"{factor:g}", _with_errors(posterior, _fixed(posterior.errors, factor))) for factor in FACTORS]
    cases.append(("error", NO_COMMON, _with_errors(posterior, posterior.errors.without_common())))
    cases += [("basis", basis, one.weights) for basis, one in by_basis(posterior, product).items()]
    if posterior.prior.cells.loc[posterior.prior.cells["product"] == product, "split"].ne("").any():
        cases += [("split", f"{weight:g}", _with_rest(posterior, weight)) for weight in SPLITS]
    draws = [(kind, name, units, weights) for kind, name, weights in cases]
    for name, other in others.items():
        draws.append(("method", name, melding.over(other.prior, [product], start, end)[0], other.weights))
    rows = [
        {"kind": kind, "name": name, **dict(zip(PERCENTILES, melding.percentiles(drawn, weights), strict=True))}
        | {"effective_draws": melding.effective_size(weights)}
        for kind, name, drawn, weights in draws
    ]
    median = rows[1]["p50"]
    rows = [row | {"change_share": row["p50"] / median - 1 if median else 0.0} for row in rows]
    frame = pd.DataFrame([*rows, *_inputs(posterior, units, flat)], columns=_COLUMNS)
    return frame.assign(**inputs(posterior, [product], start, end), source_id=sources(posterior, [product], start, end))


_COLUMNS = ["kind", "name", *PERCENTILES, "change_share", "prior_variance_share", "variance_share", "effective_draws"]
_COLUMNS += [*INPUTS, "source_id"]


def by_basis(posterior: Estimate, product: str) -> dict[str, Estimate]:
    """The estimate by each basis of geography alone; none where the chip's revenue has one basis or is no remainder."""
    chosen = posterior.prior.bases.get(product, np.zeros(0, int))
    places = np.unique(chosen)
    weights = {BASES[place]: posterior.weights * (chosen == place) for place in places if len(places) > 1}
    return {basis: replace(posterior, weights=_normalised(one)) for basis, one in weights.items()}


def envelope(posterior: Estimate, others: Mapping[str, Estimate], periods: pd.DataFrame) -> pd.DataFrame:
    """Units of each product and year by every method.

    Parameters
    ----------
    posterior, others : as in `drivers`.
    periods : the table ``fiscal_periods``.

    Returns
    -------
    frame : ``product, year_is, year, method`` (``estimate``, a basis of geography, `NO_COMMON` or one of ``others``),
        the percentiles, ``effective_draws, source_id``; see `analysis.shipments.estimates.by_year`.
    """
    alone = replace(posterior, weights=_with_errors(posterior, posterior.errors.without_common()))
    methods = {"estimate": posterior, NO_COMMON: alone, **others}
    frames = [by_year(one, periods).assign(method=name) for name, one in methods.items()]
    for product in posterior.prior.bases:
        for basis, one in by_basis(posterior, product).items():
            years = by_year(one, periods)
            frames.append(years[years["product"] == product].assign(method=basis))
    frame = pd.concat(frames)
    return frame.loc[frame["product"] != ALL, _ENVELOPE].sort_values(_ENVELOPE[:3], kind="stable", ignore_index=True)


_ENVELOPE = ["product", "year_is", "year", "method", *PERCENTILES, "effective_draws", "source_id"]


def _without(posterior: Estimate, product: str) -> list[tuple[str, str, np.ndarray]]:
    """The weights with each voice left out that can move a product, and with all forecasts left out."""
    links = posterior.prior.links[product]
    counts = posterior.counts[posterior.counts["is_melded"] & posterior.counts["product"].isin(links)]
    cases = [
        ("without", voice if about == product else f"{voice} on the {about}", _without_counts(posterior, gone))
        for (voice, about), gone in counts.groupby(["voice", "product"], sort=False)
    ]
    forecasts = counts[counts["stage"] == "forecast"]
    return cases + ([("without", FORECASTS, _without_counts(posterior, forecasts))] if len(forecasts) else [])


def _without_counts(posterior: Estimate, gone: pd.DataFrame) -> np.ndarray:
    return melding.weights(posterior.prior, posterior.counts.drop(gone.index), posterior.errors)


def _with_errors(posterior: Estimate, errors: CountError) -> np.ndarray:
    """The weights if counts erred otherwise; the same counts are melded."""
    return melding.weights(posterior.prior, posterior.counts, errors)


def _fixed(errors: CountError, factor: float) -> CountError:
    """Errors of counts after the fact that are all of one size and not shared."""
    individual = {
        kind: np.full_like(spread, spread_of(factor)) if kind == COUNT else spread
        for kind, spread in errors.spread.items()
    }
    return CountError(individual, errors.common).without_common()


def _normalised(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum()


def _with_rest(posterior: Estimate, weight: float) -> np.ndarray:
    """The weights if everything else had another weight in the Dirichlet distribution of each open split."""
    weights = posterior.weights.copy()
    for rest in posterior.prior.rests.values():
        weights = weights * rest ** (weight - 1)
    return _normalised(weights)


def _inputs(posterior: Estimate, units: np.ndarray, flat: np.ndarray) -> list[dict]:
    indices = {
        name: (first_order(units, given, flat), first_order(units, given, posterior.weights))
        for name, given in posterior.prior.inputs.items()
    }
    ranked = sorted(indices.items(), key=lambda item: -item[1][1])
    return [
        {"kind": "input", "name": name, "prior_variance_share": before, "variance_share": after}
        for name, (before, after) in ranked
        if max(before, after) >= VISIBLE
    ]


def none() -> pd.DataFrame:
    """What `drivers` returns where nothing is estimated by the day."""
    return pd.DataFrame(columns=_COLUMNS)
