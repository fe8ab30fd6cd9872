"""Sentences and tables on published counts, on frames made by hand."""

import pandas as pd
import pytest

from analysis.counts import published as counts
from analysis.counts import words
from analysis.pages.asked import Number
from tests.records import record

NAN = float("nan")


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


COUNTS = "stage voice estimator source_id locator period_start period_end low central high"
ROWS = [
    ("shipped", "idc", "IDC", "idc-2025", "p. 3", "2024-01-01", "2024-12-31", NAN, NAN, 1_890_000.0),
    ("shipped", "caijing", "Caijing", "cj-1", "", "2024-01-01", "2024-12-31", 600_000.0, NAN, 800_000.0),
    ("ordered", "reuters-sources", "Reuters sources", "r-1", "", "2025-01-01", "2025-05-31", NAN, 1e6, NAN),
    ("stock", "reuters-sources", "Reuters sources", "r-2", "", "2025-07-01", "2025-07-29", 600_000.0, NAN, NAN),
]


def test_the_finding_counts_numbers_and_independent_sources():
    told = words.finding(frame(COUNTS, *ROWS), "H20")
    assert told == [
        "4 published counts of the H20 go back to 3 independent sources",
        "2 counts of chips shipped run from 600,000 to 1.89 million, over different periods and buyers.",
        "2 counts are of chips ordered and in stock.",
        "The source repeated most is Reuters sources: 2 documents carry its 2 counts.",
        "Numbers of different stages are different things. They do not add up.",
    ]


def test_each_number_of_the_finding_opens_its_documents():
    first, delivered, *_ = words.finding(frame(COUNTS, *ROWS), "H20")
    asked = [part for part in (*first.parts, *delivered.parts) if isinstance(part, Number)]
    cited = [("idc-2025", "cj-1", "r-1", "r-2")] * 2 + [("idc-2025", "cj-1"), ("cj-1",), ("idc-2025",)]
    assert [number.origin.sources for number in asked] == cited
    assert asked[-1].origin.where == "p. 3"
    assert asked[0].origin.formula.startswith("counted over 4 rows")


def test_one_count_and_none():
    told = words.finding(frame(COUNTS, ROWS[0]), "H20")
    assert told[:2] == [
        "1 published count of the H20 is on record by this day",
        "The one count of chips shipped is 1.89 million.",
    ]
    told = words.finding(frame(COUNTS, *ROWS[2:]), "H20")
    assert told[0] == "2 published counts of the H20 all go back to one source"
    assert words.finding(frame(COUNTS), "H20") == ["By this day nobody had published a count of the H20"]


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-01-29", "2024-04-28", "Jan to Apr 2024"),
        ("2024-10-28", "2025-01-26", "Oct 2024 to Jan 2025"),
        ("2025-08-10", "", "Aug 2025"),
        ("2025-08-01", "2025-08-31", "Aug 2025"),
        ("", "2025-08-31", "until Aug 2025"),
        ("", "", "unknown"),
    ],
)
def test_months(start, end, text):
    assert words.months(start, end) == text


def test_figures_keep_their_unit():
    rows = frame(
        "low central high unit",
        (NAN, 230_000, NAN, "units"),
        (NAN, NAN, 12_000, "musd"),
        (7_000, NAN, NAN, "mcny"),
        (0.05, NAN, 0.1, "share"),
        (NAN, 300, NAN, "stacks"),
    )
    told = [words.figure(row) for row in rows.itertuples()]
    assert told == ["230,000", "up to USD 12bn", "over CNY 7bn", "5.0% to 10.0%", "300 stacks"]


def test_the_one_who_tells_is_named_where_it_is_not_the_source():
    columns = "product stage unit voice estimator buyer period_start period_end low central high is_frozen source_id"
    days = ("2024-01-01", "2024-12-31", NAN, 1000.0, NAN)
    rows = frame(
        columns,
        ("h20", "shipped", "units", "omdia", "not stated (Reportify)", "Baidu", *days, False, "a"),
        ("h20", "shipped", "units", "asia-times", "not stated (Asia Times)", "all", *days, True, "b"),
        ("h20", "shipped", "units", "caijing", "Caijing supply-chain sources", "A+B and others", *days, False, "c"),
    )
    told = words.estimates(rows, pd.Series({"h20": "H20"}))
    assert told["source"].tolist() == ["Omdia", "Asia Times", "Caijing"]
    assert told["told by"].tolist() == ["Reportify", "", ""]
    assert told["buyer or holder"].tolist() == ["Baidu", "all", "A, B and others"]
    assert told["unchanged"].tolist() == ["", "as in the period before", ""]
    assert "product" not in told
    assert "stage" not in words.estimates(rows, pd.Series({"h20": "H20"}), without=("stage",))


def test_chain_has_the_sources_that_several_documents_repeat():
    rows = frame(
        "voice source_id estimator quotes",
        ("idc", "paper-1", "IDC", ""),
        ("reuters-sources", "paper-1", "Reuters", "ft <- reuters"),
        ("reuters-sources", "paper-2", "Reuters sources", "ft <- reuters"),
    )
    (only,) = words.chain(rows).to_dict("records")
    assert only == {
        "independent source": "Reuters sources",
        "numbers": 2,
        "documents": 2,
        "named as": "Reuters and Reuters sources",
        "copy ← original": "ft ← reuters",
    }


def test_every_stage_has_a_word():
    assert set(words.STAGES) == set(counts.STAGES)
    told = [words.STAGES[stage] for stage in ("requested", "stock", "seized_or_charged", "market_size")]
    assert told == ["asked for", "in stock", "seized or charged", "market size"]


def test_every_source_has_a_name_of_its_own():
    recorded = set(record().shipment_estimates()["voice"])
    assert recorded == set(words.VOICES)
    assert len(set(words.VOICES.values())) == len(words.VOICES)
