"""Notebooks to pages: run each, write its page or the card that says why not, then the index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

from analysis.facts import paths
from analysis.facts.errors import Fault, ParameterError
from analysis.facts.files import alone, replace_text, try_out
from analysis.runner import warm
from analysis.runner.digests import digest, inputs, of_notebook
from analysis.runner.execute import CellError, execute
from analysis.runner.index import Made, check_index, write_index
from analysis.runner.parameters import Check
from analysis.runner.plan import Job, plan
from analysis.runner.processes import processes
from analysis.runner.render import render, render_failure, shown

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended: the page or card written (None when stopped), and what went wrong."""

    name: str
    status: Literal["written", "failed", "stopped"]
    path: Path | None = None
    seconds: float = 0.0
    message: str = ""

    @property
    def said(self) -> str:
        """The line about it."""
        if self.status == "failed":
            return f"{self.name}  failed: {self.message}"
        return f"{self.name}  written to {self.path} in {self.seconds:.1f} s"


def report(
    names: Sequence[str],
    given: Mapping[str, str],
    *,
    out: Path = paths.REPORTS,
    check: Check | None = None,
    progress: Progress = print,
    many: int = 1,
    prepare: Sequence[str] = (),
) -> list[Outcome]:
    """Run the named notebooks, or all, and write a page for each into ``out``, then the index.

    ``many`` notebooks run at once, each in a process of its own; with ``prepare`` (see `analysis.runner.warm.parent`)
    their kernels start warm, unless there is one notebook only. ``progress`` is told a line a notebook.
    A failing cell gives ``<name>.failed.html`` and leaves an earlier page as it was; the others still run.
    After Ctrl-C the finished pages stay and the index is written; the rest are ``stopped``.

    Raises
    ------
    ParameterError
        Before any kernel starts: unknown names, bad values, a folder that cannot be written.
    """
    jobs = plan(names, given, check)
    _open(out)
    ended: dict[str, Outcome] = {}
    try:
        with warm.parent(prepare, many=len(jobs)):
            for outcome in _outcomes(jobs, out, min(many, len(jobs))):
                ended[outcome.name] = outcome
                progress(outcome.said)
    except KeyboardInterrupt:
        progress(f"Stopped by the keyboard: {len(ended)} of {len(jobs)} notebooks are finished.")
    finally:
        with alone(out):
            _index(jobs, list(ended.values()), out)
    return [ended.get(job.name, Outcome(job.name, "stopped")) for job in jobs]


def _outcomes(jobs: Sequence[Job], out: Path, many: int) -> Iterator[Outcome]:
    """Run the notebooks, as they end; what a killed process leaves undone is run here."""
    left = {job.name: job for job in jobs}
    if many > 1:
        with suppress(BrokenExecutor), processes(many, __name__) as executor:
            for future in as_completed([executor.submit(_run, job, out) for job in jobs]):
                outcome = future.result()
                del left[outcome.name]
                yield outcome
    for job in left.values():
        yield _run(job, out)


def _open(out: Path) -> None:
    try:
        try_out(out)
    except OSError as error:
        problem = f"reports cannot be written here ({error.strerror})."
        raise ParameterError(Fault(str(out), problem, "Choose another output folder.")) from error
    check_index(out)


def _run(job: Job, out: Path) -> Outcome:
    page, card = out / f"{job.name}.html", out / f"{job.name}.failed.html"
    start = perf_counter()
    try:
        notebook = execute(job.path, job.values, stills=False)
    except CellError as failure:
        replace_text(card, render_failure(failure, title=job.front.title))
        return Outcome(job.name, "failed", card, perf_counter() - start, str(failure))
    replace_text(page, render(notebook, name=job.name, parameters=job.parameters, values=job.values))
    card.unlink(missing_ok=True)
    return Outcome(job.name, "written", page, perf_counter() - start)


def _index(jobs: Sequence[Job], outcomes: Sequence[Outcome], out: Path) -> None:
    written = {outcome.name: outcome for outcome in outcomes if outcome.status == "written"}
    finished = [job for job in jobs if job.name in written]
    now = inputs() if finished else {}
    write_index(out, {job.name: made(job, out, now) for job in finished})


def made(job: Job, out: Path, of_all: Mapping[str, str]) -> Made:
    """What the manifest says of a page; ``of_all`` is what all pages are made of, see `inputs`."""
    return {
        "page": {"digest": digest(out / f"{job.name}.html")},
        "parameters": {row["name"]: row["value"] for row in shown(job.parameters, job.values)},
        "inputs": of_all | of_notebook(job.path),
    }
