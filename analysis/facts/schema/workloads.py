"""What chips are put to work on."""

from analysis.facts.schema.fields import PRECISIONS, DatedFacts, count, data_table, number, text
from analysis.facts.schema.rules import FILLED, SLUG, one_of, some_of

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


KERNELS = ["gemm", "grouped_gemm", "attention_prefill", "attention_decode", "all_reduce", "all_to_all", "memory_copy"]


@data_table(
    "kernels",
    "Measured speeds of single kernels: matrix products, attention, exchanges between chips, copies.",
    key="product kernel shape precision achieved software source_id locator",
)
class Kernels(DatedFacts):
    product = text("which chip (products.csv)", FILLED)
    as_printed = text("what the source calls it", FILLED)
    kernel = text("kind of kernel; other: of no use to a model here", some_of([*KERNELS, "other"]))
    shape = text("kernel and shape in words", FILLED)
    chips = number("chips that exchange", unit="chips", low=2)
    rows = number("rows of a product; tokens of each chip, of experts or of an exchange", unit="rows", low=1)
    depth = number("rows of the weights", unit="numbers", low=1)
    width = number("columns of the weights, or of what is exchanged", unit="numbers", low=1)
    experts = number("experts of a layer", unit="experts", low=1)
    experts_on_chip = number("of them on one chip", unit="experts", low=1)
    experts_per_token = number("experts a token goes to", unit="experts", low=1)
    attention = text("of decode attention", one_of(["grouped", "latent"]))
    heads = number("query heads", unit="heads", low=1)
    kv_heads = number("heads of the cache", unit="heads", low=1)
    head_width = number("size of a head; of the latent cache, with its rotated part", unit="numbers", low=1)
    sequences = number("at a time", unit="sequences", low=1)
    queries = number("new tokens of each", unit="tokens", low=1)
    context = number("tokens of the prompt or of the cache", unit="tokens", low=1)
    is_causal = text("whether a token sees those before it alone", one_of(["yes", "no"]))
    precision = text("number format", one_of(PRECISIONS))
    achieved = number("rate, of the dense operations or bytes that the work needs", low=0)
    unit = text("as printed", some_of(["TFLOPS", "TOPS", "GB/s", "percent of peak"]))
    software = text("library and version, as far as stated", FILLED)
