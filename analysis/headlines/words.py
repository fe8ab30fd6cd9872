"""Words for headlines: a question, its answer in a sentence, what changed and what would change it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pandas as pd

from analysis.headlines.moves import RECENT
from analysis.pages.asked import Number, origin, say, together
from analysis.pages.formats import UNKNOWN, capital, count, listing, money, plain, ratio, rounded, share, span
from analysis.pages.style import readers
from analysis.scenarios.words import variable

FORMS: dict[str, Callable[[float], str]] = {
    "musd": money,
    "share": share,
    "ratio": ratio,
    "units": rounded,
    "usd": lambda value: f"USD {rounded(value)}",
    "tops": lambda value: f"{plain(value)} TOPS",
    "gb/s": lambda value: f"{plain(value)} GB/s",
}
TREATMENTS = {
    "allowed": "Yes, it is not controlled",
    "nac_notice": "Yes, after notice",
    "case_by_case": "Only with a licence, decided case by case",
    "licence_required": "Only with a licence",
    "presumption_of_denial": "No, a licence is presumed to be denied",
    "licensed_with_share": "Only with a licence, and officials expect a share of the revenue",
}
_NAN = float("nan")


def figure(row: Mapping[str, object]) -> str:
    """A headline with its interval: ``9.1%``, ``722,000 (473,000 to 1,010,000)``, or a treatment in words."""
    if row["text"]:
        return TREATMENTS.get(row["text"], row["text"])
    form = FORMS.get(row["unit"], plain)
    return span(row["low"], row["value"], row["high"], form)


def number(row: Mapping[str, object]) -> Number:
    """A headline as a number that says what it rests on: its documents if they are few, or where they are listed."""
    ids = [each for each in row["source_id"].split("|") if each]
    how = f"see the steps of {row['headline']}" if row["basis"] == "derived" else ""
    if len(ids) > FEW:
        how += f"; its {len(ids)} documents are listed on page {row['page'][:2]}"
    return Number(
        figure(row),
        row["about"],
        origin(row | {"source_id": "|".join(ids[:0] if len(ids) > FEW else ids)}, formula=how),
    )


def few(frame: pd.DataFrame) -> pd.DataFrame:
    """The headlines whose documents are few enough to be listed here; those of the others are listed on their pages."""
    return frame[frame["source_id"].str.count(r"\|") < FEW]


FEW = 6  # documents


def finding(frame: pd.DataFrame) -> list[str]:
    """The first headline in one sentence, and how sure the others are."""
    rows = {row["headline"]: row for row in frame.to_dict("records")}
    first, treated = rows["china_share_year"], rows["h20_treatment"]
    known = [row for row in rows.values() if row["source_id"]]
    head = "No China revenue is known by this day"
    if first["source_id"]:
        head = say(
            "China brought in {share} of NVIDIA's revenue in its latest fiscal year on record", share=number(first)
        )
    told = [say("May an H20 be sold to China? {answer}.", answer=number(treated))] if treated["text"] else []
    weak = sum(row["grade"] == "C" for row in known)
    counted = say(
        "Of {all}, {known} are known by this day, and {weak} of them need a document of the weakest grade.",
        all=count(len(frame), "key figure"),
        known=len(known),
        weak=weak,
    )
    return [head, *told, counted]


def answers(frame: pd.DataFrame) -> str:
    """Every headline as its question and its answer in a sentence, with the weakest grade it needs and its page."""
    return together([_answer(row) for row in frame.to_dict("records")], "\n")


def _answer(row: Mapping[str, object]) -> str:
    slots = {"question": row["question"], "about": capital(row["about"]), "page": row["page"][:2]}
    if not row["source_id"]:
        return say("- **{question}** That is unknown by this day (page {page}).", **slots)
    template = "- **{question}** {figure} (grade {grade}, page {page})." if row["text"] else _ANSWER
    verb = "would come to" if row["page"] == _SCENARIOS else _VERBS.get(row["unit"], "is")
    return say(template, figure=number(row), grade=row["grade"], verb=verb, **slots)


_ANSWER = "- **{question}** {about} {verb} {figure} (grade {grade}, page {page})."
_SCENARIOS = "06_scenarios"  # whose figures are of what has not happened
_VERBS = {"musd": "came to", "units": "came to", "share": "was"}


def steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Headlines taken apart, for readers."""
    columns = {
        "headline": "headline",
        "step": "step",
        "what it is": "about",
        "value": lambda row: figure(row._asdict()),
        "how": lambda row: row.expression or "as the document has it",
        "basis": "basis",
        "grade": "grade",
        "other values": "others",
    }
    return readers(frame, columns)


def changed(frame: pd.DataFrame, day: str) -> str:
    """What moved in the `RECENT` days before a day, headline by headline, as a list.

    Parameters
    ----------
    frame : from `headline_changes`.
    """
    lines = []
    for _, rows in frame.groupby("headline", sort=False):
        first = rows.iloc[0].to_dict()
        before, after = (_side(first, end) for end in ("before", "after"))
        if before == after:
            continue
        slots = {"about": capital(first["about"]), "before": before, "after": after, "why": listing(rows["group"])}
        lines.append(say("- {about}: from {before} to {after}, by {why}.", **slots))
    if not lines:
        return f"No key figure moved in the {RECENT} days before {day}."
    return together([f"Between {frame['since'].iloc[0]} and {frame['until'].iloc[0]}:\n", *lines], "\n")


def _side(row: Mapping[str, object], end: str) -> str | Number:
    text = row[f"text_{end}"]
    if text:
        return TREATMENTS.get(text, text).lower()
    value = row[end]
    return FORMS.get(row["unit"], plain)(value) if value == value else UNKNOWN


def new_documents(documents: pd.DataFrame, until: str) -> str:
    """The documents published in the `RECENT` days to a day: how many, and those of grades A and B by name.

    Parameters
    ----------
    documents : the table ``sources``.
    """
    since = f"{pd.Timestamp(until) - timedelta(days=RECENT):%Y-%m-%d}"
    days = documents["published_on"].astype(str)
    new = documents[(days > since) & (days <= until)].sort_values("published_on", ascending=False, kind="stable")
    if new.empty:
        return f"No document of the record was published between {since} and {until}."
    best = new[new["grade"].isin(["A", "B"])].head(FEW).to_dict("records")
    slots = {"count": count(len(new), "document"), "verb": "was" if len(new) == 1 else "were"}
    first = say(
        "{count} of the record {verb} published between {since} and {until}.", since=since, until=until, **slots
    )
    named = [say("{maker} ({published_on}, grade {grade})", maker=_document(row), **row) for row in best]
    return together([first, say("The best: {named}.", named=together(named, "; "))] if named else [first])


def _document(row: Mapping[str, str]) -> Number:
    return Number(row["publisher"], "a new document", origin({"source_id": row["source_id"]}))


def weakest(frame: pd.DataFrame) -> str:
    """Where the data is weakest: the key figures with the widest intervals, and those that need a weak document.

    Parameters
    ----------
    frame : from `headlines`.
    """
    width = (frame["high"] / frame["low"].where(frame["low"] > 0)).fillna(0)
    unknown = frame[frame["source_id"] == ""]
    weak = frame.assign(width=width)[(width > _WIDE) | (frame["grade"] == "C")]
    lines = [
        say(
            _WEAK if row["width"] > _WIDE else _GRADED,
            about=capital(row["about"]),
            figure=number(row),
            times=f"{row['width']:.1f}",
            grade=row["grade"],
        )
        for row in weak.sort_values("width", ascending=False, kind="stable").to_dict("records")
    ]
    lines += [f"- {capital(row.about)}: unknown by this day." for row in unknown.itertuples()]
    return together(lines, "\n") or "No key figure needs a weak document or has a wide interval."


_WIDE = 1.5  # times the low end: from there on an interval is named
_WEAK = "- {about}: {figure}, a factor of {times} between the ends, with a document of grade {grade}."
_GRADED = "- {about}: {figure}, with a document of grade {grade}."


def next_changes(due: pd.DataFrame, decides: pd.DataFrame, names: pd.Series) -> str:
    """What would change the answers next: results that are due, and the missing fact that decides most.

    Parameters
    ----------
    due : from `results_outstanding`; decides : from `scenario_sensitivity`.
    """
    lines = []
    if len(due):
        row = due.iloc[0]
        days = sorted(each for each in due.loc[due["fiscal_period"] == row["fiscal_period"], "due_on"] if each)
        told = f"is expected from {days[0]} to {days[-1]}" if days else "is outstanding"
        lines.append(f"- NVIDIA's report on {row['fiscal_period']} {told}.")
    if len(decides):
        first = variable(decides["variable"].iloc[0], decides["about"].iloc[0], names)
        lines.append(f"- In the scenario one missing fact decides most ({first}).")
    return "\n".join(lines) or "Nothing that is on record."


def contributions(frame: pd.DataFrame) -> pd.DataFrame:
    """How headlines moved and why, for readers."""
    columns = {
        "what": ("about", capital),
        "before": lambda row: _side(row._asdict(), "before"),
        "after": lambda row: _side(row._asdict(), "after"),
        "by": "group",
        "of which": lambda row: signed(row.contribution, row.unit) if not row.why else row.why,
    }
    return readers(frame, columns)


def signed(value: float, unit: str) -> str:
    """A contribution with its sign, in the form of its unit."""
    form = FORMS.get(unit, plain)
    return f"+{form(value)}" if value > 0 else form(value)
