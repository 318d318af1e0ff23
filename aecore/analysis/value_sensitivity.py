"""How strongly the code of rows and windows responds to each of their values."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.jacobian import jacobians
from aecore.analysis.likelihood import divergences
from aecore.analysis.reconstruction import encode
from aecore.analysis.study import StudyError

MEASURED = 200


def sensitivities(model, samples: np.ndarray) -> np.ndarray:
    """‖∂z/∂x‖ for each value x of samples (n, *shape), root mean square over them; (*shape)."""
    given = np.nan_to_num(samples[:MEASURED]).astype(np.float32)
    found = jacobians(model.get_layer("encoder"), given)  # (n, latent_size, values)
    return np.sqrt(np.square(found).sum(axis=1).mean(axis=0)).reshape(samples.shape[1:])


@dataclass(frozen=True)
class CodePosteriors:
    """The distributions that a variational encoder gives for the codes of samples.

    by_number (d,): the KL divergence of each latent dimension from its prior, nats per sample.
    means, deviations (n, d).
    """

    by_number: np.ndarray
    means: np.ndarray
    deviations: np.ndarray


def code_posteriors(model, samples: np.ndarray) -> CodePosteriors:
    """The posteriors of samples (n, *shape), missing values at their mean.

    Raises:
        StudyError: the encoder is not variational.
    """
    outputs = encode(model.get_layer("encoder"), np.nan_to_num(samples))
    if len(outputs) != 2:
        raise StudyError("This encoder gives a code without a variance: it is not variational.")
    mean, log_variance = outputs
    by_number = divergences(mean, log_variance).mean(axis=0)
    return CodePosteriors(by_number, mean, np.exp(0.5 * log_variance))


def unit_activity(model, samples: np.ndarray) -> np.ndarray:
    """Codes of samples (n, *shape), (n, units)."""
    return encode(model.get_layer("encoder"), np.nan_to_num(samples))[0]
