"""Checks suggested for claims that have none."""

import pandas as pd
import pytest

from analysis.claims.suggestions import chip, suggested

PRODUCTS = pd.DataFrame(
    [
        ("h20-96gb", "H20 96 GB", "h20", "variant"),
        ("h20-141gb", "H20 141 GB", "h20", "variant"),
        ("h20", "H20", "h20", "family"),
        ("h100-sxm", "H100 SXM5 80 GB", "h100", "variant"),
        ("h100-pcie", "H100 PCIe 80 GB", "h100", "variant"),
        ("gh100", "GH100", "gh100", "die"),
    ],
    columns=["product", "name", "family", "level"],
)
LIKE = {"metric": "fee_share", "unit": "percent", "subject": "United States", "counterparty": "NVIDIA"}
LIKE |= {"period_start": "", "period_end": ""}
KNOWN = pd.DataFrame(
    [
        LIKE | {"check": "", "fact": "", "against": "", "how": "", "other": ""},
        LIKE | {"check": "lookup", "fact": "events: event~share", "against": "", "how": "last", "other": "x: y=1"},
    ]
)
RATE = "spec=throughput_tops; precision=fp8; sparsity=dense"
CHINA = "revenue: company=NVIDIA; metric=revenue; geography=China (including Hong Kong); geography_basis=billing"
YEAR = {"period_start": "2024-01-29", "period_end": "2025-01-26"}
DAYS = "; period_start=2024-01-29; period_end=2025-01-26"


def asked(**cells: str) -> dict[str, str]:
    names = ("subject", "counterparty", "metric", "unit", "period_start", "period_end")
    return suggested(dict.fromkeys(names, "") | {"checkable": "numeric"} | cells, KNOWN, PRODUCTS)


def check(**cells: str) -> tuple[str, str, str]:
    found = asked(**cells)
    return (found["check"], found["fact"], found["against"]) if found else ("", "", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("h20-96gb", "h20-96gb"),
        ("H20 141GB", "h20-141gb"),
        ("H20", "h20-96gb"),  # the first of the family
        ("h 100", "h100-sxm"),
        ("H100 PCIe 80 GB", "h100-pcie"),
        ("GH100", ""),  # a die is not sold
        ("H300", ""),
        ("", ""),
    ],
)
def test_a_plain_name_means_a_variant(name, expected):
    assert chip(name, PRODUCTS) == expected


def test_a_claim_like_one_that_has_a_check_gets_its_check():
    assert asked(**LIKE) == {
        "check": "lookup",
        "fact": "events: event~share",
        "against": "",
        "how": "last",
        "other": "x: y=1",
    }


@pytest.mark.parametrize("name", ["metric", "unit", "subject", "counterparty", "period_start", "period_end"])
def test_a_claim_that_differs_in_anything_does_not(name):
    assert asked(**LIKE | {name: "other"}) == {}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"subject": "H20", "unit": "GB"}, ("lookup", "chip_specs: product=h20-96gb; spec=memory_capacity_gb", "")),
        (
            {"subject": "H20", "unit": "TB/s"},
            ("lookup", "chip_specs: product=h20-96gb; spec=memory_bandwidth_gb_s", ""),
        ),
        ({"subject": "H100", "unit": "W"}, ("lookup", "chip_specs: product=h100-sxm; spec=tdp_w", "")),
        ({"subject": "H20", "unit": "TOPS"}, ("lookup", f"chip_specs: product=h20-96gb; {RATE}", "")),
        (
            {"subject": "H20", "unit": "USD"},
            ("lookup", "prices: product=h20|h20-96gb; form=card; unit=usd per unit", ""),
        ),
        (
            {"subject": "H20", "unit": "units"} | YEAR,
            ("lookup", f"shipment_estimates: product=h20; quantity=units_shipped{DAYS}", ""),
        ),
        (
            {"subject": "H20", "counterparty": "H100", "unit": "percent", "metric": "perf_ratio"},
            ("ratio", f"chip_specs: product=h20-96gb; {RATE}", f"chip_specs: product=h100-sxm; {RATE}"),
        ),
        (
            {"subject": "H20", "counterparty": "H100", "unit": "percent", "metric": "perf_cut"},
            ("cut", f"chip_specs: product=h20-96gb; {RATE}", f"chip_specs: product=h100-sxm; {RATE}"),
        ),
        (
            {"subject": "H20", "counterparty": "H100", "unit": "percent", "metric": "bandwidth_gain"},
            (
                "change",
                "chip_specs: product=h20-96gb; spec=memory_bandwidth_gb_s",
                "chip_specs: product=h100-sxm; spec=memory_bandwidth_gb_s",
            ),
        ),
        (
            {"subject": "NVIDIA", "counterparty": "China", "unit": "percent"} | YEAR,
            ("share", CHINA + DAYS, "revenue: company=NVIDIA; metric=revenue; geography=Total"),
        ),
        (
            {"subject": "NVIDIA", "counterparty": "China", "unit": "USD billion"} | YEAR,
            ("lookup", CHINA + DAYS, ""),
        ),
        (
            {"subject": "Moore Threads", "checkable": "date", "unit": "date"},
            ("date", "events.happened_on: event~Moore Threads", ""),
        ),
        # what cannot be said
        ({"subject": "H20", "unit": "units"}, ("", "", "")),
        ({"subject": "NVIDIA", "counterparty": "China", "unit": "USD billion"}, ("", "", "")),
        ({"subject": "NVIDIA", "counterparty": "China", "unit": "count"} | YEAR, ("", "", "")),
        ({"subject": "AMD", "unit": "GB"}, ("", "", "")),
        ({"checkable": "date", "unit": "date"}, ("", "", "")),
    ],
)
def test_a_check_by_what_the_columns_say(cells, expected):
    assert check(**cells) == expected


def test_an_opinion_gets_no_check():
    assert asked(**LIKE | {"checkable": "opinion"}) == {}
