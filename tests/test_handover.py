"""Every row of the research hand-over stands in ``data/``, by content; what was changed is named here.

``tests/handover/`` holds the crosswalks from the names of the hand-over to those of ``data/``.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from analysis.paths import DATA, ROOT

Row = dict[str, str]
CASES = ROOT / "tests" / "cases"

SPECS = {
    "announce_date": "announced_on",
    "availability_date": "available_on",
    "cluster_cost_ratio_vs_B300": "cluster_cost_ratio_to_b300",
    "multiple_of_control_threshold": "control_threshold_multiple",
    "relative_compute_vs_B300": "compute_ratio_to_b300",
    "relative_compute_vs_H20": "compute_ratio_to_h20",
    "relative_memory_bandwidth_vs_B300": "memory_bandwidth_ratio_to_b300",
    "relative_price_vs_B300": "price_ratio_to_b300",
    "release_date": "released_on",
    "server_power_ratio_vs_B300": "server_power_ratio_to_b300",
    "throughput": "throughput_tops",
    "throughput_measured": "throughput_measured_tops",
    "transistors_b": "transistors_billion",
}
GEOGRAPHY_BASES = {"billing_location": "billing", "customer_headquarters": "headquarters"}

# midpoints that the hand-over had put beside a printed range: product, spec, value dropped, low, high, source
MIDPOINTS = {
    ("ascend-910c", "memory_bandwidth_gb_s", "3350", "3200", "3500", "aiwiki-910c"),
    ("ascend-910c", "throughput_tops", "790", "780", "800", "aiwiki-910c"),
    ("b30a", "price_usd", "22000", "20000", "24000", "techpowerup-b30a-price-2025-09-04"),
    ("h20", "price_usd", "11000", "10000", "12000", "reuters-businesslive-2025-05-25"),
    ("h20", "price_usd", "11000", "10000", "12000", "reuters-udn-2025-09-16"),
    ("rtx-6000d", "price_usd", "7250", "6500", "8000", "firstshanghai-itiger-b40"),
    ("rtx-6000d", "price_usd", "7250", "6500", "8000", "reuters-businesslive-2025-05-25"),
}
# bounds that the hand-over had repeated as a value ("up to", "at least"): metric, value dropped, source
BOUNDS = {
    ("mi308_charge_estimate", "800", "tmtpost-amd-2025-05-07"),
    ("h20_charge_estimate", "5500", "constellation-h20-charge-2025-04-16"),
    ("h20_revenue_loss", "4500", "belgiumtvnews-susquehanna-2025-05-27"),
    ("us_government_revenue_share", "15", "nvda-10k-fy2026"),
}
# AMD's 0.8bn is a charge on stock, not revenue lost: source, quantity of the hand-over, quantity here
CORRECTED = ("marketdash-mi308-2025", "revenue_lost", "inventory_charge")
# recorded since: what the hand-over does not have, by the columns of the test of each table
ADDED_SOURCES = {
    "wallstreetcn-omdia-2023",
    *("deepseek-r1-readme", "deepseek-v3-config-671b", "gpt3-paper", "gptj-readme", "hf-mixtral-8x7b-config"),
    *("llama-models-sku-list", "maxtext-hf-configs", "torchtune-llama2", "torchtune-llama3-3", "torchtune-llama4"),
    "torchtune-qwen2-5",
    *("abrinsights-h200-2025-12-09", "aigazine-nvda-share-2025", "aiwiki-mi355x"),
    *("anews-kl-talks-2025-10-26", "ap-lincoln-15-percent-2025-08-12", "asianfin-h200-2025-12-08"),
    *("asiatimes-samsung-hbm-2024-08-09", "awesomeagents-mlu590", "beijing-daily-mfa-2025-01-15"),
    *("caixin-moore-threads-review-2025-09-26", "cnyes-ai-chip-funding-2025"),
    *("csj-moore-threads-price-2025-11-20", "deepnewz-huang-taipei-2025-08", "deepseekw-appliance-2025"),
    *("digitalcommonwealth-nvda-2024-06-18", "digitimes-samsung-hbm-2024-12-18"),
    *("digitimes-smic-n2-2023-09-05", "equityinsider-nvda-trillion-2023-06-14"),
    *("evertiq-h20-weak-2024-05-28", "geopolitechs-cac-2025-07-31", "gnn-verge-nvda-top-2024"),
    *("gurufocus-266bn-2025-04-18", "hindustantimes-nvda-second-2024-06-06", "hyperai-mi350-2025"),
    *("japantimes-nvda-trillion-2023-05-31", "joongang-hbm-2024-12-03", "joongang-hbm-2024-12-04"),
    *("kaohoon-nvda-second-2024", "lokmat-nvda-top-2024-06-18", "mfa-163-2025-01-14"),
    *("mint-nvda-top-2024-06-19", "moneycontrol-a100-grey-2023-06-20", "nasdaq-tsmc-halt-2024-11-10"),
    *("nbc-nvda-fall-2025-02-27", "newsghana-nvda-top-2024-06-20", "nextplatform-mi350-2025-06-12"),
    *("novinite-nvda-share-2024-06-06", "peoples-daily-repost-160bn", "reuters-bs-h20-curbs-2025-01-30"),
    *("reuters-dunya-h20-orders-2024", "reuters-newsbulletin-h20-delay-2023-11", "sohu-hygon-2025-12-11"),
    *("stockstar-moore-threads-issue-2025-11-27", "studyiq52-nvda-share-2025-09", "techinsights-smic-n2"),
    *("teknomers-nvda-share", "telegram-omdia-xai-2024", "thestar-kl-talks-2025-10-25"),
    *("tnnews-h200-2025-12-08", "top168-omdia-2024-12-19", "tradingdashboard-raymond-james-2025-12-24"),
    *("tradingview-bnp-h20-2025-05", "trendforce-h20-orders-2024-09-24", "trendforce-h3c-h20-2025-03-28"),
    *("trt-cac-2025-07-31", "tvb-h20-licences-2025-08-09", "tweaktown-huang-taipei-2025-08-22"),
    *("tweaktown-nvda-share-2024-03-07", "udn-ft-h20-licences-2025-08-10"),
    *("whispertick-h20-share-2025-07-28", "wion-trackers-2025-08-13"),
    *("china-briefing-industrial-power", "statista-china-business-power-2024", "uptime-pue-2023-11-23"),
}
ADDED_SHIPMENTS = [
    ("h20", "600000", "", "800000", "units", "article-002"),  # the Caijing count stood in claims/ only
    ("h20", "", "805000", "", "units", "reportify-h20-buyers-2025"),  # four buyers over their part: in the notes only
    ("h20", "", "", "1890000", "units", "idc-2024-tencent"),  # 2.7 million x 70 percent: in the notes only
    *(
        (product, low, central, high, "units", "epoch-ai-chip-counts-2026")
        for product, low, central, high in (
            ("a800", "31582", "41291", "53561"),
            ("a800", "18425", "24089", "31247"),
            ("a800", "21046", "27516", "35694"),
            ("a800", "21816", "28523", "37000"),
            ("h800", "8836", "10952", "13630"),
            ("h800", "34064", "42225", "52548"),
            ("h800", "50220", "62251", "77469"),
        )
    ),
    *(("h800", "", count, "", "units", "wallstreetcn-omdia-2023") for count in ("50000", "30000", "25000")),
    ("h800", "105000", "", "", "units", "wallstreetcn-omdia-2023"),
    ("hopper-all", "196000", "", "", "units", "top168-omdia-2024-12-19"),
    ("hopper-all", "", "200000", "", "units", "telegram-omdia-xai-2024"),
]
ADDED_PRICES = [
    ("A800 card", "card", "China", "10000", "", "15000", "USD per unit", "epoch-ai-chip-counts-2026"),
    ("H800 card", "card", "China", "25000", "", "35000", "USD per unit", "epoch-ai-chip-counts-2026"),
    (
        *("H20 card, orders of distributors", "card", "China", "12000"),
        *("", "15000", "USD per unit", "reuters-dunya-h20-orders-2024"),
    ),
    (
        *("H20 card, offers of distributors", "card", "China", ""),
        *("110000", "", "CNY per unit", "reuters-dunya-h20-orders-2024"),
    ),
    ("H20 8-GPU server", "server_8gpu", "China", "", "1400000", "", "CNY per unit", "reuters-dunya-h20-orders-2024"),
    ("Ascend 910B card", "card", "China", "", "120000", "", "CNY per unit", "reuters-dunya-h20-orders-2024"),
    (
        *("H800 8-GPU server at launch", "server_8gpu", "China", ""),
        *("2000000", "", "CNY per unit", "reuters-dunya-h20-orders-2024"),
    ),
    ("A100 grey market", "card", "China grey", "", "20000", "", "USD per unit", "moneycontrol-a100-grey-2023-06-20"),
    ("A100 usual price", "card", "global", "", "", "10000", "USD per unit", "moneycontrol-a100-grey-2023-06-20"),
    ("MLU590 card", "card", "China", "8000", "", "12000", "USD per unit", "awesomeagents-mlu590"),
]
ADDED_EVENTS = [
    ("2023-11-24", "NVIDIA", "reuters-newsbulletin-h20-delay-2023-11"),
    ("2024-02", "NVIDIA", "reuters-dunya-h20-orders-2024"),
    ("2024-04", "NVIDIA", "trendforce-h20-orders-2024-09-24"),
    ("2024-05-24", "NVIDIA", "techcentral-h20-2024"),
    ("2024-08", "NVIDIA", "trendforce-h20-orders-2024-09-24"),
    ("2024-11-11", "TSMC", "nasdaq-tsmc-halt-2024-11-10"),
    ("2025-01-14", "China government", "mfa-163-2025-01-14"),
    ("2025-01-15", "China government", "beijing-daily-mfa-2025-01-15"),
    ("2025-01-29", "US government", "reuters-bs-h20-curbs-2025-01-30"),
    ("2025-02", "customers", "theinfo-16b-2025"),
    ("2025-03", "customers", "trendforce-h3c-h20-2025-03-28"),
    ("2025-04-02", "customers", "theinfo-16b-2025"),
    ("2025-04-14", "US government", "nvda-8k-2025-04-15"),
    ("2025-04-15", "NVIDIA", "nvda-8k-2025-04-15"),
    ("2025-05-19", "NVIDIA", "tmtpost-huang-15bn-2025-05-20"),
    ("2025-06-12", "AMD", "nextplatform-mi350-2025-06-12"),
    ("2025-06-12", "AMD", "hyperai-mi350-2025"),
    ("2025-06-12", "AMD", "aiwiki-mi355x"),
    ("2025-07-31", "China government", "trt-cac-2025-07-31"),
    ("2025-07-31", "NVIDIA", "geopolitechs-cac-2025-07-31"),
    ("2025-08-08", "US government", "udn-ft-h20-licences-2025-08-10"),
    ("2025-08-08", "US government", "tvb-h20-licences-2025-08-09"),
    ("2025-08-10", "US government", "newsmax-ft-15-percent-2025-08-10"),
    ("2025-08-11", "US government", "ap-lincoln-15-percent-2025-08-12"),
    ("2025-08-13", "US government", "wion-trackers-2025-08-13"),
    ("2025-08-22", "NVIDIA", "tweaktown-huang-taipei-2025-08-22"),
    ("2025-08-22", "NVIDIA", "deepnewz-huang-taipei-2025-08"),
    ("2025-09-26", "China exchange", "caixin-moore-threads-review-2025-09-26"),
    ("2025-10-25", "US and China governments", "thestar-kl-talks-2025-10-25"),
    ("2025-10-26", "US and China governments", "anews-kl-talks-2025-10-26"),
    ("2025-12-11", "Hygon", "sohu-hygon-2025-12-11"),
]
ADDED_SPECS = [
    ("h20", "planned_on", "2023-11-16", "reuters-newsbulletin-h20-delay-2023-11"),
    ("b30a", "planned_on", "2025-09", "reuters-bnn-2025-08-19"),
]
ADDED_BENCHMARKS: list[tuple[str, ...]] = []
ADDED_ACCOUNTS = [
    (
        *("NVIDIA", "china_share_of_data_center_revenue", "China (including Hong Kong)", "FY2025"),
        *("", "5.8", "19", "percent", "nvda-10k-fy2025"),
    ),
    (
        *("NVIDIA", "h200_revenue_potential", "China (including Hong Kong)", ""),
        *("", "", "12500", "USD million", "tradingdashboard-raymond-james-2025-12-24"),
    ),
    (
        *("NVIDIA", "h20_revenue_loss", "China (including Hong Kong)", ""),
        *("15000", "", "", "USD million", "tradingview-bnp-h20-2025-05"),
    ),
]


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(*names: str) -> list[Row]:
    return [row for name in names for row in read(DATA / f"{name}.csv")]


def content(rows: list[Row], *columns: str) -> Counter:
    return Counter(tuple(row[column] for column in columns) for row in rows)


@pytest.fixture(scope="module")
def source_ids() -> dict[tuple[str, str], str]:
    rows = read(ROOT / "tests" / "handover" / "sources.csv")
    assert len(rows) == len({(row["folder"], row["handover_id"]) for row in rows})
    return {(row["folder"], row["handover_id"]): row["source_id"] for row in rows}


@pytest.fixture(scope="module")
def handed(research, source_ids):
    """The rows of a table of the hand-over, with the source ids of ``data/``."""

    def rows(name: str, source: str = "source_id") -> list[Row]:
        folder = name.split("/")[0]
        found = read(research / f"{name}.csv")
        for row in found:
            if source in row:
                row["source_id"] = source_ids.get((folder, row[source]), row[source])
        return found

    return rows


@pytest.fixture(scope="module")
def chips(handed) -> list[Row]:
    """Rows on chips, named and without midpoints as they should stand here."""
    products = {(row["chip"], row["variant"]): row["product"] for row in read(ROOT / "tests/handover/products.csv")}
    rows = handed("chips/chip_specs")
    for row in rows:
        row["product"] = products[row["chip"], row["variant"]]
        row["spec"] = SPECS.get(row["metric"], row["metric"])
        if tuple(row[c] for c in ("product", "spec", "value", "low", "high", "source_id")) in MIDPOINTS:
            row["value"] = ""
        if row["value"] == row["low"] and not row["high"]:  # "at least" is a bound, not a point
            row["value"] = ""
    return rows


@pytest.fixture(scope="module")
def worked_examples(handed) -> Counter:
    """The inputs of the worked control classifications, one fact each: product, spec, bits, value, source."""
    facts = Counter()
    for row in handed("controls/chip_specs"):
        product = row["chip"].lower().replace(" ", "-")
        for spec, bits, column in (
            ("is_designed_for_datacenter", "", "designed_for_datacenter"),
            ("throughput_tops", row["bit_length"], "tops_dense"),
            ("die_area_mm2", "", "die_area_mm2"),
            ("memory_bandwidth_gb_s", "", "dram_bandwidth_gbs"),
            ("io_bandwidth_gb_s", "", "io_bandwidth_gbs"),
        ):
            if row[column]:
                facts[product, spec, bits, row[column], row["source_id"]] += 1
    return facts


# sources


@pytest.mark.parametrize("folder", ["chips", "controls", "market", "revenue"])
def test_every_source_is_one_source(research, source_ids, folder):
    handed_over = [row["source_id"] for row in read(research / folder / "sources.csv")]
    assert len(handed_over) == len(set(handed_over))
    assert {name for where, name in source_ids if where == folder} == set(handed_over)
    assert {source_ids[folder, name] for name in handed_over} <= {row["source_id"] for row in table("sources")}


def test_every_article_is_one_source(research, source_ids):
    articles = {row["source_file"] for row in read(research / "claims" / "articles.csv")}
    assert {name for folder, name in source_ids if folder == "claims"} == articles


def test_no_source_came_from_elsewhere(research, source_ids):
    assert {row["source_id"] for row in table("sources")} == set(source_ids.values()) | ADDED_SOURCES


def test_one_address_on_one_day_is_one_source():
    addresses = Counter((row["url"], row["published_on"]) for row in table("sources") if row["url"])
    assert [address for address, times in addresses.items() if times > 1] == []


# counts


@pytest.mark.parametrize(
    ("name", "tables", "added"),
    [
        ("controls/rules", ["control_thresholds"], 0),
        ("controls/events", ["events"], len(ADDED_EVENTS)),
        ("controls/validation_cases", ["control_cases"], 0),
        ("revenue/revenue", ["revenue", "guidance", "revenue_estimates"], len(ADDED_ACCOUNTS)),
        ("revenue/fiscal_calendar", ["fiscal_periods"], 0),
        ("revenue/fx", ["exchange_rates"], 0),
        ("market/shipments", ["shipment_estimates"], len(ADDED_SHIPMENTS)),
        ("market/prices", ["prices"], len(ADDED_PRICES)),
        ("market/benchmarks", ["benchmarks"], len(ADDED_BENCHMARKS)),
        ("claims/claims", ["claims"], 0),
        ("claims/articles", ["articles"], 0),
        ("claims/entities", ["entities"], 0),
    ],
)
def test_rows_carried_and_left_out(handed, name, tables, added):
    left_out = sum(int(row["rows"]) for row in table("left_out") if row["handover"] == f"{name}.csv")
    assert len(handed(name)) == len(table(*tables)) - added + left_out


def test_chip_rows_carried_and_left_out(handed, worked_examples):
    left_out = sum(int(row["rows"]) for row in table("left_out") if row["handover"] == "controls/chip_specs.csv")
    assert (worked_examples.total(), left_out) == (123, 22)
    carried = len(handed("chips/chip_specs")) + worked_examples.total() - left_out
    assert len(table("chip_specs")) == carried + len(ADDED_SPECS)


def test_expected_verdicts_are_test_cases(handed):
    rows = handed("claims/verdicts")
    assert rows == read(CASES / "claim_verdicts.csv")
    (left_out,) = (row["rows"] for row in table("left_out") if row["handover"] == "claims/verdicts.csv")
    assert len(rows) == int(left_out)


# content


CHIP_COLUMNS = ("product", "spec", "precision", "sparsity", "value", "low", "high", "unit", "source_id")


def test_every_chip_row(chips):
    assert content(chips, *CHIP_COLUMNS) <= content(table("chip_specs"), *CHIP_COLUMNS)


def test_every_input_of_the_worked_examples(chips, worked_examples):
    here = Counter()
    for row in table("chip_specs"):
        bits = "".join(filter(str.isdigit, row["precision"]))
        here[row["product"], row["spec"], bits, row["value"], row["source_id"]] += 1
    assert set(worked_examples) <= set(here)
    added = [row for row in table("chip_specs") if row["spec"] == "planned_on"]
    assert content(added, "product", "spec", "value", "source_id") == Counter(ADDED_SPECS)
    rest = content(table("chip_specs"), *CHIP_COLUMNS) - content(chips, *CHIP_COLUMNS) - content(added, *CHIP_COLUMNS)
    carried = Counter()
    for (product, spec, precision, _, value, low, high, _, source), times in rest.items():
        assert (low, high) == ("", "")
        carried[product, spec, "".join(filter(str.isdigit, precision)), value, source] += times
    assert carried <= worked_examples
    assert (worked_examples - carried).total() == 22


def test_every_midpoint_is_dropped_and_its_range_kept():
    specs = content(table("chip_specs"), "product", "spec", "value", "low", "high", "source_id")
    for product, spec, value, low, high, source in MIDPOINTS:
        assert specs[product, spec, "", low, high, source] == 1
        assert specs[product, spec, value, low, high, source] == 0


def test_every_account(handed):
    columns = ("company", "metric", "geography", "fiscal_period", "value", "low", "high", "unit", "source_id")
    rows = handed("revenue/revenue")
    for row in rows:
        if (row["metric"], row["value"], row["source_id"]) in BOUNDS:
            assert row["value"] in (row["low"], row["high"])
            row["value"] = ""
    here = content(table("revenue", "guidance", "revenue_estimates"), *columns)
    assert here - content(rows, *columns) == Counter(ADDED_ACCOUNTS)
    assert not content(rows, *columns) - here


def test_every_account_keeps_its_basis_and_period(handed):
    columns = ("metric", "geography", "geography_basis", "fiscal_period", "period_start", "period_end", "source_id")
    rows = [row for row in handed("revenue/revenue") if row["status"] not in ("guided", "estimated")]
    for row in rows:
        row["geography_basis"] = GEOGRAPHY_BASES.get(row["basis"], "")
    extra = content(table("revenue"), *columns) - content(rows, *columns)
    filed = [row for row in ADDED_ACCOUNTS if row[3]]  # estimates have a table of their own
    assert {(row[0], row[3], row[-1]) for row in extra} == {(row[1], row[3], row[-1]) for row in filed}


def test_every_fiscal_period(handed):
    columns = ("company", "fiscal_period", "period_start", "period_end", "weeks")
    assert content(handed("revenue/fiscal_calendar"), *columns) == content(table("fiscal_periods"), *columns)


def test_every_exchange_rate(handed):
    columns = ("pair", "period_start", "period_end", "rate", "source_id")
    assert content(handed("revenue/fx"), *columns) == content(table("exchange_rates"), *columns)


def test_every_shipment(handed):
    shared = ("designer", "buyer", "destination", "period_start", "period_end", "low", "central", "high", "unit")
    source, wrong, right = CORRECTED
    rows = handed("market/shipments")
    for row in rows:
        if (row["source_id"], row["metric"]) == (source, wrong):
            row["metric"] = right
    before = content(rows, "chip", "metric", *shared, "source_id")
    here = content(table("shipment_estimates"), "as_printed", "quantity", *shared, "source_id")
    assert not before - here
    ends = ("low", "central", "high", "unit", "source_id")
    assert content(table("shipment_estimates"), *ends) - content(rows, *ends) == Counter(
        row[1:] for row in ADDED_SHIPMENTS
    )
    products = content(table("shipment_estimates"), "product", *ends)
    assert all(products[row] for row in ADDED_SHIPMENTS)


def test_every_price(handed):
    columns = ("item", "form", "market", "low", "central", "high", "unit", "source_id")
    rows = [row | {"unit": f"{row['currency']} per {row['per']}"} for row in handed("market/prices")]
    assert content(table("prices"), *columns) - content(rows, *columns) == Counter(ADDED_PRICES)
    assert not content(rows, *columns) - content(table("prices"), *columns)
    assert not content(rows, "item", "as_of") - content(table("prices"), "item", "priced_on")


def test_every_benchmark(handed):
    shared = ("system", "workload", "model", "scenario", "metric", "value", "unit", "source_id", "note")
    before = content(handed("market/benchmarks"), "chip", "count", *shared)
    here = content(table("benchmarks"), "as_printed", "chip_count", *shared)
    assert here - before == Counter(ADDED_BENCHMARKS)
    assert not before - here


def test_every_threshold(handed):
    shared = ("rule_id", "paragraph", "applies_to", "operator", "threshold", "unit", "outcome", "destinations")
    before = content(handed("controls/rules"), *shared, "metric", "source_id")
    assert before == content(table("control_thresholds"), *shared, "quantity", "source_id")


def test_every_rule(handed):
    rules = {(row["rule_id"], row["effective_on"], row["superseded_on"]) for row in table("control_rules")}
    rows = handed("controls/rules")
    assert rules == {(row["rule_id"], row["effective_from"], row["effective_to"]) for row in rows}


def test_every_case_of_treatment(handed):
    """The note began with its tag and with the answer of another program; the tag is a column here."""
    rows = handed("controls/validation_cases")
    for row in rows:
        judged, row["note"] = row["note"].split(". ", 1)
        row["evidence"] = judged.split("; ")[0].removeprefix("evidence=")
        row["expected"] = row["expected_treatment"].lower()
    before = content(rows, "chip", "date", "regime", "expected", "evidence", "source_id", "note")
    here = content(table("control_cases"), "as_printed", "on", "regime", "expected", "evidence", "source_id", "note")
    assert before == here


def test_every_case_is_given_one_chip():
    given = {(row["as_printed"], row["product"]) for row in table("control_cases")}
    assert len(given) == len({printed for printed, _ in given})
    assert {printed for printed, product in given if not product} == {"MI309", "Gaudi (China variants)"}
    variants = {row["product"] for row in table("products") if row["level"] == "variant"}
    assert {product for _, product in given if product} <= variants


def test_every_event(handed):
    shared = ("actor", "category", "event", "value", "unit", "source_id")
    before = content(handed("controls/events"), "date", *shared)
    here = content(table("events"), "happened_on", *shared)
    assert not before - here
    assert Counter((row[0], row[1], row[-1]) for row in (here - before).elements()) == Counter(ADDED_EVENTS)


def test_every_claim(handed):
    shared = ("claim_id", "topic", "subject", "metric", "qualifier", "low", "value", "high", "unit")
    shared += ("period_start", "period_end", "source_id")
    before = content(handed("claims/claims", "source_file"), *shared, "claim_en", "claim_date")
    assert before == content(table("claims"), *shared, "claim", "claimed_on")


def test_every_article_and_entity(handed):
    articles = content(handed("claims/articles", "source_file"), "source_id", "title_en", "author", "published")
    assert articles == content(table("articles"), "source_id", "title", "author", "dated")
    entities = content(handed("claims/entities"), "entity", "kind", "role")
    assert entities == content(table("entities"), "entity", "kind", "role")
