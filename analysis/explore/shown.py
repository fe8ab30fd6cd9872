"""An answer as HTML: the sentence, the figure and the table, each with the cards that its numbers open."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from analysis.explore.keep import kept
from analysis.explore.newest import give_way
from analysis.explore.panels import Answer, Panel
from analysis.facts.record import Record
from analysis.pages.asked import Page, in_markdown, plainly, together
from analysis.pages.style import on_page

_KEYED = re.compile(r"<(button|summary|input|a)\b")


class Shown:
    """The answer to a setting as a page has it: words and table at once, the figure when it is asked for.

    Parameters
    ----------
    values : of the panel's controls.
    page : knows the documents; sentence, figure and table each have an empty one like it.

    Raises
    ------
    AnalysisError : what the result refuses.
    SupersededError : something newer is wanted.
    """

    def __init__(self, panel: Panel, record: Record, values: Mapping[str, object], page: Page) -> None:
        self._page, self._figure = page, ""
        self.answer = panel.answer(record, **values)
        give_way()
        self.kept = kept(panel, values, record.day, record.without)
        self.sentence, self.table = (make(self._page.empty(), self.answer) for make in (sentence, rows))
        self.keep = keeping(self.kept)
        found = record.sources(*self.answer.rows)
        self.documents = list(zip(found["source"], found["source_id"], strict=True))

    def draw(self) -> str:
        """The figure, drawn once."""
        if not self._figure:
            give_way()
            self._figure = figure(self._page.empty(), self.answer)
        return self._figure

    def take_over(self, other: "Shown | None") -> None:
        """Have the figure of another answer, if that was drawn of the very same."""
        if other and _known(self.answer) and _known(self.answer) == _known(other.answer):
            self._figure = other.draw()


def _known(answer: Answer) -> list[object]:
    """What a figure is drawn of, so that it can be compared: words by what they say, all else by what it is."""
    return [one if isinstance(one, str) else id(one) for one in answer.drawn_of]


def _box(inside: str) -> str:
    """HTML of ours in which keys typed on what has the focus are no commands of the notebook.

    JupyterLab looks for the attribute on the focused element first, and its commands match that element itself.
    """
    return f'<div class="ask">{_KEYED.sub(lambda tag: f"{tag[0]} data-lm-suppress-shortcuts", inside)}</div>'


def sentence(page: Page, answer: Answer) -> str:
    """The finding and its sentences; ``page`` is an empty one, here and below."""
    first, *more = answer.sentences
    head = in_markdown(first, page).replace("<p>", '<p class="head">', 1)
    return _boxed(head + in_markdown(together(more), page), page)


def figure(page: Page, answer: Answer) -> str:
    """The figure, drawn inline, so that its numbers can be asked and its colours are those of the theme."""
    drawing, *over = answer.layers() if answer.layers else (answer.draw(),)
    give_way()
    return _boxed(drawing.wide(page, *over), page)


def rows(page: Page, answer: Answer) -> str:
    """The table."""
    return _boxed(on_page(answer.table, answer.caption, page, note=answer.note).html, page)


def said(answer: Answer) -> str:
    """The finding in plain words."""
    return plainly(answer.sentences[0])


def problems(lines: list[str]) -> str:
    """What is wrong with a setting, a line each."""
    told = Markup("").join(Markup('<p class="error">{}</p>').format(line) for line in lines)
    return _box(told + Markup("<p>Below stands the answer to the setting before.</p>"))


def note(text: str, kind: str = "") -> str:
    """A line of words."""
    return _box(Markup('<p class="{}" role="status">{}</p>').format(kind, text)) if text else ""


def keeping(texts: Mapping[str, str]) -> str:
    """What a setting is kept as, each with a button that copies it; where there is no clipboard, a click selects it."""
    lines = Markup("").join(_LINE.format(_KEPT[name], _COPY, text) for name, text in texts.items())
    return _box(Markup("<details><summary>Keep this setting</summary>{}</details>").format(lines) + _NAMES)


# Handles of sliders have no name of their own, and ipywidgets gives them none: each gets that of the box beside it.
_NAMES = Markup(
    "<img alt='' hidden src='data:,' onerror=\"document.querySelectorAll('.on-stops').forEach(one => "
    "{ const handle = one.querySelector('.noUi-handle'), box = one.querySelector('input'); if (handle && box) "
    "{ handle.setAttribute('aria-label', one.querySelector('label').textContent); "
    "handle.setAttribute('aria-valuetext', box.value) } })\">"
)
_COPY = "navigator.clipboard.writeText(this.parentNode.querySelector('code').innerText)"
_LINE = Markup('<p class="keep"><button onclick="{1}">Copy</button> {0}<br><code>{2}</code></p>')
_KEPT = {
    "command": "command line",
    "papermill": "the notebook as a run",
    "python": "the frame in Python",
    "explore": "this panel as a cell",
}


def _boxed(inside: str, page: Page) -> str:
    return _box(str(inside) + "".join(page.cards.values()))
