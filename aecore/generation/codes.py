"""Codes drawn from distributions that were fitted to the codes of training data."""

from dataclasses import dataclass

import numpy as np

MIXTURE, PLAIN = "mixture", "plain"  # the two distributions of `Distributions`


@dataclass(frozen=True)
class Mixture:
    """A mixture of m Gaussians along the d principal axes of training codes (…, latent_size).

    centre (latent_size,), axes (d, latent_size): a place p along the axes is the code
    centre + p · axes. weights (m,), means (m, d), factors (m, d, d): a component's places are
    mean + factor · noise, its factor lower triangular. classes (m,): the class whose codes each
    component was fitted to.
    """

    centre: np.ndarray
    axes: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    factors: np.ndarray
    classes: np.ndarray

    def draw(
        self, count: int, seed: int, temperature: float = 1.0, label: int | None = None
    ) -> np.ndarray:
        """Codes (count, latent_size).

        Args:
            temperature: what the standard deviations within each component are multiplied by.
            label: only of the components of this class.
        """
        generator = np.random.default_rng(seed)
        weights = self.weights.astype(np.float64)
        if label is not None:
            weights = weights * (self.classes == label)
        chosen = generator.choice(len(weights), count, p=weights / weights.sum())
        noise = generator.standard_normal((count, self.means.shape[1]))
        places = np.empty_like(noise)
        for at in np.unique(chosen):  # (rows, d) @ (d, d)
            rows = chosen == at
            places[rows] = self.means[at] + temperature * noise[rows] @ self.factors[at].T
        return (self.centre + places @ self.axes).astype(np.float32)


@dataclass(frozen=True)
class Plain:
    """Independent Gaussians, one for each latent dimension: mean, deviation (latent_size,).

    Of a variational autoencoder it is the prior N(0, I); else it has the mean and the standard
    deviation of the training codes.
    """

    mean: np.ndarray
    deviation: np.ndarray

    def draw(self, count: int, seed: int, temperature: float = 1.0) -> np.ndarray:
        """Codes (count, latent_size); the temperature multiplies the standard deviations."""
        noise = np.random.default_rng(seed).standard_normal((count, len(self.mean)))
        return (self.mean + temperature * self.deviation * noise).astype(np.float32)


@dataclass(frozen=True)
class Distributions:
    """What codes of a run are drawn from.

    prior: whether the plain distribution is the prior of a variational autoencoder. low, high
    (latent_size,): the range of each latent dimension over the training codes, in which those that
    are drawn are kept where there is no prior: units that are never negative stay so.
    """

    mixture: Mixture
    plain: Plain
    prior: bool
    low: np.ndarray
    high: np.ndarray

    def draw(
        self,
        source: str,
        count: int,
        seed: int,
        temperature: float = 1.0,
        label: int | None = None,
    ) -> np.ndarray:
        """Codes (count, latent_size).

        Args:
            source: "mixture" or "plain". label: a class, of the mixture alone.
        """
        if source == MIXTURE:
            codes = self.mixture.draw(count, seed, temperature, label)
        else:
            codes = self.plain.draw(count, seed, temperature)
        return codes if self.prior else np.clip(codes, self.low, self.high)
