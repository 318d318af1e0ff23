"""Reconstruction of images, and its error."""

from collections.abc import Callable, Iterator

import numpy as np

from aecore.analysis.rows import ColumnErrors, measure_rows, row_errors
from aecore.data.arrays import LARGEST_GREY

BATCH = 500  # images at a time, fewer if they are large
VALUES = 2**24  # of a batch: 64 MB, and what a network makes of them in between
BAND = 256  # rows of a picture at a time, so that a large one needs little memory
LEAST = 1e-7  # outputs are clipped this far from 0 and 1 before logarithms, as in Keras


def reconstruct(model, inputs: np.ndarray) -> np.ndarray:
    """Passes images (n, h, w, c) through a model in batches; outputs of the same shape."""
    return in_batches(model, inputs)[0]


def encode(encoder, inputs: np.ndarray) -> list[np.ndarray]:
    """The encoder's outputs: the codes (n, latent_size), then further outputs."""
    return in_batches(encoder, inputs)


def in_batches(model, inputs: np.ndarray) -> list[np.ndarray]:
    """A model's outputs, each (n, ...), computed a few hundred rows at a time."""
    shapes = [inputs.shape[1:], *(output.shape[1:] for output in getattr(model, "outputs", ()))]
    parts = []
    for rows in batches(len(inputs), *shapes):
        outputs = model(inputs[rows])
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        parts.append([np.asarray(part) for part in outputs])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def batches(count: int, *shapes: tuple[int, ...]) -> Iterator[slice]:
    """Slices of rows of the given shapes, each of 500 rows or as many as fit the memory."""
    size = max(1, min(BATCH, VALUES // max(int(np.prod(shape)) for shape in shapes)))
    for start in range(0, count, size):
        yield slice(start, start + size)


def squared_errors(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Mean squared error per pixel of each image, or per known value of each row; (n,)."""
    if clean.ndim < 4:
        return row_errors(clean, outputs)

    def errors(clean, outputs):
        return np.square(outputs - clean).mean(axis=(1, 2, 3), dtype=np.float64).astype(np.float32)

    return each_batch(errors, clean, outputs)


def cross_entropies(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Binary cross-entropy of each image in nats, summed over its pixels, (n,)."""

    def nats(clean, outputs):
        p = np.clip(outputs, LEAST, 1 - LEAST)
        return -(clean * np.log(p) + (1 - clean) * np.log1p(-p)).sum(axis=(1, 2, 3))

    return each_batch(nats, clean, outputs)


def each_batch(measure: Callable, clean: np.ndarray, *others: np.ndarray) -> np.ndarray:
    """A measure of images (n, h, w, c) and others, without arrays as large as all of them."""
    given = (clean, *others)
    parts = [
        measure(*(each[rows] for each in given)) for rows in batches(len(clean), clean.shape[1:])
    ]
    return np.concatenate(parts) if parts else measure(*given)


def decibels(errors: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio in dB from mean squared errors of images in [0, 1]."""
    return -10 * np.log10(np.maximum(errors, 1e-12))


def picture_psnr(clean: np.ndarray, outputs: np.ndarray) -> float:
    """PSNR in dB of an 8-bit picture (height, width, c) of any size, a band of rows at a time."""
    total = 0.0
    for top in range(0, len(clean), BAND):
        rows = slice(top, top + BAND)
        away = clean[rows].astype(np.float32) - outputs[rows]
        total += float(np.square(away).sum(dtype=np.float64))
    return float(decibels(np.array(total / clean.size / LARGEST_GREY**2)))


def psnr(clean: np.ndarray, outputs: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB, mean over images (n, h, w, c)."""
    return float(decibels(squared_errors(clean, outputs)).mean())


def similarities(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Structural similarity of each image, (n,); Wang et al. 2004, window 11 or the image's."""
    import tensorflow as tf

    window = min(11, *clean.shape[1:3])

    def ssim(clean, outputs):
        return tf.image.ssim(clean, np.clip(outputs, 0, 1), 1.0, filter_size=window).numpy()

    return each_batch(ssim, clean, outputs)


def measure(
    clean: np.ndarray,
    outputs: np.ndarray,
    layout: tuple[int, ...] = (),
    parts: ColumnErrors | None = None,
) -> dict[str, float]:
    """Means over images: mse per pixel, sse and bce (nats) per image, psnr in dB, ssim.

    Of rows of a table, what `measure_rows` tells; layout: how many values each column has; parts:
    their errors by column, where these are known already.
    """
    if clean.ndim < 4:
        return measure_rows(clean, outputs, layout, parts)
    errors = squared_errors(clean, outputs)
    return {
        "mse": float(errors.mean()),
        "sse": float(errors.mean() * np.prod(clean.shape[1:])),
        "bce": float(cross_entropies(clean, outputs).mean()),
        "psnr": float(decibels(errors).mean()),
        "ssim": float(similarities(clean, outputs).mean()),
    }
