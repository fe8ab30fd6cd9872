"""The audit: claims of a small ledger beside small tables, when their article stood and today."""

from math import log

import pandas as pd
import pytest

from analysis.claims.audit import COLUMNS, READING_COLUMNS, audit, readings, scorecard, settle, settled
from tests.records import account

NAN = float("nan")
PLAIN = {"article_id": "one", "topic": "sales", "subject": "NVIDIA", "qualifier": "exact", "value": "", "low": NAN}
PLAIN |= {"high": NAN, "unit": "musd", "unit_printed": "USD billion", "checkable": "numeric", "claim": "words"}
PLAIN |= {"check": "", "fact": "", "against": "", "how": "", "other": "", "how_to_check": "", "source_id": "article"}


# China 10,306 of 60,922: 16.9 percent by billing; 12,330 by headquarters, 20.2 percent, is published later
EARLIER = [account("China", "FY2024", 10306.0, "k24"), account("Total", "FY2024", 60922.0, "k24", "")]
LATER = [
    account("China", "FY2024", 12330.0, "k26", "headquarters"),
    account("China", "FY2025", 17108.0, "k25"),
    account("China", "FY2025", 17000.0, "blog") | {"grade": "C", "basis": "reported"},
]
EVENT = {"event": "letter", "happened_on": "2025-04-09", "value": NAN, "unit": "", "grade": "B", "basis": "reported"}
EVENTS = pd.DataFrame([EVENT | {"source_id": "press"}])
THEN = {"revenue": pd.DataFrame(EARLIER), "events": EVENTS}
TODAY = {"revenue": pd.DataFrame([*EARLIER, *LATER]), "events": EVENTS}

CHINA = "revenue: metric=revenue; geography=China; geography_basis=billing; fiscal_period="
SHARE = {"check": "share", "fact": CHINA + "FY2024", "against": "revenue: metric=revenue; geography=Total"}
SHARE |= {"unit": "share", "unit_printed": "percent", "value": "20", "qualifier": "over", "topic": "share"}
CLAIMS = [
    {"claim_id": "share"} | SHARE,
    {"claim_id": "figure", "check": "lookup", "fact": CHINA + "FY2025", "value": "17.1"},
    {"claim_id": "range", "check": "lookup", "fact": CHINA + "FY2025", "qualifier": "range", "low": 3e3, "high": 4e3},
    {"claim_id": "day", "check": "date", "fact": "events.happened_on: event=letter", "value": "2025-04-10"}
    | {"unit": "date", "unit_printed": "date", "checkable": "date"},
    {"claim_id": "word", "check": "occurs", "fact": "events: event=letter", "checkable": "categorical"},
    {"claim_id": "opinion", "checkable": "opinion", "topic": "share"},
    {"claim_id": "loose", "value": "1", "how_to_check": "a filing"},
]
LEDGER = pd.DataFrame([PLAIN | row for row in CLAIMS])


@pytest.fixture(scope="module")
def audited(rules) -> pd.DataFrame:
    return audit(LEDGER, settle(LEDGER, TODAY, rules), [THEN] * len(LEDGER), rules).set_index("claim_id")


def test_every_claim_has_a_row(audited):
    assert audited.index.tolist() == LEDGER["claim_id"].tolist()
    assert list(audited.reset_index()[COLUMNS]) == COLUMNS


def test_verdicts_today_and_when_the_article_stood(audited):
    assert audited["verdict"].to_dict() == {
        "share": "supported_with_definition",  # 20.2 percent by headquarters
        "figure": "supported",  # the filing has 17,108, a blog 17,000
        "range": "contradicted",
        "day": "supported_with_definition",  # the day in Beijing
        "word": "supported",
        "opinion": "unverifiable",
        "loose": "unverifiable",
    }
    assert audited["verdict_at_publication"].to_dict() == audited["verdict"].to_dict() | {
        "share": "contradicted",  # the other basis was not published yet
        "figure": "unverifiable",
        "range": "unverifiable",
    }


def test_what_is_claimed_stands_in_canonical_units(audited):
    claimed = audited[["claimed_low", "claimed_high"]]
    assert claimed.loc["figure"].tolist() == [17100, 17100]
    assert claimed.loc["share"].tolist() == [0.2, 0.2]
    assert claimed.loc["range"].tolist() == [3000, 4000]
    assert claimed.loc[["day", "word", "opinion"]].isna().all(axis=None)


def test_what_the_record_says_beside_it(audited):
    assert audited.loc["share", "established_low"] == pytest.approx(10306 / 60922)
    assert audited.loc["figure", ["established_low", "established_high"]].tolist() == [17000, 17108]
    assert audited.loc["figure", "unit"] == "musd"
    assert audited.loc["day", "established"] == "2025-04-09"
    assert audited.loc["loose", ["established", "unit"]].tolist() == ["", ""]


def test_the_reading_and_the_reason(audited):
    assert audited.loc["share", "reading"] == (
        "revenue China FY2024 headquarters over revenue Total FY2024 (the other basis of geography)"
    )
    assert audited.loc["day", "reading"] == "letter 2025-04-09 (the day in Beijing)"
    assert audited.loc["loose", "why"] == "no fact on record would settle it: a filing"
    assert audited.loc["range", "reading"] == ""


def test_the_grade_is_of_the_best_source_that_decides_and_documents_are_counted(audited):
    assert audited.loc["figure", ["grade", "sources", "source_id"]].tolist() == ["A", 2, "k25|blog"]
    assert audited.loc["word", ["grade", "sources"]].tolist() == ["B", 1]
    assert audited.loc["opinion", ["grade", "sources", "source_id"]].tolist() == ["", 0, ""]


def claim(name: str) -> dict:
    return LEDGER.set_index("claim_id", drop=False).loc[name].to_dict()


def test_readings_are_sought_only_where_the_plain_meaning_contradicts(rules):
    assert settled(claim("figure"), TODAY, rules)[1].tried == 0
    assert settled(claim("share"), TODAY, rules)[1].tried > 0
    assert settled(claim("share") | {"checkable": "categorical", "value": ""}, TODAY, rules)[1].tried == 0


def test_a_mix_up_explains_and_does_not_excuse(rules):
    """17 billion for FY2024 is the figure of FY2025: named as a reading, the claim stays contradicted."""
    mixed = claim("figure") | {"fact": CHINA + "FY2024"}
    found, tried = settled(mixed, TODAY, rules)
    assert (found.verdict, found.reading) == ("contradicted", "")
    assert tried.hits[0].departures == ("revenue.fiscal_period",)


def test_a_reading_that_chance_would_find_explains_nothing(rules):
    """Readings are 12,330 by headquarters (cost 1) and the total, 60,922 (5): from 6,165 to 121,844 is log 19.76.

    A claim of about 12 billion is hit from 8/9 to 8/7 of a reading. One of 12 to 120 billion is so wide that the window
    of 12,330 reaches over the lower end (log 2 below it) and half of log 10 above it: 62 percent of all numbers.
    """
    known = {**TODAY, "revenue": pd.DataFrame([*EARLIER, LATER[0]])}
    asked = claim("figure") | {"fact": CHINA + "FY2024"}
    found, tried = settled(asked | {"value": "12", "qualifier": "about"}, known, rules)
    assert tried.chance == pytest.approx(log(9 / 7) / log(19.764), rel=1e-3)
    assert found.verdict == "supported_with_definition"
    found, tried = settled(asked | {"qualifier": "range", "low": 12e3, "high": 120e3}, known, rules)
    assert tried.chance == pytest.approx((log(2) + log(10) / 2) / log(19.764), rel=1e-3)
    assert found.verdict == "contradicted"
    assert tried.hits[0].standing == "open"


def test_readings_are_listed_best_first(rules):
    found = readings(LEDGER, settle(LEDGER, TODAY, rules), rules)
    assert list(found) == READING_COLUMNS
    best = found[found["rank"] == 1].set_index("claim_id")
    assert best.index.tolist() == ["share", "day"]
    assert best.loc["share", "value"] == pytest.approx(12330 / 60922)
    assert best.loc["share", ["cost", "standing"]].tolist() == [1.0, "open"]
    assert best.loc["share", "source_id"] == "k26|k24"
    assert (found.groupby("claim_id").size() <= found.groupby("claim_id")["hits"].first()).all()


def test_only_so_many_readings_are_listed(rules):
    bottom = pd.DataFrame([claim("share") | {"value": "17"}])
    today = settle(bottom, TODAY, rules)
    every, some = readings(bottom, today, rules), readings(bottom, today, rules, most=1)
    assert len(some) == min(1, len(every))
    assert readings(LEDGER.head(0), [], rules).columns.tolist() == READING_COLUMNS


def test_an_empty_ledger_gives_an_empty_audit(rules):
    assert audit(LEDGER.head(0), [], [], rules).columns.tolist() == COLUMNS


def test_a_scorecard_counts_every_claim_once(audited):
    found = scorecard(audited.reset_index(), "topic").set_index("topic")
    counts = ["supported", "supported_with_definition", "misleading", "conflicting_sources", "contradicted"]
    counts += ["unverifiable"]
    # sales: figure and word supported, the day defined, the range contradicted, one without a check
    assert found.loc["sales", ["claims", *counts]].tolist() == [5, 2, 1, 0, 0, 1, 0]
    assert found.loc["sales", ["opinions", "unchecked"]].tolist() == [0, 1]
    assert found.loc["share", ["claims", *counts]].tolist() == [2, 0, 1, 0, 0, 0, 0]
    assert found.loc["share", ["opinions", "unchecked"]].tolist() == [1, 0]
    assert (found[[*counts, "opinions", "unchecked"]].sum(axis=1) == found["claims"]).all()


def test_a_scorecard_names_a_group_without_any_check(audited):
    alone = audited.reset_index().query("claim_id == 'opinion'")
    found = scorecard(alone, "article_id")
    assert found[["article_id", "claims", "opinions", "supported"]].to_numpy().tolist() == [["one", 1, 1, 0]]


# comparisons that set unlike beside unlike


def chip_rows() -> pd.DataFrame:
    """By the makers: H20 296 and 148 TOPS in FP8 and BF16, H100 SXM 1,979 and 989.4, H100 PCIe 1,513 in FP8."""
    rates = [("h20-96gb", "fp8", 296.0), ("h20-96gb", "bf16", 148.0), ("h100-sxm", "fp8", 1979.0)]
    rates += [("h100-sxm", "bf16", 989.4), ("h100-pcie", "fp8", 1513.0)]
    frame = pd.DataFrame(rates, columns=["product", "precision", "low"])
    common = {"spec": "throughput_tops", "sparsity": "dense", "source_id": "maker", "grade": "A", "basis": "official"}
    return frame.assign(high=frame["low"], label=frame["product"] + " " + frame["precision"], **common)


COMPUTE = "spec=throughput_tops; precision=fp8; sparsity=dense"
COMPARED = {"check": "ratio", "fact": f"chip_specs: product=h20-96gb; {COMPUTE}", "qualifier": "about"}
COMPARED |= {"against": f"chip_specs: product=h100-sxm; {COMPUTE}", "unit": "share", "unit_printed": "percent"}


@pytest.mark.parametrize(
    ("value", "verdict", "reading"),
    [
        ("15", "supported", ""),  # 296 over 1,979
        ("20", "misleading", "h20-96gb fp8 over h100-pcie fp8 (another variant of the same chip)"),  # 296 over 1,513
        ("30", "misleading", "h20-96gb fp8 over h100-sxm bf16 (rates at two bit lengths)"),  # 296 over 989.4
        ("60", "contradicted", ""),
    ],
)
def test_a_number_that_needs_unlike_beside_unlike_misleads(rules, value, verdict, reading):
    known = {"chip_specs": chip_rows(), "units": pd.DataFrame({"unit": [], "factor": []})}
    found, _ = settled(claim("figure") | COMPARED | {"value": value}, known, rules)
    assert (found.verdict, found.reading) == (verdict, reading)
