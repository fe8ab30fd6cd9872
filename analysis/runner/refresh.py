"""Store outputs back into the notebooks, without anything that differs between two runs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from nbformat import NotebookNode

from analysis.facts.files import replace_text
from analysis.runner import warm
from analysis.runner.execute import CellError, execute

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Refreshed:
    """What became of one notebook file, and why when it failed."""

    path: Path
    status: Literal["changed", "unchanged", "failed"]
    message: str = ""


def refresh(
    paths: Sequence[Path], *, progress: Callable[[str], None] = print, prepare: Sequence[str] = ()
) -> list[Refreshed]:
    """Run each notebook with its committed defaults and store the outputs in its file, in one step.

    A notebook that fails keeps its file as it was. ``prepare`` is what `analysis.runner.warm.parent` does first.
    """
    results = []
    with warm.parent(prepare, many=len(paths)):
        for path in paths:
            result = _refresh(path, progress)
            progress(f"{path.stem}  {result.status}{f': {result.message}' if result.message else ''}")
            results.append(result)
    return results


def _refresh(path: Path, progress: Callable[[str], None]) -> Refreshed:
    before = path.read_text(encoding="utf-8")
    try:
        notebook = execute(path, {}, on_cell=lambda done, total: progress(f"{path.stem}  cell {done} of {total}"))
    except CellError as failure:
        return Refreshed(path, "failed", str(failure))
    ids = [cell.get("id") for cell in json.loads(before)["cells"]]
    after = nbformat.writes(reduced(notebook, ids)) + "\n"
    if after == before:
        return Refreshed(path, "unchanged")
    replace_text(path, after)
    return Refreshed(path, "changed")


def reduced(notebook: NotebookNode, ids: Sequence[str | None]) -> NotebookNode:
    """Return the notebook with nothing in its metadata but what a reader or the runner needs."""
    cells = [
        _reduced_cell(cell, cell_id or f"cell-{position}")
        for position, (cell, cell_id) in enumerate(zip(notebook.cells, ids, strict=True), start=1)
    ]
    code = (cell for cell in cells if cell.cell_type == "code" and cell.source.strip())
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return nbformat.v4.new_notebook(cells=cells, metadata=_METADATA, nbformat_minor=5)


def _reduced_cell(cell: NotebookNode, cell_id: str) -> NotebookNode:
    tags = cell.metadata.get("tags", [])
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    make = new.get(cell.cell_type, nbformat.v4.new_raw_cell)
    reduced = make(cell.source, id=cell_id, metadata={"tags": tags} if tags else {})
    if cell.cell_type == "code":
        # stderr holds warnings with paths and process numbers of one machine, so it is never stored.
        reduced.outputs = [_reduced_output(out) for out in cell.outputs if out.get("name") != "stderr"]
    return reduced


_WIDGET = "application/vnd.jupyter.widget-view+json"  # is nothing without its kernel, and has random ids


def _reduced_output(output: NotebookNode) -> NotebookNode:
    output.get("data", {}).pop(_WIDGET, None)
    if "metadata" in output:
        sizes = {
            kind: {key: value for key, value in described.items() if key in ("width", "height")}
            for kind, described in output.metadata.items()
            if kind.startswith("image/")
        }
        drawing = {key: value for key, value in output.metadata.items() if key == "drawing"}  # and no page of its own
        output.metadata = nbformat.from_dict(drawing | {kind: size for kind, size in sizes.items() if size})
    return output
