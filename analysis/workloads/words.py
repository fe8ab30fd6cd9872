"""Words for what chips are worth at work."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import pandas as pd

from analysis.chips.results import BASELINE
from analysis.facts.record import Record
from analysis.pages.asked import Number, Origin, Origins, origin, say
from analysis.pages.formats import UNKNOWN, capital, count, listing, plain, ratio, share, span, whole
from analysis.pages.style import formatted, readers
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


def called(record: Record) -> pd.Series:
    """What chips and models are called, by id."""
    return pd.concat([record.names, record.table("models").set_index("model_id")["name"]])


def lacking(frame: pd.DataFrame, names: pd.Series) -> str:
    """Why chips have no figure, a sentence a reason.

    Parameters
    ----------
    frame : a result with ``chip_id`` and ``why`` (empty where there is a figure).
    """
    whys = frame.loc[frame["why"] != "", ["chip_id", "why"]].drop_duplicates()
    chips = whys["chip_id"].map(lambda chip: names.get(chip, chip)).groupby(whys["why"], sort=False).agg(listing)
    return " ".join(f"{of}: {why}." for why, of in chips.items())


def throughput(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Tokens a second and chip for readers: a row a chip, a column a phase, and what binds its decode."""

    def rate(row: Mapping) -> tuple[str, str]:
        text = span(row["low"], row["point"], row["high"], lambda tokens: plain(tokens, 3))
        return text, _HOW["training" if row["phase"] == "training" else "other"]

    columns = {
        "sequences that fit": lambda phases: (plain(phases["decode"]["sequences"]), _ROOM),
        "decode is bound by": lambda phases: (BOUND.get(phases["decode"]["bound_by"], UNKNOWN), ""),
    }
    return _by_chip(frame, names, rate, columns)


_ROOM = "(memory of all chips − weights) ÷ cache of a sequence of this length"
_HOW = {
    "training": "dense BF16 rate × the part that measured training reached ÷ (6 operations × active parameters)",
    "other": "the time of each kernel by the shape of the model and the rates of the chip, times the factors of "
    "measured runs; the range holds nine in ten rates of sources that the model has not seen",
}


def asked(row: Mapping, names: pd.Series, base: Mapping | None, form: Callable[[float], str] = ratio) -> Number:
    """A multiple of the baseline that says what it is worked out from.

    Parameters
    ----------
    row, base : of `analysis.workloads.throughput.against`, of a chip and of the baseline in the same phase.
    """
    of, over = (
        UNKNOWN if each is None else span(each["low"], each["point"], each["high"], lambda tokens: plain(tokens, 3))
        for each in (row, base)
    )
    text = span(row["ratio_low"], row["ratio"], row["ratio_high"], form)
    what = f"of one {names.get(BASELINE, BASELINE)}: {names.get(row['chip_id'], row['chip_id'])}, {row['phase']}"
    formula = "" if text == UNKNOWN else f"{of} ÷ {over} tokens a second and chip" if base else _HOW["other"]
    return Number(text, what, _modelled(row, formula))


def finding(
    worth: pd.DataFrame,
    curves: pd.DataFrame,
    jobs: pd.DataFrame,
    names: pd.Series,
    run: Mapping[str, object],
    baseline: str = BASELINE,
) -> list[str]:
    """The worth of the first chip, and which chip makes the cheapest tokens of each kind: a headline and sentences.

    Parameters
    ----------
    worth : from `analysis.workloads.throughput.against`.
    curves : the result ``workload_curves``.
    jobs : from `analysis.workloads.best.ranked`.
    run : ``sequences`` and ``prompt`` of all three.
    """
    if worth.empty:
        return [_NOT_LEARNT.removesuffix(".")]
    chip = subject(worth, baseline)
    base = {row["phase"]: row for row in worth[worth["chip_id"] == baseline].to_dict("records")}
    of = {
        row["phase"]: asked(_point_or_range(row), names, base.get(row["phase"]), partial(share, digits=0))
        for row in worth[worth["chip_id"] == chip].to_dict("records")
    }
    known = [phase for phase in ("decode", "prefill") if of[phase].text != UNKNOWN]
    head = _HEAD[2 if len(known) == 2 else len(known)]
    slots = {"chip": names.get(chip, chip), "baseline": names.get(baseline, baseline), "phase": "".join(known[:1])}
    slots |= {"part": of[known[0]] if known else ""}
    headline = say(head, decode=of["decode"], prefill=of["prefill"], **slots)
    at = {"sequences": count(run["sequences"], "sequence"), "prompt": f"{run['prompt']:,}"}
    lines = [say("That is with {sequences} at a time and prompts of {prompt} tokens.", **at)]
    spans = {phase: _ends(curves[(curves["chip_id"] == chip) & (curves["phase"] == phase)]) for phase in known}
    if len(known) == 2 and all(spans.values()):
        lines.append(say(_OVER, decode=spans["decode"], prefill=spans["prefill"]))
    for measure, said in _CHEAPEST.items():
        rows = jobs[(jobs["measure"] == measure) & jobs["chance"].notna()]
        if {"decode", "prefill"} <= set(rows["phase"]):
            slots = {phase: _likeliest(rows[rows["phase"] == phase], names) for phase in ("decode", "prefill")}
            lines.append(say(said, **slots))
    return [headline, *lines]


_HEAD = (
    "What one {chip} is worth beside one {baseline} is unknown",
    "One {chip} does {part} of the {phase} of one {baseline}",
    "One {chip} does {decode} of the decode and {prefill} of the prefill of one {baseline}",
)
_OVER = "Depending on the batch it does {decode} of the decode, and depending on the prompt {prefill} of the prefill."
_CHEAPEST = {
    "the cheapest token bought by the card": "Bought by the card, the cheapest chip is most likely the {decode} in "
    "decode and the {prefill} in prefill.",
    "the cheapest token bought by the server": "Bought by the server, the cheapest is most likely the {decode} in "
    "decode and the {prefill} in prefill.",
    "the cheapest token rented": "Rented, the cheapest is most likely the {decode} in decode and the {prefill} in "
    "prefill.",
}


def subject(frame: pd.DataFrame, baseline: str = BASELINE) -> str:
    """The chip that a frame is about: the first beside the baseline."""
    return next((chip for chip in dict.fromkeys(frame["chip_id"]) if chip != baseline), baseline)


def _point_or_range(row: Mapping) -> dict:
    """A row of which a sentence tells the point alone, or the range where there is none."""
    return {**row} if pd.isna(row["ratio"]) else {**row, "ratio_low": float("nan"), "ratio_high": float("nan")}


def _ends(line: pd.DataFrame) -> Number | str:
    """The least and the most of a curve."""
    known = line.dropna(subset="ratio")
    if known.empty:
        return ""
    least, most = (known.loc[getattr(known["ratio"], which)()].to_dict() for which in ("idxmin", "idxmax"))
    text = span(least["ratio"], float("nan"), most["ratio"], partial(share, digits=0))
    formula = f"{share(least['ratio'])} at {plain(least['at'])}, {share(most['ratio'])} at {plain(most['at'])}"
    return Number(text, "the least and the most of the curve", _modelled(least, formula))


def _likeliest(job: pd.DataFrame, names: pd.Series) -> str:
    """The chip that is most likely first at a job, and its chance."""
    first = job.loc[job["chance"].idxmax()].to_dict()
    formula = "the 90% intervals of what a million tokens cost, as if they had nothing in common: "
    formula += "; ".join(
        f"{names.get(row.chip_id, row.chip_id)} {plain(row.low, 3)} to {plain(row.high, 3)}"
        for row in job[job["chance"] > 0].itertuples()
    )
    chip = names.get(first["chip_id"], first["chip_id"])
    chance = Number(share(first["chance"], 0), f"chance that the {chip} is first", _modelled(first, formula))
    return say("{chip} ({chance})", chip=chip, chance=chance)


def _derived(row: Mapping, formula: str) -> Origin:
    return origin(row, formula=formula, basis="derived")


def _modelled(row: Mapping, formula: str, *direct: str) -> Origin:
    """What a number of the model rests on: it is fitted to all measurements, which the list of sources has.

    Parameters
    ----------
    direct : columns of documents that the number itself cites.
    """
    documents = count(len(row["source_id"].split("|")), "document")
    note = f"By a model fitted to measurements in {documents} of the list of sources."
    cites = {name: row[name] for name in direct}
    return origin(cites, formula=formula, basis="derived", note="" if direct else note) if formula else Origin()


def over_batches(families: pd.DataFrame, names: pd.Series, baseline: str = BASELINE) -> str:
    """How the worth of the first chip in decode runs over the batch in each family of models, in a sentence.

    Parameters
    ----------
    families : the result ``workload_families``.
    """
    if families.empty:
        return _NOT_LEARNT
    chip = subject(families, baseline)
    slots = {"chip": names.get(chip, chip), "baseline": names.get(baseline, baseline)}
    lines = families[(families["chip_id"] == chip) & (families["phase"] == "decode")].dropna(subset="ratio")
    if lines.empty:
        return say("How the {chip} compares with the {baseline} over the batch is unknown.", **slots)
    told = []
    for family, line in lines.groupby("family", sort=False):
        first, last = (on_a_curve(line.iloc[at].to_dict(), names, "decode") for at in (0, -1))
        at = count(int(line.iloc[0]["at"]), "sequence"), plain(line.iloc[-1]["at"])
        told.append(
            say(
                _ON_A_FAMILY,
                family=capital(family),
                first=first,
                last=last,
                few=at[0],
                many=at[1],
                **slots,
            )
        )
    return say("{lines}", lines=_lines(told))


_ON_A_FAMILY = "{family}: one {chip} does {first} of the decode of one {baseline} at {few}, {last} at {many}."


def _lines(sentences: list[str]) -> str:
    """Sentences as a list."""
    template = "\n".join(f"- {{s{at}}}" for at in range(len(sentences)))
    return say(template, **{f"s{at}": each for at, each in enumerate(sentences)})


def on_a_curve(row: Mapping, names: pd.Series, phase: str, base: float = float("nan")) -> Number:
    """A place on a curve of the result ``workload_curves`` or ``workload_families``.

    Parameters
    ----------
    base : tokens a second and chip of the baseline there; NaN: not told.
    """
    of = row["point"] if row["point"] == row["point"] else row["high"]
    told = _HOW["other"] if base != base else f"{plain(of)} ÷ {plain(base)} tokens a second and chip"
    unit = "sequences" if phase == "decode" else "tokens"
    what = f"of one {names.get(BASELINE, BASELINE)}: {names.get(row['chip_id'], row['chip_id'])}, {phase}"
    text = span(row["ratio_low"], row["ratio"], row["ratio_high"], ratio)
    return Number(text, f"{what} at {plain(row['at'])} {unit}", _modelled(row, told))


def run(row: Mapping, names: pd.Series) -> Number:
    """A row of the result ``workload_points``: a measured run as a multiple of the baseline."""
    beside = "measured" if row["is_measured"] else "by the model"
    formula = f"{plain(row['measured'])} measured ÷ {plain(row['baseline'])} on as many H100, {beside}, tokens a second"
    chip = names.get(row["chip_id"], row["chip_id"])
    return Number(ratio(row["ratio"]), f"of as many H100: {plain(row['count'])} {chip}", _derived(row, formula))


def said_over_measured(row: Mapping) -> str:
    """How a row of the result ``workload_measured`` compares model and measurement."""
    return f"{plain(row['predicted'])} by the model ÷ {plain(row['measured'])} measured, tokens a second"


def pair(row: Mapping, names: pd.Series, side: str) -> Number:
    """A row of the result ``workload_pairs`` as ``measured`` or as the ``model`` has it."""
    is_measured = side == "measured"
    ends = (row["predicted_low"], row["predicted_ratio"], row["predicted_high"])
    text = ratio(row["measured_ratio"]) if is_measured else span(*ends, ratio)
    cases = count(int(row["cases"]), "case")
    how = {
        "measured": f"speed of the H20 ÷ speed of the other chip, median of {cases}",
        "model": f"the same by a model that has not seen this measurement, median of {cases}",
    }
    what = f"of one {names.get(row['baseline'], row['baseline'])}, {side}"
    return Number(text, what, _derived(row, how[side]))


def multiple(row: tuple) -> str:
    """A row of `analysis.workloads.throughput.against` as a multiple: ``0.80 (0.75 to 0.90)``."""
    return span(row.ratio_low, row.ratio, row.ratio_high, ratio)


def turning(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """From which batch on a kernel of decode is compute-bound: a row a family and kernel, a column a chip.

    Parameters
    ----------
    frame : the result ``turning_batches``; chips without a rate are left out.
    """
    rows = frame[((frame["kernel"] != "expert") | (frame["family"] != "dense")) & (frame["why"] == "")]
    by, cells, found = ["family", "kernel"], {}, {}
    order = list(dict.fromkeys(rows[by].itertuples(index=False, name=None)))
    for row in rows.to_dict("records"):
        at, chip = order.index((row["family"], row["kernel"])), names.get(row["chip_id"], row["chip_id"])
        never = pd.isna(row["batch"])
        cells[at, chip] = "never" if never else "always" if row["batch"] == 1 else plain(row["batch"])
        found[at, chip] = _modelled(row, "the batch from which the arithmetic of a step takes longer than its memory")
    told = [{"models": family, "kernel": PARTS[kernel]} for family, kernel in order]
    wide = pd.DataFrame(told, columns=["models", "kernel"])
    for chip in dict.fromkeys(chip for _, chip in cells):
        wide[chip] = [cells.get((at, chip), UNKNOWN) for at in range(len(order))]
    wide.attrs["origins"] = Origins({}, found)
    return formatted(wide, wide.columns[2:], str)


def work(row: tuple) -> str:
    """What a row of ``workload_pairs`` ran, in words."""
    return {
        "gemm": f"products, {row.size} rows",
        "attention_decode": f"{'latent' if row.latent else 'decode'} attention, {row.size} sequences",
        "prefill": f"DeepSeek prefill, {row.size} tokens",
        "video": f"video transformer, {row.size}",
    }[row.what]


def misses(frame: pd.DataFrame, names: pd.Series, most: float = 0.25) -> pd.DataFrame:
    """What the model cannot do, by name: kinds of runs that it misses by more than a share in the median, and why.

    Parameters
    ----------
    frame : the result ``workload_measured``.
    names : of chips and models, from `called`.
    """
    by = ["source_id", "chip_id", "model_id", "form"]
    errors = frame.groupby(by, sort=False)["error_share"].agg(["median", "size"]).reset_index()
    errors = errors[errors["median"].abs() > most].sort_values("median", key=abs, ascending=False, kind="stable")
    columns = {
        "runs of": lambda row: f"{names.get(row.model_id, row.model_id)}, {FORMS[row.form]}",
        "chip": ("chip_id", lambda chip: names.get(chip, chip)),
        "runs": "size",
        "median error": ("median", share),
        "because": _why_missed,
    }
    formulas = {
        "runs": lambda row: "counted over the measured runs",
        "median error": lambda row: f"median of {count(row['size'], 'run')}: model ÷ measured − 1",
    }
    return readers(errors, columns, formulas)


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
    dollars = {"10th percentile": "low_usd", "median": "median_usd", "90th percentile": "high_usd"}
    columns = {
        "chip": ("chip_id", lambda chip: names.get(chip, chip)),
        "half-year": ("half_year", lambda half: f"{half[4:]} of {half[:4]}"),
        "terms": "terms",
        "quotations": "quotations",
        **{head: (column, "{:.2f}".format) for head, column in dollars.items()},
    }
    quoted = {head: lambda row, head=head: f"{head} over {count(row['quotations'], 'quotation')}" for head in dollars}
    return readers(frame, columns, quoted | {"quotations": lambda row: "counted over the table of prices"})


def errors(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How far the model errs on what it has not seen, for readers.

    Parameters
    ----------
    frame : the result ``workload_fit``.
    """
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

    def over(what: str) -> Callable[[Mapping], str]:
        return lambda row: f"{what} over {count(int(row['cases']), 'run')}"

    formulas = {
        "runs": over("counted"),
        "median error": over("median of model ÷ measured − 1"),
        "median absolute error": over("median of the size of model ÷ measured − 1"),
        "inside the range": over("part that lies in the range of nine in ten"),
    }
    rows = frame[frame["kind"].isin(["source", "form", "chip", "ratio", "all", "all chips"])]
    return readers(rows, columns, formulas)


def factors(frame: pd.DataFrame) -> str:
    """What the runs add to their kernels, in a sentence.

    Parameters
    ----------
    frame : the result ``workload_fit``.
    """
    rows = frame[frame["kind"] == "factor"].set_index("name")["value"]
    if rows.empty:
        return "By this day too few measurements are on record for a fit."
    told = {"prefill": ratio(rows["prefill"]), "decode": ratio(rows["decode"])}
    told |= {"layer": plain(rows["layer"] * 1e6, 3), "more": plain(rows["layer_of_many"] * 1e6, 3)}
    runs = frame[frame["kind"] == "all"].to_dict("records")
    formula = f"fitted to {count(int(runs[0]['cases']), 'measured run')}" if runs else "fitted to the measured runs"
    found = _derived(runs[0] if runs else {}, formula)
    return say(_FACTORS, **{name: Number(text, _FACTOR[name], found) for name, text in told.items()})


_FACTORS = (
    "Measured runs take {prefill} times as long as their kernels in prefill and {decode} times in decode. "
    "Each decode step spends {layer} microseconds more on each layer, and {more} more again where several chips wait "
    "for one another."
)
_FACTOR = {
    "prefill": "times the kernels of prefill",
    "decode": "times the kernels of decode",
    "layer": "microseconds a layer and step",
    "more": "microseconds more where several chips share a layer",
}


def fractions(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What kernels reach of the dense rate of each chip, for readers: a row a chip, a column a kernel and precision.

    Parameters
    ----------
    frame : the result ``kernel_fractions``; ``*``: no kernel of that kind was measured on the chip.
    """
    rows, cells = [], {}
    for at, (chip, kinds) in enumerate(frame.groupby("chip_id", sort=False)):
        told = {}
        for row in kinds.to_dict("records"):
            head = f"{KERNELS[row['kernel']]}, {row['precision'].upper()}"
            told[head] = UNKNOWN if row["why"] else share(row["fraction"]) + " *" * (row["measured"] == 0)
            cells[at, head] = _modelled(row, _reach(row))
        rows.append({"chip": names.get(chip, chip), **told})
    shown = pd.DataFrame(rows)
    shown.attrs["origins"] = Origins({}, cells)
    return shown


def _reach(row: Mapping) -> str:
    """How a row of the result ``kernel_fractions`` is worked out."""
    if row["why"]:
        return ""
    return f"the line fitted to measured kernels, at {plain(row['per_multiprocessor'])} TOPS a multiprocessor"


def reached(frame: pd.DataFrame, fitted: pd.DataFrame, names: pd.Series, baseline: str = BASELINE) -> str:
    """What kernels reach on the first chip and on the baseline, and how far runs are predicted, in sentences.

    Parameters
    ----------
    frame : the result ``kernel_fractions``.
    fitted : the result ``workload_fit``.
    """
    chip = subject(frame, baseline)
    large = frame[(frame["kernel"] == "gemm") & (frame["precision"] == "fp8")].dropna(subset="fraction")
    part = {
        row["chip_id"]: Number(share(row["fraction"]), "of the dense rate", _modelled(row, _reach(row)))
        for row in large.to_dict("records")
    }
    missed = {
        (row["kind"], row["name"]): Number(
            share(row["median_absolute_error_share"]), "median absolute error", _derived(row, _MISSED)
        )
        for row in fitted.dropna(subset="median_absolute_error_share").to_dict("records")
    }
    if chip not in part or baseline not in part or ("all", "all sources") not in missed:
        return _NOT_LEARNT
    slots = {
        "chip": names.get(chip, chip),
        "baseline": names.get(baseline, baseline),
        "missed": missed["all", "all sources"],
    }
    without = missed.get(("chip", chip))
    template = _REACHED if without is None else f"{_REACHED} {_WITHOUT}"
    return say(template, part=part[chip], base=part[baseline], without=without, **slots)


_MISSED = "median of the size of model ÷ measured − 1, each run by a model that has not seen it"
_REACHED = (
    "Matrix products in FP8 reach {part} of the dense rate on the {chip} and {base} on the {baseline}. The model "
    "misses half of the runs of sources that it has not seen by more than {missed}."
)
_WITHOUT = "Without any measurement of the {chip} it misses half of the runs there by more than {without}."


def excluded(frame: pd.DataFrame) -> pd.DataFrame:
    """Benchmark and kernel rows that bear on nothing, for readers."""
    counted = {"rows": lambda row: "counted over the tables of benchmarks and kernels"}
    return readers(frame[frame["kind"] == "left out"], {"reason": "name", "rows": ("cases", int)}, counted)


def measured(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Single measurements beside what the model says without their source, for readers.

    Parameters
    ----------
    frame : the result ``workload_measured``.
    names : of chips and models, from `called`.
    """
    columns = {
        "ran": lambda row: (
            f"{names.get(row.model_id, row.model_id)} on {row.chips:.0f} {names.get(row.chip_id, row.chip_id)}"
        ),
        "prompt": ("prompt", whole),
        "output": ("output", whole),
        "sequences": ("batch", plain),
        "measured": ("measured", plain),
        "model": ("predicted", plain),
        "error": ("error_share", share),
    }
    formulas = {"model": lambda row: _HOW["other"], "error": lambda row: f"{said_over_measured(row)}, − 1"}
    return readers(frame, columns, formulas)


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
    ids = "|".join(dict.fromkeys("|".join(frame["source_id"]).split("|")))
    told = ", ".join(map(share, errors))
    sizes = {
        which: Number(
            share(getattr(errors.abs(), which)()), "of what was measured", _derived({"source_id": ids}, formula)
        )
        for which, formula in (
            ("min", f"least size of {told}"),
            ("max", f"largest size of {told}"),
            ("median", f"median size of {told}"),
        )
    }
    least, most, half = (sizes[which] for which in ("min", "max", "median"))
    return say(_AGREES, runs=count(len(frame), "measurement"), least=least, most=most, half=half, side=side)


_AGREES = (
    "On {runs} of decode on the H20 by operators, a model that has not seen their source is off by {least} to {most}, "
    "and by {half} in the median. In the median it says {side}."
)


def cards(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How many chips do the work of a server of the reference: a row a chip, a column a phase.

    Parameters
    ----------
    frame : the result ``cluster_equivalents``.
    """

    def cell(row: Mapping) -> tuple[str, str]:
        text = _between(row, "needed_{}", plain)
        return text, "tokens a second of the server ÷ tokens a second and card, rounded up"

    return _by_chip(frame, names, cell, {})


def card_costs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What the cards cost that do the work of a server of the reference, in dollars.

    Parameters
    ----------
    frame : the result ``cluster_equivalents``.
    """

    def cell(row: Mapping) -> tuple[str, str]:
        needed = _between(row, "needed_{}", plain)
        return _between(row, "cost_{}_usd", whole), f"{needed} cards × the price of a card, as for a million tokens"

    return _by_chip(frame, names, cell, {})


def token_costs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Dollars a million tokens, and what power is of them: a row a chip, a column a phase.

    A total is a bound from below where the power is unknown. ``*``: a price by sources of grade C alone.
    """

    def cell(row: Mapping) -> tuple[str, str]:
        price, power, total = (
            _between(row, f"{part}{{}}_usd_per_million", "{:.3f}".format) for part in ("", "power_", "total_")
        )
        if total == UNKNOWN and price != UNKNOWN:
            return f"over {row['low_usd_per_million']:.3f}", f"{price} for the price; the power is unknown"
        return total, f"{price} for the price + {power} for the power"

    def price(phases: Mapping[str, Mapping]) -> tuple[str, str]:
        row = next(iter(phases.values()))
        text = _between(row, "{}_usd", lambda usd: plain(usd, 3))
        return text + " *" * (row["price_grade"] == "C" and text != UNKNOWN), "all quotations, the nearer counting more"

    def power(phases: Mapping[str, Mapping]) -> tuple[str, str]:
        ends = {f"power_{end}_usd_per_million": f"total_{end}_usd_per_million" for end in ("low", "high")}
        parts = [[row[part] / row[total] for part, total in ends.items()] for row in phases.values()]
        known = next((sorted(pair) for pair in parts if not any(map(pd.isna, pair))), [float("nan")] * 2)
        return span(
            known[0], float("nan"), known[1], lambda part: whole(100 * part)
        ), "power ÷ price and power together"

    shown = _by_chip(frame, names, cell, {"price": price, "power, % of it": power}, _PRICED)
    has_power = frame["power_high_usd_per_million"].fillna(0).any()
    return shown if has_power else shown.drop(columns="power, % of it")


_PRICED = {"price": "price_source_id", "power, % of it": "power_source_id"}


def _by_chip(
    frame: pd.DataFrame,
    names: pd.Series,
    cell: Callable[[Mapping], tuple[str, str]],
    columns: Mapping[str, Callable[[Mapping[str, Mapping]], tuple[str, str]]],
    direct: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """A row a chip: a cell for each of its phases and of some columns, each with how it is worked out.

    Parameters
    ----------
    cell : from a row to a text and a formula.
    columns : by head, from the rows of a chip by phase to the same.
    direct : by head, the column of the documents that its cells cite.
    """
    rows, found = [], {}
    for at, (chip, part) in enumerate(frame.groupby("chip_id", sort=False)):
        phases = {row["phase"]: row for row in part.to_dict("records")}
        told = {phase: cell(row) for phase, row in phases.items()}
        told |= {head: column(phases) for head, column in columns.items()}
        one = next(iter(phases.values()))
        for head, (_, formula) in told.items():
            cites = [direct[head]] if head in direct else []
            found[at, head] = _modelled(phases.get(head, one), formula, *cites)
        rows.append({"chip": names.get(chip, chip)} | {head: text for head, (text, _) in told.items()})
    shown = pd.DataFrame(rows, columns=["chip", *PHASES, *columns])
    shown.attrs["origins"] = Origins({}, found)
    return shown


def _between(row: Mapping, columns: str, form: Callable[[float], str]) -> str:
    """The span of two columns whose names differ in ``low`` and ``high``."""
    return span(row[columns.format("low")], float("nan"), row[columns.format("high")], form)


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
        cells = {"what is best": measure, "in": phase, "first": _first(leading)}
        rows.append(cells | {"no figure for": listing(unranked) if len(unranked) else ""})
    return pd.DataFrame(rows, columns=["what is best", "in", "first", "no figure for"])


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
