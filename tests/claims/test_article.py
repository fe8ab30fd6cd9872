"""An article in, a ledger out: what is found in sentences of two languages, and six articles that nobody had read."""

import re

import pandas as pd
import pytest

from analysis.claims.article import claims, paragraphs, passed_over, sentences
from analysis.claims.report import write_ledger
from analysis.claims.results import audit_ledger
from analysis.cli import main
from analysis.facts import load, paths
from analysis.facts.errors import DataError
from tests.records import record

TABLES = {name: load.table(name) for name in ("products", "claim_metrics", "fiscal_periods", "events")}
ARTICLES = paths.ROOT / "tests" / "cases" / "articles"
EXPECTED = pd.read_csv(ARTICLES / "expected.csv", dtype=str, keep_default_na=False)


def ledger(text: str, published: str = "") -> pd.DataFrame:
    return claims(paragraphs(text, ".txt")[0], "a", published, TABLES)


def told(text: str, published: str = "") -> list[tuple]:
    frame = ledger(text, published=published)
    columns = ["subject", "counterparty", "metric", "qualifier", "low", "value", "high", "unit"]
    return [tuple(row) for row in frame[columns].to_numpy()]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("The H20 has 96 GB of memory.", ("h20", "", "memory_capacity", "exact", "", "96", "", "GB")),
        ("H20配备96GB显存。", ("h20", "", "memory_capacity", "exact", "", "96", "", "GB")),
        ("Ｈ２０的显存为９６GB。", ("h20", "", "memory_capacity", "exact", "", "96", "", "GB")),
        ("昇腾910C的功耗约310W。", ("ascend-910c", "", "power", "about", "", "310", "", "W")),
        (
            "Nvidia took a charge of more than $4.5 billion.",
            ("NVIDIA", "", "h20_charge", "over", "", "4.5", "", "USD billion"),
        ),
        ("英伟达计提55亿美元费用。", ("NVIDIA", "", "h20_charge", "exact", "", "5.5", "", "USD billion")),
        ("H20 orders came to $12-15 billion.", ("h20", "", "h20_orders", "range", "12", "", "15", "USD billion")),
        ("H20出货量约30万片。", ("h20", "", "units_shipped", "about", "", "300000", "", "units")),
        (
            "The H20 has a third of the performance of the H100.",
            ("h20", "h100", "compute", "about", "", "33.3", "", "percent"),
        ),
        ("H20比H100的算力低41%。", ("h20", "h100", "compute_cut", "exact", "", "41", "", "percent")),
        # a chip between a number and its unit, or as the unit, is what is counted
        ("It sold about 1 million H20 chips.", ("h20", "", "units_shipped", "about", "", "1000000", "", "units")),
        ("It sold more than one million H20s.", ("h20", "", "units_shipped", "over", "", "1000000", "", "units")),
        ("Half a million A800 cards were shipped.", ("a800", "", "units_shipped", "exact", "", "500000", "", "units")),
        (
            "Its share of the Chinese market fell to 5%.",
            ("NVIDIA", "", "market_share_china", "exact", "", "5", "", "percent"),
        ),
        # what is not sure is left to the reader
        ("It rose 3% on the day of the party.", ("unnamed", "", "unnamed", "exact", "", "3", "", "percent")),
    ],
)
def test_what_a_sentence_claims(text, row):
    assert told(text) == [row]


@pytest.mark.parametrize(
    "text", ["The chip is fine.", "RTX 4090D and H20 are chips.", "芯片很好。", "In 2024 all was well.", "", "\n\n"]
)
def test_a_sentence_without_a_figure_claims_nothing(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "published", "period"),
    [
        ("Revenue was $130.5 billion in fiscal 2025.", "", ("2024-01-29", "2025-01-26")),
        ("Revenue was $44.1 billion in the first quarter of fiscal 2026.", "", ("2025-01-27", "2025-04-27")),
        ("Revenue was $44.1 billion in the first quarter.", "2025-05-29", ("2025-01-27", "2025-04-27")),
        ("2025财年营收1305亿美元。", "", ("2024-01-29", "2025-01-26")),
        ("2024年营收1305亿美元。", "", ("2024-01-01", "2024-12-31")),
        ("Revenue was $130.5 billion last year.", "2025-03-01", ("2024-01-01", "2024-12-31")),
        ("Revenue was $130.5 billion last year.", "", ("", "")),
        ("Revenue was $57.0 billion in the quarter that ended in October.", "2025-12-03", ("2025-07-28", "2025-10-26")),
        ("Revenue was $35.1 billion in the three months to October 27, 2024.", "", ("2024-07-29", "2024-10-27")),
        ("Revenue was $57.0 billion in the quarter ended in October.", "", ("", "")),
    ],
)
def test_a_period_is_looked_up_in_the_calendar(text, published, period):
    (row,) = ledger(text, published=published).to_dict("records")
    assert (row["period_start"], row["period_end"]) == period


def test_a_second_figure_of_one_thing_is_of_the_period_before():
    """Fiscal calendar of the 10-Qs: the quarter to 2025-10-26 follows that to 2025-07-27."""
    text = "Data center revenue was $51.2 billion in the quarter ended in October, up from $41.1 billion"
    frame = ledger(f"{text} a quarter earlier.", published="2025-12-03")
    assert frame["metric"].tolist() == ["data_center_revenue"] * 2
    assert frame["period_end"].tolist() == ["2025-10-26", "2025-07-27"]


def test_sentences_with_a_figure_of_which_nothing_is_made_are_named():
    parts, _ = paragraphs("The H20 has 96 GB. It weighs 12 stones.\n\nIn 2024 the H20 came, and it sold.", ".txt")
    assert passed_over(parts, claims(parts, "a", "", TABLES), TABLES) == ["P1 s2"]


def test_a_day_names_the_events_that_it_may_mean():
    text = "The US government informed Nvidia on April 9, 2025 that the H20 needs a licence."
    (row,) = ledger(text).to_dict("records")
    assert (row["value"], row["check"], row["unit"]) == ("2025-04-09", "date", "date")
    assert row["fact"].startswith("events.happened_on: event~Licence requirement letter")
    (other,) = ledger("A party was held on April 9, 2025.").to_dict("records")
    assert (other["check"], other["how_to_check"][:7]) == ("", "events:")


def test_a_quote_is_located_and_is_plain_words():
    text = "First.\nOne. =SUM(A1) says <b>the H20 has 96 GB of memory</b>.\n"
    (row,) = ledger(text).to_dict("records")
    assert row["locator"] == "P2 s2"
    assert "<b>" not in row["claim"]
    assert not row["claim"].startswith("=")


def test_a_page_gives_its_text_and_its_day_and_nothing_else():
    page = (
        '<html><head><meta property="article:published_time" content="2025-04-16T01:00"></head><body><nav>5%</nav>'
        "<script>var x = '7 GB'</script><p>One <b>H20</b>.</p>"
        "<table><tr><td>H20</td><td>96 GB</td></tr></table></body></html>"
    )
    assert paragraphs(page, ".html") == (["One H20.", "H20 | 96 GB"], "2025-04-16")
    assert paragraphs("# A *title*\n\n- one\n- [two](x)\n", ".md")[0] == ["A title", "one", "two"]


def test_sentences_end_where_each_language_ends_them():
    assert list(sentences("Nvidia Inc. lost $4.5 billion. It sold 3.5 million.")) == [
        "Nvidia Inc. lost $4.5 billion.",
        "It sold 3.5 million.",
    ]
    assert list(sentences("H20是芯片。带宽4.0TB/s！")) == ["H20是芯片。", "带宽4.0TB/s!"]


@pytest.mark.parametrize(
    ("name", "content", "trouble"),
    [
        ("a.pdf", b"%PDF-1.4", "is no .txt, .md, .markdown, .html, .htm file."),
        ("a.txt", b"%PDF-1.4", "cannot be read: it a PDF, not text"),
        ("a.txt", b"caf\xe9 96 GB", "cannot be read: its bytes are no UTF-8"),
    ],
)
def test_what_is_no_article_is_named(tmp_path, name, content, trouble):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=re.escape(trouble)):
        write_ledger(tmp_path / name, "", tmp_path, record())


def test_the_command_says_where_there_is_no_figure(tmp_path, capsys):
    path = tmp_path / "a.txt"
    path.write_text("A chip is fine.", encoding="utf-8")
    assert main(["claims", str(path), "--out", str(tmp_path)]) == 1
    assert "no sentence has a figure" in capsys.readouterr().err
    assert not list(tmp_path.glob("claims_*"))


# six articles, entered without touching the ledger


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> pd.DataFrame:
    """What the audit says of each figure and day that a reader has judged; empty where it found none."""
    out, parts = tmp_path_factory.mktemp("articles"), []
    for path in sorted(path for path in ARTICLES.iterdir() if path.stem in set(EXPECTED["article"])):
        day = re.search(r"20\d\d-\d\d-\d\d", path.name)[0]
        written, entered, _ = write_ledger(path, day, out, record())
        verdicts, faults = audit_ledger(written, record())
        assert faults == []
        frame = verdicts.merge(entered[["claim_id", "locator", "low", "value", "high"]], on="claim_id")
        ends = frame["low"] + ".." + frame["high"]
        parts.append(frame.assign(article=path.stem, figure=frame["value"].where(frame["low"] == "", ends)))
    keys = ["article", "locator", "figure"]
    found = pd.concat(parts).drop_duplicates(keys)[[*keys, "verdict", "why"]]
    return EXPECTED.drop(columns="why").merge(found, on=keys, how="left").fillna({"verdict": ""})


def test_first_answers_are_right_and_seldom_wrong(answers):
    is_right = answers["verdict"] == answers["expected"]
    is_unsettled = ~is_right & answers["verdict"].isin(["unverifiable", ""])
    assert len(answers) == len(EXPECTED) == 52
    assert is_right.mean() >= 0.70
    assert (~is_right & ~is_unsettled).mean() <= 0.05


def test_what_is_unsettled_says_why(answers):
    unsettled = answers[(answers["verdict"] == "unverifiable") & (answers["expected"] != "unverifiable")]
    assert (unsettled["why"].str.len() > 20).all()
