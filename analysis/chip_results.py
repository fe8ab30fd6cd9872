"""Results on chips: comparison, equivalence, disputes."""

from collections.abc import Callable, Collection

import pandas as pd

from analysis import chip_specs, disputes, load

CORE = ("h20-96gb", "h100-sxm", "h200-sxm", "b30a", "rtx-6000d")
BASELINE = "h100-sxm"


def resolved_chips(as_of: str | None, without: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Resolved specifications, the statements behind them, and the products."""
    specs = load.table("chip_specs", as_of=as_of, without=without)
    products, quantities, choices = (load.table(name) for name in ("products", "quantities", "choices"))
    said = chip_specs.statements(specs, products, quantities)
    return chip_specs.working(said, choices), said, products


def _against(
    measured: Callable[..., pd.DataFrame],
    as_of: str | None,
    without: Collection[str],
    chips: Collection[str],
    baseline: str,
) -> pd.DataFrame:
    """Chips beside a baseline by what a function of `chip_specs` measures, with the names of the measures."""
    resolved, _, products = resolved_chips(as_of, without)
    frame = measured(resolved, *chip_specs.named(chips, baseline, products))
    return chip_specs.labelled(frame, load.table("quantities"))


def chip_comparison(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chips: Collection[str] = CORE,
    baseline: str = BASELINE,
) -> pd.DataFrame:
    """Chips side by side by every specification, and as ratios to a baseline."""
    return _against(chip_specs.compare, as_of, without, chips, baseline)


def equivalence(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chips: Collection[str] = CORE,
    baseline: str = BASELINE,
) -> pd.DataFrame:
    """How many baseline chips one chip is worth by compute, memory, interconnect, power and price."""
    return _against(chip_specs.equivalence, as_of, without, chips, baseline)


def conflicts(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chips: Collection[str] = (),
    baseline: str = BASELINE,
) -> pd.DataFrame:
    """Every disputed chip figure: who says what, what the suite takes, why, and whether it matters."""
    resolved, statements, products = resolved_chips(as_of, without)
    known, base = chip_specs.named(chips or [baseline], baseline, products)
    rules = load.table("control_rules", as_of=as_of, without=without)
    thresholds = load.table("control_thresholds", as_of=as_of, without=without)
    in_law = thresholds[thresholds["rule_id"].isin(rules.loc[rules["status"] != "pending", "rule_id"])]
    frame = disputes.register(resolved, statements, in_law, base)
    frame = chip_specs.labelled(frame, load.table("quantities"))
    return frame[frame["chip_id"].isin(known)].reset_index(drop=True) if chips else frame
