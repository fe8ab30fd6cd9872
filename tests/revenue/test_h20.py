"""The H20 account: what adds up by hand, what does not, and which amounts are quoted as the loss."""

import pandas as pd
import pytest

from analysis.revenue import h20
from tests.records import record

DC = "dc_hopper_shipments_china"


@pytest.fixture(scope="module")
def account():
    return record().h20_account()


def totals(frame: pd.DataFrame) -> dict[str, tuple]:
    rows = frame[frame["is_total"]].set_index("account")[["amount_musd", "low", "high"]]
    return {name: tuple(None if pd.isna(cell) else cell for cell in row) for name, row in rows.iterrows()}


def test_what_adds_up(account):
    """Sold: 4,600 before the rule, none, about 50, and 0 to 20 that the year leaves. Charge: 4,500 less 180 released.
    H200: none, none, under 1 percent of 89,023 (revenue/NOTES.md, "H20 and H200")."""
    assert totals(account) == {
        "H20 sold in China": (None, 4650, 4670),
        "charge": (4320, None, None),
        "H200 sold in China": (None, 0, 890),
    }


def test_a_total_says_what_it_is_made_of(account):
    notes = account[account["is_total"]].set_index("account")["note"]
    assert notes["charge"] == "4,500 (FY2026Q1) − 180 (FY2026Q2)"
    assert notes["H200 sold in China"] == "0 (FY2026Q4) + 0 (FY2027Q1) + 0 to 890 (FY2027Q2)"


def test_every_line_is_in_a_sum_or_says_why_not(account):
    lines = account[~account["is_total"]]
    in_a_sum = lines["sign"] != 0
    assert (lines["not_added_because"].eq("") == in_a_sum).all()
    assert set(lines.loc[~in_a_sum, "item"]) == {
        *("h20_revenue", "h20_unshipped", "guidance_h20_loss", "h20_charge_estimate", "h20_potential_revenue"),
        *("h20_revenue_licensed", "dc_hopper_shipments_china", "us_government_revenue_share", "h200_import_tariff"),
    }


def test_of_each_line_the_better_document_is_taken(account):
    """4,600 in China is the filing's of May 2026; the release of May 2025 names no place, its digest no page."""
    first = account[(account["fiscal_period"] == "FY2026Q1") & account["item"].isin(["h20_revenue", DC])]
    assert dict(zip(first["source_id"], first["not_added_because"], strict=True)) == {
        "nvda-10q-fy2027q1": "",
        "ai360-q1fy26-2025": h20.SAME,
        "nvda-results-fy2026q1": "sales to China are above",
    }
    for item in ("h20_unshipped", "guidance_h20_loss"):
        rows = account[account["item"] == item].set_index("source_id")["not_added_because"]
        assert rows["ai360-q1fy26-2025"] == h20.SAME
        assert rows["nvda-results-fy2026q1"] not in ("", h20.SAME)
    assert account.query("is_total and account == 'H20 sold in China'")["grade"].item() == "A"


def test_before_the_filing_the_digest_stands_for_china():
    early = record("2025-12-01").h20_account().query("account == 'H20 sold in China' and sign != 0")
    assert early[["fiscal_period", "amount_musd", "grade"]].to_numpy().tolist() == [
        *(["FY2026Q1", 4600, "C"], ["FY2026Q2", 0, "A"], ["FY2026Q3", 50, "A"]),
    ]


def test_nothing_of_the_statements_is_lost(account):
    stated = record().licensed_chips()
    key = ["item", "geography", "fiscal_period", "source_id"]
    lines = account[~account["is_total"]]
    assert sorted(lines[key].itertuples(index=False, name=None)) == sorted(
        stated[key].itertuples(index=False, name=None)
    )


def test_sales_outside_china_are_not_china(account):
    outside = account[account["account"] == "H20 sold outside China"]
    assert list(outside["amount_musd"]) == [650]
    assert 650 not in account.loc[account["account"] == "H20 sold in China", "amount_musd"].tolist()


def test_the_same_line_by_two_sources_is_added_once():
    rows = pd.DataFrame(
        {
            **{"company": "NVIDIA", "metric": "h20_charge", "geography": "", "scope": "", "fiscal_period": "FY2026Q1"},
            **{
                "period_start": "2025-01-27",
                "period_end": "2025-04-27",
                "value": [4500.0, 4500.0],
                "low": float("nan"),
            },
            **{"high": float("nan"), "unit": "musd", "basis": "official", "grade": ["A", "B"], "source_id": ["a", "b"]},
            **{"known_on": pd.Timestamp("2025-05-28"), "note": ""},
        }
    )
    found = h20.account(rows, rows.iloc[:0])
    assert not found["is_total"].any()
    assert list(found["sign"]) == [1, 0]
    assert found["not_added_because"].iloc[1] == "the same line by another source"


def line(metric: str, **cells) -> dict:
    row = {"company": "NVIDIA", "metric": metric, "geography": "", "scope": "", "fiscal_period": "FY2026Q1"}
    row |= {"period_start": "2025-01-27", "period_end": "2025-04-27", "value": float("nan"), "low": float("nan")}
    row |= {"high": float("nan"), "unit": "musd", "basis": "official", "grade": "A", "source_id": "a", "note": ""}
    return row | {"known_on": pd.Timestamp("2025-05-28")} | cells


def test_the_preferred_source_of_a_line_is_the_one_that_is_added():
    """A filing's 4,500 of August before a press figure of 4,600 of May."""
    press = line("h20_charge", value=4600.0, basis="reported", grade="C")
    filing = line("h20_charge", value=4500.0, source_id="b", known_on=pd.Timestamp("2025-08-27"))
    rows = pd.DataFrame([press, filing])
    for frame in (rows, rows[::-1]):
        found = h20.account(frame, frame.iloc[:0])
        assert found.loc[found["sign"] != 0, "amount_musd"].tolist() == [4500]


def test_a_range_that_is_taken_off_swaps_its_ends():
    """4,500 less 100 to 300 is 4,200 to 4,400."""
    rows = pd.DataFrame([line("h20_charge", value=4500.0), line("h20_reserve_release", low=100.0, high=300.0)])
    total = h20.account(rows, rows.iloc[:0]).query("is_total").iloc[0]
    assert (total["low"], total["high"]) == (4200, 4400)
    assert total["note"] == "4,500 (FY2026Q1) − 100 to 300 (FY2026Q1)"


@pytest.mark.parametrize(
    ("as_of", "items"),
    [
        ("2025-04-17", {"h20_charge_estimate"}),
        (
            "2025-09-01",
            {
                *("h20_charge_estimate", "h20_charge", "h20_revenue", "h20_unshipped", "guidance_h20_loss", "total"),
                *("h20_reserve_release", "h20_potential_revenue", "us_government_revenue_share"),
            },
        ),
    ],
)
def test_the_account_as_known_on_a_day(as_of, items):
    assert set(record(as_of).h20_account()["item"]) == items


@pytest.mark.parametrize(
    ("billion", "measures"),
    [
        (4.5, "stock and purchase commitments written down"),
        (5.5, "the same before it was booked, as an upper bound"),
        (8, "H20 sales missing from the outlook of one quarter"),
        (10, "revenue lost, by an analyst's estimate"),
        (12, "revenue lost, by an analyst's estimate"),
        (15, "sales walked away from, without a period"),
        (18, "orders held up, not sales"),
    ],
)
def test_each_widely_quoted_loss_is_there_with_what_it_measures(billion, measures):
    losses = record().quoted_losses()
    named = losses[(losses[["amount_musd", "low", "high"]] == billion * 1000).any(axis=1)]
    assert measures in set(named["measures"])
