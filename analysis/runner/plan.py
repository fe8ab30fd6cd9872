"""Which notebooks run with which values: decided, and refused, before any kernel starts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from analysis import paths
from analysis.errors import Fault, ParameterError, did_you_mean
from analysis.runner.markup import Front, front
from analysis.runner.parameters import Check, Parameter, declared, parse, unknown


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


def plan(names: Sequence[str], given: Mapping[str, str], checks: Mapping[str, Check] | None = None) -> list[Job]:
    """Return the jobs for the named notebooks, or for all; each gets those of the given values it declares.

    Raises
    ------
    ParameterError
        For unknown notebooks; then for every parameter that no chosen notebook declares and every bad value.
    """
    notebooks = {path: nbformat.read(path, as_version=4) for path in choose(names)}
    parameters = {
        path: declared(notebook, where=f"{path.stem}, parameters cell") for path, notebook in notebooks.items()
    }
    known = dict.fromkeys(p.name for found in parameters.values() for p in found)
    faults: list[Fault | str] = [_stray(name, known, notebooks) for name in given if name not in known]
    jobs = []
    for path, notebook in notebooks.items():
        own = {p.name: given[p.name] for p in parameters[path] if p.name in given}
        try:
            values = parse(path.stem, parameters[path], own, checks)
        except ParameterError as error:
            faults += error.faults
        else:
            jobs.append(Job(path, front(notebook, name=path.stem), parameters[path], values))
    if faults:
        raise ParameterError(*_distinct(faults))
    return jobs


def choose(names: Sequence[str]) -> list[Path]:
    """Return the files of the named notebooks, or of all numbered ones in order.

    A name is ``01_chip_specs``, with or without folder and ``.ipynb``, or a beginning that fits only one.

    Raises
    ------
    ParameterError
        Naming every name that fits no notebook or several.
    """
    known = {path.stem: path for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]*.ipynb"))}
    chosen, faults = {}, []
    for name in names or known:
        wanted = Path(name).name.removesuffix(".ipynb")
        fits = [wanted] if wanted in known else [stem for stem in known if stem.startswith(wanted)]
        if len(fits) == 1:
            chosen[fits[0]] = known[fits[0]]
        elif fits:
            faults.append(f"{name!r} fits several notebooks: {', '.join(fits)}. Write more of the name.")
        else:
            listed = ", ".join(known) or "none"
            faults.append(f"There is no notebook {name!r}. {did_you_mean(wanted, known)}There are: {listed}.")
    if faults:
        raise ParameterError(*faults)
    return list(chosen.values())


def _stray(name: str, known: Iterable[str], chosen: Collection[Path]) -> str:
    if len(chosen) == 1:
        return unknown(name, known, lack=f"{next(iter(chosen)).stem} has no parameter", pronoun="It has")
    lack = f"None of the {len(chosen)} notebooks has a parameter"
    return unknown(name, known, lack=lack, pronoun="They have")


def _distinct(faults: Iterable[Fault | str]) -> list[Fault | str]:
    """A bad value is one thing to mend, however many notebooks declare the parameter."""
    first: dict[object, Fault | str] = {}
    for fault in faults:
        is_fault = isinstance(fault, Fault)
        first.setdefault((fault.where.rpartition(", ")[2], fault.problem) if is_fault else fault, fault)
    return list(first.values())
