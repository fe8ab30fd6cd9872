"""What the documents promise, held against what is there: commands, packages, versions, addresses."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis import cli, documents
from analysis.facts import load, paths
from analysis.parameters import faults
from analysis.runner.markup import front
from analysis.runner.plan import choose, plan
from analysis.sweep import grid

COMMANDS = ["make report", "make test"]
RECORDED = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "DESIGN.md", "DECISIONS.md"]
CONDA_NAMES = {  # the same package under the name that conda-forge gives it
    "jupyter_client": "jupyter-client",
    "matplotlib-base": "matplotlib",
    "nbconvert-core": "nbconvert",
    "seaborn-base": "seaborn",
    "dask-core": "dask",
    "python-duckdb": "duckdb",
}
# Written in two parts, so that this file does not hold what it forbids.
MACHINE_PATHS = [f"/{folder}/" for folder in ("work", "root", "home")]
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted"),
        ("registry", "npmjs"),
        ("deb", "debian"),
        ("conda", "anaconda"),
    )
]


def text(name: str) -> str:
    return (paths.ROOT / name).read_text(encoding="utf-8")


def code_lines(name: str) -> list[str]:
    """The lines of all code blocks of a document, indented blocks of lists included."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text(name), re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def analysis_lines() -> list[list[str]]:
    """What follows ``python -m analysis`` on each line of the documents' code blocks."""
    lines = [line for name in ("README.md", "CONTRIBUTING.md") for line in code_lines(name)]
    return [shlex.split(line.split("-m analysis", 1)[1], comments=True) for line in lines if "-m analysis" in line]


def make_targets() -> set[str]:
    return set(re.search(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)[1].split())


def project() -> dict:
    return tomllib.loads(text("pyproject.toml"))


def requirements() -> dict[str, Requirement]:
    """What the project needs to run and to be tested, by canonical name."""
    wanted = project()["project"]["dependencies"] + project()["dependency-groups"]["dev"]
    return {canonicalize_name(r.name): r for r in map(Requirement, wanted)}


# Commands


def test_two_commands_are_enough():
    assert [line for line in code_lines("README.md") if line.startswith("make")] == COMMANDS


def test_continuous_integration_runs_the_two_commands():
    lines = [line for line in text(".ci/run").splitlines() if line.startswith("make")]
    assert sorted(lines) == COMMANDS
    assert (paths.ROOT / ".ci/run").stat().st_mode & 0o100, ".ci/run can be executed"
    workflow = yaml.safe_load(text(".github/workflows/ci.yml"))
    for job in workflow["jobs"].values():
        assert sorted(step["run"] for step in job["steps"] if "run" in step) == COMMANDS


def test_the_workflow_tries_every_python_that_the_project_allows():
    allowed = project()["project"]["requires-python"]
    workflow = yaml.safe_load(text(".github/workflows/ci.yml"))
    tried = next(iter(workflow["jobs"].values()))["strategy"]["matrix"]["python"]
    first, last = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", allowed).groups()
    assert tried == [f"3.{minor}" for minor in range(int(first), int(last))]


@pytest.mark.parametrize("name", RECORDED)
def test_every_make_command_named_exists(name):
    named = set(re.findall(r"`make (\w+)`", text(name))) | {
        x.split()[1] for x in code_lines(name) if x.startswith("make ")
    }
    assert named <= make_targets()


def test_the_makefile_has_a_rule_for_every_command():
    assert make_targets() == set(re.findall(r"^(\w+):", text("Makefile"), re.MULTILINE))
    assert {"report", "test", "lab", "check", "refresh"} <= make_targets()


def test_the_documents_show_the_command_line():
    assert {arguments[0] for arguments in analysis_lines()} >= {"report", "table", "check"}


@pytest.mark.parametrize("arguments", analysis_lines(), ids=" ".join)
def test_every_command_line_in_the_documents_works(arguments, capsys):
    if arguments[0] == "ingest":  # the filing is not part of the project, nor is EDGAR
        options = cli._parser().parse_args(arguments)
        assert options.edgar if options.filing is None else options.filing.suffix == ".htm"
    elif arguments[0] == "sweep":  # the grid is the reader's own; that of the help is tried below
        assert cli._parser().parse_args(arguments).grid.suffix == ".yml"
    elif arguments[0] in ("report", "refresh"):
        options = cli._parser().parse_args(cli._joined(arguments))
        assert plan(options.notebooks, cli._given(options) if arguments[0] == "report" else {}, faults)
    else:
        assert cli.main(arguments) == 0
        told = capsys.readouterr()
        assert told.out + told.err


def test_the_grid_of_the_help_works(tmp_path):
    """Two days, two shares and 64 points make 256 runs."""
    path = tmp_path / "grid.yml"
    example = cli.SWEEP.partition("\n\n")[0].partition("\n")[2]
    path.write_text(example, encoding="utf-8")
    assert len(grid.read(path)) == 2 * 2 * 64


def test_the_examples_of_the_help_work(capsys):
    examples = cli.EXAMPLES.partition("\n\n")[0]
    lines = [line.split("analysis ", 1)[1] for line in examples.splitlines()[1:]]
    for line in lines:
        arguments = shlex.split(re.split(r"\s{3,}", line)[0])
        if arguments in [line[: len(arguments)] for line in analysis_lines()]:
            continue  # tried above, perhaps of one headline or in another format
        if arguments[0] == "report":
            options = cli._parser().parse_args(cli._joined(arguments))
            assert plan(options.notebooks, cli._given(options), faults)
        elif arguments[0] == "sweep":
            assert cli._parser().parse_args(arguments).grid.suffix == ".yml"
        elif "--edgar" in arguments:
            assert "@" in cli._parser().parse_args(arguments).identity
        elif "--cells" in arguments:  # it makes every page of another revision: tests/headlines/test_revisions.py
            assert cli._parser().parse_args(arguments).cells
        elif arguments[0] == "verify" or "--out" in arguments:  # they make pages, in the reader's own folder
            options = cli._parser().parse_args(arguments)
            assert (options.folder if arguments[0] == "verify" else options.out) == Path("reports/")
        elif arguments[0] == "ingest":  # the filing it names is not part of the project
            assert cli.main(arguments) == 2
            assert "cannot be read: " in capsys.readouterr().err
        else:
            assert cli.main(arguments) == 0


# Packages


def test_conda_gets_the_same_packages():
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    from_pypi = [line for entry in listed if isinstance(entry, dict) for line in entry["pip"]]
    listed = [entry for entry in listed if entry != "pip" and isinstance(entry, str)] + from_pypi
    conda = {(r := Requirement(line)).name: r.specifier for line in listed}
    assert str(conda.pop("python")) == str(Requirement("python" + project()["project"]["requires-python"]).specifier)
    renamed = {canonicalize_name(CONDA_NAMES.get(name, name)): specifier for name, specifier in conda.items()}
    assert renamed == {name: requirement.specifier for name, requirement in requirements().items()}
    assert set(CONDA_NAMES) <= set(conda), "a name in the list that is used no longer"


LOCKS = ["requirements.lock", "requirements-edgar.lock"]
SMALL_LOCKS = ["requirements-uv.lock", "requirements-mutants.lock"]  # of one tool each


def locked(name: str) -> list[tuple[str, list[str]]]:
    """Each requirement of a lock file with its hashes."""
    lines = re.sub(r"\\\n\s*", "", text(name)).splitlines()
    parts = (line.split(" --hash=") for line in lines if line and not line.startswith("#"))
    return [(requirement.strip(), [part.strip() for part in hashes]) for requirement, *hashes in parts]


@pytest.mark.parametrize("lock", [*LOCKS, *SMALL_LOCKS])
def test_the_lock_pins_every_package_by_version_and_hash(lock):
    assert len(locked(lock)) > (len(requirements()) if lock in LOCKS else 0)
    for requirement, hashes in locked(lock):
        specifiers = list(Requirement(requirement).specifier)
        assert [s.operator for s in specifiers] == ["=="], requirement
        assert not specifiers[0].version.endswith("*"), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize("lock", [*LOCKS, *SMALL_LOCKS])
def test_the_lock_names_no_registry(lock):
    assert "://" not in text(lock)
    assert not [line for line in text(lock).splitlines() if line.startswith("-")]


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_what_the_project_asks_for(lock):
    extras = map(Requirement, project()["project"]["optional-dependencies"]["edgar"])
    wanted = requirements()
    if lock == "requirements-edgar.lock":
        wanted |= {canonicalize_name(extra.name): extra for extra in extras}
    pins = {}
    for line, _ in locked(lock):
        pinned = Requirement(line)
        pins.setdefault(canonicalize_name(pinned.name), []).append(next(iter(pinned.specifier)).version)
    assert not set(wanted) - set(pins), "run make lock"
    for name, requirement in wanted.items():
        assert all(requirement.specifier.contains(version) for version in pins[name]), f"{name}: run make lock"


def pins(lock: str) -> set[tuple[str, str]]:
    return {(one.name, next(iter(one.specifier)).version) for one in (Requirement(line) for line, _ in locked(lock))}


def test_the_tool_of_the_mutants_runs_on_the_versions_of_the_suite():
    suite, tool = pins("requirements.lock"), pins("requirements-mutants.lock")
    assert {name for name, _ in suite & tool} == {name for name, _ in suite} & {name for name, _ in tool}, "make lock"


def test_the_notice_lists_every_package_of_the_locks_in_its_version():
    listed = set(re.findall(r"^([a-z0-9-]+) ([0-9][^:\s]*)(?=:|$)", text("NOTICE"), re.MULTILINE))
    assert listed == set.union(*map(pins, ["requirements.lock", *SMALL_LOCKS])), "run benchmarks/licences.py"


# What is written from the data


def test_the_data_dictionary_is_written_from_the_declarations():
    assert text("data/README.md") == documents.dictionary(), "run make refresh"


def test_the_figure_of_the_readme_is_that_of_the_data():
    assert text("README.md") == documents.with_figure(text("README.md"), documents.readme_figure()), "run make refresh"
    assert (paths.ROOT / documents.PICTURE).read_bytes().startswith(b"\x89PNG")


def test_the_readme_opens_with_what_the_pages_find():
    findings = documents.readme_findings()
    assert len(findings) == 3
    assert all(re.search(r"\d|one|two|three|four|five|six|seven|eight|nine|ten", found, re.I) for found in findings)
    assert text("README.md") == documents.with_findings(text("README.md"), findings), "run make refresh"


def test_the_readme_says_until_when_facts_are_recorded():
    assert f"recorded up to {load.span()[1]:%Y-%m-%d}" in text("README.md")


def test_the_readme_leads_from_question_to_notebook():
    rows = re.findall(r"^\| (.+\?) \| \[(\w+)\]\((.+)\) \|$", text("README.md"), re.MULTILINE)
    assert [name for _, name, _ in rows] == [path.stem for path in choose([])]
    assert all(link == f"notebooks/{name}.ipynb" for _, name, link in rows)
    assert all(front(nbformat.read(paths.ROOT / link, as_version=4), name=name).title for _, name, link in rows)


@pytest.mark.parametrize("name", [*RECORDED, "data/README.md"])
def test_every_relative_link_leads_somewhere(name):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text(name))
    assert not [link for link in links if not (paths.ROOT / name).parent.joinpath(link).exists()]


def test_the_changelog_has_an_entry_for_the_newest_day():
    heads = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+, \d{4}-\d\d-\d\d", head) for head in heads)
    versions, days = ([head.split(", ")[part] for head in heads] for part in (0, 1))
    assert versions[0] == project()["project"]["version"] == yaml.safe_load(text("CITATION.cff"))["version"]
    assert days == sorted(set(days), reverse=True), "the newest first, a day once"
    assert days[0] >= f"{load.span()[1]:%Y-%m-%d}", "facts were recorded that the changelog does not tell of"
    newest = re.split(r"^## .+$", text("CHANGELOG.md"), flags=re.MULTILINE)[1]
    sections = re.split(r"^### (.+)$", newest, flags=re.MULTILINE)
    assert sections[1::2] == ["Data", "Code"]
    assert all(section.strip() for section in sections[2::2])


def test_the_licences_are_there():
    assert text("LICENSE").startswith("MIT License")
    assert project()["project"]["license"] == "MIT"
    assert "CC BY 4.0" in text("LICENSE-DATA")


# What must not be in any file


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.split("\0") if name]
    return [name for name in names if (paths.ROOT / name).is_file()]


def test_no_tracked_file_holds_a_path_of_one_machine_or_a_registry():
    assert len(tracked()) > 50
    found = []
    for name in tracked():
        content = (paths.ROOT / name).read_bytes().decode("utf-8", errors="replace")
        outside_links = re.sub(r"https?://[^\s\"'<>)|\\]+", "", content)
        found += [f"{name}: {path}" for path in MACHINE_PATHS if path in outside_links]
        found += [f"{name}: {registry}" for registry in REGISTRIES if registry in content]
    assert not found


def test_nothing_generated_is_tracked():
    stray = re.compile(r"^(reports|\.venv|\.hypothesis)/|__pycache__|\.ipynb_checkpoints|\.pyc$|(^|/)\.DS_Store$")
    assert not [name for name in tracked() if stray.search(name)]
