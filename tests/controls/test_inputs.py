"""What the rules look at: total processing performance by hand, what is unknown, and which chips a name means."""

import pandas as pd
import pytest

from analysis.controls import inputs
from analysis.controls.possible import QUANTITIES
from analysis.facts import load
from analysis.facts.errors import ParameterError

PRODUCTS = pd.DataFrame(
    [
        {"product": name, "name": name, "family": name, "maker": "m", "maker_country": "US", "level": "variant"}
        for name in ("dense", "sparse", "bare")
    ]
)


def fact(product: str, spec: str, value: float, precision: str = "", sparsity: str = "", **ends: float) -> dict:
    row = {"product": product, "spec": spec, "precision": precision, "sparsity": sparsity, "value": value}
    row |= {"low": float("nan"), "high": float("nan"), "basis": "reported", "grade": "B", "is_conflict": False}
    return row | ends


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    facts = [
        fact("dense", "throughput_tops", 148, "fp16", "dense"),
        fact("dense", "throughput_tops", 300, "int8", "dense"),
        fact("dense", "throughput_tops", 74, "tf32", "dense"),
        fact("dense", "throughput_tops", 600, "int8", "sparse"),
        fact("sparse", "throughput_tops", 1000, "fp8", "sparse"),
        fact("bare", "memory_bandwidth_gb_s", 1000),
    ]
    return inputs.inputs(pd.DataFrame(facts), PRODUCTS).set_index("chip_id")


@pytest.fixture(scope="module")
def of_record(control_chips) -> pd.DataFrame:
    return control_chips.set_index("chip_id")


@pytest.mark.parametrize(
    ("chip", "tpp"),
    [
        ("h20-96gb", 148 * 16),
        ("h20-141gb", 148 * 16),
        ("b200-sxm", 4500 * 8),
        ("a100-sxm-80gb", 312 * 16),
        ("h100-sxm", 1979 * 8),
    ],
)
def test_tpp_by_hand(of_record, chip, tpp):
    assert tuple(of_record.loc[chip, ["tpp_low", "tpp_high"]]) == (tpp, tpp)


def test_tpp_is_the_largest_over_precisions(made):
    assert made.loc["dense", "tpp_high"] == max(148 * 16, 300 * 8, 74 * 32)


def test_a_sparse_rate_is_never_halved(made):
    assert made.loc["sparse", ["tpp_low", "tpp_high"]].isna().all()
    assert "tpp unknown" in made.loc["sparse", "inputs_basis"]


def test_a_chip_without_a_rate_keeps_its_row(made):
    assert made.loc["bare", ["tpp_low", "tpp_high"]].isna().all()
    assert made.loc["bare", "dram_bandwidth_high"] == 1000


def test_the_basis_of_every_quantity_is_told(made, of_record):
    told = "tpp unknown; applicable_die_area_mm2 unknown; dram_bandwidth reported (B); io_bandwidth unknown"
    assert made.loc["bare", "inputs_basis"] == f"{told}; is_datacenter unknown"
    for basis in of_record["inputs_basis"]:
        assert [part.split()[0] for part in basis.split("; ")] == QUANTITIES


def test_every_variant_has_one_row(control_chips):
    products = load.table("products")
    assert list(control_chips["chip_id"]) == list(products.loc[products["level"] == "variant", "product"])
    for quantity in QUANTITIES:
        low, high = control_chips[f"{quantity}_low"], control_chips[f"{quantity}_high"]
        assert (low.isna() == high.isna()).all()
        assert not (low > high).any()


@pytest.mark.parametrize(
    ("name", "chips"),
    [
        ("H20", ["h20-96gb", "h20-141gb"]),
        ("h20", ["h20-96gb", "h20-141gb"]),
        (" H20-96GB ", ["h20-96gb"]),
        ("RTX 4090", ["rtx-4090"]),
        ("rtx-4090", ["rtx-4090"]),
        ("RTX 4090D", ["rtx-4090d"]),
    ],
)
def test_a_plain_name_serves(name, chips):
    assert inputs.find(name, load.table("products")) == chips


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("H21", "chip: there is no chip 'H21'. Did you mean 'h20'? See table products."),
        ("!!", "chip: there is no chip '!!'. See table products."),
    ],
)
def test_an_unknown_name_gets_the_near_miss(name, text):
    with pytest.raises(ParameterError) as refused:
        inputs.find(name, load.table("products"))
    assert str(refused.value) == text
