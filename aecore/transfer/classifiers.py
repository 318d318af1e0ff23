"""The classifiers that tell what a representation is worth."""

import warnings
from collections.abc import Callable

import numpy as np

from aecore.transfer.draws import ranks

STRENGTHS = (1.0, 10.0, 100.0)  # scikit-learn's C, tried for features of mean norm 1
USUAL = 10.0  # where a draw is too small to try several
FOLDS = 5
STEPS, TOLERANCE = 100, 1e-3  # of the solver: finer ones change no digit that is shown
MANY = 500  # labels: from here on one fold is enough to choose by
ENOUGH = 1000  # labels, the first of a draw, among which the choice is made
LINEAR, NEIGHBOURS = "linear", "neighbours"


def linear(features: np.ndarray, labels: np.ndarray):
    """Logistic regression on features (n, d), regularised as suits the labelled samples best."""
    return _logistic(features, labels, best_strength(features, labels))


def _logistic(features: np.ndarray, labels: np.ndarray, strength: float):
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=STEPS, tol=TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could take more steps
        return fitted.fit(features, labels)


def best_strength(features: np.ndarray, labels: np.ndarray) -> float:
    """The strength with the highest accuracy in cross-validation within labelled samples.

    Of many the first are looked at. The smallest of several that are equally good; `USUAL` if a
    class has a single sample.
    """
    features, labels = features[:ENOUGH], labels[:ENOUGH]
    places = ranks(labels)
    if np.bincount(labels)[np.unique(labels)].min() < 2:
        return USUAL
    folds = places % FOLDS
    tried = range(1 if len(labels) >= MANY else FOLDS)
    right = np.zeros(len(STRENGTHS))
    for fold in tried:
        inside, outside = folds != fold, folds == fold
        if not outside.any():
            continue
        for at, strength in enumerate(STRENGTHS):
            fitted = _logistic(features[inside], labels[inside], strength)
            right[at] += (fitted.predict(features[outside]) == labels[outside]).sum()
    return STRENGTHS[int(right.argmax())]


def nearest(features: np.ndarray, labels: np.ndarray):
    """The class of the nearest of labelled features (n, d)."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(1, algorithm="brute").fit(features, labels)


CLASSIFIERS: dict[str, Callable] = {LINEAR: linear, NEIGHBOURS: nearest}
