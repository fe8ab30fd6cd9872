"""Values of parameters by their annotations: text becomes values here and nowhere else.

A parameter is annotated with ``str``, ``int``, ``float``, ``bool``, ``date``, ``Path``, a ``Literal``, ``list[X]`` or
``tuple[X, ...]`` (one value alone is a list of one), ``tuple[float, float]`` (a range; one number is both its ends),
``dict[str, float]``, or one of these ``| None``. ``Annotated[float, Bounds(...)]`` holds its numbers inside bounds.
"""

import inspect
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from analysis.facts import limits
from analysis.facts.errors import Fault, ParameterError, did_you_mean

_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_MOST_DIGITS = 15  # of a whole number: more than any count here, less than what Python takes long over


@dataclass(frozen=True)
class Bounds:
    """Where a number may lie: from ``low`` to ``high``, both allowed, and above ``above``."""

    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf

    def hold(self, number: float) -> bool:
        """Whether the number lies inside."""
        return self.low <= number <= self.high and number > self.above

    def __str__(self) -> str:
        ends = [f"above {self.above:g}"] if self.above > -math.inf else []
        ends += [f"at least {self.low:g}"] if self.low > -math.inf else []
        ends += [f"at most {self.high:,.15g}"] if self.high < math.inf else []
        return " and ".join(ends)


Positive = Annotated[float, Bounds(above=0)]
Share = Annotated[float, Bounds(0, 1)]
Part = Annotated[float, Bounds(high=1, above=0)]
Count = Annotated[int, Bounds(low=1)]
MOST_DRAWS = 1 << 21  # a matrix of chips or inputs by so many draws still fits into memory
MOST_SEED = 2**32 - 1
Draws = Annotated[int, Bounds(low=1, high=MOST_DRAWS)]
Seed = Annotated[int, Bounds(low=0, high=MOST_SEED)]


class _RefusedError(Exception):
    """A value that is none of its kind: the value, what it had to be, and how to write it."""


def value(given: object, kind: Any, *, where: str) -> Any:
    """A value of a kind, out of text or out of a value of Python's.

    Parameters
    ----------
    given : text as from a command line, or a value.
    kind : the annotation of the parameter.
    where : the parameter, as a fault names it.

    Raises
    ------
    ParameterError : it is none of that kind, or lies outside its bounds.
    """
    try:
        return _value(given, kind)
    except _RefusedError as refused:
        item, problem, remedy = refused.args
        raise ParameterError(Fault(where, f"{shown(item)} {problem}", remedy)) from None


def values(function: Callable, given: Mapping[str, object], *, where: str = "") -> dict[str, Any]:
    """The keyword arguments of a function as values of their annotations.

    Parameters
    ----------
    where : stands before the name of the parameter in a fault.

    Raises
    ------
    ParameterError : every name that the function does not have and every value that it cannot take, all at once.
    """
    annotations, accepted, faults = kinds(function), {}, []
    for name, text in given.items():
        if name not in annotations:
            faults.append(unknown(name, annotations, lack=f"{function.__name__} has no parameter"))
            continue
        try:
            accepted[name] = value(text, annotations[name], where=f"{where}{name}")
        except ParameterError as error:
            faults += error.faults
    if faults:
        raise ParameterError(*faults)
    return accepted


def unknown(name: str, names: Collection[str], *, lack: str, pronoun: str = "It has") -> str:
    """The sentence that refuses a name, with the near miss and the names that there are."""
    listed = ", ".join(names) or "none"
    return f"{lack} {name!r}. {did_you_mean(name, names)}{pronoun}: {listed}."


def refuse_unknown(given: Iterable[str], names: Collection[str], *, of: str) -> None:
    """Refuse the parameters that a command or a result does not have, all at once.

    Raises
    ------
    ParameterError : those of ``given`` that are not among ``names``.
    """
    strange = [name for name in given if name not in names]
    if strange:
        raise ParameterError(*(unknown(name, names, lack=f"{of} has no parameter") for name in strange))


@cache
def kinds(function: Callable) -> dict[str, Any]:
    """The keyword-only parameters of a function and their annotations."""
    hints = get_type_hints(function, include_extras=True)
    options = inspect.signature(function).parameters.values()
    return {option.name: hints[option.name] for option in options if option.kind is option.KEYWORD_ONLY}


def shown(given: object) -> str:
    """A value as a fault shows it: what Python cannot print, and what no reader would read to its end, cut short."""
    try:
        text = repr(given)
    except (ValueError, RecursionError):  # a whole number of thousands of digits; a list in itself
        return f"a {type(given).__name__} that is too long to print"
    return text if len(text) <= 200 else f"{text[:200]}... ({len(text):,} characters)"


def written(given: object) -> str:
    """A value as a reader would write it on the command line; ``none`` for an empty list, text or None."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, Mapping):
        return ",".join(f"{name}={number:g}" for name, number in given.items()) or "none"
    if isinstance(given, list | tuple):
        return ", ".join(map(str, given)) or "none"
    return "none" if given is None or given == "" else str(given)


def _value(given: object, kind: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _inside(_value(given, inner[0]), inner[1])
    if origin in (Union, UnionType):
        if given is None or (isinstance(given, str) and given.strip() in ("", "none")):
            return None
        return _value(given, next(one for one in inner if one is not NoneType))
    if origin is Literal:
        if given not in inner:
            hint = did_you_mean(given, inner).strip() if isinstance(given, str) else ""
            raise _RefusedError(given, f"is not one of {', '.join(inner)}.", hint)
        return given
    if origin is list:
        return [_value(one, inner[0]) for one in _listed(given)]
    if origin is tuple:
        many = tuple(_value(one, inner[0]) for one in _listed(given))
        return many if inner[1] is Ellipsis else _range(given, many)
    if origin is dict:
        return dict(_pairs(given, inner[1]))
    return _PLAIN[kind](given)


def _inside(number: Any, bounds: Bounds) -> Any:
    for one in number if isinstance(number, tuple) else (number,):
        if not bounds.hold(one):
            raise _RefusedError(one, f"is not {bounds}.", "")
    return number


def _listed(given: object) -> Iterator[object]:
    if isinstance(given, str):
        return (part.strip() for part in given.split(",") if part.strip())
    if isinstance(given, Real | date) or given is None:
        return iter([given])
    if isinstance(given, Mapping) or not hasattr(given, "__iter__"):
        raise _RefusedError(given, "is not a list.", "Write it like a,b.")
    return iter(given)


def _range(given: object, ends: tuple) -> tuple:
    if len(ends) not in (1, 2) or ends[0] > ends[-1]:
        raise _RefusedError(given, "is neither a number nor a low and a high one.", "Write it like 0.7,0.9.")
    return ends[0], ends[-1]


def _pairs(given: object, kind: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(given, str):
        given = dict(part.partition("=")[::2] for part in _listed(given))
    if not isinstance(given, Mapping):
        raise _RefusedError(given, "is not names and numbers.", "Write it like price=10000.")
    for name, number in given.items():
        yield str(name).strip(), _value(number, kind)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise _RefusedError(given, "is not text.", "Put it in quotes.")
    return given.strip()


def _whole(given: object) -> int:
    is_text = isinstance(given, str) and _WHOLE.fullmatch(given.strip()) and len(given.strip()) <= _MOST_DIGITS
    if not is_text and (isinstance(given, bool) or not isinstance(given, Integral)):
        raise _RefusedError(given, "is not a whole number.", "Write it like 8.")
    return int(given)


def _number(given: object) -> float:
    is_text = isinstance(given, str) and _NUMBER.fullmatch(given.strip())
    is_number = isinstance(given, Real) and not isinstance(given, bool)
    number = _float(given) if is_text or is_number else math.nan
    if not limits.is_plausible(number):
        raise _RefusedError(given, "is not a number.", "Write it like 0.25.")
    return number


def _float(given: object) -> float:
    try:
        return float(given)
    except OverflowError:  # a whole number of Python's may have any length
        return math.inf


def _truth(given: object) -> bool:
    if isinstance(given, str) and given.strip().lower() in _TRUTH:
        return _TRUTH[given.strip().lower()]
    if not isinstance(given, bool):
        raise _RefusedError(given, "is neither yes nor no.", "")
    return given


def _day(given: object) -> date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    day = limits.day(given)
    if day is None:
        raise _RefusedError(given, "is not a day.", "Write it as year-month-day, 2025-04-17.")
    return day


def _path(given: object) -> Path:
    if not isinstance(given, str | Path) or not str(given).strip():
        raise _RefusedError(given, "is not a file.", "")
    return Path(given)


_PLAIN: dict[type, Callable[[object], Any]] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _truth,
    date: _day,
    Path: _path,
}
