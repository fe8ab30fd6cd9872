"""Loading by day: what is refused, what counts as known, what is converted, what is struck."""

import pandas as pd
import pytest

from analysis.facts import load
from analysis.facts.errors import DataError, ParameterError
from analysis.facts.schema import TABLES

FACTS = [name for name, declared in TABLES.items() if declared.has_sources]


@pytest.mark.parametrize("as_of", ["yesterday", "2025-02-30", "2025-04", "17.04.2025", "", "NaT", "2025-04-17T10:00"])
def test_no_day_is_refused(as_of):
    with pytest.raises(ParameterError) as error:
        load.table("revenue", as_of=as_of)
    assert str(error.value) == f"as_of: {as_of!r} is not a day. Write it as year-month-day, 2025-04-17."


def test_day_before_the_first_fact_is_refused():
    # the oldest facts are monthly exchange rates, published the seventh of the month after (research, revenue/fx.csv)
    with pytest.raises(ParameterError) as error:
        load.table("revenue", as_of="2018-02-06")
    assert str(error.value) == (
        "as_of: 2018-02-06 is before the first recorded fact, which was published on 2018-02-07. Choose a later day."
    )


def test_future_is_refused():
    last = load.span()[1]
    assert last == pd.to_datetime(load.table("sources")["recorded_on"]).max()
    tomorrow = f"{last + pd.Timedelta(days=1):%Y-%m-%d}"
    with pytest.raises(ParameterError) as error:
        load.table("revenue", as_of=tomorrow)
    assert str(error.value) == (
        f"as_of: {tomorrow} is after {last:%Y-%m-%d}, the last day on which facts were recorded: what will be known "
        "then cannot be said. Choose that day or an earlier one."
    )


def test_first_and_last_day_are_accepted():
    for edge in load.span():
        load.table("revenue", as_of=f"{edge:%Y-%m-%d}")


def test_unknown_table():
    with pytest.raises(ParameterError) as error:
        load.table("chip_spec")
    assert str(error.value) == (
        f"There is no table 'chip_spec'. Did you mean 'chip_specs'? The tables are: {', '.join(TABLES)}."
    )


def test_every_unknown_source_is_named():
    with pytest.raises(ParameterError) as error:
        load.table("revenue", without=["nvda-10k-fy25", "nvda-10k-fy2025", "zzz"])
    assert str(error.value) == (
        "without: there is no source 'nvda-10k-fy25'. Did you mean 'nvda-10k-fy2025'? See table sources.\n"
        "without: there is no source 'zzz'. See table sources."
    )


def test_partial_date_counts_from_its_last_day(data_copy, load_from):
    last_days = {
        "2025-09-16": "2025-09-16",
        "2025-09": "2025-09-30",
        "2024-02": "2024-02-29",
        "2025-Q3": "2025-09-30",
        "2025": "2025-12-31",
    }
    for line, partial in enumerate(last_days, start=2):
        data_copy.put("prices", line, "published_on", partial)
    load_from(data_copy.folder)
    known_on = load.table("prices")["known_on"].head(len(last_days))
    assert known_on.dt.strftime("%Y-%m-%d").tolist() == list(last_days.values())


def test_fact_is_unknown_the_day_before_and_known_that_day(data_copy, load_from):
    line = data_copy.find("shipment_estimates", source_id="article-002")
    data_copy.put("shipment_estimates", line, "published_on", "2025-09")
    load_from(data_copy.folder)

    def is_known(as_of):
        return "article-002" in set(load.table("shipment_estimates", as_of=as_of)["source_id"])

    assert not is_known("2025-09-29")
    assert is_known("2025-09-30")


def test_fact_without_a_date_has_that_of_its_source(data_copy, load_from):
    data_copy.put("events", 2, "published_on", "")
    data_copy.put("sources", data_copy.find("sources", source_id="itpro-nvda-8k-2022-09-01"), "published_on", "2022-10")
    load_from(data_copy.folder)
    first = load.table("events").iloc[0]
    assert first["source_id"] == "itpro-nvda-8k-2022-09-01"
    assert first["known_on"] == pd.Timestamp("2022-10-31")


def test_undated_source_counts_from_the_day_it_was_recorded():
    # chips/sources.csv of the research gives the TweakTown page no date; all was recorded on 2026-11-22
    def is_known(as_of):
        return "tweaktown-h20" in set(load.table("chip_specs", as_of=as_of)["source_id"])

    assert not is_known("2026-11-21")
    assert is_known("2026-11-22")


def test_sources_are_known_by_day_too():
    sources = load.table("sources", as_of="2025-09-16")
    assert "reuters-udn-2025-09-16" in set(sources["source_id"])
    assert "reuters-udn-2025-09-16" not in set(load.table("sources", as_of="2025-09-15")["source_id"])
    assert (sources["known_on"] <= "2025-09-16").all()


def test_units_become_canonical_and_the_printed_unit_is_kept():
    shipments = load.table("shipment_estimates").set_index("source_id")
    orders = shipments.loc["theinfo-16b-2025"]  # at least USD 16bn (market NOTES, H20 in 2025)
    assert (orders["low"], orders["unit"], orders["unit_printed"]) == (16_000, "musd", "USD_bn")
    share = shipments.loc["reportify-h20-buyers-2025"].query("quantity == 'buyer_share'").iloc[0]
    assert share["central"] == pytest.approx(0.87)  # 87 percent (market NOTES, H20 in 2024)
    assert (share["unit"], share["unit_printed"]) == ("share", "percent")


def test_every_figure_is_the_printed_one_times_the_factor():
    units = load.table("units").set_index("unit")
    revenue = load.table("revenue")
    assert set(revenue["unit"]) <= set(units["canonical_unit"])
    printed = load._read("revenue")["value"].to_numpy() * revenue["unit_printed"].map(units["factor"]).to_numpy()
    pd.testing.assert_series_equal(revenue["value"], pd.Series(printed), check_names=False)


def test_words_in_a_column_of_figures_are_left_alone():
    specs = load.table("chip_specs")
    dates = specs[specs["spec"] == "released_on"]
    assert dates["value"].str.match(r"\d{4}").all()


def test_flags_are_true_or_false():
    assert set(load.table("chip_specs")["is_usable"]) == {True, False}
    assert load.table("benchmarks")["is_measured"].dtype == bool


@pytest.mark.parametrize("name", FACTS)
def test_facts_carry_their_source(name):
    frame = load.table(name)
    assert set(load.SOURCE_COLUMNS) <= set(frame.columns)
    assert frame["grade"].isin(["A", "B", "C"]).all()
    assert frame["known_on"].notna().all()


@pytest.mark.parametrize("name", FACTS)
def test_striking_a_source_removes_its_rows_and_no_others(name):
    frame = load.table(name)
    struck = frame["source_id"].value_counts().index[0]
    kept = frame[frame["source_id"] != struck].reset_index(drop=True)
    pd.testing.assert_frame_equal(load.table(name, without=[struck]), kept)


def test_a_caller_cannot_spoil_what_the_next_one_gets():
    frame = load.table("revenue")
    frame["value"] = 0
    assert load.table("revenue")["value"].abs().sum() > 0


def test_broken_table_tells_all_its_faults(data_copy, load_from):
    data_copy.put("exchange_rates", 2, "rate", "seven")
    data_copy.put("exchange_rates", 3, "grain", "week")
    load_from(data_copy.folder)
    with pytest.raises(DataError) as error:
        load.table("exchange_rates")
    assert str(error.value) == (
        "data/exchange_rates.csv line 2, rate: 'seven' is not a number. Use digits.\n"
        "data/exchange_rates.csv line 3, grain: 'week' is not one of month, quarter, year. Use one of these."
    )


def test_unknown_source_stops_the_load(data_copy, load_from):
    data_copy.put("exchange_rates", 2, "source_id", "nobody")
    load_from(data_copy.folder)
    with pytest.raises(DataError, match=r"data/exchange_rates.csv cites sources that data/sources.csv lacks: nobody"):
        load.table("exchange_rates")
