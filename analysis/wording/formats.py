"""One format a kind of number. A missing number is the word ``unknown``, never a blank or a zero."""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

UNKNOWN = "unknown"


def plain(value: float, digits: int = 4) -> str:
    """A number with thousands separators and at most ``digits`` significant digits after whole ones."""
    if pd.isna(value):
        return UNKNOWN
    whole = len(str(int(abs(value))))
    text = f"{value:,.{max(digits - whole, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio(value: float) -> str:
    """A multiple of the baseline: 0.15, 1.19, 12.7."""
    return UNKNOWN if pd.isna(value) else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def share(value: float) -> str:
    """A share of one as a percentage: 13.1%, −2.5%."""
    return UNKNOWN if pd.isna(value) else f"{_half_up(value * 100, 1)}%".replace("-", "−")


def money(millions: float, currency: str = "USD") -> str:
    """Millions as USD 4.6bn or USD 650m. The code, not a dollar sign: JupyterLab reads two of those as a formula."""
    if pd.isna(millions):
        return UNKNOWN
    if abs(millions) < 1000:
        return f"{currency} {_half_up(millions, 0)}{'m' if millions else ''}".replace("-", "−")
    text = _half_up(millions / 1000, 2).rstrip("0").rstrip(".")
    return f"{currency} {text}bn".replace("-", "−")


def whole(value: float) -> str:
    """A whole number with thousands separators: 17,108."""
    return UNKNOWN if pd.isna(value) else _half_up(value, 0).replace("-", "−")


def _half_up(value: float, digits: int) -> str:
    """Rounded as people round: 3.985 to 3.99. Goes by the shortest decimal that names the number."""
    return f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


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
    if has_low and has_high and form(low) != form(high):
        between = f"{form(low)} to {form(high)}"
        return f"{form(point)} ({between})" if has_point else between
    if has_point or (has_low and has_high):
        return form(point if has_point else low)
    if has_high:
        return f"up to {form(high)}"
    return f"over {form(low)}" if has_low else UNKNOWN


def listing(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; ``none`` for nothing."""
    *head, last = [*items] or ["none"]
    return f"{', '.join(head)} and {last}" if head else last
