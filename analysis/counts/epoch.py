"""Epoch AI's downloads of chip counts, read alike whatever names their columns had, beside what is recorded of them."""

import numpy as np
import pandas as pd

from analysis.counts.published import POINTS, frozen
from analysis.facts.errors import DataError, Fault

# The names of each column: of the site and csv_export/, of staging/, and of canonical_export/ (September 2026).
HEADS = {
    "designer": ["chip manufacturer", "designer"],
    "owner": ["owner"],
    "chip": ["chip type", "chip_type"],
    "period_start": ["start date", "series start date", "start_date", "series_start"],
    "period_end": ["end date", "end_date"],
    "low": ["number of units (5th percentile)", "units_p5"],
    "central": ["number of units", "number of units (median)", "units_med"],
    "high": ["number of units (95th percentile)", "units_p95"],
    "note": ["notes"],
}
_OPTIONAL = ["owner", "chip", "note"]
_KEY = ["product", "period_start", "period_end"]
# What is counted as here; a chip sold, whoever owns it, goes by its name, and any other row by none.
PRODUCTS = {
    "China Nvidia": "nvidia-ai-chips",
    "China (smuggled) Nvidia": "nvidia-controlled-chips",
    "China Huawei": "ascend-all",
    "China Cambricon": "cambricon-mlu",
}
SHOWN = ["product", "as_printed", "period_start", "period_end", "low", "central", "high"]


def read(download: pd.DataFrame) -> pd.DataFrame:
    """A downloaded table of counts by designer, owner or chip, by quarter or since a first quarter.

    Parameters
    ----------
    download : the CSV file, all cells as text and none missing (``pd.read_csv(path, dtype=str,
        keep_default_na=False)``), with the names of any of its three generations, upper or lower case.

    Returns
    -------
    frame : ``product`` (products.csv; empty: none), ``as_printed`` (owner, then chip or designer), ``designer, owner,
        chip`` (empty where the table has none), ``period_start, period_end`` (days as text), ``low, central, high`` in
        units (5th percentile, median, 95th), ``note``, ``broken`` (what no count can be, in words) and ``is_frozen``
        (see `analysis.counts.published.frozen`).

    Raises
    ------
    DataError : a column that has none of its names, a day or a number that cannot be read.
    """
    table = download.rename(columns=lambda head: head.strip().lower())
    heads = {column: next((head for head in names if head in table), None) for column, names in HEADS.items()}
    missing = [names for column, names in HEADS.items() if heads[column] is None and column not in _OPTIONAL]
    if missing:
        raise DataError(*(Fault("download", f"has no column {' or '.join(names)}.") for names in missing))
    frame = pd.DataFrame({column: table[head] if head else "" for column, head in heads.items()})
    try:
        for column in ("period_start", "period_end"):
            frame[column] = pd.to_datetime(frame[column], format="mixed").dt.strftime("%Y-%m-%d")
        frame[POINTS] = frame[POINTS].apply(lambda cells: pd.to_numeric(cells.replace("", np.nan)))
    except ValueError as error:
        raise DataError(Fault("download", f"cannot be read: {error}.")) from error
    about = frame["chip"].where(frame["chip"] != "", frame["designer"])
    frame.insert(0, "as_printed", (frame["owner"] + " " + about).str.strip())
    chips = frame["chip"].str.lower().str.replace(" ", "-").where(frame["owner"] == "", "")
    frame.insert(0, "product", frame["as_printed"].map(PRODUCTS).fillna(chips))
    same = dict.fromkeys(["destination", "stage", "quantity", "unit", "estimator", "voice", "source_id"], "")
    series = frame.assign(**same, product=frame["as_printed"], buyer=frame["owner"])
    return frame.assign(broken=_broken(frame), is_frozen=frozen(series))


def _broken(frame: pd.DataFrame) -> list[str]:
    """What no count can be: below zero, a median outside its range, a sum since a first day that falls."""
    ordered = frame.sort_values(["period_end", "period_start"])
    falls = ordered.groupby(["as_printed", "period_start"])["central"].diff() < 0
    checks = {
        "below zero": frame[POINTS].lt(0).any(axis=1),
        "median outside its range": (frame["low"] > frame["central"]) | (frame["central"] > frame["high"]),
        "falls": falls.reindex(frame.index),
    }
    words = pd.DataFrame(checks)
    return [", ".join(words.columns[row]) for row in words.to_numpy()]


def beside(download: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """What a download says beside what is recorded of the same voice, product and period; nothing is written.

    Parameters
    ----------
    download : from `read`.
    counts : from `analysis.counts.published.estimates`.

    Returns
    -------
    frame : the rows of the download with ``recorded`` (the median on record, of the newest document) and ``status``:
        same, restated (another figure than any recorded) or new.
    """
    recorded = counts[(counts["voice"] == "epoch-ai") & (counts["unit"] == "units")].sort_values(
        "known_on", kind="stable"
    )
    newest = recorded.drop_duplicates(_KEY, keep="last").set_index(_KEY)["central"].rename("recorded")
    rows = download.join(newest, on=_KEY)
    status = np.select([rows["recorded"].isna(), rows["recorded"] == rows["central"]], ["new", "same"], "restated")
    return rows.assign(status=status)
