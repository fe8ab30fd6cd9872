"""A chip's revenue as what is left of China's: by hand, by each basis from itself alone."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from analysis.revenue.china import CHINA
from analysis.shipments import residual
from analysis.shipments.residual import REMAINDER
from tests.records import record

DRAWS = 1 << 14


def stated(*rows: tuple) -> pd.DataFrame:
    columns = ["geography_basis", "fiscal_period", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    same = {"company": "NVIDIA", "metric": "revenue", "geography": CHINA, "low": np.nan, "high": np.nan}
    same |= {
        "basis": "official",
        "grade": "A",
        "known_on": pd.Timestamp("2025-08-27"),
        "source_id": "nvda",
        "locator": "",
    }
    return frame.assign(**same)


def test_a_half_year_is_shared_out_as_the_other_basis_shares_it():
    """Billing 2,491 and 3,667 of 6,158; headquarters 9,088: 9,088 x 2,491 / 6,158 = 3,676.2 and the rest."""
    rows = [("billing", "FY2025Q1", 2491.0), ("billing", "FY2025Q2", 3667.0), ("headquarters", "FY2025H1", 9088.0)]
    frame = residual.china(stated(*rows)).set_index(["geography_basis", "fiscal_period"])
    assert frame.loc[("headquarters", "FY2025Q1"), "china_musd"] == pytest.approx(3676.2, abs=0.1)
    assert frame.loc["headquarters", "china_musd"].sum() == pytest.approx(9088)
    assert frame["is_shared_out"].tolist() == [False, False, True, True]


def test_a_half_year_whose_quarters_are_stated_is_left_alone():
    rows = [("billing", "FY2025Q1", 2491.0), ("billing", "FY2025Q2", 3667.0), ("billing", "FY2025H1", 6158.0)]
    assert residual.china(stated(*rows))["china_musd"].tolist() == [2491.0, 3667.0]


def cells(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["fiscal_period", "revenue_from", "low_musd", "high_musd"])
    return frame.assign(product="h20", why="", source_id="account")


CELLS = cells(
    ("FY2024Q4", "none_sold", 0.0, 0.0),
    ("FY2025Q1", REMAINDER, 0.0, 1354.0),
    ("FY2026Q1", "h20_revenue", 4600.0, 4600.0),
    ("FY2026Q2", "h20_revenue", 0.0, 0.0),
)
ROWS = [
    *[("billing", "FY2024Q4", 1946.0), ("billing", "FY2025Q1", 2491.0), ("billing", "FY2026Q1", 5522.0)],
    *[("billing", "FY2026Q2", 2769.0), ("headquarters", "FY2026Q1", 9659.0), ("headquarters", "FY2026Q2", 3985.0)],
]


def test_what_china_buys_beside_the_chip_by_hand():
    """1,946 less nothing; 5,522 less 4,600; 2,769 less nothing; 9,659 less 4,600; 3,985 less nothing."""
    frame = residual.remainders(CELLS, residual.china(stated(*ROWS)))
    found = frame.set_index(["geography_basis", "fiscal_period"])["remainder_musd"].to_dict()
    assert found == {
        **{("billing", "FY2024Q4"): 1946.0, ("billing", "FY2026Q1"): 922.0, ("billing", "FY2026Q2"): 2769.0},
        **{("headquarters", "FY2026Q1"): 5059.0, ("headquarters", "FY2026Q2"): 3985.0},
    }


def test_the_record_says_the_same():
    china = residual.china(record().table("revenue")).set_index(["geography_basis", "fiscal_period"])["china_musd"]
    assert china["billing", "FY2026Q1"] == 5522
    assert china["headquarters", "FY2026Q1"] == 9659


def test_a_basis_that_lacks_a_quarter_cannot_be_used():
    usable = residual.usable(CELLS, residual.china(stated(*ROWS)))
    assert list(usable["h20"]) == ["billing"]
    both = residual.china(stated(*ROWS, ("headquarters", "FY2025Q1", 3676.0)))
    assert list(residual.usable(CELLS, both)["h20"]) == ["billing", "headquarters"]
    alone = CELLS[CELLS["revenue_from"] == REMAINDER]
    assert residual.usable(alone, both) == {}, "no quarter says what is bought beside the chip"


def drawn(remainder: list[float], *, china: float = 5000.0, cap: float = np.inf) -> np.ndarray:
    names = ["FY2025Q3", "location", "spread"]
    points = qmc.Sobol(3, scramble=True, rng=np.random.default_rng(2)).random(DRAWS).T
    quarters = pd.DataFrame({"fiscal_period": ["FY2025Q3"], "china_musd": [china], "cap_musd": [cap]})
    return residual.draws(quarters, np.array(remainder), dict(zip(names, points, strict=True))).revenue["FY2025Q3"]


def test_a_remainder_that_hardly_moves_is_taken_from_all():
    """Twenty quarters around 2,000, 5 percent apart: 3,000 of 5,000 are left."""
    revenue = drawn([2000 * (1 + 0.05 * sign) for sign in [-1, 1] * 10])
    assert np.median(revenue) == pytest.approx(3000, rel=0.01)
    assert np.quantile(revenue, 0.95) - np.quantile(revenue, 0.05) < 400


def test_revenue_is_neither_negative_nor_more_than_all():
    revenue = drawn([1946.0, 922.0, 2769.0])
    assert revenue.min() >= 0
    assert revenue.max() < 5000


def test_revenue_is_no_more_than_china_s_data_center_revenue():
    assert drawn([922.0], china=2491.0, cap=1354.0).max() <= 1354 + 1e-6


def test_fewer_quarters_say_less():
    def width(values: list[float]) -> float:
        return float(np.subtract(*np.quantile(drawn(values), [0.95, 0.05])))

    assert width([1946.0]) > width([1946.0, 1946.0, 1946.0, 1946.0])
