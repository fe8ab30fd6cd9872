"""Words for the estimate of units: tables for readers, and what they say in a sentence."""

import re
from collections.abc import Callable

import pandas as pd

from analysis.controls.words import TREATMENTS
from analysis.counts.published import at_stage
from analysis.counts.words import STAGES, estimates, months
from analysis.pages.formats import UNKNOWN, count, listing, money, plain, rounded, share, span, units
from analysis.pages.style import joined, readers
from analysis.shipments.drivers import NO_COMMON

INTERVAL = "90% interval"
KINDS = {
    "prior": "accounts and prices alone",
    "estimate": "the estimate",
    "without": "without {}",
    "error": "counts right within a factor of {}, no error shared",
    "basis": "China's revenue by {} alone",
    "method": "{}",
    "split": "all else in an open split weighs {}",
}
PARTS = {
    "part_of_china_data_center": "open",
    "remainder_of_china_revenue": "what is left of it",
    **{"unknown": "unknown", "none_sold": "none"},
}


def by_year(frame: pd.DataFrame, envelope: pd.DataFrame, kind: str, names: pd.Series) -> pd.DataFrame:
    """Units by year for readers.

    Parameters
    ----------
    frame, envelope : from `analysis.shipments.estimates.by_year` and `analysis.shipments.drivers.envelope`.
    kind : ``fiscal`` or ``calendar``.
    names : the name of each product.
    """
    reach = envelope.groupby(["product", "year"]).agg(low=("p5", "min"), high=("p95", "max"))
    frame = frame.merge(reach.reset_index(), on=["product", "year"], how="left")
    columns = {
        "year": "year",
        "chip": ("product", _title(names)),
        f"estimate, {INTERVAL}": _estimated,
        "median": ("p50", rounded),
        "over all methods": lambda row: "" if pd.isna(row.low) else pair(row.low, row.high),
        f"accounts and prices alone, {INTERVAL}": lambda row: pair(row.prior_p5, row.prior_p95),
        "not in it": ("unknown", lambda unknown: _quarters(unknown, names)),
    }
    return readers(frame[frame["year_is"] == kind], columns)


def by_quarter(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Units by quarter for readers: what went in and what came out; unknown, because."""
    columns = {
        "chip": ("product", _title(names)),
        "quarter": "fiscal_period",
        "revenue, USD": lambda row: _dollars(row.low_musd, row.high_musd),
        "its part of that": ("revenue_from", lambda origin: PARTS.get(origin, "all")),
        "price of a card, USD": lambda row: "" if row.high_musd == 0 else pair(row.low_usd, row.high_usd),
        f"estimate, {INTERVAL}": _estimated_or_ceiling,
        "median": ("p50", rounded),
        "sources, or why unknown": lambda row: row.why or _first(row.source_id),
    }
    return readers(frame, columns)


SHOWN = 4  # sources of a quarter that are named; the list below the tables has them all


def _first(ids: str) -> str:
    """The first sources, those of the accounts, and how many more there are."""
    names = ids.split("|")
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return joined("|".join(names[:SHOWN])) + more


def answer(
    years: pd.DataFrame, envelope: pd.DataFrame, quarters: pd.DataFrame, evidence: pd.DataFrame, names: pd.Series
) -> str:
    """How many chips of each kind were sold in each calendar year, in sentences.

    Parameters
    ----------
    years, envelope, quarters, evidence : from `analysis.shipments.estimates.by_year`,
        `analysis.shipments.drivers.envelope`, `analysis.shipments.estimates.by_quarter` and `beside`.
    """
    reach = envelope.groupby(["product", "year"]).agg(low=("p5", "min"), high=("p95", "max"))
    rows = years[(years["year_is"] == "calendar") & (years["product"] != "all")]
    ceilings = quarters[quarters["most"].notna()]
    floors = evidence[evidence["evidence"].eq("at_least") & evidence["outcome"].eq(FEW_DAYS)]
    if rows.empty and ceilings.empty and floors.empty:
        return "By this day no revenue was on record out of which chips sold in China could be estimated."
    lines = [
        f"- **{names.get(row.product, row.product)} in {row.year}**: {pair(row.p5, row.p95)}, "
        + f"median {rounded(row.p50)}; {pair(*reach.loc[(row.product, row.year)])} over all methods"
        + (f" (not in it: {_quarters(row.unknown, names)})" if row.unknown else "")
        for row in rows.itertuples()
    ]
    lines += [
        f"- **{names.get(row.product, row.product)} in {row.fiscal_period}**: up to {rounded(row.most)} by the accounts"
        for row in ceilings.itertuples()
    ]
    lines += [
        f"- **{names.get(row.product, row.product)} in {_days(row)}**: at least {_counted(row)} "
        f"({_who(row.estimator)}, of {row.buyer}); the accounts do not cover these days"
        for row in floors.itertuples()
    ]
    return (
        "Sold by NVIDIA in China, with the range that holds the number nine times in ten if the assumptions hold:\n\n"
        + "\n".join(lines)
        + "\n\nThe ranges take in what accounts leave open, the price of a card, and errors of the published counts, "
        "shared ones among them; they do not take in chips that no account, price or count is about. *Over all "
        "methods* is as far as the intervals of every method reach that an expert might prefer." + _thin(rows)
    )


def _thin(years: pd.DataFrame) -> str:
    size = years["effective_draws"].min() if len(years) else FEW
    warned = f" The weighted draws are worth only {rounded(size)} of their kind: ask for more draws, or believe less."
    return warned if size < FEW else ""


FEW = 1000  # effective draws, below which the ends of an interval are rough


def cases(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The estimate with a voice left out, with other errors, by other methods, and without counts, for readers."""
    columns = {
        "case": lambda row: named(_case(row), names),
        INTERVAL: _estimated,
        "median": ("p50", rounded),
        "median against the estimate": ("change_share", lambda change: share(change) if change else ""),
        "effective draws": ("effective_draws", rounded),
    }
    return readers(frame[frame["kind"] != "input"], columns)


def _case(row: tuple) -> str:
    """What was done otherwise."""
    return "counts that share no error" if row.name == NO_COMMON else KINDS[row.kind].format(row.name)


def named(text: str, names: pd.Series) -> str:
    """The name of an input with the names of chips in it: ``h20's part of it`` to ``H20's part of it``."""
    return re.sub(r"[a-z]+-?\d+[a-z]?", lambda chip: names.get(chip.group(), chip.group()), text)


def inputs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How much of the spread goes away once an input is known, for readers."""
    columns = {
        "input": ("name", lambda text: named(text, names)),
        "accounts and prices alone": ("prior_variance_share", share),
        "in the estimate": ("variance_share", share),
    }
    return readers(frame[frame["kind"] == "input"], columns)


def ranges(low: pd.Series, high: pd.Series) -> list[str]:
    """``383,000 to 460,000``, three digits of what is estimated; unknown where there is nothing."""
    return [pair(*ends) for ends in zip(low, high, strict=True)]


def pair(low: float, high: float) -> str:
    """``383,000 to 460,000``, or one figure where both ends read alike."""
    first, last = rounded(low), rounded(high)
    return first if first == last else f"{first} to {last}"


def _estimated(row: tuple) -> str:
    """The interval of the posterior."""
    return pair(row.p5, row.p95)


def _estimated_or_ceiling(row: tuple) -> str:
    """The interval, the ceiling where there is no more, or unknown."""
    return _estimated(row) if pd.isna(row.most) else f"up to {rounded(row.most)}"


def _dollars(low: float, high: float) -> str:
    """``1.51bn to 5.95bn``, for a column whose head names the currency."""
    if pd.isna(low):
        return UNKNOWN
    first, last = (money(end).removeprefix("USD ") for end in (low, high))
    return first if first == last else f"{first} to {last}"


def _title(names: pd.Series) -> Callable[[str], str]:
    """The name of a product; ``all``: those listed."""
    return lambda product: "all of these" if product == "all" else names.get(product, product)


def _quarters(unknown: str, names: pd.Series) -> str:
    """``H20 FY2026Q4 and RTX 6000D FY2026Q3, FY2026Q4, after 2026-07-26``."""
    by_product: dict[str, list[str]] = {}
    for cell in filter(None, unknown.split("|")):
        product, _, period = cell.partition(" ")
        by_product.setdefault(names.get(product, product), []).append(period)
    return listing(f"{name} {', '.join(periods)}" for name, periods in by_product.items()) if by_product else ""


def beside(frame: pd.DataFrame) -> pd.DataFrame:
    """Published counts of a chip beside the estimate of the same days, for readers; what is melded first."""
    order = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    rows = frame.sort_values("outcome", key=lambda outcomes: outcomes.map(order), kind="stable")
    columns = {
        "who": lambda row: row.estimator + ("" if row.buyer == "all" else f", of {row.buyer}"),
        "count": _counted,
        "stage, period": lambda row: f"{STAGES[row.stage]}, {_days(row)}",
        f"estimate, {INTERVAL}": lambda row: "" if pd.isna(row.p50) else _estimated(row),
        "what came of it, and why they differ": lambda row: f"{row.outcome}: {row.why}",
        "goes back to": "voice",
        "source": "source_id",
    }
    return readers(rows, columns)


def _counted(row: tuple) -> str:
    """A count of chips with its range or bound."""
    return span(row.low, row.central, row.high, units)


def _days(row: tuple) -> str:
    """The period of a count, to the month."""
    return months(row.period_start, row.period_end)


OUTCOMES = ["melded", "in conflict with the prior", "made of the same accounts", "repeats another"]


def compared(frame: pd.DataFrame, moved: pd.DataFrame, name: str) -> str:
    """What came of the published counts of one chip, in sentences.

    Parameters
    ----------
    frame : from `analysis.shipments.estimates.beside`, of one product.
    moved : from `analysis.shipments.drivers.drivers`, of the same.
    name : the name a reader knows.
    """
    melded = frame[frame["outcome"] == MELDED]
    votes, others = melded["voice"].nunique(), frame.loc[frame["outcome"] != MELDED, "outcome"].value_counts(sort=False)
    first = f"Of {count(len(frame), 'published count')} of **{name}**, {len(melded)} from {count(votes, 'voice')} "
    first += f"{'is' if len(melded) == 1 else 'are'} melded"
    rest = listing(f"{number} {OTHERS[outcome]}" for outcome, number in others.items())
    first += f"; the others: {rest}." if len(others) else "."
    lines = [first if len(frame) else f"By this day no count of **{name}** had been published."]
    lines += [_clash(row) for row in frame[frame["outcome"] == CONFLICT].itertuples()]
    linked = [row.name for row in moved.itertuples(index=False) if row.kind == "without" and " on the " in row.name]
    if linked:
        lines.append(f"Counts of chips that share its open revenue move it as well: {listing(linked)}.")
    points = melded[melded["evidence"] == "equal"].groupby(["period_start", "period_end"])
    lines += [_apart(rows) for _, rows in points if len(rows) > 1]
    outside = frame[(frame["outcome"] != CONFLICT) & (_ends(frame, "min") > frame["p95"])]
    outside = pd.concat([outside, frame[(frame["outcome"] != CONFLICT) & (_ends(frame, "max") < frame["p5"])]])
    outside = outside.drop_duplicates(["voice", "period_start", "period_end"])
    lines += [
        f"Outside the estimate of their days lie {listing(_beside_estimate(row) for row in outside.itertuples())}."
    ] * (len(outside) > 0)
    return "\n\n".join(lines)


MELDED, CONFLICT, FEW_DAYS = "melded", "in conflict with the prior", "too few of its days are known"
OTHERS = {
    CONFLICT: CONFLICT,
    "made of the same accounts": "made of the same accounts",
    "repeats another": "repeating another",
    "the estimate starts from it": "that the estimate starts from",
    "counts something else": "of something else",
    "no quarter of it is known": "of quarters that are not known",
    FEW_DAYS: "of days too few of which are known",
}


def _ends(frame: pd.DataFrame, which: str) -> pd.Series:
    """The lowest or the highest number of each count; a bound is open on its other side."""
    ends = frame[["low", "central", "high"]].agg(which, axis=1)
    is_bound = frame["evidence"].isin(["at_most"] if which == "min" else ["at_least"])
    return ends.mask(is_bound)


def _beside_estimate(row: tuple) -> str:
    return f"{_who(row.estimator)} ({_counted(row)} in {_days(row)}; the estimate is {_estimated(row)})"


def _clash(row: tuple) -> str:
    return (
        f"The count of {_who(row.estimator)} ({_counted(row)} in {_days(row)}) stands in conflict with accounts and "
        f"prices: by these alone, a count so far out has a chance of {share(row.prior_p)}. It is shown, not melded."
    )


def _who(estimator: str) -> str:
    """``not stated (Asia Times)`` is a count that the text in brackets prints without a source."""
    inside = re.fullmatch(r"not stated \((.+)\)", estimator)
    return inside[1] if inside else estimator


def _apart(rows: pd.DataFrame) -> str:
    """How far the counts of the same days lie apart, and where the estimate stands."""
    ends, first = rows[["low", "central", "high"]], rows.iloc[0]
    period, least, most = months(first["period_start"], first["period_end"]), ends.min(axis=None), ends.max(axis=None)
    return (
        f"For {period} the voices reach from {units(least)} to {units(most)}, and none says how far it may err. The "
        f"estimate for the same days is {pair(first['p5'], first['p95'])}: each voice counts once, errs as past counts "
        "did, and shares part of its error with the others."
    )


MEASURES = {
    "units": "chips",
    "compute": "H100s by dense BF16",
    "bandwidth": "H100s by memory bandwidth",
    "memory": "H100s by memory capacity",
    "prefill": "H100s in prefill",
    "decode": "H100s in decode",
    "decode without overhead": "H100s in decode without overhead",
}


def equivalents(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The stock at the end of the last known quarter, in chips and in H100s by each measure, for readers."""
    last = frame[frame["period_end"] == frame["period_end"].max()]
    columns = {"chip": [_title(names)(product) for product in last["product"].unique()]}
    for measure, label in MEASURES.items():
        rows = last[last["measure"] == measure].set_index("product").reindex(last["product"].unique())
        columns[label] = ranges(rows["stock_p5"], rows["stock_p95"])
    return pd.DataFrame(columns)


def legality(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Units under the treatment in force, for readers."""
    columns = {
        "chip": ("product", _title(names)),
        "quarter": "fiscal_period",
        f"estimate, {INTERVAL}": _estimated,
        "treatment": _treatment,
        "counts as": "counts_as",
        "because": "why",
    }
    return readers(frame, columns)


def _treatment(row: tuple) -> str:
    """``free``, or ``free until 2023-10-23 (92.3% of the days), then licence, presumed denied``."""
    first, last = TREATMENTS[row.treatment_first_day], TREATMENTS[row.treatment_last_day]
    if first == last:
        return first
    return f"{first} until {row.changed_on.replace('|', ', ')} ({share(row.days_first)} of the days), then {last}"


def smuggled(published: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Published numbers on smuggled chips, for readers.

    Parameters
    ----------
    published : from `analysis.counts.published.estimates`.
    """
    return estimates(at_stage(published, "smuggled"), names)


def buyers(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Counts of single buyers for readers; a count under a new label is a ceiling at best."""
    columns = {
        "buyer": "buyer",
        "period": _days,
        "counted as": ("product", _title(names)),
        "count": _counted,
        "the same count before, as": ("relabelled_from", _title(names)),
        "part of the estimate": _part,
        "goes back to": "voice",
        "source": "source_id",
    }
    return readers(frame, columns)


def _part(row: tuple) -> str:
    """The part of the estimate that a buyer's count is."""
    if row.is_conflict:
        return "in conflict"
    return UNKNOWN if pd.isna(row.share_low) else f"{share(row.share_low)} to {share(row.share_high)}"


def domestic(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Chips of Chinese makers by year and estimator, for readers."""
    columns = {
        "maker": "designer",
        "counted": ("product", _title(names)),
        "period": _days,
        "stage": ("stage", STAGES.get),
        "count": _counted,
        "who": "estimator",
        "counts that cannot all be right, apart by": _apart_by,
        "source": "source_id",
    }
    return readers(frame, columns)


def _apart_by(row: tuple) -> str:
    return f"{plain(row.apart, 2)} times, {count(int(row.voices), 'voice')}" if row.apart > 1 else ""
