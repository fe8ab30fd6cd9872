"""Sales under a policy: closed forms by hand, identities in every draw, and caps that bind."""

import numpy as np
import pytest

from analysis.scenarios import draws, model, sensitivity
from analysis.scenarios.inputs import INPUTS, Shape
from analysis.scenarios.results import assembled
from tests.records import record

POLICIES = ["status-quo", "h200-as-licensed", "b30a-half-price", "full-access", "ban"]
PLAIN = {name: one.default for name, one in INPUTS.items()} | {
    **{"price": 20_000.0, "cost": 5_000.0, "demand": 400_000.0, "reference_price": 20_000.0, "elasticity": 0.0},
    **{"growth": 0.0, "domestic_share": 0.0, "domestic_share_later": 0.0, "gate": 1.0, "production": 1e9},
}


def sold(**changed) -> model.Sales:
    options = {"fee_on": changed.pop("fee_on", "price"), "first_year": 2026, "quarters": changed.pop("quarters", 8)}
    return model.sales(PLAIN | changed, **options)


def test_without_elasticity_substitution_or_cap_a_quarter_sells_a_quarter_of_the_demand():
    found = sold(fee=0.25)
    assert found.delivered.tolist() == [[100_000.0] * 8]
    assert found.of("revenue")[0, 0] == 2_000  # 100,000 x 20,000 dollars
    assert found.of("government")[0, 0] == 500
    assert found.of("profit")[0, 0] == 1_000  # 2,000 less 500 and less 100,000 x 5,000


def test_the_drawn_model_comes_to_the_closed_form_without_elasticity_and_substitution():
    made = assembled(record(), "full-access")
    fixed = {name: Shape("point", one.middle, one.middle, one.middle) for name, one in made.shapes.items()}
    wide = {"h200-sxm: production": 1e9, "b30a: production": 1e9, "restart": 0.0, "b30a: restart": 0.0, "ramp": 1.0}
    wide |= {"h200-sxm: elasticity": 0.0, "b30a: elasticity": 0.0, "domestic_share": 0.0, "domestic_share_later": 0.0}
    fixed |= {name: Shape("point", value, value, value) for name, value in wide.items()}
    kept = {name: made.shapes[name] for name in ("h200-sxm: price", "h200-sxm: demand", "b30a: demand", "growth")}
    setup = draws.Setup(made.policy, made.keys, fixed | kept, made.source_ids, made.bases)
    revenue = draws.drawn(setup, 1 << 15, 0, ("revenue",))["revenue"][:, :4].sum(axis=1).mean()
    mean = {name: float(one.ppf((np.arange(20_000) + 0.5) / 20_000).mean()) for name, one in kept.items()}
    by_hand = mean["h200-sxm: demand"] * mean["h200-sxm: price"] + mean["b30a: demand"] * 22_500
    assert revenue == pytest.approx(by_hand * (1 + mean["growth"]) / 1e6, rel=0.005)


def test_sobol_indices_of_a_product_by_hand():
    made = assembled(record(), "h200-as-licensed")
    fixed = {name: Shape("point", one.middle, one.middle, one.middle) for name, one in made.shapes.items()}
    free = {"h200-sxm: elasticity": 0.0, "h200-sxm: total_cap": 1e12, "h200-sxm: customer_cap": 1e12}
    free |= {"h200-sxm: us_cap": 1e12, "h200-sxm: stock": 1e12}
    fixed |= {name: Shape("point", value, value, value) for name, value in free.items()}
    nan = float("nan")
    fixed |= {"h200-sxm: price": Shape("uniform", 1, nan, 3), "h200-sxm: demand": Shape("uniform", 0, nan, 6e6)}
    setup = draws.Setup(made.policy, made.keys, fixed, made.source_ids, made.bases)
    found = sensitivity.indices(setup, "revenue", 4096, 0).set_index("variable")
    # X in [1, 3] has mean 2 and variance 1/3, Y in [0, 6] 3 and 3; of XY the variance is 1/3 x 9 + 3 x 4 + 1/3 x 3 = 16
    assert found.loc["h200-sxm: price", ["first", "total"]].tolist() == pytest.approx([3 / 16, 4 / 16], abs=0.01)
    assert found.loc["h200-sxm: demand", ["first", "total"]].tolist() == pytest.approx([12 / 16, 13 / 16], abs=0.01)


@pytest.mark.parametrize("policy", POLICIES)
def test_flows_add_up_in_every_draw(policy):
    made = assembled(record(), policy)
    at = draws.values(made, draws.points(made, 4096, 1))
    found = draws.outcomes(made, at, 4096)
    assert np.allclose(found["revenue"], found["profit"] + found["government"] + found["cost"], rtol=1e-12)
    for chip in made.policy.terms:
        given = {name: at[key] for name, key in made.keys[chip].items()}
        one = model.sales(given, fee_on=made.policy.fee_on[chip], first_year=2027, quarters=8)
        assert np.allclose(one.of("revenue"), one.delivered * one.price[:, None] / 1e6)
        assert (one.delivered >= -1e-6).all()
        for year in (slice(0, 4), slice(4, 8)):  # what was licensed may wait for supply within a year
            so_far = [np.cumsum(array[:, year], axis=1) for array in (one.delivered, one.licensed)]
            assert (so_far[0] <= so_far[1] + 1e-6).all()
            assert (one.licensed[:, year].sum(axis=1) <= one.cap * (1 + 1e-9)).all()
            assert (one.licensed[:, year].sum(axis=1) <= one.wanted[:, year].sum(axis=1) * (1 + 1e-9)).all()


@pytest.mark.parametrize(
    ("caps", "in_a_year"),
    [
        ({"total_cap": 250_000}, 250_000),
        ({"customer_cap": 20_000, "buyers": 10}, 200_000),
        ({"us_cap": 0.5, "us_volume": 300_000}, 150_000),
        ({"total_cap": 250_000, "customer_cap": 10_000, "buyers": 10}, 100_000),
        ({"total_cap": 500_000}, 400_000),  # above the demand: does not bind
    ],
)
def test_the_lowest_cap_binds_each_year(caps, in_a_year):
    found = sold(**caps)
    assert found.licensed.reshape(2, 4).sum(axis=1).tolist() == [in_a_year, in_a_year]


@pytest.mark.parametrize("alone", ["revenue", "decode", "smuggled"])
def test_an_outcome_asked_for_alone_is_what_it_is_beside_all_others(alone):
    made = assembled(record(), "status-quo")
    beside, found = draws.drawn(made, 5000, 7), draws.drawn(made, 5000, 7, (alone,))
    assert [*found] == [alone]
    assert (found[alone] == beside[alone]).all()


def test_supply_is_stock_and_production_after_the_restart():
    found = sold(stock=30_000, production=60_000, restart=4.5, quarters=4)
    # no production in the first quarter, half of the second, then 60,000 each
    assert found.delivered.round(6).tolist() == [[30_000, 30_000, 60_000, 60_000]]


def test_the_gate_and_hong_kong():
    assert sold(gate=0.2, hong_kong=0.1, quarters=4).delivered.sum() == pytest.approx(400_000 * (0.2 + 0.8 * 0.1))
    assert sold(gate=0.0, quarters=4).delivered.sum() == 0


def test_demand_answers_the_price_that_the_buyer_pays():
    found = sold(price=20_000.0, fee=0.2, passed_on=1.0, elasticity=-1.0, quarters=4)
    assert found.price[0] == 25_000  # 20,000 / (1 - 0.2): the seller keeps what it had
    assert found.delivered.sum() == pytest.approx(400_000 * 20_000 / 25_000)


def test_munsters_price_rise_and_margin():
    paid, fee = model.prices({"price": 1.0, "cost": 0.29, "fee": 0.15, "passed_on": 1.0}, "price")
    assert paid == pytest.approx(1.176, abs=0.001)  # printed: 18 percent
    assert (paid - fee - 0.29) / paid == pytest.approx(0.604, abs=0.001)  # printed: about 60


def test_a_tariff_on_the_cost_of_27000_and_4800_leaves_78_percent():
    paid, fee = model.prices({"price": 27_000.0, "cost": 4_800.0, "fee": 0.25, "passed_on": 0.0}, "cost")
    assert (paid - fee - 4_800) / paid == pytest.approx(0.78, abs=0.005)


def test_growth_and_domestic_chips_by_year():
    found = sold(growth=0.5, domestic_share=0.2, domestic_share_later=0.6)
    assert found.delivered.reshape(2, 4).sum(axis=1).tolist() == pytest.approx([320_000, 400_000 * 1.5 * 0.4])


def test_smuggling_is_displaced_as_far_as_demand_is_met():
    at = {"smuggled": 40_000.0, "b300e_in_h100e": 3.0, "displacement": 0.5}
    none, half = (model.smuggled(at, np.full((1, 4), met), np.full((1, 4), 100.0)).sum() for met in (0.0, 50.0))
    assert (none, half) == (120_000, 90_000)


@pytest.mark.parametrize(
    ("one", "at", "value"),
    [
        (Shape("uniform", 2, float("nan"), 4), 0.25, 2.5),
        (Shape("triangular", 0, 1, 2), 0.5, 1.0),
        (Shape("triangular", 0, 1, 2), 0.125, 0.5),  # below the peak the share is x^2 / 2
        (Shape("lognormal", 1, float("nan"), 100), 0.5, 10.0),  # the root of 1 x 100
        (Shape("lognormal", 1, float("nan"), 100), 0.95, 100.0),
        (Shape("uniform", 1, float("nan"), 2, 0.3), 0.2, 0.0),
        (Shape("uniform", 1, float("nan"), 2, 0.5), 0.75, 1.5),
        (Shape("point", 7, 7, 7), 0.9, 7.0),
    ],
)
def test_shapes_by_hand(one, at, value):
    assert one.ppf(np.array([at]))[0] == pytest.approx(value)
