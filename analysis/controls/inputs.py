"""What the control rules look at, chip by chip, as ranges."""

from collections.abc import Collection

import pandas as pd

from analysis.chips.specs import bit_length
from analysis.controls.possible import QUANTITIES
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.interval import ends


def inputs(resolved: pd.DataFrame, products: pd.DataFrame, sparsities: Collection[str] = ("dense",)) -> pd.DataFrame:
    """What the rules look at, chip by chip, as ranges.

    TPP is the largest dense rate times the bit length of its inputs over all precisions (2 x MacTOPS is the rate of the
    data sheet; ECCN 3A090, technical notes 1 and 2 to 3A090.a and .b, 15 CFR 774 Supp. 1).

    Parameters
    ----------
    resolved : from `analysis.chips.specs.resolve`.
    products : the table of that name.
    sparsities : the rates that count; the rule counts dense ones alone where a sparse one exists too.

    Returns
    -------
    frame : one row a chip variant: ``chip_id, name, family, maker, maker_country``; for each of `QUANTITIES` the
        columns ``<quantity>_low, <quantity>_high`` (NaN: unknown; ``is_datacenter`` 0 or 1); ``inputs_basis``.
    """
    chips = products[products["level"] == "variant"].rename(columns={"product": "chip_id"})
    frame = chips[["chip_id", "name", "family", "maker", "maker_country"]].reset_index(drop=True)
    spans = resolved.assign(**ends(resolved)).rename(columns={"product": "chip_id"})
    basis = pd.Series("", index=frame.index)
    for quantity, rows in _quantities(spans, sparsities).items():
        rows = rows.set_index("chip_id")
        frame[f"{quantity}_low"] = frame["chip_id"].map(rows["low"]).astype(float)
        frame[f"{quantity}_high"] = frame["chip_id"].map(rows["high"]).astype(float)
        stated = rows["basis"] + " (" + rows["grade"] + rows["is_conflict"].map({True: ", disputed)", False: ")"})
        basis = basis + "; " + quantity + " " + frame["chip_id"].map(stated).astype(object).fillna("unknown")
    return frame.assign(inputs_basis=basis.str.removeprefix("; "))


def _quantities(spans: pd.DataFrame, sparsities: Collection[str]) -> dict[str, pd.DataFrame]:
    """The rows behind each quantity, one a chip."""

    def of(spec: str) -> pd.DataFrame:
        return spans[spans["spec"] == spec]

    rates = spans[(spans["spec"] == "throughput_tops") & spans["sparsity"].isin(sparsities)]
    bits = rates["precision"].map(bit_length)
    tpp = rates.assign(low=rates["low"] * bits, high=rates["high"] * bits)
    largest = tpp.sort_values("high", kind="stable").groupby("chip_id").tail(1)
    largest = largest.assign(low=largest["chip_id"].map(tpp.groupby("chip_id")["low"].max()))
    links = of("interconnect_gb_s")
    io = pd.concat([of("io_bandwidth_gb_s"), links[links["low"] > 0], of("pcie_gb_s")])
    datacenter = of("is_designed_for_datacenter")
    return {
        "tpp": largest,
        "applicable_die_area_mm2": of("die_area_mm2"),
        "dram_bandwidth": of("memory_bandwidth_gb_s"),
        "io_bandwidth": io.drop_duplicates("chip_id"),
        "is_datacenter": datacenter,
    }


def find(name: str, products: pd.DataFrame) -> list[str]:
    """The chip ids that a name means: an id, a family (all its variants), or the printed name (``RTX 4090``).

    Raises
    ------
    ParameterError : nothing of that name, with the near miss.
    """
    chips = products[products["level"] == "variant"]
    plain = name.strip().lower().replace(" ", "-")
    for column in ("product", "family"):
        hits = chips.loc[chips[column] == plain, "product"]
        if len(hits):
            return list(hits)
    hits = chips.loc[chips["name"].str.lower() == name.strip().lower(), "product"]
    if len(hits):
        return list(hits)
    known = [*chips["product"], *chips["family"]]
    raise ParameterError(f"chip: there is no chip {name!r}. {did_you_mean(plain, known)}See table products.")


def imagined(name: str, tpp: float, area_mm2: float, dram_gb_s: float, io_gb_s: float = float("nan")) -> pd.DataFrame:
    """One datacenter chip that NVIDIA might make, in the form of `inputs`; NaN or zero stands for unknown."""
    figures = dict(zip(QUANTITIES, (tpp, area_mm2, dram_gb_s, io_gb_s, 1.0), strict=True))
    bounds = {f"{key}_{end}": value or float("nan") for key, value in figures.items() for end in ("low", "high")}
    names = {"chip_id": name, "name": name, "family": "", "maker": "NVIDIA", "maker_country": "US"}
    return pd.DataFrame([names | bounds | {"inputs_basis": "imagined"}])
