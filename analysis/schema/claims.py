"""Articles and what they claim."""

from pandera.typing import Series

from analysis.schema.fields import FILLED, PARTIAL, SLUG, Facts, number, one_of, some_of, table, text


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
    qualifier: Series[str] = text("how firmly", one_of(["exact", "about", "over", "range", "at_most", "at_least"]))
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
