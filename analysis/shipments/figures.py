"""Figures of the estimate of units."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.counts.words import VOICES, months, who
from analysis.facts.record import Record
from analysis.pages.asked import Number, origin
from analysis.pages.drawing import DOT, Drawing, Sheet, drawn, panels, room, sheet
from analysis.pages.formats import count, listing, rounded, share, span, units
from analysis.pages.palette import LIGHT
from analysis.shipments.words import (
    FEW,
    MEASURES,
    OUTCOMES,
    PERCENTILES,
    case,
    ceiling,
    explained,
    is_outside,
    named,
    quarter,
    worked,
)

_ABOVE = 18  # pixels of the line of words above a row, in the narrow drawing


def units_by_quarter(record: Record, frame: pd.DataFrame, counts: pd.DataFrame, chip: str) -> Drawing:
    """Units of one chip by fiscal quarter: our interval with its median, and published counts of the same quarter.

    Parameters
    ----------
    frame : the result ``units_by_quarter``.
    counts : the result ``unit_evidence`` of the chip.
    chip : the product drawn.
    """
    names, name = record.names, record.names.get(chip, chip)
    rows = frame[frame["product"] == chip].sort_values("period_start").reset_index(drop=True)
    said = counts[counts["evidence"].ne("none") & (counts["buyer"] == "all")]
    said = said.merge(rows[["fiscal_period", "period_start", "period_end"]], on=["period_start", "period_end"])
    most = max(1.0, _most(rows[["p95", "most"]]), _most(said[["low", "central", "high"]]))

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        has_count = rows["fiscal_period"].isin(said["fiscal_period"])
        steps = np.where(has_count, 38, 24) + (_ABOVE if is_narrow else 0)
        bottoms = np.cumsum(steps)
        at = bottoms - np.where(has_count, 26, 12)
        figure, axes = sheet(width, max(int(steps.sum()), 40) + 32, left=8 if is_narrow else 190, right=14, top=2)
        _scale(axes, most * (1.4 if is_narrow else 1.3), max(int(steps.sum()), 40), most, is_narrow=is_narrow)
        _intervals(figure, axes, rows, at, chip, names)
        for row, up in zip(rows.itertuples(), at, strict=True):
            fiscal_name, ended = (
                f"FY{row.fiscal_period[2:6]} {row.fiscal_period[6:]}",
                f"to {pd.Timestamp(row.period_end):%b %Y}",
            )
            if is_narrow:
                axes.text(0, up - 19, f"{fiscal_name}, {ended}", va="center_baseline", weight="bold")
            else:
                _beside(axes, up, fiscal_name, -184, weight="bold")
                _beside(axes, up, ended, -94, color=LIGHT["muted"])
        first = rows[rows["p95"] > 0].head(1)
        for row in first.itertuples():
            place = (row.p95, at[row.Index])
            shift = 10 + 8 * (len(rounded(row.p50)) + 1)
            axes.annotate(
                "our median and 90% interval", place, (shift, 0), textcoords="offset points", va="center_baseline",
                color=LIGHT["ours"],
            )  # fmt: skip
        ups = said["fiscal_period"].map(dict(zip(rows["fiscal_period"], at, strict=True))).astype(float) + 15
        _diamonds(figure, axes, said, ups)
        for place in said.drop_duplicates("voice").index:
            row = said.loc[place]
            end = _most(said.loc[[place], ["low", "central", "high"]])
            label = VOICES.get(row["voice"], row["voice"]) + (", with its range" if row["high"] > row["low"] else "")
            axes.annotate(
                label, (end, ups[place]), (8, 0), textcoords="offset points", va="center_baseline", color=LIGHT["said"]
            )
        if rows.empty:
            axes.text(0, 18, "No quarter can be estimated by this day", va="center", color=LIGHT["muted"])
        return figure

    best = rows.loc[rows["p50"].idxmax()] if rows["p50"].gt(0).any() else None
    title = (
        f"No quarter of {name} sales in China can be estimated by this day"
        if best is None
        else f"{name} sales in China were highest in {quarter(best)}: about {rounded(best['p50'])}"
    )
    subtitle = f"{name} sold in China by fiscal quarter, chips. Band: our 90% interval. Diamonds: published counts"
    spoken = [f"{row.fiscal_period} {_told(row)}" for row in rows.itertuples()]
    spoken += [f"{who(row.estimator)} {row.fiscal_period} {_count(row)}" for row in said.itertuples()]
    columns = [
        "product",
        "fiscal_period",
        "prior_p5",
        "prior_p50",
        "prior_p95",
        "p5",
        "p50",
        "p95",
        "most",
        "source_id",
    ]
    alt = f"Range plot of {name} sold in China by fiscal quarter: {listing(spoken)}."
    return drawn(record, draw, "units-by-quarter", title, subtitle, alt, rows[columns], rows, said)


def _most(frame: pd.DataFrame) -> float:
    """The highest number of a frame; 0 where there is none."""
    return float(np.nanmax(frame.to_numpy(float), initial=0.0))


def _scale(axes: Axes, right: float, down: float, most: float, *, is_narrow: bool) -> None:
    """Pixels from the top down, chips from zero to the right."""
    ticks = [tick for tick in MaxNLocator(2 if is_narrow else 5).tick_values(0, most) if 0 <= tick <= right * 0.95]
    axes.set(xlim=(0, right), ylim=(down, 0), yticks=[], xlabel="", ylabel="")
    ticks = ticks if most > 1 else []
    axes.set_xticks(ticks, [units(tick) for tick in ticks])
    axes.grid(axis="x")


def _beside(axes: Axes, up: float, text: str, shift: float, **look: object) -> None:
    """Words at the left of a row."""
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "annotation_clip": False}
    axes.annotate(text, (0, up), (shift, 0), va="center_baseline", **place, **look)


def _intervals(figure: Sheet, axes: Axes, rows: pd.DataFrame, at: Sequence[float], chip: str, names: pd.Series) -> None:
    """Our intervals with their medians; what is unknown, none or no more than an upper bound in words."""
    up = np.asarray(at, float)
    is_known = rows["p95"].gt(0).to_numpy()
    axes.hlines(up[is_known], rows["p5"][is_known], rows["p95"][is_known], color=LIGHT["ours"], linewidth=9, alpha=0.35)
    axes.scatter(rows["p50"][is_known], up[is_known], **DOT | {"s": 80}, color=LIGHT["ours"], clip_on=False)
    for place, row in enumerate(rows.to_dict("records")):
        told = {"va": "center_baseline", "textcoords": "offset points"}
        if row["p95"] > 0:
            text, where, shade, weight = rounded(row["p50"]), row["p95"], "ours", "bold"
            about = f"{names.get(chip, chip)}, {row['fiscal_period']}, median (90% interval)"
            number = Number(span(row["p5"], row["p50"], row["p95"], rounded), about, _ours(row, names))
            figure.ask(axes, [row["p50"]], [up[place]], [number])
        elif row["most"] == row["most"]:
            text, where, shade, weight = f"at most {rounded(row['most'])}", row["most"], "ours", "normal"
            axes.hlines(up[place], 0, row["most"], color=LIGHT["ours"], linewidth=1.6, linestyle=":")
            figure.ask(axes, [row["most"]], [up[place]], [ceiling(row, names)])
        else:
            text, where, shade, weight = "none sold" if row["p95"] == 0 else "unknown", 0, "muted", "normal"
        axes.annotate(text, (where, up[place]), (8, 0), color=LIGHT[shade], weight=weight, **told)


def _ours(row: dict, names: pd.Series):
    return origin(row, formula=worked(row, names), basis="estimated", note=PERCENTILES)


def _diamonds(figure: Sheet, axes: Axes, said: pd.DataFrame, ups: pd.Series) -> None:
    """Published counts: hollow diamonds with their ranges, triangles for bounds."""
    low, point, high = said["low"], said["central"], said["high"]
    middle = point.fillna((low + high) / 2).fillna(low).fillna(high)
    has_range = (low < high).to_numpy()
    axes.hlines(ups[has_range], low[has_range], high[has_range], color=LIGHT["said"], linewidth=1.6)
    is_least, is_most = (point.isna() & high.isna()).to_numpy(), (point.isna() & low.isna()).to_numpy()
    look = {"color": LIGHT["paper"], "edgecolor": LIGHT["said"], "linewidth": 1.6, "zorder": 3}
    for chosen, marker, size in ((point.notna().to_numpy(), "D", 44), (is_least, ">", 60), (is_most, "<", 60)):
        axes.scatter(middle[chosen], ups[chosen], marker=marker, s=size, **look)
    numbers = [
        Number(
            _count(row),
            f"{who(row.estimator)}, {months(row.period_start, row.period_end)}",
            origin(told, basis="", note=f"{OUTCOMES[row.outcome]}: {row.why}"),
        )
        for row, told in zip(said.itertuples(), said[_OWN].to_dict("records"), strict=True)
    ]
    figure.ask(axes, middle, ups, numbers)


_OWN = ["source_id", "locator"]


def _count(row: tuple) -> str:
    return span(row.low, row.central, row.high, units)


def _told(row: tuple) -> str:
    if row.most == row.most:
        return f"at most {rounded(row.most)}"
    return "unknown" if pd.isna(row.p50) else f"{rounded(row.p5)} to {rounded(row.p95)}"


def units_counts(record: Record, frame: pd.DataFrame, name: str) -> Drawing:
    """Published counts of chips sold, each beside our estimate of the same days.

    Parameters
    ----------
    frame : the result ``unit_evidence`` of one chip.
    name : the name a reader knows.
    """
    names, order = record.names, list(OUTCOMES)
    rows = frame[frame["p50"].notna()].sort_values(
        ["outcome", "period_start"],
        key=lambda cells: cells.map(order.index) if cells.name == "outcome" else cells,
        kind="stable",
    )
    rows = rows.reset_index(drop=True)
    labels = [
        f"{VOICES.get(row.voice, row.voice)}, {months(row.period_start, row.period_end)}" for row in rows.itertuples()
    ]
    most = max(1.0, _most(rows[["low", "central", "high", "p95"]]))

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        step = 34 + _ABOVE * is_narrow
        down = max(step * len(rows), 40)
        figure, axes = sheet(
            width, down + 32, left=8 if is_narrow else room(labels) - 20, right=14 if is_narrow else 120, top=2
        )
        at = step * (np.arange(len(rows)) + 1.0) - 24
        _scale(axes, most * 1.08, down, most, is_narrow=is_narrow)
        is_known = (rows["p95"] > 0).to_numpy()
        axes.hlines(
            at[is_known], rows["p5"][is_known], rows["p95"][is_known], color=LIGHT["ours"], linewidth=9, alpha=0.35
        )
        axes.scatter(rows["p50"], at, **DOT, color=LIGHT["ours"])
        mine = rows.assign(source_id=rows["estimate_source_id"]).to_dict("records")
        about = [f"our estimate, {months(row['period_start'], row['period_end'])}" for row in mine]
        ours = [span(row["p5"], row["p50"], row["p95"], rounded) for row in mine]
        cards = [
            _ours({k: v for k, v in row.items() if k not in ("estimate_source_id", "locator")}, names) for row in mine
        ]
        figure.ask(axes, rows["p50"], at, [Number(*parts) for parts in zip(ours, about, cards, strict=True)])
        ups = pd.Series(at + 14, index=rows.index)
        _diamonds(figure, axes, rows, ups)
        for row, up, label in zip(rows.itertuples(), at, labels, strict=True):
            if is_narrow:
                axes.text(0, up - 19, label, va="center_baseline", weight="bold")
                axes.annotate(
                    OUTCOMES[row.outcome],
                    (1, up - 19),
                    xycoords=("axes fraction", "data"),
                    ha="right",
                    va="center_baseline",
                    color=LIGHT["muted"],
                    size=11.5,
                )
            else:
                _beside(axes, up + 6, label, -10, ha="right")
                axes.annotate(
                    OUTCOMES[row.outcome],
                    (1, up + 6),
                    (8, 0),
                    xycoords=("axes fraction", "data"),
                    textcoords="offset points",
                    va="center_baseline",
                    color=LIGHT["muted"],
                    annotation_clip=False,
                )
        if rows.empty:
            axes.text(0, 18, "No published count is of days that we can estimate", va="center", color=LIGHT["muted"])
        return figure

    fitting = int((~is_outside(rows)).sum())
    title = (
        f"Of {count(len(rows), 'published count')}, {fitting or 'none'} fit our interval of the same days"
        if len(rows)
        else f"No published count of the {name} is of days that we can estimate"
    )
    subtitle = f"{name}, chips. Violet: our median and 90% interval. Diamond: point; line: range; triangle: bound"
    spoken = [
        f"{label}: {_count(row)}, our estimate {rounded(row.p5)} to {rounded(row.p95)}, {OUTCOMES[row.outcome]}"
        for label, row in zip(labels, rows.itertuples(), strict=True)
    ]
    columns = [
        "estimator",
        "voice",
        "period_start",
        "period_end",
        "low",
        "central",
        "high",
        "p5",
        "p50",
        "p95",
        "outcome",
        "why",
        "source_id",
    ]
    alt = f"Range plot of published counts of the {name} beside our estimate: {listing(spoken)}."
    return drawn(record, draw, "units-counts", title, subtitle, alt, rows[columns])


def units_drivers(record: Record, frame: pd.DataFrame, about: str) -> Drawing:
    """The estimate made otherwise, case by case, and the inputs that its variance hangs on.

    Parameters
    ----------
    frame : the result ``units_drivers``.
    about : chip and year, as a reader knows them.
    """
    names, cases = record.names, frame[frame["kind"] != "input"].reset_index(drop=True)
    inputs = frame[frame["kind"] == "input"].reset_index(drop=True)
    labels = [case(row.kind, row.name) for row in cases.itertuples(index=False)]
    parts = [named(text, names) for text in inputs["name"]]
    most = max(1.0, _most(cases[["p95"]]))

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        step, row = 24 + _ABOVE * is_narrow, 30 + 8 * is_narrow
        first, second = max(step * len(cases), 40), max(row * len(inputs), 40)
        gap, foot = 52, 30
        figure, axes = sheet(
            width,
            first + second + 2 * foot + gap,
            left=8 if is_narrow else room(labels) - 10,
            right=14,
            top=24,
            bottom=second + 2 * foot + gap - 24,
        )
        at = step * (np.arange(len(cases)) + 1.0) - 12
        _scale(axes, most * 1.14, first, most, is_narrow=is_narrow)
        _heading(
            axes,
            "The estimate made otherwise, chips",
            -12,
            is_narrow=is_narrow,
            left=0 if is_narrow else room(labels) - 10,
        )
        is_rough = (cases["effective_draws"] < FEW).to_numpy()
        shades = np.where(cases["kind"] == "estimate", LIGHT["ours"], LIGHT["muted"])
        axes.hlines(at, cases["p5"], cases["p95"], color=list(shades), linewidth=8, alpha=0.35)
        for chosen, face in ((~is_rough, None), (is_rough, LIGHT["paper"])):
            for shade in sorted(set(shades[chosen])):
                here = chosen & (shades == shade)
                edge = {"edgecolor": shade} if face else {}
                axes.scatter(cases["p50"][here], at[here], **DOT | edge, color=face or shade)
        if len(cases) and not is_narrow:
            axes.axvline(cases["p50"].iloc[-1 if len(cases) < 2 else 1], color=LIGHT["ours"], linewidth=1, zorder=0)
        told = cases.to_dict("records")
        figure.ask(
            axes,
            cases["p50"],
            at,
            [
                Number(
                    span(one["p5"], one["p50"], one["p95"], rounded),
                    f"{about}, {label}",
                    origin(one, formula=worked(one, names), basis="estimated", note=_case_note(one)),
                )
                for one, label in zip(told, labels, strict=True)
            ],
        )
        for up, label, kind in zip(at, labels, cases["kind"], strict=True):
            weight = "bold" if kind == "estimate" else "normal"
            if is_narrow:
                axes.text(0, up - 19, label, va="center_baseline", weight=weight)
            else:
                _beside(axes, up, label, -10, ha="right", weight=weight)
        _bars(figure, inputs, parts, names, (second, foot), is_narrow=is_narrow, width=width)
        return figure

    best = inputs.iloc[0] if len(inputs) else None
    title = (
        f"No estimate of {about}"
        if best is None
        else f"Most of the spread comes from {parts[0]}"
        if best["variance_share"] > 0.5
        else f"The largest part of the spread comes from {parts[0]}"
    )
    subtitle = (
        f"{about}. Band: 90% interval with its median; hollow: few effective draws. "
        "Bars: the variance that goes once an input is known"
    )
    spoken = [
        f"{label} {rounded(row.p5)} to {rounded(row.p95)}"
        for label, row in zip(labels, cases.itertuples(), strict=True)
    ]
    spoken += [
        f"{part} makes up {share(row.variance_share, 0)} of the variance"
        for part, row in zip(parts, inputs.itertuples(), strict=True)
    ]
    alt = f"Range plot and bars of what drives the estimate of {about}: {listing(spoken)}."
    return drawn(record, draw, "units-drivers", title, subtitle, alt, frame)


def _case_note(row: dict) -> str:
    return f"{PERCENTILES} The draws are worth {rounded(row['effective_draws'])} independent ones."


def _heading(axes: Axes, text: str, up: float, *, is_narrow: bool, left: float) -> None:
    """A heading at the left edge of the drawing."""
    _beside(axes, up, text, 0 if is_narrow else 12 - left, weight="bold")


def _bars(
    figure: Sheet,
    inputs: pd.DataFrame,
    parts: list[str],
    names: pd.Series,
    size: tuple[int, int],
    *,
    is_narrow: bool,
    width: str,
) -> None:
    """The parts of the variance, before (hollow) and after published counts."""
    second, foot = size
    across, tall = (inches * 72 for inches in figure.get_size_inches())
    left = 8 if is_narrow else room(parts) - 30
    axes = figure.add_axes((left / across, foot / tall, 1 - (left + 14) / across, second / tall), facecolor="none")
    axes.spines["left"].set_visible(False)
    row = second / max(len(inputs), 1)
    at = row * (np.arange(len(inputs)) + 1.0) - (9 if is_narrow else row / 2)
    after, before = inputs["variance_share"].astype(float) * 100, inputs["prior_variance_share"].astype(float) * 100
    axes.barh(at - 5, before, 7, color=LIGHT["paper"], edgecolor=LIGHT["muted"], linewidth=1)
    axes.barh(at + 4, after, 9, color=LIGHT["ours"])
    axes.set(xlim=(0, 112), ylim=(second, 0), yticks=[], xlabel="", ylabel="")
    ticks = [0, 25, 50, 75, 100] if len(inputs) else []
    axes.set_xticks(ticks, [f"{tick}%" if tick else "0" for tick in ticks])
    axes.grid(axis="x")
    _heading(axes, "Part of the variance; hollow: before counts", -12, is_narrow=is_narrow, left=left)
    for up, part, value, other in zip(at, parts, after, before, strict=True):
        if is_narrow:
            axes.text(0, up - 18, part, va="center_baseline", size=11.5)
        else:
            _beside(axes, up, part, -10, ha="right")
        axes.annotate(
            share(value / 100, 0),
            (max(value, other), up),
            (6, 0),
            textcoords="offset points",
            va="center_baseline",
            color=LIGHT["ours"],
            weight="bold",
        )
    told = inputs.to_dict("records")
    figure.ask(
        axes,
        after,
        at,
        [
            Number(share(one["variance_share"], 0), f"of the variance: {part}", explained(one, names))
            for one, part in zip(told, parts, strict=True)
        ],
    )


def units_stock(record: Record, frame: pd.DataFrame) -> Drawing:
    """The chips sold and still in use at the end of the last known quarter: counted, and in H100s by each measure.

    Parameters
    ----------
    frame : the result ``h100_equivalents``.
    """
    names = record.names
    last = frame[frame["period_end"] == frame["period_end"].max()] if len(frame) else frame
    last = last[last["measure"].isin(MEASURES)]
    products = sorted(dict.fromkeys(last["product"]), key=lambda product: product != "all")
    most = max(1.0, _most(last[["stock_p95"]]))
    measures = [measure for measure in MEASURES if measure in set(last["measure"])] or ["units"]

    def draw(width: str) -> Sheet:
        is_narrow = width == "narrow"
        across = 2 if not is_narrow and len(products) > 1 else 1
        labels = [MEASURES[measure] for measure in measures]
        figure, grid = panels(
            width,
            -(-max(len(products), 1) // across),
            across,
            60 + 24 * len(measures),
            left=room(labels) - 10 * is_narrow,
            lanes=labels,
        )
        for axes in grid[len(products) :]:
            axes.set_visible(False)
        for axes, product in zip(grid, products, strict=False):
            axes.set_xlim(0, most * (2 if is_narrow else 1.5))
            mine = last[last["product"] == product]
            at = np.array([measures.index(measure) for measure in mine["measure"]], float)
            axes.hlines(at, mine["stock_p5"], mine["stock_p95"], color=LIGHT["ours"], linewidth=9, alpha=0.35)
            axes.scatter(mine["stock_p50"], at, **DOT, color=LIGHT["ours"])
            edge = axes.get_yaxis_transform()
            for row, up in zip(mine.itertuples(), at, strict=True):
                text = (
                    rounded(row.stock_p50)
                    if row.stock_p50 == row.stock_p50
                    else f"{rounded(row.stock_p5)}–{rounded(row.stock_p95)}"
                )
                axes.text(
                    1, up, text, va="center_baseline", ha="right", weight="bold", color=LIGHT["ours"], transform=edge
                )
            figure.ask(
                axes,
                mine["stock_p50"].fillna(mine["stock_p5"]),
                at,
                [_stock(row, names) for row in mine.to_dict("records")],
            )
            ticks = [tick for tick in MaxNLocator(2).tick_values(0, most) if 0 <= tick <= most]
            axes.set_xticks(ticks, [units(tick) for tick in ticks])
            axes.grid(axis="x")
            axes.set_title(_title(product, names), loc="left", weight="bold", size=13, pad=5)
        if not products:
            grid[0].set(xticks=[], yticks=[])
            grid[0].text(0, 0.5, "No sale is known by this day", color=LIGHT["muted"])
        return figure

    rows = {(row["product"], row["measure"]): row for row in last.to_dict("records")}
    whole = products[0] if products else ""
    title = "No chip is known to have been sold by this day"
    if (whole, "units") in rows and (whole, "compute") in rows:
        ends = (rows[whole, measure]["stock_p50"] for measure in ("units", "compute"))
        title = "{} chips have the compute of {} H100s".format(*map(rounded, ends))
    elif products:
        title = "What the chips sold in China are worth in H100s"
    until = f" up to {last['fiscal_period'].iloc[0]}" if len(last) else ""
    subtitle = f"Sold in China{until} and still in use: chips, then H100s by each measure; our 90% interval"
    spoken = [
        f"{_title(row.product, names)} {MEASURES[row.measure]} {rounded(row.stock_p5)} to {rounded(row.stock_p95)}"
        for row in last.itertuples()
    ]
    columns = [
        "product",
        "fiscal_period",
        "measure",
        "stock_p5",
        "stock_p50",
        "stock_p95",
        "ratio_low",
        "ratio",
        "ratio_high",
        "source_id",
    ]
    alt = f"Range plots of chips sold in China, counted and in H100s: {listing(spoken)}."
    return drawn(record, draw, "units-stock", title, subtitle, alt, last[columns])


def _title(product: str, names: pd.Series) -> str:
    return "All together" if product == "all" else names.get(product, product)


def _stock(row: dict, names: pd.Series) -> Number:
    """A stock that opens what it is worked out from."""
    products = row["products"].split("|")
    ratio = span(row["ratio_low"], row["ratio"], row["ratio_high"], lambda value: f"{value:.2f}")
    formula = (
        f"chips in use × {ratio} H100s a chip"
        if len(products) == 1
        else f"the sum of {listing(names.get(each, each) for each in products)}, draw by draw"
    )
    text = span(row["stock_p5"], row["stock_p50"], row["stock_p95"], rounded)
    about = f"{MEASURES[row['measure']]}, {row['fiscal_period']}"
    return Number(text, about, origin(row, formula=formula, basis="estimated", note=PERCENTILES))
