"""Words for who says how many."""

import pandas as pd

from analysis.wording.controls import TREATMENTS
from analysis.wording.formats import UNKNOWN, count, listing, money, plain, share, span, units

STAGES = {
    "shipped": "shipped",
    "sold": "sold",
    "ordered": "ordered",
    "requested": "asked for",
    "licensed": "licensed",
    "produced": "produced",
    "planned": "planned",
    "forecast": "forecast",
    "stock": "in stock",
    "smuggled": "smuggled",
    "seized_or_charged": "seized or charged",
    "lost": "lost",
    "share": "share",
    "market_size": "market size",
    "other": "other",
}
FORMS = {"units": units, "musd": money, "mcny": lambda value: money(value, "CNY"), "share": share}


def figure(row) -> str:
    """One published number with its range or bound, in its own unit."""
    form = FORMS.get(row.unit)
    return (
        span(row.low, row.central, row.high, form)
        if form
        else f"{span(row.low, row.central, row.high, plain)} {row.unit}"
    )


def period(start: str, end: str) -> str:
    """``2024``, ``2025-01-01 to 2025-04-15`` or a single day."""
    if start[5:] == "01-01" and end[5:] == "12-31" and start[:4] == end[:4]:
        return start[:4]
    if not start and not end:
        return UNKNOWN
    return start if start == end or not end else f"until {end}" if not start else f"{start} to {end}"


def months(start: str, end: str) -> str:
    """The period to the month: ``2024``, ``Jan to Apr 2024``, ``Oct 2024 to Jan 2025``, ``Aug 2025``."""
    if period(start, end) in (UNKNOWN, start[:4]):
        return period(start, end)
    first, last = (f"{pd.Timestamp(moment):%b %Y}" if moment else "" for moment in (start, end or start))
    if not first:
        return f"until {last}"
    if first == last:
        return first
    return f"{first[:3] if first[4:] == last[4:] else first} to {last}"


def estimates(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Published counts for readers: a row a number; the product is named where there are several."""
    products = {"product": frame["product"].map(names)} if frame["product"].nunique() > 1 else {}
    return pd.DataFrame(
        products
        | {
            "stage": frame["stage"].map(STAGES),
            "period": [months(*days) for days in zip(frame["period_start"], frame["period_end"], strict=True)],
            "number": [figure(row) for row in frame.itertuples()],
            "who": frame["estimator"],
            "buyer, place": frame["buyer"] + ", " + frame["destination"],
            "goes back to": frame["voice"],
            "known on": frame["known_on"],
            "grade": frame["grade"],
            "source": frame["source_id"],
        }
    )


def voices(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers, documents and independent origins for readers."""
    return pd.DataFrame(
        {
            "stage": frame["stage"].map(STAGES),
            "numbers": frame["numbers"],
            "documents": frame["documents"],
            "independent origins": frame["voices"],
            "lowest": frame["low"],
            "highest": frame["high"],
        }
    )


def answer(frame: pd.DataFrame, name: str) -> str:
    """How many numbers there are for a product, from how many origins, and how far they lie apart.

    Parameters
    ----------
    frame : from `analysis.shipments.voices`, for one product.
    name : the name a reader knows.
    """
    if frame.empty:
        return f"By this day no count of **{name}** had been published."
    bullets = [
        f"- **{STAGES[row.stage]}**: {count(row.numbers, 'number')} from {count(row.voices, 'independent origin')}, "
        f"{span(row.low, float('nan'), row.high, units)}"
        for row in frame.itertuples()
    ]
    return (
        f"What is published of **{name}** in units, stage by stage:\n\n"
        + "\n".join(bullets)
        + "\n\nThe numbers of one "
        "stage can be about different periods and buyers, so their span is no estimate; numbers of different stages "
        "are different things and never add up."
    )


def chain(frame: pd.DataFrame) -> pd.DataFrame:
    """Who quotes whom: the origins that several documents repeat, for readers."""
    rows = frame.groupby("voice").agg(
        numbers=("voice", "size"),
        documents=("source_id", "nunique"),
        who=("estimator", lambda names: listing(dict.fromkeys(names))),
        copies=("quotes", lambda chains: "; ".join(dict.fromkeys(filter(None, chains)))),
    )
    rows = rows.sort_values(["documents", "numbers"], ascending=False, kind="stable").reset_index()
    names = {"voice": "origin", "who": "as named in the documents", "copies": "copies (copy <- original)"}
    return rows.rename(columns=names)


def overview(frame: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """All products with unit counts for readers, single chips before families and aggregates."""
    told = products.set_index("product")[["name", "maker", "level"]]
    rows = frame.join(told, on="product").assign(stage=frame["stage"].map(STAGES))
    rows["is_aggregate"] = rows["level"] == "aggregate"
    rows = rows.sort_values(["is_aggregate", "maker", "name"], kind="stable")
    names = {"name": "product", "voices": "independent origins", "low": "lowest", "high": "highest"}
    columns = ["name", "maker", "stage", "numbers", "voices", "low", "high"]
    return rows[columns].rename(columns=names)


def units_by_quarter(frame: pd.DataFrame) -> pd.DataFrame:
    """H20 units out of revenue and price, for readers: what went in and what came out."""
    return pd.DataFrame(
        {
            "quarter": frame["fiscal_period"],
            "revenue": frame["revenue_musd"].map(money),
            "revenue is": frame["revenue_is"],
            "price of a card, USD": _span(frame["low_usd"], frame["high_usd"]),
            "units, 5th to 95th percentile": _span(frame["p5"], frame["p95"]),
            "median": frame["p50"].map(_rounded),
            "sources": _ids(frame["source_id"]),
        }
    )


def units_by_year(frame: pd.DataFrame) -> pd.DataFrame:
    """H20 units by fiscal year, for readers."""
    return pd.DataFrame(
        {
            "year": frame["fiscal_year"],
            "quarters known": frame["quarters"].astype(str) + " of 4",
            "revenue": frame["revenue_musd"].map(money),
            "revenue is": frame["revenue_is"],
            "units, 5th to 95th percentile": _span(frame["p5"], frame["p95"]),
            "median": frame["p50"].map(_rounded),
        }
    )


def legality(frame: pd.DataFrame) -> pd.DataFrame:
    """H20 units under the treatment in force, for readers."""
    return pd.DataFrame(
        {
            "quarter": frame["fiscal_period"],
            "units, 5th to 95th percentile": _span(frame["p5"], frame["p95"]),
            "first day": frame["treatment_first_day"].map(TREATMENTS),
            "last day": frame["treatment_last_day"].map(TREATMENTS),
            "changed on": frame["changed_on"].str.replace("|", ", "),
            "counts as": frame["counts_as"],
            "because": frame["why"],
        }
    )


def _span(low: pd.Series, high: pd.Series) -> list[str]:
    """``383,000 to 460,000``, three digits of what is estimated; unknown where there is nothing."""
    pairs = zip(low.map(_rounded), high.map(_rounded), strict=True)
    return [a if a == b else f"{a} to {b}" for a, b in pairs]


def _rounded(value: float) -> str:
    if pd.isna(value):
        return UNKNOWN
    digits = max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


def _ids(joined: pd.Series) -> pd.Series:
    return joined.str.strip("|").str.replace("|", ", ")
