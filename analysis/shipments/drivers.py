"""What drives an estimate of units: its inputs, each voice, and how far a count may err."""

import numpy as np
import pandas as pd

from analysis.shipments import melding
from analysis.shipments.estimates import Estimate, sources
from analysis.shipments.melding import PERCENTILES

CLASSES = 20  # of equal weight, over the values of an input
SPLITS = (0.7, 2.0)  # weight of everything else in an open split of revenue, where one chip counts as one
FORECASTS = "forecasts"
VISIBLE = 0.01  # least part of the variance that an input is listed for


def first_order(output: np.ndarray, given: np.ndarray, weights: np.ndarray) -> float:
    """Part of the variance of an output that goes away once an input is known: the first-order sensitivity index.

    Estimated from given draws by classes of the input (Plischke, Borgonovo and Smith, "Global sensitivity measures from
    given data", European Journal of Operational Research 226, 2013). Between inputs that hang together, as they do once
    counts have been heard, indices need not add up to one.

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


def drivers(posterior: Estimate, product: str, start: str, end: str) -> pd.DataFrame:
    """What moves the units of a product between two days.

    Returns
    -------
    frame : ``kind, name, p5, p50, p95, change_share`` (of the median, against the estimate), ``prior_variance_share,
        variance_share`` (of kind ``input``, from `first_order`; inputs under one hundredth in both are left out),
        ``effective_draws``. Kinds: ``prior`` (no count heard), ``estimate``, ``without`` a voice (that of another chip
        which shares an open split of revenue names it) or without forecasts, ``error`` (a factor within which counts
        are right whose logarithm is half or twice that asked), ``split`` (everything else in an open split weighs less
        or more than a chip), ``input``. ``source_id``: those of the estimate, the same in every row.
    """
    units, _ = melding.over(posterior.prior, [product], start, end)
    flat = np.full(len(units), 1 / len(units))
    cases = [("prior", "before any count is heard", flat), ("estimate", "all voices", posterior.weights)]
    cases += _without(posterior, product)
    cases += [
        ("error", f"{factor:.3g}", _with_factor(posterior, factor))
        for factor in (posterior.factor**0.5, posterior.factor**2)
    ]
    cases += [("split", f"{weight:g}", _with_rest(posterior, weight)) for weight in SPLITS if posterior.prior.rests]
    rows = [
        {"kind": kind, "name": name, **dict(zip(PERCENTILES, melding.percentiles(units, weights), strict=True))}
        | {"effective_draws": melding.effective_size(weights)}
        for kind, name, weights in cases
    ]
    median = rows[1]["p50"]
    rows = [row | {"change_share": row["p50"] / median - 1 if median else 0.0} for row in rows]
    frame = pd.DataFrame([*rows, *_inputs(posterior, units, flat)], columns=_COLUMNS)
    return frame.assign(source_id=sources(posterior, [product], start, end))


_COLUMNS = ["kind", "name", *PERCENTILES, "change_share", "prior_variance_share", "variance_share", "effective_draws"]
_COLUMNS += ["source_id"]


def _without(posterior: Estimate, product: str) -> list[tuple[str, str, np.ndarray]]:
    """The weights with each voice left out that can move a product, and with all forecasts left out."""
    counts = posterior.counts[
        posterior.counts["is_melded"] & posterior.counts["product"].isin(posterior.prior.linked(product))
    ]
    cases = [
        ("without", voice if about == product else f"{voice} on the {about}", _without_counts(posterior, gone))
        for (voice, about), gone in counts.groupby(["voice", "product"], sort=False)
    ]
    forecasts = counts[counts["stage"] == "forecast"]
    return cases + ([("without", FORECASTS, _without_counts(posterior, forecasts))] if len(forecasts) else [])


def _without_counts(posterior: Estimate, gone: pd.DataFrame) -> np.ndarray:
    return melding.weights(posterior.prior, posterior.counts.drop(gone.index), posterior.factor)


def _with_factor(posterior: Estimate, factor: float) -> np.ndarray:
    """The weights if counts erred by another factor; the same counts are heard."""
    return melding.weights(posterior.prior, posterior.counts, factor)


def _with_rest(posterior: Estimate, weight: float) -> np.ndarray:
    """The weights if everything else had another weight in the Dirichlet distribution of each open split."""
    weights = posterior.weights.copy()
    for rest in posterior.prior.rests.values():
        weights = weights * rest ** (weight - 1)
    return weights / weights.sum()


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
