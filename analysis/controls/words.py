"""Words for export controls."""

from collections.abc import Callable

import pandas as pd

from analysis.pages.formats import UNKNOWN, listing, plain, share, span
from analysis.pages.style import readers

TREATMENTS = {
    "allowed": "free",
    "nac_notice": "notice under NAC",
    "case_by_case": "licence, case by case",
    "licence_required": "licence required",
    "presumption_of_denial": "licence, presumed denied",
    "licensed_with_share": "licensed with a share",
    "unknown": "unknown",
}
QUANTITIES = {
    "tpp": "TPP",
    "performance_density": "performance density",
    "dram_bandwidth": "memory bandwidth",
    "io_bandwidth": "I/O bandwidth",
    "dram_plus_io_bandwidth": "memory plus I/O bandwidth",
    "is_datacenter": "whether it is a datacenter part",
    "applicable_die_area_mm2": "die area",
}


def _possible(joined: str) -> str:
    return " or ".join(TREATMENTS[part] for part in joined.split("|"))


def _inputs(bases: str) -> str:
    """``official: TPP; reported: die area (disputed)``, from the basis of each quantity."""
    groups: dict[str, list[str]] = {}
    for part in bases.split("; "):
        name, _, basis_and_grade = part.partition(" ")
        basis, _, grade = basis_and_grade.partition(" (")
        doubts = [doubt for doubt in ("disputed", "at least") if doubt in grade]
        groups.setdefault(basis, []).append(_quantity(name) + (f" ({', '.join(doubts)})" if doubts else ""))
    return "; ".join(f"{basis}: {', '.join(labels)}" if basis else labels[0] for basis, labels in groups.items())


def _settling(joined: str) -> str:
    return listing(_quantity(name) for name in joined.split(", ")) if joined else ""


def _quantity(name: str) -> str:
    return QUANTITIES.get(name, name)


def _chips(names: pd.Series) -> tuple[str, Callable]:
    """The column of chips by the names that readers know; a hypothetical chip has none but its id."""
    return "chip_id", lambda chip: names.get(chip, chip)


def status(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Control status for readers: a row a chip."""
    columns = {
        "chip": _chips(names),
        "treatment": ("possible_treatments", _possible),
        "class": ("possible_classes", lambda classes: classes.replace("|", " or ")),
        "rule": "rule_id",
        "paragraph": "paragraph",
        "what would settle it": ("settled_by", _settling),
        "numbers from the press": ("rests_on_press", {True: "yes", False: ""}.get),
        "inputs": ("inputs_basis", _inputs),
    }
    return readers(frame, columns)


def answer(frame: pd.DataFrame, names: pd.Series, on: str) -> str:
    """Which of the chips may go to China on the day, group by group."""
    lines = [
        f"- **{_possible(possible)}**: {listing(rows['chip_id'].map(names).fillna(rows['chip_id']))}"
        for possible, rows in frame.groupby("possible_treatments", sort=False)
    ]
    return f"On {on}, for China, by the rules on record:\n\n" + "\n".join(lines)


def margins(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """For each chip the number that decides, and how it stands to the line, for readers."""
    columns = {
        "chip": _chips(names),
        "decided by": ("binding_quantity", _quantity),
        "value": lambda row: _between(row.binding_value_low, row.binding_value, plain),
        "threshold": ("binding_threshold", _blank(plain)),
        "share of the line": lambda row: _between(row.headroom_low, row.headroom, share),
        "rule": ("rule_id", lambda rule: rule or "none reached"),
    }
    return readers(frame.sort_values("headroom", ascending=False, kind="stable"), columns)


def _blank(form: Callable[[float], str]) -> Callable[[float], str]:
    """The format, and nothing where no number decides."""
    return lambda value: "" if pd.isna(value) else form(value)


def _between(low: float, high: float, form: Callable[[float], str] = plain) -> str:
    """Lowest and highest value, one figure where they read alike, nothing where there is none."""
    return "" if pd.isna(high) else span(low, float("nan"), high, form)


def stretches(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The timeline for readers."""
    columns = {"chip": _chips(names), "from": "from_on", "to": "to_on"}
    return readers(frame, columns | {"treatment": ("possible_treatments", _possible), "rule": "rule_id"})


def largest(frame: pd.DataFrame) -> pd.DataFrame:
    """The frontier for readers: I/O bandwidths of one bound stand in one row."""
    bounds = ["largest_tpp", "dram_bandwidth_below", "rule_id"]
    by = ["from_on", "applicable_die_area_mm2"]
    stated = frame[[*by, *bounds]].astype(object).where(frame[[*by, *bounds]].notna(), "none")
    is_new = (stated != stated.shift()).any(axis=1)
    rows = frame.groupby(is_new.cumsum(), sort=False)
    first, links = rows.first(), rows["io_bandwidth_gb_s"].agg(["min", "max"])
    return pd.DataFrame(
        {
            "from": first["from_on"],
            "logic die area, mm²": first["applicable_die_area_mm2"].map(plain),
            "I/O, GB/s": [plain(a) if a == b else f"{plain(a)} to {plain(b)}" for a, b in links.to_numpy()],
            "TPP below": first["largest_tpp"].map(_bound),
            "memory below, GB/s": first["dram_bandwidth_below"].map(_bound),
            "rule that sets it": first["rule_id"],
        }
    ).reset_index(drop=True)


def _bound(value: float) -> str:
    if pd.isna(value) or not value:
        return "no chip is free"
    return plain(value) if value < float("inf") else "no limit"


def lines_stayed_under(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Which lines chips stay under by little, for readers."""
    columns = {
        "chip": _chips(names),
        "by": ("quantity", _quantity),
        "value": lambda row: _between(row.value_low, row.value),
        "line": ("threshold", plain),
        "share of the line": lambda row: _between(row.headroom_low, row.headroom, share),
        "rule": "rule_id",
        "in force from": "effective_on",
        "line known from": ("basis", {"official": "the text", "reported": "the press"}.get),
    }
    return readers(frame, columns)


def _unsettled(status: str) -> str:
    return ", not settled" if status == "unsettled" else ""


def open_questions(frame: pd.DataFrame) -> str:
    """The rules of which it is not settled whether they are in force, each with the reason."""
    rows = frame[frame["status"] == "unsettled"]
    if rows.empty:
        return "Of every rule in the table it is settled that it is in force."
    bullets = [f"- **{row.rule_id}**, from {row.effective_on}: {row.open_question}." for row in rows.itertuples()]
    return "Not settled is whether these are in force:\n\n" + "\n".join(bullets)


_SPELLED = {"_": " ", r"\btpp\b": "TPP", r"\bgb/s\b": "GB/s", " ge ": " at least ", " gt ": " above "}
_SPELLED |= {" le ": " at most ", " lt ": " below ", " eq 1\\b": "", " eq ": " is ", " in ": ": ", r"\|": ", "}


def register(frame: pd.DataFrame) -> pd.DataFrame:
    """Every rule in force for readers: whether it is run, and what it asks."""
    columns = {
        "rule": "rule_id",
        "about": lambda row: row.concerns + (f" of {row.addressees.replace('|', ', ')}" if row.addressees else ""),
        "on this page": ("is_run", {True: "run on each chip", False: "named, not run"}.get),
        "asks": "conditions",
        "outcome": "outcome",
        "in force from": lambda row: (row.effective_on or "a bill, not law") + _unsettled(row.status),
        "source": "source_id",
    }
    return readers(frame.assign(conditions=frame["conditions"].replace(_SPELLED, regex=True)), columns)


def agreement(frame: pd.DataFrame) -> pd.DataFrame:
    """How many cases each set of rules meets: the independent ones, and all that can be tested."""
    ways = list(frame.columns[frame.columns.get_loc("known_on") + 1 :])
    rows = []
    for way in ways:
        tested = frame[frame[way].notna()]
        independent = tested[tested["evidence"] == "independent"]
        rows.append(
            {
                "rules": way,
                "independent cases met": f"{int(independent[way].eq(True).sum())} of {len(independent)}",
                "all testable cases met": f"{int(tested[way].eq(True).sum())} of {len(tested)}",
            }
        )
    return pd.DataFrame(rows, columns=["rules", "independent cases met", "all testable cases met"])


def untested(frame: pd.DataFrame) -> str:
    """Which cases cannot be tested, and why only the independent ones are evidence."""
    untestable = frame.loc[frame["evidence"] == "untestable", "as_printed"]
    others = frame.loc[~frame["evidence"].isin(["independent", "untestable"]), "evidence"].str.replace("_", " ")
    named = listing(untestable) if len(untestable) else UNKNOWN
    return (
        f"Untestable for want of specifications: {named}. The other cases are no evidence, because their expectation "
        f"comes from the rules themselves, rests on estimates or is tied to a name ({listing(dict.fromkeys(others))})."
    )
