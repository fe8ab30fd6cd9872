"""What the project said at an earlier revision: headlines by its data, cells of its pages, and what is refused."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.cli import main
from analysis.facts import paths
from analysis.facts.errors import ParameterError
from tests.records import record

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
CHINA = "nvda-10k-fy2026"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def notebook(path: Path, *cells: tuple[str, str]) -> None:
    made = [
        {"cell_type": "code", "source": source, "metadata": {}, "execution_count": None, "id": f"c{at}"}
        | {"outputs": [{"output_type": "stream", "name": "stdout", "text": text}]}
        for at, (source, text) in enumerate(cells)
    ]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


@pytest.fixture
def clone(tmp_path, monkeypatch, data_copy):
    """A project with two revisions: ``without`` data, and ``first`` with another figure of the 10-K and no models."""
    for name in ("analysis", "notebooks"):
        (tmp_path / name).mkdir()
    (tmp_path / "analysis" / "one.py").write_text("ONE = 1\n")
    notebook(tmp_path / "notebooks" / "01_one.ipynb", ("a()", "12\n"), ("b()", "same\n"), ("c()", "x\n"))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "analysis")
    git(tmp_path, "commit", "-qm", "no data")
    git(tmp_path, "tag", "without")
    table = tmp_path / "data" / "revenue.csv"
    whole = table.read_text()
    table.write_text(whole.replace(",19677,", ",19999,"))
    shutil.move(tmp_path / "data" / "models.csv", tmp_path / "models.csv")
    git(tmp_path, "add", "data", "notebooks")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "tag", "first")
    table.write_text(whole)
    shutil.move(tmp_path / "models.csv", tmp_path / "data" / "models.csv")
    for name, value in {"ROOT": tmp_path, "DATA": tmp_path / "data", "NOTEBOOKS": tmp_path / "notebooks"}.items():
        monkeypatch.setattr(paths, name, value)
    return tmp_path


def test_headlines_by_the_data_of_then_beside_now_and_why_one_cannot_be_computed(clone):
    found = record().revision_headlines(revision="first", draws=64).set_index("headline")
    row = found.loc["china_share_year"]
    assert (row["then"], row["now"]) == pytest.approx((19_999 / 215_938, 19_677 / 215_938))
    assert row["why"] == ""
    assert "models.csv" in found.loc["h20_decode", "why"]
    assert "h20_charge" not in found.index  # the same then


def test_cells_that_showed_something_else_and_the_reason(clone):
    notebook(clone / "notebooks" / "01_one.ipynb", ("a()", "13\n"), ("b()", "same\n"), ("d()", "y\n"), ("e()", "z\n"))
    found = record().revision_cells(revision="first")
    assert found[["cell", "then", "now", "reason"]].to_numpy().tolist() == [
        [1, "12", "13", "data"],
        [3, "x", "y", "data and code"],
        [4, "", "z", "data and code"],
    ]
    (clone / "analysis" / "one.py").write_text("ONE = 2\n")
    assert set(record().revision_cells(revision="first")["reason"]) == {"data and code"}


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("none-such", "revision: there is no revision 'none-such'."),
        ("--all", "revision: there is no revision '--all'."),
        ("without", "revision: 'without' has no data/."),
    ],
)
def test_what_is_no_revision_with_data_is_refused(clone, revision, told):
    with pytest.raises(ParameterError) as refused:
        record().revision_cells(revision=revision)
    assert str(refused.value).startswith(told)


def test_without_a_clone_or_without_git(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    with pytest.raises(ParameterError, match="the project is here without its history"):
        record().revision_cells(revision="first")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ParameterError, match="git is not installed"):
        record().revision_cells(revision="first")


def test_what_goes_with_a_day_alone_is_refused_with_a_revision(capsys):
    assert main(["diff", "--from", "first", "--to", "2025-06-01", "--headline", "h20_price"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--to: goes with a day, not with a revision. Leave it out.",
        "--headline: goes with a day, not with a revision. Leave it out.",
    ]
    assert main(["diff", "--from", "2025-04-01", "--cells"]) == 2
    assert "--cells: goes with a revision." in capsys.readouterr().err
