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
    """The states of the scores of `PARTS` that suit the data, and the tails of their scores."""
    found, both = {}, learning.both(training, validation)
    parts = PARTS["maps" if training.maps.shape[1] else training.samples.ndim]
    for key in parts:
        state = SCORES[key].fit(training, validation)
        state |= learning.tail(SCORES[key].of(state, both))
        found |= {f"{key}.{name}": value for name, value in state.items()}
    return found | {"parts": np.array(parts)}


ALL, LOCAL = tuple(KINDS), (IMAGES.key, SERIES.key)
MAPPED = ("convolutional", "denoising")  # types whose encoders may have feature maps
PARTS = {  # what is combined, by dimensions of the samples, or where there are feature maps
    2: ("residual", "code"),
    3: ("residual", "code"),
    4: ("residual", "code"),
    "maps": ("residual", "code", "places"),
}
_LISTED: tuple[tuple[str, str, str, tuple[str, ...], Callable, tuple[str, ...]], ...] = (
    ("combined", "Combined",
     "Residual, code and feature maps together, each as the chance of a larger score on normal "
     "data.",
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
     "The error of each value in units of its spread on normal data: parts that are always hard "
     "to reconstruct count less.",
     ALL, learning.residual_spread, ()),
    ("residual", "Distance of the residual",
     "Mahalanobis distance of the residual: also finds errors that do not go together on normal "
     "data.",
     ALL, learning.residual_gaussian, ()),
    ("code", "Distance of the code",
     "Mahalanobis distance of the code: finds what is far from normal and still well "
     "reconstructed.",
     ALL, learning.code_gaussian, ()),
    ("neighbours", "Nearest normal codes",
     "The distance to the nearest normal codes: for normal data of several separate groups.",
     ALL, learning.code_neighbours, ()),
    ("patches", "Nearest normal patches",
     "Each place of the feature maps beside its nearest among all places of normal data: for "
     "textures.",
     LOCAL, learning.normal_patches, MAPPED),
    ("places", "Distance of the feature maps",
     "Mahalanobis distance of the feature maps, place by place: for parts that always lie alike.",
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


def usual(kind: Kind, autoencoder_key: str) -> str:
    """The key of the score that suits a kind of data and a type, fixed before a label is seen."""
    return "combined"


def offered(kind: Kind, autoencoder_key: str) -> tuple[Score, ...]:
    """The scores that can judge data of a kind by a type, the usual one first."""
    first = usual(kind, autoencoder_key)
    suited = [score for score in SCORES.values() if score.takes(kind, autoencoder_key)]
    return tuple(sorted(suited, key=lambda score: score.key != first))
