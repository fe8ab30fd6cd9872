"""Words of China revenue, the H20 account, the ledger, outlooks and exposure, over small frames and the record."""

import pandas as pd
import pytest

from analysis.pages import style
from analysis.revenue import china, words
from tests.records import record

NAN = float("nan")


def outlook(**cells) -> dict:
    row = {"outcome_is": "revenue, Total", "when": "forecast"}
    row |= {"estimator": "NVIDIA", "metric": "guidance_revenue", "fiscal_period": "FY2026Q2", "value": 45000.0}
    row |= {"low": 44100.0, "high": 45900.0, "unit": "musd", "outcome": 46743.0, "error_share": -0.0373}
    row |= {"is_inside": False, "days_before": 60.0, "why_not_scored": "", "source_id": "s", "note": "Plus or minus 2%"}
    return row | cells


def test_an_outlook_beside_its_outcome():
    told = words.outlooks(pd.DataFrame([outlook()])).iloc[0]
    assert (told["of"], told["expected"]) == ("total revenue", "USD 45bn (USD 44.1bn to USD 45.9bn)")
    assert (told["reported"], told["error"], told["in range"], told["days ahead"]) == (
        *("USD 46.74bn", "\N{MINUS SIGN}3.7%", "no", "60"),
    )


def test_what_is_not_scored_says_so():
    row = outlook(
        outcome=float("nan"), error_share=float("nan"), is_inside=None, why_not_scored="names no fiscal period"
    )
    told = words.outlooks(pd.DataFrame([row])).iloc[0]
    assert (told["reported"], told["error"], told["remark"]) == ("unknown", "", "not scored: names no fiscal period")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [outlook()],
            "Of 1 revenue outlook that met an outcome, none held it inside the stated range; it lay 3.7% below what "
            "was reported.",
        ),
        (
            [outlook(error_share=0.02, is_inside=True), outlook(error_share=0.04)],
            "Of 2 revenue outlooks that met an outcome, 1 held it inside the stated range; on average they lay 3.0% "
            "above what was reported.",
        ),
        ([outlook(error_share=float("nan"))], "By this day no revenue outlook on record has met its outcome."),
    ],
)
def test_how_nvidias_outlooks_came_out(rows, sentence):
    assert words.guidance(pd.DataFrame(rows)) == sentence


def test_few_scores_are_not_ranked():
    scores = record().estimator_scores()
    assert words.estimators(scores).endswith("None has enough forecasts for a rank.")
    assert "Epoch AI (2 hindcasts)" in words.estimators(scores)
    assert words.estimators(scores.iloc[:0]) == "By this day no estimate of China revenue is on record."


def test_the_account_says_of_each_line_whether_it_is_added():
    told = words.account(record().h20_account())
    by_line = told.drop_duplicates("line").set_index("line")["in a sum"]
    assert (by_line["charge booked"], by_line["reserve released outside China"]) == ("added", "taken off")
    assert by_line["charge announced"] == "no: the booked charge replaces it"
    assert by_line["sum of the lines above"] == ""


def test_the_ledger_in_words():
    told = words.ledger(record().definition_ledger())
    splice = told[told["kind"] == "splice"].iloc[0]
    assert (splice["before"], splice["after"]) == ("\N{MINUS SIGN}4.0", "\N{MINUS SIGN}10.1")
    assert told.loc[told["period"] == "FY2027Q4", "before"].tolist() == ["unknown"]
    assert not told["what"].str.contains("acie|gaap").any()


def test_bounds_in_words():
    told = words.exposure(record().china_exposure()).set_index(["quarter", "part"])
    row = told.loc[("FY2026Q1", "networking")]
    assert (row["can be, USD million"], row["share of China"]) == ("0 to 4,957", "0.0% to 51.3%")
    assert told.loc[("FY2026Q1", "data-center compute"), "stated as sold to China"] == "4,600"


def test_conditional_bounds_stand_beside_the_certain_ones():
    """4,600 of 9,659 is 47.6 percent; gaming and other at 4,950 of 44,062 is 1,085 of it, 11.2 percent."""
    told = words.exposure(record().china_exposure()).set_index(["quarter", "part"])
    assert told.loc[("FY2026Q1", "data-center compute"), "if stated"] == "4,600 to 9,659 (47.6% to 100.0%)"
    assert told.loc[("FY2026Q1", "gaming and other"), "if gaming"] == "0 to 1,085 (0.0% to 11.2%)"
    assert told.loc[("FY2025Q3", "networking"), "if stated"] == "unknown"
    assert all(f"**if {name}**" in words.conditions() for name in ("stated", "gaming", "data center"))


def test_what_headquarters_means_stands_in_the_words_of_the_filing():
    told = words.definitions(record().table("definitions"))
    quoted = told.loc[told["term"] == "headquarters", "in the words of the filing"].str.cat()
    assert "the location of the customers' headquarters of direct customers even if" in quoted
    assert set(told["source"]) == {"nvda-10q-fy2026q3"}


def test_results_that_are_due_and_not_in():
    """Fiscal 2027 Q3 ended on 2026-10-25; three calendars name three days, and no notice of the company was found."""
    due = record().results_outstanding()
    said = words.outstanding(due, "2026-11-25")
    assert said.startswith("**FY2027Q3** ended on 2026-10-25; its results are not on record by 2026-11-25. They were")
    assert all(day in said for day in ("2026-11-17", "2026-11-18", "2026-11-25 ("))
    assert "none is the company's own notice" in said
    untold = due.head(1).assign(due_on=None)
    assert "No day for them is on record." in words.outstanding(untold, "2026-11-25")
    none = record("2026-10-24").results_outstanding()
    assert (
        words.outstanding(none, "2026-10-24") == "The revenue of every quarter that has ended by this day is on record."
    )


def test_an_empty_table_says_so():
    shown = style.table(pd.DataFrame({"a": []}), "Estimates")._repr_mimebundle_()
    assert "Estimates: nothing on record" in shown["text/html"]
    assert shown["text/plain"] == "[table Estimates: 0 x 1]"


# China revenue


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


CHINA = "geography_basis grain fiscal_period revenue_musd share_of_total"


def test_revenue_answer_takes_the_newest_year_and_quarter_of_each_basis():
    rows = frame(
        CHINA,
        ("billing", "year", "FY2024", 10_306, 0.169),
        ("billing", "year", "FY2025", 17_108, 0.131),
        ("billing", "quarter", "FY2026Q2", 2_769, NAN),
        ("headquarters", "year", "FY2025", 25_048, 0.192),
    )
    said = words.answer(rows)
    assert "- By **billing**: FY2025 USD 17.11bn, 13.1% of total revenue and FY2026Q2 USD 2.77bn, " in said
    assert "- By **headquarters**: FY2025 USD 25.05bn, 19.2% of total revenue." in said
    assert "FY2024" not in said
    assert "Nothing is known" not in said
    assert "unknown of total" not in said, "say that the share of total revenue is unknown"


def test_revenue_answer_says_which_basis_is_missing():
    said = words.answer(frame(CHINA, ("billing", "year", "FY2025", 17_108, 0.131)))
    assert "headquarters basis" in said
    assert "billing basis" not in said


def test_revenue_answer_where_nothing_is_known():
    assert words.answer(frame(CHINA)) == "No China revenue is known by this day in the periods asked for."


def test_revenue_answer_names_the_currency():
    rows = frame(CHINA.replace("musd", "mcny"), ("billing", "year", "FY2025", 123_260, 0.131))
    assert "CNY 123.26bn" in words.answer(rows)


APART = "fiscal_period billing_musd headquarters_musd gap_musd billing_share headquarters_share"


def test_splice_speaks_of_the_newest_year_on_both_bases():
    rows = frame(
        APART,
        ("FY2024", 10_306, 12_000, 1_694, 0.169, 0.197),
        ("FY2025", 17_108, 25_048, 7_940, 0.131, 0.192),
        ("FY2026Q2", 2_769, 3_000, 231, 0.059, 0.064),
    )
    said = words.splice(rows)
    assert said.startswith(
        "In FY2025 the same sales are 13.1% of revenue by billing and 19.2% by headquarters: USD 7.94bn"
    )
    assert "nothing can be said" in words.splice(frame(APART))
    assert "nothing can be said" in words.splice(rows.tail(1))


LICENSED = "item fiscal_period geography low amount_musd high unit not_added_because"


def test_cost_tells_the_story_in_its_order():
    rows = frame(
        LICENSED,
        ("h20_charge", "FY2026Q1", "China", NAN, 4500.0, NAN, "musd", ""),
        ("h20_charge_estimate", "FY2026Q1", "China", NAN, NAN, 5500.0, "musd", "why"),
        ("h20_reserve_release", "FY2026Q2", "Outside China", NAN, 180.0, NAN, "musd", ""),
        ("h20_revenue", "FY2026Q1", "China", NAN, 4600.0, NAN, "musd", ""),
        ("h20_revenue", "FY2026Q1", "China", NAN, 4700.0, NAN, "musd", "the same line by another source"),
        ("h200_charge", "FY2027Q1", "China", NAN, 1.0, NAN, "musd", ""),
    )
    assert words.cost(rows).startswith(
        "H20 revenue USD 4.6bn (FY2026Q1), charge announced up to USD 5.5bn (FY2026Q1), charge booked USD 4.5bn "
        "(FY2026Q1) and reserve released outside China USD 180m (FY2026Q2). "
    )
    assert "they do not add up" in words.cost(rows)
    assert words.cost(frame(LICENSED)) == "By this day nothing had been published on what the licence rule would cost."


def test_reconciled_names_every_miss():
    rows = frame(
        "geography_basis fiscal_period residual_musd is_test",
        ("billing", "FY2024", 0.0, True),
        ("billing", "FY2025", -3.0, True),
        ("billing", "FY2025Q1", NAN, True),
        ("billing", "FY2025Q4", 5.0, False),
    )
    row = words.reconciled(rows).iloc[0]
    assert (row["tables with all lines"], row["of which a test"], row["residual 0"]) == (4, 2, 1)
    assert row["off"] == "FY2025 by −3"


def test_every_item_has_a_word():
    assert set(words.ITEMS) == set(china.ITEMS)
