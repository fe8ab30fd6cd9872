"""Filings read by the suite itself: facts of an inline-XBRL document, as rows for ``data/revenue.csv``."""

from analysis.revenue.filings.inline_xbrl import Document, Fact, read
from analysis.revenue.filings.nvidia import Statement, statements

__all__ = ["Document", "Fact", "Statement", "read", "statements"]
