"""Linear probes: the accuracy of linear classifiers on codes."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.contraction import movements
from aecore.analysis.principal import principal_components
from aecore.analysis.reconstruction import encode
from aecore.analysis.study import Study, Subject, affordable

LEARNT, JUDGED = 10_000, 10_000  # images at most
COMPONENTS = 64
CAUTIOUS = 0.1  # scikit-learn's C of a classifier that is tested on noisy codes
NOISES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def classifier(features: np.ndarray, labels: np.ndarray, strength: float = 1.0):
    """A logistic regression on features (n, d); the smaller `strength`, the smaller its weights."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=300).fit(features, labels)


@dataclass(frozen=True)
class Probe(Study):
    """The accuracy of linear classifiers on test images, by their features.

    accuracies: "codes", "raw pixels", "PCA"; empty if there is a single class only.
    learnt, judged: training and test images used. components: of PCA.
    """

    name = "probe"
    accuracies: dict
    learnt: int
    judged: int
    components: int

    @classmethod
    def of(cls, subject: Subject):
        known, test = subject.data.training, subject.data.test
        learnt, judged = (affordable(most, test.images.shape[1:], 3) for most in (LEARNT, JUDGED))
        images, others = known.images[:learnt], test.images[:judged]
        labels, truth = known.labels[:learnt], test.labels[:judged]
        components = min(COMPONENTS, *(n for n in (len(images), int(np.prod(images.shape[1:])))))
        accuracies = {}
        if len(np.unique(labels)) > 1:
            encoder = subject.model.get_layer("encoder")
            axes = principal_components(images)
            flat, flat_others = (part.reshape(len(part), -1) for part in (images, others))
            project = (axes.axes[:components].T, axes.mean)
            for name, before, after in (
                ("codes", encode(encoder, images)[0], encode(encoder, others)[0]),
                ("raw pixels", flat, flat_others),
                ("PCA", (flat - project[1]) @ project[0], (flat_others - project[1]) @ project[0]),
            ):
                accuracies[name] = float(classifier(before, labels).score(after, truth))
        return cls(accuracies, len(images), len(others), components)


@dataclass(frozen=True)
class NoisyProbe(Study):
    """The accuracy of a linear classifier, trained on codes of clean images, on noisy ones.

    strengths (m,): standard deviations of Gaussian noise added to test images, not clipped.
    accuracy (m,): empty if there is a single class only.
    movement (m,): how far codes move, relative to their mean distance from their mean.
    """

    name = "noisy-probe"
    strengths: np.ndarray
    accuracy: np.ndarray
    movement: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        known, test = subject.data.training, subject.data.test
        encoder = subject.model.get_layer("encoder")
        codes = encode(encoder, known.images[:LEARNT])[0]
        labels = known.labels[:LEARNT]
        probe = classifier(codes, labels, CAUTIOUS) if len(np.unique(labels)) > 1 else None
        images = test.images[: affordable(JUDGED, test.images.shape[1:], 3)]
        clean = encode(encoder, images)[0]
        noise = np.random.default_rng(0).normal(size=images.shape).astype(np.float32)
        accuracy, movement = [], []
        for strength in NOISES:
            moved = encode(encoder, images + np.float32(strength) * noise)[0]
            movement.append(float(movements(clean, moved).mean()))
            if probe is not None:
                accuracy.append(float(probe.score(moved, test.labels[: len(images)])))
        return cls(np.array(NOISES), np.array(accuracy), np.array(movement))
