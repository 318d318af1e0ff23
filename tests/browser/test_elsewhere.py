"""What begins elsewhere is seen within seconds, without a click, and looking costs nothing."""

import dataclasses
import re

import pytest
from playwright.sync_api import expect
from seeing import no_errors, settle
from server import check_log, open_page, serving
from small import small_experiment

from aecore.runs import control
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as running:
        yield running
        check_log(running.log)


def test_trainings_of_the_command_line_appear_by_themselves(chromium, server):
    store = RunStore(server.runs)
    places = {"home": "", "runs": "runs", "linear": "linear?view=Train"}
    pages = {name: open_page(chromium, f"{server.url}/{place}") for name, place in places.items()}
    for page in pages.values():
        settle(page)
        expect(page.locator("[data-testid=stSidebar]")).not_to_contain_text("Linear: ")
    run = store.create(small_experiment("linear"))
    ticket = control.enqueue(run)  # as the command line does
    for page in pages.values():
        expect(page.locator("[data-testid=stSidebar]")).to_contain_text(
            re.compile("Linear.*: queued")
        )
    expect(pages["runs"].get_by_text("1 running or queued")).to_be_visible()
    expect(pages["linear"].get_by_text("Queued", exact=True).first).to_be_visible()

    run.write_status(dataclasses.replace(run.status(), state="paused"))
    for page in pages.values():
        expect(page.locator("[data-testid=stSidebar]")).not_to_contain_text("Linear: ")
        settle(page)
    assert control.enqueue(run) != ticket  # no folder came or went, but it is queued again
    for page in pages.values():
        expect(page.locator("[data-testid=stSidebar]")).to_contain_text(
            re.compile("Linear.*: queued")
        )
    run.write_status(dataclasses.replace(run.status(), state="stopped"))
    store.put_aside(run)
    expect(pages["runs"].get_by_text("No runs yet")).to_be_visible()
    for page in pages.values():
        no_errors(page)
        page.context.close()
