"""What scenarios assume: published figures, and the range that each input of ours is drawn from."""

from analysis.facts.schema.fields import Facts, data_table, number, text
from analysis.facts.schema.rules import FILLED, some_of

TOPICS = ["scenario", "demand", "price", "supply", "policy", "economics", "equivalence"]
READ_IN = ["original", "copy", "summary", "quotation", "derived"]
SHAPES = ["point", "uniform", "triangular", "lognormal"]


@data_table(
    "scenario_inputs",
    "What published scenarios assume and print, and what is known of inputs that nobody has measured.",
    key="topic subject quantity about period low value high unit source_id",
    points="low value high",
)
class ScenarioInputs(Facts):
    topic = text("what it is an input of", some_of(TOPICS))
    subject = text("whose scenario, or the chip, company or market that it is about", FILLED)
    quantity = text("what is measured", FILLED)
    about = text("what exactly, and under which condition")
    period = text("the period or day that it is about, as far as told")
    low = number("lower end; alone: more than")
    value = number("printed point value; no midpoint is ever made of a range")
    high = number("upper end; alone: up to")
    unit = text("as printed; text: no figure, `about` says it", FILLED)
    read_in = text(
        "how it was read: in the original (or its beginning), a copy or translation of it, a summary by others, a "
        "quotation, or derived here",
        some_of(READ_IN),
    )


@data_table(
    "scenario_ranges",
    "What each input of a scenario is drawn from, unless the scenario says otherwise.",
    key="input product",
    points="low central high",
)
class ScenarioRanges(Facts):
    input = text("the input, as analysis/scenarios/inputs.py declares it", FILLED)
    product = text("the chip (products.csv); empty: all chips that have no row of their own")
    low = number("lower end: the least, or of a lognormal the 5th percentile")
    central = number("the most likely value of a triangle, or the point itself")
    high = number("upper end: the most, or of a lognormal the 95th percentile")
    unit = text("as analysis/scenarios/inputs.py declares it", FILLED)
    shape = text("how it is distributed between its ends", some_of(SHAPES))
