"""What a transformer costs by its shape: parameters, arithmetic and memory traffic a token.

Counts follow Kaplan et al., "Scaling Laws for Neural Language Models" (2020), table 1: two operations for each
parameter that a token passes, and attention by head and context; for latent attention, the form in which projections
are absorbed (DeepSeek-AI, "DeepSeek-V2", 2024, section 2.1), whose cache holds one latent and one rotated key a layer.
"""

from collections.abc import Mapping

import pandas as pd

Shape = Mapping[str, float]  # a row of `profiles`, by column
PROFILE = ["total", "shared", "expert", "experts", "experts_per_token", "head", "cache", "attention", "causal"]
PROFILE += ["heads", "kv_heads", "is_latent", "layers", "expert_layers", "hidden"]

FAMILIES = ["dense", "mixture of experts", "latent attention"]  # the last with experts too, as all on record are


def profiles(models: pd.DataFrame) -> pd.DataFrame:
    """Parameters, cache and attention of each model, by ``model_id``.

    Parameters
    ----------
    models : the table of that name.

    Returns
    -------
    frame : indexed by ``model_id``. Parameters: ``total``; ``shared``, those every token passes (attention, dense and
        shared feed-forward blocks, routers), without embeddings; ``expert``, one routed expert in every layer that has
        them; ``head``, the output matrix. ``experts, experts_per_token`` (0 without). ``cache``: numbers kept of a
        token of context; ``attention``: operations a new token spends for each token of context; ``causal``: the same
        inside a prompt, where latent heads are written out; ``heads`` of queries; ``kv_heads`` over which the cache can
        be spread; ``is_latent`` (1: latent attention);
        ``layers``, those with experts, and ``hidden``, the width of what chips exchange.
    """
    rows = {row.model_id: _profile(row) for row in models.fillna(0).itertuples()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=PROFILE)


def family(shape: Shape) -> str:
    """The kind of model, of `FAMILIES`: what its weights and its cache make of a chip."""
    return FAMILIES[2] if shape["is_latent"] else FAMILIES[1] if shape["experts"] else FAMILIES[0]


def active_parameters(frame: pd.DataFrame | pd.Series) -> pd.Series | float:
    """Parameters that a token passes, of all models or one; the output matrix among them, the input embedding not."""
    return frame["shared"] + frame["expert"] * frame["experts_per_token"] + frame["head"]


def experts_read(experts: float, experts_per_token: float, tokens: float) -> float:
    """How many of the routed experts of a layer some tokens go to, each token by chance and on its own."""
    return experts * (1 - (1 - experts_per_token / experts) ** tokens) if experts else 0.0


def _profile(row: tuple) -> list[float]:
    projections, cache, attention, causal, spread = (
        _latent_attention(row) if row.attention == "mla" else _grouped_query_attention(row)
    )
    expert_layers = row.layers - row.dense_layers
    expert = expert_layers * row.ffn_matrices * row.hidden * row.expert_ffn
    shared = row.layers * projections + row.dense_layers * row.ffn_matrices * row.hidden * row.ffn
    shared += expert * row.shared_experts + expert_layers * row.hidden * row.experts
    head = row.vocab * row.hidden
    total = shared + expert * row.experts + head * (1 if row.is_embedding_shared else 2)
    per_token = [row.layers * cost for cost in (cache, attention, causal)]
    experts = [expert, row.experts, row.experts_per_token]
    return [
        total,
        shared,
        *experts,
        head,
        *per_token,
        row.heads,
        spread,
        row.attention == "mla",
        row.layers,
        expert_layers,
        row.hidden,
    ]


def _grouped_query_attention(row: tuple) -> tuple[float, float, float, float, float]:
    """Projections, cache, attention of one layer with a key and value head for each group of heads."""
    width = row.heads * row.head_dim
    projections = row.hidden * (2 * width + 2 * row.kv_heads * row.head_dim)
    return projections, 2 * row.kv_heads * row.head_dim, 4 * width, 4 * width, row.kv_heads


def _latent_attention(row: tuple) -> tuple[float, float, float, float, float]:
    """The same with a latent cache, which every device needs whole."""
    queries = row.hidden * row.q_lora_rank
    queries += row.q_lora_rank * row.heads * (row.qk_nope_head_dim + row.qk_rope_head_dim)
    keys = row.hidden * (row.kv_lora_rank + row.qk_rope_head_dim)
    keys += row.kv_lora_rank * row.heads * (row.qk_nope_head_dim + row.v_head_dim)
    cache = row.kv_lora_rank + row.qk_rope_head_dim
    attention = 2 * row.heads * (cache + row.kv_lora_rank)
    causal = 2 * row.heads * (row.qk_nope_head_dim + row.qk_rope_head_dim + row.v_head_dim)
    return queries + keys + row.heads * row.v_head_dim * row.hidden, cache, attention, causal, 1
