"""The approximate posterior of a variational encoder: active dimensions and uncertainty."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.likelihood import divergences, importance_sampled, lower_bound
from aecore.analysis.reconstruction import encode, in_batches
from aecore.analysis.study import Study, StudyError, Subject, affordable

USED = 0.01  # variance of the mean of an active dimension (Burda et al. 2016, section 4.2.1)
WEIGHED, DRAWS = 200, 100  # images, and codes for each of them
SHOWN = 80  # posteriors on the map


@dataclass(frozen=True)
class Posterior(Study):
    """The terms of the ELBO on test images, and the posteriors of some of them.

    reconstruction, kl: nats per image. by_number (d,): the KL term of each latent dimension.
    used (d,): the variance of its mean over the images; above 0.01 a dimension is active.
    likelihood: -log p(x) by 100 importance samples, mean over the first 200 test images, fewer if
    they are large.
    means, deviations (80, d) and labels (80,): of the first test images.
    """

    name = "posterior"
    reconstruction: float
    kl: float
    likelihood: float
    by_number: np.ndarray
    used: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    labels: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        test, model = subject.data.test, subject.model
        outputs = encode(model.get_layer("encoder"), test.images)
        if len(outputs) != 2:
            raise StudyError("This encoder gives a code without a variance: it is not variational.")
        mean, log_variance = outputs
        bound = lower_bound(model, test.images)
        return cls(
            reconstruction=bound["reconstruction"],
            kl=bound["kl"],
            likelihood=importance_sampled(model, test.images[: weighed(test.images)], DRAWS),
            by_number=divergences(mean, log_variance).mean(axis=0),
            used=mean.var(axis=0),
            means=mean[:SHOWN],
            deviations=np.exp(0.5 * log_variance[:SHOWN]),
            labels=test.labels[:SHOWN],
        )

    @property
    def order(self) -> np.ndarray:
        """The latent dimensions by decreasing KL term."""
        return np.argsort(-self.by_number, kind="stable")


def weighed(images: np.ndarray) -> int:
    """How many test images the likelihood is estimated on, at most."""
    return affordable(WEIGHED, images.shape[1:], copies=DRAWS, values=2**31)  # a minute of work


def walk(model, start: np.ndarray, end: np.ndarray, steps: int) -> np.ndarray:
    """Images decoded along the line between the codes of two images, (steps, h, w, c)."""
    codes = encode(model.get_layer("encoder"), np.stack([start, end]))[0]
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return in_batches(model.get_layer("decoder"), (1 - share) * codes[0] + share * codes[1])[0]
