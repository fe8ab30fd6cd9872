"""Numbers that can be asked where they come from: what stands behind one, and the card that tells it.

A page has no script: a number is a button, its card an HTML popover that opens by a click or by Enter and closes by
Escape. Cards that say the same are written once.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import shorten

import mistune
import pandas as pd
from markupsafe import Markup, escape

from analysis.facts.cells import sentence

GRADES = {"A": "A: filing, rule text or maker", "B": "B: established press or research", "C": "C: blog, aggregator"}
BASES = {
    "official": "official: stated by the company, the maker or the rule itself",
    "reported": "reported by others",
    "estimated": "estimated",
    "derived": "computed here",
    "assumed": "assumed",
    "measured": "measured",
}
_MOST_DOCUMENTS = 4  # that a card lists in full
_MOST_OTHERS = 600  # characters
_SLOT = re.compile(r"\{(\w+)\}")
_SOURCE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


@dataclass(frozen=True)
class Origin:
    """What a number rests on.

    Parameters
    ----------
    sources : ids of documents.
    where : the place in the document: page, table, note, element.
    basis : as in the column ``basis``, or empty.
    formula : how it is worked out, with its inputs in figures; empty for a number that stands in a document.
    others : what other sources say of the same thing.
    note : the row's own note.
    """

    sources: tuple[str, ...] = ()
    where: str = ""
    basis: str = ""
    formula: str = ""
    others: str = ""
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.sources or self.formula)


@dataclass(frozen=True)
class Number:
    """A number in a sentence or a cell: its text, what it is in words, and what it rests on."""

    text: str
    what: str
    origin: Origin

    def __str__(self) -> str:
        return self.text


@dataclass
class Page:
    """What an output adds to a page: HTML, the cards that its numbers open, and the documents that they cite.

    ``finding`` is the page's answer in a sentence, for the front page. ``documents`` is the table ``sources``.
    """

    documents: pd.DataFrame | None = None
    html: str = ""
    finding: str = ""
    cards: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = [] if self.documents is None else self.documents.fillna("").to_dict("records")
        self._known = {row["source_id"]: row for row in rows}
        self._told: dict[str, tuple[Markup, Markup]] = {}  # a document in a list, and on a card

    def empty(self) -> "Page":
        """A page of the same documents with nothing on it."""
        made = Page()
        made._known, made._told = self._known, self._told
        return made

    def bundle(self) -> dict[str, object]:
        """As the metadata of an output carries it to the runner."""
        kept = {"html": str(self.html), "finding": self.finding, "cards": self.cards, "sources": self.sources}
        return {name: part for name, part in kept.items() if part}

    def button(
        self, number: Number, shown: str | Markup | None = None, *, kind: str = "n", attributes: str = ""
    ) -> str:
        """A number as a button that opens its card; plain text where nothing is known of where it comes from."""
        if not number.origin:
            return Markup("{}").format(number.text if shown is None else shown)
        cites = "|".join(number.origin.sources)
        text = number.text if shown is None else shown
        return Markup('<button class="{}" popovertarget="{}" data-s="{}"{}>{}</button>').format(
            kind, self.card(number), cites, Markup(attributes), text
        )

    def card(self, number: Number) -> str:
        """Write the card of a number and return its id, which its content makes."""
        origin = number.origin
        rows = [part for source in origin.sources[:_MOST_DOCUMENTS] for part in self._document(source)]
        if len(origin.sources) > _MOST_DOCUMENTS:
            rows.append(("And", f"{len(origin.sources) - _MOST_DOCUMENTS} more documents, in the list of sources"))
            for source in origin.sources[_MOST_DOCUMENTS:]:
                self._document(source)
        is_ours = bool(origin.formula) and origin.basis == "derived"
        told = {
            "Where": origin.where,
            "Basis": "" if is_ours else BASES.get(origin.basis, origin.basis),
            "Computed here" if is_ours else "Formula": origin.formula,
            "Other values": self.named(shorten(origin.others, _MOST_OTHERS, placeholder=" …")),
            "Note": self.named(origin.note),
        }
        rows += [(label, text) for label, text in told.items() if text]
        listed = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
        body = Markup("<p><b>{}</b> {}</p><dl>{}</dl>").format(number.text, number.what, listed)
        name = "n" + hashlib.sha256(str(body).encode()).hexdigest()[:10]
        self.cards.setdefault(name, str(Markup('<div class="pop" popover id="{}">{}</div>').format(name, body)))
        return name

    def has(self, source: str) -> bool:
        """Whether it is the id of a document."""
        return source in self._known

    def cite(self, sources: Iterable[str]) -> None:
        """Put documents on the page's list of sources."""
        for source in sources:
            self._document(source)

    def _document(self, source: str) -> list[tuple[str, str]]:
        if source not in self._known:
            return [("Source", source)]
        if source not in self._told:
            self._told[source] = _in_words(self._known[source])
        item, card = self._told[source]
        self.sources.setdefault(source, str(item))
        return [("Source", card)]

    def named(self, text: str) -> Markup:
        """Words in which every id of a document is a link that reads as its publisher and year."""

        def name(match: re.Match) -> str:
            row = self._known.get(match.group())
            if row is None:
                return match.group()
            self._document(match.group())
            return str(_link(short(row), row["url"]))

        return Markup(_SOURCE_ID.sub(name, str(escape(text))))


def _in_words(document: Mapping[str, str]) -> tuple[Markup, Markup]:
    """A document as an item of the list of sources, and as a card has it."""
    link = _link(document["title"] or document["source_id"], document["url"])
    dated = f"{document['publisher']}, {document['published_on'] or 'undated'}"
    grade = GRADES.get(document["grade"], document["grade"])
    item = Markup("{}. {}. {}").format(link, dated, Markup("Grade&nbsp;{}").format(document["grade"]))
    return item, Markup("{}. {}. Grade {}").format(link, dated, grade)


def short(document: Mapping[str, str]) -> str:
    """A document as a reader's word for it: its publisher and the year."""
    year = str(document["published_on"])[:4]
    return f"{document['publisher']} {year}".strip()


def origin(row: Mapping[str, object], **changed: str) -> Origin:
    """What the numbers of a result's row rest on, by its own columns: ``source_id`` and all that are named so,
    ``locator``, ``basis``, ``formula``, ``others``, ``note``; what is given besides replaces them."""
    ids = [row[column] for column in row if _NAMES_SOURCES.search(str(column)) and isinstance(row[column], str)]
    sources = tuple(dict.fromkeys(each for text in ids for each in text.split("|") if each))
    texts = {name: _words(row.get(column)) for name, column in _COLUMNS.items()} | changed
    return Origin(sources, **texts)


_NAMES_SOURCES = re.compile(r"(^|_)source(_id)?(_before|_after|_a)?$")
_COLUMNS = {"where": "locator", "basis": "basis", "formula": "formula", "others": "others", "note": "note"}


@dataclass(frozen=True, eq=False)
class Origins:
    """What the cells of a reader's table rest on: by row, and by row and column where they differ in a row.

    ``numbers`` are cells that are numbers of their own, as sentences and figures have them: a number that stands in all
    three has one card.
    """

    rows: Mapping[object, Origin]
    cells: Mapping[tuple[object, str], Origin] = field(default_factory=dict)
    formulas: Mapping[str, Mapping[object, str]] = field(default_factory=dict)
    numbers: Mapping[tuple[object, str], Number] = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> "Origins":
        return self

    def of(self, row: object, column: str) -> Origin:
        """What one cell rests on; nothing where that is not known."""
        found = self.cells.get((row, column), self.rows.get(row, Origin()))
        formula = self.formulas.get(column, {}).get(row)
        return found if formula is None else Origin(found.sources, "", "derived", formula, found.others, "")


def origins(
    frame: pd.DataFrame,
    formulas: Mapping[str, Callable[[Mapping], str]] | None = None,
    numbers: Mapping[tuple[object, str], Number] | None = None,
) -> Origins:
    """What the rows of a result rest on.

    Parameters
    ----------
    formulas : by the head of a reader's column, a function from a row to how that cell is worked out.
    numbers : by row and head, the cells that are numbers of their own.
    """
    rows = dict(zip(frame.index, frame.to_dict("records"), strict=True))
    worked = {head: {at: make(row) for at, row in rows.items()} for head, make in (formulas or {}).items()}
    return Origins({at: origin(row) for at, row in rows.items()}, formulas=worked, numbers=numbers or {})


class Said(str):
    """A computed sentence in Markdown, as text; ``numbers`` are those of its numbers that can be asked.

    It is made by `say` and put together by `together`. A plain string made of it, by a format or a sum, has the same
    words and no longer knows its numbers.
    """

    parts: tuple[str | Number, ...]

    def __new__(cls, parts: Iterable[str | Number]) -> "Said":
        kept = tuple(parts)
        self = super().__new__(cls, "".join(map(str, kept)))
        self.parts = kept
        return self


def say(template: str, **slots: object) -> Said:
    """A sentence out of a whole template with named slots: words, numbers that can be asked, or sentences.

    Raises
    ------
    KeyError : a slot that nothing fills.
    """
    parts: list[str | Number] = []
    for at, piece in enumerate(_SLOT.split(template)):
        parts += _parts(slots[piece] if at % 2 else piece)
    return Said(parts)


def together(sentences: Iterable[str], between: str = " ") -> Said:
    """Sentences in a row, their numbers kept."""
    parts: list[str | Number] = []
    for at, each in enumerate(each for each in sentences if each):
        parts += [between] * bool(at) + _parts(each)
    return Said(parts)


def _parts(piece: object) -> list[str | Number]:
    if isinstance(piece, Said):
        return list(piece.parts)
    return [piece if isinstance(piece, Number) else str(piece)]


_MARKDOWN = mistune.create_markdown(escape=True)


def plainly(text: str) -> str:
    """A computed sentence as Markdown that a notebook may show: names and titles in it are words and never markup."""
    return sentence(str(text))


def in_markdown(text: str, page: Page) -> str:
    """A computed sentence as HTML, each of its askable numbers a button whose card is on the page."""
    parts = getattr(text, "parts", (text,))
    marked = plainly("".join(_MARK if isinstance(part, Number) else part for part in parts))
    numbers = iter([part for part in parts if isinstance(part, Number)])

    def ask(match: re.Match) -> str:
        button = page.button(next(numbers))
        whole = Markup("{}{}{}").format(Markup(match[1]), button, Markup(match[2]))
        return str(Markup('<span class="nb">{}</span>').format(whole) if match[1] or match[2] else whole)

    return _NUMBER.sub(ask, _MARKDOWN(marked))


_MARK = "\ue000"  # of the area for private use: stands for a number until the Markdown has become HTML
_NUMBER = re.compile(f"([(“]*){_MARK}([).,;:?!”]*)")  # with the marks that a line must not leave it by


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _link(text: str, address: str) -> Markup:
    if not str(address).startswith(("http://", "https://")):
        return escape(text)
    return Markup('<a href="{}">{}</a>').format(address, text)
