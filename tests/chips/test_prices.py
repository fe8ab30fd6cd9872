"""Which prices count and what they span, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.chips import prices

COLUMNS = ["product", "form", "market", "priced_on", "low", "central", "high", "basis", "source_id"]
ROWS = pd.DataFrame(
    [
        ("h20", "card", "China", "2024-07-05", np.nan, 12000.0, np.nan, "reported", "a"),
        ("h20", "card", "China", "2025-05-25", 10000.0, np.nan, 12500.0, "reported", "b"),
        ("h20-96gb", "card", "China", "2025-09-04", np.nan, 9000.0, np.nan, "reported", "c"),
        ("h20", "card", "China", "2025-09-05", np.nan, np.nan, 99999.0, "estimated", "d"),
        ("h20", "card", "China", "2026-01-01", 1.0, np.nan, np.nan, "derived", "e"),
        ("h20", "card", "China grey", "2026-01-01", 1.0, np.nan, np.nan, "reported", "f"),
        ("h20", "card", "global", "2026-01-01", 1.0, np.nan, np.nan, "reported", "g"),
        ("b30a", "card", "global", "2025-09-05", np.nan, np.nan, 20000.0, "estimated", "h"),
        ("h20", "rental_hour", "China", "2025-09-05", 2.0, np.nan, np.nan, "reported", "i"),
    ],
    columns=COLUMNS,
).assign(unit="usd per unit")


def newest(rows: pd.DataFrame = ROWS) -> pd.DataFrame:
    families = {"h20-96gb": "h20", "b30a": "b30a", "h100": "h100"}
    return prices.newest(rows, families, "card", "usd per unit").set_index("chip_id")


def test_the_newest_year_in_china_with_the_family_and_without_estimates():
    assert newest().loc["h20-96gb"].tolist() == [9000, 12500, "b|c"]


def test_an_estimate_and_another_market_stand_in_where_there_is_nothing_else():
    assert newest().loc["b30a"].tolist() == [20000, 20000, "h"]


def test_a_chip_without_a_price_is_unknown_and_not_left_out():
    assert newest().loc["h100"].tolist() == pytest.approx([np.nan, np.nan, ""], nan_ok=True)
    assert newest(ROWS.head(0)).loc["h20-96gb", ["low_usd", "high_usd"]].isna().all()


def test_spans_are_by_group():
    quoted = prices.quoted(ROWS, "card", "usd per unit", ["China"])
    by_year = prices.spans(quoted, ["product", "year"]).set_index(["product", "year"])
    assert by_year.loc[("h20", 2024)].tolist() == [12000, 12000, "a"]
    assert by_year.loc[("h20", 2025)].tolist() == [10000, 12500, "b"]
