"""Data is never markup, a formula or code: one rule for what is read, and two edges where what is written is inert."""

import csv
import re

import pandas as pd
import pytest
import yaml
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.claims.report import write
from analysis.controls.hypothetical import COLUMNS, read_specs
from analysis.counts import positions
from analysis.facts import cells, paths
from analysis.facts.check import check
from analysis.facts.errors import DataError, ParameterError
from analysis.facts.printed import as_csv
from analysis.facts.tables import read_any
from analysis.pages import style
from analysis.pages.asked import plainly
from analysis.pages.formats import listing
from analysis.results import Record
from analysis.runner.render import render

MARKUP = ["<script>alert(1)</script>", "H20 <img src=x onerror=alert(1)>", "</td>", "<!-- x", "<?php", "<svg/onload=x>"]
FORMULAS = [
    "+5%",
    "=1+1",
    " =HYPERLINK(1)",
    "＝1+1",
    "\n=1",
    "\t=1",
    "\ufeff=1",
    "@SUM(1)",
    "＠x",
    "+cmd",
    "-cmd|x",
    "＋a",
    "\r=1",
]
UNSEEN = ["a\nb", "a\tb", "a\x00b", "a\u202eb", "a\u200bb", "a\u2028b"]
PLAIN = [
    "H20",
    "-5",
    "-.5",
    "below <5",
    "a < b",
    "a=b",
    "−3",
    "中国",
    "R&D [2]",
    "cluster_infos[H20]",
    "x@y.z",
    "1 - 2",
]


@pytest.mark.parametrize("cell", [*MARKUP, *FORMULAS, *UNSEEN])
def test_what_is_no_plain_words_is_refused(cell):
    assert cells.fault(cell)


@pytest.mark.parametrize("cell", PLAIN)
def test_plain_words_pass_as_they_are(cell):
    assert cells.fault(cell) == ""
    assert cells.inert(cell) == cell


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_written_as_text(cell):
    text = as_csv(pd.DataFrame({"a": [cell], "b": [1.5]}))
    assert text.removeprefix("a,b\n").lstrip('"')[0] == "'"
    assert cell.strip() in text


IN_TABLES = [("products", "name"), ("sources", "title"), ("shipment_estimates", "voice"), ("events", "note")]
IN_TABLES += [("claims", "claim"), ("chip_specs", "locator"), ("units", "unit")]


@pytest.mark.parametrize("places", [IN_TABLES, [("sources", "publisher")]], ids=["a cell a table", "publisher"])
@pytest.mark.parametrize("cell", ["<script>x</script>", " =HYPERLINK(1)", "＝1+1", "a\n=1"])
def test_every_table_refuses_it(data_copy, cell, places):
    for table, column in places:
        data_copy.put(table, 2, column, cell)
    told = [str(fault) for fault in check(data_copy.folder)]
    for table, column in places:
        lines = tuple(f"data/{table}.csv line {line}, {column}: " for line in (2, 3))  # where a row begins, or ends
        assert any(fault.startswith(lines) for fault in told), (table, column)


@pytest.mark.parametrize("cell", [MARKUP[0], FORMULAS[1], FORMULAS[2], UNSEEN[3]])
def test_specifications_downloads_and_positions_refuse_it(tmp_path, cell):
    path = tmp_path / "specs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([list(COLUMNS), [cell, "NVIDIA", "1", "2", "3", "4", "1"]])
    with pytest.raises(ParameterError, match=r"chip_id: .*(formula|nobody sees)"):
        read_specs(path, {"NVIDIA": "US"})
    assert any("chip_id" in str(fault) for fault in read_any(path, path.name)[1])
    view = yaml.safe_load((paths.DATA / "positions" / "caijing-h20-2025.yml").read_text(encoding="utf-8"))
    (tmp_path / "a.yml").write_text(yaml.safe_dump(view | {"says": f"a{cell}" if cell in UNSEEN else cell}))
    with pytest.raises(DataError, match="says "):
        positions.read(tmp_path, Record().documents.set_index("source_id")["known_on"])


HOSTILE = [
    *("<script>alert(1)</script>", "<img src='https://evil.example/x.png' onerror=alert(1)>", "**H20**"),
    *("[click](javascript:alert(1))", "![x](https://evil.example/x.png)", "[x]: https://evil.example", "`code`"),
    *("<https://evil.example>", "$\\alpha$", "&lt;script&gt;", "<iframe src=https://evil.example>", "a|b"),
]


def bundle(shown: object) -> tuple[dict, dict]:
    """What an output shows itself as."""
    return shown._repr_mimebundle_()


def hostile_page() -> str:
    """A page whose every computed word is hostile."""
    frame = pd.DataFrame({"source": HOSTILE, **{f"{word}": HOSTILE for word in HOSTILE[:2]}})
    table = style.table(frame, "caption <script>alert(1)</script>")
    shown = style.markdown(f"The chips are {listing(HOSTILE)}.\n\n- " + "\n- ".join(HOSTILE))
    outputs = [
        new_output("execute_result", data=table._repr_mimebundle_()[0], execution_count=None),
        *(new_output("display_data", data=data, metadata=more) for data, more in (bundle(table), bundle(shown))),
        new_output("display_data", data={"text/markdown": str(plainly(shown.text)), "text/plain": "x"}),
        new_output("stream", name="stdout", text="\n".join(HOSTILE)),
        new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": "none"}),
    ]
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), new_code_cell("", outputs=outputs)])
    return render(notebook, name="<script>alert(1)</script>", parameters=[], values={})


def test_a_hostile_page_is_harmless_without_its_policy():
    page = re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", hostile_page())
    assert "Content-Security-Policy" not in page
    tree = html.fromstring(page)
    ours = html.fromstring(render(new_notebook(cells=[]), name="x", parameters=[], values={}))
    assert len(tree.xpath("//script")) == len(ours.xpath("//script"))
    assert tree.xpath("//iframe|//object|//embed|//img|//form|//base|//svg[.//script]") == []
    names = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on")}
    addresses = [*tree.xpath("//@href"), *tree.xpath("//@src"), *tree.xpath("//@srcset"), *tree.xpath("//@action")]
    assert [one for one in addresses if not one.startswith(("#", "data:"))] == ours.xpath(
        "//@href[not(starts-with(.,'#'))]"
    )
    text = tree.text_content()
    assert all(
        word in text for word in ("<script>alert(1)</script>", "[click](javascript:alert(1))", "`code`", "$\\alpha$")
    )


def test_a_sentence_keeps_our_own_emphasis_and_lists():
    assert cells.sentence("- **H20**: 0.15\n\n*about* 5 to 6") == "- **H20**: 0.15\n\n*about* 5 to 6"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("claims", "claims"),
        ("=cmd", "cmd"),
        ("<b>x", "b-x"),
        ("a b\n[c](d)", "a-b-c-d"),
        ("..", "unnamed"),
        ("é", "unnamed"),
    ],
)
def test_a_file_name_of_a_user_s_is_made_safe(name, safe):
    assert cells.file_name(name) == safe
    assert len(cells.file_name("x" * 300)) == 100


def test_the_page_of_a_ledger_with_a_hostile_name(tmp_path):
    ledger = tmp_path / "=<img src=x onerror=alert(1)>.csv"
    ledger.write_text("".join((paths.DATA / "claims.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:3]))
    (page, table), _, _ = write(ledger, tmp_path / "out", Record())
    assert (page.name, table.name) == ("audit_img-src-x-onerror-alert-1.html", "audit_img-src-x-onerror-alert-1.csv")
    assert html.fromstring(page.read_text(encoding="utf-8")).xpath("//img") == []
