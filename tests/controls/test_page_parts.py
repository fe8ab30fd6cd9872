"""The sentences, tables and figures of the page on export controls, against small frames made by hand."""

import pandas as pd
import pytest
from matplotlib.collections import PathCollection, QuadMesh

from analysis.controls import figures, words
from analysis.controls.status import runs
from analysis.pages.palette import LIGHT
from tests.records import record

INF, NAN = float("inf"), float("nan")
NAMES = pd.Series({"one": "One", "two": "Two", "three": "Three", "four": "Four"})


def chip(name: str, possible: str, **cells: object) -> dict:
    """A row of ``control_status`` on 2026-02-01, in the order of its columns that the page reads."""
    row = {"chip_id": name, "on": "2026-02-01", "possible_treatments": possible, "conditions": "buyer: entity list"}
    row |= {"treatment": "unknown" if "|" in possible else possible, "settled_by": "", "rule": "", "rule_id": ""}
    row |= {"binding_quantity": "", "binding_rule_id": "", "line_rule": "", "line_source_id": "", "line_locator": ""}
    row |= dict.fromkeys(("headroom", "headroom_low", "binding_value", "binding_value_low", "binding_threshold"), NAN)
    row |= {f"value_{name}": "" for name in ("basis", "source_id", "locator", "others", "formula")}
    return row | {"line_basis": "", "possible_classes": "none", "rests_on_press": False} | cells


def under(name: str, low: float, high: float, line: float = 1000.0, **cells: object) -> dict:
    """A chip that no rule catches, so far under a line of TPP."""
    ends = {"binding_value_low": low, "binding_value": high, "headroom_low": low / line, "headroom": high / line}
    cells = {
        "binding_quantity": "tpp",
        "binding_threshold": line,
        "line_rule": "a rule",
        "line_source_id": "law",
    } | cells
    return chip(
        name, "allowed", **ends | {"value_source_id": "sheet", "value_formula": "120 TOPS × 8 bit (FP8)"} | cells
    )


def stretch(name: str, first: str, last: str, possible: str, rule: str = "") -> dict:
    row = {"chip_id": name, "from_on": first, "to_on": last, "possible_treatments": possible, "rule": rule}
    row |= {"treatment": "unknown" if "|" in possible else possible, "source_id": rule and "law", "locator": ""}
    return row | {"basis": rule and "official"}


def told(rows: list[dict], history: list[dict] | None = None) -> list[str]:
    every = history or [stretch(row["chip_id"], "2022-08-26", "2026-02-01", row["possible_treatments"]) for row in rows]
    return [str(sentence) for sentence in words.finding(pd.DataFrame(rows), pd.DataFrame(every), NAMES)]


# The finding


def test_the_finding_counts_what_needs_no_licence_and_says_how_near_all_of_it_stops():
    """960 of 1,000 is 4 percent under the line, 981 is 1.9: both stop within 4 percent."""
    rows = [under("one", 960, 970), under("two", 981, 990), chip("three", "presumption_of_denial")]
    assert told(rows) == [
        "Two of the three chips need no licence for China, and each stops within 4.0% of a line",
        "They are the One and Two.",
        "The Three faces a presumption of denial.",
    ]


def test_a_chip_within_a_distance_is_never_further_by_a_rounding():
    """964.5 of 1,000 is 3.55 percent under the line: not within 3.5."""
    rows = [under("one", 964.5, 970), under("two", 981, 990)]
    assert "within 3.6% of a line" in told(rows)[0]
    drawn = figures.margins(record(), pd.DataFrame(rows), NAMES)
    assert drawn.title == "The chips that need no licence stop 1.0% to 3.6% under the line that comes closest"


def test_where_not_all_are_near_the_finding_names_the_nearest():
    rows = [under("one", 500, 500), under("two", 970, 980), chip("three", "nac_notice")]
    assert told(rows)[0] == "Two of the three chips need no licence for China; the Two stops 2.0% to 3.0% under a line"
    assert told(rows)[2] == "The Three needs notice under licence exception NAC."


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        (
            [under("one", 990, 990), chip("two", "case_by_case")],
            "Of the two chips only the One needs no licence",
        ),
        (
            [under("one", 990, 990), under("two", 980, 980)],
            "Both chips may go to China without a licence, and",
        ),
        ([chip(name, "allowed") for name in NAMES[:3].index], "All three chips may go to China without a licence"),
        ([chip("one", "nac_notice"), chip("two", "case_by_case")], "Each of the two chips needs a licence or notice"),
        ([chip("one", "allowed|nac_notice"), chip("two", "case_by_case")], "For none of the two chips is it settled"),
        ([chip("one", "unknown"), chip("two", "case_by_case")], "None of the two chips is a US export that needs no"),
        ([chip("one", "unknown"), chip("two", "unknown")], "None of the two chips is a US export"),
        ([chip("one", "licensed_with_share")], "Licences for the One have been granted since 26 August 2022"),
        ([chip("one", "unknown")], "The One is made in China and is no US export"),
    ],
)
def test_the_headline_fits_what_there_is(rows, headline):
    first = told(rows)[0]
    assert first.startswith(headline)
    assert not first.endswith(".")
    assert len(first.split()) <= 20


def test_a_day_without_a_rule_says_so():
    rows = [chip("one", "allowed", conditions=words.NO_RULE)]
    assert told(rows)[0] == "No US rule on chips for China was in force on 1 February 2026"


def test_the_finding_says_since_when_only_where_the_chips_share_the_day():
    rows = [chip("one", "case_by_case"), chip("two", "case_by_case")]
    same = [stretch(name, "2026-01-15", "2026-02-01", "case_by_case", "the rule") for name in ("one", "two")]
    assert told(rows, same)[1] == "The One and Two have been reviewed case by case since 15 January 2026."
    other = [same[0], stretch("two", "2025-08-08", "2026-02-01", "case_by_case")]
    assert told(rows, other)[1] == "The One and Two are reviewed case by case."


def test_an_open_status_names_what_is_possible_and_what_it_depends_on():
    rows = [chip("one", "allowed|nac_notice|licence_required", settled_by="tpp, is_datacenter"), under("two", 990, 990)]
    assert told(rows)[1] == (
        "The status of the One is open: not controlled, notice under exception NAC or licence required, depending on "
        "TPP and whether it is a data-center part."
    )


def test_the_numbers_of_the_finding_say_what_they_rest_on():
    first, _, third = words.finding(
        pd.DataFrame([under("one", 960, 970), under("two", 981, 990), chip("three", "case_by_case")]),
        pd.DataFrame([stretch("three", "2026-01-15", "2026-02-01", "case_by_case", "the rule")]),
        NAMES,
    )
    count, gap = (part for part in first.parts if isinstance(part, words.Number))
    assert count.origin.formula == "counted over the 3 chips asked for: One and Two"
    assert (gap.origin.formula, gap.origin.sources) == ("1 − 960 ÷ 1,000 TPP", ("sheet", "law"))
    since = next(part for part in third.parts if isinstance(part, words.Number))
    assert (since.text, since.what, since.origin.sources) == ("15 January 2026", "first day: the rule", ("law",))


# Names, numbers, tables


def test_a_variant_alone_of_its_family_goes_by_the_family():
    names = words.called(["h20-96gb", "h100-sxm", "h100-nvl", "l20"], record().whole("products"))
    assert names[["h20-96gb", "h100-sxm", "h100-nvl", "l20"]].tolist() == [
        *("H20", "H100 SXM5 80 GB", "H100 NVL 94 GB", "L20"),
    ]


def test_a_margin_shows_the_range_of_its_value_its_line_and_both_in_the_formula():
    status = record().control_status(chip=["h20-96gb", "l20"], on="2024-02-15")
    h20, l20 = status.to_dict("records")
    names = record().names
    assert [str(words.line_value(row, names)) for row in (h20, l20)] == ["2,364 to 2,384", "3.126 to 3.179"]
    assert (str(words.line(l20)), str(words.line_share(l20, names))) == ("3.2", "97.7% to 99.3%")
    assert words.line_share(h20, names).origin.formula == "2,364 to 2,384 ÷ 2,400 TPP"
    # 296 at 8 bit, in FP8 and INT8 alike, sets the lower end, 74 at 32 bit the upper one
    assert words.line_value(h20, names).origin.formula == "296 TOPS × 8 bit (INT8) and 74 TOPS × 32 bit (TF32)"
    assert words.line_value(l20, names).origin.formula == "(60 TOPS × 32 bit (TF32)) ÷ 609 mm²"


def test_a_line_that_decides_is_not_listed_again():
    chips = ["h20-96gb", "l20"]
    margins, status = record().design_margins(chip=chips), record().control_status(chip=chips)
    shown = words.other_lines(margins, status, record().names)
    # the L20 is measured by its density on this day; the H20 is named by a rule, and its two lines are others
    assert shown["chip"].tolist() == ["H20 96 GB", "H20 96 GB"]
    assert shown["percent of the line"].tolist() == ["98.5 to 99.3", "90.8 to 91.5"]
    found = shown.attrs["origins"]
    assert all(found.of(row, head) for row in shown.index for head in ("value", "line", "percent of the line"))


def test_the_register_is_told_in_words():
    frame = record().rules_in_force(on="2026-02-01")
    applied = words.register(frame, applied=True).set_index("rule")
    assert applied.loc["January 2026 rule: case-by-case review", "asks"].startswith(
        "TPP below 21,000; memory bandwidth below 6,500 GB/s; exported from the United States; on sale"
    )
    assert applied.loc["April 2025 letters: thresholds in the press", "asks"] == (
        "made by AMD, Intel or NVIDIA; memory bandwidth at least 1,400 GB/s, or I/O bandwidth at least 1,100 GB/s, or "
        "memory plus I/O bandwidth at least 1,700 GB/s"
    )
    assert applied.loc["April 2025 letter to AMD", "asks"] == "made by AMD; products: MI308"
    others = words.register(frame, applied=False)
    assert "October 2023 rule: buyers headquartered in China" in set(others["rule"])
    assert not set(others["rule"]) & set(applied.index)
    bills = record().rules_in_force(pending=True).query("status == 'pending'")
    assert set(words.register(bills, applied=False)["in force from"]) == {"a bill, not law"}


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ("tpp ge 4800 TPP", "TPP at least 4,800"),
        ("performance_density lt 5.92 tpp/mm2", "performance density below 5.92 TPP/mm²"),
        ("designed_or_marketed_for_datacenter eq 0", "not designed or marketed for data centers"),
        ("product_name in A100|H100", "products: A100, H100"),
        ("peak_performance ge A100", "TPP at least that of the A100"),
        (
            "china_macau_tpp_share_of_us_shipments le 0.5",
            "TPP shipped to China and Macau as a share of",
        ),
        ("a_new_quantity gt 5 things; b eq 1", "a new quantity above 5 things; b"),
    ],
)
def test_a_condition_in_words(conditions, said):
    assert words.asks(conditions).startswith(said)


def test_no_condition_of_any_rule_is_left_in_code():
    rules = record().rules_in_force(pending=True)
    left = [
        asked for asked in map(words.asks, rules["conditions"]) if "_" in asked or " eq " in asked or " ge " in asked
    ]
    assert left == []


def test_runs_join_neighbours_that_differ_in_the_rule_alone():
    rows = [
        stretch("one", "2022-10-07", "2023-10-22", "presumption_of_denial", "first"),
        stretch("one", "2023-10-23", "2026-01-14", "presumption_of_denial", "second"),
        stretch("one", "2026-01-15", "2026-02-01", "case_by_case", "third"),
        stretch("two", "2026-01-15", "2026-02-01", "case_by_case", "third"),
    ]
    found = runs(pd.DataFrame(rows))
    assert found[["chip_id", "from_on", "to_on", "rule", "source_id"]].to_numpy().tolist() == [
        ["one", "2022-10-07", "2026-01-14", "first; second", "law"],
        ["one", "2026-01-15", "2026-02-01", "third", "law"],
        ["two", "2026-01-15", "2026-02-01", "third", "law"],
    ]


CASES = pd.DataFrame(
    {
        "as_printed": ["A", "B", "C", "D"],
        "evidence": ["independent", "independent", "tracker_label", "untestable"],
        "source_id": ["a", "b", "c", "d"],
        "known_on": "2026-01-01",
        "dated rules": [True, True, True, None],
        "October 2023 at every date": [True, False, False, None],
    }
)


def test_agreement_is_counted_over_cases_that_can_be_tested():
    assert words.agreement(CASES).to_numpy().tolist() == [["dated rules", 2, 3], ["October 2023 at every date", 1, 1]]
    assert words.tested(CASES) == "Of 2 independent cases and 3 that can be tested."
    assert str(words.agrees(CASES)).endswith(
        "match 2 of 2 independent cases for certain. The rule of October 2023, applied to every date, matches 1."
    )
    assert words.untested(CASES) == (
        "We have no specifications to test D. Cases that are not independent prove little: they rest on a public "
        "tracker of the rules."
    )


# Figures


STATUS = pd.DataFrame(
    [chip("one", "presumption_of_denial"), under("two", 960, 970), chip("three", "allowed|nac_notice")]
)
HISTORY = pd.DataFrame(
    [
        stretch("one", "2022-10-07", "2026-01-14", "presumption_of_denial", "the rule"),
        stretch("one", "2026-01-15", "2026-02-01", "case_by_case", "the rule"),
        stretch("two", "2022-10-07", "2026-02-01", "allowed"),
        stretch("three", "2022-10-07", "2026-02-01", "allowed|nac_notice"),
    ]
)


@pytest.fixture(scope="module")
def timeline():
    return figures.timeline(record(), HISTORY, STATUS, NAMES)


def test_a_heatmap_has_a_column_a_change_and_the_freest_chip_first(timeline):
    axes = timeline.figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Two", "Three", "One"]
    mesh = next(each for each in axes.collections if isinstance(each, QuadMesh))
    # two columns, 7 October 2022 and 15 January 2026; 0 is not controlled, 4 a presumption of denial, 2 a review
    assert mesh.get_array().filled(-1).tolist() == [[0, 0], [-1, -1], [4, 2]]
    assert timeline.title == "What may be sold has changed once since October 2022"


def test_a_treatment_is_written_in_words_on_its_own_shade(timeline):
    told = {text.get_text(): text.get_color() for text in timeline.figure.axes[0].texts}
    assert told["presumption of denial"] == LIGHT["t4"]
    assert told["case-by-case review"] == LIGHT["t2"]
    assert told["not controlled"] == LIGHT["t0"]
    assert told["not controlled or notice under exception NAC"] == LIGHT["ink"]


def test_each_run_opens_its_rule_and_one_without_a_rule_says_why(timeline):
    numbers = [number for *_, number in timeline.figure.spots]
    assert [number.text for number in numbers] == [
        *("Presumption of denial", "Case-by-case review", "Not controlled"),
        "Not controlled or notice under exception NAC",
    ]
    assert numbers[0].origin.sources == ("law",)
    assert numbers[2].origin.formula == "no condition in force holds"
    assert all(number.origin for number in numbers)


def test_both_widths_tell_the_same_runs(timeline):
    assert len(timeline.narrow.spots) == len(timeline.figure.spots)


def test_bars_reach_from_zero_to_the_value_and_the_line_crosses_no_label():
    drawn = figures.margins(record(), STATUS, NAMES)
    axes = drawn.figure.axes[0]
    assert [round(bar.get_x() + bar.get_width(), 3) for bar in axes.patches] == [0.96, 0.97]
    assert axes.get_xlim()[0] == 0
    texts = {text.get_text(): text for text in axes.texts}
    assert {"96.0–97.0%", "960 to 970 of 1,000 TPP", "the line"} < set(texts)
    drawn.figure.draw_without_rendering()
    at_line = axes.transData.transform((1, 0))[0]
    for name, text in texts.items():
        box = text.get_window_extent()
        assert name == "the line" or not box.x0 < at_line < box.x1
    assert drawn.title == "The chip that needs no licence stops 3.0% to 4.0% under a line"


def bounds(*rows: tuple) -> pd.DataFrame:
    columns = ["from_on", "applicable_die_area_mm2", "io_bandwidth_gb_s", "treatment"]
    columns += ["largest_tpp", "rule_id", "dram_bandwidth_below"]
    return pd.DataFrame(rows, columns=columns).assign(rule="a rule", basis="official", source_id="law", locator="")


@pytest.fixture(scope="module")
def drawing():
    lines = bounds(
        *(("2022-10-07", area, 64.0, "allowed", INF, "", INF) for area in (200.0, 400.0)),
        *(("2022-10-07", area, 900.0, "allowed", 4800.0, "R1-3A090", INF) for area in (200.0, 400.0)),
        *(("2023-11-17", area, 64.0, "allowed", 1600.0, "R2-3A090.b.2", INF) for area in (200.0, 400.0)),
        *(("2023-11-17", area, 64.0, "nac_notice", 1600.0, "R2-3A090.b.2", INF) for area in (200.0, 400.0)),
        *(("2025-04-09", 800.0, link, "allowed", 2400.0, "R2-3A090.b.1", 1400.0) for link in (20.0, 40.0)),
    ).assign(over=["area"] * 8 + ["io"] * 2)
    chips = record().control_inputs(chip=["h20-96gb", "rtx-4090d", "h100-nvl"])
    return figures.frontier(record(), lines, chips, record().names)


def test_each_limit_is_drawn_once_and_says_when_it_binds(drawing):
    upper, lower = drawing.figure.axes
    labels = [text.get_text() for text in upper.texts if text.get_color() == LIGHT["line"]]
    assert labels == ["no licence, Nov 2023", "no licence, Oct 2022 (fast links)"]
    assert [list(line.get_ydata()) for line in upper.lines[:2]] == [[4800, 4800], [1600, 1600]]
    assert list(lower.lines[0].get_ydata()) == [1400, 1400]
    assert drawing.title.endswith("needs no licence below 2,400 TPP and 1,400 GB/s of memory bandwidth")


def test_a_chip_that_is_not_for_datacenters_is_hollow(drawing):
    dots = [each for each in drawing.figure.axes[0].collections if isinstance(each, PathCollection)][-1]
    assert dots.get_offsets().tolist()[:2] == [[814.0, (2364 + 2384) / 2], [608.5, pytest.approx(4707, rel=1e-3)]]
    filled = (dots.get_facecolor()[:2, :3] < 0.5).all(axis=1)
    assert filled.tolist() == [True, False]


def test_a_chip_laid_over_the_limits_lies_where_it_would_be_drawn():
    lines, names = record().control_frontier(), record().names
    every = record().control_inputs(chip=["h20-96gb", "h100-sxm", "b30a"])
    moved, rest = every.iloc[:1], every.iloc[1:]
    whole = figures.frontier(record(), lines, every, names).figure
    below, over = (
        figures.frontier(record(), lines, rest, names, every),
        figures.laid_over(lines, moved, rest, names, every),
    )

    def places(figure, name):
        found = [(axes.transData.transform((x, y)), number) for axes, x, y, number in figure.spots]
        return [tuple(at.round(6)) for at, number in found if name in number.what]

    assert over.get_size_inches().tolist() == whole.get_size_inches().tolist()
    assert len(places(whole, "of the H20")) == 2
    assert places(over, "of the H20") == places(whole, "of the H20")
    assert places(below.figure, "of the H100") == places(whole, "of the H100")
    assert places(below.figure, "of the H20") == places(over, "of the H100") == []


def test_the_name_of_a_chip_laid_over_is_on_no_other_name():
    """At the very place of another chip: both names can be read."""
    lines, names = record().control_frontier(), record().names
    rest = record().control_inputs(chip=["h20-96gb", "h100-sxm"])
    moved = rest.iloc[:1].assign(chip_id="twin")
    below = figures.frontier(record(), lines, rest, names, rest).figure
    over = figures.laid_over(lines, moved, rest, pd.Series({"twin": "a chip of ours", **names}), rest)

    def boxes(figure):
        figure.draw_without_rendering()
        named = [text for text in figure.axes[0].texts if text.get_color() != LIGHT["line"]]
        return [text.get_window_extent() for text in named]

    (name,) = boxes(over)
    assert len(boxes(below)) == 2
    assert not [other for other in boxes(below) if name.overlaps(other)]


def test_what_is_unknown_of_an_imagined_chip_is_said():
    known = {"tpp": 2300.0, "die_area_mm2": 800.0, "memory_bandwidth_gb_s": 4000.0, "io_bandwidth_gb_s": 900.0}
    assert words.left_open(**known) == []
    (one,) = words.left_open(**known | {"io_bandwidth_gb_s": 0.0})
    assert one.startswith("Its I/O bandwidth stands at 0, which means unknown")
    (two,) = words.left_open(**known | {"tpp": 0.0, "die_area_mm2": 0.0})
    assert two.startswith("Its TPP and die area stand at 0")


@pytest.mark.filterwarnings("error")
def test_figures_draw_where_no_rule_is_known():
    early = record("2019-01-01")
    status, names = early.control_status(chip="h20-96gb"), early.names
    drawn = [
        figures.timeline(early, early.control_timeline(chip="h20-96gb"), status, names),
        figures.margins(early, status, names),
        figures.frontier(early, early.control_frontier(), early.control_inputs(chip="h20-96gb"), names),
    ]
    assert [each.title for each in drawn] == [
        "No rule on chips was in force by this day",
        "No rule draws a line above the chips that need no licence",
        "No rule limits a chip by this day",
    ]
    assert all(each.page().html for each in drawn)
