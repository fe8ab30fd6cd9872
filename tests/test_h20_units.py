"""H20 units out of revenue and prices, by hand; and the law they were sold under."""

import pandas as pd
import pytest

from analysis import h20_units, results, wording
from analysis.errors import ParameterError


@pytest.fixture(scope="module")
def units():
    return results.units_by_quarter().set_index("fiscal_period")


@pytest.mark.parametrize(
    ("quarter", "low", "high"),
    [
        ("FY2025Q1", 2333e6 / 13000, 2333e6 / 12000),  # Epoch AI: 12 percent of compute; FT: 12,000 to 13,000
        ("FY2026Q1", 4600e6 / 12000, 4600e6 / 10000),  # sold until the letter; Reuters: 10,000 to 12,000
        ("FY2026Q2", 0, 0),
        ("FY2026Q3", 50e6 / 12000, 50e6 / 10000),
    ],
)
def test_units_are_revenue_over_price(units, quarter, low, high):
    assert tuple(units.loc[quarter, ["p5", "p95"]]) == (pytest.approx(low, rel=0.005), pytest.approx(high, rel=0.005))


def test_fiscal_2026_is_what_the_notes_work_out():
    """At $10-12k this is roughly 390,000 to 465,000 H20 delivered to China in fiscal 2026 (market/NOTES.md)."""
    year = results.units_by_year().set_index("fiscal_year").loc["FY2026"]
    assert year["p5"] == pytest.approx(4650e6 / 12000, rel=0.005)
    assert year["p95"] == pytest.approx(4650e6 / 10000, rel=0.005)
    assert (year["quarters"], year["revenue_is"]) == (3, "reported")


def test_what_is_reported_comes_before_what_is_assumed(units):
    assert units.loc["FY2026Q1", "revenue_is"] == "reported"
    assert units.loc["FY2025Q1", "revenue_is"] == "estimated"
    assert 677 not in units["revenue_musd"].tolist(), "Epoch's second quarter went outside China"


def test_implied_and_assumed_prices_do_not_count():
    rows = pd.DataFrame(
        {
            **{"product": "h20", "form": "card", "market": "China", "unit": "usd per unit"},
            "priced_on": ["2024-07-05", "2024-07-08", "2024-08-01", "2025-07-25"],
            "low": [None, 12000.0, 1.0, None],
            "central": [12500.0, None, None, 9.0],
            "high": [None, 13000.0, None, None],
            "basis": ["reported", "reported", "derived", "estimated"],
            "source_id": ["a", "b", "c", "d"],
        }
    )
    assert h20_units.price_ranges(rows).to_dict("records") == [
        {"year": 2024, "low_usd": 12000.0, "high_usd": 13000.0, "price_source_id": "a|b"}
    ]


def test_a_quarter_without_a_price_is_unknown():
    rows = results.units_by_quarter()[
        ["fiscal_period", "period_start", "period_end", "revenue_musd", "scope", "source_id"]
    ]
    spans = pd.DataFrame({"year": [2025], "low_usd": [10000.0], "high_usd": [12000.0], "price_source_id": ["p"]})
    found, _ = h20_units.estimate(rows, spans, level=0.9, hardware_share=1.0, draws=100, seed=0)
    unknown = found["p50"].isna()
    assert list(found.loc[unknown, "fiscal_period"].str[:6].unique()) == ["FY2025"]
    assert "unknown" in wording.shipments.units_by_quarter(found.assign(revenue_is=""))["median"].tolist()


def test_a_hardware_share_lowers_the_units_in_proportion():
    whole, half = (results.units_by_quarter(hardware_share=share)["p50"] for share in ("1", "0.5"))
    assert (half / whole).dropna().to_list() == pytest.approx([0.5] * 6)


def test_the_law_at_shipment():
    """Free until 2025-04-08, and the first quarter's sales were made before; licensed from 2025-07-14."""
    found = results.legality_at_shipment().set_index("fiscal_period")
    assert found["counts_as"].to_dict() == {
        **dict.fromkeys(["FY2025Q1", "FY2025Q2", "FY2025Q3", "FY2025Q4", "FY2026Q1"], "free"),
        **{"FY2026Q2": "unknown", "FY2026Q3": "licensed"},
    }
    assert found.loc["FY2026Q1", ["changed_on", "why"]].tolist() == [
        *("2025-04-09", "sold before the letter, by the company's statement"),
    ]
    assert found.loc["FY2026Q2", "why"] == "the law changed inside the quarter"


def test_nothing_is_estimated_before_a_revenue_is_known():
    for name in ("units_by_quarter", "units_by_year", "legality_at_shipment"):
        assert results.table(name, as_of="2025-05-01").empty, name


def test_numbers_that_are_none():
    with pytest.raises(ParameterError) as refused:
        results.units_by_quarter(draws="many", hardware_share="x")
    assert str(refused.value).splitlines() == [
        "hardware_share: 'x' is no number. Write it like 1.",
        "draws: 'many' is no number. Write it like 131072.",
    ]
    with pytest.raises(ParameterError, match=r"interval_level 1\.0 is not between 0 and 1"):
        results.units_by_year(interval_level="1")


def test_units_for_readers_have_three_digits():
    told = wording.shipments.units_by_year(results.units_by_year()).set_index("year")
    assert told.loc["FY2026", "quarters known"] == "3 of 4"
    assert told.loc["FY2026", "units, 5th to 95th percentile"].startswith("388,000 to 46")
