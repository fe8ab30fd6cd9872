"""Figures of the audit of claims."""

import numpy as np
import pandas as pd

from analysis.claims import audit
from analysis.claims.words import VERDICTS, named
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.drawing import Drawing, canvas, finished, styled
from analysis.pages.formats import listing, ratio

COLOURS = {
    "supported": style.GREEN,
    "supported_with_definition": style.SKY,
    "misleading": style.ORANGE,
    "conflicting_sources": style.YELLOW,
    "contradicted": style.VERMILION,
    "unverifiable": style.GREY,
}
_PLACES = [-0.13, -0.005, 0.318, 0.448, 0.668, 0.822]  # where each verdict is named along the upper edge


def _legend(axes) -> None:
    for place, (verdict, colour) in zip(_PLACES, COLOURS.items(), strict=True):
        axes.text(place, 1.02, VERDICTS[verdict], color=colour, weight="bold", va="bottom", transform=axes.transAxes)


@styled
def scorecard(record: Record, audited: pd.DataFrame) -> Drawing:
    """How many checked claims of each article have which verdict.

    Parameters
    ----------
    record : whose articles, documents and day are used.
    audited : the result ``claims``, or that of an article.
    """
    frame, names = audit.scorecard(audited, "article_id"), named(record.whole("articles"))
    drawing, axes = canvas(2.2 + 0.45 * max(len(frame), 1), left=0.24)
    at = np.arange(len(frame))
    start = np.zeros(len(frame))
    for verdict, colour in COLOURS.items():
        counts = frame[verdict].to_numpy(dtype=float)
        axes.barh(at, counts, left=start, color=colour, height=0.62)
        for place, (left, number) in enumerate(zip(start, counts, strict=True)):
            if number > 1:  # a single claim has no room for its number; the table has it
                axes.text(left + number / 2, place, f"{number:.0f}", color="white", ha="center", va="center", size=9)
        start += counts
    axes.set_yticks(at, [names.get(article, article) for article in frame["article_id"]])
    axes.set_ylim(max(len(frame), 1) - 0.5, -0.5)
    axes.set_xlim(0, max(start.max() if len(start) else 1, 1) * 1.02)
    _legend(axes)
    axes.set_xlabel("claims with a check")
    spoken = [
        f"{names.get(row['article_id'], row['article_id'])}: "
        + listing(f"{row[verdict]} {words}" for verdict, words in VERDICTS.items())
        for row in frame.to_dict("records")
    ]
    title, subtitle = "How the claims of each article fare", "Claims that have a check, by verdict"
    alt = f"Bars of the claims of each article by verdict. {'; '.join(spoken)}."
    return finished(record, drawing, "claims-scorecard", title, subtitle, alt, frame, audited)


@styled
def against_record(record: Record, audited: pd.DataFrame) -> Drawing:
    """Every figure claimed as a multiple of the figure on record; on the line they agree.

    Parameters
    ----------
    record, audited : as in `scorecard`; only figures above zero whose record is a figure are drawn, at the middle of
        a range.
    """
    rows = audited[(audited["claimed_low"].abs() > 0) & (audited["established_high"].abs() > 0)]
    figure_claimed = rows[["claimed_low", "claimed_high"]].mean(axis=1)
    figure_on_record = rows[["established_low", "established_high"]].mean(axis=1)
    rows = rows.assign(times=figure_claimed / figure_on_record).query("times > 0")
    names = named(record.whole("articles"))
    articles = sorted(rows["article_id"].unique())
    drawing, axes = canvas(2.2 + 0.55 * max(len(articles), 1), left=0.24)
    for place, article in enumerate(articles):
        of_article = rows[rows["article_id"] == article]
        shift = (np.arange(len(of_article)) % 5 - 2) * 0.13
        colours = [COLOURS[verdict] for verdict in of_article["verdict"]]
        axes.scatter(of_article["times"], place + shift, s=36, color=colours, alpha=0.9, linewidth=0)
    axes.axvline(1, color=style.INK, linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: ratio(value))
    axes.set_xticks([0.125, 0.25, 0.5, 1, 2, 4])
    axes.minorticks_off()
    axes.set_yticks(range(len(articles)), [names.get(article, article) for article in articles])
    axes.set_ylim(max(len(articles), 1) - 0.5, -0.5)
    axes.grid(axis="x")
    _legend(axes)
    axes.set_xlabel("figure claimed over figure on record")
    far = rows[(rows["times"] > 1.5) | (rows["times"] < 1 / 1.5)]
    spoken = [f"{row.claim_id} {ratio(row.times)} times the record" for row in far.itertuples()]
    drawn = ["claim_id", "article_id", "verdict", "claimed_low", "claimed_high", "times"]
    drawn += ["established_low", "established_high", "unit", "source_id"]
    title, subtitle = (
        "How far the figures lie from the record",
        "A mark a figure, by its plain meaning; logarithmic axis",
    )
    alt = f"Dots of {len(rows)} claimed figures as multiples of the record. Far off: {listing(spoken)}."
    return finished(record, drawing, "claims-record", title, subtitle, alt, rows[drawn], audited)
