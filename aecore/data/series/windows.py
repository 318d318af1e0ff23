"""Windows of a series: proposed from its period, cut, and split by time without overlap."""

import itertools
from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal

SHORTEST, LONGEST = 8, 1024  # steps of a window
USUAL = 64  # steps, where no period is found
SHARES = (0.7, 0.1)  # training and validation; the rest is for the test
MOST_LOOKED = 2**18  # steps that are searched for a period
LEAST_CORRELATION = 0.2  # of a period worth its name
FEWEST = 20  # windows of a set, and one of each part
FEWEST_LEARNT = 2  # training windows


class NoWindows(Refusal):
    """A series has too few whole windows; the text says how many."""


@dataclass(frozen=True)
class Cut:
    """Where windows begin, by part: training, validation and test; each (windows,)."""

    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def __len__(self) -> int:
        return len(self.training) + len(self.validation) + len(self.test)


def find_period(values: np.ndarray) -> int | None:
    """The strongest period of a series in steps, by its autocorrelation; None if there is none.

    Args:
        values: (steps, channels); missing ones count as the mean.
    """
    values = values[:MOST_LOOKED]
    count = len(values)
    if count < 4 * SHORTEST:
        return None
    values = values[:, ~np.isnan(values).all(axis=0)]
    centred = values - np.nanmean(values, axis=0)
    spread = np.nanstd(values, axis=0)
    varying = spread > 0
    if not varying.any():
        return None
    centred = np.nan_to_num(centred[:, varying] / spread[varying])
    size = 1 << (2 * count - 1).bit_length()  # no wrapping round
    power = sum(np.abs(np.fft.rfft(channel, size)) ** 2 for channel in centred.T)
    correlation = np.fft.irfft(power, size)[: count // 3]
    correlation = (
        correlation / (correlation[0] + 1e-12) * count / (count - np.arange(len(correlation)))
    )
    below = np.flatnonzero(correlation < 0)  # the first peak beyond the central one
    if not len(below):
        return None
    inner = correlation[1:-1]
    peaks = np.flatnonzero((inner > correlation[:-2]) & (inner >= correlation[2:])) + 1
    peaks = peaks[(peaks > below[0]) & (correlation[peaks] > LEAST_CORRELATION)]
    if not len(peaks):
        return None
    strongest = correlation[peaks].max()
    first = int(peaks[correlation[peaks] > 0.9 * strongest][0])  # the shortest of equal ones
    near = slice(first, first + max(2, first // 6))  # noise makes small peaks beside the true one
    return first + int(correlation[near].argmax())


def proposed(values: np.ndarray) -> tuple[int, int]:
    """A window's length and stride: a period, or the usual; a multiple of four."""
    period = find_period(values) or USUAL
    most = max(SHORTEST, min(LONGEST, len(values) // 10))
    length = int(np.clip(period, SHORTEST, most)) // 4 * 4
    return length, max(1, length // 4)


def cut(values: np.ndarray, length: int, stride: int, learnt: tuple[int, ...] = ()) -> Cut:
    """Windows that are whole, in three parts by time, of which none shares a step with another.

    Args:
        values: (steps, channels); a step at which every channel is missing is in no window.
        learnt: the first step of the stretch that is for training and validation, and the step
            after its last: all others are then for the test. Empty: it is the usual share.

    Raises:
        NoWindows: there are too few.
    """
    if not SHORTEST <= length <= LONGEST or stride < 1:
        raise NoWindows(
            "A window has {} to {:,} steps, and a stride of at least one; they were {} and {}.",
            SHORTEST, LONGEST, length, stride,
        )  # fmt: skip
    present = ~np.isnan(values).all(axis=1)
    missing = np.concatenate([[0], np.cumsum(~present)])
    parts = []
    for ranges in _ranges(len(values), learnt):
        begun = [np.arange(first, last - length + 1, stride) for first, last in ranges]
        starts = np.concatenate(begun)
        parts.append(starts[missing[starts + length] == missing[starts]])
    found = Cut(*parts)
    if learnt and (len(found.training) < FEWEST_LEARNT or not all(map(len, parts))):
        raise NoWindows(
            "With windows of {:,} steps, steps {:,} to {:,} give {} for training and {} for "
            "validation, and the rest gives {} for testing. Choose a longer stretch, but leave "
            "enough for testing.",
            length, learnt[0] + 1, learnt[1], len(found.training), len(found.validation),
            len(found.test),
        )  # fmt: skip
    if not learnt and (len(found) < FEWEST or not all(map(len, parts))):
        raise NoWindows(
            "With windows of {:,} steps there are {} for training, {} for validation and {} for "
            "the test; choose shorter windows or a smaller stride.",
            length, len(found.training), len(found.validation), len(found.test),
        )  # fmt: skip
    return found


def _ranges(count: int, learnt: tuple[int, ...]) -> list[list[tuple[int, int]]]:
    """First steps, and the steps after the last, of what training, validation and test lie in."""
    if not learnt:
        return [[pair] for pair in itertools.pairwise(borders(count))]
    first, last = learnt
    between = first + round((last - first) * SHARES[0] / sum(SHARES))
    return [[(first, between)], [(between, last)], [(0, first), (last, count)]]


def borders(count: int) -> list[int]:
    """Where the parts of a series of so many steps begin, and where the last one ends."""
    ends = np.cumsum([round(share * count) for share in SHARES])
    return [0, *map(int, ends), count]


def covering(values: np.ndarray, length: int, stride: int) -> np.ndarray:
    """Where windows begin that cover a stretch to its end; none without a number in it.

    Args:
        values: (steps, channels), at least `length` steps.
    """
    starts = np.arange(0, len(values) - length + 1, stride)
    if starts[-1] + length < len(values):  # the end, too
        starts = np.append(starts, len(values) - length)
    present = np.concatenate([[0], np.cumsum(~np.isnan(values).all(axis=1))])
    return starts[present[starts + length] > present[starts]]


def gather(values: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
    """The windows (n, length, channels) that begin at some steps."""
    return values[starts[:, None] + np.arange(length)]


def window_labels(labels: np.ndarray, starts: np.ndarray, length: int, normal: int) -> np.ndarray:
    """The class of each window: that of its first step that is not normal, else the normal one."""
    inside = labels[starts[:, None] + np.arange(length)]
    unusual = inside != normal
    first = unusual.argmax(axis=1)
    return np.where(unusual.any(axis=1), inside[np.arange(len(inside)), first], normal)
