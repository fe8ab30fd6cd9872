"""The definition ledger: what each change of definition moves, by hand from the filings."""

import pandas as pd
import pytest

from analysis.facts import load
from analysis.revenue import definitions
from tests.records import record


@pytest.fixture(scope="module")
def ledger():
    return record().definition_ledger()


def moved(ledger, kind: str) -> dict:
    rows = ledger[ledger["kind"] == kind].set_index("fiscal_period")
    return {period: (row["before"], row["after"], row["difference"]) for period, row in rows.iterrows()}


def test_the_two_bases(ledger):
    """revenue/NOTES.md, "Basis of the geographic table"."""
    assert moved(ledger, "basis") == {
        "FY2024": (10306, 12330, 2024),
        "FY2025": (17108, 25048, 7940),
        "FY2026Q1": (5522, 9659, 4137),
        "FY2026Q2": (2769, 3985, 1216),
        "FY2026H1": (8291, 13644, 5353),
        # Form 10-Q 0001045810-25-000230, comparatives on the newer basis, and what follows by subtraction
        "FY2025Q3": (5416, 8142, 2726),
        "FY2025_9M": (11574, 17230, 5656),
        "FY2025H1": (6158, 9088, 2930),
        "FY2025Q4": (5534, 7818, 2284),
    }


def test_the_splice_shows_a_trend_that_is_not_there(ledger):
    """13.1% by billing, then 9.1% by headquarters, looks like four points; by headquarters alone it is ten."""
    ((period, (spliced, alone, _)),) = moved(ledger, "splice").items()
    assert (period, round(spliced, 1), round(alone, 1)) == ("FY2026", -4.0, -10.1)
    by_hand = 100 * (19677 / 215938 - 17108 / 130497), 100 * (19677 / 215938 - 25048 / 130497)
    assert (spliced, alone) == pytest.approx(by_hand, abs=1e-9)


def test_a_fourteenth_week(ledger):
    weeks = moved(ledger, "calendar")
    assert set(weeks) == {"FY2021Q4", "FY2027Q4"}
    before, after, difference = weeks["FY2021Q4"]
    assert (before, after, difference) == pytest.approx((5003, 5003 * 13 / 14, -5003 / 14))
    assert weeks["FY2027Q4"][0] != weeks["FY2027Q4"][0], "not reported yet: unknown, not zero"


def test_a_company_that_changed_platforms(ledger):
    """FY2027Q1 as first given and as recast one quarter later: 5,181 moved from ACIE to Hyperscale."""
    recasts = ledger[(ledger["kind"] == "recast") & (ledger["fiscal_period"] == "FY2027Q1")]
    assert sorted(recasts["difference"]) == [-5181, 5181]


def test_singapore_was_once_inside_other(ledger):
    assert moved(ledger, "line")["FY2024Q2"] == (1885, 843, -1042)


def test_other_is_of_the_basis_that_singapore_left():
    """Other by headquarters is another line, wherever it stands in the file."""
    revenue, calendar = load.table("revenue"), load.table("fiscal_periods")
    other = revenue.query("geography == 'Other' and fiscal_period == 'FY2024Q2'")
    more = other.assign(geography_basis="headquarters", value=1.0)
    found = definitions.ledger(pd.concat([revenue, more], ignore_index=True), calendar)
    assert moved(found, "line")["FY2024Q2"] == (1885, 843, -1042)


def test_before_the_second_basis_nothing_is_said_of_it():
    early = record("2025-04-17").definition_ledger()
    assert not {"basis", "splice"} & set(early["kind"])
    assert record("2019-01-01").definition_ledger().empty
