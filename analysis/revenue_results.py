"""Results on China revenue: series, reconciliation, the H20 account, definitions, outlooks, exposure."""

from collections.abc import Collection

import pandas as pd

from analysis import china_revenue as accounts
from analysis import definitions, exposure, fiscal, h20, load, outlooks
from analysis.errors import ParameterError


def china_revenue(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    basis: str = "both",
    currency: str = "USD",
    first_period: str = "",
    last_period: str = "",
) -> pd.DataFrame:
    """NVIDIA's China revenue by fiscal period, each geography basis a series of its own."""
    frame = accounts.china_revenue(load.table("revenue", as_of=as_of, without=without), basis)
    calendar = load.table("fiscal_periods", as_of=as_of, without=without)
    inside = fiscal.between(frame["period_start"], frame["period_end"], first_period, last_period, calendar)
    rates = load.table("exchange_rates", as_of=as_of, without=without)
    return accounts.in_currency(frame[inside].reset_index(drop=True), rates, currency)


def reconciliation(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Whether the lines of each geographic table add up to total revenue."""
    return accounts.reconciliation(load.table("revenue", as_of=as_of, without=without))


def licensed_chips(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """What H20 and H200 brought in and cost, statement by statement."""
    tables = (load.table(name, as_of=as_of, without=without) for name in ("revenue", "guidance"))
    return accounts.licensed_chips(*tables)


def h20_account(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """H20 and H200 from the letter of April 2025 on: lines, which of them add up, and why the others do not."""
    return h20.account(*(load.table(name, as_of=as_of, without=without) for name in ("revenue", "guidance")))


def quoted_losses(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Every amount quoted as the loss on H20, and what it measures."""
    names = ("revenue", "guidance", "revenue_estimates")
    return h20.quoted_losses(*(load.table(name, as_of=as_of, without=without) for name in names))


def definition_ledger(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Calendar, bases, splices, lines and recasts: what each moves without the business moving."""
    names = ("revenue", "fiscal_periods")
    return definitions.ledger(*(load.table(name, as_of=as_of, without=without) for name in names))


def guidance_outcome(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """What NVIDIA expected of a period beside what it reported."""
    guidance, revenue = (load.table(name, as_of=as_of, without=without) for name in ("guidance", "revenue"))
    own = guidance[guidance["company"] == "NVIDIA"]
    return outlooks.scored(own.assign(estimator="NVIDIA"), revenue)


def estimator_scores(as_of: str | None = None, without: Collection[str] = (), *, detail: str = "no") -> pd.DataFrame:
    """How estimates of China revenue came out, by estimator and metric; ``detail=yes``: figure by figure."""
    if detail not in ("yes", "no"):
        raise ParameterError(f"detail: {detail!r} is neither yes nor no.")
    estimates, revenue = (load.table(name, as_of=as_of, without=without) for name in ("revenue_estimates", "revenue"))
    frame = outlooks.scored(estimates, revenue)
    return frame if detail == "yes" else outlooks.scores(frame)


def china_exposure(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """What China revenue by headquarters can consist of, by quarter: bounds of compute, networking and the rest."""
    return exposure.exposure(load.table("revenue", as_of=as_of, without=without))
