"""What a chip is called: one reading for every command, and hints that lead to no other chip."""

import pytest

from analysis.facts import load, names
from analysis.facts.errors import ParameterError
from tests.records import record

PRODUCTS = load.table("products")


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("H20", "h20"),
        (" h20 ", "h20"),
        ("Ｈ２０", "h20"),
        ("NVIDIA H20", "h20"),
        ("英伟达H20", "h20"),
        ("H20-96GB", "h20-96gb"),
        ("H20-3e", "h20-141gb"),
        ("H20E", "h20-141gb"),
        ("RTX Pro 6000D", "rtx-6000d"),
        ("rtx 6000d", "rtx-6000d"),
        ("GeForce RTX 4090", "rtx-4090"),
        ("RTX4090D", "rtx-4090d"),
        ("RTX 4090 D", "rtx-4090d"),
        ("Ascend-910C", "ascend-910c"),
        ("昇腾910C", "ascend-910c"),
        ("華為昇騰 910C", "ascend-910c"),
        ("寒武纪思元590", "mlu590"),
        ("H100 SXM5", "h100-sxm"),
        ("MetaX C500", "metax-c500"),  # a family that has no row of its own
        ("H20-class", "h20-class"),
        ("H21", ""),
        ("", ""),
        ("NVIDIA", ""),
        ("!!", ""),
    ],
)
def test_a_name_means_one_product(name, product):
    assert names.found(name, PRODUCTS) == product


def test_every_id_name_and_alias_means_its_own_product():
    for row in PRODUCTS.to_dict("records"):
        for name in [row["product"], row["name"], *filter(None, row["aliases"].split("|"))]:
            assert names.found(name, PRODUCTS) == row["product"], name


@pytest.mark.parametrize(
    ("name", "chips"),
    [
        ("H20", ["h20-96gb", "h20-141gb"]),
        (" H20-96GB ", ["h20-96gb"]),
        ("RTX 4090", ["rtx-4090"]),
        ("metax-c500", ["metax-c500-oam", "metax-c500-pcie"]),
    ],
)
def test_the_chips_of_a_name(name, chips):
    assert names.chips(name, PRODUCTS, parameter="chip") == chips


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("H21", "'H21' is no chip on record. See table products."),
        ("RTX 4090S", "'RTX 4090S' is no chip on record. See table products."),  # not the 4090D
        ("RTX 6000", "'RTX 6000' is no chip on record. See table products."),  # neither Pro nor D
        ("Ascend 910", "'Ascend 910' is no chip on record. See table products."),
        ("H2O", "'H2O' is no chip on record. Did you mean 'h20'? See table products."),
        ("h20-96", "'h20-96' is no chip on record. Did you mean 'h20-96gb'? See table products."),
        ("Asend 910C", "'Asend 910C' is no chip on record. Did you mean 'ascend-910c'? See table products."),
        ("H20", "'H20' is a family of chips. Its variants are: h20-96gb, h20-141gb."),
        ("GH100 die", "'GH100 die' is a bare die, and no chip with figures of its own. See table products."),
        (
            "h20-class",
            "'h20-class' is a count of several chips, and no chip with figures of its own. See table products.",
        ),
        ("B30", "'B30' is a family without variants, and no chip with figures of its own. See table products."),
    ],
)
def test_why_a_name_is_no_one_chip(name, told):
    with pytest.raises(ParameterError) as refused:
        names.chip(name, PRODUCTS, parameter="chip")
    assert str(refused.value) == f"chip: {told}"


def test_the_same_words_everywhere():
    """What is not there is said alike by chips, law, units and counts."""
    asked = [("chip_comparison", "chips"), ("control_status", "chip"), ("unit_evidence", "product")]
    asked += [("shipment_estimates", "product"), ("workload_throughput", "chips")]
    for result, parameter in asked:
        with pytest.raises(ParameterError) as refused:
            record().get(result, {parameter: "H21"})
        assert str(refused.value) == f"{parameter}: 'H21' is no chip on record. See table products.", result


def test_a_chip_may_be_given_by_any_of_its_names():
    by_alias = record().chip_comparison(chips=["NVIDIA H20-3e", "RTX Pro 6000D"], baseline="H100 SXM")
    assert list(dict.fromkeys(by_alias["chip_id"])) == ["h20-141gb", "rtx-6000d"]
    assert set(record().shipment_estimates(product="NVIDIA H20")["product"]) == {"h20"}
