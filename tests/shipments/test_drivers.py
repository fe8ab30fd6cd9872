"""What drives the estimate: sensitivity indices in closed form, voices left out, errors of counts."""

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.shipments.drivers import first_order
from tests.records import record

DRAWS = 1 << 17


def normals(count: int) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((count, DRAWS))


def test_parts_of_an_additive_variance():
    """Y = A + 2 B + C: one, four and one sixths of the variance; what is no input explains nothing."""
    a, b, c, other = normals(4)
    flat = np.full(DRAWS, 1 / DRAWS)
    output = a + 2 * b + c
    found = [first_order(output, given, flat) for given in (a, b, c, other)]
    assert found == pytest.approx([1 / 6, 4 / 6, 1 / 6, 0], abs=0.02)


def test_a_product_leaves_part_of_its_variance_to_no_single_input():
    """Y = A B of independent uniforms: each explains 3 / 7 (variances 1/12, means 1/2), together 6 / 7."""
    a, b = np.random.default_rng(4).uniform(size=(2, DRAWS))
    flat = np.full(DRAWS, 1 / DRAWS)
    assert first_order(a * b, a, flat) == pytest.approx(3 / 7, abs=0.01)


def test_weights_are_draws_repeated():
    a, b = normals(2)
    weights = np.where(a > 0, 2.0, 1.0)
    repeated = np.concatenate([np.arange(DRAWS), np.flatnonzero(a > 0)])
    output = a + b
    direct = first_order(output[repeated], a[repeated], np.full(len(repeated), 1 / len(repeated)))
    assert first_order(output, a, weights / weights.sum()) == pytest.approx(direct, abs=0.002)


def test_what_does_not_vary_is_not_explained():
    a = normals(1)[0]
    assert first_order(np.full(DRAWS, 5.0), a, np.full(DRAWS, 1 / DRAWS)) == 0


@pytest.fixture(scope="module")
def h20() -> pd.DataFrame:
    return record().units_drivers(product="h20", year="2024")


def test_each_voice_is_left_out_once(h20):
    heard = record().unit_evidence(product="h20").query("outcome == 'melded'")
    assert sorted(h20.query("kind == 'without'")["name"]) == sorted([*heard["voice"].unique(), "forecasts"])


def test_a_voice_on_a_chip_that_shares_the_revenue_is_left_out_too():
    found = record().units_drivers(product="a800", year="2023").query("kind == 'without'").set_index("name")
    assert found.index.tolist() == ["omdia on the h800"]
    assert found.loc["omdia on the h800", "change_share"] > 0.05


def test_the_forecast_is_semianalysis(h20):
    told = h20.query("kind == 'without'").set_index("name")
    assert told.loc["forecasts", "p50"] == told.loc["semianalysis", "p50"]


def test_more_revenue_for_everything_else_leaves_fewer_chips():
    found = (
        record().units_drivers(product="a800", year="2023").query("kind == 'split'").set_index("name")["change_share"]
    )
    assert found["0.7"] > 0.02
    assert found["2"] < -0.05


def test_the_estimate_is_that_of_the_year(h20):
    year = record().units_by_year().set_index(["product", "year"]).loc[("h20", "2024")]
    told = h20.set_index("kind")
    assert told.loc["estimate", ["p5", "p50", "p95"]].tolist() == year[["p5", "p50", "p95"]].tolist()
    assert told.loc["prior", ["p5", "p50", "p95"]].tolist() == year[["prior_p5", "prior_p50", "prior_p95"]].tolist()
    assert told.loc["prior", "effective_draws"] == pytest.approx(DRAWS)


def test_a_forecast_moves_the_estimate_less_than_it_did_as_a_count(h20):
    """SemiAnalysis' million of mid-2024 lies above the estimate, and errs as forecasts do."""
    change = h20.query("kind == 'without'").set_index("name")["change_share"]
    assert -0.1 < change["semianalysis"] < 0
    assert abs(change["idc"]) < 0.02, "a ceiling far above"


def test_errors_of_counts_widen(h20):
    spans = h20.query("kind == 'error'").set_index("name").eval("p95 / p5")
    assert spans["1.25"] < spans["1.5"] < spans["2"]
    estimate = h20.query("kind == 'estimate'").eval("p95 / p5").iloc[0]
    assert spans["no error is shared"] < estimate, "what voices share is not averaged out"


def test_every_method_has_a_row(h20):
    assert set(h20.query("kind == 'basis'")["name"]) == {"billing", "headquarters"}
    methods = h20.query("kind == 'method'").set_index("name")
    assert set(methods.index) == {"every part of China's data-center revenue alike", "prices of the maker alone"}
    estimate = h20.query("kind == 'estimate'").iloc[0]
    flat = methods.loc["every part of China's data-center revenue alike"]
    assert flat["p5"] < estimate["p5"], "a flat split knows nothing of the neighbouring quarters"


def test_the_envelope_holds_the_estimate_of_every_method():
    frame = record().units_envelope(draws=16384)
    assert (frame["p5"] <= frame["p50"]).all()
    assert (frame["p50"] <= frame["p95"]).all()
    year = frame.query("product == 'h20' and year == '2024'").set_index("method")
    assert {"estimate", "billing", "headquarters", "no error is shared"} < set(year.index)
    assert year["p5"].min() < year.loc["estimate", "p5"]
    assert year["p95"].max() > 1_000_000, "a million lies inside what the methods say together"


def test_reported_revenue_leaves_the_price_to_explain_all():
    found = record().units_drivers(product="h20", year="FY2026").query("kind == 'input'").set_index("name")
    assert found.loc["price of the h20", "prior_variance_share"] == pytest.approx(1, abs=0.02)
    assert (found.drop(index="price of the h20")["prior_variance_share"] < 0.02).all()


def test_what_is_left_of_china_s_revenue_explains_more_than_the_price(h20):
    share = h20.query("kind == 'input'").set_index("name")["prior_variance_share"]
    assert share["revenue of the h20, FY2025"] > share["price of the h20"]
    assert share["what China buys beside the h20 in a quarter"] > share.get("basis of geography, for the h20", 0.0)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"product": "a900"}, "product: 'a900' is no chip on record. See table products."),
        ({"year": "24"}, "year: '24' is no year. Write 2024 or FY2025."),
        ({"year": "FY25"}, "year: 'FY25' is no year."),
    ],
)
def test_what_cannot_be_asked(asked, told):
    with pytest.raises(ParameterError) as refused:
        record().units_drivers(**asked)
    assert told in str(refused.value)


def test_a_year_without_units_has_no_drivers():
    assert record().units_drivers(product="rtx-6000d", year="2025").empty
    assert record().units_drivers(product="h20", year="2031").empty
