"""The law that units were sold under."""

import pandas as pd
import pytest

from analysis.shipments import legality
from tests.records import record


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return record().legality_at_shipment().set_index(["product", "fiscal_period"])


def test_the_h20_is_not_controlled_then_unknown_then_licensed(found):
    """Free until 2025-04-08, and the first quarter's sales were made before; licences came on 2025-08-08."""
    h20 = found.loc["h20"]
    assert h20["counts_as"].to_dict() == {
        **dict.fromkeys(["FY2025Q1", "FY2025Q2", "FY2025Q3", "FY2025Q4", "FY2026Q1"], "not controlled"),
        **dict.fromkeys(["FY2024Q4", "FY2026Q2", "FY2027Q1"], "nothing sold"),
        **dict.fromkeys(["FY2026Q3", "FY2026Q4", "FY2027Q2"], "licensed"),
    }
    assert h20.loc["FY2026Q1", ["changed_on", "why"]].tolist() == [
        *("2025-04-09", "sold before the letter, by the company's statement"),
    ]
    assert h20.loc["FY2026Q3", ["changed_on", "why"]].tolist() == [
        *("2025-08-08|2025-08-11", "until the licences of the quarter nothing could be sold"),
    ]


def test_a800_and_h800_are_not_controlled_until_october_2023(found):
    """The rule reached NVIDIA on 2023-10-23: 84 of the 91 days of the quarter were free."""
    for product in ("a800", "h800"):
        rows = found.loc[product]
        assert rows.loc["FY2024Q2", "counts_as"] == "not controlled"
        assert rows.loc["FY2024Q3", ["counts_as", "why"]].tolist() == [
            *("unknown", "the law changed inside the quarter"),
        ]
        assert rows.loc["FY2024Q3", "days_first"] == pytest.approx(84 / 91)
        assert rows.loc["FY2024Q4", "counts_as"] == "nothing sold"
        assert rows.loc["FY2024Q4", "treatment_first_day"] == "presumption_of_denial"


def test_the_h200_is_a_matter_of_licences(found):
    assert found.loc[("h200", "FY2026Q4"), "counts_as"] == "nothing sold"
    assert found.loc[("h200", "FY2027Q2"), "counts_as"] == "case-by-case review"


def test_a_treatment_that_is_unknown_is_no_standing(found):
    assert found.loc[("rtx-6000d", "FY2026Q3"), ["counts_as", "why"]].tolist() == [
        "unknown",
        "the treatment is unknown",
    ]


def quarter(**cells: object) -> pd.DataFrame:
    row = {"product": "x", "variant": "x-1", "fiscal_period": "q", "period_start": "2024-01-01"}
    row |= {
        "period_end": "2024-03-31",
        "p5": 1.0,
        "p50": 2.0,
        "p95": 3.0,
        "scope": "",
        "why": "",
        "source_id": "filing",
    }
    row |= {"revenue_from": "h20_revenue", "low_musd": 1.0, "high_musd": 1.0, "low_usd": 2.0, "high_usd": 3.0}
    row |= {"counts": "", "draws": 8}
    return pd.DataFrame([row | cells])


def stretches(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["from_on", "to_on", "treatment"]).assign(chip_id="x-1")


def test_two_treatments_of_one_standing_settle_it():
    """Presumed denied or a licence required: both prohibit without one."""
    law = stretches(
        ("2023-01-01", "2024-02-01", "presumption_of_denial"), ("2024-02-02", "2025-01-01", "licence_required")
    )
    row = legality.legality(quarter(), law).iloc[0]
    assert (row["counts_as"], row["changed_on"]) == ("prohibited without a licence", "2024-02-02")
    assert (row["source_id"], row["unknown"]) == ("filing", "")


def test_no_rule_known():
    row = legality.legality(quarter(), stretches(("2020-01-01", "2020-12-31", "allowed"))).iloc[0]
    assert (row["counts_as"], row["why"]) == ("unknown", "no rule is known by this day")
