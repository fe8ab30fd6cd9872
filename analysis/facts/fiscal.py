"""Fiscal periods: their names, their order, and averages over the days they share with other periods."""

import re

import pandas as pd

from analysis.facts.errors import ParameterError

_NAME = re.compile(r"(FY)?([0-9]{4})(Q[1-4]|H[12]|_9M)?")
GRAINS = {"Q": "quarter", "H": "half", "_": "nine months", "": "year"}


def grain(period: str) -> str:
    """``quarter``, ``half``, ``nine months`` or ``year``; `ParameterError` for what is no period."""
    return GRAINS[_parts(period)[2][:1]]


def year_before(period: str) -> str:
    """The same period a year earlier: FY2026Q3 to FY2025Q3."""
    prefix, year, part = _parts(period)
    return f"{prefix}{int(year) - 1}{part}"


def quarter_before(period: str) -> str:
    """The quarter before: FY2026Q1 to FY2025Q4. Empty for periods that are no quarters."""
    prefix, year, part = _parts(period)
    if not part.startswith("Q"):
        return ""
    number = int(part[1])
    return f"{prefix}{int(year) - 1}Q4" if number == 1 else f"{prefix}{year}Q{number - 1}"


def quarters(period: str) -> list[str]:
    """The quarters of a half or of nine months: FY2026H1 to FY2026Q1, FY2026Q2. Empty for others."""
    prefix, year, part = _parts(period)
    numbers = {"H1": (1, 2), "H2": (3, 4), "_9M": (1, 2, 3)}.get(part, ())
    return [f"{prefix}{year}Q{number}" for number in numbers]


def name_of(start: str, end: str, calendar: pd.DataFrame) -> str:
    """The quarter, half, nine months or year that runs from one day to another (ISO text); empty for none.

    Parameters
    ----------
    calendar : ``fiscal_period, period_start, period_end``, as the table ``fiscal_periods``.
    """
    begins = calendar.loc[calendar["period_start"] == start, "fiscal_period"]
    closes = calendar.loc[calendar["period_end"] == end, "fiscal_period"]
    both = [name for name in closes if name in set(begins)]
    if both:
        return both[0]
    spans = {(1, 2): "H1", (3, 4): "H2", (1, 3): "_9M"}
    for first in (name for name in begins if grain(name) == "quarter"):
        for last in (name for name in closes if grain(name) == "quarter" and name[:-1] == first[:-1]):
            part = spans.get((int(first[-1]), int(last[-1])))
            if part:
                return f"{first[:-2]}{part}"
    return ""


def between(starts: pd.Series, ends: pd.Series, first: str, last: str, calendar: pd.DataFrame) -> pd.Series:
    """Which spans of days lie between the start of the period ``first`` and the end of the period ``last``.

    Parameters
    ----------
    starts, ends : first and last days, ISO text.
    first, last : names of fiscal quarters or years; empty for no bound.
    calendar : ``fiscal_period, period_start, period_end``, as the table ``fiscal_periods``.

    Raises
    ------
    ParameterError : a bound that is no period, none that the calendar knows, or bounds in the wrong order.
    """
    days = calendar.set_index("fiscal_period")[["period_start", "period_end"]]
    covered = f"{days.index[0]} to {days.index[-1]}" if len(days) else "none"
    problems = []
    for name, bound in (("first_period", first), ("last_period", last)):
        if bound and not _NAME.fullmatch(bound):
            problems.append(_no_period(name, bound))
        elif bound and bound not in days.index:
            problems.append(f"{name}: {bound} is not a quarter or year known by that day. Known: {covered}.")
    if problems:
        raise ParameterError(*problems)
    if first and last and days.at[first, "period_start"] > days.at[last, "period_end"]:
        raise ParameterError(f"first_period: {first} is after last_period {last}. Swap them.")
    inside = pd.Series(True, index=starts.index)
    if first:
        inside &= starts >= days.at[first, "period_start"]
    if last:
        inside &= ends <= days.at[last, "period_end"]
    return inside


def average_over(start: str, end: str, monthly: pd.DataFrame) -> float:
    """Day-weighted mean of monthly averages over the days from ``start`` to ``end``.

    Parameters
    ----------
    monthly : ``period_start, period_end, rate``, one row a calendar month.

    Returns
    -------
    rate : NaN if a month is missing, because part of an average is no average.
    """
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    opens = pd.to_datetime(monthly["period_start"]).clip(lower=first)
    closes = pd.to_datetime(monthly["period_end"]).clip(upper=last)
    days = ((closes - opens).dt.days + 1).clip(lower=0)
    if days.sum() != (last - first).days + 1:
        return float("nan")
    return float((days * monthly["rate"]).sum() / days.sum())


def _parts(period: str) -> tuple[str, str, str]:
    match = _NAME.fullmatch(period)
    if match is None:
        raise ParameterError(_no_period("fiscal_period", period))
    prefix, year, part = match.groups()
    return prefix or "", year, part or ""


def _no_period(name: str, period: str) -> str:
    return f"{name}: {period!r} is not like 'FY2026Q3' or 'FY2026'. Write the year in four digits."
