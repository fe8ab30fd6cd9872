"""What the page on export controls says, on six days: nothing published later is on it."""

from functools import cache

import pytest

from analysis.controls import figures, words
from analysis.facts import load
from tests.records import record

DAYS = ["2022-09-10", "2023-06-01", "2024-02-15", "2025-06-01", "2026-02-01", "2026-11-22"]  # one in each regime
CHIPS = ["h100-sxm", "h20-96gb", "l20"]


@cache
def said(as_of: str) -> str:
    """What the page says of rules in sentences, tables and its first figure, for three chips."""
    on_day = record(as_of)
    names = words.called(CHIPS, on_day.whole("products"))
    status, history = on_day.control_status(chip=CHIPS), on_day.control_timeline(chip=CHIPS)
    register = on_day.rules_in_force()
    tables = [
        *(words.status(status, names), words.other_lines(on_day.design_margins(chip=CHIPS), status, names)),
        words.stretches(history[history["chip_id"] == "h100-sxm"]),
        *(words.register(register, applied=applied) for applied in (True, False)),
    ]
    treated = [words.treatment(row, names).what for row in words.runs(history).to_dict("records")]
    drawn = figures.timeline(on_day, history, status, names)
    told = [*words.finding(status, history, names), words.open_questions(register), *treated, drawn.title, drawn.alt]
    return "\n".join([*told, *(table.to_string() for table in tables)])


@pytest.mark.parametrize("as_of", DAYS)
def test_a_rule_published_later_is_not_on_the_page(as_of):
    page = said(as_of)
    known = set(load.table("control_rules", as_of=as_of)["name"])
    later = set(load.table("control_rules")["name"]) - known
    assert {rule for rule in later if rule in page} == set()
    assert any(rule in page for rule in known), "the page shows the rules of its day"


@pytest.mark.parametrize("as_of", DAYS)
def test_no_id_and_no_raw_number_is_on_the_page(as_of):
    page = said(as_of)
    rules = load.table("control_rules")["rule_id"]
    assert {rule for rule in rules if rule in page} == set()
    assert not {name for name in ("nan", "NaN", "dram_bandwidth", "_low", "tpp ") if name in page}
