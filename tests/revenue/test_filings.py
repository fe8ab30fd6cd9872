"""Filings read by the suite: a made filing by hand, what is refused, and the two real ones against the record."""

import json
import socket
import subprocess
import sys
import textwrap

import pytest

from analysis.cli import main
from analysis.facts import load
from analysis.facts.errors import FilingError, ParameterError
from analysis.facts.schema import TABLES
from analysis.revenue.filings import ingest, read, statements
from analysis.revenue.filings.nvidia import CONCEPTS

QUARTER, HALF = ("2025-04-28", "2025-07-27"), ("2025-01-27", "2025-07-27")
BILLING = "Revenue by geographic area is based upon the billing location of the customer."
OFFICES = "Revenue by geographic area is based upon the location of the customers&#8217; headquarters."
CHINA = "nvda:ChinaIncludingHongKongMember"
GEOGRAPHY, PRODUCT = "srt:StatementGeographicalAxis", "srt:ProductOrServiceAxis"
PLACES = {"country:US": "23,470", "country:SG": "10,156", "country:TW": "8,529", CHINA: "2,769"}
PLACES |= {"nvda:AllOtherCountriesNotSeparatelyDisclosedMember": "1,819"}


def fact(printed, members=(), concept="us-gaap:Revenues", days=QUARTER, **attributes):
    """A fact with a context of its own, as markup."""
    told = {"unitRef": "usd", "decimals": "-6", "scale": "6", "format": "ixt:num-dot-decimal"} | attributes
    explicit = "".join(f'<xbrldi:explicitMember dimension="{a}">{m}</xbrldi:explicitMember>' for a, m in members)
    name = f"c{abs(hash((members, days))) % 10**9}"
    start, end = (f"<xbrli:{tag}>{day}</xbrli:{tag}>" for tag, day in zip(("startDate", "endDate"), days, strict=True))
    context = (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:segment>{explicit}</xbrli:segment></xbrli:entity>'
        f"<xbrli:period>{start}{end}</xbrli:period></xbrli:context>"
    )
    written = " ".join(f'{key}="{value}"' for key, value in told.items() if value is not None)
    return (
        context,
        f'<td><ix:nonFraction name="{concept}" contextRef="{name}" {written}>{printed}</ix:nonFraction></td>',
    )


def geography(places=PLACES):
    return [fact(printed, ((GEOGRAPHY, place),)) for place, printed in places.items()]


def filing(facts, *, words=BILLING, cik="0001045810", form="10-Q", end="July 27, 2025", before="", inside=""):
    resources = "".join(dict.fromkeys(context for context, _ in facts))
    about = {"EntityRegistrantName": "NVIDIA CORP", "EntityCentralIndexKey": cik, "DocumentType": form}
    hidden = "".join(
        f'<ix:nonNumeric name="dei:{name}" contextRef="d">{value}</ix:nonNumeric>'
        for name, value in {**about, "DocumentPeriodEndDate": end}.items()
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>{before}
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:us-gaap="http://fasb.org/us-gaap/2025" xmlns:srt="http://fasb.org/srt/2025"
 xmlns:dei="http://xbrl.sec.gov/dei/2025" xmlns:country="http://xbrl.sec.gov/country/2025"
 xmlns:nvda="http://www.nvidia.com/20250727"><body><div><ix:header><ix:hidden>{hidden}</ix:hidden><ix:resources>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>{resources}</ix:resources></ix:header>
</div>
<p>{words}</p><table><tr>{"".join(markup for _, markup in facts)}</tr></table>{inside}</body></html>"""


@pytest.fixture
def made(tmp_path):
    """The path of a made filing."""

    def write(facts, **options):
        path = tmp_path / "made.htm"
        path.write_text(filing(facts, **options), encoding="utf-8")
        return path

    return write


@pytest.fixture
def rows(made):
    """What a made filing says, as ``{(metric, geography, scope, period): (value, low, high)}``."""

    def said(facts, **options):
        found = statements(read(made(facts, **options), CONCEPTS), load.table("fiscal_periods"))
        return {(s.metric, s.geography, s.scope, s.fiscal_period): (s.value, s.low, s.high) for s in found.statements}

    return said


def refusal(made, facts, **options):
    with pytest.raises(FilingError) as refused:
        statements(read(made(facts, **options), CONCEPTS), load.table("fiscal_periods"))
    return str(refused.value)


TOTAL = [fact("46,743")]


def test_scale_sign_and_format(rows):
    found = rows(
        [
            *TOTAL,
            fact("90.8", days=HALF, scale="9", decimals="-8"),
            fact("1 234", concept="us-gaap:GrossProfit", sign="-", format="ixt:num-comma-decimal"),
            fact("&#8212;", concept="us-gaap:InventoryWriteDown", format="ixt:fixed-zero"),
        ]
    )
    assert found == {
        ("revenue", "Total", "", "FY2026Q2"): (46743, None, None),
        ("revenue", "Total", "", "FY2026H1"): (90800, 90750, 90850),
        ("gross_profit", "Total", "", "FY2026Q2"): (-1234, None, None),
        ("inventory_provisions", "Total", "inventory", "FY2026Q2"): (0, None, None),
    }


def test_a_figure_is_no_finer_than_it_is_printed(rows):
    """1.6 billion tagged as good to a million, as in the 10-K of fiscal 2025, is 1,550 to 1,650."""
    found = rows([*TOTAL, fact("1.6", concept="us-gaap:InventoryWriteDown", scale="9", decimals="-6", format=None)])
    assert found["inventory_provisions", "Total", "inventory", "FY2026Q2"] == (1600, 1550, 1650)


@pytest.mark.parametrize(("words", "basis"), [(BILLING, "billing"), (OFFICES, "headquarters")])
def test_the_basis_is_in_the_words(made, words, basis):
    found = statements(read(made([*TOTAL, *geography()], words=words), CONCEPTS), load.table("fiscal_periods"))
    assert found.geography_basis == basis
    china = next(s for s in found.statements if s.geography == "China (including Hong Kong)")
    assert (china.value, china.geography_basis) == (2769, basis)


def test_the_basis_is_never_guessed(made):
    told = refusal(made, [*TOTAL, *geography()], words="Our headquarters are in Santa Clara.")
    assert "names neither billing location nor headquarters as the basis of its geographic table" in told
    assert "names both billing location and headquarters" in refusal(
        made, [*TOTAL, *geography()], words=BILLING + " " + OFFICES
    )


def test_prefixes_are_the_document_s_own_affair(made):
    text = filing([*TOTAL, *geography()]).replace("us-gaap:", "gaap:").replace("xmlns:us-gaap", "xmlns:gaap")
    path = made(TOTAL)
    path.write_text(text, encoding="utf-8")
    assert len(statements(read(path, CONCEPTS), load.table("fiscal_periods")).statements) == 6


def test_a_fact_twice_is_taken_at_its_finest(rows):
    found = rows([fact("46.7", scale="9", decimals="-8"), *TOTAL])
    assert found == {("revenue", "Total", "", "FY2026Q2"): (46743, None, None)}


def test_a_fact_twice_with_two_values_is_refused(made):
    told = refusal(made, [*TOTAL, fact("46,744")])
    assert "us-gaap:Revenues in context" in told
    assert "The filing contradicts itself." in told


def test_a_changed_member_name_is_refused(made):
    renamed = {"nvda:GreaterChinaMember" if place == CHINA else place: printed for place, printed in PLACES.items()}
    told = refusal(made, [*TOTAL, *geography(renamed)])
    assert "nvda:GreaterChinaMember is no place that is known." in told


def test_a_product_that_is_not_known_is_named_and_left(made):
    facts = [*TOTAL, fact("1", ((PRODUCT, "nvda:HyperscaleMember"),)), fact("2", ((PRODUCT, "nvda:GamingMember"),))]
    found = statements(read(made(facts), CONCEPTS), load.table("fiscal_periods"))
    assert (list(found.unread), len(found.statements)) == (["nvda:HyperscaleMember"], 1)


def test_lines_that_do_not_add_up_are_refused(made):
    short = {place: printed for place, printed in PLACES.items() if place != "country:SG"}
    told = refusal(made, [*TOTAL, *geography(short)])
    assert "the geographic table of FY2026Q2: adds up to 36,587, total revenue is 46,743." in told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"cik": "0000002488"}, "is of NVIDIA CORP (CIK 0000002488), not of NVIDIA."),
        ({"form": "8-K"}, "is a form 8-K. 10-K and 10-Q are read."),
        ({"end": "July 28, 2025"}, "is for a period that ends on 2025-07-28."),
        ({"inside": "<script>alert(1)</script>"}, "holds <script>: a filing has no active content."),
        ({"before": '<!DOCTYPE html [<!ENTITY a "b">]>'}, "declares a document type, which can define entities."),
        ({"before": '<!DOCTYPE html SYSTEM "http://example.org/x.dtd">'}, "declares a document type"),
    ],
)
def test_what_is_no_filing_of_ours_is_refused(made, options, told):
    assert told in refusal(made, TOTAL, **options)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ([fact("46,743", unitRef="shares")], "is in xbrli:shares. USD is read."),
        ([fact("46,743", unitRef="euro")], "unit 'euro' is not in the file."),
        ([fact("n/a")], "'n/a' is not read as a number: digits are expected."),
        ([fact("4", format="ixt:numwordsen")], "the format 'numwordsen' is not known."),
        ([fact("1", days=("2025-04-01", "2025-06-30"))], "runs from 2025-04-01 to 2025-06-30, no fiscal period"),
    ],
)
def test_facts_that_cannot_be_used_are_named(made, facts, told):
    assert told in refusal(made, facts)


def test_a_page_without_facts_and_a_file_cut_short(tmp_path):
    page = tmp_path / "page.htm"
    page.write_text("<html><body>Revenue 46,743</body></html>", encoding="utf-8")
    with pytest.raises(FilingError, match="holds no inline-XBRL facts"):
        read(page, CONCEPTS)
    page.write_text(filing(TOTAL)[:-200], encoding="utf-8")
    with pytest.raises(FilingError, match="is not well-formed XML"):
        read(page, CONCEPTS)


def test_a_large_file_stays_small_in_memory_and_calls_no_network(made, monkeypatch):
    """50 MB of words and numbers, read in a process of its own that may take 1 GB."""
    many = (
        "<p>"
        + "<ix:nonFraction name='us-gaap:Other' contextRef='x' unitRef='usd'>1</ix:nonFraction> words " * 20
        + "</p>"
    )
    path = made([*TOTAL, *geography()], inside=many * 29_000)
    assert path.stat().st_size > 50e6
    program = """
        import resource, socket, sys
        socket.socket = None
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        from pathlib import Path
        from analysis.revenue.filings.inline_xbrl import read
        print(len(read(Path(sys.argv[1]), {"us-gaap:Revenues"}).facts))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("6", "")


# against what is stored


@pytest.fixture
def no_network(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a filing is read without a network"))


@pytest.fixture
def told(made, no_network, capsys):
    """Status by metric and place of a made filing, from the command line, and its exit status."""

    def run(facts, *options, **words):
        status = main(["ingest", str(made(facts, **words)), "--format", "json", *options])
        out = capsys.readouterr()
        return status, json.loads(out.out) if out.out else out.err

    return run


def test_new_same_and_conflicting(told):
    status, rows = told([*TOTAL, *geography(), fact("12,890", concept="us-gaap:CostOfRevenue")])
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
    status, rows = told([*TOTAL, *geography(moved)])
    assert status == 1
    assert [row["geography"] for row in rows if row["status"] == "conflicting"] == [
        "Taiwan",
        "China (including Hong Kong)",
    ]
    assert rows[3]["stored"] == "8,529 (nvda-10q-fy2026q2)"


def test_an_older_filing_with_another_figure_is_restated(told):
    earlier = PLACES | {"country:US": "13,022", "country:SG": "5,622", "country:TW": "5,741", CHINA: "3,666"}
    earlier |= {"nvda:AllOtherCountriesNotSeparatelyDisclosedMember": "1,989"}
    days = ("2024-04-29", "2024-07-28")
    facts = [fact(printed, ((GEOGRAPHY, place),), days=days) for place, printed in earlier.items()]
    _, rows = told([fact("30,040", days=days), *facts], end="July 28, 2024")
    assert {row["geography"]: row["status"] for row in rows}["Taiwan"] == "restated"


def test_what_is_accepted_is_added_once_and_by_itself(made, data_copy, load_from, monkeypatch):
    load_from(data_copy.folder)
    before = data_copy.rows("revenue")
    proposal = ingest.propose(made([*TOTAL, fact("12,890", concept="us-gaap:CostOfRevenue")]))
    assert ingest.accept(proposal, data_copy.folder) == 1
    after = data_copy.rows("revenue")
    assert after[:-1] == before
    row = dict(zip(TABLES["revenue"].columns, after[-1], strict=True))
    assert (row["metric"], row["value"], row["source_id"]) == ("cost_of_revenue", "12890", "nvda-10q-fy2026q2")
    load_from(data_copy.folder)
    assert (
        ingest.accept(ingest.propose(made([*TOTAL, fact("12,890", concept="us-gaap:CostOfRevenue")])), data_copy.folder)
        == 0
    )


def test_a_source_that_is_not_known_needs_its_day_and_number(made, data_copy, load_from):
    load_from(data_copy.folder)
    made_so = {"end": "October 26, 2025", "facts": [fact("57,007", days=("2025-07-28", "2025-10-26"))]}
    path = made(made_so["facts"], end=made_so["end"])
    data_copy.keep("sources", lambda row: row["source_id"] != "nvda-10q-fy2026q3")
    data_copy.keep("revenue", lambda row: row["source_id"] != "nvda-10q-fy2026q3")
    load_from(data_copy.folder)
    with pytest.raises(FilingError, match="the document tells neither its day nor its number"):
        ingest.accept(ingest.propose(path), data_copy.folder)
    with pytest.raises(ParameterError, match="--accession: '25-1' is not like"):
        ingest.propose(path, "2025-11-19", "25-1")


def test_a_conflict_writes_nothing(made, data_copy, load_from):
    load_from(data_copy.folder)
    before = {path.name: path.read_bytes() for path in data_copy.folder.glob("*.csv")}
    moved = PLACES | {CHINA: "2,770", "country:TW": "8,528"}
    with pytest.raises(FilingError, match=r"revenue China .* FY2026Q2: is 2,770 here, 2,769 .* in data/"):
        ingest.accept(ingest.propose(made([*TOTAL, *geography(moved)])), data_copy.folder)
    assert {path.name: path.read_bytes() for path in data_copy.folder.glob("*.csv")} == before


def test_rows_that_break_the_tables_are_not_written(made, data_copy, load_from):
    load_from(data_copy.folder)
    proposal = ingest.propose(made([*TOTAL, fact("12,890", concept="us-gaap:CostOfRevenue")]))
    proposal.found.loc[proposal.found["status"] == "new", "fiscal_period"] = "second quarter"
    before = (data_copy.folder / "revenue.csv").read_bytes()
    with pytest.raises(FilingError, match="would break data/; nothing is written"):
        ingest.accept(proposal, data_copy.folder)
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
    counts = proposal.found["status"].value_counts().to_dict()
    assert (proposal.filing.source_id, proposal.filing.geography_basis) == (source, "billing")
    assert counts == {"same": same, "new": new}
    assert not proposal.filing.unread
    stored = load.table("revenue").query("source_id == @source and basis == 'official'")
    about = ["revenue", "data_center_revenue", "compute_revenue", "networking_revenue"]
    keys = set(stored[stored["metric"].isin(about)].set_index(["metric", "geography", "fiscal_period"]).index)
    found = proposal.found.query("status == 'same'").set_index(["metric", "geography", "fiscal_period"]).index
    assert keys
    assert keys <= set(found)


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
    found = ingest.propose(filings / name).found
    odd = found[~found["status"].isin(["same", "new"])]
    assert len(odd) == 1
    assert {key: odd.iloc[0][key] for key in cells} == cells
    assert odd.iloc[0]["stored"].startswith("12,345 (")
