"""A table as a page shows it: aligned by the decimal point, value, range and mark apart, cards on a phone.

In JupyterLab the same table is a pandas Styler (`analysis.pages.style`); this one is for the pages, where numbers open
their sources. It has no width of its own: the column is as wide as the window allows, and what does not fit becomes a
card a row (`report.css`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup, escape

from analysis.pages.asked import Number, Origins, Page
from analysis.pages.formats import UNKNOWN, capital

_DECIMAL = re.compile(r"[−+]?[\d,]+(?:\.(\d+))?")
_WITH_RANGE = re.compile(r"(?P<value>[^()]*\d[^()]*) \((?P<range>[^()]*\d[^()]*)\)")
_FIGURE = re.compile(
    r"(?:over |up to |about |USD |CNY |EUR |[−+<>≥≤~×])*\d[\d,.]*(?: ?(?:to|–|-) ?(?:USD |CNY |−)?[\d,.]+)?"
    r" ?(?:million|billion|bn|m|%|x|times|days?|GB/s|TB/s|GB|TOPS|W|mm²)?(?: \(.*\))?(?: \*)?"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*|(?:19|20)\d\d|FY\d{4}.*")
_SHOWN, _MOST = 16, 500  # rows that stand open, and that a page has at all
_FEW = 3  # rows from which a column that says the same in each is said once
_NAME = 26  # characters of the longest name that does not break
_LONG = 36  # characters of a cell that may break into lines


@dataclass(frozen=True)
class Column:
    """How one column of a table is set."""

    head: str
    texts: list[str]
    is_number: bool

    @property
    def places(self) -> int:
        """The most digits after a point among its plain numbers; none where all have as many."""
        found = {len(match[1] or "") for text in self.texts if (match := _DECIMAL.fullmatch(_value(text)[0]))}
        return max(found) if len(found) > 1 else 0

    @property
    def kind(self) -> str:
        """Its class in the style sheet."""
        if self.is_number:
            return "num"
        return "long" if any(len(text) > _LONG for text in self.texts) else ""

    @property
    def width(self) -> int:
        """The characters that it needs on a line."""
        longest = max((len(_widest(text)) for text in self.texts), default=0)
        words = max((len(word) for word in self.head.split()), default=0)
        return max(longest if self.is_number else min(longest, _LONG // 2), words) + 2


def page_table(
    texts: pd.DataFrame, is_number: Sequence[bool], caption: str, note: str, found: Origins, page: Page
) -> str:
    """A table as HTML.

    Parameters
    ----------
    texts : what every cell says, escaped by nobody yet; the first column heads the rows.
    is_number : whether a column is set as numbers.
    caption : the bold line above it.
    note : what stands under that: unit and scope.
    found : what the cells rest on.
    page : where the cards and sources go.
    """
    columns = [
        Column(str(head), [str(text) for text in texts[head]], number or _is_figures(texts[head]))
        for head, number in zip(texts, is_number, strict=True)
    ]
    if found.rows:  # each number of the row opens its documents: no column of ids beside it
        columns = [column for column in columns if not _are_documents(column, page)]
    same = [column for column in columns[1:] if len(texts) >= _FEW and len(set(column.texts)) == 1 and column.texts[0]]
    kept = [column for column in columns if column not in same]
    said = [note, *(f"{capital(column.head)}: {column.texts[0]}." for column in same)]
    above = Markup("<b>{}</b><span>{}</span>").format(caption, page.named(" ".join(filter(None, said))))
    if not len(texts):
        return Markup('<p class="none"><b>{}</b> Nothing is known by this day.</p>').format(caption)
    heads = Markup("").join(
        Markup('<th scope="col" role="columnheader" class="{}">{}</th>').format(column.kind, capital(column.head))
        for column in kept
    )
    listed = texts.index[:_MOST]
    rows = Markup("").join(_row(at, label, kept, caption, found, page) for at, label in enumerate(listed))
    fold = _fold(caption, len(texts)) if len(texts) > _SHOWN else ""
    longest = max(map(len, kept[0].texts))
    width = sum(column.width for column in kept) + (longest - _LONG // 2) * (_LONG // 2 < longest <= _NAME)
    size = next(name for name, most in _SIZES.items() if width <= most)
    return Markup(
        '<div class="t {}"><table role="table"><caption>{}</caption>'
        '<thead role="rowgroup"><tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody></table>{}</div>'
    ).format(size, above, heads, rows, fold)


# The narrowest container in which a table of so many characters still stands as a table, by class in report.css.
_SIZES = {"w1": 44, "w2": 66, "w3": 92, "w4": 118, "w5": 150, "w6": 10_000}


def _fold(caption: str, rows: int) -> Markup:
    """The switch that shows what a long table folds away, and what of a very long one no page shows."""
    name = "all-" + re.sub(r"\W+", "-", caption.lower()).strip("-")
    cut = f" It has {rows:,}; the command `table` prints them." if rows > _MOST else ""
    box = Markup('<input type="checkbox" class="all" id="{}"><label for="{}">Show all {} rows.{}</label>')
    return box.format(name, name, f"{min(rows, _MOST):,}", cut)


def _row(at: int, label: object, columns: list[Column], caption: str, found: Origins, page: Page) -> Markup:
    head, rest = columns[0], columns[1:]
    before = head.texts[at - 1] if at else ""
    again = " again" if head.texts[at] == before else ""
    what = f"{head.texts[at]}"
    cells = Markup('<th scope="row" role="rowheader" class="{}">{}</th>').format(
        ("name" if max(map(len, head.texts)) <= _NAME else "") + again, page.named(head.texts[at])
    )
    for column in rest:
        text = column.texts[at]
        inside = _cell(text, column, f"{what}, {column.head}. {caption}", found, label, page)
        cells += Markup('<td role="cell" class="{}" data-l="{}">{}</td>').format(
            column.kind, capital(column.head), inside
        )
    return Markup('<tr role="row"{}>{}</tr>').format(Markup(' class="more"') if at >= _SHOWN else "", cells)


def _cell(text: str, column: Column, what: str, found: Origins, label: object, page: Page) -> Markup:
    if text == UNKNOWN:
        return Markup('<span class="key">{}</span>').format(text)
    own = found.numbers.get((label, column.head))
    if own is None and not (column.is_number and re.search(r"\d", text)):
        return page.named(text)
    value, between, mark = _value(text)
    shown = _aligned(value, column.places)
    shown += Markup('<i class="mk">{}</i>').format(mark) if mark else ""
    shown += Markup("<small>{}</small>").format(between) if between else ""
    return page.button(own or Number(text, what, found.of(label, column.head)), shown)


def _value(text: str) -> tuple[str, str, str]:
    """A cell as value, range and mark."""
    mark = "*" if text.endswith(" *") else ""
    plain = text.removesuffix(" *")
    match = _WITH_RANGE.fullmatch(plain)
    return (match["value"], match["range"], mark) if match else (plain, "", mark)


def _aligned(value: str, places: int) -> Markup:
    """A number split at its point, the fraction as wide in every row."""
    if not places or not _DECIMAL.fullmatch(value):
        return escape(value)
    whole, point, rest = value.partition(".")
    return Markup('{}<span class="f d{}">{}{}</span>').format(whole, min(places, 5), point, rest)


def _widest(text: str) -> str:
    value, between, _ = _value(text)
    return max(value, between, key=len)


def _is_figures(texts: pd.Series) -> bool:
    """Whether most of what a column says is figures, so that it is set as numbers."""
    said = [str(text) for text in texts if str(text) not in ("", UNKNOWN)]
    figures = [text for text in said if _FIGURE.fullmatch(text) and not _DATE.fullmatch(text)]
    return len(figures) * 2 > len(said)


def _are_documents(column: Column, page: Page) -> bool:
    """Whether a column holds ids of documents and nothing else."""
    said = [text for text in column.texts if text not in ("", UNKNOWN)]
    return bool(said) and all(page.has(each) for text in said for each in text.split(", "))
