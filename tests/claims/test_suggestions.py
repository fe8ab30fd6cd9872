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


H20, H100 = "chip_specs: product=h20-96gb", "chip_specs: product=h100-sxm"
BANDWIDTH = "spec=memory_bandwidth_gb_s"
PAIR = {"subject": "H20", "counterparty": "H100", "unit": "percent"}
SALES = {"subject": "NVIDIA", "counterparty": "China"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"subject": "H20", "unit": "GB"}, ("lookup", f"{H20}; spec=memory_capacity_gb")),
        ({"subject": "H20", "unit": "TB/s"}, ("lookup", f"{H20}; {BANDWIDTH}")),
        ({"subject": "H100", "unit": "W"}, ("lookup", f"{H100}; spec=tdp_w")),
        ({"subject": "H20", "unit": "TOPS"}, ("lookup", f"{H20}; {RATE}")),
        ({"subject": "H20", "unit": "USD"}, ("lookup", "prices: product=h20|h20-96gb; form=card; unit=usd per unit")),
        (
            {"subject": "H20", "unit": "units"} | YEAR,
            ("lookup", f"shipment_estimates: product=h20; quantity=units_shipped{DAYS}"),
        ),
        (PAIR | {"metric": "perf_ratio"}, ("ratio", f"{H20}; {RATE}", f"{H100}; {RATE}")),
        (PAIR | {"metric": "perf_cut"}, ("cut", f"{H20}; {RATE}", f"{H100}; {RATE}")),
        (PAIR | {"metric": "bandwidth_gain"}, ("change", f"{H20}; {BANDWIDTH}", f"{H100}; {BANDWIDTH}")),
        (
            SALES | YEAR | {"unit": "percent"},
            ("share", CHINA + DAYS, "revenue: company=NVIDIA; metric=revenue; geography=Total"),
        ),
        (SALES | YEAR | {"unit": "USD billion"}, ("lookup", CHINA + DAYS)),
        (
            {"subject": "Moore Threads", "checkable": "date", "unit": "date"},
            ("date", "events.happened_on: event~Moore Threads"),
        ),
        # what cannot be said
        ({"subject": "H20", "unit": "units"}, ("",)),
        (SALES | {"unit": "USD billion"}, ("",)),
        (SALES | YEAR | {"unit": "count"}, ("",)),
        ({"subject": "AMD", "unit": "GB"}, ("",)),
        ({"checkable": "date", "unit": "date"}, ("",)),
    ],
)
def test_a_check_by_what_the_columns_say(cells, expected):
    assert check(**cells) == (*expected, "", "")[:3]


def test_an_opinion_gets_no_check():
    assert asked(**LIKE | {"checkable": "opinion"}) == {}
