"""How numbers are printed and findings are told: text computed from frames, never typed."""

from analysis.wording import accounts, chips, choice, controls, counts, evidence, meaning, revenue, shipments, workloads
from analysis.wording.formats import (
    count,
    day,
    listing,
    money,
    plain,
    ratio,
    share,
    span,
    units,
    whole,
)

__all__ = [
    "accounts",
    "chips",
    "choice",
    "controls",
    "count",
    "counts",
    "day",
    "evidence",
    "listing",
    "meaning",
    "money",
    "plain",
    "ratio",
    "revenue",
    "share",
    "shipments",
    "span",
    "units",
    "whole",
    "workloads",
]
