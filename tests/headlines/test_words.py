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
    assert nothing == "No key figure moved in the 90 days before 2025-06-01."


def test_what_would_change_the_answers_next():
    due = pd.DataFrame({"fiscal_period": ["FY2027Q3"] * 2, "due_on": ["2026-11-18", "2026-11-25"]})
    decides = pd.DataFrame({"variable": ["h200-sxm: gate"], "about": ["part that China lets in"]})
    assert words.next_changes(due, decides, NAMES).splitlines() == [
        "- NVIDIA's report on FY2027Q3 is expected from 2026-11-18 to 2026-11-25.",
        "- In the scenario one missing fact decides most (H200: part that China lets in).",
    ]


def test_the_weakest_figures_are_the_wide_ones_and_those_of_weak_documents():
    cells = [
        ("narrow", 10.0, 9.0, 11.0, "A", "a"),
        ("wide", 2.0, 1.0, 3.0, "B", "b"),
        ("weak", 5.0, 5.0, 5.0, "C", "c"),
    ]
    cells.append(("nothing", *[float("nan")] * 3, "", ""))
    frame = pd.DataFrame(cells, columns=["about", "value", "low", "high", "grade", "source_id"])
    frame = frame.assign(text="", unit="", basis="reported", headline="x", page="05_shipments")
    assert words.weakest(frame).splitlines() == [
        "- Wide: 2 (1 to 3), a factor of 3.0 between the ends, with a document of grade B.",
        "- Weak: 5, with a document of grade C.",
        "- Nothing: unknown by this day.",
    ]
    assert words.weakest(frame[:1]) == "No key figure needs a weak document or has a wide interval."


def test_new_documents_are_counted_and_the_best_are_named():
    columns = ["source_id", "publisher", "title", "published_on", "grade"]
    rows = [("a", "SEC", "Form 10-Q", "2025-05-28", "A"), ("b", "Blog", "Leak", "2025-05-30", "C")]
    rows += [("c", "SEC", "Form 8-K", "2025-02-01", "A"), ("d", "SEC", "Form 10-K", "2025-06-02", "A")]
    told = words.new_documents(pd.DataFrame(rows, columns=columns), "2025-06-01")
    counted = "2 documents of the record were published between 2025-03-03 and 2025-06-01."
    assert told == f"{counted} The best: SEC (2025-05-28, grade A)."
    nothing = words.new_documents(pd.DataFrame(rows[2:], columns=columns), "2025-01-01")
    assert nothing == "No document of the record was published between 2024-10-03 and 2025-01-01."
