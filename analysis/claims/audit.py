"""The audit of published claims: each beside what the suite's own facts say, when it was published and today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.claims.checks import ANSWERS, KINDS
from analysis.claims.evidence import NAN, Facts, Statement, united
from analysis.claims.readings import Reading, Search, next_day, search
from analysis.claims.tolerance import AGREES, BOUND, OPEN, canonical, claimed
from analysis.claims.verdicts import CONTRADICTED, DEFINED, MISLEADING, VERDICTS, Verdict, examined

MOST_CHANCE = 0.5  # a reading that a random number would find as often as not explains nothing
RARE = 0.1  # one by another chip explains nothing unless it is rare: among so many chips, some pair is often near
_CLAIM_COLUMNS = ["claim_id", "article_id", "topic", "checkable", "claim", "check"]
_VERDICT_COLUMNS = [
    "verdict",
    "verdict_at_publication",
    "claimed_low",
    "claimed_high",
    "established_low",
    "established_high",
]
_VERDICT_COLUMNS += ["unit", "established"]
COLUMNS = [*_CLAIM_COLUMNS, *_VERDICT_COLUMNS, "reading", "why", "grade", "sources", "source_id"]
READING_COLUMNS = ["claim_id", "rank", "reading", "value", "unit", "departures", "cost", "standing"]
READING_COLUMNS += ["tried", "hits", "chance_share", "source_id"]


@dataclass(frozen=True)
class Rules:
    """What judges a claim besides the facts: tables by key.

    ``tolerances`` by qualifier, ``departures`` by departure, ``factors`` of units as printed, and ``products``.
    """

    tolerances: pd.DataFrame
    departures: pd.DataFrame
    factors: Mapping[str, float]
    products: pd.DataFrame


_READ_AS = {  # what a reading that gives the number makes of a claim that its plain meaning contradicts
    "open": (DEFINED, "a reading that its words leave open"),
    "unlike": (MISLEADING, "the number comes only of setting unlike beside unlike"),
}
Settled = tuple[Verdict, Search]


def settled(claim: dict, facts: Facts, rules: Rules) -> Settled:
    """The verdict on one claim, and the readings that give its number where the plain meaning does not.

    A claim that its plain meaning contradicts holds with a definition if a reading that its words leave open gives the
    number, and misleads if the likeliest reading sets unlike beside unlike; neither, if a random number would be hit
    too often.
    """
    factor = rules.factors.get(claim["unit_printed"], 1.0)
    verdict = examined(claim, facts, rules.tolerances, factor)
    if verdict.verdict != CONTRADICTED:
        return verdict, Search()
    if claim["check"] == "date":
        tried = next_day(claim, [one.statement for one in verdict.plain], rules.departures)
    elif KINDS[claim["check"]].judged_as == "figure" and claim["checkable"] == "numeric":
        allowed = claimed(claim, rules.tolerances, factor, ignore_bound=claim["check"] == "attribution")
        tried = search(claim, allowed, facts, rules.departures, rules.products)
    else:
        return verdict, Search()
    best = tried.hits[0] if tried.hits else None
    limit = RARE if best and "chip" in best.departures else MOST_CHANCE
    if best and best.standing in _READ_AS and not tried.chance > limit:
        name, why = _READ_AS[best.standing]
        verdict = replace(verdict, verdict=name, why=why, reading=_meaning(best, rules))
    return verdict, tried


def settle(ledger: pd.DataFrame, facts: Facts, rules: Rules) -> list[Settled]:
    """The verdict and the readings of every claim of a ledger, in its order."""
    return [settled(claim, facts, rules) for claim in ledger.to_dict("records")]


def _meaning(reading: Reading, rules: Rules) -> str:
    return f"{reading.statement.label} ({_departed(reading, rules)})"


def _departed(reading: Reading, rules: Rules) -> str:
    """What a reading departs in, in words."""
    return "; ".join(rules.departures.at[kind, "words"] for kind in reading.departures)


def audit(ledger: pd.DataFrame, today: list[Settled], then: list[Facts | None], rules: Rules) -> pd.DataFrame:
    """Every claim with its verdict today and when its article stood.

    Parameters
    ----------
    ledger : claims as loaded, with sound checks.
    today : from `settle`, claim by claim.
    then : claim by claim, the tables by name as known when it stood; empty: as today; None: nobody knows when.
    rules : what judges.

    Returns
    -------
    frame : `COLUMNS`, a row a claim. ``claimed_low, claimed_high``: its figure, or its range, in canonical units.
        ``established_low, established_high, unit``: what the record says on the plain meaning, or else on another;
        ``established``: days and words, joined by ``|``; ``grade``: of the best source that decides; ``sources``: how
        many documents.
    """
    rows = []
    for claim, (verdict, _), facts in zip(ledger.to_dict("records"), today, then, strict=True):
        earlier = settled(claim, facts, rules)[0] if facts else verdict
        stood = "" if facts is None else earlier.verdict
        rows.append(
            {name: claim[name] for name in _CLAIM_COLUMNS}
            | {"verdict": verdict.verdict, "verdict_at_publication": stood}
            | _claimed(claim, rules)
            | _established(claim, verdict)
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _claimed(claim: dict, rules: Rules) -> dict:
    """The figure of a claim in canonical units, without what its words allow around it."""
    if claim["checkable"] != "numeric":
        return {"claimed_low": NAN, "claimed_high": NAN}
    if claim["qualifier"] == "range":
        return {"claimed_low": claim["low"], "claimed_high": claim["high"]}
    value = float(claim["value"]) * rules.factors.get(claim["unit_printed"], 1.0)
    return {"claimed_low": value, "claimed_high": value}


def _ends(figures: list[Statement]) -> dict[str, float]:
    """The least and the most that any statement says; an end is open only where all statements leave it open."""
    lows = [one.low for one in figures if one.low == one.low]
    highs = [one.high for one in figures if one.high == one.high]
    low, high = min([*lows, *highs], default=NAN), max([*lows, *highs], default=NAN)
    return {"established_low": low if lows else NAN, "established_high": high if highs else NAN}


def _established(claim: dict, verdict: Verdict) -> dict:
    """What the record says, and which documents say it."""
    judged = [*verdict.plain, *verdict.others, *verdict.came]
    shown = verdict.plain or verdict.others
    statements = [one.statement for one in shown if one.status != OPEN] or [one.statement for one in shown]
    figures = [
        one for one in statements if (one.low == one.low or one.high == one.high) and one.unit == statements[0].unit
    ]
    words = dict.fromkeys(
        one.text if one.text and one.text not in ANSWERS else one.label for one in statements if not figures
    )
    unit = figures[0].unit if figures else ""
    deciding = [one for one in judged if one.status in (AGREES, BOUND)] or judged
    ids = united(one.statement.source_id for one in judged)
    return {
        **_ends(figures),
        "unit": claim["unit"] if canonical(claim["unit"]) == canonical(unit) == "ratio" else unit,
        "established": "|".join(words),
        "reading": verdict.reading,
        "why": verdict.why,
        "grade": min((one.statement.grade for one in deciding), default=""),
        "sources": len(ids.split("|")) if ids else 0,
        "source_id": ids,
    }


def readings(ledger: pd.DataFrame, today: list[Settled], rules: Rules, most: int = 10) -> pd.DataFrame:
    """The readings that give the number of each claim that its plain meaning does not give, best first.

    Parameters
    ----------
    ledger, today, rules : as in `audit`.
    most : readings a claim.

    Returns
    -------
    frame : `READING_COLUMNS`; ``tried``: how many readings were tried; ``hits``: how many gave the number;
        ``chance_share``: see `analysis.claims.readings.Search`.
    """
    rows = []
    for claim_id, (_, tried) in zip(ledger["claim_id"], today, strict=True):
        for rank, one in enumerate(tried.hits[:most], 1):
            statement, departed = one.statement, _departed(one, rules)
            cells = (claim_id, rank, statement.label, one.value, statement.unit, departed, one.cost, one.standing)
            rows.append((*cells, tried.tried, len(tried.hits), tried.chance, statement.source_id))
    return pd.DataFrame(rows, columns=READING_COLUMNS)


def scorecard(audited: pd.DataFrame, by: str) -> pd.DataFrame:
    """How many claims of each article, or topic, have which verdict.

    Parameters
    ----------
    audited : from `audit`.
    by : ``article_id`` or ``topic``.

    Returns
    -------
    frame : ``by``; ``claims``; a column a verdict over the claims with a check; ``opinions`` and ``unchecked``: claims
        that are no statement of fact, and those that no fact on record would settle; ``source_id``: what the verdicts
        rest on.
    """
    is_checked, is_opinion = audited["check"] != "", audited["checkable"] == "opinion"
    counts = pd.crosstab(audited.loc[is_checked, by], audited.loc[is_checked, "verdict"])
    frame = counts.reindex(index=sorted(audited[by].unique()), columns=VERDICTS, fill_value=0)
    groups = audited.groupby(by)
    frame.insert(0, "claims", groups.size())
    frame["opinions"] = (is_opinion & ~is_checked).groupby(audited[by]).sum()
    frame["unchecked"] = (~is_opinion & ~is_checked).groupby(audited[by]).sum()
    frame["source_id"] = groups["source_id"].agg(lambda ids: united(sorted(ids)))
    return frame.rename_axis(columns=None).reset_index()
