"""Which chip is first at a job, with the chance that it is: the most tokens a second, or the cheapest ones.

Chips whose ranges overlap are not ranked but given their chances, as if their errors had nothing in common; where they
share some, as chips under the same software do, the order is surer than that. In training, chips are compared by their
ratios, in which the spread of what runs reach of the rate does not blur chips that reach the same part.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

ROUNDING = 1.005  # figures this close are roundings of one
FASTEST = "the most tokens a second"
PLACES = ["first", "alike", "among the first", "behind", "unknown"]
_QUANTILES = ndtri((np.arange(400) + 0.5) / 400)


def ranked(worth: pd.DataFrame, costs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Each chip at each job.

    Parameters
    ----------
    worth : from `analysis.workloads.throughput.against`.
    costs : by what is cheapest, from `analysis.workloads.costs.usd_per_million_tokens`, of the same chips.

    Returns
    -------
    frame : ``phase, measure`` (`FASTEST`, or a key of ``costs``), ``chip_id, low, high`` of what the least of is best
        (seconds or dollars; a chip whose power is unknown costs its price at least), ``place`` of `PLACES`, ``chance``
        (that it is first of those whose ranges are closed; NaN where its own is open, or there is no other),
        ``source_id``.
    """
    parts = [_ends(worth, FASTEST, ("high", "low"), ("ratio_high", "ratio_low"))]
    parts[0][["low", "high"]] = 1 / parts[0][["low", "high"]]
    for measure, frame in costs.items():
        least = frame["total_low_usd_per_million"].fillna(frame["low_usd_per_million"])
        ends = ("total_low_usd_per_million", "total_high_usd_per_million")
        named = frame.assign(total_low_usd_per_million=least)
        parts.append(_ends(named, measure, ends, ("work_low_usd", "work_high_usd")))
    frame = pd.concat(parts, ignore_index=True)
    jobs = [_placed(job) for _, job in frame.groupby(["phase", "measure"], sort=False)]
    return pd.concat(jobs, ignore_index=True) if jobs else frame.assign(place="", chance=np.nan)


def _ends(frame: pd.DataFrame, measure: str, ends: tuple[str, str], training: tuple[str, str]) -> pd.DataFrame:
    is_training = frame["phase"] == "training"
    low, high = (frame[end].mask(is_training, frame[other]) for end, other in zip(ends, training, strict=True))
    known = {"low": low.astype(float), "high": high.astype(float)}
    return frame.reindex(columns=["phase", "chip_id", "source_id"]).assign(measure=measure, **known)


def _placed(job: pd.DataFrame) -> pd.DataFrame:
    """Places and chances of the chips of one job."""
    is_known = job["low"].notna()
    is_among = is_known & ~(job["low"] > ROUNDING * job["high"].min())
    among, closed = job[is_among], is_among & job["high"].notna()
    is_alike = closed.sum() == len(among) and among["high"].max() <= ROUNDING * among["low"].min()
    name = "first" if len(among) == 1 else "alike" if is_alike else "among the first"
    place = np.select([is_among, is_known], [name, "behind"], "unknown")
    chance = pd.Series(np.nan, index=job.index).mask(is_known, 0.0).mask(is_among, np.nan)
    if closed.sum() > 1 or closed.sum() == len(among) > 0:
        chance = chance.fillna(chance_of_least(job.loc[closed, "low"], job.loc[closed, "high"]))
    return job.assign(place=place, chance=chance)


def chance_of_least(low: pd.Series, high: pd.Series) -> pd.Series:
    """Chances that each of several figures is the least, from the ranges that hold nine in ten of each.

    Each is taken as lognormal between its ends and on its own.

    Parameters
    ----------
    low, high : ends at 5 and 95 percent, above zero.

    Returns
    -------
    chances : by the same index; they add up to one.
    """
    middle = np.log(low.to_numpy() * high.to_numpy()) / 2
    spread = np.maximum(np.log(high.to_numpy() / low.to_numpy()) / (2 * ndtri(0.95)), 1e-6)
    at = middle[:, None, None] + spread[:, None, None] * _QUANTILES  # figure i at each of its quantiles
    is_under = ndtr((middle[None, :, None] - at) / spread[None, :, None])  # chance that figure j is above it
    is_under[np.diag_indices(len(low))] = 1.0
    chances = is_under.prod(axis=1).mean(axis=1)
    return pd.Series(chances / chances.sum(), index=low.index)
