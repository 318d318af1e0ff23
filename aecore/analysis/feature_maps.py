"""Feature maps and filters of a convolutional encoder."""

import numpy as np

from aecore.analysis.reconstruction import in_batches

ACTIVATIONS = ("Activation", "LeakyReLU", "ReLU")
MOST = 32  # maps of a layer


def feature_maps(model, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The maps of an image (h, w, c) after each scale of the encoder.

    Returns:
        (title, maps (m, height, width, 1), each scaled to [0, 1]) by layer; empty for an
        encoder without convolutions.
    """
    import keras

    encoder = model.get_layer("encoder")
    layers = _ends_of_blocks(encoder)
    if not layers:
        return []
    taps = keras.Model(encoder.inputs[0], [layer.output for layer in layers])
    found = []
    for number, maps in enumerate(in_batches(taps, image[None]), 1):
        height, width, count = maps.shape[1:]
        planes = maps[0].transpose(2, 0, 1)[:MOST, ..., None]  # (m, h, w, 1)
        found.append((f"Layer {number}: {count} maps of {height} × {width}", _stretched(planes)))
    return found


def first_filters(model) -> np.ndarray:
    """The kernels of the first convolution, (m, height, width, channels), with signs."""
    import keras

    for layer in model.get_layer("encoder").layers:
        if isinstance(layer, keras.layers.Conv2D):
            return np.asarray(layer.kernel).transpose(3, 0, 1, 2)[:MOST]
    return np.zeros((0, 1, 1, 1), np.float32)


def _ends_of_blocks(encoder) -> list:
    """The last layer of the block of each convolution: its activation, if that is a layer."""
    import keras

    ends = []
    for layer in encoder.layers:
        if isinstance(layer, keras.layers.Conv2D):
            ends.append(layer)
        elif type(layer).__name__ in ACTIVATIONS and ends and len(layer.output.shape) == 4:
            ends[-1] = layer
    return ends


def _stretched(planes: np.ndarray) -> np.ndarray:
    low = planes.min(axis=(1, 2, 3), keepdims=True)
    span = planes.max(axis=(1, 2, 3), keepdims=True) - low
    return (planes - low) / np.maximum(span, 1e-12)
