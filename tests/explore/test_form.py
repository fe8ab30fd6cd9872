"""The parameters of a notebook as a form; what a row rests on in one line; the notebook of first steps."""

import re

import nbformat
import pytest

from analysis.explore.form import Form
from analysis.facts import paths
from analysis.facts.errors import ParameterError
from tests.records import record


def test_a_form_has_the_choices_of_the_cell_and_says_what_is_wrong():
    variables = {}
    form = Form("04_china_revenue", variables)
    assert set(form.fields["basis"].options) == {"billing", "headquarters", "both"}
    form.fields["basis"].value = "billing"
    assert variables["basis"] == "billing"
    assert "report 04_china_revenue --as-of 2026-11-25 -p basis=billing" in form.said.value
    form.fields["as_of"].value = "yesterday"
    assert "is not a day" in form.said.value
    assert variables["as_of"] == "2026-11-25", "a value that cannot be used is not handed on"


@pytest.mark.parametrize("path", sorted(paths.NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_has_a_form_whose_defaults_can_be_used(path):
    assert "python -m analysis report" in Form(path.stem).said.value


def test_what_a_row_rests_on_in_one_line():
    told = record().explain(record().china_revenue(basis="headquarters").iloc[-1])
    assert told.startswith("official: NVIDIA / SEC EDGAR: Form 10-Q")
    assert "grade A" in told
    with pytest.raises(ParameterError, match="explain: 3 is no row"):
        record().explain(3)


def test_the_tutorial_has_ten_steps_and_stores_no_widget():
    notebook = nbformat.read(paths.NOTEBOOKS / "tutorial.ipynb", as_version=4)
    steps = [cell for cell in notebook.cells if cell.cell_type == "code"]
    kinds = {kind for step in steps for output in step.outputs for kind in output.get("data", {})}
    assert len(steps) == 10
    assert {"image/png", "text/html", "text/plain"} == kinds
    assert not re.findall(r"0x[0-9a-f]{6,}", str(steps)), "a memory address"
