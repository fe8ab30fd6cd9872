"""Figures of scenarios."""

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap

from analysis.facts.record import Record
from analysis.pages.asked import Number, origin
from analysis.pages.drawing import Drawing, Sheet, drawn, room, sheet
from analysis.pages.formats import listing, money, plain, share
from analysis.pages.palette import LIGHT
from analysis.scenarios.words import OUTCOMES, called, variable
from analysis.scenarios.words import drawn as number


def policies(record: Record, frame: pd.DataFrame) -> Drawing:
    """NVIDIA's revenue in the first year under every policy, the largest first.

    Parameters
    ----------
    frame : the result ``scenario_outcomes``.
    """
    rows = frame[(frame["outcome"] == "revenue") & (frame["period_is"] == "year")]
    rows = rows[rows["period"] == rows["period"].min()].sort_values("p50", ascending=False, ignore_index=True)
    labels = [called(name) for name in rows["policy"]]

    def draw(width: str) -> Sheet:
        left, step = (room(labels), 46) if width == "wide" else (12, 62)
        figure, axes = sheet(width, step * max(len(rows), 1) + 44, left=left)
        axes.hlines(rows.index, rows["p5"] / 1000, rows["p95"] / 1000, color=LIGHT["ours"], linewidth=7, alpha=0.4)
        axes.scatter(rows["p50"] / 1000, rows.index, s=70, color=LIGHT["ours"], edgecolor=LIGHT["paper"], zorder=3)
        for row in rows.to_dict("records"):
            at = labels.index(called(row["policy"]))
            worth = money(row["p50"])
            if width == "narrow":
                axes.text(0, at - 0.3, f"{labels[at]}: {worth}", va="center", weight="bold")
            else:
                axes.text(row["p95"] / 1000, at, f"  {worth}", va="center", color=LIGHT["ours"])
        figure.ask(axes, rows["p50"] / 1000, rows.index, map(number, rows.to_dict("records")))
        axes.set_yticks(rows.index if width == "wide" else [], labels if width == "wide" else [])
        axes.set_ylim(len(rows) - 0.4, -0.7)
        axes.margins(x=0.22 if width == "wide" else 0.03)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        return figure

    known = rows[rows["p50"] > 0]
    title = "By this day no policy can be worked out"
    if len(known):
        most, least = known.iloc[0], known.iloc[-1]
        title = f"{called(most['policy'])} would be worth {money(most['p50'])}, {_small(called(least['policy']))} "
        title += money(least["p50"])
    year = rows["period"].iloc[0] if len(rows) else "no year"
    subtitle = f"NVIDIA's revenue by policy in {year}, USD billion. Point: median, bar: 90% interval of our draws"
    spoken = [
        f"{called(row.policy)} {money(row.p50)}, {money(row.p5)} to {money(row.p95)}" for row in rows.itertuples()
    ]
    data = rows[["policy", "period", "p5", "p50", "p95", "unit", "source_id"]]
    under = "What lies inside a bar rests on assumptions, most of them ours; the table of inputs has them all."
    return drawn(record, draw, "policies", title, subtitle, f"Range plot: {listing(spoken)}.", data, under=under)


def _small(text: str) -> str:
    return text if text[1:2].isdigit() or text[1:3].isdigit() else text[:1].lower() + text[1:]


def policy_quarters(record: Record, frame: pd.DataFrame, policy: str) -> Drawing:
    """NVIDIA's revenue and the payment to the government under a policy, quarter by quarter."""
    shown = {"revenue": LIGHT["ours"], "government": LIGHT["said"]}
    rows = frame[(frame["policy"] == policy) & (frame["period_is"] == "quarter") & frame["outcome"].isin(shown)]
    periods = list(dict.fromkeys(rows["period"]))

    def draw(width: str) -> Sheet:
        figure, axes = sheet(width, 300, left=56, right=150 if width == "wide" else 12)
        for outcome, colour in shown.items():
            part = rows[rows["outcome"] == outcome].reset_index(drop=True)
            if part.empty:
                continue
            axes.fill_between(part.index, part["p5"], part["p95"], color=colour, alpha=0.18, linewidth=0)
            axes.plot(part.index, part["p50"], color=colour, linewidth=2.2)
            label = OUTCOMES[outcome]
            if width == "wide":
                height = part["p95"].iloc[-1] if outcome == "revenue" else 0
                axes.text(len(part) - 0.9, height, label.replace(" to the", "\nto the"), color=colour, va="bottom")
            else:
                top = 0.97 - 0.08 * list(shown).index(outcome)
                axes.text(0.02, top, label, color=colour, weight="bold", va="top", transform=axes.transAxes)
            figure.ask(axes, part.index, part["p50"], map(number, part.to_dict("records")))
        step = 1 if width == "wide" else 2
        axes.set_xticks(range(0, len(periods), step), periods[::step])
        axes.set(ylim=(0, None), xlabel="", ylabel="USD million")
        axes.grid(axis="y")
        return figure

    revenue = rows[rows["outcome"] == "revenue"]
    best = revenue[revenue["p50"] == revenue["p50"].max()].head(1)
    title = f"By this day {called(policy)} cannot be worked out"
    if len(best):
        title = f"{called(policy)}: the median peaks at {money(best['p50'].iloc[0])}, in {best['period'].iloc[0]}"
    spoken = [f"{row.period} {OUTCOMES[row.outcome]} {money(row.p50)}" for row in rows.itertuples()]
    data = rows[["policy", "outcome", "period", "p5", "p50", "p95", "unit", "source_id"]]
    subtitle = "By calendar quarter, USD million. Line: median, band: 90% interval of our draws"
    return drawn(record, draw, "quarters", title, subtitle, f"Line chart: {listing(spoken)}.", data)


def decides(record: Record, frame: pd.DataFrame) -> Drawing:
    """What each input does to an outcome: the swing of one at a time, and its first-order and total indices.

    Parameters
    ----------
    frame : the result ``scenario_sensitivity``.
    """
    rows = frame.head(8).reset_index(drop=True)
    labels = [variable(row.variable, row.about, record.names) for row in rows.itertuples()]

    def draw(width: str) -> Sheet:
        left, step = (room(labels), 30) if width == "wide" else (12, 46)
        figure, axes = sheet(width, step * max(len(rows), 1) + 46, left=left)
        axes.barh(rows.index, rows["total"], height=0.34, color=LIGHT["ours"], alpha=0.35)
        axes.barh(rows.index, rows["first"], height=0.34, color=LIGHT["ours"])
        for row in rows.itertuples():
            axes.text(row.total, row.Index, f"  {share(row.first, 0)}", va="center", color=LIGHT["ink"])
            if width == "narrow":
                axes.text(0, row.Index - 0.36, labels[row.Index], va="center", size=11.5)
        numbers = [
            Number(share(row["first"], 0), labels[at], origin(row)) for at, row in enumerate(rows.to_dict("records"))
        ]
        figure.ask(axes, rows["first"], rows.index, numbers)
        axes.set_yticks(rows.index if width == "wide" else [], labels if width == "wide" else [])
        axes.set_ylim(len(rows) - 0.4, -0.7)
        axes.set_xlim(0, max(1.0, rows["total"].max() * 1.1 if len(rows) else 1.0))
        axes.grid(axis="x")
        return figure

    title = "By this day nothing can be worked out"
    if len(rows):
        first = rows.iloc[0]
        title = f"{labels[0]} explains {share(first['first'], 0)} of the spread of {OUTCOMES[first['outcome']]}"
    spoken = [f"{label} {share(row.first, 0)}" for label, row in zip(labels, rows.itertuples(), strict=True)]
    columns = ["variable", "first", "total", "p5", "p95", "outcome_at_p5", "outcome_at_p95", "basis", "source_id"]
    subtitle = "Share of the variance (Sobol indices). Dark: the input alone, pale: with others"
    return drawn(record, draw, "decides", title, subtitle, f"Bar chart: {listing(spoken)}.", rows[columns])


def together(record: Record, frame: pd.DataFrame, about: pd.DataFrame) -> Drawing:
    """The median of an outcome for pairs of values of two inputs.

    Parameters
    ----------
    frame : the result ``scenario_map``; about : the result ``scenario_sensitivity``, for the words and the documents.
    """
    told = about.set_index("variable")
    names = {
        side: variable(
            frame[f"{side}_variable"].iloc[0], told["about"].get(frame[f"{side}_variable"].iloc[0], ""), record.names
        )
        if len(frame)
        else ""
        for side in ("across", "up")
    }
    wide = frame.pivot(index="up", columns="across", values="p50").sort_index(ascending=False).astype(float)
    is_money = len(frame) > 0 and frame["outcome"].iloc[0] in ("revenue", "profit", "government", "cost")

    def draw(width: str) -> Sheet:
        figure, axes = sheet(width, 300, left=74, bottom=52)
        if len(wide):
            scale = 1000 if is_money else 1
            cells = wide / scale
            form = ".1f" if is_money else ".2g"
            shades = [LIGHT[f"s{step}"] for step in range(5)]  # of the palette, so that a dark page has its own
            size = 11 if width == "wide" else 9
            gaps = {"edgecolor": LIGHT["paper"], "linewidth": 1}
            axes.pcolormesh(np.ma.masked_invalid(cells), cmap=ListedColormap(shades), **gaps)
            steps = np.nan_to_num(pd.cut(cells.to_numpy().ravel(), 5, labels=False)).reshape(cells.shape)
            for (row, column), value in np.ndenumerate(cells):
                if value == value:
                    look = {"ha": "center", "va": "center", "size": size, "color": LIGHT[f"t{steps[row, column]:.0f}"]}
                    axes.text(column + 0.5, row + 0.5, format(value, form), **look)
            down, across = cells.shape
            axes.set_xticks(np.arange(across) + 0.5, [plain(at, 3) for at in wide.columns])
            axes.set_yticks(np.arange(down) + 0.5, [plain(at, 3) for at in wide.index])
            axes.set_ylim(down, 0)
        axes.tick_params(length=0)
        axes.set(xlabel=names["across"], ylabel="")
        return figure

    title = "By this day nothing can be worked out"
    subtitle = ""
    if len(frame):
        what = OUTCOMES[frame["outcome"].iloc[0]]
        ends = [money(end) if is_money else plain(end) for end in (np.nanmin(wide), np.nanmax(wide))]
        title = f"Two inputs together move {what} from {ends[0]} to {ends[1]}"
        subtitle = f"Median over all quarters{', USD billion' if is_money else ''}. Down the side: {names['up']}"
    spoken = [f"{plain(row.across, 3)} and {plain(row.up, 3)} give {plain(row.p50)}" for row in frame.itertuples()]
    return drawn(record, draw, "together", title, subtitle, f"Heatmap: {listing(spoken)}.", frame)
