"""What the audit of claims works on: the tables of facts by name, figures of claims in canonical units."""

from collections.abc import Mapping

import pandas as pd

from analysis.chip_specs import labelled, spread
from analysis.tables import as_numbers


def facts(tables: Mapping[str, pd.DataFrame], resolved: pd.DataFrame, specs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables by name as addresses ask for them.

    Parameters
    ----------
    tables : the tables of facts, with ``units, products, quantities``, as of a day.
    resolved : working values of chips from `analysis.chip_specs.working`; they stand for ``chip_specs``.
    specs : the raw table ``chip_specs``: the grade of a working value that spans sources is that of its weakest.
    """
    named = tables["products"].set_index("product")["name"]
    chips = labelled(spread(resolved), tables["quantities"])
    chips["label"] = chips["product"].map(named).fillna(chips["product"]) + " " + chips["label"]
    grades = specs.drop_duplicates("source_id").set_index("source_id")["grade"]
    chips["grade"] = [max(grades.get(one, "C") for one in ids.split("|")) for ids in chips["source_id"]]
    return {**tables, "chip_specs": chips, "claims": in_canonical(tables["claims"], tables["units"])}


def in_canonical(ledger: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """A ledger whose ``value`` is a number in canonical units, with the printed text beside it as ``date``."""
    factor = ledger["unit_printed"].map(units.set_index("unit")["factor"]).fillna(1.0).astype(float)
    numbers = as_numbers(ledger["value"])
    return ledger.assign(date=ledger["value"].where(ledger["unit"] == "date", ""), value=numbers * factor)
