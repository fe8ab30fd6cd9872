"""What holds for every number of ours: ends around their middle, nothing below zero that counts, parts that add up."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import catalogue
from analysis.counts import published
from analysis.facts import check
from analysis.facts.schema import TABLES
from tests.records import record

CHEAP = {"draws": 1024}
ENDS = [("p5", "p95"), ("prior_p5", "prior_p95"), ("stock_p5", "stock_p95")]
# shares, differences and errors, and what a claim or an account says of a change, may be below zero
SIGNED = {
    "growth",
    "gap",
    "residual",
    "error",
    "bias",
    "change",
    "contribution",
    "difference",
    "sign",
    "claimed",
    "established",
    "days",
}
# the inputs of a policy: a price elasticity is below zero by nature, and so may growth be; each has bounds of its own,
# which `analysis.scenarios.inputs.faults` holds it to
SIGNED_RESULTS = {"definition_ledger", "claim_readings", "scenario_terms", "scenario_sensitivity", "steps"}


def pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Columns of which the first may not lie over the second."""
    lows = [column for column in frame.select_dtypes("number") if "low" in column.split("_")]
    found = [(low, "_".join("high" if word == "low" else word for word in low.split("_"))) for low in lows]
    found += ENDS
    for low, high in list(found):
        stem = low.removesuffix("low").rstrip("_")
        middles = [stem] if stem else ["central", "value", "point"]
        middles = [low.replace("p5", "p50")] if (low, high) in ENDS else middles
        found += [pair for middle in middles for pair in ((low, middle), (middle, high))]
    return [pair for pair in found if set(pair) <= set(frame.select_dtypes("number"))]


def upside_down(frame: pd.DataFrame) -> list[str]:
    wrong = []
    for low, high in pairs(frame):
        slack = 1e-9 * frame[high].abs()
        wrong += [f"{low} over {high} in row {row}" for row in frame.index[frame[low] > frame[high] + slack]]
    return wrong


def below_zero(frame: pd.DataFrame) -> list[str]:
    columns = [name for name in frame.select_dtypes("number") if not SIGNED & set(name.split("_"))]
    return [f"{name} in row {row}" for name in columns for row in frame.index[frame[name] < 0]]


def asked(name: str) -> dict[str, int]:
    return {option: value for option, value in CHEAP.items() if option in catalogue.results()[name].parameters}


@pytest.mark.parametrize("name", catalogue.results())
def test_every_result_has_its_middle_between_its_ends_and_nothing_below_zero(name):
    frame = record().get(name, asked(name))
    assert upside_down(frame) == []
    if name not in SIGNED_RESULTS:
        assert below_zero(frame) == []


def test_what_breaks_them_is_seen():
    frame = pd.DataFrame({"p5": [1.0, 3.0], "p50": [2.0, 2.0], "p95": [3.0, 1.0], "low": [1, 2], "high": [2, -1]})
    wrong = ["low over high", "p5 over p95", "p5 over p50", "p50 over p95"]
    assert upside_down(frame) == [f"{pair} in row 1" for pair in wrong]
    assert below_zero(frame) == ["high in row 1"]
    named = pd.DataFrame({"ratio_low": [1.0], "ratio": [3.0], "ratio_high": [2.0]})
    assert upside_down(named) == ["ratio over ratio_high in row 0"]


@pytest.mark.parametrize("name", [name for name, declared in TABLES.items() if declared.points])
@given(figures=st.lists(st.floats(0, 1e6), min_size=3, max_size=3))
@settings(max_examples=20, deadline=None)
def test_every_table_refuses_ends_that_do_not_hold_their_middle(name, figures):
    declared = TABLES[name]
    row = record().whole(name).iloc[[0]].assign(**dict(zip(declared.points, figures, strict=True)))
    is_refused = any("is upside down" in str(fault) for fault in check._point_faults(declared, row))
    assert is_refused == (figures != sorted(figures))


def test_counts_below_zero_are_refused():
    declared = TABLES["shipment_estimates"]
    row = record().whole("shipment_estimates").iloc[[0]].assign(low=-1.0)
    assert any("low" in str(fault) for fault in check._cell_faults(declared, row))


def test_lines_of_a_period_add_up_to_its_total():
    """Revenue by geography: what is left between the lines and the total is rounding of the printed millions."""
    frame = record().reconciliation()
    assert len(frame) > 20
    assert (frame["residual_musd"].abs() <= frame["lines"]).all()


def test_quarters_add_up_to_their_year():
    rows = record().table("revenue")
    rows = rows[(rows["company"] == "NVIDIA") & (rows["metric"] == "revenue") & (rows["geography"] == "Total")]
    rows = rows[rows["value"].notna()].drop_duplicates("fiscal_period", keep="last")
    figures = rows.set_index("fiscal_period")["value"]
    years = [period for period in figures.index if period.startswith("FY") and len(period) == 6]
    whole = [year for year in years if all(f"{year}Q{quarter}" in figures for quarter in range(1, 5))]
    assert len(whole) >= 3
    for year in whole:
        assert abs(sum(figures[f"{year}Q{quarter}"] for quarter in range(1, 5)) - figures[year]) <= 4, year


def test_chips_of_known_quarters_span_those_of_their_year():
    """No year is outside the sum of the ends of its quarters, whatever moves together."""
    years, quarters = (record().get(name, CHEAP) for name in ("units_by_year", "units_by_quarter"))
    tried = 0
    for row in years[
        (years["year_is"] == "fiscal") & (years["unknown"] == "") & (years["product"] != "all")
    ].itertuples():
        parts = quarters[(quarters["product"] == row.product) & quarters["fiscal_period"].str.startswith(row.year)]
        if len(parts) == 4 and parts["p50"].notna().all():
            tried += 1
            assert parts["p5"].sum() * 0.99 <= row.p50 <= parts["p95"].sum() * 1.01, row
    assert tried


SERIES = dict.fromkeys(published._SERIES, "x")


def series(starts: list[date], ends: list[date], figures: list[float]) -> pd.DataFrame:
    points = {"low": float("nan"), "central": figures, "high": float("nan")}
    frame = pd.DataFrame({"period_start": map(str, starts), "period_end": map(str, ends), **points})
    return frame.assign(**SERIES)


@given(
    figures=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    is_stock=st.booleans(),
    seed=st.integers(0, 100),
)
@settings(deadline=None)
def test_a_series_is_flagged_where_it_repeats_itself_and_nowhere_else(figures, is_stock, seed):
    days = [date(2024, 1, 1) + timedelta(91 * at) for at in range(len(figures) + 1)]
    starts = [days[0]] * len(figures) if is_stock else days[:-1]
    frame = series(starts, [day - timedelta(1) for day in days[1:]], [float(figure) for figure in figures])
    expected = [at > 0 and figures[at] == figures[at - 1] > 0 for at in range(len(figures))]
    shuffled = frame.sample(frac=1, random_state=seed)
    assert published.frozen(shuffled).sort_index().tolist() == expected


def test_the_same_number_of_another_period_or_voice_is_no_frozen_series():
    days = [date(2024, 1, 1), date(2024, 7, 1)]  # a quarter between them of which nothing is told
    apart = series(days, [day + timedelta(90) for day in days], [5.0, 5.0])
    assert not published.frozen(apart).any()
    following = series([date(2024, 1, 1), date(2024, 4, 1)], [date(2024, 3, 31), date(2024, 6, 30)], [5.0, 5.0])
    assert published.frozen(following).tolist() == [False, True]
    assert not published.frozen(following.assign(voice=["x", "y"])).any()
