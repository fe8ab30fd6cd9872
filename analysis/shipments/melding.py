"""Published counts held against a prior of units, and melded with it: each independent voice counts once.

Bayesian melding (Poole and Raftery, "Inference for Deterministic Simulation Models: The Bayesian Melding Approach",
JASA 95, 2000) by importance sampling: the draws of the prior stay, and each gets the weight that the published counts
give it. A count errs by a lognormal factor, in part with all other voices (`analysis.shipments.count_error`). A range
and a bound enter as printed: as the probability that the erring count falls inside (no middle is made of a range).

Numbers that go back to one voice are averaged in their logarithms, so that a number printed ten times weighs as one.
A count that the prior makes all but impossible (Box, "Sampling and Bayes' Inference in Scientific Modelling and
Robustness", JRSS A 143, 1980; Evans and Moshonov, "Checking for Prior-Data Conflict", Bayesian Analysis 1, 2006) is a
conflict: it is shown and not melded.
"""

from datetime import date
from math import log

import numpy as np
import pandas as pd
from scipy.special import log_ndtr, ndtr

from analysis.facts.errors import Fault, ParameterError
from analysis.shipments.count_error import CountError
from analysis.shipments.priors import Prior

LEVELS = (0.05, 0.50, 0.95)
PERCENTILES = ["p5", "p50", "p95"]
CONFLICT = 0.01  # prior predictive probability below which a count conflicts; a higher one costs coverage (benchmarks)
COVERED = 0.99  # of the days of a count that must lie in known quarters of the prior, unless it is a ceiling
USED = ["equal", "at_most", "at_least"]


def over(prior: Prior, products: list[str], start: str, end: str) -> tuple[np.ndarray, float]:
    """Units of products between two days, each quarter spread evenly over its days; and the part of the days known.

    Parameters
    ----------
    products : names; their units are added draw by draw.
    start, end : first and last day, ISO text.

    Returns
    -------
    draws, share : units, and the part of the days that lies in a known quarter of any of the products.
    """
    begin, finish = (date.fromisoformat(day).toordinal() for day in (start, end))
    draws, known = np.zeros(prior.units.shape[1]), {}
    for at, (product, period, first, last) in enumerate(prior.spans):  # in order: a matrix product may add in its own
        days = min(last, finish) - max(first, begin) + 1
        if product in products and days > 0:
            draws += days / (last - first + 1) * prior.units[at]
            known[period] = max(days, known.get(period, 0))
    return draws, sum(known.values()) / (finish - begin + 1)


def percentiles(values: np.ndarray, weights: np.ndarray | None = None) -> list[float]:
    """The `LEVELS` of draws, weighted where weights are given; each is one of the draws."""
    return [float(value) for value in np.quantile(values, LEVELS, weights=weights, method="inverted_cdf")]


def evidence(published: pd.DataFrame) -> pd.DataFrame:
    """The published counts that bear on units sold, as the least and most that each says.

    Parameters
    ----------
    published : rows of `analysis.counts.published.estimates`.

    Returns
    -------
    frame : the rows whose ``evidence`` is one of `USED`, with ``at_least, at_most`` in units: equal for a point, open
        (0, infinity) for a bound.
    """
    rows = published[published["evidence"].isin(USED) & (published["unit"] == "units")].reset_index(drop=True)
    least = rows["low"].fillna(rows["central"]).where(rows["evidence"] == "at_least", rows["low"])
    least = rows["central"].fillna(rows["low"]).where(rows["evidence"] == "equal", least)
    most = rows["high"].fillna(rows["central"]).where(rows["evidence"] == "at_most", rows["high"])
    most = rows["central"].fillna(rows["high"]).where(rows["evidence"] == "equal", most)
    return rows.assign(
        at_least=least.where(rows["evidence"] != "at_most", 0.0).fillna(0.0),
        at_most=most.where(rows["evidence"] != "at_least", np.inf).fillna(np.inf),
    )


def not_counted(quoted: pd.DataFrame, rows: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """The quotations of prices without those of a voice that also counts the chip: no voice bears twice on one chip.

    Parameters
    ----------
    quoted : from `analysis.chips.prices.quotations`.
    rows : from `evidence`.
    products : the table of that name.
    """
    family = products.set_index("product")["family"].replace("", pd.NA).dropna()
    chip = quoted["product"].map(family).fillna(quoted["product"])
    counts = set(zip(rows["product"], rows["voice"], strict=True))
    is_free = [pair not in counts for pair in zip(chip, quoted["voice"], strict=True)]
    return quoted[np.array(is_free, dtype=bool)]


def judged(prior: Prior, rows: pd.DataFrame, errors: CountError) -> pd.DataFrame:
    """Each count beside what the prior says of the same chip and days.

    Parameters
    ----------
    rows : from `evidence`.
    errors : how far counts err, draw by draw.

    Returns
    -------
    frame : the rows with ``prior_p5, prior_p50, prior_p95`` of their own days, ``days_known`` (part of them),
        ``prior_p`` (how probable a count so far out is under the prior, two-sided for points and ranges),
        ``is_melded``, and ``outcome``: melded, in conflict with the prior, or too few days known.

    Raises
    ------
    ParameterError : a count of a chip without a prior, or one without a figure.
    """
    faults = [_without_prior(row) for row in rows.itertuples() if row.product not in set(prior.cells["product"])]
    faults += [_without_figure(row) for row in rows.itertuples() if row.at_least <= 0 and row.at_most in (0, np.inf)]
    if faults:
        raise ParameterError(*faults)
    judgements = []
    for row in rows.itertuples():
        units, days = over(prior, [row.product], row.period_start, row.period_end)
        common, spread = errors.of(row.product, row.stage)
        probability = _prior_predictive(units * np.exp(common), row.at_least, row.at_most, spread)
        outcome = "melded" if probability >= CONFLICT else "in conflict with the prior"
        needs = 0 if row.at_least == 0 else COVERED  # what is sold in known days is no more than the whole
        outcome = outcome if days > 0 and days >= needs else "too few of its days are known"
        judgements.append([*percentiles(units), days, probability, outcome == "melded", outcome])
    names = [*(f"prior_{name}" for name in PERCENTILES), "days_known", "prior_p", "is_melded", "outcome"]
    return rows.join(pd.DataFrame(judgements, columns=names, index=rows.index).astype({"is_melded": bool}))


def weights(prior: Prior, rows: pd.DataFrame, errors: CountError) -> np.ndarray:
    """The posterior weight of each draw of the prior, adding up to one.

    Parameters
    ----------
    rows : from `judged`; only those that are melded count. Rows of one voice on one product share one vote, as far as
        they begin in the same year.
    """
    counts = rows[rows["is_melded"]]
    log_posterior = np.zeros(prior.units.shape[1])
    for _, voice in counts.groupby(["voice", "product", counts["period_start"].str[:4]]):
        for row in voice.itertuples():
            units, _ = over(prior, [row.product], row.period_start, row.period_end)
            common, spread = errors.of(row.product, row.stage)
            seen = units * np.exp(common)
            log_posterior += log_likelihood(seen, row.at_least, row.at_most, spread) / len(voice)
    weights = np.exp(log_posterior - log_posterior.max())
    return weights / weights.sum()


def log_likelihood(units: np.ndarray, low: float, high: float, spread: np.ndarray) -> np.ndarray:
    """Log probability (density for a point) that a count of so many units, erring by a lognormal, is printed so.

    Parameters
    ----------
    units : what is counted, with the error that voices share.
    low, high : the count: equal for a point; 0 or infinity where it is open.
    spread : standard deviation of the logarithm of a voice's own error.
    """
    if high == np.inf:
        return log_ndtr(-_distance(low, units, spread))
    if low == 0:
        return log_ndtr(_distance(high, units, spread))
    below, above = (_distance(end, units, spread) for end in (low, high))
    if low == high:
        return -(below**2) / 2 - np.log(spread)
    outer, inner = log_ndtr(np.where(below > 0, -below, above)), log_ndtr(np.where(below > 0, -above, below))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isneginf(outer), -np.inf, outer + np.log1p(-np.exp(inner - outer)))


def _distance(figure: float, units: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """How many standard deviations of its error a figure above zero lies over what it counts; infinite over nothing."""
    with np.errstate(divide="ignore"):
        return (log(figure) - np.log(units)) / spread


def effective_size(weights: np.ndarray) -> float:
    """How many equally weighted draws weighted ones are worth (Kish, Survey Sampling, 1965): 1 / sum of squares."""
    return float(1 / (weights**2).sum())


def _prior_predictive(units: np.ndarray, low: float, high: float, spread: np.ndarray) -> float:
    """Prior predictive probability of a count at least so far out, on the side where it lies."""
    not_below = float(np.mean(ndtr(-_distance(low, units, spread)))) if low > 0 else 1.0
    not_above = float(np.mean(ndtr(_distance(high, units, spread)))) if high < np.inf else 1.0
    if low == 0 or high == np.inf:
        return min(not_below, not_above)
    return min(1.0, 2 * min(not_below, not_above))


def _without_prior(row: tuple) -> Fault:
    where = f"evidence, {row.product} of {row.source_id} ({row.period_start} to {row.period_end})"
    return Fault(where, "is a count of a chip without a prior.", "Add it to data/unit_priors.csv, or write none.")


def _without_figure(row: tuple) -> Fault:
    where = f"evidence, {row.product} of {row.source_id} ({row.period_start} to {row.period_end})"
    return Fault(where, f"says {row.evidence} and gives no such figure.", "Correct evidence or the figure.")
