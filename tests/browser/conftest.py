"""One Chromium and one server for all stories, and a look at what both wrote."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from server import CHROMIUM_OPTIONS, find_chromium, serving


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium; without one the stories are skipped, but in CI they fail."""
    path = find_chromium()
    if path is None:
        missing = "There is no Chromium: install one, or name it in the variable CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A dashboard that all stories share, with its own runs."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running
        check_log(running.log)


def check_log(log: Path) -> None:
    """Nothing in the server's log may worry its owner."""
    text = log.read_text()
    for word in ("Traceback", "ERROR", "WARNING", "Exception"):
        assert word not in text, text


def open_page(browser, url: str, scheme: str = "light"):
    """A page of 1280 × 900 that remembers what its console said."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=scheme, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.worries = []
    page.on("console", lambda message: _note(page, message))
    page.on("pageerror", lambda error: page.worries.append(str(error)))
    page.goto(url)
    return page


def _note(page, message) -> None:
    # on a deep link Streamlit's own client first asks for these beneath the page's address
    own = "/_stcore/" in message.location.get("url", "")
    if message.type == "error" and not own:
        page.worries.append(message.text)
