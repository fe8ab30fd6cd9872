"""Tables and figures as readers get them: safe, repeatable, and told in text as well as drawn."""

import io
import re
from functools import cache, partial

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.chips import figures as chip_figures
from analysis.claims import figures as claim_figures
from analysis.counts import figures as count_figures
from analysis.counts import published
from analysis.headlines import figures as headline_figures
from analysis.pages import style
from analysis.pages.drawing import Drawing, Sheet, sheet, under_the_look
from analysis.revenue import figures as revenue_figures
from analysis.scenarios import figures as scenario_figures
from analysis.shipments import figures as shipment_figures
from analysis.workloads import figures as workload_figures
from tests.records import record

DAY, EARLY = "2026-06-30", "2019-01-01"
TEN = ["h20-96gb", "h100-sxm", "h200-sxm", "b30a", "rtx-6000d", "h800-sxm", "a100-sxm-80gb", "a800-sxm", "l20", "l2"]
HOSTILE = "<script>alert('x')</script> & \"<b>\""
SOURCES = pd.DataFrame(
    {
        "source_id": ["nvda-10k-fy2025", "evil-link", "no-link", "odd-link"],
        "url": ["https://example.org/10k?a=1&b=2", "javascript:alert(1)", "", 'https://example.org/"><script>'],
        "title": ["10-K", "Evil", "None", "Odd"],
        "publisher": ["NVIDIA", "Nobody", "Nobody", "Nobody"],
        "published_on": ["2025-02-26", "", "2024-01-01", "2024-01-01"],
        "grade": ["A", "C", "C", "C"],
    }
)


def page(table: style.Table) -> str:
    return table._repr_mimebundle_()[0]["text/html"]


def body(table: style.Table) -> str:
    """The page of a table without its style sheet."""
    return page(table).partition("</style>")[2]


# Tables


def test_cells_headers_and_captions_are_escaped():
    shown = page(style.table(pd.DataFrame({HOSTILE: [HOSTILE]}), HOSTILE))
    assert "<script" not in shown
    assert "<b>" not in shown
    assert shown.count("&lt;script&gt;") == 3


def test_what_a_format_returns_is_escaped():
    shown = page(style.table(pd.DataFrame({"a": [1]}), "Table", {"a": lambda value: "<script>"}))
    assert "<script" not in shown


def test_source_ids_are_links_to_web_addresses_only():
    cells = ["296: nvda-10k-fy2025, evil-link", "no-link and odd-link", "unlisted-source"]
    shown = body(style.table(pd.DataFrame({"says": cells}), "Table", sources=SOURCES))
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', shown) == [
        ("https://example.org/10k?a=1&amp;b=2", "nvda-10k-fy2025"),
        ("https://example.org/&#34;&gt;&lt;script&gt;", "odd-link"),
    ]
    assert "javascript:" not in shown
    assert "evil-link" in shown
    assert "unlisted-source" in shown


def test_without_the_table_of_sources_nothing_is_a_link():
    assert "<a " not in body(style.table(pd.DataFrame({"a": ["nvda-10k-fy2025"]}), "Table"))


def test_a_table_is_the_same_bytes_twice():
    frame = pd.DataFrame({"chip": ["H20", "H100"], "tpp": [2368, 15832]})
    assert page(style.table(frame, "Chips")) == page(style.table(frame.copy(), "Chips"))


def test_a_table_is_named_by_its_caption():
    shown = page(style.table(pd.DataFrame({"a": [1]}), "China revenue by year, USD million"))
    assert re.findall(r'<table id="([^"]+)"', shown) == ["T_tchinarevenuebyyearusdmil"]
    assert not re.findall(r'<t[dh] id="', shown), "cells have no ids of their own"


def test_a_table_shows_its_caption_and_size_where_there_is_no_html():
    bundle, _ = style.table(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "Chips")._repr_mimebundle_()
    assert bundle["text/plain"] == "[table Chips: 2 x 2]"


def test_missing_cells_say_unknown_and_days_have_no_hour():
    frame = pd.DataFrame({"a": [np.nan, 1.0], "b": [None, "x"], "c": [pd.NaT, pd.Timestamp("2025-04-17")]})
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page(style.table(frame, "Table")))
    assert cells == ["unknown", "unknown", "unknown", "1.0", "x", "2025-04-17"]


def test_a_table_leaves_its_frame_alone():
    frame = pd.DataFrame({"a": [1.5], "b": ["<x>"]})
    before = frame.copy()
    style.table(frame, "Table", {"a": str})
    pd.testing.assert_frame_equal(frame, before)


def test_a_table_without_rows_still_has_its_head():
    empty = pd.DataFrame(
        {"a": pd.Series(dtype="datetime64[s]"), "b": pd.Series(dtype=float), "c": pd.Series(dtype=str)}
    )
    assert re.findall(r"<th [^>]*>(\w)</th>", page(style.table(empty, "Table"))) == ["a", "b", "c"]


# What a drawing tells


def drawing(points=((1.0, 2.0), (3.0, 4.0)), label="H20", face="white") -> Drawing:
    def draw(width: str) -> Sheet:
        figure, axes = sheet(width, 200, left=60)
        x, y = zip(*points, strict=True)
        axes.scatter(x, y, color=face, edgecolor="black")
        axes.hlines([1, 2], [0, 0], [1, 2])
        axes.barh([0], [5])
        axes.set_yticks([2.0, 4.0], [label, "H100"])
        return figure

    with under_the_look():
        wide = draw("wide")
    told = pd.DataFrame({"chip_id": ["h20", "h100"], "note": ["a,b", 'say "x"']})
    listed = [("NVIDIA: 10-K (2025-02-26)", "https://x.org")]
    return Drawing("example", "A title", wide, draw, "Two points.", told, listed, "a subtitle")


def test_a_fingerprint_is_one_line_that_repeats():
    first = drawing()
    assert first.fingerprint == first.fingerprint == drawing().fingerprint
    assert re.fullmatch(r"\[figure example: \d+ points, \d+ texts, .+, [0-9a-f]{10}\]", first.fingerprint)


@pytest.mark.parametrize(
    "change",
    [{"points": ((1.0, 2.0), (3.0, 4.001))}, {"points": ((1.0, 2.0),)}, {"label": "H200"}, {"face": "black"}],
    ids=["a mark moved", "a mark gone", "a label changed", "a hollow mark filled"],
)
def test_a_fingerprint_changes_with_what_is_drawn(change):
    assert drawing(**change).fingerprint != drawing().fingerprint


def test_a_bar_or_an_interval_that_moves_changes_the_fingerprint():
    moved = drawing()
    before = moved.fingerprint
    moved.figure.axes[0].patches[0].set_width(6)
    with_bar = moved.fingerprint
    moved.figure.axes[0].collections[1].set_segments([[(0, 1), (1, 1)], [(0, 2), (2.5, 2)]])
    assert len({before, with_bar, moved.fingerprint}) == 3


def test_a_drawing_of_nothing_has_a_fingerprint():
    empty = Drawing("nothing", "Title", Figure(), lambda width: Figure(), "Nothing.", pd.DataFrame({"a": []}), [])
    assert re.fullmatch(r"\[figure nothing: 0 points, 0 texts, [0-9a-f]{10}\]", empty.fingerprint)


def test_a_picture_is_the_same_bytes_twice():
    first = drawing()
    assert first.png() == first.png() == drawing().png()
    assert first.png().startswith(b"\x89PNG")
    assert b"Software" not in first.png()


def test_the_look_is_ours_whatever_the_session_has_set():
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "savefig.dpi": 20}):
        theirs = drawing().png()
    assert theirs == drawing().png()


def test_a_drawing_shows_itself_with_its_words_data_and_sources():
    data, metadata = drawing()._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    told = metadata["drawing"]
    assert (told["name"], told["title"], told["alt"]) == ("example", "A title", "Two points.")
    assert told["sources"] == [["NVIDIA: 10-K (2025-02-26)", "https://x.org"]]
    read = pd.read_csv(io.StringIO(told["csv"]))
    assert read.to_numpy().tolist() == [["h20", "a,b"], ["h100", 'say "x"']]
    assert metadata["image/png"] == {"width": 820, "alt": "Two points."}


# The figures


@cache
def asked(name: str, as_of: str) -> tuple:
    """What a figure is made of: its function, its frame, and what stands between frame and sources."""
    if name == "equivalence":
        return chip_figures.equivalence, record(as_of).equivalence()
    if name == "disputes":
        return chip_figures.disputes, record(as_of).conflicts()
    if name == "who_says":
        counts = published.counting(published.of(record(as_of).shipment_estimates(), "h20"), "units")
        return count_figures.who_says, counts, "H20"
    if name == "scorecard":
        return claim_figures.scorecard, record(as_of).claims()
    if name == "against_record":
        return claim_figures.against_record, record(as_of).claims()
    if name == "units_by_quarter":
        counts = record(as_of).unit_evidence(product="h20", draws="4096")
        return shipment_figures.units_by_quarter, record(as_of).units_by_quarter(draws="4096"), counts, "h20"
    if name == "units_counts":
        return shipment_figures.units_counts, record(as_of).unit_evidence(product="h20", draws="4096"), "H20"
    if name == "units_drivers":
        return shipment_figures.units_drivers, record(as_of).units_drivers(draws="4096"), "H20 in 2024"
    if name == "units_stock":
        return shipment_figures.units_stock, record(as_of).h100_equivalents(draws="4096")
    if name in SCENARIOS:
        return scenario(name, day_of(name, as_of))
    if name == "parts":
        return headline_figures.parts, record(as_of).headlines(draws=1024)
    if name == "waterfall":
        asked = {"since": "2025-01-31", "until": "2025-06-01"} if as_of == DAY else {}
        return headline_figures.waterfall, record(as_of).headline_changes(headline="h20_price", **asked), "h20_price"
    if name == "worth":
        return workload_figures.worth, record(as_of).workload_throughput()
    if name == "families":
        runs = record(as_of).workload_points()
        return partial(workload_figures.families, points=runs, phase="decode"), record(as_of).workload_families()
    if name == "pairs":
        return workload_figures.pairs, record(as_of).workload_pairs()
    if name == "measured":
        return workload_figures.measured, record(as_of).workload_measured()
    if name == "outlooks":
        return revenue_figures.outlooks, record(as_of).guidance_outcome()
    frame = record(as_of).h20_account() if name == "account" else record(as_of).china_revenue()
    return getattr(revenue_figures, name), frame


def scenario(name: str, as_of: str) -> tuple:
    known = record(as_of)
    if name in ("decides", "together"):
        decides = known.scenario_sensitivity(draws=256)
        return (scenario_figures.decides, decides) if name == "decides" else (
            scenario_figures.together, known.scenario_map(draws=64, steps=3), decides
        )  # fmt: skip
    outcomes = known.scenario_outcomes(draws=1024)
    if name == "policies":
        return scenario_figures.policies, outcomes
    return scenario_figures.policy_quarters, outcomes, "h200-as-licensed"


def day_of(name: str, as_of: str) -> str:
    """The day asked for; inputs of scenarios without a date are known only from the day on which they were recorded."""
    return "2026-11-25" if name in SCENARIOS and as_of == DAY else as_of


def draw(name: str, as_of: str, *, rows: slice = slice(None)) -> Drawing:
    function, frame, *between = asked(name, as_of)
    return function(record(day_of(name, as_of)), frame.iloc[rows], *between)


UNITS = ["units_by_quarter", "units_counts", "units_drivers", "units_stock"]
FIGURES = [
    "equivalence",
    "disputes",
    "quarters",
    "shares",
    "account",
    "outlooks",
    "who_says",
    "worth",
    "families",
    "pairs",
    "measured",
    *UNITS,
]
SCENARIOS = ["policies", "policy_quarters", "decides", "together"]
FIGURES += ["scorecard", "against_record", "parts", "waterfall", *SCENARIOS]


def test_every_figure_function_is_tried():
    parts = (chip_figures, claim_figures, shipment_figures, revenue_figures, count_figures, workload_figures)
    parts += (scenario_figures, headline_figures)
    own = {
        n
        for part in parts
        for n, f in vars(part).items()
        if getattr(f, "__annotations__", {}).get("return") is Drawing and f.__module__ == part.__name__
    }
    assert own == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_tells_what_it_drew(name):
    drawn = draw(name, DAY)
    frame = asked(name, DAY)[1]
    assert 0 < len(drawn.data) <= len(frame)
    assert "source_id" in drawn.data
    assert drawn.sources
    assert drawn.alt.endswith(".")
    assert "nan" not in drawn.alt


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_twice_and_leaves_its_frame_alone(name):
    frame = asked(name, DAY)[1]
    before = frame.copy()
    first, second = draw(name, DAY), draw(name, DAY)
    pd.testing.assert_frame_equal(frame, before)
    assert first.fingerprint == second.fingerprint
    assert first.png() == second.png()


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.filterwarnings("error")
def test_a_figure_draws_where_almost_nothing_is_known(name):
    data, metadata = draw(name, EARLY)._repr_mimebundle_()
    assert data["text/plain"].startswith("[figure ")
    assert metadata["drawing"]["csv"].count("\n") >= 1


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "equivalence"])
@pytest.mark.filterwarnings("error")
def test_a_figure_draws_an_empty_frame(name):
    drawn = draw(name, DAY, rows=slice(0))
    assert drawn.png()
    assert drawn.data.empty
    assert drawn.sources == []


def test_bars_start_at_zero():
    for name in ("disputes", "account", "scorecard", "who_says", *UNITS):
        assert draw(name, DAY).figure.axes[0].get_xlim()[0] == 0
    for name in ("quarters", "shares"):
        assert draw(name, DAY).figure.axes[0].get_ylim()[0] == 0


def test_the_two_bases_are_two_lines():
    lines = [line.get_xydata() for line in draw("shares", DAY).figure.axes[0].lines]
    years = asked("shares", DAY)[1].query("grain == 'year'").dropna(subset="share_of_total")
    assert sorted(map(len, lines)) == sorted(years.groupby("geography_basis").size())


def test_a_chip_of_which_nothing_is_known_says_so_in_the_figure():
    words = [text.get_text() for text in draw("equivalence", EARLY).figure.axes[0].texts]
    assert "unknown" in words


def test_text_is_never_read_as_a_formula():
    with_dollars = drawing(label="$5 to $6")
    assert "$5 to $6" in [tick.get_text() for tick in with_dollars.figure.axes[0].get_yticklabels()]
    assert with_dollars.png()
