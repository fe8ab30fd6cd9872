"""Filings read by the suite itself: facts of an inline-XBRL document, as rows for ``data/revenue.csv``."""

CIK = "0001045810"  # NVIDIA's number at the SEC
