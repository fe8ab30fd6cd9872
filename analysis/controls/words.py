"""Words for export controls."""

from collections.abc import Callable

import pandas as pd

from analysis.pages.formats import UNKNOWN, listing, plain, share

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


def _inputs(told: str) -> str:
    """``official: TPP; reported: die area (disputed)``, from the basis of each quantity."""
    groups: dict[str, list[str]] = {}
    for part in told.split("; "):
        name, _, basis = part.partition(" ")
        known, _, detail = basis.partition(" (")
        label = _quantity(name) + (" (disputed)" if "disputed" in detail else "")
        groups.setdefault(known, []).append(label)
    return "; ".join(f"{known}: {', '.join(labels)}" if known else labels[0] for known, labels in groups.items())


def _settling(joined: str) -> str:
    return listing(_quantity(name) for name in joined.split(", ")) if joined else ""


def _quantity(name: str) -> str:
    return QUANTITIES.get(name, name)


def status(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Control status for readers: a row a chip."""
    return pd.DataFrame(
        {
            "chip": frame["chip_id"].map(names).fillna(frame["chip_id"]),
            "treatment": frame["possible_treatments"].map(_possible),
            "class": frame["possible_classes"].str.replace("|", " or "),
            "rule": frame["rule_id"],
            "paragraph": frame["paragraph"],
            "what would settle it": frame["settled_by"].map(_settling),
            "numbers from the press": frame["rests_on_press"].map({True: "yes", False: ""}),
            "inputs": frame["inputs_basis"].map(_inputs),
        }
    )


def answer(frame: pd.DataFrame, names: pd.Series, on: str) -> str:
    """Which of the chips may go to China on the day, group by group."""
    lines = [
        f"- **{_possible(possible)}**: {listing(rows['chip_id'].map(names).fillna(rows['chip_id']))}"
        for possible, rows in frame.groupby("possible_treatments", sort=False)
    ]
    return f"On {on}, for China, by the rules on record:\n\n" + "\n".join(lines)


def margins(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """For each chip the number that decides, and how it stands to the line, for readers."""
    rows = frame.sort_values("headroom", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "chip": rows["chip_id"].map(names).fillna(rows["chip_id"]),
            "decided by": rows["binding_quantity"].map(_quantity),
            "value": rows["binding_value"].map(_blank(plain)),
            "threshold": rows["binding_threshold"].map(_blank(plain)),
            "share of the line": rows["headroom"].map(_blank(share)),
            "rule": rows["rule_id"].where(rows["rule_id"] != "", "none reached"),
        }
    )


def _blank(form: Callable[[float], str]) -> Callable[[float], str]:
    """The format, and nothing where no number decides."""
    return lambda value: "" if pd.isna(value) else form(value)


def stretches(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The timeline for readers."""
    return pd.DataFrame(
        {
            "chip": frame["chip_id"].map(names).fillna(frame["chip_id"]),
            "from": frame["from_on"],
            "to": frame["to_on"],
            "treatment": frame["possible_treatments"].map(_possible),
            "rule": frame["rule_id"],
        }
    )


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
    return pd.DataFrame(
        {
            "chip": frame["chip_id"].map(names).fillna(frame["chip_id"]),
            "by": frame["quantity"].map(_quantity),
            "value": frame["value"].map(plain),
            "line": frame["threshold"].map(plain),
            "share of the line": frame["headroom"].map(share),
            "rule": frame["rule_id"],
            "in force from": frame["effective_on"],
            "line known from": frame["basis"].map({"official": "the text", "reported": "the press"}),
        }
    )


_SPELLED = {"_": " ", r"\btpp\b": "TPP", r"\bgb/s\b": "GB/s", " ge ": " at least ", " gt ": " above "}
_SPELLED |= {" le ": " at most ", " lt ": " below ", " eq 1\\b": "", " eq ": " is ", " in ": ": ", r"\|": ", "}


def register(frame: pd.DataFrame) -> pd.DataFrame:
    """Every rule in force for readers: whether it is run, and what it asks."""
    return pd.DataFrame(
        {
            "rule": frame["rule_id"],
            "about": frame["concerns"],
            "on this page": frame["is_run"].map({True: "run on each chip", False: "named, not run"}),
            "asks": frame["conditions"].replace(_SPELLED, regex=True),
            "outcome": frame["outcome"],
            "in force from": frame["effective_on"].where(frame["effective_on"] != "", "a bill, not law"),
            "source": frame["source_id"],
        }
    )


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
