"""Chips: the canonical picks of the research, dense apart from sparse, unknown left unknown."""

import math

import pandas as pd
import pytest

from analysis.chips import specs as chip_specs
from analysis.chips.results import resolved_chips
from analysis.facts import load
from analysis.facts.errors import ParameterError
from tests.records import record

CHIPS = ["h20-96gb", "h100-sxm", "h200-sxm", "b30a", "rtx-6000d"]
UNKNOWN = None
NO_LINK = 0  # "none" in the notes: a card without NVLink has a link of nothing, which is known

# chips/NOTES.md of the research, "Canonical picks for the five core chips": a figure, a range, or unknown
PICKS = {
    ("throughput_tops", "fp8"): [296, 1979, 1979, (2250, 2500), 296],
    ("throughput_tops", "bf16"): [148, 989.5, 989.5, (1125, 1250), 148],
    ("throughput_tops", "int8"): [296, 1979, 1979, 77, UNKNOWN],
    ("throughput_tops", "fp4"): [UNKNOWN, UNKNOWN, UNKNOWN, (7000, 7500), 593],
    ("memory_capacity_gb", ""): [96, 80, 141, (135, 144), 84],
    ("memory_bandwidth_gb_s", ""): [4000, 3350, 4800, (3850, 4000), 1398],
    ("interconnect_gb_s", ""): [900, 900, 900, 900, NO_LINK],
    ("pcie_gb_s", ""): [128, 128, 128, UNKNOWN, 128],
    ("tdp_w", ""): [400, 700, 700, UNKNOWN, 600],
    ("die_area_mm2", ""): [814, 814, 814, 800, 750],
    ("transistors_billion", ""): [80, 80, 80, 104, 92.2],
}
APPROXIMATE = {("b30a", "throughput_tops", "int8"): 0.01, ("b30a", "die_area_mm2", ""): 0.02}  # "about" in the notes


@pytest.fixture(scope="module")
def comparison() -> pd.DataFrame:
    return record().chip_comparison().set_index(["chip_id", "spec", "precision"])


@pytest.fixture(scope="module")
def equivalence() -> pd.DataFrame:
    return record().equivalence().set_index(["chip_id", "spec", "precision"]).sort_index()


@pytest.fixture(scope="module")
def tables() -> list[pd.DataFrame]:
    return [load.table(name) for name in ("chip_specs", "products", "quantities")]


@pytest.mark.parametrize(
    ("chip", "spec", "precision", "pick"),
    [(chip, *what, pick) for what, picks in PICKS.items() for chip, pick in zip(CHIPS, picks, strict=True)],
)
def test_canonical_pick(comparison, chip, spec, precision, pick):
    row = comparison.loc[(chip, spec, precision)]
    if pick is UNKNOWN:
        assert row["sources"] == 0
        assert row[["value", "low", "high", "ratio", "ratio_low", "ratio_high"]].isna().all()
    elif isinstance(pick, tuple):
        # the notes print bandwidth to the nearest 50, half of 7,750 is 3,875
        assert (row["low"], row["high"]) == pytest.approx(pick, rel=0.007)
        assert math.isnan(row["value"])
    else:
        assert row["value"] == pytest.approx(pick, rel=APPROXIMATE.get((chip, spec, precision), 1e-9))


@pytest.mark.parametrize(
    ("chip", "spec", "precision", "ratio"),
    [
        ("h20-96gb", "throughput_tops", "fp8", 0.150),  # 296 / 1979
        ("h20-96gb", "memory_bandwidth_gb_s", "", 1.194),  # 4000 / 3350
        ("h20-96gb", "memory_capacity_gb", "", 1.200),  # 96 / 80
        ("h200-sxm", "memory_bandwidth_gb_s", "", 1.433),  # 4800 / 3350
        ("rtx-6000d", "interconnect_gb_s", "", 0.000),
    ],
)
def test_equivalence_to_one_h100(equivalence, chip, spec, precision, ratio):
    assert round(equivalence.loc[(chip, spec, precision), "ratio"], 3) == ratio


def test_equivalence_of_an_estimate_keeps_its_interval(equivalence):
    row = equivalence.loc[("b30a", "throughput_tops", "fp8"), ["ratio_low", "ratio", "ratio_high"]]
    assert row.tolist() == pytest.approx([2250 / 1979, math.nan, 2500 / 1979], nan_ok=True)


def test_baseline_is_one_of_itself_by_every_measure(equivalence):
    assert (equivalence.loc["h100-sxm", "ratio"] == 1).all()


def test_every_measure_is_shown_in_the_order_given():
    frame = record().chip_comparison(chips=["rtx-6000d", "h20-96gb"])
    assert len(frame) == 2 * len(chip_specs.COMPARED)
    assert list(frame["chip_id"].unique()) == ["rtx-6000d", "h20-96gb"]


# controls/RULES.md of the research, edge case 1; chips/NOTES.md, conflict 1
@pytest.mark.parametrize(("chip", "dense", "sparse"), [("l40s", 733, 1466), ("h200-sxm", 1979, 3958)])
def test_dense_rate_where_the_data_sheet_leads_with_the_sparse_one(chip, dense, sparse):
    row = record().chip_comparison(chips=[chip]).set_index(["spec", "precision"]).loc[("throughput_tops", "fp8")]
    assert row["value"] == dense
    specs = load.table("chip_specs").query(f"product == '{chip}' and sparsity == 'sparse' and precision == 'fp8'")
    assert sparse in set(specs["value"].astype(float))


def test_no_sparse_figure_can_reach_a_comparison(tables):
    specs, products, quantities = tables
    choices = load.table("choices")
    chips = products.loc[products["level"] == "variant", "product"].tolist()

    def compared(rows):
        statements = chip_specs.statements(rows, products, quantities)
        return chip_specs.compare(chip_specs.resolve(statements, choices), chips, "h100-sxm")

    is_rate = specs["spec"] == "throughput_tops"
    only_dense = specs[~is_rate | (specs["sparsity"] == "dense")]
    assert len(only_dense) < len(specs)
    pd.testing.assert_frame_equal(compared(only_dense), compared(specs))


def test_unusable_rows_are_no_statements(tables):
    assert not tables[0]["is_usable"].all()
    assert chip_specs.statements(*tables)["is_usable"].all()


def test_family_figures_serve_every_variant_only_where_declared(tables):
    statements = chip_specs.statements(*tables)
    dies = tables[0].query("product == 'h20' and spec == 'die_area_mm2'")["source_id"].iloc[0]
    of_h20 = statements[statements["source_id"] == dies].query("spec == 'die_area_mm2'")
    assert {"h20", "h20-96gb", "h20-141gb"} <= set(of_h20["product"])
    # bandwidth differs between the H20 variants, so a figure for "H20" is given to neither
    bandwidth = tables[0].query("product == 'h20' and spec == 'memory_bandwidth_gb_s'")
    given = statements.query("product == 'h20-96gb' and spec == 'memory_bandwidth_gb_s'")
    assert len(bandwidth)
    assert set(given["as_printed"]).isdisjoint(set(bandwidth["as_printed"]))


def test_published_tpp_of_the_h20_is_its_largest_rate_times_bits():
    # chips/NOTES.md, TPP: 296 x 8 = 148 x 16 = 2,368
    resolved = resolved_chips(record()).resolved
    rates = resolved.query("product == 'h20-96gb' and spec == 'throughput_tops' and sparsity == 'dense'")
    assert (rates["value"] * rates["precision"].map(chip_specs.bit_length)).max() == 2368
    assert resolved.query("product == 'h20-96gb' and spec == 'tpp'")["value"].tolist() == [2368]


@pytest.mark.parametrize(
    ("precision", "bits"),
    [("fp4", 4), ("fp8", 8), ("int8", 8), ("8bit", 8), ("bf16", 16), ("tf32", 32), ("fp64_tensor", 64), ("", math.nan)],
)
def test_bit_length(precision, bits):
    assert chip_specs.bit_length(precision) == pytest.approx(bits, nan_ok=True)


def test_unknown_chips_and_families_are_all_refused_with_their_near_misses():
    with pytest.raises(ParameterError) as error:
        record().chip_comparison(chips=["h20-96", "h100-sxm", "zzz", "h20"], baseline="h100")
    assert str(error.value) == (
        "chips: 'h20-96' is no chip on record. Did you mean 'h20-96gb'? See table products.\n"
        "chips: 'zzz' is no chip on record. See table products.\n"
        "chips: 'h20' is a family of chips. Its variants are: h20-96gb, h20-141gb.\n"
        "baseline: 'h100' is a family of chips. Its variants are: h100-sxm, h100-pcie, h100-nvl."
    )


def test_a_chip_named_twice_is_shown_once():
    assert chip_specs.named(["h20-96gb", "h20-96gb"], "h100-sxm", load.table("products"))[0] == ["h20-96gb"]
