"""What every figure has: title, subtitle, source line, a text fingerprint, alt text, its data as CSV."""

import base64
import hashlib
import io
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps

import numpy as np
import pandas as pd
from matplotlib import rc_context, rcdefaults, rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.facts import sources
from analysis.facts.printed import as_csv
from analysis.facts.record import Record
from analysis.pages.style import HAIRLINE, INK, MUTED

WIDTH = 9.0  # inches, of which a page shows about 1,000 pixels
LOOK = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same everywhere
    "font.size": 9.5,
    "text.parse_math": False,  # two dollar signs are money, not a formula
    "axes.edgecolor": HAIRLINE,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}


@dataclass(frozen=True)
class Drawing:
    """A finished figure. In a notebook it shows itself once, as PNG, with its fingerprint as text.

    The metadata key ``drawing`` carries title, alt text, data and sources to the page that is made of it.
    """

    name: str
    title: str
    figure: Figure = field(repr=False)
    alt: str
    data: pd.DataFrame = field(repr=False)
    sources: list[tuple[str, str]] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """One line that changes when what is drawn changes: marks, ranges, words and a digest of all."""
        self.figure.draw_without_rendering()
        marks = _marks(self.figure)
        words = [text.get_text() for text in self.figure.findobj(_is_text) if text.get_text()]
        drawn = [f"{number:.5g}" for number in marks.ravel()] + words + _colours(self.figure)
        digest = hashlib.sha256("|".join(drawn).encode()).hexdigest()[:10]
        counts = [f"{len(marks)} points", f"{len(words)} texts"]
        counts += [f"{low:.4g}..{high:.4g}" for low, high in _spans(marks)]
        return f"[figure {self.name}: {', '.join([*counts, digest])}]"

    def png(self) -> bytes:
        """The picture at twice the density of a plain screen, without a date or a version inside."""
        buffer = io.BytesIO()
        with _our_look():
            self.figure.savefig(buffer, format="png", dpi=160, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        width, height = (int(inches * 110) for inches in self.figure.get_size_inches())
        drawing = {
            "name": self.name,
            "title": self.title,
            "alt": self.alt,
            "csv": as_csv(self.data),
            "sources": [list(source) for source in self.sources],
        }
        picture = base64.b64encode(self.png()).decode()
        metadata = {"drawing": drawing, "image/png": {"width": width, "height": height, "alt": self.alt}}
        return {"image/png": picture, "text/plain": self.fingerprint}, metadata


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


def head(figure: Figure, title: str, subtitle: str, cited: pd.DataFrame) -> list[tuple[str, str]]:
    """Write title, subtitle and the source line of the rows drawn; returns the sources as label and address.

    Parameters
    ----------
    cited : the sources of the rows drawn, from `analysis.facts.sources.cited`.
    """
    height = figure.get_size_inches()[1]
    figure.text(0.012, 1 - 0.14 / height, title, size=13, weight="bold", va="top")
    figure.text(0.012, 1 - 0.42 / height, subtitle, size=9.5, color=MUTED, va="top")
    listed = sources.listed(cited)
    line = textwrap.fill("Sources: " + sources.line(cited), 150)
    figure.text(0.012, 0.10 / height, line, size=7.5, color=MUTED, va="bottom")
    return listed


def finished(
    record: Record,
    figure: Figure,
    name: str,
    title: str,
    subtitle: str,
    alt: str,
    data: pd.DataFrame,
    *rows: pd.DataFrame,
) -> Drawing:
    """A figure with its head written, as a drawing.

    Parameters
    ----------
    record : whose day ends the subtitle, and whose sources the figure names.
    name : of the figure, in lower case with hyphens.
    subtitle : what is drawn and in which unit, without the day.
    alt : what it shows, in sentences, for those who do not see it.
    data : what was drawn, as its CSV gives it.
    rows : frames whose sources are named; those of ``data`` if none are given.
    """
    cited = record.sources(*(rows or (data,)))
    return Drawing(name, title, figure, alt, data, head(figure, title, f"{subtitle}; as of {record.day}", cited))


def canvas(height: float, left: float = 0.20, top: float = 0.85) -> tuple[Figure, Axes]:
    """An empty figure of the common width, with room for the words above and below its axes."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((left, 0.85 / height, 0.97 - left, 1 - (top + 0.95) / height))
    return figure, axes


def key(axes: Axes, entries: list[tuple[str, str]]) -> None:
    """What the colours stand for, one below the other in the upper left corner: names and their colours."""
    for place, (name, colour) in enumerate(entries):
        axes.text(0.012, 0.975 - 0.065 * place, name, color=colour, weight="bold", va="top", transform=axes.transAxes)


def styled(draw: Callable[..., Drawing]) -> Callable[..., Drawing]:
    """Run a figure function under the common look, whatever the session's own settings are."""

    @wraps(draw)
    def under_the_look(*args: object, **options: object) -> Drawing:
        with _our_look():
            return draw(*args, **options)

    return under_the_look


@contextmanager
def _our_look() -> Iterator[None]:
    """matplotlib's defaults and `LOOK`, and nothing of what a session has set."""
    with rc_context():
        rcdefaults()
        rcParams.update(LOOK)
        yield
