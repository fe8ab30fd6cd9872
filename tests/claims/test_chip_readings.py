"""Readings of a comparison of two chips: which pairs are tried, and what each departs in."""

import pandas as pd
import pytest

from analysis.chips.specs import labelled
from analysis.claims.addresses import terms
from analysis.claims.chip_readings import pairs
from analysis.facts import load

# a chip of its own in two forms, the other chip in two forms, one more of the maker, one of another maker
PRODUCTS = pd.DataFrame(
    [
        ("own-a", "Own A", "own", "NV", "variant"),
        ("own-b", "Own B", "own", "NV", "variant"),
        ("big-a", "Big A", "big", "NV", "variant"),
        ("big-b", "Big B", "big", "NV", "variant"),
        ("more", "More", "more", "NV", "variant"),
        ("else", "Else", "else", "AMD", "variant"),
        ("own", "Own", "own", "NV", "family"),
    ],
    columns=["product", "name", "family", "maker", "level"],
)
RATE = "throughput_tops"


def chips(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["product", "spec", "precision", "sparsity", "low"])
    named = labelled(frame, load.table("quantities"))
    label = frame["product"].map(PRODUCTS.set_index("product")["name"]) + " " + named["label"]
    return frame.assign(high=frame["low"], source_id="s", grade="A", basis="official", label=label)


def rate(chip: str, precision: str, sparsity: str, value: float) -> tuple:
    return chip, RATE, precision, sparsity, value


def tried(*rows: tuple, top: str = "own-a", bottom: str = "big-a", what: str = "") -> dict[str, tuple]:
    """What each pair departs in, by its words."""
    what = what or f"spec={RATE}; precision=fp8; sparsity=dense"
    sides = (terms(f"chip_specs: product={chip}; {what}")[0].address for chip in (top, bottom))
    found = pairs(*sides, chips(*rows), PRODUCTS)
    return {f"{one['label']} / {other['label']}": departed for (one, other), departed in found}


PLAIN = rate("own-a", "fp8", "dense", 300), rate("big-a", "fp8", "dense", 2000)


def test_the_plain_pair_is_no_reading():
    assert tried(*PLAIN) == {}


@pytest.mark.parametrize(
    ("row", "words", "departed"),
    [
        (rate("big-b", "fp8", "dense", 1500), "Own A dense FP8 / Big B dense FP8", ("form",)),
        (rate("own-b", "fp8", "dense", 280), "Own B dense FP8 / Big A dense FP8", ("form",)),
        (rate("big-a", "bf16", "dense", 1000), "Own A dense FP8 / Big A dense BF16", ("mixed precision",)),
        (rate("big-a", "int8", "dense", 2000), "Own A dense FP8 / Big A dense INT8", ("precision",)),
        (rate("big-a", "fp8", "sparse", 4000), "Own A dense FP8 / Big A sparse FP8", ("mixed sparsity",)),
        (rate("more", "fp8", "dense", 5000), "Own A dense FP8 / More dense FP8", ("chip",)),
    ],
)
def test_one_departure(row, words, departed):
    assert tried(*PLAIN, row)[words] == departed


def test_both_sides_may_depart_together():
    found = tried(
        *PLAIN,
        rate("own-a", "bf16", "dense", 150),
        rate("big-a", "bf16", "dense", 1000),
        rate("own-a", "fp8", "sparse", 600),
        rate("big-a", "fp8", "sparse", 4000),
    )
    assert found["Own A dense BF16 / Big A dense BF16"] == ("precision",)
    assert found["Own A sparse FP8 / Big A sparse FP8"] == ("sparse",)
    assert found["Own A sparse FP8 / Big A dense BF16"] == ("mixed precision", "mixed sparsity")


def test_two_bit_lengths_neither_of_them_plain_depart_twice():
    rows = rate("own-a", "bf16", "dense", 150), rate("big-a", "tf32", "dense", 500)
    assert tried(*PLAIN, *rows)["Own A dense BF16 / Big A dense TF32"] == ("mixed precision", "precision")


def test_another_measure_takes_both_sides_with_it():
    rows = ("own-a", "memory_capacity_gb", "", "", 96), ("big-a", "memory_capacity_gb", "", "", 141)
    found = tried(*PLAIN, *rows)
    assert found == {"Own A memory capacity / Big A memory capacity": ("measure",)}


def test_a_rate_beside_a_claimed_bandwidth_is_another_measure():
    rows = ("own-a", "memory_bandwidth_gb_s", "", "", 4000), ("big-a", "memory_bandwidth_gb_s", "", "", 4800)
    found = tried(*PLAIN, *rows, what="spec=memory_bandwidth_gb_s")
    assert found == {"Own A dense FP8 / Big A dense FP8": ("measure",)}


def test_another_chip_stands_on_one_side_only_and_is_of_the_same_maker():
    found = tried(*PLAIN, rate("more", "fp8", "dense", 5000), rate("else", "fp8", "dense", 2600))
    assert found == {
        "Own A dense FP8 / More dense FP8": ("chip",),
        "More dense FP8 / Big A dense FP8": ("chip",),
    }


def test_only_what_is_measured_above_zero_on_a_variant_is_tried():
    assert tried(*PLAIN, rate("own", "fp8", "dense", 300), rate("big-b", "fp8", "dense", 0)) == {}
    assert tried(*PLAIN, ("big-b", "tdp_w", "", "", 700)) == {}
    assert tried(*PLAIN, rate("big-b", "fp8", "unstated", 1500)) == {}


def test_nothing_is_tried_where_the_plain_figure_is_not_on_record():
    assert tried(PLAIN[0], rate("big-b", "fp8", "dense", 1500)) == {}


def test_formats_that_makers_print_first_come_first():
    rows = [rate("big-a", precision, "dense", 1000) for precision in ("tf32", "fp16", "bf16")]
    assert list(tried(*PLAIN, *rows)) == [
        "Own A dense FP8 / Big A dense BF16",
        "Own A dense FP8 / Big A dense FP16",
        "Own A dense FP8 / Big A dense TF32",
    ]
