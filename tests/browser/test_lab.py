"""JupyterLab in a real browser: the explorer by mouse and by keyboard, against what the package works out.

One server, with a folder of its own; nothing may be asked from elsewhere.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.facts import paths
from analysis.results import Record
from analysis.revenue import words

MOST_MS = 60_000
TOKEN = "explore"


@pytest.fixture(scope="module")
def began(browser) -> float:
    """When `make lab` was asked for, by the clock."""
    return time.monotonic()


@pytest.fixture(scope="module")
def address(tmp_path_factory, began) -> Iterator[str]:
    """A JupyterLab as `make lab` starts it, on a copy of the notebook."""
    folder = tmp_path_factory.mktemp("lab")
    for path in paths.NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(path, folder / path.name)
    own = {name: str(folder / "own" / name) for name in ("JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": str(folder / "own" / "workspaces"), "JUPYTER_CONFIG_PATH": str(paths.ROOT)}
    command = [sys.executable, "-m", "analysis", "lab", "--", "--no-browser", "--port=0"]
    command += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}"]
    with (folder / "log").open("w") as log:
        env = os.environ | own | {"PYTHONPATH": str(paths.ROOT)}
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            yield _started(Path(own["JUPYTER_RUNTIME_DIR"]), folder / "log")
        finally:
            server.terminate()
            server.wait(20)


def _started(runtime: Path, log: Path) -> str:
    for _ in range(300):
        for file in runtime.glob("jpserver-*.json"):
            text = file.read_text()
            if text:
                return json.loads(text)["url"].rstrip("/")
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Every address that the page asked for."""
    return []


@pytest.fixture(scope="module")
def lab(browser: Browser, address, asked) -> Iterator[Page]:
    """The explorer after Run All Cells."""
    page = browser.new_page(viewport={"width": 1400, "height": 1500})
    page.set_default_timeout(MOST_MS)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/lab/tree/explore.ipynb?token={TOKEN}&reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # what runs before is lost
    page.locator(".jp-OutputArea-output img").first.wait_for()  # the still picture, before anything runs
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".ask figure svg").first.wait_for()
    yield page
    page.close()


def answered(page: Page, words: str) -> None:
    """Wait until the finding holds some words."""
    expect(page.locator(".ask .head")).to_contain_text(words, timeout=MOST_MS)
    expect(page.locator(".ask .busy")).to_have_count(0, timeout=MOST_MS)


def finding(record: Record, **asked: object) -> str:
    china = record.china_revenue(**asked)
    return str(words.finding(china, record.h20_account(), record.results_outstanding(), record.day)[0])


def newest(record: Record, **asked: object) -> str:
    china = record.china_revenue(**asked)
    return f"{china[china['grain'] == 'quarter'].iloc[-1]['revenue_musd']:,.0f}"


def test_no_dialog_is_in_the_way(lab):
    assert lab.locator(".jp-Dialog").count() == 0
    assert lab.locator(".Toastify__toast").count() == 0


def test_by_mouse_a_choice_shows_what_the_package_works_out(lab, began, record_testsuite_property):
    """Two actions lead from `make lab` to a changed figure: all cells are run, a question is chosen."""
    lab.get_by_label("Question").select_option(label="How much of NVIDIA's revenue is China?")
    lab.locator(".ask figure[aria-label^='China brought in'] svg").wait_for()
    record_testsuite_property("seconds from make lab to a changed figure", round(time.monotonic() - began, 1))
    record = Record()
    answered(lab, finding(record))
    lab.get_by_label("By", exact=True).select_option(label="billing")
    answered(lab, finding(record, basis="billing"))
    rows = lab.locator(".ask table tbody tr").first
    expect(rows).to_contain_text(newest(record, basis="billing"))
    assert lab.locator(".ask figure svg text", has_text="headquarters").count() == 0


def test_by_keyboard_the_time_machine_shows_no_later_row(lab):
    day = lab.get_by_role("textbox", name="As known on")
    day.focus()
    lab.keyboard.press("Control+a")
    lab.keyboard.type("2024-11-30")
    lab.keyboard.press("Enter")
    record = Record(as_of="2024-11-30")
    answered(lab, finding(record, basis="billing"))
    shown = lab.locator(".ask table tbody th").all_inner_texts()
    calendar = Record().table("fiscal_periods").set_index("fiscal_period")["period_end"]
    ends = [calendar[name.replace(" ", "")] for name in shown]
    assert ends
    assert max(ends) <= "2024-11-30"
    expect(lab.locator(".ask table tbody tr").first).to_contain_text(newest(record, basis="billing"))
    cells = lab.locator(".jp-Cell").count()
    lab.get_by_role("slider", name="As known on").focus()
    lab.keyboard.press("ArrowLeft")
    expect(day).not_to_have_value("2024-11-30")
    expect(lab.locator(".ask .busy")).to_have_count(0, timeout=MOST_MS)
    assert day.input_value() <= "2024-11-30"
    assert lab.locator(".jp-Cell").count() == cells, "no key was taken for a command of the notebook"


def test_a_number_opens_its_document_and_its_keys_stay_its_own(lab):
    cells = lab.locator(".jp-Cell").count()
    number = lab.locator(".ask td .n").first
    number.focus()
    lab.keyboard.press("Enter")
    card = lab.locator(".ask .pop:popover-open")
    expect(card).to_contain_text("Source")
    lab.keyboard.press("b")
    lab.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert lab.locator(".jp-Cell").count() == cells


def test_what_cannot_be_is_a_line_and_undo_takes_it_back(lab):
    day = lab.get_by_role("textbox", name="As known on")
    day.fill("tomorrow")
    day.press("Enter")
    expect(lab.locator(".ask .error")).to_contain_text("'tomorrow' is not a day")
    assert lab.locator(".jp-OutputArea-output [data-mime-type*=error], .jp-mod-error").count() == 0
    lab.get_by_role("button", name="Undo").click()
    expect(lab.locator(".ask .error")).to_have_count(0)
    lab.get_by_role("button", name="Reset").click()


def test_a_slider_moved_by_keyboard_moves_the_answer(lab):
    lab.get_by_label("Question").select_option(label="How many chips were sold in China?")
    answered(lab, "NVIDIA sold about")
    before = lab.locator(".ask .head").inner_text()
    lab.get_by_role("slider", name="Chips' part of revenue").focus()
    for _ in range(4):
        lab.keyboard.press("ArrowLeft")
    expect(lab.get_by_role("textbox", name="Chips' part of revenue")).to_have_value("0.8")
    expect(lab.locator(".ask .head")).not_to_have_text(before)
    frame = Record().units_by_year(hardware_share=0.8, draws=8192)
    row = frame[(frame["product"] == "h20") & (frame["year"] == "2024")].iloc[0]
    expected = pytest.approx(row["p50"], rel=0.05)  # two digits
    for _ in range(MOST_MS // 200):  # each stop on the way is answered first, where the machine is slow
        if sold(lab) == expected:
            break
        lab.wait_for_timeout(200)
    expect(lab.locator(".ask .busy")).to_have_count(0, timeout=MOST_MS)
    assert sold(lab) == expected


def sold(lab: Page) -> int:
    """The number that the finding names."""
    return int(re.search(r"about ([\d,]+)", lab.locator(".ask .head").inner_text())[1].replace(",", ""))


def test_nothing_was_asked_from_elsewhere(lab, asked, address):
    home = urlsplit(address).hostname
    assert {urlsplit(one).hostname for one in asked if one.startswith(("http", "ws"))} <= {home, "localhost"}


def test_after_a_restart_the_reader_is_told_to_run_the_cell_again(lab):
    after = "getComputedStyle(document.querySelector('.explorer'), '::after').content"
    assert lab.evaluate(after) == "none"
    lab.get_by_role("menuitem", name="Kernel", exact=True).click()
    lab.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    lab.get_by_role("button", name="Confirm Kernel Restart").click()
    lab.wait_for_function(f"{after}.includes('run the cell again')")
    lab.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # a server waits for a kernel that is starting


OTHERS = [path.stem for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")) if path.stem != "explore"]


@pytest.mark.parametrize(
    "name", [one if one == "tutorial" else pytest.param(one, marks=pytest.mark.slow) for one in OTHERS]
)
def test_a_notebook_runs_to_its_end_without_an_error(lab, address, name):
    running = '.jp-CodeCell .jp-InputPrompt:has-text("[*]")'
    page = lab.context.browser.new_page()
    page.set_default_timeout(2 * MOST_MS)
    page.goto(f"{address}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(running).first.wait_for()
    page.locator(running).first.wait_for(state="detached")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    page.close()
