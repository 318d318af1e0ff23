"""From a picture to the ones that are most like it, in a real browser."""

import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, no_errors, pictures, settle, tab
from server import open_page

from aecore.data.datasets import glimpse
from aecore.figures.grid import png

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_upload_is_searched_for_in_the_model_that_the_page_opens_with(chromium, server):
    page = open_page(chromium, f"{server.url}/features")
    expect(page.get_by_text("With 100 labels")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".js-plotly-plot").nth(1)).to_be_visible(timeout=PATIENCE)
    settle(page)
    tab(page, "Search")
    expect(page.get_by_text("the nearest first")).to_be_visible(timeout=PATIENCE)
    expect(pictures(page)).to_have_count(1 + 12)  # the test image, and what is like it
    settle(page)
    page.get_by_text("Upload", exact=True).first.click()
    image = {"name": "seven.png", "mimeType": "image/png", "buffer": png(glimpse("mnist")[7])}
    page.locator("input[type=file]").first.set_input_files([image])
    expect(page.get_by_text("belong to class 7")).to_be_visible(timeout=PATIENCE)
    settle(page)
    no_errors(page)
    page.context.close()
