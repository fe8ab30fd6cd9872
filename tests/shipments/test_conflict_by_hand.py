"""How far out a count lies by what was thought before, by hand."""

import numpy as np
import pytest

from analysis.shipments.melding import _prior_predictive

SAME = np.full(4, 100.0)
SPREAD = np.full(4, 0.1)


def test_a_count_in_the_middle_is_no_surprise_and_never_more_than_certain():
    # the count 100 of 100: half lie on either side, twice a half is one
    assert _prior_predictive(SAME, 100.0, 100.0, SPREAD) == 1.0
    # a range around it: each side has more than a half, and twice that is cut at one
    assert _prior_predictive(SAME, 90.0, 110.0, SPREAD) == 1.0


def test_a_count_one_standard_deviation_out_counts_both_sides_and_a_bound_one():
    # the normal distribution beyond one standard deviation: 0.158655 (NIST handbook, table of the normal distribution)
    out = 100.0 * np.exp(0.1)
    assert _prior_predictive(SAME, out, out, SPREAD) == pytest.approx(2 * 0.158655, abs=1e-5)
    assert _prior_predictive(SAME, out, np.inf, SPREAD) == pytest.approx(0.158655, abs=1e-5)
    assert _prior_predictive(SAME, 0.0, 100.0 * np.exp(-0.1), SPREAD) == pytest.approx(0.158655, abs=1e-5)
