"""The examples of the front door and of every named result."""

import doctest
from importlib import import_module

import pandas as pd
import pytest

import analysis
from analysis import catalogue, results
from tests.records import record

MODULES = [analysis, results, *(import_module(f"analysis.{subject}.results") for subject in catalogue.SUBJECTS)]
NAMES = {
    "Record": lambda as_of=None, without=(): results.Record(as_of, without) if without else record(as_of),
    "pd": pd,
}
FINDER = doctest.DocTestFinder(exclude_empty=True)
EXAMPLES = [test for module in MODULES for test in FINDER.find(module, extraglobs=NAMES | {"analysis": analysis})]


@pytest.mark.parametrize("example", [test for test in EXAMPLES if test.examples], ids=lambda test: test.name)
def test_the_example_holds(example):
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(example, out=report.append).failed == 0, "".join(report)


def test_every_named_result_has_an_example():
    with_examples = {test.name.rpartition(".")[2] for test in EXAMPLES if test.examples}
    assert set(catalogue.results()) <= with_examples
