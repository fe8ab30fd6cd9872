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


STOCK = {"product": "h20", "stage": "stock"}
ESTIMATED = "is empty, and h20 is estimated. Say how the count bears on its units, and why."
CHIP_RATE = {"spec": "throughput_tops", "precision": "fp8"}


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "rule"),
    [
        # counts that do not say how they bear on the estimate
        ("shipment_estimates", STOCK, "evidence", "", ESTIMATED),
        ("shipment_estimates", STOCK, "evidence_why", "", ESTIMATED),
        (
            *("shipment_estimates", {"product": "mi300", "buyer": "Meta"}, "evidence", "equal"),
            "is said of mi300, which has no row in data/unit_priors.csv. Add one, or leave it empty.",
        ),
        (
            *("shipment_estimates", {"source_id": "wallstreetcn-omdia-2023", "low": "105000"}, "evidence", "at_most"),
            "needs a figure above 0 in central or high. Give it, or write none.",
        ),
        (
            *("shipment_estimates", STOCK, "evidence", "maybe"),
            "is not one of equal, at_most, at_least, repeat, accounts, prior, none. Use one of these.",
        ),
        # shapes of models that lack a part
        *(
            ("models", {"model_id": model}, column, "", f"is empty, and the model has {because}. Give it.")
            for model, column, because in [
                ("deepseek-v3", "kv_lora_rank", "attention mla"),
                ("deepseek-v3", "ffn", "layers without experts"),
                ("mixtral-8x7b", "expert_ffn", "experts"),
                ("llama-3-1-8b", "head_dim", "attention gqa"),
                ("llama-3-1-8b", "ffn", "layers without experts"),
            ]
        ),
        # judgement calls for a source that says nothing, and for the extrapolation that puts B30A at 3,750 FP8, which
        # must not be used (chips NOTES, conflict 2)
        *(
            (
                *("choices", CHIP_RATE | {"product": chip}, "source_ids", source),
                f"says nothing usable of {chip} throughput_tops. Choose a source that does.",
            )
            for chip, source in [("h20-96gb", "datahub-exchange-rates"), ("b30a", "techpowerup-b30a-2025-08-19")]
        ),
        (
            *("chip_specs", {"product": "h20-96gb", "spec": "tdp_w"}, "spec", "tdp"),
            "is not in data/quantities.csv. Declare it there with its unit and label.",
        ),
    ],
)
def test_a_spoiled_cell_is_one_fault(data_copy, table, row, column, value, rule):
    line = data_copy.find(table, **row)
    data_copy.put(table, line, column, value)
    assert told(data_copy.folder) == [f"data/{table}.csv line {line}, {column}: {value!r} {rule}"]


def test_a_prior_that_names_what_does_not_exist(data_copy):
    line = data_copy.find("unit_priors", product="h200")
    data_copy.put("unit_priors", line, "variant", "h200-xyz")
    data_copy.put("unit_priors", line, "revenue_from", "rumours")
    found = told(data_copy.folder)
    assert [fault.split(": ")[0] for fault in found] == [
        f"data/unit_priors.csv line {line}, revenue_from",
        f"data/unit_priors.csv line {line}, variant",
    ]


DATE = "is not a date like 2026-01-25, 2026-01 or 2026. Give as much as the source does."
CHINA_2025 = {"fiscal_period": "FY2025", "geography": "China (including Hong Kong)", "metric": "revenue"}
MEMORY_SPEED = {"product": "h20-96gb", "spec": "memory_bandwidth_gb_s"}
LETTERS_8K = "itpro-nvda-8k-2022-09-0"
PLANTED = [
    ("revenue", CHINA_2025, "value", "n/a", "is not a number. Use digits."),
    ("sources", {"source_id": "reuters-udn-2025-09-16"}, "published_on", "2025-02-30", DATE),
    (
        *("events", {"source_id": f"{LETTERS_8K}1"}, "source_id", f"{LETTERS_8K}2"),
        f"is not in data/sources.csv. Did you mean '{LETTERS_8K}1'? Add it there first.",
    ),
    (
        *("prices", {"product": "h20"}, "product", "h20-97gb"),
        "is not in data/products.csv. Did you mean 'h20-96gb'? Add it there first.",
    ),
    (
        *("chip_specs", MEMORY_SPEED, "unit", "W"),
        "does not fit memory_bandwidth_gb_s, which is in GB/s. Convert or correct it.",
    ),
    (
        *("control_rules", {"rule_id": "R0-AUTH"}, "status", "law"),
        "is not one of rule, policy, practice, pending, unsettled. Use one of these.",
    ),
    # the Caijing count with its ends swapped: low above high
    (
        *("shipment_estimates", {"source_id": "article-002"}, "low", "900000"),
        "is upside down: low <= central <= high must hold. Check 900000 / none / 800000.",
    ),
    (
        *("fiscal_periods", {"fiscal_period": "FY2026Q2"}, "period_start", "2025-07-28"),
        "is after period_end 2025-07-27. Swap or correct them.",
    ),
    ("products", {"product": "h20-141gb"}, "name", "", "is empty. Every row needs it."),
]


@pytest.fixture
def planted(data_copy) -> list[str]:
    """Ten faults of ten kinds in nine tables, as they should be reported."""
    faults = []
    for table, row, column, value, rule in PLANTED:
        line = data_copy.find(table, **row)
        data_copy.put(table, line, column, value)
        faults.append(f"data/{table}.csv line {line}, {column}: {value!r} {rule}")
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
        "low, central, high, unit, stage, voice, published_on, basis, source_id, locator, note."
    ]


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


def test_a_cell_that_breaks_the_rule_of_its_column(data_copy):
    day = "is not a day like 2026-01-25. Write year-month-day; leave it empty if unknown."
    period = "is not like 'FY2026Q3', 'FY2026' or '2025Q4'. Write the year in four digits."
    slug = "is not a lower-case name of letters, digits and hyphens. Write it like 'h100-sxm'."
    basis = "is not one of official, reported, derived, estimated, assumed. Use one of these."
    spoiled = [
        ("revenue", 4, "value", "", "is empty, and so is the range. Give a figure."),
        ("fiscal_periods", 2, "weeks", "", "is empty. Every row needs it."),
        ("fiscal_periods", 3, "weeks", "0", "is not above 0. Check it."),
        ("fiscal_periods", 4, "weeks", "13.5", "is not a whole number. Check it."),
        ("exchange_rates", 2, "rate", "-6.9", "is not above 0. Check sign and unit."),
        ("exchange_rates", 3, "rate", "6,9", "is not a number. Use digits."),
        ("guidance", 2, "fiscal_period", "FY26Q1", period),
        ("guidance", 3, "period_end", "2025-02-29", day),
        ("events", 2, "happened_on", "2025-9", DATE),
        ("products", 2, "family", "H20", slug),
        ("claims", 2, "basis", "", basis),
    ]
    for table, line, column, cell, _ in spoiled:
        data_copy.put(table, line, column, cell)
    expected = [
        f"data/{table}.csv line {line}, {column}: {cell!r} {rule}" for table, line, column, cell, rule in spoiled
    ]
    assert sorted(told(data_copy.folder)) == sorted(expected)


def test_a_threshold_of_a_rule_that_is_not_there(data_copy):
    line = data_copy.find("control_thresholds", rule_id="R0-LETTER-NAMED")
    data_copy.put("control_thresholds", line, "rule_id", "R0-LETTER")
    (fault,) = told(data_copy.folder)
    rule = "rule_id: 'R0-LETTER' is not in data/control_rules.csv. "
    assert fault.startswith(f"data/control_thresholds.csv line {line}, {rule}")
