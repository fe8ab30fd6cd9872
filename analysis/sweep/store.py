"""What a sweep has found, on disk: one Parquet file a batch and table, then one a table.

A batch is finished when its file of runs is there, which is written last and under its name only when it is whole. What
stands under the name of a batch without one is what a killed sweep left, and is removed. DuckDB writes and reads.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd

from analysis.facts.errors import Fault, ParameterError
from analysis.facts.files import replace_text
from analysis.sweep.work import Done

FORMAT = 1
_MEMORY = "512MB"
_RUNS = "runs"


class Store:
    """A folder of results that one sweep at a time may write.

    Raises
    ------
    ParameterError : another sweep holds the folder, or it has files of another version.
    OSError : the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.parts = folder, folder / "parts"
        self.parts.mkdir(parents=True, exist_ok=True)
        self._lock = open(folder / "lock", "a+")  # noqa: SIM115  held until `close`
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            holder = self._lock.read().strip() or "unknown"
            self._lock.close()
            problem = f"another sweep writes here ({holder})."
            raise ParameterError(Fault(str(folder), problem, "Wait for it, or choose another folder.")) from None
        self._lock.truncate(0)
        self._lock.write(f"process {os.getpid()} on {socket.gethostname()}")
        self._lock.flush()
        self._hold_version()
        self._remove_unfinished()
        self._next = max((int(path.stem) for path in self._of(_RUNS)), default=-1) + 1

    def close(self) -> None:
        """Let go of the folder."""
        self._lock.close()

    def done(self) -> set[str]:
        """The keys of the runs that came to an end: those that failed are run again."""
        if not self._of(_RUNS):
            return set()
        with duckdb.connect() as link:
            found = link.execute(f"SELECT DISTINCT run FROM {self._all(_RUNS)} WHERE status <> 'failed'").fetchall()
        return {key for (key,) in found}

    def add(self, done: Done) -> None:
        """Keep what came of a batch."""
        name = f"{self._next:08}"
        self._next += 1
        for table, frames in done.rows.items():
            self._write(pd.concat(frames, ignore_index=True), self.parts / table / f"{name}.parquet")
        self._write(pd.DataFrame(done.runs), self.parts / _RUNS / f"{name}.parquet")

    def gather(self, keys: Iterable[str]) -> tuple[dict[str, Path], dict[str, int]]:
        """Write ``runs.parquet`` and a file for each result with the runs of these keys, in order; each run once.

        Returns
        -------
        files, counts : the file of each table; how many runs have which status.
        """
        written: dict[str, Path] = {}
        if not self._of(_RUNS):
            return written, {}
        wanted = pd.DataFrame({"run": list(keys)})
        with duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": str(self.folder / "spill")}) as link:
            link.register("wanted", wanted)
            newest = (
                f"SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY run ORDER BY part DESC) AS nth FROM "
                f"{self._all(_RUNS)}) WHERE nth = 1 AND run IN (SELECT run FROM wanted)"
            )
            link.execute(f"CREATE TABLE kept AS {newest}")
            counts = dict(link.execute("SELECT status, count(*) FROM kept GROUP BY status ORDER BY status").fetchall())
            runs = "SELECT * EXCLUDE (part, nth) FROM kept ORDER BY place"
            written[_RUNS] = self._copy(link, runs, self.folder / "runs.parquet")
            for folder in sorted(path for path in self.parts.iterdir() if path.is_dir() and path.name != _RUNS):
                if not self._of(folder.name):
                    continue
                columns = ", ".join(f'each."{name}"' for name in self._columns(link, folder.name))
                rows = (
                    f"SELECT kept.place, {columns} FROM {self._all(folder.name)} AS each JOIN kept "
                    "ON each.run = kept.run AND each.part = kept.part ORDER BY kept.place, each.row"
                )
                written[folder.name] = self._copy(link, rows, self.folder / f"{folder.name}.parquet")
        for left in (self.folder / "spill").glob("*"):
            left.unlink()
        return written, counts

    def _columns(self, link: duckdb.DuckDBPyConnection, table: str) -> list[str]:
        """The columns of a table in the order in which its runs have them, whichever of them was finished first."""
        parts = link.execute("SELECT part FROM kept GROUP BY part ORDER BY min(place)").fetchall()
        files = [str(path) for (part,) in parts if (path := self.parts / table / f"{part}.parquet").exists()]
        heads = [link.execute("DESCRIBE SELECT * FROM read_parquet(?)", [file]).fetchall() for file in files]
        return list(dict.fromkeys(name for head in heads for name, *_ in head))

    def _of(self, table: str) -> list[Path]:
        return sorted((self.parts / table).glob("*.parquet"))

    def _all(self, table: str) -> str:
        """A query over the finished files of a table, with the name of the batch as ``part``."""
        files = str(self.parts / table / "*.parquet").replace("'", "''")
        named = "regexp_extract(filename, '([0-9]+).parquet$', 1) AS part"
        return f"(SELECT * EXCLUDE (filename), {named} FROM read_parquet('{files}', union_by_name=true, filename=true))"

    def _write(self, frame: pd.DataFrame, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        plain = frame.apply(_plain)
        with duckdb.connect() as link:
            link.register("frame", plain)
            self._copy(link, "SELECT * FROM frame", path)

    def _copy(self, link: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
        """Write a query's rows under a name that no pattern finds, and then under their own."""
        draft = path.with_name(f".{path.name}.partial")
        try:
            where = str(draft).replace("'", "''")
            link.execute(f"COPY ({query}) TO '{where}' (FORMAT parquet)")
            with open(draft, "rb+") as written:
                os.fsync(written.fileno())
            os.replace(draft, path)
        except duckdb.IOException as error:
            raise OSError(None, f"cannot be written ({str(error).splitlines()[0]})", str(path)) from error
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        return path

    def _hold_version(self) -> None:
        about = self.folder / "sweep.json"
        if about.exists():
            found = json.loads(about.read_text(encoding="utf-8") or "{}").get("format")
            if found != FORMAT:
                self._lock.close()
                problem = f"holds results of format {found}, and this is format {FORMAT}."
                raise ParameterError(Fault(str(self.folder), problem, "Choose another folder."))
        else:
            replace_text(about, json.dumps({"format": FORMAT}) + "\n")

    def _remove_unfinished(self) -> None:
        finished = {path.name for path in self._of(_RUNS)}
        for path in [*self.parts.glob("*/*.parquet"), *self.parts.glob("*/.*.partial")]:
            if path.name not in finished:
                path.unlink()


def _plain(column: pd.Series) -> pd.Series:
    """A column as Parquet has it: numbers, days, truth, or text; what is anything else, as text."""
    if column.dtype.kind in "biufM":
        return column
    return column.map(lambda cell: None if cell is None or cell != cell else str(cell)).astype(object)
