"""A detector from its data to verdicts on new images, in a real browser."""

import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, clicks, count_clicks, key, no_errors, pictures, settle, tab
from server import open_page

from aecore.figures.grid import png

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_CLICKS = 12


def test_one_digit_is_learnt_in_two_clicks_and_new_images_are_judged(chromium, server):
    page = open_page(chromium, f"{server.url}/anomalies?data=digits")
    settle(page)
    count_clicks(page)
    page.get_by_role("button", name="3", exact=True).click()
    expect(page.get_by_text("Learnt as normal: 3.")).to_be_visible()
    key(page, "anomalies.train").get_by_role("button").click()
    assert clicks(page) == 2
    page.get_by_role("button", name="Show this model").click(timeout=PATIENCE)
    expect(page.get_by_text("Compared with detectors without a network")).to_be_visible(
        timeout=PATIENCE
    )
    settle(page)
    expect(page.get_by_text("Nearest neighbours").first).to_be_visible()
    expect(pictures(page).first).to_be_visible()  # heat maps of the most unusual
    no_errors(page)

    tab(page, "New data")
    settle(page)
    page.get_by_text("Upload", exact=True).first.click()
    noise = np.random.default_rng(0).random((2, 8, 8, 1)).astype(np.float32)
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": png(image)}
        for name, image in zip(("noise", "more"), noise, strict=True)
    ]
    page.locator("input[type=file]").first.set_input_files(files)
    expect(page.get_by_text("of 2 images flagged")).to_be_visible(timeout=PATIENCE)
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download verdicts (CSV)").click()
    rows = download.value.path().read_text().splitlines()
    assert rows[0] == "name,score,flagged" and len(rows) == 3

    tab(page, "Export")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download detector (ZIP)").click()
    with zipfile.ZipFile(download.value.path()) as file:
        assert {"detect.py", "detector.json", "model.keras"} <= set(file.namelist())
    assert clicks(page) <= MOST_CLICKS
    no_errors(page)
    page.context.close()
