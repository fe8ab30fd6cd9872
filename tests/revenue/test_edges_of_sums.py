"""Sums that lack a part, halves of a year, and the order of periods, worked out by hand."""

import pandas as pd

from analysis.facts import fiscal
from analysis.revenue import china

NAN = float("nan")


def lines(**values: float) -> pd.DataFrame:
    rows = [("", period, value) for period, value in values.items()]
    return pd.DataFrame(rows, columns=["geography_basis", "fiscal_period", "value"])


def test_a_total_is_the_sum_of_its_quarters_and_unknown_where_one_is():
    stated = lines(FY2025Q1=10.0, FY2025Q2=20.0, FY2025Q3=30.0, FY2025H1=NAN, FY2025_9M=NAN, FY2025H2=NAN)
    found = china.totals(stated)
    assert found["FY2025H1"] == 30  # 10 + 20
    assert found["FY2025_9M"] == 60  # 10 + 20 + 30
    assert pd.isna(found["FY2025H2"])  # the fourth quarter is not there: 30 alone is no half


def test_a_total_that_is_stated_is_not_summed_again():
    assert china.totals(lines(FY2025Q1=10.0, FY2025Q2=20.0, FY2025H1=31.0))["FY2025H1"] == 31


def test_the_quarters_of_halves_and_of_nine_months():
    assert fiscal.quarters("FY2026H1") == ["FY2026Q1", "FY2026Q2"]
    assert fiscal.quarters("FY2026H2") == ["FY2026Q3", "FY2026Q4"]
    assert fiscal.quarters("2025_9M") == ["2025Q1", "2025Q2", "2025Q3"]
    assert fiscal.quarters("FY2026") == fiscal.quarters("FY2026Q1") == []


def test_bases_stand_apart_by_their_end_the_shorter_period_first():
    periods = {
        "FY2025": ("2024-01-29", "2025-01-26"),
        "FY2025Q4": ("2024-10-28", "2025-01-26"),
        "FY2025Q3": ("2024-07-29", "2024-10-27"),
    }
    frame = pd.DataFrame(
        [
            (basis, period, start, end, amount, 0.1, f"source-{basis}")
            for basis, amount in (("billing", 10.0), ("headquarters", 14.0))
            for period, (start, end) in periods.items()
        ],
        columns=[
            "geography_basis",
            "fiscal_period",
            "period_start",
            "period_end",
            "revenue_musd",
            "share_of_total",
            "source_id",
        ],
    )
    found = china.bases_apart(frame)
    assert list(found["fiscal_period"]) == ["FY2025Q3", "FY2025Q4", "FY2025"]
    assert set(found["gap_musd"]) == {4.0}  # 14 by headquarters less 10 by billing
