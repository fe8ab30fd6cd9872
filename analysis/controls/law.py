"""The rules in force on a day, and where the points of a chip meet them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.controls.possible import COMPUTED, Points
from analysis.facts.tables import as_numbers

# the name a rule gives to a quantity, and the one it has here
_SAME = {
    "tops_times_bit_length_aggregated": "tpp",
    "aggregate_bidirectional_transfer_rate": "io_bandwidth",
    "designed_or_marketed_for_datacenter": "is_datacenter",
    "peak_performance": "tpp",
    "chip_to_chip_io": "io_bandwidth",
}
_ANY_OF = {"memory_or_interconnect_or_combination": ["dram_bandwidth", "io_bandwidth", "dram_plus_io_bandwidth"]}
_COMPARE = {"ge": np.greater_equal, "gt": np.greater, "le": np.less_equal, "lt": np.less, "eq": np.equal}


def in_force(rules: pd.DataFrame, on: str, *, pending: bool = False) -> pd.DataFrame:
    """The rules in force on a day (ISO text), unsettled ones included; with ``pending``, bills that are not law too."""
    dated = (rules["effective_on"] != "") & (rules["effective_on"] <= on)
    dated &= (rules["superseded_on"] == "") | (rules["superseded_on"] >= on)
    return rules[dated | (rules["status"].eq("pending") & pending)].reset_index(drop=True)


def turning_days(rules: pd.DataFrame, until: str) -> list[str]:
    """The days up to one on which a rule begins, or the first day after one has ended."""
    starts = rules.loc[rules["status"] != "pending", "effective_on"]
    after = pd.to_datetime(rules.loc[rules["superseded_on"] != "", "superseded_on"]) + pd.Timedelta(days=1)
    return sorted({day for day in [*starts, *after.dt.strftime("%Y-%m-%d")] if day and day <= until})


Rules = Mapping[str, list[tuple]]  # the conditions of each rule: columns `CONDITION`


@dataclass(frozen=True, eq=False)
class Law:
    """The conditions in force on a day; what is read off them is read once, for however many chips.

    Parameters
    ----------
    rows : the thresholds with ``regime, combine, status, effective_on, concerns, addressees, open_question`` of their
        rules, ``quantity`` by the name of `analysis.controls.possible.COMPUTED`, and ``at``, the line as a number; NaN
        where it is none.
    """

    rows: pd.DataFrame

    @cached_property
    def cuts(self) -> dict[str, list[float]]:
        """The lines drawn at each quantity of a chip, in order."""
        lines = set(zip(self.rows["quantity"], self.rows["at"], strict=True))
        return {quantity: sorted(at for name, at in lines if name == quantity and at == at) for quantity in COMPUTED}

    def within(self, rules: pd.DataFrame) -> "Law":
        """The conditions of some of the rules: those of a day, out of all."""
        return Law(self.rows[self.rows["rule_id"].isin(rules["rule_id"])].reset_index(drop=True))

    @cached_property
    def about_chips(self) -> "Law":
        """The conditions of the rules about chips alone."""
        return Law(self.rows[self.rows["concerns"] == "chip"])

    @cached_property
    def unsettled(self) -> list[str]:
        """The rules about chips of which it is not settled whether they are in force."""
        rows = self.about_chips.rows
        return list(rows.loc[rows["status"] == "unsettled", "rule_id"].unique())

    @cached_property
    def readings(self) -> list[Rules]:
        """The law with and without each of `unsettled`, from with all of them to without any."""
        rules: dict[str, list[tuple]] = {}
        for rule, *condition in self.rows[CONDITION].itertuples(index=False, name=None):
            rules.setdefault(rule, []).append(tuple(condition))
        absent = [some for size in range(len(self.unsettled) + 1) for some in combinations(self.unsettled, size)]
        return [{rule: rows for rule, rows in rules.items() if rule not in out} for out in absent]


def law_on(rules: pd.DataFrame, thresholds: pd.DataFrame, on: str, chips: pd.DataFrame) -> Law:
    """The conditions in force on the day, each with the dates and the standing of its rule.

    Parameters
    ----------
    rules, thresholds : the tables ``control_rules`` and ``control_thresholds``.
    on : the day, ISO text.
    chips : from `analysis.controls.inputs.inputs`: some letters draw their line at a chip, not at a number.
    """
    return lines_of(in_force(rules, on), thresholds, chips)


def laws_on(rules: pd.DataFrame, thresholds: pd.DataFrame, days: Iterable[str], chips: pd.DataFrame) -> dict[str, Law]:
    """The law of each of some days, as `law_on`; days with the same rules in force share one."""
    of_day, whole = {day: in_force(rules, day) for day in days}, lines_of(rules, thresholds, chips)
    made: dict[tuple[str, ...], Law] = {}
    for current in of_day.values():
        ids = tuple(current["rule_id"])
        made[ids] = made.get(ids) or whole.within(current)
    return {day: made[tuple(current["rule_id"])] for day, current in of_day.items()}


def lines_of(rules: pd.DataFrame, thresholds: pd.DataFrame, chips: pd.DataFrame) -> Law:
    """The conditions of some rules, whenever in force; parameters as in `law_on`."""
    columns = ["rule_id", "regime", "combine", "status", "effective_on", "concerns", "addressees", "open_question"]
    law = thresholds.merge(rules[columns], on="rule_id", how="inner")
    quantity = law["quantity"].map(_SAME).fillna(law["quantity"])
    law = law.assign(quantity=quantity.map(lambda name: _ANY_OF.get(name, [name])))
    law = law.explode("quantity", ignore_index=True)
    at = as_numbers(law["threshold"])
    is_chip = at.isna() & law["quantity"].isin(COMPUTED)
    at[is_chip] = [_level(chips, *row) for row in law.loc[is_chip, ["threshold", "quantity"]].itertuples(index=False)]
    return Law(law.assign(at=at))


def _level(chips: pd.DataFrame, name: str, quantity: str) -> float:
    """The level of a chip that a letter names without a number: the lowest that its variants are known to have."""
    variants = chips[chips["family"] == name.lower()]
    if quantity == "dram_plus_io_bandwidth":
        return (variants["dram_bandwidth_low"] + variants["io_bandwidth_low"]).min()
    return variants[f"{quantity}_low"].min()


def addressed(addressees: str, makers: np.ndarray) -> np.ndarray:
    """Whether a rule reaches what makers sell: a letter reaches those it went to, any other rule everyone."""
    return np.isin(makers, addressees.split("|")) if addressees else np.full(len(makers), True)


class Conditions:
    """A reading of the law, asked at points.

    Parameters
    ----------
    rules : one of `Law.readings`.
    points : from `analysis.controls.possible.representative_points`.
    """

    def __init__(self, rules: Rules, points: Points) -> None:
        self._rules, self.points = rules, points

    def __contains__(self, rule: str) -> bool:
        return rule in self._rules

    def reaches(self, rule: str) -> np.ndarray:
        """Where a rule is in force and went to the maker of the chip: a letter reaches those it went to."""
        rows = self._rules.get(rule)
        if not rows:
            return self._everywhere(False)
        return addressed(rows[0][-1], self.points["maker"])

    def holds(self, rule: str) -> np.ndarray:
        """Where a rule reaches the chip and the conditions that a chip itself can meet are met."""
        rows = [row for row in self._rules.get(rule, ()) if row[0] in COMPUTED]
        if not rows:
            return self._everywhere(False)
        met = [_COMPARE[operator](self.points[quantity], at) for quantity, operator, _, at, *_ in rows]
        together = np.logical_and if rows[0][-2] == "all" else np.logical_or
        return together.reduce(met) & self.reaches(rule)

    def named(self, rule: str) -> np.ndarray:
        """Where a rule reaches the chip and names it: ``H20`` is the family h20, ``MI308`` the mi308x."""
        cells = [threshold for quantity, _, threshold, *_ in self._rules.get(rule, ()) if quantity == "product_name"]
        names = {name.lower().replace(" ", "-") for cell in cells for name in cell.split("|")}
        families = set(self.points["family"])
        meant = [family for family in families if family in names or family.removesuffix("x") in names]
        return np.isin(self.points["family"], meant) & self.reaches(rule) if meant else self._everywhere(False)

    def _everywhere(self, is_so: bool) -> np.ndarray:
        return np.full(len(self.points["maker"]), is_so)


CONDITION = ["rule_id", "quantity", "operator", "threshold", "at", "combine", "addressees"]


def _fullest(cells: pd.Series) -> str:
    """The most complete of what the conditions of one rule say alike."""
    return max(cells, key=lambda cell: (len(cell), cell))


def register(
    rules: pd.DataFrame, thresholds: pd.DataFrame, on: str, *, run: Collection[str], pending: bool = False
) -> pd.DataFrame:
    """Every rule in force on a day, what it asks, and whether it is run on the specifications of a chip.

    Parameters
    ----------
    rules, thresholds, on : as in `law_on`.
    run : the rules that are run, from `analysis.controls.treatment.RULES_RUN`.
    pending : bills that are not law as well; they are shown and never run.

    Returns
    -------
    frame : one row a rule: ``rule_id, name, regime, status, concerns, addressees`` (makers that a letter went to),
        ``open_question`` (why it is not settled that the rule is in force), ``is_run, effective_on, superseded_on,
        conditions`` (as the rule words them), ``combine, outcome, destinations, basis, source_id, locator``.
    """
    current = in_force(rules, on, pending=pending)
    is_measured = as_numbers(thresholds["threshold"]) > 1
    conditions = thresholds["quantity"] + " " + thresholds["operator"] + " " + thresholds["threshold"]
    rows = thresholds.assign(conditions=conditions + (" " + thresholds["unit"]).where(is_measured, ""))
    rows = rows.groupby("rule_id", sort=False)
    first = rows[["outcome", "destinations"]].agg(_fullest).assign(conditions=rows["conditions"].agg("; ".join))
    frame = current.merge(first, left_on="rule_id", right_index=True, how="left", validate="one_to_one")
    columns = ["rule_id", "name", "regime", "status", "concerns", "addressees", "open_question", "is_run"]
    columns += [
        "effective_on",
        "superseded_on",
        "conditions",
        "combine",
        "outcome",
        "destinations",
        "basis",
        "source_id",
        "locator",
    ]
    return frame.assign(is_run=frame["rule_id"].isin(run))[columns]
