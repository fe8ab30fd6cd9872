"""Which notebooks run with which values: decided, and refused, before any kernel starts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.facts.arguments import unknown
from analysis.facts.errors import Fault, ParameterError
from analysis.runner.choose import choose
from analysis.runner.markup import Front, front
from analysis.runner.notebook import read
from analysis.runner.parameters import Check, Parameter, declared, parse


@dataclass(frozen=True)
class Job:
    """One notebook to run: its file, how it begins, what it declares, and the values given for this run."""

    path: Path
    front: Front
    parameters: list[Parameter]
    values: dict[str, object]

    @property
    def name(self) -> str:
        """Return the file name without its ending, as users call the notebook."""
        return self.path.stem


def plan(names: Sequence[str], given: Mapping[str, str], check: Check | None = None) -> list[Job]:
    """Return the jobs for the named notebooks, or for all; each gets those of the given values it declares.

    Raises
    ------
    ParameterError
        For unknown notebooks; then for every parameter that no chosen notebook declares and every bad value.
    """
    notebooks = {path: read(path) for path in choose(names)}
    parameters = {path: declared(nb, where=f"{path.stem}, parameters cell") for path, nb in notebooks.items()}
    all_names = dict.fromkeys(p.name for cell in parameters.values() for p in cell)
    faults: list[Fault | str] = [_stray(name, all_names, notebooks) for name in given if name not in all_names]
    jobs = []
    for path, notebook in notebooks.items():
        texts = {p.name: given[p.name] for p in parameters[path] if p.name in given}
        try:
            values = parse(path.stem, parameters[path], texts, check)
        except ParameterError as error:
            faults += error.faults
        else:
            jobs.append(Job(path, front(notebook, name=path.stem), parameters[path], values))
    if faults:
        raise ParameterError(*_distinct(faults))
    return jobs


def _stray(name: str, declared_names: Iterable[str], chosen: Collection[Path]) -> str:
    if len(chosen) == 1:
        return unknown(name, declared_names, lack=f"{next(iter(chosen)).stem} has no parameter")
    lack = f"None of the {len(chosen)} notebooks has a parameter"
    return unknown(name, declared_names, lack=lack, pronoun="They have")


def _distinct(faults: Iterable[Fault | str]) -> list[Fault | str]:
    """A bad value is one thing to mend, however many notebooks declare the parameter."""
    first: dict[str, Fault | str] = {}
    for fault in faults:
        first.setdefault(str(fault).partition(", ")[2] or str(fault), fault)
    return list(first.values())
