"""The command line: reports, tables, checks, refreshed notebooks."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from analysis import paths, results
from analysis.claim_results import ledger_faults
from analysis.errors import AnalysisError
from analysis.filings.compare import STATUSES
from analysis.wording import count

EXAMPLES = """examples:
  python -m analysis report                                      every report, into reports/
  python -m analysis report 04_china_revenue -p as_of 2025-04-17   one report, as things stood that day
  python -m analysis table                                       the names of all tables
  python -m analysis table equivalence --format markdown         H100-equivalents of the core chips
  python -m analysis table china_revenue --as-of 2025-04-17 --without nvda-10k-fy2025
  python -m analysis check                                       every fault of every data table
  python -m analysis audit data/claims.csv --as-of 2025-12-31     a ledger of claims beside the record
  python -m analysis ingest nvda-20250727-10q.htm                a filing beside what is stored; writes nothing
"""
INTERRUPTED = 130  # what a shell reports for a program ended by Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 something failed, 2 bad input, 130 interrupted)."""
    asked = _parser().parse_args(arguments)
    try:
        return asked.run(asked)
    except AnalysisError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` perhaps, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="NVIDIA's China chip business: reports and tables from sourced facts.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    report = _command(commands, "report", _report, "run notebooks and write each as an HTML page that needs no network")
    report.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="04_china_revenue, or just 04; none: all")
    _add_parameters(report, "a parameter of the notebooks, as their second cell lists them")
    report.add_argument("--out", type=Path, default=paths.REPORTS, metavar="DIR", help="output folder (reports/)")

    table = _command(commands, "table", _table, "print a result or a raw table; alone: list them")
    table.add_argument("name", nargs="?", metavar="NAME", help="name of the table")
    _add_parameters(table, "a parameter of the table; lists are separated by commas")
    table.add_argument("--as-of", metavar="DATE", help="only what was published by that day (all that is recorded)")
    table.add_argument("--without", nargs="+", default=[], metavar="SOURCE_ID", help="strike these sources")
    table.add_argument("--format", choices=["csv", "json", "markdown"], default="csv", help="csv and json: unrounded")

    ingest = _command(
        commands, "ingest", _ingest, "read an inline-XBRL 10-K or 10-Q of NVIDIA and hold it against data/revenue.csv"
    )
    ingest.add_argument("filing", type=Path, metavar="FILING.htm", help="the main document, as EDGAR gives it")
    ingest.add_argument("--accept", action="store_true", help="add what is new to data/, once the checks pass")
    ingest.add_argument("--filed", default="", metavar="DATE", help="its day, where it is no source yet")
    ingest.add_argument("--accession", default="", metavar="NUMBER", help="its number: 0001045810-25-000209")
    ingest.add_argument("--format", choices=["csv", "json", "markdown"], default="csv", help="of the statements")

    _add_audit(commands)
    _command(commands, "check", _check, "report every fault of every table in data/")
    refresh = _command(
        commands,
        "refresh",
        _refresh,
        "store outputs in the notebooks, rewrite data/README.md and the figure of README.md",
    )
    refresh.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="none: all")
    return parser


def _command(commands: argparse._SubParsersAction, name: str, run: Callable, purpose: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
    command.set_defaults(run=run)
    return command


def _add_audit(commands: argparse._SubParsersAction) -> None:
    purpose = "hold a ledger of claims against the record; writes a page and a table"
    audit = _command(commands, "audit", _audit, purpose)
    audit.add_argument("ledger", type=Path, metavar="CLAIMS.csv", help="as data/claims.csv; checks may be left out")
    audit.add_argument("--as-of", metavar="DATE", help="only what was published by that day (all that is recorded)")
    audit.add_argument("--out", type=Path, default=paths.REPORTS, metavar="DIR", help="output folder (reports/)")


def _add_parameters(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument(
        "-p", dest="parameters", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help=purpose
    )


def _report(asked: argparse.Namespace) -> int:
    from analysis.parameters import CHECKS  # the runner takes seconds to import, so only commands that run it do
    from analysis.runner.report import report

    outcomes = report(asked.notebooks, dict(asked.parameters), out=asked.out, checks=CHECKS, progress=_say)
    if any(outcome.status == "stopped" for outcome in outcomes):
        return INTERRUPTED
    _say(f"Open {asked.out / 'index.html'}")
    return int(any(outcome.status == "failed" for outcome in outcomes))


def _refresh(asked: argparse.Namespace) -> int:
    from analysis.documents import write_documents
    from analysis.runner.plan import choose
    from analysis.runner.refresh import refresh

    write_documents()
    outcomes = refresh(choose(asked.notebooks), progress=_say)
    return int(any(outcome.status == "failed" for outcome in outcomes))


def _check(asked: argparse.Namespace) -> int:
    from analysis.check import check

    faults = check()
    if not faults:  # the positions name sources, so the tables come first
        results.table("positions")
        faults = ledger_faults()
    for fault in faults:
        print(fault)
    _say(f"{count(len(faults), 'fault')}." if faults else "No faults: every table keeps its declaration.")
    return int(bool(faults))


def _ingest(asked: argparse.Namespace) -> int:
    from analysis.ingest import accept, propose

    proposal = propose(asked.filing, asked.filed, asked.accession)
    filing, found = proposal.filing, proposal.found
    sys.stdout.write(_FORMATS[asked.format](found))
    basis = f"geography by {filing.geography_basis}" if filing.geography_basis else "no geographic table"
    told = ", ".join(f"{(found['status'] == status).sum()} {status}" for status in STATUSES)
    _say(f"{filing.source_id}: form {filing.form}, {filing.period}, {basis}: {told}.")
    if filing.unread:
        _say(f"Not read, because it is not known what they are: {', '.join(filing.unread)}.")
    if asked.accept:
        gained = accept(proposal)
        _say(f"Added {count(gained, 'row')} to data/revenue.csv." if gained else "Nothing to add.")
    return int((found["status"] == "conflicting").any())


def _audit(asked: argparse.Namespace) -> int:
    from analysis.claim_report import write

    written, verdicts, faults = write(asked.ledger, asked.out, asked.as_of)
    for fault in faults:
        _say(str(fault))
    told = ", ".join(f"{number} {verdict}" for verdict, number in verdicts["verdict"].value_counts().items())
    suggested = int(verdicts["is_suggested"].sum())
    _say(f"{count(len(verdicts), 'claim')} audited: {told or 'none'}. {count(suggested, 'check')} suggested.")
    if faults:
        _say(f"{count(len(faults), 'fault')}: their claims were left out.")
    for path in written:
        _say(f"Written: {path}")
    return int(bool(faults))


def _table(asked: argparse.Namespace) -> int:
    if asked.name is None:
        for name, purpose in results.names().items():
            options = ", ".join(results.parameters(name))
            print(f"{name:24} {purpose}" + (f" -p {options}" if options else ""))
        return 0
    options = results.parameters(asked.name)
    given = {name: _value(text, options.get(name, "")) for name, text in asked.parameters}
    frame = results.table(asked.name, as_of=asked.as_of, without=asked.without, **given)
    sys.stdout.write(_FORMATS[asked.format](_plain_dates(frame)))
    return 0


def _value(text: str, default: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(default, tuple) else text


def _plain_dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as ISO text: a time of day would claim more than is known."""
    days = frame.select_dtypes("datetime")
    return frame.assign(**{column: days[column].dt.strftime("%Y-%m-%d") for column in days})


_FORMATS: dict[str, Callable[[pd.DataFrame], str]] = {
    "csv": lambda frame: frame.to_csv(index=False, lineterminator="\n"),
    "json": lambda frame: frame.to_json(orient="records", indent=1, double_precision=15, force_ascii=False) + "\n",
    "markdown": lambda frame: frame.to_markdown(index=False) + "\n",
}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
