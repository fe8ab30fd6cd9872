"""Runs the notebooks: execute, render to one-file pages, store outputs back. Knows nothing of chips."""

import sys

# jsonschema, which nbformat and papermill import, builds a URL grammar for 1.4 s whenever this module is found.
sys.modules.setdefault("rfc3987_syntax", None)
