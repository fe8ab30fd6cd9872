"""Results on workloads as the command line and the notebooks ask for them."""

import pytest

from analysis import results
from analysis.errors import ParameterError
from analysis.parameters import CHECKS


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"model": "llama-3-3-70"}, "llama-3-3-70b"),
        ({"lengths": "131000+512"}, "131,512 tokens are past the 131,072 of llama-3-3-70b"),
        ({"lengths": "2048"}, "Write 2048+512"),
        ({"lengths": "2048+0"}, "Write 2048+512"),
        ({"lengths": "a+b"}, "Write 2048+512"),
        ({"precision": "fp6"}, "not one of fp4, fp8, int8, bf16, fp16"),
        ({"batch": "0"}, "batch: '0'"),
        ({"batch": "-4"}, "batch: '-4'"),
        ({"count": "1.5"}, "count: '1.5'"),
    ],
)
def test_wrong_values_are_refused_with_what_to_do(asked, says):
    with pytest.raises(ParameterError) as refused:
        results.table("workload_throughput", **asked)
    assert says in str(refused.value)
    name, value = next(iter(asked.items()))
    assert says in (CHECKS[name](value) or "")


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as refused:
        results.table("workload_throughput", precision="fp6", lengths="x", batch="0", count="0")
    assert all(name in str(refused.value) for name in ("precision", "lengths", "batch", "count"))


@pytest.mark.parametrize(
    ("name", "value"), [("price_basis", "lease"), ("years", "0"), ("years", "nan"), ("years", "x")]
)
def test_wrong_prices_are_refused(name, value):
    with pytest.raises(ParameterError, match=name):
        results.table("cost_per_token", **{name: value})
    assert CHECKS[name](value)


def test_a_model_too_large_says_how_many_chips_hold_it():
    found = results.workload_throughput(model="llama-3-1-405b", count="1", batch="1").set_index(["chip_id", "phase"])
    assert found.loc[("h100-sxm", "decode"), "why"] == "does not fit 1 of them; 8 hold it"


def test_a_format_the_chip_does_not_have_is_said():
    found = results.workload_throughput(precision="fp4").set_index(["chip_id", "phase"])
    assert found.loc[("h100-sxm", "decode"), "why"] == "no dense FP4 rate on record"


def test_training_ratio_is_the_ratio_of_dense_rates():
    """148 over 989 teraflops by the datasheets; the H20's compute is 15 percent of the H100's."""
    found = results.workload_throughput().query("phase == 'training'").set_index("chip_id")["high"]
    assert found["h20-96gb"] / found["h100-sxm"] == pytest.approx(148 / 989.4, rel=0.002)


def test_decode_on_the_h20_holds_against_its_operator():
    """What the notebook says of it: better than half of the measured rate of each run, and never more than it."""
    found = results.workload_measured().query("chip_id == 'h20-96gb' and form == 'decode a chip'")
    assert set(found["source_id"]) == {"lmsys-ant-h20-2025"}
    assert len(found) == 3
    assert found["error_share"].between(-0.5, 0).all()


def test_a_rental_is_the_price_of_one_hour():
    rented = results.cost_per_token(price_basis="rental").dropna(subset="low_usd_per_million")
    rate = results.workload_throughput().merge(rented, on=["chip_id", "phase"])
    expected = rate["low_usd"] / 3600 / rate["high"] * 1e6
    assert len(rented)
    assert rate["low_usd_per_million"].tolist() == pytest.approx(expected.tolist())


def test_nothing_is_known_before_the_first_measurement():
    assert results.workload_throughput("2020-01-01").empty
    assert results.workload_measured("2020-01-01").empty
    assert results.cluster_equivalents("2020-01-01").empty
    assert results.cost_per_token("2020-01-01").empty
