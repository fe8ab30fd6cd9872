"""The rules in force on a day, and where the points of a chip meet them."""

import numpy as np
import pandas as pd

from analysis.possible import COMPUTED
from analysis.tables import as_numbers

# the name a rule gives to a quantity, and the one it has here
_SAME = {
    "tops_times_bit_length_aggregated": "tpp",
    "aggregate_bidirectional_transfer_rate": "io_bandwidth",
    "designed_or_marketed_for_datacenter": "is_datacenter",
    "peak_performance": "tpp",
    "chip_to_chip_io": "io_bandwidth",
}
_COMPARE = {"ge": np.greater_equal, "gt": np.greater, "le": np.less_equal, "lt": np.less, "eq": np.equal}


def in_force(rules: pd.DataFrame, on: str, *, pending: bool = False) -> pd.DataFrame:
    """The rules in force on a day (ISO text); with ``pending``, bills that are not law as well."""
    dated = (rules["effective_on"] != "") & (rules["effective_on"] <= on)
    dated &= (rules["superseded_on"] == "") | (rules["superseded_on"] >= on)
    return rules[dated | (rules["status"].eq("pending") & pending)].reset_index(drop=True)


def law_on(rules: pd.DataFrame, thresholds: pd.DataFrame, on: str) -> pd.DataFrame:
    """The conditions in force on the day, each with the dates and the standing of its rule."""
    current = in_force(rules, on)[["rule_id", "regime", "combine", "status", "effective_on"]]
    law = thresholds.merge(current, on="rule_id", how="inner")
    quantity = law["quantity"].map(_SAME).fillna(law["quantity"])
    return law.assign(quantity=quantity, at=as_numbers(law["threshold"]))


def holds(law: pd.DataFrame, rule: str, points: pd.DataFrame, level: dict[str, float] | None = None) -> pd.Series:
    """Where the conditions of a rule that a chip itself can meet are met; False where the rule is not in force."""
    rows = law[(law["rule_id"] == rule) & law["quantity"].isin(COMPUTED)]
    if rows.empty:
        return pd.Series(False, index=points.index)
    met = [
        _COMPARE[row.operator](points[row.quantity], row.at if level is None else level[row.quantity])
        for row in rows.itertuples()
    ]
    together = np.logical_and if rows["combine"].iloc[0] == "all" else np.logical_or
    return pd.Series(together.reduce(met), index=points.index)


def named(law: pd.DataFrame, rule: str, points: pd.DataFrame) -> pd.Series:
    """Where a rule names the chip: ``H20`` is the family h20, ``MI308`` the mi308x."""
    rows = law[(law["rule_id"] == rule) & (law["quantity"] == "product_name")]
    names = {name.lower().replace(" ", "-") for cell in rows["threshold"] for name in cell.split("|")}
    return points["family"].isin(names) | points["family"].str.removesuffix("x").isin(names)
