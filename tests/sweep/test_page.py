"""The index page of a sweep, from results made by hand."""

import re

import pandas as pd
import pytest

from analysis.results import Record
from analysis.sweep.grid import Run
from analysis.sweep.page import _grouped, write
from analysis.sweep.store import Store
from analysis.sweep.work import Done, row


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    """Four runs over two parameters, each of three rows, one that was refused, and a notebook."""
    folder = tmp_path_factory.mktemp("sweep")
    store, runs = Store(folder), []
    for place, (share, basis, values) in enumerate(
        [(0.7, "billing", [1, 2, 30]), (0.7, "headquarters", [4, 4, 4]), (0.9, "billing", [6, 5, 9]), (0.9, "x<y", [8])]
    ):
        run = Run(place, "units_by_year", False, {"hardware_share": share, "basis": basis}, f"key{place}")
        cells = {
            "hardware_share": share,
            "year": 2025,
            "same": 1.0,
            "low": [float(value) for value in values],
            "source_id": "nvda-10k-fy2025",
        }
        frame = pd.DataFrame(cells | {"source_id": "nvda-10k-fy2025", "run": run.key, "row": range(len(values))})
        store.add(Done([row(run, "done", "", len(values))], {run.name: [frame]}))
        runs.append(run)
    refused = Run(4, "units_by_year", False, {"hardware_share": 2.0, "basis": "billing"}, "key4")
    store.add(Done([row(refused, "refused", "hardware_share: 2 is above 1.")]))
    told = Run(5, "04_china_revenue", True, {"basis": "billing"}, "key5")
    found = pd.DataFrame({"finding": ["Revenue **fell** & rose."], "run": told.key, "row": 0})
    store.add(Done([row(told, "done", "", 1)], {told.name: [found]}))
    files, _ = store.gather(run.key for run in [*runs, refused, told])
    store.close()
    return folder, files


def rows(page: str, caption: str) -> list[list[str]]:
    table = page[page.index(f"{caption}</") :].partition("</table>")[0]
    cells = [
        re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL) for line in re.findall(r"<tr.*?</tr>", table, re.S)
    ]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in line] for line in cells]


def test_each_value_of_a_parameter_has_the_median_over_its_runs_of_their_medians(gathered):
    folder, files = gathered
    page = write(folder, "try", files, Record()).read_text(encoding="utf-8")
    # medians of the runs: 2 and 4 at a share of 0.7, 6 and 8 at 0.9
    found = {line[0]: line[1:] for line in rows(page, "units_by_year by hardware_share: medians over runs")}
    assert (found["0.7"][-1], found["0.9"][-1]) == ("3", "7")
    by_basis = {line[0]: line[1:] for line in rows(page, "units_by_year by basis: medians over runs")}
    assert by_basis["billing"] == ["2", "4"]  # runs, and the median of 2 and 6
    assert list(by_basis)[-3:] == ["billing", "headquarters", "x&lt;y"], "in the order of the runs"


def test_the_page_shows_small_multiples_findings_refusals_and_documents_and_is_the_same_again(gathered):
    folder, files = gathered
    page = write(folder, "try", files, Record()).read_text(encoding="utf-8")
    assert "low by hardware_share" in page
    assert "low by basis" in page
    assert "same by" not in page
    assert "6 runs: 5 done and 1 refused." in page
    assert "hardware_share: 2 is above 1." in page
    assert "Revenue **fell** &amp; rose." in page
    assert "Form 10-K fiscal 2025" in page
    assert write(folder, "try", files, Record()).read_text(encoding="utf-8") == page


def test_many_values_of_a_sampled_parameter_are_shown_as_groups_by_their_middles():
    found = _grouped(pd.Series([float(number) for number in range(16)]))
    assert found.tolist() == [pair + 0.5 for pair in range(0, 16, 2) for _ in range(2)]
    assert _grouped(pd.Series(["a", "b"])).tolist() == ["a", "b"]
