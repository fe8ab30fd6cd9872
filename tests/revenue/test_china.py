"""China revenue: the figures of the research notes, the two bases apart, and every sum."""

import math

import pandas as pd
import pytest

from analysis.facts import load
from analysis.facts.errors import ParameterError
from analysis.results import Record
from analysis.revenue import china as accounts
from tests.records import record

# revenue/NOTES.md of the research, "Basis of the geographic table": billing, headquarters, shares in percent
GAPS = [
    ("FY2024", 10_306, 12_330, 2_024, 16.9, 20.2),
    ("FY2025", 17_108, 25_048, 7_940, 13.1, 19.2),
    ("FY2026Q1", 5_522, 9_659, 4_137, 12.5, 21.9),
    ("FY2026Q2", 2_769, 3_985, 1_216, 5.9, 8.5),
]
HEADQUARTERS_ONLY = [("FY2026", 19_677, 9.1), ("FY2027Q1", 4_550, 5.6), ("FY2027Q2", 7_880, 8.2)]

# the same notes, "China quarterly series"
BILLING = {
    "FY2022H1": 3_111,
    **dict(zip(["FY2022Q3", "FY2022Q4"], [2_017, 1_983], strict=True)),
    **dict(zip([f"FY2023Q{n}" for n in range(1, 5)], [2_081, 1_602, 1_148, 954], strict=True)),
    **dict(zip([f"FY2024Q{n}" for n in range(1, 5)], [1_590, 2_740, 4_030, 1_946], strict=True)),
    **dict(zip([f"FY2025Q{n}" for n in range(1, 5)], [2_491, 3_667, 5_416, 5_534], strict=True)),
    **dict(zip(["FY2026Q1", "FY2026Q2"], [5_522, 2_769], strict=True)),
}
HEADQUARTERS = {
    **dict(zip(["FY2024", "FY2025", "FY2026"], [12_330, 25_048, 19_677], strict=True)),
    # third quarters, nine months: Form 10-Q 0001045810-25-000230, page 22; fourth quarters: the year less nine months
    **dict(zip([f"FY2026Q{n}" for n in range(1, 5)], [9_659, 3_985, 2_973, 3_060], strict=True)),
    **dict(zip(["FY2025Q3", "FY2025Q4", "FY2025H1"], [8_142, 7_818, 9_088], strict=True)),
    **dict(zip(["FY2026_9M", "FY2025_9M"], [16_617, 17_230], strict=True)),
    **dict(zip(["FY2026H1", "FY2026H2", "FY2027H1"], [13_644, 6_033, 12_430], strict=True)),
    **dict(zip(["FY2027Q1", "FY2027Q2"], [4_550, 7_880], strict=True)),
}
DERIVED = ["FY2022H1", "FY2022Q4", "FY2023Q4", "FY2024Q4", "FY2025Q1", "FY2025Q4", "FY2026Q1"]

# the same notes, "Reconciliation": Other is itself the remainder, so the sum could not fail
NO_TEST = ["FY2026Q2", "FY2027Q2"]
RESTATED = {"United States": -1, "Other": 1}  # FY2023: rounding between the filings


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    return record().china_revenue().set_index(["geography_basis", "fiscal_period"])


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    frame = accounts.geographies(load.table("revenue"))
    return frame.set_index(["geography_basis", "fiscal_period", "geography"])["value"]


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    return record().reconciliation().set_index(["geography_basis", "fiscal_period"])


def metric(name: str) -> pd.Series:
    revenue = load.table("revenue")
    rows = revenue[(revenue["company"] == "NVIDIA") & (revenue["metric"] == name) & (revenue["scope"] == "")]
    assert not rows.duplicated("fiscal_period").any()
    return rows.set_index("fiscal_period")["value"]


@pytest.mark.parametrize(("period", "billing", "headquarters", "gap", "of_billing", "of_headquarters"), GAPS)
def test_bases_side_by_side(period, billing, headquarters, gap, of_billing, of_headquarters):
    row = accounts.bases_apart(record().china_revenue()).set_index("fiscal_period").loc[period]
    assert row[["billing_musd", "headquarters_musd", "gap_musd"]].tolist() == [billing, headquarters, gap]
    assert round(row["billing_share"] * 100, 1) == of_billing
    assert round(row["headquarters_share"] * 100, 1) == of_headquarters


def test_only_periods_that_both_bases_cover_are_side_by_side():
    apart = accounts.bases_apart(record().china_revenue())["fiscal_period"]
    assert sorted(apart) == [
        *("FY2024", "FY2025", "FY2025H1", "FY2025Q3", "FY2025Q4", "FY2025_9M", "FY2026H1", "FY2026Q1", "FY2026Q2"),
    ]


@pytest.mark.parametrize(("period", "value", "share"), HEADQUARTERS_ONLY)
def test_periods_on_the_newer_basis_only(series, period, value, share):
    assert series.loc[("headquarters", period), "revenue_musd"] == value
    assert round(series.loc[("headquarters", period), "share_of_total"] * 100, 1) == share
    assert ("billing", period) not in series.index


@pytest.mark.parametrize(
    ("basis", "period", "value"),
    [("billing", *item) for item in BILLING.items()] + [("headquarters", *item) for item in HEADQUARTERS.items()],
)
def test_quarterly_series(series, basis, period, value):
    assert series.loc[(basis, period), "revenue_musd"] == value


def test_no_quarter_on_headquarters_before_the_first_that_was_recast(series):
    quarters = series.loc["headquarters"].query("grain == 'quarter'").index
    assert sorted(quarters) == [
        *("FY2025Q3", "FY2025Q4", "FY2026Q1", "FY2026Q2", "FY2026Q3", "FY2026Q4", "FY2027Q1", "FY2027Q2")
    ]


@pytest.mark.parametrize("period", DERIVED)
def test_derived_quarters_say_so(series, period):
    assert series.loc[("billing", period), "basis"] == "derived"


def test_the_filing_takes_the_place_of_the_digest(series):
    """2,800 and 3,233 of a digest; 2,973 in Form 10-Q 0001045810-25-000230, and 19,677 of the year less 16,617."""
    third, fourth = (series.loc[("headquarters", f"FY2026Q{n}")] for n in (3, 4))
    assert (third["revenue_musd"], third["basis"], third["grade"], third["source_id"]) == (
        *(2_973, "official", "A", "nvda-10q-fy2026q3"),
    )
    assert (fourth["revenue_musd"], fourth["basis"], fourth["grade"]) == (3_060, "derived", "A")
    assert series.loc["headquarters"][["low_musd", "high_musd"]].isna().all(axis=None), "nothing is rounded any more"


def test_a_press_figure_keeps_its_rounding_while_it_stands_alone():
    frame = Record(without=["nvda-10q-fy2026q3", "nvda-10k-fy2026"]).china_revenue(basis="headquarters")
    third, fourth = (frame.set_index("fiscal_period").loc[f"FY2026Q{n}"] for n in (3, 4))
    assert (third["low_musd"], third["high_musd"], third["basis"]) == (2_750, 2_850, "reported")
    # 6,033 less 2,750 to 2,850
    assert (fourth["low_musd"], fourth["high_musd"], fourth["basis"]) == (3_183, 3_283, "derived")


def test_a_fourth_quarter_is_known_from_the_day_of_the_year_it_is_taken_from():
    for day, known in (("2026-02-24", False), ("2026-02-25", True)):
        periods = record(day).china_revenue(basis="headquarters")["fiscal_period"]
        assert ("FY2026Q4" in set(periods), "FY2025Q4" in set(periods)) == (known, known)


def test_the_remainder_of_the_second_quarter_agrees_with_nine_months(lines):
    """Other: 3,134 of nine months is 1,070 as filed, 959 worked out, and 1,105 as filed."""
    quarters = [lines["headquarters", f"FY2026Q{n}", "Other"] for n in (1, 2, 3)]
    assert (quarters, lines["headquarters", "FY2026_9M", "Other"]) == ([1_070, 959, 1_105], 3_134)


def test_growth_stays_on_its_basis(series):
    # 20.2, 19.2, 9.1 percent on one basis; 17,108 / 10,306 and 25,048 / 12,330, never one over the other
    assert series.loc[("billing", "FY2025"), "growth_on_year"] == pytest.approx(17_108 / 10_306 - 1)
    assert series.loc[("headquarters", "FY2025"), "growth_on_year"] == pytest.approx(25_048 / 12_330 - 1)
    assert math.isnan(series.loc[("headquarters", "FY2024"), "growth_on_year"])  # FY2023 is known by billing only
    # FY2025Q4 was recast, so that the quarter after it can be compared
    assert series.loc[("headquarters", "FY2026Q1"), "growth_on_quarter"] == pytest.approx(9_659 / 7_818 - 1)
    assert series.loc[("headquarters", "FY2026Q3"), "growth_on_year"] == pytest.approx(2_973 / 8_142 - 1)
    assert math.isnan(series.loc[("headquarters", "FY2025Q3"), "growth_on_quarter"])
    assert series.loc[("headquarters", "FY2027Q1"), "growth_on_year"] == pytest.approx(4_550 / 9_659 - 1)
    assert series.loc[("billing", "FY2026Q2"), "growth_on_quarter"] == pytest.approx(2_769 / 5_522 - 1)


@pytest.mark.parametrize("basis", accounts.BASES)
def test_one_basis_alone_is_the_same_series(basis):
    both = record().china_revenue()
    alone = record().china_revenue(basis=basis)
    pd.testing.assert_frame_equal(alone, both[both["geography_basis"] == basis].reset_index(drop=True))


def test_no_row_rests_on_two_bases(series):
    assert series.index.is_unique
    assert set(series.index.get_level_values("geography_basis")) == set(accounts.BASES)
    source = load.table("revenue").query("geography == @accounts.CHINA and metric == 'revenue' and company == 'NVIDIA'")
    for (basis, period), row in series.iterrows():
        own = source[(source["fiscal_period"] == period) & (source["geography_basis"] == basis)]
        assert row["revenue_musd"] in set(own["value"])


def test_two_days_after_the_licence_rule():
    frame = record("2025-04-17").china_revenue()
    assert set(frame["geography_basis"]) == {"billing"}
    assert frame["period_end"].max() == "2025-01-26"
    assert frame.set_index("fiscal_period").loc["FY2025", "revenue_musd"] == 17_108


def test_periods_can_be_bounded():
    frame = record().china_revenue(basis="billing", first_period="FY2025Q1", last_period="FY2025Q4")
    assert sorted(frame["fiscal_period"]) == sorted(
        ["FY2025", "FY2025Q1", "FY2025H1", "FY2025Q2", "FY2025_9M", "FY2025Q3", "FY2025Q4"]
    )


# every sum


def test_geographic_tables_add_up_to_total_revenue(checked):
    assert (checked["residual_musd"] == 0).all()


def test_what_is_a_test_and_what_could_not_fail(checked):
    no_test = checked[~checked["is_test"]].index.tolist()
    assert no_test == [("headquarters", period) for period in NO_TEST]


def test_a_remainder_is_declared_and_not_read_out_of_its_note():
    revenue = load.table("revenue")
    checked = accounts.reconciliation(revenue.assign(note="")).set_index(["geography_basis", "fiscal_period"])
    assert checked.index[~checked["is_test"]].tolist() == [("headquarters", period) for period in NO_TEST]


def test_a_filing_that_gives_the_remainder_makes_the_sum_a_test():
    revenue = load.table("revenue")
    is_other = (revenue["geography"] == "Other") & (revenue["geography_basis"] == "headquarters")
    other = revenue[is_other & (revenue["fiscal_period"] == "FY2026Q2")]
    filed = other.assign(basis="official", is_remainder=False, source_id="nvda-10k-fy2027")
    found = accounts.reconciliation(pd.concat([revenue, filed], ignore_index=True))
    assert found.set_index(["geography_basis", "fiscal_period"]).loc[("headquarters", "FY2026Q2"), "is_test"]


def test_only_what_is_worked_out_is_a_remainder():
    """Other of three tables by headquarters, the fourth quarters of eight years, of revenue and gross profit, and the
    H20 sold in the fourth quarter of fiscal 2026."""
    rows = load.table("revenue").query("is_remainder")
    assert set(rows["basis"]) == {"derived"}
    assert rows["geography"].value_counts().to_dict() == {"Total": 16, "Other": 3, "China (including Hong Kong)": 1}


def test_every_table_of_the_notes_is_held_to_its_total(checked):
    years = [("billing", f"FY{year}") for year in range(2019, 2026)]
    quarters = [("billing", period) for period in BILLING]
    recast = [("headquarters", period) for period in ("FY2024", "FY2025", "FY2026", "FY2026Q1", "FY2026H2", "FY2027Q1")]
    assert set(years + quarters + recast) <= set(checked.index[checked["is_test"]])


@pytest.mark.parametrize(
    "as_of", ["2020-02-20", "2022-03-18", "2022-11-18", "2023-05-26", "2023-08-28", "2023-11-21", "2025-04-17"]
)
def test_sums_hold_as_they_stood_that_day(as_of):
    frame = record(as_of).reconciliation().dropna(subset="total_musd")
    assert frame[frame["residual_musd"] != 0].to_dict("records") == []


@pytest.mark.parametrize("year", ["FY2023", "FY2024", "FY2025"])
@pytest.mark.parametrize("geography", ["China (including Hong Kong)", "Taiwan", "Singapore", "United States", "Other"])
def test_quarters_add_up_to_the_year(lines, year, geography):
    quarters = sum(lines["billing", f"{year}Q{n}", geography] for n in range(1, 5))
    restated = RESTATED.get(geography, 0) if year == "FY2023" else 0
    assert quarters - lines["billing", year, geography] == restated


@pytest.mark.parametrize("year", ["FY2023", "FY2024", "FY2025"])
@pytest.mark.parametrize("geography", ["China (including Hong Kong)", "Taiwan", "Singapore", "United States", "Other"])
def test_three_quarters_add_up_to_nine_months(lines, year, geography):
    quarters = sum(lines["billing", f"{year}Q{n}", geography] for n in range(1, 4))
    restated = RESTATED.get(geography, 0) if year == "FY2023" else 0
    assert quarters - lines["billing", f"{year}_9M", geography] == restated


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["FY2026Q1", "FY2026Q2"], "FY2026H1"),
        (["FY2026Q3", "FY2026Q4"], "FY2026H2"),
        (["FY2026H1", "FY2026H2"], "FY2026"),
        (["FY2027Q1", "FY2027Q2"], "FY2027H1"),
    ],
)
def test_china_by_headquarters_adds_up(lines, parts, whole):
    assert (
        sum(lines["headquarters", part, accounts.CHINA] for part in parts)
        == lines["headquarters", whole, accounts.CHINA]
    )


QUARTERS_OF_COMPUTE = [f"FY{year}Q{n}" for year in (2024, 2025, 2026) for n in range(1, 5)]


@pytest.mark.parametrize("period", ["FY2023", "FY2024", "FY2025", "FY2026", *QUARTERS_OF_COMPUTE])
def test_compute_and_networking_are_the_data_center(period):
    parts = metric("compute_revenue")[period] + metric("networking_revenue")[period]
    assert parts == metric("data_center_revenue")[period]


def test_the_one_bridge_of_fiscal_2027_is_rounded():
    # 60.4bn + 14.8bn = 75.2bn in the bridge, 75,246 in the accounts
    assert metric("compute_revenue")["FY2027Q1"] + metric("networking_revenue")["FY2027Q1"] == 75_200
    assert metric("data_center_revenue")["FY2027Q1"] == 75_246


@pytest.mark.parametrize("year", ["FY2023", "FY2024", "FY2025", "FY2026"])
def test_data_center_quarters_add_up_to_the_year(year):
    revenue = metric("data_center_revenue")
    assert sum(revenue[f"{year}Q{n}"] for n in range(1, 5)) == revenue[year]


def test_stated_half_year_is_one_off_the_sum_of_its_quarters(series):
    # revenue/NOTES.md: H1 FY2027 177,837 stated against 177,836 summed
    totals = series.loc["headquarters", "total_musd"]
    assert totals["FY2027H1"] == 177_837
    assert totals["FY2027Q1"] + totals["FY2027Q2"] == 177_836


# yuan


def test_yuan_by_hand():
    # 5 days of January, February, March and 27 days of April 2025 at the monthly means of revenue/fx.csv
    rate = (5 * 7.2957 + 28 * 7.2734 + 31 * 7.2493 + 27 * 7.2968) / 91
    row = record().china_revenue(currency="CNY", basis="billing").set_index("fiscal_period").loc["FY2026Q1"]
    assert row["cny_per_usd"] == pytest.approx(rate)
    assert row["revenue_mcny"] == pytest.approx(5_522 * rate)
    assert row["total_mcny"] == pytest.approx(44_062 * rate)
    assert row["share_of_total"] == pytest.approx(5_522 / 44_062)


def test_no_yuan_where_a_month_is_missing():
    # revenue/NOTES.md, exchange rate: July 2026 was not found, and FY2027 Q2 ends on 2026-07-26
    frame = record().china_revenue(currency="CNY", basis="headquarters").set_index("fiscal_period")
    assert frame.loc[["FY2027Q2", "FY2027H1"], ["revenue_mcny", "total_mcny", "cny_per_usd"]].isna().all(axis=None)
    assert frame.loc["FY2027Q1"].notna()[["revenue_mcny", "cny_per_usd"]].all()


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"basis": "end use"}, "basis: 'end use' is not one of both, billing, headquarters."),
        ({"currency": "EUR"}, "currency: 'EUR' is not one of USD, CNY."),
    ],
)
def test_refusals(asked, refusal):
    with pytest.raises(ParameterError) as error:
        record().china_revenue(**asked)
    assert str(error.value) == refusal


# H20 and H200


# revenue/NOTES.md, "H20 and H200"
@pytest.mark.parametrize(
    ("item", "geography", "period", "amount"),
    [
        ("h20_revenue", accounts.CHINA, "FY2026Q1", 4_600),
        ("h20_unshipped", accounts.CHINA, "FY2026Q1", 2_500),
        ("h20_charge", accounts.CHINA, "FY2026Q1", 4_500),
        ("guidance_h20_loss", accounts.CHINA, "FY2026Q2", 8_000),
        ("h20_revenue", accounts.CHINA, "FY2026Q2", 0),
        ("h20_revenue", "Outside China", "FY2026Q2", 650),
        ("h20_reserve_release", "Outside China", "FY2026Q2", 180),
        ("h20_revenue_licensed", accounts.CHINA, "FY2026", 60),
        ("h200_licensed_revenue", accounts.CHINA, "FY2026Q4", 0),
        ("h200_licensed_revenue", accounts.CHINA, "FY2027Q1", 0),
        ("h200_charge", accounts.CHINA, "FY2027H1", 400),
    ],
)
def test_licensed_chips(item, geography, period, amount):
    rows = record().licensed_chips()
    rows = rows[(rows["item"] == item) & (rows["fiscal_period"] == period) & (rows["geography"] == geography)]
    assert rows["amount_musd"].tolist() == [amount]


@pytest.mark.parametrize(
    ("item", "period", "amount"),
    [
        ("h20_revenue", "FY2026Q1", 4_600),
        ("h20_unshipped", "FY2026Q1", 2_500),
        ("guidance_h20_loss", "FY2026Q2", 8_000),
    ],
)
def test_the_companys_own_release_names_no_place(item, period, amount):
    """Release of 2025-05-28: "Sales of H20 products were $4.6 billion", "additional $2.5 billion", "$8.0 billion"."""
    rows = record().licensed_chips().query("source_id == 'nvda-results-fy2026q1' and item == @item")
    assert rows[["geography", "fiscal_period", "amount_musd", "basis", "grade"]].to_numpy().tolist() == [
        ["Total", period, amount, "official", "A"]
    ]


def test_h20_under_the_licences_by_call_and_filing():
    """About 50 million: Form 10-Q 0001045810-25-000230, page 26, "to date"; a copy of the call says the same."""
    rows = record().licensed_chips().query("item == 'h20_revenue' and fiscal_period == 'FY2026Q3'")
    assert sorted(zip(rows["amount_musd"], rows["grade"], strict=True)) == [(50, "A"), (50, "C")]


def test_charge_was_announced_as_an_upper_bound():
    row = record().licensed_chips().query("item == 'h20_charge_estimate'").iloc[0]
    assert row["high"] == 5_500
    assert row[["amount_musd", "low"]].isna().all()
    assert row["is_outlook"]


def test_some_h200_is_less_than_one_percent_of_the_data_center():
    row = record().licensed_chips().query("item == 'dc_hopper_shipments_china' and fiscal_period == 'FY2027Q2'").iloc[0]
    assert (row["low"], row["high"]) == (0, 890)
    assert math.isnan(row["amount_musd"])


def test_shares_are_no_amounts():
    shares = record().licensed_chips().query("unit == 'share'")
    assert shares["amount_musd"].isna().all()
    stated = shares[shares["item"] == "us_government_revenue_share"]
    # 15, "15 or more" of two filings, 25 percent
    assert sorted(stated["share"].fillna(stated["low"])) == [0.15] * 3 + [0.25]


def test_licence_rule_when_it_was_two_days_old():
    frame = record("2025-04-17").licensed_chips()
    assert list(zip(frame["item"], frame["grade"], frame["high"], strict=True)) == [
        ("h20_charge_estimate", "A", 5_500),  # Form 8-K of 2025-04-15
        ("h20_charge_estimate", "B", 5_500),
    ]
