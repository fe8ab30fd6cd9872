"""How far published counts of chips err, drawn from how far past ones did.

The logarithm of a count is that of the number it counts plus two errors: one that all voices on a chip share (they read
the same supply chain, and one another), and one of its own. How large the two are together is learnt from counts that
can be held against something better (`count_errors`); forecasts are a kind of their own and err by as much as past
forecasts did. How much of the error is shared nobody has measured: any part of its variance counts alike.
"""

from dataclasses import dataclass
from math import log
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.facts.errors import Fault, ParameterError
from analysis.facts.sobol import sobol
from analysis.shipments import hierarchy

COUNT, FORECAST = "count", "forecast"
ROUNDING = 0.05  # least error of a voice's own: counts are printed with one or two digits
LEVEL = 0.9


@dataclass(frozen=True)
class CountError:
    """Draws of the errors of published counts, in logarithms.

    Parameters
    ----------
    spread : standard deviation of a voice's own error, by `COUNT` and `FORECAST`; one value a draw.
    common : the error that all voices on a chip share, by chip; one value a draw.
    """

    spread: dict[str, np.ndarray]
    common: dict[str, np.ndarray]

    def of(self, product: str, stage: str) -> tuple[np.ndarray, np.ndarray]:
        """The shared error, and the spread of its own, of a count of one chip at one stage."""
        return self.common[product], self.spread[FORECAST if stage == FORECAST else COUNT]

    def without_common(self) -> "CountError":
        """The same, if voices shared no error."""
        return CountError(self.spread, {product: values * 0 for product, values in self.common.items()})


def past(table: pd.DataFrame) -> pd.DataFrame:
    """Past errors in logarithms, as least and most.

    Parameters
    ----------
    table : the table ``count_errors``.

    Returns
    -------
    frame : the rows with ``low_error, high_error``: equal where count and outcome are points, infinite where open.
    """
    figure = _ends(table, "low", "central", "high")
    outcome = _ends(table, "outcome_low", "outcome_central", "outcome_high")
    with np.errstate(divide="ignore"):
        low, high = np.log(figure[0]) - np.log(outcome[1]), np.log(figure[1]) - np.log(outcome[0])
    return table.assign(low_error=low, high_error=high)


def draw(table: pd.DataFrame, products: list[str], *, factor: float | None, draws: int, seed: int) -> CountError:
    """Draws of errors.

    Parameters
    ----------
    table : the table ``count_errors``; empty: the prior of the spread alone.
    products : the chips that are counted.
    factor : where given, a count that is no forecast is right within it nine times in ten, and nothing is learnt.
    draws, seed : how many, from where.

    Raises
    ------
    ParameterError : a factor of one or less.
    """
    names = [COUNT, FORECAST, "part", *products]
    uniform = dict(zip(names, sobol(len(names), draws, [seed, 2]).T.clip(1e-12, 1 - 1e-12), strict=True))
    errors = past(table)
    whole = {kind: _learnt(errors[errors["kind"] == kind], uniform[kind]) for kind in (COUNT, FORECAST)}
    if factor is not None:
        whole[COUNT] = np.full(draws, spread_of(factor))
    part = uniform["part"]
    individual = {COUNT: np.hypot(whole[COUNT] * np.sqrt(1 - part), ROUNDING), FORECAST: whole[FORECAST]}
    return CountError(individual, {name: whole[COUNT] * np.sqrt(part) * ndtri(uniform[name]) for name in products})


def spread_of(factor: float) -> float:
    """Standard deviation of the logarithm of a count's error that keeps within a factor nine times in ten.

    Raises
    ------
    ParameterError : a factor of one or less.
    """
    if not 1 < factor < float("inf"):
        raise ParameterError(Fault("evidence_factor", f"{factor} is not a number above 1.", "Write 1.5."))
    return log(factor) / NormalDist().inv_cdf(0.5 + LEVEL / 2)


def factor_of(spread: float) -> float:
    """The factor within which a count of that spread keeps nine times in ten."""
    return float(np.exp(spread * NormalDist().inv_cdf(0.5 + LEVEL / 2)))


def _learnt(errors: pd.DataFrame, uniform: np.ndarray) -> np.ndarray:
    """Draws of the spread: errors around nothing, points and windows."""
    is_point = errors["low_error"] == errors["high_error"]
    windows = list(zip(errors.loc[~is_point, "low_error"], errors.loc[~is_point, "high_error"], strict=True))
    return hierarchy.draw(errors.loc[is_point, "low_error"], windows, (uniform, uniform), location=0.0)[1]


def _ends(table: pd.DataFrame, low: str, central: str, high: str) -> tuple[pd.Series, pd.Series]:
    """Least and most of a figure: its point, its range, or a bound that is open on one side."""
    rows = table[[low, central, high]].set_axis(["low", "central", "high"], axis=1)
    return rows["central"].fillna(rows["low"]).fillna(0.0), rows["central"].fillna(rows["high"]).fillna(np.inf)
