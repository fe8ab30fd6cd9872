"""Who says how many chips were shipped, sold, ordered, licensed, planned or in stock, side by side.

Quantities that look alike stay apart: a row's ``stage`` says how far the chips had come, its ``voice`` the
independent origin of the number, so that ten copies of one count do not read as ten counts.
"""

import pandas as pd

from analysis.facts import names
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
COLUMNS += ["grade", "source_id", "locator", "known_on", "note"]
POINTS = ["low", "central", "high"]
_SERIES = [
    "product",
    "designer",
    "buyer",
    "destination",
    "stage",
    "quantity",
    "unit",
    "estimator",
    "voice",
    "source_id",
]

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
    frame : `COLUMNS` and ``is_frozen`` (see `frozen`), one row a published number. ``low`` alone is "more than",
        ``high`` alone "up to"; no midpoint is made. ``unit`` is units, musd, mcny, share or another plain count.
    """
    counted = revenue_estimates[revenue_estimates["metric"].isin(FROM_REVENUE)]
    names = ["product", "quantity", "stage", "voice", "evidence", "evidence_why"]
    labels = pd.DataFrame(list(counted["metric"].map(FROM_REVENUE)), columns=names, index=counted.index)
    start = counted["said_on"].where(counted["period_start"] == "", counted["period_start"])
    market = {"designer": "NVIDIA", "buyer": "all", "destination": "China", "quotes": ""}
    counted = counted.assign(**labels, **market, central=counted["value"], period_start=start)
    frame = pd.concat([shipments[COLUMNS], counted[COLUMNS]], ignore_index=True)
    order = frame.assign(stage=frame["stage"].map(STAGES.index)).sort_values(_ORDER)
    frame = frame.loc[order.index].reset_index(drop=True)
    frame.insert(COLUMNS.index("unit") + 1, "is_frozen", frozen(frame))
    return frame


def frozen(frame: pd.DataFrame) -> pd.Series:
    """Whether a number repeats that of the period before to the last digit, by row.

    Where a stock stands still, or a flow is alike in every quarter, either nothing was added or the model did not count
    (a gap, an allocation). Periods follow one another where the later begins the day after the earlier ended (a flow)
    or ends later from the same first day (a stock since then); a figure of nothing may well repeat.

    Parameters
    ----------
    frame : ``product, designer, buyer, destination, stage, quantity, unit, estimator, voice, source_id``, which make a
        series, with ``period_start, period_end`` (days as text) and ``low, central, high``.
    """
    rows = frame[frame["period_start"] != ""].sort_values(["period_end", "period_start", *POINTS])
    before = rows.groupby(_SERIES)[["period_start", "period_end", *POINTS]].shift()
    is_next = pd.to_datetime(rows["period_start"]) - pd.to_datetime(before["period_end"]) == pd.Timedelta(days=1)
    is_longer = (rows["period_start"] == before["period_start"]) & (rows["period_end"] > before["period_end"])
    is_same = rows[POINTS].fillna(-1).eq(before[POINTS].fillna(-1)).all(axis=1) & rows[POINTS].gt(0).any(axis=1)
    return (is_same & (is_next | is_longer)).reindex(frame.index, fill_value=False)


def chosen(
    frame: pd.DataFrame, product: str = "", stage: str = "", products: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The rows of one product and one stage; an empty name takes all.

    Parameters
    ----------
    products : the table of that name, where the product may be given by any of its names.

    Raises
    ------
    ParameterError : nothing is known of the product or the stage by the day of the frame.
    """
    known = names.found(product, products) if products is not None and product else product
    problems = [] if known or not product else [f"product: {names.refusal(product, products)}"]
    wanted = {name: value for name, value in (("product", known), ("stage", stage)) if value}
    for name, value in wanted.items():
        recorded = sorted(frame[name].unique())
        if value not in recorded:
            hint = "" if name == "product" else did_you_mean(value, recorded)
            problems.append(
                f"{name}: nothing is recorded for {value!r} by that day. {hint}Known: {', '.join(recorded)}."
            )
    if problems:
        raise ParameterError(*problems)
    return frame[frame[list(wanted)].eq(wanted).all(axis=1)].reset_index(drop=True)


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
    frame : ``product, stage, numbers, documents, voices, low, high, source_id`` by product and stage, over the rows
        that count chips; ``low, high`` span what the numbers say and are no estimate.
    """
    rows = counting(frame, "units")
    ends = {"low": rows[POINTS].min(axis=1), "high": rows[POINTS].max(axis=1)}
    counts = rows.assign(**ends).groupby(["product", "stage"], sort=False)
    counts = counts.agg(
        numbers=("voice", "size"),
        documents=("source_id", "nunique"),
        voices=("voice", "nunique"),
        low=("low", "min"),
        high=("high", "max"),
        source_id=("source_id", lambda ids: "|".join(dict.fromkeys(ids))),
    )
    return counts.reset_index()
