"""What chips are and how fast they work."""

from analysis.facts.schema.fields import BIT_LENGTHS_ONLY, PRECISIONS, DatedFacts, count, data_table, number, text
from analysis.facts.schema.rules import FILLED, one_of, some_of


@data_table(
    "chip_specs",
    "What each source says of each chip. Throughput is per package; conflicting rows all stay.",
    key="product as_printed spec precision sparsity published_on source_id locator",
    quantity="spec",
    points="low value high",
)
class ChipSpecs(DatedFacts):
    product = text("chip variant, or family where the source names no variant", FILLED)
    as_printed = text("chip and variant as the source or its transcript names them", FILLED)
    spec = text("what is measured (quantities.csv)", FILLED)
    precision = text(
        "number format of a throughput; 8bit and the like where the source gives only the bit length",
        one_of(PRECISIONS + BIT_LENGTHS_ONLY),
    )
    sparsity = text("dense or sparse; empty: the source does not say", one_of(["dense", "sparse"]))
    value = text("the figure, or words where the unit is text or date")
    low = number("lower end, where the source gives a range", low=0)
    high = number("upper end, where the source gives a range", low=0)
    unit = text("as printed", FILLED)
    is_usable = text("no: carried but never resolved to, the note says why", some_of(["yes", "no"]))


@data_table(
    "benchmarks",
    "Measured (and some modelled) speeds of chips at work.",
    key="product chip_count system workload model scenario precision metric value source_id note",
)
class Benchmarks(DatedFacts):
    product = text("which chip (products.csv)", FILLED)
    as_printed = text("what the source calls it", FILLED)
    chip_count = count("chips in the system", unit="chips")
    system = text("machine and software", FILLED)
    workload = text("kind of work", FILLED)
    model = text("what was run", FILLED)
    scenario = text("how it was run")
    precision = text("number format, as far as stated")
    metric = text("what was measured", FILLED)
    value = number("the result", above=0)
    unit = text("as printed", FILLED)
    is_measured = text("no: a model's result, not a measurement", some_of(["yes", "no"]))
