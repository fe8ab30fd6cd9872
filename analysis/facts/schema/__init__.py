"""What every table of ``data/`` may hold.

The classes are the declaration: `analysis.facts.check` holds the files against them and `analysis.documents`
writes ``data/README.md`` from them. Columns hold what the source gives, in its own units; an empty cell
means that it gives nothing.
"""

from analysis.facts.schema import chips, claims, controls, market, money, reference, scenarios, workloads
from analysis.facts.schema.fields import BASES, GRADES, TABLES, Declared
from analysis.facts.schema.rules import days, is_partial_date

__all__ = [
    "BASES",
    "GRADES",
    "TABLES",
    "Declared",
    "chips",
    "claims",
    "controls",
    "days",
    "is_partial_date",
    "market",
    "money",
    "reference",
    "scenarios",
    "workloads",
]
