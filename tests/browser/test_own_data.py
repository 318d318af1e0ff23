"""Training on one's own images, and a link that reopens the page, in a real browser."""

import re

import pytest
from photos import photo
from PIL import Image
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, pictures, settle, tab
from server import check_log, open_page, serving
from ugly import encoded, zipped

from aecore.data.own import own_keys
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A dashboard whose data sets nobody else's story touches."""
    folder = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch, serving(folder) as running:
        patch.setenv("AUTOENCODER_STUDIO_DATA", str(folder / "datasets"))
        yield running
        check_log(running.log)


def a_zip_of_photos() -> bytes:
    """200 colour photos of mixed sizes, the five bad ones among them."""
    photos = {f"shop/{i}.jpg": encoded(photo(i, 80 + i, 60 + i % 90), "JPEG") for i in range(195)}
    bad = {
        "shop/notes.jpg": b"Dear photographer, the pictures follow.",
        "shop/cut.jpg": photos["shop/0.jpg"][:900],
        "shop/empty.png": b"",
        "shop/bomb.png": encoded(Image.new("1", (30_000, 30_000))),
        "shop/invoice.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    }
    return zipped((photos | bad).items())


def spin(page, name: str):
    return page.get_by_role("spinbutton", name=name, exact=True)


def fill(page, name: str, value) -> None:
    spin(page, name).fill(str(value))
    spin(page, name).press("Tab")
    settle(page)


def press(page, name: str) -> None:
    """Clicks the button with a Streamlit key, once it stays on the page."""
    settle(page)
    key(page, name).get_by_role("button").first.click()


def make_the_set(page) -> None:
    content = {"name": "shop.zip", "mimeType": "application/zip", "buffer": a_zip_of_photos()}
    page.locator("input[type=file]").first.set_input_files(content)
    expect(page.get_by_text("as a model will see them")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("Shop")
    page.get_by_role("textbox", name="Name").press("Tab")
    press(page, "data.suggested")
    for side, pixels in (("Height", "48"), ("Width", "64")):
        expect(spin(page, side)).to_have_value(pixels)
    press(page, "data.make")
    expect(page.get_by_text("195 images of 48 × 64 colour")).to_be_visible(timeout=PATIENCE)
    refused = page.get_by_text("5 files could not be used").locator("..").locator("..")
    for name in ("notes.jpg", "cut.jpg", "empty.png", "bomb.png", "invoice.pdf"):
        expect(refused).to_contain_text(name)
    with page.expect_download() as download:
        key(page, "data.refused").get_by_role("button").click()
    assert len(download.value.path().read_text().splitlines()) == 1 + 5


def test_photos_in_trained_on_looked_at_shared_and_deleted(chromium, own_server):
    page = open_page(chromium, f"{own_server.url}/data")
    settle(page)
    make_the_set(page)
    (dataset,) = own_keys()

    press(page, "data.made.next.train")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Convolutional")
    expect(page.get_by_text("too few to learn much")).to_be_visible()
    fill(page, "Latent size", 24)
    fill(page, "Epochs", 3)
    fill(page, "Batch size", 16)
    fill(page, "Seed", 7)
    press(page, "convolutional.train")
    show = page.locator("[class*=st-key-convolutional-show] button")
    expect(show).to_be_visible(timeout=PATIENCE)
    show.click()
    (run,) = RunStore(own_server.runs).runs("convolutional")
    page.wait_for_url(f"**run={run.id}**")
    tab(page, "Reconstructions")
    page.get_by_role("radio", name="Worst").or_(page.get_by_text("Worst", exact=True)).first.click()
    expect(pictures(page).nth(29)).to_be_visible()
    settle(page)
    assert pictures(page).first.evaluate("image => image.naturalWidth") == 64
    expect(page.get_by_text("red is missing light")).to_be_visible()
    tab(page, "Your data")
    page.get_by_text("Draw", exact=True).click()
    pad = page.get_by_role("img", name="Drawing pad")
    expect(pad).to_be_visible()
    assert pad.evaluate("canvas => [canvas.width, canvas.height]") == [336, 252]
    box = pad.bounding_box()
    assert abs(box["width"] / box["height"] - 64 / 48) < 0.02
    tab(page, "Train")
    page.wait_for_url("**view=Train**")
    settle(page)
    no_errors(page)

    the_link_opens_the_same_elsewhere(chromium, page.url, dataset, run)

    page.get_by_role("link", name="Data").click()
    press(page, f"data.{dataset}.delete")
    expect(page.get_by_text("Deleted: Shop")).to_be_visible()
    assert own_keys() == []
    page.goto(f"{own_server.url}/convolutional?run={run.id}")
    expect(pictures(page).nth(29)).to_be_visible(timeout=PATIENCE)
    settle(page)
    expect(key(page, "convolutional.run").get_by_role("combobox")).to_have_value(
        re.compile("Shop · 3 epochs")
    )
    no_errors(page)
    page.context.close()


def the_link_opens_the_same_elsewhere(chromium, url: str, dataset: str, run) -> None:
    for text in (f"dataset={dataset}", "latent_size=24", "seed=7", "epochs=3", f"run={run.id}"):
        assert text in url
    other = open_page(chromium, url)
    expect(other.get_by_role("heading", level=1)).to_contain_text("Convolutional")
    settle(other)
    values = {"Latent size": "24", "Epochs": "3", "Batch size": "16", "Seed": "7"}
    for name, value in values.items():
        expect(spin(other, name)).to_have_value(value)
    chosen = key(other, "convolutional.set.dataset").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile("Shop"))
    model = key(other, "convolutional.run").get_by_role("combobox")
    expect(model).to_have_value(re.compile("Shop · 3 epochs"))

    fill(other, "Seed", 8)  # the link is not put back over what is changed
    expect(spin(other, "Seed")).to_have_value("8")
    other.wait_for_url("**seed=8**")
    other.get_by_role("link", name="Sparse").click()  # nor carried to another type
    expect(other.get_by_role("heading", level=1)).to_contain_text("Sparse")
    tab(other, "Train")
    settle(other)
    expect(spin(other, "Seed")).to_have_value("0")
    assert "seed" not in other.url and "dataset" not in other.url
    no_errors(other)
    other.context.close()


def test_a_link_with_a_bad_value_says_so(chromium, own_server):
    query = "view=Train&latent_size=12&epochs=lots&dataset=own-a-28-grey-01234567"
    page = open_page(chromium, f"{own_server.url}/deep?{query}")
    settle(page)
    expect(page.get_by_text("Epochs must be a whole number")).to_be_visible()
    expect(page.get_by_text("own-a-28-grey-01234567 does not exist")).to_be_visible()
    expect(spin(page, "Latent size")).to_have_value("12")
    expect(spin(page, "Epochs")).to_have_value("8")
    press(page, "deep.defaults")
    expect(page.get_by_text("Epochs must be a whole number")).to_have_count(0)
    expect(spin(page, "Latent size")).to_have_value("30")
    page.wait_for_url(f"{own_server.url}/deep?view=Train")
    no_errors(page)
    page.context.close()


def test_a_folder_shows_a_few_of_its_files_while_it_is_uploaded(chromium, own_server, tmp_path):
    """Streamlit's list of all of them took most of the time: each that arrives draws it again."""
    for i in range(40):
        photo(i, 12, 12).save(tmp_path / f"{i}.png")
    page, held = open_page(chromium, f"{own_server.url}/data"), []
    settle(page)
    on_hold = True
    page.route(
        "**/_stcore/upload_file/**",
        lambda route: held.append(route) if on_hold else route.continue_(),
    )
    page.locator("input[type=file]").last.set_input_files(tmp_path)
    chips = page.get_by_test_id("stFileChip")
    expect(chips).to_have_count(40)
    expect(chips.filter(visible=True)).to_have_count(12)
    on_hold = False
    while held:  # taking the route away instead would answer those whose request is on its way
        held.pop().continue_()
    expect(page.get_by_text("Remove 40 files")).to_be_visible()
    expect(page.get_by_text("as a model will see them")).to_be_visible()
    no_errors(page)
    page.context.close()


def test_leaving_the_page_ends_the_reading_and_leaves_nothing(chromium, own_server):
    page = open_page(chromium, f"{own_server.url}/data")
    settle(page)
    large = encoded(photo(1, 1600, 1200), "JPEG")
    files = zipped((f"{i}.jpg", large) for i in range(200))
    content = {"name": "large.zip", "mimeType": "application/zip", "buffer": files}
    page.locator("input[type=file]").first.set_input_files(content)
    expect(page.get_by_text("as a model will see them")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("Large")
    page.get_by_role("textbox", name="Name").press("Tab")
    press(page, "data.make")
    expect(page.get_by_text(re.compile(r"of 200 read"))).to_be_visible()
    page.get_by_role("link", name="Linear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Linear")
    settle(page)
    assert own_keys() == []
    assert list((own_server.runs.parent / "datasets").glob(".partial-*")) == []
    no_errors(page)
    page.context.close()
