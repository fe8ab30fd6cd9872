"""What a transformer costs by its shape: by hand, and against what makers state."""

import pandas as pd
import pytest

from analysis.facts import load
from analysis.workloads import transformer

TOY = {"model_id": "toy", "layers": 1, "dense_layers": 1, "hidden": 4, "heads": 2, "kv_heads": 1, "head_dim": 2}
TOY |= {"attention": "gqa", "ffn": 8, "ffn_matrices": 3, "vocab": 10, "is_embedding_shared": False}
TOY |= dict.fromkeys(["q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim"], 0)
TOY |= dict.fromkeys(["experts", "experts_per_token", "shared_experts", "expert_ffn"], 0)


def profile(**changed) -> pd.Series:
    return transformer.profiles(pd.DataFrame([TOY | changed])).iloc[0]


def real(model_id: str) -> pd.Series:
    return transformer.profiles(load.table("models")).loc[model_id]


def test_one_layer_by_hand():
    """Queries and output 2 x 4 x 4, keys and values 2 x 4 x 2: 48. Feed-forward 3 x 4 x 8: 96. Embeddings 2 x 40."""
    toy = profile()
    assert toy[["shared", "head", "total"]].tolist() == [48 + 96, 40, 48 + 96 + 80]
    assert toy["cache"] == 4  # a key and a value of two numbers
    assert toy["attention"] == 16  # a product and a sum for each of 2 x 2 numbers, with keys and with values
    assert transformer.active_parameters(toy) == 184
    assert profile(is_embedding_shared=True)["total"] == 48 + 96 + 40, "an embedding that is shared counts once"


def test_experts_by_hand():
    """Four experts of 3 x 4 x 2 = 24 and one that all tokens pass; the router has 4 x 4 weights."""
    toy = profile(dense_layers=0, experts=4, experts_per_token=2, shared_experts=1, expert_ffn=2)
    assert toy[["expert", "shared", "total"]].tolist() == [24, 48 + 24 + 16, 48 + 24 + 16 + 4 * 24 + 80]
    assert transformer.active_parameters(toy) == 48 + 24 + 16 + 2 * 24 + 40


def test_latent_attention_by_hand():
    """Down 4 x 3 and up 3 x 2 x 3; cache 4 x (2 + 1) and up 2 x 2 x (2 + 2); output 2 x 2 x 4."""
    latent = {"q_lora_rank": 3, "kv_lora_rank": 2, "qk_rope_head_dim": 1, "qk_nope_head_dim": 2, "v_head_dim": 2}
    toy = profile(attention="mla", **latent)
    assert toy["shared"] == 96 + (12 + 18) + (12 + 16) + 16
    assert toy[["cache", "attention", "causal"]].tolist() == [3, 2 * 2 * (3 + 2), 2 * 2 * (2 + 1 + 2)]


@pytest.mark.parametrize("row", list(load.table("models").itertuples()), ids=lambda row: row.model_id)
def test_shapes_add_up_to_what_makers_state(row):
    assert real(row.model_id)["total"] / 1e9 == pytest.approx(row.parameters_billion, rel=0.015)


@pytest.mark.parametrize(("model", "stated"), [("deepseek-v3", 37), ("mixtral-8x7b", 12.9), ("qwen3-235b-a22b", 22)])
def test_parameters_a_token_uses_are_those_stated(model, stated):
    assert transformer.active_parameters(real(model)) / 1e9 == pytest.approx(stated, rel=0.03)


def test_cache_of_real_models_by_hand():
    assert real("llama-3-3-70b")["cache"] == 80 * 2 * 8 * 128
    assert real("deepseek-v3")["cache"] == 61 * (512 + 64)


@pytest.mark.parametrize(("tokens", "expected"), [(1, 8), (2, 256 * (1 - (31 / 32) ** 2)), (10_000, 256)])
def test_more_tokens_read_more_experts(tokens, expected):
    assert transformer.experts_read(256, 8, tokens) == pytest.approx(expected)
    assert transformer.experts_read(0, 0, tokens) == 0
