"""Models in and out, in a real browser."""

import json
import re

import pytest
from foreign_models import dense
from halves import functional
from PIL import Image
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, pictures, settle, start_training, tab
from server import open_page
from small import small_experiment

from aecore.compute.training import train
from aecore.data.datasets import load
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TAB = "Export"


def download(page, click):
    """What a click downloads: its name and where it lies."""
    with page.expect_download() as coming:
        click()
    return coming.value.suggested_filename, coming.value.path()


def pick(page, path) -> None:
    """Opens the dialog and gives it a file."""
    page.get_by_role("button", name="Import…").click()
    page.locator("[role=dialog] input[type=file]").set_input_files(path)


def test_export_delete_undo_delete_import_and_find_everything(chromium, server, tmp_path):
    page = open_page(chromium, f"{server.url}/linear?view=Train&dataset=digits")
    settle(page)
    start_training(page, "linear", 1)
    show = page.locator("[class*=st-key-linear-show] button")
    expect(show).to_be_visible(timeout=PATIENCE)
    show.click()
    run = RunStore(server.runs).runs("linear")[0]
    page.wait_for_url(f"**run={run.id}**")
    settle(page)
    error = page.locator(".ae-told b").first.inner_text()
    history = run.history()
    tab(page, TAB)
    settle(page)
    name, path = download(page, page.get_by_role("button", name="Run file").click)
    assert name == f"{run.id}.run.zip"
    file = path.rename(tmp_path / name)

    delete = page.get_by_role("button", name="Delete this run")
    delete.click()
    expect(page.get_by_text("Deleted: ")).to_be_visible()
    assert not run.path.exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Deleted: ")).to_have_count(0)
    page.wait_for_url(f"**run={run.id}**")
    assert run.path.exists()
    delete.click()
    expect(page.get_by_text("Deleted: ")).to_be_visible()
    key(page, "linear.undo.close").get_by_role("button").click()
    expect(page.get_by_text("Deleted: ")).to_have_count(0)
    assert not run.path.exists()

    page.get_by_role("link", name="Sparse").click()  # it may be imported from any page
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sparse")
    settle(page)
    pick(page, file)
    expect(page.get_by_text("a linear autoencoder of Digits 8×8")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Import this run").click()
    page.wait_for_url(f"**/linear?run={run.id}**", timeout=PATIENCE)
    settle(page)
    expect(page.locator("[role=dialog]")).to_have_count(0)
    expect(page.locator(".ae-told b").first).to_have_text(error)
    expect(pictures(page).nth(29)).to_be_visible()
    back = RunStore(server.runs).get(run.id)
    assert {name: v.tolist() for name, v in back.history().items()} == {
        name: v.tolist() for name, v in history.items()
    }
    tab(page, "Train")
    expect(page.get_by_text("Training of the model above")).to_be_visible()
    expect(key(page, f"linear.film.{run.id}")).to_be_visible(timeout=PATIENCE)
    no_errors(page)
    page.context.close()


def test_a_plain_keras_autoencoder_rebuilds_digits_on_its_page(chromium, server, tmp_path):
    model = dense()
    images = load("mnist").training.images[:4000].reshape(-1, 784)
    model.compile("adam", "binary_crossentropy")
    model.fit(images, images, epochs=2, batch_size=32, verbose=0)
    model.save(tmp_path / "classic.keras")

    page = open_page(chromium, f"{server.url}/linear")
    settle(page)
    pick(page, tmp_path / "classic.keras")
    expect(page.get_by_text("contains a Keras model with inputs")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Use this model").click()
    page.wait_for_url("**/undercomplete?run=*", timeout=PATIENCE)
    settle(page)
    chosen = key(page, "undercomplete.run").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile(r"classic\.keras, imported"))
    expect(pictures(page).nth(29)).to_be_visible()
    expect(page.get_by_text("Error, compared with the clean images")).to_be_visible(
        timeout=PATIENCE
    )
    assert float(page.locator(".ae-told b").first.inner_text()) < 40
    page.reload()
    settle(page)
    expect(chosen).to_have_value(re.compile(r"classic\.keras"))
    no_errors(page)
    page.context.close()


def test_an_import_whose_dialog_is_closed_is_told_when_it_ends(chromium, server, tmp_path):
    paths = [tmp_path / "encoder.keras", tmp_path / "decoder.keras"]
    for half, path in zip(functional(), paths, strict=True):
        half.save(path)
    page = open_page(chromium, f"{server.url}/linear")
    settle(page)
    pick(page, paths)
    expect(page.get_by_text("together contain a Keras model")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Use this model").click(timeout=PATIENCE)
    expect(page.locator("[role=dialog] [data-testid=stSpinner]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[role=dialog]")).to_have_count(0)
    page.get_by_role("button", name="Show this model").click(timeout=PATIENCE)
    page.wait_for_url("**/undercomplete?run=*")
    chosen = key(page, "undercomplete.run").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile(r"(en|de)coder\.keras \+ (en|de)coder\.keras"))
    expect(page.get_by_role("button", name="Show this model")).to_have_count(0)
    no_errors(page)
    page.context.close()


def test_a_hostile_model_is_refused_with_a_sentence(chromium, server, tmp_path):
    import keras

    image = keras.Input((784,))
    x = keras.layers.Lambda(lambda x: 2 * x)(keras.layers.Dense(32)(image))
    keras.Model(image, keras.layers.Dense(784)(x)).save(tmp_path / "hostile.keras")
    before = RunStore(server.runs).runs()
    page = open_page(chromium, f"{server.url}/deep")
    settle(page)
    pick(page, tmp_path / "hostile.keras")
    alert = page.locator("[role=dialog] [data-testid=stAlertContentError]")
    expect(alert).to_contain_text("hostile.keras cannot be used", timeout=PATIENCE)
    expect(alert).to_contain_text("Lambda")
    expect(page.get_by_role("button", name="Use this model")).to_have_count(0)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("[role=dialog]")).to_have_count(0)
    assert RunStore(server.runs).runs() == before and page.worries == []
    page.context.close()


def test_everything_can_be_downloaded(chromium, server):
    store = RunStore(server.runs)
    run = store.create(small_experiment("sparse"))
    train(run)
    page = open_page(chromium, f"{server.url}/sparse?run={run.id}&view=Export")
    settle(page)
    expect(page.get_by_text(f"{server.url}/sparse?run={run.id}")).to_be_visible()
    for label in ("LiteRT file", "codes"):  # made by a worker, then there to be downloaded
        asked, there = f"Prepare {label}", f"Download {label}"
        page.locator("[class*=st-key-take-make]").get_by_role("button", name=asked).click()
        ready = page.locator("[data-testid=stDownloadButton]").get_by_role("button", name=there)
        expect(ready).to_be_visible(timeout=PATIENCE)
    settle(page)
    begins = {
        "Keras model": (f"{run.id}.keras", b"PK\x03\x04"),
        "LiteRT file": (f"{run.id}.tflite", None),
        "Run file": (f"{run.id}.run.zip", b"PK\x03\x04"),
        "codes": (f"{run.id}-codes.csv", b'"class","error","z1","z2"'),
        "History": (f"{run.id}-history.csv", b"epoch,loss"),
        "Metrics": (f"{run.id}-metrics.json", b"{"),
        "HTML": (f"{run.id}-figures.html", b"<!DOCTYPE html>"),
        "PNG": (f"{run.id}-reconstructions-first.png", b"\x89PNG"),
    }
    contents = {}
    for label, (name, start) in begins.items():
        button = page.locator("[data-testid=stDownloadButton]").get_by_role("button", name=label)
        given, path = download(page, button.click)
        contents[label] = path.read_bytes()
        assert given == name and contents[label].startswith(start or b"")
    assert contents["Keras model"] == run.model_path.read_bytes()
    assert contents["LiteRT file"][4:8] == b"TFL3"
    assert contents["codes"].count(b"\n") == 1 + 360
    assert json.loads(contents["Metrics"])["run"] == run.id
    no_errors(page)

    offline = page.context.new_page()
    offline.context.set_offline(True)
    offline.set_content(contents["HTML"].decode())
    expect(offline.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(offline.locator(".js-plotly-plot")).to_have_count(7)
    page.context.close()


@pytest.mark.parametrize("view, name", [("Errors", "sparse-errors.png"), ("Train", "sparse-")])
def test_a_figure_saves_as_a_sharp_png_through_its_camera(chromium, server, view, name):
    page = open_page(chromium, f"{server.url}/sparse?view={view}", "dark")
    settle(page)
    plot = page.locator(".js-plotly-plot").first
    plot.hover()
    width = plot.bounding_box()["width"]
    given, path = download(page, plot.locator("[data-title*='PNG'], [data-title*='png']").click)
    assert given.startswith(name) and given.endswith(".png")
    image = Image.open(path)
    assert image.format == "PNG" and abs(image.width - 2 * width) < 8
    no_errors(page)
    page.context.close()
