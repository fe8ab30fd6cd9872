"""One format a kind of number. A missing number is the word ``unknown``, never a blank or a zero."""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

UNKNOWN = "unknown"


def plain(value: float, digits: int = 4) -> str:
    """A number with thousands separators and at most ``digits`` significant digits after whole ones."""
    if pd.isna(value):
        return UNKNOWN
    text = _half_up(value, max(digits - len(str(int(abs(value)))), 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio(value: float) -> str:
    """A multiple of the baseline: 0.15, 1.19, 12.7."""
    if pd.isna(value):
        return UNKNOWN
    text = _half_up(value, 2)
    return text if len(text.lstrip("−")) <= len("9.99") else _half_up(value, 1)


def share(value: float, digits: int = 1) -> str:
    """A share of one as a percentage: 13.1%, −2.5%."""
    return UNKNOWN if pd.isna(value) else f"{_half_up(value * 100, digits)}%"


def money(millions: float, currency: str = "USD") -> str:
    """Millions as USD 4.6bn or USD 650m. The code, not a dollar sign: JupyterLab reads two of those as a formula."""
    if pd.isna(millions):
        return UNKNOWN
    if not millions:
        return f"{currency} 0"
    if abs(millions) < 999.5:
        return f"{currency} {_half_up(millions, 0 if abs(millions) >= 1 else 1)}m"
    return f"{currency} {_half_up(millions / 1000, 2).rstrip('0').rstrip('.')}bn"


def whole(value: float) -> str:
    """A whole number with thousands separators: 17,108."""
    return UNKNOWN if pd.isna(value) else _half_up(value, 0)


def rounded(value: float) -> str:
    """An estimate to its first three digits, and no digit after the point: 821,000; 6."""
    return UNKNOWN if pd.isna(value) else _half_up(value, min(3 - len(str(int(abs(value)))), 0))


def _half_up(value: float, digits: int) -> str:
    """Rounded as people round, 3.985 to 3.99, by the shortest decimal that names the number; no minus zero."""
    number = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{number if number else abs(number):,f}".replace("-", "−")


def units(value: float) -> str:
    """A count of chips: 230,000 or 1.5 million."""
    if pd.isna(value):
        return UNKNOWN
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.3f}".rstrip("0").rstrip(".") + " million"
    return f"{value:,.0f}"


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 source``, ``3 sources``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def day(moment: pd.Timestamp | str) -> str:
    """A day as 2025-04-17."""
    return UNKNOWN if pd.isna(moment) or moment == "" else f"{pd.Timestamp(moment):%Y-%m-%d}"


def span(low: float, point: float, high: float, form: Callable[[float], str] = plain) -> str:
    """A point, a range, or a bound: ``296``, ``2,250 to 2,500``, ``up to USD 5.5bn``, ``over 1 million``.

    A point inside a range is printed with it: ``1,398 (1,100 to 1,700)``.
    """
    has_point, has_low, has_high = (not pd.isna(number) for number in (point, low, high))
    between = UNKNOWN
    if has_low and has_high:
        between = form(low) if form(low) == form(high) else f"{form(low)} to {form(high)}"
    elif has_low or has_high:
        between = f"over {form(low)}" if has_low else f"up to {form(high)}"
    if not has_point:
        return between
    return form(point) if between in (UNKNOWN, form(point)) else f"{form(point)} ({between})"


def listing(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; ``none`` for nothing."""
    *head, last = [*items] or ["none"]
    return f"{', '.join(head)} and {last}" if head else last


def capital(text: str) -> str:
    """A text with its first letter large, and the rest as it is: chips keep their names."""
    return text[:1].upper() + text[1:]
