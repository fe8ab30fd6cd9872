"""Words for the audit of claims, on small frames."""

import pandas as pd
import pytest

from analysis.claims import words
from analysis.claims.audit import READING_COLUMNS

NAN = float("nan")
ROW = {"claim_id": "A-1", "article_id": "article-1", "topic": "spec", "checkable": "numeric", "check": "lookup"}
ROW |= {"claim": "It has 96 GB.", "verdict": "supported", "verdict_at_publication": "supported", "unit": "gb"}
ROW |= {"established_low": 96.0, "established_high": 96.0, "established": "", "reading": "", "grade": "A"}
ROW |= {"claimed_low": 96.0, "claimed_high": 96.0}
ROW |= {"why": "the record says the same", "source_id": "a|b|c|d|e"}
NAMES = pd.Series({"article-1": "1, A paper"})


def frame(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([ROW | change for change in changes])


@pytest.mark.parametrize(
    ("low", "high", "unit", "told"),
    [
        (0.1496, 0.1496, "share", "15.0%"),
        (6.686, 6.686, "ratio", "6.69"),
        (17108, 17108, "musd", "USD 17.11bn"),
        (600_000, 700_000, "units", "600,000 to 700,000"),
        (4000, 4000, "gb/s", "4,000 GB/s"),
        (7_999_600_000, 8_000_000_000, "cny", "CNY 8bn"),
        (25_000, 46_000, "usd per unit", "USD 25,000 to USD 46,000"),
        (3, 3, "count", "3"),
        (12.29, 12.29, "months", "12.29 months"),
        (NAN, 7, "nm", "up to 7 nm"),
        (NAN, NAN, "gb", "unknown"),
    ],
)
def test_a_figure_is_told_in_its_unit(low, high, unit, told):
    assert words.figure(low, high, unit) == told


def test_articles_are_named_by_number_and_publisher_in_short():
    articles = pd.DataFrame(
        {
            "article_id": ["article-000", "article-001", "article-002"],
            "publisher": ["not stated; a platform", "A5 column (as credited); a copy", "Caijing (original); reposted"],
        }
    )
    assert words.named(articles).to_dict() == {
        "article-000": "000, publisher not stated",
        "article-001": "001, A5 column",
        "article-002": "002, Caijing",
    }


def test_the_finding_names_the_worst_article_and_counts_claims_with_a_check():
    """Of three claims that are settled one is contradicted: 33.3 percent."""
    audited = frame(
        {},
        {"verdict": "contradicted", "verdict_at_publication": "unverifiable"},
        {"checkable": "date", "verdict": "supported_with_definition", "verdict_at_publication": "supported"},
        {"verdict": "unverifiable", "verdict_at_publication": "unverifiable"},
        {"checkable": "categorical", "verdict": "unverifiable", "check": ""},
    )
    headline, counted = words.finding(audited, NAMES)
    assert headline == "No article holds up: 33.3% of what can be settled of article 1 is wrong or misleads"
    assert headline.parts[1].origin.formula == "1 contradicted or misleading ÷ 3 claims settled"
    assert counted == (
        "Of 5 claims we can check 4: 2 hold, 1 are contradicted or mislead, on 0 good sources differ, and 1 nothing on "
        "record settles."
    )
    assert words.since(audited) == (
        "2 claims would have been judged otherwise when the article stood, 1 of them because nothing that bears on "
        "them was on record then."
    )


@pytest.mark.parametrize(
    ("others", "headline"),
    [
        ([], "1 article holds up: nothing that can be settled is wrong or misleads"),
        (
            [{"article_id": "article-2", "verdict": "contradicted"}],
            "1 of 2 articles hold up; 100.0% of what can be settled of article 2 is wrong or misleads",
        ),
        ([{"article_id": "article-2"}], "2 articles hold up: nothing that can be settled is wrong or misleads"),
    ],
)
def test_how_many_articles_hold_up(others, headline):
    assert words.finding(frame({}, *others), NAMES)[0] == headline


def test_where_nothing_can_be_settled_the_finding_says_so():
    told = words.finding(frame({"verdict": "unverifiable", "verdict_at_publication": "unverifiable"}), NAMES)
    assert told[0] == "Nothing can be settled of 1 article"


def test_the_numbers_that_mislead_most_come_first_and_once():
    """33.3 over 15 percent is 2.2 times the record, 13 over 6.69 is 1.9; the second says the same as the first."""
    third = {
        "verdict": "misleading",
        "reading": "FP8 over BF16 (two bit lengths)",
        "unit": "share",
        "claim": "A third.",
    }
    third |= {"claimed_low": 0.333, "claimed_high": 0.333, "established_low": 0.15, "established_high": 0.15}
    times = third | {"claim": "Thirteen times.", "reading": "sparse over dense (one sparse rate)", "unit": "ratio"}
    times |= {"claimed_low": 13.0, "claimed_high": 13.0, "established_low": 6.69, "established_high": 6.69}
    told = words.finding(frame(times, third, third | {"claim": "One third."}), NAMES)
    assert told[1:-1] == [
        "“A third” misleads: it comes of two bit lengths; like for like it is 15.0%.",
        "“Thirteen times” misleads: it comes of one sparse rate; like for like it is 6.69.",
    ]


def test_without_claims_the_finding_says_so():
    assert words.finding(frame({}).iloc[:0], NAMES) == [
        "By this day no article is on record whose claims could be audited"
    ]


def test_every_claim_with_a_check_is_in_one_table():
    every = [{"claim_id": f"A-{at}", "verdict": verdict} for at, verdict in enumerate(words.VERDICTS)]
    audited = frame(*every, {"claim_id": "A-9", "check": ""})
    told = [claim for group in words.GROUPS for claim in words.beside(audited, group)["claim"]]
    assert sorted(told) == [row["claim_id"] for row in every]


def test_a_row_names_four_sources_and_counts_the_rest():
    assert words.beside(frame({}), "Supported")["sources"].item() == "a, b, c, d and 1 more"


def test_days_stand_in_a_row_and_a_long_reading_is_cut_at_a_word():
    dated = {"unit": "", "established_low": NAN, "established_high": NAN, "established": "2025-04-09|2025-04-14"}
    told = words.beside(frame(dated | {"reading": "word " * 60}), "Supported").iloc[0]
    assert told["the record says"] == "2025-04-09; 2025-04-14"
    assert told["verdict"].endswith("word …")
    assert len(told["verdict"]) < 200


def test_only_changed_verdicts_are_listed_as_changed():
    changed = words.changed(frame({}, {"claim_id": "A-2", "verdict_at_publication": "contradicted"}))
    assert changed["claim"].tolist() == ["A-2"]
    assert changed["when the article stood"].tolist() == ["contradicted"]


def test_the_best_reading_carries_how_many_were_tried_and_chance():
    cells = (0.2, "share", "another variant", 1.0, "unlike", 889, 61, 0.1418, "a")
    rows = [("A-1", rank, f"reading {rank}", *cells) for rank in (1, 2, 3, 4)]
    told = words.readings(pd.DataFrame(rows, columns=READING_COLUMNS), frame({}))
    assert told["reading"].tolist() == ["reading 1", "reading 2", "reading 3"]
    assert told["readings tried"].tolist() == ["889", "", ""]
    assert told["hit by chance"].tolist() == ["14.2%", "", ""]
    assert told["gives"].iloc[0] == "20.0%"
    assert told["a reader would"].iloc[0] == "not compare these"


def test_collisions_of_a_kind_and_claims_among_those_audited():
    found = pd.DataFrame(
        {
            "kind": ["same number", "implied"],
            "claims": ["A-1|B-2", "C-1|C-2"],
            "low": [15.0, 75_000.0],
            "high": [15.0, 75_000.0],
            "unit": ["USD billion", "musd"],
            "says": ["loss; revenue", "revenue over share"],
            "record_low": [NAN, 60_922.0],
            "record_high": [NAN, 60_922.0],
        }
    )
    assert words.collisions(found, "same number")["number"].tolist() == ["15 USD billion"]
    implied = words.collisions(found, "implied").iloc[0]
    assert (implied["together give"], implied["on record"]) == ("USD 75bn", "USD 60.92bn")
    assert words.among(found, frame({}))["claims"].tolist() == ["A-1|B-2"]
    assert words.among(found.iloc[:0], frame({})).empty


def test_coverage_is_told_by_kind_of_claim():
    audited = frame({}, {"check": ""}, {"checkable": "date"}, {"checkable": "opinion", "check": ""})
    assert words.coverage(audited) == (
        "A check stands behind 1 of 1 date and 1 of 2 numeric claims; 1 opinion is not judged."
    )
