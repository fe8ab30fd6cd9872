"""China's part of data-center revenue, by hand from the company's percentages and words."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts import load
from analysis.revenue import data_center

TABLES = ("revenue", "guidance", "fiscal_periods")


def middle(name: str) -> np.ndarray:
    """Half way between the bounds, and at either end."""
    return np.array([0.0, 0.5, 1.0])


@pytest.fixture(scope="module")
def bounds() -> pd.DataFrame:
    return data_center.quarters(*(load.table(name) for name in TABLES)).set_index("fiscal_period")


def test_a_stated_quarter_is_its_own(bounds):
    """Mid-single digit, 4 to 6 percent: of 18,404 in FY2024 Q4, and of 22,563 as expected for FY2025 Q1."""
    assert bounds.loc["FY2024Q4", "low_musd"] == pytest.approx(0.04 * 18_404)
    assert bounds.loc["FY2024Q4", "high_musd"] == pytest.approx(0.06 * 18_404)
    assert bounds.loc["FY2025Q1", ["low_musd", "high_musd"]].tolist() == pytest.approx([902.52, 1353.78])


def test_the_other_quarters_get_what_the_year_leaves(bounds):
    """14 percent, printed whole, is 13.5 to 14.5 of 47,525; less 736 to 1,104 of the fourth quarter."""
    rest = bounds.loc[["FY2024Q1", "FY2024Q2", "FY2024Q3"]]
    assert rest["low_musd"].sum() == pytest.approx(0.135 * 47_525 - 0.06 * 18_404)
    assert rest["high_musd"].sum() == pytest.approx(0.145 * 47_525 - 0.04 * 18_404)
    # shared out by data-center revenue: 10,323 of 4,284 + 10,323 + 14,514
    assert rest.loc["FY2024Q2", "low_musd"] / rest["low_musd"].sum() == pytest.approx(10_323 / 29_121)


def test_words_bound_a_year(bounds):
    """FY2025: more dollars than FY2024 (5.8 percent), less of the whole than before October 2023 (19 percent)."""
    rest = bounds.loc[["FY2025Q2", "FY2025Q3", "FY2025Q4"]]
    assert rest["low_musd"].sum() == pytest.approx(0.058 * 115_186 - 1353.78)
    assert rest["high_musd"].sum() == pytest.approx(0.19 * 115_186 - 902.52)


def test_the_dollars_grew_as_the_filing_says():
    """The low end of FY2025 is the FY2024 figure: 14 percent of 47,525 over 115,186."""
    row = load.table("revenue").query("fiscal_period == 'FY2025' and metric == @data_center.METRIC").iloc[0]
    assert row["low"] == pytest.approx(0.14 * 47_525 / 115_186, abs=0.0005)
    assert row["high"] == 0.19


def test_a_year_without_its_quarters_or_its_share_bounds_nothing(bounds):
    assert not bounds.index.str.startswith("FY2026").any(), "no share of FY2026 is stated"
    tables = [load.table(name, as_of="2024-06-01") for name in TABLES]
    assert not data_center.quarters(*tables)["fiscal_period"].str.startswith("FY2025").any()


def test_the_quarters_of_a_year_add_up_to_the_year_draw_by_draw(bounds):
    """FY2025: 5.8 to 19 percent of 115,186, of which 4 to 6 percent of 22,563 in the first quarter."""
    found = data_center.draws(bounds.reset_index(), middle)
    year = sum(found[f"FY2025Q{number}"] for number in (1, 2, 3, 4))
    np.testing.assert_allclose(year, np.array([0.058, 0.124, 0.19]) * 115_186)
    np.testing.assert_allclose(found["FY2025Q1"], np.array([0.04, 0.05, 0.06]) * 22_563)
    # FY2024's three quarters without a statement: the year less its fourth
    rest = sum(found[f"FY2024Q{number}"] for number in (1, 2, 3))
    np.testing.assert_allclose(rest, np.array([0.135, 0.14, 0.145]) * 47_525 - np.array([0.04, 0.05, 0.06]) * 18_404)


def test_every_bound_names_its_sources(bounds):
    assert bounds.loc["FY2024Q2", "source_id"].startswith("nvda-10k-fy2024|nvda-10k-fy2025")
    assert (bounds["low_musd"] <= bounds["high_musd"]).all()


def test_what_a_quarter_takes_too_much_of_leaves_nothing_and_no_less():
    periods = pd.DataFrame({"fiscal_period": ["FY2030"]})
    columns = ["company", "metric", "geography", "fiscal_period", "value", "low", "high", "source_id"]
    quarters = [("FY2030Q1", 100.0), ("FY2030Q2", 100.0), ("FY2030Q3", 100.0), ("FY2030Q4", 100.0), ("FY2030", 400.0)]
    totals = [("NVIDIA", "data_center_revenue", "Total", name, value, None, None, "t") for name, value in quarters]
    stated = [("FY2030", 0.1), ("FY2030Q1", 0.5)]
    shares = [("NVIDIA", data_center.METRIC, "x", name, value, None, None, "s") for name, value in stated]
    revenue = pd.DataFrame(totals + shares, columns=columns).astype({"low": float, "high": float})
    revenue = revenue.assign(basis="official", grade="A", locator="", unit="", known_on=pd.Timestamp("2030-02-20"))
    found = data_center.quarters(revenue, revenue.iloc[:0], periods)
    assert found.query("fiscal_period != 'FY2030Q1'")["low_musd"].tolist() == [0, 0, 0]
    drawn = data_center.draws(found, middle)
    assert (drawn["FY2030Q2"] == 0).all()


def test_a_restated_quarter_is_taken_as_restated():
    """22,563 of FY2025 Q1, had a later filing made it 20,000: 4 to 6 percent of that."""
    revenue, guidance, periods = (load.table(name) for name in TABLES)
    old = revenue.query("metric == 'data_center_revenue' and fiscal_period == 'FY2025Q1'")
    new = old.assign(value=20_000.0, known_on=pd.Timestamp("2026-08-26"), source_id="nvda-10q-fy2027q2")
    found = data_center.quarters(pd.concat([revenue, new], ignore_index=True), guidance, periods)
    ends = found.set_index("fiscal_period").loc["FY2025Q1", ["low_musd", "high_musd"]].tolist()
    assert ends == pytest.approx([800, 1200])


@pytest.mark.parametrize("as_of", ["2024-11-19", "2024-11-20", "2024-12-31", "2025-02-25", "2025-02-26"])
def test_a_share_of_a_year_without_its_revenue_bounds_nothing(as_of):
    """Between the 10-Q of November 2024 and the 10-K of 2025 the years' shares are known and not their totals."""
    tables = [load.table(name, as_of=as_of) for name in TABLES]
    found = data_center.quarters(*tables)
    assert found["low_musd"].notna().all()
