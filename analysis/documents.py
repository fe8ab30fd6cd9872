"""The documents that are written from the data: the dictionary, and the figure at the head of README.md."""

import re

from analysis import load, paths, results, sources
from analysis.dictionary import dictionary
from analysis.figures import Drawing, chips
from analysis.runner.files import replace_bytes, replace_text

PICTURE = ".github/equivalence.png"
_BETWEEN = re.compile(r"(?<=<!-- figure -->\n).*?(?=<!-- end of figure -->)", re.DOTALL)


def write_documents() -> None:
    """Write ``data/README.md``, the picture of README.md and the lines that show it."""
    drawing = readme_figure()
    readme = paths.ROOT / "README.md"
    replace_text(paths.DATA / "README.md", dictionary())
    replace_bytes(paths.ROOT / PICTURE, drawing.png())
    replace_text(readme, with_figure(readme.read_text(encoding="utf-8"), drawing))


def readme_figure() -> Drawing:
    """The equivalence of the core chips, from all that is recorded."""
    documents, names = load.table("sources"), load.table("products").set_index("product")["name"]
    worth = results.equivalence()
    return chips.equivalence(worth, names, sources.cited(worth, documents), f"{load.span()[1]:%Y-%m-%d}")


def with_figure(readme: str, drawing: Drawing) -> str:
    """README.md with the picture, its alt text and its fingerprint between the two markers."""
    shown = f"![{drawing.alt}]({PICTURE})\n\n<!-- {drawing.fingerprint} -->\n"
    return _BETWEEN.sub(lambda _: shown, readme)
