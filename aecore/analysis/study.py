"""Studies: analyses for certain types, as plain numbers that are saved with the run."""

import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from aecore.data.refusal import Refusal
from aecore.data.splits import Dataset

VALUES = 2**28  # float32 numbers that a study may hold of images: 1 GB

Watch = Callable[[str, float], None]  # given what is being done and the share that is done


def unwatched(stage: str, fraction: float) -> None:
    """Tells nobody."""


class StudyError(Refusal):
    """Stored arrays are not such a study; the text says what is missing."""


@dataclass(frozen=True)
class Subject:
    """The subject of a study: a model, its data, and its corruption (kind, strength)."""

    model: Any
    data: Dataset
    corruption: tuple[str, float]


def affordable(count: int, shape: tuple[int, ...], copies: int = 1, values: int = VALUES) -> int:
    """How many images of a shape a study takes: `count`, or fewer if they are large.

    Args:
        copies: arrays as large as these images that it holds at a time.
        values: numbers in all of them, at most.
    """
    return max(1, min(count, values // (copies * math.prod(shape))))


@dataclass(frozen=True)
class Study:
    """Base of studies: a frozen dataclass of arrays, and of numbers, texts, lists and dicts.

    Subclasses declare their fields, with shapes in the docstring, and make one in `of`.

    of_part: training samples that it compares with where the model learnt only these; else 0.
    """

    name: ClassVar[str]  # of its file, `study-<name>.npz`
    version: ClassVar[int] = 1  # increased when fields or their meaning change
    compares: ClassVar[bool] = False  # with what the same training data give, as PCA of them

    of_part: int = dataclasses.field(default=0, kw_only=True)

    @classmethod
    def of(cls, subject: Subject) -> Self:
        """Studies a model; runs in a worker."""
        raise NotImplementedError

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as named arrays, for an .npz file."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        arrays = {name: v for name, v in values.items() if isinstance(v, np.ndarray)}
        words = {name: v for name, v in values.items() if name not in arrays}
        return {"words": np.array(json.dumps({"version": self.version} | words)), **arrays}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        """The inverse of `to_arrays`; tuples come back as lists.

        Raises:
            StudyError: it is of another version, or something is missing.
        """
        try:
            words = json.loads(str(arrays["words"]))
            if words.pop("version") != cls.version:
                raise ValueError("it was made by another version")
            return cls(**words | {name: v for name, v in arrays.items() if name != "words"})
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise StudyError(
                "The study {!r} is incomplete: {}.", cls.name, repr(problem)
            ) from problem
