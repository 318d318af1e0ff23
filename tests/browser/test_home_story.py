"""Home in a real browser: one stroke, and all nine types rebuild it."""

import re

import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, no_errors, press, settle
from server import open_page
from waiting import wait_until

from aecore.models import AUTOENCODERS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOURCES = "images => images.map(image => image.src)"
SEVEN = ((0.3, 0.25), (0.7, 0.25), (0.45, 0.8))  # shares of the pad's width and height


def in_window(page, element) -> bool:
    box = element.bounding_box()
    size = page.viewport_size
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return box["x"] >= 0 and box["y"] >= 0 and right <= size["width"] and bottom <= size["height"]


def draw(page, places) -> None:
    box = page.get_by_role("img", name="Drawing pad").bounding_box()
    for number, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_stroke_on_home_is_rebuilt_by_all_nine_in_the_window(chromium, server):
    page = open_page(chromium, server.url)
    page.set_viewport_size({"width": 1280, "height": 800})
    tiles, way = page.locator(".ae-tile"), page.locator(".ae-way")
    rebuilt = page.locator(".ae-tile > img:not(.ae-given)")
    expect(rebuilt).to_have_count(len(AUTOENCODERS))
    settle(page)
    faces = page.locator(".st-key-home-nine .ae-face")
    assert faces.evaluate_all("all => all.map(face => face.naturalWidth)") == [48] * 9
    assert way.locator("img").nth(1).evaluate("bars => bars.naturalWidth") > 0
    assert in_window(page, way) and all(in_window(page, tile) for tile in tiles.all())
    expect(rebuilt.first).to_have_attribute("alt", re.compile("^Digit 2"))

    page.get_by_role("button", name="Digit 7").click()
    expect(rebuilt.last).to_have_attribute("alt", re.compile("^Digit 7"))
    before, place = rebuilt.evaluate_all(SOURCES), tiles.first.bounding_box()
    draw(page, SEVEN)
    expect(rebuilt.last).to_have_attribute("alt", re.compile("^Your drawing"), timeout=PATIENCE)
    drawn = rebuilt.evaluate_all(SOURCES)
    assert not set(drawn) & set(before) and len(set(drawn)) == 9
    assert in_window(page, way) and all(in_window(page, tile) for tile in tiles.all())
    assert tiles.first.bounding_box() == place  # what comes and goes meanwhile moves nothing
    draw(page, ((0.35, 0.55), (0.65, 0.55)))
    expect(rebuilt.last).not_to_have_attribute("src", drawn[-1])
    assert not set(rebuilt.evaluate_all(SOURCES)) & set(drawn)

    # the drawing is there on a type's page, and again on home
    page.locator(".st-key-home-nine").get_by_role("link", name="Sparse").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sparse")
    page.locator("[data-testid=stSidebar]").get_by_role("link", name="Home").click()
    expect(rebuilt.first).to_have_attribute("alt", re.compile("^Your drawing"), timeout=PATIENCE)
    no_errors(page)
    page.context.close()


def test_an_example_opens_its_page_from_the_top(chromium, server):
    page = open_page(chromium, server.url)
    page.set_viewport_size({"width": 1280, "height": 800})
    settle(page)
    opened = page.get_by_role("heading", level=1, name="Denoising")
    # a slow browser does not draw the page while it is empty, and keeps the place of the last one;
    # so does any browser where the page is never short
    page.add_style_tag(content="[data-testid=stMainBlockContainer] { min-height: 4000px }")
    press(page.get_by_role("button", name="Enlarge"), opened)
    chosen = page.locator(".st-key-denoising-run").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile("super resolution"))
    tab = page.get_by_role("tab", name="Restoration")
    expect(tab).to_have_attribute("aria-selected", "true")
    wait_until(
        lambda: in_window(page, opened) and in_window(page, tab),
        lambda: (opened.bounding_box(), tab.bounding_box()),
    )
    no_errors(page)
    page.context.close()
