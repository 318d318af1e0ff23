"""The subspace a linear decoder spans, beside that of the principal components."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.principal import principal_components
from aecore.analysis.reconstruction import encode, in_batches, reconstruct, squared_errors
from aecore.analysis.study import Study, Subject
from aecore.data.arrays import to_bytes

SHOWN = 10
MOVED = 2000  # test images that are shifted
SHIFTS = (0, 1, 2, 3, 4, 6)
BENT = 1e-3  # share of an output beyond which a decoder is not called linear


@dataclass(frozen=True)
class Subspace(Study):
    """A linear autoencoder beside PCA of its training images at the same code size.

    sse, optimum: squared error an image of the model and of PCA, means over test images.
    bend: the share of its outputs that no linear map explains; about 0 if it is linear.
    cosines (k,): of the principal angles between both subspaces, the largest first (Björck &
    Golub 1973, doi:10.1090/S0025-5718-1973-0348991-3).
    atoms, eigen, within (m, h, w, c): the decoder's largest columns; the first eigen-images; and
    what of these lies in the decoder's span, whose lengths are kept (m,).
    shifts (s,) in pixels with moved (s,), the error of test images shifted to the right, and one
    such image before and after, shifted and rebuilt (s, h, w, c) 8-bit.
    """

    name = "subspace"
    sse: float
    optimum: float
    bend: float
    cosines: np.ndarray
    atoms: np.ndarray
    eigen: np.ndarray
    within: np.ndarray
    kept: np.ndarray
    shifts: np.ndarray
    moved: np.ndarray
    shifted: np.ndarray
    rebuilt: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        model, test = subject.model, subject.data.test.images
        shape = test.shape[1:]
        offset, columns = linear_map(model.get_layer("decoder"))  # (pixels,), (k, pixels)
        size = min(len(columns), columns.shape[1])
        principal = principal_components(subject.data.training.images)
        span = np.linalg.qr(columns.T)[0]  # (pixels, ≤ k), orthonormal
        axes = principal.axes[:size]  # (size, pixels)
        cosines = np.linalg.svd(axes @ span, compute_uv=False)
        count = min(SHOWN, size)
        within = axes[:count] @ span @ span.T
        largest = np.argsort(-np.linalg.norm(columns, axis=1))[:count]
        outputs = reconstruct(model, test)
        pictures = [shift(test[:1], pixels) for pixels in SHIFTS]
        return cls(
            sse=float(squared_errors(test, outputs).mean() * np.prod(shape)),
            optimum=float(principal.errors(test, size).mean()),
            bend=_bend(model, test[:100], offset, columns),
            cosines=np.clip(cosines, 0, 1).astype(np.float32),
            atoms=columns[largest].reshape(-1, *shape),
            eigen=axes[:count].reshape(-1, *shape),
            within=within.reshape(-1, *shape),
            kept=np.linalg.norm(within, axis=1),
            shifts=np.array(SHIFTS),
            moved=np.array([_error(model, shift(test[:MOVED], pixels)) for pixels in SHIFTS]),
            shifted=to_bytes(np.concatenate(pictures)),
            rebuilt=to_bytes(reconstruct(model, np.concatenate(pictures))),
        )


def linear_map(decoder) -> tuple[np.ndarray, np.ndarray]:
    """Of a linear decoder: its output for the code 0, (pixels,), and its columns (k, pixels)."""
    size = decoder.input_shape[-1]
    outputs = in_batches(decoder, np.eye(size + 1, size, -1, dtype=np.float32))[0]
    flat = outputs.reshape(size + 1, -1)  # of 0 first, then of each unit
    return flat[0], flat[1:] - flat[0]


def shift(images: np.ndarray, pixels: int) -> np.ndarray:
    """Images (n, h, w, c) moved to the right; what enters is black, what leaves is lost."""
    width = images.shape[2]
    return np.pad(images, ((0, 0), (0, 0), (pixels, 0), (0, 0)))[:, :, :width]


def _error(model, images: np.ndarray) -> float:
    errors = squared_errors(images, reconstruct(model, images))
    return float(errors.mean() * np.prod(images.shape[1:]))


def _bend(model, images: np.ndarray, offset: np.ndarray, columns: np.ndarray) -> float:
    codes = encode(model.get_layer("encoder"), images)[0]
    outputs = in_batches(model.get_layer("decoder"), codes)[0].reshape(len(images), -1)
    flat = offset + codes @ columns
    return float(np.linalg.norm(outputs - flat) / max(np.linalg.norm(outputs - offset), 1e-12))
