"""Reconstruction of images unlike the training data, to detect plain copying."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import reconstruct
from aecore.analysis.study import Study, Subject, affordable
from aecore.data.arrays import to_bytes

TRIED, SHOWN = 500, 6


@dataclass(frozen=True)
class CopyTest(Study):
    """Reconstructions of several kinds of images.

    kinds: their names, the test images first. lost (kinds,): squared error as a share of the
    images' squared distance from their own mean: 0 is a perfect copy, 1 no better than the mean.
    originals, outputs (kinds, 6, h, w, c), 8-bit.
    """

    name = "copying"
    kinds: list
    lost: np.ndarray
    originals: np.ndarray
    outputs: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        test = subject.data.test.images
        pictures = foreign_pictures(test[: affordable(TRIED, test.shape[1:], copies=16)])
        outputs = [reconstruct(subject.model, images) for images in pictures.values()]
        return cls(
            kinds=list(pictures),
            lost=np.array([share_lost(*p) for p in zip(pictures.values(), outputs, strict=True)]),
            originals=to_bytes(np.stack([images[:SHOWN] for images in pictures.values()])),
            outputs=to_bytes(np.stack([images[:SHOWN] for images in outputs])),
        )


def share_lost(images: np.ndarray, outputs: np.ndarray) -> float:
    """Squared error of outputs as a share of the images' squared distance from their mean."""
    return float(np.square(images - outputs).mean() / max(images.var(axis=0).mean(), 1e-12))


def foreign_pictures(images: np.ndarray) -> dict[str, np.ndarray]:
    """Images (n, h, w, c), and other images of the same shape that were not trained on."""
    generator = np.random.default_rng(0)
    order = generator.permutation(int(np.prod(images.shape[1:3])))
    n, height, width, channels = images.shape
    shuffled = images.reshape(n, -1, channels)[:, order].reshape(images.shape)
    rows, columns = np.mgrid[:height, :width]
    angle, phase = generator.uniform(0, np.pi, (2, n, 1, 1))
    waves = np.cos(angle) * rows + np.sin(angle) * columns  # (n, h, w)
    stripes = 0.5 + 0.5 * np.sin(waves * 1.2 + 2 * phase)
    noise = generator.uniform(0, 1, images.shape)
    return {
        "test images": images,
        "upside down": images[:, ::-1],
        "inverted": 1 - images,
        "pixels shuffled": shuffled,
        "stripes": np.repeat(stripes[..., None], channels, axis=-1).astype(np.float32),
        "noise": noise.astype(np.float32),
    }
