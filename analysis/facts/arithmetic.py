"""Arithmetic written down as text: names, numbers, + - * / **, brackets, min, max and sqrt, and nothing else."""

import ast
import math
import operator
from collections.abc import Callable, Mapping

_OF_TWO: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_CALLED: dict[str, Callable] = {"min": min, "max": max, "sqrt": math.sqrt}
_LONGEST = 500  # characters


class ArithmeticTextError(ValueError):
    """A text that is no arithmetic, or that comes to no number."""


def names(text: str) -> list[str]:
    """The names that an expression uses, each once, in their order.

    Raises
    ------
    ArithmeticTextError : it is no arithmetic.
    """
    nodes = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name) and node.id not in _CALLED]
    return list(dict.fromkeys(node.id for node in sorted(nodes, key=lambda node: node.col_offset)))


def value(text: str, values: Mapping[str, float]) -> float:
    """What an expression comes to.

    Raises
    ------
    ArithmeticTextError : it is no arithmetic, a name has no value, or it comes to no number.
    """
    try:
        return float(_worth(_parsed(text), values))
    except (ZeroDivisionError, OverflowError, ValueError, TypeError) as error:
        if isinstance(error, ArithmeticTextError):
            raise
        raise ArithmeticTextError(f"{text!r} comes to no number: {error}") from None


def _parsed(text: str) -> ast.expr:
    try:
        if len(text) > _LONGEST:
            raise SyntaxError
        return ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError):
        raise ArithmeticTextError(f"{text[:60]!r} is no arithmetic.") from None


def _worth(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise ArithmeticTextError(f"{node.id!r} has no value.")
        return values[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _OF_TWO:
        left, right = _worth(node.left, values), _worth(node.right, values)
        if isinstance(node.op, ast.Pow) and abs(right) > 100:
            raise ArithmeticTextError(f"the power {right:g} is above 100.")
        return _OF_TWO[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_worth(node.operand, values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED and not node.keywords:
        return _CALLED[node.func.id](*(_worth(one, values) for one in node.args))
    raise ArithmeticTextError(f"{ast.unparse(node)!r} is no arithmetic.")
