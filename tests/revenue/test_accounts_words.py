"""Words of the H20 account, the ledger, outlooks and exposure, over small frames made by hand and over the record."""

import pandas as pd
import pytest

from analysis.pages import style
from analysis.revenue import words
from tests.records import record


def outlook(**cells) -> dict:
    row = {"estimator": "NVIDIA", "metric": "guidance_revenue", "fiscal_period": "FY2026Q2", "value": 45000.0}
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
    assert words.estimators(scores).endswith("None has enough for a rank.")
    assert words.estimators(scores.iloc[:0]) == "By this day no estimate of China revenue is on record."


def test_the_account_says_of_each_line_whether_it_is_added():
    told = words.account(record().h20_account())
    by_line = told.drop_duplicates("line").set_index("line")["in a sum"]
    assert (by_line["charge booked"], by_line["reserve released"]) == ("added", "taken off")
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


def test_an_empty_table_says_so():
    shown = style.table(pd.DataFrame({"a": []}), "Estimates")._repr_mimebundle_()
    assert "Estimates: nothing on record" in shown["text/html"]
    assert shown["text/plain"] == "[table Estimates: 0 x 1]"
