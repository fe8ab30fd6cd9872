"""The key figures: the last step is the headline, arithmetic comes out, changes add up, what is struck is felt."""

import pandas as pd
import pytest

from analysis.facts import arithmetic
from analysis.facts.errors import ParameterError
from analysis.headlines.results import HEADLINES
from analysis.results import Record
from tests.records import record

FEW = {"draws": 1024}
PAGES = {"01_chip_specs", "02_export_controls", "03_workloads", "04_china_revenue", "05_shipments", "06_scenarios"}


def headlines() -> pd.DataFrame:
    return record().headlines(**FEW).set_index("headline")


def steps() -> pd.DataFrame:
    return record().steps(**FEW)


def test_there_is_about_a_dozen_each_with_a_page_documents_and_a_grade():
    found = headlines()
    assert list(found.index) == list(HEADLINES)
    assert 12 <= len(found) <= 15
    assert set(found["page"]) == PAGES
    assert (found["source_id"] != "").all()
    assert set(found["grade"]) <= {"A", "B", "C"}
    assert (found["as_of"] == record().day).all()


def test_the_last_step_of_each_is_the_headline():
    last = steps().groupby("headline", sort=False).tail(1).set_index("headline")
    columns = ["about", "value", "low", "high", "unit", "text", "source_id"]
    pd.testing.assert_frame_equal(last[columns], pd.DataFrame(headlines()[columns]), check_names=False)
    assert (last["step"] == last.index).all()


def test_what_is_derived_follows_from_the_steps_before_it():
    tried = 0
    for _, rows in steps().groupby("headline", sort=False):
        known = {}
        for row in rows.itertuples():
            if row.kind == "derived" and row.value == row.value:
                tried += 1
                assert row.value == pytest.approx(arithmetic.value(row.expression, known)), row.headline
            known[row.step] = row.value
    assert tried >= 5


def test_inputs_say_where_they_stand():
    inputs = steps().query("kind == 'input' and headline in ['china_share_year', 'h20_not_delivered', 'h20_charge']")
    assert (inputs["source_id"] != "").all()
    assert (inputs["locator"] != "").all()
    assert (inputs["grade"] == "A").all()


BY_HAND = {
    "china_share_year": 19_677 / 215_938,  # 10-K of fiscal 2026, by headquarters
    "h20_not_delivered": 2_500,  # the release of 2025-05-28
    "h20_charge": 4_500 - 180,
    "h20_compute": 296 / 1_979,
    "h20_bandwidth": 4_000 / 3_350,
}


def test_figures_by_hand():
    assert headlines()["value"].reindex(BY_HAND).to_dict() == pytest.approx(BY_HAND, rel=2e-4)


def test_what_is_a_range_stays_one():
    """A B30A's TPP is 7,500 x 4 or 8,750 x ... of a line of 21,000 in the rule of January 2026: never a middle."""
    row = headlines().loc["b30a_over_line"]
    assert row["value"] != row["value"]
    assert 1 < row["low"] < row["high"]


def test_a_treatment_is_told_in_words():
    assert headlines().loc["h20_treatment", "text"] == "licensed_with_share"


def changes(**asked) -> pd.DataFrame:
    return record().headline_changes(since="2025-04-01", until="2025-06-01", **FEW, **asked)


def test_the_april_letter_and_the_may_filing_are_named_as_causes():
    letter = changes(headline="h20_treatment").set_index("group")
    assert letter.loc["rules", "source_id"] == "nvda-8k-2025-04-15"
    assert set(letter["text_before"] + " to " + letter["text_after"]) == {"allowed to licence_required"}
    assert letter["contribution"].sum() == letter["after"].iloc[0] - letter["before"].iloc[0]
    filing = changes(headline="h20_not_delivered").iloc[0]
    assert (filing["group"], filing["source_id"], filing["why"]) == (
        "new facts",
        "nvda-results-fy2026q1",
        "was unknown",
    )
    assert filing["after"] == 2_500


@pytest.mark.parametrize("headline", ["h20_price", "china_share_year"])
def test_contributions_add_up_to_the_change(headline):
    found = record().headline_changes(since="2024-12-31", until="2025-06-01", headline=headline, **FEW)
    assert len(found)
    first = found.iloc[0]
    assert found["contribution"].sum() == pytest.approx(first["after"] - first["before"], rel=1e-9)


def test_sources_struck_are_a_cause():
    found = record().headline_changes(struck="nvda-10k-fy2026", headline="china_share_year", **FEW)
    assert found["group"].tolist() == ["sources struck"]
    assert found["source_id"].tolist() == ["nvda-10k-fy2026"]
    assert found["after"].iloc[0] == pytest.approx(17_108 / 130_497, rel=1e-3)  # fiscal 2025, by billing address


def test_a_day_on_which_nothing_moved():
    assert record().headline_changes(since="2026-11-20", until="2026-11-21", headline="h20_compute", **FEW).empty


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"since": "2025-06-01", "until": "2025-04-01"},
            "since: 2025-06-01 is not before until 2025-04-01. Swap them.",
        ),
        ({"headline": "h20_computes"}, "headline: there is no 'h20_computes'. Did you mean 'h20_compute'?"),
        ({"struck": "nvda-10k-fy2062"}, "without: there is no source 'nvda-10k-fy2062'."),
        ({"until": "2027-01-01"}, "as_of: 2027-01-01 is after"),
    ],
)
def test_what_cannot_be_compared_is_refused(asked, told):
    with pytest.raises(ParameterError) as refused:
        record().headline_changes(**asked)
    assert told in str(refused.value)


def test_the_10k_of_fiscal_2026_bears_the_headquarters_figures():
    found = record().impact(source="nvda-10k-fy2026", **FEW)
    row = found[found["what"] == "china_share_year"].iloc[0]
    assert (row["before"], row["after"]) == pytest.approx((19_677 / 215_938, 17_108 / 130_497), rel=1e-3)
    assert "china_share_quarter" not in set(found["what"])
    assert {"h20-96gb", "h20-141gb"} <= set(found.loc[found["kind"] == "status", "what"])


def test_a_source_used_once_moves_exactly_that():
    """One document alone says how fast demand grows: without it the scenario is unknown, and nothing else moves."""
    found = record().impact(source="udn-trendforce-2025-12", **FEW)
    assert found[["kind", "what", "is_alone"]].to_numpy().tolist() == [["headline", "h200_scenario", True]]


@pytest.mark.parametrize("source", ["nvda-10k-fy2025", "nvda-8k-2025-04-15", "nvidia-h100-datasheet"])
def test_a_strike_gives_what_working_everything_out_again_gives(source):
    struck = pd.DataFrame(record().struck(source).steps(**FEW))
    pd.testing.assert_frame_equal(struck, pd.DataFrame(Record(without=source).steps(**FEW)))


def test_a_source_that_does_not_exist():
    with pytest.raises(ParameterError, match=r"there is no source 'nvda-10k-fy2062'\. Did you mean 'nvda-10k-fy20"):
        record().impact(source="nvda-10k-fy2062")
