"""What a chip is called: one reading of names for every command, table, ledger and notebook.

A name is an id (``h20-141gb``), what readers say (``H20 141 GB``), an alias of ``data/products.csv`` (``H20-3e``), or
any of these in another width, case or spelling, with the maker before it and in Chinese: ``NVIDIA H20``,
``GeForce RTX 4090``, ``昇腾910C``, ``寒武纪思元590``.
"""

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

import pandas as pd

from analysis.facts.errors import ParameterError

# Words that stand for others in the names of chips, and those that say only who makes it or what it is.
_SAME = {"昇腾": "ascend", "昇騰": "ascend", "思元": "mlu", "siyuan": "mlu", "昆仑芯": "kunlun", "昆侖芯": "kunlun"}
_SAME |= {"kunlunxin": "kunlun", "海光": "hygon", "燧原": "enflame", "沐曦": "metax", "曦云": "", "平头哥": "thead"}
_MAKERS = "nvidia geforce instinct huawei cambricon biren moorethreads baidu alibaba amd intel gpu gpu芯片"
_MAKERS += " 英伟达 輝達 辉达 华为 華為 寒武纪 寒武紀 壁仞 摩尔线程 摩爾線程 百度 阿里 英特尔 英特爾"
_MAKERS += " 芯片 晶片 显卡 顯卡 加速卡"
_DROPPED = re.compile("|".join(sorted(_MAKERS.split(), key=len, reverse=True)))
_SPOKEN = re.compile("|".join(_SAME))
_TOKEN = re.compile(r"[^\W\d_]{3,}(?!\d)|[^\W\d_]*\d+[^\W\d_]*|[^\W\d_]+")
_LOOKS_LIKE = str.maketrans("oil", "011")  # letters taken for digits


def plain(name: str) -> str:
    """A name as names are compared: one width, one case, letters and digits alone, Chinese words in English."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _SPOKEN.sub(lambda word: _SAME[word[0]], "".join(sign for sign in folded if sign.isalnum()))


def found(name: str, products: pd.DataFrame) -> str:
    """The product that a name means, of whatever level; empty where it means none.

    Parameters
    ----------
    products : the table of that name, ``product, name, family, level`` and, where it has them, ``aliases``.
    """
    known, bare = _known(products), plain(name)
    without = _DROPPED.sub("", bare)
    return known.get(bare) or (known.get(without, "") if without else "")


def variants(product: str, products: pd.DataFrame) -> list[str]:
    """The chips that a product is: itself where it is a variant, those of the family where it is one, else none."""
    chips = products[products["level"] == "variant"]
    if product in set(chips["product"]):
        return [product]
    return list(chips.loc[chips["family"] == product, "product"])


def refusal(name: str, products: pd.DataFrame) -> str:
    """Why a name is no one chip: there is none, it is a family, or it is no card at all; one sentence for everybody."""
    product = found(name, products)
    if not product:
        return f"{name!r} is no chip on record. {hint(name, products)}See table products."
    members = variants(product, products)
    if members:
        return f"{name!r} is a family of chips. Its variants are: {', '.join(members)}."
    level = products.set_index("product")["level"].get(product, "family")
    what = {"die": "a bare die", "aggregate": "a count of several chips"}.get(level, "a family without variants")
    return f"{name!r} is {what}, and no chip with figures of its own. See table products."


def chip(name: str, products: pd.DataFrame, *, parameter: str) -> str:
    """The one variant that a name means.

    Raises
    ------
    ParameterError : in the name of the parameter, `refusal`.
    """
    product = found(name, products)
    if variants(product, products) != [product]:
        raise ParameterError(f"{parameter}: {refusal(name, products)}")
    return product


def chips(name: str, products: pd.DataFrame, *, parameter: str) -> list[str]:
    """The variants that a name means, all those of a family; raises as `chip`."""
    members = variants(found(name, products), products)
    if not members:
        raise ParameterError(f"{parameter}: {refusal(name, products)}")
    return members


def product(name: str, products: pd.DataFrame, *, parameter: str) -> str:
    """What is counted under a name: a variant, a family, an aggregate; raises as `chip` where there is nothing."""
    known = found(name, products)
    if not known:
        raise ParameterError(f"{parameter}: {refusal(name, products)}")
    return known


def hint(name: str, products: pd.DataFrame) -> str:
    """``"Did you mean 'h20'? "`` where a name is a slip of the pen, or the empty string; never another chip.

    What carries the digits must be the same (a letter O may be a zero), only words may be spelt otherwise:
    ``Asend 910C`` is ``ascend-910c``, ``H21`` is nothing.
    """
    model, words = _parts(name)
    if not model:
        return ""
    ids = dict.fromkeys(products["product"])
    same = {one: _parts(one)[1] for one in ids if _parts(one)[0] == model}
    near = [one for one, told in same.items() if _are_near(words, told)]
    return f"Did you mean {near[0]!r}? " if near else ""


def _are_near(words: list[str], others: list[str]) -> bool:
    """Whether words are the others but for slips of the pen."""
    pairs = zip(words, others, strict=False)
    return len(words) == len(others) and all(get_close_matches(one, [other], cutoff=0.7) for one, other in pairs)


def _known(products: pd.DataFrame) -> dict[str, str]:
    """Products by every name they have; an id before a name, a name before an alias, a family before nothing."""
    columns = [column for column in ("product", "name", "aliases", "family") if column in products]
    means = ["family" if column == "family" else "product" for column in columns]
    return _by_name(
        tuple(tuple(zip(products[a], products[b], strict=True)) for a, b in zip(columns, means, strict=True))
    )


@lru_cache(maxsize=4)
def _by_name(columns: tuple[tuple[tuple[str, str], ...], ...]) -> dict[str, str]:
    known: dict[str, str] = {}
    for cells in columns:
        for cell, product_meant in cells:
            for one in cell.split("|"):
                known.setdefault(plain(one), product_meant)
    known.pop("", None)
    return known


def _parts(name: str) -> tuple[frozenset[str], list[str]]:
    """What of a name carries digits, without units, and its other words."""
    folded = _DROPPED.sub(" ", _SPOKEN.sub(lambda word: _SAME[word[0]], unicodedata.normalize("NFKC", name).casefold()))
    tokens = [token for token in _TOKEN.findall(folded.replace("_", " ")) if token not in ("g", "gb", "per")]
    model = {re.sub(r"(?<=\d)gb?$", "", token) for token in tokens if re.search(r"\d", token)}
    words = [token for token in tokens if not re.search(r"\d", token)]
    return frozenset(token.translate(_LOOKS_LIKE) for token in model), words
