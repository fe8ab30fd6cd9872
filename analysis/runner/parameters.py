"""What a notebook lets its reader change: its ``parameters`` cell, and the values given for it."""

import ast
import io
import math
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from analysis.errors import Fault, ParameterError, did_you_mean

Check = Callable[[object], str | None]


@dataclass(frozen=True)
class Parameter:
    """A line ``name: type = default  # meaning``; no ``choices`` where any value of the type will do."""

    name: str
    type: str
    default: object
    meaning: str
    choices: tuple[str, ...] = ()


def declared(notebook: NotebookNode, *, where: str = "parameters cell") -> list[Parameter]:
    """Return the parameters of a notebook in their order; none when no cell has the tag ``parameters``.

    Raises
    ------
    ParameterError
        Naming, after ``where``, every line of the cell that is not ``name: type = literal  # meaning``.
    """
    tagged = (cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    source = next(tagged, NotebookNode(source="")).source
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(Fault(f"{where}, line {error.lineno}", f"{error.msg}.")) from error
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    found = [
        _declaration(f"{where}, line {node.lineno}", node, comments.get(node.end_lineno, "")) for node in statements
    ]
    faults = [item for item in found if isinstance(item, Fault)]
    if faults:
        raise ParameterError(*faults)
    return found


def parse(
    notebook: str,
    parameters: Sequence[Parameter],
    given: Mapping[str, str],
    checks: Mapping[str, Check] | None = None,
) -> dict[str, object]:
    """Turn command-line strings into the typed values of one notebook; only the given names are returned.

    ``checks`` maps a parameter name to a domain check, which returns a sentence for a value it refuses.

    Raises
    ------
    ParameterError
        With every unknown name, wrong type, value outside its choices and failed check at once.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values, faults = {}, []
    for name, text in given.items():
        if name not in known:
            faults.append(unknown(name, known, lack=f"{notebook} has no parameter", pronoun="It has"))
            continue
        where = f"{notebook}, {name}"
        try:
            values[name] = _read(known[name], text)
        except ValueError as error:
            faults.append(Fault(where, str(error)))
            continue
        faults += _refusals(known[name], values[name], where, (checks or {}).get(name))
    if faults:
        raise ParameterError(*faults)
    return values


def unknown(name: str, known: Iterable[str], *, lack: str, pronoun: str) -> str:
    """Return the sentence that refuses a name: such as ``01_chip_specs has no parameter`` and ``It has``."""
    names = list(known)
    listed = ", ".join(names) or "none"
    return f"{lack} {name!r}. {did_you_mean(name, names)}{pronoun}: {listed}."


def written(value: object) -> str:
    """Return a value as a reader would write it on the command line; ``none`` for an empty list or string."""
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"


def _declaration(where: str, node: ast.stmt, comment: str) -> Parameter | Fault:
    try:
        name, kind, default = node.target.id, ast.unparse(node.annotation), ast.literal_eval(node.value)
    except (AttributeError, ValueError):
        return Fault(where, f"{ast.unparse(node)!r} is not a parameter.", "Write `name: type = literal  # meaning`.")
    meaning, _, tail = comment.lstrip("# ").rpartition(": ")
    choices = tuple(choice.strip() for choice in tail.split(" | ")) if " | " in tail else ()
    parameter = Parameter(name, kind, default, meaning if choices else comment.lstrip("# "), choices)
    if kind not in _TYPES:
        return Fault(where, f"{name} has the type {kind!r}.", f"Use one of {', '.join(_TYPES)}.")
    if not _has_type(default, kind):
        return Fault(where, f"{name} is declared {kind}, but {default!r} is none.", "Change the type or the value.")
    if not comment:
        return Fault(where, f"{name} does not say what it means.", "Add `# meaning` to the line.")
    return next(_refusals(parameter, default, where, None), parameter)


def _has_type(value: object, kind: str) -> bool:
    if kind == "list[str]":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == "float":
        return type(value) in (int, float)
    return type(value).__name__ == kind


def _read(parameter: Parameter, text: str) -> object:
    read, form = _TYPES[parameter.type]
    try:
        return read(text.strip())
    except (KeyError, ValueError):
        raise ValueError(f"{text!r} is not {form}.") from None


def _refusals(parameter: Parameter, value: object, where: str, check: Check | None) -> Iterator[Fault]:
    items = value if isinstance(value, list) else [value]
    outside = [str(item) for item in items if parameter.choices and str(item) not in parameter.choices]
    for item in outside:
        listed = ", ".join(parameter.choices)
        yield Fault(where, f"{item!r} is not one of {listed}.", did_you_mean(item, parameter.choices).rstrip())
    problem = check(value) if check and not outside else None
    if problem:
        yield Fault(where, problem)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_TYPES = {
    "str": (str, "text"),
    "int": (int, "a whole number, like 12"),
    "float": (_finite, "a number, like 0.25"),
    "bool": (lambda text: _TRUTH[text.lower()], "yes or no"),
    "list[str]": (
        lambda text: [item.strip() for item in text.split(",") if item.strip()],
        "a list, like a,b",
    ),
}
