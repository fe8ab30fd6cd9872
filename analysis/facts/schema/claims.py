"""Articles and what they claim."""

from pandera.typing import Series

from analysis.facts.schema.fields import (
    CHECKS,
    DAY,
    FILLED,
    PARTIAL,
    SLUG,
    Facts,
    Table,
    number,
    one_of,
    some_of,
    table,
    text,
)

QUALIFIERS = ["exact", "about", "over", "range", "at_most", "at_least"]


@table(
    "articles",
    "The five articles whose claims are audited.",
    key="article_id",
)
class Articles(Facts):
    article_id: Series[str] = text("the article, also a source", FILLED, SLUG)
    title: Series[str] = text("its title in English", FILLED)
    publisher: Series[str] = text("where it stood", FILLED)
    author: Series[str] = text("who wrote it", FILLED)
    dated: Series[str] = text("its date and how it is known", FILLED)
    stood_by: Series[str] = text("a day by which it surely stood, for the verdict at publication", DAY)
    language: Series[str] = text("language", FILLED)


@table(
    "claims",
    "What the articles claim, paraphrased. No verdict is stored: verdicts are computed.",
    key="claim_id",
    points="low value high",
)
class Claims(Facts):
    claim_id: Series[str] = text("name of the claim", FILLED)
    article_id: Series[str] = text("the article (articles.csv)", FILLED)
    topic: Series[str] = text("subject area", FILLED)
    subject: Series[str] = text("what it is about", FILLED)
    counterparty: Series[str] = text("with whom or against what")
    metric: Series[str] = text("what is claimed of it", FILLED)
    qualifier: Series[str] = text("how firmly", one_of(QUALIFIERS))
    low: Series[float] = number("lower end")
    value: Series[str] = text("the figure, or a date")
    high: Series[float] = number("upper end")
    unit: Series[str] = text("as claimed")
    period_start: Series[str] = text("first day of the period meant", PARTIAL)
    period_end: Series[str] = text("last day of the period meant", PARTIAL)
    attributed_to: Series[str] = text("whom the article names as its source")
    claimed_on: Series[str] = text("the day the claim is about or was made", PARTIAL)
    claim: Series[str] = text("the claim in our words", FILLED)
    checkable: Series[str] = text("kind of claim", some_of(["numeric", "date", "categorical", "opinion"]))
    how_to_check: Series[str] = text("what would settle it")
    depends_on: Series[str] = text("claims it is derived from")
    check: Series[str] = text("kind of check that settles it; empty: none", one_of(CHECKS))
    fact: Series[str] = text("address of the rows that settle it: table: column=value; column=value")
    against: Series[str] = text("address of the other side: the whole, the base, the line, the set, what came of it")
    how: Series[str] = text("which of several rows, or which way, as the kind of check has it")
    other: Series[str] = text("addresses of other things that its words may mean, separated by ||")


@table(
    "claim_tolerances",
    "How far a record may lie from a claim, by the words it is made with. Ours; changing a cell changes verdicts.",
    key="qualifier",
)
class ClaimTolerances(Table):
    qualifier: Series[str] = text("how firmly it is claimed", some_of(QUALIFIERS))
    within_share: Series[float] = number("how far a figure may lie off, as a part of it", unit="share", low=0)
    within_months: Series[float] = number("how far a day may lie off", unit="months", low=0)
    misleads_beyond: Series[float] = number("times the bound beyond which a true claim misleads", unit="ratio", low=1)
    near_share: Series[float] = number("how far outside a range a figure is near it", unit="share", low=0)
    note: Series[str] = text("why", FILLED)


@table(
    "claim_departures",
    "How a reading may depart from the plain one, what that costs, and whether the words leave it open. Ours.",
    key="departure",
)
class ClaimDepartures(Table):
    departure: Series[str] = text("what is read differently: a kind of mix, or table.column", FILLED)
    cost: Series[float] = number("added for each; the plain reading has none", unit="points", low=0)
    is_definition: Series[str] = text("yes: the words of a claim leave it open; no: a mix-up", some_of(["yes", "no"]))
    words: Series[str] = text("how a reader is told", FILLED)


@table(
    "entities",
    "Companies, chips, people and bodies that the articles name.",
    key="entity",
)
class Entities(Facts):
    entity: Series[str] = text("name", FILLED)
    kind: Series[str] = text("what it is", FILLED)
    mentioned_in: Series[str] = text("articles, separated by |", FILLED)
    role: Series[str] = text("its part in the story")
