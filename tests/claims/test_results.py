"""The audit on the record: agreement with the assessment made by hand, both clocks, facts changed, other ledgers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from analysis.claims import results
from analysis.claims.addresses import terms
from analysis.claims.verdicts import VERDICTS, meanings
from analysis.facts import load, paths
from analysis.facts.errors import DataError, ParameterError
from analysis.results import Record

CASES = paths.ROOT / "tests" / "cases"
ASSESSED = pd.read_csv(CASES / "claim_verdicts.csv").set_index("claim_id")["verdict"]
DISAGREEMENTS = pd.read_csv(CASES / "claim_disagreements.csv").set_index("claim_id")
# claims whose check names words that no row on record has
NOT_ON_RECORD = {
    "S1-089",  # when the MI355 was first shipped
    "S2-029",  # a count of xAI alone
    "S2-049",  # lead times of H20 machines
    "S3-015",  # an interview of 2025-11-20
    "S3-040",  # a forecast of NVIDIA's share in China with H200
    "S4-065",  # what article 004 cites of the People's Daily
    "S4-066",  # and of The Paper
}
# claims that hold, or fail, because the list that their words are looked for on is closed and lacks them
CLOSED_LISTS = {"S1-044", "S3-043", "S4-014", "S4-046"}


@pytest.fixture(scope="module")
def audited() -> pd.DataFrame:
    return Record().claims().set_index("claim_id")


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return load.table("claims").set_index("claim_id", drop=False)


@pytest.fixture(scope="module")
def known() -> dict[str, pd.DataFrame]:
    return results.facts(Record())


# agreement with the assessment


def test_numeric_and_date_claims_agree_with_the_assessment(audited):
    own = audited.loc[ASSESSED.index]
    own = own[own["checkable"].isin(["numeric", "date"])]
    assert len(own) == 73  # of the 100 that it judged
    assert (own["verdict"] == ASSESSED.loc[own.index]).mean() >= 0.85


def test_every_disagreement_is_known_with_its_reason(audited):
    own = audited.loc[ASSESSED.index, "verdict"]
    differ = own[own != ASSESSED]
    found = {claim: (ASSESSED[claim], verdict) for claim, verdict in differ.items()}
    assert found == {row.Index: (row.expected, row.found) for row in DISAGREEMENTS.itertuples()}
    assert DISAGREEMENTS["reason"].str.len().min() > 60


def test_every_verdict_is_one_of_the_six(audited):
    assert set(audited["verdict"]) == set(VERDICTS)
    assert set(audited["verdict_at_publication"]) <= set(VERDICTS)


def test_what_the_assessment_is_surest_of(audited):
    """The mix-up of memory size and bandwidth stays contradicted though 141/96 gives its number: ASSESSMENT 3.4."""
    assert audited.loc["S3-012", ["verdict", "reading"]].tolist() == ["contradicted", ""]
    assert audited.loc["S2-038", "verdict"] == "supported"  # 17.1 billion, 17,108 million in the 10-K
    assert audited.loc["S4-003", "why"].startswith("the number is one of ")  # 4,800 is a TPP, not TOPS


# the ledger


def test_the_ledger_has_no_fault():
    assert results.ledger_faults() == []


def test_every_numeric_and_date_claim_has_a_check(ledger):
    figures = ledger[ledger["checkable"].isin(["numeric", "date"])]
    assert len(figures) == 100
    assert figures.index[figures["check"] == ""].tolist() == []


def test_no_verdict_is_stored():
    for path in paths.DATA.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            assert not [name for name in next(csv.reader(file)) if "verdict" in name], path.name
    cells = load.stored("claims").astype(str)
    assert not cells.isin(VERDICTS).any(axis=None)


def test_words_that_a_check_looks_for_are_on_record(ledger, known):
    """A slip in `~` words would read as a fact that is not there, and no check of the ledger could tell."""
    unfound = set()
    for claim in ledger.to_dict("records"):
        for expression in (claim["fact"], claim["against"]):
            for address in (term.address for term in terms(expression) if term.address) if expression else ():
                has_words = any(condition.operator == "~" for condition in address.conditions)
                if has_words and address.rows(known).empty:
                    unfound.add(claim["claim_id"])
    assert unfound == NOT_ON_RECORD | CLOSED_LISTS


def test_words_of_other_meanings_are_on_record(ledger, known):
    unfound = {
        claim["claim_id"]
        for claim in ledger.to_dict("records")
        for meaning in meanings(claim["other"])
        for term in terms(meaning)
        if term.address and term.address.rows(known).empty
    }
    # Washington alone asking for Malaysia, and a Korean maker other than Samsung with a part in China: on closed lists
    assert unfound == {"S4-071", "S4-022"}


def test_a_claim_about_what_is_not_on_record_is_not_contradicted(audited):
    verdicts = audited.loc[sorted(NOT_ON_RECORD), "verdict"]
    assert verdicts.drop("S2-029").eq("unverifiable").all()
    assert verdicts["S2-029"] == "supported_with_definition"  # as a count of Tesla and xAI together


# both clocks


@pytest.mark.parametrize(
    ("claim_id", "then", "today"),
    [
        # China by headquarters was first published in the 10-K of fiscal 2026, on 2026-02-25; stood by 2025-10-31
        ("S4-006", "contradicted", "supported_with_definition"),
        # what sold in fiscal 2026, and forecasts of it, came after 2025-04-17
        ("S2-036", "unverifiable", "conflicting_sources"),
        # the letter of 2025-04-09 was disclosed on 2025-04-15, a day after the rumour's article stood
        ("S0-016", "unverifiable", "supported"),
        # issued in November 2025, hoped for in September
        ("S1-085", "unverifiable", "supported"),
        # the 5.5 billion of the 8-K were public, the charge of 4.5 was not: one verdict for two reasons
        ("S2-034", "supported_with_definition", "supported_with_definition"),
    ],
)
def test_a_verdict_is_by_what_was_public(audited, claim_id, then, today):
    assert audited.loc[claim_id, ["verdict_at_publication", "verdict"]].tolist() == [then, today]


@pytest.fixture(scope="module")
def at_publication() -> pd.DataFrame:
    """The audit on the day by which article 002 stood: its claims are the only ones public."""
    return Record("2025-04-17").claims().set_index("claim_id")


def test_a_verdict_at_publication_is_the_verdict_of_that_day(audited, at_publication):
    own = audited[audited["article_id"] == "article-002"]
    assert at_publication.index.tolist() == own.index.tolist()
    assert at_publication["verdict"].to_dict() == own["verdict_at_publication"].to_dict()
    assert (at_publication["verdict"] == at_publication["verdict_at_publication"]).all()


def test_what_a_claim_is_held_against_was_public_that_day(at_publication):
    """A fact may have become public before the document that it is cited from, so facts are asked, not documents."""
    public = set()
    for name, frame in results.facts(Record("2025-04-17")).items():
        if "known_on" in frame:
            assert (frame["known_on"] <= pd.Timestamp("2025-04-17")).all(), name
        if "source_id" in frame:
            public |= {source for cell in frame["source_id"] for source in cell.split("|")}
    used = {source for cell in at_publication["source_id"] for source in cell.split("|") if source}
    assert len(used) > 5
    assert used <= public


@pytest.fixture
def only_claims(data_copy, load_from):
    """A copy of the data with few claims, which takes a moment where all of them take seconds."""

    def point(*claims: str) -> None:
        data_copy.keep("claims", lambda row: row["claim_id"] in claims)
        load_from(data_copy.folder)

    return point


def test_a_struck_source_speaks_for_nothing(only_claims):
    """Without the 10-K of fiscal 2026 there is no China by headquarters, by which S4-006 holds."""
    only_claims("S4-006", "S2-038")
    with_it = Record().claims().set_index("claim_id")
    assert with_it["verdict"].to_dict() == {"S4-006": "supported_with_definition", "S2-038": "supported"}
    struck = Record(without=["nvda-10k-fy2026"]).claims().set_index("claim_id")
    assert struck["verdict"].to_dict() == {"S4-006": "contradicted", "S2-038": "supported"}


# facts changed


def test_a_changed_bandwidth_changes_what_rests_on_it(audited, data_copy, load_from):
    """H20 at 3.3 instead of 4.0 TB/s: its own claim fails, and H200 at 4.8 becomes 45 percent faster."""
    for line, row in enumerate(data_copy.rows("chip_specs"), start=1):
        if row[0] == "h20-96gb" and row[2] == "memory_bandwidth_gb_s":
            data_copy.put("chip_specs", line, "value", "3300")
    load_from(data_copy.folder)
    changed = Record().claims().set_index("claim_id")
    assert changed.loc["S1-026", "verdict"] == "contradicted"
    assert changed.loc["S3-012", "verdict"] == "supported"
    assert (changed["verdict"] != audited["verdict"]).pipe(lambda is_new: set(changed.index[is_new])) == {
        "S1-026",
        "S3-012",
    }
    rest = changed.index.difference(["S1-026", "S3-012"])
    pd.testing.assert_frame_equal(changed.loc[rest], audited.loc[rest])


def test_a_changed_revenue_changes_what_rests_on_it(audited, data_copy, load_from):
    """China in FY2025 at 12,108 instead of 17,108 million: 17.1 billion is wrong, and nothing else turns on it.

    That 2025 H20 sales exceed all of it (S2-037) holds as before; the peak share (S1-017) is that of FY2022.
    """
    line = data_copy.find("revenue", metric="revenue", fiscal_period="FY2025", value="17108")
    data_copy.put("revenue", line, "value", "12108")
    load_from(data_copy.folder)
    changed = Record().claims().set_index("claim_id")
    assert changed.loc["S2-038", ["verdict", "established_low"]].tolist() == ["contradicted", 12108.0]
    rest = changed.index.drop("S2-038")
    assert changed.loc[rest, "verdict"].equals(audited.loc[rest, "verdict"])
    assert changed.loc[rest, "verdict_at_publication"].equals(audited.loc[rest, "verdict_at_publication"])


def test_a_changed_tolerance_changes_verdicts(data_copy, only_claims):
    """A third is 33.3 percent; 29.9 lies a tenth below it and fits within an eighth, not within a twentieth."""
    line = data_copy.find("claim_tolerances", qualifier="about")
    data_copy.put("claim_tolerances", line, "within_share", "0.05")
    only_claims("S2-001", "S2-038")
    changed = Record().claims().set_index("claim_id")
    assert changed["verdict"].to_dict() == {"S2-001": "contradicted", "S2-038": "supported"}


# scorecards


def test_scorecards_count_all_claims(audited, monkeypatch):
    monkeypatch.setattr(results, "_audited", lambda *_: audited.reset_index())
    by_article = Record().article_scorecard().set_index("article_id")
    assert by_article["claims"].to_dict() == {
        "article-000": 45,
        "article-001": 104,
        "article-002": 58,
        "article-003": 66,
        "article-004": 71,
    }  # ASSESSMENT 1
    by_topic = Record().article_scorecard(by="topic")
    counts = [*VERDICTS, "opinions", "unchecked"]
    assert by_topic["claims"].sum() == by_topic[counts].to_numpy().sum() == 344
    assert by_article[counts].to_numpy().sum() == len(audited) == 344
    assert (by_article[counts].sum(axis=1) == by_article["claims"]).all()
    with pytest.raises(ParameterError, match="by: 'author' is not one of article_id, topic"):
        Record().article_scorecard(by="author")


# ledgers of others

HEADER = ["claim_id", "article_id", "topic", "subject", "metric", "qualifier", "low", "value", "high", "unit"]
HEADER += ["claim", "checkable", "check", "fact", "against"]
MEMORY = "chip_specs: product=h20-96gb; spec=memory_capacity_gb"


@pytest.fixture
def ledger_of(tmp_path):
    """Write a ledger of rows, each a sound claim but for the cells given; lines count from 2."""

    def write(*rows: dict | list, header: list[str] = HEADER) -> Path:
        sound = {"article_id": "mine", "topic": "event", "subject": "H20", "metric": "memory_capacity"}
        sound |= {"qualifier": "exact", "value": "96", "unit": "GB", "claim": "H20 has 96 GB.", "checkable": "numeric"}
        path = tmp_path / "mine.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            for number, row in enumerate(rows, 1):
                cells = {"claim_id": f"M-{number}"} | sound | (row if isinstance(row, dict) else {})
                writer.writerow(row if isinstance(row, list) else [cells.get(name, "") for name in header])
        return path

    return write


def test_what_is_wrong_is_said_by_line_and_the_rest_is_audited(ledger_of):
    path = ledger_of(
        {"check": "lookup", "fact": MEMORY},
        {"unit": "GBs"},
        {"qualifier": "range", "value": "", "low": "100", "high": "90"},
        {"topic": "spec", "subject": "H2O"},
        {"check": "ratio", "fact": MEMORY, "against": MEMORY},
        {"claim": "=1+1"},
        {"claim": "H20 <script>alert(1)</script>"},
        {"check": "lokup", "fact": MEMORY},
        ["M-9", "mine", "too short"],
        {"check": "lookup", "fact": MEMORY, "value": "80"},
    )
    verdicts, faults = results.audit_ledger(path, Record())
    assert verdicts.set_index("claim_id")["verdict"].to_dict() == {"M-1": "supported", "M-10": "contradicted"}
    said = [str(fault) for fault in faults]
    begins = [
        "mine.csv line 3, unit: 'GBs' is no unit that is known.",
        "mine.csv line 4, low: '100' is upside down: low <= value <= high must hold.",
        "mine.csv line 5, subject: 'H2O' is no chip on record. Did you mean 'h20'?",
        "mine.csv line 6, unit: 'GB' does not fit ratio, which gives a ratio or a share.",
        "mine.csv line 7, claim: '=1+1' begins like a formula or holds markup.",
        "mine.csv line 8, claim: 'H20 <script>alert(1)</script>' begins like a formula or holds markup.",
        "mine.csv line 9, check: 'lokup' is no kind of check. Did you mean 'lookup'?",
        "mine.csv line 10: has 3 cells, the header has 15.",
    ]
    unmatched = [start for start in begins if not any(words.startswith(start) for words in said)]
    assert unmatched == []
    assert {words.split(",")[0].split(":")[0] for words in said} == {f"mine.csv line {n}" for n in range(3, 11)}


def test_a_claim_is_held_against_a_result(ledger_of):
    sold = {"check": "lookup", "fact": "units_by_year: product=h20; year=2024", "unit": "chips", "qualifier": "about"}
    power = {"check": "lookup", "fact": "control_inputs.tpp: chip_id=H20 96 GB", "unit": "TPP"}
    path = ledger_of(sold | {"value": "700000"}, sold | {"value": "2000000"}, power | {"value": "2368"})
    verdicts, faults = results.audit_ledger(path, Record())
    assert faults == []
    assert verdicts["verdict"].tolist() == ["supported", "contradicted", "supported"]


def test_a_claim_without_a_check_gets_one_and_is_marked(ledger_of):
    path = ledger_of({}, {"check": "lookup", "fact": MEMORY}, {"checkable": "opinion", "value": "", "unit": ""})
    verdicts, faults = results.audit_ledger(path, Record())
    assert faults == []
    rows = verdicts.set_index("claim_id")
    assert rows["is_suggested"].tolist() == [True, False, False]
    assert rows.loc["M-1", "fact"] == MEMORY
    assert rows.loc["M-1", "verdict"] in ("supported", "supported_with_definition")
    assert rows.loc["M-3", "verdict"] == "unverifiable"


def test_columns_may_stand_in_any_order_and_may_be_left_out(ledger_of):
    header = [*reversed([name for name in HEADER if name not in ("low", "high", "check", "fact", "against")])]
    verdicts, faults = results.audit_ledger(ledger_of({}, header=header), Record())
    assert faults == []
    assert verdicts["claim_id"].tolist() == ["M-1"]


@pytest.mark.parametrize("missing", ["claim_id", "value", "unit", "checkable"])
def test_a_column_that_is_needed_and_missing(ledger_of, missing):
    path = ledger_of({}, header=[name for name in HEADER if name != missing])
    with pytest.raises(DataError, match=f"mine.csv line 1: column '{missing}' is missing"):
        results.audit_ledger(path, Record())


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(DataError, match=r"none.csv: the file is missing. Name a file that is there"):
        results.audit_ledger(tmp_path / "none.csv", Record())
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00claim_id")
    with pytest.raises(DataError, match=r"bytes.csv: cannot be read as a table: its bytes are no UTF-16"):
        results.audit_ledger(tmp_path / "bytes.csv", Record())


def test_a_ledger_is_judged_by_what_was_public(ledger_of):
    """4.5 billion was booked on 2025-05-28 at the earliest; by the 8-K of April only 5.5 at most was on record."""
    charge = {"topic": "revenue", "subject": "NVIDIA", "metric": "inventory_charge", "value": "4.5"}
    charge |= {"unit": "USD billion", "check": "lookup", "fact": "revenue: metric=h20_charge"}
    path = ledger_of(charge)
    assert results.audit_ledger(path, Record())[0]["verdict"].tolist() == ["supported"]
    assert results.audit_ledger(path, Record("2025-04-30"))[0]["verdict"].tolist() == ["unverifiable"]


def test_a_ledger_without_claims(ledger_of):
    verdicts, faults = results.audit_ledger(ledger_of(), Record())
    assert (len(verdicts), faults) == (0, [])


def test_the_suites_own_ledger_gets_the_suites_own_verdicts(audited, tmp_path):
    with (paths.DATA / "claims.csv").open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    path = tmp_path / "own.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *(cells for cells in lines if cells[1] == "article-003")])
    verdicts, faults = results.audit_ledger(path, Record())
    assert faults == []
    own = verdicts.set_index("claim_id")
    asked = own.index[~own["is_suggested"]]
    assert len(own) == 66
    assert own.loc[asked, "verdict"].equals(audited.loc[asked, "verdict"])


def test_one_record_settles_each_claim_once_for_verdicts_and_readings(only_claims, monkeypatch):
    """S2-038 is judged by today and by the day its article stood; its readings cost no third search."""
    only_claims("S2-038")
    settled, asked = results.audits.settled, []
    monkeypatch.setattr(results.audits, "settled", lambda claim, *facts: asked.append(claim) or settled(claim, *facts))
    of_one = Record()
    of_one.claims()
    of_one.claim_readings()
    of_one.article_scorecard()
    assert len(asked) == 2


def test_every_fault_of_one_cell_is_told_and_none_twice(tmp_path):
    path = tmp_path / "own.csv"
    head = "claim_id,article_id,topic,subject,metric,qualifier,value,unit,claim,checkable,check,fact\n"
    row = "X1,own,market,H20,m,exact,96,GB,It has 96 GB.,numeric,{},chip_specs: prodct=h20-96gb; spek=memory\n"
    path.write_text(head + row.format("lookup") + row.format("looks").replace("X1", "X2"), encoding="utf-8")
    _, faults = results.audit_ledger(path, Record())
    told = [fault.problem.partition(" names column ")[2] for fault in faults if fault.where == "own.csv line 2, fact"]
    assert [text.partition(",")[0] for text in told] == ["'prodct'", "'spek'"]
    assert len([fault for fault in faults if fault.where == "own.csv line 3, check"]) == 1
