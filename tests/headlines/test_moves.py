"""What moved a headline, on worlds made by hand: shares that add up, groups of rows."""

import pandas as pd
import pytest

from analysis.headlines import moves

WORTH = {(): 0.0, ("a",): 10.0, ("b",): 20.0, ("a", "b"): 50.0}


def test_shares_are_the_mean_over_both_orders():
    found = moves.shapley(["a", "b"], lambda present: WORTH[tuple(sorted(present))])
    assert found == {"a": 20.0, "b": 30.0}  # a first adds 10, second 30; b first adds 20, second 40


def test_three_who_add_up_keep_what_is_theirs():
    parts = {"a": 1.0, "b": 2.0, "c": 4.0}
    assert moves.shapley(list(parts), lambda present: sum(parts[one] for one in present)) == pytest.approx(parts)


def test_who_changes_nothing_has_no_share():
    found = moves.shapley(["a", "b", "idle"], lambda present: WORTH[tuple(sorted(present - {"idle"}))])
    assert found == pytest.approx({"a": 20.0, "b": 30.0, "idle": 0.0})


def test_rows_are_new_revised_or_of_the_law():
    rows = pd.DataFrame(
        [
            ("h20", "price", 10.0, "x", "2025-01-01"),
            ("h20", "price", 12.0, "y", "2025-05-01"),  # of the same thing as a row that was known
            ("h200", "price", 30.0, "y", "2025-05-01"),
        ],
        columns=["chip", "spec", "value", "source_id", "known_on"],
    )
    rows["known_on"] = pd.to_datetime(rows["known_on"])
    key, since = ["chip", "spec", "value", "source_id"], pd.Timestamp("2025-04-01")
    assert moves.grouped("prices", rows, key, since).tolist() == ["", "revised facts", "new facts"]
    assert moves.grouped("control_rules", rows, key, since).tolist() == ["", "rules", "rules"]
    assert moves.grouped("choices", rows, key, since).tolist() == ["", "method", "method"]
    assert moves.grouped("prices", rows.iloc[:0], key, since).tolist() == []
