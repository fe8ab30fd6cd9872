"""The roofline: one layer on one chip by hand, and what must hold for every chip and model."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.workloads import roofline
from analysis.workloads.roofline import Factors, Load
from tests.workloads.test_transformer import profile, real

CHIP = {"rates": {"bf16": 1000.0}, "bandwidth": 100.0, "capacity": 1000.0, "link": 32.0}
LOAD = Load("bf16", 2.0, prompt=8, output=4, batch=2, chips=1)
FACTORS = Factors(compute=0.5, memory=0.8, layer=0.1, layer_of_many=0.2)
H100 = {"rates": {"bf16": 989e12, "fp8": 1979e12}, "bandwidth": 3.35e12, "capacity": 80e9, "link": 900e9}
SERVED = Load("fp8", 1.0, prompt=2048, output=512, batch=64, chips=8)
MODELS = ["llama-3-3-70b", "llama-3-1-405b", "deepseek-v3", "qwen3-30b-a3b"]


def decode_step(model, chip: dict, load: Load) -> float:
    times = [*roofline.decode(model, chip, load), roofline.exchange(model, chip, load, load.batch)]
    return roofline.decode_step(np.array(times)[:, None], [model["layers"]], [load.chips], FACTORS)[0]


def test_one_layer_on_one_chip_by_hand():
    """184 weights pass a token, at a context of 8 + 4 / 2 = 10 tokens; see the toy of `test_transformer`."""
    compute, memory = roofline.decode(profile(), CHIP, LOAD)
    assert compute == pytest.approx((2 * 2 * 184 + 2 * 16 * 10) / 1000)  # 1.056 s
    assert memory == pytest.approx((184 * 2 + 2 * 10 * 4 * 2) / 100)  # 5.28 s
    assert roofline.prefill(profile(), CHIP, LOAD) == pytest.approx((8 * 2 * 144 + 8 * 8 / 2 * 16) / 1000)  # 2.816 s
    assert decode_step(profile(), CHIP, LOAD) == pytest.approx(5.28 / 0.8 + 0.1)


def test_memory_holds_what_the_weights_leave():
    """1,000 bytes less 224 weights of two bytes, nine tenths of it, over ten tokens of eight bytes."""
    assert roofline.sequences_held(profile(), CHIP, LOAD) == pytest.approx(0.9 * (1000 - 448) / 80)


def test_two_chips_exchange_activations_by_hand():
    """Two all-reduces of a layer move 2 x (1 / 2) x 4 numbers of two bytes: 16 bytes a token, at 16 bytes a second."""
    assert roofline.exchange(profile(), CHIP, replace(LOAD, chips=2), 3) == pytest.approx(3.0)
    assert roofline.exchange(profile(), CHIP, LOAD, 3) == 0


def test_chips_wait_for_one_another_only_where_there_are_several():
    times = np.zeros((3, 2))
    assert roofline.decode_step(times, np.array([10, 10]), np.array([1, 2]), FACTORS) == pytest.approx([1.0, 3.0])


@pytest.mark.parametrize(("weights", "chips"), [("fp8", 8), ("bf16", 16)])
def test_how_many_chips_hold_405_billion_parameters(weights, chips):
    """406 GB in FP8 fill more than 4 x 80 GB, 812 GB in BF16 more than 8 x 80 GB."""
    alone = replace(SERVED, weights=weights, cache_bytes=2.0, batch=1, chips=1)
    assert roofline.chips_needed(real("llama-3-1-405b"), H100, alone) == chips
    assert roofline.chips_needed(real("llama-3-1-405b"), H100, alone, most=4) == 0


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("batch", [1, 16, 512])
@pytest.mark.parametrize("layout", roofline.LAYOUTS)
def test_more_of_anything_never_slows(model, batch, layout):
    shape, load = real(model), replace(SERVED, batch=batch, layout=layout)
    base = decode_step(shape, H100, load)
    wider = H100 | {"bandwidth": 2 * H100["bandwidth"]}
    faster = H100 | {"rates": {name: 2 * rate for name, rate in H100["rates"].items()}}
    linked = H100 | {"link": 2 * H100["link"]}
    assert max(decode_step(shape, chip, load) for chip in (wider, faster, linked)) <= base
    assert roofline.prefill(shape, faster, load) == pytest.approx(roofline.prefill(shape, H100, load) / 2)


@pytest.mark.parametrize("model", MODELS)
def test_time_grows_with_tokens(model):
    shape, more = real(model), replace(SERVED, prompt=4096, batch=128)
    assert roofline.prefill(shape, H100, more) >= 2 * roofline.prefill(shape, H100, SERVED)
    assert decode_step(shape, H100, more) > decode_step(shape, H100, SERVED)
    assert roofline.exchange(shape, H100, SERVED, 20) == pytest.approx(2 * roofline.exchange(shape, H100, SERVED, 10))
    assert roofline.decode(shape, H100, more)[0] >= 2 * roofline.decode(shape, H100, SERVED)[0]


def test_experts_that_are_split_keep_attention_on_every_chip():
    shape = real("deepseek-v3")
    split, spread = (
        roofline.sequences_held(shape, H100, replace(SERVED, chips=32, layout=layout)) for layout in roofline.LAYOUTS
    )
    replicated = shape["shared"] + shape["head"]
    room = 32 * 80e9 - shape["total"]
    assert spread == pytest.approx(0.9 * (room - 31 * replicated) / (shape["cache"] * 2304))
    assert split == pytest.approx(0.9 * room / (32 * shape["cache"] * 2304))  # a latent cache stands on every chip


def test_split_key_heads_are_copied_beyond_their_number():
    shape = real("llama-3-3-70b")
    eight, sixteen = (roofline.decode(shape, H100, replace(SERVED, chips=chips))[1] * chips for chips in (8, 16))
    cache = 64 * 2304 * shape["cache"] / H100["bandwidth"]
    assert sixteen - eight == pytest.approx(cache)
