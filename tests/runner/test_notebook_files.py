"""Files that a run reads or keeps, broken: each is named in a fault, and nothing is half done."""

import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analysis.facts import paths
from analysis.facts.errors import ParameterError
from analysis.runner import notebook
from analysis.runner.index import remembered
from analysis.runner.parameters import declared

BROKEN = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "no cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "an older version": b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}',
    "cells that are none": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}',
    "no UTF-8": b"\xff\xfe",
    "nested too deep": b"[" * 100_000,
    "a number of 5,000 digits": b'{"nbformat": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_notebook_is_named(tmp_path, content):
    path = tmp_path / "01_broken.ipynb"
    path.write_bytes(content)
    with pytest.raises(ParameterError, match=r"01_broken\.ipynb: is no notebook: .+\. Restore it from version control"):
        notebook.read(path)


def test_the_notebooks_of_the_suite_are_read():
    path = sorted(paths.NOTEBOOKS.glob("*.ipynb"))[0]
    assert notebook.read(path) == nbformat.read(path, as_version=4)


def test_two_cells_of_parameters_are_a_fault():
    cells = [new_code_cell("a: int = 1  # a", metadata={"tags": ["parameters"]}) for _ in range(2)]
    with pytest.raises(ParameterError, match="parameters cell: 2 cells are tagged"):
        declared(new_notebook(cells=cells))


@pytest.mark.parametrize(
    "source", ["a: int = " + "(" * 2000, "a\0b", "a: dict = {[]: 1}  # x", "a: int = " + "9" * 5000]
)
def test_a_cell_of_parameters_that_python_cannot_read(source):
    with pytest.raises(ParameterError, match="parameters cell"):
        declared(new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})]))


@pytest.mark.parametrize(
    "content",
    [
        *("[]", "1", '{"01": 1, "01": 2}', '{"01": [2]}', '{"01": NaN}', '{"01": {"page": {"digest": 1}}}'),
        *("{", "[" * 100_000, '{"01": ' + "9" * 5000),
    ],
)
def test_what_an_earlier_run_left_is_held_to_its_shape(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ParameterError, match=r"manifest\.json: .+ Delete the file and run again"):
        remembered(tmp_path)


def test_what_a_run_leaves_is_read_again(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"01": {"parameters": {"as_of": "2025-04-17"}}}))
    assert remembered(tmp_path) == {"01": {"parameters": {"as_of": "2025-04-17"}}}
    shutil.rmtree(tmp_path)
