"""The facts of an inline-XBRL document, read as a stream: no tree, no network, no entities.

Inline XBRL 1.1 (XBRL International, Recommendation of 2013-11-18) marks the numbers of an XHTML page as facts. A
fact's value is its printed number under its format, times ten to the ``scale``, negative where ``sign`` says so; its
context names the period and the members of dimensions. Python's expat parser reads what is XML. A copy that is XML no
longer, because a browser or a mirror wrote it anew, is read as HTML by lxml, and refused unless it ends as a page ends
and no fact went missing. Both hand over one element at a time, so a large file costs no more memory than its facts
and its words.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from analysis.facts import limits
from analysis.facts.errors import Fault, FilingError
from analysis.revenue.filings.numbers import number, rounding_of

IX = "http://www.xbrl.org/2013/inlineXBRL"
XBRLI = "http://www.xbrl.org/2003/instance"
XBRLDI = "http://xbrl.org/2006/xbrldi"
XHTML = "http://www.w3.org/1999/xhtml"
_TAXONOMIES = {
    "us-gaap": "http://fasb.org/us-gaap/",
    "srt": "http://fasb.org/srt/",
    "dei": "http://xbrl.sec.gov/dei/",
    "country": "http://xbrl.sec.gov/country/",
    "nvda": "http://www.nvidia.com/",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
}
LARGEST = 100 * 1024 * 1024  # bytes; the largest main document of NVIDIA's seen so far has 2.7 MB
_CHUNK = 1 << 16
_DEEPEST = 50  # facts inside facts; filings nest a handful
_ACTIVE = {"script", "iframe", "object", "embed", "applet"}
_APART = {"p", "div", "table", "tr", "td", "th", "li", "br"}  # what parts one word from the next
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252"}
_AS_FILED = "Get the document as filed, from EDGAR."


@dataclass(frozen=True)
class Context:
    """When and of what: first and last day (ISO text, one day where both are the same) and members by axis."""

    start: str
    end: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fact:
    """One number: concept, context, value in the unit, half its last place, and where it stands.

    The last place is the coarser of the printed one and the one that ``decimals`` vouches for. ``position`` counts the
    characters of `Document.words` before the fact, ``table`` the HTML tables up to it.
    """

    concept: str
    context: Context
    value: Decimal
    unit: str
    rounding: Decimal
    context_id: str
    line: int
    position: int
    table: int


@dataclass
class Document:
    """What a filing holds: facts in the order of the page, entity facts (``dei:``), its words, where tables begin."""

    facts: list[Fact] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    words: str = ""
    tables: list[int] = field(default_factory=list)


def read(path: Path, concepts: Collection[str]) -> Document:
    """Read a filing.

    Parameters
    ----------
    path : the main document of a filing, as EDGAR gives it or as a browser or a mirror saved it.
    concepts : the facts to keep, by concept (``us-gaap:Revenues``); the prefixes are those of `_TAXONOMIES`.

    Raises
    ------
    FilingError : the file is missing, larger than `LARGEST`, cut short or no page, has a document type with entities
        or of another place, carries active content, or holds no inline-XBRL facts; or a fact has no context, unit or
        number.
    """
    try:
        with path.open("rb") as file:
            try:
                return _as_xml(path.name, file, frozenset(concepts))
            except (expat.ExpatError, _NoXmlError) as reason:
                file.seek(0)
                return _as_html(path.name, file, frozenset(concepts), reason)
    except OSError as error:
        raise FilingError(Fault(str(path), f"cannot be read: {error.strerror}.", "Give a filing in HTML.")) from error


def _chunks(name: str, file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a page from its first sign on; blank lines before an XML declaration are no part of it."""
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            what = f"is larger than {LARGEST // 1024**2} MB, and no filing is."
            raise FilingError(Fault(name, what, "Give the main document alone."))
        yield chunk.lstrip() if size == len(chunk) else chunk


class _NoXmlError(Exception):
    """A page that only an HTML parser reads in full."""


def _as_xml(name: str, file: BinaryIO, concepts: frozenset[str]) -> Document:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    facts = _Facts(name, concepts, lambda: parser.CurrentLineNumber)
    parser.StartElementHandler, parser.EndElementHandler = facts.start, facts.end
    parser.CharacterDataHandler = facts.data
    parser.XmlDeclHandler = lambda _, encoding, alone: _readable(name, encoding)
    parser.StartDoctypeDeclHandler = lambda _, system, public, subset: facts.doctype(public, system, bool(subset))
    parser.SkippedEntityHandler = _entity_of_html
    for chunk in _chunks(name, file):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return facts.document()


def _entity_of_html(name: str, _: bool) -> None:
    raise _NoXmlError(f"&{name}; is an entity of HTML")


# HTML closes void elements only in one tag, XHTML any: `<title/>` would swallow the page
_SELF_CLOSED = re.compile(rb"""<([A-Za-z][\w:.-]*+)((?:[^<>"'/]++|"[^"]*"|'[^']*'|/(?!>))*+)/>""")
_VOID = {b"area", b"base", b"br", b"col", b"hr", b"img", b"input", b"link", b"meta", b"source", b"wbr"}
_FACT_BEGINS = re.compile(rb"<[\w.-]+:nonfraction\b", re.IGNORECASE)
_FACT_ENDS = re.compile(rb"</[\w.-]+:nonfraction\s*>", re.IGNORECASE)
_DECLARED = re.compile(rb"<!\s*(?:entity|element|attlist|notation|doctype[^>]*\[)", re.IGNORECASE)


def _as_html(name: str, file: BinaryIO, concepts: frozenset[str], reason: Exception) -> Document:
    """Read a page that is no XML; ``reason`` says why, and is told where the page is not whole either."""
    from lxml import etree  # only the copies that need it wait for it

    line, begun, ended, is_whole = 1, 0, 0, False
    facts = _Facts(name, concepts, lambda: line, near="near ")
    parser: etree.HTMLParser | None = None
    for page in _whole_tags(_chunks(name, file)):
        parser = parser or etree.HTMLParser(target=_Target(facts), encoding=_encoding(name, page), huge_tree=True)
        if _DECLARED.search(page):
            facts.doctype("", "", True)
        line_after, page = line + page.count(b"\n"), _SELF_CLOSED.sub(_closed, page)
        begun, ended = begun + len(_FACT_BEGINS.findall(page)), ended + len(_FACT_ENDS.findall(page))
        is_whole |= b"</html" in page.lower()
        parser.feed(page)
        line = line_after
    if parser is not None:
        parser.close()
    if not facts.numbers_seen and not begun:
        return facts.document()
    where = f"{name} line {reason.lineno}" if isinstance(reason, expat.ExpatError) else name
    if not is_whole:
        raise FilingError(Fault(where, f"is cut short: {reason}, and the page has no end.", _AS_FILED))
    if not (facts.numbers_seen == begun == ended) or facts.contexts_unused:
        lost = f"of {begun} numbers {facts.numbers_seen} were read and {ended} end"
        lost += f", {facts.contexts_unused} contexts have no fact"
        raise FilingError(Fault(where, f"is not well-formed ({reason}), and not whole: {lost}.", _AS_FILED))
    return facts.document()


def _whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut before a tag and not within one, unless it is longer than a megabyte."""
    rest = b""
    for chunk in chunks:
        page = rest + chunk
        cut = page.rfind(b"<")
        cut = cut if page.rfind(b">") < cut and len(page) - cut < 1 << 20 else len(page)
        yield page[:cut]
        rest = page[cut:]
    yield rest


def _closed(tag: re.Match[bytes]) -> bytes:
    return tag[0] if tag[1].lower() in _VOID else b"<%s%s></%s>" % (tag[1], tag[2], tag[1])


def _encoding(name: str, page: bytes) -> str:
    """What a page declares; the ASCII of re-serialised copies is UTF-8 as well."""
    declared = re.search(rb"""(?:encoding|charset)\s*=\s*["']?([\w.-]+)""", page[:4096], re.IGNORECASE)
    return _readable(name, declared[1].decode("ascii", "replace") if declared else "utf-8")


def _readable(name: str, encoding: str | None) -> str:
    """An encoding that is read; Python's own parser knows few, and some only by halves."""
    if encoding and encoding.lower() not in _ENCODINGS:
        what = f"declares the encoding {encoding[:40]!r}, which is not read."
        raise FilingError(Fault(name, what, f"Save it as UTF-8. {_AS_FILED}"))
    return encoding or "utf-8"


class _Target:
    """What lxml calls, element by element."""

    def __init__(self, facts: "_Facts") -> None:
        self.start, self.end, self.data = facts.start, facts.end, facts.data
        self.doctype = lambda _, public, system: facts.doctype(public, system, False)

    def close(self) -> None:
        """The end; the facts have been gathered."""


@dataclass
class _Open:
    """A fact whose text is still coming; only a kept one has attributes."""

    attributes: dict[str, str]
    is_number: bool
    line: int
    position: int
    table: int
    text: list[str] = field(default_factory=list)


_LEFT = _Open({}, False, 0, 0, 0)


class _Facts:
    """Gathers what a parser hands over, names in any case: HTML has none."""

    def __init__(self, name: str, concepts: frozenset[str], line: Callable[[], int], near: str = "") -> None:
        self.name = name
        self._near = near  # lines are counted by the chunk where the parser counts none
        self.numbers_seen = 0
        self._concepts, self._line = concepts, line
        self._namespaces = [{"ix": IX, "xbrli": XBRLI, "xbrldi": XBRLDI, "": XHTML}]
        self._names, self._usual = dict[str, tuple[str, str]](), dict[str, str]()
        self._open, self._numbers = list[_Open](), list[_Open]()
        self._about: dict[str, str] = {}
        self._contexts: dict[str, Context] = {}
        self._used = set[str]()
        self._units: dict[str, str] = {}
        self._resource: dict[str, str] = {}
        self._members: list[tuple[str, str]] = []
        self._words, self._length, self._text = list[str](), 0, list[str]()
        self._tables, self._in_tables = list[int](), [0]
        self._headers = 0

    @property
    def contexts_unused(self) -> int:
        """Contexts that no fact names: the facts of a whole filing name them all."""
        return len(set(self._contexts) - self._used)

    def _where(self) -> str:
        return f"{self.name} {self._near}line {self._line()}"

    def doctype(self, public: str | None, system: str | None, has_subset: bool) -> None:
        """HTML's own document types are read, which say nothing; any other can define entities or point elsewhere."""
        is_html = (public or "").startswith("-//W3C//DTD ") or not (public or system)
        if has_subset or not is_html:
            what = "declares a document type, which can define entities."
            raise FilingError(Fault(self._where(), what, f"Filings as EDGAR gives them have none. {_AS_FILED}"))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        declared = {name[6:]: uri for name, uri in attributes.items() if name[:5] == "xmlns"}
        if declared:
            self._names, self._usual = {}, {}
        self._namespaces.append(self._namespaces[-1] | declared if declared else self._namespaces[-1])
        space, name = self._split(tag)
        if space == XHTML and name in _ACTIVE:
            what = f"holds <{name}>: a filing has no active content."
            remedy = f"EDGAR's own server adds a script for browsers; a plain download has none. {_AS_FILED}"
            raise FilingError(Fault(self._where(), what, remedy))
        self._text = []
        if space in (IX, XBRLI, XBRLDI):
            attributes = {name.lower(): text or "" for name, text in attributes.items()}
        if space == IX and name in ("nonfraction", "nonnumeric"):
            self._start_fact(name == "nonfraction", attributes)
        elif space == IX and name == "header":
            self._headers += 1
        elif space == XBRLI and name in ("context", "unit"):
            self._resource, self._members = {"id": attributes.get("id", "")}, []
        elif space == XBRLDI and name in ("explicitmember", "typedmember"):
            self._resource["dimension"] = self._canonical(attributes.get("dimension", ""))
            if name == "typedmember":
                self._members.append((self._resource["dimension"], "typed"))
        elif name == "table":
            self._tables.append(self._length)
            self._in_tables.append(len(self._tables))

    def _start_fact(self, is_number: bool, attributes: dict[str, str]) -> None:
        concept = self._canonical(attributes.get("name", ""))
        self.numbers_seen += is_number
        self._used.add(attributes.get("contextref", ""))
        if len(self._open) > _DEEPEST:
            raise FilingError(Fault(self._where(), f"nests facts more than {_DEEPEST} deep.", _AS_FILED))
        if concept in self._concepts if is_number else concept.startswith("dei:"):
            kept = attributes | {"name": concept}
            self._open.append(_Open(kept, is_number, self._line(), self._length, self._in_tables[-1]))
        else:
            self._open.append(_LEFT)  # its end must be found all the same

    def data(self, text: str) -> None:
        """Text comes, in pieces."""
        self._text.append(text)
        if not self._headers:
            self._add(text)
        for fact in self._open:
            if fact.attributes:
                fact.text.append(text)

    def _add(self, text: str) -> None:
        self._words.append(text)
        self._length += len(text)

    def end(self, tag: str) -> None:
        """A tag ends."""
        space, name = self._split(tag)
        if len(self._namespaces) > 1 and self._namespaces.pop() is not self._namespaces[-1]:
            self._names, self._usual = {}, {}
        text = "".join(self._text).strip()
        if space == IX and name in ("nonfraction", "nonnumeric"):
            self._end_fact()
        elif space == IX and name == "header":
            self._headers -= 1
        elif space == XBRLI:
            self._end_of_resource(name, text)
        elif space == XBRLDI and name == "explicitmember":
            self._members.append((self._resource.get("dimension", ""), self._canonical(text)))
        elif name in _APART:
            self._add(" ")
            if name == "table" and len(self._in_tables) > 1:
                self._in_tables.pop()

    def _end_fact(self) -> None:
        fact = self._open.pop()
        if fact.attributes and fact.is_number:
            self._numbers.append(fact)
        elif fact.attributes:
            self._about.setdefault(fact.attributes["name"], "".join(fact.text).strip())

    def _end_of_resource(self, name: str, text: str) -> None:
        if name in ("startdate", "enddate", "instant"):
            self._resource[name] = text
        elif name == "measure":
            self._resource["measure"] = "*".join(filter(None, [self._resource.get("measure"), self._canonical(text)]))
        elif name == "divide":
            self._resource["measure"] = "ratio"
        elif name == "unit":
            self._units[self._resource["id"]] = self._resource.get("measure", "")
        elif name == "context":
            instant = self._resource.get("instant", "")
            start, end = (self._resource.get(key, instant) for key in ("startdate", "enddate"))
            self._contexts[self._resource["id"]] = Context(start, end, tuple(sorted(self._members)))

    def _split(self, tag: str) -> tuple[str, str]:
        """Namespace and lower-case name of a tag, looked up once under the same declarations."""
        if tag not in self._names:
            prefix, _, name = tag.lower().rpartition(":")
            self._names[tag] = self._namespaces[-1].get(prefix, prefix), name
        return self._names[tag]

    def _canonical(self, name: str) -> str:
        """``us-gaap:Revenues`` whatever prefix the document gives to the taxonomy."""
        prefix, _, local = name.rpartition(":")
        if prefix not in self._usual:
            uri = self._namespaces[-1].get(prefix.lower(), "")
            self._usual[prefix] = next((usual for usual, start in _TAXONOMIES.items() if uri.startswith(start)), prefix)
        return f"{self._usual[prefix]}:{local}" if prefix else local

    def document(self) -> Document:
        """The facts with their contexts and units, once the whole file has been read."""
        if not self.numbers_seen:
            remedy = "Give the main document of a 10-K or 10-Q, not a PDF."
            raise FilingError(Fault(self.name, "holds no inline-XBRL facts.", remedy))
        faults: list[Fault] = []
        facts = [fact for one in self._numbers if (fact := self._fact(one, faults)) is not None]
        if faults:
            raise FilingError(*faults)
        return Document(facts, self._about, "".join(self._words), self._tables)

    def _fact(self, one: _Open, faults: list[Fault]) -> Fact | None:
        attributes, printed = one.attributes, "".join(one.text)
        if any(name.rpartition(":")[2] == "nil" and text in ("true", "1") for name, text in attributes.items()):
            return None
        concept, context_id = attributes["name"], attributes.get("contextref", "")
        where = f"{self.name} {self._near}line {one.line}, {concept}"
        context, unit = self._contexts.get(context_id), self._units.get(attributes.get("unitref", ""))
        for kind, resource in (("context", context), ("unit", unit)):
            if resource is None:
                named = attributes.get(f"{kind}ref")
                faults.append(Fault(where, f"{kind} {named!r} is not in the file.", "The file is not whole."))
        try:
            value, half_place = number(printed, attributes.get("format", ""), attributes.get("scale", "0"))
            value = -value if attributes.get("sign") == "-" else value
            rounding = max(half_place, rounding_of(attributes.get("decimals", "INF")))
        except (ValueError, InvalidOperation) as error:
            faults.append(Fault(where, f"{printed.strip()!r} is not read as a number: {error}."))
            return None
        if context is None or unit is None:
            return None
        if not (limits.day(context.start) and limits.day(context.end) and context.start <= context.end):
            span = f"from {context.start[:20]!r} to {context.end[:20]!r}"
            faults.append(Fault(where, f"context {context_id!r} is {span}, which is no period.", _AS_FILED))
            return None
        return Fact(concept, context, value, unit, rounding, context_id, one.line, one.position, one.table)
