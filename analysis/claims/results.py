"""Results on claims: each beside the record, the readings that give its number, collisions, scorecards."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd

from analysis.chips.results import resolved_chips
from analysis.claims import audit as audits
from analysis.claims import ledger as ledgers
from analysis.claims.addresses import terms
from analysis.claims.collisions import collisions
from analysis.claims.evidence import Facts, addressable
from analysis.claims.suggestions import Candidate, Guide, candidates, lacking
from analysis.claims.verdicts import CONFLICTING, CONTRADICTED, DEFINED, SUPPORTED, UNVERIFIABLE, Verdict
from analysis.claims.worked import Held
from analysis.facts import load, saved, tables
from analysis.facts.check import table_faults
from analysis.facts.errors import DataError, Fault
from analysis.facts.record import Record, result, shared
from analysis.facts.schema import TABLES, days, is_partial_date

# what a ledger may leave out: a check is suggested, the rest is not needed for a verdict
OPTIONAL = ["counterparty", "low", "high", "period_start", "period_end", "attributed_to", "claimed_on", "how_to_check"]
OPTIONAL += ["depends_on", "check", "fact", "against", "how", "other", "basis", "source_id", "locator", "note"]


@result
def claims(record: Record) -> pd.DataFrame:
    """Every claim with its verdict today and when its article stood, what the record says, and by which sources.

    Returns
    -------
    frame : a row a claim: see `analysis.claims.audit.audit`.

    Examples
    --------
    >>> frame = Record().claims()
    >>> frame["claim_id"].is_unique
    True
    """
    return _audited(record)


@result
def claim_readings(record: Record) -> pd.DataFrame:
    """For claims that the plain meaning contradicts: readings that give the number, how many were tried, and chance.

    Returns
    -------
    frame : a row a reading, the best first: see `analysis.claims.audit.readings`.

    Examples
    --------
    >>> Record().claim_readings()["rank"].min()
    np.int64(1)
    """
    return audits.readings(record.table("claims"), _settled(record), _rules(record))


@result
def claim_collisions(record: Record) -> pd.DataFrame:
    """One number with several meanings, claims that exclude one another, and wholes that pairs of claims imply.

    Returns
    -------
    frame : a row a collision: see `analysis.claims.collisions.collisions`.

    Examples
    --------
    >>> set(Record().claim_collisions()["kind"]) <= {"same number", "contradiction", "implied"}
    True
    """
    ledger = record.table("claims")
    return collisions(ledger, _facts_for(record, ledger), _rules(record))


@result
def outside_checks(record: Record) -> pd.DataFrame:
    """How headline figures of this suite fared when outsiders checked them, by release.

    Returns
    -------
    frame : the table of that name with ``wrong_share``, of the figures checked.

    Examples
    --------
    >>> frame = Record().outside_checks()
    >>> (frame["correct"] + frame["wrong"] + frame["doubtful"] == frame["checked"]).all()
    np.True_
    """
    frame = record.table("outside_checks")
    return frame.assign(wrong_share=frame["wrong"] / frame["checked"])


@result
def article_scorecard(record: Record, *, by: Literal["article_id", "topic"] = "article_id") -> pd.DataFrame:
    """How many claims of each article, or of each topic, have which verdict.

    Parameters
    ----------
    by : what a row is.

    Returns
    -------
    frame : a row an article or topic: see `analysis.claims.audit.scorecard`.

    Examples
    --------
    >>> frame = Record().article_scorecard()
    >>> frame["claims"].sum() == len(Record().claims())
    np.True_
    """
    return audits.scorecard(_audited(record), by)


@shared
def _audited(record: Record) -> pd.DataFrame:
    return _verdicts(record, record.table("claims"), _settled(record))


@shared
def _settled(record: Record) -> list[audits.Settled]:
    """The claims of the record, each settled once for its verdict and its readings."""
    return _settle(record, record.table("claims"))


def _settle(record: Record, ledger: pd.DataFrame) -> list[audits.Settled]:
    return audits.settle(ledger, _facts_for(record, ledger), _rules(record))


def _facts_for(record: Record, ledger: pd.DataFrame) -> Facts:
    """The facts, where there is a claim to hold against them."""
    return facts(record) if len(ledger) else {}


def _verdicts(record: Record, ledger: pd.DataFrame, today: list[audits.Settled]) -> pd.DataFrame:
    """The audit of a ledger; what stood later than the day of the record is judged as of that day.

    A claim stood by the day of its article, or of its own where the article is not on record; without either, what was
    known then cannot be said.
    """
    stood = record.whole("articles").set_index("article_id")["stood_by"]
    own = [f"{days(day)[1]:%Y-%m-%d}" if is_partial_date(day) else "" for day in ledger["claimed_on"]]
    by_claim = [stood.get(article, day) for article, day in zip(ledger["article_id"], own, strict=True)]
    kept = {day: _earlier(record, day) for day in dict.fromkeys(by_claim) if day and day < record.day}
    then = [None if not day else kept.get(day, {}) for day in by_claim]
    return audits.audit(ledger, today, then, _rules(record))


@shared
def facts(record: Record) -> Facts:
    """What a claim is held against: the tables, and the results that a check may ask for."""
    made = addressable(_tables(record), resolved_chips(record).resolved, record.table("chip_specs"))
    return Held(made, partial(_worked, record))


@shared
def _worked(record: Record, name: str, source: str) -> pd.DataFrame:
    """A result, without a document."""
    return (record.struck(source) if source else record).get(name, {})


@shared
def _earlier(record: Record, day: str) -> Facts:
    """The tables as they stood on a day before that of the record, cut from those that it has read."""
    known = {
        name: frame[frame["known_on"] <= pd.Timestamp(day)] if "known_on" in frame else frame
        for name, frame in _tables(record).items()
    }
    made = addressable(known, resolved_chips(record.at(day)).resolved, known["chip_specs"])
    return Held(made, partial(_worked, record.at(day)))


@shared
def _tables(record: Record) -> dict[str, pd.DataFrame]:
    """The tables of facts in their order, and what they refer to."""
    names = [name for name, declared in TABLES.items() if declared.has_sources]
    by_name = {name: _in_order(name, record.table(name)) for name in names}
    by_name |= {name: record.whole(name) for name in ("units", "products", "quantities")}
    return by_name | {"sources": record.table("sources").assign(basis="reported")}


def _in_order(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table with the best grade first, then the earliest known, whatever their order in the file."""
    by = [column for column in ("grade", "known_on", *TABLES[name].key) if column in rows]
    return rows.sort_values(by, kind="stable")


@shared
def _rules(record: Record) -> audits.Rules:
    keyed = record.whole("claim_tolerances").set_index("qualifier"), record.whole("claim_departures")
    factors = record.whole("units").set_index("unit")["factor"].astype(float).to_dict()
    return audits.Rules(keyed[0], keyed[1].set_index("departure"), factors, record.whole("products"))


def ledger_faults() -> list[Fault]:
    """What keeps claims of ``data/claims.csv`` from being audited."""
    problems = _faults(Record(), load.stored("claims"))
    return [Fault(f"data/claims.csv {fault.where}", fault.problem, fault.remedy) for _, fault in problems]


def _faults(record: Record, frame: pd.DataFrame) -> Iterator[tuple[int, Fault]]:
    entities, products = record.whole("entities"), record.whole("products")
    known = {*entities["entity"], *products["product"], *products["name"], *products["family"]}
    return ledgers.faults(frame, facts(record), record.whole("units"), known)


def audit_ledger(path: Path, record: Record, took: list[str] | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """The audit of anybody's ledger in the form of ``data/claims.csv``.

    Parameters
    ----------
    path : a CSV file with its columns; those of the check may be left out or empty.
    record : what the claims are held against.
    took : gets what was taken for granted about the file, in words: its encoding, its separator.

    Returns
    -------
    verdicts : as `claims`, for every claim without a fault, with its check; ``is_suggested``: the check was missing
        and is made of the claim's columns.
    faults : row by row, of the claims that were left out.

    Raises
    ------
    DataError : the file cannot be read, or lacks columns.
    """
    frame, problems = read_ledger(path, took)
    everything = record.at(None, without=())
    known = list(_faults(everything, frame))  # which say more of a cell than that it is none of a list
    cells = {fault.where for _, fault in known}
    problems = [*(problem for problem in problems if problem[1].where not in cells), *known]
    problems = sorted(dict.fromkeys(problems), key=lambda fault: fault[0])
    good = frame[~frame.index.isin({line for line, _ in problems})]
    chosen = _suggested(everything, record, good)
    for line, (one, _) in chosen.items():
        good.loc[line, list(one.cells)] = list(one.cells.values())
    ledger = load.canonical(good)
    today = _settle(record, ledger)
    today = [
        (_as_suggested(verdict, *chosen[line]), tried) if line in chosen else (verdict, tried)
        for line, (verdict, tried) in zip(good.index, today, strict=True)
    ]
    guide = _guide(record)
    today = [
        (_told(verdict, claim, guide), tried)
        for claim, (verdict, tried) in zip(ledger.to_dict("records"), today, strict=True)
    ]
    verdicts = _verdicts(record, ledger, today)
    earlier = verdicts["verdict_at_publication"]
    verdicts["verdict_at_publication"] = [
        _as_suggested(Verdict(name, ""), *chosen[line]).verdict if line in chosen else name
        for line, name in zip(good.index, earlier, strict=True)
    ]
    good = good.assign(is_suggested=good.index.isin(list(chosen)))
    checks = good[["fact", "against", "how", "other", "is_suggested"]].reset_index(drop=True)
    where = [Fault(f"{path.name} {fault.where}", fault.problem, fault.remedy) for _, fault in problems]
    return verdicts.join(checks), where


Suggested = tuple[Candidate, str]


def _suggested(everything: Record, record: Record, ledger: pd.DataFrame) -> dict[int, Suggested]:
    """The check suggested for each claim that has none, by line, and the reading that it takes for granted.

    Of several candidates the first that gives the number is taken; where none does, the plain one. A candidate that
    would be a fault is none.
    """
    guide, chosen = _guide(record), {}
    for line in ledger.index[ledger["check"] == ""]:
        row = ledger.loc[[line]]
        claim = row.iloc[0].to_dict()
        sound = []
        for one in candidates(claim, guide):
            made = row.assign(**one.cells)
            if not list(_faults(everything, made)):
                (settled,) = _settle(record, load.canonical(made))
                sound.append((one, settled[0].verdict))
                if settled[0].verdict == SUPPORTED:
                    break
        if sound:
            ranked = [one for wanted in (SUPPORTED, DEFINED) for one, verdict in sound if verdict == wanted]
            best = ranked[0] if ranked else sound[0][0]
            chosen[line] = replace(best, is_firm=best.is_firm and not _is_disputed(best, record)), best.reading
    return chosen


@shared
def _guide(record: Record) -> Guide:
    names = ("claims", "claim_metrics", "products", "fiscal_periods", "units")
    return Guide(*(record.whole(name) for name in names))


def _told(verdict: Verdict, claim: dict, guide: Guide) -> Verdict:
    """The verdict on a claim without a check, with what it lacks for one to be suggested."""
    if claim["check"] or claim["checkable"] != "numeric" or claim["how_to_check"]:
        return verdict
    missing = lacking(claim | {"unit": claim["unit_printed"]}, guide)
    return replace(verdict, why=f"no check could be suggested: {missing}") if missing else verdict


def _is_disputed(one: Candidate, record: Record) -> bool:
    """Whether sources differ on a chip's figure that a suggested check takes: a reader has to look at them first."""
    parts = [term.address for text in (one.cells["fact"], one.cells["against"]) if text for term in terms(text)]
    of_chips = [part.rows(facts(record)) for part in parts if part and part.table == "chip_specs"]
    return any((rows["is_conflict"] & ~rows["is_firm"]).any() for rows in of_chips)


def _as_suggested(verdict: Verdict, one: Candidate, reading: str) -> Verdict:
    """The verdict of a check that nobody has confirmed: it names its reading, and contradicts only where it is firm."""
    if verdict.verdict == SUPPORTED and reading:
        return replace(verdict, verdict=DEFINED, why="a suggested reading gives it; confirm the check", reading=reading)
    if verdict.verdict in (CONTRADICTED, CONFLICTING) and not one.is_firm:
        found = "says otherwise" if verdict.verdict == CONTRADICTED else "finds sources that differ"
        return replace(verdict, verdict=UNVERIFIABLE, why=f"the suggested check {found}; confirm or correct it")
    return verdict


def _plain(text: pd.DataFrame) -> pd.DataFrame:
    """A ledger as people save it, with its numbers and days in the form of ours."""
    text = text.assign(**{name: text[name].map(saved.number) for name in ("low", "high")})
    text = text.assign(**{name: text[name].map(saved.day) for name in ("period_start", "period_end", "claimed_on")})
    printed = {unit.casefold(): unit for unit in load.stored("units")["unit"][::-1]}
    text = text.assign(unit=[printed.get(unit.casefold(), unit) for unit in text["unit"]])
    kinds = {"numeric": saved.number, "date": saved.day}
    values = [kinds.get(kind, str)(cell) for kind, cell in zip(text["checkable"], text["value"], strict=True)]
    return text.assign(value=values)


def read_ledger(path: Path, took: list[str] | None = None) -> tuple[pd.DataFrame, list[tuple[int, Fault]]]:
    """A ledger from a file, its index the line numbers, and what is wrong with its cells, by line."""
    declared = TABLES["claims"]
    text, unreadable = tables.read_file(path, path.name, declared.columns, optional=OPTIONAL, took=took)
    if unreadable and text.empty:
        raise DataError(*unreadable)
    text = _plain(text)
    text = text.assign(basis=text["basis"].replace("", "reported"))
    text["source_id"] = text["source_id"].where(text["source_id"] != "", text["article_id"])
    frame, problems = tables.numeric(declared, text)
    problems += table_faults(declared, frame)
    cell_faults = [*unreadable, *problems]
    short = [(fault.line, replace(fault, where=fault.where[fault.where.index("line ") :])) for fault in cell_faults]
    return frame, short
