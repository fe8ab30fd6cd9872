"""Where the document is at hand, the number on record is found in it."""

import re
from html import unescape

import pytest

from analysis.facts import load
from tests.conftest import SHARED

FILINGS = {"nvda-10k-fy2025": "nvda-20250126-10k.htm", "nvda-10q-fy2026q2": "nvda-20250727-10q.htm"}


def found(text: str, value: float) -> bool:
    """Whether a text prints a figure in millions with commas (17,108), or in billions (4.5 billion)."""
    figure = re.escape(f"{abs(value):,.0f}")
    return re.search(rf"(?<![\d,.]){figure}(?![\d,]|\.\d)|{abs(value) / 1000:g} billion", text) is not None


def test_a_figure_is_found_whole_or_not_at_all():
    assert found("China 17,108 and 4,600.", 17_108)
    assert found("China 17,108 and 4,600.", 4600)
    assert not found("China 117,108 and 17,108.5", 17_108)


@pytest.mark.parametrize("source", FILINGS)
def test_stated_figures_stand_in_their_filing(source):
    path = SHARED / "filings" / FILINGS[source]
    if not path.exists():
        pytest.skip(f"{path.name} is not at hand")
    text = unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8", errors="replace")))
    rows = load.table("revenue")
    rows = rows[(rows["source_id"] == source) & (rows["basis"] == "official") & (rows["unit"] == "musd")]
    rows = rows[rows["value"].notna()]
    assert len(rows) > 20
    lacking = rows[[not found(text, value) for value in rows["value"]]]
    assert lacking[["metric", "geography", "fiscal_period", "value"]].values.tolist() == []
