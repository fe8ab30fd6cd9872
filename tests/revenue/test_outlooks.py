"""Outlooks and estimates against outcomes: error, range, days, and what is not scored, by hand."""

import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.revenue import outlooks
from tests.records import record


def said(**cells) -> pd.DataFrame:
    row = {"estimator": "A", "metric": "guidance_revenue", "fiscal_period": "FY2026Q2", "period_end": "2025-07-27"}
    row |= {"geography": "Total", "geography_basis": ""}
    row |= {"value": float("nan"), "low": float("nan"), "high": float("nan"), "unit": "musd", "note": ""}
    row |= {"known_on": pd.Timestamp("2025-05-28"), "source_id": "a"}
    return pd.DataFrame([row | cells])


def reported(**cells) -> pd.DataFrame:
    row = {"company": "NVIDIA", "metric": "revenue", "geography": "Total", "geography_basis": "", "scope": ""}
    row |= {"fiscal_period": "FY2026Q2", "period_start": "2025-04-28", "period_end": "2025-07-27", "value": 50000.0}
    row |= {"low": float("nan"), "high": float("nan"), "unit": "musd", "basis": "official", "grade": "A"}
    row |= {
        "source_id": "r",
        "known_on": pd.Timestamp("2025-08-27"),
        "note": "",
        "is_recast": False,
        "locator": "",
        "published_on": "",
    }
    return pd.DataFrame([row | cells])


@pytest.mark.parametrize(
    ("given", "error", "is_inside"),
    [
        ({"value": 45000.0, "low": 44000.0, "high": 46000.0}, -5000, False),
        ({"value": 51000.0, "low": 50000.0, "high": 52000.0}, 1000, True),
        ({"low": 40000.0, "high": 50000.0}, -5000, True),
        ({"value": 55000.0}, 5000, None),
    ],
)
def test_error_and_range(given, error, is_inside):
    row = outlooks.scored(said(**given), reported()).iloc[0]
    assert (row["error"], row["error_share"], row["is_inside"]) == (error, error / 50000, is_inside)
    assert (row["days_before"], row["why_not_scored"]) == (60, "")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"high": 5500.0, "metric": "guidance_revenue"}, "a bound without a middle"),
        (
            {"value": 1.0, "metric": "h20_orders"},
            "no filing gives an outcome",
        ),
        ({"value": 1.0, "fiscal_period": "", "period_end": ""}, "names no fiscal period"),
        ({"value": 1.0, "fiscal_period": "FY2027Q4", "period_end": "2027-01-31"}, "no outcome is reported by this day"),
    ],
)
def test_what_is_not_scored_says_why(given, why):
    row = outlooks.scored(said(**given), reported()).iloc[0]
    assert row["why_not_scored"].partition(":")[0] == why
    assert pd.isna(row["error"])


def china(basis: str, value: float, **cells) -> pd.DataFrame:
    return reported(geography="China (including Hong Kong)", geography_basis=basis, value=value, **cells)


CHINA = "China (including Hong Kong)"


def test_an_outcome_of_china_revenue_is_of_the_basis_that_the_estimate_names():
    """2,769 by billing and 3,985 by headquarters: an estimate that names neither is held against neither."""
    both = pd.concat([china("billing", 2769.0), china("headquarters", 3985.0)], ignore_index=True)
    for outcomes in (both, both.head(1)):
        row = outlooks.scored(said(metric="china_revenue_consensus", geography=CHINA, value=3000.0), outcomes).iloc[0]
        assert row["why_not_scored"] == "names no basis, billing or headquarters, of China revenue"
        assert row[["outcome", "error"]].isna().all()
    named = said(metric="china_revenue_consensus", geography=CHINA, geography_basis="billing", value=3000.0)
    row = outlooks.scored(named, both).iloc[0]
    assert (row["outcome"], row["error"], row["outcome_is"]) == (2769, 231, f"revenue, {CHINA} by billing")


def test_a_china_figure_is_not_held_against_sales_outside_china():
    """677 said of China in a quarter that sold none there and 650 elsewhere: 677 off; said of the whole, 27."""
    rows = [reported(metric="h20_revenue", geography=CHINA, value=0.0)]
    rows += [reported(metric="h20_revenue", geography="Outside China", value=650.0)]
    sold = pd.concat(rows, ignore_index=True)
    errors = {
        place: outlooks.scored(said(metric="h20_revenue", geography=place, value=677.0), sold)["error"].item()
        for place in (CHINA, "Outside China", "Total")
    }
    assert errors == {CHINA: 677, "Outside China": 27, "Total": 27}
    alone = outlooks.scored(said(metric="h20_revenue", value=677.0), rows[1]).iloc[0]
    assert alone["why_not_scored"] == "no outcome is reported by this day", "one part is not the whole"


@pytest.mark.parametrize(
    ("published", "when"),
    [
        ("2025-07-27", "forecast"),  # the last day of the period
        ("2025-07-28", "nowcast"),
        ("2025-08-26", "nowcast"),
        ("2025-08-27", "hindcast"),  # the outcome came out on that day
        ("2026-08-01", "hindcast"),
    ],
)
def test_what_is_published_later_is_no_forecast(published, when):
    estimate = said(value=46000.0, known_on=pd.Timestamp(published))
    assert outlooks.scored(estimate, reported()).iloc[0]["when"] == when


def test_only_forecasts_are_ranked():
    late = [outlooks.scored(said(value=50000.0, known_on=pd.Timestamp("2026-08-01")), reported())] * 6
    row = outlooks.scores(pd.concat(late)).iloc[0]
    assert (row["when"], row["scored"], row["verdict"]) == (
        *("hindcast", 6, "no forecast: published after the period had ended"),
    )
    assert pd.isna(row["rank"])


def test_epochs_h20_revenue_is_of_all_places_and_no_forecast():
    """2026-04-22: 4,437 and 677 against 4,600 ("sales of H20 products", release) and 0 + 650 (release of Q2)."""
    rows = record().estimator_scores(detail=True).query("estimator == 'Epoch AI' and error.notna()")
    assert rows[["geography", "when", "outcome", "error"]].to_numpy().tolist() == [
        ["Total", "hindcast", 4600, -163],
        ["Total", "hindcast", 650, 27],
    ]


def test_an_outlook_under_a_condition_is_not_scored():
    """2 to 5 billion of H20 "if geopolitical issues subside": about 50 million came, and no error is made of it."""
    rows = record().guidance_outcome().query("metric == 'h20_potential_revenue'")
    assert rows["error"].isna().all()
    assert set(rows["why_not_scored"]) == {"an outlook under a condition, which was not expected to come about"}


def test_an_outlook_that_two_documents_give_is_one_outlook():
    twice = pd.concat([said(basis="official", grade="A", company="N", locator="", scope="", source_id="filing")] * 2)
    twice = twice.assign(value=45000.0, low=44100.0, high=45900.0, source_id=["filing", "press"], grade=["A", "C"])
    twice = twice.assign(basis=["official", "reported"]).reset_index(drop=True)
    assert outlooks.statements(twice)["source_id"].tolist() == ["filing"]
    raised = twice.assign(value=[45000.0, 46000.0])
    assert len(outlooks.statements(raised)) == 2, "another figure is another outlook"


def test_an_outcome_of_two_sources_is_the_preferred_one_and_no_sum_or_mean():
    """A press figure of 4,600 and the filing's 4,610: not 9,210 and not 4,605."""
    for metric, of in (("h20_revenue", "h20_revenue"), ("h20_charge_estimate", "h20_charge")):
        press = reported(metric=of, geography=CHINA, value=4600.0, basis="reported", grade="C", source_id="press")
        filing = reported(metric=of, geography=CHINA, value=4610.0)
        for rows in ([press, filing], [filing, press]):
            estimate = said(metric=metric, geography=CHINA, value=4000.0)
            found = outlooks.scored(estimate, pd.concat(rows, ignore_index=True))
            assert (found["outcome"].item(), found["outcome_source"].item()) == (4610, "r")


def test_scores_by_hand_and_no_rank_for_few():
    frame = pd.concat([outlooks.scored(said(value=value), reported()) for value in (45000.0, 60000.0)])
    row = outlooks.scores(frame).iloc[0]
    assert (row["figures"], row["scored"]) == (2, 2)
    assert row["bias_share"] == pytest.approx(0.05)  # -10% and +20%
    assert row["mean_absolute_error_share"] == pytest.approx(0.15)
    assert row["verdict"] == "too few to rank: fewer than 5 scored"
    assert pd.isna(row["rank"])


def test_two_with_enough_figures_are_ranked():
    near = [outlooks.scored(said(value=51000.0), reported())] * 5
    far = [outlooks.scored(said(value=70000.0, estimator="B"), reported())] * 5
    found = outlooks.scores(pd.concat(near + far)).set_index("estimator")
    assert found["rank"].to_dict() == {"A": 1, "B": 2}
    alone = outlooks.scores(pd.concat(near)).iloc[0]
    assert (alone["verdict"], pd.isna(alone["rank"])) == ("no other to rank it against", True)


def test_nvidias_own_outlooks_were_all_too_low():
    """46,743 against 45,000; 57,006 against 54,000; 68,127; 81,615; 96,221 (revenue/NOTES.md)."""
    rows = record().guidance_outcome().query("metric == 'guidance_revenue' and error_share.notna()")
    assert rows["error"].tolist() == [-1743, -3006, -3127, -3615, -5221]
    assert not rows["is_inside"].any()


def test_no_estimate_is_dropped():
    detail, scores = record().estimator_scores(detail="yes"), record().estimator_scores()
    assert len(detail) == len(record().get("revenue_estimates")) == scores["figures"].sum()
    assert scores["rank"].isna().all(), "none has enough figures"
    with pytest.raises(ParameterError, match="detail: 'all' is neither yes nor no"):
        record().estimator_scores(detail="all")


def test_an_outlook_has_no_outcome_before_it_is_reported():
    early = record("2025-06-15").guidance_outcome().set_index(["metric", "fiscal_period"])
    assert early.loc[("guidance_revenue", "FY2026Q2"), "why_not_scored"] == "no outcome is reported by this day"
