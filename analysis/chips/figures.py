"""Figures of what chips can do."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.chips.disputes import compared
from analysis.chips.words import asked, multiple, unit
from analysis.facts.record import Record
from analysis.pages.asked import Number, origin
from analysis.pages.drawing import DOT, Drawing, Sheet, drawn, panels, room, sheet
from analysis.pages.formats import UNKNOWN, capital, count, listing, plain
from analysis.pages.palette import LIGHT


def equivalence(record: Record, frame: pd.DataFrame) -> Drawing:
    """What one chip is worth in baseline chips: a panel a measure, the same scale and the same chips in each.

    Parameters
    ----------
    record : whose names, documents and day are used.
    frame : the result ``equivalence``.
    """
    names, rows = record.names, frame[frame["chip_id"] != frame["baseline"]]
    baseline = names[frame["baseline"].iloc[0]]
    chips, measures = (list(dict.fromkeys(rows[column])) for column in ("chip_id", "label"))
    most = max(1.2, np.nanmax([2.0, *rows["ratio_high"]]))

    def draw(width: str) -> Sheet:
        across = 3 if width == "wide" else 1
        high = 52 + 23 * len(chips)
        down = -(-max(len(measures), 1) // across)
        lanes = list(names[chips])
        figure, grid = panels(width, down, across, high, left=room(lanes), lanes=lanes)
        for axes, measure in zip(grid, measures, strict=False):
            axes.set_xlim(0, most * 1.42)
            axes.set_xticks([0, 1, 2], ["0", "1", "2"])
            _panel(figure, axes, rows[rows["label"] == measure], chips, names)
            axes.set_title(capital(measure), loc="left", weight="bold", size=13, pad=5)
        return figure

    title = f"What one chip is worth, measure by measure, in multiples of one {baseline}"
    subtitle = (
        f"Rated values. The line at 1 is the {baseline}. Bar: the range of all usable sources where they disagree"
    )
    drawn_rows = frame[["chip_id", "spec", "precision", "ratio", "ratio_low", "ratio_high", "basis", "source_id"]]
    alt = _equivalence_alt(rows, names, baseline)
    return drawn(
        record,
        draw,
        "equivalence",
        title,
        subtitle,
        alt,
        drawn_rows,
        under="Peak rates do not show how a chip performs at work.",
    )


def _panel(figure: Sheet, axes: Axes, rows: pd.DataFrame, chips: list[str], names: pd.Series) -> None:
    """One measure: points with their ranges, and the figure in words at the right edge."""
    axes.axvline(1, color=LIGHT["muted"], linewidth=1.5)
    at = [chips.index(chip) for chip in rows["chip_id"]]
    has_range = rows["ratio_high"] > rows["ratio_low"]
    axes.hlines(
        np.array(at)[has_range],
        rows["ratio_low"][has_range],
        rows["ratio_high"][has_range],
        color=LIGHT["said"],
        linewidth=6,
        alpha=0.45,
    )
    is_known = rows["ratio"].notna()
    axes.scatter(rows["ratio"][is_known], np.array(at)[is_known], color=LIGHT["said"], **DOT)
    edge = axes.get_yaxis_transform()
    for place, row in zip(at, rows.to_dict("records"), strict=True):
        number = asked(row, names)
        look = {"color": LIGHT["muted"]} if number.text == UNKNOWN else {"weight": "bold"}
        axes.text(
            1,
            place,
            number.text.partition(" (")[0].replace(" to ", "–"),
            va="center_baseline",
            ha="right",
            transform=edge,
            **look,
        )
        middle = row["ratio"] if row["ratio"] == row["ratio"] else (row["ratio_low"] + row["ratio_high"]) / 2
        figure.ask(axes, [middle], [place], [number])


def _equivalence_alt(frame: pd.DataFrame, names: pd.Series, baseline: str) -> str:
    parts = []
    for chip, rows in frame.groupby("chip_id", sort=False):
        measures = [f"{row.label} {multiple(row)}" for row in rows.itertuples()]
        parts.append(f"{names[chip]}: {listing(measures)}.")
    return f"Dot plots of chips as multiples of one {baseline}. " + " ".join(parts)


def disputes(record: Record, register: pd.DataFrame) -> Drawing:
    """How far the highest published figure lies above the lowest, for each disputed figure that is compared.

    Parameters
    ----------
    record : as in `equivalence`.
    register : the result ``conflicts``.
    """
    frame = compared(register)
    rows = frame.assign(spread=100 * (frame["range_high"] / frame["range_low"].where(frame["range_low"] > 0) - 1))
    order = ["spread", "chip_id", "spec", "precision"]
    rows = rows.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    what = [f"{record.names[row.chip_id]}: {row.label}" for row in rows.itertuples()]
    ends = [f"{plain(row.range_low)} to {plain(row.range_high)} {unit(row.unit)}" for row in rows.itertuples()]
    decides = rows["matters"].astype(str).str.startswith("yes")

    def draw(width: str) -> Sheet:
        step, left = (24, room(what)) if width == "wide" else (40, 12)
        figure, axes = sheet(width, step * max(len(rows), 1) + 60, left=left, top=12, bottom=48)
        shades = np.where(decides, LIGHT["line"], LIGHT["said"])
        bars = rows["spread"].fillna(0)
        axes.barh(
            rows.index + (0.12 if width == "narrow" else 0), bars, height=0.5 if width == "wide" else 0.3, color=shades
        )
        for row in rows.itertuples():
            look = {"va": "center", "color": LIGHT["muted"]}
            if width == "wide":
                axes.text(bars[row.Index], row.Index, f"  {ends[row.Index]}", **look)
            else:
                axes.text(0, row.Index - 0.2, f"{what[row.Index]}, {ends[row.Index]}", va="center", size=11.5)
        numbers = [
            Number(
                f"{plain(row['range_low'])} to {plain(row['range_high'])}",
                f"{unit(row['unit'])}, {what[at]}",
                origin(row, others=row["says"]),
            )
            for at, row in enumerate(rows.to_dict("records"))
        ]
        figure.ask(axes, bars, rows.index, numbers)
        axes.set_yticks(rows.index if width == "wide" else [], what if width == "wide" else [])
        for tick, is_bold in zip(axes.get_yticklabels(), decides, strict=False):
            tick.set_fontweight("bold" if is_bold else "normal")
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.margins(x=0.28 if width == "wide" else 0.02)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_xlabel("percent by which the highest figure exceeds the lowest")
        return figure

    title = (
        f"{count(int(decides.sum()), 'dispute')} of {len(rows)} could change a conclusion"
        if len(rows)
        else "No figure that is compared is disputed"
    )
    subtitle = "How far apart the sources of a figure are. Red: the legal status, or which chip is ahead, depends on it"
    spoken = [f"{name} from {end}" for name, end in zip(what, ends, strict=True)]
    alt = f"Bar chart of {count(len(rows), 'disputed figure')}, the widest first: {listing(spoken)}."
    data = rows[["chip_id", "spec", "precision", "range_low", "range_high", "unit", "sources", "matters", "source_id"]]
    return drawn(record, draw, "disputes", title, subtitle, alt, data)
