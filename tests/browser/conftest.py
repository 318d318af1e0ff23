"""One Chromium and one server for all stories."""

import contextlib
import os

import pytest
from playwright.sync_api import expect, sync_playwright
from server import CHROMIUM_OPTIONS, check_log, find_chromium, serving

from aecore.runs.requests import STOP
from aecore.runs.requests import request as ask
from aecore.runs.run import RunDamaged
from aecore.runs.store import RunStore

expect.set_options(timeout=120_000)  # milliseconds: a busy machine is no failure


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium; without one the stories are skipped, but in CI they fail."""
    path = find_chromium()
    if path is None:
        missing = "There is no Chromium: install one, or name it in the variable CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
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


@pytest.fixture(autouse=True)
def alone(request):
    """A story that fails leaves neither pages nor trainings to slow down the next ones."""
    yield
    if chromium := request.node.funcargs.get("chromium"):
        for context in chromium.contexts:
            context.close()
    if server := request.node.funcargs.get("server"):
        for run in RunStore(server.runs).runs():
            with contextlib.suppress(RunDamaged):
                if run.status().active:
                    ask(run, STOP)
