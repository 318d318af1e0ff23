"""Every type that takes tables learns one with holes, and its run tells the truth of it."""

import numpy as np
import pytest
from sklearn import datasets
from sklearn.decomposition import PCA

from aecore.analysis.reconstruction import reconstruct
from aecore.analysis.report import Report
from aecore.analysis.rows import column_errors, hidden_values
from aecore.compute.answers import rebuild
from aecore.compute.training import train
from aecore.data.corruption import corrupt
from aecore.data.datasets import forget, load
from aecore.data.splits import Dataset, Split
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.uploads import look_at
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver

TAKE_TABLES = [key for key in AUTOENCODERS if key != "convolutional"]


def table_of(rows: int, holes: float) -> bytes:
    """Two hidden causes behind five numbers, a category and a yes or no."""
    rng = np.random.default_rng(0)
    causes = rng.normal(size=(rows, 2))
    numbers = causes @ rng.normal(size=(2, 5)) * 100 + rng.normal(size=(rows, 5))
    town = np.where(causes[:, 0] > 0.5, "Bonn", np.where(causes[:, 0] < -0.5, "Ulm", "Köln"))
    cells = np.column_stack([numbers.round(3).astype(str), town, (causes[:, 1] > 0).astype(int)])
    cells = np.where(rng.random(cells.shape) < holes, "", cells)
    header = "a,b,c,d,e,town,flag"
    return "\n".join([header, *map(",".join, cells)]).encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data set with holes, and one without; in a folder of their own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path_factory.mktemp("data")))
    forget()
    keys = []
    for holes in (0.1, 0.0):
        content = table_of(600, holes)
        look = look_at("t.csv", content)
        plan = Plan(f"holes {holes}", look.dialect, tuple(enumerate(look.columns)))
        keys.append(make_table("t.csv", content, plan).key)
    yield keys
    patch.undo()
    forget()


@pytest.mark.parametrize("key", TAKE_TABLES)
def test_a_type_learns_a_table_with_holes(made, tmp_path, key):
    data = load(made[0])
    assert np.isnan(data.training.images).any() and data.layout == (1, 1, 1, 1, 1, 3, 2)
    run = RunStore(tmp_path).create(Experiment.of(key, dataset=made[0], epochs=8))
    status = train(run)
    assert (status.state, status.message) == ("finished", "")
    losses = run.history()["val_loss"]
    assert np.isfinite(losses).all() and losses[-1] < losses[0]

    import keras

    report = Report.from_arrays(run.report_arrays())
    model = keras.models.load_model(run.model_path, compile=False)
    inputs = np.asarray(corrupt(data.test.images, *run.corruption, 7, data.layout))
    outputs = reconstruct(model, inputs)
    assert np.isfinite(outputs).all()
    for part in (slice(5, 8), slice(8, 10)):  # categories are probabilities
        np.testing.assert_allclose(outputs[:, part].sum(axis=1), 1, rtol=1e-5)
    error = np.nanmean(np.square(outputs - data.test.images), axis=1).mean()
    assert report.metrics["mse"] == pytest.approx(error, rel=1e-4)
    columns = column_errors(data.test.images, outputs, data.layout)
    assert report.metrics["r2"] == pytest.approx(columns.scores[:5].mean())
    assert report.metrics["accuracy"] == pytest.approx(columns.scores[5:].mean())
    assert report.clean.shape == report.outputs.shape and report.clean.dtype == np.float32


def test_linear_is_pca_of_the_prepared_table(made, tmp_path):
    data = load(made[1])
    run = RunStore(tmp_path).create(
        Experiment.of("linear", {"latent_size": 3}, dataset=made[1], epochs=150, batch_size=64)
    )
    assert train(run).state == "finished"
    pca = PCA(3).fit(data.training.images)
    rebuilt = pca.inverse_transform(pca.transform(data.training.images))
    best = np.square(rebuilt - data.training.images).mean()

    import keras

    model = keras.models.load_model(run.model_path, compile=False)
    # the outputs of categories are probabilities there: measure the decoder before them
    codes = model.get_layer("encoder")(data.training.images)
    plain = model.get_layer("decoder").get_layer("decoder")(codes)
    assert np.square(plain - data.training.images).mean() == pytest.approx(best, rel=1e-3)


@pytest.mark.parametrize("name", ["wine", "iris", "diabetes", "digits", "breast_cancer"])
def test_linear_is_pca_of_every_table(name):
    """With its usual settings, within .1% of the error of as many principal components."""
    values = getattr(datasets, f"load_{name}")().data
    values = values[:, values.std(axis=0) > 0]
    rows = ((values - values.mean(axis=0)) / values.std(axis=0)).astype(np.float32)
    width = rows.shape[1]
    settings, sizes = AUTOENCODERS["linear"].recipe_on((width,), len(rows))
    dataset = f"own-{name.replace('_', '-')}-{width}-table-00000000"
    experiment = Experiment.of("linear", sizes, dataset=dataset, **settings)
    part = Split(rows, np.zeros(len(rows), np.int32))
    model = build(experiment, rows)
    fit(model, experiment, Dataset(part, part, part), NoObserver())
    spread = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False)
    best = np.square(spread[sizes["latent_size"] :]).sum() / rows.size
    error = np.square(reconstruct(model, rows) - rows).mean(dtype=np.float64)
    assert best * 0.999 <= error <= best * 1.001


def test_linear_is_pca_of_a_table_with_holes():
    """No worse than PCA of the rows with holes at their means, and no better than any such map.

    Errors are those of the known cells. The bound below is a matrix of the same rank that is
    fitted to the known cells alone, by alternating between filling the holes and a truncated SVD.
    """
    rows = load("penguins").training.images
    known = ~np.isnan(rows)
    assert not known.all()
    settings, sizes = AUTOENCODERS["linear"].recipe_on(rows.shape[1:], len(rows))
    experiment = Experiment.of("linear", sizes, dataset="penguins", **{**settings, "loss": "mse"})
    part = Split(rows, np.zeros(len(rows), np.int32))
    model = build(experiment, rows)
    fit(model, experiment, Dataset(part, part, part), NoObserver())

    def of_rank(filled):
        mean = filled.mean(axis=0)
        axes = np.linalg.svd(filled - mean, full_matrices=False)[2][: sizes["latent_size"]]
        return (filled - mean) @ axes.T @ axes + mean

    def error(outputs):
        return np.square(outputs - rows)[known].mean(dtype=np.float64)

    filled = np.nan_to_num(rows).astype(np.float64)
    pca = error(of_rank(filled))
    for _ in range(300):
        filled = np.where(known, rows, of_rank(filled))
    found = error(reconstruct(model, np.nan_to_num(rows)))
    assert error(of_rank(filled)) * 0.999 <= found <= pca * 1.001


def test_what_does_not_go_with_tables_is_refused(made):
    with pytest.raises(SettingError, match="no neighbours"):
        Experiment.of("convolutional", dataset=made[0])
    with pytest.raises(SettingError, match="linear output"):
        Experiment.of("deep", {"output_activation": "sigmoid"}, dataset=made[0])
    with pytest.raises(SettingError, match="loss"):
        Experiment.of("deep", dataset=made[0], loss="bce")
    with pytest.raises(SettingError, match="corrupted by gaussian or masking"):
        Experiment.of("deep", dataset=made[0], corruption="blur")
    with pytest.raises(SettingError, match="dense network"):
        Experiment.of("denoising", {"network": "u-net"}, dataset=made[0])
    with pytest.raises(SettingError, match="loss"):
        Experiment.of("deep", loss="mixed")


def test_a_cell_is_hidden_whole_where_rows_are_rebuilt_again(made, tmp_path):
    run = RunStore(tmp_path).create(Experiment.of("undercomplete", dataset=made[1], epochs=1))
    train(run)
    rows = load(made[1]).test.images
    inputs = rebuild(str(run.model_path), rows, ("masking", 0.5), seed=1).inputs
    expected = corrupt(rows, "masking", 0.5, 1, load(made[1]).layout)
    np.testing.assert_array_equal(inputs, expected)
    town = slice(5, 8)
    gone = ~inputs[:, town].any(axis=1)
    np.testing.assert_array_equal(inputs[~gone, town], rows[~gone, town])
    assert 0.3 < gone.mean() < 0.7
    hidden = hidden_values(rows, inputs, load(made[1]).layout)
    np.testing.assert_array_equal(hidden[:, town], gone[:, None] & np.ones(3, bool))
