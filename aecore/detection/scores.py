"""Scores: how unusual a sample is to a model, by what the model makes of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.kinds import IMAGES, KINDS, SERIES, Kind
from aecore.detection import learning
from aecore.detection.features import Features
from aecore.detection.formulas import FORMULAS
from aecore.detection.learning import State


@dataclass(frozen=True)
class Score:
    """A score, larger for what is more unusual.

    key: of `SCORES`. title: for people; why: what it is good for, one line. kinds: keys of `KINDS`
    that it can judge. fit: normal training and normal validation features → plain arrays, all that
    the score learns. of: these arrays and features of n samples → (n,). types: keys of the types
    it can judge; empty for all.
    """

    key: str
    title: str
    why: str
    kinds: tuple[str, ...]
    fit: Callable[[Features, Features], State]
    of: Callable[[State, Features], np.ndarray]
    types: tuple[str, ...] = ()

    def takes(self, kind: Kind, autoencoder_key: str) -> bool:
        """Whether it can judge data of a kind by a type."""
        return kind.key in self.kinds and (not self.types or autoencoder_key in self.types)


def _combine(training: Features, validation: Features) -> State:
    """The states of the scores of `PARTS` that suit the data, and the medians of their scores."""
    found, both = {}, learning.both(training, validation)
    parts = _parts(training)
    for key in parts:
        state = SCORES[key].fit(training, validation)
        median = max(float(np.median(SCORES[key].of(state, both))), 1e-9)
        found |= {f"{key}.{name}": value for name, value in state.items()}
        found[f"{key}.median"] = np.array(median)
    return found | {"parts": np.array(parts)}


def _parts(found: Features) -> tuple[str, ...]:
    """The scores that are combined on such data."""
    if not found.maps.shape[1]:
        several = found.samples.ndim == 3 and found.samples.shape[-1] > 1  # channels
        return ("whitened",) if several else ("whitened", "residual", "code")
    if min(found.samples.shape[1:-1]) >= LARGE:
        return ("residual", "places", "patches")
    return ("whole", "code")


LARGE = 64  # pixels or steps a side, from which an anomaly may be small beside a sample
ALL, LOCAL = tuple(KINDS), (IMAGES.key, SERIES.key)
MAPPED = ("convolutional", "denoising")  # types whose encoders may have feature maps
_LISTED: tuple[tuple[str, str, str, tuple[str, ...], Callable, tuple[str, ...]], ...] = (
    ("combined", "Combined",
     "Several scores, each divided by its median on normal data, so that none has to be chosen.",
     ALL, _combine, ()),
    ("error", "Reconstruction error",
     "The mean squared error over all known values: simple, and easy to explain.",
     ALL, learning.nothing, ()),
    ("worst", "Worst region",
     "The mean squared error where it is largest: for small defects and short events.",
     LOCAL, learning.region, ()),
    ("dissimilarity", "1 − SSIM",
     "Differences of structure rather than of brightness (structural similarity).",
     (IMAGES.key,), learning.nothing, ()),
    ("whitened", "Standardised error",
     "Each error in units of its spread on normal data: values that are always hard to "
     "reconstruct count less.",
     ALL, learning.residual_spread, ()),
    ("residual", "Distance of the residual",
     "Mahalanobis distance of the residual: also finds unusual combinations "
     "of errors.",
     ALL, learning.residual_gaussian, ()),
    ("code", "Distance of the code",
     "Mahalanobis distance of the code: finds what is far from normal and still well "
     "reconstructed.",
     ALL, learning.code_gaussian, ()),
    ("neighbours", "Nearest normal codes",
     "The distance to the nearest normal codes: for normal data that forms several clusters.",
     ALL, learning.code_neighbours, ()),
    ("whole", "Distance of the feature maps",
     "Mahalanobis distance of all feature maps together: for another shape or another motif.",
     LOCAL, learning.whole_gaussian, MAPPED),
    ("patches", "Nearest normal patches",
     "Distance of each place of the feature maps to the nearest on normal data: for small defects "
     "of objects that are always positioned alike.",
     LOCAL, learning.normal_patches, MAPPED),
    ("places", "Distance of the worst places",
     "Mahalanobis distance of the feature maps place by place: also for few normal samples.",
     LOCAL, learning.place_gaussians, MAPPED),
    ("bound", "−ELBO",
     "How unlikely a sample is to a variational autoencoder: the error and the distance of its "
     "code from the prior.",
     ALL, learning.value_spread, ("variational",)),
)  # fmt: skip
SCORES: dict[str, Score] = {
    key: Score(key, title, why, kinds, fit, FORMULAS[key], types)
    for key, title, why, kinds, fit, types in _LISTED
}


# What is combined was chosen with the recipes (`aecore.detection.recipes`): on tables, on every
# other of the ODDS tables; on images, on the digit 8 of MNIST and on solar cells; on series of
# several channels, on every other file of SKAB's valve1, where the code drifts while all is well;
# on those of one channel, on NAB.
USUAL = dict.fromkeys(KINDS, "combined")


def usual(kind: Kind, autoencoder_key: str) -> str:
    """The key of the score that suits a kind of data and a type, fixed before a label is seen."""
    return USUAL[kind.key]


def offered(kind: Kind, autoencoder_key: str) -> tuple[Score, ...]:
    """The scores that can judge data of a kind by a type, the usual one first."""
    first = usual(kind, autoencoder_key)
    suited = [score for score in SCORES.values() if score.takes(kind, autoencoder_key)]
    return tuple(sorted(suited, key=lambda score: score.key != first))
