"""Files of keys and values, YAML or JSON, held against a declared shape before anything is made of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from analysis.facts import cells, limits, saved
from analysis.facts.errors import did_you_mean

LARGEST = 1 << 20  # bytes of a file of keys and values; the largest on record has one kilobyte
_WORDS = {
    "float_type": "is no number.",
    "greater_than": "is not above 0.",
    "string_type": "is no text.",
    "string_too_short": "is empty.",
    "list_type": "is no list.",
    "dict_type": "is no list of keys.",
    "model_type": "is no list of keys.",
}


class UnreadableError(Exception):
    """A file that is not even keys and values; says why."""


def _figure(number: float) -> float:
    if not limits.is_plausible(number):
        raise ValueError("is no number.")
    return number


def _plain(text: str) -> str:
    if words := cells.fault(text):
        raise ValueError(words.partition("|")[0])
    return text


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_plain)]
Number = Annotated[float, Field(strict=True), AfterValidator(_figure)]
Positive = Annotated[Number, Field(gt=0)]


class Shape(BaseModel):
    """What a mapping must hold: the declared keys with values of their types, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=True)


def read_yaml(path: Path) -> object:
    """The content of a YAML file.

    Raises
    ------
    UnreadableError : no file, too large, no UTF-8, no YAML, a key twice, nested too deep, a number too long.
    """
    return _read(path, lambda text: yaml.load(text, _Loader))


def read_json(path: Path, head: str = "", tail: str = "") -> object:
    """The content of a JSON file between ``head`` and ``tail``; raises as `read_yaml`."""
    return _read(path, lambda text: json.loads(text.removeprefix(head).rstrip(tail or None), object_pairs_hook=_once))


def held(kind: Any, given: object) -> tuple[Any, list[str]]:
    """What a shape makes of what a file holds, and everything that is wrong with it, in words.

    Parameters
    ----------
    kind : a `Shape`, or any type that pydantic knows.
    """
    try:
        return TypeAdapter(kind).validate_python(given, strict=True), []
    except ValidationError as error:
        return None, list(_told(error, kind))


def _read(path: Path, parse: Any) -> object:
    try:
        if not path.is_file():
            raise UnreadableError("there is no such file")
        if path.stat().st_size > LARGEST:
            raise UnreadableError(f"it is larger than {LARGEST // 1024} kB")
        return parse(saved.text_of(path)[0])
    except RecursionError:
        raise UnreadableError("it is nested too deep") from None
    except (
        OSError,
        ValueError,
        yaml.YAMLError,
        saved.UnreadableError,
    ) as error:  # too many digits is a ValueError too
        raise UnreadableError(" ".join(str(error).split())) from error


class _Loader(yaml.SafeLoader):
    """YAML in which a key stands once: the last of two would win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"key {twice[0]!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _told(error: ValidationError, kind: Any) -> Iterator[str]:
    for one in error.errors(include_url=False, include_input=False, include_context=True):
        *place, name = one["loc"] or ("",)
        where = "".join(f"{part}: " for part in place)
        if one["type"] == "missing":
            yield f"{where}lacks {name!r}."
        elif one["type"] == "extra_forbidden":
            keys = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) and not place else ()
            yield f"{where}has the key {_short(name)}. {did_you_mean(str(name), keys)}Remove it."
        else:
            words = str(one.get("ctx", {}).get("error", "")) or _WORDS.get(one["type"], f"is wrong: {one['msg']}.")
            yield f"{where}{name} {words}".lstrip()


def _short(name: object) -> str:
    text = repr(str(name))
    return text if len(text) <= 60 else f"{text[:60]}..."
