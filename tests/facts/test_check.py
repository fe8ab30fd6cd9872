"""The check of ``data/``: clean as committed, and exact about what is planted."""

import os
import subprocess
import sys

import pytest

from analysis.facts.check import check
from analysis.facts.paths import DATA, ROOT


def told(folder) -> list[str]:
    return [str(fault) for fault in check(folder)]


def command(folder) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "analysis", "check"],
        cwd=ROOT,
        env=os.environ | {"ANALYSIS_DATA": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("row", "column", "value", "rule"),
    [
        (
            {"product": "h20", "stage": "stock"},
            *("evidence", ""),
            "evidence: '' is empty, and h20 is estimated. Say how the count bears on its units, and why.",
        ),
        (
            {"product": "h20", "stage": "stock"},
            *("evidence_why", ""),
            "evidence_why: '' is empty, and h20 is estimated. Say how the count bears on its units, and why.",
        ),
        (
            {"product": "mi300", "buyer": "Meta"},
            *("evidence", "equal"),
            "evidence: 'equal' is said of mi300, which has no row in data/unit_priors.csv. Add one, or leave it empty.",
        ),
        (
            {"source_id": "wallstreetcn-omdia-2023", "low": "105000"},
            *("evidence", "at_most"),
            "evidence: 'at_most' needs a figure above 0 in central or high. Give it, or write none.",
        ),
        (
            {"product": "h20", "stage": "stock"},
            *("evidence", "maybe"),
            "evidence: 'maybe' is not one of equal, at_most, at_least, repeat, accounts, prior, none. "
            "Use one of these.",
        ),
    ],
)
def test_a_count_that_does_not_say_how_it_bears_on_the_estimate(data_copy, row, column, value, rule):
    line = data_copy.find("shipment_estimates", **row)
    data_copy.put("shipment_estimates", line, column, value)
    assert told(data_copy.folder) == [f"data/shipment_estimates.csv line {line}, {rule}"]


@pytest.mark.parametrize(
    ("model", "column", "because"),
    [
        ("deepseek-v3", "kv_lora_rank", "attention mla"),
        ("deepseek-v3", "ffn", "layers without experts"),
        ("mixtral-8x7b", "expert_ffn", "experts"),
        ("llama-3-1-8b", "head_dim", "attention gqa"),
        ("llama-3-1-8b", "ffn", "layers without experts"),
    ],
)
def test_a_shape_that_lacks_a_part(data_copy, model, column, because):
    line = data_copy.find("models", model_id=model)
    data_copy.put("models", line, column, "")
    rule = f"{column}: '' is empty, and the model has {because}. Give it."
    assert told(data_copy.folder) == [f"data/models.csv line {line}, {rule}"]


def test_a_prior_that_names_what_does_not_exist(data_copy):
    line = data_copy.find("unit_priors", product="h200")
    data_copy.put("unit_priors", line, "variant", "h200-xyz")
    data_copy.put("unit_priors", line, "revenue_from", "rumours")
    found = told(data_copy.folder)
    assert [fault.split(": ")[0] for fault in found] == [
        f"data/unit_priors.csv line {line}, revenue_from",
        f"data/unit_priors.csv line {line}, variant",
    ]


@pytest.fixture
def planted(data_copy) -> list[str]:
    """Ten faults of ten kinds in nine tables, as they should be reported."""
    faults = []

    def plant(table: str, column: str, value: str, rule: str, **row: str) -> None:
        line = data_copy.find(table, **row)
        data_copy.put(table, line, column, value)
        faults.append(f"data/{table}.csv line {line}, {column}: {value!r} {rule}")

    plant(
        "revenue",
        "value",
        "n/a",
        "is not a number. Use digits.",
        fiscal_period="FY2025",
        geography="China (including Hong Kong)",
        metric="revenue",
    )
    plant(
        "sources",
        "published_on",
        "2025-02-30",
        "is not a date like 2026-01-25, 2026-01 or 2026. Give as much as the source does.",
        source_id="reuters-udn-2025-09-16",
    )
    plant(
        "events",
        "source_id",
        "itpro-nvda-8k-2022-09-02",
        "is not in data/sources.csv. Did you mean 'itpro-nvda-8k-2022-09-01'? Add it there first.",
        source_id="itpro-nvda-8k-2022-09-01",
    )
    plant(
        "prices",
        "product",
        "h20-97gb",
        "is not in data/products.csv. Did you mean 'h20-96gb'? Add it there first.",
        product="h20",
    )
    plant(
        "chip_specs",
        "unit",
        "W",
        "does not fit memory_bandwidth_gb_s, which is in GB/s. Convert or correct it.",
        product="h20-96gb",
        spec="memory_bandwidth_gb_s",
    )
    plant(
        "control_rules",
        "status",
        "law",
        "is not one of rule, policy, practice, pending, unsettled. Use one of these.",
        rule_id="R0-AUTH",
    )
    # the Caijing count with its ends swapped: low above high
    plant(
        "shipment_estimates",
        "low",
        "900000",
        "is upside down: low <= central <= high must hold. Check 900000 / none / 800000.",
        source_id="article-002",
    )
    plant(
        "fiscal_periods",
        "period_start",
        "2025-07-28",
        "is after period_end 2025-07-27. Swap or correct them.",
        fiscal_period="FY2026Q2",
    )
    plant("products", "name", "", "is empty. Every row needs it.", product="h20-141gb")
    rows = data_copy.rows("exchange_rates")
    data_copy.write("exchange_rates", [*rows, rows[1]])
    faults.append(
        f"data/exchange_rates.csv line {len(rows) + 1}: says the same as line 2 (USD/CNY, year, {rows[1][2]}): "
        "one fact, one row. Remove it, or tell them apart by pair, grain, period_start."
    )
    return faults


def test_committed_data_has_no_fault():
    assert told(DATA) == []


def test_ten_planted_faults_are_reported_and_no_others(planted, data_copy):
    assert sorted(told(data_copy.folder)) == sorted(planted)


def test_command_prints_the_faults_and_fails(planted, data_copy):
    done = command(data_copy.folder)
    assert done.returncode == 1
    assert sorted(done.stdout.splitlines()) == sorted(planted)
    assert done.stderr == "10 faults.\n"


def test_command_is_content_with_the_committed_data():
    done = command(DATA)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "No faults: every table keeps its declaration.\n"


def test_missing_column(data_copy):
    header, *rows = data_copy.rows("prices")
    at = header.index("market")
    data_copy.write("prices", [row[:at] + row[at + 1 :] for row in (header, *rows)])
    assert told(data_copy.folder) == [
        "data/prices.csv line 1: column 'market' is missing. The columns are: item, product, form, market, priced_on, "
        "low, central, high, unit, published_on, basis, source_id, locator, note."
    ]


def test_choice_of_a_source_that_says_nothing(data_copy):
    line = data_copy.find("choices", product="h20-96gb", spec="throughput_tops", precision="fp8")
    data_copy.put("choices", line, "source_ids", "datahub-exchange-rates")
    assert told(data_copy.folder) == [
        f"data/choices.csv line {line}, source_ids: 'datahub-exchange-rates' says nothing usable of h20-96gb "
        "throughput_tops. Choose a source that does."
    ]


def test_choice_of_an_unusable_figure(data_copy):
    # chips NOTES, conflict 2: the extrapolation that puts B30A at 3,750 FP8 must not be used
    line = data_copy.find("choices", product="b30a", precision="fp8")
    data_copy.put("choices", line, "source_ids", "techpowerup-b30a-2025-08-19")
    (fault,) = told(data_copy.folder)
    assert "'techpowerup-b30a-2025-08-19' says nothing usable of b30a throughput_tops." in fault


def test_a_rule_is_unsettled_with_a_reason_and_has_none_without(data_copy):
    line, other = (data_copy.find("control_rules", rule_id=rule) for rule in ("R13-AGAIN", "R13-50PCT"))
    data_copy.put("control_rules", line, "open_question", "")
    data_copy.put("control_rules", other, "open_question", "who knows")
    assert told(data_copy.folder) == [
        f"data/control_rules.csv line {other}, open_question: 'who knows' is said of a rule of status rule. "
        "Make it unsettled, or empty the cell.",
        f"data/control_rules.csv line {line}, open_question: '' is empty, and the rule is unsettled. "
        "Say why it is not settled that it is in force.",
    ]


def test_one_spoiled_cell_is_one_fault(data_copy):
    day = "is not a day like 2026-01-25. Write year-month-day; leave it empty if unknown."
    date = "is not a date like 2026-01-25, 2026-01 or 2026. Give as much as the source does."
    period = "is not like 'FY2026Q3', 'FY2026' or '2025Q4'. Write the year in four digits."
    slug = "is not a lower-case name of letters, digits and hyphens. Write it like 'h100-sxm'."
    basis = "is not one of official, reported, derived, estimated, assumed. Use one of these."
    spoiled = [
        ("revenue", 4, "value", "", "is empty, and so is the range. Give a figure."),
        ("fiscal_periods", 2, "weeks", "", "is empty. Every row needs it."),
        ("fiscal_periods", 3, "weeks", "0", "is not above 0. Check it."),
        ("fiscal_periods", 4, "weeks", "13.5", "is not a whole number. Check it."),
        ("exchange_rates", 2, "rate", "-6.9", "is below 0. Check sign and unit."),
        ("exchange_rates", 3, "rate", "6,9", "is not a number. Use digits."),
        ("guidance", 2, "fiscal_period", "FY26Q1", period),
        ("guidance", 3, "period_end", "2025-02-29", day),
        ("events", 2, "happened_on", "2025-9", date),
        ("products", 2, "family", "H20", slug),
        ("claims", 2, "basis", "", basis),
    ]
    for table, line, column, cell, _ in spoiled:
        data_copy.put(table, line, column, cell)
    expected = [
        f"data/{table}.csv line {line}, {column}: {cell!r} {rule}" for table, line, column, cell, rule in spoiled
    ]
    assert sorted(told(data_copy.folder)) == sorted(expected)


def test_unknown_quantity_unit_and_rule(data_copy):
    spec = data_copy.find("chip_specs", product="h20-96gb", spec="tdp_w")
    data_copy.put("chip_specs", spec, "spec", "tdp")
    threshold = data_copy.find("control_thresholds", rule_id="R0-LETTER-NAMED")
    data_copy.put("control_thresholds", threshold, "rule_id", "R0-LETTER")
    faults = told(data_copy.folder)
    assert len(faults) == 2
    assert (
        f"data/chip_specs.csv line {spec}, spec: 'tdp' is not in data/quantities.csv. "
        "Declare it there with its unit and label." in faults
    )
    assert any(
        fault.startswith(
            f"data/control_thresholds.csv line {threshold}, rule_id: 'R0-LETTER' is not in data/control_rules.csv. "
        )
        for fault in faults
    )
