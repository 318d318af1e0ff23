"""The evidence lower bound of a variational autoencoder."""

import math

import numpy as np

from aecore.analysis.reconstruction import cross_entropies, encode, in_batches


def lower_bound(model, images: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Means over images (n, h, w, c) in nats an image, with one sampled code each.

    Returns:
        elbo = -reconstruction - kl (Kingma & Welling 2013, eq. 3); a Bernoulli decoder's
        reconstruction is the cross-entropy of grey values, a Gaussian one's a density.
    """
    mean, log_variance = encode(model.get_layer("encoder"), images)
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean()
    noise = np.random.default_rng(seed).standard_normal(mean.shape).astype(np.float32)
    codes = mean + np.exp(0.5 * log_variance) * noise
    outputs = in_batches(model.get_layer("decoder"), codes)
    if len(outputs) == 1:
        nats = cross_entropies(images, outputs[0])
    else:
        pixels, log_variances = outputs
        error = (images - pixels) ** 2 * np.exp(-log_variances)
        nats = 0.5 * (error + log_variances + math.log(2 * math.pi)).sum(axis=(1, 2, 3))
    reconstruction = float(nats.mean())
    return {
        "elbo": -reconstruction - float(kl),
        "reconstruction": reconstruction,
        "kl": float(kl),
    }
