"""Writes NOTICE: the licence of every package of the locks, as the package's own metadata states it.

After `make lock`, in the environment that has them all:

    make .venv/mutants/ready && .venv/mutants/bin/python benchmarks/licences.py
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ["requirements.lock", "requirements-uv.lock", "requirements-mutants.lock"]
HEAD = """Licences of the packages that this suite runs on
================================================

The suite itself is under the MIT licence (LICENSE), its data under the terms of LICENSE-DATA. None of the packages
below is part of it: set-up downloads them. Each licence is as the package's own metadata states it, for the version of
requirements.lock (uv: requirements-uv.lock; what only `make mutants` needs: requirements-mutants.lock).
"""
ELSEWHERE = "On other systems or versions of Python only, and therefore not read here:"


def pinned() -> list[tuple[str, str]]:
    """Name and version of every package of the locks."""
    lines = [line for lock in LOCKS for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()]
    found = [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"[a-z0-9]", line)]
    return sorted({(one.name, next(iter(one.specifier)).version) for one in found})


def licence(package: Distribution) -> str:
    """As stated: the expression, or else the classifiers, or else the first line of the text."""
    about = package.metadata
    classifiers = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier", []) if "License ::" in each]
    text = (about.get("License") or "").strip().splitlines()[:1]
    return about.get("License-Expression") or ", ".join(classifiers) or "".join(text)


def main() -> int:
    here, elsewhere = [], []
    for name, version in pinned():
        try:
            here.append(f"{name} {version}: {licence(distribution(name))}")
        except PackageNotFoundError:
            elsewhere.append(f"{name} {version}")
    (ROOT / "NOTICE").write_text("\n".join([HEAD, *here, "", ELSEWHERE, "", *elsewhere, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
