"""A run as a generator: the distributions of its codes, and how good their samples are."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from aecore.analysis.study import Study, Watch, affordable, unwatched
from aecore.data.refusal import Refusal
from aecore.data.splits import Dataset, Split
from aecore.generation.codes import MIXTURE, PLAIN, Distributions, Mixture, Plain
from aecore.generation.decoding import decoded, encoded
from aecore.generation.features import Features
from aecore.generation.fitting import Codes, fit_mixture
from aecore.generation.measures import Likeness, likeness
from aecore.generation.memorising import Memorising, memorising

MOST_COMPARED = 5000  # samples, as many generated as real
MOST_TESTED = 10_000  # samples in the test of memorising
MOST_BESIDE = 500  # real samples whose distances stand beside theirs
FEWEST_TEST = 8  # samples to compare with, in two halves
ENCODED, FITTED = 0.1, 0.4  # shares of the time until codes are there, and until the mixture is
SEED = 0


class NotGenerated(Refusal):
    """A run cannot generate samples; the text says why."""


@dataclass(frozen=True)
class Generation(Study):
    """Distributions of codes, and measures of what they decode to.

    mixture__…, plain__…, prior, low, high: the fields of `Distributions`.
    averages (classes, latent_size): the mean code of each class, NaN where there is none.
    told: the features in which samples are compared. compared: how many of each.
    figures: distribution, or "real" for one half of the real samples against the other → the
    fields of a `Likeness`. copying: the same → nearer, expected, distinct, as of `Memorising`.
    made__… (n,): distances of samples by distribution to the nearest training sample; tested (k,):
    those of real samples that were not learnt.
    """

    name: ClassVar[str] = "generation"

    mixture__centre: np.ndarray
    mixture__axes: np.ndarray
    mixture__weights: np.ndarray
    mixture__means: np.ndarray
    mixture__factors: np.ndarray
    mixture__classes: np.ndarray
    plain__mean: np.ndarray
    plain__deviation: np.ndarray
    prior: bool
    low: np.ndarray
    high: np.ndarray
    averages: np.ndarray
    told: str
    compared: int
    figures: dict[str, dict[str, float]]
    copying: dict[str, dict[str, float]]
    made__mixture: np.ndarray
    made__plain: np.ndarray
    tested: np.ndarray

    @property
    def distributions(self) -> Distributions:
        """What codes are drawn from."""
        mixture, plain = Mixture(**self._part(MIXTURE)), Plain(**self._part(PLAIN))
        return Distributions(mixture, plain, self.prior, self.low, self.high)

    def likeness(self, source: str) -> Likeness:
        """How alike samples of a distribution are to real ones; "real": these to each other."""
        return Likeness(**self.figures[source])

    def memorising(self, source: str) -> Memorising:
        """The test for copies among the samples of a distribution."""
        return Memorising(self._part("made")[source], self.tested, **self.copying[source])

    def _part(self, prefix: str) -> dict[str, Any]:
        begin = f"{prefix}__"
        own = vars(self).items()
        return {name.removeprefix(begin): each for name, each in own if name.startswith(begin)}


def study_generation(
    model,
    data: Dataset,
    reference: Split,
    features: Features,
    prior: bool,
    watch: Watch = unwatched,
) -> Generation:
    """Fits distributions to the codes of a model, and measures their samples.

    Args:
        data: what the model learnt from. reference: real samples to compare with: test data, or
            validation data where settings are chosen. prior: whether the codes have one, N(0, I).
        watch: told of each part; it may raise to end this.

    Raises:
        NotGenerated: the decoder needs more than a code, or there are too few real samples.
    """
    if len(model.get_layer("decoder").inputs) > 1:
        raise NotGenerated(
            "Like every U-Net decoder, this one also needs feature maps from its encoder, so a "
            "code alone gives no sample. Choose a network with a bottleneck."
        )
    if len(reference) < FEWEST_TEST:
        raise NotGenerated(
            "There are {} test samples, too few to compare generated ones with.", len(reference)
        )
    found, averages = fit_distributions(model, data, prior, watch)
    watch("Features of test data", FITTED)
    order = np.random.default_rng(SEED).permutation(len(reference))
    real = reference.images[order]
    half = min(MOST_COMPARED, len(real) // 2)
    one, other = (features.of(part) for part in (real[:half], real[half : 2 * half]))
    figures, tests = {"real": vars(likeness(one, other))}, {}
    # test data may be of other writers or another time; validation data come from the same source
    unseen = data.validation.images
    most = min(MOST_TESTED, len(data.training))
    tested = max(half, affordable(most, real.shape[1:], copies=2))
    for at, source in enumerate((MIXTURE, PLAIN)):

        def told(words: str, share: float, at=at) -> None:
            watch(words, FITTED + (1 - FITTED) * (at + share) / 2)

        told("Decoding samples", 0.0)
        made = decoded(model, found.draw(source, tested, SEED), data.layout)
        told("Comparing samples with test data", 0.1)
        figures[source] = vars(likeness(one, features.of(made[:half])))
        tests[source] = memorising(
            made,
            data.training.images,
            unseen,
            real[:MOST_BESIDE],
            lambda share, told=told: told("Looking for copies", 0.3 + 0.7 * share),
        )
    parts = {MIXTURE: found.mixture, PLAIN: found.plain}
    return Generation(
        **{f"{key}__{name}": v for key, each in parts.items() for name, v in vars(each).items()},
        prior=prior,
        low=found.low,
        high=found.high,
        averages=averages,
        told=features.told,
        compared=half,
        figures=figures,
        copying={
            key: {"nearer": t.nearer, "expected": t.expected, "distinct": t.distinct}
            for key, t in tests.items()
        },
        made__mixture=tests[MIXTURE].made,
        made__plain=tests[PLAIN].made,
        tested=tests[MIXTURE].test,
    )


def fit_distributions(
    model, data: Dataset, prior: bool, watch: Watch = unwatched
) -> tuple[Distributions, np.ndarray]:
    """The distributions of a model's codes, and the mean code (classes, latent_size) by class."""
    watch("Encoding", 0.0)
    training, validation = (
        Codes(encoded(model, part.images), part.labels) for part in (data.training, data.validation)
    )
    codes, labels = training.codes, training.labels
    size = codes.shape[1]
    plain = Plain(codes.mean(axis=0), codes.std(axis=0))
    if prior:
        plain = Plain(np.zeros(size, np.float32), np.ones(size, np.float32))
    averages = np.full((int(labels.max()) + 1, size), np.nan, np.float32)
    for label in np.unique(labels):
        averages[label] = codes[labels == label].mean(axis=0)
    ends = codes.min(axis=0), codes.max(axis=0)

    def told(share: float) -> None:
        watch("Fitting a mixture to the codes", ENCODED + (FITTED - ENCODED) * share)

    mixture = fit_mixture(training, validation, told)
    return Distributions(mixture, plain, prior, *ends), averages
