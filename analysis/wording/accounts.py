"""Words for the H20 account, changes of definition, outlooks and what China revenue can consist of."""

import pandas as pd

from analysis.wording.formats import UNKNOWN, count, listing, money, share, span, whole
from analysis.wording.revenue import ITEMS


def account(frame: pd.DataFrame) -> pd.DataFrame:
    """The H20 account for readers: a row a line, totals below what they add up."""
    amounts = [
        span(row.low, row.share, row.high, share)
        if row.unit == "share"
        else span(row.low, row.amount_musd, row.high, money)
        for row in frame.itertuples()
    ]
    adds = frame["sign"].map({1: "added", -1: "taken off", 0: ""})
    return pd.DataFrame(
        {
            "account": frame["account"],
            "line": frame["item"].map(ITEMS | {"total": "sum of the lines above"}),
            "period": frame["fiscal_period"],
            "amount": amounts,
            "in a sum": adds.where(adds != "", frame["not_added_because"].map(lambda why: f"no: {why}" if why else "")),
            "known on": frame["known_on"],
            "stated by": frame["basis"] + ", " + frame["grade"],
            "source": frame["source_id"].str.replace("|", ", "),
        }
    )


def losses(frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts quoted as the loss on H20, for readers."""
    return pd.DataFrame(
        {
            "amount": [span(row.low, row.amount_musd, row.high, money) for row in frame.itertuples()],
            "measures": frame["measures"],
            "said by": frame["said_by"],
            "about": frame["about"],
            "known on": frame["known_on"],
            "source": frame["source_id"],
        }
    )


def ledger(frame: pd.DataFrame) -> pd.DataFrame:
    """Changes of definition for readers, each with what it moves."""
    form = {"musd": whole, "share": share, "percentage points": _points}
    cells = {
        column: [
            UNKNOWN if pd.isna(value) else form[unit](value)
            for value, unit in zip(frame[column], frame["unit"], strict=True)
        ]
        for column in ("before", "after", "difference")
    }
    pairs = zip(frame["source_before"], frame["source_after"], strict=True)
    return pd.DataFrame(
        {
            "kind": frame["kind"],
            "period": frame["fiscal_period"],
            "what": frame["what"].replace({r"\bacie\b": "ACIE", r"\bnon gaap\b": "non-GAAP"}, regex=True),
            **cells,
            "unit": frame["unit"].map({"musd": "USD million", "share": "", "percentage points": "percentage points"}),
            "sources": [", ".join(dict.fromkeys(pair)) for pair in pairs],
        }
    )


def _points(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


OUTLOOKS = {
    "guidance_revenue": "total revenue",
    "guidance_gross_margin": "gross margin",
    "h20_charge_estimate": "charge on H20",
    "guidance_h20_loss": "H20 missing from the outlook",
    "h20_potential_revenue": "H20 possible beyond the outlook",
    "china_share_of_data_center_revenue": "China's share of data-center revenue",
    "h20_revenue": "H20 revenue",
    "h20_revenue_loss": "revenue lost on H20",
    "china_revenue_consensus": "China revenue",
}


def outlooks(frame: pd.DataFrame) -> pd.DataFrame:
    """What was expected of a period beside what was reported, for readers."""
    rows = []
    for row in frame.itertuples():
        form = money if row.unit == "musd" else share
        rows.append(
            {
                "by": row.estimator,
                "of": OUTLOOKS.get(row.metric, row.metric.replace("_", " ")),
                "period": row.fiscal_period,
                "expected": span(row.low, row.value, row.high, form),
                "reported": UNKNOWN if pd.isna(row.outcome) else form(row.outcome),
                "error": "" if pd.isna(row.error_share) else share(row.error_share),
                "in range": {True: "yes", False: "no"}.get(row.is_inside, ""),
                "days ahead": "" if pd.isna(row.days_before) else f"{row.days_before:.0f}",
                "remark": f"not scored: {row.why_not_scored}" if row.why_not_scored else row.note,
                "source": row.source_id,
            }
        )
    return pd.DataFrame(rows, columns=_OUTLOOK_COLUMNS)


_OUTLOOK_COLUMNS = ["by", "of", "period", "expected", "reported", "error", "in range", "days ahead", "remark", "source"]


def guidance(frame: pd.DataFrame) -> str:
    """How NVIDIA's own revenue outlooks came out."""
    rows = frame[(frame["metric"] == "guidance_revenue") & frame["error_share"].notna()]
    if rows.empty:
        return "By this day no revenue outlook on record has met its outcome."
    inside = int(rows["is_inside"].eq(True).sum())
    bias = rows["error_share"].mean()
    side = "below" if bias < 0 else "above"
    lay = "it lay" if len(rows) == 1 else "on average they lay"
    return (
        f"Of {count(len(rows), 'revenue outlook')} that met an outcome, {inside or 'none'} held it inside the stated "
        f"range; {lay} {share(abs(bias))} {side} what was reported."
    )


def estimators(frame: pd.DataFrame) -> str:
    """How many estimators could be scored, and that too few figures are not ranked."""
    if frame.empty:
        return "By this day no estimate of China revenue is on record."
    scored = frame[frame["scored"] > 0]
    ranked = int(frame["rank"].notna().sum())
    named = listing(f"{row.estimator} ({row.scored})" for row in scored.itertuples())
    told = f"with the number of figures scored: {named}" if len(scored) else "none yet"
    tail = "None has enough for a rank." if not ranked else f"{count(ranked, 'of them')} can be ranked."
    figures = count(int(frame["figures"].sum()), "figure")
    return (
        f"{figures} by named estimators are on record, and few name a fiscal period and something that a filing later "
        f"gave. Those that do, {told}. {tail}"
    )


def exposure(frame: pd.DataFrame) -> pd.DataFrame:
    """What China revenue can consist of, for readers."""
    return pd.DataFrame(
        {
            "quarter": frame["fiscal_period"],
            "part": frame["part"],
            "China, USD million": [_between(row.china_low_musd, row.china_high_musd) for row in frame.itertuples()],
            "can be, USD million": [_between(row.low_musd, row.high_musd) for row in frame.itertuples()],
            "share of China": [
                f"{share(row.low_share)} to {share(row.high_share)}" if row.high_share > row.low_share else UNKNOWN
                for row in frame.itertuples()
            ],
            "stated as sold to China": ["" if pd.isna(value) else whole(value) for value in frame["stated_musd"]],
            "arithmetic": frame["arithmetic"],
            "source": frame["source_id"].str.replace("|", ", "),
        }
    )


def _between(low: float, high: float) -> str:
    return whole(low) if low == high else f"{whole(low)} to {whole(high)}"
