"""Read filings, hold them against what is stored, and add what is new: all of it or nothing."""

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.facts import limits, load
from analysis.facts.check import check
from analysis.facts.errors import Fault, FilingError, ParameterError
from analysis.facts.files import alone, replace_bytes
from analysis.facts.paths import DATA
from analysis.facts.schema import TABLES
from analysis.revenue.filings import edgar
from analysis.revenue.filings.compare import additions, compared
from analysis.revenue.filings.inline_xbrl import read
from analysis.revenue.filings.nvidia import CONCEPTS, Filing, statements


@dataclass(frozen=True)
class Proposal:
    """A filing, its statements beside what is stored, and what its source row needs."""

    filing: Filing
    comparison: pd.DataFrame
    filed_on: str
    accession: str
    url: str = ""


def propose(path: Path, filed_on: str = "", accession: str = "", url: str = "") -> Proposal:
    """What a filing reports beside what is stored; writes nothing.

    Parameters
    ----------
    path : the main document of a 10-K or 10-Q, as EDGAR gives it or as a browser saved it.
    filed_on, accession : the day and the number of the filing, where it is no source yet.
    url : the address of the document; without one, that of its folder on EDGAR.

    Raises
    ------
    FilingError : the filing cannot be read, or does not say what it must.
    ParameterError : a day or a number that is none.
    """
    faults = []
    filed = limits.day(filed_on)  # one after the last recorded day is no fault here: a new filing is what brings it
    if filed_on and not (filed and limits.is_past(filed)):
        faults.append(f"--filed: {filed_on!r} is not a day. Write it as year-month-day, 2025-08-27.")
    if accession and not re.fullmatch(r"[0-9]{10}-[0-9]{2}-[0-9]{6}", accession):
        faults.append(f"--accession: {accession!r} is not like 0001045810-25-000209.")
    if faults:
        raise ParameterError(*faults)
    filing = statements(read(path, CONCEPTS), load.table("fiscal_periods"))
    stored = load.table("sources").set_index("source_id")["published_on"]
    filed = filed_on or stored.get(filing.source_id, "")
    return Proposal(filing, compared(filing, load.table("revenue"), filed), filed, accession, url)


def propose_newest(identity: str) -> tuple[list[Proposal], edgar.Submission | None]:
    """NVIDIA's newest 10-Q and 10-K on EDGAR, each beside what is stored, and its newest results 8-K; writes nothing.

    Parameters
    ----------
    identity : a name and an e-mail address, which the SEC asks of every program.

    Raises
    ------
    FilingError : EDGAR does not answer, refuses, or lacks a document; or a filing cannot be read.
    ParameterError : no identity, or edgartools is not installed.
    """
    with edgar.session(identity), tempfile.TemporaryDirectory() as folder:
        submissions = edgar.newest()
        proposals = []
        for one in (one for one in submissions if one.form in ("10-Q", "10-K")):
            path = edgar.download(one.url, Path(folder))
            proposals.append(propose(path, one.filed_on, one.accession, one.url))
        return proposals, next((one for one in submissions if one.form == "8-K"), None)


def accept(proposals: Sequence[Proposal], folder: Path = DATA) -> dict[str, int]:
    """Add the new and restated rows, their sources and fiscal periods to ``data/``; returns how many by table.

    The changed tables are written to a copy and checked there; only a copy without faults replaces the originals.

    Raises
    ------
    FilingError : a statement conflicts, a source is not known, or the checks find a fault. Nothing is written then.
    """
    with alone(folder):
        return _accept(proposals, folder)


def _accept(proposals: Sequence[Proposal], folder: Path) -> dict[str, int]:
    """`accept` while no other run changes the tables: what was new when it was proposed may be there by now."""
    gained: dict[str, list[dict[str, str]]] = {"sources": [], "fiscal_periods": [], "revenue": []}
    present = {name: _stored(folder, name) for name in gained}
    for one in proposals:
        rows = additions(one.filing, one.comparison, load.table("sources"), one.filed_on, one.accession, one.url)
        for name in gained:
            gained[name] += [row for row in rows[name] if row not in present[name]]
    changed = {name: _appended(folder, name, rows) for name, rows in gained.items() if rows}
    with tempfile.TemporaryDirectory() as draft:
        copy = Path(shutil.copytree(folder, Path(draft) / "data"))
        for name, content in changed.items():
            (copy / f"{name}.csv").write_bytes(content)
        faults = check(copy) if changed else []
    if faults:
        names = ", ".join(one.filing.source_id for one in proposals)
        raise FilingError(Fault(names, "would break data/; nothing is written."), *faults)
    _replace(folder, changed)
    return {name: len(rows) for name, rows in gained.items() if rows}


def _stored(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _replace(folder: Path, changed: dict[str, bytes]) -> None:
    """All of the tables, or none: what is written already is put back where a later one fails."""
    before = {name: (folder / f"{name}.csv").read_bytes() for name in changed}
    written: list[str] = []
    try:
        for name, content in changed.items():
            written.append(name)
            replace_bytes(folder / f"{name}.csv", content)
    except BaseException:
        for name in written:
            replace_bytes(folder / f"{name}.csv", before[name])
        raise


def _appended(folder: Path, name: str, rows: list[dict[str, str]]) -> bytes:
    """The bytes of a table with rows at its end; what is there stays as it is."""
    content = (folder / f"{name}.csv").read_bytes()
    text = io.StringIO()
    csv.DictWriter(text, TABLES[name].columns, lineterminator="\n").writerows(rows)
    return content.rstrip(b"\n") + b"\n" + text.getvalue().encode()
