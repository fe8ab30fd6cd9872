"""Runs the notebooks: execute, render to one-file pages, store outputs back. Knows nothing of chips."""

import sys

# jsonschema, which nbformat and papermill import, spends 1.4 s on a URL grammar where it finds this module.
sys.modules.setdefault("rfc3987_syntax", None)
