"""What chips are put to work on."""

from analysis.facts.schema.fields import DatedFacts, count, data_table, number, text
from analysis.facts.schema.rules import FILLED, SLUG, some_of

ATTENTION = ["mha", "gqa", "mla"]


@data_table("models", "Shapes of language models: what a token costs in arithmetic and in memory.", key="model_id")
class Models(DatedFacts):
    model_id = text("short name", FILLED, SLUG)
    name = text("name for readers", FILLED)
    benchmark_names = text("what benchmarks.csv calls it, joined by |")
    layers = count("transformer layers", unit="layers")
    dense_layers = number("layers whose feed-forward block has no experts", unit="layers", low=0)
    hidden = count("width of the residual stream", unit="numbers")
    heads = count("attention heads", unit="heads")
    kv_heads = count("key and value heads", unit="heads")
    head_dim = number("size of a head; empty for latent attention", unit="numbers", low=1)
    attention = text("all heads, grouped queries or latent", some_of(ATTENTION))
    q_lora_rank = number("latent attention: rank of the queries", unit="numbers", low=1)
    kv_lora_rank = number("latent attention: rank of the cache", unit="numbers", low=1)
    qk_rope_head_dim = number("latent attention: rotated part of a head", unit="numbers", low=1)
    qk_nope_head_dim = number("latent attention: other part of a head", unit="numbers", low=1)
    v_head_dim = number("latent attention: value size of a head", unit="numbers", low=1)
    ffn = number("width of a feed-forward block without experts", unit="numbers", low=1)
    ffn_matrices = count("matrices of a feed-forward block: 3 with a gate", unit="matrices")
    experts = number("routed experts of a layer; empty: none", unit="experts", low=1)
    experts_per_token = number("routed experts a token goes to", unit="experts", low=1)
    shared_experts = number("experts every token goes to", unit="experts", low=0)
    expert_ffn = number("width of an expert", unit="numbers", low=1)
    vocab = count("rows of the embedding", unit="tokens")
    is_embedding_shared = text("whether input and output share one matrix", some_of(["yes", "no"]))
    context = count("longest context of the configuration", unit="tokens")
    parameters_billion = number("parameters as the maker states them", unit="billion", low=0)
    active_parameters_billion = number("parameters a token uses, as stated", unit="billion", low=0)
