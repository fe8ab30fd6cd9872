"""What moved a headline: shares of a change by group, whatever their order; the documents of some tables."""

from collections.abc import Callable, Collection, Mapping
from itertools import combinations
from math import factorial

import pandas as pd

RULES, METHOD = "rules", "method"
NEW, REVISED, DAY, STRUCK = "new facts", "revised facts", "the later date alone", "sources struck"
RECENT = 90  # days in which a change is called recent
GROUPS = (NEW, REVISED, RULES, METHOD, DAY, STRUCK)
_OF_LAW = {"control_rules", "control_thresholds", "control_cases"}
_OF_METHOD = {"choices", "unit_priors", "count_errors", "scenario_ranges", "models", "kernels", "benchmarks"}
_SAYS = {"low", "value", "central", "high", "rate", "text", "published_on", "basis", "source_id", "locator", "note"}


def grouped(table: str, rows: pd.DataFrame, key: Collection[str], since: pd.Timestamp) -> pd.Series:
    """The group of each row of a table that became known after a day; empty for those known by then.

    A row is a revision where another about the same thing (its key without what it says and who says it) was known.

    Parameters
    ----------
    rows : the table as of the later day, with ``known_on``.
    key : the columns that tell its rows apart.
    """
    later = rows["known_on"] > since
    group = pd.Series("", index=rows.index)
    if table in _OF_LAW | _OF_METHOD:
        return group.mask(later, RULES if table in _OF_LAW else METHOD)
    about = [column for column in key if column not in _SAYS and column in rows]
    same = pd.Series(map(tuple, rows[about].astype(str).to_numpy()), index=rows.index, dtype=object)
    return group.mask(later, NEW).mask(later & same.isin(set(same[~later])), REVISED)


def shapley(players: Collection[str], worth: Callable[[frozenset], float]) -> dict[str, float]:
    """What each player adds to a worth on average over all orders in which they could come.

    The shares add up to the worth of all less that of none (Shapley, "A value for n-person games", 1953).
    """
    count, shares = len(players), {}
    for player in players:
        others = [one for one in players if one != player]
        shares[player] = sum(
            factorial(size) * factorial(count - size - 1) / factorial(count) * (worth(with_it) - worth(without))
            for size in range(count)
            for without in map(frozenset, combinations(others, size))
            for with_it in [without | {player}]
        )
    return shares


def cited(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The documents of all rows of some tables."""
    ids = [frame["source_id"] for frame in tables.values() if "source_id" in frame]
    return sorted(set(pd.concat(ids)) - {""}) if ids else []
