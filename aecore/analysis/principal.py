"""Principal component analysis of images: the optimal linear code of each size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import BATCH, batches, decibels
from aecore.analysis.study import Study, Subject, affordable

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
WIDE = 3072  # pixels; beyond that the covariance takes too much memory and time
FEW = 2000  # images at most from which the components of wide ones are computed
NEGLIGIBLE = 1e-6  # of the largest variance


@dataclass(frozen=True)
class Principal:
    """mean (pixels,), axes (m, pixels) in rows and variances (m,), the largest first.

    m is the number of pixels, or for wide images the number of images used.
    """

    mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray

    @property
    def rank(self) -> int:
        """The number of axes with variance."""
        return int((self.variances > NEGLIGIBLE * self.variances[0]).sum())

    def errors(self, images: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
        """Squared error of each image (n, h, w, c) for each number of axes, (m, n)."""
        rows = batches(len(images), self.mean.shape)
        return np.concatenate([self._errors(images[part], sizes) for part in rows], axis=1)

    def _errors(self, images: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
        centred = images.reshape(len(images), -1) - self.mean
        places = np.square(centred @ self.axes[: max(sizes)].T)  # (n, largest size)
        kept = np.pad(np.cumsum(places, axis=1), ((0, 0), (1, 0)))[:, _up_to(sizes, places)]
        # the axes are orthonormal, so the error is what they do not hold
        return np.maximum(np.square(centred).sum(axis=1) - kept.T, 0.0)

    def explained(self, sizes: Sequence[int]) -> np.ndarray:
        """The share of variance held by each number of axes, (m,)."""
        held = np.concatenate([[0.0], np.cumsum(self.variances, dtype=np.float64)])
        return held[_up_to(sizes, self.axes.T)] / max(held[-1], 1e-12)


def principal_components(images: np.ndarray) -> Principal:
    """PCA of images (n, h, w, c): of all of them, or of `FEW` if they have many pixels."""
    flat = images.reshape(len(images), -1)
    if flat.shape[1] > WIDE:
        return _from_images(flat[: few(flat.shape[1])])
    mean = flat.mean(axis=0, dtype=np.float64).astype(np.float32)
    covariance = np.zeros((flat.shape[1],) * 2)
    for start in range(0, len(flat), 20 * BATCH):  # a centred copy of all would be large
        centred = flat[start : start + 20 * BATCH] - mean
        covariance += centred.T @ centred
    variances, vectors = np.linalg.eigh(covariance / len(flat))
    axes = np.ascontiguousarray(vectors[:, ::-1].T, np.float32)
    return Principal(mean, axes, np.maximum(variances[::-1], 0.0).astype(np.float32))


def few(pixels: int) -> int:
    """How many images the components of wide ones are found from, at most."""
    return affordable(FEW, (pixels,), copies=3)


def _from_images(flat: np.ndarray) -> Principal:
    """The same components from the Gram matrix of the images (n, n), n < pixels."""
    mean = flat.mean(axis=0)
    centred = flat - mean
    squares, mixes = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    held = squares[::-1] > NEGLIGIBLE * squares[-1]  # the others have no direction
    lengths = np.sqrt(squares[::-1][held])
    axes = (mixes[:, ::-1][:, held] / lengths).T.astype(np.float32) @ centred
    return Principal(mean, axes, (lengths**2 / len(flat)).astype(np.float32))


def _up_to(sizes: Sequence[int], columns: np.ndarray) -> np.ndarray:
    return np.minimum(np.asarray(sizes), columns.shape[1])


@dataclass(frozen=True)
class PcaCurve(Study):
    """The error of PCA, fitted to training images, on test images by latent size.

    sizes, sse, psnr (m,): mean squared error per image, and dB; explained (m,): share of the
    variance of the training images. found_from: the number of training images.
    """

    name = "pca"
    version = 2
    compares = True
    sizes: np.ndarray
    sse: np.ndarray
    psnr: np.ndarray
    explained: np.ndarray
    found_from: int

    @classmethod
    def of(cls, subject: Subject):
        test, known = subject.data.test.images, subject.data.training.images
        pixels = int(np.prod(test.shape[1:]))
        own = subject.model.get_layer("decoder").inputs[0].shape[-1]
        sizes = np.array(sorted({size for size in (*SIZES, own) if size <= pixels}))
        principal = principal_components(known)
        errors = principal.errors(test, sizes.tolist())  # (m, n)
        return cls(
            sizes=sizes,
            sse=errors.mean(axis=1),
            psnr=decibels(errors / pixels).mean(axis=1),
            explained=principal.explained(sizes.tolist()),
            found_from=len(known) if pixels <= WIDE else min(few(pixels), len(known)),
        )

    def at(self, size: int) -> float:
        """The squared error per image with a code of `size` numbers.

        Args:
            size: one of `sizes`, or at least the number of pixels, where the error is 0.
        """
        place = np.flatnonzero(self.sizes == size)
        return float(self.sse[place[0]]) if len(place) else 0.0
