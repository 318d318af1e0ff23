"""The evidence lower bound of a variational autoencoder, and its likelihood."""

import math

import numpy as np

from aecore.analysis.reconstruction import cross_entropies, each_batch, encode, in_batches
from aecore.data.arrays import LARGEST_GREY


def lower_bound(model, images: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Means over images (n, h, w, c) in nats per image, with one sampled code each.

    Returns:
        elbo = -reconstruction - kl (Kingma & Welling 2013, eq. 3); a Bernoulli decoder's
        reconstruction is the cross-entropy of grey values, a Gaussian one's a density, and a
        beta-binomial one's the chance of 8-bit grey values.
    """
    mean, log_variance = encode(model.get_layer("encoder"), images)
    kl = float(divergences(mean, log_variance).sum(axis=1).mean())
    noise = np.random.default_rng(seed).standard_normal(mean.shape).astype(np.float32)
    codes = mean + np.exp(0.5 * log_variance) * noise
    outputs = in_batches(model.get_layer("decoder"), codes)
    reconstruction = float(negative_log_likelihoods(images, outputs).mean())
    return {"elbo": -reconstruction - kl, "reconstruction": reconstruction, "kl": kl}


def divergences(mean: np.ndarray, log_variance: np.ndarray) -> np.ndarray:
    """KL(N(mean, exp(log_variance)) ‖ N(0, 1)) of each number of each code, in nats; (n, d)."""
    return 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance)


def negative_log_likelihoods(images: np.ndarray, outputs: list[np.ndarray]) -> np.ndarray:
    """-log p(x|z) of images (n, h, w, c) under the decoder's outputs; nats, (n,).

    One output is Bernoulli's chance, two are mean and log-variance of a Gaussian, and three are
    mean, log α and log β of a beta-binomial distribution.
    """
    if len(outputs) == 1:
        return cross_entropies(images, outputs[0])
    if len(outputs) == 3:
        return beta_binomial(images, *outputs[1:])
    pixels, log_variances = outputs
    error = (images - pixels) ** 2 * np.exp(-log_variances)
    return 0.5 * (error + log_variances + math.log(2 * math.pi)).sum(axis=(1, 2, 3))


def beta_binomial(images: np.ndarray, log_alpha: np.ndarray, log_beta: np.ndarray) -> np.ndarray:
    """-log p of images as 8-bit grey values, each of a beta-binomial distribution; nats, (n,)."""
    from scipy.special import betaln, gammaln

    def nats(images, log_alpha, log_beta):
        k, n = np.rint(images * LARGEST_GREY), float(LARGEST_GREY)
        alpha, beta = (np.exp(each.astype(np.float64)) for each in (log_alpha, log_beta))
        ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        found = betaln(alpha, beta) - betaln(k + alpha, n - k + beta) - ways
        return found.sum(axis=(1, 2, 3))

    return each_batch(nats, images, log_alpha, log_beta)


def importance_sampled(model, images: np.ndarray, count: int, seed: int = 0) -> float:
    """-log p(x) in nats, mean over images (n, h, w, c), by `count` codes each.

    A bound that becomes tight as their number grows (Burda et al. 2016, arXiv:1509.00519, eq. 8).
    """
    mean, log_variance = encode(model.get_layer("encoder"), images)
    generator = np.random.default_rng(seed)
    found = []
    for image, m, v in zip(images, mean, log_variance, strict=True):
        noise = generator.standard_normal((count, len(m))).astype(np.float32)
        codes = m + np.exp(0.5 * v) * noise
        outputs = in_batches(model.get_layer("decoder"), codes)
        log_q = -0.5 * (noise**2 + v).sum(axis=1)  # the constant is in both and cancels
        log_p = -0.5 * (codes**2).sum(axis=1)
        weights = (
            -negative_log_likelihoods(np.broadcast_to(image, outputs[0].shape), outputs)
            + log_p
            - log_q
        )
        top = weights.max()
        found.append(-(top + np.log(np.exp(weights - top).mean())))
    return float(np.mean(found))
