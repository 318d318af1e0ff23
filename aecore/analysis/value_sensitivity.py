"""How strongly the code of rows and windows responds to each of their values."""

import numpy as np

from aecore.analysis.jacobian import jacobians
from aecore.analysis.likelihood import divergences
from aecore.analysis.reconstruction import encode

MEASURED = 200


def sensitivities(model, samples: np.ndarray) -> np.ndarray:
    """‖∂z/∂x‖ for each value x of samples (n, *shape), root mean square over them; (*shape)."""
    given = np.nan_to_num(samples[:MEASURED]).astype(np.float32)
    found = jacobians(model.get_layer("encoder"), given)  # (n, latent_size, values)
    return np.sqrt(np.square(found).sum(axis=1).mean(axis=0)).reshape(samples.shape[1:])


def code_divergences(model, samples: np.ndarray) -> np.ndarray:
    """The KL divergence of each number of the code from its prior, nats per sample; (d,)."""
    mean, log_variance = encode(model.get_layer("encoder"), np.nan_to_num(samples))
    return divergences(mean, log_variance).mean(axis=0)


def unit_activity(model, samples: np.ndarray) -> np.ndarray:
    """Codes of samples (n, *shape), (n, units)."""
    return encode(model.get_layer("encoder"), np.nan_to_num(samples))[0]
