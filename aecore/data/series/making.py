"""An uploaded series → a data set of the user's own.

data.json     title, classes, channels, windows
values.bin    (steps, channels), 64-bit floats at regular times, NaN where nothing was measured
labels.bin    (steps,), 32-bit integers, indices into the classes
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aecore.data.collection import CollectionError, checked_title, keep_values
from aecore.data.reading.process import Reader
from aecore.data.series.series import MOST_CHANNELS, Series
from aecore.data.series.sound import read_sound
from aecore.data.series.timeline import MOST_STEPS, Timeline, made_regular, without_times
from aecore.data.series.windows import cut, proposed
from aecore.data.splits import MOST_CLASSES, Source
from aecore.data.tables.columns import Column
from aecore.data.tables.dates import epoch_of, is_clock, with_clock
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.uploads import Taken, take_cells

UNLABELLED = "(no label)"
SOUND_CHANNELS = {1: ("sound",), 2: ("left", "right")}


@dataclass(frozen=True)
class Measured:
    """A series that was read: at regular times, with the class of each step.

    classes: names; labels (steps,): indices into them. notes: what was done, sentences.
    time: the name of the column that tells the time, if one does; date_format: in which it is
    written, if as dates.
    """

    timeline: Timeline
    channels: tuple[str, ...]
    classes: tuple[str, ...]
    labels: np.ndarray
    notes: tuple[str, ...]
    time: str = ""
    date_format: str = ""

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
    time: str | None = None,
    date_format: str = "",
) -> Measured:
    """Reads a series from the columns of a table.

    Args:
        columns: the place of each wanted column, and what it is: numbers are channels.
        label: the name of the column that tells each step's class; may be empty.
        gaps: a key of `timeline.GAPS`.
        time: the name of the column that tells the time, as dates or in seconds; empty if there is
            none, by default the first date.
        date_format: of the time, as another part of the series has it; found out if empty.

    Raises:
        CollectionError, NotRegular, Refused: it cannot be read; the text says why.
    """
    times = _time(columns, time, date_format)
    labels = [(place, Column(c.name, "category")) for place, c in columns if c.name == label]
    if label and not labels:
        raise CollectionError("There is no column {}.", label)
    channels = [c for c in columns if c[1].kind == "number" and c[1].name not in (label, time)]
    if not channels:
        raise CollectionError("There is no column of numbers to learn from.")
    if len(channels) > MOST_CHANNELS:
        raise CollectionError(
            "There are {:,} columns of numbers; at most {} can be learnt.",
            len(channels), MOST_CHANNELS,
        )  # fmt: skip
    clocks = _clock_beside(columns, times)
    asked = [*channels, *times, *clocks, *labels]
    taken = take_cells(name, content, dialect, asked, reader, tell)
    count = len(channels)
    values = taken.values[:, :count]
    classes, codes = classes_of(taken, label, "step")
    names = tuple(column.name for _, column in channels)
    if times:
        # labels go along as one more channel each, and are whatever most of a step was
        flags = codes[:, None] == np.arange(len(classes))
        seconds = taken.values[:, count]
        if clocks:
            seconds = with_clock(seconds, taken.values[:, count + 1])
        both = made_regular(seconds, np.hstack([values, flags]), gaps, names)
        timeline = Timeline(both.values[:, :count], both.start, both.step, both.notes)
        codes = np.nan_to_num(both.values[:, count:]).argmax(axis=1)
    else:
        timeline = without_times(values)
    notes = (*taken.notes, *timeline.notes)
    found = taken.columns[count] if times else Column("", "date")
    return Measured(
        timeline, names, classes, codes.astype(np.int32), notes, found.name, found.date_format
    )


def measure_sound(name: str, content: bytes, reader: Reader | None = None) -> Measured:
    """Reads a series from a WAV file: its channels, at the times of its samples.

    Raises:
        CollectionError, Refused: it cannot be read, or is too long.
    """
    values, rate = read_sound(name, content, reader)
    if len(values) > MOST_STEPS:
        raise CollectionError(
            "The sound has {:,} samples per channel; at most {:,} can be used: cut it, or lower "
            "its sample rate.",
            len(values), MOST_STEPS,
        )  # fmt: skip
    count = values.shape[1]
    if count > MOST_CHANNELS:
        raise CollectionError(
            "The sound has {:,} channels; at most {} can be learnt.", count, MOST_CHANNELS
        )
    names = SOUND_CHANNELS.get(count) or tuple(f"channel {n}" for n in range(1, count + 1))
    timeline = Timeline(values, 0.0, 1 / rate, ())
    labels = np.zeros(len(values), np.int32)
    return Measured(timeline, names, ("step",), labels, (f"{rate:,} samples per second",))


def classes_of(taken: Taken, label: str, unlabelled: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes, and the class (n,) of each row, by the last of the columns that were read.

    Args:
        label: the name of that column; empty if there is no label.
        unlabelled: the only class where there is no label.

    Raises:
        CollectionError: there are too many.
    """
    if not label:
        return (unlabelled,), np.zeros(len(taken.values), np.int32)
    codes, known = taken.values[:, -1], taken.columns[-1].categories
    if len(known) > MOST_CLASSES - 1:
        raise CollectionError("The column {} has too many values for a label.", label)
    missing = np.isnan(codes)
    classes = (*known, UNLABELLED) if missing.any() else known
    return classes, np.where(missing, len(known), codes).astype(np.int32)


def _time(
    columns: Sequence[tuple[int, Column]], time: str | None, date_format: str
) -> list[tuple[int, Column]]:
    """The column that tells the time, as what it is read; none if there is none."""
    if time is None:
        found = [c for c in columns if c[1].kind == "date"][:1]
    else:
        found = [c for c in columns if c[1].name == time]
    if time and not found:
        raise CollectionError("There is no column {}.", time)
    return [(place, _as_time(column, date_format)) for place, column in found]


def _as_time(column: Column, date_format: str) -> Column:
    """A column that tells the time: dates, or numbers, in seconds unless too large for that."""
    numbers = column.kind in ("number", "identifier") and not is_clock(column)
    unit = epoch_of(column.low, column.high) if numbers else ""
    if numbers and not date_format and unit in ("", "s"):
        return dataclasses.replace(column, kind="number", date_format="")
    return dataclasses.replace(column, kind="date", date_format=date_format or unit)


def _clock_beside(
    columns: Sequence[tuple[int, Column]], times: list[tuple[int, Column]]
) -> list[tuple[int, Column]]:
    """The column of times of day next to that of dates; none if there is none."""
    return [
        (place, dataclasses.replace(column, kind="date"))
        for place, column in columns
        if is_clock(column)
        and any(abs(place - at) == 1 and found.kind == "date" for at, found in times)
    ][:1]


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
    series = Series(
        measured.channels, length, stride, measured.timeline.start, measured.timeline.step,
        *scale_of(values[: parts.training.max() + length]), label, normal,
        time=measured.time, date_format=measured.date_format,
    )  # fmt: skip
    source = Source(
        title, series.shape, measured.classes, len(parts.training),
        f"{len(values):,} steps of your own", test_size=len(parts.test), series=series,
    )  # fmt: skip
    return keep_values(source, values, measured.labels)


def scale_of(learnt: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel; 1 where a channel does not vary."""
    scale = np.nanstd(learnt, axis=0)
    return (
        tuple(map(float, np.nan_to_num(np.nanmean(learnt, axis=0)))),
        tuple(float(s) if s > 0 and np.isfinite(s) else 1.0 for s in scale),
    )
