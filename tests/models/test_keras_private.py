"""Keras' private names still do what is expected of them."""

import random

import keras
import numpy as np

from aecore.models.keras_private import made_by, walk, weights_drawn_from


def test_layers_draw_their_seeds_from_the_given_generator():
    def weights(seed: int) -> np.ndarray:
        with weights_drawn_from(random.Random(seed)):
            random.random()  # of the global generator: changes nothing
            return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).get_weights()[0]

    np.testing.assert_array_equal(weights(1), weights(1))
    assert (weights(1) != weights(2)).any()


def test_a_graph_is_walked_with_other_functions():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.ReLU()(keras.layers.Dense(3)(inputs)))
    seen = []

    def replaced(layer):
        seen.append(type(layer).__name__)
        return lambda x, **_: x + 1

    assert walk(model, np.zeros((1, 4)), replaced).tolist() == [[2.0] * 4]
    assert seen == ["Dense", "ReLU"]


def test_a_tensor_tells_its_layer_and_that_ones_inputs():
    inputs = keras.Input((4,))
    dense = keras.layers.Dense(3)
    layer, (before,) = made_by(dense(inputs))
    assert layer is dense and before is inputs
    layer, none = made_by(inputs)
    assert isinstance(layer, keras.layers.InputLayer) and none == []
