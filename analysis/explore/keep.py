"""The present setting, to keep: as a command, as a run of the notebook with parameters, as a cell."""

import shlex
from collections.abc import Mapping
from functools import cache
from inspect import signature

from analysis.explore.panels import Panel
from analysis.facts import paths
from analysis.facts.arguments import written
from analysis.results import Record
from analysis.runner import notebook, parameters

_THERE = {"product": "chip", "policies": "policy"}  # what a notebook calls a parameter of a result


def kept(panel: Panel, values: Mapping[str, object], as_of: str, without: tuple[str, ...]) -> dict[str, str]:
    """The setting by what it is kept as.

    Parameters
    ----------
    values : of the controls, as values of their parameters.

    Returns
    -------
    texts : ``command`` prints the frame, ``papermill`` runs the notebook, ``python`` gives the frame, and ``explore``
        opens the panel as it stands.
    """
    own = signature(getattr(Record, panel.result)).parameters
    asked = {name: given for name, given in {**panel.fixed, **values}.items() if name in own}
    asked = {name: given for name, given in asked.items() if given != own[name].default}
    there = {parameter.name for parameter in declared(panel.notebook)}
    passed = {"as_of": as_of} | {_THERE.get(name, name): _plain(given) for name, given in values.items()}
    passed = {name: given for name, given in passed.items() if name in there}
    passed |= {"policy": passed["policy"][0]} if "policy" in passed else {}  # the notebook takes one apart
    options = "".join(f" -p {name} {shlex.quote(_typed(given))}" for name, given in asked.items())
    options += f" --as-of {as_of}" + (f" --without {' '.join(without)}" if without else "")
    opened = _keywords({"as_of": as_of, **({"without": list(without)} if without else {}), **values})
    struck = f", without={list(without)!r}" if without else ""
    name = panel.notebook
    return {
        "command": f"python -m analysis table {panel.result}{options}",
        "papermill": f'papermill.execute_notebook("{name}.ipynb", "{name}_kept.ipynb", parameters={passed!r})',
        "python": f"analysis.Record(as_of={as_of!r}{struck}).{panel.result}({_keywords(asked)})",
        "explore": f"Explorer({panel.name!r}, {opened})",
    }


@cache
def declared(name: str) -> list[parameters.Parameter]:
    """The parameters of a notebook, as its cell declares them."""
    return parameters.declared(notebook.read(paths.NOTEBOOKS / f"{name}.ipynb"), where=name)


def _plain(given: object) -> object:
    """A value as JSON has it, so that papermill can write it."""
    return list(given) if isinstance(given, tuple) else given


def _typed(given: object) -> str:
    """A value as the command line takes it."""
    if isinstance(given, list | tuple):
        return ",".join(map(str, given))
    return "" if given in (None, "") else written(given)


def _keywords(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_plain(given)!r}" for name, given in values.items())
