"""The tables and the picture of the page on export controls, against small frames made by hand."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from analysis.controls import figures, words
from tests.records import record

INF = float("inf")


def bounds(*rows: tuple) -> pd.DataFrame:
    columns = ["from_on", "applicable_die_area_mm2", "io_bandwidth_gb_s", "treatment"]
    columns += ["largest_tpp", "rule_id", "dram_bandwidth_below"]
    return pd.DataFrame(rows, columns=columns)


def test_links_of_one_bound_stand_in_one_row():
    frame = bounds(
        ("2022-10-07", 800.0, 64.0, "allowed", INF, "", INF),
        ("2022-10-07", 800.0, 400.0, "allowed", INF, "", INF),
        ("2022-10-07", 800.0, 600.0, "allowed", 4800.0, "R1-3A090", INF),
        ("2025-04-09", 800.0, 600.0, "allowed", 2400.0, "R2-3A090.b.1", 1100.0),
        ("2025-04-09", 800.0, 900.0, "allowed", 0.0, "R6-NVIDIA", float("nan")),
    )
    told = words.largest(frame)
    assert list(told["I/O, GB/s"]) == ["64 to 400", "600", "600", "900"]
    assert list(told["TPP below"]) == ["no limit", "4,800", "2,400", "no chip is free"]
    assert list(told["memory below, GB/s"]) == ["no limit", "no limit", "1,100", "no chip is free"]


def test_the_register_is_told_in_words():
    told = words.register(record().get("rules_in_force", {"on": "2026-02-01"})).set_index("rule")
    assert told.loc["R9-CASEBYCASE", "asks"].startswith("TPP below 21000 TPP; dram bandwidth below 6500 GB/s; exported")
    assert told.loc["R2-HQ", "on this page"] == "named, not run"
    bills = record().get("rules_in_force", {"pending": "yes"}).query("status == 'pending'")
    assert set(words.register(bills)["in force from"]) == {"a bill, not law"}


def test_a_margin_shows_the_range_of_its_value_and_a_register_whom_a_letter_went_to():
    told = words.margins(record().control_status(chip=["h20-96gb", "l20"], on="2024-02-15"), record().names)
    assert told.set_index("chip")["value"].to_dict() == {"H20 96 GB": "2,364 to 2,384", "L20": "3.126 to 3.179"}
    assert told.set_index("chip").loc["L20", "share of the line"] == "97.7% to 99.3%"
    told = words.register(record().rules_in_force(on="2025-06-01")).set_index("rule")
    assert told.loc[["R6-NVIDIA", "R6-AMD", "R2-HQ"], "about"].tolist() == ["chip of NVIDIA", "chip of AMD", "buyer"]


@pytest.fixture(scope="module")
def drawing():
    lines = bounds(
        *(("2022-10-07", area, 64.0, "allowed", INF, "", INF) for area in (200.0, 400.0)),
        *(("2022-10-07", area, 900.0, "allowed", 4800.0, "R1-3A090", INF) for area in (200.0, 400.0)),
        *(("2023-11-17", area, 64.0, "allowed", 1600.0, "R2-3A090.b.2", INF) for area in (200.0, 400.0)),
        *(("2023-11-17", area, 64.0, "nac_notice", 1600.0, "R2-3A090.b.2", INF) for area in (200.0, 400.0)),
        *(("2025-04-09", 800.0, link, "allowed", 2400.0, "R2-3A090.b.1", 1400.0) for link in (20.0, 40.0)),
    ).assign(over=["area"] * 8 + ["io"] * 2)
    chips = record().get("control_inputs", {"chip": ["h20-96gb", "rtx-4090d", "h100-nvl"]})
    return figures.frontier(record(), lines, chips, record().table("control_rules"))


def test_each_limit_is_drawn_once_and_says_when_it_binds(drawing):
    left, right = drawing.figure.axes
    legend = [text.get_text() for text in left.get_legend().get_texts()]
    assert legend == ["free, from 2022-10-07, with I/O of 900 GB/s", "free, from 2023-11-17", "free, from 2025-04-09"]
    assert [list(line.get_ydata()) for line in left.lines] == [[4800, 4800], [1600, 1600]]
    assert [list(line.get_ydata()) for line in right.lines] == [[1400, 1400]]


def test_a_chip_that_is_not_for_datacenters_is_hollow(drawing):
    dots = next(each for each in drawing.figure.axes[0].collections if isinstance(each, PathCollection))
    assert dots.get_offsets().tolist()[:2] == [[814.0, (2364 + 2384) / 2], [608.5, pytest.approx(4707, rel=1e-3)]]
    filled = (dots.get_facecolor()[:2, :3] < 0.5).all(axis=1)
    np.testing.assert_array_equal(filled, [True, False])
