"""Words for chips: what a specification is called, and what the comparison says."""

import pandas as pd

from analysis.pages.formats import count, listing, plain, ratio, rounded, span
from analysis.pages.style import joined, readers

LEVEL = 0.005  # ratios this close to one are called level

UNITS = {"tops": "TOPS", "gb": "GB", "mb": "MB", "gb/s": "GB/s", "w": "W", "mm2": "mm²", "usd": "USD", "mhz": "MHz"}
UNITS |= {"tops x bit": "", "ratio": "", "sms": "", "gpus": "GPUs", "tpp/mm2": "per mm²"}


def unit(name: str) -> str:
    """A canonical unit as readers write it."""
    return UNITS.get(name, name)


def side_by_side(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The comparison for readers: a row a specification, a column a chip; ``*`` marks what is not firm."""
    figures = [
        span(row.low, row.value, row.high) + ("" if row.is_firm or not row.sources else " *")
        for row in frame.itertuples()
    ]
    wide = _wide(frame, figures, names, "specification")
    units = frame.dropna(subset="unit").groupby("label")["unit"].first().map(unit)
    wide.insert(1, "unit", [units.get(label, "") for label in wide["specification"]])
    return wide


def multiples(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The ratios for readers: a row a measure, a column a chip, in multiples of the baseline."""
    figures = [multiple(row) + ("" if row.is_firm or pd.isna(row.ratio_low) else " *") for row in frame.itertuples()]
    return _wide(frame, figures, names, "measure")


def prices(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What a card costs, for readers.

    Parameters
    ----------
    frame : from `analysis.chips.prices.costs`.
    """
    columns = {
        "chip": ("chip_id", lambda chip: names.get(chip, chip)),
        "a card, USD": lambda row: span(row.low_usd, float("nan"), row.high_usd, rounded),
        "quoted in": "market",
        "best grade": "price_grade",
        "sources": ("price_source_id", joined),
    }
    return readers(frame, columns)


def _wide(frame: pd.DataFrame, figures: list[str], names: pd.Series, what: str) -> pd.DataFrame:
    """One column a chip, in their order, under the names of readers."""
    chips, labels = (list(dict.fromkeys(frame[column])) for column in ("chip_id", "label"))
    wide = frame.assign(figure=figures).pivot(index="label", columns="chip_id", values="figure")
    wide = wide.reindex(index=labels, columns=chips).rename(columns=names.to_dict())
    return wide.rename_axis(what).rename_axis(None, axis=1).reset_index()


def multiple(row: tuple) -> str:
    """A row of `analysis.chips.specs.compare` as a multiple of the baseline: ``0.15``, ``0.90 to 1.40``."""
    return span(row.ratio_low, row.ratio, row.ratio_high, ratio)


def answer(frame: pd.DataFrame, names: pd.Series) -> str:
    """What each chip kept of the baseline, one bullet a chip, and what is unknown of it.

    Parameters
    ----------
    frame : from `analysis.chips.specs.equivalence`.
    """
    baseline = frame["baseline"].iloc[0]
    bullets = [_kept(chip, rows, names) for chip, rows in frame.groupby("chip_id", sort=False) if chip != baseline]
    return f"Against one **{names[baseline]}**:\n\n" + "\n".join(bullets or ["- no other chip was asked for."])


def _kept(chip: str, rows: pd.DataFrame, names: pd.Series) -> str:
    low, high = rows["ratio_low"], rows["ratio_high"]
    is_level = (low > 1 - LEVEL) & (high < 1 + LEVEL)
    groups = {
        "more in": rows[~is_level & (low > 1)],
        "less in": rows[~is_level & (high < 1)],
        "level in": rows[is_level],
        "undecided in": rows[~is_level & (low <= 1) & (high >= 1)],
    }
    parts = {word: [f"{row.label} {multiple(row)}" for row in group.itertuples()] for word, group in groups.items()}
    parts["unknown in"] = list(rows.loc[low.isna(), "label"])
    sentence = "; ".join(f"{word} {listing(measures)}" for word, measures in parts.items() if measures)
    loose = int((~rows["is_firm"] & low.notna()).sum())
    tail = f" ({count(loose, 'figure')} estimated or disputed)" if loose else ""
    return f"- **{names[chip]}**: {sentence}{tail}."


def register(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The conflict register as a reader's table."""
    columns = {
        "chip": ("chip_id", names.get),
        "figure": "label",
        "who says what": "says",
        "the suite takes": lambda row: f"{span(row.low, row.takes, row.high, plain)} {unit(row.unit)}".strip(),
        "why": "why",
        "does it matter": "matters",
    }
    return readers(frame, columns)
