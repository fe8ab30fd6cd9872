"""What a notebook lets its reader change: its ``parameters`` cell, and the values given for it."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from analysis.facts.arguments import unknown, value
from analysis.facts.errors import Fault, ParameterError, did_you_mean

Check = Callable[[Mapping[str, object]], Iterable[Fault | str]]


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
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) > 1:
        raise ParameterError(Fault(where, f"{len(tagged)} cells are tagged `parameters`.", "Tag one."))
    source = tagged[0].source if tagged else ""
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(Fault(f"{where}, line {error.lineno}", f"{error.msg}.")) from error
    except (ValueError, RecursionError, MemoryError) as error:  # a zero byte, nested too deep
        raise ParameterError(Fault(where, f"cannot be read as Python: {error}.")) from error
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    lines = [
        _declaration(f"{where}, line {node.lineno}", node, comments.get(node.end_lineno, "")) for node in statements
    ]
    if faults := [line for line in lines if isinstance(line, Fault)]:
        raise ParameterError(*faults)
    return lines


def parse(
    notebook: str, parameters: Sequence[Parameter], given: Mapping[str, str], check: Check | None = None
) -> dict[str, object]:
    """Turn command-line strings into the typed values of one notebook; only the given names are returned.

    ``check`` says what is wrong with all values of the notebook together, those given and the defaults of the others.

    Raises
    ------
    ParameterError
        With every unknown name, wrong type, value outside its choices and failed check at once.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    values, faults = {}, []
    for name, text in given.items():
        if name not in by_name:
            faults.append(unknown(name, by_name, lack=f"{notebook} has no parameter"))
            continue
        where = f"{notebook}, {name}"
        try:
            read = value(text, TYPES[by_name[name].type], where=where)
        except ParameterError as error:
            faults += error.faults
            continue
        outside = list(_outside(by_name[name], read, where))
        faults += outside
        if not outside:
            values[name] = read
    if check:
        defaults = {parameter.name: parameter.default for parameter in parameters}
        faults += [f"{notebook}, {fault}" for fault in check(defaults | values)]
    if faults:
        raise ParameterError(*faults)
    return values


def _declaration(where: str, node: ast.stmt, comment: str) -> Parameter | Fault:
    try:
        name, kind, default = node.target.id, ast.unparse(node.annotation), ast.literal_eval(node.value)
    except (AttributeError, ValueError, TypeError, RecursionError, MemoryError):
        return Fault(where, f"{ast.unparse(node)!r} is not a parameter.", "Write `name: type = literal  # meaning`.")
    meaning, _, tail = comment.lstrip("# ").rpartition(": ")
    choices = tuple(choice.strip() for choice in tail.split(" | ")) if " | " in tail else ()
    parameter = Parameter(name, kind, default, meaning if choices else comment.lstrip("# "), choices)
    if kind not in TYPES:
        return Fault(where, f"{name} has the type {kind!r}.", f"Use one of {', '.join(TYPES)}.")
    if not _has_type(default, kind):
        return Fault(where, f"{name} is declared {kind}, but {default!r} is none.", "Change the type or the value.")
    if not comment:
        return Fault(where, f"{name} does not say what it means.", "Add `# meaning` to the line.")
    return next(_outside(parameter, default, where), parameter)


def _has_type(given: object, kind: str) -> bool:
    try:
        return value(given, TYPES[kind], where="") == given and not (isinstance(given, str) and kind != "str")
    except ParameterError:
        return False


def _outside(parameter: Parameter, given: object, where: str) -> Iterator[Fault]:
    """Values that are none of a parameter's choices."""
    for item in given if isinstance(given, list) else [given]:
        if parameter.choices and str(item) not in parameter.choices:
            listed = ", ".join(parameter.choices)
            yield Fault(where, f"{item!r} is not one of {listed}.", did_you_mean(item, parameter.choices).rstrip())


TYPES = {
    "str": str,
    "int": int,
    "float": float,
    "float | None": float | None,
    "bool": bool,
    "list[str]": list[str],
    "dict[str, float]": dict[str, float],
}
