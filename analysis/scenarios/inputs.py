"""The inputs of a scenario: what each is, its unit, where it may lie, and how it is distributed between its ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.facts.arguments import Bounds
from analysis.facts.errors import did_you_mean

SHARE, COUNT, FREE = Bounds(0, 1), Bounds(low=0), Bounds()
PRICE = Bounds(above=0)


@dataclass(frozen=True)
class Input:
    """What an input is, in words, its unit, where it may lie, and what stands for it where nothing is said."""

    about: str
    unit: str
    bounds: Bounds
    default: float | None = None


INPUTS = {
    "price": Input("price of a card", "USD per unit", PRICE),
    "cost": Input("cost of a card to NVIDIA", "USD per unit", PRICE),
    "demand": Input("demand in 2026 at the reference price", "units a year", COUNT),
    "reference_price": Input("reference price of the demand", "USD per unit", PRICE),
    "elasticity": Input("price elasticity of demand", "ratio", Bounds(high=0)),
    "growth": Input("growth of demand a year", "share", Bounds(-1, 10)),
    "domestic_share": Input("demand that domestic chips take, first year", "share", SHARE),
    "domestic_share_later": Input("demand that domestic chips take, later years", "share", SHARE),
    "gate": Input("part that China lets in", "share", SHARE),
    "gate_closed": Input("how often China lets in none", "share", SHARE, 0.0),
    "hong_kong": Input("part that comes in by Hong Kong all the same", "share", SHARE, 0.0),
    "stock": Input("stock at the start", "units", COUNT, 0.0),
    "production": Input("production at full rate", "units a quarter", COUNT),
    "restart": Input("months until production starts", "months", COUNT, 0.0),
    "ramp": Input("quarters until buyers order in full", "quarters", Bounds(low=1), 1.0),
    "fee": Input("government share or tariff", "share", Bounds(0, 0.95), 0.0),
    "passed_on": Input("part of the fee that the buyer pays on top", "share", SHARE, 0.0),
    "total_cap": Input("cap on all sales", "units a year", COUNT, np.inf),
    "customer_cap": Input("cap on sales to one buyer", "units a year", COUNT, np.inf),
    "buyers": Input("buyers with a licence", "firms", COUNT, 1.0),
    "us_cap": Input("cap as a share of US sales", "share", COUNT, np.inf),
    "us_volume": Input("sales of the chip in the United States", "units a year", COUNT, 1.0),
    "smuggled": Input("compute smuggled where nothing is sold legally", "B300e a year", COUNT),
    "b300e_in_h100e": Input("H100s that one B300 is worth", "ratio", PRICE),
    "displacement": Input("smuggling that legal supply of all demand would displace", "share", SHARE),
    "grey_premium": Input("grey-market price over the legal one", "share", COUNT, 0.0),
    "compute": Input("H100s that one card is worth by dense BF16", "ratio", PRICE, np.nan),
    "bandwidth": Input("H100s that one card is worth by memory bandwidth", "ratio", PRICE, np.nan),
    "prefill": Input("H100s that one card is worth in prefill", "ratio", PRICE, np.nan),
    "decode": Input("H100s that one card is worth in decode", "ratio", PRICE, np.nan),
}
MEASURES = ("compute", "bandwidth", "prefill", "decode")
_Z90 = float(ndtri(0.95))


@dataclass(frozen=True)
class Shape:
    """How an input lies between its ends; with probability ``zero`` it is none at all.

    Parameters
    ----------
    kind : point, uniform, triangular, or lognormal (whose ends are its 5th and 95th percentiles).
    """

    kind: str
    low: float
    central: float
    high: float
    zero: float = 0.0

    @property
    def is_point(self) -> bool:
        """Whether it does not vary."""
        return not self.zero and (self.kind == "point" or self.low == self.high)

    @property
    def middle(self) -> float:
        """Its median."""
        return float(self.ppf(np.array([0.5]))[0])

    def ppf(self, shares: np.ndarray) -> np.ndarray:
        """The values below which it lies in these shares of cases (any array in [0, 1]).

        The triangle's is in closed form (Kotz and van Dorp, "Beyond Beta", 2004, chapter 1).
        """
        inside = np.clip((shares - self.zero) / (1 - self.zero), 0, 1) if self.zero else shares
        values = self._inside(inside)
        return np.where(shares < self.zero, 0.0, values) if self.zero else values

    def _inside(self, shares: np.ndarray) -> np.ndarray:
        low, mode, high = self.low, self.central, self.high
        if self.kind == "point" or low == high:
            return np.full(np.shape(shares), mode if mode == mode else low)
        if self.kind == "uniform":
            return low + (high - low) * shares
        if self.kind == "lognormal":
            middle, spread = (log(low) + log(high)) / 2, (log(high) - log(low)) / (2 * _Z90)
            return np.exp(middle + spread * ndtri(np.clip(shares, 1e-12, 1 - 1e-12)))
        is_below = shares < (mode - low) / (high - low)
        part = np.maximum(np.where(is_below, shares, 1 - shares), 0)
        away = np.sqrt(part * (high - low) * np.where(is_below, mode - low, high - mode))
        return np.where(is_below, low + away, high - away)


def shape(kind: str, low: float, central: float, high: float) -> Shape:
    """A shape out of the columns of a row, NaN where one is empty."""
    ends = [central if end != end else end for end in (low, high)]
    return Shape(kind, ends[0], central, ends[1])


def faults(name: str, given: Shape, unit: str) -> Iterator[str]:
    """What is wrong with a value for an input: a name that is none, another unit, an end that lies outside."""
    if name not in INPUTS:
        yield f"{name!r} is no input. {did_you_mean(name, INPUTS)}They are: {', '.join(INPUTS)}."
        return
    declared = INPUTS[name]
    if unit.lower() != declared.unit.lower():
        yield f"{name}: is in {unit!r}, and {declared.about} is in {declared.unit}. Convert it."
    for end in dict.fromkeys((given.low, given.central, given.high)):
        if end == end and not declared.bounds.hold(end):
            yield f"{name}: {end:g} is not {declared.bounds}. Correct it."
    if given.low > given.high:
        yield f"{name}: {given.low:g} to {given.high:g} is upside down. Swap the ends."
    elif given.kind == "lognormal" and not given.low > 0:
        yield f"{name}: a lognormal has no end at {given.low:g}. Give one above 0."


def by_chip(ranges: pd.DataFrame, chip: str) -> dict[str, pd.Series]:
    """The row of each input for a chip, as the table of ranges has it: its own, or that of all chips.

    Parameters
    ----------
    ranges : the table ``scenario_ranges``.
    """
    rows = ranges[ranges["product"].isin(["", chip])].sort_values("product")
    return {row["input"]: row for _, row in rows.iterrows()}


def shapes_of(rows: Mapping[str, pd.Series]) -> dict[str, Shape]:
    """The shape of each input out of its row."""
    return {name: of(row) for name, row in rows.items()}


def of(row: Mapping[str, object]) -> Shape:
    """The shape that a row of the table of ranges gives."""
    return shape(row["shape"], row["low"], row["central"], row["high"])
