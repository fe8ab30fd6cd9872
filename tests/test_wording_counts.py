"""Words of the estimate of units, over small frames made by hand and over the record."""

import numpy as np
import pandas as pd
import pytest

from analysis import load, results, style, wording

NAMES = pd.Series({"h20": "H20", "h800": "H800", "rtx-6000d": "RTX 6000D", "hopper-all": "Hopper, all models"})
NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "told"),
    [(821_180.0, "821,000"), (1_030_786.4, "1,030,000"), (894.4, "894"), (6.2, "6"), (0.0, "0"), (NAN, "unknown")],
)
def test_an_estimate_has_three_digits(value, told):
    assert wording.counts.rounded(value) == told


def test_ends_that_read_alike_are_one_figure():
    assert wording.counts.ranges(pd.Series([0.0, 1.0, NAN]), pd.Series([0.0, 2.0, NAN])) == ["0", "1 to 2", "unknown"]


def year(**cells: object) -> dict:
    row = {
        "product": "h20",
        "year_is": "calendar",
        "year": "2024",
        "p5": 648_000.0,
        "p50": 821_000.0,
        "p95": 1_031_000.0,
    }
    return row | {"prior_p5": 45_000.0, "prior_p95": 1_199_000.0, "unknown": "", "products": "h20"} | cells


def test_the_answer_names_the_quarters_that_are_not_in_it():
    rows = [
        year(),
        year(product="h800", year="2023", p5=1.0, p50=2.0, p95=3.0, unknown="h800 FY2024Q4|rtx-6000d FY2026Q3"),
        year(product="all"),
        year(year_is="fiscal"),
        year(year="2025", p5=0.0, p50=0.0, p95=0.0),
    ]
    lines = wording.counts.answer(pd.DataFrame(rows), NAMES).split("\n")
    assert [line for line in lines if line.startswith("- ")] == [
        "- **H20 in 2024**: 648,000 to 1,030,000, median 821,000",
        "- **H800 in 2023**: 1 to 3, median 2 (H800 FY2024Q4 and RTX 6000D FY2026Q3 unknown and not in it)",
    ]


def test_the_answer_where_nothing_is_known():
    nothing = pd.DataFrame([year()]).iloc[:0]
    assert wording.counts.answer(nothing, NAMES).startswith("By this day no revenue was on record")


def test_a_quarter_tells_its_sources_or_why_it_is_unknown():
    row = {"product": "h20", "fiscal_period": "FY2025Q2", "revenue_from": "part_of_china_data_center"}
    row |= {"low_musd": 1511.0, "high_musd": 5952.0, "low_usd": 12_000.0, "high_usd": 13_000.0, "why": ""}
    row |= {"p5": 187_000.0, "p50": 240_000.0, "p95": 303_000.0, "source_id": "a-1|b-2"}
    unknown = row | {"revenue_from": "unknown", "low_musd": NAN, "high_musd": NAN, "why": "nobody says", "p50": NAN}
    told = wording.counts.by_quarter(pd.DataFrame([row, unknown]), NAMES)
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


def test_what_came_of_the_counts():
    rows = [
        count(),
        count(estimator="SemiAnalysis", voice="semi", low=NAN, central=1_000_000.0, high=NAN),
        count(
            estimator="not stated (Asia Times)", low=1e6, high=NAN, outcome="in conflict with the prior", prior_p=0.0007
        ),
        count(outcome="counts something else"),
    ]
    first, clash, apart = wording.counts.compared(pd.DataFrame(rows), "H20").split("\n\n")
    assert first == (
        "Of 4 published counts of **H20**, 2 from 2 independent voices are melded; 1 repeats another or counts "
        "something else than chips sold (orders, stock, plans, licences)."
    )
    assert clash.startswith("The count of Asia Times (over 1 million in 2024) stands in conflict with accounts")
    assert "a chance of 0.1%" in clash
    assert apart.startswith("For 2024 the voices reach from 600,000 to 1 million, and none says how far it may err.")


def test_no_count_bears_on_it():
    rows = pd.DataFrame([count(outcome="counts something else")])
    assert wording.counts.compared(rows, "H20") == "By this day no published count of **H20** bears on the units sold."


def test_what_is_melded_stands_first():
    rows = [count(outcome="repeats another"), count(estimator="B"), count(outcome="in conflict with the prior")]
    told = wording.counts.evidence(pd.DataFrame(rows))
    outcomes = told["what came of it, and why they differ"].str.split(":").str[0]
    assert outcomes.tolist() == ["melded", "in conflict with the prior", "repeats another"]


def test_every_outcome_has_its_place():
    assert set(results.unit_evidence(draws="1024")["outcome"]) <= {
        *(
            *wording.counts.OUTCOMES,
            "counts something else",
            "no quarter of it is known",
            "too few of its days are known",
        ),
    }


def test_inputs_carry_the_names_of_chips():
    assert wording.counts.named("rtx-6000d's part of it, FY2025", NAMES) == "RTX 6000D's part of it, FY2025"
    assert wording.counts.named("China's data-center revenue, FY2025", NAMES) == "China's data-center revenue, FY2025"


def test_a_change_of_law_inside_a_quarter_is_told_with_its_days():
    row = {"product": "h20", "fiscal_period": "q", "p5": 1.0, "p95": 2.0, "treatment_first_day": "allowed"}
    row |= {"treatment_last_day": "licence_required", "changed_on": "2025-04-09", "days_first": 0.791}
    told = wording.meaning.legality(pd.DataFrame([row | {"counts_as": "free", "why": "w"}]), NAMES).iloc[0]
    assert told["treatment"] == "free until 2025-04-09 (79.1% of the days), then licence required"


def test_a_buyer_whose_product_is_not_estimated_has_an_unknown_part():
    row = {"buyer": "Tencent", "product": "hopper-all", "period_start": "2024-01-01", "period_end": "2024-12-31"}
    row |= {"low": NAN, "central": 230_000.0, "high": NAN, "relabelled_from": "", "share_low": NAN, "share_high": NAN}
    told = wording.meaning.buyers(pd.DataFrame([row | {"voice": "omdia", "source_id": "s"}]), NAMES).iloc[0]
    assert (told["part of the estimate"], told["the same count before, as"]) == ("unknown", "")


@pytest.mark.parametrize("as_of", ["2022-06-01", "2024-09-30", "2025-04-17", "2026-11-24"])
def test_every_table_is_told_on_any_day(as_of):
    names = load.table("products").set_index("product")["name"]
    asked = {"draws": "1024"}
    frames = [
        wording.counts.by_year(results.units_by_year(as_of, **asked), "calendar", names),
        wording.counts.by_quarter(results.units_by_quarter(as_of, **asked), names),
        wording.counts.evidence(results.unit_evidence(as_of, **asked)),
        wording.counts.cases(results.units_drivers(as_of, **asked)),
        wording.counts.inputs(results.units_drivers(as_of, **asked), names),
        wording.meaning.equivalents(results.h100_equivalents(as_of, **asked), names),
        wording.meaning.legality(results.legality_at_shipment(as_of), names),
        wording.meaning.buyers(results.buyer_shares(as_of), names),
        wording.meaning.domestic(results.domestic_chips(as_of), names),
        wording.shipments.positions(results.positions(as_of)),
    ]
    for frame in frames:
        shown = style.table(frame, "Table")._repr_mimebundle_()["text/html"]
        assert "nan" not in shown.partition("</style>")[2].lower().replace("finan", "").replace("nano", "")
    assert wording.counts.answer(results.units_by_year(as_of, **asked), names)
    assert np.all([len(frame.columns) > 1 for frame in frames])
