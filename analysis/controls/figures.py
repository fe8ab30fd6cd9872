"""Figures of export controls."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from analysis.controls import words
from analysis.controls.status import runs
from analysis.facts.record import Record
from analysis.pages.asked import Number, origin
from analysis.pages.drawing import SIZES, Drawing, Sheet, drawn, room, sheet, under_the_look
from analysis.pages.formats import listing, plain, share
from analysis.pages.palette import LIGHT

_LETTER = 0.57  # the width of a letter, as a share of its size

# words for a cell, the longest first: the first that fits is written
_IN_CELLS = {
    "allowed": ["not controlled", "not con-\ntrolled"],
    "nac_notice": ["notice under exception NAC", "notice\n(NAC)", "notice"],
    "case_by_case": ["case-by-case review", "case-by-case\nreview", "case\nby case", "review"],
    "licensed_with_share": ["licences granted", "licences\ngranted"],
    "licence_required": ["licence required", "licence\nrequired", "licence"],
    "presumption_of_denial": ["presumption of denial", "presumption\nof denial", "denial\npresumed"],
    "unknown": ["made in China: not a US export", "not a US export", "not a US\nexport"],
}


def timeline(record: Record, history: pd.DataFrame, status: pd.DataFrame, names: pd.Series) -> Drawing:
    """The treatment of each chip by stretch of time: a heatmap, the freest chip first, with the treatment in words.

    Parameters
    ----------
    record : whose documents and day are used.
    history : the result ``control_timeline``.
    status : the result ``control_status`` of the same chips, which orders the rows.
    names : what to call each chip.
    """
    stretches = runs(history)
    chips, days = list(words.by_strictness(status)["chip_id"]), sorted(set(stretches["from_on"]))
    until = max(stretches["to_on"], default=record.day)
    rows = stretches.to_dict("records")
    shades = pd.DataFrame(np.nan, index=chips, columns=days)
    for row in rows:
        shades.loc[row["chip_id"], _spanned(row, days)] = words.strictness(row["possible_treatments"])

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        lanes, step = (2, 22) if is_narrow else (1, 34)  # on a phone the name has a lane of its own, above
        left = 6 if is_narrow else room(names.reindex(chips))
        tall = 48 if is_narrow else 38
        high = max(len(chips) * lanes * bool(days), 1) * step + tall
        figure, axes = sheet(width, high, left=left, right=6, top=tall - 4, bottom=4)
        for spine in axes.spines.values():
            spine.set_visible(False)
        if not days:
            axes.set(xticks=[], yticks=[])
            axes.text(0.5, 0.5, "No rule on chips was in force by this day", ha="center", color=LIGHT["muted"])
            return figure
        cells = shades.to_numpy().repeat(lanes, axis=0)
        cells[np.arange(len(cells)) % lanes < lanes - 1] = np.nan
        colours = ListedColormap([LIGHT[f"s{level}"] for level in range(5)])
        no_seam = {"edgecolor": "face", "linewidth": 1}  # inside a run
        axes.pcolormesh(np.ma.masked_invalid(cells), cmap=colours, vmin=-0.5, vmax=4.5, **no_seam)
        axes.set(xlim=(0, len(days)), ylim=(len(cells), 0), xticks=[], yticks=[])
        pixels = axes.get_position().width * figure.get_size_inches()[0] * 72 / len(days)
        for row in rows:
            at = chips.index(row["chip_id"]) * lanes + lanes - 1
            _run(figure, axes, row, days, at, pixels, SIZES[width] - 1, names)
        axes.hlines(np.arange(0, len(cells) + 1, lanes), 0, len(days), color=LIGHT["paper"], linewidth=5)
        _heads(axes, days, status["on"].iloc[0], until, is_narrow=is_narrow)
        if is_narrow:
            for place, chip in enumerate(chips):
                now = words.possible(stretches.loc[stretches["chip_id"] == chip, "possible_treatments"].iloc[-1])
                is_long = _width(names.get(chip, chip) + now, 13) > 320
                look = {"va": "center", "y": 2 * place + 0.56}
                axes.text(x=0, s=names.get(chip, chip), weight="bold", **look)
                axes.text(x=len(days), s="not settled" if is_long else now, ha="right", size=12, **look)
        else:
            axes.set_yticks(np.arange(len(chips)) + 0.5, [names.get(chip, chip) for chip in chips])
        return figure

    title = _timeline_title(days)
    subtitle = "Treatment of an export to China by stretch of time, not to scale. The stronger the shade, the stricter"
    told = [f"{names.get(row['chip_id'], row['chip_id'])} {_told(row)}" for row in rows]
    under = "Before a chip was announced, its cells say how it would have been treated. Each cell opens its rule."
    alt = f"Heatmap of treatment by chip and stretch of time: {listing(told)}."
    return drawn(record, draw, "control-timeline", title, subtitle, alt, stretches, under=under)


def _timeline_title(days: list[str]) -> str:
    if not days:
        return "No rule on chips was in force by this day"
    since = words.day(days[0]).partition(" ")[2]
    if len(days) == 1:
        return f"What may be sold has not changed since {since}"
    often = {2: "once", 3: "twice"}.get(len(days), f"{words.spelled(len(days) - 1)} times")
    return f"What may be sold has changed {often} since {since}"


def _told(row: dict) -> str:
    return f"{words.possible(row['possible_treatments'])} from {row['from_on']}"


def _spanned(row: dict, days: list[str]) -> list[str]:
    return [day for day in days if row["from_on"] <= day <= row["to_on"]]


def _run(
    figure: Sheet, axes: Axes, row: dict, days: list[str], at: int, pixels: float, size: float, names: pd.Series
) -> None:
    """The words of one run over its cells, a gap after it, and its spot."""
    inside = _spanned(row, days)
    first, last = days.index(inside[0]), days.index(inside[-1]) + 1
    joined = row["possible_treatments"]
    level = words.strictness(joined)
    is_shaded = level == level
    if not is_shaded:
        edge = {"edgecolor": LIGHT["muted"], "linestyle": (0, (3, 3)), "linewidth": 1}
        axes.add_patch(Rectangle((first + 0.03, at + 0.1), last - first - 0.06, 0.8, facecolor="none", **edge))
    else:
        axes.vlines(last, at, at + 1, color=LIGHT["paper"], linewidth=3)
    choices = _IN_CELLS.get(joined, [words.possible(joined), "not settled", "not\nsettled"])
    wide = pixels * (last - first) - 6
    most = 2 if size >= SIZES["wide"] - 1 else 1  # lines that a row has room for
    fitting = [text for text in choices if _width(text, size) <= wide and text.count("\n") < most]
    middle = (first + last) / 2
    if fitting:
        colour = LIGHT[f"t{level:.0f}"] if is_shaded else LIGHT["ink"]
        look = {"ha": "center", "va": "center_baseline", "linespacing": 1.1}
        axes.text(middle, at + 0.5, fitting[0], size=size, color=colour, **look)
    figure.ask(axes, [middle], [at + 0.5], [words.treatment(row, names)])


def _width(text: str, size: float) -> float:
    return max(map(len, text.split("\n"))) * size * _LETTER


def _heads(axes: Axes, days: list[str], on: str, until: str, *, is_narrow: bool) -> None:
    """The first day of each column above it; bold over the column that holds the day asked about."""
    for place, (day, following) in enumerate(pairwise([*days, until + "~"])):
        moment = pd.Timestamp(day)
        text = f"{moment.day}\n{moment:%b}\n{moment:%Y}" if is_narrow else f"{moment.day} {moment:%b}\n{moment:%Y}"
        weight = "bold" if day <= on < following and on != until else "normal"
        look = {"va": "bottom", "color": LIGHT["muted"], "weight": weight, "linespacing": 1.05, "size": 12}
        axes.text(place + 0.03, -0.12, text, **look)


def margins(record: Record, status: pd.DataFrame, names: pd.Series) -> Drawing:
    """How close each chip is to the line that decides it: bars in percent of the line.

    Parameters
    ----------
    record, names : as in `timeline`.
    status : the result ``control_status``.
    """
    order = status.sort_values("headroom", ascending=False, kind="stable", ignore_index=True)
    rows = order.to_dict("records")
    has_line = order["headroom"].notna()
    end = min(max(1.1, 1.05 * order["headroom"].max(skipna=True)), 2.0) if has_line.any() else 1.1

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        step = 54 if is_narrow else 28
        left, right = (16, 16) if is_narrow else (room(names.reindex(order["chip_id"])), 345)
        figure, axes = sheet(width, step * max(len(rows), 1) + 52, left=left, right=right, top=24)
        bars, thick = (0.3, 0.24) if is_narrow else (0.0, 0.56)
        for at, row in enumerate(rows):
            _margin(figure, axes, row, at, names, is_narrow=is_narrow)
            if row["headroom"] == row["headroom"]:
                low, high = min(row["headroom_low"], end), min(row["headroom"], end)
                axes.barh(at + bars, low, thick, color=LIGHT["said"])
                axes.barh(at + bars, high - low, thick, left=low, color=LIGHT["said"], alpha=0.4)
                axes.vlines(1, at + bars - thick * 0.75, at + bars + thick * 0.75, color=LIGHT["line"], linewidth=2.5)
        axes.text(1, -0.62, "the line", color=LIGHT["line"], weight="bold", ha="center", va="bottom")
        ticks = np.arange(0, end + 0.01, 0.25 if not is_narrow else 0.5)
        axes.set(xlim=(0, end), ylim=(len(rows) - 0.45, -0.6), xticks=ticks)
        axes.set_xticklabels([share(tick, 0) for tick in ticks])
        if is_narrow:
            axes.set_yticks([])
        else:
            axes.set_yticks(range(len(rows)), [names.get(row["chip_id"], row["chip_id"]) for row in rows])
        return figure

    title = _margins_title(order)
    subtitle = "Value of the quantity that decides, in percent of its threshold; pale: the range of the value"
    subtitle += "; bars end at 200%" if order["headroom"].max(skipna=True) > end else ""
    told = [f"{words.line_share(row, names)} for the {names.get(row['chip_id'])}" for row in rows if _has_line(row)]
    alt = f"Bars of value over threshold: {listing(told)}."
    columns = ["chip_id", "binding_rule_id", "binding_quantity", "binding_value_low", "binding_value"]
    columns += ["binding_threshold", "headroom_low", "headroom", "value_source_id", "line_source_id"]
    under = "TPP is the largest dense rate times its bit length; a printed rate counts within half of its last digit."
    return drawn(record, draw, "control-margins", title, subtitle, alt, order[columns], under=under)


def _has_line(row: dict) -> bool:
    return row["headroom"] == row["headroom"]


def _margins_title(status: pd.DataFrame) -> str:
    free = status[status["treatment"] == "allowed"]
    if free.empty:
        ends = [status["headroom_low"].min(), status["headroom"].max()]
        at = " to ".join(dict.fromkeys(share(end) for end in ends if end == end))
        return f"The quantity that decides lies at {at} of its line" if at else "No number decides for these chips"
    free = free[free["headroom"].notna()]
    if free.empty:
        return "No rule draws a line above the chips that need no licence"
    ends = words.below(free["headroom"].max()), words.below(free["headroom_low"].min())
    between = " to ".join(dict.fromkeys(share(end) for end in ends))
    if len(free) == 1:
        return f"The chip that needs no licence stops {between} under a line"
    return f"The chips that need no licence stop {between} under the line that comes closest"


def _margin(figure: Sheet, axes: Axes, row: dict, at: int, names: pd.Series, *, is_narrow: bool) -> None:
    """The words and numbers of one bar, beside it or, on a phone, above it."""
    name, edge = names.get(row["chip_id"], row["chip_id"]), axes.get_yaxis_transform()
    across = axes.get_position().width * figure.get_size_inches()[0] * 72
    look = {"va": "center_baseline", "transform": edge}
    if not _has_line(row):
        if is_narrow:
            axes.text(0, at - 0.3, name, weight="bold", **look)
        x, y = (0, at) if is_narrow else (1 + 116 / across, at)
        axes.text(x, y, words.no_line(row), color=LIGHT["muted"], **look)
        return
    value, line, part = words.line_value(row, names), words.line(row), words.line_share(row, names)
    told = f"{value} of {line} {words.UNITS[row['binding_quantity']]}"
    shown = part.text.replace("% to ", "–")
    if is_narrow:
        axes.text(0, at - 0.3, name, weight="bold", **look)
        axes.text(1, at - 0.3, shown, ha="right", weight="bold", **look)
        axes.text(0, at, told, color=LIGHT["muted"], **look)
    else:
        axes.text(1 + 106 / across, at, shown, ha="right", weight="bold", **look)
        axes.text(1 + 116 / across, at, told, color=LIGHT["muted"], **look)
    end = min(row["headroom"], 2.0)
    figure.ask(axes, [end / 2, end, 1], [at + 0.3 * is_narrow] * 3, [value, part, line])


_STYLES = {"allowed": "-", "nac_notice": (0, (5, 2)), "case_by_case": (0, (1, 1.5))}
_SHORT = {"allowed": "no licence", "nac_notice": "notice (NAC)", "case_by_case": "case by case"}


def frontier(
    record: Record, lines: pd.DataFrame, chips: pd.DataFrame, names: pd.Series, held: pd.DataFrame | None = None
) -> Drawing:
    """The largest chip that each regime lets through: TPP over die area, and memory over I/O bandwidth, with chips.

    Parameters
    ----------
    record, names : as in `timeline`.
    lines : the result ``control_frontier``.
    chips : the result ``control_inputs``: those to show; where a quantity is unknown a chip has no dot.
    held : chips for which the axes have room, drawn or not (see `laid_over`); those drawn by default.
    """
    held = chips if held is None else held
    curves = {panel["over"]: _curves(lines[lines["over"] == panel["over"]], panel) for panel in _PANELS}

    def draw(width: str) -> Sheet:
        figure, grid = _two_panels(width, lines, held)
        for axes, panel in zip(grid, _PANELS, strict=True):
            axes.spines["left"].set_visible(False)
            axes.set_title(panel["title"], loc="left", weight="bold", size=13)
            axes.set_xlabel(panel["label"])
            axes.grid(axis="y")
            _limits(figure, axes, curves[panel["over"]], panel, is_narrow=width == "narrow")
            _dots(figure, axes, chips, names, panel["across"], panel["up"])
        return figure

    title = _frontier_title(lines)
    subtitle = "Red: thresholds for a data-center chip of NVIDIA's. Hollow: chips not known to be for data centers"
    told = [
        f"{label} below {plain(curve[panel['bound']].fillna(0).max())} {panel['unit']}"
        for panel in _PANELS
        for label, _, curve in curves[panel["over"]]
    ]
    alt = f"Two panels of limits, with chips as dots: {listing(told)}."
    under = "A threshold of I/O bandwidth binds only chips that reach it: chips with slower links passed in 2022."
    shown = [curve for found in curves.values() for _, _, curve in found]
    data = pd.concat([*shown, lines.iloc[:0]])
    return drawn(record, draw, "control-frontier", title, subtitle, alt, data, under=under)


def laid_over(
    lines: pd.DataFrame, chips: pd.DataFrame, beside: pd.DataFrame, names: pd.Series, held: pd.DataFrame
) -> Sheet:
    """Some chips alone, and bolder, where `frontier` would have them, to be laid over its wide drawing.

    Parameters
    ----------
    lines, chips, names, held : as there.
    beside : the chips of that drawing, whose names are in the way.
    """
    with under_the_look(SIZES["wide"]):
        figure, grid = _two_panels("wide", lines, held)
        for axes, panel in zip(grid, _PANELS, strict=True):
            axes.set_axis_off()
            _dots(figure, axes, chips, names, panel["across"], panel["up"], beside)
    return figure


def _two_panels(width: str, lines: pd.DataFrame, held: pd.DataFrame) -> tuple[Sheet, list[Axes]]:
    """The axes of `frontier`, one below the other, on their scales."""
    high, right = (290, 110) if width == "narrow" else (310, 226)
    figure, grid = Sheet(width, 2 * high), []
    whole = figure.get_size_inches()[0] * 72
    for place, panel in enumerate(_PANELS):
        bottom = (1 - place) * high + 44
        box = (52 / whole, bottom / (2 * high), 1 - (52 + right) / whole, (high - 72) / (2 * high))
        grid.append(figure.add_axes(box, facecolor="none"))
        _scale(grid[-1], lines[lines["over"] == panel["over"]], held, panel)
    return figure, grid


_PANELS = (
    {"over": "area", "at": "applicable_die_area_mm2", "bound": "largest_tpp", "unit": "TPP", "title": "TPP"}
    | {"across": "applicable_die_area_mm2", "up": "tpp", "label": "logic die area, mm²", "fixed": "io_bandwidth_gb_s"},
    {"over": "io", "at": "io_bandwidth_gb_s", "bound": "dram_bandwidth_below", "unit": "GB/s"}
    | {"across": "io_bandwidth", "up": "dram_bandwidth", "label": "I/O bandwidth, GB/s"}
    | {"title": "Memory bandwidth, GB/s", "fixed": "applicable_die_area_mm2"},
)


def _scale(axes: Axes, lines: pd.DataFrame, chips: pd.DataFrame, panel: dict[str, str]) -> None:
    """Axes as long as what is drawn on them: TPP by powers of ten, bandwidth from zero."""

    def most(quantity: str, at_least: float) -> float:
        known = chips[f"{quantity}_high"]
        return max(at_least, known[np.isfinite(known)].max() if np.isfinite(known).any() else 0)

    bounds = lines[panel["bound"]].astype(float)
    highest = max([most(panel["up"], 5000), *bounds[np.isfinite(bounds)]])
    axes.set_xlim(0, 1.12 * most(panel["across"], 1000))
    if panel["up"] == "tpp":
        axes.set(yscale="log", ylim=(800, 1.6 * highest))
        axes.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, 1.1 * highest)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))


def _curves(lines: pd.DataFrame, panel: dict[str, str]) -> list[tuple[str, str, pd.DataFrame]]:
    """Label, treatment and points of each limit that differs from those before it."""
    regimes: dict[tuple, list[int]] = {}
    for at, regime in enumerate(zip(*(lines[name] for name in ("treatment", "from_on", panel["fixed"])), strict=True)):
        regimes.setdefault(regime, []).append(at)
    bounds = lines[panel["bound"]].fillna(0).to_numpy()
    unbounded = {regime[:2] for regime, at in regimes.items() if np.isinf(bounds[at]).any()}
    distinct = {tuple(bounds[at]): regime for regime, at in reversed(regimes.items()) if np.isfinite(bounds[at]).all()}
    found = []
    for regime, at in regimes.items():
        if bounds[at].max() > 0 and distinct.get(tuple(bounds[at])) == regime:
            fast = " (fast links)" if regime[:2] in unbounded else ""
            label = f"{_SHORT[regime[0]]}, {pd.Timestamp(regime[1]):%b %Y}{fast}"
            found.append((label, regime[0], lines.iloc[at]))
    return found


def _limits(
    figure: Sheet,
    axes: Axes,
    curves: list[tuple[str, str, pd.DataFrame]],
    panel: dict[str, str],
    *,
    is_narrow: bool,
) -> None:
    """A line for each regime that sets a limit, with its name at the right, pushed apart where names would meet."""
    most = axes.get_xlim()[1]
    to_fraction = axes.transData + axes.transAxes.inverted()
    if is_narrow:  # there is room for the newest limit of each treatment alone
        curves = list({treatment: (label, treatment, curve) for label, treatment, curve in curves}.values())
    ends = []
    for label, treatment, curve in curves:
        inside = curve[curve[panel["at"]] <= most]
        bounds = inside[panel["bound"]].fillna(0)
        axes.plot(inside[panel["at"]], bounds, color=LIGHT["line"], linewidth=1.8, linestyle=_STYLES[treatment])
        at = (bounds > 0).to_numpy().nonzero()[0][-1]
        row, bound = inside.iloc[at].to_dict(), bounds.iloc[at]
        since = words.day(row["from_on"])
        told = f"{panel['unit']}: below it {words.TREATMENTS[treatment]}, from {since}. {row['rule']}"
        figure.ask(axes, [row[panel["at"]]], [bound], [Number(plain(bound), told, origin(row))])
        last = (inside[panel["at"]].iloc[-1], max(bounds.iloc[-1], axes.get_ylim()[0]))
        ends.append((*to_fraction.transform(last), label))
    high = axes.get_position().height * figure.get_size_inches()[1] * 72
    step, place = (32 if is_narrow else 17) / high, -1.0
    for right, up, label in sorted(ends, key=lambda end: end[1]):
        place = max(up, place + step)
        look = {"transform": axes.transAxes, "color": LIGHT["line"]}
        axes.plot([right, 1.02], [up, place], linewidth=0.8, clip_on=False, **look)
        text = label.replace(", ", ",\n", 1).replace(" (fast", "\n(fast") if is_narrow else label
        axes.text(1.03, place, text, size=12, va="center", linespacing=1.0, **look)


def _dots(
    figure: Sheet,
    axes: Axes,
    chips: pd.DataFrame,
    names: pd.Series,
    across: str,
    up: str,
    beside: pd.DataFrame | None = None,
) -> None:
    """Chips at the middle of what is known of them, with a bar as long as it is uncertain; one label a spot.

    Where there are others ``beside`` them, which are drawn already, these are bolder and out of the way of their names.
    """
    placed = _placed(chips, names, across, up)
    x, y = placed["x"], placed["y"]
    reach = [(placed[f"{quantity}_high"] - placed[f"{quantity}_low"]) / 2 for quantity in (across, up)]
    colour, size, weight = (LIGHT["said"], 26, "normal") if beside is None else (LIGHT["ink"], 80, "bold")
    axes.errorbar(x, y, xerr=reach[0], yerr=reach[1], fmt="none", ecolor=colour, elinewidth=1, zorder=5)
    faces = np.where(placed["is_datacenter_low"] == 1, colour, LIGHT["paper"])
    look = {"edgecolors": colour, "linewidths": 1.4, "zorder": 6}
    axes.scatter(x, y, s=size, facecolors=list(faces), **look)
    numbers = [
        Number(
            f"{_range(row, up)} and {_range(row, across)}",
            f"{words.QUANTITIES[up]} and {words.QUANTITIES[across]} of the {row['name']}",
            origin(row, basis=""),
        )
        for row in placed.to_dict("records")
    ]
    figure.ask(axes, x, y, numbers)
    taken: list[tuple] = []
    if beside is not None:
        _labels(figure, axes, _placed(beside, names, across, up), taken)
    for label, place, look in _labels(figure, axes, placed, taken):
        axes.annotate(label, place, weight=weight, **look)


def _placed(chips: pd.DataFrame, names: pd.Series, across: str, up: str) -> pd.DataFrame:
    """The chips of which both quantities are known: ``name``, and as ``x`` and ``y`` the middle of each quantity."""
    ends = [f"{quantity}_{end}" for quantity in (across, up) for end in ("low", "high")]
    placed = chips[np.isfinite(chips[ends]).all(axis=1)]
    x, y = ((placed[f"{quantity}_low"] + placed[f"{quantity}_high"]) / 2 for quantity in (across, up))
    return placed.assign(x=x, y=y, name=[names.get(chip, chip) for chip in placed["chip_id"]])


_PLACES = [(side, up) for up in (10, 0, -11, 24) for side in ("left", "right")]  # of a label beside its dot, in pixels


def _labels(
    figure: Sheet, axes: Axes, placed: pd.DataFrame, taken: list[tuple]
) -> list[tuple[str, tuple[float, float], dict]]:
    """The names of dots, one label for dots that lie on one another, where no other name or dot is in the way.

    Parameters
    ----------
    placed : from `_placed`.
    taken : boxes that are in the way, in pixels: left, right, low, high; those of dots and labels are added.

    Returns
    -------
    labels : what each says, where its dot is as fractions of the axes, and how `matplotlib.axes.Axes.annotate` has it.
    """
    whole, high = (size * 72 for size in figure.get_size_inches())
    box = axes.get_position()
    to_pixels = axes.transData + axes.transAxes.inverted()
    spots: list[tuple[float, float, list[str]]] = []
    for at_x, at_y, label in zip(placed["x"], placed["y"], placed["name"], strict=True):
        right, up = to_pixels.transform((at_x, at_y)) * (box.width * whole, box.height * high)
        near = [names for other, above, names in spots if abs(other - right) < 8 and abs(above - up) < 7]
        if near:
            near[0].append(label)
        else:
            spots.append((right, up, [label]))
    taken += [(right - 5, right + 5, up - 5, up + 5) for right, up, _ in spots]
    found = []
    for right, up, names in sorted(spots, key=lambda spot: (-spot[1], spot[0])):
        label = ", ".join(dict.fromkeys(names))
        wide = _width(label, 12)
        boxes = {}
        for side, by in _PLACES:
            start = right + 7 if side == "left" else right - 7 - wide
            boxes[side, by] = (start, start + wide, up + by - 7, up + by + 7)
        inside = [place for place, (start, end, *_) in boxes.items() if start > 0 and end < box.width * whole + 4]
        free = [place for place in inside if not any(_overlap(boxes[place], other) for other in taken)]
        side, by = (free or inside or _PLACES)[0]
        taken.append(boxes[side, by])
        plate = {"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 0.5}  # no line strikes a name
        fraction = (right / (box.width * whole), up / (box.height * high))
        look = {"textcoords": "offset points", "size": 12, "ha": side, "va": "center", "bbox": plate}
        look |= {"xycoords": "axes fraction", "xytext": (7 if side == "left" else -7, by)}
        found.append((label, fraction, look))
    return found


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _range(row: dict, quantity: str) -> str:
    low, high = row[f"{quantity}_low"], row[f"{quantity}_high"]
    return plain(low) if plain(low) == plain(high) else f"{plain(low)} to {plain(high)}"


def _frontier_title(lines: pd.DataFrame) -> str:
    """What a data-center chip of 800 mm² with slow links needs to be free of a licence on the last day."""
    here = lines[(lines["over"] == "io") & (lines["io_bandwidth_gb_s"] == lines["io_bandwidth_gb_s"].min())]
    here = here[here["treatment"] == "allowed"].sort_values("from_on", kind="stable")
    if here.empty:
        return "No rule limits a chip by this day"
    last = here.iloc[-1]
    bounds = {"TPP": last["largest_tpp"], "GB/s of memory bandwidth": last["dram_bandwidth_below"]}
    limits = [f"{plain(bound)} {unit}" for unit, bound in bounds.items() if bound < float("inf")]
    if not limits:
        return "A data-center chip with slow links needs no licence, whatever its TPP"
    area = plain(last["applicable_die_area_mm2"])
    return f"A data-center chip of {area} mm² with slow links needs no licence below {listing(limits)}"
