"""What a filing says beside what is stored, and the rows that would be added."""

import pandas as pd

from analysis.facts.errors import Fault, FilingError
from analysis.facts.interval import ends
from analysis.revenue.filings.nvidia import Filing, Statement

STATUSES = ["same", "new", "restated", "conflicting"]
_KEY = ["metric", "geography", "geography_basis", "scope", "fiscal_period"]


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
        ``new`` where none is stored; ``restated`` where a filing of another day has another figure; ``conflicting``
        where this filing itself, one of the same day or no filing is said to.
    """
    stored = revenue[revenue["company"] == "NVIDIA"]
    by_key = dict(list(stored.groupby(_KEY, sort=False)))
    rows = []
    for one in filing.statements:
        known = by_key.get(one.key)
        others = known[~_agrees(one, known)] if known is not None else None
        status, told = _status(filing, filed_on, known, others)
        rows.append({"company": "NVIDIA", **vars(one), "status": status, "stored": told})
    return pd.DataFrame(rows)


def _agrees(one: Statement, known: pd.DataFrame) -> pd.Series:
    """Stored figures that this one leaves possible: equal, or apart by no more than the rounding of the two."""
    low, high = one.low if one.low is not None else one.value, one.high if one.high is not None else one.value
    stored = ends(known)
    return (stored["low"] <= high + 1e-6) & (stored["high"] >= low - 1e-6)


def _status(filing: Filing, filed_on: str, known: pd.DataFrame | None, others: pd.DataFrame | None) -> tuple[str, str]:
    if known is None:
        return "new", ""
    if others.empty:
        return "same", ""
    told = "; ".join(f"{row.value:,.15g} ({row.source_id})" for row in others.itertuples())
    is_filed = others["basis"].eq("official") & others["source_id"].ne(filing.source_id)
    elsewhere = is_filed & (others["known_on"].dt.strftime("%Y-%m-%d") != filed_on)
    return ("restated" if elsewhere.all() else "conflicting"), told


def additions(
    filing: Filing, found: pd.DataFrame, sources: pd.DataFrame, filed_on: str, accession: str
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows that ``data/revenue.csv`` and ``data/sources.csv`` would gain, as text by column.

    Raises
    ------
    FilingError : a statement conflicts with what is stored; or the source is new and its day or number is not given,
        because the document carries neither.
    """
    faults = [
        Fault(f"{row.metric} {row.geography} {row.fiscal_period}", f"is {row.value:,.15g} here, {row.stored} in data/.")
        for row in found[found["status"] == "conflicting"].itertuples()
    ]
    is_known = filing.source_id in set(sources["source_id"])
    if not is_known and not (filed_on and accession):
        what = f"{filing.source_id} is not in data/sources.csv, and the document tells neither its day nor its number."
        faults.append(Fault("--filed and --accession", what, "Give both, from the EDGAR page of the filing."))
    if faults:
        raise FilingError(*faults)
    gained = found[found["status"].isin(["new", "restated"])]
    rows = [_row(one, filing) for one in gained.to_dict("records")]
    return rows, [] if is_known or not rows else [_source(filing, filed_on, accession, sources["recorded_on"].max())]


def _row(one: dict, filing: Filing) -> dict[str, str]:
    cells = {column: _cell(one[column]) for column in ["company", *_KEY, "period_start", "period_end"]}
    cells |= {column: _cell(one[column]) for column in ("value", "low", "high", "unit")}
    cells |= {"is_recast": "yes" if one["status"] == "restated" else "no", "is_remainder": "no", "published_on": ""}
    note = f"stored before: {one['stored']}" if one["stored"] else ""
    return cells | {"basis": "official", "source_id": filing.source_id, "locator": one["locator"], "note": note}


def _cell(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) and value == value else "" if pd.isna(value) else str(value)


def _source(filing: Filing, filed_on: str, accession: str, recorded_on: str) -> dict[str, str]:
    """A new source; it is recorded with the newest of the others, because no clock is read here."""
    address = f"https://www.sec.gov/Archives/edgar/data/1045810/{accession.replace('-', '')}/"
    title = f"Form {filing.form}, period ended {filing.period_end}, {filing.period} ({accession})"
    return {
        "source_id": filing.source_id,
        "kind": "filing",
        "publisher": "NVIDIA / SEC EDGAR",
        "title": title,
        "published_on": filed_on,
        "recorded_on": max(filed_on, recorded_on),
        "grade": "A",
        "url": address,
        "note": "",
    }
