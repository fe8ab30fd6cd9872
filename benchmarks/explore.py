"""Time every control of the explorer, through the callbacks of its widgets: what one move takes to answer and to draw.

    .venv/bin/python benchmarks/explore.py [--moves 12]

*At once*: a control is thrown from one value to another far off, of which nothing is prepared, and an explorer that
nobody sees prepares nothing. *Worked out* is the answer (frames, sentences and the marks of the figure), *drawn* its
HTML too: what a reader waits for, less the way to the browser. The first move of each control is not counted, because
it fills what later ones keep. Beside the clock stands the time of the processor, which a busy machine lengthens less.

*Step by step*: the explorer is seen, a reader looks at the question for three seconds and then moves the control by one
stop after another, one second after the answer to the last. The table is for benchmarks/README.md.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import ipywidgets as widgets
from tqdm import tqdm

from analysis.explore import Explorer, fields
from analysis.explore.panels import PANELS

_LOOKS, _RESTS = 3.0, 1.0  # seconds


def moves(field: fields.Field, most: int, *, far: bool = True) -> list[Callable[[], None]]:
    """The changes of one control, each a function: a slider's stops, a list's entries, the two states of a box.

    Parameters
    ----------
    far : spread over all that the control can be; otherwise one step after another, from where it stands.
    """
    part = field.parts[-1]
    if isinstance(part, widgets.IntSlider):
        values = list(range(part.max + 1))
    elif isinstance(part, widgets.SelectMultiple):
        values = [(value,) for _, value in part.options]
    elif isinstance(part, widgets.Dropdown):
        values = [option[1] if isinstance(option, tuple) else option for option in part.options]
    else:
        values = [not part.value, part.value]
    if far:
        chosen = [value for value in values[:: max(1, len(values) // most)] if value != part.value]
    else:
        at = values.index(part.value) if part.value in values else 0
        chosen = values[at + 1 :] if len(values) - at > at else values[:at][::-1]
    return [lambda value=value: setattr(part, "value", value) for value in chosen][:most]


def main() -> None:
    """Print a row a control: moves, median and 95th percentile of each, in milliseconds."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--moves", type=int, default=12)
    options.add_argument("--only", choices=[panel.name for panel in PANELS], help="one question")
    given = options.parse_args()
    print(
        "| question | control | worked out, ms | p95 | drawn, ms | p95 | processor, ms | moves "
        "| step by step, ms | p95 | steps |\n" + "|---|---|" + "---|" * 9
    )
    explorer, took = Explorer(), []
    for name, panel in explorer.panels.items():
        explorer.panels[name] = replace(panel, answer=_timed(panel.answer, took))
    controls = [
        (name, control, label)
        for name, panel in explorer.panels.items()
        for control, label in [*((one.name, one.label) for one in panel.controls), ("", "as known on")]
        if given.only in (None, name)
    ]
    thrown = [_at_once(explorer, name, control, given.moves, took) for name, control, _ in tqdm(controls, "at once")]
    explorer = Explorer()  # only now: what it prepares would slow the other down
    explorer._repr_mimebundle_()
    for (name, control, label), row in zip(controls, thrown, strict=True):
        row += _step_by_step(explorer, name, control, given.moves)
        print(f"| {name} | {label} | {' | '.join(row)} |", flush=True)


def _timed(answer: Callable, took: list[float]) -> Callable:
    def timed(record, **values):
        started = time.perf_counter()
        try:
            return answer(record, **values)
        finally:
            took.append(time.perf_counter() - started)

    return timed


def _opened(explorer: Explorer, panel: str, control: str) -> fields.Field:
    explorer.reset.click()
    explorer.question.widget.value = panel
    explorer.settled()
    return explorer.control(panel, control) if control else explorer.day


def _at_once(explorer: Explorer, panel: str, control: str, most: int, took: list[float]) -> list[str]:
    whole, part, cpu = [], [], []
    for move in moves(_opened(explorer, panel, control), most + 1):
        took.clear()
        started, before = time.perf_counter(), time.process_time()
        move()
        explorer.settled()
        if took and explorer.line.value == "":
            whole.append(time.perf_counter() - started)
            cpu.append(time.process_time() - before)
            part.append(took[-1])
    return [*_told(part[1:]), *_told(whole[1:]), _told(cpu[1:])[0], str(len(whole[1:]))]


def _step_by_step(explorer: Explorer, panel: str, control: str, most: int) -> list[str]:
    field, whole = _opened(explorer, panel, control), []
    time.sleep(_LOOKS)
    for move in moves(field, most, far=False):
        started = time.perf_counter()
        move()
        explorer.settled()
        whole.append(time.perf_counter() - started)
        time.sleep(_RESTS)
    return [*_told(whole), str(len(whole))]


def _told(seconds: list[float]) -> tuple[str, str]:
    if not seconds:
        return "", ""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{1000 * median(ordered):.0f}", f"{1000 * high:.0f}"


if __name__ == "__main__":
    main()
