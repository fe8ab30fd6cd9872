"""Filings beside what is stored: statuses, what is added and what is not, and the two real ones against the record."""

import json
import socket
from datetime import date

import pytest

from analysis.cli import main
from analysis.facts import limits, load
from analysis.facts.errors import FilingError, ParameterError
from analysis.facts.schema import TABLES
from analysis.revenue.filings import ingest
from tests.revenue.filings.made import CHINA, OFFICES, PLACES, TOTAL, as_lower_case, fact, geography


@pytest.fixture
def no_network(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a filing is read without a network"))


@pytest.fixture
def run(made, no_network, capsys):
    """Status by metric and place of a made filing, from the command line, and its exit status."""

    def command(facts, *options, **words):
        status = main(["ingest", str(made(facts, **words)), "--format", "json", *options])
        out = capsys.readouterr()
        return status, json.loads(out.out) if out.out else out.err

    return command


def test_new_same_and_conflicting(run):
    status, rows = run([*TOTAL, *geography(), fact("12,890", concept="us-gaap:CostOfRevenue")])
    assert (status, {row["metric"]: row["status"] for row in rows}) == (
        0,
        {"revenue": "same", "cost_of_revenue": "new"},
    )
    wanted = {
        "metric",
        "geography",
        "geography_basis",
        "period_start",
        "period_end",
        "value",
        "unit",
        "status",
        "locator",
    }
    assert wanted <= set(rows[0])
    moved = PLACES | {CHINA: "2,770", "country:TW": "8,528"}
    status, rows = run([*TOTAL, *geography(moved)])
    assert status == 1
    assert [row["geography"] for row in rows if row["status"] == "conflicting"] == [
        "Taiwan",
        "China (including Hong Kong)",
    ]
    assert rows[3]["stored"] == "8,529 (nvda-10q-fy2026q2)"


DAYS = ("2024-04-29", "2024-07-28")  # the second quarter of fiscal 2025
EARLIER = PLACES | {"country:US": "13,022", "country:SG": "5,622", "country:TW": "5,741", CHINA: "3,666"}
EARLIER |= {"nvda:AllOtherCountriesNotSeparatelyDisclosedMember": "1,989"}


def test_an_older_filing_with_another_figure_is_restated(run):
    _, rows = run([fact("30,040", days=DAYS), *geography(EARLIER, days=DAYS)], end="July 28, 2024")
    assert {row["geography"]: row["status"] for row in rows}["Taiwan"] == "restated"


@pytest.mark.parametrize(("filed", "is_recast"), [("2024-08-28", "no"), ("2026-08-26", "yes")])
def test_the_later_of_two_filings_is_the_recast_one(made, filed, is_recast):
    """What is stored of the quarter came with the 10-Q of 2025-08-27."""
    path = made([fact("30,040", days=DAYS), *geography(EARLIER, days=DAYS)], end="July 28, 2024")
    comparison = ingest.propose(path, filed, "0001045810-24-000000").comparison.set_index("geography")
    assert comparison.loc["Taiwan", ["status", "is_recast"]].tolist() == ["restated", is_recast]
    assert comparison.loc["Total", "is_recast"] == "no"


def test_other_with_singapore_inside_is_named_so(made):
    """The 10-K of fiscal 2024: 10,245 is 6,831 of Singapore and 3,414, which the next 10-K shows apart."""
    days = ("2023-01-30", "2024-01-28")
    places = {"country:US": "26,966", "country:TW": "13,405", CHINA: "10,306", "nvda:OtherCountriesMember": "10,245"}
    path = made([fact("60,922", days=days), *geography(places, days=days)], form="10-K", end="January 28, 2024")
    comparison = ingest.propose(path).comparison.set_index("geography")["status"]
    assert comparison.to_dict() == {
        "Total": "same",
        "United States": "same",
        "Taiwan": "same",
        "China (including Hong Kong)": "same",
        "Other (Singapore inside)": "new",
    }


COST = fact("12,890", concept="us-gaap:CostOfRevenue")


def test_what_is_accepted_is_added_once_and_by_itself(made, data_copy, load_from):
    load_from(data_copy.folder)
    before = data_copy.rows("revenue")
    assert ingest.accept([ingest.propose(made([*TOTAL, COST]))], data_copy.folder) == {"revenue": 1}
    after = data_copy.rows("revenue")
    assert after[:-1] == before
    row = dict(zip(TABLES["revenue"].columns, after[-1], strict=True))
    assert (row["metric"], row["value"], row["source_id"]) == ("cost_of_revenue", "12890", "nvda-10q-fy2026q2")
    load_from(data_copy.folder)
    assert ingest.accept([ingest.propose(made([*TOTAL, COST]))], data_copy.folder) == {}


def test_what_another_run_has_added_since_is_not_added_again(made, data_copy, load_from):
    load_from(data_copy.folder)
    first, second = (ingest.propose(made([*TOTAL, COST])) for _ in range(2))
    before = data_copy.rows("revenue")
    assert ingest.accept([first], data_copy.folder) == {"revenue": 1}
    assert ingest.accept([second], data_copy.folder) == {}
    assert data_copy.rows("revenue")[:-1] == before


NEW_DAYS = ("2027-02-01", "2027-05-02")  # after the calendar's last quarter, so that the filing brings its own
NEW = {"end": "May 2, 2027", "focus": "2028 Q1", "words": OFFICES}
NEW_PLACES = {"country:US": "60,000", "country:TW": "30,000", CHINA: "5,000", "nvda:OtherCountriesMember": "5,000"}


@pytest.fixture(autouse=True)
def later(monkeypatch):
    """A day on which the made-up quarter has been filed."""
    monkeypatch.setattr(limits, "today", lambda: date(2027, 6, 1))


def new_quarter(made, **options):
    facts = [fact("100,000", days=NEW_DAYS), *geography(NEW_PLACES, days=NEW_DAYS)]
    return ingest.propose(made(facts, **NEW), **options)


def test_a_new_filing_brings_its_source_and_its_period(made, data_copy, load_from):
    load_from(data_copy.folder)
    before = {name: data_copy.rows(name) for name in ("sources", "fiscal_periods", "revenue")}
    proposal = new_quarter(
        made, filed_on="2027-05-26", accession="0001045810-27-000050", url="https://example.org/q.htm"
    )
    added = ingest.accept([proposal], data_copy.folder)
    assert added == {"sources": 1, "fiscal_periods": 1, "revenue": 5}
    after = {name: data_copy.rows(name) for name in before}
    assert all(after[name][: len(before[name])] == before[name] for name in before)
    source = dict(zip(TABLES["sources"].columns, after["sources"][-1], strict=True))
    assert (source["source_id"], source["published_on"], source["grade"]) == ("nvda-10q-fy2028q1", "2027-05-26", "A")
    assert source["url"] == "https://example.org/q.htm"
    period = dict(zip(TABLES["fiscal_periods"].columns, after["fiscal_periods"][-1], strict=True))
    assert (period["fiscal_period"], *NEW_DAYS, period["weeks"]) == ("FY2028Q1", *period_days(period), "13")
    assert (period["basis"], period["source_id"]) == ("official", "nvda-10q-fy2028q1")
    load_from(data_copy.folder)
    assert ingest.accept([new_quarter(made)], data_copy.folder) == {}
    assert set(new_quarter(made).comparison["status"]) == {"same"}


def period_days(row):
    return row["period_start"], row["period_end"]


@pytest.mark.parametrize("broken", ["sources", "fiscal_periods", "revenue"])
def test_a_disk_that_fails_leaves_all_as_it_was(made, data_copy, load_from, monkeypatch, broken):
    load_from(data_copy.folder)
    before = {path.name: path.read_bytes() for path in data_copy.folder.glob("*.csv")}
    proposal = new_quarter(made, filed_on="2027-05-26", accession="0001045810-27-000050")
    write, failed = ingest.replace_bytes, []

    def fails_once(path, content):
        if path.stem == broken and not failed:
            failed.append(path)
            raise OSError("no space left on device")
        write(path, content)

    monkeypatch.setattr(ingest, "replace_bytes", fails_once)
    with pytest.raises(OSError, match="no space left"):
        ingest.accept([proposal], data_copy.folder)
    assert failed
    assert {path.name: path.read_bytes() for path in data_copy.folder.glob("*.csv")} == before


def test_a_source_that_is_not_stored_needs_its_day_and_number(made, data_copy, load_from):
    load_from(data_copy.folder)
    with pytest.raises(FilingError, match="the document has neither its day nor its number"):
        ingest.accept([new_quarter(made)], data_copy.folder)
    with pytest.raises(ParameterError) as refused:
        new_quarter(made, filed_on="26 May 2027", accession="25-1")
    assert [str(fault).partition(" is not ")[0] for fault in refused.value.faults] == [
        "--filed: '26 May 2027'",
        "--accession: '25-1'",
    ]


def test_a_conflict_writes_nothing(made, data_copy, load_from):
    load_from(data_copy.folder)
    before = {path.name: path.read_bytes() for path in data_copy.folder.glob("*.csv")}
    moved = PLACES | {CHINA: "2,770", "country:TW": "8,528"}
    with pytest.raises(FilingError, match=r"revenue China .* FY2026Q2: is 2,770 here, 2,769 .* in data/"):
        ingest.accept([ingest.propose(made([*TOTAL, *geography(moved)]))], data_copy.folder)
    assert {path.name: path.read_bytes() for path in data_copy.folder.glob("*.csv")} == before


def test_rows_that_break_the_tables_are_not_written(made, data_copy, load_from):
    load_from(data_copy.folder)
    proposal = ingest.propose(made([*TOTAL, COST]))
    proposal.comparison.loc[proposal.comparison["status"] == "new", "fiscal_period"] = "second quarter"
    before = (data_copy.folder / "revenue.csv").read_bytes()
    with pytest.raises(FilingError, match="would break data/; nothing is written"):
        ingest.accept([proposal], data_copy.folder)
    assert (data_copy.folder / "revenue.csv").read_bytes() == before


# the two real filings

REAL = {"nvda-20250126-10k.htm": ("nvda-10k-fy2025", 30, 7), "nvda-20250727-10q.htm": ("nvda-10q-fy2026q2", 30, 22)}


@pytest.fixture(scope="session")
def filings(research):
    folder = research.parent / "filings"
    if not folder.is_dir():
        pytest.skip("the two filings (shared/filings beside the repository) are not here")
    return folder


@pytest.mark.parametrize("name", REAL)
def test_a_real_filing_reproduces_what_is_stored(filings, no_network, name):
    source, same, new = REAL[name]
    proposal = ingest.propose(filings / name)
    counts = proposal.comparison["status"].value_counts().to_dict()
    assert (proposal.filing.source_id, proposal.filing.geography_basis) == (source, "billing")
    assert counts == {"same": same, "new": new}
    assert not proposal.filing.unread
    stored = load.table("revenue").query("source_id == @source and basis == 'official'")
    about = ["revenue", "data_center_revenue", "compute_revenue", "networking_revenue"]
    keys = set(stored[stored["metric"].isin(about)].set_index(["metric", "geography", "fiscal_period"]).index)
    same_keys = proposal.comparison.query("status == 'same'").set_index(["metric", "geography", "fiscal_period"]).index
    assert keys
    assert keys <= set(same_keys)


@pytest.mark.parametrize("name", REAL)
def test_a_real_filing_reads_alike_as_a_browser_saves_it(filings, tmp_path, name):
    page = (filings / name).read_text(encoding="utf-8").partition("?>")[2]
    copy = tmp_path / name
    copy.write_text("<!DOCTYPE html>" + as_lower_case(page).replace("&#160;", "&nbsp;"), encoding="utf-8")
    filed, saved = ingest.propose(filings / name), ingest.propose(copy)
    assert saved.comparison.equals(filed.comparison)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("nvda-20250126-10k.htm", {"geography": "China (including Hong Kong)", "fiscal_period": "FY2025"}),
        ("nvda-20250126-10k.htm", {"metric": "data_center_revenue", "fiscal_period": "FY2024"}),
        ("nvda-20250727-10q.htm", {"metric": "gross_profit", "fiscal_period": "FY2026Q2"}),
    ],
)
def test_one_changed_figure_is_the_one_reported(filings, data_copy, load_from, name, cells):
    cells = {"metric": "revenue", "company": "NVIDIA"} | cells
    line = data_copy.find("revenue", **cells, **({"geography_basis": "billing"} if "geography" in cells else {}))
    data_copy.put("revenue", line, "value", "12345")
    load_from(data_copy.folder)
    made = ingest.propose(filings / name).comparison
    odd = made[~made["status"].isin(["same", "new"])]
    assert len(odd) == 1
    assert {key: odd.iloc[0][key] for key in cells} == cells
    assert odd.iloc[0]["stored"].startswith("12,345 (")
