"""Reconstruction error by class, with the amount of ink and the error of PCA."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.principal import principal_components
from aecore.analysis.reconstruction import reconstruct, squared_errors
from aecore.analysis.study import Study, Subject

NORMAL_95 = 1.96  # standard errors on each side of a 95% confidence interval


@dataclass(frozen=True)
class ClassErrors(Study):
    """Squared error per image by class, on test images.

    labels (c,): the classes; sse (c,): means, with half the width (c,) of their 95% intervals;
    spread (c,): mean squared distance of the class's images to the mean training image, which is
    the error without any code; pca (c,): error of PCA at the same code size; ink (c,): mean
    sum of an image's pixels, 1 being white.
    """

    name = "classes"
    version = 2
    compares = True
    labels: np.ndarray
    sse: np.ndarray
    half: np.ndarray
    spread: np.ndarray
    pca: np.ndarray
    ink: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        test = subject.data.test
        pixels = int(np.prod(test.images.shape[1:]))
        outputs = reconstruct(subject.model, test.images)
        errors = squared_errors(test.images, outputs).astype(np.float64) * pixels
        principal = principal_components(subject.data.training.images)
        size = subject.model.get_layer("decoder").inputs[0].shape[-1]
        spread, pca = principal.errors(test.images, [0, size])
        ink = test.images.sum(axis=(1, 2, 3))
        labels = np.unique(test.labels)
        groups = [test.labels == label for label in labels]
        return cls(
            labels=labels,
            sse=np.array([errors[g].mean() for g in groups]),
            half=np.array([NORMAL_95 * errors[g].std() / np.sqrt(g.sum()) for g in groups]),
            spread=np.array([spread[g].mean() for g in groups]),
            pca=np.array([pca[g].mean() for g in groups]),
            ink=np.array([ink[g].mean() for g in groups]),
        )

    def compare(
        self, easy: list[int], hard: list[int], by: np.ndarray | float = 1.0
    ) -> tuple[int, int]:
        """Counts pairs of an easy and a hard class with separate intervals, the easy one lower.

        Args:
            by: (c,) what errors are divided by, such as `ink` or `spread`, taken as exact.

        Returns:
            (such pairs, all pairs)
        """
        place = {int(label): i for i, label in enumerate(self.labels)}
        low, high = (self.sse - self.half) / by, (self.sse + self.half) / by
        apart = [high[place[e]] < low[place[h]] for e in easy for h in hard]
        return sum(apart), len(apart)
