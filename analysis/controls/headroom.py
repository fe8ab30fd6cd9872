"""How close chips are to the lines."""

from functools import lru_cache

import pandas as pd

from analysis.controls.law import Law, addressed
from analysis.controls.possible import FAR, Points, representative_points, spans


def ratios(points: Points, law: Law) -> list[dict]:
    """Value over threshold of the quantity that decides each rule, at the chip's highest values.

    Where all conditions must hold, the one furthest from holding decides; where any suffices, the one closest to it.
    A threshold that a chip must stay under (R9) counts by the quantity closest to it. A rule for datacenter parts alone
    has no line for others, and what China makes is no export and has none at all.

    Where a quantity is unknown, the closest of those known is still a line, and the chip is at least as close; where
    all conditions must hold, one that is known to fail is the line, and without such a one the rule has none.

    A letter has a line for the makers it went to alone.

    Returns
    -------
    rows : `COLUMNS` of each chip and rule: ``value_low, value`` (lowest and highest of the chip), ``threshold,
        headroom_low, headroom`` (over the threshold).
    """
    limits, for_datacenters = _limits(law)
    rows = []
    for chip, part in spans(points).items():
        if points["maker_country"][part][0] == "CN":
            continue
        top = {quantity: highest for quantity in TOPS if (highest := points[quantity][part].max()) < FAR}
        is_datacenter, maker = points["is_datacenter"][part].max(), points["maker"][part][:1]
        for rule, lines in limits.items():
            if (rule in for_datacenters and not is_datacenter) or not addressed(lines[0]["addressees"], maker)[0]:
                continue
            measured = [line for line in lines if line["quantity"] in top]
            shares = [top[line["quantity"]] / line["at"] for line in measured]
            takes_lowest = lines[0]["takes_lowest"]
            headroom = (min if takes_lowest else max)(shares, default=FAR)
            if not measured or (takes_lowest and len(measured) < len(lines) and headroom >= 1):
                continue
            line = measured[shares.index(headroom)]
            quantity, at = line["quantity"], line["at"]
            low = points[quantity][part].min()
            row = (chip, rule, line["paragraph"], quantity, low, top[quantity], at, low / at, headroom)
            rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows


COLUMNS = ["chip_id", "rule_id", "paragraph", "quantity", "value_low", "value", "threshold", "headroom_low", "headroom"]
TOPS = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "dram_plus_io_bandwidth"]


@lru_cache(maxsize=64)  # days on which the law turns
def _limits(law: Law) -> tuple[dict[str, list[dict]], set[str]]:
    """The lines that numbers are held against, by rule: floors, and lids of rules that have no floor; and the rules
    for datacenter parts alone."""
    rows = law.rows
    for_datacenters = set(rows.loc[(rows["quantity"] == "is_datacenter") & (rows["threshold"] == "1"), "rule_id"])
    rows = rows[rows["quantity"].isin(TOPS) & rows["at"].gt(0) & ~rows["outcome"].str.startswith("NOT")]
    is_floor = rows["operator"].isin(["ge", "gt"])
    has_floor = rows["rule_id"].isin(rows.loc[is_floor, "rule_id"])
    rows = rows[is_floor | ~has_floor]
    rows = rows.assign(takes_lowest=rows["combine"].eq("all") & has_floor)
    return {rule: part.to_dict("records") for rule, part in rows.groupby("rule_id", sort=False)}, for_datacenters


def margins(chips: pd.DataFrame, law: Law) -> pd.DataFrame:
    """`ratios` of every chip: one row a chip and rule that looks at numbers, the closest first."""
    frame = pd.DataFrame(ratios(representative_points(chips, law.cuts), law), columns=COLUMNS)
    return frame.sort_values("headroom", ascending=False, kind="stable", ignore_index=True)
