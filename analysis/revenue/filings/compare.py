"""What a filing reports beside what is stored, and the rows that would be added."""

from dataclasses import replace

import pandas as pd

from analysis.facts.errors import Fault, FilingError
from analysis.facts.interval import ends
from analysis.revenue.filings.nvidia import Filing, Statement

STATUSES = ["same", "new", "restated", "conflicting"]
_KEY = ["metric", "geography", "geography_basis", "scope", "fiscal_period"]
_OTHER, _SINGAPORE, _BOTH = "Other", "Singapore", "Other (Singapore inside)"


def compared(filing: Filing, revenue: pd.DataFrame, filed_on: str) -> pd.DataFrame:
    """Each statement of a filing with what is stored of it.

    Parameters
    ----------
    filing : from `analysis.revenue.filings.nvidia.statements`.
    revenue : the table ``revenue``, in USD million.
    filed_on : the day of the filing, ISO text; empty where it is not known.

    Returns
    -------
    frame : one row a statement: the columns of ``revenue`` it fills, ``locator``, ``status`` and ``stored`` (value and
        source of what differs). The status is ``same`` where every stored figure lies within the rounding of both;
        ``new`` where none is stored; ``restated`` where a filing of another day has another figure (``is_recast`` says
        whether this one is the later); ``conflicting`` where this filing itself, one of the same day or no filing has
        it. An ``Other`` that holds Singapore, because the table has no line for it, is named so.
    """
    nvidia = revenue[revenue["company"] == "NVIDIA"]
    stored = dict(list(nvidia.groupby(_KEY, sort=False)))
    rows = []
    for one in _with_singapore_inside(filing.statements, nvidia):
        of_key = stored.get(one.key)
        others = of_key[~_agrees(one, of_key)] if of_key is not None else nvidia.head(0)
        status = "new" if of_key is None else _status(filing, filed_on, others)
        is_later = status == "restated" and (others["known_on"].dt.strftime("%Y-%m-%d") < filed_on).all()
        differs = "; ".join(f"{row.value:,.15g} ({row.source_id})" for row in others.itertuples())
        is_recast = "yes" if is_later else "no"
        rows.append({"company": "NVIDIA", **vars(one), "is_recast": is_recast, "status": status, "stored": differs})
    return pd.DataFrame(rows)


def _with_singapore_inside(statements: list[Statement], nvidia: pd.DataFrame) -> list[Statement]:
    """``Other`` under its full name where another filing shows Singapore apart and this one does not."""
    shown = {one.key for one in statements if one.geography == _SINGAPORE}
    apart = set(nvidia.loc[nvidia["geography"] == _SINGAPORE, _KEY].itertuples(index=False, name=None)) - shown

    def named(one: Statement) -> Statement:
        is_both = one.geography == _OTHER and replace(one, geography=_SINGAPORE).key in apart
        return replace(one, geography=_BOTH) if is_both else one

    return [named(one) for one in statements]


def _agrees(one: Statement, stored: pd.DataFrame) -> pd.Series:
    """Stored figures that this one leaves possible: equal, or apart by no more than the rounding of the two."""
    low, high = one.low if one.low is not None else one.value, one.high if one.high is not None else one.value
    between = ends(stored)
    return (between["low"] <= high + 1e-6) & (between["high"] >= low - 1e-6)


def _status(filing: Filing, filed_on: str, others: pd.DataFrame) -> str:
    if others.empty:
        return "same"
    is_filed = others["basis"].eq("official") & others["source_id"].ne(filing.source_id)
    elsewhere = is_filed & (others["known_on"].dt.strftime("%Y-%m-%d") != filed_on)
    return "restated" if elsewhere.all() else "conflicting"


def additions(
    filing: Filing, comparison: pd.DataFrame, sources: pd.DataFrame, filed_on: str, accession: str, url: str = ""
) -> dict[str, list[dict[str, str]]]:
    """The rows that ``sources``, ``fiscal_periods`` and ``revenue`` would gain, as text by column.

    Raises
    ------
    FilingError : a statement conflicts with what is stored; or the source is new and its day or number is not given,
        because the document carries neither.
    """
    faults = [
        Fault(f"{row.metric} {row.geography} {row.fiscal_period}", f"is {row.value:,.15g} here, {row.stored} in data/.")
        for row in comparison[comparison["status"] == "conflicting"].itertuples()
    ]
    is_stored = filing.source_id in set(sources["source_id"])
    if not is_stored and not (filed_on and accession):
        what = f"{filing.source_id} is not in data/sources.csv, and the document has neither its day nor its number."
        faults.append(Fault("--filed and --accession", what, "Give both, from the EDGAR page of the filing."))
    if faults:
        raise FilingError(*faults)
    gained = comparison[comparison["status"].isin(["new", "restated"])]
    revenue = [_row(one, filing) for one in gained.to_dict("records")]
    periods = [_period(one, filing, filed_on) for one in filing.new_periods.to_dict("records")]
    source = _source(filing, filed_on, accession, url, sources["recorded_on"].max())
    is_new = not is_stored and (revenue or periods)
    return {"sources": [source] if is_new else [], "fiscal_periods": periods, "revenue": revenue}


def _row(one: dict, filing: Filing) -> dict[str, str]:
    filled = ["company", *_KEY, "period_start", "period_end", "value", "low", "high", "unit", "is_recast"]
    cells = {column: _cell(one[column]) for column in filled} | {"is_remainder": "no", "published_on": ""}
    note = f"stored before: {one['stored']}" if one["stored"] else ""
    return cells | {"basis": "official", "source_id": filing.source_id, "locator": one["locator"], "note": note}


def _period(one: dict, filing: Filing, filed_on: str) -> dict[str, str]:
    cells = {column: _cell(value) for column, value in one.items()}
    return cells | {"company": "NVIDIA", "published_on": filed_on, "source_id": filing.source_id}


def _cell(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) and value == value else "" if pd.isna(value) else str(value)


def _source(filing: Filing, filed_on: str, accession: str, url: str, recorded_on: str) -> dict[str, str]:
    """A new source; it is recorded with the newest of the others, because no clock is read here."""
    folder = f"https://www.sec.gov/Archives/edgar/data/1045810/{accession.replace('-', '')}/"
    title = f"Form {filing.form}, period ended {filing.period_end}, {filing.period} ({accession})"
    return {
        "source_id": filing.source_id,
        "kind": "filing",
        "publisher": "NVIDIA / SEC EDGAR",
        "title": title,
        "published_on": filed_on,
        "recorded_on": max(filed_on, recorded_on),
        "grade": "A",
        "url": url or folder,
        "note": "",
    }
