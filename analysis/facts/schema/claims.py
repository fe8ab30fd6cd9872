"""Articles and what they claim."""

from analysis.facts.schema.fields import CHECKS, STANDINGS, DatedFacts, Facts, Table, count, data_table, number, text
from analysis.facts.schema.rules import DAY, FILLED, PARTIAL, SLUG, one_of, some_of

QUALIFIERS = ["exact", "about", "over", "range", "at_most", "at_least"]


@data_table("articles", "The five articles whose claims are audited.", key="article_id")
class Articles(Facts):
    article_id = text("the article, also a source", FILLED, SLUG)
    title = text("its title in English", FILLED)
    publisher = text("where it stood", FILLED)
    author = text("who wrote it", FILLED)
    dated = text("its date and how it is known", FILLED)
    stood_by = text("a day by which it surely stood, for the verdict at publication", DAY)
    language = text("language", FILLED)


@data_table(
    "claims",
    "What the articles claim, paraphrased. No verdict is stored: verdicts are computed.",
    key="claim_id",
    points="low value high",
)
class Claims(Facts):
    claim_id = text("name of the claim", FILLED)
    article_id = text("the article (articles.csv)", FILLED)
    topic = text("subject area", FILLED)
    subject = text("what it is about", FILLED)
    counterparty = text("with whom or against what")
    metric = text("what is claimed of it", FILLED)
    qualifier = text("how firmly", one_of(QUALIFIERS))
    low = number("lower end")
    value = text("the figure, or a date")
    high = number("upper end")
    unit = text("as claimed")
    period_start = text("first day of the period meant", PARTIAL)
    period_end = text("last day of the period meant", PARTIAL)
    attributed_to = text("whom the article names as its source")
    claimed_on = text("the day the claim is about or was made", PARTIAL)
    claim = text("the claim in our words", FILLED)
    checkable = text("kind of claim", some_of(["numeric", "date", "categorical", "opinion"]))
    how_to_check = text("what would settle it")
    depends_on = text("claims it is derived from")
    check = text("kind of check that settles it; empty: none", one_of(CHECKS))
    fact = text("address of the rows that settle it: table: column=value; column=value")
    against = text("address of the other side: the whole, the base, the line, the set, what came of it")
    how = text("which of several rows, or which way, as the kind of check has it")
    other = text("addresses of other things that its words may mean, separated by ||")


@data_table(
    "claim_tolerances",
    "How far a record may lie from a claim, by the words it is made with. Ours; changing a cell changes verdicts.",
    key="qualifier",
)
class ClaimTolerances(Table):
    qualifier = text("how firmly it is claimed", some_of(QUALIFIERS))
    within_share = number("how far a figure may lie off, as a part of it", unit="share", low=0)
    within_months = number("how far a day may lie off", unit="months", low=0)
    misleads_beyond = number("times the bound beyond which a true claim misleads", unit="ratio", low=1)
    near_share = number("how far outside a range a figure is near it", unit="share", low=0)
    note = text("why", FILLED)


@data_table(
    "claim_departures",
    "How a reading may depart from the plain one, what that costs, and what a reader would make of it. Ours.",
    key="departure",
)
class ClaimDepartures(Table):
    departure = text("what is read differently: a kind of mix, or table.column", FILLED)
    cost = number("added for each; the plain reading has none", unit="points", low=0)
    standing = text(
        "open: the words of a claim leave it open; unlike: it sets unlike beside unlike; mix-up: it is about "
        "something else",
        some_of(STANDINGS),
    )
    words = text("how a reader is told", FILLED)


@data_table(
    "claim_metrics",
    "What claims are about, under which names, and where its rows are: checks are suggested from this. Ours.",
    key="metric",
)
class ClaimMetrics(Table):
    metric = text("its name in a ledger", FILLED)
    label = text("what it is", FILLED)
    aliases = text("words by which a claim is recognised, in English and Chinese, separated by |", FILLED)
    about = text("what it is of", some_of(["chip", "product", "company", "law"]))
    units = text("units that a figure of it has, separated by |", FILLED)
    check = text("kind of check", some_of(CHECKS))
    fact = text("address of its rows; in braces what a claim tells: chip, product, period, buyer", FILLED)
    other = text("address of another meaning of its words")


@data_table("entities", "Companies, chips, people and bodies that the articles name.", key="entity")
class Entities(Facts):
    entity = text("name", FILLED)
    kind = text("what it is", FILLED)
    mentioned_in = text("articles, separated by |", FILLED)
    role = text("its part in the story")


@data_table(
    "outside_checks", "How headline figures of this suite fared when outsiders checked them, by release.", key="release"
)
class OutsideChecks(DatedFacts):
    release = text("the version that was checked", FILLED)
    checked = count("headline figures checked", unit="figures")
    correct = count("found right", unit="figures")
    wrong = count("found wrong, those among them that a filing found later shows wrong", unit="figures")
    doubtful = count("neither, for want of a source that settles it", unit="figures")
