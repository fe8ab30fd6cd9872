"""Figures of China revenue. The two definitions are two series, never one line."""

import numpy as np
import pandas as pd
import seaborn as sns

from analysis.facts.record import Record
from analysis.pages.drawing import Drawing, Sheet, drawn, room, sheet
from analysis.pages.formats import listing, money, share
from analysis.pages.palette import LIGHT
from analysis.revenue.h20 import SAME
from analysis.revenue.words import BY, ITEMS, amount, amounts, line, part_of_total, place_of

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
            sns.lineplot(x=at, y=part["percent"], color=colour, marker="o", markersize=8, linewidth=2, ax=axes)
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
            numbers = [amount(row) for row in part.to_dict("records")]
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
        when = f"{pd.Timestamp(newest['period_end']):%B %Y}"
        title = f"China brought in {money(newest[column], currency)} in the quarter to {when}"
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
    rows = frame[(frame["unit"] == "musd") & (frame["not_added_because"] != SAME)].reset_index(drop=True)
    low, high = (rows[end].fillna(rows["amount_musd"]) / 1000 for end in ("low", "high"))
    step = high * rows["sign"]
    before = step.groupby(rows["account"]).cumsum() - step
    start = np.where(rows["sign"] < 0, before + step, np.where(rows["sign"] > 0, before, 0))
    is_cost = rows["account"].isin(["charge", "charge before it was booked", "sales not made", "H200 charge"])
    colour = np.where(rows["is_total"], LIGHT["ink"], np.where(is_cost, LIGHT["h"], LIGHT["headquarters"]))
    is_firm = (rows["sign"] != 0) | rows["is_total"]
    face = np.where(is_firm & (low.fillna(0) == high), colour, LIGHT["paper"])
    numbers = [line(row) for row in rows.to_dict("records")]
    labels = [_line_of(row) for row in rows.to_dict("records")]

    def draw(width: str) -> Sheet:
        is_wide = width == "wide"
        gap = 25 if is_wide else 40
        left = room(labels) if is_wide else 10
        figure, axes = sheet(width, gap * max(len(rows), 1) + 58, left=left, top=10, bottom=48)
        at = rows.index + (0 if is_wide else 0.15)
        axes.barh(at, high, 0.6 if is_wide else 0.32, left=start, color=face, edgecolor=colour, linewidth=1.2)
        end = np.maximum(start + high, start)
        for place, number in enumerate(numbers):
            sign = "\N{MINUS SIGN}" if rows["sign"][place] < 0 else ""
            axes.text(end[place], at[place], f"  {sign}{number.text}", va="center")
            if not is_wide:
                axes.text(0, place - 0.26, labels[place], va="center", color=LIGHT["muted"], size=11.5)
        figure.ask(axes, end, at, numbers)
        axes.set_yticks(rows.index if is_wide else [], labels if is_wide else [])
        axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
        axes.margins(x=0.22 if is_wide else 0.42)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_xlabel("USD billion")
        return figure

    title = "What was sold, what was written down, and what was not sold are different things"
    subtitle = (
        "The H20 and the H200 after it, USD billion. Blue: sales. Rust: cost, or sales not made. Black: sums. "
        "Hollow: in no sum, or a range"
    )
    spoken = [f"{label} {number.text}" for label, number in zip(labels, numbers, strict=True)]
    data = rows[["account", "fiscal_period", "item", "geography", "amount_musd", "low", "high", "sign", "source_id"]]
    return drawn(record, draw, "h20-account", title, subtitle, f"Waterfall: {listing(spoken)}.", data)


def _line_of(row: dict) -> str:
    """What a bar of the account is, with its period."""
    name = f"sum: {row['account']}" if row["is_total"] else ITEMS.get(row["item"], row["item"])
    when = row["fiscal_period"]
    when = f"{when[:6]} {when[6:]}".strip() if " to " not in when else when
    return f"{name}{'' if row['is_total'] else place_of(row['item'], row['geography'])}, {when}"
