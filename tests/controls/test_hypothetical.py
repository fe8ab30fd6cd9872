"""Chips that do not exist, from a CSV file: read whole, or refused with every fault at once."""

import math

import pytest

from analysis.controls.hypothetical import COLUMNS, read_specs
from analysis.facts.errors import ParameterError
from tests.records import record

HEADER = ",".join(COLUMNS)
MAKERS = {"NVIDIA": "US", "AMD": "US", "Huawei": "CN"}
LISTED = f"The columns are: {', '.join(COLUMNS)}."


@pytest.fixture
def specs(tmp_path):
    def write(*lines: str, header: str = HEADER, encoding: str = "utf-8"):
        path = tmp_path / "specs.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture
def refused():
    def text(path) -> str:
        with pytest.raises(ParameterError) as refusal:
            read_specs(path, MAKERS)
        return str(refusal.value)

    return text


def test_a_good_file(specs):
    chips = read_specs(specs("one,NVIDIA,2368,814,4000,900,1", "two,amd, 2250..2500 ,,1398..1570,,"), MAKERS)
    one, two = chips.to_dict("records")
    assert (one["chip_id"], one["tpp_low"], one["tpp_high"], one["io_bandwidth_low"]) == ("one", 2368, 2368, 900)
    assert (one["is_datacenter_low"], one["maker_country"], one["inputs_basis"]) == (1, "US", "hypothetical")
    assert (one["maker"], two["maker"]) == ("NVIDIA", "AMD")
    assert (two["tpp_low"], two["tpp_high"]) == (2250, 2500)
    assert (two["dram_bandwidth_low"], two["dram_bandwidth_high"]) == (1398, 1570)
    unknown = ("applicable_die_area_mm2_low", "io_bandwidth_high", "is_datacenter_low")
    assert all(math.isnan(two[column]) for column in unknown)


def test_hypothetical_chips_go_through_the_rules(specs):
    path = specs(
        "under,NVIDIA,2399,814,1399,300,1", "over,NVIDIA,2400,814,1399,300,1", "open,NVIDIA,2250..2500,814,1000,100,1"
    )
    found = record().control_status(specs=str(path), on="2024-02-15")
    assert list(found["chip_id"]) == ["under", "over", "open"]
    assert list(found["treatment"]) == ["allowed", "nac_notice", "unknown"]
    assert list(found["possible_treatments"]) == ["allowed", "nac_notice", "allowed|nac_notice"]
    assert [told.split(", ")[0] for told in found["settled_by"]] == ["", "", "tpp"]
    assert set(found["inputs_basis"]) == {"hypothetical"}


def test_a_name_like_a_chip_of_the_record_is_still_a_chip_of_the_file(specs):
    path = specs("a100-mine,NVIDIA,2000,814,1000,100,1", "a100-sxm-80gb,NVIDIA,2000,814,1000,100,1")
    found = record().control_status(specs=str(path), on="2024-02-15")
    assert list(found["chip_id"]) == ["a100-mine", "a100-sxm-80gb"]
    assert list(found["treatment"]) == ["allowed", "allowed"]


def test_every_fault_of_the_cells_at_once(specs, refused):
    path = specs(
        ",NVIDIA,fast,-814,2000..1000,1..2..3,2",
        "good,NVIDIA,1,1,1,1,0",
        "zero,NVIDIA,-1,0,-5..5,,yes",
        "odd,NVIDIA,nan,inf,1e400,1000..,",
    )
    wrong_range = "is not a range from low to high. Write it like 2250..2500."
    no_number = "is not a number or a range like 2250..2500. Use digits."
    assert refused(path).splitlines() == [
        "specs.csv line 2, chip_id: '' is empty. Name the chip.",
        f"specs.csv line 2, tpp: 'fast' {no_number}",
        "specs.csv line 2, applicable_die_area_mm2: '-814' is not above zero. Empty: unknown.",
        f"specs.csv line 2, dram_bandwidth_gb_s: '2000..1000' {wrong_range}",
        f"specs.csv line 2, io_bandwidth_gb_s: '1..2..3' {wrong_range}",
        "specs.csv line 2, is_datacenter: '2' is neither 0 nor 1. Leave it empty if unknown.",
        "specs.csv line 4, tpp: '-1' is below zero. Empty: unknown.",
        "specs.csv line 4, applicable_die_area_mm2: '0' is not above zero. Empty: unknown.",
        "specs.csv line 4, dram_bandwidth_gb_s: '-5..5' is below zero. Empty: unknown.",
        f"specs.csv line 4, is_datacenter: 'yes' {no_number}",
        "specs.csv line 4, is_datacenter: 'yes' is neither 0 nor 1. Leave it empty if unknown.",
        f"specs.csv line 5, tpp: 'nan' {no_number}",
        f"specs.csv line 5, applicable_die_area_mm2: 'inf' {no_number}",
        f"specs.csv line 5, dram_bandwidth_gb_s: '1e400' {no_number}",
        f"specs.csv line 5, io_bandwidth_gb_s: '1000..' {no_number}",
    ]


@pytest.mark.parametrize(
    ("maker", "near"), [("NVIDA", "Did you mean 'NVIDIA'? "), ("", ""), ("Acme", "")], ids=["near", "empty", "new"]
)
def test_a_maker_is_one_of_the_products(specs, refused, maker, near):
    told = f"specs.csv line 2, maker: {maker!r} is no maker of products.csv. {near}"
    told += "Letters reach only the makers they went to: name one that the table products has."
    assert refused(specs(f"one,{maker},1,1,1,1,0")) == told


def test_no_letter_to_nvidia_judges_the_chip_of_another_maker(specs):
    """1,000 GB/s of links reach the H20's 900 of NVIDIA's letter, not the 1,100 that the press gives for all three."""
    path = specs(*(f"{maker},{maker},100,814,0,1000,1" for maker in ("NVIDIA", "AMD", "Intel", "Huawei")))
    found = record().control_status(specs=str(path), on="2025-06-01")
    assert list(found["rule_id"]) == ["R6-NVIDIA", "", "", ""]
    assert list(found["treatment"]) == ["licence_required", "allowed", "allowed", "unknown"]


def test_two_chips_of_one_name(specs, refused):
    path = specs("one,NVIDIA,1,1,1,1,0", "two,NVIDIA,1,1,1,1,0", "one,NVIDIA,2,2,2,2,1")
    assert refused(path) == "specs.csv line 4, chip_id: 'one' is the name of line 2 too. Give each chip its own."


def test_every_fault_of_the_header_at_once(specs, refused):
    path = specs("one,2368,5", header="chip_id,ttp,area")
    assert refused(path).splitlines() == [
        *(f"specs.csv line 1: column {name!r} is missing. {LISTED}" for name in list(COLUMNS)[1:]),
        "specs.csv line 1: column 'ttp' is not declared. Did you mean 'tpp'? Rename or remove it.",
        "specs.csv line 1: column 'area' is not declared. Rename or remove it.",
    ]


def test_a_column_that_occurs_twice(specs, refused):
    path = specs("one,NVIDIA,1,1,1,1,0,2", header=f"{HEADER},tpp")
    assert refused(path) == "specs.csv line 1: column 'tpp' occurs more than once. Keep one of them."


def test_columns_stand_in_any_order_and_blank_lines_are_passed_over(specs):
    chips = read_specs(specs("1,900,4000,814,2368,NVIDIA,one", "", header=",".join(reversed(COLUMNS))), MAKERS)
    assert chips[["chip_id", "tpp_low", "io_bandwidth_high"]].to_numpy().tolist() == [["one", 2368, 900]]


@pytest.mark.parametrize("cell", ["٣", "1_000", "0x10", "Infinity", "-inf..1"])
def test_a_number_is_written_in_plain_digits(specs, refused, cell):
    told = f"specs.csv line 2, tpp: {cell!r} is not a number or a range like 2250..2500. Use digits."
    assert refused(specs(f"one,NVIDIA,{cell},1,1,1,0")) == told


@pytest.mark.parametrize("cell", ["2", "0..1", "1.0", "-1"])
def test_a_chip_is_for_datacenters_or_not(specs, refused, cell):
    told = f"specs.csv line 2, is_datacenter: {cell!r} is neither 0 nor 1. Leave it empty if unknown."
    assert told in refused(specs(f"one,NVIDIA,1,1,1,1,{cell}")).splitlines()


@pytest.mark.parametrize("row", ["one,NVIDIA,1,1,1,1,0,7", "one,1,1"])
def test_a_row_of_another_length(specs, refused, row):
    told = f"specs.csv line 3: has {row.count(',') + 1} cells, the header has 7. Quote commas."
    assert refused(specs("good,NVIDIA,1,1,1,1,0", row)) == told


def test_a_row_of_another_length_hides_no_other_fault(specs, refused):
    lines = refused(specs("good,NVIDIA,fast,1,1,1,0", "one,1,1")).splitlines()
    assert [line.split(":")[0] for line in lines] == ["specs.csv line 3", "specs.csv line 2, tpp"]


@pytest.mark.parametrize("lines", [[], ["", ""]])
def test_a_file_without_a_chip(specs, refused, lines):
    assert refused(specs(*lines)) == f"specs.csv: holds no chip. {LISTED}"


def test_a_file_of_a_spreadsheet_begins_with_a_mark(specs):
    assert list(read_specs(specs("one,NVIDIA,1,1,1,1,0", encoding="utf-8-sig"), MAKERS)["chip_id"]) == ["one"]


def test_a_missing_file(tmp_path, refused):
    assert refused(tmp_path / "none.csv") == "none.csv: the file is missing. Name a file that is there."


def test_a_file_that_is_no_text(tmp_path, refused):
    path = tmp_path / "specs.csv"
    path.write_bytes(b"chip_id\n\xff\xfe\n")
    told = refused(path)
    assert told.startswith("specs.csv: cannot be read as a table: its bytes are no UTF-8 (byte 9).")
    assert told.endswith("Save it as UTF-8 CSV.")
