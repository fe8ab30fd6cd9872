"""What a number and a day may be, whoever gives them: tables, ledgers, specifications, positions, filings, parameters.

Nothing here is wide of the mark by less than a thousandfold: the largest figure on record is a billion of its unit, and
NVIDIA was founded in 1993.
"""

import math
import re
from calendar import monthrange
from datetime import date, timedelta

NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"  # in ASCII: \d takes the digits of any script
LARGEST, SMALLEST = 1e15, 1e-15  # sizes of numbers that are not zero: products and quotients of a few stay finite
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def is_plausible(number: float) -> bool:
    """Whether a number is finite, and zero or of a size that a figure can have."""
    return number == 0 or (math.isfinite(number) and SMALLEST <= abs(number) <= LARGEST)


def number(text: str) -> float:
    """The number that a text is, or NaN where it is none that a figure can be."""
    figure = float(text) if re.fullmatch(NUMBER, text) else math.nan
    return figure if is_plausible(figure) else math.nan


def day(text: object) -> date | None:
    """The day that a text is, in the form 2025-04-17 and between `EARLIEST` and `LATEST`; None where it is none."""
    parts = _DAY.fullmatch(text) if isinstance(text, str) else None
    if parts is None:
        return None
    year, month, number_of_day = map(int, parts.groups())
    exists = year > 0 and 1 <= month <= 12 and 1 <= number_of_day <= monthrange(year, month)[1]
    return date(year, month, number_of_day) if exists and EARLIEST.year <= year <= LATEST.year else None


def is_past(moment: date) -> bool:
    """Whether a day has begun somewhere on Earth, by the clock of this machine."""
    return moment <= today() + timedelta(days=1)


def today() -> date:
    """The day by the clock of this machine."""
    return date.today()
