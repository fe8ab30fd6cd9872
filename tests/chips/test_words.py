"""Sentences and tables on chips, on frames made by hand."""

import pandas as pd
import pytest

from analysis.chips import words

NAN = float("nan")
NAMES = pd.Series({"h100": "H100", "h20": "H20", "b30a": "B30A"})


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


RATIOS = "chip_id baseline label ratio ratio_low ratio_high is_firm"


def test_answer_names_more_less_level_undecided_and_unknown():
    rows = frame(
        RATIOS,
        ("h100", "h100", "compute", 1, 1, 1, True),
        ("h20", "h100", "compute", 0.15, 0.15, 0.15, True),
        ("h20", "h100", "bandwidth", 1.194, 1.194, 1.194, True),
        ("h20", "h100", "interconnect", 1.0, 1.0, 1.0, True),
        ("h20", "h100", "power", NAN, 0.9, 1.4, False),
        ("h20", "h100", "price", NAN, NAN, NAN, False),
    )
    assert words.answer(rows, NAMES) == (
        "Against one **H100**:\n\n- **H20**: more in bandwidth 1.19; less in compute 0.15; level in interconnect 1.00; "
        "undecided in power 0.90 to 1.40; unknown in price (1 figure estimated or disputed)."
    )


def test_answer_calls_a_ratio_level_within_half_a_percent_only():
    rows = frame(
        RATIOS,
        ("h20", "h100", "one", 1.004, 1.004, 1.004, True),
        ("h20", "h100", "two", 1.006, 1.006, 1.006, True),
        ("h20", "h100", "three", 0.994, 0.994, 0.994, True),
    )
    sentence = words.answer(rows, NAMES).partition("**H20**: ")[2]
    assert sentence == "more in two 1.01; less in three 0.99; level in one 1.00."


def test_answer_keeps_the_order_of_the_chips_and_leaves_out_the_baseline():
    rows = [(chip, "h100", "x", 2, 2, 2, True) for chip in ("h20", "h100", "b30a")]
    bullets = words.answer(frame(RATIOS, *rows), NAMES).splitlines()[2:]
    assert bullets == ["- **H20**: more in x 2.00.", "- **B30A**: more in x 2.00."]
    assert "no other chip was asked for" in words.answer(frame(RATIOS, rows[1]), NAMES)


FIGURES = "chip_id label low value high unit is_firm sources"


def test_side_by_side_marks_what_is_not_firm():
    rows = frame(
        FIGURES,
        ("h100", "dense FP8", NAN, 1979, NAN, "tops", True, 3),
        ("h20", "dense FP8", 293, 296, 300, "tops", False, 7),
        ("h100", "price", NAN, NAN, NAN, None, False, 0),
        ("h20", "price", 12_000, NAN, 15_000, "usd", False, 2),
    )
    wide = words.side_by_side(rows, NAMES)
    assert list(wide) == ["specification", "unit", "H100", "H20"]
    assert wide.to_numpy().tolist() == [
        ["dense FP8", "TOPS", "1,979", "296 (293 to 300) *"],
        ["price", "USD", "unknown", "12,000 to 15,000 *"],
    ]


@pytest.mark.filterwarnings("error")
def test_side_by_side_without_any_figure():
    nothing = frame(FIGURES, ("h20", "dense FP8", NAN, NAN, NAN, None, False, 0)).astype({"unit": object})
    assert words.side_by_side(nothing, NAMES).to_numpy().tolist() == [["dense FP8", "", "unknown"]]


def test_multiples_show_ratios():
    rows = frame(
        RATIOS, ("h20", "h100", "compute", 0.1496, 0.1496, 0.1496, True), ("h20", "h100", "price", *[NAN] * 3, False)
    )
    assert words.multiples(rows, NAMES).to_numpy().tolist() == [["compute", "0.15"], ["price", "unknown"]]
