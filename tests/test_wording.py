"""Number formats and computed sentences, on values and frames made by hand."""

import pandas as pd
import pytest

from analysis.chips import words
from analysis.counts import published as counts
from analysis.counts import words as shipments
from analysis.pages import formats
from analysis.revenue import china
from analysis.revenue import words as revenue

NAN = float("nan")
NAMES = pd.Series({"h100": "H100", "h20": "H20", "b30a": "B30A"})


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


# Formats


@pytest.mark.parametrize(
    ("millions", "text"),
    [
        (3985, "USD 3.99bn"),
        (4600, "USD 4.6bn"),
        (8000, "USD 8bn"),
        (1000, "USD 1bn"),
        (999.6, "USD 1bn"),
        (650, "USD 650m"),
        (0.4, "USD 0.4m"),
        (0, "USD 0"),
        (-4500, "USD −4.5bn"),
        (-40, "USD −40m"),
        (216_000, "USD 216bn"),
        (NAN, "unknown"),
    ],
)
def test_money(millions, text):
    assert formats.money(millions) == text


def test_money_names_its_currency():
    assert formats.money(28_600, "CNY") == "CNY 28.6bn"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.131, "13.1%"),
        (-0.025, "−2.5%"),
        (0.00449, "0.4%"),
        (-0.0002, "0.0%"),
        (0, "0.0%"),
        (1.5, "150.0%"),
        (0.1005, "10.1%"),
        (NAN, "unknown"),
    ],
)
def test_share(value, text):
    assert formats.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1496, "0.15"), (1.194, "1.19"), (0, "0.00"), (9.994, "9.99"), (12.66, "12.7"), (NAN, "unknown")],
)
def test_ratio(value, text):
    assert formats.ratio(value) == text


def test_ratio_keeps_one_form_across_ten():
    assert formats.ratio(9.996) == formats.ratio(10.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (296, "296"),
        (2250, "2,250"),
        (33.45, "33.45"),
        (0.1496, "0.15"),
        (3958.0, "3,958"),
        (123456.7, "123,457"),
        (0, "0"),
        (-5.25, "−5.25"),
        (NAN, "unknown"),
    ],
)
def test_plain(value, text):
    assert formats.plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(17_108, "17,108"), (0.5, "1"), (-3, "−3"), (-0.4, "0"), (0, "0"), (NAN, "unknown")]
)
def test_whole(value, text):
    assert formats.whole(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((821_180.0, "821,000"), (1_030_786.4, "1,030,000"), (894.4, "894"), (6.2, "6"), (0.0, "0"), (-0.3, "0")),
        *((12_350.0, "12,400"), (12_250.0, "12,300"), (2_345_000.0, "2,350,000"), (2.5, "3"), (-12_250.0, "−12,300")),
        *((999.5, "1,000"), (99_950.0, "100,000")),
    ],
)
def test_an_estimate_has_three_digits_and_ties_go_up(value, text):
    assert formats.rounded(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(230_000, "230,000"), (1e6, "1 million"), (1.5e6, "1.5 million"), (0, "0"), (NAN, "unknown")]
)
def test_units(value, text):
    assert formats.units(value) == text


@pytest.mark.parametrize(
    ("number", "noun", "plural", "text"),
    [
        (1, "source", "", "1 source"),
        (3, "source", "", "3 sources"),
        (0, "source", "", "0 sources"),
        (2, "entry", "entries", "2 entries"),
        (1200, "row", "", "1,200 rows"),
    ],
)
def test_count(number, noun, plural, text):
    assert formats.count(number, noun, plural) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2025-04-17", "2025-04-17"),
        (pd.Timestamp("2025-04-17 13:00"), "2025-04-17"),
        (pd.NaT, "unknown"),
        ("", "unknown"),
    ],
)
def test_day(moment, text):
    assert formats.day(moment) == text


@pytest.mark.parametrize(
    ("low", "point", "high", "text"),
    [
        (NAN, 296, NAN, "296"),
        (2250, NAN, 2500, "2,250 to 2,500"),
        (1100, 1398, 1700, "1,398 (1,100 to 1,700)"),
        (NAN, NAN, 5500, "up to 5,500"),
        (1e6, NAN, NAN, "over 1,000,000"),
        (NAN, NAN, NAN, "unknown"),
        (5, NAN, 5, "5"),
        (4999.9, 5000, 5000.1, "5,000"),
        (NAN, 2000, 5000, "2,000 (up to 5,000)"),
        (100, 140, NAN, "140 (over 100)"),
        (0, 0, 0, "0"),
    ],
)
def test_span(low, point, high, text):
    assert formats.span(low, point, high) == text


def test_span_takes_the_form_it_is_given():
    assert formats.span(NAN, NAN, 5500, formats.money) == "up to USD 5.5bn"
    assert formats.span(0.1, NAN, 0.2, formats.share) == "10.0% to 20.0%"


@pytest.mark.parametrize(
    ("items", "text"), [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (iter("abc"), "a, b and c")]
)
def test_listing(items, text):
    assert formats.listing(items) == text


def test_every_format_says_unknown_of_a_missing_number():
    forms = [formats.plain, formats.ratio, formats.share, formats.money, formats.whole, formats.units, formats.day]
    forms += [formats.rounded]
    assert {form(NAN) for form in forms} == {formats.UNKNOWN}


# Chips

RATIOS = "chip_id baseline label ratio ratio_low ratio_high is_firm"


def test_answer_tells_more_less_level_undecided_and_unknown():
    rows = frame(
        RATIOS,
        ("h100", "h100", "compute", 1, 1, 1, True),
        ("h20", "h100", "compute", 0.15, 0.15, 0.15, True),
        ("h20", "h100", "bandwidth", 1.194, 1.194, 1.194, True),
        ("h20", "h100", "interconnect", 1.0, 1.0, 1.0, True),
        ("h20", "h100", "power", NAN, 0.9, 1.4, False),
        ("h20", "h100", "price", NAN, NAN, NAN, False),
    )
    assert words.answer(rows, NAMES) == (
        "Against one **H100**:\n\n- **H20**: more in bandwidth 1.19; less in compute 0.15; level in interconnect 1.00; "
        "undecided in power 0.90 to 1.40; unknown in price (1 figure estimated or disputed)."
    )


def test_answer_calls_a_ratio_level_within_half_a_percent_only():
    rows = frame(
        RATIOS,
        ("h20", "h100", "one", 1.004, 1.004, 1.004, True),
        ("h20", "h100", "two", 1.006, 1.006, 1.006, True),
        ("h20", "h100", "three", 0.994, 0.994, 0.994, True),
    )
    said = words.answer(rows, NAMES)
    assert "level in one 1.00" in said
    assert "more in two 1.01" in said
    assert "less in three 0.99" in said


def test_answer_keeps_the_order_of_the_chips():
    rows = frame(RATIOS, ("h20", "h100", "x", 2, 2, 2, True), ("b30a", "h100", "x", 2, 2, 2, True))
    said = words.answer(rows, NAMES)
    assert said.index("H20") < said.index("B30A")


def test_answer_of_the_baseline_alone():
    said = words.answer(frame(RATIOS, ("h100", "h100", "compute", 1, 1, 1, True)), NAMES)
    assert "no other chip was asked for" in said


FIGURES = "chip_id label low value high unit is_firm sources"


def test_side_by_side_marks_what_is_not_firm():
    rows = frame(
        FIGURES,
        ("h100", "dense FP8", NAN, 1979, NAN, "tops", True, 3),
        ("h20", "dense FP8", 293, 296, 300, "tops", False, 7),
        ("h100", "price", NAN, NAN, NAN, None, False, 0),
        ("h20", "price", 12_000, NAN, 15_000, "usd", False, 2),
    )
    wide = words.side_by_side(rows, NAMES)
    assert list(wide) == ["specification", "unit", "H100", "H20"]
    assert wide.to_numpy().tolist() == [
        ["dense FP8", "TOPS", "1,979", "296 (293 to 300) *"],
        ["price", "USD", "unknown", "12,000 to 15,000 *"],
    ]


@pytest.mark.filterwarnings("error")
def test_side_by_side_where_nothing_is_known():
    nothing = frame(FIGURES, ("h20", "dense FP8", NAN, NAN, NAN, None, False, 0)).astype({"unit": object})
    assert words.side_by_side(nothing, NAMES).to_numpy().tolist() == [["dense FP8", "", "unknown"]]


def test_worth_shows_ratios():
    rows = frame(
        RATIOS, ("h20", "h100", "compute", 0.1496, 0.1496, 0.1496, True), ("h20", "h100", "price", *[NAN] * 3, False)
    )
    assert words.worth(rows, NAMES).to_numpy().tolist() == [["compute", "0.15"], ["price", "unknown"]]


# Revenue

CHINA = "geography_basis grain fiscal_period revenue_musd share_of_total"


def test_revenue_answer_takes_the_newest_year_and_quarter_of_each_basis():
    rows = frame(
        CHINA,
        ("billing", "year", "FY2024", 10_306, 0.169),
        ("billing", "year", "FY2025", 17_108, 0.131),
        ("billing", "quarter", "FY2026Q2", 2_769, NAN),
        ("headquarters", "year", "FY2025", 25_048, 0.192),
    )
    said = revenue.answer(rows)
    assert "- By **billing**: FY2025 USD 17.11bn, 13.1% of total revenue and FY2026Q2 USD 2.77bn, " in said
    assert "- By **headquarters**: FY2025 USD 25.05bn, 19.2% of total revenue." in said
    assert "FY2024" not in said
    assert "Nothing is known" not in said
    assert "unknown of total" not in said, "say that the share of total revenue is unknown"


def test_revenue_answer_says_which_basis_is_missing():
    said = revenue.answer(frame(CHINA, ("billing", "year", "FY2025", 17_108, 0.131)))
    assert "headquarters basis" in said
    assert "billing basis" not in said


def test_revenue_answer_where_nothing_is_known():
    assert revenue.answer(frame(CHINA)) == "No China revenue is known by this day in the periods asked for."


def test_revenue_answer_names_the_currency():
    rows = frame(CHINA.replace("musd", "mcny"), ("billing", "year", "FY2025", 123_260, 0.131))
    assert "CNY 123.26bn" in revenue.answer(rows)


APART = "fiscal_period billing_musd headquarters_musd gap_musd billing_share headquarters_share"


def test_splice_speaks_of_the_newest_year_on_both_bases():
    rows = frame(
        APART,
        ("FY2024", 10_306, 12_000, 1_694, 0.169, 0.197),
        ("FY2025", 17_108, 25_048, 7_940, 0.131, 0.192),
        ("FY2026Q2", 2_769, 3_000, 231, 0.059, 0.064),
    )
    said = revenue.splice(rows)
    assert said.startswith(
        "In FY2025 the same sales are 13.1% of revenue by billing and 19.2% by headquarters: USD 7.94bn"
    )
    assert "nothing can be said" in revenue.splice(frame(APART))
    assert "nothing can be said" in revenue.splice(rows.tail(1))


LICENSED = "item fiscal_period geography low amount_musd high unit"


def test_cost_tells_the_story_in_its_order():
    rows = frame(
        LICENSED,
        ("h20_charge", "FY2026Q1", "China", NAN, 4500.0, NAN, "musd"),
        ("h20_charge_estimate", "FY2026Q1", "China", NAN, NAN, 5500.0, "musd"),
        ("h20_reserve_release", "FY2026Q2", "Outside China", NAN, 180.0, NAN, "musd"),
        ("h20_revenue", "FY2026Q1", "China", NAN, 4600.0, NAN, "musd"),
        ("h200_charge", "FY2027Q1", "China", NAN, 1.0, NAN, "musd"),
    )
    assert revenue.cost(rows).startswith(
        "H20 revenue USD 4.6bn (FY2026Q1), charge announced up to USD 5.5bn (FY2026Q1), charge booked USD 4.5bn "
        "(FY2026Q1) and reserve released outside China USD 180m (FY2026Q2). "
    )
    assert "they do not add up" in revenue.cost(rows)
    assert (
        revenue.cost(frame(LICENSED)) == "By this day nothing had been published on what the licence rule would cost."
    )


def test_reconciled_names_every_miss():
    rows = frame(
        "geography_basis fiscal_period residual_musd is_test",
        ("billing", "FY2024", 0.0, True),
        ("billing", "FY2025", -3.0, True),
        ("billing", "FY2025Q1", NAN, True),
        ("billing", "FY2025Q4", 5.0, False),
    )
    row = revenue.reconciled(rows).iloc[0]
    assert (row["tables with all lines"], row["of which a test"], row["residual 0"]) == (4, 2, 1)
    assert row["off"] == "FY2025 by −3"


# Shipments

VOICES = "product stage numbers documents voices low high"


def test_shipments_answer_counts_numbers_and_origins():
    rows = frame(
        VOICES,
        ("h20", "shipped", 6, 4, 2, 100_000, 1_500_000),
        ("h20", "requested", 1, 1, 1, 1_000_000, 1_000_000),
    )
    said = shipments.answer(rows, "H20")
    assert "- **shipped**: 6 numbers from 2 independent origins, 100,000 to 1.5 million" in said
    assert "- **asked for**: 1 number from 1 independent origin, 1 million" in said
    assert "no estimate" in said
    assert shipments.answer(frame(VOICES), "H20") == "By this day no count of **H20** had been published."


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-01-29", "2024-04-28", "Jan to Apr 2024"),
        ("2024-10-28", "2025-01-26", "Oct 2024 to Jan 2025"),
        ("2025-08-10", "", "Aug 2025"),
        ("2025-08-01", "2025-08-31", "Aug 2025"),
        ("", "2025-08-31", "until Aug 2025"),
        ("", "", "unknown"),
    ],
)
def test_months(start, end, text):
    assert shipments.months(start, end) == text


def test_figures_keep_their_unit():
    rows = frame(
        "low central high unit",
        (NAN, 230_000, NAN, "units"),
        (NAN, NAN, 12_000, "musd"),
        (7_000, NAN, NAN, "mcny"),
        (0.05, NAN, 0.1, "share"),
        (NAN, 300, NAN, "stacks"),
    )
    told = [shipments.figure(row) for row in rows.itertuples()]
    assert told == ["230,000", "up to USD 12bn", "over CNY 7bn", "5.0% to 10.0%", "300 stacks"]


def test_chain_puts_the_most_repeated_origin_first():
    rows = frame(
        "voice source_id estimator quotes",
        ("analyst", "paper-1", "Analyst", ""),
        ("reuters", "paper-1", "Reuters", "ft <- reuters"),
        ("reuters", "paper-2", "Reuters sources", "ft <- reuters"),
    )
    first = shipments.chain(rows).iloc[0].to_dict()
    assert first == {
        "origin": "reuters",
        "numbers": 2,
        "documents": 2,
        "as named in the documents": "Reuters and Reuters sources",
        "copies (copy <- original)": "ft <- reuters",
    }


def test_every_stage_has_a_word():
    assert set(shipments.STAGES) == set(counts.STAGES)


def test_every_item_has_a_word():
    assert set(revenue.ITEMS) == set(china.ITEMS)
