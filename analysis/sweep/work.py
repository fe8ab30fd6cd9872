"""What a worker does: some runs, one after the other, and small tables back."""

import json
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from time import perf_counter

import pandas as pd

from analysis.facts.arguments import value, written
from analysis.facts.errors import AnalysisError
from analysis.facts.files import replace_text
from analysis.results import Record
from analysis.sweep.grid import OF_THE_RECORD, Run, stamp

_RECORDS = 4  # kept by a worker, with what they have worked out


@dataclass
class Done:
    """What came of some runs: a row a run, and by named result the rows of all of them."""

    runs: list[dict[str, object]] = field(default_factory=list)
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)


class OtherVersionError(Exception):
    """A worker whose code or data is not that of who asks."""


def work(runs: Sequence[Run], mark: str, pages: str = "", limit: float | None = None) -> Done:
    """Carry out some runs.

    Parameters
    ----------
    mark : the digest of data and code of who asks, see `analysis.sweep.grid.stamp`.
    pages : the folder for the pages of notebooks, here or at an address that fsspec knows; empty: none are written.
    limit : seconds that one notebook may take.

    Raises
    ------
    OtherVersionError : this worker has other data or other code.
    """
    if _own_stamp() != mark:
        raise OtherVersionError("A worker has other data or other code. Install the same commit there.")
    done = Done()
    for run in runs:
        start = perf_counter()
        status, message, frame = "done", "", pd.DataFrame()
        try:
            frame = _notebook(run, pages, limit) if run.is_notebook else _result(run)
        except AnalysisError as error:
            status, message = "refused", str(error)
        except Exception as error:  # the run's own trouble: told beside its parameters, and the others go on
            status, message = "failed", "".join(traceback.format_exception_only(error)).strip()
        done.runs.append(row(run, status, message, len(frame), perf_counter() - start))
        if len(frame):
            done.rows.setdefault(run.name, []).append(frame.assign(run=run.key, row=range(len(frame))))
    return done


def row(run: Run, status: str, message: str, rows: int = 0, seconds: float = 0.0) -> dict[str, object]:
    """A run as a row of the table of runs."""
    asked = {name: written(value) for name, value in run.parameters.items()}
    told = {"run": run.key, "place": run.place, "name": run.name, "parameters": json.dumps(asked, ensure_ascii=False)}
    return told | {"status": status, "message": message, "rows": rows, "seconds": round(seconds, 4)}


@lru_cache(maxsize=1)
def _own_stamp() -> str:
    return stamp()


@lru_cache(maxsize=_RECORDS)
def _record(as_of: object, without: tuple[str, ...]) -> Record:
    return Record(as_of, without)


def _result(run: Run) -> pd.DataFrame:
    given = {name: each for name, each in run.parameters.items() if name not in OF_THE_RECORD}
    struck = value(run.parameters.get("without") or (), tuple[str, ...], where="without")
    return pd.DataFrame(_record(run.parameters.get("as_of"), struck).get(run.name, given))


def _notebook(run: Run, pages: str, limit: float | None) -> pd.DataFrame:
    """Run a notebook; its row is its finding. Its page is written where pages are asked for."""
    from analysis.runner.execute import DEAD, CellError, execute
    from analysis.runner.plan import plan
    from analysis.runner.render import render

    job = plan([run.name], {name: written(value) for name, value in run.parameters.items()})[0]
    run_once = partial(execute, job.path, job.values, limit=limit, stills=False)
    try:
        notebook = run_once()
    except CellError as error:
        if error.ename != DEAD:
            raise
        notebook = run_once()  # killed by whoever was short of memory: once more
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    findings = [found for output in outputs if (found := output.get("metadata", {}).get("page", {}).get("finding"))]
    if pages:
        page = render(notebook, name=job.name, parameters=job.parameters, values=job.values)
        _put(f"{pages}/{run.key}.html", page)
    return pd.DataFrame({"finding": findings[:1] or [""]})


def _put(address: str, page: str) -> None:
    """Write a page; elsewhere in one piece, because a file that is written bit by bit may stay half."""
    if "://" not in address:
        replace_text(Path(address), page)
        return
    from fsspec.core import url_to_fs

    system, path = url_to_fs(address)
    system.makedirs(system._parent(path), exist_ok=True)
    system.pipe_file(path, page.encode("utf-8"))
