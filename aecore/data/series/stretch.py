"""A stretch of a series of the user's own, for a model that knows the series."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from aecore.data.limits import Refused
from aecore.data.reading.process import Reader
from aecore.data.series.container import is_sound
from aecore.data.series.making import measure_series
from aecore.data.series.series import Series
from aecore.data.series.sound import read_sound
from aecore.data.series.windows import covering
from aecore.data.tables.dates import is_clock
from aecore.data.tables.uploads import Look, look_at

MOST_VALUES = 2**26  # of all windows together: 256 MB
ALIKE = 0.01  # share by which steps of time may differ
FAR = 10.0  # standard deviations from the mean: perhaps another unit


@dataclass(frozen=True)
class Stretch:
    """A stretch of a series at regular times.

    values: (steps, channels) in the user's units, NaN where missing. starts: steps at which its
    windows begin. start, step: seconds; step is 1 where there are no times. timed: whether they
    are dates. notes: what was done and noticed, sentences.
    """

    values: np.ndarray
    starts: np.ndarray
    start: float
    step: float
    timed: bool
    notes: tuple[str, ...]

    def times(self, steps: np.ndarray) -> np.ndarray:
        """Times of steps; where they are no dates, seconds, or the steps themselves."""
        seconds = self.start + self.step * steps
        if not self.timed:
            return seconds
        return np.round(seconds * 1e3).astype("int64").astype("datetime64[ms]")

    @property
    def axis(self) -> str:
        """What `times` are, for an axis."""
        return "time" if self.timed else "step" if self.step == 1 else "seconds"


def read_stretch(
    name: str, content: bytes, series: Series, reader: Reader | None = None
) -> Stretch:
    """Reads a stretch from a CSV, Parquet or WAV file with the channels of a series.

    Raises:
        Refused, NotRegular, CollectionError: it cannot be used; the text says why.
    """
    if is_sound(content):
        values, rate = read_sound(name, content, reader)
        if values.shape[1] != len(series.channels):
            raise Refused(
                "The sound has {} channels; the model takes {}.",
                values.shape[1], len(series.channels),
            )  # fmt: skip
        return _stretch(series, values, 0.0, 1 / rate, False, ())
    seen = look_at(name, content, None, reader)
    channels, times, dialect = _columns(seen, series)
    clocks = [each for each in enumerate(seen.columns) if is_clock(each[1])]
    columns = [*channels, *times, *clocks]
    found = measure_series(
        name, content, dialect, columns, reader=reader,
        time=times[0][1].name if times else "", date_format=series.date_format,
    )  # fmt: skip
    line = found.timeline
    timed = bool(found.date_format)
    return _stretch(series, line.values, line.start, line.step, timed, found.notes)


def _columns(seen: Look, series: Series):
    """Places and descriptions of the channels in the order of the series, and of the time."""
    names = [column.name for column in seen.columns]
    dates = [each for each in enumerate(seen.columns) if each[1].kind == "date"]
    times = [each for each in enumerate(seen.columns) if each[1].name == series.time] or dates[:1]
    others = [each[0] for each in enumerate(seen.columns) if each not in (*times, *dates)]
    dialect = seen.dialect
    if set(series.channels) <= set(names):
        places = [names.index(channel) for channel in series.channels]
    elif dialect is not None and not dialect.header and len(others) == len(series.channels):
        places = others
    else:
        lacking = [channel for channel in series.channels if channel not in names]
        raise Refused("It lacks channels that the model needs: {}.", ", ".join(lacking[:8]))
    channels = [
        (place, dataclasses.replace(seen.columns[place], kind="number", name=channel))
        for place, channel in zip(places, series.channels, strict=True)
    ]
    return channels, [each for each in times if each[0] not in places], dialect


def _stretch(
    series: Series, values: np.ndarray, start: float, step: float, timed: bool, notes
) -> Stretch:
    steps, length = len(values), series.length
    if steps < length:
        raise Refused("It has {:,} steps; a window of the model has {:,}.", steps, length)
    starts = covering(values, length, series.stride)
    if not len(starts):
        raise Refused("No value in it is a number.")
    if len(starts) * length * len(series.channels) > MOST_VALUES:
        raise Refused("It has {:,} windows, which are too many: use a part of it.", len(starts))
    told = [*notes]
    alike = abs(step - series.step) <= ALIKE * series.step
    if not alike and (timed or series.step != 1):
        told.append(
            f"a step is {step:g} s here and was {series.step:g} s in training: the model sees "
            "another time scale"
        )
    for channel, column, mean, scale in zip(
        series.channels, values.T, series.mean, series.scale, strict=True
    ):
        far = np.flatnonzero(np.abs(column - mean) > FAR * scale)
        if len(far) > len(column) // 2:
            told.append(
                f"{channel}: most values are far from the training data (such as "
                f"{column[far[0]]:.6g}): perhaps in another unit"
            )
    return Stretch(values, starts, start, step, timed, tuple(told))
