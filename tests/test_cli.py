"""The command line: tables in three formats, and refusals with exit status 2."""

import csv
import io
import json
import re

import pytest

from analysis import catalogue
from analysis.cli import main
from analysis.facts.schema import TABLES


@pytest.fixture
def run(capsys):
    def command(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return command


@pytest.fixture
def rows(run):
    def table(*arguments: str) -> list[dict[str, str]]:
        status, out, err = run("table", *arguments)
        assert (status, err) == (0, "")
        return list(csv.DictReader(io.StringIO(out)))

    return table


def test_tables_are_listed(run):
    status, out, _ = run("table")
    listed = [line.split()[0] for line in out.splitlines()]
    assert status == 0
    assert set(catalogue.results()) <= set(listed)
    assert len(listed) == len(set(listed)) == len(catalogue.results()) + len(TABLES)
    assert "-p basis, currency, first_period, last_period" in out


def test_csv_has_both_bases_of_fiscal_2025(rows):
    found = {row["geography_basis"]: row for row in rows("china_revenue") if row["fiscal_period"] == "FY2025"}
    # revenue/NOTES.md of the research
    assert float(found["billing"]["revenue_musd"]) == 17_108
    assert float(found["headquarters"]["revenue_musd"]) == 25_048
    assert found["billing"]["known_on"] == "2025-02-26"


def test_parameters_and_day(rows):
    asked = ("china_revenue", "-p", "basis", "billing", "-p", "first_period", "FY2025Q1", "--as-of", "2025-04-17")
    found = rows(*asked)
    assert {row["geography_basis"] for row in found} == {"billing"}
    assert min(row["period_start"] for row in found) == "2024-01-29"
    assert max(row["known_on"] for row in found) <= "2025-04-17"


def test_lists_are_separated_by_commas(rows):
    found = rows("equivalence", "-p", "chips", "h20-96gb, h200-sxm")
    assert list(dict.fromkeys(row["chip_id"] for row in found)) == ["h20-96gb", "h200-sxm"]


def test_json_parses_and_its_days_are_days(run):
    status, out, _ = run("table", "licensed_chips", "--format", "json")
    records = json.loads(out)
    assert status == 0
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", record["known_on"]) for record in records)
    charge = next(record for record in records if record["item"] == "h20_charge_estimate")
    assert (charge["amount_musd"], charge["high"]) == (None, 5500)  # an upper bound is no amount


def test_markdown(run):
    status, out, _ = run("table", "reconciliation", "--format", "markdown")
    head, rule, first, *_ = out.splitlines()
    assert status == 0
    assert head.startswith("| geography_basis")
    assert set(rule) <= set("|:-")
    assert first.startswith("| billing")


def test_raw_table_where_a_result_has_its_name(rows):
    raw, result = rows("data.shipment_estimates"), rows("shipment_estimates")
    assert "as_printed" in raw[0]
    assert "as_printed" not in result[0]


def test_struck_sources_are_gone(rows):
    before = rows("china_revenue")
    after = rows("china_revenue", "--without", "nvda-10k-fy2025", "nvda-10k-fy2026")
    struck = {"nvda-10k-fy2025", "nvda-10k-fy2026"}
    assert struck & {row["source_id"] for row in before}
    assert not struck & {row["source_id"] for row in after}


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            "china_revenu",
            "There is no table 'china_revenu'. Did you mean 'china_revenue'? Run `table` alone to list them.",
        ),
        (
            "china_revenue -p base billing",
            "china_revenue has no parameter 'base'. Did you mean 'basis'? "
            "It has: as_of, without, basis, currency, first_period, last_period.",
        ),
        ("reconciliation -p basis billing", "reconciliation has no parameter 'basis'. It has: as_of, without."),
        ("china_revenue --as-of soon", "as_of: 'soon' is not a day. Write it as year-month-day, 2025-04-17."),
        (
            "china_revenue --without nvda-10k-fy25",
            "without: there is no source 'nvda-10k-fy25'. Did you mean 'nvda-10k-fy2025'? See table sources.",
        ),
        (
            "china_revenue -p first_period FY26Q1",
            "first_period: 'FY26Q1' is not like 'FY2026Q3' or 'FY2026'. Write the year in four digits.",
        ),
    ],
)
def test_refused_with_status_2(run, arguments, refusal):
    assert run("table", *arguments.split()) == (2, "", refusal + "\n")


def test_several_faults_are_several_lines(run):
    status, out, err = run("table", "equivalence", "-p", "chips", "h20,h300", "-p", "baseline", "h100-sxn")
    assert (status, out) == (2, "")
    assert [line.split(":")[0] for line in err.splitlines()] == ["chips", "chips", "baseline"]


@pytest.mark.parametrize("arguments", [[], ["tables"], ["table", "china_revenue", "--format", "xml"]])
def test_unusable_command_lines_end_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: python -m analysis" in capsys.readouterr().err


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "python -m analysis table equivalence --format markdown" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("-p", "as_of", "2025-04-17"), ("-p", "as_of=2025-04-17")])
def test_a_day_is_asked_for_in_one_way_however_it_is_written(run, arguments):
    assert run("table", "reconciliation", *arguments) == run("table", "reconciliation", "--as-of", "2025-04-17")


def test_sources_are_struck_in_one_way_however_it_is_written(run):
    struck = run("table", "china_revenue", "--without", "nvda-10k-fy2025", "nvda-10k-fy2024")
    assert struck[0] == 0
    assert struck == run("table", "china_revenue", "-p", "without=nvda-10k-fy2025,nvda-10k-fy2024")


def test_a_value_may_hold_an_equals_sign(run):
    assert run("table", "positions", "-p", "swap", "price=10000") == run("table", "positions", "-p", "swap=price=10000")


@pytest.mark.parametrize("command", ["table", "report", "audit"])
def test_what_is_given_twice_is_refused(run, command):
    subject = {"table": ["china_revenue"], "report": ["04"], "audit": ["data/claims.csv"]}[command]
    status, out, err = run(command, *subject, "-p", "as_of", "2025-04-17", "--as-of", "2025-04-18", "-p", "basis")
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "-p basis: has no value. Write -p NAME=VALUE.",
        "as_of: is given 2 times: '2025-04-17' and '2025-04-18'. Give it once.",
    ]


def test_an_audit_has_two_parameters(run):
    status, _, err = run("audit", "data/claims.csv", "-p", "fee", "1")
    assert (status, err) == (2, "audit has no parameter 'fee'. It has: as_of, without.\n")
