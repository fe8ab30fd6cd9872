"""Published views, one file each: the headline, the assumptions it is made of, and one of them swapped at a time.

A file of ``data/positions/`` holds ``holder, says, headline, assumptions, product_of, over, scale, note``: the headline
is the product of the named assumptions over the others, times the scale. A view that prints no arithmetic has no
assumptions, and nothing is computed.
"""

from collections.abc import Mapping
from math import isfinite, prod
from pathlib import Path

import pandas as pd
import yaml

from analysis.facts.errors import DataError, Fault, ParameterError, did_you_mean

_KEYS = {"holder", "says", "headline", "assumptions", "product_of", "over", "scale", "note"}
_NEEDED = _KEYS - {"over"}


def read(folder: Path, known_on: pd.Series) -> dict[str, dict]:
    """Every position by the name of its file, in the order of names.

    Parameters
    ----------
    folder : of ``.yml`` files.
    known_on : the day each source became known, by source id.

    Raises
    ------
    DataError : every fault of every file: unknown or missing keys, an assumption that the arithmetic does not use or
        does not know, a figure that is none, a source that does not exist.
    """
    found, faults = {}, []
    for path in sorted(folder.glob("*.yml")):
        try:
            told = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            faults.append(Fault(f"data/positions/{path.name}", f"cannot be read: {error}."))
            continue
        wrong = list(_faults(told, known_on)) if isinstance(told, dict) else ["is no list of keys."]
        faults += [Fault(f"data/positions/{path.name}", what) for what in wrong]
        found[path.stem] = told
    if faults:
        raise DataError(*faults)
    return found


def _faults(told: dict, known_on: pd.Series) -> list[str]:
    faults = [f"lacks {key!r}." for key in sorted(_NEEDED - set(told))]
    faults += [f"has the key {key!r}. {did_you_mean(str(key), _KEYS)}Remove it." for key in told if key not in _KEYS]
    if faults:
        return faults
    used = [*told["product_of"], *told.get("over", [])]
    own = told["assumptions"]
    faults += [
        f"uses {name!r}, which is no assumption. {did_you_mean(name, own)}".rstrip() for name in used if name not in own
    ]
    faults += [f"assumes {name!r} and does not use it." for name in own if name not in used]
    for name, cell in {**own, "headline": told["headline"]}.items():
        if cell.get("source_id") not in known_on.index:
            faults.append(f"{name}: source_id {cell.get('source_id')!r} is not in data/sources.csv.")
        figures = [cell[key] for key in ("value", "low", "rounding") if key in cell]
        if not figures or not all(isinstance(figure, int | float) and isfinite(figure) for figure in figures):
            faults.append(f"{name}: value is no number.")
    return faults


def table(positions: dict[str, dict], known_on: pd.Series, *, swap: Mapping[str, float]) -> pd.DataFrame:
    """Each position with its headline computed again, and once more with an assumption swapped.

    Parameters
    ----------
    positions : from `read`.
    known_on : as there, of the sources that may be used; a position that rests on any other is left out.
    swap : another value of one assumption, in its unit; only positions that have it are swapped.

    Returns
    -------
    frame : ``position, holder, says, headline, headline_low, unit, computed, is_reproduced`` (None where no arithmetic
        is printed), ``arithmetic, swapped, computed_swapped, change_share, basis, source_id, known_on, note``.

    Raises
    ------
    ParameterError : a swap of several assumptions, of one that no position has, or to a value that is not above 0.
    """
    name, other = _swap(swap, positions)
    rows = []
    for position, told in positions.items():
        cells = [*told["assumptions"].values(), told["headline"]]
        ids = list(dict.fromkeys(cell["source_id"] for cell in cells))
        if not set(ids) <= set(known_on.index):
            continue
        values = {key: cell["value"] for key, cell in told["assumptions"].items()}
        swapped = _computed(told, values | {name: other}) if name in values else float("nan")
        headline, computed = told["headline"], _computed(told, values)
        low, value = headline.get("low", float("nan")), headline.get("value", float("nan"))
        rows.append(
            {
                **{"position": position, "holder": told["holder"], "says": told["says"]},
                **{"headline": value, "headline_low": low, "unit": headline["unit"], "computed": computed},
                "is_reproduced": _is_reproduced(headline, computed),
                "arithmetic": _arithmetic(told, values),
                "swapped": f"{name} {values[name]:,.10g} to {other:,.10g}" if name in values else "",
                "computed_swapped": swapped,
                "change_share": swapped / computed - 1,
                **{
                    "basis": headline["basis"],
                    "source_id": "|".join(ids),
                    "known_on": known_on[ids].max(),
                    "note": told["note"],
                },
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["position", "holder", "says", "headline", "headline_low", "unit", "computed", "is_reproduced", "arithmetic"]
_COLUMNS += ["swapped", "computed_swapped", "change_share", "basis", "source_id", "known_on", "note"]


def _is_reproduced(headline: dict, computed: float) -> bool | None:
    if computed != computed:
        return None
    if "value" in headline:
        return abs(computed - headline["value"]) <= headline["rounding"]
    return computed >= headline["low"]


def _computed(told: dict, values: dict[str, float]) -> float:
    if not values:
        return float("nan")
    over = prod(values[name] for name in told.get("over", []))
    return told["scale"] * prod(values[name] for name in told["product_of"]) / over


def _arithmetic(told: dict, values: dict[str, float]) -> str:
    if not values:
        return "none is printed"
    top = " x ".join(f"{name.replace('_', ' ')} {values[name]:,.10g}" for name in told["product_of"])
    return top + "".join(f" / {name.replace('_', ' ')} {values[name]:,.10g}" for name in told.get("over", []))


def _swap(swap: Mapping[str, float], positions: dict[str, dict]) -> tuple[str, float]:
    if not swap:
        return "", float("nan")
    if len(swap) > 1:
        raise ParameterError(f"swap: {', '.join(swap)} are several assumptions. Swap one at a time.")
    (name, other) = next(iter(swap.items()))
    known = list(dict.fromkeys(key for told in positions.values() for key in told["assumptions"]))
    if name not in known:
        hint = did_you_mean(name, known)
        raise ParameterError(f"swap: there is no assumption {name!r}. {hint}They are: {', '.join(known)}.")
    if not other > 0:
        raise ParameterError(f"swap: {other:g} is not above 0. Write it like {name}=10000.")
    return name, other
