"""What chips are and how fast they work."""

from pandera.typing import Series

from analysis.facts.schema.fields import (
    BIT_LENGTHS_ONLY,
    FILLED,
    PRECISIONS,
    DatedFacts,
    count,
    number,
    one_of,
    some_of,
    table,
    text,
)


@table(
    "chip_specs",
    "What each source says of each chip. Throughput is per package; conflicting rows all stay.",
    key="product as_printed spec precision sparsity published_on source_id locator",
    quantity="spec",
    points="low value high",
)
class ChipSpecs(DatedFacts):
    product: Series[str] = text("chip variant, or family where the source names no variant", FILLED)
    as_printed: Series[str] = text("chip and variant as the source or its transcript names them", FILLED)
    spec: Series[str] = text("what is measured (quantities.csv)", FILLED)
    precision: Series[str] = text(
        "number format of a throughput; 8bit and the like where the source gives only the bit length",
        one_of(PRECISIONS + BIT_LENGTHS_ONLY),
    )
    sparsity: Series[str] = text("dense or sparse; empty: the source does not say", one_of(["dense", "sparse"]))
    value: Series[str] = text("the figure, or words where the unit is text or date")
    low: Series[float] = number("lower end, where the source gives a range")
    high: Series[float] = number("upper end, where the source gives a range")
    unit: Series[str] = text("as printed", FILLED)
    is_usable: Series[str] = text("no: carried but never resolved to, the note says why", some_of(["yes", "no"]))


@table(
    "benchmarks",
    "Measured (and some modelled) speeds of chips at work.",
    key="product chip_count system workload model scenario precision metric value source_id note",
)
class Benchmarks(DatedFacts):
    product: Series[str] = text("which chip (products.csv)", FILLED)
    as_printed: Series[str] = text("what the source calls it", FILLED)
    chip_count: Series[int] = count("chips in the system", unit="chips")
    system: Series[str] = text("machine and software", FILLED)
    workload: Series[str] = text("kind of work", FILLED)
    model: Series[str] = text("what was run", FILLED)
    scenario: Series[str] = text("how it was run")
    precision: Series[str] = text("number format, as far as stated")
    metric: Series[str] = text("what was measured", FILLED)
    value: Series[float] = number("the result", low=0)
    unit: Series[str] = text("as printed", FILLED)
    is_measured: Series[str] = text("no: a model's result, not a measurement", some_of(["yes", "no"]))
