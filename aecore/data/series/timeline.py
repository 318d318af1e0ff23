"""Times of a series: put in order, made regular, cut where there is a gap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal

GAP = 5.5  # times the usual step: more is a gap, less is drawn as a straight line
MOST_STEPS = 4_000_000  # of a series that was made regular
GAPS = {
    "cut": "Cut the series there",
    "fill": "Interpolate linearly",
}


class NotRegular(Refusal):
    """A series cannot be made regular; the text says why."""


@dataclass(frozen=True)
class Timeline:
    """A series at regular times.

    values: (steps, channels), NaN where nothing was measured. start: seconds since 1970, or 0.
    step: seconds, or 1 where there are no times. notes: what was done, sentences.
    """

    values: np.ndarray
    start: float
    step: float
    notes: tuple[str, ...]

    @property
    def times(self) -> np.ndarray:
        """Seconds of each step, (steps,)."""
        return self.start + self.step * np.arange(len(self.values))


def interval(seconds: float) -> str:
    """3600 → '1 h'; in the largest unit of which it is a multiple."""
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % unit == 0:
            return f"{seconds / unit:,g} {name}"
    return f"{seconds:,g} s"


def without_times(values: np.ndarray) -> Timeline:
    """A series whose rows are its steps; values (steps, channels)."""
    return Timeline(values, 0.0, 1.0, ())


def made_regular(
    seconds: np.ndarray, values: np.ndarray, gaps: str = "cut", channels: Sequence[str] = ()
) -> Timeline:
    """Puts measurements on a regular grid of times.

    A channel that was silent for long, by its own usual spacing, has a gap of its own. Before its
    first value and after its last there is nothing to draw a line to: both stay missing.

    Args:
        seconds: (n,), in any order, NaN where a time is missing; several may be equal.
        values: (n, channels), NaN where missing.
        gaps: a key of `GAPS`: "cut" leaves them missing, "fill" interpolates.
        channels: names, to tell whose gaps they are.

    Raises:
        NotRegular: there are too few times, or a grid of them would be too long.
    """
    notes = []
    known = ~np.isnan(seconds)
    if lost := int((~known).sum()):
        were = "1 row without a time was" if lost == 1 else f"{lost:,} rows without a time were"
        notes.append(f"{were} left out")
    seconds, values = seconds[known], values[known]
    order = np.argsort(seconds, kind="stable")
    if (order != np.arange(len(order))).any():
        notes.append("the rows were sorted by time")
    seconds, values = seconds[order], values[order]
    seconds, values, merged = _merged(seconds, values)
    if merged:
        share = "1 row shares its" if merged == 1 else f"{merged:,} rows share their"
        notes.append(f"{share} time with another: means were taken")
    if len(seconds) < 3:
        raise NotRegular("A series needs at least three different times; it has {}.", len(seconds))
    steps = np.diff(seconds)
    step, doubt = _usual(steps, seconds)
    count = round((seconds[-1] - seconds[0]) / step) + 1
    if count > MOST_STEPS:
        raise NotRegular(
            "From the first time to the last there are {:,} steps of {:g} s; at most {:,} can be "
            "used.",
            count, step, MOST_STEPS,
        )  # fmt: skip
    places = (seconds - seconds[0]) / step
    off = np.abs(places - np.round(places))
    tolerance = max(0.01, doubt / step)
    places = np.where(off <= tolerance, np.round(places), places)
    holes = np.flatnonzero(steps > GAP * step)
    in_gaps = int((np.round(steps[holes] / step) - 1).sum())
    if off.max() > tolerance or len(places) + in_gaps < count:
        notes.append(f"the times are not regular: values every {interval(step)} were interpolated")
    cut = np.zeros(count, bool)
    if len(holes):
        longest = float(steps.max())
        gap = "1 gap of" if len(holes) == 1 else f"{len(holes):,} gaps, the longest of"
        told = f"{gap} {interval(longest)}"
        if gaps == "cut":
            cut = _within(holes, places, count)
            notes.append(f"{told}: the series was cut there")
        else:
            notes.append(f"{told}: a straight line was drawn across")
    grid = np.full((count, values.shape[1]), np.nan)
    for channel, measured in enumerate(values.T):
        there = ~np.isnan(measured)
        if not there.any():
            continue
        silent = cut | _silent(places[there], count, gaps)
        grid[:, channel] = np.interp(np.arange(count), places[there], measured[there])
        grid[silent, channel] = np.nan
        if lost := int((silent & ~cut).sum()):
            name = channels[channel] if channel < len(channels) else f"channel {channel + 1}"
            notes.append(f"{name}: steps at which nothing was measured stay missing ({lost:,})")
    return Timeline(grid, float(seconds[0]), step, tuple(notes))


def _silent(places: np.ndarray, count: int, gaps: str) -> np.ndarray:
    """Steps (count,) at which a channel that is known at some places has no value."""
    silent = np.ones(count, bool)
    silent[round(places[0]) : round(places[-1]) + 1] = False
    spacings = np.diff(places)
    if gaps == "cut" and len(spacings):
        holes = np.flatnonzero(spacings > GAP * np.median(spacings))
        silent |= _within(holes, places, count)
    return silent


def _within(holes: np.ndarray, places: np.ndarray, count: int) -> np.ndarray:
    """Steps (count,) that lie between the two places around any of the holes."""
    inside = np.zeros(count, bool)
    for hole in holes:
        inside[int(np.floor(places[hole])) + 1 : int(np.ceil(places[hole + 1]))] = True
    return inside


def _usual(steps: np.ndarray, seconds: np.ndarray) -> tuple[float, float]:
    """The usual step between times, and by how much a time may be off, both in seconds.

    A time is a float, and perhaps one that was cut to microseconds, which is about as exact: what
    is known of a short step is only the mean over all steps that are alike within that.
    """
    doubt = 8 * float(np.spacing(np.abs(seconds).max()))  # 1.9 µs in these decades
    usual = np.median(steps)  # of two in the middle their mean, which perhaps none is like
    alike = steps[np.abs(steps - usual) <= doubt]
    return float(alike.mean() if len(alike) else usual), doubt


def _merged(seconds: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Rows of one time as their mean over what is known."""
    times, first = np.unique(seconds, return_index=True)
    if len(times) == len(seconds):
        return seconds, values, 0
    known = ~np.isnan(values)
    sums = np.add.reduceat(np.where(known, values, 0), first, axis=0)
    number = np.add.reduceat(known.astype(float), first, axis=0)
    means = np.where(number > 0, sums / np.maximum(number, 1), np.nan)
    return times, means, len(seconds) - len(times)
