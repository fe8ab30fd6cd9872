"""Figures of who says how many."""

import numpy as np
import pandas as pd

from analysis.counts.words import STAGES, figure, months
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, styled
from analysis.pages.formats import listing


@styled
def who_says(record: Record, frame: pd.DataFrame, name: str) -> Drawing:
    """Every published count of a product, grouped by how far the chips had come.

    Parameters
    ----------
    frame : unit counts of one product, from `analysis.counts.published.counting`.
    name : the name a reader knows.
    """
    rows = frame.reset_index(drop=True)
    drawing, axes = canvas(1.9 + 0.27 * max(len(rows), 1), left=0.43)
    colours = rows["stage"].map(style.STAGES).fillna(style.GREY)
    low, point, high = (rows[end] / 1e3 for end in ("low", "central", "high"))
    axes.hlines(rows.index, low.fillna(point), high.fillna(point), color=list(colours), linewidth=4, alpha=0.55)
    face = np.where(rows["basis"].isin(["official", "reported"]), colours, "white")
    axes.scatter(point, rows.index, s=36, color=face, edgecolor=list(colours), linewidth=1.4, zorder=3)
    for bound, marker in ((low[point.isna() & high.isna()], ">"), (high[point.isna() & low.isna()], "<")):
        axes.scatter(bound, bound.index, s=44, marker=marker, color=list(colours[bound.index]), zorder=3)
    furthest = pd.concat([low, point, high], axis=1).max(axis=1)
    for row in rows.itertuples():
        axes.text(furthest[row.Index], row.Index, "   " + figure(row), va="center", fontsize=8, color=style.MUTED)
    labels = [
        f"{_short(row.estimator)}, {months(row.period_start, row.period_end)}" + _buyer(row.buyer)
        for row in rows.itertuples()
    ]
    axes.set_yticks(rows.index, labels)
    axes.tick_params(axis="y", labelsize=8)
    for tick, colour in zip(axes.get_yticklabels(), colours, strict=True):
        tick.set_color(colour)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.22)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    axes.set_xlabel("thousand chips; ▶ more than, ◀ up to")
    along = 0.0
    for stage in dict.fromkeys(rows["stage"]):
        colour = style.STAGES.get(stage, style.GREY)
        axes.text(along, 1.0, STAGES[stage], color=colour, weight="bold", va="bottom", transform=axes.transAxes)
        along += 0.045 + 0.017 * len(STAGES[stage])
    title = f"Who says how many {name}"
    subtitle = f"Filled: reported, hollow: estimated; the colours are stages, which never add up; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(frame))
    spoken = [f"{STAGES[row.stage]}: {text} {figure(row)}" for text, row in zip(labels, rows.itertuples(), strict=True)]
    columns = ["stage", "period_start", "period_end", "estimator", "voice", "buyer", "low", "central", "high"]
    data = rows[[*columns, "basis", "source_id"]]
    return Drawing("who-says-how-many", title, drawing, f"Range plot: {listing(spoken)}.", data, listed)


def _short(text: str, most: int = 24) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _buyer(buyer: str) -> str:
    return "" if buyer == "all" else f" ({_short(buyer, 15)})"
