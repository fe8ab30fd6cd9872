"""A grid of parameters as a file, and the runs that it asks for: all faults are found before the first run.

A file names ``results`` or ``notebooks`` and has one or more of these; what they give is combined, each with each:

``grid``    by parameter, a list of values
``list``    mappings of parameters to values, a run each
``sample``  ``method`` (sobol or random), ``points``, ``seed`` and ``over``: by parameter, its two ends

``as_of`` and ``without`` (ids of sources to strike) are parameters of every named result.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from analysis import catalogue
from analysis.facts import arguments, shapes
from analysis.facts.errors import Fault, ParameterError
from analysis.facts.sobol import sobol
from analysis.results import Record
from analysis.runner.digests import inputs
from analysis.runner.parameters import parse
from analysis.runner.plan import plan

OF_THE_RECORD = ("as_of", "without")
MOST_RUNS = 1_000_000
_DIGITS = 16  # of a key
Scalar = str | int | float | bool | date | None
Value = Scalar | list[Scalar] | dict[str, float]
Cases = list[dict[str, Value]]


class Sample(shapes.Shape):
    """Points drawn between the ends of some parameters."""

    method: Literal["sobol", "random"] = "sobol"
    points: Annotated[int, Field(ge=1, le=MOST_RUNS)]
    seed: Annotated[int, Field(ge=0)] = 0
    over: Annotated[dict[str, Annotated[list[float | int], Field(min_length=2, max_length=2)]], Field(min_length=1)]


class Grid(shapes.Shape):
    """A file of parameters."""

    results: list[shapes.Text] = Field(default_factory=list)
    notebooks: list[shapes.Text] = Field(default_factory=list)
    grid: dict[str, Annotated[list[Value], Field(min_length=1)]] = Field(default_factory=dict)
    list: Cases = Field(default_factory=tuple)
    sample: Sample | None = None


@dataclass(frozen=True)
class Run:
    """One run: what is asked with which parameters, and the key of all that its outcome depends on."""

    place: int
    name: str
    is_notebook: bool
    parameters: Mapping[str, object]
    key: str


def stamp() -> str:
    """A digest of data, code and lock: a result of another one is another result."""
    return hashlib.sha256(json.dumps(inputs(), sort_keys=True).encode()).hexdigest()[:_DIGITS]


def read(path: Path) -> list[Run]:
    """The runs that a file asks for, in order.

    Raises
    ------
    ParameterError : a file that cannot be read, names or values that do not exist, too many runs; all at once.
    """
    try:
        content = shapes.read_yaml(path)
    except shapes.UnreadableError as error:
        raise ParameterError(Fault(path.name, f"cannot be read: {error}.")) from None
    asked, words = shapes.held(Grid, content)
    if words:
        raise ParameterError(*(Fault(path.name, said) for said in words))
    faults = list(_faults(asked))
    if not faults:
        sizes = [len(asked.list) or 1, asked.sample.points if asked.sample else 1, *map(len, asked.grid.values())]
        count = math.prod(sizes) * (len(asked.results) + len(asked.notebooks))
        if count > MOST_RUNS:
            faults.append(f"asks for {count:,} runs, more than {MOST_RUNS:,}. Take fewer values, or a sample of them.")
    if not faults:
        points = list(_points(asked))
        faults = list(_unusable(asked, points))
    if faults:
        raise ParameterError(*(Fault(path.name, said) for said in dict.fromkeys(faults)))
    mark, names = stamp(), [(name, False) for name in asked.results] + [(name, True) for name in asked.notebooks]
    runs = [(name, is_notebook, given) for name, is_notebook in names for given in points]
    return [Run(at, *run, _key(mark, *run)) for at, run in enumerate(runs)]


def _key(mark: str, name: str, is_notebook: bool, given: Mapping[str, object]) -> str:
    asked = json.dumps([mark, name, is_notebook, given], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode()).hexdigest()[:_DIGITS]


def _faults(asked: Grid) -> Iterator[str]:
    if not asked.results and not asked.notebooks:
        yield "names neither results nor notebooks. Add results: [china_revenue], or another name of `table`."
    for kind in ("results", "notebooks"):
        names = getattr(asked, kind)
        yield from (f"{kind}: {name!r} stands twice." for name in sorted({n for n in names if names.count(n) > 1}))
    given = [set(asked.grid), set().union(*asked.list), set(asked.sample.over if asked.sample else ())]
    for one, other in itertools.combinations(given, 2):
        yield from (f"{name!r} stands in two of grid, list and sample." for name in sorted(one & other))
    if asked.sample:
        for name, (low, high) in asked.sample.over.items():
            if not low < high:
                yield f"sample: over: {name}: {low:g} is not below {high:g}."


def _points(asked: Grid) -> Iterator[dict[str, object]]:
    every = [dict(zip(asked.grid, values, strict=True)) for values in itertools.product(*asked.grid.values())]
    for one, other, drawn in itertools.product(every, asked.list or [{}], _drawn(asked.sample)):
        yield one | other | drawn


def _drawn(sample: Sample | None) -> list[dict[str, object]]:
    """The points of a sample: a scrambled Sobol sequence, or independent points."""
    if sample is None:
        return [{}]
    lows, highs = zip(*sample.over.values(), strict=True)
    if sample.method == "random":
        unit = np.random.default_rng(sample.seed).random((sample.points, len(lows)))
    else:
        unit = sobol(len(lows), sample.points, sample.seed)
    points = np.array(lows) + unit * (np.array(highs) - np.array(lows))
    whole = [isinstance(low, int) and isinstance(high, int) for low, high in sample.over.values()]
    return [
        {name: round(x) if is_whole else float(x) for name, x, is_whole in zip(sample.over, row, whole, strict=True)}
        for row in points
    ]


def _unusable(asked: Grid, points: list[dict[str, object]]) -> Iterator[str]:
    """What some run could not use: each name and each value is tried once."""
    distinct: dict[str, dict[str, object]] = {}
    for point in points:
        for name, value in point.items():
            distinct.setdefault(name, {}).setdefault(repr(value), value)
    tried = {name: list(values.values()) for name, values in distinct.items()}
    for name in asked.results:
        yield from _told(lambda name=name: _check_result(name, tried))
    if asked.results:
        for name in OF_THE_RECORD:
            for value in tried.get(name, ()):
                yield from _told(lambda name=name, value=value: Record(**{name: value}))
    for name in asked.notebooks:
        yield from _told(lambda name=name: _check_notebook(name, tried))


def _told(check) -> Iterator[str]:
    try:
        check()
    except ParameterError as error:
        yield from map(str, error.faults)


def _check_result(name: str, tried: Mapping[str, list[object]]) -> None:
    entry, faults = catalogue.find(name), []
    if not entry.is_result:
        raise ParameterError(f"results: {name!r} is a raw table, which has no parameters. Name a result.")
    function = getattr(import_module(entry.module), entry.name)
    for parameter, values in tried.items():
        for value in values if parameter not in OF_THE_RECORD else ():
            try:
                arguments.values(function, {parameter: value}, where=f"{name}, ")
            except ParameterError as error:
                faults += error.faults
    if faults:
        raise ParameterError(*dict.fromkeys(faults))


def _check_notebook(name: str, tried: Mapping[str, list[object]]) -> None:
    job, faults = plan([name], {})[0], []
    for parameter, values in tried.items():
        for value in values:
            try:
                parse(job.name, job.parameters, {parameter: arguments.written(value)})
            except ParameterError as error:
                faults += error.faults
    if faults:
        raise ParameterError(*dict.fromkeys(faults))
