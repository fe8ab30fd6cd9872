"""The audit of a ledger of one's own: the page, the table, and the command that writes them."""

import csv

import pytest

from analysis.claims.report import write
from analysis.cli import main
from analysis.facts.errors import DataError
from tests.records import record

HEADER = "claim_id,article_id,topic,subject,counterparty,metric,qualifier,low,value,high,unit,claim,checkable"
RATIO = "M-1,mine,performance_ratio,H20,H100,performance,about,,15,,percent,H20 has 15 percent of an H100.,numeric"
UNKNOWN_CHIP = "M-2,mine,spec,H21,,memory_capacity,exact,,96,,GB,H21 carries 96 GB.,numeric"
OPINION = "M-3,mine,market,H20,,opinion,,,,,,H20 is a fine chip.,opinion"


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([HEADER, RATIO, UNKNOWN_CHIP, OPINION]) + "\n", encoding="utf-8")
    return path


def test_a_page_and_a_table_are_written_and_say_what_was_left_out(ledger, tmp_path):
    written, verdicts, faults = write(ledger, tmp_path / "out", record())
    assert [path.name for path in written] == ["audit_mine.html", "audit_mine.csv"]
    page = written[0].read_text(encoding="utf-8")
    assert "Which claims of mine survive?" in page
    assert "H20 has 15 percent of an H100." in page
    assert "&#39;H21&#39; is no chip on record." in page or "'H21' is no chip on record." in page
    rows = {row["claim_id"]: row for row in csv.DictReader(written[1].open(encoding="utf-8"))}
    # 296 over 1,979 TOPS of dense FP8 is 15.0 percent
    assert rows["M-1"]["verdict"] == "supported"
    assert rows["M-1"]["is_suggested"] == "True"
    assert rows["M-3"]["verdict"] == "unverifiable"
    assert "M-2" not in rows
    assert [str(fault) for fault in faults] == [
        "mine.csv line 3, subject: 'H21' is no chip on record. See table products."
    ]
    assert len(verdicts) == 2


def test_two_runs_write_the_same_bytes(ledger, tmp_path):
    first, second = (write(ledger, tmp_path / name, record())[0] for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_command_exits_with_one_if_claims_were_left_out(ledger, tmp_path, capsys):
    assert main(["audit", str(ledger), "--out", str(tmp_path), "--as-of", "2026-10-01"]) == 1
    told = capsys.readouterr().err
    assert "2 claims audited" in told
    assert "1 fault: their claims were left out." in told


def test_nothing_is_written_of_a_file_that_is_refused(tmp_path):
    with pytest.raises(DataError, match="the file is missing"):
        write(tmp_path / "nothing.csv", tmp_path, record())
    assert not list(tmp_path.glob("audit_*"))
