"""One Chromium and one server for all stories."""

import os

import pytest
from server import CHROMIUM_OPTIONS, check_log, find_chromium, serving


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
