"""Words of the estimate of units, over small frames made by hand and over the record."""

import numpy as np
import pandas as pd
import pytest

from analysis.counts import words as count_words
from analysis.facts import load
from analysis.pages import style
from analysis.pages.asked import Number
from analysis.shipments import words
from analysis.shipments.drivers import NO_COMMON
from tests.records import record

NAMES = pd.Series({"h20": "H20", "h800": "H800", "rtx-6000d": "RTX 6000D", "hopper-all": "Hopper, all models"})
NAN = float("nan")


MADE_OF = {"revenue_from": "h20_revenue", "low_musd": 4600.0, "high_musd": 4600.0, "low_usd": 10_000.0}
MADE_OF |= {"high_usd": 16_000.0, "counts": "idc|caijing", "draws": 131_072, "source_id": "10-q|idc-2025"}


def test_ends_that_read_alike_are_one_figure():
    assert [words.pair(*ends) for ends in ((0.0, 0.0), (1.0, 2.0), (NAN, NAN))] == ["0", "1 to 2", "unknown"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(722_136, "720,000"), (1_014_962, "1 million"), (44_121, "44,000"), (23, "23"), (0, "0"), (0.4, "0")],
)
def test_prose_has_two_digits(value, text):
    assert words.about_two(value) == text


def test_a_card_tells_what_an_interval_is_worked_out_from():
    assert words.worked(MADE_OF, NAMES) == (
        "revenue ÷ price of a card, 131,072 draws, weighted by the counts of IDC and Caijing. "
        "Revenue: USD 4.6bn, stated by NVIDIA. Price: USD 10,000 to 16,000 a card."
    )
    rest = MADE_OF | {"revenue_from": "remainder_of_china_revenue", "low_musd": 0.0}
    assert words.unweighted(rest, NAMES) == (
        "revenue ÷ price of a card, 131,072 draws. "
        "Revenue: China's revenue less what else China buys, USD 0 to 4.6bn. Price: USD 10,000 to 16,000 a card."
    )
    assert words.worked(MADE_OF | {"products": "h20|h800"}, NAMES) == "the sum of H20 and H800, draw by draw"
    assert words.worked(MADE_OF | {"high_musd": 0.0}, NAMES).startswith("none: NVIDIA states no sales")


def year(**cells: object) -> dict:
    row = {"product": "h20", "year_is": "calendar", "year": "2024", "p5": 648_000.0, "p50": 821_000.0}
    row |= {"year_start": "2024-01-01", "year_end": "2024-12-31", "p95": 1_031_000.0, "prior_p5": 45_000.0}
    row |= {"prior_p50": 700_000.0, "prior_p95": 1_199_000.0, "unknown": "", "products": "h20"}
    return MADE_OF | row | {"effective_draws": 9000.0} | cells


REACH = pd.DataFrame(
    {"product": ["h20", "h20", "h800"], "year": ["2024", "2024", "2023"], "p5": [500_000.0, 400_000.0, 1.0]}
).assign(p95=[1_100_000.0, 900_000.0, 4.0], method=["estimate", "billing", "estimate"])


def quarters(**cells: object) -> pd.DataFrame:
    row = {"product": "h200", "fiscal_period": "FY2027Q2", "period_start": "2026-04-27", "period_end": "2026-07-26"}
    row |= {"most": 44_500.0, "why": "the accounts give no more than a ceiling", "p50": NAN, "p95": NAN}
    row |= MADE_OF | {"low_musd": 0.0, "high_musd": 890.0, "low_usd": 20_000.0, "high_usd": 27_000.0}
    return pd.DataFrame([row | cells])


def driven(*inputs: tuple, **estimate: object) -> pd.DataFrame:
    prior = {"kind": "prior", "name": "", "p5": 400_000.0, "p50": 800_000.0, "p95": 1_000_000.0}
    after = {"kind": "estimate", "name": "", "p5": 648_000.0, "p50": 832_000.0, "p95": 1_098_000.0} | estimate
    rows = [MADE_OF | row | {"effective_draws": 9000.0} for row in (prior, after)]
    rows += [MADE_OF | {"kind": "input", "name": name, "variance_share": share} for name, share in inputs]
    return pd.DataFrame(rows)


def told(
    years: list[dict], drivers: pd.DataFrame, counts: list[dict], chip: str = "h20", when: str = "2024"
) -> list[str]:
    frame = pd.DataFrame(years or [year()]).iloc[: len(years)]
    rows = pd.DataFrame(counts or [count()]).iloc[: len(counts)]
    return words.finding(frame, REACH, quarters(), drivers, rows, NAMES, chip=chip, year=when)


def test_the_finding_is_one_total_and_why_it_is_not_sharper():
    """The interval was 600,000 wide and is 450,000: a quarter less; 832,000 is 4 percent over 800,000."""
    spread = driven(("revenue of the h20, FY2025", 0.57), ("h20's part of it, FY2025", 0.5), ("price of the h20", 0.26))
    rows = [count(), count(voice="semianalysis", source_id="b"), count(outcome="counts something else")]
    assert told([year()], spread, rows) == [
        "NVIDIA sold about 820,000 H20 in China in 2024, between 650,000 and 1 million",
        "That is the 90% interval, under the stated assumptions.",
        "It is not sharper because nobody knows the H20's revenue in fiscal 2025 (57% of the variance) or the price of "
        "one H20 (26%).",
        "2 published counts from 2 independent sources move the median by +4% and narrow the range by 25%.",
        "Over all methods that we tried, the intervals reach from 400,000 to 1.1 million.",
    ]


def test_each_number_of_the_finding_can_be_asked():
    said = told([year()], driven(("price of the h20", 0.6)), [count()])
    numbers = [part for sentence in said for part in getattr(sentence, "parts", ()) if isinstance(part, Number)]
    assert len(numbers) == 3 + 1 + 4 + 2
    assert all(number.origin.formula and number.origin.sources for number in numbers)
    assert numbers[0].origin.formula == words.worked(year(), NAMES)
    assert numbers[6].origin.formula == "832,000 ÷ 800,000 − 1"


def test_the_finding_tells_what_is_not_in_it_and_that_draws_are_few():
    row = year(unknown="h20 FY2024Q4|h20 after 2024-01-28", effective_draws=159.0)
    said = told([row], driven(("price of the h20", 0.6)), [])
    assert said[2] == "It is not sharper because nobody knows the price of one H20 (60% of the variance)."
    assert said[3] == "Counts of chips that share its revenue move the median by +4% and narrow the range by 25%."
    assert said[-2:] == [
        "Not in it, because unknown: H20 FY2024Q4, after 2024-01-28.",
        "The draws are worth only 159 independent ones, so that the ends are rough.",
    ]
    assert told([row], driven(("price of the h20", 0.6), counts=""), [])[3] == (
        "No published count of the H20 tells more than the accounts do."
    )


def test_a_year_without_an_estimate():
    nothing = driven().iloc[:0]
    said = told([year()], nothing, [], chip="h200", when="2026")
    assert said[0] == "NVIDIA sold at most 44,500 h200 in China in the quarter to July 2026"
    assert next(part for part in said[0].parts if isinstance(part, Number)).origin.formula == (
        "USD 890m ÷ USD 20,000 a card"
    )
    frame = quarters(product="rtx-6000d", most=NAN, why="nobody says")
    said = words.finding(
        pd.DataFrame([year()]), REACH, frame, nothing, pd.DataFrame([count()]), NAMES, chip="rtx-6000d", year="2026"
    )
    assert said == [
        "How many RTX 6000D NVIDIA sold in China in 2026 is unknown",
        "The quarter to July 2026: nobody says.",
    ]
    part = quarters(product="h20", most=NAN, why="", p95=0.0)
    said = words.finding(
        pd.DataFrame([year()]), REACH, part, nothing, pd.DataFrame([count()]), NAMES, chip="h20", year="2026"
    )
    assert said == [
        "By this day no revenue was known from which H20 sales in China in 2026 could be estimated",
        "Years with an estimate: 2024.",
    ]
    whole = part.assign(period_start="2025-12-29", period_end="2027-01-03")
    said = words.finding(
        pd.DataFrame([year()]), REACH, whole, nothing, pd.DataFrame([count()]), NAMES, chip="h20", year="2026"
    )
    assert said[0] == "NVIDIA sold no H20 in China in 2026"


def test_years_for_readers():
    frame = pd.DataFrame([year(), year(product="all", products="h20|h800"), year(year_is="fiscal", year="FY2025")])
    shown = words.by_year(frame, REACH, "calendar", NAMES)
    assert shown["chip"].tolist() == ["H20", "all of these"]
    assert shown["median (90% interval)"].tolist() == ["821,000 (648,000 to 1,030,000)"] * 2
    assert shown["over all methods"].tolist() == ["400,000 to 1,100,000", ""]
    found = shown.attrs["origins"]
    assert found.of(0, "median (90% interval)").formula == words.worked(year(), NAMES)
    assert found.of(0, "over all methods").formula == "lowest 5th and highest 95th percentile of 2 methods"
    assert found.of(1, "median (90% interval)").formula == "the sum of H20 and H800, draw by draw"


def law(**cells: object) -> pd.DataFrame:
    row = {"product": "h20", "fiscal_period": "FY2025Q2", "treatment_first_day": "allowed", "days_first": 1.0}
    row |= {"treatment_last_day": "allowed", "changed_on": "", "counts_as": "not controlled", "why": "w"}
    return pd.DataFrame([row | cells])


def test_a_quarter_tells_revenue_price_units_and_law():
    row = {
        "product": "h20",
        "fiscal_period": "FY2025Q2",
        "why": "",
        "p5": 187_000.0,
        "p50": 240_000.0,
        "p95": 303_000.0,
    }
    row |= MADE_OF | {"low_musd": 1511.0, "high_musd": 5952.0, "most": NAN, "revenue_from": "part_of_china_data_center"}
    bound = row | {"fiscal_period": "FY2027Q2", "most": 44_500.0, "p5": NAN, "p50": NAN, "p95": NAN}
    frame = pd.DataFrame([row, bound, row | {"p95": 0.0}])
    shown = words.by_quarter(frame, law(), NAMES)
    assert shown["revenue, USD million"].tolist() == ["1,510 to 5,950"] * 2
    assert shown["chips, median (90% interval)"].tolist() == ["240,000 (187,000 to 303,000)", "up to 44,500"]
    found = shown.attrs["origins"]
    assert found.of(0, "revenue, USD million").formula == (
        "an unknown part of China's data-center revenue, USD 1.51bn to 5.95bn"
    )
    assert found.of(1, "chips, median (90% interval)").formula == "USD 5.95bn ÷ USD 10,000 a card"


def test_the_law_of_a_sale_and_why_it_is_known():
    def told_of(**cells: object) -> str:
        (row,) = law(**cells).rename(columns={"why": "law_why"}).itertuples()
        return words.law_when_sold(row)

    assert told_of() == "not controlled"
    changed = {"changed_on": "2025-04-09", "treatment_last_day": "licence_required", "days_first": 0.791}
    assert told_of(**changed, why="sold before the letter") == "not controlled: sold before the letter"
    first, last = words.TREATMENTS["allowed"], words.TREATMENTS["licence_required"]
    assert (
        told_of(**changed, counts_as="unknown") == f"unknown: {first} until 2025-04-09 (79% of the days), then {last}"
    )


def test_quarters_without_an_estimate_and_their_bounds():
    frame = pd.concat([
        quarters(product="h20", most=NAN, why="nobody says", fiscal_period="FY2026Q3"),
        quarters(product="h20", most=NAN, why="nobody says", fiscal_period="FY2026Q4"),
        quarters(),
        quarters(product="h20", most=NAN, why="", p95=0.0, fiscal_period="FY2026Q2"),
    ])  # fmt: skip
    row = count(product="h200", period_start="2026-02-01", period_end="2026-08-19", evidence="at_least", low=NAN)
    row |= {"high": NAN, "central": 20_000.0, "outcome": "too few of its days are known"}
    floors = pd.DataFrame([row | {"estimator": "FT sources", "buyer": "ByteDance+Tencent"}])
    assert words.gaps(frame, floors, NAMES).split("\n") == [
        "- **H20, FY2026Q3, FY2026Q4:** unknown. Nobody says.",
        "- **h200, FY2027Q2:** at most 44,500. The accounts give no more than an upper bound.",
        "- **h200, Feb to Aug 2026:** at least 20,000 to ByteDance and Tencent, according to FT sources. "
        "The accounts do not cover these days.",
        "- **None sold:** H20 in FY2026Q2.",
    ]
    assert words.gaps(frame.iloc[:0], floors.iloc[:0], NAMES).startswith("No quarter is known")


def count(**cells: object) -> dict:
    row = {"estimator": "Caijing", "buyer": "all", "stage": "shipped", "voice": "caijing", "evidence": "equal"}
    row |= {"period_start": "2024-01-01", "period_end": "2024-12-31", "low": 600_000.0, "central": NAN}
    row |= {"high": 800_000.0, "p5": 648_000.0, "p50": 821_000.0, "p95": 1_031_000.0, "outcome": "melded"}
    return row | {"why": "w", "prior_p": 0.7, "source_id": "article-002", "locator": ""} | cells


def moves(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": "without", "name": list(names)})


def test_what_came_of_the_counts():
    rows = [
        count(),
        count(estimator="SemiAnalysis", voice="semianalysis", low=NAN, central=1_000_000.0, high=NAN),
        count(
            **{"estimator": "not stated (Asia Times)", "low": 1e6, "high": NAN, "prior_p": 0.0007},
            outcome="in conflict with the prior",
        ),
        count(outcome="counts something else", p5=NAN, p50=NAN, p95=NAN),
        count(voice="epoch-ai", outcome="made of the same accounts", low=NAN, central=200_000.0, high=NAN),
    ]
    said = words.compared(pd.DataFrame(rows), moves("semianalysis", "omdia on the h800"), "H20")
    assert said == (
        "Of 5 published counts of the H20, 2 from 2 independent sources enter the estimate. "
        "The others: 1 in conflict with the accounts, 1 of stock, orders, plans or forecasts and 1 made of the same "
        "accounts. "
        "The count of Asia Times, no source given for 2024, over 1 million, conflicts with accounts and prices: these "
        "give a count so far out a chance of 0.1%. We show it and do not use it. "
        "Counts of chips that share its open revenue move it as well: Omdia on the H800. "
        "For 2024 the counts reach from 600,000 to 1 million, and none of them states its error. "
        "Outside our interval of the same days: Epoch AI for 2024, 200,000."
    )
    numbers = [part for part in said.parts if isinstance(part, Number)]
    assert all(number.origin for number in numbers)


def test_an_upper_bound_above_and_a_lower_bound_below_are_not_outside():
    rows = [count(evidence="at_most", low=NAN, high=1.9e6), count(evidence="at_least", low=1000.0, high=NAN)]
    rows += [count(evidence="repeat", low=1000.0, high=NAN), count(evidence="repeat", low=1.1e6, high=NAN)]
    assert words.is_outside(pd.DataFrame(rows)).tolist() == [False, False, False, True]


def test_no_count_bears_on_it():
    rows = pd.DataFrame([count(outcome="counts something else", p5=NAN, p95=NAN)])
    assert words.compared(rows, moves(), "H20") == (
        "Of 1 published count of the H20, none enters the estimate. The others: 1 of stock, orders, plans or forecasts."
    )
    assert words.compared(rows.iloc[:0], moves(), "H20") == "By this day nobody had published a count of the H20."


@pytest.mark.parametrize("as_of", ["2024-09-30", "2025-05-30", "2026-11-24"])
def test_every_outcome_has_its_words(as_of):
    outcomes = set(record(as_of).unit_evidence(draws="1024")["outcome"])
    assert outcomes <= set(words.OUTCOMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rtx-6000d's part of it, FY2025", "the RTX 6000D's share of revenue in fiscal 2025"),
        ("China's data-center revenue, FY2025", "China's data-center revenue, fiscal 2025"),
        ("price of the h20", "the price of one H20"),
        ("basis of geography, for the h20", "the basis of China's revenue"),
    ],
)
def test_inputs_are_told_in_words(text, told):
    assert words.named(text, NAMES) == told


def test_cases_are_told_in_words():
    cases = [
        ("prior", "x"),
        ("without", "omdia on the h800"),
        ("error", "1.5"),
        ("error", NO_COMMON),
        ("basis", "billing"),
    ]
    assert [words.case(*each) for each in cases] == [
        "before any published count",
        "without Omdia on the H800",
        "counts within a factor of 1.5",
        "counts share no error",
        "revenue by billing address alone",
    ]


def test_a_buyer_whose_product_is_not_estimated_has_an_unknown_part():
    row = {"buyer": "Tencent", "product": "hopper-all", "period_start": "2024-01-01", "period_end": "2024-12-31"}
    row |= {"low": NAN, "central": 230_000.0, "high": NAN, "relabelled_from": "", "share_low": NAN, "share_high": NAN}
    row |= {"voice": "omdia", "source_id": "s", "is_conflict": False, "p5": NAN, "p95": NAN}
    known = row | {"product": "h20", "share_low": 0.23, "share_high": 0.46, "p5": 500_000.0, "p95": 1e6}
    known |= {"relabelled_from": "hopper-all"}
    shown = words.buyers(pd.DataFrame([row, known]), NAMES)
    assert shown["part of our estimate, %"].tolist() == ["unknown", "23 to 46"]
    assert shown["counted as"].tolist() == ["Hopper, all models", "H20, was Hopper, all models"]
    formula = shown.attrs["origins"].of(1, "part of our estimate, %").formula
    assert formula == "230,000 ÷ 1,000,000 to 230,000 ÷ 500,000"


def test_counts_of_chinese_makers_that_cannot_all_be_right():
    row = {"designer": "Huawei", "kind": "whole line", "year": "2025", "apart": 4.06, "voices": 4.0}
    row |= {"most_at_least": 812_000.0, "least_at_most": 200_000.0, "source_id": "a"}
    frame = pd.DataFrame([row, row | {"source_id": "b"}, row | {"year": "2026", "apart": 1.0}])
    told_of = words.apart(frame, NAMES)
    assert told_of == (
        "- Huawei, all models in 2025: 4 sources are a factor of 4.1 apart, at least 812,000 against at most 200,000."
    )
    numbers = [part for part in told_of.parts if isinstance(part, Number)]
    assert {number.origin.sources for number in numbers} == {("a", "b")}
    assert {number.origin.formula for number in numbers} == {"812,000 ÷ 200,000"}
    assert words.apart(frame.iloc[2:], NAMES).startswith("No two counts")


@pytest.mark.parametrize("as_of", ["2022-06-01", "2024-09-30", "2025-04-17", "2026-11-24"])
def test_every_table_is_told_on_any_day(as_of):
    names, asked = load.table("products").set_index("product")["name"], {"draws": "1024"}
    known = record(as_of)
    years, quarters, envelope = (known.get(f"units_{name}", asked) for name in ("by_year", "by_quarter", "envelope"))
    evidence, drivers = known.unit_evidence(product="h20", **asked), known.units_drivers(**asked)
    frames = [
        words.by_year(years, envelope, "calendar", names),
        words.by_quarter(quarters, known.legality_at_shipment(**asked), names),
        words.smuggled(known.shipment_estimates(), names),
        words.buyers(known.buyer_shares(**asked), names),
        words.domestic(known.domestic_chips(), names),
        count_words.positions(known.positions()),
    ]
    for frame in frames:
        shown = style.table(frame, "Table")._repr_mimebundle_()[0]["text/html"]
        assert "nan" not in shown.partition("</style>")[2].lower().replace("finan", "").replace("nano", "")
    assert words.finding(years, envelope, quarters, drivers, evidence, names, chip="h20", year="2024")
    assert words.compared(evidence, drivers, "H20")
    assert words.gaps(quarters, known.unit_evidence(**asked), names)
    assert np.all([len(frame.columns) > 1 for frame in frames])
