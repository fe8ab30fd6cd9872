"""Figures of export controls."""

import numpy as np
import pandas as pd
from matplotlib.dates import YearLocator, date2num
from matplotlib.patches import Patch

from analysis import style
from analysis.figures.frame import Drawing, canvas, head, styled
from analysis.wording.controls import QUANTITIES, TREATMENTS
from analysis.wording.formats import count, listing, plain, ratio


@styled
def timeline(
    frame: pd.DataFrame, rules: pd.DataFrame, events: pd.DataFrame, names: pd.Series, cited: pd.DataFrame
) -> Drawing:
    """Chips as bars of treatment over time, the starts of regimes as lines, events as ticks above.

    Parameters
    ----------
    frame : from `analysis.controls.timeline`.
    rules, events : the tables ``control_rules`` and ``events``, as known by the day.
    names : the name a reader knows, by chip id.
    cited : the sources of the rules drawn.
    """
    chips = list(dict.fromkeys(frame["chip_id"]))
    figure, axes = canvas(2.3 + 0.3 * max(len(chips), 1), left=0.22, top=1.2)
    starts, ends = (date2num(pd.to_datetime(frame[column])) for column in ("from_on", "to_on"))
    colours = frame["treatment"].map(style.TREATMENTS)
    at = np.array([chips.index(chip) for chip in frame["chip_id"]], dtype=float)
    axes.barh(at, ends - starts + 1, left=starts, height=0.66, color=colours)
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
    listed = head(figure, title, subtitle, cited)
    spoken = [
        f"{names.get(r.chip_id, r.chip_id)} {TREATMENTS[r.treatment]} from {r.from_on}" for r in frame.itertuples()
    ]
    return Drawing("control-timeline", title, figure, f"Bars over time: {listing(spoken)}.", frame, listed)


@styled
def margins(frame: pd.DataFrame, names: pd.Series, cited: pd.DataFrame, on: str) -> Drawing:
    """How close each chip is to the line that decides it.

    Parameters
    ----------
    frame : from `analysis.controls.classify`; chips that no number decides are left to the table.
    names, cited : as in `timeline`.
    on : the day of the rules.
    """
    rows = frame.dropna(subset="headroom").sort_values("headroom", ascending=False, ignore_index=True)
    figure, axes = canvas(2.0 + 0.27 * max(len(rows), 1), left=0.22)
    over = rows["headroom"] >= 1
    axes.barh(rows.index, rows["headroom"], 0.62, color=np.where(over, style.VERMILION, style.GREEN))
    axes.axvline(1, color=style.INK, linewidth=0.9)
    for row in rows.itertuples():
        told = f"  {QUANTITIES[row.binding_quantity]} {plain(row.binding_value)} of {plain(row.binding_threshold)}"
        axes.text(min(row.headroom, 2.0), row.Index, told, va="center", fontsize=8, color=style.MUTED)
    axes.set_yticks(rows.index, [names.get(chip, chip) for chip in rows["chip_id"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 2.9)
    axes.set_xlabel("value as a multiple of the threshold; bars beyond the frame are cut off")
    axes.grid(axis="x")
    title = "How close to the line"
    subtitle = (
        f"The quantity of the rule that decides each chip; green: under the line, red: at or over it; rules of {on}"
    )
    listed = head(figure, title, subtitle, cited)
    spoken = [f"{names.get(row.chip_id, row.chip_id)} {ratio(row.headroom)}" for row in rows.itertuples()]
    told = rows[["chip_id", "rule_id", "binding_quantity", "binding_value", "binding_threshold", "headroom"]]
    return Drawing("control-margins", title, figure, f"Bars of value over threshold: {listing(spoken)}.", told, listed)
