"""Who says how many chips were shipped, sold, ordered, licensed, planned or in stock, side by side.

Quantities that look alike stay apart: a row's ``stage`` says how far the chips had come, its ``voice`` the
independent origin of the number, so that ten copies of one count do not read as ten counts.
"""

import pandas as pd

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.schema.fields import STAGES

# Unit counts among the revenue estimates, and what they are: product, quantity, stage, voice, evidence and why.
FROM_REVENUE = {
    "h20_units": (
        *("h20", "units_shipped", "shipped", "epoch-ai", "accounts"),
        "the filings' share of China in all revenue, taken for the H20's share of compute, and sales outside China",
    ),
    "h20_units_forecast": (
        *("h20", "units_shipped", "forecast", "bernstein", "none"),
        "a forecast of sales that hardly happened",
    ),
    "h200_units_ordered": (
        *("h200", "units_ordered", "requested", "reuters-sources", "none"),
        "intentions, neither approved nor placed",
    ),
    "h200_units_first_delivery": (
        *("h200", "units_produced", "planned", "reuters-sources", "none"),
        "a first shipment that was planned",
    ),
}
QUANTITIES = {"units": ["units"], "money": ["musd", "mcny"], "shares": ["share"], "all": []}
COLUMNS = ["product", "designer", "buyer", "destination", "stage", "quantity", "period_start", "period_end"]
COLUMNS += ["low", "central", "high", "unit", "estimator", "voice", "quotes", "evidence", "evidence_why", "basis"]
COLUMNS += ["grade", "source_id", "known_on", "note"]

# by all columns in the end: the order of the rows of a file is no fact
_ORDER = ["product", "stage", "quantity", "period_start", "period_end", "known_on", "estimator", "low", "central"]
_ORDER += [column for column in COLUMNS if column not in _ORDER]


def estimates(shipments: pd.DataFrame, revenue_estimates: pd.DataFrame) -> pd.DataFrame:
    """Every published count, from the shipment and the revenue tables, in the order of product and stage.

    Parameters
    ----------
    shipments, revenue_estimates : the tables ``shipment_estimates`` and ``revenue_estimates``.

    Returns
    -------
    frame : `COLUMNS`, one row a published number. ``low`` alone is "more than", ``high`` alone "up to"; no
        midpoint is made. ``unit`` is units, musd, mcny, share or another plain count.
    """
    counted = revenue_estimates[revenue_estimates["metric"].isin(FROM_REVENUE)]
    names = ["product", "quantity", "stage", "voice", "evidence", "evidence_why"]
    labels = pd.DataFrame(list(counted["metric"].map(FROM_REVENUE)), columns=names, index=counted.index)
    said = counted["said_on"].where(counted["period_start"] == "", counted["period_start"])
    counted = counted.assign(**labels, central=counted["value"], quotes="").assign(
        designer="NVIDIA",
        buyer="all",
        destination="China",
        period_start=said,
        period_end=counted["period_end"],
    )
    frame = pd.concat([shipments[COLUMNS], counted[COLUMNS]], ignore_index=True)
    order = frame.assign(stage=frame["stage"].map(STAGES.index)).sort_values(_ORDER)
    return frame.loc[order.index].reset_index(drop=True)


def chosen(frame: pd.DataFrame, product: str = "", stage: str = "") -> pd.DataFrame:
    """The rows of one product and one stage; an empty name takes all.

    Raises
    ------
    ParameterError : nothing is known of the product or the stage by the day of the frame.
    """
    problems = []
    for name, wanted in (("product", product), ("stage", stage)):
        known = sorted(frame[name].unique())
        if wanted and wanted not in known:
            hint = f"{did_you_mean(wanted, known)}Known: {', '.join(known)}."
            problems.append(f"{name}: nothing is recorded for {wanted!r} by that day. {hint}")
    if problems:
        raise ParameterError(*problems)
    frame = frame[frame["product"] == product] if product else frame
    frame = frame[frame["stage"] == stage] if stage else frame
    return frame.reset_index(drop=True)


def of(frame: pd.DataFrame, product: str) -> pd.DataFrame:
    """The rows of one product; none where nothing was published of it by the day of the frame."""
    return frame[frame["product"] == product].reset_index(drop=True)


def at_stage(frame: pd.DataFrame, stage: str) -> pd.DataFrame:
    """The rows of one stage; none where nothing was published of it by the day of the frame."""
    return frame[frame["stage"] == stage].reset_index(drop=True)


def others(frame: pd.DataFrame, product: str) -> pd.DataFrame:
    """The rows of every other product."""
    return frame[frame["product"] != product].reset_index(drop=True)


def counting(frame: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """The rows of one of `QUANTITIES`; ``all`` takes every row."""
    if quantity not in QUANTITIES:
        raise ParameterError(f"quantity: {quantity!r} is not one of {', '.join(QUANTITIES)}.")
    if quantity == "all":
        return frame
    return frame[frame["unit"].isin(QUANTITIES[quantity])].reset_index(drop=True)


def voices(frame: pd.DataFrame) -> pd.DataFrame:
    """How many numbers go back to how many independent origins.

    Returns
    -------
    frame : ``product, stage, numbers, documents, voices, low, high`` by product and stage, over the rows that
        count chips; ``low, high`` span what the numbers say and are no estimate.
    """
    rows = counting(frame, "units")
    rows = rows.assign(
        bottom=rows[["low", "central", "high"]].min(axis=1), top=rows[["low", "central", "high"]].max(axis=1)
    )
    counts = rows.groupby(["product", "stage"], sort=False).agg(
        numbers=("voice", "size"),
        documents=("source_id", "nunique"),
        voices=("voice", "nunique"),
        low=("bottom", "min"),
        high=("top", "max"),
    )
    return counts.reset_index()
