"""The questions that can be explored: their controls, by the parameters of results, and how each is answered."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.chips import figures as chip_figures
from analysis.chips import words as chip_words
from analysis.controls import figures as law_figures
from analysis.controls import words as law_words
from analysis.controls.inputs import imagined, maker_countries
from analysis.explore.newest import give_way
from analysis.facts.record import Record
from analysis.pages.drawing import Drawing
from analysis.revenue import figures as revenue_figures
from analysis.revenue import words as revenue_words
from analysis.scenarios import figures as policy_figures
from analysis.scenarios import words as policy_words
from analysis.shipments import figures as unit_figures
from analysis.shipments import words as unit_words
from analysis.workloads import figures as work_figures
from analysis.workloads import words as work_words

Choices = Callable[[Record], list[tuple[str, object]]]


@dataclass(frozen=True)
class Control:
    """A control of one parameter of a result, which says what it may be.

    Parameters
    ----------
    name : of the parameter.
    label : what readers see beside it.
    choices : what it may be where only the data knows: labels and values, from a record of all that is recorded.
    stops : values of a slider, where the parameter is a number.
    default : instead of the result's own.
    """

    name: str
    label: str
    choices: Choices | None = None
    stops: tuple[float, ...] = ()
    default: object = None


@dataclass(frozen=True)
class Answer:
    """What a panel shows: the finding and its sentences, a figure, a table for readers; and the frames behind them.

    The figure is drawn by a call: it takes longer than all the rest. Where all that it is ``drawn_of`` is
    the very same as before, so is the figure; where only a part of it moves, ``layers`` gives what stays, which is
    drawn once, what is laid over it, and that in words.
    """

    sentences: list[str]
    draw: Callable[[], Drawing]
    table: pd.DataFrame
    caption: str
    rows: tuple[pd.DataFrame, ...]
    note: str = ""
    drawn_of: tuple[object, ...] = ()
    layers: Callable[[], tuple[Drawing, Figure, str]] | None = None


@dataclass(frozen=True)
class Panel:
    """A question.

    Parameters
    ----------
    result : the result that declares the parameters of the controls, and that a kept run prints.
    answer : from a record and the values of the controls.
    notebook : where the question is answered at length.
    fixed : further parameters of the result.
    """

    name: str
    question: str
    result: str
    notebook: str
    controls: tuple[Control, ...]
    answer: Callable[..., Answer] = field(repr=False)
    fixed: Mapping[str, object] = field(default_factory=dict)


def _chips(record: Record) -> list[tuple[str, object]]:
    """Every chip with a specification on record, by its name."""
    known, names = set(record.table("chip_specs")["product"]), record.names
    return sorted(((names[chip], chip) for chip in known), key=lambda pair: pair[0].lower())


def _periods(record: Record) -> list[tuple[str, object]]:
    """The fiscal quarters of China's revenue, and none."""
    quarters = record.table("revenue")["fiscal_period"]
    return [("all known", ""), *((one, one) for one in sorted(set(quarters[quarters.str.fullmatch(r"FY\d{4}Q\d")])))]


def _years(record: Record) -> list[tuple[str, object]]:
    years = sorted({day[:4] for day in record.table("fiscal_periods")["period_end"]})
    return [(year, year) for year in years if year >= _FIRST_YEAR]


_FIRST_YEAR = "2022"  # in which rules on chips for China began


@lru_cache(maxsize=128)
def _frame(record: Record, result: str, asked: tuple[tuple[str, object], ...]) -> pd.DataFrame:
    return getattr(record, result)(**dict(asked))


def _asked(record: Record, result: str, **asked: object) -> pd.DataFrame:
    """A result, kept: what a moved control does not change is not worked out again. Do not change it in place."""
    give_way()
    return _frame(record, result, tuple(asked.items()))


def _against(record: Record, *, chips: tuple[str, ...], baseline: str) -> Answer:
    worth, side = (_asked(record, name, chips=chips, baseline=baseline) for name in ("equivalence", "chip_comparison"))
    names = record.names
    return Answer(
        chip_words.finding(worth, names),
        lambda: chip_figures.equivalence(record, worth),
        chip_words.side_by_side(side, names),
        "Specifications by chip",
        (worth, side),
    )


def _revenue(record: Record, *, basis: str, currency: str, first_period: str, last_period: str) -> Answer:
    asked = {"basis": basis, "currency": currency, "first_period": first_period, "last_period": last_period}
    china = _asked(record, "china_revenue", **asked)
    account, due = _asked(record, "h20_account"), _asked(record, "results_outstanding")
    return Answer(
        revenue_words.finding(china, account, due, record.day),
        lambda: revenue_figures.quarters(record, china),
        revenue_words.periods(china, "quarter"),
        f"China revenue by fiscal quarter, {currency} million",
        (china, account),
    )


_DRAWS = 8192  # enough to see what moves; the pages draw more


def _units(record: Record, *, product: str, year: str, **asked: object) -> Answer:
    asked |= {"draws": _DRAWS}
    years = _asked(record, "units_by_year", product=product, year=year, **asked)
    if years.empty:  # then those that are known are named
        years = _asked(record, "units_by_year", product=product, **asked)
    quarters = _asked(record, "units_by_quarter", **asked)
    counts = _asked(record, "unit_evidence", **{name: asked[name] for name in ("evidence_factor", "draws")})
    drawn_of = (record, quarters, counts, product)
    counts, shown = counts[counts["product"] == product], quarters[quarters["product"] == product]
    law = _asked(record, "legality_at_shipment", draws=_DRAWS)  # whose treatments rest on no number of chips
    names = record.names
    return Answer(
        unit_words.sold(years, quarters, names, chip=product, year=year),
        lambda: unit_figures.units_by_quarter(record, quarters, counts, product),
        unit_words.by_quarter(shown, law, names),
        "Quarters with sales, and the law when they were made",
        (quarters, counts),
        drawn_of=drawn_of,
    )


def _makers(record: Record) -> list[tuple[str, object]]:
    return [(maker, maker) for maker in maker_countries(record.whole("products"))]


_BESIDE = ("h100-sxm", "h800-sxm", "h200-sxm", "h20-96gb", "b30a", "rtx-6000d")  # to compare the imagined chip with


def _imagined(record: Record, **chip: object) -> Answer:
    status, history = (_asked(record, name, **chip) for name in ("imagined_status", "imagined_timeline"))
    products = record.whole("products")
    made = imagined(products, **chip)
    beside = _asked(record, "control_inputs", chip=_BESIDE)
    names = pd.concat([law_words.called(_BESIDE, products), made.set_index("chip_id")["name"]])
    made = made.assign(source_id="")
    named = pd.DataFrame(beside)
    dots = pd.concat([made, named], ignore_index=True)
    reach = tuple(_rounded_up(max(ends[np.isfinite(ends)], default=1.0)) for ends in dots[_REACH].to_numpy().T)
    held = dots.assign(**dict(zip(_REACH, reach, strict=True)))
    lines = partial(_asked, record, "control_frontier")
    sizes = {name: chip[name] for name in ("tpp", "die_area_mm2", "memory_bandwidth_gb_s", "io_bandwidth_gb_s")}
    caption = law_words.hypothetical(**{name: given for name, given in chip.items() if name != "io_bandwidth_gb_s"})
    return Answer(
        [*law_words.finding(status, history, names), *law_words.left_open(**sizes)],
        lambda: law_figures.frontier(record, lines(), dots, names, held),
        law_words.stretches(history),
        caption,
        (status, history, beside),
        layers=lambda: (
            _line(record, reach),
            law_figures.laid_over(lines(), made, named, names, held),
            caption,
        ),
    )


def _rounded_up(figure: float) -> float:
    """A figure up to one digit: axes stay what they are while a chip moves a little."""
    step = 10.0 ** math.floor(math.log10(max(figure, 1.0)))
    return step * math.ceil(figure / step)


_REACH = [f"{quantity}_high" for quantity in ("applicable_die_area_mm2", "tpp", "io_bandwidth", "dram_bandwidth")]


@lru_cache(maxsize=32)
def _line(record: Record, reach: tuple[float, ...]) -> Drawing:
    """The export line with the chips that are there anyway, on axes that reach so far."""
    beside = _asked(record, "control_inputs", chip=_BESIDE)
    held = pd.DataFrame(beside).assign(**dict(zip(_REACH, reach, strict=True)))
    names = law_words.called(_BESIDE, record.whole("products"))
    return law_figures.frontier(record, _asked(record, "control_frontier"), beside, names, held)


def _models(record: Record) -> list[tuple[str, object]]:
    models = record.whole("models")
    return list(zip(models["name"], models["model_id"], strict=True))


def _at_work(record: Record, **run: object) -> Answer:
    worth, curves = (_asked(record, name, **run) for name in ("workload_throughput", "workload_curves"))
    jobs = _asked(record, "best_chips").iloc[:0]  # which chip is cheapest is not asked here
    names = work_words.called(record)
    return Answer(
        work_words.finding(worth, curves, jobs, names, run),
        lambda: work_figures.worth(record, worth),
        work_words.throughput(worth, names),
        "Rates by phase",
        (worth,),
        f"Tokens a second and chip. {work_words.lacking(worth, names)}",
    )


def _policies(record: Record) -> list[tuple[str, object]]:
    return [(policy_words.called(name), (name,)) for name in record.scenario_policies()["policy"]]


def _policy(record: Record, *, policies: tuple[str, ...], **terms: object) -> Answer:
    frame = _asked(record, "scenario_outcomes", policies=policies, **terms, draws=_DRAWS)
    nothing = pd.DataFrame()  # what decides is not asked: the terms are the reader's
    return Answer(
        policy_words.finding(frame, nothing, policies[0], record.names),
        lambda: policy_figures.policy_quarters(record, frame, policies[0]),
        policy_words.by_year(frame),
        "By calendar year: USD billion, and thousand H100s by dense BF16",
        (frame,),
    )


def _estimated(record: Record) -> list[tuple[str, object]]:
    names = record.names
    return [(names[chip], chip) for chip in dict.fromkeys(record.table("unit_priors")["product"])]


_TENTHS = tuple(part / 20 for part in range(21))

PANELS = (
    Panel(
        "chips",
        "What is each chip worth beside another?",
        "equivalence",
        "01_chip_specs",
        (
            Control("chips", "Chips", _chips),
            Control("baseline", "Beside one", _chips),
        ),
        _against,
    ),
    Panel(
        "revenue",
        "How much of NVIDIA's revenue is China?",
        "china_revenue",
        "04_china_revenue",
        (
            Control("basis", "By"),
            Control("currency", "In"),
            Control("first_period", "From", _periods),
            Control("last_period", "To", _periods),
        ),
        _revenue,
    ),
    Panel(
        "units",
        "How many chips were sold in China?",
        "units_by_quarter",
        "05_shipments",
        (
            Control("product", "Chip", _estimated, default="h20"),
            Control("year", "Year", _years, default="2024"),
            Control("interval_level", "Price range holds", stops=(0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)),
            Control("hardware_share", "Chips' part of revenue", stops=tuple(part / 20 for part in range(10, 21))),
            Control("evidence_factor", "Counts right within ×", stops=(1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)),
        ),
        _units,
        {"draws": _DRAWS},
    ),
    Panel(
        "line",
        "May a chip like this be sold to China?",
        "imagined_status",
        "02_export_controls",
        (
            Control("tpp", "TPP", stops=(0, *range(400, 8001, 100))),
            Control("die_area_mm2", "Die area, mm²", stops=(0, *range(100, 2001, 50))),
            Control("memory_bandwidth_gb_s", "Memory, GB/s", stops=(0, *range(200, 8001, 100))),
            Control("io_bandwidth_gb_s", "I/O, GB/s", stops=(0, *range(50, 2001, 50))),
            Control("is_datacenter", "For data centers"),
            Control("maker", "Maker", _makers),
        ),
        _imagined,
    ),
    Panel(
        "work",
        "What is each chip worth at work?",
        "workload_throughput",
        "03_workloads",
        (
            Control("model", "Model", _models),
            Control("precision", "Precision"),
            Control("sequences", "Sequences at a time", stops=tuple(2**power for power in range(11))),
            Control("prompt", "Tokens of a prompt", stops=tuple(2**power for power in range(7, 17))),
            Control("output", "Tokens of an answer", stops=tuple(2**power for power in range(5, 13))),
            Control("count", "Chips that share it", stops=(1, 2, 4, 8, 16, 32)),
        ),
        _at_work,
    ),
    Panel(
        "policy",
        "What would a licence policy be worth?",
        "scenario_outcomes",
        "06_scenarios",
        (
            Control("policies", "Policy", _policies, default=("h200-as-licensed",)),
            Control("card_price", "Price of a card, USD", stops=tuple(range(5000, 60_001, 1000))),
            Control("let_in", "Part that China lets in", stops=_TENTHS),
            Control("fee", "Government's share", stops=tuple(part / 100 for part in range(0, 96, 5))),
        ),
        _policy,
        {"draws": _DRAWS},
    ),
)
