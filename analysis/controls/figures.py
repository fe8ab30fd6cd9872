"""Figures of export controls."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from analysis.controls.words import QUANTITIES, TREATMENTS
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, styled
from analysis.pages.formats import count, listing, plain, ratio, span


@styled
def timeline(record: Record, frame: pd.DataFrame, rules: pd.DataFrame, events: pd.DataFrame) -> Drawing:
    """Chips as bars of treatment over time, the starts of regimes as lines, events as ticks above.

    Parameters
    ----------
    frame : from `analysis.controls.status.timeline`.
    rules, events : the tables ``control_rules`` and ``events``, as known by the day.
    """
    names = record.names
    chips = list(dict.fromkeys(frame["chip_id"]))
    figure, axes = canvas(2.3 + 0.3 * max(len(chips), 1), left=0.22, top=1.2)
    starts, ends = (date2num(pd.to_datetime(frame[column])) for column in ("from_on", "to_on"))
    colours = frame["treatment"].map(style.TREATMENTS)
    heights = np.array([chips.index(chip) for chip in frame["chip_id"]], dtype=float)
    axes.barh(heights, ends - starts + 1, left=starts, height=0.66, color=colours)
    moments = date2num(pd.to_datetime(events["happened_on"], format="ISO8601"))
    axes.scatter(moments, np.full(len(moments), -0.85), marker="|", s=42, color=style.MUTED, linewidth=0.8)
    regimes = rules[(rules["effective_on"] != "") & rules["status"].isin(["rule", "policy"])]
    for day in sorted(set(regimes.groupby("regime")["effective_on"].min())):
        axes.axvline(date2num(pd.Timestamp(day)), color=style.INK, linewidth=0.6, alpha=0.5)
    axes.set_yticks(range(len(chips)), [names.get(chip, chip) for chip in chips])
    axes.set_ylim(len(chips) - 0.4, -1.4)
    axes.xaxis_date()
    axes.xaxis.set_major_locator(YearLocator())
    used = [treatment for treatment in TREATMENTS if treatment in set(frame["treatment"])]
    handles = [Patch(color=style.TREATMENTS[treatment], label=TREATMENTS[treatment]) for treatment in used]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.28, 1), ncols=4, frameon=False, fontsize=8.5)
    title = "Treatment of chips for China over time"
    subtitle = (
        f"Ticks: {count(len(events), 'event')}; vertical lines: a regime begins; grey: several treatments are possible"
    )
    listed = head(figure, title, subtitle, record.sources(rules))
    spoken = [
        f"{names.get(r.chip_id, r.chip_id)} {TREATMENTS[r.treatment]} from {r.from_on}" for r in frame.itertuples()
    ]
    return Drawing("control-timeline", title, figure, f"Bars over time: {listing(spoken)}.", frame, listed)


@styled
def margins(record: Record, frame: pd.DataFrame, rules: pd.DataFrame) -> Drawing:
    """How close each chip is to the line that decides it.

    Parameters
    ----------
    frame : from `analysis.controls.status.classify`; chips that no number decides are left to the table.
    rules : the table ``control_rules``.
    """
    names, on = record.names, ", ".join(frame["on"].unique())
    rows = frame.dropna(subset="headroom").sort_values("headroom", ascending=False, ignore_index=True)
    figure, axes = canvas(2.0 + 0.27 * max(len(rows), 1), left=0.22)
    low, high = (np.where(rows[end] >= 1, style.VERMILION, style.GREEN) for end in ("headroom_low", "headroom"))
    reach = rows["headroom"] - rows["headroom_low"]
    axes.barh(rows.index, rows["headroom_low"], 0.62, color=low)
    axes.barh(rows.index, reach, 0.62, left=rows["headroom_low"], color=high, alpha=0.35)
    axes.axvline(1, color=style.INK, linewidth=0.9)
    for row in rows.itertuples():
        value = span(row.binding_value_low, float("nan"), row.binding_value, plain)
        label = f"  {QUANTITIES[row.binding_quantity]} {value} of {plain(row.binding_threshold)}"
        colour = "white" if row.headroom_low > 2.9 else style.MUTED  # a bar that is cut off lies behind its label
        axes.text(min(row.headroom, 2.0), row.Index, label, va="center", fontsize=8, color=colour)
    axes.set_yticks(rows.index, [names.get(chip, chip) for chip in rows["chip_id"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 2.9)
    axes.set_xlabel("value as a multiple of the threshold; bars beyond the frame are cut off")
    axes.grid(axis="x")
    title = "How close to the line"
    subtitle = f"What decides each chip; green: under the line, red: at or over it; pale: its range; rules of {on}"
    listed = head(figure, title, subtitle, record.sources(rules))
    spoken = [f"{names.get(row.chip_id, row.chip_id)} {ratio(row.headroom)}" for row in rows.itertuples()]
    columns = ["chip_id", "rule_id", "binding_quantity", "binding_value_low", "binding_value", "binding_threshold"]
    data = rows[[*columns, "headroom_low", "headroom"]]
    return Drawing("control-margins", title, figure, f"Bars of value over threshold: {listing(spoken)}.", data, listed)


@styled
def frontier(record: Record, lines: pd.DataFrame, chips: pd.DataFrame, rules: pd.DataFrame) -> Drawing:
    """The largest chip that each regime lets through: TPP over die area, and memory over I/O bandwidth, with chips.

    Parameters
    ----------
    lines : the result ``control_frontier``.
    chips : from `analysis.controls.inputs.inputs`: those to show; where a quantity is unknown a chip has no dot.
    rules : the table ``control_rules``.
    """
    figure, left = canvas(5.4)
    left.set_position([0.075, 0.175, 0.52, 0.555])
    right = figure.add_axes((0.685, 0.175, 0.295, 0.555))
    left.set_yscale("log")
    left.set(xlim=(0, 1750), ylim=(800, 60000), xlabel="logic die area, mm²")
    right.set(xlim=(0, 1990), ylim=(0, 8600), xlabel="I/O bandwidth, GB/s")
    left.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    left.yaxis.set_minor_locator(NullLocator())
    for axes, quantity in ((left, "TPP"), (right, "memory bandwidth, GB/s")):
        axes.set_title(quantity, loc="left", size=9.5, color=style.MUTED)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
        axes.grid()
    drawn = _limits(left, lines[lines["over"] == "area"], "applicable_die_area_mm2", "largest_tpp", {})
    drawn = _limits(right, lines[lines["over"] == "io"], "io_bandwidth_gb_s", "dram_bandwidth_below", drawn)
    _dots(left, chips, record.names, "applicable_die_area_mm2", "tpp")
    _dots(right, chips, record.names, "io_bandwidth", "dram_bandwidth")
    handles = [Line2D([], [], color=colour, label=label, linewidth=1.8) for label, colour in drawn.items()]
    left.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.1, 1.09), ncols=2, frameon=False, fontsize=8.5)
    title = "The largest chip that each regime lets through"
    subtitle = "Lines: limits for a datacenter chip of NVIDIA's. Hollow dots: chips that are not known to be such"
    listed = head(figure, title, subtitle, record.sources(rules))
    return Drawing("control-frontier", title, figure, f"Two panels of limits: {listing(drawn)}.", lines, listed)


def _limits(axes: Axes, lines: pd.DataFrame, across: str, up: str, drawn: dict[str, str]) -> dict[str, str]:
    """A line for each regime that limits ``up``, where it differs from those drawn; labels and colours so far."""
    curves: list[list[float]] = []
    drawn = dict(drawn)
    fixed = "io_bandwidth_gb_s" if across != "io_bandwidth_gb_s" else "applicable_die_area_mm2"
    for (treatment, day, at), curve in lines.groupby(["treatment", "from_on", fixed], sort=False):
        bounds = list(curve[up].fillna(0))
        if not np.isfinite(bounds).all() or not max(bounds) or bounds in curves:
            continue
        curves.append(bounds)
        same_day = lines[(lines["from_on"] == day) & (lines["treatment"] == treatment)]
        needs = f", with I/O of {plain(at)} GB/s" if np.isinf(same_day[up]).any() else ""
        label = f"{TREATMENTS[treatment]}, from {day}{needs}"
        colour = drawn.setdefault(label, style.SPARE[len(drawn)])
        axes.plot(curve[across], bounds, color=colour, linewidth=1.8)
    return drawn


def _dots(axes: Axes, chips: pd.DataFrame, names: pd.Series, across: str, up: str) -> None:
    """Chips at the middle of what is known of them, with a bar as long as it is uncertain; one label a spot."""
    ends = [f"{quantity}_{end}" for quantity in (across, up) for end in ("low", "high")]
    placed = chips[np.isfinite(chips[ends]).all(axis=1)]
    x, y = ((placed[f"{quantity}_low"] + placed[f"{quantity}_high"]) / 2 for quantity in (across, up))
    reach = [(placed[f"{quantity}_high"] - placed[f"{quantity}_low"]) / 2 for quantity in (across, up)]
    axes.errorbar(x, y, xerr=reach[0], yerr=reach[1], fmt="none", ecolor=style.INK, elinewidth=0.9, zorder=2)
    faces = np.where(placed["is_datacenter_low"] == 1, style.INK, "white")
    axes.scatter(x, y, s=18, facecolors=list(faces), edgecolors=style.INK, linewidths=0.9, zorder=3)
    labels = placed["family"].map(names).fillna(placed["chip_id"])
    to_fraction = axes.transData + axes.transAxes.inverted()
    spots: list[tuple[float, float, float, float, list[str]]] = []
    for at_x, at_y, label in sorted(zip(x, y, labels, strict=True), key=lambda spot: (spot[1], spot[0])):
        right, up_by = to_fraction.transform((at_x, at_y))
        near = [spot for spot in spots if abs(spot[0] - right) < 0.03 and abs(spot[1] - up_by) < 0.03]
        if near:
            near[0][4].append(label)
        else:
            spots.append((right, up_by, at_x, at_y, [label]))
    for right, up_by, at_x, at_y, labels_here in spots:
        others = [other for other in spots if abs(other[1] - up_by) < 0.04]
        is_left = any(0 < other[0] - right < 0.35 for other in others)
        place = {"xytext": (-5, 3), "ha": "right"} if is_left else {"xytext": (5, 3)}
        label = ", ".join(dict.fromkeys(labels_here))
        axes.annotate(label, (at_x, at_y), textcoords="offset points", fontsize=7.5, color=style.MUTED, **place)
