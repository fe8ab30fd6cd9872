"""Results on shipments: published counts, units out of revenue, and the law they were sold under."""

from collections.abc import Collection

import pandas as pd

from analysis import h20_units, load, shipments
from analysis import positions as views
from analysis.control_results import control_timeline
from analysis.errors import ParameterError, did_you_mean
from analysis.units import UnitDraws


def shipment_estimates(
    as_of: str | None = None, without: Collection[str] = (), *, product: str = "", stage: str = ""
) -> pd.DataFrame:
    """Who says how many chips were shipped, sold, ordered, licensed, planned or in stock."""
    names = ("shipment_estimates", "revenue_estimates")
    frame = shipments.estimates(*(load.table(name, as_of=as_of, without=without) for name in names))
    return shipments.chosen(frame, product, stage)


def _estimate(
    as_of: str | None, without: Collection[str], interval_level: str, hardware_share: str, draws: str, seed: str
) -> tuple[pd.DataFrame, UnitDraws | None]:
    asked = {"interval_level": interval_level, "hardware_share": hardware_share, "draws": draws, "seed": seed}
    numbers, problems = {}, []
    for name, text in asked.items():
        try:
            numbers[name] = int(text) if name in ("draws", "seed") else float(text)
        except ValueError:
            problems.append(f"{name}: {text!r} is no number. Write it like {_DEFAULTS[name]}.")
    if problems:
        raise ParameterError(*problems)
    tables = {
        name: load.table(name, as_of=as_of, without=without) for name in ("revenue", "revenue_estimates", "prices")
    }
    rows = h20_units.quarters(tables["revenue"], tables["revenue_estimates"])
    spans = h20_units.price_ranges(tables["prices"])
    level = numbers.pop("interval_level")
    return h20_units.estimate(rows, spans, level=level, **numbers)


_DEFAULTS = {"interval_level": "0.9", "hardware_share": "1", "draws": "131072", "seed": "0"}


def units_by_quarter(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    interval_level: str = _DEFAULTS["interval_level"],
    hardware_share: str = _DEFAULTS["hardware_share"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """H20 units sold in China by fiscal quarter, out of revenue and card prices."""
    return _estimate(as_of, without, interval_level, hardware_share, draws, seed)[0]


def units_by_year(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    interval_level: str = _DEFAULTS["interval_level"],
    hardware_share: str = _DEFAULTS["hardware_share"],
    draws: str = _DEFAULTS["draws"],
    seed: str = _DEFAULTS["seed"],
) -> pd.DataFrame:
    """H20 units sold in China by fiscal year, with how many of its quarters are known."""
    return h20_units.by_year(*_estimate(as_of, without, interval_level, hardware_share, draws, seed))


def legality_at_shipment(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """H20 units by quarter under the treatment in force: free, licensed, licence needed or unknown."""
    frame, _ = _estimate(as_of, without, *_DEFAULTS.values())
    return h20_units.legality(frame, control_timeline(as_of, without, chip=h20_units.CHIP))


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
