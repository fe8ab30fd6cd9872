"""The roofline: one layer on one chip by hand, and what must hold for every chip and model."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.workloads import roofline
from analysis.workloads.kernels import KINDS, Fractions
from analysis.workloads.roofline import Factors, Load
from tests.workloads.test_transformer import profile, real

CHIP = {"rates": {"bf16": 1000.0}, "bandwidth": 100.0, "capacity": 1000.0, "link": 32.0, "multiprocessors": 1.0}
LOAD = Load("bf16", 2.0, prompt=8, output=4, batch=2, chips=1, tile=1.0)
FACTORS = Factors(prefill=1.0, decode=1.0, layer=0.1, layer_of_many=0.2)
# half of the arithmetic, four fifths of the memory, and the longer of both
HALF = Fractions(
    level=dict.fromkeys(KINDS, 0.0),
    slope=0.0,
    memory=dict.fromkeys(KINDS, 0.8),
    sharpness=dict.fromkeys(KINDS, 500.0),
    ramp=0.0,
    launch=dict.fromkeys(KINDS, 0.0),
    deviation={},
    link=1.0,
    network=50e9,
)
H100 = {
    "rates": {"bf16": 989e12, "fp8": 1979e12},
    "bandwidth": 3.35e12,
    "capacity": 80e9,
    "link": 900e9,
    "multiprocessors": 132,
}
SERVED = Load("fp8", 1.0, prompt=2048, output=512, batch=64, chips=8)
MODELS = ["llama-3-3-70b", "llama-3-1-405b", "deepseek-v3", "qwen3-30b-a3b"]


def decode_step(model, chip: dict, load: Load) -> float:
    step = roofline.step_pass(model, chip, load)
    kernels, exchanged = roofline.pass_seconds([step], np.array(["c"]), HALF)
    return float(kernels[0] + exchanged[0] + roofline.overhead(model["layers"], load.chips, FACTORS))


def prompt(model, chip: dict, load: Load) -> float:
    kernels, exchanged = roofline.pass_seconds([roofline.prompt_pass(model, chip, load)], np.array(["c"]), HALF)
    return float(kernels[0] + exchanged[0])


def test_one_layer_on_one_chip_by_hand():
    """184 weights pass a token, at a context of 8 + 4 / 2 = 10 tokens; see the toy of `test_transformer`.

    The two query heads that share its cache fill a tile of 16 rows: their arithmetic takes eight times as long.
    """
    dense, expert, attention = roofline.decode(profile(), CHIP, LOAD).tolist()
    assert dense == pytest.approx([2 * 2 * 184 / 1000, 184 * 2 / 100])  # 0.736 and 3.68 s
    assert expert == [0, 0]
    assert attention == pytest.approx([8 * 2 * 16 * 10 / 1000, 2 * 10 * 4 * 2 / 100])  # 2.56 and 1.6 s
    assert decode_step(profile(), CHIP, LOAD) == pytest.approx(3.68 / 0.8 + 2.56 / 0.5 + 0.1, rel=1e-3)


def test_a_prompt_by_hand():
    """Eight tokens of a single stream pass 184 weights and look at four tokens on average."""
    alone = replace(LOAD, batch=1)
    dense, _, attention = roofline.prefill(profile(), CHIP, alone).tolist()
    assert dense == pytest.approx([8 * 2 * 184 / 1000, 184 * 2 / 100])  # 2.944 and 3.68 s
    assert attention == pytest.approx([8 * 8 / 2 * 16 / 1000, 0])
    assert prompt(profile(), CHIP, alone) == pytest.approx(2.944 / 0.5 + 0.512 / 0.5, rel=1e-3)


def test_prompts_of_many_share_a_pass():
    """1,024 prompts of eight tokens fill a pass of 8,192: the weights are read once for all of them."""
    assert roofline.prefill(profile(), CHIP, LOAD)[0] == pytest.approx([2.944, 3.68 / 1024])


def test_few_rows_cost_a_tile():
    """Two rows cost as much as 64: 32 times the arithmetic of the product, and no more memory."""
    padded = roofline.decode(profile(), CHIP, replace(LOAD, tile=64.0))[0]
    assert padded == pytest.approx([32 * 0.736, 3.68])
    full = roofline.decode(profile(), CHIP, replace(LOAD, tile=64.0, batch=128))[0]
    assert full[0] == pytest.approx(2 * padded[0]), "past a tile, time goes with the rows"


def test_tokens_come_to_experts_by_chance_and_fill_half_a_tile_more():
    """Two of four experts of 24 weights each: 64 tokens reach all four, 32 rows each and half a tile of three."""
    toy = profile(dense_layers=0, experts=4, experts_per_token=2, shared_experts=1, expert_ffn=2)
    expert = roofline.decode(toy, CHIP, replace(LOAD, batch=64, tile=3.0))[1]
    assert expert == pytest.approx([2 * 4 * 24 * (32 + 1) / 1000, 4 * 24 * 2 / 100])


def test_memory_holds_what_the_weights_leave():
    """1,000 bytes less 224 weights of two bytes, nine tenths of it, over ten tokens of eight bytes."""
    assert roofline.sequences_held(profile(), CHIP, LOAD) == pytest.approx(0.9 * (1000 - 448) / 80)


def test_two_chips_exchange_activations_by_hand():
    """Two all-reduces of a layer move 2 x (1 / 2) x 4 numbers of two bytes: 16 bytes a token, at 16 bytes a second."""
    assert roofline.exchange(profile(), CHIP, replace(LOAD, chips=2), 3, 1).tolist() == pytest.approx([3.0, 0])
    assert roofline.exchange(profile(), CHIP, LOAD, 3, 1).tolist() == [0, 0]


def test_experts_of_several_servers_exchange_over_the_network():
    """A token goes to two of sixteen chips with 4 numbers, of one byte there and of two back, in one layer."""
    toy = profile(dense_layers=0, experts=16, experts_per_token=2, shared_experts=0, expert_ffn=2)
    spread = replace(LOAD, chips=16, layout="expert")
    assert roofline.exchange(toy, CHIP, spread, 32, 2).tolist() == pytest.approx([0, 32 / 16 * 2 * 4 * 3])
    near = roofline.exchange(toy, CHIP, replace(spread, chips=8), 32, 2)
    assert near.tolist() == pytest.approx([32 / 8 * 2 * 4 * 3 / 16, 0])


def test_chips_wait_for_one_another_only_where_there_are_several():
    assert roofline.overhead(np.array([10, 10]), np.array([1, 2]), FACTORS) == pytest.approx([1.0, 3.0])


@pytest.mark.parametrize(("weights", "chips"), [("fp8", 8), ("bf16", 16)])
def test_how_many_chips_hold_405_billion_parameters(weights, chips):
    """406 GB in FP8 fill more than 4 x 80 GB, 812 GB in BF16 more than 8 x 80 GB."""
    alone = replace(SERVED, weights=weights, cache_bytes=2.0, batch=1, chips=1)
    assert roofline.chips_needed(real("llama-3-1-405b"), H100, alone) == chips
    few = {**real("llama-3-1-405b"), "heads": 4}
    assert roofline.chips_needed(few, H100, alone) == 0, "its heads go on four chips at most"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("batch", [1, 16, 512])
@pytest.mark.parametrize("layout", roofline.LAYOUTS)
def test_more_of_anything_never_slows(model, batch, layout):
    shape, load = real(model), replace(SERVED, batch=batch, layout=layout)
    wider = H100 | {"bandwidth": 2 * H100["bandwidth"]}
    faster = H100 | {"rates": {name: 2 * rate for name, rate in H100["rates"].items()}}
    linked = H100 | {"link": 2 * H100["link"]}
    for time in (decode_step, prompt):
        assert max(time(shape, chip, load) for chip in (wider, faster, linked)) <= time(shape, H100, load)
    assert prompt(shape, faster, load) < prompt(shape, H100, load)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("layout", roofline.LAYOUTS)
@pytest.mark.parametrize("tile", [16.0, 64.0])
def test_more_sequences_never_give_fewer_tokens_a_second(model, layout, tile):
    batches = np.unique(np.geomspace(1, 4096, 80).round())
    loads = [replace(SERVED, batch=batch, layout=layout, tile=tile) for batch in batches]
    rates = [load.batch / decode_step(real(model), H100, load) for load in loads]
    assert (np.diff(rates) >= -1e-9 * np.array(rates[1:])).all()


@pytest.mark.parametrize("model", MODELS)
def test_time_grows_with_tokens(model):
    shape, longer = real(model), replace(SERVED, prompt=16384, batch=128)
    assert prompt(shape, H100, longer) >= 8 * prompt(shape, H100, SERVED)
    assert decode_step(shape, H100, longer) > decode_step(shape, H100, SERVED)
    ten, twenty = (roofline.exchange(shape, H100, SERVED, tokens, 1)[0] for tokens in (10, 20))
    assert twenty == pytest.approx(2 * ten)


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
    """Eight key heads over sixteen chips: each of them stands on two, and so do its bytes."""
    shape = real("llama-3-3-70b")
    eight, sixteen = (roofline.decode(shape, H100, replace(SERVED, chips=chips))[2][1] for chips in (8, 16))
    assert sixteen == pytest.approx(eight)
    assert eight * 8 == pytest.approx(64 * 2304 * shape["cache"] / H100["bandwidth"])


def test_latent_heads_of_eight_chips_fill_a_quarter_of_a_tile():
    """128 heads on one chip fill two tiles of 64; sixteen on each of eight fill a quarter of one."""
    shape = real("deepseek-v3")
    alone, split = (roofline.decode(shape, H100, replace(SERVED, chips=chips))[2][0] for chips in (1, 8))
    assert split == pytest.approx(alone / 8 * 4)
