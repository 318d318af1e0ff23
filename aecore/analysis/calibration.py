"""Calibration of a decoder's distribution of pixel values."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import encode, in_batches
from aecore.analysis.study import Study, StudyError, Subject, affordable
from aecore.data.arrays import LARGEST_GREY, to_bytes

MEASURED, SHOWN = 2000, 10
BINS = 20
DOUBT = 0.05  # standard deviation of a pixel; those below are not measured
REACH = 5.0  # standard deviations shown of the normalised errors
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Calibration(Study):
    """A decoder's distribution compared with the pixels of test images, from their mean codes.

    kind: "bernoulli", "gaussian" or "beta-binomial".
    Bernoulli: promised (b,) are predicted probabilities, in bins, and kept (b,) the mean values.
    Beta-binomial: the same of predicted means.
    Gaussian: promised (levels,) are nominal shares of central intervals, and kept (levels,) the
    observed ones, of pixels with a deviation above 0.05: nearly all others are black margin.
    scores (bins,) and edges (bins + 1,): histogram of (x - mean) / deviation, of the same pixels.
    clean, means, samples (10, h, w, c), 8-bit; deviations (10, h, w, c), of each pixel.
    """

    name = "calibration"
    kind: str
    promised: np.ndarray
    kept: np.ndarray
    scores: np.ndarray
    edges: np.ndarray
    clean: np.ndarray
    means: np.ndarray
    samples: np.ndarray
    deviations: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        images, model = subject.data.test.images, subject.model
        images = images[: measured(images.shape[1:])]
        codes = encode(model.get_layer("encoder"), images)
        if len(codes) != 2:
            raise StudyError("This encoder gives a code without a variance: it is not variational.")
        outputs = in_batches(model.get_layer("decoder"), codes[0])
        means, generator = outputs[0], np.random.default_rng(0)
        if len(outputs) == 1:
            kind, deviations = "bernoulli", np.sqrt(means * (1 - means))
            samples = generator.uniform(size=means[:SHOWN].shape) < means[:SHOWN]
            promised, kept = reliability(means, images)
        elif len(outputs) == 2:
            kind, deviations = "gaussian", np.exp(0.5 * outputs[1])
            noise = generator.standard_normal(means[:SHOWN].shape)
            samples = np.clip(means[:SHOWN] + deviations[:SHOWN] * noise, 0, 1)
            promised, kept = np.array(LEVELS), coverage(means, deviations, images)
        else:
            alpha, beta = (np.exp(each) for each in outputs[1:])
            kind, deviations = "beta-binomial", beta_binomial_deviations(means, alpha + beta)
            chances = generator.beta(alpha[:SHOWN], beta[:SHOWN])
            samples = generator.binomial(LARGEST_GREY, chances) / LARGEST_GREY
            promised, kept = reliability(means, images)
        scores = ((images - means) / np.maximum(deviations, 1e-6))[deviations > DOUBT]
        counts, edges = np.histogram(scores, 2 * BINS, (-REACH, REACH))
        return cls(
            kind=kind,
            promised=promised,
            kept=kept,
            scores=counts / max(scores.size, 1),
            edges=edges,
            clean=to_bytes(images[:SHOWN]),
            means=to_bytes(means[:SHOWN]),
            samples=to_bytes(samples.astype(np.float32)),
            deviations=deviations[:SHOWN].astype(np.float16),
        )


def beta_binomial_deviations(means: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Standard deviations, in [0, 1], of grey values of given means and α + β; any shape."""
    return np.sqrt(means * (1 - means) * (sums + LARGEST_GREY) / ((sums + 1) * LARGEST_GREY))


def measured(shape: tuple[int, ...]) -> int:
    """How many test images of a shape are measured, at most."""
    return affordable(MEASURED, shape, copies=4)


def reliability(chances: np.ndarray, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean predicted and mean true value of the pixels in 20 bins of the prediction; (b,) each."""
    places = np.minimum((chances * BINS).astype(int), BINS - 1).ravel()
    counts = np.bincount(places, minlength=BINS)
    full = counts > 0
    sums = [np.bincount(places, values.ravel(), BINS)[full] for values in (chances, images)]
    return sums[0] / counts[full], sums[1] / counts[full]


def coverage(means: np.ndarray, deviations: np.ndarray, images: np.ndarray) -> np.ndarray:
    """The share of uncertain pixels within the central normal interval of each level; (levels,)."""
    from scipy.stats import norm

    doubtful = deviations > DOUBT
    distance = (np.abs(images - means) / np.maximum(deviations, 1e-6))[doubtful]
    if not len(distance):
        return np.ones(len(LEVELS))
    return np.array([(distance <= norm.ppf(0.5 + level / 2)).mean() for level in LEVELS])
