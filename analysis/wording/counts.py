"""Words for the estimate of units: tables for readers, and what they say in a sentence."""

import re

import pandas as pd

from analysis.wording.formats import UNKNOWN, count, listing, money, share, span, units
from analysis.wording.shipments import STAGES, months

INTERVAL = "90% interval"
KINDS = {
    "prior": "before any count is heard",
    "estimate": "the estimate",
    "without": "without {}",
    "error": "counts right within a factor of {}",
}
PARTS = {"part_of_china_data_center": "open", "unknown": "unknown"}


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
            "quarters not in it": [_quarters(cell, names) for cell in rows["unknown"]],
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
            "price of a card, USD": ranges(frame["low_usd"], frame["high_usd"]),
            f"estimate, {INTERVAL}": ranges(frame["p5"], frame["p95"]),
            "median": frame["p50"].map(rounded),
            "sources, or why unknown": told,
        }
    )


def evidence(frame: pd.DataFrame) -> pd.DataFrame:
    """Published counts of a chip beside the estimate of the same days, for readers; what is melded first."""
    order = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    rows = frame.sort_values("outcome", key=lambda outcomes: outcomes.map(order), kind="stable")
    return pd.DataFrame(
        {
            "who": rows["estimator"] + rows["buyer"].map(lambda buyer: "" if buyer == "all" else f", of {buyer}"),
            "count": [span(row.low, row.central, row.high, units) for row in rows.itertuples()],
            "stage, period": [
                f"{STAGES[row.stage]}, {months(row.period_start, row.period_end)}" for row in rows.itertuples()
            ],
            f"estimate, {INTERVAL}": ["" if pd.isna(row.p50) else _pair(row.p5, row.p95) for row in rows.itertuples()],
            "what came of it, and why they differ": rows["outcome"] + ": " + rows["why"],
            "goes back to": rows["voice"],
            "source": rows["source_id"],
        }
    )


OUTCOMES = ["melded", "in conflict with the prior", "repeats another", "the estimate starts from it"]


def answer(years: pd.DataFrame, names: pd.Series) -> str:
    """How many chips of each kind were sold in each calendar year, in sentences.

    Parameters
    ----------
    years : from `analysis.unit_estimates.by_year`.
    """
    rows = years[(years["year_is"] == "calendar") & (years["product"] != "all") & (years["p95"] > 0)]
    if rows.empty:
        return "By this day no revenue was on record out of which chips sold in China could be estimated."
    told = [
        f"- **{names.get(row.product, row.product)} in {row.year}**: {_pair(row.p5, row.p95)}, "
        + f"median {rounded(row.p50)}"
        + (f" ({_quarters(row.unknown, names)} unknown and not in it)" if row.unknown else "")
        for row in rows.itertuples()
    ]
    return (
        "Sold by NVIDIA in China, with the range that holds the number nine times in ten if the assumptions hold:\n\n"
        + "\n".join(told)
        + "\n\nThe ranges take in what accounts leave open, the price of a card, and errors of the published counts; "
        "they do not take in chips that no account, price or count is about."
    )


def compared(frame: pd.DataFrame, name: str) -> str:
    """What came of the published counts of one chip, in sentences.

    Parameters
    ----------
    frame : from `analysis.unit_estimates.beside`, of one product.
    name : the name a reader knows.
    """
    heard = frame[frame["outcome"] == "melded"]
    if heard.empty:
        return f"By this day no published count of **{name}** bears on the units sold."
    clash = frame[frame["outcome"] == "in conflict with the prior"]
    votes = heard["voice"].nunique()
    others = len(frame) - len(heard) - len(clash)
    lines = [
        f"Of {count(len(frame), 'published count')} of **{name}**, {len(heard)} "
        f"from {count(votes, 'independent voice')} {'is' if len(heard) == 1 else 'are'} melded; "
        f"{others} {'repeats another or counts' if others == 1 else 'repeat others or count'} something else than "
        "chips sold (orders, stock, plans, licences)."
    ]
    lines += [_clash(row) for row in clash.itertuples()]
    points = heard[heard["evidence"] == "equal"].groupby(["period_start", "period_end"])
    lines += [_apart(rows) for _, rows in points if len(rows) > 1]
    return "\n\n".join(lines)


def _clash(row: tuple) -> str:
    counted = f"{span(row.low, row.central, row.high, units)} in {months(row.period_start, row.period_end)}"
    return (
        f"The count of {_who(row.estimator)} ({counted}) stands in conflict with accounts and prices: before it is "
        f"heard, a count so far out has a chance of {share(row.prior_p)}. It is shown, not melded."
    )


def _who(estimator: str) -> str:
    """``not stated (Asia Times)`` is a count that the text in brackets prints without a source."""
    inside = re.fullmatch(r"not stated \((.+)\)", estimator)
    return inside[1] if inside else estimator


def _apart(rows: pd.DataFrame) -> str:
    """How far the counts of the same days lie apart, and where the estimate stands."""
    ends, first = rows[["low", "central", "high"]], rows.iloc[0]
    period, least, most = months(first["period_start"], first["period_end"]), ends.min(axis=None), ends.max(axis=None)
    return (
        f"For {period} the voices reach from {units(least)} to {units(most)}, and none says how far it may err. The "
        f"estimate for the same days is {_pair(first['p5'], first['p95'])}: each voice is heard once, and each may be "
        "off by the factor asked."
    )


def cases(frame: pd.DataFrame) -> pd.DataFrame:
    """The estimate with a voice left out, with other errors, and before any is heard, for readers."""
    rows = frame[frame["kind"] != "input"]
    return pd.DataFrame(
        {
            "case": [KINDS[row.kind].format(row.name) for row in rows.itertuples(index=False)],
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
    return [_pair(*pair) for pair in zip(low, high, strict=True)]


def rounded(value: float) -> str:
    """Three digits of an estimate: 821,000."""
    if pd.isna(value):
        return UNKNOWN
    digits = max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


def _pair(low: float, high: float) -> str:
    first, last = rounded(low), rounded(high)
    return first if first == last else f"{first} to {last}"


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
    """``H20 FY2026Q4 and RTX 6000D FY2026Q3, FY2026Q4``."""
    by_product: dict[str, list[str]] = {}
    for cell in filter(None, unknown.split("|")):
        product, period = cell.split(" ")
        by_product.setdefault(names.get(product, product), []).append(period)
    return listing(f"{name} {', '.join(periods)}" for name, periods in by_product.items()) if by_product else ""
