"""How many chips a revenue buys: compute revenue, a chip's share of it, and what one chip costs, each with its range.

Units of chip c in quarter q are R(q) S(q, c) H / P(c, q). The hardware share H is drawn once for the whole run and the
price P once a chip, lognormal with the stated interval, then carried through the chip's quarters by the ratio of the
geometric means of its yearly ranges. A chip's quarters are therefore multiples of one draw: only H / P is drawn, and
every sum over quarters, years or chips is exact in each draw. Between chips the prices have the rank correlation asked
for, by a normal copula (W. H. Kruskal, "Ordinal Measures of Association", JASA 53, 1958: Spearman's rho of a normal
pair is 6/pi arcsin(r/2)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.facts.arguments import MOST_DRAWS, MOST_SEED
from analysis.facts.errors import Fault, ParameterError

LEVELS = {"p5": 0.05, "p50": 0.50, "p95": 0.95}
Span = float | tuple[float, float]


@dataclass(frozen=True)
class UnitDraws:
    """Draws of units, kept as what they are made of: units of a period and chip are ``weights`` times ``factors``.

    Parameters
    ----------
    weights : units by period (rows) and chip (columns) at a factor of one.
    factors : chips x draws, hardware share over price relative to the middle of its range.
    """

    weights: pd.DataFrame
    factors: np.ndarray

    def of(self, period: str, chip: str) -> np.ndarray:
        """The draws of one chip in one period, in units."""
        return self.weights.at[period, chip] * self.factors[self.weights.columns.get_loc(chip)]

    def total(self, period: str, chips: Sequence[str] = ()) -> np.ndarray:
        """The draws of several chips together (all, where none is named) in one period."""
        weights = self.weights.loc[period, list(chips) or list(self.weights.columns)]
        rows = self.weights.columns.get_indexer(weights.index)
        return _mixed(weights.to_numpy(), self.factors[rows])

    def by(self, labels: pd.Series) -> "UnitDraws":
        """The same draws added up by a label of each period (its fiscal year, say)."""
        return UnitDraws(self.weights.groupby(labels.reindex(self.weights.index), sort=False).sum(), self.factors)

    def to_calendar(self, periods: pd.DataFrame) -> "UnitDraws":
        """The same draws by calendar quarter, each fiscal quarter spread evenly over its days.

        Parameters
        ----------
        periods : ``fiscal_period, period_start, period_end`` of every row of ``weights``.
        """
        days = pd.concat(
            [
                pd.Series(pd.date_range(row.period_start, row.period_end))
                .dt.to_period("Q")
                .value_counts(normalize=True)
                for row in periods.itertuples()
            ],
            axis=1,
            keys=periods["fiscal_period"],
        )
        spread = days.fillna(0.0).sort_index()[list(self.weights.index)]
        spread.index = spread.index.astype(str)
        return UnitDraws(spread @ self.weights, self.factors)

    def totals(self) -> pd.DataFrame:
        """``fiscal_period`` and the percentiles of `LEVELS` of all chips together."""
        rows = [np.quantile(self.total(period), list(LEVELS.values())) for period in self.weights.index]
        return pd.DataFrame(rows, columns=list(LEVELS)).assign(fiscal_period=list(self.weights.index))

    def summary(self) -> pd.DataFrame:
        """``fiscal_period`` (the label of the row), ``chip_id``, and the percentiles of `LEVELS` in units."""
        middle = np.quantile(self.factors, list(LEVELS.values()), axis=1)
        frames = [self.weights.mul(row, axis=1).stack() for row in middle]
        frame = pd.concat(frames, axis=1, keys=LEVELS).rename_axis(["fiscal_period", "chip_id"])
        return frame.reset_index()


def units_from_revenue(
    revenue: pd.DataFrame,
    shares: pd.DataFrame,
    prices: pd.DataFrame,
    *,
    hardware_share: Span = 1.0,
    price_correlation: float | pd.DataFrame = 0.0,
    draws: int = 1 << 17,
    seed: int = 0,
    keep_draws: bool = False,
) -> pd.DataFrame | tuple[pd.DataFrame, UnitDraws]:
    """Units by fiscal quarter and chip, as percentiles.

    Parameters
    ----------
    revenue : ``fiscal_period, period_start, period_end`` (ISO text), ``compute_revenue_musd``; quarters that do not
        overlap.
    shares : ``fiscal_period, chip_id, revenue_share``, of compute revenue; at most one in all a quarter. A chip without
        a row in a quarter sold nothing of it.
    prices : ``chip_id, year, low_usd, high_usd, interval_level``: the ends of the central interval of that level. A
        quarter takes the year that holds its middle day. The spread is that of the first year; later years move it.
    hardware_share : part of compute revenue that pays for chips, above 0 and at most 1; a pair is a uniform range.
    price_correlation : Spearman's rank correlation of prices, one number for every pair or a frame chips x chips.
    draws, seed : how many, up to `MOST_DRAWS`, and from where, up to `MOST_SEED`; the same seed gives the same bytes.
    keep_draws : return the draws as well.

    Returns
    -------
    frame : ``fiscal_period, chip_id, p5, p50, p95`` in units, by quarter in order; and `UnitDraws` where asked for.

    Raises
    ------
    ParameterError : every problem of the inputs at once, with the row.
    """
    units = unit_draws(
        revenue,
        shares,
        prices,
        hardware_share=hardware_share,
        price_correlation=price_correlation,
        draws=draws,
        seed=seed,
        faults=_input_faults(revenue, shares, prices),
    )
    return (units.summary(), units) if keep_draws else units.summary()


def unit_draws(
    revenue: pd.DataFrame,
    shares: pd.DataFrame,
    prices: pd.DataFrame,
    *,
    hardware_share: Span,
    price_correlation: float | pd.DataFrame,
    draws: int,
    seed: int,
    faults: Sequence[Fault] = (),
) -> UnitDraws:
    """The draws behind `units_from_revenue`, whose parameters these are.

    Parameters
    ----------
    faults : what is wrong with the frames, to be told with what is wrong with the other parameters; none is looked for.

    Raises
    ------
    ParameterError : every problem at once.
    """
    chips = list(dict.fromkeys(shares["chip_id"]))
    span = hardware_share if isinstance(hardware_share, tuple) else (hardware_share, hardware_share)
    correlation, of_correlation = _correlation(price_correlation, chips)
    faults = [*faults, *setting_faults(span, draws, seed), *of_correlation]
    if faults:
        raise ParameterError(*faults)
    weights, spreads = _weights(revenue, shares, prices, chips)
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(correlation + 1e-12 * np.eye(len(chips)))
    independent = rng.standard_normal((len(chips), draws))
    hardware = rng.uniform(*span, size=draws)
    normal = [_mixed(row, independent) for row in root]
    factors = np.array([np.exp(-spread * z) * hardware for spread, z in zip(spreads, normal, strict=True)])
    return UnitDraws(weights, factors)


def _mixed(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The weighted sum of rows, added one after the other: a matrix product may add in an order of its own."""
    total = np.zeros(rows.shape[1])
    for weight, row in zip(weights, rows, strict=True):
        total += weight * row
    return total


def _weights(
    revenue: pd.DataFrame, shares: pd.DataFrame, prices: pd.DataFrame, chips: list[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Units at the geometric mean of each quarter's price range, and the log spread of each chip's first year."""
    level = prices["interval_level"].map(lambda level: NormalDist().inv_cdf(0.5 + level / 2))
    logs = np.log(prices[["low_usd", "high_usd"]].astype(float))
    priced = prices.assign(middle=np.exp(logs.mean(axis=1)), spread=(logs["high_usd"] - logs["low_usd"]) / (2 * level))
    middle = priced.set_index(["chip_id", "year"])["middle"]
    first = priced.sort_values("year").drop_duplicates("chip_id").set_index("chip_id")["spread"]
    quarters = revenue.sort_values("period_start").assign(year=middle_years(revenue))
    wide = shares.pivot(index="fiscal_period", columns="chip_id", values="revenue_share")
    wide = wide.reindex(index=quarters["fiscal_period"], columns=chips).fillna(0.0)
    price = pd.DataFrame(
        [[middle.get((chip, year), np.inf) for chip in chips] for year in quarters["year"]],
        index=wide.index,
        columns=chips,
    )
    units = wide.mul(quarters.set_index("fiscal_period")["compute_revenue_musd"] * 1e6, axis=0) / price
    return units, first.reindex(chips).to_numpy()


def _correlation(rank_correlation: float | pd.DataFrame, chips: list[str]) -> tuple[np.ndarray, list[Fault]]:
    """The correlation of the normals whose ranks correlate as asked."""
    if isinstance(rank_correlation, pd.DataFrame):
        if set(rank_correlation.index) != set(chips) or set(rank_correlation.columns) != set(chips):
            return np.eye(len(chips)), [
                Fault("price_correlation", "does not name the chips of shares.", "Name each once.")
            ]
        ranks = rank_correlation.loc[chips, chips].to_numpy(float)
    else:
        ranks = np.full((len(chips), len(chips)), float(rank_correlation))
        np.fill_diagonal(ranks, 1.0)
    if not (np.abs(ranks) <= 1).all() or not np.allclose(ranks, ranks.T) or not np.allclose(np.diag(ranks), 1):
        return ranks, [Fault("price_correlation", "is no correlation: symmetric, within -1 and 1, 1 to itself.")]
    matrix = 2 * np.sin(pi * ranks / 6)
    least = float(np.linalg.eigvalsh(matrix).min()) if len(chips) else 0.0
    if least < -1e-9:
        what = f"is not positive semi-definite: its least eigenvalue is {least:.3g}."
        return matrix, [Fault("price_correlation", what, "No prices can correlate so; bring the pairs into agreement.")]
    return matrix, []


def middle_years(revenue: pd.DataFrame) -> pd.Series:
    """The calendar year that holds the middle day of each quarter."""
    start, end = (pd.to_datetime(revenue[column]) for column in ("period_start", "period_end"))
    return (start + (end - start) / 2).dt.year


def _input_faults(revenue: pd.DataFrame, shares: pd.DataFrame, prices: pd.DataFrame) -> list[Fault]:
    """What is wrong with the frames, row by row; that a price is missing is said where nothing else is wrong."""
    faults = [*_revenue_faults(revenue), *_share_faults(shares, revenue), *_price_faults(prices)]
    if faults:
        return faults
    years = dict(zip(revenue["fiscal_period"], middle_years(revenue), strict=True))
    cells = shares[shares["revenue_share"] > 0].assign(year=shares["fiscal_period"].map(years))
    cells = cells.merge(prices, on=["chip_id", "year"], how="left")
    return _faults(cells[cells["low_usd"].isna()], _SHARE, "has no price for {year}.", "Add it.")


_QUARTER, _SHARE, _PRICE = "revenue, {fiscal_period}", "shares, {fiscal_period} {chip_id}", "prices, {chip_id} {year}"


def _faults(rows: pd.DataFrame, where: str, what: str, remedy: str = "") -> list[Fault]:
    """A fault for each row, whose cells fill the braces."""
    return [Fault(where.format(**row), what.format(**row), remedy) for row in rows.to_dict("records")]


def _revenue_faults(revenue: pd.DataFrame) -> list[Fault]:
    rows = revenue.sort_values("period_start")
    rows[["before", "until"]] = rows[["fiscal_period", "period_end"]].shift()
    is_number = rows["compute_revenue_musd"].between(0, np.inf, "left")
    overlaps = rows["period_start"] <= rows["until"].fillna("")
    return [
        *([] if len(rows) else [Fault("revenue", "holds no quarter.", "Give at least one.")]),
        *_faults(rows[~is_number], _QUARTER, "compute_revenue_musd {compute_revenue_musd} is not a number from 0 up."),
        *_faults(rows[rows["period_start"] > rows["period_end"]], _QUARTER, "ends before it starts."),
        *_faults(rows[overlaps], _QUARTER, "overlaps {before}, which ends on {until}.", "Give each day once."),
    ]


def _share_faults(shares: pd.DataFrame, revenue: pd.DataFrame) -> list[Fault]:
    totals = shares.groupby("fiscal_period", sort=False, as_index=False)["revenue_share"].sum()
    too_much, past = totals[totals["revenue_share"] > 1 + 1e-9], "sum to {revenue_share:.6g}, past 1."
    is_part, is_known = shares["revenue_share"].between(0, 1), shares["fiscal_period"].isin(revenue["fiscal_period"])
    return [
        *([] if len(shares) else [Fault("shares", "names no chip.", "Give at least one row.")]),
        *_faults(shares[~is_known], _SHARE, "is a quarter without revenue."),
        *_faults(shares[~is_part], _SHARE, "revenue_share {revenue_share} is not between 0 and 1."),
        *_faults(shares[shares.duplicated(["fiscal_period", "chip_id"])], _SHARE, "stands twice."),
        *_faults(too_much, "shares, {fiscal_period}", past, "Lower them."),
    ]


def _price_faults(prices: pd.DataFrame) -> list[Fault]:
    low, high = prices["low_usd"], prices["high_usd"]
    is_range, is_level = (low > 0) & (low <= high) & (high < np.inf), prices["interval_level"].between(0, 1, "neither")
    return [
        *_faults(prices[~is_range], _PRICE, "{low_usd} to {high_usd} is no range above 0 from low to high."),
        *_faults(prices[~is_level], _PRICE, "interval_level {interval_level} is not between 0 and 1.", "Write 0.9."),
        *_faults(prices[prices.duplicated(["chip_id", "year"])], _PRICE, "stands twice."),
    ]


def setting_faults(span: tuple[float, ...], draws: int, seed: int) -> list[Fault]:
    """What is wrong with a hardware share, a number of draws and a seed."""
    faults = []
    if len(span) != 2 or not 0 < span[0] <= span[1] <= 1:
        what = f"{' to '.join(map(str, span))} is no range above 0 and up to 1."
        faults.append(Fault("hardware_share", what))
    if not isinstance(draws, int) or draws < 1:
        faults.append(Fault("draws", f"{draws} is no whole number above 0.", "Write 131072."))
    elif draws > MOST_DRAWS:
        faults.append(Fault("draws", f"{draws} are more than {MOST_DRAWS:,}.", "Write 131072."))
    if not isinstance(seed, int) or not 0 <= seed <= MOST_SEED:
        faults.append(Fault("seed", f"{seed} is no whole number from 0 to {MOST_SEED:,}.", "Write 0."))
    return faults
