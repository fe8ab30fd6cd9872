"""Read a filing, hold it against what is stored, and add what is new: all of it or nothing."""

import csv
import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.facts import load
from analysis.facts.check import check
from analysis.facts.errors import Fault, FilingError, ParameterError
from analysis.facts.files import replace_bytes
from analysis.facts.paths import DATA
from analysis.facts.schema import TABLES
from analysis.revenue.filings.compare import additions, compared
from analysis.revenue.filings.inline_xbrl import read
from analysis.revenue.filings.nvidia import CONCEPTS, Filing, statements


@dataclass(frozen=True)
class Proposal:
    """A filing, its statements beside what is stored, and the rows that would be added, by table."""

    filing: Filing
    found: pd.DataFrame
    filed_on: str
    accession: str


def propose(path: Path, filed_on: str = "", accession: str = "") -> Proposal:
    """What a filing says beside what is stored; writes nothing.

    Parameters
    ----------
    path : the main document of a 10-K or 10-Q, as EDGAR gives it.
    filed_on, accession : the day and the number of the filing, where it is no source yet.

    Raises
    ------
    FilingError : the filing cannot be read, or does not say what it must.
    ParameterError : a day or a number that is none.
    """
    if filed_on:
        load.day(filed_on)
    if accession and not re.fullmatch(r"\d{10}-\d{2}-\d{6}", accession):
        raise ParameterError(f"--accession: {accession!r} is not like 0001045810-25-000209.")
    filing = statements(read(path, CONCEPTS), load.table("fiscal_periods"))
    own = load.table("sources").set_index("source_id")["published_on"]
    filed = filed_on or own.get(filing.source_id, "")
    return Proposal(filing, compared(filing, load.table("revenue"), filed), filed, accession)


def accept(proposal: Proposal, folder: Path = DATA) -> int:
    """Add the new and restated rows to ``data/``; returns how many.

    The changed tables are written to a copy and checked there; only a copy without faults replaces the originals.

    Raises
    ------
    FilingError : a statement conflicts, the source is not known, or the checks find a fault. Nothing is written then.
    """
    rows, sources = additions(
        proposal.filing, proposal.found, load.table("sources"), proposal.filed_on, proposal.accession
    )
    if not rows:
        return 0
    changed = {name: _appended(folder, name, gained) for name, gained in (("sources", sources), ("revenue", rows))}
    with tempfile.TemporaryDirectory() as draft:
        copy = Path(shutil.copytree(folder, Path(draft) / "data"))
        for name, content in changed.items():
            (copy / f"{name}.csv").write_bytes(content)
        faults = check(copy)
    if faults:
        raise FilingError(Fault(proposal.filing.source_id, "would break data/; nothing is written."), *faults)
    before = (folder / "sources.csv").read_bytes()
    replace_bytes(folder / "sources.csv", changed["sources"])
    try:
        replace_bytes(folder / "revenue.csv", changed["revenue"])
    except BaseException:
        replace_bytes(folder / "sources.csv", before)
        raise
    return len(rows)


def _appended(folder: Path, name: str, rows: list[dict[str, str]]) -> bytes:
    """The bytes of a table with rows at its end; what is there stays as it is."""
    content = (folder / f"{name}.csv").read_bytes()
    text = io.StringIO()
    csv.DictWriter(text, TABLES[name].columns, lineterminator="\n").writerows(rows)
    return content.rstrip(b"\n") + b"\n" + text.getvalue().encode()
