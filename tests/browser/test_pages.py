"""Pages in a real browser: what a reader sees, at the widths of a phone and of a desk, by mouse and by keyboard."""

import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from analysis.facts import paths
from analysis.runner.digests import inputs
from analysis.runner.index import remembered
from analysis.runner.plan import plan
from analysis.runner.report import made, report

WIDTHS = {"phone": 360, "desk": 1280}
FOLD = 900  # pixels from the top within which the finding and its figure lie
LARGEST = 1_000_000  # bytes of a page
ANSWERED = sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9]*.ipynb"))

# what the width can change: the narrow drawings with their buttons, colours over colours, what scrolls
LAID_OUT = ["color-contrast", "scrollable-region-focusable", "button-name", "link-name", "svg-img-alt"]
OVERFLOW = """() => [...document.querySelectorAll('table, svg, p, h1, h2, pre, dl')].filter(e => e.offsetParent
    && !e.closest('[popover]') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"""
SHOWN = "e => { const r = e.getBoundingClientRect(); return [r.top + scrollY, r.bottom + scrollY] }"
UNSOURCED = """() => [...document.querySelectorAll('td.num')].filter(e => /\\d/.test(e.textContent)
    && !e.querySelector('.n')).map(e => e.closest('table').caption.textContent + ' | ' + e.textContent)"""


def are_of_this_tree(folder: Path) -> bool:
    """Whether a folder has every page, with its defaults, made of the data, code and notebooks that there are now."""
    kept, of_all = remembered(folder), inputs()
    return all(kept.get(job.name) == made(job, folder, of_all) for job in plan([], {}))


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """All pages, made with their defaults; those that `make report` has just made of this very tree, if it has."""
    out = tmp_path_factory.mktemp("pages")
    if are_of_this_tree(paths.REPORTS):
        return shutil.copytree(paths.REPORTS, out, dirs_exist_ok=True)
    assert {outcome.status for outcome in report([], {}, out=out, progress=lambda _: None)} == {"written"}
    return out


PAGES = [*(path.stem for path in sorted(paths.NOTEBOOKS.glob("[0-9]*.ipynb"))), "index"]
each_page = pytest.mark.parametrize("name", PAGES)
each_width = pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)


@pytest.fixture
def opened(browser, folder):
    """Open a page and remember what it asked for and what it complained of."""
    pages = []

    def open_page(name: str, width: int, **options: object) -> Page:
        page = browser.new_page(viewport={"width": width, "height": FOLD}, **options)
        page.heard = []
        page.on("console", lambda message: page.heard.append(message.text))
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.on("request", lambda request: page.heard.append(request.url) if "file:" not in request.url[:5] else None)
        page.goto((folder / f"{name}.html").as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()


@each_page
@each_width
def test_a_page_keeps_to_itself_fits_and_is_accessible(opened, name, width):
    page = opened(name, width)
    assert [url for url in page.heard if not url.startswith("data:")] == [], "a request, or a word on the console"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"
    assert page.evaluate(OVERFLOW) == []
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    rules = {"runOnly": LAID_OUT} if width == WIDTHS["phone"] else None
    found = Axe().run(page, options=rules).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"][:100]) for one in found if one["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("name", ANSWERED)
def test_the_finding_and_its_figure_lie_above_the_fold(opened, name):
    page = opened(name, WIDTHS["desk"])
    assert page.locator("h1").evaluate(SHOWN)[0] < FOLD / 4
    drawing = page.locator(".drawing:visible").first
    assert drawing.evaluate(SHOWN)[1] <= FOLD
    phone = opened(name, WIDTHS["phone"])
    assert phone.locator(".drawing:visible").first.evaluate(SHOWN)[0] < FOLD


@pytest.mark.parametrize("name", ANSWERED)
def test_a_number_opens_its_source_by_keyboard(opened, name):
    page = opened(name, WIDTHS["desk"])
    button = page.locator("h1 .n, .dek .n").first
    card = page.locator(f"#{button.get_attribute('popovertarget')}")
    assert not card.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert card.is_visible()
    assert re.search(r"Source|Formula|Computed here", card.inner_text())
    page.keyboard.press("Escape")
    assert not card.is_visible()
    assert page.evaluate("document.activeElement.className") == "n", "focus comes back to the number"


@pytest.mark.parametrize("name", ANSWERED)
def test_every_figure_in_a_table_has_a_source(opened, name):
    assert opened(name, WIDTHS["desk"]).evaluate(UNSOURCED) == []


@each_page
def test_links_inside_a_page_lead_somewhere_and_it_is_small(opened, folder, name):
    page = opened(name, WIDTHS["desk"])
    anchors = page.eval_on_selector_all("a[href^='#']", "all => all.map(a => a.getAttribute('href').slice(1))")
    assert [anchor for anchor in anchors if not page.evaluate("id => !!document.getElementById(id)", anchor)] == []
    targets = page.eval_on_selector_all("[popovertarget]", "all => all.map(e => e.getAttribute('popovertarget'))")
    assert [one for one in set(targets) if not page.evaluate("id => !!document.getElementById(id)", one)] == []
    assert (folder / f"{name}.html").stat().st_size < LARGEST


def test_the_front_page_leads_to_every_page(opened):
    page = opened("index", WIDTHS["desk"])
    links = page.eval_on_selector_all(".cards a", "all => all.map(a => a.getAttribute('href'))")
    assert [link for link in links if link.endswith(".html")] == [f"{name}.html" for name in PAGES if name != "index"]


def test_the_briefing_prints_on_two_sheets(opened):
    printed = opened("00_briefing", WIDTHS["desk"]).pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
