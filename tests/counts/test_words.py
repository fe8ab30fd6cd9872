"""Sentences and tables on published counts, on frames made by hand."""

import pandas as pd
import pytest

from analysis.counts import published as counts
from analysis.counts import words as shipments

NAN = float("nan")


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


VOICES = "product stage numbers documents voices low high"


def test_shipments_answer_counts_numbers_and_origins():
    rows = frame(
        VOICES,
        ("h20", "shipped", 6, 4, 2, 100_000, 1_500_000),
        ("h20", "requested", 1, 1, 1, 1_000_000, 1_000_000),
    )
    said = shipments.answer(rows, "H20")
    assert "- **shipped**: 6 numbers from 2 independent origins, 100,000 to 1.5 million" in said
    assert "- **asked for**: 1 number from 1 independent origin, 1 million" in said
    assert "no estimate" in said
    assert shipments.answer(frame(VOICES), "H20") == "By this day no count of **H20** had been published."


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
    assert shipments.months(start, end) == text


def test_figures_keep_their_unit():
    rows = frame(
        "low central high unit is_frozen",
        (NAN, 230_000, NAN, "units", False),
        (NAN, NAN, 12_000, "musd", False),
        (7_000, NAN, NAN, "mcny", False),
        (0.05, NAN, 0.1, "share", False),
        (NAN, 300, NAN, "stacks", True),
    )
    told = [shipments.figure(row) for row in rows.itertuples()]
    assert told == ["230,000", "up to USD 12bn", "over CNY 7bn", "5.0% to 10.0%", "300 stacks, unchanged"]


def test_chain_puts_the_most_repeated_origin_first():
    rows = frame(
        "voice source_id estimator quotes",
        ("analyst", "paper-1", "Analyst", ""),
        ("reuters", "paper-1", "Reuters", "ft <- reuters"),
        ("reuters", "paper-2", "Reuters sources", "ft <- reuters"),
    )
    first = shipments.chain(rows).iloc[0].to_dict()
    assert first == {
        "origin": "reuters",
        "numbers": 2,
        "documents": 2,
        "as named in the documents": "Reuters and Reuters sources",
        "copies (copy <- original)": "ft <- reuters",
    }


def test_every_stage_has_a_word():
    assert set(shipments.STAGES) == set(counts.STAGES)
    words = [shipments.STAGES[stage] for stage in ("requested", "stock", "seized_or_charged", "market_size")]
    assert words == ["asked for", "in stock", "seized or charged", "market size"]
