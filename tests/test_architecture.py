"""The layers of DESIGN.md, held against the imports; and the house rules of the package's own code."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.paths import ROOT

PACKAGE = ROOT / "analysis"
MOST_LINES = 250
MOST_LINES_OF_A_FUNCTION = 40
MOST_OPTIONS = 5

BELOW_SUBJECTS = {"errors", "fiscal", "interval", "resolve", "schema", "tables"}
CONTROLS = {"control_inputs", "controls", "frontier", "law", "possible", "headroom", "treatment", "validation"}
REVENUE = {"china_revenue", "definitions", "exposure", "h20", "outlooks"}
UNITS = {"melding", "rivals", "unit_cells", "unit_drivers", "unit_estimates", "unit_legality"}
UNITS |= {"unit_meaning", "unit_priors"}
WORK = {"roofline", "transformer", "workload_cases", "workload_costs", "workload_fit", "workloads"}
CLAIMS = {"chip_readings", "claim_addresses", "claim_checks", "claim_collisions", "claim_evidence", "claim_inputs"}
CLAIMS |= {"claim_ledger", "claim_readings", "claim_suggestions", "claim_tolerance", "claim_verdicts", "claims"}
SUBJECTS = {"chip_specs", "china_data_center", "disputes", "prices", "shipments", "unit_inputs", "units"}
SUBJECTS |= CLAIMS | CONTROLS | REVENUE | UNITS | WORK
RESULTS_OF_A_SUBJECT = {"chip_results", "control_results", "revenue_results", "shipment_results", "unit_results"}
RESULTS_OF_A_SUBJECT |= {"claim_results", "workload_results"}

# Layer -> what its modules may import of ours besides each other. A layer is a module, or a folder of them.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "paths": set(),
    "schema": {"errors"},
    "tables": {"errors", "paths", "schema"},
    "check": {"errors", "paths", "schema", "tables"},
    "load": {"check", "errors", "paths", "schema", "tables"},
    "fiscal": {"errors"},
    "interval": {"errors"},
    "sources": {"errors"},
    "resolve": {"errors", "interval", "schema"},
    "chip_specs": BELOW_SUBJECTS,
    "china_revenue": BELOW_SUBJECTS,
    "definitions": BELOW_SUBJECTS | {"china_revenue"},
    "exposure": BELOW_SUBJECTS | {"china_revenue"},
    "h20": BELOW_SUBJECTS | {"china_revenue"},
    "outlooks": BELOW_SUBJECTS | {"china_revenue"},
    "shipments": BELOW_SUBJECTS | {"units"},
    "unit_inputs": {"errors"},
    "china_data_center": BELOW_SUBJECTS | {"china_revenue"},
    "prices": set(),
    "unit_cells": BELOW_SUBJECTS | {"china_revenue", "prices", "unit_inputs"},
    "unit_priors": {"china_data_center", "units"},
    "melding": {"errors", "unit_priors"},
    "unit_estimates": {"melding", "unit_priors"},
    "unit_drivers": {"melding", "unit_estimates"},
    "unit_meaning": {"errors", "melding", "unit_estimates"},
    "unit_legality": {"melding"},
    "rivals": {"melding", "unit_estimates"},
    "units": {"errors", "unit_inputs"},
    "disputes": BELOW_SUBJECTS | {"chip_specs"},
    "possible": set(),
    "control_inputs": BELOW_SUBJECTS | {"chip_specs", "possible"},
    "headroom": {"possible"},
    "treatment": {"law", "possible"},
    "frontier": {"possible", "treatment"},
    "controls": {"law", "headroom", "possible", "treatment"},
    "hypothetical": {"errors", "possible"},
    "law": {"possible", "tables"},
    "validation": {"law", "controls"},
    "filings": {"errors", "fiscal", "interval"},
    "ingest": {"check", "errors", "filings", "load", "paths", "runner", "schema"},
    "wording": {"interval"},
    "style": {"wording"},
    "figures": {"sources", "style", "wording"},
    "chip_results": {"chip_specs", "disputes", "load"},
    "revenue_results": REVENUE | {"errors", "fiscal", "load"},
    "positions": {"errors"},
    "shipment_results": {"errors", "load", "positions", "shipments"},
    "transformer": set(),
    "roofline": {"errors", "transformer"},
    "workload_cases": {"roofline"},
    "workload_fit": {"roofline", "workload_cases"},
    "workloads": {"chip_specs", "roofline", "transformer"},
    "workload_costs": {"chip_specs"},
    "workload_results": WORK | {"chip_results", "chip_specs", "errors", "load", "prices"},
    "claim_addresses": {"errors", "tables"},
    "claim_evidence": {"claim_addresses", "resolve", "schema", "tables"},
    "claim_tolerance": {"claim_evidence", "schema"},
    "claim_checks": {"claim_addresses", "claim_evidence", "schema"},
    "claim_verdicts": {"claim_checks", "claim_evidence", "claim_tolerance"},
    "chip_readings": {"chip_specs", "claim_addresses"},
    "claim_readings": {"chip_readings", "claim_addresses", "claim_evidence", "claim_tolerance"},
    "claims": {"claim_checks", "claim_evidence", "claim_readings", "claim_tolerance", "claim_verdicts"},
    "claim_collisions": {"claim_checks", "claim_evidence", "claim_tolerance", "claim_verdicts", "claims"},
    "claim_suggestions": set(),
    "claim_ledger": CLAIMS | {"errors", "schema", "tables"},
    "claim_inputs": {"chip_specs", "tables"},
    "claim_results": CLAIMS | {"check", "chip_results", "errors", "load", "schema", "tables"},
    "claim_report": {"claim_results", "errors", "load", "runner", "sources", "style", "wording"},
    "unit_results": UNITS
    | {"china_data_center", "chip_results", "control_results", "errors", "load", "shipments", "workload_results"},
    "control_results": CONTROLS | {"chip_results", "errors", "hypothetical", "law", "load"},
    "results": SUBJECTS | RESULTS_OF_A_SUBJECT | {"errors", "fiscal", "load", "schema"},
    "runner": {"errors", "paths"},
    "dictionary": {"schema"},
    "documents": {"dictionary", "figures", "load", "paths", "results", "runner", "sources"},
    "parameters": SUBJECTS | {"errors", "fiscal", "load", "results"},
    "cli": {
        "check",
        "claim_report",
        "claim_results",
        "documents",
        "errors",
        "filings",
        "ingest",
        "parameters",
        "paths",
        "results",
        "runner",
        "wording",
    },
    "__main__": {"cli"},
}
COMPUTE = {"resolve", "interval", "fiscal", "wording"} | SUBJECTS
OUTSIDE_WORLD = {"csv", "io", "json", "matplotlib", "os", "pathlib", "seaborn", "shutil", "subprocess", "sys"}
READS_OR_WRITES = re.compile(r"open|print|input|(read|write)_\w+|to_(csv|excel|json|parquet|pickle)|savefig|show")

FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def layer(path: Path) -> str:
    """``analysis/wording/chips.py`` to ``wording``; ``analysis/__init__.py`` to the empty name."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0].replace("__init__", "")


def imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names of all that a module imports, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: write the import out, from analysis"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layers_imported(tree: ast.AST) -> set[str]:
    """The layers of ours that a module imports, as ``analysis.x`` or ``from analysis import x``."""
    dotted = (name.split(".") for name in imported(tree))
    return {parts[1] for parts in dotted if parts[0] == "analysis" and len(parts) > 1}


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
    """Whether ``@table(name, title, ...)`` says what the class is."""
    calls = (decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    return any(getattr(call, "id", "") == "table" for call in calls)


def code_lines(function: ast.FunctionDef) -> int:
    """Lines from ``def`` to the end without the docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def each_file():
    return pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))


def test_every_module_has_a_layer():
    found = {layer(path) for path in FILES} - {""}
    assert found == set(MAY_IMPORT), "a new module needs a row here and in DESIGN.md; a removed one loses its row"


@each_file()
def test_modules_import_only_what_their_layer_may(path):
    own = layer(path)
    allowed = MAY_IMPORT.get(own, set()) | {own}
    stray = layers_imported(TREES[path]) - allowed
    assert not stray, f"{own} may import {sorted(allowed - {own}) or 'nothing of ours'}, and not {sorted(stray)}"


def test_both_ways_of_writing_an_import_are_seen():
    lines = [
        "import analysis.load",
        "from analysis import figures, errors as e",
        "from analysis.runner.plan import plan",
    ]
    tree = ast.parse("\n".join(lines))
    assert layers_imported(tree) == {"load", "figures", "errors", "runner"}


def test_design_lists_every_layer():
    design = (ROOT / "DESIGN.md").read_text(encoding="utf-8")
    table = design.split("| module | is for | may import |")[1].split("\n\n")[0]
    first_cells = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    named = {name.rstrip("/") for name in re.findall(r"`([^`]+)`", first_cells)}
    assert named == set(MAY_IMPORT) - {"__main__"}


@pytest.mark.parametrize("path", [path for path in FILES if layer(path) in COMPUTE], ids=lambda path: path.stem)
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
    if layer(path) != "cli":
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
def test_modules_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, "look for the second thing it does"


@each_file()
def test_functions_stay_short(path):
    long = {f"{f.name}, line {f.lineno}": code_lines(f) for f in functions(TREES[path])}
    assert not {name: lines for name, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION}


@each_file()
def test_functions_take_few_options(path):
    many = {function.name: len(function.args.kwonlyargs) for function in functions(TREES[path])}
    assert not {name: options for name, options in many.items() if options > MOST_OPTIONS}


@each_file()
def test_what_is_public_says_what_it_does(path):
    assert ast.get_docstring(TREES[path]), "the module says what it is for"
    silent = [node for node in public(TREES[path]) if not ast.get_docstring(node) and not declares_a_table(node)]
    assert not [f"{node.name}, line {node.lineno}" for node in silent]


@each_file()
def test_no_names_that_say_nothing(path):
    assert path.stem not in {"utils", "util", "helpers", "common", "misc"}
    assert not [f.name for f in functions(TREES[path]) if re.match(r"_?(get_|process_|handle_)|do_", f.name)]
