"""How the headlines moved, as a page: a sentence, the table of causes and a waterfall for each."""

from pathlib import Path

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.facts.files import replace_text, try_out
from analysis.facts.record import Record
from analysis.headlines import figures, words
from analysis.pages import style
from analysis.pages.formats import count
from analysis.runner.render import render

_LEAD = """# What moved the key figures from {since} to {until}?

Each figure stands as it could be known on the two days. What lies between is divided among new facts, revised facts,
rules, method, the later date alone and sources struck: each gets what it adds on average over all orders in which they
could have come, so that the parts add up to the change."""


def write(frame: pd.DataFrame, out: Path, record: Record) -> Path | None:
    """Write ``diff_SINCE_UNTIL.html``, unless nothing moved.

    Parameters
    ----------
    frame : from `headline_changes`, divided.
    out : the folder to write to.
    record : the record that it was asked of.
    """
    if frame.empty:
        return None
    try_out(out)
    since, until = frame["since"].iloc[0], frame["until"].iloc[0]
    path = out / f"diff_{since}_{until}.html"
    notebook = _page(_LEAD.format(since=since, until=until), frame, record)
    replace_text(path, render(notebook, name=path.stem, parameters=[], values={}))
    return path


def _page(lead: str, frame: pd.DataFrame, record: Record) -> NotebookNode:
    moved = list(dict.fromkeys(frame["headline"]))
    drawn = frame[frame["contribution"].notna() & (frame["text_before"] == "")]  # the rank of a treatment is no length
    divided = list(dict.fromkeys(drawn["headline"]))
    answer = f"{count(len(moved), 'key figure')} moved, by causes that are told below."
    cells = [new_markdown_cell(text) for text in (lead, "## The short answer", answer, "## Figure by figure")]
    cells.append(_shown(style.table(words.contributions(frame), "Key figures that moved, and what moved them")))
    cells += [new_markdown_cell("## Cause by cause")] if divided else []
    cells += [_shown(figures.waterfall(record, frame, name)) for name in divided]
    cells.append(new_markdown_cell("## Sources cited"))
    cells.append(_shown(style.cited(record, "Documents that the causes rest on", frame)))
    for place, cell in enumerate(cells):
        cell["id"] = f"c{place:02}"
    return new_notebook(cells=cells)


def _shown(value: object) -> NotebookNode:
    data, more = value._repr_mimebundle_()
    return new_code_cell("", outputs=[new_output("execute_result", data=data, metadata=more, execution_count=None)])
