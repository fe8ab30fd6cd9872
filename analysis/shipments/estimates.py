"""The estimate of units: prior and melded draws, by quarter and year, and beside every published count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.shipments import melding
from analysis.shipments.count_error import CountError
from analysis.shipments.melding import PERCENTILES
from analysis.shipments.priors import Prior

ALL = "all"
COUNTED = "units"
_PERCENTILES = [*(f"prior_{name}" for name in PERCENTILES), *PERCENTILES]


@dataclass(frozen=True)
class Estimate:
    """Everything an estimate of units is made of.

    Parameters
    ----------
    cells : every product and quarter, known or not, from `analysis.shipments.priors.cells`.
    prior : draws of the known ones.
    counts : the published counts that bear on them, from `analysis.shipments.melding.judged`.
    weights : the posterior weight of each draw, adding up to one.
    errors : how far published counts err, draw by draw.
    """

    cells: pd.DataFrame
    prior: Prior
    counts: pd.DataFrame
    weights: np.ndarray
    errors: CountError

    @cached_property
    def melded(self) -> list[dict]:
        """The counts that are melded, row by row."""
        return self.counts[self.counts["is_melded"]].to_dict("records")


def estimate(cells: pd.DataFrame, prior: Prior, published: pd.DataFrame, errors: CountError) -> Estimate:
    """Meld the published counts that bear on the chips of the prior.

    Parameters
    ----------
    published : from `analysis.counts.published.estimates`.
    errors : as in `analysis.shipments.melding.judged`. Counts of a chip of which no quarter is known by the day bear on
        nothing; `beside` says so.
    """
    rows = melding.evidence(published)
    rows = rows[rows["product"].isin(set(prior.cells["product"]))].reset_index(drop=True)
    counts = melding.judged(prior, rows, errors)
    return Estimate(cells, prior, counts, melding.weights(prior, counts, errors), errors)


def by_quarter(posterior: Estimate) -> pd.DataFrame:
    """Units of each product and fiscal quarter before and after the published counts are melded.

    Returns
    -------
    frame : the columns of `analysis.shipments.priors.CELLS` with ``prior_p5 ... p95`` in units, NaN and a ``why`` where
        the quarter is unknown, ``counts`` and ``draws`` as in `inputs`. ``source_id`` names the sources of revenue,
        price and of the counts melded.
    """
    rows = [_prior_and_posterior(units, posterior.weights) for units in posterior.prior.units] or np.empty(
        (0, len(_PERCENTILES))
    )
    percentiles = posterior.prior.cells[["product", "fiscal_period"]].join(pd.DataFrame(rows, columns=_PERCENTILES))
    frame = posterior.cells.merge(percentiles, on=["product", "fiscal_period"], how="left")
    return with_counts(posterior, frame).assign(draws=posterior.prior.units.shape[1])


def with_counts(posterior: Estimate, frame: pd.DataFrame) -> pd.DataFrame:
    """Some cells with ``counts``, the voices melded over their quarter, and the sources of those in ``source_id``.

    An unknown quarter has none of either.

    Parameters
    ----------
    frame : rows of the cells of the estimate.
    """
    ids, counts = [], []
    for row in frame.itertuples():
        about = posterior, [row.product], row.period_start, row.period_end
        ids.append(row.source_id if row.why else _with_counts(*about, row.source_id))
        counts.append("" if row.why else _voices(*about))
    return frame.assign(
        source_id=pd.Series(ids, index=frame.index, dtype=str), counts=pd.Series(counts, index=frame.index, dtype=str)
    )


def by_year(
    posterior: Estimate, periods: pd.DataFrame, only: Collection[str] = (), years: Collection[str] = ()
) -> pd.DataFrame:
    """Units of each product, and of all, by fiscal and by calendar year.

    Parameters
    ----------
    periods : the table ``fiscal_periods``.
    only : products, each by itself; empty: every one, and all together.
    years : fiscal (``FY2025``) or calendar ones; empty: all.

    Returns
    -------
    frame : ``product`` (``all``: those in ``products``, added draw by draw), ``year_is`` (fiscal or calendar),
        ``year, year_start, year_end``, the percentiles, ``products``, ``unknown`` (what of the year is not in it:
        quarters of each product, and the last day before which any are on record), ``effective_draws`` (few of them:
        accounts and counts hardly agree, ask for more draws), the columns of `inputs`, ``source_id``. A calendar year
        takes from each quarter in proportion to the days they share. A year in which nothing is known to have been sold
        has no row.
    """
    rows, size = [], melding.effective_size(posterior.weights)
    for kind, year, start, end in _years(posterior.prior.cells, periods):
        if years and year not in years:
            continue
        products = _sold(posterior, start, end)
        together = [products] * (len(products) > 1 and not only)
        for names in [[name] for name in products if name in (only or products)] + together:
            units, _ = melding.over(posterior.prior, names, start, end)
            rows.append(
                {
                    "product": names[0] if len(names) == 1 else ALL,
                    **{"year_is": kind, "year": year, "year_start": start, "year_end": end},
                    **dict(zip(_PERCENTILES, _prior_and_posterior(units, posterior.weights), strict=True)),
                    "products": "|".join(names),
                    "unknown": _unknown(posterior.cells, names, start, end),
                    "effective_draws": size,
                    **inputs(posterior, names, start, end),
                    "source_id": sources(posterior, names, start, end),
                }
            )
    columns = ["product", "year_is", "year", "year_start", "year_end", *_PERCENTILES, "products", "unknown"]
    columns += ["effective_draws", *INPUTS, "source_id"]
    return pd.DataFrame(rows, columns=columns)


INPUTS = ["revenue_from", "low_musd", "high_musd", "low_usd", "high_usd", "counts", "draws"]


def inputs(posterior: Estimate, products: list[str], start: str, end: str) -> dict[str, object]:
    """What units between two days are worked out from, as the columns `INPUTS`.

    Returns
    -------
    cells : ``revenue_from`` (of the known quarters, as in the table ``unit_priors``, joined by ``|``), ``low_musd,
        high_musd`` (bounds of the revenue, that of a quarter in proportion to its days), ``low_usd, high_usd`` (of the
        price of a card), ``counts`` (the voices melded, joined by ``|``), ``draws``. Of several products, which may
        share a revenue, and where nothing was sold, revenue and price are NaN.
    """
    rows = posterior.prior.within(products, start, end)
    rows = [row for row in rows if row["high_musd"] > 0] or rows
    told = {"revenue_from": "|".join(dict.fromkeys(row["revenue_from"] for row in rows))}
    told |= dict.fromkeys(("low_musd", "high_musd", "low_usd", "high_usd"), np.nan)
    if len(products) == 1 and rows:
        parts = [_part(row["period_start"], row["period_end"], start, end) for row in rows]
        for name in ("low_musd", "high_musd"):
            told[name] = float(np.nansum([row[name] * part for row, part in zip(rows, parts, strict=True)]))
        told["low_usd"] = np.fmin.reduce([row["low_usd"] for row in rows])
        told["high_usd"] = np.fmax.reduce([row["high_usd"] for row in rows])
    return told | {
        "counts": _voices(posterior, products, start, end),
        "draws": posterior.prior.units.shape[1],
    }


def _part(first: str, last: str, start: str, end: str) -> float:
    """The part of a quarter's days that lie between two days."""
    first_day, last_day, *between = (date.fromisoformat(day).toordinal() for day in (first, last, start, end))
    return (min(last_day, between[1]) - max(first_day, between[0]) + 1) / (last_day - first_day + 1)


def _prior_and_posterior(units: np.ndarray, weights: np.ndarray) -> list[float]:
    """Percentiles of the prior and of the posterior."""
    return melding.percentiles(units) + melding.percentiles(units, weights)


def _years(cells: pd.DataFrame, periods: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Fiscal years, then calendar years, of which some quarter is known."""
    known = periods[periods["fiscal_period"].isin(cells["fiscal_period"].str[:6])]
    fiscal = [("fiscal", row.fiscal_period, row.period_start, row.period_end) for row in known.itertuples()]
    years = sorted({day[:4] for column in ("period_start", "period_end") for day in cells[column]})
    return fiscal + [("calendar", year, f"{year}-01-01", f"{year}-12-31") for year in years]


def beside(posterior: Estimate, published: pd.DataFrame) -> pd.DataFrame:
    """Every published count of an estimated chip beside the estimate of its own days, and why they differ.

    Parameters
    ----------
    published : from `analysis.counts.published.estimates`.

    Returns
    -------
    frame : ``product, period_start, period_end, stage, buyer, low, central, high, estimator, voice, evidence``,
        ``outcome`` (what came of the count, in words), ``why``, ``prior_p`` (NaN where not judged), ``p5, p50, p95`` of
        the estimate over the count's own days (NaN where it counts something else than units sold, or too few of its
        days are known), ``grade, source_id, locator, known_on``, the columns of `inputs` over those days, and
        ``estimate_source_id``, the documents that the estimate rests on.
    """
    rows = published[published["product"].isin(set(posterior.cells["product"])) & (published["unit"] == COUNTED)]
    judged = posterior.counts[[*_KEY, "prior_p", "outcome"]].drop_duplicates(_KEY)
    rows = rows.merge(judged, on=_KEY, how="left")
    spans = {days: _of_days(posterior, *days) for days in dict.fromkeys(_about(row) for row in rows.itertuples())}
    columns = [*PERCENTILES, *INPUTS, "estimate_source_id"]
    table = pd.DataFrame([spans[_about(row)] for row in rows.itertuples()], columns=columns, index=rows.index)
    outcome = rows["outcome"].fillna(rows["evidence"].map(OUTCOMES))
    return rows.join(table).assign(outcome=outcome, why=rows["evidence_why"])[_BESIDE]


OUTCOMES = {
    "repeat": "repeats another",
    "accounts": "made of the same accounts",
    "prior": "the estimate starts from it",
    "none": "counts something else",
    **dict.fromkeys(melding.USED, "no quarter of it is known"),
}
_KEY = ["product", "source_id", "period_start", "period_end", "buyer", "estimator", "evidence"]
_BESIDE = ["product", "period_start", "period_end", "stage", "buyer", "low", "central", "high", "estimator", "voice"]
_BESIDE += ["evidence", "outcome", "why", "prior_p", *PERCENTILES, "grade", "source_id", "locator"]
_BESIDE += ["known_on", *INPUTS, "estimate_source_id"]


def _about(row: tuple) -> tuple[str, str, str]:
    """Product and days of a count of units sold; empty days where it counts something else."""
    is_sold = row.evidence in melding.USED or (row.evidence != "none" and row.buyer == ALL)
    return row.product, *((row.period_start, row.period_end) if is_sold else ("", ""))


def _of_days(posterior: Estimate, product: str, start: str, end: str) -> dict[str, object]:
    """The estimate over some days, what it is made of and its sources; nothing where too few of them are known."""
    if start and end:
        units, covered = melding.over(posterior.prior, [product], start, end)
        if covered >= melding.COVERED:
            percentiles = melding.percentiles(units, posterior.weights)
            return {
                **dict(zip(PERCENTILES, percentiles, strict=True)),
                **inputs(posterior, [product], start, end),
                "estimate_source_id": sources(posterior, [product], start, end),
            }
    return {"revenue_from": "", "counts": "", "estimate_source_id": ""}


def _sold(posterior: Estimate, start: str, end: str) -> list[str]:
    """The products of which some are known to have been sold between two days."""
    rows = posterior.prior.within(posterior.prior.links, start, end)
    return list(dict.fromkeys(row["product"] for row in rows if row["is_sold"]))


def _unknown(cells: pd.DataFrame, names: list[str], start: str, end: str) -> str:
    """What of some days is not in the sum of products: their unknown quarters (of all, for several), and later days."""
    rows = cells[(cells["why"] != "") & (cells["period_start"] <= end) & (cells["period_end"] >= start)]
    rows = rows[rows["product"].isin(names)] if len(names) == 1 else rows
    last = cells[cells["product"].isin(names)].groupby("product", sort=False)["period_end"].max()
    ended = [f"{product} after {day}" for product, day in last.items() if day < end]
    return "|".join([*(rows["product"] + " " + rows["fiscal_period"]), *ended])


def sources(posterior: Estimate, products: list[str], start: str, end: str) -> str:
    """The sources of the known quarters of products between two days, and of the counts melded over them."""
    ids = "|".join(row["source_id"] for row in posterior.prior.within(products, start, end))
    return _with_counts(posterior, products, start, end, ids)


def _with_counts(posterior: Estimate, products: list[str], start: str, end: str, ids: str) -> str:
    """Some sources, and those of the counts melded over the same days that move one of the products."""
    return "|".join(
        dict.fromkeys([*filter(None, ids.split("|")), *_bearing(posterior, products, start, end, "source_id")])
    )


def _voices(posterior: Estimate, products: list[str], start: str, end: str) -> str:
    """The voices of those counts."""
    return "|".join(dict.fromkeys(_bearing(posterior, products, start, end, "voice")))


def _bearing(posterior: Estimate, products: list[str], start: str, end: str, column: str) -> list[str]:
    """A column of the counts melded over some days that move one of the products."""
    linked = {name for product in products for name in posterior.prior.links.get(product, (product,))}
    return [
        row[column]
        for row in posterior.melded
        if row["product"] in linked and row["period_start"] <= end and row["period_end"] >= start
    ]
