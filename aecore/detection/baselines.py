"""Detectors that need no network, beside every detector: scikit-learn's, on the same data.

Each keeps or learns from a sample of bounded size, so that 300,000 rows take seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.kinds import IMAGES, KINDS, Kind
from aecore.detection.formulas import distance
from aecore.detection.learning import gaussian

Judge = Callable[[np.ndarray], np.ndarray]  # rows (n, values) → scores (n,)

VALUES = 2**26  # numbers that are learnt from at a time, at most: 256 MB
CHUNK = 2**21  # numbers that are judged at a time
NEAREST = 5
SEED = 0


@dataclass(frozen=True)
class Fitted:
    """A baseline that has learnt."""

    judge: Judge
    prepare: Callable[[np.ndarray], np.ndarray]

    def of(
        self, samples: np.ndarray, tell: Callable[[float], object] = lambda share: None
    ) -> np.ndarray:
        """Scores (n,) of samples (n, ...), NaN where missing; larger is more unusual.

        Args:
            tell: is told before each part which share of the samples has its scores.
        """
        size = max(1, CHUNK // max(1, int(np.prod(samples.shape[1:]))))
        parts = []
        for start in range(0, len(samples), size):
            tell(start / len(samples))
            parts.append(self.judge(self.prepare(samples[start : start + size])))
        return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


@dataclass(frozen=True)
class Baseline:
    """A detector without a network.

    key: of `BASELINES`. title: for people; why: what it does, one line. kinds: keys of `KINDS` that
    it is used for. most: samples that it learns from, at most.
    """

    key: str
    title: str
    why: str
    kinds: tuple[str, ...]
    most: int
    learn: Callable[[np.ndarray], Judge]
    prepare: Callable[[np.ndarray], np.ndarray]

    def fit(self, training: np.ndarray, kind: Kind) -> Fitted:
        """Learns from normal training samples (n, ...) of a kind, NaN where missing."""
        most = max(2, min(self.most, VALUES // max(1, int(np.prod(training.shape[1:])))))
        if len(training) > most:
            chosen = np.random.default_rng(SEED).choice(len(training), most, replace=False)
            training = training[np.sort(chosen)]
        return Fitted(self.learn(self.prepare(training)), self.prepare)


def flat(samples: np.ndarray) -> np.ndarray:
    """Samples (n, ...) as rows (n, values), 0 where a value is missing: the mean of its column."""
    return np.nan_to_num(np.asarray(samples, np.float32).reshape(len(samples), -1))


def normalised(samples: np.ndarray) -> np.ndarray:
    """Images as rows, each with mean 0 and standard deviation 1."""
    rows = flat(samples)
    rows = rows - rows.mean(axis=1, keepdims=True)
    return rows / np.maximum(rows.std(axis=1, keepdims=True), 1e-6)


def principal(rows: np.ndarray) -> Judge:
    """How far along the principal components and across them: T² and Q together."""
    state = gaussian(rows)
    return lambda rows: distance(state, rows)


def forest(rows: np.ndarray) -> Judge:
    """How few random cuts isolate a sample (Liu et al. 2008)."""
    from sklearn.ensemble import IsolationForest

    trees = IsolationForest(random_state=SEED).fit(rows)
    return lambda rows: -trees.score_samples(rows)


def neighbours(rows: np.ndarray) -> Judge:
    """The distance to the fifth nearest normal sample."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=min(NEAREST, len(rows)), algorithm="brute").fit(rows)
    return lambda rows: search.kneighbors(rows)[0][:, -1]


def machine(rows: np.ndarray) -> Judge:
    """A smooth border around normal data (Schölkopf et al. 2001)."""
    from sklearn.svm import OneClassSVM

    svm = OneClassSVM(gamma="scale").fit(rows)
    return lambda rows: -svm.score_samples(rows)


_LISTED = (
    Baseline(
        "pca", "PCA",
        "How far a sample lies along the principal components, and across them (T² and Q).",
        tuple(KINDS), 20_000, principal, flat,
    ),
    Baseline(
        "forest", "Isolation forest",
        "How few random cuts it takes to separate a sample from the others.",
        tuple(KINDS), 50_000, forest, flat,
    ),
    Baseline(
        "neighbours", "Nearest neighbours",
        "The distance to the fifth nearest among up to 5,000 normal samples.",
        tuple(KINDS), 5000, neighbours, flat,
    ),
    Baseline(
        "normalised", "Nearest neighbours, normalised",
        "The same after each image was given the same brightness and contrast.",
        (IMAGES.key,), 5000, neighbours, normalised,
    ),
    Baseline(
        "svm", "One-class SVM",
        "A smooth border around up to 1,000 normal samples.",
        tuple(KINDS), 1000, machine, flat,
    ),
)  # fmt: skip
BASELINES: dict[str, Baseline] = {baseline.key: baseline for baseline in _LISTED}


def baselines(kind: Kind) -> tuple[Baseline, ...]:
    """The baselines of a kind of data."""
    return tuple(baseline for baseline in BASELINES.values() if kind.key in baseline.kinds)
