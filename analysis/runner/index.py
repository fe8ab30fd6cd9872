"""The index of a folder of reports, and the manifest of what each page was made from."""

import json
from collections.abc import Mapping
from pathlib import Path

from analysis.facts.errors import Fault, ParameterError
from analysis.facts.files import replace_text
from analysis.facts.shapes import UnreadableError, held, read_json
from analysis.runner.choose import choose
from analysis.runner.markup import Front, Shown, front, shown_by
from analysis.runner.notebook import read
from analysis.runner.render import Card, render_index

MANIFEST = "manifest.json"
Made = dict[str, dict[str, str]]  # of one page: ``parameters`` and ``inputs``, each by name, and ``page``: its digest


def check_index(out: Path) -> None:
    """Raise ParameterError when what an earlier run left in ``out`` cannot be read."""
    remembered(out)


def write_index(out: Path, made: Mapping[str, Made]) -> None:
    """Write ``index.html`` over every report in ``out`` whose notebook still exists.

    ``made`` is this run's, by notebook name; that of other reports is kept from ``manifest.json`` beside the index.
    """
    notebooks = {path.stem: path for path in choose([])}
    pages = [name for name in notebooks if (out / f"{name}.html").exists()]
    manifest = remembered(out) | dict(made)
    cards = [_card(out, path) for path in notebooks.values()]
    cards = [card for card in cards if card.has_page or card.has_failed]
    kept = {name: manifest[name] for name in pages if name in manifest}
    replace_text(out / MANIFEST, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    replace_text(out / "index.html", render_index(cards))


def _card(out: Path, path: Path) -> Card:
    try:
        begin = front(read(path), name=path.stem)
    except ParameterError:  # its page of an earlier run is good all the same
        begin = Front(path.stem)
    page, failed = out / f"{path.stem}.html", out / f"{path.stem}.failed.html"
    shown = shown_by(page.read_text(encoding="utf-8")) if page.exists() else Shown()
    return Card(path.stem, begin.title, begin.abstract, shown, page.exists(), failed.exists())


def remembered(out: Path) -> dict[str, Made]:
    """What the pages in a folder were made from, by notebook name; nothing where no manifest is.

    Raises
    ------
    ParameterError : the manifest cannot be read.
    """
    path = out / MANIFEST
    if not path.exists():
        return {}
    try:
        kept, faults = held(dict[str, dict[str, dict[str, str]]], read_json(path))
    except UnreadableError as error:
        kept, faults = {}, [f"cannot be read: {error}."]
    if faults:
        raise ParameterError(Fault(str(path), faults[0], "Delete the file and run again."))
    return kept
