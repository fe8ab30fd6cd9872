"""A record: a snapshot that reads each table once, strikes sources, and sees an edited file when it is made anew."""

import os
from datetime import date

import pandas as pd
import pytest

from analysis.facts import load
from analysis.facts.errors import DataError, ParameterError
from analysis.facts.record import Record, shared


def test_a_day_may_be_a_date_or_text():
    assert Record(date(2025, 4, 17)).day == Record("2025-04-17").day == "2025-04-17"
    assert Record().day == f"{load.last_day():%Y-%m-%d}"


@pytest.mark.parametrize(
    ("as_of", "without", "words"),
    [
        ("2025-4-17", (), "as_of: '2025-4-17' is not a day."),
        ("2031-01-01", (), "as_of: 2031-01-01 is after"),
        ("1990-01-01", (), "as_of: 1990-01-01 is before the first recorded fact"),
        (None, "nvda-10k-fy2O25", "without: there is no source 'nvda-10k-fy2O25'. Did you mean 'nvda-10k-fy2025'?"),
    ],
)
def test_what_cannot_be_known_is_refused_when_the_record_is_made(as_of, without, words):
    with pytest.raises(ParameterError) as refused:
        Record(as_of, without)
    assert str(refused.value).startswith(words)


def test_one_source_alone_is_one_source_and_not_its_letters():
    record = Record(without="nvda-10k-fy2025")
    assert record.without == ("nvda-10k-fy2025",)
    assert "nvda-10k-fy2025" not in set(record.table("revenue")["source_id"])
    assert "nvda-10k-fy2025" in set(record.whole("revenue")["source_id"])


def test_a_table_that_is_changed_in_place_changes_nothing_else():
    record = Record()
    frame = record.table("revenue")
    frame["value"] = -1.0
    assert record.table("revenue")["value"].max() > 0


def test_an_edited_table_is_seen_by_the_next_record_and_not_by_the_last(data_copy, load_from):
    load_from(data_copy.folder)
    before = Record()
    line = data_copy.find("revenue", geography="Total", fiscal_period="FY2025", metric="revenue")
    assert 130497.0 in set(before.table("revenue")["value"])
    data_copy.put("revenue", line, "value", "130498")
    os.utime(data_copy.folder / "revenue.csv", ns=(1, 1))  # whatever the clock of the file system resolves
    assert 130498.0 not in set(before.table("revenue")["value"])
    assert 130498.0 in set(Record().table("revenue")["value"])


def test_a_table_that_is_spoiled_while_at_work_is_refused(data_copy, load_from):
    load_from(data_copy.folder)
    Record().table("revenue")
    data_copy.put("revenue", 2, "value", "many")
    with pytest.raises(DataError, match=r"data/revenue\.csv line 2, value: 'many' is not a number"):
        Record().table("revenue")


def test_shared_work_is_done_once_a_record_and_argument():
    calls = []

    @shared
    def work(record: Record, factor: float) -> float:
        calls.append((record.day, factor))
        return factor

    record, other = Record("2025-04-17"), Record("2025-04-18")
    assert [work(record, 2.0), work(record, 2.0), work(record, 3.0), work(other, 2.0)] == [2.0, 2.0, 3.0, 2.0]
    assert calls == [("2025-04-17", 2.0), ("2025-04-17", 3.0), ("2025-04-18", 2.0)]


def test_a_struck_record_takes_over_what_its_strike_does_not_reach():
    calls = []

    @shared
    def of_china(record: Record) -> pd.DataFrame:
        calls.append("of_china")
        rows = record.table("revenue")
        return rows[rows["geography"].str.startswith("China")].reset_index(drop=True)

    @shared
    def sum_of_china(record: Record, factor: float) -> float:
        calls.append("sum")
        return factor * of_china(record)["value"].sum()

    record = Record()
    total = sum_of_china(record, 1.0)
    rows = record.table("revenue")
    of_all, of_some = set(rows["source_id"]), set(of_china(record)["source_id"])
    calls.clear()
    assert sum_of_china(record.struck("4nownews-910c-2024"), 1.0) == total
    assert calls == []  # none of its rows was read
    beside = min(of_all - of_some)
    assert sum_of_china(record.struck(beside), 1.0) == total
    assert calls == ["of_china"]  # the rows of China came to the same
    calls.clear()
    without = record.struck("nvda-10k-fy2026")
    assert sum_of_china(without, 1.0) == of_china(Record(without="nvda-10k-fy2026"))["value"].sum() != total
    assert record.read_by(sum_of_china, 1.0) == without.read_by(sum_of_china, 1.0) == {"revenue"}


def test_a_record_of_another_day_takes_over_what_read_the_same_rows_and_no_day():
    calls = []

    @shared
    def models(record: Record) -> int:
        calls.append("models")
        return len(record.table("models"))

    @shared
    def day(record: Record) -> str:
        calls.append("day")
        return record.day

    @shared
    def revenue(record: Record) -> int:
        calls.append("revenue")
        return len(record.table("revenue"))

    record = Record("2026-11-25")
    models(record), day(record), revenue(record)
    calls.clear()
    before = record.at("2026-11-24")
    assert (models(before), day(before)) == (models(record), "2026-11-24")
    assert calls == ["day"]
    assert revenue(record.at("2025-04-17")) == len(Record("2025-04-17").table("revenue")) < revenue(record)


def test_another_day_keeps_the_sources_struck():
    record = Record("2025-04-17", without="nvda-10k-fy2025")
    assert record.at("2025-04-17") is record
    assert record.at("2025-03-01") is record.at("2025-03-01")
    assert record.at("2025-03-01").without == ("nvda-10k-fy2025",)
    assert record.at(None, without=()).without == ()


def test_sources_of_frames_and_of_single_rows():
    record = Record()
    revenue = record.table("revenue")
    row = revenue[revenue["source_id"] == "nvda-10k-fy2025"].iloc[0]
    assert record.sources(row)["source_id"].tolist() == ["nvda-10k-fy2025"]
    priced = pd.DataFrame({"price_source_id": ["nvda-10k-fy2025|nvda-10k-fy2024", ""]})
    assert set(record.sources(row, priced)["source_id"]) == {"nvda-10k-fy2025", "nvda-10k-fy2024"}
    assert record.sources(row, priced).set_index("source_id")["rows"].to_dict() == {
        "nvda-10k-fy2025": 2,
        "nvda-10k-fy2024": 1,
    }
