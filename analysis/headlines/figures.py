"""Figures of headlines."""

import pandas as pd

from analysis.facts.record import Record
from analysis.headlines.words import FORMS, few, figure, number, signed
from analysis.pages.drawing import Drawing, Sheet, drawn, room, sheet
from analysis.pages.formats import capital, listing, plain, share
from analysis.pages.palette import LIGHT

PARTS = ("china_share_year", "china_share_quarter", "h20_compute", "h20_bandwidth", "h20_decode")


def parts(record: Record, frame: pd.DataFrame) -> Drawing:
    """The headlines that are parts of a whole, on one scale, with their intervals.

    Parameters
    ----------
    frame : the result ``headlines``.
    """
    rows = frame[frame["headline"].isin(PARTS) & frame["value"].notna()].reset_index(drop=True)
    labels = [capital(text) for text in rows["about"]]

    def draw(width: str) -> Sheet:
        left, step = (room(labels), 30) if width == "wide" else (12, 46)
        drawing, axes = sheet(width, step * max(len(rows), 1) + 34, left=left)
        axes.barh(rows.index, rows["value"], height=0.3, color=LIGHT["said"], alpha=0.6)
        ranged = rows[rows["low"].notna() & (rows["low"] < rows["high"])]
        axes.hlines(ranged.index, ranged["low"], ranged["high"], color=LIGHT["ours"], linewidth=3)
        for row in rows.itertuples():
            far = max(one for one in (row.value, row.high) if one == one)
            axes.text(far, row.Index, f"  {share(row.value, 0)}", va="center", weight="bold")
            if width == "narrow":
                axes.text(0, row.Index - 0.36, labels[row.Index], va="center", size=11.5)
        drawing.ask(axes, rows["value"], rows.index, map(number, rows.to_dict("records")))
        axes.set_yticks(rows.index if width == "wide" else [], labels if width == "wide" else [])
        axes.set_ylim(len(rows) - 0.4, -0.7)
        axes.margins(x=0.15)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        return drawing

    by_name = rows.set_index("headline")["value"]
    title = "By this day none of these figures is known"
    if {"h20_compute", "h20_bandwidth"} <= {*by_name.index}:
        kept, rest = share(by_name["h20_compute"], 0), share(by_name["h20_bandwidth"], 0)
        title = f"An H20 has {kept} of an H100's compute and {rest} of its bandwidth"
    spoken = [f"{label} {figure(row)}" for label, row in zip(labels, rows.to_dict("records"), strict=True)]
    data = rows[["headline", "about", "value", "low", "high", "unit", "grade", "source_id"]]
    subtitle = "Parts of one. Line: interval, where there is one"
    return drawn(record, draw, "parts", title, subtitle, f"Bar chart: {listing(spoken)}.", data, few(data))


def waterfall(record: Record, frame: pd.DataFrame, headline: str) -> Drawing:
    """How one headline moved: before, what each group added, after.

    Parameters
    ----------
    frame : the result ``headline_changes``.
    """
    rows = frame[(frame["headline"] == headline) & frame["contribution"].notna()].reset_index(drop=True)
    before = float(rows["before"].iloc[0]) if len(rows) else 0.0
    starts = before + rows["contribution"].cumsum().shift(fill_value=0.0)
    labels = ["before", *rows["group"], "after"]
    after = before + float(rows["contribution"].sum())
    form = FORMS.get(rows["unit"].iloc[0], plain) if len(rows) else plain

    edges = pd.DataFrame({"from": [0.0, *starts, 0.0], "to": [before, *(starts + rows["contribution"]), after]})
    told = [form(before), *(signed(value, rows["unit"].iloc[0]) for value in rows["contribution"]), form(after)]

    def draw(width: str) -> Sheet:
        drawing, axes = sheet(width, 30 * len(labels) + 12, left=room(labels))
        colours = [LIGHT["said"], *[LIGHT["ours"]] * len(rows), LIGHT["said"]]
        axes.barh(edges.index, edges["to"] - edges["from"], left=edges["from"], color=colours, height=0.5)
        most = max(edges.max().max(), 0.0) or 1.0
        for at, text in enumerate(told):
            axes.text(edges.loc[at].max() + most / 80, at, text, va="center")
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(min(edges.min().min(), 0.0), most * (1.2 if width == "wide" else 1.5))
        axes.set_xticks([])
        return drawing

    about = rows["about"].iloc[0] if len(rows) else headline.replace("_", " ")
    title = f"{capital(about)}: from {form(before)} to {form(after)}" if len(rows) else "Nothing moved"
    spoken = [f"{row.group} {signed(row.contribution, row.unit)}" for row in rows.itertuples()]
    subtitle = "Shapley value of each group: the contributions add up to the change"
    data = rows[["headline", "group", "before", "contribution", "after", "unit", "source_id"]]
    return drawn(record, draw, f"waterfall_{headline}", title, subtitle, f"Waterfall: {listing(spoken)}.", data)
