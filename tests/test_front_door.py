"""The front door: a handful of names, every result as a method, notebooks checked at once, and a quick start."""

import inspect
import subprocess
import sys
import tomllib

import pytest

import analysis
from analysis import catalogue
from analysis.facts.errors import ParameterError
from analysis.facts.paths import ROOT
from analysis.facts.schema import TABLES
from tests.records import record


def test_a_newcomer_sees_a_handful_of_names():
    assert dir(analysis) == ["AnalysisError", "Record", "__version__", "controls_of", "tables"]
    with pytest.raises(AttributeError, match="has no attribute 'record'"):
        analysis.record  # noqa: B018


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert analysis.__version__ == project["version"]


def test_every_result_is_a_method_with_its_own_signature_and_words():
    for name, entry in catalogue.results().items():
        method = getattr(record(), name)
        assert tuple(inspect.signature(method).parameters) == entry.parameters, name
        assert inspect.getdoc(method).splitlines()[0] == entry.about, name
        sections = ["Returns"] + (["Parameters"] if entry.parameters else [])
        assert all(f"{section}\n---" in inspect.getdoc(method) for section in sections), name


def test_a_parameter_means_the_same_in_every_result():
    """Notebooks and the command line ask by name, so a name has one kind; ``chip`` and ``chips`` differ in name."""
    kinds: dict[str, dict[str, str]] = {}
    for name, entry in catalogue.results().items():
        for parameter in inspect.signature(getattr(record(), name)).parameters.values():
            kinds.setdefault(parameter.name, {})[str(parameter.annotation)] = entry.name
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_what_there_is_takes_one_line_each():
    listed = analysis.tables()
    assert set(catalogue.results()) <= set(listed.index)
    raw = {name.removeprefix("data.") for name in set(listed.index) - set(catalogue.results())}
    assert raw == set(TABLES)
    assert not listed["about"].str.contains("\n").any()
    assert {f"Raw: {declared.title}" for declared in TABLES.values()} <= set(listed["about"])


def test_a_result_shows_itself_with_its_title_and_without_nan():
    shown = record().workload_throughput()._repr_html_()
    assert "Tokens a second and chip" in shown
    assert "unknown" in shown
    assert ">nan<" not in shown
    assert "<script" not in record().get("products")._repr_html_()


def test_a_name_that_is_none_is_refused_with_the_near_miss():
    with pytest.raises(ParameterError, match="Did you mean 'equivalence'"):
        record().get("equivalnce")
    with pytest.raises(ParameterError, match="Did you mean 'basis'"):
        record().get("china_revenue", {"bassis": "billing"})
    assert len(record().get("data.claims")) == len(record().table("claims"))


def test_a_notebook_gets_values_of_its_types_and_a_record():
    variables = {"__annotations__": {"as_of": str, "chips": list[str], "count": int}}
    variables |= {"as_of": "2025-04-17", "chips": "h20-96gb", "count": "16", "other": object()}
    found = analysis.Record.for_notebook(variables)
    assert (found.as_of, variables["chips"], variables["count"]) == ("2025-04-17", ["h20-96gb"], 16)


def test_all_parameters_of_a_notebook_are_refused_together():
    kinds = {"as_of": str, "chips": list[str], "basis": str, "first_period": str, "count": int, "model": str}
    given = {"as_of": "soon", "chips": ["h20-96g"], "basis": "x", "first_period": "2024", "count": 0, "model": "m"}
    with pytest.raises(ParameterError) as refused:
        analysis.Record.for_notebook({"__annotations__": kinds} | given)
    assert {str(fault).partition(":")[0] for fault in refused.value.faults} == set(kinds)


IN_A_CELL = """
import sys
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.run_cell("as_of: str = '2025-13-01'")
shell.run_cell("import analysis\\nrecord = analysis.Record.for_notebook(globals())")
"""


def test_a_refusal_in_a_notebook_is_short():
    ran = subprocess.run([sys.executable, "-c", IN_A_CELL], capture_output=True, text=True, cwd=ROOT, check=False)
    lines = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
    assert lines == [
        "ParameterError: as_of: '2025-13-01' is not a day. Write it as year-month-day, 2025-04-17.",
        "Cell In[1], line 2",
    ]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["table"], 0),
        (["table", "china_revenu"], 2),
        (["table", "china_revenue", "-p", "bassis", "x"], 2),
        (["table", "china_revenue", "-p", "basis=x", "-p", "basis=y"], 2),
        (["report", "99"], 2),
        (["audit", "claims.csv", "-p", "fee=1"], 2),
        (["ingest"], 2),
        (["ingest", "--edgar", "--identity", "nobody"], 2),
    ],
)
def test_help_and_refusals_import_nothing_heavy(arguments, status):
    program = (
        "import sys; from analysis.cli import main\n"
        "try: status = main(sys.argv[1:])\n"
        "except SystemExit as end: status = end.code or 0\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'scipy', 'nbformat', 'papermill', 'IPython'} & set(sys.modules)\n"
        "sys.exit(99 if heavy else status)"
    )
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, cwd=ROOT, check=False)
    assert ran.returncode == status
