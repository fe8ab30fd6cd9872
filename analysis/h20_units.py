"""H20 units out of H20 revenue and card prices, quarter by quarter; and the law they were sold under.

Revenue is what NVIDIA said it sold to China where it said so, else what Epoch AI takes for the H20's share of compute.
Prices are the span of card prices reported for China in a calendar year. A quarter without either is unknown.
"""

import pandas as pd

from analysis.china_revenue import CHINA
from analysis.unit_inputs import middle_years
from analysis.units import UnitDraws, units_from_revenue

CHIP = "h20-96gb"
_ESTIMATOR = "Epoch AI"
_BEFORE = "before licence requirement"  # the scope of sales made until the letter of April 2025
COUNTS_AS = {
    "allowed": "free",
    "nac_notice": "free after notice",
    "licensed_with_share": "licensed",
    "case_by_case": "licence needed",
    "licence_required": "licence needed",
    "presumption_of_denial": "licence needed",
}


def quarters(revenue: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """H20 revenue in China by fiscal quarter.

    Parameters
    ----------
    revenue, estimates : the tables ``revenue`` and ``revenue_estimates``.

    Returns
    -------
    frame : ``fiscal_period, period_start, period_end, revenue_musd, revenue_is`` (reported or estimated), ``scope,
        source_id``, in the order of time.
    """
    reported = revenue[(revenue["company"] == "NVIDIA") & (revenue["metric"] == "h20_revenue")]
    reported = reported[reported["geography"] == CHINA].assign(revenue_is="reported")
    taken = estimates[(estimates["estimator"] == _ESTIMATOR) & (estimates["metric"] == "h20_revenue")]
    taken = taken[~taken["fiscal_period"].isin(reported["fiscal_period"])].assign(revenue_is="estimated", scope="")
    rows = pd.concat([reported, taken], ignore_index=True).drop_duplicates("fiscal_period")
    rows = rows[rows["fiscal_period"].str.contains("Q")].rename(columns={"value": "revenue_musd"})
    columns = ["fiscal_period", "period_start", "period_end", "revenue_musd", "revenue_is", "scope", "source_id"]
    return rows.sort_values("period_start", ignore_index=True)[columns].astype({"revenue_musd": float})


def price_ranges(prices: pd.DataFrame) -> pd.DataFrame:
    """What an H20 card cost in China, as reported in dollars: the span of each calendar year.

    Parameters
    ----------
    prices : the table of that name. Prices that divide one quoted number by another, and assumptions, do not count.

    Returns
    -------
    frame : ``year, low_usd, high_usd, price_source_id``.
    """
    rows = prices[(prices["product"] == "h20") & (prices["form"] == "card") & (prices["market"] == "China")]
    rows = rows[(rows["unit"] == "usd per unit") & (rows["basis"] == "reported")]
    ends = rows[["low", "central", "high"]].astype(float)
    rows = rows.assign(year=rows["priced_on"].str[:4].astype(int), low_usd=ends.min(axis=1), high_usd=ends.max(axis=1))
    return rows.groupby("year", as_index=False).agg(
        low_usd=("low_usd", "min"),
        high_usd=("high_usd", "max"),
        price_source_id=("source_id", lambda ids: "|".join(dict.fromkeys(ids))),
    )


def estimate(
    rows: pd.DataFrame, spans: pd.DataFrame, *, level: float, hardware_share: float, draws: int, seed: int
) -> tuple[pd.DataFrame, UnitDraws | None]:
    """Units of each quarter that has a revenue and a price, and their draws.

    Parameters
    ----------
    rows, spans : from `quarters` and `price_ranges`.
    level : which central interval the reported price span is taken for; no source says.
    hardware_share, draws, seed : as in `analysis.units.units_from_revenue`.

    Returns
    -------
    frame : the rows with ``p5, p50, p95`` (NaN without a price), ``year, low_usd, high_usd``; ``source_id`` of
        revenue and price.
    """
    known = rows.assign(year=middle_years(rows)).merge(spans, on="year", how="left")
    known["source_id"] = (known["source_id"] + "|" + known.pop("price_source_id").fillna("")).str.strip("|")
    priced = known[known["low_usd"].notna()]
    if priced.empty:
        return known.assign(**dict.fromkeys(["p5", "p50", "p95"], float("nan"))), None
    # a chip a year, in step with one another: the price keeps its place in the range, and each year its own range
    yearly = [CHIP + " in " + frame["year"].astype(str) for frame in (priced, spans)]
    _, kept = units_from_revenue(
        priced.rename(columns={"revenue_musd": "compute_revenue_musd"}),
        priced[["fiscal_period"]].assign(chip_id=yearly[0], revenue_share=1.0),
        spans.assign(chip_id=yearly[1], interval_level=level),
        hardware_share=hardware_share,
        price_correlation=1.0,
        draws=draws,
        seed=seed,
        keep_draws=True,
    )
    return known.merge(kept.totals(), on="fiscal_period", how="left"), kept


def by_year(frame: pd.DataFrame, kept: UnitDraws | None) -> pd.DataFrame:
    """Units by fiscal year, with how many of its quarters are in the sum.

    Parameters
    ----------
    frame, kept : from `estimate`.

    Returns
    -------
    frame : ``fiscal_year, quarters`` (of four), ``revenue_musd, p5, p50, p95, revenue_is, source_id``.
    """
    columns = ["fiscal_year", "quarters", "revenue_musd", "p5", "p50", "p95", "revenue_is", "source_id"]
    if kept is None:
        return pd.DataFrame(columns=columns)
    rows = frame[frame["p50"].notna()].assign(fiscal_year=frame["fiscal_period"].str[:6])
    years = rows.groupby("fiscal_year", as_index=False).agg(
        quarters=("fiscal_period", "nunique"),
        revenue_musd=("revenue_musd", "sum"),
        revenue_is=("revenue_is", lambda kinds: " and ".join(dict.fromkeys(kinds))),
        source_id=("source_id", lambda ids: "|".join(dict.fromkeys("|".join(ids).split("|")))),
    )
    labels = rows.set_index("fiscal_period")["fiscal_year"]
    found = kept.by(labels).totals().rename(columns={"fiscal_period": "fiscal_year"})
    return years.merge(found, on="fiscal_year")[columns]


def legality(frame: pd.DataFrame, stretches: pd.DataFrame) -> pd.DataFrame:
    """Each quarter's units under the treatment of the chip in force.

    Parameters
    ----------
    frame : from `estimate`.
    stretches : from `analysis.controls.timeline`, of this one chip.

    Returns
    -------
    frame : ``fiscal_period, p5, p50, p95, treatment_first_day, treatment_last_day, changed_on, counts_as`` (of
        `COUNTS_AS`; unknown where the law changed inside the quarter and nothing says on which side of it the chips
        were sold), ``why``.
    """
    rows = []
    for quarter in frame.to_dict("records"):
        inside = stretches[
            (stretches["from_on"] <= quarter["period_end"]) & (stretches["to_on"] >= quarter["period_start"])
        ]
        treatments = list(inside["treatment"])
        first, last = (treatments[0], treatments[-1]) if treatments else ("unknown", "unknown")
        settled = len(set(treatments)) == 1 or quarter["scope"] == _BEFORE
        rows.append(
            {
                **{name: quarter[name] for name in ("fiscal_period", "p5", "p50", "p95")},
                "treatment_first_day": first,
                "treatment_last_day": last,
                "changed_on": "|".join(inside["from_on"].iloc[1:]),
                "counts_as": COUNTS_AS.get(first, "unknown") if settled else "unknown",
                "why": _why(treatments, quarter["scope"]),
            }
        )
    columns = ["fiscal_period", "p5", "p50", "p95", "treatment_first_day", "treatment_last_day", "changed_on"]
    return pd.DataFrame(rows, columns=[*columns, "counts_as", "why"])


def _why(treatments: list[str], scope: str) -> str:
    if len(set(treatments)) == 1:
        return "one treatment all quarter"
    if scope == _BEFORE:
        return "sold before the letter, by the company's statement"
    return "the law changed inside the quarter" if treatments else "no rule is known by this day"
