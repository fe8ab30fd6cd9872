"""Words of the briefing: every number in it is a headline's, and what moved or is due is told."""

import re

import pandas as pd

from analysis.headlines import words
from tests.records import record

NAMES = pd.Series({"h200-sxm": "H200 SXM 141 GB"})
MOVED = {
    **{"headline": "h20_price", "about": "the price of an H20 card in China", "since": "2025-04-01"},
    **{"until": "2025-06-01", "before": 16_464.0, "after": 15_496.0, "text_before": "", "text_after": ""},
    **{"unit": "usd", "contribution": -968.0, "why": "", "source_id": "a"},
}


def test_every_number_of_the_answers_is_in_headlines():
    frame = record().headlines(draws=1024)
    lines = words.answers(frame).splitlines()
    assert len(lines) == len(frame)
    for line, row in zip(lines, frame.to_dict("records"), strict=True):
        figure = words.figure(row)
        assert figure in line
        rest = line.replace(figure, "").replace(row["question"], "").replace(row["about"][1:], "")
        assert re.findall(r"\d+", rest) == [row["page"][:2]]


def test_what_moved_is_told_with_its_causes_and_what_prints_alike_is_not():
    rows = [MOVED | {"group": "new facts"}, MOVED | {"group": "rules"}]
    rows.append(
        MOVED | {"headline": "h20_compute", "unit": "ratio", "before": 0.1501, "after": 0.1502, "group": "rules"}
    )
    assert words.changed(pd.DataFrame(rows), "2025-06-01").splitlines() == [
        "Between 2025-04-01 and 2025-06-01:",
        "",
        "- The price of an H20 card in China: from USD 16,500 to USD 15,500, by new facts and rules.",
    ]
    nothing = words.changed(pd.DataFrame(columns=list(MOVED)), "2025-06-01")
    assert nothing == "No key figure moved in the ninety days before 2025-06-01."


def test_what_would_change_the_answers_next():
    key = pd.DataFrame([("narrow", 9.0, 10.0, "A"), ("wide", 1.0, 3.0, "C")], columns=["about", "low", "high", "grade"])
    due = pd.DataFrame({"fiscal_period": ["FY2027Q3"] * 2, "due_on": ["2026-11-18", "2026-11-25"]})
    decides = pd.DataFrame({"variable": ["h200-sxm: gate"], "about": ["part that China lets in"]})
    assert words.next_changes(key, due, decides, NAMES).splitlines() == [
        "- NVIDIA's report on FY2027Q3 is expected from 2026-11-18 to 2026-11-25.",
        "- The widest interval is that of wide: a count or a filing would narrow it.",
        "- 1 key figure needs a document of grade C: a better one may move them.",
        "- In the scenario one missing fact decides most (H200: part that China lets in).",
    ]
