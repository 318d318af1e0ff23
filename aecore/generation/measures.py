"""How alike two sets of features are: Fréchet distance, precision and recall."""

from dataclasses import dataclass

import numpy as np

NEAREST = 3  # neighbours that the radius of a sample reaches to, as in Kynkäänniemi et al.
MOST = 2500  # samples of each kind that precision and recall compare
CHUNK = 1000  # rows of distances at a time


@dataclass(frozen=True)
class Likeness:
    """Generated samples beside real ones.

    frechet: the distance between both as Gaussians; 0 is none. precision: the share of generated
    samples that lie among real ones. recall: the share of real samples that lie among generated
    ones.
    """

    frechet: float
    precision: float
    recall: float


def likeness(real: np.ndarray, made: np.ndarray) -> Likeness:
    """Compares features (n, d) of real samples with those (m, d) of generated ones."""
    shares = precision_recall(real[:MOST], made[:MOST])
    return Likeness(frechet_distance(real, made), *shares)


def frechet_distance(one: np.ndarray, other: np.ndarray) -> float:
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½) of features (n, d) and (m, d).

    Dowson & Landau 1982; Heusel et al. 2017 take it in the features of an Inception network.
    """
    one, other = one.astype(np.float64), other.astype(np.float64)
    first, second = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (one, other))
    root = _root(first)
    # tr (Σ₁Σ₂)^½ = tr (Σ₁^½ Σ₂ Σ₁^½)^½, of a matrix that is symmetric
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    between = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    return float(max(0.0, between + np.trace(first) + np.trace(second) - 2 * cross))


def precision_recall(
    real: np.ndarray, made: np.ndarray, nearest: int = NEAREST
) -> tuple[float, float]:
    """Shares of generated features (m, d) among real ones (n, d), and of real among generated.

    A sample lies among others if it is no farther from one of them than that one's third nearest
    neighbour (Kynkäänniemi et al. 2019, arXiv:1904.06991).
    """
    return _within(made, real, nearest), _within(real, made, nearest)


def distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Squared distances (n, m) between rows (n, d) and (m, d)."""
    squares = np.square(one).sum(axis=1)[:, None] + np.square(other).sum(axis=1)
    return np.maximum(squares - 2 * one @ other.T, 0)


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


def _within(samples: np.ndarray, others: np.ndarray, nearest: int) -> float:
    """The share of samples inside the manifold of others."""
    nearest = min(nearest, len(others) - 1)
    radii = np.concatenate(
        [
            np.partition(distances(others[at : at + CHUNK], others), nearest, axis=1)[:, nearest]
            for at in range(0, len(others), CHUNK)
        ]
    )  # the nearest of all is the sample itself
    inside = [
        (distances(samples[at : at + CHUNK], others) <= radii).any(axis=1)
        for at in range(0, len(samples), CHUNK)
    ]
    return float(np.concatenate(inside).mean())
