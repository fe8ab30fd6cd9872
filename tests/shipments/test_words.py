"""Words of the estimate of units, over small frames made by hand and over the record."""

import numpy as np
import pandas as pd
import pytest

from analysis.counts import words as count_words
from analysis.facts import load
from analysis.pages import style
from analysis.shipments import words as shipment_words
from tests.records import record

NAMES = pd.Series({"h20": "H20", "h800": "H800", "rtx-6000d": "RTX 6000D", "hopper-all": "Hopper, all models"})
NAN = float("nan")


def test_ends_that_read_alike_are_one_figure():
    assert shipment_words.ranges(pd.Series([0.0, 1.0, NAN]), pd.Series([0.0, 2.0, NAN])) == ["0", "1 to 2", "unknown"]


def year(**cells: object) -> dict:
    row = {
        "product": "h20",
        "year_is": "calendar",
        "year": "2024",
        "p5": 648_000.0,
        "p50": 821_000.0,
        "p95": 1_031_000.0,
    }
    row |= {"prior_p5": 45_000.0, "prior_p95": 1_199_000.0, "unknown": "", "products": "h20"}
    return row | {"effective_draws": 9000.0} | cells


REACH = pd.DataFrame(
    {"product": ["h20", "h20", "h800"], "year": ["2024", "2024", "2023"], "p5": [500_000.0, 400_000.0, 1.0]}
).assign(p95=[1_100_000.0, 900_000.0, 4.0])


def capped(**cells: object) -> pd.DataFrame:
    return pd.DataFrame([{"product": "h200", "fiscal_period": "FY2027Q2", "most": 44_500.0} | cells])


def floors() -> pd.DataFrame:
    row = {"product": "h200", "period_start": "2026-02-01", "period_end": "2026-08-19", "low": NAN, "high": NAN}
    row |= {"central": 20_000.0, "evidence": "at_least", "outcome": "too few of its days are known"}
    return pd.DataFrame([row | {"estimator": "FT sources", "buyer": "ByteDance+Tencent"}])


def test_the_answer_names_what_is_not_in_it_and_ceilings():
    rows = [
        year(),
        year(product="h800", year="2023", p5=1.0, p50=2.0, p95=3.0, unknown="h800 FY2024Q4|h800 after 2024-01-28"),
        year(product="all"),
        year(year_is="fiscal"),
    ]
    told = shipment_words.answer(pd.DataFrame(rows), REACH, capped(), floors(), NAMES)
    assert [line for line in told.split("\n") if line.startswith("- ")] == [
        "- **H20 in 2024**: 648,000 to 1,030,000, median 821,000; 400,000 to 1,100,000 over all methods",
        "- **H800 in 2023**: 1 to 3, median 2; 1 to 4 over all methods (not in it: H800 FY2024Q4, after 2024-01-28)",
        "- **h200 in FY2027Q2**: up to 44,500 by the accounts",
        "- **h200 in Feb to Aug 2026**: at least 20,000 (FT sources, of ByteDance+Tencent); the accounts do not cover "
        "these days",
    ]
    assert "ask for more draws" not in told


def test_few_effective_draws_are_told():
    told = shipment_words.answer(
        pd.DataFrame([year(effective_draws=159.0)]), REACH, capped().iloc[:0], floors().iloc[:0], NAMES
    )
    assert told.endswith("The weighted draws are worth only 159 of their kind: ask for more draws, or believe less.")


def test_the_answer_where_nothing_is_known():
    nothing = pd.DataFrame([year()]).iloc[:0]
    assert shipment_words.answer(nothing, REACH, capped().iloc[:0], floors().iloc[:0], NAMES).startswith(
        "By this day no revenue was on record"
    )


def test_a_quarter_tells_its_sources_or_why_it_is_unknown():
    row = {"product": "h20", "fiscal_period": "FY2025Q2", "revenue_from": "part_of_china_data_center"}
    row |= {"low_musd": 1511.0, "high_musd": 5952.0, "low_usd": 12_000.0, "high_usd": 13_000.0, "why": ""}
    row |= {"p5": 187_000.0, "p50": 240_000.0, "p95": 303_000.0, "most": NAN, "source_id": "a-1|b-2"}
    unknown = row | {"revenue_from": "unknown", "low_musd": NAN, "high_musd": NAN, "why": "nobody says", "p50": NAN}
    told = shipment_words.by_quarter(pd.DataFrame([row, unknown]), NAMES)
    assert told["revenue, USD"].tolist() == ["1.51bn to 5.95bn", "unknown"]
    assert told["its part of that"].tolist() == ["open", "unknown"]
    assert told["sources, or why unknown"].tolist() == ["a-1, b-2", "nobody says"]


def count(**cells: object) -> dict:
    row = {"estimator": "Caijing", "buyer": "all", "stage": "shipped", "voice": "caijing", "evidence": "equal"}
    row |= {
        "period_start": "2024-01-01",
        "period_end": "2024-12-31",
        "low": 600_000.0,
        "central": NAN,
        "high": 800_000.0,
    }
    row |= {"p5": 648_000.0, "p50": 821_000.0, "p95": 1_031_000.0, "outcome": "melded", "why": "w", "prior_p": 0.7}
    return row | {"source_id": "article-002"} | cells


def moves(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": "without", "name": list(names)})


def test_what_came_of_the_counts():
    rows = [
        count(),
        count(estimator="SemiAnalysis", voice="semi", low=NAN, central=1_000_000.0, high=NAN),
        count(
            **{"estimator": "not stated (Asia Times)", "low": 1e6, "high": NAN, "prior_p": 0.0007},
            outcome="in conflict with the prior",
        ),
        count(outcome="counts something else", p5=NAN, p50=NAN, p95=NAN),
        count(estimator="Epoch AI", outcome="made of the same accounts", low=NAN, central=200_000.0, high=NAN),
    ]
    told = shipment_words.compared(pd.DataFrame(rows), moves("semi", "omdia on the h800"), "H20").split("\n\n")
    assert told[0] == (
        "Of 5 published counts of **H20**, 2 from 2 voices are melded; the others: 1 in conflict with the prior, "
        "1 of something else and 1 made of the same accounts."
    )
    assert told[1].startswith("The count of Asia Times (over 1 million in 2024) stands in conflict with accounts")
    assert "a chance of 0.1%" in told[1]
    assert told[2] == "Counts of chips that share its open revenue move it as well: omdia on the h800."
    assert told[3].startswith("For 2024 the voices reach from 600,000 to 1 million, and none says how far it may err.")
    assert told[4] == (
        "Outside the estimate of their days lie Epoch AI (200,000 in 2024; the estimate is 648,000 to 1,030,000)."
    )


def test_a_ceiling_above_and_a_floor_below_are_not_outside():
    rows = [count(evidence="at_most", low=NAN, high=1.9e6), count(evidence="at_least", low=1000.0, high=NAN)]
    told = shipment_words.compared(pd.DataFrame(rows), moves(), "H20")
    assert "Outside" not in told


def test_no_count_bears_on_it():
    rows = pd.DataFrame([count(outcome="counts something else", p5=NAN, p95=NAN)])
    told = shipment_words.compared(rows, moves(), "H20")
    assert told == "Of 1 published count of **H20**, 0 from 0 voices are melded; the others: 1 of something else."
    told = shipment_words.compared(rows.iloc[:0], moves(), "H20")
    assert told == "By this day no count of **H20** had been published."


def test_what_is_melded_stands_first():
    rows = [count(outcome="repeats another"), count(estimator="B"), count(outcome="in conflict with the prior")]
    told = shipment_words.beside(pd.DataFrame(rows))
    outcomes = told["what came of it, and why they differ"].str.split(":").str[0]
    assert outcomes.tolist() == ["melded", "in conflict with the prior", "repeats another"]


@pytest.mark.parametrize("as_of", ["2024-09-30", "2025-05-30", "2026-11-24"])
def test_every_outcome_has_its_words(as_of):
    outcomes = set(record(as_of).unit_evidence(draws="1024")["outcome"])
    assert outcomes <= {shipment_words.MELDED, *shipment_words.OTHERS}


def test_inputs_carry_the_names_of_chips():
    assert shipment_words.named("rtx-6000d's part of it, FY2025", NAMES) == "RTX 6000D's part of it, FY2025"
    assert shipment_words.named("China's data-center revenue, FY2025", NAMES) == "China's data-center revenue, FY2025"


def test_a_change_of_law_inside_a_quarter_is_told_with_its_days():
    row = {"product": "h20", "fiscal_period": "q", "p5": 1.0, "p95": 2.0, "treatment_first_day": "allowed"}
    row |= {"treatment_last_day": "licence_required", "changed_on": "2025-04-09", "days_first": 0.791}
    told = shipment_words.legality(pd.DataFrame([row | {"counts_as": "free", "why": "w"}]), NAMES).iloc[0]
    assert told["treatment"] == "not controlled until 2025-04-09 (79.1% of the days), then licence required"


def test_a_buyer_whose_product_is_not_estimated_has_an_unknown_part():
    row = {"buyer": "Tencent", "product": "hopper-all", "period_start": "2024-01-01", "period_end": "2024-12-31"}
    row |= {"low": NAN, "central": 230_000.0, "high": NAN, "relabelled_from": "", "share_low": NAN, "share_high": NAN}
    row |= {"voice": "omdia", "source_id": "s", "is_conflict": False}
    told = shipment_words.buyers(pd.DataFrame([row]), NAMES).iloc[0]
    assert (told["part of the estimate"], told["the same count before, as"]) == ("unknown", "")


@pytest.mark.parametrize("as_of", ["2022-06-01", "2024-09-30", "2025-04-17", "2026-11-24"])
def test_every_table_is_told_on_any_day(as_of):
    names = load.table("products").set_index("product")["name"]
    asked = {"draws": "1024"}
    frames = [
        shipment_words.by_year(
            record(as_of).units_by_year(**asked), record(as_of).units_envelope(**asked), "calendar", names
        ),
        shipment_words.by_quarter(record(as_of).units_by_quarter(**asked), names),
        shipment_words.beside(record(as_of).unit_evidence(**asked)),
        shipment_words.cases(record(as_of).units_drivers(**asked), names),
        shipment_words.inputs(record(as_of).units_drivers(**asked), names),
        shipment_words.equivalents(record(as_of).h100_equivalents(**asked), names),
        shipment_words.legality(record(as_of).legality_at_shipment(), names),
        shipment_words.buyers(record(as_of).buyer_shares(), names),
        shipment_words.domestic(record(as_of).domestic_chips(), names),
        count_words.positions(record(as_of).positions()),
    ]
    for frame in frames:
        shown = style.table(frame, "Table")._repr_mimebundle_()["text/html"]
        assert "nan" not in shown.partition("</style>")[2].lower().replace("finan", "").replace("nano", "")
    years, quarters = record(as_of).units_by_year(**asked), record(as_of).units_by_quarter(**asked)
    assert shipment_words.answer(
        years, record(as_of).units_envelope(**asked), quarters, record(as_of).unit_evidence(**asked), names
    )
    assert shipment_words.compared(record(as_of).unit_evidence(product="h20"), record(as_of).units_drivers(), "H20")
    assert np.all([len(frame.columns) > 1 for frame in frames])
