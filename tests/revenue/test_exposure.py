"""Bounds of what China revenue consists of, by hand."""

import pandas as pd
import pytest

from analysis.revenue import exposure
from tests.records import record


@pytest.fixture(scope="module")
def parts():
    return record().china_exposure().query("condition == ''").set_index(["fiscal_period", "part"])


@pytest.fixture(scope="module")
def under():
    return record().china_exposure().set_index(["fiscal_period", "condition", "part"]).sort_index()


@pytest.mark.parametrize(
    ("quarter", "part", "low", "high"),
    [
        ("FY2026Q1", "data-center compute", 0, 9659),
        ("FY2026Q1", "networking", 0, 4957),  # all networking of the quarter
        ("FY2026Q1", "gaming and other", 0, 4950),  # 44,062 less data center 39,112
        ("FY2026Q2", "gaming and other", 0, 3985),
        ("FY2027Q2", "gaming and other", 0, 7198),  # 96,221 less data center 89,023
    ],
)
def test_bounds(parts, quarter, part, low, high):
    assert tuple(parts.loc[(quarter, part), ["low_musd", "high_musd"]]) == (low, high)


def test_bounds_hold_what_must_hold(parts):
    by_quarter = parts.groupby(level=0)
    assert (by_quarter["low_musd"].sum() <= by_quarter["china_high_musd"].first()).all()
    assert (by_quarter["high_musd"].sum() >= by_quarter["china_low_musd"].first()).all()
    assert (parts["low_share"] >= 0).all()
    assert (parts["high_share"] <= 1).all()


def test_what_the_company_said_it_sold_is_shown_and_bounds_nothing(parts):
    """No filing says where the buyers of the 4,600 of H20 have their head office."""
    compute = parts.loc[("FY2026Q1", "data-center compute")]
    assert (compute["stated_musd"], compute["low_musd"]) == (4600, 0)


def quarter(*rows: tuple) -> pd.DataFrame:
    """Lines of one quarter: place, basis of the geographic table, metric, amount."""
    frame = pd.DataFrame(rows, columns=["geography", "geography_basis", "metric", "value"])
    frame = frame.assign(company="NVIDIA", scope="", fiscal_period="FY2026Q1", period_start="2025-01-27")
    frame = frame.assign(period_end="2025-04-27", low=float("nan"), high=float("nan"), unit="musd", is_recast=False)
    frame = frame.assign(note="", basis="official", grade="A", source_id="s", locator="")
    return frame.assign(known_on=pd.Timestamp("2026-05-20"))


def test_a_press_figure_of_later_does_not_take_the_place_of_the_filing():
    rows = quarter(
        ("China (including Hong Kong)", "headquarters", "revenue", 900.0),
        *(("Total", "", metric, value) for metric, value in (("revenue", 1000.0), ("data_center_revenue", 700.0))),
    )
    press = rows.tail(1).assign(value=710.0, basis="reported", grade="C", known_on=pd.Timestamp("2026-06-01"))
    found = exposure.exposure(pd.concat([rows, press], ignore_index=True)).query("condition == ''").set_index("part")
    assert found.loc["gaming and other", "company_musd"] == 300


def test_a_part_has_a_floor_where_the_others_cannot_fill_the_whole():
    rows = quarter(
        ("China (including Hong Kong)", "headquarters", "revenue", 900.0),
        ("Total", "", "revenue", 1000.0),
        ("Total", "", "data_center_revenue", 700.0),
        ("Total", "", "compute_revenue", 600.0),
        ("Total", "", "networking_revenue", 100.0),
    )
    found = exposure.exposure(rows).query("condition == ''").set_index("part")
    assert found["low_musd"].to_dict() == {"data-center compute": 500, "networking": 0, "gaming and other": 200}
    assert found["high_musd"].to_dict() == {"data-center compute": 600, "networking": 100, "gaming and other": 300}
    assert (
        found["arithmetic"].iloc[0]
        == "at most 600, all that was sold; at least 900 less 400, all that was sold of the rest"
    )


@pytest.mark.parametrize(
    ("condition", "part", "low", "high"),
    [
        # 4,600 of H20 went to Chinese headquarters: at most 9,659 less 4,600 is left for the others
        ("stated", "data-center compute", 4600, 9659),
        ("stated", "networking", 0, 4957),
        ("stated", "gaming and other", 0, 4950),
        # gaming and other was 4,950 of 44,062; of 9,659 that is 1,085.1, and networking is at most 4,957
        ("gaming", "gaming and other", 0, 9659 * 4950 / 44062),
        ("gaming", "data-center compute", 9659 - 4957 - 9659 * 4950 / 44062, 9659),
        # the data center was 39,112 of 44,062; of 9,659 that is 8,573.9
        ("data center", "data-center compute", 0, 9659 * 39112 / 44062),
        ("data center", "gaming and other", 9659 - 9659 * 39112 / 44062, 4950),
    ],
)
def test_bounds_under_a_condition(under, condition, part, low, high):
    found = under.loc[("FY2026Q1", condition, part), ["low_musd", "high_musd"]]
    assert found.tolist() == pytest.approx([low, high])


def test_what_is_stated_leaves_less_for_the_others(under):
    """2,973 of China, of which 50 of H20: 2,923 for either of the others."""
    others = under.loc[[("FY2026Q3", "stated", part) for part in ("networking", "gaming and other")], "high_musd"]
    assert others.tolist() == [2923, 2923]


def test_a_condition_narrows_and_never_widens(under):
    certain = under.xs("", level="condition")
    for condition in ("stated", "gaming", "data center"):
        found = under.xs(condition, level="condition").dropna(subset="low_musd")
        beside = certain.loc[found.index]
        assert (found["low_musd"] >= beside["low_musd"] - 1e-9).all()
        assert (found["high_musd"] <= beside["high_musd"] + 1e-9).all()


def test_a_condition_on_a_sale_that_was_not_stated_is_unknown(under):
    rows = under.loc[("FY2025Q3", "stated")]
    assert rows[["low_musd", "high_musd", "low_share", "high_share"]].isna().all(axis=None)
    assert set(rows["arithmetic"]) == {"no sale is stated"}


def test_a_condition_that_contradicts_the_accounts_has_no_bounds():
    """900 of China, of which 800 stated as compute, where only 600 of compute was sold in all."""
    rows = quarter(
        ("China (including Hong Kong)", "headquarters", "revenue", 900.0),
        ("China (including Hong Kong)", "", "h20_revenue", 800.0),
        *(("Total", "", metric, value) for metric, value in (("revenue", 1000.0), ("data_center_revenue", 700.0))),
        *(
            ("Total", "", metric, value)
            for metric, value in (("compute_revenue", 600.0), ("networking_revenue", 100.0))
        ),
    )
    found = exposure.exposure(rows).set_index(["condition", "part"])
    assert found.loc["stated"].loc["data-center compute", ["low_musd", "high_musd"]].isna().all()


def test_every_document_that_went_in_is_cited(under):
    """China's line, the total, the data center and its split; the stated sale only where it is used."""
    certain, stated = (under.loc[("FY2026Q2", name, "networking"), "source_id"].split("|") for name in ("", "stated"))
    assert certain == ["nvda-10q-fy2027q2", "sec-companyfacts-nvda", "nvda-10q-fy2026q2"]
    assert stated == [*certain, "nvda-results-fy2026q2"]


def test_nothing_is_said_before_the_basis_exists():
    assert record("2025-09-01").china_exposure().empty
