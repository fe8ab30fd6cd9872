"""Buyers whose counts changed their label, and the chips of Chinese makers."""

import pandas as pd
import pytest

from tests.records import record


@pytest.fixture(scope="module")
def buyers() -> pd.DataFrame:
    return record().buyer_shares()


@pytest.fixture(scope="module")
def domestic() -> pd.DataFrame:
    return record().domestic_chips()


def test_omdias_hopper_counts_became_h20(buyers):
    """ByteDance and Tencent, 230,000 Hopper cards each; the buyer table prints them as H20 (market/NOTES.md)."""
    told = buyers[buyers["relabelled_from"] != ""]
    assert sorted(told["buyer"]) == ["ByteDance", "Tencent"]
    assert set(told["relabelled_from"]) == {"hopper-all"}
    assert set(told["product"]) == {"h20"}
    assert (buyers.loc[buyers["product"] == "hopper-all", "relabelled_from"] == "").all(), "the first print is no copy"


def test_a_part_of_the_estimate_is_count_over_its_ends(buyers):
    year = record().units_by_year().set_index(["product", "year"]).loc[("h20", "2024")]
    row = buyers.query("buyer == 'Baidu' and product == 'h20'").iloc[0]
    assert row["share_low"] == pytest.approx(100_000 / year["p95"])
    assert row["share_high"] == pytest.approx(100_000 / year["p5"])


def test_a_product_that_is_not_estimated_has_no_part(buyers):
    assert buyers.loc[buyers["product"] == "hopper-all", ["share_low", "share_high"]].isna().all(axis=None)


def test_a_relabelled_or_contradicted_count_has_no_part(buyers):
    assert buyers.loc[buyers["relabelled_from"] != "", ["share_low", "share_high"]].isna().all(axis=None)
    assert buyers.loc[buyers["is_conflict"], "share_low"].isna().all()


def test_only_buyers_in_china_and_only_what_was_shipped(buyers):
    assert "Microsoft" not in set(buyers["buyer"])
    assert "all" not in set(buyers["buyer"])


def test_huawei_in_2025_by_estimator(domestic):
    """IDC 812k, SemiAnalysis 805k, WSJ above 800k, US government up to 200k (market/NOTES.md)."""
    rows = domestic.query("designer == 'Huawei' and year == '2025' and kind == 'whole line'")
    assert {"idc", "semianalysis", "wsj-sources", "us-government"} <= set(rows["voice"])
    assert rows["least_at_most"].unique().tolist() == [200_000]
    assert rows["most_at_least"].unique().tolist() == [812_000]
    assert rows["apart"].iloc[0] == pytest.approx(812 / 200)


def test_cambricon_in_2025(domestic):
    """142,000 by Goldman Sachs, 116,000 by IDC."""
    rows = domestic.query("designer == 'Cambricon' and year == '2025' and kind == 'whole line'")
    assert rows["apart"].unique().tolist() == [pytest.approx(142 / 116)]


def test_an_order_contradicts_no_forecast(domestic):
    """More than 100,000 Ascend 910B ordered by one buyer, 550,000 expected in all, of 2024."""
    rows = domestic.query("product == 'ascend-910b' and year == '2024'")
    assert set(rows["stage"]) == {"ordered", "forecast"}
    assert not (rows["apart"] > 1).any()


def test_dies_models_and_lines_are_never_compared(domestic):
    assert set(domestic.loc[domestic["unit"] == "dies", "kind"]) == {"dies"}
    for _, rows in domestic.query("year != ''").groupby(["designer", "year", "kind"]):
        assert rows["unit"].nunique() == 1
    assert "cambricon-siyuan-590-690" in set(domestic["kind"]), "two models inside a longer line"


def test_one_voice_has_no_spread(domestic):
    assert domestic.loc[domestic["voices"] == 1, "apart"].isna().all()


def test_no_chip_of_nvidia_or_amd_is_domestic(domestic):
    assert {"NVIDIA", "AMD"}.isdisjoint(domestic["designer"])
