"""Published views, one file each: the headline, the assumptions it is made of, and one of them swapped at a time.

A file of ``data/positions/`` holds ``holder, says, headline, assumptions, product_of, over, scale, note``: the headline
is the product of the named assumptions over the others, times the scale; or what ``formula`` says, where that is no
product. A view that prints no arithmetic has no assumptions, and nothing is computed. One whose arithmetic is known but
for a figure names it under ``missing``, with the span in which it is looked for and how it is called.
"""

import re
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from analysis.facts import arithmetic, shapes
from analysis.facts.errors import DataError, Fault, ParameterError, did_you_mean
from analysis.facts.limits import is_plausible

_COLUMNS = ["position", "holder", "says", "headline", "headline_low", "unit", "computed", "is_reproduced", "arithmetic"]
_COLUMNS += ["swapped", "computed_swapped", "change_share", "basis", "source_id", "known_on", "note"]
_NAN = float("nan")


class Assumption(shapes.Shape):
    """A figure that a headline is made of."""

    value: shapes.Positive
    unit: shapes.Text
    source_id: shapes.Text


class Missing(shapes.Shape):
    """A figure that nobody printed: where it is looked for."""

    low: shapes.Number
    high: shapes.Number
    unit: shapes.Text
    about: shapes.Text


class Headline(shapes.Shape):
    """What the view comes to: a figure and how far it is rounded, or what it is above."""

    value: shapes.Number | None = None
    low: shapes.Number | None = None
    unit: shapes.Text
    rounding: shapes.Number = Field(ge=0)
    basis: Literal["official", "reported", "derived", "estimated", "assumed"]
    source_id: shapes.Text

    @model_validator(mode="after")
    def _has_a_figure(self) -> "Headline":
        if self.value is None and self.low is None:
            raise ValueError("has neither a value nor a low.")
        return self


class Position(shapes.Shape):
    """A file of ``data/positions/``."""

    holder: shapes.Text
    says: shapes.Text
    headline: Headline
    assumptions: dict[shapes.Text, Assumption]
    product_of: list[shapes.Text]
    over: list[shapes.Text] = Field(default_factory=list)
    scale: shapes.Positive
    formula: shapes.Text | None = None
    missing: dict[shapes.Text, Missing] = Field(default_factory=dict, max_length=1)
    note: shapes.Text


def read(folder: Path, known_on: pd.Series) -> dict[str, dict]:
    """Every position by the name of its file, in the order of names.

    Parameters
    ----------
    folder : of ``.yml`` files.
    known_on : the day each source became known, by source id.

    Raises
    ------
    DataError : every fault of every file: unknown or missing keys, an assumption that the arithmetic does not use or
        does not know, a figure that is none, a source that does not exist.
    """
    views, faults = {}, []
    for path in sorted(folder.glob("*.yml")):
        try:
            held, words = shapes.held(Position, shapes.read_yaml(path))
        except shapes.UnreadableError as error:
            held, words = None, [f"cannot be read: {error}."]
        view = held.model_dump(exclude_none=True) if held else {}
        words = words or [*_arithmetic_faults(view), *_source_faults(view, known_on)]
        faults += [Fault(f"data/positions/{path.name}", text) for text in words]
        views[path.stem] = view
    if faults:
        raise DataError(*faults)
    return views


def _arithmetic_faults(view: dict) -> Iterator[str]:
    assumptions = view["assumptions"]
    try:
        used = used_by(view)
    except arithmetic.ArithmeticTextError as error:
        yield f"formula: {error}"
        return
    known = {*assumptions, *view["missing"]}
    for name in used:
        if name not in known:
            yield f"uses {name!r}, which is no assumption. {did_you_mean(name, assumptions)}".rstrip()
    yield from (f"uses {name!r} {used.count(name)} times." for name in dict.fromkeys(used) if used.count(name) > 1)
    yield from (f"assumes {name!r} and does not use it." for name in known if name not in used)
    if set(used) == set(assumptions) and used and not is_plausible(computed(view, values_of(view))):
        yield "comes to no figure: check the sizes of its assumptions."


def used_by(view: dict) -> list[str]:
    """The assumptions that the arithmetic of a view uses, in its order."""
    return arithmetic.names(view["formula"]) if view.get("formula") else [*view["product_of"], *view["over"]]


def _source_faults(view: dict, known_on: pd.Series) -> Iterator[str]:
    for name, cell in {**view["assumptions"], "headline": view["headline"]}.items():
        if cell["source_id"] not in known_on.index:
            yield f"{name}: source_id {cell['source_id']!r} is not in data/sources.csv."


def table(positions: dict[str, dict], known_on: pd.Series, *, swap: Mapping[str, float]) -> pd.DataFrame:
    """Each position with its headline computed again, and once more with an assumption swapped.

    Parameters
    ----------
    positions : from `read`.
    known_on : as there, of the sources that may be used; a position that rests on any other is left out.
    swap : another value of one assumption, in its unit; only positions that have it are swapped.

    Returns
    -------
    frame : ``position, holder, says, headline, headline_low, unit, computed, is_reproduced`` (None where no arithmetic
        is printed), ``arithmetic, swapped, computed_swapped, change_share, basis, source_id, known_on, note``.

    Raises
    ------
    ParameterError : a swap of several assumptions, of one that no position has, or to a value that is not above 0.
    """
    name, other = _swap(swap, positions)
    rows = []
    for position, view in positions.items():
        headline = view["headline"]
        ids = list(dict.fromkeys(cell["source_id"] for cell in [*view["assumptions"].values(), headline]))
        if not set(ids) <= set(known_on.index):
            continue
        values = values_of(view)
        came_to, is_swapped = computed(view, values), name in values
        computed_swapped = computed(view, values | {name: other}) if is_swapped else _NAN
        if is_swapped and not is_plausible(computed_swapped):
            raise ParameterError(f"swap: with {name} {other:g}, {position} comes to no figure. Choose another value.")
        rows.append(
            {key: view[key] for key in ("holder", "says", "note")}
            | {key: headline[key] for key in ("unit", "basis")}
            | {"position": position, "headline": headline.get("value", _NAN), "headline_low": headline.get("low", _NAN)}
            | {"computed": came_to, "is_reproduced": _is_reproduced(headline, came_to)}
            | {"arithmetic": _arithmetic(view, values), "computed_swapped": computed_swapped}
            | {"swapped": f"{name} {values[name]:,.10g} to {other:,.10g}" if is_swapped else ""}
            | {"change_share": computed_swapped / came_to - 1}
            | {"source_id": "|".join(ids), "known_on": known_on[ids].max()}
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _is_reproduced(headline: dict, computed: float) -> bool | None:
    if computed != computed:
        return None
    if "value" in headline:
        return abs(computed - headline["value"]) <= headline["rounding"]
    return computed >= headline["low"]


def values_of(view: dict) -> dict[str, float]:
    """The assumptions of a view by name."""
    return {name: cell["value"] for name, cell in view["assumptions"].items()}


def computed(view: dict, values: Mapping[str, float]) -> float:
    """What a view comes to; NaN where it prints no arithmetic or lacks a figure."""
    if not values or set(view["missing"]) - set(values):
        return _NAN
    if view.get("formula"):
        try:
            return view["scale"] * arithmetic.value(view["formula"], values)
        except arithmetic.ArithmeticTextError:
            return _NAN
    over = prod(values[name] for name in view["over"])
    return view["scale"] * prod(values[name] for name in view["product_of"]) / over


def _arithmetic(view: dict, values: dict[str, float]) -> str:
    if not values:
        return "none is printed"
    terms = {name: f"{name.replace('_', ' ')} {value:,.10g}" for name, value in values.items()}
    if view.get("formula"):
        return re.sub(r"[a-z_]\w*", lambda name: terms.get(name[0], name[0].replace("_", " ")), view["formula"])
    return " / ".join([" x ".join(map(terms.get, view["product_of"])), *map(terms.get, view["over"])])


def _swap(swap: Mapping[str, float], positions: dict[str, dict]) -> tuple[str, float]:
    if not swap:
        return "", _NAN
    if len(swap) > 1:
        raise ParameterError(f"swap: {', '.join(swap)} are several assumptions. Swap one at a time.")
    ((name, other),) = swap.items()
    names = list(dict.fromkeys(key for view in positions.values() for key in view["assumptions"]))
    if name not in names:
        hint = did_you_mean(name, names)
        raise ParameterError(f"swap: there is no assumption {name!r}. {hint}They are: {', '.join(names)}.")
    if not other > 0:
        raise ParameterError(f"swap: {other:g} is not above 0. Write it like {name}=10000.")
    return name, other
