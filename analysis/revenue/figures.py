"""Figures of China revenue. The two definitions are two series, never one line."""

import numpy as np
import pandas as pd

from analysis.facts.record import Record
from analysis.pages.drawing import Drawing, Sheet, drawn, room, sheet
from analysis.pages.formats import count, listing, money, share, span, whole
from analysis.pages.palette import LIGHT
from analysis.revenue.words import (
    BY,
    amounts,
    expected,
    line,
    line_of,
    million,
    month,
    outcome,
    part_of_total,
    period,
    signed,
    spell,
    stated_once,
)

_HALF = 0.38  # of a quarter's room that one definition's bar takes


def shares(record: Record, frame: pd.DataFrame) -> Drawing:
    """China's share of total revenue by fiscal year, a line a definition, with no line from one to the other.

    Parameters
    ----------
    record : of the frame: its day, and the documents that the figure cites.
    frame : from `analysis.revenue.china.china_revenue` or `in_currency`.
    """
    rows = frame[frame["grain"] == "year"].dropna(subset="share_of_total").sort_values("period_end")
    rows = rows.assign(percent=100 * rows["share_of_total"])
    years = list(dict.fromkeys(rows["fiscal_period"]))

    def draw(width: str) -> Sheet:
        figure, axes = sheet(width, 290 if width == "wide" else 250, left=34, top=30)
        for basis, part in rows.groupby("geography_basis", sort=True):
            at = [years.index(name) for name in part["fiscal_period"]]
            colour, above = LIGHT[basis], basis == "headquarters"
            axes.plot(
                at, part["percent"], color=colour, marker="o", markersize=8, markeredgecolor=LIGHT["paper"], linewidth=2
            )
            for x, value in zip(at, part["percent"], strict=True):
                text = f"{value:.0f}" if width == "narrow" else f"{value:.1f}"
                offset = {"xytext": (0, 10 if above else -20), "textcoords": "offset points"}
                axes.annotate(text, (x, value), ha="center", color=colour, **offset)
            figure.ask(axes, at, part["percent"], [part_of_total(row) for row in part.to_dict("records")])
            place = {"x": 0.0, "y": 1.0, "ha": "left"} if not above else {"x": 1.0, "y": 1.0, "ha": "right"}
            name = {"s": f"by {BY[basis]}", "color": colour, "weight": "bold", "va": "bottom"}
            axes.text(**name, **place, transform=axes.transAxes)
        names = [f"FY{name[2:]}" if width == "wide" else f"’{name[4:]}" for name in years]
        axes.set_xticks(range(len(years)), names)
        axes.set_xlim(-0.4, max(len(years) - 0.6, 0.4))
        axes.set_ylim(0, max([*rows["percent"], 8]) * 1.2)
        axes.set(xlabel="", ylabel="")
        axes.grid(axis="y")
        return figure

    is_two = rows["geography_basis"].nunique() > 1
    title = (
        "The definition changed. Do not join the two lines" if is_two else "China’s share of NVIDIA’s revenue by year"
    )
    spoken = [
        f"{row.fiscal_period} by {BY[row.geography_basis]} {share(row.share_of_total)}" for row in rows.itertuples()
    ]
    data = rows[["fiscal_period", "geography_basis", "share_of_total", "source_id"]]
    subtitle = "China including Hong Kong, percent of NVIDIA’s revenue, by fiscal year ending in January"
    under = (
        "By headquarters only the years that NVIDIA restated are known. Neither definition says where a chip is used."
    )
    return drawn(
        record, draw, "china-share-years", title, subtitle, f"Line chart: {listing(spoken)}.", data, under=under
    )


def quarters(record: Record, frame: pd.DataFrame) -> Drawing:
    """China revenue by fiscal quarter, a bar a definition, side by side where both are known.

    Parameters
    ----------
    record, frame : as in `shares`.
    """
    rows = frame[frame["grain"] == "quarter"].sort_values(["period_end", "geography_basis"])
    column, currency = amounts(rows)
    periods = list(dict.fromkeys(rows["fiscal_period"]))
    is_firm = rows["basis"].isin(["official", "derived"]) & (rows["grade"] == "A")
    low, high = (rows[column.replace("revenue", end)] / 1000 for end in ("low", "high"))

    def draw(width: str) -> Sheet:
        is_wide = width == "wide"
        tall = 300 if is_wide else 60 + 26 * max(len(periods), 1)
        figure, axes = sheet(width, tall, left=34 if is_wide else 78, top=30, bottom=44 if is_wide else 30)
        for basis, side in (("billing", -_HALF / 2), ("headquarters", _HALF / 2)):
            part = rows[rows["geography_basis"] == basis]
            at = np.array([periods.index(name) for name in part["fiscal_period"]]) + side
            face = np.where(is_firm[part.index], LIGHT[basis], LIGHT["paper"])
            value = part[column] / 1000
            bar, ends = (axes.bar, axes.vlines) if is_wide else (axes.barh, axes.hlines)
            bar(at, value, _HALF, color=face, edgecolor=LIGHT[basis], linewidth=1.2)
            ends(at, low[part.index], high[part.index], color=LIGHT["ink"], linewidth=1.4)
            numbers = [million(row) for row in part.to_dict("records")]
            figure.ask(axes, at if is_wide else value, value if is_wide else at, numbers)
        shown = dict.fromkeys(sorted(set(rows["geography_basis"])))
        for place, basis in enumerate(shown):
            look = {"color": LIGHT[basis], "weight": "bold", "va": "bottom", "transform": axes.transAxes}
            axes.text(0.28 * place if is_wide else 0.5 * place, 1.0, f"by {BY[basis]}", **look)
        if is_wide:
            ticks = [
                name[6:] + (f"\nFY{name[2:6]}" if name.endswith("Q1") or not at else "")
                for at, name in enumerate(periods)
            ]
            axes.set_xticks(range(len(periods)), ticks)
            axes.set_ylim(bottom=0)
        else:
            axes.set_yticks(range(len(periods)), [f"{name[:6]} {name[6:]}" for name in periods])
            axes.set_ylim(max(len(periods), 1) - 0.4, -0.6)
            axes.set_xlim(left=0)
        axes.grid(axis="y" if is_wide else "x")
        return figure

    newest = rows.iloc[-1] if len(rows) else None
    title = "No quarter of China revenue is known in this selection"
    if newest is not None:
        title = f"China brought in {money(newest[column], currency)} in the quarter to {month(newest)}"
    subtitle = f"China including Hong Kong, {currency} billion by fiscal quarter" + (
        "" if is_firm.all() else ". Hollow: a rounded press figure, with its range, or what is left of one"
    )
    spoken = [
        f"{row['fiscal_period']} by {BY[row['geography_basis']]} {money(row[column], currency)}"
        for row in rows.to_dict("records")
    ]
    data = rows[["fiscal_period", "period_end", "geography_basis", column, "basis", "source_id"]]
    alt = f"Bar chart of NVIDIA's China revenue by fiscal quarter on two definitions: {listing(spoken)}."
    return drawn(record, draw, "china-revenue-quarters", title, subtitle, alt, data)


def account(record: Record, frame: pd.DataFrame) -> Drawing:
    """The H20 account as a waterfall: lines that add up follow one another to their total, the others stand alone.

    Parameters
    ----------
    record : as in `shares`.
    frame : from `analysis.revenue.h20.account`.
    """
    rows = stated_once(frame)
    rows = rows[~rows["account"].isin(_REPEATED)].assign(kind=lambda lines: lines["account"].map(_KINDS))
    rows = rows.sort_values("kind", key=lambda kinds: kinds.map(list(_LOOKS).index), kind="stable", ignore_index=True)
    low, high = (rows[end].fillna(rows["amount_musd"]) for end in ("low", "high"))
    step = high * rows["sign"]
    before = step.groupby(rows["account"]).cumsum() - step
    start = np.where(rows["sign"] < 0, before + step, np.where(rows["sign"] > 0, before, 0))
    colour = np.where(rows["is_total"], LIGHT["ink"], [LIGHT[_LOOKS[kind]] for kind in rows["kind"]])
    is_firm = ((rows["sign"] != 0) | rows["is_total"]) & (low.fillna(0) == high)
    face = np.where(is_firm, colour, LIGHT["paper"])
    numbers = [line(row, whole) for row in rows.to_dict("records")]
    labels = [f"{line_of(row)}, {spell(row['fiscal_period'])}" for row in rows.to_dict("records")]
    at = np.arange(len(rows)) + rows["kind"].map(
        {kind: place for place, kind in enumerate(dict.fromkeys(rows["kind"]))}
    )
    at = at.to_numpy(float) + 1  # a row for the name of each kind

    def draw(width: str) -> Sheet:
        is_wide = width == "wide"
        gap = 23 if is_wide else 38
        deep = float(at[-1]) + 0.6 if len(at) else 1
        left = room(labels) + 8 if is_wide else 4
        figure, axes = sheet(width, gap * (deep + 0.6) + 12, left=left, right=96, top=6, bottom=6)
        place = at + (0 if is_wide else 0.14)
        axes.barh(place, high, 0.62 if is_wide else 0.3, left=start, color=face, edgecolor=colour, linewidth=1.2)
        end = np.maximum(start + high, start)
        words = {"va": "center", "textcoords": "offset points"}
        for row, number in enumerate(numbers):
            sign = "\N{MINUS SIGN}" if rows["sign"][row] < 0 else ""
            axes.annotate(f"{sign}{number.text}", (end[row], place[row]), xytext=(6, 0), **words)
            name = {"xytext": (-8, 0), "ha": "right"} if is_wide else {"xytext": (0, 0)}
            weight = "bold" if rows["is_total"][row] else "normal"
            up = at[row] if is_wide else at[row] - 0.28
            axes.annotate(labels[row], (0, up), color=LIGHT["muted"], weight=weight, **words, **name)
        for kind, first in pd.Series(at, index=rows["kind"]).groupby(level=0).min().items():
            name = {"xytext": (-8, 0), "ha": "right"} if is_wide else {"xytext": (0, 0)}
            axes.annotate(kind, (0, first - 1), color=LIGHT[_LOOKS[kind]], weight="bold", **words, **name)
        figure.ask(axes, end, place, numbers)
        axes.set_ylim(deep, -0.6)
        axes.set_xlim(0, max([*end, 1]))
        axes.set_axis_off()
        return figure

    sums = rows[rows["is_total"]].set_index("account")
    known = {name: span(*sums.loc[name, ["low", "amount_musd", "high"]], money) for name in sums.index}
    title = "What the licence rule cost is not known yet"
    if len(rows):
        title = "Sales, write-downs and sales not made are different things"
    if {"H20 sold in China", "charge"} <= set(known):
        title = f"NVIDIA sold {known['H20 sold in China']} of H20 in China, and wrote down {known['charge']}"
    subtitle = "The H20 and the H200 after it, USD million, each bar from its zero; lines of one sum follow one another"
    spoken = [f"{label} {number.text}" for label, number in zip(labels, numbers, strict=True)]
    data = rows[["account", "fiscal_period", "item", "geography", "amount_musd", "low", "high", "sign", "source_id"]]
    under = "Hollow: in no sum, or a range of which the upper end is drawn. Fiscal 2026 ended in January 2026."
    alt = f"Waterfall in USD million: {listing(spoken)}."
    return drawn(record, draw, "h20-account", title, subtitle, alt, data, under=under)


_KINDS = {
    "H20 sold in China": "Sold",
    "H20 sold outside China": "Sold",
    "H200 sold in China": "Sold",
    "sales not made": "Not sold",
    "charge announced": "Written down",
    "charge": "Written down",
    "H200 charge": "Written down",
}
_LOOKS = {"Sold": "a", "Not sold": "g", "Written down": "h"}
_REPEATED = ["of which licensed", "H20 sold, no place named"]  # inside lines that are drawn


def outlooks(record: Record, frame: pd.DataFrame) -> Drawing:
    """NVIDIA's revenue outlooks with their ranges, a row a quarter, and what it then reported.

    Parameters
    ----------
    record : as in `shares`.
    frame : from `analysis.revenue.outlooks.scored`.
    """
    rows = frame[frame["metric"] == "guidance_revenue"].reset_index(drop=True)
    names = [period(name) for name in rows["fiscal_period"]]
    said, reported, low, high = (rows[name] / 1000 for name in ("value", "outcome", "low", "high"))
    is_known = reported.notna()

    def draw(width: str) -> Sheet:
        is_wide = width == "wide"
        gap, right = (34, 96) if is_wide else (46, 24)
        figure, axes = sheet(width, gap * max(len(rows), 1) + 72, left=84, right=right, top=34, bottom=38)
        axes.hlines(rows.index, low, high, color=LIGHT["said"], linewidth=9, alpha=0.35)
        axes.plot(said, rows.index, "o", color=LIGHT["said"], markersize=8)
        axes.plot(reported[is_known], rows.index[is_known], "D", color=LIGHT["ink"], markersize=8)
        figure.ask(axes, said, rows.index, [expected(row) for row in rows.to_dict("records")])
        told = [outcome(row) for row in rows.to_dict("records")]
        figure.ask(axes, reported[is_known], rows.index[is_known], [told[row] for row in rows.index[is_known]])
        words = {"va": "center", "textcoords": "offset points"}
        for row in rows.index:
            text = signed(rows["error_share"][row]) if is_known[row] else "not reported yet"
            ends = [each for each in (high[row], said[row], reported[row]) if each == each]
            below = {"xytext": (10, 0), "ha": "left"} if is_wide else {"xytext": (0, -15), "ha": "center"}
            axes.annotate(text, (max(ends), row), color=LIGHT["muted"], **words, **below)
        if len(rows):
            axes.annotate(
                "outlook", (said[0], 0), xytext=(0, 20), ha="right", color=LIGHT["said"], weight="bold", **words
            )
        if is_known.any():
            first = rows.index[is_known][0]
            axes.annotate("reported", (reported[first], first), xytext=(0, 20), ha="left", weight="bold", **words)
        axes.set_yticks(rows.index, names)
        axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.set_xlabel("USD billion")
        return figure

    errors = rows["error_share"].dropna()
    title = "No revenue outlook of NVIDIA’s is known by this day"
    if len(rows):
        title = "The outcome of NVIDIA’s revenue outlook is not known yet"
    if len(errors):
        title = f"NVIDIA’s revenue outlook was too low {count(int((errors < 0).sum()), 'time')} out of {len(errors)}"
    subtitle = (
        "Revenue from all countries, USD billion; the band is NVIDIA’s own range, the percentage the error of "
        "its middle. The axis does not begin at zero"
    )
    spoken = [
        f"{name} outlook {expected(row).text}, reported {outcome(row)}"
        for name, row in zip(names, rows.to_dict("records"), strict=True)
    ]
    data = rows[["fiscal_period", "value", "low", "high", "outcome", "error_share", "source_id", "outcome_source"]]
    alt = f"Dots with ranges, USD million: {listing(spoken)}."
    return drawn(record, draw, "revenue-outlooks", title, subtitle, alt, data)
