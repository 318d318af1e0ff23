"""Scores: how unusual a sample is to a model, by what the model makes of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import squared_errors
from aecore.data.kinds import KINDS, Kind
from aecore.detection.features import Features

State = dict[str, np.ndarray]


@dataclass(frozen=True)
class Score:
    """A score, larger for what is more unusual.

    key: of `SCORES`. title: for people; why: what it is good for, one line. kinds: keys of `KINDS`
    that it can judge. fit: normal training and normal validation features → plain arrays, all that
    the score learns. of: these arrays and features of n samples → (n,).
    """

    key: str
    title: str
    why: str
    kinds: tuple[str, ...]
    fit: Callable[[Features, Features], State]
    of: Callable[[State, Features], np.ndarray]


SCORES: dict[str, Score] = {
    score.key: score
    for score in (
        Score(
            "error",
            "Reconstruction error",
            "The mean squared error over all known values: simple, and easy to explain.",
            tuple(KINDS),
            lambda training, validation: {},
            lambda state, found: squared_errors(found.samples, found.outputs),
        ),
    )
}


def usual(kind: Kind, autoencoder_key: str) -> str:
    """The key of the score that suits a kind of data and a type, fixed before a label is seen."""
    return "error"
