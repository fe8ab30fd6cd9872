"""Where claims collide: one number with several meanings, figures that exclude each other, wholes that pairs imply."""

from collections.abc import Iterator
from itertools import combinations, groupby

import pandas as pd

from analysis.claims.audit import Rules
from analysis.claims.checks import Check
from analysis.claims.evidence import Facts, span
from analysis.claims.tolerance import AGREES, OFF, Claimed, canonical, claimed
from analysis.claims.verdicts import examined

SAME_NUMBER, CONTRADICTION, IMPLIED = "same number", "contradiction", "implied"
COLUMNS = ["kind", "claims", "articles", "low", "high", "unit", "says", "record_low", "record_high", "source_id"]


def collisions(ledger: pd.DataFrame, facts: Facts, rules: Rules) -> pd.DataFrame:
    """Collisions among the claims of a ledger.

    Parameters
    ----------
    ledger : claims as loaded, with sound checks.
    facts : tables by name, as of today.
    rules : what judges.

    Returns
    -------
    frame : `COLUMNS`. ``kind``: ``same number`` (one figure, several meanings; ``says`` names them), ``contradiction``
        (figures of one thing that exclude one another, or statements of which one record bears out the one and not the
        other; within an article or between two) or ``implied`` (an amount and a share of one thing give a whole, beside
        the whole on record). ``claims`` and ``articles`` joined by ``|``.
    """
    rows = ledger.sort_values("claim_id").to_dict("records")
    intervals = {row["claim_id"]: _claimed(row, rules) for row in rows}
    figures = [row for row in rows if intervals[row["claim_id"]] is not None]
    pairs = [*_contradictions(figures, intervals), *_opposed(rows, facts, rules)]
    return pd.DataFrame([*_same_number(figures, rules), *pairs, *_implied(figures, intervals, facts)], columns=COLUMNS)


def _claimed(row: dict, rules: Rules) -> Claimed | None:
    if row["checkable"] != "numeric" or row["unit"] == "date":
        return None
    return claimed(row, rules.tolerances, rules.factors.get(row["unit_printed"], 1.0))


def _printed(row: dict, rules: Rules) -> list[str]:
    """The figures that a claim prints, without sign, in its own unit."""
    if row["qualifier"] == "range":
        factor = rules.factors.get(row["unit_printed"], 1.0)
        return [f"{row[end] / factor:.12g}" for end in ("low", "high")]
    return [row["value"].lstrip("-")]


def _row(kind: str, rows: list[dict], ends: tuple[float, float], says: str, **others) -> dict:
    ids, articles = ([row[name] for row in rows] for name in ("claim_id", "article_id"))
    sources = "|".join(dict.fromkeys(row["source_id"] for row in rows))
    return {
        "kind": kind,
        "claims": "|".join(ids),
        "articles": "|".join(dict.fromkeys(articles)),
        "low": ends[0],
        "high": ends[1],
        "unit": rows[0]["unit"],
        "says": says,
        "source_id": sources,
        **others,
    }


def _meaning(row: dict) -> str:
    return row["metric"].replace("_", " ")


def _same_number(rows: list[dict], rules: Rules) -> Iterator[dict]:
    """Figures that stand for more than one thing; a figure repeated in one meaning is no collision."""
    keyed = sorted(
        ((canonical(row["unit_printed"]), number, at) for at, row in enumerate(rows) for number in _printed(row, rules))
    )
    for (_, number), group in groupby(keyed, key=lambda key: key[:2]):
        sharing = [rows[at] for _, _, at in group]
        meanings = {(row["subject"], row["metric"]): row for row in sharing}
        if len({metric for _, metric in meanings}) > 1:
            says = "; ".join(f"{row['subject']}: {_meaning(row)}" for row in meanings.values())
            ends = (float(number), float(number))
            yield _row(SAME_NUMBER, sharing, ends, says) | {"unit": sharing[0]["unit_printed"]}


def _ratio_claimed(row: dict, claim: Claimed) -> tuple[float, float]:
    """What a comparison says of the plain ratio: a cut of 70 percent and a third are both of one ratio."""
    if row["check"] == "cut":
        return 1 - claim.high, 1 - claim.low
    return (1 + claim.low, 1 + claim.high) if row["check"] == "change" else (claim.low, claim.high)


def _contradictions(rows: list[dict], intervals: dict[str, Claimed]) -> Iterator[dict]:
    """Claims on one thing, by the facts that would settle them, whose figures exclude one another."""
    usable = [row for row in rows if row["check"] and row["how"] != "any"]
    keyed = sorted(usable, key=lambda row: (row["fact"], row["against"], row["claim_id"]))
    for _, group in groupby(keyed, key=lambda row: (row["fact"], row["against"])):
        for one, other in combinations(group, 2):
            first, second = (_ratio_claimed(row, intervals[row["claim_id"]]) for row in (one, other))
            if first[0] > second[1] or second[0] > first[1]:
                says = f"{one['claim']} / {other['claim']}"
                yield _row(CONTRADICTION, [one, other], (float("nan"), float("nan")), says)


def _opposed(rows: list[dict], facts: Facts, rules: Rules) -> Iterator[dict]:
    """Statements that one row of the record settles in opposite ways: one is borne out, the other contradicted."""
    by_record: dict[tuple[str, str], list[tuple[dict, str]]] = {}
    for row in rows:
        if row["check"] in ("occurs", "absent"):
            for one in examined(row, facts, rules.tolerances, 1.0).plain:
                by_record.setdefault((one.statement.label, one.statement.source_id), []).append((row, one.status))
    for (label, sources), settled in by_record.items():
        for (one, status), (other, opposite) in combinations(settled, 2):
            if {status, opposite} == {AGREES, OFF}:
                says = f"{one['claim']} / {other['claim']} (on record: {label})"
                yield _row(CONTRADICTION, [one, other], (float("nan"), float("nan")), says) | {"source_id": sources}


def _implied(rows: list[dict], intervals: dict[str, Claimed], facts: Facts) -> Iterator[dict]:
    """An amount and a share of one whole, in one article: the whole that they give, beside the one on record."""
    for one, other in combinations(rows, 2):
        pair = {canonical(row["unit"]): row for row in (one, other)}
        if one["article_id"] != other["article_id"] or set(pair) != {"musd", "ratio"} or not _linked(one, other):
            continue
        amount, part = (intervals[pair[unit]["claim_id"]].value for unit in ("musd", "ratio"))
        if amount != amount or not part:
            continue
        whole = abs(amount / part)
        says = f"{_meaning(pair['musd'])} over {_meaning(pair['ratio'])}"
        yield _row(IMPLIED, [pair["musd"], pair["ratio"]], (whole, whole), says) | _recorded(pair["ratio"], facts)


def _linked(one: dict, other: dict) -> bool:
    """Whether two claims are of one thing: one derived from the other, or of one subject and one period."""
    derived = one["claim_id"] in other["depends_on"] or other["claim_id"] in one["depends_on"]
    same = all(one[name] == other[name] for name in ("subject", "counterparty", "period_start", "period_end"))
    return derived or (same and "share" in (one["check"], other["check"]))


def _recorded(row: dict, facts: Facts) -> dict:
    """The whole that the check of a share stands over, of the period claimed."""
    if row["check"] != "share":
        return {}
    check = Check.of(row, facts)
    parts = {one.period for one in check.statements(row["fact"])}
    whole = [one for one in check.statements(row["against"]) if one.period in parts]
    if not whole:
        return {}
    total = span(whole)
    return {"unit": total.unit, "record_low": total.low, "record_high": total.high, "source_id": total.source_id}
