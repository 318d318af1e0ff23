"""People's own images in a real browser: drawn, photographed, uploaded, and large ones."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image, ImageOps
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, pictures, press, settle, tab
from server import open_page

from aecore.data.datasets import load

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIVE = (  # strokes as shares of the pad's width and height
    ((0.68, 0.22), (0.36, 0.22), (0.34, 0.46)),
    ((0.34, 0.46), (0.55, 0.42), (0.68, 0.55), (0.62, 0.74), (0.45, 0.8), (0.3, 0.74)),
)


def pad(page):
    return page.get_by_role("img", name="Drawing pad")


def shown(page, title: str):
    """A picture of the strip beside the pad or the camera."""
    return page.locator(f".ae-strip img[alt='{title}']").first


def draw(page, stroke) -> None:
    box = pad(page).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def upload(page, **files: bytes) -> None:
    """Uploads pictures by their names without the suffix."""
    page.get_by_role("radio", name="Upload").click()
    expect(page.get_by_text("Upload images to see their reconstructions")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": f"{name}.png", "mimeType": "image/png", "buffer": content}
            for name, content in files.items()
        ]
    )


def photographed_digit() -> bytes:
    """A test digit as dark ink on a sheet of paper."""
    pixels = (load("mnist").test.images[0, :, :, 0] * 200).astype(np.uint8)
    paper = Image.new("L", (320, 240), 230)
    paper.paste(ImageOps.invert(Image.fromarray(pixels).resize((168, 168))), (60, 30))
    buffer = io.BytesIO()
    paper.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["linear", "denoising", "convolutional", "variational"])
def test_a_five_is_drawn_and_a_seven_uploaded(chromium, server, name):
    page = open_page(chromium, f"{server.url}/{name}?view=Your+data")
    expect(page.get_by_text("Draw something. It is reconstructed")).to_be_visible()
    before = None
    for stroke in FIVE:
        draw(page, stroke)
        rebuilt = shown(page, "Reconstructed")
        expect(rebuilt).to_be_visible(timeout=PATIENCE)
        if before:
            expect(rebuilt).not_to_have_attribute("src", before)
        before = rebuilt.get_attribute("src")
    assert rebuilt.evaluate("image => image.naturalWidth") == 28
    expect(page.get_by_text("of the test images")).to_be_visible()
    settle(page)

    upload(page, seven=photographed_digit(), nonsense=b"not a picture at all")
    expect(page.get_by_text("it is text, not an image")).to_be_visible()
    expect(page.get_by_text("Prepared images")).to_be_visible(timeout=PATIENCE)
    expect(pictures(page).nth(2)).to_be_visible()
    expect(page.get_by_text(re.compile(r"seven\.png · \d+\.?\d*$"))).to_be_visible()
    tab(page, "Latent space")
    expect(page.locator(".codes .legend")).to_contain_text("yours")
    if name == "variational":
        tab(page, "Distribution")
        expect(page.locator(".plane").get_by_role("img", name="Your image 1")).to_be_visible(
            timeout=PATIENCE
        )
    tab(page, "Your data")
    expect(page.get_by_text("Prepared images")).to_be_visible()  # it is still there
    settle(page)
    page.get_by_role("button", name=re.compile("Remove")).click()
    expect(page.get_by_text("Upload images to see their reconstructions")).to_be_visible()
    no_errors(page)
    page.context.close()


def test_a_drawing_goes_along_and_can_be_taken_back(chromium, server):
    page = open_page(chromium, f"{server.url}/linear?view=Your+data")
    draw(page, FIVE[0])
    seen = shown(page, "Prepared")
    expect(seen).to_be_visible(timeout=PATIENCE)
    half = seen.get_attribute("src")
    draw(page, FIVE[1])
    expect(seen).not_to_have_attribute("src", half)
    whole = seen.get_attribute("src")
    settle(page)

    page.get_by_role("link", name="Sparse").click()  # the page of another type has it, too
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sparse")
    tab(page, "Your data")
    expect(seen).to_have_attribute("src", whole)
    tab(page, "Latent space")
    expect(page.locator(".codes .legend")).to_contain_text("yours", timeout=PATIENCE)
    tab(page, "Your data")
    page.emulate_media(color_scheme="dark")  # the pad is recreated, the drawing stays
    settle(page)
    undo, clear = (page.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    undo.focus()
    page.keyboard.press("Enter")
    expect(seen).to_have_attribute("src", half)
    clear.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Draw something. It is reconstructed")).to_be_visible()
    expect(undo).to_be_disabled()
    page.get_by_role("application", name="Draw with the keyboard").focus()
    for pressed in ("Space", "ArrowDown", "ArrowDown", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(pressed)
    expect(page.get_by_role("status").filter(has_text="Pen up. Strokes: 1")).to_be_attached()
    expect(seen).to_be_visible(timeout=PATIENCE)
    expect(undo).to_be_enabled()
    for pressed in ("Space", "ArrowUp"):
        page.keyboard.press(pressed)
    draw(page, FIVE[0])  # the mouse hovers, which draws nothing, and its press lifts the pen
    for pressed in ("ArrowUp", "Space", "Enter"):
        page.keyboard.press(pressed)
    counts = "canvas => canvas.pad.strokes.map(({ points }) => points.length)"
    by_keys, lifted, by_mouse, dot = pad(page).evaluate(counts)
    assert (by_keys, lifted, dot) == (4, 2, 1) and by_mouse > 2
    no_errors(page)
    page.context.close()


def test_the_same_picture_drawn_and_uploaded_is_the_same_to_the_model(chromium, server):
    page = open_page(chromium, f"{server.url}/undercomplete?view=Your+data")
    for stroke in FIVE:
        draw(page, stroke)
        page.wait_for_timeout(300)
    expect(shown(page, "Reconstructed")).to_be_visible(timeout=PATIENCE)
    settle(page)
    drawn = {name: shown(page, name).get_attribute("src") for name in ("Prepared",)}
    url = pad(page).evaluate("canvas => canvas.toDataURL('image/png')")
    upload(page, five=base64.b64decode(url.split(",")[1]))
    prepared = page.get_by_role("img", name="Prepared: five.png")
    expect(prepared).to_be_visible(timeout=PATIENCE)
    assert prepared.get_attribute("src") == drawn["Prepared"]
    no_errors(page)
    page.context.close()


PRESSED_UNTIL_TAKEN = """() => {
  const named = (name) =>
    [...document.querySelectorAll("button")].find((button) => button.innerText === name);
  if (named("Clear photo")) return true;
  if (document.querySelector("video")?.videoWidth > 0) named("Take Photo")?.click();
}"""


def take_photo(page) -> None:
    """Streamlit starts the camera a second time once it knows its width: a press between the two
    finds no picture, so it is pressed until there is one.
    """
    page.wait_for_function(PRESSED_UNTIL_TAKEN, polling=500, timeout=PATIENCE)


def test_the_camera_takes_a_picture(chromium, server):
    page = open_page(chromium, f"{server.url}/sparse?view=Your+data")
    settle(page)
    page.get_by_role("radio", name="Camera").click()
    settle(page)
    take_photo(page)
    expect(shown(page, "Reconstructed")).to_be_visible(timeout=PATIENCE)
    tab(page, "Errors")
    tab(page, "Your data")  # the widget is recreated, the picture is still there
    expect(shown(page, "Reconstructed")).to_be_visible()
    page.get_by_role("button", name="Remove 1 photo").click()
    expect(page.get_by_text("Take a picture to see its reconstruction")).to_be_visible()
    no_errors(page)
    page.context.close()


def large_picture() -> bytes:
    """1200 × 900 pixels of colour, with some noise."""
    down, across = np.mgrid[0:900, 0:1200] / 100
    waves = np.stack([np.sin(down), np.cos(across), np.sin(down + across)], axis=-1)
    noise = np.random.default_rng(0).normal(0, 0.1, waves.shape)
    pixels = (np.clip(0.5 + 0.4 * waves + noise, 0, 1) * 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def test_a_large_picture_is_restored_in_tiles(chromium, server):
    page = open_page(chromium, f"{server.url}/denoising?view=Your+data")
    settle(page)
    upload(page, waves=large_picture())
    page.get_by_role("radio", name="Full size, in tiles").click()
    start = page.get_by_role("button", name="Process image")
    start.click()
    bar = key(page, "denoising.restore.stop")
    expect(page.get_by_text(re.compile(r"of 7,656 tiles, .* left"))).to_be_visible(timeout=PATIENCE)
    bar.get_by_role("button").click()
    expect(page.get_by_text("Stopped after")).to_be_visible()
    settle(page)
    press(start, until=bar.get_by_role("button"))
    left = re.compile(r"[1-9],\d{3} of 7,656 tiles, .* left")
    expect(page.get_by_text(left)).to_be_visible(timeout=PATIENCE)
    for _ in range(3):  # it goes on while nobody looks
        tab(page, "Errors")
        tab(page, "Your data")  # at once: the widgets are recreated during a run of the script
    for what, name in (("restored image", "restored"), ("difference", "difference")):
        button = page.get_by_role("button", name=f"Download {what}, 1200 × 900 (PNG)")
        expect(button).to_be_visible(timeout=PATIENCE)
        with page.expect_download() as download:
            button.click()
        assert download.value.suggested_filename == f"waves-{name}.png"
        image = Image.open(download.value.path())
        assert image.format == "PNG" and image.size == (1200, 900) and image.mode == "RGB"
        assert np.asarray(image).std() > 5  # there is something to see
    expect(page.locator(".ae-strip img")).to_have_count(3)
    assert "tensorflow" not in server.mapped_files()
    no_errors(page)
    page.context.close()


def test_a_folder_is_uploaded_with_what_lies_in_it(chromium, server, tmp_path):
    folder = tmp_path / "digits"
    (folder / "more").mkdir(parents=True)
    for place in ("one.png", "more/two.png"):
        pixels = np.zeros((40, 40), np.uint8)
        pixels[5:30, 18:23] = 255
        Image.fromarray(pixels).save(folder / place)
    page = open_page(chromium, f"{server.url}/linear?view=Your+data")
    settle(page)
    page.get_by_role("radio", name="Upload").click()
    key(page, "linear.folder").locator("label").click()
    settle(page)
    page.locator("input[type=file][webkitdirectory]").set_input_files(folder)
    expect(pictures(page).nth(5)).to_be_visible(timeout=PATIENCE)  # two images, three rows
    no_errors(page)
    page.context.close()
