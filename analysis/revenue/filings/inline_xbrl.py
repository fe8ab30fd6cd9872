"""The facts of an inline-XBRL document, read as a stream: no tree, no network, no entities.

Inline XBRL 1.1 (XBRL International, Recommendation of 2013-11-18) marks the numbers of an XHTML page as facts. A
fact's value is its printed number under its format, times ten to the ``scale``, negative where ``sign`` says so; its
context names the period and the members of dimensions. Python's expat parser hands over one element at a time, so a
large file costs no more memory than its facts and its words.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.parsers import expat

from analysis.facts.errors import Fault, FilingError
from analysis.revenue.filings.numbers import number, rounding_of

IX = "http://www.xbrl.org/2013/inlineXBRL"
XBRLI = "http://www.xbrl.org/2003/instance"
XBRLDI = "http://xbrl.org/2006/xbrldi"
XHTML = "http://www.w3.org/1999/xhtml"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_CHUNK = 1 << 16
_DEEPEST = 50  # facts inside facts; filings nest a handful
_ACTIVE = {"script", "iframe", "object", "embed", "applet"}


@dataclass(frozen=True)
class Context:
    """When and of what: first and last day (ISO text, one day where both are the same) and members by axis."""

    start: str
    end: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fact:
    """One number: concept, context, value in the unit, half its last place, and where it stands.

    The last place is the coarser of the printed one and the one that ``decimals`` vouches for.
    """

    concept: str
    context: Context
    value: Decimal
    unit: str
    rounding: Decimal
    context_id: str
    line: int


@dataclass
class Document:
    """What a filing holds: facts in the order of the page, entity facts (``dei:``), and its words."""

    facts: list[Fact] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    words: str = ""


def read(path: Path, concepts: Collection[str]) -> Document:
    """Read a filing.

    Parameters
    ----------
    path : the main document of a filing, as EDGAR gives it.
    concepts : the facts to keep, by concept (``us-gaap:Revenues``); the prefixes are those of `_TAXONOMIES`.

    Raises
    ------
    FilingError : the file is missing, truncated or no XML, declares a document type (which can define entities),
        carries active content, or holds no inline-XBRL facts; or a fact has no context, unit or number.
    """
    reader = _Reader(path.name, frozenset(concepts))
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                reader.parser.Parse(chunk, False)
            reader.parser.Parse(b"", True)
    except OSError as error:
        raise FilingError(Fault(str(path), f"cannot be read: {error.strerror}.", "Give a filing in HTML.")) from error
    except expat.ExpatError as error:
        what = f"is not well-formed XML: {expat.ErrorString(error.code)}."
        remedy = "Inline XBRL is XHTML; save the filing again as a whole, from EDGAR."
        raise FilingError(Fault(f"{path.name} line {error.lineno}", what, remedy)) from error
    return reader.document()


@dataclass
class _Open:
    """A fact or an entity fact whose words are still coming."""

    attributes: dict[str, str]
    line: int
    is_number: bool
    words: list[str] = field(default_factory=list)


class _Reader:
    """Gathers what expat hands over."""

    def __init__(self, name: str, concepts: frozenset[str]) -> None:
        self.name = name
        self._concepts = concepts
        self._seen = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._prefixes: dict[str, str] = {}
        self.parser.StartNamespaceDeclHandler = lambda prefix, uri: self._prefixes.update({prefix or "": uri or ""})
        self._open, self._numbers = list[_Open](), list[_Open]()
        self._about: dict[str, str] = {}
        self._contexts: dict[str, Context] = {}
        self._units: dict[str, str] = {}
        self._resource: dict[str, str] = {}
        self._members: list[tuple[str, str]] = []
        self._words, self._text = list[str](), list[str]()
        self._is_hidden = 0

    def _where(self) -> str:
        return f"{self.name} line {self.parser.CurrentLineNumber}"

    def _doctype(self, *_: object) -> None:
        what = "declares a document type, which can define entities."
        raise FilingError(Fault(self._where(), what, "Filings as EDGAR gives them have none; get it from there."))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space in (XHTML, "") and name.lower() in _ACTIVE:
            what = f"holds <{name}>: a filing has no active content."
            raise FilingError(Fault(self._where(), what, "Get the filing from EDGAR."))
        self._text = []
        if space == IX and name in ("nonFraction", "nonNumeric"):
            self._start_fact(name, attributes)
        elif space == IX and name == "header":
            self._is_hidden += 1
        elif space == XBRLI and name in ("context", "unit"):
            self._resource, self._members = {"id": attributes.get("id", "")}, []
        elif space == XBRLDI and name in ("explicitMember", "typedMember"):
            self._resource["dimension"] = self._canonical(attributes.get("dimension", ""))
            if name == "typedMember":
                self._members.append((self._resource["dimension"], "typed"))

    def _start_fact(self, name: str, attributes: dict[str, str]) -> None:
        concept = self._canonical(attributes.get("name", ""))
        is_number = name == "nonFraction"
        self._seen += is_number
        if len(self._open) > _DEEPEST:
            raise FilingError(Fault(self._where(), f"nests facts more than {_DEEPEST} deep.", "Get it from EDGAR."))
        if concept in self._concepts or (concept.startswith("dei:") and not is_number):
            attributes = attributes | {"name": concept}
            self._open.append(_Open(attributes, self.parser.CurrentLineNumber, is_number))
        else:
            self._open.append(_Open({}, 0, False))  # not kept, but its end must be found all the same

    def _data(self, text: str) -> None:
        self._text.append(text)
        if not self._is_hidden:
            self._words.append(text)
        for fact in self._open:
            if fact.attributes:
                fact.words.append(text)

    def _end(self, tag: str) -> None:
        space, _, name = tag.rpartition(" ")
        text = "".join(self._text).strip()
        if space == IX and name in ("nonFraction", "nonNumeric"):
            fact = self._open.pop()
            if fact.is_number:
                self._numbers.append(fact)
            elif fact.attributes:
                self._about.setdefault(fact.attributes["name"], "".join(fact.words).strip())
        elif space == IX and name == "header":
            self._is_hidden -= 1
        elif space == XBRLI:
            self._end_of_resource(name, text)
        elif space == XBRLDI and name == "explicitMember":
            self._members.append((self._resource["dimension"], self._canonical(text)))
        elif name in ("p", "div", "td", "tr", "li", "br", "span"):
            self._words.append(" ")

    def _end_of_resource(self, name: str, text: str) -> None:
        if name in ("startDate", "endDate", "instant"):
            self._resource[name] = text
        elif name == "measure":
            self._resource["measure"] = "*".join(filter(None, [self._resource.get("measure"), self._canonical(text)]))
        elif name == "divide":
            self._resource["measure"] = "ratio"
        elif name == "unit":
            self._units[self._resource["id"]] = self._resource.get("measure", "")
        elif name == "context":
            instant = self._resource.get("instant", "")
            start, end = (self._resource.get(key, instant) for key in ("startDate", "endDate"))
            self._contexts[self._resource["id"]] = Context(start, end, tuple(sorted(self._members)))

    def _canonical(self, name: str) -> str:
        """``us-gaap:Revenues`` whatever prefix the document gives to the taxonomy."""
        prefix, _, local = name.rpartition(":")
        uri = self._prefixes.get(prefix, "")
        for known, start in _TAXONOMIES.items():
            if uri.startswith(start):
                return f"{known}:{local}"
        return f"{prefix}:{local}" if prefix else local

    def document(self) -> Document:
        """The facts with their contexts and units, once the whole file has been read."""
        if not self._seen:
            remedy = "Give the main document of a 10-K or 10-Q, not a PDF."
            raise FilingError(Fault(self.name, "holds no inline-XBRL facts.", remedy))
        faults: list[Fault] = []
        facts = [fact for one in self._numbers if (fact := self._fact(one, faults)) is not None]
        if faults:
            raise FilingError(*faults)
        return Document(facts, self._about, re.sub(r"\s+", " ", "".join(self._words)))

    def _fact(self, one: _Open, faults: list[Fault]) -> Fact | None:
        told = one.attributes
        if told.get(f"{XSI} nil") == "true":
            return None
        where, concept = f"{self.name} line {one.line}, {told['name']}", told["name"]
        context, unit = self._contexts.get(told.get("contextRef", "")), self._units.get(told.get("unitRef", ""))
        for kind, found in (("context", context), ("unit", unit)):
            if found is None:
                named = told.get(f"{kind}Ref")
                faults.append(Fault(where, f"{kind} {named!r} is not in the file.", "The file is not whole."))
        try:
            value, printed = number("".join(one.words), told.get("format", ""), told.get("scale", "0"))
            value = -value if told.get("sign") == "-" else value
            rounding = max(printed, rounding_of(told.get("decimals", "INF")))
        except (ValueError, InvalidOperation) as error:
            faults.append(Fault(where, f"{''.join(one.words).strip()!r} is not read as a number: {error}."))
            return None
        if context is None or unit is None:
            return None
        return Fact(concept, context, value, unit, rounding, told["contextRef"], one.line)


_TAXONOMIES = {
    "us-gaap": "http://fasb.org/us-gaap/",
    "srt": "http://fasb.org/srt/",
    "dei": "http://xbrl.sec.gov/dei/",
    "country": "http://xbrl.sec.gov/country/",
    "nvda": "http://www.nvidia.com/",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
}
