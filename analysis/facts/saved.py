"""Files as people save them: encodings, separators, numbers and days of spreadsheets, turned into the plain form.

What can be read in one way only is read and said; what could be read in two is left as it stands, so that the check of
the cell names it.
"""

import csv
import re
import unicodedata
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

LARGEST = 100 << 20  # bytes; the largest table on record has a third of a megabyte
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_NO_TEXT = {b"PK\x03\x04": "is an Excel or zip file", b"\xd0\xcf\x11\xe0": "is an old Excel file", b"%PDF": "is a PDF"}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_CHINESE = re.compile(r"[\u2014-\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}( [0-9]{3})+(\.[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]+,([0-9]{1,2}|[0-9]{4,})")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?( 0?0:00(:00)?)?")
_MONTH = re.compile(r"([0-9]{4})[/.年]([0-9]{1,2})月?")
_TURNED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_SERIAL = re.compile(r"[345][0-9]{4}")  # days since 1899-12-30: 1982 to 2064


class UnreadableError(Exception):
    """A file that is no text; says why."""


def text_of(path: Path) -> tuple[str, str]:
    """The text of a file, and the encoding that was taken, in words; none where it is UTF-8.

    Raises
    ------
    UnreadableError : no file, too large, or no text in UTF-8, UTF-16 or GBK.
    """
    if not path.exists():
        raise UnreadableError("the file is missing")
    if not path.is_file():
        raise UnreadableError("it is no plain file")
    if path.stat().st_size > LARGEST:
        raise UnreadableError(f"it is larger than {LARGEST >> 20} MB")
    try:
        return _decoded(path.read_bytes())
    except UnicodeDecodeError as error:
        raise UnreadableError(f"its bytes are no {error.encoding.upper()} (byte {error.start + 1})") from None
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None


def _decoded(content: bytes) -> tuple[str, str]:
    for start, what in _NO_TEXT.items():
        if content.startswith(start):
            raise UnreadableError(f"it {what.removeprefix('is ')}, not text")
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding), "" if encoding == "utf-8-sig" else "UTF-16"
    head = content[:4000]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros and zeros.count(0) > len(zeros) / 2:
            return content.decode(encoding), "UTF-16"
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        return _gbk(content, error), "GBK"


def _gbk(content: bytes, otherwise: UnicodeDecodeError) -> str:
    """The text in GBK, where it is Chinese: bytes of other encodings often decode to signs that no one writes."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise otherwise from None
    if not all(_CHINESE.match(sign) for sign in text if not sign.isascii()):
        raise otherwise
    return text


def lines_of(text: str, columns: list[str]) -> tuple[list[tuple[int, list[str]]], str]:
    """The lines of a table with their numbers, blank ones left out, and the separator that was taken, in words.

    Parameters
    ----------
    columns : that the table may have; the separator is the one that finds most of them, or else most cells.

    Raises
    ------
    csv.Error : an open quote.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    named = first.strip().casefold().startswith("sep=") and len(first.strip()) == 5
    sign = first.strip()[-1] if named else max(_SEPARATORS, key=lambda sign: _fit(first, sign, columns))
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=sign)
    lines = [(reader.line_num, [_clean(cell) for cell in cells]) for cells in reader]
    lines = [(number, cells) for number, cells in lines if any(cells)][named:]
    return lines, "" if sign == "," else _SEPARATORS.get(sign, f"{sign!r}")


def _fit(line: str, sign: str, columns: list[str]) -> tuple[int, int]:
    cells = [cell.strip(' "\ufeff') for cell in line.split(sign)]
    return len({*cells} & {*columns}), len(cells)


def _clean(cell: str) -> str:
    """A cell without the blanks that nobody sees, and a line of it as one."""
    return cell.replace("\u00a0", " ").replace("\u202f", " ").replace("\ufeff", "").replace("\u200b", "").strip(" ")


def number(cell: str) -> str:
    """A number as it is written here: ASCII digits, a point, a hyphen for minus; what is ambiguous as it stands.

    ``１２`` is 12, ``–5`` is -5, ``12,345`` and ``12 345`` are 12345, ``1,5`` is 1.5; ``1.234,5`` stays what it is.
    """
    plain = unicodedata.normalize("NFKC", cell).strip()
    plain = re.sub(r"^[\u2010-\u2015\u2212]", "-", plain)
    if _THOUSANDS.fullmatch(plain):
        return plain.replace(",", "")
    if _SPACED.fullmatch(plain):
        return plain.replace(" ", "")
    return plain.replace(",", ".") if _COMMA.fullmatch(plain) else plain


def day(cell: str) -> str:
    """A day as it is written here, 2025-04-09, out of what spreadsheets make of it; what is ambiguous as it stands.

    ``2025/4/9``, ``2025年4月9日``, ``2025-04-09 00:00:00``, ``13.4.2025`` and the number 45756 are read; 4/9/2025 may
    be April or September.
    """
    plain = unicodedata.normalize("NFKC", cell).strip()
    if match := _DAY.fullmatch(plain):
        return "-".join((match[1], match[2].zfill(2), match[3].zfill(2)))
    if match := _MONTH.fullmatch(plain):
        return f"{match[1]}-{match[2].zfill(2)}"
    if match := _TURNED.fullmatch(plain):
        one, other = int(match[1]), int(match[2])
        if one == other or max(one, other) > 12 >= min(one, other):
            return f"{match[3]}-{min(one, other):02}-{max(one, other):02}"
    if _SERIAL.fullmatch(plain):
        return (date(1899, 12, 30) + timedelta(days=int(plain))).isoformat()
    return plain
