"""`ingest --edgar`, through edgartools, against a server on loopback that answers as EDGAR does. Never the real one."""

import importlib.metadata
import json
import sys
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from analysis.cli import main
from analysis.facts import limits
from analysis.revenue.filings import edgar, ingest
from tests.revenue.filings.made import CHINA, OFFICES, TOTAL, fact, filing, geography

IDENTITY = "A Reader reader@example.org"
FOLDER = "/Archives/edgar/data/1045810"
INDEX = "/submissions/CIK0001045810.json"
# form, number, day, main document, items; the newest first, with an amendment and an 8-K of another kind
FILED = [
    ("10-K/A", "0001045810-27-000060", "2027-06-02", "nvda-amended.htm", ""),
    ("8-K", "0001045810-27-000055", "2027-06-01", "nvda-vote.htm", "5.07"),
    ("10-Q", "0001045810-27-000050", "2027-05-26", "nvda-20270502.htm", ""),
    ("8-K", "0001045810-27-000049", "2027-05-26", "nvda-20270526.htm", "2.02,9.01"),
    ("10-K", "0001045810-25-000023", "2025-02-26", "nvda-20250126.htm", ""),
    ("8-K", "0001045810-25-000021", "2025-02-26", "nvda-20250226.htm", "2.02,9.01"),
    ("10-Q", "0001045810-24-000316", "2024-11-20", "nvda-20241027.htm", ""),
]
DAYS, YEAR = ("2027-02-01", "2027-05-02"), ("2024-01-29", "2025-01-26")
PLACES = {"country:US": "60,000", "country:TW": "30,000", CHINA: "5,000", "nvda:OtherCountriesMember": "5,000"}
QUARTER = filing(
    [fact("100,000", days=DAYS), *geography(PLACES, days=DAYS)], end="May 2, 2027", focus="2028 Q1", words=OFFICES
)
ANNUAL = filing([fact("130,497", days=YEAR)], form="10-K", end="January 26, 2025")


def path_of(number, name):
    return f"{FOLDER}/{number.replace('-', '')}/{name}"


RELEASE = path_of(FILED[3][1], "q1fy28pr.htm")
DOCUMENT, ANNUAL_DOCUMENT = path_of(FILED[2][1], FILED[2][3]), path_of(FILED[4][1], FILED[4][3])
RELEASE_INDEX = path_of(FILED[3][1], f"{FILED[3][1]}-index.html")


def listed():
    """The list of filings, in the form of data.sec.gov/submissions."""
    columns = {
        "accessionNumber": [number for _, number, *_ in FILED],
        "filingDate": [day for _, _, day, *_ in FILED],
        "reportDate": [day for _, _, day, *_ in FILED],
        "acceptanceDateTime": [f"{day}T20:20:00.000Z" for _, _, day, *_ in FILED],
        "form": [form for form, *_ in FILED],
        "items": [items for *_, items in FILED],
        "primaryDocument": [name for *_, name, _ in FILED],
        "isXBRL": [1] * len(FILED),
        "isInlineXBRL": [1] * len(FILED),
        "size": [1] * len(FILED),
    }
    columns |= {
        name: [""] * len(FILED) for name in ("act", "fileNumber", "filmNumber", "core_type", "primaryDocDescription")
    }
    address = dict.fromkeys(
        ("street1", "street2", "city", "stateOrCountry", "stateOrCountryDescription", "zipCode"), "nowhere"
    )
    empty = "sic sicDescription category fiscalYearEnd entityType phone flags ein description website investorWebsite"
    empty += " stateOfIncorporation stateOfIncorporationDescription"
    about = dict.fromkeys(empty.split(), "") | {"cik": "1045810", "name": "NVIDIA CORP", "tickers": ["NVDA"]}
    about |= {"exchanges": ["Nasdaq"], "formerNames": [], "addresses": {"mailing": address, "business": address}}
    about |= {"insiderTransactionForOwnerExists": 0, "insiderTransactionForIssuerExists": 1}
    return json.dumps(about | {"filings": {"recent": columns, "files": []}})


def index_page():
    files = [("8-K", path_of(FILED[3][1], FILED[3][3]), "8-K"), ("PRESS RELEASE", RELEASE, "EX-99.1")]
    rows = "".join(
        f"<tr><td>{n}</td><td>{what}</td><td><a href='{path}'>a file</a></td><td>{kind}</td><td>9</td></tr>"
        for n, (what, path, kind) in enumerate(files, start=1)
    )
    head = "<tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>"
    return f'<html><body><table class="tableFile" summary="Document Format Files">{head}{rows}</table></body></html>'


class Answers(BaseHTTPRequestHandler):
    """Gives what `EDGAR.pages` has, or what `EDGAR.odd` does instead; refuses who does not say who asks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        EDGAR.asked.append((self.path, self.headers["User-Agent"]))
        if "@" not in self.headers["User-Agent"]:
            return self.answer(403, "Undeclared Automated Tool")
        if self.path in EDGAR.odd:
            return EDGAR.odd[self.path](self)
        page = EDGAR.pages.get(self.path)
        return self.answer(404, "Not Found") if page is None else self.answer(200, page)

    def answer(self, status, page, length=None):
        content = page.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Says nothing of a reader that hangs up in the middle of an answer: some tests have it do so."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class EDGAR:
    """What the server has, what it does instead on some paths, and what it was asked, by whom."""

    pages, odd, asked = {}, {}, []


def breaks_off(handler):
    handler.answer(200, "{" + " " * 1000, length=50_000)
    handler.close_connection = True


def says_nothing(handler):
    time.sleep(3)
    handler.close_connection = True


def drips(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" " * 10)
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server():
    if not list(importlib.metadata.distributions(name="edgartools")):
        pytest.skip("edgartools is not installed here: `make test` runs these in .venv/edgar")
    running = Server(("127.0.0.1", 0), Answers)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{running.server_port}"
    with pytest.MonkeyPatch.context() as patch:  # edgartools reads its addresses once, when it is imported
        patch.setenv("EDGAR_BASE_URL", address)
        patch.setenv("EDGAR_DATA_URL", address)
        import edgar.config

        assert address == edgar.config.SEC_BASE_URL == edgar.config.SEC_DATA_URL, "edgartools was imported before"
        yield address
    running.shutdown()
    running.server_close()


@pytest.fixture
def served(server, monkeypatch, tmp_path, data_copy, load_from):
    """The server with its usual pages, and a home and data of their own."""
    EDGAR.pages = {INDEX: listed(), DOCUMENT: QUARTER, ANNUAL_DOCUMENT: ANNUAL, RELEASE_INDEX: index_page()}
    EDGAR.odd, EDGAR.asked = {}, []
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(limits, "today", lambda: date(2027, 6, 2))  # the day of the newest filing that it lists
    monkeypatch.setenv("EDGAR_HTTP_TIMEOUT", "1")
    monkeypatch.setenv("EDGAR_IDENTITY", "")
    load_from(data_copy.folder)
    monkeypatch.setattr(ingest.accept, "__defaults__", (data_copy.folder,))
    return server


@pytest.fixture
def run(served, capsys):
    def command(*options):
        status = main(["ingest", "--edgar", "--identity", IDENTITY, "--format", "json", *options])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else out, err

    return command


def test_the_newest_filings_are_shown_beside_what_is_stored(run, served):
    status, rows, err = run()
    assert status == 0
    shown = {(row["source_id"], row["geography"]): (row["value"], row["status"]) for row in rows}
    assert shown["nvda-10q-fy2028q1", "China (including Hong Kong)"] == (5000, "new")
    assert shown["nvda-10k-fy2025", "Total"] == (130497, "same")
    assert err.splitlines() == [
        "nvda-10q-fy2028q1: form 10-Q, FY2028Q1, geography by headquarters: 0 same, 5 new, 0 restated, 0 conflicting.",
        "New in data/fiscal_periods.csv: FY2028Q1.",
        "nvda-10k-fy2025: form 10-K, FY2025, no geographic table: 1 same, 0 new, 0 restated, 0 conflicting.",
        f"Results 8-K 0001045810-27-000049, filed 2027-05-26: {served}{RELEASE}",
        "A press release has no tagged figures: none is read. What it says first is entered by hand.",
    ]


def test_who_asks_is_said_and_nothing_else_is_asked_or_kept(run, tmp_path):
    run()
    assert {agent for _, agent in EDGAR.asked} == {IDENTITY}
    assert sorted(path for path, _ in EDGAR.asked) == sorted([INDEX, DOCUMENT, ANNUAL_DOCUMENT, RELEASE_INDEX])
    assert not list((tmp_path / "home").rglob("*"))


def test_all_is_added_in_one_step_and_once(run, data_copy, load_from):
    status, _, err = run("--accept")
    assert status == 0
    added = "Added 1 row to data/sources.csv, 1 row to data/fiscal_periods.csv, 5 rows to data/revenue.csv."
    assert err.splitlines()[-1] == f"{added} Next: make refresh."
    header, *_, last = data_copy.rows("sources")
    source = dict(zip(header, last, strict=True))
    assert (source["source_id"], source["published_on"]) == ("nvda-10q-fy2028q1", "2027-05-26")
    assert source["url"].endswith(DOCUMENT)
    assert "0001045810-27-000050" in source["title"]
    load_from(data_copy.folder)
    assert run("--accept")[2].splitlines()[-1] == "Nothing to add."


def refusals():
    def status(code):
        return lambda handler: handler.answer(code, "no")

    return [
        (INDEX, status(403), "refuses (403): it does so without a name and an e-mail address"),
        (INDEX, status(404), "has no list of NVIDIA's filings, or an empty one. Try again later."),
        (INDEX, status(429), "is asked too often (429). Wait ten minutes."),
        (INDEX, status(503), "answers 503. Try again later."),
        (INDEX, breaks_off, "broke off before the end; nothing of it is kept. Try again."),
        (INDEX, says_nothing, "does not answer in time."),
        (INDEX, lambda handler: handler.answer(200, "{}"), "has no list of NVIDIA's filings, or an empty one."),
        (INDEX, lambda handler: handler.answer(200, '{"cik": 1045810}'), "gives a list of filings that is not whole"),
        (INDEX, lambda handler: handler.answer(200, listed()[:500]), "gives a list of filings that is not whole"),
        (DOCUMENT, status(403), "refuses (403)"),
        (DOCUMENT, status(404), "has no such document (404). An index can be ahead of its documents"),
        (DOCUMENT, status(302), "answers 302."),
        (DOCUMENT, breaks_off, "broke off before the end"),
        (DOCUMENT, says_nothing, "does not answer in time."),
        (DOCUMENT, lambda handler: handler.answer(200, QUARTER[:-300]), "is cut short"),
        (DOCUMENT, lambda handler: handler.answer(200, "<html>busy</html>"), "holds no inline-XBRL facts"),
        (ANNUAL_DOCUMENT, status(404), "has no such document (404)."),
        (RELEASE_INDEX, status(404), "has no such document (404)."),
    ]


@pytest.mark.parametrize(("path", "odd", "message"), refusals())
def test_what_goes_wrong_is_said_and_nothing_is_written(run, data_copy, path, odd, message):
    before = {one.name: one.read_bytes() for one in data_copy.folder.glob("*.csv")}
    EDGAR.odd = {path: odd}
    status, rows, err = run("--accept")
    assert (status, rows) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert sum(asked == path for asked, _ in EDGAR.asked) == 1, "asked once: EDGAR bars who insists"
    assert {one.name: one.read_bytes() for one in data_copy.folder.glob("*.csv")} == before


def test_a_document_that_drips_is_given_up(run, monkeypatch):
    monkeypatch.setattr(edgar, "LONGEST", 0.5)
    EDGAR.odd = {DOCUMENT: drips}
    status, _, err = run()
    assert status == 2
    assert "takes more than 0.5 seconds" in err


def test_a_document_larger_than_any_filing_is_given_up(run, monkeypatch):
    monkeypatch.setattr(edgar, "LARGEST", 100)
    assert "takes more than 0 MB" in run()[2]


def test_a_missing_form_is_named(run):
    page = json.loads(listed())
    recent = page["filings"]["recent"]
    keep = [n for n, items in enumerate(recent["items"]) if "2.02" not in items]
    page["filings"]["recent"] = {name: [column[n] for n in keep] for name, column in recent.items()}
    EDGAR.pages[INDEX] = json.dumps(page)
    assert run()[2] == "EDGAR: lists no 8-K with results of NVIDIA's.\n"


def test_a_server_that_is_not_there(run, monkeypatch):
    import edgar.urls

    monkeypatch.setattr(edgar.urls, "SEC_DATA_URL", "http://127.0.0.1:9")
    assert "cannot be reached" in run()[2]


# without edgartools


def is_missing(name):
    raise importlib.metadata.PackageNotFoundError(name)


@pytest.mark.parametrize("identity", ["", "reader", "reader@example.org", "A Reader"])
def test_the_identity_is_wanted_before_anything_is_asked(capsys, monkeypatch, identity):
    monkeypatch.delenv("EDGAR_IDENTITY", raising=False)
    assert main(["ingest", "--edgar", "--identity", identity]) == 2
    err = capsys.readouterr().err
    assert "--identity: the SEC asks every program for a name and an e-mail address" in err
    assert "Give 'Name name@example.org', or set EDGAR_IDENTITY." in err


def test_the_identity_may_stand_in_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("EDGAR_IDENTITY", IDENTITY)
    monkeypatch.setattr(importlib.metadata, "version", is_missing)
    assert main(["ingest", "--edgar"]) == 2
    assert capsys.readouterr().err.startswith("--edgar: needs edgartools")


def test_edgartools_is_named_where_it_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(importlib.metadata, "version", is_missing)
    assert main(["ingest", "--edgar", "--identity", IDENTITY]) == 2
    assert capsys.readouterr().err.startswith(
        "--edgar: needs edgartools, which is not installed here. Run `make edgar`"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "ingest reads one FILING.htm, or with --edgar the newest ones. Give one of the two."),
        (["a.htm", "--edgar"], "Give one of the two."),
        (["--edgar", "--filed", "2027-05-26"], "--filed and --accession are for a file"),
    ],
)
def test_a_file_or_edgar(capsys, arguments, message):
    assert main(["ingest", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_help_says_that_the_real_edgar_was_not_asked(capsys):
    with pytest.raises(SystemExit):
        main(["ingest", "--help"])
    assert "not been tried against the real EDGAR" in " ".join(capsys.readouterr().out.split())


def test_proposals_are_made_of_what_edgar_lists(monkeypatch, tmp_path):
    """The layer above edgartools, wherever that is missing."""
    from contextlib import nullcontext

    quarter = tmp_path / "quarter.htm"
    quarter.write_text(filing(TOTAL), encoding="utf-8")
    submissions = [
        edgar.Submission("10-Q", "0001045810-25-000209", "2025-08-27", "https://example.org/quarter.htm"),
        edgar.Submission(
            "8-K", "0001045810-25-000207", "2025-08-27", "https://example.org/8k.htm", "https://example.org/pr"
        ),
    ]
    monkeypatch.setattr(edgar, "session", lambda _: nullcontext())
    monkeypatch.setattr(edgar, "newest", lambda: submissions)
    monkeypatch.setattr(edgar, "download", lambda url, folder: {submissions[0].url: quarter}[url])
    (proposal,), results = ingest.propose_newest(IDENTITY)
    assert (proposal.filing.source_id, proposal.filed_on, proposal.url) == (
        "nvda-10q-fy2026q2",
        "2025-08-27",
        "https://example.org/quarter.htm",
    )
    assert results == submissions[1]
