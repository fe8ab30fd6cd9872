"""Figures of what chips are worth at work."""

import numpy as np
import pandas as pd

from analysis.chips.results import BASELINE
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, key, styled
from analysis.pages.formats import listing, plain, ratio, share
from analysis.workloads import words
from analysis.workloads.throughput import PHASES

PHASE_COLOURS = dict(zip(PHASES, (style.ORANGE, style.BLUE, style.PURPLE, style.GREEN), strict=True))
_LABELS = [0.0, 0.12, 0.22, 0.52]  # where each phase is named along the upper edge


@styled
def worth(record: Record, frame: pd.DataFrame) -> Drawing:
    """Each chip as a multiple of a baseline chip in prefill, decode and training.

    Parameters
    ----------
    record : whose names, documents and day are used.
    frame : the result ``workload_throughput``.
    """
    names = record.names
    rows = frame[(frame["chip_id"] != BASELINE) & frame["ratio_high"].notna()]
    rows = rows[["chip_id", "phase", "source_id", "ratio", "ratio_low", "ratio_high"]].reset_index(drop=True)
    chips = list(dict.fromkeys(rows["chip_id"]))
    drawing, axes = canvas(2.3 + 0.6 * max(len(chips), 1), left=0.17)
    for place, (phase, colour) in enumerate(PHASE_COLOURS.items()):
        ratios = rows[rows["phase"] == phase]
        at = np.array([chips.index(chip) for chip in ratios["chip_id"]]) + 0.2 * (place - 1.5)
        low, high = ratios["ratio_low"], ratios["ratio_high"]
        axes.hlines(at, low.fillna(high), high, color=colour, linewidth=4, alpha=0.5)
        for end in (high, low):
            axes.scatter(end, at, s=14, color="white", edgecolor=colour, linewidth=1.2, zorder=3)
        axes.scatter(ratios["ratio"], at, s=34, color=colour, zorder=4)
        axes.text(_LABELS[place], 1.0, phase, color=colour, weight="bold", va="bottom", transform=axes.transAxes)
    axes.axvline(1, color=style.INK, linewidth=1)
    axes.set_yticks(range(len(chips)), [names.get(chip, chip) for chip in chips])
    axes.set_ylim(max(len(chips), 1) - 0.5, -0.6)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    axes.set_xlabel(f"multiples of one {names.get(BASELINE, BASELINE)}")
    title = "What one chip is worth at work"
    subtitle = f"Ranges that held nine in ten measured rates of sources not seen; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(frame))
    spoken = [
        f"{names.get(row.chip_id, row.chip_id)} {words.multiple(row)} in {row.phase}" for row in rows.itertuples()
    ]
    alt = f"Dot plot of chips as multiples of {names.get(BASELINE, BASELINE)}: {listing(spoken)}."
    return Drawing("workload-worth", title, drawing, alt, rows, listed)


@styled
def measured(record: Record, frame: pd.DataFrame) -> Drawing:
    """Every measurement beside what the model says of it without its source; one line is perfect agreement.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_measured``.
    """
    names = record.names
    drawing, axes = canvas(5.0, left=0.10)
    chips = list(dict.fromkeys(frame["chip_id"]))
    colours = style.colours(chips)
    for chip in chips:
        cases = frame[frame["chip_id"] == chip]
        axes.scatter(cases["measured"], cases["predicted"], s=22, color=colours[chip], alpha=0.75)
    key(axes, [(names.get(chip, chip), colours[chip]) for chip in chips])
    ends = frame[["measured", "predicted"]].agg(["min", "max"]).to_numpy().ravel() if len(frame) else [1.0, 10.0]
    least, most = min(ends) / 1.3, max(ends) * 1.3
    axes.plot([least, most], [least, most], color=style.INK, linewidth=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: plain(value))
    axes.set_xlim(least, most)
    axes.set_ylim(least, most)
    axes.grid()
    axes.set_xlabel("measured, tokens a second")
    axes.set_ylabel("model, tokens a second")
    title = "Measured, and what the model says that has not seen the source"
    subtitle = f"A mark a measurement; on the line they agree; logarithmic axes; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(frame))
    by_chip = frame.groupby("chip_id", sort=False)["error_share"].agg(lambda errors: errors.abs().median())
    spoken = [f"{names.get(chip, chip)} {share(error)} off in the median" for chip, error in by_chip.items()]
    drawn = frame[["chip_id", "model_id", "form", "chips", "measured", "predicted", "error_share", "source_id"]]
    alt = f"Scatter plot of {plain(len(frame))} measurements against the model: {listing(spoken)}."
    return Drawing("workload-measured", title, drawing, alt, drawn, listed)


@styled
def curves(record: Record, frame: pd.DataFrame, phase: str) -> Drawing:
    """Each chip as a multiple of the H100 over the batch of decode or over the prompt of prefill.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_curves``.
    phase : prefill or decode.
    """
    names = record.names
    rows = frame[(frame["phase"] == phase) & frame["ratio"].notna() & (frame["chip_id"] != BASELINE)]
    rows = rows[["chip_id", "phase", "at", "point", "ratio", "source_id"]].reset_index(drop=True)
    drawing, axes = canvas(4.2, left=0.10)
    chips = list(dict.fromkeys(rows["chip_id"]))
    colours = style.colours(chips)
    for chip, line in rows.groupby("chip_id", sort=False):
        axes.plot(line["at"], line["ratio"], color=colours[chip], linewidth=1.8, marker="o", markersize=3)
        end = line.iloc[-1]
        place = {"xy": (end["at"], end["ratio"]), "xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        axes.annotate(names.get(chip, chip), color=colours[chip], weight="bold", annotation_clip=False, **place)
    axes.axhline(1, color=style.INK, linewidth=1)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(lambda value, _: plain(value))
    axes.set_ylim(bottom=0)
    axes.set_xlim(right=rows["at"].max() * 5 if len(rows) else None)  # room for the names
    axes.grid()
    over = "sequences at a time" if phase == "decode" else "tokens of a prompt"
    axes.set_xlabel(over)
    axes.set_ylabel(f"multiples of one {names.get(BASELINE, BASELINE)}")
    title = f"What one chip is worth in {phase}, by {over}"
    subtitle = f"Up to what the memory holds; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(rows))
    ends = rows.groupby("chip_id", sort=False)["ratio"].agg(["first", "last"])
    spoken = [f"{names.get(row.Index, row.Index)} {ratio(row.first)} to {ratio(row.last)}" for row in ends.itertuples()]
    alt = f"Line chart of chips as multiples of {names.get(BASELINE, BASELINE)} by {over}: {listing(spoken)}."
    return Drawing(f"workload-{phase}", title, drawing, alt, rows, listed)
