"""Checks suggested for claims that have none, by the table of metrics."""

import pytest

from analysis.claims.results import audit_ledger
from analysis.claims.suggestions import Guide, candidates, chip, lacking, recognised
from analysis.facts import load
from tests.records import record

METRICS, PRODUCTS, CALENDAR, UNITS = (
    load.table(name) for name in ("claim_metrics", "products", "fiscal_periods", "units")
)
LIKE = {"metric": "fee_share", "unit": "percent", "subject": "United States", "counterparty": "NVIDIA"}
LIKE |= {"period_start": "", "period_end": ""}
CELLS = {"check": "lookup", "fact": "events: event~share", "against": "", "how": "last", "other": "x: y=1"}
EXAMPLES = load.table("claims").iloc[:1].assign(**LIKE, **CELLS)
GUIDE = Guide(EXAMPLES, METRICS, PRODUCTS, CALENDAR, UNITS)
BLANK = dict.fromkeys(["subject", "counterparty", "metric", "unit", "period_start", "period_end", "claimed_on"], "")
CHINA = "revenue: company=NVIDIA; metric=revenue; geography=China (including Hong Kong); geography_basis="
TOTAL = "revenue: company=NVIDIA; metric=revenue; geography=Total; fiscal_period="
RATE = "; spec=throughput_tops; precision=fp8; sparsity=dense"


def asked(**cells: str) -> list:
    claim = BLANK | {"checkable": "numeric", "claim": ""} | cells
    return candidates(claim, GUIDE)


def plain(**cells: str) -> tuple[str, ...]:
    found = asked(**cells)
    return tuple(found[0].cells[name] for name in ("check", "fact", "against")) if found else ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("h20-96gb", "h20-96gb"), ("H20", "h20-96gb"), ("h 100", "h100-sxm"), ("GH100 die", ""), ("H300", ""), ("", "")],
)
def test_a_plain_name_means_a_variant(name, expected):
    assert chip(name, PRODUCTS) == expected


def test_a_claim_like_one_that_has_a_check_gets_its_check():
    (found,) = asked(**LIKE)
    assert found.cells == CELLS
    assert all(one.cells["fact"] != CELLS["fact"] for one in asked(**LIKE | {"subject": "China"}))


@pytest.mark.parametrize(
    ("words", "unit", "metric"),
    [
        ("memory_capacity", "GB", "memory_capacity"),
        ("显存", "GB", "memory_capacity"),
        ("bandwidth of the memory", "TB/s", "memory_bandwidth"),
        ("NVLink bandwidth", "GB/s", "memory_bandwidth"),  # two aliases: the longer one
        ("NVLink", "GB/s", "interconnect"),
        ("fp16_compute", "TFLOPS", "compute"),
        ("TPP", "TOPS x bit", "tpp"),
        ("H20 charge", "USD billion", "h20_charge"),
        ("memory_capacity", "W", None),  # a unit that it never has
        ("colour", "GB", None),
    ],
)
def test_a_metric_is_recognised_by_its_words_and_its_unit(words, unit, metric):
    assert recognised({"metric": words, "unit": unit}, GUIDE).get("metric") == metric


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"subject": "NVIDIA H20", "metric": "memory", "unit": "GB"},
            ("lookup", "chip_specs: product=h20-96gb; spec=memory_capacity_gb", ""),
        ),
        (
            {"subject": "H20", "counterparty": "H100", "metric": "performance", "unit": "percent"},
            ("ratio", f"chip_specs: product=h20-96gb{RATE}", f"chip_specs: product=h100-sxm{RATE}"),
        ),
        (
            {"subject": "H20", "counterparty": "H100", "metric": "performance_cut", "unit": "percent"},
            ("cut", f"chip_specs: product=h20-96gb{RATE}", f"chip_specs: product=h100-sxm{RATE}"),
        ),
        (
            {"subject": "NVIDIA", "metric": "china revenue", "unit": "USD billion", "period_end": "2025-01-26"},
            ("lookup", f"{CHINA}billing; fiscal_period=FY2025Q4", ""),  # the first period that ends that day
        ),
        (
            {"subject": "NVIDIA", "metric": "china revenue", "unit": "percent"}
            | {"period_start": "2024-01-29", "period_end": "2025-01-26"},
            ("share", f"{CHINA}billing; fiscal_period=FY2025", f"{TOTAL}FY2025"),
        ),
        (
            {"subject": "NVIDIA", "metric": "revenue growth", "unit": "percent"}
            | {"period_start": "2024-01-29", "period_end": "2025-01-26"},
            ("change", f"{TOTAL}FY2025", f"{TOTAL}FY2024"),
        ),
        (
            {"subject": "H20", "counterparty": "ByteDance", "metric": "units ordered", "unit": "units"}
            | {"period_start": "2024-01-01", "period_end": "2024-12-31"},
            (
                "lookup",
                "shipment_estimates: product=h20|h20-96gb|h20-141gb; quantity=units_ordered; "
                "period_start=2024-01-01; period_end=2024-12-31; buyer=ByteDance",
                "",
            ),
        ),
        # what cannot be said
        ({"subject": "NVIDIA", "metric": "china revenue", "unit": "USD billion"}, ()),  # no period
        ({"subject": "AMD", "metric": "memory", "unit": "GB"}, ()),  # no chip
        ({"subject": "H20", "metric": "colour", "unit": "GB"}, ()),
        ({"subject": "H20", "metric": "memory", "unit": "date", "checkable": "date"}, ()),
    ],
)
def test_a_check_by_metric_unit_subject_counterparty_and_period(cells, expected):
    assert plain(**cells) == expected


def test_other_variants_precisions_and_sparse_rates_are_readings():
    found = asked(subject="H20", metric="compute", unit="TFLOPS")
    readings = [one.reading for one in found]
    assert readings[0] == ""
    assert {"h20-141gb", "bf16 or fp16", "sparse rates", "h20-141gb, sparse rates, int8"} <= set(readings)
    assert {one.reading for one in asked(subject="H20", metric="FP16 compute", unit="TFLOPS")} == {
        "",
        "h20-141gb",
        "sparse rates",
        "h20-141gb, sparse rates",
    }


def test_a_calendar_year_is_read_as_the_fiscal_year_and_says_so():
    found = asked(subject="NVIDIA", metric="revenue", unit="USD billion", period_start="2024")
    assert [(one.reading, one.is_firm) for one in found] == [("FY2025 for the year 2024", False)]


def test_an_opinion_gets_no_check():
    assert asked(**LIKE | {"checkable": "opinion"}) == []


HEADER = "claim_id,article_id,topic,subject,counterparty,metric,qualifier,value,unit,period_start,period_end"
HEADER += ",claim,checkable\n"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ("H20,,memory,exact,96,GB,,,", "supported"),
        ("H20,,memory,exact,141,GB,,,", "supported_with_definition"),  # the other variant
        ("H20,,memory,exact,80,GB,,,", "contradicted"),
        ("H20,,compute,exact,148,TFLOPS,,,", "supported_with_definition"),  # at FP16, which is not said
        ("H20,H100,performance,about,20,percent,,,", "misleading"),  # of an H100 PCIe
        ("NVIDIA,,revenue,about,130.5,USD billion,2024-01-29,2025-01-26,", "supported"),
        ("NVIDIA,,revenue,about,130.5,USD billion,2024,,", "supported_with_definition"),
        ("NVIDIA,,share price,about,50,percent,2025-04-16,2025-04-16,", "unverifiable"),  # nobody confirmed the check
        ("NVIDIA,,mood,exact,5,percent,,,", "unverifiable"),
    ],
)
def test_first_answers(tmp_path, cells, verdict):
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADER}A,mine,market,{cells}said,numeric\n", encoding="utf-8")
    verdicts, faults = audit_ledger(path, record())
    assert (faults, verdicts["verdict"].tolist()) == ([], [verdict])


@pytest.mark.parametrize("unit", ["units", "chips", "thousand chips", "million chips"])
def test_a_unit_is_known_in_all_that_it_is_printed_in(unit):
    found = plain(subject="H20", metric="units_shipped", unit=unit, period_start="2024", period_end="2024")
    assert "quantity=units_shipped; period_start=2024-01-01; period_end=2024-12-31; buyer=all" in found[1]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"subject": "H20", "metric": "colour", "unit": "GB"}, "its metric is none of those"),
        ({"subject": "H20", "metric": "memory_capacity", "unit": "W"}, "its unit is none of GB,"),
        ({"subject": "AMD", "metric": "memory_capacity", "unit": "GB"}, "its subject is no chip on record"),
        ({"subject": "H20", "metric": "compute", "unit": "percent"}, "it tells no counterparty"),
        ({"subject": "NVIDIA", "metric": "revenue_china", "unit": "USD billion"}, "its period is no fiscal one"),
        ({"subject": "H20", "metric": "units_shipped", "unit": "chips"}, "it tells no period"),
        ({"subject": "H20", "metric": "memory_capacity", "unit": "GB"}, ""),
    ],
)
def test_what_a_claim_lacks_is_said(cells, words):
    claim = BLANK | {"checkable": "numeric", "claim": ""} | cells
    assert lacking(claim, GUIDE).startswith(words)
    assert bool(candidates(claim, GUIDE)) == (not words)
