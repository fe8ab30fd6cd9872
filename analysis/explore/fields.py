"""Widgets of controls, made from what the parameter of a result may be."""

from collections.abc import Callable, Sequence
from inspect import signature
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import ipywidgets as widgets

from analysis.explore.panels import Control, Panel
from analysis.facts.arguments import kinds, written
from analysis.results import Record, parameter

_WIDE = {"description_width": "initial"}
_ROWS = 7  # of a list from which several are chosen


class Field:
    """A control on the page: `widget` shows it, `value` is what it stands at, `watch` is told of every change.

    Setting `value` tells nobody.
    """

    def __init__(self, widget: widgets.Widget, *parts: widgets.Widget) -> None:
        self.widget = widget
        self.parts = parts or (widget,)
        self._told: Callable[[], None] = lambda: None
        self._is_quiet = False
        self.is_sliding = False  # whether the last change was one of many on a way
        for part in self.parts:
            part.observe(lambda change, part=part: self._moved(part), names="value")

    @property
    def value(self) -> object:
        """What it stands at: a value, or the text that was typed."""
        return self.parts[0].value

    @value.setter
    def value(self, given: object) -> None:
        """Stand at a value, and tell nobody."""
        self.silently(lambda: self.put(given))

    def silently(self, change: Callable[[], None]) -> None:
        """Change the widget and tell nobody."""
        was, self._is_quiet = self._is_quiet, True
        change()
        self._is_quiet = was

    def put(self, given: object) -> None:
        """Show a value, where the widget can."""
        self.parts[0].value = given

    def watch(self, told: Callable[[], None]) -> None:
        """Call a function after every change that a reader makes."""
        self._told = told

    def _moved(self, part: widgets.Widget) -> None:
        if not self._is_quiet:
            self.followed(part)
            self._told()

    def followed(self, part: widgets.Widget) -> None:
        """Let the other parts follow the one that was moved."""

    def beside(self, given: object, far: int = 1) -> list[object]:
        """The values that so many steps of a key lead to from a value, nearest first; none where it is typed."""
        part = self.parts[0]
        if isinstance(part, widgets.Dropdown):
            every = [one[1] if isinstance(one, tuple) else one for one in part.options]
        else:
            every = [False, True] if isinstance(part, widgets.Checkbox) else []
        return _around(every, every.index(given), far) if given in every else []


def _around(every: Sequence[object], at: int, far: int) -> list[object]:
    places = [at + way * step for step in range(1, far + 1) for way in (1, -1)]
    return [every[place] for place in places if 0 <= place < len(every)]


class Several(Field):
    """A list of which several are chosen; `value` has them in the order in which they were."""

    def __init__(self, widget: widgets.SelectMultiple) -> None:
        super().__init__(widget)
        self._chosen: tuple = ()

    @property
    def value(self) -> object:
        """The chosen values."""
        return self._chosen

    @value.setter
    def value(self, given: object) -> None:
        """Stand at some values, and tell nobody."""
        Field.value.fset(self, given)
        self._chosen = tuple(given)

    def beside(self, given: object, far: int = 1) -> list[object]:
        """The arrow keys of a list choose one entry alone, the next to the last that was chosen."""
        every = [value for _, value in self.widget.options]
        last = [every.index(one) for one in given[-1:] if one in every]
        return [(one,) for at in last for one in _around(every, at, far)]

    def followed(self, part: widgets.Widget) -> None:
        """Keep what was chosen before in its order, and put what is new behind it."""
        still = [one for one in self._chosen if one in part.value]
        self._chosen = (*still, *(one for one in part.value if one not in still))


class OnStops(Field):
    """A slider over some values, and a box for any other, which the keyboard reaches by its name."""

    def __init__(self, label: str, stops: Sequence[object], shown: Callable[[object], str] = written) -> None:
        self.stops, self._shown = list(stops), shown
        self.box = widgets.Text(description=label, continuous_update=False, style=_WIDE, layout={"width": "15em"})
        self.slider = widgets.IntSlider(min=0, max=max(len(self.stops) - 1, 0), readout=False, layout={"width": "16em"})
        together = widgets.HBox([self.box, self.slider])
        together.add_class("on-stops")  # by which the handle gets the label of the box for its name
        super().__init__(together, self.box, self.slider)

    def put(self, given: object) -> None:
        """Show a value in the box, and the stop nearest to it on the slider."""
        self.box.value = self._shown(given)
        self.slider.value = self._nearest(given)

    def followed(self, part: widgets.Widget) -> None:
        """The box says where the slider stands, and the slider goes where the box says."""
        self.is_sliding = part is self.slider
        if self.is_sliding:
            self.silently(lambda: setattr(self.box, "value", self._shown(self.stops[self.slider.value])))
        else:
            self.silently(lambda: setattr(self.slider, "value", self._nearest(self.box.value)))

    def beside(self, given: object, far: int = 1) -> list[object]:
        """The stops beside a value."""
        return [self._shown(stop) for stop in _around(self.stops, self._nearest(given), far)]

    def _nearest(self, given: object) -> int:
        return _place(self.stops, given, self.slider.value)


def _place(stops: Sequence[object], given: object, otherwise: int) -> int:
    """The last stop that is not above a value; where it stands, for what cannot be placed."""
    try:
        number = given if isinstance(stops[0], str) else float(given[0] if isinstance(given, tuple) else given)
        return max((at for at, stop in enumerate(stops) if stop <= number), default=0)
    except (TypeError, ValueError, IndexError):
        return otherwise


def annotation(panel: Panel, control: Control) -> Any:
    """What the parameter may be: of the panel's result, or, where that lacks it, of any result."""
    declared = kinds(getattr(Record, panel.result))
    return declared[control.name] if control.name in declared else parameter(control.name)


def default(panel: Panel, control: Control) -> object:
    """What the control stands at first."""
    declared = signature(getattr(Record, panel.result)).parameters
    if control.default is not None or control.name not in declared:
        return control.default
    return declared[control.name].default


def field(panel: Panel, control: Control, record: Record) -> Field:
    """The widget of a control.

    Parameters
    ----------
    record : of all that is recorded, for what only the data knows.
    """
    kind, label = _bare(annotation(panel, control)), control.label
    if control.stops:
        return OnStops(label, control.stops, _range_in_words)
    if control.choices:
        options = control.choices(record)
        if get_origin(kind) is tuple and not isinstance(options[0][1], tuple):
            many = widgets.SelectMultiple(description=label, options=options, rows=_ROWS, style=_WIDE)
            return Several(many)
        return Field(widgets.Dropdown(description=label, options=options, style=_WIDE))
    if get_origin(kind) is Literal:
        return Field(widgets.Dropdown(description=label, options=get_args(kind), style=_WIDE))
    if kind is bool:
        return Field(widgets.Checkbox(description=label, indent=False))
    return Field(widgets.Text(description=label, continuous_update=False, style=_WIDE))


def _bare(kind: Any) -> Any:
    """A kind without its bounds, and without None."""
    while get_origin(kind) is Annotated or NoneType in get_args(kind):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    return kind


def _range_in_words(given: object) -> str:
    """A number or a range as a reader would type it: 800 and no 800.0, one number where both ends are the same."""
    ends = given if isinstance(given, tuple) else (given,)
    ends = tuple(int(end) if isinstance(end, float) and end.is_integer() else end for end in ends)
    return written(ends[0] if len(set(ends)) == 1 else ends)
