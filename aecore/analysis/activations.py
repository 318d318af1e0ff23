"""What an image makes of each layer on its way through an autoencoder."""

import math
from dataclasses import dataclass

import numpy as np

MOST_STAGES = 8  # of the encoder, and of the decoder
MOST_VALUES = 2**25  # of a layer, and of all that are kept at once
CELLS = 64  # of a layer of units
MAPS, SIDE = 9, 24  # of a layer of maps, and pixels of each


@dataclass(frozen=True)
class Passed:
    """A layer's output for one image, reduced.

    shape: of the whole output. values: units (cells,), the largest of each group of neighbours, or
    the strongest maps (m, height, width).
    """

    shape: tuple[int, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Activations:
    """An image's way through an autoencoder.

    image, output (h, w, c); code (latent_size,), and its standard deviations (latent_size,) if the
    encoder gives them, else (0,). encoder, decoder: the layers between; skipped: how many more
    there are.
    """

    image: np.ndarray
    encoder: tuple[Passed, ...]
    code: np.ndarray
    deviations: np.ndarray
    decoder: tuple[Passed, ...]
    output: np.ndarray
    skipped: int


def activations(model, image: np.ndarray, variational: bool) -> Activations:
    """Passes an image (h, w, c) through a model, and keeps a little of each layer's output."""
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    ends, more = _chosen(_ends(encoder, encoder.outputs))
    *found, codes = _outputs(encoder, ends, [image[None]])
    ends_back, more_back = _chosen(_ends(decoder, decoder.outputs, math.prod(image.shape)))
    *found_back, decoded = _outputs(decoder, ends_back, codes[: len(decoder.inputs)])
    spread = np.exp(0.5 * codes[1][0]) if variational and len(codes) > 1 else np.zeros(0)
    return Activations(
        image=image,
        encoder=tuple(map(_reduced, found)),
        code=codes[0][0].ravel(),
        deviations=spread.astype(np.float32).ravel(),
        decoder=tuple(map(_reduced, found_back)),
        output=decoded[0][0],
        skipped=more + more_back,
    )


def _ends(part, outputs: list, output_size: int = 0) -> list:
    """The output of each block: of a layer with weights, its normalisation and its activation.

    Those that are an output of the part are not among them, nor those that only await a reshaping.
    """
    ends = []
    for layer in part.layers:
        if type(layer).__name__ == "InputLayer":
            continue
        try:
            output = layer.output
        except (AttributeError, ValueError):  # it is used twice, or never
            continue
        if hasattr(layer, "kernel"):
            ends.append(output)
        elif ends and isinstance(output, type(ends[-1])) and output.shape == ends[-1].shape:
            ends[-1] = output
    ends = [end for end in ends if all(end is not output for output in outputs)]
    while ends and _size(ends[-1]) == output_size:
        ends.pop()
    return [end for end in ends if _size(end) <= MOST_VALUES]


def _chosen(ends: list) -> tuple[list, int]:
    """As many as are shown, spread over all, and how many are left out."""
    places = np.unique(np.linspace(0, len(ends) - 1, min(MOST_STAGES, len(ends))).astype(int))
    chosen, taken = [], 0
    for end in (ends[place] for place in places):
        taken += _size(end)
        if taken <= MOST_VALUES:
            chosen.append(end)
    return chosen, len(ends) - len(chosen)


def _outputs(part, ends: list, given: list[np.ndarray]) -> list:
    """The values of some tensors of a part, and last a list of its outputs."""
    import keras

    taps = keras.Model(part.inputs, [*ends, *part.outputs])
    values = taps(given, training=False)
    values = [np.asarray(v) for v in (values if isinstance(values, list | tuple) else [values])]
    return [*values[: len(ends)], values[len(ends) :]]


def _reduced(values: np.ndarray) -> Passed:
    """What is kept of a layer's output (1, ...)."""
    shape = values.shape[1:]
    if len(shape) == 3 and shape[0] * shape[1] > 1:
        strength = np.abs(values[0]).mean(axis=(0, 1))
        maps = values[0].transpose(2, 0, 1)[np.argsort(-strength, kind="stable")[:MAPS]]
        down, across = (-(-side // SIDE) for side in shape[:2])
        return Passed(shape, maps[:, ::down, ::across].astype(np.float32))
    groups = np.array_split(values.ravel(), min(CELLS, values.size))
    cells = [group[np.abs(group).argmax()] for group in groups]
    return Passed(shape, np.array(cells, np.float32))


def _size(tensor) -> int:
    return math.prod(tensor.shape[1:])
