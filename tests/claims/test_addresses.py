"""Addresses of facts: which rows a check of a claim names, and what is wrong with one that names none."""

import pandas as pd
import pytest

from analysis.claims.addresses import faults, terms

REVENUE = pd.DataFrame(
    {
        "metric": ["revenue", "revenue", "revenue", "h20_charge"],
        "geography": ["China", "Total", "Taiwan", "China"],
        "fiscal_period": ["FY2024", "FY2024", "FY2025", "FY2026Q1"],
        "value": [10306.0, 60922.0, 20573.0, 4500.0],
        "period_start": ["2023-01-30", "2023-01-30", "2024-01-29", ""],
        "is_recast": [False, False, True, False],
        "source_id": ["a", "b", "c", "d"],
    }
)
FACTS = {
    "revenue": REVENUE,
    "products": pd.DataFrame({"product": ["h20-96gb", "b30a"]}),
    "quantities": pd.DataFrame({"table": ["revenue", "prices"], "quantity": ["h20_revenue", "card"]}),
    "chip_specs": pd.DataFrame({"product": ["h20-96gb"], "spec": ["tdp_w"], "source_id": ["e"]}),
}


def found(text: str) -> list[str]:
    """The sources of the rows that a single address names."""
    (term,) = terms(text)
    return term.address.rows(FACTS)["source_id"].tolist()


def problems(text: str) -> list[str]:
    return list(faults(text, FACTS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("revenue: metric=revenue; fiscal_period=FY2024", ["a", "b"]),
        ("revenue: geography=China|Taiwan", ["a", "c", "d"]),
        ("revenue: geography!=China", ["b", "c"]),
        ("revenue: geography!=China|Taiwan", ["b"]),
        ("revenue: metric~H20", ["d"]),  # contains, in any case
        ("revenue: fiscal_period~FY2024; geography~a", ["a", "b"]),
        ("revenue: value>10306", ["b", "c"]),
        ("revenue: value>=10306; value<60922", ["a", "c"]),
        ("revenue: value=10306", ["a"]),  # 10306.0 as a number
        ("revenue: value=10306|4500.0", ["a", "d"]),
        ("revenue: value!=10306", ["b", "c", "d"]),
        ("revenue: period_start>2023-12-31", ["c"]),  # days compare as text
        ("revenue: period_start<=2023-01-30; period_start!=", ["a", "b"]),
        ("revenue: period_start=", ["d"]),
        ("revenue: is_recast=True", ["c"]),
        ("  revenue :metric = h20_charge ;", ["d"]),
    ],
)
def test_conditions_name_rows(text, expected):
    assert found(text) == expected


def test_words_are_not_a_pattern():
    assert found("revenue: metric~.") == []
    assert found("revenue: metric~rev|h20") == []  # the bar parts values of = only


def test_an_address_may_ask_for_a_column():
    (term,) = terms("revenue.period_start: metric=revenue; geography=China|Taiwan")
    assert (term.address.table, term.address.column) == ("revenue", "period_start")
    assert term.address.wanted("metric") == "revenue"
    assert term.address.wanted("fiscal_period") == ""


def test_only_an_equal_sign_asks_for_a_value():
    (term,) = terms("revenue: metric~h20; geography!=Total")
    assert (term.address.wanted("metric"), term.address.wanted("geography")) == ("", "")


def test_terms_are_summed_with_their_signs_and_factors():
    parts = terms("revenue: geography=China + 0.5 * revenue: geography=Total - 2 * revenue: geography=Taiwan")
    assert [part.factor for part in parts] == [1.0, 0.5, -2.0]
    assert [part.address.wanted("geography") for part in parts] == ["China", "Total", "Taiwan"]


def test_a_plus_within_words_joins_nothing():
    (term,) = terms("revenue: geography=Tesla + xAI")
    assert term.address.wanted("geography") == "Tesla + xAI"
    (term,) = terms("revenue: geography=Tesla+xAI; metric=a - b")
    assert term.address.wanted("metric") == "a - b"


@pytest.mark.parametrize("text", ["0.01", "-25", "2", "2025-04-14", "2024-10"])
def test_a_number_or_a_day_stands_for_itself(text):
    (term,) = terms(text)
    assert (term.address, term.literal, term.factor) == (None, text, 1.0)
    assert problems(text) == []


def test_a_literal_may_stand_in_a_sum():
    first, second = terms("100 - revenue: geography=China")
    assert (first.literal, first.factor, second.factor) == ("100", 1.0, -1.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'' is no address.|Write table: column=value; column=value."),
        ("revenue", "'revenue' is no address.|Write table: column=value; column=value."),
        ("Revenue: metric=revenue", "'Revenue: metric=revenue' is no address.|"),
        ("FY2024", "'FY2024' is no address.|"),
        ("revenue:", "an address without a condition names a whole table.|Write column=value."),
        ("revenue: ;", "an address without a condition names a whole table.|Write column=value."),
        ("revenue: metric", "'metric' is no condition.|Write column=value."),
        ("revenue: metric=revenue; of China", "'of China' is no condition.|Write column=value."),
        ("2 * 3", "'3' is no address.|"),
        ("revenue: metric=revenue + revenues: ", "an address without a condition names a whole table.|"),
    ],
)
def test_what_cannot_be_read_is_said(text, words):
    (problem,) = problems(text)
    assert problem.startswith(words)
    with pytest.raises(ValueError, match="Write"):
        terms(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "revenu: metric=revenue",
            "names table 'revenu', which there is not.|Did you mean 'revenue'? "
            "There are: revenue, products, quantities, chip_specs.",
        ),
        ("revenue: metrc=revenue", "names column 'metrc', which revenue lacks.|Did you mean 'metric'? Correct it."),
        (
            "revenue.perod_start: metric=revenue",
            "names column 'perod_start', which revenue lacks.|Did you mean 'period_start'? Correct it.",
        ),
        ("revenue: zzz=1", "names column 'zzz', which revenue lacks.|Correct it."),
        (
            "revenue: geography=Chian",
            "asks geography=Chian, which no row of revenue has.|Did you mean 'China'? Correct it.",
        ),
        ("revenue: geography=Mars", "asks geography=Mars, which no row of revenue has.|Correct it."),
        (
            "revenue: geography=China|Totl",
            "asks geography=Totl, which no row of revenue has.|Did you mean 'Total'? Correct it.",
        ),
        (
            "chip_specs: product=h20-96g",
            "asks product=h20-96g, which no row of chip_specs has.|Did you mean 'h20-96gb'? Correct it.",
        ),
        # a table without sources proves nothing
        ("quantities: quantity=card", "names table 'quantities', whose rows have no source.|Name a table of facts."),
        ("revenue: value=abc", "asks value=abc, which is no number.|Use digits."),
        ("revenue: value<abc", "asks value<abc, which is no number.|Use digits."),
    ],
)
def test_what_does_not_exist_is_said_with_what_is_near(text, words):
    assert problems(text) == [words]


def test_every_fault_of_a_sum_is_said():
    said = problems("revenue: geography=Chian; metrc=x + price: item=card")
    assert len(said) == 3
    assert [words.partition("|")[0].split(",")[0] for words in said] == [
        "names column 'metrc'",
        "asks geography=Chian",
        "names table 'price'",
    ]


def test_what_is_declared_may_be_asked_for_before_any_row_has_it():
    assert problems("revenue: metric=h20_revenue") == []
    assert problems("chip_specs: product=b30a") == []
    assert len(problems("revenue: metric=card")) == 1  # a quantity of another table


def test_words_days_and_figures_that_no_row_has_are_no_fault():
    """Only a value asked for exactly can be a slip of the pen; words and bounds may find nothing for good reason."""
    for text in ("revenue: metric~nothing", "revenue: value>1e9", "revenue: metric!=nothing", "revenue: value=1"):
        assert problems(text) == []
