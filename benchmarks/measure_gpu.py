"""Measure the GPU at hand and print what its kernels reached as rows of `data/kernels.csv`.

    python3 benchmarks/measure_gpu.py                                  look first: nothing is written
    python3 benchmarks/measure_gpu.py --header > measured.csv          with the names of the columns
    python3 benchmarks/measure_gpu.py --source-id own-h100-2026-11 --measured-on 2026-11-25 >> data/kernels.csv

Rows of three kinds: bytes read and written in a copy within device memory; dense matrix products of 16 to 8,192 rows
with a square weight, in BF16, FP8 (e4m3) and INT8; causal attention of whole prompts in BF16, 32 heads on 8, where
PyTorch has it. Each is run until warm, then timed call by call with CUDA events; its median counts. A block of each
product is first held against float64: a wrong result gets no row. Rates count the operations that the work needs, so
that what a chip loses to tiles of rows shows in them.

The data are random normal numbers, not zeros: the power a chip draws depends on the bits that flip, and at its power
limit it lowers its clock. A product of zeros flips almost none and can run at a clock that real data do not reach.

Any Python with PyTorch will do; nothing else of this repository need be installed. Without PyTorch or a CUDA device the
script says so and is done; what a device cannot do gets a line on stderr and no row. The basis is "reported", for the
table knows none of its own for measurements: the source is the run, so give it a row in `data/sources.csv`.
"""

import argparse
import csv
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median

DATA = Path(__file__).resolve().parents[1] / "data"
NO_SOURCE = "own-measurement"
TOLERANCE = 0.05  # of a block against float64; sums of FP8 products are rounded more than others
CHECKED = 64  # rows and columns of the block
ATTENTION = (32, 8, 128)  # query heads, heads of the cache and width of each, as models of 8 billion have them
NEEDS = {"bf16": (8, 0), "fp8": (8, 9), "int8": (7, 5)}  # first compute capability with matrix units for it
PRODUCTS = {  # names that only one product of products.csv bears; all others have to be told with --product
    "NVIDIA A100-SXM4-40GB": "a100-sxm-40gb",
    "NVIDIA A100-SXM4-80GB": "a100-sxm-80gb",
    "NVIDIA A800-SXM4-80GB": "a800-sxm-80gb",
    "NVIDIA GeForce RTX 4090": "rtx-4090",
    "NVIDIA GeForce RTX 4090 D": "rtx-4090d",
    "NVIDIA GeForce RTX 5090": "rtx-5090",
    "NVIDIA GeForce RTX 5090 D": "rtx-5090d",
    "NVIDIA H100 80GB HBM3": "h100-sxm",
    "NVIDIA H100 NVL": "h100-nvl",
    "NVIDIA H100 PCIe": "h100-pcie",
    "NVIDIA H200": "h200-sxm",
    "NVIDIA H200 NVL": "h200-nvl",
    "NVIDIA H800 PCIe": "h800-pcie",
    "NVIDIA L2": "l2",
    "NVIDIA L20": "l20",
    "NVIDIA L40": "l40",
    "NVIDIA L40S": "l40s",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition": "rtx-pro-6000-server",
    "NVIDIA RTX PRO 6000 Blackwell Workstation Edition": "rtx-pro-6000-workstation",
}


def say(line: str) -> None:
    """A line of progress; stdout is for the rows alone."""
    print(line, file=sys.stderr, flush=True)


def records(table: str) -> list[dict[str, str]]:
    """The rows of a table of ``data/``."""
    with open(DATA / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def product_of(device: str, products: list[dict[str, str]]) -> str:
    """The product that bears the device's name; `LookupError`, with those it may be, if that is not certain."""
    if device in PRODUCTS:
        return PRODUCTS[device]
    squeezed = re.sub("[^a-z0-9]", "", device.lower())
    chips = [row for row in products if row["maker"] == "NVIDIA" and row["level"] in ("variant", "family")]
    alike = [row["product"] for row in chips if row["family"].replace("-", "") in squeezed]
    raise LookupError(
        f"the device calls itself {device!r}, which does not say which product it is. Name it with --product"
        f"{', perhaps ' + ', '.join(alike) if alike else ''}; all are in data/products.csv."
    )


def milliseconds(torch, work: Callable[[], object], warm_up: int, repeats: int) -> float:
    """Median time of a call, by CUDA events around each."""
    for _ in range(warm_up):
        work()
    events = [[torch.cuda.Event(enable_timing=True) for _ in range(2)] for _ in range(repeats)]
    torch.cuda.synchronize()
    for start, end in events:
        start.record()
        work()
        end.record()
    torch.cuda.synchronize()
    return median(start.elapsed_time(end) for start, end in events)


def copy(torch, gib: int) -> tuple[Callable[[], object], int]:
    """A copy of so many GiB within device memory, and the bytes it reads and writes."""
    source = torch.randn(gib * 2**28, device="cuda")  # float32
    target = torch.empty_like(source)
    if not torch.equal(target.copy_(source), source):
        raise RuntimeError("the copy differs from its source")
    return lambda: target.copy_(source), 2 * gib * 2**30


def product(torch, precision: str, rows: int, side: int) -> tuple[Callable[[], object], int]:
    """A matrix product of some rows with a square weight in a precision, and the operations it takes."""
    shapes = (rows, side), (side, side)
    factors = [torch.randn(*shape, device="cuda", dtype=torch.bfloat16) for shape in shapes]
    if precision == "int8":
        factors = [(32 * factor).round().clamp(-127, 127).to(torch.int8) for factor in factors]
    elif precision == "fp8":
        factors = [factor.to(torch.float8_e4m3fn) for factor in factors]
    left, right = factors[0], factors[1].t()  # the right one by columns, as FP8 asks and a linear layer has it
    one = torch.ones((), device="cuda")
    scaled = {"scale_a": one, "scale_b": one, "out_dtype": torch.bfloat16, "use_fast_accum": True}
    work = {
        "bf16": lambda: torch.mm(left, right),
        "fp8": lambda: torch._scaled_mm(left, right, **scaled),
        "int8": lambda: torch._int_mm(left, right),
    }[precision]
    exact = left[:CHECKED].to(torch.float64) @ right[:, :CHECKED].to(torch.float64)
    error = float((work()[:CHECKED, :CHECKED].to(torch.float64) - exact).norm() / exact.norm())
    if not error < TOLERANCE:  # holds for NaN too
        raise RuntimeError(f"the product is {error:.1%} off")
    return work, 2 * rows * side**2


def attention(torch, tokens: int) -> tuple[Callable[[], object], int]:
    """Causal attention of one prompt, and the operations of the half that it looks at."""
    heads, kv_heads, width = ATTENTION
    query, *cache = (
        torch.randn(1, number, tokens, width, device="cuda", dtype=torch.bfloat16)
        for number in (heads, kv_heads, kv_heads)
    )
    call = torch.nn.functional.scaled_dot_product_attention
    return lambda: call(query, *cache, is_causal=True, enable_gqa=True), 2 * heads * width * tokens**2


def rate(torch, name: str, prepare: Callable, asked: argparse.Namespace) -> float | None:
    """Units a second of a piece of work; None, with the reason told."""
    try:
        work, amount = prepare()
        reached = amount / milliseconds(torch, work, asked.warm_up, asked.repeats) * 1e3
        say(f"{name}: {reached / 1e12:,.2f} T/s")
        return reached
    except (AttributeError, RuntimeError, TypeError) as fault:  # no memory, no kernel, or another PyTorch
        say(f"{name}: left out: {(str(fault) or repr(fault)).splitlines()[0]}")
        return None


def plan(torch, asked: argparse.Namespace) -> Iterator[tuple[dict[str, object], Callable]]:
    """What is measured: the columns in which rows differ, and what prepares each."""
    for gib in asked.copy_gib:
        yield {"kernel": "memory_copy", "shape": f"copy of {gib} GiB", "unit": "GB/s"}, lambda gib=gib: copy(torch, gib)
    capability = torch.cuda.get_device_capability()
    for precision, needed in NEEDS.items():
        if capability < needed:
            needs, has = (".".join(map(str, numbers)) for numbers in (needed, capability))
            say(f"{precision}: no row, for it needs compute capability {needs} and this device has {has}.")
            continue
        for rows in asked.rows:
            columns = {"kernel": "gemm", "shape": f"m={rows} k={asked.side} n={asked.side}", "precision": precision}
            columns |= {"rows": rows, "depth": asked.side, "width": asked.side}
            columns |= {"unit": "TOPS" if precision == "int8" else "TFLOPS"}
            yield columns, lambda of=precision, rows=rows: product(torch, of, rows, asked.side)
    for tokens in asked.prompts:
        heads, kv_heads, width = ATTENTION
        columns = {"kernel": "attention_prefill", "shape": f"causal, heads-kv heads-width {heads}-{kv_heads}-{width}, "}
        columns |= {"heads": heads, "kv_heads": kv_heads, "head_width": width, "context": tokens, "is_causal": "yes"}
        columns |= {"precision": "bf16", "unit": "TFLOPS"}
        columns["shape"] += f"sequence {tokens}"
        yield columns, lambda tokens=tokens: attention(torch, tokens)


def results(torch, asked: argparse.Namespace) -> Iterator[dict[str, object]]:
    """The columns in which the measurements differ, those that ran."""
    timed = f"median of {asked.repeats} timed calls after {asked.warm_up} to warm up; random normal data"
    for columns, prepare in plan(torch, asked):
        reached = rate(torch, f"{columns['kernel']}, {columns['shape']}", prepare, asked)
        if reached:
            scale = 1e9 if columns["unit"] == "GB/s" else 1e12
            fast = "; fast accumulation" if columns.get("precision") == "fp8" else ""
            yield columns | {"achieved": f"{reached / scale:.1f}", "note": f"{timed}{fast}"}
        try:
            torch.cuda.empty_cache()
        except RuntimeError as fault:  # a kernel has failed for good: no further call to the device would run
            say(f"stopped, for the device has failed: {str(fault).splitlines()[0]}")
            return


def whole(step: int) -> Callable[[str], int]:
    """Reads whole numbers above zero that are multiples of a step."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) == 0 or int(text) % step:
            raise argparse.ArgumentTypeError(f"{text!r} is not a multiple of {step} above 0")
        return int(text)

    return read


def day(text: str) -> str:
    """Reads a day, or nothing."""
    try:
        if text and date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-01-25") from None
    return text


def slug(text: str) -> str:
    """Reads the name of a source."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not of lower-case letters, digits and hyphens")
    return text


def parser() -> argparse.ArgumentParser:
    """The options, explained."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--product", help="the chip, as in data/products.csv; needed where its name leaves it open")
    options.add_argument(
        "--source-id",
        type=slug,
        default=NO_SOURCE,
        help="the source of these rows, as in data/sources.csv: rows to be kept need one, which says who measured "
        f"what and when ({NO_SOURCE})",
    )
    options.add_argument(
        "--measured-on", type=day, default="", metavar="DAY", help="2026-01-25; no clock is read (empty: the source's)"
    )
    options.add_argument("--header", action="store_true", help="print the names of the columns first")
    options.add_argument(
        "--rows",
        type=whole(16),
        nargs="+",
        default=[16, 64, 128, 256, 1024, 4096, 8192],
        metavar="M",
        help="rows of the products (16 64 128 256 1024 4096 8192)",
    )
    options.add_argument(
        "--side", type=whole(16), default=8192, metavar="N", help="rows and columns of the weights (8192)"
    )
    options.add_argument(
        "--prompts",
        type=whole(1),
        nargs="+",
        default=[1024, 4096, 16384],
        metavar="TOKENS",
        help="lengths of the prompts of attention (1024 4096 16384)",
    )
    options.add_argument(
        "--copy-gib",
        type=whole(1),
        nargs="+",
        default=[1, 2, 4],
        metavar="GIB",
        help="sizes of the copy (1 2 4); it takes twice that in memory",
    )
    options.add_argument("--warm-up", type=whole(1), default=20, metavar="CALLS", help="untimed calls first (20)")
    options.add_argument("--repeats", type=whole(1), default=100, metavar="CALLS", help="timed calls a size (100)")
    return options


def main() -> None:
    """Measure and print."""
    options = parser()
    asked = options.parse_args()
    products = records("products")
    if asked.product and asked.product not in {row["product"] for row in products}:
        options.error(f"--product: there is no {asked.product!r} in data/products.csv. Add it there, or name another.")
    try:
        import torch
    except (ImportError, OSError) as fault:
        return say(f"Nothing measured: this Python has no usable PyTorch ({str(fault).splitlines()[0]}).")
    if not torch.cuda.is_available():
        return say(f"Nothing measured: PyTorch {torch.__version__} sees no CUDA device.")
    device = torch.cuda.get_device_name()
    try:
        chip = asked.product or product_of(device, products)
    except LookupError as fault:
        options.error(str(fault))
    say(f"{device}, taken as {chip}; PyTorch {torch.__version__}, CUDA {torch.version.cuda}")
    if asked.source_id not in {row["source_id"] for row in records("sources")}:
        say(f"Note: {asked.source_id!r} is not in data/sources.csv yet; these rows need it there to pass the check.")
    with open(DATA / "kernels.csv", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(sys.stdout, next(csv.reader(file)), restval="", lineterminator="\n")
    if asked.header:
        rows.writeheader()
    torch.manual_seed(0)
    for result in results(torch, asked):
        rows.writerow(
            {
                "product": chip,
                "as_printed": device,
                "software": f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}",
                "published_on": asked.measured_on,
                "basis": "reported",
                "source_id": asked.source_id,
                "locator": "output of benchmarks/measure_gpu.py",
                **result,
            }
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
