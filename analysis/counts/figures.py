"""Figures of who says how many."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.counts.words import FIRST, STAGES, figure, months, voice, who
from analysis.facts.record import Record
from analysis.pages.asked import Number, origin
from analysis.pages.drawing import Drawing, Sheet, drawn, room, sheet
from analysis.pages.formats import capital, count, listing, units
from analysis.pages.palette import LIGHT

_STEP, _HEAD, _MARGIN = 22, 24, 34  # pixels of a row, of a stage's heading, and below


def who_says(record: Record, frame: pd.DataFrame, name: str) -> Drawing:
    """Every published count of a product: a row an independent source, grouped by how far the chips had come.

    Parameters
    ----------
    frame : unit counts of one product, from `analysis.counts.published.counting`.
    name : the name a reader knows.
    """
    rows = frame.reset_index(drop=True)
    lanes = rows.drop_duplicates(["stage", "voice"])[["stage", "voice"]].reset_index(drop=True)
    stages = list(dict.fromkeys(lanes["stage"]))
    names = [voice(each) for each in lanes["voice"]]
    ends = rows[["low", "central", "high"]]
    most = max(ends.max(axis=None), 1.0) if len(rows) else 1.0

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        step = _STEP + 16 * is_narrow
        high = step * len(lanes) + _HEAD * len(stages) + _MARGIN
        left = 6 if is_narrow else room(names)
        axes_sheet, axes = sheet(width, max(high, 90), left=left, right=12 if is_narrow else 96, top=4)
        at, tops = _places(lanes, stages, step, is_narrow=is_narrow)
        up = np.array([at[row.stage, row.voice] for row in rows.itertuples()], float)
        _marks(axes, rows, up, most)
        for stage, top in tops.items():
            shift = 0 if is_narrow else 2 - left
            axes.annotate(
                capital(STAGES[stage]), (0, top), (shift, 0), textcoords="offset points",
                va="center_baseline", weight="bold", annotation_clip=False,
            )  # fmt: skip
            axes.axhline(top + 11, color=LIGHT["hair"], linewidth=1)
        for (stage, each), place in at.items():
            mine = rows[(rows["stage"] == stage) & (rows["voice"] == each)]
            told = count(len(mine), "count")
            if is_narrow:
                axes.text(0, place - 15, voice(each), va="center_baseline")
            else:
                axes.annotate(
                    voice(each), (0, place), (-10, 0), textcoords="offset points", ha="right", va="center_baseline",
                    annotation_clip=False,
                )  # fmt: skip
            beside = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center_baseline"}
            where = (1, place - 15) if is_narrow else (1, place)
            axes.annotate(
                told,
                where,
                (0 if is_narrow else 88, 0),
                ha="right",
                color=LIGHT["muted"],
                annotation_clip=False,
                **beside,
            )
        numbers = [
            Number(figure(row), f"{who(row.estimator)}, {months(row.period_start, row.period_end)}", origin(told))
            for row, told in zip(rows.itertuples(), rows.to_dict("records"), strict=True)
        ]
        axes_sheet.ask(axes, _middles(rows), up, numbers)
        bottom = max((top for top in [*at.values(), *tops.values()]), default=20) + step / 2 + 2
        axes.set(xlim=(0, most * 1.06), ylim=(bottom, 0), yticks=[])
        ticks = [tick for tick in MaxNLocator(2 if is_narrow else 5).tick_values(0, most) if tick <= most]
        axes.set_xticks(ticks, [units(tick) for tick in ticks])
        axes.grid(axis="x")
        if rows.empty:
            axes.text(0, 10, "No count had been published by this day", va="center", color=LIGHT["muted"])
        return axes_sheet

    title = _title(rows, name)
    subtitle = (
        "Chips, by stage and independent source. Diamond: one published count; line: its range; "
        "triangle: a bound. Each count opens its document"
    )
    spoken = [
        f"{STAGES[row.stage]}, {voice(row.voice)}: {figure(row)} for {months(row.period_start, row.period_end)}"
        for row in rows.itertuples()
    ]
    columns = ["stage", "period_start", "period_end", "estimator", "voice", "buyer", "low", "central", "high"]
    data = rows[[*columns, "basis", "source_id"]]
    alt = f"Dot plot of published counts by stage and source: {listing(spoken)}."
    under = "Periods, buyers and definitions differ within a row. Stages do not add up."
    return drawn(record, draw, "who-says-how-many", title, subtitle, alt, data, under=under)


def _title(rows: pd.DataFrame, name: str) -> str:
    if rows.empty:
        return f"Nobody had published a count of the {name} by this day"
    arrived = rows[rows["stage"].isin(FIRST)]["voice"].nunique()
    if not arrived:
        return f"No published count is of {name} that were delivered"
    told = f"{count(arrived, 'source counts', 'sources count')} {name} that were delivered"
    return told if set(rows["stage"]) <= set(FIRST) else f"{told}; the rest count something else"


def _places(
    lanes: pd.DataFrame, stages: list[str], step: float, *, is_narrow: bool
) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Where each row and each heading stands, in pixels from the top."""
    at, tops, place = {}, {}, 0.0
    for stage in stages:
        tops[stage] = place + _HEAD / 2 - 2
        place += _HEAD
        for each in lanes.loc[lanes["stage"] == stage, "voice"]:
            at[stage, each] = place + step / 2 + (8 if is_narrow else 0)
            place += step
    return at, tops


def _middles(rows: pd.DataFrame) -> pd.Series:
    """The point of each count, or the middle of its range, or its bound: where its mark stands."""
    return rows["central"].fillna((rows["low"] + rows["high"]) / 2).fillna(rows["low"]).fillna(rows["high"])


def _marks(axes: Axes, rows: pd.DataFrame, up: np.ndarray, most: float) -> None:
    """Ranges, points and bounds."""
    low, point, high = rows["low"], rows["central"], rows["high"]
    has_range = low.notna() & high.notna()
    axes.hlines(up[has_range], low[has_range], high[has_range], color=LIGHT["said"], linewidth=1.8)
    look = {"color": LIGHT["paper"], "edgecolor": LIGHT["said"], "linewidth": 1.6, "zorder": 3}
    for is_there, marker, size in (
        (point.notna(), "D", 44),
        (point.isna() & high.isna() & low.notna(), ">", 60),
        (point.isna() & low.isna() & high.notna(), "<", 60),
    ):
        axes.scatter(_middles(rows)[is_there], up[is_there], marker=marker, s=size, **look)
    over, under = point.isna() & high.isna() & low.notna(), point.isna() & low.isna() & high.notna()
    axes.hlines(up[over], low[over], low[over] + most * 0.05, color=LIGHT["said"], linewidth=1.8, linestyle=":")
    axes.hlines(up[under], high[under] - most * 0.05, high[under], color=LIGHT["said"], linewidth=1.8, linestyle=":")
    axes.set(xlabel="", ylabel="")
