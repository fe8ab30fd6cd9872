"""The command line: reports, tables, checks, refreshed notebooks."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.facts import paths
from analysis.facts.errors import AnalysisError, Fault, ParameterError

# Everything else is imported by the command that needs it: help and refusals take no second.
if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import Record
    from analysis.revenue.filings.ingest import Proposal
    from analysis.sweep.run import Swept

EXAMPLES = """examples:
  python -m analysis report                                      every report, into reports/
  python -m analysis report 04_china_revenue --as-of 2025-04-17    one report, as things stood that day
  python -m analysis verify reports/                             are these pages what this commit makes?
  python -m analysis table                                       the names of all tables
  python -m analysis table equivalence --format markdown         H100-equivalents of the core chips
  python -m analysis table china_revenue -p basis=billing --as-of 2025-04-17 --without nvda-10k-fy2025
  python -m analysis sweep GRID.yml                              thousands of runs over parameters; --help has a grid
  python -m analysis solve cost:h200-as-licensed:h200-sxm:bandwidth fee    at which fee it breaks even
  python -m analysis diff --from 2025-04-01 --to 2025-06-01      how the headlines moved, and why
  python -m analysis diff --from 2025-04-01 --out reports/       the same as a page, a waterfall for each
  python -m analysis diff --from HEAD~1 --cells                  what our pages said before the last commit
  python -m analysis impact nvda-10k-fy2026                      what rests on a document
  python -m analysis check                                       every fault of every data table
  python -m analysis audit data/claims.csv --as-of 2025-12-31     a ledger of claims beside the record
  python -m analysis claims tests/cases/articles/ary-2025-08-12.txt   an article's figures and days as a ledger
  python -m analysis ingest nvda-20250727-10q.htm                a filing beside what is stored; writes nothing
  python -m analysis ingest --edgar --identity "Name name@example.org"   the newest filings on EDGAR, the same way

parameters:
  -p NAME VALUE and -p NAME=VALUE are the same, and -p as_of DATE is the same as --as-of DATE.
  Lists are separated by commas (chips=h20-96gb,b30a), so are the ends of a range (hardware_share=0.7,0.9).
"""
SWEEP = """a grid:
  results: [units_by_year]          # or several, or notebooks: [04_china_revenue]
  grid:                             # each value with each
    as_of: ["2025-06-30", "2025-12-31"]
    draws: [4096]
  list:                             # a run each; combined with the grid
    - {hardware_share: 0.7}
    - {hardware_share: 0.9}
  sample:                           # points between two ends; combined as well
    method: sobol                   # or random
    points: 64
    seed: 0
    over: {evidence_factor: [1.2, 4]}    # a parameter stands in one of the three

what comes of it, in DIR: index.html, which compares the runs; for DuckDB or pandas runs.parquet (a row a run:
parameters, status, seconds) and RESULT.parquet (all rows of all runs). The same command again does what is missing,
failed or changed and no more. Ctrl-C keeps what is finished. The exit status is 1 where a run failed.

many machines: dask scheduler; on each machine with the same commit: dask worker ADDRESS --nthreads 1; then
  python -m analysis sweep GRID.yml --dask ADDRESS
"""
_OF_THE_RECORD = ("as_of", "without")  # parameters that every command on facts has
_TELL_EVERY = 5.0  # seconds between the lines of a sweep without a terminal
INTERRUPTED = 130  # what a shell reports for a program ended by Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 something failed, 2 bad input, 130 interrupted)."""
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115  closed by the caller: nobody listens
    if sys.stdout is None:
        print("The standard output is closed: nothing can be printed there. Give it a file.", file=sys.stderr)
        return 2
    try:
        options = _parser().parse_args(_joined(sys.argv[1:] if arguments is None else arguments))
        status = options.run(options)
        sys.stdout.flush()
        return status
    except AnalysisError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` perhaps, has enough
        _close_stdout()
        return 0
    except MemoryError:
        print("There is not enough memory. Ask for less: fewer draws, fewer notebooks at once.", file=sys.stderr)
        return 1
    except OSError as error:  # a disk that is full or read-only, a file that may not be read
        _close_stdout()
        where = error.filename if isinstance(error.filename, str) else "The output"
        print(f"{where}: {error.strerror or error}. Nothing is left half-written.", file=sys.stderr)
        return 1


def _close_stdout() -> None:
    """Let the interpreter's last flush of what could not be written say nothing."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stream of a test has no number
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def _joined(arguments: Sequence[str]) -> list[str]:
    """``-p NAME VALUE`` as ``-p NAME=VALUE``."""
    rest, joined = list(arguments), []
    while rest:
        word = rest.pop(0)
        joined.append(word)
        if word == "-p" and rest:
            name = rest.pop(0)
            is_whole = re.match(r"\w+=", name) or not rest
            joined.append(name if is_whole else f"{name}={rest.pop(0)}")
    return joined


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
    _add_jobs(report)
    _add_out(report)

    purpose = "make the pages of a folder again and say whether they are the same, and if not, why"
    verify = _command(commands, "verify", _verify, purpose)
    verify.add_argument("folder", nargs="?", type=Path, default=paths.REPORTS, metavar="DIR", help="reports/")

    table = _command(commands, "table", _table, "print a result or a raw table; alone: list them")
    table.add_argument("name", nargs="?", metavar="NAME", help="name of the table")
    _add_parameters(table, "a parameter of the table, as `table` alone lists them")
    _add_without(table)
    _add_format(table)

    purpose = "run named results or notebooks over a grid of parameters, and gather what they give as Parquet"
    grid = _command(commands, "sweep", _sweep, purpose)
    grid.epilog, grid.formatter_class = SWEEP, argparse.RawDescriptionHelpFormatter
    grid.add_argument("grid", type=Path, metavar="GRID.yml", help="what to run, with which parameters (see below)")
    _add_jobs(grid)
    grid.add_argument("--dask", default="", metavar="ADDRESS", help="a Dask scheduler, or `local` to try it here")
    grid.add_argument("--limit", type=float, default=600.0, metavar="SECONDS", help="that one run may take (600)")
    pages = "write the page of each notebook run as well: DIR/pages, or a folder or address that fsspec knows"
    grid.add_argument("--html", nargs="?", const="", default=None, metavar="ADDRESS", help=pages)
    grid.add_argument("--out", type=Path, default=None, metavar="DIR", help="results (sweeps/GRID)")

    purpose = "say at which price, share, fee or rate something just holds, as the result break_even does"
    solve = _command(commands, "solve", _solve, purpose)
    solve.add_argument("of", metavar="TARGET", help="position:ID, policy:NAME:OUTCOME, cost:..., units:...")
    solve.add_argument("vary", metavar="INPUT", help="the assumption or input that is varied")
    _add_parameters(solve, "goal, low or high")
    _add_without(solve)
    _add_format(solve)

    purpose = "how each headline moved between two days, or two sets of struck sources, and why"
    diff = _command(commands, "diff", _diff, purpose)
    told = "the earlier day (ninety days before), or a tag or commit of this clone: its data by today's code"
    diff.add_argument("--from", dest="since", metavar="DATE|REVISION", help=told)
    diff.add_argument("--cells", action="store_true", help="of a revision: each cell of our pages that showed another")
    diff.add_argument("--to", dest="until", metavar="DATE", help="the later day (the last recorded one)")
    diff.add_argument("--headline", default="", metavar="NAME", help="one key figure (all)")
    diff.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="write a page with a waterfall for each too"
    )
    diff.add_argument("--struck", nargs="+", default=[], metavar="SOURCE_ID", help="struck on the later side alone")
    _add_without(diff)
    _add_format(diff)

    purpose = "strike a document: every headline, status and figure that moves; with --all each document in turn"
    impact = _command(commands, "impact", _impact, purpose)
    impact.add_argument("source", nargs="?", default="", metavar="SOURCE_ID", help="the document to strike")
    impact.add_argument("--all", action="store_true", help="every document, one at a time")
    _add_jobs(impact)
    impact.add_argument("--verdicts", action="store_true", help="audit the claims again as well")
    _add_without(impact)
    _add_format(impact)

    ingest = _command(
        commands, "ingest", _ingest, "read an inline-XBRL 10-K or 10-Q of NVIDIA and hold it against data/revenue.csv"
    )
    ingest.add_argument(
        "filing", nargs="?", type=Path, metavar="FILING.htm", help="the main document, from EDGAR or saved by a browser"
    )
    ingest.add_argument(
        "--edgar",
        action="store_true",
        help="ask EDGAR for the newest 10-Q, 10-K and results 8-K (has not been tried against the real EDGAR)",
    )
    ingest.add_argument(
        "--identity",
        default=os.environ.get("EDGAR_IDENTITY", ""),
        metavar="'NAME E-MAIL'",
        help="who asks EDGAR, as the SEC wants to know (EDGAR_IDENTITY)",
    )
    ingest.add_argument("--accept", action="store_true", help="add what is new to data/, once the checks pass")
    ingest.add_argument("--filed", default="", metavar="DATE", help="its day, where it is no source yet")
    ingest.add_argument("--accession", default="", metavar="NUMBER", help="its number: 0001045810-25-000209")
    ingest.add_argument("--format", choices=["csv", "json", "markdown"], default="csv", help="of the statements")

    audit = _command(commands, "audit", _audit, "hold a ledger of claims against the record; writes a page and a table")
    audit.add_argument(
        "ledger", nargs="?", type=Path, metavar="CLAIMS.csv", help="as data/claims.csv; checks may be left out"
    )
    audit.add_argument("--explain", action="store_true", help="print the metrics, the units and what each check takes")
    _add_parameters(audit, "as_of or without")
    _add_without(audit)
    _add_out(audit)

    extract = _command(commands, "claims", _claims, "write a ledger of an article's figures and days, to be audited")
    extract.add_argument("article", type=Path, metavar="ARTICLE", help=".txt, .md or .html")
    extract.add_argument("--published", default="", metavar="DATE", help="the day it was published, if it does not say")
    extract.add_argument("--out", type=Path, default=paths.REPORTS, metavar="DIR", help="output folder (reports/)")

    lab = _command(commands, "lab", _lab, "open the notebooks in JupyterLab, for this machine alone")
    lab.add_argument("options", nargs="*", metavar="-- OPTION", help="of JupyterLab, after two dashes: -- --port=8890")

    _command(commands, "check", _check, "report every fault of every table in data/")
    purpose = "store outputs in the notebooks, rewrite data/README.md and the head of README.md"
    refresh = _command(commands, "refresh", _refresh, purpose)
    refresh.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="none: all")
    return parser


def _command(commands: argparse._SubParsersAction, name: str, run: Callable, purpose: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
    command.set_defaults(run=run)
    return command


def _add_parameters(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument(
        "-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE", help=f"{purpose}; may be repeated"
    )
    command.add_argument("--as-of", metavar="DATE", help="only what was published by that day (all that is recorded)")


def _add_without(command: argparse.ArgumentParser) -> None:
    command.add_argument("--without", nargs="+", default=[], metavar="SOURCE_ID", help="strike these sources")


def _add_format(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=["csv", "json", "markdown"], default="csv", help="all to 15 digits")


def _add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (all processors)"
    )


def _add_out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, default=paths.REPORTS, metavar="DIR", help="output folder (reports/)")


def _given(options: argparse.Namespace) -> dict[str, str]:
    """The parameters of a command as text, each given once, whichever way it was written."""
    pairs = [text.partition("=") for text in options.parameters]
    faults = [f"-p {name}: has no value. Write -p NAME=VALUE." for name, equals, _ in pairs if not equals]
    pairs += [("as_of", "=", options.as_of)] if options.as_of is not None else []
    pairs += [("without", "=", ",".join(options.without))] if getattr(options, "without", None) else []
    names = [name for name, _, _ in pairs]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        texts = " and ".join(repr(text) for other, _, text in pairs if other == name)
        faults.append(Fault(name, f"is given {names.count(name)} times: {texts}.", "Give it once."))
    if faults:
        raise ParameterError(*faults)
    return {name: text for name, _, text in pairs}


def _record(given: dict[str, str]) -> "Record":
    from analysis.results import Record

    return Record(given.get("as_of"), given.get("without", ()))


def _report(options: argparse.Namespace) -> int:
    from analysis.runner.choose import choose

    given = _given(options)
    chosen = choose(options.notebooks)
    if options.jobs < 1:
        raise ParameterError(f"--jobs: {options.jobs} is not above 0.")
    from tqdm import tqdm

    from analysis import catalogue
    from analysis.parameters import faults
    from analysis.runner.report import report

    live = {"disable": not sys.stderr.isatty(), "file": sys.stderr, "leave": False}
    with tqdm(total=len(chosen), unit="notebook", **live) as bar:

        def told(line: str) -> None:
            bar.write(line, file=sys.stderr)
            bar.update()

        jobs = {"many": options.jobs, "prepare": catalogue.preparation()}
        outcomes = report(options.notebooks, given, out=options.out, check=faults, progress=told, **jobs)
    if any(outcome.status == "stopped" for outcome in outcomes):
        return INTERRUPTED
    _say(f"Open {options.out / 'index.html'}")
    return int(any(outcome.status == "failed" for outcome in outcomes))


def _verify(options: argparse.Namespace) -> int:
    from analysis import catalogue
    from analysis.parameters import faults
    from analysis.runner.verify import verify

    verdicts = verify(options.folder, progress=_say, check=faults, prepare=catalogue.preparation())
    return int(any(verdict.status != "same" for verdict in verdicts))


def _refresh(options: argparse.Namespace) -> int:
    from analysis.runner.choose import choose

    chosen = choose(options.notebooks, pattern="*.ipynb")
    from analysis import catalogue
    from analysis.documents import write_documents
    from analysis.runner.refresh import refresh

    outcomes = refresh(chosen, progress=_say, prepare=catalogue.preparation())
    write_documents()
    return int(any(outcome.status == "failed" for outcome in outcomes))


def _lab(options: argparse.Namespace) -> int:
    from analysis.runner.lab import serve

    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        _say("You are root: JupyterLab runs as root too, and opens no browser. Open the address below.")
    first = ["--allow-root", "--no-browser"] if is_root else []
    serve([*first, *options.options], ["analysis.explore.lab"])
    return 0


def _check(options: argparse.Namespace) -> int:
    from analysis.claims.results import ledger_faults
    from analysis.facts.check import check
    from analysis.pages.formats import count

    faults = check()
    if not faults:  # positions and policies name sources, so the tables come first
        for name in ("positions", "published_scenarios", "scenario_policies"):
            _record({}).get(name)
        faults = ledger_faults()
    for fault in faults:
        print(fault)
    _say(f"{count(len(faults), 'fault')}." if faults else "No faults: every table keeps its declaration.")
    return int(bool(faults))


def _ingest(options: argparse.Namespace) -> int:
    if options.edgar == (options.filing is not None):
        raise ParameterError("ingest reads one FILING.htm, or with --edgar the newest ones. Give one of the two.")
    if options.edgar and (options.filed or options.accession):
        raise ParameterError("--filed and --accession are for a file: EDGAR says both itself. Leave them out.")
    if options.edgar:
        from analysis.revenue.filings.edgar import ready

        ready(options.identity)
    from analysis.pages.formats import count
    from analysis.revenue.filings.compare import STATUSES
    from analysis.revenue.filings.ingest import accept, propose, propose_newest

    if options.edgar:
        proposals, results = propose_newest(options.identity)
    else:
        proposals, results = [propose(options.filing, options.filed, options.accession)], None
    _print(_side_by_side(proposals, options.edgar), options.format)
    for one in proposals:
        filing, status = one.filing, one.comparison["status"]
        basis = f"geography by {filing.geography_basis}" if filing.geography_basis else "no geographic table"
        counts = ", ".join(f"{(status == each).sum()} {each}" for each in STATUSES)
        _say(f"{filing.source_id}: form {filing.form}, {filing.period}, {basis}: {counts}.")
        if len(filing.new_periods):
            _say(f"New in data/fiscal_periods.csv: {', '.join(filing.new_periods['fiscal_period'])}.")
        if filing.unread:
            _say(f"Not read, because it is not known what they are: {', '.join(filing.unread)}.")
    if results:
        _say(
            f"Results 8-K {results.accession}, filed {results.filed_on}: {results.press_release or results.url}\n"
            "A press release has no tagged figures: none is read. What it says first is entered by hand."
        )
    if options.accept:
        gained = accept(proposals)
        added = ", ".join(f"{count(rows, 'row')} to data/{name}.csv" for name, rows in gained.items())
        _say(f"Added {added}. Next: make refresh." if added else "Nothing to add.")
    return int(any((one.comparison["status"] == "conflicting").any() for one in proposals))


def _side_by_side(proposals: Sequence["Proposal"], is_named: bool) -> "pd.DataFrame":
    """The statements of all filings; with several, which filing each is of."""
    import pandas as pd

    frames = [one.comparison for one in proposals]
    if is_named:
        frames = [one.comparison.assign(source_id=one.filing.source_id) for one in proposals]
    return pd.concat(frames, ignore_index=True)


def _audit(options: argparse.Namespace) -> int:
    from analysis.facts.arguments import refuse_unknown

    given = _given(options)
    refuse_unknown(sorted(given), _OF_THE_RECORD, of="audit")
    if options.explain:
        from analysis.claims.report import explained

        print(explained(_record(given)))
        return 0
    if options.ledger is None:
        raise ParameterError("audit: no ledger is named. Name a CSV file, or ask for --explain.")
    from analysis.claims.report import write
    from analysis.pages.formats import count

    took: list[str] = []
    written, verdicts, faults = write(options.ledger, options.out, _record(given), took)
    for fault in [*took, *faults]:
        _say(str(fault))
    counts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts["verdict"].value_counts().items())
    suggested = int(verdicts["is_suggested"].sum())
    _say(f"{count(len(verdicts), 'claim')} audited: {counts or 'none'}. {count(suggested, 'check')} suggested.")
    if faults:
        _say(f"{count(len(faults), 'fault')}: their claims were left out.")
    for path in written:
        _say(f"Written: {path}")
    return int(bool(faults))


def _claims(options: argparse.Namespace) -> int:
    from datetime import date

    from analysis.claims.report import write_ledger
    from analysis.facts.arguments import value
    from analysis.pages.formats import count

    if options.published:
        value(options.published, date, where="--published")
    path, ledger, passed_over = write_ledger(options.article, options.published, options.out, _record({}))
    if ledger.empty:
        _say(f"{options.article.name}: no sentence has a figure or a day. Nothing is written.")
        return 1
    sure = ledger["note"].str.contains("high|medium").sum()
    _say(f"{count(len(ledger), 'claim')}: {sure} with a metric, the others are left to fill in.")
    if passed_over:
        _say(f"{count(len(passed_over), 'sentence')} with a figure that was not understood: {', '.join(passed_over)}.")
    _say(f"Written: {path}")
    return 0


def _sweep(options: argparse.Namespace) -> int:
    import signal

    from analysis.sweep.grid import read
    from analysis.sweep.run import sweep

    if options.jobs < 1 or options.limit <= 0:
        raise ParameterError("--jobs and --limit: take a number above 0.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: what is finished is kept
    runs = read(options.grid)
    out = options.out or Path("sweeps") / options.grid.stem
    pages = "" if options.html is None else options.html or str(out / "pages")
    with _progress(len(runs)) as progress:
        found = sweep(
            runs, out, jobs=options.jobs, dask=options.dask, limit=options.limit, pages=pages, progress=progress
        )
    page = _compare(out, options.grid.stem, found)
    told = ", ".join(f"{number:,} {status}" for status, number in found.counts.items()) or "none done"
    _say(f"{found.runs:,} runs: {told}; {found.before:,} were done before. {page or out}")
    if found.lost:
        _say(f"dask: {found.lost}. What is finished is kept: the same command goes on from here.")
        return 1
    if found.stopped:
        _say("Stopped: the same command goes on from here.")
        return INTERRUPTED
    return 1 if set(found.counts) - {"done"} else 0


def _compare(out: Path, name: str, found: "Swept") -> Path | None:
    """Write the index page of a sweep, if anything is done."""
    if not found.files:
        return None
    from analysis.results import Record
    from analysis.sweep.page import write

    return write(out, name, found.files, Record())


@contextmanager
def _progress(runs: int) -> Iterator[Callable[[int, int, int], None]]:
    """A live line with rate and time left on a terminal, else a plain line every few seconds."""
    from time import monotonic

    from tqdm import tqdm

    if sys.stderr.isatty():
        with tqdm(total=runs, unit="run", dynamic_ncols=True) as line:

            def live(done: int, runs: int, failed: int) -> None:
                line.set_postfix(failed=failed, refresh=False)
                line.update(done - line.n)

            yield live
        return
    start, told, first = monotonic(), [monotonic()], []

    def plain(done: int, runs: int, failed: int) -> None:
        first[:] = first or [done]
        passed = monotonic() - start
        if monotonic() - told[0] >= _TELL_EVERY:
            told[0], rate = monotonic(), (done - first[0]) / passed
            left = f", {(runs - done) / rate:,.0f} s left" if rate else ""
            _say(f"{done:,} of {runs:,} runs, {failed:,} failed, {rate:,.1f} a second{left}")

    yield plain


def _solve(options: argparse.Namespace) -> int:
    return _named("break_even", _given(options) | {"of": options.of, "vary": options.vary}, options.format)


def _diff(options: argparse.Namespace) -> int:
    without = ",".join(options.without)
    is_revision = options.since is not None and not re.fullmatch(r"[\d\s/.-]+", options.since)
    if is_revision:
        refused = {
            "--to": options.until,
            "--out": options.out,
            "--struck": options.struck,
            "--headline": options.headline,
        }
        faults = [
            f"{name}: goes with a day, not with a revision. Leave it out." for name, text in refused.items() if text
        ]
        if faults:
            raise ParameterError(*faults)
        given = {"revision": options.since} | ({"without": without} if without else {})
        return _named("revision_cells" if options.cells else "revision_headlines", given, options.format)
    if options.cells:
        raise ParameterError("--cells: goes with a revision. Write --from TAG or --from COMMIT.")
    given = {"since": options.since, "until": options.until, "struck": ",".join(options.struck), "without": without}
    given = {name: text for name, text in given.items() if text} | {"headline": options.headline}
    if options.out is None:
        return _named("headline_changes", given, options.format)
    from analysis.headlines.report import write

    record = _record(given)
    frame = record.get("headline_changes", {name: text for name, text in given.items() if name != "without"})
    path = write(frame, options.out, record)
    _print(frame, options.format)
    _say(f"Written: {path}" if path else "Nothing moved: no page is written.")
    return 0


def _impact(options: argparse.Namespace) -> int:
    if options.all == bool(options.source):
        raise ParameterError("impact strikes one SOURCE_ID, or with --all each in turn. Give one of the two.")
    without = {"without": ",".join(options.without)} if options.without else {}
    given = {"source": options.source, "verdicts": "yes" if options.verdicts else "no", "jobs": str(options.jobs)}
    return _named("impact", given | without, options.format)


def _table(options: argparse.Namespace) -> int:
    from analysis import catalogue

    given = _given(options)
    if options.name is None:
        for name, entry in catalogue.entries().items():
            print(f"{name:24} {entry.about}" + (f" -p {', '.join(entry.parameters)}" if entry.parameters else ""))
        return 0
    return _named(options.name, given, options.format)


def _named(name: str, given: dict[str, str], form: str) -> int:
    """Print a result or a raw table."""
    from analysis import catalogue
    from analysis.facts.arguments import refuse_unknown

    refuse_unknown(given, [*_OF_THE_RECORD, *catalogue.find(name).parameters], of=name)
    parameters = {key: text for key, text in given.items() if key not in _OF_THE_RECORD}
    _print(_record(given).get(name, parameters), form)
    return 0


def _print(frame: "pd.DataFrame", form: str) -> None:
    from analysis.facts import printed

    sys.stdout.write({"csv": printed.as_csv, "json": printed.as_json, "markdown": printed.as_markdown}[form](frame))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
