"""Principal components of images: the best that a flat map of so many numbers can do."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import decibels
from aecore.analysis.study import Study, Subject

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


@dataclass(frozen=True)
class Principal:
    """mean (pixels,), axes (pixels, pixels) in rows and variances (pixels,), the largest first."""

    mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray

    def errors(self, images: np.ndarray, size: int) -> np.ndarray:
        """Squared error of each image (n, h, w, c), summed over its pixels, with `size` axes."""
        centred = images.reshape(len(images), -1) - self.mean
        places = centred @ self.axes[:size].T
        lost = np.square(centred).sum(axis=1) - np.square(places).sum(axis=1)
        return np.maximum(lost, 0.0)  # the axes are orthonormal (Pythagoras)


def principal_components(images: np.ndarray) -> Principal:
    """PCA of images (n, h, w, c), by the eigenvectors of their covariance."""
    flat = images.reshape(len(images), -1)
    mean = flat.mean(axis=0)
    centred = flat - mean
    covariance = (centred.T @ centred / len(flat)).astype(np.float64)
    variances, vectors = np.linalg.eigh(covariance)
    axes = vectors[:, ::-1].T.astype(np.float32)
    return Principal(mean, axes, np.maximum(variances[::-1], 0.0).astype(np.float32))


@dataclass(frozen=True)
class PcaCurve(Study):
    """What PCA of the training images makes of the test images, by code size.

    sizes, sse, psnr (m,): squared error an image and dB, means; explained (m,): share of the
    training images' variance.
    """

    name = "pca"
    sizes: np.ndarray
    sse: np.ndarray
    psnr: np.ndarray
    explained: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        test = subject.data.test.images
        pixels = int(np.prod(test.shape[1:]))
        code = subject.model.get_layer("encoder").output_shape
        own = code[-1] if isinstance(code, tuple) else code[0][-1]
        sizes = np.array(sorted({size for size in (*SIZES, own) if size <= pixels}))
        principal = principal_components(subject.data.training.images)
        errors = np.stack([principal.errors(test, size) for size in sizes])  # (m, n)
        shares = np.cumsum(principal.variances) / max(principal.variances.sum(), 1e-12)
        return cls(
            sizes=sizes,
            sse=errors.mean(axis=1),
            psnr=decibels(errors / pixels).mean(axis=1),
            explained=shares[sizes - 1],
        )

    def at(self, size: int) -> float:
        """The squared error an image with a code of `size` numbers; all pixels: 0."""
        return float(self.sse[self.sizes == size][0]) if size in self.sizes else 0.0
