"""Which small changes of the code do the tests not notice? Mutation testing of what the numbers rest on, by mutmut.

Each module is changed in one place after the other, and the tests that are about it are run. A mutant that no test
notices is shown as a difference of lines, unless `EQUIVALENT` says why no test could notice it. Everything happens in a
copy of the tree. Large modules are sampled, by a seed.

    make mutants
    .venv/mutants/bin/python benchmarks/mutants.py resolve fiscal --most 1000
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTMUT = Path(sys.executable).with_name("mutmut")
COPIED = ["analysis", "tests", "data", "notebooks", "benchmarks", "pyproject.toml", "README.md"]
WANTED = 0.85  # of the mutants that are not equivalent
KILLED = {1, 3, 24, -24, 36, 152, 255, -9}  # exit codes of mutmut's workers: a test failed, or the run went on too long
TESTS = {
    "facts/resolve": ["facts/test_resolve.py"],
    "facts/fiscal": ["facts/test_fiscal.py"],
    "controls/law": ["controls/test_status.py", "controls/test_turning_days.py", "controls/test_headroom.py"],
    "controls/treatment": ["controls/test_status.py"],
    "controls/status": ["controls/test_status.py"],
    "controls/headroom": ["controls/test_headroom.py", "controls/test_status.py"],
    "revenue/china": ["revenue/test_china.py", "revenue/test_edges_of_sums.py", "revenue/test_bases.py"],
    "shipments/from_revenue": ["shipments/test_from_revenue.py"],
    "shipments/estimates": ["shipments/test_estimates_by_hand.py"],
    "shipments/melding": [
        "shipments/test_melding.py",
        "shipments/test_conflict_by_hand.py",
        "shipments/test_estimates_by_hand.py",
    ],
    "claims/verdicts": ["claims/test_verdicts.py"],
}

# what no test can notice, as a pattern over the function of a mutant and the lines that it changes, and why
EQUIVALENT = {
    r"^-(.*), strict=True(.*)\n\+\1(, strict=None|, strict=False|, )?\2$": "a guard: what is paired is of one length",
    r"^-(.*), validate=\"\w+\"(.*)\n\+\1(, validate=None|, )?\2$": "a guard: the keys are unique on both sides",
    r"^-(.*), on=(?:by|_KEY)(.*)\n\+\1(, on=None)?\2$": "those are the columns that both sides have",
    r"^-.*(sort|dropna)=False.*\n\+.*(sort|dropna)=None": "pandas takes none as false",
    r"^\+.*float\(\"NAN\"\)": "the same number",
    r"^-.*sort_values\(\[.*, kind=\"stable\".*\n\+.*sort_values\(\[": "pandas sorts by several columns in a stable way",
    r"^-.*\.strftime\(\"%Y-%m-%d\"\).*\n\+.*\.strftime\(None\)": "that is the form without one",
    r"^_about__.*\n.*\n\+.*else \(\"(XXXX)?\", \"(XXXX)?\"\)": "one empty day of the two is enough",
    r"^by_quarter__.*\n-\s+\(0, len.*\n\+\s+\(1, len": "a row without a cell is joined to none",
    r"^_in_order__.*\n-(\s+)\"\w+\": (.*)\n\+\1\"\w+\": \2$": "names of keys that are sorted by and thrown away",
    r"^_overrule__.*\n.*picked\[~overruled\]": "the rows are numbered anew at the end",
    r"^weights__.*\n.*\n\+.*str\[:5\]": "a year, or a year and its hyphen",
    r"^_prior_predictive__.*\n.*\n\+.*(high <= np\.inf|else 2\.0)": "the chance of not being above no bound is one",
    r"^evidence__.*\n.*\n\+.*\"at_least\", None\)": "what is left open is filled in next",
    r"^_supported__.*\n.*\n\+.*default=1\)": "read only where something is against",
    r"^_correlation__.*\n.*\n\+.*len\(chips\) else 1\.0": "no chip at all is refused elsewhere",
    r"^preferred__.*\n.*\n\+.*\"XXXX\"": "any word that all rows share",
    r"^_rules_run__": "run at import, before a mutant is chosen; a crash there fails every test",
    r"^licensed_chips__.*\n.*pd\.concat": "the rows are numbered anew at the end",
}

CONFIGURATION = """
[tool.mutmut]
source_paths = ["analysis"]
only_mutate = ["analysis/{module}.py"]
also_copy = {copied}
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-k", "not never_makes"]  # properties that take longer than all cases together
process_isolation = "forkserver"  # a fork would inherit records that the unchanged code has worked out
"""


@dataclass(frozen=True)
class Tried:
    """What came of the mutants of a module: how many there are, how many were tried and killed, and the others."""

    module: str
    mutants: int
    tried: int
    killed: int
    survived: dict[str, str]

    @property
    def unexplained(self) -> dict[str, str]:
        """The survivors, by name, with their lines, that `EQUIVALENT` does not explain."""
        return {name: lines for name, lines in self.survived.items() if not why(name, lines)}

    def __str__(self) -> str:
        of = self.killed + len(self.unexplained)
        equivalent = len(self.survived) - len(self.unexplained)
        return (
            f"{self.module:24} {self.mutants:5} mutants, {self.tried} tried: {self.killed} killed, {equivalent} "
            f"equivalent, {len(self.unexplained)} survived ({self.killed / of:.0%} of those that could be noticed)"
        )


def why(name: str, lines: str) -> str:
    """Why no test could notice a mutant, if that is known."""
    told = f"{name.rpartition('.')[2].removeprefix('x_')}\n{lines}"
    return next((reason for pattern, reason in EQUIVALENT.items() if re.search(pattern, told, re.MULTILINE)), "")


def tried(module: str, most: int, seed: int, folder: Path) -> Tried:
    """Mutate one module in a copy of the tree."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    tests = [f"tests/{name}" for name in TESTS[module]]
    with (folder / "pyproject.toml").open("a") as file:
        file.write(CONFIGURATION.format(module=module, copied=json.dumps(COPIED), tests=json.dumps(tests)))
    _mutmut(folder, "run", "generate only")  # it stops because there is no mutant of that name
    outcomes = folder / "mutants" / "analysis" / f"{module}.py.meta"
    names = list(json.loads(outcomes.read_text())["exit_code_by_key"])
    chosen = sorted(random.Random(seed).sample(names, min(most, len(names))))
    _mutmut(folder, "run", "--max-children", "2", *chosen)
    codes = json.loads(outcomes.read_text())["exit_code_by_key"]
    if any(codes[name] is None for name in chosen):
        raise SystemExit(f"{module}: not all mutants were tried. What mutmut said:\n{_mutmut(folder, 'run', *chosen)}")
    killed = [name for name in chosen if codes[name] in KILLED]
    survived = {name: _lines(_mutmut(folder, "show", name)) for name in chosen if name not in killed}
    return Tried(module, len(names), len(chosen), len(killed), survived)


def _mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run([MUTMUT, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _lines(shown: str) -> str:
    """The lines that a mutant changes, before and after."""
    return "\n".join(line for line in shown.splitlines() if re.match(r"[-+](?![-+])", line))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TESTS)}; the last part is enough (all)")
    parser.add_argument("--most", type=int, default=60, help="mutants of a module, at random (60)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (0)")
    options = parser.parse_args()
    wanted = [module for module in TESTS if not options.modules or module.rpartition("/")[2] in options.modules]
    is_enough = True
    for module in wanted:
        with tempfile.TemporaryDirectory() as folder:
            outcome = tried(module, options.most, options.seed, Path(folder))
        for name, lines in outcome.unexplained.items():
            print(f"{name}\n{lines}\n")
        print(outcome, flush=True)
        is_enough &= outcome.killed >= WANTED * (outcome.killed + len(outcome.unexplained))
    return int(not is_enough)


if __name__ == "__main__":
    sys.exit(main())
