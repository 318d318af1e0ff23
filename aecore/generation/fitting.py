"""The fit of a Gaussian mixture, whose number of components validation codes choose."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.generation.codes import Mixture

WIDEST = 64  # principal axes of wider codes that are kept
COMPONENTS = (1, 4, 16)  # of each class, tried in this order while they get better
FEWEST = 4  # codes that a component is fitted to, for each axis, on average
LEAST_VARIANCE = 1e-3  # that is added along each axis, as a share of all variance along it
MOST = 2000  # codes of each class that a mixture is fitted to
SEED = 0

Tell = Callable[[float], None]  # is told the share that is done; it may raise to end the work


@dataclass(frozen=True)
class Codes:
    """The codes (n, latent_size) of a part of a data set, and their classes (n,)."""

    codes: np.ndarray
    labels: np.ndarray


def fit_mixture(training: Codes, validation: Codes, tell: Tell = lambda share: None) -> Mixture:
    """Fits a mixture class by class; one class gives one mixture.

    Codes of more than 64 dimensions are described along their first 64 principal axes. The number
    of components of each class is the one under which its validation codes are most likely.

    Args:
        tell: is told the share that is done, before each class.
    """
    centre, axes, scale = principal(training.codes)
    learnt, held = ((part.codes - centre) @ axes.T / scale for part in (training, validation))
    weights, means, factors, classes = [], [], [], []
    labels = np.unique(training.labels)
    for number, label in enumerate(labels):
        tell(number / len(labels))
        rows = learnt[training.labels == label]  # in the random order of the data set
        found = _best(rows[:MOST], held[validation.labels == label])
        share = len(rows) / len(learnt)
        weights += [share * weight for weight in found.weights_]
        means += list(found.means_ * scale)
        factors += [scale[:, None] * np.linalg.cholesky(each) for each in found.covariances_]
        classes += [int(label)] * len(found.weights_)
    return Mixture(
        centre.astype(np.float32),
        axes.astype(np.float32),
        np.array(weights, np.float32),
        np.array(means, np.float32),
        np.array(factors, np.float32),
        np.array(classes),
    )


def principal(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The centre (latent_size,) of codes, their principal axes (d, latent_size), and the standard
    deviations (d,) along these."""
    centre = codes.mean(axis=0, dtype=np.float64)
    covariance = np.cov(codes.astype(np.float64), rowvar=False).reshape(len(centre), -1)
    variances, vectors = np.linalg.eigh(covariance)
    kept = np.argsort(variances)[::-1][:WIDEST]
    kept = kept[variances[kept] > 1e-10 * max(variances.max(), 1e-30)]  # a dead unit has none
    kept = kept if len(kept) else np.array([0])
    scale = np.sqrt(np.maximum(variances[kept], 1e-20))
    return centre, vectors[:, kept].T, scale


def _best(rows: np.ndarray, held: np.ndarray) -> Any:
    """The Gaussian mixture under which validation places (k, d) are most likely."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    best, most = None, -np.inf
    for count in COMPONENTS:
        if count > 1 and (len(rows) < FEWEST * count * rows.shape[1] or not len(held)):
            break
        fitted = GaussianMixture(count, reg_covar=LEAST_VARIANCE, max_iter=50, random_state=SEED)
        with warnings.catch_warnings():  # validation codes judge it, converged or not
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted.fit(rows if len(rows) > 1 else np.repeat(rows, 2, axis=0))
        likelihood = fitted.score(held) if len(held) else 0.0
        if likelihood <= most:
            break
        best, most = fitted, likelihood
    return best
