"""Which input moves an outcome: Sobol indices, one input at a time, and two together.

First-order index: the part of the variance that would go if the input were known; total: the part that would stay if
all others were known (Sobol, "Global sensitivity indices for nonlinear mathematical models", 2001; estimated by
`scipy.stats.sobol_indices` after Saltelli and others, 2010).
"""

import numpy as np
import pandas as pd

from analysis.scenarios import draws as drawing
from analysis.scenarios.draws import Setup


def over_all(made: Setup, shares: np.ndarray, outcome: str) -> np.ndarray:
    """An outcome summed over all quarters, at points of the unit cube: (draws,)."""
    return _at(made, drawing.values(made, shares), len(shares), outcome)


def _at(made: Setup, at: dict, draws: int, outcome: str) -> np.ndarray:
    return drawing.outcomes(made, at, draws, (outcome,))[outcome].sum(axis=1)


class _Unit:
    """The uniform distribution on the unit interval, which is what every input is drawn by."""

    def ppf(self, shares: np.ndarray) -> np.ndarray:
        return shares


def indices(made: Setup, outcome: str, draws: int, seed: int) -> pd.DataFrame:
    """What each varying input does to an outcome over all quarters.

    Parameters
    ----------
    draws : a power of two; the model is run (inputs + 2) times as often.

    Returns
    -------
    frame : ``variable, first, total`` (shares of the variance), ``p5, p95`` of the input, ``outcome_at_p5,
        outcome_at_p95`` there, with all others at their medians (the first is the larger one where the outcome falls
        as the input rises), and ``narrows_share``: by how much
        the standard deviation would shrink on average if the input were known, 1 - sqrt(1 - first). The largest first
        index first; no row where nothing varies.
    """
    names = made.varying
    columns = ["variable", "first", "total", "p5", "p95", "outcome_at_p5", "outcome_at_p95", "narrows_share"]
    if not names or np.isnan(over_all(made, np.full((1, len(names)), 0.5), outcome)).any():
        return pd.DataFrame(columns=columns)
    from scipy.stats import sobol_indices  # more than a second, which no other result of the subject needs

    found = sobol_indices(
        func=lambda points: over_all(made, points.T, outcome)[None, :],
        n=draws,
        dists=[_Unit()] * len(names),
        rng=np.random.default_rng(seed),
    )
    first = np.clip(np.nan_to_num(found.first_order.ravel()), 0, 1)
    total = np.clip(np.nan_to_num(found.total_order.ravel()), 0, None)
    corners = np.full((2 * len(names), len(names)), 0.5)
    for place in range(len(names)):
        corners[2 * place : 2 * place + 2, place] = 0.05, 0.95
    swung = over_all(made, corners, outcome).reshape(-1, 2)
    ends = np.array([made.shapes[name].ppf(np.array([0.05, 0.95])) for name in names])
    frame = pd.DataFrame(
        dict(zip(columns, [names, first, total, *ends.T, *swung.T, 1 - np.sqrt(1 - first)], strict=True))
    )
    return frame.sort_values(["first", "total", "variable"], ascending=[False, False, True], ignore_index=True)


def grid(made: Setup, outcome: str, across: str, up: str, steps: int, draws: int, seed: int) -> pd.DataFrame:
    """The median of an outcome over all quarters for pairs of values of two inputs, the others drawn.

    Parameters
    ----------
    across, up : variables of the setup that vary.
    steps : values of each, evenly over the middle nine tenths of its cases, each value once.

    Returns
    -------
    frame : ``across, up`` (values) and ``p50``: a row a pair.
    """
    shares = np.linspace(0.05, 0.95, steps)
    at = drawing.values(made, drawing.points(made, draws, seed))
    rows = []
    for one in np.unique(made.shapes[across].ppf(shares)):
        for other in np.unique(made.shapes[up].ppf(shares)):
            held = at | {across: float(one), up: float(other)}
            rows.append((float(one), float(other), float(np.median(_at(made, held, draws, outcome)))))
    return pd.DataFrame(rows, columns=["across", "up", "p50"])
