"""Small pieces of HTML that pages are made of; everything from data is escaped by the templates."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import mistune
from nbformat import NotebookNode

# Not nbconvert's own Markdown: it reads "$5bn to $6bn" as a formula and drops the emphasis in between.
_MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
SOURCES = "<!--sources-->"  # where a page wants the list of its documents
_PAGE_IDS = ("content", "show-code", "method", "title")


@dataclass(frozen=True)
class Front:
    """How a notebook begins: title, the rest of that cell as Markdown, its first paragraph as plain text."""

    title: str
    lead: str = ""
    abstract: str = ""
    has_cell: bool = False


@dataclass(frozen=True)
class Outline:
    """The body of a page with an id on every heading, and (id, HTML) of its second-level headings."""

    body: str
    sections: list[tuple[str, str]]


def front(notebook: NotebookNode, *, name: str) -> Front:
    """Return how a notebook begins; ``name`` is the title where the first cell has no first-level heading."""
    first = notebook.cells[0] if notebook.cells else NotebookNode(cell_type="raw", source="")
    match = re.match(r"# +(.+)\n?", first.source.lstrip())
    if first.cell_type != "markdown" or not match:
        return Front(name)
    lead = first.source.lstrip()[match.end() :].strip()
    return Front(_plain(markdown(match[1])), lead, _plain(markdown(lead.split("\n\n")[0])), has_cell=True)


def markdown(source: str) -> str:
    """Return Markdown as HTML."""
    return _MARKDOWN(source).replace("<table>", '<div class="t w3"><table>').replace("</table>", "</table></div>")


def outlined(body: str) -> Outline:
    """Give every heading an id made of its words; a first-level heading below the title becomes a second."""
    sections, taken = [], set(_PAGE_IDS)

    def identify(match: re.Match[str]) -> str:
        level = max(2, int(match[1]))
        stem = re.sub(r"\W+", "-", _plain(match[2]).lower()).strip("-") or "section"
        anchor, copies = stem, 1
        while anchor in taken:
            copies += 1
            anchor = f"{stem}-{copies}"
        taken.add(anchor)
        if level == 2:
            sections.append((anchor, match[2]))
        return f'<h{level} id="{anchor}">{match[2]}</h{level}>'

    return Outline(_HEADING.sub(identify, body), sections)


def with_sources(page: str, sources: Mapping[str, str]) -> str:
    """A page with its list of documents where it asked for one, and their places in it behind each number in print."""
    places = {source: str(place) for place, source in enumerate(sources, start=1)}

    def cite(match: re.Match[str]) -> str:
        return f'data-s="{",".join(places[each] for each in match[1].split("|") if each in places)}"'

    listed = "".join(f"<li>{item}</li>" for item in sources.values())
    return re.sub(r'data-s="([^"]*)"', cite, page).replace(SOURCES, f'<ol class="src">{listed}</ol>', 1)


@dataclass(frozen=True)
class Shown:
    """What a finished page has for the front page: HTML of its finding, figure and asides, and the cards they open.

    ``asides`` are the sentences that a notebook marked for the front page, by their heading there.
    """

    finding: str = ""
    more: str = ""
    figure: str = ""
    cards: dict[str, str] = field(default_factory=dict)
    as_of: str = ""
    asides: dict[str, str] = field(default_factory=dict)


def shown_by(page: str) -> Shown:
    """Read from a finished page what the front page shows of it."""
    finding = _first(r'<h1 id="title">(.*?)</h1><div class="dek">', page)
    if not finding:
        return Shown(as_of=_first(r"<time>(.*?)</time>", page))
    more = _first(r'<div class="dek">(.*?)</div>', page)
    figure = re.sub(r"<button class=\"spot\".*?</button>", "", _first(r'<div class="narrow drawing">(.*?</svg>)', page))
    cards = dict(re.findall(r'(?s)popover id="(n\w+)">(.*?)</div>', page))
    asides = dict(re.findall(r'(?s)<div class="prose" data-front="([^"]*)">(.*?)</div>', page))
    wanted = dict.fromkeys(re.findall(r'popovertarget="(n\w+)"', "".join([finding, more, *asides.values()])))
    popovers = {name: f'<div class="pop" popover id="{name}">{cards[name]}</div>' for name in wanted if name in cards}
    finding, more = _without_places(finding), _without_places(more)
    asides = {heading: _without_places(text) for heading, text in asides.items()}
    return Shown(finding, more, figure, popovers, _first(r"<time>(.*?)</time>", page), asides)


def _without_places(text: str) -> str:
    """Numbers without their places in the list of documents, which is another page's."""
    return re.sub(r' data-s="[^"]*"', "", text)


def _first(pattern: str, page: str) -> str:
    match = re.search(pattern, page, re.DOTALL)
    return match[1] if match else ""


def _plain(fragment: str) -> str:
    return html.unescape(_TAG.sub("", fragment)).strip()
