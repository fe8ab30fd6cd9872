"""Epoch's downloads under the names of three generations; the figures are of its tables of April and September 2026."""

from io import StringIO

import pandas as pd
import pytest

from analysis.counts import epoch
from analysis.facts.errors import DataError, ParameterError
from tests.records import record

OLD = """Name,Chip manufacturer,Owner,Start date,End date,Number of Units,Number of Units (5th percentile),\
Number of Units (95th percentile),Notes
x,Nvidia,China,1/1/2022,12/31/2024,1273811,1008414,1608133,April
x,Nvidia,China,1/1/2022,9/30/2025,1805354,1418910,2301734,April
x,Nvidia,China,1/1/2022,12/31/2025,1805354,1418910,2301734,April
"""
DISPLAY = """Name,Designer,Owner,Series start date,End date,Number of units (5th percentile),\
Number of units (median),Number of units (95th percentile),Notes
x,Nvidia,China,2022-01-01,2024-12-31,1008414,1273811,1608134,September
x,Huawei,China,2024-01-01,2025-12-31,,1250000,,no range
"""
CANONICAL = """name,designer,owner,series_start,end_date,units_p5,units_med,units_p95,notes
x,Nvidia,China,2022-01-01,2024-12-31,1008414,1273811,1608134,September
"""
SALES = """Name,Chip manufacturer,Start date,End date,Number of Units,Number of Units (5th percentile),\
Number of Units (95th percentile),Chip type
x,Nvidia,2024-04-29,2024-07-28,233149,179384,303305,H20
"""


def read(text: str) -> pd.DataFrame:
    return epoch.read(pd.read_csv(StringIO(text), dtype=str, keep_default_na=False))


@pytest.mark.parametrize(("text", "high"), [(OLD, 1_608_133), (DISPLAY, 1_608_134), (CANONICAL, 1_608_134)])
def test_every_naming_says_the_same(text, high):
    row = read(text).iloc[0]
    assert (row["as_printed"], row["designer"], row["owner"], row["chip"]) == ("China Nvidia", "Nvidia", "China", "")
    assert (row["period_start"], row["period_end"]) == ("2022-01-01", "2024-12-31")
    assert (row["low"], row["central"], row["high"]) == (1_008_414, 1_273_811, high)


def test_a_chip_without_an_owner_goes_by_its_name():
    row = read(SALES).iloc[0]
    assert (row["product"], row["as_printed"]) == ("h20", "H20")


def test_a_stock_that_stands_still_is_flagged():
    assert read(OLD)["is_frozen"].tolist() == [False, False, True]


def test_what_no_count_can_be_is_named():
    rows = CANONICAL + "x,A,,2024-01-01,2024-03-31,5,4,9,\nx,A,,2024-01-01,2024-06-30,-1,3,9,\n"
    assert read(rows)["broken"].tolist() == ["", "median outside its range", "below zero, falls"]


def test_a_download_beside_the_record():
    counts = record().shipment_estimates()
    assert epoch.beside(read(DISPLAY), counts)["status"].tolist() == ["same", "same"]
    assert epoch.beside(read(SALES), counts)["status"].tolist() == ["same"]
    later = epoch.beside(read(CANONICAL.replace("1273811", "1300000") + "x,B,,2024-01-01,2024-03-31,,1,,\n"), counts)
    assert later["status"].tolist() == ["restated", "new"]
    assert later["recorded"].iloc[0] == 1_273_811


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            CANONICAL.replace("units_med", "middle"),
            "no column number of units or number of units (median) or units_med",
        ),
        (CANONICAL.replace("2024-12-31", "the end"), "cannot be read"),
        (CANONICAL.replace("1273811", "many"), "cannot be read"),
    ],
)
def test_a_download_that_cannot_be_read_is_refused(text, words):
    with pytest.raises(DataError) as refused:
        read(text)
    assert words in str(refused.value)


def test_a_file_is_held_against_the_record_and_one_that_is_not_there_is_refused(tmp_path):
    """1,805,354 by the end of September 2025 are on record."""
    path = tmp_path / "owners.csv"
    head = "designer,owner,start_date,end_date,units_p5,units_med,units_p95"
    path.write_text(f"{head}\nNvidia,China,2022-01-01,2025-09-30,1418911,1805354,2301735\n")
    assert len(record().epoch_download(download=path)) == 1
    with pytest.raises(ParameterError, match="download: there is no file"):
        record().epoch_download(download=tmp_path / "none.csv")
