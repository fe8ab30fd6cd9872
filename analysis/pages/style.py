"""What a notebook shows: findings, sentences, tables and lists of sources."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd
from markupsafe import Markup, escape
from pandas.io.formats.style import Styler

from analysis.facts.record import Record
from analysis.pages.asked import Number, Origins, Page, in_markdown, origins, plainly, say, together
from analysis.pages.formats import UNKNOWN
from analysis.pages.tables import page_table

Column = str | tuple[str, Callable] | Callable

_SOURCE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


@dataclass(frozen=True)
class Table:
    """A table as readers see it. It shows itself as HTML, and as its caption and size where there is none."""

    caption: str
    styler: Styler = field(repr=False)
    page: Page = field(default_factory=Page, repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        rows, columns = self.styler.data.shape
        shown = {"text/html": self.styler.to_html(), "text/plain": f"[table {self.caption}: {rows} x {columns}]"}
        return shown, {"page": self.page.bundle()}


@dataclass(frozen=True)
class Words:
    """Computed sentences: Markdown in a notebook, and on a page with the numbers that can be asked."""

    text: str
    page: Page = field(repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return {"text/markdown": plainly(self.text), "text/plain": str(self.text)}, {"page": self.page.bundle()}


def formatted(frame: pd.DataFrame, columns: Iterable[str], form: Callable) -> pd.DataFrame:
    """The frame, with a format for some of its columns of numbers, which `table` then uses."""
    formats = frame.attrs.get("formats", {})
    frame.attrs["formats"] = formats | {column: form for column in columns if column in frame}
    return frame


def readers(
    frame: pd.DataFrame, columns: Mapping[str, Column], formulas: Mapping[str, Callable[[Mapping], str]] | None = None
) -> pd.DataFrame:
    """A frame for readers, column by column, which remembers what its rows rest on.

    Parameters
    ----------
    columns : what each head stands over: the name of a column, a column with the function that makes its cells text, or
        a function that makes a cell of a whole row. A cell may be a `Number`, which opens what it rests on itself.
    formulas : by head, a function from a row to how its cell is worked out, for what is computed here.
    """

    rows = list(frame.itertuples(index=False)) if any(map(callable, columns.values())) else []

    def cells(column: Column) -> Iterable:
        if isinstance(column, str):
            return frame[column]
        if isinstance(column, tuple):
            return frame[column[0]].map(column[1])
        return map(column, rows)

    made = {head: list(cells(column)) for head, column in columns.items()}
    own = {
        (row, head): cell
        for head, column in made.items()
        for row, cell in zip(frame.index, column, strict=True)
        if isinstance(cell, Number)
    }
    texts = {head: [str(cell) if isinstance(cell, Number) else cell for cell in made[head]] for head in made}
    shown = pd.DataFrame(texts, index=frame.index)
    shown.attrs["origins"] = origins(frame, formulas, own)
    return shown


def joined(ids: str) -> str:
    """Source ids as a reader's list: ``a|b`` to ``a, b``."""
    return ids.replace("|", ", ")


def cited(record: Record, caption: str, *rows: pd.DataFrame) -> Table:
    """The documents behind frames, as the table that closes a notebook; a page lists them with all that it cites."""
    found = record.sources(*rows)
    shown = table(found.drop(columns="url"), caption, sources=record.documents)
    page = Page(record.documents)
    page.cite(found["source_id"])
    page.html = "<!--sources-->"
    return Table(caption, shown.styler, page)


def markdown(text: str, record: Record | None = None, *, front: str = "") -> Words:
    """Computed sentences as a notebook and a page show them: names and titles in them are words and never markup.

    Parameters
    ----------
    record : whose documents the numbers of the sentences cite, where they can be asked.
    front : the heading under which the front page shows them too.
    """
    page = Page(None if record is None else record.documents)
    marked = Markup(' data-front="{}"').format(front) if front else ""
    page.html = f'<div class="prose"{marked}>{in_markdown(text, page)}</div>'
    return Words(text, page)


def finding(record: Record, headline: str, *more: str) -> Words:
    """The answer of a page: one sentence of at most twenty words with its number, and what belongs to it.

    Parameters
    ----------
    more : two to four short sentences that follow.
    """
    page = Page(record.documents)
    first = in_markdown(headline, page).removeprefix("<p>").strip().removesuffix("</p>")
    page.html = f'<h1 id="title">{first}</h1><div class="dek">{in_markdown(together(more), page)}</div>'
    page.finding = plainly(headline)
    return Words(together([say("**{headline}**", headline=headline), together(more)], "\n\n"), page)


def table(
    frame: pd.DataFrame,
    caption: str,
    formats: dict[str, Callable] | None = None,
    *,
    sources: pd.DataFrame | None = None,
    note: str = "",
) -> Table:
    """A frame as readers see it: formatted, captioned, numbers to the right, no index, safe HTML.

    Parameters
    ----------
    frame : columns already named for readers, in their order.
    caption : what the table holds, with unit and scope; also makes its ids stable.
    formats : a function from value to text for each column that needs one; by default those that the frame brings with
        it in ``attrs["formats"]``.
    sources : the table ``sources``; its ids become links wherever a cell names them.
    note : unit and scope, under the caption on a page.
    """
    formats = formats or frame.attrs.get("formats", {})
    said = _said(frame, formats)
    addresses = {} if sources is None else dict(zip(sources["source_id"], sources["url"], strict=True))
    texts = frame.copy().astype(object)
    for column in frame:
        texts[column] = said[column].map(lambda text: _linked(text, addresses))
    styles = [("caption", "text-align:left;font-weight:600"), ("td, th", "text-align:left;vertical-align:top")]
    styles += [("td a", "white-space:nowrap"), *_columns(frame, formats)]
    uuid = "t" + "".join(letter for letter in caption.lower() if letter.isalpha())[:24]
    title = caption if len(frame) else f"{caption}: nothing on record"
    styler = Styler(texts, uuid=uuid, caption=escape(title), cell_ids=False).hide(axis="index")
    styler = styler.format_index(escape="html", axis="columns")
    page = on_page(frame, caption, Page(sources), formats, note=note)
    return Table(caption, styler.set_table_styles([{"selector": what, "props": props} for what, props in styles]), page)


def on_page(
    frame: pd.DataFrame, caption: str, page: Page, formats: dict[str, Callable] | None = None, *, note: str = ""
) -> Page:
    """The part of `table` that a page shows, put on a page; parameters as there."""
    formats = formats or frame.attrs.get("formats", {})
    found, said = frame.attrs.get("origins", Origins({})), pd.DataFrame(_said(frame, formats), index=frame.index)
    is_number = [column in formats or pd.api.types.is_numeric_dtype(frame[column]) for column in frame]
    page.html = page_table(said, is_number, caption, note, found, page)
    return page


def _said(frame: pd.DataFrame, formats: dict[str, Callable]) -> dict[str, pd.Series]:
    """What every cell says."""
    return {column: frame[column].map(formats.get(column, _text)) for column in frame}


def _columns(frame: pd.DataFrame, formats: dict[str, Callable]) -> list[tuple[str, str]]:
    """Numbers to the right, no break inside a number, a date or a short word, and room for sentences."""
    is_number = [column in formats or pd.api.types.is_numeric_dtype(frame[column]) for column in frame]
    right = ", ".join(f".col{at}" for at, number in enumerate(is_number) if number)
    unbroken = ", ".join(f"td.col{at}" for at, column in enumerate(frame) if all(map(_is_short, frame[column])))
    roomy = ", ".join(f"td.col{at}" for at, column in enumerate(frame) if any(map(_is_long, frame[column])))
    rules = [(right, "text-align:right"), (unbroken, "white-space:nowrap"), (roomy, "min-width:17em")]
    return [(selector, props) for selector, props in rules if selector]


def _is_short(cell: object) -> bool:
    text = _text(cell)
    return len(text) <= (30 if text[:1].isdigit() or text.startswith(("over ", "up to ")) else 14)


def _is_long(cell: object) -> bool:
    return len(_text(cell)) > 60


def _linked(text: str, addresses: dict[str, str]) -> str:
    """Escaped text in which every source id that has an address is a link."""

    def link(match: re.Match) -> str:
        address = addresses.get(match.group(), "")
        is_web = address.startswith(("http://", "https://"))
        return f'<a href="{escape(address)}">{match.group()}</a>' if is_web else match.group()

    return _SOURCE_ID.sub(link, str(escape(text)))


def _text(value: object) -> str:
    """A cell without a format: words as they are, what is missing as ``unknown``."""
    if value is None or value != value:
        return UNKNOWN
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
