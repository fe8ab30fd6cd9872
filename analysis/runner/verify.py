"""Are the pages of a folder what this commit and this data make? Each is made again and compared."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analysis.facts import paths
from analysis.facts.errors import Fault, ParameterError
from analysis.runner import warm
from analysis.runner.digests import digest, inputs, of_notebook
from analysis.runner.index import MANIFEST, remembered


@dataclass(frozen=True)
class Verified:
    """What became of one page: the same again, or different and for which reason."""

    name: str
    status: Literal["same", "differs", "failed"]
    why: str = ""


def verify(
    folder: Path, *, progress: Callable[[str], None], check: Callable | None = None, prepare: Sequence[str] = ()
) -> list[Verified]:
    """Make every page of a folder again, with the parameters that it was made with, and compare the bytes.

    ``prepare`` is what `analysis.runner.warm.parent` does first.

    Raises
    ------
    ParameterError : no manifest, or one that cannot be read.
    """
    manifest = remembered(folder)
    if not manifest:
        raise ParameterError(Fault(str(folder / MANIFEST), "does not exist.", "Make the pages by `report` first."))
    with warm.parent(prepare, many=len(manifest)):
        return list(_verdicts(folder, manifest, progress, check))


def _verdicts(
    folder: Path, manifest: Mapping, progress: Callable[[str], None], check: Callable | None
) -> Iterator[Verified]:
    from analysis.runner.report import report

    of_all = inputs()
    for name, made in manifest.items():
        page = folder / f"{name}.html"
        now = of_all | of_notebook(paths.NOTEBOOKS / f"{name}.ipynb")
        changed = _changed(made.get("inputs", {}), now)
        if digest(page) != made.get("page", {}).get("digest", ""):
            changed.insert(0, "the page was edited after it was made")
        with tempfile.TemporaryDirectory() as place:
            given = made.get("parameters", {})
            outcome = report([name], given, out=Path(place), check=check, progress=lambda _: None)[0]
            again = digest(Path(place) / f"{name}.html")
        if outcome.status != "written":
            verdict = Verified(name, "failed", outcome.message)
        elif again == digest(page):
            verdict = Verified(name, "same")
        else:
            verdict = Verified(name, "differs", "; ".join(changed) or "nothing that the manifest knows has changed")
        progress(f"{name}  {verdict.status}{f': {verdict.why}' if verdict.why else ''}")
        yield verdict


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What differs between two lists of inputs, in words."""
    names = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    return [f"{name} is {_how(name, before, now)}" for name in names]


def _how(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    if name not in before:
        return "new"
    return "other than it was" if now.get(name) else "gone"
