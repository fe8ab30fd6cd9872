"""What a card costs: one function for every page, by chip, day, place and form.

A price on record is somebody's, of some day, at some stage of the trade. A quotation counts the more, the nearer its
day, the better its source and the nearer its stage to what NVIDIA gets; those of one voice share one weight. What a
card costs is the interval that holds nine prices in ten if they are lognormal with the weighted mean and spread of the
quotations, each of which is taken for such an interval itself: one quotation gives its own range back. Yuan become
dollars at the rate of their month; an eight-card module is divided by eight. Whether a Chinese price includes
value-added tax is not said in any of them, so that each is a range from without to with it. A server of
eight holds more than cards: an eighth of it is a price of its own form. The grey market, second-hand cards, bounds, and
prices that divide one quoted number by another are no price.
"""

from collections.abc import Iterable, Mapping
from math import exp, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.facts import interval
from analysis.facts.resolve import resolve

HALF_LIFE_DAYS = 365  # after which a quotation counts half; an assumption, as are the next two
GRADES = {"A": 1.0, "B": 1.0, "C": 0.5}
STAGES = {"maker": 1.0, "channel": 0.5, "expected": 0.25, "rental_on_demand": 1.0, "rental_contract": 1.0}
ESTIMATED = 0.5  # how much an estimator's own price counts beside one that was reported
CARDS = {"card": 1, "module_8gpu": 8}
SERVERS = {"server_8gpu": 8}
_FORMS = dict.fromkeys(CARDS, "card") | dict.fromkeys(SERVERS, "server") | {"rental_hour": "rental_hour"}
LEVEL = 0.9
_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
_QUOTED = ["reported", "estimated"]
_COLUMNS = ["low_usd", "high_usd", "market", "price_grade", "price_source_id"]


def quotations(prices: pd.DataFrame, rates: pd.DataFrame, tax: pd.DataFrame) -> pd.DataFrame:
    """The quotations on record that say what a card, or an hour of one, costs, in dollars.

    Parameters
    ----------
    prices, rates, tax : the tables ``prices`` and ``exchange_rates``, and the rows of ``market_facts`` that give
        China's rate of value-added tax.

    Returns
    -------
    frame : ``product, form`` (card, server: an eighth of one, or rental_hour), ``market, stage, voice, priced_on,
        low_usd, high_usd, basis, grade, source_id``; a price in yuan of a month without a rate, or before any tax rate
        is on record, has no row.
    """
    rows = prices[prices["basis"].isin(_QUOTED) & prices["stage"].isin(list(STAGES))]
    rows = rows[rows["form"].isin(list(_FORMS))]
    is_yuan = rows["unit"].str.startswith("cny")
    monthly = rates[(rates["pair"] == "USD/CNY") & (rates["grain"] == "month")]
    by_month = dict(zip(monthly["period_start"].str[:7], monthly["rate"], strict=True))
    rate = rows["priced_on"].str[:7].map(by_month).where(is_yuan, 1.0)
    cards = rows["form"].map(CARDS | SERVERS).fillna(1)
    ends = interval.ends(rows.rename(columns={"central": "value"}))
    low, high = (ends[end] / rate / cards for end in ("low", "high"))
    untaxed = 1 + (resolve(tax, by=["subject"])["value"].iloc[0] / 100 if len(tax) else np.nan)
    rows = rows.assign(
        low_usd=(low / untaxed).where(is_yuan & (rows["market"] == "China"), low),
        high_usd=high,
        form=rows["form"].map(_FORMS),
        voice=rows["voice"].mask(rows["voice"] == "", rows["source_id"]),
    )
    columns = ["product", "form", "market", "stage", "voice", "priced_on", "low_usd", "high_usd", "basis", "grade"]
    both = rows["low_usd"].notna() & rows["high_usd"].notna()
    return rows.loc[both, [*columns, "source_id"]].reset_index(drop=True)


def costs(
    quoted: pd.DataFrame,
    families: Mapping[str, str],
    chip_days: pd.DataFrame,
    *,
    form: str = "card",
    places: Iterable[str] = ("China", "global"),
    within_days: float = np.inf,
) -> pd.DataFrame:
    """What each chip costs on each day that is asked about.

    Parameters
    ----------
    quoted : from `quotations`.
    families : the family of each chip; a price of the family stands for its variants.
    chip_days : ``chip_id`` (a variant or a family) and ``on`` (ISO day), one row each.
    form : ``card``, ``server`` or ``rental_hour``.
    places : markets in the order in which they are looked at: the first that has a quotation is taken.
    within_days : quotations further off than that do not count.

    Returns
    -------
    frame : ``chip_days`` with ``low_usd, high_usd`` (NaN where nothing was quoted), ``market``, ``price_grade`` (the
        best of them) and ``price_source_id`` (sorted).
    """
    quoted = quoted[quoted["form"] == form]
    intervals = {}
    for chip, on in dict.fromkeys(chip_days[["chip_id", "on"]].itertuples(index=False, name=None)):
        of_chip = quoted[np.array([_is_of(name, chip, families) for name in quoted["product"]], dtype=bool)]
        away = (pd.to_datetime(of_chip["priced_on"]) - pd.Timestamp(on)).dt.days.abs()
        near = of_chip.assign(away=away)[away <= within_days]
        market = next((near[near["market"] == place] for place in places if (near["market"] == place).any()), near[:0])
        intervals[chip, on] = _interval(market) if len(market) else [np.nan, np.nan, "", "", ""]
    keys = zip(chip_days["chip_id"], chip_days["on"], strict=True)
    frame = pd.DataFrame([intervals[key] for key in keys], columns=_COLUMNS, index=chip_days.index)
    return chip_days.join(
        frame.astype({"low_usd": float, "high_usd": float, "market": str, "price_grade": str, "price_source_id": str})
    )


def _is_of(product: str, chip: str, families: Mapping[str, str]) -> bool:
    """Whether a price of a product is one of a chip: of itself, of its family, or of a variant where it is a family."""
    return product in (chip, families.get(chip, chip)) or families.get(product) == chip


def _interval(rows: pd.DataFrame) -> list:
    """The 90 percent interval of weighted quotations, their best grade and their sources."""
    weight = rows["grade"].map(GRADES) * rows["stage"].map(STAGES) * 0.5 ** (rows["away"] / HALF_LIFE_DAYS)
    weight = weight.where(rows["basis"] == "reported", weight * ESTIMATED)
    by_voice = weight.groupby(rows["voice"])
    weight = weight * by_voice.transform("max") / by_voice.transform("sum")  # one voice, one weight
    weight = weight / weight.sum()
    low, high = np.log(rows["low_usd"]), np.log(rows["high_usd"])
    middle, half_width = (low + high) / 2, (high - low) / (2 * _Z)
    mean = (weight * middle).sum()
    spread = sqrt((weight * ((middle - mean) ** 2 + half_width**2)).sum())
    ends = [exp(mean + sign * _Z * spread) for sign in (-1, 1)]
    return [*ends, rows["market"].iloc[0], min(rows["grade"]), "|".join(sorted(set(rows["source_id"])))]
