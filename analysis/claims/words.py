"""Words for the audit of claims."""

from collections.abc import Callable

import numpy as np
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
_WORST_FIRST = ["contradicted", "misleading", "conflicting_sources", "supported_with_definition", "supported"]
_WORST_FIRST += ["unverifiable"]
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


MOST_WRONG, UNRELIABLE = 0.1, 0.25  # parts of what can be settled that an article may have wrong


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
    of_articles = {names.get(one, one): claims for one, claims in checked.groupby("article_id")}
    lines = [_trust(of_articles), *_misleading(checked)]
    counted = f"We can check {len(checked)} of {count(len(audited), 'claim')}: {listing(parts)}."
    moved = checked[_moved(checked)]
    unknown = (moved["verdict_at_publication"] == "unverifiable").sum()
    changed_since = (
        f"{count(len(moved), 'claim')} would have been judged otherwise when the article stood, {unknown} of them "
        "because nothing that bears on them was on record then."
    )
    return "\n\n".join([*lines, "\n".join(_of_article(*one) for one in of_articles.items()), counted, changed_since])


def _wrong(claims: pd.DataFrame) -> float:
    """The part that is contradicted or misleads of the claims that the record settles; NaN where it settles none."""
    settled = (claims["verdict"] != "unverifiable").sum()
    return claims["verdict"].isin(["contradicted", "misleading"]).sum() / settled if settled else float("nan")


def _trust(of_articles: dict[str, pd.DataFrame]) -> str:
    """Which articles to trust: by how much of what can be settled is wrong."""
    wrong = {name: _wrong(claims) for name, claims in of_articles.items()}
    groups = {
        "Trust {}: at most one in ten of what can be settled is wrong or misleads.": lambda part: part <= MOST_WRONG,
        "Read {} with care: up to one in four.": lambda part: MOST_WRONG < part <= UNRELIABLE,
        "Do not rely on {}: more than one in four.": lambda part: part > UNRELIABLE,
        "Of {} nothing can be settled.": lambda part: part != part,
    }
    told = [(words, [name for name, part in wrong.items() if holds(part)]) for words, holds in groups.items()]
    return " ".join(words.format(listing(f"**{name}**" for name in named)) for words, named in told if named)


def _misleading(checked: pd.DataFrame, most: int = 3) -> list[str]:
    """The numbers that mislead most, each once: the claim, what the record has, and what the number comes of."""
    rows = checked[(checked["verdict"] == "misleading") & (checked["established_high"].abs() > 0)]
    said, recorded = (rows[[f"{kind}_low", f"{kind}_high"]].mean(axis=1) for kind in ("claimed", "established"))
    times = said / recorded
    rows = rows.assign(far=np.log(times.where(times > 0)).abs()).sort_values("far", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["article_id", "reading"]).head(most)
    if rows.empty:
        return []
    points = [
        f"- {row.claim} The record has {figure(row.established_low, row.established_high, row.unit)}; "
        f"the number is that of {_short(row.reading)}."
        for row in rows.itertuples()
    ]
    head = "The number that misleads most:" if len(rows) == 1 else f"The {len(rows)} numbers that mislead most:"
    return [head + "\n\n" + "\n".join(points)]


def _moved(frame: pd.DataFrame) -> pd.Series:
    """Which claims are judged otherwise today than when they stood, where that day is known."""
    return (frame["verdict"] != frame["verdict_at_publication"]) & (frame["verdict_at_publication"] != "")


def _of_article(name: str, claims: pd.DataFrame) -> str:
    """One article's claims that can be checked, as a point of a list; the counts are those of the scorecard."""
    counts = claims["verdict"].value_counts()
    holds = counts.get("supported", 0) + counts.get("supported_with_definition", 0)
    defined = counts.get("supported_with_definition", 0)
    held = f"{holds} hold" + (f", {defined} of them with a definition" if defined else "") if holds else "none holds"
    others = {"misleading": "misleading", "conflicting_sources": "in conflict", "contradicted": "contradicted"}
    others |= {"unverifiable": "not settled"}
    rest = [f"{counts[verdict]} {words}" for verdict, words in others.items() if counts.get(verdict)]
    return f"- **{name}**: of {count(len(claims), 'claim')} with a check, {held}" + (
        f"; {listing(rest)}." if rest else "."
    )


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
    order = frame["verdict"].map({verdict: at for at, verdict in enumerate(_WORST_FIRST)})
    rows = frame.assign(order=order).sort_values("order", kind="stable").drop(columns="order")
    return readers(rows[rows["check"] != ""], columns)


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
