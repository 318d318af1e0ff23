"""Reasons: how much each part of a sample counts in its reconstruction error."""

from collections.abc import Callable

import numpy as np

from aecore.data.kinds import kind_of


def reasons(samples: np.ndarray, outputs: np.ndarray, layout: tuple[int, ...] = ()) -> np.ndarray:
    """The share of each part in the squared error of a sample; missing values count nothing.

    Args:
        samples, outputs: prepared (k, ...), NaN where missing.
        layout: of a table, how many values each column has.

    Returns:
        Of images (k, h, w), of rows (k, columns), of windows (k, steps, channels); not negative,
        with a sum of 1 over each sample, or 0 where there is no error.
    """
    squared = np.square(np.nan_to_num(samples - outputs, nan=0.0).astype(np.float32))
    parts = _PARTS[kind_of(samples.shape[1:]).key](squared, layout)
    sums = parts.sum(axis=tuple(range(1, parts.ndim)))
    whole = np.where(sums > 0, sums, 1).reshape(-1, *[1] * (parts.ndim - 1))
    return (parts / whole).astype(np.float32)


def _pixels(squared: np.ndarray, layout: tuple[int, ...]) -> np.ndarray:
    return squared.sum(axis=-1)


def _columns(squared: np.ndarray, layout: tuple[int, ...]) -> np.ndarray:
    starts = np.concatenate([[0], np.cumsum(layout)[:-1]]).astype(int)
    return np.add.reduceat(squared, starts, axis=1) if layout else squared


def _values(squared: np.ndarray, layout: tuple[int, ...]) -> np.ndarray:
    return squared


_PARTS: dict[str, Callable[[np.ndarray, tuple[int, ...]], np.ndarray]] = {
    "image": _pixels,
    "table": _columns,
    "series": _values,
}
