"""The tabs of a type's page, and the widgets of three types' own, in a real browser."""

import re

import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, pictures, settle
from server import open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def shown(chromium, server, name: str, view: str, scheme: str, heading: str):
    """A page with its own tab drawn."""
    page = open_page(chromium, f"{server.url}/{name}?view={view}", scheme)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENCE)
    settle(page)
    return page


def test_two_tabs_pressed_at_once_leave_the_last_one_in_the_address(chromium, server):
    page = open_page(chromium, f"{server.url}/linear?view=Guide")
    tabs = [page.get_by_role("tab", name=name, exact=True) for name in ("Errors", "Guide")]
    expect(tabs[1]).to_have_attribute("aria-selected", "true")
    settle(page)
    press = "(tab, other) => { tab.click(); setTimeout(() => other.click()) }"
    tabs[0].evaluate(press, tabs[1].element_handle())  # before the first answer has come
    settle(page)
    expect(tabs[1]).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(r"view=Guide$"))
    page.context.close()


def test_images_are_shifted_and_rotated(chromium, server):
    page = shown(
        chromium, server, "linear", "Compared+with+PCA", "light", "Where a linear map fails"
    )
    rebuilt = pictures(page).last
    first = rebuilt.get_attribute("src")
    key(page, "linear.moving").get_by_text("Rotated").click()
    expect(page.get_by_text("starts at 5°")).to_be_visible()
    expect(rebuilt).not_to_have_attribute("src", first)
    key(page, "linear.pca.curve").get_by_text("Explained variance").click()
    title = page.locator(".js-plotly-plot").first.locator(".ytitle")
    expect(title).to_have_text("variance explained, %")
    no_errors(page)
    page.context.close()


def test_classes_are_measured_by_ink(chromium, server):
    page = shown(chromium, server, "undercomplete", "Bottleneck", "dark", "Error by class")
    key(page, "undercomplete.classes.measure").get_by_text("Per ink").click()
    title = page.locator(".js-plotly-plot").last.locator(".ytitle")
    expect(title).to_have_text("squared error per unit of ink")
    no_errors(page)
    page.context.close()


def test_gradients_are_followed_over_the_steps(chromium, server):
    page = shown(chromium, server, "deep", "Depth", "light", "What each layer retains")
    first = page.locator(".js-plotly-plot").nth(2).locator(".scatterlayer .trace .js-line").first
    before = first.get_attribute("d")
    key(page, "deep.gradients.step").get_by_role("slider").press("End")
    expect(first).not_to_have_attribute("d", before)
    no_errors(page)
    page.context.close()
