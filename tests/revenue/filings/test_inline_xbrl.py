"""Reading inline XBRL: numbers, copies as browsers and mirrors save them, and what is refused."""

import re
import subprocess
import sys
import textwrap

import pytest

from analysis.facts.errors import FilingError
from analysis.revenue.filings import inline_xbrl
from analysis.revenue.filings.inline_xbrl import read
from analysis.revenue.filings.nvidia import CONCEPTS
from tests.revenue.filings.made import HALF, TOTAL, as_lower_case, fact, filing, geography


def test_scale_sign_and_format(rows):
    assert rows(
        [
            *TOTAL,
            fact("90.8", days=HALF, scale="9", decimals="-8"),
            fact("1 234", concept="us-gaap:GrossProfit", sign="-", format="ixt:num-comma-decimal"),
            fact("&#8212;", concept="us-gaap:InventoryWriteDown", format="ixt:fixed-zero"),
        ]
    ) == {
        ("revenue", "Total", "", "FY2026Q2"): (46743, None, None),
        ("revenue", "Total", "", "FY2026H1"): (90800, 90750, 90850),
        ("gross_profit", "Total", "", "FY2026Q2"): (-1234, None, None),
        ("inventory_provisions", "Total", "inventory", "FY2026Q2"): (0, None, None),
    }


def test_a_figure_is_no_finer_than_it_is_printed(rows):
    """1.6 billion tagged as good to a million, as in the 10-K of fiscal 2025, is 1,550 to 1,650."""
    made = rows([*TOTAL, fact("1.6", concept="us-gaap:InventoryWriteDown", scale="9", decimals="-6", format=None)])
    assert made["inventory_provisions", "Total", "inventory", "FY2026Q2"] == (1600, 1550, 1650)


PAGE = filing([*TOTAL, *geography(), fact("7", concept="us-gaap:GrossProfit", **{"xsi:nil": "true"})])


COPIES = {
    "blank lines before the declaration": "\n \n" + PAGE,
    "a browser's page": "<!DOCTYPE html>\n" + as_lower_case(PAGE.partition("?>")[2]).replace("<p>", "<br><p>"),
    "upper case": re.sub(r"</?(?:ix|xbrli|xbrldi):\w+", lambda m: m[0].upper(), PAGE).replace(
        "contextRef", "CONTEXTREF"
    ),
    "a tag left open": PAGE.replace("<p>", "<p><b>"),
    "a tag closed in the wrong order": PAGE.replace("<div>", "<div><i>", 1).replace("<p>", "<u><p>"),
    "tags that close themselves, and no XML": PAGE.replace("<body>", "<head><title/></head><body><hr><a id='x'/>"),
    "entities of HTML": PAGE.replace("location", "&nbsp;location&mdash;"),
    "attributes without quotes": PAGE.replace('unitRef="usd"', "unitRef=usd"),
    "the document type that lxml writes": PAGE.partition("?>")[2]
    and '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN" "http://www.w3.org/TR/REC-html40/loose.dtd">'
    + PAGE.partition("?>")[2].replace("<p>", "<p>&nbsp;"),
    "a byte order mark": "\ufeff\n" + PAGE,
    "text after the end": PAGE + "<!-- saved by a mirror -->\n<p>",
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_says_what_the_filing_says(tmp_path, copy):
    def kept(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        facts = read(path, CONCEPTS).facts
        return [(one.concept, one.context.members, one.value, one.unit, one.rounding) for one in facts]

    filed = kept("filed.htm", PAGE)
    assert len(filed) == 6
    assert COPIES[copy] != PAGE
    assert kept("copy.htm", COPIES[copy]) == filed


def test_the_lines_of_a_fallback_are_near(tmp_path):
    path = tmp_path / "open.htm"
    path.write_text(filing([fact("n/a")]).replace("<p>", "<p><b>"), encoding="utf-8")
    with pytest.raises(FilingError, match=r"^open.htm near line 1, us-gaap:Revenues: 'n/a' is not read as a number"):
        read(path, CONCEPTS)


OPEN = "<p><b></p>"  # no XML, so that HTML has to do


@pytest.mark.parametrize("broken", ["", OPEN])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inside": "<script>alert(1)</script>"}, "holds <script>: a filing has no active content."),
        ({"inside": "<IFRAME src='http://example.org'></IFRAME>"}, "holds <iframe>"),
        ({"before": '<!DOCTYPE html [<!ENTITY a "b">]>'}, "declares a document type, which can define entities."),
        ({"before": '<!DOCTYPE html SYSTEM "http://example.org/x.dtd">'}, "declares a document type"),
        ({"before": '<!DOCTYPE html PUBLIC "-//X//Y" "http://example.org/x.dtd">'}, "declares a document type"),
    ],
)
def test_what_is_hostile_is_refused(refusal, options, message, broken):
    options = {**options, "inside": broken + options.get("inside", "")}
    assert message in refusal(TOTAL, **options)


def test_a_document_type_after_a_fault_is_refused_too(tmp_path):
    """Entities that grow, behind what makes the XML parser give up before it meets them."""
    grows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "grows.htm"
    path.write_text(
        filing(TOTAL).replace("?>", f'?>&nbsp;<!DOCTYPE html [<!ENTITY e0 "x">{grows}]>', 1), encoding="utf-8"
    )
    with pytest.raises(FilingError, match="declares a document type, which can define entities"):
        read(path, CONCEPTS)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([fact("46,743", unitRef="shares")], "is in xbrli:shares. USD is read."),
        ([fact("46,743", unitRef="euro")], "unit 'euro' is not in the file."),
        ([fact("n/a")], "'n/a' is not read as a number: digits are expected."),
        ([fact("4", format="ixt:numwordsen")], "the format 'numwordsen' is not known."),
        ([fact("1", days=("2025-04-01", "2025-06-30"))], "runs from 2025-04-01 to 2025-06-30, no fiscal period"),
    ],
)
def test_facts_that_cannot_be_used_are_named(refusal, facts, message):
    assert message in refusal(facts)


def test_a_page_without_facts_is_refused(tmp_path):
    page = tmp_path / "page.htm"
    for text in ("<html><body>Revenue 46,743</body></html>", "<p>Revenue<br>46,743", "%PDF-1.7 \x00", ""):
        page.write_text(text, encoding="utf-8")
        with pytest.raises(FilingError, match=r"holds no inline-XBRL facts. Give the main document of a 10-K or 10-Q"):
            read(page, CONCEPTS)


@pytest.mark.parametrize("broken", ["", OPEN])
def test_a_file_cut_short_is_refused(tmp_path, broken):
    page = tmp_path / "page.htm"
    text = filing([*TOTAL, *geography()], words=broken)
    page.write_text(text[:-200], encoding="utf-8")
    with pytest.raises(FilingError, match=r"is cut short: .+, and the page has no end. Get the document as filed"):
        read(page, CONCEPTS)


@pytest.mark.parametrize("broken", ["", OPEN])
@pytest.mark.parametrize("closing", ["", "</body></html>"])
def test_no_cut_is_read_as_a_whole_filing(tmp_path, broken, closing):
    """Wherever a page is cut, and whether or not something closed it, it is refused: until its last fact has ended."""
    text = filing([*TOTAL, *geography()], words=broken)
    page, last = tmp_path / "page.htm", text.rindex("</ix:nonFraction>") + len("</ix:nonFraction>")
    for cut in [*range(0, last, 13), *range(last - 40, last)]:
        page.write_text(text[:cut] + closing, encoding="utf-8")
        with pytest.raises(FilingError):
            read(page, CONCEPTS)


def test_a_cut_page_that_a_browser_closed_is_refused(tmp_path):
    """The contexts stand first: what was lost are facts, and they leave contexts without one."""
    page = tmp_path / "page.htm"
    text = filing([*TOTAL, *geography()], words=OPEN)
    cut = text.rindex("<td>")
    page.write_text(text[:cut] + "</body></html>", encoding="utf-8")
    with pytest.raises(FilingError, match=r"not whole: of 5 numbers 5 were read and 5 end, 1 contexts have no fact"):
        read(page, CONCEPTS)


def test_a_fact_that_the_fallback_would_lose_is_missed(tmp_path):
    page = tmp_path / "page.htm"
    page.write_text(filing(TOTAL, inside=OPEN + "<style>" + fact("5")[1] + "</style>"), encoding="utf-8")
    with pytest.raises(FilingError, match=r"not whole: of 2 numbers 1 were read and 2 end"):
        read(page, CONCEPTS)


def test_a_file_larger_than_any_filing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(inline_xbrl, "LARGEST", 2 * 1024**2)
    page = tmp_path / "page.htm"
    page.write_text(filing(TOTAL, inside="<p>words</p>" * 200_000), encoding="utf-8")
    with pytest.raises(FilingError, match="is larger than 2 MB, and no filing is"):
        read(page, CONCEPTS)


@pytest.mark.parametrize("broken", ["", OPEN])
def test_a_large_file_stays_small_in_memory_and_calls_no_network(made, broken):
    """50 MB of words and numbers, read in a process of its own that may take 1 GB."""
    many = (
        "<p>"
        + "<ix:nonFraction name='us-gaap:Other' contextRef='x' unitRef='usd'>1</ix:nonFraction> words " * 20
        + "</p>"
    )
    path = made([*TOTAL, *geography()], inside=broken + many * 29_000)
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


@pytest.mark.parametrize(
    "hostile", ["<a " * 400_000, "<p" + " x" * 800_000, "<!--" * 400_000, "<b>" * 400_000, "&" * 10**6]
)
def test_no_page_takes_long(tmp_path, hostile):
    """A megabyte that is made to be slow takes seconds at most, whatever becomes of it."""
    program = """
        import resource, sys
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        from pathlib import Path
        from analysis.facts.errors import FilingError
        from analysis.revenue.filings.inline_xbrl import read
        try: print(len(read(Path(sys.argv[1]), {"us-gaap:Revenues"}).facts))
        except FilingError: print("refused")
    """
    path = tmp_path / "slow.htm"
    path.write_text(filing(TOTAL, inside=hostile), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() in ("1", "refused"), done.stderr[-500:]


def test_prefixes_are_the_document_s_own_affair(tmp_path):
    path = tmp_path / "prefixes.htm"
    text = filing([*TOTAL, *geography()]).replace("us-gaap:", "gaap:").replace("xmlns:us-gaap", "xmlns:gaap")
    path.write_text(text.replace("ix:", "x:").replace("xmlns:ix", "xmlns:x"), encoding="utf-8")
    assert len(read(path, CONCEPTS).facts) == 6


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FilingError, match=r"none.htm: cannot be read: No such file or directory"):
        read(tmp_path / "none.htm", CONCEPTS)


@pytest.mark.parametrize("encoding", ["gbk", "hex", "utf-7", "shift_jis", "idna", "no-such-one"])
def test_an_encoding_that_is_not_read_is_named(made, encoding):
    path = made(TOTAL)
    page = path.read_text(encoding="utf-8")
    assert read(path, CONCEPTS).facts
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?>' + page.partition("?>")[2].lstrip(), encoding="ascii")
    with pytest.raises(FilingError, match=f"declares the encoding '{encoding}', which is not read"):
        read(path, CONCEPTS)


@pytest.mark.parametrize("days", [("0000-01-01", "2025-07-27"), ("2025-07-27", "2025-04-28"), ("٢٠٢٥-01-01",) * 2])
def test_a_context_of_no_period_is_a_fault(made, days):
    with pytest.raises(FilingError, match="which is no period"):
        read(made([fact("46,743", days=days)]), CONCEPTS)


@pytest.mark.parametrize("scale", ["400", "٦", ""])
def test_a_scale_that_gives_no_figure_is_a_fault(made, scale):
    with pytest.raises(FilingError, match="is no power of ten"):
        read(made([fact("46,743", scale=scale)]), CONCEPTS)
