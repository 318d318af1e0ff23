"""A stranger's model of a table or a series becomes a run on a data set of the same shape."""

import keras
import numpy as np
import pytest
from foreign_models import saved
from foreign_sequences import SEQUENCES, recurrent, timeseries
from forging import members_of, zipped
from keras import layers as L
from keras_2 import FORMS, written

from aecore.analysis.rows import row_errors
from aecore.data.datasets import load, source
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in, inspect
from aecore.exchange.bundle import pack
from aecore.exchange.keras_file.building import build
from aecore.exchange.keras_file.ranges import conversions
from aecore.exchange.keras_file.reader import read_plain


def stirred(model):
    random = np.random.default_rng(0)
    model.set_weights([abs(random.normal(0, 0.05, w.shape)) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_foreign_model_of_values_is_measured_and_travels_on(name, store, tmp_path):
    make, dataset, key, code = SEQUENCES[name]
    model = stirred(make())
    content = saved(model, tmp_path)
    found = inspect(content, "it.keras")
    assert found.anatomy is not None and found.anatomy.code_size == code
    assert dataset in found.fitting
    run = store.get(bring_in(content, "it.keras", store, dataset, range="standardized"))
    assert (run.key, run.dataset, run.problem()) == (key, dataset, "")
    test = load(dataset).test.images
    inputs = np.nan_to_num(test)
    expected = model(inputs.reshape(len(inputs), *(side or 28 for side in model.input_shape[1:])))
    expected = np.asarray(expected).reshape(test.shape)
    if run.origin.gives == "standardized":
        np.testing.assert_allclose(
            keras.models.load_model(run.model_path)(inputs), expected, atol=2e-4
        )
        errors = run.report_arrays()["errors"]
        np.testing.assert_allclose(errors, row_errors(test, expected), rtol=1e-3)
    outputs = np.asarray(keras.models.load_model(run.model_path)(inputs[:9]))
    packed, origin = pack(run), run.origin
    store.delete(run)
    back = store.get(bring_in(packed, "it.run.zip", store))
    assert back.origin == origin and back.problem() == ""
    np.testing.assert_allclose(
        keras.models.load_model(back.model_path)(inputs[:9]), outputs, atol=1e-5
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [recurrent, timeseries])
def test_files_of_earlier_versions_give_the_numbers_they_gave(make, form, tmp_path):
    model = stirred(make())
    again = build(read_plain(written(model, tmp_path, form, trained=True)))
    windows = np.random.default_rng(0).normal(size=(3, 28, 4)).astype(np.float32)
    np.testing.assert_allclose(again(windows), model(windows), atol=1e-5)


def principal(dataset: str, takes: str):
    """Principal components of a data set's rows or windows as an autoencoder, in its own range."""
    data = load(dataset)
    values = np.nan_to_num(data.training.images)
    rows = values.reshape(len(values), -1)
    centre = rows.mean(axis=0)
    axes = np.linalg.svd(rows - centre, full_matrices=False)[2][:12]
    way = conversions(data, source(dataset))[takes]
    ones = np.ones(values.shape[1:])
    into, shift = (np.ravel(part * ones) for part in (way.scale, way.offset))
    encoder, decoder = L.Dense(12), L.Dense(rows.shape[1])
    row = keras.Input((rows.shape[1],))
    model = keras.Model(row, decoder(encoder(row)))
    encoder.set_weights([axes.T / into[:, None], -(centre + shift / into) @ axes.T])
    decoder.set_weights([axes * into, into * centre + shift])
    return model


@pytest.mark.parametrize("dataset", ["breast_cancer", "seattle_weather"])
def test_the_scale_that_a_model_learned_is_found(dataset, store, tmp_path):
    errors = {}
    for takes in ("standardized", "0..1", "-1..1", "units"):
        content = saved(principal(dataset, takes), tmp_path)
        run = store.get(bring_in(content, "it.keras", store, dataset))
        assert not run.origin.doubtful
        errors[takes] = float(np.mean(run.report_arrays()["errors"]))
        assert (run.origin.takes, run.origin.gives) == (takes, takes)
    np.testing.assert_allclose(list(errors.values()), errors["standardized"], rtol=1e-2, atol=1e-4)


REFUSED = {
    "of no table here": (lambda: [L.Input((7,)), L.Dense(2), L.Dense(7)], "rows have 7 values"),
    "of no series here": (
        lambda: [L.Input((50, 3)), L.Conv1D(2, 3, padding="same"), L.Conv1D(3, 1)],
        "windows of 50 steps with 3 channels",
    ),
    "state": (
        lambda: [L.Input((28, 4), batch_size=1), L.LSTM(4, stateful=True, return_sequences=True),
                 L.Dense(4)],
        "stateful must be False",
    ),
    "around another": (
        lambda: [L.Input((28, 4, 1)), L.TimeDistributed(L.Conv1D(1, 3)), L.Dense(1)],
        "TimeDistributed around 'Conv1D'",
    ),
    "an embedding": (lambda: [L.Input((28,)), L.Embedding(9, 4), L.Dense(4)], "layer 'Embedding'"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_imported_is_told_with_what_would_do(name, store, tmp_path):
    layers, words = REFUSED[name]
    content = saved(keras.Sequential(layers()), tmp_path)
    with pytest.raises(FileRefused, match=words):
        bring_in(content, "it.keras", store)
    assert not list(store.directory.glob("*"))


def test_units_that_the_file_has_no_weights_for_are_refused_before_they_are_built(tmp_path):
    content = saved(recurrent(), tmp_path)
    members = members_of(content)
    huge = members["config.json"].replace(b'"units": 8', b'"units": 65536')
    with pytest.raises(FileRefused, match="more weights than the file holds"):
        build(read_plain(zipped(members | {"config.json": huge})))


def test_a_type_that_takes_no_rows_is_refused(store, tmp_path):
    content = saved(SEQUENCES["table"][0](), tmp_path)
    with pytest.raises(FileRefused, match="type Convolutional cannot be used with rows"):
        bring_in(content, "it.keras", store, "breast_cancer", key="convolutional")
    with pytest.raises(FileRefused, match=r"no range '0\.\.255' of rows"):
        bring_in(content, "it.keras", store, "breast_cancer", range="0..255")
