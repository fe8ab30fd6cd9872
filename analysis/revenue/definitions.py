"""The definition ledger: calendar, bases, recasts and splits of lines, each with what it moves."""

from itertools import pairwise

import pandas as pd

from analysis.facts.resolve import resolve
from analysis.revenue.china import BOTH, SINGAPORE, accounts, bases_apart, china_revenue, geographies, totals

_COLUMNS = ["kind", "fiscal_period", "what", "before", "after", "difference", "unit", "source_before", "source_after"]


def ledger(revenue: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Every change of definition that moves a figure without moving the business.

    Parameters
    ----------
    revenue : the table of that name.
    calendar : the table ``fiscal_periods``.

    Returns
    -------
    frame : ``kind`` (calendar, basis, splice, line, recast), ``fiscal_period, what, before, after, difference, unit``
        (musd, share or percentage points), ``source_before, source_after``.
    """
    china = china_revenue(revenue)
    parts = [_weeks(revenue, calendar), _bases(china), _splices(china), _lines(revenue), _recasts(revenue)]
    frame = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=_COLUMNS)], ignore_index=True)
    return frame.assign(difference=frame["after"].astype(float) - frame["before"].astype(float))[_COLUMNS]


def _weeks(revenue: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Quarters of 14 weeks: what they would have been at 13, if every week brought the same."""
    nvidia = calendar[calendar["company"] == "NVIDIA"]
    long = nvidia[nvidia["fiscal_period"].str.contains("Q") & (nvidia["weeks"] != 13)]
    total = totals(geographies(revenue))
    stated = long["fiscal_period"].map(total)
    return pd.DataFrame(
        {
            "kind": "calendar",
            "fiscal_period": long["fiscal_period"],
            "what": "total revenue of " + long["weeks"].astype(int).astype(str) + " weeks, and at 13 of them",
            "before": stated,
            "after": stated * 13 / long["weeks"],
            "unit": "musd",
            "source_before": long["source_id"],
            "source_after": long["source_id"],
        }
    )


def _bases(china: pd.DataFrame) -> pd.DataFrame:
    """China revenue of one period on both bases."""
    apart = bases_apart(china)
    sources = china.set_index(["geography_basis", "fiscal_period"])["source_id"]
    return pd.DataFrame(
        {
            "kind": "basis",
            "fiscal_period": apart["fiscal_period"],
            "what": "China revenue by billing, and by headquarters",
            "before": apart["billing_musd"],
            "after": apart["headquarters_musd"],
            "unit": "musd",
            "source_before": [sources.get(("billing", period)) for period in apart["fiscal_period"]],
            "source_after": [sources.get(("headquarters", period)) for period in apart["fiscal_period"]],
        }
    )


def _splices(china: pd.DataFrame) -> pd.DataFrame:
    """The change of China's share from one year to the next, spliced across the bases and on one of them."""
    years = china[china["grain"] == "year"]
    share = years.set_index(["geography_basis", "fiscal_period"])["share_of_total"]
    sources = years.set_index(["geography_basis", "fiscal_period"])["source_id"]
    names = sorted(set(years["fiscal_period"]))
    rows = []
    for earlier, later in pairwise(names):
        has_all = {("billing", earlier), ("headquarters", earlier), ("headquarters", later)} <= set(share.index)
        if has_all and ("billing", later) not in share.index:
            new, old = share["headquarters", later], [share[basis, earlier] for basis in ("billing", "headquarters")]
            rows.append(
                {
                    "kind": "splice",
                    "fiscal_period": later,
                    "what": f"change of China's share on {earlier}: spliced from billing, and on headquarters alone",
                    "before": 100 * (new - old[0]),
                    "after": 100 * (new - old[1]),
                    "unit": "percentage points",
                    "source_before": sources["billing", earlier],
                    "source_after": sources["headquarters", later],
                }
            )
    return pd.DataFrame(rows)


def _lines(revenue: pd.DataFrame) -> pd.DataFrame:
    """Singapore, once inside Other, later a line of its own: Other before and after."""
    lines = accounts(revenue, "revenue").set_index(["geography", "geography_basis", "fiscal_period"])
    values = lines[["value", "source_id"]]
    of = {name: values[values.index.get_level_values(0) == name].droplevel(0) for name in (BOTH, SINGAPORE, "Other")}
    both = of[BOTH].loc[of[BOTH].index.isin(of[SINGAPORE].index)]
    alone = of["Other"].reindex(both.index)
    return pd.DataFrame(
        {
            "kind": "line",
            "fiscal_period": both.index.get_level_values("fiscal_period"),
            "what": "Other with Singapore inside, and Other alone",
            "before": both["value"].to_numpy(),
            "after": alone["value"].to_numpy(),
            "unit": "musd",
            "source_before": both["source_id"].to_numpy(),
            "source_after": alone["source_id"].to_numpy(),
        }
    )


def _recasts(revenue: pd.DataFrame) -> pd.DataFrame:
    """Figures of one name and period that a later filing gave anew on a newer definition."""
    key = ["fiscal_period", "metric", "geography", "geography_basis"]
    filed = revenue[(revenue["company"] == "NVIDIA") & revenue["value"].notna()]
    given, recast = (resolve(filed[filed["is_recast"] == is_recast], by=key) for is_recast in (False, True))
    pairs = given.merge(recast, on=key, suffixes=("_before", "_after"))
    pairs = pairs[pairs["value_before"] != pairs["value_after"]]
    return pd.DataFrame(
        {
            "kind": "recast",
            "fiscal_period": pairs["fiscal_period"],
            "what": pairs["metric"].str.replace("_", " ") + ", as first given and as recast",
            "before": pairs["value_before"],
            "after": pairs["value_after"],
            "unit": pairs["unit_after"],
            "source_before": pairs["source_id_before"],
            "source_after": pairs["source_id_after"],
        }
    )
