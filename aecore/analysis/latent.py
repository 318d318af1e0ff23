"""Maps of the latent space in two or three dimensions."""

from dataclasses import dataclass
from typing import Any

import numpy as np

WIDEST = 50  # dimensions kept by PCA, which t-SNE is applied to
PERPLEXITY = 30
FEWEST = 10  # points for t-SNE
EXAGGERATED, STEPS = 150, 300  # of t-SNE: those that draw clusters together, those after them
SEED = 0


@dataclass(frozen=True)
class LatentMap:
    """Principal axes of a set of codes, and the positions of the codes on two maps.

    centre (latent_size,), axes (d, latent_size) with d ≤ 50, explained (d,) shares of variance,
    places (n, d) along the axes, neighbours (n, 2) by t-SNE.
    """

    centre: np.ndarray
    axes: np.ndarray
    explained: np.ndarray
    places: np.ndarray
    neighbours: np.ndarray

    def project(self, codes: np.ndarray) -> np.ndarray:
        """Codes (m, latent_size) → places along the axes, (m, d)."""
        return (codes - self.centre) @ self.axes.T

    def lift(self, places: np.ndarray) -> np.ndarray:
        """Places (m, ≤ d) along the first axes → codes (m, latent_size)."""
        return self.centre + places @ self.axes[: places.shape[1]]


def latent_map(codes: np.ndarray) -> LatentMap:
    """PCA and t-SNE of codes (n, latent_size).

    Codes of few dimensions keep their own axes order by variance. t-SNE: van der Maaten & Hinton
    2008, by openTSNE with exact neighbours.
    """
    centre = codes.mean(axis=0)
    width = min(WIDEST, *codes.shape)
    _, spread, axes = np.linalg.svd(codes - centre, full_matrices=False)
    variance = spread**2
    explained = variance / max(variance.sum(), 1e-12)
    axes = axes[:width]
    # the sign of an axis is arbitrary: make its largest part positive, so that maps repeat
    axes = axes * np.sign(axes[np.arange(width), np.abs(axes).argmax(axis=1)])[:, None]
    places = (codes - centre) @ axes.T
    return LatentMap(
        *(
            part.astype(np.float32)
            for part in (centre, axes, explained[:width], places, _neighbours(places))
        )
    )


def place_neighbours(latent: LatentMap, places: np.ndarray) -> np.ndarray:
    """The positions (m, 2) of new points (m, d) on the t-SNE map."""
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    if len(latent.places) < FEWEST or places.shape[1] < 2 or not latent.places.any():
        return _padded(places)
    perplexity: Any = _perplexity(latent.places)  # openTSNE declares a whole number
    affinities = PerplexityBasedNN(
        latent.places, perplexity=perplexity, method="exact", random_state=SEED
    )
    embedding = TSNEEmbedding(latent.neighbours.astype(np.float64), affinities)
    return np.asarray(embedding.transform(places), np.float32)


def _neighbours(places: np.ndarray) -> np.ndarray:
    from openTSNE import TSNE

    if len(places) < FEWEST or places.shape[1] < 2 or not places.any():
        return _padded(places)
    perplexity: Any = _perplexity(places)
    tsne = TSNE(
        perplexity=perplexity,
        neighbors="exact",
        early_exaggeration_iter=EXAGGERATED,
        n_iter=STEPS,
        random_state=SEED,
    )
    return np.asarray(tsne.fit(places.astype(np.float64)))


def _padded(places: np.ndarray) -> np.ndarray:
    """The first two columns, where t-SNE cannot be applied."""
    return np.pad(places[:, :2], ((0, 0), (0, max(0, 2 - places.shape[1]))))


def _perplexity(places: np.ndarray) -> float:
    return min(PERPLEXITY, (len(places) - 1) / 3)
