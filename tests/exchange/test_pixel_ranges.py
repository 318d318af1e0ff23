"""A model that learned pixels in another range is measured in its own, or its figures doubted."""

import json

import keras
import numpy as np
import pytest
from foreign_models import saved
from keras import layers as L

from aecore.__main__ import main
from aecore.analysis.reconstruction import squared_errors
from aecore.data.datasets import source
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in
from aecore.exchange.bundle import pack
from aecore.exchange.keras_file.ranges import conversions, find_ends

LEARNED = {  # the range that a model takes, and the one that it gives
    "0 to 1": ("0..1", "0..1"),
    "0 to 255": ("0..255", "0..255"),
    "-1 to 1": ("-1..1", "-1..1"),
    "standardized": ("standardized", "standardized"),
    "rescales its input": ("0..255", "0..1"),
    "takes 0 to 1, gives -1 to 1": ("0..1", "-1..1"),
}


def principal(images: np.ndarray, takes: str, gives: str):
    """Ten principal components of 8 × 8 images as an autoencoder, exact in its ranges."""
    mean, deviation = images.mean(), images.std()
    known = {"0..1": (1, 0), "0..255": (255, 0), "-1..1": (2, -1)}
    known["standardized"] = (1 / deviation, -mean / deviation)
    rows = images.reshape(len(images), -1)
    centre = rows.mean(axis=0)
    axes = np.linalg.svd(rows - centre, full_matrices=False)[2][:10]
    (into, shift), (out, lift) = known[takes], known[gives]
    encoder, decoder = L.Dense(10), L.Dense(64)
    image = keras.Input((64,))
    model = keras.Model(image, decoder(encoder(image)))
    encoder.set_weights([axes.T / into, -(centre + shift / into) @ axes.T])
    decoder.set_weights([out * axes, out * centre + lift])
    return model


@pytest.mark.parametrize("name", LEARNED)
def test_the_range_is_found_kept_and_applied_at_both_ends(name, digits, store, tmp_path):
    images, ends = digits.test.images, LEARNED[name]
    expected = np.asarray(principal(images, "0..1", "0..1")(images.reshape(-1, 64)))
    content = saved(principal(images, *ends), tmp_path)
    run = store.get(bring_in(content, "theirs.keras", store, "digits"))
    assert (run.origin.takes, run.origin.gives, run.origin.doubtful) == (*ends, False)
    outputs = keras.models.load_model(run.model_path)(images)
    np.testing.assert_allclose(outputs, expected.reshape(images.shape), atol=2e-4)
    errors = squared_errors(images, expected.reshape(images.shape))
    np.testing.assert_allclose(run.report_arrays()["errors"], errors, atol=1e-5)
    packed, origin = pack(run), run.origin
    store.delete(run)
    back = store.get(bring_in(packed, "it.run.zip", store))
    assert back.origin == origin and back.problem() == ""


@pytest.mark.parametrize("given", ["0..1", "0..255", "-1..1", "standardized"])
def test_a_range_that_is_told_is_believed(given, digits):
    images = digits.test.images
    model = keras.Sequential([L.Input((8, 8, 1)), L.Dense(1)])
    ranges = conversions(digits, source("digits"))
    assert find_ends(model, images, ranges, given).takes == given


@pytest.mark.parametrize("bias", [0.0, 9.0, 200.0])
def test_a_model_that_rebuilds_nothing_is_doubted(bias, digits, store, tmp_path):
    model = keras.Sequential([L.Input((64,)), L.Dense(2), L.Dense(64)])
    model.set_weights([np.full(w.shape, bias, np.float32) for w in model.get_weights()])
    run = store.get(bring_in(saved(model, tmp_path), "theirs.keras", store, "digits"))
    assert run.origin.doubtful and run.origin.takes == run.origin.gives == "0..1"


def test_the_command_line_takes_a_range_and_doubts_aloud(digits, store, tmp_path, capsys):
    (tmp_path / "it.keras").write_bytes(
        saved(principal(digits.test.images, *["0..255"] * 2), tmp_path)
    )
    command = ["import", str(tmp_path / "it.keras"), "--runs", str(store.directory), "--json"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["takes"] == "0..255" and "grey image" not in told.err
    assert main([*command, "--range=0..1"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["takes"] == "0..1" and "grey image" not in told.out
    with pytest.raises(FileRefused, match=r"no range .* of images"):
        bring_in((tmp_path / "it.keras").read_bytes(), "it", store, "digits", range="0..9")
