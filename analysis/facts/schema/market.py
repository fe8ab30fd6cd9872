"""What was shipped, ordered and paid."""

from analysis.facts.schema.fields import (
    EVIDENCE,
    PRICE_STAGES,
    REVENUE_FROM,
    STAGES,
    DatedFacts,
    data_table,
    number,
    text,
)
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
    low = number("lower end; alone: more than", low=0)
    central = number("printed point value; no midpoint is ever made of a range", low=0)
    high = number("upper end; alone: up to", low=0)
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
        "remainder_of_china_revenue: China's revenue less what it buys beside the chip in quarters that say so; "
        "none_sold: the note says why; unknown: nothing on record bounds it",
        some_of(REVENUE_FROM),
    )
    priced_as = text("the chip whose prices stand for it (products.csv)", FILLED)
    price_low_usd = number("lower price of a card; empty: as prices.csv has it", unit="USD", above=0)
    price_high_usd = number("upper price of a card; empty: as prices.csv has it", unit="USD", above=0)


@data_table(
    "count_errors",
    "Published counts and forecasts of chips that can be held against something better, for how far such counts err.",
    key="product buyer period_start period_end voice source_id outcome_source_id",
    points="low central high",
)
class CountErrors(DatedFacts):
    product = text("what was counted (products.csv)", FILLED)
    buyer = text("whose chips: all, or a buyer in the words of the count", FILLED)
    period_start = text("first day", DAY)
    period_end = text("last day", DAY)
    kind = text("forecast: published before the period was over; count: after", some_of(["count", "forecast"]))
    voice = text("the independent origin it goes back to", FILLED)
    low = number("lower end of the count; alone: more than", unit="units", low=0)
    central = number("printed point value", unit="units", low=0)
    high = number("upper end; alone: up to", unit="units", low=0)
    outcome_low = number("lower end of what it is held against; alone: more than", unit="units", low=0)
    outcome_central = number("printed point value", unit="units", low=0)
    outcome_high = number("upper end; alone: up to", unit="units", low=0)
    outcome_source_id = text("the document of what it is held against (sources.csv)", FILLED)


@data_table(
    "prices",
    "Prices asked, paid, expected or implied: cards, eight-card servers, rent by the hour.",
    key="item product market priced_on low central high unit source_id",
    points="low central high",
)
class Prices(DatedFacts):
    item = text("what was priced, in the words of the record", FILLED)
    product = text("which chip (products.csv)", FILLED)
    form = text(
        "card, module of eight cards, server with eight cards or an hour's rent",
        some_of(["card", "module_8gpu", "server_8gpu", "rental_hour"]),
    )
    market = text("where", some_of(["China", "China grey", "global", "US"]))
    priced_on = text("the day the price is about", DAY)
    low = number("lower end; alone: more than", above=0)
    central = number("printed point value", above=0)
    high = number("upper end; alone: up to", above=0)
    unit = text("currency per unit or hour", FILLED)
    stage = text(
        "what NVIDIA asks or gets (maker), what distributors and server makers ask (channel), before any sale "
        "(expected), grey or second hand (resale), one quoted number over another (derived), a rent, or an assumption",
        some_of(PRICE_STAGES),
    )
    voice = text("the independent origin it goes back to, where it is not the document itself")


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
