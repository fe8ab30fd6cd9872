"""Sales under a policy, quarter by quarter: demand at a price, caps, supply, China's gate, and what flows to whom.

Everything is arithmetic on arrays whose first axis is the draws. Of a quarter's sales

    wanted = demand x growth x (price to the buyer / reference price) ^ elasticity x (1 - domestic share) x ramp
    licensed = the least of what was wanted and of the caps, counted up over a year
    delivered = licensed x what China lets in, as far as stock and production reach

and of the money: what the buyer pays is NVIDIA's revenue; it goes to the cost of the cards, to the government and to
gross profit. A fee on the price is a share of what the buyer pays, one on the cost a share of the cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.scenarios.inputs import MEASURES

BASE_YEAR = 2026  # of which the demand is
Values = Mapping[str, np.ndarray | float]


@dataclass(frozen=True)
class Sales:
    """What becomes of one chip, in each draw and quarter: arrays of (draws, quarters), or of draws alone.

    ``wanted, licensed, delivered`` are units; ``cap`` units a year, ``price, fee, cost`` dollars a card (draws);
    ``worth`` H100s a card, by measure (draws).
    """

    wanted: np.ndarray
    licensed: np.ndarray
    delivered: np.ndarray
    cap: np.ndarray
    price: np.ndarray
    fee: np.ndarray
    cost: np.ndarray
    worth: Mapping[str, np.ndarray]

    def of(self, what: str) -> np.ndarray | float:
        """By draw and quarter: ``units``; ``revenue, government, cost, profit`` in millions of dollars; H100s by one of
        `analysis.scenarios.inputs.MEASURES`, ``wanted`` by compute; of anything else none."""
        if what in ("units", "wanted"):
            return self.delivered if what == "units" else self.wanted * self.worth["compute"][:, None]
        if what in MEASURES:
            return self.delivered * self.worth[what][:, None]
        each = {"revenue": self.price, "government": self.fee, "cost": self.cost}
        each["profit"] = self.price - self.fee - self.cost
        return self.delivered * (each[what] / 1e6)[:, None] if what in each else 0.0


def prices(values: Values, fee_on: str) -> tuple[np.ndarray, np.ndarray]:
    """What the buyer pays for a card and what the government gets of it, in dollars.

    Parameters
    ----------
    values : ``price, cost, fee, passed_on``.
    fee_on : price or cost. A fee on the price that is passed on in full leaves the seller's part as it was:
        price / (1 - fee).
    """
    price, cost, fee, passed = (np.asarray(values[name], float) for name in ("price", "cost", "fee", "passed_on"))
    if fee_on == "cost":
        return price + passed * fee * cost, fee * cost
    paid = price * (1 - passed) + passed * price / (1 - fee)
    return paid, fee * paid


def sales(values: Values, *, fee_on: str, first_year: int, quarters: int) -> Sales:
    """What becomes of one chip.

    Parameters
    ----------
    values : every input of `analysis.scenarios.inputs.INPUTS`, a number or an array over draws; ``gate`` is 0
        where nothing is let in; the worth by a measure may be left out.
    fee_on : price or cost.
    first_year : calendar year of the first quarter.
    quarters : how many, from the first of that year.
    """
    at = {name: np.atleast_1d(np.asarray(value, float)) for name, value in values.items()}
    draws = max(len(value) for value in at.values())
    paid, fee = prices(at, fee_on)
    yearly = (
        at["demand"]
        * (1 + at["growth"]) ** (first_year - BASE_YEAR)
        * (paid / at["reference_price"]) ** at["elasticity"]
    )
    cap = np.minimum(np.minimum(at["total_cap"], at["customer_cap"] * at["buyers"]), at["us_cap"] * at["us_volume"])
    enters = at["gate"] + (1 - at["gate"]) * at["hong_kong"]
    start, stock = at["restart"] / 3, at["stock"]
    wanted, licensed, delivered = (np.empty((quarters, draws)) for _ in range(3))  # a quarter's draws lie together
    for first in range(0, quarters, 4):
        left = 1 - at["domestic_share_later" if first else "domestic_share"]
        asked = yearly / 4 * (1 + at["growth"]) ** (first // 4) * left
        sought, made, may, gone = 0.0, 0.0, 0.0, 0.0  # since the year began
        for quarter in range(first, min(first + 4, quarters)):
            wanted[quarter] = asked * np.minimum((quarter + 1) / at["ramp"], 1)
            sought = sought + wanted[quarter]
            made = made + at["production"] * np.clip(quarter + 1 - start, 0, 1)
            before, may = may, np.minimum(sought, cap)
            licensed[quarter] = may - before
            reach = stock + made
            before, gone = gone, np.minimum(may * enters, reach)
            delivered[quarter] = gone - before
        stock = reach - gone
    wide = lambda value: np.broadcast_to(value, draws)  # noqa: E731
    worth = {measure: wide(at[measure]) for measure in MEASURES if measure in at}
    return Sales(wanted.T, licensed.T, delivered.T, wide(cap), wide(paid), wide(fee), wide(at["cost"]), worth)


def smuggled(values: Values, delivered: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """H100s that are smuggled in a quarter, less what legal supply displaces, by draw and quarter.

    Parameters
    ----------
    values : ``smuggled, b300e_in_h100e, displacement``.
    delivered, wanted : H100s by compute, of all chips of the policy.
    """
    at = {
        name: np.asarray(values[name], float).reshape(-1, 1) for name in ("smuggled", "b300e_in_h100e", "displacement")
    }
    met = np.divide(delivered, wanted, out=np.zeros_like(delivered), where=wanted > 0)
    return at["smuggled"] / 4 * at["b300e_in_h100e"] * (1 - at["displacement"] * np.minimum(met, 1))
