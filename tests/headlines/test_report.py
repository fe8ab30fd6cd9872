"""The page of what moved: a waterfall for each figure whose change is divided, none for a treatment."""

import pandas as pd

from analysis.headlines import report
from tests.records import record

COLUMNS = ["headline", "about", "unit", "before", "after", "group", "contribution", "text_before", "text_after", "why"]
NAN = float("nan")
MOVED = pd.DataFrame(
    [
        ("h20_price", "the price of an H20", "usd", 16_000.0, 15_500.0, "new facts", -800.0, "", "", ""),
        ("h20_price", "the price of an H20", "usd", 16_000.0, 15_500.0, "method", 300.0, "", "", ""),
        ("h20_treatment", "its treatment", "rank", 0.0, 3.0, "rules", 3.0, "allowed", "licence_required", ""),
        ("h200_sold", "H200 sold", "musd", NAN, 890.0, "new facts", NAN, "", "", "was unknown"),
    ],
    columns=COLUMNS,
).assign(since="2025-04-01", until="2025-06-01", source_id="nvda-8k-2025-04-15")


def test_what_moved_as_a_page(tmp_path):
    path = report.write(MOVED, tmp_path, record())
    assert path == tmp_path / "diff_2025-04-01_2025-06-01.html"
    page = path.read_text()
    assert "3 key figures moved" in page
    for told in ("USD 16,000", "USD \N{MINUS SIGN}800", "+USD 300", "only with a licence", "was unknown"):
        assert told in page
    assert page.count("Shapley value of each group") == 1
    assert "Form 8-K on H20 licence requirement" in page
    assert report.write(MOVED, tmp_path, record()).read_text() == page


def test_nothing_moved_no_page(tmp_path):
    assert report.write(MOVED[:0], tmp_path, record()) is None
    assert [*tmp_path.iterdir()] == []
