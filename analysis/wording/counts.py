"""Words for the estimate of units: tables for readers, and what they say in a sentence."""

import re

import pandas as pd

from analysis.wording.formats import UNKNOWN, listing, money, share

INTERVAL = "90% interval"
KINDS = {
    "prior": "before any count is heard",
    "estimate": "the estimate",
    "without": "without {}",
    "error": "counts right within a factor of {}",
    "split": "all else in an open split weighs {}",
}
PARTS = {"part_of_china_data_center": "open", "unknown": "unknown", "none_sold": "none"}


def by_year(frame: pd.DataFrame, kind: str, names: pd.Series) -> pd.DataFrame:
    """Units by year for readers.

    Parameters
    ----------
    frame : from `analysis.unit_estimates.by_year`.
    kind : ``fiscal`` or ``calendar``.
    names : the name of each product.
    """
    rows = frame[frame["year_is"] == kind]
    return pd.DataFrame(
        {
            "year": rows["year"],
            "chip": titles(rows["product"], names),
            f"estimate, {INTERVAL}": ranges(rows["p5"], rows["p95"]),
            "median": rows["p50"].map(rounded),
            f"before any count is heard, {INTERVAL}": ranges(rows["prior_p5"], rows["prior_p95"]),
            "not in it": [_quarters(cell, names) for cell in rows["unknown"]],
        }
    )


def by_quarter(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Units by quarter for readers: what went in and what came out; unknown, because."""
    told = [row.why or row.source_id.replace("|", ", ") for row in frame.itertuples()]
    return pd.DataFrame(
        {
            "chip": titles(frame["product"], names),
            "quarter": frame["fiscal_period"],
            "revenue, USD": [_dollars(row.low_musd, row.high_musd) for row in frame.itertuples()],
            "its part of that": frame["revenue_from"].map(PARTS).fillna("all"),
            "price of a card, USD": [
                "" if row.high_musd == 0 else pair(row.low_usd, row.high_usd) for row in frame.itertuples()
            ],
            f"estimate, {INTERVAL}": [_estimated(row) for row in frame.itertuples()],
            "median": frame["p50"].map(rounded),
            "sources, or why unknown": told,
        }
    )


def answer(years: pd.DataFrame, quarters: pd.DataFrame, names: pd.Series) -> str:
    """How many chips of each kind were sold in each calendar year, in sentences.

    Parameters
    ----------
    years, quarters : from `analysis.unit_estimates.by_year` and `by_quarter`.
    """
    rows = years[(years["year_is"] == "calendar") & (years["product"] != "all")]
    ceilings = quarters[quarters["most"].notna()]
    if rows.empty and ceilings.empty:
        return "By this day no revenue was on record out of which chips sold in China could be estimated."
    told = [
        f"- **{names.get(row.product, row.product)} in {row.year}**: {pair(row.p5, row.p95)}, "
        + f"median {rounded(row.p50)}"
        + (f" (not in it: {_quarters(row.unknown, names)})" if row.unknown else "")
        for row in rows.itertuples()
    ]
    told += [
        f"- **{names.get(row.product, row.product)} in {row.fiscal_period}**: up to "
        f"{rounded(row.most)}; no more is known"
        for row in ceilings.itertuples()
    ]
    return (
        "Sold by NVIDIA in China, with the range that holds the number nine times in ten if the assumptions hold:\n\n"
        + "\n".join(told)
        + "\n\nThe ranges take in what accounts leave open, the price of a card, and errors of the published counts; "
        "they do not take in chips that no account, price or count is about." + _thin(rows)
    )


def _thin(years: pd.DataFrame) -> str:
    size = years["effective_draws"].min() if len(years) else FEW
    warned = f" The weighted draws are worth only {rounded(size)} of their kind: ask for more draws, or believe less."
    return warned if size < FEW else ""


FEW = 1000  # effective draws, below which the ends of an interval are rough


def cases(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The estimate with a voice left out, with other errors, and before any is heard, for readers."""
    rows = frame[frame["kind"] != "input"]
    return pd.DataFrame(
        {
            "case": [named(KINDS[row.kind].format(row.name), names) for row in rows.itertuples(index=False)],
            INTERVAL: ranges(rows["p5"], rows["p95"]),
            "median": rows["p50"].map(rounded),
            "median against the estimate": rows["change_share"].map(lambda value: share(value) if value else ""),
            "effective draws": rows["effective_draws"].map(rounded),
        }
    )


def named(text: str, names: pd.Series) -> str:
    """The name of an input with the names of chips in it: ``h20's part of it`` to ``H20's part of it``."""
    return re.sub(r"[a-z]+-?\d+[a-z]?", lambda found: names.get(found.group(), found.group()), text)


def inputs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How much of the spread goes away once an input is known, for readers."""
    rows = frame[frame["kind"] == "input"]
    return pd.DataFrame(
        {
            "input": [named(text, names) for text in rows["name"]],
            "before any count is heard": rows["prior_variance_share"].map(share),
            "in the estimate": rows["variance_share"].map(share),
        }
    )


def ranges(low: pd.Series, high: pd.Series) -> list[str]:
    """``383,000 to 460,000``, three digits of what is estimated; unknown where there is nothing."""
    return [pair(*ends) for ends in zip(low, high, strict=True)]


def rounded(value: float) -> str:
    """Three digits of an estimate: 821,000."""
    if pd.isna(value):
        return UNKNOWN
    digits = max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


def pair(low: float, high: float) -> str:
    """``383,000 to 460,000``, or one figure where both ends read alike."""
    first, last = rounded(low), rounded(high)
    return first if first == last else f"{first} to {last}"


def _estimated(row: tuple) -> str:
    """The interval, the ceiling where there is no more, or unknown."""
    return pair(row.p5, row.p95) if pd.isna(row.most) else f"up to {rounded(row.most)}"


def _dollars(low: float, high: float) -> str:
    """``1.51bn to 5.95bn``, for a column whose head names the currency."""
    if pd.isna(low):
        return UNKNOWN
    first, last = (money(end).removeprefix("USD ") for end in (low, high))
    return first if first == last else f"{first} to {last}"


def titles(products: pd.Series, names: pd.Series) -> list[str]:
    """The names of products; ``all``: those listed."""
    return ["all of these" if product == "all" else names.get(product, product) for product in products]


def _quarters(unknown: str, names: pd.Series) -> str:
    """``H20 FY2026Q4 and RTX 6000D FY2026Q3, FY2026Q4, after 2026-07-26``."""
    by_product: dict[str, list[str]] = {}
    for cell in filter(None, unknown.split("|")):
        product, _, period = cell.partition(" ")
        by_product.setdefault(names.get(product, product), []).append(period)
    return listing(f"{name} {', '.join(periods)}" for name, periods in by_product.items()) if by_product else ""
