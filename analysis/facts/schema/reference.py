"""Documents, chips, vocabulary and judgement calls: what the fact tables refer to."""

from analysis.facts.schema.fields import GRADES, LEVELS, PRECISIONS, Table, count, data_table, number, text
from analysis.facts.schema.rules import DAY, FILLED, PARTIAL, PAST, SLUG, one_of, some_of

KINDS = [
    *("filing", "regulation", "government", "company", "datasheet", "lawfirm", "research", "dataset", "press"),
    "article",
]


@data_table("sources", "Documents: one document, one source.", key="source_id")
class Sources(Table):
    source_id = text("the name that every fact cites", FILLED, SLUG)
    kind = text("what it is", some_of(KINDS))
    publisher = text("who published what was read, and the original where it is a copy", FILLED)
    title = text("title of the document", FILLED)
    published_on = text("the date that the document itself bears; empty: undated", PARTIAL, PAST)
    recorded_on = text("the day it entered this table; an undated source counts from here", FILLED, DAY, PAST)
    grade = text(
        "A filing, rule text, maker; B newswire, established press, research; C blog, aggregator, community",
        some_of(GRADES),
    )
    url = text("address, where one was kept")
    note = text("why it is dated, merged or graded so, where that is not obvious")


@data_table("products", "Chips and what estimators count: variants, families, bare dies, aggregates.", key="product")
class Products(Table):
    product = text("the name used everywhere; a chip_id where level is variant", FILLED, SLUG)
    name = text("the name a reader knows", FILLED)
    family = text("the family it belongs to", FILLED, SLUG)
    maker = text("who designs it", FILLED)
    maker_country = text("where the maker has its seat; empty: several or not told", one_of(["US", "CN"]))
    level = text(
        "variant: has figures of its own; family: the variant is not told; die: silicon, not sold; "
        "aggregate: several chips or a market",
        some_of(LEVELS),
    )
    aliases = text("other names it is printed under, separated by |; width, case, blanks and the maker do not matter")
    note = text("what is not told apart, and what else to know")


@data_table("quantities", "What is measured, in which units: the vocabulary of the fact tables.", key="table quantity")
class Quantities(Table):
    table = text("the table that uses it", FILLED)
    quantity = text("its name there", FILLED)
    unit = text("units allowed, separated by |; empty: none needed")
    label = text("how a reader is told", FILLED)
    is_family_wide = text(
        "yes: one figure serves every variant of a family (a die, a price list)", some_of(["yes", "no"])
    )


@data_table("units", "Units as sources print them, and what `load` turns them into.", key="unit")
class Units(Table):
    unit = text("as in the fact tables", FILLED)
    canonical_unit = text("as in every result", FILLED)
    factor = number("canonical = printed x factor", unit="1", above=0)


@data_table(
    "choices",
    "Dated judgement calls that overrule the order of preference of `resolve`.",
    key="product spec precision sparsity",
)
class Choices(Table):
    product = text("chip", FILLED, SLUG)
    spec = text("what is measured", FILLED)
    precision = text("number format, where it matters", one_of(PRECISIONS))
    sparsity = text("dense or sparse, where it matters", one_of(["dense", "sparse"]))
    take = text("point: the figure of the source; range: the span of the sources", some_of(["point", "range"]))
    source_ids = text("the chosen source, or the sources that span the range, separated by |", FILLED)
    decided_on = text("day of the decision", FILLED, DAY)
    reason = text("why", FILLED)


@data_table(
    "left_out",
    "Rows of the research hand-over that are not rows here, with the reason and the count.",
    key="handover what",
)
class LeftOut(Table):
    handover = text("table of the hand-over", FILLED)
    what = text("which of its rows", FILLED)
    rows = count("how many", unit="rows")
    reason = text("why, and where they went", FILLED)
