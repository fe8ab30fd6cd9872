"""What China-headquartered revenue can consist of, quarter by quarter: bounds, because no filing splits it."""

import math

import pandas as pd

from analysis.revenue.china import CHINA, accounts, china_revenue

PARTS = ["data-center compute", "networking", "gaming and other"]
CENTER = "data center"  # the first two of the parts together
CONDITIONS = {
    "": "nothing is assumed",
    "stated": "the H20 and H200 that the company says it sold to China all went to Chinese headquarters",
    "gaming": "gaming and other is no larger a part of China revenue than of all revenue",
    "data center": "the data center is no larger a part of China revenue than of all revenue",
}
# sales of data-center compute to China that the company has put a figure on, on neither basis of the geographic table
_STATED = ["h20_revenue", "dc_hopper_shipments_china", "h200_licensed_revenue"]
_COMPANY = ["data_center_revenue", "compute_revenue", "networking_revenue"]


def exposure(revenue: pd.DataFrame) -> pd.DataFrame:
    """Bounds of each part of China revenue by headquarters, without a condition and under each of `CONDITIONS`.

    The parts of a quarter add up to its China revenue, and none can be larger than what the company sold of it in all;
    nothing else is certain. A group with its head office in China may buy outside China what cannot be exported there,
    and a seller elsewhere may have delivered the H20 of a quarter, so neither the rules nor the H20 figures bound it.
    Each condition adds one statement to that, alone; whether it holds is not known.

    Parameters
    ----------
    revenue : the table of that name.

    Returns
    -------
    frame : one row a quarter, condition and part of `PARTS`: ``fiscal_period, china_low_musd, china_high_musd`` (its
        rounding), ``condition`` (of `CONDITIONS`; empty: none), ``part, low_musd, high_musd, low_share, high_share``
        (of China revenue; NaN, as the bounds, where the condition contradicts the accounts or needs a figure that is
        not known), ``company_musd`` (what was sold of it in all; NaN: not disclosed), ``stated_musd`` (compute that the
        company said it sold to China, on neither basis), ``arithmetic, source_id`` (of every figure that went in).
    """
    china = china_revenue(revenue, "headquarters")
    china = china[china["grain"] == "quarter"]
    lines = accounts(revenue, "revenue", *_COMPANY, *_STATED)
    rows = [row for quarter in china.to_dict("records") for row in _of(quarter, lines)]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["fiscal_period", "china_low_musd", "china_high_musd", "condition", "part", "low_musd", "high_musd"]
_COLUMNS += ["low_share", "high_share", "company_musd", "stated_musd", "arithmetic", "source_id"]


def _of(quarter: dict, lines: pd.DataFrame) -> list[dict]:
    """The three parts of one quarter, under each condition."""
    lines = lines[lines["fiscal_period"] == quarter["fiscal_period"]]
    china = tuple(
        quarter["revenue_musd"] if pd.isna(quarter[end]) else quarter[end] for end in ("low_musd", "high_musd")
    )
    sold, sources = _sold(lines)
    stated, stated_source = _stated(lines)
    rows = []
    for condition in CONDITIONS:
        floors, caps, words = _under(condition, china, sold, stated)
        given = [quarter["source_id"], *sources, stated_source if condition == "stated" else ""]
        for part in PARTS:
            low, high = _bounds(part, china, floors, caps)
            rows.append(
                {
                    "fiscal_period": quarter["fiscal_period"],
                    "china_low_musd": china[0],
                    "china_high_musd": china[1],
                    "condition": condition,
                    "part": part,
                    "low_musd": low,
                    "high_musd": high,
                    "low_share": low / china[1],
                    "high_share": min(1.0, high / china[0]) if low <= high else math.nan,
                    "company_musd": sold[part] if sold[part] < math.inf else math.nan,
                    "stated_musd": stated if part == PARTS[0] else math.nan,
                    "arithmetic": words or _arithmetic(part, china, caps),
                    "source_id": "|".join(dict.fromkeys(filter(None, "|".join(given).split("|")))),
                }
            )
    return rows


def _sold(lines: pd.DataFrame) -> tuple[dict[str, float], list[str]]:
    """What was sold of each part in all, and the documents that say so.

    Compute and networking are the whole data center where that is not split; there is no limit where it is not told.
    """
    totals = lines[lines["geography"] == "Total"].dropna(subset="value").set_index("metric")
    value = totals["high"].fillna(totals["value"])  # the upper end of a rounded figure
    center, compute, networking = (value.get(metric, value.get(_COMPANY[0], math.inf)) for metric in _COMPANY)
    total = value.get("revenue", math.nan)
    rest = total - center if center < math.inf else math.inf
    sold = dict(zip(PARTS, (compute, networking, rest), strict=True)) | {CENTER: center, "total": total}
    return sold, list(totals["source_id"].reindex(["revenue", *_COMPANY]).dropna())


def _stated(lines: pd.DataFrame) -> tuple[float, str]:
    """The most of what the company said, at the least, that it sold to China of data-center compute, and where."""
    rows = lines[lines["metric"].isin(_STATED) & (lines["geography"] == CHINA)]
    least = rows["value"].fillna(rows["low"])
    if least.isna().all():
        return math.nan, ""
    largest = rows[least == least.max()]
    return float(least.max()), "|".join(largest.loc[largest["grade"] == largest["grade"].min(), "source_id"])


def _under(condition: str, china: tuple[float, float], sold: dict[str, float], stated: float) -> tuple[dict, dict, str]:
    """Floors and caps of the parts under a condition, and its arithmetic in words (empty: that of the accounts)."""
    floors, caps = dict.fromkeys(PARTS, 0.0), dict(sold)
    if condition == "stated":
        floors[PARTS[0]] = stated
        unknown = math.isnan(stated)
        return floors, caps, "no sale is stated" if unknown else f"compute at least {stated:,.0f}, as stated"
    part = {"gaming": PARTS[2], "data center": CENTER}.get(condition)
    if part is None:
        return floors, caps, ""
    share = sold[part] / sold["total"]
    caps[part] = min(sold[part], china[1] * share) if share < math.inf else math.nan
    return floors, caps, f"{condition} at most {china[1]:,.0f} x {sold[part]:,.0f} / {sold['total']:,.0f}"


def _bounds(part: str, china: tuple[float, float], floors: dict, caps: dict) -> tuple[float, float]:
    """Least and most of a part, where the three add up to China revenue; NaN where they cannot or one is unknown."""
    center = min(caps[CENTER], caps[PARTS[0]] + caps[PARTS[1]])
    if math.isnan(sum(floors.values())) or math.isnan(caps[PARTS[2]]) or math.isnan(caps[CENTER]):
        return math.nan, math.nan
    others = [name for name in PARTS if name != part]
    room = center if part == PARTS[2] else sum(caps[name] for name in others)
    low = max(floors[part], china[0] - room)
    high = min(caps[part], china[1] - sum(floors[name] for name in others))
    if part != PARTS[2]:
        high = min(high, center - floors[others[0]])
    return (low, high) if low <= high else (math.nan, math.nan)


def _arithmetic(part: str, china: tuple[float, float], caps: dict) -> str:
    least, most = china
    others = sum(caps[name] for name in PARTS if name != part) if part != PARTS[2] else caps[CENTER]
    limit = caps[part]
    top = f"at most {limit:,.0f}, all that was sold" if limit < most else f"at most {most:,.0f}, all of China"
    bottom = f"; at least {least:,.0f} less {others:,.0f}, all that was sold of the rest" if others < least else ""
    return top + bottom
