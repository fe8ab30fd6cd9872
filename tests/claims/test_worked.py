"""Results that a check of a claim names like a table: their rows, their ends, and what is left out of them."""

import pandas as pd
import pytest

from analysis.claims.addresses import faults
from analysis.claims.evidence import gathered
from analysis.claims.worked import Held

SOURCES = pd.DataFrame([("filing", "A"), ("article", "C"), ("report", "B")], columns=["source_id", "grade"])
PRODUCTS = pd.DataFrame([("h20-96gb", "H20 96 GB")], columns=["product", "name"])
UNITS = ["product", "year", "p5", "p50", "p95", "source_id"]


def work(name: str, without: str) -> pd.DataFrame:
    """Estimates that are a hundred higher where the article is heard."""
    more = 0 if without == "article" else 100
    if name == "units_by_year":
        ids = "filing|report" if without == "article" else "filing|report|article"
        rows = [("h20", "2024", 400.0, 600.0 + more, 900.0, ids), ("h20", "2023", 1.0, 2.0, 3.0, "report")]
        return pd.DataFrame(rows, columns=UNITS)
    inputs = [("h20-96gb", "H20 96 GB", 2364.0, 2384.0, 814.0, 814.0, "filing")]
    ends = ["tpp_low", "tpp_high", "applicable_die_area_mm2_low", "applicable_die_area_mm2_high"]
    return pd.DataFrame(inputs, columns=["chip_id", "name", *ends, "source_id"])


@pytest.fixture
def held() -> Held:
    return Held({"sources": SOURCES, "products": PRODUCTS}, work)


def test_an_estimate_is_its_interval_in_units_of_the_weakest_grade_that_it_needs(held):
    (said,) = gathered("units_by_year: product=h20; year=2024", held)
    assert (said.low, said.high, said.unit, said.grade, said.basis) == (400, 900, "units", "C", "derived")
    assert said.label == "h20 2024"


def test_an_article_is_held_against_what_is_worked_out_without_it(held):
    (said,) = gathered("units_by_year.p50: product=h20; year=2024", held)
    (apart,) = gathered("units_by_year.p50: product=h20; year=2024", held, except_from="article")
    assert (said.source_id, apart.source_id) == ("filing|report|article", "filing|report")
    assert (said.grade, apart.grade) == ("C", "B")


def test_a_column_with_two_ends_is_read_from_end_to_end_and_a_point_as_one(held):
    (power,) = gathered("control_inputs.tpp: chip_id=H20 96 GB", held)
    assert (power.low, power.high) == (2364, 2384)
    (area,) = gathered("control_inputs.applicable_die_area_mm2: chip_id=h20-96gb", held)
    assert (area.low, area.high) == (814, 814)


def test_results_have_the_faults_of_tables(held):
    assert list(faults("units_by_year: product=h20; year=2024", held)) == []
    (unknown,) = faults("units_by_year: product=h20; year=2030", held)
    assert "asks year=2030, which no row of units_by_year has." in unknown
    (column,) = faults("units_by_year.units: product=h20; year=2024", held)
    assert "names column 'units', which units_by_year lacks." in column
    (table,) = faults("units_by_yaer: product=h20", held)
    assert table.startswith("names table 'units_by_yaer', which there is not.|Did you mean 'units_by_year'?")
