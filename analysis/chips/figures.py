"""Figures of what chips can do."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.chips.disputes import compared
from analysis.chips.words import multiple, unit
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, styled
from analysis.pages.formats import count, listing, plain


@styled
def equivalence(record: Record, frame: pd.DataFrame) -> Drawing:
    """What one chip is worth in baseline chips, measure by measure.

    Parameters
    ----------
    record : whose names, documents and day are used.
    frame : the result ``equivalence``.
    """
    names = record.names
    chips = list(dict.fromkeys(frame["chip_id"]))
    measures = list(dict.fromkeys(frame["label"]))
    figure, axes = canvas(1.9 + len(measures) * (0.24 + 0.11 * len(chips)))
    palette = style.colours(chips)
    step = 0.76 / max(len(chips), 1)
    for chip in chips:
        offset = (chips.index(chip) - (len(chips) - 1) / 2) * step
        rows = frame[frame["chip_id"] == chip]
        at = np.array([measures.index(measure) for measure in rows["label"]]) + offset
        _points(axes, rows, at, palette[chip])
    axes.axvline(1, color=style.INK, linewidth=0.9, zorder=1)
    axes.set_yticks(range(len(measures)), measures)
    axes.set_ylim(len(measures) - 0.45, -0.55)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    baseline = names[frame["baseline"].iloc[0]]
    handles = [axes.plot([], [], "o", color=palette[chip], label=names[chip], markersize=6)[0] for chip in chips]
    spacing = {"handletextpad": 0.1, "columnspacing": 1.2, "borderaxespad": 0.1, "bbox_to_anchor": (-0.01, 1)}
    columns = min(len(chips), 6)
    axes.legend(handles=handles, loc="lower left", ncols=columns, frameon=False, fontsize=8.5, **spacing)
    title = f"What one chip is worth, in multiples of one {baseline}"
    subtitle = f"Throughput dense. Filled: maker's or agreed figure; hollow: estimated or disputed. As of {record.day}"
    listed = head(figure, title, subtitle, record.sources(frame))
    drawn = frame[["chip_id", "spec", "precision", "ratio", "ratio_low", "ratio_high", "basis", "source_id"]]
    return Drawing("equivalence", title, figure, _equivalence_alt(frame, names, baseline), drawn, listed)


def _points(axes: Axes, rows: pd.DataFrame, at: np.ndarray, colour: str) -> None:
    """Points with their intervals: hollow where not firm, a bar alone where there is no point."""
    low, high, ratios, is_firm = (rows[name].to_numpy() for name in ("ratio_low", "ratio_high", "ratio", "is_firm"))
    axes.hlines(at, low, high, color=colour, linewidth=2.2, alpha=0.55, zorder=2)
    for firm, face in ((True, colour), (False, "white")):
        chosen, look = is_firm == firm, {"facecolor": face, "edgecolor": colour, "linewidth": 1.4}
        axes.scatter(ratios[chosen], at[chosen], s=34, zorder=3, clip_on=False, **look)
    no_point = np.isnan(ratios) & ~np.isnan(low)
    for end in (low, high):
        axes.scatter(end[no_point], at[no_point], s=26, marker="|", color=colour, zorder=3)
    for y in at[np.isnan(low)]:
        axes.text(0.008, y, "unknown", color=colour, fontsize=7, va="center", transform=axes.get_yaxis_transform())


def _equivalence_alt(frame: pd.DataFrame, names: pd.Series, baseline: str) -> str:
    parts = []
    for chip, rows in frame[frame["chip_id"] != frame["baseline"]].groupby("chip_id", sort=False):
        measures = [f"{row.label} {multiple(row)}" for row in rows.itertuples()]
        parts.append(f"{names[chip]}: {listing(measures)}.")
    return f"Dot plot of chips as multiples of one {baseline}. " + " ".join(parts)


@styled
def disputes(record: Record, register: pd.DataFrame) -> Drawing:
    """How far the highest published figure lies above the lowest, for each disputed figure that is compared.

    Parameters
    ----------
    record : as in `equivalence`.
    register : the result ``conflicts``.
    """
    frame = compared(register)
    rows = frame.assign(spread=frame["range_high"] / frame["range_low"].where(frame["range_low"] > 0) - 1)
    order = ["spread", "chip_id", "spec", "precision"]
    rows = rows.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    figure, axes = canvas(1.9 + 0.25 * max(len(rows), 1), left=0.36)
    palette = style.colours(list(dict.fromkeys(frame["chip_id"])))
    axes.barh(rows.index, rows["spread"] * 100, height=0.62, color=[palette[chip] for chip in rows["chip_id"]])
    for row in rows.itertuples():
        ends = f"  {plain(row.range_low)} to {plain(row.range_high)} {unit(row.unit)}"
        at = 0 if np.isnan(row.spread) else row.spread * 100
        axes.text(at, row.Index, ends, va="center", fontsize=8, color=style.MUTED)
    what = [f"{record.names[row.chip_id]}: {row.label}" for row in rows.itertuples()]
    axes.set_yticks(rows.index, what)
    for tick, matters in zip(axes.get_yticklabels(), rows["matters"], strict=True):
        tick.set_fontweight("bold" if matters.startswith("yes") else "normal")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.28)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    axes.set_xlabel("percent by which the highest figure exceeds the lowest")
    title = "How far apart the sources are"
    subtitle = f"All usable sources of each disputed figure; bold: a conclusion depends on it; as of {record.day}"
    listed = head(figure, title, subtitle, record.sources(frame))
    spoken = [f"{what[row.Index]} from {plain(row.range_low)} to {plain(row.range_high)}" for row in rows.itertuples()]
    alt = f"Bar chart of {count(len(rows), 'disputed figure')}, the widest first: {listing(spoken)}."
    drawn = rows[["chip_id", "spec", "precision", "range_low", "range_high", "unit", "sources", "matters"]]
    return Drawing("disputes", title, figure, alt, drawn, listed)
