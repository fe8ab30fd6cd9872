"""Results on chips: comparison, equivalence, disputes."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from analysis.chips import disputes, specs
from analysis.facts.record import Record, result, shared

CORE = ("h20-96gb", "h100-sxm", "h200-sxm", "b30a", "rtx-6000d")
BASELINE = "h100-sxm"


class Chips(NamedTuple):
    """Working values of every chip, the statements behind them, and the table of products."""

    resolved: pd.DataFrame
    statements: pd.DataFrame
    products: pd.DataFrame


@shared
def resolved_chips(record: Record) -> Chips:
    """All chips of the record, resolved."""
    products = record.whole("products")
    statements = specs.statements(record.table("chip_specs"), products, record.whole("quantities"))
    return Chips(specs.resolve(statements, record.whole("choices")), statements, products)


def _against(record: Record, compare: Callable, chips: tuple[str, ...], baseline: str) -> pd.DataFrame:
    """Chips beside a baseline by a function of `specs`, with the names of the measures."""
    resolved, _, products = resolved_chips(record)
    frame = compare(resolved, *specs.named(chips, baseline, products))
    return specs.labelled(frame, record.whole("quantities"))


@result
def chip_comparison(record: Record, *, chips: tuple[str, ...] = CORE, baseline: str = BASELINE) -> pd.DataFrame:
    """Chips side by side by every specification, and as ratios to a baseline.

    Parameters
    ----------
    chips, baseline : chip ids; ``record.table("products")`` lists them.

    Returns
    -------
    frame : a row a chip and specification: ``value, low, high`` in ``unit``, ``ratio, ratio_low, ratio_high`` to the
        baseline; NaN where unknown. See `analysis.chips.specs.compare`.

    Raises
    ------
    ParameterError : a chip that does not exist.

    Examples
    --------
    >>> frame = Record().chip_comparison(chips="h20-96gb")
    >>> frame.loc[frame["label"] == "memory capacity", ["value", "unit"]].values.tolist()
    [[96.0, 'gb']]
    """
    return _against(record, specs.compare, chips, baseline)


@result
def equivalence(record: Record, *, chips: tuple[str, ...] = CORE, baseline: str = BASELINE) -> pd.DataFrame:
    """How many baseline chips one chip is worth by compute, memory, interconnect, power and price.

    Parameters
    ----------
    chips, baseline : chip ids; ``record.table("products")`` lists them.

    Returns
    -------
    frame : a row a chip and measure, columns as `chip_comparison`.

    Raises
    ------
    ParameterError : a chip that does not exist.

    Examples
    --------
    >>> frame = Record().equivalence(chips=["h100-sxm"])
    >>> frame.loc[frame["label"] == "dense FP8", "ratio"].tolist()
    [1.0]
    """
    return _against(record, specs.equivalence, chips, baseline)


@result
def conflicts(record: Record, *, chips: tuple[str, ...] = (), baseline: str = BASELINE) -> pd.DataFrame:
    """Every disputed chip figure: who says what, what the suite takes, why, and whether it matters.

    Parameters
    ----------
    chips : chip ids; empty: all chips.
    baseline : the chip against which a dispute is weighed.

    Returns
    -------
    frame : a row a disputed figure: see `analysis.chips.disputes.register`; what follows from disputed figures (TPP,
        performance density) as `analysis.chips.disputes.derived` gives it.

    Raises
    ------
    ParameterError : a chip that does not exist.

    Examples
    --------
    >>> "dense INT8" in set(Record().conflicts(chips="h20-96gb")["label"])
    True
    """
    resolved, statements, products = resolved_chips(record)
    named, base = specs.named(chips or (baseline,), baseline, products)
    rules, thresholds = record.table("control_rules"), record.table("control_thresholds")
    in_law = thresholds[thresholds["rule_id"].isin(rules.loc[rules["status"] != "pending", "rule_id"])]
    frame = disputes.register(resolved, statements, in_law, base)
    derived = disputes.derived(resolved, statements, in_law)
    frame = pd.concat([frame, derived], ignore_index=True) if len(derived) else frame
    frame = frame.sort_values("matters", key=lambda said: said == "no", kind="stable", ignore_index=True)
    frame = specs.labelled(frame, record.whole("quantities"))
    return frame[frame["chip_id"].isin(named)].reset_index(drop=True) if chips else frame
