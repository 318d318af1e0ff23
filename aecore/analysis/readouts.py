"""Linear readouts of the image from each layer of an encoder."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import in_batches
from aecore.analysis.study import Study, Subject, affordable
from aecore.data.arrays import to_bytes

FITTED, MEASURED, SHOWN = 10_000, 2000, 10
RIDGE = 1e-3  # of the features' mean variance
WIDEST = 4096  # features of a layer that is read out


@dataclass(frozen=True)
class LayerReadouts(Study):
    """Images reconstructed by a linear map from the output of each layer of the encoder.

    The map is fitted by ridge regression to training images and measured on test images.

    names, widths: of the layers, the image itself first. sse (layers,): squared error per image.
    originals (10, h, w, c), outputs (layers, 10, h, w, c), 8-bit.
    """

    name = "layers"
    names: list
    widths: list
    sse: np.ndarray
    originals: np.ndarray
    outputs: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        import keras

        encoder = subject.model.get_layer("encoder")
        read = read_layers(encoder)
        taps = keras.Model(encoder.inputs[0], list(read.values()))
        known, test = subject.data.training.images, subject.data.test.images
        shape, layers = test.shape[1:], len(read)
        known, test = known[: fitted(shape)], test[: affordable(MEASURED, shape, copies=layers + 2)]
        before = [_flat(part) for part in in_batches(taps, known)]
        after = [_flat(part) for part in in_batches(taps, test)]
        outputs = [
            read_out(f, _flat(known), g) for f, g in zip(before, after, strict=True)
        ]  # (n, pixels) each
        return cls(
            names=list(read),
            widths=[part.shape[1] for part in after],
            sse=np.array([np.square(part - _flat(test)).sum(axis=1).mean() for part in outputs]),
            originals=to_bytes(test[:SHOWN]),
            outputs=to_bytes(np.stack([p[:SHOWN].reshape(-1, *test.shape[1:]) for p in outputs])),
        )


def read_layers(encoder) -> dict:
    """The outputs of an encoder's layers by name, the code last: symbolic tensors."""
    read = {layer.name: layer.output for layer in encoder.layers if _is_read(layer)}
    code = encoder.outputs[0]
    if all(output is not code for output in read.values()):  # as in imported networks
        read["code"] = code
    return read


def fitted(shape: tuple[int, ...]) -> int:
    """How many training images of a shape the maps are fitted to, at most."""
    return affordable(FITTED, shape, copies=3)


def read_out(features: np.ndarray, targets: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Ridge regression from features (n, d) to targets (n, p), applied to others (m, d)."""
    middle, mean = features.mean(axis=0), targets.mean(axis=0)
    centred = (features - middle).astype(np.float64)
    square = centred.T @ centred
    square += np.eye(len(square)) * max(RIDGE * np.trace(square) / len(square), 1e-9)
    weights = np.linalg.solve(square, centred.T @ (targets - mean))
    return ((others - middle) @ weights + mean).astype(np.float32)


def _is_read(layer) -> bool:
    """Whether a layer ends a block: its activation, or the code itself."""
    kind = type(layer).__name__
    width = int(np.prod(layer.output.shape[1:]))
    return kind in ("Activation", "LeakyReLU", "ReLU", "Dense") and width <= WIDEST and (
        kind != "Dense" or layer.name == "code_units" or layer.activation.__name__ != "linear"
    )  # fmt: skip


def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)
