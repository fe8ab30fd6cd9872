"""Sentences on workloads follow the figures."""

import numpy as np
import pandas as pd
import pytest

from analysis.pages.asked import Number
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


def formulas(said) -> list[str]:
    """How the numbers of a sentence are worked out."""
    return [part.origin.formula for part in said.parts if isinstance(part, Number)]


def test_a_multiple_says_what_it_is_worked_out_from():
    row = {"chip_id": "h20", "phase": "decode", "low": 50.0, "point": 80.0, "high": 90.0, "source_id": "a|b"}
    row |= {"ratio_low": 0.5, "ratio": 0.8, "ratio_high": 0.9}
    base = row | {"chip_id": "h100-sxm", "low": 99.0, "point": 100.0, "high": 120.0}
    number = wording.asked(row, NAMES, base)
    assert (number.text, number.what) == ("0.80 (0.50 to 0.90)", "of one H100: H20, decode")
    assert number.origin.formula == "80 (50 to 90) ÷ 100 (99 to 120) tokens a second and chip"
    assert "2 documents" in number.origin.note
    nothing = dict.fromkeys(["ratio_low", "ratio", "ratio_high"], np.nan)
    assert not wording.asked(row | nothing, NAMES, base).origin, "nothing can be asked of what is unknown"


def test_why_there_is_no_figure_is_said_once_a_reason():
    rows = [("h20", ""), ("new", "no rate"), ("new", "no rate"), ("h100-sxm", "no rate"), ("h20", "no power")]
    frame = pd.DataFrame(rows, columns=["chip_id", "why"])
    assert wording.lacking(frame, NAMES) == "New and H100: no rate. H20: no power."
    assert wording.lacking(frame.iloc[:1], NAMES) == ""


@pytest.mark.parametrize(("errors", "side"), [([-0.1, -0.3, -0.2], "too little"), ([0.1, 0.3, 0.2], "too much")])
def test_agreement_takes_its_side_from_the_errors(errors, side):
    sentence = wording.agreement(pd.DataFrame({"error_share": errors, "source_id": "s"}))
    assert sentence.endswith(f"off by 10.0% to 30.0%, and by 20.0% in the median. In the median it says {side}.")
    assert "30.0%" in formulas(sentence)[0]


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
        ("h20", "gemm", "fp8", 3.8, 0.9, 5, ""),
        ("h100-sxm", "gemm", "fp8", 15.0, 0.66, 0, ""),
        ("new", "gemm", "fp8", np.nan, np.nan, 0, "-"),
    ],
    columns=["chip_id", "kernel", "precision", "per_multiprocessor", "fraction", "measured", "why"],
).assign(source_id="a|b|c")


def test_fractions_stand_by_chip_and_are_marked_where_none_was_measured():
    shown = wording.fractions(FRACTIONS, NAMES)
    assert shown["matrix products, FP8"].tolist() == ["90.0%", "66.0% *", "unknown"]
    found = shown.attrs["origins"].of(0, "matrix products, FP8")
    assert found.formula == "the line fitted to measured kernels, at 3.8 TOPS a multiprocessor"
    assert "3 documents" in found.note


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
LINES = LINES.assign(ratio_low=LINES["ratio"], ratio_high=LINES["ratio"], point=LINES["ratio"], source_id="s")


def test_the_worth_over_the_batch_has_its_ends_by_family():
    assert wording.over_batches(LINES, NAMES).splitlines() == [
        "- Dense: one H20 does 0.90 of the decode of one H100 at 1 sequence, 0.40 at 256.",
        "- Latent: one H20 does 0.70 of the decode of one H100 at 1 sequence, 0.70 at 1.",
    ]
    assert "no measurement" in wording.over_batches(LINES.iloc[:0], NAMES)
    assert wording.over_batches(LINES.assign(chip_id="new", ratio=np.nan), NAMES) == (
        "How the New compares with the H100 over the batch is unknown."
    )


def test_a_place_on_a_curve_and_a_run_say_what_they_are_worked_out_from():
    row = {"chip_id": "h20", "at": 4.0, "point": 95.0, "ratio_low": 0.95, "ratio": 0.95, "ratio_high": 0.95}
    number = wording.on_a_curve(row | {"source_id": "s"}, NAMES, "decode", 100.0)
    assert (str(number), number.what) == ("0.95", "of one H100: H20, decode at 4 sequences")
    assert number.origin.formula == "95 ÷ 100 tokens a second and chip"
    row = {"chip_id": "h20", "count": 8.0, "measured": 60.0, "baseline": 80.0, "ratio": 0.75, "source_id": "s"}
    number = wording.run(row | {"is_measured": False, "locator": "p. 3"}, NAMES)
    assert (str(number), number.what) == ("0.75", "of as many H100: 8 H20")
    assert number.origin.formula == "60 measured ÷ 80 on as many H100, by the model, tokens a second"
    assert (number.origin.sources, number.origin.where) == (("s",), "p. 3")


def test_turning_batches_are_told_in_words():
    rows = [("dense", "h20", 1.0, ""), ("dense", "h100-sxm", 245.0, ""), ("dense", "new", np.nan, "no rate")]
    frame = pd.DataFrame(rows, columns=["kernel", "chip_id", "batch", "why"]).assign(family="dense", source_id="s")
    attention = frame.assign(kernel="attention", batch=np.nan)
    expert = frame.assign(kernel="expert")
    shown = wording.turning(pd.concat([frame, expert, attention], ignore_index=True), NAMES)
    assert shown.columns.tolist() == ["models", "kernel", "H20", "H100"], "a chip without a rate has no column"
    assert shown.to_numpy().tolist() == [
        ["dense", "dense products", "always", "245"],
        ["dense", "attention", "never", "never"],
    ]
    assert shown.attrs["origins"].of(0, "H100").formula


@pytest.mark.parametrize(
    ("changed", "work", "model"),
    [
        ({"what": "gemm", "size": "over 512", "predicted_ratio": 0.25}, "products, over 512 rows", "0.25"),
        (
            {"what": "attention_decode", "latent": True, "size": "1 to 16", "predicted_ratio": 0.4},
            "latent attention, 1 to 16 sequences",
            "0.40",
        ),
        (
            {"what": "video", "size": "2 of each", "predicted_low": 0.1, "predicted_high": 0.2},
            "video transformer, 2 of each",
            "0.10 to 0.20",
        ),
    ],
)
def test_pairs_are_told_with_what_ran(changed, work, model):
    row = dict.fromkeys(["predicted_low", "predicted_ratio", "predicted_high"], np.nan) | changed
    row = {"latent": False, "measured_ratio": 0.2, "baseline": "h100-sxm", "cases": 3, "source_id": "a|b"} | row
    assert wording.work(next(pd.DataFrame([row]).itertuples())) == work
    said, seen = (wording.pair(row, NAMES, side) for side in ("model", "measured"))
    assert (said.text, seen.text, seen.what) == (model, "0.20", "of one H100, measured")
    assert seen.origin.formula.endswith("median of 3 cases")
    assert seen.origin.sources == ("a", "b")


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
    assert shown.iloc[0].tolist() == ["H20", "H1 of 2026", "on demand", 3, "1.00", "2.35", "3.00"]
    assert shown.attrs["origins"].of(0, "median").formula == "median over 3 quotations"


def test_the_finding_on_kernels_has_its_errors():
    rows = [("all", "all sources", 0.123), ("chip", "h20", 0.103)]
    fitted = pd.DataFrame(rows, columns=["kind", "name", "median_absolute_error_share"]).assign(source_id="s")
    assert wording.reached(FRACTIONS, fitted, NAMES) == (
        "Matrix products in FP8 reach 90.0% of the dense rate on the H20 and 66.0% on the H100. The model misses half "
        "of the runs of sources that it has not seen by more than 12.3%. Without any measurement of the H20 it misses "
        "half of the runs there by more than 10.3%."
    )
    assert wording.reached(FRACTIONS, fitted.iloc[:1], NAMES).endswith("by more than 12.3%.")
    assert "no measurement" in wording.reached(FRACTIONS, fitted.iloc[:0], NAMES)


def test_a_day_without_measurements_has_sentences_for_it():
    assert "By this day no measurement" in wording.agreement(pd.DataFrame({"error_share": []}))
    assert ["no measurement" in said for said in wording.finding(*[RATES.iloc[:0]] * 3, NAMES, {})] == [True]
    assert wording.first(best.ranked(speeds(), {}), LETTERS).empty


def test_throughput_stands_by_chip_with_what_binds_its_decode():
    """What binds decode and the sequences are those of decode."""
    columns = ["chip_id", "phase", "low", "point", "high", "bound_by", "sequences", "why"]
    rows = [
        ("h20", "prefill", 10.0, np.nan, 20.0, "compute", 8, ""),
        ("h20", "decode", *[5.0] * 3, "memory", 99, ""),
    ]
    rows += [("new", phase, *[np.nan] * 3, None, np.nan, "no rate") for phase in ("prefill", "decode")]
    shown = wording.throughput(pd.DataFrame(rows, columns=columns).assign(source_id="s"), NAMES)
    assert shown.loc[0].dropna().tolist() == ["H20", "10 to 20", "5", "99", "memory bandwidth"]
    assert shown.loc[1].dropna().tolist() == ["New", *["unknown"] * 4]
    found = shown.attrs["origins"]
    assert found.of(0, "prefill").formula.startswith("the time of each kernel")
    assert found.of(0, "sequences that fit").formula.startswith("(memory of all chips")


def test_cards_that_match_have_their_price():
    rows = [
        ("h20", "decode", 14.0, 20.0, 280.0, 8000.0),
        ("h20", "training", 9.0, np.nan, 90.0, np.nan),
        ("new", "decode", *[np.nan] * 4),
        ("new", "training", *[np.nan] * 4),
    ]
    columns = ["chip_id", "phase", "needed_low", "needed_high", "cost_low_usd", "cost_high_usd"]
    frame = pd.DataFrame(rows, columns=columns).assign(source_id="s")
    cards, costs = wording.cards(frame, NAMES), wording.card_costs(frame, NAMES)
    assert cards[["decode", "training"]].to_numpy().tolist() == [["14 to 20", "over 9"], ["unknown"] * 2]
    assert costs[["decode", "training"]].to_numpy().tolist() == [["280 to 8,000", "over 90"], ["unknown"] * 2]
    assert costs.attrs["origins"].of(0, "decode").formula.startswith("14 to 20 cards × the price of a card")


def test_dollars_a_million_tokens_stand_by_chip_with_their_power():
    """Power is 0.1 of 0.6 and 0.2 of 1.2: 17 percent of either."""
    names = [f"{part}{end}_usd_per_million" for part in ("", "power_", "total_") for end in ("low", "high")]
    by_phase = {
        "prefill": (0.5, 1.0, np.nan, np.nan, np.nan, np.nan),
        "decode": (0.5, 1.0, 0.1, 0.2, 0.6, 1.2),
        "decode without overhead": [np.nan] * 6,
    }
    frame = pd.DataFrame.from_dict(by_phase, orient="index", columns=names).rename_axis("phase").reset_index()
    frame = frame.assign(chip_id="h20", low_usd=10_000.0, high_usd=12_000.0, price_source_id="p|q", price_grade="C")
    frame = frame.assign(power_source_id="w", source_id="s")
    shown = wording.token_costs(frame, NAMES)
    assert shown.iloc[0].dropna().tolist() == [
        *["H20", "over 0.500", "0.600 to 1.200", "unknown", "10,000 to 12,000 *", "17"]
    ]
    found = shown.attrs["origins"]
    assert found.of(0, "decode").formula == "0.500 to 1.000 for the price + 0.100 to 0.200 for the power"
    assert found.of(0, "price").sources == ("p", "q")
    rented = frame.assign(**dict.fromkeys(["power_low_usd_per_million", "power_high_usd_per_million"], 0.0))
    assert "power, % of it" not in wording.token_costs(rented, NAMES), "a rent has the power in it"


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


RUN = {"sequences": 64, "prompt": 2048}


def test_the_finding_has_its_chip_and_the_likeliest_of_each_job():
    worth = RATES.assign(phase=RATES["phase"].replace({"training": "prefill"}), low=1.0, point=2.0, high=3.0)
    jobs = pd.DataFrame(
        [("decode", "h20", 0.6), ("decode", "new", 0.4), ("prefill", "new", 1.0), ("training", "new", np.nan)],
        columns=["phase", "chip_id", "chance"],
    ).assign(measure="the cheapest token rented", low=1.0, high=2.0, source_id="s")
    lines = LINES.assign(at=LINES["at"].astype(float))
    headline, *more = wording.finding(worth, lines, jobs, NAMES, RUN)
    assert headline == "One H20 does 80% of the decode and 25% of the prefill of one H100"
    assert more == [
        "That is with 64 sequences at a time and prompts of 2,048 tokens.",
        "Depending on the batch it does 40% to 95% of the decode, and depending on the prompt 20% to 30% of the "
        "prefill.",
        "Rented, the cheapest is most likely the H20 (60%) in decode and the New (100%) in prefill.",
    ]
    assert formulas(more[1])[0] == "40.0% at 256, 95.0% at 4"
    assert all(formulas(headline)), "every number of the headline can be asked"


def test_a_finding_without_a_rate_says_so():
    nothing = RATES[RATES["chip_id"] == "new"].assign(ratio_high=np.nan, low=np.nan, point=np.nan, high=np.nan)
    nothing = nothing.assign(phase=["decode", "prefill"])
    empty = best.ranked(speeds(), {})
    headline, *_ = wording.finding(nothing, LINES.iloc[:0], empty, NAMES, RUN)
    assert headline == "What one New is worth beside one H100 is unknown"
    bound = nothing.assign(ratio_high=[np.nan, 0.5])
    headline, *_ = wording.finding(bound, LINES.iloc[:0], empty, NAMES, RUN)
    assert headline == "One New does up to 50% of the prefill of one H100"
