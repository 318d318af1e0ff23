"""What is known of codes before one is seen: clusters, and how codes spread about their centres.

A code is stored as its cluster and, for each of its numbers, the distance from the cluster's centre
in whole steps. Likely distances take few bits. Which distribution and how many clusters is chosen
by the bits that validation codes take.
"""

from dataclasses import dataclass

import numpy as np

SHAPES = ("gaussian", "laplace")
CLUSTERS = 32  # tried beside a single one, if there are enough codes
CODES_PER_CLUSTER = 50
ROUNDS = 2  # of assigning codes to the cluster that stores them best
ROWS = 2**22  # numbers at a time
DECIDING = 32  # numbers of a code that decide its cluster
NARROWEST = 0.05  # spread in steps
BITS_PER_ERROR = 6 / np.log(2)  # at high rates, a step²/12 more of error saves so many bits
WITHIN = (np.arange(8) - 3.5) / 8  # places in a bin


@dataclass(frozen=True)
class Prior:
    """shares (k,), centres (k, d) and spreads (k, d) of k clusters of codes (n, d).

    shape: the distribution about a centre; its spread is a standard deviation or, of "laplace", a
    mean distance.
    """

    shape: str
    shares: np.ndarray
    centres: np.ndarray
    spreads: np.ndarray

    def quantise(self, codes: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
        """The clusters (n,) and whole steps (n, d) that store codes (n, d) best.

        Each is chosen for the least bits and error together, so that a large step leaves out what
        is not worth its bits.
        """
        clusters, steps, _ = self._chosen(codes, step)
        return clusters, steps

    def bits(self, codes: np.ndarray, step: float) -> float:
        """Bits a code and its error, in bits, that codes (n, d) take at a step; a mean."""
        return float(self._chosen(codes, step)[2].mean())

    def restore(self, clusters: np.ndarray, steps: np.ndarray, step: float) -> np.ndarray:
        """Codes (n, d) from clusters and whole steps: the mean of what each bin holds."""
        spreads = np.maximum(self.spreads[clusters] / step, NARROWEST)
        places = steps[..., None] + WITHIN
        logs = -self._energy(places, spreads[..., None])
        weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
        found = (weights * places).sum(axis=-1) / weights.sum(axis=-1)
        found = np.where(steps == 0, 0.0, found)
        return (self.centres[clusters] + step * found).astype(np.float32)

    def _chosen(self, codes: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Clusters (n,), whole steps (n, d), and their bits and error (n,).

        The first numbers of a code, which vary most, decide the cluster.
        """
        centres = self.centres.astype(np.float32) / np.float32(step)
        spreads = np.maximum(self.spreads / step, NARROWEST).astype(np.float32)
        scaled = codes.astype(np.float32) / np.float32(step)
        clusters = np.zeros(len(codes), np.int32)
        size = max(1, ROWS // centres[:, :DECIDING].size)
        for start in range(0, len(codes) if len(centres) > 1 else 0, size):
            part = scaled[start : start + size, None, :DECIDING] - centres[:, :DECIDING]
            cost = self._stored(part, spreads[:, :DECIDING])[0] - np.log2(self.shares)
            clusters[start : start + size] = cost.argmin(axis=1)
        cost, steps = self._stored(scaled - centres[clusters], spreads[clusters])
        return clusters, steps, cost - np.log2(self.shares[clusters])

    def _stored(self, away: np.ndarray, spreads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Bits and error (...,) and whole steps (..., d) of distances from centres (..., d)."""
        near = np.rint(away)
        short = near - np.sign(near)  # one step nearer to the centre
        costs = [
            self._bits(each, spreads) + BITS_PER_ERROR * np.square(away - each)
            for each in (near, short)
        ]
        shorter = costs[1] < costs[0]
        total = np.where(shorter, costs[1], costs[0]).sum(axis=-1)
        return total, np.where(shorter, short, near).astype(np.int32)

    def _bits(self, steps: np.ndarray, spreads: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr

        low, high = np.abs(steps) - 0.5, np.abs(steps) + 0.5  # tails are precise on the far side
        if self.shape == "gaussian":
            chance = ndtr(-low / spreads) - ndtr(-high / spreads)
        else:
            chance = _laplace(-low / spreads) - _laplace(-high / spreads)
        return -np.log2(np.maximum(chance, 2.0**-24))

    def _energy(self, places: np.ndarray, spreads: np.ndarray) -> np.ndarray:
        away = np.abs(places) / spreads
        return np.square(away) / 2 if self.shape == "gaussian" else away


def _laplace(x: np.ndarray) -> np.ndarray:
    """The distribution function of the Laplace distribution."""
    tail = np.exp(-np.abs(x)) / 2
    return np.where(x < 0, tail, 1 - tail)


def fit_prior(known: np.ndarray, validation: np.ndarray, step: float) -> Prior:
    """The prior of training codes (n, d) that stores validation codes best at a step."""
    fitted = [_fit(known, shape, 1, step) for shape in SHAPES]
    if len(known) >= CLUSTERS * CODES_PER_CLUSTER:
        better = min(fitted, key=lambda prior: prior.bits(validation, step))
        fitted.append(_fit(known, better.shape, CLUSTERS, step))
    return min(fitted, key=lambda prior: prior.bits(validation, step))


def _fit(codes: np.ndarray, shape: str, count: int, step: float) -> Prior:
    """Clusters by k-means, then by what each code takes in bits."""
    from sklearn.cluster import KMeans

    if count == 1:
        return _of_clusters(codes, np.zeros(len(codes), int), shape, 1, step)
    found = KMeans(count, n_init="auto", max_iter=50, random_state=0).fit_predict(codes)
    prior = _of_clusters(codes, found, shape, count, step)
    for _ in range(ROUNDS):
        prior = _of_clusters(codes, prior.quantise(codes, step)[0], shape, count, step)
    return prior


def _of_clusters(
    codes: np.ndarray, labels: np.ndarray, shape: str, count: int, step: float
) -> Prior:
    """Shares, centres and spreads of clusters; an empty one is as wide as all codes."""
    shares, centres, spreads = [], [], []
    for each in range(count):
        own = codes[labels == each]
        shares.append((len(own) + 1) / (len(codes) + count))
        own = own if len(own) else codes
        gaussian = shape == "gaussian"
        centre = own.mean(axis=0) if gaussian else np.median(own, axis=0)
        away = own - centre
        spread = np.sqrt(np.square(away).mean(axis=0)) if gaussian else np.abs(away).mean(axis=0)
        centres.append(centre)
        spreads.append(np.maximum(spread, step / 100))
    return Prior(
        shape, np.array(shares), np.array(centres, np.float64), np.array(spreads, np.float64)
    )
