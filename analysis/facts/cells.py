"""What words from anywhere may be: plain, never markup, a formula or unseen signs; one rule for all that is read.

What is read is refused where it breaks the rule. What is written is made inert all the same, at the two edges where
words could become more than words: a cell of a CSV file, and a sentence in Markdown.
"""

import re
import unicodedata

_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_FORMULA = re.compile(r"[=@+]|-(?![0-9.])")
_SUSPECT = re.compile(r"[<\x00-\x1f\x7f-\U0010ffff]|^ *[=@+-]")  # what no ordinary cell has, to be looked at closely
_SPECIAL = {sign: f"&#{ord(sign)};" for sign in "&<>[]`$"}  # of HTML, links, code and formulas
_LONGEST = 100  # characters of a file name made of a user's


def fault(cell: str) -> str:
    """Why a cell is no plain words, as a rule and a remedy with a bar between them; empty where it is."""
    if not _SUSPECT.search(cell):
        return ""
    if _MARKUP.search(cell) or is_formula(cell):
        return "begins like a formula or holds markup.|Write plain words."
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in cell):
        return "holds signs that nobody sees: a line break, a tab, a change of direction.|Write one plain line."
    return ""


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run a cell: by its first sign, in whatever width and behind whatever blanks."""
    plain = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    start = plain.lstrip("\0\ufeff\u200b\u200c\u200d\u2060 \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")
    return bool(_FORMULA.match(start)) or plain[:1] in ("\t", "\r", "\n")


def inert(cell: object) -> object:
    """A cell as a CSV file may have it: what a spreadsheet would run stands behind an apostrophe, as text."""
    return f"'{cell}" if isinstance(cell, str) and is_formula(cell) else cell


def sentence(text: str) -> str:
    """Computed Markdown in which nothing but our own emphasis, lists and headings is markup."""
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


def file_name(name: str) -> str:
    """A user's file name as part of one of ours, or of a title: letters, digits, hyphens, underscores and points."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:_LONGEST] or "unnamed"
