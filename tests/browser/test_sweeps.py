"""A sweep from its form to the run of a point, in a real browser."""

import re

import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, no_errors, press, settle
from server import open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_sweep_fills_its_plot_and_survives_a_reload(chromium, server):
    page = open_page(
        chromium,
        f"{server.url}/undercomplete?view=Train&dataset=digits&epochs=4&batch_size=64&seed=77",
    )
    settle(page)
    page.get_by_role("link", name="Sweep…").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sweeps")
    settle(page)
    values = page.get_by_role("textbox", name="Values of Latent size")
    values.fill("2, 5, 9")
    values.press("Enter")
    expect(page.get_by_text("3 training runs with 4 epochs on Digits 8×8")).to_be_visible()
    settle(page)
    press(
        page.get_by_role("button", name="Start 3 training runs"), page.get_by_text("of 3 finished")
    )
    expect(page).to_have_url(re.compile(r"/sweeps\?sweep=\d{8}-\d{6}-[0-9a-f]{4}$"))
    points = page.locator(".js-plotly-plot .point")
    expect(points.first).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(page.get_by_text("3 of 3 finished")).to_be_visible(timeout=PATIENCE)
    expect(points).to_have_count(3)
    expect(page.get_by_text("Best: Latent size")).to_be_visible()
    expect(page.get_by_role("button", name="Stop all")).to_have_count(0)
    settle(page)
    no_errors(page)
    page.emulate_media(color_scheme="dark")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download results (CSV)").click()
    rows = download.value.path().read_text().splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [[n, "finished"] for n in "259"]
    page.get_by_role("link", name="Open the best run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undercomplete")
    expect(page).to_have_url(re.compile(r"run=undercomplete-"))
    expect(page.get_by_text("Error, compared with the clean images")).to_be_visible(
        timeout=PATIENCE
    )
    settle(page)
    no_errors(page)
    page.context.close()
