"""Results on export controls: status, margins, the largest legal chip, the rules in force, agreement with history."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from analysis import controls, load
from analysis.chip_results import resolved_chips
from analysis.control_inputs import find, inputs
from analysis.errors import ParameterError
from analysis.frontier import LEVELS, frontier
from analysis.headroom import margins
from analysis.hypothetical import read_specs
from analysis.law import law_on, lines_of, register, turning_days
from analysis.treatment import RULES_RUN
from analysis.validation import agreement

Names = str | Collection[str]
AREAS = ("200", "400", "600", "800", "1000", "1200", "1600", "2000")  # mm2
LINKS = ("64", "128", "400", "600", "900", "1800")  # GB/s


def _law(as_of: str | None, without: Collection[str], on: str) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Rules and thresholds known by a day, and the day asked about: the same, where none is named."""
    asked = on or as_of or f"{load.span()[1]:%Y-%m-%d}"
    load.past_day(asked, name="on")
    rules, thresholds = (
        load.table(name, as_of=as_of, without=without) for name in ("control_rules", "control_thresholds")
    )
    return (controls.as_known(rules, as_of) if as_of else rules), thresholds, asked


def _inputs(as_of: str | None, without: Collection[str], chip: Names, specs: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The chips asked for, in the order asked: all, those named, or hypothetical; and all chips of the record."""
    resolved, _, products = resolved_chips(as_of, without)
    record = inputs(resolved, products)
    if specs:
        return read_specs(Path(specs)), record
    if not chip:
        return record, record
    wanted = list(dict.fromkeys(_named(chip, products)))
    return record.set_index("chip_id", drop=False).loc[wanted].reset_index(drop=True), record


def _named(chip: Names, products: pd.DataFrame) -> list[str]:
    """Chip ids of one or several names, separated by commas in text."""
    names = chip.split(",") if isinstance(chip, str) else chip
    return [chip_id for name in names for chip_id in find(name, products)]


def _sizes(values: Collection[str], name: str, unit: str, example: str) -> list[float]:
    """Numbers above zero from a list parameter.

    Raises
    ------
    ParameterError : one of them is none.
    """
    try:
        sizes = [float(value) for value in values]
    except ValueError:
        sizes = []
    if not sizes or not all(0 < size < float("inf") for size in sizes):
        told = ", ".join(map(str, values))
        raise ParameterError(f"{name}: {told} are not all numbers of {unit} above 0. Write {example}.")
    return sizes


def control_timeline(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chip: Names = "h20",
    specs: str = "",
    imagined: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The treatment of chips since August 2022, one row a stretch without a change."""
    if isinstance(imagined, str):
        raise ParameterError("imagined: takes chips as a frame. From the command line, give them as -p specs FILE.csv.")
    rules, thresholds, day = _law(as_of, without, "")
    chips, record = _inputs(as_of, without, chip, specs)
    if imagined is not None:
        chips = imagined
    frame = controls.timeline(chips, rules, thresholds, until=day, levels=record)
    order = {chip_id: at for at, chip_id in enumerate(chips["chip_id"])}
    return frame.sort_values("chip_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)


def control_status(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chip: Names = "",
    on: str = "",
    specs: str = "",
    destination: str = "China",
) -> pd.DataFrame:
    """Control class, licence policy and treatment of chips for China on a day, with rule, margin and conditions."""
    if destination != "China":
        raise ParameterError(f"destination: {destination!r} is not modelled. Only China (with Hong Kong and Macau) is.")
    rules, thresholds, day = _law(as_of, without, on)
    chips, record = _inputs(as_of, without, chip, specs)
    return controls.classify(chips, rules, thresholds, on=day, levels=record)


def control_inputs(
    as_of: str | None = None, without: Collection[str] = (), *, chip: Names = "", specs: str = ""
) -> pd.DataFrame:
    """What the control rules look at, chip by chip: TPP, die area, bandwidths, as ranges."""
    return _inputs(as_of, without, chip, specs)[0]


def headroom(
    as_of: str | None = None, without: Collection[str] = (), *, chip: Names = "", on: str = "", specs: str = ""
) -> pd.DataFrame:
    """Value over threshold of the quantity that decides each rule in force, chip by chip."""
    rules, thresholds, day = _law(as_of, without, on)
    chips, record = _inputs(as_of, without, chip, specs)
    return margins(chips, law_on(rules, thresholds, day, record)).assign(on=day)


def design_margins(
    as_of: str | None = None, without: Collection[str] = (), *, chip: Names = "", specs: str = "", within: str = "0.1"
) -> pd.DataFrame:
    """Lines of any regime that a chip stays under by little: ``within=0.1`` is by less than a tenth of the line."""
    rules, thresholds, _ = _law(as_of, without, "")
    chips, record = _inputs(as_of, without, chip, specs)
    (gap,) = _sizes([within], "within", "shares", "0.1")
    rules, exports = rules[rules["concerns"] == "chip"], chips[chips["maker_country"] != "CN"]
    found = margins(exports, lines_of(rules[rules["status"] != "pending"], thresholds, record))
    frame = found[(found["headroom"] < 1) & (found["headroom"] > 1 - gap)]
    dates = rules[["rule_id", "regime", "effective_on", "superseded_on", "basis", "source_id", "locator"]]
    return frame.merge(dates, on="rule_id", how="left").reset_index(drop=True)


def largest_legal_chip(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    on: str = "",
    treatment: str = LEVELS[0],
    areas: Collection[str] = AREAS,
    links: Collection[str] = LINKS,
) -> pd.DataFrame:
    """The largest datacenter chip that each regime leaves free, by die area and I/O bandwidth; ``on``: that day's."""
    rules, thresholds, day = _law(as_of, without, on)
    if treatment not in LEVELS:
        raise ParameterError(f"treatment: {treatment!r} is none of {', '.join(LEVELS)}.")
    sizes = _sizes(areas, "areas", "mm2", "400,600,800"), _sizes(links, "links", "GB/s", "64,600,900")
    _, record = _inputs(as_of, without, "", "")
    return frontier(_laws(rules, thresholds, record, [day] if on else turning_days(rules, day)), *sizes, [treatment])


def control_frontier(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """The largest datacenter chip by regime, finely: over die area, and over I/O bandwidth for a die of 800 mm2."""
    rules, thresholds, day = _law(as_of, without, "")
    _, record = _inputs(as_of, without, "", "")
    laws = _laws(rules, thresholds, record, turning_days(rules, day))
    over_area = frontier(laws, range(100, 1701, 50), [64.0, 900.0], LEVELS).assign(over="area")
    over_links = frontier(laws, [800.0], range(20, 2001, 20), LEVELS).assign(over="io")
    return pd.concat([over_area, over_links], ignore_index=True)


def _laws(
    rules: pd.DataFrame, thresholds: pd.DataFrame, record: pd.DataFrame, days: list[str]
) -> dict[str, pd.DataFrame]:
    """The law about chips on each of some days."""
    about_chips = rules[rules["concerns"] == "chip"]
    return {day: law_on(about_chips, thresholds, day, record) for day in days}


def rules_in_force(
    as_of: str | None = None, without: Collection[str] = (), *, on: str = "", pending: str = "no"
) -> pd.DataFrame:
    """Every rule in force on a day, what it asks, and whether it is run on chips; ``pending=yes``: bills as well."""
    if pending not in ("yes", "no"):
        raise ParameterError(f"pending: {pending!r} is neither yes nor no.")
    rules, thresholds, day = _law(as_of, without, on)
    return register(rules, thresholds, day, run=RULES_RUN, pending=pending == "yes").assign(on=day)


def control_agreement(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Cases of actual treatment beside the dated rules, and beside simpler rules."""
    cases = load.table("control_cases", as_of=as_of, without=without)
    # cases know how things ended: no end of a rule is masked here
    rules, thresholds = (
        load.table(name, as_of=as_of, without=without) for name in ("control_rules", "control_thresholds")
    )
    resolved, _, products = resolved_chips(as_of, without)
    by_rate = [inputs(resolved, products, rates) for rates in (["dense"], ["dense", "sparse"])]
    return agreement(cases, *by_rate, rules, thresholds)
