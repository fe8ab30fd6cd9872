"""What a filing of NVIDIA's reports: the basis of its geographic tables, its places, its fiscal periods."""

import pytest

from analysis.revenue.filings.basis import sentences
from tests.revenue.filings.made import (
    BILLING,
    CHINA,
    OFFICES,
    PLACES,
    PRODUCT,
    TOTAL,
    fact,
    geography,
    table,
)

# the forms since fiscal 2020, each in words of its own
SENTENCES = {
    "Revenue by geographic region is allocated based on the initial billing location of the goods.": "billing",
    "Revenue by geographic region is allocated to single countries based on the location to which goods are initially "
    "billed even if the buyer is elsewhere.": "billing",
    "This table shows our revenue from customers based on the invoicing address by geographic regions:": "billing",
    "Revenue by geographic region is allocated to countries based on the billed location.": "billing",
    "Revenue by geographic areas is designated based upon the billing location of the buyer.": "billing",
    "Revenue by geographic region is designated based on the billing location of direct customers.": "billing",
    "Geographic Revenue based upon Customer Billing Location:": "billing",
    BILLING: "billing",
    "Revenue by geographic area is based upon the location of the customers’ headquarters.": "headquarters",
    "Revenue by geographic region is designated based on the location of the headquarters of direct customers.": (
        "headquarters"
    ),
    "Geographic Revenue based upon Customer Headquarters Location (1)": "headquarters",
}
FORMER = "Previously, revenue by geographic area was reported based on the billing location of our customers."


@pytest.mark.parametrize(("words", "basis"), SENTENCES.items())
def test_each_form_of_the_sentence_names_its_basis(reported, words, basis):
    filing = reported([*TOTAL, *geography()], words=f"Some words. {words}")
    assert filing.geography_basis == basis
    china = next(s for s in filing.statements if s.geography == "China (including Hong Kong)")
    assert (china.value, china.geography_basis) == (2769, basis)


@pytest.mark.parametrize(
    "words",
    [
        "Our headquarters are in Santa Clara.",
        FORMER,
        "The geographic concentration of suppliers near our headquarters harms revenue based on them.",
        "Long-lived assets by geographic region are based on the location of the customers’ headquarters.",
        "We bill customers in many geographic regions.",
        "We changed revenue by geographic area from billing location, and it is now based upon other things.",
    ],
)
def test_a_basis_is_never_guessed(refusal, words):
    message = refusal([*TOTAL, *geography()], words=words)
    assert "names neither billing location nor headquarters as the basis of its geographic table." in message
    assert message.startswith("the filing, geographic table at line ")
    assert "never guessed" in message


def test_words_that_name_both_are_quoted(refusal):
    message = refusal([*TOTAL, *geography()], words=f"{BILLING} {OFFICES}")
    assert "names both billing location and headquarters" in message
    assert '"Revenue by geographic area is based upon the billing location of the customer."' in message


def test_a_former_basis_in_a_footnote_is_none(reported):
    """As in the 10-Q of the third quarter of fiscal 2026, which changed it."""
    facts = [*TOTAL, *geography()]
    assert reported(facts, words=OFFICES, inside=f"<p>(1) {FORMER}</p>").geography_basis == "headquarters"
    assert reported(facts, words=f"{FORMER} {OFFICES}").geography_basis == "headquarters"


BY_OFFICES = {"country:US": "32,897", "country:TW": "8,902", CHINA: "3,985", "nvda:OtherCountriesMember": "959"}


def two_tables(first, second):
    """Tables of one period on two bases, each under words of its own."""
    return [*TOTAL, *table(geography(), first), *table(geography(BY_OFFICES), second)]


def caption(what):
    return f"Geographic Revenue based upon Customer {what}:"


def test_two_tables_have_a_basis_each(reported):
    filing = reported(two_tables(caption("Billing Location"), OFFICES), words="Nothing.")
    assert filing.geography_basis == "billing and headquarters"
    china = {s.geography_basis: s.value for s in filing.statements if s.geography == "China (including Hong Kong)"}
    assert china == {"billing": 2769, "headquarters": 3985}


def test_the_caption_decides_for_its_table(reported):
    """Both bases are named above, in full, and one before each table."""
    filing = reported(two_tables(caption("Billing Location"), caption("Headquarters")), words=f"{BILLING} {OFFICES}")
    assert filing.geography_basis == "billing and headquarters"


def test_a_table_far_from_its_sentence_goes_by_the_only_one(reported, refusal):
    far = "<p>" + "words " * 500 + "</p>"
    facts = [*TOTAL, *table(geography(), "A table.")]
    assert reported(facts, words=BILLING + far).geography_basis == "billing"
    message = refusal(facts, words=BILLING + far, inside=f"<p>{OFFICES}</p>")
    assert "names both billing location and headquarters" in message


def test_a_sentence_ends_where_amounts_begin():
    words = "Geographic Revenue based upon Customer Headquarters Location United States $ 1,000 by billing location"
    assert [sorted(one.bases) for one in sentences(words)] == [["headquarters"]]


# places and products


def test_the_regions_of_fiscal_2020(reported):
    """Six regions, FY2020: 3,025 + 2,731 + 2,685 + 992 + 886 + 599 = 10,918, tagged as revenue from contracts."""
    concept = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
    days = ("2019-01-28", "2020-01-26")
    places = {"country:TW": "3,025", CHINA: "2,731", "nvda:OtherAsiaPacificMember": "2,685", "srt:EuropeMember": "992"}
    places |= {"country:US": "886", "nvda:OtherCountriesMember": "599"}
    facts = [fact("10,918", days=days), fact("10,918", days=days, concept=concept)]
    facts += geography(places, days=days, concept=concept)
    before = fact("9,714", days=("2017-01-30", "2018-01-28"))
    filing = reported([*facts, before], form="10-K", end="January 26, 2020")
    assert filing.source_id == "nvda-10k-fy2020"
    assert {s.geography: s.value for s in filing.statements} == {
        "Total": 10918,
        "Taiwan": 3025,
        "China (including Hong Kong)": 2731,
        "Other Asia Pacific": 2685,
        "Europe": 992,
        "United States": 886,
        "Other": 599,
    }
    assert list(filing.unread) == ["2017-01-30 to 2018-01-28, before the first period of data/fiscal_periods.csv"]


def test_the_order_of_a_table_changes_nothing(rows):
    facts = [*TOTAL, *geography()]
    assert rows(facts[::-1]) == rows(facts)


def test_a_changed_member_name_is_refused(refusal):
    renamed = {"nvda:GreaterChinaMember" if place == CHINA else place: printed for place, printed in PLACES.items()}
    message = refusal([*TOTAL, *geography(renamed)])
    assert "nvda:GreaterChinaMember is no place that is known." in message


def test_a_product_that_is_not_known_is_named_and_left(reported):
    filing = reported(
        [*TOTAL, *(fact(str(n), ((PRODUCT, f"nvda:{name}Member"),)) for n, name in enumerate(("Quantum", "Gaming")))]
    )
    assert (list(filing.unread), len(filing.statements)) == (["nvda:QuantumMember"], 1)


def test_the_platforms_of_fiscal_2027_are_read(rows):
    """Q2 of fiscal 2027, in USD million: 48,710 and 40,313 are data center, 89,023; edge computing has 7,198."""
    days = ("2026-04-27", "2026-07-26")
    printed = {"DataCenter": "89,023", "Hyperscale": "48,710", "AICloudsIndustrialEnterprise": "40,313"}
    printed |= {"EdgeComputing": "7,198"}
    facts = [fact(text, ((PRODUCT, f"nvda:{name}Member"),), days=days) for name, text in printed.items()]
    made = rows([fact("96,221", days=days), *facts], end="July 26, 2026")
    assert {metric: value for (metric, *_), (value, *_) in made.items()} == {
        "revenue": 96221,
        "data_center_revenue": 89023,
        "hyperscale_revenue": 48710,
        "acie_revenue": 40313,
        "edge_computing_revenue": 7198,
    }


def test_lines_that_do_not_add_up_are_refused(refusal):
    short = {place: printed for place, printed in PLACES.items() if place != "country:SG"}
    message = refusal([*TOTAL, *geography(short)])
    assert "the geographic table of FY2026Q2: adds up to 36,587, total revenue is 46,743." in message


def test_a_table_without_its_dimension_is_refused(refusal):
    message = refusal([*TOTAL, *(fact(printed) for printed in PLACES.values())])
    assert "us-gaap:Revenues in context" in message
    assert "The filing contradicts itself, or a table is tagged without its dimension. Read it." in message


def test_a_fact_twice_is_taken_at_its_finest(rows):
    made = rows([fact("46.7", scale="9", decimals="-8"), *TOTAL])
    assert made == {("revenue", "Total", "", "FY2026Q2"): (46743, None, None)}


# whose filing, and for which period


def test_another_company_is_refused_in_one_sentence(refusal):
    message = refusal([fact("7,685", days=("2025-03-30", "2025-06-28"))], cik="0000002488", end="June 28, 2025")
    assert message == "the filing: is of NVIDIA CORP (CIK 0000002488), not of NVIDIA (CIK 0001045810)."


def test_another_form_is_refused(refusal):
    assert refusal(TOTAL, form="8-K") == "the filing: is a form 8-K. 10-K and 10-Q are read."


def test_a_new_quarter_brings_its_period(reported):
    days = ("2027-02-01", "2027-05-02")
    new = reported([fact("1", days=days)], end="May 2, 2027", focus="2028 Q1").new_periods
    assert new.drop(columns="locator").to_dict("records") == [
        {
            "fiscal_period": "FY2028Q1",
            "period_start": "2027-02-01",
            "period_end": "2027-05-02",
            "weeks": 13,
            "basis": "official",
            "note": "",
        }
    ]


def test_a_new_year_brings_its_last_quarter(reported, data_copy, load_from):
    """53 weeks from 2026-01-26 to 2027-01-31, of which the last quarter after 2026-10-25 has 14."""
    data_copy.keep("fiscal_periods", lambda row: row["fiscal_period"] not in ("FY2027", "FY2027Q4"))
    load_from(data_copy.folder)
    facts = [fact("1", days=("2026-01-26", "2027-01-31"))]
    new = reported(facts, form="10-K", end="January 31, 2027", focus="2027 FY").new_periods
    assert new.set_index("fiscal_period")[["period_start", "period_end", "weeks", "basis"]].T.to_dict("list") == {
        "FY2027": ["2026-01-26", "2027-01-31", 53, "official"],
        "FY2027Q4": ["2026-10-26", "2027-01-31", 14, "derived"],
    }


def test_a_period_that_is_stored_is_not_new(reported):
    assert reported(TOTAL).new_periods.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"end": "July 28, 2025"}, "is for a period that ends on 2025-07-28"),
        ({"end": "July 28, 2025", "focus": "2026 Q2"}, "calls it FY2026Q2, which ends on 2025-07-27"),
        ({"end": "May 2, 2027", "focus": "2027 Q1"}, "is for a period that ends on 2027-05-02 and calls it FY2027Q1"),
        ({"end": "May 2, 2027", "focus": "2028 FY"}, "no quarter or year of ours"),
        ({"end": "soon"}, "is for a period that ends on soon"),
        ({"end": "May 2, 2027", "focus": "2028 Q1"}, "has no total revenue of 13 or 52 weeks for it."),
    ],
)
def test_a_period_that_is_not_clear_is_refused(refusal, options, message):
    refused = refusal(TOTAL, **options)
    assert message in refused
    assert refused.endswith("Put its quarter or year into data/fiscal_periods.csv first.")
