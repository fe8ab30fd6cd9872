"""What a million tokens cost, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.results import Record
from analysis.workloads import costs as workload_costs
from analysis.workloads import throughput
from tests.records import record
from tests.workloads.test_throughput import PRICES, RATES

WATTS = pd.DataFrame(
    [("a", 500.0, np.nan, np.nan), ("b", np.nan, 400.0, 600.0)], columns=["product", "value", "low", "high"]
).assign(spec="tdp_w", is_firm=True, range_low=np.nan, range_high=np.nan, source_id="w|x")
FACTS = pd.DataFrame(
    [
        ("electricity_price", "China", "2023-12-31", 9.0, "old"),
        ("electricity_price", "China", "2024-12-31", 0.08, "p"),
        ("electricity_price", "China", "2024-03-31", 0.1, "q"),
        ("power_usage_effectiveness", "global", "2023-12-31", 1.5, "o"),
    ],
    columns=["quantity", "place", "period_end", "central", "source_id"],
).assign(low=np.nan, high=np.nan)


def costs(hours: float = 2.0, facts: pd.DataFrame = FACTS) -> pd.DataFrame:
    return million(workload_costs.hourly_power(["a", "b", "c"], WATTS, facts), hours)


def million(power: pd.DataFrame, hours: float = 1.0, prices: pd.DataFrame = PRICES) -> pd.DataFrame:
    rates = throughput.against(RATES, "a")
    return workload_costs.usd_per_million_tokens(rates, prices, power, hours).set_index("chip_id")


def ends(row: pd.Series, part: str = "") -> list[float]:
    return row[[f"{part}low_usd_per_million", f"{part}high_usd_per_million"]].tolist()


def test_an_hour_of_power_by_hand():
    """Half a kilowatt, half as much again for the building, at 8 to 10 cents of the newest year."""
    power = workload_costs.hourly_power(["a", "b"], WATTS, FACTS).set_index("chip_id")
    dollars = power[["power_low_usd", "power_high_usd"]].to_numpy()
    assert dollars == pytest.approx(np.array([[0.06, 0.075], [0.048, 0.09]]))
    assert power.loc["a", "power_source_id"] == "w|x|p|q|o"


def test_a_million_tokens_by_hand():
    """20 to 40 dollars over 2 hours, and 4.8 to 9 cents an hour, at 60 to 40 tokens a second."""
    row = costs().loc["b"]
    for part, low, high in [("", 10, 20), ("power_", 0.048, 0.09), ("total_", 10.048, 20.09)]:
        assert ends(row, part) == pytest.approx([low / 3600 / 60 * 1e6, high / 3600 / 40 * 1e6])
    assert row[["work_low_usd", "work_high_usd"]].tolist() == pytest.approx([10.048 / 0.6, 20.09 / 0.4])
    assert row["why"] == ""


def test_what_is_missing_is_named_and_nothing_is_made_of_it():
    powered = costs()
    assert powered.loc["c", "why"] == "no rate"
    assert np.isnan(powered.loc["c", "total_high_usd_per_million"])
    unpowered = costs(facts=FACTS.iloc[3:]).loc["b"]
    assert unpowered["why"] == "no price of electricity on record"
    assert ends(unpowered) == ends(powered.loc["b"]), "the price stands"
    assert np.isnan([*ends(unpowered, "power_"), *ends(unpowered, "total_")]).all()
    assert unpowered[["work_low_usd", "work_high_usd"]].tolist() == pytest.approx([10 / 0.6, np.nan], nan_ok=True)
    power = workload_costs.hourly_power(["c"], WATTS, FACTS.iloc[:3])
    assert power["power_why"].tolist() == ["no board power and no overhead of buildings on record"]
    unpriced = million(workload_costs.power_in_rent(["a", "b"]), prices=PRICES.head(1))
    assert unpriced["why"].fillna("").tolist() == ["", "no price on record", "no rate"]


def test_a_rent_has_its_power_in_it():
    row = million(workload_costs.power_in_rent(["a", "b", "c"])).loc["b"]
    assert ends(row, "power_") == [0, 0]
    assert ends(row, "total_") == ends(row)


def test_the_power_of_an_h20_in_decode():
    """400 W by its working sources, 1.58 over it, 8.8 cents: 5.6 cents an hour; no total for a board nobody rates."""
    bought = record().cost_per_token(chips=["h20-96gb", "b30a"]).set_index(["chip_id", "phase"])
    rate = record().workload_throughput(chips=["h20-96gb"]).set_index("phase").at["decode", "high"]
    row = bought.loc[("h20-96gb", "decode")]
    assert row["power_low_usd_per_million"] == pytest.approx(0.4 * 1.58 * 0.088 / 3600 / rate * 1e6)
    assert "uptime-pue-2023-11-23" in row["power_source_id"]
    assert bought.loc["b30a", "total_high_usd_per_million"].isna().all()
    assert set(bought.loc["b30a", "why"]) == {"no board power on record"}


def test_power_struck_leaves_the_price():
    struck = ["china-briefing-industrial-power", "statista-china-business-power-2024"]
    bought = Record(without=struck).cost_per_token(chips=["h20-96gb"])
    assert set(bought["why"]) == {"no price of electricity on record"}
    assert bought["low_usd_per_million"].notna().all()


def test_the_best_grade_of_a_price_is_told():
    grades = record().cost_per_token(chips=["h100-sxm", "h20-96gb"]).groupby("chip_id")["price_grade"].first()
    assert grades[["h100-sxm", "h20-96gb"]].tolist() == ["B", "B"]
