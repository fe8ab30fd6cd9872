"""Collisions: one number with several meanings, figures that exclude each other, wholes that pairs imply."""

import pandas as pd
import pytest

from analysis.claims.collisions import COLUMNS, collisions
from tests.records import account, record

NAN = float("nan")
CANONICAL = {"USD billion": "musd", "percent": "share", "ratio": "ratio", "date": "date"}
PLAIN = {"article_id": "one", "subject": "NVIDIA", "counterparty": "China", "metric": "sales", "qualifier": "exact"}
PLAIN |= {"value": "15", "unit_printed": "USD billion", "low": NAN, "high": NAN, "period_start": "", "period_end": ""}
PLAIN |= {"checkable": "numeric", "depends_on": "", "check": "", "fact": "", "against": "", "how": "", "claim": "words"}


ACCOUNTS = [
    ("China", "2023", 10306.0, "china"),
    ("Total", "2023", 60922.0, "total"),
    ("Total", "2024", 130497.0, "later"),
]
FACTS = {"revenue": pd.DataFrame([account(*cells) for cells in ACCOUNTS])}
SHARE = {"check": "share", "fact": "revenue: geography=China", "against": "revenue: geography=Total"}


@pytest.fixture
def found(rules):
    def find(kind: str, *rows: dict) -> list[dict]:
        made = []
        for number, row in enumerate(rows, 1):
            cells = PLAIN | {"claim_id": f"X-{number}"} | row
            cells |= {"unit": CANONICAL[cells["unit_printed"]], "source_id": f"article-{cells['article_id']}"}
            made.append(cells)
        frame = collisions(pd.DataFrame(made), FACTS, rules)
        assert list(frame.columns) == COLUMNS
        return frame[frame["kind"] == kind].to_dict("records")

    return find


def test_one_number_with_two_meanings(found):
    rows = {"metric": "lost_sales"}, {"metric": "china_revenue", "article_id": "two"}, {"value": "12"}
    (row,) = found("same number", *rows)
    assert (row["claims"], row["articles"]) == ("X-1|X-2", "one|two")
    assert (row["low"], row["high"], row["unit"]) == (15.0, 15.0, "USD billion")
    assert row["says"] == "NVIDIA: lost sales; NVIDIA: china revenue"
    assert row["source_id"] == "article-one|article-two"


def test_a_number_repeated_in_one_meaning_is_no_collision(found):
    assert found("same number", {}, {}) == []
    assert found("same number", {}, {"subject": "AMD"}) == []  # one thing said of two


def test_a_number_of_another_unit_is_another_number(found):
    assert found("same number", {}, {"metric": "share", "unit_printed": "percent"}) == []


def test_a_fall_and_a_share_of_one_size_collide(found):
    rows = {"value": "25", "unit_printed": "percent"}, {"value": "-25", "unit_printed": "percent", "metric": "fall"}
    (row,) = found("same number", *rows)
    assert row["low"] == 25.0


def test_an_end_of_a_range_is_a_number_as_printed(found):
    """50 to 80 percent, held as 0.5 to 0.8, meets another claim's 50."""
    span = {"qualifier": "range", "value": "", "low": 0.5, "high": 0.8, "unit_printed": "percent", "metric": "premium"}
    (row,) = found("same number", span, {"value": "50", "unit_printed": "percent"})
    assert (row["low"], row["unit"], row["claims"]) == (50.0, "percent", "X-1|X-2")


def test_dates_and_claims_without_figures_do_not_collide(found):
    date = {"value": "2024", "unit_printed": "date", "checkable": "date"}
    assert found("same number", date, date | {"metric": "other"}) == []
    words = {"checkable": "categorical"}
    assert found("same number", words, words | {"metric": "other"}) == []


RATIO = {"check": "ratio", "fact": "f", "against": "a", "unit_printed": "percent", "qualifier": "about"}


def test_figures_of_one_thing_that_exclude_each_other(found):
    """About 20 percent is 17.5 to 22.5, about 33.3 is 29.1 to 37.5."""
    rows = RATIO | {"value": "20", "claim": "A fifth."}, RATIO | {"value": "33.3", "claim": "A third."}
    (row,) = found("contradiction", *rows)
    assert (row["claims"], row["says"]) == ("X-1|X-2", "A fifth. / A third.")


def test_figures_that_overlap_do_not(found):
    """About 30 percent is 26.25 to 33.75."""
    assert found("contradiction", RATIO | {"value": "30"}, RATIO | {"value": "33.3"}) == []


def test_another_thing_is_no_contradiction(found):
    for name in ("fact", "against"):
        assert found("contradiction", RATIO | {"value": "20"}, RATIO | {"value": "33.3", name: "other"}) == []
    assert found("contradiction", {"value": "1"}, {"value": "2"}) == []  # no facts would settle either


def test_a_cut_and_a_ratio_are_of_one_thing(found):
    """A cut of about 70 percent leaves 21.25 to 38.75: a third fits in it, a half does not."""
    cut = RATIO | {"check": "cut", "value": "70"}
    assert found("contradiction", cut, RATIO | {"value": "33.3"}) == []
    assert len(found("contradiction", cut, RATIO | {"value": "50"})) == 1


def test_a_change_is_the_ratio_less_one(found):
    """Up about 40 percent is 1.35 to 1.45 times."""
    change = RATIO | {"check": "change", "value": "40"}
    ratio = RATIO | {"unit_printed": "ratio", "qualifier": "exact"}
    assert found("contradiction", change, ratio | {"value": "1.4"}) == []
    assert len(found("contradiction", change, ratio | {"value": "2.5"})) == 1


def test_any_of_several_excludes_nothing(found):
    assert found("contradiction", RATIO | {"value": "20", "how": "any"}, RATIO | {"value": "33.3"}) == []


def test_an_amount_and_a_share_imply_a_whole(found):
    """15 billion at 20 percent is 75 billion, and 60,922 million are on record for the period of the part."""
    rows = {"value": "15", "metric": "china_revenue"}, SHARE | {"value": "20", "unit_printed": "percent"}
    (row,) = found("implied", *rows)
    assert row["low"] == row["high"] == pytest.approx(75000)
    assert (row["record_low"], row["record_high"], row["source_id"]) == (60922, 60922, "total")
    assert (row["claims"], row["unit"]) == ("X-1|X-2", "musd")


@pytest.mark.parametrize(
    "cells",
    [{"article_id": "two"}, {"counterparty": "Taiwan"}, {"period_start": "2024"}, {"value": "0"}, {"check": "lookup"}],
)
def test_no_whole_is_implied_by_claims_of_two_things(found, cells):
    assert found("implied", {}, SHARE | {"value": "20", "unit_printed": "percent"} | cells) == []


def test_a_claim_derived_from_another_is_linked_to_it(found):
    """A loss of 150 billion and of 8 percent: 1,875 billion; no whole is on record."""
    loss = {"value": "150", "depends_on": "X-2"}
    (row,) = found("implied", loss, {"value": "-8", "unit_printed": "percent", "subject": "shares"})
    assert row["low"] == pytest.approx(1875000)
    assert row["record_low"] != row["record_low"]


# on the record


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return record().claim_collisions()


def about(real: pd.DataFrame, kind: str, claims: str) -> dict:
    (row,) = real[(real["kind"] == kind) & (real["claims"] == claims)].to_dict("records")
    return row


def test_fifteen_billion_is_three_things(real):
    """ASSESSMENT 3.12: Huang's lost sales, expected H200 revenue, China revenue of FY2024."""
    row = about(real, "same number", "S1-038|S3-027|S4-007")
    assert (row["low"], row["unit"]) == (15.0, "USD billion")
    assert row["articles"] == "article-001|article-003|article-004"
    assert row["says"].count(";") == 2


@pytest.mark.parametrize("claims", ["S1-029|S4-006", "S1-048|S2-056"])
def test_other_numbers_that_travel(real, claims):
    """20 percent is a ratio of chips and a share of revenue; 600,000 is a stock and a year's shipments."""
    about(real, "same number", claims)


def test_a_fifth_and_a_third_of_one_chip_exclude_each_other(real):
    row = about(real, "contradiction", "S1-029|S2-001")
    assert row["articles"] == "article-001|article-002"
    figures = real[(real["kind"] == "contradiction") & (real["unit"] != "")]
    assert set(figures["claims"]) == {"S1-029|S2-001", "S1-029|S2-021"}


def test_fifteen_billion_and_a_fifth_imply_a_year_that_never_was(real):
    """15 / 0.20 = 75 billion; the revenue of FY2024 was 60,922 million."""
    row = about(real, "implied", "S4-007|S4-006")
    assert (row["low"], row["record_low"], row["record_high"]) == (pytest.approx(75000), 60922, 60922)


def test_a_fall_of_eight_percent_and_150_billion_imply_a_company(real):
    """150 / 0.08 = 1,875 billion (ASSESSMENT 3.11); the two claims name no day, so no value stands beside it."""
    row = about(real, "implied", "S4-044|S4-043")
    assert row["low"] == pytest.approx(1875000)
    assert row["record_low"] != row["record_low"]


WEAK = "events: event~weak start"
LIST = "events: category=sales"


def happened(event: str) -> dict:
    cells = {"event": event, "category": "sales", "happened_on": "2024-05-24", "value": NAN, "unit": ""}
    return cells | {"grade": "B", "basis": "reported", "source_id": "press"}


@pytest.mark.parametrize(("events", "expected"), [(["Weak start of H20"], ["X-1|X-2"]), (["Orders for H20 surge"], [])])
def test_one_record_that_bears_out_one_statement_and_not_the_other(rules, events, expected):
    """'In demand from the start' and 'barely worth buying': the record of a weak start opposes them, none does not."""
    words = {"checkable": "categorical", "value": "", "qualifier": "", "unit": "", "unit_printed": "", "other": ""}
    rows = [
        PLAIN
        | words
        | {"claim_id": "X-1", "check": "absent", "fact": WEAK, "against": LIST, "source_id": "article-one"},
        PLAIN | words | {"claim_id": "X-2", "check": "occurs", "fact": WEAK, "against": "", "source_id": "article-two"},
    ]
    facts = FACTS | {"events": pd.DataFrame([happened(event) for event in events])}
    frame = collisions(pd.DataFrame(rows), facts, rules)
    assert frame["claims"].tolist() == expected
    assert frame["source_id"].tolist() == ["press"] * len(expected)


def test_statements_of_two_articles_that_one_report_opposes(real):
    """Demand from the start or a weak one; a ban without warning or one long weighed: ASSESSMENT 3.11."""
    for claims in ("S0-006|S2-042", "S1-034|S2-004"):
        assert about(real, "contradiction", claims)["source_id"] != ""
