"""Figures of the estimate of units."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, key, styled
from analysis.pages.formats import listing, rounded, share
from analysis.shipments.words import KINDS, MEASURES, named

MEASURE_COLOURS = {"units": style.INK, "compute": style.VERMILION, "bandwidth": style.BLUE, "memory": style.GREEN}


@styled
def units_by_quarter(record: Record, frame: pd.DataFrame) -> Drawing:
    """Units by fiscal quarter and chip: thin by accounts and prices alone, thick with published counts.

    Parameters
    ----------
    frame : from `analysis.shipments.estimates.by_quarter`.
    """
    names, rows = record.names, frame.sort_values(["period_start", "product"], ignore_index=True)
    periods, products = list(dict.fromkeys(rows["fiscal_period"])), list(dict.fromkeys(rows["product"]))
    drawing, axes = canvas(5.0, left=0.085)
    colours = style.colours(products)
    beside = (
        rows.groupby("fiscal_period").cumcount() - (rows.groupby("fiscal_period")["product"].transform("size") - 1) / 2
    )
    at = rows["fiscal_period"].map(periods.index) + 0.26 * beside
    shade = rows["product"].map(colours)
    axes.vlines(at, rows["prior_p5"] / 1e3, rows["prior_p95"] / 1e3, color=list(shade), linewidth=1.2, alpha=0.7)
    axes.vlines(at, rows["p5"] / 1e3, rows["p95"] / 1e3, color=list(shade), linewidth=6, alpha=0.45)
    axes.scatter(at, rows["p50"] / 1e3, s=30, color="white", edgecolor=list(shade), linewidth=1.4, zorder=3)
    ceilings = rows[rows["most"].notna()]
    places, most, shades = at[ceilings.index], ceilings["most"] / 1e3, list(shade[ceilings.index])
    axes.vlines(places, 0, most, color=shades, linewidth=1.2, linestyle=":")
    axes.scatter(places, most, s=36, marker="v", color=shades, zorder=3)
    for row in rows[rows["p50"].isna() & rows["most"].isna()].itertuples():
        axes.annotate("?", (at[row.Index], 0), (0, 3), textcoords="offset points", color=shade[row.Index], ha="center")
    _time(axes, periods)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.03)
    axes.set_ylabel("thousand chips")
    key(axes, [(names.get(product, product), colours[product]) for product in products])
    title = "Chips sold in China by fiscal quarter"
    subtitle = (
        f"Thick: {_LEVEL} of the estimate, thin: accounts and prices alone, ▼: ceiling, ?: unknown; as of {record.day}"
    )
    listed = head(drawing, title, subtitle, record.sources(frame))
    spoken = [
        f"{names.get(row.product, row.product)} {row.fiscal_period} "
        + (f"up to {rounded(row.most)}" if row.most == row.most else _interval(row))
        for row in rows.itertuples()
    ]
    data = rows[
        ["product", "fiscal_period", "prior_p5", "prior_p50", "prior_p95", "p5", "p50", "p95", "most", "source_id"]
    ]
    alt = f"Range plot of chips sold in China by fiscal quarter: {listing(spoken)}."
    return Drawing("units-by-quarter", title, drawing, alt, data, listed)


_LEVEL = "5th to 95th percentile"


def _interval(row: tuple) -> str:
    return "unknown" if pd.isna(row.p50) else f"{rounded(row.p5)} to {rounded(row.p95)}"


@styled
def units_drivers(record: Record, frame: pd.DataFrame, about: str) -> Drawing:
    """The estimate with each voice left out and with other errors, and the inputs that its spread hangs on.

    Parameters
    ----------
    frame : from `analysis.shipments.drivers.drivers`.
    about : chip and year, as a reader knows them.
    """
    names, cases = record.names, frame[frame["kind"] != "input"].reset_index(drop=True)
    inputs = frame[frame["kind"] == "input"].reset_index(drop=True)
    drawing, axes = canvas(2.3 + 0.3 * max(len(cases), len(inputs), 1), left=0.26)
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, 0.26, box.height))
    right = drawing.add_axes((0.76, box.y0, 0.21, box.height))
    colour = np.where(cases["kind"] == "estimate", style.VERMILION, style.GREY)
    axes.hlines(cases.index, cases["p5"] / 1e3, cases["p95"] / 1e3, color=list(colour), linewidth=5, alpha=0.55)
    axes.scatter(cases["p50"] / 1e3, cases.index, s=30, color="white", edgecolor=list(colour), linewidth=1.4, zorder=3)
    labels = [named(KINDS[row.kind].format(row.name), names) for row in cases.itertuples(index=False)]
    axes.set_yticks(cases.index, labels)
    axes.set_xlim(left=0)
    axes.set_xlabel("thousand chips")
    right.barh(inputs.index - 0.19, inputs["prior_variance_share"] * 100, 0.36, color="white", edgecolor=style.GREY)
    right.barh(inputs.index + 0.19, inputs["variance_share"] * 100, 0.36, color=style.VERMILION)
    right.set_yticks(inputs.index, [named(text, names) for text in inputs["name"]])
    right.set_xlim(0, 100)
    right.set_xlabel("% of the variance; hollow: before")
    for panel, rows in ((axes, cases), (right, inputs)):
        panel.tick_params(axis="y", labelsize=8)
        panel.set_ylim(max(len(rows), 1) - 0.4, -0.6)
        panel.grid(axis="x")
    title = f"What drives the estimate of {about}"
    subtitle = f"Left: {_LEVEL} and median; right: variance that goes once an input is known; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(frame))
    ranges = zip(labels, cases["p5"], cases["p95"], strict=True)
    spoken = [f"{label} {rounded(low)} to {rounded(high)}" for label, low, high in ranges]
    spoken += [
        f"{named(row.name, names)} explains {share(row.variance_share)}" for row in inputs.itertuples(index=False)
    ]
    alt = f"Range plot and bars of what drives the estimate of {about}: {listing(spoken)}."
    return Drawing("units-drivers", title, drawing, alt, frame, listed)


@styled
def units_stock(record: Record, frame: pd.DataFrame) -> Drawing:
    """The stock of all chips together over time, in chips and in H100s by each measure.

    Parameters
    ----------
    frame : from `analysis.shipments.equivalents.equivalents`.
    """
    drawn = frame[frame["measure"].isin(MEASURE_COLOURS)]
    every = drawn[drawn["product"] == "all"] if (drawn["product"] == "all").any() else drawn
    periods = list(dict.fromkeys(every.sort_values("period_end")["fiscal_period"]))
    drawing, axes = canvas(4.6, left=0.085)
    for place, (measure, colour) in enumerate(MEASURE_COLOURS.items()):
        rows = every[every["measure"] == measure].drop_duplicates("fiscal_period").sort_values("period_end")
        at = np.array([periods.index(name) for name in rows["fiscal_period"]]) + 0.09 * (place - 1.5)
        axes.vlines(at, rows["stock_p5"] / 1e3, rows["stock_p95"] / 1e3, color=colour, linewidth=3, alpha=0.3)
        axes.plot(
            at, rows["stock_p50"] / 1e3, "o-", color=colour, markerfacecolor="white", linewidth=1.5, markersize=4.5
        )
    _time(axes, periods)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("thousand")
    key(axes, [(MEASURES[measure], colour) for measure, colour in MEASURE_COLOURS.items()])
    title = "The same chips, counted and weighed"
    subtitle = f"Sold since the first known quarter and still standing, median and {_LEVEL}; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(frame))
    last = every[every["period_end"] == every["period_end"].max()]
    spoken = [
        f"{MEASURES[row.measure]} {rounded(row.stock_p5)} to {rounded(row.stock_p95)}" for row in last.itertuples()
    ]
    alt = f"Lines of the stock of chips sold in China by fiscal quarter; at the end: {listing(spoken)}."
    data = every[["fiscal_period", "measure", "stock_p5", "stock_p50", "stock_p95", "source_id"]]
    return Drawing("units-stock", title, drawing, alt, data, listed)


def _time(axes: Axes, periods: list[str]) -> None:
    axes.set_xticks(range(len(periods)), [name.removeprefix("FY20").replace("Q", "\nQ") for name in periods])
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel("fiscal quarter")
    axes.grid(axis="y")
