"""Notebook files, read in one place: what is no notebook is refused with its name."""

import json
import warnings
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.warnings import MissingIDFieldWarning

from analysis.facts.errors import Fault, ParameterError


def read(path: Path) -> NotebookNode:
    """The notebook of a file, in version 4 of the format.

    Raises
    ------
    ParameterError : the file cannot be read, is no JSON, or is no notebook of that version.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
        if not isinstance(content, dict) or content.get("nbformat") != 4:
            raise ValueError("it has no nbformat 4")
        cells = content.get("cells")
        if not isinstance(cells, list) or not all(isinstance(cell, dict) and "source" in cell for cell in cells):
            raise ValueError("it has no cells")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MissingIDFieldWarning)  # the runner counts cells itself
            notebook = nbformat.reads(text, as_version=4)
            nbformat.validate(notebook)
    except RecursionError:
        raise ParameterError(Fault(path.name, "is no notebook: it is nested too deep.", _REMEDY)) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, nbformat.ValidationError) as error:
        why = str(getattr(error, "message", error)).splitlines()[0][:200]
        raise ParameterError(Fault(path.name, f"is no notebook: {why}.", _REMEDY)) from error
    return notebook


_REMEDY = "Restore it from version control."
