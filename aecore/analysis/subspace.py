"""The subspace spanned by a linear decoder, compared with that of the principal components."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.principal import principal_components
from aecore.analysis.reconstruction import encode, in_batches, reconstruct, squared_errors
from aecore.analysis.study import Study, Subject

SHOWN = 10
BENT = 1e-3  # share of the output above which a decoder is not linear
FLAT = 1e-5  # of the largest singular value, below which a direction is not spanned


@dataclass(frozen=True)
class Subspace(Study):
    """A linear autoencoder compared with PCA of its training images at the same latent size.

    sse, optimum: mean squared error per test image of the model and of PCA.
    bend: the share of the output that no linear map explains; about 0 if it is linear.
    spanned: the dimensions of the decoder's span; rank: those of the training images.
    cosines: of the principal angles between both subspaces, the largest first (Björck & Golub
    1973, doi:10.1090/S0025-5718-1973-0348991-3); as many as the smaller one has dimensions.
    atoms, eigen, within (m, h, w, c): the decoder's largest columns; the first eigen-images; and
    the mix of columns that comes next to each of these, with its length (m,) in `kept`.
    """

    name = "subspace"
    version = 2
    compares = True
    sse: float
    optimum: float
    bend: float
    spanned: int
    rank: int
    cosines: np.ndarray
    atoms: np.ndarray
    eigen: np.ndarray
    within: np.ndarray
    kept: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        model, test = subject.model, subject.data.test.images
        shape = test.shape[1:]
        offset, columns = linear_map(model.get_layer("decoder"))  # (pixels,), (k, pixels)
        principal = principal_components(subject.data.training.images)
        size = min(len(columns), principal.rank)  # axes that hold no variance are arbitrary
        span, axes = spanned_by(columns), principal.axes[:size]
        count = min(SHOWN, size)
        within = axes[:count] @ span.T @ span
        largest = np.argsort(-np.linalg.norm(columns, axis=1))[:count]
        outputs = reconstruct(model, test)
        return cls(
            sse=float(squared_errors(test, outputs).mean() * np.prod(shape)),
            optimum=float(principal.errors(test, [len(columns)]).mean()),
            bend=_bend(model, test[:100], offset, columns),
            spanned=len(span),
            rank=principal.rank,
            cosines=principal_cosines(axes, span).astype(np.float32),
            atoms=columns[largest].reshape(-1, *shape).astype(np.float16),
            eigen=axes[:count].reshape(-1, *shape).astype(np.float16),
            within=within.reshape(-1, *shape).astype(np.float16),
            kept=np.linalg.norm(within, axis=1),
        )


def linear_map(decoder) -> tuple[np.ndarray, np.ndarray]:
    """Of a linear decoder: its output for the code 0, (pixels,), and its columns (k, pixels)."""
    size = decoder.input_shape[-1]
    outputs = in_batches(decoder, np.eye(size + 1, size, -1, dtype=np.float32))[0]
    flat = outputs.reshape(size + 1, -1)  # of 0 first, then of each unit
    return flat[0], flat[1:] - flat[0]


def spanned_by(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis (d, pixels) of what vectors (k, pixels) span; d ≤ k."""
    _, lengths, basis = np.linalg.svd(columns, full_matrices=False)
    return basis[lengths > FLAT * max(lengths[0], 1e-30)]


def principal_cosines(axes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Cosines of the principal angles between the spans of two orthonormal bases in rows."""
    return np.clip(np.linalg.svd(axes @ others.T, compute_uv=False), 0, 1)


def _bend(model, images: np.ndarray, offset: np.ndarray, columns: np.ndarray) -> float:
    codes = encode(model.get_layer("encoder"), images)[0]
    outputs = in_batches(model.get_layer("decoder"), codes)[0].reshape(len(images), -1)
    flat = offset + codes @ columns
    return float(np.linalg.norm(outputs - flat) / max(np.linalg.norm(outputs - offset), 1e-12))
