"""The import rules of DESIGN.md, held against the imports; and the house rules of the package's own code."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.facts.paths import ROOT

PACKAGE = ROOT / "analysis"
SUBJECTS = {"chips", "claims", "controls", "counts", "headlines", "revenue", "scenarios", "shipments", "workloads"}
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def rules() -> dict[str, set[str]]:
    """What the modules of each folder may import of ours besides one another, from the table of DESIGN.md."""
    design = (ROOT / "DESIGN.md").read_text(encoding="utf-8")
    lines = design.split("| folder | is for | may import |\n")[1].split("\n\n")[0].splitlines()[1:]
    rows = [[re.findall(r"`([\w.]+)/?`", cell) for cell in line.strip("|").split("|")] for line in lines]
    return {folder: set(allowed) for folders, *_, allowed in rows for folder in folders}


def module(path: Path) -> str:
    """``analysis/chips/words.py`` to ``chips.words``."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


def imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names of all that a module imports, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: write the import out, from analysis"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stray(name: str, tree: ast.AST) -> set[str]:
    """What a module imports of ours against the rule of its folder."""
    own = name.split(".")[0]
    allowed = {own, *rules()[own]}
    ours = {dotted.removeprefix("analysis.") for dotted in imported(tree) if dotted.startswith("analysis.")}
    if own in SUBJECTS and not name.endswith((".results", ".ingest", ".report")):
        ours = {"(only results load) " + dotted if dotted.startswith("facts.load") else dotted for dotted in ours}
    if own in SUBJECTS and not name.endswith((".words", ".figures", ".report")):
        ours = {"(only words draw) " + dotted if dotted.startswith("pages") else dotted for dotted in ours}
    return {dotted for dotted in ours if not any(f"{dotted}.".startswith(f"{may}.") for may in allowed)}


def each_file():
    return pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))


def test_every_folder_has_a_rule():
    found = {module(path).split(".")[0] for path in FILES} - {"", "__main__"}
    assert found == set(rules()), "a new folder or module on top needs a row in DESIGN.md; a removed one loses its row"


@pytest.mark.parametrize("path", [path for path in FILES if module(path) not in ("", "__main__")], ids=module)
def test_modules_import_only_what_their_folder_may(path):
    assert stray(module(path), TREES[path]) == set()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("facts.fiscal", "from analysis.chips import specs"),
        ("chips.specs", "import analysis.controls.law"),
        ("chips.specs", "from analysis.facts import load"),
        ("chips.specs", "from analysis.pages.formats import share"),
        ("runner.plan", "def later():\n    from analysis.facts.load import table"),
        ("revenue.h20", "from analysis import cli"),
    ],
)
def test_a_wrong_import_is_found(name, line):
    assert len(stray(name, ast.parse(line))) == 1


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTION))


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes that other modules may use, and the public methods of such classes."""
    for node in tree.body:
        if isinstance(node, (*FUNCTION, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (m for m in node.body if isinstance(m, FUNCTION) and not m.name.startswith("_"))


def declares_a_table(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether ``@data_table(name, title, ...)`` says what the class is."""
    calls = (decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    return any(getattr(call, "id", "") == "data_table" for call in calls)


COMPUTE = {"interval", "fiscal", "resolve"}  # of facts; and every module of a subject but results, and their figures
OUTSIDE_WORLD = {"csv", "io", "json", "matplotlib", "os", "pathlib", "seaborn", "shutil", "subprocess", "sys"}
READS_OR_WRITES = re.compile(r"open|print|input|(read|write)_\w+|to_(csv|excel|json|parquet|pickle)|savefig|show")
MAY_TOUCH = {"results", "figures", "report", "hypothetical", "positions", "runs", "filings"}


def is_pure(path: Path) -> bool:
    """Whether a module takes frames and returns frames, without a file, a screen or a plot."""
    folder, *names = module(path).split(".")
    return bool(names) and (
        names[0] in COMPUTE if folder == "facts" else folder in SUBJECTS and names[0] not in MAY_TOUCH
    )


@pytest.mark.parametrize("path", [path for path in FILES if is_pure(path)], ids=module)
def test_compute_touches_no_file_no_screen_and_no_plot(path):
    roots = {name.split(".")[0] for name in imported(TREES[path])}
    assert not roots & OUTSIDE_WORLD
    calls = [node.func for node in ast.walk(TREES[path]) if isinstance(node, ast.Call)]
    names = {call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls}
    assert not {name for name in names if READS_OR_WRITES.fullmatch(name)}


@each_file()
def test_no_failure_is_swallowed(path):
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.keyword) and node.arg == "errors":
            assert getattr(node.value, "value", "") != "coerce", f"line {node.value.lineno}: a fault would become a gap"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: name what may go wrong"
            first = node.body[0]
            is_none = isinstance(first, ast.Return) and getattr(first.value, "value", None) is None
            returns_none = is_none and (first.value is None or isinstance(first.value, ast.Constant))
            assert not returns_none, f"line {node.lineno}: the failure would look like an empty answer"
            assert not isinstance(first, ast.Pass), f"line {node.lineno}: the failure would be silent"


@each_file()
def test_only_the_command_line_prints(path):
    if module(path) != "cli":
        calls = (node.func for node in ast.walk(TREES[path]) if isinstance(node, ast.Call))
        assert not [call.lineno for call in calls if getattr(call, "id", "") == "print"]


@each_file()
def test_no_section_banners_in_comments(path):
    with path.open("rb") as file:
        comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
    assert not [token.start[0] for token in comments if re.search(r"[-=~*#]{4,}", token.string)]


@pytest.mark.parametrize("path", sorted((PACKAGE / "runner/templates").rglob("*.*")), ids=lambda path: path.name)
def test_no_section_banners_in_templates(path):
    assert not re.findall(r"-{5,}|={4,}|\*{4,}|#{4,}", path.read_text(encoding="utf-8"))


@each_file()
def test_what_is_public_says_what_it_does(path):
    assert ast.get_docstring(TREES[path]), "the module says what it is for"
    silent = [node for node in public(TREES[path]) if not ast.get_docstring(node) and not declares_a_table(node)]
    assert not [f"{node.name}, line {node.lineno}" for node in silent]


@each_file()
def test_no_names_that_say_nothing(path):
    assert path.stem not in {"utils", "util", "helpers", "common", "misc"}
    assert not [f.name for f in functions(TREES[path]) if re.match(r"_?(get_|process_|handle_)|do_", f.name)]
