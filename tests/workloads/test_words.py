"""Sentences on workloads follow the figures."""

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import best
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
).assign(source_id="s", ratio=[1.0, 1.0, 0.8, np.nan, np.nan, np.nan])


def test_the_worth_of_a_chip_has_its_ends():
    assert wording.answer(RATES, NAMES, "h100-sxm").splitlines() == [
        "Beside one H100, one chip is worth:",
        "",
        "- **H20**: 0.80 (0.75 to 0.90) in decode and 0.25 in training",
        "- **New**: up to 0.50 in decode and unknown in training",
    ]


@pytest.mark.parametrize(("errors", "side"), [([-0.1, -0.3, -0.2], "too little"), ([0.1, 0.3, 0.2], "too much")])
def test_agreement_takes_its_side_from_the_errors(errors, side):
    sentence = wording.agreement(pd.DataFrame({"error_share": errors}))
    assert sentence.endswith(f"off by 10.0% to 30.0%, 20.0% in the median; in the median it says {side}.")


def test_factors_have_their_units():
    values = {"prefill": 1.1, "decode": 1.25, "layer": 2e-5, "layer_of_many": 3e-6}
    frame = pd.DataFrame({"kind": "factor", "name": list(values), "value": list(values.values())})
    sentence = wording.factors(frame)
    for part in (
        "1.10 times as long as their kernels in prefill and 1.25 times in decode",
        "20 microseconds",
        "3 more",
    ):
        assert part in sentence
    assert "too few" in wording.factors(frame.iloc[:0])


FRACTIONS = pd.DataFrame(
    [
        ("h20", "gemm", "fp8", 0.9, 5, ""),
        ("h100-sxm", "gemm", "fp8", 0.66, 3, ""),
        ("new", "gemm", "fp8", np.nan, 0, "-"),
    ],
    columns=["chip_id", "kernel", "precision", "fraction", "measured", "why"],
)


def test_fractions_stand_by_chip_with_what_was_measured():
    shown = wording.fractions(FRACTIONS, NAMES).set_index("chip")
    assert shown["matrix products, FP8"].tolist() == ["90.0%", "66.0%", "unknown"]
    assert shown["measured on it"].tolist() == ["matrix products", "matrix products", "no kernel of its own"]


def test_the_worth_over_the_batch_has_its_ends_and_extremes():
    rows = [("decode", 1.0, 0.9), ("decode", 2.0, 0.95), ("decode", 512.0, 0.4), ("prefill", 128.0, 0.3)]
    curves = pd.DataFrame(rows, columns=["phase", "at", "ratio"]).assign(chip_id="h20")
    assert wording.over_batches(curves, NAMES, 64, "h20") == (
        "The worths in decode are those of 64 sequences at a time. Over the batch, H20 runs from 0.90 of one H100 at "
        "1 sequence to 0.40 at 512, between 0.40 and 0.95."
    )
    assert "nothing can be said" in wording.over_batches(curves, NAMES, 64, "new")


def test_multiples_stand_by_chip_and_place():
    rows = [("h20", 1.0, 0.9), ("h20", 2.0, 0.85), ("new", 1.0, 1.1), ("h100-sxm", 1.0, 1.0)]
    curves = pd.DataFrame(rows, columns=["chip_id", "at", "ratio"]).assign(phase="decode")
    shown = wording.curve(curves, NAMES, "decode")
    assert shown.columns.tolist() == ["chip", "1", "2"]
    assert shown.to_numpy().tolist() == [["H20", "0.90", "0.85"], ["New", "1.10", "unknown"]]
    assert wording.curve(curves.iloc[:0], NAMES, "decode").empty


def test_the_finding_on_kernels_has_its_errors():
    rows = [("all", "all sources", 0.123), ("chip", "h20", 0.103)]
    fitted = pd.DataFrame(rows, columns=["kind", "name", "median_absolute_error_share"])
    assert wording.reached(FRACTIONS, fitted, NAMES, "h20") == (
        "Matrix products in FP8 reach 90.0% of the dense rate on H20 and 66.0% on H100. Runs of sources that the model "
        "has not seen are missed by 12.3% in the median, and by 10.3% on H20 when nothing of that chip was seen."
    )
    assert "no measurement" in wording.reached(FRACTIONS, fitted.iloc[:0], NAMES, "h20")


def test_a_day_without_measurements_has_sentences_for_it():
    assert "By this day no measurement" in wording.answer(RATES.iloc[:0], NAMES, "h100-sxm")
    assert "By this day no measurement" in wording.agreement(pd.DataFrame({"error_share": []}))
    assert wording.best(best.ranked(speeds(), {}), LETTERS) == "By this day nothing can be compared."


def test_throughput_stands_by_chip_with_what_binds_its_decode():
    """What binds decode, the ridge and the sequences are those of decode, and a reason stands once."""
    columns = ["chip_id", "phase", "low", "point", "high", "bound_by", "turning_batch", "sequences", "why"]
    rows = [
        ("h20", "prefill", 10.0, np.nan, 20.0, "compute", 7, 8, ""),
        ("h20", "decode", *[5.0] * 3, "memory", 48, 99, ""),
    ]
    rows += [("new", phase, *[np.nan] * 3, None, np.nan, np.nan, "no rate") for phase in ("prefill", "decode")]
    shown = wording.throughput(pd.DataFrame(rows, columns=columns), NAMES).set_index("chip")
    assert shown.loc["H20"].dropna().tolist() == ["10 to 20", "5", "memory bandwidth", "48", "99", ""]
    assert shown.loc["New"].dropna().tolist() == [*["unknown"] * 5, "no rate"]


def test_cards_that_match_have_their_price_and_its_sources():
    unpriced = [("new", phase, *[np.nan] * 4, "", "", "no rate") for phase in ("decode", "training")]
    rows = [
        ("h20", "decode", 14.0, 20.0, 280.0, 8000.0, "p|q", "C", ""),
        ("h20", "training", 9.0, np.nan, 90.0, np.nan, "p|q", "C", ""),
        *unpriced,
    ]
    columns = ["chip_id", "phase", "needed_low", "needed_high", "cost_low_usd", "cost_high_usd"]
    columns += ["price_source_id", "price_grade", "why"]
    shown = wording.clusters(pd.DataFrame(rows, columns=columns), NAMES).set_index("chip")
    cells = ["14 to 20, for USD 280 to 8,000", "at least 9, for USD at least 90", "p, q (grade C alone)"]
    assert shown.loc["H20", ["decode", "training", "price from"]].tolist() == cells
    assert shown.loc["New", ["decode", "because"]].tolist() == ["unknown", "no rate"]


def test_dollars_a_million_tokens_stand_by_chip_with_their_power():
    names = [f"{part}{end}_usd_per_million" for part in ("", "power_", "total_") for end in ("low", "high")]
    by_phase = {
        "decode": (0.5, 1.0, 0.1, 0.2, 0.6, 1.2),
        "prefill": (0.5, 1.0, np.nan, np.nan, np.nan, np.nan),
        "training": (0.5, 1.0, 0.0, 0.0, 0.5, 1.0),
        "decode without overhead": [np.nan] * 6,
    }
    frame = pd.DataFrame.from_dict(by_phase, orient="index", columns=names).rename_axis("phase").reset_index()
    frame = frame.assign(
        chip_id="h20", low_usd=10_000.0, high_usd=12_000.0, price_source_id="p", price_grade="B", why=""
    )
    shown = wording.token_costs(frame, NAMES).iloc[0]
    cells = ["0.600 to 1.200, of it power 0.100 to 0.200", "0.500 to 1.000 without power", "0.500 to 1.000", "unknown"]
    assert shown[list(by_phase)].tolist() == cells
    assert shown[["price, USD", "price from"]].tolist() == ["10,000 to 12,000", "p"]


def test_a_page_cites_the_sources_of_prices_and_power_beside_those_of_the_measurements():
    cards, rents = pd.DataFrame({"price_source_id": ["a|b"]}), pd.DataFrame({"price_source_id": ["c"]})
    power = pd.DataFrame({"power_source_id": ["d"], "price_source_id": ["a|b"]})
    assert wording.price_sources(cards, rents, power)["source_id"].tolist() == ["a|b", "c", "d"]


# Which chip is said to be best follows the ends of its figures

LETTERS = pd.Series({"a": "A", "b": "B", "c": "C"})
NOTHING = (np.nan, np.nan)
ALL = {"a": (1.0, 1.5, 2.0), "b": (2.5, 3.0, 4.0)}


def decode(ends: dict[str, tuple], *columns: str) -> pd.DataFrame:
    return pd.DataFrame([(chip, "decode", *row) for chip, row in ends.items()], columns=["chip_id", "phase", *columns])


def speeds(**ends: tuple) -> pd.DataFrame:
    """Tokens a second in decode."""
    return decode(ends, "low", "high").assign(ratio_low=np.nan, ratio_high=np.nan)


def prices(**ends: tuple) -> pd.DataFrame:
    """Dollars a million tokens in decode: price alone, then both ends of the total."""
    columns = ["low_usd_per_million", "total_low_usd_per_million", "total_high_usd_per_million"]
    return decode(ends, *columns).assign(work_low_usd=np.nan, work_high_usd=np.nan)


def line(worth: pd.DataFrame, bought: pd.DataFrame, phase: str = "decode") -> list[str]:
    costs = {"the cheapest token bought": bought, "the cheapest token rented": prices()}
    rows = wording.best(best.ranked(worth, costs), LETTERS).splitlines()
    first = rows.index(f"- **{phase}**") + 1
    return [row.removeprefix("    - ") for row in rows[first : first + 3]]


@pytest.mark.parametrize(
    ("worth", "says"),
    [
        ({"a": (10, 20), "b": (21, 30), "c": NOTHING}, "from B (no figure for C)"),
        ({"a": (10, 20), "b": (15, 30)}, "cannot be told: B 91.3% and A 8.7%"),
        ({"a": (20, 20), "b": (20.05, 20.05), "c": (1, 1)}, "from A and B alike"),
        ({"a": (20, 20), "b": (np.nan, 30)}, "cannot be told: A and B (open)"),
        ({"a": (20, 20), "b": (np.nan, 15)}, "from A"),
        ({"a": NOTHING}, "from no chip with a figure"),
    ],
)
def test_the_fastest_chip_is_named_where_the_ends_decide(worth, says):
    """10 to 20 and 15 to 30 are ln 1.5 apart, and either has ln 2 / 3.29: 1.36 deviations of the difference."""
    assert line(speeds(**worth), prices(**ALL))[0] == f"the most tokens a second {says}"


@pytest.mark.parametrize(
    ("bought", "says"),
    [
        (ALL, "from A"),
        (ALL | {"c": (1.9, np.nan, np.nan)}, "cannot be told: A and C (open)"),
        (ALL | {"c": (2.1, np.nan, np.nan)}, "from A"),
        (ALL | {"c": (np.nan, np.nan, np.nan)}, "from A (no figure for C)"),
    ],
)
def test_a_chip_without_its_power_costs_its_price_at_least(bought, says):
    """What A costs in all, two dollars at most, stands against the price alone of C."""
    cheapest = line(speeds(a=(1, 1)), prices(**bought))[1:]
    assert cheapest == [f"the cheapest token bought {says}", "the cheapest token rented from no chip with a figure"]


def test_training_is_compared_at_the_same_part_of_the_rates():
    """The ends overlap for the part of its rate that training reaches alone; the ratios do not."""
    worth = speeds(a=(10, 15), b=(12, 18)).assign(phase="training", ratio_low=[1.0, 1.2], ratio_high=[1.0, 1.2])
    bought = prices(**ALL).assign(phase="training", work_low_usd=[5.0, 3.0], work_high_usd=[6.0, 4.0])
    first = ["the most tokens a second from B", "the cheapest token bought from B"]
    assert line(worth, bought, "training")[:2] == first
