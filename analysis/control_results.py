"""Results on export controls: status, margins, the largest legal chip, agreement with history."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from analysis import control_inputs, controls, load
from analysis.chip_results import resolved_chips
from analysis.errors import ParameterError
from analysis.headroom import largest, margins
from analysis.hypothetical import read_specs
from analysis.law import law_on
from analysis.validation import agreement

Names = str | Collection[str]
_LEVEL = "level of August 2022: "  # sets the A100 cards of the record apart from chips of a file
AREAS = ("200", "400", "600", "800", "1000", "1200", "1600", "2000")


def _law(as_of: str | None, without: Collection[str], on: str) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Rules and thresholds known by a day, and the day asked about: the same, where none is named."""
    asked = on or as_of or f"{load.span()[1]:%Y-%m-%d}"
    load.past_day(asked, name="on")
    rules, thresholds = (
        load.table(name, as_of=as_of, without=without) for name in ("control_rules", "control_thresholds")
    )
    return (controls.as_known(rules, as_of) if as_of else rules), thresholds, asked


def _inputs(as_of: str | None, without: Collection[str], chip: Names, specs: str) -> pd.DataFrame:
    """The chips asked for: all, those named, or hypothetical; the A100 cards come along as the letter's level."""
    resolved, _, products = resolved_chips(as_of, without)
    chips = control_inputs.inputs(resolved, products)
    is_level = chips["family"] == "a100"
    if specs:
        level = chips[is_level].assign(chip_id=_LEVEL + chips["chip_id"])
        return pd.concat([read_specs(Path(specs)), level], ignore_index=True)
    return chips[chips["chip_id"].isin(_named(chip, products)) | is_level] if chip else chips


def _named(chip: Names, products: pd.DataFrame) -> list[str]:
    """Chip ids of one or several names, separated by commas in text."""
    names = chip.split(",") if isinstance(chip, str) else chip
    return [chip_id for name in names for chip_id in control_inputs.find(name, products)]


def _asked(frame: pd.DataFrame, chip: Names, specs: str) -> pd.DataFrame:
    """Only the chips asked for, in the order asked."""
    if specs:
        return frame[~frame["chip_id"].str.startswith(_LEVEL)].reset_index(drop=True)
    if not chip:
        return frame
    wanted = {chip_id: at for at, chip_id in enumerate(_named(chip, load.table("products")))}
    frame = frame[frame["chip_id"].isin(list(wanted))]
    return frame.sort_values("chip_id", key=lambda ids: ids.map(wanted), kind="stable", ignore_index=True)


def control_timeline(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chip: Names = "h20",
    specs: str = "",
    imagined: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The treatment of chips since August 2022, one row a stretch without a change."""
    rules, thresholds, day = _law(as_of, without, "")
    chips = _inputs(as_of, without, chip, specs)
    extra = [] if imagined is None else [imagined]
    frame = controls.timeline(pd.concat([*extra, chips], ignore_index=True), rules, thresholds, until=day)
    own = frame[frame["chip_id"].isin([name for one in extra for name in one["chip_id"]])]
    return pd.concat([own, _asked(frame, chip, specs)], ignore_index=True)


def control_status(
    as_of: str | None = None,
    without: Collection[str] = (),
    *,
    chip: Names = "",
    on: str = "",
    specs: str = "",
    destination: str = "China",
) -> pd.DataFrame:
    """Control class, licence policy and treatment of chips for China on a day, with rule, margin and conditions."""
    if destination != "China":
        raise ParameterError(f"destination: {destination!r} is not modelled. Only China (with Hong Kong and Macau) is.")
    rules, thresholds, day = _law(as_of, without, on)
    return _asked(controls.classify(_inputs(as_of, without, chip, specs), rules, thresholds, on=day), chip, specs)


def headroom(
    as_of: str | None = None, without: Collection[str] = (), *, chip: Names = "", on: str = "", specs: str = ""
) -> pd.DataFrame:
    """Value over threshold of the quantity that decides each rule in force, chip by chip."""
    rules, thresholds, day = _law(as_of, without, on)
    frame = margins(_inputs(as_of, without, chip, specs), law_on(rules, thresholds, day))
    return _asked(frame.assign(on=day), chip, specs)


def largest_legal_chip(
    as_of: str | None = None, without: Collection[str] = (), *, on: str = "", areas: Collection[str] = AREAS
) -> pd.DataFrame:
    """The largest TPP of a datacenter chip outside 3A090, by logic die area, and the bandwidths of the letters."""
    rules, thresholds, day = _law(as_of, without, on)
    try:
        sizes = [float(area) for area in areas]
    except ValueError:
        sizes = [-1.0]
    if min(sizes, default=-1.0) <= 0:
        raise ParameterError(f"areas: {', '.join(map(str, areas))} are not all areas above 0 mm2. Write 400,600,800.")
    return largest(law_on(rules, thresholds, day), sizes).assign(on=day)


def control_agreement(as_of: str | None = None, without: Collection[str] = ()) -> pd.DataFrame:
    """Cases of actual treatment beside the dated rules, and beside simpler rules."""
    cases = load.table("control_cases", as_of=as_of, without=without)
    rules, thresholds = (
        load.table(name, as_of=as_of, without=without) for name in ("control_rules", "control_thresholds")
    )
    chips = _inputs(as_of, without, "", "")
    chips = chips[chips["chip_id"].isin(cases["product"]) | (chips["family"] == "a100")]
    return agreement(cases, chips, rules, thresholds)
