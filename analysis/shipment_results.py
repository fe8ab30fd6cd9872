"""Results on shipments: published counts and published views."""

from collections.abc import Collection

import pandas as pd

from analysis import load, shipments
from analysis import positions as views
from analysis.errors import ParameterError, did_you_mean


def shipment_estimates(
    as_of: str | None = None, without: Collection[str] = (), *, product: str = "", stage: str = ""
) -> pd.DataFrame:
    """Who says how many chips were shipped, sold, ordered, licensed, planned or in stock."""
    names = ("shipment_estimates", "revenue_estimates")
    frame = shipments.estimates(*(load.table(name, as_of=as_of, without=without) for name in names))
    return shipments.chosen(frame, product, stage)


def positions(
    as_of: str | None = None, without: Collection[str] = (), *, position: str = "", swap: str = ""
) -> pd.DataFrame:
    """Published views computed again from their own assumptions; ``swap=price=10000``: with one of them replaced."""
    usable = load.table("sources", as_of=as_of, without=without)
    every, known_on = (frame.set_index("source_id")["known_on"] for frame in (load.table("sources"), usable))
    found = views.read(load.DATA / "positions", every)
    if position and position not in found:
        hint = did_you_mean(position, found)
        raise ParameterError(f"position: there is no {position!r}. {hint}They are: {', '.join(found)}.")
    chosen = {position: found[position]} if position else found
    return views.table(chosen, known_on, swap=swap)
