"""Accounts, outlooks, calendars and exchange rates."""

from analysis.facts.schema.fields import GEOGRAPHY_BASES, DatedFacts, count, data_table, number, text
from analysis.facts.schema.rules import DAY, FILLED, PERIOD, one_of, some_of


@data_table(
    "revenue",
    "Accounts: what companies report, and what follows from it by arithmetic.",
    key="company metric geography geography_basis scope fiscal_period period_start published_on source_id",
    quantity="metric",
    points="low value high",
)
class Revenue(DatedFacts):
    company = text("who reports", FILLED)
    metric = text("what is measured (quantities.csv)", FILLED)
    geography = text("the line of the geographic table, or Total", FILLED)
    geography_basis = text(
        "billing: where the invoice goes; headquarters: where the customer's head office is", one_of(GEOGRAPHY_BASES)
    )
    scope = text("what the figure covers, where that is not the plain line of the accounts")
    fiscal_period = text("NVIDIA fiscal period; calendar period for AMD", PERIOD)
    period_start = text("first day", DAY)
    period_end = text("last day", DAY)
    value = number("the figure")
    low = number("lower end of a stated range or of the rounding")
    high = number("upper end of a stated range or of the rounding")
    unit = text("as printed", FILLED)
    is_recast = text("yes: a comparative restated on a newer basis", some_of(["yes", "no"]))
    is_remainder = text(
        "yes: worked out as what the other figures leave of a total, so that their sum tests nothing",
        some_of(["yes", "no"]),
    )


@data_table(
    "guidance",
    "What companies expected, before the period was reported.",
    key="company metric scope fiscal_period published_on source_id",
    quantity="metric",
    points="low value high",
)
class Guidance(DatedFacts):
    company = text("who expected it", FILLED)
    metric = text("what is measured (quantities.csv)", FILLED)
    geography = text("what it is about", FILLED)
    scope = text("what the figure covers")
    fiscal_period = text("the period it is about", FILLED, PERIOD)
    period_start = text("first day", DAY)
    period_end = text("last day", DAY)
    value = number("central figure")
    low = number("lower end")
    high = number("upper end; alone: up to")
    unit = text("as printed", FILLED)


@data_table(
    "revenue_estimates",
    "What third parties estimated and what persons said about China revenue and its loss.",
    key="estimator metric fiscal_period period_start said_on value low source_id",
    quantity="metric",
    points="low value high",
)
class RevenueEstimates(DatedFacts):
    estimator = text("who said or estimated it", FILLED)
    company = text("about whom", FILLED)
    metric = text("what is measured (quantities.csv)", FILLED)
    geography = text("what it is about; Total: wherever it was sold", FILLED)
    geography_basis = text("of China revenue: the basis that the estimate names", one_of(GEOGRAPHY_BASES))
    fiscal_period = text("the fiscal period it is about, where one is named", PERIOD)
    period_start = text("first day of the period it is about", DAY)
    period_end = text("last day of the period it is about", DAY)
    said_on = text("the day it was said, where it names no period", DAY)
    value = number("central figure")
    low = number("lower end")
    high = number("upper end")
    unit = text("as printed; text where the note holds the statement", FILLED)


@data_table(
    "fiscal_periods",
    "NVIDIA's fiscal quarters and years: the year ends on the last Sunday of January.",
    key="company fiscal_period",
)
class FiscalPeriods(DatedFacts):
    company = text("whose calendar", FILLED)
    fiscal_period = text("quarter or year", FILLED, PERIOD)
    period_start = text("first day", FILLED, DAY)
    period_end = text("last day", FILLED, DAY)
    weeks = count("length", unit="weeks")


@data_table(
    "results_due",
    "The days on which the results of a fiscal period were expected, as they were told before.",
    key="company fiscal_period due_on source_id",
)
class ResultsDue(DatedFacts):
    company = text("whose results", FILLED)
    fiscal_period = text("the period they are about", FILLED, PERIOD)
    due_on = text("the day on which they were expected", FILLED, DAY)


@data_table(
    "definitions",
    "What the lines of the accounts mean, in the words of the company that draws them up.",
    key="company term words source_id",
)
class Definitions(DatedFacts):
    company = text("whose accounts", FILLED)
    term = text("what is defined", FILLED)
    words = text("the words of the source", FILLED)
    follows = text("what follows for a reader; empty: nothing beyond the words")


@data_table(
    "exchange_rates", "Average exchange rates by month, calendar quarter and year.", key="pair grain period_start"
)
class ExchangeRates(DatedFacts):
    pair = text("currencies", some_of(["USD/CNY"]))
    grain = text("length of the average", some_of(["month", "quarter", "year"]))
    period_start = text("first day", FILLED, DAY)
    period_end = text("last day", FILLED, DAY)
    rate = number("average over the period", unit="CNY per USD", above=0)
    unit = text("CNY per USD", some_of(["CNY per USD"]))
