"""The Compression page through Streamlit's own test harness, on a run trained in a second."""

import keras
import numpy as np
import pytest
from detecting import runs_of_every_kind
from made_sets import a_series, a_table
from opening import html, open_page, words

from aecore.compression.measures import PCA, THIS, Compression
from aecore.compute import compressing
from aecore.compute.calls import Calls
from aecore.dashboard.applications.compression.opening import zipped
from aecore.data.arrays import to_bytes
from aecore.data.datasets import load
from aecore.figures.grid import png
from aecore.runs.codecs import make_compression


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with runs_of_every_kind(tmp_path_factory.mktemp("cells")) as of:
        yield of


@pytest.fixture
def run(trained, monkeypatch):
    """A run whose calls are answered in this process."""
    run = trained("undercomplete")
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(run.path.parent))

    def compress(self, path, images, level):
        return compressing.compress(str(path), images, level)

    def decompress(self, paths, content):
        return compressing.decompress([str(path) for path in paths], content)

    monkeypatch.setattr(Calls, "compress", compress)
    monkeypatch.setattr(Calls, "decompress", decompress)
    return run


def test_images_become_a_file_and_come_back(run):
    app = open_page("compression", run=run.id)
    assert not app.exception and not app.error
    figures = {metric.label: metric.value for metric in app.metric}
    assert set(figures) == {"File", "Bits per pixel", "PSNR", "SSIM"}
    size = int(figures["File"].split()[0].replace(",", ""))
    assert "This file" in html(app) and "AVIF" in html(app)

    levels = next(slider for slider in app.select_slider if slider.label == "Quality")
    finest = levels.set_value(run_levels(app, run)[1]).run()
    figures = {metric.label: metric.value for metric in finest.metric}
    assert int(figures["File"].split()[0].replace(",", "")) > size

    content = compressing.compress(str(run.path), 10, None).content
    app.query_params["view"] = "Decompress"
    app.session_state["compression.file"] = (("ten.aes", content),)
    app.run()
    assert any("10 images from" in each.value for each in app.success)
    app.session_state["compression.file"] = (("ten.aes", content[:-2]),)
    app.run()
    assert any("damaged or cut off" in each.value for each in app.error)


def test_a_file_whose_model_was_deleted_is_refused_in_words(run, monkeypatch, tmp_path):
    content = compressing.compress(str(run.path), 10, None).content
    app = open_page("compression", view="Decompress")
    app.session_state["compression.file"] = (("ten.aes", content),)
    app.run()
    assert any("10 images from" in each.value for each in app.success)
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path))
    app.run()
    assert not app.exception and not app.success and app.error


@pytest.mark.usefixtures("run")
def test_a_small_own_set_is_compressed_as_far_as_there_are_images(made, monkeypatch):
    small = made("photo")
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(small.path.parent))
    assert 10 < small.source.most_tested < 100
    app = open_page("compression", run=small.id)
    assert not app.exception and not app.error
    assert "10 images in one file" in words(app)


def test_a_photo_keeps_its_size_in_tiles(run):
    photo = np.random.default_rng(0).integers(0, 256, (21, 30, 3)).astype(np.uint8)
    app = open_page("compression", run=run.id)
    app.session_state["own.uploads"] = (("photo.png", png(photo)),)
    app.button_group(key="compression.given").set_value("Upload").run()
    assert not app.exception and not app.error
    (way,) = (each for each in app.button_group if each.label == "Input")
    assert way.value == "one" and "1 image in one file" in words(app)  # as the model draws digits
    way.set_value("tiles").run()
    assert not app.exception and not app.error
    assert "tiles of 8 × 8" in words(app) and "each colour channel apart" in words(app)
    assert html(app).count('"ae-strip"') == 1 and "AVIF" in html(app)  # small: shown as it is

    content = compressing.compress(str(run.path), photo, None).content
    app.query_params["view"] = "Decompress"
    app.session_state["compression.file"] = (("a.aes", content),)
    app.run()
    assert any("An image of 30 × 21 pixels from" in each.value for each in app.success)


def test_a_lossless_file_is_compared_with_other_formats(grey, monkeypatch):
    run = grey
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(run.path.parent))

    def compress(self, path, images):
        return compressing.compress_unchanged(str(path), images)

    monkeypatch.setattr(Calls, "compress_unchanged", compress)
    app = open_page("compression", run=run.id, view="Lossless")
    assert not app.exception and not app.error
    figures = {metric.label: metric.value for metric in app.metric}
    assert set(figures) == {"File", "Bits per pixel", "−ELBO", "Above −ELBO"}
    assert float(figures["Bits per pixel"]) > float(figures["−ELBO"])
    (table,) = app.dataframe
    assert list(table.value["Format"]) == ["This file", "PNG", "WebP", "gzip", "bz2"]
    content = compressing.compress_unchanged(str(run.path), 10).content
    id, images = compressing.decompress([str(run.path)], content)
    assert id == run.id
    np.testing.assert_array_equal(images, to_bytes(load(run.dataset).test.images[:10]))


@pytest.mark.parametrize("kind", ["table", "series"])
def test_cells_become_a_file_and_come_back(made, monkeypatch, kind):
    run = made(kind)
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(run.path.parent))

    def compress(self, path, given, level):
        return compressing.compress_cells(str(path), given, level)

    def decompress(self, paths, content):
        return compressing.decompress([str(path) for path in paths], content)

    monkeypatch.setattr(Calls, "compress_cells", compress)
    monkeypatch.setattr(Calls, "decompress", decompress)
    app = open_page("compression", run=run.id)
    assert not app.exception and not app.error
    figures = {metric.label: metric.value for metric in app.metric}
    assert set(figures) == {"File", "gzip", "bz2", "MSE"}
    assert ("Given and decompressed" in words(app)) == (kind == "series")
    assert any(slider.label == "Quality" for slider in app.select_slider)
    app.session_state["own.rows"] = (("t.csv", a_table(40)),)
    app.session_state["own.stretch"] = (("s.csv", a_series(100)),)
    app.session_state[f"{run.key}.rows.way"] = "upload"
    app.button_group(key=f"compression.given {kind}").set_value("Your own").run()
    assert not app.exception and not app.error
    given = {metric.label: metric.value for metric in app.metric}
    assert given["gzip"] != figures["gzip"]

    content = compressing.compress_cells(str(run.path), 20, None).content
    app.query_params["view"] = "Decompress"
    app.session_state["compression.file"] = (("a.aes", content),)
    app.run()
    assert not app.exception and not app.error
    told, charts = app.success[0].value, len(app.get("plotly_chart"))
    assert f"from {len(content):,} bytes" in told
    assert "20 rows" in told if kind == "table" else " steps" in told and "rows" not in told
    assert charts == (0 if kind == "table" else 1)

    make_compression(run, keras.models.load_model(run.model_path, compile=False))
    app.query_params["view"] = "Curves"
    app.run()
    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == 1
    assert f"in bits per {run.source.kind.sample}: CSV" in words(app)  # the first that is exact
    verdicts = [each.value for each in (*app.success, *app.warning)]
    assert any("smaller error" in verdict for verdict in verdicts)


def run_levels(app, run) -> tuple[int, int]:
    return app.session_state[f"compression levels.{run.id}"][0]


def test_curves_say_where_something_simpler_is_better(run, trained, monkeypatch):
    def curve(*psnr):
        return {"bits": [0.02, 0.1, 0.2, 0.4], "psnr": list(psnr), "ssim": [0.5, 0.6, 0.7, 0.8]}

    made = {THIS: curve(10, 15, 18, 20), PCA: curve(9, 14, 17, 22), "JPEG": curve(5, 8, 9, 10)}
    found = Compression(made, [1, 3, 5, 7], [1.0, 1.1, 1.2, 1.3], 5, 21.0, 4000, 2000, 60)
    where = "aecore.dashboard.{}.kept_study"
    monkeypatch.setattr(where.format("parts.measured"), lambda run, kind: found)
    other, twin = where.format("applications.compression.measured"), trained("linear")
    monkeypatch.setattr(other, lambda run, kind: found if run.id == twin.id else None)
    app = open_page("compression", run=run.id, view="Curves")
    assert not app.exception and not app.error
    assert "PCA at 0.4 bits per pixel is better" in app.warning[0].value
    assert len(app.get("plotly_chart")) == 2
    assert "60 test images in one file" in words(app)
    assert "takes 1.20 bits per pixel" in words(app)
    app.multiselect[0].set_value([twin.id]).run()
    assert not app.exception
    columns = list(app.dataframe[0].value.columns)
    assert any(name.startswith("Linear · ") and "code of 8" in name for name in columns)

    monkeypatch.setattr(other, lambda run, kind: found if run.key == "contractive" else None)
    app = open_page("compression", run="contractive", view="Curves")
    app.multiselect[0].set_value(["contractive-unpenalised"]).run()
    assert not app.exception
    columns = list(app.dataframe[0].value.columns)[1:]
    assert len(columns) == len(made) + 1  # no curve stands for two models


def test_images_leave_as_a_zip_of_pngs():
    assert zipped(np.zeros((2, 8, 8, 1), np.uint8))[:2] == b"PK"
