"""Scrambled Sobol points, which fill the unit cube more evenly than points drawn by chance."""

import numpy as np


def sobol(across: int, draws: int, seed: int | list[int]) -> np.ndarray:
    """The first points of a scrambled Sobol sequence: (draws, across), each between 0 and 1.

    By `scipy.stats.qmc` (Owen, "Scrambling Sobol' and Niederreiter-Xing points", 1998).

    Parameters
    ----------
    across : dimensions, one or more.
    draws : points, one or more; they are the first of the next power of two.
    seed : of the scrambling, as `numpy.random.default_rng` takes it.
    """
    from scipy.stats import qmc  # more than a second, which only what is drawn needs

    return qmc.Sobol(across, rng=np.random.default_rng(seed)).random_base2(max(draws - 1, 1).bit_length())[:draws]
