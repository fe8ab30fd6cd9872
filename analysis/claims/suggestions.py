"""Checks suggested for claims that have none: from a claim like it, or from the table of metrics.

A suggestion is made only where the metric is recognised, by name or alias and by unit. It comes as candidates: the
plain meaning first, then readings that the words leave open (another variant, precision or sparsity, the fiscal year
for the calendar one, headquarters for billing). The audit takes the first that gives the number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.facts import fiscal, names
from analysis.facts.schema import days, is_partial_date

CELLS = ["check", "fact", "against", "how", "other"]
_PRECISIONS = ("fp8", "bf16|fp16|16bit", "int8", "fp4", "tf32", "fp32", "fp64", "fp64_tensor")
_NAMED = re.compile(r"(?i)(?<![a-z0-9])(fp4|fp6|fp8|fp16|bf16|tf32|fp32|fp64|int8)(?![a-z0-9])")
CUT = re.compile(
    r"(?i)\bcut|less|lower|fewer|slower|below|behind|reduc|discount|削减|削減|缩减|減少|减少|降低|低于|低(?=[0-9约約])|少了|砍"
)
GAIN = re.compile(
    r"(?i)more than the|higher|faster|above|gain|increase|growth|grew|rose|up \d|fell|down|drop|"
    "高出|提升|增长|增加|同比|环比"
)
_PARTS = re.compile(r"[0-9]\s?(%|percent|per cent|times|倍)")  # of several, the words tell only which is meant
_BEFORE = re.compile(r"(?i)sequential|quarter.on.quarter|previous quarter|环比|季減|季增")
_TOTAL = "revenue: company=NVIDIA; metric=revenue; geography=Total; {period}"


@dataclass(frozen=True)
class Candidate:
    """A check that a claim may have; ``reading`` says what it takes for granted, empty for the plain meaning.

    ``is_firm`` : whether a record that says otherwise contradicts the claim, before anybody has confirmed the check.
    """

    cells: dict[str, str]
    reading: str = ""
    is_firm: bool = False


@dataclass(frozen=True)
class Guide:
    """What suggestions are made from: the tables ``claims``, ``claim_metrics``, ``products, fiscal_periods, units``."""

    examples: pd.DataFrame
    metrics: pd.DataFrame
    products: pd.DataFrame
    calendar: pd.DataFrame
    units: pd.DataFrame

    def printed(self, unit: str) -> set[str]:
        """All units that a figure in one of them may be printed in as well: millions of chips for chips."""
        same = self.units.loc[self.units["unit"] == unit, "canonical_unit"]
        return {unit, *self.units.loc[self.units["canonical_unit"].isin(same), "unit"]}


def candidates(claim: dict, guide: Guide) -> list[Candidate]:
    """The checks that a claim may have, the plain one first; none where `lacking` says what is missing.

    Parameters
    ----------
    claim : a row of a ledger without a check.
    guide : what suggestions are made from.
    """
    if claim["checkable"] != "numeric":
        return []
    same = guide.examples[guide.examples["check"] != ""]
    for name in ("metric", "unit", "subject", "counterparty", "period_start", "period_end"):
        same = same[same[name] == claim[name]]
    if len(same):
        return [Candidate({cell: same.iloc[0][cell] for cell in CELLS}, is_firm=True)]
    metric, claim = recognised(claim, guide), _in_days(claim)
    if not metric:
        return []
    if metric["about"] == "chip":
        return list(_of_chips(claim, metric, guide.products))
    return list(_filled(claim, metric, guide.products, guide.calendar))


def lacking(claim: dict, guide: Guide) -> str:
    """What a claim of a figure does not tell, so that no check can be suggested for it; empty where that is not why."""
    metric = recognised(claim, guide)
    if not metric:
        named = guide.metrics[guide.metrics["metric"] == claim["metric"]]
        if named.empty:
            return "its metric is none of those that `audit --explain` lists"
        return f"its unit is none of {named['units'].iloc[0].replace('|', ', ')}, in which its metric is on record"
    is_of_chip = "{product}" in metric["fact"] or metric["about"] == "chip"
    if is_of_chip and not names.found(claim["subject"], guide.products):
        return "its subject is no chip on record"
    if metric["about"] == "chip":
        is_beside = claim["unit"] in ("percent", "ratio") and not names.found(claim["counterparty"], guide.products)
        return "it tells no counterparty, the chip that it is measured by" if is_beside else ""
    told = _in_days(claim)
    if "{period}" in metric["fact"] and not list(_periods(told, guide.calendar)):
        return "its period is no fiscal one: fill in period_start and period_end, as the table fiscal_periods has them"
    if "{days}" in metric["fact"] and not (told["period_start"] and told["period_end"]):
        return "it tells no period: fill in period_start and period_end"
    return ""


def _in_days(claim: dict) -> dict:
    """A claim whose period is told in whole days: a year from its first to its last."""
    start, end = claim["period_start"], claim["period_end"]
    if is_partial_date(start):
        end = end or ("" if len(start) == 10 else start)
        start = f"{days(start)[0]:%Y-%m-%d}"
    if is_partial_date(end):
        end = f"{days(end)[1]:%Y-%m-%d}"
    return claim | {"period_start": start, "period_end": end}


def recognised(claim: dict, guide: Guide) -> dict[str, str]:
    """The metric of a claim: by its name, or the longest alias in its words; empty where none fits the unit."""
    words = names.plain(claim["metric"].replace("_", " "))
    is_part = claim["unit"] in ("percent", "ratio", "percentage points")
    best: tuple[int, dict[str, str]] = (0, {})
    printed = guide.printed(claim["unit"])
    for row in guide.metrics.to_dict("records"):
        fits = bool(printed & set(row["units"].split("|"))) or (is_part and row["about"] in ("chip", "company"))
        for alias in (row["metric"], *row["aliases"].split("|")) if fits else ():
            plain = names.plain(alias)
            weight = 1000 if plain == words else len(plain) if plain and plain in words else 0
            if weight > best[0]:
                best = weight, row
    return best[1]


def chip(name: str, products: pd.DataFrame) -> str:
    """The variant that a name means: of a family the first; empty if none."""
    members = names.variants(names.found(name, products), products)
    return members[0] if members else ""


def _of_chips(claim: dict, metric: dict, products: pd.DataFrame) -> Iterator[Candidate]:
    """One chip's figure, or two chips beside one another; other variants, precisions and sparse rates are readings."""
    said = f"{claim['metric'].replace('_', ' ')} {claim['claim']}"
    named = [f"{one.lower()}" for one in dict.fromkeys(_NAMED.findall(said))]
    named = ["bf16|fp16|16bit" if one in ("fp16", "bf16") else one for one in named]
    ones, others = (names.variants(names.found(claim[c], products), products) for c in ("subject", "counterparty"))
    if not ones:
        return
    fact = metric["fact"]
    precisions = dict.fromkeys(named or _PRECISIONS) if "{precision}" in fact else {"": None}
    if claim["unit"] in ("percent", "ratio"):
        if others:
            told = said if len(_PARTS.findall(said)) < 2 else claim["metric"].replace("_", " ")
            kind = "cut" if CUT.search(told) else "change" if GAIN.search(told) else "ratio"
            sides = [
                fact.format(chip=side[0], precision=next(iter(precisions)).split("|")[0]) for side in (ones, others)
            ]
            yield Candidate(_cells(kind, *sides), is_firm=not named or len(named) == 1)
        return
    for pattern, sparse in ((fact, ""), (metric["other"], "sparse rates")):
        for precision in precisions if pattern else ():
            for one in ones:
                told = [one] if one != ones[0] else []
                told += [sparse] if sparse else []
                told += (
                    [precision.removesuffix("|16bit").replace("|", " or ")]
                    if precision and not named and precision != "fp8"
                    else []
                )
                address = pattern.format(chip=one, precision=precision)
                yield Candidate(_cells("lookup", address), ", ".join(told), is_firm=True)


def _filled(claim: dict, metric: dict, products: pd.DataFrame, calendar: pd.DataFrame) -> Iterator[Candidate]:
    """A metric of a company, a product or the law, its slots filled from the columns of the claim."""
    periods = [("", "")]
    if "{period}" in metric["fact"]:
        periods = list(_periods(claim, calendar))
    for pattern, second in ((metric["fact"], ""), (metric["other"], "another meaning of the words")):
        for period, as_fiscal in periods if pattern else ():
            address = _address(pattern, claim, period, products)
            if address is None:
                continue
            cells = _of_revenue(claim, metric, address, period)
            reading = ", ".join(filter(None, (as_fiscal, _second(pattern) or second if second else "")))
            is_firm = bool(period) and not as_fiscal
            if cells:
                yield Candidate(cells, reading, is_firm)


def _second(pattern: str) -> str:
    return "by headquarters" if "headquarters" in pattern else ""


def _of_revenue(claim: dict, metric: dict, address: str, period: str) -> dict[str, str]:
    """The check of a figure, or of a part or a growth of it where that is what the unit says."""
    if claim["unit"] != "percent" or ("percent" in metric["units"].split("|") and "metric=revenue;" not in address):
        return _cells("lookup", address)
    said = f"{claim['metric'].replace('_', ' ')} {claim['claim']}"
    if "revenue" in metric["metric"] and GAIN.search(said) and period:
        before = fiscal.quarter_before(period) if _BEFORE.search(said) else fiscal.year_before(period)
        return _cells("change", address, address.replace(f"fiscal_period={period}", f"fiscal_period={before}"))
    if metric["metric"] == "revenue_china" and period:
        return _cells("share", address, _TOTAL.format(period=f"fiscal_period={period}"))
    return {}


def _periods(claim: dict, calendar: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """The fiscal period that a claim tells, and what is taken for granted: the fiscal year for a calendar one."""
    start, end = claim["period_start"], claim["period_end"]
    exact = fiscal.name_of(start, end, calendar) if start and end else ""
    if not exact and end and not start:
        closes = calendar.loc[calendar["period_end"] == end, "fiscal_period"]
        exact = next(iter(closes), "")
    if exact:
        yield exact, ""
    elif re.fullmatch(r"20\d\d(-01(-01)?)?", start) and (end or start)[:4] == start[:4]:
        year = f"FY{int(start[:4]) + 1}"
        if year in set(calendar["fiscal_period"]) and (not end or end[4:] in ("", "-12", "-12-31")):
            yield year, f"{year} for the year {start[:4]}"


def _address(pattern: str, claim: dict, period: str, products: pd.DataFrame) -> str | None:
    """An address with its slots filled; None where the claim does not tell what a slot needs."""
    product = names.found(claim["subject"], products)
    slots = {"period": f"fiscal_period={period}" if period else ""}
    slots["product"] = "|".join(dict.fromkeys([product, *names.variants(product, products)])) if product else ""
    slots["day"] = claim["period_start"] if claim["period_start"] == claim["period_end"] else claim["claimed_on"]
    start, end = claim["period_start"], claim["period_end"]
    slots["days"] = f"period_start={start}; period_end={end}" if start and end else ""
    slots["buyer"] = f"buyer={claim['counterparty']}" if claim["counterparty"] not in ("", "China") else "buyer=all"
    slots["currency"] = "cny per unit" if claim["unit"] == "CNY" else "usd per unit"
    needed = re.findall(r"\{(\w+)\}", pattern)
    return pattern.format(**slots) if all(slots.get(name) for name in needed) else None


def _cells(check: str, fact: str, against: str = "") -> dict[str, str]:
    return dict.fromkeys(CELLS, "") | {"check": check, "fact": fact, "against": against}
