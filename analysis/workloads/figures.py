"""Figures of what chips are worth at work."""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from analysis.chips.results import BASELINE
from analysis.facts.record import Record
from analysis.pages.asked import Number, origin
from analysis.pages.drawing import DOT, SIZES, Drawing, Sheet, drawn, panels, room, sheet
from analysis.pages.formats import UNKNOWN, capital, count, listing, plain, ratio, share
from analysis.pages.palette import LIGHT
from analysis.workloads import words
from analysis.workloads.throughput import NO_OVERHEAD, RATIOS

_LANE = 23  # pixels of a chip in a panel
_TITLES = {"decode": "Decode", NO_OVERHEAD: "Decode without overhead", "prefill": "Prefill"}
_TITLES |= {"training": "Training"}
_OVER = {"decode": "sequences at a time", "prefill": "tokens of a prompt"}


def worth(record: Record, frame: pd.DataFrame) -> Drawing:
    """Each chip as a multiple of a baseline chip: a panel a phase, the same scale and the same chips in each.

    Parameters
    ----------
    record : whose names, documents and day are used.
    frame : the result ``workload_throughput``.
    """
    names = record.names
    rows = frame[frame["chip_id"] != BASELINE]
    rows = rows[["chip_id", "phase", *RATIOS, "source_id", "why"]].reset_index(drop=True)
    chips = list(dict.fromkeys(rows["chip_id"]))
    most = max([1.2, *rows["ratio_high"].dropna()])
    rates = {(row["chip_id"], row["phase"]): row for row in frame.to_dict("records")}

    def draw(width: str) -> Sheet:
        across = 2 if width == "wide" else 1
        high = 50 + _LANE * max(len(chips), 1)
        lanes = [names.get(chip, chip) for chip in chips]
        figure, grid = panels(width, len(_TITLES) // across, across, high, left=room(lanes), lanes=lanes)
        for axes, (phase, said) in zip(grid, _TITLES.items(), strict=True):
            axes.set_xlim(0, most * (1.3 if width == "wide" else 1.45))
            axes.set_xticks(np.arange(0, most, 0.5 if most < 4 else 1))
            axes.axvline(1, color=LIGHT["muted"], linewidth=1.5)
            here = rows[rows["phase"] == phase].to_dict("records")
            _phase(axes, here, chips)
            for row in here:
                number = words.asked(rates[row["chip_id"], phase], names, rates.get((BASELINE, phase)))
                _said(figure, axes, row, chips.index(row["chip_id"]), number)
            axes.xaxis.set_major_formatter(lambda value, _: plain(value))
            axes.set_title(said, loc="left", weight="bold", size=13, pad=5)
        return figure

    baseline = names.get(BASELINE, BASELINE)
    title = _worth_title(rows, baseline)
    subtitle = f"Tokens a second and chip, in multiples of one {baseline}. Bar: 90% interval; dot: point estimate"
    spoken = [
        f"{names.get(row.chip_id, row.chip_id)} {words.multiple(row)} in {row.phase}" for row in rows.itertuples()
    ]
    alt = f"Dot plots of chips as multiples of {baseline}: {listing(spoken)}."
    return drawn(
        record,
        draw,
        "workload-worth",
        title,
        subtitle,
        alt,
        rows.drop(columns="why"),
        under=words.lacking(frame[frame["chip_id"].isin(chips)], names),
    )


def _worth_title(rows: pd.DataFrame, baseline: str) -> str:
    """How far chips with a point estimate lie apart in prefill and in decode, the baseline among them."""
    known = rows.dropna(subset="ratio").groupby("phase")["ratio"]
    apart = (known.max().clip(lower=1) / known.min().clip(upper=1)).reindex(["prefill", "decode"])
    if apart.isna().any():
        return f"What one chip is worth in each phase, in multiples of one {baseline}"
    return f"Chips differ by {ratio(apart['prefill'])} times in prefill, by {ratio(apart['decode'])} times in decode"


def _point(row: dict) -> float:
    """The ratio of a chip, or the middle of a range too narrow to be seen."""
    point, low, high = (row[name] for name in RATIOS)
    return (low + high) / 2 if low == low and high - low < 0.01 * high else point


def _phase(axes: Axes, rows: list[dict], chips: list[str]) -> None:
    """The chips in one phase: their intervals, points and upper bounds."""
    at = np.array([chips.index(row["chip_id"]) for row in rows], float)
    low, high = (np.array([row[end] for row in rows], float) for end in ("ratio_low", "ratio_high"))
    point, is_bound = np.array([_point(row) for row in rows], float), np.isnan(low)
    axes.hlines(at[~is_bound], low[~is_bound], high[~is_bound], color=LIGHT["ours"], linewidth=6, alpha=0.4)
    hollow = DOT | {"s": 44, "marker": "<", "edgecolor": LIGHT["ours"], "linewidth": 1.5}
    axes.scatter(high[is_bound], at[is_bound], **hollow, color=LIGHT["paper"])
    axes.scatter(point, at, **DOT, color=LIGHT["ours"])


def _said(figure: Sheet, axes: Axes, row: dict, place: int, number: Number) -> None:
    """The value of one chip in words, which can be asked."""
    is_known = number.text != UNKNOWN
    look = {"weight": "bold"} if is_known else {"color": LIGHT["muted"]}
    is_bound = number.text.startswith("up to ")
    text = number.text.replace("up to", "at most") if is_bound else number.text.partition(" (")[0].replace(" to ", "–")
    axes.text(1, place, text, va="center_baseline", ha="right", transform=axes.get_yaxis_transform(), **look)
    point, (_, low, high) = _point(row), (row[name] for name in RATIOS)
    middle = point if point == point else high if low != low else (low + high) / 2
    figure.ask(axes, [middle], [place], [number])


def measured(record: Record, frame: pd.DataFrame) -> Drawing:
    """What the model says over what was measured, run by run, in lanes by the kind of run.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_measured``.
    """
    names = record.names
    columns = ["chip_id", "model_id", "form", "chips", "measured", "predicted", "error_share", "source_id", "locator"]
    rows = frame[columns].reset_index(drop=True)
    forms = [form for form in words.FORMS if form in set(rows["form"])]
    shift = 0.5 * (rows.groupby("form").cumcount() * 0.618034 % 1 - 0.5)  # apart by the golden section: no chance in it
    at = rows["form"].map(forms.index).astype(float) + shift
    said = [f"{words.FORMS[form]}, {count(int((rows['form'] == form).sum()), 'run')}" for form in forms]
    called = words.called(record)

    def draw(width: str) -> Sheet:
        is_wide = width == "wide"
        left, lane = (room(said) if is_wide else 12, 38 if is_wide else 52)
        figure, axes = sheet(width, lane * max(len(forms), 1) + 60, left=left, top=12, bottom=46)
        _line_at_one(axes, is_wide, np.arange(len(forms), dtype=float))
        quotients = 1 + rows["error_share"].astype(float)
        if len(rows):
            axes.scatter(quotients, at, **DOT | {"s": 40}, color=LIGHT["ours"], alpha=0.7)
        numbers = [
            Number(
                f"{ratio(1 + row['error_share'])} times",
                f"the measured rate: {called.get(row['model_id'], row['model_id'])} on {plain(row['chips'])} "
                f"{names.get(row['chip_id'], row['chip_id'])}",
                origin(row, basis="derived", formula=words.said_over_measured(row)),
            )
            for row in rows.to_dict("records")
        ]
        figure.ask(axes, quotients, at, numbers)
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, _: plain(value))
        axes.xaxis.set_minor_locator(NullLocator())
        _lane_names(axes, is_wide, list(range(len(forms))), said, len(said))
        axes.set_ylim(max(len(forms), 1) - 0.5, -0.7)
        axes.set(ylabel="", xlabel="model ÷ measured")
        return figure

    errors = rows["error_share"].abs()
    title = (
        f"Half of the measured rates are predicted within {share(errors.median())}" if len(rows) else "No run is known"
    )
    subtitle = (
        "Tokens a second by a model that has not seen the source, over the measured ones. A dot a run, logarithmic axis"
    )
    by_form = rows.groupby("form", sort=False)["error_share"].agg(lambda part: part.abs().median())
    spoken = [f"{words.FORMS[form]} {share(error)} off in the median" for form, error in by_form.items()]
    alt = f"Strip plot of {plain(len(rows))} measurements against the model: {listing(spoken)}."
    return drawn(record, draw, "workload-measured", title, subtitle, alt, rows)


def families(record: Record, frame: pd.DataFrame, points: pd.DataFrame, phase: str) -> Drawing:
    """Each chip as a multiple of the H100 over the batch or the prompt, a panel a family of models, with measured runs.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_families``.
    points : the result ``workload_points``.
    phase : prefill or decode.
    """
    names, kinds = record.names, list(dict.fromkeys(frame["family"]))
    rows = frame[(frame["phase"] == phase) & frame["ratio_high"].notna() & (frame["chip_id"] != BASELINE)]
    rows = rows[["family", "chip_id", "at", *RATIOS, "point", "high", "source_id"]].reset_index(drop=True)
    runs = points[points["phase"] == phase] if len(rows) else points.iloc[:0]
    runs = runs[runs["chip_id"].isin(rows["chip_id"])]
    chips = list(dict.fromkeys(rows["chip_id"]))
    colours = dict(zip(chips, cycle(LIGHT[letter] for letter in "abcdefgh"), strict=False))
    bounds = {*rows.loc[rows["ratio_low"].isna() & rows["ratio"].isna(), "chip_id"]}
    labels = {chip: names.get(chip, chip) + " at most" * (chip in bounds) for chip in chips}
    most = max(1.3, 1.08 * max([*rows["ratio_high"], *runs["ratio"]], default=1.0))
    base = frame[(frame["phase"] == phase) & (frame["chip_id"] == BASELINE)].set_index(["family", "at"])["point"]

    def draw(width: str) -> Sheet:
        high = 186
        figure, grid = panels(width, max(len(kinds), 1), 1, high, left=34)
        margin = room(labels.values(), SIZES[width]) / (figure.get_size_inches()[0] * 72)
        for axes, family in zip(grid, kinds, strict=False):
            box = axes.get_position()
            axes.set_position((box.x0, box.y0, box.width - margin, box.height))
            axes.axhline(1, color=LIGHT["muted"], linewidth=1.5)
            ends = {}
            for chip, line in rows[rows["family"] == family].groupby("chip_id", sort=False):
                ends[chip] = _curve(axes, line, colours[chip])
                row = line.iloc[-1].to_dict()
                number = words.on_a_curve(row, names, phase, base.get((family, row["at"]), np.nan))
                figure.ask(axes, [row["at"]], [ends[chip]], [number])
            _named(axes, ends, labels, colours, 16 * most / (high - 44))
            _measured_runs(figure, axes, runs[runs["family"] == family], colours, names)
            axes.set_title(capital(family), size=13, weight="bold", loc="left", pad=5)
            axes.set_xscale("log", base=4 if phase == "decode" else 16)
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(lambda value, _: plain(value))
            axes.grid(axis="y")
            axes.set(ylim=(0, most), yticks=np.arange(0, most, 0.5))
            axes.tick_params(labelleft=True)
        return figure

    baseline = names.get(BASELINE, BASELINE)
    subtitle = (
        f"Tokens a second and chip in multiples of one {baseline}, by {_OVER[phase]}. Lines and bands: the model. "
        "Dots: measured runs, hollow where the model stands in for the H100 beside them"
    )
    shown = runs.assign(point=runs["ratio"])[
        ["family", "chip_id", "at", "point", "is_measured", "source_id", "locator"]
    ]
    lines = _side_by_side(rows)
    data = pd.concat([lines, shown], ignore_index=True) if len(shown) else lines
    ends = rows.groupby(["family", "chip_id"], sort=False)["ratio"].agg(["first", "last"]).dropna()
    spoken = [
        f"{names.get(chip, chip)} {ratio(row['first'])} to {ratio(row['last'])} ({family})"
        for (family, chip), row in ends.iterrows()
    ]
    alt = f"Line charts of chips as multiples of {baseline} by {_OVER[phase]}: {listing(spoken)}."
    title = _curves_title(rows, names, phase)
    return drawn(record, draw, f"workload-{phase}", title, subtitle, alt, data)


def _side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """The curves with a row a family and place, so that the sources of all of them are told once there."""
    at = rows.groupby(["family", "at"], sort=False)
    wide = rows.pivot(index=["family", "at"], columns="chip_id", values=RATIOS).round(4)
    wide = wide.dropna(axis="columns", how="all").reindex(at.groups)
    wide.columns = [f"{chip} {name}" for name, chip in wide.columns]
    return wide.assign(source_id=at["source_id"].first()).rename_axis(["family", "at"]).reset_index()


def _curves_title(rows: pd.DataFrame, names: pd.Series, phase: str) -> str:
    """Between which multiples the first chip with a rate runs."""
    known = rows.dropna(subset="ratio")
    if known.empty:
        return f"What one chip is worth in {phase}, by {_OVER[phase]}"
    chip = known["chip_id"].iloc[0]
    line = known.loc[known["chip_id"] == chip, "ratio"]
    said = f"one {names.get(chip, chip)} does {ratio(line.min())} to {ratio(line.max())}"
    over = "batch" if phase == "decode" else "prompt"
    return f"In {phase} {said} of the work of one {names.get(BASELINE, BASELINE)}, by {over} and model"


def _curve(axes: Axes, line: pd.DataFrame, colour: str) -> float:
    """A line of points, a band of ranges or a dotted line of bounds; the height at which it ends."""
    without = line[line["ratio"].isna()]
    bound = without[without["ratio_low"].isna()]
    axes.plot(line["at"], line["ratio"], color=colour, linewidth=2)
    axes.fill_between(without["at"], without["ratio_low"], without["ratio_high"], color=colour, alpha=0.25)
    axes.plot(bound["at"], bound["ratio_high"], color=colour, linewidth=1.5, linestyle=":")
    last = line.iloc[-1]
    if last["ratio"] == last["ratio"]:
        return last["ratio"]
    return (
        last["ratio_high"] if last["ratio_low"] != last["ratio_low"] else (last["ratio_low"] + last["ratio_high"]) / 2
    )


def _named(axes: Axes, ends: dict[str, float], labels: dict[str, str], colours: dict[str, str], gap: float) -> None:
    """The names of lines at the right edge, as high as the lines end and at least a gap apart."""
    order = sorted(ends, key=ends.get, reverse=True)
    at = [ends[chip] for chip in order]
    for place in range(1, len(at)):
        at[place] = min(at[place], at[place - 1] - gap)
    for place in range(len(at) - 1, -1, -1):  # those that fell off the lower edge, up again
        at[place] = max(at[place], gap * (len(at) - 1 - place) + gap / 2)
    for chip, height in zip(order, at, strict=True):
        look = {"color": colours[chip], "weight": "bold", "va": "center", "transform": axes.get_yaxis_transform()}
        axes.text(1.01, height, labels[chip], **look)


def _measured_runs(figure: Sheet, axes: Axes, runs: pd.DataFrame, colours: dict[str, str], names: pd.Series) -> None:
    for is_measured, part in runs.groupby("is_measured"):
        edges = part["chip_id"].map(colours)
        face = edges if is_measured else LIGHT["paper"]
        axes.scatter(part["at"], part["ratio"], s=40, color=face, edgecolor=edges, linewidth=1.5, zorder=4)
        numbers = [words.run(row, names) for row in part.to_dict("records")]
        figure.ask(axes, part["at"], part["ratio"], numbers)


def pairs(record: Record, frame: pd.DataFrame) -> Drawing:
    """H20 over other chips at the same work, measured and as the model says that has not seen the measurement.

    Parameters
    ----------
    record : as in `worth`.
    frame : the result ``workload_pairs``.
    """
    names = record.names
    rows = frame.sort_values("baseline", kind="stable", ignore_index=True)
    labels = [words.work(row) for row in rows.itertuples()]
    low, high = (rows[end].fillna(rows["predicted_ratio"]).astype(float) for end in ("predicted_low", "predicted_high"))
    middle, group = (low + high) / 2, rows["baseline"].rank(method="dense")
    heads = {f"Beside one {names.get(chip, chip)}": at for chip, at in _first_places(rows["baseline"]).items()}
    lanes = max(len(rows) + len(heads), 1)

    def draw(width: str) -> Sheet:
        is_wide = width == "wide"
        step, left = (24, room([*labels, *heads])) if is_wide else (40, 12)
        figure, axes = sheet(width, step * lanes + 62, left=left, top=14, bottom=46)
        at = rows.index.to_numpy() + group.to_numpy(dtype=float) + (0 if is_wide else 0.15)
        _line_at_one(axes, is_wide, at)
        axes.hlines(at, low, high, color=LIGHT["ours"], linewidth=6, alpha=0.4)
        points = {"edgecolor": LIGHT["paper"], "zorder": 3}
        axes.scatter(middle, at, s=40, color=LIGHT["ours"], marker="D", **points)
        axes.scatter(rows["measured_ratio"], at, s=54, color=LIGHT["said"], **points)
        for place, row in enumerate(rows.to_dict("records")):
            figure.ask(axes, [middle[place]], [at[place]], [words.pair(row, names, "model")])
            figure.ask(axes, [row["measured_ratio"]], [at[place]], [words.pair(row, names, "measured")])
        if len(rows):
            _told_apart(axes, rows["measured_ratio"], middle, at)
        _lane_names(axes, is_wide, [*at, *heads.values()], [*labels, *heads], len(labels))
        most = max([1.0, *high, *rows["measured_ratio"]])
        axes.set(ylim=(lanes - 0.4, -0.7), xlim=(0, (1.25 if is_wide else 1.45) * most))
        axes.xaxis.set_major_formatter(lambda value, _: plain(value))
        axes.set_xlabel("multiples of the other chip")
        return figure

    errors = rows["error_share"].abs()
    title = (
        f"Half of {len(rows)} comparisons of the H20 are predicted within {share(errors.median())}"
        if len(rows)
        else "No comparison of the H20 with another chip is known"
    )
    subtitle = "Speed of the H20 over that of another chip at the same work; the model has not seen the measurement"
    spoken = [
        f"{label} beside {names.get(row.baseline, row.baseline)} {ratio(row.measured_ratio)} measured"
        for label, row in zip(labels, rows.itertuples(), strict=True)
    ]
    alt = f"Dot plot of the speed of the H20 over that of other chips: {listing(spoken)}."
    return drawn(record, draw, "workload-pairs", title, subtitle, alt, rows)


def _first_places(baselines: pd.Series) -> dict[str, int]:
    """The lane of each group's head, one above its rows."""
    firsts = baselines[~baselines.duplicated()]
    return {chip: row + place for place, (row, chip) in enumerate(firsts.items())}


def _line_at_one(axes: Axes, is_wide: bool, lanes: np.ndarray) -> None:
    """A line where both sides are equal, with a grid; in the narrow drawing in pieces, so that it strikes no name."""
    if is_wide:
        axes.axvline(1, color=LIGHT["muted"], linewidth=1.5)
        axes.grid(axis="x")
    else:
        axes.vlines(np.ones(len(lanes)), lanes - 0.2, lanes + 0.35, color=LIGHT["muted"], linewidth=1.5)


def _lane_names(axes: Axes, is_wide: bool, at: list[float], names: list[str], bold_from: int) -> None:
    """The names of lanes, at the left of them or above them; in bold from some place on."""
    axes.set_yticks(at if is_wide else [], names if is_wide else [])
    for label in axes.get_yticklabels()[bold_from:]:
        label.set_fontweight("bold")
    for place, (height, name) in enumerate(zip(at, names, strict=True)):
        if not is_wide:
            look = {"weight": "bold"} if place >= bold_from else {}
            axes.text(0, height - 0.42, name, transform=axes.get_yaxis_transform(), va="center", **look)


def _told_apart(axes: Axes, seen: pd.Series, said: pd.Series, at: np.ndarray) -> None:
    """Name both kinds of marks where they lie farthest apart."""
    row = int((seen - said).abs().to_numpy().argmax())
    sides = {"measured": (seen[row], LIGHT["said"]), "model": (said[row], LIGHT["ours"])}
    least = min(sides, key=lambda name: sides[name][0])
    for name, (x, colour) in sides.items():
        away, side = (-12, "right") if name == least else (12, "left")
        place = {"xytext": (away, 0), "textcoords": "offset points", "va": "center_baseline"}
        axes.annotate(name, (x, at[row]), color=colour, weight="bold", ha=side, **place)
