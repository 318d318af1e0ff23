"""What is known of a series that is a data set: its channels, its windows, and their scale."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from aecore.data.names import LONGEST
from aecore.data.series.windows import LONGEST as LONGEST_WINDOW
from aecore.data.series.windows import SHORTEST

MOST_CHANNELS = 64
DAY = 86_400  # seconds
LATER = ("learnt", "date_format", "time")  # not told by older files, nor where they are empty


def of_days(start: float, step: float) -> bool:
    """Whether each time is a day's beginning, which needs no hour; both in seconds."""
    return start % DAY == 0 and step % DAY == 0


@dataclass(frozen=True)
class Series:
    """A series' channels, and how its windows are prepared: standardised by training time.

    length, stride: of the windows, in steps. start, step: seconds; step is 1 where there are no
    times. mean, scale (channels,). normal: the class that is normal, if a label was named. apart:
    whether each window is a short series of its own, so that there is no order of time among them.
    learnt: the first step of the stretch that alone is learnt from, and the step after its last;
    empty where it is the usual share of the beginning. time: the name of the column that told the
    time; date_format: in which it was written, of pandas, empty if in seconds. Both are empty where
    they are not known.
    """

    channels: tuple[str, ...]
    length: int
    stride: int
    start: float
    step: float
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    label: str = ""
    normal: str = ""
    apart: bool = False
    learnt: tuple[int, ...] = ()
    date_format: str = ""
    time: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """Steps and channels of a window."""
        return self.length, len(self.channels)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Raw values (…, channels) → prepared ones, float32; NaN stays."""
        return ((values - np.array(self.mean)) / np.array(self.scale)).astype(np.float32)

    def back(self, prepared: np.ndarray) -> np.ndarray:
        """The inverse of `apply`, in the user's units."""
        return prepared.astype(np.float64) * np.array(self.scale) + np.array(self.mean)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        told = {k: list(v) if isinstance(v, tuple) else v for k, v in vars(self).items()}
        return {k: v for k, v in told.items() if v or k not in LATER}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: it describes no series.
        """
        try:
            made = cls(
                tuple(values["channels"]), int(values["length"]), int(values["stride"]),
                float(values["start"]), float(values["step"]),
                tuple(map(float, values["mean"])), tuple(map(float, values["scale"])),
                values["label"], values["normal"], bool(values.get("apart", False)),
                tuple(map(int, values.get("learnt", ()))), values.get("date_format", ""),
                values.get("time", ""),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            raise ValueError(f"a series is described incompletely ({problem!r})") from problem
        words = [made.label, made.normal, made.date_format, made.time, *made.channels]
        numbers = [made.start, made.step, *made.mean, *made.scale]
        if (
            not 1 <= len(made.channels) <= MOST_CHANNELS
            or not len(made.channels) == len(made.mean) == len(made.scale)
            or not SHORTEST <= made.length <= LONGEST_WINDOW
            or made.stride < 1
            or not all(isinstance(word, str) and len(word) <= LONGEST for word in words)
            or not all(map(math.isfinite, numbers))
            or min(made.step, *made.scale) <= 0
            or (
                made.learnt and not (len(made.learnt) == 2 and 0 <= made.learnt[0] < made.learnt[1])
            )
        ):
            raise ValueError("a series' channels and windows cannot be as described")
        return made
