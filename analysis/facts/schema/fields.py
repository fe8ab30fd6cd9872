"""How a table of ``data/`` is declared: one class a table, one line a column."""

from dataclasses import dataclass, field
from functools import cached_property

from analysis.facts.schema.rules import FILLED, PARTIAL, PAST, Rule, some_of

GRADES = ["A", "B", "C"]
BASES = ["official", "reported", "derived", "estimated", "assumed"]
PRECISIONS = ["fp4", "fp6", "fp8", "int8", "fp16", "bf16", "tf32", "fp32", "fp64", "fp64_tensor"]
BIT_LENGTHS_ONLY = ["4bit", "8bit", "16bit"]
GEOGRAPHY_BASES = ["billing", "headquarters"]
LEVELS = ["variant", "family", "die", "aggregate"]
STAGES = [
    *("shipped", "sold", "ordered", "requested", "licensed", "produced", "planned", "forecast", "stock"),
    *("smuggled", "seized_or_charged", "lost", "share", "market_size", "other"),
]
CHECKS = [
    *("lookup", "ratio", "change", "cut", "share", "remainder", "count", "duration", "implied", "attribution"),
    *("outcome", "date", "period", "order", "threshold", "rank", "place", "occurs", "absent", "word"),
]
STANDINGS = ["open", "unlike", "mix-up"]  # of a reading, the worst last
PRICE_STAGES = [
    *("maker", "channel", "expected", "resale", "derived", "assumed", "rental_on_demand", "rental_contract"),
]
EVIDENCE = ["equal", "at_most", "at_least", "repeat", "accounts", "prior", "none"]
REVENUE_FROM = [
    *("part_of_china_data_center", "remainder_of_china_revenue", "h20_revenue", "h200_licensed_revenue"),
    *("dc_hopper_shipments_china", "none_sold", "unknown"),
]


@dataclass(frozen=True)
class Column:
    """A declared column: what it holds, its rules, and of numbers their unit."""

    meaning: str
    rules: tuple[Rule, ...]
    kind: str = "text"  # text, number or count
    unit: str = ""


def text(meaning: str, *rules: Rule) -> Column:
    """A column of words."""
    return Column(meaning, rules)


def number(
    meaning: str, *, unit: str = "as `unit` says", low: float | None = None, above: float | None = None
) -> Column:
    """A column of numbers, empty where the source gives none; never below ``low``, always above ``above``."""
    rules = []
    if low is not None:
        rules.append(Rule(lambda cell: cell >= low, f"is below {low:g}.", "Check sign and unit."))
    if above is not None:
        rules.append(Rule(lambda cell: cell > above, f"is not above {above:g}.", "Check sign and unit."))
    return Column(meaning, tuple(rules), "number", unit)


def count(meaning: str, *, unit: str) -> Column:
    """A column of whole numbers above zero, never empty."""
    above = Rule(lambda cell: cell > 0, "is not above 0.", "Check it.")
    whole = Rule(lambda cell: cell % 1 == 0, "is not a whole number.", "Check it.")
    return Column(meaning, (above, whole), "count", unit)


class Table:
    """What all tables share."""


class Facts(Table):
    """A table of facts: every row ends in these four columns."""

    basis = text(
        "official: the maker or regulator itself; reported; derived: arithmetic, named in the note; "
        "estimated: by a named estimator; assumed: ours, explained",
        some_of(BASES),
    )
    source_id = text("the document, as in sources.csv", FILLED)
    locator = text("where in the document")
    note = text("arithmetic of a derived row, doubts, what the figure covers")


class DatedFacts(Facts):
    """Facts whose own day of publication may differ from that of the source (a snapshot, a derived row)."""

    published_on = text("the day this figure became public; empty: that of its source", PARTIAL, PAST)


@dataclass
class Declared:
    """A declared table: its name, what it is, its columns (in file order) and what makes a row unique."""

    name: str
    title: str
    model: type[Table]
    key: list[str]
    quantity: str = ""  # the column that names what is measured, held against quantities.csv
    points: list[str] = field(default_factory=list)  # low, point and high columns

    @cached_property
    def declared(self) -> dict[str, Column]:
        """The columns by name in file order: a table's own, then ``published_on``, then the four of `Facts`."""
        classes = [one for one in (self.model, DatedFacts, Facts) if issubclass(self.model, one)]
        return {name: column for one in classes for name, column in vars(one).items() if isinstance(column, Column)}

    @property
    def columns(self) -> list[str]:
        """Column names in file order."""
        return list(self.declared)

    @property
    def has_sources(self) -> bool:
        """Whether every row cites a source."""
        return issubclass(self.model, Facts)

    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return [name for name, column in self.declared.items() if column.kind != "text"]

    def counts(self) -> list[str]:
        """The columns that hold whole numbers, which are never empty."""
        return [name for name, column in self.declared.items() if column.kind == "count"]


TABLES: dict[str, Declared] = {}


def data_table(name: str, title: str, *, key: str, quantity: str = "", points: str = ""):
    """Declare the table ``data/<name>.csv``; ``key`` and ``points`` are column names separated by spaces."""

    def declare(model: type[Table]) -> type[Table]:
        TABLES[name] = Declared(name, title, model, key.split(), quantity, points.split())
        return model

    return declare
