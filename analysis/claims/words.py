"""Words for the audit of claims."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from analysis.pages.asked import Number, Origin, origin, say
from analysis.pages.formats import UNKNOWN, count, listing, money, plain, ratio, share, span, units
from analysis.pages.style import joined, readers

VERDICTS = {
    "supported": "supported",
    "supported_with_definition": "supported with a definition",
    "misleading": "misleading",
    "conflicting_sources": "conflicting sources",
    "contradicted": "contradicted",
    "unverifiable": "unverifiable",
}
_STANDINGS = {"open": "find it left open", "unlike": "not compare these", "mix-up": "call it a mix-up"}
_FORMS: dict[str, Callable[[float], str]] = {
    "share": share,
    "ratio": ratio,
    "musd": money,
    "units": units,
    "count": plain,
    "cny": lambda value: money(value / 1e6, "CNY") if value >= 1e9 else f"CNY {plain(value)}",
}
_AROUND = {"usd": "USD {}", "usd per unit": "USD {}", "usd per hour": "USD {} an hour", "cny per unit": "CNY {}"}
_AROUND |= {"gb": "{} GB", "gb/s": "{} GB/s", "tops": "{} TOPS"}
_FORMS |= {unit: lambda value, words=words: words.format(plain(value)) for unit, words in _AROUND.items()}


GROUPS = {  # the tables of a page, each with its verdicts
    "Contradicted or misleading": ("contradicted", "misleading"),
    "Good sources differ": ("conflicting_sources",),
    "True under one definition": ("supported_with_definition",),
    "Supported": ("supported",),
    "Not settled by anything on record": ("unverifiable",),
}
MOST_WRONG = 0.1  # part of what can be settled that an article which holds up may have wrong


def figure(low: float, high: float, unit: str) -> str:
    """A figure or range in its unit, as a reader is told: 15.0%, USD 17.11bn, 96 GB; unknown where there is none."""
    form = _FORMS.get(unit, plain)
    text = span(low, float("nan"), high, form)
    return text if unit in _FORMS or text == UNKNOWN else f"{text} {unit}".strip()


def named(articles: pd.DataFrame) -> pd.Series:
    """What each article is called: its number and who published it, in short."""
    short = articles["publisher"].str.split(r" \(|;", regex=True).str[0].replace("not stated", "publisher not stated")
    names = articles["article_id"].str.removeprefix("article-") + ", " + short
    return pd.Series(names.to_numpy(), articles["article_id"])


def finding(audited: pd.DataFrame, names: pd.Series) -> list[str]:
    """Which articles hold up, how their claims fare and which numbers mislead most, in sentences.

    Parameters
    ----------
    audited : the result ``claims``.
    names : from `named`.
    """
    checked = audited[audited["check"] != ""]
    if checked.empty:
        return ["By this day no article is on record whose claims could be audited"]
    return [_headline(checked, names), *_misleading(checked), _counted(checked, len(audited))]


_HOLD_UP = {  # a template by how many articles hold up: none, some, all
    "none": "No article holds up: {share} of what can be settled of article {worst} is wrong or misleads",
    "some": "{held} of {articles} hold up; {share} of what can be settled of article {worst} is wrong or misleads",
    "all": "{articles} {verb}: at most {share} of what can be settled is wrong or misleads",
    "spotless": "{articles} {verb}: nothing that can be settled is wrong or misleads",
}


def _headline(checked: pd.DataFrame, names: pd.Series) -> str:
    """How many articles hold up, and which is the worst."""
    of_articles = dict(list(checked.groupby("article_id")))
    wrong = {article: part for article, claims in of_articles.items() if (part := _wrong(claims)) == part}
    if not wrong:
        return say("Nothing can be settled of {articles}", articles=count(len(of_articles), "article"))
    worst = max(wrong, key=wrong.get)
    held = sum(part <= MOST_WRONG for part in wrong.values())
    how = "spotless" if not any(wrong.values()) else "all" if held == len(wrong) else "some" if held else "none"
    articles = count(len(wrong), "article")
    part = Number(share(wrong[worst]), f"wrong or misleading, {names.get(worst, worst)}", _settled(of_articles[worst]))
    slots = {"held": str(held), "articles": articles, "worst": worst.removeprefix("article-"), "share": part}
    return say(_HOLD_UP[how], verb="hold up" if len(wrong) > 1 else "holds up", **slots)


def _wrong(claims: pd.DataFrame) -> float:
    """The part that is contradicted or misleads of the claims that the record settles; NaN where it settles none."""
    settled = (claims["verdict"] != "unverifiable").sum()
    return claims["verdict"].isin(["contradicted", "misleading"]).sum() / settled if settled else float("nan")


def _settled(claims: pd.DataFrame) -> Origin:
    """How the part that is wrong is worked out, in counts."""
    counts = claims["verdict"].value_counts()
    wrong = counts.get("contradicted", 0) + counts.get("misleading", 0)
    formula = f"{wrong} contradicted or misleading ÷ {len(claims) - counts.get('unverifiable', 0)} claims settled"
    return Origin((), "", "derived", formula)


def _misleading(checked: pd.DataFrame, most: int = 3) -> list[str]:
    """The numbers that mislead most, each once: the claim, what the number comes of, and what the record has."""
    rows = checked[(checked["verdict"] == "misleading") & (checked["established_high"].abs() > 0)]
    multiples = times(rows)
    rows = rows.assign(far=np.log(multiples.where(multiples > 0)).abs()).sort_values(
        "far", ascending=False, kind="stable"
    )
    rows = rows.drop_duplicates(["article_id", "reading"]).head(most)
    return [
        say(
            "\N{LEFT DOUBLE QUOTATION MARK}{claim}\N{RIGHT DOUBLE QUOTATION MARK} misleads: it comes of {mixed}; like "
            "for like it is {record}.",
            claim=row["claim"].rstrip("."),
            mixed=_short(row["reading"].rpartition("(")[2].rstrip(")")),
            record=Number(on_record(row), f"on record, beside claim {row['claim_id']}", origin(row, note="")),
        )
        for row in rows.to_dict("records")
    ]


def times(rows: pd.DataFrame) -> pd.Series:
    """Each figure claimed over the figure on record, at the middle of ranges."""
    said, recorded = (rows[[f"{kind}_low", f"{kind}_high"]].mean(axis=1) for kind in ("claimed", "established"))
    return said / recorded


def on_record(row: Mapping) -> str:
    """The figure that the record has, in its unit."""
    return figure(row["established_low"], row["established_high"], row["unit"])


def _counted(checked: pd.DataFrame, claims: int) -> str:
    """How many claims can be checked, how many hold, and how many do not."""
    counts = checked["verdict"].value_counts()

    def of(*verdicts: str) -> Number:
        what = listing(VERDICTS[verdict] for verdict in verdicts)
        number = int(sum(counts.get(verdict, 0) for verdict in verdicts))
        return Number(plain(number), f"claims {what}", Origin((), "", "derived", "claims in the tables below, counted"))

    return say(
        "Of {claims} claims we can check {checked}: {held} hold, {wrong} are contradicted or mislead, on {apart} good "
        "sources differ, and {open} nothing on record settles.",
        claims=plain(claims),
        checked=Number(plain(len(checked)), "claims with a check", Origin((), "", "derived", "claims, counted")),
        held=of("supported", "supported_with_definition"),
        wrong=of("contradicted", "misleading"),
        apart=of("conflicting_sources"),
        open=of("unverifiable"),
    )


def since(audited: pd.DataFrame) -> str:
    """How many claims would have been judged otherwise when their article stood, and why."""
    checked = audited[audited["check"] != ""]
    moved = checked[_moved(checked)]
    unknown = int((moved["verdict_at_publication"] == "unverifiable").sum())
    counted = Origin((), "", "derived", "claims, counted")
    return say(
        "{moved} would have been judged otherwise when the article stood, {unknown} of them because nothing that bears "
        "on them was on record then.",
        moved=Number(count(len(moved), "claim"), "judged otherwise at publication", counted),
        unknown=Number(plain(unknown), "claims on which nothing was on record at publication", counted),
    )


def _moved(frame: pd.DataFrame) -> pd.Series:
    """Which claims are judged otherwise today than when they stood, where that day is known."""
    return (frame["verdict"] != frame["verdict_at_publication"]) & (frame["verdict_at_publication"] != "")


def scorecard(frame: pd.DataFrame, names: pd.Series | None = None) -> pd.DataFrame:
    """The scorecard for readers; ``names`` of articles, none for topics."""
    by, *counts = frame.columns.drop("source_id")
    heads = {**VERDICTS, "unchecked": "no fact would settle it"}
    called = {} if names is None else names
    columns = {by.removesuffix("_id"): (by, lambda cell: called.get(cell, cell).replace("_", " "))}
    return readers(frame, columns | {heads.get(column, column): column for column in counts})


def checks(frame: pd.DataFrame) -> pd.DataFrame:
    """The record of outside checks, for readers."""
    columns = {
        "release": "release",
        "checked": ("checked", plain),
        "right": ("correct", plain),
        "wrong": ("wrong", plain),
        "share wrong": ("wrong_share", share),
        "doubtful": ("doubtful", plain),
        "what came of it": "note",
    }
    return readers(frame, columns)


def of(frame: pd.DataFrame, article: str) -> pd.DataFrame:
    """The rows of one article, or of ``all``."""
    return frame if article == "all" else frame[frame["article_id"] == article].reset_index(drop=True)


def among(frame: pd.DataFrame, audited: pd.DataFrame) -> pd.DataFrame:
    """The rows of a frame in which a claim that was audited is named."""
    column = "claims" if "claims" in frame else "claim_id"
    audited_ids = set(audited["claim_id"])
    is_named = frame[column].map(lambda ids: bool(audited_ids & set(ids.split("|")))).astype(bool)
    return frame[is_named].reset_index(drop=True)


def beside(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """The claims of one of `GROUPS` for readers: what is claimed, what the record says, why, by whom."""
    rows = frame[frame["verdict"].isin(GROUPS[group]) & (frame["check"] != "")]
    columns = {"claim": "claim_id", "what it says": "claim"}
    columns |= {"the record says": _established, "verdict": _because}
    columns["sources"] = ("source_id", _listed)
    return readers(rows, columns)


def _established(row: tuple, most: int = 3) -> str:
    text = figure(row.established_low, row.established_high, row.unit)
    if text != UNKNOWN:
        return text
    words = [_short(word) for word in row.established.split("|") if word]
    rest = len(words) - most
    return "; ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "") if words else UNKNOWN


def _because(row: tuple) -> str:
    why = f"{row.why}: {_short(row.reading)}" if row.reading else row.why
    return f"{VERDICTS[row.verdict]}: {why}"


def _short(text: str, most: int = 140) -> str:
    """A text cut at a word, so that a row of a table stays a row."""
    text = text.replace("_", " ")
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _listed(ids: str, most: int = 4) -> str:
    listed = [one for one in ids.split("|") if one]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def changed(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims whose verdict is another today than when their article stood, for readers."""
    rows = frame[_moved(frame) & (frame["check"] != "")]
    columns = {"claim": "claim_id", "what it says": "claim"}
    columns |= {"when the article stood": ("verdict_at_publication", VERDICTS.get), "today": ("verdict", VERDICTS.get)}
    return readers(rows, columns | {"the record says today": _established})


def readings(frame: pd.DataFrame, claims: pd.DataFrame, most: int = 3) -> pd.DataFrame:
    """The best readings of each claim that its plain meaning contradicts, for readers."""
    columns = {
        "claim": "claim_id",
        "what it says": lambda row: row.claim if row.rank == 1 else "",
        "reading": ("reading", _short),
        "gives": _given,
        "a reader would": ("standing", _STANDINGS.get),
        "readings tried": lambda row: plain(row.tried) if row.rank == 1 else "",
        "hit by chance": _chance,
    }
    best = frame[frame["rank"] <= most]
    return readers(best.merge(claims[["claim_id", "claim"]], on="claim_id", how="left"), columns)


def _given(row: tuple) -> str:
    return "the day claimed" if pd.isna(row.value) else figure(row.value, row.value, row.unit)


def _chance(row: tuple) -> str:
    if row.rank > 1:
        return ""
    return "not counted" if pd.isna(row.chance_share) else share(row.chance_share)


def unchecked(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims of fact that nothing was held against, and why, for readers who will write a check."""
    rows = frame[(frame["check"] == "") & (frame["checkable"] != "opinion")]
    return readers(rows, {"claim": "claim_id", "what it says": "claim", "because": "why"})


def suggested(frame: pd.DataFrame) -> pd.DataFrame:
    """Checks that were made of a claim's columns, for readers who will confirm them."""
    columns = {"id": "claim_id"} | {column: column for column in ("claim", "check", "fact", "against", "how")}
    return readers(frame[frame["is_suggested"]], columns)


def collisions(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Collisions of one kind, for readers."""
    columns = {"claims": ("claims", joined), "what they say": "says"}
    if kind == "same number":
        columns = {"number": lambda row: f"{plain(row.low)} {row.unit}", **columns}
    elif kind == "implied":
        columns["together give"] = lambda row: figure(row.low, row.high, row.unit)
        columns["on record"] = lambda row: figure(row.record_low, row.record_high, row.unit)
    return readers(frame[frame["kind"] == kind], columns)


def coverage(frame: pd.DataFrame) -> str:
    """How many claims have a check, by what kind of claim they are, in a sentence."""
    if frame.empty:
        return "There is no claim to check."
    parts = [
        f"{(claims['check'] != '').sum()} of {len(claims)} {name}"
        for name, claims in frame.groupby("checkable")
        if name != "opinion"
    ]
    opinions = int((frame["checkable"] == "opinion").sum())
    left = f"{count(opinions, 'opinion')} {'is' if opinions == 1 else 'are'} not judged"
    return f"A check stands behind {listing(parts)} claims; {left}."
