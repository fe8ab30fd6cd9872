"""Results on export controls: status, margins, the largest legal chip, the rules in force, agreement with history."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd

from analysis.chips.results import BASELINE, resolved_chips
from analysis.chips.specs import BY
from analysis.controls import status
from analysis.controls.frontier import LEVELS, frontier
from analysis.controls.headroom import margins
from analysis.controls.hypothetical import read_specs
from analysis.controls.inputs import behind, imagined, inputs, maker_countries
from analysis.controls.law import Law, in_force, law_on, laws_on, lines_of, register, turning_days
from analysis.controls.treatment import RULES_RUN
from analysis.controls.validation import agreement
from analysis.facts import load, names, sources
from analysis.facts.arguments import Bounds, Positive
from analysis.facts.errors import ParameterError
from analysis.facts.record import Record, result, shared

Figure = Annotated[float, Bounds(low=0)]  # 0: unknown
AREAS = (200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0, 1600.0, 2000.0)  # mm2
_DENSE = ("dense",)
LINKS = (64.0, 128.0, 400.0, 600.0, 900.0, 1800.0)  # GB/s


def _law(record: Record, on: date | None = None) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Rules and thresholds known by the day of the record, and the day asked about: the same, where none is named."""
    day = on.isoformat() if on else record.day
    load.past_day(day, name="on")
    rules, thresholds = record.table("control_rules"), record.table("control_thresholds")
    return (status.with_public_ends(rules, record.as_of) if record.as_of else rules), thresholds, day


@shared
def _lines(record: Record) -> Law:
    """The conditions of all rules, whenever in force."""
    rules, thresholds, _ = _law(record)
    return lines_of(rules, thresholds, _levels(record))


@partial(shared, most=32)  # days on which the law turns
def _law_of(record: Record, day: str) -> Law:
    rules, _, _ = _law(record)
    return _lines(record).within(in_force(rules, day))


@shared
def chip_inputs(record: Record, rates: tuple[str, ...] = _DENSE, chips: tuple[str, ...] = ()) -> pd.DataFrame:
    """What the rules look at, for some chips (by default all); ``rates``: dense ones alone, or sparse ones as well."""
    resolved, _, products = resolved_chips(record, chips)
    return inputs(resolved, products[products["product"].isin(chips)] if chips else products, rates)


@shared
def _levels(record: Record) -> pd.DataFrame:
    """The chips at which letters draw their lines, in the form of `chip_inputs`."""
    products, lines = record.whole("products"), set(record.table("control_thresholds")["threshold"].str.lower())
    variants = products[(products["level"] == "variant") & products["family"].isin(lines)]
    return chip_inputs(record, _DENSE, tuple(variants["product"]))


@shared
def inputs_behind(record: Record, chips: tuple[str, ...] = ()) -> pd.DataFrame:
    """What each quantity of some chips (by default all) rests on: see `analysis.controls.inputs.behind`."""
    resolved, statements, _ = resolved_chips(record, chips)
    return behind(sources.traced(resolved, statements, {column: column for column in BY}))


def _with_values(record: Record, frame: pd.DataFrame, quantity: str, *, known: bool) -> pd.DataFrame:
    """A frame with ``value_basis, value_source_id, value_locator, value_others, value_formula`` of the quantity that a
    column names; empty for hypothetical chips."""
    behind = inputs_behind(record, _few(frame["chip_id"]) if known else (BASELINE,))
    behind = (behind if known else behind.iloc[:0]).add_prefix("value_")
    keys = {"value_chip_id": frame["chip_id"], "value_quantity": frame[quantity]}
    found = pd.DataFrame(keys, index=frame.index).merge(behind, on=list(keys), how="left").set_index(frame.index)
    return frame.join(found.drop(columns=list(keys)).astype(object).fillna(""))


def _with_rules(record: Record, frame: pd.DataFrame, column: str = "rule_id", before: str = "") -> pd.DataFrame:
    """A frame with ``rule`` (its name for readers), ``basis, source_id, locator`` of the rule that a column names."""
    rules = record.table("control_rules").set_index("rule_id")
    named = {"rule": "name", "basis": "basis", "source_id": "source_id", "locator": "locator"}
    found = {before + to: frame[column].map(rules[name]).astype(object).fillna("") for to, name in named.items()}
    return frame.assign(**found)


def _few(chips: Iterable[str]) -> tuple[str, ...]:
    """Chips that are worked out by themselves: none where they are many, which share what is worked out of all."""
    few = tuple(sorted(set(chips)))
    return few if len(few) <= _FEW else ()


_FEW = 8


def _chips(record: Record, chip: tuple[str, ...], specs: Path | None) -> pd.DataFrame:
    """The chips asked for, in the order asked: hypothetical ones from a file, those named, or all of the record."""
    if specs:
        return read_specs(specs, maker_countries(record.whole("products")))
    if not chip:
        return chip_inputs(record)
    products = record.whole("products")
    wanted = dict.fromkeys(chip_id for name in chip for chip_id in names.chips(name, products, parameter="chip"))
    found = chip_inputs(record, _DENSE, _few(wanted))
    return found.set_index("chip_id", drop=False).loc[list(wanted)].reset_index(drop=True)


def _timeline(record: Record, chips: pd.DataFrame) -> pd.DataFrame:
    rules, _, day = _law(record)
    laws = {on: _law_of(record, on) for on in turning_days(rules[rules["concerns"] == "chip"], day)}
    frame = status.stretches(chips, laws, until=day)
    order = {chip_id: at for at, chip_id in enumerate(chips["chip_id"])}
    frame = frame.sort_values("chip_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)
    return _with_rules(record, frame)


@result
def control_timeline(record: Record, *, chip: tuple[str, ...] = ("h20",), specs: Path | None = None) -> pd.DataFrame:
    """The treatment of chips since August 2022, one row a stretch without a change.

    Parameters
    ----------
    chip : chip ids, families or printed names.
    specs : a CSV file of hypothetical chips instead: see `analysis.controls.hypothetical.read_specs`.

    Returns
    -------
    frame : a row a chip and stretch, in the order asked: see `analysis.controls.status.timeline`; ``rule, basis,
        source_id, locator`` of the rule that decides, where one does.

    Raises
    ------
    ParameterError : a chip that does not exist, or a file with faults.

    Examples
    --------
    >>> Record(as_of="2025-06-30").control_timeline(chip="H20 96 GB")["treatment"].tolist()
    ['allowed', 'licence_required']
    """
    return _timeline(record, _chips(record, chip, specs))


@result
def imagined_timeline(
    record: Record,
    *,
    tpp: Figure = 2300.0,
    die_area_mm2: Figure = 800.0,
    memory_bandwidth_gb_s: Figure = 4000.0,
    io_bandwidth_gb_s: Figure = 0.0,
    is_datacenter: bool = True,
    maker: str = "NVIDIA",
) -> pd.DataFrame:
    """The treatment of a chip that somebody might make, through the regimes since August 2022.

    Parameters
    ----------
    tpp : total processing performance, dense TOPS x bit length; 0: unknown.
    die_area_mm2 : its logic die area in mm2; 0: unknown.
    memory_bandwidth_gb_s, io_bandwidth_gb_s : in GB/s; 0: unknown.
    is_datacenter : whether it is designed or marketed for datacenters.
    maker : who makes it, as in the table ``products``; letters reach only the makers they went to.

    Returns
    -------
    frame : a row a stretch, columns as `control_timeline`.

    Raises
    ------
    ParameterError : a figure below 0, a maker that does not exist.

    Examples
    --------
    >>> Record().imagined_timeline(tpp=100, die_area_mm2=800, memory_bandwidth_gb_s=100)["treatment"].tolist()[0]
    'allowed'
    """
    chip = imagined(
        record.whole("products"),
        tpp=tpp,
        die_area_mm2=die_area_mm2,
        memory_bandwidth_gb_s=memory_bandwidth_gb_s,
        io_bandwidth_gb_s=io_bandwidth_gb_s,
        is_datacenter=is_datacenter,
        maker=maker,
    )
    return _timeline(record, chip)


@result
def imagined_status(
    record: Record,
    *,
    on: date | None = None,
    tpp: Figure = 2300.0,
    die_area_mm2: Figure = 800.0,
    memory_bandwidth_gb_s: Figure = 4000.0,
    io_bandwidth_gb_s: Figure = 0.0,
    is_datacenter: bool = True,
    maker: str = "NVIDIA",
) -> pd.DataFrame:
    """The status of a chip that somebody might make on one day: treatment, rule, nearest line, what would settle it.

    Parameters
    ----------
    on : the day asked about; None: that of the record.
    tpp, die_area_mm2, memory_bandwidth_gb_s, io_bandwidth_gb_s, is_datacenter, maker : as in `imagined_timeline`.

    Returns
    -------
    frame : one row, columns as `control_status`; nothing is behind the chip's own values.

    Raises
    ------
    ParameterError : a day after the last recorded one, a figure below 0, a maker that does not exist.

    Examples
    --------
    >>> Record().imagined_status(tpp=0)["settled_by"].tolist()
    ['tpp']
    """
    chip = imagined(
        record.whole("products"),
        tpp=tpp,
        die_area_mm2=die_area_mm2,
        memory_bandwidth_gb_s=memory_bandwidth_gb_s,
        io_bandwidth_gb_s=io_bandwidth_gb_s,
        is_datacenter=is_datacenter,
        maker=maker,
    )
    return _status(record, chip, on, known=False)


@result
def control_status(
    record: Record,
    *,
    chip: tuple[str, ...] = (),
    on: date | None = None,
    specs: Path | None = None,
    destination: Literal["China"] = "China",
) -> pd.DataFrame:
    """Control class, licence policy and treatment of chips for China on a day, with rule, margin and conditions.

    Parameters
    ----------
    chip : chip ids, families or printed names; empty: all.
    on : the day asked about; None: that of the record.
    specs : a CSV file of hypothetical chips instead.
    destination : China, with Hong Kong and Macau, is the only one modelled.

    Returns
    -------
    frame : a row a chip: see `analysis.controls.status.classify`. Further ``rule, basis, source_id, locator`` of the
        rule that decides, ``line_rule, line_basis, line_source_id, line_locator`` of the one whose line is nearest, and
        what the value beside that line rests on: ``value_basis, value_source_id, value_locator, value_others,
        value_formula``.

    Raises
    ------
    ParameterError : a chip that does not exist, a day after the last recorded one, or a file with faults.

    Examples
    --------
    >>> Record().control_status(chip="h20-96gb", on="2025-05-01")["treatment"].tolist()
    ['licence_required']
    """
    return _status(record, _chips(record, chip, specs), on, known=not specs)


def _status(record: Record, chips: pd.DataFrame, on: date | None, *, known: bool) -> pd.DataFrame:
    """The status of chips; where ``known``, they are those of the record, and it says what is behind their values."""
    day = _law(record, on)[-1]
    frame = status.classified(chips, _law_of(record, day), on=day)
    frame = _with_rules(record, _with_rules(record, frame), "binding_rule_id", "line_")
    return _with_values(record, frame, "binding_quantity", known=known)


@result
def control_inputs(record: Record, *, chip: tuple[str, ...] = (), specs: Path | None = None) -> pd.DataFrame:
    """What the control rules look at, chip by chip: TPP, die area, bandwidths, as ranges.

    Parameters
    ----------
    chip, specs : as in `control_status`.

    Returns
    -------
    frame : a row a chip; area in mm2, bandwidths in GB/s; infinite: known from below alone. See
        `analysis.controls.inputs.inputs`; ``source_id``: the documents behind all of them.

    Raises
    ------
    ParameterError : a chip that does not exist, or a file with faults.

    Examples
    --------
    >>> Record().control_inputs(chip="h20-96gb")[["tpp_low", "tpp_high"]].values.tolist()
    [[2364.0, 2384.0]]
    """
    chips, known = _chips(record, chip, specs), inputs_behind(record)
    known = known.iloc[:0] if specs else known.sort_values(["chip_id", "quantity"], kind="stable")
    ids = known.groupby("chip_id")["source_id"].agg(lambda each: "|".join(dict.fromkeys("|".join(each).split("|"))))
    return chips.assign(source_id=chips["chip_id"].map(ids).astype(object).fillna(""))


@result
def headroom(
    record: Record, *, chip: tuple[str, ...] = (), on: date | None = None, specs: Path | None = None
) -> pd.DataFrame:
    """Value over threshold of the quantity that decides each rule in force, chip by chip.

    Parameters
    ----------
    chip, on, specs : as in `control_status`.

    Returns
    -------
    frame : a row a chip and rule, the closest first: see `analysis.controls.headroom.margins`.

    Raises
    ------
    ParameterError : as `control_status`.

    Examples
    --------
    >>> frame = Record().headroom(chip="h20-96gb", on="2024-06-30")
    >>> frame.loc[frame["quantity"] == "tpp", ["value_low", "value"]].drop_duplicates().values.tolist()
    [[2364.0, 2384.0]]
    """
    rules, thresholds, day = _law(record, on)
    law = law_on(rules, thresholds, day, chip_inputs(record))
    return margins(_chips(record, chip, specs), law).assign(on=day)


@result
def design_margins(
    record: Record,
    *,
    chip: tuple[str, ...] = (),
    specs: Path | None = None,
    within: Annotated[float, Bounds(above=0, high=1)] = 0.1,
) -> pd.DataFrame:
    """Lines of any regime that a chip stays under by little.

    Parameters
    ----------
    chip, specs : as in `control_status`.
    within : how little, as a share of the line: 0.1 is by less than a tenth.

    Returns
    -------
    frame : a row a chip and rule, the closest first, with name, dates and document of the rule (``rule, regime,
        effective_on, superseded_on, basis, source_id, locator``) and what the value rests on, as in `control_status`.

    Raises
    ------
    ParameterError : a chip that does not exist, or a file with faults.

    Examples
    --------
    >>> frame = Record().design_margins(chip="h20-96gb")
    >>> frame[["quantity", "value_low", "value", "threshold"]].values.tolist()[0]
    ['tpp', 2364.0, 2384.0, 2400.0]
    """
    rules, thresholds, _ = _law(record)
    chips = _chips(record, chip, specs)
    rules = rules[rules["concerns"] == "chip"]
    frame = margins(chips, lines_of(rules[rules["status"] != "pending"], thresholds, chip_inputs(record)))
    frame = frame[(frame["headroom"] < 1) & (frame["headroom"] > 1 - within)]
    dates = rules[["rule_id", "regime", "effective_on", "superseded_on"]]
    frame = _with_rules(record, frame.merge(dates, on="rule_id", how="left"))
    return _with_values(record, frame, "quantity", known=not specs).reset_index(drop=True)


@result
def largest_legal_chip(
    record: Record,
    *,
    on: date | None = None,
    treatment: Literal[*LEVELS] = LEVELS[0],
    areas: tuple[Positive, ...] = AREAS,
    links: tuple[Positive, ...] = LINKS,
) -> pd.DataFrame:
    """The largest datacenter chip that each regime leaves free, by die area and I/O bandwidth; ``on``: that day's.

    Parameters
    ----------
    on : one day; None: each day on which the law about chips changed.
    treatment : the strictest treatment that the chip may meet.
    areas : logic die areas in mm2.
    links : I/O bandwidths in GB/s.

    Returns
    -------
    frame : a row a regime, area and link: see `analysis.controls.frontier.frontier`; ``rule, basis, source_id,
        locator`` of the rule that sets the bound, where one does.

    Raises
    ------
    ParameterError : a day after the last recorded one, sizes that are not above 0.

    Examples
    --------
    >>> frame = Record().largest_legal_chip(on="2024-06-30", areas=[800], links=[600])
    >>> frame["largest_tpp"].tolist()
    [2400.0]
    """
    empty = [name for name, sizes in (("areas", areas), ("links", links)) if not sizes]
    if empty:
        raise ParameterError(*(f"{name}: no size is named. Write it like 400,600,800." for name in empty))
    rules, thresholds, day = _law(record, on)
    laws = _laws(record, rules, thresholds, [day] if on else turning_days(rules, day))
    return _with_rules(record, frontier(laws, areas, links, [treatment]))


@result
def control_frontier(record: Record) -> pd.DataFrame:
    """The largest datacenter chip by regime, finely: over die area, and over I/O bandwidth for a die of 800 mm2.

    Returns
    -------
    frame : as `largest_legal_chip`, with ``over``: area or io.

    Examples
    --------
    >>> set(Record(as_of="2024-06-30").control_frontier()["over"])  == {"area", "io"}
    True
    """
    return _frontier(record).copy(deep=False)


@shared
def _frontier(record: Record) -> pd.DataFrame:
    rules, thresholds, day = _law(record)
    laws = _laws(record, rules, thresholds, turning_days(rules, day))
    over_area = frontier(laws, range(100, 1701, 50), [64.0, 900.0], LEVELS).assign(over="area")
    over_links = frontier(laws, [800.0], range(20, 2001, 20), LEVELS).assign(over="io")
    return _with_rules(record, pd.concat([over_area, over_links], ignore_index=True))


def _laws(record: Record, rules: pd.DataFrame, thresholds: pd.DataFrame, days: list[str]) -> dict[str, Law]:
    """The law about chips on each of some days."""
    return laws_on(rules[rules["concerns"] == "chip"], thresholds, days, chip_inputs(record))


@result
def rules_in_force(record: Record, *, on: date | None = None, pending: bool = False) -> pd.DataFrame:
    """Every rule in force on a day, what it asks, and whether it is run on chips; with ``pending`` bills as well.

    Parameters
    ----------
    on : the day asked about; None: that of the record.
    pending : bills that are not law as well; they are never run.

    Returns
    -------
    frame : a row a rule: see `analysis.controls.law.register`.

    Raises
    ------
    ParameterError : a day after the last recorded one.

    Examples
    --------
    >>> "pending" in set(Record().rules_in_force()["status"])
    False
    """
    rules, thresholds, day = _law(record, on)
    return register(rules, thresholds, day, run=RULES_RUN, pending=pending).assign(on=day)


@result
def control_agreement(record: Record) -> pd.DataFrame:
    """Cases of actual treatment beside the dated rules, and beside simpler rules.

    Returns
    -------
    frame : a row a case and set of rules: see `analysis.controls.validation.agreement`.

    Examples
    --------
    >>> len(Record().control_agreement()) > 0
    True
    """
    by_rate = chip_inputs(record), chip_inputs(record, ("dense", "sparse"))
    # cases know how things ended: no end of a rule is masked here
    rules, thresholds = record.table("control_rules"), record.table("control_thresholds")
    return agreement(record.table("control_cases"), *by_rate, rules, thresholds)
