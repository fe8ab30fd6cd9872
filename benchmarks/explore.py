"""Time every control of the explorer, through the callbacks of its widgets: what one move takes to answer and to draw.

    .venv/bin/python benchmarks/explore.py [--moves 12]

*Worked out* is the answer (frames, sentences and the marks of the figure), *with drawing* its HTML too: what a reader
waits for, less the way to the browser. Each control goes through its values; the first move of each is not counted,
because it fills what later ones keep. Beside the clock stands the time of the processor, which a busy machine lengthens
less. The table is for benchmarks/README.md.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import ipywidgets as widgets

from analysis.explore import Explorer, fields


def moves(field: fields.Field, most: int) -> list:
    """The changes of one control, each a function: a slider's stops, a list's entries, the two states of a box."""
    part = field.parts[-1]
    if isinstance(part, widgets.IntSlider):
        values = range(part.max + 1)
    elif isinstance(part, widgets.SelectMultiple):
        values = [(value,) for _, value in part.options]
    elif isinstance(part, widgets.Dropdown):
        values = [option[1] if isinstance(option, tuple) else option for option in part.options]
    else:
        values = [not part.value, part.value]
    step = max(1, len(values) // most)
    chosen = [value for value in list(values)[::step] if value != part.value]
    return [lambda value=value: setattr(part, "value", value) for value in chosen][:most]


def main() -> None:
    """Print a row a control: moves, median and 95th percentile of both parts, in milliseconds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moves", type=int, default=12)
    most = options.parse_args().moves
    print(
        "| question | control | moves | worked out, ms | p95 | with drawing, ms | p95 | of the processor, ms |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    explorer = Explorer()
    for name, panel in explorer.panels.items():
        took: list[float] = []

        def timed(record, panel=panel, took=took, **values):
            started = time.perf_counter()
            try:
                return panel.answer(record, **values)
            finally:
                took.append(time.perf_counter() - started)

        explorer.panels[name] = replace(panel, answer=timed)
        controls = {control.label: explorer.control(name, control.name) for control in panel.controls}
        for label, field in (controls | {"as known on": explorer.day}).items():
            explorer.reset.click()
            explorer.question.widget.value = name
            whole, part, cpu = [], [], []
            for move in moves(field, most + 1):
                took.clear()
                started, before = time.perf_counter(), time.process_time()
                move()
                explorer.settled()
                if took and explorer.line.value == "":
                    whole.append(time.perf_counter() - started)
                    cpu.append(time.process_time() - before)
                    part.append(took[-1])
            spent = f"{1000 * median(cpu[1:]):.0f}" if cpu[1:] else ""
            told = f"{_told(part[1:])} | {_told(whole[1:])} | {spent}"
            print(f"| {name} | {label} | {len(whole[1:])} | {told} |", flush=True)


def _told(seconds: list[float]) -> str:
    if not seconds:
        return "  | "
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{1000 * median(ordered):.0f} | {1000 * high:.0f}"


if __name__ == "__main__":
    main()
