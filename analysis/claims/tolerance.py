"""How near a claim comes to a statement, by the words it is made with.

The tolerances are one written table, ``data/claim_tolerances.csv``: how far a figure may lie from an exact, an "about",
an "over", a bounded or a ranged claim.
"""

from dataclasses import dataclass

import pandas as pd

from analysis.claims.evidence import NAN, Statement, half_digit
from analysis.facts.schema import days

AGREES, BOUND, OPEN, LOOSE = "agrees", "bound", "open", "loose"
NEAR, BELOW, ABOVE, OFF = "near", "below", "above", "off"
_INF = float("inf")
# Units that measure the same thing: a price of a card is an amount of money, a share a ratio.
_SAME = {"usd per unit": "usd", "cny per unit": "cny", "share": "ratio", "date": "", "count": "", "text": ""}


@dataclass(frozen=True)
class Claimed:
    """The figure of a claim: the interval that its words allow, in canonical units.

    ``low, high``: what agrees; open ends are infinite. ``least_most``: beyond which a bound is true and misleads.
    ``wide``: how far outside a range a figure is still near it. ``value``: the figure itself, NaN for a range.
    """

    low: float
    high: float
    unit: str
    value: float = NAN
    least_most: tuple[float, float] = (-_INF, _INF)
    wide: float = 0.0


def claimed(claim: pd.Series | dict, tolerances: pd.DataFrame, factor: float, *, ignore_bound: bool = False) -> Claimed:
    """What a claim's words allow.

    Parameters
    ----------
    claim : a row of a ledger: ``qualifier, low, value, high, unit``; ``low`` and ``high`` in canonical units,
        ``value`` as printed.
    tolerances : the table ``claim_tolerances`` by ``qualifier``.
    factor : of the claim's printed unit to its canonical one.
    ignore_bound : read "at most 15" as the number 15, for what somebody is said to have said.
    """
    qualifier, unit = claim["qualifier"] or "exact", canonical(claim["unit"])
    rule = tolerances.loc[qualifier]
    if qualifier == "range":
        return Claimed(claim["low"], claim["high"], unit, wide=rule["near_share"])
    value = float(claim["value"])
    decimals = claim["value"].partition(".")[2]
    half = (0.5 * 10.0 ** -len(decimals) if decimals else half_digit(value)) * factor
    number = value * factor
    part = abs(number) * rule["within_share"]
    if qualifier == "exact" or (ignore_bound and qualifier != "about"):
        return Claimed(number - half, number + half, unit, number)
    if qualifier == "about":
        return Claimed(number - part, number + part, unit, number)
    times = rule["misleads_beyond"]
    if qualifier in ("over", "at_least"):
        return Claimed(number, _INF, unit, number, (-_INF, number * times if number > 0 else _INF))
    return Claimed(-_INF, number, unit, number, (number / times if number > 0 else -_INF, _INF))


def canonical(unit: str) -> str:
    """The unit under which figures are compared."""
    return _SAME.get(unit, unit)


def agreement(claim: Claimed, statement: Statement) -> str:
    """How a statement stands to a claim.

    Returns
    -------
    status : ``agrees``; ``bound`` (the record gives the number, as a bound); ``open`` (the record is open on one side
        and says no more); ``loose`` (true, but so far beyond the bound that it misleads); ``near`` (just outside a
        claimed range); ``below`` or ``above`` what is claimed.
    """
    low = statement.low - statement.printed if statement.low == statement.low else -_INF
    high = statement.high + statement.printed if statement.high == statement.high else _INF
    least, most = claim.least_most
    is_open = low == -_INF or high == _INF
    same_way = (low >= claim.low and claim.high == _INF) or (high <= claim.high and claim.low == -_INF)
    if low > claim.high or high < claim.low:
        beyond = max(low - claim.high, claim.low - high)
        edge = claim.high if low > claim.high else claim.low
        side = ABOVE if low > claim.high else BELOW
        return NEAR if claim.wide and beyond <= claim.wide * abs(edge) else side
    if is_open and not same_way:
        return BOUND if claim.low <= (high if low == -_INF else low) <= claim.high else OPEN
    return LOOSE if low > most or high < least else AGREES


def agreement_of_days(value: str, qualifier: str, fact: str, months: float) -> str:
    """How a recorded day stands to a claimed one, at the grain of the claim.

    ``months``: how far an "about" may lie off. A record that is coarser than the claim and holds it is ``open``.
    """
    (first, last), (low, high) = days(value), days(fact)
    if qualifier == "about":
        first, last = first - pd.DateOffset(months=int(months)), last + pd.DateOffset(months=int(months))
    if high < first or low > last:
        return OFF
    return AGREES if first <= low and high <= last else OPEN
