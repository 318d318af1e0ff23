"""An image's path through a network is what its layers make of it, and small."""

import keras
import numpy as np
import pytest

from aecore.analysis.activations import CELLS, MAPS, MOST_STAGES, SIDE, activations
from aecore.analysis.reconstruction import encode
from aecore.figures.path import network_path
from aecore.models import AUTOENCODERS

IMAGE = np.random.default_rng(0).random((28, 28, 1), np.float32)


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_every_type_shows_its_layers_between_image_and_code(key):
    model = AUTOENCODERS[key]().build((28, 28, 1))
    found = activations(model, IMAGE, key == "variational")
    codes = encode(model.get_layer("encoder"), IMAGE[None])
    np.testing.assert_allclose(found.code, codes[0].ravel(), rtol=1e-5, atol=1e-5)
    decoder = model.get_layer("decoder")
    given = codes[: len(decoder.inputs)]
    decoded = keras.tree.flatten(decoder(given if len(given) > 1 else given[0]))[0][0]
    np.testing.assert_allclose(found.output, np.asarray(decoded), rtol=1e-4, atol=1e-4)
    layers = (*found.encoder, *found.decoder)
    assert len(layers) <= 2 * MOST_STAGES and found.skipped >= 0
    for layer in layers:
        assert layer.values.size <= max(CELLS, MAPS * SIDE * SIDE)
    assert len(found.deviations) == (len(found.code) if key == "variational" else 0)
    html = network_path(found, "<b>3")
    assert html.count("<img") >= 2 + len(layers) and "<b>3" not in html
    assert html.count("<s ") == len(found.deviations)


def test_a_layer_of_units_keeps_its_strongest_values():
    image = keras.Input((28, 28, 1))
    wide = keras.layers.Dense(500, activation="relu")(keras.layers.Flatten()(image))
    encoder = keras.Model(image, keras.layers.Dense(3)(wide), name="encoder")
    code = keras.Input((3,))
    pixels = keras.layers.Dense(784)(code)
    decoder = keras.Model(code, keras.layers.Reshape((28, 28, 1))(pixels), name="decoder")
    model = keras.Model(image, decoder(encoder(image)))
    found = activations(model, IMAGE, False)
    (layer,), values = found.encoder, np.asarray(keras.Model(image, wide)(IMAGE[None]))
    assert layer.shape == (500,) and layer.values.shape == (CELLS,)
    assert layer.values.max() == pytest.approx(values.max(), rel=1e-5)
    assert found.decoder == ()  # what only awaits a reshaping is the output
    assert "500" in network_path(found, "3")
