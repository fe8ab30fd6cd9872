"""By what a filing's geographic tables go: the customers' billing location or their headquarters, from its own words.

NVIDIA has put it in several ways since fiscal 2020: allocated to countries "based on the location to which the products
are initially billed", "based on the invoicing address", "designated based upon the billing location of the customer",
"based upon the location of the customers' headquarters". What they share is read: a sentence on geographic revenue
that names one of the two. A sentence that tells what was done before is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.facts.errors import Fault, FilingError
from analysis.revenue.filings.inline_xbrl import Document, Fact

BILLING, HEADQUARTERS = "billing", "headquarters"
_NAMES = {
    BILLING: re.compile(r"\bbill(?:ing|ed)\b|\binvoic", re.IGNORECASE),
    HEADQUARTERS: re.compile(r"\bcustomers?\b.*\bheadquarter|\bheadquarter.*\bcustomers?\b", re.IGNORECASE | re.DOTALL),
}
_SUBJECT = re.compile(r"\brevenues?\b|\bsales\b", re.IGNORECASE)
_RULE = re.compile(r"\b(?:based|allocated|designated|attributed|determined)\b", re.IGNORECASE)
_FORMER = re.compile(
    r"\b(?:previously|formerly|historically|was|were|had been|no longer|chang(?:ed?|ing))\b", re.IGNORECASE
)
_CAPTION = re.compile(r"geographic\s+revenue\s+based\b|:$", re.IGNORECASE)
_END = re.compile(r"[.;:$]|\b\d{1,3}(?:,\d{3})+\b")  # of a sentence; or where the amounts of a table begin
_NEAR = 1500  # characters between a sentence and the table that it stands above
_LONGEST = 350  # characters of a sentence to either side of "geographic"


@dataclass(frozen=True)
class Sentence:
    """A sentence on geographic revenue, where "geographic" stands in the words, and the bases it names."""

    position: int
    text: str
    bases: frozenset[str]


def sentences(words: str) -> list[Sentence]:
    """What a document says of the basis of geographic revenue, in its order."""
    named = []
    for match in re.finditer(r"\bgeographic", words, re.IGNORECASE):
        before = _END.split(words[max(0, match.start() - _LONGEST) : match.start()])[-1]
        after = words[match.start() : match.start() + _LONGEST]
        end = _END.search(after)
        text = " ".join((before + (after[: end.start()] + end[0] if end else after)).split())
        bases = frozenset(basis for basis, name in _NAMES.items() if name.search(text))
        if bases and _SUBJECT.search(text) and _RULE.search(text) and not _FORMER.search(text):
            named.append(Sentence(match.start(), text, bases))
    return named


def bases_of(document: Document, facts: Iterable[Fact]) -> dict[Fact, str]:
    """The basis of each geographic fact, table by table.

    What is nearest decides: the caption in the table, the caption above it, the sentences above it (since the last
    geographic table, and no further than a page), all sentences of the document. They must name one basis.

    Raises
    ------
    FilingError : nothing names a basis of a table, or the nearest words name both.
    """
    named_bases = sentences(document.words)
    tables: dict[int, list[Fact]] = {}
    for fact in facts:
        tables.setdefault(fact.table, []).append(fact)
    bases, faults, above = {}, [], 0
    for table, cells in tables.items():
        first, last = cells[0].position, cells[-1].position
        start = document.tables[table - 1] if table else first
        inside = [one for one in named_bases if start <= one.position <= last]
        near = [one for one in named_bases if max(above, start - _NEAR) <= one.position < start]
        caption = [one for one in near[-1:] if _CAPTION.search(one.text)]
        deciding = inside or caption or near or named_bases
        named = sorted({basis for one in deciding for basis in one.bases})
        if len(named) == 1:
            bases |= dict.fromkeys(cells, named[0])
        else:
            faults.append(_unclear(cells[0], deciding))
        above = last
    if faults:
        raise FilingError(*faults)
    return bases


def _unclear(fact: Fact, deciding: list[Sentence]) -> Fault:
    both = "both billing location and headquarters" if deciding else "neither billing location nor headquarters"
    quoted = "".join(f' "{one.text}"' for one in deciding)
    what = f"names {both} as the basis of its geographic table{':' + quoted if quoted else '.'}"
    remedy = "Read it; a basis is taken from words that name one, and never guessed."
    return Fault(f"the filing, geographic table at line {fact.line}", what, remedy)
