"""The demo study's pages in a real browser: they open, link, fetch nothing, and fit a phone."""

import shutil

import pytest

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser():
    """Start the system's Chromium."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "Chromium is not installed: see README, Tests"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser):
    """Open a tab that notes every request and error."""
    tab = browser.new_page(viewport={"width": 1000, "height": 900})
    tab.requests, tab.errors = [], []
    tab.on("request", lambda request: tab.requests.append(request.url))
    tab.on("console", lambda message: tab.errors.append(message.text))
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    yield tab
    tab.close()


def test_index_leads_to_every_group_s_pages(tab, wave):
    tab.goto((wave("demo", 18) / "index.html").as_uri())
    assert tab.title() == "Uppföljning efter 18 månader"
    assert tab.get_by_role("row").count() == 1 + 8
    tab.get_by_role("link", name="Tilläggsresurser B").click()
    assert "Tilläggsresurser, Grupp B, 18 mån" in tab.title()
    tab.get_by_role("link", name="Process", exact=True).click()
    assert tab.get_by_role("heading", level=1).inner_text().startswith("Process:")
    tab.get_by_role("link", name="Översikt").click()
    assert tab.title() == "Uppföljning efter 18 månader"


def test_every_page_stands_alone_with_pictures_and_captions(tab, wave):
    folder = wave("demo", 18)
    for path in sorted(folder.rglob("*.html")):
        tab.requests.clear()
        tab.goto(path.as_uri())
        assert [url for url in tab.requests if not url.startswith(("file:", "data:"))] == []
        assert len(tab.requests) - sum(url.startswith("data:") for url in tab.requests) == 1
        widths = tab.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
        assert all(width > 300 for width in widths), path
        texts = tab.eval_on_selector_all("img", "all => all.map(one => one.alt.length)")
        assert all(length > 20 for length in texts), path
        bare = tab.eval_on_selector_all("table", "all => all.filter(t => !t.caption).length")
        assert bare == 0, path
        assert tab.locator("h1").count() == 1, path
    assert tab.errors == []


def test_page_fits_a_narrow_screen(tab, wave):
    tab.set_viewport_size({"width": 320, "height": 640})
    for name in ("index", "comparison", "socioeconomics", "B/addon_resources"):
        tab.goto((wave("demo", 18) / f"{name}.html").as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_skip_link_is_the_first_stop_of_the_keyboard(tab, wave):
    tab.goto((wave("demo", 18) / "comparison.html").as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Till innehållet"


def test_long_page_begins_with_links_to_its_sections(tab, wave):
    tab.goto((wave("demo", 18) / "A" / "process.html").as_uri())
    links = tab.get_by_role("navigation", name="På denna sida").get_by_role("link")
    headings = tab.get_by_role("heading", level=2)
    assert links.all_inner_texts() == headings.all_inner_texts()
    links.last.click()
    assert tab.url.endswith(f"#{headings.last.get_attribute('id')}")
    assert headings.last.evaluate("one => one.getBoundingClientRect().top") < 700
