"""What the control rules look at, chip by chip, as ranges."""

from collections.abc import Collection, Mapping

import pandas as pd

from analysis.chips.specs import bit_length, processing_performance, undecided
from analysis.controls.possible import QUANTITIES
from analysis.facts.errors import ParameterError, did_you_mean


def inputs(resolved: pd.DataFrame, products: pd.DataFrame, sparsities: Collection[str] = ("dense",)) -> pd.DataFrame:
    """What the rules look at, chip by chip, as ranges.

    A figure that sources contradict and nobody has chosen is the range of them all, so that a dispute across a line of
    the law is an open question. Die areas count as printed; TPP carries the rounding of the rates
    (`analysis.chips.specs.processing_performance`).

    Parameters
    ----------
    resolved : from `analysis.chips.specs.resolve`.
    products : the table of that name.
    sparsities : the rates that count; the rule counts dense ones alone where a sparse one exists too.

    Returns
    -------
    frame : one row a chip variant: ``chip_id, name, family, maker, maker_country``; for each of `QUANTITIES` the
        columns ``<quantity>_low, <quantity>_high`` (NaN: unknown; infinite: known from below alone; ``is_datacenter`` 0
        or 1); ``inputs_basis``.
    """
    chips = products[products["level"] == "variant"].rename(columns={"product": "chip_id"})
    frame = chips[["chip_id", "name", "family", "maker", "maker_country"]].reset_index(drop=True)
    spans = resolved.assign(**undecided(resolved)).rename(columns={"product": "chip_id"})
    performance = processing_performance(resolved, sparsities).rename(columns={"product": "chip_id"})
    basis = pd.Series("", index=frame.index)
    for quantity, rows in {"tpp": performance, **_quantities(spans)}.items():
        rows = rows.set_index("chip_id")
        frame[f"{quantity}_low"] = frame["chip_id"].map(rows["low"]).astype(float)
        frame[f"{quantity}_high"] = frame["chip_id"].map(rows["high"]).astype(float)
        doubt = rows["is_conflict"].map({True: ", disputed", False: ""})
        bound = rows["high"].eq(float("inf")).map({True: ", at least", False: ""})
        stated = rows["basis"] + " (" + rows["grade"] + doubt + bound + ")"
        basis = basis + "; " + quantity + " " + frame["chip_id"].map(stated).astype(object).fillna("unknown")
    return frame.assign(inputs_basis=basis.str.removeprefix("; "))


def _quantities(spans: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows behind each quantity but TPP, one a chip."""

    def of(spec: str) -> pd.DataFrame:
        return spans[spans["spec"] == spec]

    links = of("interconnect_gb_s")
    io = pd.concat([of("io_bandwidth_gb_s"), links[links["low"] > 0], of("pcie_gb_s")])
    return {
        "applicable_die_area_mm2": of("die_area_mm2"),
        "dram_bandwidth": of("memory_bandwidth_gb_s"),
        "io_bandwidth": io.drop_duplicates("chip_id"),
        "is_datacenter": of("is_designed_for_datacenter"),
    }


def behind(resolved: pd.DataFrame) -> pd.DataFrame:
    """What each quantity of each chip rests on.

    Parameters
    ----------
    resolved : from `analysis.chips.specs.resolve`, with ``locator, others`` from `analysis.facts.sources.traced`.

    Returns
    -------
    frame : a row a chip and quantity that is known: ``chip_id, quantity`` (of
        `analysis.controls.possible.COMPUTED`), ``basis, source_id, locator, others`` and, for what is computed,
        ``formula`` with its inputs in figures.
    """
    spans = resolved.assign(**undecided(resolved)).rename(columns={"product": "chip_id"})
    parts = [rows.assign(quantity=quantity, formula="") for quantity, rows in _quantities(spans).items()]
    stated = pd.concat([*parts, _performances(resolved, spans)], ignore_index=True)[_BEHIND]
    sums = [
        _joined(stated, "performance_density", "tpp", "applicable_die_area_mm2", "({0}) ÷ {1} mm²"),
        _joined(stated, "dram_plus_io_bandwidth", "dram_bandwidth", "io_bandwidth", "{0} + {1} GB/s"),
    ]
    return pd.concat([stated, *sums], ignore_index=True)[_BEHIND[:-2]]


_BEHIND = ["chip_id", "quantity", "basis", "source_id", "locator", "others", "formula", "low", "high"]


def _performances(resolved: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """The rates that set the TPP of each chip, as one row a chip of `behind`."""
    rates = spans[(spans["spec"] == "throughput_tops") & (spans["sparsity"] == "dense")]
    of_rate = {(rate["chip_id"], rate["precision"]): rate for rate in rates.to_dict("records")}
    rows = []
    for chip in processing_performance(resolved).itertuples():
        set_it = [of_rate[chip.product, precision] for precision in chip.set_by.split("|")]
        each = [
            f"{_figure(rate['low'], rate['high'])} TOPS × {bit_length(rate['precision']):g} bit "
            f"({rate['precision'].upper()})"
            for rate in set_it
        ]
        texts = {
            name: between.join(filter(None, dict.fromkeys(rate[name] for rate in set_it)))
            for name, between in (("source_id", "|"), ("locator", "; "), ("others", "; "))
        }
        row = {"chip_id": chip.product, "quantity": "tpp", "low": chip.low, "high": chip.high, "basis": "derived"}
        rows.append(row | texts | {"formula": " and ".join(each)})
    return pd.DataFrame(rows, columns=_BEHIND)


def _joined(stated: pd.DataFrame, quantity: str, one: str, other: str, form: str) -> pd.DataFrame:
    """A quantity worked out from two, as rows of `behind`."""
    first, second = (stated[stated["quantity"] == name].set_index("chip_id") for name in (one, other))
    both = first.merge(second, on="chip_id", suffixes=("_1", "_2")).reset_index()
    figures = [
        form.format(row.formula_1 or _figure(row.low_1, row.high_1), _figure(row.low_2, row.high_2))
        for row in both.itertuples()
    ]
    texts = {
        name: [
            between.join(dict.fromkeys(filter(None, between.join(pair).split(between))))
            for pair in zip(both[f"{name}_1"], both[f"{name}_2"], strict=True)
        ]
        for name, between in (("source_id", "|"), ("locator", "; "), ("others", "; "))
    }
    return both.assign(quantity=quantity, basis="derived", formula=figures, low=0.0, high=0.0, **texts)


def _figure(low: float, high: float) -> str:
    """A figure, a range or a bound as its document has it: 296, 2,250 to 2,500, over 900."""
    if not high < float("inf"):
        return f"over {low:,.10g}"
    return f"{low:,.10g}" if low == high else f"{low:,.10g} to {high:,.10g}"


def imagined(
    products: pd.DataFrame,
    *,
    tpp: float,
    die_area_mm2: float,
    memory_bandwidth_gb_s: float,
    io_bandwidth_gb_s: float,
    is_datacenter: bool,
    maker: str,
) -> pd.DataFrame:
    """One chip that a maker might build, in the form of `inputs`.

    Parameters
    ----------
    products : the table of that name.
    tpp, die_area_mm2, memory_bandwidth_gb_s, io_bandwidth_gb_s : dense TOPS x bit length, mm2 of logic die, GB/s; zero
        or NaN: unknown.
    is_datacenter : whether it is designed or marketed for datacenters.
    maker : as in the table ``products``.

    Raises
    ------
    ParameterError : a maker that the table does not have, with the near miss.
    """
    figures = {"tpp": tpp, "applicable_die_area_mm2": die_area_mm2, "dram_bandwidth": memory_bandwidth_gb_s}
    figures |= {"io_bandwidth": io_bandwidth_gb_s, "is_datacenter": is_datacenter}
    values = {quantity: figures.get(quantity, float("nan")) for quantity in QUANTITIES}
    values |= {quantity: value or float("nan") for quantity, value in values.items() if quantity != "is_datacenter"}
    bounds = {f"{name}_{end}": float(value) for name, value in values.items() for end in ("low", "high")}
    countries = maker_countries(products)
    name = named_maker(maker, countries)
    if not name:
        near = did_you_mean(maker, countries)
        raise ParameterError(f"maker: there is no maker {maker!r}. {near}See table products.")
    names = {"chip_id": "imagined chip", "name": "imagined chip", "family": ""}
    names |= {"maker": name, "maker_country": countries[name]}
    return pd.DataFrame([names | bounds | {"inputs_basis": "imagined"}])


def named_maker(text: str, countries: Mapping[str, str]) -> str:
    """The maker that a text names in any case; nothing if it names none."""
    return next((maker for maker in countries if maker.lower() == text.strip().lower()), "")


def maker_countries(products: pd.DataFrame) -> dict[str, str]:
    """Where each maker of a chip variant has its seat: US or CN."""
    variants = products[products["level"] == "variant"]
    return dict(zip(variants["maker"], variants["maker_country"], strict=True))
