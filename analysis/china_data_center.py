"""China's part of NVIDIA's data-center revenue, quarter by quarter, as far as the company's own statements bound it.

The company states the part of a year as a whole percentage, of a few quarters in words, of others not at all. What a
year and its stated quarters leave for the others follows by interval arithmetic; among those it is shared out in
proportion to their data-center revenue, which is an assumption of ours and cancels in their sum.
"""

import pandas as pd

from analysis.china_revenue import CHINA

METRIC = "china_share_of_data_center_revenue"
_ROUNDING = 0.005  # a part printed as a whole percentage is known to half a point


def quarters(revenue: pd.DataFrame, guidance: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Least and most of China's data-center revenue in each quarter that a statement bounds.

    Parameters
    ----------
    revenue, guidance, periods : the tables ``revenue``, ``guidance`` and ``fiscal_periods``. An outlook of the share
        stands for a quarter that has no statement afterwards.

    Returns
    -------
    frame : ``fiscal_period, low_musd, high_musd, source_id``, in the order of time. A quarter is missing where neither
        it nor its year is stated, or a data-center revenue is not known.
    """
    stated = _stated(revenue, guidance)
    total = _totals(revenue)
    rows = []
    for year in (name for name in periods["fiscal_period"] if "Q" not in name):
        names = [f"{year}Q{number}" for number in (1, 2, 3, 4)]
        known = [name for name in names if name in stated.index and name in total.index]
        rows += [_row(name, stated.loc[name], total.loc[name]) for name in known]
        rest = [name for name in names if name not in known and name in total.index]
        if year in stated.index and len(known) + len(rest) == 4 and rest:
            rows += _rest(
                _row(year, stated.loc[year], total.loc[year]), rows[len(rows) - len(known) :], total.loc[rest]
            )
    frame = pd.DataFrame(rows, columns=["fiscal_period", "low_musd", "high_musd", "source_id"])
    return frame.sort_values("fiscal_period", ignore_index=True)


def _stated(revenue: pd.DataFrame, guidance: pd.DataFrame) -> pd.DataFrame:
    """Bounds of the share by period: what is said afterwards before what was expected."""
    both = pd.concat([frame[frame["metric"] == METRIC] for frame in (revenue, guidance)], ignore_index=True)
    rows = both[both["company"] == "NVIDIA"].drop_duplicates("fiscal_period").set_index("fiscal_period")
    return pd.DataFrame(
        {
            "low": rows["low"].fillna(rows["value"] - _ROUNDING),
            "high": rows["high"].fillna(rows["value"] + _ROUNDING),
            "source_id": rows["source_id"],
        }
    )


def _totals(revenue: pd.DataFrame) -> pd.DataFrame:
    rows = revenue[(revenue["company"] == "NVIDIA") & (revenue["metric"] == "data_center_revenue")]
    rows = rows[rows["geography"] != CHINA].drop_duplicates("fiscal_period")
    return rows.set_index("fiscal_period")[["value", "source_id"]]


def _row(name: str, share: pd.Series, total: pd.Series) -> dict:
    ids = dict.fromkeys([share["source_id"], total["source_id"]])
    return {
        "fiscal_period": name,
        "low_musd": share["low"] * total["value"],
        "high_musd": share["high"] * total["value"],
        "source_id": "|".join(ids),
    }


def _rest(year: dict, known: list[dict], total: pd.DataFrame) -> list[dict]:
    """What a year leaves for the quarters without a statement, in proportion to their data-center revenue."""
    low = max(0.0, year["low_musd"] - sum(row["high_musd"] for row in known))
    high = year["high_musd"] - sum(row["low_musd"] for row in known)
    ids = dict.fromkeys("|".join([year["source_id"], *(row["source_id"] for row in known)]).split("|"))
    part = total["value"] / total["value"].sum()
    return [
        {
            "fiscal_period": name,
            "low_musd": low * part[name],
            "high_musd": high * part[name],
            "source_id": "|".join(ids),
        }
        for name in total.index
    ]
