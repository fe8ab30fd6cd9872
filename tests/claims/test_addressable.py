"""What the audit works on: tables by name, claims in canonical units, chips by their working values."""

import pandas as pd

from analysis.claims.evidence import addressable, in_canonical
from analysis.facts import load

NAN = float("nan")
UNITS = pd.DataFrame({"unit": ["USD billion", "percent", "GB"], "factor": [1000.0, 0.01, 1.0]})
LEDGER = pd.DataFrame(
    {
        "claim_id": ["a", "b", "c", "d", "e"],
        "value": ["20", "-25", "96", "2025-04", ""],
        "unit": ["musd", "share", "gb", "date", ""],
        "unit_printed": ["USD billion", "percent", "GB", "date", ""],
    }
)


def test_claims_are_numbers_in_canonical_units():
    found = in_canonical(LEDGER, UNITS)
    assert found["value"].tolist()[:3] == [20000.0, -0.25, 96.0]
    assert found["value"].isna().tolist() == [False, False, False, True, True]


def test_days_keep_their_words():
    assert in_canonical(LEDGER, UNITS)["date"].tolist() == ["", "", "", "2025-04", ""]


def test_the_ledger_itself_is_left_as_it_is():
    in_canonical(LEDGER, UNITS)
    assert LEDGER["value"].tolist() == ["20", "-25", "96", "2025-04", ""]


def resolved(**cells) -> pd.DataFrame:
    """One working value, 96 by one source, with a range over all from 90 to 100."""
    plain = {
        "product": "own",
        "spec": "memory_capacity_gb",
        "precision": "",
        "sparsity": "",
        "value": 96.0,
        "low": NAN,
        "high": NAN,
        "is_firm": True,
    }
    plain |= {"range_low": 90.0, "range_high": 100.0, "source_id": "a"}
    return pd.DataFrame([plain | cells])


PRODUCTS = pd.DataFrame({"product": ["own"], "name": ["Own 96 GB"]})
QUANTITIES = load.table("quantities")
SPECS = pd.DataFrame({"source_id": ["a", "a", "b", "c"], "grade": ["A", "A", "B", "C"]})


def known(**cells) -> dict[str, pd.DataFrame]:
    tables = {"claims": LEDGER, "units": UNITS, "chip_specs": SPECS, "products": PRODUCTS, "quantities": QUANTITIES}
    return addressable(tables, resolved(**cells), SPECS)


def chips(**cells) -> dict:
    return known(**cells)["chip_specs"].iloc[0].to_dict()


def test_working_values_stand_for_the_table_of_chips():
    assert (chips()["low"], chips()["high"]) == (96, 96)


def test_a_figure_that_is_not_firm_spans_its_sources():
    assert (chips(is_firm=False)["low"], chips(is_firm=False)["high"]) == (90, 100)


def test_a_working_value_is_as_good_as_the_weakest_of_its_sources():
    assert chips()["grade"] == "A"
    assert chips(source_id="a|b")["grade"] == "B"
    assert chips(source_id="c|a|b")["grade"] == "C"
    assert chips(source_id="unheard-of")["grade"] == "C"


def test_other_tables_are_handed_on():
    tables = known()
    assert tables["units"] is UNITS
    assert set(tables) == {"claims", "units", "chip_specs", "products", "quantities"}


def test_a_chip_is_called_by_the_name_of_its_variant():
    assert chips()["label"].startswith("Own 96 GB ")
    assert chips(product="nobody")["label"].startswith("nobody ")
