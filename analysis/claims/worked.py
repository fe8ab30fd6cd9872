"""Results as checks of claims ask for them: rows like those of a table, each figure with its ends and its grade.

``units_by_year: product=h20; year=2024`` is the estimate of that year from its 5th to its 95th percentile;
``control_inputs.tpp: chip_id=h20-96gb`` what its sources leave open. An article is held against what is worked out
without it.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

# the results that an address may name, with the column that is their figure and its unit
RESULTS = {
    "units_by_year": ("p50", "units"),
    "units_by_quarter": ("p50", "units"),
    "h100_equivalents": ("p50", "units"),
    "equivalence": ("ratio", "ratio"),
    "china_revenue": ("revenue_musd", "musd"),
    "control_inputs": ("tpp", ""),
    "control_status": ("headroom", ""),
}
_ENDS = (("{}_low", "{}_high"), ("low_{}", "high_{}"))
_PERCENTILES = re.compile(r"(.*_)?p50")
_DAYS = {"year_start": "period_start", "year_end": "period_end"}


class Held(Mapping[str, pd.DataFrame]):
    """Tables by name, and results, each worked out when a check first asks for it.

    Parameters
    ----------
    tables : those of facts, as `analysis.claims.evidence.addressable` gives them.
    work : a result by its name and a document to leave out (empty: none), as the record works it out.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], work: Callable[[str, str], pd.DataFrame]) -> None:
        self._tables, self._work = dict(tables), work

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name in self._tables or name not in RESULTS:
            return self._tables[name]
        return in_rows(self._work(name, ""), name, self._grades)

    def __contains__(self, name: object) -> bool:
        return name in self._tables or name in RESULTS

    def __iter__(self) -> Iterator[str]:
        yield from self._tables
        yield from RESULTS

    def __len__(self) -> int:
        return len(self._tables) + len(RESULTS)

    def without(self, name: str, source: str) -> pd.DataFrame:
        """A result as it would be without a document."""
        return in_rows(self._work(name, source), name, self._grades)

    @property
    def _grades(self) -> pd.Series:
        return self._tables["sources"].drop_duplicates("source_id").set_index("source_id")["grade"]


def apart(facts: Mapping[str, pd.DataFrame], name: str, source: str) -> pd.DataFrame:
    """The rows of a table without those of a document, or a result as it would be without it."""
    frame = facts[name]
    if name not in RESULTS or not isinstance(facts, Held):
        return frame[frame["source_id"] != source]
    rests_on_it = frame["source_id"].str.split("|").explode().eq(source).any()
    return facts.without(name, source) if rests_on_it else frame


def in_rows(frame: pd.DataFrame, name: str, grades: pd.Series) -> pd.DataFrame:
    """A result in the form of a table of facts.

    Parameters
    ----------
    frame : the result.
    name : one of `RESULTS`.
    grades : of documents, by id.

    Returns
    -------
    frame : its rows with ``low, value, high, unit, basis, grade`` beside its own columns; a column of which there are
        two ends is there under its own name, NaN where it is no point.
    """
    rows = pd.DataFrame(frame).rename(columns=_DAYS).fillna({"source_id": ""})
    for column in [each for each in rows if _PERCENTILES.fullmatch(each)]:
        low, high = column[:-3] + "p5", column[:-3] + "p95"
        rows = rows.assign(**{f"{column}_low": rows[low], f"{column}_high": rows[high]})
    for own, (low, high) in _stems(rows).items():
        is_point = rows[low] == rows[high]
        point = rows.get(own, rows[low])
        rows = rows.assign(**{own: point.where(is_point), f"{own}_low": rows[low], f"{own}_high": rows[high]})
    figure, unit = RESULTS[name]
    nothing = pd.Series(float("nan"), rows.index)
    ends = {"value": figure, "low": f"{figure}_low", "high": f"{figure}_high"}
    made = {"basis": "derived", "unit": unit} | {end: rows.get(column, nothing) for end, column in ends.items()}
    ids = rows["source_id"].str.split("|")
    made["grade"] = [max((grades.get(each, "C") for each in cited), default="C") for cited in ids]
    kept = {column: rows[column] for column in ("basis", "grade") if column in rows}
    return rows.assign(**made | kept)


def _stems(rows: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The columns of which there are two ends, by name."""
    found = {}
    for low, high in _ENDS:
        pattern = re.compile(re.escape(low).replace(r"\{\}", "(.+)"))
        for column in rows:
            match = pattern.fullmatch(str(column))
            if match and high.format(match[1]) in rows:
                found[match[1]] = (column, high.format(match[1]))
    return found
