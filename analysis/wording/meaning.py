"""Words for what units mean: H100-equivalents, the law, buyers and rivals."""

import pandas as pd

from analysis.wording.controls import TREATMENTS
from analysis.wording.counts import INTERVAL, ranges, titles
from analysis.wording.formats import UNKNOWN, count, plain, share, span, units
from analysis.wording.shipments import STAGES, months

MEASURES = {
    "units": "chips",
    "compute": "H100s by dense BF16",
    "bandwidth": "H100s by memory bandwidth",
    "memory": "H100s by memory capacity",
    "prefill": "H100s in prefill",
    "decode": "H100s in decode",
    "decode without overhead": "H100s in decode without overhead",
}


def equivalents(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The stock at the end of the last known quarter, in chips and in H100s by each measure, for readers."""
    last = frame[frame["period_end"] == frame["period_end"].max()]
    told = {"chip": titles(pd.Series(last["product"].unique()), names)} if len(last) else {"chip": []}
    for measure, label in MEASURES.items():
        rows = last[last["measure"] == measure].set_index("product").reindex(last["product"].unique())
        told[label] = ranges(rows["stock_p5"], rows["stock_p95"])
    return pd.DataFrame(told)


def legality(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Units under the treatment in force, for readers."""
    return pd.DataFrame(
        {
            "chip": titles(frame["product"], names),
            "quarter": frame["fiscal_period"],
            f"estimate, {INTERVAL}": ranges(frame["p5"], frame["p95"]),
            "treatment": [_treatment(row) for row in frame.itertuples()],
            "counts as": frame["counts_as"],
            "because": frame["why"],
        }
    )


def _treatment(row: tuple) -> str:
    """``free``, or ``free until 2023-10-23 (92.3% of the days), then licence, presumed denied``."""
    first, last = TREATMENTS[row.treatment_first_day], TREATMENTS[row.treatment_last_day]
    if first == last:
        return first
    return f"{first} until {row.changed_on.replace('|', ', ')} ({share(row.days_first)} of the days), then {last}"


def buyers(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Counts of single buyers for readers; a count under a new label is a ceiling at best."""
    shares = [
        "in conflict"
        if row.is_conflict
        else UNKNOWN
        if pd.isna(row.share_low)
        else f"{share(row.share_low)} to {share(row.share_high)}"
        for row in frame.itertuples()
    ]
    return pd.DataFrame(
        {
            "buyer": frame["buyer"],
            "period": [months(*days) for days in zip(frame["period_start"], frame["period_end"], strict=True)],
            "counted as": titles(frame["product"], names),
            "count": [span(row.low, row.central, row.high, units) for row in frame.itertuples()],
            "the same count before, as": titles(frame["relabelled_from"], names),
            "part of the estimate": shares,
            "goes back to": frame["voice"],
            "source": frame["source_id"],
        }
    )


def domestic(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Chips of Chinese makers by year and estimator, for readers."""
    apart = [
        "" if not row.apart > 1 else f"{plain(row.apart, 2)} times, {count(int(row.voices), 'voice')}"
        for row in frame.itertuples()
    ]
    return pd.DataFrame(
        {
            "maker": frame["designer"],
            "counted": titles(frame["product"], names),
            "period": [months(*days) for days in zip(frame["period_start"], frame["period_end"], strict=True)],
            "stage": frame["stage"].map(STAGES),
            "count": [span(row.low, row.central, row.high, units) for row in frame.itertuples()],
            "who": frame["estimator"],
            "counts that cannot all be right, apart by": apart,
            "source": frame["source_id"],
        }
    )
