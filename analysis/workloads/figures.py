"""Figures of what chips are worth at work."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from analysis.chips.results import BASELINE
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, key, styled
from analysis.pages.formats import listing, plain, ratio, share
from analysis.workloads import words
from analysis.workloads.throughput import PHASES, RATIOS

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
        axis.set_minor_locator(NullLocator())
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
def families(record: Record, frame: pd.DataFrame, points: pd.DataFrame, phase: str) -> Drawing:
    """Each chip as a multiple of the H100 over the batch or the prompt, a panel a family of models, with measured runs.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_families``.
    points : the result ``workload_points``.
    phase : prefill or decode.
    """
    names, kinds = record.names, dict.fromkeys(frame["family"])
    rows = frame[(frame["phase"] == phase) & frame["ratio_high"].notna() & (frame["chip_id"] != BASELINE)]
    rows = rows[["family", "chip_id", "at", *RATIOS, "source_id"]].reset_index(drop=True)
    runs = points[points["phase"] == phase] if len(rows) else points.iloc[:0]
    runs = runs[runs["chip_id"].isin(rows["chip_id"])]
    chips = list(dict.fromkeys(rows["chip_id"]))
    colours = style.colours(chips)
    drawing, first = canvas(4.6, left=0.07, top=1.1)
    panels = _panels(drawing, first, max(len(kinds), 1))
    for axes, family in zip(panels, kinds, strict=False):
        for chip, line in rows[rows["family"] == family].groupby("chip_id", sort=False):
            axes.plot(line["at"], line["ratio"], color=colours[chip], linewidth=1.8)
            without = line[line["ratio"].isna()]  # a range, or a bound
            axes.fill_between(
                without["at"], without["ratio_low"], without["ratio_high"], color=colours[chip], alpha=0.15
            )
            bound = without[without["ratio_low"].isna()]
            axes.plot(bound["at"], bound["ratio_high"], color=colours[chip], linewidth=1.2, linestyle=":")
        for is_measured, part in runs[runs["family"] == family].groupby("is_measured"):
            edges = part["chip_id"].map(colours)
            axes.scatter(
                part["at"], part["ratio"], s=26, color=edges if is_measured else "white", edgecolor=edges, zorder=4
            )
        axes.axhline(1, color=style.INK, linewidth=1)
        axes.set_title(family, size=10, weight="bold", loc="left")
        axes.set_xscale("log", base=4 if phase == "decode" else 16)
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: plain(value))
        axes.grid()
        axes.tick_params(labelleft=axes is first)
        axes.set_ylim(0, max(1.6, 1.1 * max([*rows["ratio_high"], *runs["ratio"]], default=1.0)))
    bounds = {*rows.loc[rows["ratio_low"].isna() & rows["ratio"].isna(), "chip_id"]}
    for place, chip in enumerate(chips):
        name = names.get(chip, chip) + " at most" * (chip in bounds)
        first.text(0.62 * place, 1.15, name, color=colours[chip], weight="bold", transform=first.transAxes)
    over = "sequences at a time" if phase == "decode" else "tokens of a prompt"
    panels[len(panels) // 2].set_xlabel(over)
    first.set_ylabel(f"multiples of one {names.get(BASELINE, BASELINE)}")
    title = f"What one chip is worth in {phase}, by {over}"
    subtitle = (
        "Lines: the model. Marks: measured runs, filled where the H100 was measured too, hollow where it is modelled"
    )
    shown = runs.assign(point=runs["ratio"])[["family", "chip_id", "at", "point", "is_measured", "source_id"]]
    data = pd.concat([rows, shown], ignore_index=True) if len(shown) else rows
    listed = head(drawing, title, f"{subtitle}; as of {record.day}", record.sources(data))
    ends = rows.groupby(["family", "chip_id"], sort=False)["ratio"].agg(["first", "last"]).dropna()
    spoken = [
        f"{names.get(chip, chip)} {ratio(row['first'])} to {ratio(row['last'])} ({family})"
        for (family, chip), row in ends.iterrows()
    ]
    alt = f"Line charts of chips as multiples of {names.get(BASELINE, BASELINE)} by {over}: {listing(spoken)}."
    return Drawing(f"workload-{phase}", title, drawing, alt, data, listed)


def _panels(drawing: Figure, first: Axes, number: int) -> list[Axes]:
    """Axes side by side in the place of one, with a scale of the first."""
    box = first.get_position()
    width = (box.width + 0.03) / number
    first.set_position((box.x0, box.y0, width - 0.03, box.height))
    places = [(box.x0 + n * width, box.y0, width - 0.03, box.height) for n in range(1, number)]
    return [first, *[drawing.add_axes(place, sharey=first) for place in places]]


@styled
def pairs(record: Record, frame: pd.DataFrame) -> Drawing:
    """H20 over other chips at the same work, measured and as the model says that has not seen the measurement.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_pairs``.
    """
    names = record.names
    rows = frame.reset_index(drop=True)
    drawing, axes = canvas(1.9 + 0.24 * max(len(rows), 1), left=0.42)
    at = np.arange(len(rows))
    low, high = (rows[end].fillna(rows["predicted_ratio"]) for end in ("predicted_low", "predicted_high"))
    axes.hlines(
        at, np.minimum(rows["measured_ratio"], low), np.maximum(rows["measured_ratio"], high), color=style.HAIRLINE
    )
    axes.hlines(at, low, high, color=style.PURPLE, linewidth=4, alpha=0.5)
    axes.scatter(rows["predicted_ratio"], at, s=34, color="white", edgecolor=style.PURPLE, linewidth=1.5, zorder=3)
    axes.scatter(rows["measured_ratio"], at, s=34, color=style.INK, zorder=4)
    labels = [f"{words.work(row)}, {names.get(row.baseline, row.baseline)}" for row in rows.itertuples()]
    axes.set_yticks(at, labels, size=8.5)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.6)
    axes.set_xlim(left=0)
    axes.axvline(1, color=style.INK, linewidth=1)
    axes.grid(axis="x")
    axes.text(0.0, 1.0, "measured", color=style.INK, weight="bold", va="bottom", transform=axes.transAxes)
    axes.text(0.17, 1.0, "model", color=style.PURPLE, weight="bold", va="bottom", transform=axes.transAxes)
    title = "The H20 beside other chips at the same work"
    subtitle = f"Speed over speed; the model has not seen the measurement; as of {record.day}"
    listed = head(drawing, title, subtitle, record.sources(rows))
    spoken = [
        f"{label} {ratio(row.measured_ratio)} measured" for label, row in zip(labels, rows.itertuples(), strict=True)
    ]
    alt = f"Dot plot of the speed of the H20 over that of other chips: {listing(spoken)}."
    return Drawing("workload-pairs", title, drawing, alt, rows, listed)
