"""Evidence on claims: what rows say as statements, and what statements give together."""

import pandas as pd
import pytest

from analysis.claims.addresses import terms
from analysis.claims.evidence import (
    NAN,
    Statement,
    added,
    addressable,
    gathered,
    half_digit,
    in_canonical,
    in_unit,
    joined,
    of_rows,
    scaled,
    span,
)
from analysis.facts import load
from tests.records import account

COMMON = {"unit": "musd", "unit_printed": "USD million", "grade": "A", "basis": "official"}


def accounts(*rows: tuple) -> pd.DataFrame:
    """Rows of revenue of FY2024, each of a source of its own: geography, value, and what else it says."""
    days = {"unit_printed": "USD million", "period_start": "2023-01-30", "period_end": "2024-01-28"}
    made = [account(place, "FY2024", value, f"s{n}", **days) | cells for n, (place, value, cells) in enumerate(rows)]
    return pd.DataFrame(made)


FACTS = {
    "revenue": accounts(
        ("China", 10306.0, {}),
        ("Total", 60922.0, {}),
        ("Taiwan", NAN, {"low": 20000.0, "grade": "C", "basis": "reported"}),
        ("China", 15000.0, {"source_id": "article-004"}),
    ),
    "claims": pd.DataFrame(
        {"claim_id": ["S1"], "value": [20000.0], "low": [NAN], "high": [NAN], "unit": ["musd"], "grade": ["C"]}
        | {"basis": ["reported"], "source_id": ["article-002"], "unit_printed": ["USD billion"]}
    ),
    "units": pd.DataFrame({"unit": ["USD million", "USD billion"], "factor": [1.0, 1000.0]}),
}


def point(value: float, **cells) -> Statement:
    return Statement(value, value, "musd", "one", cells.pop("source_id", "s"), **cells)


def test_a_row_says_its_figure_with_its_source_and_period():
    (said,) = gathered("revenue: geography=Total", FACTS)
    named = "musd", "revenue Total FY2024 billing", "s1", "A", "official"
    assert said == Statement(60922.0, 60922.0, *named, printed=0.5, period="2023-01-30/2024-01-28")


def test_a_bound_is_open_on_its_other_side():
    (said,) = gathered("revenue: geography=Taiwan", FACTS)
    assert said.low == 20000
    assert said.high != said.high
    assert (said.grade, said.basis, said.printed) == ("C", "reported", 0.0)


def test_an_article_never_speaks_for_itself():
    everyone = gathered("revenue: geography=China", FACTS)
    others = gathered("revenue: geography=China", FACTS, except_from="article-004")
    assert [one.source_id for one in everyone] == ["s0", "article-004"]
    assert [one.source_id for one in others] == ["s0"]


def test_a_claim_may_rest_on_another_claim_of_its_article():
    """What follows from a claim is asked of the claim, so the table of claims is not struck."""
    (said,) = gathered("claims: claim_id=S1", FACTS, except_from="article-002")
    assert said.low == 20000


def test_a_figure_is_as_good_as_the_digits_it_is_printed_with():
    # 17.1 to a tenth, 96 to one, 4500 million printed as 4.5 billion to 50
    assert half_digit(17.1) == pytest.approx(0.05)
    assert half_digit(96.0) == 0.5
    assert half_digit(4500.0, 1000.0) == pytest.approx(50)
    assert half_digit(0.41, 0.01) == pytest.approx(0.005)  # 41 percent
    # zeros at the end may be none: 3,340 to five, 300,000 to half a percent
    assert (half_digit(3340.0), half_digit(300000.0)) == (5.0, 1500.0)
    assert half_digit(NAN) == 0.0
    (said,) = gathered("claims: claim_id=S1", FACTS)
    assert said.printed == 500  # 20 billion, to half a billion


def test_a_column_asked_for_gives_words_or_numbers():
    (said,) = gathered("revenue.period_start: geography=Total", FACTS)
    assert said.text == "2023-01-30"
    assert said.low != said.low
    (said,) = gathered("revenue.value: geography=Total", FACTS)
    assert (said.low, said.high, said.text) == (60922, 60922, "60922.0")


def test_a_day_stored_as_a_day_reads_as_one():
    frame = FACTS["revenue"].head(1).assign(known_on=pd.Timestamp("2024-02-21"))
    (term,) = terms("revenue.known_on: geography=China")
    (said,) = of_rows(frame, term.address)
    assert said.text == "2024-02-21"


def test_events_and_thresholds_have_their_figure_in_one_column():
    events = pd.DataFrame([COMMON | {"event": "share", "happened_on": "2025-08-11", "value": 0.15, "source_id": "e"}])
    (term,) = terms("events: event=share")
    (said,) = of_rows(events.assign(unit="share"), term.address)
    assert (said.low, said.high, said.label) == (0.15, 0.15, "share 2025-08-11")
    lines = pd.DataFrame([COMMON | {"rule_id": "R1", "quantity": "tpp", "threshold": "4800", "source_id": "t"}])
    (term,) = terms("control_thresholds: rule_id=R1")
    assert of_rows(lines, term.address)[0].low == 4800


def test_terms_are_added_to_one_statement_on_all_their_sources():
    (said,) = gathered("revenue: geography=Total - 2 * revenue: geography=China; value<12000", FACTS)
    assert said.low == said.high == 60922 - 2 * 10306
    assert said.source_id == "s1|s0"
    assert said.basis == "official"  # arithmetic on filings alone weighs as they do


def test_a_sum_without_one_of_its_terms_says_nothing():
    assert gathered("revenue: geography=Total + revenue: geography=Mars", FACTS) == []


def test_each_term_of_a_sum_spans_what_its_sources_say():
    (said,) = gathered("revenue: geography=Total + revenue: geography=China", FACTS)
    assert (said.low, said.high) == (60922 + 10306, 60922 + 15000)


def test_a_literal_says_itself_and_rests_on_no_source():
    (said,) = gathered("2025-04-14", FACTS)
    assert (said.text, said.source_id) == ("2025-04-14", "")
    (said,) = gathered("0.01", FACTS)
    assert (said.low, said.high) == (0.01, 0.01)


def test_scaling_keeps_the_ends_in_order():
    range_ = Statement(2.0, 3.0, "musd", "one", "s", printed=0.5)
    assert (scaled(range_, 0.5).low, scaled(range_, 0.5).high, scaled(range_, 0.5).printed) == (1.0, 1.5, 0.25)
    assert (scaled(range_, -1).low, scaled(range_, -1).high, scaled(range_, -1).printed) == (-3.0, -2.0, 0.5)
    assert scaled(range_, 0.5).label == "0.5 x one"


def test_millions_turn_into_whole_units_where_the_claim_is_in_them():
    said = in_unit(Statement(7999.6, 7999.6, "mcny", "one", "s", printed=0.05), "cny")
    assert (said.low, said.unit, said.label, said.basis) == (7999.6e6, "cny", "one", "official")
    assert said.printed == pytest.approx(0.05e6)
    untouched = point(1.0)
    assert in_unit(untouched, "cny") is untouched
    assert in_unit(untouched, "") is untouched


def test_a_span_reaches_from_the_least_to_the_most():
    one, other = point(3.0), Statement(1.0, NAN, "musd", "other", "t", printed=0.5)
    assert span([one]) is one
    both = span([one, other])
    assert (both.low, both.high, both.printed) == (1.0, 3.0, 0.5)
    nothing = span([Statement(NAN, NAN, "", "a", "a"), Statement(NAN, NAN, "", "b", "b")])
    assert nothing.low != nothing.low


def test_what_is_made_of_several_is_as_good_as_the_weakest():
    made = joined([point(1.0, source_id="a|b"), point(1.0, source_id="b", grade="C", basis="reported")], 1, 1, "", "x")
    assert (made.source_id, made.grade, made.basis) == ("a|b", "C", "derived")
    official = added([point(1.0, source_id="a"), point(2.0, source_id="b", grade="B")])
    assert (official.low, official.grade, official.basis) == (3.0, "B", "official")


def test_a_literal_does_not_weaken_a_source():
    line = Statement(0.01, 0.01, "", "0.01", "", grade="C")
    made = joined([point(1.0, source_id="a"), line], 1, 1, "", "x")
    assert (made.source_id, made.grade) == ("a", "A")


# What the audit works on

UNITS = pd.DataFrame({"unit": ["USD billion", "percent", "GB"], "factor": [1000.0, 0.01, 1.0]})
LEDGER = pd.DataFrame(
    {
        "claim_id": ["a", "b", "c", "d", "e"],
        "value": ["20", "-25", "96", "2025-04", ""],
        "unit": ["musd", "share", "gb", "date", ""],
        "unit_printed": ["USD billion", "percent", "GB", "date", ""],
    }
)


def test_claims_are_numbers_in_canonical_units_and_days_keep_their_words():
    found = in_canonical(LEDGER, UNITS)
    assert found["value"].tolist()[:3] == [20000.0, -0.25, 96.0]
    assert found["value"].isna().tolist() == [False, False, False, True, True]
    assert found["date"].tolist() == ["", "", "", "2025-04", ""]
    assert LEDGER["value"].tolist() == ["20", "-25", "96", "2025-04", ""], "the ledger is left as it is"


def resolved(**cells) -> pd.DataFrame:
    """One working value, 96 by one source, with a range over all from 90 to 100."""
    plain = {"product": "own", "spec": "memory_capacity_gb", "precision": "", "sparsity": "", "is_firm": True}
    plain |= {"value": 96.0, "low": NAN, "high": NAN}
    plain |= {"range_low": 90.0, "range_high": 100.0, "source_id": "a"}
    return pd.DataFrame([plain | cells])


PRODUCTS = pd.DataFrame({"product": ["own"], "name": ["Own 96 GB"]})
QUANTITIES = load.table("quantities")
SPECS = pd.DataFrame({"source_id": ["a", "a", "b", "c"], "grade": ["A", "A", "B", "C"]})


def known(**cells) -> dict[str, pd.DataFrame]:
    tables = {"claims": LEDGER, "units": UNITS, "chip_specs": SPECS, "products": PRODUCTS, "quantities": QUANTITIES}
    return addressable(tables, resolved(**cells), SPECS)


def chip_rows(**cells) -> dict:
    return known(**cells)["chip_specs"].iloc[0].to_dict()


def test_working_values_stand_for_the_table_of_chips():
    assert (chip_rows()["low"], chip_rows()["high"]) == (96, 96)


def test_a_figure_that_is_not_firm_spans_its_sources():
    assert (chip_rows(is_firm=False)["low"], chip_rows(is_firm=False)["high"]) == (90, 100)


def test_a_working_value_is_as_good_as_the_weakest_of_its_sources():
    assert chip_rows()["grade"] == "A"
    assert chip_rows(source_id="a|b")["grade"] == "B"
    assert chip_rows(source_id="c|a|b")["grade"] == "C"
    assert chip_rows(source_id="unheard-of")["grade"] == "C"


def test_other_tables_are_handed_on():
    tables = known()
    assert tables["units"] is UNITS
    assert set(tables) == {"claims", "units", "chip_specs", "products", "quantities"}


def test_a_chip_is_called_by_the_name_of_its_variant():
    assert chip_rows()["label"].startswith("Own 96 GB ")
    assert chip_rows(product="nobody")["label"].startswith("nobody ")
