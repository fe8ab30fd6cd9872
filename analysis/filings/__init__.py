"""Filings read by the suite itself: facts of an inline-XBRL document, as rows for ``data/revenue.csv``."""

from analysis.filings.inline_xbrl import Document, Fact, read
from analysis.filings.nvidia import Statement, statements

__all__ = ["Document", "Fact", "Statement", "read", "statements"]
