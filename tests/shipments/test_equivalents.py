"""H100-equivalents and stock, by hand on a world of four cells."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.shipments import equivalents
from analysis.shipments.estimates import Estimate
from analysis.shipments.priors import Prior
from tests.records import record

QUARTERS = {
    "FY2025Q1": ("2024-01-29", "2024-04-28"),
    "FY2025Q2": ("2024-04-29", "2024-07-28"),
    "FY2025Q3": ("2024-07-29", "2024-10-27"),
}


def estimate() -> Estimate:
    """Two chips, two equally likely draws: h20 sells 10 or 20 in each of the first quarters, h800 100 in the first and
    an unknown number in the second; nothing of the h800 is said of the third, where h20 sells 0."""
    rows = [
        ("h20", "FY2025Q1", ""),
        ("h20", "FY2025Q2", ""),
        ("h20", "FY2025Q3", ""),
        ("h800", "FY2025Q1", ""),
        ("h800", "FY2025Q2", "nobody says"),
    ]
    cells = pd.DataFrame(rows, columns=["product", "fiscal_period", "why"]).assign(source_id="s", split="")
    cells[["period_start", "period_end"]] = [QUARTERS[name] for name in cells["fiscal_period"]]
    known = cells[cells["why"] == ""].reset_index(drop=True)
    units = np.array([[10.0, 20.0], [10.0, 20.0], [0.0, 0.0], [100.0, 100.0]])
    heard = pd.DataFrame({"product": [], "source_id": [], "is_melded": pd.Series(dtype=bool)})
    return Estimate(cells, Prior(known, units, {}), heard, np.array([0.5, 0.5]), 1.5)


def worth(h20: tuple = (0.5, 0.5, 0.5), h800: tuple = (1.0, 1.0, 1.0)) -> pd.DataFrame:
    rows = [(name, "units", 1.0, 1.0, 1.0, "") for name in ("h20", "h800")]
    rows += [("h20", "compute", *h20, "c"), ("h800", "compute", *h800, "c")]
    columns = ["product", "measure", "ratio", "ratio_low", "ratio_high", "ratio_source_id"]
    return pd.DataFrame(rows, columns=columns)


def table(retirement: float = 0.0, **ratios: tuple) -> pd.DataFrame:
    found = equivalents.equivalents(estimate(), worth(**ratios), retirement=retirement)
    return found.set_index(["product", "measure", "fiscal_period"])


def test_sold_and_standing_by_hand():
    found = table()
    assert found.loc[("h20", "units", "FY2025Q2"), ["p5", "p95", "stock_p5", "stock_p95"]].tolist() == [10, 20, 20, 40]
    assert found.loc[("h20", "compute", "FY2025Q2"), ["p5", "p95", "stock_p95"]].tolist() == [5, 10, 20]
    assert found.loc[("all", "compute", "FY2025Q3"), ["stock_p5", "stock_p95"]].tolist() == [110, 120]
    assert found.loc[("all", "compute", "FY2025Q3"), "products"] == "h20|h800"


def test_a_quarter_of_which_a_chip_is_unknown_has_no_sum_of_sales():
    found = table()
    assert found.loc[("all", "units", "FY2025Q2"), ["p5", "p50", "p95"]].isna().all()
    assert found.loc[("all", "units", "FY2025Q2"), "stock_p95"] == 140, "what was sold in known quarters stands"
    assert found.loc[("h20", "units", "FY2025Q2"), "p50"] == 10


def test_retirement_counts_from_the_middle_of_the_quarter_of_sale():
    """2024-03-14 to 2024-10-27 are 227 days: of a tenth a year, 0.9 ** (227 / 365.25) is left."""
    left = table(retirement=0.1).loc[("h800", "units", "FY2025Q3"), "stock_p50"]
    assert left == pytest.approx(100 * 0.9 ** (227 / 365.25), rel=1e-6)


def test_a_range_of_ratios_keeps_its_ends_and_makes_no_middle():
    row = table(h20=(np.nan, 0.4, 0.6)).loc[("h20", "compute", "FY2025Q1")]
    assert (row["p5"], row["p95"]) == (pytest.approx(4), pytest.approx(12))
    assert np.isnan(row["p50"])


def test_a_chip_without_a_ratio_is_in_no_sum():
    found = table(h800=(np.nan, np.nan, np.nan))
    assert ("h800", "compute", "FY2025Q1") not in found.index
    assert ("all", "compute", "FY2025Q1") not in found.index, "one chip is no sum"
    assert found.loc[("all", "units", "FY2025Q1"), "products"] == "h20|h800"


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_a_rate_outside_its_bounds_is_refused(rate):
    with pytest.raises(ParameterError, match=r"retirement: .+ is not from 0 up to 1"):
        equivalents.equivalents(estimate(), worth(), retirement=rate)


def test_the_h20_is_worth_fifteen_percent_by_compute_and_more_than_one_by_bandwidth():
    """148 of 989 TFLOPS, 4.0 of 3.35 TB/s, 96 of 80 GB."""
    found = record().h100_equivalents(draws="4096").set_index(["product", "measure", "fiscal_period"])["stock_p50"]
    chips = found["h20", "units", "FY2026Q1"]
    assert found["h20", "compute", "FY2026Q1"] / chips == pytest.approx(148 / 989.5, abs=0.001)
    assert found["h20", "bandwidth", "FY2026Q1"] / chips == pytest.approx(4 / 3.35, abs=0.001)
    assert found["h20", "memory", "FY2026Q1"] / chips == pytest.approx(1.2)


def test_the_stock_never_falls_without_retirement():
    found = record().h100_equivalents(draws="4096")
    for _, rows in found.groupby(["product", "measure"]):
        assert (rows.sort_values("period_end")["stock_p50"].diff().dropna() >= 0).all()
    less = record().h100_equivalents(draws="4096", retirement="0.2")
    last = found["period_end"] == found["period_end"].max()
    assert (less.loc[last, "stock_p50"] <= found.loc[last, "stock_p50"]).all()


def test_ratios_at_work_are_those_of_the_variant_and_training_is_no_measure():
    rows = [("prefill", "h100", 1.0, 1.0, 1.0), ("prefill", "h20-96gb", np.nan, 0.2, 0.4)]
    rows += [("training", "h20-96gb", 1.0, 1.0, 1.0)]
    frame = pd.DataFrame(rows, columns=["phase", "chip_id", "ratio", "ratio_low", "ratio_high"]).assign(source_id="s")
    found = equivalents.ratios_at_work(frame, {"h20": "h20-96gb", "h800": "h800-sxm"})
    assert found[["product", "measure", "ratio_source_id"]].to_numpy().tolist() == [["h20", "prefill", "s"]]
    assert found[["ratio", "ratio_low", "ratio_high"]].iloc[0].tolist() == pytest.approx(
        [np.nan, 0.2, 0.4], nan_ok=True
    )


def test_chips_at_work_are_weighed_as_the_roofline_has_them():
    found = record().h100_equivalents(draws="4096").set_index(["product", "measure", "fiscal_period"])["stock_p50"]
    rates = record().workload_throughput(precision="bf16").set_index(["phase", "chip_id"])["point"]
    for phase in equivalents.AT_WORK:
        expected = rates[phase, "h20-96gb"] / rates[phase, "h100-sxm"]
        assert found["h20", phase, "FY2026Q1"] / found["h20", "units", "FY2026Q1"] == pytest.approx(expected)
