"""A ledger of claims: what keeps a row from being audited, said by line and cell."""

import pandas as pd
import pytest

from analysis.claims.ledger import faults
from analysis.facts.schema import TABLES

COLUMNS = TABLES["claims"].columns
NAN = float("nan")
FACTS = {
    "revenue": pd.DataFrame({"metric": ["revenue"], "unit": ["musd"], "value": [1.0], "source_id": ["s"]}),
    "chip_specs": pd.DataFrame(
        {"product": ["h20-96gb"] * 2, "spec": ["memory", "tpp"], "unit": ["gb", "TPP"], "source_id": ["s", "s"]}
    ),
    "events": pd.DataFrame({"event": ["letter"], "happened_on": ["2025-04-09"], "source_id": ["s"]}),
    "products": pd.DataFrame(
        {"product": ["h20", "h20-96gb"], "name": ["H20", "H20 96 GB"], "family": "h20", "level": ["family", "variant"]}
    ),
}
UNITS = pd.DataFrame(
    [
        ("GB", "gb"),
        ("TOPS", "tops"),
        ("percent", "share"),
        ("ratio", "ratio"),
        ("USD", "usd"),
        ("USD billion", "musd"),
        ("months", "months"),
        ("count", "count"),
        ("date", "date"),
    ],
    columns=["unit", "canonical_unit"],
)
MEMORY, LETTER = "chip_specs: product=h20-96gb; spec=memory", "events.happened_on: event=letter"
PLAIN = {"claim_id": "X-1", "article_id": "mine", "topic": "event", "subject": "H20", "metric": "known"}
PLAIN |= {"qualifier": "exact", "value": "96", "unit": "GB", "claim": "H20 has 96 GB.", "checkable": "numeric"}


def frame(*rows: dict) -> pd.DataFrame:
    """Claims from line 2 on."""
    made = pd.DataFrame([dict.fromkeys(COLUMNS, "") | {"low": NAN, "high": NAN} | PLAIN | row for row in rows])
    return made.set_index(pd.RangeIndex(2, 2 + len(rows)))


def told(*rows: dict) -> list[str]:
    found = list(faults(frame(*rows), FACTS, UNITS, {"H20", "H100", "NVIDIA"}))
    assert all(fault.where.startswith(f"line {line}, ") for line, fault in found)
    return [str(fault) for _, fault in found]


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"check": "lookup", "fact": MEMORY},
        {"check": "ratio", "fact": MEMORY, "against": MEMORY, "unit": "percent"},
        {"check": "duration", "fact": LETTER, "against": "2025-08-08", "unit": "months", "value": "4"},
        {"checkable": "date", "unit": "date", "value": "2025-Q2", "check": "date", "fact": LETTER, "how": "first"},
        {"checkable": "date", "unit": "date", "value": "2025"},
        {"qualifier": "range", "low": 90.0, "high": 96.0, "value": ""},
        {"qualifier": "range", "low": 96.0, "high": 96.0, "value": ""},
        {"checkable": "categorical", "value": "", "unit": "", "metric": "new"},
        {"checkable": "opinion", "value": "", "unit": "", "metric": "new"},
        {"metric": "nobody_knows_it"},  # a claim without a check
        {"value": "-25", "claim": "Orders fell by a quarter."},
        {"claim": "-5 percent was said, and 3 < 4 > 2."},  # a minus before a digit, signs between words
        # TOPS and TPP are taken for one another in print; that is for the audit to say
        {"unit": "TOPS", "check": "lookup", "fact": "chip_specs: product=h20-96gb; spec=tpp"},
        # words in `how` are what a check of words looks for
        {"checkable": "categorical", "value": "", "unit": "", "check": "word", "fact": MEMORY, "how": "HBM3"},
        # a forecast need not have come yet
        {"unit": "USD billion", "check": "outcome", "fact": "revenue: metric=revenue"},
        {"unit": "USD", "check": "lookup", "fact": "revenue: metric=revenue"},
    ],
)
def test_sound_claims_have_no_fault(row):
    assert told(row) == []


LOOKUP = {"check": "lookup", "fact": MEMORY}
DATED = {"checkable": "date", "unit": "date", "value": "2025-04-16"}
NO_NUMBER = "is no number. Write digits, or a range with low and high."
NO_DATE = "is no date. Write it like 2025-04-09, 2025-04, 2025-Q1 or 2025."
UNFIT = "does not fit the rows of the check, which are in"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"unit": "GBs"}, "unit: 'GBs' is no unit that is known. Did you mean 'GB'? See data/units.csv."),
        *(({"value": text}, f"value: {text!r} {NO_NUMBER}") for text in ("ninety", "", "9,6", "1e999")),
        *((DATED | {"value": text}, f"value: {text!r} {NO_DATE}") for text in ("April 2025", "2025-02-30")),
        ({"qualifier": "range", "low": 90.0, "value": ""}, "qualifier: 'range' needs both ends. Give low and high."),
        (
            {"topic": "performance_ratio", "subject": "H2O"},
            "subject: 'H2O' is no chip on record. Did you mean 'h20'? See table products.",
        ),
        ({"topic": "spec", "subject": "zzz"}, "subject: 'zzz' is no chip on record. See table products."),
        (
            LOOKUP | {"check": "looks"},
            "check: 'looks' is no kind of check. Did you mean 'lookup'? One of lookup, ratio, change, cut, share, "
            "remainder, count, duration, implied, attribution, outcome, date, period, order, threshold, rank, place, "
            "occurs, absent, word.",
        ),
        # no one figure is meant where rows measure several things
        (
            LOOKUP | {"fact": "chip_specs: product=h20-96gb"},
            "fact: 'chip_specs: product=h20-96gb' names rows in TPP, gb, which are of several things. Add spec=memory, "
            "or another.",
        ),
        ({"check": "lookup"}, "fact: '' is empty, and the claim has a check. Name the rows that settle it."),
        (
            LOOKUP | {"check": "ratio", "unit": "ratio"},
            "against: '' is empty, and ratio needs it: over. Name the rows.",
        ),
        (
            LOOKUP | {"how": "most"},
            "how: 'most' is nothing that lookup can be told. One of first, last, largest, smallest, sum.",
        ),
        (
            {"check": "lookup", "fact": "chip_specs: product=h20-96g"},
            "fact: 'chip_specs: product=h20-96g' asks product=h20-96g, which no row of chip_specs has. "
            "Did you mean 'h20-96gb'? Correct it.",
        ),
        (
            LOOKUP | {"other": f"{MEMORY} || memory"},
            f"other: '{MEMORY} || memory' 'memory' is no address. Write table: column=value; column=value.",
        ),
        # a check must give what the unit measures
        (
            {"check": "ratio", "fact": MEMORY, "against": MEMORY},
            "unit: 'GB' does not fit ratio, which gives a ratio or a share. Use percent or ratio, or another check.",
        ),
        (
            {"check": "duration", "fact": LETTER, "against": LETTER},
            "unit: 'GB' is no time, and duration gives one. One of days, months, weeks, years.",
        ),
        (LOOKUP | {"fact": "revenue: metric=revenue"}, f"unit: 'GB' {UNFIT} musd. Correct either."),
        (LOOKUP | {"unit": "TOPS"}, f"unit: 'TOPS' {UNFIT} gb. Correct either."),
        (
            DATED | LOOKUP,
            "check: 'lookup' gives a figure, and the claim is a date. Use date, period or order.",
        ),
        (
            {"check": "date", "fact": LETTER},
            "check: 'date' gives a day, and the claim is none. Use lookup, or write the claim's unit as date.",
        ),
    ],
)
def test_a_fault_names_cell_value_rule_and_remedy(row, words):
    assert told(row) == [f"line 2, {words}"]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "@SUM(A1)", "\tx", "-cmd", "a <script>alert(1)</script>", "<b>bold</b>", "<!-- x -->", "</p>"],
)
def test_what_a_spreadsheet_would_run_or_a_browser_draw(cell):
    assert told({"claim": cell}) == [
        f"line 2, claim: {cell!r} begins like a formula or holds markup. Write plain words."
    ]


@pytest.mark.parametrize("column", ["claim_id", "article_id", "subject", "attributed_to", "how", "note", "locator"])
def test_every_cell_of_words_is_looked_at(column):
    assert any(f"line 2, {column}: '=1+1' begins like a formula" in words for words in told({column: "=1+1"}))


def test_each_row_is_told_of_by_its_line():
    found = told({}, {"unit": "GBs"}, {}, {"value": "x", "claim": "=x"})
    assert [words.split(":")[0] for words in found] == ["line 3, unit", "line 5, claim", "line 5, value"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"check": "count", "unit": "count", "value": "3", "fact": "events: event=letter + events: event=letter"},
            "is no single list, and count needs one.",
        ),
        ({"check": "count", "unit": "count", "value": "3", "fact": "3"}, "is no single list, and count needs one."),
        (DATED | {"check": "date", "fact": "events: event=letter"}, "gives no days, and date needs them."),
        (DATED | {"check": "date", "fact": "events.event: event=letter"}, "gives no days, and date needs them."),
        (DATED | {"check": "period", "fact": "2025"}, "has no first and last day, and period needs them."),
        ({"checkable": "categorical", "value": "=1+1", "unit": ""}, "begins like a formula or holds markup."),
        ({"check": "lookup", "fact": f"{MEMORY} || {MEMORY}"}, "which no row of chip_specs has."),
    ],
)
def test_a_check_that_its_rows_cannot_serve_is_a_fault_and_no_crash(row, words):
    assert any(words in fault for fault in told(row))
