"""Where something breaks even: the value of one input at which a function reaches a goal, or that there is none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

STEPS = 64  # at which a span is looked through for a change of sign
NONE, EVERY = "no value in the range", "every value in the range"


@dataclass(frozen=True)
class Answer:
    """The least value that reaches the goal (NaN where none does), what is reached at both ends, and why."""

    value: float
    at_low: float
    at_high: float
    why: str


def solve(reached: Callable[[float], float], goal: float, low: float, high: float) -> Answer:
    """The least value between two ends at which a function equals a goal.

    Looked for where the sign changes between `STEPS` + 1 even steps, then by Brent's method (`scipy.optimize.brentq`).
    Where nothing changes sign, ends of the same sign say that there is no value in the range. A function that is NaN
    somewhere has no answer.

    Parameters
    ----------
    reached : a function of one number; what lies between steps is taken as continuous.
    """
    span = np.linspace(low, high, STEPS + 1)
    off = np.array([reached(float(at)) for at in span]) - goal
    ends = (float(off[0] + goal), float(off[-1] + goal))
    if np.isnan(off).any():
        return Answer(float("nan"), *ends, "an input that it needs is unknown")
    if np.abs(off).max() <= 1e-9 * max(abs(goal), 1e-9):
        return Answer(float("nan"), *ends, EVERY)
    for at in range(STEPS + 1):
        if off[at] == 0:
            return Answer(float(span[at]), *ends, "")
        if at < STEPS and off[at] * off[at + 1] < 0:
            root = brentq(lambda value: reached(value) - goal, span[at], span[at + 1], xtol=1e-12, rtol=1e-12)
            return Answer(float(root), *ends, "")
    return Answer(float("nan"), *ends, NONE)
