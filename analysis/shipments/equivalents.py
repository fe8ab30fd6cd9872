"""What units are worth in H100s, by several measures side by side, sold in a quarter and standing at its end."""

import numpy as np
import pandas as pd

from analysis.facts.errors import Fault, ParameterError
from analysis.shipments import melding
from analysis.shipments.estimates import ALL, Estimate
from analysis.shipments.melding import PERCENTILES

# measure: specification, precision and sparsity, as `analysis.chips.specs.equivalence` names them
MEASURES = {
    "compute": ("throughput_tops", "bf16", "dense"),
    "bandwidth": ("memory_bandwidth_gb_s", "", ""),
    "memory": ("memory_capacity_gb", "", ""),
}
UNITS = "units"
AT_WORK = ["prefill", "decode", "decode without overhead"]  # training goes by compute, which is a measure already


def ratios(equivalence: pd.DataFrame, variants: dict[str, str]) -> pd.DataFrame:
    """How many baseline chips one chip of each product is worth, by each of `MEASURES`, and one unit as one unit.

    Parameters
    ----------
    equivalence : from `analysis.chips.specs.equivalence`, with ``chip_id, spec, precision, sparsity, ratio, ratio_low,
        ratio_high, source_id``.
    variants : the variant that stands for each product.

    Returns
    -------
    frame : ``product, measure, ratio, ratio_low, ratio_high, ratio_source_id``; NaN where not known.
    """
    rows = []
    for product, variant in variants.items():
        rows.append((product, UNITS, 1.0, 1.0, 1.0, ""))
        for measure, key in MEASURES.items():
            about = (equivalence["chip_id"] == variant) & (equivalence["spec"] == key[0])
            about &= (equivalence["precision"] == key[1]) & (equivalence["sparsity"] == key[2])
            ratio = equivalence.loc[about, ["ratio", "ratio_low", "ratio_high", "source_id"]]
            rows.append((product, measure, *(ratio.iloc[0] if len(ratio) else [np.nan] * 3 + [""])))
    return pd.DataFrame(rows, columns=_RATIOS).fillna({"ratio_source_id": ""})


_RATIOS = ["product", "measure", "ratio", "ratio_low", "ratio_high", "ratio_source_id"]


def ratios_at_work(throughput: pd.DataFrame, variants: dict[str, str]) -> pd.DataFrame:
    """The same by tokens a second in each of `AT_WORK`.

    Parameters
    ----------
    throughput : from `analysis.workloads.throughput.against`, with ``chip_id, phase, ratio, ratio_low, ratio_high,
        source_id``.
    """
    variant_of = pd.DataFrame({"product": list(variants), "chip_id": list(variants.values())}, dtype=str)
    rows = variant_of.merge(throughput[throughput["phase"].isin(AT_WORK)], on="chip_id")
    return rows.rename(columns={"phase": "measure", "source_id": "ratio_source_id"})[_RATIOS]


def equivalents(posterior: Estimate, worth: pd.DataFrame, *, retirement: float) -> pd.DataFrame:
    """H100-equivalents sold and standing, by fiscal quarter, product and measure.

    Parameters
    ----------
    worth : from `ratios` and `ratios_at_work`.
    retirement : part of a stock that is retired each year, from 0 up to but not including 1; counted from the middle of
        the quarter of sale to the end of each later quarter.

    Returns
    -------
    frame : ``fiscal_period, period_end, product`` (``all``: added draw by draw), ``measure``, ``p5, p50, p95`` sold in
        the quarter (NaN where that of one of the products is unknown), ``stock_p5, stock_p50, stock_p95`` at its end of
        what was sold in known quarters, ``ratio, ratio_low, ratio_high`` (of a single product), ``products,
        source_id``. The ends take the low and the high ratio where a ratio
        is a range, and the middle is then NaN. A product without a ratio is in no sum, and one without a known sale has
        no row.

    Raises
    ------
    ParameterError : a rate of retirement outside that range.
    """
    if not 0 <= retirement < 1:
        raise ParameterError(
            Fault("retirement", f"{retirement} is not from 0 up to 1.", "Write 0.1 for a tenth a year.")
        )
    cells, spans = posterior.prior.cells, _Spans(posterior)
    open_cells = posterior.cells[posterior.cells["why"] != ""]
    quarters = [
        (
            quarter,
            (cells["fiscal_period"] == quarter.fiscal_period).to_numpy(float),
            _standing(cells, quarter.period_end, retirement).to_numpy(float),
            {*open_cells.loc[open_cells["fiscal_period"] == quarter.fiscal_period, "product"]},
        )
        for quarter in _between(posterior).itertuples()
    ]
    rows = []
    for measure in dict.fromkeys(worth["measure"]):
        known = worth[(worth["measure"] == measure) & worth["ratio_low"].notna()]
        ratios_of = {row["product"]: row for row in known.to_dict("records")}
        present = [product for product in dict.fromkeys(spans.products[spans.sold]) if product in ratios_of]
        for products in [[name] for name in present] + [present] * (len(present) > 1):
            for quarter, is_sold, standing, gaps in quarters:
                sold = is_sold * np.nan if gaps.intersection(products) else is_sold
                rows.append(
                    {
                        **{"fiscal_period": quarter.fiscal_period, "period_end": quarter.period_end},
                        **{"product": products[0] if len(products) == 1 else ALL, "measure": measure},
                        **spans.of(sold, products, ratios_of, ""),
                        **spans.of(standing, products, ratios_of, "stock_"),
                        **{end: ratios_of[products[0]][end] if len(products) == 1 else np.nan for end in _ENDS},
                        **{
                            "products": "|".join(products),
                            "source_id": _sources(posterior, products, ratios_of, quarter),
                        },
                    }
                )
    return pd.DataFrame(rows, columns=_EQUIVALENTS)


_EQUIVALENTS = ["fiscal_period", "period_end", "product", "measure", *PERCENTILES]
_EQUIVALENTS += [
    *(f"stock_{name}" for name in PERCENTILES),
    "ratio_low",
    "ratio",
    "ratio_high",
    "products",
    "source_id",
]


def _between(posterior: Estimate) -> pd.DataFrame:
    """The quarters from the first to the last that is known of any product, unknown ones among them."""
    starts = posterior.prior.cells["period_start"]
    quarters = posterior.cells.drop_duplicates("fiscal_period").sort_values("period_start")
    return quarters[quarters["period_start"].between(starts.min(), starts.max())] if len(starts) else quarters.iloc[:0]


def _standing(cells: pd.DataFrame, day: str, retirement: float) -> pd.Series:
    """The part of what each cell sold that stands on a day; none of what was sold later."""
    start, end = pd.to_datetime(cells["period_start"]), pd.to_datetime(cells["period_end"])
    age = (pd.Timestamp(day) - (start + (end - start) / 2)).dt.days / 365.25
    return ((1 - retirement) ** age.clip(lower=0)).where(end <= pd.Timestamp(day), 0.0)


class _Spans:
    """Percentiles of mixtures of cells; the same mixture is worked out once."""

    def __init__(self, posterior: Estimate) -> None:
        self.posterior, self.kept = posterior, {}
        self.sold, self.products = posterior.prior.is_sold, posterior.prior.cells["product"].to_numpy(object)

    def of(self, counted: np.ndarray, products: list[str], worth: dict[str, dict], prefix: str) -> dict[str, float]:
        """p5 by the low ratios, p50 by the points, p95 by the high ones; NaN where a ratio has no point."""
        if np.isnan(counted).any():
            return dict.fromkeys((prefix + name for name in PERCENTILES), np.nan)
        weights = np.where(np.isin(self.products, products) & self.sold, counted, 0.0)
        found = {}
        for at, (name, end) in enumerate(zip(PERCENTILES, _ENDS, strict=True)):
            mixture = np.zeros(len(weights))
            for product in products:
                mine = (self.products == product) & (weights > 0)
                mixture[mine] = weights[mine] * worth[product][end]
            found[prefix + name] = self._percentiles(mixture)[at]
        return found

    def _percentiles(self, mixture: np.ndarray) -> list[float]:
        scale = mixture.max()
        if not scale > 0:  # nothing, or a ratio without a point
            return [scale] * len(PERCENTILES)
        key = (mixture / scale).round(12).tobytes()
        if key not in self.kept:
            draws = np.zeros(self.posterior.prior.units.shape[1])
            for cell in np.flatnonzero(mixture):
                draws += mixture[cell] / scale * self.posterior.prior.units[cell]
            self.kept[key] = melding.percentiles(draws, self.posterior.weights)
        return [scale * value for value in self.kept[key]]


_ENDS = ("ratio_low", "ratio", "ratio_high")


def _sources(posterior: Estimate, products: list[str], ratios_of: dict[str, dict], quarter: tuple) -> str:
    cells = posterior.prior.within(products, "", quarter.period_end)
    ids = [row["source_id"] for row in cells if row["period_end"] <= quarter.period_end]
    ids += [ratios_of[product]["ratio_source_id"] for product in products]
    ids += [row["source_id"] for row in posterior.melded if row["product"] in products]
    return "|".join(dict.fromkeys(filter(None, "|".join(ids).split("|"))))
