"""Checks suggested for claims that have none: from a claim like it, or from what its columns say."""

import pandas as pd

from analysis.facts import names

CELLS = ["check", "fact", "against", "how", "other"]
_SPECS = {
    "GB": "spec=memory_capacity_gb",
    "GB/s": "spec=memory_bandwidth_gb_s",
    "TB/s": "spec=memory_bandwidth_gb_s",
    "W": "spec=tdp_w",
    "mm2": "spec=die_area_mm2",
    "TOPS": "spec=throughput_tops; precision=fp8; sparsity=dense",
}
_CHINA = "revenue: company=NVIDIA; metric=revenue; geography=China (including Hong Kong); geography_basis=billing"
_TOTAL = "revenue: company=NVIDIA; metric=revenue; geography=Total"


def suggested(claim: dict, examples: pd.DataFrame, products: pd.DataFrame) -> dict[str, str]:
    """The check of a claim like it in the suite's own ledger, else one by its columns; empty where neither can be said.

    Parameters
    ----------
    claim : a row of a ledger without a check.
    examples : claims that have a check: the table ``claims``.
    products : the table of that name, whose names chips are found by.
    """
    if claim["checkable"] == "opinion":
        return {}
    same = examples[examples["check"] != ""]
    for name in ("metric", "unit", "subject", "counterparty", "period_start", "period_end"):
        same = same[same[name] == claim[name]]
    if len(same):
        return {cell: same.iloc[0][cell] for cell in CELLS}
    cells = _by_columns(claim, products)
    return dict.fromkeys(CELLS, "") | cells if cells else {}


def chip(name: str, products: pd.DataFrame) -> str:
    """The variant that a name means: of a family the first; empty if none."""
    members = names.variants(names.found(name, products), products)
    return members[0] if members else ""


def _by_columns(claim: dict, products: pd.DataFrame) -> dict[str, str]:
    one, other = (chip(claim[column], products) for column in ("subject", "counterparty"))
    unit, start, end = claim["unit"], claim["period_start"], claim["period_end"]
    rate = "spec=throughput_tops; precision=fp8; sparsity=dense"
    if claim["checkable"] == "date":
        words = f"event~{claim['subject']}"
        return {"check": "date", "fact": f"events.happened_on: {words}"} if claim["subject"] else {}
    if one and other and unit in ("percent", "ratio"):
        kind = next((k for k in ("cut", "change") if any(w in claim["metric"] for w in _SOUND[k])), "ratio")
        what = "spec=memory_bandwidth_gb_s" if "bandwidth" in claim["metric"] else rate
        sides = (f"chip_specs: product={name}; {what}" for name in (one, other))
        return dict(zip(("check", "fact", "against"), (kind, *sides), strict=True))
    if one and unit in _SPECS:
        return {"check": "lookup", "fact": f"chip_specs: product={one}; {_SPECS[unit]}"}
    family = products.set_index("product")["family"].get(one, "")
    if one and unit == "USD":
        return {"check": "lookup", "fact": f"prices: product={family}|{one}; form=card; unit=usd per unit"}
    if one and unit == "units" and start:
        days = f"period_start={start}; period_end={end}"
        return {"check": "lookup", "fact": f"shipment_estimates: product={family}; quantity=units_shipped; {days}"}
    if claim["subject"] == "NVIDIA" and claim["counterparty"] == "China" and start:
        days = f"; period_start={start}; period_end={end}"
        if unit == "percent":
            return {"check": "share", "fact": _CHINA + days, "against": _TOTAL}
        return {"check": "lookup", "fact": _CHINA + days} if unit.startswith("USD") else {}
    return {}


_SOUND = {"cut": ("cut", "discount"), "change": ("gain", "change", "growth")}
