"""What a number and a day may be, the same for tables, files, filings and parameters."""

import math
from datetime import date
from decimal import Decimal

import pytest

from analysis.controls.hypothetical import COLUMNS, read_specs
from analysis.facts import arguments, limits
from analysis.facts.check import check
from analysis.facts.errors import ParameterError
from analysis.revenue.filings.numbers import number, rounding_of

NO_NUMBERS = ["1e999", "-1e999", "nan", "inf", "1e16", "1e-16", "١٢", "１２", "1_000", "0x10", "9" * 5000, ""]
NO_DAYS = [
    "0000-01-01",
    "1989-12-31",
    "2100-01-01",
    "9999-12-31",
    "2025-02-29",
    "２０２５-01-01",
    "20250101",
    "2025-1-1",
]
NOT_PAST = "is not past. Nothing is published or recorded before its day: correct it."


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_no_figure_can_be_is_no_number(text):
    assert math.isnan(limits.number(text))
    for given in (text, [text]):
        with pytest.raises(ParameterError):
            arguments.value(given or "x", float, where="")


@pytest.mark.parametrize(("text", "figure"), [("0", 0), ("-1.5e3", -1500), ("1e15", 1e15), ("+7", 7), ("1e-15", 1e-15)])
def test_what_a_figure_can_be_is_a_number(text, figure):
    assert limits.number(text) == figure


def test_numbers_of_python_are_held_to_the_same():
    for given in (1e308, 10**400, math.inf, -math.inf, math.nan, 1e-300):
        with pytest.raises(ParameterError, match="is not a number"):
            arguments.value(given, float, where="swap")


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_no_fact_can_be_of_is_no_day(text):
    assert limits.day(text) is None
    with pytest.raises(ParameterError, match="is not a day"):
        arguments.value(text, date, where="as_of")


def test_the_first_and_the_last_day_count():
    assert (limits.day("1990-01-01"), limits.day("2099-12-31")) == (date(1990, 1, 1), date(2099, 12, 31))


POISON = [
    ("sources", "published_on", "0000", "is not a date"),
    ("sources", "published_on", "2099", NOT_PAST),
    ("sources", "published_on", "2099-Q4", NOT_PAST),
    ("sources", "published_on", "2099-12", NOT_PAST),
    ("sources", "recorded_on", "9999-12-31", "is not a day"),
    ("sources", "recorded_on", "2099-12-31", NOT_PAST),
    ("sources", "published_on", "٢٠٢٥", "is not a date"),
    ("events", "happened_on", "1989", "is not a date"),
    ("guidance", "fiscal_period", "FY0000Q1", "is not like"),
    ("guidance", "fiscal_period", "FY２０２６Q1", "is not like"),
    ("units", "factor", "0", "is not above 0"),
    ("units", "factor", "-1", "is not above 0"),
    ("units", "factor", "1e999", "is not a number"),
    ("prices", "central", "0", "is not above 0"),
    ("prices", "central", "１２", "is not a number"),
    ("exchange_rates", "rate", "0", "is not above 0"),
    ("benchmarks", "value", "0", "is not above 0"),
    ("revenue", "value", "1e999", "is not a number"),
    ("revenue", "value", "٤٦١١", "is not a number"),
    ("chip_specs", "value", "1e999", "is not a number from 0 on"),
    ("chip_specs", "value", "-1", "is not a number from 0 on"),
    ("models", "layers", "9" * 5000, "is not a number"),
]


def of_other_tables(cases: list[tuple]) -> list[list[tuple]]:
    """The cases in batches with a table once in each: a check tells the faults of all tables at once."""
    batches: list[list[tuple]] = []
    for case in cases:
        batch = next((one for one in batches if case[0] not in {table for table, *_ in one}), None)
        batch.append(case) if batch is not None else batches.append([case])
    return batches


@pytest.mark.parametrize("batch", of_other_tables(POISON))
def test_a_cell_that_could_poison_a_result_is_a_fault_of_the_check(data_copy, batch):
    expected = []
    for table, column, cell, rule in batch:
        header, *rows = data_copy.rows(table)
        at = header.index(column)
        unit = header.index("unit") if table == "chip_specs" else None
        line = next(n for n, row in enumerate(rows, 2) if row[at] and (unit is None or row[unit] == "GB/s"))
        data_copy.put(table, line, column, cell)
        expected.append((f"data/{table}.csv line {line}, {column}: {repr(cell[:100])[:-1]}", rule))  # long ones are cut
    told = [str(fault) for fault in check(data_copy.folder)]
    for place, rule in expected:
        assert any(fault.startswith(place) and rule in fault for fault in told), (place, rule, told[:3])


def test_a_source_is_recorded_once_it_is_published(data_copy):
    line = data_copy.find("sources", recorded_on="2026-11-22")
    data_copy.put("sources", line, "published_on", "2026-11-23")
    (told,) = check(data_copy.folder)
    assert str(told).endswith("published_on: '2026-11-23' is after recorded_on 2026-11-22. Swap or correct them.")


def test_a_quarter_and_a_month_of_it_are_in_order(data_copy):
    data_copy.put("market_facts", 2, "period_start", "2025-Q2")
    data_copy.put("market_facts", 2, "period_end", "2025-05")
    assert check(data_copy.folder) == []
    data_copy.put("market_facts", 2, "period_end", "2025-03")
    (told,) = check(data_copy.folder)
    assert "'2025-Q2' is after period_end 2025-03" in str(told)


@pytest.mark.parametrize("scale", ["400", "-400", "13", "1e1", "٣", "", "0x1", "9" * 5000])
def test_a_scale_that_no_filing_prints_in_is_refused(scale):
    with pytest.raises(ValueError, match=r"scale .* is no power of ten"):
        number("1,234", "ixt:num-dot-decimal", scale)


def test_a_filing_s_figure_and_its_rounding_stay_within_bounds():
    assert number("4,611", "ixt:num-dot-decimal", "6") == (Decimal(4_611_000_000), Decimal(500_000))
    for words in ("9" * 40, "٤٦١١", "１２"):
        with pytest.raises(ValueError, match=r"no figure|digits are expected"):
            number(words, "", "0")
    with pytest.raises(ValueError, match="decimals '-400'"):
        rounding_of("-400")


def test_a_specification_beyond_every_size_is_refused(tmp_path):
    path = tmp_path / "specs.csv"
    path.write_text(",".join(COLUMNS) + "\nx,NVIDIA,1e300,800,1e-300,600,1\n", encoding="utf-8")
    with pytest.raises(ParameterError) as refused:
        read_specs(path, {"NVIDIA": "US"})
    assert [str(fault).split(":")[0] for fault in refused.value.faults] == [
        "specs.csv line 2, tpp",
        "specs.csv line 2, dram_bandwidth_gb_s",
    ]


def test_a_row_twice_is_named_though_a_number_of_its_key_is_empty(data_copy):
    rows = data_copy.rows("prices")
    at = rows[0].index("central")
    line = next(number for number, row in enumerate(rows[1:], 2) if not row[at])
    data_copy.write("prices", [*rows, rows[line - 1]])
    (told,) = check(data_copy.folder)
    assert str(told).startswith(f"data/prices.csv line {len(rows) + 1}: says the same as line {line} (")
