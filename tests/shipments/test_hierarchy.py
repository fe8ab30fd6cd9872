"""Location and spread from a few observations: against closed forms and the prior's own quantiles."""

import numpy as np
import pytest
from scipy.stats import norm, qmc

from analysis.shipments import hierarchy

DRAWS = 1 << 14
UNIFORM = tuple(qmc.Sobol(2, scramble=True, rng=np.random.default_rng(1)).random(DRAWS).T)


def test_without_observations_the_spread_is_that_of_the_prior():
    """Quantiles of a half-normal are those of the normal at (1 + p) / 2."""
    _, spread = hierarchy.draw([], [], UNIFORM, location=0.0)
    for level in (0.25, 0.5, 0.9):
        assert np.quantile(spread, level) == pytest.approx(0.5 * norm.ppf((1 + level) / 2), rel=0.06)


def test_many_observations_give_their_own_spread_and_mean():
    points = 7.0 + 0.3 * norm.ppf((np.arange(400) + 0.5) / 400)
    location, spread = hierarchy.draw(points, [], UNIFORM)
    assert spread.mean() == pytest.approx(0.3, rel=0.03)
    assert location.mean() == pytest.approx(7.0, abs=0.01)
    assert location.std() == pytest.approx(0.3 / 20, rel=0.1)  # standard error of the mean of 400


def test_given_the_spread_the_location_is_normal_around_the_mean():
    """Points half apart: given a spread s the location has mean 7.25 and deviation s / sqrt 2."""
    location, spread = hierarchy.draw([7.0, 7.5], [], UNIFORM)
    assert location.mean() == pytest.approx(7.25, abs=0.02)
    assert ((location - 7.25) / spread).std() == pytest.approx(np.sqrt(0.5), rel=0.05)


def test_a_wide_window_says_nothing_and_a_far_one_widens():
    alone = hierarchy.draw([0.1, -0.1], [], UNIFORM, location=0.0)[1]
    wide = hierarchy.draw([0.1, -0.1], [(-np.inf, np.inf)], UNIFORM, location=0.0)[1]
    far = hierarchy.draw([0.1, -0.1], [(1.0, np.inf)], UNIFORM, location=0.0)[1]
    np.testing.assert_array_equal(alone, wide)
    assert np.median(far) > 2 * np.median(alone)


def test_draws_between_two_ends_are_those_of_a_cut_normal():
    """Half a standard normal has mean sqrt(2 / pi)."""
    uniform = (np.arange(100_000) + 0.5) / 100_000
    zero, one = np.zeros_like(uniform), np.ones_like(uniform)
    drawn = hierarchy.between(0.0, np.inf, zero, one, uniform)
    assert drawn.min() >= 0
    assert drawn.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=1e-3)
    far = hierarchy.between(8.0, 9.0, zero, one, uniform)
    assert far.min() >= 8
    assert far.max() <= 9
