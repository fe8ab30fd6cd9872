"""Words for which chip is best for which work: the most tokens, and the cheapest."""

import pandas as pd

from analysis.wording.formats import listing
from analysis.wording.workloads import PHASES

_ROUNDING = 1.005  # figures this close are roundings of one


def best(worth: pd.DataFrame, bought: pd.DataFrame, rented: pd.DataFrame, names: pd.Series) -> str:
    """Which chip gives the most tokens and which the cheapest ones in each phase, in sentences.

    Chips whose ranges overlap are named together, and nothing is said between them. In training all chips reach the
    same part of their rates, so that they are compared by their ratios, and the spread of that part does not blur them.

    Parameters
    ----------
    worth : from `analysis.workloads.against`.
    bought, rented : from `analysis.workload_costs.cost`, of the same chips.
    """
    if worth.empty:
        return "By this day nothing can be compared."
    measures = {
        "the most tokens a second": _speeds(worth),
        "the cheapest token bought": _prices(bought),
        "the cheapest token rented": _prices(rented),
    }
    told = []
    for phase in PHASES:
        told.append(f"- **{phase}**")
        for measure, frame in measures.items():
            own = frame[frame["phase"] == phase].set_index("chip_id")[["low", "high"]].rename(names)
            told.append(f"    - {measure} {_first(own)}")
    return "Which chip is best for which work:\n\n" + "\n".join(told)


def _speeds(frame: pd.DataFrame) -> pd.DataFrame:
    """Ends of which the smallest is best: seconds a token, in training as a multiple of the baseline's."""
    return _ends(frame, 1 / frame["high"], 1 / frame["low"], 1 / frame["ratio_high"], 1 / frame["ratio_low"])


def _prices(frame: pd.DataFrame) -> pd.DataFrame:
    """The same in dollars; a chip whose power is not known costs its price at least."""
    least = frame["total_low_usd_per_million"].fillna(frame["low_usd_per_million"])
    return _ends(frame, least, frame["total_high_usd_per_million"], frame["work_low_usd"], frame["work_high_usd"])


def _ends(
    frame: pd.DataFrame, low: pd.Series, high: pd.Series, low_work: pd.Series, high_work: pd.Series
) -> pd.DataFrame:
    is_training = frame["phase"] == "training"
    return frame[["chip_id", "phase"]].assign(
        low=low.mask(is_training, low_work), high=high.mask(is_training, high_work)
    )


def _first(ends: pd.DataFrame) -> str:
    """The chip that is surely first, or those among which it cannot be told; and those without a figure."""
    known, unknown = ends[ends["low"].notna()], list(ends.index[ends["low"].isna()])
    if known.empty:
        return "from no chip with a figure"
    among = known[~(known["low"] > _ROUNDING * known["high"].min())]
    chips = listing(list(among.index))
    is_alike = among["high"].notna().all() and among["high"].max() <= _ROUNDING * among["low"].min()
    if len(among) == 1:
        told = f"from {chips}"
    else:
        told = f"from {chips} alike" if is_alike else f"cannot be told between {chips}"
    return f"{told} (no figure for {listing(unknown)})" if unknown else told
