"""What is taken along holds what it says, and opens without this program."""

import csv
import io
import json
import shutil

import numpy as np
import plotly.graph_objects as go
import pytest
from foreign_models import saved, sequence_of_sequences
from halves import variational
from opening import VIEWS, open_page
from photos import photo
from PIL import Image
from small import small_experiment
from streamlit.testing.v1 import AppTest
from ugly import encoded

from aecore.analysis.report import Report
from aecore.compute.calls import Calls
from aecore.compute.training import train
from aecore.dashboard.model import import_files
from aecore.dashboard.model.export.contents import codes_csv, figures_of, metrics_json
from aecore.dashboard.model.export.keras_lines import keras_lines
from aecore.data.own import own_keys
from aecore.exchange import bring_in as exchange
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import Codes, bring_in
from aecore.exchange.bundle import pack
from aecore.exchange.opening import called, open_files
from aecore.figures.document import html_document
from aecore.figures.grid import sheet
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Run:
    """A finished run of one epoch."""
    run = RunStore(tmp_path_factory.mktemp("trained")).create(small_experiment("linear"))
    train(run)
    return run


@pytest.fixture(scope="module")
def foreign(tmp_path_factory) -> bytes:
    """The `.keras` file of a 64-16-4-16-64 autoencoder from a plain Keras script."""
    return saved(sequence_of_sequences(), tmp_path_factory.mktemp("foreign"))


@pytest.fixture
def own(tmp_path, trained, no_workers) -> Run:
    """The finished run, in the store that the pages look into."""
    shutil.copytree(trained.path, tmp_path / "runs" / trained.id)
    return Run(tmp_path / "runs" / trained.id)


def report_of(run: Run) -> Report:
    return Report.from_arrays(run.report_arrays())


def run_lines(run: Run, folder, monkeypatch) -> dict:
    shutil.copy(run.model_path, folder / f"{run.id}.keras")
    monkeypatch.chdir(folder)
    names = {}
    exec(keras_lines(run, report_of(run)), names)
    return names


def test_the_lines_of_keras_load_the_shipped_model_of_every_type(key, tmp_path, monkeypatch):
    run = shipped(key)
    names = run_lines(run, tmp_path, monkeypatch)
    size = report_of(run).architecture.code_size
    assert names["rebuilt"].shape == names["decoded"].shape == (1, 28, 28, 1)
    assert names["codes"].shape == (1, size)
    np.testing.assert_allclose(names["decoded"], names["rebuilt"], atol=1e-5)
    if key == "variational":
        assert names["log_variances"].shape == (1, size)


def test_the_lines_of_keras_know_a_decoder_with_variances(tmp_path, monkeypatch):
    store = RunStore(tmp_path / "runs")
    run = store.create(small_experiment("variational", {"decoder": "gaussian"}))
    train(run)
    names = run_lines(run, tmp_path, monkeypatch)
    assert names["decoded"].shape == names["pixel_log_variances"].shape == (1, 8, 8, 1)


def test_codes_are_a_table_with_a_row_an_image():
    codes = Codes(np.array([[1.5, -2], [0.25, 3e-8]]), np.array([0.5, 0.125]), np.array([1, 0]))
    header, *rows = csv.reader(io.StringIO(codes_csv(codes, ("a, b", "c")).decode()))
    assert header == ["class", "error", "z1", "z2"]
    assert rows[0][0] == "c" and rows[1][0] == "a, b"
    values = np.array([row[1:] for row in rows], float)
    np.testing.assert_allclose(values, [[0.5, 1.5, -2], [0.125, 0.25, 3e-8]], rtol=1e-6)


def test_metrics_tell_what_the_model_is(trained):
    values = json.loads(metrics_json(trained, report_of(trained)))
    assert values["run"] == trained.id and values["type"] == "linear"
    assert values["experiment"] == trained.experiment.to_dict()
    assert values["test_images"] == 360 and values["code_size"] == 8
    assert values["metrics"] == report_of(trained).metrics


def test_a_sheet_magnifies_every_pixel():
    grey = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 1), np.uint8)
    colour = np.random.default_rng(1).random((3, 4, 5, 3), np.float32)
    pixels = np.asarray(Image.open(io.BytesIO(sheet([grey, colour], scale=4, gap=8))))
    assert pixels.shape == (2 * (16 + 8) + 8, 3 * (20 + 8) + 8, 3)
    second = pixels[8:24, 36:56]
    np.testing.assert_array_equal(second, np.repeat(grey[1].repeat(4, 0).repeat(4, 1), 3, 2))
    corner = pixels[32:36, 64:68]
    assert (corner == np.round(colour[2, 0, 0] * 255).astype(np.uint8)).all()
    assert (pixels[:8] == 255).all() and (pixels[:, -8:] == 255).all()


def test_a_document_of_figures_needs_no_network(trained):
    figures = {title: draw() for title, draw in figures_of(trained, report_of(trained)).items()}
    assert "Loss curves" in figures and "Latent space, t-SNE" in figures
    text = html_document("<run>", figures | {"</script>": go.Figure(go.Bar(x=["</script>"]))})
    assert text.count("Plotly.newPlot(") == len(figures) + 1
    assert "plotly.js v" in text[:10_000]
    assert "<script src" not in text and "<link" not in text
    assert "&lt;run&gt;" in text
    own_part = text[text.index('id="figure-0"') :]
    assert own_part.count("</script>") == own_part.count("<script")


def button(app: AppTest, key: str):
    return next(b for b in app.button if b.key == key)


def downloads(app: AppTest) -> dict:
    return {element.proto.label: element.proto for element in app.get("download_button")}


def test_deleted_undone_and_deleted_again(own, tmp_path):
    app = open_page("linear", run=own.id, view="Export")
    assert {"Run file", "History", "Metrics", "HTML", "PNG"} <= set(downloads(app))
    assert {"Script", "Notebook"} <= set(downloads(app)) and "Data" not in downloads(app)
    assert any(f"{own.id}.keras" in code.value for code in app.code)
    button(app, f"{own.id}.delete").click().run()
    assert RunStore(tmp_path / "runs").runs() == [] and app.selectbox[0].value == "linear"
    assert "Deleted" in app.info[0].value
    assert "was deleted" in app.info[1].value and "**Shipped model**" in app.info[1].value
    assert not [b for b in app.button if b.label == "Delete this run"]  # the shipped one stays
    button(app, "linear.undo").click().run()
    assert RunStore(tmp_path / "runs").runs() == [own]
    assert app.selectbox(key="linear.run").value == own.id
    assert not app.exception and not app.error and not app.info


def test_a_damaged_run_can_be_deleted_too(own):
    (own.path / "status.json").write_text("[]")
    app = open_page("linear", run=own.id, view="Export")
    assert "damaged" in app.error[0].value
    button(app, f"{own.id}.delete").click().run()
    assert not own.path.exists() and not app.error
    button(app, "linear.undo").click().run()
    assert own.path.exists() and not app.exception


def test_codes_are_asked_for_once_and_a_failure_is_a_sentence(own, monkeypatch):
    asked = []

    def codes(self, path):
        asked.append(path)
        return Codes(np.ones((3, 2)), np.ones(3), np.zeros(3, int))

    monkeypatch.setattr(Calls, "codes", codes)
    app = open_page("linear", run=own.id, view="Export")
    prepare = button(app, f"take.make.{own.id}-codes.csv")
    assert prepare.label == "Prepare codes" and not asked
    prepare.click().run()
    app.run()
    ready = [label for label in downloads(app) if label.startswith("Download codes (")]
    assert len(ready) == 1 and asked == [own.path]
    button(app, f"take.make.{own.id}.tflite").click().run()  # there are no workers
    assert "no workers" in app.error[0].value and not app.exception


@pytest.fixture
def here(monkeypatch):
    """Files from elsewhere are looked at in the test's own process."""
    monkeypatch.setattr(
        Calls, "inspect", lambda self, files, _: exchange.inspect(open_files(files), called(files))
    )
    monkeypatch.setattr(
        Calls, "bring_in", lambda self, files, to, *rest, reader: bring_in(
            open_files(files), called(files), to, *rest
        ),
    )  # fmt: skip


def opened(*files: tuple[str, bytes]) -> AppTest:
    app = open_page("sparse")
    button(app, "sparse.import").click().run()
    uploader = next(u for u in app.file_uploader if u.key == "importing.file")
    uploader.set_value([(*file, "application/octet-stream") for file in files]).run()
    return app


def test_a_foreign_model_is_cut_and_used(here, foreign, tmp_path):
    app = opened(("theirs.keras", foreign))
    cut, data, page = (
        next(box for box in app.selectbox if str(box.key).startswith(f"importing.{what}."))
        for what in ("cut", "data", "page")
    )
    assert "4 numbers (proposed)" in cut.options[cut.index]
    assert data.value == "digits" and page.value == "undercomplete"
    assert "variational" not in [str(option).lower() for option in page.options]
    table = app.dataframe[0].value
    assert table["part"].tolist().index("code") == cut.value
    cut.select_index(0).run()
    assert app.dataframe[0].value["part"].iloc[0] == "code"
    button(app, "importing.use").click().run()
    assert not app.exception and not app.error
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.origin.file == "theirs.keras" and report_of(run).architecture.code_size == 16
    assert app.title[0].value.endswith("Undercomplete")
    assert app.selectbox(key="undercomplete.run").value == run.id


def test_a_run_comes_back_under_its_id(here, own, tmp_path):
    content = pack(own)
    RunStore(tmp_path / "runs").delete(own)
    app = opened(("a.run.zip", content))
    button(app, "importing.use").click().run()
    assert not app.exception and not app.error
    assert app.title[0].value.endswith("Linear")
    assert app.selectbox(key="linear.run").value == own.id


def test_files_of_a_closed_dialog_are_freed(here, own, monkeypatch):
    freed = []
    monkeypatch.setattr(import_files, "forget_upload", freed.append)
    app = opened(("a.run.zip", pack(own)))
    assert not freed
    app.switch_page("pages/linear.py").run()
    assert len(freed) == 1
    app.run()
    assert len(freed) == 1


def test_what_cannot_be_used_is_refused_with_the_reason(here, monkeypatch):
    app = opened(("bad.keras", b"not a model at all"))
    assert "bad.keras** cannot be used" in app.error[0].value and not app.exception
    assert app.title[0].value.endswith("Sparse")

    def refuse(self, *_):
        raise FileRefused("It holds code.")

    monkeypatch.setattr(Calls, "inspect", refuse)
    assert "It holds code." in opened(("bad.keras", b"PK")).error[0].value


def test_a_model_that_no_data_fits_is_measured_on_images_that_are_added(here, tmp_path):
    import keras

    image = keras.Input((40, 64, 3))
    code = keras.layers.Conv2D(1, 3, strides=4, padding="same")(image)
    model = keras.Model(image, keras.layers.Conv2DTranspose(3, 4, strides=4)(code))
    app = opened(("wide.keras", saved(model, tmp_path)))
    assert "Add at least 20 images" in app.warning[0].value
    assert "40 × 64 colour" in app.warning[0].value
    assert not [b for b in app.button if b.key == "importing.use"]
    photos = [(f"{n}.png", encoded(photo(n), "PNG"), "image/png") for n in range(20)]
    adder(app).set_value(photos[:3]).run()
    button(app, "importing.use").click().run()
    assert "at least 20 images; 3 could be used" in app.error[0].value and not own_keys()
    adder(app).set_value(photos).run()
    button(app, "importing.use").click().run()
    assert not app.exception and not app.error
    (key,), (run,) = own_keys(), RunStore(tmp_path / "runs").runs()
    assert run.dataset == key and (run.source.title, run.shape) == ("wide", (40, 64, 3))
    assert app.selectbox(key="convolutional.run").value == run.id


def adder(app: AppTest):
    return next(u for u in app.file_uploader if str(u.key).startswith("importing.images."))


def test_a_model_that_no_data_fits_is_told_what_would(here, tmp_path):
    import keras

    layers = [keras.layers.Input((7,)), keras.layers.Dense(2), keras.layers.Dense(7)]
    app = opened(("row.keras", saved(keras.Sequential(layers), tmp_path)))
    assert "It would fit a table whose rows have 7 values" in app.warning[0].value
    assert len(app.file_uploader) == 1 and not [b for b in app.button if b.key == "importing.use"]


def test_an_encoder_and_a_decoder_are_used_together(here, tmp_path):
    encoder, decoder = (saved(half, tmp_path) for half in variational())
    app = opened(("encoder.keras", encoder))
    assert "together with the file of its decoder" in app.error[0].value
    app = opened(("decoder.keras", decoder), ("encoder.keras", encoder))
    text = next(m.value for m in app.markdown if "together contain" in m.value)
    assert "encoder.keras" in text and "decoder.keras" in text
    cut, page = (
        next(box for box in app.selectbox if str(box.key).startswith(f"importing.{what}."))
        for what in ("cut", "page")
    )
    assert "3 numbers (proposed)" in cut.options[cut.index] and page.value == "variational"
    cut.select_index(0).run()
    page = next(box for box in app.selectbox if str(box.key).startswith("importing.page."))
    assert "Variational" not in page.options
    cut = next(box for box in app.selectbox if str(box.key).startswith("importing.cut."))
    cut.select_index(next(i for i, o in enumerate(cut.options) if "proposed" in o)).run()
    button(app, "importing.use").click().run()
    assert not app.exception and not app.error
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.key == "variational" and run.origin.file == "decoder.keras + encoder.keras"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_a_variational_model_of_two_files(tmp_path, view):
    names = ("encoder.keras", "decoder.keras")
    halves = [(n, saved(h, tmp_path)) for n, h in zip(names, variational(), strict=True)]
    id = bring_in(open_files(halves), called(halves), RunStore(tmp_path / "runs"))
    app = open_page("variational", run=id, view=view)
    assert not app.exception and [error.value for error in app.error] == []
    assert app.selectbox(key="variational.run").value == id


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_a_model_that_was_not_trained_here(foreign, tmp_path, view):
    id = bring_in(foreign, "theirs.keras", RunStore(tmp_path / "runs"), "digits")
    app = open_page("undercomplete", run=id, view=view)
    assert not app.exception and not app.error
    assert {warning.value for warning in app.warning} <= {
        RunStore(tmp_path / "runs").get(id).origin.doubt
    }  # it has learnt nothing
    assert app.selectbox(key="undercomplete.run").value == id
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Trained in"] == "elsewhere" and metrics["Latent size"] == "4"
    if view == "Train":
        assert any("imported from **theirs.keras**" in text.value for text in app.caption)
        assert button(app, "undercomplete.copied").disabled
    if view == "Export":
        assert downloads(app)["History"].disabled and not downloads(app)["Metrics"].disabled
        values = json.loads(metrics_json(RunStore(tmp_path / "runs").get(id), report_of(
            RunStore(tmp_path / "runs").get(id)
        )))  # fmt: skip
        assert values["origin"]["layer"] == "elu"


@pytest.mark.parametrize("key", ["sparse", "contractive", "overcomplete"])
def test_a_foreign_model_has_the_figures_of_the_page_it_goes_to(foreign, tmp_path, key):
    id = bring_in(foreign, "theirs.keras", RunStore(tmp_path / "runs"), "digits", None, key)
    app = open_page(key, run=id)
    assert not app.exception and not app.error
    assert len(app.metric) == {"sparse": 8, "contractive": 7, "overcomplete": 6}[key]


def test_all_types_but_the_variational_take_foreign_models(foreign, tmp_path):
    with pytest.raises(FileRefused, match="variational"):
        bring_in(foreign, "a.keras", RunStore(tmp_path), "digits", None, "variational")
    assert "variational" in AUTOENCODERS
