"""Draws of a location and a spread that only a few observations bound, by their posterior on a grid.

Observations are normal around a location with a spread (in logarithms here). The location is flat over its grid; the
spread has a half-normal prior, which keeps it finite where there are one or two observations and says little where
there are many (Gelman, "Prior distributions for variance parameters in hierarchical models", Bayesian Analysis 1,
2006). An observation may be a point, or a window in which it is known to lie.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

SPREAD_SCALE = 0.5  # of the half-normal prior, in logarithms: nine spreads in ten lie below 0.82, a factor of 2.3
SPREADS = np.geomspace(0.005, 3.0, 160)
_REACH = 6.0  # how far the grid of locations reaches beyond the observations, in scales of the prior
_LOCATIONS = 801


def draw(
    points: Sequence[float],
    windows: Sequence[tuple[float, float]],
    uniforms: tuple[np.ndarray, np.ndarray],
    *,
    location: float | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior draws of location and spread.

    Parameters
    ----------
    points : observations, in logarithms.
    windows : lower and upper end of observations known to lie between them; an end may be infinite.
    uniforms : two arrays between 0 and 1, one value a draw: of the spread, of the location.
    location : where it is known; otherwise it is drawn, and at least one point is needed.

    Returns
    -------
    location, spread : one value a draw.
    """
    places = np.array([location]) if location is not None else _places(points)
    density = log_posterior(np.asarray(points, float), windows, places)
    mass = np.exp(density - density.max())
    by_spread = mass.sum(axis=1)
    rows = np.searchsorted(np.cumsum(by_spread / by_spread.sum()), uniforms[0]).clip(max=len(SPREADS) - 1)
    drawn = np.full(len(rows), places[0])
    if len(places) > 1:
        for row in np.unique(rows):
            cumulated = np.cumsum(mass[row])
            chosen = rows == row
            drawn[chosen] = np.interp(uniforms[1][chosen], cumulated / cumulated[-1], places)
    return drawn, SPREADS[rows]


def log_posterior(points: np.ndarray, windows: Sequence[tuple[float, float]], places: np.ndarray) -> np.ndarray:
    """Log posterior of every spread of the grid (rows) and location (columns), up to a constant.

    The grid of spreads is even in logarithms, hence the term that turns the prior density into mass.
    """
    spread = SPREADS[:, None]
    log_mass = -((SPREADS / SPREAD_SCALE) ** 2) / 2 + np.log(SPREADS)
    log_mass = np.repeat(log_mass[:, None], len(places), axis=1)
    for point in points:
        log_mass = log_mass - ((point - places) / spread) ** 2 / 2 - np.log(spread)
    for low, high in windows:
        inside = ndtr((high - places) / spread) - ndtr((low - places) / spread)
        log_mass = log_mass + np.log(np.maximum(inside, 1e-300))
    return log_mass


def between(
    low: np.ndarray | float, high: np.ndarray | float, location: np.ndarray, spread: np.ndarray, uniform: np.ndarray
) -> np.ndarray:
    """Draws of a normal that is known to lie between two ends."""
    below, above = ndtr((low - location) / spread), ndtr((high - location) / spread)
    inside = below + uniform * (above - below)
    return np.clip(location + spread * ndtri(np.clip(inside, 1e-15, 1 - 1e-15)), low, high)


def _places(points: Sequence[float]) -> np.ndarray:
    reach = _REACH * SPREAD_SCALE
    return np.linspace(min(points) - reach, max(points) + reach, _LOCATIONS)
