"""Words of page 06, from frames made by hand."""

import pandas as pd

from analysis.scenarios import words
from tests.records import record

NAMES = pd.Series({"h200-sxm": "H200 SXM 141 GB"})
YEAR = {"policy": "h200-as-licensed", "period": "2027", "period_is": "year", "source_id": "a|b"}
MONEY = [(0.5e3, 2e3, 4e3, "revenue", "musd"), (100, 1e3, 3e3, "profit", "musd"), (0, 250, 500, "government", "musd")]
ROWS = [*MONEY, (10e3, 42e3, 90e3, "compute", "h100e")]
OUTCOMES = pd.DataFrame([YEAR | dict(zip(("p5", "p50", "p95", "outcome", "unit"), row, strict=True)) for row in ROWS])
FIRST = {"variable": "h200-sxm: gate", "about": "part that China lets in", "first": 0.75, "total": 0.8}
DECIDES = pd.DataFrame([FIRST | {"narrows_share": 0.5, "basis": "assumed", "source_id": "c"}])


def test_the_finding_has_its_interval_and_what_decides():
    headline, *more = words.finding(OUTCOMES, DECIDES, "h200-as-licensed", NAMES)
    assert headline == (
        "H200 as licensed: China would bring NVIDIA USD 2bn in 2027, or anything from USD 500m to USD 4bn"
    )
    assert more[1:] == [
        "The US government would get USD 250m, and China the compute of 42,000 H100s.",
        "One missing fact matters most (H200: part that China lets in): knowing it would narrow the result by 50%.",
    ]


def test_years_stand_in_billions_and_the_largest_policy_comes_first():
    ban = OUTCOMES.assign(policy="ban", p5=0.0, p50=0.0, p95=0.0)
    shown = words.money_by_year(pd.concat([ban, OUTCOMES], ignore_index=True))
    assert shown.to_numpy().tolist() == [
        ["H200 as licensed", "2027", "2 (0.5 to 4)", "1 (0.1 to 3)", "0.25 (0 to 0.5)"],
        ["Ban", "2027", "0", "0", "0"],
    ]
    assert shown.attrs["origins"].of(0, "year").sources == ("a", "b")


def test_what_is_missing_stands_with_what_would_fit():
    found = record().published_scenarios()
    fits = words.incomplete(found).set_index("says")["would fit with"]
    assert (
        fits["without exports the United States add thirty-one times the compute of China in 2026"] == "222,000 B300e"
    )
    assert len(words.reproduced(found)) + len(fits) == len(found)
    assert words.how_many(found).startswith(f"Of {len(found)} published figures ")
