"""What a chip is worth at work, what it costs and how many match, worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import throughput
from analysis.workloads.roofline import Factors, Load
from tests.workloads.test_roofline import CHIP as TOY_CHIP
from tests.workloads.test_roofline import LOAD
from tests.workloads.test_transformer import profile

FULL = Factors(compute=1.0, memory=1.0, layer=0.0, layer_of_many=0.0)
SLOW = Factors(compute=1.0, memory=1.0, layer=1.0, layer_of_many=0.0)
CHIP = TOY_CHIP | {"link": np.nan}
ONE = {"c": dict.fromkeys(throughput.ENDS, CHIP)}
PRICES = pd.DataFrame({"chip_id": ["a", "b"], "low_usd": [10.0, 20.0], "high_usd": [10.0, 40.0]}).assign(
    price_source_id="p", price_grade="B"
)
RATES = pd.DataFrame(
    [("a", "decode", 100.0, 100.0, ""), ("b", "decode", 40.0, 60.0, ""), ("c", "decode", np.nan, np.nan, "no rate")],
    columns=["chip_id", "phase", "low", "high", "why"],
).assign(source_id="s", point=np.nan)


def phases(chips: dict, factors: Factors = FULL, load: Load = LOAD) -> pd.DataFrame:
    return throughput.throughput(profile(), chips, load, factors, (0.4, 0.5)).set_index("phase")


def test_one_layer_by_hand():
    """See `test_roofline`: a prompt takes 2.816 s, a decode step of two sequences 5.28 s of memory traffic."""
    rates = phases(ONE, SLOW)
    assert rates["point"].iloc[:3].tolist() == pytest.approx([8 / 2.816, 2 / 6.28, 2 / 5.28])
    work = 6 * 184 + 3 * 16 * 4  # half the prompt on average
    assert rates.loc["training", ["low", "high"]].tolist() == pytest.approx([400 / work, 500 / work])
    assert list(rates.index) == throughput.PHASES
    assert rates.loc["decode", ["bound_by", "sequences"]].tolist() == ["memory", 6]


def test_a_range_of_rates_gives_a_range():
    chips = {"c": {"low": CHIP, "point": CHIP | {"rates": {}}, "high": CHIP | {"rates": {"bf16": 2000.0}}}}
    rates = phases(chips).loc["prefill", throughput.ENDS].tolist()
    assert rates == pytest.approx([8 / 2.816, np.nan, 16 / 2.816], nan_ok=True)


@pytest.mark.parametrize(("bandwidth", "expected"), [(100.0, np.nan), (250.0, 8), (1000.0, 1)])
def test_batch_from_which_decode_is_compute_bound_by_hand(bandwidth, expected):
    """0.528 s of arithmetic a sequence against 368 bytes of weights and 80 bytes of cache a sequence."""
    batch = throughput.ridge_batch(profile(), CHIP | {"bandwidth": bandwidth}, LOAD, FULL)
    assert batch == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("chip", "load", "why"),
    [
        (CHIP, replace(LOAD, weights="fp8"), "no dense FP8 rate"),
        (CHIP | {"bandwidth": np.nan}, LOAD, "no memory bandwidth"),
        (CHIP, replace(LOAD, chips=2), "no rate of the links"),
        (CHIP, replace(LOAD, batch=7), "the memory of 1 holds 6 of the 7 sequences"),
        (CHIP | {"capacity": 300.0, "link": 1.0}, LOAD, "does not fit 1 of them; 4 hold it"),
    ],
)
def test_a_chip_without_a_figure_says_why(chip, load, why):
    """Two chips of 300 bytes leave 0.9 x (600 - 448) = 137 bytes, and a sequence stands on both of them: 160."""
    rates = phases({"c": dict.fromkeys(throughput.ENDS, chip)}, load=load)
    assert why in rates.loc["decode", "why"]
    assert np.isnan(rates.loc["decode", "high"])
    assert rates.loc["training", "why"] == "", "training asks for a dense BF16 rate alone"


def matching(rates: pd.DataFrame = RATES, count: int = 8) -> pd.DataFrame:
    return throughput.chips_matching(rates, "a", count, PRICES).set_index("chip_id")


def needed(rates: pd.DataFrame, count: int = 8) -> list[float]:
    """How many b do the work of some a."""
    return matching(rates, count).loc["b", ["needed_low", "needed_high"]].tolist()


def test_how_many_match_is_whole_chips_and_what_they_cost():
    """Eight of 100 are 800: 14 of 60 at 20 dollars, 20 of 40 at 40 dollars."""
    clusters = matching()
    numbers = clusters[["needed_low", "needed_high", "cost_low_usd", "cost_high_usd"]]
    assert numbers.loc[["a", "b"]].to_numpy().tolist() == [[8, 8, 80, 80], [14, 20, 280, 800]]
    assert numbers.loc["c"].isna().all()
    assert clusters.loc["c", "why"] == "no rate"


def test_a_range_that_is_open_leaves_the_number_that_match_open():
    only_high = RATES.head(2).assign(low=[100.0, np.nan])
    assert needed(only_high) == pytest.approx([14, np.nan], nan_ok=True)
    reference_without_rates = RATES.assign(low=[np.nan, 40.0, 1.0], high=[np.nan, 60.0, 1.0])
    assert matching(reference_without_rates)["needed_low"].isna().all()


def test_training_compares_chips_at_the_same_part_of_their_rates():
    assert needed(RATES.assign(phase="training").head(2).assign(low=[40.0, 10.0], high=[60.0, 15.0]), 2) == [8, 8]


def test_ratios_cross_the_ends_of_two_ranges():
    """40 to 60 over 100 to 200; what is open stays open, and a chip over itself is one."""
    rates = RATES.assign(low=[100.0, 40.0, np.nan], high=[200.0, 60.0, 50.0], point=[np.nan, 50.0, np.nan])
    ratios = throughput.against(rates, "a")[throughput.RATIOS].to_numpy()
    expected = np.array([[1, 1, 1], [np.nan, 0.2, 0.6], [np.nan, np.nan, 0.5]])
    assert ratios == pytest.approx(expected, nan_ok=True)
    assert throughput.against(rates, "nobody")[throughput.RATIOS].isna().all(axis=None)
