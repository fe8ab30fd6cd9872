"""Results on chips: comparison, equivalence, disputes, prices."""

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple

import pandas as pd

from analysis.chips import disputes, prices, specs
from analysis.facts import sources
from analysis.facts.record import Record, result, shared

CORE = ("h20-96gb", "h100-sxm", "h200-sxm", "b30a", "rtx-6000d")
BASELINE = "h100-sxm"


class Chips(NamedTuple):
    """Working values of every chip, the statements behind them, and the table of products."""

    resolved: pd.DataFrame
    statements: pd.DataFrame
    products: pd.DataFrame


@shared
def _statements(record: Record, chips: tuple[str, ...]) -> pd.DataFrame:
    if not chips:
        return specs.statements(record.table("chip_specs"), record.whole("products"), record.whole("quantities"))
    every = _statements(record, ())
    return every[every["product"].isin(chips)].reset_index(drop=True)


@shared
def resolved_chips(record: Record, chips: tuple[str, ...] = ()) -> Chips:
    """Some chips of the record, resolved; by default all."""
    statements = _statements(record, chips)
    return Chips(specs.resolve(statements, record.whole("choices")), statements, record.whole("products"))


@shared
def price_quotations(record: Record) -> pd.DataFrame:
    """Every quotation of a card or an hour in dollars: see `analysis.chips.prices.quotations`."""
    facts = record.table("market_facts")
    tax = facts[facts["quantity"] == "value_added_tax_rate"]
    return prices.quotations(record.table("prices"), record.table("exchange_rates"), tax)


def prices_on(record: Record, chips: tuple[str, ...], form: str = "card", on: str = "") -> pd.DataFrame:
    """What chips cost on a day, by default that of the newest quotation: see `analysis.chips.prices.costs`."""
    products = record.whole("products").set_index("product")["family"]
    quoted = price_quotations(record)
    day = on or max(quoted["priced_on"], default="")
    chip_days = pd.DataFrame({"chip_id": pd.Series(list(dict.fromkeys(chips)), dtype=str), "on": day})
    return prices.costs(quoted, products[products != ""].to_dict(), chip_days, form=form)


@result
def chip_prices(
    record: Record,
    *,
    chips: tuple[str, ...] = CORE,
    form: Literal["card", "server", "rental_hour"] = "card",
    on: date | None = None,
) -> pd.DataFrame:
    """What a card, or an hour of one, costs by all quotations on record, the nearer and better ones counting more.

    Parameters
    ----------
    chips : chip ids; ``record.table("products")`` lists them.
    form : a card, an eighth of a server of eight, or an hour's rent.
    on : the day; by default that of the newest quotation on record.

    Returns
    -------
    frame : a row a chip, ``low_usd, high_usd`` in dollars (NaN where nothing is on record), ``price_grade,
        price_source_id``: see `analysis.chips.prices.costs`.

    Raises
    ------
    ParameterError : a chip that does not exist.

    Examples
    --------
    >>> frame = Record().chip_prices(chips="h20-96gb")
    >>> bool(frame.at[0, "low_usd"] < frame.at[0, "high_usd"])
    True
    """
    shown, _ = specs.named(chips, BASELINE, record.whole("products"))
    return prices_on(record, tuple(shown), form, on.isoformat() if on else "")


@shared
def named(record: Record, chips: tuple[str, ...], baseline: str = BASELINE) -> tuple[list[str], str]:
    """Chip ids in the order given, and the baseline: see `analysis.chips.specs.named`."""
    return specs.named(chips, baseline, record.whole("products"))


def _against(record: Record, compare: Callable, chips: tuple[str, ...], baseline: str) -> pd.DataFrame:
    """Chips beside a baseline by a function of `specs`, with the names of the measures."""
    shown, base = named(record, chips, baseline)
    resolved, statements, _ = resolved_chips(record, tuple(sorted({*shown, base})))
    frame = compare(resolved, shown, base)
    same = {"chip_id": "product", "spec": "spec", "precision": "precision", "sparsity": "sparsity"}
    return sources.traced(specs.labelled(frame, record.whole("quantities")), statements, same)


@result
def chip_comparison(record: Record, *, chips: tuple[str, ...] = CORE, baseline: str = BASELINE) -> pd.DataFrame:
    """Chips side by side by every specification, and as ratios to a baseline.

    Parameters
    ----------
    chips, baseline : chip ids; ``record.table("products")`` lists them.

    Returns
    -------
    frame : a row a chip and specification: ``value, low, high`` in ``unit``, ``ratio, ratio_low, ratio_high`` to the
        baseline; NaN where unknown. See `analysis.chips.specs.compare`; ``locator, others`` as
        `analysis.facts.sources.traced` gives them.

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
    """How many baseline chips one chip is worth by compute, memory, interconnect and power.

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
