"""Results on workloads as the command line and the notebooks ask for them."""

import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.parameters import faults
from tests.records import record


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"model": "llama-3-3-70"}, "llama-3-3-70b"),
        ({"prompt": 131000}, "prompt: 131,512 with the output are past the 131,072 of llama-3-3-70b"),
        ({"output": 0}, "output: 0 is not at least 1."),
        ({"sequences": 0}, "sequences: 0 is not at least 1."),
        ({"sequences": -4}, "sequences: -4 is not at least 1."),
        ({"sequences": "64x2048"}, "sequences: '64x2048' is not a whole number."),
        ({"precision": "fp6"}, "not one of fp4, fp8, int8, bf16, fp16"),
        ({"count": "1.5"}, "count: '1.5'"),
    ],
)
def test_wrong_values_are_refused_with_what_to_do(asked, says):
    with pytest.raises(ParameterError) as refused:
        record().get("workload_throughput", asked)
    assert says in str(refused.value)
    assert [fault for fault in faults(asked) if says in str(fault)]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as refused:
        record().get("workload_throughput", {"precision": "fp6", "prompt": "x", "count": "0"})
    assert all(name in str(refused.value) for name in ("precision", "prompt", "count"))


@pytest.mark.parametrize("name", ["workload_throughput", "cost_per_token", "cluster_equivalents"])
def test_chips_asked_for_are_the_chips_told_of_in_their_order(name):
    found = record().get(name, {"chips": ["l20", "h20-96gb"]})
    assert list(dict.fromkeys(found["chip_id"])) == ["l20", "h20-96gb"]
    with pytest.raises(ParameterError, match="Did you mean 'h20-96gb'"):
        record().get(name, {"chips": ["h20-96g"]})
    with pytest.raises(ParameterError, match="Its variants are"):
        record().get(name, {"chips": ["h100"]})
    with pytest.raises(ParameterError, match="no chip is named"):
        record().get(name, {"chips": []})


def test_what_is_told_of_a_chip_does_not_hang_on_the_others():
    for name in ("workload_throughput", "cost_per_token", "cluster_equivalents"):
        every = record().get(name).query("chip_id == 'h20-96gb'").reset_index(drop=True)
        pd.testing.assert_frame_equal(record().get(name, {"chips": ["h20-96gb"]}), every, check_dtype=False)


def test_a_chip_of_which_nothing_is_known_stands_there_with_the_reason():
    found = record().workload_throughput(chips=["gh200"])
    assert set(found["why"]) == {"no dense FP8 rate on record"}
    assert len(found) == 4
    assert found["high"].isna().all()


@pytest.mark.parametrize(
    ("name", "value"), [("price_basis", "lease"), ("years", "0"), ("years", "nan"), ("years", "x")]
)
def test_wrong_prices_are_refused(name, value):
    with pytest.raises(ParameterError, match=name):
        record().get("cost_per_token", {name: value})
    assert faults({name: value})


def test_a_model_too_large_says_how_many_chips_hold_it():
    found = record().workload_throughput(model="llama-3-1-405b", count=1, sequences=1).set_index(["chip_id", "phase"])
    assert found.loc[("h100-sxm", "decode"), "why"] == "does not fit 1 of them; 8 hold it"


def test_a_format_the_chip_does_not_have_is_said():
    found = record().workload_throughput(precision="fp4").set_index(["chip_id", "phase"])
    assert found.loc[("h100-sxm", "decode"), "why"] == "no dense FP4 rate on record"


def test_training_ratio_is_the_ratio_of_dense_rates():
    """148 over 989 teraflops by the datasheets; the H20's compute is 15 percent of the H100's."""
    found = record().workload_throughput().query("phase == 'training'").set_index("chip_id")["high"]
    assert found["h20-96gb"] / found["h100-sxm"] == pytest.approx(148 / 989.4, rel=0.002)


def test_decode_on_the_h20_holds_against_its_operator():
    """What the notebook says of it: better than half of the measured rate of each run, and never more than it."""
    found = record().workload_measured().query("chip_id == 'h20-96gb' and form == 'decode a chip'")
    assert set(found["source_id"]) == {"lmsys-ant-h20-2025"}
    assert len(found) == 3
    assert found["error_share"].between(-0.5, 0).all()


def test_a_rental_is_the_price_of_one_hour():
    rented = record().cost_per_token(price_basis="rental").dropna(subset="low_usd_per_million")
    rate = record().workload_throughput().merge(rented, on=["chip_id", "phase"])
    expected = rate["low_usd"] / 3600 / rate["high"] * 1e6
    assert len(rented)
    assert rate["low_usd_per_million"].tolist() == pytest.approx(expected.tolist())


def test_nothing_is_known_before_the_first_measurement():
    assert record("2020-01-01").workload_throughput().empty
    assert record("2020-01-01").workload_measured().empty
    assert record("2020-01-01").cluster_equivalents().empty
    assert record("2020-01-01").cost_per_token().empty
