"""Words for the audit of claims."""

from collections.abc import Callable

import pandas as pd

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


def answer(audited: pd.DataFrame, names: pd.Series) -> str:
    """How the claims fare, in sentences.

    Parameters
    ----------
    audited : the result ``claims``.
    names : from `named`.
    """
    checked = audited[audited["check"] != ""]
    if checked.empty:
        return "By this day no article is on record whose claims could be audited."
    verdicts = checked["verdict"].value_counts()
    parts = [f"{verdicts.get(verdict, 0)} {words}" for verdict, words in VERDICTS.items()]
    moved = checked[_moved(checked)]
    unknown = (moved["verdict_at_publication"] == "unverifiable").sum()
    lines = [
        f"Of {count(len(audited), 'claim')}, {len(checked)} can be held against something on record: {listing(parts)}.",
        f"{count(len(moved), 'claim')} would have been judged otherwise when the article stood, {unknown} of them "
        "because nothing that bears on them was on record then.",
    ]
    lines += [
        _of_article(names.get(article, article), of_article) for article, of_article in checked.groupby("article_id")
    ]
    return "\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:])


def _moved(frame: pd.DataFrame) -> pd.Series:
    """Which claims are judged otherwise today than when they stood, where that day is known."""
    return (frame["verdict"] != frame["verdict_at_publication"]) & (frame["verdict_at_publication"] != "")


def _of_article(name: str, claims: pd.DataFrame) -> str:
    """One article's figures and dates, as a point of a list."""
    hard = claims[claims["checkable"].isin(["numeric", "date"])]
    holds = hard["verdict"].isin(["supported", "supported_with_definition"]).sum()
    plainly = (hard["verdict"] == "supported").sum()
    wrong = (hard["verdict"] == "contradicted").sum()
    held = f"{holds} hold, {plainly} of them as they stand" if holds else "none holds"
    against = f"{wrong or 'none'} {'are' if wrong > 1 else 'is'} contradicted"
    return f"- **{name}**: of {count(len(hard), 'figure or date', 'figures and dates')}, {held}, and {against}."


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


def figures(frame: pd.DataFrame) -> pd.DataFrame:
    """Figures and dates with a check, for readers."""
    return _beside(frame[frame["checkable"].isin(["numeric", "date"])])


def statements(frame: pd.DataFrame) -> pd.DataFrame:
    """Statements of fact without a figure that have a check, for readers."""
    return _beside(frame[frame["checkable"] == "categorical"])


def _beside(frame: pd.DataFrame) -> pd.DataFrame:
    """The verdict, what is claimed, what the record says, why, by whom."""
    columns = {"claim": "claim_id", "verdict": ("verdict", VERDICTS.get), "what it says": "claim"}
    columns |= {"the record says": _established, "because": _because}
    columns |= {"grade": ("grade", lambda grade: grade or "none"), "sources": ("source_id", _listed)}
    return readers(frame[frame["check"] != ""], columns)


def _established(row: tuple, most: int = 3) -> str:
    text = figure(row.established_low, row.established_high, row.unit)
    if text != UNKNOWN:
        return text
    words = [_short(word) for word in row.established.split("|") if word]
    rest = len(words) - most
    return "; ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "") if words else UNKNOWN


def _because(row: tuple) -> str:
    return f"{row.why}: {_short(row.reading)}" if row.reading else row.why


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
        "departs in": "departures",
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
