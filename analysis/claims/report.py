"""The audit of anybody's ledger as a page and a table."""

from dataclasses import astuple
from pathlib import Path

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.claims import results, words
from analysis.claims.checks import KINDS, Kind
from analysis.claims.worked import RESULTS
from analysis.facts import saved
from analysis.facts.cells import file_name, sentence
from analysis.facts.errors import DataError, Fault
from analysis.facts.files import replace_text, try_out
from analysis.facts.printed import as_csv
from analysis.facts.record import Record
from analysis.pages import style
from analysis.runner.render import render

_LEAD = """# Which claims of {name} survive?

Each claim is held against the suite's own facts, as they were public on {day}. A check marked as suggested was made out
of the claim's columns: read it before you rely on its verdict."""


def write(
    path: Path, out: Path, record: Record, took: list[str] | None = None
) -> tuple[list[Path], pd.DataFrame, list[Fault]]:
    """Audit a ledger and write ``audit_NAME.html`` and ``audit_NAME.csv``.

    Parameters
    ----------
    path : the ledger, see `analysis.claims.results.audit_ledger`.
    out : the folder to write to.
    record : what the claims are held against.
    took : gets what was taken for granted about the file, in words.

    Returns
    -------
    written, verdicts, faults : the two files; what `audit_ledger` gives.
    """
    try_out(out)
    verdicts, faults = results.audit_ledger(path, record, took)
    name = file_name(path.stem)
    page, table = (out / f"audit_{name}.{kind}" for kind in ("html", "csv"))
    notebook = _page(_LEAD.format(name=name, day=record.day), verdicts, faults, record)
    replace_text(page, render(notebook, name=page.stem, parameters=[], values={}))
    replace_text(table, as_csv(verdicts))
    return [page, table], verdicts, faults


def write_ledger(article: Path, published: str, out: Path, record: Record) -> tuple[Path, pd.DataFrame, list[str]]:
    """Write the ledger of an article, ``claims_NAME.csv``, unless it is empty: see `analysis.claims.article.claims`.

    Returns
    -------
    written, ledger, passed_over : the file; its rows; the sentences with a figure of which nothing was made.

    Raises
    ------
    DataError : a file that is missing, too large, no article, or no text.
    """
    from analysis.claims.article import (  # only this needs the splitter of sentences
        KINDS,
        claims,
        paragraphs,
        passed_over,
    )

    kind = article.suffix.casefold()
    if kind not in KINDS:
        raise DataError(Fault(article.name, f"is no {', '.join(KINDS)} file.", "Save the article as one of these."))
    try:
        text, _ = saved.text_of(article)
    except saved.UnreadableError as error:
        raise DataError(Fault(article.name, f"cannot be read: {error}.", "Save it as UTF-8 text.")) from None
    parts, dated = paragraphs(text, kind)
    name = file_name(article.stem)
    tables = {each: record.whole(each) for each in ("products", "claim_metrics", "fiscal_periods")}
    tables["events"] = record.table("events")
    ledger = claims(parts, name, published or dated, tables)
    path = out / f"claims_{name}.csv"
    if len(ledger):
        replace_text(path, as_csv(ledger))
    return path, ledger, passed_over(parts, ledger, tables)


def explained(record: Record) -> str:
    """What a ledger may say: the metrics that checks are suggested for, the units, and what each check takes."""
    metrics, units = record.whole("claim_metrics"), record.whole("units")["unit"]
    lines = ["metrics (name: what it is; units; also called):"]
    lines += [
        f"  {row.metric}: {row.label}; {row.units.replace('|', ', ')}; {row.aliases.replace('|', ', ')}"
        for row in metrics.itertuples()
    ]
    lines += [
        "",
        "units, in any case:",
        f"  {', '.join(units)}",
        "",
        "results that a check may name like a table (their figure; its columns are those of `analysis table`):",
        *(f"  {name}: {figure}{unit and f', {unit}'}" for name, (figure, unit) in RESULTS.items()),
        "",
        "where the values of columns are (product=h20-96gb, spec=memory_bandwidth_gb_s, fiscal_period=FY2026Q2):",
        "  python -m analysis table chip_specs, revenue, events or another; data/README.md has their columns",
        "",
        "checks (what each works out; what `how` may say):",
        *(f"  {name}: {kind.makes}" + _hows(kind) for name, kind in KINDS.items()),
        "",
        "verdict_at_publication: by what was on record on the day claimed_on, or on that of the article. A document",
        "  without a day of its own counts from the day on which it was retrieved.",
    ]
    return "\n".join(lines)


def _hows(kind: Kind) -> str:
    return f"; {', '.join(filter(None, kind.hows))}" if any(kind.hows) else ""


def _page(lead: str, verdicts: pd.DataFrame, faults: list[Fault], record: Record) -> NotebookNode:
    documents = record.documents
    first, *more = map(sentence, words.finding(verdicts, words.named(record.whole("articles"))))
    answer = " ".join([f"{first}.", *more])
    tables = {group: words.beside(verdicts, group) for group in words.GROUPS}
    cells = [new_markdown_cell(text) for text in (lead, "## The short answer", answer, "## Claim by claim")]
    cells += [_shown(style.table(rows, caption, sources=documents)) for caption, rows in tables.items() if len(rows)]
    left_out = pd.DataFrame([astuple(fault) for fault in faults], columns=["where", "what", "what to do"])
    sections = [
        ("## Claims that have no check", "Claims without a check, and what is missing", words.unchecked(verdicts)),
        ("## Checks that were suggested", "Suggested checks", words.suggested(verdicts)),
        ("## Claims left out", "Faults, row by row", left_out),
    ]
    for heading, caption, rows in sections:
        cells += [new_markdown_cell(heading), _shown(style.table(rows, caption))] if len(rows) else []
    cells.append(new_markdown_cell("## Sources cited"))
    cells.append(_shown(style.cited(record, "Sources of the verdicts above", verdicts)))
    for place, cell in enumerate(cells):
        cell["id"] = f"c{place:02}"
    return new_notebook(cells=cells)


def _shown(table: style.Table) -> NotebookNode:
    data, more = table._repr_mimebundle_()
    output = new_output("execute_result", data=data, metadata=more, execution_count=None)
    return new_code_cell("", outputs=[output])
