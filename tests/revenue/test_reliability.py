"""What a grade is worth: comparisons of figures of grades B and C with grade A, by hand."""

import pandas as pd
import pytest

from analysis.revenue import reliability, words
from tests.records import record

NAN = float("nan")


def figure(grade: str, value: float = NAN, low: float = NAN, high: float = NAN, **cells) -> dict:
    row = {"company": "N", "metric": "revenue", "geography": "China", "geography_basis": "headquarters", "scope": ""}
    row |= {"fiscal_period": "FY2026Q3", "period_start": "2025-07-28", "published_on": "", "is_recast": False}
    row |= {"value": value, "low": low, "high": high, "unit": "musd", "grade": grade, "source_id": grade.lower()}
    row |= {"basis": "official" if grade == "A" else "reported", "locator": "", "known_on": pd.Timestamp("2025-11-20")}
    return row | cells


def compared(*rows: dict) -> pd.DataFrame:
    return reliability.compared({"revenue": pd.DataFrame(rows)})


@pytest.mark.parametrize(
    ("said", "is_contradicted"),
    [
        (figure("C", 2800.0, 2750.0, 2850.0), True),  # 2,973 lies outside
        (figure("C", 13800.0, 2750.0, 13850.0), False),  # inside, though the point is far off
        (figure("C", 2960.0), False),  # 0.4 percent, a rounding
        (figure("C", 2950.0), True),  # 0.8 percent, and no range is stated
        (figure("C", NAN, NAN, 2900.0), True),  # up to 2,900
        (figure("C", NAN, 2900.0, NAN), False),  # more than 2,900
        (figure("B", 2973.0), False),
    ],
)
def test_a_figure_is_contradicted_where_the_two_have_no_point_in_common(said, is_contradicted):
    assert compared(said, figure("A", 2973.0))["is_contradicted"].tolist() == [is_contradicted]


@pytest.mark.parametrize(
    "cells",
    [
        {"geography_basis": "billing"},
        {"fiscal_period": "FY2026Q2"},
        {"is_recast": True},
        {"unit": "share"},
        {"basis": "derived"},
        {"basis": "estimated"},
    ],
)
def test_only_the_same_thing_said_as_a_fact_is_compared(cells):
    assert compared(figure("C", 2800.0) | cells, figure("A", 2973.0)).empty


def test_where_documents_of_grade_a_contradict_one_another_nothing_is_compared():
    other = figure("A", 3200.0, source_id="a2")
    assert compared(figure("C", 2800.0), figure("A", 2973.0), other).empty


def test_rates_by_hand():
    """Of three figures of two documents one is off, by 173 of 2,973; exact 90 percent interval of 1 in 3."""
    rows = [figure("C", 2800.0, 2750.0, 2850.0), figure("C", 2973.0, source_id="d"), figure("C", 2975.0, source_id="d")]
    rows = [row | {"published_on": str(place)} for place, row in enumerate(rows)]
    found = reliability.reliability(compared(*rows, figure("A", 2973.0))).set_index("table")
    row = found.loc["all"]
    assert row[["figures", "documents", "contradicted", "with_range", "outside_range", "far_off"]].tolist() == [
        *(3, 2, 1, 1, 1, 1)
    ]
    assert row["rate"] == pytest.approx(1 / 3)
    # P(at least 1 of 3) = 5 percent at p = 1 - 0.95^(1/3); P(at most 1 of 3) = 5 percent at (1 - p)^2 (1 + 2p) = 0.05
    assert row["rate_low"] == pytest.approx(1 - 0.95 ** (1 / 3))
    p = row["rate_high"]
    assert (1 - p) ** 2 * (1 + 2 * p) == pytest.approx(0.05)
    assert (row["median_error"], row["largest_error"]) == pytest.approx((2 / 2973, 173 / 2973))


def test_nothing_to_compare_is_an_empty_table():
    assert reliability.reliability(compared(figure("C", 2800.0))).empty


def test_the_digest_of_fiscal_2026_q3_is_one_of_three_with_a_range():
    """China 2,800 (2,750 to 2,850) against 2,973; Taiwan and the United States hold 13,751 and 39,177."""
    held = record().grade_reliability(detail=True)
    rows = held[held["source_id"] == "reportify-q3fy26-2025"].set_index("value")
    assert rows["is_contradicted"].to_dict() == {2800: True, 13800: False, 39200: False}
    accounts = record().grade_reliability().set_index(["grade", "table"]).loc[("C", "revenue")]
    assert (accounts["with_range"], accounts["outside_range"]) == (3, 1)


def test_nothing_is_contradicted_before_the_filing_is_out():
    early = record("2025-11-18").grade_reliability(detail=True)
    assert "reportify-q3fy26-2025" not in set(early["source_id"])


def test_where_nothing_is_known_the_tables_are_empty_and_say_so():
    early = record("2019-01-01")
    assert early.grade_reliability(detail=True).empty
    assert words.reliability(early.grade_reliability()).empty
