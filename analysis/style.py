"""How tables and figures look: one palette, one table style, the same everywhere.

Colours follow Okabe and Ito's set for colour-blind readers ("Color Universal Design", 2008), darkened where
they would be too pale on white.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
from pandas.io.formats.style import Styler

from analysis.wording.formats import UNKNOWN

INK = "#1f2328"
MUTED = "#59636e"
HAIRLINE = "#d8dee4"
ORANGE, SKY, GREEN, BLUE = "#c97b00", "#3f9fd6", "#00845f", "#0b5cad"
VERMILION, PURPLE, YELLOW, GREY = "#c84600", "#a8527f", "#a8960b", "#6b7480"

# One colour a chip family or company, wherever it appears.
COLOURS = {
    "h20": VERMILION,
    "h100": INK,
    "h200": BLUE,
    "h800": SKY,
    "b30a": PURPLE,
    "rtx-6000d": GREEN,
    "a100": GREY,
    "a800": YELLOW,
    "billing": SKY,
    "headquarters": BLUE,
}
SPARE = [ORANGE, YELLOW, SKY, GREY, GREEN, PURPLE]
STAGES = {
    "shipped": BLUE,
    "sold": BLUE,
    "ordered": ORANGE,
    "requested": ORANGE,
    "licensed": GREEN,
    "produced": GREY,
    "planned": GREY,
    "forecast": PURPLE,
    "stock": SKY,
    "smuggled": VERMILION,
}


def colours(names: list[str]) -> dict[str, str]:
    """A colour for each name: its own where it has one (``h20-96gb`` is an ``h20``), else a spare one."""
    own = {name: next((COLOURS[key] for key in _families(name) if key in COLOURS), None) for name in names}
    taken, given = set(), {}
    spare = iter(SPARE * (1 + len(names) // len(SPARE)))
    for name, colour in own.items():
        given[name] = colour if colour and colour not in taken else next(spare)
        taken.add(given[name])
    return given


def _families(name: str) -> list[str]:
    parts = name.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


@dataclass(frozen=True)
class Table:
    """A table as readers see it. It shows itself as HTML, and as its caption and size where there is none."""

    caption: str
    styler: Styler = field(repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows, columns = self.styler.data.shape
        return {"text/html": self.styler.to_html(), "text/plain": f"[table {self.caption}: {rows} x {columns}]"}


def table(frame: pd.DataFrame, caption: str, formats: dict[str, Callable] | None = None) -> Table:
    """A frame as readers see it: formatted, captioned, numbers to the right, no index, safe HTML.

    Parameters
    ----------
    frame : columns already named for readers, in their order.
    caption : what the table holds, with unit and scope; also makes its ids stable.
    formats : a function from value to text for each column that needs one.
    """
    formats = formats or {}
    texts = frame.copy().astype(object)
    for column in frame:
        texts[column] = frame[column].map(formats.get(column, _text))
    right = [
        f".col{at}"
        for at, column in enumerate(frame)
        if column in formats or pd.api.types.is_numeric_dtype(frame[column])
    ]
    styles = [
        ("caption", "text-align:left;font-weight:600"),
        ("td, th", "text-align:left;vertical-align:top"),
    ]
    styles += [(", ".join(right), "text-align:right;white-space:nowrap")] if right else []
    uuid = "t" + "".join(letter for letter in caption.lower() if letter.isalpha())[:24]
    styler = Styler(texts, uuid=uuid, caption=caption, cell_ids=False).hide(axis="index").format(escape="html")
    styler = styler.set_table_styles([{"selector": selector, "props": props} for selector, props in styles])
    return Table(caption, styler)


def _text(value: object) -> str:
    """A cell without a format: words as they are, what is missing as ``unknown``."""
    if value is None or value != value:
        return UNKNOWN
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
