"""What a million tokens cost: the price of the chip or of its server, and its board power; and rents over time."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.chips.specs import spread

_POWER = ["power_low_usd", "power_high_usd", "power_source_id", "power_why"]


def hourly_power(chips: list[str], resolved: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Dollars an hour for the board power of each chip, the overhead of the building with it.

    Parameters
    ----------
    resolved : from `analysis.chips.specs.resolve`.
    facts : the table of power: the newest year of China's price of electricity and of the world's overhead counts.

    Returns
    -------
    frame : ``chip_id, power_low_usd, power_high_usd`` (NaN where unknown), ``power_source_id, power_why`` (empty, or
        what is not on record).
    """
    boards = spread(resolved[resolved["spec"] == "tdp_w"]).set_index("product")[["low", "high", "source_id"]]
    places = {"electricity_price": "China", "power_usage_effectiveness": "global"}
    price, overhead = (_newest(facts, quantity, place) for quantity, place in places.items())
    missing = ["no price of electricity"] * price.empty + ["no overhead of buildings"] * overhead.empty
    rows = []
    for chip in chips:
        faults = ["no board power"] * (chip not in boards.index) + missing
        if faults:
            rows.append((chip, np.nan, np.nan, "", f"{' and '.join(faults)} on record"))
            continue
        factors = [boards.loc[chip], price, overhead]
        ends = [factors[0][end] / 1000 * price[end] * overhead[end] for end in ("low", "high")]
        ids = "|".join(factor["source_id"] for factor in factors).split("|")
        rows.append((chip, *ends, "|".join(dict.fromkeys(ids)), ""))
    return pd.DataFrame(rows, columns=["chip_id", *_POWER])


def _newest(facts: pd.DataFrame, quantity: str, place: str) -> pd.Series:
    """The span of the newest year on record, ``low, high, source_id``; empty where there is none."""
    rows = facts[(facts["quantity"] == quantity) & (facts["place"] == place)]
    rows = rows[rows["period_end"].str[:4] == rows["period_end"].str[:4].max()]
    if rows.empty:
        return pd.Series(dtype=object)
    ends = rows[["low", "central", "high"]].astype(float)
    ids = "|".join(sorted(set(rows["source_id"])))
    return pd.Series({"low": ends.min(axis=None), "high": ends.max(axis=None), "source_id": ids})


def power_in_rent(chips: list[str]) -> pd.DataFrame:
    """The same for rented chips: an hour's rent has its power in it."""
    return pd.DataFrame({"chip_id": chips}, dtype=str).assign(**dict(zip(_POWER, [0.0, 0.0, "", ""], strict=True)))


def usd_per_million_tokens(
    frame: pd.DataFrame, prices: pd.DataFrame, power: pd.DataFrame, hours: float
) -> pd.DataFrame:
    """What a million tokens cost on each chip, by price, hours of work and power.

    Parameters
    ----------
    frame : from `analysis.workloads.throughput.against`.
    prices : ``chip_id, low_usd, high_usd, price_source_id, price_grade``: of a card, or of an hour's rent.
    power : from `hourly_power` or `power_in_rent`.
    hours : over which a price is paid off; 1 for a rent.

    Returns
    -------
    frame : ``phase, chip_id``; ``low_usd_per_million, high_usd_per_million`` of the price alone, the same with
        ``power_`` and with ``total_`` before them (NaN where unknown; no total without power); ``work_low_usd,
        work_high_usd`` for an hour's work of the baseline chip (where power is unknown, the low end alone and without
        it); ``low_usd, high_usd, price_source_id, price_grade, power_source_id, source_id, why``. Networks and people
        are not in it.
    """
    both = frame.merge(prices, on="chip_id", how="left").merge(power, on="chip_id", how="left")
    for end, other in (("low", "high"), ("high", "low")):
        price, drawn = both[f"{end}_usd"] / hours, both[f"power_{end}_usd"]
        per_million = 1e6 / 3600 / both[other]
        both[f"{end}_usd_per_million"] = price * per_million
        both[f"power_{end}_usd_per_million"] = drawn * per_million
        both[f"total_{end}_usd_per_million"] = (price + drawn) * per_million
        both[f"work_{end}_usd"] = (price + (drawn.fillna(0.0) if end == "low" else drawn)) / both[f"ratio_{other}"]
    lacking = both["power_why"].where(both["low_usd"].notna(), "no price on record")
    both["why"] = both["why"].mask(both["why"] == "", lacking)
    return both[_COLUMNS]


_ENDS = [f"{part}{end}_usd_per_million" for part in ("", "power_", "total_") for end in ("low", "high")]
_COLUMNS = ["phase", "chip_id", *_ENDS, "work_low_usd", "work_high_usd", "low_usd", "high_usd"]
_COLUMNS += ["price_source_id", "price_grade", "power_source_id", "source_id", "why"]


TERMS = {"rental_on_demand": "on demand", "rental_contract": "by contract"}
_SHARES = {"low_usd": 0.1, "median_usd": 0.5, "high_usd": 0.9}
_STEPS = (np.arange(100) + 0.5) / 100
_RENTS = ["chip_id", "half_year", "terms", "quotations", *_SHARES, "source_id"]


def rents(quoted: pd.DataFrame, families: Mapping[str, str], chips: list[str]) -> pd.DataFrame:
    """What an hour of each chip was quoted at, by half-year and terms: the tenth, fiftieth and ninetieth percentile.

    A quoted range is taken as the lognormal that it holds nine in ten of, so that a range over all offers on earth
    says less of the middle than a single price; those of one voice share one weight.

    Parameters
    ----------
    quoted : from `analysis.chips.prices.quotations`.
    families : the family of each chip; a rent of the family stands for its variants.

    Returns
    -------
    frame : ``chip_id, half_year`` (2026H1), ``terms`` of `TERMS`, ``quotations, low_usd, median_usd, high_usd,
        source_id``, a row where something was quoted.
    """
    rows = quoted[quoted["form"] == "rental_hour"]
    month = rows["priced_on"].str[5:7].astype(int)
    half = rows["priced_on"].str[:4] + np.where(month <= 6, "H1", "H2")
    rows = rows.assign(half_year=half, terms=rows["stage"].map(TERMS))
    found = []
    for chip in chips:
        own = rows[rows["product"].isin([chip, families.get(chip, chip)])]
        for (half_year, terms), part in own.groupby(["half_year", "terms"]):
            low, high = np.log(part["low_usd"]), np.log(part["high_usd"])
            middle, spread_ = (low + high) / 2, (high - low) / (2 * ndtri(0.95))
            offers = np.exp(middle.to_numpy()[:, None] + spread_.to_numpy()[:, None] * ndtri(_STEPS))
            weights = 1 / part.groupby("voice")["voice"].transform("size").to_numpy()
            weights = np.repeat(weights, len(_STEPS))
            values = np.quantile(offers.ravel(), list(_SHARES.values()), weights=weights, method="inverted_cdf")
            ids = "|".join(sorted(set(part["source_id"])))
            found.append((chip, half_year, terms, len(part), *map(float, values), ids))
    return pd.DataFrame(found, columns=_RENTS)
