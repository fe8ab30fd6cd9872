"""Verdicts: a claim held against what its check found, by rules that say when sources decide and when they differ.

The order: what the plain meaning says; what other meanings of the same words say; what readings that the words leave
open say, then those that set unlike beside unlike; whether the claim lies between its sources. A source never speaks
for a claim that it made itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.claims.addresses import terms
from analysis.claims.checks import KINDS, NO, UNDECIDED, YES, Check, Kind, UnsettledError, of_several_times
from analysis.claims.evidence import Facts, Statement, gathered, in_unit
from analysis.claims.tolerance import (
    ABOVE,
    AGREES,
    BELOW,
    BOUND,
    LOOSE,
    NEAR,
    OFF,
    OPEN,
    Claimed,
    agreement,
    agreement_of_days,
    canonical,
    claimed,
)
from analysis.facts.schema import days, is_partial_date

SUPPORTED, DEFINED, MISLEADING = "supported", "supported_with_definition", "misleading"
CONFLICTING, CONTRADICTED, UNVERIFIABLE = "conflicting_sources", "contradicted", "unverifiable"
VERDICTS = [SUPPORTED, DEFINED, MISLEADING, CONFLICTING, CONTRADICTED, UNVERIFIABLE]
_TRUTH = {YES: AGREES, NO: OFF, UNDECIDED: OPEN}
_WITHIN = (AGREES, BOUND, OPEN)


@dataclass(frozen=True)
class Judged:
    """A statement and how it stands to the claim (see `analysis.claims.tolerance.agreement`)."""

    statement: Statement
    status: str

    @property
    def rank(self) -> int:
        """How much weight its source has: 3 official, 2 grade A or B, 1 grade C."""
        return 3 if self.statement.basis == "official" else 2 if self.statement.grade in ("A", "B") else 1


@dataclass(frozen=True)
class Verdict:
    """The verdict on one claim by one day.

    ``plain``: the statements on its plain meaning; ``others`` on other meanings; ``came`` on what came of a forecast.
    ``reading``: the definition under which it holds; ``why``: the reason in words.
    """

    verdict: str
    why: str
    plain: list[Judged] = field(default_factory=list)
    others: list[Judged] = field(default_factory=list)
    came: list[Judged] = field(default_factory=list)
    reading: str = ""


def examined(claim: dict, facts: Facts, tolerances: pd.DataFrame, factor: float) -> Verdict:
    """The verdict on a claim, without a search for readings (see `analysis.claims.readings`).

    Parameters
    ----------
    claim : a row of a ledger whose check is sound.
    facts : tables by name, as of a day.
    tolerances : the table ``claim_tolerances`` by qualifier.
    factor : of the claim's printed unit to its canonical one.
    """
    if not claim["check"]:
        return Verdict(UNVERIFIABLE, _unchecked(claim))
    kind = KINDS[claim["check"]]
    check, judge = Check.of(claim, facts), _judge(claim, kind, tolerances, factor)
    try:
        plain = judge(kind.run(check))
    except UnsettledError as why:
        return Verdict(UNVERIFIABLE, str(why))
    if claim["check"] == "date" and claim["how"] == "any":
        plain = [one for one in plain if one.status == AGREES] or plain
    others = [one for text in meanings(claim["other"]) for one in judge(_said(kind, replace(check, fact=text)))]
    came = judge(gathered(check.against, facts)) if claim["check"] == "outcome" and check.against else []
    are_several = claim["check"] == "lookup" and of_several_times([one.statement for one in plain])
    if are_several and (of_its_time := [one for one in plain if _is_of_its_time(claim, one.statement.period)]):
        plain = of_its_time
        are_several = len({one.statement.period for one in plain}) > 1
    return decided(
        claim["check"], plain, others, came, is_undated=_is_undated_share(claim, plain), are_several=are_several
    )


def _said(kind: Kind, check: Check) -> list[Statement]:
    """What a check finds; nothing where that does not settle it."""
    try:
        return kind.run(check)
    except UnsettledError:
        return []


def _is_of_its_time(claim: dict, period: str) -> bool:
    """Whether a period shares a day with that of a claim, where the claim tells one."""
    told = [day for day in (claim.get("period_start"), claim.get("period_end")) if day and is_partial_date(day)]
    first, last = period.split("/")
    return bool(told) and days(first)[0] <= days(told[-1])[1] and days(told[0])[0] <= days(last)[1]


def _is_undated_share(claim: dict, plain: list[Judged]) -> bool:
    """Whether a share of one thing is claimed without its time, and the record has it of more than one."""
    is_told = claim.get("period_start") or claim.get("period_end")
    is_one = claim["check"] == "share" or (claim["check"] == "lookup" and _subject(claim["fact"]))
    is_part = is_one and canonical(claim["unit"]) == "ratio"
    return is_part and not is_told and len({one.statement.period for one in plain} - {""}) > 1


def _subject(fact: str) -> str:
    """The one subject whose rows an address asks for, empty where it asks for those of several."""
    address = terms(fact)[0].address
    return address.wanted("subject") if address else ""


def meanings(cell: str) -> list[str]:
    """The other meanings of a claim's words, one address each."""
    return [part.strip() for part in cell.split("||") if part.strip()]


def _unchecked(claim: dict) -> str:
    if claim["checkable"] == "opinion":
        return "an opinion or a forecast without a figure"
    return "no fact on record would settle it" + (f": {claim['how_to_check']}" if claim["how_to_check"] else "")


def _judge(claim: dict, kind: Kind, tolerances: pd.DataFrame, factor: float) -> Callable[[list], list[Judged]]:
    """How statements are held against the claim: as figures, days or truths."""
    if kind.judged_as == "truth" or claim["checkable"] not in ("numeric", "date"):
        return lambda statements: [Judged(one, _TRUTH.get(one.text, AGREES)) for one in statements]
    if kind.judged_as == "day":
        months = tolerances.at["about", "within_months"]
        return lambda statements: [
            Judged(one, agreement_of_days(claim["value"], claim["qualifier"], one.text, months))
            for one in statements
            if one.text
        ]
    allowed = claimed(claim, tolerances, factor, ignore_bound=claim["check"] == "attribution")
    return lambda statements: [
        _figure(allowed, in_unit(one, allowed.unit)) for one in statements if one.low == one.low or one.high == one.high
    ]


def _figure(allowed: Claimed, one: Statement) -> Judged:
    """A figure in the claim's unit is held against it; one in another unit may only fit as another unit's number."""
    status = agreement(allowed, one)
    unit = canonical(one.unit)
    if not allowed.unit or not unit or unit == allowed.unit:
        return Judged(one, status)
    return Judged(one, f"{status} in {one.unit}" if status == AGREES else OFF)


def decided(
    kind: str,
    plain: list[Judged],
    others: list[Judged],
    came: list[Judged],
    *,
    is_undated: bool = False,
    are_several: bool = False,
) -> Verdict:
    """The verdict out of judged statements.

    Parameters
    ----------
    kind : of the check; what somebody said can be found or not found, but not be contradicted by other sayings.
    plain, others, came : see `Verdict`.
    is_undated : the plain statements are of several times, and the claim tells none; no one of them contradicts it.
    are_several : the plain statements are of periods that share no day; a claim of one figure is of one of them, or of
        their sum.
    """
    parts = {"plain": plain, "others": others, "came": came}
    agreeing, against = _split(plain)
    meant = [one for one in others if one.status in (AGREES, BOUND)]
    in_unit = [one for one in plain if one.status.startswith(f"{AGREES} in ")]
    if kind == "attribution" and not agreeing and not meant:
        return Verdict(UNVERIFIABLE, "no such figure is on record from the one it is attributed to", **parts)
    sides = {one.status for one in against}
    if is_undated and agreeing and against:
        why, reading = "it holds in one year and not in another", agreeing[0].statement.label
        return Verdict(DEFINED, why, **parts, reading=reading)
    if is_undated and {ABOVE, BELOW} <= sides:
        return Verdict(UNVERIFIABLE, "it tells no year, and it lies between the years on record", **parts)
    if are_several and against:
        if agreeing:
            why, reading = "it holds in one period that its check names and not in another", agreeing[0].statement.label
            return Verdict(DEFINED, why, **parts, reading=reading)
        if not meant:
            why = "its check names several periods, and none gives the number: name one, or let how be sum"
            return Verdict(UNVERIFIABLE, why, **parts)
    if agreeing:
        return replace(_supported(kind, agreeing, against, others, came), **parts)
    if not plain and not meant:
        return Verdict(UNVERIFIABLE, "nothing on record bears on it by this day", **parts)
    if meant:
        return Verdict(DEFINED, "it holds in another meaning of its words", **parts, reading=meant[0].statement.label)
    open_ended = [one for one in plain if one.status in (BOUND, OPEN)] if not against or in_unit else []
    if open_ended or in_unit:
        one = (open_ended or in_unit)[0]
        why = "the record goes no further" if open_ended else f"the number is one of {one.statement.unit}"
        return Verdict(DEFINED, why, **parts, reading=one.statement.label)
    if all(one.status == LOOSE for one in plain):
        why = "it is true and misleads: the record lies far beyond it"
        return Verdict(DEFINED, why, **parts, reading=plain[0].statement.label)
    if kind in ("lookup", "outcome") and _between([*plain, *came]):
        return Verdict(CONFLICTING, "it lies between what sources say, or just outside", **parts)
    return Verdict(CONTRADICTED, "what is on record says otherwise" + _alone(plain), **parts)


def _split(judged: list[Judged]) -> tuple[list[Judged], list[Judged]]:
    return [one for one in judged if one.status == AGREES], [one for one in judged if one.status not in _WITHIN]


def _supported(
    kind: str, agreeing: list[Judged], against: list[Judged], others: list[Judged], came: list[Judged]
) -> Verdict:
    """The verdict where something agrees: by weight, if something else does not."""
    best, worst = max(one.rank for one in agreeing), max((one.rank for one in against), default=0)
    if against and best == 1 < worst and not _between([one for one in against if one.rank > 1]):
        return Verdict(CONTRADICTED, "only sources of grade C say so, better ones say otherwise")
    if against and worst == 3 > best:
        return Verdict(CONTRADICTED, "the filing or the maker says otherwise")
    if against and not (worst == 1 < best or best == 3 > worst):
        return Verdict(CONFLICTING, "sources differ" + _alone([*agreeing, *against]))
    if any(one.status != AGREES for one in came):
        return Verdict(CONFLICTING, "forecasts say so, what came is something else")
    if others and all(one.status in (OFF, ABOVE, BELOW) for one in others):
        reading = agreeing[0].statement.label
        return Verdict(DEFINED, "it holds in one meaning of its words and not in another", reading=reading)
    if kind == "outcome" and not came:
        return Verdict(DEFINED, "it holds as a forecast", reading=agreeing[0].statement.label)
    return Verdict(SUPPORTED, "the record says the same" + _alone(agreeing))


def _alone(judged: list[Judged]) -> str:
    return "" if any(one.rank > 1 for one in judged) else ", by sources of grade C alone"


def _between(judged: list[Judged]) -> bool:
    """Whether a claim lies among what sources say, none of which agrees; accounts and makers are no one's opinion."""
    sides = {one.status for one in judged}
    is_opinion = any(one.rank < 3 for one in judged)
    return is_opinion and (NEAR in sides or {ABOVE, BELOW} <= sides)
