"""House rules of the notebooks, what their stored outputs hold, and runs with other parameters."""

import ast
import csv
import html
import io
import json
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from analysis import catalogue
from analysis.facts import load, paths
from analysis.parameters import faults
from analysis.runner import warm
from analysis.runner.execute import execute
from analysis.runner.parameters import declared
from analysis.runner.refresh import reduced

MOST_IMPORTS = 3
MOST_WORDS = 24  # of a headline, a chip's name being up to four
MOST_SENTENCES = 5
LAST_SECTIONS = ["What this does not show", "Sources cited"]
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
ADDRESS = re.compile(r"://|\\|^[~.]{0,2}/|^[\w.-]+/[\w./-]+$|\.(csv|html?|ipynb|json|png|py|xlsx?)\b")

MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
# What may stand in prose with digits: it names a thing or a day, and no measurement can change it.
NAMES_AND_DAYS = [
    r"`[^`]*`",
    r"\d{4}-\d\d-\d\d",
    rf"(\d{{1,2}} )?({MONTH}) \d{{4}}",
    r"FY\d{4}(Q[1-4]|H[12]|_9M)?",
    r"\b(19|20)\d\d\b",
    r"\b(RTX|A|H|B|L|MI|Ascend|Kunlun|TPU v|FP|BF|INT|TF)[ -]?\d+[A-Z]*\b",
    r"\b\d[A-Z]\d{3}\b|\b10-[KQ]\b|\b8-K\b",
]
SPELLED = r"\b(one|two|three|four|five|six|seven|eight|nine|ten|\w+ty)[ -](percent|per cent|million|billion)\b"

NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("[0-9]*.ipynb"))  # those with a page; the others are to try things
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

EARLIER = {
    "chips": (
        "01_chip_specs",
        {"as_of": "2024-06-30", "chips": ["h20-96gb", "l20"], "baseline": "h100-sxm"},
    ),
    "yuan": ("04_china_revenue", {"as_of": "2025-04-17", "currency": "CNY", "basis": "billing"}),
    "both bases": ("04_china_revenue", {"as_of": "2025-04-17"}),
    "every quantity": ("08_published_counts", {"as_of": "2025-12-31", "product": "h200", "quantity": "all"}),
    "claims": ("07_claims", {"as_of": "2025-12-31", "article": "article-002"}),
    "another policy": (
        "06_scenarios",
        {"policy": "b30a-half-price", "outcome": "compute", "across": "growth", "draws": 4096},
    ),
    "units": ("05_shipments", {"as_of": "2025-06-30", "year": "FY2025", "retirement": 0.1}),
}
VERY_EARLY = "2019-01-01"
NOTHING_KNOWN = {
    "01_chip_specs": "No source gives the compute or the memory bandwidth of the H20",
    "02_export_controls": "No US rule on chips for China was in force",
    "03_workloads": "By this day no measurement is on record",
    "04_china_revenue": "No China revenue is known by this day",
    "05_shipments": "By this day no revenue was known from which",
    "06_scenarios": "By this day not every input of H200 as licensed is on record",
    "07_claims": "By this day no article is on record",
    "08_published_counts": "By this day nobody had published a count of",
}


@pytest.fixture(scope="module", autouse=True)
def _warm_kernels():
    """Every run of this file starts warm, as those of `report` do; nbval runs the same notebooks in plain kernels."""
    with warm.parent(catalogue.preparation()):
        yield


@cache
def stored(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


@cache
def earlier(name: str) -> NotebookNode:
    """A notebook after a run as things stood on an earlier day."""
    notebook, values = EARLIER[name]
    return execute(paths.NOTEBOOKS / f"{notebook}.ipynb", values)


@cache
def very_early(notebook: str) -> NotebookNode:
    """A notebook after a run on a day on which almost nothing was known."""
    return execute(paths.NOTEBOOKS / f"{notebook}.ipynb", {"as_of": VERY_EARLY})


def rerun(path: Path) -> NotebookNode:
    """A notebook after a run with its defaults, as `refresh` stores it."""
    return reduced(execute(path, {}), [cell.id for cell in stored(path).cells])


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in code(notebook) for output in cell.outputs]


def data(notebook: NotebookNode, kind: str) -> list[str]:
    """All outputs of one media type."""
    return [output.data[kind] for output in outputs(notebook) if kind in output.get("data", {})]


def drawings(notebook: NotebookNode) -> list[NotebookNode]:
    """Outputs that are figures."""
    return [output for output in outputs(notebook) if "image/png" in output.get("data", {})]


def tables(notebook: NotebookNode) -> dict[str, list[list[str]]]:
    """The rows of each table, header first, by its caption."""
    found = {}
    for text in data(notebook, "text/html"):
        caption = plain(re.search(r"<caption>(.*?)</caption>", text, re.DOTALL)[1])
        lines = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
        found[caption] = [
            [plain(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)] for line in lines
        ]
    return found


def plain(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", fragment)).strip()


def shown(cell: NotebookNode) -> str:
    """What a code cell shows: ``table``, ``figure``, ``words`` or nothing."""
    kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
    kind = next((k for k in ("image/png", "text/html", "text/markdown") if k in kinds), "")
    return {"image/png": "figure", "text/html": "table", "text/markdown": "words"}.get(kind, "")


def has_value(source: str) -> bool:
    """Whether the last statement of a cell is an expression, which a notebook shows."""
    statements = ast.parse(source).body
    return bool(statements) and isinstance(statements[-1], ast.Expr)


def numbers_in(text: str) -> list[str]:
    """Numbers in prose that a new fact could make wrong."""
    for name in NAMES_AND_DAYS:
        text = re.sub(name, " ", text)
    digits = re.findall(r"\S*\d\S*", text)
    return digits + [match.group() for match in re.finditer(SPELLED, text, re.IGNORECASE)]


def sentences(paragraph: str) -> int:
    """How many sentences a paragraph has; the points of U.S., e.g. and the like end none."""
    text = re.sub(r"\b([A-Za-z]\.){2,}|\b(vs|incl|approx|No|Inc|Corp)\.", "x", paragraph.strip())
    assert re.search(r"[.!?]$", text), "the last sentence ends in a stop"
    return len(re.findall(r"[.!?](?=\s+[A-Z“\"]|$)", text))


# The order of an essay


@each_notebook
def test_opens_with_a_question_and_three_sentences(path):
    first = stored(path).cells[0]
    assert first.cell_type == "markdown"
    title, paragraph = first.source.strip().split("\n\n")
    assert re.fullmatch(r"# [^\n]+\?", title)
    assert sentences(paragraph) == 3
    assert not [text for text in prose(stored(path))[1:] if re.search(r"^# ", text, re.MULTILINE)], "one title"


@each_notebook
def test_parameters_come_first(path):
    notebook = stored(path)
    assert [cell.metadata.get("tags", []) for cell in notebook.cells].index(["parameters"]) == 1
    assert code(notebook)[0] is notebook.cells[1]
    parameters = declared(notebook, where=path.stem)  # refuses whatever is no literal with a type and a meaning
    assert parameters[0].name == "as_of"
    assert all(parameter.meaning for parameter in parameters)


@each_notebook
def test_default_day_is_the_last_recorded_one(path):
    assert declared(stored(path))[0].default == f"{load.span()[1]:%Y-%m-%d}", "set as_of, then run make refresh"


@each_notebook
def test_defaults_pass_the_checks_of_the_runner(path):
    assert faults({parameter.name: parameter.default for parameter in declared(stored(path))}) == []


@each_notebook
def test_imports_are_few_and_parameters_are_checked_right_after_them(path):
    second = code(stored(path))[1].source
    assert second.startswith(("import ", "from "))
    assert len(re.findall(r"^(?:import|from) ", second, re.MULTILINE)) <= MOST_IMPORTS
    assert "analysis.Record.for_notebook(globals())" in second, "all parameters are checked at once"
    later = [ast.parse(cell.source) for cell in code(stored(path))[2:]]
    assert not [node for tree in later for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


@each_notebook
def test_ends_with_limits_and_sources(path):
    headings = re.findall(r"^## (.+)$", "\n".join(prose(stored(path))), re.MULTILINE)
    assert headings[-2:] == LAST_SECTIONS
    assert shown(stored(path).cells[-1]) == "table"
    assert len(headings) == len(set(headings))


# The code


@each_notebook
def test_code_holds_no_logic(path):
    for number, cell in enumerate(code(stored(path)), start=1):
        tree = ast.parse(cell.source)  # fails on a magic
        nodes = list(ast.walk(tree))
        assert not [type(node).__name__ for node in nodes if isinstance(node, LOGIC)], f"cell {number}"
        assert not [node for node in nodes if isinstance(node, ast.Name) and node.id == "print"], f"cell {number}"
        assert not [line for line in cell.source.splitlines() if line.rstrip().endswith(";")], f"cell {number}"
        words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not [word for word in words if ADDRESS.search(word)], f"cell {number} holds a path or an address"


@each_notebook
def test_no_markers_switch_nbval_off(path):
    tags = {tag for cell in stored(path).cells for tag in cell.metadata.get("tags", [])}
    assert tags == {"parameters"}
    assert not [cell for cell in code(stored(path)) if re.search(r"#\s*(NBVAL|PYTEST)_", cell.source)]


# The prose


@each_notebook
def test_prose_types_no_numbers(path):
    typed = {text.strip().splitlines()[0]: numbers_in(text) for text in prose(stored(path))}
    assert not {where: numbers for where, numbers in typed.items() if numbers}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("On 9 April 2025 H20 needed a licence; FY2026Q1, RTX 6000D, B30A and the H100 are names.", []),
        ("The rules of October 2023, ECCN 3A090, and `data/prices.csv` of 2026-11-22.", []),
        ("China was 17,108 then.", ["17,108"]),
        ("It keeps 0.15 of it, or 13.1%.", ["0.15", "13.1%."]),
        ("It cost USD 4.5bn.", ["4.5bn."]),
        ("A margin of one percent, or two billion.", ["one percent", "two billion"]),
        ("The 48 hours and 5 sources.", ["48", "5"]),
    ],
)
def test_typed_numbers_are_found(text, typed):
    assert numbers_in(text) == typed


def test_sentences_are_counted():
    assert sentences("The U.S. rule bites, e.g. in China. Is it v2.1 or not? Nobody knows.") == 3
    assert sentences("One sentence only, with 4.6 inside.") == 1


# The stored outputs


@each_notebook
def test_outputs_are_stored(path):
    for number, cell in enumerate(code(stored(path)), start=1):
        assert bool(cell.outputs) == has_value(cell.source), f"cell {number}: run make refresh"
        assert cell.execution_count == number
        assert {output.output_type for output in cell.outputs} <= {"execute_result"}, f"cell {number}"


@each_notebook
def test_metadata_holds_only_what_is_read(path):
    notebook = stored(path)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook.metadata == {"kernelspec": kernel, "language_info": {"name": "python"}}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    for output in outputs(notebook):
        assert set(output.metadata) <= {"drawing", "image/png"}
        assert set(output.metadata.get("image/png", {})) <= {"width", "height"}


@each_notebook
def test_nothing_differs_between_machines_or_days(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/png", None)
    text = re.sub(r"https?://[^\s\"<>\\]+", "", json.dumps(notebook, ensure_ascii=False))
    assert not re.findall(r"0x[0-9a-fA-F]{4,}", text), "a memory address"
    assert not re.findall(r"\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text), "a time of day"
    assert not re.findall(r"/(?:work|root|home|tmp|usr|opt|Users)/|[A-Z]:\\\\", text), "a path of one machine"


@each_notebook
def test_every_figure_says_what_it_drew(path):
    assert drawings(stored(path))
    for output in drawings(stored(path)):
        told = output.metadata["drawing"]
        assert re.fullmatch(
            rf"\[figure {told.name}: \d+ points, \d+ texts, .+, [0-9a-f]{{10}}\]", output.data["text/plain"]
        )
        assert told.title
        assert len(told.alt.split()) > 10
        header, *rows = csv.reader(io.StringIO(told.csv))
        assert len(header) > 1
        assert rows
        assert told.sources
        assert all(label and (address == "" or address.startswith("http")) for label, address in told.sources)


LIGHT = {"08_published_counts"}
EVERY = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
BOTH_WAYS = [path if path.stem in LIGHT else pytest.param(path, marks=pytest.mark.slow) for path in EVERY]


@pytest.mark.parametrize("path", BOTH_WAYS, ids=[path.stem for path in EVERY])
def test_a_warm_kernel_shows_what_a_plain_one_shows(path):
    forked = rerun(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "_address", "")
        plain = rerun(path)
    assert [cell.get("outputs") for cell in forked.cells] == [cell.get("outputs") for cell in plain.cells]
    assert len(data(forked, "image/png")) == len(data(stored(path), "image/png"))
    assert all(data(forked, "image/png"))


ANSWERED = [path.stem for path in NOTEBOOKS if path.stem[0].isdigit()]


@pytest.mark.parametrize("name", ANSWERED)
def test_the_answer_and_its_figure_come_first(name):
    kinds = [shown(cell) for cell in code(stored(paths.NOTEBOOKS / f"{name}.ipynb")) if cell.outputs]
    assert kinds[:2] == ["words", "figure"]
    words = data(stored(paths.NOTEBOOKS / f"{name}.ipynb"), "text/markdown")[0]
    headline = re.match(r"\*\*(.+?)\*\*", words)[1]
    assert len(headline.split()) <= MOST_WORDS
    assert sentences(re.sub(r"^\*\*.+?\*\*\s+", "", words)) <= MOST_SENTENCES


@each_notebook
def test_every_table_has_a_name_of_its_own(path):
    ids = [re.search(r'<table id="([^"]+)"', text)[1] for text in data(stored(path), "text/html")]
    assert len(ids) == len(set(ids)), "two captions begin alike: the style of one table would reach the other"
    assert len(tables(stored(path))) == len(ids)


# Other parameters


@pytest.mark.parametrize("name", EARLIER)
def test_runs_as_of_an_earlier_day(name):
    notebook, _ = EARLIER[name]
    result = earlier(name)
    assert not [output for output in outputs(result) if output.output_type == "stream"], "a warning was printed"
    assert len(drawings(result)) == len(drawings(stored(paths.NOTEBOOKS / f"{notebook}.ipynb")))


def test_chips_asked_for_are_the_chips_shown():
    header, *rows = tables(earlier("chips"))["Specifications by chip"]
    assert header == ["specification", "unit", "H20 96 GB", "L20"]
    assert rows
    drawn = csv.DictReader(io.StringIO(drawings(earlier("chips"))[0].metadata["drawing"].csv))
    assert {row["chip_id"] for row in drawn} == {"h20-96gb", "l20"}


@pytest.mark.parametrize("name", ["yuan", "both bases"])
def test_revenue_as_of_april_2025_knows_no_later_year_and_no_headquarters(name):
    found = tables(earlier(name))
    by_period = {caption: rows for caption, rows in found.items() if caption.startswith("China revenue by")}
    assert len(by_period) == 2
    for header, *rows in by_period.values():
        assert rows
        assert {row[header.index("by")] for row in rows} == {"billing address"}
        assert not [row for row in rows if re.search("2026|2027", row[header.index("period")])]
    assert len(found["Periods known on both definitions: nothing on record"]) == 1, "a header and no row"
    assert "This selection holds nothing by headquarters" in "\n".join(data(earlier(name), "text/markdown"))
    drawn = "".join(output.metadata["drawing"].csv for output in drawings(earlier(name))[:2])
    assert "billing" in drawn
    assert "headquarters" not in drawn
    assert "FY2026" not in drawn


@pytest.mark.parametrize("name", ["yuan", "both bases"])
def test_revenue_as_of_april_2025_knows_the_charge_only_as_announced(name):
    header, *rows = tables(earlier(name))["The H20 account, and H200 after it"]
    later = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["line"], row["USD million"], row["in a sum"]) for row in later] == [
        ("charge announced", "up to 5,500", "no: the booked charge replaces it"),
    ]


def test_yuan_are_named_wherever_amounts_stand():
    captions = [caption for caption in tables(earlier("yuan")) if caption.startswith("China revenue by")]
    assert all(caption.endswith("CNY million") for caption in captions)
    answer = data(earlier("yuan"), "text/markdown")[0].partition("The licence rule")[0]
    assert "CNY" in answer
    assert "USD" not in answer


def test_every_quantity_of_the_product_is_shown():
    header, *rows = tables(earlier("every quantity"))["Published numbers on H200 (all)"]
    numbers = [row[header.index("number")] for row in rows]
    assert [number for number in numbers if re.search(r"(USD|CNY) [\d.]+bn", number)], "money"
    assert [number for number in numbers if re.fullmatch(r"(over |up to )?[\d,.]+( million)?", number)], "chips"


@pytest.mark.parametrize("notebook", NOTHING_KNOWN)
def test_runs_where_almost_nothing_is_known(notebook):
    result = very_early(notebook)
    assert NOTHING_KNOWN[notebook] in "\n".join(data(result, "text/markdown"))
    assert not [output for output in outputs(result) if output.output_type == "stream"], "a warning was printed"
    assert len(drawings(result)) == len(drawings(stored(paths.NOTEBOOKS / f"{notebook}.ipynb")))


def test_every_numbered_notebook_is_run_early():
    assert set(NOTHING_KNOWN) == {path.stem for path in NOTEBOOKS if path.stem[0].isdigit() and path.stem[:2] != "00"}


def test_no_chip_at_all_is_refused():
    assert "chips: no chip is named" in str(faults({"chips": []})[0])
