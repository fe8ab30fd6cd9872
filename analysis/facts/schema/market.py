"""What was shipped, ordered and paid."""

from analysis.facts.schema.fields import EVIDENCE, REVENUE_FROM, STAGES, DatedFacts, data_table, number, text
from analysis.facts.schema.rules import DAY, FILLED, PARTIAL, PERIOD, one_of, some_of


@data_table(
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
    product = text("what was counted (products.csv)", FILLED)
    as_printed = text("what the source calls it", FILLED)
    designer = text("whose chips", FILLED)
    buyer = text("the widest honest label", FILLED)
    destination = text("where they went or were to go", FILLED)
    quantity = text("what is counted (quantities.csv)", FILLED)
    stage = text("how far the chips had come; an order is not a shipment", some_of(STAGES))
    period_start = text("first day", DAY)
    period_end = text("last day", DAY)
    low = number("lower end; alone: more than")
    central = number("printed point value; no midpoint is ever made of a range")
    high = number("upper end; alone: up to")
    unit = text("as printed", FILLED)
    estimator = text("who made the number", FILLED)
    voice = text("the independent origin it goes back to: rows of one voice confirm nothing", FILLED)
    quotes = text("who quotes whom, newest copy first")
    evidence = text(
        "how it bears on the units of a chip that is estimated (unit_priors.csv): as what the units equal, are at "
        "most or at least; repeat: of another row; accounts: made of the accounts that the estimate starts from; "
        "prior: one of those accounts; none: counts something else; empty for other chips",
        one_of(EVIDENCE),
    )
    evidence_why = text("why it bears so, and how it may differ from the units sold")


@data_table(
    "unit_priors",
    "What the estimate of units starts from: where the revenue of each chip in China is taken from.",
    key="product first_period",
)
class UnitPriors(DatedFacts):
    product = text("the chip, as estimators count it (products.csv)", FILLED)
    variant = text("the variant whose law and rates stand for it (products.csv)", FILLED)
    first_period = text("first fiscal quarter", FILLED, PERIOD)
    last_period = text("last fiscal quarter", FILLED, PERIOD)
    revenue_from = text(
        "a metric of revenue.csv; part_of_china_data_center: an unknown part of China's data-center revenue; "
        "none_sold: the note says why; unknown: nothing on record bounds it",
        some_of(REVENUE_FROM),
    )
    price_low_usd = number("lower price of a card; empty: as prices.csv has it", unit="USD", low=0)
    price_high_usd = number("upper price of a card; empty: as prices.csv has it", unit="USD", low=0)


@data_table(
    "prices",
    "Prices asked, paid, expected or implied: cards, eight-card servers, rent by the hour.",
    key="item product market priced_on low central high unit source_id",
    points="low central high",
)
class Prices(DatedFacts):
    item = text("what was priced, in the words of the record", FILLED)
    product = text("which chip (products.csv)", FILLED)
    form = text("card, eight-card server or an hour's rent", some_of(["card", "server_8gpu", "rental_hour"]))
    market = text("where", some_of(["China", "China grey", "global", "US"]))
    priced_on = text("the day the price is about", DAY)
    low = number("lower end; alone: more than", low=0)
    central = number("printed point value", low=0)
    high = number("upper end; alone: up to", low=0)
    unit = text("currency per unit or hour", FILLED)


@data_table(
    "market_facts",
    "Facts on companies, markets and makers that no other table holds.",
    key="subject quantity scope period_start period_end source_id",
    quantity="quantity",
    points="low value high",
)
class MarketFacts(DatedFacts):
    subject = text("company, chip or group of makers that it is about", FILLED)
    quantity = text("what is measured (quantities.csv)", FILLED)
    scope = text("which market, or against what, where the quantity alone does not tell")
    period_start = text("first day of what it is about, as far as told", PARTIAL)
    period_end = text("last day of what it is about, as far as told", PARTIAL)
    low = number("lower end; alone: more than")
    value = number("printed point value; no midpoint is ever made of a range")
    high = number("upper end; alone: up to")
    unit = text("as printed", FILLED)


@data_table(
    "power",
    "What running a chip takes beside its card: prices of electricity, and what buildings draw beside their machines.",
    key="quantity place period_start low central high unit source_id",
    quantity="quantity",
    points="low central high",
)
class Power(DatedFacts):
    quantity = text("what is measured (quantities.csv)", FILLED)
    place = text("where", some_of(["China", "global"]))
    period_start = text("first day", DAY)
    period_end = text("last day", DAY)
    low = number("lower end; alone: more than", low=0)
    central = number("printed point value", low=0)
    high = number("upper end; alone: up to", low=0)
    unit = text("as printed", FILLED)
