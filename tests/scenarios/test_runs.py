"""Policy files: what is wrong with one is told all at once."""

import pytest
import yaml

from analysis.facts.errors import DataError, ParameterError
from tests.records import record

GOOD = {
    "says": "x",
    "first_quarter": "2027Q1",
    "last_quarter": "2027Q4",
    "chips": {"h200-sxm": {"fee_on": "price", "sets": {"fee": {"value": 0.25, "unit": "share"}}}},
    "note": "x",
}


def asked(tmp_path, **changed):
    path = tmp_path / "mine.yml"
    path.write_text(yaml.safe_dump(GOOD | changed), encoding="utf-8")
    return record().scenario_outcomes(run=path, draws=64)


def with_terms(**terms):
    return {"h200-sxm": {"sets": terms}}


def test_a_file_of_the_readers_own(tmp_path):
    found = asked(tmp_path)
    assert set(found["policy"]) == {"mine"}
    assert set(found["period"]) == {"2027Q1", "2027Q2", "2027Q3", "2027Q4", "2027"}


def test_terms_of_the_readers_own_take_the_place_of_what_is_drawn():
    """A card at USD 20,000 brings as much; with nothing passed on, a quarter of that goes to the government."""
    terms = {"card_price": 20_000, "let_in": 1, "fee": 0.25}
    found = record().scenario_outcomes(policies="h200-as-licensed", draws=64, **terms)
    found = found[found["period"] == "2027"].set_index("outcome")["p50"]
    assert found["revenue"] == pytest.approx(found["units"] * 20_000 / 1e6, rel=1e-5)
    assert found["government"] == pytest.approx(found["revenue"] / 4, rel=1e-5)
    shut = record().scenario_outcomes(policies="h200-as-licensed", draws=64, **terms | {"let_in": 0})
    by_hong_kong = shut[shut["period"] == "2027"].set_index("outcome")["p95"]
    assert 0 < by_hong_kong["units"] < found["units"] / 2
    with pytest.raises(ParameterError, match=r"fee: 1\.0 is not"):
        record().scenario_outcomes(fee=1)


def test_everything_wrong_is_told_at_once(tmp_path):
    terms = with_terms(
        fees={"value": 0.1, "unit": "share"},
        price={"value": 27000, "unit": "share"},
        domestic_share={"value": 1.2, "unit": "share"},
        total_cap={"value": -5, "unit": "units a year"},
        gate={"low": 0.3, "high": 0.1, "unit": "share"},
        stock={"low": 3, "unit": "units"},
    )
    terms["h201"] = {"sets": {}}
    with pytest.raises(DataError) as refused:
        asked(tmp_path, chips=terms, first_quarter="2028Q1", source_ids=["nobody-2026"])
    told = [str(fault) for fault in refused.value.faults]
    assert all(line.startswith("mine.yml: ") for line in told)
    for part in (
        "'fees' is no input. Did you mean 'fee'?",
        "price: is in 'share', and price of a card is in USD per unit. Convert it.",
        "domestic_share: 1.2 is not at least 0 and at most 1. Correct it.",
        "total_cap: -5 is not at least 0. Correct it.",
        "gate: 0.3 to 0.1 is upside down. Swap the ends.",
        "stock: has neither a value nor both ends. Give one.",
        "there is no chip 'h201'.",
        "first_quarter: 2028Q1 is after last_quarter 2027Q4. Swap them.",
        "source_ids: 'nobody-2026' is not in data/sources.csv.",
    ):
        assert any(part in line for line in told), part
    assert len(told) == 9


def test_an_unknown_key_is_named(tmp_path):
    with pytest.raises(DataError, match=r"has the key 'color'"):
        asked(tmp_path, color="red")


def test_a_chip_without_a_price_is_named_with_all_that_it_lacks(tmp_path):
    with pytest.raises(ParameterError) as refused:
        asked(tmp_path, chips={"ascend-950pr": {}})
    told = [str(fault) for fault in refused.value.faults]
    assert "mine: ascend-950pr has no price of a card on record. Set price under chips, ascend-950pr, sets." in told
    assert len(told) == 7  # price, cost, demand, its reference price, elasticity, gate and production


def test_a_policy_that_does_not_exist():
    with pytest.raises(ParameterError, match=r"policies: there is no 'bann'\. Did you mean 'ban'\?"):
        record().scenario_outcomes(policies="bann", draws=64)


def test_a_ban_sells_nothing():
    found = record().scenario_outcomes(policies="ban", draws=64).set_index("outcome")
    assert found.loc[["units", "revenue", "government", "compute"], "p95"].eq(0).all()
    assert found.loc["smuggled", "p50"].gt(0).all()


def test_a_fee_goes_to_the_government_and_changes_no_volume(tmp_path):
    means = []
    for rate in (0.15, 0.25):  # a file each: a record reads a file once
        folder = tmp_path / str(rate)
        folder.mkdir()
        frame = asked(folder, chips=with_terms(fee={"value": rate, "unit": "share"}))
        means.append(frame.set_index(["outcome", "period"])["mean"])
    low, high = means
    assert low["units", "2027"] == high["units", "2027"]
    assert high["government", "2027"] / low["government", "2027"] == pytest.approx(25 / 15, rel=1e-4)
