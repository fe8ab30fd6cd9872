"""Which notebooks are meant."""

from collections.abc import Sequence
from pathlib import Path

from analysis.facts import paths
from analysis.facts.errors import ParameterError, did_you_mean


def choose(names: Sequence[str], *, pattern: str = "[0-9][0-9]*.ipynb") -> list[Path]:
    """Return the files of the named notebooks, or of all numbered ones in order, which have a page.

    A name is ``01_chip_specs``, with or without folder and ``.ipynb``, or a beginning that only one has.

    Parameters
    ----------
    pattern : of the file names, for what is not about pages alone.

    Raises
    ------
    ParameterError
        Naming every name that fits no notebook or several.
    """
    notebooks = {path.stem: path for path in sorted(paths.NOTEBOOKS.glob(pattern))}
    chosen, faults = {}, []
    for name in names or notebooks:
        wanted = Path(name).name.removesuffix(".ipynb")
        matches = [wanted] if wanted in notebooks else [stem for stem in notebooks if stem.startswith(wanted)]
        if len(matches) == 1:
            chosen[matches[0]] = notebooks[matches[0]]
        elif matches:
            faults.append(f"{name!r} fits several notebooks: {', '.join(matches)}. Write more of the name.")
        else:
            listed = ", ".join(notebooks) or "none"
            faults.append(f"There is no notebook {name!r}. {did_you_mean(wanted, notebooks)}There are: {listed}.")
    if faults:
        raise ParameterError(*faults)
    return list(chosen.values())
