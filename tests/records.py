"""Records of the data as it stands, kept: most tests ask of the same few days; and rows of accounts made by hand."""

from functools import cache

from analysis.results import Record


@cache
def record(as_of: str | None = None) -> Record:
    """The record of a day. A test that changes ``data/`` makes a `Record` of its own."""
    return Record(as_of)


def account(geography: str, period: str, value: float, source: str = "s", basis: str = "billing", **cells) -> dict:
    """A row of revenue in USD million, as loaded, of a period that is its own first and last day."""
    row = {"metric": "revenue", "geography": geography, "geography_basis": basis, "fiscal_period": period}
    row |= {"value": value, "low": float("nan"), "high": float("nan"), "unit": "musd", "unit_printed": ""}
    row |= {"period_start": period, "period_end": period, "grade": "A", "basis": "official", "source_id": source}
    return row | cells
