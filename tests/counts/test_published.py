"""Shipment counts: stages apart, bounds as printed, copies of one number counted once."""

import pandas as pd
import pytest

from analysis.counts import published
from analysis.facts import load
from analysis.facts.errors import ParameterError
from tests.records import record

# what a stage may count: an order is not a shipment, a shipment is not a sale
QUANTITIES = {
    "shipped": {"units_shipped"},
    "sold": {"revenue"},
    "ordered": {"units_ordered", "order_value"},
    "licensed": {"units_licensed", "firms_licensed"},
    "stock": {"units_inventory"},
}
# Epoch AI's model, median with 5-95% range, as in revenue/revenue.csv of the research
EPOCH = {
    "2024-04-29": (179_384, 233_149, 303_305),
    "2024-07-29": (219_352, 285_098, 370_886),
    "2024-10-28": (258_290, 335_706, 436_723),
    "2025-01-27": (290_737, 377_878, 491_584),
    "2025-04-28": (44_388, 57_692, 75_052),
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return record().shipment_estimates()


@pytest.fixture(scope="module")
def h20() -> pd.DataFrame:
    return record().shipment_estimates(product="h20")


@pytest.mark.parametrize("stage", QUANTITIES)
def test_stages_are_never_mixed(frame, stage):
    assert set(frame.loc[frame["stage"] == stage, "quantity"]) <= QUANTITIES[stage]


def test_orders_of_h20_are_not_among_the_shipped(h20):
    shipped = h20[h20["stage"] == "shipped"]
    # market/NOTES.md: The Information's USD 16bn and Nikkei's million are orders
    assert set(shipped["source_id"]).isdisjoint({"theinfo-16b-2025", "nikkei-h20-stockpile-2025"})
    ordered = h20[h20["stage"] == "ordered"].set_index("source_id")
    assert ordered.loc["theinfo-16b-2025", "low"] == 16_000
    assert ordered.loc["nikkei-h20-stockpile-2025"].query("unit == 'units'")["central"].tolist() == [1_000_000]


def test_every_published_number_is_there_once(frame):
    counted = load.table("revenue_estimates")["metric"].isin(published.FROM_REVENUE).sum()
    assert len(frame) == len(load.table("shipment_estimates")) + counted
    assert not frame.duplicated().any()


def test_every_number_has_some_figure(frame):
    assert frame[["low", "central", "high"]].notna().any(axis=1).all()


def test_caijing_count(h20):
    # research README: 600,000-800,000 H20 in 2024, which no other text repeats
    row = h20[h20["source_id"] == "article-002"].iloc[0]
    assert (row["low"], row["high"], row["unit"]) == (600_000, 800_000, "units")
    assert pd.isna(row["central"])  # no midpoint is made
    assert (row["period_start"], row["period_end"]) == ("2024-01-01", "2024-12-31")
    assert (row["voice"], row["stage"], row["grade"]) == ("caijing", "shipped", "B")
    assert (h20["voice"] == "caijing").sum() == 1


@pytest.mark.parametrize(("start", "count"), EPOCH.items())
def test_epoch_counts_keep_their_interval(h20, start, count):
    row = h20[(h20["voice"] == "epoch-ai") & (h20["period_start"] == start)].iloc[0]
    assert (row["low"], row["central"], row["high"]) == count
    assert (row["stage"], row["quantity"], row["basis"]) == ("shipped", "units_shipped", "estimated")


def test_the_licensed_stock_of_epoch_is_flagged_where_it_stands_still(frame):
    rows = frame[(frame["product"] == "nvidia-ai-chips") & (frame["voice"] == "epoch-ai")].set_index("period_end")
    # canonical_export/nvidia_owners of 2026-09-24: the same three figures after the third quarter of 2025
    assert rows["central"].to_dict() == {
        "2024-12-31": 1_273_811,
        "2025-06-30": 1_788_217,
        "2025-09-30": 1_805_354,
        "2025-12-31": 1_805_354,
        "2026-03-31": 1_805_354,
    }
    assert rows.index[rows["is_frozen"]].tolist() == ["2025-12-31", "2026-03-31"]


def test_first_deliveries_of_h200_bound_its_sales_from_below():
    rows = record().shipment_estimates(product="h200", stage="shipped")
    rows = rows[rows["source_id"] == "toms-h200-shipments-2026-08"].set_index("buyer")
    assert rows["central"].to_dict() == {"ByteDance": 10_000, "Tencent": 10_000, "ByteDance+Tencent": 20_000}
    assert rows["evidence"].to_dict() == {"ByteDance": "repeat", "Tencent": "repeat", "ByteDance+Tencent": "at_least"}
    # the report does not settle whether they are on the mainland
    assert set(rows["destination"]) == {"China incl. Hong Kong"}
    assert "toms-h200-shipments-2026-08" not in set(record("2026-08-18").shipment_estimates()["source_id"])


def test_bounds_stay_bounds(frame):
    rows = frame.set_index("source_id")
    more = rows.loc["whatpsu-h20-tpp"].query("product == 'h20'").iloc[0]  # SemiAnalysis: more than a million
    assert more["low"] == 1_000_000
    assert more[["central", "high"]].isna().all()
    licences = rows.loc["reuters-h200-750k-2026"]  # 750,000 H200 licensed in all (market/NOTES.md)
    assert licences["high"] == 750_000


def test_copies_of_one_count_are_one_voice(h20):
    # market/NOTES.md, H20 in 2024: WSJ, Reuters and others quote SemiAnalysis
    copies = h20[h20["voice"] == "semianalysis"]
    assert len(copies) >= 4
    row = published.voices(copies).set_index("stage").loc["forecast"]
    assert row["voices"] == 1
    assert row["numbers"] == len(copies)
    assert row["documents"] == copies["source_id"].nunique()
    assert (row["low"], row["high"]) == (1_000_000, 1_000_000)


def test_relabelled_omdia_counts_are_one_voice(h20):
    buyers = h20[(h20["voice"] == "omdia") & (h20["stage"] == "shipped")]
    # ByteDance 230k, Tencent 230k, Alibaba 140k, Baidu 100k (market/NOTES.md)
    assert sorted(buyers.query("buyer != 'all'")["central"]) == [100_000, 140_000, 230_000, 230_000]
    assert buyers.query("buyer == 'all'")["central"].tolist() == [805_000]  # the four over 87 percent
    assert published.voices(buyers)["voices"].tolist() == [1]


def test_a_stage_of_which_nothing_was_published_has_no_rows(frame):
    assert set(published.at_stage(frame, "smuggled")["stage"]) == {"smuggled"}
    assert published.at_stage(record("2021-01-01").shipment_estimates(), "smuggled").empty


def test_voices_by_hand():
    rows = [
        ("h20", "shipped", "units", 600, None, 800, "caijing", "a"),
        ("h20", "shipped", "units", None, 1000, None, "semi", "b"),
        ("h20", "shipped", "units", 900, None, None, "semi", "c"),
        ("h20", "ordered", "units", None, 2000, None, "nikkei", "d"),
        ("h20", "shipped", "musd", None, 12_000, None, "bank", "e"),  # money counts no chips
    ]
    columns = ["product", "stage", "unit", "low", "central", "high", "voice", "source_id"]
    frame = published.voices(pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[3:6], float)))
    assert frame.to_dict("records") == [
        {"product": "h20", "stage": "shipped", "numbers": 3, "documents": 3, "voices": 2, "low": 600, "high": 1000}
        | {"source_id": "a|b|c"},
        {"product": "h20", "stage": "ordered", "numbers": 1, "documents": 1, "voices": 1, "low": 2000, "high": 2000}
        | {"source_id": "d"},
    ]


def test_units_money_and_shares_are_counted_apart(frame):
    assert set(published.counting(frame, "units")["unit"]) == {"units"}
    assert set(published.counting(frame, "money")["unit"]) == {"musd", "mcny"}
    assert set(published.counting(frame, "shares")["unit"]) == {"share"}
    assert len(published.counting(frame, "all")) == len(frame)


def test_chosen_by_product_and_stage(frame):
    shipped = published.chosen(frame, "h20", "shipped")
    expected = frame[(frame["product"] == "h20") & (frame["stage"] == "shipped")]
    pd.testing.assert_frame_equal(shipped, expected.reset_index(drop=True))
    pd.testing.assert_frame_equal(published.chosen(frame), pd.DataFrame(frame))


@pytest.mark.parametrize(
    ("asked", "opening"),
    [
        ({"product": "h2o"}, "product: 'h2o' is no chip on record. Did you mean 'h20'? See table products."),
        ({"stage": "shippd"}, "stage: nothing is recorded for 'shippd' by that day. Did you mean 'shipped'? Known: "),
        ({"product": "b30a", "as_of": "2023-11-17"}, "product: nothing is recorded for 'b30a' by that day. "),
    ],
)
def test_unknown_product_and_stage_are_refused(asked, opening):
    with pytest.raises(ParameterError) as error:
        record(asked.pop("as_of", None)).shipment_estimates(**asked)
    assert str(error.value).startswith(opening)


def test_product_and_stage_are_refused_together():
    frame = record().shipment_estimates()
    with pytest.raises(ParameterError) as error:
        published.chosen(frame, "h2o", "shippd")
    assert len(error.value.faults) == 2


def test_unknown_quantity_is_refused(frame):
    with pytest.raises(ParameterError) as error:
        published.counting(frame, "chips")
    assert str(error.value) == "quantity: 'chips' is not one of units, money, shares, all."
