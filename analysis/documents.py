"""The documents that are written from the data: the dictionary, and the head of README.md."""

import json
import re

from analysis.chips import figures
from analysis.facts import paths
from analysis.facts.files import replace_bytes, replace_text
from analysis.facts.schema import TABLES, Declared
from analysis.facts.schema.fields import Column
from analysis.pages.drawing import Drawing
from analysis.results import Record

FOUND = ("02_export_controls", "04_china_revenue", "01_chip_specs")  # whose findings README.md opens with
PICTURE = ".github/equivalence.png"
_FINDINGS = re.compile(r"(?<=<!-- findings -->\n).*?(?=<!-- end of findings -->)", re.DOTALL)
_BETWEEN = re.compile(r"(?<=<!-- figure -->\n).*?(?=<!-- end of figure -->)", re.DOTALL)


def write_documents() -> None:
    """Write ``data/README.md``, and the findings and the picture of README.md."""
    drawing = readme_figure()
    readme = paths.ROOT / "README.md"
    replace_text(paths.DATA / "README.md", dictionary())
    replace_bytes(paths.ROOT / PICTURE, drawing.png())
    text = with_findings(readme.read_text(encoding="utf-8"), readme_findings())
    replace_text(readme, with_figure(text, drawing))


def readme_figure() -> Drawing:
    """The equivalence of the core chips, from all that is recorded."""
    record = Record()
    return figures.equivalence(record, record.equivalence())


def readme_findings() -> list[str]:
    """What three pages find, as their notebooks have it stored."""
    notebooks = (json.loads((paths.NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")) for name in FOUND)
    return [_headline(notebook) for notebook in notebooks]


def _headline(notebook: dict) -> str:
    """The first sentence in bold that a notebook shows."""
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    texts = ("".join(output["data"].get("text/markdown", "")) for output in outputs if "data" in output)
    return next((match[1] for text in texts if (match := re.match(r"\*\*(.+?)\*\*", text))), "")


def with_findings(readme: str, findings: list[str]) -> str:
    """README.md with the findings, a bullet each, between their two markers."""
    listed = "".join(f"- **{finding}**\n" for finding in findings)
    return _FINDINGS.sub(lambda _: f"\n{listed}\n", readme)


def with_figure(readme: str, drawing: Drawing) -> str:
    """README.md with the picture, its alt text and its fingerprint between the two markers."""
    shown = f"![{drawing.alt}]({PICTURE})\n\n<!-- {drawing.fingerprint} -->\n"
    return _BETWEEN.sub(lambda _: shown, readme)


_HEAD = """# Data dictionary

Written by `make refresh` from the declarations in `analysis/facts/schema/`; a test keeps the two equal. Edit those.

One fact, one row, one source. Conflicting rows all stay; `analysis.facts.resolve` picks among them in the open. Cells
hold what the source gives, in its own units (`units.csv` says what `analysis.facts.load` turns them into); an empty
cell means that the source gives nothing. `basis` says how direct a figure is, `grade` of the source how good:

| basis | | grade | |
|---|---|---|---|
| official | the maker or regulator itself | A | filing, rule text, maker |
| reported | press or others state it as a fact | B | newswire, established press or research |
| derived | arithmetic, named in the note | C | blog, aggregator, community |
| estimated | by a named estimator | | |
| assumed | ours, explained | | |

A fact counts as known from its `published_on`; where that is empty, from the date of its source; where the source has
none, from the day it was recorded. A partial date (2025-09) counts from its last day.

## Tables
"""


def dictionary() -> str:
    """The whole dictionary as Markdown."""
    contents = "\n".join(f"- [{name}](#{name}): {declared.title}" for name, declared in TABLES.items())
    return _HEAD + "\n" + contents + "\n" + "".join(_section(declared) for declared in TABLES.values())


def _section(declared: Declared) -> str:
    rows = "\n".join(_row(name, column) for name, column in declared.declared.items())
    return (
        f"\n### {declared.name}\n\n{declared.title} A row is told from others by: {', '.join(declared.key)}.\n\n"
        f"| column | meaning | unit | rule |\n|---|---|---|---|\n{rows}\n"
    )


def _row(name: str, column: Column) -> str:
    rules = "; ".join(rule.words.rstrip(".") for rule in column.rules).replace("|", "\\|")
    meaning = column.meaning.replace("|", "\\|")
    refused = f"a cell that {rules} is refused" if rules else ""
    return f"| `{name}` | {meaning} | {column.unit} | {refused} |"
