"""Words for what chips are worth at work."""

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.chips.results import BASELINE
from analysis.pages.formats import UNKNOWN, count, listing, plain, ratio, share, span
from analysis.pages.style import joined, readers
from analysis.workloads.throughput import PHASES, chance_of_least

BOUND = {"compute": "arithmetic", "memory": "memory bandwidth", "overhead": "launches and waiting"}
KERNELS = {
    "gemm": "matrix products",
    "attention_prefill": "attention in prefill",
    "attention_decode": "attention in decode",
}
FORMS = {
    "offline": "batches offline",
    "one stream": "single streams",
    "concurrent": "a set number of requests at a time",
    "served": "requests without a limit",
    "decode a chip": "decode alone",
    "prefill a node": "prefill alone",
}
_NOT_LEARNT = "By this day no measurement is on record that the model could be fitted to."


def throughput(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Tokens a second and chip for readers: a row a chip, a column a phase; and why there is none."""

    def rate(row: tuple) -> str:
        return span(row.low, row.point, row.high, lambda tokens: plain(tokens, 3))

    columns = {
        "decode is bound by": lambda phases: BOUND.get(phases.at["decode", "bound_by"], UNKNOWN),
        "arithmetic takes longer than memory from batch": lambda phases: plain(phases.at["decode", "turning_batch"]),
        "sequences that fit": lambda phases: plain(phases.at["decode", "sequences"]),
    }
    return _by_chip(frame, names, rate, columns)


def answer(frame: pd.DataFrame, names: pd.Series, baseline: str = BASELINE) -> str:
    """What each chip is worth beside a baseline in each phase, in sentences.

    Parameters
    ----------
    frame : from `analysis.workloads.throughput.against`.
    baseline : the chip that counts as one there.
    """
    if frame.empty:
        return _NOT_LEARNT
    bullets = []
    for chip, phases in frame[frame["chip_id"] != baseline].groupby("chip_id", sort=False):
        parts = [f"{multiple(row)} in {row.phase}" for row in phases.itertuples()]
        bullets.append(f"- **{names.get(chip, chip)}**: {listing(parts)}")
    return f"Beside one {names.get(baseline, baseline)}, one chip is worth:\n\n" + "\n".join(bullets)


def over_batches(curves: pd.DataFrame, names: pd.Series, sequences: int, chip: str, baseline: str = BASELINE) -> str:
    """How the worth of a chip in decode runs over the batch, in a sentence.

    Parameters
    ----------
    curves : the result ``workload_curves``.
    sequences : the batch that a page speaks of elsewhere.
    """
    line = curves[(curves["chip_id"] == chip) & (curves["phase"] == "decode")].dropna(subset="ratio")
    if line.empty:
        return f"Over the batch, nothing can be said of {names.get(chip, chip)} beside {names.get(baseline, baseline)}."
    first, last = line.iloc[0], line.iloc[-1]
    return (
        f"The worths in decode are those of {count(sequences, 'sequence')} at a time. Over the batch, "
        f"{names.get(chip, chip)} runs from {ratio(first['ratio'])} of one {names.get(baseline, baseline)} at "
        f"{count(int(first['at']), 'sequence')} to {ratio(last['ratio'])} at {plain(last['at'])}, between "
        f"{ratio(line['ratio'].min())} and {ratio(line['ratio'].max())}."
    )


def multiple(row: tuple) -> str:
    """A row of `analysis.workloads.throughput.against` as a multiple: ``0.80 (0.75 to 0.90)``."""
    return span(row.ratio_low, row.ratio, row.ratio_high, ratio)


def curve(frame: pd.DataFrame, names: pd.Series, phase: str) -> pd.DataFrame:
    """Multiples of the baseline by batch or prompt, for readers: a row a chip, a column a place.

    Parameters
    ----------
    frame : the result ``workload_curves``.
    phase : prefill or decode.
    """
    rows = frame[(frame["phase"] == phase) & (frame["chip_id"] != BASELINE)]
    order = list(dict.fromkeys(rows["chip_id"]))
    wide = rows.pivot(index="chip_id", columns="at", values="ratio").reindex(order).rename(columns=plain)
    return wide.map(ratio).rename(names).rename_axis(index="chip", columns=None).reset_index()


def errors(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How far the model errs on what it has not seen, for readers."""
    names = pd.Series({**names, **FORMS})
    said = {"form": "kind of run", "all": "source", "all chips": "chip", "ratio": "two chips, source"}
    columns = {
        "held out": ("kind", lambda kind: said.get(kind, kind)),
        "name": ("name", lambda name: " over ".join(names.get(part, part) for part in name.split(" over "))),
        "runs": ("cases", int),
        "median error": ("median_error_share", share),
        "median absolute error": ("median_absolute_error_share", share),
    }
    return readers(frame[frame["kind"].isin(["source", "form", "chip", "ratio", "all", "all chips"])], columns)


def factors(frame: pd.DataFrame) -> str:
    """What the runs add to their kernels, in a sentence."""
    rows = frame[frame["kind"] == "factor"].set_index("name")["value"]
    if rows.empty:
        return "By this day too few measurements are on record for a fit."
    each, more = (plain(rows[name] * 1e6, 3) for name in ("layer", "layer_of_many"))
    return (
        f"Measured runs take {ratio(rows['prefill'])} times as long as their kernels in prefill and "
        f"{ratio(rows['decode'])} times in decode, and each decode step spends {each} microseconds more on each layer, "
        f"{more} more again where several chips wait for one another."
    )


def fractions(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What kernels reach of the dense rate of each chip, for readers: a row a chip, a column a kernel and precision."""
    rows = []
    for chip, kinds in frame.groupby("chip_id", sort=False):
        cells = {
            f"{KERNELS[row.kernel]}, {row.precision.upper()}": share(row.fraction) if not row.why else UNKNOWN
            for row in kinds.itertuples()
        }
        measured = kinds.groupby("kernel")["measured"].first()
        own = [KERNELS[kind] for kind in measured.index[measured > 0]]
        rows.append(
            {"chip": names.get(chip, chip), **cells, "measured on it": listing(own) if own else "no kernel of its own"}
        )
    return pd.DataFrame(rows)


def reached(frame: pd.DataFrame, fitted: pd.DataFrame, names: pd.Series, chip: str, baseline: str = BASELINE) -> str:
    """The finding on what kernels reach of two chips, and how far runs are predicted, in a sentence.

    Parameters
    ----------
    frame : the result ``kernel_fractions``.
    fitted : the result ``workload_fit``.
    """
    large = frame[(frame["kernel"] == "gemm") & (frame["precision"] == "fp8")].set_index("chip_id")["fraction"].dropna()
    errors = fitted.set_index(["kind", "name"])["median_absolute_error_share"]
    if chip not in large or baseline not in large or ("all", "all sources") not in errors:
        return _NOT_LEARNT
    unseen = errors.get(("chip", chip))
    without = f", and by {share(unseen)} on {names.get(chip, chip)} when nothing of that chip was seen" * pd.notna(
        unseen
    )
    return (
        f"Matrix products in FP8 reach {share(large[chip])} of the dense rate on {names.get(chip, chip)} and "
        f"{share(large[baseline])} on {names.get(baseline, baseline)}. Runs of sources that the model has not seen are "
        f"missed by {share(errors['all', 'all sources'])} in the median{without}."
    )


def excluded(frame: pd.DataFrame) -> pd.DataFrame:
    """Benchmark and kernel rows that bear on nothing, for readers."""
    return readers(frame[frame["kind"] == "left out"], {"reason": "name", "rows": ("cases", int)})


def measured(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Single measurements beside what the model says without their source, for readers."""
    columns = {
        "chip": lambda row: f"{row.chips:.0f} {names.get(row.chip_id, row.chip_id)}",
        "ran": "model_id",
        "how": ("form", lambda form: FORMS.get(form, form)),
        "prompt, output, batch": lambda row: f"{row.prompt:,.0f}, {row.output:,.0f}, {plain(row.batch)}",
        "measured, tokens a second": ("measured", plain),
        "model": ("predicted", plain),
        "error": ("error_share", share),
        "source": "source_id",
    }
    return readers(frame, columns)


def h20_decode(frame: pd.DataFrame) -> pd.DataFrame:
    """The measurements of decode on the H20 by its operators.

    Parameters
    ----------
    frame : the result ``workload_measured``.
    """
    return frame[(frame["chip_id"] == "h20-96gb") & (frame["form"] == "decode a chip")]


def agreement(frame: pd.DataFrame) -> str:
    """Whether the model holds against the measurements of H20 decode by operators, in a sentence.

    Parameters
    ----------
    frame : from `h20_decode`.
    """
    if frame.empty:
        return "By this day no measurement of H20 decode by its operators is on record."
    errors, side = frame["error_share"], "too little" if frame["error_share"].median() < 0 else "too much"
    sizes = [share(getattr(errors.abs(), which)()) for which in ("min", "max", "median")]
    return (
        f"On {count(len(frame), 'measurement')} of decode on H20 by operators, the model that has not seen their "
        f"source is off by {sizes[0]} to {sizes[1]}, {sizes[2]} in the median; in the median it says {side}."
    )


def clusters(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How many chips match a server of the reference, and what their cards cost: a row a chip, a column a phase."""

    def cell(row: tuple) -> str:
        cards = _at_least(row.needed_low, row.needed_high, plain)
        usd = _at_least(row.cost_low_usd, row.cost_high_usd, "{:,.0f}".format)
        return cards if UNKNOWN in (cards, usd) else f"{cards}, for USD {usd}"

    return _by_chip(frame, names, cell, {"price from": _price_sources})


def token_costs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Dollars a million tokens, what power is of them, and where power is unknown: a row a chip, a column a phase."""

    def cell(row: tuple) -> str:
        ends = [[getattr(row, f"{part}{end}_usd_per_million") for end in ("low", "high")] for part in _PARTS]
        price, power, total = (_at_least(*pair, "{:.3f}".format) for pair in ends)
        if price == UNKNOWN:
            return UNKNOWN
        if total == UNKNOWN:
            return f"{price} without power"
        return price if row.power_high_usd_per_million == 0 else f"{total}, of it power {power}"

    def price(phases: pd.DataFrame) -> str:
        return span(phases["low_usd"].iloc[0], float("nan"), phases["high_usd"].iloc[0], plain)

    return _by_chip(frame, names, cell, {"price, USD": price, "price from": _price_sources})


_PARTS = ("", "power_", "total_")


def _price_sources(phases: pd.DataFrame) -> str:
    grade = " (grade C alone)" if phases["price_grade"].iloc[0] == "C" else ""
    return joined(phases["price_source_id"].iloc[0]) + grade


def _by_chip(
    frame: pd.DataFrame,
    names: pd.Series,
    cell: Callable[[tuple], str],
    columns: Mapping[str, Callable[[pd.DataFrame], str]],
) -> pd.DataFrame:
    """A row a chip: a cell for each of its phases, columns made of all its phases, and why there is no figure."""
    rows = []
    for chip, phases in frame.groupby("chip_id", sort=False):
        cells = {row.phase: cell(row) for row in phases.itertuples()}
        cells |= {head: column(phases.set_index("phase")) for head, column in columns.items()}
        why = "; ".join(dict.fromkeys(filter(None, phases["why"])))
        rows.append({"chip": names.get(chip, chip), **cells, "because": why})
    return pd.DataFrame(rows, columns=["chip", *PHASES, *columns, "because"])


def _at_least(low: float, high: float, form: Callable[[float], str]) -> str:
    if pd.isna(high) and not pd.isna(low):
        return f"at least {form(low)}"
    return span(low, float("nan"), high, form)


def price_sources(clusters: pd.DataFrame, rented: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """The sources of cards, rents and power alone: what a page cites beside the measurements.

    Parameters
    ----------
    clusters, rented, bought : the results ``cluster_equivalents`` and ``cost_per_token`` by rental and by purchase.
    """
    ids = [clusters["price_source_id"], rented["price_source_id"], bought["power_source_id"]]
    return pd.concat(ids, ignore_index=True).to_frame("source_id")


_ROUNDING = 1.005  # figures this close are roundings of one


def best(worth: pd.DataFrame, bought: pd.DataFrame, rented: pd.DataFrame, names: pd.Series) -> str:
    """Which chip gives the most tokens and which the cheapest ones in each phase, in sentences.

    Chips whose ranges overlap are named together and not ranked. In training, they are compared by their ratios, in
    which the spread of what runs reach of the rate does not blur chips that reach the same part.

    Parameters
    ----------
    worth : from `analysis.workloads.throughput.against`.
    bought, rented : from `analysis.workloads.costs.usd_per_million_tokens`, of the same chips.
    """
    if worth.empty:
        return "By this day nothing can be compared."
    measures = {
        "the most tokens a second": _speeds(worth),
        "the cheapest token bought": _prices(bought),
        "the cheapest token rented": _prices(rented),
    }
    lines = []
    for phase in PHASES:
        lines.append(f"- **{phase}**")
        for measure, frame in measures.items():
            ends = frame[frame["phase"] == phase].set_index("chip_id")[["low", "high"]].rename(names)
            lines.append(f"    - {measure} {_first(ends)}")
    return "Which chip is best for which work:\n\n" + "\n".join(lines)


def _speeds(frame: pd.DataFrame) -> pd.DataFrame:
    """Ends of which the smallest is best: seconds a token, in training as a multiple of the baseline's."""
    ends, training = ([1 / frame[name] for name in names] for names in (("high", "low"), ("ratio_high", "ratio_low")))
    return _ends(frame, ends, training)


def _prices(frame: pd.DataFrame) -> pd.DataFrame:
    """The same in dollars; a chip whose power is unknown costs its price at least."""
    least = frame["total_low_usd_per_million"].fillna(frame["low_usd_per_million"])
    ends = [least, frame["total_high_usd_per_million"]]
    return _ends(frame, ends, [frame["work_low_usd"], frame["work_high_usd"]])


def _ends(frame: pd.DataFrame, ends: list[pd.Series], training: list[pd.Series]) -> pd.DataFrame:
    is_training = frame["phase"] == "training"
    low, high = (end.mask(is_training, other) for end, other in zip(ends, training, strict=True))
    return frame[["chip_id", "phase"]].assign(low=low, high=high)


def _first(ends: pd.DataFrame) -> str:
    """The chip that is surely first, or those among which the ranges leave it open; and those without a figure."""
    ranked, unranked = ends[ends["low"].notna()], list(ends.index[ends["low"].isna()])
    if ranked.empty:
        return "from no chip with a figure"
    among = ranked[~(ranked["low"] > _ROUNDING * ranked["high"].min())]
    is_alike = among["high"].notna().all() and among["high"].max() <= _ROUNDING * among["low"].min()
    if len(among) == 1 or is_alike:
        sentence = f"from {listing(among.index)}" + " alike" * (len(among) > 1)
    else:
        sentence = f"cannot be told: {listing(_chances(among))}"
    return f"{sentence} (no figure for {listing(unranked)})" if unranked else sentence


def _chances(among: pd.DataFrame) -> list[str]:
    """Each with the chance that it is first, the likeliest before the others; an open range has none."""
    closed = among.dropna(subset=["low", "high"])
    chances = chance_of_least(closed["low"], closed["high"]).sort_values(ascending=False, kind="stable")
    return [f"{name} {share(chance)}" for name, chance in chances.items()] + [
        f"{name} (open)" for name in among.index.difference(closed.index, sort=False)
    ]
