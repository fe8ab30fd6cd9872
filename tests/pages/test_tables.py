"""Tables of a page: which columns it shows."""

import pandas as pd

from analysis.pages.asked import Origin, Origins, Page
from analysis.pages.tables import page_table

DOCUMENTS = pd.DataFrame(
    [["a-b-2024", "", "Maker", "Title", "2024-01-31", "A"]],
    columns=["source_id", "url", "publisher", "title", "published_on", "grade"],
)


def shown(**columns: list[str]) -> str:
    frame = pd.DataFrame({"Quarter": ["first", "second"]} | columns)
    found = Origins({at: Origin(("a-b-2024",)) for at in frame.index})
    return page_table(frame, [False] * len(frame.columns), "Table", "", found, Page(DOCUMENTS))


def test_ids_of_documents_are_behind_the_numbers_and_in_no_column():
    assert "Document" not in shown(Document=["a-b-2024", "a-b-2024, a-b-2024"], Sales=["1", "2"])


def test_a_column_of_days_or_of_chips_stays_though_it_is_written_like_ids():
    page = shown(Ended=["2026-04-26", "2026-07-26"], Chip=["h20-96gb", "b30a-x"])
    assert "2026-04-26" in page
    assert "h20-96gb" in page
