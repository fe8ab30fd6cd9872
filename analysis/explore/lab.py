"""The explorer: questions, controls and a day, which is drawn again whenever one of them moves."""

import base64
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from threading import RLock, Thread
from time import sleep

import ipywidgets as widgets

from analysis.explore import fields, shown
from analysis.explore.looks import STYLE
from analysis.explore.newest import Newest, SupersededError
from analysis.explore.panels import PANELS, Panel
from analysis.explore.shown import Shown
from analysis.facts.arguments import refuse_unknown, value
from analysis.facts.errors import AnalysisError, ParameterError
from analysis.pages.asked import Page
from analysis.results import Record

# What the panels rest on: the days on which one of these tables grew are the stops of the time machine.
TABLES = ("chip_specs", "control_rules", "events", "guidance", "prices", "revenue", "shipment_estimates", "unit_priors")
_MOST_RECORDS = 8  # of other days, kept
_MOST_ANSWERS = 64  # kept: 50 to 160 KB of HTML each, and the frames behind them
_MOST_AHEAD = 24  # settings beside the present one that are answered while nothing is asked
_MOST_UNDONE = 100
_FRAMES = 80  # of the time machine from end to end
_PAUSE = 0.6  # seconds that one of them stands
_SETTLES = 2.0  # seconds in which JupyterLab shows an explorer for the first time


@dataclass(frozen=True)
class Setting:
    """What every control stands at: values by panel and parameter, as they were chosen or typed."""

    panel: str
    as_of: str
    without: tuple[str, ...]
    values: dict[str, dict[str, object]]


class Explorer:
    """Questions with their controls, as a widget; the last expression of a cell shows it.

    Parameters
    ----------
    panel : the question that is open first: ``chips``, ``revenue``, ``units``, ``line``, ``work`` or ``policy``.
    as_of : only what was published by this day; None: all that is recorded.
    without : ids of sources that are struck.
    values : of the controls of that question, by the names of their parameters.

    Raises
    ------
    ParameterError : a question or a control that does not exist.
    """

    def __init__(
        self, panel: str = "chips", *, as_of: str | None = None, without: Collection[str] = (), **values: object
    ) -> None:
        self.panels = {one.name: one for one in PANELS}
        refuse_unknown([panel], self.panels, of="Explorer")
        whole = Record()
        self._fields = {
            one.name: {control.name: fields.field(one, control, whole) for control in one.controls} for one in PANELS
        }
        refuse_unknown(values, self._fields[panel], of=panel)
        first = {one.name: {c.name: fields.default(one, c) for c in one.controls} for one in PANELS}
        first[panel] |= {name: tuple(given) if isinstance(given, list) else given for name, given in values.items()}
        self._first = Setting(panel, as_of or whole.day, tuple(without), first)
        self.setting = self._first
        self.shown: Shown | None = None
        self._record = lru_cache(_MOST_RECORDS)(Record)
        self._answered = lru_cache(_MOST_ANSWERS)(self._answer)
        self._before: list[Setting] = []
        self._moved = ""
        self._is_seen = False
        self._work, self._page = Newest(), Page(whole.documents)
        self._one_at_a_time = RLock()  # JupyterLab may call from several threads
        self._parts(whole)
        self._show(self._first)
        self.settled()

    def _parts(self, whole: Record) -> None:
        """Make the widgets, and listen to them."""
        questions = [(panel.question, panel.name) for panel in PANELS]
        self.question = fields.Field(
            widgets.Dropdown(description="Question", options=questions, layout={"width": "34em"})
        )
        days = days_of_publication(whole)
        self.day = fields.OnStops("As known on", days)
        self.play = widgets.ToggleButton(description="Play", layout={"width": "auto"})
        self.play.observe(lambda change: change["new"] and Thread(target=self._play, daemon=True).start(), "value")
        self.earlier, self.later = _button("Earlier"), _button("Later")
        self.undo, self.reset, self.restore = _button("Undo"), _button("Reset"), _button("Restore sources")
        self.strike = fields.Field(widgets.Dropdown(description="Strike a source", options=[("none", "")], style=_FREE))
        self.line, self.sentence, self.figure, self.table, self.keep = (widgets.HTML() for _ in range(5))
        self.figure.layout.min_height = "300px"  # no jump while it is exchanged
        self._controls = widgets.Box(layout=_ROW | {"align_items": "flex-start"})
        self.box = widgets.VBox(
            [
                widgets.HTML(STYLE),
                self.question.widget,
                widgets.HBox([self.day.widget, self.earlier, self.later, self.play], layout=_ROW),
                self._controls,
                widgets.HBox(
                    [self.undo, self.reset, self.strike.widget, self.restore], layout={"flex_flow": "row wrap"}
                ),
                *(self.line, self.sentence, self.figure, self.table, self.keep),
            ]
        )
        self.box.add_class("explorer")
        self.question.watch(lambda: self._move("", panel=self.question.value))
        self.day.watch(lambda: self._move("day" if self.day.is_sliding else "", as_of=self.day.value))
        self.strike.watch(lambda: self._move("", without=(*self.setting.without, self.strike.value)))
        self.earlier.on_click(lambda _: self._step(-1))
        self.later.on_click(lambda _: self._step(1))
        self.undo.on_click(lambda _: self._undo())
        self.reset.on_click(lambda _: self._go(self._first, ""))
        self.restore.on_click(lambda _: self._move("", without=()))
        for panel, controls in self._fields.items():
            for name, field in controls.items():
                field.watch(lambda panel=panel, name=name: self._set(panel, name))

    def settled(self, seconds: float | None = None) -> bool:
        """Wait until the present setting is answered; False where that takes longer."""
        return self._work.settled(seconds)

    def control(self, panel: str, name: str) -> fields.Field:
        """The control of a parameter of a panel."""
        return self._fields[panel][name]

    def _set(self, panel: str, name: str) -> None:
        field = self._fields[panel][name]
        values = self.setting.values | {panel: self.setting.values[panel] | {name: field.value}}
        self._move(f"{panel} {name}" if field.is_sliding else "", values=values)

    def _step(self, by: int) -> None:
        """To the day of publication before or after the present one."""
        with self._one_at_a_time:
            days, now = self.day.stops, self.setting.as_of
            others = [day for day in days if (day < now if by < 0 else day > now)]
            if others:
                self._move("", as_of=others[-1] if by < 0 else others[0])

    def _play(self) -> None:
        """From day to day until the last, each shown as long as the pause; it waits for an answer that takes longer."""
        days = self.day.stops
        if self.setting.as_of >= days[-1]:
            self._move("day", as_of=days[0])
        while self.play.value and self.setting.as_of < days[-1]:
            self.settled()
            sleep(_PAUSE)
            if self.play.value:
                self._move("day", as_of=self._next_frame(self.setting.as_of))
        self.play.value = False

    def _next_frame(self, day: str) -> str:
        """The day that is shown after a day while the time machine plays; the last day after the last."""
        later = [stop for stop in self.day.stops if stop > day] or [day]
        return later[: max(1, len(self.day.stops) // _FRAMES)][-1]

    def _move(self, what: str, **changed: object) -> None:
        self._go(replace(self.setting, **changed), what)

    def _go(self, to: Setting, what: str) -> None:
        """Take a new setting; while one slider moves, all its stops are undone at once."""
        with self._one_at_a_time:
            if to == self.setting:
                return
            if not what or what != self._moved:
                self._before = [*self._before, self.setting][-_MOST_UNDONE:]
            self._moved = what
            self._show(to)

    def _undo(self) -> None:
        if self._before:
            self._moved = ""
            self._show(self._before.pop())

    def _show(self, to: Setting) -> None:
        """Answer a setting, aside, unless a newer one comes in the meantime."""
        was, self.setting = self.setting, to
        self._place(to)
        self.line.value = shown.note("Working …", "busy")
        self._work.do(lambda: self._tell(to), self._ahead(to, was))

    def _tell(self, to: Setting) -> None:
        """Show the answer to a setting: words and table first, for the figure takes longer."""
        try:
            now = self._of(to)
            self._put(now)
            self.shown = now
            options = (("none", ""), *now.documents)
            if self.strike.widget.options != options:
                self.strike.silently(lambda: setattr(self.strike.widget, "options", options))
            self.line.value = shown.note(f"Struck: {', '.join(to.without)}" if to.without else "")
        except SupersededError:
            raise
        except AnalysisError as error:
            self._refuse([str(fault) for fault in error.faults])
        except Exception as error:  # a page shows no traceback; Python's own words in one line
            self._refuse([f"This could not be worked out: {type(error).__name__}, {error}"])

    def _put(self, now: Shown) -> None:
        self.sentence.value, self.table.value, self.keep.value = now.sentence, now.table, now.keep
        self.figure.value = now.draw()

    def _refuse(self, faults: list[str]) -> None:
        """Say what is wrong, above the last whole answer: of one that was given up the words alone may stand there."""
        self.line.value = shown.problems(faults)
        if self.shown:
            self._put(self.shown)

    def _of(self, to: Setting) -> Shown:
        """The answer to a setting, worked out unless it is kept."""
        values = self._values(self.panels[to.panel], to)
        return self._answered(to.panel, to.as_of, to.without, tuple(values.items()))

    def _answer(self, panel: str, as_of: str, without: tuple[str, ...], values: tuple) -> Shown:
        now = Shown(self.panels[panel], self._record(as_of, without), dict(values), self._page)
        now.take_over(self.shown)
        return now

    def _ahead(self, to: Setting, was: Setting) -> Iterator[Callable[[], None]]:
        """What a reader who looks at a setting may ask for next: answer that while nothing is asked."""
        for beside in islice(self._beside(to, was), _MOST_AHEAD if self._is_seen else 0):
            yield partial(self._prepare, beside)

    def _prepare(self, beside: Setting) -> None:
        with suppress(Exception):  # it is told when it is asked for
            self._of(beside).draw()

    def _beside(self, to: Setting, was: Setting) -> Iterator[Setting]:
        """The settings one step away: first of the control that was moved, then of the others, questions and days."""
        now, before = to.values[to.panel], was.values[to.panel]
        nearest = [self._next_frame(to.as_of)] if self.play.value else self.day.beside(to.as_of)
        days = [replace(to, as_of=day) for day in nearest]
        if to.as_of != was.as_of:
            yield from days
        for name, field in sorted(self._fields[to.panel].items(), key=lambda one: now[one[0]] == before[one[0]]):
            for given in field.beside(now[name], 1 + (now[name] != before[name])):
                yield replace(to, values=to.values | {to.panel: now | {name: given}})
        yield from (replace(to, panel=panel) for panel in self.panels if panel != to.panel)
        yield from days

    def _place(self, to: Setting) -> None:
        """Set every control to where a setting has it, telling nobody."""
        self.question.value, self.day.value = to.panel, to.as_of
        for name, field in self._fields[to.panel].items():
            if field.value != to.values[to.panel][name]:
                field.value = to.values[to.panel][name]
        shown_now = tuple(field.widget for field in self._fields[to.panel].values())
        if self._controls.children != shown_now:
            self._controls.children = shown_now
        self.undo.disabled, self.restore.disabled = not self._before, not to.without

    def _values(self, panel: Panel, to: Setting) -> dict[str, object]:
        """The values of a panel's controls by the kinds of their parameters; all faults at once."""
        found, faults = {}, []
        for control in panel.controls:
            kind = fields.annotation(panel, control)
            try:
                found[control.name] = value(to.values[panel.name][control.name], kind, where=control.label)
            except ParameterError as error:
                faults += error.faults
        if faults:
            raise ParameterError(*faults)
        return found

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        """The widget; and a still picture, which is all that a stored notebook keeps."""
        bundle = dict(self.box._repr_mimebundle_())
        if self.shown is None:
            return bundle, {}
        self._is_seen = True
        self._work.do(lambda: None, self._ahead(self.setting, self.setting), after=_SETTLES)
        drawing = self.shown.answer.draw()
        picture = base64.b64encode(drawing.png()).decode()
        still = {"image/png": picture, "text/plain": f"{shown.said(self.shown.answer)} {drawing.fingerprint}"}
        return bundle | still, {"image/png": {"alt": drawing.alt, "width": 820}}


_ROW = {"flex_flow": "row wrap", "grid_gap": "0 12px"}
_FREE = {"description_width": "initial"}


def _button(text: str) -> widgets.Button:
    return widgets.Button(description=text, layout={"width": "auto"})


def days_of_publication(record: Record) -> list[str]:
    """The days on which something became public that the panels rest on, the record's own day last."""
    known, last = {f"{day:%Y-%m-%d}" for name in TABLES for day in record.table(name)["known_on"].unique()}, record.day
    return sorted({day for day in known if day <= last} | {last})
