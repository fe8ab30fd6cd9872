"""The law that units were sold under, quarter by quarter."""

import pandas as pd

from analysis.shipments.estimates import INPUTS
from analysis.shipments.melding import PERCENTILES

COUNTS_AS = {
    "allowed": "not controlled",
    "nac_notice": "notice under licence exception NAC",
    "licensed_with_share": "licensed",
    "case_by_case": "case-by-case review",
    "licence_required": "prohibited without a licence",
    "presumption_of_denial": "prohibited without a licence",
}
NOTHING = "nothing sold"
# a quarter in which licences came where nothing could be sold without one: what was sold, was sold under them
_LICENCES_CAME = {"prohibited without a licence", "case-by-case review", "licensed"}
_BEFORE = "before licence requirement"  # the scope of sales made until the letter of April 2025


def legality(frame: pd.DataFrame, stretches: pd.DataFrame) -> pd.DataFrame:
    """Each quarter's units under the treatment of the chip in force.

    Parameters
    ----------
    frame : from `analysis.shipments.estimates.by_quarter`.
    stretches : from `analysis.controls.status.timeline`, of the variants that stand for the products.

    Returns
    -------
    frame : ``product, variant, fiscal_period, p5, p50, p95, treatment_first_day, treatment_last_day, changed_on``,
        ``days_first`` (part of the quarter's days under the first treatment), ``counts_as`` (of `COUNTS_AS`; nothing
        sold; or unknown where the law changed inside the quarter and nothing says on which side of it the chips were
        sold), ``why``, ``unknown`` (why the units are), the columns of `analysis.shipments.estimates.inputs`,
        ``source_id`` (of the units).
    """
    rows = []
    for quarter in frame.to_dict("records"):
        inside = stretches[
            (stretches["chip_id"] == quarter["variant"])
            & (stretches["from_on"] <= quarter["period_end"])
            & (stretches["to_on"] >= quarter["period_start"])
        ]
        treatments = list(inside["treatment"])
        first, last = (treatments[0], treatments[-1]) if treatments else ("unknown", "unknown")
        kinds = {COUNTS_AS.get(treatment, "unknown") for treatment in treatments}
        came_by_licence = kinds == _LICENCES_CAME and treatments[-1] == "licensed_with_share"
        settled = len(kinds) == 1 or quarter["scope"] == _BEFORE or came_by_licence
        rows.append(
            {
                **{name: quarter[name] for name in ("product", "variant", "fiscal_period", *PERCENTILES)},
                "treatment_first_day": first,
                "treatment_last_day": last,
                "changed_on": "|".join(inside["from_on"].iloc[1:]),
                "days_first": _days_first(quarter, inside),
                "counts_as": NOTHING
                if quarter["p95"] == 0
                else COUNTS_AS.get(last if came_by_licence else first, "unknown")
                if settled
                else "unknown",
                "why": _why(kinds, quarter["scope"], came_by_licence=came_by_licence),
                "unknown": quarter["why"],
                **{name: quarter[name] for name in (*INPUTS, "source_id")},
            }
        )
    columns = ["product", "variant", "fiscal_period", *PERCENTILES, "treatment_first_day", "treatment_last_day"]
    return pd.DataFrame(rows, columns=[*columns, "changed_on", "days_first", "counts_as", "why", *_AFTER])


_AFTER = ["unknown", *INPUTS, "source_id"]


def _days_first(quarter: dict, inside: pd.DataFrame) -> float:
    if inside.empty:
        return float("nan")
    start, end = pd.Timestamp(quarter["period_start"]), pd.Timestamp(quarter["period_end"])
    until = min(end, pd.Timestamp(inside["to_on"].iloc[0]))
    return ((until - start).days + 1) / ((end - start).days + 1)


def _why(kinds: set[str], scope: str, *, came_by_licence: bool) -> str:
    if kinds == {"unknown"}:
        return "the treatment is unknown"
    if len(kinds) == 1:
        return "the treatment stayed the same all quarter"
    if came_by_licence:
        return "until the licences of the quarter nothing could be sold"
    if scope == _BEFORE:
        return "sold before the letter, by the company's statement"
    return "the law changed inside the quarter" if kinds else "no rule is known by this day"
