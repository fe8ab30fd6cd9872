"""What a grade is worth: figures of grades B and C held against those of grade A on the same thing."""

import pandas as pd

from analysis.facts.resolve import ROUNDING, resolve
from analysis.facts.schema import TABLES as DECLARED
from analysis.facts.tables import as_numbers

# tables whose key says what a figure is about; a price is its seller's, and what was said of a market is its speaker's
_ASIDE = {"prices", "revenue_estimates", "claims", "count_errors", "power"}
TABLES = [name for name, declared in DECLARED.items() if declared.points and name not in _ASIDE]
_STATEMENT = {"published_on", "source_id", "locator", "as_printed", "estimator", "low", "value", "central", "high"}
_LEVEL = 0.90
FAR = 0.05  # an error that no rounding makes
_COLUMNS = ["table", "about", "grade", "value", "low", "high", "unit", "source_id", "known_on"]
_COLUMNS += ["value_a", "low_a", "high_a", "source_id_a", "known_on_a", "is_contradicted", "error_share"]


def compared(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each figure of grade B or C that a document of grade A gives as well.

    Compared is what a source states as a fact (``official`` and ``reported``); what was derived repeats the errors of
    its inputs, and estimates claim less. Where documents of grade A contradict one another nothing is compared.

    Parameters
    ----------
    tables : those of `TABLES`, by name.

    Returns
    -------
    frame : ``table, about`` (the cells that say what it is about), ``grade, value, low, high, unit, source_id,
        known_on``, the same of grade A with ``_a``, ``is_contradicted`` (what the two give has no point in
        common, by more than `analysis.facts.resolve.ROUNDING`), ``error_share`` (of the figure of grade A; NaN
        without two points).
    """
    parts = [_pairs(name, rows) for name, rows in tables.items()]
    return pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=_COLUMNS)], ignore_index=True)


def _pairs(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The comparisons of one table."""
    declared = DECLARED[name]
    low, point, high = declared.points
    rows = rows[rows["basis"].isin(["official", "reported"])].rename(columns={low: "low", point: "value", high: "high"})
    if "is_usable" in rows:
        rows = rows[rows["is_usable"]]
    figures = rows[["value", "low", "high"]].apply(as_numbers)  # words and days are not compared
    rows = rows.assign(**figures)[figures.notna().any(axis=1)]
    rows = rows.assign(measure=rows["unit"])
    about = [column for column in declared.key if column not in _STATEMENT and column != "unit"]
    about += [column for column in ("is_recast", "measure") if column in rows]
    if rows.empty:
        return rows
    best = resolve(rows[rows["grade"] == "A"], by=about)
    best = best[~best["is_conflict"]]
    pairs = rows[rows["grade"] != "A"].merge(best, on=about, suffixes=("", "_a"))
    ends = {
        f"{end}{of}": pairs[f"{end}{of}"].fillna(pairs[f"value{of}"]).fillna(open_end)
        for of in ("", "_a")
        for end, open_end in (("low", -float("inf")), ("high", float("inf")))
    }
    margin = pairs["value_a"].abs().fillna(0) * ROUNDING * pairs[["low", "high"]].isna().all(axis=1)
    apart = (ends["low"] > ends["high_a"] + margin) | (ends["high"] < ends["low_a"] - margin)
    pairs = pairs.assign(
        table=name,
        about=pairs[about].astype(str).apply(lambda cells: ", ".join(filter(None, cells)), axis=1)
        if len(pairs)
        else "",
        is_contradicted=apart,
        error_share=(pairs["value"] / pairs["value_a"].where(pairs["value_a"] != 0) - 1).abs(),
    )
    return pairs[_COLUMNS].sort_values(["about", "grade", "source_id"], ignore_index=True)


def reliability(frame: pd.DataFrame) -> pd.DataFrame:
    """How often, by grade and table, and for all tables together.

    Parameters
    ----------
    frame : from `compared`.

    Returns
    -------
    frame : ``grade, table`` (``all``: every one), ``figures`` (compared), ``documents`` (that gave them),
        ``contradicted, rate, rate_low, rate_high`` (the exact interval of a share, Clopper and Pearson, Biometrika 26,
        1934, at 90 percent; it takes figures for independent, which those of one document are not), ``with_range,
        outside_range`` (figures that state a range, and those contradicted), ``far_off`` (errors above `FAR`),
        ``median_error, largest_error`` (shares of the figure of grade A; NaN where nothing compared has two points).
    """
    from scipy.special import betaincinv  # a third of a second, which no other result of the subject needs

    rows = []
    for grade, of_grade in frame.groupby("grade"):
        parts = [("all", of_grade), *of_grade.groupby("table")]
        for name, part in parts:
            count, hits = len(part), int(part["is_contradicted"].sum())
            has_range = part[["low", "high"]].notna().any(axis=1)
            tail = (1 - _LEVEL) / 2
            rows.append(
                {
                    "grade": grade,
                    "table": name,
                    "figures": count,
                    "documents": part["source_id"].nunique(),
                    "contradicted": hits,
                    "rate": hits / count,
                    "rate_low": betaincinv(hits, count - hits + 1, tail) if hits else 0.0,
                    "rate_high": betaincinv(hits + 1, count - hits, 1 - tail) if hits < count else 1.0,
                    "with_range": int(has_range.sum()),
                    "outside_range": int((has_range & part["is_contradicted"]).sum()),
                    "far_off": int((part["error_share"] > FAR).sum()),
                    "median_error": part["error_share"].median(),
                    "largest_error": part["error_share"].max(),
                }
            )
    return pd.DataFrame(rows, columns=_RATES)


_RATES = ["grade", "table", "figures", "documents", "contradicted", "rate", "rate_low", "rate_high", "with_range"]
_RATES += ["outside_range", "far_off", "median_error", "largest_error"]
