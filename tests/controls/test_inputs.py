"""What the rules look at: total processing performance by hand, what is unknown, and which chips a name means."""

import pandas as pd
import pytest

from analysis.controls import inputs
from analysis.controls.possible import QUANTITIES
from analysis.facts import load
from tests.records import record

PRODUCTS = pd.DataFrame(
    [
        {"product": name, "name": name, "family": name, "maker": "m", "maker_country": "US", "level": "variant"}
        for name in ("dense", "sparse", "bare", "vector", "both", "open", "chosen", "bits")
    ]
)


def fact(product: str, spec: str, value: float, precision: str = "", sparsity: str = "", **ends: float) -> dict:
    row = {"product": product, "spec": spec, "precision": precision, "sparsity": sparsity, "value": value}
    row |= {"low": float("nan"), "high": float("nan"), "basis": "reported", "grade": "B", "is_conflict": False}
    return row | {"picked_by": "order", "range_low": value, "range_high": value} | ends


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    facts = [
        fact("dense", "throughput_tops", 148, "fp16", "dense"),
        fact("dense", "throughput_tops", 300, "int8", "dense"),
        fact("dense", "throughput_tops", 74, "tf32", "dense"),
        fact("dense", "throughput_tops", 600, "int8", "sparse"),
        fact("sparse", "throughput_tops", 1000, "fp8", "sparse"),
        fact("bare", "memory_bandwidth_gb_s", 1000),
        fact("vector", "throughput_tops", 19.5, "fp32", "dense"),
        fact("vector", "throughput_tops", 9.7, "fp64", "dense"),
        fact("vector", "throughput_tops", 19.5, "fp64_tensor", "dense"),
        fact("both", "throughput_tops", 593, "fp4", "dense"),
        fact("both", "throughput_tops", 97.04, "fp32", "dense"),
        fact("open", "throughput_tops", 290, "fp8", "dense", is_conflict=True, range_low=290.0, range_high=310.0),
        fact("open", "memory_bandwidth_gb_s", 1398, is_conflict=True, range_low=1398.0, range_high=1570.0),
        fact("chosen", "throughput_tops", 290, "fp8", "dense")
        | {"is_conflict": True, "picked_by": "choice", "range_low": 290.0, "range_high": 310.0},
        fact("bits", "throughput_tops", 238, "fp8", "dense"),
        fact("bits", "throughput_tops", 239, "8bit", "dense"),
    ]
    return inputs.inputs(pd.DataFrame(facts), PRODUCTS).set_index("chip_id")


@pytest.fixture(scope="module")
def of_record(control_chips) -> pd.DataFrame:
    return control_chips.set_index("chip_id")


@pytest.mark.parametrize(
    ("chip", "tpp"),
    [
        # 296 at 8 bit to 74 at 32: half a unit of 296 is 4, of 74 is 16
        ("h20-96gb", (295.5 * 8, 74.5 * 32)),
        ("h20-141gb", (295.5 * 8, 148.5 * 16)),
        ("a100-sxm-80gb", (623.5 * 8, 156.5 * 32)),
        # nvidia-tensorrt-llm-cluster-info: TF32 60 is 1,904 to 1,936, FP8 238 is 1,904 at its middle; 59.35 at 32 less
        ("l20", (59.5 * 32, 60.5 * 32)),
        # nvidia-a800-40gb-active-page, 623.8 sparse, and NVIDIA's 312 to 624 for the GA100: 311.9 x 16 = 4,990.4
        ("a800-pcie-40gb", (311.85 * 16, 311.95 * 16)),
        # 4,000 sparse FP4 and NVIDIA's 1676 to 3352 for the GB202: 2,000 x 4 = 8,000
        ("rtx-pro-6000-workstation", (1999.5 * 4, 2000.5 * 4)),
        # soar2026-sm120-hardware, 593 x 4 = 2,372; techpowerup-rightnow-db, FP32 97.04 x 32 = 3,105.28
        ("rtx-6000d", (592.5 * 4, 97.045 * 32)),
    ],
)
def test_tpp_by_hand(of_record, chip, tpp):
    assert tuple(of_record.loc[chip, ["tpp_low", "tpp_high"]]) == pytest.approx(tpp)


def test_tpp_is_the_largest_over_precisions_with_the_rounding_of_each(made):
    assert made.loc["dense", "tpp_low"] == max(147.5 * 16, 299.5 * 8, 73.5 * 32)
    assert made.loc["dense", "tpp_high"] == max(148.5 * 16, 300.5 * 8, 74.5 * 32)


def test_a_vector_rate_bounds_tpp_from_below_and_never_gives_it(made):
    # 19.5 is 19.45 at least; 64 bits of the tensor units for science are no rate of those for machine learning either
    assert made.loc["vector", "tpp_low"] == pytest.approx(19.45 * 64)
    assert made.loc["vector", "tpp_high"] == float("inf")
    assert "tpp reported (B, at least)" in made.loc["vector", "inputs_basis"]


def test_a_vector_rate_above_the_tensor_rates_is_a_dispute_and_leaves_both_possible(made):
    assert tuple(made.loc["both", ["tpp_low", "tpp_high"]]) == pytest.approx((592.5 * 4, 97.045 * 32))
    assert "tpp reported (B, disputed)" in made.loc["both", "inputs_basis"]


def test_disputed_figures_are_the_range_of_all_sources_unless_one_was_chosen(made):
    assert tuple(made.loc["open", ["tpp_low", "tpp_high"]]) == pytest.approx((289.5 * 8, 310.5 * 8))
    assert tuple(made.loc["open", ["dram_bandwidth_low", "dram_bandwidth_high"]]) == (1398, 1570)
    assert tuple(made.loc["chosen", ["tpp_low", "tpp_high"]]) == pytest.approx((289.5 * 8, 290.5 * 8))


def test_a_rate_of_a_bit_length_alone_serves_only_where_no_format_has_one(made):
    assert tuple(made.loc["bits", ["tpp_low", "tpp_high"]]) == pytest.approx((237.5 * 8, 238.5 * 8))


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


# What the inputs rest on

RESTS = {"source_id": "s", "locator": "p. 1", "others": ""}


@pytest.fixture(scope="module")
def rests() -> pd.DataFrame:
    """A chip with two rates that set the ends of its TPP, a die area in dispute, and bandwidths."""
    facts = [
        fact("dense", "throughput_tops", 296, "fp8", "dense", source_id="rates", locator="table 2"),
        fact("dense", "throughput_tops", 74, "tf32", "dense", source_id="rates", others="75 (press)"),
        fact("dense", "throughput_tops", 592, "fp8", "sparse", source_id="sparse"),
        fact("dense", "die_area_mm2", 814, is_conflict=True, range_low=800.0, range_high=814.0, source_id="die"),
        fact("dense", "memory_bandwidth_gb_s", 4000, source_id="memory"),
        fact("dense", "interconnect_gb_s", 900, low=900.0, source_id="links"),
        fact("bare", "memory_bandwidth_gb_s", 1000, source_id="memory"),
    ]
    rows = pd.DataFrame([RESTS | row for row in facts])
    return inputs.behind(rows).set_index(["chip_id", "quantity"])


def test_what_is_stated_keeps_its_document_and_place(rests):
    assert rests.loc[("bare", "dram_bandwidth"), ["source_id", "locator", "formula"]].tolist() == ["memory", "p. 1", ""]
    assert ("bare", "tpp") not in rests.index


def test_tpp_names_the_rates_at_its_ends(rests):
    found = rests.loc[("dense", "tpp")]
    # 295.5 x 8 is 2,364 at least, 74.5 x 32 is 2,384 at most
    assert found["formula"] == "296 TOPS × 8 bit (FP8) and 74 TOPS × 32 bit (TF32)"
    assert (found["basis"], found["source_id"], found["locator"], found["others"]) == (
        *("derived", "rates", "table 2; p. 1", "75 (press)"),
    )


def test_what_is_worked_out_of_two_names_both(rests):
    density, total = rests.loc[("dense", "performance_density")], rests.loc[("dense", "dram_plus_io_bandwidth")]
    assert density["formula"].endswith("74 TOPS × 32 bit (TF32)) ÷ 800 to 814 mm²")
    assert density["source_id"] == "rates|die"
    assert (total["formula"], total["source_id"]) == ("4,000 + 900 GB/s", "memory|links")


def test_a_hypothetical_chip_rests_on_no_document(tmp_path):
    """Also where it has the name of a chip of the record."""
    path = tmp_path / "specs.csv"
    header = "chip_id,maker,tpp,applicable_die_area_mm2,dram_bandwidth_gb_s,io_bandwidth_gb_s,is_datacenter"
    path.write_text(f"{header}\nl20,NVIDIA,1936,609,864,64,1\n", encoding="utf-8")
    of_file = record().control_status(specs=path, on="2024-02-15").iloc[0]
    of_record = record().control_status(chip="l20", on="2024-02-15").iloc[0]
    assert (of_file["value_source_id"], of_file["value_formula"]) == ("", "")
    assert of_record["value_source_id"]
    assert of_file["line_source_id"] == of_record["line_source_id"] == "ecfr-774-2026-07-23"
