"""Reconciliations of the research notes that hold one published figure against others (revenue/NOTES.md)."""

import pytest

from analysis.facts import load
from analysis.revenue import china


@pytest.fixture(scope="module")
def revenue():
    rows = load.table("revenue")
    return rows[rows["company"] == "NVIDIA"]


@pytest.fixture(scope="module")
def lines(revenue):
    """Working value by basis, period and line of the geographic tables, and of total revenue."""
    found = china.geographies(revenue)
    return found.set_index(["geography_basis", "fiscal_period", "geography"])["value"]


@pytest.fixture(scope="module")
def total(revenue):
    return china.totals(china.geographies(revenue))


def test_stated_shares_outside_the_united_states_agree_with_the_tables(revenue, lines, total):
    """Sixteen shares in whole percent, on both bases: 53 stated and 53.06 by the table, 42 and 41.7, and so on."""
    stated = revenue[revenue["metric"] == "revenue_outside_us_share"]
    apart = {}
    for row in stated.itertuples():
        inside = lines.get((row.geography_basis, row.fiscal_period, "United States"))
        if inside is not None and row.fiscal_period in total.dropna():
            apart[row.geography_basis, row.fiscal_period] = 100 * abs(1 - inside / total[row.fiscal_period] - row.value)
    assert len(apart) >= 13
    assert {key: gap for key, gap in apart.items() if gap > 0.5 + 1e-9} == {}


@pytest.mark.parametrize(
    ("quarter", "stated"), [("FY2023Q4", 6051), ("FY2024Q4", 22103), ("FY2025Q4", 39331), ("FY2026Q4", 68127)]
)
def test_fourth_quarters_agree_with_the_trend_sheet_and_the_commentary(total, quarter, stated):
    assert total[quarter] == stated


@pytest.mark.parametrize(("year", "stated"), [("FY2023", 20923), ("FY2024", 38819), ("FY2025", 91166)])
def test_nine_months_are_three_quarters(total, year, stated):
    assert sum(total[f"{year}Q{n}"] for n in (1, 2, 3)) == stated


def test_the_second_half_by_headquarters_is_its_two_quarters(lines):
    """Year less first half, against third quarter as filed and year less nine months: two ways to each line."""
    for place, third, fourth in (
        *(("United States", 39_177, 51_858), ("Taiwan", 13_751, 12_044)),
        *((china.CHINA, 2_973, 3_060), ("Other", 1_105, 1_165)),
    ):
        quarters = [lines["headquarters", f"FY2026Q{n}", place] for n in (3, 4)]
        assert quarters == [third, fourth]
        assert lines["headquarters", "FY2026H2", place] == third + fourth


def test_the_charge_on_h20_in_points_of_margin(revenue, total):
    charge = revenue.loc[revenue["metric"] == "h20_charge", "value"].item()
    points = revenue.loc[revenue["metric"] == "h20_charge_gross_margin_effect", "value"].item()
    assert 100 * charge / total["FY2026Q1"] == pytest.approx(10.21, abs=0.005)
    assert 100 * abs(points) == pytest.approx(10.21)


def test_a_million_h20_against_china_revenue(lines):
    """A million at 12,000 dollars is 70 percent of fiscal 2025 by billing and 48 percent by headquarters."""
    shares = [12_000 / lines[basis, "FY2025", china.CHINA] for basis in ("billing", "headquarters")]
    assert [round(100 * share) for share in shares] == [70, 48]
