"""Tables as people save them: what can be read in one way only is read, and the rest is left for a fault to name."""

import pytest

from analysis.claims.results import audit_ledger
from analysis.controls.hypothetical import COLUMNS, read_specs
from analysis.facts import saved
from analysis.facts.errors import DataError, ParameterError
from analysis.facts.tables import meant, read_file
from tests.records import record

TEXT = "chip,note\nH20,显存 96 GB\n"
ROWS = [["chip", "note"], ["H20", "显存 96 GB"]]


def lines(path) -> tuple[list[list[str]], list[str]]:
    took: list[str] = []
    frame, faults = read_file(path, path.name, ["chip", "note"], optional=(), took=took)
    assert faults == []
    return [list(frame.columns), *frame.to_numpy().tolist()], took


@pytest.mark.parametrize(
    ("content", "took"),
    [
        (TEXT.encode(), []),
        (TEXT.encode("utf-8-sig"), []),
        (TEXT.replace("\n", "\r\n").encode(), []),
        (TEXT.replace("\n", "\n\n").encode(), []),
        (TEXT.encode("utf-16"), ["t.csv: read as UTF-16."]),
        (TEXT.encode("utf-16-le"), ["t.csv: read as UTF-16."]),
        (TEXT.encode("gbk"), ["t.csv: read as GBK."]),
        (TEXT.replace(",", ";").encode(), ["t.csv: read separated by semicolons."]),
        (("sep=;\n" + TEXT.replace(",", ";")).encode(), ["t.csv: read separated by semicolons."]),
        (TEXT.replace(",", "\t").encode("utf-16"), ["t.csv: read as UTF-16 and separated by tabs."]),
        (TEXT.replace("96 GB", "96\u00a0GB").encode(), []),
        (TEXT.replace("chip,note", "chip ,\u00a0note").encode(), []),
    ],
)
def test_a_table_is_read_however_it_was_saved(tmp_path, content, took):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert lines(path) == (ROWS, took)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"PK\x03\x04rest", "an Excel or zip file, not text"),
        ("chip,note\nH20,caf\u00e9\n".encode("latin-1"), "its bytes are no UTF-8 (byte 18)"),
        ("chip,note\nH20,".encode("utf-16")[:-1], "its bytes are no UTF-16"),
        (b'chip,note\nH20,"open\n', "unexpected end of data"),
    ],
)
def test_the_real_trouble_is_named(tmp_path, content, trouble):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    _, (fault,) = read_file(path, "t.csv", ["chip", "note"], optional=())
    assert trouble in str(fault)


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("12,345", "12345"),
        ("1,234,567.5", "1234567.5"),
        ("12 345", "12345"),
        ("\uff11\uff12", "12"),
        ("\u20135", "-5"),
        ("\u22125.5", "-5.5"),
        ("1,5", "1.5"),
        ("96", "96"),
        ("1e3", "1e3"),
        ("1.234,5", "1.234,5"),  # a point for thousands or a slip
        ("12,34,567", "12,34,567"),
        ("a few", "a few"),
        ("", ""),
    ],
)
def test_numbers(cell, plain):
    assert saved.number(cell) == plain


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("2025/4/9", "2025-04-09"),
        ("2025年4月9日", "2025-04-09"),
        ("2025-04-09 00:00:00", "2025-04-09"),
        ("2025/4", "2025-04"),
        ("13/4/2025", "2025-04-13"),
        ("4/13/2025", "2025-04-13"),
        ("5/5/2025", "2025-05-05"),
        ("4/9/2025", "4/9/2025"),  # April or September
        ("45756", "2025-04-09"),  # days since 1899-12-30
        ("2025-04", "2025-04"),
        ("2025", "2025"),
        ("soon", "soon"),
    ],
)
def test_days(cell, plain):
    assert saved.day(cell) == plain


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("memory_bandwidth_gbps", "dram_bandwidth_gb_s"),
        ("memory_bandwidth_gb_s", "dram_bandwidth_gb_s"),
        ("interconnect_bandwidth_gb_s", "io_bandwidth_gb_s"),
        ("io_bandwith_gb_s", "io_bandwidth_gb_s"),
        ("die_area_mm2", "applicable_die_area_mm2"),
        ("vendor", "maker"),
        ("memory_gb", ""),
        ("price", ""),
    ],
)
def test_hints_compare_meanings(name, hint):
    assert meant(name, list(COLUMNS)) == (f"Did you mean {hint!r}? " if hint else "")


LEDGER = "claim_id,article_id,topic,subject,metric,qualifier,low,value,high,unit,period_end,claim,checkable,check,fact"
REVENUE = "revenue: company=NVIDIA; metric=revenue; geography=Total; fiscal_period=FY2025"


def test_a_ledger_of_a_spreadsheet_is_audited(tmp_path):
    """NVIDIA's revenue of fiscal 2025 was 130,497 million dollars."""
    row = [
        "A",
        "mine",
        "money",
        "NVIDIA",
        "revenue",
        "exact",
        "",
        "130,497",
        "",
        "USD million",
        "2025/1/26",
        "x",
        "numeric",
    ]
    path = tmp_path / "mine.csv"
    path.write_bytes(";".join(LEDGER.split(",")).encode("utf-16") + "\r\n".encode("utf-16-le"))
    cells = ";".join([*row, "lookup", f'"{REVENUE}"'])
    path.write_bytes(path.read_bytes() + cells.encode("utf-16-le"))
    took: list[str] = []
    verdicts, faults = audit_ledger(path, record(), took)
    assert faults == []
    assert took == ["mine.csv: read as UTF-16 and separated by semicolons."]
    assert verdicts["verdict"].tolist() == ["supported"]


def test_a_header_twice_is_a_fault_of_ledgers_and_of_specifications(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"{LEDGER},unit\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 1: column 'unit' occurs more than once"):
        audit_ledger(path, record())
    path.write_text(",".join([*COLUMNS, "tpp "]) + "\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="line 1: column 'tpp' occurs more than once"):
        read_specs(path, {"NVIDIA": "US"})


def test_a_specification_of_a_spreadsheet_is_read(tmp_path):
    path = tmp_path / "chips.csv"
    header = ";".join(COLUMNS)
    path.write_bytes(f"{header}\r\nX;NVIDIA;2\u00a0300;800;4,5;\uff16\uff10\uff10;1\r\n".encode("utf-8-sig"))
    chip = read_specs(path, {"NVIDIA": "US"}).iloc[0]
    assert chip[["tpp_low", "dram_bandwidth_low", "io_bandwidth_low"]].tolist() == [2300, 4.5, 600]
