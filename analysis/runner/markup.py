"""Small pieces of HTML that pages are made of; everything from data is escaped by the templates."""

import base64
import csv
import html
import io
import re
from dataclasses import dataclass

import mistune
from nbformat import NotebookNode

# Not nbconvert's own Markdown: it reads "$5bn to $6bn" as a formula and drops the emphasis in between.
_MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_PAGE_IDS = ("content", "show-code", "contents", "title")


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
    """Return Markdown as HTML, each table in a container of its own that scrolls sideways."""
    scroll = '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
    return _MARKDOWN(source).replace("<table>", scroll).replace("</table>", "</table></div>")


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


def table_label(table: str) -> str:
    """Return what a screen reader calls a table: its caption, where it has one."""
    caption = _CAPTION.search(table)
    return f"Table: {_plain(caption[1])}" if caption else "Table"


def csv_table(text: str) -> tuple[list[tuple[str, bool]], list[list[tuple[str, bool]]]]:
    """Return CSV as (header, rows) of (cell, whether its column holds only numbers and blanks)."""
    header, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    numeric = [all(_is_number(cell) for cell in column) for column in zip(*rows, strict=True)]
    numeric = numeric or [False] * len(header)
    return list(zip(header, numeric, strict=True)), [list(zip(row, numeric, strict=True)) for row in rows]


def csv_address(text: str) -> str:
    """Return CSV as a ``data:`` address, so that a page sent by mail still carries it."""
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(text.encode()).decode("ascii")


def is_web_address(address: str) -> bool:
    """Whether an address from the data may be linked: nothing but the web, so never ``javascript:``."""
    return address.startswith(("http://", "https://"))


def _plain(fragment: str) -> str:
    return html.unescape(_TAG.sub("", fragment)).strip()


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-−+]?[\d,]*\.?\d*(e[-+]?\d+)?%?", text.strip()) is not None
