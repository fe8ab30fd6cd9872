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


LINES = pd.DataFrame(
    [
        ("dense", "decode", "h20", 1.0, 0.9),
        ("dense", "decode", "h20", 4.0, 0.95),
        ("dense", "decode", "h20", 256.0, 0.4),
        ("latent", "decode", "h20", 1.0, 0.7),
        ("dense", "prefill", "h20", 128.0, 0.3),
        ("dense", "prefill", "h20", 256.0, 0.2),
        ("dense", "decode", "h100-sxm", 1.0, 1.0),
    ],
    columns=["family", "phase", "chip_id", "at", "ratio"],
)
LINES = LINES.assign(ratio_low=LINES["ratio"], ratio_high=LINES["ratio"])


def test_the_worth_over_the_batch_has_its_ends_by_family():
    assert wording.over_batches(LINES, NAMES, "h20") == (
        "In decode, one H20 runs from 0.90 at 1 sequence to 0.40 at 256 (dense) and from 0.70 at 1 sequence to 0.70 at "
        "1 (latent) of one H100."
    )
    assert "nothing can be said of New" in wording.over_batches(LINES, NAMES, "new")


def test_multiples_stand_by_family_chip_and_every_second_place():
    shown = wording.families(LINES, NAMES, "decode")
    assert shown.columns.tolist() == ["models", "chip", "1", "4", "256"]
    assert shown.to_numpy().tolist() == [
        ["dense", "H20", "0.90", "0.95", "0.40"],
        ["latent", "H20", "0.70", "does not fit", "does not fit"],
    ]
    assert wording.families(LINES, NAMES, "prefill").columns.tolist() == ["models", "chip", "128"]
    ranges = LINES.assign(ratio=np.nan, ratio_low=0.5)
    assert wording.families(ranges, NAMES, "decode").loc[0, "1"] == "0.50 to 0.90"
    assert wording.families(LINES.iloc[:0], NAMES, "decode").empty


def test_measured_runs_are_told_by_family_and_size():
    rows = [("h20", 1.0, 0.6, False, "a"), ("h20", 1.0, 0.8, False, "b"), ("h20", 4096.0, 0.33, True, "c|d")]
    frame = pd.DataFrame(rows, columns=["chip_id", "at", "ratio", "is_measured", "source_id"])
    frame = frame.assign(family="dense", phase=["decode", "decode", "prefill"])
    shown = wording.points(frame, NAMES)
    assert shown.to_numpy().tolist() == [
        ["decode, dense", "H20", "1", 2, "0.70 (0.60 to 0.80)", "modelled", "a, b"],
        ["prefill, dense", "H20", "4,096", 1, "0.33", "measured", "c, d"],
    ]


def test_turning_batches_are_told_in_words():
    rows = [("dense", "h20", 1.0, ""), ("dense", "h100-sxm", 245.0, ""), ("dense", "new", np.nan, "no rate")]
    frame = pd.DataFrame(rows, columns=["kernel", "chip_id", "batch", "why"]).assign(family="dense")
    attention = frame.assign(kernel="attention", batch=np.nan)
    expert = frame.assign(kernel="expert")
    shown = wording.turning(pd.concat([frame, expert, attention], ignore_index=True), NAMES)
    assert shown.to_numpy().tolist() == [
        ["dense", "dense products", "always", "from 245", "unknown: no rate"],
        ["dense", "attention", "never", "never", "unknown: no rate"],
    ]


def test_pairs_are_told_with_what_ran():
    rows = [
        ("gemm", False, "over 512", 0.2, np.nan, 0.25, np.nan, 0.25),
        ("attention_decode", True, "1 to 16", 0.4, np.nan, 0.4, np.nan, 0.0),
        ("video", False, "2 of each", 0.25, 0.1, np.nan, 0.2, -0.2),
    ]
    columns = ["what", "latent", "size", "measured_ratio", "predicted_low", "predicted_ratio", "predicted_high"]
    frame = pd.DataFrame(rows, columns=[*columns, "error_share"]).assign(baseline="h100-sxm", cases=1, source_id="a|b")
    shown = wording.pairs(frame, NAMES)
    assert shown[["work", "measured", "model", "error"]].to_numpy().tolist() == [
        ["products, over 512 rows", "0.20", "0.25", "25.0%"],
        ["latent attention, 1 to 16 sequences", "0.40", "0.40", "0.0%"],
        ["video transformer, 2 of each", "0.25", "0.10 to 0.20", "−20.0%"],
    ]
    assert shown[["beside", "source"]].iloc[0].tolist() == ["H100", "a, b"]


def test_what_is_missed_is_named_with_the_reason():
    rows = [("served", 0.9), ("served", 1.1), ("one stream", 0.3), ("prefill a node", -0.3), ("offline", 0.7)]
    frame = pd.DataFrame(rows, columns=["form", "error_share"]).assign(source_id="s", chip_id="h20", model_id="m")
    near = frame.assign(form="concurrent", error_share=0.25)
    shown = wording.misses(pd.concat([frame, near], ignore_index=True), NAMES)
    assert shown[["runs of", "runs", "median error"]].to_numpy().tolist() == [
        ["m, requests without a limit", 2, "100.0%"],
        ["m, batches offline", 1, "70.0%"],
        ["m, single streams", 1, "30.0%"],
        ["m, prefill alone", 1, "−30.0%"],
    ]
    said = shown["because"].tolist()
    assert ["server" in said[0], "not understood" in said[1], "routing" in said[2], "hides" in said[3]] == [True] * 4


def test_rents_are_told_by_their_percentiles():
    row = {"chip_id": "h20", "half_year": "2026H1", "terms": "on demand", "quotations": 3, "source_id": "a|b"}
    shown = wording.rents(pd.DataFrame([row | {"low_usd": 1.0, "median_usd": 2.345, "high_usd": 3.0}]), NAMES)
    assert shown.iloc[0].tolist() == ["H20", "2026H1", "on demand", 3, "1.00", "2.35", "3.00", "a, b"]


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
    assert "By this day no measurement" in wording.finding(*[RATES.iloc[:0]] * 3, NAMES, {}, "h20")
    assert wording.first(best.ranked(speeds(), {}), LETTERS).empty


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
    cards, power = pd.DataFrame({"price_source_id": ["a|b"]}), pd.DataFrame({"power_source_id": ["d"]})
    assert wording.price_sources(cards, power.assign(price_source_id="c"))["source_id"].tolist() == ["a|b", "c", "d"]


# Which chip is said to be best follows the ends of its figures

LETTERS = pd.Series({"a": "A", "b": "B", "c": "C"})
NOTHING = (np.nan, np.nan)
NOTHING_BOUGHT = (np.nan, np.nan, np.nan)
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
    """Who is first in a phase, by speed, bought and rented."""
    jobs = best.ranked(worth, {"bought": bought, "rented": prices(**dict.fromkeys(worth["chip_id"], NOTHING_BOUGHT))})
    shown = wording.first(jobs, LETTERS)
    return shown.loc[shown["in"] == phase, "first"].tolist()


@pytest.mark.parametrize(
    ("worth", "says"),
    [
        ({"a": (10, 20), "b": (21, 30), "c": NOTHING}, "B"),
        ({"a": (10, 20), "b": (15, 30)}, "B 91.3%, A 8.7%"),
        ({"a": (20, 20), "b": (20.05, 20.05), "c": (1, 1)}, "A and B alike"),
        ({"a": (20, 20), "b": (np.nan, 30)}, "A, B (open)"),
        ({"a": (20, 20), "b": (np.nan, 15)}, "A"),
        ({"a": NOTHING}, "unknown"),
    ],
)
def test_the_fastest_chip_is_named_where_the_ends_decide(worth, says):
    """10 to 20 and 15 to 30 are ln 1.5 apart, and either has ln 2 / 3.29: 1.36 deviations of the difference."""
    assert line(speeds(**worth), prices(**ALL))[0] == says


@pytest.mark.parametrize(
    ("bought", "says"),
    [
        (ALL, "A"),
        (ALL | {"c": (1.9, np.nan, np.nan)}, "A, C (open)"),
        (ALL | {"c": (2.1, np.nan, np.nan)}, "A"),
        (ALL | {"c": (np.nan, np.nan, np.nan)}, "A"),
    ],
)
def test_a_chip_without_its_power_costs_its_price_at_least(bought, says):
    """What A costs in all, two dollars at most, stands against the price alone of C."""
    assert line(speeds(a=(1, 1)), prices(**bought))[1:] == [says, "unknown"]


def test_training_is_compared_at_the_same_part_of_the_rates():
    """The ends overlap for the part of its rate that training reaches alone; the ratios do not."""
    worth = speeds(a=(10, 15), b=(12, 18)).assign(phase="training", ratio_low=[1.0, 1.2], ratio_high=[1.0, 1.2])
    bought = prices(**ALL).assign(phase="training", work_low_usd=[5.0, 3.0], work_high_usd=[6.0, 4.0])
    assert line(worth, bought, "training")[:2] == ["B", "B"]


def test_the_finding_has_its_chip_and_the_likeliest_of_each_job():
    worth = RATES.assign(phase=RATES["phase"].replace({"training": "prefill"}))
    jobs = pd.DataFrame(
        [("decode", "h20", 0.6), ("decode", "new", 0.4), ("prefill", "new", 1.0), ("training", "new", np.nan)],
        columns=["phase", "chip_id", "chance"],
    ).assign(measure="the cheapest token rented")
    run = {"sequences": 64, "prompt": 2048}
    headline, body = wording.finding(worth, LINES, jobs, NAMES, run, "h20", "h100-sxm").split("\n\n")
    assert headline == "**One H20 does 0.80 of the decode and 0.25 of the prefill of one H100.**"
    assert body == (
        "That is at 64 sequences at a time and prompts of 2,048 tokens; over the batch, decode runs from 0.40 to 0.95, "
        "and over the prompt, prefill runs from 0.20 to 0.30. "
        "The cheapest token rented comes in decode from H20 (chance 60.0%), in prefill from New (chance 100.0%) and in "
        "training from no chip with a figure."
    )
