"""Frames as text: CSV, JSON and Markdown, which say the same of every cell.

A day is ISO text: a time of day would claim more than is known. What is missing is empty (``null`` in JSON). An
infinite number says that there is no limit, which is known: the words `NO_LIMIT` stand for it, in every format. A CSV
file has an apostrophe before what a spreadsheet would run, and says the same otherwise.
"""

import json

import numpy as np
import pandas as pd

from analysis.facts.cells import inert

NO_LIMIT = "no limit"


def as_csv(frame: pd.DataFrame) -> str:
    """To 15 digits, without the index; no cell is one that a spreadsheet would run."""
    plain = _plain(frame)
    texts = plain.select_dtypes(exclude=["number", "bool"])
    safe = plain.assign(**{column: texts[column].map(inert) for column in texts})
    return safe.rename(columns=inert).to_csv(index=False, lineterminator="\n")


def as_json(frame: pd.DataFrame) -> str:
    """A list of rows, to 15 digits."""
    plain = _plain(frame)
    columns = {name: plain[name].astype(object).where(plain[name].notna(), None).tolist() for name in plain}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_markdown(frame: pd.DataFrame) -> str:
    """A table whose cells are as in CSV."""
    plain = _plain(frame)
    texts = plain.apply(lambda cells: cells.map(_words)).rename(columns=_words)
    return texts.to_markdown(index=False, disable_numparse=True) + "\n"


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Days and the absence of a limit as words; numbers to 15 significant digits, in which all processors agree."""
    plain = pd.DataFrame(frame).copy()
    for column in plain.select_dtypes("datetime"):
        plain[column] = plain[column].dt.strftime("%Y-%m-%d")
    for column in plain.select_dtypes("float"):
        plain[column] = plain[column].map(lambda number: float(f"{number:.15g}"))
        is_open = np.isinf(plain[column])
        if is_open.any():
            plain[column] = plain[column].astype(object).mask(is_open, NO_LIMIT)
    return plain


def _words(cell: object) -> str:
    if cell is None or cell != cell:
        return ""
    text = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
