"""The register of disputed chip figures: who says what, what the suite takes, why, and whether it matters."""

import pandas as pd

from analysis.chips.specs import (
    ABOUT,
    BY,
    COMPARED,
    EQUIVALENCE,
    bit_length,
    processing_performance,
    spread,
    undecided,
)
from analysis.facts.interval import ends
from analysis.facts.resolve import ROUNDING
from analysis.facts.tables import as_numbers

# the quantity of the control rules that a specification is held against
RULE_QUANTITY = {
    "throughput_tops": "tpp",
    "tpp": "tpp",
    "performance_density": "performance_density",
    "memory_bandwidth_gb_s": "dram_bandwidth",
    "io_bandwidth_gb_s": "io_bandwidth",
}


def register(resolved: pd.DataFrame, statements: pd.DataFrame, thresholds: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Every figure on which no one value agrees with all sources.

    Parameters
    ----------
    resolved, statements : from the functions of `analysis.chips.specs` of those names.
    thresholds : the table ``control_thresholds`` without pending bills.
    baseline : a chip id; a dispute over which of the two chips is ahead matters.

    Returns
    -------
    frame : one row a disputed figure, those that matter first: ``chip_id, spec, precision, sparsity``; what the
        suite ``takes`` (or ``low, high``), ``unit, source_id, picked_by, why``; who ``says`` what (figure:
        sources; ...); ``range_low, range_high``, number of ``sources``; whether it ``matters`` and for what.
    """
    frame = resolved[resolved["is_conflict"]].reset_index(drop=True)
    order = "order: " + frame["basis"] + ", grade " + frame["grade"]
    frame = frame.assign(takes=frame["value"], why=frame["reason"].where(frame["picked_by"] == "choice", order))
    frame = frame.merge(_who_says_what(statements), on=BY, how="left")
    frame["matters"] = _matters(frame, resolved, thresholds, baseline)
    columns = ["takes", "low", "high", "unit", "source_id", "picked_by", "why", "says"]
    frame = frame[[*BY, *columns, "range_low", "range_high", "sources", "matters"]]
    frame = frame.sort_values("matters", key=lambda matters: matters == "no", kind="stable", ignore_index=True)
    return frame.rename(columns={"product": "chip_id"})


def derived(resolved: pd.DataFrame, statements: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """Chips whose TPP or performance density no one value fits, by what all sources say of rates and die areas.

    TPP lies between the largest lower and the largest upper end over all precisions, those of vector units counting
    from below alone (`analysis.chips.specs.processing_performance`); density is TPP over the die area.

    Returns
    -------
    frame : one row a chip and quantity (``spec`` tpp or performance_density), with the columns of `register`; what the
        suite takes is a range, in ``low, high``; ``says``: what follows from whose rates.
    """
    every = resolved.assign(picked_by="order", low=float("nan"), high=float("nan"), is_conflict=True)
    span = processing_performance(every, rounds=False).set_index("product")
    takes = processing_performance(resolved).set_index("product")
    areas = resolved[resolved["spec"] == "die_area_mm2"]
    area_span, area = (frame.set_index(areas["product"]) for frame in (_range(areas), undecided(areas)))
    implied = _implied(statements)
    rows = []
    for product in span.index[~span["is_bound"]]:
        low, high = span.loc[product, ["low", "high"]]
        of_chip = implied[implied["product"] == product]
        taken = takes.loc[product]
        rows.append(_derived_row(product, "tpp", (low, high), (taken["low"], taken["high"]), of_chip, 0))
        if product in area.index:
            widest, used = area_span.loc[product], area.loc[product]
            density = low / widest["high"], high / widest["low"]
            used = taken["low"] / used["high"], taken["high"] / used["low"]
            per_area = of_chip.assign(tpp=of_chip["tpp"] / area.loc[product].mean())
            rows.append(_derived_row(product, "performance_density", density, used, per_area, 2))
    frame = pd.DataFrame([row for row in rows if row["range_high"] > row["range_low"] * (1 + ROUNDING)])
    if frame.empty:
        return frame
    lines = thresholds.assign(at=as_numbers(thresholds["threshold"])).dropna(subset="at")
    crossed = [_inside(lines, *row) for row in frame[["spec", "range_low", "range_high"]].itertuples(index=False)]
    return frame.assign(matters=[f"yes: {', '.join(reasons)}" if reasons else "no" for reasons in crossed])


def _range(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["range_low", "range_high"]].set_axis(["low", "high"], axis=1)


def _implied(statements: pd.DataFrame) -> pd.DataFrame:
    """The TPP that each dense rate of each source gives: ``product, tpp, source_id``."""
    rates = statements[(statements["spec"] == "throughput_tops") & (statements["sparsity"] == "dense")]
    rates = rates.assign(tpp=ends(rates)["high"] * rates["precision"].map(bit_length))
    return rates[["product", "tpp", "source_id"]].dropna()


def _derived_row(
    product: str, spec: str, span: tuple, takes: tuple, implied: pd.DataFrame, digits: int
) -> dict[str, object]:
    """A row of `derived`; ``implied``: what sources give, of which the span is told."""
    inside = implied[implied["tpp"].between(span[0] * (1 - ROUNDING), span[1] * (1 + ROUNDING))]
    figures = inside.assign(figure=[f"{figure:.{digits}f}" for figure in inside["tpp"]]).sort_values("tpp")
    named = figures.groupby("figure", sort=False)["source_id"].agg(lambda ids: ", ".join(sorted(set(ids))))
    return {
        "chip_id": product,
        "spec": spec,
        "precision": "",
        "sparsity": "",
        "takes": float("nan"),
        "low": takes[0],
        "high": takes[1],
        "unit": "tops x bit" if spec == "tpp" else "tpp/mm2",
        "source_id": "|".join(sorted(set(inside["source_id"]))),
        "picked_by": "arithmetic",
        "why": "largest dense rate x bit length; FP32 and FP64 are a lower bound"
        + (", over die area" if digits else ""),
        "says": "; ".join(f"{figure}: {ids}" for figure, ids in named.items()),
        "range_low": span[0],
        "range_high": span[1],
        "sources": inside["source_id"].nunique(),
    }


def compared(frame: pd.DataFrame) -> pd.DataFrame:
    """The disputes over specifications that `analysis.chips.specs.compare` shows."""
    is_compared = frame.set_index(ABOUT).index.isin(COMPARED)
    return frame[is_compared].reset_index(drop=True)


def printed(low: float, high: float) -> str:
    """A figure, a range or a bound, as sources print it: ``296``, ``12 or more``."""
    if low == high:
        return f"{low:,.10g}"
    if high != high or low != low:
        return f"{low:,.10g} or more" if high != high else f"{high:,.10g} or less"
    return f"{low:,.10g}–{high:,.10g}"


def _who_says_what(statements: pd.DataFrame) -> pd.DataFrame:
    """``says``: each figure with its sources, from the smallest to the largest."""
    span = ends(statements)
    figures = [printed(low, high) for low, high in span.itertuples(index=False)]
    rows = statements.assign(figure=figures, at=span["low"]).sort_values([*BY, "at", "figure", "source_id"])
    by_figure = rows.groupby([*BY, "figure"], sort=False)["source_id"]
    lines = by_figure.agg(lambda ids: ", ".join(dict.fromkeys(ids))).reset_index()
    lines["says"] = lines["figure"].astype(object) + ": " + lines["source_id"]
    return lines.groupby(BY, sort=False)["says"].agg("; ".join).reset_index()


def _matters(frame: pd.DataFrame, resolved: pd.DataFrame, thresholds: pd.DataFrame, baseline: str) -> list[str]:
    """Whether a dispute lies on both sides of a control threshold, or decides which chip is ahead."""
    lines = thresholds.assign(at=as_numbers(thresholds["threshold"])).dropna(subset="at")
    base = spread(resolved[resolved["product"] == baseline]).set_index(ABOUT)[["low", "high"]]
    return [
        "yes: " + ", ".join(reasons) if (reasons := _crossed(row, resolved, lines) + _ahead(row, base)) else "no"
        for row in frame.to_dict("records")
    ]


def _crossed(row: dict, resolved: pd.DataFrame, lines: pd.DataFrame) -> list[str]:
    """The thresholds inside the span. A rate counts only as far as it sets the chip's TPP."""
    quantity = RULE_QUANTITY.get(row["spec"])
    low, high = row["range_low"], row["range_high"]
    if row["spec"] == "throughput_tops":
        if row["sparsity"] != "dense":  # the rule counts dense rates
            return []
        low, high = low * bit_length(row["precision"]), high * bit_length(row["precision"])
        low = max(low, _other_tpp(row, resolved))
    return _inside(lines, quantity, low, high)


def _inside(lines: pd.DataFrame, quantity: str | None, low: float, high: float) -> list[str]:
    inside = lines[(lines["quantity"] == quantity) & (lines["at"] > low) & (lines["at"] <= high)]
    return [f"crosses {quantity} {at:,g}" for at in sorted(set(inside["at"]))]


def _other_tpp(row: dict, resolved: pd.DataFrame) -> float:
    """The largest dense rate x bit length of the chip at its other precisions; 0 if none is on record."""
    same_chip = (resolved["product"] == row["product"]) & (resolved["spec"] == "throughput_tops")
    others = resolved[same_chip & (resolved["sparsity"] == "dense") & (resolved["precision"] != row["precision"])]
    tpp = ends(others)["high"] * others["precision"].map(bit_length)
    return tpp.max() if tpp.notna().any() else 0.0


def _ahead(row: dict, base: pd.DataFrame) -> list[str]:
    about = tuple(row[column] for column in ABOUT)
    is_compared = about in EQUIVALENCE or (row["spec"] == "throughput_tops" and row["sparsity"] == "dense")
    if not is_compared or about not in base.index:
        return []
    decides = row["range_low"] < base.at[about, "low"] and row["range_high"] > base.at[about, "high"]
    return ["decides which is ahead of the baseline"] if decides else []
