"""Printed numbers of inline XBRL, and how far each is good."""

import re
from decimal import Decimal

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
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", digits):
        raise ValueError("digits are expected")
    places = len(digits.partition(".")[2])
    return Decimal(digits).scaleb(int(scale)), Decimal(5).scaleb(int(scale) - places - 1)


def rounding_of(decimals: str) -> Decimal:
    """Half the last place that is accurate: ``decimals`` of -6 is half a million either way."""
    return Decimal(0) if decimals == "INF" else Decimal(5).scaleb(-int(decimals) - 1)
