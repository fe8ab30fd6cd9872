"""What a chip is worth at work, what it costs and how many match, worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import throughput
from analysis.workloads.calibration import Model
from analysis.workloads.kernels import KINDS
from analysis.workloads.roofline import Factors, Load
from tests.workloads.test_roofline import CHIP as TOY_CHIP
from tests.workloads.test_roofline import HALF, LOAD
from tests.workloads.test_transformer import profile

_ALL = replace(HALF, level=dict.fromkeys(KINDS, 50.0), memory=dict.fromkeys(KINDS, 1.0))  # of the peaks all
FULL = Model(_ALL, Factors(prefill=1.0, decode=1.0, layer=0.0, layer_of_many=0.0))
SLOW = Model(_ALL, Factors(prefill=1.0, decode=1.0, layer=1.0, layer_of_many=0.0))
CHIP = TOY_CHIP | {"link": np.nan}
ONE = {"c": dict.fromkeys(throughput.ENDS, CHIP)}
PRICES = pd.DataFrame({"chip_id": ["a", "b"], "low_usd": [10.0, 20.0], "high_usd": [10.0, 40.0]}).assign(
    price_source_id="p", price_grade="B"
)
RATES = pd.DataFrame(
    [("a", "decode", 100.0, 100.0, ""), ("b", "decode", 40.0, 60.0, ""), ("c", "decode", np.nan, np.nan, "no rate")],
    columns=["chip_id", "phase", "low", "high", "why"],
).assign(source_id="s", point=np.nan, utilisation=np.nan)


def phases(chips: dict, fitted: Model = FULL, load: Load = LOAD) -> pd.DataFrame:
    return throughput.throughput(profile(), chips, load, fitted, {"": (0.4, 0.5)}).set_index("phase")


def test_one_layer_by_hand():
    """See `test_roofline`: a prompt takes 2.944 and 0.512 s of arithmetic, a step 3.68 s of memory and 2.56 s."""
    rates = phases(ONE, SLOW)
    assert rates["point"].iloc[:3].tolist() == pytest.approx([8 / 3.456, 2 / 7.24, 2 / 6.24], rel=1e-3)
    work = 6 * 184 + 3 * 16 * 4  # half the prompt on average
    assert rates.loc["training", ["low", "high"]].tolist() == pytest.approx([400 / work, 500 / work])
    assert list(rates.index) == throughput.PHASES
    assert rates.loc["decode", ["bound_by", "sequences"]].tolist() == ["memory", 6]


def test_a_range_of_rates_gives_a_range():
    chips = {"c": {"low": CHIP, "point": CHIP | {"rates": {}}, "high": CHIP | {"rates": {"bf16": 2000.0}}}}
    rates = phases(chips).loc["prefill", throughput.ENDS].tolist()
    assert rates == pytest.approx([8 / 3.456, np.nan, 16 / 3.456], nan_ok=True, rel=1e-3)


@pytest.mark.parametrize(("bandwidth", "expected"), [(50.0, np.nan), (150.0, 3), (1000.0, 1)])
def test_batch_from_which_arithmetic_takes_longer_by_hand(bandwidth, expected):
    """0.368 + 1.28 s of arithmetic a sequence against 368 bytes of weights and 80 bytes of cache a sequence."""
    batches = throughput.turning_batches(profile(), CHIP | {"bandwidth": bandwidth}, LOAD, FULL, most=3)
    assert batches["all"] == pytest.approx(expected, nan_ok=True)


def test_curves_run_to_what_the_memory_holds():
    """Six sequences fit: powers of two up to four, and prompts of powers of two."""
    line = throughput.curve(profile(), ONE["c"], LOAD, FULL, "c", "decode")
    assert line["at"].tolist() == [1, 2, 4]
    assert (line["point"].diff().dropna() > 0).all()
    assert throughput.curve(profile(), ONE["c"], LOAD, FULL, "c", "prefill")["at"].iloc[[0, -1]].tolist() == [
        128,
        2**17,
    ]


def test_ranges_are_widened_by_what_predictions_were_off():
    rates = throughput.against(RATES.assign(utilisation=np.nan), "a")
    errors = {"decode": (0.5, 2.0), "prefill": (1.0, 1.0), "ratio": (0.8, 1.25)}
    wide = throughput.widened(rates, errors).set_index("chip_id")
    assert wide.loc["b", ["low", "high"]].tolist() == [20, 120]
    assert wide.loc["b", ["ratio_low", "ratio_high"]].tolist() == pytest.approx([0.4 * 0.8, 0.6 * 1.25])
    assert wide.loc["a", ["ratio_low", "ratio_high"]].tolist() == [1, 1]


UNKNOWN_CHIP = throughput.UNKNOWN["point"]


@pytest.mark.parametrize(
    ("chip", "load", "why"),
    [
        (CHIP, replace(LOAD, weights="fp8"), "no dense FP8 rate"),
        (CHIP | {"multiprocessors": np.nan}, LOAD, "no number of multiprocessors"),
        (CHIP, replace(LOAD, chips=4), "4 chips split no more than the 2 attention heads"),
        (CHIP, replace(LOAD, layout="expert"), "a model without experts"),
        (CHIP | {"bandwidth": np.nan}, LOAD, "no memory bandwidth"),
        (CHIP, replace(LOAD, chips=2), "no rate of the links"),
        (CHIP, replace(LOAD, batch=7), "the memory of 1 holds 6 of the 7 sequences"),
        (CHIP | {"capacity": 300.0, "link": 1.0}, LOAD, "does not fit as many as it can be split on"),
        (CHIP | {"capacity": 320.0, "link": 1.0}, LOAD, "does not fit 1 of them; 2 hold it"),
    ],
)
def test_a_chip_without_a_figure_says_why(chip, load, why):
    """Two chips of 300 bytes leave 0.9 x (600 - 448) = 137 bytes, of 320 bytes 173: a sequence stands on both, 160."""
    rates = phases({"c": dict.fromkeys(throughput.ENDS, chip)}, load=load)
    assert why in rates.loc["decode", "why"]
    assert np.isnan(rates.loc["decode", "high"])
    assert rates.loc["training", "why"] == "", "training asks for a dense BF16 rate alone"


def test_a_layout_has_as_many_parts_as_the_model():
    """Two heads go on two chips, six on three, and not on four; experts on no more chips than there are."""
    six = profile().to_dict() | {"heads": 6.0, "kv_heads": 6.0}
    ends = dict.fromkeys(throughput.ENDS, CHIP | {"link": 1.0, "capacity": 1e9})
    loads = {number: throughput.obstacle(six, ends, replace(LOAD, batch=1, chips=number)) for number in (3, 4, 8)}
    assert loads == {
        3: "",
        4: "4 chips do not divide the 6 attention heads",
        8: "8 chips split no more than the 6 attention heads",
    }
    experts = six | {"experts": 2.0}
    spread = replace(LOAD, batch=1, layout="expert")
    assert throughput.obstacle(experts, ends, replace(spread, chips=4)) == "4 chips split no more than the 2 experts"
    assert throughput.obstacle(experts, ends, replace(spread, chips=2)) == ""


@pytest.mark.parametrize("phase", ["prefill", "decode"])
@pytest.mark.parametrize(
    ("chip", "load", "why"),
    [
        (CHIP, replace(LOAD, weights="fp8"), "no dense FP8 rate"),
        (CHIP, replace(LOAD, chips=4), "4 chips split no more"),
        (CHIP | {"capacity": 300.0, "link": 1.0}, LOAD, "does not fit as many as it can be split on"),
        (CHIP | {"capacity": np.nan}, LOAD, "no memory bandwidth or capacity"),
        (UNKNOWN_CHIP, LOAD, "no dense BF16 rate"),
    ],
)
def test_a_curve_without_a_figure_says_why(phase, chip, load, why):
    line = throughput.curve(profile(), dict.fromkeys(throughput.ENDS, chip), load, FULL, "c", phase)
    assert len(line)
    assert line["why"].str.contains(why).all()
    assert line[throughput.ENDS].isna().all(axis=None)


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
    rates = RATES.assign(phase="training", utilisation="0.4 to 0.6").head(2).assign(low=[40.0, 10.0], high=[60.0, 15.0])
    assert needed(rates, 2) == [8, 8]


def test_ratios_cross_the_ends_of_two_ranges():
    """40 to 60 over 100 to 200; what is open stays open, and a chip over itself is one."""
    rates = RATES.assign(low=[100.0, 40.0, np.nan], high=[200.0, 60.0, 50.0], point=[np.nan, 50.0, np.nan])
    ratios = throughput.against(rates, "a")[throughput.RATIOS].to_numpy()
    expected = np.array([[1, 1, 1], [np.nan, 0.2, 0.6], [np.nan, np.nan, 0.5]])
    assert ratios == pytest.approx(expected, nan_ok=True)
    assert throughput.against(rates, "nobody")[throughput.RATIOS].isna().all(axis=None)
