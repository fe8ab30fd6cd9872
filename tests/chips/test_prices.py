"""What a card costs, worked out by hand."""

from math import exp, log, sqrt

import numpy as np
import pandas as pd
import pytest

from analysis.chips import prices
from tests.records import record

NAN = float("nan")
COLUMNS = ["product", "form", "market", "priced_on", "low", "central", "high", "unit", "stage", "voice", "basis"]
COLUMNS += ["grade", "source_id"]
USD, CNY = "usd per unit", "cny per unit"
RATES = pd.DataFrame({"pair": ["USD/CNY"], "grain": ["month"], "period_start": ["2024-12-01"], "rate": [7.0]})
TAX = pd.DataFrame({"subject": ["China"], "value": [13.0], "low": [NAN], "high": [NAN]}).assign(
    basis="official", grade="A", known_on=pd.Timestamp("2019-04-10"), source_id="tax", locator=""
)
Z = 1.6448536


def row(source: str, low: float, high: float, **cells: object) -> list:
    values = {"product": "h20", "form": "card", "market": "China", "priced_on": "2025-01-01", "low": low}
    values |= {"central": NAN, "high": high, "unit": USD, "stage": "maker", "voice": "", "basis": "reported"}
    return list((values | {"grade": "B", "source_id": source} | cells).values())


def quoted(*rows: list) -> pd.DataFrame:
    return prices.quotations(pd.DataFrame(rows, columns=COLUMNS), RATES, TAX)


def cost(*rows: list, chip: str = "h20-96gb", on: str = "2025-01-01", **options: object) -> list:
    families = {"h20-96gb": "h20", "h20-141gb": "h20"}
    asked = pd.DataFrame({"chip_id": [chip], "on": [on]})
    frame = prices.costs(quoted(*rows), families, asked, **options)
    return frame.loc[0, ["low_usd", "high_usd", "price_grade", "price_source_id"]].tolist()


def test_one_quotation_gives_its_own_range_back():
    assert cost(row("a", 10_000.0, 12_000.0)) == pytest.approx([10_000, 12_000, "B", "a"])


def test_a_module_in_yuan_is_eight_cards_with_or_without_tax():
    """880,000 yuan at 7 are 125,714 dollars, 15,714 a card, and 13,907 without 13 percent of tax."""
    module = row("a", NAN, NAN, central=880_000.0, form="module_8gpu", unit=CNY, priced_on="2024-12-31")
    assert cost(module)[:2] == pytest.approx([13_906.4, 15_714.3], abs=0.1)


def test_yuan_of_a_month_without_a_rate_are_no_dollars():
    assert quoted(row("a", NAN, NAN, central=880_000.0, unit=CNY, priced_on="2023-12-31")).empty


def test_two_voices_alike_are_a_lognormal_of_their_mean_and_spread():
    """Points 10,000 and 14,400: mean 12,000 and deviation log 1.2 in logarithms."""
    low, high, _, ids = cost(row("b", 14_400.0, 14_400.0), row("a", 10_000.0, 10_000.0))
    assert [low, high] == pytest.approx([12_000 * 1.2**-Z, 12_000 * 1.2**Z], rel=1e-6)
    assert ids == "a|b"


def weighted(*pairs: tuple[float, float]) -> list[float]:
    """The interval of points with weights."""
    total = sum(weight for _, weight in pairs)
    mean = sum(log(price) * weight for price, weight in pairs) / total
    spread = sqrt(sum((log(price) - mean) ** 2 * weight for price, weight in pairs) / total)
    return [exp(mean - Z * spread), exp(mean + Z * spread)]


@pytest.mark.parametrize(
    ("cells", "weight"),
    [
        ({"priced_on": "2024-01-02"}, 0.5),  # a year away
        ({"grade": "C"}, 0.5),
        ({"stage": "channel"}, 0.5),
        ({"basis": "estimated"}, 0.5),
        ({"grade": "C", "stage": "channel"}, 0.25),
    ],
)
def test_what_is_far_weak_or_not_the_maker_s_counts_less(cells, weight):
    found = cost(row("a", 10_000.0, 10_000.0), row("b", 20_000.0, 20_000.0, **cells))
    assert found[:2] == pytest.approx(weighted((10_000, 1), (20_000, weight)), rel=1e-3)


def test_one_voice_has_one_weight():
    twice = [row(source, 10_000.0, 10_000.0, voice="reuters") for source in ("a", "b")]
    found = cost(*twice, row("c", 20_000.0, 20_000.0))
    assert found[:2] == pytest.approx(weighted((10_000, 1), (20_000, 1)), rel=1e-6)


@pytest.mark.parametrize(
    "cells",
    [
        {"basis": "derived"},
        {"stage": "resale", "market": "China grey"},
        {"form": "server_8gpu"},
        {"low": NAN},  # up to 99,999
        {"form": "rental_hour", "stage": "rental_on_demand", "unit": "usd per hour"},
    ],
)
def test_what_is_no_price_of_a_card(cells):
    cells = {"low": 1.0, "high": 99_999.0} | cells
    other = row("b", cells.pop("low"), cells.pop("high"), **cells)
    assert cost(row("a", 10_000.0, 12_000.0), other)[:2] == pytest.approx([10_000, 12_000])


def test_a_server_is_priced_by_the_card_and_is_none():
    """1,120,000 yuan at 7 are 160,000 dollars, 20,000 a card of eight, and 17,699 without 13 percent of tax."""
    server = row("a", NAN, NAN, central=1_120_000.0, form="server_8gpu", unit=CNY, priced_on="2024-12-31")
    assert cost(server, form="server")[:2] == pytest.approx([17_699.1, 20_000], abs=0.1)
    assert np.isnan(cost(server)[0])


def test_china_before_the_world_and_the_world_where_there_is_nothing_else():
    home, abroad = row("a", 10_000.0, 12_000.0), row("b", 20_000.0, 30_000.0, market="global")
    assert cost(home, abroad)[3] == "a"
    assert cost(abroad)[3] == "b"
    assert cost(abroad, places=["China"])[2:] == ["", ""]


def test_a_variant_takes_its_family_s_price_and_a_family_its_variants():
    own, other = row("a", 10_000.0, 12_000.0, product="h20-96gb"), row("b", 15_000.0, 18_000.0, product="h20-141gb")
    assert cost(own, other)[3] == "a"
    assert cost(own, other, chip="h20")[3] == "a|b"


def test_a_price_too_far_away_is_none():
    found = cost(row("a", 10_000.0, 12_000.0), on="2027-01-01", within_days=366)
    assert np.isnan(found[:2]).all()
    assert found[2:] == ["", ""]


def test_every_page_has_one_price_of_the_h100():
    """The same interval on the page of chips and in what a token costs."""
    card = record().chip_prices(chips="h100-sxm").iloc[0]
    cost = record().cost_per_token(chips="h100-sxm", price_basis="purchase").iloc[0]
    assert cost[["low_usd", "high_usd"]].tolist() == card[["low_usd", "high_usd"]].tolist()
    assert card["low_usd"] < 33_600 < card["high_usd"]
