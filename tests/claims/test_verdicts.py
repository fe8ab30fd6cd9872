"""Verdicts: what sources that fit, contradict or go no further come to, by their weight."""

import pandas as pd
import pytest

from analysis.claims.evidence import NAN, Statement
from analysis.claims.verdicts import Judged, decided, examined, meanings

OFFICIAL, PRESS, BLOG = ("A", "official"), ("B", "reported"), ("C", "reported")
SUPPORTED, DEFINED, CONFLICTING = "supported", "supported_with_definition", "conflicting_sources"
CONTRADICTED, UNVERIFIABLE = "contradicted", "unverifiable"


def judged(status: str, source: tuple[str, str] = PRESS, label: str = "record") -> Judged:
    grade, basis = source
    return Judged(Statement(1.0, 1.0, "tpp", label, label, grade, basis), status)


def verdict(*plain: Judged, kind: str = "lookup", others: tuple = (), came: tuple = ()) -> str:
    return decided(kind, list(plain), list(others), list(came)).verdict


def test_weights():
    assert judged("agrees", OFFICIAL).rank == 3
    assert judged("agrees", ("C", "official")).rank == 3  # the maker's own words, read anywhere
    assert judged("agrees", PRESS).rank == 2
    assert judged("agrees", ("A", "derived")).rank == 2
    assert judged("agrees", BLOG).rank == 1


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        # all of one mind
        ([judged("agrees")], SUPPORTED),
        ([judged("agrees"), judged("agrees", BLOG)], SUPPORTED),
        ([judged("off")], CONTRADICTED),
        ([judged("above"), judged("above", BLOG)], CONTRADICTED),
        ([], UNVERIFIABLE),
        # equals that differ
        ([judged("agrees"), judged("below")], CONFLICTING),
        ([judged("agrees", BLOG), judged("below", BLOG)], CONFLICTING),
        ([judged("agrees", OFFICIAL), judged("below", OFFICIAL)], CONFLICTING),
        # filings and makers over everybody else
        ([judged("agrees", OFFICIAL), judged("below")], SUPPORTED),
        ([judged("agrees", OFFICIAL), judged("below", BLOG)], SUPPORTED),
        ([judged("agrees"), judged("below", OFFICIAL)], CONTRADICTED),
        ([judged("agrees", BLOG), judged("below", OFFICIAL)], CONTRADICTED),
        # the press over grade C alone
        ([judged("agrees"), judged("below", BLOG)], SUPPORTED),
        ([judged("agrees", BLOG), judged("below")], CONTRADICTED),
        # the best on each side counts, not how many
        ([judged("agrees"), *[judged("below", BLOG, f"b{n}") for n in range(5)]], SUPPORTED),
        ([judged("agrees"), judged("below", BLOG), judged("above")], CONFLICTING),
    ],
)
def test_sources_that_fit_and_sources_that_do_not(plain, expected):
    assert verdict(*plain) == expected


def test_a_grade_c_figure_between_two_of_the_press_is_in_conflict_with_them_not_refuted():
    between = [judged("agrees", BLOG), judged("below"), judged("above")]
    assert verdict(*between) == CONFLICTING


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ([judged("below"), judged("above")], CONFLICTING),  # the claim lies between them
        ([judged("near")], CONFLICTING),  # just outside
        ([judged("below"), judged("above", BLOG)], CONFLICTING),
        ([judged("below", OFFICIAL), judged("above", OFFICIAL)], CONTRADICTED),  # filings are no one's opinion
        ([judged("near", OFFICIAL)], CONTRADICTED),
        ([judged("below"), judged("below", BLOG)], CONTRADICTED),
    ],
)
def test_a_claim_between_its_sources(plain, expected):
    assert verdict(*plain) == expected


def test_lying_between_is_for_figures_looked_up():
    """Between two ends of arithmetic there is no one who says so."""
    for kind in ("ratio", "share", "date"):
        assert verdict(judged("below"), judged("above"), kind=kind) == CONTRADICTED


def test_a_record_that_goes_no_further_is_a_definition():
    found = decided("lookup", [judged("bound", label="up to 5.5")], [], [])
    assert (found.verdict, found.reading, found.why) == (DEFINED, "up to 5.5", "the record goes no further")
    assert verdict(judged("open")) == DEFINED
    assert verdict(judged("open"), judged("off")) == CONTRADICTED  # somebody says it is not so
    assert verdict(judged("open"), judged("agrees")) == SUPPORTED
    assert verdict(judged("bound"), judged("agrees")) == SUPPORTED  # no one contradicts


def test_a_number_of_another_unit_is_named():
    """TOPS taken for TPP: 4,800 is the number of the rule, and its unit another."""
    found = decided("lookup", [judged("agrees in tpp", label="R1 tpp")], [], [])
    assert (found.verdict, found.reading) == (DEFINED, "R1 tpp")
    assert found.why == "the number is one of tpp"
    assert verdict(judged("off"), judged("agrees in tpp")) == DEFINED


def test_another_meaning_of_the_words():
    meant = (judged("agrees", label="the guided charge"),)
    found = decided("lookup", [judged("above")], list(meant), [])
    assert (found.verdict, found.reading) == (DEFINED, "the guided charge")
    assert verdict(others=meant) == DEFINED
    assert verdict(judged("above"), others=(judged("bound"),)) == DEFINED
    assert verdict(judged("above"), others=(judged("above"),)) == CONTRADICTED
    assert verdict(others=(judged("above"),)) == UNVERIFIABLE


def test_a_claim_true_in_one_meaning_and_not_in_another_needs_it_said():
    assert verdict(judged("agrees"), others=(judged("off"),)) == DEFINED
    assert verdict(judged("agrees"), others=(judged("below"), judged("above"))) == DEFINED
    assert verdict(judged("agrees"), others=(judged("below"), judged("agrees"))) == SUPPORTED
    assert verdict(judged("agrees"), others=(judged("open"),)) == SUPPORTED


@pytest.mark.parametrize("status", ["below", "above", "off", "near", "open", "bound"])
def test_an_attribution_is_found_or_not_found_but_never_contradicted(status):
    assert verdict(judged(status, OFFICIAL), kind="attribution") == UNVERIFIABLE
    assert verdict(kind="attribution") == UNVERIFIABLE


def test_an_attribution_that_is_found():
    assert verdict(judged("agrees"), kind="attribution") == SUPPORTED
    assert verdict(others=(judged("agrees"),), kind="attribution") == DEFINED


@pytest.mark.parametrize(
    ("plain", "came", "expected"),
    [
        ([judged("agrees")], [judged("below", OFFICIAL)], CONFLICTING),  # forecast so, came otherwise
        ([judged("agrees")], [judged("agrees", OFFICIAL)], SUPPORTED),
        ([judged("agrees")], [], DEFINED),  # holds as a forecast, nothing has come yet
        ([judged("below")], [judged("above")], CONFLICTING),  # between forecast and what came
        ([], [judged("below", OFFICIAL)], UNVERIFIABLE),
        ([judged("above")], [judged("above")], CONTRADICTED),
    ],
)
def test_a_forecast_beside_what_came(plain, came, expected):
    assert verdict(*plain, kind="outcome", came=tuple(came)) == expected


def test_grade_c_alone_is_said():
    assert decided("lookup", [judged("agrees", BLOG)], [], []).why.endswith("by sources of grade C alone")
    assert decided("lookup", [judged("off", BLOG)], [], []).why.endswith("by sources of grade C alone")
    assert "grade C" not in decided("lookup", [judged("agrees", BLOG), judged("agrees")], [], []).why


ALONE = ", by sources of grade C alone"


@pytest.mark.parametrize(
    ("kind", "plain", "others", "came", "why"),
    [
        ("lookup", [judged("agrees")], [], [], "the record says the same"),
        ("lookup", [judged("agrees", BLOG)], [], [], f"the record says the same{ALONE}"),
        ("lookup", [judged("off")], [], [], "what is on record says otherwise"),
        ("lookup", [judged("off", BLOG)], [], [], f"what is on record says otherwise{ALONE}"),
        ("lookup", [], [], [], "nothing on record bears on it by this day"),
        ("lookup", [judged("agrees"), judged("below")], [], [], "sources differ"),
        ("lookup", [judged("agrees", BLOG), judged("below", BLOG)], [], [], f"sources differ{ALONE}"),
        ("lookup", [judged("agrees"), judged("off", OFFICIAL)], [], [], "the filing or the maker says otherwise"),
        (
            "lookup",
            [judged("agrees", BLOG), judged("off")],
            [],
            [],
            "only sources of grade C say so, better ones say otherwise",
        ),
        ("lookup", [judged("near")], [], [], "it lies between what sources say, or just outside"),
        ("lookup", [judged("off")], [judged("agrees")], [], "it holds in another meaning of its words"),
        (
            "lookup",
            [judged("agrees")],
            [judged("off")],
            [],
            "it holds in one meaning of its words and not in another",
        ),
        ("outcome", [], [], [judged("below", OFFICIAL)], "nothing on record bears on it by this day"),
        ("outcome", [judged("agrees")], [], [judged("below")], "forecasts say so, what came is something else"),
        ("outcome", [judged("agrees")], [], [], "it holds as a forecast"),
        ("attribution", [judged("off")], [], [], "no such figure is on record from the one it is attributed to"),
    ],
)
def test_the_reason_is_said_in_words(kind, plain, others, came, why):
    found = decided(kind, plain, others, came)
    assert found.why == why
    assert found.reading == ("record" if found.verdict == DEFINED else "")


def test_a_verdict_carries_everything_that_was_looked_at():
    plain, other, came = judged("agrees"), judged("off"), judged("below")
    found = decided("outcome", [plain], [other], [came])
    assert (found.plain, found.others, found.came) == ([plain], [other], [came])


def test_meanings_are_separated_by_two_bars():
    assert meanings("a: x=1|2 || b: y=3") == ["a: x=1|2", "b: y=3"]
    assert meanings("") == []


# a claim held against small tables

TOLERANCES = pd.DataFrame(
    {"within_share": [0.0, 0.125, NAN], "within_months": [0.0, 1.0, NAN], "misleads_beyond": [NAN, NAN, 1.5]}
    | {"near_share": [NAN, NAN, NAN]},
    index=["exact", "about", "at_most"],
)
EVENT = {"value": NAN, "unit": "", "grade": "A", "basis": "official"}
FACTS = {
    "events": pd.DataFrame(
        [
            EVENT | {"event": "rule announced", "happened_on": "2023-10-17", "source_id": "s0"},
            EVENT | {"event": "rule in force", "happened_on": "2023-11-17", "source_id": "s1"},
            EVENT | {"event": "rule reported", "happened_on": "2023-10-10", "source_id": "article-001"},
        ]
    ),
    "market_facts": pd.DataFrame(
        [
            EVENT | {"subject": "Moore Threads", "value": 7999.6, "unit": "mcny", "source_id": "m", "quantity": "ipo"},
            EVENT | {"subject": "SMIC", "value": 7.0, "unit": "nm", "source_id": "n", "quantity": "node"},
        ]
    ),
    "control_thresholds": pd.DataFrame(
        [EVENT | {"rule_id": "R", "quantity": "tpp", "threshold": "4800", "unit": "tops x bit", "source_id": "t"}]
    ),
}


def claim(check: str, fact: str, **cells: str) -> dict:
    names = ("against", "how", "other", "value", "qualifier", "unit", "how_to_check")
    plain = dict.fromkeys(names, "") | {"checkable": "numeric", "source_id": "article-001", "low": NAN, "high": NAN}
    return plain | {"check": check, "fact": fact} | cells


def examine(check: str, fact: str, **cells: str):
    return examined(claim(check, fact, **cells), FACTS, TOLERANCES, 1.0)


def test_a_claim_without_a_check_says_why():
    assert examine("", "", checkable="opinion").why == "an opinion or a forecast without a figure"
    found = examine("", "", how_to_check="the note itself")
    assert (found.verdict, found.why) == (UNVERIFIABLE, "no fact on record would settle it: the note itself")
    assert examine("", "").why == "no fact on record would settle it"


def test_one_of_several_days_is_enough_where_any_will_do():
    date = {"value": "2023-10", "qualifier": "exact", "unit": "date", "checkable": "date"}
    fact = "events.happened_on: event~rule"
    assert examine("date", fact, **date).verdict == CONFLICTING  # announced in October, in force in November
    assert examine("date", fact, how="any", **date).verdict == SUPPORTED
    assert examine("date", fact, how="last", **date).verdict == CONTRADICTED
    assert examine("date", fact, how="any", **date | {"value": "2024-10"}).verdict == CONTRADICTED


def test_a_date_that_only_the_article_has_proves_nothing():
    date = {"value": "2023-10-10", "qualifier": "exact", "unit": "date", "checkable": "date"}
    fact = "events.happened_on: event~reported"
    assert examine("date", fact, **date).verdict == UNVERIFIABLE
    assert examine("date", fact, source_id="article-002", **date).verdict == SUPPORTED


def test_millions_on_record_settle_a_claim_in_whole_units():
    """7,999.6 million is at most 8,000,000,000 and not below two thirds of it."""
    cells = {"value": "8000000000", "qualifier": "at_most", "unit": "cny"}
    found = examine("lookup", "market_facts: subject=Moore Threads", **cells)
    assert found.verdict == SUPPORTED
    assert found.plain[0].statement.unit == "cny"


def test_a_number_in_another_unit_fits_only_as_that():
    cells = {"value": "4800", "qualifier": "exact", "unit": "tops"}
    found = examine("lookup", "control_thresholds: rule_id=R", **cells)
    assert (found.verdict, found.why) == (DEFINED, "the number is one of tops x bit")
    assert examine("lookup", "control_thresholds: rule_id=R", **cells | {"value": "2400"}).verdict == CONTRADICTED


def test_a_figure_far_from_another_unit_is_off():
    found = examine("lookup", "market_facts: subject=SMIC", value="7", qualifier="exact", unit="gb")
    assert found.verdict == DEFINED  # 7, but of nm
    assert examine("lookup", "market_facts: subject=SMIC", value="14", qualifier="exact", unit="nm").verdict == (
        CONTRADICTED
    )


@pytest.mark.parametrize(("day", "expected"), [("2024", SUPPORTED), ("2023-10", CONTRADICTED), ("2023", DEFINED)])
def test_truths_turn_into_verdicts(day, expected):
    cells = {"against": day, "how": "before", "checkable": "categorical"}
    assert examine("order", "events.happened_on: event~force", **cells).verdict == expected
    assert examine("occurs", "events: event~nothing", checkable="categorical").verdict == UNVERIFIABLE


def test_a_bound_far_exceeded_holds_with_a_definition():
    """Over 150 with a record of 266 is true, and tells less than it hides."""
    record = Judged(Statement(266.0, 266.0, "musd", "the fall", "a", "B", "reported"), "loose")
    found = decided("lookup", [record], [], [])
    assert (found.verdict, found.reading) == ("supported_with_definition", "the fall")
    assert found.why == "it is true and misleads: the record lies far beyond it"


def test_another_meaning_is_looked_up_as_well():
    date = {"value": "2023-11", "qualifier": "exact", "unit": "date", "checkable": "date"}
    other = "events.happened_on: event~force"
    assert examine("date", "events.happened_on: event~announced", **date).verdict == CONTRADICTED
    found = examine("date", "events.happened_on: event~announced", other=other, **date)
    assert (found.verdict, found.others[0].statement.text) == (DEFINED, "2023-11-17")


def test_a_day_said_as_about_may_be_a_month_off():
    date = {"value": "2023-11-10", "unit": "date", "checkable": "date"}  # announced on 17 October
    fact = "events.happened_on: event~announced"
    assert examine("date", fact, qualifier="about", **date).verdict == SUPPORTED
    assert examine("date", fact, qualifier="exact", **date).verdict == CONTRADICTED


def test_what_is_no_answer_but_on_record_speaks_for_a_claim_in_words():
    assert examine("lookup", "events.happened_on: event~force", checkable="categorical").verdict == SUPPORTED


# shares without their year


def of_year(year: str, share: float, status: str) -> Judged:
    return Judged(Statement(share, share, "share", f"share {year}", "k", period=year), status)


def test_a_share_without_a_year_is_contradicted_by_no_one_year():
    """16.9 percent in one year and 20.2 in another: 18 lies between, 20 is one of them, 25 and 12 are none."""
    years = [of_year("2024", 0.169, "below"), of_year("2022", 0.202, "above")]
    found = decided("share", years, [], [], is_undated=True)
    assert (found.verdict, found.why) == (UNVERIFIABLE, "it tells no year, and it lies between the years on record")
    assert decided("share", years, [], []).verdict == CONTRADICTED
    one = decided("share", [years[0], of_year("2022", 0.202, "agrees")], [], [], is_undated=True)
    assert (one.verdict, one.reading) == (DEFINED, "share 2022")
    both_below = [of_year("2024", 0.169, "below"), of_year("2022", 0.202, "below")]
    assert decided("share", both_below, [], [], is_undated=True).verdict == CONTRADICTED


def test_a_share_is_undated_where_neither_the_claim_nor_the_address_tells_one_year():
    part = EVENT | {"subject": "N", "quantity": "part", "unit": "share", "source_id": "s"}
    parts = [part | {"value": share} for share in (0.111, 0.333)]
    years = [{"period_start": f"{year}-01", "period_end": f"{year}-12"} for year in (2023, 2024)]
    facts = {"market_facts": pd.DataFrame([row | year for row, year in zip(parts, years, strict=True)])}
    asked = claim("lookup", "market_facts: subject=N; quantity=part", value="0.22", qualifier="exact", unit="share")
    undated = examined(asked, facts, TOLERANCES, 1.0)
    dated = examined(asked | {"period_start": "2024-01"}, facts, TOLERANCES, 1.0)
    assert (undated.verdict, dated.verdict) == (UNVERIFIABLE, CONTRADICTED)


# Several periods


QUARTERS = [("FY2026Q2", "2025-04-28", "2025-07-27", 41.0), ("FY2026Q3", "2025-07-28", "2025-10-26", 51.0)]


@pytest.mark.parametrize(
    ("value", "how", "start", "verdict"),
    [
        ("92", "", "", UNVERIFIABLE),  # the sum of both, which nobody has asked for: not contradicted by its parts
        ("92", "sum", "", SUPPORTED),
        ("95", "sum", "", CONTRADICTED),
        ("45", "", "", UNVERIFIABLE),  # neither of them
        ("51", "", "", DEFINED),  # one of them: the claim does not say which
        ("51", "", "2025-07-28", SUPPORTED),  # of its own time the record says the same
        ("51", "", "2025-04-28", CONTRADICTED),
    ],
)
def test_quarters_side_by_side_are_no_interval(value, how, start, verdict):
    rows = [
        {"metric": "m", "fiscal_period": name, "period_start": first, "period_end": last, "value": figure}
        for name, first, last, figure in QUARTERS
    ]
    shared = {"low": NAN, "high": NAN, "unit": "musd", "grade": "A", "basis": "official", "source_id": "s"}
    facts = {"revenue": pd.DataFrame([row | shared for row in rows])}
    asked = claim("lookup", "revenue: metric=m; fiscal_period=FY2026Q2|FY2026Q3", value=value, unit="musd", how=how)
    own = {"period_start": start, "period_end": {"2025-07-28": "2025-10-26"}.get(start, start and "2025-07-27")}
    assert examined(asked | {"qualifier": "exact"} | own, facts, TOLERANCES, 1.0).verdict == verdict
