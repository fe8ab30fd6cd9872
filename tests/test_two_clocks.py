"""No result looks ahead: what is published later must not change what was known on a day.

The day on which a row became public is worked out here from the files, apart from `analysis.facts.load`: its own
``published_on``, else that of its source, else the day its source was recorded; a partial date from its last day.
"""

import calendar
import random
import re
from functools import cache

import pandas as pd
import pytest

from analysis import catalogue
from analysis.facts import load
from analysis.facts.schema import TABLES
from analysis.results import Record
from analysis.scenarios.results import policies_on_file

FACTS = [name for name, declared in TABLES.items() if declared.has_sources]
EDGES = ["2023-11-17", "2025-04-17"]  # the October 2023 rule in force; two days after the H20 licence rule
CHEAP = {"draws": 1024}  # what is known on a day is the same of few draws
DRAWN = pd.Timestamp("2018-02-07"), pd.Timestamp("2026-11-22")


def drawn(count: int) -> list[str]:
    days = random.Random(20260821).sample(range((DRAWN[1] - DRAWN[0]).days), count)
    return [f"{DRAWN[0] + pd.Timedelta(days=day):%Y-%m-%d}" for day in sorted(days)]


OFTEN = [*EDGES, *drawn(3)]
DAYS = [*OFTEN, *(pytest.param(day, marks=pytest.mark.slow) for day in drawn(12) if day not in OFTEN)]


def results(record: Record) -> dict[str, pd.DataFrame]:
    """Every named result of a record, by its name."""
    return {name: result_of(record, name) for name in catalogue.results()}


def result_of(record: Record, name: str) -> pd.DataFrame:
    asked = {option: given for option, given in CHEAP.items() if option in catalogue.results()[name].parameters}
    return record.get(name, asked)


@cache
def known_by(day: str) -> dict[str, pd.DataFrame]:
    """Every named result of the data as it stands, as of a day: worked out once for the tests of that day."""
    return results(Record(day))


def last_day(partial: str) -> str:
    year, _, rest = partial.partition("-")
    if not rest or rest.startswith("Q"):
        month = 3 * int(rest[1]) if rest else 12
    elif len(rest) == 2:
        month = int(rest)
    else:
        return partial
    return f"{year}-{month:02}-{calendar.monthrange(int(year), month)[1]}"


def as_known_on(data_copy, day: str) -> None:
    """Delete every fact that was published after the day."""
    header, *rows = data_copy.rows("sources")
    sources = {row[0]: dict(zip(header, row, strict=True)) for row in rows}

    def was_public(row: dict[str, str]) -> bool:
        source = sources[row["source_id"]]
        published = row.get("published_on") or source["published_on"] or source["recorded_on"]
        return last_day(published) <= day

    for name in FACTS:
        data_copy.keep(name, was_public)
    for view in [*(data_copy.folder / "positions").rglob("*.yml"), *(data_copy.folder / "runs").glob("*.yml")]:
        text = view.read_text(encoding="utf-8")
        named = re.findall(r"source_id: ([a-z0-9-]+)", text)
        named += re.findall(r"[a-z0-9-]+", "".join(re.findall(r"^source_ids: \[(.*)\]", text, re.MULTILINE)))
        if not all(was_public({"source_id": source}) for source in named):
            view.unlink()


@pytest.mark.parametrize(
    ("partial", "day"),
    [
        ("2025", "2025-12-31"),
        ("2025-Q2", "2025-06-30"),
        ("2024-02", "2024-02-29"),
        ("2025-09", "2025-09-30"),
        ("2025-09-16", "2025-09-16"),
    ],
)
def test_last_day(partial, day):
    assert last_day(partial) == day


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_known_before_it_was_published(day):
    frames = {name: load.table(name, as_of=day) for name in [*FACTS, "sources"]}
    for name, frame in (frames | known_by(day)).items():
        if "known_on" in frame:
            assert (frame["known_on"] <= day).all(), name


# what these say is about a day, and the day is ``as_of`` where no other is named
ASKED_FOR_A_DAY = {
    *("control_status", "headroom", "design_margins", "control_timeline", "largest_legal_chip", "control_frontier"),
    *("headlines", "steps", "headline_changes", "impact"),
    *("rules_in_force", "control_agreement", "legality_at_shipment", "imagined_timeline", "imagined_status"),
}

# what these say is about one policy of ``data/runs/``, where no other is named
ASKED_FOR_A_POLICY, POLICY = {"scenario_sensitivity", "scenario_map", "break_even"}, "h200-as-licensed"


@pytest.mark.parametrize("day", DAYS)
def test_results_are_those_of_a_world_without_later_facts(day, data_copy, load_from):
    asked = known_by(day)
    as_known_on(data_copy, day)
    load_from(data_copy.folder)
    that_day, last_day = Record(day), Record()
    for name, expected in asked.items():
        if name in ASKED_FOR_A_POLICY and POLICY not in policies_on_file(last_day):  # of a later day
            assert expected.empty or expected["value"].isna().all(), name
            continue
        then = result_of(that_day if name in ASKED_FOR_A_DAY else last_day, name)
        pd.testing.assert_frame_equal(then, expected, obj=name)


def test_first_and_last_day_are_survived():
    for day in load.span():
        results(Record(f"{day:%Y-%m-%d}"))


def test_a_derived_figure_is_not_known_before_its_parts():
    """Arithmetic in a note names the documents of its parts in brackets: year 7111 (nvda-10k-fy2022) - ..."""
    published = load.table("sources").set_index("source_id")["known_on"]
    early = []
    for name in FACTS:
        frame = load.table(name)
        for row in frame[frame["basis"] == "derived"].itertuples():
            parts = [part for part in re.findall(r"\d \(([a-z0-9-]+)\)", row.note) if part in published]
            early += [
                f"{name}, {row.source_id}: {row.note} is known on {row.known_on:%Y-%m-%d}, {part} on "
                f"{published[part]:%Y-%m-%d}"
                for part in parts
                if published[part] > row.known_on
            ]
    assert early == []
