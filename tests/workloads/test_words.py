"""Sentences on workloads follow the figures."""

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import words as wording

NAMES = pd.Series({"h100-sxm": "H100", "h20": "H20", "new": "New"})
RATES = pd.DataFrame(
    [
        ("h100-sxm", "decode", 1.0, 1.0),
        ("h100-sxm", "training", 1.0, 1.0),
        ("h20", "decode", 0.75, 0.9),
        ("h20", "training", 0.25, 0.25),
        ("new", "decode", np.nan, 0.5),
        ("new", "training", np.nan, np.nan),
    ],
    columns=["chip_id", "phase", "ratio_low", "ratio_high"],
).assign(source_id="s")


def test_what_a_chip_is_worth_is_told_with_its_ends():
    told = wording.answer(RATES, NAMES, "h100-sxm").splitlines()
    assert told[0] == "Beside one H100, one chip is worth:"
    assert told[2:] == [
        "- **H20**: 0.75 to 0.90 in decode and 0.25 in training",
        "- **New**: up to 0.50 in decode and unknown in training",
    ]


@pytest.mark.parametrize(("errors", "side"), [([-0.1, -0.3, -0.2], "too little"), ([0.1, 0.3, 0.2], "too much")])
def test_agreement_takes_its_side_from_the_errors(errors, side):
    told = wording.agreement(pd.DataFrame({"error_share": errors}))
    assert "off by 10.0% to 30.0%, 20.0% in the median" in told
    assert told.endswith(f"it says {side}.")


def test_factors_are_told_in_their_units():
    values = {"compute": 0.5, "memory": 0.75, "layer": 2e-5, "layer_of_many": 3e-6}
    frame = pd.DataFrame({"kind": "factor", "name": list(values), "value": list(values.values())})
    told = wording.factors(frame)
    assert "50.0% of the dense rate and 75.0% of the memory bandwidth" in told
    assert "20 microseconds" in told
    assert "3 more" in told
    assert "too few" in wording.factors(frame.iloc[:0])


def test_nothing_known_is_said():
    assert "By this day no measurement" in wording.answer(RATES.iloc[:0], NAMES, "h100-sxm")
    assert "By this day no measurement" in wording.agreement(pd.DataFrame({"error_share": []}))


def test_cards_that_match_are_told_with_what_is_known_of_them():
    rows = [
        ("h20", "decode", 14.0, 20.0, 280.0, 8000.0, "p|q", "C", ""),
        ("h20", "training", 9.0, np.nan, 90.0, np.nan, "p|q", "C", ""),
    ]
    rows += [("new", phase, *[np.nan] * 4, "", "", "no rate") for phase in ("decode", "training")]
    columns = [
        "chip_id",
        "phase",
        "needed_low",
        "needed_high",
        "cost_low_usd",
        "cost_high_usd",
        "price_source_id",
        "price_grade",
        "why",
    ]
    told = wording.clusters(pd.DataFrame(rows, columns=columns), NAMES).set_index("chip")
    assert told.loc["H20", "decode"] == "14 to 20, for USD 280 to 8,000"
    assert told.loc["H20", "training"] == "at least 9, for USD at least 90"
    assert told.loc["H20", "price from"] == "p, q (grade C alone)"
    assert told.loc["New", ["decode", "because"]].tolist() == ["unknown", "no rate"]


def costs(*rows: tuple) -> pd.DataFrame:
    """Rows of chip, phase, price, power and total a million tokens."""
    names = [f"{part}{end}_usd_per_million" for part in ("", "power_", "total_") for end in ("low", "high")]
    frame = pd.DataFrame(rows, columns=["chip_id", "phase", *names])
    return frame.assign(low_usd=10_000.0, high_usd=12_000.0, price_source_id="p", price_grade="B", why="")


def test_dollars_a_million_tokens_are_told_by_chip_with_their_power():
    told = wording.costs(
        costs(
            ("h20", "decode", 0.5, 1.0, 0.1, 0.2, 0.6, 1.2),
            ("h20", "prefill", 0.5, 1.0, np.nan, np.nan, np.nan, np.nan),
            ("h20", "training", 0.5, 1.0, 0.0, 0.0, 0.5, 1.0),
            ("h20", "decode without overhead", *[np.nan] * 6),
        ),
        NAMES,
    ).iloc[0]
    assert told["decode"] == "0.600 to 1.200, of it power 0.100 to 0.200"
    assert told["prefill"] == "0.500 to 1.000 without power"
    assert told["training"] == "0.500 to 1.000"
    assert told["decode without overhead"] == "unknown"
    assert (told["price, USD"], told["price from"]) == ("10,000 to 12,000", "p")
