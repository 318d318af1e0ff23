"""The parts of a data set, and its description, which needs no loading."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from aecore.data.kinds import Kind, kind_of
from aecore.data.refusal import Refusal
from aecore.data.series.series import Series
from aecore.data.series.timeline import MOST_STEPS
from aecore.data.series.windows import FEWEST_LEARNT
from aecore.data.tables.table import Table

MOST_IMAGES = 70_000  # of a set of the user's: as many as MNIST has
MOST_ROWS = 1_000_000  # of a table
MOST_CLASSES = 50  # of a set of the user's; of more folders than that, none is one
TEST_SEED = 20241124
SPLIT_SEED = 20060728  # the cut into training and validation is the same for every experiment
LONGEST_WORD = 300  # characters of a title: a folder's name, and a number that tells it apart


Levels = tuple[float, float]  # values of deep images (16 bits, floats) that are black and white


class DataUnavailable(Refusal):
    """A data set cannot be loaded; the text says why and what to do about it."""


def parts_of(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of training and validation images, and of test images: a sixth."""
    order = np.random.default_rng(TEST_SEED).permutation(count)
    cut = count // 6
    return order[cut:], order[:cut]


def cut_validation(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of training and validation samples among all but the test part: a twelfth."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    cut = max(1, count // 12)  # MNIST: 55,000 and 5,000
    return order[cut:], order[:cut]


@dataclass(frozen=True)
class Split:
    """Samples and their classes (n,), integers.

    images: images (n, height, width, channels) in [0, 1], or prepared rows of a table (n, width),
    NaN where a cell is missing. starts: the steps at which windows of a series begin, or none.
    """

    images: np.ndarray
    labels: np.ndarray
    starts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.images)

    def of(self, classes: tuple[int, ...]) -> Self:
        """The samples of some classes."""
        return self.at(np.flatnonzero(np.isin(self.labels, classes)))

    def at(self, places: np.ndarray | slice) -> Self:
        """Some samples, by their places (m,) or a slice."""
        starts = self.starts[places] if len(self.starts) else self.starts
        return type(self)(self.images[places], self.labels[places], starts)


@dataclass(frozen=True)
class Dataset:
    """The three parts of a data set. Test samples serve the final figure only.

    layout: of a table, how many values of a prepared row each column has.
    """

    training: Split
    validation: Split
    test: Split
    layout: tuple[int, ...] = ()

    @property
    def in_order(self) -> tuple[Split, Split, Split]:
        """The parts in the order in which their samples are numbered together."""
        return self.test, self.validation, self.training

    def at(self, places: np.ndarray) -> np.ndarray:
        """Samples (m, ...) by their places (m,) among those of all parts `in_order`."""
        ends = np.cumsum([len(part) for part in self.in_order])
        number = np.searchsorted(ends, places, side="right")
        found = np.empty((len(places), *self.test.images.shape[1:]), self.test.images.dtype)
        for at, (part, end) in enumerate(zip(self.in_order, ends, strict=True)):
            mine = number == at
            found[mine] = part.images[places[mine] - (end - len(part))]
        return found

    def learning(self, classes: tuple[int, ...]) -> Self:
        """The same, with samples of some classes alone for training and validation; () keeps all.

        Raises:
            DataUnavailable: too few samples are left to learn from.
        """
        if not classes:
            return self
        training, validation = (part.of(classes) for part in (self.training, self.validation))
        if len(training) < FEWEST_LEARNT or not len(validation):
            raise DataUnavailable(
                "The chosen classes have {:,} training and {:,} validation samples; at least {} "
                "and 1 are needed.",
                len(training), len(validation), FEWEST_LEARNT,
            )  # fmt: skip
        return dataclasses.replace(self, training=training, validation=validation)


def _elsewhere() -> tuple[Split, Split]:
    raise DataUnavailable("The images of this data set are not on this machine.")


@dataclass(frozen=True)
class Source:
    """The description of a data set, available without loading it."""

    title: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    training_size: int
    credit: str
    # (all but the test part, the test part), or all three parts where time has cut them
    read: Callable[[], "tuple[Split, Split] | Dataset"] = _elsewhere
    ink: bool = False  # strokes on an empty ground, cropped and centred
    downloaded: bool = False
    test_size: int | None = None  # of a set of the user's not told: fewer than training samples
    levels: Levels | None = None  # of a user's own set of deep images, for later ones
    table: Table | None = None
    series: Series | None = None

    @property
    def kind(self) -> Kind:
        """The kind of its samples."""
        return kind_of(self.shape)

    @property
    def in_time(self) -> bool:
        """Whether it is one long series, whose windows follow one another."""
        return self.series is not None and not self.series.apart

    @property
    def normal(self) -> tuple[int, ...]:
        """The class that was named normal when it was imported; none where none was."""
        described = self.table or self.series
        if described is None or described.normal not in self.classes:
            return ()
        return (self.classes.index(described.normal),)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the columns that are learnt, or of the channels of a series; else none."""
        if self.table is not None:
            return tuple(column.name for column in self.table.learnt)
        return self.series.channels if self.series is not None else ()

    @property
    def layout(self) -> tuple[int, ...]:
        """Of a table, how many values of a prepared row each column has; else empty."""
        return self.table.preparation.layout if self.table else ()

    @property
    def most_tested(self) -> int:
        """The upper bound of the number of test images."""
        return self.training_size if self.test_size is None else self.test_size

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the way to read it."""
        words = {
            "title": self.title,
            "shape": list(self.shape),
            "classes": list(self.classes),
            "training_size": self.training_size,
            "credit": self.credit,
            "ink": self.ink,
            "levels": self.levels and list(self.levels),
        }
        further = {"table": self.table, "series": self.series}
        return words | {name: each.to_dict() for name, each in further.items() if each is not None}

    @classmethod
    def from_dict(cls, values: dict[str, Any], read: Callable = _elsewhere) -> Self:
        """The inverse of `to_dict`, given how the images are read, if they are on this machine.

        Raises:
            ValueError: something is missing or of the wrong kind.
        """
        try:
            title, credit, classes = values["title"], values["credit"], values["classes"]
            shape = tuple(int(side) for side in values["shape"])
            table = Table.from_dict(values["table"]) if "table" in values else None
            series = Series.from_dict(values["series"]) if "series" in values else None
            size, ink = int(values["training_size"]), values["ink"]
            words, levels = (title, credit, *classes), values.get("levels")
            levels = levels and _levels(*levels)
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            raise ValueError(f"a data set is described incompletely ({problem!r})") from problem
        if not all(isinstance(word, str) and len(word) <= LONGEST_WORD for word in words):
            raise ValueError("a data set's title and classes must be short texts")
        if not 1 <= len(classes) <= MOST_CLASSES:
            raise ValueError(f"a data set has 1 to {MOST_CLASSES} classes")
        if series is not None:
            sound, most = shape == series.shape, MOST_STEPS
        elif table is None:
            sound, most = len(shape) == 3 and shape[-1] in (1, 3), MOST_IMAGES
        else:
            sound, most = shape == (table.preparation.width,), MOST_ROWS
        if not sound or min(*shape, size) < 1 or not isinstance(ink, bool):
            raise ValueError("a data set's shape, size or kind is invalid")
        if size > most:
            raise ValueError(f"a data set has at most {most:,} samples")
        return cls(
            title, shape, tuple(classes), size, credit, read, ink,
            levels=levels, table=table, series=series,
        )  # fmt: skip


def _levels(black: float, white: float) -> Levels:
    """Checked values of black and white."""
    if not -math.inf < float(black) < float(white) < math.inf:
        raise ValueError("black and white must be numbers in this order")
    return float(black), float(white)
