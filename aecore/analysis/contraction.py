"""Singular values of the encoder's Jacobian, and the effect of noise on codes."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.jacobian import jacobian_size, jacobians
from aecore.analysis.reconstruction import encode, in_batches
from aecore.analysis.study import Study, Subject

MEASURED, DIRECTIONS, SHOWN = 100, 8, 4
VALUES = 2**28  # of the Jacobians that are held at a time


@dataclass(frozen=True)
class Contraction(Study):
    """Singular values of ∂z/∂x on test images (Rifai et al. 2011).

    norms (n,): Frobenius norms. spectrum (d,): singular values, the largest first, means over the
    images. images (4, h, w, c) with their directions (4, 8, h, w, c), right singular vectors of
    unit length: ways to change the image that move the code most; strengths (4, 8), by how much.
    """

    name = "contraction"
    norms: np.ndarray
    spectrum: np.ndarray
    images: np.ndarray
    directions: np.ndarray
    strengths: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        test = subject.data.test
        firsts = np.unique(test.labels, return_index=True)[1][:SHOWN].tolist()  # of each class
        firsts += [i for i in range(len(test)) if i not in firsts][: SHOWN - len(firsts)]
        encoder = subject.model.get_layer("encoder")
        count = max(1, min(MEASURED, len(test), VALUES // jacobian_size(encoder)))
        images = test.images[[*firsts, *range(count)]]
        found = jacobians(encoder, images)  # (n, latent, pixels)
        _, values, vectors = np.linalg.svd(found[: len(firsts)], full_matrices=False)
        spectra = np.linalg.svd(found[len(firsts) :], compute_uv=False)
        most = min(DIRECTIONS, vectors.shape[1])
        shown = vectors[:, :most].reshape(len(firsts), most, *images.shape[1:])
        return cls(
            norms=np.sqrt(np.square(spectra).sum(axis=1)),
            spectrum=spectra.mean(axis=0),
            images=images[: len(firsts)].astype(np.float16),
            directions=shown.astype(np.float16),
            strengths=values[:, :most],
        )


@dataclass(frozen=True)
class Nudged:
    """Images with noise, their reconstructions (n, h, w, c), and how far codes moved, (n,).

    A movement of 1 is the mean distance of the codes of these images from their mean.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    movement: np.ndarray


def nudge(model, images: np.ndarray, strength: float, seed: int = 0) -> Nudged:
    """Adds Gaussian noise of a standard deviation to images (n, h, w, c), without clipping."""
    encoder = model.get_layer("encoder")
    noise = np.random.default_rng(seed).normal(size=images.shape).astype(np.float32)
    inputs = images + np.float32(strength) * noise
    before, after = encode(encoder, images)[0], encode(encoder, inputs)[0]
    outputs = in_batches(model.get_layer("decoder"), after)[0]
    return Nudged(np.clip(inputs, 0, 1), outputs, movements(before, after))


def movements(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How far codes (n, d) moved, (n,), relative to their mean distance from their mean."""
    spread = np.linalg.norm(before - before.mean(axis=0), axis=1).mean()
    return np.linalg.norm(after - before, axis=1) / max(spread, 1e-12)
