"""What chips are put to work on."""

from pandera.typing import Series

from analysis.facts.schema.fields import FILLED, SLUG, DatedFacts, count, number, some_of, table, text

ATTENTION = ["mha", "gqa", "mla"]


@table("models", "Shapes of language models: what a token costs in arithmetic and in memory.", key="model_id")
class Models(DatedFacts):
    model_id: Series[str] = text("short name", FILLED, SLUG)
    name: Series[str] = text("name for readers", FILLED)
    benchmark_names: Series[str] = text("what benchmarks.csv calls it, joined by |")
    layers: Series[int] = count("transformer layers", unit="layers")
    dense_layers: Series[float] = number("layers whose feed-forward block has no experts", unit="layers", low=0)
    hidden: Series[int] = count("width of the residual stream", unit="numbers")
    heads: Series[int] = count("attention heads", unit="heads")
    kv_heads: Series[int] = count("key and value heads", unit="heads")
    head_dim: Series[float] = number("size of a head; empty for latent attention", unit="numbers", low=1)
    attention: Series[str] = text("all heads, grouped queries or latent", some_of(ATTENTION))
    q_lora_rank: Series[float] = number("latent attention: rank of the queries", unit="numbers", low=1)
    kv_lora_rank: Series[float] = number("latent attention: rank of the cache", unit="numbers", low=1)
    qk_rope_head_dim: Series[float] = number("latent attention: rotated part of a head", unit="numbers", low=1)
    qk_nope_head_dim: Series[float] = number("latent attention: other part of a head", unit="numbers", low=1)
    v_head_dim: Series[float] = number("latent attention: value size of a head", unit="numbers", low=1)
    ffn: Series[float] = number("width of a feed-forward block without experts", unit="numbers", low=1)
    ffn_matrices: Series[int] = count("matrices of a feed-forward block: 3 with a gate", unit="matrices")
    experts: Series[float] = number("routed experts of a layer; empty: none", unit="experts", low=1)
    experts_per_token: Series[float] = number("routed experts a token goes to", unit="experts", low=1)
    shared_experts: Series[float] = number("experts every token goes to", unit="experts", low=0)
    expert_ffn: Series[float] = number("width of an expert", unit="numbers", low=1)
    vocab: Series[int] = count("rows of the embedding", unit="tokens")
    is_embedding_shared: Series[str] = text("whether input and output share one matrix", some_of(["yes", "no"]))
    context: Series[int] = count("longest context of the configuration", unit="tokens")
    parameters_billion: Series[float] = number("parameters as the maker states them", unit="billion", low=0)
    active_parameters_billion: Series[float] = number("parameters a token uses, as stated", unit="billion", low=0)
