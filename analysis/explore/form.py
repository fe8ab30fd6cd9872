"""A form for the parameters of a notebook, made from the lines of its parameters cell."""

import shlex
from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets

from analysis.facts import paths
from analysis.facts.arguments import written
from analysis.facts.errors import ParameterError
from analysis.parameters import faults
from analysis.results import Record
from analysis.runner.choose import choose
from analysis.runner.notebook import read
from analysis.runner.parameters import Parameter, declared, parse


class Form:
    """The parameters of a notebook as a form: what each may be, whether it can be used, and the run that it makes.

    Parameters
    ----------
    name : of the notebook, as `analysis.runner.choose.choose` takes it.
    variables : ``globals()`` of a notebook that is open: what is chosen is written there, for the cells below.

    Raises
    ------
    ParameterError : there is no such notebook.
    """

    def __init__(self, name: str, variables: dict[str, object] | None = None) -> None:
        path = choose([name])[0]
        self.notebook, self._variables = path.stem, variables
        self._parameters = declared(read(paths.NOTEBOOKS / path.name), where=path.stem)
        self.fields = {one.name: _field(one, self._known(one)) for one in self._parameters}
        self.said = ipywidgets.HTML()
        for field in self.fields.values():
            field.observe(lambda _: self._checked(), "value")
        self.widget = ipywidgets.VBox([*self.fields.values(), self.said])
        self._checked()

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the fields, as values.

        Raises
        ------
        ParameterError : everything that is wrong with them.
        """
        given = {name: _text(field.value) for name, field in self.fields.items()}
        return parse(self.notebook, self._parameters, given, faults)

    def _known(self, parameter: Parameter) -> list[str]:
        """What the data offers for a parameter that is a list of chips."""
        if parameter.name not in ("chips", "baseline"):
            return list(parameter.choices)
        products = Record().whole("products")
        return products.loc[products["level"] == "variant", "product"].tolist()

    def _checked(self) -> None:
        try:
            values = self.values
        except ParameterError as error:
            self.said.value = "".join(f"<p>{escape(str(fault))}</p>" for fault in error.faults)
            return
        if self._variables is not None:
            self._variables |= values
        defaults = {one.name: one.default for one in self._parameters}
        command = ["python", "-m", "analysis", "report", self.notebook, "--as-of", values["as_of"]]
        for name, one in values.items():
            command += ["-p", f"{name}={written(one)}"] if one != defaults[name] and name != "as_of" else []
        self.said.value = f"<code>{escape(shlex.join(command))}</code>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, object]:
        return self.widget._repr_mimebundle_()


def _field(parameter: Parameter, known: list[str]) -> ipywidgets.Widget:
    look = {"description_width": "180px"}
    make = partial(dict, description=parameter.name, style=look, tooltip=parameter.meaning)
    layout = ipywidgets.Layout(width="620px")
    if isinstance(parameter.default, bool):
        return ipywidgets.Checkbox(value=parameter.default, **make())
    if known and isinstance(parameter.default, list):
        chosen = [one for one in parameter.default if one in known]
        return ipywidgets.SelectMultiple(options=known, value=chosen, rows=6, layout=layout, **make())
    if known:
        return ipywidgets.Dropdown(options=known, value=parameter.default, layout=layout, **make())
    return ipywidgets.Text(
        value=_text(parameter.default), placeholder=parameter.meaning, layout=layout, continuous_update=False, **make()
    )


def _text(given: object) -> str:
    return "" if given in ("", {}, []) else written(given)


def controls_of(notebook: str, variables: dict[str, object] | None = None) -> Form:
    """The parameters of a notebook as a form, for a cell in JupyterLab.

    Parameters
    ----------
    notebook : ``"04_china_revenue"``, or a beginning that only one has.
    variables : ``globals()``, to let the cells below take what is chosen.

    Raises
    ------
    ParameterError : there is no such notebook.

    Examples
    --------
    >>> controls_of("04").values["currency"]
    'USD'
    """
    return Form(notebook, variables)
