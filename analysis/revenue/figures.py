"""Figures of China revenue. The two bases are two series, never one line."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, head, styled
from analysis.pages.formats import listing, money, share, span
from analysis.revenue.h20 import SAME
from analysis.revenue.words import ITEMS, amounts, place_of

WIDTH = 0.38


@styled
def quarters(record: Record, frame: pd.DataFrame) -> Drawing:
    """China revenue by fiscal quarter, a bar a basis, side by side where both are known.

    Parameters
    ----------
    record : of the frame: its day, and the documents that the source line names.
    frame : from `analysis.revenue.china.china_revenue` or `in_currency`.
    """
    rows = frame[frame["grain"] == "quarter"].sort_values(["period_end", "geography_basis"])
    amount, currency = amounts(rows)
    periods = list(dict.fromkeys(rows["fiscal_period"]))
    figure, axes = canvas(4.6, left=0.075)
    is_firm = rows["basis"].isin(["official", "derived"]) & (rows["grade"] == "A")
    for basis, side in (("billing", -WIDTH / 2), ("headquarters", WIDTH / 2)):
        part = rows[rows["geography_basis"] == basis]
        at = np.array([periods.index(name) for name in part["fiscal_period"]]) + side
        colour = style.COLOURS[basis]
        face = np.where(is_firm[part.index], colour, "white")
        axes.bar(at, part[amount] / 1000, WIDTH, color=face, edgecolor=colour, linewidth=1.2, label=basis)
        low, high = (part[amount.replace("revenue", end)] / 1000 for end in ("low", "high"))
        axes.vlines(at, low, high, color=style.INK, linewidth=1.2)
    axes.set_xticks(range(len(periods)), [name.removeprefix("FY20").replace("Q", "\nQ") for name in periods])
    axes.tick_params(axis="x", labelsize=8)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    axes.set_ylabel(f"{currency} billion")
    axes.set_xlabel("fiscal quarter")
    _legend(axes, list(dict.fromkeys(rows["geography_basis"])))
    title = "China revenue by fiscal quarter, on two bases"
    hollow = "" if is_firm.all() else "hollow: rounded press figure or its remainder; "
    subtitle = f"NVIDIA, China including Hong Kong; {hollow}as of {record.day}"
    listed = head(figure, title, subtitle, record.sources(frame))
    spoken = [
        f"{row['fiscal_period']} {row['geography_basis']} {money(row[amount], currency)}"
        for row in rows.to_dict("records")
    ]
    drawn = rows[["fiscal_period", "period_end", "geography_basis", amount, "basis", "source_id"]]
    alt = f"Bar chart of NVIDIA's China revenue by fiscal quarter on two bases: {listing(spoken)}."
    return Drawing("china-revenue-quarters", title, figure, alt, drawn, listed)


def _legend(axes: Axes, bases: list[str]) -> None:
    for place, basis in enumerate(bases):
        axes.text(
            0.01,
            0.97 - 0.065 * place,
            f"by {basis}",
            color=style.COLOURS[basis],
            weight="bold",
            va="top",
            transform=axes.transAxes,
        )


@styled
def shares(record: Record, frame: pd.DataFrame) -> Drawing:
    """China's share of total revenue by fiscal year, a line a basis, with no line from one to the other.

    Parameters
    ----------
    record, frame : as in `quarters`.
    """
    rows = frame[frame["grain"] == "year"].dropna(subset="share_of_total").sort_values("period_end")
    years = list(dict.fromkeys(rows["fiscal_period"]))
    figure, axes = canvas(3.8, left=0.075)
    for basis, part in rows.groupby("geography_basis", sort=True):
        at = [years.index(name) for name in part["fiscal_period"]]
        colour = style.COLOURS[basis]
        axes.plot(at, part["share_of_total"] * 100, "o-", color=colour, linewidth=1.8, markersize=5.5)
        above = basis == "headquarters"
        for x, value in zip(at, part["share_of_total"], strict=True):
            axes.annotate(
                share(value),
                (x, value * 100),
                xytext=(0, 8 if above else -15),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
                color=colour,
            )
    axes.set_xticks(range(len(years)), years)
    axes.set_xlim(-0.5, max(len(years) - 0.5, 0.5))
    axes.set_ylim(0, (rows["share_of_total"].max() if len(rows) else 0.1) * 125)
    axes.grid(axis="y")
    axes.set_ylabel("percent of total revenue")
    _legend(axes, sorted(set(rows["geography_basis"])))
    title = "China's share of NVIDIA's revenue by fiscal year, on two bases"
    subtitle = (
        f"China including Hong Kong; the lines are two measures and do not continue one another; as of {record.day}"
    )
    listed = head(figure, title, subtitle, record.sources(frame))
    spoken = [f"{row.fiscal_period} {row.geography_basis} {share(row.share_of_total)}" for row in rows.itertuples()]
    drawn = rows[["fiscal_period", "geography_basis", "share_of_total", "source_id"]]
    return Drawing("china-share-years", title, figure, f"Line chart: {listing(spoken)}.", drawn, listed)


@styled
def account(record: Record, frame: pd.DataFrame) -> Drawing:
    """The H20 account as a waterfall: lines that add up follow one another to their total, the others stand alone.

    Parameters
    ----------
    record : as in `quarters`.
    frame : from `analysis.revenue.h20.account`.
    """
    rows = frame[(frame["unit"] == "musd") & (frame["not_added_because"] != SAME)].reset_index(drop=True)
    figure, axes = canvas(2.0 + 0.27 * max(len(rows), 1), left=0.43)
    low, high = (rows[end].fillna(rows["amount_musd"]) / 1000 for end in ("low", "high"))
    low = low.fillna(0)
    step = high * rows["sign"]
    before = step.groupby(rows["account"]).cumsum() - step
    start = np.where(rows["sign"] < 0, before + step, np.where(rows["sign"] > 0, before, 0))
    is_cost = rows["account"].isin(["charge", "charge before it was booked", "sales not made", "H200 charge"])
    colour = np.where(rows["is_total"], style.INK, np.where(is_cost, style.VERMILION, style.BLUE))
    is_firm = (rows["sign"] != 0) | rows["is_total"]
    face = np.where(is_firm & (low == high), colour, "white")
    axes.barh(rows.index, high, 0.62, left=start, color=face, edgecolor=colour, linewidth=1.2)
    end = np.maximum(start + high, start)
    for row in rows.itertuples():
        amount = span(row.low, row.amount_musd, row.high, money)
        sign = "\N{MINUS SIGN}" if row.sign < 0 else ""
        axes.text(end[row.Index], row.Index, f"  {sign}{amount}", va="center", fontsize=8.5)
    lines = [
        ITEMS.get(item, item) + place_of(item, where)
        for item, where in zip(rows["item"], rows["geography"], strict=True)
    ]
    lines = pd.Series(lines, index=rows.index, dtype=object)
    totals = "sum: " + rows["account"]
    axes.set_yticks(rows.index, rows["fiscal_period"] + ": " + lines.where(~rows["is_total"], totals))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.2)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    axes.set_xlabel("USD billion")
    title = "The H20 account: what adds up, and what does not"
    subtitle = (
        f"Blue: revenue; red: cost or sales not made; black: sums; hollow: in no sum, or a range. As of {record.day}"
    )
    listed = head(figure, title, subtitle, record.sources(frame))
    spoken = [
        f"{row.fiscal_period} {ITEMS.get(row.item, f'sum of {row.account}')} "
        f"{span(row.low, row.amount_musd, row.high, money)}"
        for row in rows.itertuples()
    ]
    drawn = rows[["account", "fiscal_period", "item", "geography", "amount_musd", "low", "high", "sign", "source_id"]]
    return Drawing("h20-account", title, figure, f"Waterfall: {listing(spoken)}.", drawn, listed)
