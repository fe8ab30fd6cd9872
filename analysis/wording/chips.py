"""Words for chips: what a specification is called, and what the comparison says."""

import pandas as pd

from analysis.wording.formats import count, listing, plain, ratio, span

NAMES = {
    "throughput_tops": "dense {precision}",
    "memory_capacity_gb": "memory capacity",
    "memory_bandwidth_gb_s": "memory bandwidth",
    "interconnect_gb_s": "interconnect",
    "pcie_gb_s": "PCIe",
    "tdp_w": "board power",
    "die_area_mm2": "die area",
    "transistors_billion": "transistors",
    "sm_count": "multiprocessors",
    "price_usd": "price",
}
UNITS = {
    "tops": "TOPS",
    "gb": "GB",
    "gb/s": "GB/s",
    "w": "W",
    "mm2": "mm²",
    "usd": "USD",
    "sms": "",
    "billion": "billion",
}


def label(spec: str, precision: str = "") -> str:
    """``dense FP8``, ``memory bandwidth``; what has no name of its own keeps its column name."""
    return NAMES.get(spec, spec.replace("_", " ")).format(precision=precision.upper())


def unit(name: str) -> str:
    """A canonical unit as readers write it."""
    return UNITS.get(name, name)


def side_by_side(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The comparison for readers: a row a specification, a column a chip; ``*`` marks what is not firm."""
    chips = list(dict.fromkeys(frame["chip_id"]))
    figure = [
        span(row.low, row.value, row.high, plain) + ("" if row.is_firm or not row.sources else " *")
        for row in frame.itertuples()
    ]
    rows = frame.assign(
        figure=figure, what=[label(*key) for key in zip(frame["spec"], frame["precision"], strict=True)]
    )
    order = list(dict.fromkeys(rows["what"]))
    units = rows.dropna(subset="unit").groupby("what")["unit"].first().map(unit)
    wide = rows.pivot(index="what", columns="chip_id", values="figure").reindex(index=order, columns=chips)
    wide.insert(0, "unit", units.reindex(order).fillna("").to_numpy())
    return wide.rename(columns=names.to_dict()).rename_axis("specification").rename_axis(None, axis=1).reset_index()


def worth(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The equivalence as a reader's table: a row a measure, a column a chip, in multiples of the baseline."""
    chips = list(dict.fromkeys(frame["chip_id"]))
    figure = [
        span(row.ratio_low, row.ratio, row.ratio_high, ratio) + ("" if row.is_firm or not row.sources else " *")
        for row in frame.itertuples()
    ]
    rows = frame.assign(
        figure=figure, what=[label(*key) for key in zip(frame["spec"], frame["precision"], strict=True)]
    )
    wide = rows.pivot(index="what", columns="chip_id", values="figure")
    wide = wide.reindex(index=list(dict.fromkeys(rows["what"])), columns=chips)
    return wide.rename(columns=names.to_dict()).rename_axis("measure").rename_axis(None, axis=1).reset_index()


def answer(frame: pd.DataFrame, names: pd.Series) -> str:
    """What each chip kept of the baseline, one bullet a chip, and what is not known of it.

    Parameters
    ----------
    frame : from `analysis.chip_specs.equivalence`.
    """
    baseline = frame["baseline"].iloc[0]
    bullets = [_kept(chip, rows, names) for chip, rows in frame.groupby("chip_id", sort=False) if chip != baseline]
    return f"Against one **{names[baseline]}**:\n\n" + "\n".join(bullets or ["- no other chip was asked for."])


def _kept(chip: str, rows: pd.DataFrame, names: pd.Series) -> str:
    known = rows[rows["ratio_low"].notna()]
    ahead = known[known["ratio_low"] > 1]
    behind = known[known["ratio_high"] < 1]
    level = known[~known.index.isin([*ahead.index, *behind.index])]
    parts = [
        f"{word} {listing(_multiple(row) for row in group.itertuples())}"
        for word, group in (("more in", ahead), ("less in", behind), ("level or undecided in", level))
        if len(group)
    ]
    unknown = [label(row.spec, row.precision) for row in rows[rows["ratio_low"].isna()].itertuples()]
    parts += [f"unknown in {listing(unknown)}"] if unknown else []
    loose = count(int((~known["is_firm"]).sum()), "figure")
    tail = f" ({loose} estimated or disputed)" if (~known["is_firm"]).any() else ""
    return f"- **{names[chip]}**: {'; '.join(parts) or 'nothing is known of it by this day'}{tail}."


def _multiple(row) -> str:
    return f"{label(row.spec, row.precision)} ({span(row.ratio_low, row.ratio, row.ratio_high, ratio)})"


def register(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The conflict register as a reader's table."""
    takes = [f"{span(row.low, row.takes, row.high, plain)} {unit(row.unit)}".strip() for row in frame.itertuples()]
    return pd.DataFrame(
        {
            "chip": frame["chip_id"].map(names),
            "figure": [label(*key) for key in zip(frame["spec"], frame["precision"], strict=True)],
            "who says what": frame["says"],
            "the suite takes": takes,
            "why": frame["why"],
            "does it matter": frame["matters"],
        }
    )
