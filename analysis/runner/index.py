"""The index of a folder of reports, and what is remembered there between runs."""

import json
from collections.abc import Mapping
from pathlib import Path

from analysis.facts.errors import Fault, ParameterError
from analysis.facts.files import replace_text
from analysis.facts.shapes import Number, UnreadableError, held, read_json
from analysis.runner.choose import choose
from analysis.runner.markup import Front, front
from analysis.runner.notebook import read
from analysis.runner.render import Card, render_index

_VALUES = "reports.json"
_TIMES = "run-times.js"
_TIMES_HEAD = "window.runTimes = "
_KEPT = {_VALUES: dict[str, dict[str, str]], _TIMES: dict[str, Number]}  # by notebook: parameters, seconds


def check_index(out: Path) -> None:
    """Raise ParameterError when what an earlier run left in ``out`` cannot be read."""
    for name in (_VALUES, _TIMES):
        _remembered(out / name)


def write_index(out: Path, values: Mapping[str, Mapping[str, str]], seconds: Mapping[str, float]) -> None:
    """Write ``index.html`` over every report in ``out`` whose notebook still exists.

    ``values`` and ``seconds`` are this run's, by notebook name; those of other reports are kept from
    ``reports.json`` and ``run-times.js`` beside the index. Run times stand in a file of their own because
    two runs of the same commit must give the same pages.
    """
    notebooks = {path.stem: path for path in choose([])}
    pages = [name for name in notebooks if (out / f"{name}.html").exists()]
    parameters = _remembered(out / _VALUES) | dict(values)
    times = _remembered(out / _TIMES) | dict(seconds)
    kept_parameters = {name: parameters.get(name, {}) for name in pages}
    kept_times = {name: times[name] for name in pages if name in times}
    cards = [_card(out, path, parameters.get(name, {})) for name, path in notebooks.items()]
    cards = [card for card in cards if card.has_page or card.has_failed]
    replace_text(out / _VALUES, json.dumps(kept_parameters, indent=1, ensure_ascii=False) + "\n")
    replace_text(out / _TIMES, f"{_TIMES_HEAD}{json.dumps(kept_times, indent=1)};\n")
    replace_text(out / "index.html", render_index(cards))


def _card(out: Path, path: Path, values: Mapping[str, str]) -> Card:
    try:
        begin = front(read(path), name=path.stem)
    except ParameterError:  # its page of an earlier run is good all the same
        begin = Front(path.stem)
    has_page, has_failed = ((out / f"{path.stem}.{ending}").exists() for ending in ("html", "failed.html"))
    return Card(path.stem, begin.title, begin.abstract, values, has_page, has_failed)


def _remembered(path: Path) -> dict:
    if not path.exists():
        return {}
    try:
        kept, faults = held(_KEPT[path.name], read_json(path, _TIMES_HEAD, ";\n"))
    except UnreadableError as error:
        kept, faults = {}, [f"cannot be read: {error}."]
    if faults:
        raise ParameterError(Fault(str(path), faults[0], "Delete the file and run again."))
    return kept
