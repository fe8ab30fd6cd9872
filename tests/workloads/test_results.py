"""Results on workloads as the command line and the notebooks ask for them."""

import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.parameters import faults
from analysis.workloads import transformer
from analysis.workloads.results import _fitted, _rates
from analysis.workloads.roofline import Load
from analysis.workloads.throughput import seconds_a_token
from tests.records import record


@pytest.mark.parametrize(
    ("given", "says"),
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
def test_wrong_values_are_refused_with_what_to_do(given, says):
    with pytest.raises(ParameterError) as refused:
        record().get("workload_throughput", given)
    assert says in str(refused.value)
    assert [fault for fault in faults(given) if says in str(fault)]


def test_all_faults_are_named_at_once():
    with pytest.raises(ParameterError) as refused:
        record().get("workload_throughput", {"precision": "fp6", "prompt": "x", "count": "0"})
    assert all(name in str(refused.value) for name in ("precision", "prompt", "count"))


RESULTS = ["workload_throughput", "workload_curves", "workload_families", "turning_batches"]
RESULTS += ["cost_per_token", "cluster_equivalents"]


@pytest.mark.parametrize("name", RESULTS)
def test_the_chips_given_are_the_chips_in_the_frame_in_their_order(name):
    assert list(record().get(name, {"chips": ["l20", "h20-96gb"]})["chip_id"].unique()) == ["l20", "h20-96gb"]
    refusals = {"h20-96g": "Did you mean 'h20-96gb'", "h100": "Its variants are", (): "no chip is named"}
    for chips, fault in refusals.items():
        with pytest.raises(ParameterError, match=fault):
            record().get(name, {"chips": chips})


@pytest.mark.parametrize("name", RESULTS)
def test_the_figures_of_a_chip_do_not_hang_on_the_others(name):
    every = record().get(name).query("chip_id == 'h20-96gb'").reset_index(drop=True)
    pd.testing.assert_frame_equal(record().get(name, {"chips": ["h20-96gb"]}), every, check_dtype=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [("price_basis", "lease"), ("years", "0"), ("years", "nan"), ("years", "x"), ("busy", "0"), ("busy", "1.1")],
)
def test_wrong_prices_are_refused(name, value):
    with pytest.raises(ParameterError, match=name):
        record().get("cost_per_token", {name: value})
    assert faults({name: value})


def test_a_chip_without_specifications_stands_there_with_the_reason():
    rows = record().workload_throughput(chips=["gh200"])
    assert rows["why"].tolist() == ["no dense FP8 rate on record"] * 4
    assert rows["high"].isna().all()


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ({"model": "llama-3-1-405b", "count": 1, "sequences": 1}, "does not fit 1 of them; 8 hold it"),
        ({"precision": "fp4"}, "no dense FP4 rate on record"),
        ({"count": 128, "sequences": 1}, "128 chips split no more than the 64 attention heads"),
        ({"layout": "expert"}, "a model without experts has none to split"),
        ({"count": 6, "sequences": 1}, "6 chips do not divide the 64 attention heads"),
        ({"model": "deepseek-r1"}, "does not fit 8 of them; 16 hold it"),
        ({"sequences": 10**6}, "the memory of 8 holds 1,357 of the 1,000,000 sequences"),
        (
            {"model": "qwen3-235b-a22b", "layout": "expert", "count": 256},
            "256 chips split no more than the 128 experts",
        ),
    ],
)
def test_what_an_h100_cannot_run_has_a_reason(run, why):
    """The memory of eight H100 leaves 0.9 of 640 GB less 70 of weights to 2,304 tokens of 160 KB: 1,357 sequences."""
    rows = record().workload_throughput(**run).set_index(["chip_id", "phase"])
    assert rows.loc[("h100-sxm", "decode"), "why"] == why
    costs = record().cost_per_token(**run).set_index(["chip_id", "phase"])
    assert costs.loc[("h100-sxm", "decode"), "why"] == why
    jobs = record().best_chips(**run).query("chip_id == 'h100-sxm' and phase == 'decode'")
    assert jobs["place"].eq("unknown").all()


@pytest.mark.parametrize("name", ["rtx-6000d", "b30a"])
def test_a_chip_with_rates_as_ranges_has_ranges(name):
    rows = record().workload_throughput(chips=[name]).set_index("phase")
    assert rows.loc[["prefill", "decode"], "point"].isna().all()
    assert rows.loc[["prefill", "decode"], "high"].notna().all()
    lines = record().workload_curves(chips=[name])
    assert lines["ratio_high"].notna().any()
    assert lines["ratio"].isna().all()


def test_training_by_measured_utilisation():
    """The runs on record reach 19 to 40 percent on the H20, 7.2 to 47.5 on chips whose multiprocessors do 7.5."""
    rates = record().workload_throughput().query("phase == 'training'").set_index("chip_id")
    assert rates.loc[["h20-96gb", "h100-sxm", "h200-sxm"], "utilisation"].tolist() == [
        "0.19 to 0.4",
        "0.072 to 0.475",
        "0.072 to 0.475",
    ]
    assert rates.at["h20-96gb", "high"] / rates.at["h100-sxm", "high"] == pytest.approx(
        148 * 0.4 / (989.4 * 0.475), rel=0.002
    )
    assert rates.at["h200-sxm", "ratio_low"] == pytest.approx(1.0, abs=0.001)


def test_decode_on_the_h20_holds_against_its_operators():
    """Within three tenths of each of the measured rates, none of whose sources was seen."""
    decode = record().workload_measured().query("chip_id == 'h20-96gb' and form == 'decode a chip'")
    assert set(decode["source_id"]) == {"lmsys-ant-h20-2025", "infersim-2025"}
    assert decode["error_share"].abs().max() < 0.35
    assert decode["error_share"].abs().median() < 0.15


def test_prefill_of_the_h20_beside_the_h100():
    """At 4,096 tokens operators measured 16,500 and 50,302 tokens a second a node: 0.33, on another model."""
    rows = record().workload_throughput(prompt=4096, chips=["h20-96gb"]).set_index("phase")
    assert rows.at["prefill", "ratio"] == pytest.approx(0.33, rel=0.2)


def test_curves_meet_the_rates_of_the_workload():
    at_work = record().workload_throughput(chips=["h20-96gb"]).set_index("phase")
    lines = record().workload_curves(chips=["h20-96gb"]).set_index(["phase", "at"])
    for phase, at in (("decode", 64.0), ("prefill", 2048.0)):
        assert lines.at[(phase, at), "point"] == pytest.approx(at_work.at[phase, "point"])
        assert lines.at[(phase, at), "ratio"] == pytest.approx(at_work.at[phase, "ratio"])


def test_each_family_is_the_curve_of_its_model():
    families = record().workload_families(chips=["h20-96gb"]).set_index("family")
    alone = record().workload_curves(model="deepseek-r1", count=16, layout="expert", chips=["h20-96gb"])
    latent = families.loc["latent attention"].reset_index(drop=True)
    pd.testing.assert_frame_equal(latent[alone.columns], pd.DataFrame(alone))


def test_more_sequences_never_give_fewer_tokens_a_second():
    """By the fitted model too, up to the memory's limit, on every chip and in every family."""
    lines = record().workload_families().query("phase == 'decode'")
    steps = lines.groupby(["family", "chip_id"])[["low", "point", "high"]].diff()
    assert len(steps.stack()) > 100
    assert not (steps < 0).any(axis=None)


@pytest.mark.parametrize("phase", ["prefill", "decode"])
@pytest.mark.parametrize("more", ["bandwidth", "rates", "link"])
def test_a_chip_with_more_of_anything_is_never_slower(phase, more):
    """Though a multiprocessor with more arithmetic reaches less of it."""
    shapes, chip = transformer.profiles(record().table("models")), _rates(record())["h100-sxm"]["point"]
    double = {name: 2 * rate for name, rate in chip["rates"].items()} if more == "rates" else 2 * chip[more]
    for model, layout in (("llama-3-3-70b", "tensor"), ("deepseek-v3", "expert")):
        loads = [Load("fp8", 1.0, 2048.0, 512.0, batch, 16, layout) for batch in (1.0, 64.0, 1024.0)]
        plain, better = (
            seconds_a_token(phase, shapes.loc[model].to_dict(), one, loads, _fitted(record()), "h100-sxm")
            for one in (chip, chip | {more: double})
        )
        assert (better <= plain * (1 + 1e-12)).all()
    assert phase == "decode" or more != "rates" or (better < plain).all()


def test_which_kernels_turn_at_which_batch():
    """A byte of weights takes two operations a row, and a product of few rows costs 64: 128 operations a byte, where
    the H20 has 296 / 4 = 74 and the H100 591. Its latent attention takes 242 operations a byte of cache or more, past
    the 37 of BF16; that of 8 heads on a cache of their own on 8 chips, 16 of 2 bytes, does not come to them."""
    rows = record().turning_batches(chips=["h20-96gb", "h100-sxm"]).set_index(["family", "chip_id", "kernel"])["batch"]
    assert rows["dense", "h20-96gb", "dense"] == 1
    assert 100 < rows["dense", "h100-sxm", "dense"] < 591 / 2, "at the fractions that kernels reach"
    assert rows["latent attention", "h20-96gb", "attention"] == 1
    assert pd.isna(rows["dense", "h20-96gb", "attention"])
    assert pd.isna(rows["dense", "h20-96gb", "expert"]), "it has none"


def test_measured_runs_stand_beside_as_many_h100():
    """Of one source where it measured both, of two operators in prefill, else of the model."""
    points = record().workload_points(chips=["h20-96gb", "h200-sxm"])
    assert (points["ratio"] - points["measured"] / points["baseline"]).abs().max() < 1e-9
    prefill = points[points["is_measured"] & (points["chip_id"] == "h20-96gb")]
    assert prefill[["phase", "at", "baseline"]].to_numpy().tolist() == [["prefill", 4096.0, 50302.0]]
    assert "one stream" in set(points["form"])
    assert (points.query("form == 'one stream'")["prompt"] <= 2048).all(), "prompts longer than answers are no decode"


def test_intervals_cover_by_kind_of_run():
    """Nine in ten of all runs that are not served; of those, which the model is not fitted to, hardly any."""
    rows = record().workload_fit().set_index(["kind", "name"])
    forms = rows.loc["form"]
    covered = forms.drop("served").eval("inside_share * cases").sum() / forms.drop("served")["cases"].sum()
    assert covered == pytest.approx(0.9, abs=0.05)
    assert forms["inside_share"].drop("served").min() > 0.8
    assert forms.at["served", "inside_share"] < 0.5


@pytest.mark.parametrize("basis", ["purchase", "rental"])
def test_a_card_that_works_half_the_hours_costs_twice_its_price_a_token(basis):
    by = ["chip_id", "phase"]
    whole, half = (record().cost_per_token(price_basis=basis, busy=part).set_index(by) for part in (1, 0.5))
    priced = whole["low_usd_per_million"].dropna()
    assert (half["low_usd_per_million"].loc[priced.index] / priced).tolist() == pytest.approx([2.0] * len(priced))
    pd.testing.assert_series_equal(half["power_low_usd_per_million"], whole["power_low_usd_per_million"])


def test_a_rental_is_the_price_of_one_hour():
    rented = record().cost_per_token(price_basis="rental").dropna(subset="low_usd_per_million")
    rate = record().workload_throughput().merge(rented, on=["chip_id", "phase"])
    expected = rate["low_usd"] / 3600 / rate["high"] * 1e6
    assert len(rented)
    assert rate["low_usd_per_million"].tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize("name", [*RESULTS, "workload_measured", "workload_points", "workload_pairs"])
def test_results_are_empty_before_the_first_measurement(name):
    assert record("2020-01-01").get(name).empty
