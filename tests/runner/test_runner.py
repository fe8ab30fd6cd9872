"""The runner, on small notebooks of its own: refusals, execution, pages, the index, refresh."""

import hashlib
import html
import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.facts import paths
from analysis.facts.errors import ParameterError
from analysis.runner import report as report_module
from analysis.runner.execute import CellError, execute
from analysis.runner.index import write_index
from analysis.runner.parameters import Parameter, declared, parse
from analysis.runner.plan import choose, plan
from analysis.runner.refresh import refresh
from analysis.runner.render import render
from analysis.runner.report import report
from analysis.runner.verify import verify

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DRAWING = {
    "title": "Arithmetic by chip",
    "alt": "Bars: H100 15,832 & H20 2,368.",
    "csv": "chip_id,tpp,note\nh100-sxm,15832,\nh20,2368,<b>cut</b>\n",
    "name": "arithmetic",
    "sources": [["H20 sheet", "https://example.org/h20"], ["Call", ""], ["Trap", "javascript:alert(1)"]],
}
CARD = '<div class="pop" popover id="n12">17,108</div>'
CARDS = {"n12": CARD}
SOURCES = {"h20-sheet": '<a href="https://example.org/h20">H20 sheet</a>', "call": "Call"}
HEADLINE = 'It is worth <button class="n" popovertarget="n12" data-s="call|gone">17,108</button>'
FINDING = f"""
class Finding:
    def _repr_mimebundle_(self, include=None, exclude=None):
        html = '<h1 id="title">' + {HEADLINE!r} + '</h1><div class="dek"><p>More.</p></div>'
        page = {{"html": html, "finding": "It is.", "cards": {CARDS!r}}}
        return {{"text/markdown": "It is.", "text/plain": "It is."}}, {{"page": page}}
Finding()
"""
GOOD = (
    'as_of: str = "2025-11-01"  # what was published by this day\n'
    'chips: list[str] = ["h20"]  # chips to compare\n'
    'currency: str = "USD"  # currency of the amounts: USD | CNY\n'
    "fee: float = 0.25  # share of revenue"
)
FRAGILE = 'as_of: str = "2025-11-01"  # day\ndivisor: int = 1  # what to divide by'
TITLE = "# What is it worth?\n\nSix *chips* at $5 or $6.\n\nMore."
FIGURE = f"""
class Figure:
    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {{"image/png": {PIXEL!r}, "text/plain": "finger" + "print: 2 bars"}}
        page = {{"html": "<figure>drawn</figure>", "cards": {CARDS!r}, "sources": {SOURCES!r}}}
        return data, {{"drawing": {DRAWING!r}, "page": page, "image/png": {{"width": 800}}, "stray": 1}}
Figure()
"""


def notebook(parameters: str, *cells: str, title: str = TITLE) -> nbformat.NotebookNode:
    made = [new_markdown_cell(title), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    made += [new_markdown_cell(cell) if cell.startswith("#") else new_code_cell(cell) for cell in cells]
    for position, cell in enumerate(made):
        cell.id = f"fixed{position}"
    return new_notebook(cells=made)


def write_notebooks(folder: Path) -> None:
    table = "<table><caption>Chips</caption><tr><td>1</td></tr></table>"
    shown = f"from IPython.display import HTML\nHTML({table!r})"
    loud = "import sys\nprint('heard')\nprint('un' + 'heard', file=sys.stderr)"
    place = "import os, analysis\n[os.environ['MPLBACKEND'], os.environ['PYTHONHASHSEED'], fee]"
    cited = "class Cited:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    cited += "        return {'text/html': '-', 'text/plain': '-'}, {'page': {'html': '<!--sources-->'}}\nCited()"
    good = notebook(GOOD, "## A section", FINDING, FIGURE, "## A section", shown, loud, place, cited)
    fragile = notebook(FRAGILE, "x = 1\nx / divisor", title="# Which may be sold?\n\nFour.")
    nbformat.write(good, folder / "01_chip_specs.ipynb")
    nbformat.write(fragile, folder / "02_controls.ipynb")
    nbformat.write(notebook("", "1 + (1)"), folder / "explore.ipynb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("notebooks")
        patch.setattr(paths, "NOTEBOOKS", path)
        write_notebooks(path)
        yield path


@pytest.fixture(scope="module")
def runs(folder, tmp_path_factory):
    """Three runs into one place: all well, the second notebook failing, the second well again."""
    out = tmp_path_factory.mktemp("reports")
    states = []
    chips = {"chips": "h20,h800"}
    for names, given in [([], chips), ([], chips | {"divisor": "0"}), (["02"], {})]:
        progress = []
        outcomes = report(names, given, out=out, progress=progress.append)
        files = {path.name: path.read_text() for path in out.iterdir()}
        states.append((outcomes, files, progress))
    return states


@pytest.fixture
def page(runs) -> str:
    """The first page of the first run."""
    return runs[0][1]["01_chip_specs.html"]


def refusal(function, *args, **kwargs) -> list[str]:
    with pytest.raises(ParameterError) as caught:
        function(*args, **kwargs)
    return str(caught.value).splitlines()


def failure(tmp_path: Path, parameters: str, cell: str, values: dict) -> CellError:
    """What is raised of a notebook of one cell that fails."""
    path = tmp_path / "01_x.ipynb"
    nbformat.write(notebook(parameters, cell), path)
    with pytest.raises(CellError) as caught:
        execute(path, values)
    return caught.value


@pytest.fixture
def no_kernel(folder, monkeypatch):
    monkeypatch.setattr(report_module, "execute", lambda *_, **__: pytest.fail("a kernel was started"))


def test_declared_reads_type_meaning_and_choices():
    assert declared(notebook(GOOD)) == [
        Parameter("as_of", "str", "2025-11-01", "what was published by this day"),
        Parameter("chips", "list[str]", ["h20"], "chips to compare"),
        Parameter("currency", "str", "USD", "currency of the amounts", ("USD", "CNY")),
        Parameter("fee", "float", 0.25, "share of revenue"),
    ]
    assert declared(new_notebook(cells=[new_code_cell("x: int = 1  # one")])) == [], "no cell has the tag"


def test_declared_names_every_bad_line_at_once():
    lines = ["a = 1", "b: int = 'x'  # b", "c: date = 1  # c", "d: int = 1"]
    lines += ["e: str = 'z'  # one of: x | y", "f: int = g()  # f"]
    assert refusal(declared, notebook("\n".join(lines)), where="01_x, parameters cell") == [
        "01_x, parameters cell, line 1: 'a = 1' is not a parameter. Write `name: type = literal  # meaning`.",
        "01_x, parameters cell, line 2: b is declared int, but 'x' is none. Change the type or the value.",
        "01_x, parameters cell, line 3: c has the type 'date'. "
        "Use one of str, int, float, float | None, bool, list[str], dict[str, float].",
        "01_x, parameters cell, line 4: d does not say what it means. Add `# meaning` to the line.",
        "01_x, parameters cell, line 5: 'z' is not one of x, y.",
        "01_x, parameters cell, line 6: 'f: int = g()' is not a parameter. Write `name: type = literal  # meaning`.",
    ]


def test_parse_turns_text_into_typed_values():
    cell = "a: str = ''  # a\nb: int = 0  # b\nc: float = 0  # c\nd: bool = True  # d\ne: list[str] = []  # e"
    given = {"a": "1", "b": "-3", "c": "1e3", "d": "No", "e": "x, y,"}
    values = {"a": "1", "b": -3, "c": 1000.0, "d": False, "e": ["x", "y"]}
    assert parse("01_x", declared(notebook(cell)), given) == values
    assert parse("01_x", declared(notebook(GOOD)), {"fee": "0.5"}) == {"fee": 0.5}, "only what was given"


def test_parse_refuses_an_unknown_name_with_the_near_miss():
    parameters = declared(notebook('as_of: str = "x"  # a\nchips: list[str] = []  # b\nbaseline: str = "c"  # c'))
    assert refusal(parse, "01_chip_specs", parameters, {"asof": "2025"}) == [
        "01_chip_specs has no parameter 'asof'. Did you mean 'as_of'? It has: as_of, chips, baseline."
    ]


def test_parse_tells_every_problem_at_once():
    def check(values):
        return [f"as_of: {values['as_of']!r} is not a day."]

    given = {"colour": "red", "currency": "USDD", "fee": "nan", "as_of": "soon"}
    assert refusal(parse, "01_x", declared(notebook(GOOD)), given, check) == [
        "01_x has no parameter 'colour'. It has: as_of, chips, currency, fee.",
        "01_x, currency: 'USDD' is not one of USD, CNY. Did you mean 'USD'?",
        "01_x, fee: 'nan' is not a number. Write it like 0.25.",
        "01_x, as_of: 'soon' is not a day.",
    ]


@pytest.mark.parametrize(
    ("kind", "default", "text", "sentence"),
    [
        ("int", "1", "1.5", "01_x, p: '1.5' is not a whole number. Write it like 8."),
        ("float", "1", "a", "01_x, p: 'a' is not a number. Write it like 0.25."),
        ("bool", "True", "maybe", "01_x, p: 'maybe' is neither yes nor no."),
    ],
)
def test_parse_refuses_the_wrong_type(kind, default, text, sentence):
    assert refusal(parse, "01_x", declared(notebook(f"p: {kind} = {default}  # p")), {"p": text}) == [sentence]


@pytest.mark.parametrize(
    "name", ["01_chip_specs", "01_chip_specs.ipynb", "notebooks/01_chip_specs.ipynb", "01", "01_ch"]
)
def test_a_notebook_answers_to_any_of_its_names(folder, name):
    assert choose([name]) == [folder / "01_chip_specs.ipynb"]


def test_all_numbered_notebooks_are_chosen_when_none_is_named(folder):
    assert [path.stem for path in choose([])] == ["01_chip_specs", "02_controls"]


def test_unknown_and_ambiguous_notebooks_are_refused_together(folder):
    assert refusal(choose, ["01_chip_spec5", "0", "explore"]) == [
        "There is no notebook '01_chip_spec5'. Did you mean '01_chip_specs'? There are: 01_chip_specs, 02_controls.",
        "'0' fits several notebooks: 01_chip_specs, 02_controls. Write more of the name.",
        "There is no notebook 'explore'. There are: 01_chip_specs, 02_controls.",
    ]


def test_each_notebook_gets_the_parameters_it_declares(folder):
    day = {"as_of": "2024-01-01"}
    jobs = plan([], day | {"divisor": "2", "fee": "1"})
    assert [job.values for job in jobs] == [day | {"fee": 1.0}, day | {"divisor": 2}]


def test_what_no_notebook_declares_is_refused_and_a_shared_bad_value_only_once(folder):
    def check(values):
        return [f"as_of: {values['as_of']!r} is not a day."]

    assert refusal(plan, [], {"asof": "2024", "as_of": "soon"}, check) == [
        "None of the 2 notebooks has a parameter 'asof'. Did you mean 'as_of'? "
        "They have: as_of, chips, currency, fee, divisor.",
        "01_chip_specs, as_of: 'soon' is not a day.",
    ]


def test_a_folder_that_cannot_be_written_is_refused_before_a_kernel_starts(no_kernel, tmp_path):
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "reports"
    fault = "reports cannot be written here (Not a directory). Choose another output folder."
    assert refusal(report, [], {}, out=out) == [f"{out}: {fault}"]


def test_a_broken_memory_of_earlier_runs_is_refused_before_a_kernel_starts(no_kernel, tmp_path):
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ParameterError, match=r"manifest\.json: .* Delete the file and run again\."):
        report([], {}, out=tmp_path)


def test_a_run_writes_pages_index_and_nothing_half_done(runs):
    outcomes, files, progress = runs[0]
    both = ["01_chip_specs", "02_controls"]
    assert [(outcome.name, outcome.status) for outcome in outcomes] == [(name, "written") for name in both]
    assert sorted(files) == [*(f"{name}.html" for name in both), "index.html", "manifest.json"]
    assert [line.split("  ")[0] for line in progress] == both, "a line a notebook"
    environment = "['agg', '0', 0.25]"
    assert environment in html.unescape(files["01_chip_specs.html"]), "the kernel has the package and a fixed one"


def test_two_runs_give_the_same_bytes(runs):
    first, second = runs[0][1], runs[1][1]
    assert first["01_chip_specs.html"] == second["01_chip_specs.html"]
    assert "fixed1" not in first["01_chip_specs.html"], "no id of a cell"


def test_two_processes_give_the_same_bytes_as_one(runs, folder, tmp_path):
    outcomes = report([], {"chips": "h20,h800"}, out=tmp_path, progress=lambda _: None, many=2)
    assert [outcome.name for outcome in outcomes] == ["01_chip_specs", "02_controls"]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == runs[0][1]


def test_no_page_asks_another_machine_for_anything(runs):
    for name, text in {**runs[0][1], **runs[1][1]}.items():
        if name.endswith(".html"):
            loading = re.findall(r"<(?:script|link|img|iframe|source|object|embed)\b[^>]*>", text)
            assert not [tag for tag in loading if "http" in tag]
            assert "@import" not in text
            assert not re.search(r"url\(", text)


def test_a_page_opens_with_its_question_and_its_finding(page):
    text = page[page.index("<main") :]
    assert text.index('<p class="kicker">What is it worth?</p>') < text.index('<h1 id="title">It is worth')
    assert text.index("</h1>") < text.index("<figure>drawn</figure>")
    assert page.count('<h1 id="title">') == 1, "the finding stands above the text and not in it as well"


def test_cards_and_documents_stand_once_on_a_page(page):
    assert page.count(CARD) == 1, "two outputs brought the same card"
    listed = '<ol class="src"><li><a href="https://example.org/h20">H20 sheet</a></li><li>Call</li></ol>'
    assert page.count(listed) == 1
    assert 'data-s="2"' in page, "the second document of the list; one that is not on it has no place"


def test_a_page_has_one_title_landmarks_and_distinct_heading_ids(page):
    assert len(re.findall(r"<h1[ >]", page)) == 1
    for landmark in ("<header", "<main", "<footer", "<nav", 'lang="en"', 'class="skip" href="#content"'):
        assert page.count(landmark) == 1
    assert re.findall(r"<h2 ([^>]*)>", page) == ['id="a-section"', 'id="a-section-2"']
    assert page.count('<a href="#a-section-2">A section</a>') == 1


def test_a_page_shows_the_parameters_used_but_not_their_code_nor_stderr(page):
    assert "<dt>chips</dt><dd>h20, h800<small>chips to compare</small></dd>" in page
    assert "As of <time>2025-11-01</time>" in page
    assert "# what was published by this day" not in page
    assert "# Parameters" not in page
    assert "unheard" not in page
    assert '<pre class="text">heard' in page
    assert "<em>chips</em> at $5 or $6." in page


def test_a_failing_cell_keeps_the_old_page_and_does_not_stop_the_others(runs):
    (_, good, _), (outcomes, files, progress) = runs[0], runs[1]
    assert [outcome.status for outcome in outcomes] == ["written", "failed"]
    assert files["02_controls.html"] == good["02_controls.html"]
    assert outcomes[1].message == "02_controls, cell 2, line 2: ZeroDivisionError: division by zero"
    assert "02_controls  failed: " + outcomes[1].message in progress


def test_the_card_of_a_failure_marks_the_line_and_the_parameters_until_a_later_success(runs):
    card = runs[1][1]["02_controls.failed.html"]
    assert "<h1>02_controls stopped in cell 2</h1>" in card
    assert '<li class="failing" aria-current="true"><code>x / divisor</code></li>' in card
    assert "<dt>divisor</dt><dd>0</dd>" in card
    assert "ZeroDivisionError" in card
    assert "02_controls.failed.html" not in runs[2][1]


def test_the_index_tells_of_reports_failures_and_reports_of_earlier_runs(runs):
    first, second, third = (files["index.html"] for _, files, _ in runs)
    assert '<a href="01_chip_specs.html">What is it worth?</a>' in first
    assert f"<h2>{HEADLINE}".replace(' data-s="call|gone"', "") in first, "its list of documents is on the page"
    assert first.count(CARD) == 1
    assert "As of <time>2025-11-01</time>" in first, "all pages are of one day"
    assert "failed" not in re.sub(r"<style>.*?</style>", "", first, flags=re.DOTALL)
    assert 'href="02_controls.failed.html"' in second
    assert "The page is from an earlier run." in second
    assert third == first


def test_the_manifest_says_what_each_page_was_made_from(runs):
    for _, files, _ in runs:
        made = json.loads(files["manifest.json"])["01_chip_specs"]
        assert made["parameters"]["chips"] == "h20, h800"
        assert set(made["inputs"]) >= {"analysis", "requirements.lock", "data/sources.csv", "data/chip_specs.csv"}
        assert made["page"]["digest"] == hashlib.sha256(files["01_chip_specs.html"].encode()).hexdigest()[:16]


def test_pages_are_verified_by_making_them_again(folder, tmp_path):
    report(["01"], {"chips": "h20,h800"}, out=tmp_path, progress=lambda _: None)
    assert [(one.name, one.status) for one in verify(tmp_path, progress=lambda _: None)] == [("01_chip_specs", "same")]
    page = tmp_path / "01_chip_specs.html"
    page.write_text(page.read_text().replace("drawn", "redrawn"))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["01_chip_specs"]["inputs"]["data/sources.csv"] = "0" * 16
    del manifest["01_chip_specs"]["inputs"]["data/prices.csv"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (verdict,) = verify(tmp_path, progress=lambda _: None)
    assert verdict.status == "differs"
    assert verdict.why == (
        "the page was edited after it was made; data/prices.csv is new; data/sources.csv is other than it was"
    )


def test_a_folder_without_a_manifest_cannot_be_verified(tmp_path):
    assert refusal(verify, tmp_path, progress=print) == [
        f"{tmp_path}/manifest.json: does not exist. Make the pages by `report` first."
    ]


def test_the_index_forgets_a_notebook_that_is_gone(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(report_module, "execute", lambda path, *_, **__: nbformat.read(path, as_version=4))
    (tmp_path / "09_gone.html").write_text("old")
    (tmp_path / "manifest.json").write_text('{"09_gone": {"parameters": {"as_of": "2020-01-01"}}}')
    report(["01"], {}, out=tmp_path, progress=lambda _: None)
    assert "09_gone" not in (tmp_path / "index.html").read_text()
    assert list(json.loads((tmp_path / "manifest.json").read_text())) == ["01_chip_specs"]


def test_the_index_shows_what_a_page_marks_for_it_with_the_cards_that_its_numbers_open(folder, tmp_path):
    paragraph = '<p>By <button class="n" popovertarget="n0a" data-s="3">7%</button>.</p>'
    page = f'<h1 id="title">Found</h1><div class="dek"></div><div class="prose" data-front="Lately">{paragraph}</div>'
    (tmp_path / "01_chip_specs.html").write_text(f'{page}<div class="pop" popover id="n0a">Source</div>')
    write_index(tmp_path, {})
    shown = (tmp_path / "index.html").read_text()
    aside = shown.partition('<section class="prose" id="aside-1">')[2].partition("</section>")[0]
    assert aside.strip() == f"<h2>Lately</h2>\n{paragraph}".replace(' data-s="3"', "")
    assert '<a href="#aside-1">Lately</a>' in shown
    assert '<div class="pop" popover id="n0a">Source</div>' in shown


def test_an_interrupted_run_keeps_what_is_finished(folder, tmp_path, monkeypatch):
    def interrupted(path, *_, **__):
        if path.stem == "02_controls":
            raise KeyboardInterrupt
        return nbformat.read(path, as_version=4)

    monkeypatch.setattr(report_module, "execute", interrupted)
    progress = []
    outcomes = report([], {}, out=tmp_path, progress=progress.append)
    assert [outcome.status for outcome in outcomes] == ["written", "stopped"]
    assert progress[-1] == "Stopped by the keyboard: 1 of 2 notebooks are finished."
    assert sorted(os.listdir(tmp_path)) == ["01_chip_specs.html", "index.html", "manifest.json"]


def test_our_errors_are_shown_in_full_with_the_line_that_raised(tmp_path):
    loud = "import sys\nfrom analysis.facts.errors import DataError\nprint('why', file=sys.stderr)\n"
    error = failure(tmp_path, "n: int = 1  # n", loud + "raise DataError('a.', 'b.')", {"n": 2})
    assert (error.number, error.line, error.ename, error.evalue) == (2, 4, "DataError", "a.\nb.")
    assert error.stderr == "why\n"
    assert "cell 2, line 4" in error.traceback
    one = failure(tmp_path, "n: int = 1  # n", loud + "raise DataError('a.')", {"n": 2})
    assert len(one.traceback.strip().splitlines()) == 2
    assert "\x1b" not in error.traceback
    card = report_module.render_failure(error, title="T")
    assert '<div class="message" role="alert"><p>a.</p><p>b.</p></div>' in card


def test_a_kernel_that_dies_is_a_failure_of_its_cell(tmp_path):
    error = failure(tmp_path, "", "import os\nos._exit(1)", {})
    assert str(error) == "01_x, cell 1: DeadKernelError: The kernel died, perhaps for want of memory."


def test_a_page_escapes_what_data_and_parameters_bring():
    hostile = notebook("", title="# <script>alert(1)</script> a & b")
    parameter = Parameter("note", "str", "<img src=x>", "a <b>meaning</b>")
    page = render(hostile, name="01_x", parameters=[parameter], values={})
    assert "<script" not in page
    assert "<dd>&lt;img src=x&gt;<small>" in page
    assert "a &lt;b&gt;meaning&lt;/b&gt;" in page


def test_refresh_stores_outputs_without_anything_that_changes(folder, tmp_path):
    path = tmp_path / "01_chip_specs.ipynb"
    stamped = nbformat.read(folder / path.name, as_version=4)
    stamped.metadata["papermill"] = {"start_time": "2025-11-01T10:00:00"}
    stamped.cells[4].metadata["execution"] = {"iopub.execute_input": "2025-11-01T10:00:00"}
    stamped.cells[4].outputs = [new_output("stream", text="stale")]
    nbformat.write(stamped, path)
    source = [(cell.id, cell.source) for cell in stamped.cells]

    progress = []
    first = refresh([path], progress=progress.append)
    text = path.read_text()
    second = refresh([path], progress=progress.append)

    assert [result[0].status for result in (first, second)] == ["changed", "unchanged"]
    assert path.read_text() == text
    assert progress[-1] == "01_chip_specs  unchanged"
    assert text.endswith("}\n")
    assert not re.search(r"papermill|start_time|2025-11-01T|stale|unheard|fingerprint\\n", text)
    stored = nbformat.reads(text, as_version=4)
    assert [(cell.id, cell.source) for cell in stored.cells] == source
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert stored.metadata == {"kernelspec": kernel, "language_info": {"name": "python"}}
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5, 6, 7]
    assert [cell.metadata for cell in code] == [{"tags": ["parameters"]}, *[{}] * 6]
    assert code[2].outputs[0].metadata == {"drawing": DRAWING, "image/png": {"width": 800}}


def test_refresh_leaves_a_failing_notebook_as_it_was(tmp_path):
    path = tmp_path / "01_x.ipynb"
    nbformat.write(notebook("", "x = 0\n1 / x"), path)
    before = path.read_bytes()
    results = refresh([path], progress=lambda _: None)
    assert [(result.status, result.message) for result in results] == [
        ("failed", "01_x, cell 1, line 2: ZeroDivisionError: division by zero")
    ]
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["01_x.ipynb"]
