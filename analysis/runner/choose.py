"""Which notebooks are meant."""

from collections.abc import Sequence
from pathlib import Path

from analysis.facts import paths
from analysis.facts.errors import ParameterError, did_you_mean


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
