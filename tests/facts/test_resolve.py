"""The working value out of conflicting rows: the order, the judgement calls, conflict and firmness."""

import math

import pandas as pd
import pytest

from analysis.facts.resolve import resolve

NOTHING = float("nan")
BY = ["product", "spec"]


def said(source, value=NOTHING, *, low=NOTHING, high=NOTHING, basis="reported", grade="A", known="2025-01-01", **more):
    row = {"product": "chip", "spec": "rate", "value": value, "low": low, "high": high, "unit": "tops"}
    row |= {"basis": basis, "grade": grade, "source_id": source, "locator": "", "known_on": pd.Timestamp(known)}
    return row | {"is_usable": True} | more


def choice(*sources, take="point") -> pd.DataFrame:
    row = {"product": "chip", "spec": "rate", "take": take, "source_ids": "|".join(sources), "reason": "because"}
    return pd.DataFrame([row])


def resolved(*rows, choices=None) -> pd.Series:
    frame = resolve(pd.DataFrame(rows), by=BY, choices=choices)
    assert len(frame) == 1
    return frame.iloc[0]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # the more direct basis, whatever the grade and the age
        ({"basis": "official", "grade": "C", "known": "2020-01-01"}, {"basis": "reported"}),
        ({"basis": "reported", "grade": "C"}, {"basis": "derived"}),
        ({"basis": "derived", "grade": "C"}, {"basis": "estimated"}),
        ({"basis": "estimated", "grade": "C"}, {"basis": "assumed"}),
        # then the better grade, whatever the age
        ({"grade": "A", "known": "2020-01-01"}, {"grade": "B"}),
        ({"grade": "B", "known": "2020-01-01"}, {"grade": "C"}),
        # then the newest
        ({"known": "2025-01-02"}, {"known": "2025-01-01"}),
    ],
)
def test_order_of_preference(better, worse):
    # the alphabet speaks for the worse row, so that it cannot be what decides
    rows = [said("a", 1, **worse), said("b", 2, **better)]
    for order in (rows, rows[::-1]):
        row = resolved(*order)
        assert (row["value"], row["source_id"], row["picked_by"], row["reason"]) == (2, "b", "order", "")


def test_alphabet_comes_last():
    assert resolved(said("b", 2), said("a", 1))["source_id"] == "a"


def test_each_thing_is_resolved_by_itself():
    frame = resolve(pd.DataFrame([said("a", 1), said("a", 2, spec="size"), said("b", 3, product="other")]), by=BY)
    assert frame[[*BY, "value"]].to_numpy().tolist() == [["chip", "rate", 1], ["chip", "size", 2], ["other", "rate", 3]]


def test_choice_overrules_the_order_and_shows_it():
    row = resolved(said("maker", 293, basis="official"), said("press", 296, grade="B"), choices=choice("press"))
    assert (row["value"], row["source_id"], row["picked_by"], row["reason"]) == (296, "press", "choice", "because")
    assert (row["range_low"], row["range_high"], row["sources"]) == (293, 296, 2)  # the other voice is still told


def test_choice_of_a_source_that_is_not_there_leaves_the_order():
    # struck, or not yet published: either way its row is not among the rows
    row = resolved(said("maker", 293, basis="official"), choices=choice("press"))
    assert (row["value"], row["source_id"], row["picked_by"], row["reason"]) == (293, "maker", "order", "")


def test_choice_about_something_else_is_passed_over():
    other = choice("b").assign(spec="size")
    assert resolved(said("a", 1), said("b", 2), choices=other)["picked_by"] == "order"


def test_range_choice_spans_its_sources_and_makes_no_point():
    rows = [said("a", 2250), said("b", low=2300, high=2500), said("c", 3750)]
    row = resolved(*rows, choices=choice("a", "b", take="range"))
    assert (row["low"], row["high"], row["source_id"], row["picked_by"]) == (2250, 2500, "a|b", "choice")
    assert math.isnan(row["value"])
    assert row["range_high"] == 3750


def test_range_choice_with_one_source_left():
    row = resolved(said("a", 2250), said("c", 3750), choices=choice("a", "b", take="range"))
    assert (row["low"], row["high"], row["source_id"]) == (2250, 2250, "a")


def test_unusable_rows_are_never_chosen_and_never_counted():
    rows = [said("maker", 7700, basis="official", is_usable=False), said("press", 4000)]
    for choices in (None, choice("maker"), choice("maker", take="range")):
        row = resolved(*rows, choices=choices)
        assert (row["value"], row["source_id"], row["sources"]) == (4000, "press", 1)
        assert (row["range_low"], row["range_high"]) == (4000, 4000)


def test_nothing_but_unusable_rows_resolves_to_nothing():
    assert resolve(pd.DataFrame([said("a", 1, is_usable=False)]), by=BY).empty


@pytest.mark.parametrize(
    ("figures", "is_conflict"),
    [
        ([989, 989.5, 990], False),  # roundings of one figure (research, canonical picks)
        ([293, 296], True),  # one percent apart, and on either side of nothing that rounds
        ([147, 148], True),
        ([1978, 1979], False),
        ([200, 201], False),  # exactly half a percent
        ([5], False),
    ],
)
def test_conflict_begins_beyond_rounding(figures, is_conflict):
    row = resolved(*(said(f"s{n}", figure) for n, figure in enumerate(figures)))
    assert bool(row["is_conflict"]) is is_conflict


@pytest.mark.parametrize(
    ("rows", "is_conflict"),
    [
        ([said("a", low=10, high=12), said("b", 11)], False),
        ([said("a", low=10, high=12), said("b", low=12, high=15)], False),
        ([said("a", low=10, high=12), said("b", 13)], True),
        ([said("a", low=10, high=12), said("b", low=13, high=15)], True),
        ([said("a", high=5500), said("b", 4500)], False),  # "up to" has no lower end to disagree with
    ],
)
def test_ranges_conflict_where_no_value_fits_all(rows, is_conflict):
    assert bool(resolved(*rows)["is_conflict"]) is is_conflict


@pytest.mark.parametrize(
    ("rows", "is_firm"),
    [
        ([said("a", 1, basis="official", grade="A")], True),
        ([said("a", 1, basis="official", grade="A"), said("b", 2, grade="B")], True),  # the maker has spoken
        ([said("a", 1, grade="A")], True),
        ([said("a", 1, grade="B"), said("b", 1, grade="A")], True),
        ([said("a", 1, grade="B"), said("b", 2, grade="A")], False),  # graded sources disagree
        ([said("a", 1, grade="B"), said("b", 2, grade="C")], True),  # a blog against the press
        ([said("a", 1, grade="C")], False),
        ([said("a", 1, grade="C"), said("b", 1, grade="C")], False),
        ([said("a", 1, grade="A", basis="derived")], False),
        ([said("a", 1, grade="A", basis="estimated")], False),
    ],
)
def test_firm(rows, is_firm):
    assert bool(resolved(*rows)["is_firm"]) is is_firm


def test_rows_that_do_not_say_whether_they_are_usable_all_are():
    rows = pd.DataFrame([said("a", 1), said("b", 2)]).drop(columns="is_usable")
    assert resolve(rows, by=BY)["sources"].tolist() == [2]


def test_a_thing_without_a_name_is_one_too():
    rows = [said("a", 1, spec=None), said("b", 2, spec=None, basis="official"), said("a", 3)]
    frame = resolve(pd.DataFrame(rows), by=BY)
    assert frame[["value", "sources"]].to_numpy().tolist() == [[3, 1], [2, 2]]
    assert frame.index.tolist() == [0, 1]


def test_things_come_in_their_own_order_and_are_numbered_anew():
    frame = resolve(pd.DataFrame([said("a", 1, spec="size"), said("a", 2, spec="rate")]), by=BY)
    assert frame["spec"].tolist() == ["rate", "size"]
    assert frame.index.tolist() == [0, 1]


def test_choices_of_several_things_each_take_their_own():
    rows = [said(source, value, spec=spec) for spec in ("a", "b") for source, value in (("x", 1), ("y", 5))]
    calls = pd.concat([choice("y").assign(spec="a"), choice("y", "x", take="range").assign(spec="b")])
    frame = resolve(pd.DataFrame(rows), by=BY, choices=calls)
    assert frame["value"].fillna(-1).tolist() == [5, -1]
    assert frame.loc[1, ["low", "high", "source_id"]].tolist() == [1, 5, "x|y"]


def test_documents_are_counted_once():
    assert resolved(said("a", 1, locator="p. 1"), said("a", 1, locator="p. 2"), said("b", 1))["sources"] == 2


def test_inputs_are_left_as_they_were():
    rows, choices = pd.DataFrame([said("b", 2), said("a", 1)]), choice("b")
    before = rows.copy(), choices.copy()
    resolve(rows, by=BY, choices=choices)
    pd.testing.assert_frame_equal(rows, before[0])
    pd.testing.assert_frame_equal(choices, before[1])
