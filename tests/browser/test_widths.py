"""No page or tab is wider than its window or hard to read, and no label of a button is cut off."""

import contextlib

import pytest
from accessibility import serious_faults
from made_runs import made_run
from playwright.sync_api import TimeoutError, expect
from seeing import PATIENCE, no_errors, settle, tab
from server import open_page

from aecore.models import AUTOENCODERS
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
WIDTHS = (1280, 1024)
# what is wider than its place: the page, a table, a row of choices, the words on a button
TOO_WIDE = """
(tables) => {
  const wide = (element) => element.scrollWidth > element.clientWidth + 1;
  const places = {
    page: "[data-testid=stMain]",
    ...(tables && {table: "[data-testid=stDataFrame] .dvn-scroller"}),
    choices: "[data-testid=stButtonGroup] [role=radiogroup], [data-testid=stButtonGroup]",
    button: "[data-testid=stMain] button p, [data-testid=stPageLink] p",
  };
  return Object.entries(places).flatMap(([name, selector]) =>
    Array.from(document.querySelectorAll(selector)).filter(
      (element) => element.checkVisibility() && wide(element)
    ).map((element) => `${name}: ${element.innerText.slice(0, 60)}`));
}
"""


def too_wide(page, tables: bool) -> list[str]:
    """What is wider than its place, once the page has settled into its width."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"tables => !({TOO_WIDE})(tables).length", arg=tables, timeout=9_000)
    return page.evaluate(TOO_WIDE, tables)


@pytest.mark.parametrize("name", ["", "data", "runs", "sweeps", *AUTOENCODERS])
def test_everything_fits_and_can_be_read(chromium, server, name):
    run = made_run(RunStore(server.runs)) if name == "runs" else None
    page = open_page(chromium, f"{server.url}/{name}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    if name in AUTOENCODERS:
        expect(page.get_by_role("tab")).to_have_count(8, timeout=PATIENCE)
    for title in page.get_by_role("tab").all_inner_texts() or [""]:
        if title:
            tab(page, title)
            settle(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = too_wide(page, tables=width == 1280 or name == "runs")
            assert (title, width, wide) == (title, width, [])
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            settle(page)
            assert (title, scheme, serious_faults(page)) == (title, scheme, [])
    if run is not None:
        RunStore(server.runs).delete(run)
    no_errors(page)
    page.context.close()
