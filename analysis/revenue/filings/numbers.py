"""Printed numbers of inline XBRL, and how far each is good."""

import re
from decimal import Decimal

from analysis.facts import limits

_SCALES = range(-12, 13)  # powers of ten that a filing prints figures in: from parts of a percent to billions
_ZERO = {"fixed-zero", "zerodash", "numdash"}
_POINT, _COMMA = {"num-dot-decimal", "numdotdecimal", ""}, {"num-comma-decimal", "numcommadecimal"}


def number(words: str, form: str, scale: str) -> tuple[Decimal, Decimal]:
    """A printed number and half its last printed place (Inline XBRL 1.1, section 10; Transformation Registry)."""
    form = form.rpartition(":")[2]
    if form in _ZERO:
        return Decimal(0), Decimal(0)
    digits = re.sub(r"[\s\u00a0]", "", words)
    if form in _COMMA:
        digits = digits.replace(".", "").replace(",", ".")
    elif form in _POINT:
        digits = digits.replace(",", "")
    else:
        raise ValueError(f"the format {form!r} is not known")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", digits):
        raise ValueError("digits are expected")
    places = len(digits.partition(".")[2])
    figure = Decimal(digits).scaleb(_power(scale, "scale"))
    if not limits.is_plausible(float(figure)):
        raise ValueError("it is no figure that a filing can have")
    return figure, Decimal(5).scaleb(_power(scale, "scale") - places - 1)


def _power(text: str, name: str) -> int:
    """A power of ten as an attribute has it."""
    if not re.fullmatch(r"[+-]?[0-9]{1,2}", text) or int(text) not in _SCALES:
        raise ValueError(f"{name} {text[:20]!r} is no power of ten from {_SCALES[0]} to {_SCALES[-1]}")
    return int(text)


def rounding_of(decimals: str) -> Decimal:
    """Half the last place that is accurate: ``decimals`` of -6 is half a million either way."""
    return Decimal(0) if decimals == "INF" else Decimal(5).scaleb(-_power(decimals, "decimals") - 1)
