"""Words for China revenue."""

import pandas as pd

from analysis.wording.formats import UNKNOWN, listing, money, share, span, whole

ITEMS = {
    "h20_revenue": "H20 revenue",
    "h20_unshipped": "H20 that could not be shipped",
    "h20_charge_estimate": "charge announced",
    "h20_charge": "charge booked",
    "guidance_h20_loss": "H20 missing from the outlook",
    "h20_reserve_release": "reserve released",
    "h20_potential_revenue": "H20 possible beyond the outlook",
    "h20_revenue_licensed": "licensed H20 revenue, whole year",
    "us_government_revenue_share": "US government share of licensed sales",
    "dc_hopper_shipments_china": "data-center Hopper shipments to China",
    "h200_licensed_revenue": "licensed H200 revenue",
    "h200_import_tariff": "tariff on H200 entering the US",
    "h200_charge": "H200 charge booked",
}
CURRENCIES = {"musd": "USD", "mcny": "CNY"}


def _amounts(frame: pd.DataFrame) -> tuple[str, str]:
    """The amount column of a frame, and its currency."""
    column = next(name for name in ("revenue_musd", "revenue_mcny") if name in frame)
    return column, CURRENCIES[column.removeprefix("revenue_")]


def periods(frame: pd.DataFrame) -> pd.DataFrame:
    """China revenue for readers: a row a period and basis."""
    column, currency = _amounts(frame)
    low, high = (column.replace("revenue", end) for end in ("low", "high"))
    amounts = [span(row[low], row[column], row[high], whole) for row in frame.to_dict("records")]
    return pd.DataFrame(
        {
            "basis": frame["geography_basis"],
            "period": frame["fiscal_period"],
            "ended": frame["period_end"],
            f"{currency} million": amounts,
            "share of total": frame["share_of_total"],
            "on the year": frame["growth_on_year"],
            "on the quarter": frame["growth_on_quarter"],
            "stated by": frame["basis"] + ", " + frame["grade"],
            "source": frame["source_id"],
        }
    )


def apart(frame: pd.DataFrame) -> pd.DataFrame:
    """The two bases side by side for readers."""
    names = {
        "fiscal_period": "period",
        "billing_musd": "billing",
        "headquarters_musd": "headquarters",
        "gap_musd": "gap",
        "billing_share": "share, billing",
        "headquarters_share": "share, headquarters",
    }
    return frame.rename(columns=names)


def answer(frame: pd.DataFrame) -> str:
    """The newest year and quarter on each basis, in a sentence a basis.

    Parameters
    ----------
    frame : from `analysis.china_revenue.china_revenue` or `in_currency`.
    """
    column, currency = _amounts(frame)
    bullets = []
    for basis, rows in frame.groupby("geography_basis", sort=False):
        newest = [
            rows[rows["grain"] == grain].iloc[-1] for grain in ("year", "quarter") if (rows["grain"] == grain).any()
        ]
        said = [
            f"{row['fiscal_period']} {money(row[column], currency)}, {_of_total(row['share_of_total'])}"
            for row in newest
        ]
        bullets.append(f"- By **{basis}**: {listing(said) if said else UNKNOWN}.")
    if not bullets:
        return "No China revenue is known by this day in the periods asked for."
    missing = {"billing", "headquarters"} - set(frame["geography_basis"])
    tail = f"\n\nThis selection holds nothing on the {listing(sorted(missing))} basis." if missing else ""
    if frame[column].isna().any():
        tail += "\n\nAn amount is unknown where the exchange rate of a month of its period is not recorded."
    return "China including Hong Kong, newest year and quarter:\n\n" + "\n".join(bullets) + tail


def _of_total(value: float) -> str:
    return "its share of total revenue unknown" if pd.isna(value) else f"{share(value)} of total revenue"


def splice(frame: pd.DataFrame) -> str:
    """Why one basis must not be continued by the other, from the years in which both are known."""
    years = frame[frame["fiscal_period"].str.len() == 6]
    if years.empty:
        return "By this day no year is known on both bases, so nothing can be said of the gap between them."
    row = years.iloc[-1]
    return (
        f"In {row['fiscal_period']} the same sales are {share(row['billing_share'])} of revenue by billing and "
        f"{share(row['headquarters_share'])} by headquarters: {money(row['gap_musd'])} apart. A series that goes on "
        "from one to the other shows a fall that never happened, or hides one that did."
    )


def cost(frame: pd.DataFrame) -> str:
    """The story of the April 2025 licence rule in amounts, as far as known by the day of the frame."""
    order = ["h20_revenue", "h20_unshipped", "h20_charge_estimate", "h20_charge", "guidance_h20_loss"]
    order += ["h20_reserve_release", "h20_revenue_licensed"]
    rows = frame[frame["item"].isin(order)]
    if rows.empty:
        return "By this day nothing had been published on what the licence rule would cost."
    said = []
    for item in order:
        for row in rows[rows["item"] == item].itertuples():
            place = " outside China" if row.geography == "Outside China" else ""
            said.append(f"{ITEMS[item]}{place} {span(row.low, row.amount_musd, row.high, money)} ({row.fiscal_period})")
    return f"{listing(said)}. Sales, write-downs and sales not made are different quantities: they do not add up."


def reconciled(frame: pd.DataFrame) -> pd.DataFrame:
    """The reconciliation for readers: how many tables of each basis were tested, and those that miss."""
    tested = frame[frame["is_test"] & frame["residual_musd"].notna()]
    rows = []
    for basis, part in frame.groupby("geography_basis", sort=False):
        of_basis = tested[tested["geography_basis"] == basis]
        off = of_basis[of_basis["residual_musd"] != 0]
        misses = [f"{row.fiscal_period} by {whole(row.residual_musd)}" for row in off.itertuples()]
        rows.append(
            {
                "basis": basis,
                "tables with all lines": len(part),
                "of which a test": len(of_basis),
                "residual 0": int((of_basis["residual_musd"] == 0).sum()),
                "off": listing(misses),
                "first": part["fiscal_period"].iloc[0],
                "last": part["fiscal_period"].iloc[-1],
            }
        )
    columns = ["basis", "tables with all lines", "of which a test", "residual 0", "off", "first", "last"]
    return pd.DataFrame(rows, columns=columns)
