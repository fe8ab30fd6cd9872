"""Accounts, outlooks, calendars and exchange rates."""

from pandera.typing import Series

from analysis.facts.schema.fields import (
    DAY,
    FILLED,
    GEOGRAPHY_BASES,
    PERIOD,
    DatedFacts,
    count,
    number,
    one_of,
    some_of,
    table,
    text,
)


@table(
    "revenue",
    "Accounts: what companies report, and what follows from it by arithmetic.",
    key="company metric geography geography_basis scope fiscal_period period_start published_on source_id",
    quantity="metric",
    points="low value high",
)
class Revenue(DatedFacts):
    company: Series[str] = text("who reports", FILLED)
    metric: Series[str] = text("what is measured (quantities.csv)", FILLED)
    geography: Series[str] = text("the line of the geographic table, or Total", FILLED)
    geography_basis: Series[str] = text(
        "billing: where the invoice goes; headquarters: where the customer's head office is",
        one_of(GEOGRAPHY_BASES),
    )
    scope: Series[str] = text("what the figure covers, where that is not the plain line of the accounts")
    fiscal_period: Series[str] = text("NVIDIA fiscal period; calendar period for AMD", PERIOD)
    period_start: Series[str] = text("first day", DAY)
    period_end: Series[str] = text("last day", DAY)
    value: Series[float] = number("the figure")
    low: Series[float] = number("lower end of a stated range or of the rounding")
    high: Series[float] = number("upper end of a stated range or of the rounding")
    unit: Series[str] = text("as printed", FILLED)
    is_recast: Series[str] = text("yes: a comparative restated on a newer basis", some_of(["yes", "no"]))


@table(
    "guidance",
    "What companies expected, before the period was reported.",
    key="company metric scope fiscal_period published_on source_id",
    quantity="metric",
    points="low value high",
)
class Guidance(DatedFacts):
    company: Series[str] = text("who expected it", FILLED)
    metric: Series[str] = text("what is measured (quantities.csv)", FILLED)
    geography: Series[str] = text("what it is about", FILLED)
    scope: Series[str] = text("what the figure covers")
    fiscal_period: Series[str] = text("the period it is about", FILLED, PERIOD)
    period_start: Series[str] = text("first day", DAY)
    period_end: Series[str] = text("last day", DAY)
    value: Series[float] = number("central figure")
    low: Series[float] = number("lower end")
    high: Series[float] = number("upper end; alone: up to")
    unit: Series[str] = text("as printed", FILLED)


@table(
    "revenue_estimates",
    "What third parties estimated and what persons said about China revenue and its loss.",
    key="estimator metric fiscal_period period_start said_on value low source_id",
    quantity="metric",
    points="low value high",
)
class RevenueEstimates(DatedFacts):
    estimator: Series[str] = text("who said or estimated it", FILLED)
    company: Series[str] = text("about whom", FILLED)
    metric: Series[str] = text("what is measured (quantities.csv)", FILLED)
    geography: Series[str] = text("what it is about", FILLED)
    fiscal_period: Series[str] = text("the fiscal period it is about, where one is named", PERIOD)
    period_start: Series[str] = text("first day of the period it is about", DAY)
    period_end: Series[str] = text("last day of the period it is about", DAY)
    said_on: Series[str] = text("the day it was said, where it names no period", DAY)
    value: Series[float] = number("central figure")
    low: Series[float] = number("lower end")
    high: Series[float] = number("upper end")
    unit: Series[str] = text("as printed; text where the note holds the statement", FILLED)


@table(
    "fiscal_periods",
    "NVIDIA's fiscal quarters and years: the year ends on the last Sunday of January.",
    key="company fiscal_period",
)
class FiscalPeriods(DatedFacts):
    company: Series[str] = text("whose calendar", FILLED)
    fiscal_period: Series[str] = text("quarter or year", FILLED, PERIOD)
    period_start: Series[str] = text("first day", FILLED, DAY)
    period_end: Series[str] = text("last day", FILLED, DAY)
    weeks: Series[int] = count("length", unit="weeks")


@table(
    "exchange_rates",
    "Average exchange rates by month, calendar quarter and year.",
    key="pair grain period_start",
)
class ExchangeRates(DatedFacts):
    pair: Series[str] = text("currencies", some_of(["USD/CNY"]))
    grain: Series[str] = text("length of the average", some_of(["month", "quarter", "year"]))
    period_start: Series[str] = text("first day", FILLED, DAY)
    period_end: Series[str] = text("last day", FILLED, DAY)
    rate: Series[float] = number("average over the period", unit="CNY per USD", low=0)
    unit: Series[str] = text("CNY per USD", some_of(["CNY per USD"]))
