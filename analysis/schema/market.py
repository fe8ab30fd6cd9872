"""What was shipped, ordered and paid."""

from pandera.typing import Series

from analysis.schema.fields import DAY, FILLED, STAGES, DatedFacts, number, some_of, table, text


@table(
    "shipment_estimates",
    "Who says how many chips were shipped, sold, ordered, licensed, planned or in stock.",
    key=(
        "product as_printed buyer destination quantity stage period_start period_end "
        "low central high unit estimator source_id"
    ),
    quantity="quantity",
    points="low central high",
)
class ShipmentEstimates(DatedFacts):
    product: Series[str] = text("what was counted (products.csv)", FILLED)
    as_printed: Series[str] = text("what the source calls it", FILLED)
    designer: Series[str] = text("whose chips", FILLED)
    buyer: Series[str] = text("the widest honest label", FILLED)
    destination: Series[str] = text("where they went or were to go", FILLED)
    quantity: Series[str] = text("what is counted (quantities.csv)", FILLED)
    stage: Series[str] = text("how far the chips had come; an order is not a shipment", some_of(STAGES))
    period_start: Series[str] = text("first day", DAY)
    period_end: Series[str] = text("last day", DAY)
    low: Series[float] = number("lower end; alone: more than")
    central: Series[float] = number("printed point value; no midpoint is ever made of a range")
    high: Series[float] = number("upper end; alone: up to")
    unit: Series[str] = text("as printed", FILLED)
    estimator: Series[str] = text("who made the number", FILLED)
    voice: Series[str] = text("the independent origin it goes back to: rows of one voice confirm nothing", FILLED)
    quotes: Series[str] = text("who quotes whom, newest copy first")


@table(
    "prices",
    "Prices asked, paid, expected or implied: cards, eight-card servers, rent by the hour.",
    key="item product market priced_on low central high unit source_id",
    points="low central high",
)
class Prices(DatedFacts):
    item: Series[str] = text("what was priced, in the words of the record", FILLED)
    product: Series[str] = text("which chip (products.csv)", FILLED)
    form: Series[str] = text(
        "card, eight-card server or an hour's rent", some_of(["card", "server_8gpu", "rental_hour"])
    )
    market: Series[str] = text("where", some_of(["China", "China grey", "global", "US"]))
    priced_on: Series[str] = text("the day the price is about", DAY)
    low: Series[float] = number("lower end; alone: more than", low=0)
    central: Series[float] = number("printed point value", low=0)
    high: Series[float] = number("upper end; alone: up to", low=0)
    unit: Series[str] = text("currency per unit or hour", FILLED)
