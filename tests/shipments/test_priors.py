"""Units before any count is heard: revenue over price by hand, open splits, and what is unknown."""

import hashlib
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from analysis.chips.results import price_quotations
from analysis.facts import load
from analysis.facts.errors import ParameterError
from analysis.results import Record
from analysis.revenue import data_center
from analysis.shipments import cells, priors, residual

DRAWS = 1 << 16
OPTIONS = {"level": 0.9, "hardware_share": (1.0, 1.0), "draws": DRAWS, "seed": 0}


Made = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def made(struck: tuple[str, ...] = (), as_of: str | None = None) -> Made:
    """Cells, the bounds of China's data-center revenue behind them, and China's revenue."""
    at = Record(as_of, struck)
    accounts = {name: at.table(name) for name in ("revenue", "guidance", "fiscal_periods")}
    bounds = data_center.quarters(*accounts.values())
    accounts["products"] = at.whole("products")
    starts = load.table("unit_priors", as_of=as_of)
    frame = cells.cells(starts, accounts, bounds, price_quotations(at), struck=list(struck))
    return frame, bounds, residual.china(accounts["revenue"])


def draw(made: Made, *, method: str = priors.POOLED, **options: object) -> priors.Prior:
    options = OPTIONS | options
    revenue = priors.revenue(*made, draws=options["draws"], seed=options["seed"], method=method)
    return priors.units(revenue, **options)


@pytest.fixture(scope="module")
def whole() -> Made:
    return made()


@pytest.fixture(scope="module")
def frame(whole) -> pd.DataFrame:
    return whole[0]


@pytest.fixture(scope="module")
def prior(whole) -> priors.Prior:
    return draw(whole)


def of(prior: priors.Prior, product: str, period: str) -> np.ndarray:
    found = prior.cells[(prior.cells["product"] == product) & (prior.cells["fiscal_period"] == period)]
    return prior.units[found.index[0]]


def test_reported_revenue_over_the_interval_of_prices(frame, prior):
    """4.6 billion dollars over the interval of its prices, which holds Reuters' 10,000 to 12,000 dollars and more."""
    row = frame.query("product == 'h20' and fiscal_period == 'FY2026Q1'").iloc[0]
    assert row["low_usd"] < 10_000 < 12_000 < row["high_usd"]
    units = np.quantile(of(prior, "h20", "FY2026Q1"), [0.05, 0.95])
    assert units.tolist() == pytest.approx([4600e6 / row["high_usd"], 4600e6 / row["low_usd"]], rel=0.005)


def test_a_quarter_without_sales_is_zero_and_not_unknown(prior):
    for product, quarter in (("h20", "FY2026Q2"), ("h200", "FY2027Q1")):
        assert not of(prior, product, quarter).any()


def test_an_open_split_counts_every_part_alike(prior, flat):
    """Of two chips and the rest each has a third on average, of one chip and the rest a half; parts of a flat Dirichlet
    distribution are Beta(1, k): the median is 1 - 0.5 ** (1 / k)."""
    a800, h800 = (prior.inputs[f"{chip}'s part of it, FY2024"] for chip in ("a800", "h800"))
    assert a800.mean() == pytest.approx(1 / 3, abs=0.005)
    assert np.median(h800) == pytest.approx(1 - sqrt(0.5), abs=0.006)
    assert (a800 + h800).max() < 1
    assert np.corrcoef(a800, h800)[0, 1] == pytest.approx(-0.5, abs=0.02)
    assert np.median(flat.inputs["h20's part of it, FY2025"]) == pytest.approx(0.5, abs=0.006)


@pytest.fixture(scope="module")
def flat(whole) -> priors.Prior:
    return draw(whole, method=priors.FLAT)


def test_an_open_split_by_hand(prior, frame):
    """Mean units: revenue halfway between its bounds, a third of it, over the mean of 1 / price (lognormal)."""
    low, high = (0.135 * 47_525 - 0.06 * 18_404), (0.145 * 47_525 - 0.04 * 18_404)  # FY2024 less its last quarter
    price = frame.query("product == 'a800' and fiscal_period == 'FY2024Q2'").iloc[0]
    middle = sqrt(price["low_usd"] * price["high_usd"])
    spread = np.log(price["high_usd"] / price["low_usd"]) / (2 * 1.6448536)
    expected = (low + high) / 2 * 1e6 / 3 / middle * np.exp(spread**2 / 2)
    year = sum(of(prior, "a800", f"FY2024Q{number}") for number in (1, 2, 3))
    assert year.mean() == pytest.approx(expected, rel=0.01)


def test_what_is_drawn_once_for_a_year_stays_in_step(flat):
    ranks = [pd.Series(of(flat, "h20", quarter)).rank() for quarter in ("FY2025Q2", "FY2025Q3", "FY2025Q4")]
    for other in ranks[1:]:
        assert np.corrcoef(ranks[0], other)[0, 1] == pytest.approx(1, abs=1e-6)
    # the first quarter has bounds of its own, and the same part of them
    part = flat.inputs["h20's part of it, FY2025"]
    assert np.corrcoef(of(flat, "h20", "FY2025Q1"), part)[0, 1] > 0.9


def test_a_remainder_is_drawn_by_either_basis_with_the_same_chance(prior):
    chosen = prior.bases["h20"]
    assert set(chosen) == {0, 1}
    assert chosen.mean() == pytest.approx(0.5, abs=0.005)
    assert "split" in prior.cells
    assert (prior.cells.loc[prior.cells["product"] == "h20", "split"] == "").all()


def test_a_remainder_is_no_more_than_china_bought(prior, whole):
    """Its revenue in fiscal 2025 is above nothing and below China's revenue by headquarters, 25,048 million."""
    revenue = prior.inputs["revenue of the h20, FY2025"]
    assert revenue.min() >= 0
    assert revenue.max() < 25_048
    assert of(prior, "h20", "FY2025Q1").max() < 0.06 * 22_563e6 / 5_000, "six percent of data-center revenue at most"


@pytest.mark.parametrize("basis", residual.BASES)
def test_a_basis_alone_is_the_draws_that_took_it(whole, prior, basis):
    alone = draw(whole, method=basis).inputs["revenue of the h20, FY2025"]
    taken = prior.inputs["revenue of the h20, FY2025"][prior.bases["h20"] == residual.BASES.index(basis)]
    assert np.median(alone) == pytest.approx(np.median(taken), rel=0.01)


def test_a_price_keeps_its_place_from_year_to_year_and_chips_are_independent(prior):
    first = of(prior, "h20", "FY2026Q1")
    input_price = prior.inputs["price of the h20"]
    assert np.corrcoef(pd.Series(first).rank(), pd.Series(input_price).rank())[0, 1] == pytest.approx(1, abs=1e-6)
    other = prior.inputs["price of the h800"]
    assert np.corrcoef(input_price, other)[0, 1] == pytest.approx(0, abs=0.02)


def test_a_figure_that_is_only_a_ceiling_is_not_drawn(frame, prior):
    """Hopper shipped to China in FY2027 Q2: less than one percent of data-center revenue, up to 890 million; the lowest
    price asked for an H200 is 20,000 dollars."""
    row = frame.query("product == 'h200' and fiscal_period == 'FY2027Q2'").iloc[0]
    assert row["most"] == pytest.approx(890e6 / 20_000)
    assert row["why"] == "the accounts give no more than a ceiling"
    assert not ((prior.cells["product"] == "h200") & (prior.cells["fiscal_period"] == "FY2027Q2")).any()


def test_chips_that_share_an_open_revenue_are_linked(prior):
    assert prior.links["a800"] == ["a800", "h800"]
    assert prior.links["h20"] == ["h20"]
    assert prior.links["h200"] == ["h200"]


def test_the_parts_of_an_open_revenue_and_the_rest_are_the_whole(prior):
    whole = sum(prior.inputs[f"{chip}'s part of it, FY2024"] for chip in ("a800", "h800"))
    np.testing.assert_allclose(whole + prior.rests["FY2024 a800 h800"], 1)
    spent = sum(prior.inputs[f"revenue of the {chip}, FY2024"] for chip in ("a800", "h800"))
    np.testing.assert_allclose(spent, whole * prior.inputs["China's data-center revenue, FY2024"])


def test_the_hardware_share_scales(whole, prior):
    half = draw(whole, hardware_share=(0.5, 0.5))
    np.testing.assert_allclose(half.units, prior.units / 2)


def test_the_same_seed_gives_the_same_bytes(whole, prior):
    again = draw(whole)
    assert hashlib.sha256(again.units.tobytes()).digest() == hashlib.sha256(prior.units.tobytes()).digest()
    other = draw(whole, seed=1)
    assert (other.units != prior.units).any()


def test_what_is_unknown_says_why(frame):
    unknown = frame[frame["why"] != ""]
    assert {"rtx-6000d", "h20", "a800", "h200"} == set(unknown["product"])
    assert (unknown["why"].str.len() > 20).all()
    h20 = frame[frame["product"] == "h20"].set_index("fiscal_period")
    assert h20.loc["FY2027Q2", "why"].startswith("Hopper shipped to China is given as a ceiling")


def test_what_a_year_leaves_is_drawn_between_its_ends(frame, prior):
    """About 60 of the year less about 50 of the third quarter, each rounded to ten: 0 to 20 million."""
    row = frame.query("product == 'h20' and fiscal_period == 'FY2026Q4'").iloc[0]
    assert (row["low_musd"], row["high_musd"], row["why"]) == (0, 20, "")
    units = of(prior, "h20", "FY2026Q4")
    assert units.mean() == pytest.approx(10 * (of(prior, "h20", "FY2026Q3") / 50).mean(), rel=0.01)


def test_what_was_not_sold_is_zero(frame, prior):
    """A800 and H800 after October 2023: no licence had been received; H800 before its announcement."""
    none = frame[frame["revenue_from"] == "none_sold"]
    assert set(zip(none["product"], none["fiscal_period"], strict=True)) == {
        *(("a800", "FY2024Q4"), ("h800", "FY2023Q4"), ("h800", "FY2024Q4"), ("h20", "FY2024Q4")),
    }
    assert not of(prior, "h800", "FY2024Q4").any()


def test_every_estimated_chip_names_the_variant_that_stands_for_it(frame):
    families = load.table("products").set_index("product")["family"]
    assert (frame["variant"].map(families) == frame["product"]).all()


def test_nothing_looks_ahead():
    assert not len(made(as_of="2023-03-01")[0])
    whole = made(as_of="2024-06-30")
    early = whole[0]
    assert set(early["product"]) == {"a800", "h800", "h20"}
    assert set(early.query("product == 'h20'")["fiscal_period"]) == {"FY2024Q4"}  # its launch was in the press by then
    assert set(early.query("fiscal_period == 'FY2024Q2'")["why"]) == {"its revenue is not known by this day"}
    later = made(as_of="2025-03-01")[0].query("product == 'h800' and fiscal_period == 'FY2024Q2'")["why"]
    assert later.tolist() == [
        "no price of a card within a year of its middle is known by this day"
    ]  # it was published in 2026
    assert not draw(whole).units.any()


def test_a_struck_source_leaves_its_quarters_unknown():
    """No quarter drops out: what rests on the source says so."""
    found = made(("ai360-q1fy26-2025",))[0].query("product == 'h20'").set_index("fiscal_period")
    assert found.loc["FY2026Q1", "why"] == "what it rests on is struck"
    assert len(found) == len(made()[0].query("product == 'h20'"))


@pytest.mark.parametrize("known_on", ["2025-05-28", "2025-08-27"])
@pytest.mark.parametrize("places", [[0, 1, 2], [2, 1, 0]])
def test_of_several_statements_of_a_revenue_the_preferred_one_is_taken(known_on, places):
    """The company's own figure before a report of its call, the later one of two before the earlier, in any order."""
    accounts = {name: load.table(name) for name in ("revenue", "guidance", "fiscal_periods", "prices")}
    bounds = data_center.quarters(*(accounts[name] for name in ("revenue", "guidance", "fiscal_periods")))
    old = accounts["revenue"].query("metric == 'h20_revenue' and fiscal_period == 'FY2026Q1' and geography != 'Total'")
    said = pd.Timestamp(known_on)
    official = old.assign(value=4550.0, basis="official", grade="A", source_id="filing-b", known_on=said, scope="new")
    earlier = official.assign(value=4000.0, source_id="filing-a", known_on=said - pd.Timedelta(days=1))
    said_of_it = pd.concat([old, earlier, official]).iloc[places]
    revenue = pd.concat([said_of_it, accounts["revenue"].drop(old.index)], ignore_index=True)
    accounts |= {"revenue": revenue, "products": load.table("products")}
    found = cells.cells(load.table("unit_priors"), accounts, bounds, price_quotations(Record()), struck=[])
    row = found.query("product == 'h20' and fiscal_period == 'FY2026Q1'").iloc[0]
    assert (row["low_musd"], row["high_musd"], row["scope"]) == (4550, 4550, "new")
    assert "filing-b" in row["source_id"].split("|")


def test_a_price_of_the_prior_itself_is_cited_and_no_other():
    row = made()[0].query("product == 'h200' and fiscal_period == 'FY2027Q2'").iloc[0]
    assert row["source_id"].split("|") == ["trendforce-bytedance-2025", "nvda-10q-fy2027q2"]
    assert row["low_usd"] == 20_000


def test_a_level_outside_its_bounds_is_refused(whole):
    with pytest.raises(ParameterError, match=r"interval_level 1\.0 is not between 0 and 1"):
        draw(whole, level=1.0)
