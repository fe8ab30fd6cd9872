"""What China-headquartered revenue can consist of, quarter by quarter: bounds, because no filing splits it."""

import pandas as pd

from analysis.revenue.china import CHINA, accounts, china_revenue

PARTS = ["data-center compute", "networking", "gaming and other"]
# sales of data-center compute to China that the company has put a figure on, on neither basis of the geographic table
_STATED = ["h20_revenue", "dc_hopper_shipments_china", "h200_licensed_revenue"]
_COMPANY = ["data_center_revenue", "compute_revenue", "networking_revenue"]
_NONE = float("inf")  # no limit is disclosed


def exposure(revenue: pd.DataFrame) -> pd.DataFrame:
    """Bounds of each part of China revenue by headquarters.

    The parts of a quarter add up to its China revenue, and none can be larger than what the company sold of it in all;
    nothing else is certain. A group with its head office in China may buy outside China what cannot be exported there,
    and a seller elsewhere may have delivered the H20 of a quarter, so neither the rules nor the H20 figures bound it.

    Parameters
    ----------
    revenue : the table of that name.

    Returns
    -------
    frame : one row a quarter and part of `PARTS`: ``fiscal_period, china_low_musd, china_high_musd`` (its rounding),
        ``part, low_musd, high_musd, low_share, high_share`` (of China revenue), ``company_musd`` (what was sold of it
        in all; NaN: not disclosed), ``stated_musd`` (compute that the company said it sold to China, on neither basis),
        ``arithmetic, source_id``.
    """
    china = china_revenue(revenue, "headquarters")
    china = china[china["grain"] == "quarter"]
    lines = accounts(revenue, *_COMPANY, *_STATED)
    rows = [row for quarter in china.to_dict("records") for row in _of(quarter, lines)]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["fiscal_period", "china_low_musd", "china_high_musd", "part", "low_musd", "high_musd", "low_share"]
_COLUMNS += ["high_share", "company_musd", "stated_musd", "arithmetic", "source_id"]


def _of(quarter: dict, lines: pd.DataFrame) -> list[dict]:
    """The three parts of one quarter."""
    lines = lines[lines["fiscal_period"] == quarter["fiscal_period"]]
    least, most = (
        quarter["revenue_musd"] if pd.isna(quarter[end]) else quarter[end] for end in ("low_musd", "high_musd")
    )
    limits = _limits(lines, quarter["total_musd"])
    rows = []
    for part in PARTS:
        others = sum(limits[name] for name in PARTS if name != part)
        low, high = max(0.0, least - others), min(most, limits[part])
        rows.append(
            {
                "fiscal_period": quarter["fiscal_period"],
                "china_low_musd": least,
                "china_high_musd": most,
                "part": part,
                "low_musd": low,
                "high_musd": high,
                "low_share": low / most,
                "high_share": min(1.0, high / least),
                "company_musd": limits[part] if limits[part] < _NONE else float("nan"),
                "stated_musd": _stated(lines) if part == PARTS[0] else float("nan"),
                "arithmetic": _arithmetic(least, most, limits[part], others),
                "source_id": quarter["source_id"],
            }
        )
    return rows


def _limits(lines: pd.DataFrame, total: float) -> dict[str, float]:
    """What was sold of each part in all: the whole data center where it is not split, no limit where it is not told."""
    sold = lines[lines["geography"] == "Total"].set_index("metric")["value"].dropna()
    center, compute, networking = (sold.get(metric, sold.get(_COMPANY[0], _NONE)) for metric in _COMPANY)
    rest = total - center if center < _NONE else _NONE
    return dict(zip(PARTS, (compute, networking, rest), strict=True))


def _stated(lines: pd.DataFrame) -> float:
    """The least that the company said it sold to China of data-center compute; NaN where it said nothing."""
    rows = lines[lines["metric"].isin(_STATED) & (lines["geography"] == CHINA)]
    return float(rows["value"].fillna(rows["low"]).max())


def _arithmetic(least: float, most: float, limit: float, others: float) -> str:
    top = f"at most {limit:,.0f}, all that was sold" if limit < most else f"at most {most:,.0f}, all of China"
    bottom = f"; at least {least:,.0f} less {others:,.0f}, all that was sold of the rest" if others < least else ""
    return top + bottom
