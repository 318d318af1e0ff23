"""The range of values on which a foreign model was trained: given, or detected.

Everything here works on pixels in [0, 1] and on standardised values; a model that was trained on
another range gets a converting layer at each end.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.splits import Dataset, Source

TRIED_ON = 64  # samples
# the share of the usual range's error, and of the variance, that decides for another range: images
# are nearly always in the usual one, values are scaled in many ways
CLEARLY, RATHER = 0.5, 0.9


@dataclass(frozen=True)
class Conversion:
    """For the model, a value x of ours is scale · x + offset.

    Both are numbers, or arrays along the last axis of a sample: a table's values, or channels.
    """

    scale: float | np.ndarray
    offset: float | np.ndarray

    @property
    def back(self) -> "Conversion":
        """The inverse."""
        return Conversion(1 / self.scale, -self.offset / self.scale)

    @property
    def changes_nothing(self) -> bool:
        """Whether the model's values are ours."""
        return bool(np.all(np.equal(self.scale, 1)) and np.all(np.equal(self.offset, 0)))

    def of(self, values: np.ndarray) -> np.ndarray:
        """Our values as the model's; missing ones are 0 first, which is the mean."""
        known = np.nan_to_num(values) if values.ndim < 4 else values
        return (self.scale * known + self.offset).astype(np.float32)


Conversions = dict[str, Conversion]  # the name of a range → how ours is converted to it


@dataclass(frozen=True)
class Ends:
    """The names of the ranges of a model's inputs and outputs, and how values are converted.

    doubtful: whether the model's error is larger than that of a constant grey image, or of the mean
    of each column or channel.
    """

    takes: str
    gives: str
    into: Conversion
    out_of: Conversion
    doubtful: bool


def conversions(data: Dataset, source: Source) -> Conversions:
    """How samples of a data set are converted to each range of their kind, our own first."""
    found = _WAYS[source.kind.key](data, source)
    return {name: found[name] for name in source.kind.ranges if name in found}


def find_ends(model, samples: np.ndarray, ranges: Conversions, given: str | None = None) -> Ends:
    """Tries the ranges on some samples and compares the errors.

    Args:
        model: takes and gives samples in its own ranges.
        samples: images (n, height, width, channels) in [0, 1], rows or windows, NaN where missing.
        ranges: the result of `conversions`.
        given: the name of the range that the model takes, if it is known.
    """
    from aecore.analysis.reconstruction import reconstruct

    samples = samples[np.random.default_rng(0).permutation(len(samples))[:TRIED_ON]]
    errors: dict[tuple[str, str], float] = {}
    for takes in ranges if given is None else (given,):
        outputs = reconstruct(model, ranges[takes].of(samples))
        for gives in ranges:
            back = ranges[gives].back
            with np.errstate(over="ignore", invalid="ignore"):
                error = float(np.nanmean((back.scale * outputs + back.offset - samples) ** 2))
            unknown = np.isnan(outputs).any() or not np.isfinite(error)
            errors[takes, gives] = np.inf if unknown else error
    best = min(errors, key=lambda ends: errors[ends])
    ours = next(iter(ranges))
    variance = _variance(samples)
    share = CLEARLY if samples.ndim > 3 else RATHER
    sure = errors[best] < share * min(errors.get((ours, ours), np.inf), variance)
    takes, gives = chosen = best if given is not None or sure else (ours, ours)
    return Ends(
        takes,
        gives,
        into=ranges[takes],
        out_of=ranges[gives].back,
        doubtful=not errors[chosen] < variance,
    )


def _variance(samples: np.ndarray) -> float:
    """The error of one grey image for all, or of the mean of each column or channel."""
    if samples.ndim > 3:
        return float(samples.var())
    mean = np.nanmean(samples, axis=tuple(range(samples.ndim - 1)))
    return float(np.nanmean((samples - mean) ** 2))


def _of_images(data: Dataset, source: Source) -> Conversions:
    images = data.test.images
    mean, deviation = float(images.mean()), float(images.std()) or 1.0
    return {
        "0..1": Conversion(1, 0),
        "0..255": Conversion(255, 0),
        "-1..1": Conversion(2, -1),
        "standardized": Conversion(1 / deviation, -mean / deviation),
    }


def _of_values(data: Dataset, source: Source) -> Conversions:
    values = data.training.images
    axes = tuple(range(values.ndim - 1))
    least, most = np.nanmin(values, axis=axes), np.nanmax(values, axis=axes)
    spread = np.where(most > least, most - least, 1).astype(np.float64)
    return {
        "standardized": Conversion(1, 0),
        "0..1": Conversion(1 / spread, -least / spread),
        "-1..1": Conversion(2 / spread, -2 * least / spread - 1),
    }


def _of_rows(data: Dataset, source: Source) -> Conversions:
    assert source.table is not None  # its kind says so
    parts = source.table.preparation.parts
    if any(part.knots for part in parts):  # of quantiles, which no scale and offset give
        return _of_values(data, source)
    scale = np.concatenate([np.full(part.width, part.scale) for part in parts])
    mean = np.concatenate([np.full(part.width, part.mean) for part in parts])
    return _of_values(data, source) | {"units": Conversion(scale, mean)}


def _of_windows(data: Dataset, source: Source) -> Conversions:
    assert source.series is not None  # its kind says so
    units = Conversion(np.array(source.series.scale), np.array(source.series.mean))
    return _of_values(data, source) | {"units": units}


_WAYS: dict[str, Callable[[Dataset, Source], Conversions]] = {
    "image": _of_images,
    "table": _of_rows,
    "series": _of_windows,
}
