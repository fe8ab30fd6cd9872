"""Sentences and tables on chips, on frames made by hand."""

import pandas as pd
import pytest

from analysis.chips import words

NAN = float("nan")
NAMES = pd.Series({"h100": "H100", "h20": "H20", "b30a": "B30A"})


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


RATIOS = "chip_id baseline label value low high baseline_value base_low base_high unit ratio ratio_low ratio_high"
RATIOS += " source_id baseline_source_id locator"


def rated(chip: str, label: str, value: float, base: float, low: float = NAN, high: float = NAN) -> tuple:
    ends = (value / base, value / base) if value == value else (low / base, high / base)
    return (
        chip,
        "h100",
        label,
        value,
        low,
        high,
        base,
        NAN,
        NAN,
        "tops",
        value / base,
        *ends,
        "sheet-a",
        "sheet-b",
        "page 3",
    )


def test_the_finding_names_compute_and_bandwidth_of_each_chip():
    rows = frame(
        RATIOS,
        rated("h100", "dense FP8", 1979, 1979),
        rated("h100", "memory bandwidth", 3350, 3350),
        rated("h20", "dense FP8", 296, 1979),
        rated("h20", "memory bandwidth", 4000, 3350),
        rated("b30a", "dense FP8", NAN, 1979, 2250, 2500),
        rated("b30a", "memory bandwidth", 8000, 3350),
    )
    first, second, *rest = words.finding(rows, NAMES)
    # 296 / 1979 = 0.1496; 4000 / 3350 = 1.194; 2250 / 1979 = 1.137; 2500 / 1979 = 1.263; 8000 / 3350 = 2.388
    assert first == "The H20 has 15% of the compute and 119% of the memory bandwidth of one H100"
    assert second == "The B30A has 114% to 126% and 2.39 times."
    assert rest == ["Compute is the dense FP8 rate of the data sheet."]
    compute = first.parts[3]
    assert compute.text == "15%"
    assert compute.origin.formula == "296 ÷ 1,979 TOPS"
    assert compute.origin.sources == ("sheet-a", "sheet-b")
    assert compute.origin.where == "page 3"


def test_the_finding_without_another_chip_says_so():
    rows = frame(RATIOS, rated("h100", "dense FP8", 1979, 1979))
    assert words.finding(rows, NAMES) == ["No chip was asked for beside the H100 itself"]


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
