"""Readings: other things that a claimed number may be, found by departing from the plain meaning step by step.

Every departure has a cost in ``data/claim_departures.csv`` and a standing: the words leave it ``open`` (a precision on
both sides, a basis of geography), it sets ``unlike`` beside unlike (two bit lengths, a sparse rate over a dense one, a
form factor that is not named), or it is a ``mix-up`` (another measure, another year). A reading stands as its worst
departure. Readings are ranked by cost, then by closeness. Because many are tried, some hit by chance: `Search.chance`
says how likely.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import log

import numpy as np
import pandas as pd

from analysis.chips.specs import bit_length
from analysis.claims.addresses import Address, terms
from analysis.claims.evidence import COMBINED, NAN, Facts, Statement, joined, of_rows
from analysis.claims.tolerance import AGREES, Claimed, agreement, canonical
from analysis.claims.worked import apart
from analysis.facts.schema.fields import STANDINGS

MOST_COST = 5.0
MEASURES = ("throughput_tops", "memory_bandwidth_gb_s", "memory_capacity_gb", "interconnect_gb_s")
# Between readings as near and as likely, the one in the format that makers print first.
_PREFERRED = ["fp8", "bf16", "fp16", "int8", "fp4", "tf32", "fp32", "fp64"]
Departures = tuple[str, ...]
_TIMES = ("fiscal_period", "priced_on")
_AT_HOME = ("China government", "China exchange")  # their days are days in Beijing already
_OF_TWO = ("ratio", "change", "cut", "share")  # checks whose two sides may be read otherwise


@dataclass(frozen=True)
class Reading:
    """One reading: what it gives, what it departs in, what that costs, and how it stands: one of `STANDINGS`."""

    statement: Statement
    departures: tuple[str, ...]
    cost: float
    standing: str

    @property
    def value(self) -> float:
        """Its figure; the middle of a range."""
        return (self.statement.low + self.statement.high) / 2


@dataclass(frozen=True)
class Search:
    """The outcome of a search: readings that give the number, best first; how many were tried.

    ``chance``: the probability that a number drawn at random, even on a logarithmic scale between half the least and
    twice the largest reading, would be hit by a reading that costs no more than the best one.
    """

    hits: tuple[Reading, ...] = ()
    tried: int = 0
    chance: float = NAN


def search(claim: dict, allowed: Claimed, facts: Facts, departures: pd.DataFrame, products: pd.DataFrame) -> Search:
    """Readings of a claim that give its number.

    Parameters
    ----------
    claim : a row of a ledger with a check of figures.
    allowed : the interval that its words allow.
    facts : tables by name, as of a day.
    departures : the table ``claim_departures`` by ``departure``.
    products : the table of that name, for variants of a chip.
    """
    tried = _tried(claim, facts, departures, products)
    if not tried:
        return Search()
    hits = [one for one in tried if _hits(allowed, one.statement)]
    ranked = sorted(enumerate(hits), key=lambda at: (at[1].cost, round(_distance(allowed, at[1]), 4), at[0]))
    best = tuple(one for _, one in ranked)
    return Search(best, len(tried), chance(allowed, tried, best[0].cost) if best and allowed.value != 0 else NAN)


def _hits(allowed: Claimed, one: Statement) -> bool:
    unit = canonical(one.unit)
    return agreement(allowed, one) == AGREES and (not unit or not allowed.unit or unit == allowed.unit)


def _distance(allowed: Claimed, one: Reading) -> float:
    """How far a reading lies from the figure claimed, as a part of it; within a range nothing."""
    if allowed.value != allowed.value:
        return 0.0
    low, high = one.statement.low, one.statement.high
    return max(low - allowed.value, allowed.value - high, 0.0) / (abs(allowed.value) or 1.0)


def _tried(claim: dict, facts: Facts, departures: pd.DataFrame, products: pd.DataFrame) -> list[Reading]:
    sides = [terms(text) for text in (claim["fact"], claim["against"]) if text]
    if any(len(side) != 1 or side[0].address is None for side in sides):
        return []
    addresses = [side[0].address for side in sides]
    if claim["check"] in _OF_TWO and len(addresses) == 2:
        combine = COMBINED[claim["check"]]
        if {address.table for address in addresses} == {"chip_specs"}:
            departing = chip_pairs(*addresses, facts["chip_specs"], products)
            return _priced(
                ((departed, lambda rows=rows: _of_chips(rows, combine)) for rows, departed in departing), departures
            )
        return _priced(_of_rows(claim, addresses, facts, departures, combine), departures)
    if claim["check"] in ("lookup", "outcome", "attribution") and addresses[0].table != "chip_specs":
        departing = _departed(addresses[0], facts, departures, claim["source_id"])
        return _priced(((departed, lambda one=one: one) for departed, one in departing), departures)
    return []


def _of_chips(rows: tuple[dict, dict], combine: Callable) -> Statement:
    one, other = (
        Statement(row["low"], row["high"], "", row["label"], row["source_id"], row["grade"], row["basis"])
        for row in rows
    )
    return _compared(one, other, combine)


def _compared(one: Statement, other: Statement, combine: Callable) -> Statement:
    return joined([one, other], *combine(one, other), "ratio", f"{one.label} over {other.label}")


def _departed(
    address: Address, facts: Facts, departures: pd.DataFrame, except_from: str
) -> list[tuple[tuple[str, ...], Statement]]:
    """Rows of a table that depart from an address in what a departure is known for, with what they depart in."""
    frame = apart(facts, address.table, except_from)
    kinds = {f"{address.table}.{c.column}": c for c in address.conditions}
    for kind, condition in kinds.items():
        if kind not in departures.index:
            frame = frame[condition.met(frame[condition.column])]
    unmet = {kind: ~c.met(frame[c.column]) for kind, c in kinds.items() if kind in departures.index}
    departing = []
    for at, one in enumerate(of_rows(frame, replace(address, column=""))):
        departed = tuple(kind for kind, is_unmet in unmet.items() if is_unmet.iloc[at])
        if one.low == one.low and one.high == one.high:
            departing.append((departed, one))
    return departing


def _of_rows(
    claim: dict, addresses: list[Address], facts: Facts, departures: pd.DataFrame, combine: Callable
) -> Iterator[tuple[tuple[str, ...], Callable[[], Statement]]]:
    """Pairs of rows: of one period where a part of a whole is claimed, else of one line of the accounts."""
    cost = departures["cost"].to_dict()
    tops, bottoms = (
        [
            (departed, one)
            for departed, one in _departed(address, facts, departures, claim["source_id"])
            if sum(cost[kind] for kind in departed) <= MOST_COST
        ]
        for address in addresses
    )
    of_shares = claim["check"] == "share"
    for one_departs, one in tops:
        for other_departs, other in bottoms:
            lines = {kind for kind in set(one_departs) ^ set(other_departs) if not kind.endswith(_TIMES)}
            same = one.period == other.period if of_shares else one.period != other.period and not lines
            if same and other.low > 0:
                departed = tuple(dict.fromkeys([*one_departs, *other_departs]))
                yield departed, lambda one=one, other=other: _compared(one, other, combine)


def _priced(
    departing: Iterable[tuple[tuple[str, ...], Callable[[], Statement]]], departures: pd.DataFrame
) -> list[Reading]:
    """Readings with their cost; those that cost too much are not tried, nor made."""
    cost, standing = departures["cost"].to_dict(), departures["standing"].to_dict()
    total = cache(lambda departed: sum(cost[kind] for kind in departed))
    return [
        Reading(made(), departed, total(departed), max((standing[kind] for kind in departed), key=STANDINGS.index))
        for departed, made in departing
        if departed and total(departed) <= MOST_COST
    ]


def chance(allowed: Claimed, tried: list[Reading], most_cost: float) -> float:
    """How likely a random number is to be hit, see `Search`; the union of the windows that readings leave open."""
    values = [abs(one.value) for one in tried if one.value and one.cost <= most_cost]
    spread = [abs(one.value) for one in tried if one.value]
    first, last = log(min(spread) / 2), log(max(spread) * 2)
    below, above = _window(allowed)
    windows = sorted((max(first, log(v) - above), min(last, log(v) - below)) for v in values)
    covered, end = 0.0, -np.inf
    for start, stop in windows:
        covered += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return covered / (last - first)


def _window(allowed: Claimed) -> tuple[float, float]:
    """How far below and above a claimed number a figure may lie and still fit, in logarithms."""
    least, most = allowed.least_most
    low = max(allowed.low, least if least > 0 else allowed.low)
    high = min(allowed.high, most)
    middle = allowed.value if allowed.value == allowed.value else (low * high) ** 0.5
    ends = [abs(end / middle) for end in (low, high)]
    return log(max(min(ends), 1e-9)), log(max(ends))


def next_day(claim: dict, plain: list[Statement], departures: pd.DataFrame) -> Search:
    """The reading of a day as the day in Beijing, where an evening in Washington is already the next one."""
    address = terms(claim["fact"])[0].address
    at_home = address is None or address.wanted("actor") in _AT_HOME
    days = [one for one in plain if not at_home and len(one.text) == len(claim["value"]) == 10]
    later = [one for one in days if str((pd.Timestamp(one.text) + pd.Timedelta(days=1)).date()) == claim["value"]]
    kind = departures.loc["time zone"]
    hits = [Reading(one, ("time zone",), kind["cost"], kind["standing"]) for one in later]
    return Search(tuple(hits), len(days))


def chip_pairs(
    top: Address, bottom: Address, chips: pd.DataFrame, products: pd.DataFrame
) -> Iterator[tuple[tuple[dict, dict], Departures]]:
    """Pairs of figures of one measure, each with what it departs in from the plain pair.

    Parameters
    ----------
    top, bottom : addresses of the plain pair, each of one chip.
    chips : resolved working values, ``low`` and ``high`` filled, with the ``label`` of
        `analysis.claims.evidence.addressable`.
    products : the table of that name.

    Yields
    ------
    rows, departures : two rows of ``chips``; departures out of ``form, precision, sparse, mixed sparsity,
        mixed precision, measure, chip``. Other chips stand on one side at a time and are of the same maker.
    """
    catalogue = _catalogue(chips, products)
    plains = [_plain(address, catalogue) for address in (top, bottom)]
    if any(plain is None for plain in plains):
        return
    sides = [[(row, _chip(row, plain)) for row in catalogue] for plain in plains]
    firsts, seconds = ([(row, departs) for row, departs in side if departs is not None] for side in sides)
    of_spec = {spec: [pair for pair in seconds if pair[0]["spec"] == spec] for spec in MEASURES}
    for first, is_first in firsts:
        for second, is_second in of_spec[first["spec"]]:
            if first["product"] == second["product"] or is_first == is_second == ("chip",):
                continue
            departed = is_first + is_second + _measured(first, second, plains[0])
            if departed:
                yield (first, second), departed


def _catalogue(chips: pd.DataFrame, products: pd.DataFrame) -> list[dict]:
    """Figures of the variants on record, in the order of preference."""
    variants = products[products["level"] == "variant"].set_index("product")
    rows = chips[chips["spec"].isin(MEASURES) & chips["product"].isin(variants.index) & (chips["low"] > 0)]
    rows = rows[(rows["spec"] != "throughput_tops") | rows["sparsity"].isin(["dense", "sparse"])]
    order = rows["precision"].map({name: at for at, name in enumerate(_PREFERRED)}).fillna(len(_PREFERRED))
    rows = rows.assign(order=order).sort_values(["order", "sparsity", "product"], kind="stable")
    of_chip = variants.loc[rows["product"]]
    rows = rows.assign(family=of_chip["family"].to_numpy(), maker=of_chip["maker"].to_numpy())
    rows = rows.assign(bits=rows["precision"].map(bit_length))
    kept = ["product", "spec", "precision", "sparsity", "bits", "low", "high", "family", "maker", "label"]
    return rows[[*kept, "source_id", "grade", "basis"]].to_dict("records")


def _plain(address: Address, catalogue: list[dict]) -> dict | None:
    wanted = {column: address.wanted(column) for column in ("product", "spec", "precision", "sparsity")}
    return next((row for row in catalogue if all(row[c] == w for c, w in wanted.items() if w)), None)


def _chip(row: dict, plain: dict) -> Departures | None:
    """What one side departs in by its chip; None for chips of other makers, which are no reading."""
    if row["family"] != plain["family"]:
        return ("chip",) if row["maker"] == plain["maker"] else None
    return ("form",) if row["product"] != plain["product"] else ()


def _measured(first: dict, second: dict, one: dict) -> Departures:
    """What a pair departs in by its measure, and by the rates that it sets side by side."""
    measure = ("measure",) if first["spec"] != one["spec"] else ()
    return (*measure, *_rates(first, second, one)) if first["spec"] == "throughput_tops" else measure


def _rates(first: dict, second: dict, one: dict) -> list[str]:
    departed = []
    plain = one["precision"] or first["precision"]
    formats = {first["precision"], second["precision"]}
    if first["bits"] != second["bits"]:
        departed += ["mixed precision"] if plain in formats else ["mixed precision", "precision"]
    elif formats != {plain}:
        departed.append("precision")
    if first["sparsity"] != second["sparsity"]:
        departed.append("mixed sparsity")
    elif first["sparsity"] == "sparse":
        departed.append("sparse")
    return departed
