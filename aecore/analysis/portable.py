"""A decoder of dense layers as plain numbers, for a browser."""

import json
from dataclasses import dataclass

import numpy as np

from aecore.models.keras_private import made_by

ACTIVATIONS = ("linear", "relu", "gelu", "leaky_relu", "elu", "tanh", "sigmoid")
PASSED_OVER = ("InputLayer", "Reshape", "Flatten", "Dropout")
MOST_WEIGHTS = 3_000_000


@dataclass(frozen=True)
class Portable:
    """steps: operations on the code, in order; weights: of all steps, concatenated.

    A step is ["dense", inputs, outputs], ["normalise", epsilon] over all values, with a gain and
    an offset each, ["scale"] by a gain and an offset each, ["activate", name], or
    ["probabilities", widths] of a table's columns, where those of 1 are numbers.
    shape: of the sample. reason: why the decoder cannot be converted; then there are no steps.
    """

    shape: tuple
    steps: list
    weights: np.ndarray
    reason: str = ""

    def to_bytes(self, **more) -> bytes:
        """For the browser: the length of a JSON text (4 bytes), the text, and float32 weights."""
        words = {"shape": list(self.shape), "steps": self.steps} | more
        text = json.dumps(words).encode()
        text += b" " * (-len(text) % 4)  # float32 must begin at a multiple of four
        length = np.array([len(text)], "<u4").tobytes()
        return length + text + self.weights.astype("<f4").tobytes()


def portable_decoder(model, layout: tuple[int, ...] = ()) -> Portable:
    """The decoder of a model, up to its first output (the mean).

    Args:
        layout: of a table, how many values each column has.
    """
    decoder = model.get_layer("decoder")
    shape = tuple(decoder.outputs[0].shape[1:])
    steps, weights = [], []
    inner = [layer for layer in decoder.layers if hasattr(layer, "layers")]
    given = max(layout, default=1) > 1 and len(inner) == 1  # what `for_use` adds to a table's
    decoder = inner[0] if given else decoder
    try:
        for layer in chain(decoder):
            for step, arrays in _taken_over(layer):
                steps.append(step)
                weights += [np.asarray(array, np.float32).ravel() for array in arrays]
        steps += [["probabilities", list(layout)]] * given
    except NotImplementedError as problem:
        return Portable(shape, [], np.zeros(0, np.float32), str(problem))
    flat = np.concatenate(weights)
    if len(flat) > MOST_WEIGHTS:
        return Portable(shape, [], flat[:0], f"it has {len(flat):,} weights, too many to send")
    return Portable(shape, steps, flat)


def chain(network) -> list:
    """The layers from the input to the first output of a network without branches.

    Raises:
        NotImplementedError: a layer has several inputs.
    """
    found, tensor = [], network.outputs[0]
    while True:
        layer, inputs = made_by(tensor)
        found.append(layer)
        if not inputs:
            return found[::-1]
        if len(inputs) > 1:
            raise NotImplementedError(f"the layer {layer.name} joins several others")
        (tensor,) = inputs


def _taken_over(layer) -> list[tuple[list, list]]:
    """A layer as steps with weights."""
    kind = type(layer).__name__
    if kind in PASSED_OVER:
        return []
    if kind == "Dense":
        kernel = np.asarray(layer.kernel)
        bias = np.asarray(layer.bias) if layer.use_bias else np.zeros(kernel.shape[1])
        dense = (["dense", *kernel.shape], [kernel, bias])
        return [dense, *_activation(layer.activation.__name__)]
    if kind == "LayerNormalization":
        width = layer.input.shape[-1]
        gain = layer.gamma if layer.scale else np.ones(width)
        offset = layer.beta if layer.center else np.zeros(width)
        return [(["normalise", layer.epsilon], [gain, offset])]
    if kind == "BatchNormalization":
        gain = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
        gain = gain * np.asarray(layer.gamma) if layer.scale else gain
        offset = -np.asarray(layer.moving_mean) * gain
        offset = offset + np.asarray(layer.beta) if layer.center else offset
        return [(["scale"], [gain, offset])]
    if kind == "Activation":
        return _activation(layer.activation.__name__)
    raise NotImplementedError(f"the layer {layer.name} ({kind}) is not a plain dense one")


def _activation(name: str) -> list[tuple[list, list]]:
    if name not in ACTIVATIONS:
        raise NotImplementedError(f"the activation {name} is not known to the browser")
    return [] if name == "linear" else [(["activate", name], [])]
