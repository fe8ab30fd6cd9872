"""Names of fiscal periods, bounds between them, and averages over shared days."""

import math

import pandas as pd
import pytest

from analysis.facts import fiscal
from analysis.facts.errors import ParameterError

# NVIDIA's quarters as in the 10-Qs (research notes on revenue, fiscal calendar)
CALENDAR = pd.DataFrame(
    [
        ("FY2025Q4", "2024-10-28", "2025-01-26"),
        ("FY2026Q1", "2025-01-27", "2025-04-27"),
        ("FY2026Q2", "2025-04-28", "2025-07-27"),
    ],
    columns=["fiscal_period", "period_start", "period_end"],
)
MONTHS = pd.DataFrame(
    [("2025-01-01", "2025-01-31", 7.0), ("2025-02-01", "2025-02-28", 8.0), ("2025-04-01", "2025-04-30", 9.0)],
    columns=["period_start", "period_end", "rate"],
)


GRAINS = {"FY2026Q3": "quarter", "FY2026H1": "half", "FY2026_9M": "nine months", "FY2026": "year"}
GRAINS |= {"2025Q4": "quarter", "2025": "year"}


@pytest.mark.parametrize("period", GRAINS)
def test_grain(period):
    assert fiscal.grain(period) == GRAINS[period]


@pytest.mark.parametrize("name", ["FY26Q3", "FY2026Q5", "FY2026H3", "FY2026 Q3", "Q3", "", "FY2026_6M"])
def test_no_period(name):
    with pytest.raises(ParameterError) as error:
        fiscal.grain(name)
    assert str(error.value) == (
        f"fiscal_period: {name!r} is not like 'FY2026Q3' or 'FY2026'. Write the year in four digits."
    )


@pytest.mark.parametrize(
    ("period", "year", "quarter"),
    [
        ("FY2026Q3", "FY2025Q3", "FY2026Q2"),
        ("FY2026Q1", "FY2025Q1", "FY2025Q4"),
        ("2025Q1", "2024Q1", "2024Q4"),
        ("FY2026H1", "FY2025H1", ""),
        ("FY2026_9M", "FY2025_9M", ""),
        ("FY2026", "FY2025", ""),
    ],
)
def test_periods_before(period, year, quarter):
    assert fiscal.year_before(period) == year
    assert fiscal.quarter_before(period) == quarter


@pytest.mark.parametrize(
    ("period", "quarters"),
    [
        ("FY2026H1", ["FY2026Q1", "FY2026Q2"]),
        ("FY2026H2", ["FY2026Q3", "FY2026Q4"]),
        ("FY2026_9M", ["FY2026Q1", "FY2026Q2", "FY2026Q3"]),
        ("FY2026", []),
        ("FY2026Q1", []),
    ],
)
def test_quarters(period, quarters):
    assert fiscal.quarters(period) == quarters


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("", "", [True, True, True]),
        ("FY2026Q1", "", [False, True, True]),
        ("", "FY2026Q1", [True, True, False]),
        ("FY2026Q1", "FY2026Q1", [False, True, False]),
    ],
)
def test_between(first, last, inside):
    spans = fiscal.between(CALENDAR["period_start"], CALENDAR["period_end"], first, last, CALENDAR)
    assert spans.tolist() == inside


def test_a_span_that_reaches_over_the_bound_is_not_between():
    year = fiscal.between(pd.Series(["2024-01-29"]), pd.Series(["2025-01-26"]), "FY2025Q4", "", CALENDAR)
    assert year.tolist() == [False]


UNREADABLE = "'FY26Q1' is not like 'FY2026Q3' or 'FY2026'. Write the year in four digits."
UNKNOWN = "is not a quarter or year known by that day. Known:"


@pytest.mark.parametrize(
    ("first", "last", "calendar", "refusal"),
    [
        ("FY26Q1", "", CALENDAR, f"first_period: {UNREADABLE}"),
        ("", "FY2030Q1", CALENDAR, f"last_period: FY2030Q1 {UNKNOWN} FY2025Q4 to FY2026Q2."),
        ("FY2026H1", "", CALENDAR, f"first_period: FY2026H1 {UNKNOWN} FY2025Q4 to FY2026Q2."),
        ("FY2026Q1", "", CALENDAR.iloc[:0], f"first_period: FY2026Q1 {UNKNOWN} none."),
        ("FY2026Q2", "FY2025Q4", CALENDAR, "first_period: FY2026Q2 is after last_period FY2025Q4. Swap them."),
    ],
)
def test_between_refuses(first, last, calendar, refusal):
    with pytest.raises(ParameterError) as error:
        fiscal.between(CALENDAR["period_start"], CALENDAR["period_end"], first, last, calendar)
    assert str(error.value) == refusal


def test_both_bounds_are_refused_at_once():
    with pytest.raises(ParameterError) as error:
        fiscal.between(CALENDAR["period_start"], CALENDAR["period_end"], "FY26Q1", "FY2030Q1", CALENDAR)
    assert [str(fault).split(":")[0] for fault in error.value.faults] == ["first_period", "last_period"]


# FY2026 in full, and the first quarter of the year before (10-Qs and 10-K)
YEAR = pd.concat(
    [
        pd.DataFrame([("FY2025Q1", "2024-01-29", "2024-04-28")], columns=CALENDAR.columns),
        CALENDAR,
        pd.DataFrame(
            [
                ("FY2026Q3", "2025-07-28", "2025-10-26"),
                ("FY2026Q4", "2025-10-27", "2026-01-25"),
                ("FY2026", "2025-01-27", "2026-01-25"),
            ],
            columns=CALENDAR.columns,
        ),
    ]
)


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2025-01-27", "2025-04-27", "FY2026Q1"),
        ("2025-01-27", "2025-07-27", "FY2026H1"),
        ("2025-07-28", "2026-01-25", "FY2026H2"),
        ("2025-01-27", "2025-10-26", "FY2026_9M"),
        ("2025-01-27", "2026-01-25", "FY2026"),
        ("2025-04-28", "2025-10-26", ""),  # two quarters that are no half
        ("2025-04-28", "2026-01-25", ""),
        ("2024-01-29", "2025-07-27", ""),  # from a first quarter to the second of another year
        ("2025-01-27", "2025-07-26", ""),
        ("2025-01-28", "2025-07-27", ""),
    ],
)
def test_name_of_a_span_of_days(start, end, name):
    assert fiscal.name_of(start, end, YEAR) == name


def test_average_is_weighted_by_days():
    # two days of January at 7 and six of February at 8: (14 + 48) / 8
    assert fiscal.average_over("2025-01-30", "2025-02-06", MONTHS) == 7.75
    assert fiscal.average_over("2025-01-05", "2025-01-09", MONTHS) == 7.0
    assert fiscal.average_over("2025-02-28", "2025-02-28", MONTHS) == 8.0


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-02-01", "2025-04-10"), ("2025-04-01", "2025-05-01"), ("2024-12-31", "2025-01-31"), ("2025-03-01",) * 2],
)
def test_part_of_an_average_is_no_average(start, end):
    assert math.isnan(fiscal.average_over(start, end, MONTHS))
