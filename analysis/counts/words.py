"""Words for who says how many."""

import re
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from analysis.counts.published import POINTS
from analysis.facts.schema import fields
from analysis.pages.asked import Number, Origin, origin, say
from analysis.pages.formats import UNKNOWN, count, listing, money, plain, share, span, units
from analysis.pages.style import readers

STAGES = {stage: stage.replace("_", " ") for stage in fields.STAGES}
STAGES |= {"requested": "asked for", "stock": "in stock"}
VOICES = {
    "amd-filings": "AMD filings",
    "asia-times": "Asia Times",
    "bernstein": "Bernstein",
    "bloomberg-sources": "Bloomberg sources",
    "caijing": "Caijing",
    "channel-notes-ascend": "Ascend channel notes",
    "channel-notes-h20-taiwan": "Taiwan channel notes",
    "cnas": "CNAS",
    "epoch-ai": "Epoch AI",
    "expert-call-2024": "an expert's call",
    "ft-sources": "FT sources",
    "github-blackwell-note": "a note on GitHub",
    "goldman-sachs": "Goldman Sachs",
    "grey-market-seller-2025": "a grey-market seller",
    "h20-12-15bn-unnamed": "unnamed source of H20 revenue",
    "idc": "IDC",
    "jefferies": "Jefferies",
    "jpmorgan": "JPMorgan",
    "lianhua-filings": "Lianhua Health",
    "mlex-sources": "MLex sources",
    "morgan-stanley": "Morgan Stanley",
    "nikkei-sources": "Nikkei sources",
    "not-stated-clashreport": "Clash Report",
    "not-stated-qiwuyouxuan": "qiwuyouxuan.com",
    "not-stated-quaff": "quaff.cn",
    "not-stated-quasa": "quasa.io",
    "not-stated-rbtfl": "rbtfl.xyz",
    "not-stated-techreader": "Tech Reader Daily",
    "nvidia-ceo": "NVIDIA's chief executive",
    "nvidia-filings": "NVIDIA filings",
    "omdia": "Omdia",
    "orders-2023-jitwei-ft": "Jitwei and the FT on the orders of 2023",
    "reuters-sources": "Reuters sources",
    "rtx6000d-supply-chain-2025": "RTX 6000D supply chain",
    "scmp-sources": "SCMP sources",
    "semianalysis": "SemiAnalysis",
    "setupai-digest": "setupai.cc",
    "smuggler-case-cnas": "a smuggler's case (CNAS)",
    "startup-founder-cnas": "a start-up founder (CNAS)",
    "theinformation-sources": "The Information sources",
    "trendforce": "TrendForce",
    "ubs": "UBS",
    "us-doj": "US Department of Justice",
    "us-government": "US government",
    "wsj-sources": "WSJ sources",
}
FORMS = {"units": units, "musd": money, "mcny": lambda value: money(value, "CNY"), "share": share}


_STAGE = ("stage", STAGES.get)


def figure(row: tuple) -> str:
    """One published number with its range or bound, in its own unit."""
    text = span(row.low, row.central, row.high, FORMS.get(row.unit, plain))
    return text + ("" if row.unit in FORMS else f" {row.unit}")


def who(estimator: str) -> str:
    """The one who states a number; ``not stated (X)`` is a number that X prints without a source."""
    inside = re.fullmatch(r"not stated \((.+)\)", estimator)
    return f"{inside[1]}, no source given" if inside else estimator


def voice(name: str) -> str:
    """An independent source as a reader knows it."""
    return VOICES.get(name, name)


def period(start: str, end: str) -> str:
    """``2024``, ``2025-01-01 to 2025-04-15`` or a single day."""
    if start[5:] == "01-01" and end[5:] == "12-31" and start[:4] == end[:4]:
        return start[:4]
    if not start and not end:
        return UNKNOWN
    return start if start == end or not end else f"until {end}" if not start else f"{start} to {end}"


def months(start: str, end: str) -> str:
    """The period to the month: ``2024``, ``Jan to Apr 2024``, ``Oct 2024 to Jan 2025``, ``Aug 2025``."""
    if period(start, end) in (UNKNOWN, start[:4]):
        return period(start, end)
    first, last = (f"{pd.Timestamp(moment):%b %Y}" if moment else "" for moment in (start, end or start))
    if not first:
        return f"until {last}"
    if first == last:
        return first
    return f"{first[:3] if first[4:] == last[4:] else first} to {last}"


def estimates(frame: pd.DataFrame, names: pd.Series, *, without: Iterable[str] = ()) -> pd.DataFrame:
    """Published numbers for readers: a row a number; the product is named where there are several.

    Parameters
    ----------
    frame : from `analysis.counts.published.estimates`.
    without : heads of columns that the page does not need.
    """
    columns = {"product": ("product", names.get)} if frame["product"].nunique() > 1 else {}
    columns |= {
        "stage": _STAGE,
        "period": lambda row: months(row.period_start, row.period_end),
        "number": figure,
        "source": ("voice", voice),
        "told by": _teller,
        "buyer or holder": ("buyer", lambda buyer: buyer.replace("+", ", ")),
    }
    if frame["is_frozen"].any():
        columns |= {"unchanged": ("is_frozen", {True: "as in the period before", False: ""}.get)}
    return readers(frame, {head: column for head, column in columns.items() if head not in without})


def _teller(row: tuple) -> str:
    """The one who passes a number on, where that is not its source."""
    told = re.sub(r"^not stated \((.+)\)$", r"\1", row.estimator)
    return "" if voice(row.voice) in told else told


# The finding

COUNTED = "{numbers} of the {chip} go back to {voices}"
ONE_VOICE = "{numbers} of the {chip} all go back to one source"
ONE_COUNT = "{numbers} of the {chip} is on record by this day"
NOTHING = "By this day nobody had published a count of the {chip}"
DELIVERED = "{numbers} of chips {stage} run from {low} to {high}, over different periods and buyers."
ONE_DELIVERED = "The one count of chips {stage} is {low}."
NOT_DELIVERED = "{numbers} are of chips {stages}."
REPEATED = "The source repeated most is {voice}: {documents} carry its {numbers}."
NO_SUM = "Numbers of different stages are different things. They do not add up."
FIRST = ("shipped", "sold")  # the stages at which chips have arrived


def finding(frame: pd.DataFrame, name: str) -> list[str]:
    """How many published counts of a product go back to how many independent sources, and how far they reach.

    Parameters
    ----------
    frame : unit counts of one product, from `analysis.counts.published.counting`.
    name : the name a reader knows.
    """
    if frame.empty:
        return [say(NOTHING, chip=name)]
    voices = frame["voice"].nunique()
    numbers = _counted(len(frame), "published count", frame)
    first = say(
        COUNTED if voices > 1 else ONE_VOICE if len(frame) > 1 else ONE_COUNT,
        numbers=numbers,
        chip=name,
        voices=_counted(voices, "independent source", frame),
    )
    return [first, *filter(None, [_delivered(frame), _other_stages(frame), _repeated(frame)]), NO_SUM]


def _counted(number: int, noun: str, frame: pd.DataFrame) -> Number:
    """A number of rows or of their sources, which opens how it was counted."""
    cited = tuple(dict.fromkeys("|".join(frame["source_id"]).split("|")))
    formula = f"counted over {len(frame)} rows of the table of published counts; repeats of one source are one"
    return Number(count(number, noun), "by this day", Origin(cited, formula=formula))


def _delivered(frame: pd.DataFrame) -> str:
    """From where to where the counts of chips that have arrived reach."""
    rows = frame[frame["stage"].isin(FIRST)]
    if rows.empty:
        return ""
    stage = listing(STAGES[name] for name in dict.fromkeys(rows["stage"]))
    ends = {
        "low": rows.loc[rows[POINTS].min(axis=1).idxmin()],
        "high": rows.loc[rows[POINTS].max(axis=1).idxmax()],
    }
    numbers = {"low": rows[POINTS].min(axis=None), "high": rows[POINTS].max(axis=None)}
    told = {
        end: Number(
            units(numbers[end]),
            f"{row['estimator']}, {months(row['period_start'], row['period_end'])}",
            origin(row.to_dict()),
        )
        for end, row in ends.items()
    }
    template = DELIVERED if len(rows) > 1 else ONE_DELIVERED
    return say(template, numbers=_counted(len(rows), "count", rows), stage=stage, **told)


def _other_stages(frame: pd.DataFrame) -> str:
    """How many counts are of chips ordered, planned, in stock or forecast."""
    rows = frame[~frame["stage"].isin(FIRST)]
    stages = listing(STAGES[name] for name in dict.fromkeys(rows["stage"]))
    return say(NOT_DELIVERED, numbers=_counted(len(rows), "count", rows), stages=stages) if len(rows) else ""


def _repeated(frame: pd.DataFrame) -> str:
    """The source that most documents repeat, where any is in more than one."""
    documents = frame.groupby("voice")["source_id"].nunique().sort_values(ascending=False, kind="stable")
    if documents.iloc[0] < 2:
        return ""
    rows = frame[frame["voice"] == documents.index[0]]
    slots = {"documents": _counted(documents.iloc[0], "document", rows), "numbers": _counted(len(rows), "count", rows)}
    return say(REPEATED, voice=voice(documents.index[0]), **slots)


def chain(frame: pd.DataFrame) -> pd.DataFrame:
    """The sources that several documents repeat, for readers: who names them how, and who quotes whom."""
    rows = frame.groupby("voice").agg(
        numbers=("voice", "size"),
        documents=("source_id", "nunique"),
        who=("estimator", lambda names: listing(dict.fromkeys(map(who, names)))),
        copies=("quotes", lambda chains: "; ".join(dict.fromkeys(filter(None, chains)))),
        source_id=("source_id", lambda ids: "|".join(dict.fromkeys(ids))),
    )
    rows = rows[rows["documents"] > 1].sort_values(["documents", "numbers"], ascending=False, kind="stable")
    columns = {
        "independent source": ("voice", voice),
        "numbers": "numbers",
        "documents": "documents",
        "named as": "who",
        "copy ← original": ("copies", lambda text: text.replace("<-", "←")),
    }
    return readers(rows.reset_index(), columns, _counting("numbers", "documents"))


def _counting(*heads: str) -> dict[str, Callable[[Mapping], str]]:
    """The formula of columns that count rows."""
    return dict.fromkeys(heads, lambda row: f"counted over {row['numbers']} rows of the table of published counts")


def positions(frame: pd.DataFrame) -> pd.DataFrame:
    """Published views computed again, for readers; with one assumption swapped where that was asked."""
    again, then = "its arithmetic gives", "swapped, it gives"
    columns = {
        "who": "holder",
        "says": "says",
        "figure": lambda row: _headline(row.headline, row.unit, row.headline_low),
        again: lambda row: _headline(row.computed, row.unit) if row.computed == row.computed else "",
        "reproduced": ("is_reproduced", lambda cell: {True: "yes", False: "no"}.get(cell, "no arithmetic printed")),
    }
    if frame["swapped"].ne("").any():
        columns |= {
            "swapped": "swapped",
            then: lambda row: _headline(row.computed_swapped, row.unit) if row.swapped else "",
        }
    formulas = {again: lambda row: row["arithmetic"], then: lambda row: f"{row['arithmetic']}, with {row['swapped']}"}
    return readers(frame, columns, formulas)


def _headline(value: float, unit: str, low: float = float("nan")) -> str:
    forms = {"USD million": money, "USD per unit": lambda usd: f"USD {usd:,.0f} a card", "units": units, "share": share}
    return span(low if value != value else float("nan"), value, float("nan"), forms[unit])


def overview(frame: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """All products with unit counts for readers, single chips before families and aggregates.

    Parameters
    ----------
    frame : from `analysis.counts.published.voices`.
    products : the table of that name.
    """
    rows = frame.join(products.set_index("product")[["name", "maker", "level"]], on="product")
    rows = rows.assign(is_aggregate=rows["level"] == "aggregate")
    rows = rows.sort_values(["is_aggregate", "maker", "name"], kind="stable")
    columns = {
        "product": "name",
        "maker": "maker",
        "stage": _STAGE,
        "counts": "numbers",
        "independent sources": "voices",
        "lowest": ("low", units),
        "highest": ("high", units),
    }
    ends = {
        "lowest": lambda row: f"lowest of {row['numbers']} counts",
        "highest": lambda row: f"highest of {row['numbers']} counts",
    }
    return readers(rows, columns, _counting("counts", "independent sources") | ends)
