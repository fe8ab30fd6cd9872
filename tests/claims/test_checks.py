"""The kinds of check: what each makes of the facts that its cells name, on small frames."""

import pandas as pd
import pytest

from analysis.claims.checks import KINDS, Check, UnsettledError, picked
from analysis.claims.evidence import NAN, Statement
from analysis.facts.schema.fields import CHECKS

COMMON = {"grade": "A", "basis": "official", "unit_printed": ""}


def rows(*given: dict, **shared: object) -> pd.DataFrame:
    """A row a dictionary, each with a source of its own unless it names one."""
    return pd.DataFrame([COMMON | {"source_id": f"s{n}"} | shared | row for n, row in enumerate(given)])


def chip(name: str, spec: str, low: float, high: float, unit: str = "", text: str = "") -> dict:
    value = low if low == high else NAN
    cells = {"product": name, "spec": spec, "value": value, "low": low, "high": high, "unit": unit, "text": text}
    return cells | {"label": f"{name} {spec}"}


def year(period: str, geography: str, value: float, start: str, **cells) -> dict:
    end = f"{int(start[:4]) + 1}{start[4:]}"
    row = {"fiscal_period": period, "geography": geography, "value": value, "low": NAN, "high": NAN}
    return row | {"period_start": start, "period_end": end} | cells


CHINA = "revenue: geography=China"
TOTAL = "revenue: geography=Total"
FACTS = {
    # shares: 2,600 of 10,000 is 26 percent; 1,000 of 8,000 is 12.5; the year without a whole has none
    "revenue": rows(
        year("FY2021", "China", 2600.0, "2020-01-27"),
        year("FY2022", "China", 1000.0, "2021-02-01"),
        year("FY2023", "China", 500.0, "2022-01-31"),
        year("FY2021", "Total", 10000.0, "2020-01-27"),
        year("FY2022", "Total", 8000.0, "2021-02-01"),
        unit="musd",
        metric="revenue",
    ),
    "chip_specs": rows(
        chip("own", "memory", 96.0, 96.0, "gb"),
        chip("other", "memory", 144.0, 144.0, "gb"),
        chip("third", "memory", 80.0, 80.0, "gb"),
        chip("own", "speed", 4000.0, 4400.0, "gb/s"),
        chip("other", "speed", 2000.0, 2200.0, "gb/s"),
        chip("third", "speed", 3900.0, 4100.0, "gb/s"),
        chip("own", "memory_type", NAN, NAN, text="HBM3 (six stacks)"),
        chip("other", "memory_type", NAN, NAN, text="hbm3"),
    ),
    "events": rows(
        {"event": "letter to the maker", "happened_on": "2025-04-09", "products": "h20"},
        {"event": "told it stays", "happened_on": "2025-04-14", "products": "h20|mi308x"},
        {"event": "licences promised", "happened_on": "2025-07", "products": "h20|mi308x", "source_id": "article-001"},
        {"event": "first sales", "happened_on": "2024-04-28", "products": "h20"},
        value=NAN,
        unit="",
    ),
    "fiscal_periods": rows(
        {"fiscal_period": "Q", "period_start": "2025-01-27", "period_end": "2025-04-27"},
        {"fiscal_period": "SAME", "period_start": "2025-01-01", "period_end": "2025-03-31"},
        {"fiscal_period": "LATE", "period_start": "2025-03-01", "period_end": "2025-05-31"},
    ),
}


def run(kind: str, fact: str, against: str = "", how: str = "", **cells: str) -> list[Statement]:
    plain = {"unit": "", "value": "", "article": "article-001"}
    return KINDS[kind].run(Check(fact, against, how, facts=FACTS, **(plain | cells)))


def only(kind: str, fact: str, against: str = "", how: str = "", **cells: str) -> Statement:
    (said,) = run(kind, fact, against, how, **cells)
    return said


def answer(kind: str, fact: str, against: str = "", how: str = "", **cells: str) -> str:
    return only(kind, fact, against, how, **cells).text


def memory(chip: str) -> str:
    return f"chip_specs: product={chip}; spec=memory"


def speed(chip: str) -> str:
    return f"chip_specs: product={chip}; spec=speed"


def test_every_declared_kind_is_there_and_no_other():
    assert sorted(KINDS) == sorted(CHECKS)


def test_a_lookup_says_what_each_row_says():
    assert [one.low for one in run("lookup", CHINA)] == [2600, 1000, 500]


@pytest.mark.parametrize(("how", "figure"), [("first", 2600), ("last", 500), ("largest", 2600), ("smallest", 500)])
def test_one_of_several_rows_is_picked_by_day_or_figure(how, figure):
    assert only("lookup", CHINA, how=how).low == figure


def test_an_open_record_is_picked_by_the_end_that_it_has():
    more, point = Statement(30.0, NAN, "", "more", "a"), Statement(20.0, 20.0, "", "point", "b")
    assert picked([more, point], "largest") == [more]
    assert picked([more, point], "smallest") == [point]
    assert picked([], "first") == []


def test_a_ratio_goes_from_the_least_to_the_most():
    # 4,000 / 2,200 to 4,400 / 2,000
    said = only("ratio", speed("own"), speed("other"), unit="ratio")
    assert (said.low, said.high) == pytest.approx((1.8182, 2.2), rel=1e-4)
    assert (said.unit, said.source_id, said.basis) == ("ratio", "s3|s4", "official")


def test_a_change_is_growth_and_a_cut_is_what_is_missing():
    assert only("change", memory("other"), memory("own")).low == pytest.approx(0.5)  # 144 / 96 - 1
    assert only("cut", memory("own"), memory("other")).low == pytest.approx(1 / 3)  # 1 - 96 / 144
    cut = only("cut", speed("other"), speed("own"))  # 1 - 2,200 / 4,000 to 1 - 2,000 / 4,400
    assert (cut.low, cut.high) == pytest.approx((0.45, 0.5455), rel=1e-3)


def test_a_remainder_is_taken_end_from_end():
    said = only("remainder", speed("own"), speed("other"))
    assert (said.low, said.high) == (4000 - 2200, 4400 - 2000)


def test_an_implied_figure_is_a_product_or_a_quotient():
    times = only("implied", memory("own"), "0.5 * " + memory("other"), "times")
    assert (times.low, times.high) == (96 * 72, 96 * 72)
    over = only("implied", memory("other"), memory("own"), "over")
    assert over.low == 1.5


@pytest.mark.parametrize("kind", ["ratio", "change", "cut", "remainder", "implied", "threshold", "rank"])
def test_two_sides_say_nothing_where_one_is_not_on_record(kind):
    with pytest.raises(UnsettledError, match="nothing is on record by this day of what it is held against"):
        run(kind, memory("own"), memory("none"))
    with pytest.raises(UnsettledError, match="nothing is on record by this day of what it is about"):
        run(kind, memory("none"), memory("own"))


def test_nothing_is_over_nothing():
    (said,) = run("ratio", memory("own"), "0")
    assert said.low != said.low


def test_a_share_is_of_the_whole_of_its_own_period():
    assert [one.low for one in run("share", CHINA, TOTAL)] == [0.26, 0.125]
    assert only("share", CHINA, TOTAL, "largest").low == 0.26
    assert only("share", CHINA, TOTAL, "last").low == 0.125
    assert run("share", "revenue: geography=China; fiscal_period=FY2023", TOTAL) == []


def test_a_count_is_of_rows_or_of_the_names_in_them():
    assert only("count", "events: happened_on~2025-04").low == 2
    assert only("count", "events.products: happened_on~2025-04").low == 2  # h20 twice, mi308x once
    assert only("count", "events: event~letter").label == "1 on record: letter to the maker 2025-04-09"


def test_none_can_be_counted_only_on_a_list_that_is_there():
    assert run("count", "events: event~nothing") == []
    assert only("count", "events: event~nothing", "events: products=h20").low == 0


def test_a_duration_is_in_the_unit_of_the_claim():
    # 2024-04-28 to 2025-04-09 is 346 days: 49.4 weeks, 11.4 months of 30.4375 days
    sales, letter = "events.happened_on: event~sales", "events.happened_on: event~letter"
    assert only("duration", sales, letter, unit="days").low == 346
    assert only("duration", sales, letter, unit="months").low == pytest.approx(11.37, abs=0.01)
    assert only("duration", sales, letter, unit="weeks").high == pytest.approx(49.43, abs=0.01)
    assert only("duration", sales, letter, unit="years").high == pytest.approx(0.947, abs=0.001)


def test_a_duration_to_a_month_is_open_by_its_days():
    # 2025-04-09 to 2025-07-01 is 83 days, to 2025-07-31 it is 113
    said = only("duration", "events.happened_on: event~letter", "2025-07", unit="days")
    assert (said.low, said.high) == (83, 113)


def test_a_duration_runs_from_the_first_day():
    said = only("duration", "events.happened_on: products=h20", "2025-05-01", unit="days")
    assert said.low == 368  # from 2024-04-28, not from 2025-04-09
    with pytest.raises(UnsettledError, match="of what it is about"):
        run("duration", "events.happened_on: event~nothing", "2025-05-01", unit="days")


# The letter is of 2025-04-09: on the same day, or within the same month, nothing is decided.
ORDERS = {
    "before": {"2025-04-14": "yes", "2025-04-09": "undecided", "2025-04-01": "no", "2025-04": "undecided"}
    | {"2025-05": "yes"},
    "after": {"2025-04-01": "yes", "2025-04-14": "no", "2025-03": "yes"},
}
# A speed of 4,000 to 4,400: an end on the line decides as "at least" does.
LINES = {
    "below": {"4500": "yes", "4400": "undecided", "4200": "undecided", "4000": "no"},
    "at_least": {"4000": "yes", "4401": "no", "4200": "undecided"},
}


@pytest.mark.parametrize("how", ORDERS)
def test_an_order_of_days(how):
    letter = "events.happened_on: event~letter"
    assert {day: answer("order", letter, day, how) for day in ORDERS[how]} == ORDERS[how]


@pytest.mark.parametrize("how", LINES)
def test_a_threshold(how):
    assert {line: answer("threshold", speed("own"), line, how) for line in LINES[how]} == LINES[how]


def test_an_order_with_one_side_unknown_says_nothing():
    with pytest.raises(UnsettledError, match="of what it is about"):
        run("order", "events.happened_on: event~nothing", "2025-04-14", "before")


def test_a_rank_leads_a_set_that_may_hold_it():
    every = "chip_specs: product=own|other|third; spec=memory"
    assert answer("rank", memory("other"), every, "largest") == "yes"
    assert answer("rank", memory("own"), every, "largest") == "no"
    assert answer("rank", memory("third"), every, "smallest") == "yes"
    assert answer("rank", memory("own"), every, "smallest") == "no"


def test_a_member_of_a_set_that_is_not_on_record_is_not_passed_over():
    """The missing one might be the largest: 144 leads 96 for all that is known, and 96 does not lead whatever it is."""
    every = "chip_specs: product=own|other|unheard; spec=memory"
    with pytest.raises(UnsettledError, match="of unheard nothing is on record by this day"):
        run("rank", memory("other"), every, "largest")
    assert answer("rank", memory("own"), every, "largest") == "no"
    (said,) = run("place", memory("other"), every, "largest")
    assert (said.low, said.high) == (1, 2)
    for kind in ("rank", "place"):
        with pytest.raises(UnsettledError, match="its set has no other member"):
            run(kind, memory("other"), memory("other"), "largest")


# sums


def quarters(*figures: tuple[str, str, str, float]) -> dict[str, pd.DataFrame]:
    """Revenue by fiscal quarter: name, first day, last day, figure."""
    rows = pd.DataFrame(figures, columns=["fiscal_period", "period_start", "period_end", "value"])
    rows = rows.assign(metric="m", low=NAN, high=NAN, unit="musd", grade="A", basis="official", source_id="s")
    return {"revenue": rows}


Q1, Q2, Q3 = (
    ("FY2026Q1", "2025-01-27", "2025-04-27", 10.0),
    ("FY2026Q2", "2025-04-28", "2025-07-27", 40.0),
    ("FY2026Q3", "2025-07-28", "2025-10-26", 50.0),
)


def summed(facts: dict, fact: str) -> list[Statement]:
    return KINDS["lookup"].run(Check(fact, "", "sum", "musd", "", facts, ""))


def test_a_sum_adds_its_periods_each_from_the_least_to_the_most_that_its_sources_say():
    again = ("FY2026Q3", "2025-07-28", "2025-10-26", 53.0)  # another source of the same quarter
    (said,) = summed(quarters(Q1, Q2, Q3, again), "revenue: metric=m; fiscal_period=FY2026Q2|FY2026Q3")
    assert (said.low, said.high) == (90.0, 93.0)


def test_a_sum_leaves_no_period_out():
    with pytest.raises(UnsettledError, match="of FY2026Q3 nothing is on record"):
        summed(quarters(Q1, Q2), "revenue: metric=m; fiscal_period=FY2026Q2|FY2026Q3")


def test_a_sum_counts_nothing_twice():
    whole = ("FY2026", "2025-01-27", "2026-01-25", 200.0)
    with pytest.raises(UnsettledError, match="overlap"):
        summed(quarters(Q2, Q3, whole), "revenue: metric=m")
    two = quarters(Q2, Q3)
    two["revenue"].loc[1, ["period_start", "period_end", "metric"]] = [*Q2[1:3], "n"]
    with pytest.raises(UnsettledError, match="of several things: m FY2026Q2, n FY2026Q3"):
        summed(two, "revenue: metric=m|n")


def test_a_rank_is_undecided_where_ranges_overlap():
    every = "chip_specs: product=own|other|third; spec=speed"
    assert answer("rank", speed("own"), every, "largest") == "undecided"  # 4,000 against up to 4,100
    assert answer("rank", speed("other"), every, "largest") == "no"


def test_what_is_on_record_occurs():
    said = run("occurs", "events: happened_on~2025-04")
    assert [one.text for one in said] == ["yes", "yes"]
    assert said[0].label == "letter to the maker 2025-04-09"


def test_what_is_not_on_record_did_not_occur_only_if_the_list_is_closed():
    assert run("occurs", "events: event~nothing") == []
    closed = only("occurs", "events: event~nothing", "events: happened_on~2025-04")
    assert (closed.text, closed.label) == ("no", "not among 2 on a closed list")
    assert closed.source_id == "s0|s1"


def test_absence_is_shown_by_a_closed_list_alone():
    assert run("absent", "events: event~nothing") == []
    assert answer("absent", "events: event~nothing", "events: happened_on~2025-04") == "yes"
    assert answer("absent", "events: event~letter", "events: happened_on~2025-04") == "no"


def test_a_word_is_looked_for_in_any_case():
    own = "chip_specs.text: product=own; spec=memory_type"
    assert answer("word", own, how="hbm3") == "yes"
    assert answer("word", own, how="GDDR") == "no"
    assert answer("word", own, "chip_specs.text: product=other; spec=memory_type") == "yes"
    assert run("word", own) == []  # no word is asked for
    assert run("word", "chip_specs.text: product=none", how="hbm3") == []


@pytest.mark.parametrize(
    ("period", "value", "expected"),
    [
        ("SAME", "2025-Q1", "yes"),
        ("Q", "2025-Q1", "undecided"),  # 64 of 91 days
        ("LATE", "2025-Q1", "no"),  # 31 of 92 days
        ("Q", "2024", "no"),
        ("Q", "2025", "undecided"),  # all of its days, and others
    ],
)
def test_a_fiscal_period_beside_a_calendar_one(period, value, expected):
    assert answer("period", f"fiscal_periods: fiscal_period={period}", value=value) == expected


@pytest.mark.parametrize("kind", ["lookup", "attribution", "outcome", "date", "occurs"])
def test_an_article_never_speaks_for_itself(kind):
    promised = "events.happened_on: event~promised"
    assert run(kind, promised) == []
    assert run(kind, promised, article="article-002")[0].source_id == "article-001"


def test_an_article_does_not_stand_on_the_other_side_either():
    with pytest.raises(UnsettledError, match="of what it is held against"):
        run("order", "2025-04-14", "events.happened_on: event~promised", "before")
    assert run("occurs", "events: event~nothing", "events: event~promised") == []


# places


@pytest.mark.parametrize(
    ("how", "low", "high"),
    [("largest", 2, 3), ("smallest", 2, 3)],
)
def test_a_place_in_a_set_is_a_range_where_figures_overlap(how, low, high):
    """Of a 10, b 5 to 7, c 6 and d 1, b comes second or third from above, and second or third from below."""
    figures = [("a", 10.0, 10.0), ("b", 5.0, 7.0), ("c", 6.0, 6.0), ("d", 1.0, 1.0)]
    rows = pd.DataFrame(figures, columns=["subject", "low", "high"])
    rows = rows.assign(quantity="q", value=NAN, unit="musd", grade="A", basis="official", source_id="s")
    asked = {"fact": "market_facts: subject=b", "against": "market_facts: quantity=q", "how": how}
    row = asked | {"unit": "count", "value": "2", "source_id": "x"}
    (found,) = KINDS["place"].run(Check.of(row, {"market_facts": rows}))
    assert (found.low, found.high) == (low, high)
