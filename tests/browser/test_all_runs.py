"""All runs in one table: found, chosen, compared, renamed, deleted and put back."""

import shutil

import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, pictures, settle
from server import open_page

from aecore.runs.label import Label, read_label, write_label
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROW = 35  # pixels


@pytest.fixture
def store(server, trained):
    """The store of the server with two more runs in it, found by the word `orchard`."""
    for number, name in enumerate(("Apple", "Pear")):
        target = server.runs / f"linear-2099010{number}-000000-0000"
        shutil.copytree(trained("linear").path, target)
        write_label(target, Label.of(name, "orchard"))
    store = RunStore(server.runs)
    yield store
    for run in store.runs("linear"):  # the newest by their names, which other stories look for
        if "-2099" in run.id:
            store.delete(run)


def tick(page, row: int) -> None:
    """Chooses a row of the table, which is drawn on a canvas."""
    grid = page.locator("[data-testid=stDataFrame] .dvn-scroller").first
    grid.wait_for()
    grid.click(position={"x": 16, "y": ROW * (row + 1) + ROW // 2})
    settle(page)


def named(page, name: str):
    """What is told of the one run that is chosen."""
    return page.locator("strong").get_by_text(name, exact=True)


def test_find_compare_rename_delete_and_undo(chromium, server, store):
    page = open_page(chromium, f"{server.url}/runs")
    settle(page)
    search = page.get_by_role("textbox", name="Search")
    search.fill("orchard")
    search.press("Enter")
    settle(page)
    tick(page, 0)
    expect(key(page, "runs.open")).to_be_visible()
    tick(page, 1)
    page.get_by_text("Compare", exact=True).click()
    expect(page.get_by_text("Reconstructions of the same images")).to_be_visible()
    expect(pictures(page)).to_have_count(3 * 10, timeout=PATIENCE)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    page.get_by_text("Compare", exact=True).click()

    search.fill("orchard apple")  # its row is another one now, and still chosen
    search.press("Enter")
    expect(named(page, "Apple")).to_be_visible()
    page.get_by_role("button", name="Name and tags").click()
    page.get_by_role("textbox", name="Name").fill("Quince")
    page.get_by_role("textbox", name="Tags").fill("sour, yellow")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No run matches")).to_be_visible()
    apple = store.get("linear-20990100-000000-0000")
    assert read_label(apple.path) == Label("Quince", "orchard", ("sour", "yellow"))

    search.fill("orchard sour")
    search.press("Enter")
    settle(page)
    tick(page, 0)
    expect(named(page, "Quince")).to_be_visible()
    key(page, "runs.delete").get_by_role("button").click()
    expect(page.get_by_text("Deleted: Quince")).to_be_visible()
    assert not apple.path.exists()
    key(page, "runs.undo").get_by_role("button").click()
    expect(page.get_by_text("Deleted: Quince")).to_have_count(0)
    assert apple.path.exists()
    no_errors(page)
    page.context.close()
