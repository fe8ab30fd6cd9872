"""Results on headlines: the key figures, their steps, how they moved between two days, and what each document bears."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.chips.results import chip_prices, equivalence
from analysis.claims.results import claims
from analysis.controls.results import control_status
from analysis.controls.status import TREATMENTS
from analysis.facts import load, sources
from analysis.facts.arguments import Count, Draws
from analysis.facts.errors import AnalysisError, ParameterError, did_you_mean
from analysis.facts.record import Record, result, shared
from analysis.facts.schema import TABLES
from analysis.headlines import moves
from analysis.headlines.steps import NAN, Step, derived, frame, given, modelled
from analysis.revenue import china
from analysis.revenue.results import h20_account
from analysis.runner import revision as revisions
from analysis.runner.processes import processes
from analysis.scenarios import draws as drawing
from analysis.scenarios.inputs import MEASURES
from analysis.scenarios.results import assembled, policies_on_file, scenario_terms
from analysis.shipments import estimates
from analysis.shipments.results import estimated
from analysis.workloads.results import workload_throughput

_DRAWS = 131072  # as the pages have it
_LINE = {"geography": "geography", "geography_basis": "geography_basis", "fiscal_period": "fiscal_period"}


@result
def headlines(record: Record, *, draws: Draws = _DRAWS) -> pd.DataFrame:
    """The suite's key figures: value, interval, what they are about, the weakest grade they need, documents, page.

    Parameters
    ----------
    draws : of what is estimated.

    Returns
    -------
    frame : a row a headline: ``headline, question, about, value, low, high, unit, text`` (of a treatment, whose value
        is its rank), ``as_of, grade`` (of the weakest document it needs), ``basis, page, source_id``. One that is
        unknown by the day has no value and says so in ``about``.

    Examples
    --------
    >>> frame = Record().headlines(draws=1024).set_index("headline")
    >>> round(frame.loc["h20_compute", "value"], 3)
    np.float64(0.15)
    """
    rows = []
    for name, one in HEADLINES.items():
        steps = taken_apart(record, name, draws)
        last = steps[-1] if steps else Step(name, "unknown by this day", "input")
        cells = {column: getattr(last, column) for column in ("about", "value", "low", "high", "unit", "text", "basis")}
        grades = [step.grade for step in steps if step.grade]
        rows.append(
            {"headline": name, "question": one.question, **cells}
            | {"as_of": record.day, "grade": max(grades, default=""), "page": one.page, "source_id": last.source_id}
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    *("headline", "question", "about", "value", "low", "high", "unit", "text", "as_of", "grade", "basis", "page"),
    "source_id",
]


@result
def steps(record: Record, *, headline: str = "", draws: Draws = _DRAWS) -> pd.DataFrame:
    """Each headline taken apart: its inputs with their documents and rivals, and what is derived; the headline is last.

    Parameters
    ----------
    headline : one of them; empty: all.
    draws : of what is estimated.

    Returns
    -------
    frame : a row a step: ``headline, place, step, about, kind`` (input, derived or model), ``value, low, high, unit,
        text, expression`` (arithmetic over earlier steps, or words), ``basis, grade, source_id, locator, others,
        note``.

    Raises
    ------
    ParameterError : a headline that does not exist.

    Examples
    --------
    >>> Record().steps(headline="h20_compute")["step"].tolist()
    ['h20', 'h100', 'h20_compute']
    """
    _refuse_no_headline(headline)
    frames = [frame(name, taken_apart(record, name, draws)) for name in HEADLINES if headline in ("", name)]
    known = [one for one in frames if len(one)]
    return pd.concat(known or frames[:1], ignore_index=True)


@partial(shared, most=32)  # there are more headlines than most work has arguments
def taken_apart(record: Record, name: str, draws: int) -> list[Step]:
    """The steps of one headline; none where it is unknown by the day."""
    return HEADLINES[name].steps(record, name, draws)


def _refuse_no_headline(name: str) -> None:
    if name and name not in HEADLINES:
        listed = ", ".join(HEADLINES)
        raise ParameterError(f"headline: there is no {name!r}. {did_you_mean(name, HEADLINES)}They are: {listed}.")


def _share(grain: str) -> Callable[[Record, str, int], list[Step]]:
    def found(record: Record, name: str, draws: int) -> list[Step]:
        series, geographies = _china(record)
        rows = series[(series["grain"] == grain) & series["share_of_total"].notna()]
        latest = rows[rows["geography_basis"] == "headquarters"]
        latest = latest if len(latest) else rows
        if latest.empty:
            return []
        row = latest.iloc[-1]
        lines = geographies[geographies["fiscal_period"] == row["fiscal_period"]]
        both = lines[(lines["geography"] == china.CHINA) & (lines["geography_basis"] == row["geography_basis"])]
        both = pd.concat([both, lines[lines["geography_basis"] == ""]], ignore_index=True)
        table = record.table("revenue")
        facts = table[(table["company"] == "NVIDIA") & (table["metric"] == "revenue")]
        told = sources.traced(both, facts, _LINE).to_dict("records")
        words = f"by {row['geography_basis']}, {row['fiscal_period']}"
        made = [given(told[0], "china", f"China revenue {words}", "musd")]
        made += [given(told[1], "total", f"total revenue, {row['fiscal_period']}", "musd")]
        return [
            *made,
            derived(
                made,
                name,
                f"China's part of revenue by {row['geography_basis']} in {row['fiscal_period']}",
                "china / total",
                "share",
            ),
        ]

    return found


@shared
def _china(record: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    """China's revenue, and all lines of the geographic tables."""
    table = record.table("revenue")
    return china.china_revenue(table), china.geographies(table)


def _ratio(spec: str, precision: str) -> Callable[[Record, str, int], list[Step]]:
    def found(record: Record, name: str, draws: int) -> list[Step]:
        rated = equivalence(record, chips=("h20-96gb", "h100-sxm"))
        rows = rated[(rated["spec"] == spec) & (rated["precision"] == precision)].set_index("chip_id")
        if not {"h20-96gb", "h100-sxm"} <= {*rows.index} or rows["value"].isna().any():
            return []
        names = {"h20": "h20-96gb", "h100": "h100-sxm"}
        made = [
            given(
                dict(rows.loc[chip]),
                step,
                f"{rows.at[chip, 'label']} of the {record.names[chip]}",
                rows.at[chip, "unit"],
            )
            for step, chip in names.items()
        ]
        return [
            *made,
            derived(made, name, f"{rows['label'].iloc[0]} of an H20 over that of an H100", "h20 / h100", "ratio"),
        ]

    return found


def _decode(record: Record, name: str, draws: int) -> list[Step]:
    rows = workload_throughput(record, chips=("h20-96gb", "h100-sxm"))
    rows = rows[(rows["chip_id"] == "h20-96gb") & (rows["phase"] == "decode")]
    if rows.empty or rows["ratio_low"].isna().all():
        return []
    row = rows.iloc[0]
    ends = {"value": row["ratio"], "low": row["ratio_low"], "high": row["ratio_high"]}
    how = "tokens a second of both chips by the roofline fitted to measured kernels and runs, H20 over H100"
    used = {"source_id": row["source_id"], "grade": _weakest(record, row["source_id"])}
    return [modelled([], ends, name, "decode of an H20 over that of an H100", how, "ratio", **used)]


def _weakest(record: Record, ids: str) -> str:
    """The weakest grade of some documents; empty where there are none."""
    grades = _grades(record)
    return max((grades[one] for one in ids.split("|") if one), default="")


@shared
def _grades(record: Record) -> dict[str, str]:
    return record.documents.set_index("source_id")["grade"].to_dict()


def _price(record: Record, name: str, draws: int) -> list[Step]:
    row = chip_prices(record, chips=("h20-96gb",)).iloc[0]
    if row["low_usd"] != row["low_usd"]:
        return []
    ends = {"low": row["low_usd"], "high": row["high_usd"]}
    how = "nine prices in ten, by all quotations weighted by nearness, grade and stage of the trade"
    used = {"source_id": row["price_source_id"], "grade": row["price_grade"]}
    return [modelled([], ends, name, f"the price of an H20 card in {row['market']}", how, "usd", **used)]


def _units(year: str) -> Callable[[Record, str, int], list[Step]]:
    def found(record: Record, name: str, draws: int) -> list[Step]:
        years, quarters = _h20_units(record, draws)
        rows = years[years["year"] == year]
        if rows.empty or rows["p50"].isna().all():
            return []
        row = rows.iloc[0]
        inside = (quarters["period_end"] >= row["year_start"]) & (quarters["period_start"] <= row["year_end"])
        inside &= quarters["low_musd"].notna()
        made = []
        for each in quarters[inside].to_dict("records"):
            period = each["fiscal_period"].lower()
            ids = {"source_id": each["source_id"], "basis": "derived"}
            ends = {"low": each["low_musd"], "high": each["high_musd"]}
            made.append(
                given(ends | ids, f"revenue_{period}", f"H20 revenue in China, {each['fiscal_period']}", "musd")
            )
            ends = {"low": each["low_usd"], "high": each["high_usd"]}
            made.append(given(ends | ids, f"price_{period}", f"price of an H20, {each['fiscal_period']}", "usd"))
        how = "median and 90% of draws of revenue over price by quarter, melded with published counts"
        ends = {"value": row["p50"], "low": row["p5"], "high": row["p95"]}
        used = {"source_id": row["source_id"], "grade": _weakest(record, row["source_id"])}
        return [*made, modelled(made, ends, name, f"H20 sold in China in {year}", how, "units", **used)]

    return found


@shared
def _h20_units(record: Record, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Units of the H20 by year, and what its quarters rest on."""
    posterior = estimated(record, None, draws, 0)
    cells = estimates.with_counts(posterior, posterior.cells[posterior.cells["product"] == "h20"])
    return estimates.by_year(posterior, record.table("fiscal_periods"), only=["h20"], years=_H20_YEARS), cells


_H20_YEARS = ("2024", "2025")


def _accounted(items: dict[str, str], about: str) -> Callable[[Record, str, int], list[Step]]:
    """The first of some lines of the H20 account less the others on record by the day, each by its best document."""

    def found(record: Record, name: str, draws: int) -> list[Step]:
        account = _account(record)
        lines = account[~account["is_total"].astype(bool) & account["item"].isin(items)]
        lines = lines.sort_values("grade", kind="stable").drop_duplicates("item")
        if next(iter(items)) not in set(lines["item"]):
            return []
        lines = lines.rename(columns={"item": "metric"}).assign(value=lines["amount_musd"])
        facts = record.table("revenue")
        told = sources.traced(lines, facts, {"metric": "metric", "fiscal_period": "fiscal_period"})
        made = [
            given(
                row, items[row["metric"]], f"{row['account']}: {_spaced(row['metric'])}, {row['fiscal_period']}", "musd"
            )
            for row in told.to_dict("records")
        ]
        return [*made, derived(made, name, about, " - ".join(one.step for one in made), "musd")]

    return found


@shared
def _account(record: Record) -> pd.DataFrame:
    return h20_account(record)


def _h200(record: Record, name: str, draws: int) -> list[Step]:
    account = _account(record)
    lines = account[(account["account"] == "H200 sold in China") & ~account["is_total"].astype(bool)]
    if lines.empty:
        return []
    made = []
    for row in lines.assign(value=lines["amount_musd"]).to_dict("records"):
        period = row["fiscal_period"]
        made.append(given(row, f"sold_{period.lower()}", f"H200 sold in China, {period}", "musd"))
    total = " + ".join(one.step for one in made)
    span = f"{lines['fiscal_period'].iloc[0]} to {lines['fiscal_period'].iloc[-1]}"
    return [*made, derived(made, name, f"H200 sold in China in {span}", total, "musd")]


def _spaced(item: str) -> str:
    return item.replace("h20", "H20").replace("_", " ")


def _over_line(record: Record, name: str, draws: int) -> list[Step]:
    row = _status(record).loc["b30a"]
    if row["binding_value"] != row["binding_value"]:
        return []
    thresholds = record.table("control_thresholds")
    rule = {"R9-DENY": "R9-CASEBYCASE"}.get(row["rule_id"], row["rule_id"])
    line = thresholds[(thresholds["rule_id"] == rule) & (thresholds["quantity"] == row["binding_quantity"])]
    line = line.iloc[0].to_dict() if len(line) else {}
    what = str(row["binding_quantity"]).upper()
    chip = {"low": row["binding_value_low"], "high": row["binding_value"]}
    rated = equivalence(record, chips=("b30a",))
    rated = rated[(rated["chip_id"] == "b30a") & (rated["spec"] == "throughput_tops")]
    ids = "|".join(dict.fromkeys(part for text in rated["source_id"] for part in text.split("|")))
    made = [given(chip, "b30a", f"{what} of a B30A", "tpp", source_id=ids, grade=max(rated["grade"], default=""))]
    made += [given(line | {"value": float(row["binding_threshold"])}, "line", f"line of {rule}", "tpp")]
    return [
        *made,
        derived(made, name, f"{what} of a B30A over the line above which a licence is denied", "b30a / line", "ratio"),
    ]


@shared
def _status(record: Record) -> pd.DataFrame:
    return control_status(record, chip=("h20-96gb", "b30a")).set_index("chip_id")


def _treatment(record: Record, name: str, draws: int) -> list[Step]:
    row = _status(record).loc["h20-96gb"]
    if row["treatment"] not in TREATMENTS:
        return []
    rules = record.table("control_rules")
    rule = rules[rules["rule_id"] == row["rule_id"]]
    told = rule.iloc[0].to_dict() if len(rule) else {}
    about = f"treatment of an H20 for China on {record.day}"
    rank = {"value": float(TREATMENTS.index(row["treatment"]))}
    return [given(told | rank, name, about, "rank of treatment", text=row["treatment"])]


def _scenario(record: Record, name: str, draws: int) -> list[Step]:
    made = assembled(record, _POLICY) if _POLICY in policies_on_file(record) else None
    if made is None:
        return []
    used = []
    for term in scenario_terms(record, policies=(_POLICY,)).to_dict("records"):
        if term["variable"].rpartition(": ")[2] in _NOT_OF_REVENUE:
            continue
        cells = {"value": term["central"], "low": term["low"], "high": term["high"], "basis": term["basis"]}
        cells |= {"source_id": term["source_id"], "grade": _weakest(record, term["source_id"])}
        used.append(given(cells, _word(term["variable"]), term["about"], term["unit"]))
    drawn = drawing.drawn(made, min(draws, _MOST_OF_A_SCENARIO), 0, ("revenue",))
    found = drawing.summary(made.policy, drawn)
    row = found[found["period_is"] == "year"].iloc[0]
    ends = {"value": row["p50"], "low": row["p5"], "high": row["p95"]}
    how = "median and 90% of draws of all inputs"
    return [
        *used,
        modelled(used, ends, name, f"NVIDIA's revenue from H200 as licensed in {row['period']}", how, "musd"),
    ]


_POLICY = "h200-as-licensed"
_NOT_OF_REVENUE = {*MEASURES, *drawing.COUNTRY, "cost", "grey_premium"}
_MOST_OF_A_SCENARIO = 65536  # as page 06 has it


def _word(variable: str) -> str:
    return variable.replace(": ", "_").replace("-", "_")


class Headline(NamedTuple):
    """A key figure: its question, its page, and how it is taken apart."""

    question: str
    page: str
    steps: Callable[[Record, str, int], list[Step]]


HEADLINES = {
    "china_share_year": Headline("How much of NVIDIA's revenue is China?", "04_china_revenue", _share("year")),
    "china_share_quarter": Headline("And in the latest quarter?", "04_china_revenue", _share("quarter")),
    "h20_not_delivered": Headline(
        "How much H20 was ordered and could not be delivered?",
        "04_china_revenue",
        _accounted({"h20_unshipped": "unshipped"}, "H20 that could not be shipped in the quarter of the rule"),
    ),
    "h20_charge": Headline(
        "What did the rule of April 2025 cost in stock written down?",
        "04_china_revenue",
        _accounted(
            {"h20_charge": "charge", "h20_reserve_release": "release"},
            "the H20 charge less what was released",
        ),
    ),
    "h200_sold": Headline("How much H200 was sold under the licences?", "04_china_revenue", _h200),
    "h20_units_2024": Headline("How many H20 went to China in 2024?", "05_shipments", _units(_H20_YEARS[0])),
    "h20_units_2025": Headline("And in 2025?", "05_shipments", _units(_H20_YEARS[1])),
    "h20_price": Headline("What does an H20 cost in China?", "01_chip_specs", _price),
    "h20_compute": Headline(
        "How much of an H100's compute has an H20?", "01_chip_specs", _ratio("throughput_tops", "fp8")
    ),
    "h20_bandwidth": Headline("And of its bandwidth?", "01_chip_specs", _ratio("memory_bandwidth_gb_s", "")),
    "h20_decode": Headline("What is an H20 worth at work?", "03_workloads", _decode),
    "h20_treatment": Headline("May an H20 be sold to China?", "02_export_controls", _treatment),
    "b30a_over_line": Headline("How far is a B30A over the line?", "02_export_controls", _over_line),
    "h200_scenario": Headline("What would H200 as licensed bring?", "06_scenarios", _scenario),
}


@result
def headline_changes(
    record: Record,
    *,
    since: date | None = None,
    until: date | None = None,
    struck: tuple[str, ...] = (),
    headline: str = "h20_compute",
    divided: bool = True,
    draws: Draws = _DRAWS,
) -> pd.DataFrame:
    """How each headline moved between two days and why: new or revised facts, rules, method, the day, sources struck.

    Parameters
    ----------
    since, until : the two days; by default ninety days before the record's day (no day before, where sources are
        struck), and that day.
    struck : sources that are struck on the later side alone.
    headline : one of them; empty: all, which takes half a minute.
    divided : divide each change among its causes; ``no``: name the groups whose documents the headline rests on, which
        is quick.
    draws : of what is estimated.

    Returns
    -------
    frame : a row a headline that moved and a group of causes: ``headline, about, since, until, before, after`` (the
        value, or where there is none the upper end), ``text_before, text_after`` (of a treatment), ``unit, group,
        contribution`` (Shapley value: the contributions add up to the change; NaN where a side or a world between is
        unknown), ``why``, ``source_id`` (the documents of the group that the headline then rests on). A headline that
        did not move has no row.

    Raises
    ------
    ParameterError : days in the wrong order, or on which nothing was or can be known; sources that do not exist.

    Examples
    --------
    >>> Record().headline_changes(since="2026-11-24", until="2026-11-25")["headline"].tolist()
    []
    """
    _refuse_no_headline(headline)
    last = pd.Timestamp(until or record.day)
    recent = last if struck else max(last - pd.Timedelta(days=moves.RECENT), load.span()[0])
    first = pd.Timestamp(since) if since else recent
    if since is None and first == last and not struck:
        return pd.DataFrame(columns=_CHANGE_COLUMNS)  # nothing was known before
    if first > last or (first == last and not struck):
        raise ParameterError(f"since: {first:%Y-%m-%d} is not before until {last:%Y-%m-%d}. Swap them.")
    worlds = _Worlds(record, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", (*record.without, *struck), draws)
    rows = []
    for name in [headline] if headline else HEADLINES:
        before, after = _last(worlds.old, name, draws), _last(worlds.new, name, draws)
        if not _differs(before, after):
            continue
        known = after or before
        cells = {"headline": name, "about": known.about, "since": worlds.old.day, "until": worlds.new.day}
        cells |= {"before": _number(before), "after": _number(after)}
        cells |= {"text_before": before.text if before else "", "text_after": after.text if after else ""}
        shares, why = worlds.shares(name, before, after) if divided else (worlds.named(name), "not divided")
        rows += [
            cells | {"unit": known.unit, "group": group, "contribution": share, "why": why}
            | {"source_id": "|".join(worlds.causes(name, group))}
            for group, share in shares.items()
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=_CHANGE_COLUMNS)


_CHANGE_COLUMNS = [
    *("headline", "about", "since", "until", "before", "after", "text_before", "text_after", "unit", "group"),
    *("contribution", "why", "source_id"),
]


class _Worlds:
    """Records between two days, with some groups of what became known in between and without the others."""

    def __init__(self, record: Record, since: str, until: str, without: tuple[str, ...], draws: int) -> None:
        self.old, self.new = record.at(since), record.at(until, without)
        self.whole, self.draws = record.at(until), draws
        self._rows: dict[str, tuple[pd.DataFrame, pd.Series]] = {}
        self._records: dict[frozenset, Record] = {}

    def shares(self, name: str, before: Step | None, after: Step | None) -> tuple[dict[str, float], str]:
        """What each group contributed to the change of a headline, and why that cannot be said where it cannot."""
        players = self._effective(name, self.players(name))
        if before is not None and after is not None:
            shares = moves.shapley(players, lambda present: _number(self._step(name, present)))
            shares = {group: share for group, share in shares.items() if share != 0}
            return shares, "a step between is unknown" if any(share != share for share in shares.values()) else ""
        everything = frozenset(players)
        needed = [
            one for one in players if _differs(self._step(name, everything), self._step(name, everything - {one}))
        ]
        return dict.fromkeys(needed or players, NAN), "was unknown" if before is None else "became unknown"

    def named(self, name: str) -> dict[str, float]:
        """The groups whose documents a headline rests on; the day where there are none."""
        groups = [group for group in self.players(name) if self.causes(name, group)]
        return dict.fromkeys(groups or [moves.DAY], NAN)

    def players(self, name: str) -> list[str]:
        """The groups that have a row in a table that the headline read on either side."""
        read = self._read(name)
        there = {group for table in read for group in set(self.rows(table)[1])} - {""}
        there |= {moves.DAY} if self.old.day != self.new.day else set()
        there |= {moves.STRUCK} if self.new.without != self.old.without else set()
        return [group for group in moves.GROUPS if group in there]

    def _effective(self, name: str, players: list[str]) -> list[str]:
        """The groups that matter: the others change nothing, neither alone nor to what these do."""
        everything, nothing = (self._step(name, frozenset(present)) for present in (players, ()))
        matter = [one for one in players if _differs(everything, self._step(name, frozenset(players) - {one}))]
        rest = frozenset(players) - {*matter}
        is_whole = not _differs(everything, self._step(name, frozenset(matter)))
        return matter if is_whole and not _differs(nothing, self._step(name, rest)) else players

    def _read(self, name: str) -> list[str]:
        read = read_by(self.whole, name, self.draws) | read_by(self.old, name, self.draws)
        return sorted(table for table in read if TABLES[table].has_sources)

    def rows(self, table: str) -> tuple[pd.DataFrame, pd.Series]:
        """A table as of the later day, and the group of each row."""
        if table not in self._rows:
            frame = self.whole.table(table)
            group = moves.grouped(table, frame, TABLES[table].key, pd.Timestamp(self.old.day))
            self._rows[table] = frame, group
        return self._rows[table]

    def _step(self, name: str, present: frozenset) -> Step | None:
        """The headline where only these groups are there."""
        if present not in self._records:
            struck = self.new.without if moves.STRUCK in present else self.old.without
            base = self.whole if moves.DAY in present else self.old
            tables = {}
            for table in [one for one, declared in TABLES.items() if declared.has_sources]:
                frame, group = self.rows(table)
                kept = frame[group.isin(["", *present]) & ~frame["source_id"].isin(list(struck))]
                if len(kept) != len(base.table(table)):
                    tables[table] = kept.reset_index(drop=True)
            self._records[present] = base.with_tables(tables, [one for one in struck if one not in base.without])
        return _last(self._records[present], name, self.draws)

    def causes(self, name: str, group: str) -> list[str]:
        """The documents of a group that the headline rests on, on the later side or, where unknown there, before."""
        if group == moves.STRUCK:
            return [one for one in self.new.without if one not in self.old.without]
        found = taken_apart(self.new, name, self.draws) or taken_apart(self.old, name, self.draws)
        used = dict.fromkeys(each for step in found for each in step.source_id.split("|"))
        named = {
            each for frame, groups in map(self.rows, self._read(name)) for each in frame["source_id"][groups == group]
        }
        return [each for each in used if each in named]


def read_by(record: Record, name: str, draws: int) -> frozenset[str]:
    """The tables that a headline reads."""
    return record.read_by(taken_apart, name, draws)


def _last(record: Record, name: str, draws: int) -> Step | None:
    found = taken_apart(record, name, draws)
    return found[-1] if found else None


def _number(step: Step | None) -> float:
    if step is None:
        return NAN
    return step.value if step.value == step.value else step.high


def _differs(one: Step | None, other: Step | None) -> bool:
    if one is None or other is None:
        return one is not other
    ends = [(getattr(one, end), getattr(other, end)) for end in ("value", "low", "high")]
    return one.text != other.text or any(not _alike(a, b) for a, b in ends)


def _alike(one: float, other: float) -> bool:
    return (one != one and other != other) or abs(one - other) <= _ROUNDING * max(abs(one), abs(other))


_ROUNDING = 1e-4  # less than what any page prints


@result
def revision_headlines(record: Record, *, revision: str = "", draws: Draws = _DRAWS) -> pd.DataFrame:
    """The headlines by the data of an earlier revision of the project and today's code, beside today's.

    Parameters
    ----------
    revision : a tag, branch or commit; empty: none, and no row.
    draws : of what is estimated.

    Returns
    -------
    frame : a row a headline that differs or cannot be computed: ``headline, about, then, low_then, high_then, now,
        low_now, high_now, unit, text_then, text_now, why`` (empty, or what its data lack), ``source_id`` (today's).

    Raises
    ------
    ParameterError : this is no clone, git is not there, no such revision, or one without ``data/``.

    Examples
    --------
    >>> Record().revision_headlines().empty
    True
    """
    rows = []
    with revisions.unpacked(revision) if revision else nullcontext() as then:
        before = _by_the_data_of(then / "data", record, draws) if then else {}
    for name, (old, why) in before.items():
        new = _last(record, name, draws)
        if why or _differs(old, new):
            known = new or old
            row = {"headline": name, "about": known.about if known else "unknown", "unit": known.unit if known else ""}
            for end, step in (("then", old), ("now", new)):
                row |= {end: _number(step), f"text_{end}": step.text if step else ""}
                row |= {f"low_{end}": step.low if step else NAN, f"high_{end}": step.high if step else NAN}
            rows.append(row | {"why": why, "source_id": new.source_id if new else ""})
    return pd.DataFrame(rows, columns=_REVISION_COLUMNS)


_REVISION_COLUMNS = [
    *("headline", "about", "then", "low_then", "high_then", "now", "low_now", "high_now", "unit", "text_then"),
    *("text_now", "why", "source_id"),
]


def _by_the_data_of(folder: Path, record: Record, draws: int) -> dict[str, tuple[Step | None, str]]:
    with processes(1, "analysis.results") as pool:
        return pool.submit(_in_another_folder, folder, type(record), draws).result()


def _in_another_folder(folder: Path, kind: type[Record], draws: int) -> dict[str, tuple[Step | None, str]]:
    """Each headline by the tables of another folder, or why it cannot be computed; in a process of its own."""
    load.DATA = folder
    found = {}
    for name in HEADLINES:
        try:
            found[name] = _last(kind(), name, draws), ""
        except AnalysisError as error:
            told = [f"{fault.where}: {_FIRST.match(fault.problem).group()}" for fault in error.faults[:_FAULTS_TOLD]]
            found[name] = None, "; ".join(told)
        except (LookupError, ValueError, TypeError) as error:
            found[name] = None, f"today's code cannot read these data ({type(error).__name__}: {error})"
    return found


_FAULTS_TOLD = 3
_FIRST = re.compile(r"[^.]*\.?")  # sentence of a fault: the next ones say what to do


@result
def revision_cells(record: Record, *, revision: str = "") -> pd.DataFrame:
    """What our own notebooks showed at an earlier revision of the project and show otherwise now, cell by cell.

    Parameters
    ----------
    revision : as in `revision_headlines`.

    Returns
    -------
    frame : a row a code cell whose stored output differs: ``notebook, cell`` (counted from 1), ``then, now`` (the first
        line of text that differs), ``lines`` (how many), ``reason``: data, code, or data and code, by which of them has
        changed since (where both have, they are not told apart).

    Raises
    ------
    ParameterError : as in `revision_headlines`.

    Examples
    --------
    >>> Record().revision_cells().empty
    True
    """
    rows = []
    with revisions.unpacked(revision) if revision else nullcontext() as then:
        if then:
            data, code = bool(revisions.changed_tables(then)), revisions.is_code_changed(then)
            for row in revisions.cells(then):
                is_code = code or not row.pop("is_same_source")
                causes = ["data"] * data + ["code"] * is_code
                rows.append(row | {"reason": " and ".join(causes) or "libraries"})
    return pd.DataFrame(rows, columns=["notebook", "cell", "then", "now", "lines", "reason"])


@result
def impact(
    record: Record, *, source: str = "nvda-10k-fy2026", verdicts: bool = False, jobs: Count = 1, draws: Draws = _DRAWS
) -> pd.DataFrame:
    """Strike a document: every headline and status that moves, and by how much.

    Parameters
    ----------
    source : the document to strike; empty: every one, one at a time, of which the headlines are told.
    verdicts : whether to audit the claims again as well, which takes a minute.
    jobs : processes that share the documents.
    draws : of what is estimated.

    Returns
    -------
    frame : a row for each that moves: ``source_id, kind`` (headline, status or verdict), ``what, before, after``
        (the value, or where there is none the upper end), ``low_before, high_before, low_after, high_after,
        change_share, unit, text_before, text_after, is_alone`` (nothing is left without it). What moves by less than a
        ten-thousandth did not move.

    Raises
    ------
    ParameterError : a document that does not exist.

    Examples
    --------
    >>> Record().impact(source="nvda-10k-fy2026", draws=1024)["what"].iloc[0]
    'china_share_year'
    """
    if not source:
        return _impacts(_of_all(record, draws, jobs))
    record.at(record.as_of, (*record.without, source))  # refuses what does not exist
    if not record.has(source):
        return _impacts([])
    rows = _struck(record, [source], draws)
    return _impacts(rows + _statuses(record, source) + (_verdicts(record, source) if verdicts else []))


def _of_all(record: Record, draws: int, jobs: int) -> list[dict]:
    """What moves without each document that a headline has read, one at a time."""
    known = [name for name in HEADLINES if taken_apart(record, name, draws)]
    read = {table for name in known for table in read_by(record, name, draws)}
    documents = moves.cited({table: record.table(table) for table in read})
    if jobs == 1:
        return _struck(record, documents, draws)
    parts = [documents[at::jobs] for at in range(jobs)]
    with processes(jobs, "analysis.results") as pool:
        made = [
            pool.submit(_struck_elsewhere, type(record), record.as_of, record.without, part, draws) for part in parts
        ]
        return [row for one in made for row in one.result()]


def _struck_elsewhere(
    kind: type[Record], as_of: str | None, without: tuple[str, ...], documents: list[str], draws: int
) -> list[dict]:
    """`_struck` in another process."""
    return _struck(kind(as_of, without), documents, draws)


def _struck(record: Record, documents: list[str], draws: int) -> list[dict]:
    """What moves without each document; whatever does not read its rows is taken over from the record."""
    known = {name: step for name in HEADLINES if (step := _last(record, name, draws))}
    rows = []
    for source in documents:
        world = record.struck(source)
        found = {name: _last(world, name, draws) for name in known}
        rows += [
            _impact(source, name, known[name], then) for name, then in found.items() if _differs(known[name], then)
        ]
    return rows


def _impacts(rows: list[dict]) -> pd.DataFrame:
    frame_of = pd.DataFrame(rows, columns=_IMPACT_COLUMNS)
    return frame_of.sort_values(["source_id", "kind", "what"], kind="stable", ignore_index=True)


_IMPACT_COLUMNS = [
    *("source_id", "kind", "what", "before", "after", "low_before", "high_before", "low_after", "high_after"),
    *("change_share", "unit", "text_before", "text_after", "is_alone"),
]


def _impact(source: str, what: str, now: Step, then: Step | None) -> dict:
    before, after = _number(now), _number(then)
    ends = {"low_before": now.low, "high_before": now.high}
    ends |= {"low_after": then.low, "high_after": then.high} if then else {}
    return {
        "source_id": source, "kind": "headline", "what": what, "before": before, "after": after, **ends,
        "change_share": after / before - 1 if before else NAN, "unit": now.unit, "text_before": now.text,
        "text_after": then.text if then else "", "is_alone": then is None,
    }  # fmt: skip


@shared
def _treatments(record: Record) -> pd.Series:
    return control_status(record).set_index("chip_id")["treatment"]


def _statuses(record: Record, source: str) -> list[dict]:
    before = _treatments(record)
    after = _treatments(record.struck(source))
    return [
        _worded(source, "status", chip, before[chip], after.get(chip, "unknown"))
        for chip in before.index
        if before[chip] != after.get(chip, "unknown")
    ]


def _verdicts(record: Record, source: str) -> list[dict]:
    struck = record.struck(source)
    before, after = (claims(one).set_index("claim_id")["verdict"] for one in (record, struck))
    return [
        _worded(source, "verdict", claim, before[claim], after[claim])
        for claim in before.index.intersection(after.index)
        if before[claim] != after[claim]
    ]


def _worded(source: str, kind: str, what: str, before: str, after: str) -> dict:
    words = {"text_before": before, "text_after": after, "is_alone": after in ("unknown", "unverifiable")}
    return {"source_id": source, "kind": kind, "what": what} | words
