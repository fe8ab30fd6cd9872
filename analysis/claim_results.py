"""Results on claims: each beside the record, the readings that give its number, collisions, scorecards."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import claim_inputs, claim_ledger, load, tables
from analysis import claims as audits
from analysis.check import table_faults
from analysis.chip_results import resolved_chips
from analysis.claim_collisions import collisions
from analysis.claim_evidence import Facts
from analysis.errors import DataError, Fault, ParameterError
from analysis.schema import TABLES

SCORED_BY = ("article_id", "topic")
# what a ledger may leave out: a check is suggested, the rest is not needed for a verdict
OPTIONAL = ["counterparty", "low", "high", "period_start", "period_end", "attributed_to", "claimed_on", "how_to_check"]
OPTIONAL += ["depends_on", "check", "fact", "against", "how", "other", "basis", "source_id", "locator", "note"]


def claims(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Every claim with its verdict today and when its article stood, what the record says, and by which sources."""
    ledger, facts = _audited(as_of, without)
    return _verdicts(ledger, facts, as_of, without)


def claim_readings(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """For claims that the plain meaning contradicts: readings that give the number, how many were tried, and chance."""
    ledger, facts = _audited(as_of, without)
    return audits.readings(ledger, facts, _rules())


def claim_collisions(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """One number with several meanings, claims that exclude one another, and wholes that pairs of claims imply."""
    ledger, facts = _audited(as_of, without)
    return collisions(ledger, facts, _rules())


def article_scorecard(
    as_of: str | None = None, without: Collection[str] = (), *, by: str = "article_id"
) -> pd.DataFrame:
    """How many claims of each article, or of each topic (``by``), have which verdict."""
    if by not in SCORED_BY:
        raise ParameterError(f"by: {by!r} is not one of {', '.join(SCORED_BY)}.")
    return audits.scorecard(claims(as_of, without), by)


def _audited(as_of: str | None, without: Collection[str]) -> tuple[pd.DataFrame, Facts]:
    ledger = load.table("claims", as_of=as_of, without=without)
    return ledger, facts(as_of, without) if len(ledger) else {}


def _verdicts(ledger: pd.DataFrame, today: Facts, as_of: str | None, without: Collection[str]) -> pd.DataFrame:
    """The audit of a ledger; an article that stood later than the day asked for is judged as of that day."""
    stood = load.table("articles").set_index("article_id")["stood_by"]
    last = f"{load.span()[1]:%Y-%m-%d}" if as_of is None else as_of
    days = {article: min(stood.get(article) or last, last) for article in ledger["article_id"].unique()}
    known = {day: today if day == last else facts(day, without) for day in dict.fromkeys(days.values())}
    return audits.audit(ledger, today, {article: known[day] for article, day in days.items()}, _rules())


def facts(as_of: str | None = None, without: Collection[str] = ()) -> Facts:
    """The tables that a claim is held against, as of a day."""
    names = [name for name, declared in TABLES.items() if declared.has_sources]
    known = {name: load.table(name, as_of=as_of, without=without) for name in names}
    known |= {name: load.table(name) for name in ("units", "products", "quantities")}
    known["sources"] = load.table("sources", as_of=as_of, without=without).assign(basis="reported")
    resolved = resolved_chips(as_of, without)[0]
    return claim_inputs.facts(known, resolved, known["chip_specs"])


def _rules() -> audits.Rules:
    tolerances, departures = load.table("claim_tolerances"), load.table("claim_departures")
    factors = load.table("units").set_index("unit")["factor"].astype(float).to_dict()
    keyed = tolerances.set_index("qualifier"), departures.set_index("departure")
    return audits.Rules(*keyed, factors, load.table("products"))


def ledger_faults() -> list[Fault]:
    """What keeps claims of ``data/claims.csv`` from being audited."""
    frame = load.stored("claims")
    return [
        Fault(f"data/claims.csv {fault.where}", fault.problem, fault.remedy) for _, fault in _faults(frame, facts())
    ]


def _faults(frame: pd.DataFrame, record: Facts) -> list[tuple[int, Fault]]:
    entities, products, known = (load.table(name) for name in ("entities", "products", "claims"))
    names = {*entities["entity"], *products["product"], *products["name"], *products["family"]}
    return list(claim_ledger.faults(frame, record, load.table("units"), names, set(known["metric"])))


def audit_ledger(path: Path, as_of: str | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """The audit of anybody's ledger in the form of ``data/claims.csv``.

    Parameters
    ----------
    path : a CSV file with its columns; those of the check may be left out or empty.
    as_of : only facts that were public by this day.

    Returns
    -------
    verdicts : as `claims`, for every claim without a fault, with its check; ``is_suggested``: the check was missing
        and is made of the claim's columns.
    faults : row by row, of the claims that were left out.

    Raises
    ------
    DataError : the file cannot be read, or lacks columns.
    """
    frame, problems = read_ledger(path)
    known, products = load.table("claims"), load.table("products")
    for line, cells in claim_ledger.suggestions(frame, known, products).items():
        frame.loc[line, list(cells)] = list(cells.values())
        frame.loc[line, "is_suggested"] = True
    record = facts()
    told = sorted([*problems, *_faults(frame.drop(columns="is_suggested"), record)], key=lambda fault: fault[0])
    good = frame[~frame.index.isin({line for line, _ in told})]
    ledger = load.canonical(good.drop(columns="is_suggested"))
    verdicts = _verdicts(ledger, facts(as_of) if as_of else record, as_of, ())
    asked = good[["fact", "against", "how", "other", "is_suggested"]].reset_index(drop=True)
    where = [Fault(f"{path.name} {fault.where}", fault.problem, fault.remedy) for _, fault in told]
    return verdicts.join(asked), where


def read_ledger(path: Path) -> tuple[pd.DataFrame, list[tuple[int, Fault]]]:
    """A ledger from a file, its index the line numbers, and what is wrong with its cells, by line."""
    declared = TABLES["claims"]
    text, unreadable = tables.read_file(path, path.name, declared.columns, optional=OPTIONAL)
    if unreadable and text.empty:
        raise DataError(*unreadable)
    text = text.assign(basis=text["basis"].replace("", "reported"))
    text["source_id"] = text["source_id"].where(text["source_id"] != "", text["article_id"])
    frame, problems = tables.numeric(declared, text)
    problems += table_faults(declared, frame)
    found = [*unreadable, *problems]
    short = [(fault.line, replace(fault, where=fault.where[fault.where.index("line ") :])) for fault in found]
    return frame.assign(is_suggested=False), short
