"""The kinds of check that settle a claim: what each makes of the facts that its cells name.

A check is data: ``check`` (the kind), ``fact`` and ``against`` (addresses, see `analysis.claims.addresses`) and ``how``
(which of several, or which way). Each kind turns them into statements; `analysis.claims.verdicts` holds the claim
against these.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import pandas as pd

from analysis.claims.addresses import terms
from analysis.claims.evidence import COMBINED, NAN, Facts, Statement, added, gathered, joined, span
from analysis.claims.tolerance import canonical
from analysis.facts.schema import days

ANSWERS = YES, NO, UNDECIDED = "yes", "no", "undecided"
_DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


class UnsettledError(Exception):
    """What is on record by the day does not settle a check; the words say why."""


@dataclass(frozen=True)
class Check:
    """One check and what it may use.

    ``article``: the source whose claim it is, which may not speak for itself. ``unit``: canonical, of the claim.
    """

    fact: str
    against: str
    how: str
    unit: str
    value: str
    facts: Facts
    article: str

    @classmethod
    def of(cls, claim: dict, facts: Facts) -> Self:
        """The check of a claim, a row of a ledger; the article that makes the claim may not speak for it."""
        cells = (claim[cell] for cell in ("fact", "against", "how"))
        return cls(*cells, canonical(claim["unit"]), claim["value"], facts, claim["source_id"])

    def statements(self, expression: str) -> list[Statement]:
        """What an expression says, without the article itself."""
        return gathered(expression, self.facts, except_from=self.article) if expression else []

    def sides(self) -> tuple[list[Statement], list[Statement]]:
        """What both sides say.

        Raises
        ------
        UnsettledError : one of them says nothing.
        """
        both = self.statements(self.fact), self.statements(self.against)
        if not all(both):
            side = "it is held against" if both[0] else "it is about"
            raise UnsettledError(f"nothing is on record by this day of what {side}")
        return both

    def one_of_set(self) -> tuple[list[Statement], list[Statement]]:
        """What both sides say, the second without what the first says: one and the others of its set.

        Raises
        ------
        UnsettledError : one of them says nothing, or the set has no other member.
        """
        one, others = self.sides()
        others = [other for other in others if other.label not in {statement.label for statement in one}]
        if not others:
            raise UnsettledError("its set has no other member on record by this day")
        return one, others

    def missing(self, expression: str) -> list[str]:
        """The members that an expression names and of which nothing is on record, as readers know them."""
        parts = [term.address for term in terms(expression) if term.address]
        ids = [name for part in parts for name in part.absent(self.facts, except_from=self.article)]
        names = self.facts["products"].set_index("product")["name"] if ids and "products" in self.facts else {}
        return [names.get(one, one) for one in ids]


def _summed(statements: list[Statement]) -> list[Statement]:
    """The sum of one thing over periods, each from the least to the most that its sources say.

    Raises
    ------
    UnsettledError : they are of several things, or of periods that overlap or are not told, and a sum counts twice.
    """
    by_period: dict[str, list[Statement]] = {}
    for one in statements:
        by_period.setdefault(one.period, []).append(one)
    for parts in by_period.values():
        things = dict.fromkeys(one.label for one in parts)
        if len(things) > 1:
            raise UnsettledError(f"its rows of one period are of several things: {', '.join(things)}")
    if len(by_period) > 1 and not are_apart(by_period):
        raise UnsettledError("its rows are of periods that overlap or are not told, whose sum would count twice")
    return [added([span(parts) for _, parts in sorted(by_period.items())])]


def of_several_times(statements: list[Statement]) -> bool:
    """Whether statements are of one thing in several periods."""
    things = {_A_TIME.sub("", one.label) for one in statements}
    return len(things) == 1 and are_apart({one.period for one in statements})


_A_TIME = re.compile(r"\b(FY)?(19|20)\d\d(Q[1-4]|-\d\d(-\d\d)?)?\b")


def are_apart(periods: Iterable[str]) -> bool:
    """Whether there are several periods (``first/last``), all told, that share no day."""
    told = [period.split("/") for period in sorted(periods)]
    return (
        len(told) > 1 and all(len(ends) == 2 for ends in told) and all(one[1] < two[0] for one, two in pairwise(told))
    )


def picked(statements: list[Statement], how: str) -> list[Statement]:
    """One of several statements: the first or last by day, the largest or smallest by figure; else all of them."""
    if how not in ("first", "last", "largest", "smallest") or len(statements) < 2:
        return statements
    if how in ("first", "last"):
        ordered = sorted(statements, key=lambda one: (one.text or one.period, one.source_id))
    else:
        ordered = sorted(statements, key=lambda one: one.high if one.high == one.high else one.low)
    return [ordered[0 if how in ("first", "smallest") else -1]]


def _lookup(check: Check) -> list[Statement]:
    statements = check.statements(check.fact)
    if check.how == "sum" and statements:
        if missing := check.missing(check.fact):
            raise UnsettledError(_unknown(missing))
        return _summed(statements)
    return picked(statements, check.how)


def _unknown(members: list[str]) -> str:
    return f"of {' and '.join(members)} nothing is on record by this day"


def _against(check: Check, how: str, sign: str = "/") -> list[Statement]:
    """One statement out of two sides, each from the least to the most that its sources say."""
    top, bottom = check.sides()
    one, other = span(top), span(bottom)
    return [joined([*top, *bottom], *COMBINED[how](one, other), check.unit, f"{one.label} {sign} {other.label}")]


def _share(check: Check) -> list[Statement]:
    """Part over whole, period by period."""
    whole = {}
    for one in check.statements(check.against):
        whole.setdefault(one.period, []).append(one)
    shares = []
    for part in check.statements(check.fact):
        if part.period in whole:
            total = span(whole[part.period])
            shares.append(
                joined([part, total], *COMBINED["share"](part, total), "share", f"{part.label} / {total.label}")
            )
    return picked(shares, check.how)


def _implied(check: Check) -> list[Statement]:
    return _against(check, check.how, "x" if check.how == "times" else "/")


def _count(check: Check) -> list[Statement]:
    """How many rows, or values joined by a bar, of a list that is there."""
    (term,) = terms(check.fact)
    rows = term.address.rows(check.facts)
    listed = check.statements(check.against or check.fact)
    if not listed:
        return []
    cells = rows[term.address.column].str.split("|").explode().nunique() if term.address.column else len(rows)
    grounds = check.statements(check.fact) or listed
    return [joined(grounds, cells, cells, "count", f"{cells} on record: {grounds[0].label}")]


def _duration(check: Check) -> list[Statement]:
    """Time from the first day of the fact to the first of the other, in the unit of the claim."""
    start, end = (picked(side, "first") for side in check.sides())
    (early, late), (first, last) = days(start[0].text), days(end[0].text)
    ends = [(day - other).days / _DAYS[check.unit] for day, other in ((first, late), (last, early))]
    return [joined([*start, *end], *ends, check.unit, f"from {start[0].label} to {end[0].label}")]


def _truth(grounds: list[Statement], answer: str, label: str) -> list[Statement]:
    return [joined(grounds, NAN, NAN, "", label, text=answer)]


def _number(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _order(check: Check) -> list[Statement]:
    """Whether the fact came before (or after) the other."""
    one, other = (picked(side, "first") for side in check.sides())
    (early, late), (first, last) = days(one[0].text), days(other[0].text)
    if check.how == "after":
        (early, late), (first, last) = (first, last), (early, late)
    answer = YES if late < first else NO if early > last else UNDECIDED
    return _truth([*one, *other], answer, f"{one[0].label}; {other[0].label}")


def _threshold(check: Check) -> list[Statement]:
    """Whether a figure lies below a line, or on or above it."""
    one, line = check.sides()
    figure, limit = span(one), span(line)
    below, above = figure.high < limit.low, figure.low >= limit.high
    answer = UNDECIDED if not (below or above) else YES if below == (check.how == "below") else NO
    return _truth([*one, *line], answer, f"{figure.label} {_number(figure.low)} against {_number(limit.low)}")


def _rank(check: Check) -> list[Statement]:
    """Whether a figure is the largest (or smallest) of a set."""
    one, others = check.one_of_set()
    figure, rest = span(one), span(others)
    if check.how == "smallest":
        leads, trails, bound = figure.high < rest.low, figure.low > rest.low, f"from {_number(rest.low)}"
    else:
        leads, trails, bound = figure.low > rest.high, figure.high < rest.high, f"up to {_number(rest.high)}"
    answer = YES if leads else NO if trails else UNDECIDED
    if answer != NO and (missing := check.missing(check.against)):  # which may lead
        raise UnsettledError(_unknown(missing))
    return _truth([*one, *others], answer, f"{figure.label} {_number(figure.low)}, the others {bound}")


def _place(check: Check) -> list[Statement]:
    """Which place a figure has in a set, from the largest (or smallest): from the best to the worst it may be."""
    one, others = check.one_of_set()
    figure, sign = span(one), -1.0 if check.how == "smallest" else 1.0
    low, high = sorted((sign * figure.low, sign * figure.high))
    by_name: dict[str, list[Statement]] = {}
    for other in others:
        by_name.setdefault(other.label, []).append(other)
    rivals = [sorted((sign * whole.low, sign * whole.high)) for whole in map(span, by_name.values())]
    missing = len(check.missing(check.against))  # which may come before it
    best = 1 + sum(least > high for least, _ in rivals)
    worst = 1 + sum(most > low for _, most in rivals) + missing
    return [joined([*one, *others], best, worst, "count", f"{figure.label} among {len(rivals) + 1 + missing}")]


def _occurrence(check: Check, if_recorded: str, if_not: str) -> list[Statement]:
    """The answer by whether it is on record; absence shows only on a closed list that it would stand on."""
    recorded, closed = check.statements(check.fact), check.statements(check.against)
    if recorded:
        return [statement for one in recorded for statement in _truth([one], if_recorded, one.label)]
    return _truth(closed, if_not, f"not among {len(closed)} on a closed list") if closed else []


def _word(check: Check) -> list[Statement]:
    """Whether a specification in words is the one claimed; ``how`` is the word, or the other's own word."""
    recorded, other = check.statements(check.fact), check.statements(check.against)
    wanted = other[0].text if other else check.how
    is_it = [wanted.casefold() in one.text.casefold() for one in recorded]
    return [
        joined([one, *other], NAN, NAN, "", f"{one.label}: {one.text}", text=YES if same else NO)
        for one, same in zip(recorded, is_it, strict=True)
        if wanted
    ]


def _period(check: Check) -> list[Statement]:
    """Whether a fiscal period is the calendar one claimed: the same days, most of them, or others."""
    answers = []
    for one in check.statements(check.fact):
        start, end = (pd.Timestamp(day) for day in one.period.split("/"))
        first, last = days(check.value)
        shared = (min(end, last) - max(start, first)).days + 1
        same = (start, end) == (first, last)
        most = 2 * shared > (end - start).days + 1
        label = f"{one.label} runs from {one.period.replace('/', ' to ')}"
        answers.append(joined([one], NAN, NAN, "", label, text=YES if same else UNDECIDED if most else NO))
    return answers


@dataclass(frozen=True)
class Kind:
    """A kind of check: what it does, how its answer is judged, what its other side is for, what ``how`` may say."""

    run: Callable[[Check], list[Statement]]
    judged_as: str  # figure, day or truth
    needs: str  # what the other side is for; empty: it needs none
    hows: tuple[str, ...] = ("",)
    makes: str = ""  # for readers who write a check


_PICKS = ("", "first", "last", "largest", "smallest")
KINDS: dict[str, Kind] = {
    "lookup": Kind(_lookup, "figure", "", (*_PICKS, "sum"), "the figure at fact; of several rows one, or their sum"),
    "ratio": Kind(lambda c: _against(c, "ratio"), "figure", "over", makes="fact / against"),
    "change": Kind(lambda c: _against(c, "change"), "figure", "since", makes="fact / against - 1"),
    "cut": Kind(lambda c: _against(c, "cut"), "figure", "from", makes="1 - fact / against"),
    "share": Kind(_share, "figure", "of the whole", _PICKS, "fact / against, each period by itself"),
    "remainder": Kind(lambda c: _against(c, "remainder", "-"), "figure", "less", makes="fact - against"),
    "count": Kind(_count, "figure", "", makes="how many rows are at fact"),
    "duration": Kind(_duration, "figure", "until", makes="the time from the day at fact to the day at against"),
    "implied": Kind(_implied, "figure", "with", ("times", "over"), "fact x against, or fact / against"),
    "attribution": Kind(_lookup, "figure", "", _PICKS, "whether somebody said so: never contradicted by other sayings"),
    "outcome": Kind(_lookup, "figure", "", _PICKS, "a forecast at fact, beside what came of it at against"),
    "date": Kind(_lookup, "day", "", ("", "first", "last", "any"), "the day at fact, a column of days"),
    "period": Kind(_period, "truth", "", makes="whether a fiscal period at fact is the calendar one claimed"),
    "order": Kind(_order, "truth", "the other", ("before", "after"), "whether the day at fact came before against"),
    "threshold": Kind(_threshold, "truth", "the line", ("below", "at_least"), "the figure at fact beside a line"),
    "rank": Kind(_rank, "truth", "the set", ("largest", "smallest"), "whether fact leads the set at against"),
    "place": Kind(_place, "figure", "the set", ("", "largest", "smallest"), "which place fact has in that set"),
    "occurs": Kind(lambda c: _occurrence(c, YES, NO), "truth", "", makes="whether something is on record"),
    "absent": Kind(lambda c: _occurrence(c, NO, YES), "truth", "the closed list", makes="whether a list lacks it"),
    "word": Kind(_word, "truth", "", makes="whether a specification in words, at fact, is the word in how"),
}
