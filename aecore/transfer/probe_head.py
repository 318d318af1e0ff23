"""A linear classifier on codes, as the weights of a softmax layer."""

import numpy as np

from aecore.transfer.classifiers import linear

ABSENT = -20.0  # the logit of a class of which there is no sample, beside others near 0


class ProbeHead:
    """Linear classifiers on the codes (n, k) of the same samples, as weights of a layer.

    They are fitted to codes that are scaled as for every other classifier, by their mean and norm;
    the weights take codes as they are.
    """

    def __init__(self, codes: np.ndarray, classes: int):
        self._codes, self._classes = codes, classes
        self._mean = codes.mean(axis=0)
        self._norm = max(float(np.sqrt(np.square(codes - self._mean).sum(axis=1).mean())), 1e-12)

    def fitted(self, places: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
        """The kernel (k, classes) and the bias (classes,) after learning from some of the samples.

        Args:
            places, labels (m,): of these samples, of two classes or more.
        """
        found = linear((self._codes[places] - self._mean) / self._norm, labels)
        weights, bias = found.coef_, found.intercept_  # (classes, k), or (1, k) of two
        if len(weights) == 1:
            weights, bias = np.concatenate([0 * weights, weights]), np.append(0 * bias, bias)
        kernel = np.zeros((self._codes.shape[1], self._classes), np.float32)
        logits = np.full(self._classes, ABSENT, np.float32)
        kernel[:, found.classes_] = weights.T / self._norm
        logits[found.classes_] = bias - self._mean @ weights.T / self._norm
        return [kernel, logits]
