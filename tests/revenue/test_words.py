"""Words of China revenue, the H20 account, the ledger, outlooks and exposure, over small frames and the record."""

import pandas as pd
import pytest

from analysis.pages import style
from analysis.revenue import china, words
from analysis.revenue.h20 import SAME
from tests.records import record

NAN = float("nan")


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def outlook(**cells) -> dict:
    row = {"outcome_is": "revenue, Total", "when": "forecast"}
    row |= {"estimator": "NVIDIA", "metric": "guidance_revenue", "fiscal_period": "FY2026Q2", "value": 45000.0}
    row |= {"low": 44100.0, "high": 45900.0, "unit": "musd", "outcome": 46743.0, "error_share": -0.0373}
    row |= {"is_inside": False, "days_before": 60.0, "why_not_scored": "", "source_id": "s", "note": "Plus or minus 2%"}
    row |= {"error": 45000.0 - row["outcome"], "said_on": "2025-05-28", "outcome_source": "t"}
    row |= {"basis": "official", "locator": "page 1", "outcome_known_on": "2025-08-27"}
    return row | cells


def test_an_outlook_beside_its_outcome():
    """45,000 over 46,743 is 0.9627: 3.7 percent too low; 45,900 is below the outcome."""
    told = words.outlooks(pd.DataFrame([outlook()])).iloc[0]
    assert [str(told[name]) for name in ("expected", "reported", "error", "in range")] == [
        *("45,000 (44,100 to 45,900)", "46,743", "\N{MINUS SIGN}3.7%", "no"),
    ]
    assert words.error(outlook()).origin.sources == ("s", "t")


def test_an_outlook_without_an_outcome_says_so():
    row = outlook(outcome=NAN, error=NAN, error_share=NAN, is_inside=None)
    told = words.outlooks(pd.DataFrame([row])).iloc[0]
    assert (str(told["reported"]), str(told["error"])) == ("not reported yet", "")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [outlook()],
            "NVIDIA's revenue outlook was too low 1 time out of 1; on average it lay 3.7% below what was reported. "
            "None of the outcomes fell inside the stated range.",
        ),
        (
            [outlook(error_share=0.02, is_inside=True), outlook(error_share=0.04)],
            "NVIDIA's revenue outlook was too low 0 times out of 2; on average it lay 3.0% above what was reported. 1 "
            "of the outcomes fell inside the stated range.",
        ),
        ([outlook(error_share=float("nan"))], "By this day the outcome of no revenue outlook is known."),
    ],
)
def test_how_nvidias_outlooks_came_out(rows, sentence):
    assert words.guidance(pd.DataFrame(rows)) == sentence


def test_few_scores_are_not_ranked():
    scores = record().estimator_scores()
    assert words.estimators(scores).endswith("None has enough forecasts for a rank.")
    assert "Epoch AI (2 hindcasts)" in words.estimators(scores)
    assert words.estimators(scores.iloc[:0]) == "By this day no estimate of China revenue is known."


def test_the_account_says_of_each_line_whether_it_is_added():
    told = words.account(record().h20_account())
    by_line = told.drop_duplicates("line").set_index("line")["in a sum"]
    assert (by_line["charge booked"], by_line["reserve released outside China"]) == ("added", "taken off")
    assert by_line["charge announced"] == "no: the booked charge replaces it"
    assert by_line["sum of the lines above"] == ""


def test_the_ledger_in_words():
    told = words.ledger(record().definition_ledger())
    splice = told[told["kind"] == "joined definitions"].iloc[0]
    assert (splice["before"], splice["after"]) == ("\N{MINUS SIGN}4.0", "\N{MINUS SIGN}10.1")
    assert told.loc[told["period"] == "FY2027 Q4", "before"].tolist() == ["unknown"]
    assert not told["what"].str.contains("acie|gaap").any()


def of_quarter(name: str) -> pd.DataFrame:
    frame = record().china_exposure()
    return words.exposure(frame[frame["fiscal_period"] == name]).set_index("part")


def test_bounds_in_words():
    assert str(of_quarter("FY2026Q1").loc["networking", "certain"]) == "0 to 4,957 (0.0% to 51.3%)"


def test_conditional_bounds_stand_beside_the_certain_ones():
    """4,600 of 9,659 is 47.6 percent; gaming and other at 4,950 of 44,062 is 1,085 of it, 11.2 percent."""
    told = of_quarter("FY2026Q1")
    assert str(told.loc["data-center compute", "if stated"]) == "4,600 to 9,659 (47.6% to 100.0%)"
    assert str(told.loc["gaming and other", "if gaming"]) == "0 to 1,085 (0.0% to 11.2%)"
    assert of_quarter("FY2025Q3").loc["networking", "if stated"] == "unknown"
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
    assert said == (
        "We have no results for FY2027 Q3, which ended on 2026-10-25; calendars name 2026-11-17, 2026-11-18 and "
        "2026-11-25, and NVIDIA none."
    )
    untold = due.head(1).assign(due_on=None)
    assert words.outstanding(untold, "2026-11-25").endswith("no day for them is announced.")
    none = record("2026-10-24").results_outstanding()
    assert words.outstanding(none, "2026-10-24") == ""


def test_an_empty_table_says_so():
    shown = style.table(pd.DataFrame({"a": []}), "Estimates")._repr_mimebundle_()[0]
    assert "Estimates: nothing on record" in shown["text/html"]
    assert shown["text/plain"] == "[table Estimates: 0 x 1]"


# China revenue


CHINA = "geography_basis grain fiscal_period period_end low_musd revenue_musd high_musd total_musd share_of_total "
CHINA += "total_source_id source_id locator"
ACCOUNT = "item account fiscal_period geography low amount_musd high unit not_added_because source_id"
NO_DUE = frame("fiscal_period period_end due_on source_id")


def china_row(basis: str, grain: str, period: str, end: str, amount: float, total: float) -> tuple:
    return (basis, grain, period, end, NAN, amount, NAN, total, amount / total, "b-10k", "a-10k", "page 55")


YEARS = [
    china_row("billing", "year", "FY2025", "2025-01-26", 17_108, 130_497),
    china_row("headquarters", "year", "FY2025", "2025-01-26", 25_048, 130_497),
    china_row("headquarters", "year", "FY2026", "2026-01-25", 19_677, 215_938),
    china_row("headquarters", "quarter", "FY2027Q2", "2026-07-26", 7_880, NAN),
]


def found(rows: pd.DataFrame, account: pd.DataFrame | None = None) -> list[str]:
    return words.finding(rows, frame(ACCOUNT) if account is None else account, NO_DUE, "2026-11-25")


def test_the_finding_sets_the_newest_year_by_headquarters_beside_the_year_before():
    """19,677 over 215,938 is 9.1 percent, 25,048 over 130,497 is 19.2."""
    first, second, *rest = found(frame(CHINA, *YEARS))
    assert first == "China brought in 9.1% of NVIDIA's revenue in fiscal 2026, after 19.2% in fiscal 2025"
    assert second == "In the quarter to July 2026 it was USD 7.88bn, by headquarters.", "its share is unknown"
    assert not any("billing" in part for part in rest), "both are known"
    share = next(part for part in first.parts if not isinstance(part, str))
    assert share.origin.formula == "19,677 ÷ 215,938, China over total, USD million"
    assert (set(share.origin.sources), share.origin.where) == ({"a-10k", "b-10k"}, "page 55")


def test_the_finding_says_which_definition_is_missing():
    said = found(frame(CHINA, YEARS[0]))
    assert said[0] == "China brought in 13.1% of NVIDIA's revenue in fiscal 2025, by billing address"
    assert said[-1] == "This selection holds nothing by headquarters."


def test_the_finding_where_nothing_is_known():
    assert found(frame(CHINA)) == [
        "No China revenue is known by this day in the periods asked for",
        "By this day nothing had been published on what the licence rule would cost.",
    ]


def test_the_finding_names_the_currency():
    quarter = ("billing", "quarter", "FY2025Q4", "2025-01-26", NAN, 40_000, NAN, NAN, NAN, "", "a-10k", "page 55")
    rows = frame(CHINA.replace("_musd", "_mcny"), quarter).assign(cny_per_usd=7.3)
    assert found(rows)[0] == "China brought in CNY 40bn in FY2025 Q4; its share is unknown"


APART = "fiscal_period billing_musd headquarters_musd gap_musd billing_share headquarters_share source_id"


def test_splice_speaks_of_the_newest_year_on_both_bases():
    rows = frame(
        APART,
        ("FY2024", 10_306, 12_000, 1_694, 0.169, 0.197, "a-10k"),
        ("FY2025", 17_108, 25_048, 7_940, 0.131, 0.192, "a-10k"),
        ("FY2026Q2", 2_769, 3_000, 231, 0.059, 0.064, "a-10k"),
    )
    said = words.splice(rows, frame(CHINA, *YEARS))
    assert said.startswith(
        "In fiscal 2025 the same sales are 13.1% of revenue by billing address and 19.2% by headquarters. The gap of "
        "USD 7.94bn"
    )
    assert "nothing can be said" in words.splice(rows.head(0), frame(CHINA))
    assert "nothing can be said" in words.splice(rows.tail(1), frame(CHINA))


def test_cost_names_three_amounts_that_do_not_add_up():
    rows = frame(
        ACCOUNT,
        ("h20_charge_estimate", "charge", "FY2026Q1", "China", NAN, NAN, 5500.0, "musd", "why", "a-8k"),
        ("h20_charge", "charge", "FY2026Q1", "China", NAN, 4500.0, NAN, "musd", "", "a-10q"),
        ("h20_unshipped", "not made", "FY2026Q1", "Total", NAN, 2500.0, NAN, "musd", "", "a-10q"),
        ("guidance_h20_loss", "not made", "FY2026Q2", "Total", NAN, 8000.0, NAN, "musd", "", "a-10q"),
        ("guidance_h20_loss", "not made", "FY2026Q2", "Total", NAN, 7000.0, NAN, "musd", SAME, "b-news"),
        ("h200_charge", "H200 charge", "FY2027Q1", "China", NAN, 1.0, NAN, "musd", "", "a-10q"),
    )
    said = words.cost(rows)
    assert said == (
        "The licence rule of April 2025 cost NVIDIA a charge of USD 4.5bn, USD 2.5bn of H20 that it could not ship in "
        "FY2026 Q1 and USD 8bn missing from its outlook for FY2026 Q2. These are different things and do not add up."
    )
    assert [part.origin.sources for part in said.parts if not isinstance(part, str)] == [("a-10q",)] * 3
    assert words.cost(rows.head(1)) == "The licence rule of April 2025 cost NVIDIA a charge of up to USD 5.5bn."
    assert words.cost(rows.head(0)) == "By this day nothing had been published on what the licence rule would cost."


def test_reconciled_names_every_miss():
    rows = frame(
        "geography_basis fiscal_period residual_musd is_test",
        ("billing", "FY2024", 0.0, True),
        ("billing", "FY2025", -3.0, True),
        ("billing", "FY2025Q1", NAN, True),
        ("billing", "FY2025Q4", 5.0, False),
    )
    row = words.reconciled(rows).iloc[0]
    assert [int(row[name]) for name in ("tables with all lines", "of which can be tested", "add up")] == [4, 2, 1]
    assert row["do not"] == "fiscal 2025 by −3"


def test_every_item_has_a_word():
    assert set(words.ITEMS) == set(china.ITEMS)
