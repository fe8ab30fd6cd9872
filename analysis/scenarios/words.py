"""Words for scenarios: what a policy would be worth, what decides, where it breaks even."""

from collections.abc import Mapping

import pandas as pd

from analysis.pages.asked import Number, Origin, Said, origin, say
from analysis.pages.formats import UNKNOWN, capital, count, money, plain, ratio, rounded, share, span, units
from analysis.pages.style import readers

OUTCOMES = {
    "units": "cards delivered",
    "revenue": "NVIDIA's revenue",
    "profit": "NVIDIA's gross profit",
    "government": "payment to the US government",
    "cost": "cost of the cards",
    "compute": "compute delivered",
    "bandwidth": "memory bandwidth delivered",
    "prefill": "prefill delivered",
    "decode": "decode delivered",
    "smuggled": "compute smuggled",
}
_FORMS = {"musd": money, "units": rounded, "h100e": rounded}
_MEASURES = {"compute": "dense BF16", "bandwidth": "memory bandwidth", "prefill": "prefill", "decode": "decode"}
_MONEY = {"NVIDIA's revenue": "revenue", "NVIDIA's profit": "profit", "to the US": "government"}
_AGAINST = {"domestic": "Ascend 910C", "smuggled": "smuggled H200"}
_NAN = float("nan")


def called(policy: str) -> str:
    """A policy as a reader's words: ``h200-as-licensed`` to ``H200 as licensed``."""
    text = policy.replace("-", " ")
    for name in ("h200", "h20", "b30a"):
        text = text.replace(name, name.upper())
    return capital(text)


def variable(name: str, about: str, names: pd.Series) -> str:
    """A variable as readers know it: ``H200: price of a card``."""
    chip, _, _ = name.rpartition(": ")
    return f"{names.get(chip, chip).partition(' ')[0]}: {about}" if chip else capital(about)


def drawn(row: Mapping[str, object], what: str = "") -> Number:
    """The median of an outcome with its 90% interval, as a number that says what it rests on."""
    form = _FORMS[row["unit"]]
    text = f"{form(row['p50'])} ({form(row['p5'])} to {form(row['p95'])})" if row["p50"] == row["p50"] else UNKNOWN
    formula = "median and 90% interval over draws of every input" if row["p50"] == row["p50"] else ""
    about = f"{OUTCOMES[row['outcome']]}, {called(row['policy'])}, {row['period']}{what}"
    return Number(text, about, origin(row, formula=formula, basis="derived"))


def finding(frame: pd.DataFrame, decides: pd.DataFrame, policy: str, names: pd.Series) -> list[str]:
    """What a policy would bring NVIDIA in its first year, to whom it goes, and what decides.

    Parameters
    ----------
    frame : from `scenario_outcomes`; decides : from `scenario_sensitivity`.
    """
    years = frame[(frame["policy"] == policy) & (frame["period_is"] == "year")]
    if years.empty:
        return [f"By this day not every input of {called(policy)} is on record, so that nothing is worked out"]
    year = years["period"].iloc[0]
    rows = {row["outcome"]: row for row in years[years["period"] == year].to_dict("records")}

    def part(outcome: str, end: str) -> Number:
        return Number(_FORMS[rows[outcome]["unit"]](rows[outcome][end]), *_asked(rows[outcome]))

    head = say(
        "{policy}: China would bring NVIDIA {middle} in {year}, or anything from {low} to {high}",
        policy=called(policy),
        middle=part("revenue", "p50"),
        year=year,
        low=part("revenue", "p5"),
        high=part("revenue", "p95"),
    )
    more = [
        say("That is the 90% interval if our assumptions hold, and most inputs are assumptions."),
        say(
            "The US government would get {fee}, and China the compute of {compute} H100s.",
            fee=part("government", "p50"),
            compute=part("compute", "p50"),
        ),
    ]
    return [head, *more, *information(decides, names)]


def _asked(row: Mapping[str, object]) -> tuple[str, Origin]:
    number = drawn(row)
    return number.what, number.origin


def information(frame: pd.DataFrame, names: pd.Series) -> list[Said]:
    """Which single missing fact would narrow the result most."""
    if frame.empty:
        return []
    first = frame.iloc[0]
    template = "One missing fact matters most ({name}): knowing it would narrow the result by {share}."
    formula = (
        f"1 - sqrt(1 - {first['first']:.3f}), the first-order Sobol index: by how much the standard deviation shrinks"
    )
    number = Number(share(first["narrows_share"], 0), template, origin(dict(first), formula=formula, basis="derived"))
    return [say(template, name=variable(first["variable"], first["about"], names), share=number)]


def money_by_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Who gets what under every policy by year, for readers, in USD billion: the policy with the largest revenue first.

    Parameters
    ----------
    frame : from `scenario_outcomes`.
    """
    return _by_year(frame, _MONEY)


def compute_by_year(frame: pd.DataFrame) -> pd.DataFrame:
    """What reaches China under every policy by year, for readers, in thousands of H100s by each measure."""
    return _by_year(frame, {_MEASURES[name]: name for name in _MEASURES} | {"smuggled": "smuggled"})


def by_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Who gets what, in USD billion, and the compute that reaches China, in thousands of H100s, by policy and year."""
    return _by_year(frame, _MONEY | {"compute": "compute"})


def _by_year(frame: pd.DataFrame, heads: Mapping[str, str]) -> pd.DataFrame:
    rows = frame[frame["period_is"] == "year"]
    rows = rows.assign(text=[_in_thousands(row) for row in rows.itertuples()])
    wide = rows.pivot(index=["policy", "period"], columns="outcome", values="text").reindex(columns=heads.values())
    revenue = rows[rows["outcome"] == "revenue"].groupby("policy")["p50"].max().sort_values(ascending=False)
    wide = wide.reindex(revenue.index, level="policy").reset_index()
    ids = rows.drop_duplicates("policy").set_index("policy")["source_id"]
    columns = {"policy": ("policy", called), "year": "period"} | heads
    formulas = dict.fromkeys(heads, lambda _: "median and 90% interval over draws of every input")
    return readers(wide.assign(source_id=wide["policy"].map(ids)), columns, formulas)


def _in_thousands(row: tuple) -> str:
    """A median and its interval in thousands of the unit, which makes millions of dollars billions."""
    if row.p50 != row.p50:
        return UNKNOWN
    middle, low, high = (plain(end / 1000, 3) for end in (row.p50, row.p5, row.p95))
    return middle if low == high else f"{middle} ({low} to {high})"


def decides(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What each input does to the outcome, for readers; what moves nothing is left out."""
    kept = frame[(frame["total"] >= 0.005) | (frame["first"] >= 0.005)]
    columns = {
        "input": lambda row: variable(row.variable, row.about, names),
        "drawn from": lambda row: f"{plain(row.p5)} to {plain(row.p95)} {_unit(row.unit)}".strip(),
        "alone": ("first", lambda value: share(value, 0)),
        "with others": ("total", lambda value: share(value, 0)),
        "narrower by": ("narrows_share", lambda value: share(value, 0)),
        "basis": "basis",
    }
    formulas = {
        "alone": lambda row: "first-order Sobol index over all quarters",
        "with others": lambda row: "total Sobol index over all quarters",
        "narrower by": lambda row: f"1 - sqrt(1 - {row['first']:.3f})",
    }
    return readers(kept, columns, formulas)


def _unit(unit: str) -> str:
    return "" if unit in ("share", "ratio") else unit


def costs(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What an H100's work costs the buyer, for readers, in dollars."""
    columns = {
        "policy": ("policy", called),
        "card": ("chip", lambda chip: names.get(chip, chip)),
        "measured by": ("measure", _MEASURES.get),
        "legal card": lambda row: _dollars(row.p5, row.p50, row.p95),
        "beside": ("against", _AGAINST.get),
        "costs there": lambda row: _dollars(row.rival_p5, row.rival_p50, row.rival_p95),
        "legal card is dearer": (
            "dearer_share",
            lambda part: f"{share(part, 0)} of draws" if part == part else UNKNOWN,
        ),
    }
    formulas = {
        "legal card": lambda row: "price with its fee ÷ H100s that a card is worth",
        "costs there": lambda row: "price, with the grey premium of a smuggled card, ÷ H100s that a card is worth",
        "legal card is dearer": lambda row: "share of the draws",
    }
    return readers(frame, columns, formulas)


def _dollars(low: float, middle: float, high: float) -> str:
    return f"{rounded(middle)} ({rounded(low)} to {rounded(high)})" if middle == middle else UNKNOWN


def solved(*frames: pd.DataFrame) -> pd.DataFrame:
    """Where things break even, for readers.

    Parameters
    ----------
    frames : from `break_even`.
    """
    rows = pd.concat(frames, ignore_index=True)
    columns = {
        "what has to hold": lambda row: _TARGETS.get(row.of, row.of),
        "what is varied": ("vary", lambda name: _VARIED.get(name, name)),
        "holds at": lambda row: _varied(row.value, row.vary) if row.value == row.value else row.why,
        "looked for between": lambda row: f"{_varied(row.low, row.vary)} and {_varied(row.high, row.vary)}",
        "on record": lambda row: _varied(row.now, row.vary),
    }
    return readers(rows, columns, {"holds at": lambda row: f"{row['of']} comes to {plain(row['goal'])}"})


_TARGETS = {
    "cost:h200-as-licensed:h200-sxm:bandwidth": "for its bandwidth an H200, fee passed on, costs what a 910C does",
    "cost:h200-as-licensed:h200-sxm:compute": "for its compute an H200, fee passed on, costs what a 910C does",
    "position:ifp-b30a-over-h20": "a B30A has twelve times the processing performance of an H20",
    "units:h20:2025": "H20 sold in China in 2025 come to Caijing's twenty billion dollars",
}
_VARIED = {"fee": "the fee", "b30a_fp4_tops": "the dense FP4 rate of the B30A", "price": "the price of a card"}


def _varied(value: float, name: str) -> str:
    forms = {
        "fee": share,
        "price": lambda usd: f"USD {rounded(usd)}",
        "b30a_fp4_tops": lambda at: f"{plain(at)} TFLOPS",
    }
    return forms.get(name, plain)(value)


def reproduced(frame: pd.DataFrame) -> pd.DataFrame:
    """Published scenarios whose assumptions are public, computed again, for readers."""
    columns = {
        "who": "holder",
        "says": "says",
        "printed": lambda row: _figure(row.headline, row.unit, row.headline_low),
        "comes to": lambda row: _figure(row.computed, row.unit),
        "within its rounding": ("is_reproduced", lambda good: "yes" if good else "no"),
    }
    return readers(frame[frame["lacks"] == ""], columns, {"comes to": lambda row: row["arithmetic"]})


def incomplete(frame: pd.DataFrame) -> pd.DataFrame:
    """Published scenarios of which an assumption is not public: what is missing, and what would fit, for readers."""
    columns = {
        "who": "holder",
        "says": "says",
        "printed": lambda row: _figure(row.headline, row.unit, row.headline_low),
        "not public": "lacks",
        "would fit with": _fit,
    }
    return readers(frame[frame["lacks"] != ""], columns, {"would fit with": lambda row: row["arithmetic"]})


def _fit(row: tuple) -> str:
    if row.would_fit == row.would_fit:
        words = "" if row.lacks_unit in ("share", "ratio") else f" {row.lacks_unit}"
        return f"{plain(row.would_fit, 3) if abs(row.would_fit) < 10 else rounded(row.would_fit)}{words}"
    return "no value in the range" if row.lacks_unit else ""


def _figure(value: float, unit: str, low: float = _NAN) -> str:
    forms = {"USD million": money, "units": units, "share": share, "ratio": ratio}
    words = "" if unit in forms else f" {unit}"
    form = forms.get(unit, plain if abs(value) < 10 else lambda one: f"{one:,.0f}")
    return span(low if value != value else _NAN, value, _NAN, form) + words


def terms(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What a policy's inputs are drawn from, for readers."""
    columns = {
        "input": lambda row: variable(row.variable, row.about, names),
        "from, likeliest, to": _range,
        "unit": ("unit", _unit),
        "shape": lambda row: row.shape + (f", none in {share(row.zero_share, 0)}" if row.zero_share else ""),
        "basis": "basis",
    }
    return readers(frame, columns)


def _range(row: tuple) -> str:
    if row.low == row.high or row.shape == "point":
        return plain(row.central if row.central == row.central else row.low)
    return span(row.low, row.central if row.shape == "triangular" else _NAN, row.high)


def how_many(frame: pd.DataFrame) -> str:
    """How many published scenarios come out, and how many lack an input."""
    known = frame[frame["lacks"] == ""]
    good = int(known["is_reproduced"].astype(bool).sum())
    return _HOW_MANY.format(
        figures=count(len(frame), "published figure"), good=good, bad=len(known) - good, lacking=len(frame) - len(known)
    )


_HOW_MANY = (
    "Of {figures} {good} come out of their printed assumptions within their rounding, {bad} do not, and {lacking} lack "
    "an input that is not in the texts we could read."
)
