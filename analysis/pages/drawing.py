"""What every figure has: title, subtitle, source line, a text fingerprint, alt text, its data as CSV."""

import base64
import hashlib
import io
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from markupsafe import Markup, escape
from matplotlib import rc_context, rcdefaults, rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from analysis.facts import sources
from analysis.facts.printed import as_csv
from analysis.facts.record import Record
from analysis.pages.asked import Number, Page
from analysis.pages.palette import LIGHT

STILLS = "ANALYSIS_STILLS"  # a variable: where it says no, figures show no PNG beside what a page has of them
WIDTHS = {"wide": 820, "narrow": 340}  # of a drawing, in pixels of the page
SIZES = {"wide": 13, "narrow": 12.5}  # of its words
_DOTS = 72  # to the inch: a unit of a drawing is a pixel of the page
DOT = {"s": 62, "edgecolor": LIGHT["paper"], "linewidth": 0.08 * 62**0.5, "zorder": 3}  # of a point
_SPOT = 24  # pixels across that a finger needs (WCAG 2.2, 2.5.8)
_MOST_CITED = 4
_MARGIN = 7  # pixels of paper beside a still picture
LOOK = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same everywhere
    "font.size": 9.5,
    "text.parse_math": False,  # two dollar signs are money, not a formula
    "axes.edgecolor": LIGHT["hair"],
    "axes.labelcolor": LIGHT["muted"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titley": 1.0,  # right above the axes: matplotlib need not look for what is in the way
    "svg.fonttype": "none",
    "svg.hashsalt": "china",
    "hatch.linewidth": 1.2,
    "grid.color": LIGHT["hair"],
    "grid.linewidth": 0.7,
    "text.color": LIGHT["ink"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["ink"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}


@dataclass(frozen=True)
class Drawing:
    """A finished figure. In a notebook it shows itself once, as PNG (see `STILLS`), with its fingerprint as text.

    The metadata key ``drawing`` carries title, alt text, data and sources; ``page`` carries the figure as a page has
    it: title and subtitle in HTML, a wide and a narrow drawing of which the page shows the one that fits, numbers that
    can be asked, and the data as CSV.
    """

    name: str
    title: str
    figure: Figure = field(repr=False)
    draw: Callable[[str], "Sheet"] = field(repr=False)
    alt: str
    data: pd.DataFrame = field(repr=False)
    sources: list[tuple[str, str]] = field(repr=False)
    subtitle: str = ""
    under: str = ""
    documents: pd.DataFrame | None = field(default=None, repr=False)

    @cached_property
    def narrow(self) -> Figure:
        """The drawing for a phone, made when it is asked for."""
        return _in_width(self.draw, "narrow")

    @property
    def fingerprint(self) -> str:
        """One line that changes when what is drawn changes: marks, ranges, words and a digest of all."""
        self.figure.draw_without_rendering()
        marks = _marks(self.figure)
        words = [text.get_text() for text in self.figure.findobj(_is_text) if text.get_text()]
        drawn = [f"{number:.5g}" for number in marks.ravel()] + words + _colours(self.figure)
        drawn += [self.title, self.subtitle]
        digest = hashlib.sha256("|".join(drawn).encode()).hexdigest()[:10]
        counts = [f"{len(marks)} points", f"{len(words)} texts"]
        counts += [f"{low:.4g}..{high:.4g}" for low, high in _spans(marks)]
        return f"[figure {self.name}: {', '.join([*counts, digest])}]"

    def png(self) -> bytes:
        """The picture at twice the density of a plain screen, without a date or a version inside."""
        buffer = io.BytesIO()
        with under_the_look():
            across, high = self.figure.get_size_inches() * _DOTS
            lines = [*textwrap.wrap(self.title, 84), *textwrap.wrap(self.subtitle, 120)]
            titles = len(textwrap.wrap(self.title, 84))
            for at, line in enumerate(reversed(lines)):
                is_title = len(lines) - at <= titles
                look = {"size": 15, "weight": "bold"} if is_title else {"size": 11.5, "color": LIGHT["muted"]}
                self.figure.text(0.01, 1 + (10 + 18 * at) / high, line, va="bottom", **look)
            ends = np.array([[-_MARGIN, 0], [across + _MARGIN, high + 18 + 18 * len(lines)]]) / _DOTS
            paper = {"facecolor": "white", "bbox_inches": Bbox(ends)}  # where it is to be found, it is drawn twice
            self.figure.savefig(buffer, format="png", dpi=2 * _DOTS, metadata={"Software": None}, **paper)
            del self.figure.texts[len(self.figure.texts) - len(lines) :]
        return buffer.getvalue()

    def page(self) -> Page:
        """The figure as a page has it."""
        page = Page(self.documents)
        head = Markup("<strong>{}</strong><span>{}</span>").format(self.title, self.subtitle)
        inside = Markup("")
        narrow = svg(self.narrow, width="narrow", name=self.name, title=self.title, alt=self.alt)
        for width, figure, picture in (("wide", self.figure, self._wide_svg), ("narrow", self.narrow, narrow)):
            with_spots = Markup(picture) + _spots(figure, page)
            inside += Markup('<div class="{} drawing">{}</div>').format(width, with_spots)
        data = "data:text/csv;charset=utf-8;base64," + base64.b64encode(as_csv(self.data).encode()).decode()
        page.html = Markup(
            '<figure id="figure-{}" aria-label="{}"><figcaption>{}</figcaption>{}<p class="under">{} Sources: {}. '
            '<a class="csv" href="{}" download="{}.csv">The data as CSV</a></p></figure>'
        ).format(self.name, self.title, head, inside, self.under, _cited(self.sources), data, self.name)
        return page

    def wide(self, page: Page, over: Figure | None = None, alt: str = "") -> Markup:
        """The wide drawing alone with its head, as HTML; the cards of its numbers and its documents go to ``page``.

        Parameters
        ----------
        over, alt : a figure of the same size to be laid over it, and what that shows.
        """
        head = Markup("<strong>{}</strong><span>{}</span>").format(self.title, self.subtitle)
        inside = Markup(self._wide_svg) + _spots(self.figure, page)
        if over is not None:
            laid = svg(over, width="over", name=self.name, title=self.title, alt=alt)
            inside += Markup(laid) + _spots(over, page)
        drawing = Markup('<div class="drawing">{}</div>').format(inside)
        return Markup('<figure aria-label="{}"><figcaption>{}</figcaption>{}<p class="under">{}</p></figure>').format(
            self.title, head, drawing, self.under
        )

    @cached_property
    def _wide_svg(self) -> str:
        return svg(self.figure, width="wide", name=self.name, title=self.title, alt=self.alt)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        drawing = {
            "name": self.name,
            "title": self.title,
            "alt": self.alt,
            "csv": as_csv(self.data),
            "sources": [list(source) for source in self.sources],
        }
        metadata = {"drawing": drawing, "page": self.page().bundle()}
        if os.environ.get(STILLS) == "no":
            return {"text/plain": self.title}, metadata
        picture = base64.b64encode(self.png()).decode()
        size = {"width": WIDTHS["wide"], "alt": self.alt}
        return {"image/png": picture, "text/plain": self.fingerprint}, metadata | {"image/png": size}


def _cited(listed: list[tuple[str, str]]) -> Markup:
    """The first sources of a figure as links, and how many more there are."""
    link = Markup('<a href="{}">{}</a>')
    names = [name.partition(": ")[0] for name, _ in listed]
    listed = list(dict(zip(names, [address for _, address in listed], strict=True)).items())
    shown = [link.format(at, name) if at.startswith(("http://", "https://")) else name for name, at in listed]
    rest = [f"and {len(listed) - _MOST_CITED} more, in the list of sources"] if len(listed) > _MOST_CITED else []
    return Markup("; ").join([*shown[:_MOST_CITED], *rest])


def _is_text(artist: object) -> bool:
    return hasattr(artist, "get_text") and artist.get_visible()


def _marks(figure: Figure) -> np.ndarray:
    """Every point, line end and bar corner drawn, as pairs of data coordinates in the order of drawing."""
    pairs = [np.empty((0, 2))]
    for axes in figure.axes:
        pairs += [line.get_xydata() for line in axes.lines]
        for collection in axes.collections:
            is_lines = isinstance(collection, LineCollection)
            pairs += collection.get_segments() if is_lines else [np.ma.filled(collection.get_offsets(), np.nan)]
        pairs += [patch.get_corners() for patch in axes.patches if isinstance(patch, Rectangle)]
    return np.concatenate([np.asarray(pair, dtype=float).reshape(-1, 2) for pair in pairs])


def _colours(figure: Figure) -> list[str]:
    """The colours of every mark: filled and hollow say different things."""
    artists = [artist for axes in figure.axes for artist in (*axes.collections, *axes.patches)]
    faces = [to_hex(face, keep_alpha=True) for artist in artists for face in to_rgba_array(artist.get_facecolor())]
    return faces + [to_hex(line.get_color()) for axes in figure.axes for line in axes.lines]


def _spans(marks: np.ndarray) -> list[tuple[float, float]]:
    return [(np.nanmin(axis), np.nanmax(axis)) for axis in marks.T] if len(marks) else []


@contextmanager
def under_the_look(size: float | None = None) -> Iterator[None]:
    """matplotlib's defaults and `LOOK`, and nothing of what a session has set; with ``size``, words of that size."""
    sizes = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize") if size else ()
    with rc_context():
        rcdefaults()
        rcParams.update(LOOK | dict.fromkeys(sizes, size))
        yield


class Sheet(Figure):
    """A figure of the page's own size, which remembers where its numbers can be asked."""

    def __init__(self, width: str, height: float) -> None:
        super().__init__(figsize=(WIDTHS[width] / _DOTS, height / _DOTS), dpi=_DOTS, facecolor="none")
        self.spots: list[tuple[Axes, float, float, Number]] = []

    def ask(self, axes: Axes, at: Iterable[float], up: Iterable[float], numbers: Iterable[Number]) -> None:
        """Let each point open what its number rests on, by a click or from the keyboard; pointing at it says it.

        Parameters
        ----------
        at, up : where the points lie, in units of the axes.
        """
        self.spots += [(axes, x, y, number) for x, y, number in zip(at, up, numbers, strict=True) if x == x and y == y]


def sheet(
    width: str, height: float, *, left: float, right: float = 12, top: float = 8, bottom: float = 28
) -> tuple[Sheet, Axes]:
    """An empty figure and its axes.

    Parameters
    ----------
    width : ``wide`` or ``narrow``, see `WIDTHS`.
    height, left, right, top, bottom : of the whole, and margins round the axes, in pixels.
    """
    figure, across = Sheet(width, height), WIDTHS[width]
    box = (left / across, bottom / height, 1 - (left + right) / across, 1 - (top + bottom) / height)
    axes = figure.add_axes(box, facecolor="none")
    axes.spines["left"].set_visible(False)
    return figure, axes


def room(names: Iterable[str], size: float = SIZES["wide"]) -> float:
    """The pixels that the longest of some names needs beside an axis."""
    return 10 + 0.62 * size * max((len(name) for name in names), default=0)


def panels(
    width: str, down: int, across: int, high: float, *, left: float, lanes: Sequence[str] = ()
) -> tuple[Sheet, list[Axes]]:
    """Small multiples, row by row, on one scale: names at the left of each row.

    Parameters
    ----------
    down, across : how many panels, below and beside one another.
    high : of a panel with its title, in pixels.
    left : room for the names, in pixels.
    lanes : what stands in each panel from top to bottom, at 0, 1, 2 and so on; none: a scale of numbers.
    """
    whole, gap = WIDTHS[width], 16
    figure = Sheet(width, high * down + 24)
    each = (whole - left - 12 - gap * (across - 1)) / across
    tall = high * down + 24
    grid = []
    for place in range(down * across):
        row, column = divmod(place, across)
        box = (left + column * (each + gap), tall - high * (row + 1) + 10, each, high - 44)
        share_y = {"sharey": grid[-1]} if column and not lanes else {}
        axes = figure.add_axes(
            (box[0] / whole, box[1] / tall, box[2] / whole, box[3] / tall), facecolor="none", **share_y
        )
        axes.spines["left"].set_visible(False)
        if lanes:
            named = lanes if column == 0 else []
            axes.set_ylim(len(lanes) - 0.4, -0.6)
            axes.set_yticks(range(len(named)), named)
        else:
            axes.tick_params(labelleft=column == 0)
        grid.append(axes)
    return figure, grid


def drawn(
    record: Record,
    draw: Callable[[str], Sheet],
    name: str,
    title: str,
    subtitle: str,
    alt: str,
    data: pd.DataFrame,
    *rows: pd.DataFrame,
    under: str = "",
) -> Drawing:
    """A figure in both widths.

    Parameters
    ----------
    record : whose documents the figure cites.
    draw : makes the drawing for ``wide`` or ``narrow``: marks and direct labels only, no title and no legend.
    title : what the figure shows, as a sentence.
    subtitle : what is drawn and in which unit.
    alt : what it shows, in sentences, for those who do not see it.
    data : what was drawn, as its CSV gives it.
    rows : frames whose sources are named; those of ``data`` if none are given.
    under : what to beware of, under the figure.
    """
    cited = sources.listed(record.sources(*(rows or (data,))))
    figure = _in_width(draw, "wide")
    return Drawing(name, title, figure, draw, alt, data, cited, subtitle, under, record.documents)


def _in_width(draw: Callable[[str], Sheet], width: str) -> Sheet:
    with under_the_look(SIZES[width]):
        figure = draw(width)
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # or matplotlib measures the words of the ticks to place nothing beside them
    return figure


def svg(figure: Figure, *, name: str, width: str, title: str, alt: str) -> str:
    """A figure as SVG with real text, in the page's colours and typeface, and the same bytes twice."""
    sink = io.StringIO()
    with under_the_look():
        figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = re.sub(r"^.*?<svg", "<svg", sink.getvalue(), flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<title>.*?</title>", "", text, flags=re.DOTALL)
    text = re.sub(r' (width|height)="[\d.]+pt"| version="1.1"| xmlns:xlink="[^"]*"', "", text)
    text = re.sub(r"font: (?:(bold|\d{3}) )?([\d.]+)px [^;\"]*", _font, text)
    text = re.sub(r" ?font-family: [^;\"]*;?", "", text)
    text = re.sub(r"#[0-9a-f]{6}\b", lambda match: _VARIABLES.get(match[0], match[0]), text)
    text = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(-?\d+\.\d)\d+", r"\1", tag[0]), text)  # tenths of a pixel
    mark = f"{name}-{width}"
    for old in sorted(set(re.findall(r' id="([^"]+)"', text)), key=len, reverse=True):
        is_used = f"#{old}" in text
        text = text.replace(f' id="{old}"', f' id="{mark}-{old}"' if is_used else "").replace(
            f"#{old}", f"#{mark}-{old}"
        )
    text = re.sub(r"<g>\s*<path d=\"[^\"]*\"\s*style=\"fill: none\"/>\s*</g>", "", text.replace("xlink:href", "href"))
    text = _flat(re.sub(r' transform="rotate\(-?0 [^"]*"', "", text))
    said = f'<title id="{mark}-t">{escape(title)}</title><desc id="{mark}-d">{escape(alt)}</desc>'
    opened = re.sub(r"<svg ", f'<svg role="img" aria-labelledby="{mark}-t {mark}-d" ', text, count=1)
    return re.sub(r"\n\s*", "\n", opened.replace(">", f">{said}", 1)).strip()


def _flat(text: str) -> str:
    """An SVG without the groups that say nothing, which are more than half of what matplotlib writes."""
    kept: list[bool] = []

    def tag(match: re.Match) -> str:
        if match[0] == "</g>":
            return match[0] if kept.pop() else ""
        if not match[0].endswith("/>"):
            kept.append(match[0] != "<g>")
        return "" if match[0] in ("<g>", "<g/>") else match[0]

    return re.sub(r"</?g\b[^>]*>", tag, text)


_VARIABLES = {light: f"var(--{name})" for name, light in LIGHT.items()}


def _font(match: re.Match) -> str:
    weight = f"; font-weight: {match[1]}" if match[1] else ""
    return f"font-size: {match[2]}px{weight}"


def _spots(figure: Figure, page: Page) -> Markup:
    """Buttons over the points that can be asked, placed in percent of the drawing."""
    wide, high = figure.get_size_inches() * _DOTS
    made = Markup("")
    for axes, x, y, number in getattr(figure, "spots", ()):
        at, up = axes.transData.transform((x, y))
        place = f"left:{100 * (at - _SPOT / 2) / wide:.2f}%;top:{100 * (high - up - _SPOT / 2) / high:.2f}%"
        told = f"{number.text} {number.what}"
        attributes = Markup(' style="{}" title="{}" aria-label="{}"').format(place, told, told)
        made += Markup(page.button(number, "", kind="spot", attributes=attributes)) if number.origin else ""
    return made
