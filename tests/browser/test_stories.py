"""What people do with the dashboard, in a real browser."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from seeing import (
    PATIENCE,
    clicks,
    count_clicks,
    key,
    no_errors,
    pictures,
    settle,
    start_training,
    tab,
)
from server import check_log, open_page, serving
from waiting import wait_until

from aecore.models import AUTOENCODERS
from aecore.runs.requests import STOP, request
from aecore.runs.store import RunStore

# Dask's, when the server ends before its workers have started
ENDED_EARLY = "cannot schedule new futures after shutdown"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("name", ["", "variational"])
def test_a_deep_link_is_the_first_visit_to_a_fresh_server(chromium, tmp_path, name):
    with serving(tmp_path) as fresh:
        page = open_page(chromium, f"{fresh.url}/{name}", "light")
        title = AUTOENCODERS[name].title if name else "Autoencoder Studio"
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        links = page.locator("[data-testid=stSidebar]").get_by_role("link")
        others = list((Path(__file__).parents[2] / "pages").glob("*.py"))
        expect(links).to_have_count(1 + len(others))  # home, and every other page
        expect(pictures(page).nth(29)).to_be_visible()
        sizes = pictures(page).evaluate_all("images => images.map(i => i.naturalWidth)")
        assert set(sizes) == {28}
        settle(page)
        page.emulate_media(color_scheme="dark")
        settle(page)
        no_errors(page)
        page.context.close()
        assert "tensorflow" not in fresh.mapped_files()
    check_log(fresh.log, but=ENDED_EARLY)


@pytest.mark.parametrize("size, band", [((1280, 800), 10), ((390, 844), 5)])
def test_images_lie_before_the_fold(chromium, server, size, band):
    page = open_page(chromium, f"{server.url}/denoising")  # it has a row more than others
    page.set_viewport_size({"width": size[0], "height": size[1]})
    settle(page)
    grid = page.locator(".ae-gallery").first
    expect(grid).to_have_css("display", "grid")  # once the style has come
    expect(grid.locator("img").nth(39)).to_be_visible()
    for role in ("original", "input", "rebuilt"):
        boxes = grid.locator(f"img[data-role={role}]").evaluate_all(
            "images => images.map(image => image.getBoundingClientRect().toJSON())"
        )[:band]
        assert len({round(box["y"]) for box in boxes}) == 1  # beside one another
        assert all(box["width"] >= 60 for box in boxes)
        assert boxes[0]["y"] >= 0 and boxes[0]["y"] + boxes[0]["height"] <= size[1]
        assert boxes[0]["x"] >= 0 and boxes[-1]["x"] + boxes[-1]["width"] <= size[0]
    rebuilt = grid.get_by_role("button", name="Enlarge: 3")
    for _ in range(20):  # until the lens has come
        rebuilt.hover()
        if "ae-wiped" in (rebuilt.get_attribute("class") or ""):
            break
        page.mouse.move(0, 0)
        page.wait_for_timeout(500)
    expect(rebuilt).to_have_class(re.compile("ae-wiped"))  # half the original lies over it
    rebuilt.press("Enter")
    lens = page.get_by_role("dialog")
    expect(lens.get_by_role("heading")).to_contain_text("3 · ")
    for name in ("Original: 3", "Corrupted: 3", "Reconstructed: 3", "Original: 3, difference"):
        expect(lens.get_by_role("img", name=name, exact=True)).to_be_visible()
    expect(lens.get_by_text("missing ink")).to_be_visible()
    lens.get_by_role("slider").press("End")
    expect(lens.locator(".over")).to_have_css("clip-path", "inset(0px 0% 0px 0px)")
    lens.get_by_role("button", name="Next").click()
    expect(lens.get_by_role("heading")).to_contain_text("4 · ")
    page.keyboard.press("Escape")
    expect(lens).to_have_count(0)
    expect(rebuilt).to_be_focused()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth + 1")
    no_errors(page)
    page.context.close()


def test_light_and_dark_are_two_themes(chromium, server):
    grounds = {}
    for scheme in ("light", "dark"):
        page = open_page(chromium, server.url, scheme)
        settle(page)
        style = "getComputedStyle(document.querySelector('[data-testid=stApp]'))"
        ground, ink = (
            np.mean([int(v) for v in re.findall(r"\d+", page.evaluate(f"{style}.{what}"))[:3]])
            for what in ("backgroundColor", "color")
        )
        assert abs(ground - ink) > 150
        grounds[scheme] = ground
        page.context.close()
    assert grounds["light"] > 200 and grounds["dark"] < 60


def test_train_watch_and_stop(chromium, server):
    page = open_page(chromium, f"{server.url}/undercomplete")
    settle(page)
    start_training(page, "undercomplete", 900)
    bar = page.locator("[data-testid=stMain] [data-testid=stProgress]").first
    expect(bar).to_contain_text(re.compile(r"epoch ([3-9]|\d\d+) of 900"), timeout=PATIENCE)
    expect(bar).to_contain_text("left")
    rebuilt = page.locator(".film canvas.reconstruction").first
    first = rebuilt.evaluate("canvas => canvas.toDataURL()")
    changed = "([canvas, before]) => canvas.toDataURL() !== before"
    page.wait_for_function(changed, arg=[rebuilt.element_handle(), first], timeout=PATIENCE)
    expect(page.locator(".film .play").first).to_be_hidden()  # not before it has ended

    page.get_by_role("link", name="Sparse").click()  # training goes on elsewhere
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sparse")
    tray = page.locator("[data-testid=stSidebar]")
    expect(tray).to_contain_text("Training")
    tray.get_by_role("link", name=re.compile("Undercomplete .*: ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undercomplete")

    page.reload()  # a new session finds it again
    settle(page)
    tab(page, "Train")
    bar = page.locator("[data-testid=stMain] [data-testid=stProgress]").first
    expect(bar).to_contain_text("of 900")
    page.locator("[class*=st-key-undercomplete-stop] button").first.click()
    expect(page.locator("[data-testid=stSidebar]")).not_to_contain_text(
        "Training", timeout=PATIENCE
    )
    run = RunStore(server.runs).runs("undercomplete")[0]
    assert run.status().state == "stopped" and run.usable
    no_errors(page)
    page.context.close()


def test_nothing_that_is_pressed_shows_its_first_effect_outside_the_window(chromium, server):
    page = open_page(chromium, f"{server.url}/linear?view=Train&dataset=digits&batch_size=2")
    page.set_viewport_size({"width": 1280, "height": 800})
    settle(page)
    field = page.get_by_role("spinbutton", name="Epochs", exact=True)
    field.fill("100000")
    field.press("Tab")
    problem = page.get_by_text("must lie between 1 and 1000")
    expect(problem).to_be_in_viewport(ratio=1, timeout=PATIENCE)
    below = problem.bounding_box()["y"] - field.bounding_box()["y"]
    assert 0 < below < 120  # right under its field
    train = key(page, "linear.train").get_by_role("button")
    expect(train).to_be_disabled()
    expect(page.get_by_text("Correct 1 setting above")).to_be_visible()
    start_training(page, "linear", 900)

    bar = page.locator("[data-testid=stMain] [data-testid=stProgress]").first
    expect(bar).to_be_in_viewport(ratio=1)
    film = page.locator(".film").first
    expect(film.locator("output")).to_contain_text("loss", timeout=PATIENCE)
    expect(film).to_be_in_viewport(ratio=0.99)  # curve, map and images together
    expect(page.get_by_text("Next training")).to_be_visible()
    page.get_by_role("button", name="Pause", exact=True).click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_in_viewport(ratio=1, timeout=PATIENCE)
    resume.click()
    expect(bar).to_be_in_viewport(ratio=1, timeout=PATIENCE)
    expect(film.locator("output")).not_to_contain_text("epoch 0 of", timeout=PATIENCE)
    page.get_by_role("button", name="Stop", exact=True).click()
    show = page.get_by_role("button", name="Show this model")
    expect(show).to_be_in_viewport(ratio=1, timeout=PATIENCE)

    film.locator("input").fill("0")  # scrubbed to its beginning, then played
    expect(film.locator("output")).to_contain_text("epoch 0 of")
    film.locator(".play").click()
    expect(film.locator("output")).not_to_contain_text("epoch 0 of")
    expect(film.locator(".play")).to_have_text("Pause")

    show.click()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    on = page.get_by_role("button", name="Continue training").last  # far below the form
    on.click()
    page.get_by_role("button", name="Continue training", exact=True).last.click()
    expect(bar).to_be_in_viewport(ratio=1, timeout=PATIENCE)
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1, timeout=PATIENCE)
    page.get_by_role("button", name="Close").click()
    no_errors(page)
    page.context.close()


def test_train_a_smaller_code_be_told_the_difference_reload_and_open_it(chromium, server):
    page = open_page(chromium, f"{server.url}/linear")
    settle(page)
    count_clicks(page)
    tab(page, "Train")
    field = page.get_by_role("spinbutton", name="Latent size")
    field.click()
    field.fill("8")
    start_training(page, "linear", 2)
    show = page.locator("[class*=st-key-linear-show] button")
    expect(show).to_be_visible(timeout=PATIENCE)
    show.click()
    run = RunStore(server.runs).runs("linear")[0]
    page.wait_for_url(f"**run={run.id}**")
    told = page.get_by_text("Compared with the shipped model: latent size 8 instead of 32")
    expect(told).to_be_visible()
    expect(told).to_contain_text("a quarter of the parameters")
    assert clicks(page) <= 8
    page.reload()
    settle(page)
    chosen = page.locator(".st-key-linear-run").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile("code 8 · 2 epochs"))
    tab(page, "Reconstructions")
    expect(pictures(page).nth(29)).to_be_visible()
    no_errors(page)

    other = open_page(chromium, f"{server.url}/linear")  # another visitor finds it in the list
    settle(other)
    other.locator(".st-key-linear-run").get_by_role("combobox").click()
    other.get_by_role("option", name=re.compile("code 8 · 2 epochs")).click()
    other.wait_for_url(f"**run={run.id}**")
    no_errors(other)
    page.context.close()
    other.context.close()


def test_a_slider_shows_a_new_picture_while_a_model_trains(chromium, server):
    page = open_page(chromium, f"{server.url}/deep?view=Train&dataset=digits&batch_size=4")
    settle(page)
    start_training(page, "deep", 900)
    expect(page.locator("[data-testid=stMain] [data-testid=stProgress]").first).to_contain_text(
        re.compile(r"epoch \d+ of 900"), timeout=PATIENCE
    )
    page.get_by_role("link", name="Variational").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Variational")
    tab(page, "Latent space")
    image = pictures(page).last
    expect(image).to_be_visible(timeout=PATIENCE)
    for _ in range(3):
        before = image.get_attribute("src")
        slider = page.get_by_role("slider", name="z1")
        for _ in range(10):
            slider.press("ArrowRight")
        expect(image).not_to_have_attribute("src", before)
    run = RunStore(server.runs).runs("deep")[0]
    assert run.status().active
    request(run, STOP)
    wait_until(lambda: not run.status().active, run.status)
    no_errors(page)
    page.context.close()


def test_the_map_of_codes_is_near_and_far_and_what_is_selected_is_shown(chromium, server):
    page = open_page(chromium, f"{server.url}/undercomplete?view=Latent+space")
    settle(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    codes, plot = page.locator(".codes"), page.locator(".codes canvas.over")
    expect(codes).to_have_attribute("data-shows", "dots", timeout=PATIENCE)
    box = plot.bounding_box()
    assert box["width"] > 800 and box["y"] + box["height"] <= 800  # all of it, unscrolled
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    for _ in range(4):
        page.mouse.wheel(0, -600)
    expect(codes).to_have_attribute("data-shows", "pictures")
    plot.press("Enter")  # selects what is in the middle
    told = page.get_by_text(re.compile("selected"))
    expect(told).to_contain_text("1 selected")
    expect(pictures(page)).not_to_have_count(0)

    codes.get_by_role("button", name="Reset").click()
    expect(codes).to_have_attribute("data-shows", "dots")
    codes.get_by_text("Lasso").click()
    box = plot.bounding_box()
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]
    steps = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*steps[0])
    page.mouse.down()
    for step in steps[1:]:
        page.mouse.move(*step, steps=8)
    page.mouse.up()
    expect(told).not_to_contain_text(re.compile("^1 selected"))
    assert told.bounding_box()["y"] < 600  # beside the map
    expect(pictures(page).nth(10)).to_be_visible()

    codes.get_by_role("searchbox").fill("3")  # all other classes are dimmed
    expect(codes.locator(".legend [aria-pressed=true]")).to_have_text(["3"])
    no_errors(page)
    page.context.close()


def test_all_test_samples_come_onto_the_map_once_and_for_all(chromium, server):
    page = open_page(chromium, f"{server.url}/undercomplete?view=Latent+space")
    settle(page)
    codes = page.locator(".codes")
    expect(codes).to_have_attribute("data-count", "1000", timeout=PATIENCE)
    page.get_by_role("radio", name="PCA 2-D").click()
    page.get_by_role("radio", name="10,000 test").click()
    page.get_by_role("button", name="Compute the codes").click()
    expect(codes).to_have_attribute("data-count", "10000", timeout=PATIENCE)
    settle(page)
    codes.get_by_label("Shapes").check()
    expect(codes.locator(".legend [data-shape]")).to_have_count(10)
    expect(codes).to_have_attribute("data-shows", "dots")
    codes.evaluate("e => { e.map.zoom = 40; e.map.draw(); }")
    expect(codes).to_have_attribute("data-shows", "pictures")
    codes.evaluate("({ map }) => { map.middle = [map.at[0], map.at[1]]; map.draw(); }")
    codes.evaluate("({ map }) => { map.colourings.Error.fill(0.00034); }")
    codes.locator("canvas.over").hover()
    expect(codes.locator(".told")).to_contain_text(" 0.00034")
    sent = "({ map }) => [map.sent.place, map.sent.colour]"
    before = codes.evaluate(sent)
    codes.locator("canvas.over").press("Enter")
    expect(page.get_by_text(re.compile("^1 selected"))).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert codes.evaluate(sent) == before  # the rerun sent neither places nor colours again
    no_errors(page)
    page.context.close()

    other = open_page(chromium, f"{server.url}/undercomplete?view=Latent+space")
    settle(other)
    other.get_by_role("radio", name="10,000 test").click()
    expect(other.get_by_role("button", name="Compute t-SNE")).to_be_visible(timeout=PATIENCE)
    expect(other.locator(".codes")).to_have_attribute("data-count", "10000", timeout=PATIENCE)
    no_errors(other)
    other.context.close()


def test_a_lecturer_draws_shows_the_plane_to_all_and_shares_it(chromium, server):
    page = open_page(chromium, f"{server.url}/variational")
    settle(page)
    count_clicks(page)
    tab(page, "Your data")
    box = page.get_by_role("img", name="Drawing pad").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 4 / 5, steps=5)
    page.mouse.up()
    expect(page.get_by_text("of the test images have a smaller error")).to_be_visible(
        timeout=PATIENCE
    )
    tab(page, "Distribution")
    page.get_by_role("button", name="Lecture mode").click()
    _plane_with_own_image(page)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_role("dialog").locator("code").inner_text()
    assert clicks(page) <= 6
    no_errors(page)

    other = open_page(chromium, link)
    settle(other)
    _plane_with_own_image(other)
    no_errors(other)
    for each in (page, other):
        each.context.close()


def _plane_with_own_image(page) -> None:
    """The latent plane fills the window, the visitor's image lies on it, no sidebar beside it."""
    page.set_viewport_size({"width": 1280, "height": 800})
    plane = page.locator(".plane .map")
    expect(plane).to_be_visible(timeout=PATIENCE)
    expect(plane.locator(".own > *").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stSidebar]")).not_to_be_visible()
    expect(plane).to_be_in_viewport(ratio=0.99)
    assert plane.bounding_box()["height"] >= 0.55 * page.viewport_size["height"]
