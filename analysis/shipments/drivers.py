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


def drivers(found: Estimate, product: str, start: str, end: str) -> pd.DataFrame:
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
    units, _ = melding.over(found.prior, [product], start, end)
    flat = np.full(len(units), 1 / len(units))
    cases = [("prior", "before any count is heard", flat), ("estimate", "all voices", found.shares)]
    cases += _without(found, product)
    cases += [("error", f"{factor:.3g}", _at(found, factor)) for factor in (found.factor**0.5, found.factor**2)]
    cases += [("split", f"{weight:g}", _split(found, weight)) for weight in SPLITS if found.prior.rests]
    rows = [
        {"kind": kind, "name": name, **dict(zip(PERCENTILES, melding.percentiles(units, weights), strict=True))}
        | {"effective_draws": melding.effective_size(weights)}
        for kind, name, weights in cases
    ]
    middle = rows[1]["p50"]
    rows = [row | {"change_share": row["p50"] / middle - 1 if middle else 0.0} for row in rows]
    frame = pd.DataFrame([*rows, *_inputs(found, units, flat)], columns=_COLUMNS)
    return frame.assign(source_id=sources(found, [product], start, end))


_COLUMNS = ["kind", "name", *PERCENTILES, "change_share", "prior_variance_share", "variance_share", "effective_draws"]
_COLUMNS += ["source_id"]


def _without(found: Estimate, product: str) -> list[tuple[str, str, np.ndarray]]:
    """The weights with each voice left out that can move a product, and with all forecasts left out."""
    heard = found.heard[found.heard["is_melded"] & found.heard["product"].isin(found.prior.linked(product))]
    cases = [
        ("without", voice if about == product else f"{voice} on the {about}", _left(found, gone))
        for (voice, about), gone in heard.groupby(["voice", "product"], sort=False)
    ]
    forecasts = heard[heard["stage"] == "forecast"]
    return cases + ([("without", FORECASTS, _left(found, forecasts))] if len(forecasts) else [])


def _left(found: Estimate, gone: pd.DataFrame) -> np.ndarray:
    return melding.weights(found.prior, found.heard.drop(gone.index), found.factor)


def _at(found: Estimate, factor: float) -> np.ndarray:
    """The weights if counts erred by another factor; the same counts are heard."""
    return melding.weights(found.prior, found.heard, factor)


def _split(found: Estimate, weight: float) -> np.ndarray:
    """The weights if everything else had another weight in the Dirichlet distribution of each open split."""
    shares = found.shares.copy()
    for rest in found.prior.rests.values():
        shares = shares * rest ** (weight - 1)
    return shares / shares.sum()


def _inputs(found: Estimate, units: np.ndarray, flat: np.ndarray) -> list[dict]:
    shares = {
        name: (first_order(units, given, flat), first_order(units, given, found.shares))
        for name, given in found.prior.inputs.items()
    }
    ranked = sorted(shares.items(), key=lambda item: -item[1][1])
    return [
        {"kind": "input", "name": name, "prior_variance_share": before, "variance_share": after}
        for name, (before, after) in ranked
        if max(before, after) >= VISIBLE
    ]


def none() -> pd.DataFrame:
    """What `drivers` returns where nothing is estimated by the day."""
    return pd.DataFrame(columns=_COLUMNS)
