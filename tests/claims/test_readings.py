"""Readings: what else a claimed number may be, how many were tried, and how likely chance finds one."""

from math import log

import pandas as pd
import pytest

from analysis.chips.specs import labelled
from analysis.claims.addresses import terms
from analysis.claims.evidence import NAN, Statement
from analysis.claims.readings import MOST_COST, Reading, chance, chip_pairs, next_day, search
from analysis.claims.tolerance import Claimed
from analysis.facts import load
from tests.records import account, record

DEPARTURES = load.table("claim_departures").set_index("departure")
PRODUCTS = load.table("products")

# of 600: 100 by billing, 120 by headquarters; the year before 150 of 500; games 300 of 600
ACCOUNTS = [
    account("China", "FY2024", 100.0),
    account("China", "FY2024", 120.0, basis="headquarters"),
    account("China", "FY2023", 150.0),
    account("Taiwan", "FY2024", 90.0),
    account("Total", "FY2024", 600.0, basis=""),
    account("Total", "FY2023", 500.0, basis=""),
    account("Total", "FY2024", 300.0, basis="", metric="games"),
    account("China", "FY2024", 121.0, "article-004", "headquarters"),
]
FACTS = {"revenue": pd.DataFrame(ACCOUNTS)}
PART = "revenue: metric=revenue; geography=China; geography_basis=billing; fiscal_period=FY2024"
WHOLE = "revenue: metric=revenue; geography=Total"


def claim(check: str, fact: str, against: str = "", **cells: str) -> dict:
    return {"check": check, "fact": fact, "against": against, "source_id": "article-004"} | cells


def found(row: dict, low: float, high: float, unit: str = "musd", **cells: float):
    asked = Claimed(low, high, unit, (low + high) / 2, **cells)
    return search(row, asked, FACTS, DEPARTURES, PRODUCTS)


def told(searched) -> list[tuple]:
    return [(one.statement.label, one.departures, one.cost, one.standing) for one in searched.hits]


def test_a_figure_of_another_basis_is_a_reading_the_words_leave_open():
    searched = found(claim("lookup", PART), 119, 121)
    basis = ("revenue.geography_basis",)
    assert told(searched) == [("revenue China FY2024 headquarters", basis, 1.0, "open")]


def test_what_is_tried_is_counted_with_what_fails():
    """Of the six other rows: headquarters (1), the year before (3), Taiwan (4) and the total (geography 4 and basis 1).

    The total of the year before departs in year too (8) and games in line, region and basis (8): too far.
    """
    searched = found(claim("lookup", PART), 119, 121)
    assert (searched.tried, len(searched.hits)) == (4, 1)


def test_the_article_is_no_reading_of_its_own_claim():
    assert found(claim("lookup", PART), 120.9, 121.1).hits == ()
    assert len(found(claim("lookup", PART) | {"source_id": "article-001"}, 120.9, 121.1).hits) == 1


def test_readings_are_ranked_by_cost_then_by_nearness():
    searched = found(claim("lookup", PART), 80, 160)
    assert [one.value for one in searched.hits] == [120, 150, 90]  # cost 1, 3, 4


def test_a_share_is_read_within_one_period():
    """120 of 600 is 20 percent, and so is 30 of 150 nowhere: 150 of 500 is the year before, 100 of 300 games."""
    searched = found(claim("share", PART, WHOLE), 0.195, 0.205, "ratio")
    assert told(searched) == [
        ("revenue China FY2024 headquarters over revenue Total FY2024", ("revenue.geography_basis",), 1.0, "open")
    ]
    thirty = found(claim("share", PART, WHOLE), 0.295, 0.305, "ratio")
    assert told(thirty)[0][1:] == (("revenue.fiscal_period",), 3.0, "mix-up")
    third = found(claim("share", PART, WHOLE), 0.33, 0.34, "ratio")
    assert told(third)[0][1:] == (("revenue.metric",), 3.0, "mix-up")


def test_nothing_dearer_than_the_limit_is_tried():
    everything = found(claim("lookup", PART), 0, 1e9)
    assert all(one.cost <= MOST_COST for one in everything.hits)
    assert 300 not in [one.value for one in everything.hits]


@pytest.mark.parametrize(
    "row",
    [
        claim("lookup", f"{PART} + {PART}"),
        claim("lookup", "100"),
        claim("share", PART, "600"),
        claim("count", PART),
        claim("occurs", PART),
        claim("ratio", PART),
    ],
)
def test_sums_literals_and_other_kinds_have_no_readings(row):
    searched = found(row, 119, 121)
    assert (searched.hits, searched.tried) == ((), 0)
    assert searched.chance != searched.chance


def test_a_reading_in_another_unit_does_not_hit():
    assert found(claim("lookup", PART), 119, 121, unit="gb").hits == ()


# comparisons of two chips: which pairs are tried, and what each departs in


# a chip of its own in two forms, the other chip in two forms, one more of the maker, one of another maker
MADE = pd.DataFrame(
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
    label = frame["product"].map(MADE.set_index("product")["name"]) + " " + named["label"]
    return frame.assign(high=frame["low"], source_id="s", grade="A", basis="official", label=label)


def rate(chip: str, precision: str, sparsity: str, value: float) -> tuple:
    return chip, RATE, precision, sparsity, value


def departed(*rows: tuple, top: str = "own-a", bottom: str = "big-a", what: str = "") -> dict[str, tuple]:
    """What each pair departs in, by its words."""
    what = what or f"spec={RATE}; precision=fp8; sparsity=dense"
    sides = (terms(f"chip_specs: product={chip}; {what}")[0].address for chip in (top, bottom))
    pairs = chip_pairs(*sides, chips(*rows), MADE)
    return {f"{one['label']} / {other['label']}": parts for (one, other), parts in pairs}


PLAIN_PAIR = rate("own-a", "fp8", "dense", 300), rate("big-a", "fp8", "dense", 2000)


def test_the_plain_pair_is_no_reading():
    assert departed(*PLAIN_PAIR) == {}


@pytest.mark.parametrize(
    ("row", "words", "parts"),
    [
        (rate("big-b", "fp8", "dense", 1500), "Own A dense FP8 / Big B dense FP8", ("form",)),
        (rate("own-b", "fp8", "dense", 280), "Own B dense FP8 / Big A dense FP8", ("form",)),
        (rate("big-a", "bf16", "dense", 1000), "Own A dense FP8 / Big A dense BF16", ("mixed precision",)),
        (rate("big-a", "int8", "dense", 2000), "Own A dense FP8 / Big A dense INT8", ("precision",)),
        (rate("big-a", "fp8", "sparse", 4000), "Own A dense FP8 / Big A sparse FP8", ("mixed sparsity",)),
        (rate("more", "fp8", "dense", 5000), "Own A dense FP8 / More dense FP8", ("chip",)),
    ],
)
def test_one_departure(row, words, parts):
    assert departed(*PLAIN_PAIR, row)[words] == parts


def test_both_sides_may_depart_together():
    found = departed(
        *PLAIN_PAIR,
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
    assert departed(*PLAIN_PAIR, *rows)["Own A dense BF16 / Big A dense TF32"] == ("mixed precision", "precision")


def test_another_measure_takes_both_sides_with_it():
    rows = ("own-a", "memory_capacity_gb", "", "", 96), ("big-a", "memory_capacity_gb", "", "", 141)
    found = departed(*PLAIN_PAIR, *rows)
    assert found == {"Own A memory capacity / Big A memory capacity": ("measure",)}


def test_a_rate_beside_a_claimed_bandwidth_is_another_measure():
    rows = ("own-a", "memory_bandwidth_gb_s", "", "", 4000), ("big-a", "memory_bandwidth_gb_s", "", "", 4800)
    found = departed(*PLAIN_PAIR, *rows, what="spec=memory_bandwidth_gb_s")
    assert found == {"Own A dense FP8 / Big A dense FP8": ("measure",)}


def test_another_chip_stands_on_one_side_only_and_is_of_the_same_maker():
    found = departed(*PLAIN_PAIR, rate("more", "fp8", "dense", 5000), rate("else", "fp8", "dense", 2600))
    assert found == {"Own A dense FP8 / More dense FP8": ("chip",), "More dense FP8 / Big A dense FP8": ("chip",)}


def test_only_what_is_measured_above_zero_on_a_variant_is_tried():
    assert departed(*PLAIN_PAIR, rate("own", "fp8", "dense", 300), rate("big-b", "fp8", "dense", 0)) == {}
    assert departed(*PLAIN_PAIR, ("big-b", "tdp_w", "", "", 700)) == {}
    assert departed(*PLAIN_PAIR, rate("big-b", "fp8", "unstated", 1500)) == {}


def test_nothing_is_tried_where_the_plain_figure_is_not_on_record():
    assert departed(PLAIN_PAIR[0], rate("big-b", "fp8", "dense", 1500)) == {}


def test_formats_that_makers_print_first_come_first():
    rows = [rate("big-a", precision, "dense", 1000) for precision in ("tf32", "fp16", "bf16")]
    assert list(departed(*PLAIN_PAIR, *rows)) == [
        "Own A dense FP8 / Big A dense BF16",
        "Own A dense FP8 / Big A dense FP16",
        "Own A dense FP8 / Big A dense TF32",
    ]


# chance, worked by hand: a window of e either way is one in logarithms


def made(value: float, cost: float) -> Reading:
    return Reading(Statement(value, value, "", "made", "s"), ("chip",), cost, "unlike")


E_EITHER_WAY = Claimed(10 / 2.718281828459045, 10 * 2.718281828459045, "", 10)


def test_one_reading_is_hit_by_what_lies_in_its_window():
    """Between 10/2 and 10x2: log 4. The window of e either way is wider and is cut to the whole: certain."""
    assert chance(E_EITHER_WAY, [made(10, 1)], 1) == pytest.approx(1.0)


def test_windows_are_measured_against_the_spread_of_all_readings():
    """From 1/2 to 10,000 x 2: log 40,000. Window of the one that costs no more: from 100/e to 100e, 2 long."""
    readings = [made(1, 5), made(100, 1), made(10000, 5)]
    assert chance(E_EITHER_WAY, readings, 1) == pytest.approx(2 / log(40000))


def test_windows_that_overlap_are_counted_once():
    """100/e to 100e and 100 to 100 e squared overlap by one: three in all; a repeated reading adds nothing."""
    second = 100 * 2.718281828459045
    readings = [made(1, 5), made(100, 1), made(second, 1), made(100, 1), made(10000, 5)]
    assert chance(E_EITHER_WAY, readings, 1) == pytest.approx(3 / log(40000))


def test_windows_apart_add_up():
    """1,000,000 either way is cut at neither end: from 1/2 to 2e12; windows of 100 and of 1,000,000, 2 each."""
    readings = [made(1, 5), made(100, 1), made(1e6, 1), made(1e12, 5)]
    assert chance(E_EITHER_WAY, readings, 1) == pytest.approx(4 / log(4e12))


def test_a_window_is_cut_at_the_ends():
    """1 lies log 2 above the lower end; its window reaches 1 below and is cut: log 2 + 1."""
    readings = [made(1, 1), made(10000, 5)]
    assert chance(E_EITHER_WAY, readings, 1) == pytest.approx((log(2) + 1) / log(40000))


def test_a_bound_is_hit_by_what_it_does_not_mislead_of():
    """Over 10 fits from 10 to 15: a reading of 100 is hit by claims of 100/1.5 to 100, log 1.5 long."""
    over = Claimed(10, float("inf"), "", 10, least_most=(-float("inf"), 15))
    readings = [made(1, 5), made(100, 1), made(10000, 5)]
    assert chance(over, readings, 1) == pytest.approx(log(1.5) / log(40000))


def test_a_range_is_hit_by_what_overlaps_it():
    """600 to 800 is log(4/3) long, about its geometric middle."""
    readings = [made(1, 5), made(100, 1), made(10000, 5)]
    assert chance(Claimed(600, 800, ""), readings, 1) == pytest.approx(log(4 / 3) / log(40000))


# days in Beijing


def day(value: str, text: str, fact: str = "events.happened_on: actor=NVIDIA; event~8-K"):
    return next_day({"fact": fact, "value": value}, [Statement(NAN, NAN, "", "8-K", "s", text=text)], DEPARTURES)


def test_an_evening_in_washington_is_the_next_day_in_beijing():
    searched = day("2025-04-16", "2025-04-15")
    assert [(one.departures, one.standing) for one in searched.hits] == [(("time zone",), "open")]
    assert searched.tried == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [("2025-04-17", "2025-04-15"), ("2025-04-14", "2025-04-15"), ("2025-04", "2025-04-15"), ("2025-04-16", "2025-04")],
)
def test_other_days_are_not(value, text):
    assert day(value, text).hits == ()


def test_a_day_in_beijing_is_one_already():
    beijing = "events.happened_on: actor=China government; event~summons"
    assert day("2025-08-01", "2025-07-31", beijing).hits == ()


# on the record


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return record().claim_readings()


@pytest.mark.parametrize(
    ("claim_id", "reading", "value", "standing"),
    [
        # 3,958 sparse over 296 dense; 296 over 989.4; 296 over 1,513; 141 over 96 GB: ASSESSMENT 3.1 and 3.4
        ("S3-011", "H200 SXM 141 GB sparse FP8 over H20 96 GB dense FP8", 3958 / 296, "unlike"),
        ("S2-001", "H20 96 GB dense FP8 over H100 SXM5 80 GB dense BF16", 296 / 989.4, "unlike"),
        ("S2-021", "H20 96 GB dense FP8 over H100 SXM5 80 GB dense BF16", 296 / 989.4, "unlike"),
        ("S4-009", "H20 96 GB dense FP8 over H100 SXM5 80 GB dense BF16", 1 - 296 / 989.4, "unlike"),
        ("S1-029", "H20 96 GB dense FP8 over H100 PCIe 80 GB dense FP8", 296 / 1513, "unlike"),
        ("S3-012", "H200 SXM 141 GB memory capacity over H20 96 GB memory capacity", 141 / 96 - 1, "mix-up"),
        # 12,330 by headquarters of 60,922
        (
            "S4-006",
            "revenue China (including Hong Kong) FY2024 headquarters over revenue Total FY2024",
            0.20239,
            "open",
        ),
    ],
)
def test_the_first_reading_of_the_odd_numbers(real, claim_id, reading, value, standing):
    best = real[(real["claim_id"] == claim_id) & (real["rank"] == 1)].iloc[0]
    assert best["reading"] == reading
    assert best["value"] == pytest.approx(value, rel=0.001)
    assert best["standing"] == standing


def test_what_is_tried_outnumbers_what_hits_and_chance_is_a_share(real):
    figures = real[~real["departures"].eq("the day in Beijing")]
    assert (figures["tried"] > figures["hits"]).all()
    assert figures["chance_share"].between(0, 1).all()
    assert (figures["hits"] >= figures.groupby("claim_id")["rank"].transform("max")).all()


def test_each_reading_says_what_it_departs_in_at_what_cost(real):
    words = dict(zip(DEPARTURES["words"], DEPARTURES["cost"], strict=True))
    costs = [sum(words[part] for part in departed.split("; ")) for departed in real["departures"]]
    assert real["cost"].tolist() == costs
    assert (real.groupby("claim_id")["cost"].diff().fillna(0) >= 0).all()


def test_the_announcement_is_dated_as_in_beijing(real):
    (row,) = real[real["claim_id"] == "S2-006"].to_dict("records")
    assert (row["departures"], row["tried"], row["hits"]) == ("the day in Beijing", 1, 1)
