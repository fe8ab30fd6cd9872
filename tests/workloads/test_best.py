"""Who is first, and with which chance, by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.workloads import best
from tests.records import record


def test_chances_of_being_least_by_hand():
    """Of two alike each has half; one whose logarithm is lower by the spread of the difference has 0.841."""
    alike = best.chance_of_least(pd.Series([1.0, 1.0]), pd.Series([2.0, 2.0]))
    assert alike.tolist() == pytest.approx([0.5, 0.5])
    ends = np.exp(1.6448536 * np.array([-1.0, 1.0]))  # a standard deviation of one
    shift = np.exp(np.sqrt(2))
    apart = best.chance_of_least(pd.Series([ends[0], shift * ends[0]]), pd.Series([ends[1], shift * ends[1]]))
    assert apart.tolist() == pytest.approx([0.8413, 0.1587], abs=2e-3)
    many = best.chance_of_least(pd.Series([1.0] * 4), pd.Series([3.0] * 4))
    assert many.tolist() == pytest.approx([0.25] * 4)


def test_places_and_chances_of_a_job():
    """Seconds a token: A 1/20 to 1/10, B 1/30 to 1/15 (see `test_words`: 91 to 9), C 1/9 to 1/8 behind, D unknown."""
    worth = pd.DataFrame({"chip_id": list("abcd"), "low": [10.0, 15, 8, np.nan], "high": [20.0, 30, 9, np.nan]})
    worth = worth.assign(phase="decode", ratio_low=np.nan, ratio_high=np.nan, source_id="s")
    job = best.ranked(worth, {}).set_index("chip_id")
    assert job["place"].tolist() == ["among the first", "among the first", "behind", "unknown"]
    assert job["chance"].tolist() == pytest.approx([0.087, 0.913, 0, np.nan], abs=1e-3, nan_ok=True)
    assert job.loc["b", ["low", "high"]].tolist() == pytest.approx([1 / 30, 1 / 15])
    half_open = worth.assign(low=[10.0, np.nan, 8, np.nan])
    assert best.ranked(half_open, {})["chance"].isna().sum() == 3, "with one open range beside it, A has no chance told"


def test_chances_of_each_job_add_up_to_one():
    jobs = record().best_chips(chips=["h20-96gb", "h100-sxm", "h200-sxm"]).groupby(["phase", "measure"])
    sums = jobs["chance"].sum()
    assert set(jobs.groups) >= {("decode", best.FASTEST), ("training", "the cheapest token bought by the card")}
    assert sums.tolist() == pytest.approx([1.0] * 16), "four phases, by speed and bought in two ways and rented"
