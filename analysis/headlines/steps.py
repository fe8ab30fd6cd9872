"""A headline taken apart: inputs as documents have them, constants, and what is derived of them, the headline last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import product

import pandas as pd

from analysis.facts import arithmetic

NAN = float("nan")
GRADES = "ABC"


@dataclass(frozen=True)
class Step:
    """One line of the way to a headline.

    Parameters
    ----------
    step : its name, as expressions use it.
    kind : input (as a document has it), derived (its ``expression`` is arithmetic over earlier steps), or model (its
        ``expression`` says in words what was done).
    value, low, high : in ``unit``; NaN where not given.
    others : what other documents say of the same thing.
    """

    step: str
    about: str
    kind: str
    value: float = NAN
    low: float = NAN
    high: float = NAN
    unit: str = ""
    text: str = ""
    expression: str = ""
    basis: str = ""
    grade: str = ""
    source_id: str = ""
    locator: str = ""
    others: str = ""
    note: str = ""


COLUMNS = [one.name for one in fields(Step)]


def given(row: Mapping[str, object], step: str, about: str, unit: str, **changed: object) -> Step:
    """An input out of a row of a result: ``value, low, high, basis, grade, source_id, locator, others, note``."""
    kept = {name: row[name] for name in ("value", "low", "high") if isinstance(row.get(name), int | float)}
    kept |= {name: row[name] for name in _WORDS if isinstance(row.get(name), str)}
    return replace(Step(step, about, "input", unit=unit, **kept), **changed)


_WORDS = ("basis", "grade", "source_id", "locator", "others", "note")


def derived(steps: Sequence[Step], step: str, about: str, expression: str, unit: str) -> Step:
    """What follows from earlier steps by arithmetic, its ends from the ends of what it uses.

    The ends are the least and the largest value over all corners of the inputs' ranges, which is exact where the
    expression is monotonic in each (Moore, Interval Analysis, 1966).
    """
    names = arithmetic.names(expression)
    used = [one for one in steps if one.step in names]
    points = {one.step: one.value for one in used}
    value = arithmetic.value(expression, points) if all(point == point for point in points.values()) else NAN
    corners = [sorted({end for end in (one.low, one.value, one.high) if end == end}) for one in used]
    reached = [
        arithmetic.value(expression, dict(zip([one.step for one in used], at, strict=True))) for at in product(*corners)
    ]
    has_range = any(len(ends) > 1 for ends in corners) and all(corners)
    low, high = (min(reached), max(reached)) if has_range else (NAN, NAN)
    return Step(step, about, "derived", value, low, high, unit, expression=expression, basis="derived", **_of(used))


def modelled(
    steps: Sequence[Step], row: Mapping[str, float], step: str, about: str, how: str, unit: str, **more: str
) -> Step:
    """What a model of the suite makes of earlier steps, in words."""
    ends = {name: float(row[name]) for name in ("value", "low", "high") if name in row}
    return Step(step, about, "model", **ends, unit=unit, expression=how, basis="derived", **(_of(steps) | more))


def _of(used: Iterable[Step]) -> dict[str, str]:
    """The worst grade and all documents of steps."""
    used = list(used)
    ids = dict.fromkeys(each for one in used for each in one.source_id.split("|") if each)
    return {"grade": max((one.grade for one in used if one.grade), default=""), "source_id": "|".join(ids)}


def frame(headline: str, steps: Iterable[Step]) -> pd.DataFrame:
    """Steps as rows, in their order."""
    rows = [{"headline": headline, "place": at} | asdict(one) for at, one in enumerate(steps, start=1)]
    return pd.DataFrame(rows, columns=["headline", "place", *COLUMNS])
