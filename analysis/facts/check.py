"""Hold the files of ``data/`` against their declarations, and report every fault of every table at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from analysis.facts import cells, limits
from analysis.facts.errors import Fault, did_you_mean
from analysis.facts.paths import DATA
from analysis.facts.schema import TABLES, Declared, days, is_partial_date
from analysis.facts.tables import as_numbers, cell_fault, numeric, read, written


def _cell_faults(declared: Declared, frame: pd.DataFrame) -> Iterator[Fault]:
    """What breaks the rules of its column, cell by cell."""
    for name, column in declared.declared.items():
        for rule in column.rules:
            for line in rule.broken(frame[name]):
                yield cell_fault(declared, line, name, frame.at[line, name], f"{rule.words}|{rule.remedy}")


def _word_faults(declared: Declared, frame: pd.DataFrame) -> Iterator[Fault]:
    """Cells that a spreadsheet would run, a browser would draw, or nobody would see."""
    for name, column in declared.declared.items():
        if column.kind == "text":
            broken = {cell: words for cell in frame[name].unique() if (words := cells.fault(cell))}
            for line in frame.index[frame[name].isin(list(broken))] if broken else ():
                yield cell_fault(declared, line, name, frame.at[line, name], broken[frame.at[line, name]])


def _key_faults(declared: Declared, frame: pd.DataFrame) -> Iterator[Fault]:
    first: dict[tuple, int] = {}
    for line, *cells_of_key in frame[declared.key].itertuples(name=None):
        key = [written(cell) for cell in cells_of_key]
        earlier = first.setdefault(tuple(key), line)
        if earlier != line:
            what = ", ".join(filter(None, key[:4]))
            yield Fault(
                f"data/{declared.name}.csv line {line}",
                f"says the same as line {earlier} ({what}): one fact, one row.",
                f"Remove it, or tell them apart by {', '.join(declared.key)}.",
            )


def _point_faults(declared: Declared, frame: pd.DataFrame) -> Iterator[Fault]:
    """Ranges that stand upside down, and figures without any value."""
    if not declared.points:
        return
    low, point, high = (as_numbers(frame[column]) for column in declared.points)
    for line in frame.index[(low > high) | (low > point) | (point > high)]:
        numbers = " / ".join(written(frame.at[line, column]) or "none" for column in declared.points)
        words = f"is upside down: {' <= '.join(declared.points)} must hold.|Check {numbers}."
        yield cell_fault(declared, line, declared.points[0], frame.at[line, declared.points[0]], words)
    blank = (frame[declared.points].isna() | (frame[declared.points] == "")).all(axis=1)
    if "unit" in frame:
        for line in frame.index[blank & ~frame["unit"].isin(["text", ""])]:
            yield cell_fault(declared, line, declared.points[1], "", "is empty, and so is the range.|Give a figure.")


def _period_faults(declared: Declared, frame: pd.DataFrame) -> Iterator[Fault]:
    pairs = [("period_start", "period_end"), ("effective_on", "superseded_on"), ("published_on", "recorded_on")]
    for start, end in [pair for pair in pairs if set(pair) <= set(frame.columns)]:
        differ = frame.loc[(frame[start].str.len() != frame[end].str.len()) | (frame[start] > frame[end]), [start, end]]
        for line, first, last in differ.itertuples(name=None):
            if is_partial_date(first) and is_partial_date(last) and days(first)[0] > days(last)[1]:
                yield cell_fault(declared, line, start, first, f"is after {end} {last}.|Swap or correct them.")


def _value_faults(declared: Declared, frame: pd.DataFrame) -> Iterator[Fault]:
    """Values that may be words, by their unit: a date where it is date, any words where it is text, else a figure."""
    if declared.name != "chip_specs":
        return
    for line, value, unit in frame[["value", "unit"]].itertuples(name=None):
        if value == "" or unit == "text":
            continue
        if unit == "date" and not is_partial_date(value):
            yield cell_fault(declared, line, "value", value, "is not a date like 2026-01.|Correct it, or the unit.")
        elif unit != "date" and not limits.number(value) >= 0:
            yield cell_fault(declared, line, "value", value, "is not a number from 0 on.|Use digits.")


# The table whose key a column names.
_POINTERS = {"source_id": "sources", "source_ids": "sources", "rule_id": "control_rules", "article_id": "articles"}
_POINTERS |= dict.fromkeys(["product", "products", "variant"], "products")


def _reference_faults(tables: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Names that point into another table and find nothing there."""
    for name, frame in tables.items():
        for column, table in _POINTERS.items():
            if column not in frame or name == table:
                continue
            ids = set(tables[table][TABLES[table].key[0]])
            for line, cell in frame[column].items():
                for part in filter(None, str(cell).split("|")):
                    if part not in ids:
                        remedy = f"{did_you_mean(part, ids)}Add it there first."
                        yield cell_fault(TABLES[name], line, column, part, f"is not in data/{table}.csv.|{remedy}")


def _unit_faults(tables: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Quantities nobody declared, and units that do not fit them."""
    declared_units = set(tables["units"]["unit"])
    allowed = {
        (row["table"], row["quantity"]): row["unit"].split("|") for row in tables["quantities"].to_dict("records")
    }
    for name, frame in tables.items():
        column = TABLES[name].quantity
        for row in frame.reset_index().to_dict("records") if column else ():
            fits, cell = allowed.get((name, row[column])), "unit"
            if fits is None:
                cell, words = column, "is not in data/quantities.csv.|Declare it there with its unit and label."
            elif row["unit"] not in fits:
                words = f"does not fit {row[column]}, which is in {' or '.join(fits)}.|Convert or correct it."
            elif row["unit"] not in declared_units:
                words = "is not in data/units.csv.|Say there what it converts to."
            else:
                continue
            yield cell_fault(TABLES[name], row["line"], cell, row[cell], words)


def _choice_faults(tables: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Judgement calls for which the chosen source says nothing."""
    by = ["product", "spec", "precision", "sparsity", "source_id"]
    specs = tables["chip_specs"]
    usable = set(specs.loc[specs["is_usable"] == "yes", by].itertuples(index=False, name=None))
    family = dict(zip(tables["products"]["product"], tables["products"]["family"], strict=True))
    for line, row in tables["choices"].iterrows():
        about = [(name, *row[by[1:-1]]) for name in (row["product"], family.get(row["product"]))]
        for source in row["source_ids"].split("|"):
            if not usable.intersection((*what, source) for what in about):
                words = f"says nothing usable of {row['product']} {row['spec']}.|Choose a source that does."
                yield cell_fault(TABLES["choices"], line, "source_ids", source, words)


def _evidence_faults(tables: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Counts of a chip that is estimated which do not say how they bear on it, or say it without a figure."""
    declared, estimated = TABLES["shipment_estimates"], set(tables["unit_priors"]["product"])
    figures = {"equal": ["low", "central", "high"], "at_most": ["central", "high"], "at_least": ["low", "central"]}
    for line, row in tables["shipment_estimates"].iterrows():
        how = row["evidence"]
        if row["product"] in estimated and not (how and row["evidence_why"]):
            words = f"is empty, and {row['product']} is estimated.|Say how the count bears on its units, and why."
            yield cell_fault(declared, line, "evidence" if not how else "evidence_why", "", words)
        if how in figures and row["product"] not in estimated:
            words = (
                f"is said of {row['product']}, which has no row in data/unit_priors.csv.|Add one, or leave it empty."
            )
            yield cell_fault(declared, line, "evidence", how, words)
        if how in figures and all(written(row[name]) in ("", "0") for name in figures[how]):
            words = f"needs a figure above 0 in {' or '.join(figures[how])}.|Give it, or write none."
            yield cell_fault(declared, line, "evidence", how, words)


def _question_faults(tables: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Rules that are not settled without a reason, and reasons of rules that are."""
    for line, row in tables["control_rules"].iterrows():
        is_open, why = row["status"] == "unsettled", row["open_question"]
        if is_open and not why:
            words = "is empty, and the rule is unsettled.|Say why it is not settled that it is in force."
            yield cell_fault(TABLES["control_rules"], line, "open_question", "", words)
        if why and not is_open:
            words = f"is said of a rule of status {row['status']}.|Make it unsettled, or empty the cell."
            yield cell_fault(TABLES["control_rules"], line, "open_question", why, words)


def _shape_faults(tables: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Shapes of models that lack a part which they have by another of their cells."""
    latent = ["q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim"]
    for line, row in tables["models"].iterrows():
        needed = dict.fromkeys(latent if row["attention"] == "mla" else ["head_dim"], f"attention {row['attention']}")
        if written(row["experts"]):
            needed |= dict.fromkeys(["experts_per_token", "expert_ffn"], "experts")
        if not written(row["experts"]) or as_numbers(pd.Series([row["dense_layers"]])).iloc[0] > 0:
            needed["ffn"] = "layers without experts"
        for column, because in needed.items():
            if not written(row[column]):
                words = f"is empty, and the model has {because}.|Give it."
                yield cell_fault(TABLES["models"], line, column, "", words)


def table_faults(declared: Declared, frame: pd.DataFrame) -> list[Fault]:
    """The faults of one table by itself; ``frame`` as from `numeric`."""
    checks = (_cell_faults, _word_faults, _key_faults, _point_faults, _period_faults, _value_faults)
    return [fault for check in checks for fault in check(declared, frame)]


def examine(name: str, folder: Path = DATA) -> tuple[pd.DataFrame, list[Fault]]:
    """One table as text and numbers, its index the line numbers, with all the faults it has by itself."""
    declared = TABLES[name]
    text, unreadable = read(declared, folder)
    frame, not_numbers = numeric(declared, text)
    if unreadable:
        return frame, unreadable
    unreadable_cells = {fault.where for fault in not_numbers}  # what is no number reads as empty from here on
    others = [fault for fault in table_faults(declared, frame) if fault.where not in unreadable_cells]
    return frame, _by_line(not_numbers + others)


def _by_line(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line)


def check(folder: Path = DATA, names: Iterable[str] = tuple(TABLES)) -> list[Fault]:
    """Every fault of every table under ``folder``, in the order of tables and lines; empty if all is well."""
    examined = {name: examine(name, folder) for name in names}
    tables = {name: frame for name, (frame, _) in examined.items()}
    checks = (_reference_faults, _unit_faults, _choice_faults, _evidence_faults, _question_faults, _shape_faults)
    across = [fault for check_of in checks for fault in check_of(tables)]
    return [fault for _, faults in examined.values() for fault in faults] + across
