"""Digests of what pages and results are made of."""

import hashlib
from pathlib import Path

from analysis.facts import paths

_DIGITS = 16  # of a digest that are kept


def inputs() -> dict[str, str]:
    """What all pages are made of, as digests: data, code and templates, the lock of the libraries."""
    tables = {f"data/{path.name}": digest(path) for path in sorted(paths.DATA.glob("*.csv"))}
    code = sorted(path for path in (paths.ROOT / "analysis").rglob("*") if path.suffix in (".py", ".j2", ".css"))
    more = sorted(path for path in paths.DATA.rglob("*.yml"))
    whole = hashlib.sha256("".join(digest(path) for path in code).encode()).hexdigest()[:_DIGITS]
    tables |= {f"data/{path.relative_to(paths.DATA).as_posix()}": digest(path) for path in more}
    return tables | {"analysis": whole, "requirements.lock": digest(paths.ROOT / "requirements.lock")}


def of_notebook(path: Path) -> dict[str, str]:
    """The digest of a notebook, by its place in the tree."""
    return {f"notebooks/{path.name}": digest(path)}


def digest(path: Path) -> str:
    """The first hexadecimal digits of a file's SHA-256; empty where there is no file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS] if path.exists() else ""
