"""Words for chips: what a specification is called, and what the comparison says."""

from collections.abc import Callable

import pandas as pd

from analysis.pages.asked import Number, Origins, origin, say
from analysis.pages.formats import UNKNOWN, count, plain, ratio, rounded, share, span
from analysis.pages.style import joined, readers

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
    wide = _wide(frame, figures, names)
    units = frame.dropna(subset="unit").groupby("label")["unit"].first().map(unit)
    wide.insert(1, "unit", [units.get(label, "") for label in wide["specification"]])
    return wide


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


def _wide(frame: pd.DataFrame, figures: list[str], names: pd.Series) -> pd.DataFrame:
    """One column a chip, in their order, under the names of readers; each cell knows what it rests on."""
    chips, labels = (list(dict.fromkeys(frame[column])) for column in ("chip_id", "label"))
    wide = frame.assign(figure=figures).pivot(index="label", columns="chip_id", values="figure")
    wide = wide.reindex(index=labels, columns=chips).rename(columns=names.to_dict())
    wide = wide.rename_axis("specification").rename_axis(None, axis=1).reset_index()
    rows = frame.to_dict("records")
    cells = {(labels.index(row["label"]), names[row["chip_id"]]): origin(row) for row in rows}
    wide.attrs["origins"] = Origins({}, cells)
    return wide


def multiple(row: tuple) -> str:
    """A row of `analysis.chips.specs.compare` as a multiple of the baseline: ``0.15``, ``0.90 to 1.40``."""
    return span(row.ratio_low, row.ratio, row.ratio_high, ratio)


def asked(row: dict, names: pd.Series, form: Callable[[float], str] = ratio) -> Number:
    """A multiple of the baseline that says what it is worked out from.

    Parameters
    ----------
    row : of `analysis.chips.specs.compare`, as a mapping.
    """
    of, base = (
        span(row["low"], row["value"], row["high"]),
        span(row["base_low"], row["baseline_value"], row["base_high"]),
    )
    is_self = row["chip_id"] == row["baseline"]
    formula = f"{of} ÷ {base}" + (f" {unit(row['unit'])}" if isinstance(row["unit"], str) else "")
    about = f"{row['label']}, {names[row['chip_id']]} over {names[row['baseline']]}"
    text = span(row["ratio_low"], row["ratio"], row["ratio_high"], form)
    found = origin(row, formula="" if is_self or text == UNKNOWN else formula, where=row["locator"], basis="derived")
    return Number(text, about, found)


def finding(frame: pd.DataFrame, names: pd.Series) -> list[str]:
    """What the first chip kept of the baseline in one sentence, then the others, a sentence each.

    Parameters
    ----------
    frame : from `analysis.chips.specs.equivalence`.
    """
    baseline = frame["baseline"].iloc[0]
    chips = [chip for chip in dict.fromkeys(frame["chip_id"]) if chip != baseline]
    if not chips:
        return [f"No chip was asked for beside the {names[baseline]} itself"]
    rows = {(row["chip_id"], row["label"]): row for row in frame.to_dict("records")}

    def told(chip: str, templates: tuple[str, ...]) -> str:
        of = {part: asked(rows[chip, label], names, _percent) for part, label in _KEPT.items()}
        known = [part for part, number in of.items() if number.text != UNKNOWN]
        which = 0 if len(known) == 2 else 3 if not known else 1 + (known == ["bandwidth"])
        return say(templates[which], chip=names[chip], baseline=names[baseline], **of)

    more = len(chips) - _TOLD
    rest = [f"{count(more, 'more chip')} {'is' if more == 1 else 'are'} in the figure."] if more > 0 else []
    others = [told(chip, _OTHERS) for chip in chips[1:_TOLD]]
    return [told(chips[0], _FIRST), *others, "Compute is the dense FP8 rate of the data sheet.", *rest]


_FIRST = (
    "The {chip} has {compute} of the compute and {bandwidth} of the memory bandwidth of one {baseline}",
    "The {chip} has {compute} of the compute of one {baseline}; its memory bandwidth is unknown",
    "The {chip} has {bandwidth} of the memory bandwidth of one {baseline}; its compute is unknown",
    "No source gives the compute or the memory bandwidth of the {chip} beside one {baseline} by this day",
)
_OTHERS = (
    "The {chip} has {compute} and {bandwidth}.",
    "The {chip} has {compute} of the compute; its memory bandwidth is unknown.",
    "The {chip} has {bandwidth} of the memory bandwidth; its compute is unknown.",
    "Both are unknown for the {chip}.",
)
_KEPT = {"compute": "dense FP8", "bandwidth": "memory bandwidth"}
_TOLD = 4  # chips that the finding names


def _percent(value: float) -> str:
    """A multiple as part of the baseline: 15%, 119%; from twice on, as 2.5 times."""
    return f"{ratio(value)} times" if value >= 2 else share(value, 0)


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
