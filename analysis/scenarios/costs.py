"""What an H100's work costs the buyer: legal cards beside the best domestic chip and smuggled cards."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.facts.sobol import sobol
from analysis.scenarios import draws as drawing
from analysis.scenarios import model
from analysis.scenarios.draws import Setup
from analysis.scenarios.inputs import MEASURES, Shape


def per_work(made: Setup, rivals: Mapping[str, Mapping[str, Shape]], draws: int, seed: int) -> pd.DataFrame:
    """Dollars for as many cards as do an H100's work, at the legal price with its fee and at the prices of rivals.

    Parameters
    ----------
    rivals : ``domestic`` and ``smuggled``: shapes of ``price``, of each measure, and of ``premium`` on the price.

    Returns
    -------
    frame : ``policy, chip, measure, against, p5, p50, p95, rival_p5, rival_p50, rival_p95`` in dollars,
        ``dearer_share``: in how many draws the legal card is the dearer one. NaN where a price or a worth is unknown.
    """
    at = drawing.values(made, drawing.points(made, draws, seed))
    rows = []
    for rival, facts in rivals.items():
        shares = sobol(max(len(facts), 1), draws, seed + 1)
        theirs = {name: one.ppf(shares[:, place]) for place, (name, one) in enumerate(facts.items())}
        for chip in made.policy.terms:
            given = {name: at[key] for name, key in made.keys[chip].items()}
            paid, _ = model.prices(given, made.policy.fee_on[chip])
            for measure in MEASURES:
                legal = np.broadcast_to(paid / given[measure], draws)
                price = theirs.get("price", np.nan) * (1 + theirs.get("premium", 0.0))
                other = np.broadcast_to(price / theirs.get(measure, np.nan), draws)
                dearer = np.nan if np.isnan(legal + other).any() else float((legal > other).mean())
                rows.append((made.policy.name, chip, measure, rival, *_spread(legal), *_spread(other), dearer))
    return pd.DataFrame(rows, columns=COLUMNS)


_ENDS = ["p5", "p50", "p95"]
COLUMNS = ["policy", "chip", "measure", "against", *_ENDS, *(f"rival_{end}" for end in _ENDS), "dearer_share"]


def _spread(values: np.ndarray) -> list[float]:
    return (
        [np.nan] * 3 if np.isnan(values).any() else [float(value) for value in np.quantile(values, [0.05, 0.5, 0.95])]
    )
