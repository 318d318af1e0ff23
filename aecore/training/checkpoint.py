"""A checkpoint: everything needed to resume a training exactly where it was.

It holds arrays, never pickled objects: the variables of the network, the optimizer, the metrics and
the random generators, in the order in which Keras lists them, and the position in the training. The
network itself is rebuilt from its experiment, which gives the same list of variables.
"""

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from aecore.data.refusal import Refusal


class CheckpointDamaged(Refusal):
    """A checkpoint cannot be read, or belongs to another network."""


@dataclass
class Place:
    """The position in a training."""

    pair: int = 0  # of layers in pre-training, from 1; 0: all layers are trained together
    epoch: int = 1  # the current one
    done: int = 0  # steps of this epoch taken so far
    step: int = 0  # steps of all epochs taken so far
    history: list[dict[str, float]] = field(default_factory=list)  # of the completed epochs
    best: float = math.inf  # validation loss
    best_epoch: int = 0
    seconds: float = 0.0  # of training so far


@dataclass(frozen=True)
class Checkpoint:
    """A position, the values of all variables there, and the last good weights."""

    place: Place
    state: list[np.ndarray]
    good: list[np.ndarray]

    @classmethod
    def of(cls, place: Place, variables: list, good: Sequence[np.ndarray] = ()) -> Self:
        """Copies the values of Keras variables."""
        values = [np.array(variable) for variable in variables]
        return cls(dataclasses.replace(place, history=list(place.history)), values, list(good))

    def restore(self, variables: list) -> None:
        """Assigns the saved values to the variables.

        Raises:
            CheckpointDamaged: the variables differ from those that were saved.
        """
        _assign(variables, self.state)

    def restore_good(self, variables: list) -> None:
        """Assigns the last good weights to the network's weights."""
        _assign(variables, self.good)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as named arrays, for an .npz file."""
        return {
            "place": np.array(json.dumps(dataclasses.asdict(self.place))),
            **{f"state-{i:05}": value for i, value in enumerate(self.state)},
            **{f"good-{i:05}": value for i, value in enumerate(self.good)},
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        """The inverse of `to_arrays`.

        Raises:
            CheckpointDamaged: something is missing or malformed.
        """
        try:
            place = _place(json.loads(str(arrays["place"])))
        except (KeyError, TypeError, ValueError) as problem:
            raise CheckpointDamaged("The checkpoint has no position: {}", problem) from problem
        parts = (
            [arrays[n] for n in sorted(arrays) if n.startswith(p)] for p in ("state-", "good-")
        )
        return cls(place, *parts)


def _assign(variables: list, values: list[np.ndarray]) -> None:
    kept = [(value.shape, value.dtype.name) for value in values]
    if kept != [(tuple(variable.shape), variable.dtype) for variable in variables]:
        raise CheckpointDamaged("The checkpoint belongs to another network.")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _place(values: dict[str, Any]) -> Place:
    place = Place(**values)
    for name in ("pair", "epoch", "done", "step", "best_epoch"):
        if not isinstance(getattr(place, name), int) or getattr(place, name) < 0:
            raise TypeError(f"{name} cannot be {getattr(place, name)!r:.80}")
    return place
