"""Figures of the audit of claims."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.claims import audit
from analysis.claims.words import VERDICTS, figure, named, on_record, times
from analysis.facts.record import Record
from analysis.pages.asked import Number, Origin, origin
from analysis.pages.drawing import WIDTHS, Drawing, Sheet, drawn, room, sheet
from analysis.pages.formats import count, listing, ratio
from analysis.pages.palette import LIGHT

COLOURS = {
    "supported": LIGHT["a"],
    "supported_with_definition": LIGHT["f"],
    "misleading": LIGHT["h"],
    "conflicting_sources": LIGHT["c"],
    "contradicted": LIGHT["b"],
    "unverifiable": LIGHT["said"],
}
_LETTER, _LINE = 8.4, 20  # pixels: how far a bold letter and a line of the names of colours take the pen


def _key(width: str, verdicts: list[str]) -> dict[str, tuple[float, int]]:
    """Where each verdict is named above the drawing: pixels from the left, and the line."""
    places, right, line = {}, 0.0, 0
    for verdict in verdicts:
        wide = _LETTER * len(VERDICTS[verdict]) + 14
        if right and right + wide > WIDTHS[width]:
            right, line = 0.0, line + 1
        places[verdict] = (right, line)
        right += wide
    return places


def _rows(axes: Axes, width: str, names: list[str]) -> None:
    """Name the rows: beside the axis, or on a phone above each row."""
    for place, name in enumerate(names):
        beside = {"xytext": (-10, 0), "ha": "right"} if width == "wide" else {"xytext": (0, 27), "ha": "left"}
        axes.annotate(
            name, (0, place), xycoords=("axes fraction", "data"), textcoords="offset points", va="center_baseline",
            annotation_clip=False, **beside,
        )  # fmt: skip
    axes.set(ylim=(max(len(names), 1) - 0.45, -0.55 if width == "wide" else -0.7), yticks=[])


def _sheet(width: str, names: list[str], verdicts: list[str], step: float) -> tuple[Sheet, Axes]:
    places = _key(width, verdicts)
    top = _LINE * (1 + max(line for _, line in places.values())) + 8
    left = room(names) if width == "wide" else 4
    high = (step + 24 * (width == "narrow")) * max(len(names), 1)
    figure_, axes = sheet(width, high + top + 44, left=left, top=top, bottom=44)
    for verdict, (right, line) in places.items():
        axes.annotate(
            VERDICTS[verdict], (0, 1), (right + 2 - left, top - 14 - _LINE * line), xycoords="axes fraction",
            textcoords="offset points", color=COLOURS[verdict], weight="bold", annotation_clip=False,
        )  # fmt: skip
    _rows(axes, width, names)
    return figure_, axes


def scorecard(record: Record, audited: pd.DataFrame) -> Drawing:
    """How many checked claims of each article have which verdict.

    Parameters
    ----------
    record : whose articles, documents and day are used.
    audited : the result ``claims``, or that of an article.
    """
    frame, called = audit.scorecard(audited, "article_id"), named(record.whole("articles"))
    names = [called.get(article, article) for article in frame["article_id"]]
    verdicts = [verdict for verdict in COLOURS if frame[verdict].any()] or list(COLOURS)[:1]
    ends = frame[verdicts].cumsum(axis=1)

    def draw(width: str) -> Sheet:
        figure_, axes = _sheet(width, names, verdicts, 40)
        most = max(ends.max(axis=None), 1) if len(frame) else 1
        for verdict in verdicts:
            counts, starts = frame[verdict].to_numpy(float), (ends[verdict] - frame[verdict]).to_numpy(float)
            axes.barh(range(len(frame)), counts, left=starts, color=COLOURS[verdict], height=0.56, linewidth=0)
            middles = starts + counts / 2
            told = [
                Number(f"{number:.0f}", f"claims {VERDICTS[verdict]}, {name}", _COUNTED)
                for number, name in zip(counts, names, strict=True)
            ]
            shown = counts > 0
            figure_.ask(axes, middles[shown], np.arange(len(frame))[shown], [told[at] for at in np.flatnonzero(shown)])
            fits = counts / most * WIDTHS[width] > (30 if width == "wide" else 36)
            for place in np.flatnonzero(fits):
                axes.text(
                    middles[place], place, told[place].text, color=LIGHT["paper"], ha="center", va="center_baseline"
                )
        axes.set_xlim(0, most * 1.01)
        axes.set_xlabel("claims that we can check")
        return figure_

    spoken = [
        f"{name}: " + listing(f"{row[verdict]} {VERDICTS[verdict]}" for verdict in verdicts)
        for name, row in zip(names, frame.to_dict("records"), strict=True)
    ]
    alt = f"Bars of the claims of each article by verdict. {'; '.join(spoken) or 'No article is on record'}."
    wrong = int(frame[["contradicted", "misleading"]].sum().sum())
    checked = int(frame[list(VERDICTS)].sum().sum())
    title = f"{wrong} of {count(checked, 'claim')} that we can check {'is' if wrong == 1 else 'are'} wrong or mislead"
    if not wrong:
        title = (
            f"None of {count(checked, 'claim')} that we can check is wrong" if checked else "No claim can be checked"
        )
    subtitle = "Claims with a check, by article and verdict"
    return drawn(record, draw, "claims-scorecard", title, subtitle, alt, frame, audited)


_COUNTED = Origin((), "", "derived", "claims in the tables of this page, counted")


def against_record(record: Record, audited: pd.DataFrame) -> Drawing:
    """Every figure claimed as a multiple of the figure on record; on the line they agree.

    Parameters
    ----------
    record, audited : as in `scorecard`; only figures above zero whose record is a figure are drawn, at the middle of
        a range.
    """
    rows = audited[(audited["claimed_low"].abs() > 0) & (audited["established_high"].abs() > 0)]
    rows = rows.assign(times=times(rows)).query("times > 0").reset_index(drop=True)
    called = named(record.whole("articles"))
    articles = sorted(rows["article_id"].unique())
    names = [called.get(article, article) for article in articles]
    verdicts = [verdict for verdict in COLOURS if rows["verdict"].eq(verdict).any()] or list(COLOURS)[:1]
    within = rows.groupby("article_id").cumcount()
    up = rows["article_id"].map({article: place for place, article in enumerate(articles)}) + (within % 5 - 2) * 0.12

    def draw(width: str) -> Sheet:
        figure_, axes = _sheet(width, names, verdicts, 52)
        axes.axvline(1, color=LIGHT["ink"], linewidth=1)
        for verdict in verdicts:
            mine = rows["verdict"] == verdict
            axes.plot(
                rows.loc[mine, "times"], up[mine], "o", color=COLOURS[verdict], markersize=7, markeredgewidth=0,
                alpha=0.85,
            )  # fmt: skip
        figure_.ask(axes, rows["times"], up, [_multiple(row) for row in rows.to_dict("records")])
        axes.set_xscale("log")
        reach = max(4.0, *rows["times"], *(1 / rows["times"])) if len(rows) else 4.0
        ticks = [tick for tick in (0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16) if 1 / reach <= tick <= reach]
        axes.minorticks_off()
        axes.set_xticks(ticks[:: 1 if width == "wide" else 2], map(ratio, ticks[:: 1 if width == "wide" else 2]))
        axes.set_xlim(1 / reach / 1.1, reach * 1.1)
        axes.grid(axis="x")
        axes.set_xlabel("times the figure on record")
        return figure_

    far = rows[(rows["times"] > _FAR) | (rows["times"] < 1 / _FAR)]
    spoken = [f"{row.claim_id} {ratio(row.times)} times the record" for row in far.itertuples()]
    alt = f"Dots of {len(rows)} claimed figures as multiples of the record."
    alt += f" Far off: {listing(spoken)}." if spoken else ""
    columns = ["claim_id", "article_id", "verdict", "claimed_low", "claimed_high", "times"]
    columns += ["established_low", "established_high", "unit", "source_id"]
    title = "No figure can be set over the record"
    if len(rows):
        title = f"{len(far)} of {count(len(rows), 'figure')} {'lies' if len(far) == 1 else 'lie'} far from the record"
    subtitle = (
        "Figure claimed over figure on record, by the plain meaning of its words, logarithmic; far is beyond "
        f"{ratio(_FAR)} times or below its inverse"
    )
    return drawn(record, draw, "claims-record", title, subtitle, alt, rows[columns], audited)


_FAR = 1.5


def _multiple(row: Mapping) -> Number:
    """A figure claimed over the figure on record, which opens both."""
    claimed = figure(row["claimed_low"], row["claimed_high"], row["unit"])
    formula = f"{claimed} claimed ÷ {on_record(row)} on record"
    return Number(
        f"{ratio(row['times'])} times the record", row["claim"], origin(row, basis="derived", formula=formula)
    )
