"""Results on China revenue: series, reconciliation, the H20 account, definitions, outlooks, exposure, grades."""

from typing import Literal

import pandas as pd

from analysis.facts import fiscal, sources
from analysis.facts.record import Record, result, shared
from analysis.revenue import china, definitions, due, exposure, h20, outlooks, reliability

_SAME_PERIOD = {"fiscal_period": "fiscal_period", "geography_basis": "geography_basis"}


def _of_china(revenue: pd.DataFrame) -> pd.DataFrame:
    """The rows of the table that state China's revenue."""
    return revenue[(revenue["metric"] == "revenue") & (revenue["geography"] == china.CHINA)]


@shared
def _by_period(record: Record) -> pd.DataFrame:
    """China's revenue in dollars on both bases, all periods."""
    revenue = record.table("revenue")
    return sources.traced(china.china_revenue(revenue), _of_china(revenue), _SAME_PERIOD, "note")


@result
def china_revenue(
    record: Record,
    *,
    basis: Literal["both", "billing", "headquarters"] = "both",
    currency: Literal["USD", "CNY"] = "USD",
    first_period: str = "",
    last_period: str = "",
) -> pd.DataFrame:
    """NVIDIA's China revenue by fiscal period, each geography basis a series of its own.

    Parameters
    ----------
    basis : how revenue is attributed to China: where the invoice goes, or where the customer's head office is.
    currency : of the amounts; yuan at the average rate of each period.
    first_period, last_period : fiscal quarters or years like ``FY2024Q1``; empty: all that are known.

    Returns
    -------
    frame : a row a period and basis, amounts in millions, shares of one: see `analysis.revenue.china.china_revenue`;
        ``locator, note, others`` as `analysis.facts.sources.traced` has them.

    Raises
    ------
    ParameterError : a period that is none, or is not known by the day.

    Examples
    --------
    >>> frame = Record().china_revenue(basis="billing", first_period="FY2025", last_period="FY2025")
    >>> frame.loc[frame["fiscal_period"] == "FY2025", "revenue_musd"].tolist()
    [17108.0]
    """
    frame = _by_period(record)
    frame = frame[frame["geography_basis"].eq(basis) | (basis == "both")]
    calendar = record.table("fiscal_periods")
    inside = fiscal.between(frame["period_start"], frame["period_end"], first_period, last_period, calendar)
    return china.in_currency(frame[inside].reset_index(drop=True), record.table("exchange_rates"), currency)


@result
def basis_gap(record: Record) -> pd.DataFrame:
    """Periods known on both geography bases, side by side, and how far the bases lie apart.

    Returns
    -------
    frame : a row a period, amounts in millions of dollars, shares of one: see `analysis.revenue.china.bases_apart`.

    Examples
    --------
    >>> frame = Record().basis_gap()
    >>> (frame["billing_musd"] - frame["headquarters_musd"]).abs().eq(frame["gap_musd"].abs()).all()
    np.True_
    """
    return china.bases_apart(record.china_revenue())


@result
def reconciliation(record: Record) -> pd.DataFrame:
    """Whether the lines of each geographic table add up to total revenue.

    Returns
    -------
    frame : a row a table, ``residual_musd`` in millions of dollars: see `analysis.revenue.china.reconciliation`.

    Examples
    --------
    >>> frame = Record().reconciliation()
    >>> frame.loc[frame["is_test"], "residual_musd"].dropna().eq(0).all()
    np.True_
    """
    return china.reconciliation(record.table("revenue"))


@result
def licensed_chips(record: Record) -> pd.DataFrame:
    """What H20 and H200 brought in and cost, statement by statement.

    Returns
    -------
    frame : a row a statement, amounts in millions of dollars: see `analysis.revenue.china.licensed_chips`.

    Examples
    --------
    >>> frame = Record().licensed_chips()
    >>> frame.loc[frame["item"] == "h20_charge", "fiscal_period"].tolist()
    ['FY2026Q1']
    """
    return china.licensed_chips(record.table("revenue"), record.table("guidance"))


@result
def h20_account(record: Record) -> pd.DataFrame:
    """H20 and H200 from the letter of April 2025 on: lines, which of them add up, and why the others do not.

    Returns
    -------
    frame : a row a line, amounts in millions of dollars: see `analysis.revenue.h20.account`.

    Examples
    --------
    >>> frame = Record().h20_account()
    >>> frame.loc[frame["item"] == "total", ["low", "high"]].values.tolist()[0]
    [4650.0, 4670.0]
    """
    revenue, guidance = record.table("revenue"), record.table("guidance")
    facts = pd.concat([revenue, guidance], ignore_index=True)
    same = {"item": "metric", "geography": "geography", "fiscal_period": "fiscal_period"}
    return sources.traced(h20.account(revenue, guidance), facts, same)


@result
def quoted_losses(record: Record) -> pd.DataFrame:
    """Every amount quoted as the loss on H20, and what it measures.

    Returns
    -------
    frame : a row an amount, in millions of dollars: see `analysis.revenue.h20.quoted_losses`.

    Examples
    --------
    >>> Record().quoted_losses()["amount_musd"].max() > 0
    np.True_
    """
    return h20.quoted_losses(record.table("revenue"), record.table("guidance"), record.table("revenue_estimates"))


@result
def definition_ledger(record: Record) -> pd.DataFrame:
    """Calendar, bases, splices, lines and recasts: what each moves without the business moving.

    Returns
    -------
    frame : a row a change, ``before, after, difference`` in ``unit``: see `analysis.revenue.definitions.ledger`.

    Examples
    --------
    >>> "splice" in set(Record().definition_ledger()["kind"])
    True
    """
    return definitions.ledger(record.table("revenue"), record.table("fiscal_periods"))


@result
def guidance_outcome(record: Record) -> pd.DataFrame:
    """What NVIDIA expected of a period beside what it reported.

    Returns
    -------
    frame : a row an outlook: see `analysis.revenue.outlooks.scored`.

    Examples
    --------
    >>> set(Record().guidance_outcome()["estimator"])
    {'NVIDIA'}
    """
    guidance = record.table("guidance")
    company = outlooks.statements(guidance[guidance["company"] == "NVIDIA"])
    frame = outlooks.scored(company.assign(estimator="NVIDIA"), record.table("revenue"))
    return sources.traced(frame, guidance, {"metric": "metric", "fiscal_period": "fiscal_period"})


@result
def estimator_scores(record: Record, *, detail: bool = False) -> pd.DataFrame:
    """How estimates of China revenue came out, forecasts apart from hindcasts; with ``detail`` figure by figure.

    Parameters
    ----------
    detail : a row a figure instead of a row an estimator, metric and time of saying (forecast, nowcast, hindcast).

    Returns
    -------
    frame : see `analysis.revenue.outlooks.scores` and `scored`.

    Examples
    --------
    >>> len(Record().estimator_scores(detail=True)) > len(Record().estimator_scores())
    True
    """
    estimates = record.table("revenue_estimates")
    frame = outlooks.scored(estimates, record.table("revenue"))
    same = {name: name for name in ("estimator", "metric", "geography", "fiscal_period")}
    return sources.traced(frame, estimates, same) if detail else outlooks.scores(frame)


@result
def china_exposure(record: Record) -> pd.DataFrame:
    """What China revenue by headquarters can consist of, by quarter: bounds of compute, networking and the rest.

    Returns
    -------
    frame : a row a quarter, condition and part, amounts in millions of dollars: see
        `analysis.revenue.exposure.exposure`.

    Examples
    --------
    >>> frame = Record().china_exposure()
    >>> sorted(frame["condition"].unique())
    ['', 'data center', 'gaming', 'stated']
    """
    return exposure.exposure(record.table("revenue"))


@result
def grade_reliability(record: Record, *, detail: bool = False) -> pd.DataFrame:
    """How often a figure of grade B or C was contradicted by one of grade A on the same thing.

    Parameters
    ----------
    detail : a row a figure that was compared instead of a row a grade and table.

    Returns
    -------
    frame : see `analysis.revenue.reliability.reliability` and `compared`.

    Examples
    --------
    >>> frame = Record().grade_reliability()
    >>> set(frame["grade"]) <= {"B", "C"} and frame["contradicted"].le(frame["figures"]).all()
    np.True_
    """
    frame = reliability.compared({name: record.table(name) for name in reliability.TABLES})
    return frame if detail else reliability.reliability(frame)


@result
def results_outstanding(record: Record) -> pd.DataFrame:
    """Fiscal quarters that have ended and whose revenue is not on record, with the days on which it was expected.

    Returns
    -------
    frame : a row a quarter and day: see `analysis.revenue.due.outstanding`.

    Examples
    --------
    >>> Record("2026-08-30").results_outstanding().empty
    True
    """
    tables = (record.table(name) for name in ("fiscal_periods", "revenue", "results_due"))
    return due.outstanding(*tables, record.day)
