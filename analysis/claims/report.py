"""The audit of anybody's ledger as a page and a table."""

from pathlib import Path

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.claims import results, words
from analysis.facts.errors import Fault
from analysis.facts.files import replace_text
from analysis.facts.record import Record
from analysis.pages import style
from analysis.runner.render import render

_LEAD = """# Which claims of {name} survive?

Each claim is held against the suite's own facts, as they were public on {day}. A check marked as suggested was made out
of the claim's columns: read it before you rely on its verdict."""


def write(path: Path, out: Path, record: Record) -> tuple[list[Path], pd.DataFrame, list[Fault]]:
    """Audit a ledger and write ``audit_NAME.html`` and ``audit_NAME.csv``.

    Parameters
    ----------
    path : the ledger, see `analysis.claims.results.audit_ledger`.
    out : the folder to write to.
    record : what the claims are held against.

    Returns
    -------
    written, verdicts, faults : the two files; what `audit_ledger` gives.
    """
    verdicts, faults = results.audit_ledger(path, record)
    page, table = (out / f"audit_{path.stem}.{kind}" for kind in ("html", "csv"))
    notebook = _page(_LEAD.format(name=path.stem, day=record.day), verdicts, faults, record)
    replace_text(page, render(notebook, name=page.stem, parameters=[], values={}))
    replace_text(table, verdicts.to_csv(index=False, lineterminator="\n"))
    return [page, table], verdicts, faults


def _page(lead: str, verdicts: pd.DataFrame, faults: list[Fault], record: Record) -> NotebookNode:
    documents = record.documents
    names = words.named(record.whole("articles"))
    tables = words.figures(verdicts), words.statements(verdicts)
    captions = "Figures and dates beside the record", "Other statements beside the record"
    cells = [new_markdown_cell(lead), new_markdown_cell("## The short answer")]
    cells += [new_markdown_cell(words.answer(verdicts, names)), new_markdown_cell("## Claim by claim")]
    cells += [
        _shown(style.table(rows, caption, sources=documents))
        for rows, caption in zip(tables, captions, strict=True)
        if len(rows)
    ]
    suggested = words.suggested(verdicts)
    if len(suggested):
        cells += [
            new_markdown_cell("## Checks that were suggested"),
            _shown(style.table(suggested, "Suggested checks")),
        ]
    if faults:
        rows = pd.DataFrame(
            {
                "where": [one.where for one in faults],
                "what": [one.problem for one in faults],
                "what to do": [one.remedy for one in faults],
            }
        )
        cells += [new_markdown_cell("## Claims left out"), _shown(style.table(rows, "Faults, row by row"))]
    cells.append(new_markdown_cell("## Sources cited"))
    cells.append(_shown(style.cited(record, "Sources of the verdicts above", verdicts)))
    for place, cell in enumerate(cells):
        cell["id"] = f"c{place:02}"
    return new_notebook(cells=cells)


def _shown(table: style.Table) -> NotebookNode:
    output = new_output("execute_result", data=table._repr_mimebundle_(), execution_count=None)
    return new_code_cell("", outputs=[output])
