"""The index page of a sweep: what each varied parameter does to each number, as small multiples and as tables.

A result that has several rows is shown by their median, a number for each run; the rows themselves are in Parquet.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import seaborn as sns
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.facts.arguments import written
from analysis.facts.cells import file_name
from analysis.facts.files import replace_text
from analysis.facts.record import Record
from analysis.pages import style
from analysis.pages.asked import say
from analysis.pages.drawing import Drawing, Sheet, drawn, panels, room
from analysis.pages.formats import count, listing, plain
from analysis.pages.palette import LIGHT
from analysis.runner.render import render

_MOST_NUMBERS, _MOST_VARIED, _MOST_GROUPS, _MOST_TOLD = 4, 3, 8, 40
_FIRST = ("value", "p50")  # of the columns of a result
_OURS = {"run", "place", "row", "part"}
_KINDS = ("DOUBLE", "FLOAT", "BIGINT", "INTEGER")
_LEAD = """# Sweep {name}

Each run works out one result, or one notebook, with parameters of its own. A result of several rows is shown by the
median over its rows. All rows of all runs are in the Parquet files beside this page."""


def write(folder: Path, name: str, files: Mapping[str, Path], record: Record) -> Path:
    """Write ``index.html`` into the folder of a sweep; the same results give the same bytes.

    Parameters
    ----------
    name : of the sweep.
    files : the gathered tables, see `analysis.sweep.run.Swept`.
    record : whose documents the page cites.
    """
    page = folder / "index.html"
    replace_text(page, render(_page(name, files, record), name=page.stem, parameters=[], values={}))
    return page


def _page(name: str, files: Mapping[str, Path], record: Record) -> NotebookNode:
    with duckdb.connect() as link:
        runs = link.read_parquet(str(files["runs"])).select("run, place, name, parameters, status, message")
        runs = runs.order("place").df()
        asked = _parameters(runs)
        shown = [_told(runs)]
        cited = []
        for each in dict.fromkeys(runs["name"]):
            if each not in files:
                continue
            rows = link.read_parquet(str(files[each]))
            shown.append(new_markdown_cell(f"## {each}"))
            if "finding" in rows.columns:
                found = rows.select("run, finding").df().set_index("run")["finding"]
                shown.append(_findings(each, asked, found))
                continue
            numbers = _numbers(rows, leave=[*asked])
            numbers = numbers.loc[asked.index.intersection(numbers.index, sort=False)]
            shown += _compared(each, asked, numbers, named := _named(rows), record)
            cited.append(named)
    shown += _ended(runs)
    if cited:
        shown += [new_markdown_cell("## Sources cited"), _cell(style.cited(record, "Sources of all runs", *cited))]
    cells = [new_markdown_cell(_LEAD.format(name=name)), *shown]
    for place, cell in enumerate(cells):
        cell["id"] = f"c{place:03}"
    return new_notebook(cells=cells)


def _parameters(runs: pd.DataFrame) -> pd.DataFrame:
    """The parameters that differ between runs, by run: numbers where all values are, else text."""
    given = pd.DataFrame([json.loads(text) for text in runs["parameters"]], index=runs["run"]).astype(object)
    given = given.where(given.notna(), "default")
    given = given[[name for name in given if given[name].nunique() > 1]]
    return given.apply(_figures)


def _figures(values: pd.Series) -> pd.Series:
    try:
        return pd.to_numeric(values)
    except ValueError:
        return values


def _numbers(rows: duckdb.DuckDBPyRelation, leave: Sequence[str]) -> pd.DataFrame:
    """By run, the median of each column of numbers that differs between runs, but those left out; the first few."""
    kinds = zip(rows.columns, map(str, rows.types), strict=True)
    names = [
        name
        for name, kind in kinds
        if name not in (*_OURS, *leave) and kind in ("DOUBLE", "FLOAT", "BIGINT", "INTEGER")
    ]
    names.sort(key=lambda name: name not in _FIRST)
    quoted = [f'median("{name}") AS "{name}"' for name in names]
    medians = rows.aggregate(", ".join(["run", *quoted]), "run").df().set_index("run")
    return medians[[name for name in names if medians[name].nunique() > 1][:_MOST_NUMBERS]]


def _named(rows: duckdb.DuckDBPyRelation) -> pd.DataFrame:
    """The documents that the rows rest on."""
    if "source_id" not in rows.columns:
        return pd.DataFrame({"source_id": []}, dtype=object)
    return rows.filter("source_id IS NOT NULL").select("source_id").distinct().order("source_id").df()


def _compared(
    name: str, asked: pd.DataFrame, numbers: pd.DataFrame, named: pd.DataFrame, record: Record
) -> list[NotebookNode]:
    """The figure and the tables of one result."""
    varied = [parameter for parameter in asked if asked.loc[asked.index.isin(numbers.index), parameter].nunique() > 1]
    if numbers.columns.empty or not varied:
        return [new_markdown_cell("No number differs between the runs.")]
    frame = numbers.join(asked[varied])
    grouped = {parameter: _grouped(frame[parameter]) for parameter in varied}
    tables = [_by(name, frame, list(numbers), parameter, groups) for parameter, groups in grouped.items()]
    few = dict(list(grouped.items())[:_MOST_VARIED])
    return [_cell(_drawing(name, frame, list(numbers), few, named, record)), *map(_cell, tables)]


def _grouped(values: pd.Series) -> pd.Series:
    """The value of a parameter as it is shown; many numbers as equally full groups by their middles."""
    if values.nunique() <= _MOST_GROUPS or not pd.api.types.is_numeric_dtype(values):
        return values
    place = pd.qcut(values.rank(method="first"), _MOST_GROUPS, labels=False)
    return values.groupby(place).transform("median")


def _drawing(
    name: str,
    frame: pd.DataFrame,
    numbers: list[str],
    grouped: Mapping[str, pd.Series],
    named: pd.DataFrame,
    record: Record,
) -> Drawing:
    pairs = [(number, parameter) for number in numbers for parameter in grouped]

    def draw(width: str) -> Sheet:
        across = len(grouped) if width == "wide" else 1
        figure, axes = panels(width, len(pairs) // across, across, 170, left=room(["1,000,000"]))
        for (number, parameter), axis in zip(pairs, axes, strict=True):
            at = grouped[parameter]
            is_figure = pd.api.types.is_numeric_dtype(at)
            ticks = sorted(at.unique()) if is_figure else list(dict.fromkeys(at))
            place = at if is_figure else at.map(ticks.index)
            sns.lineplot(
                x=place, y=frame[number], ax=axis, estimator="median", errorbar=("pi", 90), err_style="bars",
                marker="o", linestyle="-" if is_figure else "", color=LIGHT["ours"], legend=False,
            )  # fmt: skip
            if not is_figure:
                axis.set_xticks(range(len(ticks)), [_brief(tick) for tick in ticks])
                axis.set_xlim(-0.5, len(ticks) - 0.5)
            axis.set(xlabel="", ylabel="")
            axis.set_title(f"{number} by {parameter}", loc="left", fontsize=axis.xaxis.label.get_size(), pad=6)
            axis.grid(axis="y")
            axis.yaxis.set_major_formatter(lambda value, _: plain(value))
        return figure

    title = f"{name}: {listing(numbers)} by {listing(grouped)}"
    data = frame.reset_index(drop=True)
    rows = [named] if len(named) else []
    subtitle = f"Median over {count(len(frame), 'run')}; bars hold 90% of the runs with that value of the parameter"
    alt = f"Small multiples, a panel for each number and each parameter. {subtitle}."
    return drawn(record, draw, file_name(name), title, subtitle, alt, data, *rows)


def _by(name: str, frame: pd.DataFrame, numbers: list[str], parameter: str, groups: pd.Series) -> style.Table:
    """For each value of a parameter the number of runs and the median of each number over them."""
    found = frame.groupby(groups, sort=pd.api.types.is_numeric_dtype(groups))[numbers]
    table = found.median()
    table.insert(0, "runs", found.size())
    is_cut = groups.nunique() < frame[parameter].nunique()
    note = f"{count(len(table), 'group')} of equally many runs, each by the middle of its values" if is_cut else ""
    table = table.rename_axis(parameter).reset_index()
    table[parameter] = [plain(value) if isinstance(value, float) else written(value) for value in table[parameter]]
    return style.table(table, f"{name} by {parameter}: medians over runs", dict.fromkeys(numbers, plain), note=note)


def _findings(name: str, asked: pd.DataFrame, found: pd.Series) -> NotebookNode:
    """What each run of a notebook says first."""
    rows = asked.loc[asked.index.isin(found.index)].map(written).assign(finding=found).head(_MOST_TOLD)
    more = len(found) - len(rows)
    note = f"{count(more, 'further run')} in the Parquet file" if more else ""
    return _cell(style.table(rows.reset_index(drop=True), f"{name}: the finding of each run", note=note))


def _told(runs: pd.DataFrame) -> NotebookNode:
    """How many runs there are, and how they ended."""
    ended = runs["status"].value_counts().sort_index()
    counts = listing(f"{number:,} {status}" for status, number in ended.items())
    return _cell(style.markdown(say("{runs}: {counts}.", runs=count(len(runs), "run"), counts=counts)))


def _ended(runs: pd.DataFrame) -> list[NotebookNode]:
    """The runs that gave nothing, and why."""
    rows = runs.loc[runs["status"] != "done", ["name", "parameters", "status", "message"]].reset_index(drop=True)
    if rows.empty:
        return []
    more = len(rows) - _MOST_TOLD
    note = f"{count(more, 'further run')} in runs.parquet" if more > 0 else ""
    table = style.table(rows.head(_MOST_TOLD), "Runs that were refused or failed", note=note)
    return [new_markdown_cell("## Runs without a result"), _cell(table)]


def _brief(text: object) -> str:
    words = written(text)
    return words if len(words) <= 14 else f"{words[:13]}…"


def _cell(shown: object) -> NotebookNode:
    data, more = shown._repr_mimebundle_()
    return new_code_cell("", outputs=[new_output("execute_result", data=data, metadata=more, execution_count=None)])
