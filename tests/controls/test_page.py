"""The page on export controls, cell by cell on six days: it runs, and nothing published later is on it."""

import re
from collections.abc import Iterator

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from analysis.facts import load
from analysis.facts.paths import NOTEBOOKS

DAYS = ["2022-09-10", "2023-06-01", "2024-02-15", "2025-06-01", "2026-02-01", "2026-11-22"]  # one in each regime


def shown(as_of: str) -> Iterator[str]:
    """What each code cell shows, as text: tables in HTML, figures as their data and words."""
    shell = InteractiveShell()
    for cell in nbformat.read(NOTEBOOKS / "02_export_controls.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            done = shell.run_cell(cell.source)
            done.raise_error()
            bundle = getattr(done.result, "_repr_mimebundle_", None)
            yield str(bundle() if bundle else getattr(done.result, "data", ""))
        if "parameters" in cell.metadata.get("tags", []):
            shell.run_cell(f'as_of = "{as_of}"')


@pytest.mark.parametrize("as_of", DAYS)
def test_a_rule_published_later_is_not_on_the_page(as_of):
    page = "\n".join(shown(as_of))
    known = set(load.table("control_rules", as_of=as_of)["rule_id"])
    later = set(load.table("control_rules")["rule_id"]) - known
    named = {rule for rule in later if re.search(rf"(?<![\w.-]){re.escape(rule)}(?![\w.-])", page)}
    assert named == set()
    assert any(rule in page for rule in known), "the page shows the rules of its day"
    assert f"on {as_of}" in page or f"On {as_of}" in page
