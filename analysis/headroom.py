"""How close chips are to the lines, and the largest chip that stays under them."""

import pandas as pd

from analysis.possible import FAR, represent, representative_points


def ratios(points: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """Value over threshold of the quantity that decides each rule, at the chip's highest values.

    Where all conditions must hold, the one furthest from holding decides; where any suffices, the one closest to it.
    A threshold that a chip must stay under (R9) counts by the quantity closest to it.

    Returns
    -------
    frame : ``chip_id, rule_id, paragraph, quantity, value, threshold, headroom``, one row a chip and rule.
    """
    tops = points.groupby("chip_id", sort=False)[TOPS].max()
    limits = [(name, part.to_dict("records")) for name, part in _limits(law).groupby("rule_id", sort=False)]
    rows = []
    for chip, *values in tops.itertuples(name=None):
        top = {quantity: value if value < FAR else float("nan") for quantity, value in zip(TOPS, values, strict=True)}
        for rule, lines in limits:
            shares = [top[line["quantity"]] / line["at"] for line in lines]
            if not any(share != share for share in shares):
                at = shares.index((min if lines[0]["takes_lowest"] else max)(shares))
                line = lines[at]
                rows.append(
                    (chip, rule, line["paragraph"], line["quantity"], top[line["quantity"]], line["at"], shares[at])
                )
    columns = ["chip_id", "rule_id", "paragraph", "quantity", "value", "threshold", "headroom"]
    return pd.DataFrame(rows, columns=columns)


TOPS = ["tpp", "performance_density", "dram_bandwidth", "io_bandwidth", "dram_plus_io_bandwidth"]


def _limits(law: pd.DataFrame) -> pd.DataFrame:
    """The lines that numbers are held against: floors, and lids of rules that have no floor."""
    rows = law[law["quantity"].isin(TOPS) & law["at"].gt(0) & ~law["outcome"].str.startswith("NOT")]
    is_floor = rows["operator"].isin(["ge", "gt"])
    has_floor = rows["rule_id"].isin(rows.loc[is_floor, "rule_id"])
    rows = rows[is_floor | ~has_floor]
    return rows.assign(takes_lowest=rows["combine"].eq("all") & has_floor)


def largest(law: pd.DataFrame, areas: list[float]) -> pd.DataFrame:
    """The largest TPP that a datacenter chip of a given logic area may have without falling under 3A090.

    Parameters
    ----------
    law : the conditions in force, from `analysis.law.law_on`.
    areas : logic die areas in mm2.

    Returns
    -------
    frame : ``applicable_die_area_mm2, largest_tpp`` (the bound itself is not allowed; infinite where no rule of the day
        looks at TPP alone), ``rule_id`` that sets it, ``dram_bandwidth_below, io_bandwidth_below, sum_below`` of the
        letters of April 2025, NaN where they are not in force.
    """
    rules = law[law["rule_id"].str.startswith("R2-3A090") & law["quantity"].isin(["tpp", "performance_density"])]
    letters = law[law["rule_id"] == "R6-NUM"].set_index("quantity")["at"]
    rows = []
    for area in areas:
        bound, rule = _bound(rules, area)
        rows.append(
            {
                "applicable_die_area_mm2": area,
                "largest_tpp": bound,
                "rule_id": rule,
                "dram_bandwidth_below": letters.get("dram_bandwidth", float("nan")),
                "io_bandwidth_below": letters.get("io_bandwidth", float("nan")),
                "sum_below": letters.get("dram_plus_io_bandwidth", float("nan")),
            }
        )
    return pd.DataFrame(rows)


def _bound(rules: pd.DataFrame, area: float) -> tuple[float, str]:
    """Upper end of the highest gap between cuts in which no rule is met, and the rule met just above it."""
    cuts = {row.at * (area if row.quantity == "performance_density" else 1) for row in rules.itertuples()}
    for tpp in reversed(represent(0.0, FAR, sorted(cuts))):
        if not _met(rules, tpp, area):
            above = min((cut for cut in cuts if cut > tpp), default=float("inf"))
            return above, next(iter(_met(rules, above, area)), "")
    return 0.0, ""


def _met(rules: pd.DataFrame, tpp: float, area: float) -> list[str]:
    value = rules["quantity"].map({"tpp": tpp, "performance_density": tpp / area})
    met = (value >= rules["at"]).where(rules["operator"] == "ge", value < rules["at"])
    return [rule for rule, part in met.groupby(rules["rule_id"]) if part.all()]


def margins(chips: pd.DataFrame, law: pd.DataFrame) -> pd.DataFrame:
    """`ratios` of every chip: one row a chip and rule that looks at numbers, the closest first."""
    frame = ratios(representative_points(chips, law), law)
    return frame.sort_values("headroom", ascending=False, kind="stable", ignore_index=True)
