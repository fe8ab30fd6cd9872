"""Sums that lack a part, halves of a year, and the order of periods, worked out by hand."""

import pandas as pd
import pytest

from analysis.facts import fiscal
from analysis.facts.errors import ParameterError
from analysis.revenue import china
from tests.records import account

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


def statement(metric: str, place: str, period: str, source: str, value: float = 1.0, **cells) -> dict:
    row = account(place, period, value, source, metric=metric, company="NVIDIA", scope="", note="", locator="")
    return row | {"known_on": pd.Timestamp("2025-01-01")} | cells


def test_statements_on_licensed_chips_come_by_period_then_story_and_are_numbered():
    """An H20 charge comes after H20 revenue in the story; an outlook of the same period beside them."""
    booked = [statement("h20_charge", "", "FY2026Q1", "b"), statement("h20_revenue", "", "FY2026Q1", "b")]
    share = statement("us_government_revenue_share", "", "FY2026Q2", "a", 0.15, unit="share")
    outlook = [statement("guidance_h20_loss", "", "FY2026Q1", "a")]
    found = china.licensed_chips(pd.DataFrame([share, *booked]), pd.DataFrame(outlook))
    items = ["h20_revenue", "h20_charge", "guidance_h20_loss", "us_government_revenue_share"]
    assert found["item"].tolist() == items
    assert found["is_outlook"].tolist() == [False, False, True, False]
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["amount_musd"].fillna(-1).tolist() == [1, 1, 1, -1]
    assert found["share"].fillna(-1).tolist() == [-1, -1, -1, 0.15]


def test_of_two_places_in_one_document_the_first_is_preferred():
    rows = pd.DataFrame([statement("revenue", "A", "FY2026Q1", "s", locator=page) for page in ("p. 2", "p. 1")])
    assert china.preferred(rows, ["metric", "fiscal_period"]).tolist() == [1]
    assert china.preferred(rows.drop(columns="locator").assign(scope=["y", "x"]), ["fiscal_period"]).tolist() == [1]


def test_a_series_names_the_grain_of_each_period():
    rows = [statement("revenue", china.CHINA, period, "s") for period in ("FY2026Q1", "FY2026H1", "FY2026")]
    found = china.china_revenue(pd.DataFrame(rows)).set_index("fiscal_period")["grain"]
    assert found.to_dict() == {"FY2026Q1": "quarter", "FY2026H1": "half", "FY2026": "year"}


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: china.in_currency(pd.DataFrame(), pd.DataFrame(), "EUR"), "currency: 'EUR' is not one of USD, CNY."),
        (
            lambda: china.china_revenue(pd.DataFrame(), "ship"),
            "basis: 'ship' is not one of billing, headquarters, both.",
        ),
    ],
)
def test_what_is_no_currency_and_no_basis(ask, told):
    with pytest.raises(ParameterError) as refused:
        ask()
    assert str(refused.value) == told
