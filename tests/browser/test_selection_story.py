"""Samples selected one by one and by their error, lit on the map, and saved as a data set."""

import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, no_errors, press, settle
from server import open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_bar_of_errors_becomes_a_data_set(chromium, server):
    page = open_page(chromium, f"{server.url}/undercomplete")
    settle(page)
    show = page.get_by_role("dialog").get_by_role("button", name="Show on the map")
    press(page.get_by_role("button", name="Enlarge: 3").first, show)
    show.click()
    one = page.get_by_label("Name of this image")
    expect(one).to_be_visible(timeout=PATIENCE)
    codes = page.locator("div.codes")
    expect(codes).to_have_attribute("data-shows", "dots", timeout=PATIENCE)
    errors = codes.get_by_role("slider")
    for _ in range(12):
        errors.press("ArrowRight")
    expect(codes.get_by_text("SSE 5.14 to 5.61")).to_be_visible()
    errors.press("Enter")
    expect(one).to_have_count(0, timeout=PATIENCE)
    name = page.get_by_label("Name of these")
    expect(name).to_be_visible(timeout=PATIENCE)

    sample = page.locator("[data-sample]").first  # a worker rebuilds it
    expect(sample).to_be_visible(timeout=PATIENCE)
    sample.hover()
    expect(sample).to_have_css("outline-style", "solid")
    name.fill("Usual ones")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("radio", name="Usual ones")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("button", name="Save as data set").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Choose it under")).to_be_visible(timeout=PATIENCE)
    no_errors(page)
    page.context.close()
