"""Readings of a comparison of two chips: every pair of figures that its words may mean, with what each departs in."""

from collections.abc import Iterator

import pandas as pd

from analysis.chips.specs import bit_length
from analysis.claims.addresses import Address

MEASURES = ("throughput_tops", "memory_bandwidth_gb_s", "memory_capacity_gb", "interconnect_gb_s")
# Between readings as near and as likely, the one in the format that makers print first.
_PREFERRED = ["fp8", "bf16", "fp16", "int8", "fp4", "tf32", "fp32", "fp64"]
Departures = tuple[str, ...]


def pairs(
    top: Address, bottom: Address, chips: pd.DataFrame, products: pd.DataFrame
) -> Iterator[tuple[tuple[dict, dict], Departures]]:
    """Pairs of figures of one measure, each with what it departs in from the plain pair.

    Parameters
    ----------
    top, bottom : addresses of the plain pair, each of one chip.
    chips : resolved working values, ``low`` and ``high`` filled, with the ``label`` of
        `analysis.claims.evidence.addressable`.
    products : the table of that name.

    Yields
    ------
    rows, departures : two rows of ``chips``; departures out of ``form, precision, sparse, mixed sparsity,
        mixed precision, measure, chip``. Other chips stand on one side at a time and are of the same maker.
    """
    catalogue = _catalogue(chips, products)
    sides = [_plain(address, catalogue) for address in (top, bottom)]
    if any(side is None for side in sides):
        return
    one, other = sides
    for first in catalogue:
        for second in catalogue:
            if first["spec"] != second["spec"] or first["product"] == second["product"]:
                continue
            own = (first["family"] == one["family"], second["family"] == other["family"])
            if any(own):
                departed = _departures(first, second, one, other, own)
                if departed:
                    yield (first, second), departed


def _catalogue(chips: pd.DataFrame, products: pd.DataFrame) -> list[dict]:
    """Figures of the variants on record, in the order of preference."""
    variants = products[products["level"] == "variant"].set_index("product")
    rows = chips[chips["spec"].isin(MEASURES) & chips["product"].isin(variants.index) & (chips["low"] > 0)]
    rows = rows[(rows["spec"] != "throughput_tops") | rows["sparsity"].isin(["dense", "sparse"])]
    order = rows["precision"].map({name: at for at, name in enumerate(_PREFERRED)}).fillna(len(_PREFERRED))
    rows = rows.assign(order=order).sort_values(["order", "sparsity", "product"], kind="stable")
    of_chip = variants.loc[rows["product"]]
    rows = rows.assign(family=of_chip["family"].to_numpy(), maker=of_chip["maker"].to_numpy())
    kept = ["product", "spec", "precision", "sparsity", "low", "high", "family", "maker", "label"]
    return rows[[*kept, "source_id", "grade", "basis"]].to_dict("records")


def _plain(address: Address, catalogue: list[dict]) -> dict | None:
    wanted = {column: address.wanted(column) for column in ("product", "spec", "precision", "sparsity")}
    return next((row for row in catalogue if all(row[c] == w for c, w in wanted.items() if w)), None)


def _departures(first: dict, second: dict, one: dict, other: dict, own: tuple[bool, bool]) -> Departures:
    """What a pair departs in; empty for the plain pair and for chips of other makers."""
    departed = []
    for row, plain, is_own in ((first, one, own[0]), (second, other, own[1])):
        if not is_own:
            if row["maker"] != plain["maker"]:
                return ()
            departed.append("chip")
        elif row["product"] != plain["product"]:
            departed.append("form")
    if first["spec"] != one["spec"]:
        departed.append("measure")
    if first["spec"] == "throughput_tops":
        departed += _rates(first, second, one)
    return tuple(departed)


def _rates(first: dict, second: dict, one: dict) -> list[str]:
    departed = []
    plain = one["precision"] or first["precision"]
    formats = {first["precision"], second["precision"]}
    if bit_length(first["precision"]) != bit_length(second["precision"]):
        departed += ["mixed precision"] if plain in formats else ["mixed precision", "precision"]
    elif formats != {plain}:
        departed.append("precision")
    if first["sparsity"] != second["sparsity"]:
        departed.append("mixed sparsity")
    elif first["sparsity"] == "sparse":
        departed.append("sparse")
    return departed
