"""How close chips are to the lines."""

import pandas as pd

from analysis.controls.law import addressed
from analysis.controls.possible import FAR, representative_points


def ratios(points: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """Value over threshold of the quantity that decides each rule, at the chip's highest values.

    Where all conditions must hold, the one furthest from holding decides; where any suffices, the one closest to it.
    A threshold that a chip must stay under (R9) counts by the quantity closest to it. A rule for datacenter parts alone
    has no line for others, and what China makes is no export and has none at all.

    Where a quantity is unknown, the closest of those known is still a line, and the chip is at least as close; where
    all conditions must hold, one that is known to fail is the line, and without such a one the rule has none.

    A letter has a line for the makers it went to alone.

    Returns
    -------
    frame : ``chip_id, rule_id, paragraph, quantity, value_low, value`` (lowest and highest of the chip), ``threshold,
        headroom_low, headroom`` (over the threshold), one row a chip and rule.
    """
    exports = points[points["maker_country"] != "CN"]
    chips = exports.groupby("chip_id", sort=False)
    tops, bottoms = chips[[*TOPS, "is_datacenter"]].max(), chips[TOPS].min()
    limits = [(name, part.to_dict("records")) for name, part in _limits(law).groupby("rule_id", sort=False)]
    reached = {rule: addressed(lines[0]["addressees"], chips["maker"].first()) for rule, lines in limits}
    for_datacenters = set(law.loc[(law["quantity"] == "is_datacenter") & (law["threshold"] == "1"), "rule_id"])
    rows = []
    for chip, *values, is_datacenter in tops.itertuples(name=None):
        top = {quantity: value for quantity, value in zip(TOPS, values, strict=True) if value < FAR}
        for rule, lines in limits:
            if (rule in for_datacenters and not is_datacenter) or not reached[rule][chip]:
                continue
            measured = [line for line in lines if line["quantity"] in top]
            shares = [top[line["quantity"]] / line["at"] for line in measured]
            takes_lowest = lines[0]["takes_lowest"]
            headroom = (min if takes_lowest else max)(shares, default=FAR)
            if not measured or (takes_lowest and len(measured) < len(lines) and headroom >= 1):
                continue
            line = measured[shares.index(headroom)]
            quantity, at = line["quantity"], line["at"]
            low = bottoms.loc[chip, quantity]
            rows.append((chip, rule, line["paragraph"], quantity, low, top[quantity], at, low / at, headroom))
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = ["chip_id", "rule_id", "paragraph", "quantity", "value_low", "value", "threshold", "headroom_low", "headroom"]
TOPS = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "dram_plus_io_bandwidth"]


def _limits(law: pd.DataFrame) -> pd.DataFrame:
    """The lines that numbers are held against: floors, and lids of rules that have no floor."""
    rows = law[law["quantity"].isin(TOPS) & law["at"].gt(0) & ~law["outcome"].str.startswith("NOT")]
    is_floor = rows["operator"].isin(["ge", "gt"])
    has_floor = rows["rule_id"].isin(rows.loc[is_floor, "rule_id"])
    rows = rows[is_floor | ~has_floor]
    return rows.assign(takes_lowest=rows["combine"].eq("all") & has_floor)


def margins(chips: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """`ratios` of every chip: one row a chip and rule that looks at numbers, the closest first."""
    frame = ratios(representative_points(chips, law), law)
    return frame.sort_values("headroom", ascending=False, kind="stable", ignore_index=True)
