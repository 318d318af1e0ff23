"""An uploaded series → a data set of the user's own.

data.json     title, classes, channels, windows
values.bin    (steps, channels), 64-bit floats at regular times, NaN where nothing was measured
labels.bin    (steps,), 32-bit integers, indices into the classes
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aecore.data.collection import CollectionError, checked_title, key_of, put_in_place
from aecore.data.own import own_directory
from aecore.data.reading.process import Reader
from aecore.data.series.series import MOST_CHANNELS, Series
from aecore.data.series.timeline import Timeline, made_regular, without_times
from aecore.data.series.windows import cut, proposed
from aecore.data.splits import MOST_CLASSES, Source
from aecore.data.tables.columns import Column
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.uploads import take_cells
from aecore.data.unfinished import unfinished

UNLABELLED = "(no label)"


@dataclass(frozen=True)
class Measured:
    """A series that was read: at regular times, with the class of each step.

    classes: names; labels (steps,): indices into them. notes: what was done, sentences.
    """

    timeline: Timeline
    channels: tuple[str, ...]
    classes: tuple[str, ...]
    labels: np.ndarray
    notes: tuple[str, ...]

    @property
    def proposed(self) -> tuple[int, int]:
        """Length and stride of windows that suit it."""
        return proposed(self.timeline.values)


def measure_series(
    name: str,
    content: bytes,
    dialect: Dialect | None,
    columns: Sequence[tuple[int, Column]],
    label: str = "",
    gaps: str = "cut",
    reader: Reader | None = None,
    tell: Callable[[int], None] = lambda rows: None,
) -> Measured:
    """Reads a series from the columns of a table.

    Args:
        columns: the place of each wanted column, and what it is: the first date is the time,
            numbers are channels.
        label: the name of the column that tells each step's class; may be empty.
        gaps: a key of `timeline.GAPS`.

    Raises:
        CollectionError, NotRegular, Refused: it cannot be read; the text says why.
    """
    times = [c for c in columns if c[1].kind == "date"][:1]
    labels = [(place, Column(c.name, "category")) for place, c in columns if c.name == label]
    if label and not labels:
        raise CollectionError("There is no column {}.", label)
    channels = [c for c in columns if c[1].kind == "number" and c[1].name != label]
    if not channels:
        raise CollectionError("There is no column of numbers to learn from.")
    if len(channels) > MOST_CHANNELS:
        raise CollectionError(
            "There are {:,} columns of numbers; at most {} can be learnt.",
            len(channels), MOST_CHANNELS,
        )  # fmt: skip
    taken = take_cells(name, content, dialect, [*channels, *times, *labels], reader, tell)
    count = len(channels)
    values = taken.values[:, :count]
    codes = taken.values[:, -1] if label else np.zeros(len(values))
    known = taken.columns[-1].categories if label else ("step",)
    if len(known) > MOST_CLASSES - 1:
        raise CollectionError("The column {} has too many values for a label.", label)
    classes = (*known, UNLABELLED) if np.isnan(codes).any() else known
    codes = np.where(np.isnan(codes), len(known), codes)
    if times:
        # labels go along as one more channel each, and are whatever most of a step was
        flags = codes[:, None] == np.arange(len(classes))
        both = made_regular(taken.values[:, count], np.hstack([values, flags]), gaps)
        timeline = Timeline(both.values[:, :count], both.start, both.step, both.notes)
        codes = np.nan_to_num(both.values[:, count:]).argmax(axis=1)
    else:
        timeline = without_times(values)
    names = tuple(column.name for _, column in channels)
    notes = (*taken.notes, *timeline.notes)
    return Measured(timeline, names, tuple(classes), codes.astype(np.int32), notes)


def make_series(
    title: str, measured: Measured, length: int, stride: int, label: str = "", normal: str = ""
) -> str:
    """Makes a data set of a series, and returns its key.

    Raises:
        CollectionError, NoWindows: it cannot be made; the text says why.
        OSError: it cannot be written.
    """
    title, values = checked_title(title), measured.timeline.values
    if normal and normal not in measured.classes:
        raise CollectionError("No step of the column {} is {!r}.", label, normal)
    parts = cut(values, length, stride)
    learnt = values[: parts.training.max() + length]
    scale = np.nanstd(learnt, axis=0)
    series = Series(
        measured.channels, length, stride, measured.timeline.start, measured.timeline.step,
        tuple(map(float, np.nan_to_num(np.nanmean(learnt, axis=0)))),
        tuple(float(s) if s > 0 and np.isfinite(s) else 1.0 for s in scale),
        label, normal,
    )  # fmt: skip
    words = [title, measured.classes, series.to_dict()]
    digest = hashlib.sha256(json.dumps(words).encode())
    digest.update(values.tobytes())
    digest.update(measured.labels.tobytes())
    key = key_of(title, series.shape, digest.hexdigest())
    source = Source(
        title, series.shape, measured.classes, len(parts.training),
        f"{len(values):,} steps of your own", test_size=len(parts.test), series=series,
    )  # fmt: skip
    with unfinished(own_directory()) as folder:
        values.tofile(folder / "values.bin")
        measured.labels.tofile(folder / "labels.bin")
        told = json.dumps(source.to_dict(), indent=1, ensure_ascii=False)
        (folder / "data.json").write_text(told, encoding="utf-8")
        put_in_place(folder, own_directory() / key)
    return key
