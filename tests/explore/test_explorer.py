"""The explorer without a browser: what its controls stand at, what it answers, what it keeps, what it refuses."""

import re
import shlex
from dataclasses import replace
from threading import Event, Thread
from time import sleep

import pytest

import analysis
from analysis import cli
from analysis.explore import Explorer, lab, panels
from analysis.explore.newest import Newest, give_way
from analysis.facts.errors import ParameterError
from analysis.facts.schema import TABLES
from analysis.revenue import words
from tests.records import record


@pytest.fixture(autouse=True, scope="module")
def at_once():
    """Answer a setting before the control returns, but in the tests of how newer ones win."""

    class AtOnce(Newest):
        def do(self, work, later=()):
            work()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab, "Newest", AtOnce)
        yield


NAMES = [panel.name for panel in panels.PANELS]


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return Explorer("revenue")


def stands(explorer: Explorer, panel: str, **values: object) -> None:
    """Put an explorer to a panel and some of its controls, as a reader would, from where it was at first."""
    explorer.reset.click()
    explorer.question.widget.value = panel
    for name, given in values.items():
        explorer.control(panel, name).widget.value = given


def public_by(day: str) -> set[str]:
    """The documents of every row of every table that was public by a day."""
    frames = [record().table(name) for name, declared in TABLES.items() if declared.has_sources and name != "sources"]
    return {source for frame in frames for source in frame.loc[frame["known_on"] <= day, "source_id"]}


def text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_a_moved_control_shows_what_the_package_works_out(explorer):
    stands(explorer, "revenue", basis="billing")
    china = record().china_revenue(basis="billing")
    said = words.finding(china, record().h20_account(), record().results_outstanding(), record().day)
    assert str(said[0]) in text(explorer.sentence.value)
    newest = china[china["grain"] == "quarter"].iloc[-1]
    assert f"{newest['revenue_musd']:,.0f}" in text(explorer.table.value)
    assert "<svg" in explorer.figure.value
    assert "headquarters" not in text(explorer.table.value)


def test_a_figure_of_the_same_things_is_not_drawn_again(explorer, monkeypatch):
    stands(explorer, "units", year="2024")
    explorer.control("units", "product").widget.value = "h800"
    explorer.control("units", "product").widget.value = "h20"
    drawn, draw = [], lab.shown.figure
    monkeypatch.setattr(lab.shown, "figure", lambda *given: drawn.append(given) or draw(*given))
    explorer.control("units", "year").widget.value = "2023"
    assert drawn == []
    assert "in 2023" in text(explorer.sentence.value)
    explorer.control("units", "product").widget.value = "h800"
    assert len(drawn) == 1, "of H800 and 2023 there is no figure yet"
    explorer.control("units", "year").widget.value = "2024"
    explorer.question.widget.value = "revenue"
    assert "China brought in" in text(explorer.figure.value)
    explorer.question.widget.value = "units"
    assert len(drawn) == 1, "answers that were shown are kept"
    assert "H800" in text(explorer.figure.value)


def test_a_chip_is_moved_over_limits_that_are_drawn_once(explorer, monkeypatch):
    stands(explorer, "line")
    explorer.control("line", "tpp").box.value = "3000"
    first, drawn = explorer.figure.value, []
    monkeypatch.setattr(panels.law_figures, "frontier", lambda *given: drawn.append(given))
    explorer.control("line", "tpp").box.value = "4100"
    assert drawn == []
    assert explorer.figure.value.count("<svg") == first.count("<svg") == 2
    below, over = explorer.figure.value.split("<svg")[1:]
    assert below.partition("</svg>")[0] == first.split("<svg")[1].partition("</svg>")[0]
    assert over.partition("</svg>")[0] != first.split("<svg")[2].partition("</svg>")[0]
    assert "imagined chip" in text(over)
    assert "4,100 TPP" in text(over)


def test_a_number_opens_its_document(explorer):
    stands(explorer, "revenue")
    cards = set(re.findall(r'popover id="(\w+)"', explorer.table.value))
    opened = set(re.findall(r'popovertarget="(\w+)"', explorer.table.value))
    assert opened
    assert opened <= cards


@pytest.mark.parametrize("name", NAMES)
def test_the_time_machine_shows_nothing_of_a_later_day(explorer, name):
    stands(explorer, name)
    explorer.day.box.value = "2025-12-31"
    assert explorer.setting.as_of == "2025-12-31"
    assert "error" not in explorer.line.value
    cited = set(record().sources(*explorer.shown.answer.rows)["source_id"])
    assert bool(cited) == (name != "policy"), "a licence of 2026 is not yet known"
    assert cited <= public_by("2025-12-31")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("day", ["2018-02-07", "2022-09-01"])
def test_days_on_which_little_was_known_are_answered(explorer, name, day):
    stands(explorer, name)
    explorer.day.box.value = day
    assert "error" not in explorer.line.value
    assert explorer.shown.answer.sentences[0]


@pytest.mark.parametrize("end", [0, -1])
@pytest.mark.parametrize("panel", [panel for panel in panels.PANELS if any(c.stops for c in panel.controls)])
def test_controls_at_their_ends_are_answered(panel, end):
    ends = {control.name: control.stops[end] for control in panel.controls if control.stops}
    explorer = Explorer(panel.name, **ends)
    assert "error" not in explorer.line.value
    for name, stop in ends.items():
        slider = explorer.control(panel.name, name).slider
        assert float(explorer.control(panel.name, name).value) == stop
        assert slider.value == (slider.max if end else 0)


def test_the_stops_are_days_of_publication_and_the_buttons_go_from_one_to_the_next(explorer):
    stands(explorer, "revenue")
    days = explorer.day.stops
    assert days == sorted(set(days))
    assert set(record().table("revenue")["known_on"].dt.strftime("%Y-%m-%d")) <= set(days)
    explorer.day.box.value = days[99]
    explorer.later.click()
    assert explorer.setting.as_of == days[100]
    explorer.earlier.click()
    assert explorer.setting.as_of == days[99]


@pytest.mark.parametrize(
    ("panel", "name", "typed", "told"),
    [
        ("units", "hardware_share", "half", "Chips' part of revenue: 'half' is not a number."),
        ("units", "hardware_share", "2", "Chips' part of revenue: 2.0 is not above 0 and at most 1."),
        ("units", "evidence_factor", "1", "Counts right within ×: 1.0 is not above 1 and at most 100."),
    ],
)
def test_what_cannot_be_is_one_readable_line(explorer, panel, name, typed, told):
    stands(explorer, panel)
    before = explorer.table.value
    explorer.control(panel, name).box.value = typed
    assert told in text(explorer.line.value).replace("&#39;", "'")
    assert explorer.table.value == before
    explorer.undo.click()
    assert "error" not in explorer.line.value


@pytest.mark.parametrize("typed", ["hello", "2001-01-01", "2999-01-01", ""])
def test_a_day_that_is_none_is_one_readable_line_or_the_last_day(explorer, typed):
    stands(explorer, "revenue")
    explorer.day.box.value = typed
    assert ("as_of: " in text(explorer.line.value)) == bool(typed)


def test_nothing_chosen_is_said(explorer):
    stands(explorer, "chips", chips=())
    assert "no chip is named" in text(explorer.line.value)


def test_chips_stand_in_the_order_in_which_they_were_chosen(explorer):
    stands(explorer, "chips", chips=("l20",))
    explorer.control("chips", "chips").widget.value = ("h20-96gb", "l20")
    assert explorer.shown.answer.rows[0]["chip_id"].unique().tolist()[:2] == ["l20", "h20-96gb"]


def test_undo_and_reset(explorer):
    stands(explorer, "revenue")
    explorer.control("revenue", "currency").widget.value = "CNY"
    assert "CNY million" in explorer.table.value
    explorer.undo.click()
    assert explorer.control("revenue", "currency").value == "USD"
    assert "USD million" in explorer.table.value
    stops = explorer.day.slider
    stops.value = 100
    stops.value = 120
    explorer.undo.click()
    assert explorer.setting.as_of == record().day, "a slider on its way is one step"
    explorer.control("revenue", "basis").widget.value = "billing"
    explorer.reset.click()
    assert explorer.control("revenue", "basis").value == "both"


def test_a_struck_source_stands_behind_nothing(explorer):
    stands(explorer, "revenue")
    struck = explorer.strike.widget.options[1][1]
    assert struck in set(record().sources(*explorer.shown.answer.rows)["source_id"])
    explorer.strike.widget.value = struck
    assert struck not in set(record().sources(*explorer.shown.answer.rows)["source_id"])
    assert struck in text(explorer.line.value)
    explorer.restore.click()
    assert explorer.setting.without == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_setting_is_the_same_setting(explorer, name, capsys):
    stands(explorer, name)
    explorer.day.box.value = "2025-06-30"
    first = explorer.shown.answer.rows[0]
    kept = explorer.shown.kept
    frame = eval(kept["python"], {"analysis": analysis})
    assert len(frame) == len(first)
    assert frame.astype(str).equals(first.astype(str))
    again = eval(kept["explore"], {"Explorer": Explorer})
    assert again.setting == explorer.setting
    arguments = shlex.split(kept["command"])
    assert arguments[:3] == ["python", "-m", "analysis"]
    assert cli.main(arguments[3:]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(first) + 1


def test_a_kept_run_gives_the_notebook_its_own_parameters(explorer):
    stands(explorer, "units", year="2025")
    call = re.search(r"parameters=(\{.*\})\)", explorer.shown.kept["papermill"])[1]
    assert eval(call) == {"as_of": record().day, "chip": "h20", "year": "2025", "evidence_factor": None}


def test_of_fast_moves_only_the_last_is_drawn(monkeypatch):
    monkeypatch.setattr(lab, "Newest", Newest)
    explorer, begun, go_on, drawn = Explorer("revenue"), Event(), Event(), []
    panel = explorer.panels["revenue"]

    def waits(asked, **values):
        begun.set()
        assert go_on.wait(20)
        answer = panel.answer(asked, **values)
        told = (values["basis"], values["currency"])
        return replace(answer, draw=lambda: drawn.append(told) or answer.draw())

    monkeypatch.setitem(explorer.panels, "revenue", replace(panel, answer=waits))
    basis, currency = (explorer.control("revenue", name).widget for name in ("basis", "currency"))
    basis.value = "billing"
    assert begun.wait(20)
    currency.value = "CNY"
    assert "busy" in explorer.line.value
    basis.value = "headquarters"
    assert not explorer.settled(0.01)
    go_on.set()
    assert explorer.settled(60)
    assert drawn == [("headquarters", "CNY")]
    assert "CNY million" in explorer.table.value
    assert explorer.line.value == ""


def test_above_a_refusal_stand_words_and_figure_of_one_answer(monkeypatch):
    """The answer before is given up between its words and its figure, for a setting that cannot be."""
    monkeypatch.setattr(lab, "Newest", Newest)
    explorer, begun, go_on = Explorer("units"), Event(), Event()
    whole = [explorer.sentence.value, explorer.figure.value, explorer.table.value, explorer.keep.value]
    draw = lab.shown.figure

    def waits(*given):
        begun.set()
        assert go_on.wait(20)
        give_way()
        return draw(*given)

    monkeypatch.setattr(lab.shown, "figure", waits)
    explorer.control("units", "product").widget.value = "h800"
    assert begun.wait(20)
    assert explorer.sentence.value != whole[0]
    explorer.control("units", "hardware_share").box.value = "half"
    go_on.set()
    assert explorer.settled(60)
    assert "is not a number" in text(explorer.line.value)
    assert [explorer.sentence.value, explorer.figure.value, explorer.table.value, explorer.keep.value] == whole


def test_of_work_that_waits_the_last_alone_is_done():
    newest, begun, go_on, done = Newest(), Event(), Event(), []

    def first():
        begun.set()
        done.append(go_on.wait(20))
        give_way()
        done.append("went on though newer work had come")

    newest.do(first)
    assert begun.wait(20)
    for name in ("second", "third"):
        newest.do(lambda name=name: (give_way(), done.append(name)))
    go_on.set()
    assert newest.settled(20)
    assert done == [True, "third"]


def test_what_may_come_next_is_done_while_nothing_is_asked_and_nobody_waits_for_it():
    newest, begun, go_on, done = Newest(), Event(), Event(), []

    def waits():
        begun.set()
        assert go_on.wait(20)
        give_way()
        done.append("went on though something was asked")

    newest.do(lambda: done.append("asked"), [waits, lambda: done.append("of what is no longer shown")])
    assert newest.settled(20)
    assert begun.wait(20)
    newest.do(lambda: done.append("asked again"), [lambda: done.append("later")])
    go_on.set()
    assert newest.settled(20)
    assert done[:2] == ["asked", "asked again"]
    for _ in range(200):
        if len(done) == 3:
            break
        sleep(0.1)
    assert done[2:] == ["later"]


def test_steps_from_an_explorer_that_is_seen_are_answered_before_they_are_made(monkeypatch):
    monkeypatch.setattr(lab, "Newest", Newest)
    explorer, answered = Explorer("revenue"), []
    assert explorer.settled(60)
    for name, panel in explorer.panels.items():

        def told(record, name=name, answer=panel.answer, **values):
            answered.append((name, record.day, *values.values()))
            return answer(record, **values)

        monkeypatch.setitem(explorer.panels, name, replace(panel, answer=told))
    sleep(0.5)
    assert answered == [], "nobody sees it yet"
    explorer._repr_mimebundle_()
    last = explorer.day.stops[-1]
    for _ in range(600):
        if len(answered) == 10:  # four controls at their first value, five other questions, the day before
            break
        sleep(0.1)
    assert len(answered) == 10
    assert answered[:4] == [
        ("revenue", last, "billing", "USD", "", ""),
        ("revenue", last, "both", "CNY", "", ""),
        ("revenue", last, "both", "USD", "FY2019Q1", ""),
        ("revenue", last, "both", "USD", "", "FY2019Q1"),
    ]
    explorer.control("revenue", "currency").widget.value = "CNY"
    assert explorer.settled(60)
    assert "CNY million" in explorer.table.value
    assert answered.count(("revenue", last, "both", "CNY", "", "")) == 1, "it was answered before it was asked"


def test_two_clicks_at_once_are_two_steps(monkeypatch):
    monkeypatch.setattr(lab, "Newest", Newest)
    explorer = Explorer("revenue", as_of="2025-06-30")
    days = [day for day in explorer.day.stops if day > "2025-06-30"]
    clicks = [Thread(target=explorer.later.click) for _ in range(2)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert explorer.settled(60)
    assert explorer.setting.as_of == days[1]
    assert explorer.line.value == ""
    assert days[1] in explorer.shown.kept["command"]


def test_play_goes_to_the_last_day_and_stops(explorer, monkeypatch):
    monkeypatch.setattr(lab, "_PAUSE", 0)
    stands(explorer, "revenue")
    last = explorer.day.stops[-2:]
    explorer.day.box.value = last[0]
    explorer.play.value = True
    for _ in range(200):
        if not explorer.play.value:
            break
        sleep(0.1)
    assert explorer.setting.as_of == last[1]
    assert not explorer.play.value


def test_a_question_or_control_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="Did you mean 'revenue'"):
        Explorer("revenu")
    with pytest.raises(ParameterError, match="Did you mean 'basis'"):
        Explorer("revenue", bassis="billing")


def test_every_control_has_a_name_and_what_it_may_be(explorer):
    for panel in panels.PANELS:
        for control in panel.controls:
            field = explorer.control(panel.name, control.name)
            assert field.parts[0].description == control.label


def test_what_an_unforeseen_fault_says_is_one_line(monkeypatch):
    explorer = Explorer("revenue")

    def breaks(asked, **values):
        raise ZeroDivisionError("division by zero")

    panel = replace(explorer.panels["revenue"], answer=breaks)
    monkeypatch.setitem(explorer.panels, "revenue", panel)
    explorer.control("revenue", "currency").widget.value = "CNY"
    assert "This could not be worked out: ZeroDivisionError, division by zero" in text(explorer.line.value)
