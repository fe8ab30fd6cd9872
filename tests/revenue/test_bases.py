"""No text mixes the bases: a figure by headquarters is never said to be billed, nor one by billing of headquarters."""

import re

import pandas as pd
import pytest

from analysis.facts import load
from analysis.revenue.china import BASES, CHINA

OTHER = {"billing": re.compile(r"headquarter|head office", re.I), "headquarters": re.compile(r"\bbill|invoic", re.I)}
TEXTS = [("events", "event"), ("events", "note"), ("revenue", "note"), ("revenue", "locator")]
TEXTS += [("guidance", "note"), ("revenue_estimates", "note"), ("shipment_estimates", "note"), ("unit_priors", "note")]
_NUMBER = re.compile(r"\d[\d,]*\.?\d*")
_SCALE = re.compile(r"\s*(billion|bn|b)\b", re.I)


def figures(text: str) -> set[float]:
    """The numbers of a text in millions, as plain figures and as billions; a number without either is taken as both."""
    found = set()
    for match in _NUMBER.finditer(text):
        number = float(match[0].replace(",", "").rstrip(".") or 0)
        found.add(number * 1000 if _SCALE.match(text, match.end()) else number)
    return found


def told(revenue: pd.DataFrame) -> dict[str, set[float]]:
    """China revenue by basis in millions: figures that stand on that basis alone."""
    china = revenue[
        (revenue["geography"] == CHINA) & (revenue["metric"] == "revenue") & (revenue["company"] == "NVIDIA")
    ]
    values = {basis: set(china.loc[china["geography_basis"] == basis, "value"].dropna()) for basis in BASES}
    return {basis: values[basis] - values[other] for basis, other in zip(BASES, BASES[::-1], strict=True)}


def mixed(text: str, by_basis: dict[str, set[float]]) -> bool:
    """Whether a text names figures of one basis only, with a word of the other."""
    named = [basis for basis, values in by_basis.items() if figures(text) & values]
    return len(named) == 1 and bool(OTHER[named[0]].search(text))


@pytest.fixture(scope="module")
def by_basis():
    return told(load.table("revenue"))


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_no_text_mixes_the_bases(table, column, by_basis):
    frame = load.table(table)
    assert [text for text in frame[column] if mixed(text, by_basis)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Q1 FY2027: revenue $81.6B, China incl. HK billed $4,550M, no data-centre Hopper to China",  # as it once stood
        "China by headquarters was 17.108 billion in fiscal 2025",
        "China was 2,769 in the quarter by head office of the customer",
        "19,677 by billing location",
    ],
)
def test_a_mixed_text_is_found(text, by_basis):
    assert mixed(text, by_basis)


@pytest.mark.parametrize(
    "text",
    [
        "China incl. HK by customer headquarters $4,550M",
        "17,108 by billing and 25,048 by headquarters",
        "billed through Singapore, 5 of 8 systems",
    ],
)
def test_a_text_of_one_basis_or_of_both_passes(text, by_basis):
    assert not mixed(text, by_basis)


def test_a_remainder_or_share_of_the_notes_names_its_own_basis():
    """The table itself: locator and note of a row never speak of the other basis alone."""
    rows = load.table("revenue").query("geography_basis != ''")
    for basis in BASES:
        words = rows.loc[rows["geography_basis"] == basis, ["locator", "note"]].agg(" ".join, axis=1)
        own = OTHER[BASES[1 - BASES.index(basis)]]
        wrong = words[words.str.contains(OTHER[basis]) & ~words.str.contains(own)]
        assert wrong.tolist() == []


def test_what_was_said_of_h200_in_february_2026():
    """Form 10-K of fiscal 2026: "we have not generated any revenue under the H200 licensing program"."""
    rows = load.table("events").query("happened_on == '2026-02-25' and source_id == 'nvda-10k-fy2026'")
    assert "no revenue under it to date" in rows["event"].item()
    assert not rows["event"].str.contains("H200 sales").any()


def test_medians_of_a_model_are_estimates():
    """Epoch AI's counts are the output of its model: estimated, or worked out of what is."""
    for name in ("events", "revenue_estimates", "shipment_estimates"):
        frame = load.table(name)
        rows = frame[frame["source_id"].str.startswith("epoch-ai-chip-counts")]
        assert set(rows["basis"]) <= {"estimated", "derived"}, name
