"""Words for what chips are worth at work."""

import math
from collections.abc import Callable, Mapping

import pandas as pd

from analysis.chips.results import BASELINE
from analysis.pages.formats import UNKNOWN, count, listing, plain, ratio, share, span
from analysis.pages.style import joined, readers
from analysis.workloads import best
from analysis.workloads.throughput import PHASES

PARTS = {
    "dense": "dense products",
    "expert": "products of experts",
    "attention": "attention",
    "all": "all together",
}
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


def finding(
    worth: pd.DataFrame,
    curves: pd.DataFrame,
    jobs: pd.DataFrame,
    names: pd.Series,
    run: Mapping[str, object],
    chip: str,
    baseline: str = BASELINE,
) -> str:
    """The worth of a chip, and which chip makes the cheapest tokens of each kind: a headline and sentences under it.

    Parameters
    ----------
    worth : from `analysis.workloads.throughput.against`.
    curves : the result ``workload_curves``.
    jobs : from `analysis.workloads.best.ranked`.
    run : ``sequences`` and ``prompt`` of all three.
    """
    if worth.empty:
        return _NOT_LEARNT
    ratios = worth[worth["chip_id"] == chip].set_index("phase")
    parts = [
        f"{_range(row) if pd.isna(row.ratio) else ratio(row.ratio)} of the {phase}"
        for phase, row in ratios.reindex(["decode", "prefill"]).dropna(how="all").iterrows()
    ]
    head = f"**One {names.get(chip, chip)} does {listing(parts)} of one {names.get(baseline, baseline)}.**"
    spans = curves[curves["chip_id"] == chip].groupby("phase")["ratio"].agg(["min", "max"]).dropna()
    over = {"decode": "over the batch", "prefill": "over the prompt"}
    ranges = [
        f"{over[phase]}, {phase} runs from {ratio(ends['min'])} to {ratio(ends['max'])}"
        for phase, ends in spans.iterrows()
    ]
    at = f"{count(run['sequences'], 'sequence')} at a time and prompts of {run['prompt']:,} tokens"
    lines = [f"That is at {at}{'; ' + ', and '.join(ranges) if ranges else ''}."]
    for measure, rows in jobs[jobs["measure"] != best.FASTEST].groupby("measure", sort=False):
        first = [_likeliest(rows[rows["phase"] == phase], names, phase) for phase in ("decode", "prefill", "training")]
        lines.append(f"{measure[0].upper()}{measure[1:]} comes {listing(first)}.")
    return f"{head}\n\n{' '.join(lines)}"


def _likeliest(job: pd.DataFrame, names: pd.Series, phase: str) -> str:
    """The chip that is most likely first at a job, and its chance."""
    known = job.dropna(subset="chance")
    if known.empty:
        return f"in {phase} from no chip with a figure"
    first = known.loc[known["chance"].idxmax()]
    return f"in {phase} from {names.get(first['chip_id'], first['chip_id'])} (chance {share(first['chance'])})"


def over_batches(families: pd.DataFrame, names: pd.Series, chip: str, baseline: str = BASELINE) -> str:
    """How the worth of a chip in decode runs over the batch in each family of models, in a sentence.

    Parameters
    ----------
    families : the result ``workload_families``.
    """
    lines = families[(families["chip_id"] == chip) & (families["phase"] == "decode")].dropna(subset="ratio")
    if lines.empty:
        return f"Over the batch, nothing can be said of {names.get(chip, chip)} beside {names.get(baseline, baseline)}."
    parts = []
    for family, line in lines.groupby("family", sort=False):
        first, last = line.iloc[0], line.iloc[-1]
        ends = f"{ratio(first['ratio'])} at {count(int(first['at']), 'sequence')} to {ratio(last['ratio'])}"
        parts.append(f"from {ends} at {plain(last['at'])} ({family})")
    return f"In decode, one {names.get(chip, chip)} runs {listing(parts)} of one {names.get(baseline, baseline)}."


def _range(row: tuple) -> str:
    return span(row.ratio_low, float("nan"), row.ratio_high, ratio)


def multiple(row: tuple) -> str:
    """A row of `analysis.workloads.throughput.against` as a multiple: ``0.80 (0.75 to 0.90)``."""
    return span(row.ratio_low, row.ratio, row.ratio_high, ratio)


def families(frame: pd.DataFrame, names: pd.Series, phase: str) -> pd.DataFrame:
    """Multiples of the baseline by batch or prompt, for readers: a row a family and chip, a column a place.

    Parameters
    ----------
    frame : the result ``workload_families``.
    phase : prefill or decode.
    """
    rows = frame[(frame["phase"] == phase) & (frame["chip_id"] != BASELINE) & frame["ratio_high"].notna()]
    places = rows["at"].astype(float).map(math.log2)
    rows = rows[places.mod(2).eq(0 if phase == "decode" else 1)]  # every second place
    rows = rows.assign(cell=[_range(row) if pd.isna(row.ratio) else ratio(row.ratio) for row in rows.itertuples()])
    by = ["family", "chip_id"]
    order = list(dict.fromkeys(rows[by].itertuples(index=False, name=None)))
    wide = rows.pivot(index=by, columns="at", values="cell").reindex(order).rename(columns=plain)
    wide = wide.astype(object).where(wide.notna(), "does not fit" if phase == "decode" else "too long")
    return wide.rename(names, level="chip_id").rename_axis(index=["models", "chip"], columns=None).reset_index()


def points(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Measured runs beside as many of the baseline, for readers: a row a chip, family and place.

    Parameters
    ----------
    frame : the result ``workload_points``.
    """
    size = frame["at"].astype(float).map(lambda at: 2.0 ** round(math.log2(at)))
    by = [frame["phase"], frame["family"], frame["chip_id"], size.rename("size"), frame["is_measured"]]
    groups = frame.groupby(by, sort=True)
    ends = groups["ratio"].agg(["min", "median", "max", "size"])
    ends = ends.assign(ids=groups["source_id"].agg(lambda ids: ", ".join(sorted(set("|".join(ids).split("|"))))))
    columns = {
        "work": lambda row: f"{row.phase}, {row.family}",
        "chip": ("chip_id", lambda chip: names.get(chip, chip)),
        "sequences or tokens, about": ("level", plain),
        "runs": "runs",
        "multiple of the H100": lambda row: span(row.min, row.median, row.max, ratio),
        "the H100 is": ("is_measured", lambda measured: "measured" if measured else "modelled"),
        "source": "ids",
    }
    return readers(ends.rename(columns={"size": "runs"}).rename_axis(index={"size": "level"}).reset_index(), columns)


def turning(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """From which batch on arithmetic binds a kernel of decode, for readers: a row a family and kernel, a column a chip.

    Parameters
    ----------
    frame : the result ``turning_batches``.
    """

    def cell(row: tuple) -> str:
        if row.why:
            return f"{UNKNOWN}: {row.why}"
        return "never" if pd.isna(row.batch) else "always" if row.batch == 1 else f"from {plain(row.batch)}"

    rows = frame[(frame["kernel"] != "expert") | (frame["family"] != "dense")]
    rows = rows.assign(cell=[cell(row) for row in rows.itertuples()], chip=rows["chip_id"].map(names))
    by = ["family", "kernel"]
    order = list(dict.fromkeys(rows[by].itertuples(index=False, name=None)))
    wide = rows.pivot(index=by, columns="chip", values="cell").reindex(order)[list(dict.fromkeys(rows["chip"]))]
    wide = wide.rename(PARTS, level="kernel").rename_axis(index=["models", "kernel"], columns=None)
    return wide.reset_index()


def pairs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Measured pairs beside predicted ones, for readers.

    Parameters
    ----------
    frame : the result ``workload_pairs``.
    """
    columns = {
        "work": work,
        "beside": ("baseline", lambda chip: names.get(chip, chip)),
        "cases": "cases",
        "measured": ("measured_ratio", ratio),
        "model": lambda row: span(row.predicted_low, row.predicted_ratio, row.predicted_high, ratio),
        "error": ("error_share", share),
        "source": ("source_id", joined),
    }
    return readers(frame, columns)


def work(row: tuple) -> str:
    """What a row of ``workload_pairs`` ran, in words."""
    return {
        "gemm": f"products, {row.size} rows",
        "attention_decode": f"{'latent' if row.latent else 'decode'} attention, {row.size} sequences",
        "prefill": f"prefill, {row.size} tokens, DeepSeek",
        "video": f"video transformer, {row.size}",
    }[row.what]


def misses(frame: pd.DataFrame, names: pd.Series, most: float = 0.25) -> pd.DataFrame:
    """What the model cannot do, by name: kinds of runs that it misses by more than a share in the median, and why.

    Parameters
    ----------
    frame : the result ``workload_measured``.
    """
    by = ["source_id", "chip_id", "model_id", "form"]
    errors = frame.groupby(by, sort=False)["error_share"].agg(["median", "size"]).reset_index()
    errors = errors[errors["median"].abs() > most].sort_values("median", key=abs, ascending=False, kind="stable")
    columns = {
        "runs of": lambda row: f"{row.model_id}, {FORMS[row.form]}",
        "chip": ("chip_id", lambda chip: names.get(chip, chip)),
        "runs": "size",
        "median error": ("median", share),
        "because": _why_missed,
        "source": "source_id",
    }
    return readers(errors, columns)


def _why_missed(row: tuple) -> str:
    whys = {
        _SERVED: row.form == "served",
        _HIDDEN: row.form == "prefill a node" and row.median < 0,
        _ROUTED: row.form == "one stream",
    }
    return next((why for why, applies in whys.items() if applies), _NOT_UNDERSTOOD)


_SERVED = "the queue, the clients and the default limits of a server are in the rate; nothing is fitted to such runs"
_HIDDEN = "the operator hides the exchange of experts behind arithmetic; the model adds both"
_ROUTED = "the routing of experts costs launches that differ from one software to the next"
_NOT_UNDERSTOOD = "not understood: experts offline, in whichever layout they are taken to have run"


def rents(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Rents by half-year for readers.

    Parameters
    ----------
    frame : the result ``rents``.
    """
    columns = {
        "chip": ("chip_id", lambda chip: names.get(chip, chip)),
        "half-year": "half_year",
        "terms": "terms",
        "quotations": "quotations",
        "10th percentile": ("low_usd", "{:.2f}".format),
        "median": ("median_usd", "{:.2f}".format),
        "90th percentile": ("high_usd", "{:.2f}".format),
        "source": ("source_id", joined),
    }
    return readers(frame, columns)


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
        "inside the range": ("inside_share", lambda part: "" if pd.isna(part) else share(part)),
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


def price_sources(*priced: pd.DataFrame) -> pd.DataFrame:
    """The sources of cards, servers, rents and power alone: what a page cites beside the measurements.

    Parameters
    ----------
    priced : the results ``cluster_equivalents`` and ``cost_per_token``.
    """
    columns = [frame.get(name) for frame in priced for name in ("price_source_id", "power_source_id")]
    return pd.concat(columns, ignore_index=True).to_frame("source_id")


def first(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Which chip is first at each job, for readers: a row a job.

    Parameters
    ----------
    frame : from `analysis.workloads.best.ranked`.
    """
    rows = []
    for (phase, measure), job in frame.groupby(["phase", "measure"], sort=False):
        job = job.assign(name=job["chip_id"].map(names).fillna(job["chip_id"]))
        leading = job[job["place"].isin(["first", "alike", "among the first"])]
        unranked = job.loc[job["place"] == "unknown", "name"]
        cells = {"in": phase, "what is best": measure, "first": _first(leading)}
        rows.append(cells | {"no figure for": listing(unranked) if len(unranked) else ""})
    return pd.DataFrame(rows, columns=["in", "what is best", "first", "no figure for"])


def _first(leading: pd.DataFrame) -> str:
    """The chip that is surely first, or those among which the ranges leave it open, the likeliest before the others."""
    if leading.empty:
        return UNKNOWN
    place = leading["place"].iloc[0]
    if place != "among the first":
        return listing(leading["name"]) + " alike" * (place == "alike")
    ordered = leading.sort_values("chance", ascending=False, kind="stable")
    return ", ".join(
        f"{row.name_} (open)"
        if pd.isna(row.high)
        else f"{row.name_} {share(row.chance)}"
        if row.chance >= 0
        else row.name_
        for row in ordered.rename(columns={"name": "name_"}).itertuples()
    )
