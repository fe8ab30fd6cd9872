"""Self-contained HTML pages: a report, a failure, the index. The same input gives the same bytes."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.facts.arguments import written
from analysis.facts.errors import AnalysisError
from analysis.pages.palette import variables
from analysis.runner import markup
from analysis.runner.execute import CellError
from analysis.runner.parameters import Parameter

_MOST_PRINTED = 100_000  # characters of a stream that a page shows
_TEMPLATES = Path(__file__).parent / "templates"
_OURS = {kind.__name__ for kind in (AnalysisError, *AnalysisError.__subclasses__())}


@dataclass(frozen=True)
class Card:
    """What the index says of one notebook; ``shown`` is what its page has for the front page."""

    name: str
    title: str
    abstract: str
    shown: markup.Shown
    has_page: bool
    has_failed: bool


@dataclass
class Assembled:
    """What the outputs of a notebook add up to on its page: its finding, the cards of its numbers, its sources."""

    finding: str = ""
    cards: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def render(notebook: NotebookNode, *, name: str, parameters: Sequence[Parameter], values: Mapping[str, object]) -> str:
    """Return the page of an executed notebook.

    ``values`` holds the parameters that were given; the others are at their defaults. The parameters cell,
    the one papermill injects, prompts, cell ids and stderr never reach the page.
    """
    begin = markup.front(notebook, name=name)
    body = copy.deepcopy(notebook)
    if begin.has_cell:
        del body.cells[0]
    for output in (output for cell in body.cells for output in cell.get("outputs", ())):
        if len(output.get("text", "")) > _MOST_PRINTED:
            output.text = (
                f"{output.text[:_MOST_PRINTED]}\n... cut here: the cell printed {len(output.text):,} characters.\n"
            )
    rows = shown(parameters, values)
    as_of = next((row["value"] for row in rows if row["name"] == "as_of"), None)
    assembled = _assembled(body)
    report = {"name": name, "front": begin, "parameters": rows, "as_of": as_of, "assembled": assembled}
    page, _ = _exporter().from_notebook_node(body, resources={"report": report})
    return markup.with_sources(page, assembled.sources)


def _assembled(notebook: NotebookNode) -> Assembled:
    """Take the finding out of the text, since it stands above all, and gather what belongs to the whole page."""
    made = Assembled()
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            page = output.get("metadata", {}).get("page")
            if page is None:
                continue
            made.cards |= page.get("cards", {})
            made.sources |= page.get("sources", {})
            if "finding" in page and not made.finding:
                made.finding, page["html"] = page["html"], " "
    return made


def render_failure(failure: CellError, *, title: str) -> str:
    """Return the card that stands for a report whose notebook failed: cell, line, message, parameters."""
    template = _exporter().environment.get_template("failure.html.j2")
    given = {name: written(value) for name, value in failure.parameters.items()}
    return template.render(failure=failure, notebook_title=title, given=given, is_ours=failure.ename in _OURS)


def render_index(cards: Sequence[Card]) -> str:
    """Return the index page, one card a notebook, in the order given."""
    popovers = {name: card for each in cards for name, card in each.shown.cards.items()}
    asides = {heading: text for card in cards for heading, text in card.shown.asides.items()}
    days = {card.shown.as_of for card in cards if card.shown.as_of}
    as_of = days.pop() if len(days) == 1 else ""
    template = _exporter().environment.get_template("reports.html.j2")
    return template.render(cards=cards, asides=asides, popovers=popovers.values(), as_of=as_of)


def shown(parameters: Sequence[Parameter], values: Mapping[str, object]) -> list[dict[str, str]]:
    """Return name, value and meaning of each parameter as text, defaults filled in."""
    return [{"name": p.name, "value": written(values.get(p.name, p.default)), "meaning": p.meaning} for p in parameters]


class _Pages(HTMLExporter):
    """Without the second reading of nbconvert's, which writes the whole page anew to name images: ours have names."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **options: object
    ) -> tuple[str, dict]:
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python3", parent=self))
        return TemplateExporter.from_notebook_node(self, nb, resources, **options)


@cache
def _exporter() -> HTMLExporter:
    config = Config()
    # No script or widget is listed: a page has none, and asks no other machine for any.
    config.NbConvertBase.display_data_priority = [
        "text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain",
    ]  # fmt: skip
    config.TagRemovePreprocessor.remove_cell_tags = {"parameters", "injected-parameters"}
    filters = {"markdown2html": markup.markdown, "outlined": markup.outlined}
    exporter = _Pages(
        config=config,
        template_name="report",
        template_file="notebook.html.j2",
        extra_template_basedirs=[str(_TEMPLATES)],
        filters=filters,
    )
    exporter.environment.globals["palette"] = variables()
    return exporter
