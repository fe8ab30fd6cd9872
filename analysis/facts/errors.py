"""What can go wrong with what a user gives, said in four parts: where, what value, which rule, what to do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from traceback import walk_tb


@dataclass(frozen=True, order=True)
class Fault:
    """One problem in an input: ``where`` it is, the ``problem`` (value and rule) and the ``remedy``."""

    where: str
    problem: str
    remedy: str = ""

    @property
    def line(self) -> int:
        """The line of the file that ``where`` names; 0 where it names none."""
        match = re.search(r"line (\d+)", self.where)
        return int(match.group(1)) if match else 0

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} {self.remedy}".rstrip()


class AnalysisError(Exception):
    """An error the user can mend. It carries every fault found, so nothing has to be mended twice.

    Parameters
    ----------
    faults : one or more `Fault` or ready sentences, in the order to show them.
    """

    def __init__(self, *faults: Fault | str) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the faults and the line of the cell, without the way through the package.

        One fault stands in two lines, so that nothing has to be scrolled to.
        """
        from IPython import get_ipython

        named, lines = get_ipython().compile.format_code_name, []
        for frame, line in walk_tb(self.__traceback__):
            cell = named(frame.f_code.co_filename)
            lines += [f"{' '.join(cell)}, line {line}"] if cell else []
        name, faults = type(self).__name__, [f"- {fault}" for fault in self.faults]
        told = [f"{name}: {self.faults[0]}"] if len(faults) == 1 else [name, *faults]
        return [*told, *lines[-1:]]


class DataError(AnalysisError):
    """A table under ``data/`` breaks its schema."""


class ParameterError(AnalysisError, ValueError):
    """A parameter, chip, date, table or notebook name that the suite does not know or cannot use."""


class FilingError(AnalysisError):
    """A filing that cannot be read, or that does not say what it must."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """``"Did you mean 'as_of'? "`` for the nearest known name, or the empty string where none is near."""
    near = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}? " if near else ""
