"""Records of the data as it stands, kept: most tests ask of the same few days, and none changes what it is given."""

from functools import cache

from analysis.results import Record


@cache
def record(as_of: str | None = None) -> Record:
    """The record of a day. A test that changes ``data/`` makes a `Record` of its own."""
    return Record(as_of)
